"""What the commands print: problems in four lines, progress in one."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ssemon.errors import Problem
from ssemon.text import listed, plural

if TYPE_CHECKING:
    from ssemon.report import Done

# So many problems of one rule are printed one by one; of more, a run says in a line whom they concern.
MOST_OF_A_RULE = 2
# So many problems are printed; the rest is counted and stands in problems.json.
MOST_SHOWN = 30
_COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}


def show_problems(
    problems: Sequence[Problem],
    *,
    err: bool = True,
    all_of_them: str = "--format json gives all",
    language: str = "en",
) -> None:
    """Print problems, errors first, and how many were left out.

    In another language than English each has two lines in front: what kind of fault it is, and how it is mended.
    """
    order = {"error": 0, "warning": 1, "info": 2}
    ordered = sorted(problems, key=lambda problem: order[problem.severity])
    for problem in ordered[:MOST_SHOWN]:
        mark = click.style(problem.severity, fg=_COLOURS[problem.severity], bold=True)
        for line in _in_language(problem, language):
            click.echo(line, err=err)
        click.echo(f"{mark} · {problem}" + f"\n  more   ssemon explain {problem.code}\n", err=err)
    if len(ordered) > MOST_SHOWN:
        click.echo(f"and {plural(len(ordered) - MOST_SHOWN, 'more problem')}; {all_of_them}", err=err)


def told(problems: Iterable[Problem]) -> list[Problem]:
    """Return what a command tells of at its end: all but notes, and the notes of rules."""
    return [problem for problem in problems if problem.severity != "info" or problem.rule]


def show_of_run(problems: Iterable[Problem], out: Path) -> None:
    """Print what a run found: errors one by one, and what a rule asks of many countries in one line."""
    given = told(problems)
    often = Counter(problem.code for problem in given if problem.is_question)
    many = {code for code, count in often.items() if count > MOST_OF_A_RULE}
    asked = [problem for problem in given if problem.is_question and problem.code in many]
    everything = f"{out / 'problems.json'} gives all"
    show_problems([problem for problem in given if problem not in asked], all_of_them=everything)
    for code in sorted(many):
        click.echo(_in_one_line([problem for problem in asked if problem.code == code]), err=True)
    if many:
        click.echo(
            f"  more   each with its place: {out / 'problems.json'}, and ssemon validate on a plugin\n", err=True
        )


def _in_one_line(problems: Sequence[Problem]) -> str:
    from ssemon.codes import problem_codes

    code, severity = problems[0].code, problems[0].severity
    mark = click.style(severity, fg=_COLOURS[severity], bold=True)
    whom = listed(dict.fromkeys(problem.country or "the secretariat" for problem in problems), most=13)
    return f"{mark} · {code} · {problem_codes()[code].title} · {plural(len(problems), 'time')}: {whom}"


def _in_language(problem: Problem, language: str) -> list[str]:
    """The kind of fault and its repair in a language; nothing where that is English or does not know the code."""
    from ssemon.codes import problem_codes
    from ssemon.wording import SOURCE_LANGUAGE, Wording

    kind = problem_codes(language).get(problem.code)
    if language == SOURCE_LANGUAGE or kind is None:
        return []
    say = Wording.of(language).say
    severity = say({"error": "Error", "warning": "Warning", "info": "Information"}[problem.severity])
    head = click.style(f"{severity} · {problem.code} · {kind.title}", bold=True)
    return [head, f"  {say('How to mend it')}: {kind.repair}"]


def edition_here(edition: Path | None) -> Path | None:
    """Return the edition profile that a command means: the one given, else edition.toml in this folder, else None."""
    here = Path("edition.toml")
    return here if edition is None and here.is_file() else edition


def counted(problems: Iterable[Problem]) -> str:
    """Return how many problems of each severity there are, in words."""
    severities = [problem.severity for problem in problems]
    words = (("error", "error"), ("warning", "warning"), ("info", "note"))
    parts = [plural(severities.count(severity), word) for severity, word in words if severity in severities]
    return ", ".join(parts) or "no problems"


def as_json(data: object) -> str:
    """Return data as JSON for a program to read."""
    return json.dumps(data, ensure_ascii=False, indent=1, default=str)


def progress(*, quiet: bool = False) -> Callable[[str], None]:
    """Return how a long command says what it does: a live line on a terminal, plain lines in a log, or nothing."""
    if quiet:
        return lambda _: None
    if not sys.stderr.isatty():
        return lambda text: click.echo(text, err=True)
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    return lambda text: console.print(f"[dim]·[/dim] {text}")


@contextmanager
def counting_reports(*, quiet: bool = False) -> Iterator[Callable[[Done], None]]:
    """Give what shows how many reports are done: a bar with the time left on a terminal, a plain line each in a log."""
    if quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        with _bar() as tell:
            yield tell
    else:
        from ssemon.engine import said_of

        yield lambda done: click.echo(said_of(done), err=True)


@contextmanager
def _bar() -> Iterator[Callable[[Done], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("reports"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left"),
        TimeRemainingColumn(), TextColumn("{task.fields[name]}"),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True, highlight=False)) as progress:
        task = progress.add_task("reports", total=None, name="")

        def tell(done: Done) -> None:
            progress.update(task, total=done.total, completed=done.place, name=done.name)
            if done.problem is not None:
                progress.console.print(f"{done.name} was not written: {done.problem.what}")

        yield tell
