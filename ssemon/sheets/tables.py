"""One sheet as an entry of a manifest asks for it; what is wrong with it as problems of that entry's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssemon.errors import CountryFault
from ssemon.sheets.cells import Asked
from ssemon.sheets.records import Refused, Sheet
from ssemon.sheets.workbook import read_sheet

if TYPE_CHECKING:
    from ssemon.manifest import TableSource


def open_sheet(table: TableSource, most_rows: int = 0, *, tell_errors: bool = False) -> Sheet:
    """Read the sheet that an entry of a manifest names, in a process of its own with limits.

    Units:   `most_rows` 0 reads all rows.
    Missing: with `tell_errors` a cell without a value of its own (V14, V15) is empty, and told of as an error among the
             findings: whoever asks for that hands the findings on.
    Errors:  CountryFault with what is wrong with the file, with its sheets, or with its cells.
    """
    asked = Asked(
        sheet=table.sheet,
        header_row=table.last_header_row,
        most_rows=most_rows,
        decimal_comma=table.decimal_comma,
        percent="percent" in table.normalise,
        scaled=table.unit_multiplier != 1.0,
    )
    try:
        sheet = read_sheet(table.path, asked)
    except Refused as refused:
        raise CountryFault([finding.problem(table.where()) for finding in refused.findings]) from refused
    errors = [finding.problem(table.where()) for finding in sheet.findings if finding.severity == "error"]
    if errors and not tell_errors:
        raise CountryFault(errors)
    return sheet
