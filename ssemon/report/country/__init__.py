"""The country report: a module a section, each of which gives everything that its page says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ssemon.model import CountryOutcome
from ssemon.report.context import masthead
from ssemon.report.country.changes import changes
from ssemon.report.country.cover import cover
from ssemon.report.country.dimensions import dimensions
from ssemon.report.country.facts import facts
from ssemon.report.country.glance import glance
from ssemon.report.country.levers import levers
from ssemon.report.country.methods import methods, sources
from ssemon.report.country.notes import notes
from ssemon.report.country.quality import quality
from ssemon.report.country.regions import regions
from ssemon.report.errata import country_errata
from ssemon.report.foreword import foreword
from ssemon.report.material import CountryMaterial
from ssemon.report.parts import Builder, Report, parts
from ssemon.report.results import Results
from ssemon.report.words import Words

__all__ = ["BUILDERS", "CountryReport", "about_country", "country_report"]

KIND = "country"
# What builds each section of templates/sections.csv.
BUILDERS: Mapping[str, Builder[CountryMaterial]] = {
    "cover": cover,
    "foreword": foreword,
    "glance": glance,
    "dimensions": dimensions,
    "regions": regions,
    "levers": levers,
    "changes": changes,
    "facts": facts,
    "notes": notes,
    "quality": quality,
    "methods": methods,
    "errata": country_errata,
    "sources": sources,
}


@dataclass(frozen=True, slots=True)
class CountryReport(Report):
    """What the templates of the country report are filled with."""

    code: str
    name: str
    local: str
    local_language: str


def country_report(results: Results, words: Words, outcome: CountryOutcome) -> CountryReport:
    """Return everything that a country's report says."""
    material = CountryMaterial(results, words, outcome)
    title = words._("{country}: {edition} {year}").format(
        country=material.name, edition=material.edition, year=results.year
    )
    return about_country(material, KIND, BUILDERS, title=title, kind=words._("Country report"))


def about_country(
    material: CountryMaterial, section: str, builders: Mapping[str, Builder[CountryMaterial]], *, title: str, kind: str
) -> CountryReport:
    """Return a report about one country, of the sections that the profile names under `section`."""
    outcome = material.outcome
    return CountryReport(
        head=masthead(material.results, material.words, title=title, kind=kind, areas=[outcome.code]),
        sections=parts(section, material, builders, outcome.code),
        code=outcome.code,
        name=material.name,
        local=outcome.name_local if outcome.name_local != material.name else "",
        local_language=next((tag for tag in outcome.languages if tag != "en"), ""),
    )
