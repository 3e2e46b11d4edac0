"""The regions of a country: a map, a table, and how far they lie apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from statistics import median
from typing import TYPE_CHECKING, Any

from ssemon.framework import Indicator, Node
from ssemon.report.context import Figure
from ssemon.report.country import region_map
from ssemon.report.country.counted import Counted, counted
from ssemon.report.country.region_map import short
from ssemon.report.material import CountryMaterial
from ssemon.report.numbers import MISSING, common_decimals

if TYPE_CHECKING:
    import polars as pl

# Fewer regions with a number make no map and no spread.
_LEAST = 2
# How many indicators stand in the table: beside the scores of the regions, and without them.
_MOST_BESIDE, _MOST_COLUMNS = 2, 4
# The value of the column `role` that names the indicator which holds each region's people.
_ROLE, _POPULATION = "role", "population"

Numbers = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region. `code` is what stands on the map."""

    code: str
    name: str
    cells: tuple[str, ...]
    band: str
    coverage: str


@dataclass(frozen=True, slots=True)
class RegionsPage:
    """The section. Missing: without a number in two regions, no map and no spread; without scores and values, no rows.

    `counted` are the key figures of the regions; None where there are too few.
    """

    lead: str = ""
    figure: Figure | None = None
    spread: tuple[tuple[str, str], ...] = ()
    heads: tuple[tuple[str, str], ...] = ()
    rows: tuple[RegionRow, ...] = ()
    caption: str = ""
    scored: bool = False
    notes: tuple[str, ...] = ()
    counted: Counted | None = None


@dataclass(frozen=True, slots=True)
class _Subject:
    """What the map shows: a node's scores or an indicator's values, by region."""

    name: str
    numbers: Numbers
    leaf: Indicator | None = None
    node: Node | None = None


def regions(material: CountryMaterial) -> RegionsPage | None:
    """Return the section. Missing: None where the country's plugin brings neither values nor key figures of regions."""
    told, figures = material.results.run.regions, counted(material)
    if told is None or told.indicators.filter(told.indicators["country"] == material.outcome.code).is_empty():
        return RegionsPage(counted=figures) if figures else None
    return replace(_Builder(material, told.scores, told.indicators).build(), counted=figures)


class _Builder:
    """Builds the section of one country."""

    def __init__(self, material: CountryMaterial, scores: pl.DataFrame, indicators: pl.DataFrame) -> None:
        self.material, self.results, self.words = material, material.results, material.words
        self.numbers = material.words.numbers
        own = material.outcome.code
        self.scores: dict[str, dict[str, float]] = {}
        self.coverage: dict[str, float] = {}
        self.bands: dict[str, str] = {}
        root = material.root.code
        for area, node, score, coverage, band in _rows(scores, own, ("area", "node", "score", "coverage", "band")):
            if score is not None and isfinite(score):
                self.scores.setdefault(node, {})[area] = score
            if node == root:
                self.coverage[area], self.bands[area] = coverage, band
        self.values: dict[str, dict[str, float]] = {}
        self.areas: dict[str, None] = {}
        self.years: set[int] = set()
        self.with_values: set[str] = set()
        for area, code, value, year in _rows(indicators, own, ("area", "indicator", "value", "observed_year")):
            self.areas[area] = None
            self.with_values.add(area)
            if value is not None and isfinite(value):
                self.values.setdefault(code, {})[area] = value
                self.years.add(year)
        self.boundaries = region_map.boundaries(own)
        # A region that is on the map and has no number is in the table all the same.
        self.areas |= dict.fromkeys(region_map.regions_on(self.boundaries))
        self.subject = self._subject()

    def build(self) -> RegionsPage:
        columns = self._columns()
        return RegionsPage(
            lead=self._lead(),
            figure=self._figure(),
            spread=tuple(self._spread()),
            heads=tuple((leaf.name, self.words.unit(leaf.unit)) for leaf in columns),
            rows=tuple(self._row(area, columns) for area in self._ordered()),
            caption=self.words._("Regions, {year}").format(year=self.results.year),
            scored=bool(self.scores.get(self.material.root.code)),
            notes=tuple(filter(None, (self._note(), self._beside(), self._source()))),
        )

    def _subject(self) -> _Subject | None:
        """What most can be said of: the overall score, else the dimension or the indicator with most regions."""
        root = self.material.root
        nodes = (root, *(node for node in self.results.scored_dimensions if node.code != root.code))
        for node in sorted(nodes, key=lambda node: (node is not root, -len(self.scores.get(node.code, {})))):
            found = self.scores.get(node.code, {})
            if len(found) >= _LEAST:
                name = self.words._("Overall score") if node is root else node.name
                return _Subject(name, found, node=node)
        leaves = [leaf for leaf in self.results.framework.indicators if len(self.values.get(leaf.code, {})) >= _LEAST]
        leaves = [leaf for leaf in leaves if leaf.metadata.get(_ROLE) != _POPULATION]
        if not leaves:
            return None
        leaf = max(leaves, key=lambda leaf: len(self.values[leaf.code]))
        return _Subject(leaf.name, self.values[leaf.code], leaf=leaf)

    def _columns(self) -> list[Indicator]:
        """The indicators of the table: those with most regions, the one on the map first."""
        first = self.subject.leaf.code if self.subject and self.subject.leaf else ""
        known = [leaf for leaf in self.results.framework.indicators if self.values.get(leaf.code)]
        known.sort(key=lambda leaf: (leaf.code != first, -len(self.values[leaf.code])))
        return known[: _MOST_BESIDE if self.scores.get(self.material.root.code) else _MOST_COLUMNS]

    def _ordered(self) -> list[str]:
        """The regions by what the map shows, the highest first; those without it last, by name."""
        numbers = self.subject.numbers if self.subject else {}
        falls = self.subject is not None and self.subject.leaf is not None and self.subject.leaf.direction < 0
        named = self.words.in_order(self.words.region(area) for area in self.areas)
        return sorted(
            self.areas,
            key=lambda area: (
                area not in numbers, (1 if falls else -1) * numbers.get(area, 0.0), named.index(self.words.region(area)),
            ),
        )  # fmt: skip

    def _printed(self, number: float | None) -> str:
        """A number of the map's subject, as it is printed."""
        if self.subject is None or self.subject.leaf is None:
            return self.numbers.score(number)
        return self._value(self.subject.leaf.code, number)

    def _value(self, code: str, number: float | None) -> str:
        return self.numbers.value(number, common_decimals(self.values.get(code, {}).values()))

    def _lead(self) -> str:
        _, subject = self.words._, self.subject
        if subject is None:
            return _("The country's data hold values of {count} regions, too few of any one indicator for a map.").format(
                count=self.numbers.whole(len(self.with_values))
            )  # fmt: skip
        ordered = [area for area in self._ordered() if area in subject.numbers]
        best, worst = ordered[0], ordered[-1]
        text = _("{subject}: from {last} in {worst} to {first} in {best}.")
        return text.format(
            subject=subject.name, first=self._printed(subject.numbers[best]), best=self.words.region(best),
            last=self._printed(subject.numbers[worst]), worst=self.words.region(worst),
        )  # fmt: skip

    def _figure(self) -> Figure | None:
        """The map, where there are boundaries of the country's regions."""
        path, subject = self.boundaries, self.subject
        if subject is None or path is None:
            return None
        title = self.words.ngettext(
            "{subject} in {count} region", "{subject} in {count} regions", len(subject.numbers), subject=subject.name
        )
        chart = region_map.drawn(
            path, subject.numbers, {area: self.words.region(area) for area in self.areas}, title=title,
            cuts=self._cuts(subject), fmt=self._printed_class, words=self.material.figures.chart_words,
        )  # fmt: skip
        unit = self.words.unit(subject.leaf.unit) if subject.leaf else self._scale()
        note = self.words._("{unit}; hatched: no data. The letters and numbers are those of the table. Boundaries: {source}. They imply no opinion on the legal status of any area.")  # fmt: skip
        return Figure(title, chart, note.format(unit=unit, source=region_map.source_of(path)))

    def _scale(self) -> str:
        text = self.words._("Score, {low} to {high}")
        return text.format(low=self.material.methodology.low, high=self.material.methodology.high)

    def _printed_class(self, number: float) -> str:
        return self.numbers.tick(number) if self.subject and self.subject.leaf is None else self._printed(number)

    def _cuts(self, subject: _Subject) -> tuple[float, ...]:
        """The cuts of the bands for scores; five classes of as many regions for values."""
        if subject.node is not None and self.results.edition.method.band_cuts:
            return self.results.edition.method.band_cuts
        return region_map.classes_of(subject.numbers.values())

    def _spread(self) -> Iterator[tuple[str, str]]:
        """Best, worst, median, range, the mean by population, and the country's own number."""
        _, subject = self.words._, self.subject
        if subject is None:
            return
        ordered = [area for area in self._ordered() if area in subject.numbers]
        numbers = [subject.numbers[area] for area in ordered]
        yield _("Best: {region}").format(region=self.words.region(ordered[0])), self._printed(numbers[0])
        yield _("Median of the regions"), self._printed(median(numbers))
        yield _("Lowest: {region}").format(region=self.words.region(ordered[-1])), self._printed(numbers[-1])
        yield _("Range"), self._printed(abs(numbers[0] - numbers[-1]))
        weighted = self._weighted(subject.numbers)
        if weighted is not None:
            yield _("Mean by population"), self._printed(weighted)
        yield _("Whole country"), self._printed(self._national(subject))
        yield _("Regions with a number"), self.numbers.whole(len(numbers))

    def _national(self, subject: _Subject) -> float | None:
        area = self.material.outcome.code
        if subject.leaf is not None:
            return self.results.reading(area, subject.leaf.code).value
        return self.results.score(area, subject.node.code if subject.node else self.material.root.code).score

    def _weighted(self, numbers: Numbers) -> float | None:
        """The mean by population. Missing: None unless the population of every region with a number is known."""
        leaves = self.results.framework.indicators
        code = next((leaf.code for leaf in leaves if leaf.metadata.get(_ROLE) == _POPULATION), "")
        people = self.values.get(code, {})
        if not numbers or any(people.get(area, 0.0) <= 0 for area in numbers):
            return None
        return sum(number * people[area] for area, number in numbers.items()) / sum(people[area] for area in numbers)

    def _row(self, area: str, columns: Sequence[Indicator]) -> RegionRow:
        root = self.material.root.code
        score = self.scores.get(root, {}).get(area)
        return RegionRow(
            code=short(area),
            name=self.words.region(area),
            cells=(
                self.numbers.score(score),
                *(self._value(leaf.code, self.values[leaf.code].get(area)) for leaf in columns),
            ),
            band=self.words.band(self.bands.get(area, "")) if score is not None else MISSING,
            coverage=self.numbers.share(self.coverage.get(area)),
        )

    def _note(self) -> str:
        return self.words._(
            "Regions are measured by the same goalposts and weights as countries, from the values that the country delivers of them; no rank is printed for them. A region is scored only where enough of its inputs are there."
        )

    def _beside(self) -> str:
        return self.words._(
            "The country's own number is not the mean of its regions: it rests on the country's own values."
        )

    def _source(self) -> str:
        if not self.years:
            return ""
        first, last = min(self.years), max(self.years)
        text = self.words._("Values of the regions are of {first} to {last}.") if first < last else self.words._("Values of the regions are of {last}.")  # fmt: skip
        return text.format(first=self.numbers.year(first), last=self.numbers.year(last))


def _rows(frame: pl.DataFrame, country: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    return frame.filter(frame["country"] == country).select(columns).rows()
