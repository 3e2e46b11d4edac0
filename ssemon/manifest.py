"""A country plugin's `plugin.toml` and `mapping.csv`: read and checked without running any of its code.

Every fault is collected; a manifest with faults is still returned as far as it could be read, so that
`ssemon plugin list` can show what is there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from ssemon.encodings import likely_encoding
from ssemon.errors import EXAMPLES, Problem, Where
from ssemon.fingerprint import counts
from ssemon.hooks import API
from ssemon.model import PluginKind
from ssemon.tables import code_meant
from ssemon.text import did_you_mean, folded, listed, plural, quoted, sentences, table_rows

MANIFEST, MAPPING, HOOKS = "plugin.toml", "mapping.csv", "hooks.py"
# The word of mapping.csv for "known to us, deliberately not used".
IGNORE = "ignore"
LAYOUTS = ("long", "wide")
# What may be done with the form of numbers and years, each only where an entry names it (ssemon.intake.normalise).
STEPS = ("digits", "thousands", "footnotes", "percent", "years")
# What stands in merged cells: refused, or the same in each of them.
MERGED = ("refuse", "repeat")

_PLUGIN_KEYS = ("country", "kind", "id", "api", "name", "name_local", "contact", "confirmed_by", "languages")
_TABLE_KEYS = (
    "table", "file", "source", "licence", "citation", "url", "sheet", "header_row", "encoding", "separator",
    "decimal_comma", "unit_multiplier", "layout", "status_flags", "constants", "member", "heading_rows", "merged_cells",
    "totals_rows", "notes_below", "normalise",
)  # fmt: skip
_KIND_OF_KEY: Mapping[str, type | tuple[type, ...]] = {
    "header_row": int, "decimal_comma": bool, "unit_multiplier": (int, float), "status_flags": dict, "constants": dict,
    "heading_rows": int, "totals_rows": list, "notes_below": bool, "normalise": list,
}  # fmt: skip
_NO_FILES = "put it there: the plugin's folder data/ holds no file yet"
_COUNTRY_CODE = re.compile(r"[A-Z]{3}")
_ID = re.compile(r"[a-z0-9_]{2,40}")


@dataclass(frozen=True, slots=True)
class TableSource:
    """One entry [[tables]]: which file fills which table, and how to read it.

    Units: `header_row` is the row of the headings as a spreadsheet numbers it; `unit_multiplier` turns the file's
           unit into the indicator's.
    """

    table: str
    file: str
    path: Path
    source: str = ""
    licence: str = ""
    citation: str = ""
    url: str = ""
    sheet: str = ""
    header_row: int = 1
    encoding: str = "utf-8"
    separator: str = ""
    decimal_comma: bool = False
    unit_multiplier: float = 1.0
    layout: str = "long"
    status_flags: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    member: str = ""
    heading_rows: int = 1
    merged_cells: str = "refuse"
    totals_rows: Sequence[str] = ()
    notes_below: bool = False
    normalise: Sequence[str] = ()

    @property
    def last_header_row(self) -> int:
        """The last row of the headings, as a spreadsheet numbers it."""
        return self.header_row + self.heading_rows - 1

    def where(self, *, rows: Sequence[int] = (), row_count: int = 0, column: str = "") -> Where:
        """Return a place in this file: as many of the rows as a problem carries, and how many there are."""
        return Where(self.file, self.sheet, tuple(rows[:EXAMPLES]), max(row_count, len(rows)), column)


@dataclass(frozen=True, slots=True)
class Words:
    """A country's words and ours, compared after folding.

    `headers` maps a heading of theirs to a column of ours; `codes` maps, for a column of ours, their codes to ours.
    The value `ignore` means: known, deliberately not used. `written` holds their codes as they wrote them,
    `rows` where each stands in mapping.csv, `unfinished` the headings that wait for our word (folded). `read` is false
    where mapping.csv is there and cannot be read.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    written: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: Mapping[tuple[str, str], int] = field(default_factory=dict)
    unfinished: frozenset[str] = frozenset()
    read: bool = True


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a plugin says of itself."""

    code: str
    kind: PluginKind
    name: str
    folder: Path
    api: int = API
    name_local: str = ""
    contact: str = ""
    confirmed_by: str = ""
    languages: tuple[str, ...] = ("en",)
    tables: tuple[TableSource, ...] = ()
    words: Words = Words()
    problems: tuple[Problem, ...] = ()

    @property
    def has_hooks(self) -> bool:
        """Whether the plugin brings Python code."""
        return (self.folder / HOOKS).is_file()


def read_manifest(folder: Path, known_tables: Iterable[str]) -> Manifest:
    """Read a plugin folder's manifest and mapping.

    Missing: what could not be read is left at its default and named in `problems`; nothing is raised.
    """
    faults = _Faults(MANIFEST)
    data = _load(folder / MANIFEST, faults)
    about = data.get("plugin", {})
    if not isinstance(about, dict):
        faults.add("P04", "[plugin] must be a table", "write [plugin] on a line of its own")
        about = {}
    faults.keys(data, ("plugin", "tables"), "the manifest")
    faults.keys(about, _PLUGIN_KEYS, "[plugin]")
    kind, code = _identity(about, folder, faults)
    tables = _tables(data.get("tables", []), folder, tuple(known_tables), faults)
    words, mapping_problems = read_mapping(folder)
    return Manifest(
        code=code,
        kind=kind,
        name=faults.text(about, "name") or code,
        folder=folder,
        api=_api(about, faults),
        name_local=faults.text(about, "name_local"),
        contact=faults.text(about, "contact"),
        confirmed_by=faults.text(about, "confirmed_by"),
        languages=_languages(about, faults),
        tables=tables,
        words=words,
        problems=tuple(problem.in_country(code, "manifest") for problem in (*faults.problems, *mapping_problems)),
    )


class _Faults:
    """Collects the problems of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(self, code: str, what: str, fix: str, found: str = "", **place: Any) -> None:
        self.problems.append(Problem(code=code, what=what, fix=fix, found=found, where=Where(file=self.file, **place)))

    def keys(self, table: Mapping[str, Any], known: Iterable[str], section: str) -> None:
        for key in table:
            if key not in known:
                self.add("P02", f"{section} has a key we do not know", did_you_mean(key, known), quoted(key))

    def text(self, table: Mapping[str, Any], key: str) -> str:
        value = table.get(key, "")
        if isinstance(value, str):
            return value
        self.add("P04", f"{key} must be a text", f'write {key} = "…" in quotation marks', quoted(value))
        return ""


def _load(path: Path, faults: _Faults) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        faults.add("P01", "there is no plugin.toml", "write one: see docs/tutorials/your-country-in-a-folder.md")
    except UnicodeDecodeError as error:
        faults.add("P01", "plugin.toml is not UTF-8", "save it as UTF-8", str(error))
    except tomllib.TOMLDecodeError as error:
        fix = "mend the line named; texts stand in quotation marks"
        faults.add("P01", "plugin.toml cannot be read as TOML", fix, str(error))
    except OSError as error:
        faults.add("P01", "plugin.toml cannot be read", "check that it is a file and may be read", str(error))
    return {}


def _identity(about: Mapping[str, Any], folder: Path, faults: _Faults) -> tuple[PluginKind, str]:
    """The plugin's kind and code; the folder's name where the manifest does not say."""
    kind = about.get("kind", "country")
    if kind not in ("country", "comparators"):
        faults.add("P04", "kind is not known", did_you_mean(str(kind), ("country", "comparators")), quoted(kind))
        kind = "country"
    key, pattern, example = ("country", _COUNTRY_CODE, '"KOR"') if kind == "country" else ("id", _ID, '"world"')
    fallback = folder.name.upper() if kind == "country" else folder.name
    code = about.get(key)
    if code is None:
        if about:
            faults.add("P03", f"[plugin] has no {key}", f"write {key} = {example}")
        return kind, fallback
    if not isinstance(code, str) or not pattern.fullmatch(code):
        form = "an ISO 3166-1 alpha-3 code in capitals" if kind == "country" else "a short lower-case word"
        fix = (
            sentences(code_meant(str(code)), f"For example {key} = {example}")
            if kind == "country"
            else f"for example {key} = {example}"
        )
        faults.add("P04", f"{key} must be {form}", fix, quoted(code))
        return kind, fallback
    if code.lower() != folder.name.lower():
        fix = f'name the folder "{code.lower()}"'
        faults.add("P04", f"the folder is not named after its {key}", fix, quoted(folder.name))
    return kind, code


def _api(about: Mapping[str, Any], faults: _Faults) -> int:
    api = about.get("api")
    if type(api) is int and api == API:
        return API
    if api is None:
        if about:
            faults.add("P03", "[plugin] has no api", f"write api = {API}")
        return API
    newer = isinstance(api, int) and api > API
    fix = "upgrade ssemon: this plugin was written for a newer one" if newer else f"write api = {API}"
    faults.add("P05", f"this version serves api {API}", fix, quoted(api))
    return API


def _languages(about: Mapping[str, Any], faults: _Faults) -> tuple[str, ...]:
    value = about.get("languages", ["en"])
    if isinstance(value, list) and all(isinstance(language, str) for language in value):
        return tuple(value)
    faults.add("P04", "languages must be a list of texts", 'for example languages = ["ko", "en"]', quoted(value))
    return ("en",)


def _tables(entries: object, folder: Path, known: tuple[str, ...], faults: _Faults) -> tuple[TableSource, ...]:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        faults.add("P04", "tables must be entries headed [[tables]]", "write [[tables]] in double brackets")
        return ()
    found = [_table(entry, number, folder, known, faults) for number, entry in enumerate(entries, 1)]
    return tuple(entry for entry in found if entry is not None)


def _table(
    entry: dict[str, Any], number: int, folder: Path, known: tuple[str, ...], faults: _Faults
) -> TableSource | None:
    label = f"[[tables]] entry {number}"
    faults.keys(entry, _TABLE_KEYS, label)
    values = {key: value for key, value in entry.items() if key in _TABLE_KEYS and _of_kind(key, value, label, faults)}
    for key in ("table", "file"):
        if not values.get(key):
            faults.add("P03", f"{label} has no {key}", f'write {key} = "…"')
    if not values.get("table") or not values.get("file"):
        return None
    label = f"{label} ({values['file']})"
    for key in ("source", "licence"):
        if not values.get(key):
            faults.add("M01", f"{label} has no {key}", f'write {key} = "…": every number needs one')
    if values["table"] not in known:
        faults.add("P07", f"{label}: no such table", did_you_mean(values["table"], known), quoted(values["table"]))
        return None
    if values.get("layout", "long") not in LAYOUTS:
        faults.add(
            "P04", f"{label}: layout is not known", did_you_mean(values["layout"], LAYOUTS), quoted(values["layout"])
        )
        return None
    path = _inside(folder, values["file"], label, faults)
    return TableSource(path=path, **values) if _readable(values, label, faults) and path else None


def _readable(values: Mapping[str, Any], label: str, faults: _Faults) -> bool:
    """Whether the settings for reading the file can be followed."""
    before = len(faults.problems)
    for key, fix in (
        ("header_row", "write the row that the spreadsheet shows"),
        ("heading_rows", "write how many there are"),
    ):
        if values.get(key, 1) < 1:
            faults.add("P04", f"{label}: {key} counts from 1", fix)
    for key, known in (("merged_cells", MERGED), ("normalise", STEPS)):
        words = [values[key]] if isinstance(values.get(key), str) else values.get(key, ())
        for word in words:
            if word not in known:
                faults.add("P04", f"{label}: {key} is not known", did_you_mean(word, known), quoted(word))
    multiplier = values.get("unit_multiplier", 1)
    if not isfinite(multiplier) or multiplier == 0:
        fix = "for example 1000"
        faults.add("P04", f"{label}: unit_multiplier must be a number other than 0", fix, quoted(multiplier))
    separator = values.get("separator", "")
    if len(separator) > 1:
        faults.add("P04", f"{label}: separator must be one character", 'for example ";"', quoted(separator))
    return len(faults.problems) == before


def _of_kind(key: str, value: object, label: str, faults: _Faults) -> bool:
    kind = _KIND_OF_KEY.get(key, str)
    right = isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)
    if right and isinstance(value, dict):
        right = all(isinstance(word, str) for word in value.values())
    if right and isinstance(value, list):
        right = all(isinstance(word, str) for word in value)
    if not right:
        name = "list of texts" if kind is list else kind.__name__ if isinstance(kind, type) else "number"
        faults.add("P04", f"{label}: {key} must be of type {name}", "correct the value", quoted(value))
    return right


def _inside(folder: Path, file: str, label: str, faults: _Faults) -> Path | None:
    """The path of a file inside the plugin's folder, or None with the problem noted."""
    home, path = folder.resolve(), folder / file
    outside = "\0" in file or not path.resolve().is_relative_to(home)
    if outside or not all(map(counts, path.resolve().relative_to(home).parts)):  # that is neither sent nor hashed
        what = f"{label}: the file is {'outside' if outside else 'hidden in'} the plugin's folder"
        faults.add("X04", what, "put it into data/ and name it from there")
        return None
    if not path.is_file():
        files = _files(folder)
        fix = f"put it there, or correct the name: {did_you_mean(file, files)}" if files else _NO_FILES
        faults.add("P06", f"{label}: the file is not there", fix, quoted(file))
        return None
    return path


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.glob("data/**/*") if path.is_file())


def read_mapping(folder: Path) -> tuple[Words, tuple[Problem, ...]]:
    """Read `mapping.csv`; a plugin without one needs none.

    Shape: columns `column`, `theirs`, `ours`; an empty column means a heading, else a code of that column of ours.
    """
    path = folder / MAPPING
    faults = _Faults(MAPPING)
    if not path.is_file():
        return Words(), ()
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        fix, found = "save it as CSV UTF-8", f"byte {error.start}; it looks like {likely_encoding(data)}"
        faults.add("F05", "mapping.csv is not UTF-8", fix, found, rows=(line,), row_count=1)
        return Words(read=False), tuple(faults.problems)
    names, rows = table_rows(text, _separator(text))
    if [folded(name) for name in names][:3] != ["column", "theirs", "ours"]:
        found = ",".join(names)
        what = "mapping.csv needs the headings column,theirs,ours"
        faults.add("P11", what, "write them in row 1", quoted(found), rows=(1,))
        return Words(read=False), tuple(faults.problems)
    return _words(names, rows, faults), tuple(faults.problems)


def _separator(text: str) -> str:
    """Excel writes CSV with semicolons where the comma is the decimal sign."""
    head = text.split("\n", 1)[0]
    return ";" if head.count(";") > head.count(",") else ","


def _words(names: list[str], rows: Iterable[tuple[int, dict[str, str]]], faults: _Faults) -> Words:
    headers: dict[str, str] = {}
    codes: dict[str, dict[str, str]] = {}
    written: dict[str, list[str]] = {}
    places: dict[tuple[str, str], int] = {}
    unfinished: dict[int, tuple[str, str, str]] = {}
    for number, row in rows:
        column, theirs, ours = (row[name] for name in names[:3])
        if not (theirs and ours) or ours == "?":
            if column or theirs or ours:
                unfinished[number] = (column, theirs, ours)
            continue
        target = codes.setdefault(folded(column), {}) if column else headers
        written.setdefault(folded(column), []).append(theirs)
        places.setdefault((folded(column), folded(theirs)), number)
        if target.setdefault(folded(theirs), ours) != ours:
            what = f"{quoted(theirs)} is mapped twice, to {quoted(target[folded(theirs)])} and to {quoted(ours)}"
            faults.add("P13", what, "keep one of the two lines", rows=(number,), row_count=1)
    if unfinished:
        what = f"{plural(len(unfinished), 'line of mapping.csv is', 'lines of mapping.csv are')} not finished"
        fix, rows_of = f'write our word, or "{IGNORE}" if it is deliberately not used', tuple(unfinished)
        found = listed(quoted(",".join(line)) for line in unfinished.values())
        faults.add("P12", what, fix, found, rows=rows_of[:EXAMPLES], row_count=len(rows_of))
    waiting = frozenset(folded(theirs) for column, theirs, _ in unfinished.values() if not column)
    return Words(headers, codes, {column: tuple(theirs) for column, theirs in written.items()}, places, waiting)
