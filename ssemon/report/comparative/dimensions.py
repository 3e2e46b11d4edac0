"""Each dimension across the countries: scores, parts, and the values of its indicators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ssemon.framework import Indicator, Node
from ssemon.model import CountryOutcome
from ssemon.report.context import Figure
from ssemon.report.material import Material

# Countries that stand side by side in one table of values; more are continued in the next.
_ACROSS = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and its year. Missing: `..`."""

    value: str
    year: str
    marks: str


@dataclass(frozen=True, slots=True)
class ValueRow:
    """An indicator's values across the countries."""

    name: str
    unit: str
    scored: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ValueTable:
    """The values of a dimension for some of the countries."""

    codes: tuple[str, ...]
    rows: tuple[ValueRow, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension across the countries."""

    code: str
    name: str
    scored: bool
    lead: str
    scores: tuple[Figure, ...]
    groups: tuple[Figure, ...]
    tables: tuple[ValueTable, ...]


@dataclass(frozen=True, slots=True)
class Dimensions:
    """All dimensions across the countries."""

    dimensions: tuple[Dimension, ...]

    @property
    def entries(self) -> tuple[tuple[str, str], ...]:
        """What stands in the contents."""
        return tuple((f"d-{place}", one.name) for place, one in enumerate(self.dimensions, start=1))


def dimensions(material: Material) -> Dimensions:
    """Return every dimension that has indicators."""
    results = material.results
    return Dimensions(tuple(_dimension(material, node) for node in results.dimensions if results.leaves(node)))


def _dimension(material: Material, node: Node) -> Dimension:
    leaves = material.results.leaves(node)
    scored = any(material.results.is_scored(leaf) for leaf in leaves)
    lead = material.findings.middle(node) if scored else material.words._("Facts, shown and not scored.")
    return Dimension(
        code=node.code,
        name=node.name,
        scored=scored,
        lead=lead,
        scores=material.figures.node_dots(node) if scored else (),
        groups=material.figures.group_heat(node) if scored else (),
        tables=tuple(_value_tables(material, leaves)),
    )


def _value_tables(material: Material, leaves: Sequence[Indicator]) -> Iterator[ValueTable]:
    shown = [outcome for outcome in material.ordered if outcome.available]
    for start in range(0, len(shown), _ACROSS):
        part = shown[start : start + _ACROSS]
        rows = tuple(_value_row(material, leaf, part) for leaf in leaves)
        yield ValueTable(tuple(outcome.code for outcome in part), rows)


def _value_row(material: Material, leaf: Indicator, part: Sequence[CountryOutcome]) -> ValueRow:
    cells = tuple(_cell(material, outcome, leaf) for outcome in part)
    return ValueRow(leaf.name, material.words.unit(leaf.unit), material.results.is_scored(leaf), cells)


def _cell(material: Material, outcome: CountryOutcome, leaf: Indicator) -> Cell:
    results, numbers = material.results, material.words.numbers
    reading = results.reading(outcome.code, leaf.code)
    mark = reading.status if reading.status not in ("", "A") else ""
    year = numbers.year(reading.year) if reading.year is not None else ""
    return Cell(numbers.value(reading.value, results.decimals(leaf.code)), year, mark)
