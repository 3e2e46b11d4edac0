"""The tree as plain NumPy: many draws of one year at once, equal to the Polars path on the baseline.

Everything that is repeated thousands of times (Monte Carlo, sensitivity, leaving one out) runs here. Missing is NaN
inside this module and its callers' arrays only; frames that leave the room hold null.
Arrays are ordered (member, draw, area), so that a row of areas lies together; a draw axis of length 1 means
"the same in every draw" and turns the sums into matrix products.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ssemon.edition import CoverageRule, Edition
from ssemon.errors import EditionFault, Problem, Where
from ssemon.framework import Framework
from ssemon.scoring.coverage import SLACK, leaf_shares
from ssemon.scoring.kinds import Scale
from ssemon.scoring.reference_period import CANNOT_EXIST, SUPPRESSED
from ssemon.text import did_you_mean, listed, quoted

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# As in the methods that ship (methods, section 4): the floor of a geometric mean, the range that AMPI works on.
GEOMETRIC_FLOOR = 0.01
AMPI_LOW, AMPI_WIDTH = 70.0, 60.0
# How far the kernel's baseline may be from the scores it is asked to vary.
AGREEMENT = 1e-6


@dataclass(frozen=True, slots=True)
class Branch:
    """How one node is made of its children.

    Shape: `members` are rows of the leaves, then of the nodes; `weights` one a member; `shares` one a leaf.
    """

    code: str
    level: int
    members: tuple[int, ...]
    weights: Floats
    method: str
    shares: Floats
    rule: CoverageRule

    @property
    def children_needed(self) -> int:
        """How many children must have a score."""
        return len(self.members) if self.rule.children == "all" else int(self.rule.children)


@dataclass(frozen=True, slots=True)
class Plan:
    """A framework and profile as rows and weights: the branches in the order of the nodes."""

    leaves: tuple[str, ...]
    nodes: tuple[str, ...]
    branches: tuple[Branch, ...]
    scale: Scale

    @property
    def bottom_up(self) -> tuple[int, ...]:
        """The branches' places, children before parents."""
        return tuple(sorted(range(len(self.branches)), key=lambda place: -self.branches[place].level))


@dataclass(frozen=True, slots=True)
class Tile:
    """The indicator scores of one year.

    Shape:   leaves by areas.
    Missing: NaN in `score` and `unclipped`; `observed` counts a suppressed value, `applicable` not what cannot exist.
    """

    year: int
    areas: tuple[str, ...]
    score: Floats
    unclipped: Floats
    observed: Flags
    applicable: Flags


def make_plan(framework: Framework, edition: Edition) -> Plan:
    """Lay the tree out as rows.

    Shape:  the framework bears the weights that the edition scores with; leaves that never count are left out.
    Errors: EditionFault E06 for a node whose aggregation the kernel does not have.
    """
    leaves = tuple(leaf.code for leaf in framework.indicators if leaf.weight > 0)
    nodes = tuple(node.code for node in framework.nodes)
    row = {code: place for place, code in enumerate((*leaves, *nodes))}
    method = edition.method
    branches = []
    for node in framework.nodes:
        children = [child for child in framework.children[node.code] if child.weight > 0]
        rule = method.coverage_of(node.code, node.level)
        shares = leaf_shares(framework, node.code, rule)
        branches.append(
            Branch(
                code=node.code,
                level=node.level,
                members=tuple(row[child.code] for child in children),
                weights=np.array([child.weight for child in children], dtype=np.float64),
                method=method.aggregation_of(node.code, node.level).method,
                shares=np.array([shares.get(leaf, 0.0) for leaf in leaves], dtype=np.float64),
                rule=rule,
            )
        )
    check_aggregations([branch.method for branch in branches], edition)
    return Plan(leaves, nodes, tuple(branches), Scale(*method.normalisation_range))


def check_aggregations(names: Sequence[str], edition: Edition) -> None:
    """Check that the kernel has these aggregations. Errors: EditionFault E06, all at once."""
    unknown = sorted(set(names) - AGGREGATIONS.keys())
    if unknown:
        raise EditionFault(
            Problem(
                code="E06",
                stage="uncertainty",
                what=f"{listed(map(quoted, unknown))} cannot be repeated draw by draw",
                found=listed(sorted(set(names))),
                fix=f"{did_you_mean(unknown[0], AGGREGATIONS)} (there are: {', '.join(sorted(AGGREGATIONS))})",
                where=Where(file=str(edition.path or "")),
            )
        )


def make_tile(indicator_scores: pl.DataFrame, plan: Plan, year: int, areas: Sequence[str]) -> Tile:
    """Put one year of indicator scores into arrays.

    Shape:   in: the indicator scores contract; out: leaves by areas, in the orders given.
    Missing: a cell without a row is NaN, not observed, and applicable.
    """
    shape = (len(plan.leaves), len(areas))
    leaf_row = {code: place for place, code in enumerate(plan.leaves)}
    area_row = {code: place for place, code in enumerate(areas)}
    rows = indicator_scores.filter(
        (pl.col("year") == year)
        & pl.col("indicator").is_in(list(plan.leaves))
        & pl.col("area").is_in(list(areas))
    )  # fmt: skip
    at = (
        rows["indicator"].replace_strict(leaf_row, return_dtype=pl.Int64).to_numpy(),
        rows["area"].replace_strict(area_row, return_dtype=pl.Int64).to_numpy(),
    )
    score, unclipped = np.full(shape, np.nan), np.full(shape, np.nan)
    score[at] = rows["score"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    unclipped[at] = rows["unclipped"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    suppressed, applicable = np.zeros(shape, dtype=np.bool_), np.ones(shape, dtype=np.bool_)
    suppressed[at] = rows["obs_status"].eq(SUPPRESSED).fill_null(value=False).to_numpy()
    applicable[at] = rows["obs_status"].ne(CANNOT_EXIST).fill_null(value=True).to_numpy()
    return Tile(year, tuple(areas), score, unclipped, ~np.isnan(score) | suppressed, applicable)


def baseline(plan: Plan, tile: Tile) -> Floats:
    """Score one year as the profile says, coverage rules included.

    Shape:   nodes by areas.
    Missing: NaN where a node is below its coverage.
    """
    values = _members(plan, tile.score[:, None, :], 1)
    covered = _coverage(plan, tile)
    for place in plan.bottom_up:
        branch = plan.branches[place]
        children = values[list(branch.members)]
        combined = _combined(branch.method, children, branch.weights[None, :], plan.scale)
        scored = (~np.isnan(children[:, 0, :])).sum(axis=0)
        enough = (covered[place] >= branch.rule.weight - SLACK) & (scored >= branch.children_needed)
        values[len(plan.leaves) + place] = np.where(enough, combined, np.nan)
    scored_nodes: Floats = values[len(plan.leaves) :, 0, :]
    return scored_nodes


def _coverage(plan: Plan, tile: Tile) -> Floats:
    """Share of each node's leaf weight that is observed; 0 where nothing counts."""
    shares = np.array([branch.shares for branch in plan.branches])
    possible = shares @ tile.applicable.astype(np.float64)
    present = shares @ tile.observed.astype(np.float64)
    found: Floats = np.divide(present, possible, out=np.zeros_like(present), where=possible > 0)
    return found


def _members(plan: Plan, leaves: Floats, draws: int) -> Floats:
    """Room for the values of all members, the leaves filled in."""
    values = np.full((len(plan.leaves) + len(plan.nodes), draws, leaves.shape[2]), np.nan)
    values[: len(plan.leaves)] = leaves
    return values


def evaluate(
    plan: Plan,
    leaves: Floats,
    assessed: Flags,
    weights: Sequence[Floats],
    methods: Sequence[Sequence[str]],
) -> Floats:
    """Score many draws of one year.

    Shape:   `leaves` are leaves by draws (or 1) by areas; `assessed` nodes by areas; `weights` a table of draws (or
             1) by children a branch; `methods` the aggregation of each draw (or one for all) a branch. Out: nodes
             by draws by areas.
    Missing: who is assessed is the profile's decision on its own weights and stays the same in every draw; a node
             whose children all have no score or no weight in a draw is NaN in that draw.
    """
    draws = max(leaves.shape[1], *(len(table) for table in weights), *(len(names) for names in methods))
    out = np.full((len(plan.nodes), draws, leaves.shape[2]), np.nan)
    first_node = len(plan.leaves)
    for place in plan.bottom_up:
        branch = plan.branches[place]
        if not branch.members:
            continue
        below = branch.members[0] < first_node
        mixed = below != (branch.members[-1] < first_node)
        if mixed:
            children = np.stack([_plane(row, leaves, out, draws) for row in branch.members])
        else:
            children = leaves[list(branch.members)] if below else out[[row - first_node for row in branch.members]]
        out[place] = _by_method(methods[place], children, weights[place], plan.scale)
        out[place][:, ~assessed[place]] = np.nan
    return out


def _plane(row: int, leaves: Floats, nodes: Floats, draws: int) -> Floats:
    """One member's values, leaf or node, at full length."""
    plane = leaves[row] if row < len(leaves) else nodes[row - len(leaves)]
    return np.broadcast_to(plane, (draws, plane.shape[1]))


def _by_method(names: Sequence[str], children: Floats, weights: Floats, scale: Scale) -> Floats:
    """Combine each draw's children by its own aggregation, the draws of one aggregation together."""
    used = list(dict.fromkeys(names))
    if len(used) == 1:
        return _combined(used[0], children, weights, scale)
    chosen = np.array([used.index(name) for name in names])
    out = np.empty((len(names), children.shape[2]))
    for number, name in enumerate(used):
        rows = np.flatnonzero(chosen == number)
        own = children if children.shape[1] == 1 else children[:, rows, :]
        out[rows] = _combined(name, own, weights if len(weights) == 1 else weights[rows], scale)
    return out


def _combined(method: str, children: Floats, weights: Floats, scale: Scale) -> Floats:
    """Combine children; a missing one is left out and the weights renormalised."""
    if not len(children):
        return np.full(children.shape[1:], np.nan)
    there = ~np.isnan(children)
    if not _varies(there):
        there = there[:, :1, :]
    present = _weighted_sum(there.astype(np.float64), weights)
    present = np.where(present > 0, present, np.nan)
    return AGGREGATIONS[method](np.where(there, children, 0.0), there, weights, present, scale)


def _varies(there: Flags) -> bool:
    """Whether what is missing differs between draws."""
    return there.shape[1] > 1 and bool((there != there[:, :1, :]).any())


def _weighted_sum(values: Floats, weights: Floats) -> Floats:
    """Sum over the children: a matrix product where the values are the same in every draw."""
    if values.shape[1] == 1:
        product: Floats = weights @ values[:, 0, :]
        return product
    total: Floats = weights[:, 0, None] * values[0]
    for child in range(1, len(values)):
        total += weights[:, child, None] * values[child]
    return total


def _arithmetic(values: Floats, _: Flags, weights: Floats, present: Floats, __: Scale) -> Floats:
    return _weighted_sum(values, weights) / present


def _geometric(values: Floats, there: Flags, weights: Floats, present: Floats, scale: Scale) -> Floats:
    logs = np.where(there, np.log(np.maximum(values, GEOMETRIC_FLOOR * scale.high)), 0.0)
    combined: Floats = np.exp(_weighted_sum(logs, weights) / present)
    return combined


def _harmonic(values: Floats, there: Flags, weights: Floats, present: Floats, scale: Scale) -> Floats:
    inverse = np.where(there, 1.0 / np.maximum(values, GEOMETRIC_FLOOR * scale.high), 0.0)
    return present / _weighted_sum(inverse, weights)


def _ampi(values: Floats, there: Flags, weights: Floats, present: Floats, scale: Scale) -> Floats:
    """The mean less the variance over the mean, on 70..130."""
    factor = AMPI_WIDTH / (scale.high - scale.low)
    moved = np.where(there, values - scale.low, 0.0)
    mean = _weighted_sum(moved, weights) / present
    variance = np.maximum(_weighted_sum(moved**2, weights) / present - mean**2, 0.0)
    return scale.low + mean - factor * variance / (AMPI_LOW + factor * mean)


Combine = Callable[[Floats, Flags, Floats, Floats, Scale], Floats]
AGGREGATIONS: Mapping[str, Combine] = {
    "arithmetic": _arithmetic,
    "geometric": _geometric,
    "harmonic": _harmonic,
    "ampi": _ampi,
}


def check_agreement(found: Floats, plan: Plan, tile: Tile, scores: pl.DataFrame, edition: Edition) -> None:
    """Check that the kernel repeats the scores that it is about to vary.

    Errors: EditionFault E06 naming the first node that differs: intervals around other numbers would mislead.
    """
    expected = node_table(scores, plan, tile)
    same = (np.isnan(found) & np.isnan(expected)) | (np.abs(found - expected) <= AGREEMENT)
    if same.all():
        return
    node, area = (int(place) for place in np.argwhere(~same)[0])
    what = f"the draws cannot repeat the score of {plan.nodes[node]} for {tile.areas[area]} in {tile.year}"
    raise EditionFault(
        Problem(
            code="E06",
            stage="uncertainty",
            what=what,
            found=f"{expected[node, area]:.6g} in the scores, {found[node, area]:.6g} in the kernel",
            fix="a method with parameters, or of an extension, has no intervals yet: leave --uncertainty out, or audit with --draws 0",
            where=Where(file=str(edition.path or "")),
        )
    )


def node_table(scores: pl.DataFrame, plan: Plan, tile: Tile) -> Floats:
    """Put the scores of the tile's year into an array. Shape: nodes by areas. Missing: NaN."""
    node_row = {code: place for place, code in enumerate(plan.nodes)}
    area_row = {code: place for place, code in enumerate(tile.areas)}
    rows = scores.filter((pl.col("year") == tile.year) & pl.col("area").is_in(list(tile.areas)))
    table = np.full((len(plan.nodes), len(tile.areas)), np.nan)
    at = (
        rows["node"].replace_strict(node_row, return_dtype=pl.Int64).to_numpy(),
        rows["area"].replace_strict(area_row, return_dtype=pl.Int64).to_numpy(),
    )
    table[at] = rows["score"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return table
