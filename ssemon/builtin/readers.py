"""The readers that ship: CSV, spreadsheets and Parquet, each into a text table with the rows that the author sees."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import polars as pl

from ssemon import (
    Country,
    CountryFault,
    Problem,
    Reader,
    TableSource,
    hookimpl,
    likely_encoding,
    listed,
    plural,
    quoted,
)
from ssemon.builtin.plain_csv import plain_table

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

# Far above any national table, far below what would hurt: a larger file is named, not read.
LARGEST_FILE = 200 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_ROW = "source_row"
_SEPARATORS = ",;\t|"
_SHEETS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# What a file starts with, when its name says something else.
_SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
)


def read_csv(path: Path, table: TableSource) -> pl.DataFrame:
    """Read a CSV file as text.

    Shape:  the columns of the file, all text, and `source_row`.
    Errors: CountryFault F01 empty, F02 no rows, F03 not text, F05 encoding, F06 NUL, F10 quote, S04 headings,
            S07 and S08 rows of another length.
    """
    text = _decoded(path, table)
    separator = table.separator or _guess_separator(text, table.header_row)
    if table.header_row == 1:
        frame = plain_table(text, separator)
        if frame is not None:
            return frame
    plain = '"' not in text
    rows = [line.split(separator) for line in text.split("\n")] if plain else _parsed(text, separator, table)
    return _framed(rows, table)


def _decoded(path: Path, table: TableSource) -> str:
    data = _unzipped(path.read_bytes(), table)
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            _stop(table, "F03", "the file is not what its name says", f"it is {kind}: save it as CSV", kind)
    if b"\0" in data and table.encoding.lower().replace("_", "-") not in ("utf-16", "utf-16-le", "utf-16-be"):
        _stop(table, "F06", "the file holds NUL characters", "save it again as CSV UTF-8")
    encoding = "utf-8-sig" if table.encoding.lower() in ("utf-8", "utf8") else table.encoding
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        likely = likely_encoding(data)
        fix = f'save it as CSV UTF-8, or say in plugin.toml what it is; it looks like  encoding = "{likely}"'
        _stop(table, "F05", f"the file is not {table.encoding}", fix, f"byte {error.start}", line)
    except (LookupError, ValueError):
        fix = 'write a Python codec name, for example encoding = "cp949"'
        _stop(table, "P04", "the encoding in plugin.toml is not known", fix, quoted(table.encoding))
    if not text.strip():
        _stop(table, "F01", "the file is empty", "put the data in, or take the entry out of plugin.toml")
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


def _unzipped(data: bytes, table: TableSource) -> bytes:
    """A .csv.gz is read as the CSV inside it, up to the size that a file may have."""
    if not data.startswith(_GZIP):
        return data
    import gzip

    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as inside:
            content = inside.read(LARGEST_FILE + 1)
    except (OSError, EOFError) as error:
        _stop(table, "F11", "the compressed file is damaged", "compress it again", str(error))
    if len(content) > LARGEST_FILE:
        _stop(table, "F08", "the file inside is larger than 200 MB", "split it, one file a source")
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
        _stop(table, "F10", "a quotation mark is not closed, or stands inside a text", fix, str(error), len(rows) + 1)
    return rows


def read_spreadsheet(path: Path, table: TableSource) -> pl.DataFrame:
    """Read one sheet of an Excel or ODS workbook as text.

    Shape:  the columns of the sheet, all text, and `source_row`.
    Units:  a number keeps every digit that the workbook stores.
    Errors: CountryFault F11 where it cannot be opened, S12 where the sheet is not there or several are and none is
            named, V15 where a cell holds an error.
    """
    import fastexcel

    try:
        book = fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        _stop(
            table,
            "F11",
            "the workbook cannot be opened",
            "open it in Excel and save it again as .xlsx",
            _without_path(error, table),
        )
    names = book.sheet_names
    sheet = table.sheet or names[0]
    if sheet not in names:
        _stop(table, "S12", f"there is no sheet {quoted(sheet)}", f"its sheets are: {listed(names)}")
    if not table.sheet and len(names) > 1:
        _stop(
            table, "S12", "the workbook has several sheets", f"write sheet = in plugin.toml; they are: {listed(names)}"
        )
    _refuse_errors(path, sheet, table)
    return _framed(_cells(book, sheet), table)


def _without_path(error: Exception, table: TableSource) -> str:
    """What the library says, with the file as the manifest names it and not as this machine does."""
    return str(error).replace(str(table.path), table.file).replace(str(table.path.resolve()), table.file)


def _refuse_errors(path: Path, sheet: str, table: TableSource) -> None:
    """Refuse a sheet with cells such as #DIV/0!: the reader gives them as empty, and empty means missing."""
    import zipfile

    if not zipfile.is_zipfile(path):
        return
    cells = [(row, column, text) for row, column, text in _error_cells(path, sheet) if row > table.header_row]
    if cells:
        rows, columns, texts = zip(*cells, strict=True)
        what = f"the cell holds a spreadsheet error in {plural(len(set(rows)), 'row')}"
        where = table.where(rows=rows[:5], row_count=len(set(rows)), column=listed(dict.fromkeys(columns)))
        fix, found = "mend the formula, or leave the cell empty", listed(quoted(text) for text in dict.fromkeys(texts))
        raise CountryFault(Problem(code="V15", what=what, fix=fix, found=found, where=where))


def _error_cells(path: Path, sheet: str) -> list[tuple[int, str, str]]:
    """The cells of an .xlsx sheet that hold an error: row, column letters, text. None for other kinds of workbook."""
    import zipfile

    with zipfile.ZipFile(path) as book:
        if "xl/workbook.xml" not in book.namelist():
            return []
        relations = {
            relation.get("Id"): str(relation.get("Target"))
            for relation in _xml(book.read("xl/_rels/workbook.xml.rels"))
        }
        entries = _xml(book.read("xl/workbook.xml")).iter(f"{_SHEETS}sheet")
        target = next(relations[entry.get(_RELATION)] for entry in entries if entry.get("name") == sheet)
        data = book.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
        if b't="e"' not in data:
            return []
        errors = [cell for cell in _xml(data).iter(f"{_SHEETS}c") if cell.get("t") == "e"]
        places = [
            (re.fullmatch(r"([A-Z]+)(\d+)", str(cell.get("r"))), cell.findtext(f"{_SHEETS}v", "")) for cell in errors
        ]
    return [(int(place[2]), place[1], text) for place, text in places if place is not None]


def _xml(data: bytes) -> ET.Element:
    import xml.etree.ElementTree as ET

    return ET.fromstring(data)  # noqa: S314  Python's expat refuses entity bombs, and the reader has opened the book


def _cells(book: object, sheet: str) -> list[list[str]]:
    """The cells of a sheet from row 1 on, blank rows included.

    The reader's text form rounds to nine decimals, so each cell is read as text and as a number and the number is
    spelt out where the text has lost digits.
    """
    loaded = [
        book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes=kind).to_polars()  # type: ignore[attr-defined]
        for kind in ("string", "float")
    ]
    columns = [
        [_spelt(text, number) for text, number in zip(texts, numbers, strict=True)]
        for texts, numbers in zip(loaded[0].iter_columns(), loaded[1].iter_columns(), strict=True)
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _spelt(text: str | None, number: float | None) -> str:
    if text is None:
        return ""
    if number is None:
        return text
    try:
        return text if float(text) == number else repr(number)
    except ValueError:
        return text


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
        _stop(
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


def _framed(rows: Sequence[Sequence[str]], table: TableSource) -> pl.DataFrame:
    """Put parsed rows into a text table: headings from the header row, blank rows left out but counted."""
    if len(rows) < table.header_row:
        _stop(
            table,
            "S05",
            f"there is no row {table.header_row} to take the headings from",
            "correct header_row in plugin.toml",
        )
    head = _headings(rows[table.header_row - 1], table)
    numbered = [
        (number, row)
        for number, row in enumerate(rows[table.header_row :], table.header_row + 1)
        if any(map(str.strip, row))
    ]
    if not numbered:
        _stop(
            table, "F02", "the file has headings and no rows", "put the data in, or take the entry out of plugin.toml"
        )
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


def _headings(row: Sequence[str], table: TableSource) -> list[str]:
    names = [name.strip() for name in row]
    while names and not names[-1]:
        names.pop()
    if not names:
        _stop(
            table,
            "S05",
            f"row {table.header_row} holds no headings",
            "say in plugin.toml which row does: header_row = 3",
        )
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        found = listed(quoted(name) for name in repeated)
        _stop(
            table, "S04", "headings stand more than once", "give each column its own heading", found, table.header_row
        )
    return names


def _check_headed(numbered: list[tuple[int, Sequence[str]]], head: Sequence[str], table: TableSource) -> None:
    """Refuse cells below an empty heading: nobody could say what they are."""
    for at, name in enumerate(head):
        rows = [number for number, row in numbered if not name and row[at].strip()]
        if rows:
            what = f"column {at + 1} of the table has cells and no heading"
            fix = 'write a heading above it; map it to "ignore" in mapping.csv if it is not used'
            where = table.where(rows=tuple(rows[:5]), row_count=len(rows))
            raise CountryFault(Problem(code="S03", what=what, fix=fix, where=where))


def _check_lengths(numbered: list[tuple[int, Sequence[str]]], width: int, table: TableSource) -> None:
    short = [number for number, row in numbered if len(row) < width]
    long = [number for number, row in numbered if len(row) > width and any(cell.strip() for cell in row[width:])]
    problems = []
    for code, rows, word in (("S07", short, "fewer"), ("S08", long, "more")):
        if rows:
            what = f"{plural(len(rows), 'row')} with {word} cells than the {width} headings"
            fix = "put the separator in for empty cells; put a text that holds the separator in quotation marks"
            where = table.where(rows=tuple(rows[:5]), row_count=len(rows))
            problems.append(Problem(code=code, what=what, fix=fix, where=where))
    if problems:
        raise CountryFault(problems)


def _stop(table: TableSource, code: str, what: str, fix: str, found: str = "", row: int = 0) -> NoReturn:
    """Refuse the file."""
    where = table.where(rows=(row,), row_count=1) if row else table.where()
    raise CountryFault(Problem(code=code, what=what, fix=fix, found=found, where=where))


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Give the readers that ship."""
    return [
        Reader((".csv", ".tsv", ".txt", ".gz"), read_csv),
        Reader((".xlsx", ".xlsm", ".xlsb", ".ods"), read_spreadsheet),
        Reader((".parquet",), read_parquet, read_parquet_typed),
    ]


@hookimpl(trylast=True)
def read_table(country: Country, table: TableSource) -> pl.DataFrame | None:
    """Refuse what is too large; the engine reads the rest by its suffix."""
    if table.path.stat().st_size > LARGEST_FILE:
        _stop(table, "F08", "the file is larger than 200 MB", "split it, one file a source")
    return None
