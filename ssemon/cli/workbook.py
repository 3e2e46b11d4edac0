"""Tables as a workbook for people, a sheet each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

# Text stays text: a cell that begins with "=" is not a formula.
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# A workbook bears a creation time; ours bears the edition's date, or this.
_NO_DATE = dt.date(2000, 1, 1)
_WIDE, _PLAIN = 90, 16
_SENTENCES = frozenset(("sentence", "rule"))


def write_workbook(path: Path, title: str, date: dt.date | None, tables: Mapping[str, pl.DataFrame]) -> None:
    """Write tables, a sheet each. The same tables give the same bytes."""
    import xlsxwriter

    created = date or _NO_DATE
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        book.set_properties({"title": title, "created": dt.datetime(created.year, created.month, created.day)})
        for name, frame in tables.items():
            _sheet(book, name, frame)


def _sheet(book: Any, name: str, frame: pl.DataFrame) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(frame.columns):
        sheet.write_string(0, column, heading, bold)
        sheet.set_column(column, column, _WIDE if heading in _SENTENCES else _PLAIN)
        for row, cell in enumerate(frame[heading], 1):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell)
            elif cell is not None:
                sheet.write_number(row, column, cell)
