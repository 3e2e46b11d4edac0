"""Each dimension across the countries: a spread of two facing pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ssemon.framework import Indicator, Node
from ssemon.report import told
from ssemon.report.charts import bars, distribution, multiples
from ssemon.report.comparative.moves import Move, base_year, is_many, moved_most, moves, signed
from ssemon.report.context import Figure
from ssemon.report.material import Material
from ssemon.report.numbers import MISSING
from ssemon.report.results import LEAST_FOR_MEDIAN
from ssemon.report.universe import Universe

# Rows of a table, and panels of a figure, that fill what a page has left for them.
_ROWS, _PANELS, _ACROSS = 36, 24, 4
_PANEL_HEIGHT = 92.0
# Of so few countries a dimension is told on one page.
_FEW = 4
# The first row of a spread: the distribution, and the map beside it.
_SPREAD_WIDTH, _SPREAD_HEIGHT, _MAP_WIDTH = 366.0, 150.0, 258.0


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A country's line in a dimension's table. Missing: `..`."""

    name: str
    score: str
    interval: str
    rank: str
    beside: str
    change: str
    coverage: str


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator's line: where the countries' values lie. Missing: `..`."""

    name: str
    unit: str
    median: str
    lowest: str
    highest: str
    count: str


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """A dimension's line in the table of all. Missing: `..`."""

    name: str
    share: str
    indicators: str
    median: str
    everyone: str
    lowest: str
    highest: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension across the countries. `facing`: it fills two pages that face each other."""

    code: str
    name: str
    scored: bool
    lead: str
    spread: Figure | None = None
    map: Figure | None = None
    scores: tuple[Figure, ...] = ()
    groups: tuple[Figure, ...] = ()
    tables: tuple[tuple[ScoreRow, ...], ...] = ()
    caption: str = ""
    note: str = ""
    trends: tuple[Figure, ...] = ()
    indicators: tuple[IndicatorRow, ...] = ()
    facing: bool = True


@dataclass(frozen=True, slots=True)
class Dimensions:
    """All dimensions across the countries."""

    dimensions: tuple[Dimension, ...]
    lead: str
    overview: tuple[OverviewRow, ...]
    medians: Figure | None
    has_intervals: bool
    interval_share: str
    base_year: str

    @property
    def entries(self) -> tuple[tuple[str, str], ...]:
        """What stands in the contents."""
        return tuple((f"d-{place}", one.name) for place, one in enumerate(self.dimensions, start=1))


def dimensions(material: Material) -> Dimensions:
    """Return every dimension that is scored; facts that are not stand in the tables of the countries."""
    results = material.results
    universe, year = Universe(results), base_year(results)
    scored = [node for node in results.scored_dimensions if results.leaves(node)]
    return Dimensions(
        dimensions=tuple(_dimension(material, universe, node, year) for node in scored),
        lead=_lead(material, scored),
        overview=tuple(_overview(material, universe, node) for node in scored),
        medians=_medians(material, universe, scored),
        has_intervals=material.intervals.exist,
        interval_share=material.intervals.share,
        base_year=material.words.numbers.year(year),
    )


def _lead(material: Material, nodes: Sequence[Node]) -> str:
    """Say in which dimension the middle of the countries is highest and in which lowest."""
    words = material.words
    known = [(material.results.median(node.code).value, node) for node in nodes]
    medians = [(value, node) for value, node in known if value is not None]
    if len(medians) < 2:
        return words.ngettext("{count} dimension is scored.", "{count} dimensions are scored.", len(nodes))
    (top, high), (bottom, low) = max(medians, key=lambda pair: pair[0]), min(medians, key=lambda pair: pair[0])
    text = words._("The median of the countries is highest in “{high}” ({top}) and lowest in “{low}” ({bottom}).")
    score = words.numbers.score
    return text.format(high=high.name, top=score(top), low=low.name, bottom=score(bottom))


def _overview(material: Material, universe: Universe, node: Node) -> OverviewRow:
    results, words = material.results, material.words
    score = words.numbers.score
    known = [(found, outcome) for outcome in results.in_score_order(node.code)
             if (found := results.score(outcome.code, node.code).score) is not None]  # fmt: skip
    leaves = [leaf for leaf in results.leaves(node) if results.is_scored(leaf)]
    return OverviewRow(
        name=node.name,
        share=words.numbers.share_exact(sum(results.shares[leaf.code] for leaf in leaves)),
        indicators=words.numbers.whole(len(leaves)),
        median=score(results.median(node.code).value),
        everyone=score(universe.median(node.code).value),
        lowest=f"{score(known[-1][0])} ({known[-1][1].code})" if known else MISSING,
        highest=f"{score(known[0][0])} ({known[0][1].code})" if known else MISSING,
    )


def _medians(material: Material, universe: Universe, nodes: Sequence[Node]) -> Figure | None:
    """Draw the countries' median in each dimension beside that of all areas."""
    words, figures, results = material.words, material.figures, material.results
    rows = [bars.Bar(node.name, results.median(node.code).value, universe.median(node.code).value) for node in nodes]
    known = [row for row in rows if row.value is not None and row.reference is not None]
    if not known:
        return None
    above = sum((row.value or 0.0) > (row.reference or 0.0) for row in known)
    title = words.ngettext(
        "In {above} of {count} dimension the countries' median is above that of all areas",
        "In {above} of {count} dimensions the countries' median is above that of all areas",
        len(known), above=words.numbers.whole(above),
    )  # fmt: skip
    chart = bars.bars(
        rows, title=title, reference_label=words._("median of all areas"), fmt=figures.fmt, axis=figures.axis,
        scale=figures.scale, cuts=figures.cuts, words=figures.chart_words,
    )  # fmt: skip
    note = words._(
        "Bars: median score of the countries of this edition, {low} to {high}, {year}. Source: this run."
    ).format(low=material.methodology.low, high=material.methodology.high, year=results.year)
    return Figure(title, figures.turned(chart), note)


def _indicator(material: Material, leaf: Indicator) -> IndicatorRow:
    """Say where the values of an indicator lie, in its own unit."""
    results, words = material.results, material.words
    known = sorted(
        (value, outcome.code)
        for outcome in material.ordered
        if outcome.available and (value := results.reading(outcome.code, leaf.code).value) is not None
    )
    places = results.decimals(leaf.code)

    def shown(value: float) -> str:
        return words.numbers.value(value, places)

    middle = median(value for value, _ in known) if len(known) >= LEAST_FOR_MEDIAN else None
    there = sum(outcome.available for outcome in material.ordered)
    return IndicatorRow(
        name=leaf.name,
        unit=words.joined([words.unit(leaf.unit), "" if results.is_scored(leaf) else words._("(shown, not scored)")]),
        median=words.numbers.value(middle, places),
        lowest=f"{shown(known[0][0])} ({known[0][1]})" if known else MISSING,
        highest=f"{shown(known[-1][0])} ({known[-1][1]})" if known else MISSING,
        count=words._("{some} of {count}").format(
            some=words.numbers.whole(len(known)), count=words.numbers.whole(there)
        ),
    )


def _dimension(material: Material, universe: Universe, node: Node, year: int | None) -> Dimension:
    found = moves(material.results, node, year)
    words = material.words
    scores = [move.end for move in found]
    return Dimension(
        code=node.code,
        name=node.name,
        scored=True,
        lead=words.joined([_definition(node), material.findings.middle(node)]),
        spread=_spread(material, universe, node),
        map=material.figures.node_map(node, _MAP_WIDTH),
        scores=() if is_many(material.results) else material.figures.node_dots(node),
        groups=() if is_many(material.results) else material.figures.group_heat(node),
        tables=tuple(tuple(_row(material, node, move) for move in part) for part in _parts(found)),
        caption=words._("“{name}”: scores and ranks, {year}").format(name=node.name, year=material.results.year),
        note=words.joined([_table_note(material, year), material.intervals.footnote(scores)]),
        trends=tuple(_trends(material, node, found, year)),
        indicators=tuple(_indicator(material, leaf) for leaf in material.results.leaves(node)),
        facing=sum(score.score is not None for score in scores) > _FEW,
    )


def _definition(node: Node) -> str:
    """What the framework says of a node, where it has a column for it."""
    return str(node.metadata.get("definition", ""))


def _parts(found: Sequence[Move]) -> Iterator[Sequence[Move]]:
    for start in range(0, len(found), _ROWS):
        yield found[start : start + _ROWS]


def _spread(material: Material, universe: Universe, node: Node) -> Figure:
    """Draw where the countries lie among all areas."""
    words, figures = material.words, material.figures
    values = universe.scores(node.code)
    marked = {o.code: material.results.score(o.code, node.code).score for o in material.ordered if o.available}
    title = _above(material, universe, node)
    everyone = words.ngettext("{count} area with a score", "{count} areas with a score", len(values))
    chart = distribution.distribution(
        list(values.values()), marked, title=title, everyone=everyone, fmt=figures.fmt, axis=figures.axis,
        scale=figures.scale, cuts=figures.cuts, width=_SPREAD_WIDTH, height=_SPREAD_HEIGHT, words=figures.chart_words,
    )  # fmt: skip
    note = words._(
        "Score of the dimension, {year}. Columns: how many of all areas score so much. Ticks: the countries of this edition, "
        "by code. Source: this run."
    )
    closed = figures.closed([outcome for outcome in material.ordered if outcome.code in marked], [node])
    return Figure(title, figures.turned(chart), words.joined([note.format(year=material.results.year), closed]))


def _above(material: Material, universe: Universe, node: Node) -> str:
    words = material.words
    middle = universe.median(node.code)
    known = [material.results.score(area, node.code).score for area in material.results.codes]
    there = [score for score in known if score is not None]
    if middle.value is None or not there:
        return words._("Where the countries lie among all areas")
    above = sum(score > middle.value for score in there)
    return words.ngettext(
        "{above} of {count} country scores above the median of all areas ({median})",
        "{above} of {count} countries score above the median of all areas ({median})",
        len(there), above=words.numbers.whole(above), median=words.numbers.score(middle.value),
    )  # fmt: skip


def _row(material: Material, node: Node, move: Move) -> ScoreRow:
    words, intervals = material.words, material.intervals
    found = move.end
    middle = material.results.median(node.code).value
    beside = None if found.score is None or middle is None else found.score - middle
    return ScoreRow(
        name=words.country(move.outcome),
        score=told.score(found, words.numbers) + intervals.mark(found),
        interval=intervals.of(found) or MISSING,
        rank=intervals.rank(found),
        beside=signed(words, beside),
        change=signed(words, move.change),
        coverage=words.numbers.share(found.coverage),
    )


def _table_note(material: Material, year: int | None) -> str:
    words = material.words
    texts = []
    ranked = max((material.results.score(a, n.code).ranked or 0 for a in material.results.codes
                  for n in material.results.scored_dimensions), default=0)  # fmt: skip
    if material.intervals.exist and ranked:
        texts.append(words._("Rank: among all ranked areas, with its {share} interval; where intervals overlap the order may be the other way round.").format(share=material.intervals.share))  # fmt: skip
    texts.append(words._("Beside the median: points above or below the median of the countries."))
    if year is not None:
        texts.append(words._("Change: points since {year}.").format(year=year))
    return words.joined(texts)


def _furthest(found: Sequence[Move]) -> Sequence[Move]:
    """Return the countries that moved furthest, as many as fill a page, in the order given."""
    ordered = sorted(found, key=lambda move: -abs(move.change or 0.0))[:_PANELS]
    return [move for move in found if move in ordered]


def _trends(material: Material, node: Node, found: Sequence[Move], year: int | None) -> Iterator[Figure]:
    """Draw the dimension over the years, a panel a country."""
    words, figures, results = material.words, material.figures, material.results
    title = moved_most(material, found, year)
    series = {move.outcome.code: results.series(move.outcome.code, node.code) for move in found}
    shown = _furthest(found) if is_many(results) else found
    parts = [shown[start : start + _PANELS] for start in range(0, len(shown), _PANELS)]
    if not any(value is not None for its in series.values() for value in its.values()):
        return
    note = words._(
        "Score of the dimension, {first} to {last}, on one scale; the number is the last year's. Grey: the other countries; "
        "dashed: their median. Source: this run."
    ).format(first=results.years[0], last=results.years[-1])
    if len(shown) < len(found):
        told = words.ngettext(
            "The {count} country that moved furthest.", "The {count} countries that moved furthest.", len(shown)
        )
        note = words.joined([told, note])
    for part in parts:
        panels = [
            multiples.Panel(
                words.country(move.outcome), series[move.outcome.code],
                words._("{change} since {year}").format(change=signed(words, move.change), year=year)
                if move.change is not None else "",
            )
            for move in part
        ]  # fmt: skip
        chart = multiples.multiples(
            panels, reference=results.median_series(node.code), others=list(series.values()), years=results.years,
            title=title, fmt=figures.fmt, axis=figures.axis, scale=figures.scale, cuts=figures.cuts, columns=_ACROSS,
            height=_PANEL_HEIGHT, words=figures.chart_words,
        )  # fmt: skip
        closed = figures.closed_years([move.outcome for move in part], node)
        yield Figure(title, figures.turned(chart), words.joined([note, closed]))
