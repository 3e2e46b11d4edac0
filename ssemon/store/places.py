"""Which ledger a store has: a file in it, or the database that its store.toml or the environment names."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from ssemon.errors import EditionFault, Problem, Where
from ssemon.store.database import Database, open_sqlite
from ssemon.text import quoted

LEDGER, SETTINGS, VARIABLE = "ledger.sqlite", "store.toml", "SSEMON_LEDGER"
_POSTGRES = ("postgresql://", "postgres://")


def address(home: Path) -> str:
    """Return the address of the ledger's database; empty text where it is the file in the store.

    Errors: EditionFault L25 where store.toml cannot be read or names a database of another kind.
    """
    given = os.environ.get(VARIABLE) or _in_settings(home / SETTINGS)
    if given and not given.startswith(_POSTGRES):
        raise EditionFault(_setting(home / SETTINGS, "the ledger is no database that ssemon can use", given))
    return given


def _in_settings(path: Path) -> str:
    if not path.is_file():
        return ""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        table = data.get("store", {})
        strange = [*(data.keys() - {"store"}), *(table.keys() - {"ledger"})]
        given = table.get("ledger", "")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError) as error:
        raise EditionFault(_setting(path, "store.toml cannot be read", str(error))) from error
    if strange or not isinstance(given, str):
        raise EditionFault(_setting(path, "store.toml has what is no setting", str(strange[0] if strange else given)))
    return given


def _setting(path: Path, what: str, found: str) -> Problem:
    fix = f'write [store] and ledger = "postgresql://USER@HOST/DATABASE", or leave both this and {VARIABLE} out'
    return Problem(code="L25", stage="store", what=what, where=Where(file=str(path)), found=quoted(found), fix=fix)


def has_ledger(home: Path) -> bool:
    """Return whether a store is here: a ledger in the folder, or one elsewhere that it names."""
    return (home / LEDGER).is_file() or (home.is_dir() and bool(address(home)))


def connect(home: Path) -> Database:
    """Open a store's ledger. Errors: EditionFault L25, L28 and those of SQLite's file (L03, L05, L06)."""
    given = address(home)
    if given:
        from ssemon.store.postgres import open_postgres

        return open_postgres(given)
    return open_sqlite(home / LEDGER)
