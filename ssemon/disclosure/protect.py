"""All rules together, until none asks for more."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from ssemon.choices import Disclosure
from ssemon.disclosure.primary import CONTRADICTORY, DOMINANCE, P_PERCENT, THRESHOLD, with_reasons
from ssemon.disclosure.relations import Key, given_away, relations_of
from ssemon.disclosure.secondary import secured
from ssemon.disclosure.tables import AXES, table_of
from ssemon.errors import Problem
from ssemon.framework import Framework, Indicator
from ssemon.model import FREE, PRIMARY, SECONDARY, SUPPRESSED, TOTAL
from ssemon.tables import parts_of_countries, unit_flags
from ssemon.text import listed, plural

SUM, RELATION, SCORE = "C04", "C05", "C07"
# SDMX: what a sender withholds only to protect another value, and needs no protection itself.
_SENDERS_SECONDARY = ("D", "S")
_WHAT = {
    CONTRADICTORY: "with contributors that contradict the value: not published, to be safe",
    THRESHOLD: "with fewer contributors than the threshold: not published",
    DOMINANCE: "that one or two contributors dominate: not published",
    P_PERCENT: "from which one contributor could be estimated too closely: not published",
    SUM: "from which a confidential one could be worked out by sums: not published either",
    RELATION: "from which a confidential one could be worked out by a formula of the framework: not published either",
    SCORE: "withheld so that a score does not give a confidential one away",
}
_FIX = {
    CONTRADICTORY: "correct contributors, largest and second_largest: the largest are parts of the value",
    SUM: "nothing need be done; combine small categories so that fewer cells are confidential",
    RELATION: "nothing need be done",
    SCORE: "nothing need be done",
}
_COMBINE = "nothing need be done; combine small categories, or ask the contributors whether they agree"

Spot = tuple[str, Key]  # an indicator, and its area, year, sex and organisation type


@dataclass(frozen=True, slots=True)
class Protected:
    """Observations in which everything that may not be published bears its status.

    Shape:   `observations` with all values in them still; `problems` say what was added, an info a country and rule.
    """

    observations: pl.DataFrame
    problems: tuple[Problem, ...] = ()

    @property
    def hidden(self) -> pl.DataFrame:
        """The rows that may not be told."""
        return self.observations.filter(is_hidden())


def is_hidden() -> pl.Expr:
    """Whether a row may not be told."""
    return ~pl.col("conf_status").fill_null("").is_in(sorted(FREE))


def protect(
    observations: pl.DataFrame, framework: Framework, rules: Disclosure, further: Collection[tuple[str, str, int]] = ()
) -> Protected:
    """Give everything that may not be published its confidentiality status: C by itself, D to protect another.

    Shape:   observations in and out, the same rows in the same order; `further` are areas, indicators and years whose
             totals must be withheld for the sake of a score.
    Units:   see Disclosure.
    Missing: a value that nobody may not know, and that gives nothing away, keeps its status. Rows without value and
             with the status Q are protected as far as sums go.
    """
    judged = with_reasons(observations, rules)
    suppressed = is_hidden() | pl.col("reason").is_not_null() | (pl.col("obs_status") == SUPPRESSED)
    if not further and judged.filter(suppressed).is_empty():
        return Protected(observations)
    work = _Work(judged, framework, rules)
    for area, indicator, year in sorted(further):
        work.close((indicator, (area, year, TOTAL, TOTAL)), SCORE)
    while work.by_formulas() or work.by_sums():
        pass
    return work.done(observations)


@dataclass
class _Work:
    """The suppressions as they grow."""

    judged: pl.DataFrame
    framework: Framework
    rules: Disclosure
    row: dict[Spot, int] = field(default_factory=dict)
    value: dict[Spot, float | None] = field(default_factory=dict)
    closed: dict[Spot, str] = field(default_factory=dict)
    sensitive: set[Spot] = field(default_factory=set)

    def __post_init__(self) -> None:
        columns = ("indicator", "area", "year", "sex", "org_type", "value", "obs_status", "conf_status", "reason")
        for at, cells in enumerate(self.judged.select(columns).iter_rows()):
            spot = (cells[0], (cells[1], cells[2], cells[3], cells[4]))
            self.row[spot], self.value[spot] = at, cells[5]
            confidential = (cells[7] or "") not in FREE
            if confidential or cells[8] or cells[6] == SUPPRESSED:
                self.closed[spot] = cells[8] or ""
                if not (confidential and cells[7] in _SENDERS_SECONDARY):
                    self.sensitive.add(spot)
        self.relations = relations_of(self.framework)
        self.additive = {leaf.code: _additive(leaf) for leaf in self.framework.indicators}

    def close(self, spot: Spot, reason: str) -> None:
        """Suppress a value that is there, and protect it like a confidential one: it would give one away."""
        if self.value.get(spot) is not None:
            self.closed.setdefault(spot, reason)
            self.sensitive.add(spot)

    def by_formulas(self) -> bool:
        """Suppress what formulas would give away; whether anything is new."""
        keys = {key for _, key in self.closed}
        weights = {leaf.code: leaf.weight for leaf in self.framework.indicators}
        before = len(self.closed)
        for spot in list(given_away(self.relations, keys, self.row, self.closed, weights)):
            self.close(spot, RELATION)
        return len(self.closed) > before

    def by_sums(self) -> bool:
        """Suppress what sums would give away; whether anything is new."""
        new = False
        for indicator, spots in list(self._tables()):
            cells = {(key[0], key[2], key[3]): (indicator, key) for _, key in spots}
            table = table_of(
                {cell: self.value[spot] for cell, spot in cells.items()}, self.additive.get(indicator, frozenset())
            )
            of_place = [cells[cell] for cell in table.cells]
            hidden = [at for at, spot in enumerate(of_place) if spot in self.closed]
            sensitive = [at for at in hidden if of_place[at] in self.sensitive]
            for at in secured(table, hidden, sensitive, self.rules.protection):
                self.closed[of_place[at]] = SUM
                new = True
        return new

    def _tables(self) -> Iterator[tuple[str, list[Spot]]]:
        """The values of each indicator, country and year in which something is suppressed."""
        wanted = {(spot[0], country_of(spot[1][0]), spot[1][1]) for spot in self.closed}
        found: dict[tuple[str, str, int], list[Spot]] = {}
        for spot in self.row:
            table = (spot[0], country_of(spot[1][0]), spot[1][1])
            if table in wanted and (self.value[spot] is not None or spot in self.closed):
                found.setdefault(table, []).append(spot)
        for table in sorted(found):
            yield table[0], found[table]

    def done(self, observations: pl.DataFrame) -> Protected:
        """The observations with their statuses, and what is to be said of them."""
        status: list[str | None] = observations["conf_status"].to_list()
        reasons: dict[tuple[str, str], list[Spot]] = {}
        for spot, reason in self.closed.items():
            if reason:
                own = reason in (CONTRADICTORY, THRESHOLD, DOMINANCE, P_PERCENT)
                status[self.row[spot]] = PRIMARY if own else SECONDARY
                reasons.setdefault((country_of(spot[1][0]), reason), []).append(spot)
        told = observations.with_columns(pl.Series("conf_status", status, dtype=pl.String))
        return Protected(told, tuple(_notice(*key, spots) for key, spots in sorted(reasons.items())))


def _additive(leaf: Indicator) -> frozenset[str]:
    """The directions in which parts of an indicator sum to the whole: as the framework says, else by the unit."""
    given = leaf.metadata.get("adds_over", "")
    if given:
        return frozenset(part.strip() for part in given.split(";")) & frozenset(AXES)
    return frozenset(AXES) if leaf.unit in unit_flags()["additive"] else frozenset()


def country_of(area: str) -> str:
    """Return the country that an area is part of; an area that is no part of any is its own."""
    above: Mapping[str, str] = parts_of_countries()
    while area in above:
        area = above[area]
    return area


def _notice(country: str, reason: str, spots: list[Spot]) -> Problem:
    """What was suppressed and why: which values, never how large."""
    named = (f"{indicator} {' '.join(str(part) for part in key if part != TOTAL)}" for indicator, key in sorted(spots))
    return Problem(
        code=reason,
        severity="warning" if reason == CONTRADICTORY else "info",
        country=country,
        stage="protect",
        what=f"{plural(len(spots), 'value')} {_WHAT[reason]}",
        found=listed(named),
        fix=_FIX.get(reason, _COMBINE),
    )
