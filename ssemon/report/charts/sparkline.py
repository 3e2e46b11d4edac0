"""A line the size of a word, for a row of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.scale import Range, Scale, span_of
from ssemon.report.charts.words import ENGLISH, ChartWords

_INSET = 3.0


def sparkline(
    values: Mapping[int, float | None],
    *,
    title: str,
    fmt: Callable[[float], str],
    scale: Range | None = None,
    width: float = 70.0,
    height: float = 16.0,
    words: ChartWords = ENGLISH,
) -> Markup:
    """Draw a value a year as a tiny line with its last point marked.

    Units:   `scale` None fits the line to its own values: it then shows a movement, not a level.
    Missing: a gap; without any value `..` stands in its place.
    """
    years = sorted(values)
    there = [(year, value) for year in years if svg.is_known(value := values[year])]
    spoken = ", ".join(f"{year} {fmt(value)}" for year, value in there) or words.no_data
    if not there:
        nothing = svg.text(width / 2, height / 2 - 1, words.missing, anchor="middle")
        return svg.figure(width, height, [nothing], title=title, description=spoken)
    across = Scale(years[0], years[-1], _INSET, width - _INSET)
    upwards = Scale(*span_of((value for _, value in there), scale), height - _INSET, _INSET)
    last = svg.circle(across(there[-1][0]), upwards(there[-1][1]), 2.2, tokens.ACCENT)
    return svg.figure(width, height, [*_runs(values, across, upwards), last], title=title, description=spoken)


def _runs(values: Mapping[int, float | None], across: Scale, upwards: Scale) -> Iterator[str]:
    pairs = [(year, values[year]) for year in sorted(values)]
    for there, run in groupby(pairs, key=lambda pair: svg.is_known(pair[1])):
        points = [(across(year), upwards(value)) for year, value in run if svg.is_known(value)]
        if there and len(points) > 1:
            yield svg.polyline(points, tokens.MAIN, 1.3)
        elif there:
            yield svg.circle(*points[0], 1.2, tokens.MAIN)
