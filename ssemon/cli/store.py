"""`ssemon ledger`, `verify`, `backup`, `restore`: the record itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ssemon.cli.place import HELP, JSON, STORE, as_data, in_one_line, listed_reasons, standing
from ssemon.cli.show import as_json, counted, show_problems
from ssemon.errors import EXIT_OK, EXIT_USAGE
from ssemon.store.clock import readable
from ssemon.text import listed, plural

if TYPE_CHECKING:
    from ssemon.store import Verified
    from ssemon.store.ledger import Event

# So much of an event's hash a list of events shows.
_HEAD = 12


@click.command(context_settings=HELP)
@click.option("--status", is_flag=True, help="Where every submission stands, instead of what was done.")
@click.option("--country", metavar="CODE", help="Of this country only.")
@STORE
@JSON
def ledger(status: bool, country: str | None, home: Path, json_: bool) -> int:
    """Read the record: every event, who did it (UTC), and its hash."""
    from ssemon.store import open_store

    with open_store(home) as store:
        events, history = store.events(), store.history()
    if status:
        chosen = [one for one in history.submissions.values() if country in (None, one.code)]
        if json_:
            click.echo(as_json([as_data(one) for one in chosen]))
            return EXIT_OK
        for one in chosen:
            for line in (standing(one), *listed_reasons(one)):
                click.echo(line)
        return EXIT_OK
    shown = [event for event in events if country in (None, event.subject)]
    if json_:
        click.echo(as_json([_as_data(event) for event in shown]))
        return EXIT_OK
    for event in shown:
        click.echo(f"{event.number:>5}  {readable(event.at)}  {_told(event)}  {event.hash[:_HEAD]}")
    return EXIT_OK


def _told(event: Event) -> str:
    body = event.body
    subject = f"{event.subject} " if event.subject else ""
    number = f"submission {body['submission']} " if "submission" in body else ""
    reason = body.get("reason") or body.get("note") or body.get("why") or ""
    if event.kind == "refused":
        reason = listed((f"{code} {count} times" if count > 1 else code for code, count in body["counts"].items()), most=12)  # fmt: skip
    error = f"{body['code']} " if event.kind == "allowed" else ""
    reasons = "".join(f"; {code}: {text}" for code, text in body.get("reasons", {}).items())
    return in_one_line(
        f"{subject}{number}{error}{event.kind} by {event.who}" + (f": {reason}" if reason else "") + reasons
    )


def _as_data(event: Event) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(event)


@click.command(context_settings=HELP)
@STORE
@click.option("--head", default="", metavar="HASH", help="A record's hash that you wrote down: is it in the chain?")
@click.option("--sweep", is_flag=True, help="Remove what killed programs left more than a day ago.")
@JSON
def verify(home: Path, head: str, sweep: bool, json_: bool) -> int:
    """Check the chain of events, the tables beside them, every file and every edition.

    The last event's hash is printed: write it down elsewhere, and --head finds out whether anybody wrote the record
    anew.
    """
    from ssemon.store import open_store
    from ssemon.store import verify as check

    if head and len(head) < _HEAD:
        raise click.UsageError(f"--head takes {_HEAD} characters of the hash or more: fewer could be any event's")
    with open_store(home) as store:
        found = check(store, head.lower(), sweep=sweep)
    if json_:
        click.echo(as_json(_verified_data(found)))
    else:
        show_problems(found.problems, err=False, all_of_them="--json gives all")
        _print_verified(found)
    return EXIT_USAGE if found.problems else EXIT_OK


def _print_verified(found: Verified) -> None:
    click.echo(
        f"{plural(found.events, 'event')} · {plural(found.submissions, 'submission')} · "
        f"{plural(found.editions, 'edition')} · {plural(found.objects, 'file')}, {plural(found.bytes, 'byte')}"
    )
    left = f" · {plural(found.unreferenced, 'file')} that no event names" if found.unreferenced else ""
    click.echo(("sound" if not found.problems else f"not sound: {counted(found.problems)}") + left)
    if found.swept:
        click.echo(f"swept     {plural(found.swept, 'leftover')}")
    click.echo(f"record    sha256 {found.head}")


def _verified_data(found: Verified) -> dict[str, object]:
    from dataclasses import asdict

    return {
        **asdict(found),
        "sound": not found.problems,
        "problems": [problem.to_dict() for problem in found.problems],
    }


@click.command(context_settings=HELP)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@STORE
def backup(file: Path, home: Path) -> int:
    """Write the whole record into one FILE and check it there. Others may go on writing meanwhile."""
    from ssemon.store import back_up, open_store

    with open_store(home) as store:
        found = back_up(store, file)
    _print_verified(found)
    click.echo(f"backup    {file} · {plural(file.stat().st_size, 'byte')}")
    return EXIT_OK


@click.command(context_settings=HELP)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@STORE
def restore(file: Path, home: Path) -> int:
    """Make a record out of the backup FILE, on this computer or another, where there is none yet; verified or not at all."""
    from ssemon.store import restore as bring_back

    found = bring_back(file, home)
    _print_verified(found)
    click.echo(f"restored  {home}")
    return EXIT_OK
