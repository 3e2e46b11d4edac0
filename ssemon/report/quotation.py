"""Quotation marks of a language: around the names that the code puts into a sentence, and in the sentences themselves.

They stand in `templates/translations/quotation.csv`, with the spaces that belong within them.

Source: CLDR, delimiters (quotationStart and quotationEnd); the file names the source of each language.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ssemon import resources

# What a translator may have put instead: the marks of English, French and Japanese, with spaces within or without.
_QUOTED = re.compile(r"“([^“”]*)”|«[ \u00a0\u202f]?([^«»]*?)[ \u00a0\u202f]?»|「([^「」]*)」")


@dataclass(frozen=True, slots=True)
class Quotation:
    """The marks before and behind what is quoted; those of English unless told otherwise."""

    start: str = "“"
    end: str = "”"

    def around(self, name: str) -> str:
        """Return a name in quotation marks.

        >>> Quotation("「", "」").around("数値")
        '「数値」'
        """
        return f"{self.start}{name}{self.end}"

    def within(self, text: str) -> str:
        """Return a text whose quotation marks are these.

        >>> Quotation("«", "»").within("“{high}” is higher than “{low}”")
        '«{high}» is higher than «{low}»'
        """
        return _QUOTED.sub(lambda found: self.around(next(part for part in found.groups() if part is not None)), text)


def quotation(language: str) -> Quotation:
    """Return the marks of a language.

    Missing: those of the language without its region or script, and of English where the file has neither.
    """
    known = _known(resources.folder("templates") / "translations" / "quotation.csv")
    return known.get(language) or known.get(language.partition("-")[0]) or Quotation()


@cache
def _known(path: Path) -> Mapping[str, Quotation]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["language"]: Quotation(row["start"], row["end"]) for row in csv.DictReader(lines)}
