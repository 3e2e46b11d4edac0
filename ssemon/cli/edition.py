"""`ssemon edition`: what was published, as a list of hashes that can be run again."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ssemon.cli.place import BY, EDITION, EXTENSION, HELP, JSON, STORE
from ssemon.cli.show import as_json, counted, edition_here, progress, show_problems
from ssemon.errors import EXIT_COUNTRY, EXIT_OK, EXIT_USAGE, Problem, UsageFault, errors_in
from ssemon.store.clock import readable
from ssemon.text import listed, plural

if TYPE_CHECKING:
    from ssemon.editions import Rebuilt
    from ssemon.store import Erratum, FrozenEdition

_FOLDER = click.Path(path_type=Path, file_okay=False)
_OUT = click.option("--out", type=_FOLDER, help="Also put what came out here.")
_ID = click.argument("name", metavar="ID")


@click.group(context_settings=HELP)
def edition() -> None:
    """Freeze, list, show, compare and rebuild editions."""


@edition.command(context_settings=HELP)
@_ID
@BY
@EDITION
@click.option("--as-of", metavar="DATE", help="Freeze what counted then (default: what counts now).")
@click.option("--reports", is_flag=True, help="Freeze the PDFs too.")
@click.option("--language", multiple=True, metavar="TAG", help="Languages of the PDFs (default: the edition's).")
@click.option(
    "--branding", type=_FOLDER, help="Whose reports these are (default: branding/ beside the edition profile)."
)
@click.option("--previous", type=_FOLDER, help="A finished run from which changes are told (default: the profile's).")
@EXTENSION
@STORE
def freeze(
    name: str, who: str, edition: Path | None, as_of: str | None, reports: bool, language: tuple[str, ...],
    branding: Path | None, previous: Path | None, extension: tuple[str, ...], home: Path,
) -> int:  # fmt: skip
    """Run an edition on what counts and record it under ID: submissions, profile, framework, results, versions."""
    from ssemon.editions import Printing, freeze
    from ssemon.engine import check_languages
    from ssemon.store import open_store
    from ssemon.store.clock import moment_meant

    check_languages(language)
    with open_store(home) as store:
        frozen, finished = freeze(
            name, store, who, edition_here(edition), moment=moment_meant(as_of) if as_of else None,
            extensions=extension, printing=Printing(reports, language, branding, previous), on_step=progress(),
        )  # fmt: skip
    telling = [problem for problem in finished.problems if problem.severity != "info"]
    show_problems(telling, all_of_them=f"ssemon edition show {name} --out FOLDER gives all in problems.json")
    click.echo(_line(frozen))
    click.echo(f"record    sha256 {frozen.receipt}")
    available = sum(outcome.available for outcome in finished.reported)
    click.echo(f"{available} of {plural(len(finished.reported), 'country', 'countries')} available · {counted(finished.problems)}")  # fmt: skip
    return EXIT_COUNTRY if errors_in(finished.problems) or available < len(finished.reported) else EXIT_OK


def _line(frozen: FrozenEdition) -> str:
    results = plural(len(frozen.results), "file")
    numbers = plural(len(frozen.submissions), "submission")
    return f"{frozen.id} · frozen {readable(frozen.frozen.at)} by {frozen.frozen.who} · {numbers} · {results} · run {frozen.about['run'][:12]}"  # fmt: skip


@edition.command("list", context_settings=HELP)
@STORE
@JSON
def list_(home: Path, json_: bool) -> int:
    """List the frozen editions, the first first."""
    from ssemon.store import open_store

    with open_store(home) as store:
        editions = store.history().editions
    if json_:
        click.echo(as_json([_as_data(frozen) for frozen in editions.values()]))
    else:
        for frozen in editions.values():
            click.echo(_line(frozen))
        if not editions:
            click.echo("no edition is frozen yet")
    return EXIT_OK


def _as_data(frozen: FrozenEdition) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(frozen)


@edition.command(context_settings=HELP)
@_ID
@_OUT
@STORE
@JSON
def show(name: str, out: Path | None, home: Path, json_: bool) -> int:
    """Show a frozen edition; --out puts its finished run into a folder, for ssemon run --from and ssemon compare."""
    from ssemon.editions import put_results
    from ssemon.store import open_store

    with open_store(home) as store:
        frozen, history = store.edition(name), store.history()
        if out is not None:
            put_results(store, frozen, out)
    if json_:
        click.echo(as_json(_as_data(frozen)))
        return EXIT_OK
    about = frozen.about
    click.echo(_line(frozen))
    click.echo(
        f"  framework    {about['framework']['id']} {about['framework']['version']} · profile {about['edition']}"
    )
    click.echo(f"  as of        {readable(about['as_of'] or frozen.frozen.at)}")
    numbers = [f"{history.submissions[number].code} {number}" for number in frozen.submissions]
    click.echo(f"  submissions  {listed(numbers, most=20)}")
    told = about["environment"]
    click.echo(f"  made with    ssemon {told['ssemon']} · Python {told['python']} · {told['machine']}")
    for part in frozen.results:
        click.echo(f"  {part.sha256[:16]}  {part.path}")
    return EXIT_OK


@edition.command(context_settings=HELP)
@click.argument("before", metavar="ID")
@click.argument("after", metavar="ID")
@click.option("--node", multiple=True, metavar="CODE", help="Explain this node, or all (default: the index).")
@click.option("--area", multiple=True, metavar="CODE", help="Explain this area, or all (default: the countries).")
@STORE
@JSON
def diff(before: str, after: str, node: tuple[str, ...], area: tuple[str, ...], home: Path, json_: bool) -> int:
    """Compare two frozen editions: scores, ranks, what changed in them and why."""
    from dataclasses import replace

    from ssemon.cli.compare_page import show as show_comparison
    from ssemon.compare import compare_runs
    from ssemon.editions import put_results
    from ssemon.store import open_store

    with open_store(home) as store, tempfile.TemporaryDirectory(prefix="ssemon-") as folder:
        places = [Path(folder) / "before", Path(folder) / "after"]
        for name, place in zip((before, after), places, strict=True):
            put_results(store, store.edition(name), place)
        found = compare_runs(*places, areas=area, nodes=node)
    found = replace(found, before=replace(found.before, path=before), after=replace(found.after, path=after))
    click.echo(as_json(found.to_dict())) if json_ else show_comparison(found)
    show_problems(found.problems)
    return EXIT_OK


@edition.command(context_settings=HELP)
@_ID
@_OUT
@STORE
@JSON
def rebuild(name: str, out: Path | None, home: Path, json_: bool) -> int:
    """Run a frozen edition again from what the record holds, and compare every file bit for bit.

    Where a file differs, what differs in the environment is named: versions, code, content, fonts.
    """
    from ssemon.editions import rebuild
    from ssemon.store import open_store

    with open_store(home) as store:
        found = rebuild(store, name, out, on_step=progress())
    click.echo(as_json(found.to_dict())) if json_ else _print_rebuilt(found)
    if not found.identical:
        show_problems([_differs(found)])
    return EXIT_OK if found.identical else EXIT_USAGE


def _print_rebuilt(found: Rebuilt) -> None:
    total = len(found.edition.results)
    verdict = "the same, bit for bit" if found.identical else f"{total - len(found.same)} not the same"
    click.echo(f"{found.edition.id}: {plural(total, 'file')}: {verdict}")
    for change in found.changes:
        click.echo(f"  otherwise than then: {change}")


def _differs(found: Rebuilt) -> Problem:
    changes = listed((str(change) for change in found.changes), most=8)
    reason = changes or "nothing that is recorded: another processor, or files of this installation that were changed"
    fix = "install what the edition was made with (ssemon edition show says it), then rebuild again"
    files = listed([*found.different, *found.absent, *found.added])
    what = f"the edition {found.edition.id} does not come out the same here: {files}"
    return Problem(code="L18", stage="store", what=what, found=reason, fix=fix)


@edition.command(context_settings=HELP)
@_ID
@click.option("--add", is_flag=True, help="Add an erratum, with the options below.")
@click.option("--place", metavar="TEXT", help="Where it stands: the page, table or indicator.")
@click.option("--was", metavar="TEXT", help="What was printed.")
@click.option("--is", "is_", metavar="TEXT", help="What is right.")
@click.option("--why", metavar="TEXT", help="Why it was wrong.")
@click.option("--country", default="", metavar="CODE", help="Whose report; none where it concerns all.")
@click.option("--date", "day", metavar="DATE", help="The day that the list bears (default: today, UTC).")
@click.option("--by", "who", metavar="NAME", help="Who adds it: stays on record.")
@click.option(
    "--csv", "file", type=click.Path(path_type=Path, dir_okay=False),
    help="Write the list as errata.csv, which reports print where it lies beside the profile.",
)  # fmt: skip
@STORE
@JSON
def errata(
    name: str, add: bool, place: str | None, was: str | None, is_: str | None, why: str | None, country: str,
    day: str | None, who: str | None, file: Path | None, home: Path, json_: bool,
) -> int:  # fmt: skip
    """List the errata of a frozen edition, add one, or write them for the reports."""
    from ssemon.store import open_store

    if not add and any((place, was, is_, why, country, day, who)):
        raise click.UsageError("say --add where an erratum is to be added")
    with open_store(home) as store:
        if add:
            cells = {"--place": place, "--was": was, "--is": is_, "--why": why, "--by": who}
            _check_cells(cells)
            _check_country(country)
            date = _day(day) or f"{store.ledger.clock():%Y-%m-%d}"
            texts = {"date": date, "country": country, "place": place or "", "was": was or "", "is_": is_ or "", "why": why or ""}  # fmt: skip
            store.correct(name, who or "", **texts)
        store.edition(name)
        found = [one for one in store.history().errata if one.edition == name]
    if file is not None:
        _write_errata(found, file)
    if json_:
        click.echo(as_json([{**_erratum(one), "by": one.who} for one in found]))
        return EXIT_OK
    for one in found:
        click.echo(f"{one.date} {one.country or 'all'} · {one.place}: {one.was} → {one.is_} ({one.why})")
    click.echo(f"{name}: {plural(len(found), 'erratum', 'errata')}" + (f" in {file}" if file else ""))
    return EXIT_OK


def _day(text: str | None) -> str:
    from ssemon.store.clock import moment_meant

    return moment_meant(text)[: len("2026-01-31")] if text else ""


def _check_country(code: str) -> None:
    from ssemon.tables import area_codes, code_meant

    if code and code not in area_codes():
        what = "the country of an erratum is not known"
        raise UsageFault(Problem(code="U04", stage="store", what=what, found=code, fix=code_meant(code)))


def _check_cells(cells: dict[str, str | None]) -> None:
    absent = [name for name, text in cells.items() if not (text or "").strip()]
    if absent:
        what, fix = "an erratum is not complete", f"give {listed(absent)} too"
        raise UsageFault(Problem(code="L24", stage="store", what=what, fix=fix))


def _erratum(one: Erratum) -> dict[str, str]:
    return {
        "date": one.date, "country": one.country, "place": one.place, "was": one.was, "is": one.is_, "why": one.why,
    }  # fmt: skip


def _write_errata(errata: Sequence[Erratum], file: Path) -> None:
    import csv

    from ssemon.store import atomic

    with atomic(file) as part, part.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, ("date", "country", "place", "was", "is", "why"), lineterminator="\n")
        writer.writeheader()
        writer.writerows(_erratum(one) for one in errata)
