"""A country's dimensions: score, parts and trend of each, and its indicators."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ssemon.framework import Indicator, Node
from ssemon.report import told
from ssemon.report.context import Figure, Row
from ssemon.report.country.trend import node_trend
from ssemon.report.figures import PARTS_WIDTH
from ssemon.report.material import CountryMaterial
from ssemon.report.rows import in_groups, indicator_row, marks_used
from ssemon.report.standing import Standing


@dataclass(frozen=True, slots=True)
class Dimension:
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
class Dimensions:
    """All of a country's dimensions."""

    dimensions: tuple[Dimension, ...]
    median_note: str
    statuses: tuple[tuple[Markup, str], ...]
    since: str
    arrows: str

    @property
    def entries(self) -> tuple[tuple[str, str], ...]:
        """What stands in the contents."""
        return tuple((f"d-{place}", one.name) for place, one in enumerate(self.dimensions, start=1))


def dimensions(material: CountryMaterial) -> Dimensions:
    """Return every dimension that has indicators."""
    results = material.results
    found = tuple(_dimension(material, node) for node in results.dimensions if results.leaves(node))
    standing = Standing(results, material.words, material.figures)
    since = material.words.numbers.year(results.years[0])
    return Dimensions(found, material.methodology.median(), standing.legend(), since, standing.explained())


def _dimension(material: CountryMaterial, node: Node) -> Dimension:
    results, words, area = material.results, material.words, material.outcome.code
    leaves = results.leaves(node)
    found = results.score(area, node.code)
    scored = any(results.is_scored(leaf) for leaf in leaves)
    rows = in_groups(_row(material, leaf, node) for leaf in leaves if results.is_scored(leaf))
    shown = in_groups(_row(material, leaf, node) for leaf in leaves if not results.is_scored(leaf))
    lead = material.findings.dimension(material.outcome, node) if scored else words._("Facts, shown and not scored.")
    return Dimension(
        code=node.code,
        name=node.name,
        scored=scored,
        score=told.score(found, words.numbers) + material.intervals.mark(found) if scored else "",
        interval=material.intervals.of(found) if scored else "",
        band=_band(material, node) if scored else "",
        coverage=words.numbers.share(found.coverage) if scored else "",
        lead=lead,
        bars=_bars(material, node) if scored else None,
        trend=node_trend(material, node, words._("Score")) if scored else None,
        rows=rows,
        shown=shown,
        marks=marks_used((*rows, *shown), words),
    )


def _band(material: CountryMaterial, node: Node) -> str:
    """A dimension's band, as sure as it is."""
    if not material.figures.cuts:
        return ""
    intervals = material.intervals
    band, sure = (said(material.outcome.code, node.code) for said in (intervals.band, intervals.certainty))
    return material.words._("{band} ({certainty})").format(band=band, certainty=sure) if band and sure else band


def _bars(material: CountryMaterial, node: Node) -> Figure | None:
    groups = [group for group in material.results.groups(node) if group.weight > 0]
    if not groups:
        return None
    title = material.words._("Parts of the dimension")
    return material.figures.node_bars(material.outcome, groups, title, "", PARTS_WIDTH)


def _row(material: CountryMaterial, leaf: Indicator, node: Node) -> Row:
    return indicator_row(material.results, material.words, material.figures, material.outcome, leaf, node)
