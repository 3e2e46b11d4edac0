"""A new workbook for a file that is none, or that cannot be changed in place: its rows as they are, with the faults marked."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ssemon.authoring.marks import WIDTHS, Listing, Marked
from ssemon.manifest import TableSource
from ssemon.sheets import open_sheet
from ssemon.store import atomic

_TEXTS = (".csv", ".tsv", ".txt", ".gz")
_SEPARATORS = ",;\t|"
_COLOURS = {"error": "#FFC7CE", "warning": "#FFEB9C", "info": "#DDEBF7"}
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# A workbook bears a creation time; an answer bears none of its own, so that the same input gives the same bytes.
_NO_DATE = datetime(2000, 1, 1)
_LONGEST_CELL, _LONGEST_NAME, _MOST_ROWS = 32_000, 31, 1_048_576
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file as texts, in their order."""

    rows: Sequence[Sequence[str]]

    def row(self, number: int) -> Mapping[int, str]:
        """Return the texts of a row by their column, from 0; nothing where there is no such row."""
        return dict(enumerate(self.rows[number - 1])) if 0 < number <= len(self.rows) else {}


def rows_of(table: TableSource) -> Rows:
    """Return the rows of a file as its author's program shows them; none where it cannot be read.

    Shape: CSV as the manifest says it is written; the sheet of another kind of workbook; Parquet with its names above.
    """
    suffix = table.path.suffix.lower()
    try:
        if suffix in _TEXTS:
            return Rows(_text_rows(table))
        if suffix == ".parquet":
            import polars as pl

            frame = pl.read_parquet(table.path).cast(pl.String)
            return Rows([[cell or "" for cell in row] for row in frame.iter_rows()])
        return Rows(open_sheet(table, tell_errors=True).rows)
    except Exception:  # a file that nobody can read has its faults in the list, and no sheet
        return Rows(())


def _text_rows(table: TableSource) -> list[list[str]]:
    import gzip

    data = table.path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    encoding = "utf-8-sig" if table.encoding.lower() in ("utf-8", "utf8") else table.encoding
    text = data.decode(encoding, errors="replace").replace("\0", "")
    head = "".join(text.splitlines()[table.header_row - 1 : table.header_row])
    separator = table.separator or max(_SEPARATORS, key=head.count)
    return list(csv.reader(io.StringIO(text, newline=None), delimiter=separator))


def write_rebuilt(sheets: Mapping[str, tuple[Rows, Marked]], listing: Listing, path: Path) -> None:
    """Write the list and a sheet a file. The same rows and marks give the same bytes."""
    import xlsxwriter

    with atomic(path) as part, xlsxwriter.Workbook(str(part), _OPTIONS) as book:
        book.set_properties({"created": _NO_DATE})
        front = book.add_worksheet(listing.name)
        colours = {name: book.add_format({"bg_color": colour}) for name, colour in _COLOURS.items()}
        for name, (rows, marks) in sheets.items():
            _sheet(book.add_worksheet(name), rows, marks, colours)
        _front(book, front, listing)


def sheet_name(wanted: str, taken: Sequence[str]) -> str:
    """Return a name that a sheet can have and none of the others has."""
    clean = wanted.translate(_FORBIDDEN).strip("'")[-_LONGEST_NAME:] or "data"
    names = [clean, *(f"{clean[-(_LONGEST_NAME - 4) :]} {n}" for n in range(2, 1000))]
    folded = {name.casefold() for name in taken}
    return next(name for name in names if name.casefold() not in folded)


def _sheet(sheet: Any, rows: Rows, marks: Marked, colours: Mapping[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    for number, texts in enumerate(rows.rows[:_MOST_ROWS]):
        for column, text in enumerate(texts):
            if text and (number + 1, column) not in marks.colours:
                sheet.write_string(number, column, text[:_LONGEST_CELL])
    for (row, column), severity in marks.colours.items():
        text = rows.row(row).get(column, "")
        if text:
            sheet.write_string(row - 1, column, text[:_LONGEST_CELL], colours[severity])
        else:
            sheet.write_blank(row - 1, column, None, colours[severity])
    for (row, column), note in marks.notes.items():
        sheet.write_comment(row - 1, column, note, {"author": "ssemon", "x_scale": 2.5, "y_scale": 2})
    width = max((len(texts) for texts in rows.rows), default=0)
    sheet.set_column(0, max(width - 1, 0), 16)


def _front(book: Any, sheet: Any, listing: Listing) -> None:
    wrapped = {"text_wrap": True, "valign": "top"}
    plain, bold = book.add_format(wrapped), book.add_format({"bold": True, "font_color": "#1F3B57", "font_size": 14})
    head = book.add_format({**wrapped, "bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3B57"})
    link = book.add_format({**wrapped, "font_color": "#0563C1", "underline": 1})
    marks = {name: book.add_format({**wrapped, "bold": True, "bg_color": colour}) for name, colour in _COLOURS.items()}
    sheet.write_string(0, 0, listing.title, bold)
    for row, remark in enumerate(listing.remarks, 1):
        sheet.write_string(row, 0, remark)
    top = len(listing.remarks) + 2
    for column, (heading, width) in enumerate(zip(listing.headings, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(top, column, heading, head)
    for row, line in enumerate(listing.lines, top + 1):
        for column, text in enumerate(line.cells):
            if column == 2 and line.cell:
                target = f"internal:'{line.sheet}'!{line.cell}"
                sheet.write_url(row, column, target, link, text)
            else:
                sheet.write_string(row, column, text[:_LONGEST_CELL], marks[line.severity] if column == 0 else plain)
    if listing.more:
        sheet.write_string(top + 1 + len(listing.lines), 0, listing.more)
    sheet.freeze_panes(top + 1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
