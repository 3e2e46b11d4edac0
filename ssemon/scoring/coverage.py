"""How much of a node is observed, and whether that is enough for a score."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
