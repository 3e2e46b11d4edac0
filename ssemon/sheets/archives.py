"""A look at a packed file (XLSX, ODS, ZIP) from outside: its table of contents alone, before anything is unpacked."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from ssemon.sheets.limits import Limits, raised
from ssemon.sheets.records import Finding, Refused
from ssemon.text import listed, plural, quoted

MB = 1_000_000
# Below this size nothing that is packed does harm, however well it is packed.
_RATIO_ABOVE = 10 * MB
_ENCRYPTED = 0x1
# The bits of a Unix mode that say "symbolic link".
_KIND, _LINK = 0o170000, 0o120000
_PACKED = (".zip", ".gz", ".7z", ".rar", ".tar", ".bz2", ".xz")


def checked_archive(path: Path, limits: Limits, *, nested: bool = False) -> list[zipfile.ZipInfo]:
    """Return what an archive holds, by its table of contents.

    Errors: Refused with F08 too large, F11 damaged, F13 a password, X03 expands too far, X04 names that lead
            elsewhere. `nested` says that archives inside are refused as well (X04).
    """
    size = path.stat().st_size
    if size > limits.size * MB:
        _refuse(
            "F08",
            f"the file is larger than {limits.size:g} MB",
            f"split it, or allow more: {raised('size', limits)}",
            f"{size / MB:.0f} MB",
        )
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, NotImplementedError) as error:
        cut = _is_cut(path)
        what = "the file is cut off: its end is not there" if cut else "the file is damaged"
        fix = (
            "pack it again"
            if path.suffix.lower() == ".zip"
            else "open it and save it again as .xlsx, or send it again whole"
        )
        _refuse("F11", what, fix, quoted(error))
    _check_names(entries, nested=nested)
    locked = [entry.filename for entry in entries if entry.flag_bits & _ENCRYPTED]
    if locked:
        _refuse("F13", "the file is protected by a password", "save it without a password", listed(map(quoted, locked)))
    _check_sizes(entries, limits)
    return entries


def _check_sizes(entries: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries:
        what = f"the file is made of {plural(len(entries), 'part')}"
        _refuse("X03", what, f"save only the sheet that is used, or allow more: {raised('entries', limits)}")
    expanded, packed = sum(one.file_size for one in entries), sum(one.compress_size for one in entries)
    found = f"{expanded / MB:,.0f} MB packed in {packed / MB:,.1f} MB".replace(",", "\u202f")
    if expanded > limits.expanded * MB:
        fix = f"take out what is not used, or allow more: {raised('expanded', limits)}"
        _refuse("X03", "the file grows too large when it is unpacked", fix, found)
    if expanded > _RATIO_ABOVE and expanded > limits.ratio * max(packed, 1):
        fix = (
            f"delete empty rows and columns that are formatted, save it again, or allow more: {raised('ratio', limits)}"
        )
        _refuse("X03", f"the file grows to more than {limits.ratio:g} times its size when it is unpacked", fix, found)


def _check_names(entries: Sequence[zipfile.ZipInfo], *, nested: bool) -> None:
    odd = [entry.orig_filename for entry in entries if _leads_elsewhere(entry)]
    if odd:
        what = "names inside the file lead out of it"
        _refuse("X04", what, "pack the plain files again, without folders above them", listed(map(quoted, odd)))
    names = [entry.filename.casefold() for entry in entries]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        _refuse("X04", "a name stands twice inside the file", "pack it again", listed(map(quoted, twice)))
    packed = [entry.filename for entry in entries if nested and entry.filename.lower().endswith(_PACKED)]
    if packed:
        _refuse(
            "X04",
            "a packed file stands inside the packed file",
            "unpack the inner one first",
            listed(map(quoted, packed)),
        )


def _leads_elsewhere(entry: zipfile.ZipInfo) -> bool:
    name = entry.orig_filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    link = (entry.external_attr >> 16) & _KIND == _LINK
    control = any(ord(sign) < 32 for sign in name)
    return link or control or not name or name.startswith("/") or ".." in parts or ":" in name


def _is_cut(path: Path) -> bool:
    """Whether the end of a packed file, where its table of contents stands, is not there."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 66_000))
        return b"PK\x05\x06" not in file.read()


def _refuse(code: str, what: str, fix: str, found: str = "") -> None:
    raise Refused(Finding(code, what, fix, found))
