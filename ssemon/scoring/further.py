"""What can be read off a scored edition beyond the scores: contributions, strengths, trends, who beats whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from ssemon.scoring.decompose import contributions, strengths
from ssemon.scoring.panel import named
from ssemon.scoring.score import Scored
from ssemon.scoring.sums import outranking
from ssemon.scoring.trend import node_trends, trends


def further_steps(scored: Scored, observations: pl.DataFrame) -> Mapping[str, Callable[[], pl.DataFrame]]:
    """Return how each further frame is made; those that the edition's methods cannot give are left out.

    Shape: `7-contributions` and `8-strengths` are of the report year and the root; `9-trends` and `9a-node-trends` of
           all that was observed up to it; `4d-outranking` of the report year and each node that counts who beats whom.
    """
    edition, framework = scored.edition, scored.framework
    year = edition.report_year
    makers: dict[str, Callable[[], pl.DataFrame]] = {}
    if _outranked(scored):
        makers["4d-outranking"] = lambda: outranked(scored, year)
    if _takes_apart(scored):
        makers["7-contributions"] = lambda: contributions(scored)
    makers["8-strengths"] = lambda: strengths(scored.indicator_scores, framework, year)

    def trend_frame() -> pl.DataFrame:
        return trends(observations, framework, edition.outlook, year)

    makers["9-trends"] = trend_frame
    makers["9a-node-trends"] = lambda: node_trends(trend_frame(), framework)
    return makers


def _takes_apart(scored: Scored) -> bool:
    """Whether every aggregation of the edition can be taken apart into its children."""
    method = scored.edition.method
    chosen = [method.aggregation_of(node.code, node.level).method for node in scored.framework.nodes]
    return not scored.planes.nodes.own_weights and all(
        scored.methods.get("aggregation", name).parts is not None for name in chosen
    )


def _outranked(scored: Scored) -> list[str]:
    """The nodes whose aggregation counts pairs of areas."""
    method = scored.edition.method
    return [
        node.code
        for node in scored.framework.nodes
        if scored.methods.get("aggregation", method.aggregation_of(node.code, node.level).method).pairwise
    ]


def outranked(scored: Scored, year: int) -> pl.DataFrame:
    """Return the outranking matrix of each node that counts pairs.

    Shape:   `node`, `area`, `other`, `share`: of the weight of the children that both have, the part in which the
             area is higher; equal children count half.
    Missing: pairs without a child in common have no row.
    """
    planes, framework = scored.planes, scored.framework
    at, parts = planes.panel.years.index(year), []
    for code in _outranked(scored):
        children = [child for child in framework.children[code] if child.weight > 0]
        table = np.array([planes.nodes.scores[child.code][at] for child in children]).T
        shares = outranking(table, np.array([child.weight for child in children]))
        np.fill_diagonal(shares, np.nan)
        area, other = np.nonzero(~np.isnan(shares))
        parts.append(
            pl.DataFrame(
                [
                    pl.repeat(code, len(area), eager=True).alias("node"),
                    named(planes.panel.areas, area, "area"),
                    named(planes.panel.areas, other, "other"),
                    pl.Series("share", shares[area, other]),
                ]
            )
        )
    return pl.concat(parts)
