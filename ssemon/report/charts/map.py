"""A map of values by area: five or so classes of one hue, labelled with the areas' codes.

No place is named here: the window is whatever the areas with a value take up. Boundaries are drawn as their
source has them; the page says whose they are and that they imply no position.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import isfinite
from pathlib import Path

from markupsafe import Markup

from ssemon.report.charts import callouts, svg, tokens
from ssemon.report.charts.geometry import (
    Box,
    Point,
    Ring,
    around,
    box_of,
    clipped,
    equal_earth,
    extent,
    hatching,
    joined,
    meet,
    middle_of,
    simplified,
    unwrapped,
)
from ssemon.report.charts.measure import width_of
from ssemon.report.charts.words import ENGLISH, ChartWords

# No point of a border moves by more than this when it is drawn in fewer points: half a printer's dot.
_TOLERANCE = 0.45
# Islands smaller than this are not drawn, unless they are all that an area with a value has.
_LEAST_ISLAND = 0.8
# The window is made for an area's larger parts: a far island would shrink the map to a speck.
_MAIN_PART = 0.2
_PADDING, _NARROWEST = 0.05, 0.3
_FLATTEST, _TALLEST = 2.1, 1.25
_HATCH, _LEGEND, _LINE = 5.0, 24.0, 17.0
_OUTSIDE, _NO_DATA, _CLOSED = "outside", "no data", "closed"


@dataclass(frozen=True, slots=True)
class Shape:
    """An area's polygons, each a ring of its border and rings of its holes, in degrees of longitude and latitude."""

    area: str
    polygons: tuple[tuple[Ring, ...], ...]


@dataclass(frozen=True, slots=True)
class _View:
    """From projected coordinates to pixels."""

    middle: float
    box: Box
    width: float
    height: float

    def project(self, ring: Ring) -> list[Point]:
        scale = self.width / (self.box[2] - self.box[0])
        projected = (equal_earth(longitude, latitude) for longitude, latitude in around(ring, self.middle))
        return [((x - self.box[0]) * scale, (self.box[3] - y) * scale) for x, y in projected]

    @property
    def window(self) -> Box:
        return 0.0, 0.0, self.width, self.height


@cache
def read_shapes(path: Path) -> tuple[Shape, ...]:
    """Return the shapes of a boundaries file (JSON: features with an area code and polygons)."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return tuple(Shape(str(f["area"] or f["m49"] or ""), _polygons(f["polygons"])) for f in features)


def _polygons(polygons: Sequence[Sequence[Sequence[Sequence[float]]]]) -> tuple[tuple[Ring, ...], ...]:
    return tuple(
        tuple(unwrapped([(float(p[0]), float(p[1])) for p in ring]) for ring in polygon) for polygon in polygons
    )


def choropleth(
    shapes: Sequence[Shape],
    values: Mapping[str, float | None],
    *,
    title: str,
    cuts: Sequence[float],
    fmt: Callable[[float], str],
    names: Mapping[str, str],
    window: tuple[float, float, float, float] | None = None,
    emphasis: str = "",
    width: float = tokens.WIDTH,
    narrowest: float = _NARROWEST,
    closed: Collection[str] = (),
    words: ChartWords = ENGLISH,
) -> Markup:
    """Draw the areas of a group, shaded by class, among their neighbours.

    Shape:   `values` holds the areas of the group by code; `names` their names, for the text alternative.
    Units:   `cuts` part the classes, a value on a cut belongs to the upper one; `window` is west, south, east and
             north in degrees, else what the group takes up; `narrowest` is the least that a map shows, in radians.
    Missing: an area of the group without a value is hatched, on a tinted ground where its value may not be told
             (`closed`); an area outside the group is pale grey.
    """
    view = _view(shapes, values, window, width, narrowest)
    rings: dict[str, list[Ring]] = {}
    for shape in shapes:
        rings.setdefault(shape.area, []).extend(_rings(shape, view, shape.area in values))
    shades = tokens.classes(len(cuts) + 1)
    kinds = {area: _kind(area, values, cuts, closed) for area in rings}
    parts = [svg.rect(0, 0, width, view.height, tokens.SEA), *_land(rings, kinds, shades)]
    group = {area: drawn for area, drawn in rings.items() if area in values and drawn}
    if emphasis and group.get(emphasis):
        parts.append(svg.path(_data(group[emphasis]), "none", stroke=tokens.ACCENT, width=1.6))
    grounds = {area: _ground(kinds[area], shades) for area in group}
    parts += [callouts.drawn(place, grounds[place.name]) for place in callouts.placed(group, view.window)]
    legend, height = _legend(cuts, shades, set(kinds.values()), view.height + _LEGEND / 2 + 3, width, fmt, words)
    absent = {area: words.closed if area in closed else words.no_data for area in values}
    spoken = "; ".join(_spoken(names.get(area, area), value, fmt, absent[area]) for area, value in values.items())
    return svg.figure(width, height, [*parts, *legend], title=title, description=spoken)


def _view(
    shapes: Sequence[Shape],
    values: Mapping[str, float | None],
    window: tuple[float, float, float, float] | None,
    width: float,
    narrowest: float = _NARROWEST,
) -> _View:
    """Return the view of the group's main parts, padded, neither too flat nor too tall."""
    if window is not None and all(map(isfinite, window)):
        west, south, east, north = window
        main: list[Ring] = [[(west + (east - west) * step / 8, side) for side in (south, north) for step in range(9)]]
    else:
        main = [ring for shape in shapes if shape.area in values for ring in _main_parts(shape)]
    main = main or [[(-179.0, -58.0), (179.0, 80.0)]]
    middle = middle_of((box[0], box[2]) for box in map(box_of, main))
    left, low, right, high = joined(box_of(equal_earth(x, y) for x, y in around(ring, middle)) for ring in main)
    wide, tall = (max(span, narrowest) * (1 + 2 * _PADDING) for span in (right - left, high - low))
    wide, tall = max(wide, tall * _TALLEST), max(tall, wide / _FLATTEST)
    across, up = (left + right) / 2, (low + high) / 2
    box = (across - wide / 2, up - tall / 2, across + wide / 2, up + tall / 2)
    return _View(middle, box, width, width * tall / wide)


def _main_parts(shape: Shape) -> list[Ring]:
    borders = [polygon[0] for polygon in shape.polygons if polygon]
    largest = max(map(extent, borders), default=0.0)
    return [ring for ring in borders if extent(ring) >= largest * _MAIN_PART]


def _rings(shape: Shape, view: _View, wanted: bool) -> list[Ring]:
    """Return what is seen of a shape, in pixels and few points."""
    seen = [ring for polygon in shape.polygons for ring in _seen(polygon, view)]
    drawn = [ring for ring in seen if len(ring) > 2 and extent(ring) >= _LEAST_ISLAND]
    if wanted and not drawn and seen:
        return [_speck(max(seen, key=extent))]
    return drawn


def _seen(polygon: Sequence[Ring], view: _View) -> Iterator[Ring]:
    for ring in polygon:
        projected = view.project(ring)
        if meet(box_of(projected), view.window) and (inside := clipped(projected, view.window)):
            yield simplified(inside, _TOLERANCE) if len(inside) > 4 else inside


def _speck(ring: Ring) -> Ring:
    """Return a diamond in place of an area that is too small to see."""
    left, top, right, bottom = box_of(ring)
    x, y = (left + right) / 2, (top + bottom) / 2
    return [(x - 3, y), (x, y - 3), (x + 3, y), (x, y + 3)]


def _kind(area: str, values: Mapping[str, float | None], cuts: Sequence[float], closed: Collection[str]) -> str | int:
    if area not in values:
        return _OUTSIDE
    value = values[area]
    if svg.is_known(value):
        return bisect_right(sorted(cuts), value)
    return _CLOSED if area in closed else _NO_DATA


def _land(rings: Mapping[str, Sequence[Ring]], kinds: Mapping[str, str | int], shades: Sequence[str]) -> Iterator[str]:
    """Yield one path a class, those outside the group first so that their borders lie below."""
    for kind in (_OUTSIDE, _NO_DATA, _CLOSED, *range(len(shades))):
        members = [ring for area, drawn in rings.items() if kinds[area] == kind for ring in drawn]
        yield svg.path(_data(members), _ground(kind, shades), stroke=tokens.PAPER, width=0.6)
        if kind in (_NO_DATA, _CLOSED) and members:
            lines = hatching(members, _HATCH)
            hatch = "".join(f"M{_place(one)}L{_place(other)}" for one, other in lines)
            yield svg.path(hatch, "none", stroke=tokens.GREY, width=0.8)
            yield svg.path(_data(members), "none", stroke=tokens.GREY, width=0.6)


def _ground(kind: str | int, shades: Sequence[str]) -> str:
    if isinstance(kind, int):
        return shades[kind]
    return {_OUTSIDE: tokens.LAND, _CLOSED: tokens.ACCENT_SOFT}.get(kind, tokens.PAPER)


def _data(rings: Sequence[Ring]) -> str:
    """Return path data in tenths of a pixel, each point as its step from the last: the shortest that SVG has."""
    return "".join(_ring_data([(round(x * 10), round(y * 10)) for x, y in ring]) for ring in rings)


def _ring_data(ring: Sequence[tuple[int, int]]) -> str:
    steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(ring)]
    drawn = " ".join(f"{x / 10:g},{y / 10:g}" for x, y in steps if x or y)
    return f"M{ring[0][0] / 10:g},{ring[0][1] / 10:g}l{drawn}z" if drawn else ""


def _place(point: Point) -> str:
    return f"{svg.number(point[0])} {svg.number(point[1])}"


def _legend(
    cuts: Sequence[float],
    shades: Sequence[str],
    kinds: set[str | int],
    y: float,
    width: float,
    fmt: Callable[[float], str],
    words: ChartWords,
) -> tuple[list[str], float]:
    """Return the legend, in as many lines as it needs, and where it ends."""
    ends = ["", *map(fmt, sorted(cuts)), ""]
    entries: list[tuple[str | int, str]] = [
        (place, words.span(ends[place], ends[place + 1])) for place in range(len(shades)) if cuts
    ]
    others = ((_NO_DATA, words.no_data), (_CLOSED, words.closed), (_OUTSIDE, words.outside))
    entries += [(kind, name) for kind, name in others if kind in kinds]
    parts, x = [], 0.0
    for kind, name in entries:
        room = 23 + width_of(name, tokens.SMALL) + 16
        if x and x + room - 16 > width:
            x, y = 0.0, y + _LINE
        parts += [_swatch(x, y, kind, shades), svg.text(x + 23, y, name)]
        x += room
    return parts, y + 10


def _swatch(x: float, y: float, kind: str | int, shades: Sequence[str]) -> str:
    if kind in (_NO_DATA, _CLOSED):
        return svg.hatched(x + 0.5, y - 5, 17, 10, ground=_ground(kind, shades))
    return svg.rect(x, y - 5.5, 18, 11, _ground(kind, shades))


def _spoken(name: str, value: float | None, fmt: Callable[[float], str], absent: str) -> str:
    return f"{name}: {fmt(value) if svg.is_known(value) else absent}"
