"""The examples of docs/reference/examples.toml: a fault of each kind, the message that it gives, its repair.

    python docs/problem_examples.py     run them and write their messages to docs/reference/messages.json

The page of the problem codes is made of both files; a test sees that the messages are true and the repairs repair.
"""

# ruff: noqa: T201 (a script prints)

from __future__ import annotations

import json
import os
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "reference"
MESSAGES = FOLDER / "messages.json"
EDITION, PLUGIN = "edition.toml", "kor"


@dataclass(frozen=True)
class Example:
    """A fault and its repair, as files of a workspace that are otherwise than in the sound one."""

    code: str
    broken: Mapping[str, str]
    mended: Mapping[str, str]
    absent: str = ""
    encoding: str = "utf-8"
    note: str = ""


def _read() -> dict[str, dict[str, object]]:
    return tomllib.loads((FOLDER / "examples.toml").read_text(encoding="utf-8"))


def sound() -> Mapping[str, str]:
    """Return the files of the workspace without faults."""
    return {name: str(text) for name, text in _read()["sound"].items()}


def examples() -> Mapping[str, Example]:
    """Return the examples by code, in the order of their file."""
    found = {}
    for code, data in _read().items():
        if code != "sound":
            broken, mended = data.pop("broken", {}), data.pop("mended", {})
            found[code] = Example(code, broken, mended, **data)  # type: ignore[arg-type]
    return found


def write_broken(example: Example, folder: Path) -> None:
    """Write the workspace with the fault in it."""
    for name, text in {**sound(), **example.broken}.items():
        if name != example.absent:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode(example.encoding if name in example.broken else "utf-8"))


def mend(example: Example, folder: Path) -> None:
    """Write the repair over it."""
    for name, text in example.mended.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def told(folder: Path) -> dict[str, str]:
    """Return what `ssemon validate` says of a workspace: the first message of each code."""
    from ssemon import SsemonError, validate

    with _inside(folder):
        try:
            problems = validate([Path(PLUGIN)], Path(EDITION))[0].problems
        except SsemonError as error:
            problems = error.problems
    return {problem.code: f"{problem.severity} · {problem}" for problem in reversed(problems)}


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def messages() -> Mapping[str, str]:
    """Return the messages as they were written."""
    return json.loads(MESSAGES.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def main() -> int:
    """Run every example and write what it gives; say which does not give its own code."""
    written, wrong = {}, []
    for code, example in examples().items():
        with tempfile.TemporaryDirectory() as name:
            write_broken(example, Path(name))
            said = told(Path(name))
            mend(example, Path(name))
            after = told(Path(name))
        if code not in said or code in after:
            wrong.append(f"{code}: broken gives {list(said)}, mended gives {list(after)}")
        written[code] = said.get(code, "")
    MESSAGES.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print("\n".join(wrong) or f"{len(written)} messages")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
