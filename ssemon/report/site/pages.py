"""The pages of one language: which there are, and what each is filled with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ssemon.framework import Indicator, Node
from ssemon.model import CountryOutcome
from ssemon.report import told
from ssemon.report.intervals import Intervals
from ssemon.report.results import Results
from ssemon.report.site import addresses as at
from ssemon.report.site.addresses import Addresses, relative
from ssemon.report.site.downloads import Download
from ssemon.report.site.frame import Link
from ssemon.report.site.indicators import IndicatorPage
from ssemon.report.site.sections import COVER, Body, Section
from ssemon.report.words import Words

# Sections of the comparative report that stand on another page than the comparison. The order is the report's own.
OVERVIEW_SECTIONS = frozenset({"foreword", "messages", "reading", "scores"})
METHOD_SECTIONS = frozenset({"codebook", "errata", "methods", "robustness", "sources"})


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A page made of a report's sections.

    Missing: without a cover the page has a title of its own; `before` and `after` are a country's neighbours.
    """

    title: str
    cover: Markup
    sections: tuple[Markup, ...]
    contents: tuple[Link, ...]
    tools: tuple[Link, ...] = ()
    before: Link | None = None
    after: Link | None = None


@dataclass(frozen=True, slots=True)
class IndicatorView:
    """An indicator's page with its links."""

    record: IndicatorPage
    figure: Markup
    countries: Mapping[str, str]
    up: str


@dataclass(frozen=True, slots=True)
class Group:
    """The indicators of a dimension."""

    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class IndicatorList:
    """All indicators by dimension."""

    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A country in the list of countries. Missing: without an address it has no page."""

    name: str
    href: str
    local: str
    local_language: str
    score: str
    interval: str


@dataclass(frozen=True, slots=True)
class CountryList:
    """All countries by name. Missing: `note` is empty where no score bears a mark."""

    lead: str
    note: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class DownloadPage:
    """The files that a reader may take away."""

    data: tuple[Download, ...]
    reports: tuple[Download, ...]
    sources: str


def places_of(results: Results, language: str, countries: Sequence[str] | None) -> Addresses:
    """Return where the pages of a language stand. None means all countries of the edition."""
    codes = [code for code in results.codes if countries is None or code in countries]
    return at.addresses(language, codes, (leaf.code for _, leaf in leaves_of(results)))


def leaves_of(results: Results) -> Iterator[tuple[Node, Indicator]]:
    """Yield every indicator with its dimension, in the order of the framework."""
    for node in results.dimensions:
        for leaf in results.leaves(node):
            yield node, leaf


def links_of(results: Results, words: Words, places: Addresses, address: str) -> dict[str, str]:
    """Return where the name of a country or an indicator leads from a page.

    Missing: a name that two of them bear leads nowhere, and neither does the page's own.
    """
    named = [
        *((words.country(results.run.country(code)), path) for code, path in places.countries.items()),
        *((leaf.name, places.indicators[leaf.code]) for _, leaf in leaves_of(results)),
    ]
    counts = Counter(name for name, _ in named)
    return {name: relative(path, address) for name, path in named if counts[name] == 1 and path != address}


def chosen(body: Body, page: str) -> list[Section]:
    """Return the sections of the comparative report that stand on a page; what has no other place is the comparison."""
    named = {at.OVERVIEW: OVERVIEW_SECTIONS, at.METHOD: METHOD_SECTIONS}.get(page)
    elsewhere = {COVER} | OVERVIEW_SECTIONS | METHOD_SECTIONS
    return [one for one in body.sections if (one.id not in elsewhere if named is None else one.id in named)]


def contents_of(body: Body, sections: Sequence[Section]) -> tuple[Link, ...]:
    """Return the contents of a page: the lines of the report's contents that lead to one of its sections."""
    lines: dict[str, list[Link]] = {}
    last = ""
    for entry in body.contents:
        last = last if entry.deep else entry.anchor
        lines.setdefault(last, []).append(Link(entry.title, f"#{entry.anchor}", deep=entry.deep))
    return tuple(line for one in sections for line in lines.get(one.id) or [Link(one.title, f"#{one.id}")])


def country_list(results: Results, words: Words, places: Addresses, address: str) -> CountryList:
    """Return the countries in the alphabetical order of the language; those that are not available say so."""
    by_name = {words.country(outcome): outcome for outcome in results.countries}
    intervals = Intervals(results, words)
    root, scale = results.framework.root.code, results.edition.method.normalisation_range
    lead = words._("Overall score, {low} to {high}, {year}.")
    if intervals.exist:
        lead = words._("Overall score, {low} to {high}, {year}, and its {share} interval.")
    low, high = (words.numbers.whole(end) for end in scale)
    return CountryList(
        lead=lead.format(low=low, high=high, year=words.numbers.year(results.year), share=intervals.share),
        note=intervals.footnote(results.score(code, root) for code in results.codes),
        cards=tuple(_card(results, words, intervals, by_name[n], places, address) for n in words.in_order(by_name)),
    )


def _card(
    results: Results, words: Words, intervals: Intervals, outcome: CountryOutcome, places: Addresses, address: str
) -> Card:
    name, path = words.country(outcome), places.countries.get(outcome.code)
    found = results.score(outcome.code, results.framework.root.code)
    return Card(
        name=name,
        href=relative(path, address) if path else "",
        local=outcome.name_local if outcome.name_local != name else "",
        local_language=next((tag for tag in outcome.languages if tag != "en"), ""),
        score=told.score(found, words.numbers) + intervals.mark(found)
        if outcome.available
        else words._("not available"),
        interval=intervals.of(found),
    )


def indicator_list(results: Results, words: Words, places: Addresses, address: str) -> IndicatorList:
    """Return the indicators of each dimension."""
    groups = []
    for node in results.dimensions:
        links = tuple(
            Link(
                leaf.name,
                relative(places.indicators[leaf.code], address),
                note="" if results.is_scored(leaf) else words._("shown, not scored"),
            )
            for leaf in results.leaves(node)
        )
        if links:
            groups.append(Group(node.name, links))
    return IndicatorList(tuple(groups))
