"""A report's page as a typst document: the same text, tables and charts, for the comparison of `peers.py`.

What is taken over: headings, paragraphs, lists, tables with their heads and spans, captions with their numbers, the
charts as the same SVG files with the same alternative texts, running foot and page numbers, pairs of tables side by
side. What is not: the cover's panel and its scale, text in columns, colours and bars of the style sheets, marks beside
values as superscripts of their own style, footnotes that repeat the head of a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from xml.etree.ElementTree import Element

import tinyhtml5

_CHART = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_TITLE = re.compile(r"<title>(.*?)</title>(?:\s*<desc>(.*?)</desc>)?", re.DOTALL)
_SIZE = re.compile(r'width="([\d.]+)" height="([\d.]+)"')
_WIDTH = re.compile(r"width: ([\d.]+(?:mm|%))")
_POINTS = 0.75
# Half of the page's width: what stands beside something else.
_HALF = 320
_BLOCKS = frozenset(
    ("p", "div", "section", "ul", "ol", "li", "table", "figure", "figcaption", "h1", "h2", "h3", "h4", "dl", "dt", "dd")
)
_HEAD = """#set document(title: {title}, date: datetime(year: 2026, month: 1, day: 1))
#set page(paper: "a4", margin: (x: 16mm, y: 18mm), footer: context [
  #set text(size: 7pt)
  #{foot} #h(1fr) #counter(page).display() / #counter(page).final().first()])
#set text(font: ("Noto Sans", "Noto Sans CJK JP"), size: 8.5pt, lang: {lang})
#set par(leading: 0.5em)
#set table(stroke: (x: none, y: 0.3pt), inset: (x: 3pt, y: 2.5pt), align: start)
#show heading.where(level: 1): set text(size: 17pt)
#show figure.caption: set align(left)
#show figure: set block(breakable: true)
"""


def quoted(text: str) -> str:
    """A text as a typst string: nothing in it is markup."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


class Charts:
    """Writes the charts of a page into a folder, and knows each by its place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found: list[tuple[str, float, str]] = []

    def taken_out(self, html: str) -> str:
        """Return the page with an empty image for each chart."""

        def place(match: re.Match[str]) -> str:
            chart = match.group()
            title, size = _TITLE.search(chart), _SIZE.search(chart)
            alternative = unescape(": ".join(part for part in title.groups() if part)) if title else "mark"
            name = f"chart-{len(self.found)}.svg"
            (self.folder / name).write_text(chart, encoding="utf-8")
            self.found.append((name, float(size[1]) if size else _HALF, alternative))
            return f'<img data-chart="{len(self.found) - 1}">'

        return _CHART.sub(place, html)


def document(html: str, folder: Path) -> str:
    """Return the typst source of a page; its charts are written beside it."""
    charts = Charts(folder)
    root = tinyhtml5.parse(charts.taken_out(html), namespace_html_elements=False)
    body = root.find("body")
    if body is None:
        raise ValueError("a page without a body")
    head = _HEAD.format(
        title=quoted(root.findtext("head/title") or "Report"), lang=quoted(root.get("lang", "en")),
        foot=quoted(body.get("data-foot", "")),
    )  # fmt: skip
    return head + "\n".join(_Writer(charts).blocks(body)) + "\n"


class _Writer:
    """Walks a page. Everything is written as code with strings, so that no text can be taken for markup."""

    def __init__(self, charts: Charts) -> None:
        self.charts = charts

    def blocks(self, element: Element) -> Iterator[str]:
        """The parts of an element that stand below each other."""
        loose: list[str] = [self._text(element.text)]
        for child in element:
            if child.tag in _BLOCKS:
                yield from _paragraph(loose)
                loose = []
                yield from self._block(child)
            else:
                loose.append(self._inline(child))
            loose.append(self._text(child.tail))
        yield from _paragraph(loose)

    def _block(self, element: Element) -> Iterator[str]:
        tag = str(element.tag)
        if tag in ("h1", "h2", "h3", "h4"):
            yield f"#heading(level: {tag[1]})[{self._run(element)}]"
        elif tag == "table":
            yield self._table(element)
        elif tag == "figure":
            yield self._figure(element)
        elif tag in ("ul", "ol"):
            entries = (f"[{self._all(child)}]" for child in element if child.tag == "li")
            yield f"#{'list' if tag == 'ul' else 'enum'}({', '.join(entries)})"
        elif tag == "div" and "pair" in element.get("class", "").split():
            cells = ", ".join(f"[{self._all(child)}]" for child in element)
            yield f"#grid(columns: {len(element)}, column-gutter: 8mm, {cells})"
        else:
            yield from self.blocks(element)

    def _all(self, element: Element) -> str:
        return "\n".join(self.blocks(element))

    def _run(self, element: Element) -> str:
        return self._text(element.text) + "".join(self._inline(child) + self._text(child.tail) for child in element)

    def _inline(self, element: Element) -> str:
        if element.tag == "img":
            return self._image(element)
        if element.tag == "br":
            return "#linebreak()"
        if element.tag == "sup":
            return f"#super[{self._run(element)}]"
        address = element.get("href", "") if element.tag == "a" else ""
        inside = self._run(element)
        return f"#link({quoted(address)})[{inside}]" if address.startswith("http") else inside

    def _image(self, element: Element) -> str:
        name, width, alternative = self.charts.found[int(element.get("data-chart", "0"))]
        return f"#box(image({quoted(name)}, width: {width * _POINTS:.1f}pt, alt: {quoted(alternative)}))"

    def _figure(self, element: Element) -> str:
        caption = element.find("figcaption")
        inside = "".join(self._run(child) if child.tag == "p" else self._inline(child)
                         for child in element if child is not caption)  # fmt: skip
        told = self._run(caption) if caption is not None else ""
        images = list(element.iter("img"))
        alternative = self.charts.found[int(images[0].get("data-chart", "0"))][2] if images else told
        return f"#figure(caption: [{told}], kind: image, supplement: [Figure], alt: {quoted(alternative)})[{inside}]"

    def _table(self, element: Element) -> str:
        rows = list(element.iter("tr"))
        width = max(sum(int(cell.get("colspan", 1)) for cell in row) for row in rows)
        head = [row for part in element.iter("thead") for row in part.iter("tr")]
        body = [row for row in rows if row not in head]
        given = [_WIDTH.search(column.get("style", "")) for column in element.iter("col")]
        sizes = [match[1] if match else "1fr" for match in given] if len(given) == width else ["1fr"] * width
        columns = f"({', '.join(sizes)},)"
        header = f"table.header({', '.join(self._cells(head))})," if head else ""
        table = f"table(columns: {columns}, {header} {', '.join(self._cells(body))})"
        caption = element.find("caption")
        if caption is None:
            return f"#{table}"
        return f"#figure(caption: figure.caption(position: top)[{self._run(caption)}], kind: table, {table})"

    def _cells(self, rows: list[Element]) -> Iterator[str]:
        for row in rows:
            for cell in row:
                spans = f"colspan: {cell.get('colspan', 1)}, rowspan: {cell.get('rowspan', 1)}"
                yield f"table.cell({spans})[{self._all(cell)}]"

    @staticmethod
    def _text(text: str | None) -> str:
        shown = re.sub(r"\s+", " ", text or "")
        return f"#{quoted(shown)};" if shown.strip() else shown


def _paragraph(parts: list[str]) -> Iterator[str]:
    text = "".join(parts).strip()
    if text:
        yield f"#par[{text}]"
