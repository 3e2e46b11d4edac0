"""The cells of a sheet as they are met, held to the limits, with what was met beside them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, NoReturn
from xml.parsers import expat

from ssemon.sheets.limits import Limits, raised
from ssemon.sheets.records import Finding, Marks, Refused, Sheet, dense, letters

_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Asked:
    """Which sheet is read, and how.

    Units: `header_row` as the spreadsheet numbers it: faults above and in it are not told. `most_rows` 0 means all.
           With `decimal_comma` a number is spelt with a comma, as its author sees it; with `percent` a cell that is
           shown as a percentage is spelt "12%" and not 0.12.
    """

    sheet: str = ""
    header_row: int = 1
    most_rows: int = 0
    decimal_comma: bool = False
    percent: bool = False
    scaled: bool = False


class Enough(Exception):
    """The rows that were asked for have been read."""


@dataclass(slots=True)
class Cells:
    """Collects the cells of one sheet."""

    asked: Asked
    limits: Limits
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    errors: Marks = field(default_factory=Marks)
    unstored: Marks = field(default_factory=Marks)
    linked: Marks = field(default_factory=Marks)
    shares: Marks = field(default_factory=Marks)
    first: tuple[int, int] = (0, 0)
    last: tuple[int, int] = (0, 0)

    def add(self, row: int, column: int, text: str) -> None:
        """Keep a filled cell. Errors: Refused X02 where the cells lie too far apart."""
        self.reach(row, column)
        self.rows.setdefault(row, {})[column] = text

    def reach(self, row: int, column: int) -> None:
        """Stretch the rectangle of filled cells. Errors: Refused X02 where it is too large."""
        if self.first == (0, 0):
            self.first = self.last = (row, column)
        elif not (self.first[0] <= row <= self.last[0] and self.first[1] <= column <= self.last[1]):
            self.first = (min(self.first[0], row), min(self.first[1], column))
            self.last = (max(self.last[0], row), max(self.last[1], column))
        else:
            return
        height, width = self.last[0] - self.first[0] + 1, self.last[1]
        if height * width > self.limits.cells:
            places = [f"{letters(column)}{row}" for row, column in (self.first, self.last)]
            what = f"the cells of the sheet lie too far apart: {height:,} rows and {width:,} columns".replace(
                ",", "\u202f"
            )
            fix = f"delete the rows and columns beyond the table, or allow more: {raised('cells', self.limits)}"
            raise Refused(
                Finding("X02", what, fix, f"cells from {places[0]} to {places[1]}", rows=(row,), column=letters(column))
            )

    def number(self, text: str) -> str:
        """Spell a number as it is stored, in whole digits where it is whole."""
        try:
            value = float(text)
        except ValueError:
            return text
        whole = value.is_integer() and abs(value) < 1e15
        spelt = str(int(value)) if whole else repr(value)
        return spelt.replace(".", ",") if self.asked.decimal_comma else spelt

    def percentage(self, row: int, column: int, text: str) -> str:
        """Spell a cell that is shown as a percentage: as shown, or as stored and noted."""
        if not self.asked.percent:
            if row > self.asked.header_row:
                self.shares.add(row, column, text)
            return self.number(text)
        try:
            shown = float(f"{float(text) * 100:.12g}")
        except ValueError:
            return text
        return f"{self.number(repr(shown))}%"

    def sheet(self, name: str, further: tuple[Finding, ...] = ()) -> Sheet:
        """Return the sheet; a cell without a value of its own (V14, V15) is empty in it, and told of as an error.

        Errors: Refused X06 where a formula takes its value from another workbook.
        """
        wrong: list[Finding] = []
        if self.errors.rows:
            fix = "mend the formula, or leave the cell empty"
            wrong.append(self.errors.finding("V15", "the cell holds a spreadsheet error", fix))
        if self.unstored.rows:
            fix = (
                "open the file in Excel or LibreOffice and save it again, or write the values in place of the formulas"
            )
            wrong.append(self.unstored.finding("V14", "a formula has no stored value", fix))
        if self.linked.rows:
            fix = "copy the cells and paste them as values; in Excel: Data, Edit Links, Break Link"
            raise Refused(*wrong, self.linked.finding("X06", "a formula takes its value from another workbook", fix))
        return Sheet(
            name, dense({row: _in_line(cells) for row, cells in self.rows.items()}), tuple(self.merged),
            tuple(row for row in self.hidden_rows if row in self.rows), tuple(self.hidden_columns),
            (*further, *wrong, *self._shares()),
        )  # fmt: skip

    def _shares(self) -> tuple[Finding, ...]:
        if not self.shares.rows or self.asked.scaled:
            return ()
        fix = 'write normalise = ["percent"] in plugin.toml to read them as they are shown; or unit_multiplier = 100 where all of the file are shares; nothing if the share is meant'
        what = "cells are shown as percentages and stored as shares: 12 % is stored as 0.12, and that is what was read,"
        return (self.shares.finding("V24", what, fix, "warning"),)


def _in_line(cells: dict[int, str]) -> list[str]:
    line = [""] * max(cells)
    for column, text in cells.items():
        line[column - 1] = text
    return line


def part(archive: zipfile.ZipFile, name: str) -> IO[bytes] | None:
    """Open a part of a workbook, whatever the case of its name; None where it is not there."""
    wanted = name.lstrip("/").casefold()
    found = next((entry for entry in archive.namelist() if entry.lstrip("/").casefold() == wanted), None)
    return None if found is None else archive.open(found)


def walk(
    stream: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Read a part's XML piece by piece; names come without their prefix.

    Errors: Refused X05 where it declares entities or a document type, F11 where it is no XML.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = lambda *_: refuse_type()
    parser.StartElementHandler = lambda name, given: start(name.rpartition(":")[2] if ":" in name else name, given)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2] if ":" in name else name)
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        with stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        fix = "open it in Excel or LibreOffice and save it again"
        raise Refused(Finding("F11", "the workbook is damaged", fix, f"not well-formed XML: {error}")) from error
    except Enough:
        return


def refuse_type(part: str = "") -> NoReturn:
    """Refuse a workbook whose part declares a document type. Errors: Refused X05."""
    what = "the workbook declares a document type, as attacks with growing texts do and no spreadsheet program does"
    fix = "open it in Excel or LibreOffice and save it again; find out who made the file"
    raise Refused(Finding("X05", what, fix, part))


def attribute(given: dict[str, str], name: str) -> str:
    """Return an attribute whatever its prefix; empty where it is absent."""
    if name in given:
        return given[name]
    return next((value for key, value in given.items() if key.rpartition(":")[2] == name), "")
