"""The comparative report: every country of the edition side by side, those that are not available included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ssemon.errors import Problem
from ssemon.framework import Indicator, Node
from ssemon.model import CountryOutcome
from ssemon.report.codebook import CodebookTable, WeightTable, codebook, weight_tables
from ssemon.report.context import (
    Figure,
    Masthead,
    Panel,
    Paragraph,
    Place,
    ProblemRow,
    masthead,
    merged,
    place,
    problem_rows,
    problems_of,
)
from ssemon.report.figures import Figures, letter
from ssemon.report.findings import Findings
from ssemon.report.intervals import Intervals
from ssemon.report.methodology import Methodology
from ssemon.report.numbers import MISSING
from ssemon.report.results import Results
from ssemon.report.robustness import RobustnessPage, robustness_page
from ssemon.report.sources import CommonSource, common_sources
from ssemon.report.words import Words

# Countries that stand side by side in one table of values; more are continued in the next.
_ACROSS = 12
# Problems that are printed; the others are counted.
_MOST_PROBLEMS = 60


@dataclass(frozen=True, slots=True)
class LeagueRow:
    """A country in the order of the scores."""

    code: str
    name: str
    available: bool
    score: str
    interval: str
    rank: str
    group: str
    band: str
    certainty: str
    coverage: str
    oldest: str
    problem: ProblemRow | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and its year. Missing: `..`."""

    value: str
    year: str
    marks: str


@dataclass(frozen=True, slots=True)
class ValueRow:
    """An indicator's values across the countries."""

    name: str
    unit: str
    scored: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ValueTable:
    """The values of a dimension for some of the countries."""

    codes: tuple[str, ...]
    rows: tuple[ValueRow, ...]


@dataclass(frozen=True, slots=True)
class DimensionPage:
    """A dimension across the countries."""

    code: str
    name: str
    scored: bool
    lead: str
    scores: tuple[Figure, ...]
    groups: tuple[Figure, ...]
    tables: tuple[ValueTable, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """An indicator without a value in some countries."""

    name: str
    scored: bool
    count: str
    countries: str


@dataclass(frozen=True, slots=True)
class QualityRow:
    """The state of one country's data."""

    name: str
    observed: str
    coverage: str
    newest: str
    oldest: str
    mean_age: str
    marked: str
    errors: str
    warnings: str
    deviations: str


@dataclass(frozen=True, slots=True)
class ComparativeReport:
    """What the templates of the comparative report are filled with."""

    head: Masthead
    countries: str
    available: str
    messages: tuple[str, ...]
    added: tuple[tuple[str, Markup], ...]
    reading: tuple[str, ...]
    not_a: tuple[str, ...]
    place: Place
    markers: tuple[float, ...]
    league: tuple[LeagueRow, ...]
    league_note: str
    scores_lead: str
    league_figure: tuple[Figure, ...]
    ranks: tuple[Figure, ...]
    heat: tuple[Figure, ...]
    map: Figure | None
    dimensions: tuple[DimensionPage, ...]
    trends: tuple[Panel, ...]
    trend_lead: str
    trend_note: str
    matrix: tuple[Figure, ...]
    gap_lead: str
    gaps: tuple[Gap, ...]
    quality: tuple[QualityRow, ...]
    problems: tuple[ProblemRow, ...]
    problems_left: str
    deviations: tuple[tuple[str, str, str], ...]
    methods: tuple[tuple[Paragraph, ...], ...]
    median_note: str
    weights: tuple[WeightTable, ...]
    codebook: tuple[CodebookTable, ...]
    sources: tuple[CommonSource, ...]
    versions: tuple[tuple[str, str], ...]
    has_bands: bool
    has_intervals: bool
    interval_share: str
    robustness: RobustnessPage


class _Builder:
    """Builds the comparative report."""

    def __init__(self, results: Results, words: Words) -> None:
        self.results = results
        self.words = words
        self.findings = Findings(results, words)
        self.figures = Figures(results, words, self.findings)
        self.methodology = Methodology(results, words)
        self.intervals = Intervals(results, words)
        self.root = results.framework.root
        self.ordered = results.in_score_order()

    def build(self) -> ComparativeReport:
        results, words = self.results, self.words
        edition = results.edition.title or results.framework.title
        title = words._("{edition} {year}: comparative report").format(edition=edition, year=results.year)
        rows = merged(problem_rows(self._problems(), words))
        left = len(rows) - _MOST_PROBLEMS
        return ComparativeReport(
            head=masthead(results, words, title=title, kind=words._("Comparative report"), areas=results.codes),
            countries=words.ngettext("{count} country", "{count} countries", len(results.countries)),
            available=words.numbers.whole(len(results.codes)),
            messages=self.findings.comparative_messages(),
            added=self.results.added(),
            reading=self.methodology.reading(),
            not_a=self.methodology.not_a(),
            place=place(results, words, "", self.root.code),
            markers=self._markers(),
            league=tuple(self._league_row(outcome) for outcome in self.ordered),
            league_note=self._league_note(),
            scores_lead=self._scores_lead(),
            league_figure=self.figures.league(self.ordered),
            ranks=self.figures.rank_plot(self.ordered),
            heat=self.figures.heat(self.ordered),
            map=self.figures.map(self.ordered),
            dimensions=tuple(self._dimension(node) for node in results.dimensions if results.leaves(node)),
            trends=self.figures.trends(self.ordered),
            trend_lead=self._trend_lead(),
            trend_note=self._trend_note(),
            matrix=self.figures.coverage_matrix(self.ordered),
            gap_lead=self._gap_lead(),
            gaps=tuple(self._gaps()),
            quality=tuple(self._quality(outcome) for outcome in self.ordered),
            problems=rows[:_MOST_PROBLEMS],
            problems_left=words.ngettext("{count} more is in the list of problems of the run.",
                                         "{count} more are in the list of problems of the run.", left) if left > 0 else "",
            deviations=tuple(self._deviations()),
            methods=self.methodology.halves(),
            median_note=self.methodology.median(),
            weights=weight_tables(results, words),
            codebook=codebook(results, words),
            sources=common_sources(results, words),
            versions=tuple(sorted(results.run.versions.items())),
            has_bands=bool(results.edition.method.band_codes),
            has_intervals=self.intervals.exist,
            interval_share=self.intervals.share,
            robustness=robustness_page(results, words, self.figures),
        )  # fmt: skip

    def _markers(self) -> tuple[float, ...]:
        """Where the overall scores lie, in per cent of the scale."""
        places = (place(self.results, self.words, area, self.root.code).at for area in self.results.codes)
        return tuple(at for at in places if at is not None)

    def _league_row(self, outcome: CountryOutcome) -> LeagueRow:
        found = self.results.score(outcome.code, self.root.code)
        numbers = self.words.numbers
        group = next((n for n, group in enumerate(self.results.ties) if outcome.code in group), None)
        return LeagueRow(
            code=outcome.code,
            name=self.words.country(outcome),
            available=outcome.available,
            score=numbers.score(found.score) + self.intervals.mark(found),
            interval=self.intervals.of(found) or MISSING,
            rank=self.intervals.rank(found),
            group=MISSING if group is None else letter(group),
            band=self.intervals.band(outcome.code, self.root.code) or MISSING,
            certainty=self.intervals.certainty(outcome.code, self.root.code),
            coverage=numbers.share(found.coverage),
            oldest=numbers.year(self.results.oldest([outcome.code])),
            problem=None if outcome.available else self._why(outcome),
        )

    def _league_note(self) -> str:
        scores = [self.results.score(area, self.root.code) for area in self.results.codes]
        ranked = max((found.ranked or 0 for found in scores), default=0)
        texts = []
        if self.intervals.exist and ranked:
            texts.append(
                self.words._(
                    "In brackets the {share} interval of the rank among {count} areas. Countries with the same letter form a "
                    "tie group; ranks within it are equal."
                ).format(share=self.intervals.share, count=self.words.numbers.whole(ranked))
            )
        return self.words.joined([*texts, self.intervals.footnote(scores)])

    def _scores_lead(self) -> str:
        said = self.findings.spread() or self.words._("No country has a score.")
        if not self.intervals.exist:
            return self.words.joined([said, self.words._("A difference of a few points may mean nothing.")])
        return self.words.joined([said, self.intervals.tie_sentence()])

    def _why(self, outcome: CountryOutcome) -> ProblemRow:
        """The first error of a country that is not available."""
        found = problem_rows(problems_of(self.results, outcome), self.words)
        if found:
            return found[0]
        what = self.words._("no plugin of this country could be used")
        fix = self.words._("give the country a plugin, or see the list of problems")
        return ProblemRow("..", "", outcome.code, what, "", "", fix)

    def _dimension(self, node: Node) -> DimensionPage:
        leaves = self.results.leaves(node)
        scored = any(self.results.is_scored(leaf) for leaf in leaves)
        lead = self.findings.middle(node) if scored else self.words._("Facts, shown and not scored.")
        return DimensionPage(
            code=node.code,
            name=node.name,
            scored=scored,
            lead=lead,
            scores=self.figures.node_dots(node) if scored else (),
            groups=self.figures.group_heat(node) if scored else (),
            tables=tuple(self._value_tables(leaves)),
        )

    def _value_tables(self, leaves: Sequence[Indicator]) -> Iterator[ValueTable]:
        shown = [outcome for outcome in self.ordered if outcome.available]
        for start in range(0, len(shown), _ACROSS):
            part = shown[start : start + _ACROSS]
            rows = tuple(self._value_row(leaf, part) for leaf in leaves)
            yield ValueTable(tuple(outcome.code for outcome in part), rows)

    def _value_row(self, leaf: Indicator, part: Sequence[CountryOutcome]) -> ValueRow:
        cells = tuple(self._cell(outcome, leaf) for outcome in part)
        return ValueRow(leaf.name, self.words.unit(leaf.unit), self.results.is_scored(leaf), cells)

    def _cell(self, outcome: CountryOutcome, leaf: Indicator) -> Cell:
        reading = self.results.reading(outcome.code, leaf.code)
        mark = reading.status if reading.status not in ("", "A") else ""
        year = self.words.numbers.year(reading.year) if reading.year is not None else ""
        return Cell(self.words.numbers.value(reading.value, self.results.decimals(leaf.code)), year, mark)

    def _trend_lead(self) -> str:
        return self.words._(
            "The scores of all years were computed with the method and the data of this edition. A line can move because more "
            "inputs become available; read it with the coverage."
        )

    def _trend_note(self) -> str:
        return self.words._(
            "Overall score, {low} to {high}, {first} to {last}, on the same scale in every chart; the dashed line is the "
            "median of the countries. The sentence below a chart compares with {year}."
        ).format(
            low=self.methodology.low, high=self.methodology.high, first=self.results.years[0],
            last=self.results.years[-1], year=self.results.year,
        )  # fmt: skip

    def _gap_lead(self) -> str:
        results = self.results
        scored = [leaf for leaf in results.framework.indicators if results.is_scored(leaf)]
        cells = [results.reading(area, leaf.code).score is not None for area in results.codes for leaf in scored]
        if not cells:
            return self.words._("No country has data.")
        return self.words.ngettext(
            "{some} of {count} pair of country and scored indicator has a value ({share}).",
            "{some} of {count} pairs of country and scored indicator have a value ({share}).",
            len(cells), some=self.words.numbers.whole(sum(cells)),
            share=self.words.numbers.share(sum(cells) / len(cells)),
        )  # fmt: skip

    def _gaps(self) -> Iterator[Gap]:
        for node in self.results.dimensions:
            for leaf in self.results.leaves(node):
                absent = [
                    self.words.country(outcome)
                    for outcome in self.results.countries
                    if outcome.available and self.results.reading(outcome.code, leaf.code).value is None
                ]
                if absent:
                    everywhere = len(absent) == len(self.results.codes)
                    listed = self.words.numbers.listed(self.words.in_order(absent))
                    names = self.words._("all countries") if everywhere else listed
                    count = self.words.numbers.whole(len(absent))
                    yield Gap(leaf.name, self.results.is_scored(leaf), count, names)

    def _quality(self, outcome: CountryOutcome) -> QualityRow:
        results, numbers = self.results, self.words.numbers
        scored = [leaf for leaf in results.framework.indicators if results.is_scored(leaf)]
        readings = [results.reading(outcome.code, leaf.code) for leaf in scored]
        known = [reading for reading in readings if reading.score is not None and reading.year is not None]
        years = [reading.year for reading in known if reading.year is not None]
        problems = problems_of(results, outcome)
        there = outcome.available
        return QualityRow(
            name=self.words.country(outcome),
            observed=numbers.whole(len(known)) if there else MISSING,
            coverage=numbers.share(results.score(outcome.code, self.root.code).coverage),
            newest=numbers.year(max(years, default=None)),
            oldest=numbers.year(min(years, default=None)),
            mean_age=numbers.score(sum(results.year - year for year in years) / len(years)) if years else MISSING,
            marked=numbers.whole(sum(r.status not in ("", "A") for r in known)) if there else MISSING,
            errors=numbers.whole(sum(problem.severity == "error" for problem in problems)),
            warnings=numbers.whole(sum(problem.severity == "warning" for problem in problems)),
            deviations=numbers.whole(len(outcome.deviations)),
        )

    def _problems(self) -> list[Problem]:
        found: dict[Problem, None] = {}
        for outcome in self.results.run.countries:
            found.update(dict.fromkeys(problems_of(self.results, outcome)))
        found.update(dict.fromkeys(self.results.run.problems))
        return list(found)

    def _deviations(self) -> Iterator[tuple[str, str, str]]:
        names = self.results.framework.indicator_by_code
        for outcome in self.results.countries:
            for deviation in outcome.deviations:
                code = deviation.indicator
                yield self.words.country(outcome), names[code].name if code in names else code, deviation.reason


def comparative_report(results: Results, words: Words) -> ComparativeReport:
    """Return everything that the comparative report says.

    Missing: a country that is not available stands in the league with its problem; its other cells are `..`.
    """
    return _Builder(results, words).build()
