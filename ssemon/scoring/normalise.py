"""Putting every indicator on the edition's range."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import polars as pl

from ssemon.edition import Choice, Edition
from ssemon.errors import Problem, Where
from ssemon.framework import Framework, Indicator
from ssemon.scoring.check import CLIP, called, given
from ssemon.scoring.frozen import Frozen, statistics, with_frozen
from ssemon.scoring.kinds import Bounds, Methods, Scale
from ssemon.scoring.panel import Floats, Panel
from ssemon.scoring.prepare import Prepared, Rescale
from ssemon.scoring.side_by_side import each, workers_for
from ssemon.scoring.usable import placed
from ssemon.text import listed, plural


@dataclass(frozen=True, slots=True)
class Normalised:
    """The indicators on the edition's range.

    Shape:   as the panel.
    Missing: NaN; `constant` names the indicators that have values and cannot be told apart by them; `lost` counts the
             cells of other indicators that have a value and no place on the scale, and names some of them.
    `bounds` makes the table of the statistics that the scale rests on (frozen.py).
    """

    scores: Floats
    unclipped: Floats
    constant: tuple[str, ...]
    lost: Mapping[str, tuple[int, str]]
    bounds: Callable[[], pl.DataFrame]


# Cells that go through a method together.
BLOCK = 2**17
_NONE = np.zeros(0)


def normalise(
    prepared: Prepared, framework: Framework, edition: Edition, methods: Methods, frozen: Frozen | None = None
) -> Normalised:
    """Score each cell: transform, normalise, cut off at the range.

    Shape: indicators that are normalised alike go through the method together.
    """
    panel, scale = prepared.panel, Scale(*edition.method.normalisation_range)
    values, bounds = transformed(prepared, framework)
    scores, unclipped = np.empty_like(values), np.empty_like(values)
    cells, lost = np.zeros((2, len(values)), dtype=np.int64)
    blocks = [
        _Block(choice, places, _parameters(choice, places, panel, edition, methods, frozen))
        for choice, places in _alike(framework, edition, values[0].size if len(values) else 1)
    ]

    def work(number: int) -> None:
        block = blocks[number]
        places = block.span
        own = values[places]
        method = methods.get("normalisation", block.choice.method)
        missing = np.isnan(prepared.values[places])
        with placed(edition, "normalisation", block.choice, _codes(panel, block.places)):
            found = called(method, own.shape, edition, own, bounds.of(block.places), scale, **block.parameters)
        found = np.where(missing, np.nan, found)
        unclipped[places] = found
        scores[places] = np.clip(found, scale.low, scale.high) if is_clipped(block.choice) else found
        cells[places] = (~missing).sum(axis=(1, 2))
        lost[places] = (np.isnan(found) & ~missing).sum(axis=(1, 2))

    each(work, len(blocks), workers_for(values.size))
    bounded = set(without_goalposts(framework, edition))
    counted = {
        leaf.code: (int(gone), int(all_cells))
        for leaf, gone, all_cells in zip(framework.indicators, lost, cells, strict=True)
        if gone and leaf.weight > 0 and leaf.code not in bounded
    }
    constant = tuple(code for code, (gone, all_cells) in counted.items() if gone == all_cells)
    partly = {
        code: (gone, _cells_without(panel, prepared.values, unclipped, code))
        for code, (gone, all_cells) in counted.items()
        if gone < all_cells
    }
    return Normalised(scores, unclipped, constant, partly, lambda: _statistics(blocks, values, panel))


def _cells_without(panel: Panel, values: Floats, scores: Floats, code: str) -> str:
    place = panel.place[code]
    return panel.cells(np.isnan(scores[place]) & ~np.isnan(values[place]))


def is_clipped(choice: Choice) -> bool:
    """Return whether scores are cut off at the ends of the range."""
    return bool(choice.parameters.get(CLIP, True))


@dataclass(frozen=True, slots=True)
class _Block:
    """Indicators that go through a method together, and the method's parameters."""

    choice: Choice
    places: list[int]
    parameters: dict[str, Any]

    @property
    def span(self) -> slice | list[int]:
        """Where the indicators stand: a slice, which copies nothing, where they stand together."""
        first, last = self.places[0], self.places[-1]
        return slice(first, last + 1) if last - first + 1 == len(self.places) else self.places


def _parameters(
    choice: Choice, places: list[int], panel: Panel, edition: Edition, methods: Methods, frozen: Frozen | None
) -> dict[str, Any]:
    parameters = given(methods, "normalisation", choice, edition, panel.areas)
    parameters.pop(CLIP, None)
    if "reference" in parameters:
        parameters["reference"] = with_frozen(parameters["reference"], frozen, _codes(panel, places), panel.years)
    return parameters


def _codes(panel: Panel, places: Sequence[int]) -> list[str]:
    return [panel.codes[place] for place in places]


def _statistics(blocks: Sequence[_Block], values: Floats, panel: Panel) -> pl.DataFrame:
    """The statistics of all indicators that are normalised against a reference set."""
    parts = [
        (_codes(panel, block.places), block.parameters["reference"], values[block.places])
        for block in blocks
        if "reference" in block.parameters
    ]
    return statistics(parts, panel.years)


def _alike(framework: Framework, edition: Edition, cells: int) -> list[tuple[Choice, list[int]]]:
    """The indicators by how they are normalised, in blocks that the processor's cache holds.

    Shape: places in the order of the framework; `cells` is the size of one indicator.
    """
    found: dict[str, tuple[Choice, list[int]]] = {}
    for at, indicator in enumerate(framework.indicators):
        choice = edition.method.normalisation_of(indicator.code)
        found.setdefault(repr(choice), (choice, []))[1].append(at)
    size = max(1, BLOCK // max(1, cells))
    return [
        (choice, places[start : start + size])
        for choice, places in found.values()
        for start in range(0, len(places), size)
    ]


def transformed(prepared: Prepared, framework: Framework) -> tuple[Floats, Bounds]:
    """Return the values and goalposts after treatment and transform.

    Units: log10 of the value, first raised to the lower goalpost, and of both goalposts.
    """
    leaves = framework.indicators
    posts = [_goalposts(leaf, prepared.rescale.get(leaf.code)) for leaf in leaves]
    lower, upper = (np.array(side, dtype=np.float64) for side in zip(*posts, strict=True)) if posts else (_NONE, _NONE)
    values = prepared.values
    logs = [at for at, leaf in enumerate(leaves) if leaf.transform == "log10"]
    if logs:
        values = values.copy()
        with np.errstate(invalid="ignore", divide="ignore"):
            floor = np.where(lower[logs] > 0, lower[logs], -np.inf)[:, None, None]
            moved = np.log10(np.maximum(values[logs], floor))
            values[logs] = np.where(np.isfinite(moved), moved, np.nan)
            for side in (lower, upper):
                side[logs] = np.where(side[logs] > 0, np.log10(side[logs]), np.nan)
    direction = np.array([leaf.direction for leaf in leaves], dtype=np.float64)
    return values, Bounds(*(side[:, None, None] for side in (lower, upper, direction)))


def _goalposts(indicator: Indicator, rescale: Rescale | None) -> tuple[float, float]:
    """The goalposts on the treated scale; NaN where there is none."""
    posts = (indicator.lower, indicator.upper)
    moved = [post if post is None or rescale is None else rescale(post) for post in posts]
    low, high = (post if post is not None and isfinite(post) else float("nan") for post in moved)
    return low, high


def without_goalposts(framework: Framework, edition: Edition) -> list[str]:
    """Return the indicators that carry weight and cannot be normalised between goalposts."""
    return [
        indicator.code
        for indicator in framework.indicators
        if indicator.weight > 0
        and (indicator.lower is None or indicator.upper is None)
        and edition.method.normalisation_of(indicator.code).method == "goalposts"
    ]


def unbounded_notice(framework: Framework, edition: Edition) -> list[Problem]:
    """Tell of indicators that carry weight and have no goalposts: they are shown, not scored."""
    found = without_goalposts(framework, edition)
    if not found:
        return []
    return [
        Problem(
            code="N02",
            severity="warning",
            stage="scoring",
            what=f"{plural(len(found), 'indicator')} without goalposts: shown, never scored, never counted",
            found=", ".join(found[:5]) + (" …" if len(found) > 5 else ""),
            fix="give lower_goalpost and upper_goalpost in indicators.csv, or weight 0",
            where=Where(file=str(framework.folder / "indicators.csv")),
        )
    ]


def constant_notice(constant: tuple[str, ...]) -> list[Problem]:
    """Tell of indicators whose values are all the same: they leave the edition."""
    if not constant:
        return []
    what = f"{plural(len(constant), 'indicator')} that cannot be put on the scale: shown, never scored, never counted"
    fix = (
        "their values are all the same or too far apart, or there is only one: take goalposts, a wider reference set, "
        "or weight 0"
    )
    return [Problem(code="N03", severity="warning", stage="scoring", what=what, found=listed(constant), fix=fix)]


def lost_notice(lost: Mapping[str, tuple[int, str]]) -> list[Problem]:
    """Tell of values that the method has no place for on the scale."""
    if not lost:
        return []
    what = f"{plural(sum(count for count, _ in lost.values()), 'value')} that the normalisation has no place for on the scale: not scored"
    fix = "look for values that the method cannot take (0 or less, no level of the rubric), or choose another method"
    found = listed(f"{code} ({count}: {cells})" for code, (count, cells) in lost.items())
    return [Problem(code="N10", severity="warning", stage="scoring", what=what, found=found, fix=fix)]
