"""The sums that methods are made of: a missing score is left out, and the weights of the others count."""

from __future__ import annotations

import numpy as np

from ssemon.scoring.kinds import divided
from ssemon.scoring.panel import Floats

# Scores that differ by less are equal: the last bits of a sum.
ROUNDING = 1e-12


def weighted_sum(scores: Floats, weights: Floats) -> Floats:
    """Add the scores up, each times its weight; a missing one adds nothing.

    Shape: `scores` child by year (or draw) by area, `weights` year (or draw, or 1) by child; year by area out.
    Units: added in the order of the children, so that the sum does not depend on the machine, except where one
           cross-section meets many weights: that is a matrix product.
    """
    if not len(scores):
        return np.zeros((len(weights), scores.shape[2]))
    if scores.shape[1] == 1 and len(weights) > 1:
        product: Floats = weights @ _filled(scores[:, 0, :])
        return product
    total: Floats = weights[:, 0, None] * _filled(scores[0])
    for child in range(1, len(scores)):
        total += weights[:, child, None] * _filled(scores[child])
    return total


def present_weight(scores: Floats, weights: Floats) -> Floats:
    """Add up the weights of the children that have a score.

    Shape:   as weighted_sum.
    Missing: NaN, not 0, where no child that counts has one (0 / 0 is no score).
    """
    there = ~np.isnan(scores)
    if there.all():
        total = np.repeat(weights.sum(axis=1, keepdims=True), scores.shape[2], axis=1) if len(scores) else None
    else:
        if there.shape[1] > 1 and (there == there[:, :1, :]).all():
            there = there[:, :1, :]  # what is missing is the same in every draw
        total = weighted_sum(there.astype(np.float64), weights)
    if total is None:
        return np.full((len(weights), scores.shape[2]), np.nan)
    return np.where(total > 0, total, np.nan)


def _filled(plane: Floats) -> Floats:
    missing = np.isnan(plane)
    return np.where(missing, 0.0, plane) if missing.any() else plane


def outranking(table: Floats, weights: Floats) -> Floats:
    """Return the outranking matrix: the share of the weight in which the row's area is higher than the column's.

    Shape:   `table` a row an area and a column a child; equal children count half; scores that differ only in the last
             bits of a sum are equal.
    Missing: NaN; a pair is compared in the children that both have, NaN where there is none.
    """
    higher = np.zeros((len(table), len(table)))
    common = np.zeros_like(higher)
    for column, weight in zip(table.T, weights, strict=True):
        known = ~np.isnan(column)
        both = known[:, None] & known[None, :]
        values = np.where(known, column, 0.0)
        gap = values[:, None] - values[None, :]
        gap[np.abs(gap) <= ROUNDING * np.maximum(1.0, np.abs(values))] = 0.0
        above = (np.sign(gap) + 1) / 2
        higher += weight * np.where(both, above, 0.0)
        common += weight * both
    return divided(higher, common)
