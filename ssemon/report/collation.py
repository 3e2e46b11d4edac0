"""The alphabetical order of a language: its own letters in their place, accents and tones only where all else is equal.

What a language adds to the order of its script stands in `templates/translations/collation.csv`: `letters` are
those that follow one another as letters of their own; `encoding` is a national character set whose order is the
language's (GB 2312 has the common Chinese characters in the order of their pinyin).

Source: CLDR 48, collation; Unicode Technical Standard 10 for the three things that all languages here share.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import groupby
from unicodedata import combining, normalize

from ssemon.report.catalogues import catalogue_folder

# Combining classes of marks that are letters of their own: none, the virama and the vowels below in Thai and Lao.
_LETTERS = frozenset({0, 9, 103, 118})
# Vowels that are written before the consonant that they are sorted after (Unicode: Logical_Order_Exception).
_WRITTEN_BEFORE = frozenset(map(chr, (*range(0x0E40, 0x0E45), *range(0x0EC0, 0x0EC5))))

Weight = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Alphabet:
    """What a language adds to the order of its script."""

    letters: Mapping[str, Weight] = field(default_factory=dict)
    encoding: str = ""


def in_order(names: Iterable[str], language: str) -> list[str]:
    """Return names in the alphabetical order of a language.

    >>> in_order(["Zambia", "ñu", "nube", "Åland", "nz"], "es")
    ['Åland', 'nube', 'nz', 'ñu', 'Zambia']
    """
    return sorted(names, key=sort_key(language))


def sort_key(language: str) -> Callable[[str], tuple[object, ...]]:
    """Return the function that gives a name its place."""
    return partial(_key, _alphabets().get(language, _Alphabet()))


def _key(alphabet: _Alphabet, name: str) -> tuple[object, ...]:
    folded = normalize("NFC", name.casefold())
    if alphabet.encoding:
        return folded.encode(alphabet.encoding, errors="replace"), name
    return tuple(_weights(folded, alphabet.letters)), name


def _weights(text: str, letters: Mapping[str, Weight]) -> Iterator[Weight]:
    """Yield the places of a text's letters, without accents and tones."""
    place = 0
    clusters = _reordered(list(_clusters(text)))
    while place < len(clusters):
        pair = "".join(clusters[place : place + 2])
        if len(clusters[place]) == 1 and pair in letters:
            yield letters[pair]
            place += 2
            continue
        yield from _weights_of(clusters[place], letters)
        place += 1


def _weights_of(cluster: str, letters: Mapping[str, Weight]) -> Iterator[Weight]:
    base, marks = cluster[0], cluster[1:]
    own = next((letters[found] for mark in marks if (found := normalize("NFC", base + mark)) in letters), None)
    yield own or letters.get(base, (base, 0))
    for mark in marks:
        if combining(mark) in _LETTERS:
            yield mark, 0


def _clusters(text: str) -> Iterator[str]:
    """Yield each letter with the marks that stand on it."""
    found = ""
    for letter in normalize("NFD", text):
        if found and combining(letter):
            found += letter
            continue
        if found:
            yield found
        found = letter
    if found:
        yield found


def _reordered(clusters: list[str]) -> list[str]:
    """Put each vowel that is written before its consonant behind it."""
    for place in range(len(clusters) - 1):
        if clusters[place] in _WRITTEN_BEFORE and clusters[place + 1] not in _WRITTEN_BEFORE:
            clusters[place], clusters[place + 1] = clusters[place + 1], clusters[place]
    return clusters


@cache
def _alphabets() -> Mapping[str, _Alphabet]:
    with (catalogue_folder() / "collation.csv").open(encoding="utf-8", newline="") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: row["language"])
    return {language: _alphabet(list(its)) for language, its in groupby(rows, key=lambda row: row["language"])}


def _alphabet(rows: list[dict[str, str]]) -> _Alphabet:
    letters: dict[str, Weight] = {}
    for row in rows:
        if row["rule"] == "letters":
            chain = row["value"].split()
            letters.update({letter: (chain[0], place) for place, letter in enumerate(chain)})
    encoding = next((row["value"] for row in rows if row["rule"] == "encoding"), "")
    return _Alphabet(letters, encoding)
