"""The tables of a statistical audit, one function each. The sentences over them are in audit.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from ssemon.framework import Framework
from ssemon.scoring import multivariate as mv
from ssemon.scoring.kinds import Reference
from ssemon.scoring.panel import Floats

# Correlations between what stands side by side: above, redundant; below 0, in conflict (methods, section 1, step 4).
REDUNDANT = 0.95
# Kendall's tau compares every pair of areas.
MOST_FOR_KENDALL = 1000
# Outliers need treatment where both are passed (methods, section 2.1).
SKEWED, PEAKED = 2.0, 3.5
_KEY = ["area", "year"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One year as a table of areas by members (indicators and nodes).

    Missing: NaN.
    """

    year: int
    areas: tuple[str, ...]
    values: Mapping[str, Floats]

    def of(self, codes: Sequence[str]) -> Floats:
        """Return some members side by side. Shape: areas by codes."""
        empty = np.full(len(self.areas), np.nan)
        return np.column_stack([empty, *(self.values.get(code, empty) for code in codes)])[:, 1:]


def make_sheet(scores: pl.DataFrame, indicator_scores: pl.DataFrame, year: int) -> Sheet:
    """Put one year's scores of nodes and indicators side by side."""
    nodes = scores.filter(pl.col("year") == year).select("area", "score", code="node")
    leaves = indicator_scores.filter(pl.col("year") == year).select("area", "score", code="indicator")
    areas = nodes.select("area").unique().sort("area")
    values = {}
    for (code,), rows in pl.concat([nodes, leaves]).group_by("code", maintain_order=True):
        column = areas.join(rows, on="area", how="left", maintain_order="left")["score"]
        values[str(code)] = column.cast(pl.Float64).fill_null(np.nan).to_numpy()
    return Sheet(year, tuple(areas["area"]), values)


def groups(framework: Framework) -> dict[str, list[str]]:
    """The members that are aggregated together: each node's counted children, where there are two or more."""
    found = {
        node.code: [child.code for child in framework.children[node.code] if child.weight > 0]
        for node in framework.nodes
    }
    return {code: children for code, children in found.items() if len(children) > 1}


def counted_leaves(framework: Framework) -> list[str]:
    """The indicators that carry weight at the root."""
    return list(framework.leaf_weights(framework.root.code))


def availability(indicator_scores: pl.DataFrame, scores: pl.DataFrame, framework: Framework) -> pl.DataFrame:
    """Share of cells with a score, by indicator and year, by area and year, and by year.

    Shape: `by` (indicator, area, year), `code`, `year`, `observed`, `possible`, `share`; only what carries weight.
    """
    leaves = counted_leaves(framework)
    areas = scores.select("area", "year").unique()
    cells = areas.join(pl.DataFrame({"indicator": leaves}, schema={"indicator": pl.String}), how="cross").join(
        indicator_scores.select(*_KEY, "indicator", "score"), on=[*_KEY, "indicator"], how="left"
    )
    counts = [pl.col("score").count().alias("observed"), pl.len().alias("possible")]
    parts = []
    for name, code in (("indicator", pl.col("indicator")), ("area", pl.col("area")), ("year", pl.lit(""))):
        grouped = cells.with_columns(code=code).group_by("code", "year").agg(counts).sort("code", "year")
        parts.append(grouped.select(pl.lit(name).alias("by"), "code", "year", "observed", "possible"))
    return pl.concat(parts).with_columns(share=pl.col("observed") / pl.col("possible"))


def descriptives(indicator_scores: pl.DataFrame, framework: Framework, year: int) -> pl.DataFrame:
    """Describe each indicator's values in a year.

    Shape:   a row an indicator: `values`, `unique`, `least`, `mean`, `median`, `greatest`, `sd`, `skewness`,
             `kurtosis`, `outliers`, `cut_off` (share of scores at an end of the range).
    Units:   raw unit; skewness and kurtosis bias-corrected (type 2), excess.
    Missing: null where there are too few values, or all are alike.
    """
    rows = []
    for leaf in framework.indicators:
        own = indicator_scores.filter((pl.col("year") == year) & (pl.col("indicator") == leaf.code)).drop_nulls("value")
        values = own["value"].to_numpy()
        skew, peak = mv.skewness(values), mv.kurtosis(values)
        cut = own.select((pl.col("score") != pl.col("unclipped")).mean()).item()
        alone = Reference()
        plane = values.reshape(1, -1)
        told = [values.min(), alone.mean(plane), alone.median(plane), values.max()] if len(values) else [None] * 4
        spread = alone.sd(plane, freedom=1) if len(values) > 1 else None
        out = None if skew is None or peak is None else abs(skew) > SKEWED and peak > PEAKED
        row = (leaf.code, len(values), own["value"].n_unique(), *told, spread, skew, peak, out, cut)
        rows.append(tuple(cell.item() if isinstance(cell, np.generic | np.ndarray) else cell for cell in row))
    numbers = ("least", "mean", "median", "greatest", "sd", "skewness", "kurtosis")
    schema = {"indicator": pl.String, "values": pl.Int64, "unique": pl.Int64} | dict.fromkeys(numbers, pl.Float64)
    return pl.DataFrame(rows, schema=schema | {"outliers": pl.Boolean, "cut_off": pl.Float64}, orient="row")


def correlation_pairs(sheet: Sheet, framework: Framework) -> pl.DataFrame:
    """Correlate what is aggregated together, each member with its parent, and indicators across the tree.

    Shape: `kind` (siblings, parent, across), `node`, `one`, `other`, `pearson`, `spearman`, `kendall`, `flag`
           (negative, redundant, or null). Across: pairs of indicators under different parents.
    """
    pairs = []
    for node, children in groups(framework).items():
        pairs += [("siblings", node, a, b) for at, a in enumerate(children) for b in children[at + 1 :]]
        pairs += [("parent", node, child, node) for child in children]
    leaves, parent = counted_leaves(framework), {leaf.code: leaf.parent for leaf in framework.indicators}
    root = framework.root.code
    pairs += [("across", root, a, b) for at, a in enumerate(leaves) for b in leaves[at + 1 :] if parent[a] != parent[b]]
    few = len(sheet.areas) <= MOST_FOR_KENDALL
    empty = np.full(len(sheet.areas), np.nan)
    rows = []
    for kind, node, one, other in pairs:
        a, b = sheet.values.get(one, empty), sheet.values.get(other, empty)
        tau = mv.kendall(a, b) if few and kind != "across" else None
        rows.append((kind, node, one, other, mv.pearson(a, b), mv.spearman(a, b), tau))
    texts = dict.fromkeys(("kind", "node", "one", "other"), pl.String)
    schema = texts | dict.fromkeys(("pearson", "spearman", "kendall"), pl.Float64)
    r = pl.col("pearson")
    flag = pl.when(r < 0).then(pl.lit("negative")).when((r > REDUNDANT) & (pl.col("kind") != "parent")).then(
        pl.lit("redundant")
    )  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(flag=flag)


def reliability(sheet: Sheet, framework: Framework) -> pl.DataFrame:
    """Cronbach's alpha, KMO and Bartlett's test of each group, and of all indicators together.

    Shape:   a row a group: `node`, `members` ("children", or "indicators" for all), `count`, `rows` (complete ones),
             `alpha`, `kmo`, `chi2`, `df`, `p`.
    Missing: null where a measure cannot be computed (too few rows, or a matrix that cannot be inverted).
    """
    sets = [(node, "children", codes) for node, codes in groups(framework).items()]
    sets.append((framework.root.code, "indicators", counted_leaves(framework)))
    rows = []
    for node, members, codes in sets:
        table = sheet.of(codes)
        adequacy, test = mv.kmo(table), mv.bartlett(table)
        tested = (test.chi2, test.df, test.p) if test else (None, None, None)
        count = len(mv.complete(table))
        rows.append((node, members, len(codes), count, mv.cronbach(table), adequacy[0] if adequacy else None, *tested))
    schema = {
        "node": pl.String, "members": pl.String, "count": pl.Int64, "rows": pl.Int64, "alpha": pl.Float64,
        "kmo": pl.Float64, "chi2": pl.Float64, "df": pl.Int64, "p": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def items(sheet: Sheet, framework: Framework) -> pl.DataFrame:
    """Cronbach's alpha of each group without each of its members. Shape: `node`, `item`, `alpha`, `alpha_without`."""
    rows = []
    for node, codes in groups(framework).items():
        table = sheet.of(codes)
        rows += [
            (node, code, mv.cronbach(table), without)
            for code, without in zip(codes, mv.alpha_without(table), strict=True)
        ]
    schema = {"node": pl.String, "item": pl.String, "alpha": pl.Float64, "alpha_without": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def principal(sheet: Sheet, framework: Framework) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Principal components of each group: eigenvalues with what they explain, and loadings.

    Shape: `node`, `component`, `eigenvalue`, `explained`, `together`; and `node`, `member`, `component`, `loading`.
    """
    values: list[tuple[object, ...]] = []
    loadings: list[tuple[object, ...]] = []
    for node, codes in groups(framework).items():
        found = mv.components(sheet.of(codes))
        if found is None:
            continue
        together = np.cumsum(found.explained)
        for at, eigenvalue in enumerate(found.eigenvalues):
            values.append((node, at + 1, float(eigenvalue), float(found.explained[at]), float(together[at])))
            loadings += [(node, code, at + 1, float(found.loadings[row, at])) for row, code in enumerate(codes)]
    kinds = [("node", pl.String), ("component", pl.Int64)]
    kinds += [(name, pl.Float64) for name in ("eigenvalue", "explained", "together")]
    loading = {"node": pl.String, "member": pl.String, "component": pl.Int64, "loading": pl.Float64}
    first = pl.DataFrame(values, schema=dict(kinds), orient="row")
    return first, pl.DataFrame(loadings, schema=loading, orient="row")


def weights(sheet: Sheet, framework: Framework) -> pl.DataFrame:
    """Compare what each child is declared to count with what it counts for.

    Shape:  `node`, `child`, `declared` (share among siblings), `in_index` (share of the root's leaf weight below it),
            `importance` (squared correlation with the node's score), `importance_share`, `ratio`.
    Source: Paruolo, Saisana and Saltelli (2013), first-order importance by the squared linear correlation.
    """
    in_index = framework.leaf_weights(framework.root.code)
    weight = {node.code: node.weight for node in framework.nodes}
    weight |= {leaf.code: leaf.weight for leaf in framework.indicators}
    below = {
        node.code: sum(in_index.get(leaf.code, 0.0) for leaf in framework.leaves(node.code)) for node in framework.nodes
    }
    rows = []
    for node, codes in groups(framework).items():
        total = sum(weight[code] for code in codes)
        parent = sheet.of([node])[:, 0]
        squared = [None if (r := mv.pearson(sheet.of([code])[:, 0], parent)) is None else r**2 for code in codes]
        whole = sum(value for value in squared if value is not None)
        for code, importance in zip(codes, squared, strict=True):
            declared = weight[code] / total
            share = importance / whole if importance is not None and whole > 0 else None
            ratio = None if share is None else share / declared
            rows.append((node, code, declared, below.get(code, in_index.get(code, 0.0)), importance, share, ratio))
    numbers = ("declared", "in_index", "importance", "importance_share", "ratio")
    schema = {"node": pl.String, "child": pl.String} | dict.fromkeys(numbers, pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def added_value(scores: pl.DataFrame, framework: Framework, year: int, places: int) -> pl.DataFrame:
    """Compare each area's rank in the index with its rank in each part.

    Shape:   `part`, `areas` (with both ranks), `differ` (how many by `places` or more), `share`, `mean_shift`.
    Missing: an area without one of the two ranks is left out.
    """
    ranks = scores.filter(pl.col("year") == year).drop_nulls("rank").select("area", "node", "rank")
    index = ranks.filter(pl.col("node") == framework.root.code).select("area", index="rank")
    parts = [child.code for child in framework.children[framework.root.code] if child.weight > 0]
    shift = (pl.col("rank") - pl.col("index")).abs()
    found = ranks.filter(pl.col("node").is_in(parts)).join(index, on="area").group_by("node").agg(
        areas=pl.len(), differ=(shift >= places).sum(), mean_shift=shift.mean()
    )  # fmt: skip
    order = {code: place for place, code in enumerate(parts)}
    place = pl.col("part").replace_strict(order, default=None, return_dtype=pl.Int32)
    shares = found.with_columns(part=pl.col("node"), share=pl.col("differ") / pl.col("areas")).sort(place)
    return shares.select("part", "areas", "differ", "share", "mean_shift")


TABLES: Mapping[str, Callable[..., pl.DataFrame]] = {
    "correlations": correlation_pairs,
    "reliability": reliability,
    "items": items,
    "weights": weights,
}
