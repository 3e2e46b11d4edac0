"""Scoring a file of observations without plugins. Imports only what that needs: a small file is scored in a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ssemon.basis import read_profile, scoring_methods
from ssemon.datafile import collect_observations, unknown_indicators
from ssemon.errors import CountryFault, errors_in
from ssemon.named_faults import naming_extensions
from ssemon.plugins import Manager, extension_problems, load_extensions
from ssemon.scoring import Scored, score
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
    draws of the report year say of bands, ranks and pairs.
    """
    if edition is None and framework is not None:
        edition = framework / "edition.toml"
    extra = load_extensions(extensions)
    manager = Manager(extra)
    profile, measured = read_profile(edition, framework, manager)
    observations, problems = collect_observations(data, measured, manager)
    unknown = unknown_indicators(observations, measured, data)
    faults = errors_in(problems)
    if faults:
        raise CountryFault(faults)
    scored = score(observations, measured, profile, scoring_methods(manager))
    scored = replace(scored, steps=scored.steps.plus(further_steps(scored, observations)))
    if uncertainty:
        from ssemon.scoring.orders import with_draws

        scored = with_draws(scored, uncertainty)
    return replace(scored, problems=(*extension_problems(extra), *problems, *unknown, *scored.problems))
