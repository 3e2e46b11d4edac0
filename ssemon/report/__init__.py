"""The report room: a run in, one PDF a country and one comparative PDF out.

    run ──plans──▶ HTML (here, one a report) ──render──▶ PDF (worker processes)

This door is light: nothing heavy is imported until one of these is called, and a worker that imports it gets no data
frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ssemon.report.catalogues import languages
from ssemon.report.pool import Done, Job, OnDone, Plan

if TYPE_CHECKING:
    from ssemon.errors import Problem
    from ssemon.model import Run

__all__ = ["Done", "Job", "Plan", "jobs", "languages", "plans", "render", "sheets"]


def plans(
    run: Run,
    *,
    countries: Sequence[str] | None = None,
    languages: Sequence[str],
    compare: bool,
    kinds: Sequence[str] = ("country",),
    identity: str = "",
) -> list[Plan]:
    """Return the reports of a run as plans that `render` can carry out: their pages are written when they are needed.

    Shape:   one a country, kind and language, and one comparative a language; `countries` limits which are printed,
             None means all of the edition; `kinds` are "country" and "brief".
    Missing: `identity`, a hash of all that the run says, lets reports be passed over whose pages would be the same.
    """
    from ssemon.report.build import build_plans

    return build_plans(run, countries=countries, languages=languages, compare=compare, kinds=kinds, identity=identity)


def jobs(
    run: Run,
    *,
    countries: Sequence[str] | None = None,
    languages: Sequence[str],
    compare: bool,
    kinds: Sequence[str] = ("country",),
) -> list[Job]:
    """Return the reports of a run with their pages written. Shape: as for `plans`."""
    from ssemon.report.build import build_jobs

    return build_jobs(run, countries=countries, languages=languages, compare=compare, kinds=kinds)


def sheets(run: Run, codes: Sequence[tuple[str, str]], *, languages: Sequence[str]) -> list[Job]:
    """Return single sheets of a run as jobs.

    Shape: `codes` are pairs of a kind, "indicator" or "dimension", and the code of an indicator or of a node.
    """
    from ssemon.report.build import build_sheets

    return build_sheets(run, codes, languages)


def render(
    jobs: Sequence[Job | Plan], out: Path, *, workers: int, fresh: bool = False, on_done: OnDone | None = None
) -> list[Problem]:
    """Draw the jobs into `out/reports/NAME.pdf` and return what went wrong.

    Units:  `fresh` draws what has not changed too.
    Errors: none for a page that fails or kills its worker: it becomes a Problem, and the others go on.
    """
    from ssemon.report.pool import render_jobs

    return render_jobs(jobs, out, workers=workers, fresh=fresh, on_done=on_done)
