"""Which values of an indicator can exist, and which are usual: from its framework where that says so, else from its unit."""

from __future__ import annotations

from ssemon.framework import Indicator
from ssemon.tables import unit_limits, unit_ranges

Range = tuple[float, float]
_ANY: Range = (float("-inf"), float("inf"))


def limits(indicator: Indicator) -> Range:
    """Return the least and greatest value that can exist; infinite where nothing is known.

    The framework's columns minimum and maximum come first, then natural goalposts, then the unit. A percentage has no
    limits by its unit: a share of a whole cannot pass 100, a change or a ratio can, and only the framework knows which.
    """
    low, high = unit_limits().get(indicator.unit, _ANY)
    if indicator.metadata.get("goalpost_basis") == "natural":
        low, high = _either(indicator.lower, low), _either(indicator.upper, high)
    return _either(indicator.minimum, low), _either(indicator.maximum, high)


def usual_range(indicator: Indicator) -> Range:
    """Return the range that the unit usually keeps to, without the sides that `limits` already holds."""
    low, high = unit_ranges().get(indicator.unit, _ANY)
    least, most = limits(indicator)
    return (low if least == _ANY[0] else _ANY[0]), (high if most == _ANY[1] else _ANY[1])


def _either(first: float | None, second: float) -> float:
    return second if first is None else first
