"""What the pages of a run have beside its scores: the house's branding, errata, levers, changes since an earlier run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from ssemon.basis import scoring_methods
from ssemon.branding import Branding, read_branding
from ssemon.changes import changes_since
from ssemon.edition import Edition
from ssemon.errata import ERRATA, read_errata
from ssemon.errors import EditionFault
from ssemon.model import Erratum, Run
from ssemon.plugins import Manager, load_extensions
from ssemon.publication import Published
from ssemon.scoring import Methods
from ssemon.scoring.levers import levers

# What a workspace may hold beside its edition profile.
BRANDING = "branding"


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside an edition profile. Missing: None where nothing does; an empty list of errata is one."""

    branding: Branding | None = None
    errata: tuple[Erratum, ...] | None = None


def read_beside(edition: Path | None, branding: Path | None = None) -> Beside:
    """Read what stands beside an edition profile; a branding folder that is given counts instead of the one there.

    Errors: EditionFault with every problem found.
    """
    home = edition.parent if edition is not None else None
    if branding is None and home is not None and (home / BRANDING).is_dir():
        branding = home / BRANDING
    errata = home / ERRATA if home is not None else None
    return Beside(
        branding=None if branding is None else read_branding(branding),
        errata=read_errata(errata) if errata is not None and errata.is_file() else None,
    )


def refurnished(
    run: Run,
    *,
    edition: Path | None = None,
    branding: Path | None = None,
    previous: Path | None = None,
    extensions: Sequence[str] = (),
) -> Run:
    """Return a finished run with other things beside its scores.

    Shape:   the branding folder and the errata beside a profile, another branding, the changes since another run.
    Missing: what is not given stays as it is.
    Errors:  EditionFault for the branding and the errata, UsageFault U03 where the folder holds no finished run.
    """
    beside = read_beside(edition, branding)
    if beside.branding is not None:
        run = replace(run, branding=beside.branding)
    if beside.errata is not None:
        run = replace(run, errata=beside.errata)
    if previous is not None:
        run = with_changes(run, previous, scoring_methods(Manager(load_extensions(extensions))))
    return run


def with_changes(run: Run, earlier: Path, methods: Methods) -> Run:
    """Return a run that tells what changed since an earlier one. Errors: UsageFault U03 where there is no finished run."""
    changes, problems = changes_since(earlier, run, methods)
    return replace(run, changes=changes, problems=(*run.problems, *problems))


def earlier_run(given: Path | None, edition: Edition) -> Path | None:
    """Return the folder of the earlier run: the one given, else the profile's, which is relative to the profile."""
    named = edition.outline.previous
    if given is not None or not named or edition.path is None:
        return given
    return edition.path.parent / named


def levers_of(published: Published) -> pl.DataFrame | None:
    """Return what would move the edition's countries.

    Missing: None where weights are each area's own; nothing of an area into whose scores a confidential value enters.
    """
    whole = published.whole
    try:
        return published.without_touched(levers(whole, published.protected.observations, whole.edition.countries))
    except EditionFault:
        return None
