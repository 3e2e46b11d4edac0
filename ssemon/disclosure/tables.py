"""The published tables of an indicator: its values by area, sex and organisation type, and what sums to what."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from ssemon.model import TOTAL
from ssemon.tables import parents, parts_of_countries

Floats = npt.NDArray[np.float64]
Cell = tuple[str, str, str]  # area, sex, organisation type
# The directions of a table, as a framework's column adds_over names them.
AXES = ("region", "sex", "org_type")
# Parts that miss their total by less are all of it: sources round.
_ROUNDING, _ABSOLUTE = 1e-3, 0.5


@dataclass(frozen=True, slots=True)
class Line:
    """A total and its parts, as places of cells. `rest` is what the parts leave of the total; None where they pass it."""

    total: int
    parts: tuple[int, ...]
    rest: float | None

    @property
    def members(self) -> tuple[int, ...]:
        """The total and the parts."""
        return (self.total, *self.parts)


@dataclass(frozen=True, slots=True)
class Table:
    """An indicator of a country in a year. `additive` says whether parts sum to totals in any direction.

    Missing: NaN in `values` where a cell is suppressed and its value was never sent.
    """

    cells: tuple[Cell, ...]
    values: Floats
    lines: tuple[Line, ...]
    additive: bool


def table_of(values: Mapping[Cell, float | None], additive: Collection[str]) -> Table:
    """Lay out a table and its lines: each breakdown against its total, in every direction.

    Shape:   a line for each total that has parts here; a part belongs to the nearest whole that is here. `additive`
             names the directions of AXES in which parts sum to totals.
    Missing: a suppressed value that was never sent is found where it is all that a line lacks.
    """
    cells = tuple(values)
    amounts = np.array([np.nan if (v := values[cell]) is None else v for cell in cells], dtype=np.float64)
    groups = list(_groups(cells))
    _fill(amounts, [(total, parts) for axis, total, parts in groups if axis in additive])
    lines = tuple(_line(amounts, total, parts, additive=axis in additive) for axis, total, parts in groups)
    return Table(cells, amounts, lines, bool(additive))


def _groups(cells: Sequence[Cell]) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    """Each total with its parts, as places, and the direction."""
    place = {cell: at for at, cell in enumerate(cells)}
    for axis, above in enumerate((parts_of_countries(), parents("CL_SEX"), parents("SSE_ORG_TYPE"))):
        found = [(whole, cell) for cell in cells if (whole := _whole(cell, axis, above, place)) is not None]
        for whole, rows in groupby(sorted(found), key=lambda pair: pair[0]):
            parts = tuple(place[cell] for _, cell in rows)
            yield AXES[axis], place[whole], parts


def _whole(cell: Cell, axis: int, above: Mapping[str, str], place: Mapping[Cell, int]) -> Cell | None:
    """The nearest total of a cell in one direction. Missing: None where the table has none."""
    code = cell[axis]
    while True:
        code = above.get(code, TOTAL if axis and code != TOTAL else "")
        if not code:
            return None
        whole = (*cell[:axis], code, *cell[axis + 1 :])
        if whole in place:
            return whole  # type: ignore[return-value]


def _fill(amounts: Floats, groups: Sequence[tuple[int, tuple[int, ...]]]) -> None:
    """Find what was never sent by subtraction, as anybody can who takes the parts for all of the total."""
    for _ in amounts:
        before = int(np.isnan(amounts).sum())
        for total, parts in groups:
            lacking = [at for at in (total, *parts) if np.isnan(amounts[at])]
            if len(lacking) == 1:
                known = float(np.nansum(amounts[list(parts)]))
                left = known if lacking[0] == total else float(amounts[total]) - known
                amounts[lacking[0]] = left if left >= 0 else np.nan
        if int(np.isnan(amounts).sum()) == before:
            return


def _line(amounts: Floats, total: int, parts: tuple[int, ...], *, additive: bool) -> Line:
    if not additive:
        return Line(total, parts, None)
    rest = float(amounts[total] - np.nansum(amounts[list(parts)]))
    near = max(_ROUNDING * abs(float(amounts[total])), _ABSOLUTE)
    if np.isnan(rest) or abs(rest) <= near:
        return Line(total, parts, 0.0)
    return Line(total, parts, rest if rest > 0 else None)
