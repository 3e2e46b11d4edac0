"""Benefit of the doubt: worked by hand, against every corner of the feasible set, and its properties."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from panels import make_edition, make_framework, scored, wide

from ssemon import Method, OwnWeights, Scale, Siblings, SsemonError
from ssemon.builtin import methods_frontier as frontier
from ssemon.scoring import Methods, score

HAND = ((100, 20), (20, 100), (50, 50))


def children(*years, scale=None):
    """Siblings from the rows of each year: an area each, a child a column."""
    planes = np.array([[[np.nan if cell is None else cell for cell in row] for row in rows] for rows in years], float)
    return Siblings(tuple("abcdefg"[: planes.shape[2]]), np.moveaxis(planes, 2, 0), scale or Scale())


def ci(*years, **parameters):
    """The scores, 0 to 100, a list a year."""
    given_ones = children(*years)
    return frontier.bod([1.0] * len(given_ones.codes), given_ones, **parameters).scores.tolist()


def test_without_bounds_by_hand():
    # R: max (a + b) / 2 with a + 0.2 b <= 1 and 0.2 a + b <= 1: a = b = 1 / 1.2.
    assert ci(HAND, shares=False) == [pytest.approx([100, 100, 100 / 1.2])]


def test_with_bounds_by_hand():
    # P: shares from 1/4 to 3/4. With a = w1, b = 0.2 w2 and Q: 0.2 a + 5 b <= 1, the bound a = 3 b gives b = 1 / 5.6.
    # R: its own best weights give shares of a half, within the bounds.
    assert ci(HAND) == [pytest.approx([400 / 5.6, 400 / 5.6, 100 / 1.2])]


def test_a_year_is_weighed_by_itself_or_with_all():
    worse = tuple(tuple(cell / 2 for cell in row) for row in HAND)
    assert ci(HAND, worse, shares=False)[1] == pytest.approx([100, 100, 100 / 1.2])
    assert ci(HAND, worse, shares=False, years="all")[1] == pytest.approx([50, 50, 50 / 1.2])


def test_the_range_of_the_edition_is_the_range_of_the_scores():
    rows = tuple(tuple(1 + cell / 50 for cell in row) for row in HAND)
    moved = frontier.bod([1, 1], children(rows, scale=Scale(1.0, 3.0)), shares=False)
    assert moved.scores[0].tolist() == pytest.approx([3, 3, 1 + 2 / 1.2])


def test_a_missing_child_has_no_weight_and_bounds_nothing():
    found = frontier.bod([1, 1], children(((100, 20), (None, 80), (50, 50))), shares=False)
    # Q has the second child alone, and is the best in it; P and R are bound by Q's w2 <= 1 / 0.8.
    assert found.scores[0].tolist() == pytest.approx([100, 100, 50 * (0.75 + 1.25)])
    assert np.isnan(found.weights[0, 0, 1])
    assert found.weights[1, 0, 1] == pytest.approx(1 / 0.8)


def test_an_area_without_scores_gets_none_and_one_at_the_bottom_the_bottom():
    found = frontier.bod([1, 1], children(((100, 20), (None, None), (0, 50), (0, 0))))
    assert np.isnan(found.scores[0, 1])
    assert found.scores[0, 2:].tolist() == [0, 0]
    assert "2 area-years at the bottom" in found.said
    assert ci(((100, 20), (0, 50)), shares=False) == [pytest.approx([100, 100])]


def test_a_child_declared_with_0_is_shown_and_never_counted():
    rows = tuple((first, 99.0, second) for first, second in HAND)
    found = frontier.bod([1, 0, 1], children(rows), shares=False)
    assert found.scores[0].tolist() == pytest.approx([100, 100, 100 / 1.2])
    assert np.isnan(found.weights[1]).all()


@pytest.mark.parametrize("parameters", [{"lower": 1.2}, {"lower": -0.1}, {"upper": 0.9}, {"years": "some"}])
def test_bounds_that_no_shares_can_keep_are_refused(parameters):
    with pytest.raises(SsemonError) as fault:
        frontier.bod([1, 1], children(HAND), **parameters)
    assert fault.value.problems[0].code == "E06"


@pytest.mark.parametrize("parameters", [{"lower": 2}, {"objective": "mean"}])
def test_common_weights_refuse_what_they_do_not_know(parameters):
    with pytest.raises(SsemonError):
        frontier.bod_common([1, 1], children(HAND), **parameters)


def corners(own, table, bounds):
    """The best value at any corner of the feasible set: every choice of as many tight constraints as unknowns."""
    count = len(own)
    rows, limits = [*table, *(-np.eye(count))], [1.0] * len(table) + [0.0] * count
    if bounds is not None:
        for child in range(count):
            share = own * (np.arange(count) == child)
            rows += [bounds[0] / count * own - share, share - min(bounds[1] / count, 1) * own]
            limits += [0.0, 0.0]
    matrix, limit, best = np.array(rows), np.array(limits), 0.0
    for chosen in combinations(range(len(matrix)), count):
        part = matrix[list(chosen)]
        if abs(np.linalg.det(part)) < 1e-9:
            continue
        corner = np.linalg.solve(part, limit[list(chosen)])
        if (matrix @ corner <= limit + 1e-9).all():
            best = max(best, float(own @ corner))
    return best


TABLES = st.integers(2, 3).flatmap(
    lambda count: st.lists(st.tuples(*[st.integers(5, 100)] * count), min_size=1, max_size=5)
)


@settings(max_examples=40, deadline=None)
@given(rows=TABLES, bounds=st.sampled_from([None, (0.5, 1.5), (0.0, 1.2), (1.0, 1.0)]))
def test_no_corner_of_the_feasible_set_is_better(rows, bounds):
    options = {"shares": False} if bounds is None else {"lower": bounds[0], "upper": bounds[1]}
    table = np.array(rows, dtype=float) / 100
    expected = [corners(own, table, bounds) for own in table]
    assert ci(rows, **options)[0] == pytest.approx([100 * one for one in expected], abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(*[st.one_of(st.none(), st.floats(0, 100))] * 3), min_size=1, max_size=6),
    free=st.booleans(),
)
def test_no_area_passes_the_top_and_the_weights_give_the_score(rows, free):
    given_ones = children(rows)
    found = frontier.bod([1, 1, 1], given_ones, shares=not free)
    values = np.nan_to_num(given_ones.scores[:, 0]) / 100
    weights = np.nan_to_num(found.weights[:, 0])
    for area, row in enumerate(rows):
        there = any(cell is not None for cell in row)
        assert np.isnan(found.scores[0, area]) != there
        if there:
            assert (weights[:, area] >= 0).all()
            assert (weights[:, area] @ values <= 1 + 1e-8).all()
            assert 100 * weights[:, area] @ values[:, area] == pytest.approx(found.scores[0, area], abs=1e-6)
    if free and any(cell is not None and cell > 1e-3 for row in rows for cell in row):
        assert np.nanmax(found.scores) == pytest.approx(100)


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(st.tuples(*[st.floats(1, 100)] * 3), min_size=2, max_size=6))
def test_bounds_never_raise_a_score_and_weights_of_its_own_never_lower_one(rows):
    free, bound = np.array(ci(rows, shares=False)[0]), np.array(ci(rows)[0])
    assert (bound <= free + 1e-6).all()
    common = frontier.bod_common([1, 1, 1], children(rows), shares=False)
    weights = np.array(common.weights)
    reached = np.array(rows) @ weights
    assert (100 * reached / reached.max() <= free + 1e-6).all()


def test_common_weights_by_hand():
    # max sum CI = 1.7 (a + b) with a + 0.2 b <= 1 and 0.2 a + b <= 1: both tight, a = b.
    found = frontier.bod_common([1, 1], children(HAND))
    assert found.weights == pytest.approx([0.5, 0.5])
    # CI is 1, 1 and 1 / 1.2.
    assert found.said == f"mean CI {(2 + 1 / 1.2) / 3:.6f} over 3 complete area-years"
    # Without bounds the second child is worth nothing where the first is always as good.
    assert frontier.bod_common([1, 1], children(((90, 10), (50, 40))), shares=False).weights[0] > 0.4


def test_common_weights_with_the_least_greatest_distance():
    rows = ((100, 10), (60, 60), (20, 70))
    summed = frontier.bod_common([1, 1], children(rows), shares=False)
    least = frontier.bod_common([1, 1], children(rows), shares=False, objective="minmax")
    table = np.array(rows)

    def worst(weights):
        reached = table @ np.array(weights)
        return 1 - reached.min() / reached.max()

    assert worst(least.weights) <= worst(summed.weights) + 1e-9
    grid = [(share, 1 - share) for share in np.linspace(0, 1, 2001)]
    assert worst(least.weights) == pytest.approx(min(map(worst, grid)), abs=1e-3)
    assert "greatest distance" in least.said


@pytest.mark.parametrize("rows", [((None, 5), (5, None)), ((0, 0), (0, 0))])
def test_common_weights_that_cannot_be_found_are_the_declared_ones(rows):
    weights = [1.0, 2.0]
    assert frontier.bod_common(weights, children(rows)) is weights


def test_common_weights_keep_to_the_shares_at_the_mean():
    rows = ((90, 30), (80, 20), (70, 50))
    found = np.array(frontier.bod_common([1, 1], children(rows), lower=0.8, upper=1.2).weights)
    shares = found * np.array(rows).mean(axis=0)
    assert (shares / shares.sum()).min() >= 0.4 - 1e-9


@pytest.fixture
def framework(tmp_path):
    return make_framework(tmp_path / "framework")


TABLE = {"P": (10, 8, 40, 80), "Q": (2, 0, 10, 30), "R": (5, 5, 90, 20), "S": (None, None, 50, None)}


def test_a_node_weighed_so_is_scored_so_with_its_weights_in_the_steps(tmp_path, framework):
    edition = make_edition(tmp_path, more='[method.node.A]\nweighting = { method = "bod", shares = false }')
    found = scored(wide(TABLE), framework, edition)
    of_node = dict(found.scores.filter(node="A", year=2020).select("area", "score").rows())
    assert [of_node[area] for area in "PQR"] == pytest.approx([100, 100, 100 / 1.2])
    weights = found.steps["4c-own-weights"].filter(area="R")
    assert weights["weight"].to_list() == pytest.approx([1 / 1.2] * 2)
    total = found.scores.filter(node="T", area="R", year=2020)["score"].item()
    second = found.scores.filter(node="B", area="R", year=2020)["score"].item()
    assert total == pytest.approx((100 / 1.2 + 2 * second) / 3)
    assert not [problem for problem in found.problems if problem.code == "N12"]


def test_what_a_weighting_says_stands_in_the_steps(tmp_path, framework):
    edition = make_edition(tmp_path, more='[method.node.A]\nweighting = "bod_common"')
    steps = scored(wide(TABLE), framework, edition).steps
    node, method, said = steps["4e-weightings"].row(0)
    assert (node, method) == ("A", "bod_common")
    assert "mean CI" in said


def test_another_aggregation_beside_weights_of_an_areas_own_is_refused(tmp_path, framework):
    more = '[method.node.A]\nweighting = "bod"\naggregation = "geometric"'
    with pytest.raises(SsemonError) as fault:
        scored(wide(TABLE), framework, make_edition(tmp_path, more=more))
    assert "brings its own sum" in fault.value.problems[0].what


def test_areas_that_get_no_weights_are_told_of_and_have_no_score(tmp_path, framework):
    def broken(declared, siblings):
        """Weights that are no numbers."""
        return OwnWeights(np.full(siblings.scores.shape, np.inf), np.full(siblings.scores.shape[1:], np.inf))

    from panels import METHODS, observed

    kinds = METHODS.by_kind | {
        "weighting": {**METHODS.by_kind["weighting"], "broken": Method("weighting", "broken", broken, "")}
    }
    edition = make_edition(tmp_path)
    method = replace(edition.method, node_weighting={"A": replace(edition.method.weighting, method="broken")})
    found = score(observed(wide(TABLE)), framework, replace(edition, method=method), Methods(kinds))
    assert found.scores.filter(node="A")["score"].is_null().all()
    assert [problem.what for problem in found.problems if problem.code == "N12"] == [
        "A: broken finds no weights for 3 area-years: no score there"
    ]


def test_a_solver_that_gives_up_leaves_the_area_without_a_score(monkeypatch):
    monkeypatch.setattr(frontier, "_solved", lambda *_: None)
    assert np.isnan(frontier.bod([1, 1], children(HAND)).scores).all()
    weights = [1.0, 1.0]
    assert frontier.bod_common(weights, children(HAND)) is weights
    assert frontier.bod_common(weights, children(HAND), objective="minmax") is weights
