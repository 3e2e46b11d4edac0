"""The indicators with the highest and the lowest scores, each where it lies among the countries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from ssemon.framework import Indicator, Node
from ssemon.report.country.glance import extreme_readings
from ssemon.report.material import CountryMaterial
from ssemon.report.results import Reading

# How many indicators stand on either side.
_MOST = 3


@dataclass(frozen=True, slots=True)
class ExtremeRow:
    """An indicator: its value and year, its score, and where that lies among the countries."""

    name: str
    dimension: str
    value: str
    unit: str
    year: str
    score: str
    chart: Markup


@dataclass(frozen=True, slots=True)
class Extremes:
    """The strongest and the weakest."""

    strongest: tuple[ExtremeRow, ...]
    weakest: tuple[ExtremeRow, ...]


def extremes(material: CountryMaterial) -> Extremes | None:
    """Return both lists. Missing: None where fewer than two indicators have a score."""
    strongest, weakest = (tuple(_rows(material, found)) for found in extreme_readings(material, _MOST))
    return Extremes(strongest, weakest) if strongest else None


def _rows(material: CountryMaterial, found: Iterable[tuple[Indicator, Node, Reading]]) -> Iterable[ExtremeRow]:
    words, results = material.words, material.results
    for leaf, node, reading in found:
        yield ExtremeRow(
            name=leaf.name,
            dimension=node.name,
            value=words.numbers.value(reading.value, results.decimals(leaf.code)),
            unit=words.unit(leaf.unit),
            year=words.numbers.year(reading.year),
            score=words.numbers.score(reading.score),
            chart=material.figures.indicator_strip(material.outcome, leaf),
        )
