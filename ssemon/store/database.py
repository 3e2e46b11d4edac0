"""The ledger's database: the few things asked of it, and SQLite's way of doing them.

The statements are the same for every database and mark their values with "?". What differs stands behind `Database`;
PostgreSQL's way is in postgres.py.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from ssemon.store.fault_points import fault_point
from ssemon.store.troubles import told

# How long a writer waits for the others.
BUSY_SECONDS = 60.0
Row = tuple[Any, ...]


class Database(Protocol):
    """A database that holds a ledger."""

    place: str

    def rows(self, statement: str, *values: object) -> list[Row]:
        """Run a statement and return its rows."""

    def writing(self) -> Any:
        """Hold the only right to write for a block; all of it is recorded when the block ends well, or nothing."""

    def reading(self) -> Any:
        """See one state of the ledger for a block, whatever others write meanwhile."""

    def has_table(self, name: str) -> bool:
        """Return whether there is a table."""

    def guards(self, table: str, key: tuple[str, ...]) -> list[str]:
        """Return the statements that keep a table append-only."""

    def unguarded(self, tables: tuple[str, ...]) -> list[str]:
        """Return the tables that could be changed."""

    def unwell(self) -> str:
        """Return what the database itself finds wrong with its file; empty where nothing is."""

    def close(self) -> None:
        """Let go of it."""


class Sqlite:
    """A ledger in a file of its own, for one machine: WAL, every commit on the disk before it is answered."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.place, self._folder, self._connection = str(path), path.parent, connection

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection itself, for a backup."""
        return self._connection

    def rows(self, statement: str, *values: object) -> list[Row]:
        """Run a statement and return its rows. Errors: EditionFault where the disk or another program prevents it."""
        with told(self._folder):
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the only right to write: BEGIN IMMEDIATE, and COMMIT or ROLLBACK."""
        self.rows("BEGIN IMMEDIATE")
        try:
            fault_point("ledger: begun")
            yield
            fault_point("ledger: before the commit")
            self.rows("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        fault_point("ledger: committed")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See one state of the ledger."""
        self.rows("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")

    def has_table(self, name: str) -> bool:
        """Return whether there is a table."""
        return bool(self.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name))

    def guards(self, table: str, key: tuple[str, ...]) -> list[str]:
        """Return the triggers that refuse UPDATE, DELETE and the replacing of a row by INSERT OR REPLACE."""
        same = " AND ".join(f"{column} = NEW.{column}" for column in key)
        when = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608  names of ours, no values
        stop = "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END"
        return [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {stop}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {stop}",
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} {when} {stop}",
        ]

    def unguarded(self, tables: tuple[str, ...]) -> list[str]:
        """Return the tables without their three triggers."""
        found = {name for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
        kinds = ("update", "delete", "replace")
        return [table for table in tables if not found >= {f"{table}_no_{kind}" for kind in kinds}]

    def unwell(self) -> str:
        """Return what SQLite's own check of pages and foreign keys finds."""
        found = [str(text) for (text,) in self.rows("PRAGMA integrity_check(5)") if text != "ok"]
        found += [f"a row of {row[0]} without its {row[2]}" for row in self.rows("PRAGMA foreign_key_check")[:5]]
        return "; ".join(found)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def open_sqlite(path: Path) -> Sqlite:
    """Open a ledger file, made where it is not there; only to be read where it may not be written.

    Errors: EditionFault L03 where it may be neither written nor read, L05 where another program holds it, L06 where it
            is no ledger.
    """
    with told(path.parent):
        if _only_to_read(path):
            return Sqlite(path, _connected(f"file:{quote(str(path))}?immutable=1"))
        connection = _connected(f"file:{quote(str(path))}?mode=rwc")
        _set_up(connection)
        return Sqlite(path, connection)


def _only_to_read(path: Path) -> bool:
    """Whether a ledger lies where nothing may be written, and nothing waits to be written into it."""
    import os

    if not path.is_file() or path.with_name(path.name + "-wal").exists():
        return False
    return not (os.access(path.parent, os.W_OK) and os.access(path, os.W_OK))


def _connected(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA trusted_schema = OFF")  # a backup may come from anybody
    return connection


def _set_up(connection: sqlite3.Connection) -> None:
    """Turn on write-ahead logging; two programs that do it at once do not wait for each other by themselves."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                connection.close()
                raise
            time.sleep(0.01)
        except sqlite3.Error:
            connection.close()
            raise
