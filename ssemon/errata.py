"""The errata of an edition: what was published wrongly, and what is right. A file beside the edition profile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from ssemon.errors import EditionFault, Problem, Where
from ssemon.model import Erratum
from ssemon.tables import area_codes
from ssemon.text import did_you_mean, quoted, table_rows

ERRATA = "errata.csv"
COLUMNS = ("date", "country", "place", "was", "is", "why")
_NEEDED = ("date", "place", "was", "is", "why")


def read_errata(path: Path) -> tuple[Erratum, ...]:
    """Read a list of errata, the newest first.

    Shape:   `date,country,place,was,is,why`; `place` is an indicator's code, or words for a page, a table, a figure.
    Missing: an empty `country` is every country's; no other cell may be empty.
    Errors:  EditionFault D07 for a file that cannot be read, and for each row that is not understood.
    """
    where = Where(file=str(path))
    try:
        head, rows = table_rows(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise EditionFault(_fault(where, "the errata cannot be read", "save the file as UTF-8", str(said))) from error
    unknown = [name for name in head if name not in COLUMNS]
    absent = [name for name in COLUMNS if name not in head]
    if unknown or absent:
        fix = f"its first row must be {','.join(COLUMNS)}"
        what = "the errata have a column that is not known" if unknown else f"the errata have no column {absent[0]}"
        raise EditionFault(_fault(where, what, fix, quoted(",".join(head))))
    problems: list[Problem] = []
    found = [_erratum(row, Where(file=str(path), rows=(number,)), problems) for number, row in rows]
    if problems:
        raise EditionFault(problems)
    return tuple(sorted(found, key=lambda one: one.date, reverse=True))


def _erratum(row: Mapping[str, str], where: Where, problems: list[Problem]) -> Erratum:
    problems += [_fault(where, f"an erratum has no {name}", "write it") for name in _NEEDED if not row[name]]
    day = dt.date.min
    try:
        day = dt.date.fromisoformat(row["date"]) if row["date"] else day
    except ValueError:
        problems.append(
            _fault(where, "the date of an erratum is no day", "for example 2026-03-31", quoted(row["date"]))
        )
    if row["country"] and row["country"] not in area_codes():
        fix = did_you_mean(row["country"], area_codes())
        problems.append(_fault(where, "the country of an erratum is not known", fix, quoted(row["country"])))
    return Erratum(day, row["country"], row["place"], row["was"], row["is"], row["why"])


def _fault(where: Where, what: str, fix: str, found: str = "") -> Problem:
    return Problem(code="D07", stage="edition", what=what, where=where, found=found, fix=fix)
