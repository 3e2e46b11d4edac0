"""A file inside a ZIP: which one is meant, unpacked into a folder of its own for as long as it is read."""

from __future__ import annotations

import contextlib
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ssemon.errors import CountryFault
from ssemon.manifest import TableSource
from ssemon.sheets import Finding, Refused, checked_archive, file_limits
from ssemon.text import did_you_mean, listed, quoted

ZIP = ".zip"
_CHUNK = 1 << 20
# What systems put beside the files that somebody packed.
_ASIDE = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini")


@contextlib.contextmanager
def unpacked(table: TableSource) -> Iterator[TableSource]:
    """Give the entry as one of the file that it means: itself, or the member of a ZIP, unpacked until the block ends.

    Errors: CountryFault with what is wrong with the ZIP (F03, F08, F11, F13, X03, X04), S16 where it does not say
            which of its files is meant.
    """
    if table.path.suffix.lower() != ZIP:
        yield table
        return
    with tempfile.TemporaryDirectory(prefix="ssemon-") as folder:
        try:
            inside = _unpacked(table, Path(folder))
        except Refused as refused:
            raise CountryFault([finding.problem(table.where()) for finding in refused.findings]) from refused
        yield inside


def _unpacked(table: TableSource, folder: Path) -> TableSource:
    with table.path.open("rb") as file:
        if not file.read(4).startswith(b"PK"):
            fix = "pack the files again as .zip, or name the file after its kind"
            raise Refused(Finding("F03", "the file is not what its name says", fix, "no ZIP"))
    entries = checked_archive(table.path, file_limits(), nested=True)
    name = _meant([entry.filename for entry in entries if not entry.is_dir()], table.member)
    # The name inside is never a path here: only its ending is kept, to say which reader is asked.
    path = folder / f"member{PurePosixPath(name).suffix.lower()}"
    try:
        with zipfile.ZipFile(table.path) as archive, archive.open(name) as source, path.open("wb") as target:
            while chunk := source.read(_CHUNK):
                target.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        found = f"{name}: {error}"
        raise Refused(Finding("F11", "a file inside the ZIP is damaged", "pack it again", quoted(found))) from error
    return replace(table, path=path, file=f"{table.file}/{name}")


def _meant(names: list[str], wanted: str) -> str:
    """The file that is meant: the one named, or the only one."""
    files = [name for name in names if not any(part.casefold() in _ASIDE for part in PurePosixPath(name).parts)]
    if wanted in files:
        return wanted
    if wanted:
        raise Refused(Finding("S16", "there is no such file in the ZIP", did_you_mean(wanted, files), quoted(wanted)))
    if len(files) == 1:
        return files[0]
    what = "the ZIP holds several files" if files else "the ZIP holds no file"
    fix = f"write member = in plugin.toml; they are: {listed(files, most=12)}" if files else "put the data in"
    raise Refused(Finding("S16", what, fix))
