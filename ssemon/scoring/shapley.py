"""Sharing a change out among its causes, whatever the order in which they come.

Take the causes one after the other, from the state before to the state after: each moves the score by something, and
these moves sum to the change. What a cause moves depends on what came before it; its part is the mean over all orders.

    part(j) = sum over S without j of |S|! (k - |S| - 1)! / k! (v(S and j) - v(S))

A state between before and after may have no score (too little data, a profile that does not fit the framework). Missing
is not zero: an order that passes through such a state is left out of the mean, and how many are left is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import factorial


@dataclass(frozen=True, slots=True)
class Move:
    """One cause taken from one state to the next, and its weight in the mean over orders.

    Units: states are sums of 2 ** place of the causes that are as they are after; the weights of a cause's moves sum
           to 1.
    """

    cause: int
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Orders:
    """The moves of all orders whose every state has a score.

    Units:   `share` is how many of the k! orders these are, 0 to 1.
    Missing: no moves and share 0 where there is no such order.
    """

    moves: tuple[Move, ...]
    share: float

    def parts(self, values: Mapping[int, float], count: int) -> tuple[float, ...]:
        """Return each cause's part. Shape: values by state in, `count` parts out; they sum to the whole change."""
        found = [0.0] * count
        for move in self.moves:
            found[move.cause] += move.weight * (values[move.end] - values[move.start])
        return tuple(found)


def orders(there: Sequence[bool]) -> Orders:
    """Find the orders whose every state has a score.

    Shape:  a flag a state, 2 ** k of them.
    Source: L. S. Shapley (1953), A value for n-person games; with states left out, the mean over the orders that remain.
    """
    causes = range(len(there).bit_length() - 1)
    full = len(there) - 1
    ways_to = [0] * len(there)
    ways_on = [0] * len(there)
    ways_to[0], ways_on[full] = int(there[0]), int(there[full])
    for state in range(1, len(there)):  # a state's subsets are smaller numbers
        if there[state]:
            ways_to[state] = sum(ways_to[state ^ 1 << j] for j in causes if state >> j & 1)
    for state in range(full - 1, -1, -1):
        if there[state]:
            ways_on[state] = sum(ways_on[state | 1 << j] for j in causes if not state >> j & 1)
    total = ways_to[full]
    if not total:
        return Orders((), 0.0)
    moves = [
        Move(j, state, state | 1 << j, ways_to[state] * ways_on[state | 1 << j] / total)
        for state in range(full)
        for j in causes
        if not state >> j & 1 and ways_to[state] * ways_on[state | 1 << j]
    ]
    return Orders(tuple(moves), total / factorial(len(causes)))
