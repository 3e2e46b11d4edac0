"""What an edition is not sure of, and the random draws of it.

Each kind of doubt has a random stream of its own, spawned per chunk of draws: switching one off leaves the numbers of
the others as they are, and the number of workers changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from types import MappingProxyType
from typing import Literal

import numpy as np
import polars as pl

from ssemon.edition import Edition
from ssemon.errors import EditionFault, Problem
from ssemon.framework import Framework, Indicator
from ssemon.scoring.kernel import Flags, Floats, Plan, Tile, check_aggregations
from ssemon.text import did_you_mean, quoted

# Relative standard error by quality grade, as a share of the goalpost range (methods, section 8). E is not scored.
GRADE_ERROR = MappingProxyType({"A": 0.01, "B": 0.03, "C": 0.07, "D": 0.15})
DEFAULT_GRADE = "B"
# Draws that share one random stream: small enough to stay in the processor's cache, and fixed, so that a draw
# does not depend on how many are asked for.
CHUNK = 250
_STREAMS = ("weights", "aggregation", "goalposts", "left_out", "observations")

Weights = Literal["dirichlet", "share", "fixed"]


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """What varies between the draws, and how far.

    Units:  `weight_spread` is for "dirichlet" the coefficient of variation that an equal weight among its siblings
            gets, for "share" the greatest relative change either way; `goalpost_share` and the grades' errors are
            shares of the goalpost range; `aggregation` names alternatives by level or node, all equally likely.
    Source: methods.md section 10; the spread of weights of a quarter is the habit of JRC audits.
    """

    weights: Weights = "dirichlet"
    weight_spread: float = 0.25
    aggregation: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {"0": ("arithmetic", "geometric", "ampi")}
    )
    goalpost_bases: tuple[str, ...] = ("provisional", "empirical_frozen")
    goalpost_share: float = 0.2
    observations: bool = True
    default_grade: str = DEFAULT_GRADE
    leave_out: bool = False
    interval: float = 0.9


# Nothing varies: every draw is the point.
CERTAIN = Uncertainty(weights="fixed", aggregation={}, goalpost_bases=(), observations=False)


def check_uncertainty(doubt: Uncertainty, framework: Framework, edition: Edition) -> None:
    """Check that what is to vary is there to vary.

    Errors: EditionFault E04 or E06, all at once.
    """
    known = {*(str(node.level) for node in framework.nodes), *framework.node_by_code}
    faults = [
        _fault("E04", "no level or node of the framework", key, did_you_mean(key, sorted(known)))
        for key in doubt.aggregation
        if key not in known
    ]
    if doubt.default_grade not in GRADE_ERROR:
        fix = f"one of {', '.join(GRADE_ERROR)}"
        faults.append(_fault("E06", "no quality grade that is scored", doubt.default_grade, fix))
    if not 0 < doubt.interval < 1:
        faults.append(_fault("E06", "an interval is a share between 0 and 1", str(doubt.interval), "for example 0.9"))
    if not 0 < doubt.weight_spread < 1:
        faults.append(
            _fault("E06", "weight_spread is a share between 0 and 1", str(doubt.weight_spread), "for example 0.25")
        )
    if not 0 <= doubt.goalpost_share < 0.5:
        fix = "below one half, or the goalposts could meet"
        faults.append(_fault("E06", "goalpost_share is too large", str(doubt.goalpost_share), fix))
    if faults:
        raise EditionFault(faults)
    check_aggregations([name for names in doubt.aggregation.values() for name in names], edition)


def _fault(code: str, what: str, found: str, fix: str) -> Problem:
    return Problem(code=code, stage="uncertainty", what=what, found=quoted(found), fix=fix)


def observation_errors(
    indicator_scores: pl.DataFrame,
    framework: Framework,
    plan: Plan,
    tile: Tile,
    doubt: Uncertainty,
    errors: pl.DataFrame | None = None,
) -> Floats:
    """Return the standard error of every indicator score.

    Shape:   out: leaves by areas. `errors` has `area`, `indicator`, `year` (of the observation), and `std_error`
             in the raw unit, `grade` (A to D), or both; a standard error beats a grade.
    Units:   points of the edition's range.
    Missing: without a row in `errors` the default grade stands.
    """
    width = plan.scale.high - plan.scale.low
    table = np.full(tile.score.shape, GRADE_ERROR[doubt.default_grade] * width)
    if errors is None:
        return table
    rows = indicator_scores.filter(pl.col("year") == tile.year).join(
        errors.rename({"year": "observed_year"}), on=["area", "indicator", "observed_year"], how="inner"
    )
    leaf_row = {code: place for place, code in enumerate(plan.leaves)}
    area_row = {code: place for place, code in enumerate(tile.areas)}
    for row in rows.iter_rows(named=True):
        if row["indicator"] not in leaf_row or row["area"] not in area_row:
            continue
        error = _error(row, framework.indicator_by_code[row["indicator"]], doubt)
        table[leaf_row[row["indicator"]], area_row[row["area"]]] = error * width
    return table


def _error(row: Mapping[str, object], indicator: Indicator, doubt: Uncertainty) -> float:
    """One observation's standard error as a share of the goalpost range; the delta method where there is a log."""
    raw, value = row.get("std_error"), row.get("value")
    if isinstance(raw, float) and indicator.lower is not None and indicator.upper is not None:
        if indicator.transform == "log10" and isinstance(value, float):
            return raw / max(value, indicator.lower) / log(indicator.upper / indicator.lower)
        return raw / (indicator.upper - indicator.lower)
    return GRADE_ERROR.get(str(row.get("grade")), GRADE_ERROR[doubt.default_grade])


@dataclass(frozen=True, slots=True)
class Chunk:
    """The random streams of some draws."""

    draws: int
    streams: Mapping[str, np.random.Generator]


def chunk_sizes(draws: int) -> tuple[int, ...]:
    """Cut a number of draws into chunks."""
    whole, rest = divmod(draws, CHUNK)
    return (*[CHUNK] * whole, *([rest] if rest else []))


def make_chunk(seed: int, year: int, number: int, draws: int) -> Chunk:
    """Make the streams of one chunk.

    Units: choices of method are the same for every year (common random numbers), observations have the year's own.
    """
    streams = {}
    for place, name in enumerate(_STREAMS):
        entropy = (seed, year) if name == "observations" else (seed,)
        # The same as spawning the streams' sequences and then the chunks', without keeping them.
        sequence = np.random.SeedSequence(entropy, spawn_key=(place, number))
        streams[name] = np.random.Generator(np.random.SFC64(sequence))
    return Chunk(draws, streams)


def draw_weights(plan: Plan, doubt: Uncertainty, chunk: Chunk) -> list[Floats]:
    """Draw the weights of each node's children, and, where asked for, leave one indicator out of each draw.

    Shape: a table of draws (or 1) by children a branch.
    Units: shares that sum to 1, except where an indicator is left out.
    """
    tables = [_weights(branch.weights, doubt, chunk) for branch in plan.branches]
    if not doubt.leave_out:
        return tables
    # One more than the leaves: in some draws nothing is left out.
    out = chunk.streams["left_out"].integers(len(plan.leaves) + 1, size=chunk.draws)
    return [
        np.where(out[:, None] == np.array(branch.members)[None, :], 0.0, table) if branch.members else table
        for branch, table in zip(plan.branches, tables, strict=True)
    ]


def _weights(declared: Floats, doubt: Uncertainty, chunk: Chunk) -> Floats:
    if not len(declared):
        return np.zeros((1, 0))
    shares = declared / declared.sum()
    count = len(shares)
    if doubt.weights == "fixed" or count == 1:
        found: Floats = shares[None, :]
        return found
    stream = chunk.streams["weights"]
    if doubt.weights == "share":
        moved: Floats = shares * stream.uniform(1 - doubt.weight_spread, 1 + doubt.weight_spread, (chunk.draws, count))
        return np.asarray(moved / moved.sum(axis=1, keepdims=True))
    # Variance of a share m: m (1 - m) / (a + 1); with m = 1 / count, the spread s asks for a = (count - 1) / s² - 1.
    total = (count - 1) / doubt.weight_spread**2 - 1
    return np.asarray(stream.dirichlet(shares * total, chunk.draws))


def draw_methods(plan: Plan, doubt: Uncertainty, chunk: Chunk) -> list[Sequence[str]]:
    """Draw each node's aggregation; all nodes that one key of `aggregation` names take the same one in a draw."""
    drawn = {
        key: [names[place] for place in chunk.streams["aggregation"].integers(len(names), size=chunk.draws)]
        for key, names in sorted(doubt.aggregation.items())
    }
    return [drawn.get(branch.code) or drawn.get(str(branch.level)) or (branch.method,) for branch in plan.branches]


def provisional(framework: Framework, edition: Edition, plan: Plan, doubt: Uncertainty) -> Flags:
    """Tell which indicators' goalposts are open: those whose basis is named, and that goalposts score.

    Shape: one flag a leaf.
    """
    by_code = framework.indicator_by_code
    return np.array(
        [
            by_code[leaf].metadata.get("goalpost_basis", "") in doubt.goalpost_bases
            and edition.method.normalisation_of(leaf).method == "goalposts"
            for leaf in plan.leaves
        ],
        dtype=np.bool_,
    )


def draw_leaves(plan: Plan, tile: Tile, doubt: Uncertainty, chunk: Chunk, loose: Flags, errors: Floats) -> Floats:
    """Draw indicator scores: observation error on the score before it is cut off, then goalposts moved.

    Shape:   leaves by draws (or 1, where neither varies) by areas.
    Units:   each goalpost of an open indicator moves by up to `goalpost_share` of the range, so that the zero of the
             raw unit plays no part.
    Missing: stays missing.
    """
    low, high = plan.scale.low, plan.scale.high
    moving = bool(loose.any()) and doubt.goalpost_share > 0
    if not doubt.observations and not moving:
        return tile.score[:, None, :]
    values = np.empty((len(plan.leaves), chunk.draws, len(tile.areas)))
    for leaf in range(len(values)):  # one indicator at a time stays in the cache
        _draw_leaf(values[leaf], tile.unclipped[leaf], errors[leaf] if doubt.observations else None, chunk)
        if loose[leaf]:
            bottom, top = _shifts(chunk, doubt)
            values[leaf] -= low + bottom * (high - low)
            values[leaf] /= 1 + top - bottom
            values[leaf] += low
        np.clip(values[leaf], low, high, out=values[leaf])
    return values


def _draw_leaf(room: Floats, unclipped: Floats, errors: Floats | None, chunk: Chunk) -> None:
    """Fill in the draws of one indicator, not cut off."""
    if errors is None:
        room[:] = unclipped
        return
    chunk.streams["observations"].standard_normal(out=room)
    room *= errors
    room += unclipped


def _shifts(chunk: Chunk, doubt: Uncertainty) -> Floats:
    """How far the bottom and the top goalpost of one indicator move. Shape: two columns of draws."""
    share = doubt.goalpost_share
    return chunk.streams["goalposts"].uniform(-share, share, (2, chunk.draws, 1))
