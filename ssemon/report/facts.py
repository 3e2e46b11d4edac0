"""A country's facts about its SSE: legal forms and quoted key figures, as tables short enough to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar

from ssemon.report.numbers import MISSING
from ssemon.report.words import Words, spelt

# A table longer than this is continued under a caption of its own.
LONGEST_TABLE = 30

Fact = Mapping[str, str | None]
_Key = TypeVar("_Key", str, tuple[str, str])


@dataclass(frozen=True, slots=True)
class LegalForm:
    """One legal form. `first`: the first of its family."""

    family: str
    form: str
    national: str
    law: str
    status: str
    register: str
    evidence: str
    note: str
    first: bool


@dataclass(frozen=True, slots=True)
class Quoted:
    """One quoted number."""

    period: str
    value: str
    grade: str
    page: str


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """What was counted by one owner in one scope, over the years.

    Shape: `owner_key`, `scope` and the pages of the values point to notes below the tables.
    """

    heading: str
    measure: str
    unit: str
    values: tuple[Quoted, ...]
    owner: str
    owner_key: str
    scope: str
    first: bool


@dataclass(frozen=True, slots=True)
class _Notes:
    """The numbers of the notes that the rows point to."""

    owners: Mapping[str, int]
    scopes: Mapping[str, int]
    pages: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table of key figures, or a part of a long one."""

    caption: str
    rows: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Where figures were read."""

    number: str
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """A country's key figures, with the notes that their rows point to."""

    tables: tuple[FigureTable, ...] = ()
    owners: tuple[tuple[str, str], ...] = ()
    scopes: tuple[tuple[str, str], ...] = ()
    pages: tuple[Page, ...] = ()
    grades: tuple[tuple[str, str], ...] = ()


def legal_forms(facts: Sequence[Fact], words: Words) -> tuple[LegalForm, ...]:
    """Return the legal forms, in the order of the country's file."""
    families = [words.family(text_of(fact, "org_type")) for fact in facts]
    return tuple(
        LegalForm(
            family=family[:1].upper() + family[1:],
            first=family != before,
            form=text_of(fact, "form_en"),
            national=text_of(fact, "form_national"),
            law=" · ".join(filter(None, (text_of(fact, "law_en"), text_of(fact, "law_year")))) or MISSING,
            status=text_of(fact, "status") or MISSING,
            register=text_of(fact, "register_holder") or MISSING,
            evidence=text_of(fact, "evidence"),
            note=text_of(fact, "note"),
        )
        for fact, family, before in zip(facts, families, ["", *families], strict=False)
    )


def key_figures(facts: Sequence[Fact], words: Words) -> KeyFigures:
    """Return the key figures: the national first, then the regional, long lists in parts."""
    ordered = sorted(facts, key=_order)
    notes = _Notes(
        owners=_numbered(text_of(fact, "statistic_owner") for fact in ordered),
        scopes=_numbered(text_of(fact, "scope") for fact in ordered),
        pages=_numbered(_page(fact) for fact in ordered),
    )
    kinds = {_page(fact): text_of(fact, "page_kind") for fact in ordered}
    grades = sorted({text_of(fact, "evidence_grade") for fact in ordered} - {""})
    lists = {words._("National figures"): False, words._("Figures for regions"): True}
    return KeyFigures(
        tables=tuple(
            table
            for caption, regional in lists.items()
            for table in _tables(
                [fact for fact in ordered if bool(text_of(fact, "region")) is regional], caption, words, notes
            )
        ),
        owners=tuple((str(number), text) for text, number in notes.owners.items()),
        scopes=tuple((str(number), text) for text, number in notes.scopes.items()),
        pages=tuple(
            Page(str(number), f"{name} ({kinds[name, address]})" if kinds[name, address] else name, address)
            for (name, address), number in notes.pages.items()
        ),
        grades=tuple((grade, words.grade(grade)) for grade in grades),
    )


def _order(fact: Fact) -> tuple[str, ...]:
    """National first; then by what was counted; the newest first."""
    year = text_of(fact, "year")
    newest_first = str(9999 - int(year)) if year.isdigit() else "~"
    return (*_heading_key(fact), *_row_key(fact), newest_first, text_of(fact, "as_of"))


def _heading_key(fact: Fact) -> tuple[str, str]:
    return text_of(fact, "region"), text_of(fact, "entity_type")


def _row_key(fact: Fact) -> tuple[str, str, str, str]:
    return text_of(fact, "measure"), text_of(fact, "unit"), text_of(fact, "statistic_owner"), text_of(fact, "scope")


def _page(fact: Fact) -> tuple[str, str]:
    return text_of(fact, "page"), text_of(fact, "address")


def _tables(facts: Sequence[Fact], caption: str, words: Words, notes: _Notes) -> Iterator[FigureTable]:
    """Cut a long list into tables of a readable length."""
    rows: list[KeyFigure] = []
    for heading, group in groupby(facts, key=_heading_key):
        first = True
        for _, same in groupby(group, key=_row_key):
            rows.append(_key_figure(heading, list(same), words, notes, first=first))
            first = False
    parts = [rows[start : start + LONGEST_TABLE] for start in range(0, len(rows), LONGEST_TABLE)]
    for number, part in enumerate(parts, start=1):
        title = caption
        if len(parts) > 1:
            title = words._("{title} ({part} of {parts})").format(title=caption, part=number, parts=len(parts))
        yield FigureTable(title, (replace(part[0], first=True), *part[1:]))


def _key_figure(
    heading: tuple[str, str], facts: Sequence[Fact], words: Words, notes: _Notes, *, first: bool
) -> KeyFigure:
    region, entity = heading
    measure, unit, owner, scope = _row_key(facts[0])
    return KeyFigure(
        heading=words.headed(words.region(region), in_words(entity, words)),
        measure=in_words(measure, words),
        unit=words.counted(unit),
        values=tuple(_quoted(fact, words, notes.pages) for fact in facts),
        owner=owner or MISSING,
        owner_key=f"o{notes.owners[owner]}" if owner else "",
        scope=f"s{notes.scopes[scope]}" if scope else "",
        first=first,
    )


def _quoted(fact: Fact, words: Words, pages: Mapping[tuple[str, str], int]) -> Quoted:
    page = _page(fact)
    return Quoted(
        period=text_of(fact, "as_of") or text_of(fact, "year") or words._("undated"),
        value=as_quoted(text_of(fact, "value"), words),
        grade=text_of(fact, "evidence_grade") or MISSING,
        page=f"p{pages[page]}" if any(page) else "",
    )


def _numbered(values: Iterable[_Key]) -> dict[_Key, int]:
    """Number the distinct values in the order in which they come; what is empty gets no number of its own."""
    distinct = dict.fromkeys(value for value in values if value and value != ("", ""))
    return {value: number for number, value in enumerate(distinct, start=1)}


def in_words(code: str, words: Words) -> str:
    """Write a code as words of the report's language, the first with a capital.

    Missing: a code that no catalogue has is written as its own words.
    """
    text = words._(spelt(code)) if code else ""
    return text[:1].upper() + text[1:]


def as_quoted(text: str, words: Words) -> str:
    """Return a figure in full: it is quoted, so nothing is rounded away."""
    try:
        number = float(text)
    except ValueError:
        return text or MISSING
    if number == int(number):
        return words.numbers.whole(number)
    return words.numbers.exact(text)


def text_of(fact: Fact, column: str) -> str:
    """Return a cell of a fact without the spaces around it; empty where there is none."""
    return (fact.get(column) or "").strip()
