"""One indicator across the countries: what it is, its values, and how they moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from ssemon.framework import Indicator, Node
from ssemon.model import CountryOutcome
from ssemon.report import told
from ssemon.report.charts import dots, tokens
from ssemon.report.charts.scale import Range, span_of
from ssemon.report.codebook import CodebookRow, codebook_row, oldest_that_counts
from ssemon.report.context import Figure
from ssemon.report.material import Material
from ssemon.report.numbers import CONFIDENTIAL, MISSING
from ssemon.report.results import LEAST_FOR_MEDIAN, Results
from ssemon.report.rows import sentence, short_source
from ssemon.report.sheet.drawn import Drawn, Panels, Series, Sources, panels, score_map, sources_of
from ssemon.report.words import Words

# Rows of a dot plot that fit on a page beside the head.
_ROWS = 34


class LeafMaterial(Material):
    """What a section about one indicator may use."""

    def __init__(self, results: Results, words: Words, leaf: Indicator) -> None:
        super().__init__(results, words)
        self.leaf = leaf

    @cached_property
    def values(self) -> dict[str, float]:
        """The value that stands for the report's year, by country. Missing: a country without one is left out."""
        found = {area: self.results.reading(area, self.leaf.code).value for area in self.results.codes}
        return {area: value for area, value in found.items() if value is not None}

    @cached_property
    def best_first(self) -> list[CountryOutcome]:
        """The countries in the order of their values, those without one last."""

        def key(outcome: CountryOutcome) -> tuple[bool, bool, float, str]:
            value = self.values.get(outcome.code)
            return (not outcome.available, value is None, -(value or 0.0) * self.leaf.direction, outcome.code)

        return sorted(self.results.countries, key=key)

    @cached_property
    def series(self) -> dict[str, Series]:
        """Each country's own values by the year that they are of: what stands in for a later year is not repeated."""
        return {area: self.results.own_values(area, self.leaf.code) for area in self.results.codes}

    @cached_property
    def scale(self) -> Range:
        """Round ends around all values and the goalposts."""
        spread = [value for values in self.series.values() for value in values.values()]
        return span_of([*spread, *self.values.values(), self.leaf.lower, self.leaf.upper], None)

    def shown(self, value: float | None) -> str:
        """Write a value with the decimals of all the reports."""
        return self.words.numbers.value(value, self.results.decimals(self.leaf.code))


@dataclass(frozen=True, slots=True)
class Head:
    """What the indicator is. Missing: an empty text is not printed."""

    row: CodebookRow
    path: str
    share: str
    with_value: str
    count: str
    median: str
    maximum_age: str


@dataclass(frozen=True, slots=True)
class Countries:
    """The values as dots."""

    lead: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A country's line. Missing: `..`."""

    name: str
    value: str
    mark: str
    year: str
    score: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Values:
    """The values as a table."""

    rows: tuple[ValueRow, ...]
    marks: tuple[tuple[str, str], ...]
    unit: str
    scored: bool


def head(material: LeafMaterial) -> Head:
    """Return what the indicator is."""
    leaf, words, results = material.leaf, material.words, material.results
    share = results.shares.get(leaf.code, 0.0) if results.is_scored(leaf) else 0.0
    known = sorted(material.values.values())
    return Head(
        row=codebook_row(results, words, leaf),
        path=" › ".join(node.name for node in _above(material)),
        share=words.numbers.share_exact(share) if share else words._("not counted"),
        with_value=words.numbers.whole(len(known)),
        count=words.ngettext("{count} country", "{count} countries", len(material.results.codes)),
        median=material.shown(median(known)) if len(known) >= LEAST_FOR_MEDIAN else "",
        maximum_age=oldest_that_counts(results, words, leaf),
    )


def _above(material: LeafMaterial) -> list[Node]:
    """The nodes above the indicator, without the root."""
    found, code = [], material.leaf.parent
    while code and code != material.root.code:
        node = material.results.framework.node_by_code[code]
        found.append(node)
        code = node.parent
    return found[::-1]


def countries(material: LeafMaterial) -> Countries:
    """Return the values as dots, the better ones first; a country without a value keeps its row."""
    words, figures = material.words, material.figures
    title = _spread(material)
    note = words._("{unit}; on the right the year of the value. Countries stand in the order of their values.").format(
        unit=words.unit(material.leaf.unit) or words._("Value")
    )
    drawn = []
    for start in range(0, len(material.best_first), _ROWS):
        rows = [_dot(material, outcome) for outcome in material.best_first[start : start + _ROWS]]
        chart = dots.dots(
            rows, title=title, fmt=material.shown, axis=figures.axis, scale=material.scale, width=tokens.WIDTH,
            words=figures.chart_words,
        )  # fmt: skip
        drawn.append(Figure(title, figures.turned(chart), sentence(note, words)))
    return Countries(_lead(material), tuple(drawn))


def _lead(material: LeafMaterial) -> str:
    words, count = material.words, len(material.values)
    said = words.ngettext("{count} country has a value.", "{count} countries have a value.", count)
    if count < LEAST_FOR_MEDIAN:
        return said
    middle = words._("The median is {median}.").format(median=material.shown(median(material.values.values())))
    return words.joined([said, middle])


def _spread(material: LeafMaterial) -> str:
    """Say how far the values lie apart."""
    words, there = material.words, [one for one in material.best_first if one.code in material.values]
    if not there:
        return words._("No country has a value")
    first, last = there[0], there[-1]
    top, bottom = (material.shown(material.values[one.code]) for one in (first, last))
    if len(there) == 1:
        return words._("Only {country} has a value: {value}").format(country=words.country(first), value=top)
    return words._("From {bottom} in {last} to {top} in {first}").format(
        bottom=bottom, last=words.country(last), top=top, first=words.country(first)
    )


def _dot(material: LeafMaterial, outcome: CountryOutcome) -> dots.Dot:
    reading = material.results.reading(outcome.code, material.leaf.code)
    year = material.words.numbers.year(reading.year) if reading.year is not None else ""
    return dots.Dot(material.words.country(outcome), reading.value, note=" ".join(filter(None, (year, reading.mark))))


def values(material: LeafMaterial) -> Values:
    """Return the values as a table. Missing: no rank stands here: a value has no interval."""
    results, words, leaf = material.results, material.words, material.leaf
    scored, rows, used = results.is_scored(leaf), [], set()
    for outcome in material.best_first:
        reading = results.reading(outcome.code, leaf.code)
        used.add(reading.mark)
        rows.append(
            ValueRow(
                name=words.country(outcome),
                value=CONFIDENTIAL if reading.is_confidential else material.shown(reading.value),
                mark=reading.mark,
                year=words.numbers.year(reading.year),
                score=told.score(reading, words.numbers) if scored else "",
                source=short_source(reading.source) or MISSING,
                note=sentence(results.named(reading.note), words),
            )
        )
    marks = tuple((code, words.status(code)) for code in sorted(used - {""}))
    marks = (*marks, *told.marked((row.value for row in rows), words))
    return Values(tuple(rows), marks, words.unit(leaf.unit), scored)


def trends(material: LeafMaterial) -> Panels | None:
    """Return a small chart a country. Missing: None where no country has values of two years."""
    years = material.results.years
    middles = {year: _middle([series[year] for series in material.series.values()]) for year in years}
    drawn = panels(
        material, material.best_first, material.series, median=middles, scale=material.scale, fmt=material.shown,
        said=lambda series: _change(material, series),
    )  # fmt: skip
    if not drawn:
        return None
    note = material.words._(
        "Each country's own values, {first} to {last}, on the same scale in every chart; the dashed line is the median of the countries. Countries with fewer than two values have no chart."
    ).format(first=years[0], last=years[-1])  # fmt: skip
    return Panels(note, drawn)


def _middle(found: Sequence[float | None]) -> float | None:
    known = [value for value in found if value is not None]
    return median(known) if len(known) >= LEAST_FOR_MEDIAN else None


def _change(material: LeafMaterial, series: Series) -> str:
    """Say the first and the last value."""
    known = [(year, value) for year, value in sorted(series.items()) if value is not None]
    (first, start), (last, end) = known[0], known[-1]
    text = material.words._("{start} in {first}, {end} in {last}")
    return text.format(start=material.shown(start), first=first, end=material.shown(end), last=last)


def on_the_map(material: LeafMaterial) -> Drawn | None:
    """Return the scores on a map. Missing: None where the indicator is not scored."""
    if not material.results.is_scored(material.leaf):
        return None
    found = {area: material.results.reading(area, material.leaf.code) for area in material.results.codes}
    scores = {area: one.score for area, one in found.items()}
    closed = [area for area, one in found.items() if one.is_confidential]
    return score_map(material, scores, material.words._("Scores of the indicator on the map"), closed)


def sources(material: LeafMaterial) -> Sources:
    """Return where the values come from."""
    return sources_of(material, [material.leaf.code])
