"""What reading a spreadsheet gives: its cells as texts, what was met on the way, or why it is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ssemon.errors import EXAMPLES, Problem, Severity, Where
from ssemon.text import listed, plural, quoted


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a file holds and its author should know; a problem once its file has a name.

    Units: `rows` as the spreadsheet numbers them, all of them; the problem carries as many as it may.
    """

    code: str
    what: str
    fix: str
    found: str = ""
    rows: tuple[int, ...] = ()
    column: str = ""
    sheet: str = ""
    severity: Severity = "error"

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Finding:
        """Return the finding that came as plain data from the process for files."""
        return cls(**{**data, "rows": tuple(data["rows"])})

    def problem(self, place: Where) -> Problem:
        """Return the problem, in the file and sheet of `place`."""
        where = Where(
            file=place.file,
            sheet=place.sheet or self.sheet,
            rows=self.rows[:EXAMPLES],
            row_count=len(self.rows),
            column=self.column,
        )
        return Problem(
            code=self.code, what=self.what, fix=self.fix, found=self.found, severity=self.severity, where=where
        )


class Refused(Exception):
    """A file that is not read, with the reasons."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(*findings)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class SheetName:
    """A sheet of a workbook as its author sees it: hidden, or not."""

    name: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet.

    Shape:   `rows` are those from row 1 on, blank ones included, each as long as its last filled cell.
    Missing: an empty cell is empty text.
    Units:   `merged` ranges and `hidden_rows` count from 1, columns too: (first row, first column, last row, last column).
    """

    name: str
    rows: list[list[str]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Sheet:
        """Return the sheet that came as plain data from the process for files."""
        return cls(
            name=data["name"],
            rows=data["rows"],
            merged=tuple((top, left, bottom, right) for top, left, bottom, right in data["merged"]),
            hidden_rows=tuple(data["hidden_rows"]),
            hidden_columns=tuple(data["hidden_columns"]),
            findings=tuple(map(Finding.of, data["findings"])),
        )


@dataclass(slots=True)
class Marks:
    """Cells of one kind, noted while a sheet is read: their rows, columns and texts."""

    rows: dict[int, None] = field(default_factory=dict)
    columns: dict[str, None] = field(default_factory=dict)
    texts: dict[str, None] = field(default_factory=dict)

    def add(self, row: int, column: int, text: str = "") -> None:
        """Note a cell."""
        self.rows[row] = None
        self.columns[letters(column)] = None
        if len(self.texts) < EXAMPLES + 1 and text:
            self.texts[text] = None

    def finding(self, code: str, what: str, fix: str, severity: Severity = "error") -> Finding:
        """Return what was noted as one finding; `what` is followed by the number of rows."""
        return Finding(
            code=code,
            what=f"{what} in {plural(len(self.rows), 'row')}",
            fix=fix,
            found=listed(map(quoted, self.texts)),
            rows=tuple(self.rows),
            column=listed(self.columns),
            severity=severity,
        )


def letters(column: int) -> str:
    """Return a column's letters.

    >>> letters(1), letters(27), letters(16384)
    ('A', 'AA', 'XFD')
    """
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def place_of(reference: str) -> tuple[int, int] | None:
    """Return row and column of a reference such as B12; None where it is none.

    >>> place_of("B12"), place_of("$B$12"), place_of("12")
    ((12, 2), (12, 2), None)
    """
    split = len(reference.rstrip("0123456789"))
    name = reference[:split].replace("$", "")
    digits = reference[split:]
    if not digits or not name or len(name) > 3 or len(digits) > 7 or not (name.isascii() and name.isalpha()):
        return None
    column = 0
    for letter in name.upper():
        column = column * 26 + ord(letter) - 64
    return int(digits), column


def dense(rows: dict[int, Sequence[str]]) -> list[list[str]]:
    """Return rows by number as a list from row 1 on."""
    return [list(rows.get(number, ())) for number in range(1, max(rows, default=0) + 1)]
