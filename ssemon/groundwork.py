"""All that a run is made from, read and checked before any data are loaded; and its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ssemon import fingerprint
from ssemon.again import folder_key
from ssemon.basis import read_profile
from ssemon.edition import Edition
from ssemon.errata import ERRATA
from ssemon.errors import Settled
from ssemon.framework import Framework
from ssemon.furnishing import BRANDING, Beside, earlier_run, read_beside
from ssemon.manifest import Manifest
from ssemon.named_faults import naming_extensions
from ssemon.plugins import Extension, Manager, load_extensions, read_plugins


@dataclass(frozen=True, slots=True)
class Basis:
    """All that a run is made from, read and checked; no data are loaded yet.

    Shape: `extra` the extensions, `manifests` one a plugin, `places` what stands beside the profile; `stands` by plugin the
           errors of rules that the record says are allowed, by their code.
    """

    profile: Edition
    framework: Framework
    manifests: tuple[Manifest, ...]
    extra: tuple[Extension, ...]
    manager: Manager
    beside: Beside
    earlier: Path | None
    places: tuple[Path, ...]
    stands: Mapping[str, Mapping[str, Settled]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """A hash of everything that the run can see: two runs with the same key give the same files.

        Missing: empty where code that is not ours has a part in it: what that looks at, and whom it tells, nobody knows; and
                 where the record has.
        """
        if self.extra or self.stands or any(one.has_hooks for one in self.manifests):
            return ""
        path = self.profile.path
        files = [path, *(path.parent / name for name in self.profile.method.files)] if path else []
        files += [self.earlier / "run.json"] if self.earlier else []
        texts = [fingerprint.of_program(), fingerprint.of_folder(self.framework.folder), self.framework.hash]
        texts += [f"{file} {fingerprint.of_file(file)}" for file in files]
        texts += [f"{place} {fingerprint.of_folder(place)} {fingerprint.of_file(place)}" for place in self.places]
        return fingerprint.of_texts([*texts, *map(folder_key, self.manifests)])


@naming_extensions
def prepared(
    edition: Path | None = None, plugins: Sequence[Path] = (), *, extensions: Sequence[str] = (),
    framework: Path | None = None, branding: Path | None = None, previous: Path | None = None,
    stands: Mapping[str, Mapping[str, Settled]] | None = None,
) -> Basis:  # fmt: skip
    """Read the profile, its framework, what stands beside it, the plugins' manifests and the extensions.

    Shape:  `framework` is a folder that counts instead of the profile's.
    Errors: EditionFault or UsageFault where the profile, its framework or a folder is at fault.
    """
    beside = read_beside(edition, branding)
    extra = load_extensions(extensions)
    manager = Manager(extra)
    profile, measured = read_profile(edition, framework, manager)
    manifests = tuple(read_plugins(plugins, manager.tables()))
    home = (edition.parent,) if edition is not None else ()
    places = (*([branding] if branding else []), *(folder / name for folder in home for name in (BRANDING, ERRATA)))
    earlier = earlier_run(previous, profile)
    return Basis(profile, measured, manifests, tuple(extra), manager, beside, earlier, places, stands or {})
