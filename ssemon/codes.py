"""The codes of problems: content in schemas/problems.csv, so that a text can be corrected without touching code."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ssemon import resources


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """What a code means, who can act, and how the fault is mended."""

    code: str
    who: str
    title: str
    means: str
    repair: str


@cache
def problem_codes() -> Mapping[str, ProblemCode]:
    """Return every code, in the order of the file."""
    path = resources.folder("schemas") / "problems.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: ProblemCode(**row) for row in csv.DictReader(file)}
