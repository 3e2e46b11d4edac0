"""`ssemon demo` and `ssemon run`: the main job."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ssemon.cli.place import STORE
from ssemon.cli.show import counted, edition_here, progress, show_problems
from ssemon.errors import EXIT_COUNTRY, EXIT_OK, Problem, errors_in
from ssemon.text import plural

if TYPE_CHECKING:
    from ssemon.engine import Stopwatch
    from ssemon.model import Run

_FOLDER = click.Path(path_type=Path, file_okay=False)
_OUT = click.option("--out", type=_FOLDER, default=Path("out"), show_default=True, help="Where the results go.")
_WORKERS = click.option(
    "--workers", type=click.IntRange(1, 64), default=None, help="Processes that render (default: the processors)."
)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@_OUT
@_WORKERS
def demo(out: Path, workers: int | None) -> int:
    """Run the main job on the shipped plugins: load, validate, score, every country PDF and the comparative PDF."""
    return _main_job(None, (), (), (), out, None, (), workers)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--edition",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Edition profile (default: edition.toml here, else the baseline's).",
)
@click.option(
    "--plugins",
    type=_FOLDER,
    multiple=True,
    help="Where to look for plugins (default: plugins/ here, else the shipped ones).",
)
@click.option("--country", multiple=True, metavar="CODE", help="Print only this country; all are loaded and scored.")
@click.option("--language", multiple=True, metavar="TAG", help="Languages of the reports (default: the edition's).")
@_OUT
@click.option("--from", "source", type=_FOLDER, help="Render a finished run again without scoring again.")
@click.option(
    "--extension",
    multiple=True,
    metavar="MODULE",
    help="Load this extension beside the installed ones; the current folder counts.",
)
@click.option(
    "--branding", type=_FOLDER, help="Whose reports these are (default: branding/ beside the edition profile)."
)
@click.option(
    "--previous", type=_FOLDER, help="A finished run: the reports tell what changed since (default: the profile's)."
)
@click.option("--no-reports", is_flag=True, help="Write the data files only.")
@click.option("--site", is_flag=True, help="Write the reports as one static site too.")
@click.option("--as-of", metavar="DATE", help="Run on what was approved in the store by then, instead of on plugins.")
@STORE
@_WORKERS
def run(
    edition: Path | None, plugins: tuple[Path, ...], country: tuple[str, ...], language: tuple[str, ...], out: Path,
    source: Path | None, extension: tuple[str, ...], branding: Path | None,
    previous: Path | None, no_reports: bool, site: bool, as_of: str | None, home: Path,
    workers: int | None,
) -> int:  # fmt: skip
    """Load every plugin, check and score what it brings, and write the PDFs."""
    if as_of is not None and (plugins or source is not None):
        raise click.UsageError("--as-of takes the plugins from the store: leave --plugins and --from out")
    if not plugins and Path("plugins").is_dir():
        plugins = (Path("plugins"),)
    return _main_job(
        edition_here(edition),
        plugins,
        country,
        language,
        out,
        source,
        extension,
        0 if no_reports else workers,
        _Beside(branding, previous, edition, as_of, home),
        site=site,
    )


@dataclass(frozen=True, slots=True)
class _Beside:
    """What the pages have beside the scores, and when that was.

    `edition` is the profile that was named: beside it a finished run finds its branding and its errata. `as_of` is the
    day whose plugins are taken from the `store`.
    """

    branding: Path | None = None
    previous: Path | None = None
    edition: Path | None = None
    as_of: str | None = None
    store: Path = Path("store")


def _main_job(
    edition: Path | None, plugins: Sequence[Path], countries: Sequence[str], languages: Sequence[str], out: Path,
    source: Path | None, extensions: Sequence[str], workers: int | None, beside: _Beside = _Beside(), *,
    site: bool = False,
) -> int:  # fmt: skip
    from ssemon.engine import Stopwatch, check_languages, left_out_languages, render_reports, render_site
    from ssemon.furnishing import refurnished
    from ssemon.store import changed_copies, load_run, save_run, save_timings

    check_languages(languages)
    start, watch, say = time.perf_counter(), Stopwatch(), progress()
    if source is None:
        finished = _fresh(edition, plugins, extensions, watch, beside)
    else:
        finished = refurnished(
            load_run(source), edition=beside.edition, branding=beside.branding, previous=beside.previous,
            extensions=extensions,
        )  # fmt: skip
    _check_countries(countries, finished)
    if source is None or beside != _Beside(store=beside.store) or source.resolve() != out.resolve():
        with watch.stage("save"):
            save_run(finished, out)
    found: list[Problem] = changed_copies(source) if source is not None else []
    if workers == 0:
        found += [] if languages else left_out_languages(finished)
    else:
        with watch.stage("render"):
            found += render_reports(
                finished, out, countries=countries or None, languages=languages, on_step=say,
                workers=workers or os.cpu_count() or 1,
            )  # fmt: skip
    if site:
        with watch.stage("site"):
            found += render_site(finished, out, countries=countries or None, languages=languages, on_step=say)
    watch.seconds["total"] = time.perf_counter() - start
    save_timings(watch.seconds, out)
    return _closing(finished, (*finished.problems, *found), out, watch.seconds["total"])


def _fresh(
    edition: Path | None, plugins: Sequence[Path], extensions: Sequence[str], watch: Stopwatch, beside: _Beside
) -> Run:
    from ssemon.engine import run as run_engine

    if beside.as_of is not None:
        return _known_then(beside.as_of, beside, edition, extensions)
    return run_engine(
        edition, plugins, extensions=extensions, branding=beside.branding, previous=beside.previous, on_step=progress(),
        stopwatch=watch,
    )  # fmt: skip


def _known_then(moment: str, beside: _Beside, edition: Path | None, extensions: Sequence[str]) -> Run:
    from ssemon.editions import run_as_of
    from ssemon.store import open_store
    from ssemon.store.clock import moment_meant

    meant = moment_meant(moment)
    with open_store(beside.store) as store:
        return run_as_of(
            store, meant, edition, extensions=extensions, branding=beside.branding, previous=beside.previous,
            on_step=progress(),
        )  # fmt: skip


def _check_countries(countries: Sequence[str], finished: Run) -> None:
    from ssemon.errors import UsageFault
    from ssemon.text import did_you_mean, quoted

    known = [outcome.code for outcome in finished.reported]
    for code in countries:
        if code not in known:
            what = f"{quoted(code)} is no country of this edition"
            raise UsageFault(Problem(code="U04", what=what, fix=did_you_mean(code, known)))


def _closing(finished: Run, problems: Sequence[Problem], out: Path, seconds: float) -> int:
    """Say what stands where, and what is wrong; the exit code says the same."""
    telling = [problem for problem in problems if problem.severity != "info"]
    show_problems(telling, all_of_them=f"{out / 'problems.json'} gives all")
    reported = finished.reported
    available = sum(outcome.available for outcome in reported)
    reports = sorted((out / "reports").glob("*.pdf"))
    click.echo(
        f"{available} of {plural(len(reported), 'country', 'countries')} available · {counted(problems)} · {seconds:.1f} s · run {finished.hash[:12]}"
    )
    click.echo(f"scores   {out / 'scores.csv'} (also .parquet, .xlsx)")
    if reports:
        click.echo(f"reports  {plural(len(reports), 'PDF')} in {out / 'reports'}")
    if (out / "site").is_dir():
        click.echo(f"site     {out / 'site' / 'index.html'}")
    return EXIT_COUNTRY if errors_in(problems) or available < len(reported) else EXIT_OK
