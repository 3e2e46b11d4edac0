"""Normalisation: putting indicators on the edition's range. The engine cuts off at its ends, unless told clip = false."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ssemon import Bounds, Method, Reference, Scale, divided, hookimpl, refused

Floats = npt.NDArray[np.float64]

EVERYTHING = Reference()
# Levels of a rubric: 0 to 4, so that a level is worth 25 of 100 (methods, section 2.7).
RUBRIC_TOP = 4.0
# Half of all members: the target of a share that should be even (methods, section 2.8).
EVEN = 50.0
TIES = ("average", "min", "max")


def minmax(values: Floats, bounds: Bounds, scale: Scale, *, reference: Reference = EVERYTHING) -> Floats:
    """Rescale between the least and the greatest value of the reference set.

    Units:   y = (x - min) / (max - min); direction -1: (max - x) / (max - min).
    Missing: stays missing; all missing where all values are the same.
    Source:  OECD/JRC handbook (2008), step 5.
    """
    low, high = reference.lowest(values), reference.highest(values)
    return scale.onto(divided(np.where(bounds.rises, values - low, high - values), reference.width(values)))


def zscore(
    values: Floats,
    bounds: Bounds,
    scale: Scale,
    *,
    sd: str = "population",
    centre: float | None = None,
    width: float | None = None,
    reference: Reference = EVERYTHING,
) -> Floats:
    """Standardise: the mean lies at the middle of the range, a standard deviation is a tenth of it (50 + 10 z).

    Units:   z = direction (x - mean) / sd; `sd` is "population" (divided by n) or "sample" (by n - 1). With `centre` or
             `width` the score is centre + width z: 0 and 1 give z itself (then set clip = false, or a range that holds
             it). COINr takes sd = "sample", centre = 0, width = 1.
    Missing: stays missing; all missing where all values are the same.
    Source:  OECD/JRC handbook (2008), step 5; methods.md section 2.4.
    """
    if sd not in ("population", "sample"):
        raise refused(f'zscore: sd is "population" or "sample", not {sd!r}')
    spread = reference.sd(values, freedom=0 if sd == "population" else 1)
    spread = np.where(reference.width(values) > 0, spread, np.nan)
    z = bounds.direction * divided(values - reference.mean(values), spread)
    middle = scale.onto(np.array(0.5)) if centre is None else centre
    return np.asarray(middle + ((scale.high - scale.low) / 10 if width is None else width) * z)


def scaled(
    values: Floats, bounds: Bounds, scale: Scale, *, lower: float | None = None, upper: float | None = None
) -> Floats:
    """Rescale from a theoretical range in the raw unit, by default the goalposts.

    Units: y = (x - lower) / (upper - lower); direction -1 turns the scale round.
    Errors: SsemonError E06 if lower is not below upper.
    """
    low = bounds.lower if lower is None else np.full_like(bounds.lower, lower)
    high = bounds.upper if upper is None else np.full_like(bounds.upper, upper)
    if (low >= high).any():
        at = int(np.argmax(low >= high))
        raise refused(f"scaled: lower ({low.flat[at]:g}) must be below upper ({high.flat[at]:g})")
    return scale.onto(np.where(bounds.rises, values - low, high - values) / (high - low))


def rank(
    values: Floats,
    bounds: Bounds,
    scale: Scale,
    *,
    ties: str = "average",
    points: bool = False,
    reference: Reference = EVERYTHING,
) -> Floats:
    """Place by rank: the worst of the reference set at the low end, the best at the high end.

    Units:   y = (r - 1) / (n - 1), r the ascending rank; `ties` share their "average", "min" or "max" rank. With
             `points` the score is r itself, 1 for the worst, and not put on the range (then set clip = false).
    Missing: stays missing; all missing where all values are the same.
    Errors:  SsemonError E06 with frozen bounds: a rank rests on all values, not on a few statistics.
    Source:  OECD/JRC handbook (2008), step 5; methods.md section 2.5. COINr takes ties = "min" and points.
    """
    if ties not in TIES:
        raise refused(f"rank: ties is one of {', '.join(TIES)}, not {ties!r}")
    if reference.frozen:
        raise refused("ranks have no bounds to freeze: take another normalisation, or leave method.frozen out")
    directed = values * bounds.direction
    place = _places(directed, reference.part(directed), ties, each=reference.each)
    known = ~np.isnan(directed) & (reference.width(directed) > 0)
    if points:
        return np.where(known, 1 + place, np.nan)
    return scale.onto(np.where(known, divided(place, reference.count(directed) - 1), np.nan))


def _places(directed: Floats, members: Floats, ties: str, *, each: bool) -> Floats:
    """How many members of the reference set are worse, by indicator and, with `each`, by year."""
    found = np.empty_like(directed)
    for at, plane in enumerate(directed):
        rows = [(year, members[at, year]) for year in range(len(plane))] if each else [(slice(None), members[at])]
        for year, one in rows:
            ordered = np.sort(one[~np.isnan(one)])
            below = np.searchsorted(ordered, plane[year], side="left")
            through = np.searchsorted(ordered, plane[year], side="right") - 1
            found[at, year] = {"min": below, "max": through, "average": (below + through) / 2}[ties]
    return found


def percentile_rank(
    values: Floats, bounds: Bounds, scale: Scale, *, ties: str = "average", reference: Reference = EVERYTHING
) -> Floats:
    """Place by the share of the others that is worse.

    Units:  y = (r - 1) / (n - 1), as `rank`.
    Source: methods.md section 2.5; COINr n_prank with ties = "min".
    """
    return rank(values, bounds, scale, ties=ties, reference=reference)


def borda(
    values: Floats,
    bounds: Bounds,
    scale: Scale,
    *,
    ties: str = "average",
    points: bool = False,
    reference: Reference = EVERYTHING,
) -> Floats:
    """Place by Borda points: one for each area that is worse, half a one for each that is equal.

    Units:  points over n - 1, the most that there are; `ties` as in `rank`. With `points` the points themselves, from 0,
            not put on the range (then set clip = false).
    Source: OECD/JRC handbook (2008), step 6; COINr n_borda with ties = "min" and points.
    """
    found = rank(values, bounds, scale, ties=ties, points=points, reference=reference)
    return found - 1 if points else found


def dist2max(values: Floats, bounds: Bounds, scale: Scale, *, reference: Reference = EVERYTHING) -> Floats:
    """Measure the distance to the best value, in units of the range.

    Units: y = 1 - (best - x) / (max - min); direction -1: 1 - (x - min) / (max - min).
    """
    low, high = reference.lowest(values), reference.highest(values)
    return scale.onto(1 - divided(np.where(bounds.rises, high - values, values - low), reference.width(values)))


def dist2ref(values: Floats, bounds: Bounds, scale: Scale, *, area: str, reference: Reference = EVERYTHING) -> Floats:
    """Measure the distance to one area: its value of the same year lies at the high end.

    Units:   y = 1 - (ref - x) / (ref - min), x turned by its direction; with a base year, ref of that year.
    Missing: where the area has no value, or the least one itself.
    """
    low, high = reference.lowest(values), reference.highest(values)
    if area not in reference.names:
        return np.full_like(values, np.nan)
    own = values[..., [reference.names.index(area)]]
    if reference.year is not None:
        own = own[..., [reference.year], :]
    worst = np.where(bounds.rises, low, high) * bounds.direction
    own = own * bounds.direction
    return scale.onto(1 - divided(own - values * bounds.direction, own - worst))


def dist2targ(
    values: Floats, bounds: Bounds, scale: Scale, *, target: float | None = None, reference: Reference = EVERYTHING
) -> Floats:
    """Measure the way to a target: the least value lies at the low end, the target at the high end.

    Units: y = (x - min) / (target - min), x and target turned by the direction; `target` is in the raw unit, by
           default the better goalpost.
    """
    aim = bounds.better if target is None else np.full_like(bounds.lower, target)
    worst = np.where(bounds.rises, reference.lowest(values), reference.highest(values))
    distance = (values - worst) * bounds.direction
    return scale.onto(divided(distance, (aim - worst) * bounds.direction))


def fracmax(values: Floats, bounds: Bounds, scale: Scale, *, reference: Reference = EVERYTHING) -> Floats:
    """Take the fraction of the best value.

    Units:   y = x / max; direction -1: min / x, so that the best has 1 (methods, section 2.6).
    Missing: where the divisor is not above 0.
    """
    low, high = reference.lowest(values), reference.highest(values)
    up, down = divided(values, high), divided(low, values)
    return scale.onto(np.where(bounds.rises, up, down))


def categorical(
    values: Floats, bounds: Bounds, scale: Scale, *, top: float | None = None, points: Sequence[float] | None = None
) -> Floats:
    """Turn the levels of a rubric into scores.

    Units: y = level / top: 25 of 100 a level with the default top of 4 (or the upper goalpost); a binary item has
           top = 1. `points` gives each level, from 0, its share of the range in per cent instead.
    Missing: a value that is no level has no score where `points` are given.
    """
    if points is not None:
        share = np.full_like(values, np.nan)
        for level, point in enumerate(points):
            share[values == level] = float(point) / 100
    else:
        given = np.full_like(bounds.upper, top) if top else np.where(bounds.upper > 0, bounds.upper, RUBRIC_TOP)
        share = values / given
    return scale.onto(np.where(bounds.rises, share, 1 - share))


def parity(values: Floats, bounds: Bounds, scale: Scale, *, target: float = EVEN, two_sided: bool = False) -> Floats:
    """Score a share against parity.

    Units:  y = min(x, target) / target; `two_sided`: y = 1 - |x - target| / target.
    Source: methods.md section 2.8.
    """
    if target <= 0:
        raise refused("parity: target must be above 0")
    return scale.onto(1 - np.abs(values - target) / target if two_sided else np.minimum(values, target) / target)


@hookimpl
def register_methods() -> Iterable[Method]:
    """Give the normalisations beside goalposts."""
    return [
        Method("normalisation", "minmax", minmax, "between the least and the greatest value of the reference set"),
        Method("normalisation", "zscore", zscore, "standardised: 50 + 10 z on a range of 0 to 100"),
        Method("normalisation", "scaled", scaled, "from a theoretical range in the raw unit"),
        Method("normalisation", "rank", rank, "by rank in the reference set, from 0 (worst) to 1 (best) of the range"),
        Method("normalisation", "percentile_rank", percentile_rank, "by the share of the others that is worse"),
        Method("normalisation", "borda", borda, "by Borda points, one for each area that is worse"),
        Method("normalisation", "dist2max", dist2max, "by the distance to the best value"),
        Method("normalisation", "dist2ref", dist2ref, "by the distance to one area"),
        Method("normalisation", "dist2targ", dist2targ, "by the way made from the least value to a target"),
        Method("normalisation", "fracmax", fracmax, "as a fraction of the best value"),
        Method("normalisation", "categorical", categorical, "the levels of a rubric, 25 of 100 each"),
        Method("normalisation", "parity", parity, "a share against parity, full marks from the target on"),
    ]
