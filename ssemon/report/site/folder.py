"""A folder that takes its place in one step: a reader finds the old site or the new one, never half of each."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path


def replace_folder(target: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write files into a folder beside `target` as they come, then put it in the place of what stands there.

    Shape:  a path from the folder's root and its content each.
    Errors: whatever making or writing a file raises; what stood there then stands there still, and nothing else is left.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    mark = uuid.uuid4().hex
    part = target.with_name(f".{target.name}.{mark}.part")
    old = target.with_name(f".{target.name}.{mark}.old")
    try:
        for name, content in files:
            place = part / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        _swap(part, target, old)
    finally:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _swap(part: Path, target: Path, old: Path) -> None:
    if not target.exists():
        part.rename(target)
        return
    target.rename(old)
    try:
        part.rename(target)
    except OSError:
        old.rename(target)
        raise
