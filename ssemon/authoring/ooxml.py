"""An XLSX file as its parts, changed in place: what is not touched stays byte for byte as its author's program wrote it.

A library that reads a workbook and writes it again loses what it does not know (charts, pictures, controls, conditional
formats of a newer Excel). Here only the cells that are marked get another style, and parts are added. Where a workbook is
built in a way that this cannot follow, `Unpatchable` says so, and the caller writes a new one.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath
from xml.sax.saxutils import escape, unescape

from ssemon.sheets.records import letters, place_of

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "[Content_Types].xml"
_PLAIN_BOOK = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
# More than this unpacked is not opened a second time to be marked.
_LARGEST = 400_000_000
_ROW = re.compile(rb"<row\b([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_STRING = re.compile(rb"<si\b[^>]*?(?:/>|>(.*?)</si>)", re.DOTALL)
_TEXT = re.compile(rb"<t\b[^>]*?(?:/>|>(.*?)</t>)", re.DOTALL)
_PHONETIC = re.compile(rb"<rPh\b.*?</rPh>", re.DOTALL)
_VALUE = re.compile(rb"<v\b[^>]*>(.*?)</v>", re.DOTALL)
_ENCODING = re.compile(rb"""^\s*<\?xml\b[^>]*?\sencoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_QUOTES = {"&quot;": '"', "&apos;": "'", "&#10;": "\n", "&#13;": "\r"}


class Unpatchable(Exception):
    """The workbook is built in a way that cannot be changed in place."""


def attribute(tag: bytes, name: str) -> str:
    """Return an attribute of a tag, whatever its prefix; empty where it has none."""
    found = re.search(rb"""(?:^|\s)(?:\w+:)?""" + name.encode() + rb"""\s*=\s*(["'])(.*?)\1""", tag, re.DOTALL)
    return unescape(found[2].decode(), _QUOTES) if found else ""


def xml_text(text: str) -> str:
    """Return a text as it stands in XML; what XML cannot hold is left out."""
    return escape(_NOT_IN_XML.sub("", text), {'"': "&quot;"})


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell by its row, from 1, and its column, from 0.

    >>> cell_name(12, 0), cell_name(1, 26)
    ('A12', 'AA1')
    """
    return f"{letters(column + 1)}{row}"


@dataclass
class Package:
    """The parts of an XLSX file by name, in their order."""

    parts: dict[str, bytes]
    book: str
    sheets: dict[str, str] = field(default_factory=dict)
    _strings: list[str] | None = None
    _found: dict[str, SheetXml] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Package:
        """Read a workbook. Errors: Unpatchable."""
        try:
            with zipfile.ZipFile(path) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                    raise Unpatchable("the workbook is too large")
                parts = {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise Unpatchable(str(error)) from error
        book = "xl/workbook.xml"
        if _PLAIN_BOOK not in parts.get(_TYPES, b"") or b"<workbook" not in parts.get(book, b""):
            raise Unpatchable("the workbook holds macros or is built in another way")
        if any(map(_ENCODING.match, parts.values())):
            raise Unpatchable("a part of the workbook is in another encoding than UTF-8")
        package = cls(parts, book)
        targets = package.relations(book)
        for tag in re.findall(rb"<sheet\b[^>]*?/?>", parts[book]):
            target, name = targets.get(attribute(tag, "id"), ""), attribute(tag, "name")
            if target in parts and b"<worksheet" in parts[target]:
                package.sheets[name] = target
        return package

    def sheet(self, name: str) -> SheetXml:
        """Return a sheet by its name; its rows are looked for once. Errors: Unpatchable."""
        if name not in self._found:
            self._found[name] = SheetXml(self, self.sheets[name])
        return self._found[name]

    def relations(self, part: str, kind: str = "") -> dict[str, str]:
        """Return what a part refers to, of one kind or of all: identifier → name of the part."""
        folder = str(PurePosixPath(part).parent)
        found = {}
        for tag in re.findall(rb"<Relationship\b[^>]*?/?>", self.parts.get(_relations_of(part), b"")):
            target = attribute(tag, "Target")
            place = target[1:] if target.startswith("/") else normpath(f"{folder}/{target}")
            if attribute(tag, "Type").endswith(f"/{kind}" if kind else ""):
                found[attribute(tag, "Id")] = place
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let a part refer to another one, and return the identifier."""
        name = _relations_of(part)
        empty = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        data = self.parts.get(name, empty).replace(b"<Relationships/>", b"<Relationships></Relationships>")
        data = re.sub(rb"(<Relationships\b[^>]*)/>", rb"\1></Relationships>", data)
        taken = {attribute(tag, "Id") for tag in re.findall(rb"<Relationship\b[^>]*?/?>", data)}
        identifier = next(f"rIdSsemon{n}" for n in range(1, 10_000) if f"rIdSsemon{n}" not in taken)
        place = relpath(target, str(PurePosixPath(part).parent))
        line = f'<Relationship Id="{identifier}" Type="{OFFICE}/{kind}" Target="{place}"/>'
        self.parts[name] = _before(data, b"</Relationships>", line.encode())
        return identifier

    def declare(self, part: str, content: str) -> None:
        """Say what kind of part one is."""
        line = f'<Override PartName="/{part}" ContentType="{content}"/>'
        self.parts[_TYPES] = _before(self.parts[_TYPES], b"</Types>", line.encode())

    def declare_suffix(self, suffix: str, content: str) -> None:
        """Say what the parts with a suffix are, where nobody has said so."""
        types = self.parts[_TYPES]
        if f'Extension="{suffix}"'.encode().lower() not in types.lower():
            line = f'<Default Extension="{suffix}" ContentType="{content}"/>'.encode()
            head = re.search(rb"<Types\b[^>]*>", types)
            if head is None:
                raise Unpatchable("the workbook does not say what its parts are")
            self.parts[_TYPES] = types[: head.end()] + line + types[head.end() :]

    def free_name(self, pattern: str) -> str:
        """Return the name of a part that is not there yet."""
        return next(name for n in range(1, 10_000) if (name := pattern.format(n)) not in self.parts)

    @property
    def strings(self) -> list[str]:
        """The texts that cells refer to."""
        if self._strings is None:
            data = self.parts.get("xl/sharedStrings.xml", b"")
            self._strings = [_joined(text) for text in _STRING.findall(data)]
        return self._strings

    def write(self, path: Path) -> None:
        """Write the workbook. The same parts give the same bytes."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.parts.items():
                entry = zipfile.ZipInfo(name)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, data, compresslevel=4)


def _relations_of(part: str) -> str:
    path = PurePosixPath(part)
    return f"{path.parent}/_rels/{path.name}.rels"


def _before(data: bytes, mark: bytes, line: bytes) -> bytes:
    at = data.rfind(mark)
    if at < 0:
        raise Unpatchable(f"the workbook has no {mark.decode()}")
    return data[:at] + line + data[at:]


def _joined(text: bytes) -> str:
    pieces = _TEXT.findall(_PHONETIC.sub(b"", text or b""))
    return unescape(b"".join(pieces).decode(), _QUOTES)


class SheetXml:
    """One sheet: its rows found, their cells read and given another style where that is asked for."""

    def __init__(self, package: Package, part: str) -> None:
        self.package, self.part = package, part
        data = package.parts[part]
        start, end = data.find(b"<sheetData"), data.find(b"</sheetData>")
        self.rows: dict[int, re.Match[bytes]] = {}
        for found in _ROW.finditer(data, start, end) if 0 <= start < end else ():
            number = attribute(found[1], "r")
            if not number.isdigit():
                raise Unpatchable("the rows of the workbook have no numbers")
            self.rows[int(number)] = found

    def row(self, number: int) -> Mapping[int, str]:
        """Return the texts of a row's cells by their column, from 0."""
        found = self.rows.get(number)
        return {column: self._text(tag, inside) for column, tag, inside in _cells(found)}

    def _text(self, tag: bytes, inside: bytes) -> str:
        value = _VALUE.search(inside)
        kind = attribute(tag, "t")
        if kind == "inlineStr":
            return _joined(inside)
        text = unescape(value[1].decode(), _QUOTES) if value else ""
        return self.package.strings[int(text)] if kind == "s" and text.isdigit() else text

    def restyle(self, wanted: Mapping[tuple[int, int], str], styles: StyleSheet) -> None:
        """Fill cells by (row, column) with the colour of a severity; an empty cell is put in where there is none."""
        data = self.package.parts[self.part]
        by_row: dict[int, dict[int, str]] = {}
        for (row, column), severity in wanted.items():
            by_row.setdefault(row, {})[column] = severity
        pieces, at = [], 0
        for number in sorted(set(by_row) & set(self.rows), key=lambda row: self.rows[row].start()):
            found = self.rows[number]
            pieces += [data[at : found.start()], self._restyled(found, number, by_row[number], styles)]
            at = found.end()
        self.package.parts[self.part] = b"".join([*pieces, data[at:]])

    def _restyled(self, row: re.Match[bytes], number: int, wanted: Mapping[int, str], styles: StyleSheet) -> bytes:
        cells = {column: (tag, inside) for column, tag, inside in _cells(row)}
        usual = attribute(row[1], "s") if attribute(row[1], "customFormat") in ("1", "true") else ""
        for column, severity in wanted.items():
            tag, inside = cells.get(column, (f' r="{cell_name(number, column)}" s="{usual or 0}"'.encode(), b""))
            style = styles.filled(int(attribute(tag, "s") or 0), severity)
            bare = re.sub(rb"""\ss\s*=\s*(["']).*?\1""", b"", tag)
            cells[column] = (bare + f' s="{style}"'.encode(), inside)
        body = b"".join(
            b"<c" + tag + (b">" + inside + b"</c>" if inside else b"/>") for _, (tag, inside) in sorted(cells.items())
        )
        return b"<row" + row[1] + b">" + body + b"</row>"


def _cells(row: re.Match[bytes] | None) -> Iterator[tuple[int, bytes, bytes]]:
    """The cells of a row: the column from 0, the attributes, what is inside."""
    for found in _CELL.finditer(row[2] or b"") if row else ():
        place = place_of(attribute(found[1], "r"))
        if place is None:  # a cell may leave its name out: which one it is then is known by counting alone
            raise Unpatchable("the cells of the workbook have no names")
        yield place[1] - 1, found[1], found[2] or b""


class StyleSheet:
    """The styles of a workbook, to which some are added."""

    COLOURS: Mapping[str, str] = {"error": "FFFFC7CE", "warning": "FFFFEB9C", "info": "FFDDEBF7", "head": "FF1F3B57"}

    def __init__(self, package: Package) -> None:
        self.package = package
        self.data = package.parts.get("xl/styles.xml", b"")
        self.formats = [
            found[0] for found in re.finditer(rb"<xf\b[^>]*?/>|<xf\b.*?</xf>", self._inside("cellXfs"), re.DOTALL)
        ]
        self._fills = {name: self._fill(colour) for name, colour in self.COLOURS.items()}
        self._made: dict[tuple[int, str], int] = {}

    def _inside(self, element: str) -> bytes:
        found = re.search(rb"<%b\b[^>]*>(.*)</%b>" % (element.encode(), element.encode()), self.data, re.DOTALL)
        if found is None:
            raise Unpatchable(f"the workbook's styles have no {element}")
        return found[1]

    def _append(self, element: str, child: str, line: str) -> int:
        """Add a child at the end of a list of the style sheet, and return its place there."""
        count = len(re.findall(rb"<%b\b" % child.encode(), self._inside(element)))
        name = element.encode()
        self.data = _before(self.data, b"</" + name + b">", line.encode())
        self.data = re.sub(rb"(<" + name + rb'\b[^>]*?\scount=")\d+', rb"\g<1>%d" % (count + 1), self.data, count=1)
        return count

    def _fill(self, colour: str) -> int:
        inside = f'<patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/></patternFill>'
        return self._append("fills", "fill", f"<fill>{inside}</fill>")

    def filled(self, index: int, severity: str) -> int:
        """Return the style `index` with the colour of a severity behind it."""
        key = (index, severity)
        if key not in self._made:
            bare = self.formats[index] if index < len(self.formats) else b"<xf/>"
            bare = re.sub(rb"""\s(?:fillId|applyFill)\s*=\s*(["']).*?\1""", b"", bare)
            line = bare.replace(b"<xf", f'<xf fillId="{self._fills[severity]}" applyFill="1"'.encode(), 1)
            self._made[key] = self._append("cellXfs", "xf", line.decode())
        return self._made[key]

    def added(self, font: str = "", fill: str = "", alignment: str = "") -> int:
        """Return a style of our own."""
        font_id = (
            self._append("fonts", "font", f'<font><sz val="11"/><name val="Calibri"/>{font}</font>') if font else 0
        )
        inside = f"<alignment {alignment}/>" if alignment else ""
        fill_id = self._fills[fill] if fill else 0
        line = f'<xf numFmtId="0" fontId="{font_id}" fillId="{fill_id}" borderId="0" xfId="0" applyFont="1" applyFill="1" applyAlignment="1">{inside}</xf>'
        return self._append("cellXfs", "xf", line)

    def save(self) -> None:
        """Put the styles back into the workbook."""
        self.package.parts["xl/styles.xml"] = self.data
