"""Files by the hash of what they hold."""

from __future__ import annotations

import io
import os
import time
from hashlib import sha256

import pytest

from ssemon.store.fault_points import fault_point, listening
from ssemon.store.objects import GRACE_SECONDS, Objects


@pytest.fixture
def objects(tmp_path):
    return Objects(tmp_path / "store")


def put(objects, data: bytes, kind="file"):
    return objects.put_stream(io.BytesIO(data), kind)


def old(path) -> None:
    before = time.time() - GRACE_SECONDS - 60
    os.utime(path, (before, before))


def test_a_file_is_kept_byte_for_byte_under_its_hash(objects, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xff\xfea\r\n\x00")
    stored = objects.put(tmp_path / "a.csv", "file")
    digest = sha256(b"\xff\xfea\r\n\x00").hexdigest()
    assert (stored.sha256, stored.kind, stored.bytes) == (digest, "file", 6)
    path = objects.path(digest, "file")
    assert path.relative_to(objects.folder).as_posix() == f"{digest[:2]}/{digest[2:]}.file"
    assert path.read_bytes() == b"\xff\xfea\r\n\x00"
    assert path.stat().st_mode & 0o777 == 0o444
    assert list(objects.incoming.iterdir()) == []


def test_the_same_bytes_are_kept_once_and_touched(objects):
    path = objects.path(put(objects, b"x").sha256, "file")
    old(path)
    assert put(objects, b"x").sha256 == put(objects, b"x").sha256
    assert time.time() - path.stat().st_mtime < 60
    assert len(list(objects.names())) == 1


def test_a_table_and_a_file_of_the_same_bytes_are_two_objects(objects):
    put(objects, b"x", "parquet")
    put(objects, b"x", "file")
    assert [kind for _, kind in objects.names()] == ["file", "parquet"]


def test_a_damaged_object_is_told_of_and_mended_by_sending_the_same_again(objects):
    stored = put(objects, b"right")
    path = objects.path(stored.sha256, "file")
    assert objects.state(stored.sha256, "file") == "whole"
    path.chmod(0o644)
    path.write_bytes(b"wrong")
    assert objects.state(stored.sha256, "file") == "damaged"
    put(objects, b"right")
    assert objects.state(stored.sha256, "file") == "whole"
    path.unlink()
    assert objects.state(stored.sha256, "file") == "missing"


def test_a_copy_is_one_s_own_to_write(objects, tmp_path):
    stored = put(objects, b"x")
    objects.fetch(stored.sha256, "file", tmp_path / "deep" / "copy")
    (tmp_path / "deep" / "copy").write_bytes(b"y")
    assert objects.state(stored.sha256, "file") == "whole"


def test_what_fails_on_the_way_leaves_no_part(objects):
    def fail(name: str) -> None:
        if name == "object: on the disk":
            raise OSError(28, "No space left on device")

    with listening(fail), pytest.raises(OSError, match="No space"):
        put(objects, b"x" * 100)
    assert list(objects.names()) == []
    assert list(objects.incoming.iterdir()) == []


def test_a_sweep_takes_what_is_old_and_forgotten_and_nothing_else(objects):
    kept, forgotten, fresh = (put(objects, data) for data in (b"kept", b"forgotten", b"fresh"))
    for stored in (kept, forgotten):
        old(objects.path(stored.sha256, "file"))
    for name in ("object-old", "object-new"):
        (objects.incoming / name).write_bytes(b"half")
    (objects.incoming / "folder-old").mkdir()
    (objects.incoming / "folder-old" / "a").write_bytes(b"")
    old(objects.incoming / "object-old")
    old(objects.incoming / "folder-old")
    swept = objects.sweep(((forgotten.sha256, "file"), (fresh.sha256, "file")))
    assert swept == 3
    assert {name for name, _ in objects.names()} == {kept.sha256, fresh.sha256}
    assert [path.name for path in objects.incoming.iterdir()] == ["object-new"]


def test_a_sweep_of_a_store_without_leftovers_does_nothing(objects):
    assert objects.sweep() == 0


def test_names_that_are_no_objects_are_passed_over(objects):
    put(objects, b"x")
    folder = next(objects.folder.iterdir())
    (folder / "notes.txt").write_text("mine")
    assert len(list(objects.names())) == 1


def test_a_fault_point_calls_whoever_listens_and_only_while_it_listens():
    passed = []
    with listening(passed.append):
        fault_point("one")
    fault_point("two")
    assert passed == ["one"]
