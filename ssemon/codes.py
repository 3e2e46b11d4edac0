"""The codes of problems: content in schemas/problems.csv, so that a text can be corrected without touching code.

`schemas/translations/problems.XX.csv` holds the same texts in the language XX: `code`, `title`, `means`, `repair`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from ssemon import resources
from ssemon.wording import SOURCE_LANGUAGE, translated_rows


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """What a code means, who can act, and how the fault is mended."""

    code: str
    who: str
    title: str
    means: str
    repair: str


@cache
def problem_codes(language: str = SOURCE_LANGUAGE) -> Mapping[str, ProblemCode]:
    """Return every code, in the order of the file.

    Missing: a text that the language does not have stays English.
    """
    path = resources.folder("schemas") / "problems.csv"
    with path.open(encoding="utf-8", newline="") as file:
        codes = {row["code"]: ProblemCode(**row) for row in csv.DictReader(file)}
    for row in translated_rows("problems", language):
        if row["code"] in codes:
            texts = {name: text for name, text in row.items() if name != "code" and text}
            codes[row["code"]] = replace(codes[row["code"]], **texts)
    return codes
