"""Imputation: estimates for gaps. Value and siblings come turned so that more is better; only gaps take an estimate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from ssemon import Method, Problem, Reference, SsemonError, hookimpl

Floats = npt.NDArray[np.float64]
Statistic = Callable[[pl.Expr], pl.Expr]

EACH_YEAR = Reference(years="each")
# A last value is carried, and a gap between two own values bridged, at most so many years (methods, section 5.3).
CARRIED, BRIDGED = 3, 5
NEIGHBOURS = 5


def mean(value: pl.Expr, siblings: Sequence[pl.Expr], *, reference: Reference = EACH_YEAR) -> pl.Expr:
    """Take the mean of the areas that have a value, by default of the same year."""
    return reference.of(value, pl.Expr.mean)


def median(value: pl.Expr, siblings: Sequence[pl.Expr], *, reference: Reference = EACH_YEAR) -> pl.Expr:
    """Take the median of the areas that have a value, by default of the same year."""
    return reference.of(value, pl.Expr.median)


def group_mean(value: pl.Expr, siblings: Sequence[pl.Expr], *, group: str, years: str = "each") -> pl.Expr:
    """Take the mean of the area's group: a column of areas.csv.

    Missing: where the group has no value, or the area no group.
    """
    return _in_group(value, pl.Expr.mean, group, years)


def group_median(value: pl.Expr, siblings: Sequence[pl.Expr], *, group: str, years: str = "each") -> pl.Expr:
    """Take the median of the area's group: a column of areas.csv.

    Missing: where the group has no value, or the area no group.
    """
    return _in_group(value, pl.Expr.median, group, years)


def row_mean(value: pl.Expr, siblings: Sequence[pl.Expr], *, years: str = "each") -> pl.Expr:
    """Take the mean of the area's other indicators under the same parent.

    Units:   each is first put between its least and its greatest value of the year; the mean is put back.
    Missing: where the area has none of them.
    Source:  COINr Impute, by row.
    """
    over = _within(years)
    shares = [(one - over(one.min())) / _positive(over(one.max()) - over(one.min())) for one in siblings]
    if not shares:
        return pl.lit(None, dtype=pl.Float64)
    low, high = over(value.min()), over(value.max())
    return low + (high - low) * pl.mean_horizontal(*shares)


def locf(value: pl.Expr, siblings: Sequence[pl.Expr], *, max_age: int = CARRIED) -> pl.Expr:
    """Carry the area's last value forward, at most `max_age` years."""
    return value.forward_fill(max_age).over("area")


def linear(value: pl.Expr, siblings: Sequence[pl.Expr], *, max_gap: int = BRIDGED, ends: bool = False) -> pl.Expr:
    """Draw a straight line between two own values at most `max_gap` years apart.

    Missing: before the first value and after the last; with `ends` these take the nearest one's value.
    """
    year = pl.when(value.is_not_null()).then(pl.col("year"))
    apart = year.backward_fill() - year.forward_fill()
    inside: pl.Expr = pl.when(apart <= max_gap).then(value.interpolate())
    if ends:
        first, last = value.is_not_null().cum_max(), value.is_not_null().cum_max(reverse=True)
        inside = pl.when(first & last).then(inside).otherwise(pl.coalesce(value.forward_fill(), value.backward_fill()))
    return inside.over("area")


def nearest(value: pl.Expr, siblings: Sequence[pl.Expr], *, max_age: int = CARRIED) -> pl.Expr:
    """Take the area's value of the nearest year, the earlier of two, at most `max_age` years away."""
    year = pl.when(value.is_not_null()).then(pl.col("year"))
    back, forth = pl.col("year") - year.forward_fill(), year.backward_fill() - pl.col("year")
    far = max_age + 1
    earlier = back.fill_null(far) <= forth.fill_null(far)
    found = pl.when(earlier).then(value.forward_fill()).otherwise(value.backward_fill())
    near = pl.min_horizontal(back.fill_null(far), forth.fill_null(far)) <= max_age
    return pl.when(near).then(found).over("area")


def regression(value: pl.Expr, siblings: Sequence[pl.Expr], *, covariates: Sequence[str]) -> pl.Expr:
    """Predict from other indicators by least squares over all areas and years that have them all.

    Missing: where a covariate is missing; everywhere with fewer complete cases than coefficients and one.
    """
    if not covariates:
        raise _refused("regression needs covariates: the codes of other indicators")
    columns = [value.alias("y"), *(pl.col(f"value:{code}").alias(f"x{at}") for at, code in enumerate(covariates))]
    return pl.struct(columns).map_batches(_fitted, return_dtype=pl.Float64)


def knn(value: pl.Expr, siblings: Sequence[pl.Expr], *, k: int = NEIGHBOURS) -> pl.Expr:
    """Take the mean of the `k` areas of the same year that are most alike in the other indicators under the parent.

    Units:   root mean square distance over the indicators that both have, each divided by its standard deviation.
    Missing: where no area is alike in anything.
    """
    if type(k) is not int or k < 1:
        raise _refused("knn: k must be 1 or more")
    if not siblings:
        return pl.lit(None, dtype=pl.Float64)
    columns = [pl.col("year").alias("t"), value.alias("y"), *(one.alias(f"x{at}") for at, one in enumerate(siblings))]
    return pl.struct(columns).map_batches(lambda rows: _neighbours(rows, k), return_dtype=pl.Float64)


def _in_group(value: pl.Expr, statistic: Statistic, group: str, years: str) -> pl.Expr:
    column = f"group:{group}"
    keys = [column] if years == "all" else ["year", column]
    return pl.when(pl.col(column).is_not_null()).then(statistic(value).over(keys))


def _within(years: str) -> Callable[[pl.Expr], pl.Expr]:
    return (lambda found: found) if years == "all" else (lambda found: found.over("year"))


def _positive(width: pl.Expr) -> pl.Expr:
    return pl.when(width > 0).then(width)


def _fitted(rows: pl.Series) -> pl.Series:
    table = rows.struct.unnest().to_numpy().astype(np.float64)
    outcome = table[:, 0]
    design = np.column_stack([np.ones(len(table)), table[:, 1:]])
    complete = ~np.isnan(table).any(axis=1)
    found = np.full(len(table), np.nan)
    if complete.sum() > design.shape[1]:
        coefficients = np.linalg.lstsq(design[complete], outcome[complete], rcond=None)[0]
        found = design @ coefficients
    return pl.Series(found, nan_to_null=True)


def _neighbours(rows: pl.Series, k: int) -> pl.Series:
    table = rows.struct.unnest().to_numpy().astype(np.float64)
    year, outcome, others = table[:, 0], table[:, 1], table[:, 2:]
    known = ~np.isnan(others)
    count = np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, others - np.where(known, others, 0).sum(axis=0) / count, 0)
    spread = np.sqrt((centred**2).sum(axis=0) / count)
    scaled = np.where(known, others, np.nan) / np.where(spread > 0, spread, 1)
    found = np.full(len(table), np.nan)
    for row in np.flatnonzero(np.isnan(outcome)):
        peers = np.flatnonzero((year == year[row]) & ~np.isnan(outcome))
        found[row] = _mean_of_nearest(scaled[row], scaled[peers], outcome[peers], k)
    return pl.Series(found, nan_to_null=True)


def _mean_of_nearest(own: Floats, peers: Floats, outcome: Floats, k: int) -> float:
    both = ~np.isnan(peers) & ~np.isnan(own)
    shared = both.sum(axis=1)
    if not (shared > 0).any():
        return float("nan")
    squares = np.where(both, (peers - own) ** 2, 0).sum(axis=1)
    distance = np.where(shared > 0, squares / np.maximum(shared, 1), np.inf)
    order = np.argsort(distance, kind="stable")[: min(k, int((shared > 0).sum()))]
    return float(outcome[order].mean())


def _refused(what: str) -> SsemonError:
    return SsemonError(Problem(code="E06", stage="edition", what=what, fix="mend the parameter in the edition profile"))


@hookimpl
def register_methods() -> Iterable[Method]:
    """Give the imputations."""
    return [
        Method("imputation", "mean", mean, "the mean of the areas with a value"),
        Method("imputation", "median", median, "the median of the areas with a value"),
        Method("imputation", "group_mean", group_mean, "the mean of the area's group"),
        Method("imputation", "group_median", group_median, "the median of the area's group"),
        Method("imputation", "row_mean", row_mean, "the mean of the area's other indicators under the same parent"),
        Method("imputation", "locf", locf, "the area's last value, carried forward"),
        Method("imputation", "linear", linear, "a straight line between two own values"),
        Method("imputation", "nearest", nearest, "the area's value of the nearest year"),
        Method("imputation", "regression", regression, "least squares on named indicators"),
        Method("imputation", "knn", knn, "the mean of the areas most alike in the other indicators"),
    ]
