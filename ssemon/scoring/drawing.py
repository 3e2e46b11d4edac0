"""What the draws of one year are made of, set up once for whoever makes them: Monte Carlo and sensitivity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from ssemon.choices import Uncertainty
from ssemon.edition import Choice
from ssemon.scoring.kernel import Plan, Tile, evaluate, make_plan, make_tile
from ssemon.scoring.noise import Noise, make_noise
from ssemon.scoring.panel import Flags, Floats
from ssemon.scoring.ranks import ranked_areas
from ssemon.scoring.score import Scored
from ssemon.scoring.uncertainty import (
    Chunk,
    Variant,
    check_uncertainty,
    draw_choices,
    draw_leaves,
    draw_weights,
    settled,
    variants,
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What every draw of one year needs. Shape: `ranked` one an area: those that take part in the ranking."""

    plan: Plan
    tile: Tile
    doubt: Uncertainty
    seed: int
    ranked: Flags
    variants: Sequence[Variant]
    noise: Noise

    def leaves(self, chunk: Chunk) -> Floats:
        """Draw the indicator scores."""
        return draw_leaves(self.plan, self.doubt, chunk, self.variants, self.noise, self.tile.score)

    def weights(self, chunk: Chunk) -> list[Floats]:
        """Draw the weights of each node's children."""
        return draw_weights(self.plan, self.doubt, chunk)

    def choices(self, chunk: Chunk) -> list[Sequence[Choice]]:
        """Draw each node's aggregation."""
        return draw_choices(self.plan, self.doubt, chunk)

    def scores(self, leaves: Floats, weights: Sequence[Floats], choices: Sequence[Sequence[Choice]]) -> Floats:
        """Score what was drawn. Shape: nodes by draws (or 1, where nothing differs) by areas."""
        return evaluate(self.plan, self.tile, leaves, weights, choices)


def set_up(
    scored: Scored, doubt: Uncertainty | None = None, year: int | None = None, errors: pl.DataFrame | None = None
) -> Drawing:
    """Lay out what the draws of one year need: the profile's doubt and the report year where not told.

    Errors: EditionFault where something cannot vary.
    """
    edition, framework = scored.edition, scored.framework
    doubt = settled(scored, doubt)
    check_uncertainty(doubt, framework, edition, scored)
    plan = make_plan(scored)
    tile = make_tile(scored, plan, edition.report_year if year is None else year)
    noise = make_noise(scored, plan, tile, doubt, errors)
    ranked = ranked_areas(tile.areas, edition, framework)
    return Drawing(plan, tile, doubt, edition.seed, ranked, variants(scored, plan, tile, doubt), noise)
