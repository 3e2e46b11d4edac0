"""The author's own workbook given back: a copy in which the faults are coloured and commented, with a list of them in front."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ssemon.authoring.marks import WIDTHS, Line, Listing, Marked
from ssemon.authoring.ooxml import OFFICE, Package, StyleSheet, Unpatchable, attribute, cell_name, xml_text
from ssemon.authoring.ooxml_notes import add_notes
from ssemon.store import atomic

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_LONGEST_NAME = 31
_WRAPPED = 'vertical="top" wrapText="1"'


def write_marked(package: Package, sheets: Mapping[str, Marked], listing: Listing, path: Path) -> None:
    """Mark a workbook that was read, put the list in front, and write it.

    Errors: Unpatchable, and nothing is written.
    """
    styles = StyleSheet(package)
    for number, (name, marks) in enumerate(sheets.items(), 1):
        package.sheet(name).restyle(marks.colours, styles)
        if marks.notes:
            add_notes(package, package.sheets[name], marks.notes, number)
    _put_in_front(package, listing, styles)
    styles.save()
    with atomic(path) as part:
        package.write(part)


def _put_in_front(package: Package, listing: Listing, styles: StyleSheet) -> None:
    """Add the list as the first sheet, and let the workbook open on it."""
    part = package.free_name("xl/worksheets/ssemon{}.xml")
    package.parts[part] = _list_sheet(listing, styles).encode()
    package.declare(part, _SHEET)
    identifier = package.relate(package.book, "worksheet", part)
    book = package.parts[package.book]
    taken = [int(attribute(tag, "sheetId") or 0) for tag in re.findall(rb"<sheet\b[^>]*?/?>", book)]
    name = _free_sheet_name(listing.name, package)
    line = (
        f'<sheet xmlns:r="{OFFICE}" name="{xml_text(name)}" sheetId="{max(taken, default=0) + 1}" r:id="{identifier}"/>'
    )
    start = re.search(rb"<sheets\b[^>]*>", book)
    if start is None:
        raise Unpatchable("the workbook has no list of sheets")
    book = book[: start.end()] + line.encode() + book[start.end() :]
    # Names that hold in one sheet count the sheets: each has moved one place on.
    book = re.sub(rb'(\slocalSheetId=")(\d+)"', lambda found: found[1] + b'%d"' % (int(found[2]) + 1), book)
    book = re.sub(rb'\s(?:activeTab|firstSheet)="\d+"', b"", book)
    package.parts[package.book] = book
    for other in package.sheets.values():
        package.parts[other] = re.sub(
            rb'(<sheetView\b[^>]*?)\stabSelected="\w+"', rb"\1", package.parts[other], count=1
        )


def _free_sheet_name(wanted: str, package: Package) -> str:
    taken = {name.casefold() for name in package.sheets}
    names = [wanted, *(f"{wanted[: _LONGEST_NAME - 3]} {n}" for n in range(2, 100))]
    return next(name for name in names if name.casefold() not in taken)


def _list_sheet(listing: Listing, styles: StyleSheet) -> str:
    title = styles.added('<b/><color rgb="FF1F3B57"/>')
    head = styles.added('<b/><color rgb="FFFFFFFF"/>', "head", _WRAPPED)
    text = styles.added(alignment=_WRAPPED)
    link = styles.added('<u/><color rgb="FF0563C1"/>', "", _WRAPPED)
    marks = {name: styles.added("<b/>", name, _WRAPPED) for name in ("error", "warning", "info")}
    rows = [[(listing.title, title)], *([(remark, 0)] for remark in listing.remarks), []]
    first = len(rows) + 1
    rows.append([(heading, head) for heading in listing.headings])
    links = []
    for line in listing.lines:
        place = link if line.cell else text
        rows.append(
            [
                (cell, (marks[line.severity], text, place)[min(at, 2)] if at < 3 else text)
                for at, cell in enumerate(line.cells)
            ]
        )
        if line.cell:
            links.append(_hyperlink(line, f"C{len(rows)}"))
    rows += [[(listing.more, 0)]] if listing.more else []
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(WIDTHS, 1)
    )
    view = f'<sheetView tabSelected="1" workbookViewId="0"><pane ySplit="{first}" topLeftCell="A{first + 1}" activePane="bottomLeft" state="frozen"/></sheetView>'
    body = "".join(_row(number, cells) for number, cells in enumerate(rows, 1))
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}">'
        f'<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>{view}</sheetViews><cols>{columns}</cols>'
        f"<sheetData>{body}</sheetData>"
        + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _row(number: int, cells: list[tuple[str, int]]) -> str:
    inside = "".join(
        f'<c r="{cell_name(number, at)}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{xml_text(text)}</t></is></c>'
        for at, (text, style) in enumerate(cells)
    )
    return f'<row r="{number}">{inside}</row>'


def _hyperlink(line: Line, cell: str) -> str:
    sheet = line.sheet.replace("'", "''")
    return f'<hyperlink ref="{cell}" location="{xml_text(f"{chr(39)}{sheet}{chr(39)}!{line.cell}")}" display="{xml_text(line.cells[2])}"/>'
