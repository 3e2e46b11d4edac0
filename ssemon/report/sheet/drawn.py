"""What both kinds of sheet draw: a map, and small charts on one scale; and where their numbers come from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from ssemon import resources
from ssemon.framework import Node
from ssemon.model import CountryOutcome, SourceFile
from ssemon.report import told
from ssemon.report.charts import map as maps
from ssemon.report.charts import trend
from ssemon.report.charts.scale import Range
from ssemon.report.context import Figure, Panel
from ssemon.report.material import Material
from ssemon.report.results import Results
from ssemon.report.words import Words

_MAP_WIDTH = 350.0
_PANEL_WIDTH, _PANEL_HEIGHT = 200.0, 82.0
Series = Mapping[int, float | None]


class NodeMaterial(Material):
    """What a section about one node may use."""

    def __init__(self, results: Results, words: Words, node: Node) -> None:
        super().__init__(results, words)
        self.node = node


@dataclass(frozen=True, slots=True)
class Drawn:
    """A section that is a figure."""

    figure: Figure


@dataclass(frozen=True, slots=True)
class Panels:
    """Small charts, and what holds for all of them."""

    note: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class NamedSource:
    """A source as the values name it, and the countries that use it."""

    source: str
    citation: str
    url: str
    licence: str
    countries: str


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the numbers come from, and what made the sheet."""

    sources: tuple[NamedSource, ...]
    versions: tuple[tuple[str, str], ...]


def score_map(
    material: Material, scores: Mapping[str, float | None], title: str, closed: Collection[str] = ()
) -> Drawn | None:
    """Draw scores on a map.

    Missing: None where the boundaries have fewer than two countries with a score; `closed` are those whose score may not
             be told.
    """
    path = resources.folder("schemas") / "boundaries" / "world.json"
    shapes = maps.read_shapes(path) if path.is_file() else ()
    known = {shape.area for shape in shapes}
    values = {area: score for area, score in scores.items() if area in known}
    if sum(score is not None for score in values.values()) < 2:
        return None
    figures, words = material.figures, material.words
    chart = maps.choropleth(
        shapes, values, title=title, cuts=figures.cuts, fmt=figures.axis, width=_MAP_WIDTH, words=figures.chart_words,
        names={outcome.code: words.country(outcome) for outcome in material.results.countries}, closed=closed,
    )  # fmt: skip
    note = words._(
        "Score, {low} to {high}, {year}. Boundaries as in the source (Natural Earth, public domain); they and the names "
        "do not imply official endorsement or acceptance."
    ).format(low=material.methodology.low, high=material.methodology.high, year=material.results.year)
    named = [words.country(one) for one in material.results.countries if one.code in closed and one.code in values]
    return Drawn(Figure(title, chart, words.joined([note, told.closed(named, words)])))


def panels(
    material: Material,
    ordered: Sequence[CountryOutcome],
    series: Mapping[str, Series],
    *,
    median: Series,
    scale: Range,
    fmt: Callable[[float], str],
    said: Callable[[Series], str],
) -> tuple[Panel, ...]:
    """Draw a small chart a country, in the order given, all on one scale.

    Missing: a country without two values in these years has none.
    """
    found = []
    for outcome in ordered:
        values = series.get(outcome.code, {})
        if sum(value is not None for value in values.values()) < 2:
            continue
        name = material.words.country(outcome)
        lines = [trend.Line("", values, True), trend.Line("", median, False)]
        chart = trend.trend(
            lines, years=material.results.years, title=name, fmt=fmt, axis=material.figures.axis, scale=scale,
            width=_PANEL_WIDTH, height=_PANEL_HEIGHT, words=material.figures.chart_words,
        )  # fmt: skip
        found.append(Panel(name, material.figures.turned(chart), said(values)))
    return tuple(found)


def sources_of(material: Material, codes: Sequence[str]) -> Sources:
    """Return the sources of some indicators' values, each with the countries whose values name it.

    Missing: what no data file says of a source, such as its licence, is empty.
    """
    results = material.results
    files: dict[str, SourceFile] = {}
    for outcome in results.run.countries:
        for file in outcome.sources:
            files.setdefault(file.source or file.file, file)
    users: dict[str, list[str]] = {}
    for code in codes:
        for area in results.codes:
            name = results.reading(area, code).source
            if name:
                users.setdefault(name, []).append(area)
    rows = []
    for name, areas in users.items():
        known = files.get(name)
        everyone = set(areas) == set(results.codes)
        used = material.words._("all countries") if everyone else ", ".join(dict.fromkeys(areas))
        said = (known.citation, known.url, known.licence) if known else ("", "", "")
        rows.append(NamedSource(name, *said, used))
    return Sources(tuple(rows), tuple(sorted(results.run.versions.items())))
