"""The rules of a table as named Pandera checks: where a table is not sound, Pandera says in which rows.

Frames are always collected before they are checked: on a LazyFrame Pandera looks at names and types alone. This is
the only module that imports Pandera, and it is imported only when a rule does not hold: a sound table need not wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandera.errors
import pandera.polars as pa
import polars as pl

from ssemon.tables import TableDefinition
from ssemon.validation.rules import TYPES, Rule


def compiled(definition: TableDefinition, rules: Sequence[Rule]) -> pa.DataFrameSchema:
    """Compile the rules of a table definition to a Pandera schema."""
    columns = {
        field.name: pa.Column(
            TYPES[field.type],
            checks=[_check(rule) for rule in rules if rule.column == field.name],
            nullable=True,
            required=True,
        )
        for field in definition.fields
    }
    checks = [_check(rule) for rule in rules if not rule.column]
    return pa.DataFrameSchema(columns, checks=checks, strict=False, coerce=False)


def failures(frame: pl.DataFrame, definition: TableDefinition, rules: Sequence[Rule]) -> pl.DataFrame | None:
    """Return Pandera's failure cases, every rule and row at once; None where the table is sound.

    Pandera looks at each column that it is given, at some price: it is given those that a rule is about or whose type is wrong.
    """
    asked = {rule.column for rule in rules}
    concerned = [one for one in definition.fields if one.name in asked or frame.schema.get(one.name) != TYPES[one.type]]
    try:
        compiled(replace(definition, fields=tuple(concerned)), rules).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases: pl.DataFrame = errors.failure_cases
        return cases
    return None


def failing(cases: pl.DataFrame, name: str, holds: pl.Expr) -> list[int]:
    """Return which cases of a rule beyond single cells fail, by Pandera's check of that name.

    Shape:  `cases` have a column `at`; the answer counts their rows from 0.
    Errors: RuntimeError where the expression cannot be run on them.
    """
    column = pa.Column(cases.schema["at"], checks=[_named(name, holds)], nullable=False, required=True)
    try:
        pa.DataFrameSchema({"at": column}, strict=False, coerce=False).validate(cases, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        found = errors.failure_cases
        if found["index"].null_count() or set(found["check"]) != {name}:
            raise RuntimeError(f"the rule {name} failed to run: {found.row(0)}") from errors
        return sorted(found["index"].to_list())
    return []


def _check(rule: Rule) -> pa.Check:
    """A check whose failures carry its code, and nothing else: the words are ours."""
    return _named(rule.code, rule.holds)


def _named(name: str, holds: pl.Expr) -> pa.Check:
    def check(data: Any) -> pl.LazyFrame:
        return data.lazyframe.select(holds)  # type: ignore[no-any-return]

    return pa.Check(check, name=name, error=name)
