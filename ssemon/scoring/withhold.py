"""Scores that would give a confidential value away, and what is withheld with them.

A score on fixed goalposts can be turned back into its value, and the score of a parent into that of its one unknown
child. So beside a confidential indicator a second one is withheld (its partner), such that two other worlds agree with
every score that is printed: one in which the value is larger by the protection and one in which it is smaller. The
scores between the two and the node above both are withheld; that node, and all above it, stay. Where no partner can
do that in a year, every score above the indicator is withheld in that year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isnan, log10

import numpy as np
import polars as pl

from ssemon.framework import Framework, Indicator
from ssemon.model import SECONDARY, SUPPRESSED
from ssemon.scoring.impute import imputed_indicators
from ssemon.scoring.kernel import Tile, alone, evaluate, make_plan, make_tile
from ssemon.scoring.panel import Flags, Floats, Panel
from ssemon.scoring.prepare import denominators, treated_indicators
from ssemon.scoring.score import Scored, shown

# An observation of an indicator: area, indicator, and the year it was observed in.
Observed = tuple[str, str, int]
# The indicator's score in one year is this leaf's observation of that year, with this value.
_Variable = tuple[int, int, float]
# How many partners are tried before the best of them is taken.
_MOST_TRIED = 6
_POINTS, _ROUNDS, _CLOSE = 257, 4, 1e-6
_BEYOND = 1.001


def stands_alone(scored: Scored) -> bool:
    """Whether what an area scores depends on its own values alone, so that others' tell nothing of them."""
    framework, edition, methods = scored.framework, scored.edition, scored.methods
    chosen = (edition.method.aggregation_of(node.code, node.level).method for node in framework.nodes)
    weighted = (edition.method.weighting_of(node.code, node.level).method for node in framework.nodes)
    return (
        scored.bounds.is_empty()
        and not any(methods.get("aggregation", name).pairwise for name in chosen)
        # A weighting that can be written as an expression of one row looks at no data.
        and all(methods.get("weighting", name).expression is not None for name in weighted)
        and not scored.planes.nodes.filled
        and not treated_indicators(framework, edition)
        and not imputed_indicators(framework, edition)
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What may be printed of a scored edition.

    Shape:   `scored` without what is withheld; `partners` are the observations that must be withheld beside those
             asked for; `nodes` a row (`area`, `year`, `node`) a score that is withheld; `touched` an area and year in
             which an indicator is, so that nothing may be printed that is worked out from its true scores.
    """

    scored: Scored
    partners: frozenset[Observed]
    nodes: pl.DataFrame
    touched: pl.DataFrame


def withhold(scored: Scored, hidden: Collection[Observed], sensitive: Collection[Observed], protection: float) -> Kept:
    """Take out of a scored edition whatever would give a confidential value away.

    Shape:   `hidden` are all observations that may not be told, `sensitive` those of them that are to be protected.
    Units:   `protection` per cent of the value, either way.
    Errors:  none; to be called where `stands_alone`.
    """
    panel = scored.planes.panel
    closed = closed_cells(scored, hidden)
    work = _Work(scored, closed.copy(), protection)
    wanted = closed_cells(scored, sensitive)
    for column in np.flatnonzero(closed.any(axis=(0, 1))):
        _Area(work, int(column)).protect(wanted[:, :, column])
    partners = frozenset(_observed(panel, work.closed & ~closed))
    return Kept(_printed(scored, work), partners, _rows(panel, work), _touched(panel, work.closed))


def closed_cells(scored: Scored, hidden: Collection[Observed]) -> Flags:
    """Return where an indicator rests on an observation that may not be told. Shape: as the panel's values."""
    panel = scored.planes.panel
    closed = np.zeros(panel.values.shape, dtype=np.bool_)
    columns = {area: at for at, area in enumerate(panel.areas)}
    for area, indicator, year in hidden:
        if area in columns and indicator in panel.place:
            row, column = panel.place[indicator], columns[area]
            closed[row, :, column] |= panel.observed_year[row, :, column] == year
    for code, expression in scored.framework.expressions.items():
        for name in expression.names:
            closed[panel.place[code]] |= closed[panel.place[name]]
    for code, divided in denominators(scored.framework, scored.edition).items():
        if divided.by is not None:
            closed[panel.place[code]] |= closed[panel.place[divided.by]]
    return closed & ~np.isnan(scored.observed.values)


def _observed(panel: Panel, where: Flags) -> Iterator[Observed]:
    for row, at, column in np.argwhere(where):
        yield panel.areas[column], panel.codes[row], int(panel.observed_year[row, at, column])


@dataclass
class _Work:
    """What is withheld so far: cells of indicators, and scores of nodes as (node, year, area) places."""

    scored: Scored
    closed: Flags
    protection: float
    nodes: set[tuple[str, int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.plan = make_plan(self.scored)
        self.panel = self.scored.planes.panel
        self._tiles: dict[int, Tile] = {}
        framework = self.scored.framework
        computed = {name for one in framework.expressions.values() for name in one.names}
        divisors = {one.by for one in denominators(framework, self.scored.edition).values()}
        # A partner is an observation that nothing else is worked out from.
        self.free = [
            code not in framework.expressions and code not in computed and code not in divisors
            for code in self.plan.leaves
        ]
        self.shares = framework.leaf_weights(framework.root.code)
        self.above = {code: tuple(_above(framework, code)) for code in self.plan.leaves}

    def tile(self, at: int) -> Tile:
        """The scores of the year at this place."""
        if at not in self._tiles:
            self._tiles[at] = make_tile(self.scored, self.plan, self.panel.years[at])
        return self._tiles[at]


def _above(framework: Framework, code: str) -> Iterator[str]:
    """The nodes above an indicator, the nearest first."""
    parent = framework.indicator_by_code[code].parent
    while parent:
        yield parent
        parent = framework.node_by_code[parent].parent


@dataclass(frozen=True, slots=True)
class _Pair:
    """An indicator and its partner: leaves, the node above both, those between, years touched, and years that fail."""

    leaf: int
    partner: int
    top: str
    between: tuple[str, ...]
    years: frozenset[int]
    failing: frozenset[int]


class _Area:
    """One area: finds partners for its confidential indicators."""

    def __init__(self, work: _Work, column: int) -> None:
        self.work, self.column, self.plan, self.panel = work, column, work.plan, work.panel
        self.rows = [self.panel.place[code] for code in self.plan.leaves]
        self.tiles = {at: alone(work.tile(at), column) for at in range(len(self.panel.years))}

    def protect(self, wanted: Flags) -> None:
        """Protect every indicator that is wanted. Shape: indicators by years."""
        for leaf, row in enumerate(self.rows):
            done: set[_Variable] = set()
            for at in np.flatnonzero(wanted[row]):
                variable = self.variable(leaf, int(at))
                if variable is not None and variable not in done:
                    done.add(variable)
                    self._one(leaf, variable)

    def variable(self, leaf: int, at: int) -> _Variable | None:
        """What stands for a leaf in a year. Missing: None where it has no score."""
        if isnan(self.tiles[at].score[leaf, 0]):
            return None
        row = self.rows[leaf]
        year = int(self.panel.observed_year[row, at, self.column])
        return leaf, year, float(self.panel.values[row, at, self.column])

    def _one(self, leaf: int, variable: _Variable) -> None:
        tried: list[_Pair] = []
        for partner in self._candidates(leaf, variable)[:_MOST_TRIED]:
            pair = self._pair(leaf, partner, variable)
            tried.append(pair)
            if not pair.failing:
                break
        if not tried:
            years = [at for at in self.tiles if self.variable(leaf, at) == variable]
            self._close(leaf, years)
            self._close_above(leaf, years)
            return
        best = min(tried, key=lambda pair: len(pair.failing))
        self._close(best.leaf, best.years)
        self._close(best.partner, best.years)
        for at in best.years - best.failing:
            self.work.nodes |= {(code, at, self.column) for code in best.between}
        for one in (best.leaf, best.partner):
            self._close_above(one, [at for at in best.failing if self.variable(one, at) is not None])

    def _close(self, leaf: int, years: Collection[int]) -> None:
        known = [at for at in years if self.variable(leaf, at) is not None]
        self.work.closed[self.rows[leaf], known, self.column] = True

    def _close_above(self, leaf: int, years: Collection[int]) -> None:
        """Withhold every score above an indicator in some years."""
        above = self.work.above[self.plan.leaves[leaf]]
        self.work.nodes |= {(code, at, self.column) for at in years for code in above}

    def _candidates(self, leaf: int, variable: _Variable) -> list[int]:
        """The leaves that may be its partner: those that cost least first."""
        years = [at for at in self.tiles if self.variable(leaf, at) == variable]

        def cost(partner: int) -> tuple[int, int, bool, float, int]:
            absent = sum(self.variable(partner, at) is None for at in years)
            open_ = not self.work.closed[self.rows[partner], years, self.column].any()
            share = self.work.shares.get(self.plan.leaves[partner], 0.0)
            return absent, len(self._between(leaf, partner)[1]), open_, share, partner

        found = [
            other for other in range(len(self.rows))
            if other != leaf and self.work.free[other] and any(self.variable(other, at) for at in years)
            and self._between(leaf, other)[0]
        ]  # fmt: skip
        return sorted(found, key=cost)

    def _between(self, leaf: int, partner: int) -> tuple[str, tuple[str, ...]]:
        """The nearest node above both that both count in, and the nodes between. Missing: empty without one."""
        own, other = (self.work.above[self.plan.leaves[one]] for one in (leaf, partner))
        top = next((code for code in own if code in other), "")
        if not top:
            return "", ()
        return top, (*own[: own.index(top)], *other[: other.index(top)])

    def _pair(self, leaf: int, partner: int, variable: _Variable) -> _Pair:
        """See in which years both other worlds agree with what is printed."""
        top, between = self._between(leaf, partner)
        years = self._linked(leaf, partner, variable)
        failing: set[int] = set()
        for direction in (1.0, -1.0):
            failing |= self._world(leaf, partner, variable, direction, top, years)
        return _Pair(leaf, partner, top, between, frozenset(years), frozenset(failing))

    def _linked(self, leaf: int, partner: int, variable: _Variable) -> tuple[int, ...]:
        """The years that share an observation with the first, directly or through others; in the order found."""
        reached: set[_Variable | None] = {variable}
        years: list[int] = []
        while True:
            more = [
                at for at in self.tiles
                if at not in years and reached & ({self.variable(leaf, at), self.variable(partner, at)} - {None})
            ]  # fmt: skip
            if not more:
                return tuple(years)
            years += more
            reached |= {self.variable(one, at) for at in more for one in (leaf, partner)}

    def _world(
        self, leaf: int, partner: int, variable: _Variable, direction: float, top: str, years: Sequence[int]
    ) -> set[int]:
        """Build another world, year by year; returns the years in which it cannot be."""
        score = {variable: self._moved(variable, direction, years)}
        failing: set[int] = set()
        for at in years:
            own, other = self.variable(leaf, at), self.variable(partner, at)
            if own is None or other is None:
                failing.add(at)
                continue
            if own in score and other in score:
                found = self._top(at, top, {leaf: score[own]}, partner, np.array([score[other]]))[0]
                if not abs(found - self._printed(at, top)) <= _CLOSE:
                    failing.add(at)
                continue
            fixed, free = (leaf, partner) if own in score else (partner, leaf)
            given, sought = (own, other) if own in score else (other, own)
            solved = self._solve(at, top, {fixed: score[given]}, free) if given in score else None
            if solved is None:
                failing.add(at)
            else:
                score[sought] = solved
        return failing

    def _moved(self, variable: _Variable, direction: float, years: Sequence[int]) -> float:
        """The score that a leaf has where its value is larger or smaller by the protection."""
        leaf, _, value = variable
        at = next(at for at in years if self.variable(leaf, at) == variable)
        indicator = self.work.scored.framework.indicator_by_code[self.plan.leaves[leaf]]
        scale, now = self.plan.scale, float(self.tiles[at].score[leaf, 0])
        step = _score_step(indicator, value, direction * self.work.protection / 100 * _BEYOND)
        raw = float(self.tiles[at].unclipped[leaf, 0])
        # Beyond the goalposts a value may be anything; what it scores says no more than that.
        moved = (now if isnan(raw) else raw) + step * (scale.high - scale.low)
        return min(max(moved, scale.low), scale.high)

    def _printed(self, at: int, top: str) -> float:
        return float(self.tiles[at].point[self.plan.nodes.index(top), 0])

    def _top(self, at: int, top: str, fixed: Mapping[int, float], free: int, values: Floats) -> Floats:
        """The score of the node above both where one leaf is fixed and the other takes some values."""
        tile = self.tiles[at]
        leaves = np.repeat(tile.score[:, None, :], len(values), axis=1)
        for leaf, score in fixed.items():
            leaves[leaf, :, 0] = score
        leaves[free, :, 0] = values
        weights = [branch.weights[None, :] for branch in self.plan.branches]
        choices = [(branch.choice,) for branch in self.plan.branches]
        found: Floats = evaluate(self.plan, tile, leaves, weights, choices)[self.plan.nodes.index(top), :, 0]
        return found

    def _solve(self, at: int, top: str, fixed: Mapping[int, float], free: int) -> float | None:
        """The score of the other leaf with which the node above both stays as it is printed. Missing: None."""
        wanted, now = self._printed(at, top), float(self.tiles[at].score[free, 0])
        if isnan(wanted):
            return now
        low, high = self.plan.scale.low, self.plan.scale.high
        for _ in range(_ROUNDS):
            points = np.linspace(low, high, _POINTS)
            off = self._top(at, top, fixed, free, points) - wanted
            exact = np.abs(off) <= _CLOSE / 100
            crossing = np.flatnonzero((off[:-1] <= 0) != (off[1:] <= 0))
            if exact.any():
                return float(points[exact][np.argmin(np.abs(points[exact] - now))])
            if not len(crossing):
                return None
            place = crossing[np.argmin(np.abs(points[crossing] - now))]
            low, high = float(points[place]), float(points[place + 1])
        return (low + high) / 2


def _score_step(leaf: Indicator, value: float, share: float) -> float:
    """By how much of the scale a score moves where its value moves by a share of itself."""
    if leaf.lower is None or leaf.upper is None:
        return share
    if leaf.transform == "log10":
        return leaf.direction * log10(1 + share) / (log10(leaf.upper) - log10(leaf.lower))
    width = leaf.upper - leaf.lower
    return leaf.direction * (abs(value) or width) * share / width


def _printed(scored: Scored, work: _Work) -> Scored:
    """What was scored without what is withheld."""
    nodes = scored.planes.nodes
    planes = {code: plane.copy() for code, plane in nodes.scores.items()}
    for code, at, column in work.nodes:
        planes[code][at, column] = np.nan
    for code, row in work.panel.place.items():
        planes[code][work.closed[row]] = np.nan
    found = shown(scored, covered_panel(scored.observed, work.closed), replace(nodes, scores=planes))
    if not work.nodes:
        return found
    withheld = _rows(work.panel, work).with_columns(conf_status=pl.lit(SECONDARY))
    scores = found.scores.join(withheld, on=["area", "year", "node"], how="left", maintain_order="left")
    scores = scores.with_columns(pl.col("conf_status").fill_null("F"))
    return replace(found, scores=scores, steps=found.steps.plus({"5-scores": lambda: scores}))


def covered_panel(panel: Panel, closed: Flags) -> Panel:
    """Return a panel in which some cells are suppressed."""
    letters = panel.letters if SUPPRESSED in panel.letters else (*panel.letters, SUPPRESSED)
    return replace(
        panel,
        letters=letters,
        values=np.where(closed, np.nan, panel.values),
        status=np.where(closed, letters.index(SUPPRESSED) + 1, panel.status).astype(panel.status.dtype),
    )


def _rows(panel: Panel, work: _Work) -> pl.DataFrame:
    """The scores that are withheld, those that there were."""
    scores = work.scored.planes.nodes.scores
    rows = sorted(
        (panel.areas[column], panel.years[at], code)
        for code, at, column in work.nodes
        if not isnan(scores[code][at, column])
    )
    return pl.DataFrame(rows, schema={"area": pl.String, "year": pl.Int32, "node": pl.String}, orient="row")


def _touched(panel: Panel, closed: Flags) -> pl.DataFrame:
    rows = sorted((panel.areas[column], panel.years[at]) for at, column in np.argwhere(closed.any(axis=0)))
    return pl.DataFrame(rows, schema={"area": pl.String, "year": pl.Int32}, orient="row")
