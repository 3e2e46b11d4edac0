"""How to read the comparative report, and the countries in the order of their scores."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.model import CountryOutcome
from ssemon.report import told
from ssemon.report.context import ProblemRow, problem_rows, problems_of
from ssemon.report.figures import letter
from ssemon.report.material import Material
from ssemon.report.numbers import MISSING


@dataclass(frozen=True, slots=True)
class LeagueRow:
    """A country in the order of the scores."""

    code: str
    name: str
    available: bool
    score: str
    interval: str
    rank: str
    group: str
    band: str
    certainty: str
    coverage: str
    oldest: str
    problem: ProblemRow | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the page says."""

    reading: tuple[str, ...]
    not_a: tuple[str, ...]
    league: tuple[LeagueRow, ...]
    league_note: str
    has_bands: bool
    has_intervals: bool
    interval_share: str


def reading(material: Material) -> Reading:
    """Return what the page says.

    Missing: a country that is not available stands in the league with its problem; its other cells are `..`.
    """
    return Reading(
        reading=material.methodology.reading(),
        not_a=material.methodology.not_a(),
        league=tuple(_row(material, outcome) for outcome in material.ordered),
        league_note=_note(material),
        has_bands=bool(material.results.edition.method.band_codes),
        has_intervals=material.intervals.exist,
        interval_share=material.intervals.share,
    )


def _row(material: Material, outcome: CountryOutcome) -> LeagueRow:
    results, words, intervals, root = material.results, material.words, material.intervals, material.root.code
    found = results.score(outcome.code, root)
    group = next((n for n, group in enumerate(results.ties) if outcome.code in group), None)
    return LeagueRow(
        code=outcome.code,
        name=words.country(outcome),
        available=outcome.available,
        score=told.score(found, words.numbers) + intervals.mark(found),
        interval=intervals.of(found) or MISSING,
        rank=intervals.rank(found),
        group=MISSING if group is None else letter(group),
        band=intervals.band(outcome.code, root) or MISSING,
        certainty=intervals.certainty(outcome.code, root),
        coverage=words.numbers.share(found.coverage),
        oldest=words.numbers.year(results.oldest([outcome.code])),
        problem=None if outcome.available else _why(material, outcome),
    )


def _note(material: Material) -> str:
    words, intervals = material.words, material.intervals
    scores = [material.results.score(area, material.root.code) for area in material.results.codes]
    ranked = max((found.ranked or 0 for found in scores), default=0)
    texts = []
    if intervals.exist and ranked:
        texts.append(
            words._(
                "In brackets the {share} interval of the rank among {count} areas. Countries with the same letter form a "
                "tie group; ranks within it are equal."
            ).format(share=intervals.share, count=words.numbers.whole(ranked))
        )
    return words.joined([*texts, intervals.footnote(scores)])


def _why(material: Material, outcome: CountryOutcome) -> ProblemRow:
    """The first error of a country that is not available."""
    found = problem_rows(problems_of(material.results, outcome), material.words)
    if found:
        return found[0]
    what = material.words._("no plugin of this country could be used")
    fix = material.words._("give the country a plugin, or see the list of problems")
    return ProblemRow("..", "", outcome.code, what, "", "", fix)
