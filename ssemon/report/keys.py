"""What a report was drawn from: a report whose inputs are as they were is not drawn again.

Two keys stand for a report. The *page* key is exact: the finished HTML, its style sheets and attachments, the files
that it read, the program with every library, and the fonts. The *source* key is quick: the finished run and the
program, so that where nothing has changed not even the HTML is written. The file itself is known by its hash: one
that was changed by hand, cut short or taken away is drawn again. `reports/.keys.json` holds all this; it may be
deleted at any time.
"""

from __future__ import annotations

import ctypes
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssemon import fingerprint
from ssemon.errors import Problem, Where
from ssemon.report import fonts
from ssemon.report.whole import replace_file

if TYPE_CHECKING:
    from ssemon.report.pool import Job

KEYS, BEFORE = ".keys.json", ".before"
_FORMAT = 1
# The libraries that lay out and draw text, by the names they go by on Linux and macOS, and how each says its version.
_NATIVE = (
    (("libpango-1.0.so.0", "libpango-1.0.dylib"), "pango_version_string"),
    (("libharfbuzz.so.0", "libharfbuzz.0.dylib"), "hb_version_string"),
    (("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"), "hb_version_string"),
    (("libfontconfig.so.1", "libfontconfig.1.dylib"), "FcGetVersion"),
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A report as it was drawn.

    Shape: `reads` are the files that the page read, with their hashes; an empty hash for one that was not there.
           `complaints` and `glyphs` are told again where the report is not drawn again.
    """

    page: str
    sha256: str
    source: str = ""
    reads: Mapping[str, str] = field(default_factory=dict)
    complaints: tuple[str, ...] = ()
    glyphs: tuple[str, ...] = ()


@cache
def drawn_by() -> str:
    """Return the hash of what turns a page into a PDF: the program, its libraries and the fonts."""
    return fingerprint.of_texts([fingerprint.of_program(), *map(_native_version, _NATIVE), fonts.inspect().fingerprint])


def page_key(job: Job) -> str:
    """Return the hash of all that a report is drawn from but the files that its page reads."""
    sheets = [f"{path.name} {fingerprint.of_file(path)}" for path in job.stylesheets]
    attached = [f"{file.name} {file.description} {file.relationship} {file.content!r}" for file in job.attachments]
    return fingerprint.of_texts([drawn_by(), str(job.base), job.html, *sheets, *attached])


def _native_version(library: tuple[tuple[str, ...], str]) -> str:
    names, function = library
    for name in names:
        with suppress(OSError, AttributeError):
            told = getattr(ctypes.CDLL(name), function)
            told.restype = ctypes.c_int if function == "FcGetVersion" else ctypes.c_char_p
            return f"{name} {told()!r}"
    return names[0]


class Keys:
    """The keys of one folder of reports.

    Missing: a file of keys that cannot be read is like none, and `faults` says so.
    """

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        self.folder = folder
        self.faults: tuple[Problem, ...] = ()
        self._path = folder / KEYS
        self._drawn: dict[str, Drawn] = {}
        if fresh:
            return
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
            if data["format"] == _FORMAT:
                self._drawn = {name: _drawn_in(about) for name, about in data["reports"].items()}
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            self.faults = (_unreadable(self._path, error),)

    def from_source(self, name: str, source: str) -> Drawn | None:
        """Return a report that was made of this source and still stands; None where it must be looked at."""
        found = self._drawn.get(name)
        same = found is not None and source != "" and found.source == source
        return found if found is not None and same and self._stands(name, found) else None

    def from_page(self, job: Job, source: str) -> Drawn | None:
        """Return a report that was drawn from this very page and still stands; None where it must be drawn."""
        found = self._drawn.get(job.name)
        if found is None or found.page != page_key(job) or not self._stands(job.name, found):
            return None
        self._drawn[job.name] = replace(found, source=source)
        return self._drawn[job.name]

    def _stands(self, name: str, drawn: Drawn) -> bool:
        """Whether the PDF is there as it was written, and so are the files that its page read."""
        if any(fingerprint.of_file(Path(path)) != told for path, told in drawn.reads.items()):
            return False
        target, aside = (folder / f"{name}.pdf" for folder in (self.folder, self.folder / BEFORE))
        if fingerprint.of_file(target) == drawn.sha256:
            return True
        if fingerprint.of_file(aside) == drawn.sha256:
            aside.replace(target)
            return True
        return False

    def forget(self, name: str) -> None:
        """Drop a report that is about to be drawn: whatever interrupts that, it is drawn the next time."""
        self._drawn.pop(name, None)

    def note(self, name: str, drawn: Drawn) -> None:
        """Note what a report was drawn from."""
        self._drawn[name] = drawn

    def save(self) -> None:
        """Write the keys, whole or not at all."""
        told = {"format": _FORMAT, "reports": {name: asdict(one) for name, one in sorted(self._drawn.items())}}
        replace_file(self._path, json.dumps(told, ensure_ascii=False, indent=1).encode())


def tidied(folder: Path, names: Iterable[str]) -> None:
    """Take away what was put aside of reports that have been drawn now."""
    for name in names:
        (folder / BEFORE / f"{name}.pdf").unlink(missing_ok=True)
    with suppress(OSError):  # it holds others
        (folder / BEFORE).rmdir()


def _drawn_in(about: Mapping[str, Any]) -> Drawn:
    lists = {name: tuple(map(str, about[name])) for name in ("complaints", "glyphs")}
    reads = {str(path): str(told) for path, told in about["reads"].items()}
    return Drawn(
        page=str(about["page"]), sha256=str(about["sha256"]), source=str(about["source"]), reads=reads, **lists
    )


def _unreadable(path: Path, error: Exception) -> Problem:
    return Problem(
        code="G05",
        severity="warning",
        stage="render",
        what="it cannot be read which reports are as they were: all are drawn again",
        where=Where(file=str(path)),
        found=f"{type(error).__name__}: {error}",
        fix="nothing need be done: the file is written anew",
    )
