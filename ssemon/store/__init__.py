"""The store room: what a run leaves behind, and how it is read again."""

from ssemon.store.files import atomic, sha256_of
from ssemon.store.results import changed_copies, load_run, save_run, save_timings
from ssemon.store.scores import load_scores

__all__ = ["atomic", "changed_copies", "load_run", "load_scores", "save_run", "save_timings", "sha256_of"]
