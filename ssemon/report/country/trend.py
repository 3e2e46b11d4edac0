"""A country's score over the years, of the whole or of a dimension."""

from __future__ import annotations

from ssemon.framework import Node
from ssemon.report.charts import tokens
from ssemon.report.context import Figure
from ssemon.report.figures import TREND_WIDTH
from ssemon.report.material import CountryMaterial


def node_trend(material: CountryMaterial, node: Node, subject: str, height: float = 0.0) -> Figure | None:
    """Return the figure, of the usual height where none is given. Missing: None where fewer than two years have a score."""
    results, words, findings, area = material.results, material.words, material.findings, material.outcome.code
    series = results.series(area, node.code)
    if sum(score is not None for score in series.values()) < 2:
        return None
    unit = words._("Score, {low} to {high}; {year}, marked, is the year of this report.").format(
        low=material.methodology.low, high=material.methodology.high, year=results.year
    )
    if node.parent:
        unit = ""  # said once, under the overall trend
    change = findings.coverage_change(area, node.code)
    title = findings.movement(series, subject)
    width = TREND_WIDTH if node.parent else tokens.WIDTH
    return material.figures.node_trend(material.outcome, node, title, words.joined([unit, change]), width, height)
