"""What the rules ask of the countries' data: for each rule a line a country, with one of its cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ssemon.codes import problem_codes
from ssemon.errors import Problem
from ssemon.report.context import found_text
from ssemon.report.material import Material
from ssemon.report.numbers import MISSING

# Between the cases that a problem tells of.
_NEXT = "; "


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """How often a rule asks of a country, of which years, and one case. Missing: `..` where that was not counted."""

    country: str
    cases: str
    years: str
    example: str


@dataclass(frozen=True, slots=True)
class Question:
    """A rule, what is to be done where it asks, and whom it asks."""

    code: str
    title: str
    repair: str
    rows: tuple[QuestionRow, ...]


def questions(material: Material, problems: Sequence[Problem]) -> tuple[Question, ...]:
    """Return the questions by rule, each with its countries in the order that they are given in."""
    known = problem_codes(material.words.language)
    by_code: dict[str, list[Problem]] = {}
    for problem in problems:
        by_code.setdefault(problem.code, []).append(problem)
    return tuple(
        Question(
            code=code,
            title=known[code].title if code in known else same[0].what,
            repair=known[code].repair if code in known else same[0].fix,
            rows=tuple(_row(material, problem) for problem in same),
        )
        for code, same in sorted(by_code.items())
    )


def _row(material: Material, problem: Problem) -> QuestionRow:
    numbers = material.words.numbers
    years = [numbers.year(year) for year in dict.fromkeys(problem.years)]
    return QuestionRow(
        country=material.words.area(problem.country) if problem.country else material.words._("all"),
        cases=numbers.whole(problem.cases) if problem.cases else MISSING,
        years="–".join(years) or MISSING,
        example=material.results.named(_first(found_text(problem, material.words, rounded=True), problem.country)),
    )


def _first(found: str, country: str) -> str:
    """Return the first of the cases that a message tells of, without the country that stands before it in its row."""
    first = found.split(_NEXT, maxsplit=1)[0]
    return first.removeprefix(f"{country} ")
