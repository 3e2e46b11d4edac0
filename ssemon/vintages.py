"""The states of one plugin over time: what a submission holds, what differs between two, how far figures were revised."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from ssemon.errors import Problem, Settled, UsageFault
from ssemon.framework import Framework
from ssemon.scoring.compare import compare_observations
from ssemon.store.history import Submission
from ssemon.store.record import Store
from ssemon.store.revision import REVISIONS_SCHEMA, revisions
from ssemon.text import quoted
from ssemon.validation import Revision, check_revision

# So many submissions that counted before are compared with: each is a file to read.
_EARLIER = 5


def observations_of(store: Store, one: Submission) -> pl.DataFrame:
    """Return the observations of a submission. Errors: EditionFault L07 where they are not as they were stored."""
    with tempfile.TemporaryDirectory() as folder:
        store.fetch([one.observations], Path(folder))
        return pl.read_parquet(Path(folder) / one.observations.path)


@dataclass(frozen=True, slots=True)
class Side:
    """One of two states of a plugin: a submission, or the folder as it is now.

    Missing: `frame` is None where nothing is there.
    """

    name: str
    files: dict[str, str]
    frame: pl.DataFrame | None
    stands: Mapping[str, Settled] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not the same between two states of one plugin.

    Shape: `observations` as `compare_observations` gives them; `files` name → (hash before, hash after), empty text
           where a file is not there; `problems` what the rules against approved values say of it.
    """

    code: str
    before: str
    after: str
    observations: pl.DataFrame
    files: dict[str, tuple[str, str]]
    nothing_before: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.files and self.observations.is_empty()

    def counts(self) -> dict[str, int]:
        """Return how many observations are new, withdrawn, changed in value or status, or only of another source."""
        frame = self.observations
        kind, valued = pl.col("kind"), _value_differs()
        return {
            "new": frame.filter(kind == "added").height,
            "withdrawn": frame.filter(kind == "removed").height,
            "changed": frame.filter((kind == "changed") & valued).height,
            "source only": frame.filter((kind == "changed") & ~valued).height,
        }

    def to_dict(self) -> dict[str, object]:
        """Return the difference as plain data, for JSON."""
        return {
            "code": self.code, "before": self.before, "after": self.after, "same": self.same, **self.counts(),
            "problems": [problem.to_dict() for problem in self.problems],
            "observations": self.observations.to_dicts(),
            "files": [{"file": name, "before": one, "after": other} for name, (one, other) in self.files.items()],
        }  # fmt: skip


def _value_differs() -> pl.Expr:
    return pl.any_horizontal(
        pl.col(f"{name}_before").ne_missing(pl.col(f"{name}_after")) for name in ("value", "obs_status")
    )


def submission_side(store: Store, one: Submission) -> Side:
    """Return a submission as a side of a difference."""
    files = {part.path: part.sha256 for part in one.files}
    return Side(f"submission {one.number} ({one.state})", files, observations_of(store, one), one.allowed)


def difference(code: str, before: Side | None, after: Side) -> Difference:
    """Put two states of one plugin beside each other; without a state before, all is new.

    Errors: UsageFault L27 where a folder has errors, so that there is nothing to compare.
    """
    if after.frame is None:
        what, fix = (
            "the folder has errors: its values cannot be compared",
            "mend them first: ssemon plugin check FOLDER",
        )
        raise UsageFault(Problem(code="L27", country=code, what=what, found=quoted(after.name), fix=fix))
    nothing = Side("nothing approved", {}, after.frame.clear())
    one = before or nothing
    frame = one.frame if one.frame is not None else after.frame.clear()
    names = sorted({*one.files, *after.files})
    files = {name: (one.files.get(name, ""), after.files.get(name, "")) for name in names}
    changed = {name: hashes for name, hashes in files.items() if hashes[0] != hashes[1]}
    observations = compare_observations(frame, after.frame)
    return Difference(code, one.name, after.name, observations, changed, before is None)


def revision_problems(
    store: Store,
    base: Submission,
    framework: Framework,
    approved: pl.DataFrame,
    now: pl.DataFrame,
    changes: pl.DataFrame,
) -> tuple[Problem, ...]:
    """Hold what a plugin gives now to the rules against what is approved of it.

    Shape: `base` is the submission that is approved, `changes` what is not the same; of those that counted before it the
           last few are looked at.
    """
    if changes.is_empty():
        return ()
    counted = store.history().vintages(base.code)
    before = [one for one in counted if one.approved and base.approved and one.approved.event < base.approved.event]
    earlier = {one.number: observations_of(store, one) for one in before[: -_EARLIER - 1 : -1]}
    return check_revision(Revision(base.code, framework, approved, now, changes, earlier))


def revised(store: Store, codes: Sequence[str] = ()) -> pl.DataFrame:
    """Return the revision statistics of every indicator: of these codes, or of all plugins in the record.

    Shape: as `revisions` gives them, over the first and the latest approved value of each observation.
    """
    history = store.history()
    known = sorted({one.code for one in history.submissions.values()})
    vintages = [[observations_of(store, one) for one in history.vintages(code)] for code in codes or known]
    return revisions(vintages) if vintages else pl.DataFrame(schema=REVISIONS_SCHEMA)
