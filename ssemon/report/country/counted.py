"""What has been counted in the regions of a country: key figures as ranked bars, on a map, and in a table. Never scored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from pathlib import Path

from ssemon.report.charts.ranked import Ranked, ranked
from ssemon.report.charts.tokens import WIDTH
from ssemon.report.context import Figure
from ssemon.report.country import region_map
from ssemon.report.facts import Fact, as_quoted, in_words, text_of
from ssemon.report.material import CountryMaterial
from ssemon.report.numbers import MISSING
from ssemon.report.regional import RegionSeries, peers, region_series
from ssemon.tables import KEY_FIGURES

_SECTION, _REPORT = "regions", "country"
# So many rows stand in one column of bars or one part of a table, in two, and in three.
_ONE, _TWO = 17, 34
# How many numbers of a region have room beside its name, by the parts that the table is in.
_HEADS = {1: 5, 2: 3, 3: 2}
# Where there are more regions, the bars show the highest; the table has all.
_MOST_BARS, _HIGHEST = 51, 24
# The title names at most so many of the highest regions, and one in three of all.
_NAMED, _ONE_IN = 3, 3
# The width of the bars beside a map, in pixels.
_BESIDE_MAP = 264.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A number in the table. `page` points to the page that it was read on where there are several."""

    text: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class CountedRow:
    """A region and its numbers. Missing: a number that is not known is `..`."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class CountedPart:
    """The table, or a part of a long one."""

    caption: str
    rows: tuple[CountedRow, ...]


@dataclass(frozen=True, slots=True)
class QuotedPage:
    """Where figures were read. `number` is that of their file among the country's sources."""

    key: str
    number: str
    owner: str
    text: str
    address: str
    grade: str


@dataclass(frozen=True, slots=True)
class Counted:
    """The key figures of the regions. Missing: no map without boundaries, no table where the bars bear every number."""

    lead: str
    bars: Figure
    map: Figure | None
    heads: tuple[tuple[str, str], ...]
    parts: tuple[CountedPart, ...]
    missing: str
    scopes: tuple[str, ...]
    pages: tuple[QuotedPage, ...]
    grades: tuple[tuple[str, str], ...]


def counted(material: CountryMaterial) -> Counted | None:
    """Return the key figures of the regions. Missing: None where no number is known of three regions or more."""
    shown = _shown(material)
    return _Builder(material, shown).build() if shown else None


def left_over(material: CountryMaterial) -> tuple[Fact, ...]:
    """Return the key figures that the regions' section does not show, in the order of the table."""
    facts = material.outcome.facts.get(KEY_FIGURES, ())
    if _SECTION not in material.results.edition.outline.of(_REPORT):
        return tuple(facts)
    shown = {place for series in _shown(material) for place in series.places}
    return tuple(fact for place, fact in enumerate(facts) if place not in shown)


def _shown(material: CountryMaterial) -> tuple[RegionSeries, ...]:
    """What the section shows: the number of most regions, then what is nearest to it, as much as has room."""
    found = region_series(material.outcome.facts.get(KEY_FIGURES, ()))
    if not found:
        return ()
    first, *others = found
    others.sort(key=lambda series: series.date, reverse=True)
    others.sort(key=lambda series: (series.entity != first.entity, series.measure != first.measure))
    shown = [first]
    for series in others:
        regions = {region for one in (*shown, series) for region in one.facts}
        if len(shown) < _HEADS[_columns(len(regions))]:
            shown.append(series)
    return tuple(shown)


def _columns(rows: int) -> int:
    return 1 if rows <= _ONE else 2 if rows <= _TWO else 3


class _Builder:
    """Builds what is said of one country's regions."""

    def __init__(self, material: CountryMaterial, shown: Sequence[RegionSeries]) -> None:
        self.material, self.words, self.numbers = material, material.words, material.words.numbers
        self.shown, self.first = shown, shown[0]
        self.path = self._boundaries()
        values = self.first.numbers
        self.ordered = sorted(values, key=lambda region: -values[region])
        self.regions = self._listed()

    def build(self) -> Counted:
        return Counted(
            lead=self._lead(),
            bars=self._bars(),
            map=self._map(self.path) if self.path else None,
            heads=tuple(self._heads()),
            parts=tuple(self._parts()),
            missing=self._missing(),
            scopes=tuple(self._scopes()),
            pages=self.pages if len(self.pages) > 1 else tuple(self._alone()),
            grades=tuple((grade, self.words.grade(grade)) for grade in sorted({page.grade for page in self.pages})),
        )

    def _boundaries(self) -> Path | None:
        """The boundaries, where most of the regions on the map have the number."""
        path = region_map.boundaries(self.material.outcome.code)
        drawn = region_map.regions_on(path)
        known = sum(area in self.first.facts for area in drawn)
        return path if drawn and known == len(self.first.facts) and known * 2 > len(drawn) else None

    def _listed(self) -> list[str]:
        """The regions of the table: as the bars where there are few; else by code, so that each is found."""
        regions = list(dict.fromkeys([*self.ordered, *(region for series in self.shown for region in series.facts)]))
        return regions if _columns(len(regions)) == 1 else sorted(regions)

    @property
    def _subject(self) -> str:
        return self._named(self.first)

    def _named(self, series: RegionSeries) -> str:
        """What is counted: words of the country's own file."""
        return self.words.in_a_row((in_words(series.entity, self.words), in_words(series.measure, self.words).lower()))

    def _date(self, series: RegionSeries) -> str:
        try:
            return self.numbers.date(dt.date.fromisoformat(series.date))
        except ValueError:
            return series.date

    def _figure(self, number: float) -> str:
        return as_quoted(repr(number), self.words)

    def _title(self) -> str:
        """The finding: how much the highest regions have of the total, else in how many the number is known."""
        first, total = self.first, self.first.total
        if total is None:
            return self.words.ngettext(
                "{subject} in {count} region", "{subject} in {count} regions", len(self.ordered), subject=self._subject
            )
        highest = self.ordered[: max(min(_NAMED, len(self.ordered) // _ONE_IN), 1)]
        share = self.numbers.share(sum(first.numbers[region] for region in highest) / total)
        return self.words._("{subject}: {share} of the country's total in {regions}").format(
            subject=self._subject, share=share, regions=self.numbers.listed(map(self.words.region, highest))
        )

    def _lead(self) -> str:
        values, total, ordered = self.first.numbers, self.first.total, self.ordered
        subject = self.words.in_a_row((self._subject, self._date(self.first)))
        if total is None:
            text = self.words._("{subject}: from {last} in {worst} to {first} in {best}.")
            return text.format(
                subject=subject, last=self._figure(values[ordered[-1]]), worst=self.words.region(ordered[-1]),
                first=self._figure(values[ordered[0]]), best=self.words.region(ordered[0]),
            )  # fmt: skip
        text = self.words._("{subject}: {sum} in {count} regions, {share} of all {total}.")
        together = sum(values.values())
        return text.format(
            subject=subject, count=self.numbers.whole(len(ordered)), sum=self._figure(together),
            total=self._figure(total), share=self.numbers.share(together / total),
        )  # fmt: skip

    def _bars(self) -> Figure:
        values, total = self.first.numbers, self.first.total
        drawn = self.ordered if len(self.ordered) <= _MOST_BARS else self.ordered[:_HIGHEST]
        rows = [
            Ranked(
                self.words.region(region), values[region],
                self.numbers.share_exact(values[region] / total) if total else "",
            )
            for region in drawn
        ]  # fmt: skip
        title = self._title()
        columns, width = (1, _BESIDE_MAP) if self.path else (_columns(len(rows)), WIDTH)
        chart = ranked(rows, title=title, fmt=self._figure, columns=columns, width=width)
        return Figure(title, self.material.figures.turned(chart), self._note())

    def _unit(self) -> str:
        unit = self.words.counted(self.first.unit)
        return unit[:1].upper() + unit[1:]

    def _note(self) -> str:
        unit = self._unit()
        if self.first.total is None:
            return unit
        text = self.words._("{unit}, and the share of the country's total, {total}, from the same source and date.")
        return text.format(unit=unit, total=self._figure(self.first.total))

    def _map(self, path: Path) -> Figure:
        names = {area: self.words.region(area) for area in region_map.regions_on(path)}
        title = self.words.ngettext(
            "{subject} in {count} region", "{subject} in {count} regions", len(self.ordered), subject=self._subject
        )
        chart = region_map.drawn(
            path, self.first.numbers, names, title=title, cuts=region_map.classes_of(self.first.numbers.values()),
            fmt=self._figure, words=self.material.figures.chart_words,
        )  # fmt: skip
        note = self.words._("{unit}; hatched: no data. The letters and numbers are those of the table. Boundaries: {source}. They imply no opinion on the legal status of any area.")  # fmt: skip
        return Figure(title, chart, note.format(unit=self._unit(), source=region_map.source_of(path)))

    def _needs_table(self) -> bool:
        """Whether the bars leave something out: other numbers, regions, or which page a number was read on."""
        return len(self.shown) > 1 or len(self.ordered) > _MOST_BARS or len(self.pages) > 1 or self.path is not None

    def _heads(self) -> Iterator[tuple[str, str]]:
        units, dates = ({getattr(series, name) for series in self.shown} for name in ("unit", "date"))
        for series in self.shown:
            entity = [in_words(series.entity, self.words)] if series.entity != self.first.entity else []
            under = [self.words.counted(series.unit)] * (len(units) > 1) + [self._date(series)] * (len(dates) > 1)
            yield self.words.in_a_row([*entity, in_words(series.measure, self.words)]), self.words.in_a_row(under)

    def _parts(self) -> Iterator[CountedPart]:
        if not self._needs_table():
            return
        rows = [CountedRow(self._row_name(region), tuple(self._cells(region))) for region in self.regions]
        parts = _columns(len(rows))
        high = ceil(len(rows) / parts)
        for start in range(0, len(rows), high):
            part = rows[start : start + high]
            title = in_words(self.first.entity, self.words)
            if parts > 1:
                title = self.words._("{low} to {high}").format(low=part[0].name, high=part[-1].name)
            yield CountedPart(title, tuple(part))

    def _row_name(self, region: str) -> str:
        """A region's name, after what stands for it on the map where there is one."""
        name = self.words.region(region)
        return f"{region_map.short(region)} {name}" if self.path else name

    def _cells(self, region: str) -> Iterator[Cell]:
        for series in self.shown:
            fact = series.facts.get(region)
            page = self._page_keys[_page_of(fact)] if fact is not None and len(self.pages) > 1 else ""
            yield Cell(as_quoted(text_of(fact, "value"), self.words) if fact is not None else MISSING, page)

    def _missing(self) -> str:
        others = peers(self.material.outcome.code, dict.fromkeys(self.regions))
        if not others:
            return ""
        names = self.words.in_a_row(self.words.in_order(self.words.region(area) for area in others))
        return f"{MISSING} {self.words.headed(self.words._('no data'), names)}"

    def _scopes(self) -> Iterator[str]:
        """What the numbers cover: said once for a series; of a region alone where it is that region's own."""
        told: dict[str, list[str]] = {}
        for series in self.shown:
            scopes = {region: text_of(fact, "scope") for region, fact in series.facts.items()}
            for scope in filter(None, dict.fromkeys(scopes.values())):
                whole = len(set(scopes.values())) == 1
                own = [region for region, text in scopes.items() if text == scope]
                told.setdefault(scope, []).append(
                    in_words(series.measure, self.words) if whole else self.words.in_a_row(map(self.words.region, own))
                )
        for scope, about in told.items():
            yield self.words.headed(self.words.in_a_row(dict.fromkeys(about)), scope)

    @cached_property
    def _page_keys(self) -> dict[tuple[str, ...], str]:
        pages = dict.fromkeys(_page_of(fact) for series in self.shown for fact in series.facts.values())
        return {page: f"p{number}" for number, page in enumerate(pages, start=1)}

    @cached_property
    def pages(self) -> tuple[QuotedPage, ...]:
        """The pages that the numbers were read on, each with its owner and grade."""
        files = _files_of(self.material)
        first: dict[tuple[str, ...], int] = {}
        for series in self.shown:
            for place, fact in zip(series.places, series.facts.values(), strict=True):
                first.setdefault(_page_of(fact), place)
        return tuple(
            QuotedPage(
                key=self._page_keys[page], number=files.get(place, ""), owner=page[0],
                text=f"{page[1]} ({page[2]})" if page[2] else page[1], address=page[3], grade=page[4],
            )
            for page, place in first.items()
        )  # fmt: skip

    def _alone(self) -> Iterator[QuotedPage]:
        """The one page that all numbers were read on: nothing needs to point to it."""
        for page in self.pages:
            yield QuotedPage("", page.number, page.owner, page.text, page.address, page.grade)


def _page_of(fact: Fact) -> tuple[str, ...]:
    names = ("statistic_owner", "page", "page_kind", "address", "evidence_grade")
    return tuple(text_of(fact, name) for name in names)


def _files_of(material: CountryMaterial) -> dict[int, str]:
    """The number of the source of each key figure, by its place: the files of a table follow one another.

    Missing: empty where rows were added or left out after the files had been counted.
    """
    files = [file for file in material.outcome.sources if file.table == KEY_FIGURES]
    names = [file.source or file.file for file in files for _ in range(file.rows)]
    if len(names) != len(material.outcome.facts.get(KEY_FIGURES, ())):
        return {}
    return {place: str(material.source_keys.of(name)) for place, name in enumerate(names)}
