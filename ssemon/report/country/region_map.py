"""The map of a country's regions: where its boundaries are, its classes, and what stands on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from statistics import quantiles

from markupsafe import Markup

from ssemon import resources
from ssemon.report.charts import map as maps
from ssemon.report.charts.words import ChartWords
from ssemon.report.numbers import common_decimals

_CLASSES = 5
# The width of the map in pixels, and the least that it shows, in radians: about 60 kilometres.
_WIDTH, _NARROWEST = 362.0, 0.01


def boundaries(country: str) -> Path | None:
    """Return the file of the boundaries of a country's regions. Missing: None where none is shipped."""
    path = resources.folder("schemas") / "boundaries" / f"{country}.json"
    return path if path.is_file() else None


def regions_on(path: Path | None) -> tuple[str, ...]:
    """Return the codes of the regions that a file of boundaries has."""
    return tuple(shape.area for shape in maps.read_shapes(path)) if path else ()


def classes_of(numbers: Iterable[float]) -> tuple[float, ...]:
    """Return the cuts between five classes of as many regions; a class a number where there are fewer."""
    ordered = sorted(numbers)
    if len(ordered) < _CLASSES:
        return tuple(sorted(set(ordered[1:])))
    places = common_decimals(ordered)
    found = (round(cut, places) for cut in quantiles(ordered, n=_CLASSES, method="inclusive"))
    return tuple(sorted({cut for cut in found if ordered[0] < cut <= ordered[-1]}))


def drawn(
    path: Path,
    numbers: Mapping[str, float],
    names: Mapping[str, str],
    *,
    title: str,
    cuts: Sequence[float],
    fmt: Callable[[float], str],
    words: ChartWords,
) -> Markup:
    """Draw the regions of `names`, shaded by class; those without a number are hatched."""
    shapes = [maps.Shape(short(shape.area), shape.polygons) for shape in maps.read_shapes(path)]
    return maps.choropleth(
        shapes, {short(area): numbers.get(area) for area in names}, title=title, cuts=cuts, fmt=fmt,
        names={short(area): name for area, name in names.items()}, width=_WIDTH, narrowest=_NARROWEST, words=words,
    )  # fmt: skip


@cache
def source_of(path: Path) -> str:
    """Return whose boundaries a file holds."""
    return str(json.loads(path.read_text(encoding="utf-8"))["source"]).partition(", as packaged")[0]


def short(area: str) -> str:
    """Return what stands on the map: the code of a region without its country's."""
    return area.partition("-")[2] or area
