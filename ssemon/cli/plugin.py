"""`ssemon plugin`: for those who write country plugins. Listing runs no country code and imports no data library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ssemon.cli.show import as_json, counted, edition_here, show_problems
from ssemon.errors import EXIT_COUNTRY, EXIT_OK, Problem, UsageFault, errors_in
from ssemon.manifest import Manifest

_HELP = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=_HELP)
def plugin() -> None:
    """List, start and check country plugins; write the workbook that a country fills in."""


@plugin.command("list", context_settings=_HELP)
@click.option(
    "--plugins",
    type=click.Path(path_type=Path, file_okay=False),
    multiple=True,
    help="Where to look (default: plugins/ here, else the shipped ones).",
)
@click.option("--json", "json_", is_flag=True, help="As JSON, for a program.")
def list_(plugins: tuple[Path, ...], json_: bool) -> int:
    """Show every plugin: its tables, where its data come from, and what is wrong with it as it stands."""
    from ssemon.plugins import read_plugins, static_problems

    if not plugins and Path("plugins").is_dir():
        plugins = (Path("plugins"),)
    listed = [(manifest, (*manifest.problems, *static_problems(manifest))) for manifest in read_plugins(plugins)]
    if json_:
        click.echo(as_json([_as_data(manifest, problems) for manifest, problems in listed]))
    else:
        for manifest, problems in listed:
            _show(manifest, problems)
    return EXIT_COUNTRY if any(errors_in(problems) for _, problems in listed) else EXIT_OK


def _show(manifest: Manifest, problems: Sequence[Problem]) -> None:
    kind = "" if manifest.kind == "country" else f" · {manifest.kind}"
    code = " · runs hooks.py" if manifest.has_hooks else ""
    head = click.style(f"{manifest.code}  {manifest.name}", bold=True)
    click.echo(f"{head}{kind}{code} · {counted(problems)}\n  {manifest.folder}")
    for table in manifest.tables:
        place = f"{table.file} [{table.sheet}]" if table.sheet else table.file
        click.echo(f"  {table.table:<12}  {place:<36}  {table.source} · {table.licence}")
    if problems:
        show_problems(problems, err=False)


def _as_data(manifest: Manifest, problems: Sequence[Problem]) -> dict[str, object]:
    return {
        "code": manifest.code, "kind": manifest.kind, "name": manifest.name, "folder": str(manifest.folder),
        "hooks": manifest.has_hooks, "languages": manifest.languages,
        "tables": [
            {"table": t.table, "file": t.file, "sheet": t.sheet, "source": t.source, "licence": t.licence}
            for t in manifest.tables
        ],
        "problems": [problem.to_dict() for problem in problems],
    }  # fmt: skip


@plugin.command(context_settings=_HELP)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--edition", type=click.Path(path_type=Path, dir_okay=False), help="Edition profile whose framework is meant."
)
def check(folder: Path, edition: Path | None) -> int:
    """Check one plugin FOLDER: manifest, mapping, hooks and data, and what of the framework it fills."""
    from ssemon.authoring import check_plugin

    result = check_plugin(folder, edition_here(edition))
    show_problems(result.problems, err=False)
    for line in result.lines:
        click.echo(line)
    return EXIT_COUNTRY if errors_in(result.problems) else EXIT_OK


@plugin.command(context_settings=_HELP)
@click.argument("code", metavar="CODE")
@click.option(
    "--data",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    multiple=True,
    help="A data file to copy in and to propose a mapping for; may be given more than once.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("plugins"),
    show_default=True,
    help="The folder that the plugin's folder goes into.",
)
def new(code: str, data: tuple[Path, ...], into: Path) -> int:
    """Start a plugin for a country: its ISO 3166-1 alpha-3 CODE, for example FJI."""
    from ssemon.authoring import new_plugin

    for line in new_plugin(code, data, into):
        click.echo(line)
    return EXIT_OK


class _Years(click.ParamType[tuple[int, int]]):
    """Years as a person writes them: 2020-2024, or one year."""

    name = "FIRST-LAST"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        first, _, last = str(value).replace("\u2013", "-").partition("-")
        if not (first.isdigit() and (last or first).isdigit() and 1900 <= int(first) <= int(last or first) <= 2100):
            self.fail(f"{value!r} are no years: write for example 2020-2024", param, ctx)
        return int(first), int(last or first)


@plugin.command(context_settings=_HELP)
@click.argument("code", metavar="CODE")
@click.option("--framework", metavar="ID", default="", help="Framework that is asked for: an id or a folder.")
@click.option(
    "--edition", type=click.Path(path_type=Path, dir_okay=False), help="Edition profile whose framework is meant."
)
@click.option("--language", metavar="TAG", default="", help="Language (default: the country's official one, if known).")
@click.option("--years", type=_Years(), help="Years that are asked for (default: five, up to the year of the report).")
@click.option(
    "--from",
    "finished",
    type=click.Path(path_type=Path, file_okay=False),
    help="A finished run whose values stand beside (default: the country's plugin, where there is one).",
)
@click.option(
    "--plugins",
    type=click.Path(path_type=Path, file_okay=False),
    multiple=True,
    help="Where the country's plugin is looked for (default: plugins/ here, else the shipped ones).",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The workbook (default: CODE.xlsx here).")
def workbook(
    code: str,
    framework: str,
    edition: Path | None,
    language: str,
    years: tuple[int, int] | None,
    finished: Path | None,
    plugins: tuple[Path, ...],
    out: Path | None,
) -> int:
    """Write the workbook that a country fills in: its ISO 3166-1 alpha-3 CODE, for example KOR.

    Filled in and put into the folder of a plugin it needs no mapping.
    """
    from ssemon import resources
    from ssemon.authoring import plan_form, write_form
    from ssemon.text import plural

    places = plugins or (Path("plugins"), resources.folder("plugins"))
    path = out or Path(f"{code.upper()}.xlsx")
    if path.suffix.lower() != ".xlsx":
        what = "a workbook is written as .xlsx"
        raise UsageFault(Problem(code="U05", what=what, found=path.name, fix="end the name with .xlsx"))
    if path.exists():  # somebody may have filled it in
        fix = "take it away, or choose another name with --out"
        raise UsageFault(Problem(code="U06", what=f"{path} is already there", fix=fix))
    form = plan_form(
        code,
        framework=framework,
        edition=None if framework and not edition else edition_here(edition),
        language=language,
        years=years,
        finished=finished,
        plugins=places,
    )
    write_form(form, path)
    asked = plural(len(form.framework.asked_for), "indicator")
    beside = f" · {plural(len(form.last), 'last value')} beside" if form.last else ""
    click.echo(
        f"{path} is there: {asked} of {form.framework.id}, {plural(len(form.years), 'year')}, in {form.language}{beside}"
    )
    if form.withheld:
        click.echo(
            "no earlier value stands beside, because some are confidential: --from takes those of a finished run"
        )
    click.echo(f"fill it in, then:  ssemon plugin new {form.country} --data {path}")
    return EXIT_OK
