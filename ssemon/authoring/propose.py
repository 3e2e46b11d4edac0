"""What a data file asks for in a new plugin: its entries in the manifest, its words, and what could not be proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from ssemon.authoring.form import is_form
from ssemon.errors import SsemonError
from ssemon.framework import find_framework, read_framework, shipped_frameworks
from ssemon.manifest import IGNORE, TableSource
from ssemon.plugins import Manager
from ssemon.reading import read_text_table
from ssemon.tables import OBSERVATIONS, shipped_tables
from ssemon.text import folded, quoted
from ssemon.titles import first_rows, likely_header_row, sheet_names

# Headings that many sources use, and the column of ours that they usually mean.
_COMMON = {
    "iso3": "area", "iso3c": "area", "country code": "area", "ref_area": "area", "time_period": "year", "time": "year",
    "obs_value": "value", "series": "indicator", "series code": "indicator", "indicator code": "indicator", "code": "indicator",
    "measure": "indicator", "series name": "indicator", "obs": "value", "result": "value", "remark": "note", "comment": "note",
    "unit": IGNORE, "country": IGNORE, "country name": IGNORE, "indicator name": IGNORE,
}  # fmt: skip
Line = tuple[str, str, str]
# A register: so many rows, of which so large a share is named one by one. A year is told by its form in any script.
_MANY, _MOST = 100, 0.8
_YEAR = r"^\D{0,8}\d{4}\D{0,3}([-/.]\d{1,2})*$"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one file asks for.

    Missing: no entries where nobody can read the file; `remarks` then say so.
    """

    entries: tuple[TableSource, ...]
    lines: tuple[Line, ...] = ()
    remarks: tuple[str, ...] = ()


def propose(path: Path) -> Proposal:
    """Look at a data file of a new plugin and propose how to read it, sheet by sheet."""
    table = TableSource(table=OBSERVATIONS, file=f"data/{path.name}", path=path)
    names = sheet_names(path)
    if len(names) < 2:
        return _of_table(table)
    ours = [name for name in names if is_form(name, next(iter(first_rows(replace(table, sheet=name))), []))]
    if ours:  # a workbook of ours: our headings and our codes
        return Proposal(tuple(replace(table, sheet=name) for name in ours))
    found = [_of_table(replace(table, sheet=name)) for name in names]
    read = [one for one in found if one.entries]
    return Proposal(
        entries=tuple(entry for one in read for entry in one.entries) or (replace(table, sheet=names[0]),),
        lines=tuple(line for one in read for line in one.lines),
        remarks=tuple(remark for one in found for remark in one.remarks),
    )


def _of_table(table: TableSource) -> Proposal:
    """What a CSV file or one sheet asks for."""
    ours = shipped_tables()[table.table].columns
    place = f"{table.file}, sheet {quoted(table.sheet)}" if table.sheet else table.file
    rows = first_rows(table)
    row = likely_header_row(rows, {*ours, *_COMMON}) or 1
    if table.sheet and not any(map(any, rows[row:])):
        return Proposal((), remarks=(f"{place}: no table is seen there; it is left out",))
    table = replace(table, header_row=row)
    try:
        frame = read_text_table(table, Manager()).frame
    except SsemonError as error:
        first = error.problems[0]
        remark = f"{place}: nothing can be proposed, because {first.what} ({first.code}): {first.fix}"
        return Proposal(() if first.code == "F03" else (table,), remarks=(remark,))
    remarks = (f"{place}: the headings seem to stand in row {row}; look whether that is right",) if row > 1 else ()
    if _is_register(frame):
        what = "seems to have a row for each organisation or person, and ssemon takes a row for each value"
        remarks = (*remarks, f"{place}: {what}: count or add up by year first, then give that table")
    return Proposal((table,), _words(frame, ours), remarks)


def _is_register(frame: pl.DataFrame) -> bool:
    """Whether a table lists units one by one: nearly every row has a name or number of its own, and none a year."""
    texts = [frame[name].drop_nulls() for name in frame.columns if name != "source_row"]
    years = any(len(cells) and cells.str.contains(_YEAR).mean() > _MOST for cells in texts)  # type: ignore[operator]
    named = any(
        cells.n_unique() > _MOST * frame.height and not cells.str.contains(r"^[\d.,+-]*$").all() for cells in texts
    )
    return frame.height >= _MANY and named and not years


def _words(frame: pl.DataFrame, ours: Sequence[str]) -> tuple[Line, ...]:
    """The lines of mapping.csv that a table needs, a question mark where nobody can guess."""
    headings = [name for name in frame.columns if name != "source_row" and folded(name) not in ours]
    lines = [("", heading, _COMMON.get(folded(heading), "?")) for heading in headings]
    indicator = next((theirs for _, theirs, mapped in lines if mapped == "indicator"), "indicator")
    if indicator not in frame.columns:
        return tuple(lines)
    words = frame[indicator].drop_nulls().unique(maintain_order=True)
    known = _our_codes()
    return (*lines, *(("indicator", word, "?") for word in words if word not in known))


def _our_codes() -> frozenset[str]:
    """The indicators and series of the frameworks that ship: what is ours needs no line."""
    return frozenset(word for name in shipped_frameworks() for word in read_framework(find_framework(name)).known_words)
