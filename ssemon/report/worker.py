"""A process that draws reports: it is sent finished HTML, and nothing of the run.

It is started afresh (never forked, because the threads of Polars do not survive that) and not through
multiprocessing, which would import the caller's script again. It ends when nobody listens any more.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from ssemon.report.limits import Limits, hold_to_memory, hold_to_time

if TYPE_CHECKING:
    from ssemon.report.pool import Job


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a job. A `fault` stops the report; complaints do not.

    Shape: `reads` are the files that the page read, each with its hash; `spent` says that a limit was passed.
    """

    fault: str = ""
    spent: bool = False
    sha256: str = ""
    complaints: tuple[str, ...] = ()
    glyphs: tuple[str, ...] = ()
    reads: tuple[tuple[str, str], ...] = ()


class Abandoned(RuntimeError):
    """Whoever asked for the report is no more: it must not be put beside the reports of somebody else's run."""


def draw(job: Job, folder: Path, asker: int | None = None) -> Answer:
    """Draw one report; whatever happens, answer.

    Missing: `asker` is the process that must still be there when the file gets its name; None asks nobody.
    """
    from ssemon.report.pdf import made
    from ssemon.report.whole import replace_file

    target = folder / f"{job.name}.pdf"
    try:
        content, facts = made(job.html, base=job.base, stylesheets=job.stylesheets, attachments=job.attachments)
        if asker is not None and os.getppid() != asker:
            raise Abandoned("the process that asked for the report has ended")
        replace_file(target, content)
    except KeyboardInterrupt:
        raise
    except MemoryError:
        return Answer(fault="it needs more memory than a report may take", spent=True)
    except BaseException as error:  # SystemExit too: one page must not end the run
        return Answer(fault=f"{type(error).__name__}: {error}")
    return Answer("", False, sha256(content).hexdigest(), facts.complaints, facts.missing_glyphs, facts.reads)


def serve(handle: int) -> None:
    """What a worker does: say that it is ready, and draw what it is sent until it is sent nothing more."""
    pipe, asker = Connection(handle), os.getppid()
    try:
        folder, limits = pipe.recv()
        _make_ready(limits)
        pipe.send(None)
        while (job := pipe.recv()) is not None:
            hold_to_time(limits.seconds)
            pipe.send(draw(job, folder, asker))
    except (EOFError, OSError, KeyboardInterrupt):
        return


def _make_ready(limits: Limits) -> None:
    """Load what every report needs, so that it is not counted as the first one's."""
    from ssemon.report.pdf import warm_up

    warm_up()
    hold_to_memory(limits.megabytes)
