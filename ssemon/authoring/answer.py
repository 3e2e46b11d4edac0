"""The answer to what was sent, as workbooks: each with a list of the faults in front and the cells marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ssemon.authoring.marked import write_marked
from ssemon.authoring.marks import Fault, Listing, Marked, cells_of, kind_of, listing, marked
from ssemon.authoring.ooxml import Package, Unpatchable
from ssemon.authoring.rebuilt import Rows, rows_of, sheet_name, write_rebuilt
from ssemon.checking import Checked
from ssemon.errors import Problem, UsageFault, errors_in
from ssemon.manifest import MANIFEST, TableSource, read_manifest
from ssemon.tables import OBSERVATIONS, shipped_tables
from ssemon.wording import Wording

_PATCHED = ".xlsx"
# The letters of codes that say that a file as such is not taken; a link to another workbook is in a cell.
_OF_THE_FILE, _OF_A_CELL = "FX", "X06"


@dataclass(frozen=True, slots=True)
class Written:
    """A workbook that was written, the file that it answers, and what its reader should know."""

    path: Path
    file: str
    cells: int
    remark: str = ""


@dataclass
class _File:
    """A data file as a manifest reads it, with the faults that have a place in it."""

    table: TableSource
    name: str
    faults: list[tuple[TableSource, Problem]] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether the file itself was refused: then it is not opened again here."""
        errors = (problem.code for _, problem in self.faults if problem.severity == "error")
        return any(code[0] in _OF_THE_FILE and code != _OF_A_CELL for code in errors)


def write_answers(checked: Sequence[Checked], path: Path, language: str) -> list[Written]:
    """Write the answer to all that was checked; nothing is changed in the files themselves.

    Shape: the author's workbook, marked, where one workbook was sent; with several, `path` is the first and the others
           stand beside it under their own names; all files that are no workbooks share one, a sheet a file.
    Errors: UsageFault U06 where an answer would take the place of a file that was sent; nothing is then written.
    """
    wording = Wording.of(language)
    files, elsewhere = _sorted(checked)
    books = [one for one in files if one.table.path.suffix.lower() == _PATCHED and not one.refused]
    others = [one for one in files if one not in books]
    names = [one.table.path.stem for one in books] + ["csv"] * bool(others or not books)
    targets = _targets(path, names, [one.table.path for one in files])
    rests = [elsewhere, *([()] * len(names))]
    written = [
        _answer_book(one, target, checked, rest, wording)
        for one, target, rest in zip(books, targets, rests, strict=False)
    ]
    if len(targets) > len(books):
        written.append(_answer_rows(others, targets[-1], checked, rests[len(books)], wording))
    return written


def _targets(path: Path, names: Sequence[str], sent: Sequence[Path]) -> list[Path]:
    """Where each answer is written: the first at `path`, the others beside it, no two at one place."""
    targets = [path]
    for name in names[1:]:
        beside = [f"{path.stem}.{name}", *(f"{path.stem}.{name}-{n}" for n in range(2, len(names) + 1))]
        targets.append(next(one for stem in beside if (one := path.with_name(stem + path.suffix)) not in targets))
    there = {one.resolve() for one in sent}
    for target in targets:
        if target.resolve() in there:
            fix = "nothing is changed in what was sent: choose another name"
            raise UsageFault(Problem(code="U06", what=f"{target} is one of the files that were sent", fix=fix))
    return targets


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
            file = files.setdefault(table.path, _File(table, f"{one.country} {table.file}".strip()))
            file.faults.append((table, problem))
        if not one.problems and tables:  # nothing is wrong: the first file is given back as it is
            files.setdefault(tables[0].path, _File(tables[0], f"{one.country} {tables[0].file}".strip()))
    return [file for file in files.values() if file.table.path.is_file()], elsewhere


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
        book = Package.read(file.table.path)
        located = [_located(book, table, problem, wording.language) for table, problem in file.faults]
        by_sheet: dict[str, list[Fault]] = {}
        for sheet, fault in located:
            by_sheet.setdefault(sheet, []).append(fault)
        marks = {sheet: marked(faults, wording) for sheet, faults in by_sheet.items() if sheet}
        write_marked(book, marks, _listing(located, rest, checked, wording), target)
    except Unpatchable:
        remark = wording.say("This workbook could not be copied as it is: its cells stand here without their formats.")
        return _answer_rows([file], target, checked, rest, wording, remark)
    return Written(target, file.name, sum(len(one.colours) for one in marks.values()))


def _located(book: Package, table: TableSource, problem: Problem, language: str) -> tuple[str, Fault]:
    """The sheet that a problem is of, empty where it has no cells, and its cells."""
    sheet = problem.where.sheet or table.sheet or next(iter(book.sheets), "")
    kind = kind_of(problem, language)
    if sheet not in book.sheets or not problem.where.rows:
        return "", Fault(problem, kind)
    return sheet, Fault(problem, kind, cells_of(problem, table, book.sheet(sheet)))


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
        tables = list(dict.fromkeys(table.sheet for table, _ in file.faults)) or [file.table.sheet]
        for part in tables:
            faults = [(table, problem) for table, problem in file.faults if table.sheet == part]
            table = faults[0][0] if faults else file.table
            rows = Rows(()) if file.refused else rows_of(table)
            name = sheet_name(part or file.table.path.name, [front, *sheets])
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
