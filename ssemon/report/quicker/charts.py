"""Charts: sizes, colours and addresses are read once for each way that they are written."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

# A path may be long: it is read as it comes.
_LONGEST, _MOST = 80, 20_000


def sizing(utils: Any) -> Callable[..., float]:
    """Return `size` with a memory."""
    remembered: Callable[..., float] = lru_cache(_MOST)(utils.size)
    return remembered


def normalizing(utils: Any) -> Callable[[str | None], str]:
    """Return `normalize` with a memory for short words."""
    stock = utils.normalize
    remembered = lru_cache(_MOST)(stock)

    def normalize(string: str | None) -> str:
        if not string:
            return ""
        return remembered(string) if len(string) < _LONGEST else stock(string)  # type: ignore[no-any-return]

    return normalize


def colouring(utils: Any) -> Callable[[str | None], Any]:
    """Return `color` with a memory; each caller is given a colour of its own, because some change it."""
    remembered = lru_cache(_MOST)(utils.color)

    def color(string: str | None) -> Any:
        known = remembered(string)
        own = object.__new__(type(known))
        own.__dict__.update(known.__dict__)
        return own

    return color


def addressing(utils: Any) -> Callable[[str | None], Any]:
    """Return `parse_url` that need not ask for the parts of nothing."""
    stock = utils.parse_url
    nothing = stock(None)

    def parse_url(url: str | None) -> Any:
        return stock(url) if url else nothing

    return parse_url


def releasing(stock: Callable[..., None]) -> Callable[..., None]:
    """Return a chart's `draw` that lets go of the parts once they are drawn: they would stay until the file is written."""

    def draw(self: Any, *arguments: Any, **options: Any) -> None:
        stock(self, *arguments, **options)
        self.tree._children = None  # noqa: SLF001  they are made again if it is drawn again

    return draw
