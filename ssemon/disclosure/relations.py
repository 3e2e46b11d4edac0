"""Indicators that are worked out from each other: a ratio and its denominator give the count away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ssemon.framework import Framework

Key = tuple[str, int, str, str]  # area, year, sex, organisation type


@dataclass(frozen=True, slots=True)
class Relation:
    """An indicator and those that it is computed from."""

    result: str
    inputs: tuple[str, ...]


def relations_of(framework: Framework) -> tuple[Relation, ...]:
    """Return how the framework derives indicators from other indicators.

    Missing: a series that is no indicator is never published; whoever has it from elsewhere can still reckon with it.
    """
    known = framework.indicator_by_code
    found = []
    for leaf in framework.indicators:
        named = leaf.series if leaf.derivation else ()
        named = (*named, *(leaf.expression.names if leaf.expression is not None else ()))
        inputs = tuple(dict.fromkeys(name for name in named if name in known and name != leaf.code))
        if inputs:
            found.append(Relation(leaf.code, inputs))
    return tuple(found)


def given_away(
    relations: Iterable[Relation], keys: Collection[Key], known: Collection[tuple[str, Key]],
    closed: Collection[tuple[str, Key]], weights: dict[str, float],
) -> Iterator[tuple[str, Key]]:  # fmt: skip
    """Yield the cells that must be suppressed with others of the same area, year and breakdown.

    Shape:   `known` are all cells, `closed` the suppressed ones: an indicator and a key.
    Units:   what carries least weight goes first.
    """
    order = list(weights)
    for relation in relations:
        for key in keys:
            result = (relation.result, key)
            inputs = [(name, key) for name in relation.inputs if (name, key) in known]
            lacking = [one for one in inputs if one in closed]
            if result not in known:
                continue
            if lacking and result not in closed:
                yield result
            elif result in closed and inputs and not lacking and len(inputs) == len(relation.inputs):
                yield min(inputs, key=lambda one: (weights.get(one[0], 0.0), order.index(one[0])))
