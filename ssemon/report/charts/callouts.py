"""Where the labels of a map go: inside an area that has room, else beside it with a line, never on each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, inf, pi, sin

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.geometry import Box, Point, Ring, box_of, contains, extent, inner_point, meet
from ssemon.report.charts.measure import width_of

_TALL, _MARGIN = 11.0, 1.5
_DISTANCES = (12.0, 17.0, 23.0, 30.0, 38.0, 48.0, 60.0, 76.0, 96.0)
_DIRECTIONS = 24
# What a place beside an area costs, in pixels of distance, when it hides something.
_ON_DATA, _ON_LINE = 60.0, 40.0


@dataclass(frozen=True, slots=True)
class Place:
    """A label and where it goes. `anchor`: the point it speaks of; `inside`: it stands on its own area."""

    name: str
    box: Box
    anchor: Point
    inside: bool

    @property
    def middle(self) -> Point:
        """The middle of the label."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


def placed(areas: Mapping[str, Sequence[Ring]], window: Box) -> list[Place]:
    """Return a place for each area's name, those with room inside first; a name without any room is left out."""
    anchors = {name: inner_point(max(rings, key=extent)) for name, rings in areas.items() if rings}
    places = [
        Place(name, box, anchor, True)
        for name, anchor in anchors.items()
        if _holds(max(areas[name], key=extent), box := _box(name, anchor), window)
    ]
    inside = {place.name for place in places}
    land = [(box_of(ring), ring) for rings in areas.values() for ring in rings]
    for name in sorted(anchors.keys() - inside):
        beside = _beside(name, anchors[name], land, places, window)
        if beside:
            places.append(beside)
    return places


def drawn(place: Place, ground: str) -> str:
    """Return a label as it stands on a ground: its line, its paper and its text."""
    x, y = place.middle
    if place.inside:
        return svg.text(x, y, place.name, fill=tokens.readable_on(ground), anchor="middle", bold=True)
    left, top, right, bottom = place.box
    near = min(max(place.anchor[0], left), right), min(max(place.anchor[1], top), bottom)
    return "".join(
        [
            svg.line(*place.anchor, *near, tokens.INK, 0.8),
            svg.circle(*place.anchor, 1.5, tokens.INK),
            svg.rect(left, top, right - left, bottom - top, tokens.PAPER, radius=2),
            svg.text(x, y, place.name, fill=tokens.INK, anchor="middle", bold=True),
        ]
    )


def _box(name: str, middle: Point) -> Box:
    half = width_of(name, tokens.SMALL, bold=True) / 2 + _MARGIN
    return middle[0] - half, middle[1] - _TALL / 2, middle[0] + half, middle[1] + _TALL / 2


def _holds(ring: Ring, box: Box, window: Box) -> bool:
    """Return whether a label lies wholly inside a ring and the window."""
    left, top, right, bottom = box
    corners = ((left, top), (right, top), (left, bottom), (right, bottom))
    clear = not any(left <= x <= right and top <= y <= bottom for x, y in ring)
    return clear and _within(box, window) and all(contains(ring, corner) for corner in corners)


def _within(box: Box, window: Box) -> bool:
    return window[0] <= box[0] and window[1] <= box[1] and box[2] <= window[2] and box[3] <= window[3]


def _beside(
    name: str, anchor: Point, land: Sequence[tuple[Box, Ring]], taken: Sequence[Place], window: Box
) -> Place | None:
    around = [_wider(place.box) for place in taken]
    free = [box for box in _around(name, anchor) if _within(box, window) and not any(meet(box, one) for one in around)]
    least, best = inf, None
    # The nearest first: what hides something costs more than its distance, never less.
    for away, order in sorted((_away(box, anchor), order) for order, box in enumerate(free)):
        if away > least:
            break
        hidden, crossed = _in_the_way(free[order], anchor, land, around)
        cost = away + _ON_DATA * min(hidden, 2) + _ON_LINE * crossed
        if best is None or (cost, order) < (least, best):
            least, best = cost, order
    return None if best is None else Place(name, free[best], anchor, False)


def _around(name: str, anchor: Point) -> Iterator[Box]:
    half = width_of(name, tokens.SMALL, bold=True) / 2
    for distance in _DISTANCES:
        for step in range(_DIRECTIONS):
            angle = 2 * pi * step / _DIRECTIONS
            yield _box(name, (anchor[0] + (distance + half) * cos(angle), anchor[1] + distance * sin(angle)))


def _wider(box: Box) -> Box:
    return box[0] - 2, box[1] - 2, box[2] + 2, box[3] + 2


def _middle(box: Box) -> Point:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _away(box: Box, anchor: Point) -> float:
    middle = _middle(box)
    return abs(middle[0] - anchor[0]) + abs(middle[1] - anchor[1])


def _in_the_way(box: Box, anchor: Point, land: Sequence[tuple[Box, Ring]], labels: Sequence[Box]) -> tuple[int, int]:
    """Return how many pieces of land a place hides, and how many labels its line runs through."""
    middle = _middle(box)
    corners = ((box[0], box[1]), (box[2], box[1]), (box[0], box[3]), (box[2], box[3]), middle)
    hidden = sum(_any_inside(ring, corners) for around, ring in land if meet(around, box))
    steps = [
        (anchor[0] + (middle[0] - anchor[0]) * t / 8, anchor[1] + (middle[1] - anchor[1]) * t / 8) for t in range(1, 8)
    ]
    crossed = sum(_crosses(steps, label) for label in labels)
    return hidden, crossed


def _any_inside(ring: Ring, corners: Sequence[Point]) -> bool:
    return any(contains(ring, corner) for corner in corners)


def _crosses(steps: Sequence[Point], label: Box) -> bool:
    """Return whether a line to a label, as points on it, runs through another label."""
    left, top, right, bottom = label
    return any(left <= x <= right and top <= y <= bottom for x, y in steps)
