"""The signatures of scoring methods: one a kind. A method is a pure function of NumPy arrays; missing is NaN.

The arrays are laid out so that every method reads like its formula: what it works on comes first, then the year (or,
where an edition is drawn many times, the draw), then the area. A slice along the last axis is one cross-section.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from ssemon.errors import Problem, SsemonError
from ssemon.hooks import Method
from ssemon.scoring.panel import Flags, Floats

# Thresholds are compared with this slack, so that a sum of weights that should be 0.6 is 0.6 (design, section 7).
SLACK = 1e-12
# Values that differ by less than this share of their size are the same, but for the rounding of what they came from.
NOISE = 1e-14


@dataclass(frozen=True, slots=True)
class Scale:
    """The range that scores live on, 0 to 100 unless the edition says otherwise."""

    low: float = 0.0
    high: float = 100.0

    def onto(self, share: Floats) -> Floats:
        """Put a share, 0 to 1, on the range."""
        found: Floats = self.low + (self.high - self.low) * share
        return found


@dataclass(frozen=True, slots=True)
class Bounds:
    """The indicators' goalposts after their transform, and which way is better.

    Shape:   (indicator, 1, 1), so that they stand beside the values; `direction` is 1 or -1.
    Missing: NaN where the framework gives no goalpost.
    """

    lower: Floats
    upper: Floats
    direction: Floats

    @property
    def rises(self) -> Flags:
        """Where more is better."""
        found: Flags = self.direction > 0
        return found

    def of(self, places: Sequence[int]) -> Bounds:
        """Return the goalposts of some indicators."""
        chosen = list(places)
        return Bounds(self.lower[chosen], self.upper[chosen], self.direction[chosen])

    @property
    def better(self) -> Floats:
        """The goalpost at the good end."""
        return np.where(self.rises, self.upper, self.lower)


@dataclass(frozen=True, slots=True)
class Reference:
    """The values that a statistic is taken from: which years and which areas; all, unless the profile says otherwise.

    Shape: `year` is the place of the base year, `areas` flags along the area axis, `names` all areas; `frozen` holds
           statistics of an earlier edition by name, in the shape of the bounds, NaN where it has none.
    Units: with `each`, a statistic is taken for each year by itself.
    """

    each: bool = False
    year: int | None = None
    areas: Flags | None = None
    names: tuple[str, ...] = ()
    frozen: Mapping[str, Floats] = field(default_factory=dict)

    def part(self, values: Floats) -> Floats:
        """Return the values of the reference set. Shape: as `values`, fewer years or areas."""
        if self.year is not None:
            values = values[..., [self.year], :]
        return values if self.areas is None else values[..., self.areas]

    def lowest(self, values: Floats) -> Floats:
        """Return the least value of each indicator. Shape: one beside every year and area."""
        return self._found("minimum", values, _least)

    def highest(self, values: Floats) -> Floats:
        """Return the greatest value of each indicator. Shape: one beside every year and area."""
        return self._found("maximum", values, _greatest)

    def width(self, values: Floats) -> Floats:
        """Return the distance from the least to the greatest value; 0 where it is no more than the values' rounding."""
        low, high = self.lowest(values), self.highest(values)
        with np.errstate(over="ignore"):
            found = high - low
        return np.where(found <= NOISE * np.maximum(np.abs(low), np.abs(high)), 0.0, found)

    def mean(self, values: Floats) -> Floats:
        """Return the mean of each indicator. Shape: one beside every year and area."""
        return self._found("mean", values, _mean)

    def sd(self, values: Floats, freedom: int = 0) -> Floats:
        """Return the standard deviation, its squares divided by n - `freedom`."""
        found = self._found("standard_deviation", values, _sd)
        if not freedom:
            return found
        count = self.count(values)
        return found * np.sqrt(divided(count, count - freedom))

    def count(self, values: Floats) -> Floats:
        """Count the present values of each indicator."""
        return self._found("count", values, _count)

    def median(self, values: Floats) -> Floats:
        """Return the median of each indicator. Shape: one beside every year and area."""
        return self._found("median", values, _median)

    def _found(self, name: str, values: Floats, statistic: Callable[[Floats, tuple[int, ...]], Floats]) -> Floats:
        found = statistic(self.part(values), (-1,) if self.each else (-2, -1))
        earlier = self.frozen.get(name)
        return found if earlier is None else np.where(np.isnan(earlier), found, earlier)


def _least(values: Floats, axes: tuple[int, ...]) -> Floats:
    return np.asarray(np.fmin.reduce(values, axis=axes, keepdims=True, initial=np.nan))


def _greatest(values: Floats, axes: tuple[int, ...]) -> Floats:
    return np.asarray(np.fmax.reduce(values, axis=axes, keepdims=True, initial=np.nan))


def _count(values: Floats, axes: tuple[int, ...]) -> Floats:
    return np.asarray((~np.isnan(values)).sum(axis=axes, keepdims=True, dtype=np.float64))


def _mean(values: Floats, axes: tuple[int, ...]) -> Floats:
    unit = _unit(values, axes)
    return divided(np.nansum(values / unit, axis=axes, keepdims=True), _count(values, axes)) * unit


def _sd(values: Floats, axes: tuple[int, ...]) -> Floats:
    unit = _unit(values, axes)
    off = values / unit - _mean(values, axes) / unit
    spread = _unit(off, axes)
    squares = np.nansum((off / spread) ** 2, axis=axes, keepdims=True)
    return np.asarray(np.sqrt(divided(squares, _count(values, axes))) * spread * unit)


def _unit(values: Floats, axes: tuple[int, ...]) -> Floats:
    """The power of two just below the greatest size: sums and squares in it are exact and neither overflow nor vanish."""
    size = np.fmax.reduce(np.abs(values), axis=axes, keepdims=True, initial=0.0)
    return np.asarray(np.where(size > 0, np.ldexp(1.0, np.frexp(size)[1] - 1), 1.0))


def _median(values: Floats, axes: tuple[int, ...]) -> Floats:
    ordered = np.sort(values if axes == (-1,) else values.reshape(*values.shape[:-2], 1, -1), axis=-1)  # NaN last
    count = (~np.isnan(ordered)).sum(axis=-1, keepdims=True)
    if not ordered.shape[-1]:
        return np.full(count.shape, np.nan)
    low, high = np.maximum(count - 1, 0) // 2, np.maximum(count, 1) // 2
    unit = _unit(ordered, (-1,))
    found = (np.take_along_axis(ordered, low, -1) / unit + np.take_along_axis(ordered, high, -1) / unit) / 2 * unit
    return np.asarray(np.where(count > 0, found, np.nan))


def divided(part: Floats, whole: Floats) -> Floats:
    """Return the quotient; missing where the divisor is not above 0, or where one of the three is too large."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        found = np.asarray(part / whole)
        return np.where((whole > 0) & np.isfinite(whole) & np.isfinite(found), found, np.nan)


@dataclass(frozen=True, slots=True)
class Treated:
    """What a treatment made of one indicator.

    Shape:   `values` as long as what came in; `why` says in words what was done, empty where nothing was.
    Units:   `rescale` takes a goalpost to the treated scale; None where the scale is still the raw one.
    Missing: stays missing.
    """

    values: Floats
    why: str = ""
    rescale: Callable[[float], float | None] | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an imputation may look at beside the column itself.

    Shape: `others` has a plane of year by area for each code (raw indicators, or the scores of nodes); `groups` a
           word (or None) an area for each column of areas.csv.
    """

    years: tuple[int, ...]
    areas: tuple[str, ...]
    groups: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    others: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Siblings:
    """What a weighting may look at: the children of one parent, those of weight 0 included.

    Shape: `scores` is child by year by area, on the range `scale`.
    """

    codes: tuple[str, ...]
    scores: Floats
    scale: Scale = field(default_factory=Scale)

    def table(self, codes: Sequence[str]) -> Floats:
        """Return the chosen children's scores side by side. Shape: a row an area and year, a column a child."""
        places = [self.codes.index(code) for code in codes]
        return self.scores[places].reshape(len(places), -1).T


@dataclass(frozen=True, slots=True)
class OwnWeights:
    """What a weighting gives back that weighs each area in its own way: the scores come with the weights.

    Shape:   `weights` child by year by area, `scores` year by area; `said` what the reader should know of them.
    Missing: NaN; an area that has children with a score and gets none here is named in a notice.
    """

    weights: Floats
    scores: Floats
    said: str = ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a weighting gives back that has something to say of the weights it found.

    Shape: `weights` one a child; `said` a sentence, written with the steps.
    """

    weights: Sequence[float]
    said: str


class Normalisation(Protocol):
    """Puts indicators on the common scale, not cut off: the caller clips.

    Shape: `values` are indicator by year by area, in and out; indicators do not look at each other.
    A method that has a parameter `reference` is given the Reference that the profile asks for.
    """

    def __call__(self, values: Floats, bounds: Bounds, scale: Scale, **parameters: Any) -> Floats: ...


class Treatment(Protocol):
    """Treats the outliers of one indicator. Shape: one column of values comes in, as many go out."""

    def __call__(self, values: Floats, **parameters: Any) -> Treated: ...


class Imputation(Protocol):
    """Estimates one indicator, or the score of one node; only gaps are filled with what it gives.

    Shape: `value` is year by area, in and out; `siblings` are sibling by year by area. Both come multiplied by their
           direction, so that more is always better.
    """

    def __call__(self, value: Floats, siblings: Floats, around: Surroundings, **parameters: Any) -> Floats: ...


class Weighting(Protocol):
    """Gives the weights of one parent's children, in the order of `siblings.codes`.

    A weight that is declared as 0 stays 0: the child is shown, never counted.
    """

    def __call__(
        self, declared: Sequence[float], siblings: Siblings, **parameters: Any
    ) -> Sequence[float] | Weighed | OwnWeights: ...


class Aggregation(Protocol):
    """Combines the scores of one parent's children; a missing score is left out and the weights renormalised.

    Shape: `scores` are child by year (or draw) by area, `weights` year (or draw, or 1) by child; year by area out.
    """

    def __call__(self, scores: Floats, weights: Floats, scale: Scale, **parameters: Any) -> Floats: ...


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


def refused(what: str) -> SsemonError:
    """Return the error of a method that cannot use what the profile gives it: E06."""
    return SsemonError(Problem(code="E06", stage="edition", what=what, fix="mend the parameter in the edition profile"))
