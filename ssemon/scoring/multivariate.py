"""The multivariate statistics of an audit, on plain arrays: rows are areas, columns are indicators or nodes.

Missing is NaN here; each function says whether it drops pairs or whole rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, lgamma, log

import numpy as np
from numpy.typing import NDArray

from ssemon.scoring import shape

Floats = NDArray[np.float64]

# Fewest rows that a correlation is computed from.
LEAST_ROWS = 3
_SINGULAR = 1e-10


def pearson(one: Floats, other: Floats) -> float | None:
    """Pearson's correlation of what both have. Missing: None for fewer than three pairs, or a constant."""
    return _on_pairs(one, other, _pearson)


def spearman(one: Floats, other: Floats) -> float | None:
    """Spearman's correlation: Pearson's of the mean ranks. Missing: as `pearson`."""
    return _on_pairs(one, other, lambda a, b: _pearson(mean_ranks(a), mean_ranks(b)))


def kendall(one: Floats, other: Floats) -> float | None:
    """Kendall's tau-b, with its correction for ties. Missing: as `pearson`."""
    return _on_pairs(one, other, _kendall)


def _on_pairs(one: Floats, other: Floats, measure: Callable[[Floats, Floats], float]) -> float | None:
    there = ~(np.isnan(one) | np.isnan(other))
    if there.sum() < LEAST_ROWS:
        return None
    a, b = one[there], other[there]
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    return measure(a, b)


def _pearson(a: Floats, b: Floats) -> float:
    a, b = a - a.mean(), b - b.mean()
    return float(np.clip((a @ b) / np.sqrt((a @ a) * (b @ b)), -1.0, 1.0))


def _kendall(a: Floats, b: Floats) -> float:
    signs = [np.sign(values[:, None] - values[None, :]) for values in (a, b)]
    return float((signs[0] * signs[1]).sum() / np.sqrt(np.abs(signs[0]).sum() * np.abs(signs[1]).sum()))


def mean_ranks(values: Floats) -> Floats:
    """Rank from the lowest, ties sharing the mean rank."""
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(times)
    ranks: Floats = (last - (times - 1) / 2)[place]
    return ranks


def skewness(values: Floats) -> float | None:
    """Bias-corrected skewness G1 (type 2). Missing: dropped; None for fewer than three, or a constant."""
    found = shape.skewness(values)
    return None if np.isnan(found) else found


def kurtosis(values: Floats) -> float | None:
    """Bias-corrected excess kurtosis G2 (type 2). Missing: dropped; None for fewer than four, or a constant."""
    found = shape.kurtosis(values)
    return None if np.isnan(found) else found


def complete(table: Floats) -> Floats:
    """Keep the rows without a gap."""
    rows: Floats = table[~np.isnan(table).any(axis=1)]
    return rows


def covariances(table: Floats) -> Floats:
    """Covariance matrix, each from the rows that both columns have (n - 1). Missing: NaN for fewer than two."""
    there = ~np.isnan(table)
    filled = np.where(there, table, 0.0)
    count = there.T.astype(np.float64) @ there
    sums = filled.T @ there  # of the row's variable, over the pair's rows
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = (filled.T @ filled - sums * sums.T / count) / np.where(count > 1, count - 1, np.nan)
    return found


def cronbach(table: Floats) -> float | None:
    """Cronbach's alpha: k² times the mean covariance between items over the sum of all covariances.

    Missing: pairs; None for fewer than two items, or where nothing varies.
    Source:  Cronbach (1951); with pairwise covariances as COINr does.
    """
    k = table.shape[1]
    if k < 2:
        return None
    found = covariances(_centred(table))
    total = float(np.sum(found))
    if not np.isfinite(total) or total <= 0:
        return None
    between = (total - float(np.trace(found))) / (k * (k - 1))
    return float(k**2 * between / total)


def _centred(table: Floats) -> Floats:
    """Columns moved to a mean of 0, so that covariances lose no digits; a column without values stays NaN."""
    count = np.maximum((~np.isnan(table)).sum(axis=0), 1)
    moved: Floats = table - np.nansum(table, axis=0) / count
    return moved


def alpha_without(table: Floats) -> list[float | None]:
    """Cronbach's alpha with each item left out in turn."""
    return [cronbach(np.delete(table, item, axis=1)) for item in range(table.shape[1])]


def correlations(table: Floats) -> Floats | None:
    """Pearson's matrix from the complete rows. Missing: None for too few rows or a constant column."""
    rows = complete(table)
    if len(rows) < LEAST_ROWS or table.shape[1] < 2 or (np.ptp(rows, axis=0) == 0).any():
        return None
    return np.asarray(np.corrcoef(rows, rowvar=False), dtype=np.float64)


def kmo(table: Floats) -> tuple[float, list[float]] | None:
    """Kaiser-Meyer-Olkin measure of sampling adequacy, of all and of each column.

    Missing: rows; None where the correlation matrix cannot be inverted.
    Source:  Kaiser (1974): squared correlations over the same plus squared partial correlations.
    """
    found = correlations(table)
    if found is None or np.linalg.eigvalsh(found)[0] < _SINGULAR:
        return None
    inverse = np.linalg.inv(found)
    scale = np.sqrt(np.diag(inverse))
    partial = -inverse / scale[:, None] / scale[None, :]
    r2, p2 = found**2, partial**2
    np.fill_diagonal(r2, 0.0)
    np.fill_diagonal(p2, 0.0)
    if not (r2.sum() + p2.sum()) > 0:
        return None
    each = r2.sum(axis=0) / np.maximum(r2.sum(axis=0) + p2.sum(axis=0), 1e-300)
    return float(r2.sum() / (r2.sum() + p2.sum())), [float(value) for value in each]


@dataclass(frozen=True, slots=True)
class Bartlett:
    """Bartlett's test of sphericity: whether the columns are correlated at all."""

    chi2: float
    df: int
    p: float


def bartlett(table: Floats) -> Bartlett | None:
    """Test whether the correlation matrix is the identity.

    Missing: rows; None where the matrix is singular.
    Source:  Bartlett (1950): -(n - 1 - (2 p + 5) / 6) ln |R|, with p (p - 1) / 2 degrees of freedom.
    """
    found = correlations(table)
    if found is None or np.linalg.eigvalsh(found)[0] < _SINGULAR:
        return None
    n, p = len(complete(table)), table.shape[1]
    chi2 = float(max(-(n - 1 - (2 * p + 5) / 6) * np.linalg.slogdet(found)[1], 0.0))
    df = p * (p - 1) // 2
    return Bartlett(chi2, df, chi2_tail(chi2, df))


def chi2_tail(value: float, df: int) -> float:
    """Probability that a chi-squared variable exceeds a value.

    Source: the incomplete gamma function by its series and its continued fraction (DLMF 8.7.1, 8.9.2).
    """
    a, x = df / 2, value / 2
    if x <= 0:
        return 1.0
    front = exp(a * log(x) - x - lgamma(a))
    return 1.0 - front * _series(a, x) if x < a + 1 else front * _fraction(a, x)


def _series(a: float, x: float) -> float:
    term = total = 1.0 / a
    for step in range(1, 10_000):
        term *= x / (a + step)
        total += term
        if term < total * 1e-16:
            break
    return total


def _fraction(a: float, x: float) -> float:
    b = x + 1 - a
    c, d = 1e300, 1 / b
    found = d
    for step in range(1, 10_000):
        factor = -step * (step - a)
        b += 2
        d = 1 / (factor * d + b)
        c = b + factor / c
        found *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return found


@dataclass(frozen=True, slots=True)
class Components:
    """Principal components of a correlation matrix.

    Shape: `loadings` are columns by components; each component's loadings sum to 0 or more.
    Units: eigenvalues sum to the number of columns; `explained` are shares.
    """

    eigenvalues: Floats
    explained: Floats
    loadings: Floats


def components(table: Floats) -> Components | None:
    """Principal components on standardised columns. Missing: rows; None for too few, or a constant column."""
    found = correlations(table)
    if found is None:
        return None
    values, vectors = np.linalg.eigh(found)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1.0, 1.0)
    return Components(values, values / values.sum(), vectors * np.sqrt(values))
