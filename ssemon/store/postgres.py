"""The ledger in PostgreSQL, for several machines that write to one record; the same statements as SQLite's.

The objects stay files: of a folder that all these machines share.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ssemon.errors import EditionFault, Problem, Where
from ssemon.store import troubles
from ssemon.store.database import BUSY_SECONDS, Row
from ssemon.store.fault_points import fault_point

# One number for "I write to a record of ssemon": who holds it, writes; the others wait.
_LOCK = 0x55E_0001
_PASSWORD = re.compile(r"(?<=:)[^:/@]+(?=@)|(?<=password=)[^&]+")
_GUARD = """CREATE OR REPLACE FUNCTION ssemon_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the record is append-only'; END $$"""


class Postgres:
    """A ledger in a PostgreSQL database. Every commit is on the server's disk before it is answered."""

    def __init__(self, address: str, connection: Any) -> None:
        self.place, self._connection = _PASSWORD.sub("…", address), connection

    def rows(self, statement: str, *values: object) -> list[Row]:
        """Run a statement and return its rows. Errors: EditionFault where the server prevents it."""
        with self._told(), self._connection.cursor() as cursor:
            cursor.execute(statement.replace("?", "%s"), values or None)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def _told(self) -> Iterator[None]:
        import psycopg
        from psycopg import errors

        place = self.place
        try:
            yield
        except (errors.LockNotAvailable, errors.QueryCanceled) as error:
            raise EditionFault(troubles.busy(place, _first_line(error))) from error
        except errors.DiskFull as error:
            raise EditionFault(troubles.disk_full(place, _first_line(error))) from error
        except (errors.ReadOnlySqlTransaction, errors.InsufficientPrivilege) as error:
            raise EditionFault(troubles.not_writable(place, _first_line(error))) from error
        except psycopg.OperationalError as error:
            raise EditionFault(_unreachable(self.place, error)) from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the only right to write: an advisory lock for as long as the transaction lasts."""
        self.rows("BEGIN")
        try:
            self.rows("SELECT pg_advisory_xact_lock(?)", _LOCK)
            fault_point("ledger: begun")
            yield
            fault_point("ledger: before the commit")
            self.rows("COMMIT")
        except BaseException:
            if not self._connection.closed and not self._connection.broken:
                self._connection.execute("ROLLBACK")
            raise
        fault_point("ledger: committed")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See one state of the ledger."""
        self.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            if not self._connection.closed and not self._connection.broken:
                self._connection.execute("ROLLBACK")

    def has_table(self, name: str) -> bool:
        """Return whether there is a table where this connection looks for tables."""
        [(found,)] = self.rows("SELECT to_regclass(?) IS NOT NULL", name)
        return bool(found)

    def guards(self, table: str, key: tuple[str, ...]) -> list[str]:  # noqa: ARG002  SQLite's needs it
        """Return the triggers that refuse UPDATE, DELETE and TRUNCATE; PostgreSQL has no INSERT OR REPLACE."""
        call = "EXECUTE FUNCTION ssemon_append_only()"
        return [
            _GUARD,
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {call}",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}",
        ]

    def unguarded(self, tables: tuple[str, ...]) -> list[str]:
        """Return the tables without their two triggers, or with triggers that are switched off."""
        statement = "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND tgrelid = to_regclass(?)"
        found = {table: {name for (name,) in self.rows(statement, table)} for table in tables}
        return [table for table in tables if not found[table] >= {f"{table}_no_change", f"{table}_no_truncate"}]

    def unwell(self) -> str:
        """The server looks after its own files: nothing to tell."""
        return ""

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


def open_postgres(address: str) -> Postgres:
    """Connect to a ledger's database.

    Errors: EditionFault L25 where the package psycopg is not installed, L28 where the server does not answer.
    """
    try:
        import psycopg
    except ImportError as error:
        what, fix = "PostgreSQL needs the Python package psycopg", "install it: pip install 'ssemon[postgres]'"
        raise EditionFault(Problem(code="L25", stage="store", what=what, found=str(error), fix=fix)) from error
    try:
        connection = psycopg.connect(address, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise EditionFault(_unreachable(_PASSWORD.sub("…", address), error)) from error
    opened = Postgres(address, connection)
    opened.rows(f"SET lock_timeout = '{int(BUSY_SECONDS)}s'")
    return opened


def _unreachable(address: str, error: Exception) -> Problem:
    fix = "check that the server runs and that its address in store.toml is right; nothing was recorded"
    what, place = "the ledger's database does not answer", Where(file=address)
    return Problem(code="L28", stage="store", what=what, where=place, found=_first_line(error), fix=fix)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
