"""The section [report] of an edition profile: which sections a report has, in which order, and since when it tells changes.

What there is stands in templates/sections.csv, a row a section; the rows that are printed where a profile says
nothing, in their order, are the default.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from ssemon import resources
from ssemon.faults import Faults, strings, typed

# Where the sections that extensions add stand, unless they say after which other.
ADDED = "added"
_BRIEFS = "briefs"
_PREVIOUS = "previous"
# A table of its own in the section: the groups that are compared (groups.py).
GROUPS = "groups"


@dataclass(frozen=True, slots=True)
class KnownSection:
    """A section that a report may have. `title` is its English heading; empty: it is not in the contents."""

    kind: str
    section: str
    default: bool
    title: str
    template: str


@cache
def known_sections() -> Mapping[str, Mapping[str, KnownSection]]:
    """Return every section by kind of report and name, in the order of the file."""
    path = resources.folder("templates") / "sections.csv"
    found: dict[str, dict[str, KnownSection]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            known = KnownSection(row["kind"], row["section"], row["default"] == "1", row["title"], row["template"])
            found.setdefault(known.kind, {})[known.section] = known
    return MappingProxyType(found)


@dataclass(frozen=True, slots=True)
class Outline:
    """What is printed: the sections of each kind of report, briefs beside the reports, changes since an earlier run.

    Shape:   `chosen` in the order of the pages; `previous` is the folder of the earlier run.
    Missing: a kind that is not named has its default; without `previous` no report tells changes.
    """

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    briefs: bool = False
    previous: str = ""

    def of(self, kind: str) -> tuple[str, ...]:
        """Return the names of a report's sections."""
        default = tuple(known.section for known in known_sections()[kind].values() if known.default)
        return self.chosen.get(kind, default)


def read_outline(faults: Faults, table: Mapping[str, Any]) -> Outline:
    """Read the section [report]; what is wrong with it goes to `faults`."""
    kinds = known_sections()
    faults.keys(table, (*kinds, _BRIEFS, _PREVIOUS, GROUPS), "report")
    chosen = {kind: _sections(faults, table, kind) for kind in kinds if kind in table}
    briefs, previous = typed(faults, table, _BRIEFS, bool, False), typed(faults, table, _PREVIOUS, str, "")
    return Outline(chosen, briefs, previous)


def _sections(faults: Faults, table: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    known, names = known_sections()[kind], strings(faults, table, kind)
    for name in names:
        faults.unless(name in known, "E10", f"report.{kind}", "names a section that there is not", name, known)
    twice = sorted({name for name in names if names.count(name) > 1})
    for name in twice:
        faults.add("E03", f"report.{kind} names a section twice", "keep it where it should stand", name)
    if table[kind] == []:
        faults.add("E03", f"report.{kind} names no section", "name one, or take the key out for the default")
    return names
