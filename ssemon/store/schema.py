"""The ledger's tables, and how an older ledger becomes a newer one.

Every row is written once: triggers refuse the rest, and the hash of an event covers all that belongs to it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ssemon.errors import EditionFault, Problem, Where
from ssemon.store.database import Database
from ssemon.store.fault_points import fault_point

# Table → what names a row of it.
TABLES: Mapping[str, tuple[str, ...]] = {
    "schema_version": ("version",),
    "object": ("sha256", "kind"),
    "event": ("number",),
    "part": ("event", "role", "path"),
    "submission": ("number",),
    "edition": ("id",),
}
_FIRST = (
    """CREATE TABLE schema_version (
        version INTEGER PRIMARY KEY, at TEXT NOT NULL, program TEXT NOT NULL)""",
    """CREATE TABLE object (
        sha256 TEXT NOT NULL, kind TEXT NOT NULL, bytes BIGINT NOT NULL, PRIMARY KEY (sha256, kind))""",
    """CREATE TABLE event (
        number INTEGER PRIMARY KEY, at TEXT NOT NULL, by_whom TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
        body TEXT NOT NULL, previous TEXT NOT NULL UNIQUE, hash TEXT NOT NULL UNIQUE)""",
    "CREATE INDEX event_of_subject ON event (subject, number)",
    """CREATE TABLE part (
        event INTEGER NOT NULL REFERENCES event (number), role TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL,
        kind TEXT NOT NULL, PRIMARY KEY (event, role, path), FOREIGN KEY (sha256, kind) REFERENCES object (sha256, kind))""",
    """CREATE TABLE submission (
        number INTEGER PRIMARY KEY, event INTEGER NOT NULL UNIQUE REFERENCES event (number), code TEXT NOT NULL,
        content TEXT NOT NULL, attempt INTEGER NOT NULL, UNIQUE (code, content, attempt))""",
    """CREATE TABLE edition (
        id TEXT PRIMARY KEY, event INTEGER NOT NULL UNIQUE REFERENCES event (number))""",
)
# Version → the statements that lead there from the version before, and the tables that it brings.
# 2: no table more. A ledger may hold allowed errors, and an older program would take the folders that bear them for refused.
MIGRATIONS: dict[int, tuple[tuple[str, ...], Mapping[str, tuple[str, ...]]]] = {1: (_FIRST, TABLES), 2: ((), {})}


def newest() -> int:
    """Return the version that this program writes."""
    return max(MIGRATIONS)


def version_of(database: Database) -> int:
    """Return the version of a ledger; 0 where there is none yet."""
    if not database.has_table("schema_version"):
        return 0
    [(version,)] = database.rows("SELECT max(version) FROM schema_version")
    return int(version or 0)


def check_version(database: Database) -> int:
    """Return the version of a ledger that this program can read.

    Errors: EditionFault L02 where a newer program made it.
    """
    version = version_of(database)
    if version > newest():
        what = "the store was made by a newer version of ssemon"
        fix = "install that version or a newer one; this one leaves the store as it is"
        found = f"ledger version {version}; this program knows up to {newest()}"
        place = Where(file=database.place)
        raise EditionFault(Problem(code="L02", stage="store", what=what, where=place, found=found, fix=fix))
    return version


def migrate(database: Database, at: str, program: str) -> int:
    """Bring a ledger to the newest version, inside a write. Return the version that it had.

    Missing: a kill on the way leaves the version that it had: all steps are one transaction.
    Errors:  EditionFault L02 where a newer program made it.
    """
    had = check_version(database)
    for version in range(had + 1, newest() + 1):
        statements, tables = MIGRATIONS[version]
        for statement in statements:
            database.rows(statement)
            fault_point("schema: statement")
        for table, key in tables.items():
            for statement in database.guards(table, key):
                database.rows(statement)
        fault_point("schema: guarded")
        database.rows("INSERT INTO schema_version VALUES (?, ?, ?)", version, at, program)
        fault_point("schema: version written")
    return had
