"""Words of one language: gettext, numbers, and the names of codes from the code lists."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, reduce
from gettext import NullTranslations

from ssemon import resources
from ssemon.model import NOT_ASSESSED, CountryOutcome
from ssemon.report.catalogues import SOURCE_LANGUAGE, Catalogue, catalogue
from ssemon.report.collation import in_order
from ssemon.report.numbers import Numbers, locale_of
from ssemon.tables import region_names

# Code lists whose names are printed, and the column that is: they stand in the catalogues too.
PRINTED_LISTS = {
    "SSE_BAND": "name_en",
    "CL_OBS_STATUS": "name_en",
    "SSE_EVIDENCE_GRADE": "name_en",
    "SSE_ORG_TYPE": "name_en",
    "UNIT_MEASURE": "symbol_en",
}
# Columns of indicators.csv that hold a word of a short list; it is printed, so it stands in the catalogues too.
PRINTED_COLUMNS = ("goalpost_basis", "proxy_strength")

# What stands between two texts. These messages are in the catalogues already, from the pages that spell them out.
_HEADED, _APART, _IN_ROW = "{choice}: {name}", "{one}; {other}", "{first}, {last}"

# What ends a sentence, in the scripts of the reports.
_STOPS = ".!?…。！？។៕؟۔᠃"


@dataclass(frozen=True)
class Words:
    """What a page needs to speak one language."""

    language: str = SOURCE_LANGUAGE
    translations: NullTranslations = field(default_factory=NullTranslations)
    reviewer: str = ""
    is_translation: bool = False

    @classmethod
    def of(cls, language: str) -> Words:
        """Return the words of a language, from its catalogue."""
        found: Catalogue = catalogue(language)
        return cls(language, found.translations, found.reviewer, found.is_translation)

    @property
    def numbers(self) -> Numbers:
        """How this language writes numbers."""
        return Numbers(self.language)

    @property
    def direction(self) -> str:
        """The direction of writing, as HTML names it."""
        return locale_of(self.language).text_direction

    def _(self, message: str) -> str:
        """Return the message in this language."""
        return self.translations.gettext(message)

    def ngettext(self, one: str, many: str, count: int, **named: str) -> str:
        """Return the message for a count in this language, with the count and whatever else it names written in."""
        return self.translations.ngettext(one, many, count).format(count=self.numbers.whole(count), **named)

    def sentence(self, text: str) -> str:
        """Return a heading or a finding as a whole sentence; what ends in a stop already stays as it is."""
        # Translators: makes a whole sentence of a heading; put the full stop of your language, or none.
        return text if not text or text[-1] in _STOPS else self._("{text}.").format(text=text)

    def headed(self, *texts: str) -> str:
        """Return what a text is about and the text, with the language's colon; what is empty is left out.

        >>> Words().headed("Region", "Cooperatives"), Words.of("ja").headed("地域", "数")
        ('Region: Cooperatives', '地域：数')
        """
        return _folded(lambda one, other: self._(_HEADED).format(choice=one, name=other), texts)

    def apart(self, texts: Iterable[str]) -> str:
        """Return texts that may have commas of their own, with the language's semicolon between them."""
        return _folded(lambda one, other: self._(_APART).format(one=one, other=other), texts)

    def in_a_row(self, texts: Iterable[str]) -> str:
        """Return texts with the language's comma between them, and no word for “and”."""
        return _folded(lambda one, other: self._(_IN_ROW).format(first=one, last=other), texts)

    def joined(self, sentences: Iterable[str]) -> str:
        """Return sentences as running text: a space between them, none after a full-width stop.

        >>> Words().joined(["One.", "", "Two."])
        'One. Two.'
        """
        running = ""
        for sentence in filter(None, sentences):
            space = " " if running and not running.endswith("。") else ""
            running += space + sentence
        return running

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Return names in the alphabetical order of this language."""
        return in_order(names, self.language)

    def band(self, code: str) -> str:
        """Return a band's name; its code where the code list does not know it."""
        return self._named("SSE_BAND", code or NOT_ASSESSED)

    def unit(self, code: str) -> str:
        """Return a unit as it stands after a number; its code where the code list does not know it."""
        return self._named("UNIT_MEASURE", code)

    def status(self, code: str) -> str:
        """Return the name of an observation status."""
        return self._named("CL_OBS_STATUS", code)

    def grade(self, code: str) -> str:
        """Return what an evidence grade means."""
        return self._named("SSE_EVIDENCE_GRADE", code)

    def family(self, code: str) -> str:
        """Return the name of an organisation family."""
        return self._named("SSE_ORG_TYPE", code)

    def spelt(self, code: str) -> str:
        """Return a word of a framework's short lists, such as the basis of a goalpost."""
        return self._(spelt(code)) if code else ""

    def region(self, code: str) -> str:
        """Return the name of a part of a country, in this language where it is known; its code where it has none."""
        return region_names().get((code, self.language)) or _names("subdivisions", "name", "area").get(code, code)

    def country(self, outcome: CountryOutcome) -> str:
        """Return a country's name in this language.

        Source:  the names of the code list, then CLDR's, then the plugin's own.
        """
        own = outcome.name or outcome.code
        if not self.is_translation:
            return own
        given = _area_names().get((outcome.code, self.language), "")
        known = locale_of(self.language).territories.get(_names("areas", "iso2").get(outcome.code, ""), "")
        return given or known or own

    def area(self, code: str) -> str:
        """Return the name of any area; its code where no list has it."""
        given = _area_names().get((code, self.language), "") if self.is_translation else ""
        iso2 = _names("areas", "iso2").get(code, "")
        known = locale_of(self.language).territories.get(iso2, "") if self.is_translation else ""
        return given or known or _names("areas").get(code, code)

    def group(self, name: str) -> str:
        """Return the name of a group of areas: a region of the United Nations has that of CLDR, any other its message.

        Missing: a name that neither has stays as it is.
        """
        if not self.is_translation or not name:
            return name
        code = _names("M49_REGION", "code", "name_en").get(name, "")
        return locale_of(self.language).territories.get(code, "") or self._(name)

    def counted(self, unit: str) -> str:
        """Return the word that a country's file gives for what a figure counts; as it is where no catalogue has it."""
        return self._(unit) if unit else ""

    def _named(self, codelist: str, code: str) -> str:
        name = _names(codelist, PRINTED_LISTS[codelist]).get(code, code)
        return self._(name) if name else ""


def _folded(put: Callable[[str, str], str], texts: Iterable[str]) -> str:
    there = list(filter(None, texts))
    return reduce(put, there) if there else ""


def spelt(code: str) -> str:
    """Return a code as words.

    >>> spelt("empirical_frozen")
    'empirical frozen'
    """
    return code.replace("_", " ")


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
