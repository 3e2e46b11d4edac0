"""XLSX: the cells of a sheet as text, read piece by piece from the workbook's own XML (ECMA-376, part 1)."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ssemon.sheets.cells import Asked, Cells, Enough, part, walk
from ssemon.sheets.limits import Limits
from ssemon.sheets.records import Finding, Refused, Sheet, SheetName, place_of

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LINK = re.compile(r"\[\d+\]")
_TRUE = ("1", "true")
_DIGITS = "0123456789"
# Number formats that every workbook knows without declaring them (ECMA-376, 18.8.30; 27 to 58 are East Asian dates).
_DATES = {14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)}
_TIMES = {18, 19, 20, 21, 45, 46, 47}
_PERCENT = {9, 10}
# Excel believes that 1900 was a leap year: serial 60 is the day that never was.
_EPOCH, _EPOCH_1904, _NO_DAY = datetime(1899, 12, 30), datetime(1904, 1, 1), 60


@dataclass(slots=True)
class _Book:
    """What the workbook says of its sheets."""

    names: list[SheetName] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)
    from_1904: bool = False
    strings: str = "xl/sharedStrings.xml"
    styles: str = "xl/styles.xml"


def xlsx_names(archive: zipfile.ZipFile) -> list[SheetName]:
    """Return the sheets of a workbook. Errors: Refused F11, X05."""
    return _book(archive).names


def xlsx_sheet(archive: zipfile.ZipFile, name: str, asked: Asked, limits: Limits) -> Sheet:
    """Read one sheet. Errors: Refused F11, X02, X05, X06."""
    book = _book(archive)
    stream = part(archive, book.parts.get(name, ""))
    if stream is None:
        raise Refused(
            Finding("F11", "the workbook is damaged", "open it in Excel and save it again", f"no part for sheet {name}")
        )
    strings, kinds = _strings(archive, book), _kinds(archive, book)
    reading = _Reading(Cells(asked, limits), strings, kinds, book.from_1904)
    walk(stream, reading.start, reading.end, reading.text)
    return reading.cells.sheet(name, _links(archive))


def _links(archive: zipfile.ZipFile) -> tuple[Finding, ...]:
    found = [
        entry
        for entry in archive.namelist()
        if entry.lower().startswith("xl/externallinks/") and entry.endswith(".xml")
    ]
    if not found:
        return ()
    fix = "nothing, if that is meant; in Excel: Data, Edit Links, Break Link"
    what = "the workbook has links to other workbooks; no cell that was read uses them"
    return (Finding("X06", what, fix, found[0], severity="warning"),)


def _book(archive: zipfile.ZipFile) -> _Book:
    place = next(
        (target for kind, target in _relations(archive, "").values() if kind == "officeDocument"), "xl/workbook.xml"
    )
    stream = part(archive, place)
    if stream is None:
        raise Refused(
            Finding("F11", "the file is no workbook", "open it in Excel and save it again as .xlsx", "no workbook.xml")
        )
    book, relations = _Book(), _relations(archive, place)
    for kind, target in relations.values():
        if kind == "sharedStrings":
            book.strings = target
        elif kind == "styles":
            book.styles = target

    def start(tag: str, given: dict[str, str]) -> None:
        if tag == "workbookPr":
            book.from_1904 = given.get("date1904", "") in _TRUE
        elif tag == "sheet":
            kind, target = relations.get(next((v for k, v in given.items() if k.endswith(":id")), ""), ("", ""))
            if kind == "worksheet":
                name = given.get("name", "")
                book.names.append(SheetName(name, given.get("state", "visible") != "visible"))
                book.parts[name] = target

    walk(stream, start)
    return book


def _relations(archive: zipfile.ZipFile, place: str) -> dict[str, tuple[str, str]]:
    """What a part points at: by id, the kind and the name of the other part."""
    folder, _, name = place.rpartition("/")
    stream = part(archive, f"{folder}/_rels/{name}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, given: dict[str, str]) -> None:
        if tag == "Relationship" and given.get("TargetMode") != "External":
            target = given.get("Target", "")
            absolute = target if target.startswith("/") else f"{folder}/{target}"
            found[given.get("Id", "")] = (given.get("Type", "").rpartition("/")[2], _plain(absolute))

    if stream is not None:
        walk(stream, start)
    return found


def _plain(path: str) -> str:
    """A part's name without steps up and down."""
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def _strings(archive: zipfile.ZipFile, book: _Book) -> list[str]:
    """The texts that cells point at; what says how to read a sign aloud (rPh) is no part of a text."""
    stream = part(archive, book.strings)
    found: list[str] = []
    pieces: list[str] = []
    inside = {"t": False, "rPh": False}

    def start(tag: str, _: dict[str, str]) -> None:
        if tag == "si":
            pieces.clear()
        elif tag in inside:
            inside[tag] = True

    def end(tag: str) -> None:
        if tag == "si":
            found.append(_unescaped("".join(pieces)))
        elif tag in inside:
            inside[tag] = False

    def text(piece: str) -> None:
        if inside["t"] and not inside["rPh"]:
            pieces.append(piece)

    if stream is not None:
        walk(stream, start, end, text)
    return found


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _kinds(archive: zipfile.ZipFile, book: _Book) -> list[str]:
    """How each style shows a number: "date", "time", "percent", "000" for leading zeros, or empty."""
    stream = part(archive, book.styles)
    codes: dict[int, str] = {}
    numbers: list[int] = []
    within = [""]

    def start(tag: str, given: dict[str, str]) -> None:
        if tag in ("cellXfs", "cellStyleXfs", "numFmts", "dxfs"):
            within[0] = tag
        elif tag == "numFmt" and within[0] == "numFmts":
            codes[int(given.get("numFmtId", 0))] = given.get("formatCode", "")
        elif tag == "xf" and within[0] == "cellXfs":
            numbers.append(int(given.get("numFmtId", 0)))

    if stream is not None:
        walk(stream, start)
    return [_kind(number, codes.get(number)) for number in numbers]


def _kind(number: int, code: str | None) -> str:
    if code is None:
        named = {"date": _DATES, "time": _TIMES, "percent": _PERCENT}
        return next((kind for kind, ids in named.items() if number in ids), "")
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.', "", code).split(";")[0]
    elapsed = re.search(r"(?i)\[[hms]+\]", bare)
    bare = re.sub(r"\[[^\]]*\]", "", bare).lower().replace("general", "")
    if "%" in bare:
        return "percent"
    if re.fullmatch("0{2,}", bare):
        return bare
    if elapsed or (re.search("[hs]", bare) and not re.search("[yd]", bare)):
        return "time"
    return "date" if re.search("[ymd]", bare) else ""


class _Reading:
    """The handlers of one sheet's XML."""

    def __init__(self, cells: Cells, strings: list[str], kinds: list[str], from_1904: bool) -> None:
        self.cells, self.strings, self.kinds, self.from_1904 = cells, strings, kinds, from_1904
        self.column_of: dict[str, int] = {}
        self.row = self.column = 0
        self.type = self.kind = ""
        self.value: list[str] | None = None
        self.formula: list[str] | None = None
        self.taken: list[str] | None = None
        self.in_cell = self.stored = self.aloud = False

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "c":
            self.row, self.column = self._place(given.get("r", ""))
            self.type, style = given.get("t", "n"), given.get("s", "")
            self.kind = self.kinds[int(style)] if style.isdecimal() and int(style) < len(self.kinds) else ""
            self.value = self.formula = self.taken = None
            self.in_cell, self.stored = True, False
        elif self.in_cell:
            self._in_cell(tag)
        elif tag == "row":
            self._row(given)
        elif tag == "mergeCell":
            first, _, last = given.get("ref", "").partition(":")
            ends = (place_of(first), place_of(last or first))
            if ends[0] and ends[1]:
                self.cells.merged.append((*ends[0], *ends[1]))
        elif tag == "col" and given.get("hidden") in _TRUE:
            most = min(int(given.get("max", 0)), 16384)
            self.cells.hidden_columns += range(int(given.get("min", 1)), most + 1)

    def _place(self, reference: str) -> tuple[int, int]:
        """Where a cell stands; beside the last one where it does not say. Columns are worked out once each."""
        name = reference.rstrip(_DIGITS)
        column, digits = self.column_of.get(name), reference[len(name) :]
        if column is not None and digits and len(digits) < 8:
            return int(digits), column
        place = place_of(reference)
        if place is None:
            return self.row, self.column + 1
        self.column_of[name] = place[1]
        return place

    def _row(self, given: dict[str, str]) -> None:
        number = given.get("r", "")
        self.row, self.column = int(number) if number.isdecimal() else self.row + 1, 0
        if self.cells.asked.most_rows and self.row > self.cells.asked.most_rows:
            raise Enough
        if given.get("hidden") in _TRUE:
            self.cells.hidden_rows.append(self.row)

    def _in_cell(self, tag: str) -> None:
        if tag == "v":
            self.value, self.stored = [], True
            self.taken = self.value
        elif tag == "t" and not self.aloud:
            self.value = self.value or []
            self.taken = self.value
        elif tag == "f":
            self.formula = self.taken = []
        elif tag == "rPh":
            self.aloud = True

    def text(self, piece: str) -> None:
        if self.taken is not None:
            self.taken.append(piece)

    def end(self, tag: str) -> None:
        if not self.in_cell:
            return
        if tag == "c":
            self._cell()
            self.in_cell = False
        elif tag in ("v", "t", "f"):
            self.taken = None
        elif tag == "rPh":
            self.aloud = False

    def _cell(self) -> None:
        text = "".join(self.value or ())
        below = self.row > self.cells.asked.header_row
        if self.formula is not None and below:
            if not text and (not self.stored or self.type != "str"):
                self.cells.unstored.add(self.row, self.column, f"={''.join(self.formula)}" if self.formula else "")
            if _LINK.search("".join(self.formula)):
                self.cells.linked.add(self.row, self.column, f"={''.join(self.formula)}")
        if self.type == "e" and below:
            self.cells.errors.add(self.row, self.column, text)
            text = ""
        if text:
            self.cells.add(self.row, self.column, self._spelt(text))

    def _spelt(self, text: str) -> str:
        if self.type == "n":
            return self._number(text)
        if self.type == "s":
            return self.strings[int(text)]
        if self.type == "b":
            return "true" if text in _TRUE else "false"
        return _unescaped(text) if self.type in ("str", "inlineStr") else text

    def _number(self, text: str) -> str:
        """A number as its author sees it: a day, a share as a percentage, a code with its leading zeros."""
        if self.kind == "percent":
            return self.cells.percentage(self.row, self.column, text)
        if self.kind in ("date", "time"):
            return _moment(text, self.kind, self.from_1904) or self.cells.number(text)
        if self.kind and text.isdecimal():
            return text.zfill(len(self.kind))
        return self.cells.number(text)


def _moment(text: str, kind: str, from_1904: bool) -> str:
    """A serial number as the day or time that the spreadsheet shows; empty where it is none."""
    try:
        serial = float(text)
        if kind == "time" and 0 <= serial < 1:
            return (_EPOCH + timedelta(seconds=round(serial * 86_400))).strftime("%H:%M:%S")
        if not from_1904 and serial < _NO_DAY:
            serial += 1
        moment = (_EPOCH_1904 if from_1904 else _EPOCH) + timedelta(seconds=round(serial * 86_400))
    except (ValueError, OverflowError):
        return ""
    return moment.date().isoformat() if serial.is_integer() else moment.isoformat(sep=" ")
