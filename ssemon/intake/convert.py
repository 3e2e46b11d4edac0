"""Text to numbers and years, by rules that are written down; a cell that does not fit is named, never guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from ssemon.errors import Problem
from ssemon.intake.faults import NUMBER_FAULTS, WHOLE_FAULT, Fault
from ssemon.intake.mapping import ROW, Mapped
from ssemon.intake.plain import made_plain, status_log, unclear_points
from ssemon.manifest import TableSource
from ssemon.tables import Field, TableDefinition
from ssemon.text import counted_values, plural

_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
_WHOLE = r"^[+-]?\d+$"
_POINT_THOUSANDS = r"^[+-]?[1-9]\d{0,2}(\.\d{3})+$"
_VALUE = "value"
_TYPES: Mapping[str, type[pl.DataType]] = {"number": pl.Float64, "integer": pl.Int32}


def converted(mapped: Mapped, definition: TableDefinition, table: TableSource, defaults: Mapping[str, str]) -> Mapped:
    """Give every column of the definition its type and its default.

    Shape:   the definition's columns in order, typed, and `source_row`.
    Units:   the value times the manifest's unit_multiplier.
    Missing: an empty cell stays missing, or takes the default that the definition names; it is never 0.
    """
    frame, log = _flagged(mapped.frame, table, mapped.headings)
    problems = list(mapped.problems)
    columns = [pl.col(ROW)]
    for wanted in definition.fields:
        if wanted.name not in frame.columns and wanted.name != _VALUE:
            absent = pl.lit(None, dtype=_TYPES.get(wanted.type, pl.String)).alias(wanted.name)
            columns.append(_defaulted(absent, wanted, defaults))
            continue
        if wanted.name not in frame.columns:
            frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(wanted.name))
        if wanted.type in ("number", "integer"):
            heading = mapped.headings.get(wanted.name, wanted.name)
            frame, done = made_plain(frame, wanted, heading, table)
            frame, noted = _numbers(frame, wanted, heading, table)
            problems += noted
            log += done
        columns.append(_defaulted(pl.col(wanted.name), wanted, defaults))
    return Mapped(_with_status(frame.select(columns)), mapped.headings, tuple(problems), (*mapped.log, *log))


def _flagged(
    frame: pl.DataFrame, table: TableSource, headings: Mapping[str, str]
) -> tuple[pl.DataFrame, list[Problem]]:
    """Read a text of `status_flags` in the value column as a missing value of that status, and count it."""
    if not table.status_flags or "value" not in frame.columns:
        return frame, []
    if frame.schema["value"] != pl.String:
        return frame, []
    flagged = frame["value"].filter(frame["value"].is_in(list(table.status_flags))).to_list()
    log = [status_log(flagged, headings.get("value", "value"), table)] if flagged else []
    status = pl.col("value").replace_strict(dict(table.status_flags), default=None, return_dtype=pl.String)
    stated = pl.col("obs_status") if "obs_status" in frame.columns else pl.lit(None, dtype=pl.String)
    return frame.with_columns(
        pl.coalesce(status, stated).alias("obs_status"),
        pl.when(status.is_null()).then(pl.col("value")).alias("value"),
    ), log


def _numbers(
    frame: pl.DataFrame, wanted: Field, heading: str, table: TableSource
) -> tuple[pl.DataFrame, list[Problem]]:
    """Convert one column; cells that are no numbers become missing and are named.

    Shape: a column of text, or of numbers where the file states its types; NaN is missing.
    """
    kind = frame.schema[wanted.name]
    stated = kind.is_integer() or (kind.is_float() and wanted.type == "number")
    cell = pl.col(wanted.name).fill_nan(None) if kind.is_float() else pl.col(wanted.name)
    if not stated:
        cell = cell.cast(pl.String)
    number = cell.cast(_TYPES[wanted.type], strict=False) if stated else _read(cell, wanted, table)
    if wanted.name == "value" and table.unit_multiplier != 1.0:
        number = number * table.unit_multiplier
    if wanted.type == "number":
        number = pl.when(number.is_finite()).then(number)
    cells = frame.select(pl.col(ROW), cell.alias("text"), number.alias("number"))
    wrong = cells.filter(pl.col("text").is_not_null() & pl.col("number").is_null())
    numbers = frame.with_columns(cells["number"].alias(wanted.name))
    unclear = [] if stated else unclear_points(cells, wanted, heading, table)
    return numbers, [*_named(wrong.cast({"text": pl.String}), wanted, heading, table), *unclear]


def _read(text: pl.Expr, wanted: Field, table: TableSource) -> pl.Expr:
    """A text as the number that it spells; missing where it spells none."""
    pattern, comma = _NUMBER if wanted.type == "number" else _WHOLE, table.decimal_comma and wanted.type == "number"
    spelt = text.str.replace(",", ".", literal=True) if comma else text
    fits = spelt.str.contains(pattern)
    if comma:  # 1.204 may be 1204 where the comma is the decimal sign
        fits &= ~text.str.contains(_POINT_THOUSANDS)
    return pl.when(fits).then(spelt).cast(_TYPES[wanted.type], strict=False)


def _named(wrong: pl.DataFrame, wanted: Field, heading: str, table: TableSource) -> list[Problem]:
    """One problem for each kind of fault, with its rows and the cells as the author wrote them."""
    faults = NUMBER_FAULTS if wanted.type == "number" else (WHOLE_FAULT,)
    groups: dict[str, tuple[Fault, list[int], list[str]]] = {}
    for row, cell in wrong.select(ROW, "text").iter_rows():
        fault = next(fault for fault in faults if fault.matches(cell))
        _, rows, cells = groups.setdefault(fault.code, (fault, [], []))
        rows.append(row)
        cells.append(cell)
    return [_problem(fault, rows, cells, heading, table) for fault, rows, cells in groups.values()]


def _problem(fault: Fault, rows: Sequence[int], cells: Sequence[str], heading: str, table: TableSource) -> Problem:
    return Problem(
        code=fault.code,
        what=f"{fault.what} in {plural(len(rows), 'row')}",
        found=counted_values(cells),
        fix=fault.mending(cells, table),
        where=table.where(rows=rows, column=f'"{heading}"'),
    )


def _defaulted(column: pl.Expr, wanted: Field, defaults: Mapping[str, str]) -> pl.Expr:
    if wanted.default is None:
        return column
    value = wanted.default.format_map(defaults) if "{" in wanted.default else wanted.default
    return column.fill_null(pl.lit(value)) if value else column


def _with_status(frame: pl.DataFrame) -> pl.DataFrame:
    """An empty observation status means normal where there is a value and missing where there is none."""
    if "obs_status" not in frame.columns:
        return frame
    meant = pl.when(pl.col("value").is_null()).then(pl.lit("O")).otherwise(pl.lit("A"))
    return frame.with_columns(pl.col("obs_status").fill_null(meant))


def already_told(problem: Problem, unread: Sequence[Problem]) -> bool:
    """Whether a cell that is needed and empty is one that could not be read: that is no second fault.

    `unread` are the problems of converting the same file's cells.
    """
    place = (problem.where.file, problem.where.sheet, problem.where.column)
    told = [one.where.row_count for one in unread if (one.where.file, one.where.sheet, one.where.column) == place]
    return problem.code == "V00" and problem.where.row_count == sum(told)
