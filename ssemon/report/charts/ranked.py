"""Ranked bars in columns beside each other: many units on one scale from zero, each with its number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.measure import fitted, width_of

_ROW, _THICK, _TOP = 17.0, 9.0, 1.0
_GAP, _BETWEEN = 7.0, 22.0
_MOST_NAME, _SHORTEST = 0.45, 12.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """One unit. `note` is a short text behind the number, such as its share of a whole."""

    label: str
    value: float
    note: str = ""


def ranked(
    rows: Sequence[Ranked],
    *,
    title: str,
    fmt: Callable[[float], str],
    columns: int = 1,
    width: float = tokens.WIDTH,
) -> Markup:
    """Draw a bar a unit in the order given, down the first column, then down the next.

    Units:   all columns have one scale, from zero to the largest value; a value below zero has no bar.
    Missing: a unit without a value has no row: the page names it.
    """
    high = max(ceil(len(rows) / max(columns, 1)), 1)
    across = ceil(len(rows) / high) or 1
    room = (width - _BETWEEN * (across - 1)) / across
    measures = _measures(rows, fmt, room)
    parts = [
        part
        for place, row in enumerate(rows)
        for part in _row(row, place // high * (room + _BETWEEN), _TOP + _ROW * (place % high + 0.5), measures, fmt)
    ]
    spoken = "; ".join(f"{row.label}: {fmt(row.value)}" + (f" ({row.note})" if row.note else "") for row in rows)
    return svg.figure(width, _TOP + _ROW * high + 2, parts, title=title, description=spoken)


@dataclass(frozen=True, slots=True)
class _Measures:
    """Where a row's parts stand, from its left edge."""

    names: float
    bar: float
    length: float
    most: float
    numbers: float
    end: float


def _measures(rows: Sequence[Ranked], fmt: Callable[[float], str], room: float) -> _Measures:
    names = min(max((width_of(row.label, tokens.NORMAL) for row in rows), default=0) * 1.05, room * _MOST_NAME)
    notes = max((width_of(row.note, tokens.SMALL) for row in rows), default=0)
    numbers = max((width_of(fmt(row.value), tokens.NORMAL, bold=True) for row in rows), default=0)
    right = room - (notes + _GAP if notes else 0)
    start = names + _GAP
    length = max(right - numbers - _GAP - start, _SHORTEST)
    return _Measures(names, start, length, max((row.value for row in rows), default=0), right, room)


def _row(row: Ranked, left: float, y: float, at: _Measures, fmt: Callable[[float], str]) -> Iterator[str]:
    yield svg.text(left, y, fitted(row.label, at.names, tokens.NORMAL), size=tokens.NORMAL, fill=tokens.INK)
    share = row.value / at.most if at.most > 0 else 0.0
    if share > 0:
        yield svg.rect(left + at.bar, y - _THICK / 2, max(at.length * share, 1.0), _THICK, tokens.MAIN)
    number = fmt(row.value)
    yield svg.text(left + at.numbers, y, number, size=tokens.NORMAL, fill=tokens.INK, anchor="end", bold=True)
    if row.note:
        yield svg.text(left + at.end, y, row.note, anchor="end")
