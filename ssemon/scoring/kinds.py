"""The signatures of scoring methods: one a kind. A method is a pure function of Polars expressions or series."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import polars as pl

from ssemon.hooks import Method


@dataclass(frozen=True, slots=True)
class Scale:
    """The range that scores live on, 0 to 100 unless the edition says otherwise."""

    low: float = 0.0
    high: float = 100.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """An indicator's goalposts after its transform, and which way is better.

    Missing: None where the framework gives no goalpost.
    """

    lower: float | None
    upper: float | None
    direction: int


@dataclass(frozen=True, slots=True)
class Reference:
    """The values that a statistic is taken from: which years and which areas.

    Units: `years` is "all" (one statistic for the whole panel), "each" (one a year) or a base year;
           `areas` holds the area codes, or is None for all that are scored.
    """

    years: str | int = "all"
    areas: tuple[str, ...] | None = None

    def values(self, value: pl.Expr) -> pl.Expr:
        """Return the present values of the reference set; a shorter column than `value`."""
        chosen = value.is_not_null()
        if self.areas is not None:
            chosen &= pl.col("area").is_in(list(self.areas))
        if isinstance(self.years, int):
            chosen &= pl.col("year") == self.years
        return value.filter(chosen)

    def each(self, found: pl.Expr) -> pl.Expr:
        """Return what was found from the reference set, a year at a time where the set says so."""
        return found.over("year") if self.years == "each" else found

    def of(self, value: pl.Expr, statistic: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
        """Return a statistic of the reference set beside every row; it must leave missing values out itself."""
        whole = self.areas is None and not isinstance(self.years, int)
        return self.each(statistic(value if whole else self.values(value)))


@dataclass(frozen=True, slots=True)
class Treated:
    """What a treatment made of one indicator.

    Shape:   `values` as long as what came in; `why` says in words what was done, empty where nothing was.
    Units:   `rescale` takes a goalpost to the treated scale; None where the scale is still the raw one.
    Missing: stays missing.
    """

    values: pl.Series
    why: str = ""
    rescale: Callable[[float], float | None] | None = None


@dataclass(frozen=True, slots=True)
class Siblings:
    """What a weighting may look at: the children of one parent, those of weight 0 included.

    Shape: `panel` has `area`, `year` and a column `score:CODE` for each child.
    """

    codes: tuple[str, ...]
    panel: pl.DataFrame

    @property
    def scores(self) -> pl.DataFrame:
        """The children's scores: a row an area and year, a column a child, named by its code."""
        return self.panel.select(pl.col(f"score:{code}").alias(code) for code in self.codes)


class Normalisation(Protocol):
    """Puts one indicator on the common scale, not cut off: the caller clips.

    A method that has a parameter `reference` is given the Reference that the profile asks for.
    """

    def __call__(self, value: pl.Expr, bounds: Bounds, scale: Scale, **parameters: Any) -> pl.Expr: ...


class Treatment(Protocol):
    """Treats the outliers of one indicator: its values come in, as many go out."""

    def __call__(self, values: pl.Series, **parameters: Any) -> Treated: ...


class Imputation(Protocol):
    """Estimates one column; only gaps are filled with what it gives.

    Value and siblings come multiplied by their direction, so that more is always better; the panel is sorted by area
    and year and has, as `group:NAME`, the columns of areas.csv and, as `value:CODE`, every indicator as it stands.
    """

    def __call__(self, value: pl.Expr, siblings: Sequence[pl.Expr], **parameters: Any) -> pl.Expr: ...


class Weighting(Protocol):
    """Gives the weights of one parent's children, in the order of `siblings.codes`.

    A weight that is declared as 0 stays 0: the child is shown, never counted.
    """

    def __call__(self, declared: Sequence[float], siblings: Siblings, **parameters: Any) -> Sequence[float]: ...


class Aggregation(Protocol):
    """Combines the scores of one parent's children; a missing score is left out and the weights renormalised."""

    def __call__(
        self, scores: Sequence[pl.Expr], weights: Sequence[float], scale: Scale, **parameters: Any
    ) -> pl.Expr: ...


@dataclass(frozen=True, slots=True)
class Methods:
    """The methods that an edition may name, by kind and name."""

    by_kind: Mapping[str, Mapping[str, Method]] = field(default_factory=dict)

    def names(self, kind: str) -> tuple[str, ...]:
        """Return the names of one kind, sorted."""
        return tuple(sorted(self.by_kind.get(kind, {})))

    def get(self, kind: str, name: str) -> Method:
        """Return a method. Errors: KeyError if there is none of that name."""
        return self.by_kind[kind][name]
