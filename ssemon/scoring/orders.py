"""What the draws say of bands, ranks and pairs: probabilities, tie groups, and how firm a band is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import polars as pl

from ssemon.scoring.kinds import SLACK
from ssemon.scoring.montecarlo import Simulated
from ssemon.scoring.panel import Floats

# A pair is in order where one is above the other in this share of the draws (methods, section 10).
ORDERED = 0.90
# A band is firm, or likely, from these probabilities on; below, two bands are named (methods, section 9).
FIRM, LIKELY = 0.80, 0.60


def band_probabilities(simulated: Simulated) -> pl.DataFrame:
    """Count in which share of the draws an area falls into each band.

    Shape:   `area`, `year`, `node`, `band`, `probability`; a row for each band, in the order of the profile.
    Units:   shares of the draws in which the area has a score; they sum to 1.
    Missing: an area without a score has no rows; a profile without bands gives no rows.
    """
    method, parts = simulated.edition.method, [_no_bands()]
    for place, node in enumerate(simulated.nodes):
        drawn = simulated.draws_of(place)
        there = np.flatnonzero(drawn)
        for band, share in zip(
            method.band_codes, _shares(simulated.scores[place][:, there], method.band_cuts), strict=True
        ):
            areas = [simulated.areas[area] for area in there]
            parts.append(
                pl.DataFrame(
                    {"area": areas, "year": simulated.year, "node": node, "band": band, "probability": share},
                    schema=_no_bands().schema,
                )
            )
    order = {band: place for place, band in enumerate(method.band_codes)}
    rows = pl.concat(parts)
    in_order = pl.col("band").replace_strict(order, default=None, return_dtype=pl.Int32)
    return rows.sort("node", "area", in_order, maintain_order=True)


def _no_bands() -> pl.DataFrame:
    kinds = {"area": pl.String, "year": pl.Int32, "node": pl.String, "band": pl.String, "probability": pl.Float64}
    return pl.DataFrame(schema=kinds)


def _shares(scores: Floats, cuts: Sequence[float]) -> list[Floats]:
    """The share of draws in each band. Shape: a row a band; none where there are no cuts."""
    if not cuts:
        return []
    drawn = np.maximum((~np.isnan(scores)).sum(axis=0), 1)
    reached = [np.ones(scores.shape[1]), *((scores >= cut - SLACK).sum(axis=0) / drawn for cut in cuts)]
    return [here - above for here, above in zip(reached, [*reached[1:], np.zeros(scores.shape[1])], strict=True)]


def band_words(bands: pl.DataFrame) -> pl.DataFrame:
    """Say which band an area is in, and how firmly.

    Shape:  in: band probabilities; out: `area`, `year`, `node`, `bands` (one code, or two joined by "/", in the order
            of the profile), `certainty` (firm, likely, open), `probability` of the likeliest.
    Source: methods.md section 9: firm from 0.80, likely from 0.60, else printed as a pair.
    """
    key = ["area", "year", "node"]
    placed = bands.with_columns(place=pl.int_range(pl.len()).over(key))
    likeliest = placed.sort(["probability", "place"], descending=[True, False], maintain_order=True)
    grouped = likeliest.group_by(key, maintain_order=True).agg(
        pl.col("probability").first(),
        first=pl.col("band").first(),
        pair=pl.col("band").head(2).sort_by(pl.col("place").head(2)).str.join("/"),
    )
    best = pl.col("probability")
    words = (
        pl.when(best >= FIRM).then(pl.lit("firm")).when(best >= LIKELY).then(pl.lit("likely")).otherwise(pl.lit("open"))
    )
    named = grouped.with_columns(certainty=words)
    bands_named = pl.when(pl.col("certainty") == "open").then("pair").otherwise("first").alias("bands")
    return named.select(*key, bands_named, "certainty", "probability").sort(key)


def rank_frequencies(simulated: Simulated, node: str) -> pl.DataFrame:
    """Count how often each area has each rank. Shape: `area`, `rank`, `share`; ranks that never occur have no row."""
    ranks = simulated.ranks[simulated.node(node)]
    parts = []
    for place, area in enumerate(simulated.areas):
        found, times = np.unique(ranks[:, place][ranks[:, place] > 0], return_counts=True)
        share = times / max(times.sum(), 1)
        parts.append(pl.DataFrame({"area": [area] * len(found), "rank": found.astype(np.int32), "share": share}))
    return pl.concat(parts)


def pairwise(simulated: Simulated, node: str, areas: Sequence[str]) -> pl.DataFrame:
    """Return how probable it is that one area scores above another.

    Shape:   `area`, `other`, `probability`; both directions of every pair of areas that have a score.
    Units:   share of draws; a tie counts half for each.
    Missing: areas without a score are left out.
    Errors:  KeyError for a node that is not there.
    """
    scores = simulated.scores[simulated.node(node)]
    column = {area: place for place, area in enumerate(simulated.areas)}
    known = [area for area in areas if area in column and not np.isnan(scores[:, column[area]]).all()]
    rows = []
    for one, other in combinations(known, 2):
        gap = scores[:, column[one]] - scores[:, column[other]]
        gap = gap[~np.isnan(gap)]
        above = float((np.sign(gap) + 1).mean() / 2) if len(gap) else None
        rows += [(one, other, above), (other, one, None if above is None else 1 - above)]
    schema = {"area": pl.String, "other": pl.String, "probability": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def tie_groups(simulated: Simulated, node: str, areas: Sequence[str], ordered: float = ORDERED) -> pl.DataFrame:
    """Put areas whose order is not sure into one group.

    From the highest median down, an area joins the group while the group's first area is above it in fewer than
    `ordered` of the draws; the first that is surely below opens the next group.

    Shape:   `area`, `group` (1 is the highest), `median`; from the highest median down.
    Missing: areas without a score are left out.
    Source:  methods.md section 10: pairs with P < 0.90 of order are ties.
    """
    scores = simulated.scores[simulated.node(node)]
    column = {area: place for place, area in enumerate(simulated.areas)}
    medians = {
        area: float(np.nanmedian(scores[:, column[area]]))
        for area in areas
        if area in column and not np.isnan(scores[:, column[area]]).all()
    }
    order = sorted(medians, key=lambda area: (-medians[area], area))
    pairs = pairwise(simulated, node, order)
    above = {(one, other): share for one, other, share in pairs.rows()}
    groups, first, number = [], "", 0
    for area in order:
        if not first or (above[first, area] or 0.0) >= ordered:
            first, number = area, number + 1
        groups.append(number)
    kinds = {"area": pl.String, "group": pl.Int32, "median": pl.Float64}
    return pl.DataFrame({"area": order, "group": groups, "median": [medians[area] for area in order]}, schema=kinds)
