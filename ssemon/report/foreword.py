"""The foreword of the house that prints the reports."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ssemon.report.brand import brand_of
from ssemon.report.material import Material


@dataclass(frozen=True, slots=True)
class Foreword:
    """The foreword, in the language that it is written in, and who signs it."""

    text: Markup
    language: str
    signed: tuple[str, ...]


def foreword(material: Material) -> Foreword | None:
    """Return the foreword. Missing: None where the branding has none."""
    brand = brand_of(material.results.run.branding, material.words)
    if brand is None or not brand.foreword:
        return None
    signed = (brand.signed, brand.function, brand.name) if brand.signed else ()
    return Foreword(brand.foreword, brand.foreword_language, tuple(filter(None, signed)))
