"""The comparative report: every country of the edition side by side, those that are not available included."""

from __future__ import annotations

from collections.abc import Mapping

from ssemon.report.comparative.annex import codebook, methods, robustness, sources
from ssemon.report.comparative.briefs import briefs
from ssemon.report.comparative.cover import cover
from ssemon.report.comparative.dimensions import dimensions
from ssemon.report.comparative.gaps import gaps
from ssemon.report.comparative.messages import messages
from ssemon.report.comparative.movers import movers
from ssemon.report.comparative.order import order
from ssemon.report.comparative.peers import peers
from ssemon.report.comparative.quality import quality
from ssemon.report.comparative.reading import reading
from ssemon.report.comparative.scores import scores
from ssemon.report.comparative.tables import tables
from ssemon.report.comparative.trends import trends
from ssemon.report.context import masthead
from ssemon.report.errata import all_errata
from ssemon.report.foreword import foreword
from ssemon.report.material import Material
from ssemon.report.parts import Builder, Report, parts
from ssemon.report.results import Results
from ssemon.report.words import Words

__all__ = ["BUILDERS", "comparative_report"]

KIND = "comparative"
# What builds each section of templates/sections.csv.
BUILDERS: Mapping[str, Builder[Material]] = {
    "cover": cover,
    "foreword": foreword,
    "messages": messages,
    "reading": reading,
    "scores": scores,
    "order": order,
    "dimensions": dimensions,
    "trends": trends,
    "movers": movers,
    "peers": peers,
    "briefs": briefs,
    "gaps": gaps,
    "quality": quality,
    "robustness": robustness,
    "methods": methods,
    "codebook": codebook,
    "tables": tables,
    "errata": all_errata,
    "sources": sources,
}


def comparative_report(results: Results, words: Words) -> Report:
    """Return everything that the comparative report says.

    Missing: a country that is not available stands in the league with its problem; its other cells are `..`.
    """
    material = Material(results, words)
    title = words._("{edition} {year}: comparative report").format(edition=material.edition, year=results.year)
    return Report(
        head=masthead(results, words, title=title, kind=words._("Comparative report"), areas=results.codes),
        sections=parts(KIND, material, BUILDERS),
    )
