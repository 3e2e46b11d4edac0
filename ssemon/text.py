"""Names and lists as people write them: comparing, the closest known word, bounded lists."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from ssemon.errors import SHOWN

# A cell shown in a message is cut here, so that one bad cell cannot fill a screen.
LONGEST_VALUE = 40
# Letters of Cyrillic and Greek that nobody can tell from these Latin ones.
_LOOKS_LIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеорсухіјѕԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABESIJKMHOPCTYXaeopcyxijsdqwABEZHIKMNOPTYXo"
)  # fmt: skip
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))


def folded(name: str) -> str:
    r"""Return the form in which two names are compared: NFC, trimmed, no invisible marks, case folded.

    >>> folded(" Année\u00a0") == folded("ANNE\u0301E")
    True
    """
    visible = unicodedata.normalize("NFC", name).translate(_INVISIBLE)
    return " ".join(visible.split()).casefold()


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` was most likely meant to be, or None.

    >>> closest("observatons", ["observations", "legal_forms"])
    'observations'
    """
    by_folded = {folded(name): name for name in known}
    matches = get_close_matches(folded(word), by_folded, n=1, cutoff=0.6)
    return by_folded[matches[0]] if matches else None


def disguised(word: str, known: Iterable[str]) -> str:
    """Return a sentence on a known word that looks the same, or lost its zeros in a spreadsheet; empty where it is none.

    >>> disguised("7", ["007"])
    'did you mean "007"? The spreadsheet read a code as a number and took off its zeros: make the column text'
    """
    latin = _as_it_looks(word)
    for one in known:
        if one != word and _as_it_looks(one) == latin:
            return f'did you mean "{one}"? It looks the same and has letters of another alphabet: type it anew'
        if word.isdigit() and one.isdigit() and one.lstrip("0") == word and one != word:
            zeros = "The spreadsheet read a code as a number and took off its zeros: make the column text"
            return f'did you mean "{one}"? {zeros}'
    return ""


def _as_it_looks(word: str) -> str:
    return unicodedata.normalize("NFKC", word).translate(_LOOKS_LIKE)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a sentence naming the closest known word, or the known words when none is close."""
    words = list(known)
    match = closest(word, words)
    if match is not None:
        return f'did you mean "{match}"?'
    return f"known: {listed(words, most=12)}" if words else "none is known"


def sentences(*parts: str) -> str:
    r"""Return the parts as one text, each ended by a mark.

    >>> sentences("did you mean \"year\"?", "known: a, b", "mend it")
    'did you mean "year"? known: a, b. mend it'
    """
    *first, last = [part for part in parts if part]
    return " ".join([*(part if part[-1] in ".?!:" else f"{part}." for part in first), last])


def listed(values: Iterable[object], most: int = SHOWN) -> str:
    """Return a bounded list: the first values, then how many more there are.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    texts = [str(value) for value in values]
    more = len(texts) - most
    shown = ", ".join(texts[:most])
    return f"{shown} and {more} more" if more > 0 else shown


def quoted(value: object) -> str:
    """Return a value as a message shows it: in quotation marks, cut, with unprintable characters spelt out."""
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in str(value))
    return f'"{text[:LONGEST_VALUE]}…"' if len(text) > LONGEST_VALUE else f'"{text}"'


def counted_values(values: Sequence[object]) -> str:
    """Return the distinct values with their counts, the first five, most frequent first.

    >>> counted_values(["x", "y", "x"])
    '"x" (2 times), "y"'
    """
    counts: dict[object, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])
    return listed(quoted(value) + (f" ({n} times)" if n > 1 else "") for value, n in ordered)


def table_rows(text: str, separator: str = ",") -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    r"""Return the headings of a small CSV text and its rows, numbered as a spreadsheet numbers them.

    Missing: a blank row is counted and left out; a cell that is not there is empty text.

    >>> table_rows('a,b\n"x\ny",1\n\nz\n')
    (['a', 'b'], [(2, {'a': 'x\ny', 'b': '1'}), (4, {'a': 'z', 'b': ''})])
    """
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    head = rows[0] if rows else []
    numbered = [(number, row) for number, row in enumerate(rows[1:], 2) if any(map(str.strip, row))]
    return head, [
        (number, {name: row[at].strip() if at < len(row) else "" for at, name in enumerate(head)})
        for number, row in numbered
    ]


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return the count with its noun.

    >>> plural(1, "row"), plural(3, "row")
    ('1 row', '3 rows')
    """
    return f"{count:,} {one if count == 1 else (many or one + 's')}".replace(",", "\u202f")
