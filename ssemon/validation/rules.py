"""The rules of a table, compiled from its definition: each is one Polars expression that holds where a row is sound.

There is one definition of each rule and it is used twice: `is_sound` runs all of them at once and says whether any
fails; the Pandera schema (ssemon.validation.schema) is made of the same expressions and says in which rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from ssemon.tables import REGIONS, Field, TableDefinition, codelist, parts_of_countries

# Statuses that say why there is no value; with a value they contradict it.
WITHOUT_VALUE = ("O", "M", "L", "Q", "H")
# What is written as ISO 3166-2 writes the code of a country's part.
PART_CODE = r"^[A-Z]{2}-[A-Z0-9]{1,3}$"
# The type of a column in a checked table.
TYPES: Mapping[str, type[pl.DataType]] = {"string": pl.String, "number": pl.Float64, "integer": pl.Int32}


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules compare with.

    `limits` gives, for an indicator, the least and greatest value that can exist in its unit; `written`, for a
    column, the author's own words that mapping.csv already knows; `usual` the range that an indicator's unit
    usually keeps to.
    """

    country: str
    areas: Collection[str]
    own_areas: Collection[str]
    indicators: Collection[str]
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    written: Mapping[str, Collection[str]] = field(default_factory=dict)
    framework: str = ""
    usual: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold in every row.

    `code` is the problem's where it does not; `column` is the column it is about, empty where it compares columns;
    `holds` is true or false in every row, never missing.
    """

    code: str
    column: str
    holds: pl.Expr


def rules_of(definition: TableDefinition, context: Context) -> tuple[Rule, ...]:
    """Compile a table definition to its rules, in the order of its columns; those that compare columns come last.

    Missing: every rule but V00 (needed) holds where the cell is missing.
    """
    rules = [rule for field in definition.fields for rule in _column_rules(field, context)]
    if {"value", "obs_status"} <= set(definition.columns):
        rules.append(Rule("M02", "", _status_fits()))
        bounded = (("V12", context.limits), ("V21", context.usual))
        rules += [Rule(code, "", _within(limits)) for code, limits in bounded if limits]
    return tuple(rules)


def is_sound(frame: pl.DataFrame, definition: TableDefinition, rules: Sequence[Rule]) -> bool:
    """Return whether every column is there with its type and every rule holds in every row."""
    return is_typed(frame, definition) and not broken_rules(frame, rules)


def is_typed(frame: pl.DataFrame, definition: TableDefinition) -> bool:
    """Return whether every column is there with its type."""
    return all(frame.schema.get(field.name) == TYPES[field.type] for field in definition.fields)


def broken_rules(frame: pl.DataFrame, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return the rules that do not hold in every row of a frame with the types of its columns, in their order."""
    held = frame.select(rule.holds.all().alias(str(at)) for at, rule in enumerate(rules)).row(0)
    return tuple(rule for rule, holds in zip(rules, held, strict=True) if not holds)


def _column_rules(field: Field, context: Context) -> Iterator[Rule]:
    """The rules about one column; a missing cell is no fault of theirs, but of V00 where the cell is needed."""
    cell = pl.col(field.name)

    def rule(code: str, holds: pl.Expr) -> Rule:
        return Rule(code, field.name, holds.fill_null(True))

    if field.codelist:
        yield rule("K04", cell.is_in(list(codelist(field.codelist))))
    if field.vocabulary == "indicators":
        yield rule("K03", cell.is_in(list(context.indicators)))
    if field.vocabulary == REGIONS and _has_parts(context):
        yield rule("K01", ~cell.str.contains(PART_CODE) | cell.is_in(list(parts_of_countries())))
        yield rule("K02", ~cell.is_in(sorted(parts_of_countries().keys() - set(context.own_areas))))
    if field.name == "area":
        yield rule("K01", cell.is_in(list(context.areas)))
        yield rule("K02", ~cell.is_in(_foreign(context)))
    if field.minimum is not None or field.maximum is not None:
        least = -float("inf") if field.minimum is None else field.minimum
        most = float("inf") if field.maximum is None else field.maximum
        yield rule("V11", cell.is_between(least, most))
    if field.pattern:
        yield rule("V20", cell.str.contains(f"^({field.pattern})$"))
    if field.required:
        yield rule("V00", cell.is_not_null())


def _has_parts(context: Context) -> bool:
    """Whether our list has parts of the country: of another country no code can be told to be wrong."""
    return any("-" in area for area in context.own_areas)


def _foreign(context: Context) -> list[str]:
    """Known areas that are not the country's own; an unknown one is K01's."""
    return sorted(set(context.areas) - set(context.own_areas))


def _status_fits() -> pl.Expr:
    """A value has a status of a value; a missing value says why it is missing."""
    says_missing = pl.col("obs_status").is_in(list(WITHOUT_VALUE))
    return (pl.col("value").is_null() == says_missing).fill_null(True)


def _within(limits: Mapping[str, tuple[float, float]]) -> pl.Expr:
    """A value lies where it can exist in its unit (a share between 0 and 100)."""
    least = {code: low for code, (low, _) in limits.items()}
    most = {code: high for code, (_, high) in limits.items()}
    code = pl.col("indicator")
    low = code.replace_strict(least, default=None, return_dtype=pl.Float64)
    high = code.replace_strict(most, default=None, return_dtype=pl.Float64)
    return pl.col("value").is_between(low, high).fill_null(True)
