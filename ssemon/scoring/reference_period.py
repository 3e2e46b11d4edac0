"""Which observation stands for a year: the newest own value that is not too old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ssemon.edition import Edition, Method
from ssemon.errors import Problem
from ssemon.framework import Framework, Indicator
from ssemon.model import TOTAL
from ssemon.scoring.panel import Flags, Floats, Ints, Letters, Panel
from ssemon.text import listed, plural

Places = npt.NDArray[np.uint32]

# SDMX observation status: a forecast is not used for scoring.
FORECAST = "F"
# Statuses that say something about a cell without a value.
CANNOT_EXIST, SUPPRESSED = "M", "Q"
IMPUTED = "I"


def build_panel(observations: pl.DataFrame, framework: Framework, edition: Edition) -> Panel:
    """Choose the observation that stands for each area, indicator and year: the newest own value not too old.

    Shape:   in: observations; out: the panel of the edition's years, and of all areas that have data, or of those of
             its universe.
    Units:   a value keeps its own unit and is not changed; `observed_year` is its own year.
    Missing: a cell that cannot exist (M) or is suppressed (Q) says so where no value stands; a value that is not a
             finite number is none.
    """
    ages = np.array([_max_age(indicator, edition.method) for indicator in framework.indicators], dtype=np.int64)
    first, last = edition.years
    targets = tuple(range(first, last + 1))
    cells = _encoded(observations, framework)
    areas = _scored(cells, framework, edition)
    rows = _used(cells, areas, (first - int(ages.max(initial=0)), last))
    seen, at_year = _years(cells.year if rows is None else cells.year[rows], last)
    values, status = _scattered(cells, rows, areas, at_year, (len(framework.indicators), len(seen)))
    taken, said, own = _standing(values, status, seen, targets, ages, cells.letters)
    codes = tuple(indicator.code for indicator in framework.indicators)
    return Panel(
        cells.areas if len(areas) == len(cells.areas) else tuple(cells.areas[at] for at in areas.tolist()),
        targets,
        codes,
        taken,
        own,
        said,
        cells.letters,
    )


@dataclass(frozen=True, slots=True)
class _Cells:
    """The observations with names as places.

    Shape:   vectors, a place a row; `areas` and `letters` are the names, sorted. `used`: what scoring looks at;
             `with_data`: areas that have a value of an indicator in any row.
    Missing: NaN in `value`, 0 in `status`; the place after the last for an indicator that is not the framework's.
    """

    areas: tuple[str, ...]
    letters: tuple[str, ...]
    area: Places
    indicator: Places
    year: Ints
    value: Floats
    status: Letters
    used: Flags
    with_data: Flags


def _encoded(observations: pl.DataFrame, framework: Framework) -> _Cells:
    # Data come in runs, an area at a time: only the first of each run is looked up.
    names = observations.select(
        pl.col("area").rle().struct.field("value").unique().drop_nulls().sort().implode().alias("area"),
        pl.col("obs_status").unique().drop_nulls().implode(),
    )
    areas, codes = tuple(names["area"][0]), [indicator.code for indicator in framework.indicators]
    letters = tuple(sorted({*names["obs_status"][0], CANNOT_EXIST, SUPPRESSED, IMPUTED}))
    status = pl.col("obs_status").cast(pl.Enum(letters)).to_physical().cast(pl.Int16) + 1
    used = (pl.col("sex") == TOTAL) & (pl.col("org_type") == TOTAL)
    if FORECAST in letters:
        used &= pl.col("obs_status").ne_missing(FORECAST)
    frame = observations.select(
        _place("area", areas),
        _place("indicator", codes),
        pl.col("year").cast(pl.Int32).fill_null(np.iinfo(np.int32).min),
        pl.col("value").fill_null(float("nan")),
        status.fill_null(0).cast(pl.UInt8).alias("status"),
        used.fill_null(value=False).alias("used"),
    )
    area, indicator, year, value, said, used_rows = (column.to_numpy() for column in frame.iter_columns())
    known = indicator < len(codes)
    counted = np.bincount(area[known & np.isfinite(value)], minlength=len(areas) + 1) > 0
    return _Cells(
        areas, letters, area, indicator, year, value, said, used_rows & known & (area < len(areas)),
        counted[: len(areas)],
    )  # fmt: skip


def _place(column: str, names: Sequence[str]) -> pl.Expr:
    """The place of each word among the names; the place after the last where it is none of them."""
    return pl.col(column).cast(pl.Enum(names), strict=False).to_physical().cast(pl.UInt32).fill_null(len(names))


def _used(cells: _Cells, areas: npt.NDArray[np.int64], years: tuple[int, int]) -> Flags | None:
    """The rows that scoring looks at; None where it looks at all."""
    used = cells.used
    if len(areas) < len(cells.areas):
        chosen = np.zeros(len(cells.areas) + 1, dtype=np.bool_)
        chosen[areas] = True
        used = used & chosen[cells.area]
    if len(cells.year) and not (cells.year.min() >= years[0] and cells.year.max() <= years[1]):
        used = used & (cells.year >= years[0]) & (cells.year <= years[1])
    return None if used.all() else used


def _years(years: Ints, last: int) -> tuple[Ints, Places]:
    """The years that have rows, sorted, and each row's place among them (one for all where there is one year).

    Missing: without rows, the last year of all.
    """
    if not len(years):
        return np.array([last], dtype=np.int32), np.zeros(0, dtype=np.uint32)
    first = int(years.min())
    if first == int(years.max()):
        return np.array([first], dtype=np.int32), np.zeros(1, dtype=np.uint32)
    there = np.bincount(years - first) > 0
    place = np.cumsum(there, dtype=np.uint32) - np.uint32(1)
    return (np.flatnonzero(there) + first).astype(np.int32), place[years - first]


def _scattered(
    cells: _Cells, rows: Flags | None, areas: npt.NDArray[np.int64], at_year: Places, size: tuple[int, int]
) -> tuple[Floats, Letters]:
    """Values and statuses put where they belong. Shape: indicator by year by area; `size` the first two."""
    area, indicator, value, said = cells.area, cells.indicator, cells.value, cells.status
    if rows is not None:
        area, indicator, value, said = area[rows], indicator[rows], value[rows], said[rows]
    if len(areas) < len(cells.areas):
        place = np.zeros(len(cells.areas) + 1, dtype=np.uint32)
        place[areas] = np.arange(len(areas), dtype=np.uint32)
        area = place[area]
    flat = indicator.astype(np.int64)
    for width, step in ((size[1], at_year), (len(areas), area)):
        flat *= width
        flat += step
    count = size[0] * size[1] * len(areas)
    values, status = np.full(count, np.nan), np.zeros(count, dtype=np.uint8)
    values[flat], status[flat] = np.where(np.isinf(value), np.nan, value) if np.isinf(value).any() else value, said
    return values.reshape(*size, len(areas)), status.reshape(*size, len(areas))


def _scored(cells: _Cells, framework: Framework, edition: Edition) -> npt.NDArray[np.int64]:
    """The places of the areas that the edition scores: with data, and of its universe."""
    chosen = cells.with_data
    if edition.method.universe is not None:
        members = framework.group(edition.method.universe)
        chosen = chosen & np.array([area in members for area in cells.areas], dtype=np.bool_)
    return np.flatnonzero(chosen)


def _standing(
    values: Floats, status: Letters, seen: Ints, targets: Sequence[int], ages: npt.NDArray[np.int64],
    letters: Sequence[str],
) -> tuple[Floats, Letters, Ints]:  # fmt: skip
    """The value, status and own year that stand for each target year."""
    there = ~np.isnan(values)
    marks = [letters.index(letter) + 1 for letter in (CANNOT_EXIST, SUPPRESSED)]
    stated = ~there & ((status == marks[0]) | (status == marks[1]))
    if not ages.any() and tuple(seen) == tuple(targets):  # each year stands for itself, and all are there
        said = np.where(there | stated, status, np.uint8(0))
        own = np.where(there | stated, seen[None, :, None], np.int32(0)).astype(np.int32, copy=False)
        return values, said, own
    chosen = _newest(there, seen, targets, ages)
    if stated.any():
        chosen = np.where(chosen < 0, _newest(stated, seen, targets, ages), chosen)
    none, place = chosen < 0, np.maximum(chosen, 0)
    taken = np.where(none, np.nan, np.take_along_axis(values, place, axis=1))
    said = np.where(none, np.uint8(0), np.take_along_axis(status, place, axis=1))
    return taken, said, np.where(none, np.int32(0), seen[place]).astype(np.int32)


def _max_age(indicator: Indicator, method: Method) -> int:
    """The greatest age: the edition's, else the indicator's own, else the year itself only."""
    if method.max_age is not None:
        return method.max_age
    return indicator.max_age_years or 0


def _newest(has: Flags, seen: Ints, targets: Sequence[int], ages: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Where in `seen` the newest cell that has something stands for each target year; -1 where there is none.

    Shape: in: indicator, seen year, area; out: indicator, target year, area.
    """
    codes, _, areas = has.shape
    found = np.full((codes, len(targets), areas), -1, dtype=np.int32)
    own = np.where(has, np.arange(len(seen), dtype=np.int32)[None, :, None], np.int32(-1))
    last = np.maximum.accumulate(own, axis=1)
    for at, year in enumerate(targets):
        position = int(np.searchsorted(seen, year, side="right")) - 1
        if position >= 0:
            newest = last[:, position, :]
            fresh = (newest >= 0) & (seen[np.maximum(newest, 0)] >= (year - ages)[:, None])
            found[:, at, :] = np.where(fresh, newest, -1)
    return found


def not_finite_notice(observations: pl.DataFrame, framework: Framework) -> list[Problem]:
    """Tell of values that are infinite: they are missing. A file with such a value is refused before (V06)."""
    if not observations["value"].is_infinite().any():
        return []
    found = observations.filter(
        pl.col("value").is_infinite(), pl.col("indicator").is_in(list(framework.indicator_by_code))
    )
    if found.is_empty():
        return []
    places = found.select("area", "indicator", "year").sort("area", "indicator", "year").rows()
    return [
        Problem(
            code="N08", severity="warning", stage="scoring", fix="correct the values, or leave them out",
            what=f"{plural(len(places), 'value')} that are no finite number: missing",
            found=listed(f"{area} {indicator} {year}" for area, indicator, year in places),
        )
    ]  # fmt: skip


def empty_notice(panel: Panel, framework: Framework) -> list[Problem]:
    """Tell of indicators that count and have no value anywhere: a score is made without them."""
    counted = [code for code, share in framework.leaf_weights(framework.root.code).items() if share > 0]
    empty = [code for code in counted if np.isnan(panel.values[panel.place[code]]).all()] if panel.areas else []
    if not empty:
        return []
    what = f"{plural(len(empty), 'indicator')} of {len(counted)} with no value in any area and year"
    fix = "deliver them, check how the data spell their codes, or give them weight 0"
    return [Problem(code="N14", severity="info", stage="scoring", what=what, found=listed(empty), fix=fix)]


def nobody_notice(panel: Panel, edition: Edition) -> list[Problem]:
    """Tell that there is nobody to score."""
    if panel.areas:
        return []
    universe = edition.method.universe
    what = "no area has a value of an indicator" if universe is None else f"no area of {universe} has a value"
    fix = "check the data" if universe is None else "check method.universe and the column of areas.csv"
    return [Problem(code="N11", severity="warning", stage="scoring", what=f"{what}: nothing is scored", fix=fix)]
