"""Boxes: whether they are in normal flow, and their lengths, which seldom depend on the box around them."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

_SIDES = ("left", "right", "top", "bottom")
_LENGTHS = (
    *(f"margin_{side}" for side in _SIDES), *(f"padding_{side}" for side in _SIDES),
    "width", "min_width", "max_width", "height", "min_height", "max_height",
)  # fmt: skip
_CORNERS = ("top_left", "top_right", "bottom_right", "bottom_left")
_BORDERS = tuple(f"border_{side}_width" for side in ("top", "right", "bottom", "left"))
# Plans that are kept at most: a report has some hundreds.
_MOST_PLANS = 5000


def is_in_normal_flow(self: Any) -> bool:
    """Whether a box is in normal flow: in the plain case, two looks instead of seven."""
    style = self.style
    position = style["position"]
    if style["float"] == "none" and (position == "static" or position == "relative"):  # noqa: PLR1714  quicker than a tuple
        return True
    return not (
        self.is_floated()
        or self.is_absolutely_positioned()
        or self.is_running()
        or self.is_footnote()
        or self.is_note()
    )


def resolving(percent: Any, boxes: Any) -> Callable[[Any, Any], None]:
    """Lengths without a percentage do not depend on the block around: each combination is worked out once."""
    stock, values, page_box = percent.resolve_percentages, itemgetter(*_LENGTHS, "box_sizing"), boxes.PageBox
    any_box = boxes.Box
    plans: dict[Any, tuple[dict[str, Any], bool] | None] = {}

    def resolve_percentages(box: Any, containing_block: Any) -> None:
        style = box.style
        told = values(style)
        try:
            plan = plans[told]
        except KeyError:
            if len(plans) > _MOST_PLANS:
                plans.clear()
            plan = plans[told] = _plan(told)
        except TypeError:  # a value that cannot be a key
            plan = None
        if plan is None or isinstance(box, page_box) or not isinstance(box, any_box):
            stock(box, containing_block)
            return
        lengths, around = plan
        own = box.__dict__
        own.update(lengths)
        collapse = style["border_collapse"] == "collapse"
        for name in _BORDERS:
            if not (collapse and hasattr(box, name)):
                own[name] = style[name]
        if around:
            _shrink(
                own,
                "width",
                own["padding_left"] + own["padding_right"] + box.border_left_width + box.border_right_width,
            )
            _shrink(
                own,
                "height",
                own["padding_top"] + own["padding_bottom"] + box.border_top_width + box.border_bottom_width,
            )

    return resolve_percentages


def _shrink(own: dict[str, Any], axis: str, edges: float) -> None:
    """Make lengths that are told of a box with its edges those of what is inside."""
    if edges > 0:
        for name in (axis, f"max_{axis}", f"min_{axis}"):
            if own[name] != "auto":
                own[name] = max(0, own[name] - edges)


def _plan(told: tuple[Any, ...]) -> tuple[dict[str, Any], bool] | None:
    """Return what a box is to know of its lengths, and whether they include its edges; None where more decides."""
    *lengths, sizing = told
    if sizing not in ("content-box", "border-box"):
        return None
    found: dict[str, Any] = {}
    for name, value in zip(_LENGTHS, lengths, strict=True):
        if value is None or value == "auto":
            found[name] = 0 if value == "auto" and name in ("min_width", "min_height") else value
        elif getattr(value, "unit", None) == "px":
            found[name] = value.value
        else:
            return None
    # A padding is never `auto`; where something else is not a number, the stock function decides.
    whole = all(isinstance(found[f"padding_{side}"], int | float) for side in _SIDES)
    whole = whole and all(found[f"max_{axis}"] not in (None, "auto") for axis in ("width", "height"))
    return (found, sizing == "border-box") if whole or sizing == "content-box" else None


def resolving_radii(stock: Callable[[Any], None], boxes: Any) -> Callable[[Any], None]:
    """Corners that are not round: four attributes at once."""
    corners = itemgetter(*(f"border_{corner}_radius" for corner in _CORNERS))
    zero, square = (0, "px"), {f"border_{corner}_radius": (0, 0) for corner in _CORNERS}

    def resolve_radii_percentages(box: Any) -> None:
        style = box.style
        known = style.__dict__.get("quicker_square")
        if known is None:
            known = style.quicker_square = all(zero in radii for radii in corners(style))
        if known and isinstance(box, boxes.Box):  # what stands in for a box has no attributes of its own
            box.__dict__.update(square)
        else:
            stock(box)

    return resolve_radii_percentages


def avoiding(stock: Callable[..., Any]) -> Callable[..., Any]:
    """Return `avoid_collisions` that need not look where nothing floats."""

    def avoid_collisions(context: Any, box: Any, containing_block: Any, outer: bool = True) -> Any:
        if context.excluded_shapes or not outer:
            return stock(context, box, containing_block, outer)
        floats = box.style["float"]
        leftwards = floats == "none" and containing_block.style["direction"] == "rtl"
        if leftwards or (floats != "none" and box.border_height() == 0):
            return stock(context, box, containing_block, outer)
        left = containing_block.content_box_x()
        return left, box.position_y, left + containing_block.width - left  # to the last bit as the stock function

    return avoid_collisions
