"""Sobol indices: which part of the variance of a result comes from which input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ssemon.scoring.panel import Floats

RESAMPLES = 1000
BOUNDS = 0.9
# A result whose standard deviation is below this does not vary.
STILL = 1e-9


@dataclass(frozen=True, slots=True)
class Indices:
    """First-order and total indices of one input, with bootstrap bounds.

    Shape:   one a result, each.
    Units:   shares of the variance.
    Missing: NaN where the result does not vary.
    """

    first: Floats
    first_low: Floats
    first_high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats


def resampled(count: int, seed: Sequence[int], resamples: int = RESAMPLES) -> Floats:
    """Draw rows anew, with replacement. Shape: how often each row counts, samples by rows."""
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    return generator.multinomial(count, np.full(count, 1 / count), resamples).astype(np.float64)


def indices(a: Floats, b: Floats, swapped: Floats, again: Floats) -> Indices:
    """Estimate the indices of one input from a Saltelli design.

    Shape:   `a` and `b` draws by results, the results of two independent samples; `swapped` those of the first with
             this one input from the second; `again` how often each draw counts in each sample of the bootstrap.
    Units:   S = mean(y_B (y_AB - y_A)) / V, S_T = mean((y_A - y_AB)^2) / (2 V), V the variance (n - 1) of y_A and
             y_B together. The mean of both is taken off first, which changes no expectation and takes away most of
             the estimate's noise. The bounds hold 90 % of the estimates from rows drawn anew.
    Missing: a draw without a result in any of the three is left out.
    Source:  Saltelli and others (2010); Jansen (1999); COINr get_sensitivity.
    """
    first, total = (found[0] for found in _estimates(np.ones((1, len(a))), a, b, swapped))
    tails = ((1 - BOUNDS) / 2, (1 + BOUNDS) / 2)
    drawn = _estimates(again, a, b, swapped)
    (first_low, first_high), (total_low, total_high) = (_quantiles(found, tails) for found in drawn)
    return Indices(first, first_low, first_high, total, total_low, total_high)


def _estimates(times: Floats, a: Floats, b: Floats, swapped: Floats) -> tuple[Floats, Floats]:
    """First-order and total indices. Shape: `times`, how often each row counts, samples by rows; samples by results."""
    there = np.isfinite(a) & np.isfinite(b) & np.isfinite(swapped)
    known = np.maximum(there.sum(axis=0), 1)
    centre = (np.where(there, a, 0).sum(axis=0) + np.where(there, b, 0).sum(axis=0)) / (2 * known)
    one, other, mixed = (np.where(there, part - centre, 0.0) for part in (a, b, swapped))
    count = times @ there
    summed, squares = times @ (one + other), times @ (one**2 + other**2)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (squares - summed**2 / (2 * count)) / (2 * count - 1)
        variance = np.where(variance > STILL**2, variance, np.nan)
        first = times @ (other * (mixed - one)) / count / variance
        total = times @ (one - mixed) ** 2 / (2 * count) / variance
    return first, total


def _quantiles(found: Floats, tails: tuple[float, float]) -> Floats:
    """Two quantiles over the samples that have an estimate. Shape: two rows by results."""
    out = np.full((2, found.shape[1]), np.nan)
    known = ~np.isnan(found)
    whole = known.all(axis=0)  # nearly all, and far faster
    out[:, whole] = np.quantile(found[:, whole], tails, axis=0)
    some = known.any(axis=0) & ~whole
    out[:, some] = np.nanquantile(found[:, some], tails, axis=0)
    return out
