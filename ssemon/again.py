"""Which plugins need not be loaded again: a plugin whose folder, framework and program are as they were gave the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ssemon import fingerprint, store
from ssemon.country import Loaded
from ssemon.framework import Framework
from ssemon.manifest import Manifest
from ssemon.model import Country
from ssemon.plugins import Extension


def extension_key(extension: Extension) -> str:
    """Return what tells one form of an extension from another."""
    file = extension.module.__file__ if extension.module is not None else None
    return f"{extension.name} {fingerprint.of_module(file)} {extension.problem or ''}"


def plugin_key(manifest: Manifest, framework: Framework, extra: Sequence[Extension]) -> str:
    """Return a hash of everything that loading a plugin can see."""
    about = f"{manifest.code} {manifest.folder} {fingerprint.of_folder(manifest.folder)}"
    return fingerprint.of_texts([fingerprint.of_program(), framework.hash, about, *map(extension_key, extra)])


def loaded_before(folder: Path, manifest: Manifest, key: str) -> Loaded | None:
    """Return what a plugin gave in the run before, if it would give the same now.

    Missing: None for one with hooks.py, whose code may look at more than its folder.
    """
    if manifest.has_hooks:
        return None
    kept = store.kept_country(folder, manifest.code, key)
    if kept is None:
        return None
    country = Country(manifest.code, manifest.name, manifest.folder, manifest.kind, manifest.languages)
    return Loaded(*kept, country)


def keep_loaded(folder: Path, manifest: Manifest, key: str, loaded: Loaded) -> None:
    """Keep what a plugin gave for the next run.

    Missing: one that is not available is looked at again: what stopped it may lie outside its folder.
    """
    if loaded.outcome.available and not manifest.has_hooks:
        store.keep_country(folder, key, loaded.outcome, loaded.observations)
