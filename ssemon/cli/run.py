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
from ssemon.cli.show import counted, counting_reports, edition_here, progress, show_of_run
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


_FRESH = click.option("--fresh", is_flag=True, help="Load, score and draw everything, whatever has not changed.")
_QUIET = click.option("--quiet", is_flag=True, help="Do not say what is being done.")


@dataclass(frozen=True, slots=True)
class _Beside:
    """What the pages have beside the scores.

    `edition` is the profile that was named: beside it a finished run finds its branding and its errata.
    """

    branding: Path | None = None
    previous: Path | None = None
    edition: Path | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the main job is asked to do."""

    out: Path
    edition: Path | None = None
    plugins: tuple[Path, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    source: Path | None = None
    extensions: tuple[str, ...] = ()
    reports: bool = True
    workers: int | None = None
    fresh: bool = False
    quiet: bool = False
    beside: _Beside = _Beside()
    site: bool = False
    as_of: str | None = None
    store: Path = Path("store")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@_OUT
@_FRESH
@_QUIET
@_WORKERS
def demo(out: Path, fresh: bool, quiet: bool, workers: int | None) -> int:
    """Run the main job on the shipped plugins: load, validate, score, every country PDF and the comparative PDF."""
    return _main_job(_Asked(out, workers=workers, fresh=fresh, quiet=quiet))


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
@click.option(
    "--country",
    multiple=True,
    metavar="CODE",
    help="Print only this country; all are loaded and scored. May be given more than once.",
)
@click.option(
    "--language",
    multiple=True,
    metavar="TAG",
    help="Language of the reports (default: the edition's). May be given more than once.",
)
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
@_FRESH
@_QUIET
@_WORKERS
def run(
    edition: Path | None, plugins: tuple[Path, ...], country: tuple[str, ...], language: tuple[str, ...], out: Path,
    source: Path | None, extension: tuple[str, ...], branding: Path | None, previous: Path | None, no_reports: bool,
    site: bool, as_of: str | None, home: Path, fresh: bool, quiet: bool, workers: int | None,
) -> int:  # fmt: skip
    """Load every plugin, check and score what it brings, and write the PDFs. What has not changed is not done again."""
    if as_of is not None and (plugins or source is not None):
        raise click.UsageError("--as-of takes the plugins from the store: leave --plugins and --from out")
    if not plugins and Path("plugins").is_dir():
        plugins = (Path("plugins"),)
    return _main_job(
        _Asked(
            out, edition_here(edition), plugins, country, language, source, extension, not no_reports, workers, fresh,
            quiet, _Beside(branding, previous, edition), site, as_of, home,
        )
    )  # fmt: skip


def _main_job(asked: _Asked) -> int:
    from ssemon.engine import Stopwatch, check_languages, left_out_languages, render_site
    from ssemon.store import changed_copies, save_timings

    check_languages(asked.languages)
    start, watch = time.perf_counter(), Stopwatch()
    if asked.as_of is not None:
        finished = _known_then(asked, asked.as_of, watch)
    else:
        finished = _scored(asked, watch) if asked.source is None else _read_again(asked, asked.source, watch)
    found: list[Problem] = changed_copies(asked.source) if asked.source is not None else []
    if asked.reports:
        with watch.stage("render"):
            found += _printed(asked, finished)
    else:
        found += [] if asked.languages else left_out_languages(finished)
    if asked.site:
        with watch.stage("site"):
            found += render_site(
                finished, asked.out, countries=asked.countries or None, languages=asked.languages,
                on_step=progress(quiet=asked.quiet),
            )  # fmt: skip
    watch.seconds["total"] = time.perf_counter() - start
    save_timings(watch.seconds, asked.out)
    return _closing(finished, (*finished.problems, *found), asked.out, watch.seconds["total"])


def _read_again(asked: _Asked, source: Path, watch: Stopwatch) -> Run:
    """Return a finished run, with what is asked for beside its scores."""
    from ssemon.furnishing import refurnished
    from ssemon.store import load_run, save_run

    beside = asked.beside
    finished = refurnished(
        load_run(source), edition=beside.edition, branding=beside.branding, previous=beside.previous,
        extensions=asked.extensions,
    )  # fmt: skip
    _check_countries(asked.countries, finished)
    if beside != _Beside() or source.resolve() != asked.out.resolve():
        with watch.stage("save"):
            save_run(finished, asked.out)
    return finished


def _known_then(asked: _Asked, moment: str, watch: Stopwatch) -> Run:
    """Return the run on what the record says counted at a moment."""
    from ssemon.editions import run_as_of
    from ssemon.store import open_store, save_run
    from ssemon.store.clock import moment_meant

    meant = moment_meant(moment)
    with open_store(asked.store) as store:
        finished = run_as_of(
            store, meant, asked.edition, extensions=asked.extensions, branding=asked.beside.branding,
            previous=asked.beside.previous, on_step=progress(quiet=asked.quiet),
        )  # fmt: skip
    _check_countries(asked.countries, finished)
    with watch.stage("save"):
        save_run(finished, asked.out)
    return finished


def _scored(asked: _Asked, watch: Stopwatch) -> Run:
    """Return the run: the one that stands in the folder if it was made from just this, else a new one."""
    from ssemon.engine import prepared, run_from
    from ssemon.store import CACHE, kept_run, save_run, stamp_run

    say = progress(quiet=asked.quiet)
    with watch.stage("look"):
        basis = prepared(
            asked.edition, asked.plugins, extensions=asked.extensions, branding=asked.beside.branding,
            previous=asked.beside.previous,
        )  # fmt: skip
        known = basis.key
        finished = kept_run(asked.out, known) if known and not asked.fresh else None
    if finished is not None:
        _check_countries(asked.countries, finished)
        say(f"nothing has changed since the run in {asked.out}: it is not loaded and scored again")
        return finished
    finished = run_from(
        basis, on_step=say, stopwatch=watch,
        keep=None if asked.fresh else asked.out / CACHE / "plugins",
    )  # fmt: skip
    _check_countries(asked.countries, finished)
    with watch.stage("save"):
        save_run(finished, asked.out)
        stamp_run(asked.out, known)
    return finished


def _printed(asked: _Asked, finished: Run) -> list[Problem]:
    """Write the reports. Returns what went wrong."""
    from ssemon.engine import render_reports
    from ssemon.store import run_identity

    with counting_reports(quiet=asked.quiet) as tell:
        return render_reports(
            finished, asked.out, countries=asked.countries or None, languages=asked.languages, on_report=tell,
            workers=asked.workers or os.cpu_count() or 1, identity=run_identity(asked.out), fresh=asked.fresh,
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
    from ssemon.store import BEFORE

    show_of_run(problems, out)
    reported = finished.reported
    available = sum(outcome.available for outcome in reported)
    reports = sorted((out / "reports").glob("*.pdf"))
    click.echo(
        f"{available} of {plural(len(reported), 'country', 'countries')} available · {counted(problems)} · {seconds:.1f} s · run {finished.hash[:12]}"
    )
    click.echo(f"scores   {out / 'scores.csv'} (also .parquet, .xlsx)")
    if reports:
        click.echo(f"reports  {plural(len(reports), 'PDF')} in {out / 'reports'}")
    aside = out / "reports" / BEFORE
    if older := sum(1 for _ in aside.glob("*.pdf")):
        click.echo(f"aside    {plural(older, 'PDF')} of an earlier run, not asked for in this one: {aside}")
    if (out / "site").is_dir():
        click.echo(f"site     {out / 'site' / 'index.html'}")
    return EXIT_COUNTRY if errors_in(problems) or available < len(reported) else EXIT_OK
