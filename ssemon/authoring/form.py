"""The workbook that a national team fills in: what stands in it, before anybody draws it.

Its sheet of data holds our own headings and codes, so that the file needs no mapping once it is in a plugin's folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from ssemon.basis import read_profile
from ssemon.country import load_country
from ssemon.disclosure import with_reasons
from ssemon.edition import Edition
from ssemon.errors import Problem, UsageFault
from ssemon.framework import Framework, find_framework
from ssemon.manifest import MANIFEST, read_manifest
from ssemon.model import FREE, TOTAL
from ssemon.report.catalogues import PSEUDO_LANGUAGE, languages
from ssemon.report.translated import in_language
from ssemon.report.words import Words
from ssemon.tables import OBSERVATIONS, area_codes, code_meant, shipped_tables
from ssemon.text import quoted
from ssemon.wording import SOURCE_LANGUAGE, Wording

# So many years are asked for where nobody says which.
YEARS = 5


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of a workbook: those for authors first, then those of the reports, then English."""

    wording: Wording
    words: Words

    @classmethod
    def of(cls, language: str) -> Speech:
        """Return the words of a language."""
        return cls(Wording.of(language), Words.of(language))

    def say(self, text: str, **named: object) -> str:
        """Return a text in this language, with what it names written in."""
        if text in self.wording.texts or not text:
            return self.wording.say(text, **named)
        said = self.words._(text)
        return said.format_map(named) if named else said


@dataclass(frozen=True, slots=True)
class Last:
    """The newest value that is known of an indicator."""

    year: int
    value: float
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class Form:
    """A workbook to be filled in: of which country, for which indicators and years, in which language.

    Missing: `last` has no entry for an indicator of which nothing is known. It is empty with `withheld`: the country's
             plugin has confidential values, and what else of it may be told only a run finds out.
    """

    country: str
    framework: Framework
    edition: Edition
    years: tuple[int, ...]
    language: str
    last: Mapping[str, Last] = field(default_factory=dict)
    withheld: bool = False

    @property
    def rows(self) -> Sequence[tuple[str, int]]:
        """The indicator and year of each row that waits for a value."""
        return [(leaf.code, year) for leaf in self.framework.asked_for for year in self.years]


def plan_form(
    code: str,
    *,
    framework: str = "",
    edition: Path | None = None,
    language: str = "",
    years: tuple[int, int] | None = None,
    finished: Path | None = None,
    plugins: Sequence[Path] = (),
) -> Form:
    """Return what a country's workbook holds.

    Missing: without a finished run and without a plugin of the country no earlier values stand in it.
    Errors:  UsageFault K01 where there is no such country, U08 where nothing is translated into the language; EditionFault
             where the profile or the framework is at fault.
    """
    code = code.upper()
    if code not in area_codes():
        raise UsageFault(Problem(code="K01", what=f"{quoted(code)} is no country code", fix=code_meant(code)))
    profile, measured = _measured(framework, edition)
    tongue = _language(code, language)
    earlier = _earlier(code, measured, finished, plugins)
    withheld = finished is None and earlier is not None and _is_confidential(earlier, profile)
    return Form(
        country=code,
        framework=in_language(measured, tongue),
        edition=profile,
        years=_years(profile, years),
        language=tongue,
        last={} if withheld else _last(earlier, code, measured),
        withheld=withheld,
    )


def _measured(framework: str, edition: Path | None) -> tuple[Edition, Framework]:
    if not framework:
        return read_profile(edition)
    folder = find_framework(framework)
    own = folder / "edition.toml"
    return read_profile(edition or (own if own.is_file() else None), folder)


def _language(code: str, asked: str) -> str:
    """The language asked for; else the first official one of the country that we have words in, English last."""
    known = [tag for tag in languages() if tag != PSEUDO_LANGUAGE]
    if asked:
        return _known(asked, known)
    official = [tag for tag in _official(code) if tag != SOURCE_LANGUAGE]
    return next((found for tag in official if (found := _closest_tag(tag, known))), SOURCE_LANGUAGE)


def _known(asked: str, known: Sequence[str]) -> str:
    found = _closest_tag(asked, known)
    if not found:
        what, fix = f"nothing is translated into the language {quoted(asked)}", f"take one of: {', '.join(known)}"
        raise UsageFault(Problem(code="U08", what=what, fix=fix))
    return found


def _closest_tag(tag: str, known: Iterable[str]) -> str:
    """The tag itself, else one of the same language: ko for ko-KR, zh-Hans for zh."""
    names = list(known)
    same = [name for name in names if name.partition("-")[0] == tag.partition("-")[0]]
    return tag if tag in names else next(iter(same), "")


def _official(code: str) -> Sequence[str]:
    from babel.languages import get_official_languages

    from ssemon.report.words import _names

    return get_official_languages(_names("areas", "iso2").get(code, ""), de_facto=True)


def _years(edition: Edition, asked: tuple[int, int] | None) -> tuple[int, ...]:
    if asked:
        return tuple(range(asked[0], asked[1] + 1))
    first, _ = edition.years
    return tuple(range(max(first, edition.report_year - YEARS + 1), edition.report_year + 1))


def _earlier(code: str, framework: Framework, finished: Path | None, plugins: Sequence[Path]) -> pl.DataFrame | None:
    """The observations of a finished run; else those of the country's plugin, where there is one that loads."""
    if finished is not None:
        from ssemon.store import load_run

        return load_run(finished).observations
    for place in plugins:
        if (place / code.lower() / MANIFEST).is_file():
            manifest = read_manifest((place / code.lower()).resolve(), shipped_tables())
            return load_country(manifest, framework).observations
    return None


def _is_confidential(observations: pl.DataFrame, edition: Edition) -> bool:
    """Whether a value of a plugin may not be told: a finished run has been through that gate, a plugin has not."""
    judged = with_reasons(observations, edition.disclosure)
    stated = ~pl.col("conf_status").fill_null("").is_in(sorted(FREE))
    return bool(judged.select((stated | pl.col("reason").is_not_null()).any()).item())


def _last(observations: pl.DataFrame | None, code: str, framework: Framework) -> dict[str, Last]:
    """The newest value of each indicator that is asked for, for the whole country."""
    if observations is None or observations.is_empty():
        return {}
    whole = (pl.col("area") == code) & (pl.col("sex") == TOTAL) & (pl.col("org_type") == TOTAL)
    asked = pl.col("indicator").is_in([leaf.code for leaf in framework.asked_for])
    newest = observations.filter(whole, asked, pl.col("value").is_not_null()).sort("indicator", "year")
    rows = newest.group_by("indicator", maintain_order=True).last()
    columns = rows.select("indicator", "year", "value", "obs_status", "source")
    return {name: Last(year, value, status, source or "") for name, year, value, status, source in columns.rows()}


def is_form(sheet: str, headings: Sequence[str]) -> bool:
    """Whether a sheet is the sheet of data of such a workbook: our table's name, and none but our headings."""
    given = [heading for heading in headings if heading]
    return sheet == OBSERVATIONS and bool(given) and set(given) <= set(shipped_tables()[OBSERVATIONS].columns)
