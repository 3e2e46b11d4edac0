"""Quoted key figures beside each other: which regions they name, that each stands once, and that they are not above their country.

They are printed and never scored. What the code list says of a region is an error, like a region that stands twice; a name that
is not on our list, and regions that are together more than the whole, are told and stop nothing: a figure may be rounded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from ssemon.errors import SHOWN, Problem
from ssemon.tables import TableDefinition, adds_up, names_of_regions, parts_of_countries, subdivisions
from ssemon.text import closest, counted_values, folded, plural, quoted, sentences
from ssemon.validation.checks import Part, checked_key
from ssemon.validation.ground import as_text
from ssemon.validation.rules import PART_CODE

_REGION, _ROW, _PART, _NONE = "region", "source_row", "source_part", ".."
# What names a figure: who counted what, in which unit and scope, and when.
_OF_ONE_DATE = ("year", "as_of", "entity_type", "measure", "unit", "statistic_owner")
_KEY = (_REGION, *_OF_ONE_DATE, "scope")
# Regions may be so much more than their country before it is told: what rounding and late corrections make of a sum.
_MORE = 0.01


def check_figures(
    frame: pl.DataFrame, definition: TableDefinition, parts: Sequence[Part], country: str, told: Collection[int] = ()
) -> tuple[Problem, ...]:
    """Hold the key figures of a country's regions to each other and to the national ones.

    Shape:   the typed rows of all files of the table with `source_row` and `source_part`; `told` are the places of rows
             that have been told of already.
    Missing: a figure without a region is national and is judged only as a whole; one without a date has no whole.
    """
    rows = frame.with_row_index("at").filter(~pl.col("at").is_in(list(told))).drop("at")
    regional = rows.filter(pl.col(_REGION).is_not_null())
    if regional.is_empty():
        return ()
    twice = checked_key(
        regional.with_columns(pl.col(_KEY).cast(pl.String).fill_null(_NONE)), replace(definition, key=_KEY), parts
    )
    sound = regional.with_row_index("at").filter(~pl.col("at").is_in(list(twice.told))).drop("at")
    national = rows.filter(pl.col(_REGION).is_null())
    return (*_names(regional, parts, country), *twice.problems, *_sums(sound, national, parts))


def _names(rows: pl.DataFrame, parts: Sequence[Part], country: str) -> Iterator[Problem]:
    """Names that are none of the country's, or stand where there is a code; nothing is known of most countries' regions."""
    known = names_of_regions(country)
    if not known:
        return
    without_code = {name for name in known.values() if name not in subdivisions(country)}
    named = rows.filter(~pl.col(_REGION).str.contains(PART_CODE) & ~pl.col(_REGION).is_in(list(without_code)))
    for (part,), here in named.group_by(_PART, maintain_order=True):
        cells = here[_REGION].to_list()
        fixes = list(dict.fromkeys(_fix(cell, known) for cell in cells))
        yield _problem(
            "K01", f"{plural(here.height, 'row')} with a region that is not named as our list names it",
            parts[int(str(part))], here, sentences(*fixes[:SHOWN]), counted_values(cells),
        )  # fmt: skip


def _fix(cell: str, known: Mapping[str, str]) -> str:
    line = f"add to mapping.csv:  {_REGION},{cell},"
    exact = {folded(name): ours for name, ours in known.items()}.get(folded(cell))
    if exact:
        return f"{line}{exact}"
    longer = [name for name in known if folded(name).startswith(folded(cell))]
    near = longer[0] if len(longer) == 1 else closest(cell, known)
    if near:
        return f'did you mean "{near}"? Then {line}{known[near]}'
    return f"leave {quoted(cell)} where the region has no code: it is printed as it stands; else {line}OUR CODE"


def _sums(regional: pl.DataFrame, national: pl.DataFrame, parts: Sequence[Part]) -> Iterator[Problem]:
    """Regions that are together more than the national figure of the same owner and date."""
    nested = parts_of_countries()
    inner = pl.col(_REGION).is_in([area for area, above in nested.items() if above in nested])
    dated = regional.filter(
        (pl.col("year").is_not_null() | pl.col("as_of").is_not_null()) & pl.col("value").is_not_null()
    )
    # Of one level alone, so that nothing is counted twice.
    keys = [*_OF_ONE_DATE, "inner"]
    sums = dated.with_columns(inner=inner).group_by(keys, maintain_order=True).agg(
        sum=pl.col("value").sum(), regions=pl.col(_REGION).n_unique(), rows=pl.len(),
        source_row=pl.col(_ROW), source_part=pl.col(_PART).first(),
    )  # fmt: skip
    wholes = national.group_by(_OF_ONE_DATE).agg(total=pl.col("value").max())
    cases = sums.join(wholes, on=_OF_ONE_DATE, nulls_equal=True, maintain_order="left")
    above = cases.filter((pl.col("regions") == pl.col("rows")) & (pl.col("sum") > pl.col("total") * (1 + _MORE)))
    for case in above.with_columns(as_text("sum"), as_text("total")).iter_rows(named=True):
        if adds_up(case["unit"], case["measure"]):
            yield _above(case, parts[case[_PART]])


def _above(case: Mapping[str, object], part: Part) -> Problem:
    rows: list[int] = case[_ROW]  # type: ignore[assignment]
    date = case["as_of"] or case["year"]
    found = f"{case['entity_type']} {case['measure']} {date}: {case['regions']} regions together {case['sum']}, all {case['total']}"
    return Problem(
        code="R05", severity="warning", what="regions that are together more than the national figure of the same owner and date",
        found=found, fix="correct a region or the national figure, or say in the scope what each covers",
        where=part.table.where(rows=tuple(rows), column=f'"{part.headings.get("value", "value")}"'),
    )  # fmt: skip


def _problem(code: str, what: str, part: Part, rows: pl.DataFrame, fix: str, found: str) -> Problem:
    heading = part.headings.get(_REGION, _REGION)
    where = part.table.where(rows=rows[_ROW].to_list(), column=f'"{heading}"')
    return Problem(code=code, severity="warning", what=what, found=found, fix=fix, where=where)
