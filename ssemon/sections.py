"""What extensions add to the reports: their sections, filled with what `extend_report_context` gave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ssemon.errors import Problem
from ssemon.hooks import Section
from ssemon.model import AddedSection, Country, Run
from ssemon.outline import known_sections
from ssemon.plugins import Manager
from ssemon.report.added import written
from ssemon.text import did_you_mean, listed, quoted


def with_sections(run: Run, manager: Manager, countries: Sequence[Country]) -> Run:
    """Return the run with every extension's sections written, and what went wrong with them.

    Missing: a section that cannot be written is left out and named; the report is printed without it.
    """
    registered = [(name, section) for name, given in manager.registered("register_sections") for section in given]
    if not registered:
        return run
    added: list[AddedSection] = []
    problems = [fault for name, section in registered if (fault := _misplaced(name, section))]
    for extension, country, section in _places(run, registered, countries):
        try:
            context = _context(manager, country, run)
            html = written(section.html, {**context, "country": country})
            added.append(AddedSection(section.id, section.title, html, country.code if country else "", section.after))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            problems.append(_failed(extension, section, country, error))
    return replace(run, sections=tuple(added), problems=(*run.problems, *problems))


def _places(
    run: Run, registered: Sequence[tuple[str, Section]], countries: Sequence[Country]
) -> Iterable[tuple[str, Country | None, Section]]:
    """Each section with its extension and the country it is written for; None for the comparative report."""
    printed = {outcome.code for outcome in run.reported if outcome.available}
    for name, section in registered:
        if section.report == "comparative":
            yield name, None, section
        else:
            yield from ((name, country, section) for country in countries if country.code in printed)


def _context(manager: Manager, country: Country | None, run: Run) -> dict[str, object]:
    """What the extensions give for a country's sections; the same key twice is a fault of both."""
    if country is None:
        return {"results": run}
    found: dict[str, object] = {}
    for given in manager.calls.extend_report_context(country=country, results=run):
        twice = sorted(found.keys() & given.keys())
        if twice:
            raise ValueError(f"two extensions give {listed(map(quoted, twice))}")
        found |= given
    return found


def with_further_sections(run: Run, manager: Manager, folder: Path) -> Run:
    """Return a finished run with the sections of these extensions written anew; those of others stay as they are.

    Shape: `folder` is the run's own: it stands for the plugin's folder, which a finished run does not know.
    """
    countries = [
        Country(outcome.code, outcome.name, folder, outcome.kind, outcome.languages)
        for outcome in run.reported
        if outcome.available
    ]
    fresh = with_sections(replace(run, sections=()), manager, countries)
    written = {(section.country, section.id) for section in fresh.sections}
    kept = [section for section in run.sections if (section.country, section.id) not in written]
    return replace(fresh, sections=(*kept, *fresh.sections))


def _misplaced(extension: str, section: Section) -> Problem | None:
    """What is wrong with where a section says that it stands."""
    known = known_sections()[section.report]
    if not section.after or section.after in known:
        return None
    return Problem(
        code="X13",
        severity="warning",
        stage="report",
        what=f"the section {quoted(section.id)} of the extension {quoted(extension)} stands after one that there is not",
        found=quoted(section.after),
        fix=did_you_mean(section.after, known),
    )


def _failed(extension: str, section: Section, country: Country | None, error: BaseException) -> Problem:
    return Problem(
        code="X13",
        severity="warning",
        country=country.code if country else "",
        stage="report",
        what=f"the section {quoted(section.id)} of the extension {quoted(extension)} cannot be written: {type(error).__name__}",
        found=quoted(error),
        fix="mend the extension; the report is printed without the section",
    )
