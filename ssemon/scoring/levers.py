"""Levers: how far a country's score would move if one of its indicators stood elsewhere, everything else as it is.

Nothing is differentiated and nothing is approximated: each "what if" is a scoring of its own, by the same aggregation,
weights and coverage that made the published score, so that it is right for means that punish uneven children too. Held
still are the other indicators, the other areas, the weights, and the scale (a relative one would move a little with
the value; the answer is then the answer on the published scale).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
import polars as pl

from ssemon.framework import Indicator
from ssemon.model import FREE, TOTAL
from ssemon.scoring.impute import NEVER_BY_DEFAULT
from ssemon.scoring.kernel import Plan, Tile, alone, evaluate, make_plan, make_tile
from ssemon.scoring.kinds import SLACK
from ssemon.scoring.panel import Flags, Floats
from ssemon.scoring.prepare import denominators, treated_indicators
from ssemon.scoring.reference_period import IMPUTED
from ssemon.scoring.score import Scored

# What an indicator is thought to reach: the next band, the middle of its peers, the good end of the scale.
BAND, MEDIAN, TOP = "band", "median", "top"
# A median of fewer peers would show single ones (methods, section 12).
LEAST_PEERS = 4
LEVER_SCHEMA = {
    "area": pl.String, "year": pl.Int32, "indicator": pl.String, "target": pl.String, "score": pl.Float64,
    "target_score": pl.Float64, "target_value": pl.Float64, "overall": pl.Float64, "reached": pl.Float64,
    "gain": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Move:
    """One "what if": the rows of the leaves that move, and where to. `code` is empty where several move together."""

    code: str
    target: str
    score: float | None
    moved: Mapping[int, float]
    value: float | None = None


def levers(scored: Scored, observations: pl.DataFrame, areas: Sequence[str]) -> pl.DataFrame:
    """Score the report year again for each area and indicator as if the indicator had reached its next target.

    Shape:   a row an area, indicator and target: "band" (the lower end of the next band), "median" (of `areas`, where
             four have a score), "top" (the good end of the scale); and one a target, without indicator, in which all
             indicators below it reach it together. In the order of the framework.
    Units:   `score` and `target_score` of the indicator, `overall` and `reached` of the root, `gain` between them, all
             on the edition's scale; `target_value` in the raw unit.
    Missing: an area without an overall score, an indicator without a value of its own (none, an estimate, or one that is
             confidential), and a target that is no higher than the score (but the median: what is above it shows what it
             is worth) have no row; `target_value` is null where the value cannot be told from the score.
    Errors:  EditionFault E06 where weights are each area's own.
    """
    plan = make_plan(scored)
    tile = make_tile(scored, plan, scored.edition.report_year)
    told = _told(scored, observations, plan, tile)
    root = plan.nodes.index(scored.framework.root.code)
    place = {area: at for at, area in enumerate(tile.areas)}
    peers = [place[area] for area in areas if area in place]
    middle = _medians(np.where(told, tile.score, np.nan)[:, peers])
    rows: list[tuple[object, ...]] = []
    for area in areas:
        if area not in place or np.isnan(tile.point[root, place[area]]):
            continue
        moves = list(_moves(scored, plan, tile.score[:, place[area]], told[:, place[area]], middle))
        rows += _answers(plan, tile, place[area], root, moves) if moves else []
    return pl.DataFrame(rows, schema=LEVER_SCHEMA, orient="row")


def _told(scored: Scored, observations: pl.DataFrame, plan: Plan, tile: Tile) -> Flags:
    """Where a leaf's score rests on a value of the area's own that may be told. Shape: leaves by areas."""
    panel = scored.planes.panel
    at, leaves = panel.years.index(tile.year), [panel.place[code] for code in plan.leaves]
    told: Flags = ~np.isnan(tile.score) & ~panel.is_status(IMPUTED)[leaves, at]
    hidden = observations.filter(
        (pl.col("sex") == TOTAL) & (pl.col("org_type") == TOTAL)
        & ~pl.col("conf_status").fill_null("").is_in(sorted(FREE))
    ).select("area", "indicator", "year")  # fmt: skip
    rows, columns = ({name: n for n, name in enumerate(names)} for names in (plan.leaves, tile.areas))
    for area, code, year in hidden.iter_rows():
        if code in rows and area in columns:
            row, column = rows[code], columns[area]
            told[row, column] &= panel.observed_year[panel.place[code], at, column] != year
    return told


def _medians(scores: Floats) -> list[float | None]:
    known = [row[~np.isnan(row)] for row in scores]
    return [float(np.median(row)) if len(row) >= LEAST_PEERS else None for row in known]


def _moves(scored: Scored, plan: Plan, own: Floats, told: Flags, middle: Sequence[float | None]) -> Iterator[_Move]:
    """Every "what if" of one area, then those of all indicators together."""
    known, ways = scored.framework.indicator_by_code, _Ways(scored)
    together: dict[str, dict[int, float]] = {BAND: {}, MEDIAN: {}, TOP: {}}
    for row, code in enumerate(plan.leaves):
        if not told[row]:
            continue
        score = float(own[row])
        targets = {BAND: _next_cut(score, scored.edition.method.band_cuts), MEDIAN: middle[row], TOP: plan.scale.high}
        for target, wanted in targets.items():
            if wanted is None or (target != MEDIAN and wanted <= score + SLACK):
                continue
            aimed, value = ways.attainable(known[code], wanted, target)
            yield _Move(code, target, score, {row: aimed}, value)
            if aimed > score + SLACK:
                together[target][row] = aimed
    for target, moved in together.items():
        if moved:
            yield _Move("", target, None, moved)


def _next_cut(score: float, cuts: Sequence[float]) -> float | None:
    return next((cut for cut in cuts if cut > score + SLACK), None)


class _Ways:
    """The way from a score back to a value, where there is one."""

    def __init__(self, scored: Scored) -> None:
        self.method = scored.edition.method
        self.changed = {
            *denominators(scored.framework, scored.edition),
            *treated_indicators(scored.framework, scored.edition),
        }
        self.scale = self.method.normalisation_range

    def attainable(self, leaf: Indicator, wanted: float, target: str) -> tuple[float, float | None]:
        """Return the score to be reached, and its value; of an indicator in whole levels, the first level there."""
        value = self._value(leaf, wanted)
        # The median is where the peers are, not what is to be reached: it stays between two levels.
        if value is None or target == MEDIAN or leaf.type not in NEVER_BY_DEFAULT:
            return wanted, value
        level = float(ceil(value - SLACK) if leaf.direction > 0 else floor(value + SLACK))
        return self._score(leaf, level), level

    def _value(self, leaf: Indicator, score: float) -> float | None:
        if self._is_closed(leaf):
            return None
        share = (score - self.scale[0]) / (self.scale[1] - self.scale[0])
        share = share if leaf.direction > 0 else 1 - share
        low, high = self._posts(leaf)
        found = low + share * (high - low)
        return float(10**found) if leaf.transform == "log10" else float(found)

    def _score(self, leaf: Indicator, value: float) -> float:
        low, high = self._posts(leaf)
        share = (value - low) / (high - low)
        share = min(max(share if leaf.direction > 0 else 1 - share, 0.0), 1.0)
        return self.scale[0] + share * (self.scale[1] - self.scale[0])

    def _is_closed(self, leaf: Indicator) -> bool:
        """Whether the value cannot be told from the score."""
        posts = leaf.lower is None or leaf.upper is None
        return posts or leaf.code in self.changed or self.method.normalisation_of(leaf.code).method != "goalposts"

    def _posts(self, leaf: Indicator) -> tuple[float, float]:
        low, high = float(leaf.lower or 0.0), float(leaf.upper or 0.0)
        return (float(np.log10(low)), float(np.log10(high))) if leaf.transform == "log10" else (low, high)


def _answers(plan: Plan, tile: Tile, column: int, root: int, moves: Sequence[_Move]) -> Iterator[tuple[object, ...]]:
    """Score one area once as it is and once a move."""
    own, at = (alone(tile, column), 0) if _stands_alone(plan, tile, column) else (tile, column)
    leaves = np.repeat(own.score[:, None, :], len(moves) + 1, axis=1)
    for draw, move in enumerate(moves, 1):
        for row, score in move.moved.items():
            leaves[row, draw, at] = score
    weights = [branch.weights[None, :] for branch in plan.branches]
    found = evaluate(plan, own, leaves, weights, [(branch.choice,) for branch in plan.branches])[root, :, at]
    overall = float(tile.point[root, column])
    for move, again in zip(moves, found[1:], strict=True):
        aimed = next(iter(move.moved.values())) if move.code else None
        gain = float(again - found[0])
        yield (
            tile.areas[column], tile.year, move.code or None, move.target, move.score, aimed, move.value, overall,
            overall + gain, gain,
        )  # fmt: skip


def _stands_alone(plan: Plan, tile: Tile, column: int) -> bool:
    """Whether an area's scores rest on nothing but its own: no pairs of areas counted, no estimate from others."""
    pairs = (plan.methods.get("aggregation", branch.choice.method).pairwise for branch in plan.branches)
    return not any(pairs) and not tile.filled[:, column].any()
