"""Messages between a process and the one that it started, over the pipes of its standard streams."""

from __future__ import annotations

import os
from typing import IO

# How many bytes say how long a message is.
_LENGTH = 8


def send(stream: IO[bytes], data: bytes) -> None:
    """Write a message. Errors: OSError where the other side is gone."""
    stream.write(len(data).to_bytes(_LENGTH, "big") + data)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Return the next message. Missing: None where the other side is gone, or was cut off in the middle of one."""
    try:
        head = stream.read(_LENGTH)
        data = stream.read(int.from_bytes(head, "big")) if len(head) == _LENGTH else b""
    except (OSError, ValueError):
        return None
    return data if len(head) == _LENGTH and len(data) == int.from_bytes(head, "big") else None


def own_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Return the streams of requests and answers; what is printed from now on goes nowhere, and nothing can be read."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    return requests, answers
