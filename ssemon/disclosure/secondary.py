"""Secondary suppression: further cells, so that no confidential one can be worked out from totals and other cells.

An attacker who knows which values are suppressed can bound each of them by linear programming. For each confidential
cell two other tables are built that agree with everything printed, one in which the cell is larger by the protection
and one in which it is smaller; whatever cells they change are suppressed as well. Both tables could be the true one,
so that no bound of the attacker's is closer than they are. They change what costs least.
"""

from __future__ import annotations

from collections.abc import Collection
from math import isnan

import numpy as np

from ssemon.disclosure.tables import Floats, Line, Table
from ssemon.model import TOTAL

_TINY = 1e-7
# An exact end of the interval would be a bound: the other tables go a little beyond it.
_BEYOND = 1.001
# What it costs to take a cell out of a table: the national total is the last to go, then other totals; a zero is
# hardly ever worth hiding, because nobody believes in it.
_NATIONAL, _TOTAL, _ZERO, _PLAIN = 10_000.0, 50.0, 25.0, 1.0


def secured(table: Table, hidden: Collection[int], sensitive: Collection[int], protection: float) -> frozenset[int]:
    """Return the places of the cells that must be suppressed as well.

    Shape:   `hidden` are the places of the suppressed cells, `sensitive` those of them that are to be protected.
    Units:   `protection` per cent of a cell's value, either way; at least one unit where all are whole numbers.
    Missing: a cell whose value is not known is free to be anything from 0.
    """
    closed = set(hidden)
    while True:
        before = len(closed)
        if table.additive:
            for place in sorted(set(sensitive) & closed):
                _protect(table, place, closed, protection)
        _never_alone(table, closed)
        if len(closed) == before:
            return frozenset(closed - set(hidden))


def _protect(table: Table, place: int, closed: set[int], protection: float) -> None:
    """Suppress what two other tables need to differ in, in which the cell is larger and smaller."""
    value = float(table.values[place])
    if isnan(value):
        return
    amount = _amount(table, value, protection) * _BEYOND
    lower = min(amount, value) if _is_positive(table) else amount
    for change in (amount, -lower):
        if abs(change) > 0:
            closed |= _changed(table, place, change, closed)


def _amount(table: Table, value: float, protection: float) -> float:
    known = table.values[~np.isnan(table.values)]
    whole = bool(np.all(known == np.round(known)))
    share = abs(value) * protection / 100
    if whole:
        return max(share, 1.0)
    return share or float(np.abs(known).mean()) * protection / 100


def _is_positive(table: Table) -> bool:
    return not bool((table.values < 0).any())


def _changed(table: Table, place: int, change: float, closed: Collection[int]) -> set[int]:
    """The cells of the cheapest other table in which one is changed by so much."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix, hstack

    lines = [line for line in table.lines if line.rest is not None]
    if not any(place in line.members for line in lines):
        return set()
    rests = [line.rest or 0.0 for line in lines if line.rest]
    count = len(table.cells) + len(rests)
    matrix = csr_matrix(_matrix(lines, len(table.cells), count))
    cost = np.array([_cost(table, at, closed) for at in range(len(table.cells))] + [0.0] * len(rests))
    values = np.append(np.nan_to_num(table.values), rests)
    floor: list[float | None] = values.tolist() if _is_positive(table) else [None] * count
    bounds: list[tuple[float, float | None]] = [*((0.0, None) for _ in range(count)), *((0.0, low) for low in floor)]
    bounds[place], bounds[count + place] = (
        ((change, change), (0.0, 0.0)) if change > 0 else ((0.0, 0.0), (-change, -change))
    )
    found = linprog(
        np.concatenate([cost, cost]), A_eq=hstack([matrix, -matrix]), b_eq=np.zeros(len(lines)), bounds=bounds,
        method="highs-ds",
    )  # fmt: skip
    if found.x is None:
        return set()
    moved = np.abs(found.x[:count] - found.x[count:])[: len(table.cells)]
    return set(np.flatnonzero(moved > _TINY * max(1.0, abs(change))).tolist())


def _matrix(lines: list[Line], cells: int, count: int) -> Floats:
    """A row a line: parts and rest less total."""
    matrix, rest = np.zeros((len(lines), count)), cells
    for row, line in enumerate(lines):
        matrix[row, list(line.parts)] = 1.0
        matrix[row, line.total] = -1.0
        if line.rest:
            matrix[row, rest] = 1.0
            rest += 1
    return matrix


def _cost(table: Table, at: int, closed: Collection[int]) -> float:
    """What taking a cell out costs for each unit that it changes by; nothing where it is out already."""
    if at in closed:
        return 0.0
    area, sex, family = table.cells[at]
    value = float(table.values[at])
    large = 1.0 + abs(value) / (float(np.nanmax(np.abs(table.values))) or 1.0)
    if sex == family == TOTAL and "-" not in area:
        return _NATIONAL * large
    if any(line.total == at for line in table.lines):
        return _TOTAL * large
    return (_PLAIN if value else _ZERO) * large


def _never_alone(table: Table, closed: set[int]) -> None:
    """Where no sum can be written down (means, shares, parts that pass their total), no cell of a line is alone."""
    found = True
    while found:
        found = False
        for line in table.lines:
            lacking = [at for at in line.members if at in closed]
            free = [at for at in line.members if at not in closed]
            if line.rest is None and len(lacking) == 1 and len(line.parts) > 1 and free:
                closed.add(min(free, key=lambda at: (_cost(table, at, closed), table.cells[at])))
                found = True
