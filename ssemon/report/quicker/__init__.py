"""The same bytes in less time: what WeasyPrint 70 works out again and again is worked out once.

Profiles of a report are flat, but for a few small functions that are called a hundred thousand times with the same
few hundred arguments, and for texts that are measured and drawn anew though the same text stood there before. Each
replacement here gives what the stock function gives (a test compares the bytes of whole reports), and hands on to it
whatever is not the plain case. Like `svgtext`, this reaches into private parts, so it is installed for the version it
was written for and for no other.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ssemon.report.quicker import boxes, charts, lines, styles, tables, texts, writing

WRITTEN_FOR = "70."


def install() -> bool:
    """Put the replacements in; say whether they are.

    Errors: none: another version of WeasyPrint keeps its own functions.
    """
    if not importlib.import_module("weasyprint").VERSION.startswith(WRITTEN_FOR):
        return False
    css = importlib.import_module("weasyprint.css")
    if getattr(css.ComputedStyle.__missing__, "quicker", False):
        return True
    _install_layout(css)
    _install_text()
    _install_charts()
    pydyf: Any = importlib.import_module("pydyf")
    writing.install(pydyf)
    return True


def _install_layout(css: Any) -> None:
    percent = importlib.import_module("weasyprint.layout.percent")
    structure = importlib.import_module("weasyprint.formatting_structure.boxes")
    styles.install(css)
    structure.Box.is_in_normal_flow = boxes.is_in_normal_flow
    _replace(percent.resolve_percentages, boxes.resolving(percent, structure))
    _replace(percent.resolve_radii_percentages, boxes.resolving_radii(percent.resolve_radii_percentages, structure))
    collapsed = importlib.import_module("weasyprint.layout.table")
    _replace(collapsed.collapse_table_borders, tables.collapsing(collapsed))
    float_ = importlib.import_module("weasyprint.layout.float")
    _replace(float_.avoid_collisions, boxes.avoiding(float_.avoid_collisions))


def _install_charts() -> None:
    utils = importlib.import_module("weasyprint.svg.utils")
    chart = importlib.import_module("weasyprint.svg").SVG
    chart.draw = charts.releasing(chart.draw)
    for stock, ours in (
        (utils.size, charts.sizing(utils)),
        (utils.normalize, charts.normalizing(utils)),
        (utils.color, charts.colouring(utils)),
        (utils.parse_url, charts.addressing(utils)),
    ):
        _replace(stock, ours, f"{utils.__package__}")


def _install_text() -> None:
    broken = importlib.import_module("weasyprint.text.line_break")
    drawn = importlib.import_module("weasyprint.draw.text")
    fonts = importlib.import_module("weasyprint.text.fonts")
    broken.Layout.setup = texts.setting_up(broken)
    _replace(broken.strut, texts.measuring_struts(broken.strut))
    _replace(broken.split_first_line, lines.splitting(broken))
    _replace(broken.can_break_text, lru_cache(lines.MOST)(broken.can_break_text))
    _replace(drawn.draw_first_line, lines.drawing(drawn, broken))
    fonts.FontConfiguration.add_font_face = lines.forgetting(fonts.FontConfiguration.add_font_face)


def _replace(stock: Callable[..., Any], ours: Callable[..., Any], package: str = "weasyprint") -> None:
    """Put a function in the place of another, wherever a package has imported it."""
    for name, module in list(sys.modules.items()):
        if name.startswith(package) and getattr(module, stock.__name__, None) is stock:
            setattr(module, stock.__name__, ours)
