"""Points of a design that answer like a random stream: the functions that make the draws do not know the difference.

A Sobol sequence fills the unit cube more evenly than random numbers do, so that the same accuracy takes far fewer
points. Each number that is asked for takes the next column of points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from ssemon.scoring.panel import Floats

# The ends of the unit interval have no quantile.
_EDGE = 2.0**-53
# What stands for a gamma quantile that is too small to be told from 0.
_TINY = 1e-300


class Tally:
    """Counts how many columns of points a draw takes."""

    def __init__(self) -> None:
        self.columns = 0

    def integers(self, high: int, size: int) -> npt.NDArray[np.int64]:
        """Take one column."""
        self.columns += 1
        return np.zeros(size, dtype=np.int64)

    def uniform(self, low: float, high: float, size: tuple[int, ...]) -> Floats:
        """Take a column for each number of the one draw."""
        self.columns += prod(size)
        return np.full(size, (low + high) / 2)

    def dirichlet(self, alpha: Floats, size: int) -> Floats:
        """Take a column for each share."""
        self.columns += len(alpha)
        return np.tile(alpha / alpha.sum(), (size, 1))


class Quasi:
    """Gives the columns of a design one after another, by the quantile function of what is asked for.

    Shape: `points` draws by columns, in the unit cube.
    """

    def __init__(self, points: Floats) -> None:
        self._points, self._next = points, 0

    def _take(self, count: int) -> Floats:
        start, self._next = self._next, self._next + count
        return self._points[:, start : self._next]

    def integers(self, high: int, size: int) -> npt.NDArray[np.int64]:
        """Return whole numbers below `high`, all equally likely."""
        return np.minimum((self._take(1)[:, 0] * high).astype(np.int64), high - 1)

    def uniform(self, low: float, high: float, size: tuple[int, ...]) -> Floats:
        """Return numbers between two ends. Shape: `size`, one of whose axes is that of the draws."""
        points = self._take(prod(size) // len(self._points))
        axis = size.index(len(self._points))
        shaped = points.T.reshape(*size[:axis], *size[axis + 1 :], size[axis])
        return low + (high - low) * np.moveaxis(shaped, -1, axis)

    def dirichlet(self, alpha: Floats, size: int) -> Floats:
        """Return shares that sum to 1: gamma quantiles over their sum. Shape: draws by shares."""
        from scipy.special import gammaincinv

        points = np.clip(self._take(len(alpha)), _EDGE, 1 - _EDGE)
        found: Floats = np.maximum(gammaincinv(alpha[None, :], points), _TINY)
        return np.asarray(found / found.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Design:
    """Two independent samples of the same streams.

    Shape: `points` are two tables of draws by columns; `columns` the first and the last column of each stream.
    """

    points: tuple[Floats, Floats]
    columns: Mapping[str, tuple[int, int]]

    def stream(self, side: int, name: str, rows: slice) -> Quasi:
        """Return some rows of one stream of one sample, from its first column on."""
        first, last = self.columns[name]
        return Quasi(self.points[side][rows, first:last])


def make_design(tallies: Mapping[str, int], base: int, seed: Sequence[int]) -> Design:
    """Lay out two samples of `base` points, a power of 2, as a scrambled Sobol sequence.

    Units: more columns than the sequence has dimensions are random numbers.
    """
    from scipy.stats import qmc

    columns, total = {}, 0
    for name, count in tallies.items():
        columns[name] = (total, total + count)
        total += count
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    points: Any
    if 2 * total > qmc.Sobol.MAXDIM:
        points = generator.random((base, 2 * total))
    elif total:
        points = qmc.Sobol(2 * total, scramble=True, rng=generator).random_base2(base.bit_length() - 1)
    else:
        points = np.empty((base, 0))
    return Design((points[:, :total], points[:, total:]), columns)
