"""Run the rules on a table and put what fails into words: file, sheet, row, heading, value, rule, repair."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from ssemon.errors import EXAMPLES, Problem, Severity
from ssemon.manifest import TableSource
from ssemon.tables import TableDefinition, codelist
from ssemon.text import counted_values, did_you_mean, disguised, folded, listed, plural, quoted, sentences
from ssemon.validation.rules import PART_CODE, Context, broken_rules, is_typed, rules_of

_ROW, _PART = "source_row", "source_part"
# More unknown indicators than this look like another framework's.
MANY_UNKNOWN = 5
# Checks whose failures are told and do not stop a country.
_WARNINGS = frozenset({"V21"})


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a table: where it stands in the manifest, and its headings as the author wrote them."""

    table: TableSource
    headings: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.table.file} [{self.table.sheet}]" if self.table.sheet else self.table.file


# How a code reads: (what, fix), given the fault.
_Wording = Callable[["_Fault"], tuple[str, str]]


class _Fault:
    """The failures of one check in one column of one file; `named` are the indicators of the rows."""

    def __init__(
        self,
        code: str,
        column: str,
        cells: Sequence[str],
        rows: Sequence[int],
        definition: TableDefinition,
        context: Context,
        named: Sequence[str] = (),
    ) -> None:
        self.code, self.column, self.cells, self.rows, self.named = code, column, cells, rows, named
        self.definition, self.context = definition, context

    @property
    def count(self) -> str:
        """How many rows it concerns, in words."""
        return plural(len(self.rows), "row")

    def near(self, known: Collection[str]) -> str:
        """The closest word that is known: ours, or one of theirs that mapping.csv has."""
        words = [*known, *self.context.written.get(self.column, ())]
        return disguised(self.cells[0], words) or did_you_mean(self.cells[0], words)

    def mapping_line(self, ours: str) -> str:
        """The line that mends it in mapping.csv."""
        return f"add to mapping.csv:  {self.column},{self.cells[0]},{ours}"


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a table: the problems of its cells, and the places of the rows that have an error, from 0."""

    problems: tuple[Problem, ...] = ()
    told: frozenset[int] = frozenset()


def check_table(
    frame: pl.DataFrame, definition: TableDefinition, parts: Sequence[Part], context: Context
) -> tuple[Problem, ...]:
    """Check all files of a table at once against its definition: the problems that `checked_table` finds."""
    return checked_table(frame, definition, parts, context).problems


def checked_table(frame: pl.DataFrame, definition: TableDefinition, parts: Sequence[Part], context: Context) -> Checked:
    """Check all files of a table at once against its definition.

    Shape:   the definition's columns, typed, with `source_row` and `source_part` (a place in `parts`); collected.
    Missing: every rule but V00 (needed) lets a missing cell pass.
    """
    rules = rules_of(definition, context)
    broken = broken_rules(frame, rules) if is_typed(frame, definition) else rules
    if not broken:
        return Checked()
    from ssemon.validation.schema import failures

    cases = failures(frame, definition, broken)
    if cases is None:
        raise RuntimeError(f"a rule of {definition.name} fails and Pandera names no row")
    problems = tuple(_problems(cases, frame, definition, parts, context))
    wrong = cases.filter(~pl.col("check").is_in(list(_WARNINGS)))["index"].drop_nulls()
    return Checked(problems, frozenset(wrong))


def _problems(
    cases: pl.DataFrame, frame: pl.DataFrame, definition: TableDefinition, parts: Sequence[Part], context: Context
) -> list[Problem]:
    """One problem for each check, column and file that failed."""
    found = []
    for (check, column), group in cases.group_by("check", "column", maintain_order=True):
        indexes = [index for index in group["index"].to_list() if index is not None]
        if str(check) not in _WORDING or not indexes:
            raise RuntimeError(f"a check of {definition.name} failed to run: {group.row(0)}")
        name = _COLUMN_OF_ROW_CHECK.get(str(check), str(column))
        cell = _as_text(frame[name].dtype, name).fill_null("").alias("cell")
        named = pl.col("indicator") if "indicator" in frame.columns else pl.lit(None, dtype=pl.String)
        failed = frame[indexes].select(_PART, _ROW, cell, named.alias("named"))
        for (part,), rows in failed.sort(_PART, _ROW).group_by(_PART, maintain_order=True):
            fault = _Fault(
                str(check),
                name,
                rows["cell"].to_list(),
                rows[_ROW].to_list(),
                definition,
                context,
                rows["named"].to_list(),
            )
            found.append(_worded(fault, parts[int(str(part))]))
    return found


def _as_text(dtype: pl.DataType, name: str) -> pl.Expr:
    """A cell as its author wrote it: 581, not 581.0."""
    text = pl.col(name).cast(pl.String)
    return text.str.strip_suffix(".0") if dtype.is_float() else text


def _worded(fault: _Fault, part: Part) -> Problem:
    what, fix = _WORDING[fault.code](fault)
    heading = part.headings.get(fault.column, fault.column)
    where = part.table.where(rows=fault.rows, column=f'"{heading}"')
    found = counted_values(fault.cells) if any(fault.cells) else ""
    severity: Severity = "warning" if fault.code in _WARNINGS else "error"
    return Problem(code=fault.code, severity=severity, what=what, fix=fix, found=found, where=where)


def _needed(fault: _Fault) -> tuple[str, str]:
    return f'"{fault.column}" is needed and empty in {fault.count}', "fill the cells, or take the rows out"


def _unknown_area(fault: _Fault) -> tuple[str, str]:
    line = f'Else {fault.mapping_line("OUR CODE")}  (or "ignore" for our code)'
    if all(re.fullmatch(PART_CODE, cell.strip()) for cell in fault.cells):
        parts = sorted(area for area in fault.context.own_areas if "-" in area)
        none = "no part of this country is on it yet: ask the secretariat to add them"
        what = f"{fault.count} with a part of a country that is not on our list (schemas/codelists/subdivisions.csv)"
        return what, sentences(f"known: {listed(parts, most=12)}" if parts else none, line)
    fix = sentences(fault.near(fault.context.own_areas), line)
    return f"{fault.count} with an area that is no ISO 3166 code", fix


def _foreign_area(fault: _Fault) -> tuple[str, str]:
    what = f"{fault.count} of another country"
    only = f"a plugin gives its own country's data only ({quoted(fault.context.country)}): take the rows out"
    lines = [f"{fault.column},{area},ignore" for area in dict.fromkeys(fault.cells)]
    return what, f"{only}, or add to mapping.csv:  {'  and  '.join(lines)}"


def _unknown_indicator(fault: _Fault) -> tuple[str, str]:
    line = fault.mapping_line("OUR CODE")
    fix = sentences(fault.near(fault.context.indicators), f'Else {line}  (or "ignore" for our code)')
    if len(set(fault.cells)) > MANY_UNKNOWN:
        fix = sentences("Is another framework meant? Then give its profile:  --edition FILE", fix)
    what = f'{fault.count} with an indicator or series that the framework "{fault.context.framework}" does not have'
    return what, fix


def _unknown_code(fault: _Fault) -> tuple[str, str]:
    name = fault.definition.field(fault.column).codelist
    titles = {folded(title): code for code, title in codelist(name).items()}
    cells = dict.fromkeys(fault.cells)
    lines = [f"{fault.column},{cell},{titles[folded(cell)]}" for cell in cells if folded(cell) in titles]
    if lines:
        return f"{fault.count} with a code that is not in {name}", f"add to mapping.csv:  {'  and  '.join(lines)}"
    fix = sentences(fault.near(codelist(name)), f"Else {fault.mapping_line('OUR CODE')}")
    return f"{fault.count} with a code that is not in {name}", fix


def _out_of_bounds(fault: _Fault) -> tuple[str, str]:
    field = fault.definition.field(fault.column)
    bounds = [
        f"{word} {bound:g}" for word, bound in (("below", field.minimum), ("above", field.maximum)) if bound is not None
    ]
    what = f"{fault.column} is {' or '.join(bounds)} in {fault.count}"
    calendar = "; years are of the Gregorian calendar (Buddhist era: less 543)" if fault.column == "year" else ""
    return what, f"correct the cells{calendar}"


def _out_of_unit(fault: _Fault) -> tuple[str, str]:
    what = f"the value cannot exist in the indicator's unit in {fault.count}"
    return what, f"{_ranges(fault, fault.context.limits)}: correct the unit or the value (ssemon framework show)"


def _unusual(fault: _Fault) -> tuple[str, str]:
    what = f"the value is outside what its unit usually keeps to in {fault.count}"
    fix = "check the unit and the value, and say in the note if it is right"
    return what, f"{_ranges(fault, fault.context.usual, 'usually ')}: {fix}"


def _ranges(fault: _Fault, limits: Mapping[str, tuple[float, float]], how: str = "") -> str:
    """From where to where the values of the indicators concerned run."""
    named = (name for name in dict.fromkeys(fault.named) if name in limits)
    return listed((f"values of {name} {_range(*limits[name], how)}" for name in named), most=3)


def _range(low: float, high: float, how: str) -> str:
    if math.isinf(high):
        return f"are {how}{low:.15g} or more"
    return f"are {how}{high:.15g} or less" if math.isinf(low) else f"{how}run from {low:.15g} to {high:.15g}"


def _wrong_form(fault: _Fault) -> tuple[str, str]:
    field = fault.definition.field(fault.column)
    return f"{fault.column} is not of the form asked for in {fault.count}", field.description or field.pattern


def _status_and_value(fault: _Fault) -> tuple[str, str]:
    what = f"value and obs_status contradict each other in {fault.count}"
    return what, "a missing value has the status O, M, L or Q; a value has another one; or leave the status empty"


_WORDING: Mapping[str, _Wording] = {
    "V00": _needed, "K01": _unknown_area, "K02": _foreign_area, "K03": _unknown_indicator, "K04": _unknown_code,
    "V11": _out_of_bounds, "V12": _out_of_unit, "V21": _unusual, "V20": _wrong_form, "M02": _status_and_value,
}  # fmt: skip


# Checks that compare columns of a row are told of the value.
_COLUMN_OF_ROW_CHECK: Mapping[str, str] = {"M02": "value", "V12": "value", "V21": "value"}


def checked_key(
    frame: pl.DataFrame, definition: TableDefinition, parts: Sequence[Part], context: Context | None = None
) -> Checked:
    """Check that each key stands once over all files of a plugin.

    Shape: the typed rows of all files of one table, with `source_row` and `source_part`. With a context, rows whose key
           has a fault of its own are left out: once it is mended, their keys may be different ones.
    """
    key = definition.key
    if frame.select(key).n_unique() == frame.height:
        return Checked()
    sound = [rule.holds for rule in rules_of(definition, context) if rule.column in key] if context else []
    there = (pl.col(name).is_not_null() for name in key)  # a cell that is missing has its own problem
    named = frame.with_row_index("at").filter(*there, *sound)
    repeated = named.filter(pl.struct(key).is_duplicated())
    if repeated.is_empty():
        return Checked()
    told = ["value"] if "value" in frame.columns else [c for c in frame.columns if c not in (*key, _ROW, _PART)]
    same = (pl.struct(told).n_unique() == 1).over(key) if told else pl.lit(value=True)
    problems = []
    for code, part, what, fix in (
        ("K05", repeated.filter(same), "the same value stands more than once", "take the repetition out"),
        ("K06", repeated.filter(~same), "different values stand for the same key", "keep the right one"),
    ):
        if not part.is_empty():
            problems.append(_repeated(part.sort(*key, _PART, _ROW), key, parts, code, what, fix))
    return Checked(tuple(problems), frozenset(repeated["at"]))


def _repeated(
    rows: pl.DataFrame, key: tuple[str, ...], parts: Sequence[Part], code: str, what: str, fix: str
) -> Problem:
    first = rows.row(0, named=True)
    group = rows.filter(pl.all_horizontal(pl.col(name) == first[name] for name in key))
    places = [f"{parts[row[_PART]]} row {row[_ROW]}" for row in group.iter_rows(named=True)]
    named = ", ".join(f"{first[name]}" for name in key)
    keys = rows.select(key).unique().height
    here = rows.filter(pl.col(_PART) == first[_PART])[_ROW]
    return Problem(
        code=code,
        what=f"{what} ({plural(keys, 'key')}, {plural(rows.height, 'row')})",
        found=f"{named}: {listed(places)}",
        fix=fix,
        where=parts[first[_PART]].table.where(rows=tuple(here.head(EXAMPLES)), row_count=rows.height),
    )
