"""Further ways to combine the scores of one parent's children; a missing score is left out everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from ssemon import Method, Problem, Scale, SsemonError, hookimpl

Floats = npt.NDArray[np.float64]

# As for the geometric mean: a score below this share of the range's upper end is raised to it first.
FLOOR = 0.01
# The range that the Mazziotta-Pareto index standardises to (mean, standard deviation).
MPI_MEAN, MPI_SD = 100.0, 10.0


def harmonic(scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale) -> pl.Expr:
    """Weighted harmonic mean: sum(w) / sum(w / y).

    Units:   scores below 1 % of the range's upper end are raised to it first; the run says where.
    Missing: left out, the weights renormalised.
    Errors:  SsemonError E06 where the range has no numbers above 0.
    """
    return generalised(scores, weights, scale, power=-1.0)


def generalised(scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale, *, power: float) -> pl.Expr:
    """Weighted generalised mean: (sum(w y^power) / sum(w))^(1 / power), the geometric one for power 0.

    Units:   scores below 1 % of the range's upper end are raised to it first; the run says where.
    Missing: left out, the weights renormalised.
    Errors:  SsemonError E06 where the range has no numbers above 0.
    Source:  methods.md section 4.
    """
    floor = _floor(scale)
    raised = [score.clip(lower_bound=floor) / scale.high for score in scores]
    present = _present_weight(scores, weights)
    if power == 0:
        return scale.high * (_weighted_sum([one.log() for one in raised], weights) / present).exp()
    return scale.high * (_weighted_sum([one**power for one in raised], weights) / present) ** (1 / power)


def raised_notice(
    scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale, *, power: float = -1.0
) -> tuple[pl.Expr, str]:
    """Tell where a mean had to raise a score."""
    floor = _floor(scale)
    low = pl.any_horizontal(*(score.fill_null(scale.high) < floor for score in scores))
    return low, f"scores below {floor:g} were raised to {floor:g} before the mean"


def median(scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale) -> pl.Expr:
    """Median of the children that have a score; the weights say only who counts. The middle two of an even number."""
    return pl.concat_list(*scores).list.drop_nulls().list.median()


def minimum(scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale) -> pl.Expr:
    """The worst of the children that have a score; the weights say only who counts."""
    return pl.min_horizontal(*scores)


def mpi(scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale, *, penalty: str = "minus") -> pl.Expr:
    """Mazziotta-Pareto index of each year: standardised children, the mean less (or plus) a penalty.

    Units:   z = 100 + 10 (y - mean) / sd over the areas of the year; MPI = M -+ S cv, cv = S / M, weighted mean and
             population standard deviation; back on the range as middle + (MPI - 100) / 100 of its width, so that a
             range of 0 to 100 holds MPI - 50. `penalty` is "minus" (positive phenomena) or "plus".
    Missing: left out, the weights renormalised; a child that is the same everywhere is 100.
    Source:  Mazziotta and Pareto; methods.md section 4.
    """
    if penalty not in ("minus", "plus"):
        raise _refused('mpi: penalty is "minus" or "plus"')
    present = _present_weight(scores, weights)
    moved = [_standardised(score) for score in scores]
    mean = _weighted_sum(moved, weights) / present
    variance = _weighted_sum([(one - mean) ** 2 for one in moved], weights) / present
    sign = -1.0 if penalty == "minus" else 1.0
    index = mean + sign * variance / mean
    return (scale.low + scale.high) / 2 + (scale.high - scale.low) * (index - MPI_MEAN) / 100


def owa(scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale, *, order: Sequence[float]) -> pl.Expr:
    """Ordered weighted average: `order` weighs the best child first, the worst last.

    Missing: left out; the order's weights are then stretched over the children that are there.
    Errors:  SsemonError E06 unless `order` has a number of 0 or more for each child.
    Source:  Yager (1988).
    """
    if len(order) != len(scores) or min(order) < 0 or sum(order) <= 0:
        raise _refused(f"owa: order needs {len(scores)} numbers of 0 or more, not all 0")
    given = np.asarray(order, dtype=np.float64)
    return _by_matrix(scores, lambda table: _owa(table, given))


def copeland(scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale) -> pl.Expr:
    """Copeland score of each year: pairs of areas won less pairs lost, put on the range.

    Units:   one area beats another where the weight of the children that are higher, and half of those that are
             equal, is above half; (wins - losses) / (n - 1), -1 to 1, is put on the range.
    Missing: a pair is compared in the children that both have; an area without any, or alone, has no score.
    Source:  Munda and Nardo; OECD/JRC handbook (2008), step 6; COINr outrankMatrix.
    """
    given = np.asarray(weights, dtype=np.float64)
    keyed = [pl.col("year").cast(pl.Float64), *scores]
    share = _by_matrix(keyed, lambda table: _copeland(table, given))
    return scale.low + (scale.high - scale.low) * (1 + share) / 2


def outranking(table: Floats, weights: Floats) -> Floats:
    """Return the outranking matrix: the share of the weight in which the row's area is higher than the column's.

    Shape:   `table` a row an area and a column a child; equal children count half.
    Missing: NaN; a pair is compared in the children that both have, NaN where there is none.
    """
    higher = np.zeros((len(table), len(table)))
    common = np.zeros_like(higher)
    for column, weight in zip(table.T, weights, strict=True):
        known = ~np.isnan(column)
        both = known[:, None] & known[None, :]
        values = np.where(known, column, 0.0)
        above = (values[:, None] > values[None, :]) + 0.5 * (values[:, None] == values[None, :])
        higher += weight * np.where(both, above, 0.0)
        common += weight * both
    found: Floats = np.divide(higher, common, out=np.full(higher.shape, np.nan), where=common > 0)
    return found


def _copeland(table: Floats, weights: Floats) -> Floats:
    found = np.full(len(table), np.nan)
    for year in np.unique(table[:, 0]):
        rows = np.flatnonzero((table[:, 0] == year) & ~np.isnan(table[:, 1:]).all(axis=1))
        if len(rows) > 1:
            shares = outranking(table[rows, 1:], weights)
            np.fill_diagonal(shares, np.nan)
            # 1e-12: half of a sum of weights is half, whatever their rounding.
            won = (shares > 0.5 + 1e-12).sum(axis=1) - (shares < 0.5 - 1e-12).sum(axis=1)
            found[rows] = won / (len(rows) - 1)
    return found


def _owa(table: Floats, order: Floats) -> Floats:
    """By rows. With m of n children there, each takes the part of the order's cumulated weight that is its own."""
    best_first = -np.sort(-table, axis=1)
    cumulated = np.concatenate([[0.0], np.cumsum(order) / order.sum()])
    edges = np.linspace(0, 1, len(order) + 1)
    there = (~np.isnan(table)).sum(axis=1)
    found = np.full(len(table), np.nan)
    for count in np.unique(there[there > 0]):
        weights = np.diff(np.interp(np.linspace(0, 1, count + 1), edges, cumulated))
        rows = there == count
        found[rows] = best_first[rows, :count] @ weights
    return found


def _by_matrix(columns: Sequence[pl.Expr], function: object) -> pl.Expr:
    """A column from a function of a matrix: a row an area and year, NaN where missing."""

    def mapped(rows: pl.Series) -> pl.Series:
        table = rows.struct.unnest().to_numpy().astype(np.float64)
        return pl.Series(function(table), nan_to_null=True)  # type: ignore[operator]

    return pl.struct(column.alias(str(at)) for at, column in enumerate(columns)).map_batches(
        mapped, return_dtype=pl.Float64
    )


def _standardised(score: pl.Expr) -> pl.Expr:
    mean, sd = score.mean().over("year"), score.std(ddof=0).over("year")
    z = pl.when(sd > 0).then((score - mean) / sd).otherwise(score * 0)
    return MPI_MEAN + MPI_SD * z


def _floor(scale: Scale) -> float:
    if scale.high <= 0:
        raise _refused("this mean needs a normalisation_range that ends above 0, for example [0, 100]")
    return FLOOR * scale.high


def _weighted_sum(values: Sequence[pl.Expr], weights: Sequence[float]) -> pl.Expr:
    return pl.sum_horizontal(*(value * weight for value, weight in zip(values, weights, strict=True)))


def _present_weight(values: Sequence[pl.Expr], weights: Sequence[float]) -> pl.Expr:
    """The weight of the children that have a score; missing where there is none."""
    total = pl.sum_horizontal(*(value.is_not_null() * weight for value, weight in zip(values, weights, strict=True)))
    return pl.when(total > 0).then(total)


def _refused(what: str) -> SsemonError:
    return SsemonError(Problem(code="E06", stage="edition", what=what, fix="mend the parameter in the edition profile"))


@hookimpl
def register_methods() -> Iterable[Method]:
    """Give the aggregations beside the arithmetic, the geometric and AMPI."""
    return [
        Method("aggregation", "harmonic", harmonic, "weighted harmonic mean", raised_notice),
        Method("aggregation", "generalised", generalised, "weighted generalised mean of a power", raised_notice),
        Method("aggregation", "median", median, "median of the children"),
        Method("aggregation", "minimum", minimum, "the worst child"),
        Method(
            "aggregation", "mpi", mpi, "Mazziotta-Pareto index: standardised in each year, unbalanced results penalised"
        ),
        Method("aggregation", "owa", owa, "ordered weighted average, the best child first"),
        Method("aggregation", "copeland", copeland, "pairs of areas won less lost, within each year"),
    ]
