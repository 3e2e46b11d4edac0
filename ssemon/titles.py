"""Where a table's headings stand in a file with title rows, and which sheets a workbook has: a look at the first rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ssemon.errors import Problem, SsemonError
from ssemon.manifest import MANIFEST, TableSource
from ssemon.sheets import Refused, open_sheet, read_names
from ssemon.sheets.workbook import WORKBOOKS
from ssemon.text import folded, sentences

# So far down a row of headings is looked for.
ROWS_LOOKED_AT = 20
_TEXTS = (".csv", ".tsv", ".txt")
_SEPARATORS = ",;\t|"
# The faults that a wrong header row gives.
_SIGNS, _MERGED = ("S02", "S03", "S05", "S07", "S08"), "S11"
_YEAR = re.compile(r"(1[89]|20|21)\d\d")
_NUMBER = re.compile(r"[+-]?[\d .,'\u00a0\u202f]*\d\s*%?")


def hinted(problems: Sequence[Problem], table: TableSource, known: Collection[str]) -> tuple[Problem, ...]:
    """Return the problems; where another row looks like the headings, one that says so instead of those of the headings.

    `known` are the words that may stand there: our columns and the headings that mapping.csv maps.
    """
    if not any(problem.code in (*_SIGNS, _MERGED) for problem in problems):
        return tuple(problems)
    row = known_header_row(first_rows(table), known, beside=table.header_row)
    if row is None:
        return tuple(problems)
    hint = f"The headings seem to stand in row {row}: write header_row = {row} in {MANIFEST}"
    problems = [replace(p, fix=sentences(hint, f"Else {p.fix}")) if p.code == _MERGED else p for p in problems]
    signs = [problem for problem in problems if problem.code in _SIGNS]
    if not signs:
        return tuple(problems)
    one = Problem(
        code="S05",
        what=signs[0].what if signs[0].code == "S05" else f"row {table.header_row} does not hold the headings",
        found=signs[0].found,
        fix=sentences(hint, f"Else {signs[0].fix}"),
        where=table.where(rows=(table.header_row,), row_count=1),
    )
    return (*(problem for problem in problems if problem not in signs), one)


def first_rows(table: TableSource) -> list[list[str]]:
    """Return the first rows of a CSV file or a sheet as texts; none where it is of another kind or cannot be read."""
    suffix = table.path.suffix.lower()
    try:
        if suffix in WORKBOOKS:
            return [_trimmed(row) for row in open_sheet(table, most_rows=ROWS_LOOKED_AT, tell_errors=True).rows]
        if suffix in _TEXTS:
            return _text_rows(table)
    except (OSError, LookupError, ValueError, csv.Error, SsemonError):
        return []
    return []


def known_header_row(rows: Sequence[Sequence[str]], known: Collection[str], beside: int = 0) -> int | None:
    """Return the row with the most words that are known, at least two; None where `beside` has as many.

    Units: rows count from 1, as a spreadsheet numbers them.
    """
    words = set(map(folded, known))
    counts = [sum(folded(cell) in words for cell in row if cell) for row in rows]
    best = max(counts, default=0)
    there = counts[beside - 1] if 0 < beside <= len(counts) else 0
    return counts.index(best) + 1 if best >= 2 and best > there else None


def likely_header_row(rows: Sequence[Sequence[str]], known: Collection[str]) -> int | None:
    """Return the row that looks most like headings: by its words, else by its form.

    By its form: the first row that is as wide as the table, holds no number but years, and has a row below it.
    """
    by_words = known_header_row(rows, known)
    if by_words is not None:
        return by_words
    widths = [sum(bool(cell) for cell in row) for row in rows]
    usual = max(widths, default=0)
    for number, (row, width) in enumerate(zip(rows, widths, strict=True), 1):
        if width >= max(2, usual - 1) and number < len(rows) and not any(map(_is_number, row)):
            return number
    return None


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets; none where it is no workbook or cannot be opened."""
    if path.suffix.lower() not in WORKBOOKS:
        return []
    try:
        return [sheet.name for sheet in read_names(path) if not sheet.hidden]
    except (Refused, OSError):
        return []


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell)) and not _YEAR.fullmatch(cell)


def _text_rows(table: TableSource) -> list[list[str]]:
    encoding = "utf-8-sig" if table.encoding.lower() in ("utf-8", "utf8") else table.encoding
    with table.path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = [line for _, line in zip(range(ROWS_LOOKED_AT), file, strict=False)]
    text = "".join(lines)
    separator = table.separator or max(_SEPARATORS, key=text.count)
    return [_trimmed(row) for row in csv.reader(io.StringIO(text), delimiter=separator)]


def _trimmed(row: Iterable[str | None]) -> list[str]:
    return [(cell or "").strip() for cell in row]
