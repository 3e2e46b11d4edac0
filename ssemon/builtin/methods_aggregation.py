"""Further ways to combine the scores of one parent's children; a missing score is left out everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ssemon import Method, Scale, divided, hookimpl, outranking, present_weight, refused, weighted_sum
from ssemon.builtin import expressions
from ssemon.builtin.methods import raised, raised_notice

Floats = npt.NDArray[np.float64]

# The range that the Mazziotta-Pareto index standardises to (mean, standard deviation).
MPI_MEAN, MPI_SD = 100.0, 10.0
# Half of a sum of weights is half, and equal scores are equal, whatever their rounding.
ROUNDING = 1e-12


def harmonic(scores: Floats, weights: Floats, scale: Scale, *, floor: float | None = None) -> Floats:
    """Weighted harmonic mean: sum(w) / sum(w / y).

    Units:   scores below 1 % of the range's upper end, or below `floor`, are raised to it first; the run says where.
             With a floor of 0 one score of 0 makes the mean 0.
    Missing: left out, the weights renormalised.
    Errors:  SsemonError E06 where the range has no numbers above 0.
    """
    return present_weight(scores, weights) / weighted_sum(1 / raised(scores, scale, floor), weights)


def generalised(scores: Floats, weights: Floats, scale: Scale, *, power: float, floor: float | None = None) -> Floats:
    """Weighted generalised mean: (sum(w y^power) / sum(w))^(1 / power), the geometric one for power 0.

    Units:   scores below 1 % of the range's upper end, or below `floor`, are raised to it first; the run says where.
    Missing: left out, the weights renormalised.
    Errors:  SsemonError E06 where the range has no numbers above 0.
    Source:  methods.md section 4.
    """
    up, present = raised(scores, scale, floor) / scale.high, present_weight(scores, weights)
    if power == 0:
        return np.asarray(scale.high * np.exp(weighted_sum(np.log(up), weights) / present))
    return np.asarray(scale.high * (weighted_sum(up**power, weights) / present) ** (1 / power))


def generalised_parts(
    scores: Floats, shares: Floats, scale: Scale, *, power: float = -1.0, floor: float | None = None
) -> Floats:
    """Each child's part of a generalised mean G: w G (1 + ((y / G)^p - 1) / p), which sums to G."""
    up = raised(scores, scale, floor) / scale.high
    if power == 0:
        mean = np.exp((shares * np.log(up)).sum(axis=0))
        return np.asarray(scale.high * shares * mean * (1 + np.log(up / mean)))
    mean = (shares * up**power).sum(axis=0) ** (1 / power)
    return np.asarray(scale.high * shares * mean * (1 + ((up / mean) ** power - 1) / power))


def median(scores: Floats, weights: Floats, scale: Scale) -> Floats:
    """Median of the children that have a score; the weights say only who counts. The middle two of an even number."""
    ordered = np.sort(_counting(scores, weights), axis=0)  # NaN last
    there = (~np.isnan(ordered)).sum(axis=0, keepdims=True)
    low, high = np.maximum(there - 1, 0) // 2, np.minimum(there // 2, np.maximum(there - 1, 0))
    middle = (np.take_along_axis(ordered, low, 0) + np.take_along_axis(ordered, high, 0)) / 2
    return np.asarray(middle[0])


def minimum(scores: Floats, weights: Floats, scale: Scale) -> Floats:
    """The worst of the children that have a score; the weights say only who counts."""
    return np.asarray(np.fmin.reduce(_counting(scores, weights), axis=0))


def mpi(scores: Floats, weights: Floats, scale: Scale, *, penalty: str = "minus") -> Floats:
    """Mazziotta-Pareto index of each year: standardised children, the mean less (or plus) a penalty.

    Units:   z = 100 + 10 (y - mean) / sd over the areas of the year; MPI = M -+ S cv, cv = S / M, weighted mean and
             population standard deviation; back on the range as middle + (MPI - 100) / 100 of its width, so that a
             range of 0 to 100 holds MPI - 50. `penalty` is "minus" (positive phenomena) or "plus".
    Missing: left out, the weights renormalised; a child that is the same everywhere is 100.
    Source:  Mazziotta and Pareto; methods.md section 4.
    """
    if penalty not in ("minus", "plus"):
        raise refused('mpi: penalty is "minus" or "plus"')
    present = present_weight(scores, weights)
    moved = _standardised(scores)
    mean = weighted_sum(moved, weights) / present
    variance = weighted_sum((moved - mean) ** 2, weights) / present
    index = mean + (-1.0 if penalty == "minus" else 1.0) * variance / mean
    return (scale.low + scale.high) / 2 + (scale.high - scale.low) * (index - MPI_MEAN) / 100


def owa(scores: Floats, weights: Floats, scale: Scale, *, order: Sequence[float]) -> Floats:
    """Ordered weighted average: `order` weighs the best child first, the worst last.

    Missing: left out; the order's weights are then stretched over the children that are there.
             So it is where the profile gives more numbers than there are children.
    Errors:  SsemonError E06 unless `order` has a number of 0 or more for each child.
    Source:  Yager (1988).
    """
    if len(order) < len(scores) or min(order) < 0 or sum(order) <= 0:
        raise refused(f"owa: order needs at least {len(scores)} numbers of 0 or more, not all 0")
    counted = _counting(scores, weights)
    best_first = -np.sort(-counted, axis=0)
    shares = _order_shares(np.asarray(order, dtype=np.float64), (~np.isnan(counted)).sum(axis=0))[: len(scores)]
    found = np.where(np.isnan(best_first), 0.0, best_first * shares).sum(axis=0)
    return np.where(np.isnan(counted).all(axis=0), np.nan, found)


def copeland(scores: Floats, weights: Floats, scale: Scale, *, points: bool = False) -> Floats:
    """Copeland score of each year: pairs of areas won less pairs lost, put on the range.

    Units:   one area beats another where the weight of the children that are higher, and half of those that are
             equal, is above half; (wins - losses) / (n - 1), -1 to 1, is put on the range. With `points` the score is
             wins - losses itself, as COINr has it.
    Missing: a pair is compared in the children that both have; an area without any, or alone, has no score.
    Source:  Munda and Nardo; OECD/JRC handbook (2008), step 6; COINr outrankMatrix.
    """
    found = np.full((max(scores.shape[1], len(weights)), scores.shape[2]), np.nan)
    counted = _counting(scores, weights)
    for at in range(len(found)):
        table = counted[:, min(at, counted.shape[1] - 1), :].T
        areas = np.flatnonzero(~np.isnan(table).all(axis=1))
        if len(areas) > 1:
            shares = outranking(table[areas], weights[min(at, len(weights) - 1)])
            np.fill_diagonal(shares, np.nan)
            won = (shares > 0.5 + ROUNDING).sum(axis=1) - (shares < 0.5 - ROUNDING).sum(axis=1)
            found[at, areas] = won if points else won / (len(areas) - 1)
    return found if points else scale.onto((1 + found) / 2)


def _counting(scores: Floats, weights: Floats) -> Floats:
    """The scores of the children that count; a weight of 0 takes a child away."""
    return np.where(weights.T[:, :, None] > 0, scores, np.nan)


def _standardised(scores: Floats) -> Floats:
    """Each child against the areas of its year: mean 100, standard deviation 10."""
    there = ~np.isnan(scores)
    count = there.sum(axis=-1, keepdims=True).astype(np.float64)
    mean = divided(np.where(there, scores, 0).sum(axis=-1, keepdims=True), count)
    sd = np.sqrt(divided(np.where(there, (scores - mean) ** 2, 0).sum(axis=-1, keepdims=True), count))
    z = divided(scores - mean, sd)
    # Equal scores, whatever the rounding of their mean.
    low, high = (end.reduce(scores, axis=-1, keepdims=True, initial=np.nan) for end in (np.fmin, np.fmax))
    alike = ~(high - low > ROUNDING * np.maximum(1.0, np.abs(high)))
    return np.asarray(MPI_MEAN + MPI_SD * np.where(there & alike, 0.0, z))


def _order_shares(order: Floats, there: npt.NDArray[np.int64]) -> Floats:
    """Where m of n children are there, each takes the part of the order's cumulated weight that is its own."""
    cumulated = np.concatenate([[0.0], np.cumsum(order) / order.sum()])
    edges = np.linspace(0, 1, len(order) + 1)
    by_count = np.zeros((len(order) + 1, len(order)))
    for count in range(1, len(order) + 1):
        by_count[count, :count] = np.diff(np.interp(np.linspace(0, 1, count + 1), edges, cumulated))
    return np.moveaxis(by_count[there], -1, 0)


@hookimpl
def register_methods() -> Iterable[Method]:
    """Give the aggregations beside the arithmetic, the geometric and AMPI."""
    return [
        Method(
            "aggregation", "harmonic", harmonic, "weighted harmonic mean", raised_notice, generalised_parts,
            expression=expressions.harmonic,
        ),
        Method(
            "aggregation", "generalised", generalised, "weighted generalised mean of a power", raised_notice,
            generalised_parts,
        ),
        Method("aggregation", "median", median, "median of the children"),
        Method("aggregation", "minimum", minimum, "the worst child", expression=expressions.minimum),
        Method(
            "aggregation", "mpi", mpi, "Mazziotta-Pareto index: standardised in each year, unbalanced results penalised"
        ),
        Method("aggregation", "owa", owa, "ordered weighted average, the best child first"),
        Method(
            "aggregation", "copeland", copeland, "pairs of areas won less lost, within each year", pairwise=True
        ),
    ]  # fmt: skip
