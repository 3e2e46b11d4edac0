"""Sensitivity: what each choice does to a result by itself, and together with all others, each with its interval."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.measure import width_of
from ssemon.report.charts.scale import Range, Scale, ticks
from ssemon.report.charts.words import ENGLISH, ChartWords

_ROW, _THICK, _TOP, _FOOT, _GAP = 36.0, 11.0, 4.0, 20.0, 12.0
_MOST_NAME, _LEGEND = 0.36, 20.0


@dataclass(frozen=True, slots=True)
class Index:
    """One share of the variance with its interval. Missing: None is not drawn and printed as `..`."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Influence:
    """One choice: its effect by itself, and its effect with all interactions."""

    label: str
    alone: Index
    together: Index


def influences(
    rows: Sequence[Influence],
    *,
    title: str,
    names: tuple[str, str],
    fmt: Callable[[float], str],
    scale: Range = (0, 1),
    width: float = tokens.WIDTH,
    words: ChartWords = ENGLISH,
) -> Markup:
    """Draw two bars a choice, dark for its own effect, pale for the whole, each with a whisker.

    Units:   shares of the variance; an estimate may lie a little outside 0 to 1 and is then cut off at the end.
             `names` say what the two bars are.
    Missing: `..` stands where the bar would.
    """
    room = min(max((width_of(row.label, tokens.NORMAL) for row in rows), default=0) * 1.05, width * _MOST_NAME)
    shown = [_shown(index, fmt, words) for row in rows for index in (row.alone, row.together)]
    number = max((width_of(text, tokens.NORMAL, bold=True) for text in shown), default=0)
    across = Scale(*scale, room + _GAP, width - number - _GAP)
    bottom = _TOP + _ROW * len(rows)
    parts = list(_axis(across, scale, bottom, fmt))
    for place, row in enumerate(rows):
        y = _TOP + _ROW * (place + 0.5)
        parts.append(svg.label(0, y, row.label, room))
        for index, at, fill in (
            (row.alone, y - _THICK / 2 - 1, tokens.MAIN),
            (row.together, y + _THICK / 2 + 1, tokens.SOFT),
        ):
            parts += _bar(index, at, fill, across, words)
            parts.append(svg.text(width, at, _shown(index, fmt, words), fill=tokens.INK, anchor="end"))
    parts += _legend(across.start, bottom + _FOOT + 8, names, words)
    spoken = "; ".join(_spoken(row, names, fmt, words) for row in rows) or words.no_data
    return svg.figure(width, bottom + _FOOT + _LEGEND, parts, title=title, description=spoken)


def _shown(index: Index, fmt: Callable[[float], str], words: ChartWords) -> str:
    return fmt(index.value) if svg.is_known(index.value) else words.missing


def _bar(index: Index, y: float, fill: str, across: Scale, words: ChartWords) -> Iterator[str]:
    if not svg.is_known(index.value):
        yield svg.text(across.start, y, words.not_available)
        return
    length = max(across(index.value) - across.start, 1.0)
    yield svg.rect(across.start, y - _THICK / 2, length, _THICK, fill)
    if svg.is_known(index.low) and svg.is_known(index.high):
        yield _whisker(across(index.low), across(index.high), y)


def _whisker(start: float, end: float, y: float) -> str:
    lines = [(start, y, end, y), (start, y - 3, start, y + 3), (end, y - 3, end, y + 3)]
    pale = "".join(svg.line(*line, tokens.PAPER, 3.2) for line in lines)
    return pale + "".join(svg.line(*line, tokens.INK, 1.2) for line in lines)


def _axis(across: Scale, scale: Range, bottom: float, fmt: Callable[[float], str]) -> Iterator[str]:
    for mark in ticks(scale):
        yield svg.line(across(mark), _TOP, across(mark), bottom + 3, tokens.GRID)
        yield svg.text(across(mark), bottom + 11, fmt(mark), anchor="middle")


def _legend(x: float, y: float, names: tuple[str, str], words: ChartWords) -> Iterator[str]:
    for name, fill in zip(names, (tokens.MAIN, tokens.SOFT), strict=True):
        yield svg.rect(x, y - 5, 14, 10, fill) + svg.text(x + 20, y, name)
        x += 20 + width_of(name, tokens.SMALL) + 20
    yield _whisker(x + 1, x + 19, y) + svg.text(x + 26, y, words.interval)


def _spoken(row: Influence, names: tuple[str, str], fmt: Callable[[float], str], words: ChartWords) -> str:
    said = []
    for name, index in zip(names, (row.alone, row.together), strict=True):
        value = fmt(index.value) if svg.is_known(index.value) else words.no_data
        if svg.is_known(index.value) and svg.is_known(index.low) and svg.is_known(index.high):
            value += f" ({words.interval} {words.between.format(low=fmt(index.low), high=fmt(index.high))})"
        said.append(f"{name} {value}")
    return f"{row.label}: " + ", ".join(said)
