"""How an indicator is computed from the series that a country sends: the framework's column `derivation`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from ssemon import Country, Indicator, hookimpl

_KEY = ["area", "year", "sex", "org_type"]
_NORMAL = "A"


def _mean_of_two(first: pl.Expr, second: pl.Expr) -> pl.Expr:
    return (first + second) / 2


def _ratio(first: pl.Expr, second: pl.Expr) -> pl.Expr:
    """Missing, not infinite, where the second series is 0."""
    return first / pl.when(second != 0).then(second)


_OF_TWO: Mapping[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {"mean_of_two": _mean_of_two, "ratio": _ratio}


@hookimpl(trylast=True)
def compute_indicator(
    country: Country, indicator: Indicator, tables: Mapping[str, pl.DataFrame]
) -> pl.DataFrame | None:
    """Take the values sent under the indicator's code; derive the others from its series.

    Shape:   observations in; rows of `area`, `year`, `sex`, `org_type`, `value`, statuses, `source`, `note` out.
    Units:   share: as sent; mean_of_two: plain mean; ratio: first over second, times the indicator's scale.
    Missing: a series that is missing gives no row; nothing is derived from half of it. What is derived from two
             series has the worse of their grades, and no standard error: the two may err together. It has as few
             contributors as the one with fewer, and a ratio the shares of its first series' largest ones.
    """
    observations = tables.get("observations")
    if observations is None:
        return None
    sent = observations.filter(pl.col("indicator") == indicator.code).drop("indicator")
    derived = _derived(observations, indicator)
    if derived is None:
        return sent
    return pl.concat([sent, derived.join(sent, on=_KEY, how="anti").select(sent.columns)])


def _derived(observations: pl.DataFrame, indicator: Indicator) -> pl.DataFrame | None:
    parts = [observations.filter(pl.col("indicator") == name).drop("indicator") for name in indicator.series]
    if not parts or indicator.derivation == "share":
        return parts[0] if parts else None
    if any(part.is_empty() for part in parts):
        return None
    first, second = parts
    both = first.join(second, on=_KEY, suffix="_2")
    ratio = indicator.derivation == "ratio"
    value = _OF_TWO[indicator.derivation](pl.col("value"), pl.col("value_2")) * indicator.derivation_scale
    both = both.with_columns(
        value=value,
        obs_status=pl.when(pl.col("obs_status") == _NORMAL).then("obs_status_2").otherwise("obs_status"),
        conf_status=pl.when(pl.col("conf_status") == "F").then("conf_status_2").otherwise("conf_status"),
        source=_joined("source", "; "),
        note=_joined("note", "; "),
        std_error=None,
        quality=pl.max_horizontal("quality", "quality_2"),
        contributors=pl.min_horizontal("contributors", "contributors_2"),
        largest=_part(value, "largest") if ratio else None,
        second_largest=_part(value, "second_largest") if ratio else None,
    )
    return both.filter(pl.col("value").is_not_null())


def _part(value: pl.Expr, column: str) -> pl.Expr:
    """What a contributor to the first series is of the ratio: as large a part of it as of the series."""
    return pl.col(column) / pl.when(pl.col("value") != 0).then("value") * value


def _joined(column: str, mark: str) -> pl.Expr:
    """Both texts, once where they are the same."""
    first, second = pl.col(column), pl.col(f"{column}_2")
    return (
        pl.when(first == second)
        .then(first)
        .otherwise(pl.concat_str(first, second, separator=mark, ignore_nulls=True).replace("", None))
    )
