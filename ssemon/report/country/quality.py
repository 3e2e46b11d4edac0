"""How well a country's data cover the framework, how old they are, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ssemon.framework import Node
from ssemon.report.context import ProblemRow, problem_rows, problems_of
from ssemon.report.material import CountryMaterial
from ssemon.report.numbers import MISSING


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """How well a dimension is covered."""

    name: str
    indicators: str
    observed: str
    coverage: str
    newest: str
    oldest: str
    mean_age: str
    estimated: str


@dataclass(frozen=True, slots=True)
class Quality:
    """The state of a country's data."""

    lead: str
    rows: tuple[CoverageRow, ...]
    problems: tuple[ProblemRow, ...]
    deviations: tuple[tuple[str, str], ...]


def quality(material: CountryMaterial) -> Quality:
    """Return the state of a country's data."""
    results, outcome = material.results, material.outcome
    return Quality(
        lead=material.findings.coverage(outcome),
        rows=coverage_rows(material, results.dimensions),
        problems=problem_rows(problems_of(results, outcome), material.words),
        deviations=tuple((_name(material, one.indicator), one.reason) for one in outcome.deviations),
    )


def coverage_rows(material: CountryMaterial, nodes: Sequence[Node]) -> tuple[CoverageRow, ...]:
    """Return how well each of these dimensions is covered, but those without indicators."""
    return tuple(_coverage(material, node) for node in nodes if material.results.leaves(node))


def _coverage(material: CountryMaterial, node: Node) -> CoverageRow:
    results, numbers, area = material.results, material.words.numbers, material.outcome.code
    leaves = [leaf for leaf in results.leaves(node) if results.is_scored(leaf)] or list(results.leaves(node))
    readings = [results.reading(area, leaf.code) for leaf in leaves]
    years = [reading.year for reading in readings if reading.year is not None]
    marked = sum(bool(reading.mark) for reading in readings if reading.year is not None)
    ages = [results.year - year for year in years]
    return CoverageRow(
        name=node.name,
        indicators=numbers.whole(len(leaves)),
        observed=numbers.whole(len(years)),
        coverage=numbers.share(results.score(area, node.code).coverage),
        newest=numbers.year(max(years, default=None)),
        oldest=numbers.year(min(years, default=None)),
        mean_age=numbers.score(sum(ages) / len(ages)) if ages else MISSING,
        estimated=numbers.whole(marked),
    )


def _name(material: CountryMaterial, code: str) -> str:
    known = material.results.framework.indicator_by_code
    return f"{known[code].name} ({code})" if code in known else code
