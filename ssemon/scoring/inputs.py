"""What a score is made of, in parts that can be exchanged one by one between two states.

The data come apart by area; the framework into weights, goalposts and the rest; the profile into its steps. `mixed`
puts an input together of which some parts are as before and the others as after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from ssemon.choices import CERTAIN, Method, Outlook
from ssemon.edition import Edition, check_against
from ssemon.errors import EditionFault
from ssemon.framework import Framework, Indicator, Node
from ssemon.model import TOTAL

# The parts of a framework. Weights and goalposts are those of nodes and indicators that are there before and after.
STRUCTURE, WEIGHTS, GOALPOSTS = "structure", "weights", "goalposts"
_GOALPOST_FIELDS = ("lower", "upper", "direction", "transform")
# The steps of a profile, each with the settings that decide it. Bands, ranks and the names of files do not move a score.
SCOPE = "scope"
STEPS: Mapping[str, tuple[str, ...]] = {
    SCOPE: ("universe", "max_age"),
    "denomination": ("denominate", "denominators"),
    "imputation": ("imputation", "indicator_imputation", "node_imputation"),
    "treatment": ("treatment", "indicator_treatment"),
    "normalisation": ("normalisation", "normalisation_range", "indicator_normalisation", "frozen"),
    "weighting": ("weighting", "node_weighting"),
    "aggregation": ("aggregation",),
    "coverage": ("coverage",),
}
WITHOUT_EFFECT = ("rank_among", "band_cuts", "band_codes", "frozen_file")
# What of the profile beside the method decides which areas and years are looked at.
_SCOPE_OF_EDITION = ("years", "countries")
# Where a part cannot be taken by itself, these are exchanged whole.
METHOD, RULES = "method", "framework_and_method"
# With more parts than this, the steps of the profile count as one: each part doubles the number of scorings.
MOST_PARTS = 4

_CELL = ("area", "indicator", "year", "sex", "org_type", "value", "obs_status")
# Columns of the framework's files that stand in fields of their own.
_IN_FIELDS = frozenset(
    ("code", "parent", "name_en", "definition", "unit", "direction", "lower_goalpost", "upper_goalpost", "weight",
     "core", "transform", "level")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a score is made of, but for the program."""

    observations: pl.DataFrame
    framework: Framework
    edition: Edition


def bare(inputs: Inputs) -> Inputs:
    """Return the inputs without what moves no score: it may name what the other framework does not have."""
    plain: dict[str, Any] = {name: getattr(Method(), name) for name in WITHOUT_EFFECT}
    method = replace(inputs.edition.method, **plain)
    edition = replace(inputs.edition, method=method, uncertainty=CERTAIN, outlook=Outlook())
    return Inputs(scored_cells(inputs.observations), inputs.framework, edition)


def scored_cells(observations: pl.DataFrame) -> pl.DataFrame:
    """Return the observations that scoring looks at, sorted. Shape: one row an area, indicator and year."""
    totals = observations.filter((pl.col("sex") == TOTAL) & (pl.col("org_type") == TOTAL))
    return totals.select(_CELL).sort("area", "indicator", "year")


def changed_areas(before: pl.DataFrame, after: pl.DataFrame) -> frozenset[str]:
    """Return the areas whose data differ. Shape: both as `scored_cells` gives them."""
    rows = before.join(after, on=_CELL, how="anti", nulls_equal=True)
    more = after.join(before, on=_CELL, how="anti", nulls_equal=True)
    return frozenset({*rows["area"].unique(), *more["area"].unique()})


def differing_parts(before: Inputs, after: Inputs) -> tuple[str, ...]:
    """Return the parts of framework and profile that differ, finest first where few enough.

    Where neither profile fits the other's framework, the two cannot be told apart and count as one part.
    """
    structure = [name for name in (STRUCTURE, WEIGHTS, GOALPOSTS) if _framework_differs(before, after, name)]
    steps = [step for step in STEPS if _step(before.edition, step) != _step(after.edition, step)]
    crossed = ((before.framework, after.edition), (after.framework, before.edition))
    if structure and steps and not any(_fits(*pair) for pair in crossed):
        return (RULES,)
    if len(structure) + len(steps) > MOST_PARTS:
        steps = [METHOD]
    return (*structure, *steps)


def mixed(before: Inputs, after: Inputs, parts: frozenset[str]) -> tuple[Framework, Edition] | None:
    """Return the framework and profile with some parts as after; None where they do not fit each other."""
    if RULES in parts:
        return after.framework, after.edition
    framework, edition = _framework(before.framework, after.framework, parts), before.edition
    if METHOD in parts:
        edition = after.edition
    for step in parts & STEPS.keys():
        edition = _with_step(edition, after.edition, step)
    return (framework, edition) if _fits(framework, edition) else None


def _step(edition: Edition, step: str) -> list[Any]:
    found = [getattr(edition.method, name) for name in STEPS[step]]
    return [*found, *(getattr(edition, name) for name in _SCOPE_OF_EDITION)] if step == SCOPE else found


def _with_step(edition: Edition, other: Edition, step: str) -> Edition:
    """The profile with one step as in another."""
    own: dict[str, Any] = {name: getattr(other.method, name) for name in STEPS[step]}
    edition = replace(edition, method=replace(edition.method, **own))
    if step == SCOPE:
        edition = replace(edition, years=other.years, countries=other.countries)
    return edition


def _fits(framework: Framework, edition: Edition) -> bool:
    try:
        check_against(edition, framework)
    except EditionFault:
        return False
    return True


def _framework_differs(before: Inputs, after: Inputs, part: str) -> bool:
    """Whether a part of the framework differs: the rest, once weights and goalposts are those of the other."""
    one, other = before.framework, after.framework
    if part == STRUCTURE:
        return _signature(_framework(one, other, frozenset((WEIGHTS, GOALPOSTS)))) != _signature(other)
    return _signature(_framework(one, other, frozenset((part,)))) != _signature(one)


def _signature(framework: Framework) -> list[object]:
    """What of a framework may move a score: no names, no texts."""
    nodes = [(node.code, node.parent, node.weight, _rest(node)) for node in framework.nodes]
    leaves = [replace(leaf, name="", definition="", unit="", metadata=_rest(leaf)) for leaf in framework.indicators]
    return [nodes, leaves, framework.areas]


def _rest(member: Node | Indicator) -> dict[str, str]:
    return {name: text for name, text in member.metadata.items() if name not in _IN_FIELDS}


def _framework(before: Framework, after: Framework, parts: frozenset[str]) -> Framework:
    """The framework with its tree, its weights and its goalposts each as before or as after."""
    base, other = (after, before) if STRUCTURE in parts else (before, after)
    if (STRUCTURE in parts) != (WEIGHTS in parts):
        base = replace(
            base,
            nodes=_taken(base.nodes, other.node_by_code, ("weight",)),
            indicators=_taken(base.indicators, other.indicator_by_code, ("weight",)),
        )
    if (STRUCTURE in parts) != (GOALPOSTS in parts):
        base = replace(base, indicators=_taken(base.indicators, other.indicator_by_code, _GOALPOST_FIELDS))
    return base


def _taken(members: Sequence[Any], other: Mapping[str, Any], names: Sequence[str]) -> tuple[Any, ...]:
    """The members with some fields as another framework has them; one that it has not keeps its own."""
    return tuple(
        replace(member, **{name: getattr(other[member.code], name) for name in names})
        if member.code in other
        else member
        for member in members
    )
