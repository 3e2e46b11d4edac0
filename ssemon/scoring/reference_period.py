"""Which observation stands for a year: the newest own value that is not too old."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from ssemon.edition import Method
from ssemon.framework import Framework, Indicator
from ssemon.model import TOTAL

# SDMX observation status: a forecast is not used for scoring.
FORECAST = "F"
# Statuses that say something about a cell without a value.
CANNOT_EXIST, SUPPRESSED = "M", "Q"


def collect_reference(
    observations: pl.DataFrame, framework: Framework, method: Method, years: tuple[int, int], areas: Collection[str]
) -> pl.DataFrame:
    """Choose the observation that stands for each area, indicator and year.

    Shape:   in: observations; out: one row an area, indicator and year that has a statement, with `area`,
             `indicator`, `year`, `observed_year`, `value`, `obs_status`; sorted.
    Units:   the value keeps its own unit and is not changed; `observed_year` is its own year.
    Missing: a null value stays null; a cell that cannot exist (M) or is suppressed (Q) stands where no value does.
    """
    rows = _totals(observations, framework, areas)
    ages = {indicator.code: _max_age(indicator, method) for indicator in framework.indicators}
    values = rows.filter(pl.col("value").is_not_null() & (pl.col("obs_status") != FORECAST))
    stated = rows.filter(pl.col("value").is_null() & pl.col("obs_status").is_in([CANNOT_EXIST, SUPPRESSED]))
    chosen = _newest(values, ages, years)
    without = _newest(stated, ages, years).join(chosen, on=["area", "indicator", "year"], how="anti")
    return pl.concat([chosen, without]).sort("area", "indicator", "year")


def _totals(observations: pl.DataFrame, framework: Framework, areas: Collection[str]) -> pl.DataFrame:
    """The rows that scoring looks at: totals of the framework's indicators in the areas asked for."""
    return observations.filter(
        (pl.col("sex") == TOTAL)
        & (pl.col("org_type") == TOTAL)
        & pl.col("indicator").is_in(list(framework.indicator_by_code))
        & pl.col("area").is_in(sorted(areas))
    ).select("area", "indicator", pl.col("year").alias("observed_year"), "value", "obs_status")


def _max_age(indicator: Indicator, method: Method) -> int:
    """The greatest age: the edition's, else the indicator's own, else the year itself only."""
    if method.max_age is not None:
        return method.max_age
    return indicator.max_age_years or 0


def _newest(rows: pl.DataFrame, ages: dict[str, int], years: tuple[int, int]) -> pl.DataFrame:
    """The newest row of each area and indicator within the greatest age of each year."""
    pairs = rows.select("area", "indicator").unique()
    grid = pairs.join(pl.DataFrame({"year": range(years[0], years[1] + 1)}, schema={"year": pl.Int32}), how="cross")
    joined = grid.sort("year").join_asof(
        rows.sort("observed_year"),
        left_on="year",
        right_on="observed_year",
        by=["area", "indicator"],
        strategy="backward",
        check_sortedness=False,
    )
    oldest = pl.col("year") - pl.col("indicator").replace_strict(ages, return_dtype=pl.Int32)
    kept = joined.filter(pl.col("observed_year").is_not_null() & (pl.col("observed_year") >= oldest))
    return kept.select("area", "indicator", "year", "observed_year", "value", "obs_status")
