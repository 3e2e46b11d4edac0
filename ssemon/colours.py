"""Colours as numbers: how far two stand out from each other, for full sight and for colour-blind eyes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import dist

# WCAG 2.2, success criterion 1.4.3.
LEAST_CONTRAST = 4.5
WHITE = "#ffffff"
_HEX = re.compile(r"#[0-9a-f]{6}")
# Linear RGB as eyes without red, green or blue cones see it.
# Source: Viénot, Brettel and Mollon (1999) for the first two; Machado, Oliveira and Fernandes (2009), severity 1, for the third.
_EYES: dict[str, tuple[tuple[float, float, float], ...]] = {
    "full": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deutan": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
# Linear sRGB to CIE XYZ, and the white of D65.
_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
_D65 = (0.9505, 1.0, 1.089)


def is_colour(text: str) -> bool:
    """Return whether a text is a colour of six hexadecimal digits, in lower case."""
    return _HEX.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21.

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0

    Source: WCAG 2.2, contrast ratio.
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def difference(one: str, other: str) -> float:
    """Return how far two colours lie apart to the eyes that tell them apart least.

    Units: CIE 1976 ΔE; about 2 is just seen side by side, 20 is told apart at a distance.

    >>> difference("#0b5a6b", "#0b5a6b"), difference("#a01010", "#107010") < 25
    (0.0, True)
    """
    return min(dist(_lab(one, eyes), _lab(other, eyes)) for eyes in _EYES.values())


def mixed(one: str, other: str, share: float) -> str:
    """Return a colour with so much of another in it.

    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(channels(one), channels(other), strict=True)
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in pairs)


def channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (_linear_channel(channel / 255) for channel in channels(colour))
    return red, green, blue


def _linear_channel(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _lab(colour: str, eyes: Sequence[Sequence[float]]) -> tuple[float, float, float]:
    seen = [min(max(value, 0.0), 1.0) for value in _times(eyes, _linear(colour))]
    x, y, z = (_root(value / white) for value, white in zip(_times(_XYZ, seen), _D65, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _times(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    return [sum(one * other for one, other in zip(row, vector, strict=True)) for row in matrix]


def _root(share: float) -> float:
    return float(share ** (1 / 3)) if share > 0.008856 else 7.787 * share + 16 / 116
