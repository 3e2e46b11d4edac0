"""Rows of cells into a text table: the headings, the rows below them, and what is wrong with their form."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NoReturn

import polars as pl

from ssemon import CountryFault, Problem, TableSource, listed, plural, quoted

_ROW = "source_row"
# Cells of the heading rows that take the text to their left: (row of the headings, column), from 0; None where nobody
# can know.
Across = Collection[tuple[int, int]] | None


def framed(rows: Sequence[Sequence[str]], table: TableSource, across: Across = ()) -> pl.DataFrame:
    """Put parsed rows into a text table: headings from the header row, blank rows left out but counted.

    Shape:  the columns of the file, all text, and `source_row`. `across` are the cells of the headings that are merged.
    Errors: CountryFault F01, F02, S03, S04, S05, S07, S08.
    """
    if not any(cell.strip() for row in rows for cell in row):
        stop(table, "F01", "the sheet is empty", "put the data in, or take the entry out of plugin.toml")
    if len(rows) < table.last_header_row:
        stop(
            table,
            "S05",
            f"there is no row {table.last_header_row} to take the headings from",
            "correct header_row in plugin.toml",
        )
    head = _headings(_joined(rows[table.header_row - 1 : table.last_header_row], across), table)
    numbered = [
        (number, row)
        for number, row in enumerate(rows[table.last_header_row :], table.last_header_row + 1)
        if any(map(str.strip, row))
    ]
    if not numbered:
        stop(table, "F02", "the file has headings and no rows", "put the data in, or take the entry out of plugin.toml")
    numbered = _notes_filled_up(numbered, len(head))
    _check_lengths(numbered, len(head), table)
    _check_headed(numbered, head, table)
    columns = {name: [row[i].strip() or None for _, row in numbered] for i, name in enumerate(head) if name}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return frame.with_columns(pl.Series(_ROW, [number for number, _ in numbered], dtype=pl.Int64))


def _notes_filled_up(numbered: list[tuple[int, Sequence[str]]], width: int) -> list[tuple[int, Sequence[str]]]:
    """Fill up the rows below the table that hold one cell only, as a spreadsheet shows them: notes, told of by the mapping."""
    at = len(numbered)
    while at and sum(bool(cell.strip()) for cell in numbered[at - 1][1]) == 1:
        at -= 1
    return numbered[:at] + [(number, [*row, *[""] * (width - len(row))]) for number, row in numbered[at:]]


def _joined(lines: Sequence[Sequence[str]], across: Across) -> list[str]:
    """The headings of several rows as one each, from the top down.

    A heading that stands above several columns holds for all of them: those that are merged in a workbook; in a text
    file, where nobody can see that, the empty cells to its right that have a heading below them.
    """
    if len(lines) == 1:
        return list(lines[0])
    width = max(map(len, lines), default=0)
    filled = [[*(cell.strip() for cell in line), *[""] * (width - len(line))] for line in lines]
    for number, line in enumerate(filled[:-1]):
        for at in range(1, width):
            merged = across is None or (number, at) in across
            if not line[at] and merged and any(below[at] for below in filled[number + 1 :]):
                line[at] = line[at - 1]
    return [" ".join(dict.fromkeys(line[at] for line in filled if line[at])) for at in range(width)]


def _headings(row: Sequence[str], table: TableSource) -> list[str]:
    names = [name.strip() for name in row]
    while names and not names[-1]:
        names.pop()
    if not names:
        stop(
            table,
            "S05",
            f"row {table.header_row} holds no headings",
            "say in plugin.toml which row does: header_row = 3",
            row=table.header_row,
        )
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        found = listed(quoted(name) for name in repeated)
        stop(table, "S04", "headings stand more than once", "give each column its own heading", found, table.header_row)
    return names


def _check_headed(numbered: list[tuple[int, Sequence[str]]], head: Sequence[str], table: TableSource) -> None:
    """Refuse cells below an empty heading: nobody could say what they are."""
    for at, name in enumerate(head):
        rows = [number for number, row in numbered if not name and row[at].strip()]
        if rows:
            what = f"column {at + 1} of the table has cells and no heading"
            fix = 'write a heading above it; map it to "ignore" in mapping.csv if it is not used'
            where = table.where(rows=rows)
            raise CountryFault(Problem(code="S03", what=what, fix=fix, where=where))


def _check_lengths(numbered: list[tuple[int, Sequence[str]]], width: int, table: TableSource) -> None:
    short = [number for number, row in numbered if len(row) < width]
    long = [number for number, row in numbered if len(row) > width and any(cell.strip() for cell in row[width:])]
    problems = []
    for code, rows, word in (("S07", short, "fewer"), ("S08", long, "more")):
        if rows:
            what = f"{plural(len(rows), 'row')} with {word} cells than the {width} headings"
            fix = "put the separator in for empty cells; put a text that holds the separator in quotation marks"
            where = table.where(rows=rows)
            problems.append(Problem(code=code, what=what, fix=fix, where=where))
    if problems:
        raise CountryFault(problems)


def stop(table: TableSource, code: str, what: str, fix: str, found: str = "", row: int = 0) -> NoReturn:
    """Refuse the file."""
    where = table.where(rows=(row,)) if row else table.where()
    raise CountryFault(Problem(code=code, what=what, fix=fix, found=found, where=where))
