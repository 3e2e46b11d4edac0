"""Charts are taken out of a page before it is read as HTML, and put back where the page is laid out.

Two thirds of a report's bytes are charts. WeasyPrint reads them as HTML and asks for each of their lines which rules
of style apply; none do, because our charts bear their looks in attributes. So a chart leaves an empty shell in the
page, with its root's attributes, its title and its description, and is read as XML, which is fifty times as fast.
What cannot be read so stays in the page. Like `svgtext`, this reaches into private parts of one version.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary
from xml.etree.ElementTree import Element, ParseError, fromstring

WRITTEN_FOR = "70."
_SVG = "{http://www.w3.org/2000/svg}"
_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
# One chart, from its first tag to its last; and what a shell keeps of it.
_CHART = re.compile(r"(<svg\b[^>]*)>(.*?)</svg>", re.DOTALL)
_SPOKEN = re.compile(r"<(title|desc)>.*?</\1>", re.DOTALL)
_PLACE = "data-chart"

_charts: WeakKeyDictionary[Element, Element] = WeakKeyDictionary()


def install() -> bool:
    """Let WeasyPrint find the charts of shells; say whether it will.

    Errors: none: another version of WeasyPrint keeps its own way, and charts stay in the page.
    """
    if not importlib.import_module("weasyprint").VERSION.startswith(WRITTEN_FOR):
        return False
    handlers = importlib.import_module("weasyprint.html").HTML_HANDLERS
    stock = handlers[f"{_SVG}svg"]
    if not getattr(stock, "finds_charts", False):
        handlers[f"{_SVG}svg"] = _finding(stock)
    return True


def _finding(stock: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    def handle(element: Element, box: Any, get_image_from_uri: Any, base_url: str) -> list[Any]:
        chart = _charts.get(element)
        if chart is None:
            return stock(element, box, get_image_from_uri, base_url)
        made = stock(chart, box, get_image_from_uri, base_url)
        for replaced in made:  # its text alternative is the shell's
            replaced.element = element
        return made

    handle.finds_charts = True  # type: ignore[attr-defined]
    return handle


def taken_out(html: str) -> tuple[str, list[Element]]:
    """Return a page with shells for charts, and the charts."""
    charts: list[Element] = []

    def shell(found: re.Match[str]) -> str:
        opening, inside = found.groups()
        if "<svg" in inside or "<foreignObject" in inside or opening.endswith("/"):
            return found.group()
        named = opening if "xmlns=" in opening else f"{opening} {_NAMESPACE}"
        try:
            charts.append(fromstring(f"{named}>{inside}</svg>"))  # noqa: S314  it has no document type: no entities
        except ParseError:
            return found.group()
        spoken = "".join(one.group() for one in _SPOKEN.finditer(inside))
        return f'{opening} {_PLACE}="{len(charts) - 1}">{spoken}</svg>'

    return _CHART.sub(shell, html), charts


def put_back(root: Element, charts: Sequence[Element], mark_up: Callable[[Element, str], None]) -> None:
    """Let each shell of a page have its chart. `mark_up` is told the language of the page around it."""
    if charts:
        _put_back(root, charts, mark_up, "")


def _put_back(
    element: Element, charts: Sequence[Element], mark_up: Callable[[Element, str], None], language: str
) -> None:
    language = element.get("lang") or language
    place = element.attrib.pop(_PLACE, "") if element.tag == f"{_SVG}svg" else ""
    if place.isdigit() and int(place) < len(charts):
        chart = charts[int(place)]
        mark_up(chart, language)
        _charts[element] = chart
        return
    for child in element:
        _put_back(child, charts, mark_up, language)
