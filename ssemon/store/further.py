"""What a finished run may hold beside its scores: levers, changes since an earlier run, regions, errata.

Each is a table or a folder of tables, and a line in run.json where it has more to say. What a run has none of leaves
no file; that of an earlier run in the same folder goes.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import polars as pl

from ssemon.branding import read_branding
from ssemon.model import Changes, Erratum, Regions, Run
from ssemon.store.files import atomic

LEVERS, CHANGES, REGIONS = "levers.parquet", "changes", "regions"
BRANDING = "inputs/branding"
# The files by pattern, below a run's folder.
PATTERNS = (LEVERS, f"{CHANGES}/*.parquet", f"{REGIONS}/*.parquet", f"{BRANDING}/**/*")


def save_further(run: Run, out: Path) -> None:
    """Write the tables."""
    (out / LEVERS).unlink(missing_ok=True)
    if run.levers is not None:
        _write(run.levers, out / LEVERS)
    _save_branding(run, out / BRANDING)
    for name, told in ((CHANGES, run.changes), (REGIONS, run.regions)):
        shutil.rmtree(out / name, ignore_errors=True)
        if told is not None:
            for field, frame in _frames(told).items():
                _write(frame, out / name / f"{field}.parquet")


def _save_branding(run: Run, folder: Path) -> None:
    """Copy the branding's files: those that were read, and no others."""
    house = run.branding
    if house is not None and house.folder.resolve() == folder.resolve():
        return
    shutil.rmtree(folder, ignore_errors=True)
    if house is not None:
        for name in house.files:
            with atomic(folder / name) as part:
                shutil.copyfile(house.folder / name, part)


def further_out(run: Run) -> dict[str, Any]:
    """Return what run.json says of them."""
    changes = run.changes
    kept = [field.name for field in fields(Changes)] if changes else []
    told = {name: getattr(changes, name) for name in kept if not isinstance(getattr(changes, name), pl.DataFrame)}
    branding = run.branding.hash if run.branding else None
    return {
        "report": run.id,
        "branding": branding,
        CHANGES: told or None,
        REGIONS: run.regions is not None,
        "errata": None if run.errata is None else [asdict(one) for one in run.errata],
    }


def load_further(about: Mapping[str, Any], out: Path) -> dict[str, Any]:
    """Read them again. Shape: fields of a Run. Missing: what run.json does not tell of."""
    found: dict[str, Any] = {}
    if (out / LEVERS).is_file():
        found["levers"] = pl.read_parquet(out / LEVERS)
    if about.get("branding"):
        found["branding"] = read_branding(out / BRANDING)
    if about.get(CHANGES):
        found["changes"] = Changes(**{**about[CHANGES], **_tables(out / CHANGES)})
    if about.get(REGIONS):
        found["regions"] = Regions(**_tables(out / REGIONS))
    if about.get("errata") is not None:
        found["errata"] = tuple(
            Erratum(**{**one, "date": dt.date.fromisoformat(one["date"])}) for one in about["errata"]
        )
    return found


def _write(frame: pl.DataFrame, path: Path) -> None:
    with atomic(path) as part:
        frame.write_parquet(part, compression="zstd", statistics=True)


def _frames(told: Changes | Regions) -> dict[str, pl.DataFrame]:
    named = {field.name: getattr(told, field.name) for field in fields(told)}
    return {name: value for name, value in named.items() if isinstance(value, pl.DataFrame)}


def _tables(folder: Path) -> dict[str, pl.DataFrame]:
    return {path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
