"""What may be recorded when: a submission comes, is accepted by one person and approved by another; editions are frozen.

Files are on the disk before the ledger names them; what the ledger says happens in one transaction. So a kill, at any
moment, leaves the state before or the state after, and at worst a file that nothing names.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ssemon import __version__
from ssemon.errors import EditionFault, Problem, UsageFault
from ssemon.store import clock as clocks
from ssemon.store import history as told_as
from ssemon.store import refusals
from ssemon.store.database import Database
from ssemon.store.fault_points import fault_point
from ssemon.store.history import FrozenEdition, History, State, Submission, read_history
from ssemon.store.ledger import Event, Ledger, Part
from ssemon.store.objects import Objects, Stored
from ssemon.store.places import connect, has_ledger
from ssemon.store.schema import check_version, migrate, newest
from ssemon.store.troubles import damaged_ledger, told
from ssemon.text import quoted


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is about to be recorded of a plugin's folder that was found sound.

    Shape: `content` is the folder's hash, `files` the name of each file in the folder → where it lies now,
           `observations` the Parquet file that was read from them; `about` counts, versions, the framework.
    """

    code: str
    kind: str
    content: str
    files: Mapping[str, Path]
    observations: Path
    warnings: tuple[Problem, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    base: int | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a delivery. Missing: `before` is None where the same folder was never sent."""

    submission: Submission
    is_new: bool
    before: Submission | None = None


class Store:
    """A workspace's record."""

    def __init__(self, home: Path, database: Database, clock: clocks.Clock | None = None) -> None:
        self.home, self.database = home, database
        self.objects = Objects(home)
        self.ledger = Ledger(database, clock or clocks.utc_now)

    def history(self, until: str | None = None) -> History:
        """Return what the ledger tells, up to a moment (as the ledger writes it) or up to now."""
        with self.database.reading():
            return read_history(self.ledger.events(until=until))

    def events(self) -> list[Event]:
        """Return every event."""
        with self.database.reading():
            return self.ledger.events()

    def submission(self, number: int) -> Submission:
        """Return one submission. Errors: UsageFault L08 where there is none of that number."""
        return self._known(self.history(), number)

    def submit(self, delivery: Delivery, who: str, note: str = "") -> Received:
        """Record a delivery. The same folder again, while it waits or counts, is the same submission.

        Errors: UsageFault L13 where another submission was approved since the delivery was compared (`base`), L31 where
                an error of it was allowed by who sends it;
                EditionFault L03, L04, L05 where it cannot be written: nothing is then recorded.
        """
        refusals.check_name(who)
        refusals.check_other_person(delivery.code, delivery.warnings, who)
        with told(self.home):
            stored = {name: self.objects.put(path, "file") for name, path in sorted(delivery.files.items())}
            observations = self.objects.put(delivery.observations, "parquet")
            fault_point("submit: objects stored")
            with self.database.writing():
                history = self._history_of(delivery.code)
                before = history.latest(delivery.code, delivery.content)
                if before is not None and before.state in ("submitted", "accepted", "approved"):
                    return Received(before, is_new=False, before=before)
                refusals.check_base(delivery.code, delivery.base, history.approved(delivery.code))
                event = self._submitted(delivery, stored, observations, who, note, before)
        return Received(read_history([event]).submissions[event.body["submission"]], is_new=True, before=before)

    def _submitted(
        self, delivery: Delivery, stored: Mapping[str, Stored], observations: Stored, who: str, note: str,
        before: Submission | None,
    ) -> Event:  # fmt: skip
        [(last,)] = self.database.rows("SELECT coalesce(max(number), 0) FROM submission")
        number, attempt = last + 1, before.attempt + 1 if before else 1
        parts = [Part(told_as.SENT, name, one.sha256, one.kind) for name, one in stored.items()]
        parts.append(Part(told_as.OBSERVATIONS, "observations.parquet", observations.sha256, observations.kind))
        body = {
            "submission": number, "plugin_kind": delivery.kind, "content": delivery.content, "attempt": attempt,
            "base": delivery.base, "note": note, "warnings": [asdict(warning) for warning in delivery.warnings],
            "about": dict(delivery.about),
        }  # fmt: skip
        objects = [*stored.values(), observations]
        event = self.ledger.append(told_as.SUBMITTED, delivery.code, who, body, parts, objects)
        self.database.rows(
            "INSERT INTO submission VALUES (?, ?, ?, ?, ?)",
            number, event.number, delivery.code, delivery.content, attempt,
        )  # fmt: skip
        fault_point("submit: row written")
        return event

    def refuse(self, code: str, content: str, who: str, counts: Mapping[str, int]) -> Event:
        """Record that a folder was refused whole: who sent it, its hash, how often which code; none of its files."""
        refusals.check_name(who)
        with told(self.home), self.database.writing():
            return self.ledger.append(told_as.REFUSED, code, who, {"content": content, "counts": dict(counts)})

    def allow(self, code: str, content: str, error: str, who: str, reason: str, found: Sequence[Problem]) -> Event:
        """Let the errors of one code stand in a plugin's folder as it is, byte for byte.

        Shape:  `found` are the errors of the folder; those that are meant stay on record.
        Errors: UsageFault L24 no name or an empty reason, L29 where one of them may not be allowed, L30 where there is
                none or it is allowed already.
        """
        refusals.check_name(who)
        refusals.check_reason(reason)
        with told(self.home), self.database.writing():
            refusals.check_allowance(error, found, self._history_of(code).allowed(code, content))
            meant = [asdict(one) for one in found if one.code == error]
            body = {"content": content, "code": error, "reason": reason, "problems": meant}
            return self.ledger.append(told_as.ALLOWED, code, who, body)

    def accept(self, number: int, who: str, reasons: Mapping[str, str] | None = None) -> Submission:
        """Say that a submission is understood: each kind of warning that it bears has a reason.

        Errors: UsageFault L08 no such submission, L09 not in this state, L10 a warning without a reason, L13 another
                one was approved since, L24 no name or an empty reason.
        """
        reasons = reasons or {}
        with self._moving(number, who, ("submitted",), "accept") as (one, history):
            refusals.check_reasons(one, reasons)
            refusals.check_base(one.code, one.base, history.approved(one.code), number)
            return self._moved(told_as.ACCEPTED, one, who, reasons=dict(reasons))

    def approve(self, number: int, who: str) -> Submission:
        """Let an accepted submission count. Whoever accepted it may not approve it.

        Errors: UsageFault L08, L09, L13 and L24 as `accept`; L11 where it is the same person.
        """
        with self._moving(number, who, ("accepted",), "approve") as (one, history):
            refusals.check_two_people(one, who)
            refusals.check_base(one.code, one.base, history.approved(one.code), number)
            return self._moved(told_as.APPROVED, one, who)

    def return_(self, number: int, who: str, reason: str) -> Submission:
        """Send a submission back that does not count yet. Errors: UsageFault L08, L09, L24."""
        refusals.check_reason(reason)
        with self._moving(number, who, ("submitted", "accepted"), "return") as (one, _):
            return self._moved(told_as.RETURNED, one, who, reason=reason)

    def withdraw(self, number: int, who: str, reason: str) -> Submission:
        """Take a submission back; if it counted, the one approved before it counts again. Errors: UsageFault L08, L09, L24."""
        refusals.check_reason(reason)
        open_states: tuple[State, ...] = ("submitted", "accepted", "approved", "superseded")
        with self._moving(number, who, open_states, "withdraw") as (one, _):
            return self._moved(told_as.WITHDRAWN, one, who, reason=reason)

    @contextmanager
    def _moving(
        self, number: int, who: str, states: tuple[State, ...], verb: str
    ) -> Iterator[tuple[Submission, History]]:
        refusals.check_name(who)
        with told(self.home), self.database.writing():
            rows = self.database.rows("SELECT code FROM submission WHERE number = ?", number)
            history = self._history_of(rows[0][0]) if rows else History()
            one = self._known(history, number)
            refusals.check_state(one, states, verb)
            yield one, history

    def _moved(self, kind: str, one: Submission, who: str, **more: object) -> Submission:
        self.ledger.append(kind, one.code, who, {"submission": one.number, **more})
        fault_point(f"{kind}: recorded")
        return self._history_of(one.code).submissions[one.number]

    def _history_of(self, code: str) -> History:
        return read_history(self.ledger.events(subject=code))

    def _known(self, history: History, number: int) -> Submission:
        if number in history.submissions:
            return history.submissions[number]
        raise UsageFault(refusals.no_submission(number, history))

    def freeze(
        self, edition: str, who: str, submissions: Sequence[int], inputs: Mapping[str, Path],
        results: Mapping[str, Path], about: Mapping[str, Any], moment: str | None = None,
    ) -> FrozenEdition:  # fmt: skip
        """Record an edition: its submissions, the files that it was run with and those that came out.

        Shape:  `moment` is that at which the submissions counted, as the ledger writes it; what was withdrawn later
                counted then.
        Errors: UsageFault L14 where the id is taken, L09 where a submission does not count (any more), L24 where there
                is no id or nobody's name.
        """
        with told(self.home):
            kept = [self._kept(told_as.INPUT, inputs), self._kept(told_as.RESULT, results)]
            fault_point("freeze: objects stored")
            parts = [part for pairs in kept for part, _ in pairs]
            with self.database.writing():
                events = self.ledger.events()
                refusals.check_new_edition(edition, who, read_history(events))
                then = read_history(event for event in events if moment is None or event.at <= moment)
                for number in submissions:
                    refusals.check_state(self._known(then, number), ("approved", "superseded"), "freeze")
                body = {"submissions": list(submissions), "about": dict(about)}
                objects = [stored for pairs in kept for _, stored in pairs]
                event = self.ledger.append(told_as.FROZEN, edition, who, body, parts, objects)
                self.database.rows("INSERT INTO edition VALUES (?, ?)", edition, event.number)
                fault_point("freeze: row written")
        return read_history([event]).editions[edition]

    def _kept(self, role: str, files: Mapping[str, Path]) -> list[tuple[Part, Stored]]:
        found = []
        for name, path in sorted(files.items()):
            stored = self.objects.put(path, "parquet" if path.suffix == ".parquet" else "file")
            found.append((Part(role, name, stored.sha256, stored.kind), stored))
        return found

    def edition(self, name: str) -> FrozenEdition:
        """Return a frozen edition. Errors: UsageFault L15 where there is none of that id."""
        editions = self.history().editions
        if name not in editions:
            raise UsageFault(refusals.no_edition(name, editions))
        return editions[name]

    def correct(self, edition: str, who: str, **erratum: str) -> History:
        """Record an erratum of a frozen edition: date, country, place, was, is_, why. Errors: UsageFault L15, L24."""
        refusals.check_name(who)
        self.edition(edition)
        with told(self.home), self.database.writing():
            self.ledger.append(told_as.ERRATUM, edition, who, erratum)
        return self.history()

    def fetch(self, parts: Sequence[Part], folder: Path) -> None:
        """Copy objects into a folder, under the names that they came with.

        Errors: EditionFault L07 where one is not whole, L06 where a name leads out of the folder: nobody sent that.
        """
        for part in parts:
            if leads_out(part.path):
                raise EditionFault(damaged_ledger(self.database.place, f"a file is named {quoted(part.path)}"))
            if self.objects.state(part.sha256, part.kind) != "whole":
                raise EditionFault(refusals.bad_object(self, part))
            self.objects.fetch(part.sha256, part.kind, folder / part.path)

    def close(self) -> None:
        """Let go of the ledger."""
        self.database.close()


def leads_out(name: str) -> bool:
    """Return whether a name of the record would be written outside the folder that it is meant for."""
    path = PurePosixPath(name)
    return not name or path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name


@contextmanager
def open_store(home: Path, *, create: bool = False, clock: clocks.Clock | None = None) -> Iterator[Store]:
    """Open a workspace's store for a block.

    Missing: with `create`, one that is not there is made, and an older one is brought to this program's version.
    Errors:  EditionFault L01 where there is none, L02 where a newer program made it, L03 to L06 and L25, L28 where it
             cannot be opened.
    """
    with told(home):
        if not create and not has_ledger(home):
            raise EditionFault(refusals.no_store(home))
        if create:
            home.mkdir(parents=True, exist_ok=True)
        database = connect(home)
    try:
        store = Store(home, database, clock)
        version = check_version(database)
        if version == 0 and not create:
            raise EditionFault(refusals.no_store(home))
        if version < newest():
            _prepare(store)
        yield store
    finally:
        database.close()


def _prepare(store: Store) -> None:
    """Make the ledger's tables, or bring those of an older program up; whoever comes second finds them made."""
    with told(store.home):
        (store.home / "objects").mkdir(exist_ok=True)
        with store.database.writing():
            had = migrate(store.database, clocks.written(store.ledger.clock()), __version__)
            if had == 0:
                store.ledger.append(told_as.CREATED, "", "ssemon", {"store": uuid.uuid4().hex, "program": __version__})
            elif had < newest():
                store.ledger.append(
                    told_as.MIGRATED, "", "ssemon", {"had": had, "has": newest(), "program": __version__}
                )
