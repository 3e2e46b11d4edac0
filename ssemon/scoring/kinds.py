"""The signatures of scoring methods: one a kind. A method is a pure function that returns Polars expressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


class Normalisation(Protocol):
    """Puts one indicator on the common scale, not cut off: the caller clips."""

    def __call__(self, value: pl.Expr, bounds: Bounds, scale: Scale, **parameters: Any) -> pl.Expr: ...


class Weighting(Protocol):
    """Gives the weights of one parent's children."""

    def __call__(self, declared: Sequence[float], **parameters: Any) -> Sequence[float]: ...


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
