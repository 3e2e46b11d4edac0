"""A plugin's folder becomes a submission: checked on a copy, recorded whole or refused whole.

What is checked is what is kept: the folder is copied into the store first, so that a file that changes meanwhile
changes neither.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ssemon import __version__, fingerprint
from ssemon.basis import read_profile
from ssemon.country import Loaded, load_country
from ssemon.environment import content
from ssemon.errors import SHOWN, CountryFault, Problem, Settled, UsageFault, Where, allowed, errors_in
from ssemon.framework import Framework
from ssemon.manifest import Manifest, read_manifest
from ssemon.model import OBSERVATION_KEY
from ssemon.plugins import Extension, Manager, load_extensions
from ssemon.scoring.compare import compare_observations
from ssemon.store.files import sha256_of
from ssemon.store.history import Submission
from ssemon.store.record import Delivery, Received, Store
from ssemon.store.troubles import told
from ssemon.text import listed, plural
from ssemon.vintages import Side, observations_of, revision_problems


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of sending a folder.

    Missing: `received` is None where it was refused; its problems say why. `changes` are the observations that are not
             those approved, and None where nothing of that code is approved.
    """

    code: str
    content: str
    problems: tuple[Problem, ...]
    received: Received | None = None
    changes: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A folder as it was at one moment, checked."""

    folder: Path
    content: str
    manifest: Manifest
    loaded: Loaded
    framework: Framework
    stands: Mapping[str, Settled]


def submit_folder(
    folder: Path, store: Store, who: str, *, note: str = "", edition: Path | None = None, extensions: Sequence[str] = ()
) -> Receipt:
    """Check a plugin's folder and record it.

    Missing: with an error it is refused whole: the record keeps who sent what when and which codes it had, no file of it.
    Errors:  UsageFault U01 and CountryFault L23 for the folder, EditionFault for profile and store.
    """
    with snapshot(folder, store, edition, load_extensions(extensions)) as taken:
        outcome, base = taken.loaded.outcome, store.history().approved(taken.loaded.outcome.code)
        changes, against = against_approved(taken, store, base)
        problems = (*outcome.problems, *against)
        if errors_in(problems):
            store.refuse(outcome.code, taken.content, who, Counter(problem.code for problem in problems))
            return Receipt(outcome.code, taken.content, problems)
        delivery = _delivery(taken, problems, base)
        received = store.submit(delivery, who, note)
    return Receipt(outcome.code, taken.content, problems, received, changes)


def check_folder(folder: Path) -> None:
    """Refuse what is no folder. Errors: UsageFault U01."""
    if not folder.is_dir():
        fix = "give the plugin's folder, for example plugins/kor"
        raise UsageFault(Problem(code="U01", what="there is no such folder", found=str(folder), fix=fix))


@contextmanager
def snapshot(
    folder: Path, store: Store, edition: Path | None = None, extra: Sequence[Extension] = ()
) -> Iterator[Snapshot]:
    """Copy a plugin's folder into the store's incoming/ and check the copy; it is gone when the block ends."""
    check_folder(folder)
    folder = folder.resolve()
    manager = Manager(extra)
    _, framework = read_profile(edition, manager=manager)
    with told(store.home):
        store.objects.incoming.mkdir(parents=True, exist_ok=True)
        home = Path(tempfile.mkdtemp(dir=store.objects.incoming, prefix="folder-"))
    try:
        copy = home / folder.name
        copy.mkdir()
        with told(store.home):
            for name in file_names(folder):
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(folder / name, copy / name)
        content = fingerprint.of_folder(copy)
        manifest = read_manifest(copy, manager.tables())
        stands = store.history().allowed(manifest.code, content)
        yield Snapshot(copy, content, manifest, load_country(manifest, framework, extra, stands), framework, stands)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def file_names(folder: Path) -> list[str]:
    """Return the files of a plugin's folder, as a run counts them: no hidden ones, none of Python's caches.

    Errors: CountryFault L23 where one is a link or no plain file: it would not be what was sent.
    """
    found, strange = [], []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if not all(map(fingerprint.counts, relative.parts)):
            continue
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            strange.append(relative.as_posix())
        elif path.is_file():
            found.append(relative.as_posix())
    if strange:
        what = f"{plural(len(strange), 'entry', 'entries')} of the folder {'is' if len(strange) == 1 else 'are'} no plain file"  # fmt: skip
        fix = "put the file itself there instead of a link to it"
        place = Where(file=str(folder))
        raise CountryFault(Problem(code="L23", stage="store", what=what, where=place, found=listed(strange), fix=fix))
    return found


def _delivery(taken: Snapshot, problems: Sequence[Problem], base: Submission | None) -> Delivery:
    outcome, observations = taken.loaded.outcome, taken.folder.parent / "observations.parquet"
    frame = taken.loaded.observations.sort(OBSERVATION_KEY)
    frame.write_parquet(observations, compression="zstd", statistics=True)
    parts = content()
    return Delivery(
        code=outcome.code,
        kind=outcome.kind,
        content=taken.content,
        files={name: taken.folder / name for name in file_names(taken.folder)},
        observations=observations,
        warnings=tuple(problem for problem in problems if problem.severity == "warning"),
        base=None if base is None else base.number,
        about={
            "name": outcome.name,
            "values": frame["value"].count(),
            "rows": frame.height,
            "sources": sorted({source.source for source in outcome.sources}),
            "framework": {"id": taken.framework.id, "version": taken.framework.version, "sha256": taken.framework.hash},
            "plugin_api": taken.manifest.api,
            "confirmed_by": outcome.confirmed_by,
            "versions": {"ssemon": __version__, "tables": parts["tables"], "code lists": parts["code lists"]},
        },
    )


def against_approved(
    taken: Snapshot, store: Store, base: Submission | None
) -> tuple[pl.DataFrame | None, tuple[Problem, ...]]:
    """Compare a folder with what is approved of its country: what is not the same, and what the rules say of that.

    Missing: None and no problem where nothing is approved, or the folder has errors, so that its values are not known.
    """
    if base is None or not taken.loaded.outcome.available:
        return None, ()
    code, now, approved = base.code, taken.loaded.observations, observations_of(store, base)
    changes = compare_observations(approved, now)
    of_rules = revision_problems(store, base, taken.framework, approved, now, changes)
    return changes, (*_changes_approved(changes, base, code), *allowed(of_rules, taken.stands))


def _changes_approved(changes: pl.DataFrame | None, base: Submission | None, code: str) -> Iterator[Problem]:
    """Yield a warning where approved values are not the same or not there any more; new ones change nothing."""
    if changes is None or base is None:
        return
    counts = {kind: changes.filter(pl.col("kind") == kind) for kind in ("changed", "removed")}
    told_of = [f"{frame.height} {kind}" for kind, frame in counts.items() if frame.height]
    if told_of:
        keys = pl.concat([*counts.values()]).select("area", "indicator", "year").unique(maintain_order=True)
        more = f" and {keys.height - SHOWN} more" if keys.height > SHOWN else ""
        examples = ", ".join(" ".join(map(str, key)) for key in keys.head(SHOWN).rows())
        yield Problem(
            code="L20", severity="warning", country=code, stage="store",
            what=f"values that are approved (submission {base.number}) are not the same: {', '.join(told_of)}",
            found=examples + more,
            fix="look at them with ssemon diff; whoever accepts them writes why: --warning L20 --reason TEXT",
        )  # fmt: skip


def folder_side(folder: Path, store: Store, edition: Path | None, extra: Sequence[Extension]) -> tuple[str, Side, tuple[Problem, ...]]:  # fmt: skip
    """Return a folder as a side of a difference, with its code and what is wrong with it."""
    with snapshot(folder, store, edition, extra) as taken:
        outcome = taken.loaded.outcome
        files = {name: sha256_of(taken.folder / name) for name in file_names(taken.folder)}
        frame = taken.loaded.observations if outcome.available else None
        return outcome.code, Side(str(folder), files, frame, taken.stands), outcome.problems
