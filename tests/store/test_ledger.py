"""Events: bound by hashes, never changed, never from the future's past; ledgers of other versions."""

from __future__ import annotations

import datetime as dt
from contextlib import closing

import pytest

from ssemon.errors import EditionFault, UsageFault
from ssemon.store import clock as clocks
from ssemon.store import schema
from ssemon.store.fault_points import listening
from ssemon.store.history import CREATED, MIGRATED
from ssemon.store.ledger import Event, Part, canonical
from ssemon.store.objects import Stored
from ssemon.store.record import open_store

HASH = "a" * 64


def written(store, kind="noted", **body):
    with store.database.writing():
        return store.ledger.append(kind, "KOR", "Kim", body)


def test_a_ledger_begins_with_its_own_making(store):
    [event] = store.events()
    assert (event.number, event.kind, event.who, event.previous) == (1, CREATED, "ssemon", "")
    assert len(event.body["store"]) == 32


def test_each_event_names_the_hash_of_the_one_before(store):
    first, second = written(store, a=1), written(store, a=2)
    events = store.events()
    assert events == [events[0], first, second]
    assert (first.previous, second.previous) == (events[0].hash, first.hash)
    assert all(event.own_hash() == event.hash for event in events)


@pytest.mark.parametrize(
    "change",
    [{"number": 9}, {"at": "2020"}, {"who": "Eve"}, {"kind": "other"}, {"subject": "JPN"}, {"body": {"a": 2}}, {"previous": HASH},
     {"parts": (Part("sent", "x", HASH, "file"),)}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_the_hash_covers_all_that_an_event_says(store, change):
    event = written(store, a=1)
    told = {
        name: getattr(event, name)
        for name in ("number", "at", "who", "kind", "subject", "body", "previous", "hash", "parts")
    }
    assert Event(**{**told, **change}).own_hash() != event.hash


def test_a_body_comes_back_as_it_was_in_any_script(store):
    body = {"note": "협동조합 · عربي · \u2028 'quoted'", "counts": {"b": 1, "a": [None, 1.5, True]}}
    written(store, **body)
    assert store.events()[-1].body == body
    assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'


def test_objects_belong_to_their_event(store):
    stored = Stored(HASH, "file", 3)
    with store.database.writing():
        part = Part("sent", "데이터.csv", HASH, "file")
        store.ledger.append("noted", "KOR", "Kim", {}, [part], [stored, stored])
    assert store.events()[-1].parts == (part,)
    assert list(store.ledger.objects()) == [stored]


def test_events_of_one_subject_and_up_to_a_moment(store, clock):
    clock.put("2026-03-02")
    early = written(store)
    clock.put("2026-03-09")
    late = written(store)
    assert store.ledger.events(subject="KOR") == [early, late]
    assert store.ledger.events(subject="KOR", until=clocks.moment_meant("2026-03-02")) == [early]
    assert store.ledger.events(subject="JPN") == []


@pytest.mark.parametrize("table", list(schema.TABLES))
@pytest.mark.parametrize("statement", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"])
def test_no_row_of_the_record_can_be_changed_or_taken_out(store, approved, table, statement):
    approved()
    store.freeze("e", "Ann", [1], {}, {}, {})
    before = store.database.rows(f"SELECT * FROM {table}")
    assert before
    with pytest.raises(Exception, match="append-only"):
        store.database.rows(statement.format(table=table, column=schema.TABLES[table][0]))
    assert store.database.rows(f"SELECT * FROM {table}") == before


@pytest.mark.sqlite
@pytest.mark.parametrize("table", list(schema.TABLES))
def test_no_row_can_be_replaced_either(store, approved, table):
    approved()
    store.freeze("e", "Ann", [1], {}, {}, {})
    with pytest.raises(Exception, match="append-only"):
        store.database.rows(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.sqlite
def test_rows_are_guarded_from_whoever_opens_the_file_with_another_program(store, tamper):
    with pytest.raises(Exception, match="append-only"):
        tamper("INSERT OR REPLACE INTO event SELECT * FROM event")


def test_a_write_that_fails_leaves_nothing(store):
    def work() -> None:
        with store.database.writing():
            store.ledger.append("noted", "KOR", "Kim", {})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert [event.kind for event in store.events()] == [CREATED]
    assert written(store).number == 2


def test_a_reader_sees_one_state_while_another_writes(opened):
    reader, writer = opened(), opened()
    with reader.database.reading():
        before = reader.ledger.events()
        written(writer)
        assert reader.ledger.events() == before
    assert len(reader.events()) == len(before) + 1


# --- the clock ---------------------------------------------------------------------------------------------------------


def test_times_are_utc_and_sort_as_texts():
    seoul = dt.timezone(dt.timedelta(hours=9))
    assert clocks.written(dt.datetime(2026, 3, 1, 8, tzinfo=seoul)) == "2026-02-28T23:00:00.000000Z"
    assert clocks.utc_now().tzinfo is dt.UTC


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01", "2026-03-01T23:59:59.999999Z"),
        ("2026-03-01T14:00:00Z", "2026-03-01T14:00:00.999999Z"),
        ("2026-03-01T14:00", "2026-03-01T14:00:00.999999Z"),
        ("2026-03-01T14:00:00+09:00", "2026-03-01T05:00:00.999999Z"),
        ("2026-03-01T14:00:00.25Z", "2026-03-01T14:00:00.250000Z"),
        ("2026-03-01 14:00:00 UTC", "2026-03-01T14:00:00.999999Z"),  # as the ledger prints it
    ],
)
def test_a_day_and_a_second_mean_their_end_and_a_fraction_means_itself(text, moment):
    assert clocks.moment_meant(text) == moment


def test_the_time_that_is_shown_of_an_event_takes_the_event_in():
    event = "2026-03-01T14:00:00.400000Z"
    assert clocks.moment_meant(clocks.readable(event)) >= event


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "1.3.2026", "", "2026-03"])
def test_what_is_no_date_is_refused(text, the):
    with pytest.raises(UsageFault) as fault:
        clocks.moment_meant(text)
    assert the(fault.value.problems, "L17").found == f'"{text}"'


def test_a_clock_a_little_behind_takes_the_time_of_the_last_event(store, clock):
    last = written(store).at
    clock.now -= dt.timedelta(minutes=4)
    assert written(store).at == last


def test_a_clock_far_behind_is_refused_and_nothing_is_recorded(store, clock, the):
    written(store)
    clock.now -= dt.timedelta(minutes=6)
    with pytest.raises(UsageFault) as fault:
        written(store)
    assert "set the clock" in the(fault.value.problems, "L22").fix
    assert len(store.events()) == 2


# --- ledgers of other versions -----------------------------------------------------------------------------------------


NEXT = schema.newest() + 1


def test_an_older_program_refuses_a_newer_store_and_leaves_it_as_it_is(store, home, monkeypatch, the):
    with store.database.writing():
        store.database.rows("INSERT INTO schema_version VALUES (?, ?, ?)", NEXT, "2027", "9.9")
    with pytest.raises(EditionFault) as fault, open_store(home, create=True):
        pass
    problem = the(fault.value.problems, "L02")
    assert problem.found == f"ledger version {NEXT}; this program knows up to {NEXT - 1}"
    assert "install" in problem.fix
    assert len(store.events()) == 1


MIGRATION = {**schema.MIGRATIONS, NEXT: (("CREATE TABLE remark (number INTEGER PRIMARY KEY, text TEXT)",), {"remark": ("number",)})}  # fmt: skip


def test_a_newer_program_brings_an_older_store_forward_and_says_so(store, approved, home, monkeypatch):
    approved()
    before = store.events()
    monkeypatch.setattr(schema, "MIGRATIONS", MIGRATION)
    with open_store(home, clock=store.ledger.clock) as newer:
        events = newer.events()
        assert events[: len(before)] == before
        assert (events[-1].kind, events[-1].body["had"], events[-1].body["has"]) == (MIGRATED, NEXT - 1, NEXT)
        newer.database.rows("INSERT INTO remark VALUES (1, 'x')")
        with pytest.raises(Exception, match="append-only"):
            newer.database.rows("DELETE FROM remark")
    with open_store(home) as again:
        assert again.events() == events


@pytest.mark.parametrize("point", ["schema: statement", "schema: guarded", "schema: version written"])
def test_a_migration_that_stops_on_the_way_leaves_the_version_before(store, home, monkeypatch, point):
    def fail(name: str) -> None:
        if name == point:
            raise KeyboardInterrupt

    monkeypatch.setattr(schema, "MIGRATIONS", MIGRATION)
    with listening(fail), pytest.raises(KeyboardInterrupt), open_store(home):
        pass
    assert schema.version_of(store.database) == NEXT - 1
    assert not store.database.has_table("remark")
    with open_store(home, clock=store.ledger.clock) as newer:
        assert schema.version_of(newer.database) == NEXT


# --- whether there is a store -------------------------------------------------------------------------------------------


def test_without_a_store_every_other_command_says_how_to_begin_one(tmp_path, the):
    for place in (tmp_path / "nothing", tmp_path):
        with pytest.raises(EditionFault) as fault, open_store(place):
            pass
        assert "ssemon submit" in the(fault.value.problems, "L01").fix
        assert not (tmp_path / "nothing").exists()


@pytest.mark.sqlite
def test_a_ledger_that_was_begun_and_not_made_is_no_store_yet_and_can_be_made(home, the):
    home.mkdir()
    (home / "ledger.sqlite").touch()
    with pytest.raises(EditionFault) as fault, open_store(home):
        pass
    assert the(fault.value.problems, "L01")
    with open_store(home, create=True) as store:
        assert len(store.events()) == 1


@pytest.mark.sqlite
def test_a_file_that_is_no_ledger_is_said_to_be_damaged(home, the):
    home.mkdir()
    (home / "ledger.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(EditionFault) as fault, open_store(home):
        pass
    problem = the(fault.value.problems, "L06")
    assert "ssemon restore" in problem.fix


@pytest.mark.sqlite
def test_the_ledger_writes_ahead_and_waits_for_the_disk(store):
    [(mode,)] = store.database.rows("PRAGMA journal_mode")
    [(level,)] = store.database.rows("PRAGMA synchronous")
    [(keys,)] = store.database.rows("PRAGMA foreign_keys")
    assert (mode, level, keys) == ("wal", 2, 1)


@pytest.mark.sqlite
def test_another_program_that_holds_the_ledger_is_waited_for_and_then_named(store, home, monkeypatch, the):
    import sqlite3

    with closing(sqlite3.connect(home / "ledger.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        store.database.rows("PRAGMA busy_timeout = 50")
        with pytest.raises(EditionFault) as fault:
            written(store)
    assert "wait" in the(fault.value.problems, "L05").fix
    assert written(store).number == 2
