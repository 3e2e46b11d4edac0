"""The answer to what was sent, as workbooks: each with a list of the faults in front and the cells marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ssemon.authoring.marked import write_marked
from ssemon.authoring.marks import Fault, Listing, Marked, cells_of, kind_of, listing, marked
from ssemon.authoring.ooxml import Package, SheetXml, Unpatchable
from ssemon.authoring.rebuilt import Rows, rows_of, sheet_name, write_rebuilt
from ssemon.checking import Checked
from ssemon.errors import Problem, errors_in
from ssemon.manifest import MANIFEST, TableSource, read_manifest
from ssemon.tables import OBSERVATIONS, shipped_tables
from ssemon.wording import Wording

_PATCHED = ".xlsx"
# The letters of codes that say that a file as such is not taken.
_OF_THE_FILE = "FX"


@dataclass(frozen=True, slots=True)
class Written:
    """A workbook that was written, the file that it answers, and what its reader should know."""

    path: Path
    file: str
    cells: int
    remark: str = ""


@dataclass
class _File:
    """A data file with the faults that have a place in it."""

    path: Path
    name: str
    faults: list[tuple[TableSource, Problem]] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether the file itself was refused: then it is not opened again here."""
        return any(problem.code[0] in _OF_THE_FILE for _, problem in self.faults)


@dataclass
class _Book:
    """A workbook that is marked, and its sheets as they are asked for."""

    package: Package
    _sheets: dict[str, SheetXml] = field(default_factory=dict)

    def sheet(self, name: str) -> SheetXml:
        if name not in self._sheets:
            self._sheets[name] = SheetXml(self.package, self.package.sheets[name])
        return self._sheets[name]

    def located(self, table: TableSource, problem: Problem, language: str) -> tuple[str, Fault]:
        """Return the sheet that a problem is of, empty where it has no cells, and its cells."""
        sheet = problem.where.sheet or table.sheet or next(iter(self.package.sheets), "")
        kind = kind_of(problem, language)
        if sheet not in self.package.sheets or not problem.where.rows:
            return "", Fault(problem, kind)
        return sheet, Fault(problem, kind, cells_of(problem, table, self.sheet(sheet)))


def write_answers(checked: Sequence[Checked], path: Path, language: str) -> list[Written]:
    """Write the answer to all that was checked; nothing is changed in the files themselves.

    Shape: the author's workbook, marked, where one workbook was sent; with several, `path` is the first and the others
           stand beside it under their own names; all files that are no workbooks share one, a sheet a file.
    """
    wording = Wording.of(language)
    files, elsewhere = _sorted(checked)
    books = [one for one in files if one.path.suffix.lower() == _PATCHED and not one.refused]
    others = [one for one in files if one not in books]
    written: list[Written] = []
    for one in books:
        target = path if not written else path.with_name(f"{path.stem}.{one.path.stem}{path.suffix}")
        rest = elsewhere if not written else ()
        written.append(_answer_book(one, target, checked, rest, wording))
    if others or not written:
        target = path if not written else path.with_name(f"{path.stem}.csv{path.suffix}")
        rest = elsewhere if not written else ()
        written.append(_answer_rows(others, target, checked, rest, wording))
    return written


def _sorted(checked: Sequence[Checked]) -> tuple[list[_File], list[Problem]]:
    """The data files with faults in them, and the problems that are of no data file."""
    files: dict[Path, _File] = {}
    elsewhere = []
    for one in checked:
        tables = tables_of(one)
        for problem in one.problems:
            place = problem.where
            table = next((t for t in tables if t.file == place.file and place.sheet in (t.sheet, "")), None)
            table = table or next((t for t in tables if t.file == place.file), None)
            if table is None or not table.path.is_file():
                elsewhere.append(problem)
                continue
            file = files.setdefault(table.path, _File(table.path, f"{one.country} {table.file}".strip()))
            file.faults.append((table, problem))
        if not one.problems and tables:  # nothing is wrong: the first file is given back as it is
            files.setdefault(tables[0].path, _File(tables[0].path, f"{one.country} {tables[0].file}".strip()))
    return [file for file in files.values() if file.path.is_file()], elsewhere


def tables_of(one: Checked) -> tuple[TableSource, ...]:
    """Return the entries of a plugin's manifest, or the one data file that was checked."""
    if (one.path / MANIFEST).is_file():
        return read_manifest(one.path.resolve(), shipped_tables()).tables
    return (TableSource(OBSERVATIONS, str(one.path), one.path),) if one.path.is_file() else ()


def _answer_book(
    file: _File, target: Path, checked: Sequence[Checked], rest: Sequence[Problem], wording: Wording
) -> Written:
    """Mark a copy of an XLSX file; where that cannot be, write its rows anew and say so."""
    try:
        book = _Book(Package.read(file.path))
        located = [book.located(table, problem, wording.language) for table, problem in file.faults]
        by_sheet: dict[str, list[Fault]] = {}
        for sheet, fault in located:
            by_sheet.setdefault(sheet, []).append(fault)
        marks = {sheet: marked(faults, wording) for sheet, faults in by_sheet.items() if sheet}
        write_marked(book.package, marks, _listing(located, rest, checked, wording), target)
    except Unpatchable:
        remark = wording.say("This workbook could not be copied as it is: its cells stand here without their formats.")
        return _answer_rows([file], target, checked, rest, wording, remark)
    return Written(target, file.name, sum(len(one.colours) for one in marks.values()))


def _answer_rows(
    files: Sequence[_File],
    target: Path,
    checked: Sequence[Checked],
    rest: Sequence[Problem],
    wording: Wording,
    remark: str = "",
) -> Written:
    """Write the rows of files that are no XLSX as they are, a sheet each."""
    sheets: dict[str, tuple[Rows, Marked]] = {}
    located: list[tuple[str, Fault]] = []
    front = listing((), "", (), wording).name
    for file in files:
        tables = list(dict.fromkeys(table.sheet for table, _ in file.faults)) or [""]
        for part in tables:
            faults = [(table, problem) for table, problem in file.faults if table.sheet == part]
            table = faults[0][0] if faults else TableSource(OBSERVATIONS, file.name, file.path)
            rows = Rows(()) if file.refused else rows_of(table)
            name = sheet_name(part or file.path.name, [front, *sheets])
            found = [
                Fault(p, kind_of(p, wording.language), cells_of(p, t, rows) if rows.rows else ()) for t, p in faults
            ]
            located += [(name if rows.rows else "", fault) for fault in found]
            if rows.rows:
                sheets[name] = (rows, marked(found, wording))
    write_rebuilt(sheets, _listing(located, rest, checked, wording, remark), target)
    cells = sum(len(marks.colours) for _, marks in sheets.values())
    return Written(target, ", ".join(file.name for file in files), cells, remark)


def _listing(
    located: Sequence[tuple[str, Fault]],
    rest: Sequence[Problem],
    checked: Sequence[Checked],
    wording: Wording,
    remark: str = "",
) -> Listing:
    say = wording.say
    everything = [*located, *(("", Fault(problem, kind_of(problem, wording.language))) for problem in rest)]
    names = ", ".join(f"{one.country} {one.path.name}".strip() for one in checked)
    refused = any(errors_in(one.problems) for one in checked)
    title = f"{names}: {say('not accepted') if refused else say('accepted')}"
    counts = counted_in(wording, [fault.problem for _, fault in everything])
    remarks = [counts, say("A click on a place leads to the cell; its comment says what is wrong and how to mend it.")]
    return listing(everything, title, [*remarks, *([remark] if remark else [])], wording)


def counted_in(wording: Wording, problems: Sequence[Problem]) -> str:
    """Return how many problems of each severity there are, in a language."""
    severities = [problem.severity for problem in problems]
    words = (("error", "errors: {count}"), ("warning", "warnings: {count}"), ("info", "notes: {count}"))
    parts = [wording.say(text, count=severities.count(name)) for name, text in words if name in severities]
    return ", ".join(parts) or wording.say("Nothing to mend.")
