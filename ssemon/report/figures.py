"""Which chart shows what: the only module that knows the charts' signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from markupsafe import Markup

from ssemon import resources
from ssemon.framework import Indicator, Node
from ssemon.model import CountryOutcome
from ssemon.report import told
from ssemon.report.charts import bars, dots, heat, matrix, ranks, strip, tokens, trend
from ssemon.report.charts import map as maps
from ssemon.report.charts.mirror import mirrored
from ssemon.report.charts.words import ChartWords
from ssemon.report.context import Figure, problems_of
from ssemon.report.findings import Findings
from ssemon.report.intervals import Intervals
from ssemon.report.numbers import CONFIDENTIAL
from ssemon.report.results import NodeScore, Results
from ssemon.report.words import Words

# What fits on a page: rows of a chart with a line a country, rows of the matrix, columns of the matrix.
_ROWS, _MATRIX_ROWS, _MATRIX_COLUMNS = 36, 44, 36
# SDMX observation status: the value cannot exist.
_CANNOT_EXIST = "M"
# Years up to which an input counts as near.
_NEAR = 2
_STRIP_WIDTH, _STRIP_HEIGHT = 78.0, 14.0
_TREND_HEIGHT, _HALF_HEIGHT = 150.0, 84.0
# Beside a dimension's name and score.
TREND_WIDTH = 312.0
# So that the map shares its page with the heat table.
_MAP_WIDTH = 520.0


_Any = TypeVar("_Any")


class Figures:
    """Draws a run's figures in one language."""

    def __init__(self, results: Results, words: Words, findings: Findings) -> None:
        self.results = results
        self.words = words
        self.findings = findings
        self.root = results.framework.root
        self.scale = results.edition.method.normalisation_range
        self.cuts = results.edition.method.band_cuts
        self.intervals = Intervals(results, words)
        self.fmt: Callable[[float], str] = words.numbers.score
        self.axis: Callable[[float], str] = words.numbers.tick
        self.chart_words = chart_words(words, self.intervals.share)

    def node_bars(self, outcome: CountryOutcome, nodes: Sequence[Node], title: str, note: str, width: float) -> Figure:
        """Draw a country's scores in several nodes, each beside the median of the edition's countries."""
        rows = [self._bar(outcome, node) for node in nodes]
        chart = bars.bars(
            rows, title=title, reference_label=self.words._("median"), fmt=self.fmt, axis=self.axis, width=width,
            scale=self.scale, cuts=self.cuts, words=self.chart_words,
        )  # fmt: skip
        marked = self.intervals.footnote(self.results.score(outcome.code, node.code) for node in nodes)
        closed = self.closed([outcome], nodes)
        return Figure(title, self.turned(chart), self.words.joined([note, marked, closed]))

    def _bar(self, outcome: CountryOutcome, node: Node) -> bars.Bar:
        found = self.results.score(outcome.code, node.code)
        share = self.words.numbers.share(found.coverage)
        aside = f"{share}{self.intervals.mark(found)}" if found.is_partial else ""
        return bars.Bar(
            node.name, found.score, self.results.median(node.code).value, aside, low=found.low, high=found.high,
            absent=CONFIDENTIAL if found.is_confidential else "",
        )  # fmt: skip

    def node_trend(
        self, outcome: CountryOutcome, node: Node, title: str, note: str, width: float, height: float = 0.0
    ) -> Figure:
        """Draw a country's score over the years beside the median of the edition's countries."""
        half = width < tokens.WIDTH
        name = self.words._("score") if half else self.words.country(outcome)
        lines = [
            trend.Line(name, self.results.series(outcome.code, node.code), True),
            trend.Line(self.words._("median"), self.results.median_series(node.code), False),
        ]
        chart = trend.trend(
            lines, years=self.results.years, title=title, fmt=self.fmt, axis=self.axis, scale=self.scale, cuts=self.cuts,
            width=width, height=height or (_HALF_HEIGHT if half else _TREND_HEIGHT), report_year=self.results.year,
            words=self.chart_words,
        )  # fmt: skip
        return Figure(title, self.turned(chart), self.words.joined([note, self.closed_years([outcome], node)]))

    def indicator_strip(self, outcome: CountryOutcome, leaf: Indicator) -> Markup:
        """Draw where a country's score lies among those of the edition's countries."""
        points = {area: self.results.reading(area, leaf.code).score for area in self.results.codes}
        return self._strip(outcome, points, leaf.name)

    def node_strip(self, outcome: CountryOutcome, node: Node) -> Markup:
        """Draw where a country's score of a node lies among those of the edition's countries."""
        points = {area: self.results.score(area, node.code).score for area in self.results.codes}
        return self._strip(outcome, points, node.name)

    def _strip(self, outcome: CountryOutcome, points: Mapping[str, float | None], title: str) -> Markup:
        chart = strip.strip(
            points, emphasis=outcome.code, title=title, fmt=self.fmt, scale=self.scale, width=_STRIP_WIDTH,
            height=_STRIP_HEIGHT, words=self.chart_words,
        )  # fmt: skip
        return self.turned(chart)

    def league(self, ordered: Sequence[CountryOutcome]) -> tuple[Figure, ...]:
        """Draw the overall scores as dots, in their order; a country that is not available keeps its row."""
        note = self.words._("Score, {low} to {high}, {year}; on the right the coverage.")
        if self.intervals.exist:
            note = self.words._(
                "Score, {low} to {high}, {year}; lines: {share} interval, which stands on the right too."
            )
        elif self.cuts:
            note = self.words._("Score, {low} to {high}, {year}; on the right the band and the coverage.")
        note = self._unit(note.replace("{share}", self.intervals.share))
        return self._dots(ordered, self.root, self.findings.league(), note, tokens.WIDTH, notes=True)

    def rank_plot(self, ordered: Sequence[CountryOutcome]) -> tuple[Figure, ...]:
        """Draw the ranks with their intervals and tie groups.

        Missing: none without draws: no rank stands without its interval.
        """
        there = [outcome for outcome in ordered if outcome.available]
        ranked = [self.results.score(outcome.code, self.root.code).ranked or 0 for outcome in there]
        if not self.intervals.exist or not any(ranked):
            return ()
        note = self.words._(
            "Rank of the overall score among {count} areas, {year}, and its {share} interval. A letter and its bar hold a tie "
            "group together: ranks within it are equal. The dot is the rank of the printed score."
        ).format(count=self.words.numbers.whole(max(ranked)), year=self.results.year, share=self.intervals.share)
        parts = list(_parts(there, _ROWS))
        figures = []
        for place, part in enumerate(parts):
            heading = self._part(place, parts).format(title=self.findings.ranks())
            chart = ranks.ranks(
                [self._ranked(outcome) for outcome in part], title=heading, last=max(ranked),
                fmt=self.words.numbers.whole, words=self.chart_words,
            )  # fmt: skip
            figures.append(Figure(heading, self.turned(chart), note))
        return tuple(figures)

    def _ranked(self, outcome: CountryOutcome) -> ranks.Ranked:
        found = self.results.score(outcome.code, self.root.code)
        group = next((n for n, group in enumerate(self.results.ties) if outcome.code in group), None)
        aside = self.words._("coverage {share}").format(share=self.words.numbers.share(found.coverage))
        return ranks.Ranked(
            self.words.country(outcome) + self.intervals.mark(found), found.rank, found.rank_low, found.rank_high,
            group="" if group is None else letter(group), note=aside if found.score is None else "",
        )  # fmt: skip

    def node_dots(self, node: Node) -> tuple[Figure, ...]:
        """Draw the scores of a node as dots, in the order of its own scores."""
        title = self.findings.spread_of(node)
        note = self._unit(self.words._("Score of the dimension, {low} to {high}, {year}."))
        return self._dots(self.results.in_score_order(node.code), node, title, note, tokens.HALF_WIDTH, notes=False)

    def heat(self, ordered: Sequence[CountryOutcome]) -> tuple[Figure, ...]:
        """Draw all countries by all dimensions."""
        title = self.words._("Scores by dimension")
        if len(self.results.codes) > 2:
            title = self.words._("Where countries with similar overall scores differ")
        note = self._unit(self.words._("Score of each dimension, {low} to {high}, {year}. Darker is higher."))
        nodes = self.results.scored_dimensions
        return self._heat(ordered, nodes, title, note, tokens.WIDTH) if len(nodes) > 1 else ()

    def group_heat(self, node: Node, width: float = tokens.HALF_WIDTH) -> tuple[Figure, ...]:
        """Draw all countries by the parts of a dimension, in the order of its scores."""
        groups = [group for group in self.results.groups(node) if group.weight > 0]
        title = self.words._("The parts of the dimension")
        note = self._unit(self.words._("Score of each part, {low} to {high}, {year}. Darker is higher."))
        ordered = self.results.in_score_order(node.code)
        return self._heat(ordered, groups, title, note, width) if groups else ()

    def map(self, ordered: Sequence[CountryOutcome]) -> Figure | None:
        """Draw the overall scores on a map, where the boundaries have one of the countries."""
        return self._map(ordered, self.root, self.words._("Overall scores on the map"), _MAP_WIDTH)

    def node_map(self, node: Node, width: float) -> Figure | None:
        """Draw the scores of a node on a map, where the boundaries have one of the countries."""
        return self._map(self.results.countries, node, self.words._("The dimension on the map"), width)

    def _map(self, ordered: Sequence[CountryOutcome], node: Node, title: str, width: float) -> Figure | None:
        path = resources.folder("schemas") / "boundaries" / "world.json"
        shapes = maps.read_shapes(path) if path.is_file() else ()
        known = {shape.area for shape in shapes}
        values = {outcome.code: self._score(outcome, node) for outcome in ordered if outcome.code in known}
        if not values:
            return None
        chart = maps.choropleth(
            shapes, values, title=title, cuts=self.cuts, fmt=self.axis, width=width, words=self.chart_words,
            names={outcome.code: self.words.country(outcome) for outcome in ordered},
            closed={one.code for one in ordered if self.results.score(one.code, node.code).is_confidential},
        )  # fmt: skip
        note = self.words._(
            "Score, {low} to {high}, {year}. Boundaries as in the source (Natural Earth, public domain); they and the names "
            "do not imply official endorsement or acceptance."
        )
        if width < tokens.HALF_WIDTH:
            note = self.words._("Boundaries: Natural Earth; they and the names imply no endorsement.")
        drawn = [outcome for outcome in ordered if outcome.code in values]
        return Figure(title, chart, self.words.joined([self._unit(note), self.closed(drawn, [node])]))

    def coverage_matrix(self, ordered: Sequence[CountryOutcome]) -> tuple[Figure, ...]:
        """Draw which value is there for which country, and how old it is."""
        leaves = [leaf for node in self.results.dimensions for leaf in self.results.leaves(node)]
        there = [outcome for outcome in ordered if outcome.available]
        parts = [(rows, columns) for columns in _parts(there, _MATRIX_COLUMNS) for rows in _parts(leaves, _MATRIX_ROWS)]
        return tuple(
            self._matrix(rows, columns, self._part(place, parts)) for place, (rows, columns) in enumerate(parts)
        )

    def _matrix(self, leaves: Sequence[Indicator], countries: Sequence[CountryOutcome], part: str) -> Figure:
        title = part.format(title=self.words._("What is there, and how old it is"))
        cells = [[self._state(outcome, leaf) for outcome in countries] for leaf in leaves]
        codes = [outcome.code for outcome in countries]
        chart = matrix.matrix([leaf.name for leaf in leaves], codes, cells, title=title, legend=self._states())
        note = self.words._("Age of the value that stands for {year}, in years; every indicator, scored or shown.")
        return Figure(title, self.turned(chart), note.format(year=self.results.year))

    def _state(self, outcome: CountryOutcome, leaf: Indicator) -> matrix.State:
        reading = self.results.reading(outcome.code, leaf.code)
        if reading.year is None or (reading.value is None and not reading.is_confidential):
            return "not_applicable" if reading.status == _CANNOT_EXIST else "missing"
        age = self.results.year - reading.year
        return "same" if age <= 0 else "near" if age <= _NEAR else "old"

    def _states(self) -> Mapping[matrix.State, str]:
        _ = self.words._
        return {
            "same": _("of the year itself"),
            "near": _("1 or 2 years older"),
            "old": _("3 or more years older"),
            "missing": _("no value"),
            "not_applicable": _("cannot exist"),
        }

    def _dots(
        self, ordered: Sequence[CountryOutcome], node: Node, title: str, note: str, width: float, *, notes: bool
    ) -> tuple[Figure, ...]:
        parts = list(_parts(ordered, _ROWS))
        figures = []
        for place, part in enumerate(parts):
            rows = [self._dot(outcome, node, notes=notes) for outcome in part]
            heading = self._part(place, parts).format(title=title)
            chart = dots.dots(
                rows, title=heading, scale=self.scale, cuts=self.cuts, fmt=self.fmt, axis=self.axis, width=width,
                words=self.chart_words,
            )  # fmt: skip
            closed = self.closed(part, [node])
            figures.append(Figure(heading, self.turned(chart), self.words.joined([note, closed])))
        return tuple(figures)

    def closed(self, countries: Sequence[CountryOutcome], nodes: Sequence[Node]) -> str:
        """Say which scores are not drawn because they are confidential, and not because they are missing."""
        named = [
            " · ".join([*([self.words.country(one)] if len(countries) > 1 else []), *([node.name] if len(nodes) > 1 else [])])
            for one in countries
            for node in nodes
            if self.results.score(one.code, node.code).is_confidential
        ]  # fmt: skip
        return told.closed(named, self.words)

    def closed_years(self, countries: Sequence[CountryOutcome], node: Node) -> str:
        """Say in which years a line has a gap because the score is confidential. Missing: empty where none has."""
        named = []
        for one in countries:
            years = [
                year for year in self.results.years if self.results.score(one.code, node.code, year).is_confidential
            ]
            if years:
                span = "–".join(dict.fromkeys(map(self.words.numbers.year, (years[0], years[-1]))))
                named.append(f"{self.words.country(one)} {span}")
        return told.closed(named, self.words)

    def _dot(self, outcome: CountryOutcome, node: Node, *, notes: bool) -> dots.Dot:
        found = self.results.score(outcome.code, node.code)
        name = self.words.country(outcome) + self.intervals.mark(found)
        aside = self._aside(outcome, found) if notes else ""
        absent = CONFIDENTIAL if found.is_confidential else ""
        return dots.Dot(name, found.score, found.low, found.high, note=aside, absent=absent)

    def _aside(self, outcome: CountryOutcome, found: NodeScore) -> str:
        """What stands beside a country's dot, or in its place."""
        share = self.words.numbers.share(found.coverage)
        if not outcome.available:
            return next((problem.code for problem in problems_of(self.results, outcome)), "")
        if found.score is None:
            return self.words._("coverage {share}").format(share=share)
        if interval := self.intervals.of(found):
            return interval
        return f"{self.words.band(found.band)} · {share}" if self.cuts else share

    def _heat(
        self, ordered: Sequence[CountryOutcome], nodes: Sequence[Node], title: str, note: str, width: float
    ) -> tuple[Figure, ...]:
        parts = list(_parts(ordered, _ROWS))
        figures = []
        for place, part in enumerate(parts):
            heading = self._part(place, parts).format(title=title)
            marked = {
                (row, column)
                for row, outcome in enumerate(part)
                for column, node in enumerate(nodes)
                if self.results.score(outcome.code, node.code).is_partial
            }
            closed = {
                (row, column)
                for row, outcome in enumerate(part)
                for column, node in enumerate(nodes)
                if self.results.score(outcome.code, node.code).is_confidential
            }
            chart = heat.heat(
                [self.words.country(outcome) for outcome in part],
                [node.name for node in nodes],
                [[self._score(outcome, node) for node in nodes] for outcome in part],
                title=heading, fmt=self.words.numbers.whole, scale=self.scale, width=width, marked=marked, closed=closed,
                words=self.chart_words,
            )  # fmt: skip
            explained = self.intervals.legend() if marked else ""
            figures.append(
                Figure(heading, self.turned(chart), self.words.joined([note, explained, self.closed(part, nodes)]))
            )
        return tuple(figures)

    def _score(self, outcome: CountryOutcome, node: Node) -> float | None:
        return self.results.score(outcome.code, node.code).score

    def turned(self, chart: Markup) -> Markup:
        """A chart as the page is read. Maps never come here: east stays on the right."""
        return mirrored(chart) if self.words.direction == "rtl" else chart

    def _unit(self, text: str) -> str:
        whole = self.words.numbers.whole
        return text.format(low=whole(self.scale[0]), high=whole(self.scale[1]), year=self.results.year)

    def _part(self, place: int, parts: Sequence[object]) -> str:
        """The pattern of a heading: with its number where a figure has several parts."""
        if len(parts) < 2:
            return "{title}"
        pattern = self.words._("{title} ({part} of {parts})")
        return pattern.format(title="{title}", part=place + 1, parts=len(parts))


def letter(number: int) -> str:
    """Return the name of a group by its place.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    first, last = divmod(number, 26)
    return (letter(first - 1) if first else "") + chr(ord("A") + last)


def chart_words(words: Words, share: str = "") -> ChartWords:
    """Return the few words that charts say by themselves, in the language of the page.

    Units: `share` is what an interval holds, as it is printed.
    """
    _ = words._
    return ChartWords(
        no_data=_("no data"),
        not_available=_("not available"),
        median=_("median"),
        outside=_("not in this comparison"),
        interval=_("{share} interval").format(share=share) if share else _("interval"),
        below=_("below {high}"),
        between=_("{low} to {high}"),
        from_up=_("{low} and above"),
    )


def _parts(values: Sequence[_Any], most: int) -> Iterator[Sequence[_Any]]:
    for start in range(0, len(values), most):
        yield values[start : start + most]
