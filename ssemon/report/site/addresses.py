"""Where each page of the site stands, and how one leads to another without a server."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote

ASSETS, DATA, GATE = "assets", "data", "index.html"
# Pages that every language has once: their key and file.
OVERVIEW, COUNTRIES, COMPARISON = "overview", "countries", "comparison"
INDICATORS, METHOD, DOWNLOADS = "indicators", "method", "downloads"
_SINGLE = {OVERVIEW: "index.html", **{n: f"{n}.html" for n in (COUNTRIES, COMPARISON, INDICATORS, METHOD, DOWNLOADS)}}
# What a file may be called on every system and every server.
_ODD = re.compile(r"[^A-Za-z0-9_.-]")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Addresses:
    """The pages of one language, as paths from the root of the site."""

    language: str
    countries: Mapping[str, str]
    indicators: Mapping[str, str]

    def single(self, page: str) -> str:
        """Return the path of a page that the language has once."""
        return f"{self.language}/{_SINGLE[page]}"

    @property
    def index(self) -> str:
        """The file that the search reads."""
        return f"{ASSETS}/search.{self.language}.js"


def addresses(language: str, countries: Iterable[str], indicators: Iterable[str]) -> Addresses:
    """Return where the pages of a language stand."""
    return Addresses(
        language,
        {code: f"{language}/country/{name}.html" for code, name in file_names(countries).items()},
        {code: f"{language}/indicator/{name}.html" for code, name in file_names(indicators).items()},
    )


def file_names(codes: Iterable[str]) -> dict[str, str]:
    """Return a file name for each code: the code itself where it can be one, and no two that differ in case alone.

    >>> file_names(["LEG.1", "a/b", "leg.1"])
    {'LEG.1': 'LEG.1', 'a/b': 'a-b-c14cddc0', 'leg.1': 'leg.1-161df200'}
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for code in codes:
        name = _ODD.sub("-", code)[:_LONGEST].lstrip(".-")
        if name != code or name.casefold() in taken or not name:
            name = "-".join(filter(None, [name, sha256(code.encode()).hexdigest()[:8]]))
        taken.add(name.casefold())
        found[code] = name
    return found


def relative(target: str, page: str) -> str:
    """Return the address of a file as a page of the site names it. Units: both are paths from the site's root.

    >>> relative("assets/site.css", "en/country/KOR.html"), relative("en/index.html#scores", "en/index.html")
    ('../../assets/site.css', 'index.html#scores')
    """
    path, mark, anchor = target.partition("#")
    return quote(posixpath.relpath(path, posixpath.dirname(page) or ".")) + mark + quote(anchor)
