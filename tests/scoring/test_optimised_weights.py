"""Optimised weights: what is reached, against a grid of the whole simplex and a re-implementation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssemon import Siblings, SsemonError
from ssemon.builtin.methods_optimised import importances, optimised

RNG = np.random.default_rng(11)
COMMON = RNG.normal(50, 12, 80)
TABLE = np.column_stack([COMMON + RNG.normal(0, 4, 80), COMMON + RNG.normal(0, 9, 80), RNG.normal(50, 20, 80)])


def siblings(table, codes="abcdef"):
    return Siblings(tuple(codes[: table.shape[1]]), table.T[:, None, :])


def shares(weights, table=TABLE, power=2):
    """The importances of the children, as shares, from their correlations with the weighted mean."""
    mean = table @ np.asarray(weights)
    found = np.array([np.corrcoef(column, mean)[0, 1] for column in table.T]) ** power
    return found / found.sum()


def off(weights, wanted, power=2):
    return ((np.asarray(wanted) - shares(weights, power=power)) ** 2).mean()


def simplex(step=0.01):
    ends = np.arange(0, 1 + step / 2, step)
    return [(a, b, 1 - a - b) for a in ends for b in ends if a + b <= 1 + 1e-9]


def test_importances_are_correlations_with_the_weighted_mean():
    weights = np.array([0.5, 0.2, 0.3])
    mean = TABLE @ weights
    expected = [np.corrcoef(column, mean)[0, 1] for column in TABLE.T]
    np.testing.assert_allclose(importances(weights, np.cov(TABLE, rowvar=False)), expected, atol=1e-12)


@pytest.mark.parametrize(("importance", "power"), [("squared", 2), ("correlation", 1)])
def test_equal_importance_is_reached(importance, power):
    found = optimised([1, 1, 1], siblings(TABLE), importance=importance)
    assert sum(found.weights) == pytest.approx(1)
    assert min(found.weights) >= 0
    assert off(found.weights, [1 / 3] * 3, power) < 1e-10
    assert off([1 / 3] * 3, [1 / 3] * 3, power) > 1e-4


def test_no_point_of_the_simplex_is_nearer_to_targets_that_cannot_be_reached():
    wanted = {"a": 0.05, "b": 0.05, "c": 0.9}
    found = optimised([1, 1, 1], siblings(TABLE), targets=wanted, importance="correlation")
    best = min(off(point, list(wanted.values()), 1) for point in simplex() if max(point) > 0)
    assert off(found.weights, list(wanted.values()), 1) <= best + 1e-9


def test_infomax_knows_at_least_as_much_as_any_point_of_the_simplex():
    def known(weights):
        mean = TABLE @ np.asarray(weights)
        return sum(np.corrcoef(column, mean)[0, 1] ** 2 for column in TABLE.T)

    found = optimised([1, 1, 1], siblings(TABLE), objective="infomax")
    assert known(found.weights) >= max(map(known, simplex(0.02))) - 1e-9
    assert f"sum of the importances {known(found.weights):.6g}" in found.said


def test_targets_default_to_the_declared_weights_and_are_scaled():
    declared = optimised([2, 1, 1], siblings(TABLE))
    named = optimised([1, 1, 1], siblings(TABLE), targets={"a": 50, "b": 25, "c": 25, "elsewhere": 3})
    assert off(declared.weights, [0.5, 0.25, 0.25]) < 1e-9
    assert off(named.weights, [0.5, 0.25, 0.25]) < 1e-9
    assert declared.said.startswith("mean squared distance from the targets ")
    other = optimised([2, 1, 1], siblings(TABLE), targets={"elsewhere": 3})
    assert other.weights == declared.weights


def test_the_same_input_gives_the_same_weights():
    first = optimised([1, 1, 1], siblings(TABLE))
    assert optimised([1, 1, 1], siblings(TABLE.copy())).weights == first.weights


def test_a_child_declared_with_0_stays_out_and_incomplete_rows_too():
    table = np.column_stack([TABLE, RNG.normal(0, 1, 80)])
    holes = np.vstack([table, [[np.nan, 90, 2, 1], [7, np.nan, 9, 1]]])
    found = optimised([1, 1, 1, 0], siblings(holes))
    assert found.weights[3] == 0
    assert found.weights[:3] == pytest.approx(optimised([1, 1, 1], siblings(TABLE)).weights)


@pytest.mark.parametrize(
    "table", [TABLE[:2], np.column_stack([TABLE[:, 0], np.full(80, 5.0)]), TABLE[:, :1], np.full((5, 2), np.nan)]
)
def test_too_little_to_optimise_keeps_the_declared_weights(table):
    weights = [1.0] * table.shape[1]
    assert optimised(weights, siblings(table)) is weights


@pytest.mark.parametrize(
    "parameters",
    [
        {"importance": "cubed"}, {"objective": "both"}, {"targets": {"a": 1}},
        {"targets": {"a": -1, "b": 1, "c": 1}}, {"targets": {"a": 0, "b": 0, "c": 0}},
    ],
)  # fmt: skip
def test_what_cannot_be_optimised_is_refused(parameters):
    with pytest.raises(SsemonError) as fault:
        optimised([1, 1, 1], siblings(TABLE), **parameters)
    assert fault.value.problems[0].code == "E06"


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999), count=st.integers(2, 5))
def test_weights_are_on_the_simplex_and_never_worse_than_the_declared(seed, count):
    rng = np.random.default_rng(seed)
    table = rng.normal(50, 10, (30, count)) + rng.normal(0, 8, (30, 1))
    found = np.array(optimised([1.0] * count, siblings(table)).weights)
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()
    wanted = np.full(count, 1 / count)

    def cost(weights):
        return ((wanted - shares(weights, table)) ** 2).mean()

    assert cost(found) <= cost(wanted) + 1e-12
