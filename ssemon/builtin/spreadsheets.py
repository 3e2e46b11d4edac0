"""The reader of workbooks: one sheet into a text table, merged and hidden cells never in silence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ssemon import CountryFault, Problem, Sheet, TableSource, TextTable, listed, open_sheet, plural, quoted
from ssemon.builtin.framing import framed

Range = tuple[int, int, int, int]


def read_spreadsheet(path: Path, table: TableSource) -> TextTable:
    """Read one sheet of an XLSX or ODS workbook as text.

    Shape:  the columns of the sheet, all text, and `source_row`.
    Units:  a number keeps every digit that the workbook stores.
    Errors: CountryFault as `open_sheet` gives them; S11 where cells of the table are merged, and as any table.
    """
    sheet = open_sheet(table, tell_errors=True)
    merged = [one for one in sheet.merged if _matters(one, sheet.rows, table)]
    if merged and table.merged_cells != "repeat":
        raise CountryFault(_merged(merged, table))
    rows, filled = _repeated(sheet.rows, merged)
    width = max(map(len, rows), default=0)
    rows = [[*row, *[""] * (width - len(row))] if row else row for row in rows]
    frame = framed(rows, table, _across(sheet.merged, table))
    found = [finding.problem(table.where()) for finding in sheet.findings]
    return TextTable(frame, (*found, *_hidden(sheet, table), *_told_of(merged, filled, table)))


def _matters(merged: Range, rows: Sequence[Sequence[str]], table: TableSource) -> bool:
    """Whether merged cells hide what belongs to a row or column: not in titles and notes, which stand alone in their row."""
    top, left, bottom, right = merged
    if bottom < table.header_row or top > len(rows):
        return False
    if bottom <= table.last_header_row:
        return table.heading_rows == 1
    beside = [
        cell
        for row in rows[top - 1 : bottom]
        for column, cell in enumerate(row, 1)
        if cell.strip() and not left <= column <= right
    ]
    return bool(beside)


def _merged(merged: Sequence[Range], table: TableSource) -> Problem:
    rows = sorted({one[0] for one in merged})
    in_head = any(one[0] <= table.last_header_row for one in merged)
    fix = 'unmerge them and fill each cell; or write merged_cells = "repeat" in plugin.toml: each then holds the same'
    if in_head:
        fix = "write in plugin.toml how many rows the headings have: heading_rows = 2. Else unmerge them and write a heading above each column"
    return Problem(
        code="S11",
        what=f"{plural(len(merged), 'group')} of merged cells in the {'headings' if in_head else 'table'}",
        found=listed(_reference(one) for one in merged),
        fix=fix,
        where=table.where(rows=rows),
    )


def _reference(merged: Range) -> str:
    top, left, bottom, right = merged
    return f"{_letters(left)}{top}:{_letters(right)}{bottom}"


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _repeated(rows: Sequence[Sequence[str]], merged: Sequence[Range]) -> tuple[list[list[str]], int]:
    """The rows with the text of merged cells in each of them, and how many cells were filled."""
    found, count = [list(row) for row in rows], 0
    for top, left, bottom, right in merged:
        first = found[top - 1] if top <= len(found) else []
        text = first[left - 1] if left <= len(first) else ""
        if not text:
            continue
        for row in found[top - 1 : bottom]:
            row.extend([""] * (right - len(row)))
            for column in range(left - 1, right):
                count += not row[column]
                row[column] = row[column] or text
    return found, count


def _across(merged: Sequence[Range], table: TableSource) -> set[tuple[int, int]]:
    """The cells of the heading rows that take the text to their left."""
    last = table.last_header_row
    return {
        (row - table.header_row, column - 1)
        for top, left, bottom, right in merged
        for row in range(max(top, table.header_row), min(bottom, last) + 1)
        for column in range(left + 1, min(right, left + 5000) + 1)
    }


def _hidden(sheet: Sheet, table: TableSource) -> list[Problem]:
    """A warning where rows or columns that nobody sees were read."""
    rows = tuple(row for row in sheet.hidden_rows if row > table.last_header_row)
    head = sheet.rows[table.last_header_row - 1] if table.last_header_row <= len(sheet.rows) else []
    columns = [column for column in sheet.hidden_columns if column <= len(head) and head[column - 1].strip()]
    if not rows and not columns:
        return []
    parts = [plural(len(rows), "row")] * bool(rows) + [plural(len(columns), "column")] * bool(columns)
    return [
        Problem(
            code="S15",
            severity="warning",
            what=f"{' and '.join(parts)} of the sheet hidden, and read all the same",
            found=listed(quoted(head[column - 1]) for column in columns),
            fix="show them and look whether they belong to the table; take them out where they do not",
            where=table.where(rows=rows, column=listed(map(_letters, columns))),
        )
    ]


def _told_of(merged: Sequence[Range], filled: int, table: TableSource) -> list[Problem]:
    if not filled:
        return []
    what = f"filled {plural(filled, 'cell')} of {plural(len(merged), 'group')} of merged cells with the text of their first"
    fix = "nothing, if that is meant"
    found = listed(_reference(one) for one in merged)
    return [Problem(code="I05", severity="info", what=what, fix=fix, found=found, where=table.where())]
