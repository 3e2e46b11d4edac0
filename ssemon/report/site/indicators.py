"""A page an indicator: what it is, how it counts, and its values in all countries."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.framework import Indicator, Node
from ssemon.model import CountryOutcome
from ssemon.report import told
from ssemon.report.charts import dots
from ssemon.report.codebook import CodebookRow, codebook_row, oldest_that_counts
from ssemon.report.context import Figure
from ssemon.report.figures import Figures
from ssemon.report.findings import Findings
from ssemon.report.numbers import MISSING
from ssemon.report.results import Results
from ssemon.report.rows import marks_of, sentence
from ssemon.report.words import Words


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A country's value. Missing: `..`."""

    code: str
    name: str
    value: str
    marks: tuple[tuple[str, str], ...]
    year: str
    score: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A country's own values, a year each. Missing: `..`."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """What the template of an indicator's page is filled with."""

    code: str
    name: str
    dimension: str
    definition: str
    caveat: str
    unit: str
    scored: bool
    facts: tuple[tuple[str, str], ...]
    figure: Figure | None
    rows: tuple[ValueRow, ...]
    marks: tuple[tuple[str, str], ...]
    years: tuple[str, ...]
    series: tuple[SeriesRow, ...]


class IndicatorPages:
    """Writes the pages of all indicators in one language."""

    def __init__(self, results: Results, words: Words) -> None:
        self.results = results
        self.words = words
        self.figures = Figures(results, words, Findings(results, words))
        self.there = [outcome for outcome in results.countries if outcome.available]

    def page(self, leaf: Indicator, node: Node) -> IndicatorPage:
        """Return an indicator's page; `node` is its dimension."""
        text, scored = codebook_row(self.results, self.words, leaf), self.results.is_scored(leaf)
        rows = tuple(self._row(outcome, leaf) for outcome in self._ordered(leaf))
        return IndicatorPage(
            code=leaf.code,
            name=leaf.name,
            dimension=node.name,
            definition=text.definition,
            caveat=text.caveat,
            unit=text.unit,
            scored=scored,
            facts=tuple(self._facts(leaf, node, text)),
            figure=self._figure(leaf) if scored else None,
            rows=rows,
            marks=tuple(sorted({mark for row in rows for mark in row.marks})),
            years=tuple(self.words.numbers.year(year) for year in self.results.years),
            series=tuple(self._series(outcome, leaf) for outcome in self._ordered(leaf)),
        )

    def _ordered(self, leaf: Indicator) -> list[CountryOutcome]:
        """The countries by falling score; those without one after them by name."""
        names = {name: place for place, name in enumerate(self.words.in_order(map(self.words.country, self.there)))}

        def key(outcome: CountryOutcome) -> tuple[bool, float, int]:
            score = self.results.reading(outcome.code, leaf.code).score
            return score is None, -(score or 0.0), names[self.words.country(outcome)]

        return sorted(self.there, key=key)

    def _facts(self, leaf: Indicator, node: Node, text: CodebookRow) -> list[tuple[str, str]]:
        _, numbers = self.words._, self.words.numbers
        share = self.results.shares.get(leaf.code, 0.0) if text.scored else 0.0
        facts = [
            (_("Dimension"), node.name),
            (_("Unit"), text.unit),
            (_("Direction"), text.better),
            (_("Goalposts"), text.explained),
            (_("Share of the overall score"), numbers.share_exact(share) if share else _("not counted")),
            (_("Oldest value that counts"), oldest_that_counts(self.results, self.words, leaf)),
            (_("Source"), self.words.joined([text.source])),
            (_("Proxy strength"), text.strength),
            (_("Code"), leaf.code),
        ]
        return [(label, value) for label, value in facts if value]

    def _row(self, outcome: CountryOutcome, leaf: Indicator) -> ValueRow:
        reading = self.results.reading(outcome.code, leaf.code)
        scored = self.results.is_scored(leaf)
        return ValueRow(
            code=outcome.code,
            name=self.words.country(outcome),
            value=told.value(reading, self.words.numbers, self.results.decimals(leaf.code)),
            marks=marks_of(reading, self.words),
            year=self.words.numbers.year(reading.year),
            score=told.score(reading, self.words.numbers) if scored else "",
            source=reading.source or MISSING,
            note=sentence(self.results.named(reading.note), self.words),
        )

    def _series(self, outcome: CountryOutcome, leaf: Indicator) -> SeriesRow:
        own, places = self.results.own_values(outcome.code, leaf.code), self.results.decimals(leaf.code)
        shown = tuple(self.words.numbers.value(value, places) for value in own.values())
        return SeriesRow(self.words.country(outcome), shown)

    def _figure(self, leaf: Indicator) -> Figure | None:
        """Draw the scores as dots, the highest first. Missing: None where no country has one."""
        ordered = self._ordered(leaf)
        scores = [self.results.reading(outcome.code, leaf.code).score for outcome in ordered]
        known = [score for score in scores if score is not None]
        if not known:
            return None
        fmt = self.words.numbers.score
        first, last = (self.words.country(ordered[place]) for place in (0, len(known) - 1))
        title = self.words._("{first} scores highest ({high}), {last} lowest ({low})").format(
            first=first, high=fmt(known[0]), last=last, low=fmt(known[-1])
        )
        if len(known) < 2 or known[0] == known[-1]:
            title = self.words._("Scores of the countries")
        low, high = (self.words.numbers.whole(end) for end in self.figures.scale)
        note = self.words._("Score of the indicator, {low} to {high}, {year}.").format(
            low=low, high=high, year=self.results.year
        )
        rows = [dots.Dot(self.words.country(outcome), score) for outcome, score in zip(ordered, scores, strict=True)]
        chart = dots.dots(
            rows, title=title, fmt=fmt, axis=self.words.numbers.tick, scale=self.figures.scale, cuts=self.figures.cuts,
            words=self.figures.chart_words,
        )  # fmt: skip
        return Figure(title, self.figures.turned(chart), note)
