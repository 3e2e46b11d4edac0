"""The hooks: what a country's `hooks.py` and an extension may implement.

Specifications stand in one file, with a typed protocol beside them (`HookCalls`) through which the engine calls:
pluggy's own `manager.hook` is untyped, so that only the protocol lets a type checker see a wrong argument.

A hook is called a table or an indicator at a time, never a row at a time, and None always means "not mine".
Frames in and out are eager Polars frames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import pluggy

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from ssemon.errors import Problem
    from ssemon.framework import Indicator
    from ssemon.manifest import TableSource
    from ssemon.model import Country, CountryOutcome, Run

PROJECT = "ssemon"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

# The number of the plugin contract that this version serves (manifest key `api`).
API = 1

# What a country's own hooks.py may implement. Scoring and validation are not among them: comparability is what
# the secretariat answers for.
COUNTRY_HOOKS = ("read_table", "harmonise_table", "compute_indicator", "country_notes")

MethodKind = Literal["imputation", "treatment", "normalisation", "weighting", "aggregation"]


@dataclass(frozen=True, slots=True)
class TextTable:
    """What a reader gives: the table, and what its author should know of how it was read.

    `notes` are problems that do not stop the file: warnings are shown, infos stand in the intake log.
    """

    frame: pl.DataFrame
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of one kind of file.

    `read` takes the path and the table's entry in the manifest and returns a text table: every column text, plus
    `source_row` (the row as the author's program shows it); or a `TextTable`, where there is something to say of how it
    was read. `read_typed`, where there is one, returns the same table
    with its numbers as numbers: for kinds of file that state their types, when they are scored without a plugin.
    """

    suffixes: tuple[str, ...]
    read: Callable[[Path, TableSource], pl.DataFrame | TextTable]
    read_typed: Callable[[Path, TableSource], pl.DataFrame] | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """A scoring method, named in edition profiles.

    `function` has the one signature of its kind (ssemon.scoring.kinds). An aggregation may also bring `notice`, which
    gives flags and a sentence (where they hold is counted in a warning), and `parts`, which takes its result apart
    into the children, weights given as shares. `cross_section` says of an imputation that it looks at one year at a
    time, `pairwise` of an aggregation that it counts which area beats which. `expression` is a second form on Polars
    columns, a row an area and year, for files that are scored as a stream: a normalisation `(value, lower, upper,
    direction, scale)`, an aggregation `(scores, weights, scale)`, a weighting `(weights)`, and the method's parameters.
    It gives the same numbers, missing is null, and a row looks at no other.
    """

    kind: MethodKind
    name: str
    function: Callable[..., Any]
    summary: str
    notice: Callable[..., tuple[Any, str]] | None = None
    parts: Callable[..., Any] | None = None
    cross_section: bool = False
    pairwise: bool = False
    expression: Callable[..., Any] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A page section that an extension adds to a report.

    `html` is a Jinja2 template's text; it is rendered in a sandbox with the context that `extend_report_context` gave.
    `after` names the section of the report that it follows; without one, or where the edition prints no such section,
    it stands where the edition's profile says "added".
    """

    id: str
    title: str
    report: Literal["country", "comparative"]
    html: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A plausibility check over a country's observations: returns problems, never changes a value."""

    code: str
    function: Callable[[Country, pl.DataFrame], Sequence[Problem]]


class Hooks:
    """The hook specifications."""

    @hookspec
    def register_tables(self) -> Iterable[Path]:  # type: ignore[empty-body]
        """Give further table definitions: paths of files like those in schemas/tables."""

    @hookspec
    def register_readers(self) -> Iterable[Reader]:  # type: ignore[empty-body]
        """Give readers of further kinds of file. The last registered reader of a suffix wins."""

    @hookspec
    def register_indicators(self, framework: str) -> Iterable[Indicator]:  # type: ignore[empty-body]
        """Give further indicators for the framework of that id; their parents are nodes of its tree."""

    @hookspec
    def register_methods(self) -> Iterable[Method]:  # type: ignore[empty-body]
        """Give further scoring methods, to be named in edition profiles."""

    @hookspec
    def register_checks(self) -> Iterable[Check]:  # type: ignore[empty-body]
        """Give further plausibility checks, run on every country's observations."""

    @hookspec
    def register_sections(self) -> Iterable[Section]:  # type: ignore[empty-body]
        """Give further report sections."""

    @hookspec(firstresult=True)
    def read_table(self, country: Country, table: TableSource) -> pl.DataFrame | None:
        """Read one file of the manifest into a text table.

        Shape: every column text, as in the file, plus `source_row` as the author's program numbers it.
        """

    @hookspec(firstresult=True)
    def harmonise_table(self, country: Country, table: TableSource, frame: pl.DataFrame) -> pl.DataFrame | None:
        """Clean a mapped table before it is checked.

        Shape: our column names and codes, every cell still text, `source_row` kept; the same out.
        """

    @hookspec(firstresult=True)
    def compute_indicator(
        self, country: Country, indicator: Indicator, tables: Mapping[str, pl.DataFrame]
    ) -> pl.DataFrame | None:
        """Compute an indicator from the country's checked tables.

        Shape: `tables` by name, typed; out: rows of `area`, `year`, `value` and, where known, `sex`, `org_type`,
               `obs_status`, `source`, `note`. Where it names no source, "computed by hooks.py" stands.
        A country's own computation leaves a deviation that is printed in its report, with the values computed and
        delivered.
        """

    @hookspec(firstresult=True)
    def country_notes(self, country: Country, language: str) -> str | None:
        """Give the country's own words for the report, as Markdown."""

    @hookspec
    def extend_report_context(self, country: Country, results: Run) -> Mapping[str, object]:  # type: ignore[empty-body]
        """Give more for the sections of a country's report. The same key from two extensions is an error."""

    @hookspec
    def after_country_run(self, country: Country, outcome: CountryOutcome) -> None:
        """Watch: a country's stages are done. What it returns is not used."""

    @hookspec
    def on_country_failed(self, country: Country, problem: Problem) -> None:
        """Watch: a country has stopped with an error. What it returns is not used."""


class HookCalls(Protocol):
    """The calls that the engine makes, typed; equal to `Hooks` but for collecting hooks, which give lists."""

    def register_tables(self) -> list[Iterable[Path]]: ...
    def register_readers(self) -> list[Iterable[Reader]]: ...
    def register_indicators(self, *, framework: str) -> list[Iterable[Indicator]]: ...
    def register_methods(self) -> list[Iterable[Method]]: ...
    def register_checks(self) -> list[Iterable[Check]]: ...
    def register_sections(self) -> list[Iterable[Section]]: ...
    def read_table(self, *, country: Country, table: TableSource) -> pl.DataFrame | None: ...
    def harmonise_table(self, *, country: Country, table: TableSource, frame: pl.DataFrame) -> pl.DataFrame | None: ...
    def compute_indicator(
        self, *, country: Country, indicator: Indicator, tables: Mapping[str, pl.DataFrame]
    ) -> pl.DataFrame | None: ...
    def country_notes(self, *, country: Country, language: str) -> str | None: ...
    def extend_report_context(self, *, country: Country, results: Run) -> list[Mapping[str, object]]: ...
    def after_country_run(self, *, country: Country, outcome: CountryOutcome) -> list[None]: ...
    def on_country_failed(self, *, country: Country, problem: Problem) -> list[None]: ...


def hook_names() -> tuple[str, ...]:
    """Return the names of all hooks, in the order of this file."""
    return tuple(name for name in vars(Hooks) if not name.startswith("_"))
