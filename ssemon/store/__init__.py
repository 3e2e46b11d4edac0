"""The store room: what a run leaves behind, and how it is read again."""

from ssemon.store.files import atomic, sha256_of
from ssemon.store.kept import BEFORE, CACHE, keep_country, kept_country, kept_run, stamp_run
from ssemon.store.results import changed_copies, load_run, run_identity, save_run, save_timings
from ssemon.store.scores import load_scores

__all__ = [
    "BEFORE", "CACHE", "atomic", "changed_copies", "keep_country", "kept_country", "kept_run", "load_run", "load_scores",
    "run_identity", "save_run", "save_timings", "sha256_of", "stamp_run",
]  # fmt: skip
