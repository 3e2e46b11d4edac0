"""One file that holds a whole store, and a store out of such a file: on this computer or another.

backup.json      which store, up to which event, by which version
ledger.sqlite    the ledger as it was at one moment; of a ledger in PostgreSQL, a copy of its rows
objects/…        every file that the ledger names
"""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from ssemon import __version__
from ssemon.errors import EditionFault, Problem, UsageFault, Where
from ssemon.store.database import Database, Sqlite, open_sqlite
from ssemon.store.fault_points import fault_point
from ssemon.store.files import atomic
from ssemon.store.objects import NAME, Kind, Objects, sync_folder
from ssemon.store.places import LEDGER
from ssemon.store.record import Store
from ssemon.store.refusals import damaged_object
from ssemon.store.schema import MIGRATIONS, TABLES, version_of
from ssemon.store.soundness import Verified, verify
from ssemon.store.troubles import told

ABOUT, FORMAT = "backup.json", 1
# A backup says what it is before anything else of it is read.
_LARGEST_ABOUT = 1 << 20


def back_up(store: Store, target: Path) -> Verified:
    """Write all that a store holds into one file, and check the file as it stands there.

    Errors: EditionFault L07 where a file of the store is not whole (nothing is written), L04 where there is no room.
    """
    with told(target.parent), tempfile.TemporaryDirectory(prefix="ssemon-") as name:
        ledger = Path(name) / LEDGER
        _copy_ledger(store, ledger)
        fault_point("backup: ledger copied")
        with atomic(target) as part:
            _pack(store, ledger, part)
            fault_point("backup: packed")
            found = check_backup(part)
            fault_point("backup: checked")
        sync_folder(target.parent)
    return found


def _copy_ledger(store: Store, target: Path) -> None:
    """Copy one state of the ledger, while others write."""
    if isinstance(store.database, Sqlite):
        with closing(sqlite3.connect(target)) as copy:
            store.database.connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        return
    copied = open_sqlite(target)
    try:
        with store.database.reading(), copied.writing():
            for version in range(1, version_of(store.database) + 1):
                statements, tables = MIGRATIONS[version]
                for statement in statements:
                    copied.rows(statement)
                for table, key in tables.items():
                    for statement in copied.guards(table, key):
                        copied.rows(statement)
            copy_rows(store.database, copied)
        copied.rows("PRAGMA journal_mode = DELETE")
    finally:
        copied.close()


def copy_rows(source: Database, target: Database) -> None:
    """Copy every row of a ledger into another one that is empty."""
    for table in TABLES:
        for row in source.rows(f"SELECT * FROM {table}"):  # noqa: S608  names of ours
            marks = ", ".join("?" for _ in row)
            target.rows(f"INSERT INTO {table} VALUES ({marks})", *row)  # noqa: S608  names of ours


def _pack(store: Store, ledger: Path, target: Path) -> None:
    with closing(sqlite3.connect(ledger)) as copy:
        number, head = copy.execute("SELECT number, hash FROM event ORDER BY number DESC LIMIT 1").fetchone()
        names: list[tuple[str, Kind]] = copy.execute("SELECT sha256, kind FROM object ORDER BY sha256, kind").fetchall()
    about = {"format": FORMAT, "program": __version__, "events": number, "head": head, "objects": len(names)}
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        _add(archive, ABOUT, io.BytesIO(json.dumps(about).encode()))
        with ledger.open("rb") as file:
            _add(archive, LEDGER, file)
        for digest, kind in names:
            path = store.objects.path(digest, kind)
            state = store.objects.state(digest, kind)
            if state != "whole":
                raise EditionFault(damaged_object(path, state, ""))
            with path.open("rb") as file:
                _add(archive, f"objects/{digest[:2]}/{path.name}", file)
            fault_point("backup: object packed")


def _add(archive: tarfile.TarFile, name: str, file: io.BufferedReader | io.BytesIO) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = file.seek(0, io.SEEK_END)
    file.seek(0)
    archive.addfile(entry, file)


def check_backup(path: Path) -> Verified:
    """Check a backup: unpack it beside, verify what comes out, throw it away.

    Errors: EditionFault L21 where it is no backup, is cut off, or holds what does not belong there.
    """
    with tempfile.TemporaryDirectory(prefix=".ssemon-check-", dir=path.parent) as name:
        return _unpacked(path, Path(name))


def restore(backup: Path, home: Path) -> Verified:
    """Make a store out of a backup, in a folder where there is none yet; it is there whole and verified, or not at all.

    Errors: UsageFault L19 where there is something in that place, U01 where there is no such file; EditionFault L21
            where the backup is not sound, L02 where a newer program made it.
    """
    if not backup.is_file():
        raise UsageFault(Problem(code="U01", what="there is no such file", found=str(backup), fix="check the path"))
    home = home.absolute()
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        what, fix = "there is something in this place already", "name a folder that is not there: --store FOLDER"
        raise UsageFault(Problem(code="L19", stage="store", what=what, where=Where(file=str(home)), fix=fix))
    with told(home.parent):
        home.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=home.parent, prefix=f".{home.name}.", suffix=".part"))
        try:
            found = _unpacked(backup, part)
            fault_point("restore: verified")
            part.chmod(0o755)
            part.replace(home)
            fault_point("restore: named")
            sync_folder(home.parent)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return found


def _unpacked(backup: Path, home: Path) -> Verified:
    try:
        about = _unpack(backup, home)
    except (tarfile.TarError, ValueError, KeyError, EOFError) as error:
        raise EditionFault(_unsound(backup, str(error))) from error
    fault_point("restore: unpacked")
    found = _verified(backup, home, about["head"])
    wanted, there = (about["head"], about["objects"]), (found.head, found.objects)
    if found.problems or wanted != there:
        first = str(found.problems[0].what) if found.problems else f"{there} instead of {wanted}"
        raise EditionFault(_unsound(backup, first))
    return found


def _verified(backup: Path, home: Path, head: str) -> Verified:
    try:
        database = open_sqlite(home / LEDGER)
        try:
            return verify(Store(home, database), head)
        finally:
            database.close()
    except EditionFault as fault:
        if any(problem.code == "L06" for problem in fault.problems):
            raise EditionFault(_unsound(backup, fault.problems[0].found)) from fault
        raise


def _unpack(backup: Path, home: Path) -> dict[str, Any]:
    """Write what a backup holds below a folder; only what belongs there, wherever the archive says that it goes."""
    objects = Objects(home)
    with tarfile.open(backup, "r:") as archive:
        about: dict[str, Any] = {}
        for entry in archive:
            name = NAME.fullmatch(entry.name)
            file = archive.extractfile(entry) if entry.isfile() else None
            if file is None or not (name or entry.name in (ABOUT, LEDGER)):
                raise ValueError(f"{entry.name} does not belong in a backup")
            if entry.name == ABOUT:
                about = json.loads(file.read(_LARGEST_ABOUT))
                if about.get("format") != FORMAT:
                    raise ValueError(f"format {about.get('format')}, not {FORMAT}")
            elif name is None:
                with (home / LEDGER).open("wb") as target:
                    shutil.copyfileobj(file, target)
            else:
                _keep(objects, name[1] + name[2], "parquet" if name[3] == "parquet" else "file", file)
    if not about or not (home / LEDGER).is_file():
        raise ValueError("it is not complete")
    shutil.rmtree(objects.incoming, ignore_errors=True)
    objects.folder.mkdir(exist_ok=True)
    return about


def _keep(objects: Objects, digest: str, kind: Kind, file: IO[bytes]) -> None:
    stored = objects.put_stream(file, kind)
    if stored.sha256 != digest:
        raise ValueError(f"a file is not what it was: {digest[:12]}")


def _unsound(backup: Path, found: str) -> Problem:
    fix = "take another backup; this one cannot be relied on, and nothing was restored from it"
    what, place = "this is no sound backup of a store", Where(file=str(backup))
    return Problem(code="L21", stage="store", what=what, where=place, found=found, fix=fix)
