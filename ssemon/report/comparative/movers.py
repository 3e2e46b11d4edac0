"""Who moved since the first year that can be compared: places, scores, and the dimensions behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ssemon.report import told
from ssemon.report.charts import heat, slope, tokens
from ssemon.report.comparative.moves import Move, base_year, moved_most, moves, signed
from ssemon.report.context import Figure
from ssemon.report.findings import LEAST_DIFFERENCE
from ssemon.report.material import Material
from ssemon.report.numbers import MISSING

# Rows of a table that fill a page.
_ROWS = 36


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A country's line. Missing: `..`."""

    name: str
    start: str
    end: str
    change: str
    place_start: str
    place_end: str
    coverage: str


@dataclass(frozen=True, slots=True)
class Movers:
    """The section."""

    lead: str
    year: str
    places: Figure | None
    tables: tuple[tuple[MoveRow, ...], ...]
    note: str
    heat: tuple[Figure, ...]
    has_places: bool


def movers(material: Material) -> Movers | None:
    """Return who moved. Missing: None where no earlier year has a score."""
    year = base_year(material.results)
    if year is None:
        return None
    found = moves(material.results, material.root, year)
    both = [move for move in found if move.change is not None]
    if not both:
        return None
    before, after = _places(both)
    intervals = _intervals(material)
    rows = [_row(material, move, before, after, intervals) for move in found]
    return Movers(
        lead=material.words.sentence(moved_most(material, found, year)),
        year=str(year),
        places=_slopes(material, found, (before, after), intervals, year) if intervals else None,
        tables=tuple(tuple(rows[start : start + _ROWS]) for start in range(0, len(rows), _ROWS)),
        note=_note(material, year, bool(intervals)),
        heat=tuple(_heat(material, found, year)),
        has_places=bool(intervals),
    )


def _places(found: Sequence[Move]) -> tuple[dict[str, int], dict[str, int]]:
    """Return the places among the countries with a score in both years; equal scores share the better one."""
    before = _among({move.outcome.code: move.start.score for move in found})
    return before, _among({move.outcome.code: move.end.score for move in found})


def _among(scores: Mapping[str, float | None]) -> dict[str, int]:
    known = {area: score for area, score in scores.items() if score is not None}
    return {area: 1 + sum(other > score for other in known.values()) for area, score in known.items()}


def _intervals(material: Material) -> dict[str, tuple[int, int]]:
    """Return the interval of each country's place, from the draws of the report's year.

    Missing: empty without draws.
    """
    told = material.results.robustness
    if told is None or "places" not in told.tables:
        return {}
    tail = (1 - told.interval) / 2
    shares: dict[str, list[tuple[int, float]]] = {}
    for area, place, share in sorted(told.tables["places"].select("area", "place", "share").rows()):
        shares.setdefault(area, []).append((place, share))
    return {area: (_quantile(found, tail), _quantile(found, 1 - tail)) for area, found in shares.items()}


def _quantile(shares: Sequence[tuple[int, float]], wanted: float) -> int:
    """Return the first place up to which the draws hold so much."""
    reached = 0.0
    for place, share in shares:
        reached += share
        if reached >= wanted - 1e-9:
            return place
    return shares[-1][0]


def _is_sure(before: int | None, interval: tuple[int, int] | None) -> bool:
    """Whether a country's earlier place is outside the interval of its place today."""
    return before is not None and interval is not None and not interval[0] <= before <= interval[1]


def _row(
    material: Material,
    move: Move,
    before: Mapping[str, int],
    after: Mapping[str, int],
    intervals: Mapping[str, tuple[int, int]],
) -> MoveRow:
    words, code = material.words, move.outcome.code
    share, whole = words.numbers.share, words.numbers.whole
    place_end, interval = after.get(code), intervals.get(code)
    shown = MISSING
    if place_end is not None and interval is not None:
        ends = words._("{low} to {high}").format(low=whole(interval[0]), high=whole(interval[1]))
        shown = words._("{rank} ({interval})").format(rank=whole(place_end), interval=ends)
    return MoveRow(
        name=words.country(move.outcome),
        start=told.score(move.start, words.numbers) + material.intervals.mark(move.start),
        end=told.score(move.end, words.numbers) + material.intervals.mark(move.end),
        change=signed(words, move.change),
        place_start=whole(before.get(code)),
        place_end=shown,
        coverage=words._("{first}, {last}").format(first=share(move.start.coverage), last=share(move.end.coverage)),
    )


def _note(material: Material, year: int, has_places: bool) -> str:
    words = material.words
    texts = [
        words._("Coverage: of {year} and of {last}; a score can move because more inputs become available.").format(
            year=year, last=material.results.year
        )
    ]
    if has_places:
        texts.append(
            words._(
                "Places are among the countries of this edition with a score in both years; no draws were made of {year}, so its "
                "places have no interval and a move counts only where it leaves the interval of {last}."
            ).format(year=year, last=material.results.year)
        )
    return words.joined([*texts, material.intervals.legend()])


def _slopes(
    material: Material,
    found: Sequence[Move],
    places: tuple[Mapping[str, int], Mapping[str, int]],
    intervals: Mapping[str, tuple[int, int]],
    year: int,
) -> Figure:
    words, (before, after) = material.words, places
    rows = []
    for move in found:
        code = move.outcome.code
        low, high = intervals.get(code, (None, None))
        sure = _is_sure(before.get(code), intervals.get(code))
        rows.append(slope.Slope(words.country(move.outcome), before.get(code), after.get(code), low, high, sure))
    count = sum(row.sure for row in rows if row.start is not None)
    title = words.ngettext(
        "Since {year} {count} country has left the interval of its place",
        "Since {year} {count} countries have left the interval of their place",
        count, year=str(year),
    ) if count else words._("Since {year} no country has left the interval of its place").format(year=year)  # fmt: skip
    chart = slope.slopes(
        rows, title=title, heads=(str(year), str(material.results.year)),
        legend=(words._("higher place"), words._("lower place"), words._("within the interval: may be no move")),
        scale=(max(len(before), 2), 1), fmt=words.numbers.whole, words=material.figures.chart_words,
    )  # fmt: skip
    note = words._(
        "Place of the overall score among the countries with a score in both years; on the right the {share} interval of the "
        "place in {year}. Source: this run."
    ).format(share=material.intervals.share, year=material.results.year)
    return Figure(title, material.figures.turned(chart), note)


def _heat(material: Material, found: Sequence[Move], year: int) -> Iterator[Figure]:
    """Draw how each dimension changed in each country."""
    words, results = material.words, material.results
    nodes = results.scored_dimensions
    changes = {
        (move.outcome.code, node.code): _change(material, move.outcome.code, node.code, year)
        for move in found
        for node in nodes
    }
    known = [change for change in changes.values() if change is not None]
    if not known or len(nodes) < 2:
        return
    ends = max(*map(abs, known), LEAST_DIFFERENCE)
    title = _rising(
        material, [(node.name, [changes[m.outcome.code, node.code] for m in found]) for node in nodes], year
    )
    note = words._("Change of each dimension's score from {year} to {last}, in points. Blue is a rise, brown a fall; the darker, the greater. Source: this run.")  # fmt: skip
    for start in range(0, len(found), _ROWS):
        part = found[start : start + _ROWS]
        chart = heat.heat(
            [words.country(move.outcome) for move in part], [node.name for node in nodes],
            [[changes[move.outcome.code, node.code] for node in nodes] for move in part], title=title,
            fmt=lambda value: signed(words, value), scale=(-ends, ends), colours=tokens.DIVERGING, words=material.figures.chart_words,
        )  # fmt: skip
        yield Figure(title, material.figures.turned(chart), note.format(year=year, last=results.year))


def _change(material: Material, area: str, node: str, year: int) -> float | None:
    start = material.results.score(area, node, year).score
    end = material.results.score(area, node).score
    return None if start is None or end is None else end - start


def _rising(material: Material, changes: Sequence[tuple[str, Sequence[float | None]]], year: int) -> str:
    """Say in which dimension most countries rose. Missing: where two share the first place, only what is shown."""
    counted = [
        (sum(c is not None and c >= LEAST_DIFFERENCE for c in its), sum(c is not None for c in its), name)
        for name, its in changes
    ]
    most, count, name = max(counted, key=lambda entry: entry[0])
    if not most:
        text = material.words._("Since {year} no dimension rose by as much as {least} points anywhere")
        return text.format(year=year, least=material.words.numbers.whole(LEAST_DIFFERENCE))
    if sum(entry[0] == most for entry in counted) > 1:
        return material.words._("Change since {year}").format(year=year)
    return material.words.ngettext(
        "“{name}” rose by at least {least} points in {most} of {count} country, more than any other dimension",
        "“{name}” rose by at least {least} points in {most} of {count} countries, more than any other dimension",
        count, name=name, most=material.words.numbers.whole(most), least=material.words.numbers.whole(LEAST_DIFFERENCE),
    )  # fmt: skip
