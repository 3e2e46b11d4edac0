"""Where an indicator stands and which way it went: a mark by shape and colour, an arrow, a line the size of a word."""

from __future__ import annotations

from bisect import bisect_right

from markupsafe import Markup

from ssemon.framework import Indicator, Node
from ssemon.model import CountryOutcome
from ssemon.report.charts import marks, tokens
from ssemon.report.charts.sparkline import sparkline
from ssemon.report.figures import Figures
from ssemon.report.findings import LEAST_DIFFERENCE
from ssemon.report.results import Results
from ssemon.report.words import Words

# From the lowest band to the highest; fewer bands take fewer of them, both ends always.
_MARKS: tuple[tuple[marks.Kind, str], ...] = (
    ("triangle", tokens.ACCENT), ("diamond", tokens.ACCENT), ("ring", tokens.MUTED), ("square", tokens.MAIN),
    ("circle", tokens.MAIN),
)  # fmt: skip
_FEWER = {1: (4,), 2: (0, 4), 3: (0, 2, 4), 4: (0, 1, 3, 4)}
_SIZE, _LINE_WIDTH, _LINE_HEIGHT = 8.0, 46.0, 14.0


class Standing:
    """Draws the marks of one report."""

    def __init__(self, results: Results, words: Words, figures: Figures) -> None:
        self.results, self.words, self.figures = results, words, figures
        method = results.edition.method
        self.cuts, self.codes = method.band_cuts, method.band_codes

    def status(self, score: float | None) -> Markup:
        """Return the mark of the band that an indicator's score lies in. Missing: empty without bands or score."""
        return self._mark(bisect_right(self.cuts, score)) if self.cuts and score is not None else Markup("")

    def explained(self) -> str:
        """Say what an arrow means."""
        text = self.words._("The arrow says whether the score rose or fell by {points} points or more.")
        return text.format(points=self.words.numbers.whole(LEAST_DIFFERENCE))

    def legend(self) -> tuple[tuple[Markup, str], ...]:
        """Return every mark with its band, the highest first."""
        return tuple(
            (self._mark(place), self.words.band(code)) for place, code in reversed(list(enumerate(self.codes)))
        )

    def _mark(self, place: int) -> Markup:
        count = len(self.codes)
        chosen = _FEWER.get(count, (0, 1, 2, 3, 4))
        kind, colour = _MARKS[chosen[min(place * len(chosen) // count, len(chosen) - 1)]]
        return marks.mark(kind, title=self.words.band(self.codes[place]), colour=colour, size=_SIZE)

    def arrow(self, outcome: CountryOutcome, leaf: Indicator) -> Markup:
        """Return which way the score went since its first year. Missing: empty with fewer than two values."""
        return self._arrow(self._known(outcome, leaf))

    def node_arrow(self, outcome: CountryOutcome, node: Node) -> Markup:
        """Return which way a node's score went. Missing: as for an indicator."""
        return self._arrow(self._scored(outcome, node))

    def _arrow(self, series: list[tuple[int, float]]) -> Markup:
        if len(series) < 2:
            return Markup("")
        (first, before), (_, after) = series[0], series[-1]
        change, _ = after - before, self.words._
        kind: marks.Kind = "up" if change >= LEAST_DIFFERENCE else "down" if change <= -LEAST_DIFFERENCE else "right"
        texts = {"up": _("higher than in {year}"), "down": _("lower than in {year}"), "right": _("much as in {year}")}
        title = texts[kind].format(year=self.words.numbers.year(first))
        colour = {"up": tokens.MAIN, "down": tokens.ACCENT}.get(kind, tokens.MUTED)
        return self.figures.turned(marks.mark(kind, title=title, colour=colour, size=_SIZE))

    def line(self, outcome: CountryOutcome, leaf: Indicator) -> Markup:
        """Return the score over the years of the edition. Missing: empty with fewer than two values."""
        return self._line(self._known(outcome, leaf), leaf.name)

    def node_line(self, outcome: CountryOutcome, node: Node) -> Markup:
        """Return a node's score over the years of the edition. Missing: as for an indicator."""
        return self._line(self._scored(outcome, node), node.name)

    def _line(self, series: list[tuple[int, float]], title: str) -> Markup:
        known = dict(series)
        if len(known) < 2:
            return Markup("")
        chart = sparkline(
            {year: known.get(year) for year in self.results.years}, title=title, fmt=self.figures.fmt,
            scale=self.figures.scale, width=_LINE_WIDTH, height=_LINE_HEIGHT, words=self.figures.chart_words,
        )  # fmt: skip
        return self.figures.turned(chart)

    def _scored(self, outcome: CountryOutcome, node: Node) -> list[tuple[int, float]]:
        """The years in which a node has a score."""
        series = self.results.series(outcome.code, node.code)
        return [(year, score) for year, score in series.items() if score is not None]

    def _known(self, outcome: CountryOutcome, leaf: Indicator) -> list[tuple[int, float]]:
        """The years with a score of its own, those that carry an older value on left out."""
        found: dict[int, float] = {}
        for year in self.results.years:
            reading = self.results.reading(outcome.code, leaf.code, year)
            if reading.score is not None and reading.year is not None:
                found.setdefault(reading.year, reading.score)
        return sorted(found.items())
