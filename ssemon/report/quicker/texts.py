"""The type of a text: its Pango context, font and metrics follow from its style, and are made once for each."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

# What a text's layout is made from.
FONT = (
    "direction", "font_language_override", "lang", "font_family", "font_style", "font_stretch", "font_weight", "font_size",
    "font_variant_caps", "font_variation_settings", "text_decoration_line", "font_kerning", "font_variant_ligatures",
    "font_variant_position", "font_variant_numeric", "font_variant_alternates", "font_variant_east_asian",
    "font_feature_settings",
)  # fmt: skip
LINE = (*FONT, "line_height")


def setting_up(lines: Any) -> Callable[[Any, Any], None]:
    """A text's Pango context, font and metrics follow from its style: they are made once for each."""
    stock, values = lines.Layout.setup, itemgetter(*FONT)
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


def measuring_struts(stock: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The height of an empty line follows from its style."""
    values = itemgetter(*LINE)

    def strut(style: Any) -> Any:
        told, kept = values(style), style.__dict__.get("quicker_strut")
        if kept is None or kept[0] != told:
            kept = style.quicker_strut = (told, stock(style))
        return kept[1]

    return strut
