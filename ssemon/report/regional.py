"""The key figures of regions, put together: what one owner counted in several regions on one date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from ssemon.report.facts import Fact, text_of
from ssemon.tables import adds_up, parts_of_countries

# Fewer regions make no picture of a country.
LEAST = 3
# SSE_EVIDENCE_GRADE: a known conflict, a unit error or a break. Such a figure is quoted, never drawn.
_CONFLICT = "D"
_SAME = ("entity_type", "measure", "unit", "statistic_owner", "year", "as_of")


@dataclass(frozen=True, slots=True)
class RegionSeries:
    """A number of several regions: of one entity, measure, unit, owner and date.

    Shape:   `facts` by region, as the table names it, in its order; `places` are theirs in the table.
    Units:   `total` is the national figure of the same owner and date.
    Missing: `total` is None where there is none, more than one, or one that the regions are together above, and where
             such numbers do not add up.
    """

    entity: str
    measure: str
    unit: str
    owner: str
    year: str
    as_of: str
    facts: Mapping[str, Fact]
    places: tuple[int, ...]
    total: float | None

    @property
    def numbers(self) -> dict[str, float]:
        """The numbers by region."""
        return {region: float(text_of(fact, "value")) for region, fact in self.facts.items()}

    @property
    def date(self) -> str:
        """The date of the numbers, as precise as it is known."""
        return self.as_of or self.year


def region_series(facts: Sequence[Fact]) -> tuple[RegionSeries, ...]:
    """Return what is known of three regions or more: that of most regions first, then the newest, then as in the file.

    Missing: figures without a date, and those in conflict with others (grade D), are in none; nor are those that stand
             twice for a region and differ in nothing else.
    """
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, fact in enumerate(facts):
        dated = text_of(fact, "year") or text_of(fact, "as_of")
        if text_of(fact, "region") and dated and _is_number(fact) and text_of(fact, "evidence_grade") != _CONFLICT:
            level = str(_depth(text_of(fact, "region")))
            groups.setdefault((level, *(text_of(fact, name) for name in _SAME)), []).append(place)
    found = [_series(facts, part) for places in groups.values() for part in _once(facts, places)]
    known = [series for series in found if len(series.facts) >= LEAST]
    known.sort(key=lambda series: series.date, reverse=True)
    return tuple(sorted(known, key=lambda series: -len(series.facts)))


def _once(facts: Sequence[Fact], places: Sequence[int]) -> Iterator[list[int]]:
    """The rows in which a region stands once: all of them, or those of each scope."""
    if _is_once(facts, places):
        yield list(places)
        return
    scopes: dict[str, list[int]] = {}
    for place in places:
        scopes.setdefault(text_of(facts[place], "scope"), []).append(place)
    yield from (part for part in scopes.values() if _is_once(facts, part))


def _is_once(facts: Sequence[Fact], places: Sequence[int]) -> bool:
    return max(Counter(text_of(facts[place], "region") for place in places).values(), default=0) <= 1


def _series(facts: Sequence[Fact], places: Sequence[int]) -> RegionSeries:
    own = {text_of(facts[place], "region"): facts[place] for place in places}
    entity, measure, unit, owner, year, as_of = (text_of(facts[places[0]], name) for name in _SAME)
    total = _total(facts, facts[places[0]]) if adds_up(unit, measure) else None
    together = sum(float(text_of(fact, "value")) for fact in own.values())
    if total is not None and not 0 < together <= total:
        total = None
    return RegionSeries(entity, measure, unit, owner, year, as_of, own, tuple(places), total)


def _total(facts: Sequence[Fact], own: Fact) -> float | None:
    """The national figure of the same owner and date. Missing: None where there is none, or several that differ."""
    same = [
        fact for fact in facts
        if not text_of(fact, "region") and _is_number(fact) and text_of(fact, "evidence_grade") != _CONFLICT
        and all(text_of(fact, name) == text_of(own, name) for name in _SAME)
    ]  # fmt: skip
    numbers = {float(text_of(fact, "value")) for fact in same}
    return numbers.pop() if len(numbers) == 1 else None


def _is_number(fact: Fact) -> bool:
    try:
        return 0 <= float(text_of(fact, "value")) < inf
    except ValueError:
        return False


def _depth(region: str) -> int:
    """How many levels a region is below its country: of one level alone, a sum counts nothing twice."""
    parents, depth = parts_of_countries(), 1
    while (region := parents.get(region, "")) in parents:
        depth += 1
    return depth


def peers(country: str, regions: Mapping[str, object]) -> tuple[str, ...]:
    """Return the codes of a country's other regions of the same level. Missing: none where a region has no code."""
    parents = parts_of_countries()
    if not all(region in parents for region in regions):
        return ()
    depths = {_depth(region) for region in regions}
    own = (area for area in parents if _country_of(area) == country and _depth(area) in depths)
    return tuple(area for area in own if area not in regions)


def _country_of(area: str) -> str:
    parents = parts_of_countries()
    while area in parents:
        area = parents[area]
    return area
