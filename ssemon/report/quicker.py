"""The same bytes in less time: what WeasyPrint 70 works out again and again is worked out once.

Profiles of a report are flat, but for a few small functions that are called a hundred thousand times with the same
few hundred arguments. Each replacement here gives what the stock function gives (a test compares the bytes of whole
reports), and hands on to it whatever is not the plain case. Like `svgtext`, this reaches into private parts, so it is
installed for the version it was written for and for no other.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from operator import itemgetter
from typing import Any

WRITTEN_FOR = "70."
_SIDES = ("left", "right", "top", "bottom")
_LENGTHS = (
    *(f"margin_{side}" for side in _SIDES), *(f"padding_{side}" for side in _SIDES),
    "width", "min_width", "max_width", "height", "min_height", "max_height",
)  # fmt: skip
_BORDERS = tuple(f"border_{side}_width" for side in ("top", "right", "bottom", "left"))
# What a text's layout is made from.
_FONT = (
    "direction", "font_language_override", "lang", "font_family", "font_style", "font_stretch", "font_weight", "font_size",
    "font_variant_caps", "font_variation_settings", "text_decoration_line", "font_kerning", "font_variant_ligatures",
    "font_variant_position", "font_variant_numeric", "font_variant_alternates", "font_variant_east_asian",
    "font_feature_settings",
)  # fmt: skip
_LINE = (*_FONT, "line_height")
# Plans that are kept at most: a report has some hundreds.
_MOST_PLANS = 5000


def install() -> bool:
    """Put the replacements in; say whether they are.

    Errors: none: another version of WeasyPrint keeps its own functions.
    """
    if not importlib.import_module("weasyprint").VERSION.startswith(WRITTEN_FOR):
        return False
    css = importlib.import_module("weasyprint.css")
    if getattr(css.ComputedStyle.__missing__, "quicker", False):
        return True
    percent = importlib.import_module("weasyprint.layout.percent")
    lines = importlib.import_module("weasyprint.text.line_break")
    boxes = importlib.import_module("weasyprint.formatting_structure.boxes")
    pydyf: Any = importlib.import_module("pydyf")
    css.ComputedStyle.__missing__ = _marked(_computed(css))
    boxes.Box.is_in_normal_flow = _is_in_normal_flow
    lines.Layout.setup = _setup(lines)
    pydyf._to_bytes = _to_bytes(pydyf)  # noqa: SLF001
    _replace(percent.resolve_percentages, _resolved(percent, boxes))
    _replace(lines.strut, _strut(lines.strut))
    return True


def _marked(function: Any) -> Any:
    function.quicker = True
    return function


def _replace(stock: Callable[..., Any], ours: Callable[..., Any]) -> None:
    """Put a function in the place of another, wherever WeasyPrint has imported it."""
    for name, module in list(sys.modules.items()):
        if name.startswith("weasyprint.") and getattr(module, stock.__name__, None) is stock:
            setattr(module, stock.__name__, ours)


def _computed(css: Any) -> Callable[[Any, str], Any]:
    """Properties that no rule sets and nothing computes: the parent's value, or the initial one."""
    stock, initial = css.ComputedStyle.__missing__, css.INITIAL_VALUES
    special = {"page", "position", "float", "display", *css.PHYSICAL_FUNCTIONS}
    plain = {key for key in initial if key not in special and not key.startswith("text_decoration_")}
    inherited = frozenset(key for key in plain if key in css.INHERITED)
    fixed = frozenset(key for key in plain - inherited if key not in css.INITIAL_NOT_COMPUTED)

    def missing(self: Any, key: str) -> Any:
        if key not in self.cascaded:
            if key in inherited and self.parent_style is not None:
                value = self[key] = self.parent_style[key]
                return value
            if key in fixed and not css.check_math(initial[key]):
                value = self[key] = initial[key]
                return value
        return stock(self, key)

    return missing


def _is_in_normal_flow(self: Any) -> bool:
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


def _resolved(percent: Any, boxes: Any) -> Callable[[Any, Any], None]:
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


def _setup(lines: Any) -> Callable[[Any, Any], None]:
    """A text's Pango context, font and metrics follow from its style: they are made once for each."""
    stock, values = lines.Layout.setup, itemgetter(*_FONT)
    ffi, pango, gobject = lines.ffi, lines.pango, lines.gobject
    metrics = (
        "ascent",
        "underline_position",
        "strikethrough_position",
        "underline_thickness",
        "strikethrough_thickness",
    )

    def setup(self: Any, style: Any) -> None:
        told, kept = values(style), style.__dict__.get("quicker_font")
        if kept is None or kept[0] != told:
            stock(self, style)
            # As the stock function makes them for this one layout.
            context = ffi.gc(pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref)
            pango.pango_context_set_round_glyph_positions(context, False)
            pango.pango_context_set_base_dir(context, lines.PANGO_DIRECTION[style["direction"]])
            if style["lang"] or style["font_language_override"] != "normal":
                pango.pango_context_set_language(context, self.language)
            font = lines.get_font_description(style)
            known = {name: getattr(self, name) for name in metrics if hasattr(self, name)}
            style.quicker_font = (told, context, font, self.language, known, _features(lines, style))
            return
        _, context, font, language, known, features = kept
        self.style, self.first_line_direction, self.language = style, 0, language
        layout = self.layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
        pango.pango_layout_set_auto_dir(layout, False)
        pango.pango_layout_set_font_description(layout, font)
        self.__dict__.update(known)
        if features is not None:
            attributes = pango.pango_attr_list_new()
            pango.pango_attr_list_insert(attributes, features)
            pango.pango_layout_set_attributes(layout, attributes)

    return setup


def _features(lines: Any, style: Any) -> Any:
    """Return the font features that the stock function has just kept for a style, or None."""
    found = lines.font_features(
        style["font_kerning"], style["font_variant_ligatures"], style["font_variant_position"], style["font_variant_caps"],
        style["font_variant_numeric"], style["font_variant_alternates"], style["font_variant_east_asian"],
        style["font_feature_settings"],
    )  # fmt: skip
    if not found:
        return None
    return style.font_config.font_features[",".join(f"{key} {value}" for key, value in found.items()).encode()]


def _strut(stock: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The height of an empty line follows from its style."""
    values = itemgetter(*_LINE)

    def strut(style: Any) -> Any:
        told, kept = values(style), style.__dict__.get("quicker_strut")
        if kept is None or kept[0] != told:
            kept = style.quicker_strut = (told, stock(style))
        return kept[1]

    return strut


def _to_bytes(pydyf: Any) -> Callable[[Any], bytes]:
    """The pieces of a PDF as bytes: the commonest kinds first."""
    stock = pydyf._to_bytes  # noqa: SLF001

    def to_bytes(piece: Any) -> bytes:
        kind = type(piece)
        if kind is bytes:
            return piece  # type: ignore[no-any-return]
        if kind is str:
            return piece.encode("ascii")  # type: ignore[no-any-return]
        if kind is float:
            if piece.is_integer():
                return b"%d" % piece
            return (b"%f" % piece).rstrip(b"0")
        if kind is int:
            return b"%d" % piece
        return stock(piece)  # type: ignore[no-any-return]

    return to_bytes
