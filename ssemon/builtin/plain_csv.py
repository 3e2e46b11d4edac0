"""Plain CSV, the common case, split by Polars: every line a row, every row as long as the headings.

What is not plain is left to the parser in `ssemon.builtin.readers`, which names what is wrong with it.
"""

from __future__ import annotations

import re

import numpy as np
import polars as pl

_ROW = "source_row"
# Python takes the first for spaces and Polars does not; Polars drops the last at the start of a text.
_ODD_MARKS = "\x1c\x1d\x1e\x1f\ufeff"
_SOUND_CELL = r'^([^"]*|"[^"]*")$'


def plain_table(text: str, separator: str) -> pl.DataFrame | None:
    """Split a CSV text into cells; None where its lines may not be its rows, or are not all of the same length.

    Shape:   a column a heading, all text, and `source_row`; the headings stand in the first line.
    Missing: an empty cell is missing; rows without any cell are left out but counted.
    """
    head, _, body = text.partition("\n")
    headings = head.split(separator)
    names = [_bare(heading.strip()) for heading in headings]
    unclear = not all(names) or len({*names, _ROW}) <= len(names) or not all(map(_is_sound, headings))
    if unclear or not body or any(mark in text for mark in _ODD_MARKS):
        return None
    cells = _cells(body, names, separator)
    quoted = '"' in body
    if cells is None or (quoted and not _is_quoted_whole(cells)):
        return None
    found = cells.with_row_index(_ROW, offset=2).select(
        *(_cell(name, quoted=quoted) for name in names), pl.col(_ROW).cast(pl.Int64)
    )
    found = found.filter(~pl.all_horizontal(pl.col(names).is_null()))
    return None if found.is_empty() else found


def _bare(name: str) -> str:
    return name.removeprefix('"').removesuffix('"').strip()


def _is_sound(heading: str) -> bool:
    return re.search(_SOUND_CELL, heading) is not None


def _cells(body: str, names: list[str], separator: str) -> pl.DataFrame | None:
    """The lines split at every separator; None where one has more or fewer cells than there are headings."""
    data = body.encode()
    if not _is_regular(data, len(names) - 1, separator.encode()):
        return None
    schema = dict.fromkeys(names, pl.String)
    return pl.read_csv(data, has_header=False, schema=schema, separator=separator, quote_char=None)


def _is_regular(data: bytes, separators: int, separator: bytes) -> bool:
    """Whether every line has so many separators: the first after the line's start, the last before its end."""
    if not separators or len(separator) != 1:
        return False
    marks = np.frombuffer(data, dtype=np.uint8)
    ends = np.append(np.flatnonzero(marks == ord("\n")), len(data))
    found = np.flatnonzero(marks == ord(separator))
    if len(found) != len(ends) * separators:
        return False
    by_line = found.reshape(len(ends), separators)
    return bool((by_line[:, -1] < ends).all() and (by_line[1:, 0] > ends[:-1]).all())


def _is_quoted_whole(cells: pl.DataFrame) -> bool:
    """Whether quotation marks stand around whole cells and nowhere else: then no cell holds a separator or a line's end."""
    return all(cells.select(pl.all().str.contains(_SOUND_CELL).all()).row(0))


def _cell(name: str, *, quoted: bool) -> pl.Expr:
    cell = pl.col(name)
    if quoted:
        cell = cell.str.strip_prefix('"').str.strip_suffix('"')
    cell = cell.str.strip_chars()
    return pl.when(cell != "").then(cell).alias(name)
