"""Hold a table to the rules beyond single cells, and put what fails into words.

Each rule is judged over the rows that no rule before it has told of, in the order of the files: a value that is in error
does not make its total wrong as well. The expression that must hold is run once for all cases; where it does not, the
same expression is a named Pandera check, which says for which.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import polars as pl

from ssemon.errors import SHOWN, Problem
from ssemon.rulebook import CheckRule, filled, rules_of_grain
from ssemon.text import plural
from ssemon.validation.checks import Part
from ssemon.validation.ground import Cases, Ground, Subject
from ssemon.validation.kinds import JUDGES

# The columns of a case that hold a year.
_YEARS = ("year", "begin", "end")
# How many digits of a fraction a message shows, and of any number.
_DIGITS, _MOST_DIGITS = 6, 10


def check_rules(
    frame: pl.DataFrame, parts: Sequence[Part], subject: Subject, told: Collection[int] = ()
) -> tuple[Problem, ...]:
    """Hold the observations of all files of a plugin to the shipped rules and those of its framework.

    Shape:   the typed rows with `source_row` and `source_part`, as `check_table` takes them; `told` are the places of
             rows that have been told of already.
    Missing: as each rule says in its column `missing`.
    """
    ground = Ground.of(frame, subject, told)
    problems: list[Problem] = []
    for rule in rules_of_grain(subject.framework.rules, "delivery"):
        cases = JUDGES[rule.kind](ground, rule)
        if cases is None or cases.frame.is_empty():
            continue
        failed = failing_cases(cases, rule)
        if failed.is_empty():
            continue
        problems += _told(rule, cases, failed, frame, parts)
        ground = ground.without(concerned(failed))
    return tuple(problems)


def failing_cases(cases: Cases, rule: CheckRule) -> pl.DataFrame:
    """Return the cases that a rule does not hold for, one for each row that is told of."""
    if cases.frame.select(cases.holds.all()).item():
        return cases.frame.clear()
    from ssemon.validation.schema import failing

    return cases.frame[failing(cases.frame, rule.name, cases.holds)].unique("at", keep="first").sort("at")


def concerned(failed: pl.DataFrame) -> set[int]:
    """Return every row that a failed case concerns."""
    return {*failed["at"], *(failed["also"].explode() if "also" in failed.columns else ())} - {None}


def _told(
    rule: CheckRule, judged: Cases, failed: pl.DataFrame, frame: pl.DataFrame, parts: Sequence[Part]
) -> list[Problem]:
    """One problem for each file in which a rule fails; rows of other files stand in what is found."""
    rows, owners = frame["source_row"], frame["source_part"]
    groups: dict[int, list[dict[str, object]]] = {}
    for case in failed.iter_rows(named=True):
        groups.setdefault(int(owners[case["at"]]), []).append(case)
    problems = []
    for owner, cases in sorted(groups.items()):
        here = _rows_of(owner, cases, rows, owners)
        found = [_case(rule, case, owner, rows, owners, parts) for case in cases[:SHOWN]]
        more = f" and {len(cases) - SHOWN} more" if len(cases) > SHOWN else ""
        heading = parts[owner].headings.get(judged.column, judged.column)
        told = {
            "dimension": parts[owner].headings.get(rule.dimension, rule.dimension),
            "rule": rule.name,
            **judged.words,
        }
        counts = {"count": plural(len(cases), "\0")}
        problems.append(
            Problem(
                code=rule.code, severity=rule.severity, rule=rule.name,  # type: ignore[arg-type]  # off is never asked
                what=filled(rule.what, told, counts), found="; ".join(found) + more, fix=filled(rule.fix, told, counts),
                where=parts[owner].table.where(rows=here, column=f'"{heading}"'),
                cases=len(cases), years=years_of(cases),
            )
        )  # fmt: skip
    return problems


def _rows_of(owner: int, cases: Sequence[Mapping[str, object]], rows: pl.Series, owners: pl.Series) -> list[int]:
    """The rows of one file that the cases concern, as its author counts them."""
    places = {at for case in cases for at in (case["at"], *(case.get("also") or ()))}  # type: ignore[misc]
    return sorted({int(rows[at]) for at in places if owners[at] == owner})


def _case(
    rule: CheckRule, case: Mapping[str, object], owner: int, rows: pl.Series, owners: pl.Series, parts: Sequence[Part]
) -> str:
    """What was found in one case, with the place of what stands in another file."""
    said = filled(rule.found, {name: shown(value) for name, value in case.items()})
    elsewhere = [at for at in case.get("also") or () if owners[at] != owner]  # type: ignore[attr-defined]
    places = ", ".join(f"{parts[owners[at]]} row {rows[at]}" for at in elsewhere[:SHOWN])
    return f"{said} ({places})" if places else said


def years_of(cases: Iterable[Mapping[str, object]]) -> tuple[int, ...]:
    """Return the first and the last year that the cases concern. Missing: empty where they have no years."""
    found = [year for case in cases for name in _YEARS if isinstance(year := case.get(name), int)]
    return (min(found), max(found)) if found else ()


def shown(value: object) -> str:
    """Return a value as a message shows it: a whole number in full, a fraction with six digits, two behind its point at least.

    >>> [shown(value) for value in (13.04347826, 581.0, 1234567.0, 1234567.891, 0.00893, 2.00000001)]
    ['13.0435', '581', '1234567', '1234567.89', '0.00893', '2.00000001']
    """
    if isinstance(value, float):
        digits = max(_DIGITS, len(f"{abs(value):.0f}") + 2)
        short = f"{value:.{min(digits, _MOST_DIGITS)}g}"
        return short if float(short).is_integer() == value.is_integer() else f"{value:.{_MOST_DIGITS}g}"
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    return "" if value is None else str(value)
