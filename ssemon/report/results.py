"""A finished run, indexed for the pages: plain numbers by country, node and indicator.

Only the countries that are printed are read out of the frames: everything after this module is plain data.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite
from statistics import median
from typing import TYPE_CHECKING, Any

from ssemon.framework import Framework, Indicator, Node
from ssemon.model import FREE, NOT_ASSESSED, SUPPRESSED, TOTAL, CountryOutcome, Robustness, Run
from ssemon.report.catalogues import SOURCE_LANGUAGE
from ssemon.report.numbers import CONFIDENTIAL, common_decimals
from ssemon.report.quotation import quotation

if TYPE_CHECKING:
    import polars as pl

# A median of fewer countries would show single countries (methods, section 12).
LEAST_FOR_MEDIAN = 4
# A status that says nothing special of a value.
_PLAIN = frozenset({"", "A"})
# Coverage is a sum of weights: what is complete may miss 1 by rounding.
_SLACK = 1e-9
# What may be the code of an indicator or a node.
# ASCII: a letter of a script without spaces may follow a code directly, and is no part of it.
_CODE = re.compile(r"\b[A-Z]+(?:\.[A-Z0-9]+)+\b", re.ASCII)
_BARE_CODE = re.compile(r"\b[A-Z]+(?:\.[A-Z0-9]+)*\b", re.ASCII)
# The columns of the scores that only a run with draws has.
_INTERVALS = ("score_low", "score_high", "rank_low", "rank_high")


@dataclass(frozen=True, slots=True)
class NodeScore:
    """The score of one country, year and node. Missing: None."""

    score: float | None = None
    coverage: float | None = None
    imputed: float | None = None
    band: str = NOT_ASSESSED
    rank: int | None = None
    ranked: int | None = None
    low: float | None = None
    high: float | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    is_confidential: bool = False

    @property
    def is_partial(self) -> bool:
        """Whether the score rests on less than all of its inputs."""
        return self.score is not None and self.coverage is not None and self.coverage < 1 - _SLACK


@dataclass(frozen=True, slots=True)
class Certainty:
    """How sure a band is: one code, or two where it is open between them.

    Units: `probability` is the share of draws in the likeliest band.
    """

    bands: tuple[str, ...]
    certainty: str
    probability: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands for an indicator in the report's year. Missing: None; `status` then says why, where known."""

    year: int | None = None
    value: float | None = None
    score: float | None = None
    status: str = ""
    source: str = ""
    note: str = ""

    @property
    def mark(self) -> str:
        """The status where it says something special of the value, else empty; what is confidential says so itself."""
        return "" if self.status in _PLAIN or self.is_confidential else self.status

    @property
    def is_confidential(self) -> bool:
        """Whether there is a value that may not be told."""
        return self.value is None and self.status == SUPPRESSED


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of the edition's countries. Missing: None where fewer than four have a value."""

    value: float | None
    count: int


class Results:
    """The run as the pages in one language ask for it."""

    def __init__(self, run: Run, language: str = SOURCE_LANGUAGE) -> None:
        self.run = run
        self._marks = quotation(language)
        self.edition = run.edition
        self.year = run.edition.report_year
        self.years = tuple(range(run.edition.years[0], run.edition.report_year + 1))
        self.framework: Framework = run.framework
        self.countries: tuple[CountryOutcome, ...] = run.reported
        self.codes = tuple(outcome.code for outcome in self.countries if outcome.available)

    @cached_property
    def shares(self) -> Mapping[str, float]:
        """Each scored indicator's share of the whole weight."""
        return self.framework.leaf_weights(self.framework.root.code)

    def is_scored(self, indicator: Indicator) -> bool:
        """Whether an indicator counts: it has weight, and goalposts where its normalisation asks for them."""
        needs = self.edition.method.normalisation_of(indicator.code).method == "goalposts"
        bounded = indicator.lower is not None and indicator.upper is not None
        return indicator.code in self.shares and (bounded or not needs)

    @cached_property
    def dimensions(self) -> tuple[Node, ...]:
        """The nodes below the root; the root itself where the indicators hang on it directly."""
        root = self.framework.root
        children = self.framework.children[root.code]
        nodes = tuple(child for child in children if isinstance(child, Node))
        loose = any(isinstance(child, Indicator) for child in children)
        return (*nodes, root) if loose else nodes

    @cached_property
    def scored_dimensions(self) -> tuple[Node, ...]:
        """The dimensions that have weight in the whole."""
        return tuple(node for node in self.dimensions if any(leaf.code in self.shares for leaf in self.leaves(node)))

    def leaves(self, node: Node) -> tuple[Indicator, ...]:
        """Return the indicators of a dimension; those of the root are its own only."""
        if node.parent or node.code not in {dimension.code for dimension in self.dimensions}:
            return self.framework.leaves(node.code)
        return tuple(child for child in self.framework.children[node.code] if isinstance(child, Indicator))

    def groups(self, node: Node) -> tuple[Node, ...]:
        """Return the nodes directly below a dimension."""
        if not node.parent:
            return ()
        return tuple(child for child in self.framework.children[node.code] if isinstance(child, Node))

    def score(self, area: str, node: str, year: int | None = None) -> NodeScore:
        """Return a node's score, in the report's year where none is given."""
        return self._scores.get((area, node, year or self.year), NodeScore())

    def series(self, area: str, node: str) -> dict[int, float | None]:
        """Return a node's score in each year of the edition."""
        return {year: self.score(area, node, year).score for year in self.years}

    def reading(self, area: str, indicator: str, year: int | None = None) -> Reading:
        """Return what stands for an indicator, in the report's year where none is given."""
        return self._readings.get((area, indicator, year or self.year)) or self._unscored(area, indicator, year)

    def own_values(self, area: str, indicator: str) -> dict[int, float | None]:
        """Return the values by the year that they are of: what stands in for a later year is not repeated."""
        readings = {year: self.reading(area, indicator, year) for year in self.years}
        return {year: one.value if one.year == year else None for year, one in readings.items()}

    def median(self, node: str, year: int | None = None) -> Median:
        """Return the median score of the edition's countries."""
        return _median(self.score(area, node, year).score for area in self.codes)

    def median_series(self, node: str) -> dict[int, float | None]:
        """Return the median score in each year of the edition."""
        return {year: self.median(node, year).value for year in self.years}

    def median_reading(self, indicator: str) -> Median:
        """Return the median indicator score of the edition's countries."""
        return _median(self.reading(area, indicator).score for area in self.codes)

    def observed_years(self, area: str) -> list[int]:
        """Return the years of the inputs that entered the country's scores."""
        readings = [self.reading(area, code) for code in self.shares]
        return sorted(r.year for r in readings if r.year is not None and r.score is not None)

    def oldest(self, areas: Iterable[str] | None = None) -> int | None:
        """Return the reference year of the oldest input of the scores printed."""
        years = [self.observed_years(area)[:1] for area in (self.codes if areas is None else areas)]
        return min((year for found in years for year in found), default=None)

    @cached_property
    def robustness(self) -> Robustness | None:
        """What the draws of the report's year said; None where the run made none of that year."""
        told = self.run.robustness
        return told if told is not None and told.year == self.year else None

    def certainty(self, area: str, node: str) -> Certainty | None:
        """Return how sure a band is. Missing: None without draws, and where there is no score."""
        return self._certainties.get((area, node))

    @cached_property
    def ties(self) -> tuple[tuple[str, ...], ...]:
        """The edition's countries in groups whose order is not sure, the highest group first.

        Missing: empty without draws; a country without a rank is in no group.
        """
        if self.robustness is None:
            return ()
        found: dict[int, list[str]] = {}
        for area, group in self._rows(self.robustness.ties, ("area", "group")):
            found.setdefault(group, []).append(area)
        places = {area: self.score(area, self.framework.root.code).rank or 0 for area in self.codes}
        return tuple(tuple(sorted(found[group], key=lambda area: places[area])) for group in sorted(found))

    def decimals(self, indicator: str) -> int:
        """Return with how many decimals an indicator's values are printed, the same in every table of the report."""
        return self._decimals.get(indicator, 0)

    def named(self, text: str, *, bare: bool = False) -> str:
        """Return a remark with the names of indicators and nodes in place of their codes, which no page explains.

        Shape: a code without a dot may be a word, so it is a code only where `bare` says so.
        """
        pattern = _BARE_CODE if bare else _CODE
        return pattern.sub(lambda found: self._names.get(found.group(), found.group()), text)

    def name_of(self, code: str) -> str:
        """Return the name of an indicator or a node in quotation marks; the code where there is none of it."""
        return self._names.get(code, code)

    def quoted(self, name: str) -> str:
        """Return a name in the quotation marks of the language."""
        return self._marks.around(name)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        members = [
            *((n.code, n.name) for n in self.framework.nodes),
            *((i.code, i.name) for i in self.framework.indicators),
        ]
        return {code: self.quoted(name) for code, name in members}

    def sources(self, indicator: str) -> tuple[str, ...]:
        """Return the sources of an indicator's values in the report's year, the most frequent first."""
        found = [self.reading(area, indicator).source for area in self.codes]
        counted = Counter(source for source in found if source)
        return tuple(source for source, _ in counted.most_common())

    @cached_property
    def _decimals(self) -> Mapping[str, int]:
        return {
            leaf.code: common_decimals(self.reading(area, leaf.code).value for area in self.codes)
            for leaf in self.framework.indicators
        }

    @cached_property
    def _certainties(self) -> Mapping[tuple[str, str], Certainty]:
        if self.robustness is None:
            return {}
        rows = self._rows(self.robustness.bands, ("area", "node", "bands", "certainty", "probability"))
        return {
            (area, node): Certainty(tuple(bands.split("/")), certainty, probability)
            for area, node, bands, certainty, probability in rows
        }

    def in_score_order(self, node: str | None = None) -> list[CountryOutcome]:
        """Return the countries by falling score; those without one after them, those not available last."""
        code = node or self.framework.root.code

        def key(outcome: CountryOutcome) -> tuple[bool, bool, float, str]:
            score = self.score(outcome.code, code).score
            return (not outcome.available, score is None, -(score or 0.0), outcome.name)

        return sorted(self.countries, key=key)

    @cached_property
    def _scores(self) -> dict[tuple[str, str, int], NodeScore]:
        drawn = self.robustness is not None and set(_INTERVALS) <= set(self.run.scores.columns)
        columns = ("area", "node", "year", "score", "coverage", "imputed_share", "band", "rank", "ranked")
        rows = self._rows(self.run.scores, (*columns, *_INTERVALS) if drawn else columns)
        found = {
            (area, node, year): NodeScore(
                _finite(score), _finite(coverage), _finite(imputed), band or NOT_ASSESSED, rank, ranked, *interval
            )
            for area, node, year, score, coverage, imputed, band, rank, ranked, *interval in rows
        }
        for key in self._withheld:
            found[key] = replace(found[key], band=CONFIDENTIAL, is_confidential=True)
        return found

    @cached_property
    def _withheld(self) -> list[tuple[str, str, int]]:
        """The scores that may not be told: area, node and year."""
        if "conf_status" not in self.run.scores.columns:
            return []
        rows = self._rows(self.run.scores, ("area", "node", "year", "conf_status"))
        return [(area, node, year) for area, node, year, status in rows if status not in FREE]

    @cached_property
    def has_confidential(self) -> bool:
        """Whether something of the countries that are printed is confidential."""
        rows = self._rows(self.run.observations, ("conf_status", "obs_status", "value"))
        return any((conf or "") not in FREE or (status == SUPPRESSED and value is None) for conf, status, value in rows)

    @cached_property
    def _readings(self) -> dict[tuple[str, str, int], Reading]:
        columns = ("area", "indicator", "year", "observed_year", "value", "score", "obs_status")
        found = {}
        for area, indicator, year, observed, value, score, status in self._rows(self.run.indicator_scores, columns):
            if _finite(value) is not None:
                found[area, indicator, year] = self._reading(area, indicator, observed, value, score, status or "")
            elif status == SUPPRESSED and observed is not None:
                found[area, indicator, year] = self._reading(area, indicator, observed, None, None, status)
            elif status:
                found[area, indicator, year] = Reading(status=status)
        return found

    def _reading(
        self, area: str, indicator: str, year: int, value: float | None, score: float | None, status: str
    ) -> Reading:
        stored, source, note, confidential = self._observations.get((area, indicator), {}).get(year, _NOTHING)
        if confidential not in FREE:
            # Goalpost scores can be turned back into the value, so the score goes with it (methods, section 16).
            return Reading(year, status=SUPPRESSED, source=source)
        return Reading(year, _finite(value), _finite(score), status or stored[1], source, note)

    def _unscored(self, area: str, indicator: str, year: int | None) -> Reading:
        """What stands for an indicator that scoring left out: the newest own value that is not too old."""
        last = year or self.year
        known = self._observations.get((area, indicator), {})
        years = [y for y in sorted(known, reverse=True) if last - self.max_age(indicator) <= y <= last]
        for candidate in years:
            value, status = known[candidate][0]
            if value is not None or known[candidate][3] not in FREE:
                return self._reading(area, indicator, candidate, value, None, status)
        why = known[years[0]][0][1] if years else ""
        return Reading(status=why)

    def max_age(self, indicator: str) -> int:
        """Return how many years old a value may be, by the profile or else by the framework. Missing: 0, the year itself."""
        own = self.framework.indicator_by_code[indicator].max_age_years
        given = self.edition.method.max_age
        return (own or 0) if given is None else given

    @cached_property
    def _observations(self) -> dict[tuple[str, str], dict[int, _Stored]]:
        columns = (
            "area",
            "indicator",
            "year",
            "value",
            "obs_status",
            "source",
            "note",
            "conf_status",
            "sex",
            "org_type",
        )
        found: dict[tuple[str, str], dict[int, _Stored]] = {}
        for area, indicator, year, value, status, source, note, confidential, sex, family in self._rows(
            self.run.observations, columns
        ):
            if sex == TOTAL and family == TOTAL:
                stored = ((_finite(value), status or ""), source or "", note or "", confidential or "")
                found.setdefault((area, indicator), {})[year] = stored
        return found

    def _rows(self, frame: pl.DataFrame, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        wanted = frame.filter(frame["area"].is_in(list(self.codes)))
        return wanted.select(columns).rows()


_Stored = tuple[tuple[float | None, str], str, str, str]
_NOTHING: _Stored = ((None, ""), "", "", "")


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _median(scores: Iterable[float | None]) -> Median:
    known = [score for score in scores if score is not None]
    return Median(median(known) if len(known) >= LEAST_FOR_MEDIAN else None, len(known))
