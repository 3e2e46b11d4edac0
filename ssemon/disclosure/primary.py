"""Primary suppression: the values that would tell of single contributors, each judged by itself."""

from __future__ import annotations

import polars as pl

from ssemon.choices import Disclosure
from ssemon.model import DISCLOSURE_COLUMNS, FREE

# The rules in the order in which they are asked; the first that holds gives the reason.
CONTRADICTORY, THRESHOLD, DOMINANCE, P_PERCENT = "C09", "C01", "C02", "C03"
_SLACK = 1e-9


def with_reasons(observations: pl.DataFrame, rules: Disclosure) -> pl.DataFrame:
    """Add the column `reason`: the code of the rule that a value breaks.

    Shape:   observations, with or without the columns on contributors; one more column out.
    Units:   contributors are parts of the value; a sum of them is held against its amount, whatever its sign.
    Missing: null where no rule is broken or none can be asked: no value, no contributors given, or one that is
             confidential already. A value that nobody contributes to tells of nobody.
    Source:  SDC handbook, section 4.2.
    """
    absent = [pl.lit(None, dtype=pl.Float64).alias(n) for n in DISCLOSURE_COLUMNS if n not in observations.columns]
    asked = pl.col("value").is_not_null() & pl.col("conf_status").fill_null("").is_in(sorted(FREE))
    broken = [pl.when(asked & rule.fill_null(value=False)).then(pl.lit(code)) for code, rule in _rules(rules)]
    judged = observations.with_columns(absent).with_columns(pl.coalesce(broken).alias("reason"))
    return judged.drop(one.meta.output_name() for one in absent)


def _rules(rules: Disclosure) -> list[tuple[str, pl.Expr]]:
    units, value = pl.col("contributors"), pl.col("value").abs()
    first = pl.col("largest")
    # Who gives only the largest says nothing of the second: what is known for sure is that it is not negative.
    second = pl.col("second_largest").fill_null(0.0)
    count, share = rules.dominance
    together = first + (second if count > 1 else 0.0)
    more = value * (1 + _SLACK)
    contradictory = (
        (first > more) | (first + second > more) | (second > first * (1 + _SLACK))
        | (first.is_null() & pl.col("second_largest").is_not_null())
    )  # fmt: skip
    few = (units > 0) & (units < rules.threshold)
    small = pl.col("indicator").is_in(list(rules.counts)) & (value > 0) & (value < rules.threshold)
    return [
        (CONTRADICTORY, contradictory),
        (THRESHOLD, few | small),
        (DOMINANCE, together > value * share / 100),
        (P_PERCENT, (value > 0) & (value - first - second < first * rules.p_percent / 100)),
    ]
