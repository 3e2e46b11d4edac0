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
    plans: dict[Any, dict[str, Any] | None] = {}

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
        if plan is None or isinstance(box, page_box):
            stock(box, containing_block)
            return
        own = box.__dict__
        own.update(plan)
        collapse = style["border_collapse"] == "collapse"
        for name in _BORDERS:
            if not (collapse and hasattr(box, name)):
                own[name] = style[name]

    return resolve_percentages


def _plan(told: tuple[Any, ...]) -> dict[str, Any] | None:
    """Return what a box is to know of its lengths, or None where that depends on more."""
    *lengths, sizing = told
    if sizing != "content-box":
        return None
    found: dict[str, Any] = {}
    for name, value in zip(_LENGTHS, lengths, strict=True):
        if value is None or value == "auto":
            found[name] = 0 if value == "auto" and name in ("min_width", "min_height") else value
        elif getattr(value, "unit", None) == "px":
            found[name] = value.value
        else:
            return None
    return found
