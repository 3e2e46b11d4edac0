"""Skewness and kurtosis of one indicator, corrected for bias."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ssemon.scoring.kinds import NOISE

# The greatest of the values, or its inverse, beyond which a sum could overflow.
_PLAIN = 1e-100


def skewness(values: npt.NDArray[np.float64]) -> float:
    """Return the skewness G1 = sqrt(n) sum(d^3) / sum(d^2)^1.5 * sqrt(n (n - 1)) / (n - 2), d = x - mean.

    Missing: NaN is left out; NaN with fewer than 3 values or where all are the same.
    Source:  Joanes and Gill (1998), type 2; the definition of COINr.
    """
    return shape(values)[0]


def kurtosis(values: npt.NDArray[np.float64]) -> float:
    """Return the excess kurtosis G2 = ((n + 1)(r - 3) + 6)(n - 1) / ((n - 2)(n - 3)), r = n sum(d^4) / sum(d^2)^2.

    Missing: NaN is left out; NaN with fewer than 4 values or where all are the same.
    Source:  Joanes and Gill (1998), type 2; the definition of COINr.
    """
    return shape(values)[1]


def shape(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return skewness and kurtosis together. Missing: NaN is left out."""
    missing = np.isnan(values)
    return shape_of_present(values[~missing] if missing.any() else values)


def shape_of_present(present: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return skewness and kurtosis of values of which none is missing."""
    deviations = _deviations(present)
    n = len(deviations)
    if n < 3:
        return float("nan"), float("nan")
    squares = deviations * deviations
    second = float(np.add.reduce(squares))
    third = float(np.add.reduce(squares * deviations))
    skew = n**0.5 * third / second**1.5 * (n * (n - 1)) ** 0.5 / (n - 2)
    if n < 4:
        return skew, float("nan")
    ratio = n * float(np.add.reduce(squares * squares)) / second**2
    return skew, ((n + 1) * (ratio - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))


def _deviations(present: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The deviations from the mean, divided by the greatest: no power overflows."""
    if not len(present):
        return present
    high, low = float(np.maximum.reduce(present)), float(np.minimum.reduce(present))
    size = max(high, -low)
    if not _PLAIN < size < 1 / _PLAIN:
        unit = np.ldexp(1.0, int(np.frexp(size)[1]) - 1) if size > 0 else 1.0  # a power of 2: exact
        present, high, low, size = present / unit, high / unit, low / unit, size / unit
    mean = float(np.add.reduce(present)) / len(present)
    greatest = max(high - mean, mean - low)
    if greatest <= NOISE * size:
        return present[:0]
    deviations: npt.NDArray[np.float64] = (present - mean) / greatest
    return deviations
