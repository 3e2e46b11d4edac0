"""Every choice of method of an edition, as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

DEFAULT_AGGREGATION = "arithmetic"
NONE = "none"  # the step is not taken


@dataclass(frozen=True, slots=True)
class Choice:
    """A method by name, with its parameters."""

    method: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CoverageRule:
    """What a node needs to get a score.

    Units: `weight` is a share, 0 to 1, of leaf weight, or of core indicators where `count` is "core".
    """

    weight: float = 0.0
    children: int | str = 0
    count: str = "weight"


@dataclass(frozen=True, slots=True)
class Denominator:
    """What an indicator is divided by.

    Units: `by` is an indicator of the framework, or None for a plain number; the quotient is multiplied by `scale`.
           `table` are values from a file beside the profile, by area and year; year None stands for every year.
    """

    by: str | None
    scale: float = 1.0
    file: str = ""
    table: Mapping[tuple[str, int | None], float] = field(default_factory=dict)


# The statistics that a scale may take from an earlier edition.
FROZEN_STATISTICS = ("minimum", "maximum", "mean", "standard_deviation", "count")


@dataclass(frozen=True, slots=True)
class FrozenBounds:
    """Statistics of an indicator that stand as they were in an earlier edition.

    Missing: `year` is None where they are of all years.
    """

    indicator: str
    year: int | None
    statistics: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Method:
    """Every choice of method of an edition."""

    normalisation: Choice = Choice("goalposts")
    normalisation_range: tuple[float, float] = (0.0, 100.0)
    weighting: Choice = Choice("declared")
    universe: str | None = None
    rank_among: str = "universe"
    max_age: int | None = None  # None: the framework's column max_age_years
    aggregation: Mapping[str, Choice] = field(default_factory=dict)
    coverage: Mapping[str, CoverageRule] = field(default_factory=dict)
    band_cuts: tuple[float, ...] = ()
    band_codes: tuple[str, ...] = ()
    indicator_normalisation: Mapping[str, Choice] = field(default_factory=dict)
    treatment: Choice = Choice(NONE)
    imputation: Choice = Choice(NONE)
    denominate: bool = False  # by the framework's column `denominator`
    denominators: Mapping[str, Denominator] = field(default_factory=dict)
    indicator_treatment: Mapping[str, Choice] = field(default_factory=dict)
    indicator_imputation: Mapping[str, Choice] = field(default_factory=dict)
    node_imputation: Mapping[str, Choice] = field(default_factory=dict)
    node_weighting: Mapping[str, Choice] = field(default_factory=dict)
    frozen: tuple[FrozenBounds, ...] = ()
    frozen_file: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """The files beside the profile that it rests on."""
        named = (self.frozen_file, *(one.file for one in self.denominators.values()))
        return tuple(dict.fromkeys(filter(None, named)))

    def aggregation_of(self, code: str, level: int) -> Choice:
        """Return how a parent's children are combined: by its code, else by its level."""
        return self.aggregation.get(code) or self.aggregation.get(str(level)) or Choice(DEFAULT_AGGREGATION)

    def coverage_of(self, code: str, level: int) -> CoverageRule:
        """Return what a node needs to get a score: by its code, else by its level, else nothing."""
        return self.coverage.get(code) or self.coverage.get(str(level)) or CoverageRule()

    def normalisation_of(self, indicator: str) -> Choice:
        """Return how an indicator is normalised: its own setting, else the general one."""
        return self.indicator_normalisation.get(indicator, self.normalisation)

    def treatment_of(self, indicator: str) -> Choice:
        """Return how an indicator's outliers are treated: its own setting, else the general one."""
        return self.indicator_treatment.get(indicator, self.treatment)

    def imputation_of(self, indicator: str) -> Choice:
        """Return how an indicator's gaps are filled: its own setting, else the general one."""
        return self.indicator_imputation.get(indicator, self.imputation)

    def node_imputation_of(self, code: str, level: int) -> Choice:
        """Return how a node's gaps are filled: by its code, else by its level, else not at all."""
        return self.node_imputation.get(code) or self.node_imputation.get(str(level)) or Choice(NONE)

    def weighting_of(self, code: str, level: int) -> Choice:
        """Return how a parent's children are weighted: by its code, else by its level, else the general way."""
        return self.node_weighting.get(code) or self.node_weighting.get(str(level)) or self.weighting


# The means that an index is usually made by: each could have stood for the other.
USUAL_MEANS = ("arithmetic", "geometric", "ampi")


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """What an edition is not sure of, and how far: what varies between the draws.

    Units:  `weight_spread` is for "dirichlet" the coefficient of variation that an equal weight among its siblings
            gets, for "share" the greatest relative change either way; `goalpost_share` is a share of the goalpost
            range. `aggregation` names alternatives by level or node, the other steps alternatives for all
            indicators; all alternatives are equally likely. `draws` are those of a run; with 0 it makes none.
    Missing: where `aggregation` is None, the root varies among three means if the profile takes one of them there;
            another method has no equals to vary among, and stays.
    Source: methods.md section 10; the spread of weights of a quarter is the habit of JRC audits.
    """

    weights: str = "dirichlet"
    weight_spread: float = 0.25
    aggregation: Mapping[str, tuple[Choice, ...]] | None = None
    imputation: tuple[Choice, ...] = ()
    treatment: tuple[Choice, ...] = ()
    normalisation: tuple[Choice, ...] = ()
    goalpost_bases: tuple[str, ...] = ("provisional", "empirical_frozen")
    goalpost_share: float = 0.2
    observations: bool = True
    default_grade: str = "B"
    leave_out: bool = False
    interval: float = 0.9
    draws: int = 0

    @property
    def aggregations(self) -> Mapping[str, tuple[Choice, ...]]:
        """The aggregations that are known to vary."""
        return self.aggregation or {}

    def alternatives(self, method: Method, root: str) -> Mapping[str, tuple[Choice, ...]]:
        """Return the aggregations that vary: the profile's, else the root's among the usual means."""
        if self.aggregation is not None:
            return self.aggregation
        taken = method.aggregation_of(root, 0)
        if taken.method not in USUAL_MEANS:
            return {}
        return {"0": tuple(taken if name == taken.method else Choice(name) for name in USUAL_MEANS)}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a trend is judged by.

    Units:   years; `targets` in the raw unit of each indicator; `decay` is the weight of a year against the next.
    Missing: an indicator without a target of its own takes its better goalpost.
    Source:  methods.md section 11.
    """

    target_year: int = 2030
    base_year: int = 2015
    targets: Mapping[str, float] = field(default_factory=dict)
    least_values: int = 3
    least_years: int = 3
    decay: float = 0.9


# The least that a threshold of contributors may be: below it two of three could work out the third.
LEAST_THRESHOLD = 3


@dataclass(frozen=True, slots=True)
class Disclosure:
    """When a value may not be published, and how well one that may not is protected.

    Units:   `threshold` in contributing units; `dominance` is n (1 or 2) and a per cent of the value; `p_percent` and
             `protection` per cent. `counts` are the indicators that count the units themselves.
    Missing: a value whose contributors nobody gives is judged by nothing but its confidentiality status.
    Source:  Handbook on Statistical Disclosure Control (Hundepool and others), chapter 4; OECD glossary.
    """

    threshold: int = 5
    dominance: tuple[int, float] = (2, 85.0)
    p_percent: float = 15.0
    protection: float = 15.0
    counts: tuple[str, ...] = ()


# How the weights may vary.
WEIGHTS = ("dirichlet", "share", "fixed")
# Nothing varies: every draw is the point.
CERTAIN = Uncertainty(weights="fixed", aggregation={}, goalpost_bases=(), observations=False)
# Relative standard error by quality grade, as a share of the goalpost range (methods, section 8). E,
# the worst, has none of its own: it gets that of D.
GRADE_ERROR: Mapping[str, float] = MappingProxyType({"A": 0.01, "B": 0.03, "C": 0.07, "D": 0.15})
