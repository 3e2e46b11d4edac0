"""The scores of the nodes, from the leaves up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ssemon.edition import CoverageRule, Edition
from ssemon.errors import EditionFault, Problem, Severity, Where
from ssemon.framework import Framework, Indicator, Node
from ssemon.scoring.check import NONE, called, given
from ssemon.scoring.impute import estimate, surroundings
from ssemon.scoring.kinds import SLACK, Methods, OwnWeights, Scale, Siblings, Weighed, divided
from ssemon.scoring.panel import Flags, Floats, Panel
from ssemon.scoring.reference_period import CANNOT_EXIST, IMPUTED, SUPPRESSED
from ssemon.scoring.usable import placed
from ssemon.text import listed, plural, quoted

# The weighting that takes the weights of the framework, and the sum that weights of an area's own bring with them.
DECLARED, OWN_SUM = "declared", "arithmetic"


@dataclass
class Nodes:
    """Scores, coverage and imputed share of every node, and the weights that made them.

    Shape:   planes of year by area, by code; `weights` relative to the siblings', of nodes and indicators; `filled`
             says where a node's score is an estimate; `own_weights` holds the weights of each area where a weighting
             gives such, child by year by area, by node; `said` the weighting of a node and what it says of itself.
    Missing: NaN.
    """

    scores: dict[str, Floats] = field(default_factory=dict)
    coverage: dict[str, Floats] = field(default_factory=dict)
    imputed: dict[str, Floats] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    filled: dict[str, Flags] = field(default_factory=dict)
    own_weights: dict[str, Floats] = field(default_factory=dict)
    said: dict[str, tuple[str, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class Tree:
    """Scores the nodes of a framework, level by level."""

    def __init__(self, panel: Panel, scores: Floats, framework: Framework, edition: Edition, methods: Methods) -> None:
        self.panel, self.framework, self.edition, self.methods = panel, framework, edition, methods
        self.method = edition.method
        self.scale = Scale(*edition.method.normalisation_range)
        self.found = Nodes(scores=dict(zip(panel.codes, scores, strict=True)))
        self.suppressed = panel.is_status(SUPPRESSED)
        # A plane an indicator; an estimate for a node marks all that is below it as imputed.
        self.observed = ~np.isnan(scores) | self.suppressed
        self.applicable = ~panel.is_status(CANNOT_EXIST)
        self.imputed = panel.is_status(IMPUTED)
        self.impossible, self.estimated = not self.applicable.all(), bool(self.imputed.any())
        self.shares: dict[str, dict[str, float]] = {}

    def score(self) -> Nodes:
        """Score every node."""
        self.found.weights[self.framework.root.code] = self.framework.root.weight
        for level in sorted({node.level for node in self.framework.nodes}, reverse=True):
            members = [node for node in self.framework.nodes if node.level == level]
            for node in members:
                siblings = self._siblings(node)
                own = self._weigh(node, siblings)
                self._cover(node)
                self._score(node, siblings, own)
            # Estimates rest on what was there before any of them, so that the order of the files changes nothing.
            for node, guess in [(node, self._guess(node)) for node in members]:
                if guess is not None:
                    self._fill(node, guess)
        self.found.problems += self._unscored()
        return self.found

    def _siblings(self, node: Node) -> Siblings:
        codes = tuple(child.code for child in self.framework.children[node.code])
        return Siblings(codes, self._planes(codes), self.scale)

    def _weigh(self, node: Node, siblings: Siblings) -> OwnWeights | None:
        """Give the children of a node their weights, and each leaf below it its share."""
        children = self.framework.children[node.code]
        declared = [child.weight for child in children]
        choice = self.method.weighting_of(node.code, node.level)
        method = self.methods.get("weighting", choice.method)
        with placed(self.edition, "weighting", choice, [node.code]):
            weights = method.function(declared, siblings, **given(self.methods, "weighting", choice, self.edition))
        own = weights if isinstance(weights, OwnWeights) else None
        if isinstance(weights, Weighed | OwnWeights) and weights.said:
            self.found.said[node.code] = (choice.method, weights.said)
        if own is not None:
            self._only_own_sum(node, choice.method)
            own = self._checked(node, choice.method, own, siblings)
            self.found.own_weights[node.code] = own.weights
            weights = declared
        elif isinstance(weights, Weighed):
            weights = weights.weights
        elif weights is declared and choice.method != DECLARED and sum(weight > 0 for weight in declared) > 1:
            self.found.problems.append(_kept_declared(node, choice.method))
        self.found.weights |= {code: float(weight) for code, weight in zip(siblings.codes, weights, strict=True)}
        self.shares[node.code] = self._leaf_shares(children)
        return own

    def _checked(self, node: Node, weighting: str, own: OwnWeights, siblings: Siblings) -> OwnWeights:
        """Scores that came with their weights: what is not a number is missing, and where it should not be, is told."""
        scores = np.where(np.isfinite(own.scores), own.scores, np.nan)
        counting = [child.weight > 0 for child in self.framework.children[node.code]]
        lost = np.isnan(scores) & ~np.isnan(siblings.scores[counting]).all(axis=0)
        if lost.any():
            self.found.problems.append(_no_weights(node, weighting, int(lost.sum()), self.panel.cells(lost)))
        return replace(own, scores=scores, weights=np.where(np.isfinite(own.weights), own.weights, np.nan))

    def _planes(self, codes: Sequence[str]) -> Floats:
        shape = (len(self.panel.years), len(self.panel.areas))
        return np.stack([self.found.scores[code] for code in codes]) if codes else np.empty((0, *shape))

    def _only_own_sum(self, node: Node, weighting: str) -> None:
        """Weights of each area's own bring their sum with them: another aggregation cannot be had beside it."""
        chosen = self.method.aggregation_of(node.code, node.level).method
        if chosen != OWN_SUM:
            what = f"{node.code}: the weighting {quoted(weighting)} brings its own sum"
            fix = f'leave the aggregation of this node away, or choose "{OWN_SUM}"'
            place = Where(file=str(self.edition.path or ""))
            raise EditionFault(
                Problem(code="E06", stage="edition", what=what, found=quoted(chosen), fix=fix, where=place)
            )

    def _leaf_shares(self, children: Sequence[Node | Indicator]) -> dict[str, float]:
        """Each indicator's share of the weight below a node."""
        counting = [child for child in children if self.found.weights[child.code] > 0]
        total = sum(self.found.weights[child.code] for child in counting)
        shares: dict[str, float] = {}
        for child in counting:
            share = self.found.weights[child.code] / total
            below = {child.code: 1.0} if isinstance(child, Indicator) else self.shares[child.code]
            shares.update({leaf: share * part for leaf, part in below.items()})
        return shares

    def _cover(self, node: Node) -> None:
        """How much of a node's leaf weight is observed, and how much of that was imputed."""
        shares, rule = self.shares[node.code], self._rule(node)
        observed = self._sum(shares, self.observed)
        counted: Mapping[str, float] = shares
        present = observed
        if rule.count == "core":
            counted = {leaf: 1.0 for leaf in shares if self.framework.indicator_by_code[leaf].core}
            present = self._sum(counted, self.observed)
        possible = (
            self._sum(counted, self.applicable) if self.impossible else np.full(present.shape, sum(counted.values()))
        )
        imputed = self._sum(shares, self.imputed) if self.estimated else np.zeros(present.shape)
        self.found.coverage[node.code] = divided(present, possible)
        self.found.imputed[node.code] = divided(imputed, observed)

    def _rule(self, node: Node) -> CoverageRule:
        return self.method.coverage_of(node.code, node.level)

    def _sum(self, shares: Mapping[str, float], of: Flags) -> Floats:
        """A sum in the order of the leaves, so that it does not depend on the machine."""
        total = np.zeros(of.shape[1:])
        for leaf, share in shares.items():
            total += of[self.panel.place[leaf]] * share
        return total

    def _score(self, node: Node, siblings: Siblings, own: OwnWeights | None) -> None:
        """Combine the children of a node, where enough of them is there."""
        weights = np.array([self.found.weights[code] for code in siblings.codes])
        counting = weights > 0
        children = siblings.scores if counting.all() else siblings.scores[counting]
        if own is not None:
            combined = own.scores
        elif len(children):
            combined = self._combined(node, children, weights[None, counting])
        else:
            combined = np.full(children.shape[1:], np.nan)
        rule = self._rule(node)
        needed = len(children) if rule.children == "all" else int(rule.children)
        there = (~np.isnan(children)).sum(axis=0)
        enough = there >= needed
        if rule.weight > SLACK:
            enough &= self.found.coverage[node.code] >= rule.weight - SLACK
        self.found.scores[node.code] = np.where(enough, combined, np.nan)
        without = "the combination of the children has no number"
        self._notice(node, enough & (there > 0) & np.isnan(combined), without, "N10")

    def _combined(self, node: Node, children: Floats, weights: Floats) -> Floats:
        choice = self.method.aggregation_of(node.code, node.level)
        method = self.methods.get("aggregation", choice.method)
        parameters = given(self.methods, "aggregation", choice, self.edition)
        with placed(self.edition, "aggregation", choice, [node.code]):
            if method.notice is not None:
                holds, sentence = method.notice(children, weights, self.scale, **parameters)
                self._notice(node, holds, sentence)
            return called(method, children.shape[1:], self.edition, children, weights, self.scale, **parameters)

    def _notice(self, node: Node, flags: Flags, sentence: str, code: str = "N01") -> None:
        if flags.any():
            what = f"{node.code}: {sentence} in {plural(int(flags.sum()), 'area-year')}"
            fix = "read these scores with care, or choose another aggregation in the profile"
            found = self.panel.cells(flags)
            self.found.problems.append(
                Problem(code=code, severity="warning", stage="scoring", what=what, found=found, fix=fix)
            )

    def _unscored(self) -> list[Problem]:
        """Tell of nodes that have no score in any area and year, but of those that are never counted."""
        empty = [node for node in self._counted() if np.isnan(self.found.scores[node.code]).all()]
        if not empty or not self.panel.areas:
            return []
        named = (f"{node.code} ({'too little data' if self.shares[node.code] else 'no weight'})" for node in empty)
        what = f"{plural(len(empty), 'node')} without a score in any area and year"
        fix = "deliver data for the indicators below, give them weight, or lower what method.coverage asks for"
        # An edition whose index nobody has is hardly what was meant; a part that nobody has may well be.
        severity: Severity = "warning" if not empty[0].parent else "info"
        return [Problem(code="N09", severity=severity, stage="scoring", what=what, found=listed(named), fix=fix)]

    def _counted(self) -> list[Node]:
        """The root, and the nodes that have a weight with all that they stand under."""
        found: dict[str, Node] = {}
        for node in sorted(self.framework.nodes, key=lambda node: node.level):
            if not node.parent or (node.weight > 0 and node.parent in found):
                found[node.code] = node
        return [node for node in self.framework.nodes if node.code in found]

    def _guess(self, node: Node) -> Floats | None:
        """Estimate the score of a node, where the edition says how."""
        choice = self.method.node_imputation_of(node.code, node.level)
        if choice.method == NONE or not self.shares[node.code]:
            return None
        beside = [child.code for child in self.framework.children.get(node.parent, ()) if child.code != node.code]
        siblings = self._planes([code for code in beside if code in self.found.scores])
        around = surroundings(self.panel, self.framework, self.found.scores)
        own = self.found.scores[node.code]
        return estimate(choice, own, siblings, around, node.code, self.framework, self.edition, self.methods)

    def _fill(self, node: Node, guess: Floats) -> None:
        """Put the estimate where a node has no score.

        Missing: a node that cannot exist, or below which a value is suppressed, is never filled.
        """
        own = self.found.scores[node.code]
        leaves = [self.panel.place[leaf] for leaf in self.shares[node.code]]
        possible = self.applicable[leaves].any(axis=0) & ~self.suppressed[leaves].any(axis=0)
        filled = np.isnan(own) & ~np.isnan(guess) & possible
        self.found.scores[node.code] = np.where(filled, guess, own)
        self.found.filled[node.code] = filled
        self.estimated = True
        self.found.imputed[node.code] = np.where(filled, 1.0, self.found.imputed[node.code])
        for leaf in leaves:
            self.observed[leaf] = np.where(filled, self.applicable[leaf], self.observed[leaf])
            self.imputed[leaf] = np.where(filled, self.applicable[leaf], self.imputed[leaf])


def _kept_declared(node: Node, method: str) -> Problem:
    """A weighting that reads its weights off the scores gave the declared ones back: too little to read."""
    return Problem(
        code="N05",
        severity="warning",
        stage="scoring",
        what=f"{node.code}: {method} finds no weights here, the declared ones stand",
        found="too few areas and years with all children scored, or a child that is the same everywhere",
        fix="choose another weighting for this node: [method.node.CODE] weighting",
    )


def _no_weights(node: Node, method: str, count: int, cells: str) -> Problem:
    """A weighting of each area's own that has none for some: no score there, rather than one by other weights."""
    return Problem(
        code="N12",
        severity="warning",
        stage="scoring",
        what=f"{node.code}: {method} finds no weights for {plural(count, 'area-year')}: no score there",
        found=cells,
        fix="loosen the bounds of the weighting, or choose another one for this node: [method.node.CODE] weighting",
    )
