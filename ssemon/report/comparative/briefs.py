"""Every country in brief: half a page with its dimensions, its place, and what stands out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ssemon.framework import Indicator
from ssemon.model import CountryOutcome
from ssemon.report import told
from ssemon.report.charts import tokens
from ssemon.report.comparative.moves import Move, base_year, is_many, signed
from ssemon.report.context import Figure, ProblemRow, problem_rows, problems_of
from ssemon.report.figures import letter
from ssemon.report.material import Material
from ssemon.report.numbers import MISSING

# Indicators that are named at each end; gaps that are named before they are counted.
_ENDS, _GAPS = 3, 4
# Low enough that two countries share a page.
_TREND_HEIGHT = 84.0


@dataclass(frozen=True, slots=True)
class Brief:
    """Half a page about a country. Missing: one that is not available has its problem and nothing else."""

    id: str
    name: str
    score: str
    band: str
    facts: tuple[tuple[str, str], ...] = ()
    bars: Figure | None = None
    trend: Figure | None = None
    problem: ProblemRow | None = None


@dataclass(frozen=True, slots=True)
class Briefs:
    """The section."""

    lead: str
    countries: tuple[Brief, ...]

    @property
    def entries(self) -> tuple[tuple[str, str], ...]:
        """What stands in the contents: nothing below the section, the bookmarks name the countries."""
        return ()


def briefs(material: Material) -> Briefs | None:
    """Return every country of the edition, in the alphabetical order of the language.

    Missing: None where there are too many for half a page each: their own reports say more.
    """
    if is_many(material.results):
        return None
    by_name = {material.words.country(outcome): outcome for outcome in material.results.countries}
    year = base_year(material.results)
    named = [by_name[name] for name in material.words.in_order(by_name)]
    lead = material.words._("In alphabetical order. A country's own report says more; its file is named by its code.")
    return Briefs(lead, tuple(_brief(material, outcome, year) for outcome in named))


def _brief(material: Material, outcome: CountryOutcome, year: int | None) -> Brief:
    words, results = material.words, material.results
    name, anchor = words.country(outcome), f"c-{outcome.code}"
    if not outcome.available:
        found = problem_rows(problems_of(results, outcome), words)
        return Brief(anchor, name, MISSING, words._("not available"), problem=found[0] if found else None)
    root = results.score(outcome.code, material.root.code)
    scored = root.score is not None
    band = words.joined([material.intervals.band(outcome.code, material.root.code)]) if scored else ""
    return Brief(
        id=anchor,
        name=name,
        score=told.score(root, words.numbers) + material.intervals.mark(root),
        band=band,
        facts=tuple(_facts(material, outcome, year)),
        bars=_bars(material, outcome),
        trend=_trend(material, outcome),
    )


def _facts(material: Material, outcome: CountryOutcome, year: int | None) -> Iterator[tuple[str, str]]:
    words, results, intervals = material.words, material.results, material.intervals
    code = outcome.code
    found = results.score(code, material.root.code)
    if intervals.exist:
        yield words._("{share} interval").format(share=intervals.share), intervals.of(found) or MISSING
        yield words._("Rank"), _rank(material, outcome)
    sure = intervals.certainty(code, material.root.code)
    if results.edition.method.band_codes and found.score is not None:
        band = intervals.band(code, material.root.code)
        yield words._("Band"), words._("{score} ({interval})").format(score=band, interval=sure) if sure else band
    if year is not None:
        move = Move(outcome, results.score(code, material.root.code, year), found)
        yield words._("Change since {year}").format(year=year), signed(words, move.change)
    yield words._("Coverage"), words.numbers.share(found.coverage)
    yield words._("Oldest input"), words.numbers.year(results.oldest([code]))
    ordered = _by_score(material, code)
    named = [f"{leaf.name} ({words.numbers.score(score)})" for score, leaf in ordered]
    # Ends that overlap would name an indicator as both.
    ends = min(_ENDS, len(named) // 2)
    if ends:
        yield words._("Highest indicator scores"), words.apart(named[:ends])
        yield words._("Lowest indicator scores"), words.apart(reversed(named[-ends:]))
    if gaps := _gaps(material, code):
        yield words._("Without a value"), gaps


def _rank(material: Material, outcome: CountryOutcome) -> str:
    """A rank with its interval and the tie group's letter."""
    words, results = material.words, material.results
    found = results.score(outcome.code, material.root.code)
    shown = material.intervals.rank(found)
    if shown == MISSING or found.ranked is None:
        return MISSING
    shown = words._("{rank} of {count} areas").format(rank=shown, count=words.numbers.whole(found.ranked))
    group = next((n for n, group in enumerate(results.ties) if outcome.code in group), None)
    tie = "" if group is None else words._("tie group {letter}").format(letter=letter(group))
    return words.in_a_row([shown, tie])


def _by_score(material: Material, area: str) -> list[tuple[float, Indicator]]:
    results = material.results
    known = [
        (score, leaf)
        for leaf in results.framework.indicators
        if results.is_scored(leaf) and (score := results.reading(area, leaf.code).score) is not None
    ]
    return sorted(known, key=lambda pair: (-pair[0], pair[1].code))


def _gaps(material: Material, area: str) -> str:
    """Name the scored indicators without a value; many are counted."""
    results, words = material.results, material.words
    absent: Sequence[str] = [
        leaf.name
        for leaf in results.framework.indicators
        if results.is_scored(leaf) and results.reading(area, leaf.code).score is None
    ]
    if len(absent) > _GAPS:
        return words.ngettext("{count} scored indicator", "{count} scored indicators", len(absent))
    return words.apart(absent)


def _bars(material: Material, outcome: CountryOutcome) -> Figure | None:
    nodes = material.results.scored_dimensions
    if not nodes:
        return None
    note = material.words._(
        "Scores of the dimensions, {low} to {high}; the mark is the median of the countries."
    ).format(low=material.methodology.low, high=material.methodology.high)
    title = material.findings.extremes(outcome)
    return material.figures.node_bars(outcome, nodes, title, note, tokens.HALF_WIDTH)


def _trend(material: Material, outcome: CountryOutcome) -> Figure | None:
    series = material.results.series(outcome.code, material.root.code)
    if sum(value is not None for value in series.values()) < 2:
        return None
    title = material.findings.movement(series, material.words._("Overall score"))
    return material.figures.node_trend(outcome, material.root, title, "", tokens.HALF_WIDTH, _TREND_HEIGHT)
