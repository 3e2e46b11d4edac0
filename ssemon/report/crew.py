"""The processes that draw: started when there is work, replaced when they die, are late or have grown."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from ssemon.report.limits import Limits
from ssemon.report.whole import sweep
from ssemon.report.worker import Answer

if TYPE_CHECKING:
    from ssemon.report.pool import Job

# WeasyPrint's memory grows by about a megabyte a report: a worker is replaced before that matters.
_REPORTS_A_WORKER = 50
_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1])\n"
    "from ssemon.report.worker import serve; serve(int(sys.argv[2]))"
)
# How long to sleep at most while nobody answers; a worker that dies is noticed at once.
_NAP = 1.0


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    pipe: Connection
    job: Job | None = None
    since: float = 0.0
    drawn: int = 0


class Crew:
    """So many workers for one folder of reports, each started when it is first needed."""

    def __init__(self, folder: Path, limits: Limits, count: int) -> None:
        self._folder, self._limits, self._count = folder, limits, count
        self._workers: list[_Worker] = []

    @property
    def busy(self) -> bool:
        """Whether anybody draws."""
        return any(worker.job is not None for worker in self._workers)

    def hand_over(self, job: Job) -> bool:
        """Give a job to somebody who is free. Returns False where nobody is."""
        idle = next((worker for worker in self._workers if worker.job is None), None)
        if idle is not None and (idle.drawn >= _REPORTS_A_WORKER or idle.process.poll() is not None):
            self._dismiss(idle)
            idle = None
        if idle is None:
            if len(self._workers) >= self._count:
                return False
            idle = self._hired()
        idle.job, idle.since, idle.drawn = job, monotonic(), idle.drawn + 1
        with suppress(OSError):  # it is dead: `answers` says so
            idle.pipe.send(job)
        return True

    def answers(self) -> Iterator[tuple[Job, Answer]]:
        """Wait until somebody answers, dies or is late; yield what became of the jobs."""
        busy = [worker for worker in self._workers if worker.job is not None]
        wait([worker.pipe for worker in busy], timeout=_NAP)
        for worker in busy:
            answer = self._answer_of(worker)
            if answer is not None and worker.job is not None:
                job, worker.job = worker.job, None
                if answer.spent or worker.process.poll() is not None:
                    self._dismiss(worker)
                yield job, answer

    def close(self) -> None:
        """Send everybody home; whoever still draws is stopped."""
        for worker in list(self._workers):
            self._dismiss(worker)

    def _answer_of(self, worker: _Worker) -> Answer | None:
        """Return what became of a worker's job, or None while it is being drawn."""
        try:
            if worker.pipe.poll():
                answer: Answer | None = worker.pipe.recv()
                if answer is None:  # it has loaded its libraries: that is not the report's time
                    worker.since = monotonic()
                return answer
        except (EOFError, OSError):
            return self._ended(worker)
        if monotonic() - worker.since > self._limits.seconds:
            worker.process.kill()
            worker.process.wait()
            return Answer(fault=f"it took longer than {self._limits.seconds:g} seconds", spent=True)
        return None

    def _ended(self, worker: _Worker) -> Answer:
        """Why a worker is no more."""
        code = worker.process.wait()
        if code == -signal.SIGXCPU:
            return Answer(fault=f"it took longer than {self._limits.seconds:g} seconds of a processor", spent=True)
        if code == -signal.SIGTRAP:  # how GLib ends a process that gets no more memory
            return Answer(fault="a library got no more memory: more than a report may take", spent=True)
        told = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return Answer(fault=f"the worker process ended with {told}")

    def _hired(self) -> _Worker:
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603  this Python, and words of ours
                [sys.executable, "-c", _CODE, json.dumps(sys.path), str(theirs.fileno())],
                pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL, env=_environment(),
            )  # fmt: skip
        worker = _Worker(process, Connection(ours.detach()))
        self._workers.append(worker)
        with suppress(OSError):
            worker.pipe.send((self._folder, self._limits))
        return worker

    def _dismiss(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        with suppress(OSError):
            worker.pipe.send(None)
        worker.pipe.close()
        if worker.job is not None:
            worker.process.kill()
        try:
            worker.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            worker.process.kill()
            worker.process.wait()
        sweep(self._folder)


def _environment() -> dict[str, str]:
    """Return what a worker may know of whoever is logged in: nothing that could choose a glyph or a date."""
    return {name: value for name, value in os.environ.items() if name not in ("SOURCE_DATE_EPOCH", "PYTHONSTARTUP")}
