"""Rendering in worker processes: a page that fails, or kills its worker, costs its own report and no other.

The next page is written here while the workers draw the ones before, so that no page waits in memory for long. A
report whose inputs are as they were is not drawn again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from ssemon.errors import Problem
from ssemon.report.crew import Crew
from ssemon.report.keys import Drawn, Keys, page_key, tidied
from ssemon.report.limits import MEGABYTES_VARIABLE, SECONDS_VARIABLE, limits
from ssemon.report.whole import sweep
from ssemon.report.worker import Answer
from ssemon.text import listed

if TYPE_CHECKING:
    from ssemon.report.pdf import Attachment

# The keys are written now and then, so that a run that is cut off does not draw everything again.
_SECONDS_BETWEEN_SAVES = 2.0


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

    def written(self) -> Job:
        """Return the job itself: its page is written."""
        return self

    @property
    def source(self) -> str:
        """What the page was made from: not known."""
        return ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A report whose page is not written yet.

    Shape:   `write` gives its job.
    Missing: `source`, the hash of what the page will be made from, is empty where that is not known.
    """

    name: str
    country: str
    write: Callable[[], Job]
    source: str = ""

    def written(self) -> Job:
        """Return the job, with its page or with the reason why it has none."""
        return self.write()


@dataclass(frozen=True, slots=True)
class Done:
    """A report that is finished with. `place` counts from 1; `problem` says why it was not written.

    Missing: `drawn` is false where the report stands as it was drawn before.
    """

    name: str
    place: int
    total: int
    drawn: bool = True
    problem: Problem | None = None


OnDone = Callable[[Done], None]


@dataclass(slots=True)
class _Outcome:
    """Collects the problems of all jobs, by the job's name, and says which are done."""

    total: int
    on_done: OnDone | None
    problems: dict[str, list[Problem]] = field(default_factory=dict)

    def note(self, job: Job | Plan, answer: Answer, *, drawn: bool = True) -> None:
        failed = _failure(job, answer) if answer.fault else None
        self.problems[job.name] = [failed] if failed else list(_warnings(job, answer.complaints, answer.glyphs))
        if self.on_done:
            self.on_done(Done(job.name, len(self.problems), self.total, drawn, failed))


def render_jobs(
    jobs: Sequence[Job | Plan], out: Path, *, workers: int, fresh: bool = False, on_done: OnDone | None = None
) -> list[Problem]:
    """Draw every job into `out/reports`, and return what went wrong, in the order of the jobs.

    Units:   `workers` processes; `fresh` draws what has not changed too.
    Errors:  none for a failing page: it becomes a problem G02, or G06 where it passed a limit, and the others go on.
    """
    folder = out / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    keys, outcome = Keys(folder, fresh=fresh), _Outcome(len(jobs), on_done)
    # The comparative reports first: they take longest.
    waiting = _Waiting(sorted(jobs, key=lambda job: job.country != ""), keys, outcome)
    crew = Crew(folder, limits(), max(1, min(workers, len(jobs))))
    try:
        _draw_all(waiting, crew, keys, outcome)
    finally:
        crew.close()
        if jobs:
            keys.save()
        sweep(folder)
    tidied(folder, [job.name for job in jobs])
    return [
        *keys.faults,
        *_font_problems(),
        *_break_problems(),
        *(problem for job in jobs for problem in outcome.problems.get(job.name, ())),
    ]


class _Waiting:
    """The jobs that must be drawn, each written when it is asked for; those that need not be are passed over."""

    def __init__(self, jobs: Sequence[Job | Plan], keys: Keys, outcome: _Outcome) -> None:
        self._jobs, self._keys, self._outcome = iter(jobs), keys, outcome

    def next(self) -> tuple[Job, str] | None:
        """Return the next job to draw with the key of its source, or None where there is none left."""
        for planned in self._jobs:
            found = self._keys.from_source(planned.name, planned.source)
            job = planned.written() if found is None else planned
            if isinstance(job, Job) and job.fault:
                self._keys.forget(job.name)
                self._outcome.note(job, Answer(fault=job.fault))
                continue
            if isinstance(job, Job) and found is None:
                found = self._keys.from_page(job, planned.source)
            if found is None:
                return job, planned.source  # type: ignore[return-value]
            self._outcome.note(job, Answer(complaints=found.complaints, glyphs=found.glyphs), drawn=False)
        return None


def _draw_all(waiting: _Waiting, crew: Crew, keys: Keys, outcome: _Outcome) -> None:
    """Hand out jobs until all are drawn; while all workers are busy, the next page is written."""
    sources: dict[str, str] = {}
    saved, following = monotonic(), waiting.next()
    while following is not None or crew.busy:
        if following is not None and crew.hand_over(following[0]):
            keys.forget(following[0].name)
            sources[following[0].name] = following[1]
            following = waiting.next()
            continue
        for job, answer in crew.answers():
            outcome.note(job, answer)
            if not answer.fault:
                source = sources[job.name]
                page, reads = page_key(job), dict(answer.reads)
                keys.note(job.name, Drawn(page, answer.sha256, source, reads, answer.complaints, answer.glyphs))
        if monotonic() - saved > _SECONDS_BETWEEN_SAVES:
            keys.save()
            saved = monotonic()


def _failure(job: Job | Plan, answer: Answer) -> Problem:
    if answer.spent:
        return Problem(
            code="G06",
            country=job.country,
            stage="render",
            what=f"the report {job.name} passed a limit and was stopped",
            found=answer.fault,
            fix=f"the other reports are there; if it is that large, give it more: {SECONDS_VARIABLE}, {MEGABYTES_VARIABLE}",
        )
    return Problem(
        code="G02",
        country=job.country,
        stage="render",
        what=f"the report {job.name} could not be drawn",
        found=answer.fault,
        fix="the other reports are there; run again, and report the message if it stays",
    )


def _warnings(job: Job | Plan, complaints: Sequence[str], glyphs: Sequence[str]) -> Iterator[Problem]:
    if complaints:
        yield Problem(
            code="G02",
            severity="warning",
            country=job.country,
            stage="render",
            what=f"the report {job.name} was drawn with faults",
            found=listed(complaints),
            fix="look at its pages; report the message if something is missing",
        )
    if glyphs:
        yield Problem(
            code="G03",
            severity="warning",
            country=job.country,
            stage="render",
            what=f"the report {job.name} has characters that no font here has: they are empty boxes",
            found=listed(glyphs),
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
