"""Collecting what is wrong with an edition profile, and reading its cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ssemon.errors import EditionFault, Problem, Where
from ssemon.text import did_you_mean, quoted


class Faults:
    """Collects the problems of one profile; `stop` raises them together."""

    def __init__(self, path: Path | None) -> None:
        self.where = Where(file=str(path or "edition.toml"))
        self.problems: list[Problem] = []

    def add(self, code: str, what: str, fix: str, found: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(code=code, stage="edition", what=what, where=self.where, found=found, fix=fix))

    def unless(self, holds: bool, code: str, key: str, what: str, word: object, known: Iterable[str]) -> None:
        """Note a word that is not known, with the closest one that is."""
        if not holds:
            self.add(code, f"{key} {what}", did_you_mean(str(word), sorted(known)), quoted(word))

    def keys(self, table: Mapping[str, Any], known: Iterable[str], section: str) -> None:
        """Note every key of a table that is not known."""
        for key in table:
            if key not in known:
                self.add("E02", f"[{section}] has a key we do not know: {key}", did_you_mean(key, known))

    def stop(self) -> None:
        """Raise what was noted, all at once. Errors: EditionFault."""
        if self.problems:
            raise EditionFault(self.problems)


def table_of(faults: Faults, data: Mapping[str, Any], key: str, section: str = "") -> dict[str, Any]:
    """Return a table of the profile, or of one of its sections; empty where it is absent or no table."""
    value = data.get(key, {})
    if isinstance(value, dict):
        return value
    name = f"{section}.{key}" if section else key
    faults.add("E03", f"{name} must be a table", f"write [{name}]", quoted(value))
    return {}


def typed(faults: Faults, table: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    """Return a value of this kind; the default where it is absent or of another."""
    value = table.get(key, default)
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    faults.add("E03", f"{key} must be of type {kind.__name__}", "correct the value", quoted(value))
    return default


def strings(faults: Faults, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return a list of texts; empty where it is absent or something else."""
    value = table.get(key, [])
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return tuple(value)
    faults.add("E03", f"{key} must be a list of texts", f'for example {key} = ["KOR", "JPN"]', quoted(value))
    return ()
