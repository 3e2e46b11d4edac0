"""The overall scores of the countries, their ranks, their dimensions, and where they lie."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.report.context import Figure
from ssemon.report.material import Material


@dataclass(frozen=True, slots=True)
class Scores:
    """What the pages say."""

    lead: str
    league: tuple[Figure, ...]
    ranks: tuple[Figure, ...]
    heat: tuple[Figure, ...]
    map: Figure | None


def scores(material: Material) -> Scores:
    """Return what the pages say."""
    figures, ordered = material.figures, material.ordered
    return Scores(
        lead=_lead(material),
        league=figures.league(ordered),
        ranks=figures.rank_plot(ordered),
        heat=figures.heat(ordered),
        map=figures.map(ordered),
    )


def _lead(material: Material) -> str:
    words = material.words
    said = material.findings.spread() or words._("No country has a score.")
    if not material.intervals.exist:
        return words.joined([said, words._("A difference of a few points may mean nothing.")])
    return words.joined([said, material.intervals.tie_sentence()])
