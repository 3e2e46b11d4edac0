"""Filling gaps in the indicators, and in the scores of nodes. What is filled bears the status I."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from ssemon.edition import Choice, Edition
from ssemon.errors import EditionFault, Problem, Where
from ssemon.framework import Framework, Indicator
from ssemon.scoring.check import NONE, called, given
from ssemon.scoring.kinds import Methods, Surroundings
from ssemon.scoring.panel import Floats, Panel
from ssemon.scoring.reference_period import CANNOT_EXIST, IMPUTED, SUPPRESSED
from ssemon.scoring.usable import placed
from ssemon.text import did_you_mean, quoted

# A judgement on a scale of words has no mean; such indicators are filled only where the profile names them.
NEVER_BY_DEFAULT = ("rubric", "binary", "ordinal", "categorical", "qualitative", "qualitative-ordinal")
# Cells held out at a time, one in so many, to see how far the estimates are from values that are known.
FOLDS = 10


def impute(panel: Panel, framework: Framework, edition: Edition, methods: Methods) -> Panel:
    """Fill the gaps of every indicator that the edition imputes.

    Missing: a cell that cannot exist (M) or is suppressed (Q) is never filled; what a method cannot estimate stays.
    """
    chosen = imputed_indicators(framework, edition)
    if not chosen:
        return panel
    estimates = _estimates(panel, panel.values, chosen, framework, edition, methods)
    values, status, own = panel.values.copy(), panel.status.copy(), panel.observed_year.copy()
    closed = panel.is_status(CANNOT_EXIST) | panel.is_status(SUPPRESSED)
    letter = panel.letters.index(IMPUTED) + 1
    for code, estimate in zip(chosen, estimates, strict=True):
        at = panel.place[code]
        gaps = np.isnan(values[at]) & ~closed[at] & ~np.isnan(estimate)
        values[at][gaps] = estimate[gaps]
        status[at][gaps], own[at][gaps] = letter, 0
    return replace(panel, values=values, status=status, observed_year=own)


def imputed_indicators(framework: Framework, edition: Edition) -> dict[str, Choice]:
    """Return how each indicator is imputed; those that are not are left out."""
    method, found = edition.method, {}
    for indicator in framework.indicators:
        own = indicator.code in method.indicator_imputation
        choice = method.imputation_of(indicator.code)
        general = indicator.weight > 0 and indicator.type not in NEVER_BY_DEFAULT
        if choice.method != NONE and (own or general):
            found[indicator.code] = choice
    return found


def _estimates(
    panel: Panel, values: Floats, chosen: Mapping[str, Choice], framework: Framework, edition: Edition, methods: Methods
) -> Floats:
    """What the methods say for every cell of the chosen indicators, known or not, in the indicators' own units."""
    around = surroundings(panel, framework, dict(zip(panel.codes, values, strict=True)))
    found = np.empty((len(chosen), *values.shape[1:]))
    for at, (code, choice) in enumerate(chosen.items()):
        indicator = framework.indicator_by_code[code]
        siblings = [
            values[panel.place[leaf.code]] * leaf.direction
            for leaf in framework.children[indicator.parent]
            if isinstance(leaf, Indicator) and leaf.code != code and leaf.weight > 0
        ]
        own = values[panel.place[code]] * indicator.direction
        others = np.stack(siblings) if siblings else np.empty((0, *own.shape))
        found[at] = estimate(choice, own, others, around, code, framework, edition, methods) * indicator.direction
    return found


def estimate(
    choice: Choice, own: Floats, siblings: Floats, around: Surroundings, code: str, framework: Framework,
    edition: Edition, methods: Methods,
) -> Floats:  # fmt: skip
    """Ask a method for one plane of estimates.

    Shape:   `code` is the indicator or node that is estimated.
    Missing: what is not a finite number is none.
    Errors:  EditionFault E04 where the choice names a group or covariate that is not there.
    """
    check_words(choice, framework, edition)
    parameters = given(methods, "imputation", choice, edition, around.areas)
    method = methods.get("imputation", choice.method)
    with placed(edition, "imputation", choice, [code]):
        return called(method, own.shape, edition, own, siblings, around, **parameters)


def surroundings(panel: Panel, framework: Framework, others: Mapping[str, Floats]) -> Surroundings:
    """Return what an imputation may look at: the columns of areas.csv by area, and other planes by code."""
    names = [name for name in next(iter(framework.areas.values()), {}) if name != "area"]
    groups = {name: tuple(framework.areas.get(area, {}).get(name) or None for area in panel.areas) for name in names}
    return Surroundings(panel.years, panel.areas, groups, others)


def check_words(choice: Choice, framework: Framework, edition: Edition) -> None:
    """Check the group and the covariates that an imputation names.

    Errors: EditionFault E04.
    """
    group, covariates = choice.parameters.get("group"), choice.parameters.get("covariates", [])
    known = [name for name in next(iter(framework.areas.values()), {}) if name != "area"]
    wrong = [] if group is None or group in known else [(group, "is no column of areas.csv", known)]
    codes = list(framework.indicator_by_code)
    wrong += [(code, "is no indicator of the framework", codes) for code in covariates if code not in codes]
    if wrong:
        place = Where(file=str(edition.path or ""))
        raise EditionFault(
            [
                Problem(
                    code="E04", stage="edition", what=f"the imputation {choice.method} names what {what}",
                    found=quoted(word), fix=did_you_mean(str(word), words), where=place,
                )
                for word, what, words in wrong
            ]
        )  # fmt: skip


def cells(panel: Panel, framework: Framework, edition: Edition) -> pl.DataFrame:
    """Return a record for each imputed cell.

    Shape: `area`, `year`, `indicator`, `value`, `method`; sorted by area, year and indicator.
    """
    chosen = {code: choice.method for code, choice in imputed_indicators(framework, edition).items()}
    filled = panel.is_status(IMPUTED) & (panel.observed_year == 0)
    frame = panel.long(filled, ("area", "year", "indicator"), value=panel.values)
    named = pl.col("indicator").replace_strict(chosen, default=None, return_dtype=pl.String)
    return frame.select("area", "year", "indicator", "value", method=named)


def held_out(panel: Panel, framework: Framework, edition: Edition, methods: Methods) -> pl.DataFrame:
    """Hold known values out, one in ten at a time, and compare them with what the method says.

    Shape: `indicator`, `method`, `n`, `mean_error`, `mean_absolute_error`, `root_mean_square_error`, `relative`.
    Units: the indicator's; `relative` is the last as a share of the standard deviation.
    """
    chosen = imputed_indicators(framework, edition)
    place = [panel.place[code] for code in chosen]
    known = panel.values[place]
    errors = np.full(known.shape, np.nan)
    # A cell's fold: areas go round, each year and indicator starts one further.
    fold = sum(np.ogrid[: known.shape[0], : known.shape[1], : known.shape[2]]) % FOLDS
    for one in range(FOLDS if chosen else 0):
        values = panel.values.copy()
        values[place] = np.where(fold == one, np.nan, known)
        found = _estimates(panel, values, chosen, framework, edition, methods)
        with np.errstate(all="ignore"):
            errors = np.where(fold == one, found - known, errors)
    rows = [_error_row(code, chosen[code].method, errors[at], known[at]) for at, code in enumerate(chosen)]
    names = ("mean_error", "mean_absolute_error", "root_mean_square_error", "relative")
    schema = {"indicator": pl.String, "method": pl.String, "n": pl.Int64, **dict.fromkeys(names, pl.Float64)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _error_row(code: str, method: str, errors: Floats, known: Floats) -> tuple[object, ...]:
    off, spread = errors[~np.isnan(errors)], known[~np.isnan(known)]
    if not len(off):
        return (code, method, 0, None, None, None, None)
    with np.errstate(all="ignore"):
        square, sd = float(np.sqrt(np.mean(off**2))), float(np.std(spread))
        found = (float(off.mean()), float(np.abs(off).mean()), square, square / sd if sd > 0 else np.nan)
    return (code, method, len(off), *(one if np.isfinite(one) else None for one in found))
