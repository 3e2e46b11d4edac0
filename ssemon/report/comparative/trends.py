"""How the overall scores moved: a small chart a country, all on one scale."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.report.context import Panel
from ssemon.report.material import Material


@dataclass(frozen=True, slots=True)
class Trends:
    """What the pages say."""

    lead: str
    note: str
    panels: tuple[Panel, ...]


def trends(material: Material) -> Trends:
    """Return what the pages say."""
    words, results, methodology = material.words, material.results, material.methodology
    lead = words._(
        "The scores of all years were computed with the method and the data of this edition. A line can move because more "
        "inputs become available; read it with the coverage."
    )
    note = words._(
        "Overall score, {low} to {high}, {first} to {last}, on the same scale in every chart; the dashed line is the "
        "median of the countries. The sentence below a chart compares with {year}."
    ).format(
        low=methodology.low, high=methodology.high, first=results.years[0], last=results.years[-1], year=results.year
    )
    return Trends(lead, note, material.figures.trends(material.ordered))
