"""The numbers that the methods page works out by hand, and those of the rules beside them."""

from __future__ import annotations

import numpy as np
import pytest

from ssemon import Bounds, Scale
from ssemon.builtin import methods

INDICATORS = "code,parent,name_en,definition,unit,direction,type,lower_goalpost,upper_goalpost,weight,core,transform,max_age_years\n"
FLAT = "code,level,parent,name_en,weight\nR,0,,All,1\n"


def combined(method, values, weights=None, scale=Scale()):  # noqa: B008  a frozen record
    children = np.array([np.nan if value is None else value for value in values]).reshape(-1, 1, 1)
    found = method(children, np.array([weights or [1.0] * len(values)]), scale).item()
    return None if np.isnan(found) else found


def goalposts(value, lower, upper, direction, scale=Scale()):  # noqa: B008  a frozen record
    posts = (np.array([[[float(post)]]]) for post in (lower, upper, direction))
    return methods.goalposts(np.array([[[float(value)]]]), Bounds(*posts), scale).item()


@pytest.mark.parametrize(
    ("value", "lower", "upper", "direction", "expected"),
    [
        (6.3, 0, 10, 1, 63.0),
        (20, 3, 50, -1, 63.829787),
        (50, 3, 50, -1, 0.0),
        (3, 3, 50, -1, 100.0),
        (-5, 0, 10, 1, -50.0),
    ],
)
def test_goalposts_put_a_value_on_the_scale_and_do_not_cut_it_off(value, lower, upper, direction, expected):
    score = goalposts(value, lower, upper, direction)
    assert score == pytest.approx(expected, abs=1e-6)


def test_goalposts_reach_any_range():
    assert goalposts(6.3, 0, 10, 1, Scale(0, 1)) == pytest.approx(0.63)
    assert goalposts(5.0, 0, 10, 1, Scale(1, 7)) == pytest.approx(4.0)


def test_the_geometric_mean_of_60_40_80_is_57_69():
    assert combined(methods.geometric, [60.0, 40.0, 80.0]) == pytest.approx(57.69, abs=0.005)


def test_a_geometric_mean_raises_zero_to_one_per_cent_of_the_upper_end():
    assert combined(methods.geometric, [0.0, 100.0]) == pytest.approx(10.0)
    assert combined(methods.geometric, [0.0, 1.0], scale=Scale(0, 1)) == pytest.approx(0.1)


def test_ampi_of_60_40_80_is_105_094_and_58_49_on_the_scale():
    score = combined(methods.ampi, [60.0, 40.0, 80.0])
    assert score == pytest.approx(58.49, abs=0.005)
    assert 70 + 0.6 * score == pytest.approx(105.094, abs=0.0005)


def test_ampi_does_not_depend_on_the_range():
    assert combined(methods.ampi, [0.6, 0.4, 0.8], scale=Scale(0, 1)) == pytest.approx(0.5849, abs=5e-5)


def test_weighted_ampi_by_hand():
    # r = 106, 94 with weights 3 and 1: M = 103, variance = (3 * 9 + 81) / 4 = 27, AMPI = 103 - 27 / 103.
    expected = (103 - 27 / 103 - 70) / 0.6
    assert combined(methods.ampi, [60.0, 40.0], [3.0, 1.0]) == pytest.approx(expected, abs=1e-12)


def test_a_missing_child_is_left_out_and_the_weights_are_renormalised():
    assert combined(methods.arithmetic, [60.0, None, 80.0], [1.0, 5.0, 3.0]) == pytest.approx(75.0)
    assert combined(methods.geometric, [40.0, None, 90.0]) == pytest.approx(60.0)
    assert combined(methods.ampi, [None, 42.0]) == pytest.approx(42.0)
    assert combined(methods.arithmetic, [None, None]) is None


def test_an_indicator_is_cut_off_at_the_range_and_keeps_the_unclipped_score(scored, observations, tiny_framework):
    from ssemon.engine import read_profile, scoring_methods
    from ssemon.plugins import Manager
    from ssemon.scoring import score

    edition, framework = read_profile(tiny_framework() / "edition.toml")
    rows = observations([("KOR", "a1", 2019, 14.0), ("KOR", "a2", 2019, 14.0)])
    leaves = score(rows, framework, edition, scoring_methods(Manager())).indicator_scores
    found = {(i, y): (s, u) for _, y, i, _, _, s, u, _ in leaves.rows()}
    assert found["a1", 2019] == (100.0, 140.0)
    assert found["a2", 2019] == (0.0, -40.0)


def test_log10_is_taken_of_the_value_and_of_both_goalposts(scored, value_of):
    leaves = INDICATORS + "a,R,,,PT,1,quantitative,0.01,100,1,1,log10,0\n"
    rows = [("KOR", "a", 2018, 1.0), ("KOR", "a", 2019, 0.0001), ("KOR", "a", 2020, 1000.0)]
    scores = scored(rows, structure=FLAT, indicators=leaves)
    assert value_of(scores, "R", year=2018) == pytest.approx(50.0)
    assert value_of(scores, "R", year=2019) == pytest.approx(
        0.0, abs=1e-9
    )  # raised to the lower goalpost, not minus infinity
    assert value_of(scores, "R", year=2020) == 100.0


def test_coverage_is_leaf_weight_down_to_the_indicators(scored, value_of):
    # A: a1 1/2, a2 1/2. B: b1 1/2, b2 1/2 (b3 has weight 0). All: a quarter each.
    scores = scored([("KOR", "a1", 2019, 5.0), ("KOR", "a2", 2019, 5.0), ("KOR", "b1", 2019, 20.0)])
    assert [value_of(scores, node, "coverage") for node in "ABR"] == pytest.approx([1.0, 0.5, 0.75])


def test_coverage_counts_what_lies_below_an_unscored_child(scored, value_of):
    scores = scored(
        [("KOR", "a1", 2019, 5.0), ("KOR", "b1", 2019, 20.0), ("KOR", "b2", 2019, 20.0)],
        "[method.coverage]\nA = { weight = 0.6 }\n",
    )
    assert value_of(scores, "A") is None
    assert value_of(scores, "A", "coverage") == pytest.approx(0.5)
    assert value_of(scores, "R", "coverage") == pytest.approx(0.75)
    assert value_of(scores, "R") == pytest.approx(20.0)  # renormalised over the one scored child


def test_coverage_of_core_is_the_share_of_core_indicators(scored, value_of):
    method = '[method.coverage]\n0 = { weight = 0.5, count = "core" }\n'
    scores = scored([("KOR", "a1", 2019, 5.0), ("KOR", "b2", 2019, 5.0)], method)
    assert value_of(scores, "R", "coverage") == pytest.approx(1 / 3)  # a1 of a1, a2, b1; b2 is not core
    assert value_of(scores, "R") is None


def test_a_sum_of_weights_that_should_be_the_threshold_is_the_threshold(scored, value_of):
    leaves = INDICATORS + "".join(f"a{n},R,,,PT,1,quantitative,0,10,0.1,1,none,0\n" for n in range(10))
    rows = [("KOR", f"a{n}", 2019, 5.0) for n in range(6)]
    scores = scored(rows, "[method.coverage]\n0 = { weight = 0.6 }\n", structure=FLAT, indicators=leaves)
    assert value_of(scores, "R") == pytest.approx(50.0)


def test_children_says_how_many_children_need_a_score(scored, value_of):
    rows = [("KOR", "a1", 2019, 5.0)]
    assert value_of(scored(rows, "[method.coverage]\n0 = { children = 1 }\n"), "R") == pytest.approx(50.0)
    assert value_of(scored(rows, "[method.coverage]\n0 = { children = 2 }\n"), "R") is None
    assert value_of(scored(rows, '[method.coverage]\n0 = { children = "all" }\n'), "R") is None


def test_the_newest_own_value_that_is_not_too_old_stands_for_a_year(scored, value_of):
    rows = [("KOR", "a1", 2014, 1.0), ("KOR", "a1", 2016, 3.0), ("KOR", "a1", 2020, 9.0)]
    scores = scored(rows)  # a1 may be 4 years old
    assert [value_of(scores, "A", year=year) for year in (2018, 2019, 2020)] == pytest.approx([30.0, 30.0, 90.0])


def test_a_value_as_old_as_allowed_is_used_and_one_a_year_older_is_not(scored, value_of):
    assert value_of(scored([("KOR", "a1", 2015, 3.0)]), "A") == pytest.approx(30.0)
    assert value_of(scored([("KOR", "a1", 2014, 3.0)]), "A") is None


@pytest.mark.parametrize(("max_age", "expected"), [("0", None), ("2", None), ("3", 30.0), ('"indicator"', 30.0)])
def test_the_edition_may_set_the_greatest_age_for_all(scored, value_of, max_age, expected):
    scores = scored([("KOR", "a1", 2016, 3.0)], f"[method.reference_period]\nmax_age = {max_age}\n")
    assert value_of(scores, "A") == (expected if expected is None else pytest.approx(expected))


def test_a_year_never_takes_a_later_value(scored, value_of):
    assert value_of(scored([("KOR", "a1", 2020, 3.0)]), "A", year=2019) is None


def test_a_forecast_is_not_used(scored, value_of):
    scores = scored([("KOR", "a1", 2017, 3.0), ("KOR", "a1", 2019, 9.0, "F")])
    assert value_of(scores, "A") == pytest.approx(30.0)


def test_what_cannot_exist_leaves_the_denominator(scored, value_of):
    scores = scored([("KOR", "a1", 2019, 3.0), ("KOR", "a2", 2019, None, "M")])
    assert value_of(scores, "A", "coverage") == pytest.approx(1.0)
    assert value_of(scores, "R", "coverage") == pytest.approx(0.25 / 0.75)
    assert value_of(scores, "A") == pytest.approx(30.0)


def test_a_suppressed_value_counts_for_coverage_and_gives_no_score(scored, value_of):
    scores = scored(
        [("KOR", "a1", 2019, 3.0), ("KOR", "a2", 2019, None, "Q")], "[method.coverage]\n1 = { weight = 1.0 }\n"
    )
    assert value_of(scores, "A", "coverage") == pytest.approx(1.0)
    assert value_of(scores, "A") == pytest.approx(30.0)


@pytest.mark.parametrize("status", ["O", "L"])
def test_a_missing_value_without_a_reason_that_counts_is_only_missing(scored, value_of, status):
    scores = scored([("KOR", "a1", 2019, 3.0), ("KOR", "a2", 2019, None, status)])
    assert value_of(scores, "A", "coverage") == pytest.approx(0.5)


def test_imputed_share_is_the_share_of_what_is_observed(scored, value_of):
    scores = scored([("KOR", "a1", 2019, 3.0, "I"), ("KOR", "a2", 2019, 3.0), ("KOR", "b1", 2019, 3.0)])
    assert value_of(scores, "A", "imputed_share") == pytest.approx(0.5)
    assert value_of(scores, "R", "imputed_share") == pytest.approx(1 / 3)
    assert value_of(scores, "B", "imputed_share") == 0.0


@pytest.mark.parametrize(
    ("value", "band"),
    [(2.9999, "EMG"), (3.0, "DEV"), (4.9999, "DEV"), (5.0, "EST"), (7.0, "ADV"), (10.0, "ADV"), (0.0, "EMG")],
)
def test_a_score_on_a_cut_belongs_to_the_higher_band(scored, value_of, value, band):
    scores = scored([("KOR", "a1", 2019, value)], "[method.bands]\ncuts = [30, 50, 70]\n")
    assert value_of(scores, "A", "band") == band
    assert value_of(scores, "B", "band") == "NAS"


def test_other_cuts_name_their_bands_in_order(scored, value_of):
    rows = [("KOR", "a1", 2019, 6.0)]
    assert value_of(scored(rows, "[method.bands]\ncuts = [60]\n"), "A", "band") == "B2"
    assert value_of(scored(rows, '[method.bands]\ncuts = [60]\ncodes = ["low", "high"]\n'), "A", "band") == "high"
    assert value_of(scored(rows), "A", "band") is None


def test_equal_scores_share_the_better_rank(scored, value_of):
    rows = [
        ("KOR", "a1", 2019, 8.0),
        ("JPN", "a1", 2019, 5.0),
        ("CHN", "a1", 2019, 5.0),
        ("VNM", "a1", 2019, 1.0),
        ("MNG", "b1", 2019, 1.0),
    ]
    scores = scored(rows)
    areas = ("KOR", "JPN", "CHN", "VNM", "MNG")
    assert [value_of(scores, "A", "rank", area) for area in areas] == [1, 2, 2, 4, None]
    assert [value_of(scores, "A", "ranked", area) for area in areas] == [4, 4, 4, 4, None]


def test_a_rank_among_the_edition_leaves_the_others_unranked(scored, value_of):
    rows = [("KOR", "a1", 2019, 5.0), ("JPN", "a1", 2019, 8.0)]
    scores = scored(rows, '[method]\nrank_among = "edition"\n')
    assert (value_of(scores, "A", "rank"), value_of(scores, "A", "ranked")) == (1, 1)
    assert value_of(scores, "A", "rank", "JPN") is None
    assert value_of(scores, "A", "score", "JPN") == pytest.approx(80.0)


def test_only_the_universe_is_scored(scored):
    areas = "area,name_en,some\nKOR,Korea,1\nJPN,Japan,0\n"
    scores = scored([("KOR", "a1", 2019, 5.0), ("JPN", "a1", 2019, 8.0)], '[method]\nuniverse = "some"\n', areas=areas)
    assert scores["area"].unique().to_list() == ["KOR"]


def test_one_indicator_may_be_normalised_in_its_own_way_only_by_a_method_that_is_there(scored):
    from ssemon import SsemonError

    with pytest.raises(SsemonError) as fault:
        scored([("KOR", "a1", 2019, 5.0)], '[method.indicator.a1]\nnormalisation = "goalpost"\n')
    assert fault.value.problems[0].code == "E06"
    assert 'did you mean "goalposts"?' in fault.value.problems[0].fix


def test_an_edition_without_any_area_gives_an_empty_table_in_the_contract(scored):
    from ssemon.model import SCORE_COLUMNS

    scores = scored([])
    assert scores.is_empty()
    assert tuple(scores.columns) == SCORE_COLUMNS


def test_a_geometric_mean_on_a_range_without_positive_numbers_is_refused(scored):
    from ssemon import SsemonError

    method = '[method]\nnormalisation_range = [-100, 0]\n[method.aggregation]\n0 = "geometric"\n'
    with pytest.raises(SsemonError) as fault:
        scored([("KOR", "a1", 2019, 5.0)], method)
    assert fault.value.problems[0].code == "E06"
