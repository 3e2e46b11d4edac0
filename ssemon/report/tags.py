"""The structure tree of a PDF, put right before it is written.

WeasyPrint 70 tags a document well enough to pass PDF/UA-1, yet a reader's software still hears the running heads
as text, cannot tell a row's header from a column's, and looks for figures in the wrong place; and a file cannot
claim PDF/A and PDF/UA at once. `finish` mends these. It is pure: the same document gives the same bytes.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unicodedata import bidirectional

WRITTEN_FOR = "70."
POINTS_PER_PIXEL = 0.75
# What XMP must say so that a PDF/A file may also call itself PDF/UA-1 (ISO 14289-1, 5; ISO 19005-3, 6.6.2.3).
_UA_CLAIM = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 that this document follows</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""
_SCOPES = {"row": "/Row", "rowgroup": "/Row", "col": "/Column", "colgroup": "/Column"}
# Scripts whose letters are drawn in another order, or as other glyphs, than they are written: a copied text comes
# back garbled unless the PDF also carries it as written. First and last code point of each.
_REORDERED = ((0x0E00, 0x0E7F), (0x0E80, 0x0EFF), (0x1780, 0x17FF))

# The second glyph of a stacked letter stands for no character of its own. An empty name is not a name to every
# checker; a space of no width is, and leaves a copied text as it looks.
_NO_NAME, _NO_WIDTH = b" <>", b" <200b>"
# A glyph and the letters it stands for, as a font's map of characters has them; and the letters of lines to the left.
_NAME = re.compile(rb"(<[0-9a-f]+> <)([0-9a-f]+)>")
_LEFTWARDS = ("R", "AL")

_HEADINGS = tuple(f"/H{level}" for level in range(1, 7))

Element = dict[str, Any]


def finish(document: Any, pdf: Any, *, archival: bool = True) -> tuple[str, ...]:
    """Mend the structure tree in place and say what it lacks.

    Missing: a figure without a text alternative is returned as a complaint, because nobody can hear it; and so is a
             heading that skips a level, because nobody can find it.
    """
    tree = {element.number: element for element in _tree(pdf, pdf.catalog["StructTreeRoot"])}
    _scope_headers(document, tree)
    _place_figures(pdf, tree)
    _silence_margins(pdf, tree)
    _name_every_glyph(pdf)
    if archival:
        _claim_both(pdf)
    return (*_silent_figures(pdf, tree), *_skipped_headings(pdf, tree))


def install() -> bool:
    """Let texts of reordered scripts carry what they say; say whether they will.

    Errors: none: another version of WeasyPrint keeps its own marking.
    """
    if not importlib.import_module("weasyprint").VERSION.startswith(WRITTEN_FOR):
        return False
    stream = importlib.import_module("weasyprint.pdf.stream").Stream
    if not getattr(stream.marked, "says", False):
        stream.marked = _saying(stream.marked)
    return True


def _saying(stock: Callable[..., AbstractContextManager[None]]) -> Any:
    string = importlib.import_module("pydyf").String

    @contextmanager
    def marked(self: Any, box: Any, tag: str) -> Iterator[None]:
        with stock(self, box, tag):
            text = getattr(box, "text", "")
            if self._tags is not None and _is_reordered(text):
                self.stream[-2]["ActualText"] = string(text)
            yield

    marked.says = True  # type: ignore[attr-defined]
    return marked


def _is_reordered(text: str) -> bool:
    return any(first <= ord(letter) <= last for letter in text for first, last in _REORDERED)


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _tree(pdf: Any, reference: bytes) -> Iterator[Any]:
    """Yield the elements that can be reached from the root, parents first."""
    waiting = [_object(pdf, reference)]
    while waiting:
        element = waiting.pop()
        yield element
        kids = [_object(pdf, kid) for kid in element.get("K", ()) if isinstance(kid, bytes)]
        waiting.extend(kid for kid in reversed(kids) if kid.get("S"))


def _scope_headers(document: Any, tree: Mapping[int, Element]) -> None:
    """Say of each header cell whether it heads a row or a column, as its HTML does or else by its place."""
    for element in tree.values():
        if element.get("S") == "/TH":
            element["A"]["Scope"] = "/Row" if _group_of(element, tree) == "/TBody" else "/Column"
    for page in document.pages:
        for box in page._page_box.descendants():  # noqa: SLF001 - nothing public knows the cells
            mark: Element = getattr(box, "mark", {})
            scope = _SCOPES.get(box.element.get("scope", "")) if mark.get("S") == "/TH" else None
            if scope:
                mark["A"]["Scope"] = scope


def _group_of(element: Element, tree: Mapping[int, Element]) -> str:
    """Return the tag of the group of rows that a cell stands in."""
    row = tree.get(int(element["P"].split()[0]), {})
    group = tree.get(int(row["P"].split()[0]), {}) if "P" in row else {}
    return str(group.get("S", ""))


def _place_figures(pdf: Any, tree: Mapping[int, Element]) -> None:
    """Turn the boxes of figures from CSS pixels, downwards, into points, upwards."""
    for element in tree.values():
        if element.get("S") == "/Figure":
            height = _object(pdf, element["Pg"])["MediaBox"][3]
            left, top, right, bottom = (side * POINTS_PER_PIXEL for side in element["A"]["BBox"])
            element["A"]["BBox"][:] = (left, height - bottom, right, height - top)


def _silence_margins(pdf: Any, tree: Mapping[int, Element]) -> None:
    """Make running heads and page numbers artifacts: seen on the page, not read aloud on each."""
    parents = _object(pdf, _object(pdf, pdf.catalog["StructTreeRoot"])["ParentTree"])["Nums"]
    for page, reference in enumerate(pdf.page_references):
        elements = parents[2 * page + 1]
        outside = {mcid for mcid, owner in enumerate(elements) if int(owner.split()[0]) not in tree}
        content = _object(pdf, _object(pdf, reference)["Contents"]).stream
        for mcid in sorted(outside & _made_artifacts(content, outside)):
            _object(pdf, elements[mcid]).clear()
            elements[mcid] = b"null"


def _made_artifacts(content: list[Any], outside: set[int]) -> set[int]:
    """Rewrite the marked content of a page that belongs to no element; return what was found."""
    found = set()
    dictionary = importlib.import_module("pydyf").Dictionary
    for place, operator in enumerate(content):
        if operator == b"BDC" and content[place - 1].get("MCID") in outside:
            found.add(content[place - 1]["MCID"])
            content[place - 2 : place] = ["/Artifact", dictionary({"Type": "/Pagination"})]
    return found


def _name_every_glyph(pdf: Any) -> None:
    """Give a character to the glyphs that were written down with none, and let those of several have them in order."""
    for font in pdf.objects:
        if isinstance(font, dict) and "ToUnicode" in font:
            names = _object(pdf, font["ToUnicode"]).stream
            names[:] = [_named(line) if isinstance(line, bytes) else line for line in names]


def _named(line: bytes) -> bytes:
    """Write down what a glyph stands for so that readers give it back as it was written.

    The letters of one glyph (lam and alef, a letter and its mark) are put down from left to right, as they are seen:
    poppler, pdfium, MuPDF and pdf.js turn a line that runs to the left round letter by letter, those of a glyph too.
    """
    if line.endswith(_NO_NAME):
        return line[: -len(_NO_NAME)] + _NO_WIDTH
    found = _NAME.fullmatch(line)
    letters = bytes.fromhex(found[2].decode()).decode("utf-16-be", "replace") if found else ""
    if found is None or len(letters) < 2 or not any(bidirectional(letter) in _LEFTWARDS for letter in letters):
        return line
    return found[1] + letters[::-1].encode("utf-16-be").hex().encode() + b">"


def _claim_both(pdf: Any) -> None:
    """Let the metadata of a PDF/A file say that it is PDF/UA-1 as well."""
    metadata = _object(pdf, pdf.catalog["Metadata"])
    metadata.stream[0] = metadata.stream[0].replace(b"</rdf:RDF>", _UA_CLAIM + b"</rdf:RDF>", 1)


def _skipped_headings(pdf: Any, tree: Mapping[int, Element]) -> Iterator[str]:
    """Yield the headings that are more than one level below the one before (ISO 14289-1, 7.4.2)."""
    before = 0
    for element in tree.values():
        if element.get("S") in _HEADINGS:
            level = _HEADINGS.index(element["S"]) + 1
            if level > before + 1:
                page = pdf.page_references.index(element["Pg"]) + 1
                yield f"page {page}: a heading of level {level} stands below one of level {before}"
            before = level


def _silent_figures(pdf: Any, tree: Mapping[int, Element]) -> Iterator[str]:
    for element in tree.values():
        if element.get("S") == "/Figure" and "Alt" not in element:
            page = pdf.page_references.index(element["Pg"]) + 1
            yield f"page {page}: a figure has no text alternative"
