"""Comparing two finished runs, or two years of one: what is otherwise, and why.

The scores of the runs are compared as they were published. To say why, both are scored again with some causes as
before and others as after (scoring/attribute.py); where this program gives another score than the run bears, the
difference stands as a cause of its own, `program`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from ssemon.basis import scoring_methods
from ssemon.differences import InputChange, input_changes
from ssemon.errors import Problem, SsemonError, UsageFault
from ssemon.model import Run
from ssemon.plugins import Manager, load_extensions
from ssemon.publication import open_observations
from ssemon.scoring import Methods, check_methods
from ssemon.scoring.attribute import (
    INDICATOR_SCHEMA,
    PARTS_SCHEMA,
    Key,
    Stage,
    attribute,
    inputs_stage,
    years_stage,
)
from ssemon.scoring.compare import changed_scores, compare_indicators, compare_observations, compare_scores
from ssemon.scoring.inputs import Inputs
from ssemon.store import load_run, load_scores
from ssemon.text import did_you_mean, quoted

ALL = "all"  # every node, or every area, is explained


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two results: what it is and what it rests on. Missing: empty text for a plain file of scores."""

    path: str
    year: int
    run: str = ""
    edition: str = ""
    profile: str = ""
    framework: str = ""
    framework_hash: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two results beside each other.

    Shape:   `scores` a row an area and node of either; `indicators` and `observations` those that differ; `parts` a row
             an area, node and cause; `indicator_parts` the same by indicator.
    Units:   a change is after less before; parts are points of the score, and sum to its change.
    Missing: `parts` is empty where nothing was to be explained, or could not be (`problems` says why). Files of scores
             hold no inputs: where `with_inputs` is False, that nothing is among them says nothing.
    """

    before: Side
    after: Side
    inputs: tuple[InputChange, ...]
    scores: pl.DataFrame
    indicators: pl.DataFrame
    observations: pl.DataFrame
    parts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PARTS_SCHEMA))
    indicator_parts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=INDICATOR_SCHEMA))
    names: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    asked: tuple[str, ...] = ()
    with_inputs: bool = True

    @property
    def changed(self) -> pl.DataFrame:
        """The rows of `scores` in which something differs."""
        return changed_scores(self.scores)

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        tables = (self.changed, self.indicators, self.observations)
        return not self.inputs and all(frame.is_empty() for frame in tables)

    @property
    def tables(self) -> Mapping[str, pl.DataFrame]:
        """The tables by name, as they are written: `scores` whole, the others where something differs."""
        inputs = pl.DataFrame(
            [tuple(asdict(change).values()) for change in self.inputs],
            schema=dict.fromkeys(("topic", "subject", "key", "before", "after"), pl.String), orient="row",
        )  # fmt: skip
        found = {
            "inputs": inputs, "scores": self.scores, "indicators": self.indicators, "observations": self.observations,
            "parts": self.parts, "indicator_parts": self.indicator_parts,
        }  # fmt: skip
        return {name: frame for name, frame in found.items() if frame.width}

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data, for JSON."""
        return {
            "before": asdict(self.before),
            "after": asdict(self.after),
            "same": self.same,
            **{name: frame.to_dicts() for name, frame in self.tables.items()},
            "problems": [problem.to_dict() for problem in self.problems],
        }


def compare_runs(
    before: Path,
    after: Path | None = None,
    *,
    year: int | None = None,
    to_year: int | None = None,
    areas: Sequence[str] = (),
    nodes: Sequence[str] = (),
    why: bool = True,
    extensions: Sequence[str] = (),
) -> Comparison:
    """Compare two finished runs, two files of scores, or (without `after`) two years of one run.

    Shape:   `year` is the year of the first (absent: its report year; in a file the last year), `to_year` of the second (absent: `year` where
             that is given, else its report year). Explained are the `nodes` (absent: the index) of the `areas` (absent:
             the edition's countries, or all areas where it names none); "all" stands for all of them.
    Missing: of files of scores, only the scores are compared.
    Errors:  UsageFault U03 where a folder holds no finished run, U11 where a file holds no scores, U12 for a year,
             node or area that is not there.
    """
    after = before if after is None else after
    if before.is_file() or after.is_file():
        return _compared_scores(before, after, (year, to_year), areas, nodes)
    methods = scoring_methods(Manager(load_extensions(extensions))) if why else None
    sides = (str(before), load_run(before)), (str(after), load_run(after))
    return compare_loaded(*sides, year=year, to_year=to_year, areas=areas, nodes=nodes, methods=methods)


def compare_loaded(
    before: tuple[str, Run],
    after: tuple[str, Run],
    *,
    year: int | None = None,
    to_year: int | None = None,
    areas: Sequence[str] = (),
    nodes: Sequence[str] = (),
    methods: Methods | None = None,
) -> Comparison:
    """Compare two runs that are at hand, each with its name. Without `methods` nothing is explained.

    Shape:  as `compare_runs`.
    Errors: UsageFault U12 for a year, node or area that is not there.
    """
    (path, first), (other, last) = before, after
    years = _years(first, last, year, to_year)
    found = Comparison(
        before=_side(path, first, years[0]),
        after=_side(other, last, years[1]),
        inputs=input_changes(first, last),
        scores=compare_scores(first.scores, last.scores, years),
        indicators=compare_indicators(first.indicator_scores, last.indicator_scores, years),
        observations=compare_observations(first.observations, last.observations),
        names={**_node_names(first), **_node_names(last)},
        asked=tuple(areas),
    )
    if methods is None:
        return found
    return _explained(found, (first, last), _wanted(found.scores, last, areas, nodes), methods)


def _node_names(run: Run) -> dict[str, str]:
    """The names of nodes and indicators by code."""
    framework = run.framework
    return {node.code: node.name for node in framework.nodes} | {leaf.code: leaf.name for leaf in framework.indicators}


def _compared_scores(
    before: Path, after: Path, years: tuple[int | None, int | None], areas: Sequence[str], nodes: Sequence[str]
) -> Comparison:
    """Compare scores alone: those of the areas and nodes that are asked for, or all."""
    frames = [load_scores(path) if path.is_file() else load_run(path).scores for path in (before, after)]
    first = _year(frames[0], years[0], max(frames[0]["year"].to_list(), default=0))
    last = _year(frames[1], years[0] if years[1] is None else years[1], max(frames[1]["year"].to_list(), default=0))
    scores = compare_scores(frames[0], frames[1], (first, last))
    for word, wanted in (("area", areas), ("node", nodes)):
        known = scores[word].unique(maintain_order=True).to_list()
        scores = scores.filter(pl.col(word).is_in(_named(word, wanted, known, known)))
    empty = pl.DataFrame()
    sides = (Side(str(before), first), Side(str(after), last))
    return Comparison(*sides, (), scores, empty, empty, asked=tuple(areas), with_inputs=False)


def _years(first: Run, last: Run, year: int | None, to_year: int | None) -> tuple[int, int]:
    start = _year(first.scores, year, first.edition.report_year)
    return start, _year(last.scores, year if to_year is None else to_year, last.edition.report_year)


def _year(scores: pl.DataFrame, wanted: int | None, default: int) -> int:
    found, known = default if wanted is None else wanted, scores["year"].unique().sort().to_list()
    if found not in known:
        fix = f"scored are {known[0]} to {known[-1]}" if known else "nothing is scored"
        raise UsageFault(Problem(code="U12", what="this year is not scored", found=str(found), fix=fix))
    return int(found)


def _side(path: str, run: Run, year: int) -> Side:
    framework = f"{run.framework.id} {run.framework.version}".strip()
    return Side(path, year, run.hash, run.edition.id, run.edition.hash, framework, run.framework.hash)


def _wanted(scores: pl.DataFrame, last: Run, areas: Sequence[str], nodes: Sequence[str]) -> list[Key]:
    """The areas and nodes that have a score before and after, and that somebody wants explained."""
    countries = [code for code in last.edition.countries if code in set(scores["area"])]
    known_areas, known_nodes = (
        scores["area"].unique().sort().to_list(),
        scores["node"].unique(maintain_order=True).to_list(),
    )
    asked = {
        "area": _named("area", areas, known_areas, countries or known_areas),
        "node": _named("node", nodes, known_nodes, [last.framework.root.code]),
    }
    rows = scores.filter(
        (pl.col("kind") == "both") & pl.col("area").is_in(asked["area"]) & pl.col("node").is_in(asked["node"])
    )
    return list(rows.select("area", "node").iter_rows())


def _named(word: str, wanted: Sequence[str], known: Collection[str], default: Sequence[str]) -> list[str]:
    if ALL in wanted:
        return list(known)
    for name in wanted:
        if name not in known:
            what = f"there is no {word} {quoted(name)} in either run"
            raise UsageFault(Problem(code="U12", what=what, fix=did_you_mean(name, known)))
    return list(wanted or default)


def _explained(found: Comparison, runs: tuple[Run, Run], wanted: Sequence[Key], methods: Methods) -> Comparison:
    """Add why each score changed; where that cannot be told, a warning says so."""
    opened = [open_observations(run.observations) for run in runs]
    closed = tuple(dict.fromkeys(problem for _, problems in opened for problem in problems))
    if closed:
        there = set(opened[0][0]["area"]) & set(opened[1][0]["area"])
        wanted = [key for key in wanted if key[0] in there]
        found = replace(found, problems=(*found.problems, *closed))
    moved = {(area, node): change for area, node, change in found.scores.select("area", "node", "score_change").rows()}
    try:
        stages = _stages(runs, (found.before.year, found.after.year), wanted, methods)
        parts, by_indicator = attribute(stages, {key: moved[key] for key in wanted})
    except SsemonError as error:
        what = "the scores cannot be made again: their changes stand without causes"
        fix = "name the extension that brings the method: --extension MODULE; or compare in a year that both score"
        told = Problem(
            code="U13", severity="warning", stage="compare", what=what, found=error.problems[0].what, fix=fix
        )
        return replace(found, problems=(*found.problems, told))
    return replace(found, parts=parts, indicator_parts=by_indicator)


def _stages(runs: tuple[Run, Run], years: tuple[int, int], wanted: Sequence[Key], methods: Methods) -> list[Stage]:
    """First what is otherwise in the inputs, in one year; then what is otherwise between the years, in one run.

    The year that both runs score is the first one, else the second. Errors: UsageFault U12 where there is none.
    """
    first, last = (Inputs(run.observations, run.framework, run.edition) for run in runs)
    for one in (first, last):
        check_methods(one.edition, methods)
    if runs[0].hash == runs[1].hash:
        return [years_stage(last, *years, wanted, methods)] if years[0] != years[1] else []
    if years[0] == years[1]:
        return [inputs_stage(first, last, years[0], wanted, methods)]
    if _scores(last, years[0]):
        return [inputs_stage(first, last, years[0], wanted, methods), years_stage(last, *years, wanted, methods)]
    if _scores(first, years[1]):
        return [years_stage(first, *years, wanted, methods), inputs_stage(first, last, years[1], wanted, methods)]
    what = f"neither run scores the other's year ({years[0]}, {years[1]})"
    raise UsageFault(Problem(code="U12", what=what, fix="choose one year: --year"))


def _scores(inputs: Inputs, year: int) -> bool:
    return inputs.edition.years[0] <= year <= inputs.edition.years[1]
