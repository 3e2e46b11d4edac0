"""Intervals hold the point, do not depend on workers, and mean what they say."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from panels import make_edition, scored, wide, with_rank_among

from ssemon.choices import CERTAIN, GRADE_ERROR, Choice, Uncertainty
from ssemon.errors import EditionFault
from ssemon.scoring.montecarlo import INTERVAL_COLUMNS, ranked, simulate, summarise, with_intervals
from ssemon.scoring.orders import (
    band_probabilities,
    band_words,
    beside_intervals,
    pairwise,
    places_among,
    rank_frequencies,
    tie_groups,
)

TABLE = {"P": (6, 2, 40, 80), "Q": (1, 4, 10, 30), "R": (5, 3, 90, 20), "S": (None, 3, 50, None), "U": (6, 2, 40, 79)}
VALUES = st.one_of(st.none(), st.floats(0, 10))


def drawn(folder, framework, table=None, draws=600, doubt=None, root="ampi", more="", **options):
    edition = make_edition(folder, root=root, more=more)
    found = scored(wide(table or TABLE), framework, edition)
    return simulate(found, draws, doubt=doubt, **options), found


@pytest.mark.parametrize("workers", [2, 3, 8])
def test_the_number_of_workers_changes_nothing(folder, framework, workers):
    doubt = Uncertainty(leave_out=True)
    one, _ = drawn(folder, framework, doubt=doubt, workers=1)
    many, _ = drawn(folder, framework, doubt=doubt, workers=workers)
    np.testing.assert_array_equal(one.scores, many.scores)
    np.testing.assert_array_equal(one.ranks, many.ranks)
    assert summarise(one, 1).equals(summarise(many, workers))


def test_more_draws_keep_the_first_ones(folder, framework):
    few, _ = drawn(folder, framework, draws=250)
    more, _ = drawn(folder, framework, draws=700)
    np.testing.assert_array_equal(few.scores, more.scores[:, :250])


def test_another_seed_draws_otherwise(folder, framework):
    one, found = drawn(folder, framework)
    other = simulate(replace(found, edition=replace(one.edition, seed=8)), 600)
    assert not np.array_equal(one.scores, other.scores)


@settings(max_examples=25, deadline=None)
@given(cells=st.lists(VALUES, min_size=16, max_size=16), root=st.sampled_from(["arithmetic", "geometric", "ampi"]))
def test_without_doubt_every_draw_is_the_point(folder, framework, cells, root):
    if all(cell is None for cell in cells):
        return
    table = {area: cells[4 * place : 4 * place + 4] for place, area in enumerate("PQRS")}
    simulated, found = drawn(folder, framework, table, 20, CERTAIN, root)
    sums = summarise(simulated).join(found.scores, on=["area", "year", "node"], suffix="_point")
    for column in ("median", "score_low", "score_high"):
        assert sums.filter((pl.col(column) - pl.col("score_point")).abs() > 1e-9).is_empty()
        assert sums[column].is_null().to_list() == sums["score_point"].is_null().to_list()
    nominal = sums.filter(pl.col("rank_point").is_not_null())
    near = (nominal["rank_low"] <= nominal["rank_point"]) & (nominal["rank_point"] <= nominal["rank_high"])
    assert near.all() or _nearly_tied(found.scores)


def _nearly_tied(scores):
    """Scores that only the order of a sum tells apart."""
    gaps = (
        scores.drop_nulls("score")
        .sort("year", "node", "score")
        .select(pl.col("score").diff().over("year", "node").abs())
    )
    return bool(gaps.drop_nulls().filter((pl.col("score") > 0) & (pl.col("score") < 1e-6)).height)


def test_noise_of_nothing_gives_the_point(folder, framework):
    errors = pl.DataFrame(
        [(area, code, 2020, 0.0) for area in TABLE for code in ("A1", "A2", "B1", "B2")],
        schema={"area": pl.String, "indicator": pl.String, "year": pl.Int32, "std_error": pl.Float64}, orient="row",
    )  # fmt: skip
    doubt = replace(CERTAIN, observations=True)
    simulated, found = drawn(folder, framework, doubt=doubt, errors=errors)
    sums = summarise(simulated).join(found.scores, on=["area", "year", "node"], suffix="_point").drop_nulls("score")
    assert (sums["score_high"] - sums["score_low"]).max() < 1e-9
    assert (sums["median"] - sums["score_point"]).abs().max() < 1e-9


def test_the_spread_of_one_noisy_indicator_is_its_grade(folder, framework):
    doubt = replace(CERTAIN, observations=True, default_grade="B")
    simulated, _ = drawn(folder, framework, {"P": (5, None, None, None)}, 8000, doubt, "arithmetic")
    spread = simulated.scores[simulated.node("A"), :, 0].std()
    assert spread == pytest.approx(100 * GRADE_ERROR["B"], rel=0.05)


def test_a_standard_error_is_scaled_by_the_goalposts(folder, framework):
    errors = pl.DataFrame({"area": ["P"], "indicator": ["A1"], "year": [2020], "std_error": [0.5]}).cast(
        {"year": pl.Int32}
    )
    doubt = replace(CERTAIN, observations=True)
    simulated, _ = drawn(folder, framework, {"P": (5, None, None, None)}, 8000, doubt, "arithmetic", errors=errors)
    assert simulated.scores[simulated.node("A"), :, 0].std() == pytest.approx(5.0, rel=0.05)


FREE = {"centre": 0, "width": 1, "clip": False}
SPREAD = np.std([1, 3, 5, 7, 9])
# How a value of the indicator A1 (goalposts 0 to 10) becomes a score, and how many points a raw unit is worth then.
WORTH = {
    "goalposts": (Choice("goalposts"), 10.0),
    "minmax": (Choice("minmax"), 100 / 8),
    "zscore": (Choice("zscore", FREE), 1 / SPREAD),
    "a wider zscore": (Choice("zscore", {"centre": 50, "width": 10, "clip": False}), 10 / SPREAD),
}


@pytest.mark.parametrize("normalisation", WORTH)
@pytest.mark.parametrize("given", ["grade", "std_error"])
def test_an_error_is_as_wide_as_the_normalisation_makes_it(folder, framework, normalisation, given):
    table = {area: (value, None, None, None) for area, value in zip("PQRST", (1, 3, 5, 7, 9), strict=True)}
    choice, worth = WORTH[normalisation]
    edition = make_edition(folder, root="arithmetic")
    edition = replace(edition, method=replace(edition.method, normalisation=choice))
    found = scored(wide(table), framework, edition)
    errors = pl.DataFrame({"area": ["R"], "indicator": ["A1"], "year": [2020], "std_error": [0.3]}).cast(
        {"year": pl.Int32}
    )
    doubt = replace(CERTAIN, observations=True, default_grade="B")  # 3 % of 10 raw units: the same 0.3
    simulated = simulate(found, 8000, doubt=doubt, errors=errors if given == "std_error" else None)
    spread = simulated.scores[simulated.node("A"), :, simulated.areas.index("R")].std()
    assert spread == pytest.approx(0.3 * worth, rel=0.05)


def test_an_error_keeps_its_raw_width_in_every_alternative_normalisation(folder, framework):
    table = {area: (value, None, None, None) for area, value in zip("PQRST", (1, 3, 5, 7, 9), strict=True)}
    found = scored(wide(table), framework, make_edition(folder, root="arithmetic"))
    doubt = replace(CERTAIN, observations=True, normalisation=(Choice("goalposts"), Choice("zscore", FREE)))
    simulated = simulate(found, 8000, doubt=doubt)
    drawn = simulated.scores[simulated.node("A"), :, simulated.areas.index("R")]
    by_goalposts, by_spread = drawn[drawn > 10], drawn[drawn <= 10]
    assert len(by_goalposts) == pytest.approx(4000, rel=0.1)
    assert by_goalposts.std() == pytest.approx(3.0, rel=0.05)
    assert by_spread.std() == pytest.approx(0.3 / SPREAD, rel=0.05)


@pytest.mark.parametrize("root", ["harmonic", "minimum", "copeland"])
def test_what_is_not_told_varies_the_root_only_among_its_equals(folder, framework, root):
    simulated, found = drawn(
        folder, framework, root=root, doubt=Uncertainty(weights="fixed", goalpost_bases=(), observations=False)
    )
    point = dict(found.scores.filter(pl.col("node") == "T").select("area", "score").iter_rows())
    for area, draws in zip(simulated.areas, simulated.scores[0].T, strict=True):
        assert np.unique(draws[~np.isnan(draws)]).size == (0 if point[area] is None else 1)


def test_what_is_not_told_holds_the_profiles_own_mean_with_its_parameters(folder, framework):
    edition = make_edition(folder, root="arithmetic")
    mean = Choice("geometric", {"zero": "exact"})
    edition = replace(edition, method=replace(edition.method, aggregation={"0": mean}))
    assert Uncertainty().alternatives(edition.method, "T") == {"0": (Choice("arithmetic"), mean, Choice("ampi"))}
    assert Uncertainty(aggregation={}).alternatives(edition.method, "T") == {}


def test_scores_beside_their_intervals_are_told_of(folder, framework):
    edition = make_edition(folder, root="minimum")
    found = scored(wide(TABLE), framework, edition)
    other = replace(CERTAIN, aggregation={"0": (Choice("arithmetic"),)})
    assert beside_intervals(with_intervals(found, 300)) == ()
    [problem] = beside_intervals(with_intervals(replace(found, edition=replace(edition, uncertainty=other)), 300))
    assert problem.code == "N13"
    assert problem.severity == "warning"


def test_dirichlet_weights_have_the_spread_asked_for(folder, framework):
    # Node A has scores 0 and 100 with equal weights: the score is 100 times the second weight.
    doubt = replace(CERTAIN, weights="dirichlet", weight_spread=0.25)
    simulated, _ = drawn(folder, framework, {"P": (0, 0, None, None)}, 8000, doubt, "arithmetic")
    scores = simulated.scores[simulated.node("A"), :, 0]
    assert scores.mean() == pytest.approx(50, abs=0.5)
    assert scores.std() == pytest.approx(12.5, rel=0.05)


def test_share_weights_stay_within_the_share(folder, framework):
    doubt = replace(CERTAIN, weights="share", weight_spread=0.25)
    simulated, _ = drawn(folder, framework, {"P": (0, 0, None, None)}, 2000, doubt, "arithmetic")
    scores = simulated.scores[simulated.node("A"), :, 0]
    assert 100 * 0.75 / 2 <= scores.min() < scores.max() <= 100 * 1.25 / 2


def test_only_provisional_goalposts_move(folder, framework):
    doubt = replace(CERTAIN, goalpost_bases=("provisional",))
    simulated, _ = drawn(folder, framework, {"P": (5, None, 50, 50), "Q": (None, 5, 50, 50)}, 2000, doubt, "arithmetic")
    scores = simulated.scores[simulated.node("A")]
    assert np.ptp(scores[:, 0]) == 0
    # A2 at the middle, both ends moved by up to 20 points: between (50 - 20) / 1.0 … and (50 + 20) / 1.0 at most.
    assert 30 <= scores[:, 1].min() < 40
    assert 60 < scores[:, 1].max() <= 70


def test_only_the_aggregations_named_are_drawn(folder, framework):
    doubt = replace(CERTAIN, aggregation={"0": (Choice("arithmetic"), Choice("ampi"))})
    simulated, _ = drawn(folder, framework, {"P": (9, 1, 10, 10)}, 400, doubt, "arithmetic")
    # A 90, B 10, weights 1 and 2: mean 36.667; AMPI: r = 92, S² = 2 / 9 · 48² = 512, 92 - 512 / 92 = 86.435, back 27.391.
    values, times = np.unique(simulated.scores[0, :, 0].round(3), return_counts=True)
    assert values.tolist() == pytest.approx([27.391, 36.667])
    assert times.min() > 120


def test_leaving_one_out_gives_each_absence(folder, framework):
    doubt = replace(CERTAIN, leave_out=True)
    simulated, _ = drawn(folder, framework, {"P": (0, 0, None, None)}, 500, doubt, "arithmetic")
    assert set(simulated.scores[simulated.node("A"), :, 0].round(9)) == {0.0, 50.0, 100.0}


def test_an_only_indicator_left_out_leaves_no_score_in_that_draw(folder, framework):
    doubt = replace(CERTAIN, leave_out=True)
    simulated, _ = drawn(folder, framework, {"P": (3, None, 50, 50)}, 500, doubt, "arithmetic")
    sums = summarise(simulated).filter(pl.col("node") == "A")
    assert sums["median"].item() == pytest.approx(30)
    assert 300 < sums["draws"].item() < 500


def test_intervals_keep_rows_order_and_nulls(folder, framework):
    edition = make_edition(folder, more='[method.coverage]\n1 = { weight = 0.5 }\n0 = { children = "all" }')
    table = TABLE | {"Z": (5, None, None, None)}
    found = scored(wide(table) + wide({"P": (5, 3, 30, 70)}, 2019), framework, edition)
    out = with_intervals(found, 300)
    assert out.columns == [*found.scores.columns, *INTERVAL_COLUMNS]
    assert out.select(found.scores.columns).equals(found.scores)
    assert out["score_low"].is_null().equals(out["score"].is_null())
    assert out["rank_low"].is_null().equals(out["rank"].is_null())
    there = out.drop_nulls("score")
    assert (there["score_low"] <= there["score_high"]).all()
    assert (there["rank_low"] <= there["rank_high"]).all()
    assert out.schema["rank_low"] == pl.Int32
    again = with_intervals(found, 300, years=[2020])
    assert again.filter(pl.col("year") == 2020).equals(out.filter(pl.col("year") == 2020))
    assert again.filter(pl.col("year") == 2019)["score_low"].null_count() == 3 * found.scores["area"].n_unique()


def test_only_the_editions_countries_are_ranked(folder, framework):
    edition = with_rank_among(make_edition(folder), ("P", "Q"))
    found = scored(wide(TABLE), framework, edition)
    out = with_intervals(found, 300, years=[2020])
    assert out["rank_high"].max() == 2
    assert set(out.drop_nulls("rank_low")["area"]) == {"P", "Q"}


def test_bands_pairs_ranks_and_ties(folder, framework):
    doubt = replace(CERTAIN, observations=True)
    simulated, _ = drawn(folder, framework, draws=1000, doubt=doubt)
    bands = band_probabilities(simulated)
    sums = bands.group_by("area", "node").agg(pl.col("probability").sum())
    assert sums["probability"].to_list() == pytest.approx([1.0] * sums.height)
    assert set(band_words(bands)["certainty"]) <= {"firm", "likely", "open"}
    pairs = {(one, other): share for one, other, share in pairwise(simulated, "T", ["P", "Q", "U", "none"]).rows()}
    assert pairs["P", "Q"] == pytest.approx(1 - pairs["Q", "P"])
    assert pairs["P", "Q"] > 0.99
    groups = dict(tie_groups(simulated, "T", ["P", "Q", "U"]).select("area", "group").rows())
    assert groups == {"P": 1, "U": 1, "Q": 2}
    shares = rank_frequencies(simulated, "T").group_by("area").agg(pl.col("share").sum())
    assert shares["share"].to_list() == pytest.approx([1.0] * shares.height)


def test_pairs_are_counted_in_the_draws_that_have_both(folder, framework):
    doubt = Uncertainty(leave_out=True)
    table = TABLE | {"V": (6, None, None, None), "Z": (None, None, None, None)}
    simulated, _ = drawn(folder, framework, table, draws=500, doubt=doubt)
    areas = [*table, "none"]
    found = {row[:2]: row[2] for row in pairwise(simulated, "T", areas).rows()}
    scores, column = simulated.scores[simulated.node("T")], list(simulated.areas)
    assert {one for one, _ in found} == {*TABLE, "V"}
    for (one, other), share in found.items():
        first, second = scores[:, column.index(one)], scores[:, column.index(other)]
        both = ~np.isnan(first) & ~np.isnan(second)
        expected = ((first > second)[both].sum() + (first == second)[both].sum() / 2) / both.sum()
        assert share == pytest.approx(expected, abs=1e-12)
    assert np.isnan(scores[:, column.index("V")]).any()


def test_places_among_some_areas_are_counted_draw_by_draw(folder, framework):
    doubt = Uncertainty(leave_out=True)
    table = TABLE | {"V": (6, None, None, None), "Z": (None, None, None, None)}
    simulated, _ = drawn(folder, framework, table, draws=300, doubt=doubt)
    areas = ["V", *list(TABLE)[:3]]
    found = {(area, place): share for area, place, share in places_among(simulated, "T", [*areas, "Z", "none"]).rows()}
    columns = [list(simulated.areas).index(area) for area in areas]
    scores = simulated.scores[simulated.node("T")][:, columns]
    for number, area in enumerate(areas):
        there = ~np.isnan(scores[:, number])
        places = 1 + (scores > scores[:, [number]]).sum(axis=1)[there]
        for place in range(1, len(areas) + 1):
            assert found.get((area, place), 0.0) == pytest.approx((places == place).mean(), abs=1e-12)
    assert {area for area, _ in found} == set(areas)


def test_an_open_band_names_two():
    bands = pl.DataFrame(
        {"area": ["P"] * 3, "year": [2020] * 3, "node": ["T"] * 3, "band": ["EMG", "DEV", "EST"], "probability": [0.1, 0.5, 0.4]}
    )  # fmt: skip
    assert band_words(bands).row(0) == ("P", 2020, "T", "DEV/EST", "open", 0.5)


def test_ranks_by_hand():
    scores = np.array([[3.0, 5.0, np.nan, 5.0], [1.0, 2.0, 3.0, 4.0], [np.nan] * 4])
    assert ranked(scores).tolist() == [[3, 1, 0, 1], [4, 3, 2, 1], [0, 0, 0, 0]]


@given(st.lists(st.one_of(st.just(float("nan")), st.integers(-5, 5).map(float)), min_size=1, max_size=9))
def test_ranks_count_who_is_above(values):
    expected = [0 if v != v else 1 + sum(other > v for other in values) for v in values]
    assert ranked(np.array([values])).tolist() == [expected]


@pytest.mark.parametrize(
    "doubt",
    [
        Uncertainty(aggregation={"9": (Choice("ampi"),)}),
        Uncertainty(aggregation={"0": (Choice("mean"),)}),
        Uncertainty(normalisation=(Choice("minimax"),)),
    ],
)
def test_what_cannot_vary_is_refused(folder, framework, doubt):
    with pytest.raises(EditionFault):
        drawn(folder, framework, doubt=doubt)
