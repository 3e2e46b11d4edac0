"""Indicators and series that hang together: what a comparison says of them, and a value against what it is derived from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import polars as pl

from ssemon.comparison import Comparison
from ssemon.formula import Binary, Expression, Name, Number, Term
from ssemon.rulebook import CheckRule
from ssemon.rulekinds import FAILS
from ssemon.tree import Indicator
from ssemon.validation.ground import Cases, Ground
from ssemon.validation.rounding import rounding, step, tolerance
from ssemon.validation.terms import column, term_as_polars

# The derivation whose second series is a denominator.
_RATIO = "ratio"
# What two values share that are compared.
_BESIDE = ("area", "year", "sex", "org_type")


def comparison(ground: Ground, rule: CheckRule) -> Cases | None:
    """Judge a comparison of formulas wherever its condition holds.

    Missing: where a side has no value the case is not judged, or fails where the rule says so; a condition without a value
             does not hold.
    """
    if rule.expression is None:
        return None
    condition = rule.condition
    names = tuple(dict.fromkeys((*rule.expression.names, *(condition.names if condition else ()))))
    there = [name for name in names if name in ground.codes]
    if not there or (rule.missing != FAILS and len(there) < len(rule.expression.names)):
        return None
    frame = _beside(ground, names)
    if condition is not None:
        frame = frame.filter(_holds(condition, rule, exact=True).fill_null(value=False))
    return Cases(frame, _holds(rule.expression, rule).fill_null(rule.missing != FAILS))


def derived(ground: Ground, rule: CheckRule) -> Cases | None:
    """Judge a value that was sent for an indicator against the same derived from the series that were sent with it.

    Missing: without the value, or without one of the series, there is nothing to judge.
    """
    leaves = [leaf for leaf in ground.subject.framework.indicators if {leaf.code, *leaf.series} <= ground.codes]
    found = [_of_derived(ground, leaf) for leaf in leaves if leaf.series]
    if not found:
        return None
    frame = pl.concat(found)
    room = tolerance(rule, pl.col("right")) + rounding(step(pl.col("left")), pl.lit(1), pl.col("left"))
    return Cases(frame, ((pl.col("left") - pl.col("right")).abs() <= room).fill_null(value=True))


def half_of_two(ground: Ground, rule: CheckRule) -> Cases | None:  # noqa: ARG001  one signature a kind
    """Judge whether an indicator can be made of each series that is sent for one.

    Missing: a series that is missing is what the rule is about; both are no fault.
    """
    leaves = [leaf for leaf in ground.subject.framework.indicators if len(leaf.series) > 1]
    found = [_of_halves(ground, leaf) for leaf in leaves if not ground.codes.isdisjoint(leaf.series)]
    return Cases(pl.concat(found), pl.col("made")) if found else None


def _of_halves(ground: Ground, leaf: Indicator) -> pl.DataFrame:
    first, second = leaf.series
    frame = _beside(ground, (leaf.code, first, second))
    has = [pl.col(column(name)).is_not_null() for name in (leaf.code, first, second)]
    alone = has[1] if leaf.derivation == _RATIO else has[1] | has[2]
    frame = frame.filter(alone).with_columns(
        made=has[0] | (has[1] & has[2]), indicator=pl.lit(leaf.code),
        series=pl.when(has[1]).then(pl.lit(first)).otherwise(pl.lit(second)),
        other=pl.when(has[1]).then(pl.lit(second)).otherwise(pl.lit(first)),
    )  # fmt: skip
    return frame.select("at", "also", *_BESIDE, "indicator", "series", "other", "made")


def _of_derived(ground: Ground, leaf: Indicator) -> pl.DataFrame:
    frame = _beside(ground, (leaf.code, *leaf.series))
    values = frame.with_columns(
        left=pl.col(column(leaf.code)), right=term_as_polars(_derivation(leaf)), indicator=pl.lit(leaf.code)
    )
    return values.select("at", "also", *_BESIDE, "indicator", "left", "right", "values")


def _derivation(leaf: Indicator) -> Term:
    """How an indicator is derived, as a formula over its series."""
    first, *others = map(Name, leaf.series)
    if not others:
        return first
    term = (
        Binary("/", first, others[0])
        if leaf.derivation == _RATIO
        else Binary("/", Binary("+", first, others[0]), Number(2))
    )
    return Binary("*", term, Number(leaf.derivation_scale))


def _beside(ground: Ground, names: Sequence[str]) -> pl.DataFrame:
    """The values of several indicators beside each other, a row an area, year and breakdown that has one of them.

    Shape: `at` is the row of the first that is there, `also` the rows of the others; `values` names them all.
    """
    parts = [
        ground.of_code(name).select(*_BESIDE, pl.col("value").alias(column(name)), pl.col("at").alias(_at(name)))
        for name in names
    ]
    frame = reduce(lambda one, two: one.join(two, on=_BESIDE, how="full", coalesce=True), parts).sort(_BESIDE)
    shown = [pl.format("{} {}", pl.lit(name), _printed(pl.col(column(name)))) for name in names]
    places = pl.concat_list(_at(name) for name in names).list.drop_nulls()
    return frame.with_columns(
        at=places.list.first(),
        also=places.list.slice(1),
        values=pl.concat_str(shown, separator=", ", ignore_nulls=True),
    )


def _at(name: str) -> str:
    return f"row of {name}"


def _printed(value: pl.Expr) -> pl.Expr:
    """A number as its author would write it: 12, not 12.0."""
    return value.cast(pl.String).str.strip_suffix(".0")


def _holds(comparison: Comparison, rule: CheckRule, *, exact: bool = False) -> pl.Expr:
    """Whether a comparison holds; missing where a side is. A condition is exact, what must hold has the rule's tolerance."""
    left, right = term_as_polars(comparison.left.term), term_as_polars(comparison.right.term)
    room = pl.lit(0.0) if exact else tolerance(rule, right) + _own_rounding(comparison.left, left)
    match comparison.sign:
        case "<=":
            return left <= right + room
        case ">=":
            return left >= right - room
        case "<":
            return left < right
        case ">":
            return left > right
        case _:
            return (left - right).abs() <= room


def _own_rounding(side: Expression, value: pl.Expr) -> pl.Expr:
    """What rounding alone can make of a side that is one printed number."""
    return rounding(step(value), pl.lit(1), value) if isinstance(side.term, Name) else pl.lit(0.0)
