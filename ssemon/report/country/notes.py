"""A country's own words."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ssemon.report.material import CountryMaterial
from ssemon.report.notes import render_notes


@dataclass(frozen=True, slots=True)
class Notes:
    """A country's notes, in the language that they are written in, and who stands behind them."""

    text: Markup
    language: str
    status: str


def notes(material: CountryMaterial) -> Notes | None:
    """Return the notes in the report's language, else in English, else in the first there is. Missing: None."""
    given = material.outcome.notes
    for language in (material.words.language, "en", *given):
        if given.get(language):
            return Notes(render_notes(given[language]), language, _status(material))
    return None


def _status(material: CountryMaterial) -> str:
    """Say who stands behind the notes: only what the plugin itself says."""
    _, by = material.words._, material.outcome.confirmed_by
    stands = _("Confirmed by {name}.") if by else _("Compiled for this report; not yet confirmed by the country.")
    checked = _("Figures in the notes are not checked against the tables.")
    return material.words.joined([stands.format(name=by), checked])
