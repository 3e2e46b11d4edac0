"""`ssemon revisions`: how far first figures were from the latest."""

from __future__ import annotations

from pathlib import Path

import click

from ssemon.cli.place import HELP, JSON, STORE
from ssemon.cli.show import as_json
from ssemon.errors import EXIT_OK


@click.command(context_settings=HELP)
@click.option("--country", multiple=True, metavar="CODE", help="Only this country; may be given more than once.")
@click.option("--indicator", multiple=True, metavar="CODE", help="Only this indicator; may be given more than once.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the table as CSV here.")
@STORE
@JSON
def revisions(country: tuple[str, ...], indicator: tuple[str, ...], out: Path | None, home: Path, json_: bool) -> int:
    """Show how each indicator was revised, from the first approved value to the latest.

    The mean revision says whether first figures were too low (above 0) or too high, the mean absolute revision how far
    off they were, in the indicator's unit; the relative one is its share of the latest values.
    """
    from ssemon.store import atomic, open_store
    from ssemon.vintages import revised

    with open_store(home) as store:
        found = revised(store, country)
    if indicator:
        found = found.filter(found["indicator"].is_in(indicator))
    if out is not None:
        with atomic(out) as part:
            found.write_csv(part)
    if json_:
        click.echo(as_json(found.to_dicts()))
        return EXIT_OK
    if found.is_empty():
        click.echo("no indicator has values in two approved submissions yet")
        return EXIT_OK
    click.echo("indicator     values  revised  withdrawn       mean  mean absolute  relative")
    for row in found.iter_rows(named=True):
        numbers = (_number(row["mean_revision"], "+"), _number(row["mean_absolute_revision"]), _share(row))
        click.echo(
            f"{row['indicator']:<12}  {row['values']:>6}  {row['revised']:>7}  {row['withdrawn']:>9}  "
            f"{numbers[0]:>9}  {numbers[1]:>13}  {numbers[2]:>8}"
        )
    return EXIT_OK


def _number(value: float | None, sign: str = "") -> str:
    return "–" if value is None else format(value, f"{sign}.4g")


def _share(row: dict[str, float | None]) -> str:
    value = row["relative_mean_absolute_revision"]
    return "–" if value is None else f"{100 * value:.2f} %"
