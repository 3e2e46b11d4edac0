"""ODS: the cells of a sheet as text, read piece by piece from the workbook's own XML (OpenDocument 1.3, part 3)."""

from __future__ import annotations

import zipfile

from ssemon.sheets.cells import Asked, Cells, Enough, attribute, part, walk
from ssemon.sheets.limits import Limits
from ssemon.sheets.records import Finding, Refused, Sheet, SheetName

_NUMBERS = ("float", "currency")
_HIDDEN = ("collapse", "filter")


def ods_names(archive: zipfile.ZipFile) -> list[SheetName]:
    """Return the sheets of a workbook. Errors: Refused F11, X05."""
    names: list[SheetName] = []
    hidden: set[str] = set()
    style = [""]

    def start(tag: str, given: dict[str, str]) -> None:
        if tag == "style":
            style[0] = attribute(given, "name")
        elif tag == "table-properties" and attribute(given, "display") == "false":
            hidden.add(style[0])
        elif tag == "table":
            names.append(SheetName(attribute(given, "name"), attribute(given, "style-name") in hidden))

    walk(_content(archive), start)
    return names


def ods_sheet(archive: zipfile.ZipFile, name: str, asked: Asked, limits: Limits) -> Sheet:
    """Read one sheet. Errors: Refused F11, X02, X05, X06."""
    reading = _Reading(name, Cells(asked, limits))
    walk(_content(archive), reading.start, reading.end, reading.text)
    return reading.cells.sheet(name)


def _content(archive: zipfile.ZipFile):  # type: ignore[no-untyped-def]  # noqa: ANN202
    stream = part(archive, "content.xml")
    if stream is None:
        fix = "open it in LibreOffice and save it again as .ods"
        raise Refused(Finding("F11", "the file is no workbook", fix, "no content.xml"))
    return stream


class _Reading:
    """The handlers of the workbook's XML; they look at one sheet only."""

    def __init__(self, name: str, cells: Cells) -> None:
        self.name, self.cells = name, cells
        self.here = self.aside = 0
        self.row = self.column = 1
        self.row_times = self.times = 1
        self.line: list[tuple[int, int, str]] = []
        self.given: dict[str, str] | None = None
        self.covered = False
        self.paragraphs: list[list[str]] = []
        self.columns = 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "table":
            self.here += bool(self.here) or attribute(given, "name") == self.name
        elif not self.here:
            return
        elif self.given is not None:
            self._in_cell(tag, given)
        elif tag == "table-column":
            times = min(_times(given, "number-columns-repeated"), 16384)
            if attribute(given, "visibility") in _HIDDEN:
                self.cells.hidden_columns += range(self.columns + 1, self.columns + times + 1)
            self.columns += times
        elif tag == "table-row":
            self._row(given)
        elif tag in ("table-cell", "covered-table-cell"):
            self.given, self.covered = given, tag.startswith("covered")
            self.times, self.paragraphs = _times(given, "number-columns-repeated"), []
        elif tag == "table-source":
            self.cells.linked.add(1, 1, attribute(given, "href"))

    def _row(self, given: dict[str, str]) -> None:
        self.row_times, self.column, self.line = _times(given, "number-rows-repeated"), 1, []
        if self.cells.asked.most_rows and self.row > self.cells.asked.most_rows:
            raise Enough
        if attribute(given, "visibility") in _HIDDEN:
            self.cells.hidden_rows += range(self.row, self.row + min(self.row_times, 100_000))

    def _in_cell(self, tag: str, given: dict[str, str]) -> None:
        if tag in ("annotation", "shape", "frame"):
            self.aside += 1
        elif self.aside:
            return
        elif tag == "p":
            self.paragraphs.append([])
        elif tag == "s" and self.paragraphs:
            self.paragraphs[-1].append(" " * min(_times(given, "c"), 1000))
        elif tag in ("tab", "line-break") and self.paragraphs:
            self.paragraphs[-1].append("\t" if tag == "tab" else "\n")

    def text(self, piece: str) -> None:
        if self.given is not None and self.paragraphs and not self.aside:
            self.paragraphs[-1].append(piece)

    def end(self, tag: str) -> None:
        if not self.here:
            return
        if tag == "table":
            self.here -= 1
        elif self.given is not None and tag in ("annotation", "shape", "frame"):
            self.aside -= 1
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell(self.given or {})
            self.column += self.times
            self.given = None
        elif tag == "table-row":
            self._end_row()

    def _end_row(self) -> None:
        for column, times, text in self.line:
            self.cells.reach(self.row, column)
            self.cells.reach(self.row + self.row_times - 1, column + times - 1)
            for row in range(self.row, self.row + self.row_times):
                for at in range(column, column + times):
                    self.cells.add(row, at, text)
        self.row += self.row_times

    def _cell(self, given: dict[str, str]) -> None:
        shown = "\n".join("".join(pieces) for pieces in self.paragraphs)
        text = "" if self.covered else self._spelt(given, shown)
        below, formula = self.row > self.cells.asked.header_row, attribute(given, "formula")
        kinds = [value for key, value in given.items() if key.endswith("value-type")]
        if below and ("error" in kinds or (formula and shown.startswith(("#", "Err:")))):
            self.cells.errors.add(self.row, self.column, shown)
            text = ""
        elif below and formula and not kinds:
            self.cells.unstored.add(self.row, self.column, formula)
        if below and "'file:" in formula:
            self.cells.linked.add(self.row, self.column, formula)
        if text:
            self.line.append((self.column, self.times, text))
        down, across = _times(given, "number-rows-spanned"), _times(given, "number-columns-spanned")
        if down > 1 or across > 1:
            self.cells.merged.append((self.row, self.column, self.row + down - 1, self.column + across - 1))

    def _spelt(self, given: dict[str, str], shown: str) -> str:
        kind = attribute(given, "value-type") if "office:value-type" not in given else given["office:value-type"]
        value = attribute(given, "value")
        if kind in _NUMBERS and value:
            return self.cells.number(value)
        if kind == "percentage" and value:
            return self.cells.percentage(self.row, self.column, value)
        if kind == "date":
            return attribute(given, "date-value").replace("T", " ").removesuffix(" 00:00:00")
        if kind == "boolean":
            return attribute(given, "boolean-value")
        return shown or attribute(given, "string-value")


def _times(given: dict[str, str], name: str) -> int:
    text = attribute(given, name)
    return max(1, int(text)) if text.isdecimal() else 1
