"""The regions of countries: scored by the same goalposts, weights and rules as the countries, for a page of their own.

Where the profile names a universe, regions are in none: they are scored beside it, are not ranked, and move no country's
score. Where the scale is then relative (what an indicator scores depends on who else is there), or an aggregation counts
who beats whom, a region has no scores; its values are printed all the same. Where no universe is named, every area with
data is scored, regions too, and theirs are those scores.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ssemon.choices import Choice
from ssemon.model import FREE, SUPPRESSED, TOTAL, Regions
from ssemon.scoring import Scored, score
from ssemon.scoring.nodes import DECLARED
from ssemon.scoring.prepare import treated_indicators

_SCORES = ("area", "year", "node", "level", "score", "coverage", "imputed_share", "band")


def regions_of(observations: pl.DataFrame, scored: Scored) -> Regions | None:
    """Return the scores and values of the edition's countries' regions in the report year.

    Missing: None where no plugin brings a region; no score where the scale is relative, and for a region with a
             confidential value, which could be computed from its scores.
    """
    rows = observations.filter(_of_regions() & pl.col("country").is_in(list(scored.edition.countries)))
    rows = rows.filter((pl.col("sex") == TOTAL) & (pl.col("org_type") == TOTAL))
    if rows.is_empty():
        return None
    year, areas = scored.edition.report_year, rows["area"].unique().to_list()
    again = _beside(rows, scored) if scored.edition.method.universe is not None else scored
    owner = rows.select("area", "country").unique(maintain_order=True)
    hidden = _hidden(rows)
    this_year = (pl.col("year") == year) & pl.col("area").is_in(areas)
    values = again.indicator_scores.filter(this_year).join(
        hidden, on=["area", "indicator", "observed_year"], how="left", maintain_order="left"
    )
    scores = again.scores.filter(this_year).select(_SCORES)
    if again is not scored and not _is_absolute(scored):
        scores = scores.clear()
        values = values.with_columns(score=pl.lit(None, dtype=pl.Float64), unclipped=pl.lit(None, dtype=pl.Float64))
    secret = values.filter(pl.col("hidden"))["area"].unique().to_list()
    return Regions(
        scores=_owned(scores.filter(~pl.col("area").is_in(secret)), owner),
        indicators=_owned(_covered(values), owner),
    )


def _beside(rows: pl.DataFrame, scored: Scored) -> Scored:
    """The regions scored by themselves, for one year.

    Missing: nothing is estimated for a region.
    """
    year = scored.edition.report_year
    # The weights that the countries' scores bear stand in the framework: they are not found anew among regions.
    method = replace(
        scored.edition.method, universe=None, weighting=Choice(DECLARED), node_weighting={}, imputation=Choice("none"),
        indicator_imputation={}, node_imputation={},
    )  # fmt: skip
    edition = replace(scored.edition, method=method, years=(year, year))
    return score(rows, scored.framework, edition, scored.methods)


def _of_regions() -> pl.Expr:
    """Whether a row is of a part of a country: ISO 3166-2 has a hyphen, the codes of countries have none."""
    return (pl.col("area") != pl.col("country")) & pl.col("area").str.contains("-", literal=True)


def _is_absolute(scored: Scored) -> bool:
    """Whether what a region scores depends on itself alone."""
    framework, edition, methods = scored.framework, scored.edition, scored.methods
    chosen = (edition.method.aggregation_of(node.code, node.level).method for node in framework.nodes)
    pairs = any(methods.get("aggregation", name).pairwise for name in chosen)
    own = bool(scored.planes.nodes.own_weights)
    return scored.bounds.is_empty() and not pairs and not own and not treated_indicators(framework, edition)


def _hidden(rows: pl.DataFrame) -> pl.DataFrame:
    """The values that may not be told."""
    found = rows.filter(~pl.col("conf_status").fill_null("").is_in(sorted(FREE)))
    named = found.select("area", "indicator", observed_year=pl.col("year").cast(pl.Int32))
    return named.unique().with_columns(hidden=pl.lit(value=True))


def _covered(values: pl.DataFrame) -> pl.DataFrame:
    """The values without those that may not be told."""
    hidden = pl.col("hidden").fill_null(value=False)
    numbers = [pl.when(~hidden).then(name).alias(name) for name in ("value", "score", "unclipped")]
    status = pl.when(hidden).then(pl.lit(SUPPRESSED)).otherwise("obs_status").alias("obs_status")
    return values.with_columns(*numbers, status).drop("hidden")


def _owned(frame: pl.DataFrame, owner: pl.DataFrame) -> pl.DataFrame:
    """The rows with the country that each region is part of, in front."""
    joined = frame.join(owner, on="area", how="left", maintain_order="left")
    return joined.select("country", *frame.columns)
