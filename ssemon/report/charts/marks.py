"""Small marks of status and direction, drawn because the reports' font has no glyphs for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from markupsafe import Markup

from ssemon.report.charts import svg, tokens

Kind = Literal["circle", "ring", "diamond", "triangle", "square", "cross", "dash", "up", "right", "down"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def mark(kind: Kind, *, title: str, colour: str = tokens.MAIN, size: float = 10.0) -> Markup:
    """Draw one mark. Its title says what it means, because shape and colour are not heard.

    Errors: KeyError for a kind that is not known.
    """
    return svg.figure(size, size, [_SHAPES[kind](size, colour)], title=title, description="")


def _circle(size: float, colour: str) -> str:
    return svg.circle(size / 2, size / 2, size * 0.42, colour)


def _ring(size: float, colour: str) -> str:
    return svg.circle(size / 2, size / 2, size * 0.35, "none", stroke=colour, width=size * 0.15)


def _square(size: float, colour: str) -> str:
    return svg.rect(size * 0.12, size * 0.12, size * 0.76, size * 0.76, colour)


def _shape(*corners: svg.Point) -> Callable[[float, str], str]:
    return lambda size, colour: svg.polygon([(x * size, y * size) for x, y in corners], colour)


def _strokes(*lines: tuple[svg.Point, ...]) -> Callable[[float, str], str]:
    def drawn(size: float, colour: str) -> str:
        width = size * 0.15
        return "".join(svg.polyline([(x * size, y * size) for x, y in line], colour, width) for line in lines)

    return drawn


_SHAPES: dict[Kind, Callable[[float, str], str]] = {
    "circle": _circle,
    "ring": _ring,
    "square": _square,
    "diamond": _shape((0.5, 0.02), (0.98, 0.5), (0.5, 0.98), (0.02, 0.5)),
    "triangle": _shape((0.5, 0.06), (0.98, 0.92), (0.02, 0.92)),
    "cross": _strokes(((0.15, 0.15), (0.85, 0.85)), ((0.85, 0.15), (0.15, 0.85))),
    "dash": _strokes(((0.12, 0.5), (0.88, 0.5))),
    "up": _strokes(((0.5, 0.9), (0.5, 0.14)), ((0.18, 0.46), (0.5, 0.14), (0.82, 0.46))),
    "right": _strokes(((0.1, 0.5), (0.86, 0.5)), ((0.54, 0.18), (0.86, 0.5), (0.54, 0.82))),
    "down": _strokes(((0.5, 0.1), (0.5, 0.86)), ((0.18, 0.54), (0.5, 0.86), (0.82, 0.54))),
}
