"""What limits several indicators of one table: said once, under it, and pointed to by a letter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from string import ascii_lowercase

from ssemon.report.context import Row

# Between the parts of a remark: the semicolons of the languages' own scripts, but those within brackets.
_BETWEEN = re.compile(r"\s*[;\uff1b\u061b]\s*(?![^(\uff08]*[)\uff09])")
_END = ".\u3002\u06d4\u0964\u17d4"
# A part that so many indicators share is said once; what takes no more room than its letter stays where it is.
_SHARED, _SHORTEST = 2, 12


def remarks_apart(rows: Sequence[Row], said: str = "") -> tuple[tuple[Row, ...], tuple[tuple[str, str], ...]]:
    """Return the rows with what is their own, and with letters for what they share; and what the letters stand for.

    Shape:   a remark is cut at its semicolons; the letters follow the rows. `said` is what the table says of rows
             that are not scored, which their remarks need not say again.
    Missing: rows that share nothing, or more than the letters there are, stay as they are.
    """
    rows = [row if row.scored else _without(row, said) for row in rows]
    parts = [_parts(row.caveat) for row in rows]
    counted = Counter(part for remark in parts for part in dict.fromkeys(map(_plain, remark)))
    shared = {part for part, count in counted.items() if count >= _SHARED and len(part) >= _SHORTEST}
    texts: dict[str, str] = {}
    for remark in parts:
        for part in remark:
            if _plain(part) in shared:
                texts.setdefault(_plain(part), part)
    if not texts or len(texts) > len(ascii_lowercase):
        return tuple(rows), ()
    keys = dict(zip(texts, ascii_lowercase, strict=False))
    found = tuple(_own(row, remark, keys) for row, remark in zip(rows, parts, strict=True))
    return found, tuple((keys[plain], _sentence(text)) for plain, text in texts.items())


def _parts(text: str) -> list[str]:
    return [part for part in _BETWEEN.split(text.rstrip(_END)) if part]


def _plain(part: str) -> str:
    """A part whether it begins a sentence or not."""
    return part[:1].lower() + part[1:]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _without(row: Row, said: str) -> Row:
    """A row whose remark does not say again what the table says of it."""
    parts = _parts(row.caveat)
    own = [part for part in parts if _plain(part) != _plain(said)]
    return row if own == parts else replace(row, caveat=_joined(own, row.caveat))


def _own(row: Row, remark: Sequence[str], keys: dict[str, str]) -> Row:
    pointed = tuple(sorted(keys[_plain(part)] for part in remark if _plain(part) in keys))
    own = [part for part in remark if _plain(part) not in keys]
    return replace(row, caveat=_joined(own, row.caveat), remark_keys=pointed) if pointed else row


def _joined(parts: Sequence[str], whole: str) -> str:
    """Parts of a remark as a sentence, which ends as the whole does and has its semicolons."""
    end = whole[-1:] if whole[-1:] in _END else ""
    between = _BETWEEN.search(whole)
    return _sentence((between[0] if between else "").join(parts)) + end if parts else ""
