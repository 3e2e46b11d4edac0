"""Lines over the years, each named at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.measure import fitted, width_of
from ssemon.report.charts.scale import Range, Scale, marks_of, span_of
from ssemon.report.charts.words import ENGLISH, ChartWords

_TOP, _FOOT, _GAP = 10.0, 22.0, 12.0
# The height that a name at a line's end needs, and the share of the chart that the names may take.
_NAME, _MOST_NAME = 14.0, 0.4


@dataclass(frozen=True, slots=True)
class Line:
    """One unit over the years. Missing: a year without a value is a gap, never a line drawn across."""

    label: str
    values: Mapping[int, float | None]
    emphasis: bool = False
    colour: str = ""

    @property
    def pen(self) -> tuple[str, str]:
        """The colour and the dash."""
        return tokens.LINES.get(self.colour) or tokens.LINES["main" if self.emphasis else "muted"]


@dataclass(frozen=True, slots=True)
class _End:
    """A name beside the last point of its line. `x`, `y`: that point; `at`: the height that the name is given."""

    line: Line
    year: int
    x: float
    y: float
    at: float


def trend(
    lines: Sequence[Line],
    *,
    years: Sequence[int],
    title: str,
    fmt: Callable[[float], str],
    axis: Callable[[float], str] | None = None,
    scale: Range | None = (0, 100),
    cuts: Sequence[float] = (),
    report_year: int | None = None,
    width: float = tokens.WIDTH,
    height: float = 220.0,
    words: ChartWords = ENGLISH,
) -> Markup:
    """Draw a line a unit, with its last value and its name at its end.

    Units:   `scale` None fits the scale to the values; its labels say that it does not start at zero. `axis` writes them.
    Missing: a gap; a year between two gaps is a point; without any value the chart says so.
    """
    years = sorted(set(years)) or [0]
    drawn = [line for line in lines if _known_years(line, years)]
    height = max(height, _TOP + _FOOT + _NAME * (len(drawn) + 1))
    span = span_of((line.values.get(year) for line in drawn for year in years), scale)
    marks = marks_of(span, cuts)
    axis = axis or fmt
    left = max(width_of(axis(mark), tokens.SMALL) for mark in marks) + 8
    names = _names_room(drawn, years, fmt, width)
    across = Scale(years[0], years[-1], left, max(width - names - (_GAP if names else 15), left + 40))
    upwards = Scale(*span, height - _FOOT, _TOP)
    parts = [*_grid(marks, across, upwards, axis), *_years(years, across, upwards, report_year)]
    for line in sorted(drawn, key=lambda line: line.emphasis):
        parts += _drawn(line, years, across, upwards)
    for end in _spread(_ends(drawn, years, across, upwards), _TOP, height - _FOOT):
        parts += _named(end, across.end + _GAP, width, years[-1], fmt)
    if not drawn:
        parts.append(svg.text((left + width) / 2, height / 2, words.no_data, size=tokens.NORMAL, anchor="middle"))
    spoken = "; ".join(_spoken(line, years, fmt, words) for line in lines)
    return svg.figure(width, height, parts, title=title, description=spoken)


def _known_years(line: Line, years: Sequence[int]) -> list[int]:
    return [year for year in years if svg.is_known(line.values.get(year))]


def _names_room(lines: Sequence[Line], years: Sequence[int], fmt: Callable[[float], str], width: float) -> float:
    wanted = (width_of(_end_words(line, years, fmt)[0] + "  " + line.label, tokens.NORMAL, bold=True) for line in lines)
    return min(max(wanted, default=0.0), width * _MOST_NAME)


def _end_words(line: Line, years: Sequence[int], fmt: Callable[[float], str]) -> tuple[str, str]:
    """Return the last value, with its year where that is not the chart's last."""
    year = _known_years(line, years)[-1]
    value = fmt(line.values[year] or 0.0)
    return (value if year == years[-1] else f"{value} ({year})"), line.label


def _grid(marks: Sequence[float], across: Scale, upwards: Scale, fmt: Callable[[float], str]) -> Iterator[str]:
    for mark in marks:
        y = upwards(mark)
        yield svg.line(across.start, y, across.end, y, tokens.GRID)
        yield svg.text(across.start - 6, y, fmt(mark), anchor="end")


def _years(years: Sequence[int], across: Scale, upwards: Scale, report_year: int | None) -> Iterator[str]:
    bottom = upwards.start
    if report_year is not None and report_year in years:
        x = across(report_year)
        yield svg.line(x, _TOP - 4, x, bottom + 4, tokens.GREY, 1, "2 2")
        yield svg.text(x, bottom + 14, str(report_year), anchor="middle", fill=tokens.INK, bold=True)
    for year in _labelled(years, across, report_year):
        yield svg.line(across(year), bottom, across(year), bottom + 4, tokens.RULE)
        yield svg.text(across(year), bottom + 14, str(year), anchor="middle")


def _labelled(years: Sequence[int], across: Scale, report_year: int | None) -> list[int]:
    """Return the years that have room for their label: the last and the first, then those between."""
    room = width_of("0000", tokens.SMALL) + 8
    taken = [across(report_year)] if report_year is not None and report_year in years else []
    step = next((step for step in (1, 2, 5, 10, 20, 50, 100) if _apart(years, step, across) >= room + 8), 1000)
    chosen = []
    for year in [years[-1], years[0], *(year for year in years if year % step == 0)]:
        if all(abs(across(year) - x) >= room for x in taken):
            taken.append(across(year))
            chosen.append(year)
    return sorted(chosen)


def _apart(years: Sequence[int], step: int, across: Scale) -> float:
    return abs(across(years[0] + step) - across(years[0])) if years[0] + step <= years[-1] else across.end


def _drawn(line: Line, years: Sequence[int], across: Scale, upwards: Scale) -> Iterator[str]:
    colour, dash = line.pen
    thick = 2.4 if line.emphasis else 1.4
    last = _known_years(line, years)[-1]
    for run in _runs(line, years):
        points = [(across(year), upwards(value)) for year, value in run]
        if len(points) > 1:
            yield svg.polyline(points, colour, thick, dash)
        else:
            yield svg.circle(*points[0], thick, colour)
    yield svg.circle(across(last), upwards(line.values[last] or 0.0), 3.6 if line.emphasis else 2.4, colour)


def _runs(line: Line, years: Sequence[int]) -> Iterator[list[tuple[int, float]]]:
    """Yield the stretches without a gap."""
    pairs = [(year, line.values.get(year)) for year in years]
    for there, run in groupby(pairs, key=lambda pair: svg.is_known(pair[1])):
        if there:
            yield [(year, value) for year, value in run if value is not None]


def _ends(lines: Sequence[Line], years: Sequence[int], across: Scale, upwards: Scale) -> list[_End]:
    found = []
    for line in lines:
        year = _known_years(line, years)[-1]
        y = upwards(line.values[year] or 0.0)
        found.append(_End(line, year, across(year), y, y))
    return found


def _spread(ends: Sequence[_End], top: float, bottom: float) -> list[_End]:
    """Move the names apart, no further than they need, and keep them inside the chart."""
    ordered = sorted(ends, key=lambda end: (end.y, end.line.label))
    places: list[float] = []
    for end in ordered:
        places.append(max(end.y, places[-1] + _NAME) if places else max(end.y, top))
    floor = bottom
    for place in reversed(range(len(places))):
        places[place] = min(places[place], floor)
        floor = places[place] - _NAME
    return [_End(end.line, end.year, end.x, end.y, at) for end, at in zip(ordered, places, strict=True)]


def _named(end: _End, x: float, width: float, last_year: int, fmt: Callable[[float], str]) -> Iterator[str]:
    colour = end.line.pen[0]
    value, name = _end_words(end.line, [end.year, last_year] if end.year != last_year else [end.year], fmt)
    if abs(end.at - end.y) > 2 or end.year != last_year:
        yield svg.polyline([(end.x + 4, end.y), (x - 8, end.y), (x - 3, end.at)], tokens.GREY, 0.8, "1 2")
    yield svg.text(x, end.at, value, size=tokens.NORMAL, fill=colour, bold=True)
    start = x + width_of(value, tokens.NORMAL, bold=True) + 5
    bold = end.line.emphasis
    yield svg.text(
        start,
        end.at,
        fitted(name, width - start, tokens.SMALL, bold=bold),
        fill=tokens.INK if bold else tokens.MUTED,
        bold=bold,
    )


def _spoken(line: Line, years: Sequence[int], fmt: Callable[[float], str], words: ChartWords) -> str:
    there = [f"{year} {fmt(value)}" for run in _runs(line, years) for year, value in run]
    return f"{line.label}: " + (", ".join(there) or words.no_data)
