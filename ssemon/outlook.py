"""The section [trend] of an edition profile: what a trend is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from ssemon.choices import Outlook
from ssemon.faults import Faults, table_of
from ssemon.text import quoted

_KEYS = ("target_year", "base_year", "targets", "least_values", "least_years", "decay")


def read_outlook(faults: Faults, table: Mapping[str, Any]) -> Outlook:
    """Read the section; what is wrong with it goes to `faults`. Missing: an absent key keeps its default."""
    default = Outlook()
    faults.keys(table, _KEYS, "trend")
    target, base = (
        _whole(faults, table, "target_year", default.target_year),
        _whole(faults, table, "base_year", default.base_year),
    )
    if target <= base:
        faults.add("E03", "trend.target_year must be after trend.base_year", f"a year after {base}", str(target))
    decay = table.get("decay", default.decay)
    if type(decay) not in (int, float) or not 0 < decay <= 1:
        faults.add("E03", "trend.decay must be above 0 and not above 1", "for example 0.9", quoted(decay))
        decay = default.decay
    return Outlook(
        target_year=target,
        base_year=base,
        targets=_targets(faults, table_of(faults, table, "targets")),
        least_values=max(2, _whole(faults, table, "least_values", default.least_values)),
        least_years=max(1, _whole(faults, table, "least_years", default.least_years)),
        decay=float(decay),
    )


def _whole(faults: Faults, table: Mapping[str, Any], key: str, default: int) -> int:
    value = table.get(key, default)
    if type(value) is int and value > 0:
        return value
    faults.add("E03", f"trend.{key} must be a whole number", f"for example {default}", quoted(value))
    return default


def _targets(faults: Faults, table: Mapping[str, Any]) -> dict[str, float]:
    """The targets by indicator, in the raw unit."""
    found = {}
    for code, value in table.items():
        if type(value) in (int, float) and isfinite(value):
            found[code] = float(value)
        else:
            faults.add("E03", f'trend.targets."{code}" must be a number', "in the indicator's own unit", quoted(value))
    return found
