"""Weights beside the declared and the equal ones. A child declared with 0 keeps 0: shown, never counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ssemon import Method, Siblings, hookimpl, refused

Floats = npt.NDArray[np.float64]

# Mean consistency index of random pairwise matrices, by size (Saaty; methods, section 3).
RANDOM_INDEX = {3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49}
CONSISTENT = 0.10
# Rows that are complete, for each indicator, before a correlation matrix says something (methods, section 3).
CASES = 3
# Scores that differ by less are the same, whatever their rounding.
ROUNDING = 1e-12


def budget(declared: Sequence[float], siblings: Siblings, *, points: Mapping[str, Sequence[float]]) -> Sequence[float]:
    """Budget allocation: each expert spreads 100 points; the mean over the experts counts.

    Shape:  `points` has a list for each child's code, one number an expert; children of other parents are let be,
            and a parent none of whose children are named keeps its declared weights.
    Errors: SsemonError E06 for a child without points, lists of unequal length, or an expert whose points do not
            sum to 100.
    Source: OECD/JRC handbook (2008), step 6.
    """
    codes = _counting(declared, siblings)
    if not any(code in points for code in codes):
        return declared
    absent = [code for code in codes if code not in points]
    if absent:
        raise refused(f"budget: no points for {', '.join(absent)}")
    table = [[float(point) for point in points[code]] for code in codes]
    if len({len(row) for row in table}) != 1 or not table[0] or min(map(min, table)) < 0:
        raise refused("budget: each child needs one number of 0 or more for each expert")
    spread = np.array(table)
    if np.abs(spread.sum(axis=0) - 100).max() > 1e-6:
        raise refused(f"budget: the points of an expert must sum to 100, found {spread.sum(axis=0).tolist()}")
    return _placed(declared, spread.mean(axis=1) / 100)


def ahp(
    declared: Sequence[float], siblings: Siblings, *, matrix: Sequence[Sequence[float]], most: float = CONSISTENT
) -> Sequence[float]:
    """Analytic hierarchy process: the principal eigenvector of the pairwise matrix.

    Shape:  `matrix` has a row and a column for each child that counts, in the order of the files; entry (i, j) says
            how many times i is as important as j, (j, i) is its inverse.
    Errors: SsemonError E06 for a matrix of another form, or a consistency ratio above `most`:
            CR = (l - n) / (n - 1) / RI, RI 0.58 0.90 1.12 1.24 1.32 1.41 for n = 3..8.
    Source: Saaty (1980); methods.md section 3.
    """
    codes = _counting(declared, siblings)
    table = np.array(matrix, dtype=np.float64)
    if table.shape != (len(codes), len(codes)) or (table <= 0).any():
        raise refused(f"ahp: matrix must be {len(codes)} by {len(codes)} numbers above 0, for {', '.join(codes)}")
    if np.abs(table * table.T - 1).max() > 1e-6:
        raise refused("ahp: matrix entry (j, i) must be 1 / entry (i, j)")
    ratio = consistency_ratio(table)
    if ratio > most:
        raise refused(f"ahp: consistency ratio {ratio:.3f} is above {most:g}: ask the experts again, or set most")
    values, vectors = np.linalg.eig(table)
    first = np.abs(np.real(vectors[:, np.argmax(np.real(values))]))
    return _placed(declared, first / first.sum())


def consistency_ratio(table: Floats) -> float:
    """Return how far a pairwise matrix is from being consistent, against random ones; 0 for one or two children."""
    size = len(table)
    if size < 3:
        return 0.0
    if size not in RANDOM_INDEX:
        raise refused(f"ahp: no random index for {size} children; group them under nodes of at most 10")
    greatest = float(np.max(np.real(np.linalg.eigvals(table))))
    return max(0.0, (greatest - size) / (size - 1) / RANDOM_INDEX[size])


def pca(declared: Sequence[float], siblings: Siblings, *, loadings: str = "squared") -> Sequence[float]:
    """Weights from the first principal component of the children's scores.

    Units:   "squared" loadings, which are never negative and sum to 1, or "plain" ones, the sign set so that they
             sum above 0 and negative ones cut to 0.
    Missing: rows with a missing child are left out; with fewer complete rows than 3 a child the declared weights stay.
    Source:  OECD/JRC handbook (2008), step 6; COINr get_PCA takes the plain loadings.
    """
    if loadings not in ("squared", "plain"):
        raise refused('pca: loadings is "squared" or "plain"')
    return _from_scores(declared, siblings, lambda table: _first_component(table, loadings))


def entropy(declared: Sequence[float], siblings: Siblings) -> Sequence[float]:
    """Entropy weights: a child that tells the areas apart weighs more.

    Units:   p = y / sum(y) with y moved to 0..1; e = -sum(p ln p) / ln n; w = (1 - e) / sum(1 - e).
    Missing: as for pca.
    Source:  Shannon; Zeleny (1982).
    """
    return _from_scores(declared, siblings, _entropy)


def critic(declared: Sequence[float], siblings: Siblings) -> Sequence[float]:
    """CRITIC weights: spread times what the other children do not already say.

    Units:   C = sd(y in 0..1, divided by n - 1) * sum(1 - r); w = C / sum(C).
    Missing: as for pca.
    Source:  Diakoulaki, Mavrotas and Papayannakis (1995).
    """
    return _from_scores(declared, siblings, _critic)


def _from_scores(declared: Sequence[float], siblings: Siblings, weigh: Callable[[Floats], Floats]) -> Sequence[float]:
    """Weights from the complete rows; the declared ones where they are too few, or a child is the same everywhere."""
    codes = _counting(declared, siblings)
    if len(codes) < 2:
        return declared
    table = siblings.table(codes)
    table = table[~np.isnan(table).any(axis=1)]
    if len(table) < CASES * len(codes) or _alike(table).any():
        return declared
    weights = weigh(table)
    return _placed(declared, weights / weights.sum()) if weights.sum() > 0 else declared


def _first_component(table: Floats, loadings: str) -> Floats:
    _, vectors = np.linalg.eigh(_correlations(table))
    first = vectors[:, -1]
    if loadings == "squared":
        return np.asarray(first**2)
    return np.asarray(np.clip(first if first.sum() >= 0 else -first, 0, None))


def _entropy(table: Floats) -> Floats:
    shares = _unit(table) / _unit(table).sum(axis=0)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    diverse = 1 + (shares * logs).sum(axis=0) / np.log(len(table))
    return np.asarray(diverse)


def _critic(table: Floats) -> Floats:
    unlike = (1 - _correlations(table)).sum(axis=1)
    return np.asarray(_unit(table).std(axis=0, ddof=1) * unlike)


def _correlations(table: Floats) -> Floats:
    """Correlate the columns; summed in the order of the rows, so that no number of threads changes a bit."""
    off = table - table.mean(axis=0)
    products = np.einsum("ij,ik->jk", off, off)
    size = np.sqrt(np.diag(products))
    return np.asarray(products / (size[:, None] * size))


def _unit(table: Floats) -> Floats:
    low = table.min(axis=0)
    return np.asarray((table - low) / (table.max(axis=0) - low))


def _alike(table: Floats) -> npt.NDArray[np.bool_]:
    """Which children are the same everywhere, but for the rounding of a sum."""
    return np.asarray(np.ptp(table, axis=0) <= ROUNDING * np.maximum(1.0, np.abs(table).max(axis=0)))


def _counting(declared: Sequence[float], siblings: Siblings) -> list[str]:
    return [code for code, weight in zip(siblings.codes, declared, strict=True) if weight > 0]


def _placed(declared: Sequence[float], weights: Floats) -> Sequence[float]:
    """The weights at the places of the children that count."""
    left = iter(weights.tolist())
    return [next(left) if weight > 0 else 0.0 for weight in declared]


@hookimpl
def register_methods() -> Iterable[Method]:
    """Give the weightings beside the declared and the equal one."""
    return [
        Method("weighting", "budget", budget, "the mean of the points that experts spread"),
        Method(
            "weighting", "ahp", ahp, "analytic hierarchy process: from pairwise judgements, refused if inconsistent"
        ),
        Method("weighting", "pca", pca, "the first principal component of the children, never negative"),
        Method("weighting", "entropy", entropy, "more to a child that tells the areas apart"),
        Method("weighting", "critic", critic, "more to a child that spreads and says what the others do not"),
    ]
