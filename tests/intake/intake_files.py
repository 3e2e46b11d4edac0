"""Files that the tests of the intake are made of: workbooks, packed files, and parts of them put in by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

import xlsxwriter

HEAD = ("area", "indicator", "year", "value")
ROW = ("KOR", "a1", 2019, 4.5)
MANIFEST = '[plugin]\ncountry = "KOR"\napi = 1\n[[tables]]\ntable = "observations"\nsource = "x"\nlicence = "x"\n'
SHEET = "xl/worksheets/sheet1.xml"


def about(file: str, **settings: str) -> str:
    return MANIFEST + f'file = "{file}"\n' + "".join(f"{key} = {value}\n" for key, value in settings.items())


def workbook(
    *rows: Sequence[object], formats: Mapping[tuple[int, int], str] | None = None, change=None, **sheets
) -> bytes:
    """A workbook with a sheet "Data" of these rows; `change` may do more to the book and the sheet."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, lines in {"Data": rows, **sheets}.items():
            sheet = book.add_worksheet(name)
            for at, line in enumerate(lines):
                for column, cell in enumerate(line):
                    style = (
                        book.add_format({"num_format": formats[at, column]})
                        if (at, column) in (formats or {})
                        else None
                    )
                    if isinstance(cell, tuple):
                        sheet.write_formula(at, column, cell[0], style, cell[1])
                    elif cell is not None:
                        sheet.write(at, column, cell, style)
            if change is not None and name == "Data":
                change(book, sheet)
    return target.getvalue()


def sound() -> bytes:
    return workbook(HEAD, ROW)


def patched(data: bytes, parts: Mapping[str, object]) -> bytes:
    """The packed file with some parts replaced, added (bytes) or changed by a function of their bytes."""
    target = io.BytesIO()
    left = dict(parts)
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            wanted = left.pop(entry.filename, None)
            new.writestr(entry.filename, content if wanted is None else wanted(content) if callable(wanted) else wanted)
        for name, content in left.items():
            new.writestr(name, content)
    return target.getvalue()


def packed(files: Mapping[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


_ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.3"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">
<office:automatic-styles><style:style style:name="off" style:family="table"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles><office:body><office:spreadsheet>%s</office:spreadsheet></office:body></office:document-content>"""


def ods_cell(cell: object, more: str = "") -> str:
    if cell is None:
        return f"<table:table-cell {more}/>"
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string" {more}><text:p>{cell}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{cell}" {more}><text:p>{cell}</text:p></table:table-cell>'


def ods_table(rows: Sequence[Sequence[object]], name: str = "Data", style: str = "") -> str:
    lines = "".join(
        "<table:table-row>"
        + "".join(cell if isinstance(cell, str) and cell.startswith("<") else ods_cell(cell) for cell in row)
        + "</table:table-row>"
        for row in rows
    )
    return f'<table:table table:name="{name}" table:style-name="{style}">{lines}</table:table>'


def ods(*tables: str, **parts: str) -> bytes:
    files = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml": "<m/>"}
    return packed({**files, "content.xml": _ODS % "".join(tables), **parts})
