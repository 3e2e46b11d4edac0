"""What the expressions of a framework make of the observed values, before anything else is done to them.

The functions ln, log10, exp and the power are Python's own, a cell at a time: NumPy's give other last digits on other
processors, and the same input shall give the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np

from ssemon.errors import Problem, Where
from ssemon.formula import FIRST, Binary, Expression, Name, Number, Term, Unary
from ssemon.framework import Framework
from ssemon.scoring.panel import Flags, Floats, Ints, Letters
from ssemon.scoring.reference_period import CANNOT_EXIST, SUPPRESSED
from ssemon.text import listed, plural

# SDMX observation status: a normal value.
NORMAL = "A"


@dataclass(frozen=True, slots=True)
class Applied:
    """The values of all indicators after their expressions.

    Shape:   `values`, `status` and `observed_year` as they came in; `lost` and `unused` count cells by indicator.
    Missing: `lost`: all that the expression needs is there and it has no value (a division by 0);
             `unused`: an own value that the indicator's expression does not name.
    """

    values: Floats
    status: Letters
    observed_year: Ints
    lost: Mapping[str, int] = field(default_factory=dict)
    unused: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Cells:
    """One indicator, or one part of an expression, cell by cell.

    Missing: NaN in `values`; `undefined` where all is there and the arithmetic has no answer; 0 in `status` and `year`.
    """

    values: Floats
    status: Letters
    year: Ints
    undefined: Flags


@dataclass(frozen=True, slots=True)
class _Marks:
    """The statuses that are looked for, as the numbers that stand in `status`; 0 where a letter is not used."""

    normal: int = 0
    cannot_exist: int = 0
    suppressed: int = 0


def evaluate(expression: Expression, values: Mapping[str, Floats]) -> Floats:
    """Return the values of an expression.

    Shape:   arrays of one shape by indicator, in; one of that shape out.
    Units:   of the expression's result.
    Missing: NaN. Where an operand or argument is missing the result is missing; only `first` passes over missing ones.
             A division by 0, a logarithm of 0 or less, the root of a negative number and a result too large are
             missing; so is `clip` where its bounds are the wrong way round.
    """
    cells = {code: _observed(array) for code, array in values.items()}
    return np.array(_evaluated(expression.term, cells, _Marks()).values)


def apply(
    values: Floats,
    status: Letters,
    observed_year: Ints,
    codes: Sequence[str],
    letters: Sequence[str],
    framework: Framework,
) -> Applied:
    """Compute the indicators that have an expression, each after those whose results it needs.

    An expression that names its own indicator means the value that was observed; any other name means that
    indicator's result. The result stands in the place of an own value, in every area alike.

    Shape:   the first axis is the indicator, in the order of `codes`; the others are whatever the caller has (year,
             area). `status` counts from 1 in `letters`. The arrays that come in are not changed.
    Missing: a result without value is M where a missing input cannot exist, and Q, which is stronger, where one is
             suppressed. A result with a value has the first status of its inputs that is not A, else A; its
             `observed_year` is the oldest of its inputs.
    """
    expressions = framework.expressions
    if not expressions:
        return Applied(values, status, observed_year)
    place = {code: at for at, code in enumerate(codes)}
    marks = _Marks(*(_mark(letters, letter) for letter in (NORMAL, CANNOT_EXIST, SUPPRESSED)))
    values, status, observed_year = values.copy(), status.copy(), observed_year.copy()
    lost: dict[str, int] = {}
    unused: dict[str, int] = {}
    for code, expression in expressions.items():
        at = place[code]
        # The arrays hold the results so far, and for the indicator itself still what was observed.
        inputs = {name: place[name] for name in expression.names}
        cells = {name: _observed(values[n], status[n], observed_year[n]) for name, n in inputs.items()}
        own = 0 if code in inputs else int(np.isfinite(values[at]).sum())
        result = _evaluated(expression.term, cells, marks)
        values[at], status[at], observed_year[at] = result.values, result.status, result.year
        _note(lost, code, int(result.undefined.sum()))
        _note(unused, code, own)
    return Applied(values, status, observed_year, lost, unused)


def notices(applied: Applied, framework: Framework) -> tuple[Problem, ...]:
    """Tell of cells where an expression has no value, and of own values that an expression does not use."""
    where = Where(file=str(framework.folder / "indicators.csv"), column="expression")
    told = (
        ("N06", applied.lost, "cell", "where an expression has no value though all it needs is there: missing",
         "look for a division by 0, a logarithm of 0 or less, or a number too large"),
        ("N07", applied.unused, "delivered value", "that the indicator's expression does not use: left out",
         "leave them out of the plugin, or name the indicator in its own expression: first(X, …)"),
    )  # fmt: skip
    return tuple(
        Problem(
            code=code, severity="warning", stage="scoring", what=f"{plural(sum(counts.values()), noun)} {what}", fix=fix,
            where=where, found=listed(f"{indicator} ({count})" for indicator, count in counts.items()),
        )
        for code, counts, noun, what, fix in told if counts
    )  # fmt: skip


def _mark(letters: Sequence[str], letter: str) -> int:
    return letters.index(letter) + 1 if letter in letters else 0


def _note(counts: dict[str, int], code: str, count: int) -> None:
    if count:
        counts[code] = count


def _observed(values: Floats, status: Letters | None = None, year: Ints | None = None) -> _Cells:
    """Values as they came in; one that is not a finite number is missing."""
    shape = np.shape(values)
    return _Cells(
        np.where(np.isfinite(values), values, np.nan),
        np.zeros(shape, dtype=np.uint8) if status is None else status,
        np.zeros(shape, dtype=np.int32) if year is None else year,
        np.zeros(shape, dtype=np.bool_),
    )


def _evaluated(term: Term, cells: Mapping[str, _Cells], marks: _Marks) -> _Cells:
    """The values of a term; a text that was parsed is bounded in depth, so this is too."""
    if isinstance(term, Number):
        return _observed(np.array(term.value))
    if isinstance(term, Name):
        return cells[term.code]
    if isinstance(term, Unary):
        operands: tuple[Term, ...] = (term.operand,)
        function = _negative
    elif isinstance(term, Binary):
        operands, function = (term.left, term.right), _OPERATORS[term.operator]
    elif term.function == FIRST:
        return reduce(lambda one, two: _first(one, two, marks), (_evaluated(o, cells, marks) for o in term.arguments))
    else:
        operands, function = term.arguments, _FUNCTIONS[term.function]
    parts = [_evaluated(operand, cells, marks) for operand in operands]
    with np.errstate(all="ignore"):
        found = function(*(part.values for part in parts))
    return _combined(found, parts, marks)


def _combined(found: Floats, parts: Sequence[_Cells], marks: _Marks) -> _Cells:
    """What the parts make together: a value only where all of them have one."""
    missing = [np.isnan(part.values) for part in parts]
    has = np.isfinite(found) & ~reduce(np.logical_or, missing)
    answered = reduce(np.logical_and, [~absent | part.undefined for absent, part in zip(missing, parts, strict=True)])
    return _Cells(
        np.where(has, found, np.nan),
        np.where(has, _carried(parts, marks), _reason(parts, marks)),
        np.where(has, _oldest(parts), np.int32(0)),
        ~has & answered,
    )


def _first(one: _Cells, two: _Cells, marks: _Marks) -> _Cells:
    """The one where it has a value, else the other: value, status and year together."""
    here = ~np.isnan(one.values)
    values = np.where(here, one.values, two.values)
    none = np.isnan(values)
    status = np.where(here, one.status, two.status)
    return _Cells(
        values,
        np.where(none, _reason((one, two), marks), status),
        np.where(here, one.year, two.year),
        none & (one.undefined | two.undefined),
    )


def _carried(parts: Sequence[_Cells], marks: _Marks) -> Letters:
    """The status of a value: the first of its parts' that is not normal."""
    found = np.array(marks.normal, dtype=np.uint8)
    for part in reversed(parts):
        found = np.where((part.status != 0) & (part.status != marks.normal), part.status, found)
    return found


def _reason(parts: Sequence[_Cells], marks: _Marks) -> Letters:
    """Why there is no value: suppressed where a missing part is, else cannot exist where one is, else nothing said."""
    found = np.array(0, dtype=np.uint8)
    for mark in (marks.cannot_exist, marks.suppressed):
        for part in parts:
            found = np.where(np.isnan(part.values) & (part.status == mark), np.uint8(mark), found)
    return found


def _oldest(parts: Sequence[_Cells]) -> Ints:
    """The oldest year of the parts; a number has none."""
    latest = np.iinfo(np.int32).max
    oldest = reduce(np.minimum, [np.where(part.year == 0, np.int32(latest), part.year) for part in parts])
    return np.where(oldest == latest, np.int32(0), oldest)


def _by_cell(function: Callable[..., float]) -> Callable[..., Floats]:
    """A function of numbers as one of arrays; where it has no answer, or an operand is missing, there is none."""

    def answer(*numbers: float) -> float:
        try:
            return function(*numbers)
        except (ValueError, OverflowError):
            return math.nan

    def over(*arrays: Floats) -> Floats:
        flat = np.broadcast_arrays(*arrays)
        present = reduce(np.logical_and, [~np.isnan(array) for array in flat])
        found = np.full(present.shape, np.nan)
        found[present] = [
            answer(*numbers) for numbers in zip(*(array[present].tolist() for array in flat), strict=True)
        ]
        return found

    return over


def _negative(value: Floats) -> Floats:
    return -value


def _plus(left: Floats, right: Floats) -> Floats:
    return left + right


def _minus(left: Floats, right: Floats) -> Floats:
    return left - right


def _times(left: Floats, right: Floats) -> Floats:
    return left * right


def _over(left: Floats, right: Floats) -> Floats:
    return left / right


def _clip(value: Floats, low: Floats, high: Floats) -> Floats:
    return np.where(low <= high, np.minimum(np.maximum(value, low), high), np.nan)


def _mean(*values: Floats) -> Floats:
    return reduce(_plus, values) / len(values)


def _least(*values: Floats) -> Floats:
    return reduce(np.minimum, values)


def _most(*values: Floats) -> Floats:
    return reduce(np.maximum, values)


_OPERATORS: Mapping[str, Callable[..., Floats]] = {
    "+": _plus, "-": _minus, "*": _times, "/": _over, "^": _by_cell(math.pow),
}  # fmt: skip
_FUNCTIONS: Mapping[str, Callable[..., Floats]] = {
    "ln": _by_cell(math.log), "log10": _by_cell(math.log10), "exp": _by_cell(math.exp), "sqrt": np.sqrt, "abs": np.abs,
    "clip": _clip, "min": _least, "max": _most, "mean": _mean,
}  # fmt: skip
