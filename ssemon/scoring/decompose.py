"""Back to the data: each score down to its indicators, and a change in it to what moved.

An arithmetic mean is the sum of weight times score. Every other mean is the arithmetic mean less a penalty for
uneven children, and the penalty is itself a sum over the children, each bearing what its own distance causes. The
method of aggregation brings that sum with it (`Method.parts`), for example

    AMPI       M - A = sum w (r - M)² / M                  on the scale 70 to 130
    geometric  M - G = sum w (y - G - G ln(y / G))
    harmonic   M - H = sum w (y - H)² / y

So the parts always sum to the score, without derivatives and whatever the order. A child's penalty is passed on to
its own children by their weights, its mean by their contributions.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from ssemon.errors import EditionFault, Problem
from ssemon.framework import Framework
from ssemon.scoring.check import given
from ssemon.scoring.kernel import Branch, Plan, Tile, make_plan, make_tile
from ssemon.scoring.panel import Floats
from ssemon.scoring.score import Scored
from ssemon.text import did_you_mean, quoted

# Strengths and weaknesses: how many, and among how many areas at least.
MOST = 5
LEAST_AREAS = 5


def contributions(scored: Scored, *, year: int | None = None, node: str | None = None) -> pl.DataFrame:
    """Take each area's score apart into its indicators.

    Shape:   `area`, `year`, `node`, `indicator`, `score` (the indicator's), `weight` (effective, after what is missing
             was left out), `contribution`; a row for each indicator that counts. Where the score of a node below is
             an estimate, the node stands in place of its indicators. The report year and the root where not told.
    Units:   points of the score; the contributions of an area sum to its score. A contribution may be negative where
             an indicator is far below the others.
    Missing: an area without a score, and an indicator without one, have no rows.
    Errors:  EditionFault where the node is not there, or its aggregation cannot be taken apart.
    """
    framework, plan = scored.framework, make_plan(scored)
    year = scored.edition.report_year if year is None else year
    code = framework.root.code if node is None else node
    if code not in plan.nodes:
        fix = did_you_mean(code, plan.nodes)
        raise EditionFault(
            Problem(code="E04", stage="decompose", what="there is no such node", found=quoted(code), fix=fix)
        )
    tile = make_tile(scored, plan, year)
    parts, weights = taken_apart(plan, tile, plan.nodes.index(code))
    member, area = np.nonzero(~np.isnan(parts) & (weights > 0))
    codes = (*plan.leaves, *plan.nodes)
    values = np.concatenate([tile.score, tile.point])
    return pl.DataFrame(
        {
            "area": [tile.areas[place] for place in area],
            "year": [year] * len(area),
            "node": [code] * len(area),
            "indicator": [codes[place] for place in member],
            "score": values[member, area],
            "weight": weights[member, area],
            "contribution": parts[member, area],
        },
        schema={
            "area": pl.String, "year": pl.Int32, "node": pl.String, "indicator": pl.String, "score": pl.Float64,
            "weight": pl.Float64, "contribution": pl.Float64,
        },
    ).sort("area", maintain_order=True)  # fmt: skip


def taken_apart(plan: Plan, tile: Tile, place: int) -> tuple[Floats, Floats]:
    """Return the contribution and the effective weight of each leaf in one node, or of a node that is an estimate.

    Shape:   both leaves, then nodes, by areas.
    Missing: NaN, and weight 0, where the node has no score.
    """
    branch, first = plan.branches[place], len(plan.leaves)
    shape = (first + len(plan.nodes), len(tile.areas))
    parts, shares = np.zeros(shape), np.zeros(shape)
    values = np.array([tile.score[row] if row < first else tile.point[row - first] for row in branch.members])
    if len(branch.members):
        there = ~np.isnan(values)
        weights = np.where(there, branch.weights[:, None], 0.0)
        total = weights.sum(axis=0)
        weights /= np.where(total > 0, total, 1.0)
        values = np.where(there, values, 0.0)
        own = _parts(plan, branch, values, weights)
        for row, weight, value, part in zip(branch.members, weights, values, own, strict=True):
            below, spread = _below(plan, tile, row)
            parts += np.where(weight > 0, weight * below + (part - weight * value) * spread, 0.0)
            shares += weight * spread
    scored = ~np.isnan(tile.point[place])
    return np.where(scored, parts, np.nan), np.where(scored, shares, 0.0)


def _below(plan: Plan, tile: Tile, row: int) -> tuple[Floats, Floats]:
    """What one member is made of: itself where it is a leaf or an estimate, else its own children."""
    first = len(plan.leaves)
    shape = (first + len(plan.nodes), len(tile.areas))
    self_parts, self_shares = np.zeros(shape), np.zeros(shape)
    value = tile.score[row] if row < first else tile.point[row - first]
    self_parts[row], self_shares[row] = np.nan_to_num(value), 1.0
    if row < first:
        return self_parts, self_shares
    parts, shares = taken_apart(plan, tile, row - first)
    filled = tile.filled[row - first]
    return np.where(filled, self_parts, np.nan_to_num(parts)), np.where(filled, self_shares, shares)


def _parts(plan: Plan, branch: Branch, values: Floats, weights: Floats) -> Floats:
    """Each child's part in its parent's score. Shape: children by areas; `weights` are shares, 0 where missing."""
    method = plan.methods.get("aggregation", branch.choice.method)
    if method.parts is None:
        what = f"{branch.code}: the aggregation {quoted(method.name)} cannot be taken apart into its children"
        able = [name for name, one in plan.methods.by_kind["aggregation"].items() if one.parts is not None]
        fix = f"ask for a node below it, or choose one of: {', '.join(sorted(able))}"
        raise EditionFault(Problem(code="E06", stage="decompose", what=what, found=quoted(method.name), fix=fix))
    parameters = given(plan.methods, "aggregation", branch.choice, plan.edition)
    with np.errstate(all="ignore"):
        found = method.parts(values, weights, plan.scale, **parameters)
    return np.where(np.isfinite(found), found, 0.0)


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
