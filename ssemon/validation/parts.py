"""Parts and wholes: what stands for women, a type of organisation or a region, against the value of all together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import polars as pl

from ssemon.rulebook import CheckRule
from ssemon.tables import OBSERVATIONS, UNKNOWN, WHOLE, parts_of, shipped_tables
from ssemon.validation.ground import KEY, Cases, Ground
from ssemon.validation.rounding import rounding, step, tolerance

REGION = "region"
# Data that cannot exist: such a part is nothing, and its whole is complete without it.
_CANNOT_EXIST = "M"


def part_above_total(ground: Ground, rule: CheckRule) -> Cases | None:
    """Judge each part of a breakdown against the whole beside it.

    Missing: a part without its whole, or without a value, is not judged.
    """
    if not _has_parts(rule.dimension, ground):
        return None
    rows = ground.of_rule(rule)
    parts = _parts(rows, rule.dimension, ground)
    if parts.is_empty():
        return None
    wholes = rows.select(*KEY, total="value", also=pl.concat_list("at"))
    cases = parts.join(wholes, on=KEY, maintain_order="left")
    return Cases(cases, pl.col("value") <= pl.col("total") + tolerance(rule, pl.col("total")))


def parts_sum(ground: Ground, rule: CheckRule) -> Cases | None:
    """Judge a whole against the sum of its parts: equal where all parts are there, else not less.

    Missing: a part that cannot exist (status M) is nothing; where another part is missing, the sum of the rest must only
             not be above the whole. A whole without a value is not judged.
    """
    if not _has_parts(rule.dimension, ground):
        return None
    rows = ground.of_rule(rule)
    parts = _parts(rows, rule.dimension, ground)
    if parts.is_empty():
        return None
    sums = parts.group_by(KEY, maintain_order=True).agg(
        sum=pl.col("value").sum(),
        parts=pl.len(),
        named=pl.col("weight").sum(),
        finest=step(pl.col("value")).min(),
        also=pl.col("at"),
    )
    wholes = rows.select("at", *KEY, total="value")
    cases = wholes.join(sums, on=KEY, maintain_order="left")
    cases = cases.join(_impossible(ground, rule), on=KEY, how="left", maintain_order="left")
    cases = cases.with_columns(complete=pl.col("named") + pl.col("nothing").fill_null(0) >= _expected(rule, ground))
    total = pl.col("total")
    finest = pl.min_horizontal("finest", step(total))
    room = tolerance(rule, total) + rounding(finest, pl.col("parts") + 1, total)
    apart = pl.col("sum") - total
    return Cases(cases, pl.when("complete").then(apart.abs() <= room).otherwise(apart <= room))


def total_missing(ground: Ground, rule: CheckRule) -> Cases | None:  # noqa: ARG001  one signature a kind
    """Judge whether values that are broken down have one of all together (sex and type both _T) beside them.

    Missing: a whole that is there without a value says why by its status: that is no fault.
    """
    if not any((ground.rows[name] != WHOLE).any() for name in ("sex", "org_type")):
        return None
    whole = (pl.col("sex") == WHOLE) & (pl.col("org_type") == WHOLE)
    beside = ["area", "indicator", "year"]
    alone = ground.rows.filter(~whole).join(ground.rows.filter(whole), on=beside, how="anti", maintain_order="left")
    groups = alone.group_by(beside, maintain_order=True).agg(
        at=pl.col("at").filter(pl.col("value").is_not_null()).first(),
        also=pl.col("at").filter(pl.col("value").is_not_null()).slice(1),
        unclear=pl.col("told").any(),
    )
    groups = groups.with_columns(there=pl.lit(value=False))
    return Cases(groups.filter(pl.col("at").is_not_null() & ~pl.col("unclear")), pl.col("there"))


def _has_parts(dimension: str, ground: Ground) -> bool:
    """Whether any value is of a part: most deliveries are of wholes alone, and need no more than this look."""
    if dimension == REGION:
        return not ground.subject.regions.keys().isdisjoint(ground.present["area"].unique())
    return (ground.present[dimension] != WHOLE).any()


def _parts(rows: pl.DataFrame, dimension: str, ground: Ground) -> pl.DataFrame:
    """The rows of parts under the key of their whole; `part` says which part each is, `weight` how much of the whole.

    What is known to be in no part (unknown) adds to a sum and completes nothing.
    """
    if dimension == REGION:
        regions = ground.subject.regions
        parts = rows.filter(pl.col("area").is_in(list(regions)))
        above, leaves = _above(regions, frozenset(rows["area"])), _leaves(regions)
        weight = pl.col("area").replace_strict(dict(leaves), default=1, return_dtype=pl.Int64)
        return parts.with_columns(part=pl.col("area"), weight=weight, area=pl.col("area").replace(above))
    parts = rows.filter(pl.col(dimension) != WHOLE)
    weight = (pl.col(dimension) != UNKNOWN).cast(pl.Int64)
    return parts.with_columns(pl.col(dimension).alias("part"), pl.lit(WHOLE).alias(dimension), weight=weight)


def _above(regions: Mapping[str, str], there: frozenset[str]) -> dict[str, str]:
    """The area that each region is part of: the next one above that is there, else the country."""

    def above(area: str) -> str:
        whole = regions[area]
        while whole in regions and whole not in there:
            whole = regions[whole]
        return whole

    return {area: above(area) for area in there & regions.keys()}


def _leaves(regions: Mapping[str, str]) -> Counter[str]:
    """How many regions without parts of their own each area holds; itself, where it has none."""
    found: Counter[str] = Counter()
    for area in regions.keys() - set(regions.values()):
        found[area] += 1
        while area in regions:
            area = regions[area]  # noqa: PLW2901  the way up
            found[area] += 1
    return found


def _impossible(ground: Ground, rule: CheckRule) -> pl.DataFrame:
    """How much of each whole is in parts that cannot exist."""
    rows = ground.rows.filter(pl.col("value").is_null() & (pl.col("obs_status") == _CANNOT_EXIST) & ~pl.col("told"))
    return _parts(rows, rule.dimension, ground).group_by(KEY).agg(nothing=pl.col("weight").sum())


def _expected(rule: CheckRule, ground: Ground) -> pl.Expr:
    """How much of each whole its parts are."""
    if rule.dimension == REGION:
        return pl.col("area").replace_strict(dict(_leaves(ground.subject.regions)), default=0, return_dtype=pl.Int64)
    name = shipped_tables()[OBSERVATIONS].field(rule.dimension).codelist
    return pl.lit(len([code for code in parts_of(name) if code != UNKNOWN]))
