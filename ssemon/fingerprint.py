"""What the program itself is: hashes of its code, its content and the libraries beside it.

Whatever was computed once may be used again only by the same program. Files are hashed by what they hold, never by
their dates, so that a fresh clone and an old one agree.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from ssemon import resources

_PACKAGE = Path(__file__).resolve().parent
# Compiled code and what editors leave behind say nothing about what is computed.
_PASSED_OVER = ("__pycache__",)
_INSTALLED = (".dist-info", ".egg-info")


@cache
def of_program() -> str:
    """Return the hash of what a run is computed by: our code, the schemas, Python and every installed package."""
    folders = (_PACKAGE, resources.folder("schemas"))
    return _together([*map(of_folder, folders), sys.version, *installed()])


@cache
def of_pages() -> str:
    """Return the hash of what turns a run into pages: the program and the templates."""
    return _together([of_program(), of_folder(resources.folder("templates"))])


def of_folder(folder: Path, pattern: str = "*") -> str:
    """Return the hash of a folder's files and names: of those that count, and are named after a pattern.

    Missing: a folder that is not there is like an empty one.
    """
    digest = sha256()
    for path in sorted(_files(folder)):
        if path.match(pattern) and path.is_file():
            digest.update(f"{path.relative_to(folder).as_posix()}\0{of_file(path)}\n".encode())
    return digest.hexdigest()


def counts(name: str) -> bool:
    """Return whether a file or folder of this name belongs to what is read; hidden ones and Python's caches do not."""
    return not name.startswith(".") and name not in _PASSED_OVER


def _files(folder: Path, way: tuple[Path, ...] = ()) -> Iterator[Path]:
    """What lies in a folder and counts; also behind a link to a folder, which the program reads as if it lay there."""
    here = folder.resolve()
    if any(passed.is_relative_to(here) for passed in way):  # a link that leads back
        return
    try:
        found = [path for path in folder.iterdir() if counts(path.name)]
    except OSError:
        return
    for path in found:
        if path.is_dir():
            yield from _files(path, (*way, here))
        else:
            yield path


def of_file(path: Path) -> str:
    """Return the hash of a file's bytes; an empty text where there is no such file."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def of_texts(texts: Iterable[str]) -> str:
    """Return one hash of several texts, in their order."""
    return _together(texts)


def installed() -> tuple[str, ...]:
    """Return the installed packages with their versions, as their folders are named.

    Missing: a place that may not be looked into holds nothing for us: nothing can be imported from it either.
    """
    found: set[str] = set()
    for place in filter(None, sys.path):
        with suppress(OSError):
            found |= {path.name for path in Path(place).iterdir() if path.name.endswith(_INSTALLED)}
    return tuple(sorted(found))


def _together(texts: Iterable[str]) -> str:
    digest = sha256()
    for text in texts:
        digest.update(f"{len(text)}:{text}\n".encode())
    return digest.hexdigest()
