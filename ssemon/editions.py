"""Editions out of the record: run as of a date, freeze what came out, run it again from what is stored.

Everything is run in a folder of its own from copies of what the record holds, and told without that folder's name, so
that the same inputs give the same bytes wherever they are run.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ssemon.basis import default_edition, read_profile
from ssemon.edition import Edition
from ssemon.engine import render_reports
from ssemon.engine import run as run_engine
from ssemon.environment import EnvironmentChange, environment, environment_changes
from ssemon.errata import ERRATA
from ssemon.errors import EditionFault, Problem, Settled, UsageFault
from ssemon.framework import Framework
from ssemon.furnishing import BRANDING, earlier_run, read_beside
from ssemon.model import CountryOutcome, Run
from ssemon.plugins import Manager, load_extensions
from ssemon.store.clock import readable, written
from ssemon.store.files import sha256_of
from ssemon.store.history import FrozenEdition, Submission
from ssemon.store.record import Store
from ssemon.store.refusals import check_new_edition
from ssemon.store.results import run_files, save_run

# What may stand beside a profile and reach its pages.
_BESIDE = (ERRATA, BRANDING)
# Where they lie among an edition's inputs.
_FRAMEWORK, _PREVIOUS = "framework", "previous"
# What only the record can know: how a submission stands to what was approved before it.
_OF_THE_RECORD = "store"
_NOT_KEPT = frozenset(("timings.json",))

Say = Callable[[str], None]


def _say_nothing(_: str) -> None:
    """Nobody watches."""


def counted_as_of(store: Store, moment: str | None = None) -> tuple[Submission, ...]:
    """Return the submissions that counted at a moment, or that count now.

    Errors: EditionFault L16 where nothing was approved then; UsageFault L17 where the moment's day is yet to come.
    """
    now = written(store.ledger.clock())
    if moment is not None and moment[: len("2026-01-31")] > now[: len("2026-01-31")]:
        what, fix = "what will be known then, nobody knows", "give a day that is not in the future"
        raise UsageFault(Problem(code="L17", stage="store", what=what, found=readable(moment), fix=fix))
    counted = store.history(moment).all_approved()
    if not counted:
        what = f"nothing was approved by {readable(moment)}" if moment else "nothing is approved yet"
        fix = "submit, accept and approve plugin folders first; ssemon ledger shows what was done when"
        raise EditionFault(Problem(code="L16", stage="store", what=what, fix=fix))
    return counted


def run_as_of(
    store: Store, moment: str | None, edition: Path | None = None, *, extensions: Sequence[str] = (),
    branding: Path | None = None, previous: Path | None = None, on_step: Say | None = None,
) -> Run:  # fmt: skip
    """Run an edition on what counted at a moment, from the files as they were sent.

    Missing: what was approved later, or withdrawn before, is not there.
    Errors:  EditionFault and UsageFault as `counted_as_of`, and those of a run.
    """
    counted = counted_as_of(store, moment)
    with tempfile.TemporaryDirectory(prefix="ssemon-") as name:
        folder = Path(name)
        put_plugins(store, counted, folder / "plugins")
        found = run_engine(
            edition, [folder / "plugins"], extensions=extensions, branding=branding, previous=previous,
            stands=_stands(counted), on_step=on_step,
        )  # fmt: skip
        return _as_recorded(found, folder, counted)


def put_plugins(store: Store, submissions: Sequence[Submission], folder: Path) -> None:
    """Put the plugins' folders back as they were sent. Errors: EditionFault L06, L07 where the record is not whole."""
    for one in submissions:
        store.fetch([replace(part, path=f"{one.code.lower()}/{part.path}") for part in one.files], folder)


def _stands(submissions: Sequence[Submission]) -> dict[str, Mapping[str, Settled]]:
    """The errors that the secretariat let stand in them."""
    return {one.code: one.allowed for one in submissions if one.allowed}


def _as_recorded(run: Run, folder: Path, counted: Sequence[Submission]) -> Run:
    """The run without the name of the folder that it happened in, and with the reasons that warnings were accepted for."""
    home, sent = f"{folder}{os.sep}", {one.code: one for one in counted}

    def told(problem: Problem) -> Problem:
        texts = {name: getattr(problem, name).replace(home, "") for name in ("what", "found", "fix")}
        plain = replace(problem, **texts, where=replace(problem.where, file=problem.where.file.replace(home, "")))
        return _with_reason(plain, sent.get(problem.country))

    # A rule of revisions quotes values, which may be confidential in this edition: they stand in the record alone.
    known = {
        one.code: tuple(
            replace(told(warning), found="" if warning.rule else warning.found)
            for warning in one.warnings if warning.stage == _OF_THE_RECORD
        )
        for one in counted
    }  # fmt: skip

    def country(outcome: CountryOutcome) -> CountryOutcome:
        return replace(outcome, problems=(*map(told, outcome.problems), *known.get(outcome.code, ())))

    problems = (*map(told, run.problems), *(problem for one in counted for problem in known[one.code]))
    return replace(run, countries=tuple(map(country, run.countries)), problems=problems)


def _with_reason(problem: Problem, one: Submission | None) -> Problem:
    step = one.accepted if one is not None else None
    if step is None or problem.severity != "warning" or problem.settled or problem.code not in step.reasons:
        return problem
    return replace(problem, settled=Settled("accepted", readable(step.at), step.who, step.reasons[problem.code]))


@dataclass(frozen=True, slots=True)
class Printing:
    """Which PDFs are frozen with an edition, and what its pages have beside the scores.

    Shape: no languages: those of the edition; `branding` and `previous` as for a run.
    """

    reports: bool = False
    languages: tuple[str, ...] = ()
    branding: Path | None = None
    previous: Path | None = None


def freeze(
    name: str, store: Store, who: str, edition: Path | None = None, *, moment: str | None = None,
    extensions: Sequence[str] = (), printing: Printing | None = None, on_step: Say | None = None,
) -> tuple[FrozenEdition, Run]:  # fmt: skip
    """Run an edition on what counts and record it: the submissions, its inputs, what came out, and on what it ran.

    Errors: UsageFault L14 where the id is taken, L24 where there is no id or nobody's name; EditionFault L16 where
            nothing is approved; those of a run.
    """
    check_new_edition(name, who, store.history())  # before an hour of work
    counted = counted_as_of(store, moment)
    printing, say = printing or Printing(), on_step or _say_nothing
    with tempfile.TemporaryDirectory(prefix="ssemon-") as folder:
        home = Path(folder)
        put_plugins(store, counted, home / "plugins")
        inputs = _gather_inputs(edition, extensions, home / "inputs", printing)
        finished = _made(home, counted, extensions, printing, say)
        about = {
            "run": finished.hash, "edition": finished.edition.id, "as_of": moment or "", "environment": environment(),
            "extensions": list(extensions), "reports": printing.reports, "languages": list(printing.languages),
            "framework": {"id": finished.framework.id, "version": finished.framework.version},
            "countries": len(finished.reported),
        }  # fmt: skip
        numbers = [one.number for one in counted]
        return store.freeze(name, who, numbers, inputs, _files_of(home / "out"), about, moment), finished


def _gather_inputs(path: Path | None, extensions: Sequence[str], folder: Path, printing: Printing) -> dict[str, Path]:
    """Copy the profile, what stands beside it, its framework, and the earlier run that changes are told from."""
    path = path or default_edition()
    edition, framework = read_profile(path, manager=Manager(load_extensions(extensions)))
    read_beside(path, printing.branding)  # so that a fault is told of in the place where it can be mended
    copies = {folder / "edition.toml": path}
    copies |= {folder / name: path.parent / name for name in _named_beside(path, edition)}
    copies |= {folder / _FRAMEWORK / name: framework.folder / name for name in _framework_files(framework)}
    if printing.branding is not None:
        copies = {target: source for target, source in copies.items() if folder / BRANDING not in target.parents}
        copies |= {folder / BRANDING / name: found for name, found in _files_of(printing.branding).items()}
    earlier = earlier_run(printing.previous, edition)
    if earlier is not None:
        copies |= {folder / _PREVIOUS / name: earlier / name for name in run_files(earlier)}
    for target, source in copies.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    return _files_of(folder)


def _named_beside(path: Path, edition: Edition) -> list[str]:
    found = list(edition.method.files)
    for name in _BESIDE:
        place = path.parent / name
        inside = [place] if place.is_file() else sorted(place.rglob("*"))
        found += [one.relative_to(path.parent).as_posix() for one in inside if one.is_file()]
    return found


def _framework_files(framework: Framework) -> list[str]:
    """The framework's own tables and texts; not data or pages that lie in its folder."""
    home = framework.folder
    places = [home / "framework.toml", *sorted(home.glob("*.csv")), *sorted((home / "translations").glob("*.csv"))]
    return [path.relative_to(home).as_posix() for path in places if path.is_file()]


def _files_of(folder: Path) -> dict[str, Path]:
    """The files of a folder by name; what is hidden is kept for the next run and is no result."""
    files = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {
        name.as_posix(): path for name, path in files.items()
        if name.name not in _NOT_KEPT and not any(part.startswith(".") for part in name.parts)
    }  # fmt: skip


def _made(home: Path, counted: Sequence[Submission], extensions: Sequence[str], printing: Printing, say: Say) -> Run:
    """Run what lies in `home`/plugins with `home`/inputs into `home`/out."""
    inputs = home / "inputs"
    previous = inputs / _PREVIOUS
    found = run_engine(
        inputs / "edition.toml", [home / "plugins"], extensions=extensions, on_step=say,
        framework=inputs / _FRAMEWORK, previous=previous if previous.is_dir() else None, stands=_stands(counted),
    )  # fmt: skip
    finished = _as_recorded(found, home, counted)
    save_run(finished, home / "out")
    if printing.reports:
        workers = os.cpu_count() or 1
        problems = render_reports(finished, home / "out", languages=printing.languages, workers=workers, on_step=say)
        failed = [problem for problem in problems if problem.severity == "error"]
        if failed:
            raise EditionFault(failed)
    return finished


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of running a frozen edition again.

    Shape: `same` names the files that came out the same, byte for byte; `different`, `absent` and `added` the others;
           `changes` the parts of the environment that are not what they were when it was frozen.
    """

    edition: FrozenEdition
    same: tuple[str, ...]
    different: tuple[str, ...]
    absent: tuple[str, ...]
    added: tuple[str, ...]
    changes: tuple[EnvironmentChange, ...]

    @property
    def identical(self) -> bool:
        """Whether every file came out as it was frozen, and no other."""
        return not (self.different or self.absent or self.added)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, for JSON."""
        changes = [{"part": one.part, "before": one.before, "after": one.after} for one in self.changes]
        files = {name: list(getattr(self, name)) for name in ("same", "different", "absent", "added")}
        return {"edition": self.edition.id, "identical": self.identical, **files, "environment": changes}


def rebuild(store: Store, name: str, out: Path | None = None, on_step: Say | None = None) -> Rebuilt:
    """Run a frozen edition again, from what the record holds, and compare what comes out with what was frozen.

    Shape:  `out` is where the result goes; it is thrown away where none is given.
    Errors: UsageFault L15 no such edition; EditionFault L07 where a stored file is not whole; those of a run.
    """
    frozen = store.edition(name)
    history = store.history()
    with tempfile.TemporaryDirectory(prefix="ssemon-") as folder:
        home = Path(folder)
        counted = [history.submissions[number] for number in frozen.submissions]
        put_plugins(store, counted, home / "plugins")
        store.fetch(frozen.inputs, home / "inputs")
        about = frozen.about
        printing = Printing(about["reports"], tuple(about["languages"]))
        _made(home, counted, about["extensions"], printing, on_step or _say_nothing)
        found = {part: sha256_of(path) for part, path in _files_of(home / "out").items()}
        if out is not None:
            shutil.copytree(home / "out", out, dirs_exist_ok=True)
    return _compared(frozen, found)


def _compared(frozen: FrozenEdition, found: Mapping[str, str]) -> Rebuilt:
    kept = {part.path: part.sha256 for part in frozen.results}
    both = sorted(kept.keys() & found.keys())
    return Rebuilt(
        edition=frozen,
        same=tuple(name for name in both if kept[name] == found[name]),
        different=tuple(name for name in both if kept[name] != found[name]),
        absent=tuple(sorted(kept.keys() - found.keys())),
        added=tuple(sorted(found.keys() - kept.keys())),
        changes=tuple(environment_changes(frozen.about["environment"], environment())),
    )


def put_results(store: Store, frozen: FrozenEdition, out: Path) -> None:
    """Copy what an edition's run left into a folder, as it was frozen. Errors: EditionFault L07."""
    store.fetch(frozen.results, out)
