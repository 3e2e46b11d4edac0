"""Spreadsheets that nobody has vouched for: checked from outside, then read in a process of its own with limits."""

from ssemon.sheets.archives import checked_archive
from ssemon.sheets.child import read_apart
from ssemon.sheets.limits import Limits, file_limits
from ssemon.sheets.records import Finding, Refused, Sheet, SheetName
from ssemon.sheets.tables import open_sheet
from ssemon.sheets.workbook import read_names, read_sheet

__all__ = [
    "Finding",
    "Limits",
    "Refused",
    "Sheet",
    "SheetName",
    "checked_archive",
    "file_limits",
    "open_sheet",
    "read_apart",
    "read_names",
    "read_sheet",
]  # fmt: skip
