"""A country's dimensions: score, parts and trend of each, and its indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from ssemon.framework import Indicator, Node
from ssemon.report import told
from ssemon.report.context import Figure, Heading, Row
from ssemon.report.country.trend import node_trend
from ssemon.report.material import CountryMaterial
from ssemon.report.remarks import remarks_apart
from ssemon.report.rows import heading, in_groups, indicator_row, marks_used
from ssemon.report.standing import Standing


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension's pages. `sources` and `remarks` are what the rows point to, each with its key."""

    code: str
    name: str
    scored: bool
    score: str
    interval: str
    band: str
    coverage: str
    lead: str
    trend: Figure | None
    rows: tuple[Row, ...]
    shown: tuple[Row, ...]
    marks: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]
    remarks: tuple[tuple[str, str], ...]


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
    every, remarks = remarks_apart([_row(material, leaf, node) for leaf in leaves], words._("Shown, not scored"))
    rows, shown = (in_groups(row for row in every if row.scored is kind) for kind in (True, False))
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
        trend=node_trend(material, node, words._("Score")) if scored else None,
        rows=_headed(material, rows),
        shown=shown,
        marks=marks_used((*rows, *shown), words),
        sources=_sources(material, leaves),
        remarks=remarks,
    )


def _band(material: CountryMaterial, node: Node) -> str:
    """A dimension's band, as sure as it is."""
    if not material.figures.cuts:
        return ""
    intervals = material.intervals
    band, sure = (said(material.outcome.code, node.code) for said in (intervals.band, intervals.certainty))
    return material.words._("{band} ({certainty})").format(band=band, certainty=sure) if band and sure else band


def _headed(material: CountryMaterial, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows with the part of the dimension that begins with each."""
    nodes = material.results.framework.node_by_code
    parents = {leaf.code: nodes[leaf.parent] for leaf in material.results.framework.indicators}
    return tuple(
        replace(row, heading=_heading(material, parents[row.code])) if row.first and row.group else row for row in rows
    )


def _heading(material: CountryMaterial, node: Node) -> Heading:
    return heading(material.results, material.words, material.figures, material.outcome, node)


def _row(material: CountryMaterial, leaf: Indicator, node: Node) -> Row:
    row = indicator_row(material.results, material.words, material.figures, material.outcome, leaf, node)
    number = material.source_keys.of(material.results.reading(material.outcome.code, leaf.code).source)
    return replace(row, source_key="" if number is None else str(number))


def _sources(material: CountryMaterial, leaves: Sequence[Indicator]) -> tuple[tuple[str, str], ...]:
    """Return the sources of these indicators' values, each once and by its number."""
    names = {material.results.reading(material.outcome.code, leaf.code).source for leaf in leaves} - {""}
    keys = material.source_keys
    return tuple((str(keys.of(name)), name) for name in sorted(names, key=lambda name: keys.of(name) or 0))
