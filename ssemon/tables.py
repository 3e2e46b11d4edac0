"""Table definitions and code lists: what a country's tables must hold. Content in schemas/, read once, then frozen.

Definitions are in the Frictionless Table Schema dialect with three keys of our own on a field: `codelist` (a file of
schemas/codelists), `default` (what an absent column or an empty cell means) and `vocabulary` ("indicators": the words
of the framework; "regions": the parts of the country, by code or by name).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ssemon import resources
from ssemon.text import closest, folded, listed

OBSERVATIONS, KEY_FIGURES = "observations", "key_figures"
REGIONS = "regions"  # the vocabulary of a column that names parts of the country
WHOLE, UNKNOWN = "_T", "_U"  # SDMX: all of a breakdown together; what is in none of its named parts
# The columns of UNIT_MEASURE that hold 0 or 1.
UNIT_FLAGS = ("additive", "whole", "ratio_scale")
# Words of a quoted unit or measure that is no count and no sum of money.
_NO_SUM = re.compile(r"%|(?<![a-z])(per|percent|percentage|rate|ratio|share|index|average|mean|median|change)(?![a-z])")


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table.

    Missing: `required` means that a cell may not be empty once the default has been put in.
    """

    name: str
    type: str
    title: str = ""
    description: str = ""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    codelist: str = ""
    vocabulary: str = ""
    default: str | None = None


@dataclass(frozen=True, slots=True)
class TableDefinition:
    """What a table must hold, and what together names one of its rows."""

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()

    def field(self, name: str) -> Field:
        """Return a field. Errors: KeyError if the table has none of that name."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(field.name for field in self.fields)


@cache
def shipped_tables() -> Mapping[str, TableDefinition]:
    """Return the table definitions of schemas/tables by name."""
    paths = sorted((resources.folder("schemas") / "tables").glob("*.json"))
    definitions = (read_definition(path) for path in paths)
    return {definition.name: definition for definition in definitions}


def read_definition(path: Path) -> TableDefinition:
    """Read one table definition.

    Errors: ValueError or KeyError where the file is not a table definition: a developer's fault.
    """
    data = json.loads(path.read_text(encoding="utf-8"))
    return TableDefinition(
        name=data["name"],
        title=data.get("title", data["name"]),
        description=data.get("description", ""),
        fields=tuple(_field(field) for field in data["fields"]),
        key=tuple(data.get("primaryKey", ())),
    )


def _field(data: Mapping[str, Any]) -> Field:
    constraints = data.get("constraints", {})
    return Field(
        name=data["name"],
        type=data["type"],
        title=data.get("title", ""),
        description=data.get("description", ""),
        required=constraints.get("required", False),
        minimum=constraints.get("minimum"),
        maximum=constraints.get("maximum"),
        pattern=constraints.get("pattern", ""),
        codelist=data.get("codelist", ""),
        vocabulary=data.get("vocabulary", ""),
        default=data.get("default"),
    )


@cache
def codelist(name: str) -> Mapping[str, str]:
    """Return a code list: code to English name, in the order of its file."""
    path = resources.folder("schemas") / "codelists" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name_en"] for row in csv.DictReader(file)}


@cache
def area_codes() -> Mapping[str, str]:
    """Return the ISO 3166-1 alpha-3 codes with their English names (UN usage for the twelve)."""
    return codelist("areas")


def code_meant(word: str) -> str:
    """Return a sentence with the country code that a two-letter code, a name or a slip most likely means."""
    path = resources.folder("schemas") / "codelists" / "areas.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    spelt = {folded(row[column]): row["code"] for column in ("name_local", "name_en", "iso2", "code") for row in rows}
    within = [code for code, name in area_codes().items() if len(word) > len(code) and folded(word) in folded(name)]
    if folded(word) not in spelt and len(within) > 1:
        return f"did you mean one of these: {listed(f'{code} ({area_codes()[code]})' for code in within)}?"
    near = closest(word, area_codes()) if len(word) == len(rows[0]["code"]) else closest(word, area_codes().values())
    by_name = {name: code for code, name in area_codes().items()}
    code = spelt.get(folded(word)) or by_name.get(near or "", near) or ""
    if folded(word) and code:
        return f'did you mean "{code}"? It is {area_codes()[code]}'
    example, name = next(iter(area_codes().items()))
    return f'three capital letters of ISO 3166-1, for example "{example}" for {name}'


@cache
def unit_ranges() -> Mapping[str, tuple[float, float]]:
    """Return the range that values of a unit usually keep to; a unit without one is left out."""
    return _ranges("usual_minimum", "usual_maximum")


@cache
def unit_limits() -> Mapping[str, tuple[float, float]]:
    """Return the least and greatest value that can exist in a unit at all; a unit without them is left out."""
    return _ranges("minimum", "maximum")


def _ranges(low: str, high: str) -> Mapping[str, tuple[float, float]]:
    rows = [row for row in _rows("UNIT_MEASURE") if row[low] or row[high]]
    return {row["code"]: (float(row[low] or "-inf"), float(row[high] or "inf")) for row in rows}


@cache
def units() -> frozenset[str]:
    """Return the codes of the units."""
    return frozenset(row["code"] for row in _rows("UNIT_MEASURE"))


@cache
def unit_flags() -> Mapping[str, frozenset[str]]:
    """Return the properties of units, each with the units that have it: `additive`, `whole`, `ratio_scale`."""
    return {name: frozenset(row["code"] for row in _rows("UNIT_MEASURE") if row[name] == "1") for name in UNIT_FLAGS}


@cache
def parts_of(name: str) -> tuple[str, ...]:
    """Return the codes of a list that are parts of its whole, unknown among them: those whose parent it is."""
    path = resources.folder("schemas") / "codelists" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(row["code"] for row in csv.DictReader(file) if row["parent"] == WHOLE)


@cache
def parents(name: str) -> Mapping[str, str]:
    """Return what each code of a list is part of; a code without a parent is left out."""
    path = resources.folder("schemas") / "codelists" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["parent"] for row in csv.DictReader(file) if row["parent"]}


@cache
def subdivisions(country: str) -> frozenset[str]:
    """Return the ISO 3166-2 codes of a country's parts."""
    return frozenset(row["area"] for row in _rows("subdivisions") if row["country"] == country)


@cache
def parts_of_countries() -> Mapping[str, str]:
    """Return the ISO 3166-2 code of each part, with the area that it is part of: another part, or its country."""
    return {row["area"]: row["parent"] or row["country"] for row in _rows("subdivisions")}


@cache
def names_of_regions(country: str) -> Mapping[str, str]:
    """Return the names that a country's regions are known by, each with what stands for it in our tables.

    Shape: names in English and the country's own languages; the ISO 3166-2 code, or the English name of a region of the
           country's statistics that has no code.
    """
    known = {row["name"]: row["area"] for row in _rows("subdivisions") if row["country"] == country}
    known |= {row["name"]: row["area"] for row in _rows("subdivision_names") if row["area"] in subdivisions(country)}
    own = [row for row in _rows("statistical_regions") if row["country"] == country]
    return known | {row[column]: row["name"] for row in own for column in ("name_local", "name")}


@cache
def region_names() -> Mapping[tuple[str, str], str]:
    """Return the names of regions by code, or English name where there is none, and language."""
    names = {(row["area"], row["language"]): row["name"] for row in _rows("subdivision_names")}
    return names | {(row["name"], row["language"]): row["name_local"] for row in _rows("statistical_regions")}


def adds_up(unit: str, measure: str = "") -> bool:
    """Return whether quoted numbers of such a unit and measure can be summed over regions.

    >>> adds_up("organisations", "number"), adds_up("per cent"), adds_up("persons", "average_size")
    (True, False, False)
    """
    if unit in units():
        return unit in unit_flags()["additive"] and not _NO_SUM.search(measure.lower())
    return not _NO_SUM.search(f"{unit} {measure}".lower())


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    path = resources.folder("schemas") / "codelists" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def units_of_members() -> Mapping[str, str]:
    """Return the unit in which members of each kind are counted; empty where they are not of one kind."""
    path = resources.folder("schemas") / "codelists" / "SSE_MEMBER_UNIT.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["unit"] for row in csv.DictReader(file)}
