"""`ssemon accept`, `return`, `approve`, `withdraw`: who says what about a submission."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ssemon.cli.place import BY, HELP, JSON, STORE, as_data, listed_reasons, standing
from ssemon.cli.show import as_json
from ssemon.errors import EXIT_OK

if TYPE_CHECKING:
    from ssemon.store import Store
    from ssemon.store.history import Submission

_NUMBER = click.argument("number", type=click.IntRange(1))
_REASON = click.option("--reason", required=True, metavar="TEXT", help="Why: stays on record.")


@click.command(context_settings=HELP)
@_NUMBER
@BY
@click.option("--warning", "warnings", multiple=True, metavar="CODE", help="A warning that may stand; a --reason each.")
@click.option("--reason", "reasons", multiple=True, metavar="TEXT", help="Why that warning may stand.")
@STORE
@JSON
def accept(number: int, who: str, warnings: tuple[str, ...], reasons: tuple[str, ...], home: Path, json_: bool) -> int:
    """Accept submission NUMBER: it is understood and complete.

    Each kind of warning that it bears needs a reason: --warning CODE --reason TEXT, as often as there are codes, in
    this order. The reasons stay on record.
    """
    if len(warnings) != len(reasons):
        raise click.UsageError("give a --reason after each --warning")
    given = {code.upper(): reason for code, reason in zip(warnings, reasons, strict=True)}
    return _moved(home, json_, lambda store: store.accept(number, who, given))


@click.command("return", context_settings=HELP)
@_NUMBER
@BY
@_REASON
@STORE
@JSON
def return_(number: int, who: str, reason: str, home: Path, json_: bool) -> int:
    """Send submission NUMBER back: it is to be mended and sent again."""
    return _moved(home, json_, lambda store: store.return_(number, who, reason))


@click.command(context_settings=HELP)
@_NUMBER
@BY
@STORE
@JSON
def approve(number: int, who: str, home: Path, json_: bool) -> int:
    """Approve submission NUMBER, which another person accepted: from now on it counts, in the place of the one before."""
    return _moved(home, json_, lambda store: store.approve(number, who))


@click.command(context_settings=HELP)
@_NUMBER
@BY
@_REASON
@STORE
@JSON
def withdraw(number: int, who: str, reason: str, home: Path, json_: bool) -> int:
    """Take submission NUMBER back. If it counted, the one that was approved before it counts again.

    Nothing is deleted: editions that rest on it can still be rebuilt.
    """
    return _moved(home, json_, lambda store: store.withdraw(number, who, reason))


def _moved(home: Path, json_: bool, step: Callable[[Store], Submission]) -> int:
    from ssemon.store import open_store

    with open_store(home) as store:
        one = step(store)
        counts = store.history().approved(one.code)
    if json_:
        click.echo(as_json(as_data(one)))
        return EXIT_OK
    click.echo(standing(one))
    for line in listed_reasons(one):
        click.echo(line)
    click.echo(f"what counts for {one.code}: " + ("nothing" if counts is None else f"submission {counts.number}"))
    return EXIT_OK
