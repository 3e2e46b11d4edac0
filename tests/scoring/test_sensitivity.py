"""Sensitivity: indices of a function with known ones, an exact enumeration, and what each table means."""

import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import qmc

sys.path.insert(0, str(Path(__file__).parent))
from panels import make_edition, make_framework, scored, wide, with_rank_among

from ssemon.choices import CERTAIN, Choice, Uncertainty
from ssemon.errors import EditionFault
from ssemon.scoring.quasi import Quasi, Tally, make_design
from ssemon.scoring.sensitivity import left_out, one_at_a_time, sobol_table
from ssemon.scoring.sobol import indices, resampled

TABLE = {"P": (6, 2, 40, 80), "Q": (1, 4, 10, 30), "R": (5, 3, 90, 20), "S": (9, 8, 50, 10), "U": (6, 2, 45, 70)}
AGGREGATIONS = (Choice("arithmetic"), Choice("geometric"), Choice("ampi"), Choice("minimum"))


@pytest.fixture(scope="module")
def found(folder, framework):
    return scored(wide(TABLE), framework, make_edition(folder))


# Sobol's g-function: product of (|4 x - 2| + a) / (1 + a); the partial variance of an input is 1 / 3 / (1 + a)².
G = np.array([0.0, 1.0, 4.5, 9.0, 99.0])
PARTS = 1 / 3 / (1 + G) ** 2
WHOLE = np.prod(1 + PARTS) - 1


def g_function(points):
    return np.prod((np.abs(4 * points - 2) + G) / (1 + G), axis=1)[:, None]


def g_indices(base, resamples=1000):
    points = qmc.Sobol(10, scramble=True, rng=np.random.default_rng(5)).random(base)
    a, b = points[:, :5], points[:, 5:]
    for at in range(5):
        mixed = a.copy()
        mixed[:, at] = b[:, at]
        yield indices(g_function(a), g_function(b), g_function(mixed), resampled(base, (0,), resamples))


def test_the_g_function_has_its_known_indices():
    found = list(g_indices(8192, resamples=200))
    first = [one.first[0] for one in found]
    total = [one.total[0] for one in found]
    assert first == pytest.approx(PARTS / WHOLE, abs=0.01)
    assert total == pytest.approx(PARTS * np.prod(1 + PARTS) / (1 + PARTS) / WHOLE, abs=0.01)


def test_the_bounds_hold_the_known_indices():
    for one, known in zip(g_indices(2048), PARTS / WHOLE, strict=True):
        assert one.first_low[0] - 0.01 <= known <= one.first_high[0] + 0.01
        assert one.first_low[0] <= one.first[0] <= one.first_high[0]
        assert 0 <= one.total_low[0] <= one.total[0] <= one.total_high[0]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), results=st.integers(1, 4))
def test_the_estimator_is_its_formula(seed, results):
    a, b, mixed = np.random.default_rng(seed).normal(size=(3, 40, results))
    got = indices(a, b, mixed, resampled(40, (1,), 10))
    for at in range(results):
        both = np.concatenate([a[:, at], b[:, at]])
        variance = both.var(ddof=1)
        centred = b[:, at] - both.mean()
        assert got.first[at] == pytest.approx(np.mean(centred * (mixed[:, at] - a[:, at])) / variance, abs=1e-12)
        assert got.total[at] == pytest.approx(np.sum((a[:, at] - mixed[:, at]) ** 2) / (80 * variance), abs=1e-12)


def test_a_result_that_does_not_vary_has_no_indices_and_a_missing_draw_is_left_out():
    still = indices(np.ones((9, 1)), np.ones((9, 1)), np.ones((9, 1)), resampled(9, (1,), 5))
    assert np.isnan([still.first, still.total, still.total_low]).all()
    a, b, mixed = np.random.default_rng(1).normal(size=(3, 20, 1))
    holes = a.copy()
    holes[3] = np.nan
    keep = np.arange(20) != 3
    got, expected = (
        indices(*rows, resampled(len(rows[0]), (1,))) for rows in ((holes, b, mixed), (a[keep], b[keep], mixed[keep]))
    )
    assert got.first == pytest.approx(expected.first)
    assert np.isfinite([got.first_low, got.total_high]).all()


def test_a_design_answers_in_the_distribution_asked_for():
    points = qmc.Sobol(6, rng=np.random.default_rng(2)).random(1024)
    stream = Quasi(points)
    assert np.bincount(stream.integers(3, size=1024)).tolist() == pytest.approx([341] * 3, abs=2)
    spread = stream.uniform(-2, 2, (1024, 1))
    assert spread.mean() == pytest.approx(0, abs=0.01)
    two = Quasi(points).uniform(0, 1, (2, 1024, 1))
    np.testing.assert_array_equal(two[:, :, 0], points[:, :2].T)
    shares = stream.dirichlet(np.array([6.0, 3.0, 1.0]), 1024)
    assert shares.sum(axis=1) == pytest.approx(1)
    assert shares.mean(axis=0) == pytest.approx([0.6, 0.3, 0.1], abs=0.005)
    # Variance of a Dirichlet share m with a total of 10: m (1 - m) / 11.
    assert shares[:, 0].var() == pytest.approx(0.6 * 0.4 / 11, rel=0.05)


def test_shares_with_hardly_any_weight_are_numbers_still():
    shares = Quasi(np.full((4, 3), 1e-12)).dirichlet(np.full(3, 0.01), 4)
    assert shares.sum(axis=1) == pytest.approx(1)


def test_a_tally_counts_what_a_design_gives():
    tally, stream = Tally(), Quasi(np.zeros((1, 20)))
    for one in (tally, stream):
        one.integers(4, size=1)
        one.uniform(-1, 1, (1, 3))
        one.uniform(-1, 1, (2, 1, 1))
        one.dirichlet(np.ones(4), 1)
    assert tally.columns == stream._next == 10


def test_two_samples_are_independent_and_the_same_for_the_same_seed():
    one, again, other = (make_design({"x": 2, "y": 1}, 256, (seed,)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.points[0], again.points[0])
    assert not np.array_equal(one.points[0], other.points[0])
    assert abs(np.corrcoef(one.points[0][:, 0], one.points[1][:, 0])[0, 1]) < 0.1
    assert one.columns == {"x": (0, 2), "y": (2, 3)}
    assert make_design({"x": 20_000}, 64, (1,)).points[1].shape == (64, 20_000)
    assert make_design({}, 64, (1,)).points[0].shape == (64, 0)


def test_two_choices_have_the_indices_of_their_enumeration(folder, framework):
    """Every pair of alternatives is equally likely: the variances can be counted out."""
    doubt = replace(CERTAIN, aggregation={"0": AGGREGATIONS}, normalisation=(Choice("minmax"), Choice("goalposts")))
    edition = make_edition(folder)
    table = sobol_table(scored(wide(TABLE), framework, edition), 1024, doubt=doubt)
    cells = np.empty((4, 2, len(TABLE)))
    for one, other in product(range(4), range(2)):
        method = replace(
            edition.method, aggregation={**edition.method.aggregation, "0": AGGREGATIONS[one]},
            normalisation=doubt.normalisation[other],
        )  # fmt: skip
        alone = scored(wide(TABLE), framework, replace(edition, method=method)).scores
        cells[one, other] = alone.filter(node="T", year=2020).sort("area")["score"].to_numpy()
    variance = cells.var(axis=(0, 1))
    own = {"aggregation": cells.mean(axis=1).var(axis=0), "normalisation": cells.mean(axis=0).var(axis=0)}
    for choice, other in (("aggregation", "normalisation"), ("normalisation", "aggregation")):
        rows = table.filter(choice=choice, output="score").sort("area")
        assert rows["first"].to_list() == pytest.approx((own[choice] / variance).tolist(), abs=0.03)
        assert rows["total"].to_list() == pytest.approx((1 - own[other] / variance).tolist(), abs=0.03)


EVERYTHING = Uncertainty(
    leave_out=True, aggregation={"0": AGGREGATIONS}, normalisation=(Choice("minmax"), Choice("rank"))
)


@pytest.mark.parametrize("workers", [2, 5])
def test_the_number_of_workers_changes_nothing(found, workers):
    assert sobol_table(found, 600, doubt=EVERYTHING, workers=1).equals(
        sobol_table(found, 600, doubt=EVERYTHING, workers=workers)
    )


def test_each_choice_that_varies_is_there_and_no_other(found):
    table = sobol_table(found, 64, doubt=EVERYTHING)
    varied = {"weights", "aggregation", "normalisation", "observations", "left_out"}
    loose = {"goalposts"}  # of the indicators, only the provisional ones, and only where goalposts score
    assert set(table["choice"]) == varied
    assert set(sobol_table(found, 64)["choice"]) == {"weights", "aggregation", "observations"} | loose
    assert sobol_table(found, 64, doubt=CERTAIN).is_empty()
    outputs = table.filter(choice="weights").group_by("output", maintain_order=True).len()
    assert outputs.rows() == [("mean_rank_shift", 1), ("score", 5), ("rank", 5)]


def test_a_choice_without_effect_has_none(folder, framework):
    # One area, its two dimensions equal: no weights and no aggregation of the total can move it.
    table = sobol_table(
        scored(wide({"P": (5, 5, 50, 50)}), framework, make_edition(folder)),
        256, doubt=replace(CERTAIN, weights="share", observations=True, aggregation={"0": AGGREGATIONS[:3]}),
    )  # fmt: skip
    rows = table.filter(output="score")
    shares = dict(zip(rows["choice"], rows["total"], strict=True))
    assert shares["observations"] == pytest.approx(1, abs=0.2)
    assert shares["weights"] < 0.1
    ranks = table.filter(output="rank")
    assert ranks["first"].is_null().all()


def test_first_order_is_below_total_and_the_shares_are_shares(found):
    table = sobol_table(found, 2048, doubt=EVERYTHING).filter(output="score")
    assert (table["first"] <= table["total"] + 0.1).all()
    assert table["total"].min() >= 0
    sums = table.group_by("area").agg(pl.col("first").sum())
    assert (sums["first"] < 1.15).all()


def test_another_seed_finds_nearly_the_same(found):
    one = sobol_table(found, 2048)
    other = sobol_table(replace(found, edition=replace(found.edition, seed=99)), 2048)
    assert not one.equals(other)
    overall = [table.filter(output="mean_rank_shift")["total"] for table in (one, other)]
    assert overall[0].to_list() == pytest.approx(overall[1].to_list(), abs=0.1)


def test_one_at_a_time_by_hand(found):
    table = one_at_a_time(found, doubt=replace(CERTAIN, aggregation={"0": (Choice("arithmetic"), Choice("minimum"))}))
    assert table["alternative"].to_list() == ["arithmetic", "minimum"]
    assert table.row(0)[4:] == (5, 0.0, 0.0, 0.0, 0.0, None)
    # A and B: P 70, 70; Q 35, 25; R 60, 37.5; S 55, 20; U 70, 63.75. Weights 1 and 2.
    means = np.array([70, 85 / 3, 45, 95 / 3, 197.5 / 3])
    worst = np.array([70, 25, 37.5, 20, 63.75])
    assert table["mean_score_change"][1] == pytest.approx(np.abs(means - worst).mean())
    assert table["greatest_score_change"][1] == pytest.approx(35 / 3)
    # Ranks by mean: P U R S Q; by the worst: P U R Q S.
    assert table["mean_rank_shift"][1] == pytest.approx(2 / 5)
    assert table["area"][1] == "S"


def test_each_normalisation_alone_is_the_profile_with_that_normalisation(folder, framework, found):
    choices = (Choice("goalposts"), Choice("minmax"), Choice("rank"))
    table = one_at_a_time(found, doubt=replace(CERTAIN, normalisation=choices))
    assert table["mean_score_change"][0] == 0
    for choice, changed in zip(choices[1:], table["mean_score_change"][1:], strict=True):
        edition = replace(found.edition, method=replace(found.edition.method, normalisation=choice))
        alone = scored(wide(TABLE), framework, edition).scores.filter(node="T", year=2020)
        point = found.scores.filter(node="T", year=2020)
        assert changed == pytest.approx((alone["score"] - point["score"]).abs().mean())


def test_what_varies_by_degrees_is_drawn(found):
    table = one_at_a_time(found)
    assert table.select("choice", "key", "alternative", "draws").rows() == [
        ("aggregation", "0", "arithmetic", 1), ("aggregation", "0", "geometric", 1), ("aggregation", "0", "ampi", 1),
        ("weights", None, "drawn", 250), ("goalposts", None, "drawn", 250), ("observations", None, "drawn", 250),
    ]  # fmt: skip
    # Goalposts of one indicator of four are open: what they do lies between nothing and what all choices do.
    assert 0 < table.filter(choice="goalposts")["mean_score_change"].item() < 10
    named = one_at_a_time(found, doubt=replace(CERTAIN, aggregation={"0": (Choice("generalised", {"power": 0.5}),)}))
    assert named["alternative"].item() == "generalised (power = 0.5)"


def by_hand(found, code):
    """The total without one indicator or dimension, from the scores of the others."""
    leaves = {
        (row["area"], row["indicator"]): row["score"]
        for row in found.indicator_scores.filter(year=2020).iter_rows(named=True)
    }
    children = {"A": {"A1": 1, "A2": 1}, "B": {"B1": 1, "B2": 3}}
    tops = {"A": 1, "B": 2}
    out = {}
    for area in TABLE:
        parts = {}
        for node, weights in children.items():
            kept = {leaf: weight for leaf, weight in weights.items() if leaf != code and (area, leaf) in leaves}
            if node != code and kept:
                parts[node] = sum(leaves[area, leaf] * weight for leaf, weight in kept.items()) / sum(kept.values())
        if parts:
            out[area] = sum(tops[node] * score for node, score in parts.items()) / sum(tops[node] for node in parts)
    return out


def test_leaving_one_out_by_hand(found):
    table = left_out(found)
    assert table.select("code", "parent", "level").rows() == [
        ("A", "T", 1), ("B", "T", 1), ("A1", "A", 2), ("A2", "A", 2), ("B1", "B", 2), ("B2", "B", 2),
    ]  # fmt: skip
    point = dict(found.scores.filter(node="T", year=2020).select("area", "score").rows())
    for row in table.iter_rows(named=True):
        now = by_hand(found, row["code"])
        moved = {area: abs(now[area] - point[area]) for area in point}
        ranks = [
            {area: 1 + sum(round(other - values[area], 9) > 0 for other in values.values()) for area in values}
            for values in (now, point)
        ]
        shifted = {area: abs(ranks[0][area] - ranks[1][area]) for area in point}
        assert row["mean_score_change"] == pytest.approx(np.mean(list(moved.values())))
        assert row["greatest_score_change"] == pytest.approx(max(moved.values()))
        assert row["mean_rank_shift"] == pytest.approx(np.mean(list(shifted.values())))
        assert row["greatest_rank_shift"] == max(shifted.values())
        assert shifted[row["area"]] == max(shifted.values())


@pytest.mark.parametrize("root", ["arithmetic", "geometric", "copeland", "median", "ampi", "owa"])
def test_an_only_child_takes_its_parent_with_it(folder, root):
    structure = "code,level,parent,name_en,weight\nT,0,,Total,1\nA,1,T,First,1\nB,1,T,Second,2\n"
    head = (
        "code,parent,name_en,definition,unit,direction,type,lower_goalpost,upper_goalpost,weight,core,goalpost_basis\n"
    )
    rows = "".join(f"{code},{code[0]},x,,x,1,quantitative,0,100,1,1,natural\n" for code in ("A1", "B1", "B2"))
    framework = make_framework(folder / root, structure, head + rows)
    edition = make_edition(folder / root)
    choice = Choice(root, {"order": [1, 2]} if root == "owa" else {})
    method = replace(
        edition.method, aggregation={"0": choice, "1": Choice("copeland" if root == "copeland" else "arithmetic")}
    )
    rows = [
        (area, code, 2020, value)
        for area, values in TABLE.items()
        for code, value in zip(("A1", "B1", "B2"), values, strict=False)
    ]
    got = scored(rows, framework, replace(edition, method=method))
    table = {row["code"]: row for row in left_out(got).iter_rows(named=True)}
    assert {**table["A1"], "code": "A", "parent": "T", "level": 1} == table["A"]
    assert table["A"]["areas"] == 5
    below = left_out(got, node="A").rows(named=True)
    assert [row["code"] for row in below] == ["A1"]
    assert below[0]["areas"] == 0
    assert below[0]["mean_score_change"] is None


def test_missing_areas_and_areas_that_are_not_ranked(folder, framework):
    cells = TABLE | {"Z": (None, None, None, None), "Y": (5, None, None, None)}
    edition = with_rank_among(make_edition(folder), ("P", "Q", "S"))
    got = scored(wide(cells), framework, edition)
    table = left_out(got).filter(code="A1")
    assert table["areas"].item() == 5  # Y has nothing else
    assert table["greatest_rank_shift"].item() <= 2
    sobol = sobol_table(got, 64, doubt=EVERYTHING)
    assert set(sobol["area"].drop_nulls()) == {*TABLE, "Y"}
    assert sobol.filter(output="rank", area="R")["total"].is_null().all()
    numbers = sobol.select(pl.selectors.float())
    assert not any(numbers[name].is_nan().any() or numbers[name].is_infinite().any() for name in numbers.columns)


def test_another_node_and_year(folder, framework):
    rows = wide(TABLE) + wide({"P": (1, 1, 1, 1), "Q": (9, 3, 4, 5)}, 2019)
    got = scored(rows, framework, make_edition(folder))
    assert set(sobol_table(got, 64, node="A", year=2019)["area"].drop_nulls()) == {"P", "Q"}
    assert one_at_a_time(got, node="A", year=2019)["areas"].max() == 2
    for table in (sobol_table, left_out):
        with pytest.raises(EditionFault) as fault:
            table(got, node="C")
        assert fault.value.problems[0].code == "E04"


def test_a_step_that_is_not_there_cannot_vary(found):
    with pytest.raises(EditionFault):
        sobol_table(found, 64, doubt=Uncertainty(normalisation=(Choice("minimax"),)))
