"""The section [method] of an edition profile, read and checked without its framework."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from ssemon.beside import read_areas, read_frozen
from ssemon.choices import NONE, Choice, CoverageRule, Denominator, Method
from ssemon.faults import Faults, table_of, typed
from ssemon.text import quoted

_METHOD_KEYS = (
    "denominate", "imputation", "treatment", "normalisation", "normalisation_range", "weighting", "universe",
    "rank_among", "aggregation", "reference_period", "coverage", "bands", "indicator", "node", "level", "frozen",
)  # fmt: skip
_INDICATOR_KEYS = ("normalisation", "treatment", "imputation", "denominate")
_NODE_KEYS = ("aggregation", "weighting", "imputation")
_DENOMINATE_FIX = (
    'true, false, or a table: "X" = "GDP", or "X" = { by = "GDP", scale = 0.001 }, or "X" = { table = "gdp.csv" }'
)
# The band codes of SSE_BAND, used where the profile cuts in three and names none.
_DEFAULT_BANDS = ("EMG", "DEV", "EST", "ADV")
RANK_AMONG = ("universe", "edition")


def read_method(faults: Faults, table: dict[str, Any]) -> Method:
    """Read the section [method]; what is wrong with it goes to `faults`."""
    faults.keys(table, _METHOD_KEYS, "method")
    period = table_of(faults, table, "reference_period", "method")
    faults.keys(period, ("max_age",), "method.reference_period")
    bands = table_of(faults, table, "bands", "method")
    faults.keys(bands, ("cuts", "codes"), "method.bands")
    cuts, codes = _bands(faults, bands)
    denominate, denominators = _denominate(faults, table.get("denominate", False))
    indicators = _settings(faults, table, "indicator", _INDICATOR_KEYS)
    nodes = {
        **_settings(faults, table, "level", _NODE_KEYS),
        **_settings(faults, table, "node", _NODE_KEYS),
    }
    aggregation, own = _aggregation(faults, table), _choices(faults, nodes, "aggregation")
    for code in sorted(key for key in aggregation.keys() & own.keys() if aggregation[key] != own[key]):
        what = f"method.aggregation.{code} and {nodes[code]['']}.aggregation say two things"
        found = f"{quoted(aggregation[code].method)} and {quoted(own[code].method)}"
        faults.add("E03", what, "take one of them out", found)
    return Method(
        normalisation=read_choice(faults, table.get("normalisation", "goalposts"), "method.normalisation"),
        normalisation_range=_range(faults, table.get("normalisation_range", [0, 100])),
        weighting=read_choice(faults, table.get("weighting", "declared"), "method.weighting"),
        universe=_universe(faults, table),
        rank_among=_rank_among(faults, table),
        max_age=_max_age(faults, period),
        aggregation={**aggregation, **own},
        coverage={key: _coverage(faults, key, value) for key, value in _coded(faults, table, "coverage").items()},
        band_cuts=cuts,
        band_codes=codes,
        treatment=read_choice(faults, table.get("treatment", NONE), "method.treatment"),
        imputation=read_choice(faults, table.get("imputation", NONE), "method.imputation"),
        denominate=denominate,
        denominators={**denominators, **_own_denominators(faults, indicators)},
        indicator_normalisation=_choices(faults, indicators, "normalisation"),
        indicator_treatment=_choices(faults, indicators, "treatment"),
        indicator_imputation=_choices(faults, indicators, "imputation"),
        node_imputation=_choices(faults, nodes, "imputation"),
        node_weighting=_choices(faults, nodes, "weighting"),
        frozen=read_frozen(faults, table),
        frozen_file=str(table.get("frozen") or ""),
    )


# A key that looks like a part of a code, as none of our own words does.
_PART_OF_A_CODE = re.compile(r"[A-Z]*\d\w*|[A-Z]{2,}")


def _coded(faults: Faults, table: Mapping[str, Any], section: str) -> dict[str, Any]:
    """The settings of a section by code, without those whose code has a point and stands without quotation marks."""
    found = {}
    for key, value in table_of(faults, table, section, "method").items():
        path, inside = [str(key)], value
        while isinstance(inside, dict) and len(inside) == 1 and _PART_OF_A_CODE.fullmatch(next(iter(inside))):
            [(part, inside)] = inside.items()
            path.append(part)
        if len(path) == 1:
            found[str(key)] = value
            continue
        code = ".".join(path)
        what, fix = f"method.{section}.{code} stands without quotation marks", f'write "{code}" = …'
        faults.add("E03", what, f"{fix}  (TOML reads a point as a table in a table)", code)
    return found


def _universe(faults: Faults, table: Mapping[str, Any]) -> str | None:
    universe = table.get("universe")
    if universe is None or isinstance(universe, str):
        return universe
    faults.add("E03", "method.universe must be a group of areas.csv", "write its column's name", quoted(universe))
    return None


def _rank_among(faults: Faults, table: Mapping[str, Any]) -> str:
    rank_among: str = typed(faults, table, "rank_among", str, "universe")
    return rank_among


def _aggregation(faults: Faults, table: Mapping[str, Any]) -> dict[str, Choice]:
    given = _coded(faults, table, "aggregation")
    return {key: read_choice(faults, value, f"method.aggregation.{key}") for key, value in given.items()}


def _settings(faults: Faults, table: Mapping[str, Any], section: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The settings of single indicators, nodes or levels, by section and code."""
    found = {}
    for code, settings in _coded(faults, table, section).items():
        place = f'method.{section}."{code}"'
        if isinstance(settings, dict):
            faults.keys(settings, keys, place)
            found[code] = {"": place, **settings}
        else:
            faults.add("E03", f"{place} must be a table", f"write [{place}]")
    return found


def _choices(faults: Faults, settings: Mapping[str, Mapping[str, Any]], key: str) -> dict[str, Choice]:
    return {code: read_choice(faults, own[key], f"{own['']}.{key}") for code, own in settings.items() if key in own}


def _denominate(faults: Faults, value: object) -> tuple[bool, dict[str, Denominator]]:
    """True: by the framework's column; a table: indicator by indicator, beside nothing else."""
    if isinstance(value, bool):
        return value, {}
    if isinstance(value, dict):
        value = _coded(faults, {"denominate": value}, "denominate")
        return False, {code: _denominator(faults, own, f'method.denominate."{code}"') for code, own in value.items()}
    faults.add("E03", "method.denominate is not understood", _DENOMINATE_FIX, quoted(value))
    return False, {}


def _own_denominators(faults: Faults, settings: Mapping[str, Mapping[str, Any]]) -> dict[str, Denominator]:
    return {
        code: _denominator(faults, own["denominate"], f"{own['']}.denominate")
        for code, own in settings.items()
        if "denominate" in own
    }


def _denominator(faults: Faults, value: object, key: str) -> Denominator:
    """An indicator's code, or a table with `by`, `scale` or both; false takes the general setting away."""
    if isinstance(value, str):
        return Denominator(value)
    if value is False:
        return Denominator(None)
    if isinstance(value, dict) and value:
        faults.keys(value, ("by", "scale", "table"), key)
        by, scale, file = value.get("by"), value.get("scale", 1.0), value.get("table", "")
        known = (by is None or isinstance(by, str)) and type(scale) in (int, float) and isfinite(scale) and scale > 0
        if known and isinstance(file, str) and not (by and file):
            return Denominator(by, float(scale), file, read_areas(faults, file, key) if file else {})
    faults.add("E03", f"{key} is not understood", _DENOMINATE_FIX, quoted(value))
    return Denominator(None)


def read_choice(faults: Faults, value: object, key: str) -> Choice:
    """Read a method: a name, or a table with `method` and its parameters."""
    if isinstance(value, str):
        return Choice(value)
    if isinstance(value, dict) and isinstance(value.get("method"), str):
        return Choice(value["method"], {name: given for name, given in value.items() if name != "method"})
    faults.add(
        "E03", f"{key} must name a method", f'{key.rsplit(".", 1)[-1]} = "…" or {{ method = "…", … }}', quoted(value)
    )
    return Choice("")


def _range(faults: Faults, value: object) -> tuple[float, float]:
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


def _max_age(faults: Faults, period: Mapping[str, Any]) -> int | None:
    value = period.get("max_age", "indicator")
    if value == "indicator":
        return None
    if type(value) is int and value >= 0:
        return value
    fix = '"indicator", or a whole number of years (0: the year itself only)'
    faults.add("E03", "method.reference_period.max_age is not a number of years", fix, quoted(value))
    return None


def _coverage(faults: Faults, key: str, value: object) -> CoverageRule:
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


def _bands(faults: Faults, table: Mapping[str, Any]) -> tuple[tuple[float, ...], tuple[str, ...]]:
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
