"""The pieces of a PDF as bytes: the commonest kinds first, and each piece made once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def install(pydyf: Any) -> None:
    """Put our way of writing in."""
    pydyf._to_bytes = to_bytes_of(pydyf)  # noqa: SLF001
    # What most pieces never change is told of their class, not of each: tens of thousands of them are no object of a file.
    pydyf.Object.number, pydyf.Object.offset, pydyf.Object.generation, pydyf.Object.free = None, 0, 0, "n"
    pydyf.Object.__init__ = _nothing
    for kind in (pydyf.Stream, pydyf.Dictionary):
        kind.data = property(_once(kind.data.fget))
    pydyf.PDF.write = _forgetting(pydyf.PDF.write)


def _nothing(self: Any) -> None:
    """What there is to do for a new piece."""


def _once(stock: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    """A piece is asked for its bytes twice, for the file and for the file's fingerprint: they are made once."""

    def data(self: Any) -> bytes:
        known: bytes | None = self.__dict__.get("quicker_data")
        if known is None:
            known = stock(self)
            if self.__dict__.get("quicker_final"):
                self.quicker_data = known
        return known

    return data


def _forgetting(stock: Callable[..., None]) -> Callable[..., None]:
    """From here on nothing is added to the file but by the writing itself, so a piece is what it is."""

    def write(self: Any, *arguments: Any, **options: Any) -> None:
        for piece in self.objects:
            piece.quicker_final = True
        stock(self, *arguments, **options)

    return write


def to_bytes_of(pydyf: Any) -> Callable[[Any], bytes]:
    """The pieces of a PDF as bytes: the commonest kinds first."""
    stock = pydyf._to_bytes  # noqa: SLF001

    def to_bytes(piece: Any) -> bytes:
        kind = type(piece)
        if kind is bytes:
            return piece  # type: ignore[no-any-return]
        if kind is str:
            return piece.encode("ascii")  # type: ignore[no-any-return]
        if kind is float:
            if piece.is_integer():
                return b"%d" % piece
            return (b"%f" % piece).rstrip(b"0")
        if kind is int:
            return b"%d" % piece
        return stock(piece)  # type: ignore[no-any-return]

    return to_bytes
