"""The country's own words: notes/xx.md of its folder."""

from __future__ import annotations

from ssemon import Country, CountryFault, Problem, Where, hookimpl


@hookimpl(trylast=True)
def country_notes(country: Country, language: str) -> str | None:
    """Read the note of that language; a country without one gives none."""
    path = country.folder / "notes" / f"{language}.md"
    try:
        return path.read_text(encoding="utf-8-sig") if path.is_file() else None
    except UnicodeDecodeError as error:
        place, found = Where(file=f"notes/{language}.md"), str(error)
        problem = Problem(code="F05", what="the note is not UTF-8", found=found, fix="save it as UTF-8", where=place)
        raise CountryFault(problem) from error
