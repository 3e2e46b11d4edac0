"""On which scale values of an indicator are compared: by ratios, by a share of its range, or not at all."""

from __future__ import annotations

from math import inf, isfinite

import polars as pl

from ssemon.bounds import limits, usual_range
from ssemon.framework import Framework, Indicator

LOG, RANGE = "log", "range"
# The MAD of a normal distribution times this is its standard deviation.
# Source: Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers, ASQC.
NORMAL = 1.4826


def scales(framework: Framework) -> pl.DataFrame:
    """Return the scale of each quantitative indicator.

    Shape:   `indicator`, `scale` (log, range) and `span`, the width of what is possible or usual in the unit.
    Missing: an indicator with an expression is left out: what is delivered for it is in another unit. `span` is null on a log scale, and where neither the unit nor goalposts bound what may be negative: such an
             indicator cannot be judged by a share of its range.
    """
    rows = [
        (leaf.code, *_scale(leaf))
        for leaf in framework.indicators
        if leaf.type == "quantitative" and leaf.expression is None
    ]
    return pl.DataFrame(
        rows, schema={"indicator": pl.String, "scale": pl.String, "span": pl.Float64}, orient="row"
    )  # fmt: skip


def _scale(leaf: Indicator) -> tuple[str, float | None]:
    (least, most), (low, high) = limits(leaf), usual_range(leaf)
    low, high = max(least, low), min(most, high)
    if isfinite(low) and isfinite(high):
        return RANGE, high - low
    if low >= 0 and high == inf:
        return LOG, None
    return RANGE, leaf.upper - leaf.lower if leaf.lower is not None and leaf.upper is not None else None


def mad(distance: pl.Expr) -> pl.Expr:
    """Return the median of absolute distances from a median, as a standard deviation."""
    return NORMAL * distance.median()
