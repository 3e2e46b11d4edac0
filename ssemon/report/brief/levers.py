"""What would change the score most: the few indicators through which most could be won."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ssemon.report.material import CountryMaterial
from ssemon.report.numbers import MISSING

# How many indicators stand here; the country report has more of them.
_MOST = 3
# Gains below this are printed as nothing, and nothing is said of them.
_LEAST = 0.05
# What an indicator is thought to reach: the next band, or the good end of its scale.
_BAND, _TOP = "band", "top"

_Rows = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Aim:
    """A value to be reached, and what the overall score would gain. Missing: `..` for an aim that is behind it."""

    value: str = MISSING
    gain: str = MISSING


@dataclass(frozen=True, slots=True)
class LeverRow:
    """An indicator: where it stands, and what it could reach."""

    name: str
    unit: str
    value: str
    band: Aim
    top: Aim


@dataclass(frozen=True, slots=True)
class Levers:
    """The largest levers, the largest first."""

    rows: tuple[LeverRow, ...]
    has_bands: bool


def levers(material: CountryMaterial) -> Levers | None:
    """Return the largest levers. Missing: None where the run worked none out for the country."""
    frame = material.results.run.levers
    if frame is None:
        return None
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in frame.filter(frame["area"] == material.outcome.code).to_dicts():
        if row["indicator"] is not None:
            found.setdefault(row["indicator"], {})[row["target"]] = row
    gains = {code: max(_gain(rows, _BAND), _gain(rows, _TOP)) for code, rows in found.items()}
    largest = sorted((code for code in gains if gains[code] >= _LEAST), key=lambda code: -gains[code])[:_MOST]
    if not largest:
        return None
    rows = tuple(_row(material, code, found[code]) for code in largest)
    return Levers(rows, bool(material.results.edition.method.band_cuts))


def _gain(rows: _Rows, target: str) -> float:
    return float(rows[target]["gain"]) if target in rows else 0.0


def _row(material: CountryMaterial, code: str, rows: _Rows) -> LeverRow:
    results, words = material.results, material.words
    leaf, reading = results.framework.indicator_by_code[code], results.reading(material.outcome.code, code)
    return LeverRow(
        name=leaf.name,
        unit=words.unit(leaf.unit),
        value=words.numbers.value(reading.value, results.decimals(code)),
        band=_aim(material, code, rows.get(_BAND)),
        top=_aim(material, code, rows.get(_TOP)),
    )


def _aim(material: CountryMaterial, code: str, row: Mapping[str, Any] | None) -> Aim:
    if row is None:
        return Aim()
    numbers = material.words.numbers
    return Aim(numbers.value(row["target_value"], material.results.decimals(code)), numbers.change(row["gain"]))
