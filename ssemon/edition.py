"""An edition profile: how the framework is scored and printed this time. Read and checked once, then frozen.

An unknown key, or a setting that names a node, level, indicator or method that is not there, is an error with the
closest known word. Nothing about method is a constant in the code.
"""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from ssemon.choices import Choice, CoverageRule, Denominator, Disclosure, Method, Outlook, Uncertainty
from ssemon.doubt import read_uncertainty
from ssemon.faults import Faults, strings, table_of, typed
from ssemon.framework import Framework
from ssemon.groups import Chosen, check_groups, read_groups
from ssemon.outline import GROUPS, Outline, read_outline
from ssemon.outlook import read_outlook
from ssemon.profile import RANK_AMONG, read_method
from ssemon.secrecy import read_disclosure
from ssemon.text import quoted

__all__ = [
    "Choice", "CoverageRule", "Denominator", "Edition", "Method", "Uncertainty", "check_against", "read_edition",
]  # fmt: skip

_EDITION_KEYS = (
    "id",
    "framework",
    "date",
    "years",
    "report_year",
    "countries",
    "languages",
    "seed",
    "title",
    "publisher",
)


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of a framework.

    Missing: `date` may be absent; nothing then bears a date.
    """

    id: str
    framework: str
    years: tuple[int, int]
    report_year: int
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    date: dt.date | None = None
    seed: int = 0
    title: str = ""
    publisher: str = ""
    method: Method = field(default_factory=Method)
    uncertainty: Uncertainty = field(default_factory=Uncertainty)
    outlook: Outlook = field(default_factory=Outlook)
    disclosure: Disclosure = field(default_factory=Disclosure)
    outline: Outline = field(default_factory=Outline)
    groups: Mapping[str, Chosen] = field(default_factory=dict)
    path: Path | None = None
    hash: str = ""

    def with_countries(self, countries: Iterable[str]) -> Edition:
        """Return the edition with its countries filled in (an empty list means all that plugins give)."""
        return self if self.countries else replace(self, countries=tuple(countries))


def read_edition(path: Path) -> Edition:
    """Read an edition profile and check what can be checked without its framework.

    Errors: EditionFault with every problem found.
    """
    return _parse(_load(path), path)


def check_against(edition: Edition, framework: Framework) -> None:
    """Check that everything the profile names is in the framework.

    Errors: EditionFault E04 for each node, level, indicator or group that is not there.
    """
    faults, method = Faults(edition.path), edition.method
    levels = {str(node.level) for node in framework.nodes}
    nodes = {*levels, *framework.node_by_code}
    sections = {
        "method.aggregation": method.aggregation,
        "method.coverage": method.coverage,
        "method.node": {**method.node_imputation, **method.node_weighting},
        "uncertainty.aggregation": edition.uncertainty.aggregations,
    }
    for section, keys in sections.items():
        for key in keys:
            faults.unless(key in nodes, "E04", f"{section}.{key}", "is no level or node of the framework", key, nodes)
    known = framework.indicator_by_code
    single = {**method.indicator_normalisation, **method.indicator_treatment, **method.indicator_imputation}
    for code in single:
        faults.unless(code in known, "E04", f"method.indicator.{code}", "is no indicator of the framework", code, known)
    for code, denominator in method.denominators.items():
        for name in filter(None, (code, denominator.by)):
            faults.unless(name in known, "E04", "method.denominate", "names no indicator of the framework", name, known)
    for code in edition.outlook.targets:
        faults.unless(code in known, "E04", "trend.targets", "names no indicator of the framework", code, known)
    for code in edition.disclosure.counts:
        faults.unless(code in known, "E04", "disclosure.counts", "names no indicator of the framework", code, known)
    for bounds in method.frozen:
        code = bounds.indicator
        faults.unless(code in known, "E04", "method.frozen", "names no indicator of the framework", code, known)
    universe = edition.method.universe
    if universe is not None:
        groups = framework.group_names
        faults.unless(universe in groups, "E04", "method.universe", "is no group of areas.csv", universe, groups)
    among, sets = edition.method.rank_among, {*RANK_AMONG, *framework.group_names}
    faults.unless(among in sets, "E04", "method.rank_among", "is no group of areas.csv", among, sets)
    check_groups(faults, edition.groups, framework, edition.countries)
    faults.stop()


def _load(path: Path) -> dict[str, Any]:
    faults = Faults(path)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        faults.add("E01", "the edition profile is not there", "check the path, or write the file")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.add("E01", "the edition profile cannot be read as TOML", "mend the line named", str(error))
    except OSError as error:
        faults.add("E01", "the edition profile cannot be read", "check the path and its permissions", str(error))
    faults.stop()
    raise AssertionError("unreachable")


def _parse(data: dict[str, Any], path: Path) -> Edition:
    faults = Faults(path)
    faults.keys(data, ("disclosure", "edition", "method", "report", "trend", "uncertainty"), "top level")
    about = table_of(faults, data, "edition")
    method = read_method(faults, table_of(faults, data, "method"))
    report = table_of(faults, data, "report")
    faults.keys(about, _EDITION_KEYS, "edition")
    years = _years(faults, about)
    edition = Edition(
        id=typed(faults, about, "id", str, path.stem),
        framework=typed(faults, about, "framework", str, ""),
        years=years,
        report_year=_report_year(faults, about, years),
        countries=strings(faults, about, "countries"),
        languages=strings(faults, about, "languages") or ("en",),
        date=_date(faults, about),
        seed=typed(faults, about, "seed", int, 0),
        title=typed(faults, about, "title", str, ""),
        publisher=typed(faults, about, "publisher", str, ""),
        method=method,
        uncertainty=read_uncertainty(faults, table_of(faults, data, "uncertainty"), method),
        outlook=read_outlook(faults, table_of(faults, data, "trend")),
        disclosure=read_disclosure(faults, table_of(faults, data, "disclosure")),
        outline=read_outline(faults, report),
        groups=read_groups(faults, table_of(faults, report, GROUPS)),
        path=path,
        hash=_hash(data, method),
    )
    faults.stop()
    return edition


def _hash(data: Mapping[str, Any], method: Method) -> str:
    """The hash of what the profile and the files beside it say, not of how it is spelt."""
    said = json.dumps(data, sort_keys=True, default=str, ensure_ascii=False)
    files = [repr(method.frozen)] if method.frozen else []
    files += [repr(sorted(one.table.items(), key=repr)) for one in method.denominators.values() if one.file]
    return sha256((said + "".join(files)).encode()).hexdigest()


def _years(faults: Faults, about: Mapping[str, Any]) -> tuple[int, int]:
    value = about.get("years")
    if (
        isinstance(value, list)
        and len(value) == 2
        and all(type(year) is int for year in value)
        and value[0] <= value[1]
    ):
        return (value[0], value[1])
    faults.add("E03", "years must be the first and the last year", "for example years = [2005, 2020]", quoted(value))
    return (0, 0)


def _report_year(faults: Faults, about: Mapping[str, Any], years: tuple[int, int]) -> int:
    year = about.get("report_year", years[1])
    if type(year) is int and years[0] <= year <= years[1]:
        return year
    if years != (0, 0):
        faults.add("E03", "report_year must be one of the years", f"between {years[0]} and {years[1]}", quoted(year))
    return years[1]


def _date(faults: Faults, about: Mapping[str, Any]) -> dt.date | None:
    value = about.get("date")
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    faults.add("E03", "date must be a day", "without quotation marks, for example date = 2022-12-10", quoted(value))
    return None
