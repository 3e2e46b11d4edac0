"""Rank plot: units by rank, each with its interval, those whose order is not sure on one ground."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.measure import fitted, width_of
from ssemon.report.charts.scale import Scale, ticks
from ssemon.report.charts.words import ENGLISH, ChartWords

_ROW, _TOP, _FOOT, _GAP, _RADIUS = 19.0, 20.0, 4.0, 12.0, 4.2
_MOST_NAME, _MOST_GROUP = 0.36, 0.16
# The bar that holds a group together, beside its letter.
_BRACKET, _INSET = 3.0, 4.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """One unit. Missing: without a rank, or without both ends of its interval, nothing is drawn and the row says so.

    A rank is never drawn without its interval. Units of one `group` stand together; "" is no group.
    """

    label: str
    rank: int | None
    low: int | None = None
    high: int | None = None
    group: str = ""
    note: str = ""


def ranks(
    rows: Sequence[Ranked],
    *,
    title: str,
    last: int,
    fmt: Callable[[float], str],
    width: float = tokens.WIDTH,
    words: ChartWords = ENGLISH,
) -> Markup:
    """Draw a dot and an interval a unit, in the order given; the first rank is on the left.

    Shape:   every other group of more than one stands on a ground of its own, with a bar and its name.
    Units:   `last` is the greatest rank that there is.
    Missing: "not available" and the unit's note stand where the dot would.
    """
    columns = _columns(rows, width, last, fmt, words)
    bottom = _TOP + _ROW * len(rows)
    parts = [*_groups(rows, columns, width), *_axis(columns.scale, last, bottom, fmt)]
    for place, row in enumerate(rows):
        parts += _row(row, _TOP + _ROW * (place + 0.5), columns, fmt, words)
    spoken = "; ".join(_spoken(row, fmt, words) for row in rows)
    return svg.figure(width, bottom + _FOOT, parts, title=title, description=spoken)


@dataclass(frozen=True, slots=True)
class _Columns:
    group: float
    names: float
    room: float
    scale: Scale
    numbers: float
    intervals: float


def _columns(
    rows: Sequence[Ranked], width: float, last: int, fmt: Callable[[float], str], words: ChartWords
) -> _Columns:
    group = min(max((width_of(row.group, tokens.SMALL, bold=True) for row in rows), default=0), width * _MOST_GROUP)
    first = group + _BRACKET + _GAP if group else 0.0
    room = min(max((width_of(row.label, tokens.NORMAL) for row in rows), default=0) * 1.05, width * _MOST_NAME)
    shown = [(fmt(row.rank or 0), _interval_of(row, fmt, words)) for row in rows if _is_whole(row)]
    intervals = max((width_of(text, tokens.SMALL) for _, text in shown), default=0) * 1.05
    numbers = max((width_of(text, tokens.NORMAL, bold=True) for text, _ in shown), default=0)
    start, right = first + room + _GAP + _RADIUS, width - _INSET - intervals - _GAP / 2
    axis = Scale(1, max(last, 2), start, max(right - numbers - _GAP - _RADIUS, start + 40))
    return _Columns(group, first, room, axis, right, width - _INSET)


def _is_whole(row: Ranked) -> bool:
    """Whether a unit has all that it takes to be drawn."""
    return row.rank is not None and row.low is not None and row.high is not None


def _interval_of(row: Ranked, fmt: Callable[[float], str], words: ChartWords) -> str:
    return words.between.format(low=fmt(row.low or 0), high=fmt(row.high or 0))


def _groups(rows: Sequence[Ranked], columns: _Columns, width: float) -> Iterator[str]:
    place = 0
    for number, (group, members) in enumerate(groupby(rows, key=lambda row: row.group)):
        size = len(list(members))
        top, tall = _TOP + _ROW * place, _ROW * size
        if group and number % 2 == 0:
            yield svg.rect(0, top, width, tall, tokens.PANEL)
        if group:
            edge = columns.names - _GAP
            yield svg.rect(edge, top + 3, _BRACKET, tall - 6, tokens.MAIN if size > 1 else tokens.SOFT)
            name = fitted(group, columns.group, tokens.SMALL, bold=True)
            yield svg.text(edge - 5, top + tall / 2, name, fill=tokens.MAIN, anchor="end", bold=True)
        place += size


def _axis(scale: Scale, last: int, bottom: float, fmt: Callable[[float], str]) -> Iterator[str]:
    round_marks = [mark for mark in ticks((0, float(last)), 5) if 1 < mark < last and mark == int(mark)]
    room = (scale.end - scale.start) / 11
    inner = [mark for mark in round_marks if scale(mark) - scale.start > room and scale.end - scale(mark) > room]
    for mark in [1.0, *inner, float(last)] if last > 1 else [1.0]:
        yield svg.line(scale(mark), _TOP - 4, scale(mark), bottom, tokens.GRID)
        yield svg.text(scale(mark), _TOP - 11, fmt(mark), anchor="middle")


def _row(row: Ranked, y: float, columns: _Columns, fmt: Callable[[float], str], words: ChartWords) -> Iterator[str]:
    scale = columns.scale
    name = fitted(row.label, columns.room, tokens.NORMAL)
    yield svg.text(columns.names, y, name, size=tokens.NORMAL, fill=tokens.INK)
    if row.rank is None or row.low is None or row.high is None:
        said = f"{words.not_available}: {row.note}" if row.note else words.not_available
        yield svg.short(scale.start, y, said, columns.intervals - scale.start)
        return
    yield _interval(scale(row.low), scale(row.high), y)
    yield svg.circle(scale(row.rank), y, _RADIUS, tokens.MAIN, stroke=tokens.PAPER)
    yield svg.text(columns.numbers, y, fmt(row.rank), size=tokens.NORMAL, fill=tokens.INK, anchor="end", bold=True)
    yield svg.text(columns.intervals, y, _interval_of(row, fmt, words), anchor="end")


def _interval(start: float, end: float, y: float) -> str:
    left, right, top, foot = (svg.number(value) for value in (start, end, y - 3.5, y + 3.5))
    return svg.path(
        f"M{left} {svg.number(y)}H{right}M{left} {top}V{foot}M{right} {top}V{foot}",
        "none", stroke=tokens.MAIN, width=1.4,
    )  # fmt: skip


def _spoken(row: Ranked, fmt: Callable[[float], str], words: ChartWords) -> str:
    if row.rank is None or row.low is None or row.high is None:
        return f"{row.label}: {words.not_available}" + (f" ({row.note})" if row.note else "")
    aside = [f"{words.interval} {_interval_of(row, fmt, words)}", *([row.group] if row.group else [])]
    return f"{row.label}: {fmt(row.rank)} ({', '.join(aside)})"
