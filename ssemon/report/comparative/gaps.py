"""What is there and what is not: the age of the inputs, the coverage of the dimensions, and every gap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ssemon.framework import Indicator
from ssemon.model import CountryOutcome
from ssemon.report.charts import heat, stacked
from ssemon.report.context import Figure
from ssemon.report.material import Material

# Rows of a figure that share a page with another.
_ROWS = 36
# Years up to which an input counts as near, as in the matrix of coverage.
_NEAR = 2


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
    ages: tuple[Figure, ...]
    coverage: tuple[Figure, ...]
    matrix: tuple[Figure, ...]
    gaps: tuple[Gap, ...]


def gaps(material: Material) -> Gaps:
    """Return what the pages say."""
    return Gaps(
        lead=_lead(material),
        ages=tuple(_ages(material)),
        coverage=tuple(_coverage(material)),
        matrix=material.figures.coverage_matrix(material.ordered),
        gaps=tuple(_gaps(material)),
    )


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


def _ages(material: Material) -> Iterator[Figure]:
    """Draw how old each country's scored inputs are."""
    words, year = material.words, material.results.year
    there = [outcome for outcome in material.ordered if outcome.available]
    counts = {outcome.code: _counts(material, outcome) for outcome in there}
    total = [sum(column) for column in zip(*counts.values(), strict=True)]
    if not sum(total):
        return
    known = sum(total[:-1])
    title = words._("No scored indicator has a value")
    if known:
        share = words.numbers.share(total[0] / known)
        title = words._("{share} of the inputs are of the year itself").format(share=share)
    names = (
        words._("of the year itself"), words._("1 or 2 years older"), words._("3 or more years older"),
        words._("no value"),
    )  # fmt: skip
    note = words._("Scored indicators, {year}; how many of them have a value of which age. Source: this run.")
    for start in range(0, len(there), _ROWS):
        rows = [stacked.Whole(words.country(o), counts[o.code]) for o in there[start : start + _ROWS]]
        chart = stacked.stacked(rows, names, title=title, fmt=words.numbers.whole, words=material.figures.chart_words)
        yield Figure(title, material.figures.turned(chart), note.format(year=year))


def _counts(material: Material, outcome: CountryOutcome) -> tuple[float, ...]:
    """How many scored inputs are of the year, near, old, and not there."""
    results = material.results
    counts = [0.0, 0.0, 0.0, 0.0]
    for leaf in results.framework.indicators:
        if not results.is_scored(leaf):
            continue
        reading = results.reading(outcome.code, leaf.code)
        if reading.year is None or (reading.score is None and not reading.is_confidential):
            counts[3] += 1
        else:
            age = results.year - reading.year
            counts[0 if age <= 0 else 1 if age <= _NEAR else 2] += 1
    return tuple(counts)


def _coverage(material: Material) -> Iterator[Figure]:
    """Draw on how much of its weight each dimension's score rests."""
    words, results = material.words, material.results
    nodes = [material.root, *results.scored_dimensions]
    there = [outcome for outcome in material.ordered if outcome.available]
    shares = {
        (outcome.code, node.code): results.score(outcome.code, node.code).coverage
        for outcome in there
        for node in nodes
    }
    known = [share for share in shares.values() if share is not None]
    if not known:
        return
    whole = sum(share >= 1 - 1e-9 for share in known)
    title = words.ngettext(
        "{whole} of {count} score rests on all of its inputs", "{whole} of {count} scores rest on all of their inputs",
        len(known), whole=words.numbers.whole(whole),
    )  # fmt: skip
    note = words._("Coverage: share of the weight of a node's indicators that has a value, {year}. Darker is more. Source: this run.")  # fmt: skip
    for start in range(0, len(there), _ROWS):
        part = there[start : start + _ROWS]
        chart = heat.heat(
            [words.country(outcome) for outcome in part], [words._("Overall score"), *(node.name for node in nodes[1:])],
            [[shares[outcome.code, node.code] for node in nodes] for outcome in part], title=title,
            fmt=words.numbers.share, scale=(0, 1), words=material.figures.chart_words,
        )  # fmt: skip
        yield Figure(title, material.figures.turned(chart), note.format(year=results.year))


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
