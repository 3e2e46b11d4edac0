"""Collapsed borders: which of the borders that meet is drawn.

A table asks every cell, row, group and column for each of its sides, at each line of the grid. Most have no border, and
what has none never wins; what a style says of its sides is worked out once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

_SIDES = ("top", "right", "bottom", "left")
_ORDER = ("none", "inset", "groove", "outset", "ridge", "dotted", "dashed", "solid", "double", "hidden")
_DRAWN_AS = {"inset": "ridge", "outset": "groove"}

# One border: how strong it is, and its style, width and colour.
_Border = tuple[tuple[int, float, int], tuple[str, float, Any]]
_Grid = list[list[_Border]]


def collapsing(tables: Any) -> Callable[[Any, int, int], Any]:
    """Return `collapse_table_borders` for tables that are read from left to right."""
    stock, clear = tables.collapse_table_borders, tables.TRANSPARENT
    strength = {name: place for place, name in enumerate(_ORDER)}
    weak: _Border = ((0, 0, strength["none"]), ("none", 0, clear))
    strong: _Border = ((1, 0, strength["hidden"]), ("hidden", 0, clear))

    def collapse_table_borders(table: Any, grid_width: int, grid_height: int) -> Any:
        if not (grid_width and grid_height) or table.style["direction"] != "ltr":
            return stock(table, grid_width, grid_height)
        vertical = [[weak] * (grid_width + 1) for _ in range(grid_height)]
        horizontal = [[weak] * grid_width for _ in range(grid_height + 1)]
        cells = {id(cell) for group in table.children for row in group.children for cell in row.children}
        for box, place in _placed(table, grid_width, grid_height):
            x, y, width, height = place
            if id(box) in cells and (width > 1 or height > 1):
                _hide_inside(vertical, horizontal, place, strong)
            for side, border in _borders(box.style, strength):
                if side in ("left", "right"):
                    column = x if side == "left" else x + width
                    for row in vertical[y : y + height]:
                        if row[column][0] < border[0]:
                            row[column] = border
                else:
                    row = horizontal[y if side == "top" else y + height]
                    for column in range(x, x + width):
                        if row[column][0] < border[0]:
                            row[column] = border
        _give_widths(table, vertical, horizontal, grid_width, grid_height)
        return vertical, horizontal

    return collapse_table_borders


def _placed(table: Any, grid_width: int, grid_height: int) -> Iterator[tuple[Any, tuple[int, int, int, int]]]:
    """Yield each box with its place in the grid (x, y, width, height): the first of two that are as strong wins."""
    groups = []
    y = 0
    for group in table.children:
        groups.append((group, (0, y, grid_width, len(group.children))))
        for row in group.children:
            yield from ((cell, (cell.grid_x, y, cell.colspan, cell.rowspan)) for cell in row.children)
            y += 1
    for group, (_, y, _, _) in groups:
        yield from ((row, (0, y + place, grid_width, 1)) for place, row in enumerate(group.children))
    yield from groups
    for group in table.column_groups:
        yield from ((column, (column.grid_x, 0, 1, grid_height)) for column in group.children)
    yield from ((group, (group.grid_x, 0, group.span, grid_height)) for group in table.column_groups)
    yield table, (0, 0, grid_width, grid_height)


def _hide_inside(vertical: _Grid, horizontal: _Grid, place: tuple[int, int, int, int], strong: _Border) -> None:
    """Let no line run through a cell that spans rows or columns."""
    x, y, width, height = place
    for row in vertical[y : y + height] if width > 1 else ():
        row[x + 1 : x + width] = [strong] * (width - 1)
    for row in horizontal[y + 1 : y + height]:
        row[x : x + width] = [strong] * width


def _borders(style: Any, strength: dict[str, int]) -> tuple[tuple[str, _Border], ...]:
    """Return the sides of a style that may win, each with its border."""
    known: tuple[tuple[str, _Border], ...] | None = style.__dict__.get("quicker_borders")
    if known is None:
        found = []
        for side in _SIDES:
            name, width = style[f"border_{side}_style"], style[f"border_{side}_width"]
            if name != "none" or width:
                colour = style[f"border_{side}_color"]
                colour = style["color"] if colour == "currentcolor" else colour
                border = ((int(name == "hidden"), width, strength[name]), (_DRAWN_AS.get(name, name), width, colour))
                found.append((side, border))
        known = style.quicker_borders = tuple(found)
    return known


def _give_widths(table: Any, vertical: _Grid, horizontal: _Grid, grid_width: int, grid_height: int) -> None:
    """Tell each box how much of its borders lies in it: half."""
    nothing = {f"border_{side}_width": 0.0 for side in _SIDES}
    y = 0
    for group in table.children:
        group.__dict__.update(nothing)
        for row in group.children:
            row.__dict__.update(nothing)
            for cell in row.children:
                x, right, below = cell.grid_x, cell.grid_x + cell.colspan, y + cell.rowspan
                cell.border_top_width = _widest(horizontal[y][x:right])
                cell.border_bottom_width = _widest(horizontal[below][x:right])
                cell.border_left_width = _widest([line[x] for line in vertical[y:below]])
                cell.border_right_width = _widest([line[right] for line in vertical[y:below]])
            y += 1
    for group in table.column_groups:
        for box in (group, *group.children):
            box.__dict__.update(nothing)
    table.border_top_width = _widest(horizontal[0][:grid_width])
    table.border_bottom_width = _widest(horizontal[grid_height][:grid_width])
    table.border_left_width, table.border_right_width = vertical[0][0][1][1] / 2, vertical[0][grid_width][1][1] / 2


def _widest(borders: list[_Border]) -> float:
    return max(width for _, (_, width, _) in borders) / 2
