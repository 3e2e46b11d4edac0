"""The random draws of what an edition is not sure of.

Each kind of doubt has a random stream of its own, spawned per chunk of draws: switching one off leaves the numbers of
the others as they are, and the number of workers changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from ssemon.choices import Uncertainty
from ssemon.edition import Choice, Edition
from ssemon.errors import EditionFault, Problem
from ssemon.framework import Framework
from ssemon.scoring.check import check_methods, check_named
from ssemon.scoring.kernel import Plan, Tile
from ssemon.scoring.kinds import Scale
from ssemon.scoring.noise import Noise, worth, worth_of
from ssemon.scoring.normalise import is_clipped, normalise
from ssemon.scoring.panel import Flags, Floats
from ssemon.scoring.prepare import prepare
from ssemon.scoring.score import Scored
from ssemon.text import did_you_mean, quoted

# Draws that share one random stream: small enough to stay in the processor's cache, and fixed, so that a draw
# does not depend on how many are asked for.
CHUNK = 250
# The steps that make the indicator scores: each alternative of them is computed once, whole.
UPSTREAM = ("imputation", "treatment", "normalisation")
Places = npt.NDArray[np.int64]
# What may vary; each has a random stream of its own.
STREAMS = ("weights", "aggregation", "goalposts", "left_out", "observations", *UPSTREAM)


def settled(scored: Scored, doubt: Uncertainty | None) -> Uncertainty:
    """Return what varies, the profile's where not told, with the aggregations that stand for an absent list."""
    doubt = doubt or scored.edition.uncertainty
    return replace(doubt, aggregation=doubt.alternatives(scored.edition.method, scored.framework.root.code))


def check_uncertainty(doubt: Uncertainty, framework: Framework, edition: Edition, scored: Scored) -> None:
    """Check that what is to vary is there to vary.

    Errors: EditionFault E04 or E06, all at once.
    """
    known = {*(str(node.level) for node in framework.nodes), *framework.node_by_code}
    faults = [
        Problem(
            code="E04", stage="uncertainty", what="no level or node of the framework", found=quoted(key),
            fix=did_you_mean(key, sorted(known)),
        )
        for key in doubt.aggregations
        if key not in known
    ]  # fmt: skip
    if faults:
        raise EditionFault(faults)
    named = [("aggregation", choice) for choices in doubt.aggregations.values() for choice in choices]
    named += [(step, choice) for step in UPSTREAM for choice in getattr(doubt, step)]
    check_named(named, edition, scored.methods)


@dataclass(frozen=True, slots=True)
class Variant:
    """The indicator scores of one year under one combination of alternatives.

    Shape: `unclipped` leaves by areas; `loose` says of which leaves the goalposts are open, `free` which are not cut off
           at the range, `stretch` how many times as wide an error is here as in the published scores.
    """

    choices: Mapping[str, Choice]
    unclipped: Floats
    loose: Flags
    free: Flags
    stretch: Floats


def variants(scored: Scored, plan: Plan, tile: Tile, doubt: Uncertainty) -> list[Variant]:
    """Return the indicator scores under every combination of the steps' alternatives; the first varies slowest.

    Missing: an indicator that an alternative cannot put on the scale is missing in its draws.
    """
    varied = {step: getattr(doubt, step) for step in UPSTREAM if getattr(doubt, step)}
    if not varied:
        loose = provisional(scored.framework, scored.edition, plan, doubt)
        return [Variant({}, tile.unclipped, loose, _free(scored.edition, plan), np.ones(len(plan.leaves)))]
    return [
        _variant(scored, plan, tile, doubt, dict(zip(varied, chosen, strict=True)))
        for chosen in product(*varied.values())
    ]


def _variant(scored: Scored, plan: Plan, tile: Tile, doubt: Uncertainty, chosen: Mapping[str, Choice]) -> Variant:
    """Score the indicators anew with other general choices; an indicator's own setting stays."""
    words: dict[str, Any] = dict(chosen)
    edition = replace(scored.edition, method=replace(scored.edition.method, **words))
    check_methods(edition, scored.methods)
    prepared = prepare(scored.observed, scored.framework, edition, scored.methods)
    normalised = normalise(prepared, scored.framework, edition, scored.methods, edition.method.frozen)
    at = scored.observed.years.index(tile.year)
    leaves = [scored.observed.place[code] for code in plan.leaves]
    loose = provisional(scored.framework, edition, plan, doubt)
    here, published = (
        worth(plan, edition, prepared.panel, normalised.unclipped, scored.framework),
        worth_of(scored, plan),
    )
    stretch = np.divide(here, published, out=np.ones_like(here), where=published > 0)
    return Variant(chosen, normalised.unclipped[leaves, at], loose, _free(edition, plan), stretch)


def _free(edition: Edition, plan: Plan) -> Flags:
    return np.array([not is_clipped(edition.method.normalisation_of(leaf)) for leaf in plan.leaves], dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Chunk:
    """The streams of some draws: random generators, or the points of a design, which answer like one (quasi.py)."""

    draws: int
    streams: Mapping[str, Any]


def chunk_sizes(draws: int) -> tuple[int, ...]:
    """Cut a number of draws into chunks."""
    whole, rest = divmod(draws, CHUNK)
    return (*[CHUNK] * whole, *([rest] if rest else []))


def make_chunk(seed: int, year: int, number: int, draws: int) -> Chunk:
    """Make the streams of one chunk.

    Units: choices of method are the same for every year (common random numbers), observations have the year's own.
    """
    streams = {}
    for place, name in enumerate(STREAMS):
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


def draw_choices(plan: Plan, doubt: Uncertainty, chunk: Chunk) -> list[Sequence[Choice]]:
    """Draw each node's aggregation; all nodes that one key of `aggregation` names take the same one in a draw."""
    drawn = {
        key: [choices[place] for place in chunk.streams["aggregation"].integers(len(choices), size=chunk.draws)]
        for key, choices in sorted(doubt.aggregations.items())
        if choices
    }
    return [drawn.get(branch.code) or drawn.get(str(branch.level)) or (branch.choice,) for branch in plan.branches]


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


def draw_variants(doubt: Uncertainty, chunk: Chunk) -> Places:
    """Draw which combination of alternatives each draw takes. Shape: one place in `variants` a draw."""
    found = np.zeros(chunk.draws, dtype=np.int64)
    for step in UPSTREAM:
        count = len(getattr(doubt, step))
        if count:
            found = found * count + chunk.streams[step].integers(count, size=chunk.draws)
    return found


def draw_leaves(
    plan: Plan, doubt: Uncertainty, chunk: Chunk, variants: Sequence[Variant], noise: Noise, score: Floats
) -> Floats:
    """Draw indicator scores: observation error on the score before it is cut off, then goalposts moved.

    Shape:   leaves by draws (or 1, where nothing varies) by areas; `score` is what is published.
    Units:   each goalpost of an open indicator moves by up to `goalpost_share` of the range, so that the zero of the
             raw unit plays no part. A rubric's error is a neighbouring level, as another coder might choose.
    Missing: stays missing.
    """
    moving = doubt.goalpost_share > 0 and any(variant.loose.any() for variant in variants)
    if not doubt.observations and not moving and len(variants) == 1 and not variants[0].choices:
        return score[:, None, :]
    taken = draw_variants(doubt, chunk)
    values = np.empty((len(plan.leaves), chunk.draws, score.shape[1]))
    for leaf in range(len(values)):  # one indicator at a time stays in the cache
        room = values[leaf]
        if doubt.observations:
            noise.fill(room, leaf, chunk.streams["observations"])
            if len(variants) > 1:
                room *= np.array([variant.stretch[leaf] for variant in variants])[taken][:, None]
        else:
            room.fill(0.0)
        room += variants[0].unclipped[leaf] if len(variants) == 1 else _taken(variants, taken, leaf)
        loose = np.array([variant.loose[leaf] for variant in variants])
        if loose.any() and doubt.goalpost_share > 0:
            _move(room, np.where(loose[taken][:, None], _shifts(chunk, doubt), 0.0), plan.scale)
        free = np.array([variant.free[leaf] for variant in variants])
        if free.any():
            held = ~free[taken]
            room[held] = np.clip(room[held], plan.scale.low, plan.scale.high)
        else:
            np.clip(room, plan.scale.low, plan.scale.high, out=room)
    return values


def _move(room: Floats, shifts: Floats, scale: Scale) -> None:
    """Move the goalposts under the scores of one indicator. Shape: `shifts` bottom and top, a column of draws each."""
    bottom, top = shifts
    room -= scale.low + bottom * (scale.high - scale.low)
    room /= 1 + top - bottom
    room += scale.low


def _taken(variants: Sequence[Variant], taken: Places, leaf: int) -> Floats:
    """Each draw's row of its own variant. Shape: draws by areas."""
    found: Floats = np.array([variant.unclipped[leaf] for variant in variants])[taken]
    return found


def _shifts(chunk: Chunk, doubt: Uncertainty) -> Floats:
    """How far the bottom and the top goalpost of one indicator move. Shape: two columns of draws."""
    share = doubt.goalpost_share
    found: Floats = chunk.streams["goalposts"].uniform(-share, share, (2, chunk.draws, 1))
    return found
