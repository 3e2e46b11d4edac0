"""The rules of a table as named Pandera checks, compiled from its definition.

Each check is a pure function on a lazy column that gives one Boolean column; its name is the problem's code. Frames
are always collected before they are checked: on a LazyFrame Pandera looks at names and types alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandera.polars as pa
import polars as pl

from ssemon.tables import Field, TableDefinition, codelist

# Statuses that say why there is no value; with a value they contradict it.
WITHOUT_VALUE = ("O", "M", "L", "Q", "H")
_TYPES: Mapping[str, type[pl.DataType]] = {"string": pl.String, "number": pl.Float64, "integer": pl.Int32}


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


def compiled(definition: TableDefinition, context: Context) -> pa.DataFrameSchema:
    """Compile a table definition to a Pandera schema."""
    columns = {field.name: _column(field, context) for field in definition.fields}
    frame_checks = []
    if {"value", "obs_status"} <= set(definition.columns):
        frame_checks = [
            _named("M02", _status_fits),
            _named("V12", _within(context.limits)),
            _named("V21", _within(context.usual)),
        ]
    return pa.DataFrameSchema(columns, checks=frame_checks, strict=False, coerce=False)


def _named(code: str, check: Callable[[Any], pl.LazyFrame]) -> pa.Check:
    """A check whose failures carry its code, and nothing else: the words are ours."""
    return pa.Check(check, name=code, error=code)


def _column(field: Field, context: Context) -> pa.Column:
    checks = []
    if field.codelist:
        checks.append(_named("K04", _is_in(codelist(field.codelist))))
    if field.vocabulary == "indicators":
        checks.append(_named("K03", _is_in(context.indicators)))
    if field.name == "area":
        checks += [_named("K01", _is_in(context.areas)), _named("K02", _is_own(context))]
    if field.minimum is not None or field.maximum is not None:
        checks.append(_named("V11", _between(field.minimum, field.maximum)))
    if field.pattern:
        checks.append(_named("V20", _matches(field.pattern)))
    if field.required:
        checks.append(_named("V00", _present))
    return pa.Column(_TYPES[field.type], checks=checks, nullable=True, required=True)


def _present(data: Any) -> pl.LazyFrame:
    return data.lazyframe.select(pl.col(data.key).is_not_null())  # type: ignore[no-any-return]


def _is_in(known: Collection[str]) -> Callable[[Any], pl.LazyFrame]:
    words = list(known)
    return lambda data: data.lazyframe.select(pl.col(data.key).is_null() | pl.col(data.key).is_in(words))


def _is_own(context: Context) -> Callable[[Any], pl.LazyFrame]:
    """A known area that is not the country's own; an unknown one is K01's."""
    foreign = sorted(set(context.areas) - set(context.own_areas))
    return lambda data: data.lazyframe.select(pl.col(data.key).is_null() | ~pl.col(data.key).is_in(foreign))


def _between(low: float | None, high: float | None) -> Callable[[Any], pl.LazyFrame]:
    least, most = -float("inf") if low is None else low, float("inf") if high is None else high
    return lambda data: data.lazyframe.select(pl.col(data.key).is_null() | pl.col(data.key).is_between(least, most))


def _matches(pattern: str) -> Callable[[Any], pl.LazyFrame]:
    return lambda data: data.lazyframe.select(
        pl.col(data.key).is_null() | pl.col(data.key).str.contains(f"^({pattern})$")
    )


def _status_fits(data: Any) -> pl.LazyFrame:
    """A value has a status of a value; a missing value says why it is missing."""
    says_missing = pl.col("obs_status").is_in(list(WITHOUT_VALUE))
    return data.lazyframe.select(pl.col("value").is_null() == says_missing)  # type: ignore[no-any-return]


def _within(limits: Mapping[str, tuple[float, float]]) -> Callable[[Any], pl.LazyFrame]:
    """A value lies where it can exist in its unit (a share between 0 and 100)."""
    least = {code: low for code, (low, _) in limits.items()}
    most = {code: high for code, (_, high) in limits.items()}
    code = pl.col("indicator")
    low = code.replace_strict(least, default=None, return_dtype=pl.Float64)
    high = code.replace_strict(most, default=None, return_dtype=pl.Float64)
    inside = pl.col("value").is_between(low, high).fill_null(True)
    return lambda data: data.lazyframe.select(inside)
