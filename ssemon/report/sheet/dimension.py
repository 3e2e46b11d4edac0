"""One node of the tree across the countries: its scores, its parts, its indicators, and how it moved."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.model import CountryOutcome
from ssemon.report import told
from ssemon.report.context import Figure
from ssemon.report.numbers import MISSING
from ssemon.report.sheet.drawn import Drawn, NodeMaterial, Panels, Sources, panels, score_map, sources_of


@dataclass(frozen=True, slots=True)
class Head:
    """What the node is."""

    name: str
    path: str
    code: str
    share: str
    indicators: str
    count: str
    median: str


@dataclass(frozen=True, slots=True)
class Countries:
    """The scores as dots, and the parts as a heat table."""

    lead: str
    dots: tuple[Figure, ...]
    groups: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A country's line. Missing: `..`."""

    name: str
    score: str
    interval: str
    rank: str
    beside: str
    coverage: str


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores as a table."""

    rows: tuple[ScoreRow, ...]
    note: str
    has_intervals: bool
    interval_share: str


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator's line. Missing: `..`."""

    code: str
    name: str
    unit: str
    share: str
    count: str
    median: str


@dataclass(frozen=True, slots=True)
class Indicators:
    """What the node is made of."""

    rows: tuple[IndicatorRow, ...]


def head(material: NodeMaterial) -> Head:
    """Return what the node is."""
    results, words, node = material.results, material.words, material.node
    leaves = results.leaves(node)
    share = sum(results.shares.get(leaf.code, 0.0) for leaf in leaves)
    middle = results.median(node.code)
    above = results.framework.node_by_code.get(node.parent)
    return Head(
        name=node.name,
        path=above.name if above and above.parent else "",
        code=node.code,
        share=words.numbers.share_exact(share) if share else words._("not counted"),
        indicators=words.numbers.whole(len(leaves)),
        count=words.numbers.whole(middle.count),
        median=words.numbers.score(middle.value),
    )


def countries(material: NodeMaterial) -> Countries | None:
    """Return the scores as dots. Missing: None where nothing below the node is scored."""
    results, node = material.results, material.node
    if not any(results.is_scored(leaf) for leaf in results.leaves(node)):
        return None
    figures = material.figures
    return Countries(material.findings.middle(node), figures.node_dots(node), figures.group_heat(node))


def scores(material: NodeMaterial) -> Scores | None:
    """Return the scores as a table, the highest first. Missing: None where nothing below the node is scored."""
    results, node = material.results, material.node
    if not any(results.is_scored(leaf) for leaf in results.leaves(node)):
        return None
    rows = tuple(_row(material, outcome) for outcome in results.in_score_order(node.code))
    found = [results.score(area, node.code) for area in results.codes]
    return Scores(rows, material.intervals.footnote(found), material.intervals.exist, material.intervals.share)


def _row(material: NodeMaterial, outcome: CountryOutcome) -> ScoreRow:
    results, words, intervals = material.results, material.words, material.intervals
    found, middle = results.score(outcome.code, material.node.code), results.median(material.node.code).value
    gap = None if found.score is None or middle is None else found.score - middle
    return ScoreRow(
        name=words.country(outcome),
        score=told.score(found, words.numbers) + intervals.mark(found),
        interval=intervals.of(found) or MISSING,
        rank=intervals.rank(found),
        beside=words.numbers.change(gap),
        coverage=words.numbers.share(found.coverage),
    )


def trends(material: NodeMaterial) -> Panels | None:
    """Return a small chart a country. Missing: None where no country has scores of two years."""
    results, words, code = material.results, material.words, material.node.code
    series = {area: results.series(area, code) for area in results.codes}
    drawn = panels(
        material, results.in_score_order(code), series, median=results.median_series(code), scale=material.figures.scale, fmt=material.figures.fmt,
        said=material.findings.change,
    )  # fmt: skip
    if not drawn:
        return None
    note = words._(
        "Score, {low} to {high}, {first} to {last}, on the same scale in every chart; the dashed line is the median of the countries. A line can move because more inputs become available."
    ).format(
        low=material.methodology.low, high=material.methodology.high, first=results.years[0], last=results.years[-1]
    )  # fmt: skip
    return Panels(note, drawn)


def indicators(material: NodeMaterial) -> Indicators:
    """Return what the node is made of."""
    results, words, rows = material.results, material.words, []
    for leaf in results.leaves(material.node):
        known = sum(results.reading(area, leaf.code).value is not None for area in results.codes)
        share = results.shares.get(leaf.code, 0.0) if results.is_scored(leaf) else 0.0
        rows.append(
            IndicatorRow(
                code=leaf.code,
                name=leaf.name,
                unit=words.unit(leaf.unit) or MISSING,
                share=words.numbers.share_exact(share) if share else words._("not counted"),
                count=words.numbers.whole(known),
                median=words.numbers.score(results.median_reading(leaf.code).value),
            )
        )
    return Indicators(tuple(rows))


def on_the_map(material: NodeMaterial) -> Drawn | None:
    """Return the scores on a map. Missing: None where no country of the boundaries has one."""
    found = {area: material.results.score(area, material.node.code) for area in material.results.codes}
    scores = {area: one.score for area, one in found.items()}
    closed = [area for area, one in found.items() if one.is_confidential]
    return score_map(material, scores, material.words._("The dimension on the map"), closed)


def sources(material: NodeMaterial) -> Sources:
    """Return where the values of its indicators come from."""
    return sources_of(material, [leaf.code for leaf in material.results.leaves(material.node)])
