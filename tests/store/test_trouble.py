"""The disk is full, may not be written, fails; the program is killed: the state before or the state after, and a way out."""

from __future__ import annotations

import errno
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from ssemon.errors import EditionFault
from ssemon.store.backup import back_up, restore
from ssemon.store.fault_points import listening
from ssemon.store.places import address
from ssemon.store.record import open_store
from ssemon.store.soundness import verify
from ssemon.store.troubles import told

REPOSITORY = Path(__file__).resolve().parents[2]


def failing(point: str, number: int):
    """Fail as the disk does, at one named point."""

    def listen(name: str) -> None:
        if name == point:
            raise OSError(number, os.strerror(number), "/disk/store")

    return listen


def work(store, delivery, tmp_path) -> None:
    """One of each kind of write."""
    store.submit(delivery("JPN", "new"), "Kim")
    store.accept(2, "Ann")
    store.approve(2, "Bob")
    store.return_(store.submit(delivery("CHN", "new"), "Kim").submission.number, "Ann", "why")
    (tmp_path / "scores.csv").write_text("scores")
    store.freeze("2026", "Ann", [1, 2], {}, {"scores.csv": tmp_path / "scores.csv"}, {})
    back_up(store, tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "restored")


@pytest.fixture
def points(opened, approved, delivery, tmp_path_factory, tmp_path):
    """Every name that the work passes."""
    store = opened(home=tmp_path / "trace")
    approved(by=store)
    passed: dict[str, None] = {}
    folder = tmp_path_factory.mktemp("trace")
    with listening(passed.setdefault):
        work(store, delivery, folder)
    return list(passed)


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [(errno.ENOSPC, "L04", "make room"), (errno.EDQUOT, "L04", "quota"), (errno.EROFS, "L03", "rights"), (errno.EACCES, "L03", "may write")],
    ids=["full", "quota", "read-only", "forbidden"],
)  # fmt: skip
def test_at_every_point_a_failing_disk_leaves_a_sound_record_and_says_what_to_do(
    opened, approved, delivery, tmp_path, points, the, number, code, said
):
    assert len(points) >= 20
    for place, point in enumerate(points):
        store = opened(home=tmp_path / f"store-{place}")
        approved(by=store)
        before = store.events()
        folder = tmp_path / f"work-{place}"
        folder.mkdir()
        with listening(failing(point, number)), pytest.raises(EditionFault) as fault:
            work(store, delivery, folder)
        problem = the(fault.value.problems, code)
        assert said in problem.fix, point
        assert problem.where.file.startswith(("/disk/store", str(tmp_path))), point
        assert verify(store).problems == (), point
        assert store.events()[: len(before)] == before, point
        assert not (folder / "restored").exists() or point.startswith("restore: named"), point
        assert not list(folder.glob(".b.tar*")), point


def test_another_fault_of_the_disk_is_not_taken_for_a_full_one(store, delivery):
    with listening(failing("object: written", errno.EIO)), pytest.raises(OSError, match="Input/output"):
        store.submit(delivery(), "Kim")
    assert [event.kind for event in store.events()] == ["created"]


def test_how_much_is_free_is_said(tmp_path, the):
    with pytest.raises(EditionFault) as fault, told(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "not" / "there"))
    assert the(fault.value.problems, "L04").found.endswith("bytes are free")


LIMITED = """
import resource, sys, json
from pathlib import Path
from ssemon.errors import SsemonError
from ssemon.store.record import Delivery, open_store
home, big = Path(sys.argv[1]), Path(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
try:
    with open_store(home, create=True) as store:
        store.submit(Delivery("JPN", "country", "big", {"big": big}, big), "Kim")
        print("recorded")
except SsemonError as error:
    print(json.dumps([error.problems[0].code, error.problems[0].fix]))
"""


@pytest.mark.sqlite
@pytest.mark.parametrize("limit", [5_000, 60_000, 200_000])
def test_a_file_that_may_not_grow_stops_the_submission_and_nothing_else(store, home, tmp_path, limit):
    """A real limit of the system: at the first bytes of the ledger, at its log, and at an object."""
    big = tmp_path / "big"
    big.write_bytes(os.urandom(300_000))
    before = store.events()
    answer = subprocess.run(
        [sys.executable, "-c", LIMITED, str(home), str(big), str(limit)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    code, fix = json.loads(answer.stdout)
    assert code == "L04"
    assert "make room" in fix
    assert store.events() == before
    assert verify(store).problems == ()
    assert list(store.objects.incoming.iterdir()) == [] if store.objects.incoming.exists() else True


READ_ONLY = """
import os, sys, json
from pathlib import Path
from ssemon.errors import SsemonError
from ssemon.store.record import Delivery, open_store
from ssemon.store.soundness import verify
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
home, sent = Path(sys.argv[1]), Path(sys.argv[2])
with open_store(home) as store:
    print(json.dumps([len(store.events()), len(verify(store).problems)]))
for work in (lambda store: store.submit(Delivery("JPN", "country", "x", {"x": sent}, sent), "Kim"),
             lambda store: store.accept(1, "Ann")):
    try:
        with open_store(home, create=True) as store:
            work(store)
        print("recorded")
    except SsemonError as error:
        print(json.dumps([error.problems[0].code, error.problems[0].fix]))
"""


@pytest.mark.sqlite
def test_a_store_that_may_only_be_read_is_read_and_writing_says_who_can(opened, delivery, tmp_path):
    store = opened()
    store.submit(delivery(), "Kim")
    store.close()
    sent = tmp_path / "sent.txt"
    sent.write_text("x")
    for folder in (tmp_path, *tmp_path.parents[:3]):  # so that somebody without rights comes this far
        folder.chmod(folder.stat().st_mode | 0o055)
    places = [path for path in store.home.rglob("*") if path.is_dir()]
    for place in (store.home, *places):
        place.chmod(0o555)
    (store.home / "ledger.sqlite").chmod(0o444)
    try:
        answer = subprocess.run(
            [sys.executable, "-c", READ_ONLY, str(store.home), str(sent)], capture_output=True, text=True, check=True, timeout=60,
            cwd=tmp_path,
        )  # fmt: skip
    finally:
        for place in (store.home, *places):
            place.chmod(0o755)
    read, *refused = map(json.loads, answer.stdout.splitlines())
    assert read == [2, 0]
    assert [code for code, _ in refused] == ["L03", "L03"]
    assert all("may write there" in fix for _, fix in refused)


def test_the_limit_of_this_test_s_own_process_is_untouched():
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY


# --- where the ledger is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ['[store]\nledger = "mysql://x"\n', "[store]\nledger = 1\n", "[store\n", '[store]\nledgr = "x"\n', '[stor]\nledger = "x"\n', "store = 1\n"],
)  # fmt: skip
def test_a_setting_that_is_not_understood_is_refused_with_the_right_form(tmp_path, the, text, monkeypatch):
    monkeypatch.delenv("SSEMON_LEDGER", raising=False)
    (tmp_path / "store.toml").write_text(text, encoding="utf-8")
    with pytest.raises(EditionFault) as fault:
        address(tmp_path)
    assert "postgresql://" in the(fault.value.problems, "L25").fix


def test_the_environment_beats_the_file_and_nothing_means_the_file_in_the_store(tmp_path, monkeypatch):
    monkeypatch.delenv("SSEMON_LEDGER", raising=False)
    assert address(tmp_path) == ""
    (tmp_path / "store.toml").write_text('[store]\nledger = "postgresql://one"\n')
    assert address(tmp_path) == "postgresql://one"
    monkeypatch.setenv("SSEMON_LEDGER", "postgres://two")
    assert address(tmp_path) == "postgres://two"


def test_a_database_that_does_not_answer_is_said_to_and_its_password_is_not(tmp_path, monkeypatch, the):
    monkeypatch.setenv("SSEMON_LEDGER", "postgresql://me:secret@127.0.0.1:1/none")
    with pytest.raises(EditionFault) as fault, open_store(tmp_path, create=True):
        pass
    try:
        import psycopg  # noqa: F401
    except ImportError:
        assert "psycopg" in the(fault.value.problems, "L25").what
        return
    problem = the(fault.value.problems, "L28")
    assert "secret" not in str(problem)
    assert problem.where.file == "postgresql://me:…@127.0.0.1:1/none"


# --- killed --------------------------------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_killed_at_any_moment_the_record_is_whole_and_the_work_can_go_on(tmp_path):
    """A sample; `python benchmarks/kill.py` kills at every point."""
    every, moments = ("1", "300") if os.environ.get("SSEMON_EXAMPLES") == "long" else ("40", "3")
    shared = Path("/dev/shm")
    folder = shared if shared.is_dir() and os.access(shared, os.W_OK) else tmp_path
    command = [
        sys.executable, str(REPOSITORY / "benchmarks" / "kill.py"), "--every", every, "--random", moments, "--writers", "3",
        "--submissions", "5", "--commands", "0", "--folder", str(folder), "--json",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    answer = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert answer.returncode == 0, answer.stderr
    figures = json.loads(answer.stdout)
    assert figures["named points killed at"] >= 10
    assert (figures["receipts lost"], figures["files torn"], figures["lost"]) == (0, 0, 0)
    assert (figures["attempts"], figures["recorded"], figures["keys with one winner"]) == (15, 5, 5)
