"""The words that charts are drawn with: shapes as text, escaped, with coordinates of two decimals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeGuard

from markupsafe import Markup, escape

from ssemon.report.charts import tokens
from ssemon.report.charts.measure import fitted, on_one_line, wrapped

# From a line's baseline to the middle of its figures, in sizes (Noto Sans has capitals of 0.714).
_MIDDLE = 0.357
_LEADING = 1.22
_HATCH_STEP = 4.0
# No measurement is larger; beyond it the arithmetic of a scale overflows.
_INFINITE = 1e100
# Characters that XML forbids, even escaped.
_FORBIDDEN = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])

Point = tuple[float, float]


def is_known(value: float | None) -> TypeGuard[float]:
    """Return whether there is a number to draw: None, NaN, and what is as good as infinite are missing."""
    return value is not None and abs(value) < _INFINITE


def number(value: float) -> str:
    """Return a coordinate as short text.

    >>> number(3.0), number(2.345), number(-0.001)
    ('3', '2.35', '0')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def plain(text: str) -> str:
    """Return a text safe to stand in XML: escaped, on one line, without characters that XML forbids."""
    return str(escape(on_one_line(str(text).translate(_FORBIDDEN))))


def figure(width: float, height: float, parts: Iterable[str], *, title: str, description: str) -> Markup:
    """Return a finished chart with its text alternative."""
    size = f'width="{number(width)}" height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" {size} font-family="{tokens.FONT}">'
    words = f"<title>{plain(title)}</title><desc>{plain(description)}</desc>"
    return Markup(head + words + "".join(parts) + "</svg>")  # noqa: S704 - `plain` has escaped every text


def rect(x: float, y: float, width: float, height: float, fill: str, *, stroke: str = "", radius: float = 0) -> str:
    """Return a rectangle."""
    size = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    rounded = f' rx="{number(radius)}"' if radius else ""
    return f'<rect {size} fill="{fill}"{rounded}{_stroke(stroke, 1)}/>'


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1, dash: str = "") -> str:
    """Return a straight line."""
    ends = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
    return f"<line {ends}{_stroke(colour, width, dash)}/>"


def polyline(points: Sequence[Point], colour: str, width: float = 1, dash: str = "") -> str:
    """Return a line through points."""
    listed = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    joins = ' stroke-linejoin="round" stroke-linecap="round"' if not dash else ' stroke-linejoin="round"'
    return f'<polyline points="{listed}" fill="none"{_stroke(colour, width, dash)}{joins}/>'


def polygon(points: Sequence[Point], fill: str) -> str:
    """Return a closed shape."""
    listed = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return f'<polygon points="{listed}" fill="{fill}"/>'


def path(data: str, fill: str, *, stroke: str = "", width: float = 1) -> str:
    """Return a path."""
    return f'<path d="{data}" fill="{fill}" fill-rule="evenodd"{_stroke(stroke, width)}/>' if data else ""


def circle(x: float, y: float, radius: float, fill: str, *, stroke: str = "", width: float = 1) -> str:
    """Return a circle."""
    place = f'cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"'
    return f'<circle {place} fill="{fill}"{_stroke(stroke, width)}/>'


def text(
    x: float,
    y: float,
    label: str,
    *,
    size: float = tokens.SMALL,
    fill: str = tokens.MUTED,
    anchor: str = "start",
    bold: bool = False,
    turned: bool = False,
) -> str:
    """Return a text whose figures have their middle at `y`; turned, it reads upwards from there."""
    if turned:
        place = f'x="0" y="{number(size * _MIDDLE)}" transform="translate({number(x)} {number(y)}) rotate(-90)"'
    else:
        place = f'x="{number(x)}" y="{number(y + size * _MIDDLE)}"'
    weight = ' font-weight="700"' if bold else ""
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text {place} font-size="{number(size)}" fill="{fill}"{weight}{side}>{plain(label)}</text>'


def label(
    x: float,
    y: float,
    name: str,
    room: float,
    *,
    size: float = tokens.NORMAL,
    fill: str = tokens.INK,
    bold: bool = False,
    lines: int = 2,
) -> str:
    """Return a name in its room, around `y`: in one line, or in two, or cut with an ellipsis."""
    rows = wrapped(name, room, size, bold=bold, lines=lines)
    top = y - (len(rows) - 1) * size * _LEADING / 2
    return "".join(
        text(x, top + place * size * _LEADING, row, size=size, fill=fill, bold=bold) for place, row in enumerate(rows)
    )


def short(x: float, y: float, name: str, room: float, *, anchor: str = "start", fill: str = tokens.MUTED) -> str:
    """Return a small text, cut to its room."""
    return text(x, y, fitted(name, room, tokens.SMALL), anchor=anchor, fill=fill)


def hatched(x: float, y: float, width: float, height: float, *, ground: str = tokens.PAPER) -> str:
    """Return a rectangle with slanting lines: no value here."""
    box = rect(x, y, width, height, ground, stroke=tokens.RULE)
    return box + path(slanted(x, y, width, height), "none", stroke=tokens.RULE, width=0.8)


def slanted(x: float, y: float, width: float, height: float) -> str:
    """Return the path of slanting lines across a rectangle."""
    lines = []
    offset = _HATCH_STEP
    while offset < width + height:
        start = (x + min(offset, width), y + max(offset - width, 0))
        end = (x + max(offset - height, 0), y + min(offset, height))
        lines.append(f"M{number(start[0])} {number(start[1])}L{number(end[0])} {number(end[1])}")
        offset += _HATCH_STEP
    return "".join(lines)


def _stroke(colour: str, width: float, dash: str = "") -> str:
    if not colour:
        return ""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f' stroke="{colour}" stroke-width="{number(width)}"{dashes}'
