"""What the rules beyond single cells are given: the rows that can be judged, and what is known of their indicators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce

import polars as pl

from ssemon.framework import Framework
from ssemon.model import FREE
from ssemon.rulebook import CheckRule
from ssemon.tables import unit_flags
from ssemon.tree import Indicator

# The columns that a rule may read; `at` is the row's place in the frame that came in.
COLUMNS = (
    "area", "indicator", "year", "sex", "org_type", "value", "obs_status", "source", "note",
    "unit", "perimeter", "member_unit",
)  # fmt: skip
SERIES = ("area", "indicator", "sex", "org_type")
KEY = ("area", "indicator", "year", "sex", "org_type")
HIDDEN = "a confidential value"
# An indicator's own word on the dimensions whose parts sum to the whole: a list, or this for none.
NONE_ADDS = "-"


def this_year() -> int:
    """Return the year that it is now, in UTC."""
    return dt.datetime.now(dt.UTC).year


def as_text(column: str) -> pl.Expr:
    """Return values as a message shows them: 581, not 581.0."""
    return pl.col(column).round_sig_figs(10).cast(pl.String).str.strip_suffix(".0")


def is_free() -> pl.Expr:
    """Return whether an observation's value may be told."""
    return pl.col("conf_status").fill_null("").is_in(sorted(FREE))


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data are judged, and what they are held to.

    `year` is the year that it is now; without one no year is to come. `regions` gives the parts of countries, each with the area that it is part of. `beside` are further frames
    in the observations' columns by name (an earlier submission, other countries): a rule that needs one that is not
    there is not asked.
    """

    framework: Framework
    country: str = ""
    year: int | None = None
    regions: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, pl.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Ground:
    """The rows that the rules judge.

    Shape:   `rows` has `at`, COLUMNS, `told` and `series`, a number for each area, indicator and breakdown, by which
             and by year they are sorted; a row without area, indicator or year is not in it.
    Missing: a value is null where it is missing, and where its row has been `told` of already: no fault is told twice.
    """

    rows: pl.DataFrame
    subject: Subject

    @classmethod
    def of(cls, frame: pl.DataFrame, subject: Subject, told: Collection[int]) -> Ground:
        """Return the rows of a checked table; `told` are the places of those that have been told of."""
        rows = frame.with_row_index("at").select("at", *(name for name in COLUMNS if name in frame.columns))
        rows = rows.filter(pl.all_horizontal(pl.col("area", "indicator", "year").is_not_null()))
        place = [pl.col(name).cast(pl.Categorical).to_physical().cast(pl.UInt64) for name in SERIES]
        number = reduce(lambda one, two: one * 2**16 + two, place)
        rows = rows.with_columns(told=pl.lit(value=False), series=number).sort("series", "year")
        return cls(rows, subject).without(told)

    def without(self, told: Collection[int]) -> Ground:
        """Return the ground without the values of these rows."""
        if not told:
            return self
        again = pl.col("at").is_in(list(told))
        value = pl.when(~again).then(pl.col("value")).alias("value")
        return replace(self, rows=self.rows.with_columns(value, told=pl.col("told") | again))

    @cached_property
    def present(self) -> pl.DataFrame:
        """The rows that have a value to judge."""
        return self.rows.filter(pl.col("value").is_not_null())

    @cached_property
    def codes(self) -> frozenset[str]:
        """The indicators and series that stand in the rows."""
        return frozenset(self.rows["indicator"].unique())

    def of_code(self, code: str) -> pl.DataFrame:
        """Return the rows with a value of one indicator or series."""
        return self._by_code.get((code,), self.present.clear())

    @cached_property
    def _by_code(self) -> Mapping[tuple[object, ...], pl.DataFrame]:
        return self.present.partition_by("indicator", as_dict=True)

    @cached_property
    def longest(self) -> int:
        """How many values the longest series has: a rule that compares several has nothing to judge in shorter ones."""
        lengths = self.present.group_by("series").len()["len"]
        return int(lengths.max() or 0)  # type: ignore[arg-type]  # a number

    @cached_property
    def _asked(self) -> dict[tuple[tuple[str, ...], str], pl.DataFrame]:
        """The rows of the rules that were asked, by their units and dimension: many rules share them."""
        return {}

    @cached_property
    def units(self) -> Mapping[str, str]:
        """The unit of each indicator and series that stands in the rows; empty where none is stated."""
        return {code: self._unit(code) for code in self.codes}

    def _unit(self, code: str) -> str:
        framework = self.subject.framework
        leaf, series = framework.indicator_by_code.get(code), framework.series_by_code.get(code)
        return leaf.unit if leaf is not None else series.unit if series is not None else ""

    def of_rule(self, rule: CheckRule) -> pl.DataFrame:
        """Return the rows with a value that a rule is about: of its units, and of parts that add up along its dimension."""
        asked = (rule.units, rule.dimension)
        if asked not in self._asked:
            codes = [code for code in self.codes if self._concerns(rule, code)]
            every = len(codes) == len(self.codes)
            self._asked[asked] = self.present if every else self.present.filter(pl.col("indicator").is_in(codes))
        return self._asked[asked]

    def _concerns(self, rule: CheckRule, code: str) -> bool:
        framework = self.subject.framework
        leaf, series = framework.indicator_by_code.get(code), framework.series_by_code.get(code)
        if leaf is not None and leaf.expression is not None:
            return False  # what is delivered for it is not in its unit
        unit = self._unit(code)
        plain = series is None or series.multiplier == 0
        flags = [one for one in rule.units if one in unit_flags()]
        codes = [one for one in rule.units if one not in flags]
        return (not codes or unit in codes) and all(
            self._has(one, leaf, unit, rule.dimension, plain=plain) for one in flags
        )

    @staticmethod
    def _has(wanted: str, leaf: Indicator | None, unit: str, dimension: str, *, plain: bool) -> bool:
        """Whether a unit has the property that a rule names; of adding up, the indicator itself may say more."""
        if wanted == "additive" and leaf is not None and leaf.metadata.get("adds_over"):
            return dimension in (part.strip() for part in leaf.metadata["adds_over"].split(";"))
        if wanted == "whole":
            return plain and unit in unit_flags()[wanted]
        return unit in unit_flags()[wanted]


@dataclass(frozen=True, slots=True)
class Cases:
    """What a rule has to judge, and how.

    Shape:   `frame` a row a case: `at` (the row that the fault is told of), `also` (a list of further rows that it
             concerns; may be absent) and the columns that the rule's words name. `column` is the one that it is about.
    Missing: `holds` is true or false for every case, never missing.
    """

    frame: pl.DataFrame
    holds: pl.Expr
    column: str = "value"
    words: Mapping[str, str] = field(default_factory=dict)
