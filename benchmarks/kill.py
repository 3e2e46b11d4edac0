"""Kill the program that writes the record, at every named point and at random moments, and look at what is left.

Each time a process works through the same story (submissions are sent, accepted, approved, returned and withdrawn, an
edition is frozen, a backup is written and restored) and is ended with SIGKILL. Then: every receipt that it gave is in
the record; the record verifies; no file stands half written under its name; and a second process brings the story to
its end as if nothing had happened. Last, several processes write at once.

`python benchmarks/kill.py` does all of it and prints figures; `--every 12 --random 6 --writers 4 --submissions 10` a sample.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from ssemon.errors import SsemonError
from ssemon.store.backup import back_up, check_backup, restore
from ssemon.store.fault_points import listening
from ssemon.store.history import History, Submission
from ssemon.store.record import Delivery, Store, open_store
from ssemon.store.soundness import verify

Acknowledge = Callable[[str], None]
Point = tuple[str, int]  # a name, and which time that it is passed
CODES = ("AAA", "BBB", "CCC", "DDD")
EDITION = "first"
PLUGIN = Path(__file__).resolve().parents[1] / "plugins" / "kor"


def delivery(work: Path, code: str, version: int = 1) -> Delivery:
    """Return a small folder's worth of files; the same code and version give the same bytes."""
    home = work / f"{code}-{version}"
    home.mkdir(parents=True, exist_ok=True)
    files = {name: home / name for name in ("plugin.toml", "values.csv")}
    for name, path in files.items():
        path.write_text(f"{name} of {code}, version {version}\n" * 50, encoding="utf-8")
    (home / "o.parquet").write_bytes(f"PAR1 {code} {version}".encode() * 200)
    return Delivery(code, "country", f"{code} {version}", files, home / "o.parquet")


class Story:
    """What the processes do: each step only where it is not done yet, so that a second process goes on."""

    def __init__(self, work: Path, acknowledge: Acknowledge) -> None:
        self.work, self.acknowledge = work, acknowledge
        self.home, self.backup, self.restored = work / "store", work / "backup.tar", work / "restored"

    def tell(self) -> None:
        """Bring the story to its end."""
        with open_store(self.home, create=True) as store:
            for code in CODES:
                self._approved(store, delivery(self.work, code))
            self._ended(store, "returned", delivery(self.work, "AAA", 2), store.return_)
            self._ended(store, "withdrawn", delivery(self.work, "BBB", 2), store.withdraw)
            if EDITION not in store.history().editions:
                files = {"edition.toml": self.work / "AAA-1" / "plugin.toml"}
                counted = [one.number for one in store.history().all_approved()]
                frozen = store.freeze(
                    EDITION, "Ann", counted, files, {"scores.csv": self.work / "AAA-1" / "values.csv"}, {}
                )
                self.acknowledge(frozen.receipt)
            if not self.backup.is_file():
                self.acknowledge(back_up(store, self.backup).head)
        if not self.restored.is_dir():
            self.acknowledge(restore(self.backup, self.restored).head)

    def _approved(self, store: Store, sent: Delivery) -> None:
        one = self._sent(store, sent)
        if one.state == "submitted":
            one = store.accept(one.number, "Ann")
            self.acknowledge(_head(store))
        if one.state == "accepted":
            store.approve(one.number, "Bob")
            self.acknowledge(_head(store))

    def _ended(self, store: Store, state: str, sent: Delivery, end: Callable[[int, str, str], Submission]) -> None:
        before = store.history().latest(sent.code, sent.content)
        if before is not None and before.state == state:
            return
        base = store.history().approved(sent.code)
        one = self._sent(store, Delivery(sent.code, sent.kind, sent.content, sent.files, sent.observations, base=base.number if base else None))  # fmt: skip
        end(one.number, "Ann", "not what was meant")
        self.acknowledge(_head(store))

    def _sent(self, store: Store, sent: Delivery) -> Submission:
        before = store.history().latest(sent.code, sent.content)
        if before is not None:
            return before
        one = store.submit(sent, "Kim").submission
        self.acknowledge(one.receipt)
        return one


def _head(store: Store) -> str:
    return store.events()[-1].hash


def told_by_a_child(work: Path, listener: Callable[[str], None] | None, kill_after: float | None = None) -> bool:
    """Let a process tell the story, and perhaps kill it. Return whether it was killed."""
    child = os.fork()
    if child == 0:
        receipts = os.open(work / "receipts", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            with listening(listener or (lambda _: None)):
                Story(work, lambda receipt: _write_line(receipts, receipt)).tell()
        except BaseException as error:
            (work / "failure").write_text(repr(error), encoding="utf-8")
            os._exit(9)
        os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if (work / "failure").exists():
        raise AssertionError((work / "failure").read_text(encoding="utf-8"))
    return os.WIFSIGNALED(status)


def _write_line(receipts: int, text: str) -> None:
    os.write(receipts, f"{text}\n".encode())


def killing_at(point: Point) -> Callable[[str], None]:
    """Return a listener that ends its process the n-th time that a named point is passed."""
    name, occurrence = point
    passed: Counter[str] = Counter()

    def listen(passing: str) -> None:
        passed[passing] += 1
        if passing == name and passed[name] == occurrence:
            os.kill(os.getpid(), signal.SIGKILL)

    return listen


def all_points(work: Path) -> list[Point]:
    """Return every named point that the story passes, as often as it passes it."""
    passed: list[str] = []
    with listening(passed.append):
        Story(work, lambda _: None).tell()
    counts: Counter[str] = Counter()
    found = []
    for name in passed:
        counts[name] += 1
        found.append((name, counts[name]))
    return found


def check(work: Path) -> None:
    """Look at what is left after a kill. Errors: AssertionError where a receipt is lost or a file is torn."""
    story = Story(work, lambda _: None)
    receipts = (work / "receipts").read_text(encoding="utf-8").split() if (work / "receipts").exists() else []
    with open_store(story.home, create=True) as store:
        found = verify(store)
        assert not found.problems, [str(problem) for problem in found.problems]
        hashes = [event.hash for event in store.events()]
        lost = [receipt for receipt in receipts if receipt not in hashes]
        assert not lost, f"{len(lost)} receipts lost"
        # Of what the process had not acknowledged, one step at most is there; the first event is the store's own.
        ahead = len(hashes) - 1 - max((hashes.index(receipt) for receipt in receipts), default=0)
        assert ahead <= 1, f"{ahead} events ahead of the last receipt"
        torn = [name for name in store.objects.names() if store.objects.state(*name) != "whole"]
        assert not torn, f"torn: {torn}"
    if story.backup.exists():
        assert not check_backup(story.backup).problems
    if story.restored.exists():
        with open_store(story.restored) as store:
            assert not verify(store).problems


def finished(work: Path) -> History:
    """Let a second process bring the story to its end, and return what the record then tells."""
    assert not told_by_a_child(work, None)
    check(work)
    with open_store(work / "store") as store:
        history = store.history()
    states = sorted((one.code, one.state) for one in history.submissions.values())
    assert states == [
        ("AAA", "approved"), ("AAA", "returned"), ("BBB", "approved"), ("BBB", "withdrawn"), ("CCC", "approved"),
        ("DDD", "approved"),
    ], states  # fmt: skip
    assert list(history.editions) == [EDITION]
    return history


def killed_at_points(home: Path, every: int) -> tuple[int, int]:
    """Kill at every named point (or every n-th). Return how many points, and how many different names."""
    points = all_points(home / "trace")[::every]
    for number, point in enumerate(points):
        work = home / f"point-{number}"
        work.mkdir()
        assert told_by_a_child(work, killing_at(point)), point
        check(work)
        finished(work)
        shutil.rmtree(work)
    return len(points), len({name for name, _ in points})


def killed_at_random(home: Path, times: int, seed: int) -> int:
    """Kill at random moments of the story. Return how many processes were ended before they had come to its end."""
    chance, ended = random.Random(seed), 0  # noqa: S311  not a secret
    start = time.perf_counter()
    (home / "timing").mkdir()
    told_by_a_child(home / "timing", None)
    length = time.perf_counter() - start
    for number in range(times):
        work = home / f"moment-{number}"
        work.mkdir()
        ended += told_by_a_child(work, None, kill_after=chance.uniform(0, length))
        check(work)
        finished(work)
        shutil.rmtree(work)
    return ended


def commands_killed(home: Path, times: int, seed: int) -> int:
    """Kill the command `ssemon submit` itself at random moments. Return how many were ended before they had answered."""
    chance, ended = random.Random(seed), 0  # noqa: S311  not a secret
    place = home / "commands" / "store"
    command = [sys.executable, "-m", "ssemon", "submit", str(PLUGIN), "--by", "Kim", "--store"]
    start = time.perf_counter()
    subprocess.run([*command, str(home / "commands" / "timing")], check=True, capture_output=True)
    length = time.perf_counter() - start
    for _ in range(times):
        with subprocess.Popen([*command, str(place)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(chance.uniform(0, length))
            ended += process.poll() is None
            process.kill()
        with open_store(place, create=True) as store:
            found = verify(store)
            assert not found.problems, [str(problem) for problem in found.problems]
            assert found.submissions <= 1
            shutil.rmtree(store.home) if found.submissions else None
    answer = subprocess.run([*command, str(place)], check=True, capture_output=True, text=True)
    assert "receipt   submission 1" in answer.stdout
    return ended


def written_at_once(home: Path, writers: int, submissions: int) -> dict[str, int]:
    """Let several processes submit the same folders at once: one wins each, all get its receipt. Return the counts."""
    work = home / "writers"
    work.mkdir()
    for number in range(submissions):
        delivery(work, f"C{number:02}")
    children = [os.fork() or _writer(work, name, submissions) for name in range(writers)]
    codes = [os.waitpid(child, 0)[1] for child in children]
    assert codes == [0] * writers, codes
    receipts = [json.loads((work / f"receipts-{name}").read_text(encoding="utf-8")) for name in range(writers)]
    with open_store(work / "store") as store:
        assert not verify(store).problems
        recorded = {(one.code, one.receipt) for one in store.history().submissions.values()}
    given = {(code, receipt) for answers in receipts for code, receipt, _ in answers}
    won = Counter(code for answers in receipts for code, _, is_new in answers if is_new)
    return {
        "attempts": sum(map(len, receipts)), "recorded": len(recorded), "lost": len(given - recorded),
        "keys with one winner": sum(count == 1 for count in won.values()),
    }  # fmt: skip


def _writer(work: Path, name: int, submissions: int) -> int:
    answers = []
    try:
        with open_store(work / "store", create=True) as store:
            order = list(range(submissions))
            random.Random(name).shuffle(order)  # noqa: S311  not a secret
            for number in order:
                received = store.submit(delivery(work, f"C{number:02}"), f"writer {name}")
                answers.append((received.submission.code, received.submission.receipt, received.is_new))
        (work / f"receipts-{name}").write_text(json.dumps(answers), encoding="utf-8")
    except (SsemonError, OSError) as error:
        print(error, file=sys.stderr)
        os._exit(1)
    os._exit(0)


def measured(arguments: argparse.Namespace) -> Iterator[tuple[str, object]]:
    """Do all of it, and yield the figures."""
    with tempfile.TemporaryDirectory(prefix="ssemon-kill-", dir=arguments.folder) as name:
        home = Path(name)
        (home / "trace").mkdir()
        start = time.perf_counter()
        points, names = killed_at_points(home, arguments.every)
        yield "named points killed at", points
        yield "of different names", names
        yield "random moments", arguments.random
        yield "of these before the end of the story", killed_at_random(home, arguments.random, arguments.seed)
        yield "receipts lost", 0  # each is asserted above
        yield "files torn", 0
        if arguments.commands:
            yield "commands killed", arguments.commands
            yield "of these before they had answered", commands_killed(home, arguments.commands, arguments.seed)
        yield from written_at_once(home, arguments.writers, arguments.submissions).items()
        yield "seconds", round(time.perf_counter() - start, 1)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="kill at every n-th named point")
    parser.add_argument("--random", type=int, default=300, help="how many random moments")
    parser.add_argument("--commands", type=int, default=20, help="how often `ssemon submit` itself is killed")
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--submissions", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", help="where to do it (default: the folder for temporary files)")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = dict(measured(arguments))
    if arguments.json:
        print(json.dumps(figures))
    else:
        for name, figure in figures.items():
            print(f"{name:<40} {figure}")


if __name__ == "__main__":
    main()
