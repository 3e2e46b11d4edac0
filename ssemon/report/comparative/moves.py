"""How far the countries moved since the first year that can be compared with the report's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ssemon.framework import Node
from ssemon.model import CountryOutcome
from ssemon.report.findings import LEAST_DIFFERENCE
from ssemon.report.material import Material
from ssemon.report.numbers import MISSING
from ssemon.report.results import NodeScore, Results
from ssemon.report.words import Words

# Of more countries than these a report leaves out what grows with each of them: half a page, a column of values, a dot.
# The tables of scores and the attached files have them all.
MANY = 48


def is_many(results: Results) -> bool:
    """Whether the edition has more countries than a page can show one by one."""
    return len(results.codes) > MANY


@dataclass(frozen=True, slots=True)
class Move:
    """A country's score of one node in both years. Missing: None."""

    outcome: CountryOutcome
    start: NodeScore
    end: NodeScore

    @property
    def change(self) -> float | None:
        """The difference in points."""
        if self.start.score is None or self.end.score is None:
            return None
        return self.end.score - self.start.score


def base_year(results: Results) -> int | None:
    """Return the first year in which as many countries as in any other have an overall score.

    Missing: None where no year before the report's has a score.
    """
    root = results.framework.root.code
    counts = {
        year: sum(results.score(area, root, year).score is not None for area in results.codes)
        for year in results.years
        if year < results.year
    }
    most = max(counts.values(), default=0)
    return next((year for year, count in counts.items() if count == most), None) if most else None


def moves(results: Results, node: Node, year: int | None) -> list[Move]:
    """Return every available country's move since `year`, in the order of the node's scores."""
    there = [outcome for outcome in results.in_score_order(node.code) if outcome.available]
    return [
        Move(
            outcome,
            results.score(outcome.code, node.code, year) if year is not None else NodeScore(),
            results.score(outcome.code, node.code),
        )
        for outcome in there
    ]


def signed(words: Words, value: float | None) -> str:
    """Write a change with its sign.

    >>> signed(Words(), 3.25), signed(Words(), -3.25), signed(Words(), None)
    ('+3.2', '-3.2', '..')
    """
    if value is None:
        return MISSING
    shown = words.numbers.score(value)
    return f"+{shown}" if round(value, 1) > 0 else shown


def moved_most(material: Material, found: Sequence[Move], year: int | None) -> str:
    """Say who moved furthest, where anyone moved by as much as is put into words."""
    words = material.words
    known = [(move.change, move.outcome) for move in found if move.change is not None]
    if year is None or not known:
        return words._("Too few years with a score for a trend")
    top, first = max(known, key=lambda pair: pair[0])
    bottom, last = min(known, key=lambda pair: pair[0])
    named = {
        "year": year, "up": words.country(first), "rise": signed(words, top), "down": words.country(last),
        "fall": signed(words, bottom),
    }  # fmt: skip
    up, down = top >= LEAST_DIFFERENCE, bottom <= -LEAST_DIFFERENCE
    if up and down:
        return words._("Since {year} {up} rose most ({rise}), {down} fell most ({fall})").format(**named)
    if up:
        return words._("Since {year} {up} rose most ({rise}); none fell by as much as {least} points").format(
            **named, least=words.numbers.whole(LEAST_DIFFERENCE)
        )
    if down:
        return words._("Since {year} {down} fell most ({fall}); none rose by as much as {least} points").format(
            **named, least=words.numbers.whole(LEAST_DIFFERENCE)
        )
    return words._("Since {year} no score has moved by as much as {least} points").format(
        year=year, least=words.numbers.whole(LEAST_DIFFERENCE)
    )
