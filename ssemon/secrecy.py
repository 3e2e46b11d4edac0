"""The section [disclosure] of an edition profile: when a value may not be published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ssemon.choices import LEAST_THRESHOLD, Disclosure
from ssemon.faults import Faults, strings, table_of
from ssemon.text import quoted

_KEYS = ("threshold", "dominance", "p_percent", "protection", "counts")
_DOMINANCE_KEYS = ("n", "share")


def read_disclosure(faults: Faults, table: Mapping[str, Any]) -> Disclosure:
    """Read the section; what is wrong with it goes to `faults`. Missing: an absent key keeps its default."""
    default = Disclosure()
    faults.keys(table, _KEYS, "disclosure")
    threshold = table.get("threshold", default.threshold)
    if type(threshold) is not int or threshold < LEAST_THRESHOLD:
        what = f"disclosure.threshold must be a whole number, {LEAST_THRESHOLD} or more"
        faults.add("E03", what, f"for example {default.threshold}", quoted(threshold))
        threshold = default.threshold
    return Disclosure(
        threshold=threshold,
        dominance=_dominance(faults, table, default),
        p_percent=_per_cent(faults, table, "p_percent", default.p_percent),
        protection=_per_cent(faults, table, "protection", default.protection),
        counts=strings(faults, table, "counts"),
    )


def _dominance(faults: Faults, table: Mapping[str, Any], default: Disclosure) -> tuple[int, float]:
    """How many of the largest contributors may not have more than which share together."""
    given = table_of(faults, table, "dominance", "disclosure")
    faults.keys(given, _DOMINANCE_KEYS, "disclosure.dominance")
    count = given.get("n", default.dominance[0])
    if type(count) is not int or count not in (1, 2):
        what, fix = "disclosure.dominance.n must be 1 or 2", "the largest contributor, or the two largest"
        faults.add("E03", what, fix, quoted(count))
        count = default.dominance[0]
    return count, _per_cent(faults, given, "share", default.dominance[1], "disclosure.dominance")


def _per_cent(faults: Faults, table: Mapping[str, Any], key: str, default: float, section: str = "disclosure") -> float:
    """A number above 0 and below 100."""
    value = table.get(key, default)
    if type(value) in (int, float) and 0 < value < 100:
        return float(value)
    faults.add("E03", f"{section}.{key} must be between 0 and 100", f"for example {default:g}", quoted(value))
    return default
