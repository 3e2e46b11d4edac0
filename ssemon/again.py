"""Which plugins need not be loaded again: a plugin whose folder, framework and program are as they were gave the same.

That is only known where no code but ours has a part in it: a plugin's hooks.py and an extension may look at more than
their own files, and an extension that observes is to be told of every country, each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from ssemon import fingerprint, store
from ssemon.choices import Disclosure
from ssemon.country import Loaded
from ssemon.framework import Framework
from ssemon.manifest import Manifest
from ssemon.model import DISCLOSURE_COLUMNS, FREE, Country
from ssemon.plugins import Extension


def plugin_key(manifest: Manifest, framework: Framework, extra: Sequence[Extension]) -> str:
    """Return a hash of everything that loading a plugin can see. Missing: empty where that cannot be known."""
    if extra or manifest.has_hooks:
        return ""
    return fingerprint.of_texts([fingerprint.of_program(), framework.hash, folder_key(manifest)])


def folder_key(manifest: Manifest) -> str:
    """Return what tells one state of a plugin's folder from another: what it holds, and where it is."""
    return f"{manifest.code} {manifest.folder} {fingerprint.of_folder(manifest.folder)}"


def loaded_before(folder: Path, manifest: Manifest, key: str) -> Loaded | None:
    """Return what a plugin gave in the run before, if it would give the same now; else None."""
    kept = store.kept_country(folder, manifest.code, key)
    if kept is None:
        return None
    country = Country(manifest.code, manifest.name, manifest.folder, manifest.kind, manifest.languages)
    return Loaded(*kept, country)


def is_open(observations: pl.DataFrame, rules: Disclosure) -> bool:
    """Whether nothing that a plugin gave can be confidential: only that is kept beside what is published."""
    named = ("conf_status", *DISCLOSURE_COLUMNS)
    if not {*named, "indicator"} <= set(observations.columns):
        return True
    judged = pl.any_horizontal(pl.col(name).is_not_null() for name in DISCLOSURE_COLUMNS)
    closed = ~pl.col("conf_status").fill_null("").is_in(sorted(FREE)) | pl.col("indicator").is_in(list(rules.counts))
    return observations.filter(judged | closed).is_empty()


def keep_loaded(folder: Path, key: str, loaded: Loaded) -> None:
    """Keep what a plugin gave for the next run.

    Missing: one that is not available is looked at again: what stopped it may lie outside its folder.
    """
    if loaded.outcome.available:
        store.keep_country(folder, key, loaded.outcome, loaded.observations)
