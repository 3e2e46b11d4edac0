"""What is PostgreSQL's own about a ledger there; run by `make test-postgres`."""

from __future__ import annotations

import os

import pytest

from ssemon.errors import EditionFault
from ssemon.store.backup import back_up, restore
from ssemon.store.places import address
from ssemon.store.record import open_store
from ssemon.store.soundness import verify

POSTGRES = os.environ.get("SSEMON_TEST_POSTGRES", "")
pytestmark = pytest.mark.skipif(not POSTGRES, reason="needs a server: make test-postgres")


@pytest.fixture
def other(home):
    """A connection of somebody else to the same tables."""
    import psycopg

    with psycopg.connect(address(home), autocommit=True) as connection:
        yield connection


def test_a_table_cannot_be_emptied_either(store, other):
    import psycopg

    for table in ("event", "part", "submission"):
        with pytest.raises(psycopg.Error, match="append-only"):
            other.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("way", ["DISABLE TRIGGER USER", "DISABLE TRIGGER event_no_change"])
def test_guards_that_are_switched_off_and_what_is_changed_then_are_found(store, approved, other, way):
    approved()
    other.execute(f"ALTER TABLE event {way}")
    other.execute("UPDATE event SET by_whom = 'Eve' WHERE number = 3")
    assert [problem.what for problem in verify(store).problems] == [
        "the ledger could be changed: its guards were taken away",
        "an event does not say what it said when it was written",
    ]


def test_a_writer_that_holds_the_record_too_long_is_named(store, delivery, opened, the):
    holding = opened()
    store.database.rows("SET lock_timeout = '50ms'")
    with holding.database.writing(), pytest.raises(EditionFault) as fault:
        store.submit(delivery(), "Kim")
    assert the(fault.value.problems, "L05").found
    assert store.submit(delivery(), "Kim").is_new


def test_a_connection_that_was_lost_is_told_and_nothing_is_recorded(store, other, delivery, home, the):
    [(process,)] = store.database.rows("SELECT pg_backend_pid()")
    other.execute("SELECT pg_terminate_backend(%s)", (process,))
    with pytest.raises(EditionFault) as fault:
        store.submit(delivery(), "Kim")
    assert "server" in the(fault.value.problems, "L28").fix
    with open_store(home) as again:
        assert [event.kind for event in again.events()] == ["created"]


def test_somebody_without_rights_is_told_who_can(store, other, delivery, the):
    role = f"reader_{os.getpid()}"
    [(schema,)] = other.execute("SELECT current_schema()").fetchall()
    other.execute(f"CREATE ROLE {role}")
    try:
        other.execute(
            f"GRANT USAGE ON SCHEMA {schema} TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}"
        )
        store.database.rows(f"SET ROLE {role}")
        assert len(store.events()) == 1
        with pytest.raises(EditionFault) as fault:
            store.submit(delivery(), "Kim")
        assert the(fault.value.problems, "L03").where.file.startswith("postgresql://")
    finally:
        store.database.rows("RESET ROLE")
        other.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_a_backup_of_it_is_a_store_for_one_machine(store, approved, tmp_path):
    approved()
    head = back_up(store, tmp_path / "b.tar").head
    restore(tmp_path / "b.tar", tmp_path / "one machine")
    with open_store(tmp_path / "one machine") as moved:
        assert moved.events() == store.events()
        assert moved.database.place.endswith("ledger.sqlite")
        assert verify(moved).head == head
