"""`ssemon allow`: the secretariat lets an error of a rule stand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ssemon.cli.place import BY, EDITION, EXTENSION, HELP, JSON, STORE, in_one_line
from ssemon.cli.show import as_json, counted, edition_here, show_problems
from ssemon.errors import EXIT_OK
from ssemon.store.clock import readable

if TYPE_CHECKING:
    from ssemon.allowing import Permit


@click.command(context_settings=HELP)
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("code")
@BY
@click.option("--reason", required=True, metavar="TEXT", help="Why: stays on record and is printed.")
@STORE
@EDITION
@EXTENSION
@JSON
def allow(
    folder: Path, code: str, who: str, reason: str, home: Path, edition: Path | None, extension: tuple[str, ...],
    json_: bool,
) -> int:  # fmt: skip
    """Let the errors CODE stand in a plugin's FOLDER as it is now, byte for byte; then another person can submit it.

    Only errors of rules, and values outside their unit (V12): they were read and are understood. Never a file that
    cannot be read, an unknown code or a key that stands twice. Who, when and why stay on record, are shown with the
    submission and printed in the report.
    """
    from ssemon.allowing import allow_error
    from ssemon.store import open_store
    from ssemon.submitting import check_folder

    check_folder(folder)  # before a store is made for it
    with open_store(home, create=True) as store:
        permit = allow_error(
            folder, code.upper(), store, who, reason, edition=edition_here(edition), extensions=extension
        )  # fmt: skip
    if json_:
        click.echo(as_json(_as_data(permit)))
        return EXIT_OK
    show_problems(permit.found, err=False)
    event = permit.event
    click.echo(f"allowed   {permit.error} of {permit.code} · {readable(event.at)} by {who}: {in_one_line(reason)}")
    click.echo(f"folder    sha256 {permit.content}")
    click.echo(f"record    sha256 {event.hash}")
    if permit.left:
        click.echo(f"left      {counted(permit.left)}: ssemon plugin check {folder}")
    else:
        click.echo(f"next      ssemon submit {folder} --by NAME (another person)")
    return EXIT_OK


def _as_data(permit: Permit) -> dict[str, object]:
    return {
        "code": permit.code, "folder_sha256": permit.content, "allowed": permit.error, "event": permit.event.number,
        "at": permit.event.at, "record": permit.event.hash,
        "problems": [problem.to_dict() for problem in permit.found],
        "left": [problem.to_dict() for problem in permit.left],
    }  # fmt: skip
