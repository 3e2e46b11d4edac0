"""The cover of the comparative report: where the scores lie, the key messages, the contents."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.report.context import Place, place
from ssemon.report.material import Material


@dataclass(frozen=True, slots=True)
class Cover:
    """What the cover says. Units: `markers` in per cent of the scale."""

    countries: str
    available: str
    messages: tuple[str, ...]
    place: Place
    markers: tuple[float, ...]


def cover(material: Material) -> Cover:
    """Return what the cover says."""
    results, words = material.results, material.words
    return Cover(
        countries=words.ngettext("{count} country", "{count} countries", len(results.countries)),
        available=words.numbers.whole(len(results.codes)),
        messages=material.findings.comparative_messages(),
        place=place(results, words, "", material.root.code),
        markers=_markers(material),
    )


def _markers(material: Material) -> tuple[float, ...]:
    """Where the overall scores lie."""
    codes, root = material.results.codes, material.root.code
    places = (place(material.results, material.words, area, root).at for area in codes)
    return tuple(at for at in places if at is not None)
