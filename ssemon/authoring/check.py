"""Check one plugin and say what of the framework it fills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ssemon.basis import read_profile
from ssemon.country import Loaded, load_country
from ssemon.errors import Problem, UsageFault, errors_in
from ssemon.framework import Framework
from ssemon.manifest import read_manifest
from ssemon.tables import OBSERVATIONS, shipped_tables
from ssemon.text import plural

# So many core indicators without a value are named; the rest is counted.
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Result:
    """What checking a plugin found, and the lines that sum it up."""

    problems: tuple[Problem, ...]
    lines: tuple[str, ...]


def check_plugin(folder: Path, edition: Path | None = None) -> Result:
    """Check a plugin's manifest, mapping, hooks and data.

    Errors: UsageFault U01 where there is no such folder; EditionFault where the profile is at fault.
    """
    if not folder.is_dir():
        fix = "give the plugin's folder, for example plugins/kor"
        raise UsageFault(Problem(code="U01", what="there is no such folder", found=str(folder), fix=fix))
    _, framework = read_profile(edition)
    loaded = load_country(read_manifest(folder.resolve(), shipped_tables()), framework)
    return Result(loaded.outcome.problems, tuple(_lines(loaded, framework)))


def _lines(loaded: Loaded, framework: Framework) -> Sequence[str]:
    outcome = loaded.outcome
    if errors_in(outcome.problems):
        return [f"{outcome.code}: not accepted until the errors are mended"]
    filled = set(loaded.observations.filter(pl.col("value").is_not_null())["indicator"])
    absent = [indicator for indicator in framework.asked_for if indicator.code not in filled]
    tables = [source.table for source in outcome.sources]
    files = plural(tables.count(OBSERVATIONS), "file")
    others = len(tables) - tables.count(OBSERVATIONS)
    beside = f", and {plural(others, 'file')} of facts that are printed" if others else ""
    given = loaded.observations["value"].count()
    if not given:
        return [
            f"{outcome.code}: nothing is wrong, and no value is filled in yet in {files}: write into the column value"
        ]
    lines = [
        f"{outcome.code}: accepted · {plural(given, 'value')} from {files}{beside}",
        f"fills {len(filled)} of {plural(len(framework.indicators), 'indicator')} of {framework.id}",
    ]
    core = [indicator for indicator in absent if indicator.core]
    lines += [f"  no value: {indicator.code} {indicator.name}" for indicator in core[:MOST_NAMED]]
    left = len(absent) - len(core[:MOST_NAMED])
    if left:
        lines.append(f"  and {plural(left, 'more indicator')}: ssemon framework show {framework.id}")
    return lines
