"""Small multiples: one small chart a unit, all on one scale, the others in grey behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.measure import width_of, wrapped
from ssemon.report.charts.scale import Range, Scale, marks_of
from ssemon.report.charts.words import ENGLISH, ChartWords

_NAME, _NOTE, _AXIS, _GAP, _DOT = 16.0, 12.0, 15.0, 16.0, 2.8
_NOTE_LINES = 2
# More lines than these behind a chart are a grey patch that shows nothing.
_MOST_OTHERS = 40

Series = Mapping[int, float | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """One unit over the years, with a sentence below it. Missing: a year without a value is a gap."""

    label: str
    values: Series
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Grid:
    left: float
    columns: int
    wide: float
    tall: float
    pitch: float

    def place(self, number: int) -> svg.Point:
        return self.left + (self.wide + _GAP) * (number % self.columns), self.pitch * (number // self.columns)


def multiples(
    panels: Sequence[Panel],
    *,
    reference: Series,
    years: Sequence[int],
    title: str,
    others: Sequence[Series] = (),
    fmt: Callable[[float], str],
    axis: Callable[[float], str] | None = None,
    scale: Range = (0, 100),
    cuts: Sequence[float] = (),
    columns: int = 3,
    height: float = 84.0,
    width: float = tokens.WIDTH,
    words: ChartWords = ENGLISH,
) -> Markup:
    """Draw a panel a unit: its line, the group's median dashed, and the lines of `others` in grey.

    Units:   `height` is that of a panel's field; `scale` is the same in all of them.
    Missing: a panel without any value says so.
    """
    years = sorted(set(years)) or [0]
    marks = marks_of(scale, cuts)
    left = max(width_of((axis or fmt)(mark), tokens.SMALL) for mark in marks) + 7
    wide = (width - left - _GAP * (columns - 1)) / columns
    notes = _NOTE * _NOTE_LINES + 2 if any(panel.note for panel in panels) else 0.0
    grid = _Grid(left, columns, wide, height, _NAME + height + _AXIS + notes + 12)
    drawn = others if len(others) <= _MOST_OTHERS else ()
    parts = [_grid_lines(len(panels), grid, scale, marks)]
    for number, panel in enumerate(panels):
        parts += _panel(panel, number, grid, (drawn, reference), years, scale, marks, fmt, axis or fmt, words)
    rows = -(-len(panels) // columns)
    bottom = max(grid.pitch * rows, _NAME) - 8
    parts += _legend(left, bottom + 12, words)
    spoken = "; ".join(_spoken(panel.label, panel.values, fmt, words) for panel in panels)
    spoken = "; ".join(filter(None, [spoken, _spoken(words.median, reference, fmt, words)]))
    return svg.figure(width, bottom + 22, parts, title=title, description=spoken)


def _grid_lines(count: int, grid: _Grid, scale: Range, marks: Sequence[float]) -> str:
    """Return the lines of all panels as one path: a thousand small lines cost a page most of its time."""
    data = []
    for number in range(count):
        x, y = grid.place(number)
        upwards = Scale(*scale, y + _NAME + grid.tall, y + _NAME)
        data += [f"M{svg.number(x)} {svg.number(upwards(mark))}h{svg.number(grid.wide)}" for mark in marks]
    return svg.path("".join(data), "none", stroke=tokens.GRID)


def _panel(
    panel: Panel,
    number: int,
    grid: _Grid,
    behind: tuple[Sequence[Series], Series],
    years: Sequence[int],
    scale: Range,
    marks: Sequence[float],
    fmt: Callable[[float], str],
    axis: Callable[[float], str],
    words: ChartWords,
) -> Iterator[str]:
    x, y = grid.place(number)
    top, bottom = y + _NAME, y + _NAME + grid.tall
    last = max((year for year in years if svg.is_known(panel.values.get(year))), default=None)
    value = "" if last is None else fmt(panel.values[last] or 0.0)
    across = Scale(years[0], years[-1], x + 3, x + grid.wide - width_of(value, tokens.NORMAL, bold=True) - 10)
    upwards = Scale(*scale, bottom, top)
    yield svg.label(x, y + 6, panel.label, grid.wide, bold=True, lines=1)
    if number % grid.columns == 0:
        yield from (svg.text(x - 5, upwards(mark), axis(mark), anchor="end") for mark in marks)
    yield svg.path(_path(behind[0], years, across, upwards), "none", stroke=tokens.RULE, width=0.7)
    yield _dashed(behind[1], years, across, upwards)
    yield svg.path(_path([panel.values], years, across, upwards), "none", stroke=tokens.MAIN, width=2.2)
    if last is None:
        yield svg.text(x + grid.wide / 2, (top + bottom) / 2, words.no_data, anchor="middle")
    else:
        at = across(last), upwards(panel.values[last] or 0.0)
        yield svg.circle(*at, _DOT, tokens.MAIN)
        yield svg.text(at[0] + 6, at[1], value, size=tokens.NORMAL, fill=tokens.MAIN, bold=True)
    yield svg.text(across.start, bottom + 9, str(years[0]))
    if years[-1] != years[0]:
        yield svg.text(across.end, bottom + 9, str(years[-1]), anchor="end")
    for row, line in enumerate(wrapped(panel.note, grid.wide, tokens.SMALL, lines=_NOTE_LINES) if panel.note else ()):
        yield svg.text(x, bottom + _AXIS + 8 + row * _NOTE, line)


def _path(lines: Sequence[Series], years: Sequence[int], across: Scale, upwards: Scale) -> str:
    """Return lines as one path: a stretch without a gap is a stroke, a year between two gaps a short dash."""
    data = []
    for series in lines:
        for run in _runs(series, years):
            points = [f"{svg.number(across(year))} {svg.number(upwards(value))}" for year, value in run]
            data.append("M" + "L".join(points) + ("" if len(points) > 1 else "h2"))
    return "".join(data)


def _dashed(series: Series, years: Sequence[int], across: Scale, upwards: Scale) -> str:
    lines = ([(across(year), upwards(value)) for year, value in run] for run in _runs(series, years))
    return "".join(svg.polyline(points, tokens.INK, 1.1, "4 2.5") for points in lines if len(points) > 1)


def _runs(series: Series, years: Sequence[int]) -> Iterator[list[tuple[int, float]]]:
    pairs = [(year, series.get(year)) for year in years]
    for there, run in groupby(pairs, key=lambda pair: svg.is_known(pair[1])):
        if there:
            yield [(year, value) for year, value in run if value is not None]


def _legend(x: float, y: float, words: ChartWords) -> Iterator[str]:
    yield svg.line(x, y, x + 22, y, tokens.INK, 1.1, "4 2.5")
    yield svg.text(x + 28, y, words.median)


def _spoken(name: str, series: Series, fmt: Callable[[float], str], words: ChartWords) -> str:
    known = sorted((year, value) for year, value in series.items() if svg.is_known(value))
    if not known:
        return f"{name}: {words.no_data}"
    ends = [known[0], known[-1]] if len(known) > 1 else known
    return f"{name}: " + ", ".join(f"{year} {fmt(value)}" for year, value in ends)
