"""A line of a page typed in this process: what its reader's terminal shows, without waiting for Python and the packages again."""

from __future__ import annotations

import io
import re
import shlex
import sys
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from ssemon.cli import main

# ssemon and its words, without anything that a shell reads; then where the answer goes: > FILE, 2> FILE or > FILE 2>&1.
_LINE = re.compile(r"ssemon (?P<words>[^|;&<>$`*?\\]*?)(?: (?P<what>2?)> (?P<file>[\w./-]+)(?P<both> 2>&1)?)?")


def can_be_typed_here(line: str) -> bool:
    """Whether a line is a command of ssemon and needs no shell but for where its answer goes."""
    return _LINE.fullmatch(line) is not None


def answer_here(line: str, folder: Path) -> str:
    """Return what the terminal shows of such a line, typed in a folder."""
    match = _LINE.fullmatch(line)
    assert match is not None, line
    terminal, away = _Text(), _Text()
    out = away if match["file"] and not match["what"] else terminal
    err = away if match["file"] and (match["what"] or match["both"]) else terminal
    known = set(sys.modules)
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.chdir(folder)
        patch.setenv("COLUMNS", "100")
        patch.setattr(sys, "path", list(sys.path))
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        with pytest.raises(SystemExit):
            main(shlex.split(match["words"]))
    _forget(known, folder)
    if match["file"]:
        (folder / match["file"]).write_text(away.text(), encoding="utf-8")
    return terminal.text()


class _Text(io.TextIOWrapper):
    """What is written for a terminal, as text or as bytes."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="", write_through=True)

    def text(self) -> str:
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode()


def _forget(known: set[str], folder: Path) -> None:
    """Forget the modules of the page's own folder: another page, or the next line, may have others of their names."""
    for name in set(sys.modules) - known:
        file = getattr(sys.modules[name], "__file__", None)
        if file and Path(file).is_relative_to(folder):
            del sys.modules[name]
