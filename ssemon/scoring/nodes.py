"""The scores of the nodes, from the leaves up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from ssemon.edition import CoverageRule, Edition
from ssemon.errors import Problem
from ssemon.framework import Framework, Indicator, Node
from ssemon.scoring.check import given
from ssemon.scoring.coverage import SLACK
from ssemon.scoring.kinds import Methods, Scale, Siblings
from ssemon.scoring.panel import Flags, Floats, Panel, matrix
from ssemon.scoring.reference_period import CANNOT_EXIST, IMPUTED, SUPPRESSED
from ssemon.text import plural

# The weighting that takes the weights of the framework.
DECLARED = "declared"
_Members = tuple[Node | Indicator, ...]


@dataclass
class Nodes:
    """Scores, coverage and imputed share of every node, and the weights that made them.

    Shape:   vectors as long as the panel, by code; `weights` relative to the siblings', of nodes and indicators.
    Missing: NaN.
    """

    scores: dict[str, Floats] = field(default_factory=dict)
    coverage: dict[str, Floats] = field(default_factory=dict)
    imputed: dict[str, Floats] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


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


class Tree:
    """Scores the nodes of a framework, level by level."""

    def __init__(self, panel: Panel, scores: Floats, framework: Framework, edition: Edition, methods: Methods) -> None:
        self.panel, self.framework, self.edition, self.methods = panel, framework, edition, methods
        self.method = edition.method
        self.scale = Scale(*edition.method.normalisation_range)
        self.found = Nodes(scores={code: scores[:, at] for at, code in enumerate(panel.codes)})
        self.frame = panel.keys.hstack(panel.frame(scores, "score"))
        suppressed, impossible = panel.is_status(SUPPRESSED), panel.is_status(CANNOT_EXIST)
        observed = ~np.isnan(scores) | suppressed
        # One column an indicator, each a vector of 0 and 1.
        self.observed = _columns(panel.codes, observed)
        self.applicable = _columns(panel.codes, ~impossible)
        self.imputed = _columns(panel.codes, panel.is_status(IMPUTED))
        self.any_imputed = bool(panel.is_status(IMPUTED).any())
        self.height = len(scores)
        self.shares: dict[str, dict[str, float]] = {}

    def score(self) -> Nodes:
        """Score every node."""
        self.found.weights[self.framework.root.code] = self.framework.root.weight
        for level in sorted({node.level for node in self.framework.nodes}, reverse=True):
            members = [node for node in self.framework.nodes if node.level == level]
            for node in members:
                self._weigh(node)
                self._cover(node)
            self._aggregate(members)
        return self.found

    def _weigh(self, node: Node) -> None:
        """Give the children of a node their weights, and each leaf below it its share."""
        children = self.framework.children[node.code]
        declared = [child.weight for child in children]
        choice = self.method.weighting_of(node.code, node.level)
        weigh = self.methods.get("weighting", choice.method)
        codes = tuple(child.code for child in children)
        siblings = Siblings(codes, self.frame)
        weights = weigh.function(declared, siblings, **given(self.methods, "weighting", choice, self.edition))
        if weights is declared and choice.method != DECLARED and sum(weight > 0 for weight in declared) > 1:
            self.found.problems.append(_kept_declared(node, choice.method))
        self.found.weights |= {code: float(weight) for code, weight in zip(codes, weights, strict=True)}
        self.shares[node.code] = self._leaf_shares(children)

    def _leaf_shares(self, children: _Members) -> dict[str, float]:
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
        self.found.coverage[node.code] = _divided(present, self._sum(counted, self.applicable))
        imputed = self._sum(shares, self.imputed) if self.any_imputed else np.zeros(len(observed))
        self.found.imputed[node.code] = _divided(imputed, observed)

    def _rule(self, node: Node) -> CoverageRule:
        return self.method.coverage_of(node.code, node.level)

    def _sum(self, shares: Mapping[str, float], of: Mapping[str, Floats]) -> Floats:
        """A sum in the order of the leaves, so that it does not depend on the machine."""
        total = np.zeros(self.height)
        for leaf, share in shares.items():
            total += of[leaf] * share
        return total

    def _members(self, node: Node) -> tuple[list[str], list[float]]:
        """The children that count, and their weights."""
        weights = self.found.weights
        codes = [child.code for child in self.framework.children[node.code] if weights[child.code] > 0]
        return codes, [weights[code] for code in codes]

    def _aggregate(self, members: Sequence[Node]) -> None:
        """Score the nodes of one level together."""
        combined: dict[str, pl.Expr] = {}
        for node in members:
            codes, weights = self._members(node)
            if codes:
                scores = [pl.col(f"score:{code}") for code in codes]
                combined[node.code] = self._combined(node, scores, weights)
        if combined:
            found = self.frame.select(expression.alias(code) for code, expression in combined.items())
            values = matrix(found, self.height)
        columns = []
        for node in members:
            score = np.full(self.height, np.nan)
            if node.code in combined:
                score = np.where(self._enough(node), values[:, list(combined).index(node.code)], np.nan)
            self.found.scores[node.code] = score
            columns.append(pl.Series(f"score:{node.code}", score, nan_to_null=True))
        self.frame = self.frame.with_columns(columns)

    def _combined(self, node: Node, scores: Sequence[pl.Expr], weights: Sequence[float]) -> pl.Expr:
        choice = self.method.aggregation_of(node.code, node.level)
        method = self.methods.get("aggregation", choice.method)
        parameters = given(self.methods, "aggregation", choice, self.edition)
        if method.notice is not None:
            holds, sentence = method.notice(scores, weights, self.scale, **parameters)
            self._notice(node, self.frame.select(holds.fill_null(value=False).sum()).item(), sentence)
        combined: pl.Expr = method.function(scores, weights, self.scale, **parameters)
        return combined

    def _notice(self, node: Node, count: int, sentence: str) -> None:
        if count:
            what = f"{node.code}: {sentence} in {plural(count, 'area-year')}"
            fix = "read these scores with care, or choose another aggregation in the profile"
            self.found.problems.append(Problem(code="N01", severity="warning", stage="scoring", what=what, fix=fix))

    def _enough(self, node: Node) -> Flags:
        """Whether a node may have a score: enough weight observed and enough children scored."""
        rule, (codes, _) = self._rule(node), self._members(node)
        needed = len(codes) if rule.children == "all" else int(rule.children)
        scored = np.zeros(self.height, dtype=np.int64)
        for code in codes:
            scored += ~np.isnan(self.found.scores[code])
        enough: Flags = (np.nan_to_num(self.found.coverage[node.code]) >= rule.weight - SLACK) & (scored >= needed)
        return enough


def _columns(codes: Sequence[str], flags: Flags) -> dict[str, Floats]:
    numbers = flags.astype(np.float64, order="F")
    return {code: numbers[:, at] for at, code in enumerate(codes)}


def _divided(part: Floats, whole: Floats) -> Floats:
    """The quotient, missing where there is nothing to divide by."""
    found: Floats = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return found
