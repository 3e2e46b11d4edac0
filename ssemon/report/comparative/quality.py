"""The state of each country's data, and the problems that the run found in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ssemon.model import CountryOutcome
from ssemon.report.comparative.questions import Question, questions
from ssemon.report.context import ProblemRow, merged, printed_problems, problem_rows, problems_of
from ssemon.report.material import Material
from ssemon.report.numbers import MISSING

# Problems that are printed; the others are counted.
_MOST_PROBLEMS = 60


@dataclass(frozen=True, slots=True)
class QualityRow:
    """The state of one country's data."""

    name: str
    observed: str
    coverage: str
    newest: str
    oldest: str
    mean_age: str
    marked: str
    errors: str
    warnings: str
    deviations: str


@dataclass(frozen=True, slots=True)
class Quality:
    """What the pages say."""

    rows: tuple[QualityRow, ...]
    problems: tuple[ProblemRow, ...]
    problems_left: str
    questions: tuple[Question, ...]
    deviations: tuple[tuple[str, str, str], ...]


def quality(material: Material) -> Quality:
    """Return what the pages say."""
    asked = [one for one in printed_problems(material.results) if one.is_question and one.settled is None]
    faults = [one for one in printed_problems(material.results) if one not in asked]
    problems = merged(problem_rows(faults, material.words))
    left = len(problems) - _MOST_PROBLEMS
    more = material.words.ngettext(
        "{count} more is in the list of problems of the run.",
        "{count} more are in the list of problems of the run.",
        left,
    )
    return Quality(
        rows=tuple(_row(material, outcome) for outcome in material.ordered),
        problems=problems[:_MOST_PROBLEMS],
        problems_left=more if left > 0 else "",
        questions=questions(material, asked),
        deviations=tuple(_deviations(material)),
    )


def _row(material: Material, outcome: CountryOutcome) -> QualityRow:
    results, numbers = material.results, material.words.numbers
    scored = [leaf for leaf in results.framework.indicators if results.is_scored(leaf)]
    readings = [results.reading(outcome.code, leaf.code) for leaf in scored]
    known = [reading for reading in readings if reading.score is not None and reading.year is not None]
    years = [reading.year for reading in known if reading.year is not None]
    problems = problems_of(results, outcome)
    there = outcome.available
    return QualityRow(
        name=material.words.country(outcome),
        observed=numbers.whole(len(known)) if there else MISSING,
        coverage=numbers.share(results.score(outcome.code, material.root.code).coverage),
        newest=numbers.year(max(years, default=None)),
        oldest=numbers.year(min(years, default=None)),
        mean_age=numbers.score(sum(results.year - year for year in years) / len(years)) if years else MISSING,
        marked=numbers.whole(sum(bool(r.mark) for r in known)) if there else MISSING,
        errors=numbers.whole(sum(problem.severity == "error" for problem in problems)),
        warnings=numbers.whole(sum(problem.severity == "warning" for problem in problems)),
        deviations=numbers.whole(len(outcome.deviations)),
    )


def _deviations(material: Material) -> Iterator[tuple[str, str, str]]:
    names = material.results.framework.indicator_by_code
    for outcome in material.results.countries:
        for deviation in outcome.deviations:
            code = deviation.indicator
            yield material.words.country(outcome), names[code].name if code in names else code, deviation.reason
