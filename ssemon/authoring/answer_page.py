"""The answer to what was sent, as one page of HTML: no scripts, printable, grouped by file and sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ssemon.authoring.answer import counted_in
from ssemon.authoring.marks import kind_of
from ssemon.checking import Checked
from ssemon.codes import ProblemCode
from ssemon.errors import Problem, errors_in
from ssemon.wording import SOURCE_LANGUAGE, Wording

# Faults printed of one file and sheet; the others are counted, and stand in --format json.
MOST_IN_A_GROUP = 200
_RANK: Mapping[str, int] = {"error": 0, "warning": 1, "info": 2}
_SEVERITIES: Mapping[str, str] = {"error": "Error", "warning": "Warning", "info": "Information"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One fault as it is printed.

    `own` is its kind in the language of the page; it is None where that is English.
    """

    problem: Problem
    severity: str
    place: str
    own: ProblemCode | None


@dataclass(frozen=True, slots=True)
class Group:
    """The faults of one file and sheet."""

    id: str
    title: str
    counts: str
    entries: tuple[Entry, ...]
    left: int


@dataclass(frozen=True, slots=True)
class Part:
    """One plugin or file that was checked."""

    id: str
    title: str
    accepted: bool
    verdict: str
    counts: str
    groups: tuple[Group, ...]
    kinds: tuple[tuple[str, str, str, int], ...]


def answer_page(checked: Sequence[Checked], language: str) -> str:
    """Return the page in a language; the sentences of ssemon stand in English below those that are translated."""
    from babel import Locale
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from ssemon import resources

    environment = Environment(
        loader=FileSystemLoader(resources.folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    wording = Wording.of(language)
    direction = Locale.parse(language.replace("-", "_")).text_direction
    parts = [_part(number, one, wording) for number, one in enumerate(checked, 1)]
    page = environment.get_template("validation/answer.html.j2")
    return page.render(
        parts=parts, say=wording.say, language=language, direction=direction, translated=language != SOURCE_LANGUAGE
    )


def _part(number: int, one: Checked, wording: Wording) -> Part:
    problems = sorted(one.problems, key=lambda problem: _RANK[problem.severity])
    groups: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.where.file, problem.where.sheet), []).append(problem)
    refused = bool(errors_in(one.problems))
    values = wording.say("values: {count}", count=one.values)
    return Part(
        id=f"part-{number}",
        title=f"{one.country} {one.path}".strip(),
        accepted=not refused,
        verdict=wording.say("not accepted") if refused else f"{wording.say('accepted')} · {values}",
        counts=counted_in(wording, problems),
        groups=tuple(
            _group(f"part-{number}-{at}", file, sheet, found, wording)
            for at, ((file, sheet), found) in enumerate(groups.items(), 1)
        ),
        kinds=_kinds(problems, wording),
    )


def _group(name: str, file: str, sheet: str, problems: Sequence[Problem], wording: Wording) -> Group:
    title = file or wording.say("Of the whole")
    if sheet:
        title += f", {wording.say('sheet “{name}”', name=sheet)}"
    shown = problems[:MOST_IN_A_GROUP]
    return Group(
        name,
        title,
        counted_in(wording, problems),
        tuple(_entry(one, wording) for one in shown),
        len(problems) - len(shown),
    )


def _entry(problem: Problem, wording: Wording) -> Entry:
    own = kind_of(problem, wording.language) if wording.language != SOURCE_LANGUAGE else None
    return Entry(problem, wording.say(_SEVERITIES[problem.severity]), _place(problem, wording), own)


def _place(problem: Problem, wording: Wording) -> str:
    """Column and rows, as the heading of the group already names file and sheet."""
    where, say = problem.where, wording.say
    column = say("column {name}", name=where.column) if where.column else ""
    rows = ", ".join(str(row) for row in where.rows[:_ROWS_SHOWN])
    more = max(where.row_count, len(where.rows)) - min(len(where.rows), _ROWS_SHOWN)
    if rows:
        rows = say("row {rows}", rows=rows) + (f" {say('and {count} more', count=more)}" if more else "")
    return ", ".join(part for part in (column, rows) if part)


# Rows that the page names of one fault: a screen has more room than a terminal.
_ROWS_SHOWN = 20


def _kinds(problems: Sequence[Problem], wording: Wording) -> tuple[tuple[str, str, str, int], ...]:
    """How often each kind of fault is there: code, title, severity, rows concerned (one where it has no rows)."""
    counts: dict[tuple[str, str, str], int] = {}
    for problem in problems:
        key = (problem.code, kind_of(problem, wording.language).title, wording.say(_SEVERITIES[problem.severity]))
        counts[key] = counts.get(key, 0) + max(problem.where.row_count, 1)
    return tuple((*key, count) for key, count in counts.items())
