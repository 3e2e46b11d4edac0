"""The scoring methods that ship. Each is a pure function on Polars expressions; formulas as in the handbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from ssemon import Bounds, Method, Problem, Scale, Siblings, SsemonError, hookimpl

# Geometric mean: a score below this share of the range's upper end is raised to it (methods, section 4).
GEOMETRIC_FLOOR = 0.01
# AMPI: scores are moved to 70..130, so that the penalty is moderate near zero (Mazziotta and Pareto).
AMPI_LOW, AMPI_WIDTH = 70.0, 60.0


def goalposts(value: pl.Expr, bounds: Bounds, scale: Scale) -> pl.Expr:
    """Rescale an indicator between two fixed bounds; not cut off.

    Shape:   one value an area and year, in and out.
    Units:   raw unit in, the edition's range out; direction -1 turns the scale round.
    Missing: stays missing; without goalposts everything is missing.
    Source:  OECD/JRC handbook (2008), step 5.
    """
    if bounds.lower is None or bounds.upper is None:
        return pl.lit(None, dtype=pl.Float64)
    width = bounds.upper - bounds.lower
    distance = value - bounds.lower if bounds.direction > 0 else bounds.upper - value
    return scale.low + (scale.high - scale.low) * distance / width


def declared(weights: Sequence[float], siblings: Siblings) -> Sequence[float]:
    """Take the weights that the framework declares.

    Units: relative to the siblings'.
    """
    return weights


def equal(weights: Sequence[float], siblings: Siblings) -> Sequence[float]:
    """Give every child that has a weight the same one; a weight of 0 stays 0 (shown, not scored)."""
    return [1.0 if weight > 0 else 0.0 for weight in weights]


def arithmetic(scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale) -> pl.Expr:
    """Weighted mean of the children that have a score.

    Missing: left out, the weights renormalised; missing where no child has a score.
    Source:  OECD/JRC handbook (2008), step 6.
    """
    return _weighted_sum(scores, weights) / _present_weight(scores, weights)


def geometric(scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale) -> pl.Expr:
    """Weighted geometric mean of the children that have a score.

    Units:   scores below 1 % of the range's upper end are raised to it first; the run says where.
    Missing: left out, the weights renormalised.
    Errors:  SsemonError E06 where the range has no numbers above 0.
    Source:  OECD/JRC handbook (2008), step 6.
    """
    if scale.high <= 0:
        what = "a geometric mean needs a normalisation_range that ends above 0"
        raise SsemonError(Problem(code="E06", stage="edition", what=what, fix="for example [0, 100]"))
    floor = GEOMETRIC_FLOOR * scale.high
    logs = [score.clip(lower_bound=floor).log() for score in scores]
    return (_weighted_sum(logs, weights) / _present_weight(scores, weights)).exp()


def geometric_notice(scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale) -> tuple[pl.Expr, str]:
    """Tell where a geometric mean had to raise a score."""
    floor = GEOMETRIC_FLOOR * scale.high
    low = pl.any_horizontal(*(score.fill_null(scale.high) < floor for score in scores))
    return low, f"scores below {floor:g} were raised to {floor:g} before the geometric mean"


def ampi(scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale) -> pl.Expr:
    """Adjusted Mazziotta-Pareto index: the mean less a penalty for unbalanced children.

    Units:   r = 70 + 60 (y - low) / (high - low); AMPI = M - S cv with cv = S / M, weighted mean and weighted
             population standard deviation; moved back to the edition's range.
    Missing: left out, the weights renormalised.
    Source:  Mazziotta and Pareto; weighted form, RIEDS 2022.
    """
    factor = AMPI_WIDTH / (scale.high - scale.low)
    moved = [AMPI_LOW + factor * (score - scale.low) for score in scores]
    present = _present_weight(scores, weights)
    mean = _weighted_sum(moved, weights) / present
    variance = _weighted_sum([(r - mean) ** 2 for r in moved], weights) / present
    return scale.low + (mean - variance / mean - AMPI_LOW) / factor


def _weighted_sum(values: Sequence[pl.Expr], weights: Sequence[float]) -> pl.Expr:
    return pl.sum_horizontal(*(value * weight for value, weight in zip(values, weights, strict=True)))


def _present_weight(values: Sequence[pl.Expr], weights: Sequence[float]) -> pl.Expr:
    """The weight of the children that have a score; missing, not 0, where there is none (0 / 0 is no score)."""
    present = [value.is_not_null() * weight for value, weight in zip(values, weights, strict=True)]
    total = pl.sum_horizontal(*present)
    return pl.when(total > 0).then(total)


@hookimpl
def register_methods() -> Iterable[Method]:
    """Give the methods that ship."""
    return [
        Method("normalisation", "goalposts", goalposts, "between two fixed bounds in the raw unit"),
        Method("weighting", "declared", declared, "the weights of the framework"),
        Method("weighting", "equal", equal, "the same weight for every child"),
        Method("aggregation", "arithmetic", arithmetic, "weighted arithmetic mean"),
        Method("aggregation", "geometric", geometric, "weighted geometric mean", geometric_notice),
        Method("aggregation", "ampi", ampi, "adjusted Mazziotta-Pareto index: unbalanced results are penalised"),
    ]
