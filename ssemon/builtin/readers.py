"""The readers that ship: CSV, spreadsheets and Parquet, each into a text table with the rows that the author sees."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from math import isnan
from pathlib import Path
from typing import NoReturn

import polars as pl

from ssemon import (
    Country,
    CountryFault,
    Problem,
    Reader,
    TableSource,
    TextTable,
    encoding_previews,
    hookimpl,
    likely_encoding,
    plural,
    quoted,
)
from ssemon.builtin.framing import framed, stop
from ssemon.builtin.plain_csv import plain_table
from ssemon.builtin.spreadsheets import read_spreadsheet

# Far above any national table, far below what would hurt: a larger file is named, not read.
LARGEST_FILE = 200 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_ROW = "source_row"
_SEPARATORS = ",;\t|"
_NAMES = {";": "the semicolon", "\t": "the tab", "|": "the bar"}
# What a file starts with, when its name says something else.
_SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"PAR1", "a Parquet file"),
)
_PAGE = re.compile(rb"(\xef\xbb\xbf)?\s*<(html|!doctype|\?xml|table|head|body)\b", re.IGNORECASE)


def read_csv(path: Path, table: TableSource) -> TextTable:
    """Read a CSV file as text.

    Shape:  the columns of the file, all text, and `source_row`.
    Errors: CountryFault F01 empty, F02 no rows, F03 not text, F05 encoding, F06 NUL, F10 quote, S04 headings,
            S07 and S08 rows of another length.
    """
    text = _decoded(path, table)
    separator = table.separator or _guess_separator(text, table.header_row)
    if table.last_header_row == 1:
        frame = plain_table(text, separator)
        if frame is not None:
            return TextTable(frame, _guessed(separator, table))
    plain = '"' not in text
    rows = [line.split(separator) for line in text.split("\n")] if plain else _parsed(text, separator, table)
    return TextTable(framed(rows, table, across=None), _guessed(separator, table))


def _guessed(separator: str, table: TableSource) -> tuple[Problem, ...]:
    """What the intake log says of a separator that nobody declared."""
    if table.separator or separator == ",":
        return ()
    what, fix = (
        f"took {_NAMES[separator]} for the separator, which stands most often in the line of the headings",
        "nothing, if that is right",
    )
    return (Problem(code="I09", severity="info", what=what, fix=fix, where=table.where()),)


def _decoded(path: Path, table: TableSource) -> str:
    data = _unzipped(path.read_bytes(), table)
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            stop(table, "F03", "the file is not what its name says", f"it is {kind}: save it as CSV", kind)
    if _PAGE.match(data):
        kind = "a web page or XML: many systems call that .csv"
        stop(table, "F03", "the file is not what its name says", "open it in Excel and save it as CSV UTF-8", kind)
    if b"\0" in data and not table.encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32")):
        _refuse_nul(data, table)
    encoding = "utf-8-sig" if table.encoding.lower() in ("utf-8", "utf8") else table.encoding
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        _refuse_encoding(data, table, error.start)
    except (LookupError, ValueError):
        fix = 'write a Python codec name, for example encoding = "cp949"'
        stop(table, "P04", "the encoding in plugin.toml is not known", fix, quoted(table.encoding))
    if not text.strip():
        stop(table, "F01", "the file is empty", "put the data in, or take the entry out of plugin.toml")
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


def _refuse_encoding(data: bytes, table: TableSource, at: int) -> NoReturn:
    """Say which byte is in another encoding, which one it looks like, and how the line reads in the likeliest two."""
    line = data[:at].count(b"\n") + 1
    fix = f'save it as CSV UTF-8, or say in plugin.toml what it is; it looks like  encoding = "{likely_encoding(data)}"'
    views = (f"as {name} {quoted(text)}" for name, text in encoding_previews(data, at))
    found = f"byte {at}; the line reads {' and '.join(views)}"
    stop(table, "F05", f"the file is not {table.encoding}", fix, found, line)


def _refuse_nul(data: bytes, table: TableSource) -> NoReturn:
    """Say what the NUL characters of a file are: two bytes a letter, as Excel's "Unicode text" has them, or damage."""
    if likely_encoding(data).startswith("utf-16"):
        _refuse_encoding(data, table, 0)
    rows = [number for number, line in enumerate(data.split(b"\n"), 1) if b"\0" in line]
    what, fix = f"the file holds NUL characters in {plural(len(rows), 'row')}", "save it again as CSV UTF-8"
    where = table.where(rows=tuple(rows))
    raise CountryFault(Problem(code="F06", what=what, fix=fix, where=where))


def _unzipped(data: bytes, table: TableSource) -> bytes:
    """A .csv.gz is read as the CSV inside it, up to the size that a file may have."""
    if not data.startswith(_GZIP):
        return data
    import gzip

    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as inside:
            content = inside.read(LARGEST_FILE + 1)
    except (OSError, EOFError) as error:
        stop(table, "F11", "the compressed file is damaged", "compress it again", str(error))
    if len(content) > LARGEST_FILE:
        stop(table, "F08", "the file inside is larger than 200 MB", "split it, one file a source")
    return content


def _guess_separator(text: str, header_row: int) -> str:
    """The mark that stands most often in the line of the headings; a comma where none does."""
    head = "".join(text.split("\n", header_row)[header_row - 1 : header_row])
    return max(_SEPARATORS, key=head.count)


def _parsed(text: str, separator: str, table: TableSource) -> list[list[str]]:
    """Parse a file with quotation marks; rows count as a spreadsheet counts them."""
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error as error:
        fix = "close the quotation mark; write a quotation mark inside a text twice"
        stop(table, "F10", "a quotation mark is not closed, or stands inside a text", fix, str(error), len(rows) + 1)
    return rows


def _without_path(error: Exception, table: TableSource) -> str:
    """What the library says, with the file as the manifest names it and not as this machine does."""
    return str(error).replace(str(table.path), table.file).replace(str(table.path.resolve()), table.file)


def read_parquet(path: Path, table: TableSource) -> pl.DataFrame:
    """Read a Parquet file as text; row 1 is its first row.

    Errors: CountryFault F03 where it is no Parquet file.
    """
    frame = _parquet(path, table)
    return _numbered(frame.select(_spelt_column(frame[name]) for name in frame.columns))


def read_parquet_typed(path: Path, table: TableSource) -> pl.DataFrame:
    """Read a Parquet file with its numbers as numbers and the rest as text; row 1 is its first row.

    Errors: CountryFault F03 where it is no Parquet file.
    """
    frame = _parquet(path, table)
    numbers = [name for name, kind in frame.schema.items() if kind.is_integer() or kind.is_float()]
    return _numbered(frame.with_columns(pl.exclude(numbers).cast(pl.String)))


def _parquet(path: Path, table: TableSource) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        stop(
            table,
            "F03",
            "the file is not a Parquet file",
            "write it again",
            _without_path(error, table).splitlines()[0],
        )


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_row_index(_ROW, offset=1).with_columns(pl.col(_ROW).cast(pl.Int64))


def _spelt_column(column: pl.Series) -> pl.Series:
    if not column.dtype.is_float():
        return column.cast(pl.String)
    texts = [None if number is None or isnan(number) else repr(number) for number in column]
    return pl.Series(column.name, texts, dtype=pl.String)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Give the readers that ship."""
    return [
        Reader((".csv", ".tsv", ".txt", ".gz"), read_csv),
        Reader((".xlsx", ".xlsm", ".ods"), read_spreadsheet),
        Reader((".parquet",), read_parquet, read_parquet_typed),
    ]


@hookimpl(trylast=True)
def read_table(country: Country, table: TableSource) -> pl.DataFrame | None:
    """Refuse what is too large; the engine reads the rest by its suffix."""
    if table.path.stat().st_size > LARGEST_FILE:
        stop(table, "F08", "the file is larger than 200 MB", "split it, one file a source")
    return None
