"""From a run to jobs: every page is written here as HTML, so that what draws the PDFs needs no data frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from jinja2 import Environment

from ssemon.report.brand import recoloured
from ssemon.report.breaking import breakable
from ssemon.report.comparative import comparative_report
from ssemon.report.country import country_report
from ssemon.report.pages import environment, fill, stylesheets, template_folder
from ssemon.report.pool import Job
from ssemon.report.results import Results
from ssemon.report.translated import in_language
from ssemon.report.words import Words

if TYPE_CHECKING:
    from ssemon.branding import Branding
    from ssemon.model import Run


def build_jobs(run: Run, *, countries: Sequence[str] | None, languages: Sequence[str], compare: bool) -> list[Job]:
    """Return one job a country and language, and one comparative job a language.

    Shape:   in the order of the edition's countries.
    Missing: a country that is not available has no report of its own; the comparative one says why.
    """
    found: list[Job] = []
    for language in languages or ("en",):
        results = Results(replace(run, framework=in_language(run.framework, language)))
        found += _in_language(results, Words.of(language), countries, compare=compare)
    return found


def _in_language(results: Results, words: Words, countries: Sequence[str] | None, *, compare: bool) -> Iterator[Job]:
    branding = results.run.branding
    env = environment(words, branding.templates if branding else None)
    blank = Job(name="", language=words.language, base=template_folder(), stylesheets=stylesheets(words.direction))
    for outcome in results.countries:
        if outcome.available and (countries is None or outcome.code in countries):
            job = replace(blank, name=f"{outcome.code}.{words.language}", country=outcome.code)
            yield _written(job, env, partial(country_report, results, words, outcome), branding)
    if compare:
        job = replace(blank, name=f"comparative.{words.language}")
        yield _written(job, env, partial(comparative_report, results, words), branding)


def _written(job: Job, env: Environment, report: Callable[[], object], branding: Branding | None) -> Job:
    """Return the job with its HTML, or with the reason why it has none: one report must not stop the others."""
    try:
        html = fill(env, "country" if job.country else "comparative", report())
        return replace(job, html=breakable(recoloured(html, branding)))
    except Exception as error:
        return replace(job, fault=f"{type(error).__name__}: {error}")
