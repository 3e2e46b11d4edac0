"""A frequency matrix: how often each row falls into each column, as a number and a shade."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.measure import width_of
from ssemon.report.charts.words import ENGLISH, ChartWords

_ROW, _TOP, _GAP, _BETWEEN, _FOOT = 20.0, 38.0, 10.0, 1.5, 22.0
_MOST_NAME, _WIDEST, _NARROWEST, _DASH = 0.34, 64.0, 15.0, 5.0

Shares = Sequence[Sequence[float | None]]
Place = tuple[int, int]


def frequency(
    rows: Sequence[str],
    columns: Sequence[str],
    shares: Shares,
    *,
    title: str,
    heading: str,
    never: str,
    point: str = "",
    fmt: Callable[[float], str],
    marked: Collection[Place] = (),
    blocked: Collection[Place] = (),
    width: float = tokens.WIDTH,
    words: ChartWords = ENGLISH,
) -> Markup:
    """Draw a cell a row and column, darker the more often it happens; what never happens is a dash.

    Shape:   `shares` one row a name in `rows`, one share a name in `columns`; `marked` are the places that the printed
             result has, named by `point`; `blocked` are places that cannot be, such as a unit beside itself.
    Units:   shares, 0 to 1; `heading` says what the columns are, `never` what a dash means.
    Missing: a hatched cell with `..`.
    """
    names = min(max((width_of(row, tokens.NORMAL) for row in rows), default=0) * 1.05, width * _MOST_NAME)
    left = names + _GAP
    cell = min(max((width - left) / max(len(columns), 1), _NARROWEST), _WIDEST)
    parts = [svg.text(left, 8, heading), *_heads(columns, left, cell)]
    for place, (row, its) in enumerate(zip(rows, shares, strict=True)):
        y = _TOP + _ROW * place
        parts.append(svg.label(0, y + _ROW / 2, row, names, lines=1))
        parts += _cells(place, its, blocked, left, y, cell, fmt, words)
    parts += _outlines(marked, left, cell)
    parts.append(_dashes(shares, blocked, left, cell))
    bottom = _TOP + _ROW * len(rows)
    parts += _legend(left, bottom + 14, never, point if marked else "")
    spoken = "; ".join(_spoken(place, row, columns, its, blocked, fmt, words)
                       for place, (row, its) in enumerate(zip(rows, shares, strict=True)))  # fmt: skip
    total = max(width, left + cell * len(columns))
    return svg.figure(total, bottom + _FOOT, parts, title=title, description=spoken)


def _heads(columns: Sequence[str], left: float, cell: float) -> Iterator[str]:
    room = cell - 2
    step = 1
    widest = max((width_of(column, tokens.SMALL) for column in columns), default=0)
    # Where not every heading has room, every second, third, … one is written.
    while widest > room * step and step < max(len(columns), 1):
        step += 1
    for place, column in enumerate(columns):
        if place % step == 0:
            yield svg.text(left + cell * place + (cell - _BETWEEN) / 2, _TOP - 11, column, anchor="middle")


def _cells(
    row: int,
    shares: Sequence[float | None],
    blocked: Collection[Place],
    left: float,
    y: float,
    cell: float,
    fmt: Callable[[float], str],
    words: ChartWords,
) -> Iterator[str]:
    wide, tall = cell - _BETWEEN, _ROW - _BETWEEN
    for column, share in enumerate(shares):
        x, middle = left + cell * column, left + cell * column + wide / 2
        if (row, column) in blocked:
            yield svg.rect(x, y, wide, tall, tokens.PANEL)
        elif not svg.is_known(share):
            yield svg.hatched(x + 0.5, y + 0.5, wide - 1, tall - 1)
            yield svg.rect(middle - 6, y + 3, 12, tall - 6, tokens.PAPER)
            yield svg.text(middle, y + tall / 2, words.missing, anchor="middle")
        elif share > 0:
            ground = tokens.shade(share)
            shown = fmt(share)
            yield svg.rect(x, y, wide, tall, ground)
            if width_of(shown, tokens.SMALL) <= wide:
                yield svg.text(middle, y + tall / 2, shown, fill=tokens.readable_on(ground), anchor="middle")


def _dashes(shares: Shares, blocked: Collection[Place], left: float, cell: float) -> str:
    """Return the dashes of all that never happens, as one path."""
    dash = min(_DASH, cell / 2)
    data = "".join(
        f"M{svg.number(left + cell * column + (cell - _BETWEEN - dash) / 2)} "
        f"{svg.number(_TOP + _ROW * (row + 0.5) - _BETWEEN / 2)}h{svg.number(dash)}"
        for row, its in enumerate(shares)
        for column, share in enumerate(its)
        if svg.is_known(share) and share <= 0 and (row, column) not in blocked
    )
    return svg.path(data, "none", stroke=tokens.RULE, width=1.2)


def _outlines(marked: Collection[Place], left: float, cell: float) -> Iterator[str]:
    for row, column in sorted(marked):
        x, y = left + cell * column + 0.75, _TOP + _ROW * row + 0.75
        yield svg.rect(x, y, cell - _BETWEEN - 1.5, _ROW - _BETWEEN - 1.5, "none", stroke=tokens.ACCENT)


def _legend(x: float, y: float, never: str, point: str) -> Iterator[str]:
    yield svg.line(x, y, x + _DASH, y, tokens.GREY, 1.2) + svg.text(x + _DASH + 6, y, never)
    x += _DASH + 6 + width_of(never, tokens.SMALL) + 20
    if point:
        yield svg.rect(x, y - 5, 16, 10, tokens.PAPER, stroke=tokens.ACCENT) + svg.text(x + 22, y, point)


def _spoken(
    place: int,
    row: str,
    columns: Sequence[str],
    shares: Sequence[float | None],
    blocked: Collection[Place],
    fmt: Callable[[float], str],
    words: ChartWords,
) -> str:
    said = [
        f"{column} {fmt(share) if svg.is_known(share) else words.no_data}"
        for number, (column, share) in enumerate(zip(columns, shares, strict=True))
        if (place, number) not in blocked and (not svg.is_known(share) or share > 0)
    ]
    return f"{row}: " + (", ".join(said) or words.no_data)
