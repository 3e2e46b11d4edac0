"""Where the cells are that a problem speaks of, and the list of all that was found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ssemon.authoring.ooxml import cell_name
from ssemon.codes import ProblemCode, problem_codes
from ssemon.errors import Problem, Severity
from ssemon.manifest import TableSource
from ssemon.sheets.records import place_of
from ssemon.text import folded
from ssemon.wording import Wording

Place = tuple[int, int]
# Lines of the list on the first sheet; what is beyond them is counted.
MOST_LISTED = 2_000
# Comments in one sheet; cells beyond them are coloured only.
MOST_NOTES = 1_000
# So far down a heading is looked for where it does not stand in the row that the manifest names.
_ROWS_LOOKED_AT = 25
_RANK: Mapping[str, int] = {"error": 0, "warning": 1, "info": 2}
_LETTERS = re.compile(r"[A-Z]{1,3}(?:, [A-Z]{1,3})*")
_QUOTED = re.compile(r'"([^"]*)"')
_YEAR = re.compile(r"(1[89]|20|21)\d\d")


class Grid(Protocol):
    """The cells of a sheet."""

    def row(self, number: int) -> Mapping[int, str]:
        """Return the texts of a row (from 1, as the spreadsheet shows it) by their column (from 0)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem with the words of its kind, and the cells that it speaks of in one sheet."""

    problem: Problem
    kind: ProblemCode
    cells: tuple[Place, ...] = ()

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return self.problem.severity


@dataclass(frozen=True, slots=True)
class Marked:
    """One sheet: the cells that are coloured, and the comments that they get."""

    colours: Mapping[Place, Severity]
    notes: Mapping[Place, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: the texts of its columns, and the place that the third of them leads to."""

    severity: Severity
    cells: tuple[str, ...]
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The first sheet of an answer."""

    name: str
    title: str
    remarks: tuple[str, ...]
    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    more: str = ""


WIDTHS = (10, 30, 26, 46, 36, 50, 50)


def kind_of(problem: Problem, language: str) -> ProblemCode:
    """Return the words of a problem's kind; its own sentences where the code is an extension's."""
    known = problem_codes(language).get(problem.code)
    return known or ProblemCode(problem.code, "", problem.what, "", problem.fix)


def cells_of(problem: Problem, table: TableSource, grid: Grid) -> tuple[Place, ...]:
    """Return the cells of a sheet that a problem speaks of; none where it speaks of the whole file.

    Missing: where the column cannot be found, the first cell of the row stands for it.
    """
    named = problem.where.column
    across = named.strip('"').startswith("(") and named.strip('"').endswith(")")
    columns = () if across else _columns(named, table, grid)
    places: list[Place] = []
    for row in problem.where.rows:
        there = {} if columns else grid.row(row)
        first = min((column for column, text in there.items() if text), default=0)
        beside = _below_many(problem, table, grid, there) if across else ()
        places += [(row, column) for column in columns or beside or [first]]
    return tuple(dict.fromkeys(places))


def _columns(named: str, table: TableSource, grid: Grid) -> Sequence[int]:
    """The columns that a message names by their letters or by a heading; none where they cannot be found."""
    if not named:
        return ()
    if _LETTERS.fullmatch(named):
        places = (place_of(f"{name}1") for name in named.split(", "))
        return [place[1] - 1 for place in places if place]
    heading = folded(named.strip('"'))
    for number in (table.header_row, *range(1, _ROWS_LOOKED_AT)):
        found = [column for column, text in grid.row(number).items() if folded(text) == heading]
        if found:
            return found[:1]
    return ()


def _below_many(problem: Problem, table: TableSource, grid: Grid, there: Mapping[int, str]) -> Sequence[int]:
    """The cells of a row that lies across: those that the message quotes, else those that are no numbers."""
    headings = grid.row(table.header_row)
    across = [column for column, text in headings.items() if _YEAR.fullmatch(_whole(text))] or list(headings)
    quoted = {_whole(text) for text in _QUOTED.findall(problem.found)}
    exact = [column for column in across if there.get(column) and _whole(there[column]) in quoted]
    return exact or [column for column in across if there.get(column) and not _is_number(there[column])]


def _whole(text: str) -> str:
    """A number as a message shows it: 2019 for a cell that holds 2019.0."""
    return text.strip().removesuffix(".0")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def marked(faults: Sequence[Fault], wording: Wording) -> Marked:
    """Return what is coloured and commented in one sheet; a cell with several faults has the colour of the gravest."""
    colours: dict[Place, Severity] = {}
    texts: dict[Place, list[str]] = {}
    for fault in faults:
        for place in fault.cells:
            if place not in colours or _RANK[fault.severity] < _RANK[colours[place]]:
                colours[place] = fault.severity
            texts.setdefault(place, []).append(note_of(fault, wording))
    kept = sorted(texts)[:MOST_NOTES]
    return Marked(colours, {place: "\n\n".join(texts[place]) for place in kept})


def note_of(fault: Fault, wording: Wording) -> str:
    """Return the comment of a cell: code and kind, what, how to mend it, in the language and as the message says it."""
    problem, kind = fault.problem, fault.kind
    lines = [f"{problem.code} · {kind.title}"]
    if wording.language != "en":
        lines.append(f"→ {kind.repair}")
    lines.append(f"{problem.what[:1].upper()}{problem.what[1:]}.")
    lines.append(f"{wording.say('Fix')}: {problem.fix}")
    return "\n".join(lines)


def listing(faults: Sequence[tuple[str, Fault]], title: str, remarks: Sequence[str], wording: Wording) -> Listing:
    """Return the list of faults, each with the name of its sheet: errors first, a line a cell.

    Units: a fault of so many rows has a line for each of its cells as far as they are carried; all are counted.
    """
    say = wording.say
    ordered = sorted(faults, key=lambda pair: _RANK[pair[1].severity])
    lines = [line for sheet, fault in ordered for line in _lines(sheet, fault)]
    left = len(lines) - MOST_LISTED
    return Listing(
        name=say("What was found")[:31],
        title=title,
        remarks=tuple(remarks),
        headings=tuple(map(say, ("Code", "Kind of fault", "Place", "What", "Found", "How to mend it", "In detail"))),
        lines=tuple(lines[:MOST_LISTED]),
        more=say("and {count} more lines", count=left) if left > 0 else "",
    )


def _lines(sheet: str, fault: Fault) -> list[Line]:
    problem, kind = fault.problem, fault.kind
    around = (problem.code, kind.title)
    behind = (problem.what, problem.found, kind.repair, problem.fix)
    if not fault.cells or not sheet:
        return [Line(problem.severity, (*around, str(problem.where), *behind))]
    names = [cell_name(row, column) for row, column in fault.cells]
    return [Line(problem.severity, (*around, f"{sheet}!{name}", *behind), sheet, name) for name in names]
