"""What changed since an earlier edition, for the pages of this one: its scores, the causes, and the values behind them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from ssemon.compare import Comparison, compare_loaded
from ssemon.errors import Problem
from ssemon.model import FREE, SUPPRESSED, TOTAL, Changes, Run
from ssemon.scoring import Methods
from ssemon.store import load_run

_SIDES = ("before", "after")


def changes_since(folder: Path, run: Run, methods: Methods) -> tuple[Changes, tuple[Problem, ...]]:
    """Compare a run with an earlier one; the problems say where its causes cannot be told.

    Shape:  the countries of the edition, in the report years of both.
    Errors: UsageFault U03 where the folder holds no finished run.
    """
    before = load_run(folder)
    found = compare_loaded((str(folder), before), (run.edition.id, run), methods=methods)
    countries = list(run.edition.countries)
    root = run.framework.root.code

    def own(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(pl.col("area").is_in(countries))

    edition = before.edition
    told = Changes(
        run=before.hash,
        edition=edition.id,
        title=edition.title or before.framework.title,
        date=edition.date.isoformat() if edition.date else "",
        year=found.before.year,
        to_year=found.after.year,
        scores=own(found.scores),
        parts=own(found.parts).filter(pl.col("node") == root),
        indicator_parts=own(found.indicator_parts).filter(pl.col("node") == root),
        observations=_values(found, before, run, countries),
        inputs=found.tables["inputs"],
    )
    return told, found.problems


def _values(found: Comparison, before: Run, after: Run, countries: Sequence[str]) -> pl.DataFrame:
    """The values that are not the same: totals of the countries, those that may not be told without their values."""
    rows = found.observations.filter(
        pl.col("area").is_in(countries) & (pl.col("sex") == TOTAL) & (pl.col("org_type") == TOTAL)
    )
    for side, run in zip(_SIDES, (before, after), strict=True):
        rows = rows.join(_hidden(run, side), on=["area", "indicator", "year"], how="left", maintain_order="left")
        rows = rows.join(
            _standing(run, (found.before if side == "before" else found.after).year, side),
            on=["area", "indicator", "year"], how="left", maintain_order="left",
        )  # fmt: skip
    hidden = pl.any_horizontal(pl.col(f"hidden_{side}").fill_null(value=False) for side in _SIDES)
    covered = [pl.when(~hidden).then(f"value_{side}").alias(f"value_{side}") for side in _SIDES] + [
        pl.when(hidden & pl.col(f"obs_status_{side}").is_not_null()).then(pl.lit(SUPPRESSED))
        .otherwise(f"obs_status_{side}").alias(f"obs_status_{side}")
        for side in _SIDES
    ]  # fmt: skip
    stands = pl.any_horizontal(pl.col(f"stands_{side}").fill_null(value=False) for side in _SIDES)
    return rows.with_columns(*covered, stands=stands).select(*found.observations.columns, "stands")


def _hidden(run: Run, side: str) -> pl.DataFrame:
    """The values of a run that may not be told."""
    confidential = ~pl.col("conf_status").fill_null("").is_in(sorted(FREE))
    totals = (pl.col("sex") == TOTAL) & (pl.col("org_type") == TOTAL)
    rows = run.observations.filter(totals & confidential).select("area", "indicator", pl.col("year").cast(pl.Int32))
    return rows.with_columns(pl.lit(value=True).alias(f"hidden_{side}"))


def _standing(run: Run, year: int, side: str) -> pl.DataFrame:
    """The values that stand for a year."""
    rows = run.indicator_scores.filter((pl.col("year") == year) & pl.col("observed_year").is_not_null())
    named = rows.select("area", "indicator", year=pl.col("observed_year").cast(pl.Int32))
    return named.unique().with_columns(pl.lit(value=True).alias(f"stands_{side}"))
