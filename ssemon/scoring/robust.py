"""What a run tells of its report year beside the scores: intervals, bands, ties and the statistical audit."""

from __future__ import annotations

import polars as pl

from ssemon.model import Robustness
from ssemon.scoring.audit import audit
from ssemon.scoring.montecarlo import simulate, summarise, with_summary
from ssemon.scoring.orders import band_probabilities, band_words, pairwise, places_among, tie_groups
from ssemon.scoring.score import Scored


def robustness(
    scored: Scored, draws: int, *, workers: int = 2, printed: Scored | None = None
) -> tuple[pl.DataFrame, Robustness]:
    """Draw the report year many times and sum up what came of it.

    Shape:   the scores with four more columns, null in other years; and the summary. `printed` is the edition without
             what is confidential: the audit looks at that.
    Errors:  EditionFault where a method cannot be repeated draw by draw.
    """
    simulated = simulate(scored, draws, workers=workers)
    scores = with_summary(scored.scores, summarise(simulated, workers))
    root = scored.framework.root.code
    ranked = scored.scores.filter(
        (pl.col("year") == simulated.year) & (pl.col("node") == root) & pl.col("rank").is_not_null()
    )["area"].to_list()
    found = audit(printed or scored, simulated=simulated, workers=workers)
    # Of the countries that are reported on, draw by draw: what no interval by itself can tell.
    reported = [area for area in scored.edition.countries if area in set(ranked)]
    among = {"places": places_among(simulated, root, reported), "pairs": pairwise(simulated, root, reported)}
    return scores, Robustness(
        year=simulated.year,
        draws=draws,
        interval=simulated.doubt.interval,
        bands=band_words(band_probabilities(simulated)),
        ties=tie_groups(simulated, root, ranked),
        verdicts=found.verdicts,
        tables={**found.tables, **among},
    )
