"""The methods that can score a file as a stream, a second time: formulas on Polars columns, a row an area and year.

The first form, on arrays, stands in `methods`; a test holds the two to the same answers. Missing is null.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ssemon import Scale, present_columns, refused, weighted_columns

# Geometric and harmonic mean: a score below this share of the range's upper end is raised to it (methods, section 4).
FLOOR = 0.01
# AMPI: scores are moved to 70..130, so that the penalty is moderate near zero (Mazziotta and Pareto).
AMPI_LOW, AMPI_WIDTH = 70.0, 60.0


def goalposts(value: pl.Expr, lower: float | None, upper: float | None, direction: int, scale: Scale) -> pl.Expr:
    """Rescale an indicator between two fixed bounds; not cut off.

    Missing: stays missing; without goalposts everything is missing.
    """
    if lower is None or upper is None:
        return pl.lit(None, dtype=pl.Float64)
    distance = value - lower if direction > 0 else upper - value
    share = distance * ((scale.high - scale.low) / (upper - lower))
    return share + scale.low if scale.low else share


def declared(weights: Sequence[float]) -> Sequence[float]:
    """Take the weights that the framework declares."""
    return weights


def equal(weights: Sequence[float]) -> Sequence[float]:
    """Give every child that has a weight the same one; a weight of 0 stays 0."""
    return [1.0 if weight > 0 else 0.0 for weight in weights]


def arithmetic(scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale) -> pl.Expr:
    """Weighted mean of the children that have a score: sum(w y) / sum(w)."""
    return weighted_columns(scores, weights) / present_columns(scores, weights)


def geometric(scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale) -> pl.Expr:
    """Weighted geometric mean of the children that have a score: exp(sum(w ln y) / sum(w)); low ones are raised."""
    logs = [up.log() for up in _raised(scores, scale)]
    return (weighted_columns(logs, weights) / present_columns(scores, weights)).exp()


def harmonic(scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale) -> pl.Expr:
    """Weighted harmonic mean: sum(w) / sum(w / y); low scores are raised."""
    return present_columns(scores, weights) / weighted_columns([1 / up for up in _raised(scores, scale)], weights)


def ampi(scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale) -> pl.Expr:
    """Adjusted Mazziotta-Pareto index: the mean less a penalty for unbalanced children."""
    factor = AMPI_WIDTH / (scale.high - scale.low)
    moved = [AMPI_LOW + factor * (score - scale.low) for score in scores]
    present = present_columns(scores, weights)
    mean = weighted_columns(moved, weights) / present
    variance = weighted_columns([(one - mean) ** 2 for one in moved], weights) / present
    return scale.low + (mean - variance / mean - AMPI_LOW) * (1 / factor)  # as a factor: see columns.py


def minimum(scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale) -> pl.Expr:
    """The worst of the children that have a score; the weights say only who counts."""
    return pl.min_horizontal(*scores)


def _raised(scores: Sequence[pl.Expr], scale: Scale) -> list[pl.Expr]:
    if scale.high <= 0:
        raise refused("this mean needs a normalisation_range that ends above 0, for example [0, 100]")
    floor = FLOOR * scale.high
    return [pl.when(score < floor).then(floor).otherwise(score) for score in scores]
