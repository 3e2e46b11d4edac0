"""Numbers of a run in a cell: what is confidential is written `c`, which is neither missing nor zero."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from ssemon.report.numbers import CONFIDENTIAL, Numbers
from ssemon.report.words import Words


class _Score(Protocol):
    """A score that may be withheld."""

    @property
    def score(self) -> float | None: ...

    @property
    def is_confidential(self) -> bool: ...


class _Value(Protocol):
    """A value that may be withheld."""

    @property
    def value(self) -> float | None: ...

    @property
    def is_confidential(self) -> bool: ...


def score(found: _Score, numbers: Numbers) -> str:
    """Write a score. Missing: `..`, and `c` where it is confidential."""
    return CONFIDENTIAL if found.is_confidential else numbers.score(found.score)


def value(found: _Value, numbers: Numbers, decimals: int | None = None) -> str:
    """Write a raw value. Missing: `..`, and `c` where it is confidential."""
    return CONFIDENTIAL if found.is_confidential else numbers.value(found.value, decimals)


def legend(words: Words) -> str:
    """Say what the mark means."""
    return words._("“{mark}” is confidential: it is known and not shown. It is neither missing nor zero.").format(
        mark=CONFIDENTIAL
    )


def marked(cells: Iterable[str], words: Words) -> tuple[tuple[str, str], ...]:
    """Return the mark and its meaning where a cell bears it; for the legend of marks on values."""
    if CONFIDENTIAL not in set(cells):
        return ()
    return ((CONFIDENTIAL, words._("confidential: known and not shown; neither missing nor zero")),)


def closed(names: Sequence[str], words: Words) -> str:
    """Say which marks of a figure stand for something confidential; empty where none does."""
    if not names:
        return ""
    if not any(names):
        return words._("“{mark}”: confidential, known and not shown.").format(mark=CONFIDENTIAL)
    return words._("Confidential (“{mark}”), known and not shown: {names}.").format(
        mark=CONFIDENTIAL, names=words.numbers.listed(names)
    )
