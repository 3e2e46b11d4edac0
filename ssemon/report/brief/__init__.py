"""The brief of a country: two pages for a desk, from the same numbers as its report."""

from __future__ import annotations

from collections.abc import Mapping

from ssemon.model import CountryOutcome
from ssemon.report.brief.extremes import extremes
from ssemon.report.brief.facts import facts
from ssemon.report.brief.figures import dimensions, trend
from ssemon.report.brief.levers import levers
from ssemon.report.brief.messages import messages
from ssemon.report.brief.quality import missing, quality, sources
from ssemon.report.country import CountryReport, about_country
from ssemon.report.country.cover import cover
from ssemon.report.material import CountryMaterial
from ssemon.report.parts import Builder
from ssemon.report.results import Results
from ssemon.report.words import Words

__all__ = ["BUILDERS", "brief"]

KIND = "brief"
# What builds each section of templates/sections.csv; `page` is a page break and has nothing to build.
BUILDERS: Mapping[str, Builder[CountryMaterial]] = {
    "head": cover,
    "messages": messages,
    "dimensions": dimensions,
    "missing": missing,
    "extremes": extremes,
    "trend": trend,
    "levers": levers,
    "facts": facts,
    "quality": quality,
    "sources": sources,
}


def brief(results: Results, words: Words, outcome: CountryOutcome) -> CountryReport:
    """Return everything that a country's brief says."""
    material = CountryMaterial(results, words, outcome)
    title = words._("{country}: brief, {edition} {year}").format(
        country=material.name, edition=material.edition, year=results.year
    )
    return about_country(material, KIND, BUILDERS, title=title, kind=words._("Country brief"))
