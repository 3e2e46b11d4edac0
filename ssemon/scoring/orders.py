"""What the draws say of bands, ranks and pairs: probabilities, tie groups, and how firm a band is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import polars as pl

from ssemon.errors import Problem
from ssemon.scoring.kinds import SLACK
from ssemon.scoring.montecarlo import Simulated, ranked, simulate, summarise, with_intervals
from ssemon.scoring.panel import Floats
from ssemon.scoring.score import Scored
from ssemon.text import listed

# A pair is in order where one is above the other in this share of the draws (methods, section 10).
ORDERED = 0.90
# A band is firm, or likely, from these probabilities on; below, two bands are named (methods, section 9).
FIRM, LIKELY = 0.80, 0.60

# Among skewed draws a few scores may lie outside; more tell of alternatives that leave out what is published.
_MANY = 0.25


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
    kinds = {"area": pl.String, "rank": pl.Int32, "share": pl.Float64}
    parts = [pl.DataFrame(schema=kinds)]
    for place, area in enumerate(simulated.areas):
        found, times = np.unique(ranks[:, place][ranks[:, place] > 0], return_counts=True)
        share = times / max(times.sum(), 1)
        parts.append(pl.DataFrame({"area": [area] * len(found), "rank": found, "share": share}, schema=kinds))
    return pl.concat(parts)


def places_among(simulated: Simulated, node: str, areas: Sequence[str]) -> pl.DataFrame:
    """Count how often each of some areas has each place among them.

    Shape:   `area`, `place` (1 is the highest; ties share the better one), `share`; places that never occur have no row.
    Missing: areas without a score are left out; in a draw without their score the others close up.
    Errors:  KeyError for a node that is not there.
    """
    scores = simulated.scores[simulated.node(node)]
    column = {area: place for place, area in enumerate(simulated.areas)}
    known = [area for area in areas if area in column and not np.isnan(scores[:, column[area]]).all()]
    places = ranked(np.ascontiguousarray(scores[:, [column[area] for area in known]]))
    kinds = {"area": pl.String, "place": pl.Int32, "share": pl.Float64}
    parts = [pl.DataFrame(schema=kinds)]
    for number, area in enumerate(known):
        found, times = np.unique(places[:, number][places[:, number] > 0], return_counts=True)
        share = times / max(times.sum(), 1)
        parts.append(pl.DataFrame({"area": [area] * len(found), "place": found, "share": share}, schema=kinds))
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
    shares = _above(scores[:, [column[area] for area in known]])
    rows: list[tuple[str, str, float | None]] = []
    for one, other in combinations(range(len(known)), 2):
        above = None if np.isnan(shares[one, other]) else float(shares[one, other])
        rows += [(known[one], known[other], above), (known[other], known[one], None if above is None else 1 - above)]
    schema = {"area": pl.String, "other": pl.String, "probability": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _above(scores: Floats) -> Floats:
    """The share of draws in which the row's area is above the column's. Shape: draws by areas in; areas by areas."""
    found = np.full((scores.shape[1], scores.shape[1]), np.nan)
    holes = bool(np.isnan(scores).any())
    for one in range(len(found)):
        gap = scores[:, [one]] - scores[:, one:]
        both = len(gap) - np.isnan(gap).sum(axis=0) if holes else np.full(gap.shape[1], len(gap))
        won = (gap > 0).sum(axis=0) + (gap == 0).sum(axis=0) / 2
        found[one, one:] = np.where(both > 0, won / np.maximum(both, 1), np.nan)
    return found


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


def with_draws(scored: Scored, draws: int) -> Scored:
    """Add the intervals to the scores, and to the steps what the draws of the report year say.

    Shape:   further steps: `6-intervals` of every node, `6a-bands` (probabilities, and the words for them); of the root
             and its children `6b-ties`, `6c-rank-frequencies` and `6d-pairs`, each with a column `node`.
    Missing: areas that are not ranked have no ties, ranks or pairs.
    Errors:  EditionFault where a method cannot be repeated draw by draw.
    """

    @cache
    def simulated() -> Simulated:
        return simulate(scored, draws)

    def of_nodes(make: Callable[[Simulated, str, Sequence[str]], pl.DataFrame]) -> Callable[[], pl.DataFrame]:
        return lambda: _by_node(simulated(), make)

    makers: dict[str, Callable[[], pl.DataFrame]] = {
        "6-intervals": lambda: summarise(simulated()),
        "6a-bands": lambda: _bands(simulated()),
        "6b-ties": of_nodes(tie_groups),
        "6c-rank-frequencies": of_nodes(lambda drawn, node, _: rank_frequencies(drawn, node)),
        "6d-pairs": of_nodes(pairwise),
    }
    scores = with_intervals(scored, draws)
    problems = (*scored.problems, *beside_intervals(scores))
    return replace(scored, scores=scores, steps=scored.steps.plus(makers), problems=problems)


def beside_intervals(scores: pl.DataFrame) -> tuple[Problem, ...]:
    """Return a warning where many overall scores lie outside their own interval: what is drawn is another index.

    Shape:   the scores with their intervals.
    Missing: a score without an interval says nothing.
    """
    drawn = scores.filter(pl.col("level") == 0).drop_nulls(["score", "score_low", "score_high"])
    beside = drawn.filter(~pl.col("score").is_between(pl.col("score_low") - SLACK, pl.col("score_high") + SLACK))
    if beside.height <= _MANY * drawn.height:
        return ()
    problem = Problem(
        code="N13",
        severity="warning",
        stage="uncertainty",
        what=f"{beside.height} of {drawn.height} overall scores lie outside their own interval",
        found=listed(beside["area"].unique(maintain_order=True)),
        fix="make more draws; name the profile's own methods among the alternatives of [uncertainty]",
    )
    return (problem,)


def _by_node(simulated: Simulated, make: Callable[[Simulated, str, Sequence[str]], pl.DataFrame]) -> pl.DataFrame:
    """A frame for the root and each of its children, one below the other."""
    parts = []
    for place, node in enumerate(simulated.nodes):
        if simulated.levels[place] <= 1:
            placed = (simulated.ranks[place] > 0).any(axis=0)
            areas = [area for area, there in zip(simulated.areas, placed, strict=True) if there]
            frame = make(simulated, node, areas)
            parts.append(frame.select(pl.lit(node).alias("node"), pl.all()))
    return pl.concat(parts)


def _bands(simulated: Simulated) -> pl.DataFrame:
    """The probability of each band, with the words for the area beside it."""
    bands = band_probabilities(simulated)
    words = band_words(bands).drop("probability")
    return bands.join(words, on=["area", "year", "node"], how="left", maintain_order="left")
