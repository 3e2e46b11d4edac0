"""`ssemon validate`: check, and write nothing but the answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ssemon.cli.show import as_json, counted, edition_here, show_problems
from ssemon.errors import EXIT_COUNTRY, EXIT_OK, Problem, UsageFault, errors_in
from ssemon.text import plural

if TYPE_CHECKING:
    from ssemon.checking import Checked


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True)
@click.option(
    "--workbook",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the data back as a workbook with the faults marked in the cells.",
)
@click.option(
    "--language",
    metavar="TAG",
    help="Language of the answer (default: the first of the plugin's languages that has translations, else English).",
)
@click.option(
    "--edition", type=click.Path(path_type=Path, dir_okay=False), help="Edition profile whose framework is meant."
)
@click.option(
    "--extension",
    multiple=True,
    metavar="MODULE",
    help="Load this extension beside the installed ones; the current folder counts.",
)
@click.option("--log", is_flag=True, help="Also print the intake log: all that was done with the cells, counted.")
def validate(
    paths: tuple[Path, ...],
    form: str,
    workbook: Path | None,
    language: str | None,
    edition: Path | None,
    extension: tuple[str, ...],
    log: bool,
) -> int:
    """Check plugin folders and data files: everything that is wrong, at once, with its place and its repair."""
    from ssemon.checking import validate as check
    from ssemon.wording import answering_language

    if workbook is not None:
        _check_name(workbook)
    answering_language(language)  # a language that nobody speaks is said before the work
    checked = check(paths, edition_here(edition), extensions=extension)
    tongue = answering_language(language, _spoken(paths))
    if form == "text":
        _as_text(checked, tongue, log=log)
    elif form == "html":
        _as_html(checked, tongue)
    else:  # a program reads the same in every language
        _as_json(checked)
    if workbook is not None:
        _as_workbook(checked, workbook, tongue)
    return EXIT_COUNTRY if any(errors_in(one.problems) for one in checked) else EXIT_OK


def _check_name(workbook: Path) -> None:
    """Refuse a name that does not say workbook. Errors: UsageFault U05."""
    if workbook.suffix.lower() != ".xlsx":
        what, fix = "the answer is written as .xlsx", "end the name with .xlsx"
        raise UsageFault(Problem(code="U05", what=what, found=workbook.name, fix=fix))


def _spoken(paths: Sequence[Path]) -> Sequence[str]:
    """The languages of the first plugin among the paths; none where only files are checked."""
    from ssemon.manifest import MANIFEST, read_manifest
    from ssemon.tables import shipped_tables

    folders = [path for path in paths if (path / MANIFEST).is_file()]
    return read_manifest(folders[0].resolve(), shipped_tables()).languages if folders else ()


def _as_text(checked: Sequence[Checked], language: str, *, log: bool) -> None:
    for one in checked:
        show_problems(one.problems, err=False, language=language)
        for done in one.log if log else ():
            places = ", ".join(part for part in (str(done.where), done.found) if part)
            click.echo(f"log · {done.code} · {done.what}\n  where  {places}\n")
        name = f"{one.country} " if one.country else ""
        verdict = "not accepted" if errors_in(one.problems) else "accepted"
        values = f" · {plural(one.values, 'value')}" if verdict == "accepted" else ""
        kept = f" · intake log: {plural(len(one.log), 'line')}" if one.log else ""
        more = " (--log shows it)" if one.log and not log else ""
        click.echo(f"{name}{one.path}: {verdict}{values} · {counted(one.problems)}{kept}{more}")
        if verdict == "accepted" and not one.values:
            click.echo("  no value is filled in yet: write the values into the column value")


def _as_json(checked: Sequence[Checked]) -> None:
    click.echo(
        as_json(
            [
                {
                    "path": str(one.path), "country": one.country, "accepted": not errors_in(one.problems),
                    "values": one.values, "problems": [problem.to_dict() for problem in one.problems],
                    "log": [done.to_dict() for done in one.log],
                }
                for one in checked
            ]
        )
    )  # fmt: skip


def _as_html(checked: Sequence[Checked], language: str) -> None:
    from ssemon.authoring import answer_page

    click.echo(answer_page(checked, language))


def _as_workbook(checked: Sequence[Checked], path: Path, language: str) -> None:
    """Write the workbooks, and say which; on the side, so that JSON and HTML stay whole."""
    from ssemon.authoring import write_answers

    for one in write_answers(checked, path, language):
        of = f" for {one.file}" if one.file else ""
        click.echo(f"{one.path} is there{of}: {plural(one.cells, 'cell')} marked", err=True)
        if one.remark:
            click.echo(f"  {one.remark}", err=True)
