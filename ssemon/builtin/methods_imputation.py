"""Imputation: estimates for gaps. Value and siblings come turned so that more is better; only gaps take an estimate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ssemon import Method, Reference, Surroundings, divided, hookimpl, refused

Floats = npt.NDArray[np.float64]
Statistic = Callable[[Reference, Floats], Floats]

EACH_YEAR = Reference(each=True)
# A last value is carried, and a gap between two own values bridged, at most so many years (methods, section 5.3).
CARRIED, BRIDGED = 3, 5
NEIGHBOURS = 5


def mean(value: Floats, siblings: Floats, around: Surroundings, *, reference: Reference = EACH_YEAR) -> Floats:
    """Take the mean of the areas that have a value, by default of the same year."""
    return np.broadcast_to(reference.mean(value), value.shape)


def median(value: Floats, siblings: Floats, around: Surroundings, *, reference: Reference = EACH_YEAR) -> Floats:
    """Take the median of the areas that have a value, by default of the same year."""
    return np.broadcast_to(reference.median(value), value.shape)


def group_mean(value: Floats, siblings: Floats, around: Surroundings, *, group: str, years: str = "each") -> Floats:
    """Take the mean of the area's group: a column of areas.csv.

    Missing: where the group has no value, or the area no group.
    """
    return _in_group(value, Reference.mean, around.groups[group], _reference(years))


def group_median(value: Floats, siblings: Floats, around: Surroundings, *, group: str, years: str = "each") -> Floats:
    """Take the median of the area's group: a column of areas.csv.

    Missing: where the group has no value, or the area no group.
    """
    return _in_group(value, Reference.median, around.groups[group], _reference(years))


def row_mean(value: Floats, siblings: Floats, around: Surroundings, *, years: str = "each") -> Floats:
    """Take the mean of the area's other indicators under the same parent.

    Units:   each is first put between its least and its greatest value of the year; the mean is put back.
    Missing: where the area has none of them.
    Source:  COINr Impute, by row.
    """
    return _in_row(value, siblings, _reference(years), Reference.mean)


def row_median(value: Floats, siblings: Floats, around: Surroundings, *, years: str = "each") -> Floats:
    """Take the median of the area's other indicators under the same parent.

    Units:   as row_mean.
    Missing: where the area has none of them.
    Source:  COINr Impute, by row.
    """
    return _in_row(value, siblings, _reference(years), Reference.median)


def locf(value: Floats, siblings: Floats, around: Surroundings, *, max_age: int = CARRIED) -> Floats:
    """Carry the area's last value forward, at most `max_age` years."""
    last, age = _last(value)
    return np.where(age <= max_age, last, np.nan)


def linear(
    value: Floats, siblings: Floats, around: Surroundings, *, max_gap: int = BRIDGED, ends: bool = False
) -> Floats:
    """Draw a straight line between two own values at most `max_gap` years apart.

    Missing: before the first value and after the last; with `ends` these take the nearest one's value.
    """
    (last, since), (following, until) = _last(value), _next(value)
    apart = since + until
    with np.errstate(invalid="ignore"):
        line = np.where(apart > 0, last + (following - last) * (since / np.maximum(apart, 1)), last)
    inside = np.where(apart <= max_gap, line, np.nan)
    if not ends:
        return inside
    outside = np.isnan(last) | np.isnan(following)
    return np.where(outside, np.where(np.isnan(last), following, last), inside)


def nearest(value: Floats, siblings: Floats, around: Surroundings, *, max_age: int = CARRIED) -> Floats:
    """Take the area's value of the nearest year, the earlier of two, at most `max_age` years away."""
    (last, since), (following, until) = _last(value), _next(value)
    found = np.where(since <= until, last, following)
    return np.where(np.minimum(since, until) <= max_age, found, np.nan)


def regression(value: Floats, siblings: Floats, around: Surroundings, *, covariates: Sequence[str]) -> Floats:
    """Predict from other indicators by least squares over all areas and years that have them all.

    Missing: where a covariate is missing; everywhere with fewer complete cases than coefficients and one.
    """
    if not covariates:
        raise refused("regression needs covariates: the codes of other indicators")
    design = np.stack([np.ones(value.shape), *(around.others[code] for code in covariates)], axis=-1)
    complete = ~np.isnan(value) & ~np.isnan(design).any(axis=-1)
    if complete.sum() <= design.shape[-1]:
        return np.full(value.shape, np.nan)
    coefficients = np.linalg.lstsq(design[complete], value[complete], rcond=None)[0]
    return np.asarray(design @ coefficients)


def knn(value: Floats, siblings: Floats, around: Surroundings, *, k: int = NEIGHBOURS) -> Floats:
    """Take the mean of the `k` areas of the same year that are most alike in the other indicators under the parent.

    Units:   root mean square distance over the indicators that both have, each divided by its standard deviation.
    Missing: where no area is alike in anything.
    """
    if type(k) is not int or k < 1:
        raise refused("knn: k must be 1 or more")
    spread = Reference().sd(siblings)
    scaled = siblings / np.where(spread > 0, spread, 1.0)
    found = np.full(value.shape, np.nan)
    for year, area in np.argwhere(np.isnan(value)):
        peers = np.flatnonzero(~np.isnan(value[year]))
        found[year, area] = _mean_of_nearest(scaled[:, year, area], scaled[:, year, peers].T, value[year, peers], k)
    return found


def _in_row(value: Floats, siblings: Floats, within: Reference, statistic: Statistic) -> Floats:
    """A statistic of the siblings' places between their least and greatest values, put back on the value's own scale."""
    low, high = within.lowest(siblings), within.highest(siblings)
    shares = divided(siblings - low, high - low)
    share = statistic(EACH_YEAR, np.moveaxis(shares, 0, -1))[..., 0]
    least, greatest = within.lowest(value), within.highest(value)
    return least + (greatest - least) * share


def _reference(years: str) -> Reference:
    """The areas of each year, or of all years together."""
    return Reference(each=years != "all")


def _in_group(value: Floats, statistic: Statistic, words: Sequence[str | None], within: Reference) -> Floats:
    """A statistic of the areas that share a word; missing for areas without one."""
    found = np.full(value.shape, np.nan)
    for word in {word for word in words if word is not None}:
        members = np.array([own == word for own in words])
        found[:, members] = statistic(within, value[:, members])
    return found


def _last(value: Floats) -> tuple[Floats, Floats]:
    """The last own value up to each year, and how long ago it was; infinitely where there is none."""
    places = np.arange(len(value))[:, None]
    last = np.maximum.accumulate(np.where(np.isnan(value), -1, places), axis=0)
    found = np.take_along_axis(value, np.maximum(last, 0), axis=0)
    return np.where(last < 0, np.nan, found), np.where(last < 0, np.inf, places - last)


def _next(value: Floats) -> tuple[Floats, Floats]:
    """The next own value from each year on, and how far it is."""
    found, distance = _last(value[::-1])
    return found[::-1], distance[::-1]


def _mean_of_nearest(own: Floats, peers: Floats, outcome: Floats, k: int) -> float:
    both = ~np.isnan(peers) & ~np.isnan(own)
    shared = both.sum(axis=1)
    if not (shared > 0).any():
        return float("nan")
    squares = np.where(both, (peers - own) ** 2, 0).sum(axis=1)
    distance = np.where(shared > 0, squares / np.maximum(shared, 1), np.inf)
    order = np.argsort(distance, kind="stable")[: min(k, int((shared > 0).sum()))]
    return float(outcome[order].mean())


@hookimpl
def register_methods() -> Iterable[Method]:
    """Give the imputations; those that look at one year at a time can be repeated draw by draw."""
    return [
        Method("imputation", "mean", mean, "the mean of the areas with a value", cross_section=True),
        Method("imputation", "median", median, "the median of the areas with a value", cross_section=True),
        Method("imputation", "group_mean", group_mean, "the mean of the area's group", cross_section=True),
        Method("imputation", "group_median", group_median, "the median of the area's group", cross_section=True),
        Method(
            "imputation", "row_mean", row_mean, "the mean of the area's other indicators under the same parent",
            cross_section=True,
        ),
        Method(
            "imputation", "row_median", row_median,
            "the median of the area's other indicators under the same parent", cross_section=True,
        ),
        Method("imputation", "locf", locf, "the area's last value, carried forward"),
        Method("imputation", "linear", linear, "a straight line between two own values"),
        Method("imputation", "nearest", nearest, "the area's value of the nearest year"),
        Method("imputation", "regression", regression, "least squares on named indicators"),
        Method("imputation", "knn", knn, "the mean of the areas most alike in the other indicators"),
    ]  # fmt: skip
