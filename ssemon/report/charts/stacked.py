"""Stacked bars: what a whole is made of, a bar a unit, the parts in one order and told apart by shade and by mark."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.measure import width_of
from ssemon.report.charts.scale import Scale
from ssemon.report.charts.words import ENGLISH, ChartWords

_ROW, _THICK, _TOP, _GAP, _LEGEND_LINE = 21.0, 15.0, 2.0, 12.0, 17.0
_MOST_NAME, _MOST_NOTE = 0.34, 0.2
# From what is best to what is there least; the last part is hatched: it is what is missing.
_FILLS = (tokens.MAIN, "#6fa9b1", "#cfe2e4")


@dataclass(frozen=True, slots=True)
class Whole:
    """One bar. Missing: a whole of 0 is said to be not available."""

    label: str
    parts: tuple[float, ...]
    note: str = ""


def stacked(
    rows: Sequence[Whole],
    names: Sequence[str],
    *,
    title: str,
    fmt: Callable[[float], str],
    width: float = tokens.WIDTH,
    words: ChartWords = ENGLISH,
) -> Markup:
    """Draw a bar a unit, all of one length, each part as long as its share.

    Shape:   `parts` of each row are in the order of `names`; at most four, the last of them is what is missing.
    Units:   counts, 0 or more; `fmt` writes a count, in its part where there is room.
    Missing: "not available" stands where the bar would.
    Errors:  ValueError where a row has another number of parts.
    """
    if any(len(row.parts) != len(names) for row in rows) or len(names) > len(_FILLS) + 1:
        raise ValueError("each bar has the same parts, four at most")
    room = min(max((width_of(row.label, tokens.NORMAL) for row in rows), default=0) * 1.05, width * _MOST_NAME)
    note = min(max((width_of(row.note, tokens.SMALL) for row in rows), default=0) * 1.05, width * _MOST_NOTE)
    start, end = room + _GAP, width - (note + _GAP if note else 0)
    parts: list[str] = []
    for place, row in enumerate(rows):
        y = _TOP + _ROW * (place + 0.5)
        parts.append(svg.label(0, y, row.label, room, lines=1))
        parts += _bar(row, y, start, end, len(names), fmt, words)
        if row.note:
            parts.append(svg.short(width - note, y, row.note, note))
    legend, foot = _legend(names, start, _TOP + _ROW * len(rows) + 14, width)
    spoken = "; ".join(_spoken(row, names, fmt, words) for row in rows) or words.no_data
    return svg.figure(width, foot, [*parts, *legend], title=title, description=spoken)


def _bar(
    row: Whole, y: float, start: float, end: float, count: int, fmt: Callable[[float], str], words: ChartWords
) -> Iterator[str]:
    total = sum(row.parts)
    if total <= 0:
        yield svg.text(start, y, words.not_available)
        return
    across, done = Scale(0, total, start, end), 0.0
    for place, part in enumerate(row.parts):
        left, right = across(done), across(done + part)
        done += part
        if right - left < 0.5:
            continue
        ground = _ground(place, count)
        wide = max(right - left - 1, 0.5)
        yield svg.rect(left, y - _THICK / 2, wide, _THICK, ground) if ground else svg.hatched(left + 0.5, y - _THICK / 2 + 0.5, wide - 0.5, _THICK - 1)  # fmt: skip
        shown = fmt(part)
        if width_of(shown, tokens.SMALL) + 6 <= wide:
            middle = (left + right - 1) / 2
            if not ground:
                yield svg.rect(middle - width_of(shown, tokens.SMALL) / 2 - 2, y - 6, width_of(shown, tokens.SMALL) + 4, 12, tokens.PAPER)  # fmt: skip
            yield svg.text(middle, y, shown, fill=tokens.readable_on(ground or tokens.PAPER), anchor="middle")


def _ground(place: int, count: int) -> str:
    """The colour of a part; empty for what is missing, which is hatched."""
    return "" if place == count - 1 else _FILLS[place]


def _legend(names: Sequence[str], x: float, y: float, width: float) -> tuple[list[str], float]:
    start, parts = x, []
    for place, name in enumerate(names):
        room = 20 + width_of(name, tokens.SMALL) + 18
        if x > start and x + room > width:
            x, y = start, y + _LEGEND_LINE
        ground = _ground(place, len(names))
        parts.append(svg.rect(x, y - 5, 14, 10, ground) if ground else svg.hatched(x, y - 5, 14, 10))
        parts.append(svg.text(x + 20, y, name))
        x += room
    return parts, y + 10


def _spoken(row: Whole, names: Sequence[str], fmt: Callable[[float], str], words: ChartWords) -> str:
    if sum(row.parts) <= 0:
        return f"{row.label}: {words.not_available}"
    return f"{row.label}: " + ", ".join(f"{name} {fmt(part)}" for name, part in zip(names, row.parts, strict=True))
