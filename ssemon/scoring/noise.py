"""How far an observation may be from the truth, in points of its score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
import polars as pl

from ssemon.choices import GRADE_ERROR, Uncertainty
from ssemon.edition import Edition
from ssemon.framework import Framework, Indicator
from ssemon.scoring.impute import NEVER_BY_DEFAULT
from ssemon.scoring.kernel import Plan, Tile
from ssemon.scoring.panel import Floats, Panel
from ssemon.scoring.score import Scored

# Values that lie closer together than their goalposts by more than this are all noise; more would be infinite.
_MOST = 1e6
_WORST_GRADE, _NEXT_GRADE = "E", "D"


@dataclass(frozen=True, slots=True)
class Noise:
    """How far each indicator score may be from the truth.

    Shape: `errors` leaves by areas, standard errors in points; `steps` one a leaf: the points of one level of a
           rubric, 0 where values lie on a continuous scale.
    """

    errors: Floats
    steps: Floats

    def fill(self, room: Floats, leaf: int, stream: Any) -> None:
        """Fill in the errors of one indicator: normal, or one level up or down with the same variance."""
        errors, step = self.errors[leaf], float(self.steps[leaf])
        if step == 0:
            stream.standard_normal(out=room)
            room *= errors
            return
        stream.random(out=room)
        likely = np.minimum((errors / step) ** 2, 1.0)
        room[:] = step * ((room > 1 - likely / 2).astype(np.float64) - (room < likely / 2))


def make_noise(scored: Scored, plan: Plan, tile: Tile, doubt: Uncertainty, errors: pl.DataFrame | None = None) -> Noise:
    """Return how far each indicator score may be off."""
    return Noise(observation_errors(scored, plan, tile, doubt, errors), rubric_steps(scored.framework, plan))


def observation_errors(
    scored: Scored, plan: Plan, tile: Tile, doubt: Uncertainty, errors: pl.DataFrame | None = None
) -> Floats:
    """Return the standard error of every indicator score.

    Shape:   out: leaves by areas. `errors` has `area`, `indicator`, `year` (of the observation), and `std_error`
             in the raw unit, `grade` (A to E), or both; a standard error beats a grade. Absent: those of the scores.
    Units:   points of the edition's range. An error in the raw unit, and a grade's share of the goalposts' distance,
             become points as goalposts make them; where another method scores the indicator, by how many points a
             raw unit is worth on average.
    Missing: without a row in `errors` the default grade stands.
    """
    errors = scored.errors if errors is None else errors
    width = plan.scale.high - plan.scale.low
    share = worth_of(scored, plan) * width
    table = np.broadcast_to((GRADE_ERROR[doubt.default_grade] * share)[:, None], tile.score.shape).copy()
    if errors is None:
        return table
    framework = scored.framework
    rows = scored.indicator_scores.filter(pl.col("year") == tile.year).join(
        errors.rename({"year": "observed_year"}), on=["area", "indicator", "observed_year"], how="inner"
    )
    leaf_row = {code: place for place, code in enumerate(plan.leaves)}
    area_row = {code: place for place, code in enumerate(tile.areas)}
    for row in rows.iter_rows(named=True):
        at = leaf_row.get(row["indicator"])
        if at is None or row["area"] not in area_row:
            continue
        indicator = framework.indicator_by_code[row["indicator"]]
        distance = _distance(indicator, scored.planes.panel, framework)
        table[at, area_row[row["area"]]] = _error(row, indicator, doubt, distance, scored.edition) * share[at]
    return table


def worth_of(scored: Scored, plan: Plan) -> Floats:
    """Return what the goalposts' distance is worth in the published scores. Shape and Units as in `worth`."""
    return worth(plan, scored.edition, scored.planes.panel, scored.planes.unclipped, scored.framework)


def worth(plan: Plan, edition: Edition, panel: Panel, unclipped: Floats, framework: Framework) -> Floats:
    """Return what share of the range the distance between an indicator's goalposts is worth, on average.

    Shape:   one a leaf; 1 where goalposts score it. Where it has none, what its values span stands for the distance.
    Missing: 0 for an indicator whose values are all the same, or all missing.
    """
    found = np.ones(len(plan.leaves))
    for at, code in enumerate(plan.leaves):
        if edition.method.normalisation_of(code).method == "goalposts":
            continue
        values, scores = panel.values[panel.place[code]], unclipped[panel.place[code]]
        both = ~np.isnan(values) & ~np.isnan(scores)
        raw = np.ptp(values[both]) if both.any() else 0.0
        distance = _distance(framework.indicator_by_code[code], panel, framework)
        width = plan.scale.high - plan.scale.low
        with np.errstate(over="ignore"):
            found[at] = min(np.ptp(scores[both]) / width * (distance / raw), _MOST) if raw > 0 else 0.0
    return found


def _distance(indicator: Indicator, panel: Panel, framework: Framework) -> float:
    """How far the goalposts are apart in the raw unit; where there are none, a rubric's levels, else the values."""
    if indicator.lower is not None and indicator.upper is not None:
        return indicator.upper - indicator.lower
    levels = framework.rubrics.get(indicator.code, {})
    if len(levels) > 1:
        return len(levels) - 1.0
    values = panel.values[panel.place[indicator.code]]
    known = values[~np.isnan(values)]
    return float(np.ptp(known)) if known.size else 0.0


def _error(
    row: Mapping[str, object], indicator: Indicator, doubt: Uncertainty, distance: float, edition: Edition
) -> float:
    """One observation's standard error as a share of the goalposts' distance; the delta method where there is a log."""
    raw, value = row.get("std_error"), row.get("value")
    if isinstance(raw, float) and distance > 0:
        by_goalposts = edition.method.normalisation_of(indicator.code).method == "goalposts"
        if by_goalposts and indicator.transform == "log10" and isinstance(value, float) and indicator.lower:
            return raw / max(value, indicator.lower) / log((indicator.lower + distance) / indicator.lower)
        return raw / distance
    # Nothing is known of the worst grade: it gets the greatest error that is.
    grade = _NEXT_GRADE if row.get("grade") == _WORST_GRADE else str(row.get("grade"))
    return GRADE_ERROR.get(grade, GRADE_ERROR[doubt.default_grade])


def rubric_steps(framework: Framework, plan: Plan) -> Floats:
    """Return how many points one level of a rubric is worth. Shape: one a leaf; 0 where there are no levels."""
    width = plan.scale.high - plan.scale.low
    found = np.zeros(len(plan.leaves))
    for at, code in enumerate(plan.leaves):
        leaf = framework.indicator_by_code[code]
        levels = len(framework.rubrics.get(code, {}))
        if leaf.type in NEVER_BY_DEFAULT and levels > 1:
            found[at] = width / (levels - 1)
    return found
