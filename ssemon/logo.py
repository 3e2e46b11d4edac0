"""A logo that may stand in a report: a PNG, or an SVG that is a drawing and nothing else."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

# A logo is a few kilobytes; more than this is a photograph or an attack.
LARGEST = 512 * 1024
_MOST_PIXELS, _MOST_PARTS = 6000, 3000
_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = "{http://www.w3.org/2000/svg}"
# What draws; whatever else an SVG can hold (scripts, pages, pictures, animations, filters, links) is refused.
_DRAWN = frozenset(
    ["svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "title", "desc", "metadata", "defs", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "symbol", "use", "style"]
)  # fmt: skip
# An address in a style or an attribute; only a part of the same drawing may be meant.
_ADDRESS = re.compile(r"url\(\s*[\"']?\s*(?!#)|@import|expression\(|javascript:", re.IGNORECASE)
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\?xml-stylesheet", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo that was checked. `kind` is its media type."""

    kind: str
    content: bytes

    @property
    def address(self) -> str:
        """The logo as a data address: it travels with the page."""
        return f"data:{self.kind};base64,{base64.b64encode(self.content).decode('ascii')}"


def read_logo(content: bytes) -> Logo:
    """Return the logo.

    Errors: ValueError with the reason in words where it is no PNG or SVG, too large, or more than a drawing.
    """
    if len(content) > LARGEST:
        raise ValueError(f"it has more than {LARGEST // 1024} KB")
    if content.startswith(_PNG):
        wide, high = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
        if content[12:16] != b"IHDR" or not 0 < wide <= _MOST_PIXELS or not 0 < high <= _MOST_PIXELS:
            raise ValueError(f"its size is not between 1 and {_MOST_PIXELS} pixels")
        return Logo("image/png", content)
    _check_drawing(content)
    return Logo("image/svg+xml", content)


def _check_drawing(content: bytes) -> None:
    if _DECLARED.search(content) or b"\x00" in content:
        raise ValueError("it declares a document type, an entity or a style sheet")
    try:
        root = ET.fromstring(content)  # noqa: S314  no entities: they were refused
    except ET.ParseError as error:
        raise ValueError(f"it is neither a PNG nor an SVG ({error})") from error
    if root.tag != f"{_SVG}svg":
        raise ValueError("its outermost element is no svg")
    parts = list(root.iter())
    if len(parts) > _MOST_PARTS:
        raise ValueError(f"it has more than {_MOST_PARTS} elements")
    for reason in (*_foreign(parts), *_nested(root)):
        raise ValueError(reason)


def _foreign(parts: list[ET.Element]) -> Iterator[str]:
    """Yield what is more than a drawing. What belongs to a drawing program's own names is never drawn."""
    for part in parts:
        space, _, name = part.tag.rpartition("}")
        if f"{space}}}" == _SVG and name not in _DRAWN:
            yield f"it has an element that is no drawing: {name}"
        if part.text and name == "style" and _ADDRESS.search(part.text):
            yield "its style reads an address"
        for key, value in part.attrib.items():
            own = key.rpartition("}")[2].lower()
            if own.startswith("on"):
                yield f"it has an attribute that runs a script: {own}"
            if own in ("href", "src") and not value.strip().startswith("#"):
                yield f"it reads an address: {own}"
            if _ADDRESS.search(value):
                yield f"it reads an address: {own}"


def _nested(root: ET.Element) -> Iterator[str]:
    """Yield parts that repeat parts that repeat: a few of them draw a million shapes."""
    by_name = {part.get("id"): part for part in root.iter() if part.get("id")}
    for part in root.iter(f"{_SVG}use"):
        wanted = next((value for key, value in part.attrib.items() if key.rpartition("}")[2] == "href"), "")
        repeated = by_name.get(wanted.strip().removeprefix("#"))
        if repeated is not None and next(repeated.iter(f"{_SVG}use"), None) is not None:
            yield "it repeats a part that itself repeats a part"
