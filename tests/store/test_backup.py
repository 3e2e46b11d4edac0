"""One file that holds a store, and a store out of it, here or elsewhere."""

from __future__ import annotations

import io
import shutil
import tarfile

import pytest

from ssemon.errors import EditionFault, UsageFault
from ssemon.store.backup import back_up, check_backup, restore
from ssemon.store.record import open_store
from ssemon.store.soundness import verify


@pytest.fixture
def full(store, approved, tmp_path):
    approved("KOR")
    approved("KOR", "two")
    (tmp_path / "scores.csv").write_text("scores")
    store.freeze("2026", "Ann", [2], {}, {"scores.csv": tmp_path / "scores.csv"}, {})
    return store


@pytest.fixture
def file(full, tmp_path):
    target = tmp_path / "backups" / "store.tar"
    back_up(full, target)
    return target


def rewritten(file, target, change):
    """Copy a backup, with `change` deciding what becomes of each entry: (name, bytes) or None."""
    with tarfile.open(file) as source, tarfile.open(target, "w") as copy:
        for entry in source:
            given = change(entry.name, source.extractfile(entry).read())
            if given is not None:
                name, data = given
                info = tarfile.TarInfo(name)
                info.size = len(data)
                copy.addfile(info, io.BytesIO(data))
    return target


def test_a_backup_holds_the_ledger_and_every_file_that_it_names(full, file):
    with tarfile.open(file) as archive:
        names = archive.getnames()
    told = verify(full)
    assert names[:2] == ["backup.json", "ledger.sqlite"]
    assert len(names) == 2 + told.objects
    assert check_backup(file).head == told.head
    assert [path.name for path in file.parent.iterdir()] == ["store.tar"]


def test_a_store_elsewhere_is_what_the_backup_was_of(full, file, tmp_path):
    place = tmp_path / "other machine" / "협동조합" / "store"
    moved = shutil.copy(file, tmp_path / "moved.tar")
    shutil.rmtree(file.parent)
    told = restore(moved, place)
    assert told.problems == ()
    with open_store(place) as other:
        assert other.events() == full.events()
        assert other.history() == full.history()
        assert verify(other).problems == ()
        other.fetch(other.submission(1).files, tmp_path / "back")
        with pytest.raises(Exception, match="append-only"):
            other.database.rows("DELETE FROM event")
    assert (tmp_path / "back" / "data" / "values.csv").read_text() == "values one"
    assert [path.name for path in place.parent.iterdir()] == ["store"]


def test_a_restored_store_goes_on(full, file, tmp_path, delivery):
    restore(file, tmp_path / "again")
    with open_store(tmp_path / "again", clock=full.ledger.clock) as other:
        assert other.submit(delivery("JPN"), "Kim").submission.number == 3
        assert verify(other).problems == ()


def test_a_backup_is_of_one_moment_while_others_write(full, opened, delivery, tmp_path):
    from ssemon.store.fault_points import listening

    other, written = opened(), []

    def write(name: str) -> None:
        if name == "backup: ledger copied":
            written.append(other.submit(delivery("JPN"), "Kim").submission.receipt)

    with listening(write):
        told = back_up(full, tmp_path / "b.tar")
    assert len(written) == 1
    assert told.submissions == 2
    assert full.events()[-1].hash == written[0]


def test_a_place_where_something_is_is_left_as_it_is(file, tmp_path, the):
    place = tmp_path / "taken"
    place.mkdir()
    (place / "mine.txt").write_text("mine")
    for target in (place, place / "mine.txt"):
        with pytest.raises(UsageFault) as fault:
            restore(file, target)
        assert "--store" in the(fault.value.problems, "L19").fix
    assert (place / "mine.txt").read_text() == "mine"


def test_an_empty_folder_is_a_place(file, tmp_path):
    (tmp_path / "empty").mkdir()
    assert restore(file, tmp_path / "empty").problems == ()


def test_a_backup_that_is_not_there_is_said_to_be_none(tmp_path, the):
    with pytest.raises(UsageFault) as fault:
        restore(tmp_path / "nothing.tar", tmp_path / "x")
    assert the(fault.value.problems, "U01")


def unsound(the, file, place):
    with pytest.raises(EditionFault) as fault:
        restore(file, place)
    assert not place.exists()
    assert [path.name for path in place.parent.iterdir() if path.name.startswith(f".{place.name}")] == []
    return the(fault.value.problems, "L21")


@pytest.mark.parametrize("part", [0, 1000, 0.3, 0.6])
def test_a_backup_that_is_cut_off_is_refused_and_leaves_nothing(file, tmp_path, the, part):
    data = file.read_bytes()
    cut = tmp_path / "cut.tar"
    cut.write_bytes(data[: int(part * len(data)) if isinstance(part, float) else part])
    assert unsound(the, cut, tmp_path / "x").where.file == str(cut)


CHANGES = {
    "no ledger": lambda name, data: None if name == "ledger.sqlite" else (name, data),
    "an object less": lambda name, data: None if "parquet" in name else (name, data),
    "an object of other bytes": lambda name, data: (name, data[::-1] if "parquet" in name else data),
    "a path that leads out": lambda name, data: (f"../{name}" if "parquet" in name else name, data),
    "an absolute path": lambda name, data: (f"/tmp/{name}" if "parquet" in name else name, data),
    "something else": lambda name, data: ("notes.txt" if "parquet" in name else name, data),
    "another format": lambda name, data: (name, data.replace(b'"format": 1', b'"format": 7')),
    "another head": lambda name, data: (name, data.replace(b'"head": "', b'"head": "0') if name == "backup.json" else data),
    "another count": lambda name, data: (name, data.replace(b'"objects": ', b'"objects": 1') if name == "backup.json" else data),
    "no words about it": lambda name, data: None if name == "backup.json" else (name, data),
    "words that are none": lambda name, data: (name, b"{" if name == "backup.json" else data),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_backup_that_was_changed_is_refused_and_leaves_nothing(file, tmp_path, the, change):
    changed = rewritten(file, tmp_path / "changed.tar", CHANGES[change])
    assert unsound(the, changed, tmp_path / "x").found


def test_a_link_in_a_backup_is_refused(file, tmp_path, the):
    target = tmp_path / "link.tar"
    shutil.copy(file, target)
    with tarfile.open(target, "a") as archive:
        link = tarfile.TarInfo("objects/aa/" + "b" * 62 + ".file")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)
    assert "does not belong" in unsound(the, target, tmp_path / "x").found


@pytest.mark.parametrize(
    ("old", "new"), [(b"Kim", b"Eve"), (b'"note":""', b'"note":"!"')], ids=["another name", "a page that is broken"]
)
def test_a_ledger_in_a_backup_that_was_changed_is_refused(file, tmp_path, the, old, new):
    def change(name: str, data: bytes):
        return name, data.replace(old, new) if name == "ledger.sqlite" else data

    changed = rewritten(file, tmp_path / "changed.tar", change)
    assert unsound(the, changed, tmp_path / "x").found


def test_a_backup_of_a_newer_store_is_refused_by_an_older_program(full, file, tmp_path, the, monkeypatch):
    from ssemon.store import schema

    monkeypatch.setattr(schema, "MIGRATIONS", {0: ((), {})})
    with pytest.raises(EditionFault) as fault:
        restore(file, tmp_path / "x")
    assert the(fault.value.problems, "L02")
    assert not (tmp_path / "x").exists()


def test_a_store_with_a_damaged_file_is_not_backed_up(full, tmp_path, the):
    path = full.objects.path(full.submission(1).observations.sha256, "parquet")
    path.unlink()
    target = tmp_path / "b.tar"
    target.write_text("the backup of yesterday")
    with pytest.raises(EditionFault) as fault:
        back_up(full, target)
    assert the(fault.value.problems, "L07").where.file == str(path)
    assert target.read_text() == "the backup of yesterday"
