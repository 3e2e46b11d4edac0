"""What a run keeps for the next one, so that what has not changed is not done again.

    OUT/.cache/run.json                    the key of what the run in OUT was made from, and the run's own hash
    OUT/.cache/plugins/CODE.{json,parquet} what a plugin gave, with its key
    OUT/reports/.before/*.pdf              the reports of the run before: they come back if they would be the same

All of it may be deleted at any time. What cannot be read, or is not as it was written, counts as not there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from ssemon.errors import SsemonError
from ssemon.model import CountryOutcome, Run
from ssemon.store.files import atomic, sha256_of

CACHE, BEFORE = ".cache", ".before"
_FORMAT = 1


def retire_reports(out: Path) -> None:
    """Put the PDFs of the run before aside: they would stand beside other numbers."""
    reports = out / "reports"
    for old in reports.glob("*.pdf"):
        (reports / BEFORE).mkdir(exist_ok=True)
        old.replace(reports / BEFORE / old.name)


def stamp_run(out: Path, key: str) -> None:
    """Note what the finished run in a folder was made from."""
    _write(out / CACHE / "run.json", {"key": key, "run": sha256_of(out / "run.json")})


def kept_run(out: Path, key: str) -> Run | None:
    """Return the finished run in a folder if it was made from just this, and is whole; else None.

    Missing: None too where a file that people take away was changed or taken away: it is then written again.
    """
    from ssemon.store.results import copies_of, load_run

    stamp = _read(out / CACHE / "run.json")
    if stamp.get("key") != key or not (out / "run.json").is_file() or stamp.get("run") != sha256_of(out / "run.json"):
        return None
    try:
        whole = all((out / name).is_file() and sha256_of(out / name) == told for name, told in copies_of(out).items())
        return load_run(out) if whole else None
    except (SsemonError, OSError):
        return None


def keep_country(folder: Path, key: str, outcome: CountryOutcome, observations: pl.DataFrame) -> None:
    """Keep what a plugin gave. What was kept of it before goes."""
    from ssemon.store.results import country_out

    folder.mkdir(parents=True, exist_ok=True)
    with atomic(folder / f"{outcome.code}.parquet") as part:
        observations.write_parquet(part, compression="zstd")
    told = {"key": key, "sha256": sha256_of(folder / f"{outcome.code}.parquet"), "outcome": country_out(outcome)}
    _write(folder / f"{outcome.code}.json", told)


def kept_country(folder: Path, code: str, key: str) -> tuple[CountryOutcome, pl.DataFrame] | None:
    """Return what a plugin gave, if it was kept under this key and is whole; else None."""
    from ssemon.store.results import country_in

    told, frame = _read(folder / f"{code}.json"), folder / f"{code}.parquet"
    if told.get("key") != key or not frame.is_file() or sha256_of(frame) != told.get("sha256"):
        return None
    try:
        return country_in(told["outcome"]), pl.read_parquet(frame)
    except (KeyError, TypeError, AttributeError, OSError, pl.exceptions.PolarsError):
        return None


def _write(path: Path, data: dict[str, Any]) -> None:
    with atomic(path) as part:
        part.write_text(json.dumps({"format": _FORMAT, **data}, ensure_ascii=False, default=str), encoding="utf-8")


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) and data.get("format") == _FORMAT else {}
