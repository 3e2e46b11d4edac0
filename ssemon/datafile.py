"""A file of observations without a plugin, as `ssemon score` and `ssemon validate` take it: any area code, our columns.

It is long, a row a value, or wide, a row an area and year and a column an indicator. Both become the same frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from ssemon.bounds import limits, usual_range
from ssemon.errors import CountryFault, Problem, Where, told_apart
from ssemon.framework import Framework
from ssemon.intake import already_told, converted, map_table
from ssemon.intake.mapping import ROW, Mapped
from ssemon.manifest import IGNORE, TableSource, Words
from ssemon.model import DISCLOSURE_COLUMNS
from ssemon.plain_repairs import for_plain_file
from ssemon.plugins import Manager
from ssemon.reading import read_typed_table
from ssemon.tables import OBSERVATIONS, TableDefinition, parts_of_countries, shipped_tables
from ssemon.text import did_you_mean, folded, listed, plural, quoted
from ssemon.unpacking import unpacked
from ssemon.validation import Context, Part, Subject, check_rules, checked_key, checked_table, this_year

# What tells a wide file: these headings stand in it, and the two of a long one do not.
_WIDE_KEY, _LONG_ONLY = frozenset({"area", "year"}), frozenset({"indicator", "value"})
_WIDE_HEADINGS = {
    "indicator": "(the headings that are indicators)",
    "value": "(the cells below the indicators)",
}

# The cells of a wide row have no error, no contributors and no unit in common.
_OF_ONE_VALUE = ("std_error", "unit", *DISCLOSURE_COLUMNS)


def collect_observations(
    data: Path, framework: Framework, manager: Manager
) -> tuple[pl.DataFrame, tuple[Problem, ...], tuple[Problem, ...]]:
    """Read a file of observations into typed columns, with what is wrong in it, and the intake log.

    Shape:   the fields of the observations table; further columns of a long file are left out, those of a wide one
             are named.
    Missing: an empty cell below an indicator of a wide file is a missing value.
    Errors:  CountryFault where the file cannot be read as a table. All repairs are for a file without a plugin.
    """
    try:
        frame, problems, log = _collected(data, framework, manager)
    except CountryFault as fault:
        raise CountryFault(for_plain_file(fault.problems)) from fault
    return frame, for_plain_file(problems), for_plain_file(log)


def _collected(
    data: Path, framework: Framework, manager: Manager
) -> tuple[pl.DataFrame, tuple[Problem, ...], tuple[Problem, ...]]:
    table = TableSource(table=OBSERVATIONS, file=str(data), path=data)
    definition = shipped_tables()[OBSERVATIONS]
    with unpacked(table) as table:
        noted = read_typed_table(table, manager)
    read = noted.frame
    told, log = told_apart(noted.notes)
    wide = _is_wide(read.columns, framework)
    definition = _of_rows(definition) if wide else definition
    frame, unknown = _melted(read, definition, framework, data) if wide else (read, ())
    ours = frozenset(map(folded, definition.columns))
    extra = {folded(name): IGNORE for name in frame.columns if folded(name) not in ours}
    mapped = map_table(_codes_as_text(frame, definition), definition, table, Words(headers=extra))
    if wide:
        mapped = replace(mapped, headings={**mapped.headings, **_WIDE_HEADINGS})
    area_needed = _area_needed(mapped, read.columns, table)
    told = (*told, *mapped.problems)
    if not mapped.can_be_read or area_needed:
        return pl.DataFrame(), (*told, *area_needed), tuple(log)
    typed = converted(mapped, definition, table, {"country": "", "source": ""})
    frame = typed.frame.with_columns(pl.col("area").replace("", None), source_part=pl.lit(0))
    parts = [Part(table, typed.headings)]
    seen = {name: frozenset(frame[name].unique().drop_nulls()) for name in ("area", "indicator")}
    context = _context(framework, seen["area"], seen["indicator"])
    cells, keys = checked_table(frame, definition, parts, context), checked_key(frame, definition, parts)
    checked = [problem for problem in cells.problems if not already_told(problem, typed.problems)]
    lenient = tuple(replace(p, severity="warning") if p.code in _WARNED_IN_A_FILE else p for p in checked)
    log = (*log, *typed.log)
    between = check_rules(
        frame, parts, Subject(framework, year=this_year(), regions=parts_of_countries()), cells.told | keys.told
    )
    between = tuple(replace(p, severity="warning") if p.severity == "error" else p for p in between)
    return frame, (*told, *unknown, *typed.problems, *lenient, *keys.problems, *between), log


def _of_rows(definition: TableDefinition) -> TableDefinition:
    """The definition without the columns that can only stand beside a single value."""
    return replace(definition, fields=tuple(one for one in definition.fields if one.name not in _OF_ONE_VALUE))


# A file that is only scored is scored as it is, and told; in a plugin these are errors.
_WARNED_IN_A_FILE = ("K04", "M02", "V12")


def _context(framework: Framework, areas: frozenset[str], indicators: frozenset[str]) -> Context:
    """Any area and any word will do; what an indicator's values can be, the framework says."""
    leaves = [leaf for leaf in framework.indicators if leaf.expression is None]
    return Context(
        country="",
        areas=areas,
        own_areas=areas,
        indicators=indicators,
        limits={leaf.code: limits(leaf) for leaf in leaves},
        framework=framework.id,
        usual={leaf.code: usual_range(leaf) for leaf in leaves},
    )


def _area_needed(mapped: Mapped, columns: Sequence[str], table: TableSource) -> tuple[Problem, ...]:
    """A file outside a plugin has no country of its own: its area must stand in it."""
    if "area" in mapped.frame.columns:
        return ()
    what, theirs = 'no column for "area"', [name for name in columns if name != ROW]
    fix = f'headings found: {listed(map(quoted, theirs), most=12)}. Write "area" above the column that holds it, or add one'
    return (Problem(code="S02", what=what, fix=fix, where=table.where(rows=(table.header_row,))),)


def _is_wide(columns: Sequence[str], framework: Framework) -> bool:
    """Whether the headings are indicators; a file that has none of them is told what a long one needs."""
    headings = frozenset(map(folded, columns))
    known = any(name in framework.indicator_by_code for name in columns)
    return known and headings >= _WIDE_KEY and headings.isdisjoint(_LONG_ONLY)


def _melted(
    frame: pl.DataFrame, definition: TableDefinition, framework: Framework, data: Path
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """Put a wide file long: what is ours of a row holds for each of its cells; headings nobody knows are told of."""
    ours = frozenset(map(folded, definition.columns))
    kept = [name for name in frame.columns if name == ROW or folded(name) in ours]
    cells = [name for name in frame.columns if name not in kept and name in framework.indicator_by_code]
    unknown = [name for name in frame.columns if name not in kept and name not in framework.indicator_by_code]
    stated = {name: _is_stated(frame[name]) for name in cells}
    one_type = pl.Float64 if all(stated.values()) else pl.String
    frame = frame.with_columns(pl.col(cells).cast(one_type))
    long = frame.unpivot(on=cells, index=kept, variable_name="indicator", value_name="value")
    return long, _not_in_framework(unknown, framework, Where(file=str(data)), "column")


def _is_stated(cells: pl.Series) -> bool:
    """Whether a column holds numbers as numbers, or nothing at all."""
    return cells.dtype.is_numeric() or cells.null_count() == cells.len()


def _codes_as_text(frame: pl.DataFrame, definition: TableDefinition) -> pl.DataFrame:
    """A code or a note that the file states as a number, as text."""
    texts = {folded(field.name) for field in definition.fields if field.type == "string"}
    numbers = {name: kind for name, kind in frame.schema.items() if kind.is_numeric() and folded(name) in texts}
    return frame.with_columns(
        (pl.col(name).fill_nan(None) if kind.is_float() else pl.col(name)).cast(pl.String)
        for name, kind in numbers.items()
    )


def unknown_indicators(observations: pl.DataFrame, framework: Framework, data: Path) -> tuple[Problem, ...]:
    """Return a warning for indicators that the framework does not have: set aside, and said."""
    if "indicator" not in observations.columns:
        return ()
    unknown = sorted(set(observations["indicator"].unique().drop_nulls()) - framework.indicator_by_code.keys())
    return _not_in_framework(unknown, framework, Where(file=str(data), column="indicator"), "indicator")


def _not_in_framework(names: Sequence[str], framework: Framework, where: Where, word: str) -> tuple[Problem, ...]:
    if not names:
        return ()
    return (
        Problem(
            code="K03",
            severity="warning",
            stage="validate",
            what=f"{plural(len(names), word)} that the framework {framework.id} does not have: not scored",
            found=listed(map(quoted, names)),
            fix=did_you_mean(names[0], framework.indicator_by_code),
            where=where,
        ),
    )


# Columns of ours that say of a row that it is no plain total: what is scored as a stream has none of them.
_NOT_STREAMED = frozenset({"sex", "org_type", "obs_status"})


def check_wide(data: Path, framework: Framework) -> tuple[Problem, ...]:
    """Check, in little memory, that a file can be scored as a stream: wide, Parquet, typed, each row once.

    Missing: an indicator that has no column is not told of, as in any other file.
    """
    try:
        rows = pl.scan_parquet(data)
        schema = rows.collect_schema()
    except (pl.exceptions.PolarsError, OSError) as error:
        return (_not_wide(data, "the file cannot be read as Parquet", str(error).splitlines()[0]),)
    cells = [name for name in schema if name in framework.indicator_by_code]
    if not schema.keys() >= _WIDE_KEY or not cells or not _LONG_ONLY.isdisjoint(schema):
        return (_not_wide(data, "the file is not wide", listed(schema)),)
    problems = [
        _not_wide(data, f"column {quoted(name)} is of another type", f"{schema[name]}, not {wanted}")
        for name, wanted, fits in (
            ("area", "text", isinstance(schema["area"], pl.String | pl.Categorical | pl.Enum)),
            ("year", "whole numbers", schema["year"].is_integer()),
            *((name, "numbers", schema[name].is_numeric() or schema[name] == pl.Null) for name in cells),
        )
        if not fits
    ]
    marks = sorted(_NOT_STREAMED & schema.keys())
    if marks:
        problems.append(
            _not_wide(data, "the rows of a stream are totals and normal values", listed(map(quoted, marks)))
        )
    if problems:
        return tuple(problems)
    ours = shipped_tables()[OBSERVATIONS].columns
    unknown = [name for name in schema if name not in cells and name not in ours]
    return (*_keys(rows, data), *_not_in_framework(unknown, framework, Where(file=str(data)), "column"))


def _not_wide(data: Path, what: str, found: str) -> Problem:
    fix = "give a wide Parquet file (area, year, a column of numbers for each indicator), or score without --stream"
    return Problem(code="F12", stage="read", what=what, found=found, fix=fix, where=Where(file=str(data)))


def _keys(rows: pl.LazyFrame, data: Path) -> tuple[Problem, ...]:
    """Whether each row has an area and a year, and no two the same ones."""
    area, year = pl.col("area").cast(pl.String), pl.col("year")
    later = (area > area.shift()) | ((area == area.shift()) & (year > year.shift()))
    empty = (pl.col("area", "year").is_null() | (pl.col("area", "year").cast(pl.String) == "")).sum()
    first = rows.select(later.all().alias("sorted"), empty).collect(engine="streaming").row(0, named=True)
    found = [
        Problem(
            code="V00", stage="validate", what=f'{plural(first[name], "row")} without {name}', found="",
            fix="fill the cells, or take the rows out", where=Where(file=str(data), column=quoted(name)),
        )
        for name in ("area", "year") if first[name]
    ]  # fmt: skip
    if found or first["sorted"]:
        return tuple(found)
    twice = rows.group_by(area, year).len().filter(pl.col("len") > 1).sort("area", "year")
    again = twice.collect(engine="streaming")
    if again.is_empty():
        return ()
    what, fix = f"{plural(again.height, 'area and year', 'areas and years')} that stand in several rows", "keep one row"
    some = listed(f"{area} {year}" for area, year, _ in again.head().iter_rows())
    return (Problem(code="K06", stage="validate", what=what, found=some, fix=fix, where=Where(file=str(data))),)
