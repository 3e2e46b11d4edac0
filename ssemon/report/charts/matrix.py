"""Coverage and age: which value is there for which unit, and how old it is, by shade and by mark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Literal, get_args

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.measure import fitted, width_of, wrapped

State = Literal["same", "near", "old", "missing", "not_applicable"]
STATES: tuple[State, ...] = get_args(State)

# What each state looks like: its ground, and how many bars it bears, so that a grey print still tells them apart.
_GROUND: Mapping[State, str] = {
    "same": tokens.MAIN,
    "near": "#6fa9b1",
    "old": "#cfe2e4",
    "not_applicable": tokens.PAPER,
}
_BARS: Mapping[State, int] = {"same": 0, "near": 1, "old": 2}
_BAR_INK: Mapping[State, str] = {"near": tokens.PAPER, "old": tokens.MAIN}
_ROW, _WIDEST, _NARROW, _NARROWEST, _BETWEEN, _GAP = 16.0, 44.0, 18.0, 9.0, 1.5, 10.0
_MOST_NAME, _TALLEST_HEAD, _LEGEND_LINE = 0.42, 90.0, 17.0
_LINES, _SECOND_LINE = 2, 9.0


def matrix(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[State]],
    *,
    title: str,
    legend: Mapping[State, str],
    width: float = tokens.WIDTH,
) -> Markup:
    """Draw a cell a row and column: a value of the year itself, 1-2 years older, 3-4 years older, missing, or none due.

    Shape:   `cells` one row a name in `rows`, one of STATES a name in `columns`.
    Units:   `legend` says what each state is called; a state that it leaves out is not explained.
    Errors:  KeyError for a state that is not known.
    """
    if unknown := {found for its in cells for found in its} - set(STATES):
        raise KeyError(*sorted(unknown))
    names = min(max((width_of(row, tokens.SMALL) for row in rows), default=0) * 1.05, _names_room(width, len(columns)))
    left = names + _GAP
    cell = min(max((width - left) / max(len(columns), 1), _NARROWEST), _WIDEST)
    turned = any(width_of(column, tokens.SMALL) > cell - 3 for column in columns)
    top = _head_height(columns, turned)
    edges = list(accumulate((_height(row, names) for row in rows), initial=top))
    middles = [(upper + lower) / 2 for upper, lower in pairwise(edges)]
    parts = [*_heads(columns, left, cell, top, turned), *_names(rows, names, middles)]
    parts += [_every(state, cells, left, middles, cell) for state in STATES]
    bottom = edges[-1]
    explained, height = _legend(legend, left, bottom + 14, width)
    total = max(width, left + cell * len(columns))
    return svg.figure(
        total, height, [*parts, *explained], title=title, description=_spoken(rows, columns, cells, legend)
    )


def _names_room(width: float, columns: int) -> float:
    """The room for the names: what the cells leave when they are just wide enough to be told apart."""
    return max(width * _MOST_NAME, width - _GAP - columns * _NARROW)


def _head_height(columns: Sequence[str], turned: bool) -> float:
    if not turned:
        return 18.0
    return min(max((width_of(column, tokens.SMALL) for column in columns), default=0), _TALLEST_HEAD) + 8


def _heads(columns: Sequence[str], left: float, cell: float, top: float, turned: bool) -> Iterator[str]:
    for place, column in enumerate(columns):
        middle = left + cell * place + (cell - _BETWEEN) / 2
        if turned:
            yield svg.text(middle, top - 5, fitted(column, _TALLEST_HEAD, tokens.SMALL), turned=True)
        else:
            yield svg.text(middle, top - 9, column, anchor="middle")


def _height(row: str, room: float) -> float:
    """The height of a row: more than the least where its name takes a second line."""
    return _ROW if len(wrapped(row, room, tokens.SMALL, lines=_LINES)) < 2 else _ROW + _SECOND_LINE


def _names(rows: Sequence[str], room: float, middles: Sequence[float]) -> Iterator[str]:
    for row, y in zip(rows, middles, strict=True):
        yield svg.label(0, y, row, room, size=tokens.SMALL, lines=_LINES)


def _every(state: State, cells: Sequence[Sequence[State]], left: float, middles: Sequence[float], cell: float) -> str:
    """Return all cells of one state: one path for their ground, one for their marks."""
    places = [
        (left + cell * column, middles[row] - _ROW / 2)
        for row, its in enumerate(cells)
        for column, found in enumerate(its)
        if found == state
    ]
    return "".join(_drawn(state, places, cell - _BETWEEN)) if places else ""


def _drawn(state: State, places: Sequence[svg.Point], wide: float) -> Iterator[str]:
    tall = _ROW - _BETWEEN
    box = f"h{svg.number(wide)}v{svg.number(tall)}h{svg.number(-wide)}z"
    if state == "missing":
        yield svg.path(_moves(places, 0, 0, box), tokens.PAPER, stroke=tokens.RULE)
        lines = "".join(svg.slanted(x, y, wide, tall) for x, y in places)
        yield svg.path(lines, "none", stroke=tokens.RULE, width=0.8)
        return
    if state == "not_applicable":
        dash = f"h{svg.number(6)}"
        yield svg.path(_moves(places, wide / 2 - 3, tall / 2, dash), "none", stroke=tokens.GREY, width=1.2)
        return
    yield svg.path(_moves(places, 0, 0, box), _GROUND[state])
    for bar in range(_BARS[state]):
        y = tall / 2 + (bar - (_BARS[state] - 1) / 2) * 4
        reach = f"h{svg.number(min(wide - 3, 9))}"
        start = (wide - min(wide - 3, 9)) / 2
        yield svg.path(_moves(places, start, y, reach), "none", stroke=_BAR_INK[state], width=1.5)


def _moves(places: Sequence[svg.Point], across: float, down: float, then: str) -> str:
    return "".join(f"M{svg.number(x + across)} {svg.number(y + down)}{then}" for x, y in places)


def _legend(legend: Mapping[State, str], x: float, y: float, width: float) -> tuple[list[str], float]:
    """Return the legend, in as many lines as it needs, and where it ends."""
    start, parts = x, []
    for state in STATES:
        if state not in legend:
            continue
        room = 26 + width_of(legend[state], tokens.SMALL) + 16
        if x > start and x + room > width:
            x, y = start, y + _LEGEND_LINE
        parts += [*_drawn(state, [(x, y - _ROW / 2)], 18), svg.text(x + 24, y, legend[state])]
        x += room
    return parts, y + 12


def _spoken(
    rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[State]], legend: Mapping[State, str]
) -> str:
    said = []
    for row, its in zip(rows, cells, strict=True):
        found = {state: [name for name, cell in zip(columns, its, strict=True) if cell == state] for state in STATES}
        said.append(f"{row}: " + "; ".join(f"{legend.get(s, s)}: {', '.join(n)}" for s, n in found.items() if n))
    return ". ".join(said)
