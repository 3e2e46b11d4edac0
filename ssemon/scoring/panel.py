"""The panel: a row an area and year, a column an indicator. Built once; every step works on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Letters = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Panel:
    """The cells that stand for each area and year.

    Shape:   `values`, `observed_year` and `status` have a row an area and year (areas first, both sorted) and a
             column an indicator, in the order of the framework; `status` counts from 1 in `letters`.
    Missing: NaN in `values`; 0 in `status` and `observed_year`.
    """

    areas: tuple[str, ...]
    years: tuple[int, ...]
    codes: tuple[str, ...]
    values: Floats
    observed_year: Ints
    status: Letters
    letters: tuple[str, ...]

    @cached_property
    def keys(self) -> pl.DataFrame:
        """The rows' `area` and `year`."""
        rows = np.repeat(np.arange(len(self.areas), dtype=np.uint32), len(self.years))
        years = np.tile(np.array(self.years, dtype=np.int32), len(self.areas))
        return pl.DataFrame({"area": rows, "year": years}).with_columns(_named(self.areas, "area"))

    def is_status(self, letter: str) -> Flags:
        """Return where a status stands."""
        if letter not in self.letters:
            return np.zeros(self.status.shape, dtype=np.bool_)
        found: Flags = self.status == self.letters.index(letter) + 1
        return found

    def letters_of(self, status: Letters) -> pl.Series:
        """Return statuses as letters."""
        names = pl.Series([None, *self.letters], dtype=pl.String)
        return names.gather(pl.Series(status.astype(np.uint32)))

    def frame(self, values: Floats, prefix: str) -> pl.DataFrame:
        """Return a matrix of the panel's shape as columns `prefix:CODE`."""
        columns = [pl.Series(f"{prefix}:{code}", values[:, at], nan_to_null=True) for at, code in enumerate(self.codes)]
        return pl.DataFrame(columns)

    def long(self, present: Flags, order: Sequence[str], **columns: Floats) -> pl.DataFrame:
        """Return cells as rows, sorted by `order`: area, year and indicator in any order.

        Shape: `area`, `indicator`, `year`, `observed_year`, the columns given, `obs_status`.
        """
        cube = present.reshape(len(self.areas), len(self.years), len(self.codes))
        by_code = sorted(range(len(self.codes)), key=lambda at: self.codes[at])
        axes = [("area", "year", "indicator").index(name) for name in order]
        found = np.nonzero(cube[:, :, by_code].transpose(axes))
        at = dict(zip(order, found, strict=True))
        codes = np.array(by_code)[at["indicator"]]
        rows = at["area"] * len(self.years) + at["year"]
        cell = rows, codes
        frame = pl.DataFrame(
            {
                "area": at["area"].astype(np.uint32),
                "indicator": codes.astype(np.uint32),
                "year": np.array(self.years, dtype=np.int32)[at["year"]],
                "observed_year": self.observed_year[cell],
                **{name: pl.Series(values[cell], nan_to_null=True) for name, values in columns.items()},
                "obs_status": self.status[cell].astype(np.uint32),
            }
        )
        return frame.with_columns(
            _named(self.areas, "area"),
            _named(self.codes, "indicator"),
            pl.when(pl.col("observed_year") != 0).then("observed_year"),
            _named((None, *self.letters), "obs_status"),
        )


def _named(names: Sequence[str | None], column: str) -> pl.Expr:
    """The names at the positions that a column holds."""
    return pl.lit(pl.Series(names, dtype=pl.String)).gather(pl.col(column)).alias(column)


def matrix(frame: pl.DataFrame, height: int) -> Floats:
    """Return a frame's columns as a matrix, column by column; what is not a finite number is missing."""
    found = np.full((height, frame.width), np.nan, order="F")
    for at, column in enumerate(frame.iter_columns()):
        found[:, at] = column.to_numpy()
    found[~np.isfinite(found)] = np.nan
    return found
