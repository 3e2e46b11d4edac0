"""The secretariat lets an error of a rule stand: in one folder, as it is, with name and reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ssemon.errors import Problem, errors_in
from ssemon.plugins import load_extensions
from ssemon.store.ledger import Event
from ssemon.store.record import Store
from ssemon.submitting import against_approved, snapshot


@dataclass(frozen=True, slots=True)
class Permit:
    """An error that stands from now on in a folder, and the errors that it still has."""

    code: str
    content: str
    error: str
    event: Event
    found: tuple[Problem, ...]
    left: tuple[Problem, ...]


def allow_error(
    folder: Path, error: str, store: Store, who: str, reason: str, *, edition: Path | None = None,
    extensions: Sequence[str] = (),
) -> Permit:  # fmt: skip
    """Check a plugin's folder and record that its errors of one code stand, as long as it is the same, byte for byte.

    Missing: what approved values say is only known once the folder has no other error.
    Errors:  UsageFault U01 no such folder, L24 no name or reason, L29 not an error of a rule, L30 no such error, or one
             that is allowed already.
    """
    with snapshot(folder, store, edition, load_extensions(extensions)) as taken:
        outcome = taken.loaded.outcome
        _, against = against_approved(taken, store, store.history().approved(outcome.code))
        errors = errors_in((*outcome.problems, *against))
        found = tuple(problem for problem in errors if problem.code == error)
        event = store.allow(outcome.code, taken.content, error, who, reason, errors)
        left = tuple(problem for problem in errors if problem.code != error)
    return Permit(outcome.code, taken.content, error, event, found, left)
