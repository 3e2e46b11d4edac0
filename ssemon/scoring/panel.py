"""The panel: every indicator of every area and year, as planes. Built once; every step works on it."""

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

    Shape:   `values`, `observed_year` and `status` are indicator by year by area: indicators in the order of the
             framework, years and areas sorted; `status` counts from 1 in `letters`.
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
        """The `area` and `year` of each row of a frame made of planes."""
        rows = np.repeat(np.arange(len(self.areas), dtype=np.uint32), len(self.years))
        years = np.tile(np.array(self.years, dtype=np.int32), len(self.areas))
        return pl.DataFrame([named(self.areas, rows, "area"), pl.Series("year", years)])

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each indicator stands."""
        return {code: at for at, code in enumerate(self.codes)}

    def is_status(self, letter: str) -> Flags:
        """Return where a status stands."""
        if letter not in self.letters:
            return np.zeros(self.status.shape, dtype=np.bool_)
        found: Flags = self.status == self.letters.index(letter) + 1
        return found

    def cells(self, flags: Flags, most: int = 3) -> str:
        """Return some of the areas and years where flags hold, the last year first. Shape: flags are year by area."""
        years, areas = np.nonzero(flags[::-1])
        places = list(zip(years[:most].tolist(), areas[:most].tolist(), strict=True))
        first = [f"{self.areas[area]} {self.years[-1 - year]}" for year, area in places]
        return ", ".join(first) + (" …" if len(years) > most else "")

    def letters_of(self, status: Letters, name: str) -> pl.Series:
        """Return a plane of statuses as letters, a row an area and year."""
        return named((None, *self.letters), rowwise(status).astype(np.uint32), name)

    def frame(self, values: Floats, prefix: str) -> pl.DataFrame:
        """Return planes as columns `prefix:CODE`, a row an area and year."""
        return pl.DataFrame(
            [
                pl.Series(f"{prefix}:{code}", rowwise(plane), nan_to_null=True)
                for code, plane in zip(self.codes, values, strict=True)
            ]
        )

    def long(self, present: Flags, order: Sequence[str], **columns: Floats) -> pl.DataFrame:
        """Return cells as rows, sorted by `order`: area, year and indicator in any order.

        Shape: `area`, `indicator`, `year`, `observed_year`, the columns given, `obs_status`.
        """
        by_code = sorted(range(len(self.codes)), key=lambda at: self.codes[at])
        axes = [("indicator", "year", "area").index(name) for name in order]
        found = np.nonzero(present[by_code].transpose(axes))
        at = dict(zip(order, found, strict=True))
        code = np.array(by_code, dtype=np.int64)[at["indicator"]]
        cell = code, at["year"], at["area"]
        own = pl.Series("observed_year", self.observed_year[cell])
        return pl.DataFrame(
            [
                named(self.areas, at["area"], "area"),
                named(self.codes, code, "indicator"),
                pl.Series("year", np.array(self.years, dtype=np.int32)[at["year"]]),
                own.set(own == 0, None),
                *(pl.Series(name, values[cell], nan_to_null=True) for name, values in columns.items()),
                named((None, *self.letters), self.status[cell], "obs_status"),
            ]
        )


def rowwise(plane: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """Return a plane of year by area as one column: a row an area and year, areas first."""
    return np.ascontiguousarray(plane.T).reshape(-1)


def named(names: Sequence[str | None], places: npt.NDArray[np.generic], column: str) -> pl.Series:
    """Return the names at some places."""
    known = pl.Series(column, names, dtype=pl.String)
    return known.gather(pl.Series(places.astype(np.uint32, copy=False)))


def names_at(names: Sequence[str], column: str) -> pl.Expr:
    """Return the names at the places that a column holds."""
    return pl.lit(pl.Series(names, dtype=pl.String)).gather(pl.col(column)).alias(column)
