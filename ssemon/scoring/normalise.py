"""Putting every indicator on the edition's range."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, log10

import numpy as np
import polars as pl

from ssemon.edition import Edition
from ssemon.errors import Problem, Where
from ssemon.framework import Framework, Indicator
from ssemon.scoring.check import given
from ssemon.scoring.kinds import Bounds, Methods, Scale
from ssemon.scoring.panel import Floats, matrix
from ssemon.scoring.prepare import Prepared, Rescale
from ssemon.text import listed, plural


@dataclass(frozen=True, slots=True)
class Normalised:
    """The indicators on the edition's range.

    Shape:   as the panel.
    Missing: NaN; `constant` names the indicators that have values and cannot be told apart by them.
    """

    scores: Floats
    unclipped: Floats
    constant: tuple[str, ...]


def normalise(prepared: Prepared, framework: Framework, edition: Edition, methods: Methods) -> Normalised:
    """Score each cell: transform, normalise, cut off at the range."""
    panel, present = prepared.panel, ~np.isnan(prepared.values)
    frame = panel.keys.hstack(panel.frame(prepared.values, "value"))
    scale = Scale(*edition.method.normalisation_range)
    expressions = []
    for indicator in framework.indicators:
        choice = edition.method.normalisation_of(indicator.code)
        function = methods.get("normalisation", choice.method).function
        value, bounds = transformed(indicator, prepared.rescale.get(indicator.code))
        unclipped = function(value, bounds, scale, **given(methods, "normalisation", choice, edition))
        expressions.append(unclipped.cast(pl.Float64).alias(indicator.code))
    unclipped = matrix(frame.select(expressions), len(frame))
    unclipped[~present] = np.nan
    bounded = set(without_goalposts(framework, edition))
    constant = tuple(
        indicator.code
        for at, indicator in enumerate(framework.indicators)
        if indicator.weight > 0
        and indicator.code not in bounded
        and np.isnan(unclipped[:, at]).all()
        and present[:, at].any()
    )
    return Normalised(np.clip(unclipped, scale.low, scale.high), unclipped, constant)


def transformed(indicator: Indicator, rescale: Rescale | None = None) -> tuple[pl.Expr, Bounds]:
    """Return an indicator's value and goalposts after its treatment and transform.

    Units: log10 of the value, first raised to the lower goalpost, and of both goalposts.
    """
    value, lower, upper = pl.col(f"value:{indicator.code}"), indicator.lower, indicator.upper
    if rescale is not None:
        lower, upper = (None if post is None else _finite(rescale(post)) for post in (lower, upper))
    if indicator.transform != "log10":
        return value, Bounds(lower, upper, indicator.direction)
    if lower is not None and lower > 0:
        value = value.clip(lower_bound=lower)
    lower, upper = (log10(post) if post is not None and post > 0 else None for post in (lower, upper))
    return value.log10(), Bounds(lower, upper, indicator.direction)


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def without_goalposts(framework: Framework, edition: Edition) -> list[str]:
    """Return the indicators that carry weight and cannot be normalised between goalposts."""
    return [
        indicator.code
        for indicator in framework.indicators
        if indicator.weight > 0
        and (indicator.lower is None or indicator.upper is None)
        and edition.method.normalisation_of(indicator.code).method == "goalposts"
    ]


def unbounded_notice(framework: Framework, edition: Edition) -> list[Problem]:
    """Tell of indicators that carry weight and have no goalposts: they are shown, not scored."""
    found = without_goalposts(framework, edition)
    if not found:
        return []
    return [
        Problem(
            code="N02",
            severity="warning",
            stage="scoring",
            what=f"{plural(len(found), 'indicator')} without goalposts: shown, never scored, never counted",
            found=", ".join(found[:5]) + (" …" if len(found) > 5 else ""),
            fix="give lower_goalpost and upper_goalpost in indicators.csv, or weight 0",
            where=Where(file=str(framework.folder / "indicators.csv")),
        )
    ]


def constant_notice(constant: tuple[str, ...]) -> list[Problem]:
    """Tell of indicators whose values are all the same: they leave the edition."""
    if not constant:
        return []
    what = f"{plural(len(constant), 'indicator')} that cannot be put on the scale: shown, never scored, never counted"
    fix = "their values are all the same, or there is only one: take goalposts, a wider reference set, or weight 0"
    return [Problem(code="N03", severity="warning", stage="scoring", what=what, found=listed(constant), fix=fix)]
