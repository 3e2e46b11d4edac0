"""Rendering in worker processes: a page that fails, or kills its worker, costs its own report and no other.

The workers import WeasyPrint and nothing of the run: they are started afresh (never forked, because Polars'
threads do not survive a fork) and are handed finished HTML.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from ssemon.errors import Problem
from ssemon.text import listed

if TYPE_CHECKING:
    from multiprocessing.context import SpawnContext, SpawnProcess

    from ssemon.report.pdf import Attachment

# WeasyPrint's memory grows by about a megabyte a report: a worker is replaced before that matters.
_REPORTS_A_WORKER = 50
# No report takes a tenth of this; a page that does is caught in a loop.
_LONGEST_SECONDS = 300.0

OnDone = Callable[[str, "Problem | None"], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One PDF to be drawn: finished HTML and where its styles are. Plain data, so that it can be sent to a worker.

    Missing: `country` is empty for the comparative report; `fault` says why there is no HTML.
    """

    name: str
    language: str
    base: Path
    country: str = ""
    html: str = ""
    stylesheets: tuple[Path, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of a job. `fault` stops the report; `warnings` do not."""

    fault: str = ""
    complaints: tuple[str, ...] = ()
    glyphs: tuple[str, ...] = ()


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    job: Job | None = None
    since: float = 0.0
    drawn: int = 0


@dataclass(slots=True)
class _Outcome:
    """Collects the problems of all jobs, by the job's name."""

    on_done: OnDone | None
    problems: dict[str, list[Problem]] = field(default_factory=dict)

    def note(self, job: Job, answer: _Answer) -> None:
        failed = _failure(job, answer.fault) if answer.fault else None
        found = [failed] if failed else list(_warnings(job, answer))
        self.problems[job.name] = found
        if self.on_done:
            self.on_done(job.name, failed)


def render_jobs(jobs: Sequence[Job], out: Path, *, workers: int, on_done: OnDone | None = None) -> list[Problem]:
    """Draw every job into `out/reports`, and return what went wrong, in the order of the jobs.

    Units:   `workers` processes; 1 draws in this process.
    Errors:  none for a failing page: it becomes a Problem G02, and the others go on.
    """
    folder = out / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    outcome = _Outcome(on_done)
    ready = [job for job in jobs if not job.fault]
    for job in jobs:
        if job.fault:
            outcome.note(job, _Answer(fault=job.fault))
    if workers <= 1 or len(ready) <= 1:
        for job in ready:
            outcome.note(job, _draw(job, folder))
    else:
        _draw_in_processes(ready, folder, min(workers, len(ready)), outcome)
    return [
        *_font_problems(),
        *_break_problems(),
        *(problem for job in jobs for problem in outcome.problems.get(job.name, ())),
    ]


def _draw(job: Job, folder: Path) -> _Answer:
    """Draw one report; whatever happens, answer."""
    from ssemon.report.pdf import write_pdf

    target = folder / f"{job.name}.pdf"
    try:
        facts = write_pdf(job.html, target, base=job.base, stylesheets=job.stylesheets, attachments=job.attachments)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: one page must not end the run
        return _Answer(fault=f"{type(error).__name__}: {error}")
    return _Answer(complaints=facts.complaints, glyphs=facts.missing_glyphs)


def _work(pipe: Connection, folder: Path) -> None:
    """What a worker does: draw what it is sent until it is sent nothing more."""
    try:
        while (job := pipe.recv()) is not None:
            pipe.send(_draw(job, folder))
    except (EOFError, KeyboardInterrupt):
        return


def _draw_in_processes(jobs: Sequence[Job], folder: Path, count: int, outcome: _Outcome) -> None:
    """Hand out jobs, the longest first, and replace a worker that dies."""
    context = multiprocessing.get_context("spawn")
    waiting = sorted(jobs, key=lambda job: len(job.html))
    crew = [_start(context, folder) for _ in range(count)]
    try:
        while any(worker.job for worker in crew) or waiting:
            for place, worker in enumerate(crew):
                if worker.job is None and waiting:
                    crew[place] = _hand_over(worker, waiting.pop(), context, folder)
            for place, worker in enumerate(crew):
                if worker.job is not None and (answer := _answer_of(worker)) is not None:
                    outcome.note(worker.job, answer)
                    worker.job = None
                    if not worker.process.is_alive():
                        crew[place] = _replaced(worker, context, folder)
            _rest(crew)
    finally:
        for worker in crew:
            _stop(worker)


def _rest(crew: Sequence[_Worker]) -> None:
    """Sleep until a worker answers or dies, or for as long as a job may still take."""
    busy = [worker for worker in crew if worker.job is not None]
    if busy and not any(worker.pipe.poll() for worker in busy):
        wait([*(worker.pipe for worker in busy), *(worker.process.sentinel for worker in busy)], timeout=1.0)


def _answer_of(worker: _Worker) -> _Answer | None:
    """Return what became of the worker's job, or None while it is being drawn."""
    try:
        if worker.pipe.poll():
            answer: _Answer = worker.pipe.recv()
            return answer
    except (EOFError, OSError):
        worker.process.join(timeout=5)
        return _Answer(fault=f"the worker process ended with code {worker.process.exitcode}")
    if not worker.process.is_alive() and not worker.pipe.poll():
        return _Answer(fault=f"the worker process ended with code {worker.process.exitcode}")
    if monotonic() - worker.since > _LONGEST_SECONDS:
        worker.process.kill()
        worker.process.join(timeout=5)
        return _Answer(fault=f"the page took longer than {_LONGEST_SECONDS:.0f} seconds and was stopped")
    return None


def _start(context: SpawnContext, folder: Path) -> _Worker:
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, folder), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _hand_over(worker: _Worker, job: Job, context: SpawnContext, folder: Path) -> _Worker:
    if worker.drawn >= _REPORTS_A_WORKER:
        worker = _replaced(worker, context, folder)
    worker.job, worker.since, worker.drawn = job, monotonic(), worker.drawn + 1
    try:
        worker.pipe.send(job)
    except OSError:
        worker.process.join(timeout=5)  # it is dead: `_answer_of` says so
    return worker


def _replaced(worker: _Worker, context: SpawnContext, folder: Path) -> _Worker:
    _stop(worker)
    return _start(context, folder)


def _stop(worker: _Worker) -> None:
    with suppress(OSError):
        worker.pipe.send(None)
    if worker.job is not None:
        worker.process.terminate()
    worker.process.join(timeout=5)
    if worker.process.is_alive():
        worker.process.kill()
    worker.pipe.close()


def _failure(job: Job, fault: str) -> Problem:
    return Problem(
        code="G02",
        country=job.country,
        stage="render",
        what=f"the report {job.name} could not be drawn",
        found=fault,
        fix="the other reports are there; run again, and report the message if it stays",
    )


def _warnings(job: Job, answer: _Answer) -> Iterator[Problem]:
    if answer.complaints:
        yield Problem(
            code="G02",
            severity="warning",
            country=job.country,
            stage="render",
            what=f"the report {job.name} was drawn with faults",
            found=listed(answer.complaints),
            fix="look at its pages; report the message if something is missing",
        )
    if answer.glyphs:
        yield Problem(
            code="G03",
            severity="warning",
            country=job.country,
            stage="render",
            what=f"the report {job.name} has characters that no font here has: they are empty boxes",
            found=listed(answer.glyphs),
            fix="install a Noto font for their script, or write them another way",
        )


def _font_problems() -> Iterator[Problem]:
    from ssemon.report import fonts

    for package in fonts.inspect().missing:
        yield Problem(
            code="G03",
            severity="warning",
            stage="render",
            what=f"the fonts of {package.package} are not installed: {package.cost}",
            fix=f"apt install {package.package}",
        )


def _break_problems() -> Iterator[Problem]:
    from ssemon.report import breaking

    if not breaking.is_available():
        yield Problem(
            code="G04",
            severity="warning",
            stage="render",
            what="ICU is not installed: lines of Khmer and Lao break only at spaces, and run over the edge of their column",
            fix="install the Python package icu4py, or run scripts/setup.sh",
        )
