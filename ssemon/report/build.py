"""From a run to plans: every page is written here as HTML, so that what draws the PDFs needs no data frames."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from hashlib import sha256
from typing import TYPE_CHECKING

from jinja2 import Environment

from ssemon import fingerprint
from ssemon.report.attached import attached
from ssemon.report.brand import recoloured
from ssemon.report.breaking import breakable
from ssemon.report.brief import brief
from ssemon.report.comparative import comparative_report
from ssemon.report.context import NUMBER_HERE, SHORT_HASH
from ssemon.report.country import country_report
from ssemon.report.pages import environment, fill, stylesheets, template_folder
from ssemon.report.pool import Job, Plan
from ssemon.report.results import Results
from ssemon.report.sheet import dimension_sheet, indicator_sheet
from ssemon.report.translated import in_language
from ssemon.report.words import Words

if TYPE_CHECKING:
    from ssemon.branding import Branding
    from ssemon.model import CountryOutcome, Run

# What a code may hold and a file's name should not.
_NOT_IN_A_NAME = re.compile(r"[^\w.-]")


def build_plans(
    run: Run,
    *,
    countries: Sequence[str] | None,
    languages: Sequence[str],
    compare: bool,
    kinds: Sequence[str] = ("country",),
    identity: str = "",
) -> list[Plan]:
    """Return one plan a country, kind and language, and one comparative plan a language.

    Shape:   in the order of the edition's countries.
    Missing: a country that is not available has no report of its own; the comparative one says why. Without `identity`
             nothing is known of what the pages are made from, and all of them are written.
    """
    source = fingerprint.of_texts([identity, fingerprint.of_pages()]) if identity else ""
    found: list[Plan] = []
    for language in languages or ("en",):
        pages = _Pages(run, language)
        for outcome in run.reported:
            if outcome.available and (countries is None or outcome.code in countries):
                for kind in kinds:
                    name = f"{outcome.code}.{language}" if kind == "country" else f"{outcome.code}.{kind}.{language}"
                    found.append(Plan(name, outcome.code, partial(pages.of_country, name, kind, outcome), source))
        if compare:
            name = f"comparative.{language}"
            found.append(Plan(name, "", partial(pages.of_all, name), source))
    return found


def build_jobs(
    run: Run,
    *,
    countries: Sequence[str] | None,
    languages: Sequence[str],
    compare: bool,
    kinds: Sequence[str] = ("country",),
) -> list[Job]:
    """Return the jobs of the plans, with their pages written. Shape: as for `build_plans`."""
    found = build_plans(run, countries=countries, languages=languages, compare=compare, kinds=kinds)
    return [plan.written() for plan in found]


def build_sheets(run: Run, sheets: Sequence[tuple[str, str]], languages: Sequence[str]) -> list[Job]:
    """Return one job a sheet and language.

    Shape: a sheet is its kind, "indicator" or "dimension", and the code of an indicator or of a node.
    """
    found: list[Job] = []
    for language in languages or ("en",):
        pages = _Pages(run, language)
        for kind, code in sheets:
            name = f"{kind}.{_NOT_IN_A_NAME.sub('_', code)}.{language}"
            found.append(pages.of_one(name, kind, code))
    return found


class _Pages:
    """The pages in one language. What they share is made when the first of them is written."""

    def __init__(self, run: Run, language: str) -> None:
        self._run, self._language = run, language

    @cached_property
    def _results(self) -> Results:
        return Results(replace(self._run, framework=in_language(self._run.framework, self._language)), self._language)

    @cached_property
    def _words(self) -> Words:
        return Words.of(self._language)

    @cached_property
    def _environment(self) -> Environment:
        return environment(self._words, self._run.branding.templates if self._run.branding else None)

    def of_country(self, name: str, kind: str, outcome: CountryOutcome) -> Job:
        """Return the job of one country's report or brief."""
        report = brief if kind == "brief" else country_report
        return self._job(name, outcome.code, kind, lambda: report(self._results, self._words, outcome))

    def of_all(self, name: str) -> Job:
        """Return the job of the comparative report."""
        job = self._job(name, "", "comparative", lambda: comparative_report(self._results, self._words))
        return job if job.fault else replace(job, attachments=attached(self._results, self._words))

    def of_one(self, name: str, kind: str, code: str) -> Job:
        """Return the job of one indicator's or one node's sheet."""
        report = indicator_sheet if kind == "indicator" else dimension_sheet
        return self._job(name, "", kind, lambda: report(self._results, self._words, code))

    def _job(self, name: str, country: str, kind: str, report: Callable[[], object]) -> Job:
        """Return the job with its HTML, or with the reason why it has none: one report must not stop the others."""
        blank = Job(name=name, language=self._language, base=template_folder(), country=country)
        try:
            html = as_printed(fill(self._environment, kind, report()), self._run.branding)
            return replace(blank, html=numbered(html, html), stylesheets=stylesheets(self._words.direction))
        except Exception as error:
            return replace(blank, fault=f"{type(error).__name__}: {error}")


def as_printed(html: str, branding: Branding | None) -> str:
    """Return a page in the house's colours, with the places where its lines may break."""
    return breakable(recoloured(html, branding))


def numbered(html: str, printed: str) -> str:
    """Return a page that bears its number: a hash of all that is printed, the same for the same page in any run."""
    return html.replace(NUMBER_HERE, sha256(printed.encode()).hexdigest()[:SHORT_HASH])
