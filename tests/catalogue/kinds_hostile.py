"""Kinds 10 and 72 to 76: files and texts that mean harm, or do it."""

from __future__ import annotations

import io
import zipfile

from catalogue_drafts import Cell, Draft, Expected, cells, csv_bytes, kind
from intake_files import SHEET, ods, ods_table, packed, patched

LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><sst>&b;</sst>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@kind(10, "csv")
def over_the_size(one: Draft) -> Expected:
    """The file is larger than is read (a sparse file: it takes no room on the disk)."""
    one.length = (201, 250, 300, 400, 500)[one.number] * 1024 * 1024
    return Expected("F08")


@kind(10, "xlsx")
def over_the_limit(one: Draft) -> Expected:
    """More cells than are read: the rows go on and on."""
    numbers = (1_048_576, 900_000, 1_000_000, 800_000, 700_000)  # times 16 columns
    last = numbers[one.number]
    row = b'<row r="%d"><c r="P%d"><v>1</v></c></row></sheetData>' % (last, last)
    one.change = lambda data: patched(data, {SHEET: lambda xml: xml.replace(b"</sheetData>", row)})
    return Expected("X02", (last,), "P")


FORMULAS = (
    "=cmd|' /C calc'!A0", "+1+1+cmd|' /C calc'!A0", "@SUM(1+1)*cmd", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://example.org","x")',
)  # fmt: skip


@kind(72, variants=6)
def formula_or_markup_as_text(one: Draft) -> Expected:
    """In a column of numbers it is no number; in a text it is a text (that pages escape it is tested with the pages)."""
    text = FORMULAS[one.number % len(FORMULAS)]
    if one.number % 2:
        one.put(one.some()[0], "note", Cell(text=text) if one.kind == "xlsx" else text)
        return Expected()
    return cells(one, "value", [Cell(text=text) if one.kind == "xlsx" else text], "V04", found=text[:12])


@kind(73, "xlsx")
def far_cell(one: Draft) -> Expected:
    reference = (b"XFD1048576", b"D1048576", b"XFD40000", b"ZZ50000", b"AAA600000")[one.number]
    row = reference.lstrip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    cell = b'<row r="%s"><c r="%s"><v>1</v></c></row></sheetData>' % (row, reference)
    one.change = lambda data: patched(data, {SHEET: lambda xml: xml.replace(b"</sheetData>", cell)})
    return Expected("X02", (int(row),), reference.removesuffix(row).decode())


@kind(74, "xlsx", variants=8)
def bomb_document_type_macro_link(one: Draft) -> Expected:
    parts, code = (
        ({SHEET: b"<worksheet><sheetData>" + b"<row/>" * 3_000_000}, "X03"),
        ({"xl/media/a.bin": bytes(15_000_000)}, "X03"),
        ({"xl/sharedStrings.xml": LAUGHS}, "X05"),
        ({"docProps/custom.xml": LAUGHS.decode().encode("utf-16")}, "X05"),
        ({"xl/vbaProject.bin": b"x"}, "X07"),
        ({"xl/sharedStrings.xml": LAUGHS.replace(b"[", b'SYSTEM "file:///etc/passwd" [')}, "X05"),
        ({f"p/{n}.xml": b"" for n in range(5001)}, "X03"),
        ({"xl/externalLinks/externalLink1.xml": b"<x/>"}, "X06"),
    )[one.number]
    if code == "X06":
        row = one.put(3, "value", Cell(formula="=[1]Other!A1", text="4.5"))
        column = chr(65 + one.at("value"))
        one.change = lambda data: patched(data, parts)
        return Expected(code, (row,), column)
    one.change = lambda data: patched(data, parts)
    return Expected(code)


def _named(name: str, link: bool = False) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        entry = zipfile.ZipInfo("n")
        entry.filename = name
        entry.external_attr = (0o120777 << 16) if link else 0
        archive.writestr(entry, "/etc/passwd" if link else "indicator,year,value\n")
    return target.getvalue()


@kind(75, "csv", variants=8)
def name_that_leads_elsewhere(one: Draft) -> Expected:
    one.settings["encoding"] = ""
    if one.number < 5:
        one.name = "data/values.zip"
        one.data = (
            _named("../../values.csv"), _named("/etc/values.csv"), _named("C:\\values.csv"), _named("values.csv", link=True),
            packed({"inner.zip": packed({"values.csv": csv_bytes(one)})}),
        )[one.number]  # fmt: skip
        return Expected("X04")
    elsewhere = ("../../values.csv", "/etc/passwd", "data/../../../values.csv")[one.number - 5]
    one.manifest = lambda text: text.replace(one.file, elsewhere)
    return Expected("X04", file="plugin.toml", found=elsewhere, beside=frozenset({"P09"}))


@kind(76, "xlsx", variants=7)
def locked_or_damaged(one: Draft) -> Expected:
    if one.number == 0:
        one.data = OLE + "EncryptedPackage".encode("utf-16-le")
        return Expected("F13")
    if one.number == 1:
        one.data = OLE + "Workbook".encode("utf-16-le")
        return Expected("F14")
    if one.number == 2:
        one.name, one.data = (
            "data/values.ods",
            ods(ods_table([one.headings]), **{"META-INF/manifest.xml": "<m><encryption-data/></m>"}),
        )
        return Expected("F13")
    broken = {
        3: {SHEET: b"<worksheet><sheetData>"},
        4: {SHEET: lambda xml: xml.replace(b' t="s"><v>0', b' t="s"><v>99999')},
        5: {"xl/workbook.xml": b"<workbook"},
        6: {SHEET: lambda xml: xml[: len(xml) // 2]},
    }[one.number]
    one.change = lambda data: patched(data, broken)
    return Expected("F11")
