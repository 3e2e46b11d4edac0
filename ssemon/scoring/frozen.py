"""The statistics that a scale rests on: written with a result, and taken from an earlier one where an edition says so.

With frozen bounds a country that stays away, or a new one, changes nothing for the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from ssemon.choices import FROZEN_STATISTICS, FrozenBounds
from ssemon.scoring.kinds import Reference
from ssemon.scoring.panel import Floats

Frozen = Sequence[FrozenBounds]
# What each statistic is called in the table, and how a reference set finds it.
_FOUND = {
    "minimum": Reference.lowest,
    "maximum": Reference.highest,
    "mean": Reference.mean,
    "standard_deviation": Reference.sd,
    "count": Reference.count,
}


def statistics(parts: Sequence[tuple[Sequence[str], Reference, Floats]], years: Sequence[int]) -> pl.DataFrame:
    """Return the statistics that the edition's scale rests on.

    Shape:   `parts` are indicators, their reference set and their values. A row an indicator (and year, where each
             has its own): `indicator`, `year`, `minimum`, `maximum`, `mean`, `standard_deviation`, `count`.
    Units:   of the values as they are normalised: after denomination, imputation, treatment and transform.
    Missing: `year` where the statistic is of all years, or of a base year; a statistic without values.
    """
    rows = []
    for codes, reference, values in parts:
        found = [statistic(reference, values) for statistic in _FOUND.values()]
        for at, code in enumerate(codes):
            for place, year in enumerate(years if reference.each else [None]):
                rows.append((code, year, *(float(one[at, place, 0]) for one in found)))
    schema = {"indicator": pl.String, "year": pl.Int32, **dict.fromkeys(_FOUND, pl.Float64)}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        pl.when(pl.col(name).is_finite()).then(name) for name in _FOUND
    )


def with_frozen(reference: Reference, frozen: Frozen | None, codes: Sequence[str], years: Sequence[int]) -> Reference:
    """Return the reference set with the statistics of an earlier edition for these indicators."""
    if not frozen:
        return reference
    own = {(one.indicator, one.year): one.statistics for one in frozen}
    asked = years if reference.each else [None]
    held = {
        name: np.array([[own.get((code, year), {}).get(name, np.nan) for year in asked] for code in codes])[:, :, None]
        for name in FROZEN_STATISTICS
    }
    return replace(reference, frozen=held)
