"""What must hold for any data: properties of the engine and of the methods that ship."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ssemon import Edition, Framework, Indicator, Node, Scale
from ssemon.builtin import methods
from ssemon.edition import Choice, CoverageRule, Method
from ssemon.engine import scoring_methods
from ssemon.plugins import Manager
from ssemon.scoring import Scored, score

_SCALES = st.sampled_from([Scale(), Scale(0, 1), Scale(-10, 40)])
_AREAS = ("XA", "XB", "XC")
_YEARS = (2018, 2020)


@cache
def shipped_methods():
    return scoring_methods(Manager())


def leaf(code: str, parent: str, weight: float = 1.0, direction: int = 1, **more: object) -> Indicator:
    known = {"lower": 0.0, "upper": 10.0, "core": True, "max_age_years": 2, **more}
    return Indicator(code, parent, code, "", "PT", direction, "quantitative", weight=weight, **known)


def framework(leaves: tuple[Indicator, ...], weights: tuple[float, float] = (1.0, 1.0)) -> Framework:
    from pathlib import Path

    nodes = (Node("R", 0, "", "R", 1.0), Node("A", 1, "R", "A", weights[0]), Node("B", 1, "R", "B", weights[1]))
    return Framework("t", "1", "T", "", "", "", Path(), "hash", nodes, leaves)


LEAVES = (leaf("a1", "A"), leaf("a2", "A", 2.0, -1), leaf("b1", "B"), leaf("b2", "B", 0.5), leaf("b0", "B", 0.0))
SMALL = framework(LEAVES)


def edition(aggregation: str = "arithmetic", scale: Scale = Scale(), **more: object) -> Edition:  # noqa: B008  frozen
    everywhere = {"0": Choice(aggregation), "1": Choice(aggregation)}
    method = Method(
        aggregation=everywhere,
        normalisation_range=(scale.low, scale.high),
        band_cuts=(30.0,),
        band_codes=("L", "H"),
        **more,
    )
    return Edition("t", "t", _YEARS, 2020, method=method)


def run(observations: pl.DataFrame, how: Edition | None = None, what: Framework = SMALL) -> Scored:
    return score(observations, what, how or edition(), shipped_methods())


# What one byte of an example says of a cell: no row, a reason for a gap, or a value with its status.
_CELLS: list[tuple[float | None, str] | None] = [None] * 60
_CELLS += [(None, letter) for letter in "OMQL" for _ in range(8)]
_CELLS += [(value, letter) for letter in "AEIF" for value in (0.0, 10.0, 3.3)]
_CELLS += [(round(-20 + 50 * n / (255 - len(_CELLS)), 2), "AEIF"[n % 5 % 4]) for n in range(256 - len(_CELLS))]
_METHODS = st.sampled_from(["arithmetic", "geometric", "ampi"])


@st.composite
def rows(draw, areas=_AREAS, indicators=tuple(one.code for one in LEAVES)):
    """Observations with gaps: any area, indicator and year may be absent, empty, suppressed or a forecast."""
    keys = [(area, code, year) for area in areas for code in indicators for year in (2017, 2018, 2020)]
    said = draw(st.binary(min_size=len(keys), max_size=len(keys)))
    return [(*key, *_CELLS[byte]) for key, byte in zip(keys, said, strict=True) if _CELLS[byte] is not None]


def values(frame: pl.DataFrame, column: str = "score") -> list[float]:
    return frame[column].drop_nulls().to_list()


@given(data=rows(), aggregation=_METHODS, scale=_SCALES)
def test_scores_stay_in_the_range_and_nothing_is_nan_or_infinite(observations, data, aggregation, scale):
    result = run(observations(data), edition(aggregation, scale))
    slack = 1e-9 * (scale.high - scale.low)
    for frame in (result.scores, result.indicator_scores, *result.steps.values()):
        for column in frame.select(pl.selectors.float()).iter_columns():
            assert column.drop_nulls().is_finite().all(), column.name
    low, high = (
        (scale.low, scale.high) if aggregation != "geometric" else (min(scale.low, 0.01 * scale.high), scale.high)
    )
    assert all(low - slack <= found <= high + slack for found in values(result.scores))
    assert all(scale.low <= found <= scale.high for found in values(result.indicator_scores))
    assert all(0 <= found <= 1 + 1e-12 for found in values(result.scores, "coverage"))
    assert all(0 <= found <= 1 + 1e-12 for found in values(result.scores, "imputed_share"))


@given(data=rows(), aggregation=_METHODS, random=st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_changes_nothing_bit_for_bit(observations, data, aggregation, random):
    shuffled = random.sample(data, len(data))
    frame = observations(shuffled)
    frame = frame.select(random.sample(frame.columns, len(frame.columns)))
    assert run(frame, edition(aggregation)).scores.equals(run(observations(data), edition(aggregation)).scores)


@given(data=rows(), aggregation=_METHODS, random=st.randoms(use_true_random=False))
def test_the_order_of_the_children_in_the_files_hardly_matters(observations, data, aggregation, random):
    other = framework(tuple(random.sample(LEAVES, len(LEAVES))))
    one, two = (run(observations(data), edition(aggregation), what).scores for what in (SMALL, other))
    for column in ("score", "coverage", "imputed_share"):
        for ours, theirs in zip(one[column], two[column], strict=True):
            assert (ours is None) == (theirs is None)
            assert ours is None or math.isclose(ours, theirs, rel_tol=0, abs_tol=1e-12)


@given(data=rows(), more=rows(areas=("XD",)), aggregation=_METHODS)
def test_another_area_changes_no_score_of_the_others(observations, data, more, aggregation):
    columns = ["area", "year", "node", "score", "coverage", "band"]
    alone = run(observations(data), edition(aggregation)).scores.select(columns)
    together = run(observations([*data, *more]), edition(aggregation)).scores.select(columns)
    assert together.filter(pl.col("area") != "XD").equals(alone)


@given(
    data=rows(),
    step=st.floats(0, 50),
    aggregation=st.sampled_from(["arithmetic", "geometric"]),
    code=st.sampled_from(["a1", "a2", "b1", "b2"]),
)
def test_a_better_value_never_lowers_a_score(observations, data, step, aggregation, code):
    better = step if SMALL.indicator_by_code[code].direction > 0 else -step
    raised = [(a, c, y, v + better if c == code and v is not None else v, s) for a, c, y, v, s in data]
    before, after = (run(observations(part), edition(aggregation)).scores for part in (data, raised))
    for one, two in zip(before["score"], after["score"], strict=True):
        assert one is None or two >= one - 1e-9


@given(data=rows(), aggregation=_METHODS)
def test_a_missing_value_is_the_same_as_no_row_and_never_a_zero(observations, data, aggregation):
    with_gaps = [row if row[4] not in "OL" or row[3] is not None else (*row[:3], None, "O") for row in data]
    without = [row for row in data if row[3] is not None or row[4] in "MQ"]
    assume(any(row[3] is not None for row in without))
    assert run(observations(with_gaps), edition(aggregation)).scores.equals(
        run(observations(without), edition(aggregation)).scores
    )


@given(data=rows(), aggregation=_METHODS)
def test_an_indicator_of_weight_0_never_counts(observations, data, aggregation):
    without = [row for row in data if row[1] != "b0"]
    areas = {row[0] for row in without if row[3] is not None}
    one = run(observations(data), edition(aggregation)).scores.filter(pl.col("area").is_in(sorted(areas)))
    assert one.equals(run(observations(without), edition(aggregation)).scores)


@given(data=rows(), aggregation=_METHODS, scale=_SCALES)
def test_a_parent_of_one_child_has_its_score(observations, data, aggregation, scale):
    assume(aggregation != "geometric" or scale.low > 0)
    what = framework((leaf("a1", "A"), leaf("b1", "B")))
    result = run(observations([row for row in data if row[1] in ("a1", "b1")]), edition(aggregation, scale), what)
    of_leaf = {
        (a, y, i[0].upper()): s
        for a, y, i, s in result.indicator_scores.select("area", "year", "indicator", "score").rows()
    }
    for area, year, node, found in (
        result.scores.filter(pl.col("level") == 1).select("area", "year", "node", "score").rows()
    ):
        expected = of_leaf.get((area, year, node))
        assert (found is None) == (expected is None)
        assert found is None or found == pytest.approx(expected, abs=1e-9)


@given(data=rows())
def test_a_parent_lies_between_its_least_and_its_greatest_child(observations, data):
    for aggregation in ("arithmetic", "geometric"):
        scores = run(observations(data), edition(aggregation)).scores
        wide = scores.pivot("node", index=["area", "year"], values="score")
        for parent, a, b in wide.select("R", "A", "B").rows() if {"A", "B"} <= set(wide.columns) else ():
            children = [
                max(child, 1.0) if aggregation == "geometric" else child for child in (a, b) if child is not None
            ]
            assert (parent is None) == (not children)
            assert parent is None or min(children) - 1e-9 <= parent <= max(children) + 1e-9


_SCORES = st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=1, max_size=6)


@given(scores=_SCORES, data=st.data())
def test_the_means_stand_in_their_known_order(scores, data):
    weights = data.draw(st.lists(st.floats(0.1, 5), min_size=len(scores), max_size=len(scores)))
    raised = [np.nan if found is None else max(found, 1.0) for found in scores]
    children = np.array(raised).reshape(-1, 1, 1)
    arithmetic, geometric, ampi = (
        method(children, np.array([weights]), Scale()).item()
        for method in (methods.arithmetic, methods.geometric, methods.ampi)
    )
    if np.isnan(raised).all():
        assert np.isnan([arithmetic, geometric, ampi]).all()
    else:
        assert geometric <= arithmetic + 1e-9
        assert ampi <= arithmetic + 1e-9


@given(data=rows(), share=st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_a_score_has_the_coverage_that_its_rule_asks_for(observations, data, share):
    how = edition(coverage={"0": CoverageRule(share), "1": CoverageRule(share, 1)})
    scores = run(observations(data), how).scores
    assert scores.filter(pl.col("score").is_not_null())["coverage"].is_null().sum() == 0
    assert scores.filter(pl.col("score").is_not_null(), pl.col("coverage") < share - 1e-12).is_empty()
    assert (scores["score"].is_null() == (scores["band"] == "NAS")).all()
    assert (scores["score"].is_null() == scores["rank"].is_null()).all()


@given(data=rows())
def test_ranks_run_from_1_and_follow_the_scores(observations, data):
    scores = run(observations(data)).scores.filter(pl.col("score").is_not_null())
    for _, group in scores.group_by("year", "node"):
        found = group["score"].to_list()
        # What differs only in the last bits of a sum is equal.
        assert group["rank"].to_list() == [1 + sum(other > one + 1e-10 for other in found) for one in found]
        assert set(group["ranked"]) == {len(found)}


@given(data=rows())
def test_equal_weighting_is_declared_weighting_with_equal_weights(observations, data):
    even = framework(tuple(replace(one, weight=float(one.weight > 0)) for one in LEAVES))
    how = replace(edition(), method=replace(edition().method, weighting=Choice("equal")))
    assert run(observations(data), how).scores.equals(run(observations(data), edition(), even).scores)


def test_every_area_with_data_has_a_row_for_each_year_and_node(observations):
    scores = run(observations([("XA", "a1", 2018, 5.0), ("XB", "b1", 1990, 5.0)])).scores
    assert scores.select("area", "year", "node").rows() == [
        (area, year, node) for area in ("XA", "XB") for year in (2018, 2019, 2020) for node in ("R", "A", "B")
    ]


def test_only_totals_are_scored(observations):
    data = [("XA", "a1", 2018, 5.0), ("XA", "a1", 2018, 9.0, "A", "F"), ("XA", "a2", 2018, 1.0, "A", "M")]
    scores = run(observations(data)).scores
    assert scores.filter(pl.col("node") == "A")["score"].to_list()[0] == pytest.approx(50.0)
    assert scores.filter(pl.col("node") == "A")["coverage"].to_list()[0] == pytest.approx(1 / 3)


def test_a_geometric_mean_that_raised_a_score_says_so_and_goes_on(observations, the):
    result = run(observations([("XA", "a1", 2018, 0.0), ("XA", "a2", 2018, 0.0)]), edition("geometric"))
    found = the(result.problems, "N01")
    assert found.severity == "warning"
    assert "A: scores below 1 were raised to 1" in found.what


def test_an_indicator_without_goalposts_is_shown_and_never_counted(observations, the):
    what = framework((leaf("a1", "A"), leaf("a2", "A", lower=None, upper=None), leaf("b1", "B")))
    result = run(observations([("XA", "a1", 2018, 5.0), ("XA", "a2", 2018, 5.0)]), edition(), what)
    assert the(result.problems, "N02").found == "a2"
    node = result.scores.filter(pl.col("node") == "A")
    assert (node["score"][0], node["coverage"][0]) == (50.0, 1.0)
    assert result.indicator_scores.filter(pl.col("indicator") == "a2")["score"].to_list() == [None, None, None]


_WEIGHTINGS = st.sampled_from(["declared", "equal", "pca", "entropy", "critic"])
_FILLS = st.sampled_from(["mean", "median", "row_mean", "locf", "linear", "nearest", "knn"])


def with_steps(**more: object) -> Edition:
    return replace(edition(), method=replace(edition().method, **more))


@given(data=rows(), weighting=_WEIGHTINGS)
def test_the_weights_of_the_children_sum_to_1_and_none_is_negative(observations, data, weighting):
    result = run(observations(data), with_steps(weighting=Choice(weighting), imputation=Choice("mean")))
    weights = result.steps["4a-weights"]
    assert (weights["weight"] >= 0).all()
    for _, group in weights.group_by("parent"):
        assert math.isclose(group["share"].sum(), 1.0, abs_tol=1e-12)


@given(data=rows(), aggregation=_METHODS, rise=st.floats(0, 30))
def test_a_better_value_never_costs_a_place(observations, data, aggregation, rise):
    better = [
        (*row[:3], row[3] + rise * (-1 if row[1] == "a2" else 1), row[4])
        if row[0] == "XB" and row[3] is not None
        else row
        for row in data
    ]
    one, two = (run(observations(found), edition(aggregation)).scores for found in (data, better))
    places = [frame.filter(pl.col("area") == "XB")["rank"].to_list() for frame in (one, two)]
    assert all(before is None or after <= before for before, after in zip(*places, strict=True))


@given(data=rows(areas=("XA",)), aggregation=_METHODS)
def test_areas_with_the_same_values_share_their_ranks(observations, data, aggregation):
    twin = [("XZ", *row[1:]) for row in data]
    other = [("XM", code, 2018, 6.0, "A") for code in ("a1", "a2", "b1", "b2")]
    scores = run(observations([*data, *twin, *other]), edition(aggregation)).scores
    one, two = (scores.filter(pl.col("area") == area).drop("area") for area in ("XA", "XZ"))
    assert one.equals(two)


@given(data=rows(), name=st.sampled_from(["goalposts", "minmax", "zscore", "rank", "dist2max"]), scale=_SCALES)
def test_turning_every_direction_mirrors_every_score(observations, data, name, scale):
    turned = framework(tuple(replace(one, direction=-one.direction) for one in LEAVES))
    how = edition(scale=scale)
    how = replace(how, method=replace(how.method, normalisation=Choice(name)))
    one, two = (run(observations(data), how, what).scores["score"] for what in (SMALL, turned))
    for found, mirrored in zip(one, two, strict=True):
        assert (found is None) == (mirrored is None)
        room = 1e-9 * (scale.high - scale.low)
        assert found is None or math.isclose(found + mirrored, scale.low + scale.high, abs_tol=room)


@given(data=rows(), fill=_FILLS)
def test_what_is_imputed_bears_its_flag_and_is_counted(observations, data, fill):
    plain, filled = (run(observations(data), with_steps(imputation=Choice(name))) for name in ("none", fill))
    key = ["area", "year", "indicator"]
    before, after = (found.indicator_scores.drop_nulls("value") for found in (plain, filled))
    new = after.join(before, on=key, how="anti")
    assert set(new["obs_status"]) <= {"I"}
    assert new["observed_year"].null_count() == new.height
    assert filled.steps["1b-imputed"].select(key).sort(key).equals(new.select(key).sort(key))
    kept = after.join(before, on=key, how="semi").sort(key)
    assert kept["value"].equals(before.sort(key)["value"])
    touched = set(new.filter(pl.col("indicator") != "b0").select("area", "year").iter_rows())
    roots = filled.scores.filter(pl.col("node") == "R", pl.col("score").is_not_null())
    assert all(row["imputed_share"] > 0 for row in roots.iter_rows(named=True) if (row["area"], row["year"]) in touched)


@given(scores=st.lists(st.floats(1, 100), min_size=1, max_size=6))
def test_the_harmonic_mean_is_no_greater_than_the_geometric(scores):
    from ssemon.builtin.methods_aggregation import harmonic

    children = np.array(scores).reshape(-1, 1, 1)
    weights = np.ones((1, len(scores)))
    least, middle = (method(children, weights, Scale()).item() for method in (harmonic, methods.geometric))
    assert min(scores) - 1e-9 <= least <= middle + 1e-9
