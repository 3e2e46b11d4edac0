"""How much of a node is observed, and whether that is enough for a score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from ssemon.edition import CoverageRule
from ssemon.framework import Framework

# Thresholds are compared with this slack, so that a sum of weights that should be 0.6 is 0.6 (design, section 7).
SLACK = 1e-12

Leaf = Callable[[str], pl.Expr]


def leaf_shares(framework: Framework, code: str, rule: CoverageRule) -> Mapping[str, float]:
    """Return what each indicator below a node counts for in its coverage.

    Units: shares of the leaf weight; or equal parts of the core indicators where the rule counts those.
    """
    weights = framework.leaf_weights(code)
    if rule.count != "core":
        return weights
    return {leaf: 1.0 for leaf in weights if framework.indicator_by_code[leaf].core}


def coverage(shares: Mapping[str, float], observed: Leaf, applicable: Leaf) -> pl.Expr:
    """Share of a node's weight that is observed.

    Units:   0 to 1.
    Missing: an indicator that cannot exist leaves the denominator; missing where nothing counts.
    """
    present = _sum([observed(leaf) * share for leaf, share in shares.items()])
    possible = _sum([applicable(leaf) * share for leaf, share in shares.items()])
    return present / pl.when(possible > 0).then(possible)


def enough(rule: CoverageRule, covered: pl.Expr, children: Sequence[pl.Expr]) -> pl.Expr:
    """Whether a node may have a score: enough weight observed and enough children scored."""
    needed = len(children) if rule.children == "all" else int(rule.children)
    scored = _sum([child.is_not_null().cast(pl.Float64) for child in children])
    return (covered.fill_null(0.0) >= rule.weight - SLACK) & (scored >= needed)


def _sum(parts: Sequence[pl.Expr]) -> pl.Expr:
    return pl.sum_horizontal(*parts) if parts else pl.lit(0.0)
