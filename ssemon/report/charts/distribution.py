"""A distribution: all units as a histogram, those that a page is about as labelled ticks above it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.measure import fitted, width_of, wrapped
from ssemon.report.charts.scale import Range, Scale, marks_of, share
from ssemon.report.charts.words import ENGLISH, ChartWords

_BINS, _FOOT, _LEVEL, _MOST_LEVELS, _TICK, _LABEL = 20, 20.0, 12.0, 10, 7.0, 70.0
# More labels than these cannot be told apart; the ticks alone are drawn then.
_MOST_LABELS = 40
_EDGE, _LEGEND_LINE, _ABSENT_LINES = 14.0, 16.0, 2


def distribution(
    values: Sequence[float],
    marked: Mapping[str, float | None],
    *,
    title: str,
    everyone: str,
    fmt: Callable[[float], str],
    axis: Callable[[float], str] | None = None,
    scale: Range = (0, 100),
    cuts: Sequence[float] = (),
    width: float = tokens.WIDTH,
    height: float = 74.0,
    words: ChartWords = ENGLISH,
) -> Markup:
    """Draw how often each part of the scale occurs among `values`, and where the marked units lie.

    Shape:   `marked` is the value by a short label; labels stand in rows where they would touch.
    Units:   as `scale`; `everyone` names the histogram in the legend, `height` is the histogram's own.
    Missing: a marked unit without a value is named below; without any value the chart says so.
    """
    across = Scale(*scale, _EDGE, width - _EDGE)
    there = sorted((value, name) for name, value in marked.items() if svg.is_known(value))
    levels = _levels(there, across) if len(there) <= _MOST_LABELS else []
    top = _LEVEL * (max((level for level in levels if level is not None), default=-1) + 1) + _TICK + 2
    bottom = top + height
    known = [value for value in values if svg.is_known(value)]
    parts = [
        *_axis(across, marks_of(scale, cuts), top, bottom, axis or fmt),
        *_histogram(known, scale, across, top, bottom),
    ]
    parts += _labels(there, levels, across, top)
    parts += [svg.line(across(value), top - _TICK, across(value), top, tokens.ACCENT, 1.6) for value, _ in there]
    if known:
        parts += _middle(median(known), across, top, bottom)
    else:
        parts.append(svg.text(width / 2, (top + bottom) / 2, words.no_data, size=tokens.NORMAL, anchor="middle"))
    explained, foot = _legend(known, marked, everyone, bottom + _FOOT + 6, width, words)
    parts += explained
    return svg.figure(width, foot, parts, title=title, description=_spoken(known, marked, everyone, fmt, words))


def _levels(there: Sequence[tuple[float, str]], across: Scale) -> list[int | None]:
    """Return the row that each label stands in: the lowest that has room; None where all are full."""
    ends: list[float] = []
    found: list[int | None] = []
    for value, name in there:
        half = width_of(fitted(name, _LABEL, tokens.SMALL), tokens.SMALL) / 2 + 2
        x = across(value)
        level = next((n for n, end in enumerate(ends) if x - half >= end), len(ends))
        if level >= _MOST_LEVELS:
            found.append(None)
            continue
        if level == len(ends):
            ends.append(0.0)
        ends[level] = x + half
        found.append(level)
    return found


def _labels(
    there: Sequence[tuple[float, str]], levels: Sequence[int | None], across: Scale, top: float
) -> Iterator[str]:
    for (value, name), level in zip(there, levels, strict=False):
        if level is None:
            continue
        x, y = across(value), top - _TICK - 6 - _LEVEL * level
        yield svg.line(x, y + 6, x, top, tokens.RULE, 0.6) if level else ""
        yield svg.text(x, y, fitted(name, _LABEL, tokens.SMALL), fill=tokens.INK, anchor="middle")


def _histogram(values: Sequence[float], scale: Range, across: Scale, top: float, bottom: float) -> Iterator[str]:
    counts = [0] * _BINS
    for value in values:
        counts[min(int(share(value, scale) * _BINS), _BINS - 1)] += 1
    most = max(counts)
    step = (across.end - across.start) / _BINS
    data = []
    for place, count in enumerate(counts):
        if count:
            tall = (bottom - top - 4) * count / most
            left, wide = svg.number(across.start + step * place + 0.5), svg.number(step - 1)
            data.append(f"M{left} {svg.number(bottom)}v{svg.number(-tall)}h{wide}v{svg.number(tall)}z")
    yield svg.path("".join(data), tokens.SOFT)


def _axis(
    across: Scale, marks: Sequence[float], top: float, bottom: float, fmt: Callable[[float], str]
) -> Iterator[str]:
    yield svg.line(across.start, bottom, across.end, bottom, tokens.RULE)
    for mark in marks:
        yield svg.line(across(mark), top, across(mark), bottom + 4, tokens.GRID)
        yield svg.text(across(mark), bottom + 12, fmt(mark), anchor="middle")


def _middle(value: float, across: Scale, top: float, bottom: float) -> Iterator[str]:
    x = across(value)
    yield svg.line(x, top + 2, x, bottom, tokens.PAPER, 3.6)
    yield svg.line(x, top + 2, x, bottom, tokens.INK, 1.4, "4 2")


def _legend(
    values: Sequence[float],
    marked: Mapping[str, float | None],
    everyone: str,
    y: float,
    width: float,
    words: ChartWords,
) -> tuple[list[str], float]:
    """Return what the signs mean, who has no value, and where this ends."""
    parts: list[str] = []
    if values:
        x = _EDGE
        parts += [svg.rect(x, y - 5, 14, 10, tokens.SOFT), svg.text(x + 20, y, everyone)]
        x += 20 + width_of(everyone, tokens.SMALL) + 20
        parts += [svg.line(x, y - 6, x, y + 6, tokens.INK, 1.4, "4 2"), svg.text(x + 7, y, words.median)]
        y += _LEGEND_LINE
    absent = [name for name, value in marked.items() if not svg.is_known(value)]
    if absent:
        for line in wrapped(
            f"{words.missing} {', '.join(absent)}", width - 2 * _EDGE, tokens.SMALL, lines=_ABSENT_LINES
        ):
            parts.append(svg.text(_EDGE, y, line))
            y += _LEGEND_LINE * 0.8
    return parts, y - 4


def _spoken(
    values: Sequence[float],
    marked: Mapping[str, float | None],
    everyone: str,
    fmt: Callable[[float], str],
    words: ChartWords,
) -> str:
    all_of_them = f"{everyone}: {words.no_data}"
    if values:
        spread = words.between.format(low=fmt(min(values)), high=fmt(max(values)))
        all_of_them = f"{everyone}: {spread}, {words.median} {fmt(median(values))}, n = {len(values)}"
    ordered = sorted(marked.items(), key=lambda pair: (pair[1] is None, -(pair[1] or 0.0), pair[0]))
    named = [f"{name} {fmt(value) if svg.is_known(value) else words.no_data}" for name, value in ordered]
    return "; ".join([all_of_them, *named])
