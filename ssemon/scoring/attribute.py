"""Why a score changed: what each cause moved, found by scoring again with some causes as before and others as after.

The causes of a change between two inputs (stage "inputs") are the area's own data, the data of the other areas (they
move a relative scale, an estimate, weights that are read off the data), and each part of framework and profile that
differs (inputs.py). Between two years of one input (stage "years") they are the own cells of the year, the other
areas' cells, and the year itself (a base year, an estimate from neighbouring years). shapley.py shares the change out.

A score is the sum of what its indicators contribute (decompose.py), in each of these scorings; so each cause's part is
shared out among the indicators by the same mean. Parts sum to the change, an indicator's parts to its cause's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
import polars as pl

from ssemon.errors import SsemonError
from ssemon.scoring.compare import LEAST_CHANGE
from ssemon.scoring.decompose import taken_apart
from ssemon.scoring.inputs import Inputs, bare, changed_areas, differing_parts, mixed
from ssemon.scoring.kernel import make_plan, make_tile
from ssemon.scoring.kinds import Methods
from ssemon.scoring.panel import Panel
from ssemon.scoring.reference_period import build_panel
from ssemon.scoring.score import Scored, score, score_panel
from ssemon.scoring.shapley import Orders, orders

OWN, OTHERS, YEAR, PROGRAM, TOGETHER = "own_data", "other_data", "year", "program", "together"
INPUTS, YEARS = "inputs", "years"
# Whose data are as after: nobody's, everybody's, one area's, everybody's but one's.
_NOBODY, _ALL, _ONLY, _BUT = "nobody", "all", "only", "but"

Key = tuple[str, str]  # area and node
PARTS_SCHEMA = {"area": pl.String, "node": pl.String, "stage": pl.String, "cause": pl.String, "part": pl.Float64, "orders": pl.Float64}  # fmt: skip
INDICATOR_SCHEMA = {"area": pl.String, "node": pl.String, "stage": pl.String, "cause": pl.String, "indicator": pl.String, "part": pl.Float64}  # fmt: skip


@dataclass(frozen=True, slots=True)
class State:
    """The scores of one state between before and after, and what they are made of.

    Missing: an area and node without a score is in neither; one that cannot be taken apart has no contributions.
    """

    scores: Mapping[Key, float] = field(default_factory=dict)
    contributions: Mapping[Key, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """A change from one state to another by causes that can be taken one by one.

    `causes` gives those of an area; `state` scores the area with some of them as after.
    """

    name: str
    causes: Callable[[str], tuple[str, ...]]
    state: Callable[[str, frozenset[str]], State]


def states_of(scored: Scored, year: int, wanted: Collection[Key]) -> State:
    """Return the scores of some areas and nodes in a year, and the indicators' contributions to them."""
    panel, nodes = scored.planes.panel, scored.planes.nodes.scores
    if year not in panel.years:
        return State()
    at, place = panel.years.index(year), {area: position for position, area in enumerate(panel.areas)}
    found = {
        (area, node): float(nodes[node][at, place[area]])
        for area, node in wanted
        if area in place and node in nodes and not np.isnan(nodes[node][at, place[area]])
    }
    made_of: dict[Key, Mapping[str, float]] = {}
    for node in {node for _, node in found}:
        made_of |= _contributions(scored, year, node, [area for area, own in found if own == node])
    return State(found, made_of)


def _contributions(scored: Scored, year: int, node: str, areas: Sequence[str]) -> dict[Key, Mapping[str, float]]:
    """Nothing where the aggregation of a node cannot be taken apart, or weights are each area's own."""
    try:
        plan = make_plan(scored)
        tile = make_tile(scored, plan, year)
        parts, weights = taken_apart(plan, tile, plan.nodes.index(node))
    except SsemonError:
        return {}
    codes, place = (*plan.leaves, *plan.nodes), {area: at for at, area in enumerate(tile.areas)}
    return {
        (area, node): {
            codes[row]: float(parts[row, place[area]]) for row in np.flatnonzero(weights[:, place[area]] > 0)
        }
        for area in areas
    }


def inputs_stage(before: Inputs, after: Inputs, year: int, wanted: Collection[Key], methods: Methods) -> Stage:
    """Return the change from one input to another, read in the same year."""
    first, last = bare(before), bare(after)
    changed = changed_areas(first.observations, last.observations)
    parts = differing_parts(first, last)

    @cache
    def scored(data: tuple[str, str], rules: frozenset[str]) -> State:
        pair = mixed(first, last, rules)
        if pair is None:
            return State()
        rows = _rows(first.observations, last.observations, *data)
        asked = [key for key in wanted if not data[1] or key[0] == data[1]]
        try:
            return states_of(score(rows, *pair, methods), year, asked)
        except SsemonError:
            return State()

    def state(area: str, taken: frozenset[str]) -> State:
        return scored(_whose(area, taken, _data_causes(area, changed)), taken & frozenset(parts))

    return Stage(INPUTS, lambda area: (*_data_causes(area, changed), *parts), state)


def years_stage(inputs: Inputs, first: int, last: int, wanted: Collection[Key], methods: Methods) -> Stage:
    """Return the change from one year to another of the same input.

    An area's cells of the two years change places, so that what is looked at over all years stays the same set.
    """
    panel = build_panel(inputs.observations, inputs.framework, inputs.edition)
    at = (panel.years.index(first), panel.years.index(last))
    changed = _moving(panel, *at)

    @cache
    def scored(exchanged: tuple[str, str], asked_year: int) -> State:
        columns = np.array([_takes_part(area, *exchanged) for area in panel.areas], dtype=np.bool_)
        moved = _exchanged(panel, *at, columns)
        asked = [key for key in wanted if not exchanged[1] or key[0] == exchanged[1]]
        return states_of(score_panel(moved, inputs.framework, inputs.edition, methods), asked_year, asked)

    def state(area: str, taken: frozenset[str]) -> State:
        causes = _data_causes(area, changed)
        if YEAR not in taken:
            return scored(_whose(area, taken, causes), first)
        return scored(
            _whose(area, frozenset(causes) - taken, causes), last
        )  # at home in the last year: exchange the rest

    return Stage(YEARS, lambda area: (*_data_causes(area, changed), YEAR), state)


def _data_causes(area: str, changed: frozenset[str]) -> list[str]:
    return [OWN] * (area in changed) + [OTHERS] * bool(changed - {area})


def _whose(area: str, taken: frozenset[str], causes: Collection[str]) -> tuple[str, str]:
    """Whose data are exchanged, in as few words as tell it: scorings that are the same are made once."""
    own = taken.intersection(causes)
    if not own:
        return (_NOBODY, "")
    if len(own) == len(causes):
        return (_ALL, "")
    return (_ONLY if OWN in own else _BUT, area)


def _takes_part(area: str, who: str, named: str) -> bool:
    return {_NOBODY: False, _ALL: True, _ONLY: area == named, _BUT: area != named}[who]


def _rows(before: pl.DataFrame, after: pl.DataFrame, who: str, named: str) -> pl.DataFrame:
    if who in (_NOBODY, _ALL):
        return before if who == _NOBODY else after
    own = pl.col("area") == named
    one, rest = (after, before) if who == _ONLY else (before, after)
    return pl.concat([rest.filter(~own), one.filter(own)])


def _moving(panel: Panel, first: int, last: int) -> frozenset[str]:
    """The areas whose cells differ between two years."""
    one, other = panel.values[:, first], panel.values[:, last]
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    same &= panel.status[:, first] == panel.status[:, last]
    return frozenset(area for area, alike in zip(panel.areas, same.all(axis=0), strict=True) if not alike)


def _exchanged(panel: Panel, first: int, last: int, columns: np.typing.NDArray[np.bool_]) -> Panel:
    """The panel with the cells of two years in each other's place, for some areas."""
    turned = list(range(len(panel.years)))
    turned[first], turned[last] = last, first
    planes = (np.where(columns, plane[:, turned], plane) for plane in (panel.values, panel.observed_year, panel.status))
    values, own, status = planes
    return replace(panel, values=values, observed_year=own, status=status)


@dataclass(frozen=True, slots=True)
class Part:
    """What one cause moved: points of the score, the share of orders that count, and the points by indicator.

    Missing: `by_indicator` is None where a score on the way cannot be taken apart.
    """

    cause: str
    points: float
    orders: float
    by_indicator: Mapping[str, float] | None = None


def explain(stage: Stage, key: Key) -> list[Part] | None:
    """Share out the change of one area and node among the causes of a stage.

    Missing: None where there is no score before or after; where no order counts, one cause "together" bears the change.
    """
    area, causes = key[0], stage.causes(key[0])
    states = [
        stage.state(area, frozenset(cause for place, cause in enumerate(causes) if number >> place & 1))
        for number in range(1 << len(causes))
    ]
    values = {number: one.scores[key] for number, one in enumerate(states) if key in one.scores}
    if not {0, len(states) - 1} <= values.keys():
        return None
    counted = orders([number in values for number in range(len(states))])
    if not counted.share:
        return [Part(TOGETHER, values[len(states) - 1] - values[0], 0.0)]
    made_of = {number: one.contributions[key] for number, one in enumerate(states) if key in one.contributions}
    split = _by_indicator(counted, made_of, len(causes))
    return [
        Part(cause, points, counted.share, None if split is None else split[place])
        for place, (cause, points) in enumerate(zip(causes, counted.parts(values, len(causes)), strict=True))
    ]


def _by_indicator(
    counted: Orders, made_of: Mapping[int, Mapping[str, float]], count: int
) -> list[dict[str, float]] | None:
    """Each cause's part by indicator; an indicator that does not count in a state contributes 0 there."""
    if any(state not in made_of for move in counted.moves for state in (move.start, move.end)):
        return None
    codes = dict.fromkeys(code for own in made_of.values() for code in own)
    by_code = {
        code: counted.parts({state: own.get(code, 0.0) for state, own in made_of.items()}, count) for code in codes
    }
    return [{code: parts[place] for code, parts in by_code.items()} for place in range(count)]


def attribute(stages: Sequence[Stage], changes: Mapping[Key, float]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Share out the changes of scores among the causes of one or more stages, one after the other.

    Shape:   `changes` are the published changes by area and node; out: a row a cause (`area`, `node`, `stage`, `cause`,
             `part`, `orders`), and the same by indicator.
    Units:   points; the parts of an area and node sum to its change, the indicators' parts to their cause's.
    Missing: what the stages do not reach is the cause "program": this program scores otherwise than the one that
             published; a change whose ways all pass through a missing score is the cause "together". An area and node
             whose score cannot be taken apart in a state on the way has no rows by indicator.
    """
    rows: list[tuple[object, ...]] = []
    by_indicator: list[tuple[object, ...]] = []
    for key, change in changes.items():
        told = [(stage.name, explain(stage, key)) for stage in stages]
        if any(parts is None for _, parts in told):
            rows.append((*key, "", TOGETHER, change, 0.0))
            continue
        found = [(name, part) for name, parts in told for part in parts or ()]
        rest = change - sum(part.points for _, part in found)
        if abs(rest) > LEAST_CHANGE:
            rows.append((*key, "", PROGRAM, rest, 1.0))
        for name, part in found:
            rows.append((*key, name, part.cause, part.points, part.orders))
            own = part.by_indicator or {}
            by_indicator += [(*key, name, part.cause, code, points) for code, points in own.items() if points]
    return (
        pl.DataFrame(rows, schema=PARTS_SCHEMA, orient="row"),
        pl.DataFrame(by_indicator, schema=INDICATOR_SCHEMA, orient="row"),
    )
