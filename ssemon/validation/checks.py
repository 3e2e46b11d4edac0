"""Run the rules on a table and put what fails into words: file, sheet, row, heading, value, rule, repair."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandera.errors
import polars as pl

from ssemon.errors import EXAMPLES, Problem
from ssemon.manifest import TableSource
from ssemon.tables import TableDefinition, codelist
from ssemon.text import counted_values, did_you_mean, listed, plural, quoted
from ssemon.validation.rules import Context, compiled

_ROW, _FILE = "source_row", "source_file"

# How a code reads: (what, fix), given the fault.
_Wording = Callable[["_Fault"], tuple[str, str]]


class _Fault:
    """The failures of one check in one column of one table."""

    def __init__(
        self, code: str, column: str, cells: list[str], rows: list[int],
        definition: TableDefinition, table: TableSource, context: Context,
    ) -> None:  # fmt: skip
        self.code, self.column, self.cells, self.rows = code, column, cells, rows
        self.definition, self.table, self.context = definition, table, context

    @property
    def count(self) -> str:
        """How many rows it concerns, in words."""
        return plural(len(self.rows), "row")

    def mapping_line(self, ours: str) -> str:
        """The line that mends it in mapping.csv."""
        return f"add to mapping.csv:  {self.column},{self.cells[0]},{ours}"


def check_table(
    frame: pl.DataFrame, definition: TableDefinition, table: TableSource, headings: Mapping[str, str], context: Context
) -> tuple[Problem, ...]:
    """Check a converted table against its definition.

    Shape:   the definition's columns, typed, and `source_row`; collected, never lazy.
    Missing: every rule but V00 (needed) lets a missing cell pass.
    """
    schema = compiled(definition, context)
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        return tuple(_problems(errors.failure_cases, frame, definition, table, headings, context))
    return ()


def _problems(
    cases: pl.DataFrame, frame: pl.DataFrame, definition: TableDefinition, table: TableSource,
    headings: Mapping[str, str], context: Context,
) -> list[Problem]:  # fmt: skip
    rows = frame[_ROW].to_list()
    found = []
    for (check, column), part in cases.group_by("check", "column", maintain_order=True):
        indexes = [index for index in part["index"].to_list() if index is not None]
        if str(check) not in _WORDING or not indexes:
            raise RuntimeError(f"a check of {definition.name} failed to run: {part.row(0)}")
        name = "value" if str(check) in ("M02", "V12") else str(column)
        cells = ["" if cell is None else str(cell) for cell in frame[name].gather(indexes).to_list()]
        fault = _Fault(str(check), name, cells, [rows[index] for index in indexes], definition, table, context)
        found.append(_worded(fault, headings))
    return found


def _worded(fault: _Fault, headings: Mapping[str, str]) -> Problem:
    what, fix = _WORDING[fault.code](fault)
    heading = headings.get(fault.column, fault.column)
    where = fault.table.where(rows=tuple(fault.rows[:EXAMPLES]), row_count=len(fault.rows), column=f'"{heading}"')
    found = counted_values(fault.cells) if any(fault.cells) else ""
    return Problem(code=fault.code, what=what, fix=fix, found=found, where=where)


def _needed(fault: _Fault) -> tuple[str, str]:
    return f'"{fault.column}" is needed and empty in {fault.count}', "fill the cells, or take the rows out"


def _unknown_area(fault: _Fault) -> tuple[str, str]:
    fix = f"{did_you_mean(fault.cells[0], fault.context.own_areas)} {fault.mapping_line('…')}"
    return f"{fault.count} with an area that is no ISO 3166 code", fix


def _foreign_area(fault: _Fault) -> tuple[str, str]:
    what = f"{fault.count} of another country"
    return what, f"a plugin gives its own country's data only ({quoted(fault.context.country)}): take the rows out"


def _unknown_indicator(fault: _Fault) -> tuple[str, str]:
    fix = f'{did_you_mean(fault.cells[0], fault.context.indicators)} Else {fault.mapping_line("…")} (or "ignore")'
    return f"{fault.count} with an indicator or series we do not know", fix


def _unknown_code(fault: _Fault) -> tuple[str, str]:
    name = fault.definition.field(fault.column).codelist
    fix = f"{did_you_mean(fault.cells[0], codelist(name))} Else {fault.mapping_line('CODE')}"
    return f"{fault.count} with a code that is not in {name}", fix


def _out_of_bounds(fault: _Fault) -> tuple[str, str]:
    field = fault.definition.field(fault.column)
    what = f"{fault.column} is outside {field.minimum:g} to {field.maximum:g} in {fault.count}"
    return what, "correct the cells; years are of the Gregorian calendar (Buddhist era: less 543)"


def _out_of_unit(fault: _Fault) -> tuple[str, str]:
    what = f"the value cannot exist in the indicator's unit in {fault.count}"
    return (
        what,
        "a share runs from 0 to 100, an index from 0 to 1: correct the unit or the value (ssemon framework show)",
    )


def _wrong_form(fault: _Fault) -> tuple[str, str]:
    field = fault.definition.field(fault.column)
    return f"{fault.column} is not of the form asked for in {fault.count}", field.description or field.pattern


def _status_and_value(fault: _Fault) -> tuple[str, str]:
    what = f"value and obs_status contradict each other in {fault.count}"
    return what, "a missing value has the status O, M, L or Q; a value has another one; or leave the status empty"


_WORDING: Mapping[str, _Wording] = {
    "V00": _needed, "K01": _unknown_area, "K02": _foreign_area, "K03": _unknown_indicator, "K04": _unknown_code,
    "V11": _out_of_bounds, "V12": _out_of_unit, "V20": _wrong_form, "M02": _status_and_value,
}  # fmt: skip


def check_key(frame: pl.DataFrame, key: tuple[str, ...]) -> tuple[Problem, ...]:
    """Check that each key stands once over all files of a plugin.

    Shape: the typed rows of all files of one table, with `source_row` and `source_file`.
    """
    repeated = frame.filter(pl.struct(key).is_duplicated())
    if repeated.is_empty():
        return ()
    same = (pl.col("value").n_unique() == 1).over(key)
    problems = []
    for code, part, what, fix in (
        ("K05", repeated.filter(same), "the same value stands more than once", "take the repetition out"),
        ("K06", repeated.filter(~same), "different values stand for the same key", "keep the right one"),
    ):
        if not part.is_empty():
            problems.append(_repeated(part.sort(*key, _FILE, _ROW), key, code, what, fix))
    return tuple(problems)


def _repeated(part: pl.DataFrame, key: tuple[str, ...], code: str, what: str, fix: str) -> Problem:
    from ssemon.errors import Where

    first = part.row(0, named=True)
    group = part.filter(pl.all_horizontal(pl.col(name) == first[name] for name in key))
    places = [f"{row[_FILE]} row {row[_ROW]}" for row in group.iter_rows(named=True)]
    named = ", ".join(f"{first[name]}" for name in key)
    keys = part.select(key).unique().height
    return Problem(
        code=code,
        what=f"{what} ({plural(keys, 'key')}, {plural(part.height, 'row')})",
        found=f"{named}: {listed(places)}",
        fix=fix,
        where=Where(file=str(first[_FILE]), rows=tuple(part[_ROW].head(EXAMPLES)), row_count=part.height),
    )
