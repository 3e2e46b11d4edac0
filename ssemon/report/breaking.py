"""Where lines may break in scripts that are written without spaces: by the dictionaries of ICU.

Thai lines are broken by Pango itself; Lao and Khmer only at spaces, so that a sentence would run over the edge of
its column. The pages get a space of no width at every place where ICU allows a break. Charts measure their own
lines and ask for the places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from itertools import accumulate
from unicodedata import category

NO_WIDTH = "\u200b"
# Lao and Khmer for the pages; Thai as well for the charts. First and last code point of each block.
_UNBROKEN = re.compile("[\u0e80-\u0eff\u1780-\u17ff\u19e0-\u19ff]{2,}")
_SPACELESS = re.compile("[\u0e00-\u0e7f\u0e80-\u0eff\u1780-\u17ff\u19e0-\u19ff]{2,}")
# The sign that puts the next Khmer letter under the one before; the signs that repeat a word in Thai, Lao and Khmer.
_STACKS, _REPEATS = "\u17d2", ("\u0e46", "\u0ec6", "\u17d7")
# What a page holds beside running text: charts, which cut their own lines, and the inside of tags.
_NOT_TEXT = re.compile(r"(<svg\b.*?</svg>|<[^>]*>)", re.DOTALL)

Segments = Callable[[str], "list[str]"]


def breakable(html: str) -> str:
    """Return a page with a space of no width wherever a line of Lao or Khmer may break.

    Missing: without ICU the page stays as it is.
    """
    segments = _icu()
    if segments is None or not _UNBROKEN.search(html):
        return html
    head, body, rest = html.partition("<body")
    parts = _NOT_TEXT.split(body + rest)
    for place, part in enumerate(parts):
        # The attributes of the body are the texts of the running feet.
        if place % 2 and not part.startswith("<body"):
            continue
        parts[place] = _UNBROKEN.sub(lambda found: NO_WIDTH.join(segments(found.group())), part)
    return head + "".join(parts)


def places(text: str) -> frozenset[int]:
    """Return where a line of a script without spaces may end, as positions in the text."""
    segments = _icu()
    if segments is None:
        return frozenset()
    found = (
        found.start() + end
        for found in _SPACELESS.finditer(text)
        for end in accumulate(map(len, segments(found.group())))
    )
    return frozenset(found)


def is_available() -> bool:
    """Whether ICU is installed."""
    return _icu() is not None


@cache
def _icu() -> Segments | None:
    try:
        from icu4py.breakers import LineBreaker
    except ImportError:
        return None
    # ICU chooses its dictionary by the letters; the locale only says how strict it is.
    return lambda text: _whole(map(str, LineBreaker(text, "en")))


def _whole(segments: Iterable[str]) -> list[str]:
    """Join what the dictionaries cut within a letter or before a sign that repeats the word."""
    found: list[str] = []
    for segment in segments:
        if found and (found[-1].endswith(_STACKS) or segment.startswith(_REPEATS) or category(segment[0])[0] == "M"):
            found[-1] += segment
        else:
            found.append(segment)
    return found
