"""Trends: how fast an indicator moves, and whether that is enough to reach a target in time.

Four measures of the field stand side by side, each a pure function on numbers; `trends` applies them to
observations, one row an area and indicator. A series starts anew at a break (SDMX status B).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from ssemon.choices import Outlook
from ssemon.framework import Framework, Indicator
from ssemon.model import TOTAL

BREAK, FORECAST = "B", "F"
# A class is printed if this share of simulated series agrees on it (methods, section 11.5).
SURE = 0.6
UNCERTAIN = "uncertain"
# The arrows from worst to best, as points 0 to 4 for a mean over indicators (methods, section 11.7).
ARROWS = ("DEC", "STG", "MOD", "TRK", "ACH")
# Least share of weight with a trend that a node's trend rests on.
ENOUGH_WEIGHT = 0.6


def target_of(indicator: Indicator, outlook: Outlook) -> float | None:
    """Return an indicator's target: its own, else its better goalpost."""
    better = indicator.upper if indicator.direction > 0 else indicator.lower
    return outlook.targets.get(indicator.code, better)


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one area and indicator that belong together, by rising year."""

    years: tuple[int, ...]
    values: tuple[float, ...]

    @property
    def span(self) -> int:
        """Years from the first value to the last."""
        return self.years[-1] - self.years[0]


def after_break(years: Sequence[int], values: Sequence[float], statuses: Sequence[str], base_year: int) -> Series:
    """Keep what belongs together: from the last break on, and not before the base year.

    Missing: forecasts are left out; the series may come out empty.
    """
    rows = sorted((y, v, s) for y, v, s in zip(years, values, statuses, strict=True) if s != FORECAST)
    start = max([base_year, *(year for year, _, status in rows if status == BREAK)])
    kept = [(year, value) for year, value, _ in rows if year >= start]
    return Series(tuple(year for year, _ in kept), tuple(value for _, value in kept))


def cagr(first: float, last: float, years: float) -> float | None:
    """Compound annual growth rate.

    Units:   a share a year: 0.03 is three per cent.
    Missing: None where a value is not above 0, or no year has passed.
    """
    if first <= 0 or last <= 0 or years <= 0:
        return None
    return float((last / first) ** (1 / years) - 1)


def linear_rate(series: Series) -> float | None:
    """Slope of the least squares line.

    Units:   raw unit a year.
    Missing: None for fewer than two years.
    """
    if len(series.years) < 2:
        return None
    return _line(series, 1.0)[1]


def _line(series: Series, decay: float) -> tuple[float, float]:
    """Weighted least squares: the value in the last year, and the slope. The weight of a year is decay^age."""
    age = series.years[-1] - np.array(series.years, dtype=np.float64)
    values = np.array(series.values)
    weights = decay**age
    weights /= weights.sum()
    middle, mean = float(weights @ age), float(weights @ values)
    slope = -float(weights @ ((age - middle) * (values - mean))) / float(weights @ (age - middle) ** 2)
    return mean + slope * middle, slope


def rho(series: Series, target: float, target_year: int) -> float | None:
    """Observed yearly change over the change a year that the target needs from the first value on.

    Units:   1 is on track; for an indicator where less is better both changes turn their sign, so that it reads alike.
    Missing: None where no change is needed, or the target year is not after the first.
    Source:  SDG dashboards; x 40 (2018) to 48 (2024), target 70 in 2030: 1.333 / 2.5 = 0.53.
    """
    (first, *_), (*_, last) = series.values, series.values
    ahead = target_year - series.years[0]
    if ahead <= 0 or series.span <= 0 or target == first:
        return None
    return ((last - first) / series.span) / ((target - first) / ahead)


def arrow(series: Series, target: float, target_year: int, direction: int) -> str | None:
    """Class of the linear trend: ACH, TRK, MOD, STG or DEC.

    Missing: None where the measure has no value and the target is not met.
    Source:  SDG dashboards; cut points 1, 0.5 and 0 (methods.md section 11.1).
    """
    first, last = series.values[0], series.values[-1]
    change = direction * (last - first)
    if direction * (last - target) >= 0:
        return "ACH" if change >= 0 else "DEC"
    if direction * (first - target) >= 0:
        return "DEC"  # the target was met and is lost
    ratio = rho(series, target, target_year)
    if ratio is None:
        return None
    return next(name for name, cut in (("TRK", 1.0), ("MOD", 0.5), ("STG", 0.0), ("DEC", -np.inf)) if ratio >= cut)


def growth_ratio(series: Series, target: float, target_year: int) -> float | None:
    """Observed over needed compound growth.

    Missing: None where a value or the target is not above 0, or no growth is needed.
    Source:  Eurostat, monitoring report; the example of `rho`: 0.0309 / 0.0477 = 0.646.
    """
    seen = cagr(series.values[0], series.values[-1], series.span)
    needed = cagr(series.values[0], target, target_year - series.years[0])
    if seen is None or not needed:
        return None
    return seen / needed


def growth_class(ratio: float | None) -> str | None:
    """Class of compound growth. Source: Eurostat; cut points 0.95, 0.60, 0 (methods.md section 11.2)."""
    if ratio is None:
        return None
    cuts = (("significant", 0.95), ("moderate", 0.6), ("insufficient", 0.0), ("moving away", -np.inf))
    return next(name for name, cut in cuts if ratio >= cut)


def anticipated(series: Series, target: float, target_year: int, decay: float = 0.9) -> tuple[float, float | None]:
    """Predict the target year, newer values counting more, and the share of the way that will be missing then.

    Units:   the prediction in the raw unit; the gap as a share of the way from the first value, 0 at the target.
    Missing: the gap is None where there was no way to go.
    Source:  regional commissions: weighted least squares, weight decay^age (methods.md section 11.3).
    """
    level, slope = _line(series, decay)
    predicted = level + slope * (target_year - series.years[-1])
    way = target - series.values[0]
    return predicted, (target - predicted) / way if way else None


def anticipated_class(series: Series, target: float, target_year: int, direction: int, decay: float = 0.9) -> str:
    """Class of the anticipated progress: maintain, accelerate or reverse. Source: methods.md section 11.3."""
    predicted, gap = anticipated(series, target, target_year, decay)
    first = series.values[0]
    if direction * (predicted - target) >= 0:
        return "maintain"
    if gap is None or direction * (predicted - first) < 0:
        return "reverse"
    return "maintain" if gap <= 0.1 else "accelerate"


def gap_closed(series: Series, target: float) -> float | None:
    """Share of the first gap to the target that is closed; ten times it is the status index (section 11.4)."""
    way = target - series.values[0]
    return (series.values[-1] - series.values[0]) / way if way else None


def sure_arrow(
    series: Series, target: float, target_year: int, direction: int, error: float, draws: int = 1000, seed: int = 0
) -> tuple[str | None, float]:
    """Return the arrow that most simulated series give, and how many do.

    Units:   `error` is the standard error of each value in the raw unit; the second result is a share of draws.
    Missing: "uncertain" where fewer than 60 % agree (methods.md section 11.5).
    """
    noise = np.random.default_rng(seed).standard_normal((draws, len(series.values))) * error
    found = [
        arrow(Series(series.years, tuple(map(float, values))), target, target_year, direction)
        for values in np.array(series.values) + noise
    ]
    best = max(ARROWS, key=found.count)
    share = found.count(best) / draws
    return (best, share) if share >= SURE else (UNCERTAIN, share)


_SCHEMA = {
    "area": pl.String, "indicator": pl.String, "base_year": pl.Int32, "base": pl.Float64, "last_year": pl.Int32,
    "last": pl.Float64, "values": pl.Int32, "target": pl.Float64, "cagr": pl.Float64, "slope": pl.Float64,
    "rho": pl.Float64, "arrow": pl.String, "growth_ratio": pl.Float64, "growth": pl.String, "predicted": pl.Float64,
    "gap": pl.Float64, "anticipated": pl.String, "gap_closed": pl.Float64,
}  # fmt: skip


def trends(
    observations: pl.DataFrame, framework: Framework, outlook: Outlook | None = None, last_year: int | None = None
) -> pl.DataFrame:
    """Measure the trend of every area and indicator.

    Shape:   observations in; a row an area and indicator that has a value out, in the order of area and framework.
             Nothing after `last_year` is looked at.
    Units:   raw unit, and shares as named by each measure.
    Missing: fewer than three values over three years since the last break: every measure is null; no target: those
             that need one; a target that was met from the first: those of the way to it.
    Source:  methods.md section 11.
    """
    outlook = outlook or Outlook()
    rows = observations.filter(
        (pl.col("sex") == TOTAL)
        & (pl.col("org_type") == TOTAL)
        & pl.col("value").is_not_null()
        & pl.col("indicator").is_in(list(framework.indicator_by_code))
        & (pl.col("year") <= (outlook.target_year if last_year is None else last_year))
    ).sort("area", "indicator", "year")
    grouped = rows.group_by("area", "indicator", maintain_order=True).agg("year", "value", "obs_status")
    order = {leaf.code: place for place, leaf in enumerate(framework.indicators)}
    found = []
    for area, code, years, values, statuses in grouped.rows():
        series = after_break(years, values, statuses, outlook.base_year)
        if series.years:
            found.append((area, code, *_measures(series, framework.indicator_by_code[code], outlook)))
    frame = pl.DataFrame(found, schema=_SCHEMA, orient="row")
    place = pl.col("indicator").replace_strict(order, return_dtype=pl.Int32)
    return frame.sort("area", place)


def _measures(series: Series, indicator: Indicator, outlook: Outlook) -> tuple[object, ...]:
    target, until, way = target_of(indicator, outlook), outlook.target_year, indicator.direction
    ends = (series.years[0], series.values[0], series.years[-1], series.values[-1], len(series.years), target)
    if len(series.years) < outlook.least_values or series.span < outlook.least_years:
        return (*ends, *[None] * 10)
    # Where the target was met from the first there is no way to go, and no measure of how much of it is gone.
    on_the_way = target is not None and way * (series.values[0] - target) < 0
    rates = (cagr(series.values[0], series.values[-1], series.span), linear_rate(series))
    if target is None:
        return (*ends, *rates, *[None] * 8)
    ratio = growth_ratio(series, target, until) if on_the_way else None
    predicted, gap = anticipated(series, target, until, outlook.decay)
    return (
        *ends,
        *rates,
        rho(series, target, until) if on_the_way else None,
        arrow(series, target, until, way),
        ratio,
        growth_class(ratio),
        predicted,
        gap if on_the_way else None,
        anticipated_class(series, target, until, way, outlook.decay),
        gap_closed(series, target) if on_the_way else None,
    )


def node_trends(found: pl.DataFrame, framework: Framework) -> pl.DataFrame:
    """Sum the arrows of each node's indicators up.

    Shape:   trends in; `area`, `node`, `points` (0 DEC to 4 ACH, weighted mean), `weight` (share with a trend) out.
    Missing: below 60 % of the weight there are no points.
    Source:  methods.md section 11.7.
    """
    points = {name: float(place) for place, name in enumerate(ARROWS)}
    score = pl.col("arrow").replace_strict(points, default=None, return_dtype=pl.Float64)
    rated = found.with_columns(points=score).drop_nulls("points")
    areas = found.select("area").unique().sort("area")
    parts = []
    for node in framework.nodes:
        shares = framework.leaf_weights(node.code)
        below = rated.filter(pl.col("indicator").is_in(list(shares)))
        weight = pl.col("indicator").replace_strict(shares, default=0.0, return_dtype=pl.Float64)
        sums = below.with_columns(weight=weight).group_by("area").agg(
            points=(pl.col("points") * pl.col("weight")).sum() / pl.col("weight").sum(), weight=pl.col("weight").sum()
        )  # fmt: skip
        joined = areas.join(sums, on="area", how="left").with_columns(pl.col("weight").fill_null(0.0))
        enough = pl.when(pl.col("weight") >= ENOUGH_WEIGHT - 1e-12).then("points")
        parts.append(joined.select("area", node=pl.lit(node.code), points=enough, weight="weight"))
    return pl.concat(parts).sort("area", maintain_order=True)
