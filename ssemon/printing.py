"""From a run to its files for readers: the PDFs and the site, in the languages that there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ssemon.errors import Problem, UsageFault
from ssemon.model import Run
from ssemon.report import Done, Job, Plan
from ssemon.text import plural, quoted

Step = Callable[[str], None]


def _say_nothing(_: str) -> None:
    """Nobody watches."""


def _tell_nothing(_: Done) -> None:
    """Nobody counts."""


def render_reports(
    run: Run,
    out: Path,
    *,
    countries: Sequence[str] | None = None,
    languages: Sequence[str] = (),
    compare: bool = True,
    kinds: Sequence[str] = (),
    sheets: Sequence[tuple[str, str]] = (),
    workers: int = 2,
    on_step: Step | None = None,
    on_report: Callable[[Done], None] | None = None,
    identity: str = "",
    fresh: bool = False,
) -> list[Problem]:
    """Write one PDF a country and language, and the comparative one, below `out`/reports. None means all countries.

    A report whose inputs are as they were when it was drawn, and whose file is as it was written, stays as it is.

    Shape:   `kinds` are "country" and "brief"; without any, what the edition's profile says. With `sheets`,
             pairs of "indicator" or "dimension" and a code, those alone are written. `on_step` is told each report in
             words, `on_report` as a record with the counts.
    Units:   `fresh` draws every report, whatever has changed.
    Missing: a country that is not available gets no PDF; the comparative one says why. Without `identity`, the hash of
             a finished run (`ssemon.store.run_identity`), every page is written before it is compared.
    Errors:  none for a page that fails: it becomes a problem and the others are written.
    """
    from ssemon import report

    say, tell = on_step or _say_nothing, on_report or _tell_nothing

    def on_done(done: Done) -> None:
        say(said_of(done))
        tell(done)

    left_out = [] if languages else left_out_languages(run)
    printable = printable_languages(run, languages)
    wanted = kinds or (("country", "brief") if run.edition.outline.briefs else ("country",))
    planned: Sequence[Job | Plan] = (
        report.sheets(run, sheets, languages=printable)
        if sheets
        else report.plans(
            run, countries=countries, languages=printable, compare=compare, kinds=wanted, identity=identity
        )
    )
    return [*left_out, *report.render(planned, out, workers=workers, fresh=fresh, on_done=on_done)]


def render_site(
    run: Run,
    out: Path,
    *,
    source: Path | None = None,
    countries: Sequence[str] | None = None,
    languages: Sequence[str] = (),
    on_step: Step | None = None,
) -> list[Problem]:
    """Write the reports as one static site below `out`/site, with the files of `source` to download.

    Shape:   `source` is the folder of the finished run (default: `out`); None means all countries.
    Missing: a country that is not available has no page; the overview says why.
    Errors:  none for a page that fails: it says so itself, becomes a problem G07, and the others are written.
    """
    from ssemon.report.site import write_site

    say = on_step or _say_nothing
    return write_site(
        run, out, source=source, countries=countries, languages=printable_languages(run, languages),
        on_language=lambda language, pages: say(f"site/{language}: {plural(pages, 'page')}"),
    )  # fmt: skip


def printable_languages(run: Run, wanted: Sequence[str]) -> list[str]:
    """Return the languages that are wanted, or those of the edition that have a catalogue.

    Errors: UsageFault U08 for a wanted one without a catalogue.
    """
    from ssemon import report

    check_languages(wanted)
    return list(wanted) or [tag for tag in run.edition.languages if tag in report.languages()]


def left_out_languages(run: Run) -> list[Problem]:
    """Return a warning for each language of the edition that no report can be printed in."""
    return [replace(problem, severity="warning") for problem in _without_catalogue(run.edition.languages)]


def check_languages(wanted: Sequence[str]) -> None:
    """Refuse a language without a catalogue: a page in half a language would bear the name of the whole of it.

    Errors: UsageFault U07 for each.
    """
    faults = _without_catalogue(wanted)
    if faults:
        raise UsageFault(faults)


def _without_catalogue(wanted: Sequence[str]) -> list[Problem]:
    from ssemon import report

    known = report.languages()
    return [
        Problem(
            code="U08",
            stage="render",
            what=f"there is no catalogue for the language {quoted(language)}",
            fix=f"reports can be printed in: {', '.join(known)}",
        )
        for language in wanted
        if language not in known
    ]


def said_of(done: Done) -> str:
    """Return what became of a report, in a line."""
    place = f" ({done.place} of {done.total})" if done.total > 1 else ""
    if done.problem is not None:
        return f"reports/{done.name}.pdf was not written{place}: {done.problem.what}"
    return f"reports/{done.name}.pdf" + ("" if done.drawn else " is as it was") + place
