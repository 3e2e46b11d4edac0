"""Slopes: each unit's place in a first and in a last year, with the interval of the last, so that a move can be judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.measure import fitted, width_of, wrapped
from ssemon.report.charts.scale import Range, Scale
from ssemon.report.charts.words import ENGLISH, ChartWords

_ROW, _TOP, _FOOT, _GAP, _RADIUS = 20.0, 26.0, 8.0, 12.0, 3.6
_MOST_NAME, _LEGEND_LINE, _SAMPLE = 0.3, 17.0, 26.0
_ABSENT_LINES = 3
# So many rows fill a page; of more units only those that moved furthest are named, the others are thin lines.
_MOST_ROWS, _MOST_NAMED = 40, 34
# Air enough that a few units still show how steep their lines are.
_LEAST_ROWS = 5
# How a move looks: colour, width, dash. The last is a move that may be none.
_PENS = ((tokens.MAIN, 2.2, ""), (tokens.ACCENT, 2.2, "7 3"), (tokens.GREY, 1.2, "2 2.5"))


@dataclass(frozen=True, slots=True)
class Slope:
    """One unit. Missing: without a value in both years it has no line and is named below the chart.

    `low` and `high` are the ends of the last year's interval. `sure` is false for a move that may be none.
    """

    label: str
    start: float | None
    end: float | None
    low: float | None = None
    high: float | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class _Columns:
    names: float
    left: float
    right: float
    interval: float
    room: float


def slopes(
    rows: Sequence[Slope],
    *,
    title: str,
    heads: tuple[str, str],
    legend: tuple[str, str, str],
    scale: Range,
    fmt: Callable[[float], str],
    width: float = tokens.WIDTH,
    words: ChartWords = ENGLISH,
) -> Markup:
    """Draw a line a unit from its value in the first year to that in the last; names stand at both ends.

    Shape:   `legend` names a move up, one down and one that is not sure, in that order.
    Units:   `scale` is (bottom, top): ranks are drawn with the first of them on top by giving (last, 1).
    Missing: units without both values are named below.
    """
    there = [row for row in rows if svg.is_known(row.start) and svg.is_known(row.end)]
    named = _named(there)
    columns = _columns(named, width, fmt, words)
    bottom = _TOP + _ROW * min(max(len(there), _LEAST_ROWS), _MOST_ROWS)
    upwards = Scale(*scale, bottom - _ROW / 2, _TOP + _ROW / 2)
    if scale[0] > scale[1]:
        upwards = Scale(scale[1], scale[0], _TOP + _ROW / 2, bottom - _ROW / 2)
    parts = [*_frame(columns, heads, bottom), _thin([row for row in there if row not in named], columns, upwards)]
    for row in sorted(named, key=lambda row: row.sure):
        parts += _drawn(row, columns, upwards, scale)
    parts += _names(named, columns, upwards, bottom, fmt, words)
    if not there:
        parts.append(svg.text(width / 2, (_TOP + bottom) / 2, words.no_data, size=tokens.NORMAL, anchor="middle"))
    absent = [row.label for row in rows if not (svg.is_known(row.start) and svg.is_known(row.end))]
    explained, foot = _below(absent, legend if there else (), bottom + _FOOT, width, words)
    parts += explained
    spoken = "; ".join(_spoken(row, heads, fmt, words) for row in rows)
    return svg.figure(width, foot, parts, title=title, description=spoken)


def _named(rows: Sequence[Slope]) -> list[Slope]:
    """Return the units that have room for their names, in the order given."""
    if len(rows) <= _MOST_ROWS:
        return list(rows)
    furthest = sorted(rows, key=lambda row: -abs((row.end or 0.0) - (row.start or 0.0)))[:_MOST_NAMED]
    return [row for row in rows if row in furthest]


def _thin(rows: Sequence[Slope], columns: _Columns, upwards: Scale) -> str:
    """Return the lines of the units without a name, as one path."""
    ends = ((upwards(row.start or 0.0), upwards(row.end or 0.0)) for row in rows)
    left, right = svg.number(columns.left), svg.number(columns.right)
    data = "".join(f"M{left} {svg.number(start)}L{right} {svg.number(end)}" for start, end in ends)
    return svg.path(data, "none", stroke=tokens.RULE, width=0.6)


def _columns(rows: Sequence[Slope], width: float, fmt: Callable[[float], str], words: ChartWords) -> _Columns:
    name = max((width_of(row.label, tokens.NORMAL) for row in rows), default=0) * 1.05
    values = [(fmt(row.start or 0.0), fmt(row.end or 0.0)) for row in rows]
    number = max((width_of(text, tokens.NORMAL, bold=True) for pair in values for text in pair), default=0) + 8
    interval = max((width_of(_interval_of(row, fmt, words), tokens.SMALL) for row in rows), default=0) * 1.05
    interval += _GAP if interval else 0
    room = min(name, width * _MOST_NAME, (width - 2 * number - interval - 60) / 2)
    left = room + number + _GAP
    return _Columns(room, left, width - left - interval, interval, room)


def _frame(columns: _Columns, heads: tuple[str, str], bottom: float) -> Iterator[str]:
    for x, head, anchor in ((columns.left, heads[0], "end"), (columns.right, heads[1], "start")):
        yield svg.line(x, _TOP - 6, x, bottom, tokens.RULE)
        yield svg.text(x, _TOP - 15, head, fill=tokens.INK, anchor=anchor, bold=True)


def _drawn(row: Slope, columns: _Columns, upwards: Scale, scale: Range) -> Iterator[str]:
    start, end = upwards(row.start or 0.0), upwards(row.end or 0.0)
    rises = end < start or (end == start and scale[0] <= scale[1])
    colour, width, dash = _PENS[2 if not row.sure else 0 if rises else 1]
    if svg.is_known(row.low) and svg.is_known(row.high):
        ends = sorted((upwards(row.low), upwards(row.high)))
        yield svg.line(columns.right, ends[0], columns.right, ends[1], tokens.GRID, 5)
    yield svg.line(columns.left, start, columns.right, end, colour, width, dash)
    yield svg.circle(columns.left, start, _RADIUS, colour, stroke=tokens.PAPER)
    yield svg.circle(columns.right, end, _RADIUS, colour, stroke=tokens.PAPER)


def _names(
    rows: Sequence[Slope],
    columns: _Columns,
    upwards: Scale,
    bottom: float,
    fmt: Callable[[float], str],
    words: ChartWords,
) -> Iterator[str]:
    """Write the names at both ends, moved apart where values are close."""
    for row, y in _apart([(row, upwards(row.start or 0.0)) for row in rows], bottom):
        value = svg.text(columns.left - 8, y, fmt(row.start or 0.0), size=tokens.NORMAL, fill=tokens.INK, anchor="end", bold=True)  # fmt: skip
        name = fitted(row.label, columns.room, tokens.NORMAL)
        yield value + svg.text(0, y, name, size=tokens.NORMAL, fill=tokens.INK)
    for row, y in _apart([(row, upwards(row.end or 0.0)) for row in rows], bottom):
        x = columns.right + 8
        shown, interval = fmt(row.end or 0.0), _interval_of(row, fmt, words)
        yield svg.text(x, y, shown, size=tokens.NORMAL, fill=tokens.INK, bold=True)
        number = columns.left - columns.room - _GAP
        if interval:
            yield svg.text(x + number, y, interval)
        name = fitted(row.label, columns.room, tokens.NORMAL)
        yield svg.text(x + number + columns.interval, y, name, size=tokens.NORMAL, fill=tokens.INK)


def _apart(rows: Sequence[tuple[Slope, float]], bottom: float) -> list[tuple[Slope, float]]:
    """Move names apart, no further than they need, and keep them inside."""
    step = min(_ROW * 0.75, (bottom - _TOP) / max(len(rows), 1))
    ordered = sorted(rows, key=lambda pair: (pair[1], pair[0].label))
    places: list[float] = []
    for _, y in ordered:
        places.append(max(y, places[-1] + step) if places else y)
    floor = bottom - step / 2
    for place in reversed(range(len(places))):
        places[place] = min(places[place], floor)
        floor = places[place] - step
    return [(row, y) for (row, _), y in zip(ordered, places, strict=True)]


def _interval_of(row: Slope, fmt: Callable[[float], str], words: ChartWords) -> str:
    if not (svg.is_known(row.low) and svg.is_known(row.high)):
        return ""
    return words.between.format(low=fmt(row.low), high=fmt(row.high))


def _below(
    absent: Sequence[str], legend: Sequence[str], y: float, width: float, words: ChartWords
) -> tuple[list[str], float]:
    """Return the legend and the names of the units without a line, and where they end."""
    parts, x = [], 0.0
    for name, (colour, thick, dash) in zip(legend, _PENS, strict=False):
        room = _SAMPLE + 6 + width_of(name, tokens.SMALL) + 20
        if x and x + room > width:
            x, y = 0.0, y + _LEGEND_LINE
        parts += [svg.line(x, y + 6, x + _SAMPLE, y + 6, colour, thick, dash), svg.text(x + _SAMPLE + 6, y + 6, name)]
        x += room
    y += _LEGEND_LINE if legend else 0
    if absent:
        said = f"{words.not_available}: " + ", ".join(absent)
        for line in wrapped(said, width, tokens.SMALL, lines=_ABSENT_LINES):
            parts.append(svg.text(0, y + 6, line))
            y += _LEGEND_LINE * 0.8
    return parts, y + 2


def _spoken(row: Slope, heads: tuple[str, str], fmt: Callable[[float], str], words: ChartWords) -> str:
    start, end = (fmt(value) if svg.is_known(value) else words.no_data for value in (row.start, row.end))
    interval = _interval_of(row, fmt, words)
    aside = f" ({words.interval} {interval})" if interval and svg.is_known(row.end) else ""
    return f"{row.label}: {heads[0]} {start}, {heads[1]} {end}{aside}"
