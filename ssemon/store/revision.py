"""How far the first figures were from the latest: what a user of first figures should know."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ssemon.model import OBSERVATION_KEY

REVISIONS_SCHEMA = {
    "indicator": pl.String, "values": pl.Int64, "revised": pl.Int64, "withdrawn": pl.Int64, "mean_revision": pl.Float64,
    "mean_absolute_revision": pl.Float64, "relative_mean_absolute_revision": pl.Float64, "largest_revision": pl.Float64,
}  # fmt: skip


def revisions(vintages: Sequence[Sequence[pl.DataFrame]]) -> pl.DataFrame:
    """Return how each indicator was revised between the first and the latest vintage of its values.

    Shape:   `vintages` holds, for each plugin, its observations in the order of their approval. A row an indicator with
             a value in two vintages or more: `values` (how many have a first and a latest value in different vintages),
             `revised` (of these, how many differ), `withdrawn` (a value at first and none in the latest vintage), then
             means over `values`.
    Units:   a revision is the latest value less the first, in the indicator's own unit; the relative one is the sum of
             absolute revisions divided by the sum of absolute latest values, a fraction.
    Missing: a value that came later than the first vintage counts from when it came; one that stands in a single
             vintage has no revision; the relative revision is missing where all latest values are 0.
    Source:  McKenzie and Gamba (2008), OECD/Eurostat task force on revisions analysis: recommended summary statistics.
    """
    pairs = [_pairs(frames) for frames in vintages if len(frames) > 1]
    if not pairs:
        return pl.DataFrame(schema=REVISIONS_SCHEMA)
    change = pl.col("last") - pl.col("first")
    both = change.is_not_null()
    weight = pl.col("last").filter(both).abs().sum()
    return (
        pl.concat(pairs)
        .group_by("indicator")
        .agg(
            values=both.sum().cast(pl.Int64),
            revised=(change != 0).sum().cast(pl.Int64),
            withdrawn=pl.col("last").is_null().sum().cast(pl.Int64),
            mean_revision=change.mean(),
            mean_absolute_revision=change.abs().mean(),
            relative_mean_absolute_revision=pl.when(weight > 0).then(change.abs().sum() / weight),
            largest_revision=change.sort_by(change.abs(), descending=True, nulls_last=True).first(),
        )
        .sort("indicator")
        .select(*REVISIONS_SCHEMA)
    )


def _pairs(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The first value of each observation that was there before the latest vintage, and the value of that one."""
    key = list(OBSERVATION_KEY)
    valued = [frame.filter(pl.col("value").is_not_null()).select(*key, "value") for frame in frames]
    earlier = [frame.with_columns(vintage=pl.lit(at)) for at, frame in enumerate(valued[:-1])]
    first = pl.concat(earlier).sort(*key, "vintage").unique(key, keep="first", maintain_order=True)
    found = first.select(*key, first="value").join(valued[-1].rename({"value": "last"}), on=key, how="left")
    return found.sort(key).select("indicator", "first", "last")
