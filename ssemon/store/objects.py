"""Files by the hash of what they hold: written once, never changed, each whole or not there.

objects/ab/cdef….parquet   a table of ours
objects/ab/cdef….file      a file as somebody sent it, byte for byte
incoming/                  what is being written; a kill leaves a part here, which is swept a day later
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Literal

from ssemon.store.fault_points import fault_point

Kind = Literal["parquet", "file"]
KINDS: tuple[Kind, ...] = ("parquet", "file")
# What lies in incoming/ or is not in the ledger for so long belongs to no program that still runs.
GRACE_SECONDS = 24 * 60 * 60
_CHUNK = 1 << 20
NAME = re.compile(r"objects/([0-9a-f]{2})/([0-9a-f]{62})\.(parquet|file)")


@dataclass(frozen=True, slots=True)
class Stored:
    """An object: the hash of its bytes, what it is, how long it is. Units: bytes."""

    sha256: str
    kind: Kind
    bytes: int


class Objects:
    """The objects of one store."""

    def __init__(self, home: Path) -> None:
        self.folder, self.incoming = home / "objects", home / "incoming"

    def path(self, digest: str, kind: Kind) -> Path:
        """Return where an object lies, if it is there."""
        return self.folder / digest[:2] / f"{digest[2:]}.{kind}"

    def put(self, source: Path, kind: Kind) -> Stored:
        """Keep a file's bytes. They are on the disk, and their name is, when this returns.

        Errors: OSError where the disk refuses; no part stands under an object's name, whatever happens.
        """
        with source.open("rb") as file:
            return self.put_stream(file, kind)

    def put_stream(self, source: IO[bytes], kind: Kind) -> Stored:
        """Keep what can be read from a stream, as `put` keeps a file's bytes."""
        self.incoming.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.incoming, prefix="object-")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as target:
                fault_point("object: opened")
                digest, size = _copied(source, target)
                target.flush()
                fault_point("object: written")
                os.fsync(target.fileno())
            fault_point("object: on the disk")
            stored = Stored(digest, kind, size)
            self._place(part, stored)
        finally:
            part.unlink(missing_ok=True)
        return stored

    def _place(self, part: Path, stored: Stored) -> None:
        target = self.path(stored.sha256, stored.kind)
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            fault_point("object: folder made")
            sync_folder(self.folder)
        if self.state(stored.sha256, stored.kind) == "whole":
            os.utime(target)  # so that a sweep in another program does not take it for forgotten
        else:
            part.chmod(0o444)
            part.replace(target)
            fault_point("object: named")
        # Also where it was there already: whoever put it may not have come so far.
        sync_folder(target.parent)
        fault_point("object: name on the disk")

    def state(self, digest: str, kind: Kind) -> Literal["whole", "damaged", "missing"]:
        """Return whether an object is there and is what its name says."""
        try:
            with self.path(digest, kind).open("rb") as file:
                found, _ = _copied(file, None)
        except FileNotFoundError:
            return "missing"
        return "whole" if found == digest else "damaged"

    def fetch(self, digest: str, kind: Kind, target: Path) -> None:
        """Copy an object to a place of one's own, writable."""
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.path(digest, kind), target)

    def names(self) -> Iterator[tuple[str, Kind]]:
        """Yield the hash and kind of every object that lies there, in the order of their hashes."""
        for path in sorted(self.folder.glob("??/*")):
            name = NAME.fullmatch(f"objects/{path.parent.name}/{path.name}")
            if name is not None:
                yield name[1] + name[2], name[3]  # type: ignore[misc]

    def sweep(self, unreferenced: Iterable[tuple[str, Kind]] = ()) -> int:
        """Remove what killed programs left, if it is older than the grace time. Return how many files."""
        left = list(self.incoming.iterdir()) if self.incoming.is_dir() else []
        old = [path for path in (*left, *(self.path(*name) for name in unreferenced)) if _is_old(path)]
        for path in old:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        return len(old)


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > GRACE_SECONDS
    except FileNotFoundError:
        return False


def _copied(source: IO[bytes], target: IO[bytes] | None) -> tuple[str, int]:
    """Read a file to its end, and write it where there is a target: its hash and length."""
    digest, size = sha256(), 0
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest(), size


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
