"""Which indicators have no value in which countries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ssemon.framework import Indicator
from ssemon.report.context import Figure
from ssemon.report.material import Material


@dataclass(frozen=True, slots=True)
class Gap:
    """An indicator without a value in some countries."""

    name: str
    scored: bool
    count: str
    countries: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """What the pages say."""

    lead: str
    matrix: tuple[Figure, ...]
    gaps: tuple[Gap, ...]


def gaps(material: Material) -> Gaps:
    """Return what the pages say."""
    return Gaps(_lead(material), material.figures.coverage_matrix(material.ordered), tuple(_gaps(material)))


def _lead(material: Material) -> str:
    results, words = material.results, material.words
    scored = [leaf for leaf in results.framework.indicators if results.is_scored(leaf)]
    cells = [results.reading(area, leaf.code).score is not None for area in results.codes for leaf in scored]
    if not cells:
        return words._("No country has data.")
    return words.ngettext(
        "{some} of {count} pair of country and scored indicator has a value ({share}).",
        "{some} of {count} pairs of country and scored indicator have a value ({share}).",
        len(cells), some=words.numbers.whole(sum(cells)), share=words.numbers.share(sum(cells) / len(cells)),
    )  # fmt: skip


def _gaps(material: Material) -> Iterator[Gap]:
    for node in material.results.dimensions:
        for leaf in material.results.leaves(node):
            yield from _gap(material, leaf)


def _gap(material: Material, leaf: Indicator) -> Iterator[Gap]:
    """The indicator's gap, if it has one."""
    results, words = material.results, material.words
    absent = [
        words.country(outcome)
        for outcome in results.countries
        if outcome.available and results.reading(outcome.code, leaf.code).value is None
    ]
    if absent:
        everywhere = len(absent) == len(results.codes)
        names = words._("all countries") if everywhere else words.numbers.listed(words.in_order(absent))
        yield Gap(leaf.name, results.is_scored(leaf), words.numbers.whole(len(absent)), names)
