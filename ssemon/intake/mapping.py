"""Their words to ours: headings, wide years, constants, codes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from ssemon.errors import Problem, Where
from ssemon.intake.normalise import WHAT, is_plain, plain_year
from ssemon.manifest import IGNORE, MANIFEST, TableSource, Words
from ssemon.tables import TableDefinition, codelist
from ssemon.text import closest, did_you_mean, folded, listed, plural, quoted, sentences

ROW = "source_row"
_YEAR = re.compile(r"(1[89]|20|21)\d\d")
# The column that a wide table's cells go to, and the one that its year headings go to.
_WIDE_VALUE, _WIDE_YEAR = "value", "year"
_NOTE_BELOW = "S13"
# A file may be about one indicator, or of one year, and say so in its title alone.
_OF_A_WHOLE_FILE = frozenset({"indicator", "year"})
# What it means when it is absent is in the definition: A with a value, O without.
_MEANT_BY_THE_VALUE = frozenset({"obs_status"})


@dataclass(frozen=True, slots=True)
class Mapped:
    """A table in our columns and codes, every cell still text.

    `headings` gives, for a column of ours, the heading as the author wrote it; `log` is what was done on the way.
    """

    frame: pl.DataFrame
    headings: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    log: tuple[Problem, ...] = ()

    @property
    def can_be_read(self) -> bool:
        """Whether its columns are known, so that its cells can be judged too, and all that is wrong is said at once."""
        return not any(problem.severity == "error" and problem.code != _NOTE_BELOW for problem in self.problems)


def map_table(frame: pl.DataFrame, definition: TableDefinition, table: TableSource, words: Words) -> Mapped:
    """Rename the headings, unpivot wide years, put in constants, recode.

    Shape:   a text table in; the definition's columns that the file has, and `source_row`, out.
    Missing: an empty cell stays missing. Rows whose code is mapped to `ignore` are left out and counted.
    """
    frame, log = without_totals(frame, table)
    frame, renamed_years = _year_headings(frame, table)
    log += renamed_years
    headings, problems = _headings(frame.columns, definition, table, words)
    problems += _unknown_constants(definition, table)
    notes = [] if problems else _notes_below(frame, headings, definition, table, words)
    if notes:  # they are no values, whoever says so: what is above them is read
        frame, left = without_notes(frame, [row for row, *_ in notes], table)
        log, problems = ([*log, left], problems) if table.notes_below else (log, [*problems, _note_below(notes, table)])
    renamed = frame.select(pl.col(ROW), *(pl.col(theirs).alias(ours) for ours, theirs in headings.items()))
    if table.layout == "wide":
        renamed = _unpivoted(renamed, frame)
        headings = {**headings, _WIDE_YEAR: "(the headings that are years)", _WIDE_VALUE: "(the cells below the years)"}
    renamed = _with_constants(renamed, table)
    for column, codes in words.codes.items():
        if column in renamed.columns:
            renamed, noted = _recoded(renamed, column, codes, table, headings.get(column, column))
            problems += noted
    for name in renamed.columns:
        codes = _own_codes(definition, name)
        if codes:
            renamed = renamed.with_columns(_replaced(name, codes))
    return Mapped(renamed, headings, tuple(problems), tuple(log))


def _headings(
    columns: Sequence[str], definition: TableDefinition, table: TableSource, words: Words
) -> tuple[dict[str, str], list[Problem]]:
    """Which heading of theirs fills which column of ours."""
    ours_by_folded = {folded(name): name for name in definition.columns}
    found: dict[str, str] = {}
    problems = []
    if _is_row_of_values(columns, frozenset({*words.headers, *ours_by_folded})):
        return {}, [_no_headings(columns, table)]
    years = [name for name in columns if table.layout == "wide" and _YEAR.fullmatch(name)]
    for theirs in columns:
        if theirs == ROW or theirs in years:
            continue
        ours = words.headers.get(folded(theirs)) or ours_by_folded.get(folded(theirs))
        if ours == IGNORE or folded(theirs) in words.unfinished:
            continue
        if ours not in definition.columns:
            problems.append(_unknown_heading(theirs, ours, definition, table, words))
        elif years and ours in (_WIDE_YEAR, _WIDE_VALUE):
            problems.append(_twice(ours, years[0], theirs, table))
        elif ours in found:
            problems.append(_twice(ours, found[ours], theirs, table))
        else:
            found[ours] = theirs
    slips = {_meant(one.where.column.strip('"'), definition, words) for one in problems if one.code == "S03"}
    absent = _absent({**found, **dict.fromkeys(slips - {""}, "")}, columns, definition, table)
    return found, problems + absent


def _is_row_of_values(columns: Sequence[str], known: frozenset[str]) -> bool:
    """Whether what should be headings are values: numbers among them, and no word that is known."""
    names = [name for name in columns if name != ROW]
    numbers = [name for name in names if is_plain(name, comma=False) or is_plain(name, comma=True)]
    return bool(numbers) and len(numbers) < len(names) and known.isdisjoint(map(folded, names))


def _no_headings(columns: Sequence[str], table: TableSource) -> Problem:
    found = listed(quoted(name) for name in columns if name != ROW)
    fix = "write a row of headings above the values, in our words or in yours with mapping.csv; or say in plugin.toml where it stands: header_row = 3"
    where = table.where(rows=(table.header_row,))
    what = f"row {table.header_row} holds values and no headings"
    return Problem(code="S05", what=what, fix=fix, found=found, where=where)


def _meant(theirs: str, definition: TableDefinition, words: Words) -> str:
    """Our column that an unknown heading most likely stands for, by our names and by their mapped headings; else nothing."""
    near = closest(theirs, [*definition.columns, *words.written.get("", ())])
    ours = near and (words.headers.get(folded(near)) or near)
    return ours if ours in definition.columns else ""


def _unknown_heading(
    theirs: str, ours: str | None, definition: TableDefinition, table: TableSource, words: Words
) -> Problem:
    where = table.where(rows=(table.header_row,), column=quoted(theirs))
    known = definition.columns
    if ours is None:
        near = closest(theirs, [*known, *words.written.get("", ())])
        fix = sentences(
            did_you_mean(near or theirs, [near] if near else known),
            f'Add to mapping.csv:  ,{theirs},OUR COLUMN  (or "{IGNORE}" for our column)',
        )
        return Problem(code="S03", what="a heading we do not know", fix=fix, found=quoted(theirs), where=where)
    what = f'mapping.csv maps a heading to {quoted(ours)}, which is no column of the table "{definition.name}"'
    return Problem(code="S03", what=what, fix=did_you_mean(ours, known), found=quoted(theirs), where=where)


def _twice(ours: str, first: str, second: str, table: TableSource) -> Problem:
    what = f'two headings stand for our column "{ours}"'
    fix = f'keep one; map the other to "{IGNORE}" in mapping.csv'
    found = f"{quoted(first)} and {quoted(second)}"
    return Problem(code="S04", what=what, fix=fix, found=found, where=table.where(rows=(table.header_row,)))


def _unknown_constants(definition: TableDefinition, table: TableSource) -> list[Problem]:
    """A problem for each constant of the manifest that is no column of the table."""
    return [
        Problem(
            code="P02",
            what=f'constants name a column that the table "{definition.name}" does not have',
            found=quoted(name),
            fix=did_you_mean(name, definition.columns),
            where=Where(file=MANIFEST),
        )
        for name in table.constants
        if name not in definition.columns
    ]


def _absent(
    found: Mapping[str, str], columns: Sequence[str], definition: TableDefinition, table: TableSource
) -> list[Problem]:
    """A problem for each column that is needed, has no default, and is not there."""
    given = {*found, *table.constants}
    if table.layout == "wide" and any(map(_YEAR.fullmatch, columns)):
        given |= {_WIDE_YEAR, _WIDE_VALUE}
    needed = [f for f in definition.fields if (f.required and f.default is None) or f.name == _WIDE_VALUE]
    problems = []
    for wanted in needed:
        if wanted.name in given or wanted.name in _MEANT_BY_THE_VALUE:
            continue
        theirs = [name for name in columns if name != ROW]
        fix = f"headings found: {listed(map(quoted, theirs), most=12)}. Add to mapping.csv: ,YOUR HEADING,{wanted.name}"
        if wanted.name in _OF_A_WHOLE_FILE:
            fix += f'. Where every row is of the same one, write in {MANIFEST}: constants = {{ {wanted.name} = "…" }}'
        what = f'no column for "{wanted.name}" ({wanted.title.lower()})'
        where = table.where(rows=(table.header_row,))
        problems.append(Problem(code="S02", what=what, fix=fix, where=where))
    return problems


def _notes_below(
    frame: pl.DataFrame, headings: Mapping[str, str], definition: TableDefinition, table: TableSource, words: Words
) -> list[tuple[int, str, str]]:
    """The last rows where only one cell is filled and that cannot be values: a source, a footnote."""
    ours = {theirs: column for column, theirs in headings.items()}
    given = {*table.constants, *((_WIDE_YEAR, _WIDE_VALUE) if table.layout == "wide" else ())}
    given |= _MEANT_BY_THE_VALUE
    needed = {field.name for field in definition.fields if field.required and field.default is None} - given
    found: list[tuple[int, str, str]] = []
    for place in reversed(range(frame.height)):
        row = frame.row(place, named=True)
        filled = [(name, cell) for name, cell in row.items() if name != ROW and cell is not None]
        if len(filled) != 1:
            break
        [(heading, cell)] = filled
        column = ours.get(heading, "")
        known = words.codes.get(column, {}).get(folded(cell))
        if known == IGNORE or not (needed - {column} or (known is None and " " in cell)):
            continue
        found.append((row[ROW], column, cell))
    return sorted(found) if len(found) < frame.height else []


def _year_headings(frame: pl.DataFrame, table: TableSource) -> tuple[pl.DataFrame, list[Problem]]:
    """Write the years of a wide table's headings as calendar years, where `normalise` names them."""
    if table.layout != "wide" or "years" not in table.normalise:
        return frame, []
    plain = {name: year.text for name in frame.columns if (year := plain_year(name)) is not None}
    plain = {name: year for name, year in plain.items() if year not in frame.columns}
    if not plain or len(set(plain.values())) < len(plain):
        return frame, []
    found = listed(f"{quoted(name)} as {year}" for name, year in plain.items())
    what = f"{WHAT['years']} in {plural(len(plain), 'heading')}"
    where = table.where(rows=(table.header_row,))
    done = Problem(code="I06", severity="info", what=what, found=found, fix="nothing, if that is meant", where=where)
    return frame.rename(plain), [done]


def without_totals(frame: pl.DataFrame, table: TableSource) -> tuple[pl.DataFrame, list[Problem]]:
    """Leave out the rows that the manifest's `totals_rows` names by a word in one of their cells."""
    wanted = set(map(folded, table.totals_rows))
    cells = [name for name in frame.columns if name != ROW]
    if not wanted or not cells:
        return frame, []
    total = pl.any_horizontal(
        pl.col(name).map_batches(lambda column: _is_one_of(column, wanted), return_dtype=pl.Boolean) for name in cells
    )
    left = frame.filter(total)
    if left.is_empty():
        return frame, []
    what = f"left out {plural(left.height, 'row')} of totals: totals_rows in {MANIFEST} names them"
    return frame.filter(~total), [
        _left_out("I02", what, left[ROW].to_list(), table, listed(map(quoted, table.totals_rows)))
    ]


def _is_one_of(cells: pl.Series, wanted: Collection[str]) -> pl.Series:
    texts = cells.cast(pl.String)
    named = [cell for cell in texts.drop_nulls().unique().to_list() if folded(cell) in wanted]
    return texts.is_in(named).fill_null(value=False)


def without_notes(frame: pl.DataFrame, rows: Sequence[int], table: TableSource) -> tuple[pl.DataFrame, Problem]:
    """Leave out the notes below the table, where the manifest says `notes_below`."""
    what = f"left out {plural(len(rows), 'row')} of notes below the table: {MANIFEST} says notes_below"
    return frame.filter(~pl.col(ROW).is_in(rows)), _left_out("I04", what, rows, table)


def _left_out(code: str, what: str, rows: Sequence[int], table: TableSource, found: str = "") -> Problem:
    where = table.where(rows=rows)
    return Problem(code=code, severity="info", what=what, found=found, fix="nothing, if that is meant", where=where)


def _note_below(found: Sequence[tuple[int, str, str]], table: TableSource) -> Problem:
    lines = [",".join(f'"{part}"' if "," in part else part for part in (c, text, IGNORE)) for _, c, text in found if c]
    fix = f"take the rows out, or write notes_below = true in {MANIFEST}"
    if len(lines) == len(found):
        add = f"To leave them out add to mapping.csv:  {'  and  '.join(lines[:2])}"
        fix = sentences(
            add, f"Else take them out, or write notes_below = true in {MANIFEST}, for these and those of later files"
        )
    rows = tuple(row for row, *_ in found)
    return Problem(
        code=_NOTE_BELOW,
        what=f"{plural(len(found), 'row')} below the table with one cell only: a note?",
        found=listed(quoted(cell) for *_, cell in found),
        fix=fix,
        where=table.where(rows=rows),
    )


def _unpivoted(renamed: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """Turn years across into years down."""
    years = [name for name in frame.columns if _YEAR.fullmatch(name)]
    if not years:
        return renamed
    wide = pl.concat([renamed, frame.select(years)], how="horizontal")
    return wide.unpivot(on=years, index=renamed.columns, variable_name=_WIDE_YEAR, value_name=_WIDE_VALUE)


def _with_constants(frame: pl.DataFrame, table: TableSource) -> pl.DataFrame:
    """Put in what the manifest says of the whole table; a cell of the file wins."""
    columns = []
    for name, value in table.constants.items():
        constant = pl.lit(value)
        if name == "obs_status" and _WIDE_VALUE in frame.columns:  # a missing value is not an estimate
            constant = pl.when(pl.col(_WIDE_VALUE).is_not_null()).then(constant)
        columns.append((pl.col(name).fill_null(constant) if name in frame.columns else constant).alias(name))
    return frame.with_columns(columns)


def _recoded(
    frame: pl.DataFrame, column: str, codes: Mapping[str, str], table: TableSource, heading: str
) -> tuple[pl.DataFrame, list[Problem]]:
    """Recode one column; rows whose code is ignored are left out, and that is said."""
    frame = frame.with_columns(_replaced(column, codes))
    ignored = frame.filter(pl.col(column) == IGNORE).height
    if not ignored:
        return frame, []
    note = Problem(
        code="I01",
        severity="info",
        what=f"left out {plural(ignored, 'row')}: mapping.csv maps their {column} to {quoted(IGNORE)}",
        fix="nothing, if that is meant",
        where=table.where(column=quoted(heading)),
    )
    return frame.filter(pl.col(column).ne_missing(pl.lit(IGNORE))), [note]


def _own_codes(definition: TableDefinition, name: str) -> dict[str, str]:
    """Our own codes, so that "f " is read as "F" without a line in mapping.csv."""
    if name not in definition.columns or not definition.field(name).codelist:
        return {}
    return {folded(code): code for code in codelist(definition.field(name).codelist)}


def _replaced(column: str, codes: Mapping[str, str]) -> pl.Expr:
    """Replace by looking each distinct cell up once, in its folded form."""
    return pl.col(column).map_batches(lambda cells: _look_up(cells, codes), return_dtype=pl.String)


def _look_up(cells: pl.Series, codes: Mapping[str, str]) -> pl.Series:
    distinct = cells.drop_nulls().unique().to_list()
    ours = {cell: codes.get(folded(cell), cell) for cell in distinct}
    return cells.replace_strict(ours, default=None, return_dtype=pl.String) if ours else cells
