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
from math import isfinite
from pathlib import Path
from typing import Any

from ssemon.errors import EditionFault, Problem, Where
from ssemon.framework import Framework
from ssemon.text import did_you_mean, quoted

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
_METHOD_KEYS = (
    "denominate", "imputation", "treatment", "normalisation", "normalisation_range", "weighting", "universe",
    "rank_among", "aggregation", "reference_period", "coverage", "bands", "indicator", "node",
)  # fmt: skip
# The band codes of SSE_BAND, used where the profile cuts in three and names none.
_DEFAULT_BANDS = ("EMG", "DEV", "EST", "ADV")
_DEFAULT_AGGREGATION = "arithmetic"
RANK_AMONG = ("universe", "edition")


@dataclass(frozen=True, slots=True)
class Choice:
    """A method by name, with its parameters."""

    method: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CoverageRule:
    """What a node needs to get a score.

    Units: `weight` is a share, 0 to 1, of leaf weight, or of core indicators where `count` is "core".
    """

    weight: float = 0.0
    children: int | str = 0
    count: str = "weight"


@dataclass(frozen=True, slots=True)
class Method:
    """Every choice of method of an edition."""

    normalisation: Choice = Choice("goalposts")
    normalisation_range: tuple[float, float] = (0.0, 100.0)
    weighting: Choice = Choice("declared")
    universe: str | None = None
    rank_among: str = "universe"
    max_age: int | None = None  # None: the framework's column max_age_years
    aggregation: Mapping[str, Choice] = field(default_factory=dict)
    coverage: Mapping[str, CoverageRule] = field(default_factory=dict)
    band_cuts: tuple[float, ...] = ()
    band_codes: tuple[str, ...] = ()
    indicator_normalisation: Mapping[str, Choice] = field(default_factory=dict)

    def aggregation_of(self, code: str, level: int) -> Choice:
        """Return how a parent's children are combined: by its code, else by its level."""
        return self.aggregation.get(code) or self.aggregation.get(str(level)) or Choice(_DEFAULT_AGGREGATION)

    def coverage_of(self, code: str, level: int) -> CoverageRule:
        """Return what a node needs to get a score: by its code, else by its level, else nothing."""
        return self.coverage.get(code) or self.coverage.get(str(level)) or CoverageRule()

    def normalisation_of(self, indicator: str) -> Choice:
        """Return how an indicator is normalised: its own setting, else the general one."""
        return self.indicator_normalisation.get(indicator, self.normalisation)


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
    method: Method = Method()
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
    faults = _Faults(edition.path)
    levels = sorted({str(node.level) for node in framework.nodes})
    nodes = {*levels, *framework.node_by_code}
    for section, keys in (("aggregation", edition.method.aggregation), ("coverage", edition.method.coverage)):
        for key in keys:
            faults.unless(
                key in nodes, "E04", f"method.{section}.{key}", "is no level or node of the framework", key, nodes
            )
    for code in edition.method.indicator_normalisation:
        known = framework.indicator_by_code
        faults.unless(code in known, "E04", f"method.indicator.{code}", "is no indicator of the framework", code, known)
    universe = edition.method.universe
    if universe is not None:
        groups = framework.group_names
        faults.unless(universe in groups, "E04", "method.universe", "is no group of areas.csv", universe, groups)
    faults.stop()


def _load(path: Path) -> dict[str, Any]:
    faults = _Faults(path)
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


class _Faults:
    """Collects the problems of one profile; `stop` raises them together."""

    def __init__(self, path: Path | None) -> None:
        self.where = Where(file=str(path or "edition.toml"))
        self.problems: list[Problem] = []

    def add(self, code: str, what: str, fix: str, found: str = "") -> None:
        self.problems.append(Problem(code=code, stage="edition", what=what, where=self.where, found=found, fix=fix))

    def unless(self, holds: bool, code: str, key: str, what: str, word: object, known: Iterable[str]) -> None:
        if not holds:
            self.add(code, f"{key} {what}", did_you_mean(str(word), sorted(known)), quoted(word))

    def keys(self, table: Mapping[str, Any], known: Iterable[str], section: str) -> None:
        for key in table:
            if key not in known:
                self.add("E02", f"[{section}] has a key we do not know: {key}", did_you_mean(key, known))

    def stop(self) -> None:
        if self.problems:
            raise EditionFault(self.problems)


def _parse(data: dict[str, Any], path: Path) -> Edition:
    faults = _Faults(path)
    faults.keys(data, ("edition", "method"), "top level")
    about = _table(faults, data, "edition")
    faults.keys(about, _EDITION_KEYS, "edition")
    years = _years(faults, about)
    edition = Edition(
        id=_typed(faults, about, "id", str, path.stem),
        framework=_typed(faults, about, "framework", str, ""),
        years=years,
        report_year=_report_year(faults, about, years),
        countries=_strings(faults, about, "countries"),
        languages=_strings(faults, about, "languages") or ("en",),
        date=_date(faults, about),
        seed=_typed(faults, about, "seed", int, 0),
        title=_typed(faults, about, "title", str, ""),
        publisher=_typed(faults, about, "publisher", str, ""),
        method=_method(faults, _table(faults, data, "method")),
        path=path,
        hash=_hash(data),
    )
    faults.stop()
    return edition


def _hash(data: Mapping[str, Any]) -> str:
    """The hash of what the profile says, not of how it is spelt."""
    return sha256(json.dumps(data, sort_keys=True, default=str, ensure_ascii=False).encode()).hexdigest()


def _table(faults: _Faults, data: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key, {})
    if isinstance(value, dict):
        return value
    faults.add("E03", f"{key} must be a table", f"write [{key}]", quoted(value))
    return {}


def _typed(faults: _Faults, table: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    value = table.get(key, default)
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    faults.add("E03", f"{key} must be of type {kind.__name__}", "correct the value", quoted(value))
    return default


def _strings(faults: _Faults, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return tuple(value)
    faults.add("E03", f"{key} must be a list of texts", f'for example {key} = ["KOR", "JPN"]', quoted(value))
    return ()


def _years(faults: _Faults, about: Mapping[str, Any]) -> tuple[int, int]:
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


def _report_year(faults: _Faults, about: Mapping[str, Any], years: tuple[int, int]) -> int:
    year = about.get("report_year", years[1])
    if type(year) is int and years[0] <= year <= years[1]:
        return year
    if years != (0, 0):
        faults.add("E03", "report_year must be one of the years", f"between {years[0]} and {years[1]}", quoted(year))
    return years[1]


def _date(faults: _Faults, about: Mapping[str, Any]) -> dt.date | None:
    value = about.get("date")
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    faults.add("E03", "date must be a day", "without quotation marks, for example date = 2022-12-10", quoted(value))
    return None


def _method(faults: _Faults, table: dict[str, Any]) -> Method:
    faults.keys(table, _METHOD_KEYS, "method")
    _none_yet(faults, table)
    period = _table(faults, table, "reference_period")
    faults.keys(period, ("max_age",), "method.reference_period")
    bands = _table(faults, table, "bands")
    faults.keys(bands, ("cuts", "codes"), "method.bands")
    cuts, codes = _bands(faults, bands)
    rank_among = _typed(faults, table, "rank_among", str, "universe")
    faults.unless(rank_among in RANK_AMONG, "E03", "method.rank_among", "is not known", rank_among, RANK_AMONG)
    universe = table.get("universe")
    if universe is not None and not isinstance(universe, str):
        faults.add("E03", "method.universe must be a group of areas.csv", "write its column's name", quoted(universe))
    return Method(
        normalisation=_choice(faults, table.get("normalisation", "goalposts"), "method.normalisation"),
        normalisation_range=_range(faults, table.get("normalisation_range", [0, 100])),
        weighting=_choice(faults, table.get("weighting", "declared"), "method.weighting"),
        universe=universe,
        rank_among=rank_among,
        max_age=_max_age(faults, period),
        aggregation={
            str(key): _choice(faults, value, f"method.aggregation.{key}")
            for key, value in _table(faults, table, "aggregation").items()
        },
        coverage={
            str(key): _coverage(faults, str(key), value) for key, value in _table(faults, table, "coverage").items()
        },
        band_cuts=cuts,
        band_codes=codes,
        indicator_normalisation=_indicator_settings(faults, _table(faults, table, "indicator")),
    )


def _none_yet(faults: _Faults, table: dict[str, Any]) -> None:
    """Refuse, in words, the steps that this version does not have: silence would change what a score means."""
    if table.get("denominate", False) is not False:
        faults.add("E06", "method.denominate: this version does not denominate", "write denominate = false")
    for step in ("imputation", "treatment"):
        if table.get(step, "none") != "none":
            faults.add("E06", f"method.{step}: this version has none", f'write {step} = "none"', quoted(table[step]))
    if table.get("node"):
        faults.add("E06", "method.node: this version has no setting for one node", "remove the section")


def _choice(faults: _Faults, value: object, key: str) -> Choice:
    """A method is a name, or a table with `method` and its parameters."""
    if isinstance(value, str):
        return Choice(value)
    if isinstance(value, dict) and isinstance(value.get("method"), str):
        return Choice(value["method"], {name: given for name, given in value.items() if name != "method"})
    faults.add(
        "E03", f"{key} must name a method", f'{key.rsplit(".", 1)[-1]} = "…" or {{ method = "…", … }}', quoted(value)
    )
    return Choice("")


def _range(faults: _Faults, value: object) -> tuple[float, float]:
    if (
        isinstance(value, list)
        and len(value) == 2
        and all(type(end) in (int, float) and isfinite(end) for end in value)
    ):
        low, high = float(value[0]), float(value[1])
        if low < high:
            return low, high
    faults.add(
        "E03", "method.normalisation_range must be two numbers, the lower first", "for example [0, 100]", quoted(value)
    )
    return (0.0, 100.0)


def _max_age(faults: _Faults, period: Mapping[str, Any]) -> int | None:
    value = period.get("max_age", "indicator")
    if value == "indicator":
        return None
    if type(value) is int and value >= 0:
        return value
    fix = '"indicator", or a whole number of years (0: the year itself only)'
    faults.add("E03", "method.reference_period.max_age is not a number of years", fix, quoted(value))
    return None


def _coverage(faults: _Faults, key: str, value: object) -> CoverageRule:
    if not isinstance(value, dict):
        faults.add("E03", f"method.coverage.{key} must be a table", "for example { weight = 0.5 }", quoted(value))
        return CoverageRule()
    faults.keys(value, ("weight", "children", "count"), f"method.coverage.{key}")
    weight, children, count = value.get("weight", 0.0), value.get("children", 0), value.get("count", "weight")
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= 1:
        faults.add("E03", f"method.coverage.{key}.weight must be a share", "a number from 0 to 1", quoted(weight))
        weight = 0.0
    if children != "all" and (type(children) is not int or children < 0):
        faults.add(
            "E03", f"method.coverage.{key}.children must be a number", 'a whole number or "all"', quoted(children)
        )
        children = 0
    faults.unless(
        count in ("core", "weight"), "E03", f"method.coverage.{key}.count", "is not known", count, ("core", "weight")
    )
    return CoverageRule(float(weight), children, str(count))


def _bands(faults: _Faults, table: Mapping[str, Any]) -> tuple[tuple[float, ...], tuple[str, ...]]:
    cuts = table.get("cuts", [])
    if not isinstance(cuts, list) or not all(type(cut) in (int, float) for cut in cuts) or sorted(set(cuts)) != cuts:
        faults.add("E03", "method.bands.cuts must be rising numbers", "for example cuts = [30, 50, 70]", quoted(cuts))
        return (), ()
    default = (
        _DEFAULT_BANDS if len(cuts) == len(_DEFAULT_BANDS) - 1 else tuple(f"B{n + 1}" for n in range(len(cuts) + 1))
    )
    codes = table.get("codes", list(default))
    if not isinstance(codes, list) or len(codes) != len(cuts) + 1 or not all(isinstance(code, str) for code in codes):
        fix = f"name {len(cuts) + 1} bands"
        faults.add("E03", "method.bands.codes must be texts, one more than the cuts", fix, quoted(codes))
        return (), ()
    return tuple(float(cut) for cut in cuts), tuple(codes) if cuts else ()


def _indicator_settings(faults: _Faults, table: Mapping[str, Any]) -> dict[str, Choice]:
    found = {}
    for code, settings in table.items():
        if not isinstance(settings, dict):
            faults.add("E03", f'method.indicator."{code}" must be a table', f'write [method.indicator."{code}"]')
            continue
        faults.keys(settings, ("normalisation",), f'method.indicator."{code}"')
        if "normalisation" in settings:
            found[code] = _choice(faults, settings["normalisation"], f'method.indicator."{code}".normalisation')
    return found
