"""Lines of text: what has been measured is not measured again, and what has been drawn is drawn from what is known of it.

Two thirds of the texts of a report (years, marks, heads of columns, the words of the methods) are the same letters in
the same type as one before, in this report or in the last one of this process. Pango shapes a text each time it is
measured and once more when it is drawn. Here a text in a type is measured once for each width that it breaks at, and
its glyphs are taken down when it is first drawn; a page then writes them without asking Pango.

Errors: none: a text that is justified, cut with an ellipsis, or has glyphs of an uncommon kind (colour, bitmap, raised,
missing) goes the stock way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from ssemon.report.quicker.texts import LINE

# All that decides where a text breaks and how wide it is.
_TYPE = (
    *LINE, "letter_spacing", "word_spacing", "white_space", "overflow_wrap", "word_break", "hyphens", "hyphenate_character",
    "hyphenate_limit_chars", "hyphenate_limit_zone", "tab_size",
)  # fmt: skip
# Longer texts are measured each time: they are few, and are kept whole.
_LONGEST = 3000
# Lines that are kept at most; a country's report has some two thousand, most of which the next one has too.
MOST = 20_000


@dataclass(slots=True)
class _Line:
    """A line of text in a type: what WeasyPrint's `split_first_line` answers, and its glyphs once they are drawn."""

    shown: dict[str, Any]
    answer: tuple[Any, ...]
    runs: tuple[_Run, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """Glyphs of one font. `own` is the width that each glyph has in this run."""

    key: int
    pango_font: Any
    font_size: float
    own: tuple[tuple[int, int], ...]
    names: tuple[str, ...]
    shifts: tuple[tuple[float, float], ...]
    plain: str


class Kept:
    """The lines of this process. A new font clears them, because it may take the place of another."""

    def __init__(self) -> None:
        self.whole: dict[Any, _Line] = {}
        self.broken: dict[Any, _Line] = {}

    def clear(self) -> None:
        """Forget every line."""
        self.whole.clear()
        self.broken.clear()


KEPT = Kept()


def splitting(lines: Any) -> Callable[..., Any]:
    """Return `split_first_line` with a memory."""
    stock, values, known = lines.split_first_line, itemgetter(*_TYPE), KEPT
    measured = _measured_class(lines.Layout)

    def split_first_line(
        text: str, style: Any, context: Any, max_width: float | None, justification_spacing: float,
        is_line_start: bool = True, minimum: bool = False,
    ) -> Any:  # fmt: skip
        if justification_spacing or len(text) > _LONGEST:
            return stock(text, style, context, max_width, justification_spacing, is_line_start, minimum)
        told = _type_of(style, values)
        whole = (text, told)
        line = known.whole.get(whole)
        if line is None or not (max_width is None or max_width >= line.answer[2]):
            exact = (text, told, max_width, is_line_start, minimum)
            line = known.broken.get(exact)
            if line is None:
                layout, *answer = stock(text, style, context, max_width, justification_spacing, is_line_start, minimum)
                line = _Line({**layout.__dict__, "measured": None}, tuple(answer))
                line.shown["measured"] = line
                if len(known.whole) + len(known.broken) > MOST:
                    known.clear()
                if answer[1] is None and (max_width is None or max_width >= answer[2]):
                    known.whole[whole] = line
                else:
                    known.broken[exact] = line
        layout = object.__new__(measured)
        layout.__dict__.update(line.shown)
        layout.max_width = max_width
        return (layout, *line.answer)

    return split_first_line


def forgetting(stock: Callable[..., Any]) -> Callable[..., Any]:
    """Return `add_font_face` that clears the memory: a new font may take the place of another."""

    def add_font_face(self: Any, *arguments: Any, **options: Any) -> Any:
        KEPT.clear()
        return stock(self, *arguments, **options)

    return add_font_face


def _type_of(style: Any, values: Callable[[Any], tuple[Any, ...]]) -> int:
    """Return a number for the type that a style asks for: the same for styles that are alike."""
    told, kept = values(style), style.__dict__.get("quicker_type")
    if kept is None or kept[0] != told:
        named = (id(style.font_config), repr(told))
        kept = style.quicker_type = (told, _TYPES.setdefault(named, len(_TYPES)))
        _CONFIGURATIONS[id(style.font_config)] = style.font_config
    return int(kept[1])


_TYPES: dict[tuple[int, str], int] = {}
# A layout for each font that glyphs are of: it keeps the font alive.
_HOLDERS: dict[int, Any] = {}
# They are kept alive, because two that are never alive together may have the same address.
_CONFIGURATIONS: dict[int, Any] = {}


def _measured_class(layout: Any) -> Any:
    class Measured(layout):  # type: ignore[misc]
        """A text that has been measured; it has no Pango layout until somebody must have one."""

        measured: _Line

        def deactivate(self) -> None:
            if "layout" in self.__dict__:
                super().deactivate()

        def reactivate(self, style: Any) -> None:
            """Wait: the glyphs may be known."""

        def wake(self, style: Any) -> None:
            super().reactivate(style)

    return Measured


def drawing(drawn: Any, lines: Any) -> Callable[..., Any]:
    """Return `draw_first_line` for texts whose glyphs are known."""
    stock, pango, ffi = drawn.draw_first_line, lines.pango, lines.ffi
    # Before 1.48.2 the size of a font is not what it says (WeasyPrint's own remark).
    trusted = pango.pango_version() >= 14802

    def draw_first_line(stream: Any, textbox: Any, text_overflow: str, block_ellipsis: Any, matrix: Any) -> Any:
        layout = textbox.pango_layout
        line = layout.__dict__.get("measured")
        if line is None or not trusted or text_overflow == "ellipsis" or block_ellipsis != "none":
            if line is not None:
                layout.wake(textbox.style)
            return stock(stream, textbox, text_overflow, block_ellipsis, matrix)
        if not textbox.text.strip() or textbox.style["font_size"] < 1e-6:
            return []
        if line.runs is None:
            layout.wake(textbox.style)
            pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
            line.runs = _runs(stream, layout, drawn, pango, ffi)
            if not line.runs:
                return stock(stream, textbox, text_overflow, block_ellipsis, matrix)
        elif not line.runs:
            layout.wake(textbox.style)
            return stock(stream, textbox, text_overflow, block_ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        _write(stream, line.runs)
        return []

    return draw_first_line


def _runs(stream: Any, layout: Any, drawn: Any, pango: Any, ffi: Any) -> tuple[_Run, ...]:
    """Return the runs of a layout's first line; none where one of them is not plain."""
    found, text = [], layout.text.encode()
    line, _ = layout.get_first_line()
    run = line.runs[0]
    while run != ffi.NULL:
        made = _run(stream, run.data, text, drawn, pango)
        if made is None:
            return ()
        _HOLDERS.setdefault(int(ffi.cast("intptr_t", made.pango_font)), layout.layout)
        found.append(made)
        run = run.next
    return tuple(found)


def _run(stream: Any, item: Any, text: bytes, drawn: Any, pango: Any) -> _Run | None:
    """Take down one run of glyphs, or None where one of them is of an uncommon kind."""
    pango_font = item.item.analysis.font
    font, font_size = stream.add_font(pango_font)
    if font.bitmap or font.png or font.svg or font.colr:
        return None
    key = next(key for key, one in stream._fonts.items() if one is font)  # noqa: SLF001
    glyphs, count, clusters = item.glyphs.glyphs, item.glyphs.num_glyphs, item.glyphs.log_clusters
    leftwards, length, start = item.item.analysis.level % 2, item.item.length, item.item.offset
    own, names, shifts, unit = [], [], [], drawn.FROM_UNITS
    for place in range(count):
        glyph, geometry = glyphs[place].glyph, glyphs[place].geometry
        raised = geometry.y_offset / 1000
        if glyph == pango.PANGO_GLYPH_EMPTY or glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG or raised:
            return None
        if leftwards:
            end = length if place == 0 else clusters[place - 1]
        else:
            end = length if place == count - 1 else clusters[place + 1]
        names.append(text[start + clusters[place] : start + end].decode())
        pango.pango_font_get_glyph_extents(pango_font, glyph, stream.ink_rect, stream.logical_rect)
        own.append((glyph, round(stream.logical_rect.width * 1000 * unit / font_size)))
        shifts.append((geometry.x_offset / font_size, geometry.width * 1000 * unit / font_size))
    widths = [width for _, width in own]
    shown = _shown(own, shifts, widths)
    return _Run(key, pango_font, font_size, tuple(own), tuple(names), tuple(shifts), shown)


def _shown(own: Any, shifts: Any, widths: Any) -> str:
    """Return the glyphs as a page writes them, where each glyph is as wide as `widths` says."""
    parts = ["<"]
    for (glyph, _), (offset, advance), width in zip(own, shifts, widths, strict=True):
        if offset:
            parts.append(f">{-offset}<")
        parts.append(f"{glyph:04x}")
        kerning = width + offset - advance
        if kerning:
            parts.append(f">{int(kerning)}<")
    whole = "".join(parts)
    return whole[:-1] if whole[-1] == "<" else f"{whole}>"


def _write(stream: Any, runs: tuple[_Run, ...]) -> None:
    """Write the glyphs, and tell the fonts of the file which they are."""
    fonts, string, last = stream._fonts, "", None  # noqa: SLF001
    for run in runs:
        font = fonts.get(run.key)
        if font is None:
            font, _ = stream.add_font(run.pango_font)
        if run.pango_font != last:
            last = run.pango_font
            if string:
                stream.show_text(string)
            string = ""
            stream.set_font_size(font.hash, run.font_size)
        widths, names, alike = font.widths, font.to_unicode, True
        for place, (glyph, width) in enumerate(run.own):
            if glyph not in names:
                names[glyph] = run.names[place]
            known = widths.get(glyph)
            if known is None:
                widths[glyph] = width
            elif known != width:
                alike = False
        string += run.plain if alike else _shown(run.own, run.shifts, [widths[glyph] for glyph, _ in run.own])
    stream.show_text(string)
