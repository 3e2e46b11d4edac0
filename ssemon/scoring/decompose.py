"""Back to the data: each score down to its indicators, and a change in it to what moved.

An arithmetic mean is the sum of weight times score. Every other mean is the arithmetic mean less a penalty for
uneven children, and the penalty is itself a sum over the children, each bearing what its own distance causes:

    AMPI       M - A = sum w (r - M)² / M                  on the scale 70 to 130
    geometric  M - G = sum w (y - G - G ln(y / G))
    harmonic   M - H = sum w (y - H)² / y

So the parts always sum to the score, without derivatives and whatever the order. A child's penalty is passed on to
its own children by their weights, its mean by their contributions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from ssemon.edition import Edition
from ssemon.errors import EditionFault, Problem
from ssemon.framework import Framework
from ssemon.scoring.kernel import (
    AMPI_LOW,
    AMPI_WIDTH,
    GEOMETRIC_FLOOR,
    Floats,
    Plan,
    Tile,
    baseline,
    check_agreement,
    make_plan,
    make_tile,
)
from ssemon.scoring.kinds import Scale
from ssemon.text import did_you_mean, quoted

# Strengths and weaknesses: how many, and among how many areas at least.
MOST = 5
LEAST_AREAS = 5


def contributions(
    scores: pl.DataFrame,
    indicator_scores: pl.DataFrame,
    framework: Framework,
    edition: Edition,
    *,
    year: int | None = None,
    node: str | None = None,
) -> pl.DataFrame:
    """Take each area's score apart into its indicators.

    Shape:   scores and indicator scores in, with the framework as it was scored; out: `area`, `year`, `node`,
             `indicator`, `score` (the indicator's), `weight` (effective, after what is missing was left out),
             `contribution`; a row for each indicator that counts. The report year and the root where not told.
    Units:   points of the score; the contributions of an area sum to its score. A contribution may be negative where
             an indicator is far below the others.
    Missing: an area without a score, and an indicator without one, have no rows.
    Errors:  EditionFault where the node is not there, or its aggregation cannot be taken apart.
    """
    plan = make_plan(framework, edition)
    year = edition.report_year if year is None else year
    code = framework.root.code if node is None else node
    if code not in plan.nodes:
        fix = did_you_mean(code, plan.nodes)
        raise EditionFault(
            Problem(code="E04", stage="decompose", what="there is no such node", found=quoted(code), fix=fix)
        )
    areas = scores.filter(pl.col("year") == year)["area"].unique().sort().to_list()
    tile = make_tile(indicator_scores, plan, year, areas)
    point = baseline(plan, tile)
    check_agreement(point, plan, tile, scores, edition)
    parts, weights = taken_apart(plan, tile, point, plan.nodes.index(code))
    leaf, area = np.nonzero(~np.isnan(parts) & (weights > 0))
    return pl.DataFrame(
        {
            "area": [areas[place] for place in area],
            "year": [year] * len(area),
            "node": [code] * len(area),
            "indicator": [plan.leaves[place] for place in leaf],
            "score": tile.score[leaf, area],
            "weight": weights[leaf, area],
            "contribution": parts[leaf, area],
        },
        schema={
            "area": pl.String, "year": pl.Int32, "node": pl.String, "indicator": pl.String, "score": pl.Float64,
            "weight": pl.Float64, "contribution": pl.Float64,
        },
    ).sort("area", maintain_order=True)  # fmt: skip


def taken_apart(plan: Plan, tile: Tile, point: Floats, place: int) -> tuple[Floats, Floats]:
    """Return the contribution and the effective weight of each leaf in one node.

    Shape:   both leaves by areas.
    Missing: NaN, and weight 0, where the node has no score.
    """
    branch, first = plan.branches[place], len(plan.leaves)
    parts, shares = np.zeros(tile.score.shape), np.zeros(tile.score.shape)
    values = np.array([tile.score[row] if row < first else point[row - first] for row in branch.members])
    if len(branch.members):
        there = ~np.isnan(values)
        weights = np.where(there, branch.weights[:, None], 0.0)
        total = weights.sum(axis=0)
        weights /= np.where(total > 0, total, 1.0)
        own = _PARTS[branch.method](np.where(there, values, 0.0), weights, plan.scale)
        for row, weight, value, part in zip(branch.members, weights, np.where(there, values, 0.0), own, strict=True):
            if row < first:
                parts[row] += part
                shares[row] += weight
            else:
                below, spread = taken_apart(plan, tile, point, row - first)
                parts += np.where(weight > 0, weight * below + (part - weight * value) * spread, 0.0)
                shares += weight * spread
    scored = ~np.isnan(point[place])
    return np.where(scored, parts, np.nan), np.where(scored, shares, 0.0)


def _arithmetic(values: Floats, weights: Floats, _: Scale) -> Floats:
    return weights * values


def _geometric(values: Floats, weights: Floats, scale: Scale) -> Floats:
    raised = np.maximum(values, GEOMETRIC_FLOOR * scale.high)
    mean = np.exp((weights * np.log(raised)).sum(axis=0))
    parts: Floats = weights * mean * (1 + np.log(raised / mean))
    return parts


def _harmonic(values: Floats, weights: Floats, scale: Scale) -> Floats:
    raised = np.maximum(values, GEOMETRIC_FLOOR * scale.high)
    inverse = (weights / raised).sum(axis=0)
    mean = 1.0 / np.where(inverse > 0, inverse, 1.0)
    parts: Floats = weights * (raised - (raised - mean) ** 2 / raised)
    return parts


def _ampi(values: Floats, weights: Floats, scale: Scale) -> Floats:
    factor = AMPI_WIDTH / (scale.high - scale.low)
    moved = AMPI_LOW + factor * (values - scale.low)
    mean = (weights * moved).sum(axis=0)
    penalty = weights * (moved - mean) ** 2 / np.where(mean > 0, mean, 1.0)
    parts: Floats = weights * values - penalty / factor
    return parts


_PARTS: Mapping[str, Callable[[Floats, Floats, Scale], Floats]] = {
    "arithmetic": _arithmetic,
    "geometric": _geometric,
    "harmonic": _harmonic,
    "ampi": _ampi,
}


def changes(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Take the change between two scores apart into the indicators that moved it.

    Shape:   two frames of contributions (two years, or two editions) in; out: `area`, `node`, `indicator`,
             `score_before`, `score_after`, `contribution_before`, `contribution_after`, `change`, `kind`.
    Units:   points of the score; the changes of an area sum to the change of its score.
    Missing: an indicator that is in one of the two only counts as 0 in the other; `kind` says so: both, entered, left.
             Areas that have a score in one of the two only are left out: there is no change to explain.
    """
    key = ["area", "node", "indicator"]
    sides = [
        frame.join(
            other.select("area", "node").unique(), on=["area", "node"], how="semi", maintain_order="left"
        ).select(*key, "score", "contribution")
        for frame, other in ((before, after), (after, before))
    ]
    joined = sides[0].join(sides[1], on=key, how="full", suffix="_after", coalesce=True, maintain_order="left_right")
    kind = (
        pl.when(pl.col("contribution").is_null()).then(pl.lit("entered"))
        .when(pl.col("contribution_after").is_null()).then(pl.lit("left")).otherwise(pl.lit("both"))
    )  # fmt: skip
    return joined.select(
        *key,
        score_before=pl.col("score"),
        score_after=pl.col("score_after"),
        contribution_before=pl.col("contribution").fill_null(0.0),
        contribution_after=pl.col("contribution_after").fill_null(0.0),
        change=pl.col("contribution_after").fill_null(0.0) - pl.col("contribution").fill_null(0.0),
        kind=kind,
    ).sort("area", "node", maintain_order=True)


def strengths(
    indicator_scores: pl.DataFrame, framework: Framework, year: int, most: int = MOST, least_areas: int = LEAST_AREAS
) -> pl.DataFrame:
    """Name each area's strengths and weaknesses among its indicators.

    A strength has a percentile rank at least as high as the area's `most`-th highest and above the middle; a weakness
    the same from below. What everyone does alike tells nothing of one: an indicator with fewer than `least_areas`
    areas, or with one value for all, is left out.

    Shape:   `area`, `year`, `indicator`, `kind` (strength, weakness), `score`, `percentile`, `rank`, `ranked`.
    Units:   percentile 1 is the best area, 0 the worst; ties share the middle.
    Source:  Global Innovation Index, economy profiles: percentile ranks against the n-th highest and lowest.
    """
    counted = [leaf.code for leaf in framework.indicators if leaf.weight > 0]
    rows = indicator_scores.filter(
        (pl.col("year") == year) & pl.col("indicator").is_in(counted) & pl.col("score").is_not_null()
    )
    ranked = pl.col("score").count().over("indicator")
    middle = pl.col("score").rank("average", descending=True).over("indicator")
    placed = rows.with_columns(
        rank=pl.col("score").rank("min", descending=True).over("indicator").cast(pl.Int32),
        ranked=ranked.cast(pl.Int32),
        percentile=(ranked - middle) / pl.when(ranked > 1).then(ranked - 1),
    ).filter((pl.col("ranked") >= least_areas) & (pl.col("score").n_unique().over("indicator") > 1))
    high = pl.col("percentile").rank("min", descending=True).over("area") <= most
    low = pl.col("percentile").rank("min").over("area") <= most
    kind = (
        pl.when(high & (pl.col("percentile") > 0.5)).then(pl.lit("strength"))
        .when(low & (pl.col("percentile") < 0.5)).then(pl.lit("weakness"))
    )  # fmt: skip
    named = placed.with_columns(kind=kind).filter(pl.col("kind").is_not_null())
    best_first = pl.when(pl.col("kind") == "strength").then(-pl.col("percentile")).otherwise(pl.col("percentile"))
    columns = ["area", "year", "indicator", "kind", "score", "percentile", "rank", "ranked"]
    return named.sort("area", "kind", best_first, "indicator").select(columns)
