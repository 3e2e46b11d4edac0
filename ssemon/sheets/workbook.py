"""A workbook: what it is, which sheets it has, and the cells of one of them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ssemon.sheets.archives import checked_archive
from ssemon.sheets.cells import Asked, refuse_type
from ssemon.sheets.child import read_apart
from ssemon.sheets.limits import Limits, file_limits
from ssemon.sheets.ods import ods_names, ods_sheet
from ssemon.sheets.records import Finding, Refused, Sheet, SheetName
from ssemon.sheets.xlsx import xlsx_names, xlsx_sheet
from ssemon.text import listed, plural, quoted

WORKBOOKS = (".xlsx", ".xlsm", ".ods")
_OLD = b"\xd0\xcf\x11\xe0"
_PROLOGUE = 4096
# What a file starts with that is called a workbook and is none.
_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file (.gz)"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"PAR1", "a Parquet file"),
    (b"<", "a web page or XML: many systems call that .xls or .xlsx"),
)


def read_names(path: Path) -> list[SheetName]:
    """Return the sheets of a workbook, in the process for files. Errors: Refused."""
    limits = file_limits()
    _check(path, limits)
    return [SheetName(**name) for name in read_apart(names_here, limits, str(path))]


def read_sheet(path: Path, asked: Asked) -> Sheet:
    """Read one sheet of a workbook, in the process for files.

    Errors: Refused with what is wrong with the file (F03, F08, F11, F13, F14, X02 to X07, X18, X19), with its sheets
            (S12), or with its cells (X06).
    """
    limits = file_limits()
    _check(path, limits)
    return Sheet.of(read_apart(sheet_here, limits, str(path), asked))


def names_here(_: Limits, path: str) -> list[SheetName]:
    """Return the sheets of a workbook, in this process."""
    with zipfile.ZipFile(path) as archive:
        return ods_names(archive) if _is_ods(archive) else xlsx_names(archive)


def sheet_here(limits: Limits, path: str, wanted: Mapping[str, Any]) -> Sheet:
    """Read one sheet of a workbook, in this process; `wanted` are the fields of what is asked."""
    asked = Asked(**wanted)
    with zipfile.ZipFile(path) as archive:
        ods = _is_ods(archive)
        _refuse_locked(archive)
        _refuse_types(archive)
        names = ods_names(archive) if ods else xlsx_names(archive)
        name = chosen(names, asked.sheet)
        sheet = (ods_sheet if ods else xlsx_sheet)(archive, name, asked, limits)
        return replace(sheet, findings=(*sheet.findings, *_hidden(names, name, asked)))


def _hidden(names: Sequence[SheetName], name: str, asked: Asked) -> tuple[Finding, ...]:
    """What the intake log says of sheets that nobody sees."""
    hidden = [one.name for one in names if one.hidden]
    if asked.sheet and name not in hidden:
        return ()
    if name in hidden:
        what = "read a sheet that is hidden, because plugin.toml names it"
        return (Finding("I03", what, "nothing, if that is meant", quoted(name), severity="info"),)
    what = f"left out {plural(len(hidden), 'hidden sheet')}: plugin.toml names none"
    fix = "nothing, if that is meant; else write sheet = in plugin.toml"
    return (Finding("I03", what, fix, listed(map(quoted, hidden)), severity="info"),) if hidden else ()


def chosen(names: Sequence[SheetName], wanted: str) -> str:
    """Return the sheet that is meant: the one named, or the only one that is not hidden.

    Errors: Refused S12 where it is not there, or none is named and several could be meant.
    """
    all_of_them = listed((f"{one.name} (hidden)" if one.hidden else one.name for one in names), most=12)
    if wanted:
        if wanted not in (one.name for one in names):
            raise Refused(Finding("S12", f"there is no sheet {quoted(wanted)}", f"its sheets are: {all_of_them}"))
        return wanted
    visible = [one.name for one in names if not one.hidden]
    if len(visible) != 1:
        what = "the workbook has several sheets" if visible else "the workbook has no sheet that is not hidden"
        raise Refused(Finding("S12", what, f"write sheet = in plugin.toml; they are: {all_of_them}"))
    return visible[0]


def _is_ods(archive: zipfile.ZipFile) -> bool:
    return "content.xml" in archive.namelist()


def _check(path: Path, limits: Limits) -> None:
    """Refuse what is no workbook, or one that is not opened, by its first bytes and its table of contents."""
    with path.open("rb") as file:
        head = file.read(_PROLOGUE)
    if not head:
        raise Refused(Finding("F01", "the file is empty", "put the data in, or take the entry out of plugin.toml"))
    if head.startswith(_OLD):
        raise Refused(_old_kind(path))
    if not head.startswith(b"PK"):
        raise Refused(_no_workbook(path, head))
    names = [entry.filename for entry in checked_archive(path, limits)]
    lower = [name.lower() for name in names]
    if any(name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")) for name in lower):
        fix = "save it as .xlsx or .ods without macros: in Excel, Save As, Excel Workbook (*.xlsx)"
        raise Refused(Finding("X07", "the workbook holds macros", fix, path.suffix))
    _check_kind(path, lower)


def _check_kind(path: Path, lower: Sequence[str]) -> None:
    """Refuse a packed file that is another kind than its name says."""
    ods = "content.xml" in lower
    if ods and path.suffix.lower() == ".ods":
        return
    if any(name.endswith("workbook.bin") for name in lower):
        raise Refused(_binary("a binary Excel workbook (.xlsb)"))
    if not ods and path.suffix.lower() != ".ods" and any(name.endswith("workbook.xml") for name in lower):
        return
    kind = (
        "an OpenDocument file" if ods else "an Excel workbook" if "xl/workbook.xml" in lower else "a ZIP of other files"
    )
    fix = "name the file after its kind (.xlsx, .ods, .zip), or save it again as .xlsx"
    raise Refused(Finding("F03", "the file is not what its name says", fix, kind))


def _refuse_locked(archive: zipfile.ZipFile) -> None:
    """Refuse an ODS with a password: its parts are there, and nobody can read them."""
    if "META-INF/manifest.xml" not in archive.namelist():
        return
    with archive.open("META-INF/manifest.xml") as stream:
        if b"encryption-data" in stream.read(1_000_000):
            raise Refused(Finding("F13", "the workbook is protected by a password", "save it without a password"))


def _old_kind(path: Path) -> Finding:
    """What stands in the container that old Office files and protected new ones have in common."""
    with path.open("rb") as file:
        data = file.read(50_000_000)
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Finding(
            "F13", "the workbook is protected by a password", "open it in Excel and save it without a password"
        )
    return _binary("an old Excel workbook (.xls)")


def _binary(kind: str) -> Finding:
    fix = "open it in Excel or LibreOffice and save it as .xlsx: File, Save As, Excel Workbook (*.xlsx)"
    return Finding("F14", "the workbook is of an old or binary kind that is not read", fix, kind)


def _no_workbook(path: Path, head: bytes) -> Finding:
    kind = next((name for mark, name in _OTHERS if head.lstrip().startswith(mark)), "")
    text = not kind and b"\0" not in head
    fix = "open it in Excel and save it as .xlsx"
    if text:
        kind, fix = "a text file", f"name it {path.stem}.csv, or open it in Excel and save it as .xlsx"
    return Finding("F03", "the file is not what its name says", fix, kind or "no kind that is known")


def _refuse_types(archive: zipfile.ZipFile) -> None:
    """Refuse a document type in any part, also those that are not read: whoever wrote it meant harm."""
    for name in archive.namelist():
        if name.lower().endswith((".xml", ".rels")):
            with archive.open(name) as stream:
                start = stream.read(_PROLOGUE)
            if b"<!DOCTYPE" in start.replace(b"\0", b"") or b"<!ENTITY" in start.replace(b"\0", b""):
                refuse_type(name)
