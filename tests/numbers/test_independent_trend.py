"""Trends, contributions and estimated powers beside second formulas; and that every method has such a formula."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

sys.path.insert(0, str(Path(__file__).parent))
import independent_methods as formula
import test_independent as tests
import worlds

from ssemon.builtin.methods_treatment import boxcox
from ssemon.scoring.decompose import contributions
from ssemon.scoring.trend import Outlook, trends

LEAF = {
    "code": "A.0", "parent": "A", "direction": 1, "type": "quantitative", "lower_goalpost": 0, "upper_goalpost": 50,
    "weight": 1, "core": 1, "transform": "none", "max_age_years": 1,
}  # fmt: skip
NODES = [("R", 0, "", 1), ("A", 1, "R", 1)]
MEASURES = ("cagr", "slope", "rho", "growth_ratio", "predicted", "gap", "gap_closed")
# What has a file of tests of its own: programmes, not formulas.
ELSEWHERE = {"bod", "bod_common", "optimised"}


def test_every_method_has_a_second_formula():
    ours = {
        "normalisation": tests.NORMALISATIONS, "imputation": tests.IMPUTATIONS, "treatment": tests.TREATMENTS,
        "aggregation": tests.AGGREGATIONS,
        "weighting": {"declared", "equal", "budget", "ahp", "entropy", "critic", "pca", *ELSEWHERE},
    }  # fmt: skip
    assert {kind: sorted(names) for kind, names in ours.items()} == {
        kind: sorted(worlds.methods().names(kind)) for kind in ours
    }


@given(
    values=st.lists(st.integers(-20, 200).map(lambda n: n / 4), min_size=3, max_size=9),
    skipped=st.sets(st.integers(2017, 2022)),
    target=st.sampled_from([50.0, 12.25, -3.0]),
)
def test_each_measure_of_a_trend_is_its_formula(values, skipped, target):
    years = [year for year in range(2015, 2032) if year not in skipped][: len(values)]
    assume(years[-1] < 2030 and years[-1] - years[0] >= 3)
    rows = [("XA", "A.0", year, value, "A") for year, value in zip(years, values, strict=True)]
    found = trends(worlds.frame(rows), worlds.framework(NODES, [LEAF]), Outlook(targets={"A.0": target}))
    ours, theirs = found.row(0, named=True), formula.trend(years, values, target, 2030)
    for name in MEASURES:
        assert (ours[name] is None) == (theirs[name] is None), name
        assert ours[name] is None or ours[name] == pytest.approx(theirs[name], rel=1e-9, abs=1e-9), name


@pytest.mark.parametrize("name", ["arithmetic", "geometric", "harmonic", "ampi"])
@tests.SOME
@given(data=st.data(), tree=worlds.trees(posts=st.just((0, 10))))
def test_contributions_are_their_formula_and_sum_to_the_score(path, name, data, tree):
    nodes, leaves = tree
    deepest = {leaf["parent"] for leaf in leaves}
    levels = {str(level): name for _, level, *_ in nodes}
    found = worlds.scored(path, nodes, leaves, worlds.profile({"aggregation": levels}), data.draw(worlds.cells(leaves)))
    scores = {
        (a, n): s for a, n, s in found.scores.filter(pl.col("year") == 2020).select("area", "node", "score").rows()
    }
    for node in sorted(deepest):
        parts = contributions(found, node=node)
        for (area,), rows in parts.group_by("area"):
            y, w, ours = (rows[column].to_list() for column in ("score", "weight", "contribution"))
            assert sum(w) == pytest.approx(1)
            assert ours == pytest.approx(formula.parts_of(name, y, w, 0, 100), rel=1e-9, abs=1e-9)
            assert sum(ours) == pytest.approx(scores[area, node], rel=1e-12, abs=1e-10)


@pytest.fixture(scope="session")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("profiles") / "edition.toml"


@pytest.mark.parametrize("seed", range(5))
def test_the_estimated_power_has_the_greatest_likelihood(seed):
    values = np.random.default_rng(seed).gamma(0.7, 3.0, 200) + 0.01
    treated = boxcox(values, always=True)
    power = stats.boxcox_normmax(values, method="mle")
    np.testing.assert_allclose(treated.values, stats.boxcox(values, lmbda=power), rtol=1e-3, atol=1e-4)
    best = stats.boxcox_llf(power, values)
    ours = float(treated.why.split("power ")[1].split(",")[0])
    assert stats.boxcox_llf(ours, values) == pytest.approx(best, abs=1e-4)


def test_a_given_shift_is_added_before_the_power():
    values = np.array([-3.0, 0.0, 4.0, np.nan])
    treated = boxcox(values, power=0.5, shift=4.0, always=True)  # 1 - min, as COINr has it
    np.testing.assert_allclose(treated.values, [0.0, 2.0, (8**0.5 - 1) / 0.5, np.nan])
    assert treated.rescale(5.0) == pytest.approx(4.0)
