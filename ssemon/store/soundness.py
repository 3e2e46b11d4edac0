"""Is the record as it was written: the chain of events, the rows beside it, every file, every edition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ssemon.errors import Problem, Where
from ssemon.store import history as told_as
from ssemon.store.history import read_history
from ssemon.store.ledger import BEGINNING, Event
from ssemon.store.record import Store
from ssemon.store.refusals import damaged_object
from ssemon.store.schema import TABLES, check_version
from ssemon.text import listed, plural


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying found.

    Units:   `bytes` of all objects that the ledger knows.
    Missing: `head` is empty where the ledger has no event.
    """

    version: int
    events: int
    head: str
    objects: int
    bytes: int
    submissions: int
    editions: int
    unreferenced: int
    swept: int
    problems: tuple[Problem, ...]


def verify(store: Store, head: str = "", *, sweep: bool = False) -> Verified:
    """Check everything that a store holds; `head` is a hash that was written down and must be in the chain.

    Shape:   with `sweep`, files that no event names and that are a day old are removed.
    Missing: a store without any fault gives no problems.
    Errors:  EditionFault L02 where a newer program made it.
    """
    version = check_version(store.database)
    with store.database.reading():
        events = store.ledger.events()
        known = list(store.ledger.objects())
        rows = _rows(store)
    problems = [*_database(store), *_chain(events), *_head(events, head), *_beside(events, rows)]
    problems += _objects(store, events)
    names = {(one.sha256, one.kind) for one in known}
    left = tuple(name for name in store.objects.names() if name not in names)
    readable = [] if problems else [*_editions(events)]
    history = read_history(events) if not problems else told_as.History()
    return Verified(
        version=version,
        events=len(events),
        head=events[-1].hash if events else "",
        objects=len(known),
        bytes=sum(one.bytes for one in known),
        submissions=len(history.submissions) or len(rows[0]),
        editions=len(history.editions) or len(rows[1]),
        unreferenced=len(left),
        swept=store.objects.sweep(left) if sweep else 0,
        problems=(*problems, *readable),
    )


def _rows(store: Store) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    submissions = store.database.rows("SELECT number, event, code, content, attempt FROM submission ORDER BY number")
    return submissions, store.database.rows("SELECT id, event FROM edition ORDER BY event")


def _database(store: Store) -> Iterator[Problem]:
    unwell = store.database.unwell()
    if unwell:
        yield _damaged(store, "the ledger's database is damaged", unwell)
    open_tables = store.database.unguarded(tuple(TABLES))
    if open_tables:
        yield _damaged(store, "the ledger could be changed: its guards were taken away", listed(open_tables, most=12))


def _damaged(store: Store, what: str, found: str) -> Problem:
    return _changed(what, found, store.database.place)


def _changed(what: str, found: str, file: str = "") -> Problem:
    fix = "keep this store as it is, find out who had access, and take the last sound backup: ssemon restore FILE"
    return Problem(code="L06", stage="store", what=what, where=Where(file=file), found=found, fix=fix)


def _chain(events: Sequence[Event]) -> Iterator[Problem]:
    """Yield where the chain is broken: the first event of each kind of break, and how many more."""
    previous, before = BEGINNING, ""
    breaks: dict[str, list[int]] = {}
    for place, event in enumerate(events, 1):
        if event.own_hash() != event.hash:
            breaks.setdefault("an event does not say what it said when it was written", []).append(event.number)
        if event.previous != previous:
            breaks.setdefault("an event does not follow the one before it", []).append(event.number)
        if event.number != place:
            breaks.setdefault("events are missing", []).append(event.number)
        if event.at < before:
            breaks.setdefault("an event is earlier than the one before it", []).append(event.number)
        previous, before = event.hash, event.at
    for what, numbers in breaks.items():
        yield _changed(what, f"event {listed(numbers)}")


def _head(events: Sequence[Event], head: str) -> Iterator[Problem]:
    if head and not any(event.hash.startswith(head) for event in events):
        yield _changed("an event that was written down is not in the record", f"hash {head}")


def _beside(
    events: Sequence[Event], rows: tuple[list[tuple[object, ...]], list[tuple[object, ...]]]
) -> Iterator[Problem]:
    """Yield where the tables beside the events do not say the same."""
    submissions = [
        (event.body["submission"], event.number, event.subject, event.body["content"], event.body["attempt"])
        for event in events if event.kind == told_as.SUBMITTED
    ]  # fmt: skip
    editions = [(event.subject, event.number) for event in events if event.kind == told_as.FROZEN]
    for what, told, found in (("submissions", submissions, rows[0]), ("editions", editions, rows[1])):
        strange = sorted({*map(str, told)} ^ {*map(str, found)})
        if strange:
            yield _changed(f"the list of {what} is not what the events say", listed(strange))


def _objects(store: Store, events: Sequence[Event]) -> Iterator[Problem]:
    """Yield every file that an event names and that is missing or not what it was; each once."""
    parts = {(part.sha256, part.kind): part.path for event in events for part in event.parts}
    for (digest, kind), name in parts.items():
        state = store.objects.state(digest, kind)
        if state != "whole":
            yield damaged_object(store.objects.path(digest, kind), state, name)


def _editions(events: Sequence[Event]) -> Iterator[Problem]:
    """Yield where an edition rests on what did not count when it was frozen."""
    approved = {event.body["submission"]: event.number for event in events if event.kind == told_as.APPROVED}
    for event in events:
        if event.kind != told_as.FROZEN:
            continue
        early = [number for number in event.body["submissions"] if approved.get(number, event.number) >= event.number]
        if early:
            yield _changed(
                f"the edition {event.subject} rests on {plural(len(early), 'submission')} that did not count",
                listed(early),
            )
