"""How the overall scores moved: a panel a country, all on one scale, the others in grey behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ssemon.report.charts import multiples
from ssemon.report.comparative.moves import base_year, moved_most, moves
from ssemon.report.context import Figure
from ssemon.report.material import Material

# Panels that fill a page, three beside each other.
_PANELS, _HEIGHT, _LOW_HEIGHT, _FEW = 18, 118.0, 84.0, 12


@dataclass(frozen=True, slots=True)
class Trends:
    """What the pages say. Missing: no figure where no country has a score in any year."""

    lead: str
    figures: tuple[Figure, ...]


def trends(material: Material) -> Trends:
    """Return what the pages say."""
    lead = material.words._(
        "The scores of all years were computed with the method and the data of this edition. A line can move because more "
        "inputs become available; read it with the coverage."
    )
    return Trends(lead, tuple(_figures(material)))


def _figures(material: Material) -> Iterator[Figure]:
    results, words, figures = material.results, material.words, material.figures
    root = results.framework.root.code
    shown = [outcome for outcome in material.ordered if outcome.available]
    series = {outcome.code: results.series(outcome.code, root) for outcome in shown}
    if not any(value is not None for its in series.values() for value in its.values()):
        return
    year = base_year(results)
    title = moved_most(material, moves(results, material.root, year), year)
    note = words._(
        "Overall score, {low} to {high}, {first} to {last}, on one scale; the number is the last year's. Grey: the other "
        "countries; dashed: their median. The sentence below a chart compares its first year with {year}. Source: this run."
    ).format(
        low=material.methodology.low, high=material.methodology.high, first=results.years[0], last=results.years[-1],
        year=results.year,
    )  # fmt: skip
    for start in range(0, len(shown), _PANELS):
        part = shown[start : start + _PANELS]
        panels = [
            multiples.Panel(words.country(o), series[o.code], material.findings.change(series[o.code])) for o in part
        ]
        chart = multiples.multiples(
            panels, reference=results.median_series(root), others=list(series.values()), years=results.years, title=title,
            fmt=figures.fmt, axis=figures.axis, scale=figures.scale, cuts=figures.cuts,
            height=_HEIGHT if len(part) <= _FEW else _LOW_HEIGHT, words=figures.chart_words,
        )  # fmt: skip
        closed = figures.closed_years(part, material.root)
        yield Figure(title, figures.turned(chart), words.joined([note, closed]))
