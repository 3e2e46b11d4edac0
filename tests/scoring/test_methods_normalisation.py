"""Normalisation: worked numbers, and what must hold for any data."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssemon import Bounds, Reference, Scale, SsemonError
from ssemon.builtin import methods_normalisation as methods


def bounds(lower, upper, direction):
    """The goalposts of one indicator; None where there is none."""
    posts = (np.nan if post is None else float(post) for post in (lower, upper, direction))
    return Bounds(*(np.array([[[post]]]) for post in posts))


UP, DOWN = bounds(0, 10, 1), bounds(0, 10, -1)
HUNDRED, ONE = Scale(), Scale(0, 1)
STATISTICAL = [methods.minmax, methods.zscore, methods.rank, methods.percentile_rank, methods.borda, methods.dist2max]


def found(method, values, bounds=UP, scale=ONE, years=1, **parameters):
    """What a method makes of one indicator's values, year after year."""
    plane = np.array([np.nan if value is None else float(value) for value in values]).reshape(1, years, -1)
    got = method(plane, bounds, scale, **parameters)
    assert got.shape == plane.shape
    return [None if math.isnan(one) else one for one in got.ravel().tolist()]


@pytest.mark.parametrize(
    ("method", "values", "bounds", "parameters", "expected"),
    [
        (methods.minmax, [2, 4, 10, None], UP, {}, [0, 0.25, 1, None]),
        (methods.minmax, [2, 4, 10], DOWN, {}, [1, 0.75, 0]),
        (methods.zscore, [1, 2, 3], UP, {}, [0.5 - math.sqrt(1.5) / 10, 0.5, 0.5 + math.sqrt(1.5) / 10]),
        (methods.zscore, [1, 2, 3], DOWN, {"sd": "sample"}, [0.6, 0.5, 0.4]),
        (methods.scaled, [-5, 0, 5], UP, {"lower": -10, "upper": 10}, [0.25, 0.5, 0.75]),
        (methods.scaled, [2.5], DOWN, {}, [0.75]),
        (methods.rank, [5, 1, 5, 9], UP, {}, [0.5, 0, 0.5, 1]),
        (methods.rank, [5, 1, 5, 9], UP, {"ties": "min"}, [1 / 3, 0, 1 / 3, 1]),
        (methods.rank, [5, 1, 5, 9], UP, {"ties": "max"}, [2 / 3, 0, 2 / 3, 1]),
        (methods.percentile_rank, [1, 2, None, 3], DOWN, {}, [1, 0.5, None, 0]),
        (methods.borda, [1, 2, 3], UP, {}, [0, 0.5, 1]),
        (methods.dist2max, [0, 5, 20], UP, {}, [0, 0.25, 1]),
        (methods.dist2ref, [0, 5, 20], UP, {"area": "X1", "reference": Reference(names=("X0", "X1", "X2"))}, [0, 1, 4]),
        (methods.dist2targ, [0, 5, 20], UP, {"target": 10}, [0, 0.5, 2]),
        (methods.dist2targ, [0, 5, 20], DOWN, {"target": 10}, [2, 1.5, 0]),
        (methods.dist2targ, [0, 5], UP, {}, [0, 0.5]),
        (methods.fracmax, [1, 4, 8], UP, {}, [0.125, 0.5, 1]),
        (methods.fracmax, [1, 4, 8], DOWN, {}, [1, 0.25, 0.125]),
        (methods.categorical, [0, 1, 4], bounds(None, None, 1), {}, [0, 0.25, 1]),
        (methods.categorical, [0, 1], bounds(0, 1, -1), {}, [1, 0]),
        (methods.categorical, [0, 1, 2, 7], UP, {"points": [0, 10, 100]}, [0, 0.1, 1, None]),
        (methods.parity, [20, 50, 60], UP, {}, [0.4, 1, 1]),
        (methods.parity, [20, 50, 60], UP, {"two_sided": True}, [0.4, 1, 0.8]),
    ],
)  # fmt: skip
def test_worked_numbers(method, values, bounds, parameters, expected):
    assert found(method, values, bounds, **parameters) == pytest.approx(expected, abs=1e-12)


def test_a_z_score_is_50_plus_10_z():
    assert found(methods.zscore, [1, 2, 3], scale=HUNDRED, sd="sample") == pytest.approx([40, 50, 60])


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (Reference(), [0, 0.5, 0.25, 1]),
        (Reference(each=True), [0, 1, 0, 1]),
        (Reference(year=0), [0, 1, 0.5, 2]),
        (Reference(areas=np.array([False, True])), [-1, 0, -0.5, 1]),
    ],
)
def test_the_reference_set_says_where_the_bounds_come_from(reference, expected):
    got = found(methods.minmax, [0, 2, 1, 4], years=2, reference=reference)
    assert got == pytest.approx(expected)


def test_ranks_among_a_base_year_place_a_value_that_is_not_a_member():
    got = found(methods.rank, [1, 3, 2, 3], years=2, reference=Reference(year=0))
    assert got == pytest.approx([0, 1, 0.5, 1])


def test_ranks_of_each_year():
    got = found(
        methods.rank,
        [1, 3, 8, 2],
        years=2,
        reference=Reference(each=True),
    )
    assert got == pytest.approx([0, 1, 1, 0])


@pytest.mark.parametrize("method", STATISTICAL)
@pytest.mark.parametrize("values", [[3.0, 3.0, 3.0], [7.0], [None, None], [0.1] * 10])
def test_a_constant_column_is_missing_never_nan(method, values):
    assert found(method, values) == [None] * len(values)


@pytest.mark.parametrize(
    ("method", "wrong"),
    [
        (methods.zscore, {"sd": "both"}),
        (methods.rank, {"ties": "first"}),
        (methods.parity, {"target": 0}),
        (methods.scaled, {"lower": 3, "upper": 3}),
    ],
)
def test_a_wrong_parameter_is_refused(method, wrong):
    with pytest.raises(SsemonError) as fault:
        found(method, [1, 2], **wrong)
    assert fault.value.problems[0].code == "E06"


_VALUES = st.lists(st.one_of(st.none(), st.integers(-1000, 1000).map(float)), min_size=2, max_size=12)


@given(values=_VALUES, method=st.sampled_from(STATISTICAL))
@settings(deadline=None)
def test_better_is_never_lower_and_turning_the_direction_turns_the_order(values, method):
    up, down = found(method, values), found(method, [None if x is None else -x for x in values], DOWN)
    assert up == pytest.approx(down, abs=1e-12)
    pairs = sorted((x, y) for x, y in zip(values, up, strict=True) if y is not None)
    assert all(one[1] <= two[1] + 1e-12 for one, two in pairwise(pairs))


@given(values=_VALUES, factor=st.floats(0.1, 10), shift=st.floats(-50, 50), method=st.sampled_from(STATISTICAL))
@settings(deadline=None)
def test_the_unit_of_an_indicator_changes_nothing(values, factor, shift, method):
    moved = [None if x is None else x * factor + shift for x in values]
    assert found(method, values) == pytest.approx(found(method, moved), abs=1e-9)
