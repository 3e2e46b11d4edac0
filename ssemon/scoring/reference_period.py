"""Which observation stands for a year: the newest own value that is not too old."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from ssemon.edition import Method
from ssemon.framework import Framework, Indicator
from ssemon.model import TOTAL
from ssemon.scoring.panel import Flags, Floats, Ints, Letters, Panel

# SDMX observation status: a forecast is not used for scoring.
FORECAST = "F"
# Statuses that say something about a cell without a value.
CANNOT_EXIST, SUPPRESSED = "M", "Q"
IMPUTED = "I"


def build_panel(
    observations: pl.DataFrame, framework: Framework, method: Method, years: tuple[int, int], areas: Sequence[str]
) -> Panel:
    """Choose the observation that stands for each area, indicator and year: the newest own value not too old.

    Shape:   in: observations; out: the panel of these areas and years.
    Units:   a value keeps its own unit and is not changed; `observed_year` is its own year.
    Missing: a cell that cannot exist (M) or is suppressed (Q) says so where no value stands; a value that is not a
             finite number is none.
    """
    codes = tuple(indicator.code for indicator in framework.indicators)
    ages = np.array([_max_age(indicator, method) for indicator in framework.indicators], dtype=np.int64)
    targets = tuple(range(years[0], years[1] + 1))
    letters = _letters(observations)
    rows = _encoded(observations, codes, areas, (years[0] - int(ages.max(initial=0)), years[1]), letters)
    values, status, seen = _cubes(rows, len(areas), len(codes))
    stated = np.isnan(values) & np.isin(status, [letters.index(letter) + 1 for letter in (CANNOT_EXIST, SUPPRESSED)])
    chosen = _newest(~np.isnan(values), seen, targets, ages)
    if stated.any():
        chosen = np.where(chosen < 0, _newest(stated, seen, targets, ages), chosen)
    none, place = chosen < 0, np.maximum(chosen, 0)
    shape = len(areas) * len(targets), len(codes)
    taken = np.where(none, np.nan, np.take_along_axis(values, place, axis=1)).reshape(shape)
    said = np.where(none, np.uint8(0), np.take_along_axis(status, place, axis=1)).reshape(shape)
    own = np.where(none, np.int32(0), seen[place]).reshape(shape)
    return Panel(tuple(areas), targets, codes, taken, own, said, letters)


def _cubes(rows: pl.DataFrame, areas: int, codes: int) -> tuple[Floats, Letters, Ints]:
    """Values and statuses by area, year that has data, and indicator; and those years."""
    seen, at_year = np.unique(rows["year"].to_numpy(), return_inverse=True)
    if not len(seen):
        seen = np.zeros(1, dtype=np.int32)
    shape = (areas, len(seen), codes)
    values, status = np.full(shape, np.nan), np.zeros(shape, dtype=np.uint8)
    at = rows["area"].to_numpy(), at_year, rows["indicator"].to_numpy()
    values[at] = rows["value"].to_numpy()
    values[~np.isfinite(values)] = np.nan
    status[at] = rows["status"].to_numpy()
    return values, status, seen


def _letters(observations: pl.DataFrame) -> tuple[str, ...]:
    """The statuses that stand in the data, and those that the engine gives or looks for."""
    return tuple(sorted({*observations["obs_status"].unique().drop_nulls(), CANNOT_EXIST, SUPPRESSED, IMPUTED}))


def _encoded(
    observations: pl.DataFrame,
    codes: Sequence[str],
    areas: Sequence[str],
    years: tuple[int, int],
    letters: Sequence[str],
) -> pl.DataFrame:
    """The rows that scoring looks at, totals of the framework's indicators, with names as positions.

    Shape: `area`, `indicator`, `year`, `value` (NaN where missing), `status` (from 1; 0 where there is none).
    """
    area, indicator, status = (
        pl.col(name).cast(pl.Enum(words), strict=False).to_physical()
        for name, words in (("area", areas), ("indicator", codes), ("obs_status", letters))
    )
    used = area.is_not_null() & indicator.is_not_null() & pl.col("year").is_between(*years)
    used &= (pl.col("sex") == TOTAL) & (pl.col("org_type") == TOTAL)
    if FORECAST in letters:
        used &= pl.col("obs_status").ne_missing(FORECAST)
    return observations.select(
        area,
        indicator,
        pl.col("year").cast(pl.Int32),
        pl.col("value").fill_null(float("nan")),
        (status.cast(pl.Int16) + 1).fill_null(0).cast(pl.UInt8).alias("status"),
        used.alias("used"),
    ).filter("used")


def _max_age(indicator: Indicator, method: Method) -> int:
    """The greatest age: the edition's, else the indicator's own, else the year itself only."""
    if method.max_age is not None:
        return method.max_age
    return indicator.max_age_years or 0


def _newest(has: Flags, seen: Ints, targets: Sequence[int], ages: npt.NDArray[np.int64]) -> Ints:
    """Where in `seen` the newest cell that has something stands for each target year; -1 where there is none.

    Shape: in: area, seen year, indicator; out: area, target year, indicator.
    """
    areas, _, codes = has.shape
    found = np.full((areas, len(targets), codes), -1, dtype=np.int32)
    own = np.where(has, np.arange(len(seen), dtype=np.int32)[None, :, None], np.int32(-1))
    last = np.maximum.accumulate(own, axis=1)
    for at, year in enumerate(targets):
        position = int(np.searchsorted(seen, year, side="right")) - 1
        if position >= 0:
            newest = last[:, position, :]
            fresh = (newest >= 0) & (seen[np.maximum(newest, 0)] >= year - ages)
            found[:, at, :] = np.where(fresh, newest, -1)
    return found
