"""A chart for a page that is read from right to left: its drawing is turned over, its letters and numbers are not."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from markupsafe import Markup

from ssemon.report.charts.svg import number

_SVG = "http://www.w3.org/2000/svg"
_SPOKEN = frozenset({f"{{{_SVG}}}title", f"{{{_SVG}}}desc"})
_TURNED = re.compile(r"^(translate\([^)]*\))")


def mirrored(chart: Markup) -> Markup:
    """Return a chart that begins at its right edge.

    The names stand on the right and the scale runs to the left, a time axis too. Each text keeps its place in the
    drawing and starts at its right end; a text that reads upwards stays as it is.
    """
    ET.register_namespace("", _SVG)
    figure = ET.fromstring(chart)  # noqa: S314  our own drawing
    drawn = [part for part in figure if part.tag not in _SPOKEN]
    turned = ET.Element(f"{{{_SVG}}}g", {"transform": f"translate({figure.get('width')} 0) scale(-1 1)"})
    for part in drawn:
        figure.remove(part)
        turned.append(part)
        for text in part.iter(f"{{{_SVG}}}text"):
            _turn_back(text)
    figure.append(turned)
    return Markup(ET.tostring(figure, encoding="unicode"))  # noqa: S704  escaped by the serialiser


def _turn_back(text: ET.Element) -> None:
    """Let a text be read although the drawing around it is turned over."""
    before = text.get("transform", "")
    if before:
        text.set("transform", _TURNED.sub(r"\1 scale(-1 1)", before))
        return
    text.set("transform", f"translate({number(2 * float(text.get('x', '0')))} 0) scale(-1 1)")
    text.set("direction", "rtl")
