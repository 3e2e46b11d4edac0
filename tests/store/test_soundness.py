"""Whatever is changed behind the record's back, `verify` tells."""

from __future__ import annotations

import os
import time

import pytest

from ssemon.store.schema import newest
from ssemon.store.soundness import verify


@pytest.fixture
def full(store, approved, tmp_path):
    """A store with a bit of everything."""
    approved("KOR")
    approved("JPN")
    (tmp_path / "scores.csv").write_text("scores")
    store.freeze("2026", "Ann", [1, 2], {}, {"scores.csv": tmp_path / "scores.csv"}, {})
    store.withdraw(2, "Ann", "wrong")
    return store


def found(store, **given) -> list[tuple[str, str]]:
    return [(problem.code, problem.what) for problem in verify(store, **given).problems]


def unguarded(*names: str) -> list[str]:
    """Take the guards of a table away, as somebody would who knows how."""
    return [f"DROP TRIGGER {name}_no_{kind}" for name in names for kind in ("update", "delete", "replace")]


def test_a_sound_record_is_said_to_be_one_with_its_figures(full):
    told = verify(full)
    assert told.problems == ()
    assert (told.version, told.events, told.submissions, told.editions) == (newest(), 9, 2, 1)
    # Two manifests and two tables, the values that both folders share, and one result.
    assert (told.objects, told.unreferenced, told.swept) == (6, 0, 0)
    assert told.bytes == sum(one.bytes for one in full.ledger.objects())
    assert told.head == full.events()[-1].hash


def test_an_empty_record_is_sound(store):
    assert (verify(store).problems, verify(store).events) == ((), 1)


def test_a_hash_that_was_written_down_is_looked_for(full):
    receipt = full.submission(1).receipt
    assert found(full, head=receipt) == []
    assert found(full, head=receipt[:12]) == []
    [(code, what)] = found(full, head="0" * 12)
    assert (code, what) == ("L06", "an event that was written down is not in the record")


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("table", "statement", "what"),
    [
        ("event", "UPDATE event SET by_whom = 'Eve' WHERE number = 3", "an event does not say what it said"),
        ("event", "UPDATE event SET at = '2026-01-01T00:00:00.000000Z' WHERE number = 3", "an event is earlier"),
        ("event", "UPDATE event SET hash = 'x' WHERE number = 3", "an event does not follow"),
        ("event", "DELETE FROM event WHERE number = 9", "written down"),
        ("event", "DELETE FROM event WHERE number = 6", "events are missing"),
        ("part", "DELETE FROM part WHERE path = 'plugin.toml' AND event = 2", "an event does not say what it said"),
        ("submission", "UPDATE submission SET content = 'other' WHERE number = 1", "the list of submissions"),
        ("submission", "DELETE FROM submission WHERE number = 2", "the list of submissions"),
        ("edition", "DELETE FROM edition", "the list of editions"),
        ("edition", "UPDATE edition SET id = '2027'", "the list of editions"),
    ],
)  # fmt: skip
def test_whatever_is_changed_in_the_ledger_is_found(full, home, tamper, table, statement, what):
    head = full.events()[-1].hash
    tamper("PRAGMA foreign_keys = OFF", *unguarded(table), statement)
    told = found(full, head=head)
    assert any(what in text for _, text in told), told
    assert ("L06", "the ledger could be changed: its guards were taken away") in told
    assert {code for code, _ in told} == {"L06"}


@pytest.mark.sqlite
def test_guards_that_were_taken_away_and_put_back_do_not_hide_a_change(full, tamper):
    guard = "CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END"
    tamper("DROP TRIGGER event_no_update", "UPDATE event SET body = '{}' WHERE number = 1", guard)
    assert found(full) == [("L06", "an event does not say what it said when it was written")]


def test_each_file_that_is_missing_or_damaged_is_named_once(full):
    values, manifest = full.submission(1).files
    path = full.objects.path(values.sha256, "file")
    path.chmod(0o644)
    path.write_bytes(b"other")
    full.objects.path(manifest.sha256, "file").unlink()
    problems = verify(full).problems
    assert [(one.code, one.what, one.found) for one in problems] == [
        ("L07", "a file of the record is damaged", '"data/values.csv"'),
        ("L07", "a file of the record is missing", '"plugin.toml"'),
    ]


@pytest.mark.sqlite
def test_a_damaged_page_of_the_ledger_is_found(full, home, opened):
    full.close()
    path = home / "ledger.sqlite"
    data = bytearray(path.read_bytes())
    place = data.rfind(b"withdrawn")
    data[place : place + 9] = b"WITHDRAWN"
    path.write_bytes(bytes(data))
    assert [what for _, what in found(opened())] == ["an event does not say what it said when it was written"]


def test_what_a_killed_program_left_is_counted_and_swept_when_it_is_old(full):
    import io

    stored = full.objects.put_stream(io.BytesIO(b"never named"), "file")
    assert (verify(full).unreferenced, verify(full, sweep=True).swept) == (1, 0)
    before = time.time() - 2 * 24 * 60 * 60
    os.utime(full.objects.path(stored.sha256, "file"), (before, before))
    assert verify(full, sweep=True).swept == 1
    told = verify(full)
    assert (told.unreferenced, told.problems) == (0, ())


@pytest.mark.sqlite
def test_an_edition_that_rests_on_what_did_not_count_is_found(store, delivery, monkeypatch):
    from ssemon.store import refusals

    store.submit(delivery(), "Kim")
    monkeypatch.setattr(refusals, "check_state", lambda *_: None)
    store.freeze("early", "Ann", [1], {}, {}, {})
    [(code, what)] = found(store)
    assert (code, what) == ("L06", "the edition early rests on 1 submission that did not count")
