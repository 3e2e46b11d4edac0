"""The countries' numbers as tables: scores of every node, values of every indicator, some countries at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ssemon.framework import Indicator, Node
from ssemon.model import CountryOutcome
from ssemon.report import told
from ssemon.report.attached import listed
from ssemon.report.comparative.moves import is_many
from ssemon.report.material import Material

# Countries that stand side by side in one table; more are continued in the next.
_ACROSS = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and its year. Missing: `..`."""

    value: str
    year: str = ""
    marks: str = ""


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A node's scores, or an indicator's values, across the countries. `depth`: 0 is the overall score."""

    name: str
    unit: str
    scored: bool
    cells: tuple[Cell, ...]
    depth: int = 0


@dataclass(frozen=True, slots=True)
class ValueTable:
    """One table. `scores` tells those of nodes from those of indicators."""

    name: str
    codes: tuple[str, ...]
    rows: tuple[ValueRow, ...]
    scores: bool = False


@dataclass(frozen=True, slots=True)
class Tables:
    """The section. `names` explains the codes over the columns; `files` are those attached to the report."""

    names: str
    legend: str
    files: tuple[tuple[str, str, str], ...]
    tables: tuple[ValueTable, ...]


def tables(material: Material) -> Tables | None:
    """Return the tables. Missing: None where no country is available; of too many countries only the files are named."""
    shown = [outcome for outcome in material.ordered if outcome.available]
    if not shown:
        return None
    if is_many(material.results):
        return Tables("", "", _files(material), ())
    parts = [shown[start : start + _ACROSS] for start in range(0, len(shown), _ACROSS)]
    names = ", ".join(f"{outcome.code} {material.words.country(outcome)}" for outcome in shown)
    return Tables(
        names=names,
        legend=material.intervals.legend(),
        files=_files(material),
        tables=tuple(table for part in parts for table in _tables(material, part)),
    )


def _files(material: Material) -> tuple[tuple[str, str, str], ...]:
    """The files that travel in the report: name, what is in it, how many rows."""
    files = listed(material.results, material.words)
    return tuple((name, text, material.words.numbers.whole(rows)) for name, text, rows in files)


def _tables(material: Material, part: Sequence[CountryOutcome]) -> Iterator[ValueTable]:
    codes = tuple(outcome.code for outcome in part)
    yield ValueTable(material.words._("Scores"), codes, tuple(_score_rows(material, part)), scores=True)
    for node in material.results.dimensions:
        leaves = material.results.leaves(node)
        if leaves:
            yield ValueTable(node.name, codes, tuple(_value_row(material, leaf, part) for leaf in leaves))


def _score_rows(material: Material, part: Sequence[CountryOutcome]) -> Iterator[ValueRow]:
    results = material.results
    weighted = {node.code for node in results.scored_dimensions}

    def row(node: Node, depth: int) -> ValueRow:
        found = [results.score(outcome.code, node.code) for outcome in part]
        cells = tuple(
            Cell(told.score(one, material.words.numbers), marks=material.intervals.mark(one)) for one in found
        )
        return ValueRow(node.name, "", True, cells, depth)

    yield row(material.root, 0)
    for node in results.dimensions:
        if node.code in weighted and node.parent:
            yield row(node, 1)
            yield from (row(group, 2) for group in results.groups(node) if group.weight > 0)


def _value_row(material: Material, leaf: Indicator, part: Sequence[CountryOutcome]) -> ValueRow:
    cells = tuple(_cell(material, outcome, leaf) for outcome in part)
    return ValueRow(leaf.name, material.words.unit(leaf.unit), material.results.is_scored(leaf), cells)


def _cell(material: Material, outcome: CountryOutcome, leaf: Indicator) -> Cell:
    results, numbers = material.results, material.words.numbers
    reading = results.reading(outcome.code, leaf.code)
    year = numbers.year(reading.year) if reading.year is not None else ""
    return Cell(told.value(reading, numbers, results.decimals(leaf.code)), year, reading.mark)
