"""Small files that stand beside an edition profile: frozen bounds, and what indicators are divided by."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from ssemon.choices import FROZEN_STATISTICS, FrozenBounds
from ssemon.faults import Faults
from ssemon.text import quoted, table_rows

_Rows = list[tuple[int, dict[str, str]]]


def _rows_of(faults: Faults, name: str, key: str, needed: tuple[str, ...]) -> _Rows:
    """The rows of a CSV file beside the profile; none, and a fault, where it cannot be read."""
    if Path(name).name != name or not name.endswith(".csv"):
        faults.add("E03", f"{key} must name a CSV file beside the profile", "without a folder: name.csv", quoted(name))
        return []
    try:
        head, rows = table_rows((Path(faults.where.file).parent / name).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        faults.add("E03", f"{key} cannot be read", "put the file beside the profile, as UTF-8", f"{name}: {reason}")
        return []
    absent = [column for column in needed if column not in head]
    if absent:
        faults.add("E03", f"{key}: {name} has no column {absent[0]}", f"give {', '.join(needed)}")
        return []
    return rows


def read_areas(faults: Faults, name: str, key: str) -> dict[tuple[str, int | None], float]:
    """Read values by area and, where there is such a column, year; an empty year stands for every year.

    Missing: an empty value is none.
    """
    found: dict[tuple[str, int | None], float] = {}
    for number, row in _rows_of(faults, name, key, ("area", "value")):
        value, year = (_number(faults, f"{key}: {name}, row {number}", row, one) for one in ("value", "year"))
        place = row["area"], None if year is None else int(year)
        if place in found:
            faults.add("E03", f"{key}: {name}, row {number}: the area and year stand there twice", "keep one of them")
        elif value is not None:
            found[place] = value
    return found


def read_frozen(faults: Faults, table: Mapping[str, Any]) -> tuple[FrozenBounds, ...]:
    """Read the statistics of an earlier edition: a file as `--steps` writes it."""
    name = table.get("frozen")
    if name is None:
        return ()
    if not isinstance(name, str):
        faults.add("E03", "method.frozen must name a file", 'for example frozen = "bounds-2019.csv"', quoted(name))
        return ()
    rows = _rows_of(faults, name, "method.frozen", ("indicator", "minimum", "maximum"))
    return tuple(_frozen_row(faults, f"method.frozen: {name}, row {number}", row) for number, row in rows)


def _frozen_row(faults: Faults, place: str, row: Mapping[str, str]) -> FrozenBounds:
    """One indicator's statistics; an empty cell is none."""
    numbers = {column: _number(faults, place, row, column) for column in (*FROZEN_STATISTICS, "year")}
    year = numbers.pop("year")
    found = {column: number for column, number in numbers.items() if number is not None}
    if found.get("minimum", 0.0) > found.get("maximum", float("inf")):
        faults.add("E03", f"{place}: the minimum is above the maximum", "put the lesser number first", row["indicator"])
    return FrozenBounds(row["indicator"], None if year is None else int(year), found)


def _number(faults: Faults, place: str, row: Mapping[str, str], column: str) -> float | None:
    text = row.get(column, "")
    try:
        number = float(text) if text else None
    except ValueError:
        number = float("nan")
    if number is not None and not isfinite(number):
        faults.add("E03", f"{place}: {column} is not a number", "write a number, with a point", quoted(text))
        return None
    return number
