"""How wide a text will be, without a font at hand: enough to cut it, wrap it and leave it room."""

from __future__ import annotations

import re
from functools import cache
from unicodedata import category, east_asian_width, normalize

from ssemon.report import breaking

# Advance widths of Noto Sans, U+0020 to U+007E, in thousandths of the size.
_REGULAR = (
    260, 269, 408, 646, 572, 831, 732, 225, 300, 300, 551, 572, 268, 322, 268, 372, 572, 572, 572, 572, 572, 572, 572,
    572, 572, 572, 268, 268, 572, 572, 572, 434, 899, 639, 650, 632, 730, 556, 519, 728, 741, 339, 273, 619, 524, 907,
    760, 781, 605, 781, 622, 549, 556, 731, 600, 930, 586, 566, 572, 329, 372, 329, 572, 444, 281, 561, 615, 480, 615,
    564, 344, 615, 618, 258, 258, 534, 258, 935, 618, 605, 615, 615, 413, 479, 361, 618, 508, 786, 529, 510, 470, 380,
    551, 380, 572,
)  # fmt: skip
_FIRST = 0x20
# Bold letters are wider by this much over a page of names; bold figures are not.
_BOLD = 1.07
# Full-width letters; marks that sit on another letter; any other letter.
_WIDE, _NONE, _OTHER = 1.0, 0.0, 0.67
# Mean advances of the letters of whole scripts in the names of countries, as Pango sets them, with a little to spare.
# First and last code point of each block.
_SCRIPTS = (
    (0x0400, 0x052F, 0.63),  # Cyrillic
    (0x0600, 0x06FF, 0.47),  # Arabic
    (0x0E00, 0x0E7F, 0.54),  # Thai
    (0x0E80, 0x0EFF, 0.55),  # Lao
    (0x1780, 0x17FF, 0.62),  # Khmer
    (0xAC00, 0xD7A3, 0.92),  # Hangul
)
# Letters of Cyrillic that are much wider than the others.
_BROAD, _BROAD_WIDTH = frozenset("ЖШЩЮЫФМмжшщюыф"), 0.86
_ELLIPSIS = "…"
# Letters that the next one hangs on: a text cut behind one would show it bare (Khmer coeng, zero width joiner).
_JOINING = "\u17d2\u200d"
# Full-width marks that no line begins with, and those that none ends with.
_CLOSING = frozenset("、。，．：；！？）」』】〉》・々ーぁぃぅぇぉっゃゅょァィゥェォッャュョ")
_OPENING = frozenset("（「『【〈《")
# Spaces that a line may end at; no-break spaces are not among them.
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_NO_BREAK = "\u00a0\u202f"


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a text in pixels, to within a few per cent.

    >>> round(width_of("100", 10), 2)
    17.16
    """
    factor = _BOLD if bold else 1.0
    return size * sum(_advance(letter) * (1.0 if _is_even(letter) else factor) for letter in text)


def on_one_line(text: str) -> str:
    r"""Return the text with one space wherever it has several or a new line; no-break spaces stay.

    >>> on_one_line(" 5\u00a0%  of\nall ")
    '5\xa0% of all'
    """
    return _SPACES.sub(" ", text).strip(" ")


def fitted(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """Return the text, cut with an ellipsis where it is wider than the room.

    >>> fitted("Social and Solidarity Economy", 60, 10)
    'Social and…'
    """
    text = on_one_line(text)
    if width_of(text, size, bold=bold) <= room:
        return text
    room -= width_of(_ELLIPSIS, size, bold=bold)
    kept = _longest(text, room, size, bold)
    return text[:kept].rstrip() + _ELLIPSIS


def wrapped(text: str, room: float, size: float, *, bold: bool = False, lines: int = 2) -> tuple[str, ...]:
    """Return the text in at most so many lines, broken at spaces, the last one cut where it must be.

    >>> wrapped("Legal and policy framework", 80, 10)
    ('Legal and policy', 'framework')
    """
    left = on_one_line(text)
    done: list[str] = []
    while len(done) < lines - 1 and width_of(left, size, bold=bold) > room:
        kept = _line_end(left, room, size, bold)
        if not kept:
            break
        done.append(left[:kept].rstrip())
        left = left[kept:].lstrip()
    return (*done, fitted(left, room, size, bold=bold))


def _line_end(text: str, room: float, size: float, bold: bool) -> int:
    """Return where a line may end: before the last space that fits, or where a script without spaces allows it."""
    longest = _longest(text, room, size, bold)
    if longest < len(text) and _is_ideograph(text[longest]):
        return _beside_marks(text, longest)
    if text[longest : longest + 1] == " ":
        return longest
    space = text.rfind(" ", 0, longest) + 1
    return max([space, *(place for place in breaking.places(text) if place <= longest)])


def _beside_marks(text: str, place: int) -> int:
    """Move the end of a line back until no mark that closes begins the next line, and none that opens ends this one.

    Source:  JIS X 4051; GB/T 15834. Where that would part a Latin word, the line ends where it did.
    """
    earlier = place
    while earlier > 1 and (text[earlier] in _CLOSING or text[earlier - 1] in _OPENING):
        earlier -= 1
    return earlier if _is_ideograph(text[earlier]) else place


def _longest(text: str, room: float, size: float, bold: bool) -> int:
    """Return how many letters fit, never parting a letter from its marks."""
    kept, used = 0, 0.0
    for place, letter in enumerate(text):
        used += width_of(letter, size, bold=bold)
        if used > room:
            break
        if not _is_inside(text, place + 1):
            kept = place + 1
    return kept


def _is_inside(text: str, place: int) -> bool:
    """Return whether a cut at this place would part what belongs together."""
    if place >= len(text):
        return False
    return category(text[place]).startswith("M") or text[place] in _JOINING or text[place - 1] in _JOINING


@cache
def _advance(letter: str) -> float:
    # An accented letter is as wide as its base, and a no-break space as a space.
    letter = " " if letter in _NO_BREAK else letter
    code = ord(letter if 0xAC00 <= ord(letter) <= 0xD7A3 else normalize("NFD", letter)[0])
    if 0 <= code - _FIRST < len(_REGULAR):
        return _REGULAR[code - _FIRST] / 1000
    if category(letter) in ("Mn", "Me", "Cf"):
        return _NONE
    if letter in _BROAD:
        return _BROAD_WIDTH
    known = next((width for first, last, width in _SCRIPTS if first <= code <= last), None)
    return known or (_WIDE if _is_wide(letter) else _OTHER)


def _is_even(letter: str) -> bool:
    """Whether a letter is as wide in bold as it is in regular type."""
    return letter.isdigit() or _is_wide(letter)


def _is_wide(letter: str) -> bool:
    return east_asian_width(letter) in "WF"


def _is_ideograph(letter: str) -> bool:
    """Whether a line may end before any letter of this one's script: Korean is broken at its spaces."""
    return _is_wide(letter) and not 0xAC00 <= ord(letter) <= 0xD7A3
