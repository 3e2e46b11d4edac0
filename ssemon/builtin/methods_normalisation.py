"""Normalisation: putting one indicator on the edition's range. None cuts off at its ends; the engine does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from ssemon import Bounds, Method, Problem, Reference, Scale, SsemonError, hookimpl

EVERYTHING = Reference()
# Levels of a rubric: 0 to 4, so that a level is worth 25 of 100 (methods, section 2.7).
RUBRIC_TOP = 4.0
# Half of all members: the target of a share that should be even (methods, section 2.8).
EVEN = 50.0
TIES = ("average", "min", "max")


def minmax(value: pl.Expr, bounds: Bounds, scale: Scale, *, reference: Reference = EVERYTHING) -> pl.Expr:
    """Rescale between the least and the greatest value of the reference set.

    Units:   y = (x - min) / (max - min); direction -1 turns the scale round.
    Missing: stays missing; all missing where all values are the same.
    Source:  OECD/JRC handbook (2008), step 5.
    """
    directed = value * bounds.direction
    low, high = reference.of(directed, pl.Expr.min), reference.of(directed, pl.Expr.max)
    return _onto(scale, _quotient(directed - low, high - low))


def zscore(
    value: pl.Expr, bounds: Bounds, scale: Scale, *, sd: str = "population", reference: Reference = EVERYTHING
) -> pl.Expr:
    """Standardise: the mean lies at the middle of the range, a standard deviation is a tenth of it (50 + 10 z).

    Units:   z = direction (x - mean) / sd; `sd` is "population" (divided by n) or "sample" (by n - 1).
    Missing: stays missing; all missing where all values are the same.
    Source:  OECD/JRC handbook (2008), step 5; methods.md section 2.4.
    """
    if sd not in ("population", "sample"):
        raise _refused(f'zscore: sd is "population" or "sample", not {sd!r}')
    freedom = 0 if sd == "population" else 1
    directed = value * bounds.direction
    spread = reference.of(directed, lambda values: values.std(ddof=freedom))
    width = reference.of(directed, pl.Expr.max) - reference.of(directed, pl.Expr.min)
    z = pl.when(width > 0).then(_quotient(directed - reference.of(directed, pl.Expr.mean), spread))
    return _onto(scale, 0.5 + z / 10)


def scaled(
    value: pl.Expr, bounds: Bounds, scale: Scale, *, lower: float | None = None, upper: float | None = None
) -> pl.Expr:
    """Rescale from a theoretical range in the raw unit, by default the goalposts.

    Units: y = (x - lower) / (upper - lower); direction -1 turns the scale round.
    Errors: SsemonError E06 if lower is not below upper.
    """
    low, high = bounds.lower if lower is None else lower, bounds.upper if upper is None else upper
    if low is None or high is None:
        return pl.lit(None, dtype=pl.Float64)
    if low >= high:
        raise _refused(f"scaled: lower ({low:g}) must be below upper ({high:g})")
    distance = value - low if bounds.direction > 0 else high - value
    return _onto(scale, distance / (high - low))


def rank(
    value: pl.Expr, bounds: Bounds, scale: Scale, *, ties: str = "average", reference: Reference = EVERYTHING
) -> pl.Expr:
    """Place by rank: the worst of the reference set at the low end, the best at the high end.

    Units:   y = (r - 1) / (n - 1), r the ascending rank; `ties` share their "average", "min" or "max" rank.
    Missing: stays missing; all missing where all values are the same.
    Source:  OECD/JRC handbook (2008), step 5; methods.md section 2.5. COINr takes ties = "min".
    """
    if ties not in TIES:
        raise _refused(f"rank: ties is one of {', '.join(TIES)}, not {ties!r}")
    directed = value * bounds.direction
    members = reference.values(directed)
    below = reference.each(members.sort().search_sorted(directed, side="left"))
    through = reference.each(members.sort().search_sorted(directed, side="right"))
    place = {"min": below, "max": through - 1.0, "average": (below + through - 1.0) / 2}[ties]
    count = reference.of(directed, pl.Expr.count)
    width = reference.of(directed, pl.Expr.max) - reference.of(directed, pl.Expr.min)
    known = directed.is_not_null() & (width > 0)
    return _onto(scale, pl.when(known).then(_quotient(place.cast(pl.Float64), count.cast(pl.Float64) - 1)))


def percentile_rank(
    value: pl.Expr, bounds: Bounds, scale: Scale, *, ties: str = "average", reference: Reference = EVERYTHING
) -> pl.Expr:
    """Place by the share of the others that is worse.

    Units:  y = (r - 1) / (n - 1), as `rank`.
    Source: methods.md section 2.5; COINr n_prank with ties = "min".
    """
    return rank(value, bounds, scale, ties=ties, reference=reference)


def borda(
    value: pl.Expr, bounds: Bounds, scale: Scale, *, ties: str = "average", reference: Reference = EVERYTHING
) -> pl.Expr:
    """Place by Borda points: one for each area that is worse, half a one for each that is equal.

    Units:  points over n - 1, the most that there are; `ties` as in `rank`.
    Source: OECD/JRC handbook (2008), step 6; COINr n_borda with ties = "min".
    """
    return rank(value, bounds, scale, ties=ties, reference=reference)


def dist2max(value: pl.Expr, bounds: Bounds, scale: Scale, *, reference: Reference = EVERYTHING) -> pl.Expr:
    """Measure the distance to the best value, in units of the range.

    Units: y = 1 - (max - x) / (max - min), x turned by its direction.
    """
    directed = value * bounds.direction
    low, high = reference.of(directed, pl.Expr.min), reference.of(directed, pl.Expr.max)
    return _onto(scale, 1 - _quotient(high - directed, high - low))


def dist2ref(value: pl.Expr, bounds: Bounds, scale: Scale, *, area: str, reference: Reference = EVERYTHING) -> pl.Expr:
    """Measure the distance to one area: its value of the same year lies at the high end.

    Units:   y = 1 - (ref - x) / (ref - min), x turned by its direction; with a base year, ref of that year.
    Missing: where the area has no value, or the least one itself.
    """
    directed = value * bounds.direction
    own = directed.filter((pl.col("area") == area) & directed.is_not_null())
    if isinstance(reference.years, int):
        at = directed.filter((pl.col("area") == area) & (pl.col("year") == reference.years)).max()
    else:
        at = own.max().over("year")
    width = at - reference.of(directed, pl.Expr.min)
    return _onto(scale, 1 - _quotient(at - directed, width))


def dist2targ(
    value: pl.Expr, bounds: Bounds, scale: Scale, *, target: float | None = None, reference: Reference = EVERYTHING
) -> pl.Expr:
    """Measure the way to a target: the least value lies at the low end, the target at the high end.

    Units: y = (x - min) / (target - min), x and target turned by the direction; `target` is in the raw unit, by
           default the better goalpost.
    """
    aim = target if target is not None else (bounds.upper if bounds.direction > 0 else bounds.lower)
    if aim is None:
        return pl.lit(None, dtype=pl.Float64)
    directed = value * bounds.direction
    low = reference.of(directed, pl.Expr.min)
    return _onto(scale, _quotient(directed - low, aim * bounds.direction - low))


def fracmax(value: pl.Expr, bounds: Bounds, scale: Scale, *, reference: Reference = EVERYTHING) -> pl.Expr:
    """Take the fraction of the best value.

    Units:   y = x / max; direction -1: min / x, so that the best has 1 (methods, section 2.6).
    Missing: where the divisor is not above 0.
    """
    best = reference.of(value, pl.Expr.max if bounds.direction > 0 else pl.Expr.min)
    part, whole = (value, best) if bounds.direction > 0 else (best, value)
    return _onto(scale, _quotient(part, whole))


def categorical(
    value: pl.Expr, bounds: Bounds, scale: Scale, *, top: float | None = None, points: Sequence[float] | None = None
) -> pl.Expr:
    """Turn the levels of a rubric into scores.

    Units: y = level / top: 25 of 100 a level with the default top of 4 (or the upper goalpost); a binary item has
           top = 1. `points` gives each level, from 0, its share of the range in per cent instead.
    Missing: a value that is no level has no score where `points` are given.
    """
    if points is not None:
        levels = dict(enumerate(float(point) for point in points))
        found = value.replace_strict({float(level): point for level, point in levels.items()}, default=None)
        share = found.cast(pl.Float64) / 100
    else:
        highest = top or bounds.upper or RUBRIC_TOP
        share = value / highest
    return _onto(scale, share if bounds.direction > 0 else 1 - share)


def parity(value: pl.Expr, bounds: Bounds, scale: Scale, *, target: float = EVEN, two_sided: bool = False) -> pl.Expr:
    """Score a share against parity.

    Units:  y = min(x, target) / target; `two_sided`: y = 1 - |x - target| / target.
    Source: methods.md section 2.8.
    """
    if target <= 0:
        raise _refused("parity: target must be above 0")
    share = 1 - (value - target).abs() / target if two_sided else value.clip(upper_bound=target) / target
    return _onto(scale, share)


def _onto(scale: Scale, share: pl.Expr) -> pl.Expr:
    """From 0..1 to the edition's range."""
    return scale.low + (scale.high - scale.low) * share


def _quotient(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """The quotient; missing where the divisor is not above 0."""
    return part / pl.when(whole > 0).then(whole)


def _refused(what: str) -> SsemonError:
    return SsemonError(Problem(code="E06", stage="edition", what=what, fix="mend the parameter in the edition profile"))


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
