"""The mark of a cover: one score on its scale."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup

from ssemon.report.charts import svg, tokens
from ssemon.report.charts.measure import width_of
from ssemon.report.charts.scale import Range, Scale
from ssemon.report.charts.words import ENGLISH, ChartWords

_FIGURE, _BAND = 58.0, 17.0
_SCALE_TOP, _THICK, _HEIGHT = 84.0, 12.0, 128.0
# The figure's own margin, so that it stands flush with the scale.
_BEARING = 1.0


def score_dial(
    value: float | None,
    band_label: str,
    cuts: Sequence[float],
    fmt: Callable[[float], str],
    *,
    title: str,
    scale: Range = (0, 100),
    reference: float | None = None,
    reference_label: str = "",
    width: float = 460.0,
    words: ChartWords = ENGLISH,
) -> Markup:
    """Draw a score as a large figure over its scale, which is shaded between the cut points.

    Units:   `cuts` in the unit of the value; `reference` is the group's median.
    Missing: `..` in place of the figure, and no mark on the scale.
    """
    across = Scale(*scale, 0, width)
    inside = [scale[0], *(cut for cut in sorted(set(cuts)) if scale[0] < cut < scale[1]), scale[1]]
    parts = [*_figure(value, band_label, fmt, width, words), *_scale(inside, across, fmt)]
    if svg.is_known(reference):
        parts += _reference(across(reference), reference_label, width)
    if svg.is_known(value):
        parts.append(_pointer(across(value), width))
    said = fmt(value) if svg.is_known(value) else words.no_data
    aside = f"; {reference_label} {fmt(reference)}" if svg.is_known(reference) else ""
    spoken = f"{said} ({words.span(fmt(scale[0]), fmt(scale[1]))}); {band_label}{aside}"
    return svg.figure(width, _HEIGHT, parts, title=title, description=spoken)


def _figure(
    value: float | None, band_label: str, fmt: Callable[[float], str], width: float, words: ChartWords
) -> Iterator[str]:
    shown = fmt(value) if svg.is_known(value) else words.missing
    ink = tokens.MAIN if svg.is_known(value) else tokens.MUTED
    yield svg.text(-_BEARING, 34, shown, size=_FIGURE, fill=ink, bold=True)
    start = width_of(shown, _FIGURE, bold=True) + 16
    # On the baseline of the figure.
    yield svg.label(start, 34 + (_FIGURE - _BAND) * 0.357, band_label, width - start, size=_BAND, lines=1)


def _scale(marks: Sequence[float], across: Scale, fmt: Callable[[float], str]) -> Iterator[str]:
    shades = tokens.classes(len(marks) - 1)
    for shade, low, high in zip(shades, marks, marks[1:], strict=False):
        yield svg.rect(across(low), _SCALE_TOP, max(across(high) - across(low) - 1.5, 0.5), _THICK, shade)
    for mark in marks:
        anchor = "start" if mark == marks[0] else "end" if mark == marks[-1] else "middle"
        yield svg.text(across(mark), _SCALE_TOP + _THICK + 12, fmt(mark), size=tokens.NORMAL, anchor=anchor)


def _reference(x: float, words: str, width: float) -> Iterator[str]:
    half = width_of(words, tokens.SMALL) / 2
    yield svg.line(x, _SCALE_TOP - 3, x, _SCALE_TOP + _THICK + 3, tokens.PAPER, 4)
    yield svg.line(x, _SCALE_TOP - 3, x, _SCALE_TOP + _THICK + 3, tokens.INK, 1.6)
    yield svg.text(min(max(x, half), width - half), _SCALE_TOP + _THICK + 27, words, anchor="middle")


def _pointer(x: float, width: float) -> str:
    """Return the mark of the value: a triangle that stands on the scale, and a line across it."""
    tip, foot = _SCALE_TOP - 1, _SCALE_TOP + _THICK + 1
    base = [(min(max(x + side, 0), width), tip - 10) for side in (-6, 6)]
    at = min(max(x, 1.1), width - 1.1)
    lines = svg.line(at, tip, at, foot, tokens.PAPER, 4) + svg.line(at, tip, at, foot, tokens.ACCENT, 2.2)
    return lines + svg.polygon([*base, (x, tip)], tokens.ACCENT)
