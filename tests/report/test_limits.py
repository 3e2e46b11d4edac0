"""One report that takes too long or too much, or whose worker is killed, costs itself; and never half a file."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pypdf
import pytest

from ssemon.errors import UsageFault
from ssemon.report import Job, limits, render, whole, worker
from ssemon.report.pages import template_folder

pytestmark = pytest.mark.slow

PAGE = '<!DOCTYPE html><html lang="en"><head><title>t</title></head><body>{}</body></html>'
SHORT = PAGE.format("<p>Hello</p>")
# Moments at which somebody is killed: each time one, by `make test-all` more.
MOMENTS = [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 4))]
LONG = PAGE.format("".join(f"<p>Paragraph {number} of a page that takes a while.</p>" for number in range(300)))


def job(name, html=SHORT):
    return Job(name=name, language="en", base=template_folder(), country=name[:3], html=html)


def errors(problems):
    return [(problem.code, problem.country) for problem in problems if problem.severity == "error"]


def reports(out):
    return sorted(path.name for path in (out / "reports").glob("[A-Z]*"))


def parts(out):
    return [path.name for path in (out / "reports").glob(".*") if path.name != ".keys.json"]


class Sleeper(str):
    """HTML that keeps the process that unpacks it busy with nothing."""

    __slots__ = ()

    def __reduce__(self):
        return time.sleep, (600,)


def test_a_report_that_takes_too_long_is_stopped_and_named_and_the_others_are_written(tmp_path, monkeypatch):
    monkeypatch.setenv(limits.SECONDS_VARIABLE, "5")
    started = time.monotonic()
    found = render([job("AAA.en"), job("BBB.en", Sleeper("x")), job("CCC.en")], tmp_path, workers=2)
    assert errors(found) == [("G06", "BBB")]
    (told,) = (problem for problem in found if problem.severity == "error")
    assert "longer than 5 seconds" in told.found
    assert limits.SECONDS_VARIABLE in told.fix
    assert reports(tmp_path) == ["AAA.en.pdf", "CCC.en.pdf"]
    assert time.monotonic() - started < 120


def test_a_report_that_takes_too_much_memory_is_stopped_and_named(tmp_path, monkeypatch):
    monkeypatch.setenv(limits.MEGABYTES_VARIABLE, "300")
    found = render([job("AAA.en", PAGE.format("x" * 60_000_000)), job("BBB.en")], tmp_path, workers=1)
    assert errors(found) == [("G06", "AAA")]
    assert reports(tmp_path) == ["BBB.en.pdf"]


@pytest.mark.skipif(sys.platform == "win32", reason="the system knows no such limit")
def test_the_system_ends_a_process_that_uses_too_much_time_of_a_processor():
    code = "from ssemon.report.limits import hold_to_time\nhold_to_time(0.1)\nwhile True: pass"
    ended = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert ended.returncode == -signal.SIGXCPU


@pytest.mark.parametrize("text", ["no", "0", "-1", "inf", "nan"])
def test_a_limit_that_is_no_number_is_a_fault(monkeypatch, text, the):
    monkeypatch.setenv(limits.MEGABYTES_VARIABLE, text)
    with pytest.raises(UsageFault) as fault:
        limits.limits()
    assert the(fault.value.problems, "U09").found == f'"{text}"'


def test_limits_are_those_of_the_environment(monkeypatch):
    assert limits.limits() == limits.Limits()
    monkeypatch.setenv(limits.SECONDS_VARIABLE, "12.5")
    monkeypatch.setenv(limits.MEGABYTES_VARIABLE, "4096")
    assert limits.limits() == limits.Limits(12.5, 4096)


def workers_of(process):
    """The processes that a process has started, by Linux's own account."""
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


RENDERING = """
import sys
from pathlib import Path
from ssemon.report import render
from tests_of_limits import LONG, job
found = render([job(f"{name}.en", LONG) for name in ("AAA", "BBB", "CCC")], Path(sys.argv[1]), workers=2)
print(sorted((one.code, one.country) for one in found if one.severity == "error"))
"""


@pytest.fixture
def rendering(tmp_path):
    """Start a process that draws three reports with two workers."""
    (tmp_path / "tests_of_limits.py").symlink_to(__file__)
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", RENDERING, str(tmp_path / "out")], env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def until_drawing(process):
    """Wait until both workers draw: a worker is ready once it has loaded its libraries."""
    for _ in range(600):
        with suppress(OSError):
            busy = [child for child in workers_of(process.pid) if "pango" in Path(f"/proc/{child}/maps").read_text()]
            if len(busy) == 2:
                return busy
        time.sleep(0.05)
    raise AssertionError("nobody draws")


def whole_or_none(out):
    """Every PDF under its final name can be read to its end."""
    for path in (out / "reports").glob("*.pdf"):
        assert len(pypdf.PdfReader(path, strict=True).pages) > 3
        assert path.read_bytes().rstrip().endswith(b"%%EOF")


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks at Linux's account of processes")
@pytest.mark.parametrize("seed", MOMENTS)
def test_a_worker_that_is_killed_at_any_moment_leaves_no_half_file(rendering, tmp_path, seed):
    process = rendering()
    chance = random.Random(seed)
    victim = chance.choice(until_drawing(process))
    time.sleep(chance.uniform(0, 0.6))
    with suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
    told, _ = process.communicate(timeout=120)
    assert told.count("G02") <= 1
    assert len(reports(tmp_path / "out")) == 3 - told.count("G02")
    whole_or_none(tmp_path / "out")
    assert parts(tmp_path / "out") == []


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks at Linux's account of processes")
@pytest.mark.parametrize("seed", MOMENTS)
def test_a_run_that_is_killed_at_any_moment_leaves_no_half_file_and_no_worker(rendering, tmp_path, seed):
    process = rendering()
    workers = until_drawing(process)
    time.sleep(random.Random(seed).uniform(0, 0.6))
    process.kill()
    process.wait()
    for _ in range(600):  # a worker finishes its page, and finds that nobody wants it
        if not any(Path(f"/proc/{one}").exists() for one in workers):
            break
        time.sleep(0.1)
    else:
        raise AssertionError("a worker goes on")
    whole_or_none(tmp_path / "out")
    again = rendering()
    assert again.communicate(timeout=120)[0].strip() == "[]"
    assert len(reports(tmp_path / "out")) == 3
    whole_or_none(tmp_path / "out")
    assert parts(tmp_path / "out") == []


def test_a_report_that_nobody_waits_for_gets_no_name(tmp_path):
    answer = worker.draw(job("AAA.en"), tmp_path, asker=1 if os.getppid() != 1 else 2)
    assert answer.fault.startswith("Abandoned")
    assert list(tmp_path.iterdir()) == []


def test_the_parts_of_writers_that_are_no_more_are_taken_away(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for writer in (gone.pid, os.getpid(), "x"):
        (tmp_path / f".AAA.en.pdf.{writer}.part").write_text("half")
    whole.sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [f".AAA.en.pdf.{os.getpid()}.part", ".AAA.en.pdf.x.part"]
    )
