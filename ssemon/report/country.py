"""The country report: everything that its pages say, made from the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from ssemon.framework import Indicator, Node
from ssemon.model import CountryOutcome
from ssemon.report.charts import tokens
from ssemon.report.context import (
    Figure,
    Masthead,
    Paragraph,
    Place,
    ProblemRow,
    Row,
    SourceRow,
    masthead,
    place,
    problem_rows,
    problems_of,
    source_rows,
)
from ssemon.report.facts import KeyFigures, LegalForm, key_figures, legal_forms
from ssemon.report.figures import PARTS_WIDTH, TREND_WIDTH, Figures
from ssemon.report.findings import Findings
from ssemon.report.intervals import Intervals
from ssemon.report.methodology import Methodology
from ssemon.report.notes import render_notes
from ssemon.report.numbers import MISSING
from ssemon.report.results import Results
from ssemon.report.rows import in_groups, indicator_row, marks_used
from ssemon.report.words import Words

# How many indicators stand among the strongest and the weakest.
_EXTREMES = 5
# The tables of a country's facts.
_LEGAL_FORMS, _KEY_FIGURES = "legal_forms", "key_figures"


@dataclass(frozen=True, slots=True)
class Sure:
    """How sure the overall score is. Missing: an empty text is not printed; `absent` says why there is no score."""

    mark: str
    interval: str
    band: str
    certainty: str
    rank: str
    rank_label: str
    absent: str


@dataclass(frozen=True, slots=True)
class Extreme:
    """One of the strongest or weakest indicators."""

    name: str
    dimension: str
    score: str
    year: str


@dataclass(frozen=True, slots=True)
class Section:
    """A dimension's pages."""

    code: str
    name: str
    scored: bool
    score: str
    interval: str
    band: str
    coverage: str
    lead: str
    bars: Figure | None
    trend: Figure | None
    rows: tuple[Row, ...]
    shown: tuple[Row, ...]
    marks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """How well a dimension is covered."""

    name: str
    indicators: str
    observed: str
    coverage: str
    newest: str
    oldest: str
    mean_age: str
    estimated: str


@dataclass(frozen=True, slots=True)
class CountryReport:
    """What the templates of the country report are filled with."""

    head: Masthead
    code: str
    name: str
    local: str
    local_language: str
    place: Place
    sure: Sure
    coverage: str
    messages: tuple[str, ...]
    added: tuple[tuple[str, Markup], ...]
    lead: str
    dimensions: Figure | None
    trend: Figure | None
    strongest: tuple[Extreme, ...]
    weakest: tuple[Extreme, ...]
    sections: tuple[Section, ...]
    median_note: str
    legal_forms: tuple[LegalForm, ...]
    key_figures: KeyFigures
    notes: Markup
    notes_language: str
    notes_status: str
    coverage_lead: str
    coverage_rows: tuple[CoverageRow, ...]
    problems: tuple[ProblemRow, ...]
    deviations: tuple[tuple[str, str], ...]
    methods: tuple[tuple[Paragraph, ...], ...]
    reading: tuple[str, ...]
    not_a: tuple[str, ...]
    sources: tuple[SourceRow, ...]
    contact: str
    versions: tuple[tuple[str, str], ...]


class _Builder:
    """Builds one country's report."""

    def __init__(self, results: Results, words: Words, outcome: CountryOutcome) -> None:
        self.results = results
        self.words = words
        self.outcome = outcome
        self.findings = Findings(results, words)
        self.figures = Figures(results, words, self.findings)
        self.methodology = Methodology(results, words)
        self.intervals = Intervals(results, words)
        self.root = results.framework.root

    def build(self) -> CountryReport:
        results, words, outcome, findings = self.results, self.words, self.outcome, self.findings
        name = words.country(outcome)
        local = outcome.name_local if outcome.name_local != name else ""
        notes, notes_language = self._notes()
        strongest, weakest = self._extremes()
        title = words._("{country}: {edition} {year}").format(
            country=name, edition=results.edition.title or results.framework.title, year=results.year
        )
        return CountryReport(
            head=masthead(results, words, title=title, kind=words._("Country report"), areas=[outcome.code]),
            code=outcome.code,
            name=name,
            local=local,
            local_language=next((tag for tag in outcome.languages if tag != "en"), ""),
            place=place(results, words, outcome.code, self.root.code),
            sure=self._sure(),
            coverage=words.numbers.share(results.score(outcome.code, self.root.code).coverage),
            messages=findings.country_messages(outcome),
            added=results.added(outcome.code),
            lead=words.joined([findings.overall(outcome), self._ranked(), findings.balance(outcome)]),
            dimensions=self._dimension_bars(),
            trend=self._trend(self.root, words._("Overall score")),
            strongest=strongest,
            weakest=weakest,
            sections=tuple(self._section(node) for node in results.dimensions if results.leaves(node)),
            median_note=self.methodology.median(),
            legal_forms=legal_forms(outcome.facts.get(_LEGAL_FORMS, ()), words),
            key_figures=key_figures(outcome.facts.get(_KEY_FIGURES, ()), words),
            notes=notes,
            notes_language=notes_language,
            notes_status=self._notes_status(),
            coverage_lead=findings.coverage(outcome),
            coverage_rows=tuple(self._coverage(node) for node in results.dimensions if results.leaves(node)),
            problems=problem_rows(problems_of(results, outcome), words),
            deviations=tuple((self._name(deviation.indicator), deviation.reason) for deviation in outcome.deviations),
            methods=self.methodology.halves(),
            reading=self.methodology.reading(),
            not_a=self.methodology.not_a(),
            sources=source_rows(outcome.sources, words),
            contact=outcome.contact,
            versions=tuple(sorted(results.run.versions.items())),
        )

    def _sure(self) -> Sure:
        found = self.results.score(self.outcome.code, self.root.code)
        interval, rank = self.intervals.of(found), self.intervals.rank(found)
        texts = self.words._("{share} interval {interval}"), self.words._("rank of {count} ({share} interval)")
        has_rank = rank != MISSING and found.ranked is not None
        return Sure(
            mark=self.intervals.mark(found),
            interval=texts[0].format(share=self.intervals.share, interval=interval) if interval else "",
            band=self.intervals.band(self.outcome.code, self.root.code) if self.figures.cuts else "",
            certainty=self.intervals.certainty(self.outcome.code, self.root.code) if self.figures.cuts else "",
            rank=rank if has_rank else "",
            rank_label=texts[1].format(count=self.words.numbers.whole(found.ranked), share=self.intervals.share),
            absent="" if found.score is not None else self.findings.overall(self.outcome),
        )

    def _ranked(self) -> str:
        """Where the country ranks, and with which it shares the rank."""
        found = self.results.score(self.outcome.code, self.root.code)
        return self.words.joined([self.intervals.rank_sentence(found), self.intervals.ties(self.outcome)])

    def _dimension_bars(self) -> Figure | None:
        nodes = self.results.scored_dimensions
        if not nodes:
            return None
        note = self.words._("Score, {low} to {high}, {year}. {median}")
        if self.intervals.exist:
            note = self.words._("Score, {low} to {high}, {year}; lines: {share} interval. {median}")
        note = note.format(
            share=self.intervals.share,
            low=self.methodology.low,
            high=self.methodology.high,
            year=self.results.year,
            median=self.methodology.median(),
        )
        return self.figures.node_bars(self.outcome, nodes, self.findings.extremes(self.outcome), note, tokens.WIDTH)

    def _trend(self, node: Node, subject: str) -> Figure | None:
        series = self.results.series(self.outcome.code, node.code)
        if sum(score is not None for score in series.values()) < 2:
            return None
        unit = self.words._("Score, {low} to {high}; {year}, marked, is the year of this report.").format(
            low=self.methodology.low, high=self.methodology.high, year=self.results.year
        )
        if node.parent:
            unit = ""  # said once, under the overall trend
        change = self.findings.coverage_change(self.outcome.code, node.code)
        title = self.findings.movement(series, subject)
        width = TREND_WIDTH if node.parent else tokens.WIDTH
        return self.figures.node_trend(self.outcome, node, title, self.words.joined([unit, change]), width)

    def _extremes(self) -> tuple[tuple[Extreme, ...], tuple[Extreme, ...]]:
        """The strongest and weakest indicators; none stands in both lists."""
        found = []
        for node in self.results.scored_dimensions:
            for leaf in self.results.leaves(node):
                reading = self.results.reading(self.outcome.code, leaf.code)
                if self.results.is_scored(leaf) and reading.score is not None:
                    found.append((reading.score, leaf, node, reading.year))
        found.sort(key=lambda entry: -entry[0])
        most = min(_EXTREMES, len(found) // 2)
        extremes = [
            Extreme(leaf.name, node.name, self.words.numbers.score(score), self.words.numbers.year(year))
            for score, leaf, node, year in found
        ]
        return tuple(extremes[:most]), tuple(reversed(extremes[len(extremes) - most :]))

    def _section(self, node: Node) -> Section:
        results, words = self.results, self.words
        leaves = results.leaves(node)
        found = results.score(self.outcome.code, node.code)
        scored = any(results.is_scored(leaf) for leaf in leaves)
        rows = in_groups(self._row(leaf, node) for leaf in leaves if results.is_scored(leaf))
        shown = in_groups(self._row(leaf, node) for leaf in leaves if not results.is_scored(leaf))
        return Section(
            code=node.code,
            name=node.name,
            scored=scored,
            score=words.numbers.score(found.score) + self.intervals.mark(found) if scored else "",
            interval=self.intervals.of(found) if scored else "",
            band=self._section_band(node) if scored else "",
            coverage=words.numbers.share(found.coverage) if scored else "",
            lead=self.findings.dimension(self.outcome, node) if scored else words._("Facts, shown and not scored."),
            bars=self._group_bars(node) if scored else None,
            trend=self._trend(node, words._("Score")) if scored else None,
            rows=rows,
            shown=shown,
            marks=marks_used((*rows, *shown), words),
        )

    def _section_band(self, node: Node) -> str:
        """A dimension's band, as sure as it is."""
        if not self.figures.cuts:
            return ""
        band, sure = (said(self.outcome.code, node.code) for said in (self.intervals.band, self.intervals.certainty))
        return self.words._("{band} ({certainty})").format(band=band, certainty=sure) if band and sure else band

    def _group_bars(self, node: Node) -> Figure | None:
        groups = [group for group in self.results.groups(node) if group.weight > 0]
        if not groups:
            return None
        return self.figures.node_bars(self.outcome, groups, self.words._("Parts of the dimension"), "", PARTS_WIDTH)

    def _row(self, leaf: Indicator, node: Node) -> Row:
        return indicator_row(self.results, self.words, self.figures, self.outcome, leaf, node)

    def _coverage(self, node: Node) -> CoverageRow:
        results, numbers = self.results, self.words.numbers
        leaves = [leaf for leaf in results.leaves(node) if results.is_scored(leaf)] or list(results.leaves(node))
        readings = [results.reading(self.outcome.code, leaf.code) for leaf in leaves]
        years = [reading.year for reading in readings if reading.year is not None]
        marked = sum(reading.status not in ("", "A") for reading in readings if reading.year is not None)
        ages = [results.year - year for year in years]
        return CoverageRow(
            name=node.name,
            indicators=numbers.whole(len(leaves)),
            observed=numbers.whole(len(years)),
            coverage=numbers.share(results.score(self.outcome.code, node.code).coverage),
            newest=numbers.year(max(years, default=None)),
            oldest=numbers.year(min(years, default=None)),
            mean_age=numbers.score(sum(ages) / len(ages)) if ages else MISSING,
            estimated=numbers.whole(marked),
        )

    def _notes(self) -> tuple[Markup, str]:
        notes: Mapping[str, str] = self.outcome.notes
        for language in (self.words.language, "en", *notes):
            if notes.get(language):
                return render_notes(notes[language]), language
        return Markup(""), ""

    def _notes_status(self) -> str:
        """Say who stands behind the notes: only what the plugin itself says."""
        _, by = self.words._, self.outcome.confirmed_by
        stands = _("Confirmed by {name}.") if by else _("Compiled for this report; not yet confirmed by the country.")
        checked = _("Figures in the notes are not checked against the tables.")
        return self.words.joined([stands.format(name=by), checked])

    def _name(self, code: str) -> str:
        known = self.results.framework.indicator_by_code
        return f"{known[code].name} ({code})" if code in known else code


def country_report(results: Results, words: Words, outcome: CountryOutcome) -> CountryReport:
    """Return everything that a country's report says."""
    return _Builder(results, words, outcome).build()
