"""From values to pixels, and where to put the ticks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from ssemon.report.charts.svg import is_known

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
# Below this, floating point has no room for round steps.
_LEAST_STEP = 1e-300
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight scale. What lies outside is drawn at its end: the printed number says how far it is.

    Units: `low` and `high` are values, `start` and `end` pixels.
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        return self.start + (self.end - self.start) * share(value, (self.low, self.high))


def share(value: float, span: Range) -> float:
    """Return where in a range a value lies, 0 to 1.

    >>> share(30, (0, 120)), share(-5, (0, 100)), share(7, (7, 7))
    (0.25, 0.0, 0.5)
    """
    low, high = span
    if not low < high:
        return 0.5
    return min(max((value - low) / (high - low), 0.0), 1.0)


def span_of(values: Iterable[float | None], given: Range | None) -> Range:
    """Return the range that is given, or else round ends around the values; 0 to 1 where there are none."""
    if given is not None and given[0] < given[1] and all(map(isfinite, given)):
        return given
    there = [value for value in values if is_known(value)]
    if not there:
        return (0.0, 1.0)
    low, high = min(there), max(there)
    step = step_of((low, high), 4)
    # Rounding may leave a huge value just outside the round end.
    ends = min(floor(low / step) * step, low), max(ceil(high / step) * step, high)
    return ends if ends[0] < ends[1] and all(map(isfinite, ends)) else (low - step, high + step)


def step_of(span: Range, wanted: int) -> float:
    """Return a round step that cuts a range in about so many pieces.

    >>> step_of((0, 100), 4), step_of((3, 3), 4)
    (25.0, 1.0)
    """
    rough = (span[1] - span[0]) / wanted if span[0] < span[1] else 0.0
    if rough < _LEAST_STEP or not isfinite(rough):
        return max(abs(span[0]) / 4, 1.0) if span[0] >= span[1] and isfinite(span[0]) and abs(span[0]) > 4 else 1.0
    power = 10.0 ** floor(log10(rough))
    return min((step * power for step in _STEPS), key=lambda step: abs(step - rough))


def ticks(span: Range, wanted: int = 4) -> tuple[float, ...]:
    """Return round values from one end of a range to the other.

    >>> ticks((0, 100))
    (0.0, 25.0, 50.0, 75.0, 100.0)
    """
    step = step_of(span, wanted)
    first, last = ceil(span[0] / step - 1e-9), floor(span[1] / step + 1e-9)
    # A range that is tiny beside its ends gives steps that floating point cannot tell apart.
    if last - first > 4 * wanted:
        return span
    return tuple(place * step for place in range(first, last + 1)) or span


def marks_of(span: Range, cuts: Sequence[float]) -> tuple[float, ...]:
    """Return where a scale is labelled: at its ends and at the cuts, or at round values where nothing is cut."""
    inside = tuple(cut for cut in sorted(set(cuts)) if span[0] < cut < span[1])
    return (span[0], *inside, span[1]) if inside else ticks(span)
