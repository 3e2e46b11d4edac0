"""What a result rests on beside its inputs: versions, code, content, fonts. Two hosts that agree in it print the same bytes."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from ssemon import __version__, fingerprint, resources

# The content folders that decide what is accepted, scored and printed; a framework's folder is among an edition's inputs.
_CONTENT = {"code lists": "schemas/codelists", "tables": "schemas/tables", "templates": "templates"}
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_ROOT = "ssemon"
# So much of a hash is written down: enough to tell two states apart, short enough to read.
_SHOWN = 16


@dataclass(frozen=True, slots=True)
class EnvironmentChange:
    """A part of the environment that is not what it was. Missing: empty text where it is not there at all."""

    part: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.part}: {self.before or 'not there'} → {self.after or 'not there'}"


def environment() -> dict[str, str]:
    """Return the parts of the environment, each with its version or the hash of what it holds."""
    from ssemon.report.fonts import inspect

    return {
        "ssemon": __version__,
        **_installation(),
        **content(),
        "fonts": inspect().fingerprint,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()} {' '.join(platform.libc_ver())}".strip(),
    }


@cache
def content() -> Mapping[str, str]:
    """Return the hash of each content folder that decides what is accepted, scored and printed."""
    return {name: fingerprint.of_folder(_content_folder(place))[:_SHOWN] for name, place in _CONTENT.items()}


@cache
def _installation() -> Mapping[str, str]:
    """The code and the packages that this process runs on; they do not change while it runs."""
    packages = {f"package {name}": number for name, number in sorted(_packages(_ROOT))}
    return {"code": fingerprint.of_folder(Path(__file__).parent, "*.py")[:_SHOWN], **packages}


def environment_changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[EnvironmentChange]:
    """Return the parts that differ between two environments, in the order of the later one."""
    names = dict.fromkeys([*after, *before])
    return [
        EnvironmentChange(name, before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _content_folder(place: str) -> Path:
    first, _, rest = place.partition("/")
    return resources.folder(first) / rest


def _packages(root: str) -> Iterator[tuple[str, str]]:
    """Every package that ours needs, and those that these need; not what only an extra asks for."""
    seen, waiting = {root}, [root]
    while waiting:
        try:
            needed = requires(waiting.pop()) or []
        except PackageNotFoundError:
            continue
        for line in needed:
            found = _NAME.match(line)
            name = found[0].lower() if found else ""
            if not name or name in seen or "extra ==" in line:
                continue
            seen.add(name)
            waiting.append(name)
            try:
                yield name, version(name)
            except PackageNotFoundError:
                continue
