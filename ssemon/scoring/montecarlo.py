"""Monte Carlo: how far the scores and ranks of an edition hold when its choices and data are varied.

The draws of one year are made in chunks (uncertainty.py), scored by the kernel, ranked, and summed up as intervals;
orders.py reads bands, pairs and ties from them. Chunks and nodes are shared out among threads; the result is the
same for any number of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ssemon.choices import Uncertainty
from ssemon.edition import Edition
from ssemon.scoring.drawing import Drawing, set_up
from ssemon.scoring.panel import Flags, Floats
from ssemon.scoring.score import Scored
from ssemon.scoring.side_by_side import each
from ssemon.scoring.uncertainty import chunk_sizes, make_chunk

DRAWS = 2000
# How finely scores are told apart when they are ranked.
_LEVELS = 2**40
INTERVAL_COLUMNS = ("score_low", "score_high", "rank_low", "rank_high")
_KEY = ["area", "year", "node"]

Integers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Simulated:
    """The draws of one year.

    Shape:   `scores` and `ranks` are nodes by draws by areas; `point` nodes by areas.
    Missing: NaN in `scores`, 0 in `ranks`; `ranked` are the areas that take part in the ranking.
    """

    year: int
    areas: tuple[str, ...]
    nodes: tuple[str, ...]
    levels: tuple[int, ...]
    point: Floats
    scores: Floats
    ranks: NDArray[Any]
    ranked: Flags
    edition: Edition
    doubt: Uncertainty

    def node(self, code: str) -> int:
        """Return a node's row. Errors: KeyError if there is none of that code."""
        if code not in self.nodes:
            raise KeyError(code)
        return self.nodes.index(code)

    def draws_of(self, node: int) -> Integers:
        """Return in how many draws each area has a score."""
        found: Integers = np.sum(~np.isnan(self.scores[node]), axis=0, dtype=np.int32)
        return found


def simulate(
    scored: Scored,
    draws: int = DRAWS,
    *,
    doubt: Uncertainty | None = None,
    year: int | None = None,
    errors: pl.DataFrame | None = None,
    workers: int = 2,
) -> Simulated:
    """Draw the scores of one year many times.

    Shape:   `doubt` is the profile's and `year` the report year where absent; `errors`, where known: area, indicator,
             year, std_error or grade.
    Units:   as the scores.
    Missing: an area that the profile does not assess has no draws; a missing indicator stays missing.
    Errors:  EditionFault where something cannot vary.
    """
    drawing = set_up(scored, doubt, year, errors)
    plan, tile = drawing.plan, drawing.tile
    drawn, ranks = _draw(drawing, draws, workers)
    levels = tuple(branch.level for branch in plan.branches)
    return Simulated(
        tile.year,
        tile.areas,
        plan.nodes,
        levels,
        tile.point,
        drawn,
        ranks,
        drawing.ranked,
        scored.edition,
        drawing.doubt,
    )


def _chunk(drawing: Drawing, number: int, draws: int) -> Floats:
    """Score one chunk of draws. Shape: nodes by draws by areas."""
    chunk = make_chunk(drawing.seed, drawing.tile.year, number, draws)
    found = drawing.scores(drawing.leaves(chunk), drawing.weights(chunk), drawing.choices(chunk))
    shape = (len(found), draws, found.shape[2])
    return found if found.shape == shape else np.broadcast_to(found, shape)


def _draw(drawing: Drawing, draws: int, workers: int) -> tuple[Floats, NDArray[Any]]:
    """Make the draws chunk by chunk. Shape: scores and ranks, nodes by draws by areas."""
    sizes = chunk_sizes(draws)
    starts = np.cumsum([0, *sizes])
    shape = (len(drawing.plan.nodes), draws, len(drawing.tile.areas))
    scores, ranks = np.empty(shape), np.empty(shape, dtype=np.min_scalar_type(shape[2]))
    everyone = bool(drawing.ranked.all())

    def work(number: int) -> None:
        columns = slice(int(starts[number]), int(starts[number + 1]))
        for node, drawn in enumerate(_chunk(drawing, number, sizes[number])):  # a node at a time stays in the cache
            scores[node, columns] = drawn
            ranks[node, columns] = ranked(drawn if everyone else np.where(drawing.ranked, drawn, np.nan))

    each(work, len(sizes), workers)
    return scores, ranks


def ranked(scores: Floats) -> Integers:
    """Rank along the last axis: 1 is the highest, ties share the better rank.

    Units:   scores closer than one part in 2^40 of their range are ties, so that the order of a sum decides nothing.
    Missing: NaN has rank 0.
    """
    count = scores.shape[-1]
    missing = np.isnan(scores)
    holes = bool(missing.any())
    if not count or (holes and missing.all()):
        return np.zeros(scores.shape, dtype=np.int32)
    # A whole number holds the score, turned round, above the column: sorting it is far faster than an argsort.
    bits = count.bit_length()
    top, bottom = (np.nanmax(scores), np.nanmin(scores)) if holes else (scores.max(), scores.min())
    levels = top - scores
    levels /= top - bottom if top > bottom else 1.0
    levels *= _LEVELS
    if holes:
        levels[missing] = _LEVELS + 1
    keys = np.rint(levels, out=levels).astype(np.int64)
    keys <<= bits
    keys |= np.arange(count)
    keys.sort(axis=-1)
    columns = keys & ((1 << bits) - 1)
    keys >>= bits
    place = np.broadcast_to(np.arange(1, count + 1, dtype=np.int32), scores.shape)
    tied = keys[..., 1:] == keys[..., :-1]
    if tied.any():
        place = place.copy()
        place[..., 1:] *= ~tied
        np.maximum.accumulate(place, axis=-1, out=place)
    if holes:
        place = place * (keys <= _LEVELS)
    out = np.empty(scores.shape, dtype=np.int32)
    np.put_along_axis(out, columns, place, axis=-1)
    return out


def summarise(simulated: Simulated, workers: int = 2) -> pl.DataFrame:
    """Sum the draws up.

    Shape:   a row an area and node: `area`, `year`, `node`, `level`, `score` and `rank` (the point), `median`,
             `score_low`, `score_high`, `rank_median`, `rank_low`, `rank_high`, `draws` (those with a score).
    Units:   quantiles of type 7 for scores; rank bounds are whole, rounded outwards.
    Missing: null for an area that is not assessed, and for the rank of one that is not ranked.
    """
    tail = (1 - simulated.doubt.interval) / 2
    shape = (len(simulated.nodes), 7, len(simulated.areas))
    out = np.full(shape, np.nan)

    def work(node: int) -> None:
        out[node] = _node_summary(simulated, node, tail)

    each(work, shape[0], workers)
    point_ranks = ranked(np.where(simulated.ranked, simulated.point, np.nan))
    names = ("median", "score_low", "score_high", "rank_median", "rank_low", "rank_high", "draws")
    columns = {name: out[:, place, :].ravel() for place, name in enumerate(names)}
    frame = _keys(simulated).with_columns(
        pl.Series("score", simulated.point.ravel()),
        pl.Series("rank", np.where(point_ranks > 0, point_ranks, np.nan).ravel()),
        *(pl.Series(name, values) for name, values in columns.items()),
    )
    whole = ["rank", "rank_low", "rank_high", "draws"]
    return frame.fill_nan(None).with_columns(pl.col(whole).cast(pl.Int32))


def _keys(simulated: Simulated) -> pl.DataFrame:
    """A row a node and area, in the order of the arrays."""
    count = len(simulated.areas)
    return pl.DataFrame(
        {
            "area": list(simulated.areas) * len(simulated.nodes),
            "year": [simulated.year] * (count * len(simulated.nodes)),
            "node": np.repeat(np.array(simulated.nodes, dtype=object), count).tolist(),
            "level": np.repeat(simulated.levels, count),
        },
        schema={"area": pl.String, "year": pl.Int32, "node": pl.String, "level": pl.Int32},
    )


def _node_summary(simulated: Simulated, node: int, tail: float) -> Floats:
    """Quantiles of one node. Shape: seven rows by areas."""
    scores = np.sort(np.ascontiguousarray(simulated.scores[node].T), axis=-1)  # NaN last
    drawn = simulated.draws_of(node)
    ranks = np.ascontiguousarray(simulated.ranks[node].T)
    # Small whole numbers: "stable" is a radix sort, many times faster.
    ranks = np.sort(ranks, axis=-1, kind="stable" if ranks.itemsize <= 2 else None)  # 0, no rank, first
    unranked = (ranks == 0).sum(axis=-1)
    placed = ranks.shape[-1] - unranked
    bounds = [
        _between(scores, 0, drawn, 0.5),
        _between(scores, 0, drawn, tail),
        _between(scores, 0, drawn, 1 - tail),
        _between(ranks, unranked, placed, 0.5),
        np.floor(_between(ranks, unranked, placed, tail, np.floor)),
        np.ceil(_between(ranks, unranked, placed, 1 - tail, np.ceil)),
    ]
    return np.array([*bounds, np.where(drawn > 0, drawn, np.nan)])


def _between(
    ordered: NDArray[Any], start: Integers | int, count: Integers, share: float, whole: Callable[..., Any] | None = None
) -> Floats:
    """A quantile of type 7 along rows that are in order from `start` on; NaN where there is nothing to count."""
    position = np.maximum(count - 1, 0) * share
    position = position if whole is None else whole(position)
    below = np.floor(position).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    rows = np.arange(len(ordered))
    last = ordered.shape[-1] - 1
    low = ordered[rows, np.minimum(start + below, last)].astype(np.float64)
    high = ordered[rows, np.minimum(start + above, last)].astype(np.float64)
    part = position - below
    found = np.where(part > 0, low + part * (high - low), low)
    return np.where(count > 0, found, np.nan)


def with_intervals(
    scored: Scored,
    draws: int = DRAWS,
    *,
    doubt: Uncertainty | None = None,
    years: Sequence[int] | None = None,
    errors: pl.DataFrame | None = None,
    workers: int = 2,
) -> pl.DataFrame:
    """Add `score_low`, `score_high`, `rank_low` and `rank_high` to the scores.

    Shape:   the same rows in the same order with four more columns. All years unless `years`.
    Units:   90 % intervals, unless the doubt says otherwise.
    Missing: null where there is no score or no rank, and for years that were not asked for.
    Errors:  EditionFault where a method cannot be repeated draw by draw.
    """
    asked = scored.observed.years if years is None else sorted(set(years))
    parts = [
        summarise(simulate(scored, draws, doubt=doubt, year=year, errors=errors, workers=workers), workers)
        for year in asked
    ]
    if not parts:
        empty = {name: pl.Float64 if name.startswith("score") else pl.Int32 for name in INTERVAL_COLUMNS}
        return scored.scores.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in empty.items())
    return with_summary(scored.scores, pl.concat(parts))


def with_summary(scores: pl.DataFrame, summary: pl.DataFrame) -> pl.DataFrame:
    """Add the intervals of a summary to the scores. Missing: null where the summary has none."""
    found = summary.select(*_KEY, *INTERVAL_COLUMNS)
    return scores.join(found, on=_KEY, how="left", maintain_order="left")
