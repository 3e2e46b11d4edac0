"""Words of one language: gettext, numbers, and the names of codes from the code lists."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import cache
from gettext import NullTranslations

from ssemon import resources
from ssemon.model import NOT_ASSESSED, CountryOutcome
from ssemon.report.numbers import Numbers

# Scripts that are written from right to left, by the language that uses them.
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "dv", "ps"})


@dataclass(frozen=True)
class Words:
    """What a page needs to speak one language."""

    language: str = "en"
    translations: NullTranslations = field(default_factory=NullTranslations)

    @property
    def numbers(self) -> Numbers:
        """How this language writes numbers."""
        return Numbers(self.language)

    @property
    def direction(self) -> str:
        """The direction of writing, as HTML names it."""
        return "rtl" if self.language.split("-")[0] in _RIGHT_TO_LEFT else "ltr"

    def _(self, message: str) -> str:
        """Return the message in this language."""
        return self.translations.gettext(message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Return the message for a count in this language, the count written in."""
        return self.translations.ngettext(one, many, count).format(count=self.numbers.whole(count))

    def band(self, code: str) -> str:
        """Return a band's name; its code where the code list does not know it."""
        return self._(_names("SSE_BAND").get(code or NOT_ASSESSED, code))

    def unit(self, code: str) -> str:
        """Return a unit as it stands after a number; its code where the code list does not know it."""
        return self._(_names("UNIT_MEASURE", "symbol_en").get(code, code)) if code else ""

    def status(self, code: str) -> str:
        """Return the name of an observation status."""
        return self._(_names("CL_OBS_STATUS").get(code, code))

    def grade(self, code: str) -> str:
        """Return what an evidence grade means."""
        return self._(_names("SSE_EVIDENCE_GRADE").get(code, code))

    def family(self, code: str) -> str:
        """Return the name of an organisation family."""
        return self._(_names("SSE_ORG_TYPE").get(code, code))

    def region(self, code: str) -> str:
        """Return the name of a part of a country; its code where it has none."""
        return _names("subdivisions", "name", "area").get(code, code)

    def country(self, outcome: CountryOutcome) -> str:
        """Return a country's name in this language; the plugin's own name for it where there is none."""
        return _area_names().get((outcome.code, self.language), "") or outcome.name or outcome.code


@cache
def _names(codelist: str, column: str = "name_en", key: str = "code") -> dict[str, str]:
    path = resources.folder("schemas") / "codelists" / f"{codelist}.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return {row[key]: row.get(column) or row.get("name_en") or row[key] for row in csv.DictReader(lines)}


@cache
def _area_names() -> dict[tuple[str, str], str]:
    path = resources.folder("schemas") / "codelists" / "area_names.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return {(row["code"], row["language"]): row["name"] for row in csv.DictReader(lines)}
