"""Groups and regions: their medians beside each other, and each country beside its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ssemon.groups import group_members
from ssemon.model import CountryOutcome
from ssemon.report.charts import dots, heat
from ssemon.report.comparative.moves import signed
from ssemon.report.context import Figure
from ssemon.report.material import Material
from ssemon.report.numbers import MISSING
from ssemon.report.results import LEAST_FOR_MEDIAN, NodeScore
from ssemon.report.universe import Universe

# Rows of a table that fill a page.
_ROWS = 36

Groups = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group's line. Missing: `..`."""

    name: str
    areas: str
    scored: str
    median: str
    span: str
    countries: str


@dataclass(frozen=True, slots=True)
class BesideRow:
    """A country beside the medians of its groups. Missing: `..`."""

    name: str
    score: str
    beside: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Peers:
    """The section."""

    lead: str
    medians: Figure | None
    heat: Figure | None
    groups: tuple[GroupRow, ...]
    tables: tuple[tuple[BesideRow, ...], ...]
    note: str


def peers(material: Material) -> Peers | None:
    """Return the groups that hold a country of the edition. Missing: None where there is no such group."""
    everyone = set(material.results.codes)
    named = group_members(material.results.edition.groups, material.results.framework)
    groups = {material.words.group(name): areas for name, areas in named.items() if areas & everyone}
    if not groups:
        return None
    universe = Universe(material.results)
    rows = [_beside(material, universe, groups, outcome) for outcome in material.ordered if outcome.available]
    return Peers(
        lead=_lead(material, universe, groups),
        medians=_medians(material, universe, groups),
        heat=_heat(material, universe, groups),
        groups=tuple(_group(material, universe, name, areas) for name, areas in groups.items()),
        tables=tuple(tuple(rows[start : start + _ROWS]) for start in range(0, len(rows), _ROWS)),
        note=_note(material),
    )


def _lead(material: Material, universe: Universe, groups: Groups) -> str:
    words, root = material.words, material.root.code
    known = [
        (found.value, name)
        for name, areas in groups.items()
        if (found := universe.median(root, areas)).value is not None
    ]
    if len(known) < 2:
        return words._("The median of a group is told where at least {least} of its areas have a score.").format(
            least=words.numbers.whole(LEAST_FOR_MEDIAN)
        )
    (top, high), (bottom, low) = max(known), min(known)
    score = words.numbers.score
    return words._("The median overall score is highest in “{high}” ({top}) and lowest in “{low}” ({bottom}).").format(
        high=high, top=score(top), low=low, bottom=score(bottom)
    )


def _note(material: Material) -> str:
    return material.words._(
        "A median is of all areas of a group that have a score, the comparators among them; “..” with fewer than {least}. "
        "“Close” says that the median lies within the country's interval."
    ).format(least=material.words.numbers.whole(LEAST_FOR_MEDIAN))


def _ends(universe: Universe, node: str, areas: frozenset[str]) -> tuple[float, float] | None:
    known = [score for area, score in universe.scores(node).items() if area in areas]
    return (min(known), max(known)) if len(known) >= LEAST_FOR_MEDIAN else None


def _medians(material: Material, universe: Universe, groups: Groups) -> Figure | None:
    """Draw the median of each group and from where to where its scores go."""
    words, figures, root = material.words, material.figures, material.root.code
    rows = []
    for name, areas in groups.items():
        found, ends = universe.median(root, areas), _ends(universe, root, areas)
        count = words._("{some} of {count}").format(
            some=words.numbers.whole(found.count), count=words.numbers.whole(len(areas))
        )
        rows.append(dots.Dot(name, found.value, ends[0] if ends else None, ends[1] if ends else None, note=count))
    if all(row.value is None for row in rows):
        return None
    title = words._("Medians of the groups, and from where to where their scores go")
    chart = dots.dots(
        rows, title=title, scale=figures.scale, cuts=figures.cuts, fmt=figures.fmt, axis=figures.axis,
        words=replace(figures.chart_words, interval=words._("range")),
    )  # fmt: skip
    note = words._("Overall score, {year}; dot: median, line: lowest to highest; on the right how many of its areas have a score. Source: this run.")  # fmt: skip
    return Figure(title, figures.turned(chart), note.format(year=material.results.year))


def _heat(material: Material, universe: Universe, groups: Groups) -> Figure | None:
    """Draw the medians of every group in every dimension."""
    words, figures, nodes = material.words, material.figures, material.results.scored_dimensions
    values = [[universe.median(node.code, areas).value for node in nodes] for areas in groups.values()]
    if len(nodes) < 2 or all(value is None for row in values for value in row):
        return None
    title = _widest(material, nodes_names=[node.name for node in nodes], values=values)
    chart = heat.heat(
        list(groups), [node.name for node in nodes], values, title=title, fmt=words.numbers.whole, scale=figures.scale,
        words=figures.chart_words,
    )  # fmt: skip
    note = words._("Median score of each dimension, {year}. Darker is higher. Source: this run.")
    return Figure(title, figures.turned(chart), note.format(year=material.results.year))


def _widest(material: Material, *, nodes_names: Sequence[str], values: Sequence[Sequence[float | None]]) -> str:
    """Say in which dimension the groups lie furthest apart."""
    spans = []
    for place, name in enumerate(nodes_names):
        known = [value for row in values if (value := row[place]) is not None]
        if len(known) > 1:
            spans.append((max(known) - min(known), name))
    if not spans:
        return material.words._("Medians of the groups by dimension")
    span, name = max(spans)
    return material.words._("The medians of the groups lie furthest apart in “{name}” ({span} points)").format(
        name=name, span=material.words.numbers.whole(span)
    )


def _group(material: Material, universe: Universe, name: str, areas: frozenset[str]) -> GroupRow:
    words, root = material.words, material.root.code
    found, ends = universe.median(root, areas), _ends(universe, root, areas)
    ours = [words.country(outcome) for outcome in material.ordered if outcome.code in areas and outcome.available]
    others = len(areas) - len(ours)
    everyone = len(ours) == sum(outcome.available for outcome in material.ordered)
    named = [words._("all countries of this edition")] if everyone and len(ours) > 1 else words.in_order(ours)
    if others:
        named.append(words.ngettext("{count} other area", "{count} other areas", others))
    score = words.numbers.score
    return GroupRow(
        name=name,
        areas=words.numbers.whole(len(areas)),
        scored=words.numbers.whole(found.count),
        median=score(found.value),
        span=words._("{low} to {high}").format(low=score(ends[0]), high=score(ends[1])) if ends else MISSING,
        countries=words.numbers.listed(named),
    )


def _beside(material: Material, universe: Universe, groups: Groups, outcome: CountryOutcome) -> BesideRow:
    words, root = material.words, material.root.code
    found = material.results.score(outcome.code, root)
    return BesideRow(
        name=words.country(outcome),
        score=material.intervals.scored(found),
        beside=tuple(_gaps(material, universe, groups, outcome.code, found)),
    )


def _gaps(
    material: Material, universe: Universe, groups: Groups, area: str, found: NodeScore
) -> Iterator[tuple[str, str, str]]:
    """Yield each group that a country is in: its name, the gap to its median, and in words on which side of it."""
    words = material.words
    for name, areas in groups.items():
        if area not in areas:
            continue
        middle = universe.median(material.root.code, areas).value
        if middle is None or found.score is None:
            yield name, MISSING, ""
            continue
        gap = found.score - middle
        near = found.low is not None and found.high is not None and found.low <= middle <= found.high
        side = words._("close") if near else words._("above") if gap > 0 else words._("below")
        yield name, signed(words, gap), side
