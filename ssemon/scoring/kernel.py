"""Many draws of one year at once, through the same methods that made the scores.

Everything that is repeated thousands of times (Monte Carlo, sensitivity, leaving one out) runs here. Arrays are
ordered (member, draw, area), so that a row of areas lies together; a draw axis of length 1 means "the same in every
draw" and turns the sums into matrix products. Missing is NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ssemon.edition import Choice, Edition
from ssemon.errors import EditionFault, Problem, Where
from ssemon.framework import Framework
from ssemon.scoring.check import called, given
from ssemon.scoring.impute import estimate, surroundings
from ssemon.scoring.kinds import Methods, Scale, Surroundings
from ssemon.scoring.panel import Flags, Floats
from ssemon.scoring.score import Scored
from ssemon.text import quoted


@dataclass(frozen=True, slots=True)
class Branch:
    """How one node is made of its children.

    Shape: `members` are rows of the leaves, then of the nodes; `weights` one a member. `beside` are the rows of the
           node's own siblings, which an estimate of its score may look at.
    """

    code: str
    level: int
    members: tuple[int, ...]
    weights: Floats
    choice: Choice
    imputation: Choice
    beside: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A framework and profile as rows and weights: the branches in the order of the nodes."""

    leaves: tuple[str, ...]
    nodes: tuple[str, ...]
    branches: tuple[Branch, ...]
    scale: Scale
    framework: Framework
    edition: Edition
    methods: Methods

    @property
    def levels(self) -> tuple[tuple[int, ...], ...]:
        """The places of the branches, level by level, children before parents."""
        depths = sorted({branch.level for branch in self.branches}, reverse=True)
        return tuple(tuple(at for at, branch in enumerate(self.branches) if branch.level == depth) for depth in depths)

    def combine(self, choice: Choice, children: Floats, weights: Floats) -> Floats:
        """Combine children as the choice says. Shape: children by draws (or 1) by areas in, draws by areas out."""
        parameters = given(self.methods, "aggregation", choice, self.edition)
        method = self.methods.get("aggregation", choice.method)
        shape = (max(children.shape[1], len(weights)), children.shape[2])
        if not len(children):
            return np.full(shape, np.nan)
        return called(method, shape, self.edition, children, weights, self.scale, **parameters)


@dataclass(frozen=True, slots=True)
class Tile:
    """The scores of one year.

    Shape:   `score` and `unclipped` leaves by areas; `point` and `filled` nodes by areas.
    Missing: NaN; `filled` says where the score of a node is an estimate.
    """

    year: int
    areas: tuple[str, ...]
    score: Floats
    unclipped: Floats
    point: Floats
    filled: Flags
    around: Surroundings


def make_plan(scored: Scored) -> Plan:
    """Lay the tree out as rows.

    Shape:  leaves that never count are left out.
    Errors: EditionFault E06 for a node whose weights are each area's own: they cannot be drawn anew.
    """
    framework, edition = scored.framework, scored.edition
    own = sorted(scored.planes.nodes.own_weights)
    if own:
        what = f"{own[0]}: weights that are each area's own cannot be repeated draw by draw"
        raise EditionFault(_fault(edition, what, edition.method.weighting_of(own[0], -1).method))
    leaves = tuple(leaf.code for leaf in framework.indicators if leaf.weight > 0)
    nodes = tuple(node.code for node in framework.nodes)
    row = {code: place for place, code in enumerate((*leaves, *nodes))}
    method, branches = edition.method, []
    for node in framework.nodes:
        children = [child for child in framework.children[node.code] if child.weight > 0]
        beside = [child for child in framework.children.get(node.parent, ()) if child.code != node.code]
        branches.append(
            Branch(
                code=node.code,
                level=node.level,
                members=tuple(row[child.code] for child in children),
                weights=np.array([child.weight for child in children], dtype=np.float64),
                choice=method.aggregation_of(node.code, node.level),
                imputation=method.node_imputation_of(node.code, node.level),
                beside=tuple(row[child.code] for child in beside if child.code in row),
            )
        )
    scale = Scale(*method.normalisation_range)
    return Plan(leaves, nodes, tuple(branches), scale, framework, edition, scored.methods)


def _fault(edition: Edition, what: str, found: str) -> Problem:
    fix = "leave --uncertainty out (of an audit: --draws 0 --base 0), or choose another weighting for this node"
    place = Where(file=str(edition.path or ""))
    return Problem(code="E06", stage="uncertainty", what=what, found=quoted(found), fix=fix, where=place)


def make_tile(scored: Scored, plan: Plan, year: int) -> Tile:
    """Take one year out of the scores. Errors: EditionFault E04 for a year that the edition does not score."""
    panel, nodes = scored.planes.panel, scored.planes.nodes
    if year not in panel.years:
        what, known = "the edition does not score this year", f"{panel.years[0]} to {panel.years[-1]}"
        raise EditionFault(Problem(code="E04", stage="uncertainty", what=what, found=str(year), fix=known))
    at, leaves = panel.years.index(year), [panel.place[code] for code in plan.leaves]
    nothing = np.zeros(len(panel.areas), dtype=np.bool_)
    return Tile(
        year,
        panel.areas,
        scored.planes.scores[leaves, at],
        scored.planes.unclipped[leaves, at],
        np.array([nodes.scores[code][at] for code in plan.nodes]),
        np.array([nodes.filled[code][at] if code in nodes.filled else nothing for code in plan.nodes]),
        surroundings(replace(panel, years=(year,)), plan.framework, {}),
    )


def alone(tile: Tile, column: int) -> Tile:
    """Return the tile of one area: as many scorings, a fraction of the work."""
    only = slice(column, column + 1)
    return replace(
        tile, areas=(tile.areas[column],), score=tile.score[:, only], unclipped=tile.unclipped[:, only],
        point=tile.point[:, only], filled=tile.filled[:, only],
    )  # fmt: skip


def evaluate(
    plan: Plan, tile: Tile, leaves: Floats, weights: Sequence[Floats], choices: Sequence[Sequence[Choice]]
) -> Floats:
    """Score many draws of one year.

    Shape:   `leaves` are leaves by draws (or 1) by areas; `weights` a table of draws (or 1) by children a branch;
             `choices` the aggregation of each draw (or one for all) a branch. Out: nodes by draws by areas.
    Missing: who is assessed is the profile's decision on its own weights and stays the same in every draw; a node
             whose children all have no score or no weight in a draw is NaN in that draw.
    """
    draws = max(leaves.shape[1], *(len(table) for table in weights), *(len(names) for names in choices))
    out = np.full((len(plan.nodes), draws, leaves.shape[2]), np.nan)
    assessed = ~np.isnan(tile.point) & ~tile.filled
    for level in plan.levels:
        for place in level:
            children = _children(plan, plan.branches[place].members, leaves, out, draws)
            out[place] = _by_choice(plan, choices[place], children, weights[place])
            out[place][:, ~assessed[place]] = np.nan
        for place in level:
            if tile.filled[place].any():
                _fill(plan, tile, place, leaves, out)
    return out


def _children(plan: Plan, members: Sequence[int], leaves: Floats, nodes: Floats, draws: int) -> Floats:
    """The members' values, leaves or nodes. Shape: members by draws (or 1) by areas."""
    first = len(plan.leaves)
    if all(row < first for row in members):
        return leaves[list(members)]
    if all(row >= first for row in members):
        return nodes[[row - first for row in members]]
    planes = [leaves[row] if row < first else nodes[row - first] for row in members]
    return np.stack([np.broadcast_to(plane, (draws, plane.shape[1])) for plane in planes])


def _by_choice(plan: Plan, choices: Sequence[Choice], children: Floats, weights: Floats) -> Floats:
    """Combine each draw's children by its own aggregation, the draws of one aggregation together."""
    used = {id(choice): choice for choice in choices}
    if len(used) == 1:
        return plan.combine(choices[0], children, weights)
    chosen = np.array([id(choice) for choice in choices])
    out = np.empty((len(choices), children.shape[2]))
    for name, choice in used.items():
        rows = np.flatnonzero(chosen == name)
        own = children if children.shape[1] == 1 else children[:, rows, :]
        out[rows] = plan.combine(choice, own, weights if len(weights) == 1 else weights[rows])
    return out


def _fill(plan: Plan, tile: Tile, place: int, leaves: Floats, nodes: Floats) -> None:
    """Estimate a node's score anew in each draw; by years' own history it stays as it was published."""
    branch, filled = plan.branches[place], tile.filled[place]
    if not plan.methods.get("imputation", branch.imputation.method).cross_section:
        nodes[place][:, filled] = tile.point[place][filled]
        return
    draws = nodes.shape[1]
    siblings = _children(plan, branch.beside, leaves, nodes, draws) if branch.beside else nodes[:0]
    siblings = np.broadcast_to(siblings, (len(siblings), draws, nodes.shape[2]))
    guess = estimate(
        branch.imputation, nodes[place], siblings, tile.around, branch.code, plan.framework, plan.edition, plan.methods
    )
    nodes[place][:, filled] = guess[:, filled]
