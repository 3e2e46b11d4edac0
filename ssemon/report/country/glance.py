"""A country at a glance: its dimensions, its line over the years, its highest and lowest indicators."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.framework import Indicator, Node
from ssemon.report.charts import tokens
from ssemon.report.context import Figure
from ssemon.report.country.trend import node_trend
from ssemon.report.material import CountryMaterial
from ssemon.report.results import Reading

# How many indicators stand among the strongest and the weakest.
_EXTREMES = 5


@dataclass(frozen=True, slots=True)
class Extreme:
    """One of the strongest or weakest indicators."""

    name: str
    dimension: str
    score: str
    year: str


@dataclass(frozen=True, slots=True)
class Glance:
    """What the page says."""

    lead: str
    dimensions: Figure | None
    trend: Figure | None
    strongest: tuple[Extreme, ...]
    weakest: tuple[Extreme, ...]


def glance(material: CountryMaterial) -> Glance:
    """Return what the page says."""
    findings, outcome, words = material.findings, material.outcome, material.words
    strongest, weakest = extremes(material, _EXTREMES)
    return Glance(
        lead=words.joined([findings.overall(outcome), ranked(material), findings.balance(outcome)]),
        dimensions=dimension_bars(material, tokens.WIDTH),
        trend=node_trend(material, material.root, words._("Overall score")),
        strongest=strongest,
        weakest=weakest,
    )


def ranked(material: CountryMaterial) -> str:
    """Say where the country ranks, and with which it shares the rank."""
    found = material.results.score(material.outcome.code, material.root.code)
    return material.words.joined([material.intervals.rank_sentence(found), material.intervals.ties(material.outcome)])


def dimension_bars(material: CountryMaterial, width: float) -> Figure | None:
    """Draw the dimensions beside the medians. Missing: None where no dimension has weight."""
    results, words, methodology = material.results, material.words, material.methodology
    nodes = results.scored_dimensions
    if not nodes:
        return None
    note = words._("Score, {low} to {high}, {year}. {median}")
    if material.intervals.exist:
        note = words._("Score, {low} to {high}, {year}; lines: {share} interval. {median}")
    note = note.format(
        share=material.intervals.share, low=methodology.low, high=methodology.high, year=results.year,
        median=methodology.median(),
    )  # fmt: skip
    title = material.findings.extremes(material.outcome)
    return material.figures.node_bars(material.outcome, nodes, title, note, width)


def extremes(material: CountryMaterial, most: int) -> tuple[tuple[Extreme, ...], tuple[Extreme, ...]]:
    """Return the strongest and weakest indicators; none stands in both lists."""
    numbers = material.words.numbers
    strongest, weakest = (
        tuple(
            Extreme(leaf.name, node.name, numbers.score(reading.score), numbers.year(reading.year))
            for leaf, node, reading in found
        )
        for found in extreme_readings(material, most)
    )
    return strongest, weakest


def extreme_readings(
    material: CountryMaterial, most: int
) -> tuple[list[tuple[Indicator, Node, Reading]], list[tuple[Indicator, Node, Reading]]]:
    """Return the indicators with the highest scores, and those with the lowest; each list begins with its extreme.

    Missing: of few indicators each list holds at most half.
    """
    results = material.results
    found = [
        (leaf, node, results.reading(material.outcome.code, leaf.code))
        for node in results.scored_dimensions
        for leaf in results.leaves(node)
        if results.is_scored(leaf)
    ]
    found = sorted((entry for entry in found if entry[2].score is not None), key=lambda entry: -(entry[2].score or 0.0))
    most = min(most, len(found) // 2)
    return found[:most], found[len(found) - most :][::-1]
