"""Plane geometry of maps: from longitude and latitude to shapes that fit a window, in few points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import asin, cos, hypot, radians, sin, sqrt

Point = tuple[float, float]
Ring = Sequence[Point]
# Left, top, right, bottom.
Box = tuple[float, float, float, float]

# Equal Earth: Šavrič, Patterson and Jenny (2019), equations 3 and 4.
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = sqrt(3) / 2


def equal_earth(longitude: float, latitude: float) -> Point:
    """Project a point with equal areas, north upwards; the longitude counts from the middle of the map.

    >>> [round(part, 3) for part in equal_earth(180, 0)], [round(part, 3) for part in equal_earth(0, 90)]
    ([2.707, 0.0], [0.0, 1.317])
    """
    theta = asin(_M * sin(radians(latitude)))
    two = theta * theta
    six = two * two * two
    x = radians(longitude) * cos(theta) / (_M * (_A1 + 3 * _A2 * two + six * (7 * _A3 + 9 * _A4 * two)))
    return x, theta * (_A1 + _A2 * two + six * (_A3 + _A4 * two))


def unwrapped(ring: Ring) -> list[Point]:
    """Return a ring without jumps across the date line: its longitudes may go beyond 180 degrees."""
    turned: list[Point] = []
    for longitude, latitude in ring:
        turns = round((turned[-1][0] - longitude) / 360) if turned else 0
        turned.append((longitude + 360 * turns, latitude))
    return turned


def around(ring: Ring, middle: float) -> list[Point]:
    """Return a ring turned by whole circles until it lies around a meridian, longitudes counted from there."""
    box = box_of(ring)
    turns = round((middle - (box[0] + box[2]) / 2) / 360)
    return [(longitude + 360 * turns - middle, latitude) for longitude, latitude in ring]


def middle_of(spans: Iterable[tuple[float, float]]) -> float:
    """Return the meridian in the middle of several spans of longitude: opposite the widest gap between them.

    >>> middle_of([(170, 180), (-180, -160)]), middle_of([(10, 30)]), middle_of([])
    (185.0, 20.0, 0.0)
    """
    ordered = sorted((west % 360, west % 360 + (east - west)) for west, east in spans)
    if not ordered:
        return 0.0
    reach, gap, start = ordered[0][1], 0.0, ordered[0][0]
    for west, east in [*ordered[1:], (ordered[0][0] + 360, 0.0)]:
        if west - reach > gap:
            gap, start = west - reach, west
        reach = max(reach, east)
    middle = (start + (360 - gap) / 2) % 360
    return middle if middle <= 190 else middle - 360


def box_of(points: Iterable[Point]) -> Box:
    """Return the smallest box around points. Errors: ValueError without a point."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def joined(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around boxes. Errors: ValueError without a box."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def meet(one: Box, other: Box) -> bool:
    """Return whether two boxes have a point in common."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def extent(ring: Ring) -> float:
    """Return the area of a ring, without a sign."""
    pairs = zip(ring, [*ring[1:], *ring[:1]], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def contains(ring: Ring, point: Point) -> bool:
    """Return whether a point is inside a ring (even-odd)."""
    x, y = point
    inside = False
    before = ring[-1]
    for here in ring:
        if (here[1] > y) != (before[1] > y):
            crossing = here[0] + (y - here[1]) / (before[1] - here[1]) * (before[0] - here[0])
            inside ^= x < crossing
        before = here
    return inside


def clipped(ring: Ring, box: Box) -> list[Point]:
    """Return the part of a ring inside a box (Sutherland and Hodgman): empty where there is none."""
    left, top, right, bottom = box
    points = list(ring)
    for side, value, sign in ((0, left, 1), (0, right, -1), (1, top, 1), (1, bottom, -1)):
        if points:
            points = _cut(points, side, value, sign)
    return points


def _cut(points: Sequence[Point], side: int, value: float, sign: int) -> list[Point]:
    kept: list[Point] = []
    before = points[-1]
    was_in = sign * (before[side] - value) >= 0
    for here in points:
        is_in = sign * (here[side] - value) >= 0
        if is_in != was_in:
            kept.append(_crossing(before, here, side, value))
        if is_in:
            kept.append(here)
        before, was_in = here, is_in
    return kept


def _crossing(one: Point, other: Point, side: int, value: float) -> Point:
    share = (value - one[side]) / (other[side] - one[side])
    crossing = one[1 - side] + share * (other[1 - side] - one[1 - side])
    return (value, crossing) if side == 0 else (crossing, value)


def simplified(points: Sequence[Point], tolerance: float) -> list[Point]:
    """Return fewer points, none further than the tolerance from the shape they stand for (Douglas and Peucker)."""
    kept = {0, len(points) - 1}
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        furthest, away = _furthest(points, first, last)
        if away > tolerance:
            kept.add(furthest)
            waiting += [(first, furthest), (furthest, last)]
    return [points[place] for place in sorted(kept)] if points else []


def _furthest(points: Sequence[Point], first: int, last: int) -> tuple[int, float]:
    (x1, y1), (x2, y2) = points[first], points[last]
    dx, dy = x2 - x1, y2 - y1
    length = hypot(dx, dy)
    furthest, away = first, 0.0
    for place in range(first + 1, last):
        x, y = points[place]
        distance = abs(dx * (y1 - y) - dy * (x1 - x)) / length if length else hypot(x - x1, y - y1)
        if distance > away:
            furthest, away = place, distance
    return furthest, away


def hatching(rings: Sequence[Ring], step: float) -> Iterator[tuple[Point, Point]]:
    """Yield slanting lines that fill the inside of rings."""
    # Turned by an eighth of a circle the lines are level: u along them, v across.
    turned = [[(x + y, y - x) for x, y in ring] for ring in rings]
    box = joined(box_of(ring) for ring in turned)
    level = (box[1] // step + 1) * step
    while level < box[3]:
        crossings = sorted(_crossings(turned, level))
        for one, other in zip(crossings[::2], crossings[1::2], strict=False):
            yield ((one - level) / 2, (one + level) / 2), ((other - level) / 2, (other + level) / 2)
        level += step


def _crossings(rings: Sequence[Ring], level: float) -> Iterator[float]:
    for ring in rings:
        before = ring[-1]
        for here in ring:
            if (here[1] > level) != (before[1] > level):
                yield here[0] + (level - here[1]) / (before[1] - here[1]) * (before[0] - here[0])
            before = here


def inner_point(ring: Ring, steps: int = 14) -> Point:
    """Return a point well inside a ring: of a grid, the one furthest from its edge."""
    left, top, right, bottom = box_of(ring)
    grid = [
        (left + (right - left) * (column + 0.5) / steps, top + (bottom - top) * (row + 0.5) / steps)
        for row in range(steps)
        for column in range(steps)
    ]
    inside = [point for point in grid if contains(ring, point)]
    return max(inside or [((left + right) / 2, (top + bottom) / 2)], key=_from_edge(ring))


def _from_edge(ring: Ring) -> Callable[[Point], float]:
    """Return how far a point is from a ring's corners: near enough to its edge for a label."""
    # Text is wider than tall: room to the sides counts for less.
    return lambda point: min(hypot((point[0] - x) / 2, point[1] - y) for x, y in ring)
