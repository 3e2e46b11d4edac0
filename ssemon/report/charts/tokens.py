"""Colours and sizes of every chart, in one place.

Measures are CSS pixels: a chart drawn at its own width has 96 of them to the inch. The palette has one hue for
data, one accent for the unit that a page is about, and greys. Each differs from the others in lightness too, so
that it survives a grey printer and colour-blind eyes; every text colour has a contrast of at least 4.5 with white.
"""

from __future__ import annotations

from collections.abc import Sequence

from ssemon.colours import LEAST_CONTRAST, channels, contrast

__all__ = ["LEAST_CONTRAST", "classes", "contrast", "readable_on", "shade"]

# The space between the margins of an A4 page of the reports (174 mm) and half of it, as two charts in a row.
WIDTH = 640.0
HALF_WIDTH = 310.0

FONT = "Noto Sans, Noto Sans CJK JP, sans-serif"
# 7 pt, the smallest text that prints well; and 8 pt.
SMALL, NORMAL = 9.4, 10.7

INK = "#1b2733"
MUTED = "#55616d"
GREY = "#8d98a3"
RULE = "#c9d1d8"
GRID = "#e1e6ea"
PANEL = "#f1f4f6"
PAPER = "#ffffff"
SEA = "#f6f9fb"
LAND = "#e5e6e7"

MAIN = "#0b5a6b"
SOFT = "#8fb9c0"
ACCENT = "#b04a12"
ACCENT_SOFT = "#fbeee5"

# Lines that are told apart by dash as well as by colour.
LINES = {
    "main": (MAIN, ""),
    "accent": (ACCENT, ""),
    "muted": (MUTED, "5 3"),
    "second": ("#6d4c91", "8 3"),
    "third": ("#7a6a14", "2 2.5"),
    "grey": (GREY, ""),
}

# One hue from light to dark: the anchors of every sequential scale.
SEQUENCE = ("#e3efef", "#b3d4d5", "#74b0b5", "#2f8090", "#0a4a5a")
# Falls and rises: the middle is no change, and both ends are as dark.
DIVERGING = ("#8a3a0e", "#e0a585", "#f3f4f3", "#74b0b5", "#0a4a5a")
_LIGHTEST = 0.2
# On a shade in the middle only pure black and pure white reach the least contrast.
_READABLE = ("#000000", PAPER)


def classes(count: int) -> tuple[str, ...]:
    """Return the colours of so many ordered classes, light to dark; the lightest still shows beside grey land.

    >>> classes(2) == (shade(0.2), shade(1)), classes(1) == (shade(0.6),)
    (True, True)
    """
    if count <= 1:
        return (shade(0.6),)
    return tuple(shade(_LIGHTEST + (1 - _LIGHTEST) * step / (count - 1)) for step in range(count))


def shade(share: float, colours: Sequence[str] = SEQUENCE) -> str:
    """Return the colour at a share, 0 to 1, of a scale.

    >>> shade(0), shade(1)
    ('#e3efef', '#0a4a5a')
    """
    place = min(max(share, 0.0), 1.0) * (len(colours) - 1)
    step = min(int(place), len(colours) - 2)
    pairs = zip(channels(colours[step]), channels(colours[step + 1]), strict=True)
    return "#" + "".join(f"{round(low + (high - low) * (place - step)):02x}" for low, high in pairs)


def readable_on(background: str) -> str:
    """Return the text colour that stands out more on a background."""
    return max(_READABLE, key=lambda colour: contrast(colour, background))
