"""The branding of a workspace: a secretariat's own look and words, in a folder, read and checked once.

    branding/
      branding.toml             who, where, colours, logo, who signs the foreword
      logo.svg                  as branding.toml names it; or a PNG
      foreword.en.md            a page after the cover; one a language
      imprint.en.md             words of the imprint; one a language
      templates/country/….html.j2   templates of ours that are replaced, file by file

Nothing outside the folder is read, links that lead out of it included. What is not known is an error, not silence.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from ssemon import resources
from ssemon.colours import LEAST_CONTRAST, WHITE, contrast, difference, is_colour
from ssemon.errors import EditionFault, Problem, Where
from ssemon.logo import Logo, read_logo
from ssemon.text import did_you_mean, quoted

SETTINGS, TEMPLATES = "branding.toml", "templates"
FOREWORD, IMPRINT = "foreword", "imprint"
# Texts of pages are a few kilobytes; no file of the folder is larger than this.
_LARGEST = 1024 * 1024
_WORDS = re.compile(r"(foreword|imprint)\.([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.md")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "organisation": ("name", "short", "address", "url"),
    "colours": ("main", "dark", "accent"),
    "logo": ("file", "alt"),
    "foreword": ("name", "function"),
}
# CIE 1976 ΔE by which the colour of data and the accent lie apart, for colour-blind eyes too.
_LEAST_DIFFERENCE = 20.0

# A text by language; "" is the language of whoever wrote it once for all.
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of a house. `main`: headings and data; `dark`: the cover; `accent`: what a page is about."""

    main: str
    dark: str
    accent: str


@dataclass(frozen=True, slots=True)
class Branding:
    """A workspace's branding.

    Missing: an empty text or table is not printed; without `colours` the reports keep their own.
    """

    folder: Path
    name: Texts = field(default_factory=dict)
    short: Texts = field(default_factory=dict)
    address: Texts = field(default_factory=dict)
    url: str = ""
    colours: Colours | None = None
    logo: Logo | None = None
    alt: Texts = field(default_factory=dict)
    signed: Texts = field(default_factory=dict)
    function: Texts = field(default_factory=dict)
    words: Mapping[tuple[str, str], str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    hash: str = ""

    def text(self, kind: str, language: str) -> tuple[str, str]:
        """Return a page's words and the language they are in: that asked for, else English, else the first there is.

        Missing: two empty texts.
        """
        found = {tag: text for (of, tag), text in self.words.items() if of == kind}
        tag = next((tag for tag in (language, "en", *found) if tag in found), "")
        return found.get(tag, ""), tag


def said(texts: Texts, language: str) -> str:
    """Return a text in a language, else the one for all, else English, else the first."""
    return next((texts[tag] for tag in (language, "", "en", *texts) if tag in texts), "")


def read_branding(folder: Path) -> Branding:
    """Read a branding folder.

    Errors: EditionFault with every problem found: D01 what cannot be read, D02 what is not known, D03 a value of the
            wrong kind, D04 colours, D05 a logo, D06 a template.
    """
    return _Reader(folder).read()


class _Reader:
    """Reads one folder and collects what is wrong with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder.resolve()
        self.problems: list[Problem] = []
        self.contents: dict[str, bytes] = {}

    def read(self) -> Branding:
        for name in self._names():
            content = self._content(name)
            if content is not None:
                self.contents[name] = content
        settings = self._settings()
        about, logo = settings["organisation"], settings["logo"]
        found = Branding(
            folder=self.folder,
            name=self._texts(about, "organisation.name"),
            short=self._texts(about, "organisation.short"),
            address=self._texts(about, "organisation.address"),
            url=self._url(about.get("url", "")),
            colours=self._colours(settings["colours"]),
            logo=self._logo(logo),
            alt=self._texts(logo, "logo.alt"),
            signed=self._texts(settings["foreword"], "foreword.name"),
            function=self._texts(settings["foreword"], "foreword.function"),
            words=dict(self._words()),
            templates=dict(self._templates()),
            files=tuple(self.contents),
            hash=self._hash(),
        )
        self._only_known(str(logo.get("file", "")))
        if found.logo is not None and not said(found.alt, "en").strip():
            self.add("D05", "the logo has no text alternative", 'add to [logo]:  alt = "Emblem of …"', SETTINGS)
        if self.problems:
            raise EditionFault(self.problems)
        return found

    def add(self, code: str, what: str, fix: str, name: str = "", found: str = "") -> None:
        """Note a problem."""
        where = Where(file=str(self.folder / name))
        self.problems.append(Problem(code=code, stage="branding", what=what, fix=fix, found=found, where=where))

    def _names(self) -> Iterator[str]:
        if not self.folder.is_dir():
            self.add("D01", "there is no such branding folder", "check the path, or leave --branding out")
            return
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder)
            if not path.is_dir() and not any(part.startswith(".") for part in name.parts):
                yield name.as_posix()

    def _content(self, name: str) -> bytes | None:
        path = self.folder / name
        if not path.resolve().is_relative_to(self.root) or not path.is_file():
            self.add("D01", "this is no plain file of the branding folder", "put the file itself there", name)
            return None
        try:
            with path.open("rb") as stream:
                content = stream.read(_LARGEST + 1)
        except OSError as error:
            self.add("D01", "this file cannot be read", "check its permissions", name, str(error))
            return None
        if len(content) > _LARGEST:
            self.add("D01", f"this file has more than {_LARGEST // 2**20} MB", "take a smaller one", name)
            return None
        return content

    def _text(self, name: str) -> str:
        try:
            return self.contents[name].decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add("D01", "this file is not UTF-8", "save it as UTF-8", name)
            return ""

    def _settings(self) -> dict[str, dict[str, Any]]:
        empty: dict[str, dict[str, Any]] = {section: {} for section in _KEYS}
        if SETTINGS not in self.contents:
            if self.folder.is_dir():
                self.add("D01", f"there is no {SETTINGS}", f'write {SETTINGS} with [organisation] and name = "…"')
            return empty
        try:
            data = tomllib.loads(self._text(SETTINGS))
        except tomllib.TOMLDecodeError as error:
            self.add("D01", "this file cannot be read as TOML", "mend the line named", SETTINGS, str(error))
            return empty
        for section, keys in data.items():
            if section not in _KEYS:
                self.add("D02", f"there is no section [{section}]", did_you_mean(section, _KEYS), SETTINGS)
            elif not isinstance(keys, dict):
                self.add("D03", f"{section} must be a table", f"write [{section}]", SETTINGS, quoted(keys))
            else:
                for key in keys.keys() - set(_KEYS[section]):
                    what = f"[{section}] has a key we do not know: {key}"
                    self.add("D02", what, did_you_mean(key, _KEYS[section]), SETTINGS)
                empty[section] = keys
        return empty

    def _texts(self, table: Mapping[str, Any], place: str) -> Texts:
        """A text, or a table of texts by language."""
        value = table.get(place.rpartition(".")[2])
        if value is None:
            return {}
        given = {"": value} if isinstance(value, str) else value
        plain = isinstance(given, dict) and all(isinstance(text, str) and text.strip() for text in given.values())
        if plain and given and all(not tag or _LANGUAGE.fullmatch(tag) for tag in given):
            return {tag: " ".join(text.split()) for tag, text in given.items()}
        fix = 'for example "Ministry of …", or { en = "Ministry of …", fr = "Ministère de …" }'
        self.add("D03", f"{place} must be a text, or a text for each language", fix, SETTINGS, quoted(value))
        return {}

    def _url(self, value: object) -> str:
        if isinstance(value, str) and (not value or re.fullmatch(r"https?://[^\s\"'<>]+", value)):
            return value
        fix = 'for example url = "https://example.org"'
        self.add("D03", "organisation.url must be an address of the web", fix, SETTINGS, quoted(value))
        return ""

    def _colours(self, table: Mapping[str, Any]) -> Colours | None:
        """The three colours, each readable on white, and data told apart from the accent."""
        if not table:
            return None
        read = {}
        for key in _KEYS["colours"]:
            value = table.get(key)
            colour = value.lower() if isinstance(value, str) else ""
            if not is_colour(colour):
                fix = 'six hexadecimal digits, for example main = "#0b5a6b"; all three are needed'
                self.add("D03", f"colours.{key} must be a colour", fix, SETTINGS, quoted(value))
                continue
            read[key] = colour
            found = contrast(colour, WHITE)
            if found < LEAST_CONTRAST:
                what = f"colours.{key} is too pale: its contrast with white is {found:.1f}"
                self.add("D04", what, f"take a darker one: at least {LEAST_CONTRAST:g}", SETTINGS, quoted(value))
        if len(read) < len(_KEYS["colours"]):
            return None
        apart = difference(read["main"], read["accent"])
        if apart < _LEAST_DIFFERENCE:
            what = f"main and accent are hard to tell apart (difference {apart:.0f} to colour-blind eyes)"
            fix = f"take two of other hue and lightness: a difference of at least {_LEAST_DIFFERENCE:g}"
            self.add("D04", what, fix, SETTINGS, f"{read['main']}, {read['accent']}")
        return Colours(**read)

    def _logo(self, table: Mapping[str, Any]) -> Logo | None:
        name = table.get("file")
        if not isinstance(name, str) or name not in self.contents:
            if table:
                known = [one for one in self.contents if one.lower().endswith((".svg", ".png"))]
                self.add("D05", "logo.file names no file of the folder", did_you_mean(str(name), known), SETTINGS, quoted(name))  # fmt: skip
            return None
        try:
            return read_logo(self.contents[name])
        except ValueError as reason:
            self.add("D05", "this logo cannot be used", "take a PNG, or an SVG that only draws", name, str(reason))
            return None

    def _words(self) -> Iterator[tuple[tuple[str, str], str]]:
        for name in self.contents:
            match = _WORDS.fullmatch(name)
            if match:
                yield (match[1], match[2]), self._text(name)

    def _templates(self) -> Iterator[tuple[str, str]]:
        """The templates, by the names of ours that they stand for."""
        ours = template_names()
        for name in self.contents:
            if not name.startswith(f"{TEMPLATES}/"):
                continue
            own = name.removeprefix(f"{TEMPLATES}/")
            if own not in ours:
                self.add("D06", "there is no template of this name to replace", did_you_mean(own, ours), name)
                continue
            text = self._text(name)
            fault = _template_fault(text)
            if fault:
                self.add("D06", "this template cannot be read", "mend the line named", name, fault)
            yield own, text

    def _only_known(self, logo: str) -> None:
        known = [SETTINGS, f"{FOREWORD}.en.md", f"{IMPRINT}.en.md"]
        for name in self.contents:
            if name in (SETTINGS, logo) or _WORDS.fullmatch(name) or name.startswith(f"{TEMPLATES}/"):
                continue
            self.add("D02", "this file is not used", did_you_mean(name, known), name)

    def _hash(self) -> str:
        digest = sha256()
        for name, content in self.contents.items():
            digest.update(f"{name}\0{sha256(content).hexdigest()}\n".encode())
        return digest.hexdigest()


def _template_fault(text: str) -> str:
    """What is wrong with the form of a template; empty where nothing is. What it may do is the sandbox's affair."""
    from jinja2 import Environment, TemplateSyntaxError

    try:
        Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(text)
    except TemplateSyntaxError as error:
        return f"line {error.lineno}: {error.message}"
    return ""


def template_names() -> tuple[str, ...]:
    """Return the names of the shipped page templates: those that a branding may replace."""
    home = resources.folder("templates")
    return tuple(sorted(path.relative_to(home).as_posix() for path in home.rglob("*.html.j2")))
