"""Parts and wholes: what stands for women, a type of organisation or a region, against the value of all together."""

from __future__ import annotations

import polars as pl

from ssemon.rulebook import CheckRule
from ssemon.tables import WHOLE
from ssemon.validation.ground import KEY, Cases, Ground


def part_above_total(ground: Ground, rule: CheckRule) -> Cases | None:
    """Judge each part of a breakdown against the whole beside it.

    Missing: a part without its whole, or without a value, is not judged.
    """
    rows = ground.of_rule(rule)
    parts = rows.filter(pl.col(rule.dimension) != WHOLE)
    if parts.is_empty():
        return None
    beside = [name for name in KEY if name != rule.dimension]
    totals = rows.filter(pl.col(rule.dimension) == WHOLE).select(*beside, total="value", also=pl.concat_list("at"))
    cases = parts.join(totals, on=beside, maintain_order="left").with_columns(part=pl.col(rule.dimension))
    return Cases(cases, pl.col("value") <= pl.col("total") + tolerance(rule, pl.col("total")))


def tolerance(rule: CheckRule, of: pl.Expr) -> pl.Expr:
    """Return how far apart two values may be: the rule's absolute bound, or its share of this value where that is more."""
    return pl.max_horizontal(pl.lit(rule.parameters["absolute"]), rule.parameters["relative"] * of.abs())
