"""The scoring methods that the shipped frameworks use. Each is a pure function; formulas as in the handbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ssemon import Bounds, Method, Scale, Siblings, hookimpl, present_weight, refused, weighted_sum
from ssemon.builtin import expressions
from ssemon.builtin.expressions import AMPI_LOW, AMPI_WIDTH, FLOOR

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def goalposts(values: Floats, bounds: Bounds, scale: Scale) -> Floats:
    """Rescale an indicator between two fixed bounds; not cut off.

    Shape:   one value an area and year, in and out.
    Units:   raw unit in, the edition's range out; direction -1 turns the scale round.
    Missing: stays missing; without goalposts everything is missing.
    Source:  OECD/JRC handbook (2008), step 5.
    """
    distance = np.where(bounds.rises, values - bounds.lower, bounds.upper - values)
    return scale.low + (scale.high - scale.low) * distance / (bounds.upper - bounds.lower)


def declared(weights: Sequence[float], siblings: Siblings) -> Sequence[float]:
    """Take the weights that the framework declares.

    Units: relative to the siblings'.
    """
    return weights


def equal(weights: Sequence[float], siblings: Siblings) -> Sequence[float]:
    """Give every child that has a weight the same one; a weight of 0 stays 0 (shown, not scored)."""
    return [1.0 if weight > 0 else 0.0 for weight in weights]


def arithmetic(scores: Floats, weights: Floats, scale: Scale) -> Floats:
    """Weighted mean of the children that have a score: sum(w y) / sum(w).

    Missing: left out, the weights renormalised; missing where no child has a score.
    Source:  OECD/JRC handbook (2008), step 6.
    """
    return weighted_sum(scores, weights) / present_weight(scores, weights)


def geometric(scores: Floats, weights: Floats, scale: Scale, *, floor: float | None = None) -> Floats:
    """Weighted geometric mean of the children that have a score: exp(sum(w ln y) / sum(w)).

    Units:   scores below 1 % of the range's upper end, or below `floor`, are raised to it first; the run says where.
             With a floor of 0 one score of 0 makes the mean 0.
    Missing: left out, the weights renormalised.
    Errors:  SsemonError E06 where the range has no numbers above 0.
    Source:  OECD/JRC handbook (2008), step 6.
    """
    with np.errstate(divide="ignore"):
        logs = np.log(raised(scores, scale, floor))
    return np.asarray(np.exp(weighted_sum(logs, weights) / present_weight(scores, weights)))


def raised(scores: Floats, scale: Scale, floor: float | None = None) -> Floats:
    """Return the scores, those below the floor raised to it: 1 % of the range's upper end, unless one is given."""
    if scale.high <= 0:
        raise refused("this mean needs a normalisation_range that ends above 0, for example [0, 100]")
    if floor is not None and not 0 <= floor < scale.high:
        raise refused(f"floor must be 0 or more, and below the end of the range, {scale.high:g}")
    return np.maximum(scores, FLOOR * scale.high if floor is None else floor)


def raised_notice(
    scores: Floats, weights: Floats, scale: Scale, *, floor: float | None = None, **parameters: object
) -> tuple[Flags, str]:
    """Tell where a mean had to raise a score."""
    floor = FLOOR * scale.high if floor is None else floor
    low: Flags = np.asarray((scores < floor).any(axis=0))
    return low, f"scores below {floor:g} were raised to {floor:g} before the mean"


def ampi(scores: Floats, weights: Floats, scale: Scale) -> Floats:
    """Adjusted Mazziotta-Pareto index: the mean less a penalty for unbalanced children.

    Units:   r = 70 + 60 (y - low) / (high - low); AMPI = M - S cv with cv = S / M, weighted mean and weighted
             population standard deviation; moved back to the edition's range.
    Missing: left out, the weights renormalised.
    Source:  Mazziotta and Pareto; weighted form, RIEDS 2022.
    """
    factor = AMPI_WIDTH / (scale.high - scale.low)
    moved = AMPI_LOW + factor * (scores - scale.low)
    present = present_weight(scores, weights)
    mean = weighted_sum(moved, weights) / present
    variance = weighted_sum((moved - mean) ** 2, weights) / present
    return scale.low + (mean - variance / mean - AMPI_LOW) / factor


def arithmetic_parts(scores: Floats, shares: Floats, scale: Scale) -> Floats:
    """Each child's part of a mean: w y."""
    return shares * scores


def geometric_parts(scores: Floats, shares: Floats, scale: Scale, *, floor: float | None = None) -> Floats:
    """Each child's part of a geometric mean G: w G (1 + ln(y / G)); the logarithms sum to nothing."""
    up = raised(scores, scale, floor)
    mean = np.exp((shares * np.log(up)).sum(axis=0))
    return np.asarray(shares * mean * (1 + np.log(up / mean)))


def ampi_parts(scores: Floats, shares: Floats, scale: Scale) -> Floats:
    """Each child's part of AMPI: w y less the penalty that its own distance from the mean brings."""
    factor = AMPI_WIDTH / (scale.high - scale.low)
    moved = AMPI_LOW + factor * (scores - scale.low)
    mean = (shares * moved).sum(axis=0)
    return np.asarray(shares * (scores - (moved - mean) ** 2 / mean / factor))


@hookimpl
def register_methods() -> Iterable[Method]:
    """Give the methods of the shipped frameworks."""
    return [
        Method(
            "normalisation", "goalposts", goalposts, "between two fixed bounds in the raw unit",
            expression=expressions.goalposts,
        ),
        Method("weighting", "declared", declared, "the weights of the framework", expression=expressions.declared),
        Method("weighting", "equal", equal, "the same weight for every child", expression=expressions.equal),
        Method(
            "aggregation", "arithmetic", arithmetic, "weighted arithmetic mean", parts=arithmetic_parts,
            expression=expressions.arithmetic,
        ),
        Method(
            "aggregation", "geometric", geometric, "weighted geometric mean", raised_notice, geometric_parts,
            expression=expressions.geometric,
        ),
        Method(
            "aggregation", "ampi", ampi, "adjusted Mazziotta-Pareto index: unbalanced results are penalised",
            parts=ampi_parts, expression=expressions.ampi,
        ),
    ]  # fmt: skip
