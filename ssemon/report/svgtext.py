"""Text in charts, drawn a whole run at a time.

WeasyPrint 70 draws the text of an SVG code point by code point: scripts that join or stack their letters come
apart, and a text that is not anchored at its start costs a transparency group each. This module replaces that one
function for plain texts: one run, one anchor, in the language of the page around the chart. It reaches into
private parts, so it is installed for the version it was written for and for no other: a later one keeps its own.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from math import inf
from typing import Any
from xml.etree.ElementTree import Element

WRITTEN_FOR = "70."
_SVG = "{http://www.w3.org/2000/svg}"
# Our own names for three attributes, so that the stock code around ours does not act on them as well.
_ANCHOR, _LANGUAGE, _DIRECTION = "data-anchor", "data-lang", "data-direction"
_SHIFTS = {"start": 0.0, "middle": 0.5, "end": 1.0}
_LETTER_BY_LETTER = ("letter-spacing", "textLength", "rotate", "dx", "dy")

Draw = Callable[[Any, Any, float], None]


def install() -> bool:
    """Replace WeasyPrint's drawing of SVG text; say whether it is replaced.

    Errors: none: another version of WeasyPrint keeps its own drawing.
    """
    if not importlib.import_module("weasyprint").VERSION.startswith(WRITTEN_FOR):
        return False
    svg: Any = importlib.import_module("weasyprint.svg")
    stock = svg.text
    if not getattr(stock, "whole_runs", False):
        ours = _drawing(stock)
        # Both names: the code that draws a node tells a text by comparing its entry in TAGS with `text`.
        svg.text = ours
        svg.TAGS.update({tag: ours for tag, drawn in svg.TAGS.items() if drawn is stock})
    return True


def mark_up(element: Element, language: str = "") -> None:
    """Tell every plain chart text under an element its anchor and its language, under names that only we read."""
    language = element.get("lang") or language
    if element.tag == f"{_SVG}text" and _is_plain(element):
        element.set(_LANGUAGE, language)
        element.set(_ANCHOR, element.attrib.pop("text-anchor", "start"))
        element.set(_DIRECTION, element.attrib.pop("direction", "ltr"))
    for child in element:
        mark_up(child, language)


def _is_plain(element: Element) -> bool:
    """Return whether a text is one run at one place."""
    single = all(len(element.get(name, "0").replace(",", " ").split()) == 1 for name in ("x", "y"))
    return single and len(element) == 0 and not any(element.get(name) for name in _LETTER_BY_LETTER)


def _drawing(stock: Draw) -> Draw:
    def text(svg: Any, node: Any, font_size: float) -> None:
        if node.get(_ANCHOR) is None or not node.text:
            stock(svg, node, font_size)
        else:
            _draw_run(svg, node, font_size)

    text.whole_runs = True  # type: ignore[attr-defined]
    return text


def _draw_run(svg: Any, node: Any, font_size: float) -> None:
    text = importlib.import_module("weasyprint.text.line_break")
    utils = importlib.import_module("weasyprint.svg.utils")
    style = _style(svg, node, font_size)
    layout, _, _, width, _, baseline = text.split_first_line(node.text.strip(), style, svg.context, inf, 0)
    x = utils.size(node.get("x"), font_size, svg.inner_width) - width * _shift(node)
    y = utils.size(node.get("y"), font_size, svg.inner_height)
    svg.stream.push_state()
    fill, stroke = svg.set_graphical_state(node, font_size)
    svg.stream.begin_text()
    svg.fill_stroke(fill, stroke, text=True)
    _show(svg.stream, layout, style, baseline, x, y)
    svg.stream.end_text()
    svg.stream.pop_state()


def _shift(node: Any) -> float:
    """The part of a text that lies left of its place: the start of one that reads leftwards is its right end."""
    shift = _SHIFTS.get(node.get(_ANCHOR), 0.0)
    return 1.0 - shift if node.get(_DIRECTION) == "rtl" else shift


def _show(stream: Any, layout: Any, style: Any, baseline: float, x: float, y: float) -> None:
    drawn = importlib.import_module("weasyprint.draw.text")
    matrix = importlib.import_module("weasyprint.matrix").Matrix(d=-1, e=x, f=y)
    box = importlib.import_module("weasyprint.svg.text").TextBox(layout, style)
    box.baseline = baseline
    layout.reactivate(style)
    drawn.draw_first_line(stream, box, "none", "none", matrix)


def _style(svg: Any, node: Any, font_size: float) -> Any:
    """Return the computed style of a text, from its own attributes."""
    initial = importlib.import_module("weasyprint.css.properties").INITIAL_VALUES
    style = importlib.import_module("weasyprint.svg.text").Style(initial)
    style.font_config = svg.font_config
    style["font_family"] = [name.strip(" \"'") for name in node.get("font-family", "sans-serif").split(",")]
    style["font_style"] = node.get("font-style", "normal")
    style["font_weight"] = _weight(node.get("font-weight", "400"))
    style["font_size"] = font_size
    style["direction"] = "rtl" if node.get(_DIRECTION) == "rtl" else "ltr"
    style["lang"] = node.get(_LANGUAGE) or None
    return style


def _weight(name: str) -> int:
    named = {"normal": 400, "bold": 700}.get(name, name)
    return int(named) if str(named).isdigit() else 400
