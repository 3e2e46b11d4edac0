"""Check plugin folders and data files, and do nothing else: what `ssemon validate` waits for.

It knows neither the scoring of a run nor the reports, so that an answer does not wait for them to be imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ssemon.basis import read_profile
from ssemon.country import load_country
from ssemon.datafile import collect_observations, unknown_indicators
from ssemon.errors import CountryFault, Problem, UsageFault
from ssemon.framework import Framework
from ssemon.manifest import read_manifest
from ssemon.named_faults import naming_extensions
from ssemon.plugins import Extension, Manager, load_extensions


@dataclass(frozen=True, slots=True)
class Checked:
    """What validating one path found; `log` is the intake log: what was done with the files on the way."""

    path: Path
    country: str
    problems: tuple[Problem, ...]
    values: int
    log: tuple[Problem, ...] = ()


@naming_extensions
def validate(paths: Sequence[Path], edition: Path | None = None, *, extensions: Sequence[str] = ()) -> list[Checked]:
    """Check plugin folders and data files; nothing is written and nothing is scored.

    Errors: EditionFault or UsageFault where the profile or a path is at fault.
    """
    extra = load_extensions(extensions)
    _, framework = read_profile(edition, manager=Manager(extra))
    return [_checked(path, framework, extra) for path in paths]


def _checked(path: Path, framework: Framework, extra: Sequence[Extension]) -> Checked:
    if path.is_dir():
        loaded = load_country(read_manifest(path.resolve(), Manager(extra).tables()), framework, extra)
        values = value_count(loaded.observations)
        return Checked(path, loaded.outcome.code, loaded.outcome.problems, values, loaded.outcome.log)
    if not path.is_file():
        fix = "give a plugin folder or a data file"
        raise UsageFault(Problem(code="U01", what="there is no such file or folder", found=str(path), fix=fix))
    try:
        observations, problems, log = collect_observations(path, framework, Manager(extra))
    except CountryFault as fault:
        return Checked(path, "", fault.problems, 0)
    told = (*problems, *unknown_indicators(observations, framework, path))
    return Checked(path, "", told, value_count(observations), log)


def value_count(observations: pl.DataFrame) -> int:
    """Return how many values there are; a cell that is said to be missing is none."""
    return observations["value"].count() if "value" in observations.columns else 0
