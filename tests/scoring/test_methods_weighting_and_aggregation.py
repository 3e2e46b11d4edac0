"""Weights and aggregations: worked numbers and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssemon import Scale, Siblings, SsemonError, outranking
from ssemon.builtin import methods_aggregation as aggregation
from ssemon.builtin import methods_weighting as weighting


def siblings(**columns):
    return Siblings(tuple(columns), np.array([[values] for values in columns.values()], dtype=float))


def combined(method, rows, weights=None, scale=None, years=1, **parameters):
    """What a method makes of the children of each area; a row an area, year after year."""
    table = np.array([[np.nan if cell is None else float(cell) for cell in row] for row in rows])
    children = table.T.reshape(table.shape[1], years, -1)
    got = method(children, np.array([weights or [1.0] * len(children)]), scale or Scale(), **parameters)
    assert got.shape == children.shape[1:]
    return [None if np.isnan(one) else one for one in got.ravel().tolist()]


@pytest.mark.parametrize(
    ("method", "rows", "parameters", "expected"),
    [
        (aggregation.harmonic, [(60, 40, 80)], {}, [3 / (1 / 60 + 1 / 40 + 1 / 80)]),
        (aggregation.harmonic, [(0, 100, None)], {}, [2 / (1 + 1 / 100)]),
        (aggregation.generalised, [(60, 40, 80)], {"power": 1}, [60]),
        (aggregation.generalised, [(60, 40, 80)], {"power": 0}, [57.6899828]),
        (aggregation.generalised, [(30, 40, None)], {"power": 2}, [1250**0.5]),
        (aggregation.median, [(10, 40, None, 30), (None, None, None, None), (4, 1, 2, 3)], {}, [30, None, 2.5]),
        (aggregation.minimum, [(10, None), (None, None)], {}, [10, None]),
        (aggregation.owa, [(10, 40, 70)], {"order": [0, 0, 1]}, [10]),
        (aggregation.owa, [(10, 40, 70)], {"order": [1, 1, 2]}, [32.5]),
        (aggregation.owa, [(10, None, 70)], {"order": [0, 0, 1]}, [10]),
        (aggregation.copeland, [(1, 1), (2, 2), (3, 3)], {}, [0, 50, 100]),
        (aggregation.copeland, [(1, 3), (3, 1), (None, None)], {}, [50, 50, None]),
        (aggregation.mpi, [(0, 0), (100, 100)], {}, [40, 60]),
        (aggregation.mpi, [(0, 100), (100, 0)], {}, [49, 49]),
        (aggregation.mpi, [(0, 100), (100, 0)], {"penalty": "plus"}, [51, 51]),
    ],
)  # fmt: skip
def test_worked_numbers(method, rows, parameters, expected):
    assert combined(method, rows, **parameters) == pytest.approx(expected)


def test_outranking_counts_equal_children_half_and_compares_in_common_ones():
    table = np.array([[1.0, 5.0, np.nan], [1.0, 3.0, 2.0]])
    shares = outranking(table, np.array([1.0, 1.0, 5.0]))
    assert shares[0, 1] == pytest.approx(0.75)
    assert shares[1, 0] == pytest.approx(0.25)


def test_copeland_compares_within_a_year():
    assert combined(aggregation.copeland, [(1,), (2,), (9,), (8,)], years=2) == [0, 100, 100, 0]


_ROWS = st.lists(st.tuples(*[st.one_of(st.none(), st.floats(1, 100))] * 3), min_size=1, max_size=6)


@given(rows=_ROWS)
@settings(deadline=None)
def test_means_lie_between_the_worst_and_the_best_child(rows):
    cases = [
        (aggregation.harmonic, {}),
        (aggregation.generalised, {"power": 0.5}),
        (aggregation.median, {}),
        (aggregation.owa, {"order": [3, 1, 2]}),
    ]
    for method, parameters in cases:
        for row, found in zip(rows, combined(method, rows, **parameters), strict=True):
            known = [one for one in row if one is not None]
            assert (found is None) == (not known)
            assert found is None or min(known) - 1e-9 <= found <= max(known) + 1e-9


def test_budget_takes_the_mean_of_the_experts():
    points = {"a": [60, 40], "b": [40, 60]}
    assert weighting.budget([1, 0, 1], siblings(a=[], x=[], b=[]), points=points) == [0.5, 0.0, 0.5]
    assert weighting.budget([2, 3], siblings(p=[], q=[]), points=points) == [2, 3]


@pytest.mark.parametrize("points", [{"a": [60]}, {"a": [60], "b": [50]}, {"a": [60, 1], "b": [40]}])
def test_a_wrong_budget_is_refused(points):
    with pytest.raises(SsemonError) as fault:
        weighting.budget([1, 1], siblings(a=[], b=[]), points=points)
    assert fault.value.problems[0].code == "E06"


def test_ahp_of_a_consistent_matrix_gives_back_its_weights():
    weights = np.array([0.5, 0.3, 0.2])
    found = weighting.ahp([1, 1, 1], siblings(a=[], b=[], c=[]), matrix=(weights[:, None] / weights).tolist())
    assert found == pytest.approx(weights)


def test_ahp_refuses_an_inconsistent_matrix_unless_told():
    matrix = [[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]]
    children = siblings(a=[], b=[], c=[])
    with pytest.raises(SsemonError) as fault:
        weighting.ahp([1, 1, 1], children, matrix=matrix)
    assert "consistency ratio" in fault.value.problems[0].what
    assert weighting.ahp([1, 1, 1], children, matrix=matrix, most=10) == pytest.approx([1 / 3] * 3)


def test_the_consistency_ratio_by_hand():
    # The matrix 1 2 4 / 1 2 with 3 in place of 4: l = 3.00920.
    table = np.array([[1, 2, 3], [1 / 2, 1, 2], [1 / 3, 1 / 2, 1]])
    assert weighting.consistency_ratio(table) == pytest.approx((3.009203 - 3) / 2 / 0.58, abs=1e-5)


@pytest.mark.parametrize("method", [weighting.pca, weighting.entropy, weighting.critic])
def test_weights_from_scores_are_never_negative_and_sum_to_1(method):
    rng = np.random.default_rng(3)
    one = rng.normal(50, 10, 60)
    found = method([1, 0, 1, 1], siblings(a=one, x=one, b=-one + rng.normal(0, 1, 60), c=rng.normal(50, 2, 60)))
    assert found[1] == 0
    assert min(found) >= 0
    assert sum(found) == pytest.approx(1)


def test_too_few_complete_rows_leave_the_declared_weights():
    assert weighting.pca([2, 1], siblings(a=[1, 2, 3], b=[2, 1, 3])) == [2, 1]


def test_entropy_by_hand():
    found = weighting.entropy([1, 1], siblings(a=[0, 0, 0, 0, 0, 1], b=[0, 1, 1, 1, 1, 1]))
    quiet = 1 - np.log(5) / np.log(6)
    assert found == pytest.approx([1 / (1 + quiet), quiet / (1 + quiet)])


def test_a_weighting_that_finds_no_weights_says_so(tmp_path, tiny_framework):
    from ssemon import score_file

    folder = tiny_framework({}, edition='[method]\nweighting = "pca"\n')
    data = tmp_path / "data.csv"
    data.write_text("area,indicator,year,value\nX,a1,2019,5\nX,a2,2019,4\n", encoding="utf-8")
    notes = [problem for problem in score_file(data, folder).problems if problem.code == "N05"]
    assert {problem.what.split(":")[0] for problem in notes} == {"A", "B", "R"}
