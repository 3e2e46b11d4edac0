"""An indicator's line in a country's table: value, year, source, score, what is special about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from markupsafe import Markup

from ssemon.framework import Indicator, Node
from ssemon.model import CountryOutcome
from ssemon.report import told
from ssemon.report.context import Heading, Row
from ssemon.report.figures import Figures
from ssemon.report.numbers import MISSING
from ssemon.report.results import Median, Reading, Results
from ssemon.report.standing import Standing
from ssemon.report.words import Words


def indicator_row(
    results: Results, words: Words, figures: Figures, outcome: CountryOutcome, leaf: Indicator, node: Node
) -> Row:
    """Return one indicator's line. Missing: `..` wherever the country has nothing."""
    reading = results.reading(outcome.code, leaf.code)
    scored = results.is_scored(leaf)
    middle = results.median_reading(leaf.code)
    standing = Standing(results, words, figures)
    shown = scored and reading.score is not None
    nothing = Markup("")
    return Row(
        code=leaf.code,
        name=leaf.name,
        group=_group(results, leaf, node),
        value=told.value(reading, words.numbers, results.decimals(leaf.code)),
        unit=words.unit(leaf.unit) if reading.value is not None else "",
        year=words.numbers.year(reading.year),
        marks=marks_of(reading, words),
        source=short_source(reading.source),
        score=told.score(reading, words.numbers) if scored else "",
        median=_median(middle, words) if scored else "",
        chart=figures.indicator_strip(outcome, leaf) if scored and reading.score is not None else Markup(""),
        caveat=sentence(results.named(leaf.metadata.get("caveat", "")), words),
        note=sentence(results.named(reading.note), words),
        status=standing.status(reading.score) if scored else nothing,
        trend=standing.arrow(outcome, leaf) if shown else nothing,
        line=standing.line(outcome, leaf) if shown else nothing,
        scored=scored,
    )


def heading(results: Results, words: Words, figures: Figures, outcome: CountryOutcome, node: Node) -> Heading:
    """Return the line of a part of a dimension, in the columns of its indicators."""
    found = results.score(outcome.code, node.code)
    standing, intervals = Standing(results, words, figures), figures.intervals
    shown = found.score is not None
    return Heading(
        name=node.name,
        score=told.score(found, words.numbers) + intervals.mark(found),
        interval=intervals.of(found),
        median=_median(results.median(node.code), words),
        status=standing.status(found.score),
        line=standing.node_line(outcome, node) if shown else Markup(""),
        trend=standing.node_arrow(outcome, node) if shown else Markup(""),
        chart=figures.node_strip(outcome, node) if shown else Markup(""),
    )


def _median(middle: Median, words: Words) -> str:
    """A median with the number of countries behind it. Missing: `..` of too few."""
    if middle.value is None:
        return MISSING
    return f"{words.numbers.score(middle.value)} ({words.numbers.whole(middle.count)})"


def in_groups(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return the rows with the first of each group marked."""
    found: list[Row] = []
    for row in rows:
        found.append(replace(row, first=not found or found[-1].group != row.group))
    return tuple(found)


def marks_used(rows: Sequence[Row], words: Words) -> tuple[tuple[str, str], ...]:
    """Return the marks that stand in a table, each with its meaning."""
    used = sorted({code for row in rows for code, _ in row.marks})
    return (*((code, words.status(code)) for code in used), *told.marked((row.value for row in rows), words))


def short_source(text: str) -> str:
    """Return the beginning of a source's name, which the table of sources gives in full.

    >>> short_source("World Bank World Development Indicators, October 2021 (modelled)")
    'World Bank World Development Indicators'
    """
    for mark in (" (", ", ", ": "):
        text = text.partition(mark)[0]
    return text.strip()


def sentence(text: str, words: Words) -> str:
    """Return a remark as a sentence: a capital at the beginning, a full stop at the end."""
    text = text.strip()
    return words.sentence(text[:1].upper() + text[1:])


def _group(results: Results, leaf: Indicator, node: Node) -> str:
    """The name of the node between the dimension and the indicator, where there is one."""
    if leaf.parent == node.code:
        return ""
    return results.framework.node_by_code[leaf.parent].name


def marks_of(reading: Reading, words: Words) -> tuple[tuple[str, str], ...]:
    """Return what is special about a value, and what that means. Missing: empty for a plain one."""
    return ((reading.mark, words.status(reading.mark)),) if reading.mark else ()
