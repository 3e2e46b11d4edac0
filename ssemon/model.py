"""The records that flow between the rooms. Frozen: a change makes a new record.

Frames are Polars frames; their names say their grain and their columns are contracts (design, section 3).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl

    from ssemon.branding import Branding
    from ssemon.edition import Edition
    from ssemon.errors import Problem
    from ssemon.framework import Framework

# One value: the observations contract.
OBSERVATION_COLUMNS = (
    "country", "area", "indicator", "year", "sex", "org_type", "value", "obs_status", "conf_status", "source", "note",
)  # fmt: skip
# How sure a value is: the observations of a run have these after the contract's where a plugin says so.
DOUBT_COLUMNS = ("std_error", "quality")
# Who is behind a value: what its publication is judged by. It never leaves a run.
DISCLOSURE_COLUMNS = ("contributors", "largest", "second_largest")
# SDMX: confidentiality status of a value that may be told, and observation status of one that is not shown.
FREE, SUPPRESSED = frozenset({"", "F"}), "Q"
# SDMX: confidential by itself, and confidential because it would give another one away.
PRIMARY, SECONDARY = "C", "D"
# An area, year and node of the tree: the scores contract.
SCORE_COLUMNS = (
    "area", "year", "node", "level", "score", "rank", "ranked", "coverage", "imputed_share", "band",
)  # fmt: skip
# An area, year and indicator.
INDICATOR_SCORE_COLUMNS = ("area", "year", "indicator", "observed_year", "value", "score", "unclipped", "obs_status")
# What together names one value.
OBSERVATION_KEY = ("area", "indicator", "year", "sex", "org_type")

TOTAL = "_T"  # SDMX: all of a breakdown together
NOT_ASSESSED = "NAS"  # SSE_BAND: no score, so no band

PluginKind = Literal["country", "comparators"]


@dataclass(frozen=True, slots=True)
class Country:
    """What a hook may know of the plugin it serves.

    `code` is the ISO 3166-1 alpha-3 code, or a comparators plugin's id.
    """

    code: str
    name: str
    folder: Path
    kind: PluginKind = "country"
    languages: tuple[str, ...] = ("en",)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A data file that the run read: where a printed number comes from.

    Units: `rows` counts the rows that the file gave to its table.
    """

    country: str
    table: str
    file: str
    sheet: str
    source: str
    licence: str
    citation: str
    url: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Deviation:
    """A computation that a country changed: printed with its report."""

    country: str
    indicator: str
    reason: str


@dataclass(frozen=True, slots=True)
class AddedSection:
    """A report section that an extension brought, already written as HTML.

    `country` is empty in the comparative report. `after` names the section that it follows; empty where it says none.
    """

    id: str
    title: str
    html: str
    country: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class CountryOutcome:
    """What the run made of one plugin.

    Missing: `available` is false where an error stopped it; its observations are then empty and its problems say why.
             `confirmed_by` is empty where nobody in the country stands behind the data and the notes.
    `log` is the intake log: what was done with the files on the way, counted, an info each.
    """

    code: str
    name: str
    name_local: str
    kind: PluginKind
    available: bool
    languages: tuple[str, ...] = ("en",)
    contact: str = ""
    confirmed_by: str = ""
    problems: tuple[Problem, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    sources: tuple[SourceFile, ...] = ()
    facts: Mapping[str, tuple[Mapping[str, str | None], ...]] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    log: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A text in English with named places, so that a report can say it in another language.

    Shape: `text` names its `values` in braces, and `{examples}` where it lists some; `more` are those left out. An
           example with words of its own is a message too.
    """

    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    examples: tuple[str | Message, ...] = ()
    more: int = 0

    def __str__(self) -> str:
        """Return the text in English."""
        examples = ", ".join(map(str, self.examples)) + (f" and {self.more} more" if self.more else "")
        return self.text.format(**self.values, examples=examples)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the audit says on one topic, in a sentence, and by which rule.

    Missing: `said` and `by` are None where sentence and rule are there in English only.
    """

    topic: str
    outcome: Literal["good", "attention", "not assessed"]
    sentence: str
    rule: str
    said: Message | None = None
    by: Message | None = None


@dataclass(frozen=True, slots=True)
class Robustness:
    """How far the scores of the report year hold when the edition's choices and data are varied, and its audit.

    Shape:   `bands` one row an area and node: `bands` (one code, or two joined by "/"), `certainty` (firm, likely,
             open), `probability`; `ties` one row an area of the root: `group` (1 is the highest), `median`; `tables`
             those of the audit, by name. The intervals stand in the scores.
    Units:   `interval` is the share of draws that an interval holds.
    """

    year: int
    draws: int
    interval: float
    bands: pl.DataFrame
    ties: pl.DataFrame
    verdicts: tuple[Verdict, ...]
    tables: Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is otherwise than in an earlier run, for the countries of the edition.

    Shape:   `scores` a row an area and node, `parts` a row an area and cause of the overall score's change and
             `indicator_parts` the same by indicator, `observations` a row a value that is not the same, `inputs` a row a
             setting, file or weight that is not. Their columns are those of `ssemon compare --out`; `observations` also
             says of each whether it stands for the `year` before or after (`stands`).
    Units:   a change is after less before; the parts of an area sum to its change.
    Missing: `parts` has no row for an area whose change could not be explained; a value that is confidential in either
             run is null and has the status Q. `date` is empty where the earlier edition bore none.
    """

    run: str
    edition: str
    title: str
    date: str
    year: int
    to_year: int
    scores: pl.DataFrame
    parts: pl.DataFrame
    indicator_parts: pl.DataFrame
    observations: pl.DataFrame
    inputs: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Regions:
    """The scores of parts of countries in the report year, on the same goalposts as the countries'.

    Shape:   `scores` a row an area and node, `indicators` a row an area and indicator, as in the run's own frames, with
             `country` in front; without ranks.
    Missing: no row for a region that no plugin brings; both hold values and no scores where the scale is relative,
             because a region would be measured against countries.
    """

    scores: pl.DataFrame
    indicators: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Erratum:
    """A mistake in what was published, and what is right. Missing: `country` is empty where it concerns all."""

    date: dt.date
    country: str
    place: str
    was: str
    right: str
    why: str


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: everything that a report may print.

    Shape:   `observations` one row a value, `scores` one row an area, year and node, `indicator_scores` one row an
             area, year and indicator; all areas of the universe, comparators included. `levers` one row a country of the
             edition, indicator and target, in the report year.
    Missing: a country of the edition without a usable plugin is in `countries` with `available` false; `levers` is None
             where the weights are each area's own, `changes` where no earlier run was given, `regions` where no plugin
             brings one, `errata` where the workspace keeps no list of them.
    """

    edition: Edition
    framework: Framework
    countries: tuple[CountryOutcome, ...]
    observations: pl.DataFrame
    scores: pl.DataFrame
    indicator_scores: pl.DataFrame
    problems: tuple[Problem, ...]
    hash: str
    licence: str
    versions: Mapping[str, str] = field(default_factory=dict)
    sections: tuple[AddedSection, ...] = ()
    extensions: tuple[str, ...] = ()
    robustness: Robustness | None = None
    levers: pl.DataFrame | None = None
    changes: Changes | None = None
    regions: Regions | None = None
    errata: tuple[Erratum, ...] | None = None
    branding: Branding | None = None

    @property
    def id(self) -> str:
        """What the pages of this run are told by: its hash, and whatever else they show: branding, changes, errata."""
        shown = [
            self.branding.hash if self.branding else "",
            self.changes.run if self.changes else "",
            "" if self.errata is None else repr(self.errata),
        ]
        return sha256("\n".join([self.hash, *shown]).encode()).hexdigest() if any(shown) else self.hash

    def country(self, code: str) -> CountryOutcome:
        """Return the outcome of one country. Errors: KeyError if the run does not know it."""
        for outcome in self.countries:
            if outcome.code == code:
                return outcome
        raise KeyError(code)

    @property
    def reported(self) -> tuple[CountryOutcome, ...]:
        """The countries of the edition, in its order; those that are not available included."""
        return tuple(outcome for outcome in self.countries if outcome.code in self.edition.countries)
