"""A report taken apart: the sections of the very HTML that becomes the PDF, so that the two cannot disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from ssemon.report.site.markup import attribute, body_of, name_of, text_of, tokens_of, until

# The section without an anchor: the cover.
COVER = "cover"


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a report. Shape: `tokens` with its own tag at both ends."""

    id: str
    title: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents. `deep` stands below the one before it."""

    anchor: str
    title: str
    deep: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """The sections of a report in their order, and its contents."""

    sections: tuple[Section, ...]
    contents: tuple[Entry, ...]

    def section(self, id: str) -> Section | None:  # noqa: A002  an anchor's name
        """Return a section by its anchor. Missing: None."""
        return next((section for section in self.sections if section.id == id), None)


def take_apart(html: str) -> Body:
    """Return the sections of a report's page, its figures and tables numbered as the PDF numbers them."""
    tokens = _numbered(tokens_of(body_of(html)))
    sections = tuple(_sections(tokens))
    cover = next((section for section in sections if section.id == COVER), None)
    return Body(sections, tuple(_contents(cover.tokens)) if cover else ())


def _numbered(tokens: Sequence[str]) -> list[str]:
    """Write the numbers of figures and tables out. The style sheet of the PDF counts them in the same way."""
    found: list[str] = []
    figures = tables = 0
    for token in tokens:
        found.append(token)
        name = name_of(token)
        figures += name == "figure"
        tables += name == "caption"
        if name in ("caption", "figcaption") and (word := attribute(token, "data-word")):
            number = tables if name == "caption" else figures
            found += ['<span class="count">', f"{word} {number}. ", "</span>"]
    return found


def _sections(tokens: Sequence[str]) -> Iterator[Section]:
    place = 0
    while place < len(tokens):
        if name_of(tokens[place]) != "section":
            place += 1
            continue
        end = until(tokens, place, "section")
        part = tuple(tokens[place:end])
        yield Section(attribute(part[0], "id") or COVER, _heading(part), part)
        place = end


def _heading(tokens: Sequence[str]) -> str:
    start = next((place for place, token in enumerate(tokens) if name_of(token) == "h1"), None)
    return "" if start is None else text_of(tokens[start : until(tokens, start, "h1")])


def contents_at(tokens: Sequence[str]) -> tuple[int, int] | None:
    """Return where the contents of a cover begin and end. Missing: None."""
    for place, token in enumerate(tokens):
        if name_of(token) == "ul" and "toc" in attribute(token, "class").split():
            return place, until(tokens, place, "ul")
    return None


def _contents(cover: Sequence[str]) -> Iterator[Entry]:
    found = contents_at(cover)
    if found is None:
        return
    deep = False
    for place in range(*found):
        token = cover[place]
        name = name_of(token)
        if name == "li":
            deep = "deep" in attribute(token, "class").split()
        elif name == "a":
            title = text_of(cover[place : until(cover, place, "a")])
            yield Entry(unescape(attribute(token, "href")).removeprefix("#"), title, deep)
