"""`ssemon report`: PDFs and the site from a finished run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ssemon.cli.run import _check_countries
from ssemon.cli.show import counting_reports, progress, show_problems
from ssemon.errors import EXIT_COUNTRY, EXIT_OK, Problem

if TYPE_CHECKING:
    from ssemon.model import Run

_HELP = {"help_option_names": ["-h", "--help"]}
_FROM = click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out"),
    show_default=True,
    help="The finished run.",
)
_OUT = click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Where the PDF goes (default: the run's folder)."
)
_LANGUAGE = click.option(
    "--language",
    multiple=True,
    metavar="TAG",
    help="Language of the report (default: the edition's). May be given more than once.",
)

_EXTENSION = click.option(
    "--extension",
    multiple=True,
    metavar="MODULE",
    help="Write the sections of this extension anew, beside those of the installed ones; the current folder counts.",
)


@click.group(context_settings=_HELP)
def report() -> None:
    """Write one PDF, or the site, from a finished run, without scoring again.

    What extensions added is in the run: it is printed without naming them again, and --extension adds what was not.
    """


@report.command(context_settings=_HELP)
@click.argument("code", metavar="CODE")
@_FROM
@_OUT
@_LANGUAGE
@_EXTENSION
def country(
    code: str, source: Path, out: Path | None, language: tuple[str, ...], extension: tuple[str, ...]
) -> int:  # fmt: skip
    """Write the PDF of one country: its ISO 3166-1 alpha-3 CODE, for example KOR."""
    return _render(source, out, (code.upper(),), language, kinds=("country",), extensions=extension)


@report.command(context_settings=_HELP)
@click.argument("code", metavar="CODE")
@_FROM
@_OUT
@_LANGUAGE
def brief(code: str, source: Path, out: Path | None, language: tuple[str, ...]) -> int:
    """Write the two-page brief of one country: its ISO 3166-1 alpha-3 CODE, for example KOR."""
    return _render(source, out, (code.upper(),), language, kinds=("brief",))


@report.command(context_settings=_HELP)
@click.argument("code", metavar="CODE")
@_FROM
@_OUT
@_LANGUAGE
def indicator(code: str, source: Path, out: Path | None, language: tuple[str, ...]) -> int:
    """Write the sheet of one indicator across the countries: what it is, its values, scores, trends and sources."""
    return _render(source, out, (), language, sheet=("indicator", code))


@report.command(context_settings=_HELP)
@click.argument("code", metavar="CODE")
@_FROM
@_OUT
@_LANGUAGE
def dimension(code: str, source: Path, out: Path | None, language: tuple[str, ...]) -> int:
    """Write the sheet of one dimension, or another node of the tree, across the countries."""
    return _render(source, out, (), language, sheet=("dimension", code))


@report.command(context_settings=_HELP)
@_FROM
@_OUT
@_LANGUAGE
@_EXTENSION
def compare(source: Path, out: Path | None, language: tuple[str, ...], extension: tuple[str, ...]) -> int:
    """Write the comparative PDF."""
    return _render(source, out, (), language, compare=True, extensions=extension)


@report.command(context_settings=_HELP)
@_FROM
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Where site/ goes (default: the run's folder)."
)
@_LANGUAGE
def site(source: Path, out: Path | None, language: tuple[str, ...]) -> int:
    """Write all reports as one static site, which needs no server and no network.

    The files of the run, and the PDFs that are there, can be downloaded from it.
    """
    from ssemon.engine import left_out_languages, render_site
    from ssemon.store import changed_copies, load_run

    run = load_run(source)
    problems = [*changed_copies(source), *([] if language else left_out_languages(run))]
    problems += render_site(run, out or source, source=source, languages=language, on_step=progress())
    click.echo(f"site     {(out or source) / 'site' / 'index.html'}")
    return _told(problems)


def _checked(sheet: tuple[str, str], run: Run) -> tuple[str, str]:
    """The sheet with its code as the framework spells it. Errors: UsageFault U15 where there is no such code."""
    from ssemon.errors import UsageFault
    from ssemon.text import did_you_mean, quoted

    kind, code = sheet
    known = run.framework.indicator_by_code if kind == "indicator" else run.framework.node_by_code
    found = next((name for name in known if name.casefold() == code.casefold()), None)
    if found is None:
        what = f"the framework of this run has no {kind} {quoted(code)}"
        raise UsageFault(Problem(code="U15", what=what, fix=did_you_mean(code.upper(), known)))
    return kind, found


def _render(
    source: Path, out: Path | None, countries: Sequence[str], languages: Sequence[str], *,
    compare: bool = False, kinds: Sequence[str] = (), sheet: tuple[str, str] | None = None,
    extensions: Sequence[str] = (),
) -> int:  # fmt: skip
    from ssemon.engine import extended, render_reports
    from ssemon.store import changed_copies, load_run, run_identity

    run = load_run(source)
    _check_countries(countries, run)
    sheets = [_checked(sheet, run)] if sheet else []
    unavailable = [run.country(code) for code in countries if not run.country(code).available]
    problems: list[Problem] = [problem for outcome in unavailable for problem in outcome.problems]
    problems += changed_copies(source)
    identity = run_identity(source)
    if extensions:  # the pages hold more than the run does
        run, found = extended(run, source, extensions=extensions)
        problems, identity = [*problems, *found], ""
    with counting_reports() as tell:
        problems += render_reports(
            run, out or source, countries=countries, languages=languages, compare=compare, kinds=kinds, sheets=sheets,
            workers=1, on_report=tell, identity=identity,
        )  # fmt: skip
    return _told(problems)


def _told(problems: Sequence[Problem]) -> int:
    show_problems([problem for problem in problems if problem.severity != "info"])
    return EXIT_COUNTRY if any(problem.severity == "error" for problem in problems) else EXIT_OK
