"""The country's own words: notes/xx.md of its folder."""

from __future__ import annotations

from ssemon import Country, hookimpl


@hookimpl(trylast=True)
def country_notes(country: Country, language: str) -> str | None:
    """Read the note of that language; a country without one gives none."""
    path = country.folder / "notes" / f"{language}.md"
    return path.read_text(encoding="utf-8-sig") if path.is_file() else None
