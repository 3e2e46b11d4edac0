"""Formulas of the expression language as Polars expressions, a column an indicator: what rules compare.

The scores have their own reading of the same language (ssemon.scoring.formulas), on arrays; a test holds the two to the
same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import add

import polars as pl

from ssemon.formula import FIRST, Binary, Name, Number, Term, Unary


def column(code: str) -> str:
    """Return the name of the column that holds an indicator's values."""
    return f"value of {code}"


def term_as_polars(term: Term) -> pl.Expr:
    """Return a term as an expression over the columns that `column` names.

    Missing: null where an operand is missing or there is no answer; only `first` passes over missing ones.
    """
    if isinstance(term, Number):
        return pl.lit(term.value)
    if isinstance(term, Name):
        return pl.col(column(term.code))
    if isinstance(term, Unary):
        return -term_as_polars(term.operand)
    if isinstance(term, Binary):
        return _finite(_OPERATORS[term.operator](term_as_polars(term.left), term_as_polars(term.right)))
    parts = [term_as_polars(argument) for argument in term.arguments]
    if term.function == FIRST:
        return pl.coalesce(parts)
    answer = _finite(_FUNCTIONS[term.function](*parts))
    return pl.when(pl.all_horizontal(*(part.is_not_null() for part in parts))).then(answer)


def _finite(value: pl.Expr) -> pl.Expr:
    return pl.when(value.is_finite()).then(value)


def _over(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    return left / right


def _clip(value: pl.Expr, low: pl.Expr, high: pl.Expr) -> pl.Expr:
    return pl.when(low <= high).then(pl.min_horizontal(pl.max_horizontal(value, low), high))


def _mean(*values: pl.Expr) -> pl.Expr:
    return reduce(add, values) / len(values)


_OPERATORS: Mapping[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _over,
    "^": lambda left, right: left.pow(right),
}
_FUNCTIONS: Mapping[str, Callable[..., pl.Expr]] = {
    "ln": lambda value: value.log(),
    "log10": lambda value: value.log10(),
    "exp": lambda value: value.exp(),
    "sqrt": lambda value: value.sqrt(),
    "abs": lambda value: value.abs(),
    "clip": _clip, "min": pl.min_horizontal, "max": pl.max_horizontal, "mean": _mean,
}  # fmt: skip
