"""`ssemon validate`: check, and write nothing but the answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ssemon.cli.show import as_json, counted, edition_here, show_problems
from ssemon.errors import EXIT_COUNTRY, EXIT_OK, errors_in
from ssemon.text import plural

if TYPE_CHECKING:
    from ssemon.engine import Checked


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True)
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
def validate(paths: tuple[Path, ...], form: str, edition: Path | None, extension: tuple[str, ...], log: bool) -> int:
    """Check plugin folders and data files: everything that is wrong, at once, with its place and its repair."""
    from ssemon.engine import validate as check

    checked = check(paths, edition_here(edition), extensions=extension)
    if form == "text":
        _as_text(checked, log=log)
    else:
        {"json": _as_json, "html": _as_html}[form](checked)
    return EXIT_COUNTRY if any(errors_in(one.problems) for one in checked) else EXIT_OK


def _as_text(checked: Sequence[Checked], *, log: bool) -> None:
    for one in checked:
        show_problems(one.problems, err=False)
        for done in one.log if log else ():
            places = ", ".join(part for part in (str(done.where), done.found) if part)
            click.echo(f"log · {done.code} · {done.what}\n  where  {places}\n")
        name = f"{one.country} " if one.country else ""
        verdict = "not accepted" if errors_in(one.problems) else "accepted"
        values = f" · {plural(one.values, 'value')}" if verdict == "accepted" else ""
        kept = f" · intake log: {plural(len(one.log), 'line')}" if one.log else ""
        more = " (--log shows it)" if one.log and not log else ""
        click.echo(f"{name}{one.path}: {verdict}{values} · {counted(one.problems)}{kept}{more}")


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


def _as_html(checked: Sequence[Checked]) -> None:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from ssemon import resources

    environment = Environment(
        loader=FileSystemLoader(resources.folder("templates")), autoescape=True, undefined=StrictUndefined
    )
    page = environment.get_template("validation/answer.html.j2")
    click.echo(page.render(checked=[(one, bool(errors_in(one.problems)), counted(one.problems)) for one in checked]))
