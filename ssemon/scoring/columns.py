"""The sums that every mean is made of, on Polars columns: beside `sums`, for files that are scored as a stream.

A number is multiplied by, never divided by: Polars divides one row and many rows by a number with other last bits, and
the scores of a row may not depend on how many rows are seen with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add

import polars as pl


def weighted_columns(scores: Sequence[pl.Expr], weights: Sequence[float]) -> pl.Expr:
    """Add columns up, each times its weight; a missing one adds nothing.

    Shape: a score a row in each column; a sum a row out.
    Units: as weighted_sum of arrays, but for the last bits: columns of one weight are added before they are weighed.
    """
    if not scores:
        return pl.lit(0.0)
    return _by_weight([pl.sum_horizontal(*some) * weight for some, weight in _alike(scores, weights)])


def present_columns(scores: Sequence[pl.Expr], weights: Sequence[float]) -> pl.Expr:
    """Add up the weights of the columns that have a score in this row.

    Missing: null, not 0, where no column that counts has one (0 / 0 is no score).
    """
    if not scores:
        return pl.lit(None, dtype=pl.Float64)
    there = [(score.is_not_null() for score in some) for some, _ in _alike(scores, weights)]
    counted = zip(there, _alike(scores, weights), strict=True)
    total = _by_weight([pl.sum_horizontal(*flags) * weight for flags, (_, weight) in counted])
    return pl.when(total > 0).then(total)


def _alike(scores: Sequence[pl.Expr], weights: Sequence[float]) -> list[tuple[list[pl.Expr], float]]:
    """The columns by their weight: a sum of flags is four times as fast as a sum of numbers."""
    found: dict[float, list[pl.Expr]] = {}
    for score, weight in zip(scores, weights, strict=True):
        found.setdefault(float(weight), []).append(score)
    return [(some, weight) for weight, some in found.items()]


def _by_weight(parts: Sequence[pl.Expr]) -> pl.Expr:
    return reduce(add, parts)
