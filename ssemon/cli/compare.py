"""`ssemon compare`: two runs beside each other, and why a number changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ssemon.cli.show import as_json, show_problems
from ssemon.errors import EXIT_OK

if TYPE_CHECKING:
    from ssemon.compare import Comparison

_RESULT = click.Path(path_type=Path)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("before", type=_RESULT)
@click.argument("after", type=_RESULT, required=False)
@click.option("--year", type=int, help="The year to compare (default: each run's report year).")
@click.option("--to-year", type=int, help="The year of the second result, where it is another one.")
@click.option(
    "--area", multiple=True, metavar="CODE", help="Explain this area, or all (default: the edition's countries)."
)
@click.option("--node", multiple=True, metavar="CODE", help="Explain this node, or all (default: the index).")
@click.option(
    "--why/--no-why", default=True, show_default=True, help="Whether to share each change out among its causes."
)
@click.option("--out", type=_FOLDER, help="Write compare.json, compare.xlsx and a CSV file a table here.")
@click.option("--json", "json_", is_flag=True, help="Print the comparison as JSON instead.")
@click.option("--extension", multiple=True, metavar="MODULE", help="Load this extension beside the installed ones.")
def compare(
    before: Path, after: Path | None, year: int | None, to_year: int | None, area: tuple[str, ...],
    node: tuple[str, ...], why: bool, out: Path | None, json_: bool, extension: tuple[str, ...],
) -> int:  # fmt: skip
    """Compare two finished runs: scores, ranks, bands, what changed in them and why.

    BEFORE and AFTER are folders that a run left, or files of scores (of which only the scores are compared). One
    folder with --year and --to-year compares two years of one run.

    The causes of a change are the area's own data, the data of the other areas, and each part of framework and
    profile that differs. They sum to the change, and do not depend on an order.
    """
    from ssemon.compare import compare_runs

    if after is None and to_year is None:
        raise click.UsageError("give two results, or one run with --year and --to-year")
    found = compare_runs(
        before, after, year=year, to_year=to_year, areas=area, nodes=node, why=why, extensions=extension
    )
    if out is not None:
        _write(found, out)
    if json_:
        click.echo(as_json(found.to_dict()))
    else:
        from ssemon.cli.compare_page import show

        show(found)
    show_problems(found.problems)
    if out is not None:
        click.echo(f"compare  {out / 'compare.json'} (also .xlsx, .csv)", err=True)
    return EXIT_OK


def _write(found: Comparison, folder: Path) -> None:
    from ssemon.cli.workbook import write_workbook
    from ssemon.store import atomic

    title = f"Comparison: {found.before.path} {found.before.year}, {found.after.path} {found.after.year}"
    with atomic(folder / "compare.json") as part:
        part.write_text(as_json(found.to_dict()) + "\n", encoding="utf-8")
    with atomic(folder / "compare.xlsx") as part:
        write_workbook(part, title, None, found.tables)
    for name, frame in found.tables.items():
        with atomic(folder / f"compare-{name}.csv") as part:
            frame.write_csv(part)
