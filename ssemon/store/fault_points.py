"""Named places between two steps of a write, where a test can end the program or take the disk away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_listener: Callable[[str], None] | None = None


def fault_point(name: str) -> None:
    """Pass a named place. Nothing happens unless a test listens."""
    if _listener is not None:
        _listener(name)


@contextmanager
def listening(listener: Callable[[str], None]) -> Iterator[None]:
    """Call `listener` at each place that is passed, for as long as the block runs; for tests."""
    global _listener  # noqa: PLW0603  one process, one listener: production has none
    before, _listener = _listener, listener
    try:
        yield
    finally:
        _listener = before
