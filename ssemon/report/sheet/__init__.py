"""A sheet: one indicator, or one node of the tree, across the countries of the edition, to be printed alone."""

from __future__ import annotations

from collections.abc import Mapping

from ssemon.report.context import masthead
from ssemon.report.parts import Builder, Report, parts
from ssemon.report.results import Results
from ssemon.report.sheet import dimension, indicator
from ssemon.report.sheet.drawn import NodeMaterial
from ssemon.report.sheet.indicator import LeafMaterial
from ssemon.report.words import Words

__all__ = ["DIMENSION", "INDICATOR", "dimension_sheet", "indicator_sheet"]

# What builds each section of templates/sections.csv.
INDICATOR: Mapping[str, Builder[LeafMaterial]] = {
    "head": indicator.head,
    "countries": indicator.countries,
    "values": indicator.values,
    "trends": indicator.trends,
    "map": indicator.on_the_map,
    "sources": indicator.sources,
}
DIMENSION: Mapping[str, Builder[NodeMaterial]] = {
    "head": dimension.head,
    "countries": dimension.countries,
    "scores": dimension.scores,
    "trends": dimension.trends,
    "indicators": dimension.indicators,
    "map": dimension.on_the_map,
    "sources": dimension.sources,
}


def indicator_sheet(results: Results, words: Words, code: str) -> Report:
    """Return everything that an indicator's sheet says. Errors: KeyError if the framework has no such indicator."""
    material = LeafMaterial(results, words, results.framework.indicator_by_code[code])
    title = words._("{name}: {edition} {year}").format(
        name=material.leaf.name, edition=material.edition, year=results.year
    )
    head = masthead(results, words, title=title, kind=words._("Indicator sheet"), areas=results.codes)
    return Report(head, parts("indicator", material, INDICATOR))


def dimension_sheet(results: Results, words: Words, code: str) -> Report:
    """Return everything that a dimension's sheet says. Errors: KeyError if the framework has no such node."""
    material = NodeMaterial(results, words, results.framework.node_by_code[code])
    title = words._("{name}: {edition} {year}").format(
        name=material.node.name, edition=material.edition, year=results.year
    )
    head = masthead(results, words, title=title, kind=words._("Dimension sheet"), areas=results.codes)
    return Report(head, parts("dimension", material, DIMENSION))
