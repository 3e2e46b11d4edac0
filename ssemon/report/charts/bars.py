"""Horizontal bars: one unit in several fields, each beside the group's median."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.measure import width_of, wrapped
from ssemon.report.charts.scale import Range, Scale, marks_of
from ssemon.report.charts.words import ENGLISH, ChartWords

_ROW, _THICK, _TOP, _FOOT, _LEGEND = 24.0, 11.0, 3.0, 20.0, 18.0
# A name takes up to so many lines of this height; a row keeps at least so much free between two names.
_LINES, _LINE, _BETWEEN = 4, 13.1, 8.0
_GAP = 12.0
# The names take at most this share of the chart, the notes this.
_MOST_NAME, _MOST_NOTE = 0.42, 0.2


@dataclass(frozen=True, slots=True)
class Bar:
    """One row. Missing: None is drawn hatched, with `absent`, else `..`, for its number; without a reference there is no tick.

    `low` and `high` are the ends of an interval, drawn where both are known and there is a value.
    """

    label: str
    value: float | None
    reference: float | None = None
    note: str = ""
    low: float | None = None
    high: float | None = None
    absent: str = ""


@dataclass(frozen=True, slots=True)
class _Columns:
    names: float
    scale: Scale
    numbers: float
    notes: float
    notes_room: float


def bars(
    rows: Sequence[Bar],
    *,
    title: str,
    fmt: Callable[[float], str],
    axis: Callable[[float], str] | None = None,
    reference_label: str = "",
    width: float = tokens.WIDTH,
    scale: Range = (0, 100),
    cuts: Sequence[float] = (),
    words: ChartWords = ENGLISH,
) -> Markup:
    """Draw a bar a row on one scale, with a tick where the group's median is and a whisker where there is an interval.

    Units:   `scale` and `cuts` are in the unit of the values; `width` in CSS pixels; `axis` writes the scale's numbers.
    Missing: a row without a value keeps its place, hatched.
    """
    columns = _columns(rows, width, scale, fmt, words)
    edges = list(accumulate((_height(row, columns.names) for row in rows), initial=_TOP))
    bottom = edges[-1]
    parts = [
        *_axis(columns.scale, marks_of(scale, cuts), bottom, axis or fmt),
        *(
            _row(row, (top + foot) / 2, columns, fmt, words)
            for row, (top, foot) in zip(rows, pairwise(edges), strict=True)
        ),
    ]
    height = bottom + _FOOT
    explained = list(_legend(rows, columns.scale.start, height + _LEGEND / 2 - 3, reference_label, words))
    parts += explained
    height += _LEGEND if explained else 0
    spoken = "; ".join(_spoken(row, reference_label, fmt, words) for row in rows)
    return svg.figure(width, height, parts, title=title, description=spoken)


def _height(row: Bar, room: float) -> float:
    lines = len(wrapped(row.label, room, tokens.NORMAL, lines=_LINES))
    return max(_ROW, _LINE * lines + _BETWEEN)


def _columns(
    rows: Sequence[Bar], width: float, scale: Range, fmt: Callable[[float], str], words: ChartWords
) -> _Columns:
    names = min(max((width_of(row.label, tokens.NORMAL) for row in rows), default=0) * 1.05, width * _MOST_NAME)
    notes = min(max((width_of(row.note, tokens.SMALL) for row in rows), default=0) * 1.05, width * _MOST_NOTE)
    shown = [fmt(row.value) if svg.is_known(row.value) else row.absent or words.missing for row in rows]
    numbers = max((width_of(text, tokens.NORMAL, bold=True) for text in shown), default=0)
    right = width - (notes + _GAP if notes else 0)
    end = max(right - numbers - _GAP, names + _GAP + 20)
    return _Columns(names, Scale(*scale, names + _GAP, end), right, width - notes, notes)


def _axis(scale: Scale, marks: Sequence[float], bottom: float, fmt: Callable[[float], str]) -> Iterator[str]:
    for mark in marks:
        x = scale(mark)
        yield svg.line(x, _TOP, x, bottom + 3, tokens.GRID)
        yield svg.text(x, bottom + 11, fmt(mark), anchor="middle")


def _row(row: Bar, y: float, columns: _Columns, fmt: Callable[[float], str], words: ChartWords) -> str:
    scale, top = columns.scale, y - _THICK / 2
    parts = [svg.label(0, y, row.label, columns.names, lines=_LINES)]
    if svg.is_known(row.value):
        length = scale(row.value) - scale.start
        parts.append(svg.rect(scale.start, top, max(length, 1.0), _THICK, tokens.MAIN))
        if _has_interval(row):
            parts.append(_whisker(scale(row.low or 0.0), scale(row.high or 0.0), y))
        number = svg.text(
            columns.numbers, y, fmt(row.value), size=tokens.NORMAL, fill=tokens.INK, anchor="end", bold=True
        )
    else:
        parts.append(svg.hatched(scale.start, top, scale.end - scale.start, _THICK))
        number = svg.text(columns.numbers, y, row.absent or words.missing, size=tokens.NORMAL, anchor="end")
    if svg.is_known(row.reference):
        parts.append(_tick(scale(row.reference), y))
    if row.note:
        parts.append(svg.short(columns.notes, y, row.note, columns.notes_room))
    return "".join([*parts, number])


def _tick(x: float, y: float) -> str:
    """Return the mark of the median: dark, with a pale edge so that it shows on a bar as well."""
    half = _THICK / 2 + 4
    return svg.line(x, y - half, x, y + half, tokens.PAPER, 4) + svg.line(x, y - half, x, y + half, tokens.ACCENT, 2)


def _has_interval(row: Bar) -> bool:
    return svg.is_known(row.value) and svg.is_known(row.low) and svg.is_known(row.high)


def _whisker(start: float, end: float, y: float) -> str:
    """Return an interval: dark, with a pale edge so that it shows on its bar as well as beyond it."""
    lines = [(start, y, end, y), (start, y - 3.5, start, y + 3.5), (end, y - 3.5, end, y + 3.5)]
    pale = "".join(svg.line(*line, tokens.PAPER, 3.4) for line in lines)
    return pale + "".join(svg.line(*line, tokens.INK, 1.4) for line in lines)


def _legend(rows: Sequence[Bar], x: float, y: float, reference: str, words: ChartWords) -> Iterator[str]:
    if reference and any(svg.is_known(row.reference) for row in rows):
        yield svg.line(x + 1, y - 5, x + 1, y + 5, tokens.ACCENT, 2) + svg.text(x + 8, y, reference)
        x += 8 + width_of(reference, tokens.SMALL) + 20
    if any(map(_has_interval, rows)):
        yield _whisker(x + 1, x + 19, y) + svg.text(x + 26, y, words.interval)


def _spoken(row: Bar, reference_label: str, fmt: Callable[[float], str], words: ChartWords) -> str:
    value = fmt(row.value) if svg.is_known(row.value) else row.absent or words.no_data
    aside = [f"{reference_label} {fmt(row.reference)}".strip()] if svg.is_known(row.reference) else []
    if _has_interval(row):
        ends = words.between.format(low=fmt(row.low or 0.0), high=fmt(row.high or 0.0))
        aside.append(f"{words.interval} {ends}")
    aside += [row.note] if row.note else []
    return f"{row.label}: {value}" + (f" ({', '.join(aside)})" if aside else "")
