"""Events, one after the other, each bound to the one before by a hash.

The hash of an event covers its number, time, author, kind, subject and body, the objects that belong to it, and the
hash of the event before. Whoever changes one, changes the hash of all that follow; a hash that was written down
elsewhere (a receipt, a report) shows it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any

from ssemon.store.clock import Clock, next_moment
from ssemon.store.database import Database
from ssemon.store.fault_points import fault_point
from ssemon.store.objects import Kind, Stored

BEGINNING = ""  # what stands before the first event
_EVENTS = "SELECT number, at, by_whom, kind, subject, body, previous, hash FROM event"


@dataclass(frozen=True, slots=True)
class Part:
    """An object that belongs to an event: what it is there for, and under which name it came."""

    role: str
    path: str
    sha256: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: who did what to which, when. `at` is UTC."""

    number: int
    at: str
    who: str
    kind: str
    subject: str
    body: Mapping[str, Any]
    previous: str
    hash: str
    parts: tuple[Part, ...] = ()

    def own_hash(self) -> str:
        """Return the hash of what the event says."""
        return _hash(self.number, self.at, self.who, self.kind, self.subject, self.body, self.previous, self.parts)


def canonical(data: object) -> str:
    """Return data as the one JSON text that stands for it."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _hash(
    number: int, at: str, who: str, kind: str, subject: str, body: Mapping[str, Any], previous: str,
    parts: Sequence[Part],
) -> str:  # fmt: skip
    objects = sorted([part.role, part.path, part.sha256, part.kind] for part in parts)
    return sha256(canonical([number, at, who, kind, subject, body, objects, previous]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The events of a database. What it writes, it writes inside the database's `writing()`."""

    database: Database
    clock: Clock

    def last(self) -> tuple[int, str, str]:
        """Return number, time and hash of the last event; 0 and empty texts where there is none."""
        rows = self.database.rows("SELECT number, at, hash FROM event ORDER BY number DESC LIMIT 1")
        return rows[0] if rows else (0, "", BEGINNING)

    def append(
        self, kind: str, subject: str, who: str, body: Mapping[str, Any], parts: Sequence[Part] = (),
        objects: Sequence[Stored] = (),
    ) -> Event:  # fmt: skip
        """Write an event, with the objects that are new with it.

        Errors: UsageFault L22 where this computer's clock is behind the record.
        """
        number, last_at, previous = self.last()
        at = next_moment(self.clock(), last_at)
        number += 1
        body = json.loads(canonical(body))
        digest = _hash(number, at, who, kind, subject, body, previous, parts)
        event = Event(number, at, who, kind, subject, body, previous, digest, tuple(parts))
        for stored in objects:
            self._keep(stored)
        fault_point("ledger: objects listed")
        self.database.rows(
            "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            number, at, who, kind, subject, canonical(body), previous, digest,
        )  # fmt: skip
        fault_point("ledger: event written")
        for part in parts:
            self.database.rows(
                "INSERT INTO part VALUES (?, ?, ?, ?, ?)", number, part.role, part.path, part.sha256, part.kind
            )
        fault_point("ledger: parts written")
        return event

    def _keep(self, stored: Stored) -> None:
        known = "SELECT 1 FROM object WHERE sha256 = ? AND kind = ?"
        if not self.database.rows(known, stored.sha256, stored.kind):
            self.database.rows("INSERT INTO object VALUES (?, ?, ?)", stored.sha256, stored.kind, stored.bytes)

    def events(self, *, subject: str | None = None, until: str | None = None) -> list[Event]:
        """Return the events in their order: of one subject, up to a moment, or all."""
        where, values = _conditions({"subject = ?": subject, "at <= ?": until})
        rows = self.database.rows(f"{_EVENTS}{where} ORDER BY number", *values)
        parts = self._parts(where, values)
        return [
            Event(number, at, who, kind, about, json.loads(body), previous, digest, parts.get(number, ()))
            for number, at, who, kind, about, body, previous, digest in rows
        ]

    def _parts(self, where: str, values: Sequence[object]) -> dict[int, tuple[Part, ...]]:
        """The parts of the events that a condition chooses, found from the events on: few of many."""
        columns = "SELECT part.event, part.role, part.path, part.sha256, part.kind"
        joined = "FROM event JOIN part ON part.event = event.number"
        statement = f"{columns} {joined}{where} ORDER BY event.number, part.role, part.path"
        rows = self.database.rows(statement, *values)
        return {number: tuple(Part(*row[1:]) for row in own) for number, own in groupby(rows, key=lambda row: row[0])}

    def objects(self) -> Iterator[Stored]:
        """Yield every object that the ledger knows."""
        for digest, kind, size in self.database.rows("SELECT sha256, kind, bytes FROM object ORDER BY sha256, kind"):
            yield Stored(digest, kind, size)


def _conditions(wanted: Mapping[str, str | None]) -> tuple[str, list[str]]:
    given = {condition: value for condition, value in wanted.items() if value is not None}
    return (f" WHERE {' AND '.join(given)}" if given else ""), list(given.values())
