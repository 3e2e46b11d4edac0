"""All pages of one language as files. A page that fails says so, and the others are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from jinja2 import Environment
from markupsafe import Markup

from ssemon.errors import Problem
from ssemon.model import CountryOutcome
from ssemon.report.build import as_printed, numbered
from ssemon.report.comparative import comparative_report
from ssemon.report.context import masthead
from ssemon.report.country import country_report
from ssemon.report.pages import environment, fill
from ssemon.report.results import Results
from ssemon.report.site import addresses as at
from ssemon.report.site.addresses import relative
from ssemon.report.site.downloads import File, downloads, size
from ssemon.report.site.frame import Frame, Link, frame
from ssemon.report.site.indicators import IndicatorPages
from ssemon.report.site.markup import text_of, tokens_of
from ssemon.report.site.pages import (
    DownloadPage,
    IndicatorView,
    ReportPage,
    chosen,
    contents_of,
    country_list,
    indicator_list,
    leaves_of,
    links_of,
    places_of,
)
from ssemon.report.site.screen import Screen
from ssemon.report.site.search import Found, passages, script
from ssemon.report.site.sections import COVER, Body, Section, take_apart
from ssemon.report.site.styles import StyleBook, house_css
from ssemon.report.words import Words

if TYPE_CHECKING:
    from ssemon.framework import Indicator, Node

# Sections of a country's report whose words no other page has: the search finds them.
_OWN_WORDS = ("regions", "facts", "notes", "added")
_SOURCES = "sources"
# So much of what the cover says stands in the index.
_LONGEST = 400


@dataclass
class Language:
    """Writes the pages of one language."""

    results: Results
    words: Words
    languages: Sequence[str]
    files: Sequence[File]
    countries: Sequence[str] | None = None
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.places = places_of(self.results, self.words.language, self.countries)
        branding = self.results.run.branding
        self.env: Environment = environment(self.words, branding.templates if branding else None)
        self._house = house_css(branding.colours if branding else None)
        self.edition = self.results.edition.title or self.results.framework.title
        self._found: list[Found] = []
        self._head = masthead(self.results, self.words, title=self.edition, kind="", areas=self.results.codes)

    def pages(self) -> Iterator[tuple[str, str]]:
        """Yield the path and the text of every page, and of the search's index, which comes last."""
        yield from self._countries()
        yield from self._comparative()
        yield from self._indicators()
        yield self.places.index, script(self._found)

    def gate(self) -> str:
        """Return the page at the root of the site: it leads to the first language."""
        return self._filled("gate", self._frame(at.GATE, self.edition, StyleBook()), None)

    def _countries(self) -> Iterator[tuple[str, str]]:
        _ = self.words._
        address = self.places.single(at.COUNTRIES)
        yield self._list(address, _("Countries"), "countries", country_list)
        outcomes = [self.results.run.country(code) for code in self.places.countries]
        for place, outcome in enumerate(outcomes):
            name, path = self.words.country(outcome), self.places.countries[outcome.code]
            around = (outcomes[place - 1] if place else None, *outcomes[place + 1 : place + 2])
            yield self._guarded(path, name, partial(self._country, outcome, around), outcome.code)

    def _country(self, outcome: CountryOutcome, around: Sequence[CountryOutcome | None]) -> str:
        name, address = self.words.country(outcome), self.places.countries[outcome.code]
        report = country_report(self.results, self.words, outcome)
        body = take_apart(self._as_on_paper("country", report))
        sections = [section for section in body.sections if section.id != COVER]
        cover = body.section(COVER)
        said = text_of(cover.tokens) if cover else ""
        self._found.append(Found(self.words._("Country"), name, address, f"{outcome.code} {said}"[:_LONGEST]))
        own = [section for section in sections if section.id.partition("-")[0] in _OWN_WORDS]
        before, after = (self._neighbour(one, address) for one in (*around, None)[:2])
        return self._report(
            address, f"{name} · {self._title}", body, sections, own, name,
            tools=self._pdf(outcome.code, address), before=before, after=after, with_cover=True,
        )  # fmt: skip

    def _neighbour(self, outcome: CountryOutcome | None, address: str) -> Link | None:
        if outcome is None:
            return None
        return Link(self.words.country(outcome), relative(self.places.countries[outcome.code], address))

    def _pdf(self, country: str, address: str) -> tuple[Link, ...]:
        """The printed report of a country, or of all of them, in this language. Missing: empty where there is none."""
        wanted = (country, self.words.language, "")
        mine = [f for f in self.files if f.is_report and (f.country, f.language, f.kind) == wanted]
        title = self.words._("This report as PDF")
        return tuple(
            Link(title, relative(file.path, address), note=size(file.size, self.words.numbers)) for file in mine
        )

    def _comparative(self) -> Iterator[tuple[str, str]]:
        _ = self.words._
        titles = {at.OVERVIEW: "", at.COMPARISON: _("Comparison"), at.METHOD: _("Methods")}
        try:
            body = take_apart(self._as_on_paper("comparative", comparative_report(self.results, self.words)))
        except Exception as error:
            for page, title in titles.items():
                address = self.places.single(page)
                yield address, self._failed(address, title or self.edition, error)
            return
        for page, title in titles.items():
            written = partial(self._comparison, body, page, title)
            yield self._guarded(self.places.single(page), title or self.edition, written)

    def _comparison(self, body: Body, page: str, title: str) -> str:
        """Return one of the pages that the comparative report is shared out to; only the overview has its cover."""
        address, sections = self.places.single(page), chosen(body, page)
        full = f"{title} · {self._title}" if title else self._title
        return self._report(
            address, full, body, sections, sections, "",
            heading=title, tools=self._pdf("", address), with_cover=not title, elsewhere=self._elsewhere(body, page),
        )  # fmt: skip

    def _elsewhere(self, body: Body, page: str) -> dict[str, str]:
        """Return where the sections of the comparative report stand that are not on a page, by their anchor."""
        address = self.places.single(page)
        others = [other for other in (at.OVERVIEW, at.COMPARISON, at.METHOD) if other != page]
        return {
            f"#{one.id}": relative(f"{self.places.single(other)}#{one.id}", address)
            for other in others
            for one in chosen(body, other)
        }

    def _report(
        self, address: str, full: str, body: Body, sections: Sequence[Section], found: Sequence[Section], where: str,
        *, heading: str = "", tools: tuple[Link, ...] = (), before: Link | None = None, after: Link | None = None,
        with_cover: bool, elsewhere: Mapping[str, str] | None = None,
    ) -> str:  # fmt: skip
        """Return a page made of sections; those of `found` are searched."""
        book = StyleBook()
        screen = Screen(self.words, links_of(self.results, self.words, self.places, address), book, elsewhere=elsewhere)
        cover = body.section(COVER) if with_cover else None
        written = {section.id: screen.tokens(section) for section in sections}
        kind = self.words._("Section")
        for section in found:
            self._found += passages(written[section.id], kind, address, where)
        page = ReportPage(
            title=heading or ("" if cover else where or self.edition),
            cover=screen.written(cover) if cover else Markup(),
            sections=tuple(Markup("".join(tokens)) for tokens in written.values()),  # noqa: S704  as they were written
            contents=contents_of(body, sections),
            tools=tools,
            before=before,
            after=after,
        )
        return self._filled("report", self._frame(address, full, book), page)

    def _indicators(self) -> Iterator[tuple[str, str]]:
        _ = self.words._
        yield self._list(self.places.single(at.INDICATORS), _("Indicators"), "indicators", indicator_list)
        yield self._guarded(self.places.single(at.DOWNLOADS), _("Downloads"), self._downloads)
        pages = IndicatorPages(self.results, self.words)
        for node, leaf in leaves_of(self.results):
            address = self.places.indicators[leaf.code]
            yield self._guarded(address, leaf.name, partial(self._indicator, pages, node, leaf))

    def _indicator(self, pages: IndicatorPages, node: Node, leaf: Indicator) -> str:
        address, record = self.places.indicators[leaf.code], pages.page(leaf, node)
        found = f"{leaf.code} {record.definition} {record.dimension}"
        self._found.append(Found(self.words._("Indicator"), leaf.name, address, found[:_LONGEST]))
        book = StyleBook()
        screen = Screen(self.words, {}, book)
        view = IndicatorView(
            record=record,
            figure=screen.written(Section("figure", "", tuple(tokens_of(self._figure(record.figure))))),
            countries={code: relative(path, address) for code, path in self.places.countries.items()},
            up=relative(self.places.single(at.INDICATORS), address),
        )
        return self._filled("indicator", self._frame(address, f"{leaf.name} · {self._title}", book), view)

    def _figure(self, figure: object) -> str:
        pieces = self.env.get_template("partials/pieces.html.j2").module
        return str(pieces.figure(figure))  # type: ignore[attr-defined]

    def _downloads(self) -> str:
        address = self.places.single(at.DOWNLOADS)
        root = relative(at.GATE, address).removesuffix(at.GATE)
        rows = dict(zip(self.files, downloads(self.files, self.results, self.words, root), strict=True))
        page = DownloadPage(
            data=tuple(row for file, row in rows.items() if not file.is_report),
            reports=tuple(row for file, row in rows.items() if file.is_report),
            sources=relative(self.places.single(at.METHOD) + self._anchor(_SOURCES), address),
        )
        title = self.words._("Downloads")
        return self._filled("downloads", self._frame(address, f"{title} · {self._title}", StyleBook()), page)

    def _anchor(self, section: str) -> str:
        """The anchor of a section of the comparative report; empty where the edition prints no such section."""
        return f"#{section}" if section in self.results.edition.outline.of("comparative") else ""

    def _list(self, address: str, title: str, template: str, make: Callable[..., object]) -> tuple[str, str]:
        def written() -> str:
            page = make(self.results, self.words, self.places, address)
            return self._filled(template, self._frame(address, f"{title} · {self._title}", StyleBook()), page)

        return self._guarded(address, title, written)

    @property
    def _title(self) -> str:
        return f"{self.edition} {self._head.year}"

    def _frame(self, address: str, title: str, book: StyleBook) -> Frame:
        return frame(
            self._head, self.words, self.places, address, title, languages=self.languages, css=self._house + book.css
        )

    def _as_on_paper(self, kind: str, report: object) -> str:
        """A report's page as it is filled for the PDF, with the number that the PDF bears."""
        html = fill(self.env, kind, report)
        return numbered(html, as_printed(html, self.results.run.branding))

    def _filled(self, template: str, around: Frame, page: object) -> str:
        html = self.env.get_template(f"site/{template}.html.j2").render(frame=around, page=page)
        return numbered(html, html)

    def _guarded(self, address: str, title: str, make: Callable[[], str], country: str = "") -> tuple[str, str]:
        try:
            return address, make()
        except Exception as error:
            return address, self._failed(address, title, error, country)

    def _failed(self, address: str, title: str, error: Exception, country: str = "") -> str:
        """Note why a page could not be written, and return one that says so: every link still leads somewhere."""
        self.problems.append(
            Problem(
                code="G07",
                country=country,
                stage="render",
                what=f"the page {address} of the site could not be written",
                found=f"{type(error).__name__}: {error}",
                fix="the other pages are there; run again, and report the message if it stays",
            )
        )
        return self._filled("failed", self._frame(address, title, StyleBook()), None)
