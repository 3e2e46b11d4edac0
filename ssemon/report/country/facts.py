"""What the law provides for in a country, and what owners of statistics have counted."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.report.country.counted import left_over
from ssemon.report.facts import KeyFigures, LegalForm, key_figures, legal_forms
from ssemon.report.material import CountryMaterial

# The table of a country's legal forms.
LEGAL_FORMS = "legal_forms"


@dataclass(frozen=True, slots=True)
class Facts:
    """A country's facts."""

    legal_forms: tuple[LegalForm, ...]
    key_figures: KeyFigures


def facts(material: CountryMaterial) -> Facts | None:
    """Return a country's facts, but for those that the section on its regions shows. Missing: None where there are none."""
    given, words = material.outcome.facts, material.words
    found = Facts(
        legal_forms=legal_forms(given.get(LEGAL_FORMS, ()), words),
        key_figures=key_figures(left_over(material), words),
    )
    return found if found.legal_forms or found.key_figures.tables else None
