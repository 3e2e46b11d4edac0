"""A column made plain before it is converted: by the steps that the manifest names, each counted in the intake log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from ssemon.errors import Problem
from ssemon.intake.normalise import WHAT, Plain, Steps, is_plain, plain_number, plain_year
from ssemon.manifest import TableSource
from ssemon.tables import Field
from ssemon.text import counted_values, listed, plural, quoted

_STATUS = "obs_status"
# Nothing is done to these. Where the comma is the decimal sign, 1.204 is looked at again.
_PLAIN, _WHOLE = r"^[+-]?([0-9]+|[0-9]*\.[0-9]{1,2}|[0-9]*\.[0-9]{4,}|0\.[0-9]*)$", r"^[+-]?[0-9]+$"
# What may be a number with marks between thousands, and what cannot be one.
_MAY_BE_THOUSANDS, _HAS_POINT = r"^[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+$", r"\."
# Kinds of file whose numbers are texts; in the others a number is stored as one, whatever it looks like.
_TEXTS = (".csv", ".tsv", ".txt", ".gz")
_NOTHING = "nothing, if that is meant"


def made_plain(
    frame: pl.DataFrame, wanted: Field, heading: str, table: TableSource
) -> tuple[pl.DataFrame, list[Problem]]:
    """Write the cells of one column plainly, by the manifest's steps; what was done, counted.

    Shape:   a column of text; others are left as they are.
    Missing: an empty cell stays empty; a cell that the steps do not make a number stays as it is, to be named.
    Units:   a mark that stands in `status_flags` gives its value that status, where the row states none.
    """
    if frame.schema[wanted.name] != pl.String:
        return frame, []
    is_value = wanted.type == "number"
    marks = tuple(table.status_flags) if wanted.name == "value" else ()
    multiplied = _multiplied(frame, heading, table) if wanted.name == "value" else []
    if not (table.normalise or marks or (is_value and table.decimal_comma)):
        return frame, multiplied
    plainly = pl.col(wanted.name).str.contains(_PLAIN if is_value else _WHOLE)
    counts = frame.filter(~plainly)[wanted.name].value_counts(sort=True)
    plain, steps = {}, Steps()
    for cell, times in counts.iter_rows():
        found = _number(cell, marks, table) if is_value else _whole(cell, table)
        if found is not None:
            plain[cell] = found
            steps.count(cell, found, times)
    if is_value and table.decimal_comma:
        _count_commas(counts, plain, steps)
    log = [_done(step, steps, heading, table) for step in steps.cells]
    return (_replaced(frame, wanted.name, plain, table) if plain else frame), [*log, *multiplied]


def _number(cell: str, marks: Sequence[str], table: TableSource) -> Plain | None:
    if not (table.normalise or marks) or is_plain(cell, comma=table.decimal_comma):
        # 1.204 is plain where the point is the decimal sign, and 1204 where it marks thousands.
        return None
    return plain_number(cell, table.normalise, comma=table.decimal_comma, marks=marks)


def _whole(cell: str, table: TableSource) -> Plain | None:
    if "years" not in table.normalise or (cell.isascii() and cell.isdecimal()):
        return None
    return plain_year(cell)


def _count_commas(counts: pl.DataFrame, plain: Mapping[str, Plain], steps: Steps) -> None:
    for cell, times in counts.iter_rows():
        text = plain[cell].text if cell in plain else cell
        if "," in text and is_plain(text, comma=True):
            steps.count(cell, Plain(text.replace(",", "."), ("decimal_comma",)), times)


def _replaced(frame: pl.DataFrame, name: str, plain: Mapping[str, Plain], table: TableSource) -> pl.DataFrame:
    texts = {cell: found.text for cell, found in plain.items()}
    status = {cell: table.status_flags[found.mark] for cell, found in plain.items() if found.mark in table.status_flags}
    columns = [pl.col(name).replace(texts).alias(name)]
    if status and name == "value":
        told = pl.col(name).replace_strict(status, default=None, return_dtype=pl.String)
        stated = pl.col(_STATUS) if _STATUS in frame.columns else pl.lit(None, dtype=pl.String)
        columns.append(pl.coalesce(stated, told).alias(_STATUS))
    return frame.with_columns(columns)


def _done(step: str, steps: Steps, heading: str, table: TableSource) -> Problem:
    examples = list(steps.examples[step].items())
    found = listed(f"{quoted(cell)} as {text}" for cell, text in examples)
    what = f"{WHAT[step]} in {plural(steps.cells[step], 'cell')}"
    return _log("I06", what, found, heading, table)


def _multiplied(frame: pl.DataFrame, heading: str, table: TableSource) -> list[Problem]:
    values = frame.height - frame["value"].null_count()
    if table.unit_multiplier == 1.0 or not values:
        return []
    what = f"multiplied {plural(values, 'value')} by {table.unit_multiplier:g}: unit_multiplier"
    return [_log("I08", what, "", heading, table)]


def status_log(cells: Sequence[str], heading: str, table: TableSource) -> Problem:
    """Return the line of the intake log for texts that were read as missing values of a status."""
    statuses = listed(f"{quoted(text)} as {table.status_flags[text]}" for text in dict.fromkeys(cells))
    what = f"read {plural(len(cells), 'text')} as missing values, with the status that status_flags gives: {statuses}"
    return _log("I07", what, counted_values(cells), heading, table)


def _log(code: str, what: str, found: str, heading: str, table: TableSource) -> Problem:
    where = table.where(column=quoted(heading))
    return Problem(code=code, severity="info", what=what, found=found, fix=_NOTHING, where=where)


def unclear_points(cells: pl.DataFrame, wanted: Field, heading: str, table: TableSource) -> list[Problem]:
    """A warning where every point of a column may mark thousands: 1.204 beside nothing that says otherwise.

    Shape: `cells` with `source_row`, `text` and `number`.
    """
    if wanted.name != "value" or table.decimal_comma or table.path.suffix.lower() not in _TEXTS:
        return []
    pointed = cells.filter(pl.col("text").str.contains(_HAS_POINT), pl.col("number").is_not_null())
    may_be = pointed.filter(pl.col("text").str.contains(_MAY_BE_THOUSANDS))
    if may_be.is_empty() or may_be.height < pointed.height:
        return []
    first = may_be["text"][0]
    rows = may_be["source_row"].to_list()
    what = f"every number with a point has three digits behind it in {plural(len(rows), 'row')}: is the point a mark between thousands?"
    fix = (
        f"{quoted(first)} was read as {float(first):g}. If it is {first.replace('.', '')}, write decimal_comma = true and "
        'normalise = ["thousands"] in plugin.toml; else nothing'
    )
    where = table.where(rows=rows, column=quoted(heading))
    return [
        Problem(
            code="V23",
            severity="warning",
            what=what,
            found=counted_values(may_be["text"].to_list()),
            fix=fix,
            where=where,
        )
    ]
