"""Looks at a report as it is laid out and says what a reader would: cut, run over, on top of each other."""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import inf
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ssemon.report import pdf
from ssemon.report.pool import Job

# Pixels that rounding may cost, and that two letters may lean into each other.
_ROUNDING, _TOUCHING = 1.0, 1.5
# What letters reach above and below their line, in sizes; taller than a small letter, lower than a stacked one.
_ABOVE, _BELOW = 0.66, 0.18
# The estimate that charts make of a text's width may be wrong by so much before it is a fault.
_CHART_SLACK = 4.0
_SVG = "{http://www.w3.org/2000/svg}"
_CHART = re.compile(r"<svg\b.*?</svg>", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """A text where it stands."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other):
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > _TOUCHING and down > _TOUCHING


@dataclass(frozen=True)
class Look:
    """What is wrong with a report, its PDF, and what the program says of it."""

    faults: list[str]
    content: bytes
    facts: pdf.PdfFacts


def faults(job: Job) -> list[str]:
    """Return what is wrong with a report's pages and charts; nothing where all is well."""
    return look(job).faults


@lru_cache(maxsize=64)
def look(job: Job) -> Look:
    """Draw a report and look at it: one drawing for all tests that look at the same page."""
    kept: list[Any] = []

    def laid_out(*arguments: Any, **options: Any) -> Any:
        kept.append(stock(*arguments, **options))
        return kept[-1]

    stock = pdf.laid_out
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "laid_out", laid_out)
        content, facts = pdf.made(job.html, base=job.base, stylesheets=job.stylesheets)
    return Look(_faults(job, kept[-1], facts.missing_glyphs), content, facts)


def _faults(job: Job, document: Any, glyphs: Sequence[str]) -> list[str]:
    found = [f"no glyph: {list(glyphs)}"] if glyphs else []
    for number, page in enumerate(document.pages, start=1):
        found += [f"page {number}: {fault}" for fault in _of_page(page._page_box)]
    for chart in _CHART.findall(job.html):
        found += _of_chart(chart, job.language)
    return found


def _of_page(page):
    pieces, block = [], None
    edges = page.content_box_x(), page.content_box_x() + page.width
    foot = page.content_box_y() + page.height
    for box, block in _texts(page, None):
        if not box.text.strip(" •"):
            continue
        piece = _piece(box)
        pieces.append(piece)
        if _in_margin(box, block):
            continue
        left, right = (block.padding_box_x(), block.padding_box_x() + block.padding_width()) if block else edges
        if piece.left < left - _ROUNDING or piece.right > right + _ROUNDING:
            yield f"runs over its column by {max(left - piece.left, piece.right - right):.1f}: {piece.text!r}"
        if piece.left < edges[0] - _ROUNDING or piece.right > edges[1] + _ROUNDING or piece.bottom > foot + _ROUNDING:
            yield f"runs off the page: {piece.text!r}"
    for one, other in _on_top_of_each_other(pieces):
        yield f"{one.text!r} on top of {other.text!r}"


def _on_top_of_each_other(pieces):
    """The pairs that cover each other: of each piece, only those are asked that begin above its end."""
    below = sorted(pieces, key=lambda piece: piece.top)
    for place, one in enumerate(below):
        for other in islice(below, place + 1, None):
            if other.top >= one.bottom:
                break
            if one.covers(other):
                yield one, other


def _texts(box, block):
    boxes = importlib.import_module("weasyprint.formatting_structure.boxes")
    if isinstance(box, boxes.TextBox):
        yield box, block
        return
    inside = box if isinstance(box, boxes.BlockContainerBox) else block
    for child in getattr(box, "children", ()):
        yield from _texts(child, inside)


def _in_margin(box, block):
    boxes = importlib.import_module("weasyprint.formatting_structure.boxes")
    return isinstance(block, boxes.MarginBox)


def _piece(box):
    size, base = box.style["font_size"], box.position_y + box.baseline
    return Piece(box.text, box.position_x, base - _ABOVE * size, box.position_x + box.width, base + _BELOW * size)


def _of_chart(markup, language):
    figure = ET.fromstring(markup)
    width, height = float(figure.get("width")), float(figure.get("height"))
    pieces = []
    for text in figure.iter(f"{_SVG}text"):
        if "…" in (text.text or ""):
            yield f"cut in a chart: {text.text!r}"
        if "rotate" in text.get("transform", ""):
            continue
        piece = _drawn(text, language)
        pieces.append(piece)
        if (
            piece.left < -_CHART_SLACK
            or piece.right > width + _CHART_SLACK
            or piece.top < -1
            or piece.bottom > height + 1
        ):
            yield f"outside its chart by {max(-piece.left, piece.right - width):.1f}: {piece.text!r}"
    for one, other in _on_top_of_each_other(pieces):
        yield f"in a chart {one.text!r} on top of {other.text!r}"


def _drawn(text, language):
    """Where a chart's text stands. A turned-over chart is judged as it was before: it mirrors as a whole."""
    size, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
    wide = width_of(text.text or "", size, language, bold=text.get("font-weight") == "700")
    left = x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[text.get("text-anchor", "start")]
    return Piece(text.text or "", left, y - _ABOVE * size, left + wide, y + _BELOW * size)


def width_of(text, size, language, *, bold=False):
    """Return the width of a text as Pango sets it."""
    engine = pdf._engine()
    initial = importlib.import_module("weasyprint.css.properties").INITIAL_VALUES
    style = importlib.import_module("weasyprint.svg.text").Style(initial)
    style.font_config = engine.fonts
    style["font_family"], style["font_size"] = ["Noto Sans", "sans-serif"], size
    style["font_weight"], style["lang"] = 700 if bold else 400, language
    split = importlib.import_module("weasyprint.text.line_break").split_first_line
    return split(text, style, _Context(engine.fonts), inf, 0)[3]


class _Context:
    """As much of WeasyPrint's layout context as one line needs."""

    def __init__(self, fonts):
        self.font_config = fonts
        self.strut_layouts, self.hyphenation_cache, self.dictionaries = {}, {}, {}
