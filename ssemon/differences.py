"""What differs between the inputs of two runs, in words: program, data files, framework, profile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from ssemon.choices import Choice, FrozenBounds
from ssemon.edition import Edition
from ssemon.framework import Framework
from ssemon.model import Run

# Settings that a profile spells otherwise than the records do.
_SPELT = {"method.max_age": "method.reference_period.max_age", "method.band_cuts": "method.bands.cuts",
          "method.band_codes": "method.bands.codes", "method.denominators": "method.denominate",
          "method.frozen_file": "method.frozen", "outlook": "trend"}  # fmt: skip
_SINGLE = {"method.indicator_": "method.indicator", "method.node_": "method.node"}
_NOT_SAID = ("path", "hash")
# A hash is shown by its beginning, as elsewhere.
_SHORT = 12


@dataclass(frozen=True, slots=True)
class InputChange:
    """One thing that was otherwise.

    Shape:   `topic` is program, data, framework or profile; `subject` a file, a node, an indicator, an area, or empty;
             `key` a column, a setting or a package.
    Missing: empty text where there was nothing before, or is nothing after.
    """

    topic: str
    subject: str
    key: str
    before: str
    after: str

    def __str__(self) -> str:
        name = " · ".join(part for part in (self.subject, self.key) if part)
        if not self.before:
            return f"{name}: new" + (f" ({self.after})" if self.after else "")
        return f"{name}: {self.before} → {self.after}" if self.after else f"{name}: no longer there ({self.before})"


def input_changes(before: Run, after: Run) -> tuple[InputChange, ...]:
    """Return everything that differs between the inputs of two runs. Errors: none; the same inputs give nothing."""
    return (
        *_changes("program", "", dict(before.versions), dict(after.versions)),
        *_data(before, after),
        *_framework(before.framework, after.framework),
        *_changes("profile", "", settings(before.edition), settings(after.edition)),
    )


def _changes(topic: str, subject: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[InputChange]:
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        if one != other:
            yield InputChange(topic, subject, key, _text(one), _text(other))


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _data(before: Run, after: Run) -> Iterator[InputChange]:
    """Files that are not the same bytes, and countries that came, went or failed."""
    sides = []
    for run in (before, after):
        files = {
            (source.country, source.file): source.sha256[:_SHORT] for one in run.countries for source in one.sources
        }
        states = {(one.code, ""): "available" if one.available else "not available" for one in run.countries}
        sides.append({**states, **files})
    for country, file in dict.fromkeys([*sides[0], *sides[1]]):
        one, other = (side.get((country, file), "") for side in sides)
        if one != other:
            yield InputChange("data", country, file, one, other)


def _framework(before: Framework, after: Framework) -> Iterator[InputChange]:
    about = [{name: getattr(one, name) for name in ("id", "version", "title", "licence")} for one in (before, after)]
    yield from _changes("framework", "", *about)
    sides = [
        {
            **{node.code: _node_row(node) for node in one.nodes},
            **{leaf.code: _row(leaf.as_row()) for leaf in one.indicators},
        }
        for one in (before, after)
    ]
    yield from _members("framework", *sides)
    rubrics = [
        {
            f"{code}, rubric": {str(level): text for level, text in levels.items()}
            for code, levels in one.rubrics.items()
        }
        for one in (before, after)
    ]
    yield from _members("framework", *rubrics)
    yield from _members("framework", *({f"{code}, area": dict(row) for code, row in one.areas.items()} for one in (before, after)))  # fmt: skip


def _node_row(node: Any) -> dict[str, Any]:
    return _row(
        {**node.metadata, "level": node.level, "parent": node.parent, "name_en": node.name, "weight": node.weight}
    )


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without its empty cells and its key."""
    return {name: cell for name, cell in row.items() if cell not in (None, "") and name != "code"}


def _members(
    topic: str, before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> Iterator[InputChange]:
    """Rows that came or went, one line each; rows that are in both, cell by cell."""
    for code in dict.fromkeys([*before, *after]):
        one, other = before.get(code), after.get(code)
        if one is None or other is None:
            row = one or other or {}
            name = str(row.get("name_en") or row.get("parent") or "row")
            yield InputChange(topic, code, "", "" if one is None else name, "" if other is None else name)
        else:
            yield from _changes(topic, code, one, other)


def settings(edition: Edition) -> dict[str, str]:
    """Return every setting of a profile as the profile names it, defaults included. Shape: key → value in words."""
    found: dict[str, str] = {}
    for name, value in _flat("", edition):
        key = name if name.startswith(("method.", "outlook.", "uncertainty.")) else f"edition.{name}"
        found[_spelt(key)] = value
    return found


def _spelt(key: str) -> str:
    """The key as a profile has it: `method.indicator_treatment.X` is `method.indicator.X.treatment` there."""
    for beginning, section in _SINGLE.items():
        if key.startswith(beginning):
            setting, _, code = key.removeprefix(beginning).partition(".")
            return f"{section}.{code}.{setting}"
    for name, spelt in _SPELT.items():
        if key == name or key.startswith(f"{name}."):
            return spelt + key.removeprefix(name)
    return key


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """The leaves of nested records and tables, each with its path; what is empty has none."""
    if isinstance(value, Choice):
        given = ", ".join(f"{key} = {own}" for key, own in value.parameters.items())
        yield name, f"{value.method} ({given})" if given else value.method
    elif isinstance(value, FrozenBounds):
        yield name, ", ".join(f"{key} {own:g}" for key, own in value.statistics.items())
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in _NOT_SAID:
                yield from _flat(f"{name}.{field.name}".lstrip("."), getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, own in value.items():
            place = ".".join(str(part) for part in key if part is not None) if isinstance(key, tuple) else key
            yield from _flat(f"{name}.{place}", own)
    elif isinstance(value, tuple) and value and isinstance(value[0], FrozenBounds):
        for bounds in value:
            yield from _flat(f"{name}.{bounds.indicator}" + (f".{bounds.year}" if bounds.year else ""), bounds)
    elif value not in (None, "", ()):
        yield name, _words(value)


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(_words(one) for one in value)
    return {True: "true", False: "false"}.get(value, _text(value)) if isinstance(value, bool) else _text(value)
