"""Files that are there whole or not at all, whatever happens to the process that writes them."""

from __future__ import annotations

import os
from pathlib import Path

_PART = ".part"


def replace_file(target: Path, content: bytes) -> None:
    """Put the content under its final name in one step, safe on the disk first.

    Errors: OSError if it cannot be written; nothing is then left behind.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}{_PART}")
    try:
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def sweep(folder: Path) -> None:
    """Take away the parts of files whose writers are no more: a process that is killed cannot do it itself."""
    for part in folder.glob(f".*{_PART}"):
        writer = part.name.removesuffix(_PART).rpartition(".")[2]
        if writer.isdigit() and not _lives(int(writer)):
            part.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
