"""Treatment: the shapes by hand, COINr's rule for winsorising, logarithm and power."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssemon import kurtosis, skewness
from ssemon.builtin import methods_treatment as methods

# Made up, near the first values of an indicator of international flights.
TEN = [29.0, 31.9, 9.3, 9.2, 13.9, 8.9, 27.6, 3.1, 24.0, 139.0]


def series(values):
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def test_skewness_and_kurtosis_are_those_of_type_2():
    # d = -3, -2, -1, 6: sum d2 = 50, d3 = 180, d4 = 1394.
    values = np.array([1.0, 2.0, 3.0, 10.0, np.nan])
    assert skewness(values) == pytest.approx(2 * 180 / 50**1.5 * math.sqrt(12) / 2)
    assert kurtosis(values) == pytest.approx((5 * (4 * 1394 / 2500 - 3) + 6) * 3 / 2)


def test_too_few_or_equal_values_have_no_shape():
    assert math.isnan(skewness(np.array([1.0, 2.0])))
    assert math.isnan(kurtosis(np.array([1.0, 2.0, 3.0])))
    assert math.isnan(skewness(np.array([0.1] * 10)))


def test_the_greatest_value_is_pulled_in_to_the_next():
    treated = methods.winsorise(series(TEN))
    assert treated.values.tolist() == [*TEN[:-1], 31.9]
    assert treated.why == "winsorised: 1 points"


def test_the_least_value_is_pulled_in_where_the_skewness_is_negative():
    treated = methods.winsorise(series([-x for x in TEN]))
    assert treated.values.tolist() == [*(-x for x in TEN[:-1]), -31.9]


def test_tied_greatest_values_move_and_count_together():
    values = [*range(40), 1000, 1000, 1000]
    treated = methods.winsorise(series(values), winmax=2)
    assert treated.why == "winsorised: 3 points"
    assert treated.values.max() == 39


def test_what_passes_is_left_alone():
    for method in (methods.winsorise, methods.log_transform, methods.boxcox, methods.winsorise_then_log):
        treated = method(series([1, 2, None, 3, 4]))
        np.testing.assert_array_equal(treated.values, [1, 2, np.nan, 3, 4])
        assert (treated.why, treated.rescale) == ("", None)


def test_the_logarithm_is_shifted_by_the_least_value_and_a_hundredth_of_the_range():
    values = [0.0, 0.0, 1.0, 1.0, 2.0, 100.0]
    treated = methods.log_transform(series(values))
    assert treated.values.tolist() == pytest.approx([math.log(x + 1.0) for x in values])
    assert treated.rescale(9.0) == pytest.approx(math.log(10.0))
    assert treated.rescale(-5.0) is None


def test_a_boxcox_power_may_be_given():
    treated = methods.boxcox(series([1.0, 4.0, 9.0]), power=0.5, always=True)
    assert treated.values.tolist() == pytest.approx([0.0, 2.0, 4.0])
    assert methods.boxcox(series([1.0, math.e]), power=0, always=True).values.tolist() == pytest.approx([0.0, 1.0])


def test_the_estimated_power_of_a_log_normal_is_near_0():
    values = np.exp(np.random.default_rng(1).normal(size=4000))
    assert "power" in methods.boxcox(series(values)).why
    assert abs(float(methods.boxcox(series(values)).why.split()[-1])) < 0.05


def test_winsorising_that_is_not_enough_gives_way_to_the_logarithm():
    values = [1.0] * 30 + [2.0] + [float(10**k) for k in range(2, 9)]
    treated = methods.winsorise_then_log(series(values), winmax=1)
    added = 0.01 * (1e8 - 1) - 1
    assert treated.values.tolist() == pytest.approx([math.log(x + added) for x in values])
    combined = methods.winsorise_then_log(series(values), winmax=1, combine=True)
    assert combined.why.startswith("winsorised: 1 points, then ln")


@given(values=st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=40))
@settings(deadline=None)
def test_treatment_keeps_order_gaps_and_range(values):
    for method in (methods.winsorise, methods.log_transform, methods.boxcox, methods.winsorise_then_log):
        treated = method(series(values)).values.tolist()
        assert [one is None for one in values] == [math.isnan(one) for one in treated]
        pairs = sorted((x, y) for x, y in zip(values, treated, strict=True) if x is not None)
        assert all(math.isfinite(y) for _, y in pairs)
        assert all(one[1] <= two[1] + 1e-9 for one, two in pairwise(pairs))
