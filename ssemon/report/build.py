"""From a run to jobs: every page is written here as HTML, so that what draws the PDFs needs no data frames."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from jinja2 import Environment

from ssemon.report.attached import attached
from ssemon.report.brand import recoloured
from ssemon.report.breaking import breakable
from ssemon.report.brief import brief
from ssemon.report.comparative import comparative_report
from ssemon.report.country import country_report
from ssemon.report.pages import environment, fill, stylesheets, template_folder
from ssemon.report.pool import Job
from ssemon.report.results import Results
from ssemon.report.sheet import dimension_sheet, indicator_sheet
from ssemon.report.translated import in_language
from ssemon.report.words import Words

if TYPE_CHECKING:
    from ssemon.branding import Branding
    from ssemon.model import Run

# What a code may hold and a file's name should not.
_NOT_IN_A_NAME = re.compile(r"[^\w.-]")


def build_jobs(
    run: Run,
    *,
    countries: Sequence[str] | None,
    languages: Sequence[str],
    compare: bool,
    kinds: Sequence[str] = ("country",),
) -> list[Job]:
    """Return one job a country, kind and language, and one comparative job a language.

    Shape:   in the order of the edition's countries.
    Missing: a country that is not available has no report of its own; the comparative one says why.
    """
    found: list[Job] = []
    for language in languages or ("en",):
        results = Results(replace(run, framework=in_language(run.framework, language)))
        found += _in_language(results, Words.of(language), countries, kinds, compare=compare)
    return found


def build_sheets(run: Run, sheets: Sequence[tuple[str, str]], languages: Sequence[str]) -> list[Job]:
    """Return one job a sheet and language.

    Shape: a sheet is its kind, "indicator" or "dimension", and the code of an indicator or of a node.
    """
    found: list[Job] = []
    for language in languages or ("en",):
        results, words = Results(replace(run, framework=in_language(run.framework, language))), Words.of(language)
        env = _environment(run, words)
        for kind, code in sheets:
            name = f"{kind}.{_NOT_IN_A_NAME.sub('_', code)}.{language}"
            job = Job(name=name, language=language, base=template_folder(), stylesheets=stylesheets(words.direction))
            report = indicator_sheet if kind == "indicator" else dimension_sheet
            found.append(_written(job, env, kind, partial(report, results, words, code), run.branding))
    return found


def _in_language(
    results: Results, words: Words, countries: Sequence[str] | None, kinds: Sequence[str], *, compare: bool
) -> Iterator[Job]:
    env = _environment(results.run, words)
    blank = Job(name="", language=words.language, base=template_folder(), stylesheets=stylesheets(words.direction))
    for outcome in results.countries:
        if outcome.available and (countries is None or outcome.code in countries):
            for kind in kinds:
                report = brief if kind == "brief" else country_report
                name = (
                    f"{outcome.code}.{words.language}"
                    if kind == "country"
                    else f"{outcome.code}.{kind}.{words.language}"
                )
                job = replace(blank, name=name, country=outcome.code)
                yield _written(job, env, kind, partial(report, results, words, outcome), results.run.branding)
    if compare:
        job = replace(blank, name=f"comparative.{words.language}")
        job = _written(job, env, "comparative", partial(comparative_report, results, words), results.run.branding)
        yield _with_data(job, results, words)


def _with_data(job: Job, results: Results, words: Words) -> Job:
    """Return the job with the numbers behind it as files."""
    return job if job.fault else replace(job, attachments=attached(results, words))


def _environment(run: Run, words: Words) -> Environment:
    return environment(words, run.branding.templates if run.branding else None)


def _written(job: Job, env: Environment, kind: str, report: Callable[[], object], branding: Branding | None) -> Job:
    """Return the job with its HTML, or with the reason why it has none: one report must not stop the others."""
    try:
        return replace(job, html=breakable(recoloured(fill(env, kind, report()), branding)))
    except Exception as error:
        return replace(job, fault=f"{type(error).__name__}: {error}")
