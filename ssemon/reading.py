"""Reading one file with the reader of its suffix."""

from __future__ import annotations

import polars as pl

from ssemon.errors import CountryFault, Problem
from ssemon.hooks import Reader, TextTable
from ssemon.manifest import TableSource
from ssemon.plugins import Manager
from ssemon.text import quoted
from ssemon.unpacking import ZIP

_OLD_WORKBOOKS = (".xls", ".xlsb")


def read_text_table(table: TableSource, manager: Manager) -> TextTable:
    """Read a file as text with the reader of its suffix; the last registered reader wins.

    Errors: CountryFault with every problem of the file.
    """
    return _noted(_reader(table, manager).read(table.path, table))


def read_typed_table(table: TableSource, manager: Manager) -> TextTable:
    """Read a file with the types that it states; as text where its kind states none.

    Shape:  the file's columns and `source_row`.
    Errors: CountryFault with every problem of the file.
    """
    reader = _reader(table, manager)
    return _noted((reader.read_typed or reader.read)(table.path, table))


def _noted(read: pl.DataFrame | TextTable) -> TextTable:
    return read if isinstance(read, TextTable) else TextTable(read)


def _reader(table: TableSource, manager: Manager) -> Reader:
    readers: dict[str, Reader] = {}
    for registered in reversed(manager.calls.register_readers()):
        for reader in registered:
            readers.update(dict.fromkeys(reader.suffixes, reader))
    suffix = table.path.suffix.lower()
    if suffix in readers:
        return readers[suffix]
    if suffix in _OLD_WORKBOOKS:  # the reader of workbooks says what it is, and the way out
        return readers[".xlsx"]
    fix = f"save it as CSV UTF-8 or .xlsx (read are: {', '.join(sorted([*readers, ZIP]))})"
    what = "there is no reader for this kind of file"
    raise CountryFault(Problem(code="F03", stage="read", what=what, fix=fix, found=quoted(suffix), where=table.where()))
