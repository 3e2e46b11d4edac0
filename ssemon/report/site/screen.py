"""From a section of the paper to one of the screen: the same words and numbers, in boxes that fit any width.

Headings stand one level lower, because a page has one of its own; tables and charts scroll in a box of their own;
names lead to their pages; nothing is styled in its tag, so that the page's security policy can be strict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import unescape

from markupsafe import Markup, escape

from ssemon.report.direction import reads_rightwards
from ssemon.report.site.drawing import adaptable, said, width_of
from ssemon.report.site.markup import attribute, name_of, text_of, with_attribute, with_class, without
from ssemon.report.site.sections import COVER, Section, contents_at
from ssemon.report.site.styles import StyleBook
from ssemon.report.words import Words

# A chart that is drawn wider than this scrolls in its box on a narrow screen instead of becoming too small to read.
_NARROW = 320.0
# Tags that no section needs; an extension's section loses them, with what stands in the first two.
_WITH_CONTENT = ("script", "style")
_DROPPED = frozenset({*_WITH_CONTENT, "base", "embed", "form", "frame", "iframe", "link", "meta", "object"})
# The widths of columns on paper.
_PAPER_ONLY = ("colgroup",)
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_LOWEST = 6
# What holds running text or one cell, in a page that is read from right to left.
_TEXTS = frozenset({"p", "li", "td", "th", *_HEADINGS})
# Rows that belong to the row above them, or to a tree: a table with them keeps its order.
_ORDERED = re.compile(r'class="[^"]*\b(?:first-of-group|part-row|caveat-row|set-apart|eyebrow|depth-\d|part-\d)\b')
_LEAST_ROWS = 3
# A row that is one long remark on the row above it; like a caption it stays in sight while its table scrolls.
_REMARK = "caveat-row"
_STAY = '<span class="stay">'
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


class Screen:
    """Writes the sections of one page.

    Shape: `links` gives the address of a name's own page, relative to this one; `elsewhere` that of an anchor of the
           report that stands on another page.
    """

    def __init__(
        self,
        words: Words,
        links: Mapping[str, str],
        book: StyleBook,
        prefix: str = "",
        elsewhere: Mapping[str, str] | None = None,
    ) -> None:
        self._elsewhere = elsewhere or {}
        self._words = words
        self._links = links
        self._book = book
        self._prefix = prefix
        self._counts = {"table": 0, "heading": 0}
        self._out: list[str] = []
        self._skip = ""
        self._shift = 0
        self._figures = 0
        self._in_link = 0
        self._row_name = self._remark = False
        self._anchored = False
        self._tables: list[tuple[int, str]] = []
        self._texts: list[tuple[int, str]] = []
        self._handlers: dict[str, Callable[[str, str], None]] = {
            "table": self._table, "/table": self._table_end, "caption": self._caption, "/caption": self._caption_end,
            "tr": self._tr, "td": self._td, "/td": self._td_end, "section": self._section,
            "figure": self._figure, "/figure": self._figure_end, "th": self._th, "/th": self._th_end, "a": self._a,
            "/a": self._a_end, **dict.fromkeys(_HEADINGS, self._heading),
            **{f"/{name}": self._heading_end for name in _HEADINGS},
        }  # fmt: skip

    def tokens(self, section: Section) -> list[str]:
        """Return a section's tokens as the screen needs them."""
        self._out, self._shift = [], 0 if section.id == COVER else 1
        for token in _without_contents(section.tokens) if section.id == COVER else section.tokens:
            self._take(token)
        return self._out

    def written(self, section: Section) -> Markup:
        """Return a section as HTML."""
        return Markup("".join(self.tokens(section)))  # noqa: S704  what was escaped stays escaped

    def _take(self, token: str) -> None:
        if not token.startswith("<"):
            if not self._skip:
                self._text(token)
            return
        name = name_of(token)
        if self._skip:
            self._skip = "" if name == self._skip else self._skip
        elif name in _PAPER_ONLY or name in _WITH_CONTENT:
            self._skip = f"/{name}"
        elif name == "svg":
            self._chart(token)
        elif name.lstrip("/") not in _DROPPED:
            if " style=" in token:
                token = self._unstyled(token)
            self._handlers.get(name, self._keep)(token, name)
            self._direction(name)

    def _keep(self, token: str, _: str) -> None:
        self._out.append(token)

    def _unstyled(self, token: str) -> str:
        declarations = unescape(attribute(token, "style"))
        return with_class(without(token, "style"), self._book.class_of(declarations))

    def _text(self, token: str) -> None:
        name = unescape(token).strip()
        if self._row_name and not self._in_link and name in self._links:
            self._row_name = False
            token = f'<a href="{escape(self._links[name])}">{token}</a>'
        elif "http" in token and not self._in_link:
            token = _ADDRESS.sub(r'<a href="\g<0>" rel="noopener noreferrer">\g<0></a>', token)
        self._out.append(token)

    def _section(self, token: str, _: str) -> None:
        self._anchored = bool(attribute(token, "id"))
        self._out.append(token)

    def _heading(self, token: str, name: str) -> None:
        level = min(int(name[1]) + self._shift, _LOWEST)
        token = f"<h{level}{token[3:]}"
        if not self._anchored and not attribute(token, "id"):
            self._counts["heading"] += 1
            token = with_attribute(token, "id", f"{self._prefix}h-{self._counts['heading']}")
        self._anchored = False
        self._out.append(token)

    def _heading_end(self, _: str, name: str) -> None:
        self._out.append(f"</h{min(int(name[2]) + self._shift, _LOWEST)}>")

    def _table(self, token: str, _: str) -> None:
        self._counts["table"] += 1
        self._tables.append((len(self._out), token))
        self._out += ["", token]

    def _caption(self, token: str, _: str) -> None:
        token = without(token, "data-word")
        self._out += [with_attribute(token, "id", self._caption_id()) if self._tables else token, _STAY]

    def _caption_end(self, token: str, _: str) -> None:
        self._out += ["</span>", token]

    def _tr(self, token: str, _: str) -> None:
        self._remark = _REMARK in attribute(token, "class").split()
        self._out.append(token)

    def _td(self, token: str, _: str) -> None:
        self._out += [token, _STAY] if self._remark else [token]

    def _td_end(self, token: str, _: str) -> None:
        self._out += ["</span>", token] if self._remark else [token]

    def _caption_id(self) -> str:
        return f"{self._prefix}t-{self._counts['table']}"

    def _table_end(self, token: str, _: str) -> None:
        self._out.append(token)
        if not self._tables:
            return
        start, opening = self._tables.pop()
        inside = self._out[start + 2 :]
        label = f'aria-label="{escape(self._words._("Table"))}"'
        if any(name_of(part) == "caption" for part in inside):
            label = f'aria-labelledby="{self._caption_id()}"'
        self._out[start] = f'<div class="scroll" role="group" tabindex="0" {label}>'
        if is_sortable(inside):
            self._out[start + 1] = with_attribute(opening, "data-sortable", "")
        self._out.append("</div>")

    def _figure(self, token: str, _: str) -> None:
        self._figures += 1
        self._out.append(token)

    def _figure_end(self, token: str, _: str) -> None:
        self._figures -= 1
        self._out.append(token)

    def _chart(self, token: str) -> None:
        chart = adaptable(token)
        if not self._figures:
            self._out.append(chart)
            return
        wide = width_of(token) > _NARROW
        label = escape(self._words._("Figure"))
        box = f'<div class="scroll chart-box" role="group" tabindex="0" aria-label="{label}">'
        self._out += [box if wide else '<div class="chart-box">', chart, "</div>", *self._as_text(said(token))]

    def _as_text(self, lines: Iterable[str]) -> list[str]:
        """The figure in words, for whoever cannot see it or wants its numbers."""
        listed = "".join(f"<li>{escape(line)}</li>" for line in lines)
        summary = escape(self._words._("This figure as text"))
        return [f'<details class="as-text"><summary>{summary}</summary><ul>{listed}</ul></details>'] if listed else []

    def _th(self, token: str, _: str) -> None:
        self._row_name = attribute(token, "scope") == "row"
        self._out.append(token)

    def _th_end(self, token: str, _: str) -> None:
        self._row_name = False
        self._out.append(token)

    def _a(self, token: str, _: str) -> None:
        self._in_link += 1
        address = attribute(token, "href")
        if address in self._elsewhere:
            token = with_attribute(without(token, "href"), "href", self._elsewhere[address])
        away = address.startswith("http") and " rel=" not in token
        self._out.append(with_attribute(token, "rel", "noopener noreferrer") if away else token)

    def _a_end(self, token: str, _: str) -> None:
        self._in_link -= 1
        self._out.append(token)

    def _direction(self, name: str) -> None:
        """In a page that is read from right to left, let texts of other scripts alone read their own way."""
        if self._words.direction != "rtl" or name.lstrip("/") not in _TEXTS:
            return
        if not name.startswith("/"):
            self._texts.append((len(self._out) - 1, name))
        elif self._texts and self._texts[-1][1] == name[1:]:
            start, _ = self._texts.pop()
            inside = self._out[start + 1 : -1]
            if not attribute(self._out[start], "dir") and reads_rightwards(text_of(inside)):
                self._out[start] = with_attribute(self._out[start], "dir", "ltr")


def is_sortable(inside: list[str]) -> bool:
    """Whether the rows of a table may stand in any order: none belongs to the one above it."""
    html = "".join(inside)
    rows = html.partition("<tbody>")[2].count("<tr")
    return rows >= _LEAST_ROWS and "<thead" in html and not _ORDERED.search(html) and "rowspan" not in html


def _without_contents(cover: tuple[str, ...]) -> list[str]:
    """Return a cover without its contents, which stand beside the page on a screen."""
    found = contents_at(cover)
    if found is None:
        return list(cover)
    start, end = found
    heading = max((place for place in range(start) if name_of(cover[place]) == "h2"), default=start)
    return [*cover[:heading], *cover[end:]]
