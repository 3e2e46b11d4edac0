"""Two results beside each other: scores, indicators and observations before and after."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ssemon.model import OBSERVATION_KEY

# Two scores differ where they are further apart than this: less is the rounding of sums.
LEAST_CHANGE = 1e-9

_MEASURES = ("score", "rank", "ranked", "coverage", "imputed_share", "band")
_INDICATOR_MEASURES = ("observed_year", "value", "score", "obs_status")
_OBSERVATION_MEASURES = ("value", "obs_status", "source")


def compare_scores(before: pl.DataFrame, after: pl.DataFrame, years: tuple[int, int]) -> pl.DataFrame:
    """Put the scores of two results, each of one year, beside each other.

    Shape:   a row for each area and node of either: `area`, `node`, `level`, `score_before`, `score_after`,
             `score_change`, the same of `rank`, then `ranked`, `coverage`, `imputed_share` and `band` before and
             after, and `kind`; by area, nodes in the order of the later result.
    Units:   a change is after less before: a rank that falls from 3 to 1 has the change -2.
    Missing: `kind` says where there is nothing to subtract: both, entered (a score only after), left (only before) or
             neither.
    """
    order = {code: at for at, code in enumerate(dict.fromkeys([*after["node"].unique(maintain_order=True), *before["node"].unique(maintain_order=True)]))}  # fmt: skip
    joined = _beside(before, after, years, ("area", "node"), ("level", *_MEASURES))
    columns = [f"{name}_{side}" for name in _MEASURES[2:] for side in ("before", "after")]
    found = joined.with_columns(
        level=pl.coalesce("level_after", "level_before"),
        score_change=pl.col("score_after") - pl.col("score_before"),
        rank_change=pl.col("rank_after").cast(pl.Int32) - pl.col("rank_before").cast(pl.Int32),
        kind=_kind("score"),
    )
    place = pl.col("node").replace_strict(order, return_dtype=pl.Int32)
    return found.sort("area", place).select(
        "area", "node", "level", "score_before", "score_after", "score_change",
        "rank_before", "rank_after", "rank_change", *columns, "kind",
    )  # fmt: skip


def compare_indicators(before: pl.DataFrame, after: pl.DataFrame, years: tuple[int, int]) -> pl.DataFrame:
    """Put the indicators of two results beside each other; only those that differ.

    Shape: `area`, `indicator`, then `observed_year`, `value`, `score` and `obs_status` before and after,
           `score_change`, `kind`; sorted. Between two years the observed year does not count as a difference.
    """
    joined = _beside(before, after, years, ("area", "indicator"), _INDICATOR_MEASURES)
    counted = ["obs_status"] if years[0] != years[1] else ["obs_status", "observed_year"]
    differs = pl.any_horizontal(
        _numbers_differ("value"), _numbers_differ("score"),
        *(pl.col(f"{name}_before").ne_missing(pl.col(f"{name}_after")) for name in counted),
    )  # fmt: skip
    columns = [f"{name}_{side}" for name in _INDICATOR_MEASURES for side in ("before", "after")]
    return (
        joined.filter(differs)
        .with_columns(score_change=pl.col("score_after") - pl.col("score_before"), kind=_kind("score"))
        .sort("area", "indicator")
        .select("area", "indicator", *columns, "score_change", "kind")
    )


def compare_observations(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """List the observations that are not the same in two runs, of all years.

    Shape:   `area`, `indicator`, `year`, `sex`, `org_type`, then `value`, `obs_status` and `source` before and after,
             and `kind`: changed, added or removed; sorted by key.
    Missing: an observation that is there and holds no value is not one that is not there: the kind tells.
    """
    sides = [
        frame.select(*OBSERVATION_KEY, *_OBSERVATION_MEASURES, there=pl.lit(value=True)) for frame in (before, after)
    ]
    joined = _joined(sides[0], sides[1], OBSERVATION_KEY)
    differs = pl.any_horizontal(
        pl.col(f"{name}_before").ne_missing(pl.col(f"{name}_after")) for name in (*_OBSERVATION_MEASURES, "there")
    )
    kind = (
        pl.when(pl.col("there_before").is_null()).then(pl.lit("added"))
        .when(pl.col("there_after").is_null()).then(pl.lit("removed")).otherwise(pl.lit("changed"))
    )  # fmt: skip
    columns = [f"{name}_{side}" for name in _OBSERVATION_MEASURES for side in ("before", "after")]
    return joined.filter(differs).with_columns(kind=kind).sort(OBSERVATION_KEY).select(*OBSERVATION_KEY, *columns, "kind")  # fmt: skip


def changed_scores(scores: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of compared scores in which something differs."""
    same = ("rank", "ranked", "band")
    return scores.filter(
        pl.any_horizontal(
            _numbers_differ("score"), _numbers_differ("coverage"), _numbers_differ("imputed_share"),
            *(pl.col(f"{name}_before").ne_missing(pl.col(f"{name}_after")) for name in same),
        )
    )  # fmt: skip


def _numbers_differ(name: str) -> pl.Expr:
    one, other = pl.col(f"{name}_before"), pl.col(f"{name}_after")
    return (one.is_null() != other.is_null()) | ((one - other).abs() > LEAST_CHANGE).fill_null(value=False)


def _kind(name: str) -> pl.Expr:
    one, other = pl.col(f"{name}_before").is_null(), pl.col(f"{name}_after").is_null()
    return (
        pl.when(one & other).then(pl.lit("neither")).when(one).then(pl.lit("entered"))
        .when(other).then(pl.lit("left")).otherwise(pl.lit("both"))
    )  # fmt: skip


def _beside(
    before: pl.DataFrame, after: pl.DataFrame, years: tuple[int, int], key: Sequence[str], measures: Sequence[str]
) -> pl.DataFrame:
    sides = [
        frame.filter(pl.col("year") == year).select(*key, *measures)
        for frame, year in zip((before, after), years, strict=True)
    ]
    return _joined(sides[0], sides[1], key)


def _joined(before: pl.DataFrame, after: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """All rows of both, what is not in the key twice: with `_before` and with `_after`."""
    named = [
        frame.rename({name: f"{name}_{side}" for name in frame.columns if name not in key})
        for frame, side in ((before, "before"), (after, "after"))
    ]
    return named[0].join(named[1], on=list(key), how="full", coalesce=True)
