"""The last step: node scores put long, with rank and band."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ssemon.edition import Edition
from ssemon.framework import Framework
from ssemon.model import NOT_ASSESSED, SCORE_COLUMNS
from ssemon.scoring.kinds import SLACK
from ssemon.scoring.nodes import Nodes
from ssemon.scoring.panel import Flags, Floats, Ints, Panel, names_at

# Ranks among all areas that are scored.
EVERYONE = "universe"


def finish(panel: Panel, found: Nodes, framework: Framework, edition: Edition) -> pl.DataFrame:
    """Put the node scores long, with rank and band.

    Shape: the scores contract, sorted by area and year, nodes in the order of the tree.
    """
    nodes = framework.nodes
    scores, covered, imputed = (
        np.stack([of[node.code] for node in nodes]) for of in (found.scores, found.coverage, found.imputed)
    )
    taking_part = ranked_areas(panel.areas, edition, framework)
    rank, ranked = ranks(scores if taking_part.all() else np.where(taking_part, scores, np.nan))
    area, year, node = (places.reshape(-1) for places in _places(scores.shape))
    columns = {"score": scores, "coverage": covered, "imputed_share": imputed}
    frame = pl.DataFrame(
        [
            pl.Series("area", area),
            pl.Series("year", np.array(panel.years, dtype=np.int32)[year]),
            pl.Series("node", node),
            pl.Series("level", np.array([node.level for node in nodes], dtype=np.int32)[node]),
            *(pl.Series(name, _rows(of), nan_to_null=True) for name, of in columns.items()),
            pl.Series("rank", _rows(rank)),
            pl.Series("ranked", _rows(ranked)),
        ]
    )
    there = pl.col("rank") > 0
    made = {
        "area": names_at(panel.areas, "area"),
        "node": names_at([node.code for node in nodes], "node"),
        "rank": pl.when(there).then("rank"),
        "ranked": pl.when(there).then("ranked"),
        "band": band(pl.col("score"), edition).alias("band"),
    }
    return frame.select(made.get(name, pl.col(name)) for name in SCORE_COLUMNS)


def _places(shape: tuple[int, ...]) -> tuple[npt.NDArray[np.uint32], ...]:
    """The places of area, year and node in each row: areas, then years, then nodes."""
    turned = shape[::-1]
    return tuple(np.indices(turned, dtype=np.uint32))


def _rows(planes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Planes by node as one column: areas, then years, then nodes."""
    return np.ascontiguousarray(planes.transpose(2, 1, 0)).reshape(-1)


def ranked_areas(areas: Sequence[str], edition: Edition, framework: Framework) -> Flags:
    """Return which areas take part in the ranking: all, the edition's countries, or a group of areas.csv."""
    among = edition.method.rank_among
    if among == EVERYONE or (among == "edition" and not edition.countries):
        return np.ones(len(areas), dtype=np.bool_)
    members = frozenset(edition.countries) if among == "edition" else framework.group(among)
    return np.array([area in members for area in areas], dtype=np.bool_)


def ranks(scores: Floats) -> tuple[Ints, Ints]:
    """Rank along the last axis: 1 is the highest score, ties share the better rank.

    Shape:   the ranks, and how many are ranked; as the scores.
    Units:   scores are not rounded; two that differ only in the last bits of a sum are equal.
    Missing: 0 where there is no score.
    """
    if not scores.size:
        return np.zeros(scores.shape, dtype=np.int32), np.zeros(scores.shape, dtype=np.int32)
    turned = -scores
    present = ~np.isnan(turned)
    order = np.argsort(turned, axis=-1)  # NaN goes last; the order of equals decides nothing
    ordered = np.take_along_axis(turned, order, axis=-1)
    first = np.ones(turned.shape, dtype=np.bool_)
    step = np.abs(ordered[..., 1:] - ordered[..., :-1])
    first[..., 1:] = ~(step <= SLACK * np.maximum(1.0, np.abs(ordered[..., 1:])))
    place = np.arange(1, scores.shape[-1] + 1, dtype=np.int32)
    tied = np.maximum.accumulate(np.where(first, place, 0), axis=-1)
    rank = np.empty(turned.shape, dtype=np.int32)
    np.put_along_axis(rank, order, tied, axis=-1)
    count = present.sum(axis=-1, keepdims=True)
    return np.where(present, rank, 0).astype(np.int32), np.where(present, count, 0).astype(np.int32)


def band(score: pl.Expr, edition: Edition) -> pl.Expr:
    """Return the band of a score: a score on a cut belongs to the higher band."""
    method = edition.method
    if not method.band_cuts:
        return pl.lit(None, dtype=pl.String)
    found = pl.lit(method.band_codes[0])
    for cut, code in zip(method.band_cuts, method.band_codes[1:], strict=True):
        found = pl.when(score >= cut - SLACK).then(pl.lit(code)).otherwise(found)
    return pl.when(score.is_null()).then(pl.lit(NOT_ASSESSED)).otherwise(found)
