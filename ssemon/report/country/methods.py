"""How a country's scores came about and how to read them; where their inputs came from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ssemon.report.context import Paragraph, SourceRow, source_rows
from ssemon.report.material import CountryMaterial


@dataclass(frozen=True, slots=True)
class Methods:
    """The method in words."""

    paragraphs: tuple[Paragraph, ...]
    reading: tuple[str, ...]
    not_a: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that a country's numbers come from, and what made the report."""

    files: tuple[SourceRow, ...]
    contact: str
    versions: tuple[tuple[str, str], ...]


def methods(material: CountryMaterial) -> Methods:
    """Return the method in words."""
    methodology = material.methodology
    return Methods(methodology.paragraphs(), methodology.reading(), methodology.not_a())


def sources(material: CountryMaterial) -> Sources:
    """Return where the country's numbers come from."""
    versions = tuple(sorted(material.results.run.versions.items()))
    keys = material.source_keys
    rows = tuple(
        replace(row, number=str(keys.of(row.source))) for row in source_rows(material.outcome.sources, material.words)
    )
    return Sources(rows, material.outcome.contact, versions)
