"""The tree of a framework as records: nodes, indicators, and what is asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ssemon.expressions import in_order
from ssemon.formula import Expression
from ssemon.rulebook import CheckRule


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the tree above the indicators.

    Units: `weight` is relative to its siblings'; `level` is 0 at the root.
    """

    code: str
    level: int
    parent: str
    name: str
    weight: float
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Indicator:
    """A leaf of the tree.

    Units:   `lower` and `upper` are in the indicator's raw unit, `weight` relative to its siblings; `minimum` and
             `maximum`, also raw, are the least and greatest value that can exist.
             Where there is an expression, they are in the unit of its result.
    Missing: goalposts may be absent: the indicator is then shown and never scored with goalposts.
    """

    code: str
    parent: str
    name: str
    definition: str
    unit: str
    direction: int
    type: str
    lower: float | None
    upper: float | None
    weight: float
    core: bool
    transform: str = "none"
    derivation: str = ""
    series: tuple[str, ...] = ()
    derivation_scale: float = 1.0
    max_age_years: int | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    expression: Expression | None = None
    minimum: float | None = None
    maximum: float | None = None

    def as_row(self) -> dict[str, object]:
        """Return the indicator as a row of indicators.csv; an empty cell is None."""
        return {
            **self.metadata,
            "code": self.code,
            "parent": self.parent,
            "name_en": self.name,
            "definition": self.definition,
            "unit": self.unit,
            "direction": self.direction,
            "type": self.type,
            "lower_goalpost": self.lower,
            "upper_goalpost": self.upper,
            "weight": self.weight,
            "core": int(self.core),
            "transform": self.transform,
            "derivation": self.derivation,
            "source_code": "+".join(self.series) or self.metadata.get("source_code"),
            "derivation_scale": self.derivation_scale,
            "max_age_years": self.max_age_years,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "expression": None if self.expression is None else self.expression.text,
        }


@dataclass(frozen=True, slots=True)
class Series:
    """A source series that countries send: in which unit, and times which power of ten (SDMX UNIT_MULT)."""

    code: str
    name: str
    unit: str
    multiplier: int = 0


@dataclass(frozen=True)
class Framework:
    """What is measured: the tree, its indicators, their rubrics, the areas that are compared, and its own rules.

    `series_by_code` holds the series whose unit the framework states.
    """

    id: str
    version: str
    title: str
    description: str
    licence: str
    statement: str
    folder: Path
    hash: str
    nodes: tuple[Node, ...]
    indicators: tuple[Indicator, ...]
    rubrics: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    areas: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    series_by_code: Mapping[str, Series] = field(default_factory=dict)
    rules: tuple[CheckRule, ...] = ()

    @cached_property
    def node_by_code(self) -> Mapping[str, Node]:
        """The nodes by their code."""
        return {node.code: node for node in self.nodes}

    @cached_property
    def indicator_by_code(self) -> Mapping[str, Indicator]:
        """The indicators by their code."""
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def root(self) -> Node:
        """The node at level 0."""
        return next(node for node in self.nodes if not node.parent)

    @cached_property
    def children(self) -> Mapping[str, tuple[Node | Indicator, ...]]:
        """The children of each node, in the order of the files: nodes first, then indicators."""
        found: dict[str, list[Node | Indicator]] = {node.code: [] for node in self.nodes}
        members: tuple[Node | Indicator, ...] = (*self.nodes, *self.indicators)
        for child in members:
            if child.parent:
                found[child.parent].append(child)
        return {code: tuple(below) for code, below in found.items()}

    @cached_property
    def expressions(self) -> Mapping[str, Expression]:
        """The expressions by indicator, each after those whose results it needs."""
        given = {leaf.code: leaf.expression for leaf in self.indicators if leaf.expression is not None}
        return {code: given[code] for code in in_order(given)}

    @cached_property
    def asked_for(self) -> tuple[Indicator, ...]:
        """The indicators that countries are asked for: scored or computed from, and not wholly computed themselves."""
        named = {code for expression in self.expressions.values() for code in expression.names}
        wanted = (leaf for leaf in self.indicators if leaf.weight > 0 or leaf.code in named)
        return tuple(leaf for leaf in wanted if leaf.expression is None or leaf.code in leaf.expression.names)

    @cached_property
    def series(self) -> frozenset[str]:
        """The names of source series that indicators are derived from."""
        return frozenset(name for indicator in self.indicators for name in indicator.series)

    @cached_property
    def known_words(self) -> frozenset[str]:
        """What the column `indicator` of a country's data may hold: indicators and the series they derive from."""
        return self.series | self.indicator_by_code.keys()

    def leaves(self, code: str) -> tuple[Indicator, ...]:
        """Return the indicators below a node, in the order of the tree."""
        found: list[Indicator] = []
        for child in self.children[code]:
            found.extend([child] if isinstance(child, Indicator) else self.leaves(child.code))
        return tuple(found)

    def leaf_weights(self, code: str) -> dict[str, float]:
        """Return each indicator's share of the weight below a node.

        Units:   product of the weights, normalised among siblings, down the tree; the shares sum to 1.
        Missing: an indicator of weight 0, or below a node of weight 0, is left out.
        """
        children = [child for child in self.children[code] if child.weight > 0]
        total = sum(child.weight for child in children)
        shares: dict[str, float] = {}
        for child in children:
            share = child.weight / total
            if isinstance(child, Indicator):
                shares[child.code] = share
            else:
                shares.update({leaf: share * part for leaf, part in self.leaf_weights(child.code).items()})
        return shares

    def group(self, name: str) -> frozenset[str]:
        """Return the areas of a 0/1 group of areas.csv. Errors: KeyError if there is no such column."""
        if name not in self.group_names:
            raise KeyError(name)
        return frozenset(area for area, row in self.areas.items() if row[name] == "1")

    @cached_property
    def group_names(self) -> tuple[str, ...]:
        """The columns of areas.csv that hold only 0 and 1."""
        columns = next(iter(self.areas.values()), {})
        return tuple(c for c in columns if all(row[c] in ("0", "1") for row in self.areas.values()))
