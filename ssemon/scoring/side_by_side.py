"""Doing numbered pieces of work side by side. NumPy lets threads run; each piece writes into a place of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

# Below so many cells a thread costs more than it saves.
LARGE = 1_000_000


def each(work: Callable[[int], None], parts: int, workers: int) -> None:
    """Do a piece of work for each number; the result may not depend on their order."""
    if workers <= 1 or parts <= 1:
        for part in range(parts):
            work(part)
        return
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(parts)))


def workers_for(cells: int) -> int:
    """Return how many threads a piece of work of this size is worth."""
    return 1 if cells < LARGE else min(8, os.cpu_count() or 1)
