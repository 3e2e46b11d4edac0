"""A heat table: the numbers in their cells, and a shade that lets the eye find the high and the low."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.measure import width_of, wrapped
from ssemon.report.charts.scale import Range, share, span_of
from ssemon.report.charts.words import ENGLISH, ChartWords

_ROW, _GAP, _BETWEEN, _FOOT = 20.0, 10.0, 1.5, 26.0
_HEAD_LINES, _HEAD_LINE, _LEGEND_LINE = 8, 11.5, 16.0
# The room of a heading that reads upwards, because one of its words is wider than the cell.
_TURNED_ROOM = 104.0
_MOST_NAME, _WIDEST_CELL = 0.4, 92.0

Values = Sequence[Sequence[float | None]]


def heat(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Values,
    *,
    title: str,
    fmt: Callable[[float], str],
    scale: Range | None = (0, 100),
    emphasis: Sequence[str] = (),
    marked: Collection[tuple[int, int]] = (),
    closed: Collection[tuple[int, int]] = (),
    colours: Sequence[str] = tokens.SEQUENCE,
    width: float = tokens.WIDTH,
    words: ChartWords = ENGLISH,
) -> Markup:
    """Draw a cell a row and column, shaded by its value.

    Shape:   `values` one row a name in `rows`, one value a name in `columns`; `marked` are the places, row and
             column, whose number bears the mark of `words`, `closed` those whose number may not be told.
    Units:   `scale` None shades from the lowest to the highest value; `emphasis` names rows to set in bold; `colours` shade
             from the low end of the scale to the high one.
    Missing: a hatched cell with `..`.
    """
    names = min(max((width_of(row, tokens.NORMAL, bold=True) for row in rows), default=0), width * _MOST_NAME)
    left = names + _GAP
    cell = min((width - left) / max(len(columns), 1), _WIDEST_CELL)
    turned = any(_is_wider(column, cell - 4) for column in columns)
    heads, top = _headings(columns, cell, turned)
    span = span_of((value for row in values for value in row), scale)
    parts = list(_heads(heads, left, cell, top, turned))
    for place, (row, its) in enumerate(zip(rows, values, strict=True)):
        y = top + _ROW * place
        parts.append(svg.label(0, y + _ROW / 2, row, names, bold=row in emphasis, lines=1))
        marks = [words.partial if (place, column) in marked else "" for column in range(len(its))]
        marks = [words.closed if (place, column) in closed else mark for column, mark in enumerate(marks)]
        parts += _cells(its, marks, left, y, cell, span, colours, fmt, words)
    bottom = top + _ROW * len(rows)
    cells = {(y, x): svg.is_known(value) for y, its in enumerate(values) for x, value in enumerate(its)}
    absent = words.no_data if any(not known and place not in closed for place, known in cells.items()) else ""
    legend, foot = _legend(left, bottom + 15, width, span if any(cells.values()) else None, colours, fmt, absent)
    parts += legend
    return svg.figure(width, foot, parts, title=title, description=_spoken(rows, columns, values, closed, fmt, words))


def _is_wider(column: str, room: float) -> bool:
    """Whether a heading cannot be set across: a word that is wider than its room would be cut."""
    return any(line.endswith("…") for line in wrapped(column, room, tokens.SMALL, lines=_HEAD_LINES))


def _headings(columns: Sequence[str], cell: float, turned: bool) -> tuple[list[tuple[str, ...]], float]:
    """Return the headings' lines, and the height that they need."""
    room, most = (_TURNED_ROOM, max(int(cell // _HEAD_LINE), 1)) if turned else (cell - 4, _HEAD_LINES)
    heads = [wrapped(column, room, tokens.SMALL, lines=most) for column in columns]
    if turned:
        longest = max((width_of(line, tokens.SMALL) for head in heads for line in head), default=0)
        return heads, min(longest, _TURNED_ROOM) * 1.05 + 8
    return heads, max((len(head) for head in heads), default=1) * _HEAD_LINE + 6


def _heads(heads: Sequence[Sequence[str]], left: float, cell: float, top: float, turned: bool) -> Iterator[str]:
    for place, head in enumerate(heads):
        if turned:
            first = left + cell * (place + 0.5) - (len(head) - 1) * _HEAD_LINE / 2
            for row, line in enumerate(head):
                yield svg.text(first + row * _HEAD_LINE, top - 6, line, turned=True)
            continue
        for row, line in enumerate(reversed(head)):
            y = top - 9 - row * _HEAD_LINE
            yield svg.text(left + cell * (place + 0.5), y, line, anchor="middle")


def _cells(
    values: Sequence[float | None],
    marks: Sequence[str],
    left: float,
    y: float,
    cell: float,
    span: Range,
    colours: Sequence[str],
    fmt: Callable[[float], str],
    words: ChartWords,
) -> Iterator[str]:
    wide, tall = cell - _BETWEEN, _ROW - _BETWEEN
    for place, value in enumerate(values):
        x, middle = left + cell * place, left + cell * place + wide / 2
        if svg.is_known(value):
            ground = tokens.shade(share(value, span), colours)
            shown, ink = fmt(value) + marks[place], tokens.readable_on(ground)
            yield svg.rect(x, y, wide, tall, ground)
        else:
            shown, ink = (words.closed if marks[place] == words.closed else words.missing), tokens.MUTED
            yield svg.hatched(x + 0.5, y + 0.5, wide - 1, tall - 1)
            yield svg.rect(middle - 8, y + 3, 16, tall - 6, tokens.PAPER)
        yield svg.text(middle, y + tall / 2, shown, size=tokens.NORMAL, fill=ink, anchor="middle")


def _legend(
    left: float,
    y: float,
    width: float,
    span: Range | None,
    colours: Sequence[str],
    fmt: Callable[[float], str],
    absent: str,
) -> tuple[list[str], float]:
    """Return the legend, in two lines where one is too short for it, and where it ends. Missing: nothing is `absent`."""
    parts: list[str] = []
    x = left
    if span is not None:
        parts += _key(x, y, fmt(span[0]), fmt(span[1]), colours)
        x += sum(width_of(fmt(end), tokens.SMALL) for end in span) + 18 * len(colours) + 34
    if absent:
        if x + 24 + width_of(absent, tokens.SMALL) > width:
            x, y = left, y + _LEGEND_LINE
        parts += [svg.hatched(x, y - 5, 18, 10), svg.text(x + 24, y, absent)]
    return parts, y + _FOOT - 15


def _key(x: float, y: float, low: str, high: str, colours: Sequence[str]) -> Iterator[str]:
    yield svg.text(x, y, low)
    x += width_of(low, tokens.SMALL) + 6
    for step in range(len(colours)):
        yield svg.rect(x + 18 * step, y - 5, 18, 10, colours[step])
    yield svg.text(x + 18 * len(colours) + 6, y, high)


def _spoken(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Values,
    closed: Collection[tuple[int, int]],
    fmt: Callable[[float], str],
    words: ChartWords,
) -> str:
    said = []
    for y, (row, its) in enumerate(zip(rows, values, strict=True)):
        absent = (words.closed if (y, x) in closed else words.no_data for x in range(len(its)))
        cells = zip(columns, its, absent, strict=True)
        shown = (f"{column} {fmt(value) if svg.is_known(value) else nothing}" for column, value, nothing in cells)
        said.append(f"{row}: " + ", ".join(shown))
    return "; ".join(said)
