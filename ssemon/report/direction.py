"""Texts of the other direction in a page that is read from right to left: a citation, an address, a note in English.

Their full stops and brackets would jump to the wrong end. A text without a single letter of a right-to-left script
is therefore told to read from left to right; all others follow the page. HTML's own `dir="auto"` looks at the first
letter only, and turns over every sentence that begins with an acronym.
"""

from __future__ import annotations

from unicodedata import bidirectional
from xml.etree.ElementTree import Element

# What holds running text or one cell; a caption bears the page's own word for "table" and follows the page.
_TEXTS = frozenset({"p", "li", "td", "th", "h1", "h2", "h3", "h4"})
# One of several notes in a line; what a fact is, and whose.
_SPANS = frozenset({"reference", "what", "caveat"})
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def mark_up(root: Element) -> None:
    """Give every text of a right-to-left page that has letters of other scripts alone its own direction."""
    if root.get("dir") == "rtl":
        _mark_up(root)


def _mark_up(element: Element) -> None:
    for child in element:
        # An entry of the contents ends in a page number, on the page's own side.
        own = (
            (child.tag in _TEXTS or child.get("class") in _SPANS)
            and child.get("dir") is None
            and child.find("a") is None
        )
        if own and reads_rightwards("".join(child.itertext())):
            child.set("dir", "ltr")
        elif isinstance(child.tag, str) and not child.tag.endswith("}svg"):
            _mark_up(child)


def reads_rightwards(text: str) -> bool:
    """Whether a text has letters, and none of a script that is written from right to left.

    >>> reads_rightwards("V-Dem (2024)."), reads_rightwards("V-Dem، 2024"), reads_rightwards("58.9 (12)")
    (True, False, False)
    """
    # The mark before a negative number has a direction too, and is no letter.
    kinds = {bidirectional(letter) for letter in text if letter.isalpha()}
    return "L" in kinds and not kinds & _RIGHT_TO_LEFT
