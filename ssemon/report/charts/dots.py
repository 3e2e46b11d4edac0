"""Dot plot: units in a given order on one scale, with an interval where there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.measure import fitted, width_of
from ssemon.report.charts.scale import Range, Scale, marks_of
from ssemon.report.charts.words import ENGLISH, ChartWords

_ROW, _TOP, _FOOT, _GAP, _RADIUS = 19.0, 20.0, 4.0, 12.0, 4.2
_MOST_NAME, _MOST_NOTE = 0.42, 0.26
# Room at both ends where a row is marked by its ground.
_INSET = 6.0


@dataclass(frozen=True, slots=True)
class Dot:
    """One unit.

    Missing: without a value it keeps its row and says so, or says `absent`; without both ends there is no interval.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""
    emphasis: bool = False
    absent: str = ""


def dots(
    rows: Sequence[Dot],
    *,
    title: str,
    fmt: Callable[[float], str],
    axis: Callable[[float], str] | None = None,
    scale: Range = (0, 100),
    cuts: Sequence[float] = (),
    width: float = tokens.WIDTH,
    words: ChartWords = ENGLISH,
) -> Markup:
    """Draw a dot a unit, in the order given.

    Units:   `low` and `high` are the ends of an interval, in the unit of the values; `axis` writes the scale's numbers.
    Missing: "not available" and the unit's note stand where the dot would.
    """
    columns = _columns(rows, width, scale, fmt)
    bottom = _TOP + _ROW * len(rows)
    places = [(row, _TOP + _ROW * (place + 0.5)) for place, row in enumerate(rows)]
    parts = [svg.rect(0, y - _ROW / 2, width, _ROW, tokens.ACCENT_SOFT) for row, y in places if row.emphasis]
    parts += _axis(columns.scale, marks_of(scale, cuts), bottom, axis or fmt)
    for row, y in places:
        parts += [_name(row, y, columns), *_row(row, y, columns, fmt, words)]
    spoken = "; ".join(_spoken(row, fmt, words) for row in rows)
    return svg.figure(width, bottom + _FOOT, parts, title=title, description=spoken)


@dataclass(frozen=True, slots=True)
class _Columns:
    start: float
    names: float
    scale: Scale
    numbers: float
    notes: float
    end: float


def _columns(rows: Sequence[Dot], width: float, scale: Range, fmt: Callable[[float], str]) -> _Columns:
    start = _INSET if any(row.emphasis for row in rows) else 0.0
    end = width - start
    wide = max((width_of(row.label, tokens.NORMAL, bold=row.emphasis) for row in rows), default=0) * 1.05
    names = min(wide, width * _MOST_NAME)
    there = [(row.note, fmt(row.value)) for row in rows if svg.is_known(row.value)]
    notes = min(max((width_of(note, tokens.SMALL) for note, _ in there), default=0) * 1.05, width * _MOST_NOTE)
    right = end - (notes + _GAP if notes else 0)
    numbers = max((width_of(number, tokens.NORMAL, bold=True) for _, number in there), default=0)
    first = start + names + _GAP + _RADIUS
    axis = Scale(*scale, first, max(right - numbers - _GAP - _RADIUS, first + 40))
    return _Columns(start, names, axis, right, end - notes, end)


def _name(row: Dot, y: float, columns: _Columns) -> str:
    name = fitted(row.label, columns.names, tokens.NORMAL, bold=row.emphasis)
    return svg.text(columns.start, y, name, size=tokens.NORMAL, fill=tokens.INK, bold=row.emphasis)


def _axis(scale: Scale, marks: Sequence[float], bottom: float, fmt: Callable[[float], str]) -> list[str]:
    lines = [svg.line(scale(mark), _TOP - 4, scale(mark), bottom, tokens.GRID) for mark in marks]
    return lines + [svg.text(scale(mark), _TOP - 11, fmt(mark), anchor="middle") for mark in marks]


def _row(row: Dot, y: float, columns: _Columns, fmt: Callable[[float], str], words: ChartWords) -> Iterator[str]:
    scale = columns.scale
    if not svg.is_known(row.value):
        yield from _absent(row, y, columns, words)
        return
    colour, x = tokens.ACCENT if row.emphasis else tokens.MAIN, scale(row.value)
    # Leads the eye from the name to the dot.
    yield svg.line(scale.start, y, x, y, tokens.RULE, 0.8, "1 2.5")
    if svg.is_known(row.low) and svg.is_known(row.high):
        yield _interval(scale(row.low), scale(row.high), y, colour)
    yield svg.circle(x, y, _RADIUS, colour, stroke=tokens.PAPER)
    yield svg.text(columns.numbers, y, fmt(row.value), size=tokens.NORMAL, fill=tokens.INK, anchor="end", bold=True)
    if row.note:
        yield svg.short(columns.notes, y, row.note, columns.end - columns.notes)


def _absent(row: Dot, y: float, columns: _Columns, words: ChartWords) -> Iterator[str]:
    said = row.absent or (f"{words.not_available}: {row.note}" if row.note else words.not_available)
    said = fitted(said, columns.end - columns.scale.start, tokens.SMALL)
    ground = tokens.ACCENT_SOFT if row.emphasis else tokens.PAPER
    yield svg.rect(columns.scale.start - 2, y - 7, width_of(said, tokens.SMALL) + 6, 14, ground)
    yield svg.text(columns.scale.start, y, said)


def _interval(start: float, end: float, y: float, colour: str) -> str:
    ends = "".join(svg.line(x, y - 3.5, x, y + 3.5, colour, 1.2) for x in (start, end))
    return svg.line(start, y, end, y, colour, 1.6) + ends


def _spoken(row: Dot, fmt: Callable[[float], str], words: ChartWords) -> str:
    aside = [row.note] if row.note else []
    if svg.is_known(row.value) and svg.is_known(row.low) and svg.is_known(row.high):
        aside.insert(0, f"{words.interval} {words.between.format(low=fmt(row.low), high=fmt(row.high))}")
    value = fmt(row.value) if svg.is_known(row.value) else row.absent or words.not_available
    return f"{row.label}: {value}" + (f" ({', '.join(aside)})" if aside else "")
