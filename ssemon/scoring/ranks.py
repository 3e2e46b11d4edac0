"""The last step: node scores put long, with rank and band."""

from __future__ import annotations

import numpy as np
import polars as pl

from ssemon.edition import Edition
from ssemon.framework import Framework
from ssemon.model import NOT_ASSESSED, SCORE_COLUMNS
from ssemon.scoring.coverage import SLACK
from ssemon.scoring.nodes import Nodes
from ssemon.scoring.panel import Floats, Ints, Panel


def finish(panel: Panel, found: Nodes, framework: Framework, edition: Edition) -> pl.DataFrame:
    """Put the node scores long, with rank and band.

    Shape: the scores contract, sorted by area and year, nodes in the order of the tree.
    """
    nodes = framework.nodes
    scores = np.column_stack([found.scores[node.code] for node in nodes])
    covered = np.column_stack([found.coverage[node.code] for node in nodes])
    imputed = np.column_stack([found.imputed[node.code] for node in nodes])
    rank, ranked = _ranks(_ranked(panel, scores, edition), len(panel.areas), len(panel.years))
    at = np.tile(np.arange(len(nodes), dtype=np.uint32), len(scores))
    rows = np.repeat(np.arange(len(scores), dtype=np.uint32), len(nodes))
    codes = pl.Series([node.code for node in nodes], dtype=pl.String)
    levels = pl.Series([node.level for node in nodes], dtype=pl.Int32)
    frame = panel.keys[rows].hstack(
        [
            pl.Series("at", at),
            pl.Series("score", scores.reshape(-1), nan_to_null=True),
            pl.Series("coverage", covered.reshape(-1), nan_to_null=True),
            pl.Series("imputed_share", imputed.reshape(-1), nan_to_null=True),
            pl.Series("rank", rank.reshape(-1)),
            pl.Series("ranked", ranked.reshape(-1)),
        ]
    )
    return frame.with_columns(
        pl.lit(codes).gather(pl.col("at")).alias("node"),
        pl.lit(levels).gather(pl.col("at")).alias("level"),
        pl.when(pl.col("rank") > 0).then("rank"),
        pl.when(pl.col("ranked") > 0).then("ranked"),
        band=_band(edition),
    ).select(SCORE_COLUMNS)


def _ranked(panel: Panel, scores: Floats, edition: Edition) -> Floats:
    """The scores that take part in the ranking."""
    if edition.method.rank_among != "edition" or not edition.countries:
        return scores
    taking_part = np.isin(np.array(panel.areas, dtype=object), list(edition.countries))
    return np.where(np.repeat(taking_part, len(panel.years))[:, None], scores, np.nan)


def _ranks(scores: Floats, areas: int, years: int) -> tuple[Ints, Ints]:
    """Rank 1 is the highest unrounded score of the year; ties share the better rank; 0 where there is no score."""
    if not scores.size:
        return np.zeros(scores.shape, dtype=np.int32), np.zeros(scores.shape, dtype=np.int32)
    cube = -scores.reshape(areas, years, -1)
    present = ~np.isnan(cube)
    order = np.argsort(cube, axis=0, kind="stable")  # NaN goes last
    ordered = np.take_along_axis(cube, order, axis=0)
    place = np.arange(1, areas + 1, dtype=np.int32)[:, None, None]
    first = np.ones(cube.shape, dtype=np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    tied = np.maximum.accumulate(np.where(first, place, 0), axis=0)
    rank = np.empty(cube.shape, dtype=np.int32)
    np.put_along_axis(rank, order, tied, axis=0)
    count = present.sum(axis=0, keepdims=True)
    return (
        np.where(present, rank, 0).reshape(scores.shape),
        np.where(present, count, 0).astype(np.int32).reshape(scores.shape),
    )


def _band(edition: Edition) -> pl.Expr:
    """The band of a score: a score on a cut belongs to the higher band."""
    method = edition.method
    if not method.band_cuts:
        return pl.lit(None, dtype=pl.String)
    band = pl.lit(method.band_codes[0])
    for cut, code in zip(method.band_cuts, method.band_codes[1:], strict=True):
        band = pl.when(pl.col("score") >= cut - SLACK).then(pl.lit(code)).otherwise(band)
    return pl.when(pl.col("score").is_null()).then(pl.lit(NOT_ASSESSED)).otherwise(band)
