"""Where one unit stands in the distribution of all: a line of points, one of them marked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.measure import width_of
from ssemon.report.charts.scale import Range, Scale, marks_of
from ssemon.report.charts.words import ENGLISH, ChartWords

_POINT, _MARKED = 2.2, 4.0
_ROW, _TOP, _FOOT, _GAP = 25.0, 3.0, 20.0, 12.0
_MOST_NAME, _LEGEND = 0.36, 16.0

Points = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Strip:
    """One row of a form with several: its name, and the value of each unit."""

    label: str
    points: Points


def strip(
    points: Points,
    *,
    emphasis: str,
    title: str,
    fmt: Callable[[float], str],
    scale: Range = (0, 100),
    width: float = 150.0,
    height: float = 15.0,
    words: ChartWords = ENGLISH,
) -> Markup:
    """Draw one line of points, small enough for a row of a table.

    Shape:   `points` is the value of each unit; `emphasis` names the one that is marked.
    Missing: a unit without a value has no point; without the marked one only the others show.
    """
    across = Scale(*scale, _MARKED + 1, width - _MARKED - 1)
    parts = _line(points, emphasis, across, height / 2, height - 3)
    spoken = _spoken(points, emphasis, fmt, words)
    return svg.figure(width, height, parts, title=title, description=spoken)


def strips(
    rows: Sequence[Strip],
    *,
    emphasis: str,
    emphasis_label: str,
    title: str,
    fmt: Callable[[float], str],
    scale: Range = (0, 100),
    cuts: Sequence[float] = (),
    width: float = tokens.WIDTH,
    words: ChartWords = ENGLISH,
) -> Markup:
    """Draw a line of points a row, on one scale, with the marked unit's value at its end.

    Units:   `emphasis` is the key of the marked unit in each row's points, `emphasis_label` its name in the legend.
    Missing: a row whose marked unit has no value ends in `..`.
    """
    names = min(max((width_of(row.label, tokens.NORMAL) for row in rows), default=0) * 1.05, width * _MOST_NAME)
    shown = [_shown(row.points.get(emphasis), fmt, words) for row in rows]
    numbers = max((width_of(text, tokens.NORMAL, bold=True) for text in shown), default=0)
    across = Scale(*scale, names + _GAP + _MARKED, max(width - numbers - _GAP - _MARKED, names + _GAP + 40))
    bottom = _TOP + _ROW * len(rows)
    parts = list(_axis(across, marks_of(scale, cuts), bottom, fmt))
    for place, (row, value) in enumerate(zip(rows, shown, strict=True)):
        y = _TOP + _ROW * (place + 0.5)
        parts.append(svg.label(0, y, row.label, names))
        parts += _line(row.points, emphasis, across, y, 15)
        parts.append(svg.text(width, y, value, size=tokens.NORMAL, fill=tokens.INK, anchor="end", bold=True))
    parts += _legend(across.start, bottom + _FOOT + _LEGEND / 2 - 2, emphasis_label, words)
    spoken = "; ".join(f"{row.label}: {_spoken(row.points, emphasis, fmt, words)}" for row in rows)
    return svg.figure(width, bottom + _FOOT + _LEGEND, parts, title=title, description=spoken)


def _values(points: Points) -> list[float]:
    return [value for value in points.values() if svg.is_known(value)]


def _shown(value: float | None, fmt: Callable[[float], str], words: ChartWords) -> str:
    return fmt(value) if svg.is_known(value) else words.missing


def _line(points: Points, emphasis: str, across: Scale, y: float, tall: float) -> Iterator[str]:
    yield svg.line(across.start, y, across.end, y, tokens.RULE)
    if not _values(points):
        yield svg.rect((across.start + across.end) / 2 - 8, y - 5, 16, 10, tokens.PAPER)
        yield svg.text((across.start + across.end) / 2, y - 1, ENGLISH.missing, anchor="middle")
        return
    for name, value in points.items():
        if name != emphasis and svg.is_known(value):
            yield svg.circle(across(value), y, _POINT, tokens.SOFT, stroke=tokens.PAPER, width=0.5)
    middle = across(median(_values(points)))
    yield svg.line(middle, y - tall / 2, middle, y + tall / 2, tokens.INK, 1.2)
    marked = points.get(emphasis)
    if svg.is_known(marked):
        yield svg.circle(across(marked), y, _MARKED, tokens.ACCENT, stroke=tokens.PAPER)


def _axis(scale: Scale, marks: Sequence[float], bottom: float, fmt: Callable[[float], str]) -> Iterator[str]:
    for mark in marks:
        yield svg.line(scale(mark), _TOP, scale(mark), bottom + 3, tokens.GRID)
        yield svg.text(scale(mark), bottom + 11, fmt(mark), anchor="middle")


def _legend(x: float, y: float, name: str, words: ChartWords) -> Iterator[str]:
    yield svg.circle(x + 4, y, _MARKED, tokens.ACCENT)
    yield svg.text(x + 13, y, name)
    x += 13 + width_of(name, tokens.SMALL) + 20
    yield svg.line(x, y - 5, x, y + 5, tokens.INK, 1.2)
    yield svg.text(x + 7, y, words.median)


def _spoken(points: Points, emphasis: str, fmt: Callable[[float], str], words: ChartWords) -> str:
    marked = points.get(emphasis)
    said = fmt(marked) if svg.is_known(marked) else words.no_data
    values = _values(points)
    if not values:
        return said
    spread = words.between.format(low=fmt(min(values)), high=fmt(max(values)))
    return f"{said} ({words.median} {fmt(median(values))}, {spread}, n = {len(values)})"
