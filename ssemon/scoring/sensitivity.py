"""Sensitivity: which of an edition's choices its results hang on.

Three tables: Sobol indices over all choices at once; each alternative of each choice alone; each indicator and node
left out. They vary what [uncertainty] of the profile makes uncertain, through the functions that make its draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from ssemon.choices import Choice, Uncertainty
from ssemon.errors import EditionFault, Problem
from ssemon.scoring.drawing import Drawing, set_up
from ssemon.scoring.kernel import Plan, evaluate, make_plan, make_tile
from ssemon.scoring.montecarlo import ranked, simulate
from ssemon.scoring.panel import Flags, Floats
from ssemon.scoring.quasi import Design, Tally, make_design
from ssemon.scoring.ranks import ranked_areas
from ssemon.scoring.score import Scored
from ssemon.scoring.side_by_side import each
from ssemon.scoring.sobol import STILL, Indices, indices, resampled
from ssemon.scoring.uncertainty import CHUNK, STREAMS, UPSTREAM, Chunk, settled
from ssemon.text import did_you_mean, quoted

# Points of each of the two samples; any number is rounded up to a power of 2, as the sequence asks for.
BASE = 512
_LEAST = 64
# Points that are scored at once.
_ROWS = 256
# What each choice takes part in: the indicators' scores, the weights, or the aggregations.
_PART = {"weights": "weights", "left_out": "weights", "aggregation": "choices"}
_SOBOL = {
    "choice": pl.String, "output": pl.String, "area": pl.String, "first": pl.Float64, "first_low": pl.Float64,
    "first_high": pl.Float64, "total": pl.Float64, "total_low": pl.Float64, "total_high": pl.Float64,
}  # fmt: skip
_CHANGE = {
    "areas": pl.Int32, "mean_score_change": pl.Float64, "greatest_score_change": pl.Float64,
    "mean_rank_shift": pl.Float64, "greatest_rank_shift": pl.Float64, "area": pl.String,
}  # fmt: skip


def sobol_table(
    scored: Scored,
    base: int = BASE,
    *,
    doubt: Uncertainty | None = None,
    node: str | None = None,
    year: int | None = None,
    workers: int = 2,
) -> pl.DataFrame:
    """Say which share of the variance of the results each uncertain choice brings, alone and with the others.

    Shape:   `choice`, `output` ("mean_rank_shift" over all areas, `area` null; then "score" and "rank" of each area),
             `first` and `total` with their 90 % bounds. The root and the report year where not told.
    Units:   shares of the variance: `first` of the choice by itself, `total` with all that it does together with
             others. Estimates: slightly below 0 or above 1 is noise.
    Missing: null where the result does not vary; no rows where the profile makes nothing uncertain.
    Errors:  EditionFault where something cannot vary.
    """
    study = _study(scored, base, doubt, node, year)
    varying = tuple(_varying(study.drawing))
    if not varying:
        return pl.DataFrame(schema=_SOBOL)
    own, other, swapped = study.run(varying, workers)
    found: dict[str, Indices] = {}
    again = resampled(len(own), (study.drawing.seed,))

    def work(number: int) -> None:
        found[varying[number]] = indices(own, other, swapped[number], again)

    each(work, len(varying), workers)
    areas = [area for area, there in zip(study.drawing.tile.areas, ~np.isnan(study.point), strict=True) if there]
    outputs = [("mean_rank_shift", None), *(("score", area) for area in areas), *(("rank", area) for area in areas)]
    names = [name for name in _SOBOL if name not in ("choice", "output", "area")]
    rows = [
        (choice, *output, *(float(getattr(found[choice], name)[at]) for name in names))
        for choice in varying
        for at, output in enumerate(outputs)
    ]
    return pl.DataFrame(rows, schema=_SOBOL, orient="row").fill_nan(None)


@dataclass(frozen=True, slots=True)
class _Study:
    """What every point of the design needs. Shape: `point` and `nominal` (ranks) one an area."""

    drawing: Drawing
    node: int
    point: Floats
    nominal: Floats
    base: int

    def run(self, varying: Sequence[str], workers: int) -> tuple[Floats, Floats, Floats]:
        """Score both samples, and the first with each choice from the second. Shape: (choices,) draws, results."""
        design, step = (
            make_design(self._tallies(), self.base, (self.drawing.seed, self.drawing.tile.year)),
            min(_ROWS, self.base),
        )
        results = 1 + 2 * int((~np.isnan(self.point)).sum())
        own, other = np.empty((2, self.base, results))
        swapped = np.empty((len(varying), self.base, results))

        def work(number: int) -> None:
            rows = slice(number * step, (number + 1) * step)
            first = self._made(self._chunk(design, rows, number, 0))
            own[rows] = self._results(first)
            other[rows] = self._results(self._made(self._chunk(design, rows, number, 1)))
            for place, choice in enumerate(varying):
                part = _PART.get(choice, "leaves")
                mixed = self._made(self._chunk(design, rows, number, 0, choice), (part,))
                swapped[place, rows] = self._results({**first, **mixed})

        each(work, self.base // step, workers)
        return own, other, swapped

    def _chunk(self, design: Design, rows: slice, number: int, side: int, swapped: str = "") -> Chunk:
        """Some rows of one sample, one choice taken from the other."""
        streams: dict[str, Any] = {}
        for place, name in enumerate(STREAMS):
            which = 1 - side if name == swapped else side
            if name == "observations":  # too many for the sequence; swapped as a whole
                sequence = np.random.SeedSequence(
                    (self.drawing.seed, self.drawing.tile.year), spawn_key=(place, number, which)
                )
                streams[name] = np.random.Generator(np.random.SFC64(sequence))
            else:
                streams[name] = design.stream(which, name, rows)
        return Chunk(rows.stop - rows.start, streams)

    def _made(self, chunk: Chunk, parts: Sequence[str] = ("leaves", "weights", "choices")) -> dict[str, Any]:
        """What the draws of a chunk are made of."""
        made: dict[str, Any] = {}
        if "leaves" in parts:
            made["leaves"] = self.drawing.leaves(chunk)
        if "weights" in parts:
            made["weights"] = self.drawing.weights(chunk)
        if "choices" in parts:
            made["choices"] = self.drawing.choices(chunk)
        return made

    def _results(self, made: Mapping[str, Any]) -> Floats:
        """The mean rank shift, then the scores, then the ranks. Shape: draws (or 1) by results."""
        scores = self.drawing.scores(**made)[self.node]
        places = _ranks(scores, self.drawing.ranked)
        there = ~np.isnan(self.point)
        shift = _mean(np.abs(places - self.nominal), axis=1)
        return np.column_stack([shift, scores[:, there], places[:, there]])

    def _tallies(self) -> dict[str, int]:
        """How many columns of points each choice takes: one draw is made and counted."""
        counted = {name: Tally() for name in STREAMS}
        streams: dict[str, Any] = {**counted, "observations": np.random.default_rng(0)}
        self._made(Chunk(1, streams))
        # The first columns of the sequence are the most even: they go to the choices of method.
        order = (*UPSTREAM, "aggregation", "left_out", "goalposts", "weights")
        return {name: counted[name].columns for name in order}


def _study(scored: Scored, base: int, doubt: Uncertainty | None, node: str | None, year: int | None) -> _Study:
    drawing = set_up(scored, doubt, year)
    row = _row(drawing.plan, scored.framework.root.code if node is None else node)
    point = drawing.tile.point[row]
    nominal = _ranks(point[None, :], drawing.ranked)[0]
    rounded = 1 << (max(base, _LEAST) - 1).bit_length()
    return _Study(drawing, row, point, nominal, rounded)


def _row(plan: Plan, node: str) -> int:
    if node in plan.nodes:
        return plan.nodes.index(node)
    fix = did_you_mean(node, plan.nodes)
    what = "there is no such node"
    raise EditionFault(Problem(code="E04", stage="sensitivity", what=what, found=quoted(node), fix=fix))


def _varying(drawing: Drawing) -> Iterator[str]:
    """The choices that do vary."""
    doubt = drawing.doubt
    several = any(len(branch.members) > 1 for branch in drawing.plan.branches)
    loose = doubt.goalpost_share > 0 and any(variant.loose.any() for variant in drawing.variants)
    varied = {
        "weights": doubt.weights != "fixed" and several,
        "aggregation": any(len(choices) > 1 for choices in doubt.aggregations.values()),
        **{step: len(getattr(doubt, step)) > 1 for step in UPSTREAM},
        "goalposts": loose,
        "left_out": doubt.leave_out,
        "observations": doubt.observations,
    }
    return (name for name, varies in varied.items() if varies)


def one_at_a_time(
    scored: Scored, *, doubt: Uncertainty | None = None, node: str | None = None, year: int | None = None
) -> pl.DataFrame:
    """Change one choice at a time, everything else as published.

    Shape:   `choice`, `key` (the level or node of an aggregation), `alternative`, `draws`, then the change: `areas`
             (compared), `mean_score_change`, `greatest_score_change`, `mean_rank_shift`, `greatest_rank_shift` and the
             `area` most moved, if any is. An alternative is one draw; what varies by degrees (weights, goalposts, observations) is
             drawn 250 times, and an area's change is its mean over the draws.
    Units:   points of the score, places; both without sign.
    Missing: null where no area can be compared.
    Errors:  EditionFault where something cannot vary.
    """
    doubt = settled(scored, doubt)
    plan = make_plan(scored)
    row = _row(plan, scored.framework.root.code if node is None else node)
    rows = []
    for choice, key, alternative, alone in _alternatives(doubt):
        draws = CHUNK if alternative == "drawn" else 1
        drawn = simulate(scored, draws, doubt=alone, year=year, workers=1)
        among = drawn.ranked
        change = _change(drawn.scores[row], drawn.point[row], among, drawn.areas)
        rows.append((choice, key, alternative, draws, *change))
    schema = {"choice": pl.String, "key": pl.String, "alternative": pl.String, "draws": pl.Int32, **_CHANGE}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _alternatives(doubt: Uncertainty) -> Iterator[tuple[str, str | None, str, Uncertainty]]:
    """Each alternative of each choice, and the doubt in which it alone is taken."""
    still = replace(
        doubt, weights="fixed", aggregation={}, imputation=(), treatment=(), normalisation=(), goalpost_bases=(),
        observations=False, leave_out=False,
    )  # fmt: skip
    for key, choices in sorted(doubt.aggregations.items()):
        for one in choices:
            yield "aggregation", key, _named(one), replace(still, aggregation={key: (one,)})
    for step in UPSTREAM:
        for one in getattr(doubt, step):
            taken: dict[str, Any] = {step: (one,)}
            yield step, None, _named(one), replace(still, **taken)
    if doubt.weights != "fixed":
        yield "weights", None, "drawn", replace(still, weights=doubt.weights)
    if doubt.goalpost_bases and doubt.goalpost_share > 0:
        yield "goalposts", None, "drawn", replace(still, goalpost_bases=doubt.goalpost_bases)
    if doubt.observations:
        yield "observations", None, "drawn", replace(still, observations=True)


def _named(choice: Choice) -> str:
    given = ", ".join(f"{name} = {value}" for name, value in choice.parameters.items())
    return f"{choice.method} ({given})" if given else choice.method


def left_out(scored: Scored, *, node: str | None = None, year: int | None = None) -> pl.DataFrame:
    """Leave out each indicator and each node, one at a time, everything else as published.

    Shape:   `code`, `parent`, `level`, then the change as in one_at_a_time; from the root's children down. The weights
             of its siblings are stretched; an only child takes its parent with it.
    Units:   points of the score, places; both without sign.
    Missing: null where nothing is left to score.
    Errors:  EditionFault where the weights are each area's own.
    """
    plan = make_plan(scored)
    row = _row(plan, scored.framework.root.code if node is None else node)
    tile = make_tile(scored, plan, scored.edition.report_year if year is None else year)
    removed = [(at, place) for at in sorted(_below(plan, row)) for place in range(len(plan.branches[at].members))]
    weights = []
    for at, branch in enumerate(plan.branches):
        table = np.tile(branch.weights, (max(len(removed), 1), 1))
        for draw, (where, place) in enumerate(removed):
            if where == at:
                table[draw, place] = 0.0
        weights.append(table)
    choices = [(branch.choice,) for branch in plan.branches]
    scores = evaluate(plan, tile, tile.score[:, None, :], weights, choices)[row]
    among, codes = ranked_areas(tile.areas, scored.edition, scored.framework), (*plan.leaves, *plan.nodes)
    rows = []
    for draw, (at, place) in enumerate(removed):
        branch = plan.branches[at]
        change = _change(scores[[draw]], tile.point[row], among, tile.areas)
        rows.append((codes[branch.members[place]], branch.code, branch.level + 1, *change))
    schema = {"code": pl.String, "parent": pl.String, "level": pl.Int32, **_CHANGE}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("level", maintain_order=True)


def _below(plan: Plan, row: int) -> set[int]:
    """The branches of a node and of all nodes below it."""
    members = plan.branches[row].members
    nodes = [member - len(plan.leaves) for member in members if member >= len(plan.leaves)]
    return {row}.union(*(_below(plan, below) for below in nodes))


def _change(scores: Floats, point: Floats, among: Flags, areas: Sequence[str]) -> tuple[Any, ...]:
    """What the draws changed: how many areas, mean and greatest change of score and rank, the area most moved."""
    moved = _mean(np.abs(scores - point), axis=0)
    shifted = _mean(np.abs(_ranks(scores, among) - _ranks(point[None, :], among)), axis=0)
    moved[moved < STILL] = 0.0  # the order of a sum is no change
    known = np.flatnonzero(~np.isnan(moved))
    if not len(known):
        return 0, None, None, None, None, None
    most = max(known, key=lambda at: (round(float(np.nan_to_num(shifted[at])), 9), moved[at], -at))
    ranks = shifted[~np.isnan(shifted)]
    places = (float(ranks.mean()), float(ranks.max())) if len(ranks) else (None, None)
    named = areas[int(most)] if moved[most] > 0 else None
    return len(known), float(moved[known].mean()), float(moved[known].max()), *places, named


def _ranks(scores: Floats, among: Flags) -> Floats:
    """Ranks as numbers, NaN where there is none. Shape: as `scores`."""
    found = ranked(np.where(among, scores, np.nan)).astype(np.float64)
    found[found == 0] = np.nan
    return found


def _mean(values: Floats, axis: int) -> Floats:
    """The mean of what is there; NaN where nothing is."""
    there = ~np.isnan(values)
    total = np.where(there, values, 0.0).sum(axis=axis)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(there.any(axis=axis), total / there.sum(axis=axis), np.nan))
