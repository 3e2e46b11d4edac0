"""How good the data are, in a line; how to read the page; where everything comes from."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.report.context import problems_of
from ssemon.report.country.quality import CoverageRow, coverage_rows
from ssemon.report.material import CountryMaterial


@dataclass(frozen=True, slots=True)
class Quality:
    """The state of the data, and what the score is not."""

    data: str
    not_a: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """What a country without an overall score would need: the rule, and how far each dimension is from it."""

    rule: str
    rows: tuple[CoverageRow, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources with their licences, and the name of the full report."""

    sources: str
    full: str


def missing(material: CountryMaterial) -> Missing | None:
    """Return what is missing for an overall score. Missing: None where there is one."""
    if material.results.score(material.outcome.code, material.root.code).score is not None:
        return None
    return Missing(material.methodology.coverage_rule(), coverage_rows(material, material.results.scored_dimensions))


def quality(material: CountryMaterial) -> Quality:
    """Return how good the data are."""
    data = material.words.joined([material.findings.coverage(material.outcome), _marked(material), _problems(material)])
    return Quality(data, material.methodology.not_a())


def _marked(material: CountryMaterial) -> str:
    """Say how many of the values bear a mark."""
    results = material.results
    leaves = [leaf for leaf in results.framework.indicators if results.is_scored(leaf)]
    readings = [results.reading(material.outcome.code, leaf.code) for leaf in leaves]
    marked = sum(bool(reading.mark) for reading in readings if reading.score is not None)
    if not marked:
        return ""
    return material.words.ngettext(
        "{count} value is estimated, of another definition, of low reliability or after a break in its series.",
        "{count} values are estimated, of another definition, of low reliability or after a break in their series.",
        marked,
    )


def _problems(material: CountryMaterial) -> str:
    """Say how many errors and warnings the run found."""
    problems = problems_of(material.results, material.outcome)
    count = sum(problem.severity in ("error", "warning") for problem in problems)
    if not count:
        return material.words._("The run found no problem in this country's data.")
    return material.words.ngettext(
        "The run found {count} problem in the data; the full report names it.",
        "The run found {count} problems in the data; the full report names them.",
        count,
    )


def sources(material: CountryMaterial) -> Sources:
    """Return the sources, each once."""
    words = material.words
    found = dict.fromkeys((source.source or source.file, source.licence) for source in material.outcome.sources)
    named = [f"{source} ({licence})" if licence else source for source, licence in found]
    return Sources(words.sentence(words.apart(named)), f"{material.outcome.code}.{material.words.language}.pdf")
