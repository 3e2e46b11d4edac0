"""What the disk, the database or another program does to the store, said so that somebody can mend it."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ssemon.errors import EditionFault, Problem, Where

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)
# The low byte of an extended SQLite code is its kind.
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_READ_ONLY = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_NOTHING = "nothing was recorded"


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turn what the file system and SQLite raise into a problem of the store in `folder`.

    Errors: EditionFault L03 may not be written, L04 full, L05 busy, L06 damaged; anything else is raised as it is.
    """
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        problem = _of_sqlite(code, str(error), folder)
        if problem is None:
            raise
        raise EditionFault(problem) from error
    except OSError as error:
        place = Path(str(error.filename)) if error.filename else folder
        if error.errno in _FULL:
            raise EditionFault(disk_full(place, error.strerror or str(error))) from error
        if error.errno in _FORBIDDEN:
            raise EditionFault(not_writable(place, error.strerror or str(error))) from error
        raise


def _of_sqlite(code: int, text: str, folder: Path) -> Problem | None:
    if code in _BUSY:
        return busy(folder, text)
    if code in _READ_ONLY:
        return not_writable(folder, text)
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return disk_full(folder, text)
    return damaged_ledger(folder, text) if code in _DAMAGED else None


def disk_full(place: Path | str, found: str) -> Problem:
    """The disk takes no more."""
    free = _free_space(place)
    return Problem(
        code="L04", stage="store", what=f"the store cannot be written: {_NOTHING}", where=Where(file=str(place)),
        found=found + (f"; {free:,} bytes are free".replace(",", "\u202f") if free is not None else ""),
        fix="make room on that disk (or have your quota raised), then do it again",
    )  # fmt: skip


def _free_space(place: Path | str) -> int | None:
    if isinstance(place, str):  # a database elsewhere
        return None
    for folder in (place, *place.parents):
        if folder.is_dir():
            try:
                return shutil.disk_usage(folder).free
            except OSError:
                return None
    return None


def not_writable(place: Path | str, found: str) -> Problem:
    """The store may be read and not written."""
    return Problem(
        code="L03", stage="store", what=f"the store may not be written: {_NOTHING}", where=Where(file=str(place)),
        found=found, fix="do it as someone who may write there, or have the rights of the folder changed",
    )  # fmt: skip


def busy(place: Path | str, found: str) -> Problem:
    """Another program has been writing all the time."""
    return Problem(
        code="L05", stage="store", what=f"another program is writing to the record: {_NOTHING}",
        where=Where(file=str(place)), found=found, fix="wait for it to end, then do it again",
    )  # fmt: skip


def damaged_ledger(place: Path | str, found: str) -> Problem:
    """The ledger is not what was written."""
    return Problem(
        code="L06", stage="store", what="the ledger is damaged", where=Where(file=str(place)), found=found,
        fix="keep this folder as it is and take the last backup: ssemon restore FILE --store FOLDER",
    )  # fmt: skip
