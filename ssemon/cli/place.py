"""What the commands of the record share: where the store is, who does it, and the words for where something stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ssemon.store.clock import readable

if TYPE_CHECKING:
    from ssemon.store.history import Submission

HELP = {"help_option_names": ["-h", "--help"]}
STORE = click.option(
    "--store", "home", type=click.Path(path_type=Path, file_okay=False), default=Path("store"), show_default=True,
    help="The workspace's record.",
)  # fmt: skip
BY = click.option("--by", "who", required=True, metavar="NAME", help="Who does it: stays on record.")
JSON = click.option("--json", "json_", is_flag=True, help="As JSON, for a program.")
EDITION = click.option(
    "--edition", type=click.Path(path_type=Path, dir_okay=False),
    help="Edition profile (default: edition.toml here, else the baseline's).",
)  # fmt: skip
EXTENSION = click.option(
    "--extension", multiple=True, metavar="MODULE",
    help="Load this extension beside the installed ones; the current folder counts.",
)  # fmt: skip


def standing(one: Submission) -> str:
    """Return where a submission stands, in one line."""
    steps = [("sent", one.sent), ("accepted", one.accepted), ("approved", one.approved)]
    told = [f"{word} {readable(step.at)} by {step.who}" for word, step in steps if step is not None]
    if one.ended is not None:
        told.append(f"{one.state} {readable(one.ended.at)} by {one.ended.who}: {one.ended.reason}")
    return in_one_line(f"{one.code} · submission {one.number} · {one.state} · " + " · ".join(told))


def in_one_line(text: str) -> str:
    """Return what people wrote without line ends: in a list of events a second line would look like another event."""
    return " ".join(text.split())


def as_data(one: Submission) -> dict[str, object]:
    """Return a submission as plain data, for JSON."""
    from dataclasses import asdict

    plain = {name: value for name, value in asdict(one).items() if name != "warnings"}
    return {**plain, "warnings": [problem.to_dict() for problem in one.warnings]}


def listed_reasons(one: Submission) -> Sequence[str]:
    """Return a line for each error that was allowed and each warning that was accepted: its code and the reason."""
    reasons = one.accepted.reasons if one.accepted is not None else {}
    return [
        *(f"  {code} {in_one_line(str(settled))}" for code, settled in one.allowed.items()),
        *(f"  {code} accepted: {in_one_line(reason)}" for code, reason in reasons.items()),
    ]
