"""What a hostile file may make the process for files do; a module of its own, since that process has to import it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from ssemon.sheets.limits import Limits
from ssemon.sheets.records import Finding, Refused


def forever(_: Limits) -> None:
    while True:
        pass


def greedy(_: Limits) -> int:
    return len(bytearray(3_000_000_000))


def dying(_: Limits) -> None:
    os.abort()


def writing(_: Limits, path: str) -> None:
    Path(path).write_text("x", encoding="utf-8")


def calling(_: Limits) -> None:
    socket.create_connection(("127.0.0.1", 9))


def whole(_: Limits, text: str) -> str:
    return text


def refusing(_: Limits) -> None:
    raise Refused(Finding("F11", "a", "b", rows=(2, 3), severity="warning"))


class Command:
    """What a pickle would run on the other side."""

    def __reduce__(self):
        return os.system, ("true",)


def commanding(_: Limits) -> Command:
    return Command()
