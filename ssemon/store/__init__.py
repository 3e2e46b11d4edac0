"""The store room: what a run leaves behind, and the record of what countries sent. Heavy parts are imported on first use.

files.py results.py further.py scores.py  a run's folder, written whole and read again
kept.py                               what a run keeps for the next one
objects.py                            files by the hash of what they hold
database.py postgres.py schema.py     the ledger's database: SQLite, or PostgreSQL for several machines
ledger.py                             events, each bound to the one before by a hash
history.py                            events read as submissions and editions
record.py                             what may be recorded when: submit, accept, approve, freeze
refusals.py troubles.py               what it refuses and why; what disk and database do to it
soundness.py backup.py                is all as it was written; one file that holds it all
revision.py                           how far first figures were from the latest
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ssemon.store.backup import back_up, restore
    from ssemon.store.files import atomic, sha256_of
    from ssemon.store.history import Erratum, FrozenEdition, History, Submission
    from ssemon.store.kept import BEFORE, CACHE, keep_country, kept_country, kept_run, stamp_run
    from ssemon.store.record import Delivery, Store, open_store
    from ssemon.store.results import changed_copies, load_run, run_identity, save_run, save_timings
    from ssemon.store.revision import revisions
    from ssemon.store.scores import load_scores
    from ssemon.store.soundness import Verified, verify

_HOME = {
    "ssemon.store.backup": ("back_up", "restore"),
    "ssemon.store.files": ("atomic", "sha256_of"),
    "ssemon.store.history": ("Erratum", "FrozenEdition", "History", "Submission"),
    "ssemon.store.kept": ("BEFORE", "CACHE", "keep_country", "kept_country", "kept_run", "stamp_run"),
    "ssemon.store.record": ("Delivery", "Store", "open_store"),
    "ssemon.store.results": ("changed_copies", "load_run", "run_identity", "save_run", "save_timings"),
    "ssemon.store.revision": ("revisions",),
    "ssemon.store.scores": ("load_scores",),
    "ssemon.store.soundness": ("Verified", "verify"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "BEFORE", "CACHE", "Delivery", "Erratum", "FrozenEdition", "History", "Store", "Submission", "Verified", "atomic",
    "back_up", "changed_copies", "keep_country", "kept_country", "kept_run", "load_run", "load_scores", "open_store",
    "restore", "revisions", "run_identity", "save_run", "save_timings", "sha256_of", "stamp_run", "verify",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'ssemon.store' has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)
