"""Scoring a file of observations without plugins. Imports only what that needs: a small file is scored in a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ssemon.basis import read_profile, scoring_methods
from ssemon.datafile import check_wide, collect_observations, unknown_indicators
from ssemon.edition import Edition
from ssemon.errors import CountryFault, Problem, errors_in
from ssemon.framework import Framework
from ssemon.named_faults import naming_extensions
from ssemon.plugins import Extension, Manager, extension_problems, load_extensions
from ssemon.publication import publish, with_drawn, with_further
from ssemon.scoring import Scored
from ssemon.scoring.further import further_steps


@naming_extensions
def score_file(
    data: Path,
    framework: Path | None = None,
    edition: Path | None = None,
    *,
    uncertainty: int = 0,
    extensions: Sequence[str] = (),
) -> Scored:
    """Score a file of observations without plugins: any area code, only totals.

    Shape:   a CSV or Parquet file, long with at least `area`, `indicator`, `year`, `value`; or wide with `area`, `year`
             and a column for each indicator, headed by its code.
    Missing: an empty value stays missing; an absent optional column takes its default. In a wide file an empty cell is
             a missing value (status O) and every other one a normal one (A).
    Errors:  EditionFault or CountryFault with every problem found; warnings are in the result.

    `uncertainty` is a number of draws: the scores then bear 90 % intervals, and the steps hold what the
    draws of the report year say of bands, ranks and pairs. What is confidential is in none of it.
    """
    profile, measured, manager, extra = _ground(framework, edition, extensions)
    observations, problems, _ = collect_observations(data, measured, manager)
    unknown = unknown_indicators(observations, measured, data)
    faults = errors_in(problems)
    if faults:
        raise CountryFault(faults)
    published = publish(observations, measured, profile, scoring_methods(manager))
    published = with_further(published, further_steps)
    scored = published.scored
    if uncertainty:
        from ssemon.scoring.orders import with_draws

        scored = with_drawn(published, lambda whole: with_draws(whole, uncertainty))
    told = (*problems, *unknown, *published.problems, *scored.problems)
    return replace(scored, problems=(*extension_problems(extra), *told))


@naming_extensions
def score_stream(
    data: Path,
    out: Path,
    framework: Path | None = None,
    edition: Path | None = None,
    *,
    extensions: Sequence[str] = (),
) -> tuple[int, tuple[Problem, ...]]:
    """Score a wide Parquet file row by row into another one, in little memory; returns its rows, and warnings.

    Shape:   in: `area`, `year` and a column of numbers for each indicator, headed by its code. Out: `area`, `year` and
             for each node `score:CODE`, `coverage:CODE` and, where the edition has bands, `band:CODE`.
    Missing: null; a value that is not a finite number is missing.
    Errors:  EditionFault E09 where the profile asks for what needs the whole panel; CountryFault with what is wrong in
             the file.
    """
    from ssemon.scoring.stream import score_wide

    profile, measured, manager, extra = _ground(framework, edition, extensions)
    problems = check_wide(data, measured)
    faults = errors_in(problems)
    if faults:
        raise CountryFault(faults)
    rows, found = score_wide(data, measured, profile, scoring_methods(manager), out)
    return rows, (*extension_problems(extra), *problems, *found)


def _ground(
    framework: Path | None, edition: Path | None, extensions: Sequence[str]
) -> tuple[Edition, Framework, Manager, Sequence[Extension]]:
    """What a file is scored on: the profile and its framework, the hooks, and what was loaded."""
    if edition is None and framework is not None:
        edition = framework / "edition.toml"
    extra = load_extensions(extensions)
    manager = Manager(extra)
    return (*read_profile(edition, framework, manager), manager, extra)
