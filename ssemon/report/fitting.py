"""Sheets that must have so many pages and no more: each is set tighter, step by step, until it fits.

A sheet is an element with an `id`, `data-most-pages`, and a page break before it. It gets the classes `fit-1`,
`fit-2`, … one after the other; the style sheets say what each step makes smaller or leaves out.

A report whose body bears `data-most-of-all` should have at most so many pages, and no last page of a few lines: it is
laid out again with less air, as `tight-1`, where that helps. Its letters keep their size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

# How many steps the style sheets know.
STEPS = 6
_MOST = "data-most-pages"
# The same of a report; a last page is to be filled by at least this share.
_TIGHTER, _PAGES, _LEAST_FILLED = 1, "data-most-of-all", 1 / 6


def fitted(root: Element, render: Callable[[], Any], complaints: list[str]) -> Any:
    """Return the document as it is laid out with as few steps as it takes.

    Missing: a document without such sheets is laid out once; one that does not fit at last is a complaint, not a fault.
    """
    sheets = [element for element in root.iter() if element.get(_MOST)]
    document = render()
    if not sheets:
        return _whole(root, render, document)
    for _ in range(STEPS * len(sheets)):
        tight = [sheet for sheet in _too_long(document, sheets) if _step(sheet) < STEPS]
        if not tight:
            break
        for sheet in tight:
            sheet.set("class", f"{sheet.get('class', '')} fit-{_step(sheet) + 1}".strip())
        document = render()
    complaints.extend(f"{sheet.get('id')} does not fit its page" for sheet in _too_long(document, sheets))
    return document


def _whole(root: Element, render: Callable[[], Any], document: Any) -> Any:
    """Return a report with as little taken away as lets it end well; the shortest there is where nothing does."""
    body = next((element for element in root.iter() if element.get(_PAGES)), None)
    if body is None:
        return document
    most, found = int(body.get(_PAGES, "0")), [document]
    while len(found) <= _TIGHTER and not _ends_well(found[-1], most):
        body.set("class", f"{body.get('class', '')} tight-{len(found)}".strip())
        found.append(render())
    return found[-1] if _ends_well(found[-1], most) else min(found, key=lambda one: len(one.pages))


def _ends_well(document: Any, most: int) -> bool:
    page = document.pages[-1]._page_box  # noqa: SLF001  its first box is the flow of the page
    return len(document.pages) <= most and page.children[0].height >= _LEAST_FILLED * page.height


def _step(sheet: Element) -> int:
    """How many steps were taken."""
    return sum(word.startswith("fit-") for word in sheet.get("class", "").split())


def _too_long(document: Any, sheets: Sequence[Element]) -> list[Element]:
    """The sheets with more pages than they may have; each ends where the next begins."""
    first = {anchor: number for number, page in reversed(list(enumerate(document.pages))) for anchor in page.anchors}
    starts = [first.get(sheet.get("id", ""), 0) for sheet in sheets]
    lengths = [after - before for before, after in pairwise([*starts, len(document.pages)])]
    return [sheet for sheet, length in zip(sheets, lengths, strict=True) if length > int(sheet.get(_MOST, "0"))]
