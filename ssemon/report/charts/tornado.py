"""A tornado: what one result would gain or lose if each of its inputs stood elsewhere, the widest at the top.

To the right of the line of today stands what could be won: in full colour up to the nearer aim, pale up to the further
one. To the left stands what is held: what would be lost at the reference, outlined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.measure import width_of, wrapped
from ssemon.report.charts.scale import Scale, ticks

_ROW, _THICK, _TOP, _FOOT, _LEGEND = 21.0, 11.0, 18.0, 20.0, 18.0
_LINES, _LINE, _BETWEEN = 3, 13.1, 8.0
_GAP, _LEAST = 12.0, 0.05
# The names take at most this share of the chart.
_MOST_NAME = 0.46


@dataclass(frozen=True, slots=True)
class Swing:
    """One input. Units: changes of the result, in its own unit; `reference` below 0 is a loss, above it a gain.

    Missing: None where an aim is behind the input already, or there is none.
    """

    label: str
    near: float | None
    far: float | None
    reference: float | None = None


@dataclass(frozen=True, slots=True)
class Legend:
    """What the three aims are called, and what the line in the middle stands for."""

    near: str
    far: str
    lost: str
    gained: str
    today: str


def tornado(
    rows: Sequence[Swing],
    legend: Legend,
    *,
    title: str,
    fmt: Callable[[float], str],
    width: float = tokens.WIDTH,
    no_data: str = "..",
) -> Markup:
    """Draw a bar a row to both sides of one line; the rows keep their order, the caller puts the widest first.

    Units:   `fmt` writes a change with its sign; `width` in CSS pixels.
    Missing: a row with nothing to gain or lose keeps its place, without a bar.
    """
    names = min(max((width_of(row.label, tokens.NORMAL) for row in rows), default=0) * 1.05, width * _MOST_NAME)
    known = [value for row in rows for value in (row.near, row.far, row.reference) if svg.is_known(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    span = (low, high if high - low > _LEAST else low + 1.0)
    room = max((width_of(fmt(value), tokens.NORMAL, bold=True) for value in known), default=20.0)
    scale = Scale(*span, names + _GAP + (room + 6 if low < 0 else 0), width - room - 6)
    edges = list(accumulate((_height(row, names) for row in rows), initial=_TOP))
    bottom = edges[-1]
    zero = scale(0.0)
    parts = [*_axis(scale, span, bottom, fmt), _today(legend.today, zero, width)]
    for row, (top, foot) in zip(rows, pairwise(edges), strict=True):
        parts.append(_row(row, (top + foot) / 2, names, scale, fmt))
    parts.append(svg.line(zero, _TOP - 4, zero, bottom + 3, tokens.INK, 1.4))
    explained, height = _legend(rows, legend, bottom + _FOOT + _LEGEND / 2, width)
    spoken = "; ".join(_spoken(row, legend, fmt, no_data) for row in rows)
    return svg.figure(width, height, [*parts, *explained], title=title, description=spoken)


def _today(text: str, x: float, width: float) -> str:
    """Return what stands over the line of today, inside the chart."""
    half = width_of(text, tokens.SMALL, bold=True) / 2
    return svg.text(min(max(x, half), width - half), _TOP / 2 - 2, text, anchor="middle", bold=True)


def _height(row: Swing, room: float) -> float:
    return max(_ROW, _LINE * len(wrapped(row.label, room, tokens.NORMAL, lines=_LINES)) + _BETWEEN)


def _axis(scale: Scale, span: tuple[float, float], bottom: float, fmt: Callable[[float], str]) -> Iterator[str]:
    for mark in ticks(span, 5):
        x = scale(mark)
        yield svg.line(x, _TOP - 2, x, bottom + 3, tokens.GRID)
        yield svg.text(x, bottom + 11, fmt(mark), anchor="middle")


def _row(row: Swing, y: float, names: float, scale: Scale, fmt: Callable[[float], str]) -> str:
    parts, top, zero = [svg.label(0, y, row.label, names, lines=_LINES)], y - _THICK / 2, scale(0.0)
    for value, fill in ((row.far, tokens.SOFT), (row.near, tokens.MAIN)):
        if svg.is_known(value) and value > 0:
            parts.append(svg.rect(zero, top, scale(value) - zero, _THICK, fill))
    reference = row.reference
    if svg.is_known(reference) and reference < 0:
        x = scale(reference)
        parts.append(svg.rect(x, top + 0.5, zero - x, _THICK - 1, tokens.ACCENT_SOFT, stroke=tokens.ACCENT))
        parts.append(svg.text(x - 5, y, fmt(reference), size=tokens.SMALL, anchor="end"))
    elif svg.is_known(reference) and reference > 0:
        parts.append(_tick(scale(reference), y))
    most = max((value for value in (row.near, row.far) if svg.is_known(value)), default=None)
    if most is not None and most > 0:
        parts.append(svg.text(scale(most) + 6, y, fmt(most), size=tokens.NORMAL, fill=tokens.INK, bold=True))
    return "".join(parts)


def _tick(x: float, y: float) -> str:
    """Return the mark of the reference where it is a gain: dark, with a pale edge so that it shows on a bar."""
    half = _THICK / 2 + 4
    return svg.line(x, y - half, x, y + half, tokens.PAPER, 4) + svg.line(x, y - half, x, y + half, tokens.ACCENT, 2)


def _legend(rows: Sequence[Swing], legend: Legend, y: float, width: float) -> tuple[list[str], float]:
    """Return what the colours mean, of those that are drawn, in as many lines as it needs, and where it ends."""
    lost = any(svg.is_known(row.reference) and row.reference < 0 for row in rows)
    entries = (
        (_box(tokens.MAIN), legend.near, any(_is_drawn(row.near) for row in rows)),
        (_box(tokens.SOFT), legend.far, any(_is_drawn(row.far) for row in rows)),
        (_box(tokens.ACCENT_SOFT, tokens.ACCENT), legend.lost, lost),
        (_line_mark, legend.gained, any(_is_drawn(row.reference) for row in rows)),
    )
    parts, x = [], 0.0
    for mark, name, drawn in entries:
        if not drawn:
            continue
        room = 23 + width_of(name, tokens.SMALL)
        if x and x + room > width:
            x, y = 0.0, y + _LEGEND
        parts += [mark(x, y), svg.short(x + 23, y, name, width - x - 23)]
        x += room + 16
    return parts, y + (_LEGEND / 2 if parts else 0)


def _box(fill: str, stroke: str = "") -> Callable[[float, float], str]:
    """What draws a colour of the legend: its left end and its middle."""
    edge = 0.5 if stroke else 0.0
    return lambda x, y: svg.rect(x + edge, y - 5 + edge, 18 - 2 * edge, 10 - 2 * edge, fill, stroke=stroke)


def _line_mark(x: float, y: float) -> str:
    return svg.line(x + 9, y - 6, x + 9, y + 6, tokens.ACCENT, 2)


def _is_drawn(value: float | None) -> bool:
    return svg.is_known(value) and value > 0


def _spoken(row: Swing, legend: Legend, fmt: Callable[[float], str], no_data: str) -> str:
    kind = legend.lost if svg.is_known(row.reference) and row.reference < 0 else legend.gained
    named = ((legend.near, row.near), (legend.far, row.far), (kind, row.reference))
    told = [f"{name} {fmt(value)}" for name, value in named if svg.is_known(value)]
    return f"{row.label}: {', '.join(told) or no_data}"
