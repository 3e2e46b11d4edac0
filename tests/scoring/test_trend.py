"""Trends: the worked numbers of the methods note, breaks, and directions."""

import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from panels import make_framework, observed

from ssemon.choices import Outlook
from ssemon.scoring.trend import (
    Series,
    after_break,
    anticipated,
    anticipated_class,
    arrow,
    cagr,
    gap_closed,
    growth_class,
    growth_ratio,
    linear_rate,
    node_trends,
    rho,
    sure_arrow,
    trends,
)

EXAMPLE = Series((2018, 2021, 2024), (40.0, 45.0, 48.0))


def test_the_worked_example_of_the_arrow():
    assert rho(EXAMPLE, 70, 2030) == pytest.approx(0.5333, abs=1e-4)
    assert arrow(EXAMPLE, 70, 2030, 1) == "MOD"


def test_the_worked_example_of_compound_growth():
    assert growth_ratio(EXAMPLE, 70, 2030) == pytest.approx(0.646, abs=5e-4)
    assert growth_class(0.646) == "moderate"


def test_a_straight_line_is_predicted_whatever_the_decay():
    line = Series((2016, 2018, 2019, 2022), (10.0, 14.0, 16.0, 22.0))
    assert linear_rate(line) == pytest.approx(2.0)
    for decay in (1.0, 0.9, 0.5):
        predicted, gap = anticipated(line, 50, 2030, decay)
        assert predicted == pytest.approx(38.0)
        assert gap == pytest.approx(12 / 40)
    assert anticipated_class(line, 50, 2030, 1) == "accelerate"
    assert anticipated_class(line, 40, 2030, 1) == "maintain"  # gap 2 / 30
    assert anticipated_class(line, 0, 2030, -1) == "reverse"


def test_newer_values_count_more():
    bent = Series((2015, 2016, 2017, 2018, 2019), (10.0, 10.0, 10.0, 12.0, 14.0))
    assert anticipated(bent, 50, 2030, 0.5)[0] > anticipated(bent, 50, 2030, 1.0)[0]


@pytest.mark.parametrize(
    "values, target, direction, expected",
    [
        ((60.0, 80.0), 70, 1, "ACH"),
        ((80.0, 75.0), 70, 1, "DEC"),
        ((80.0, 60.0), 70, 1, "DEC"),
        ((40.0, 60.0), 70, 1, "TRK"),
        ((40.0, 41.0), 70, 1, "STG"),
        ((40.0, 39.0), 70, 1, "DEC"),
        ((40.0, 25.0), 10, -1, "TRK"),
        ((40.0, 32.0), 10, -1, "MOD"),
        ((40.0, 45.0), 10, -1, "DEC"),
        ((12.0, 8.0), 10, -1, "ACH"),
    ],
)
def test_each_arrow(values, target, direction, expected):
    assert arrow(Series((2018, 2024), values), target, 2030, direction) == expected


@given(st.floats(1, 99), st.floats(1, 99), st.floats(1, 99))
def test_turning_the_scale_round_changes_no_arrow(first, last, target):
    assume(abs(first - target) > 1e-3 and abs(last - target) > 1e-3 and abs(first - last) > 1e-3)
    ratio = rho(Series((2018, 2024), (first, last)), target, 2030)
    assume(min(abs(ratio - cut) for cut in (0, 0.5, 1)) > 1e-6)
    turned = Series((2018, 2024), (100 - first, 100 - last))
    assert arrow(Series((2018, 2024), (first, last)), target, 2030, 1) == arrow(turned, 100 - target, 2030, -1)


def test_a_break_starts_the_series_anew():
    series = after_break([2015, 2016, 2018, 2019, 2020], [1.0, 2, 9, 10, 11], ["A", "A", "B", "A", "F"], 2010)
    assert series == Series((2018, 2019), (9.0, 10.0))


def test_growth_by_hand_and_where_there_is_none():
    assert cagr(100, 121, 2) == pytest.approx(0.1)
    assert cagr(0, 5, 2) is None
    assert cagr(5, 5, 0) is None
    assert gap_closed(EXAMPLE, 70) == pytest.approx(8 / 30)
    assert gap_closed(EXAMPLE, 40) is None
    assert growth_class(None) is None
    assert [growth_class(r) for r in (0.95, 0.6, 0.0, -0.1)] == [
        "significant",
        "moderate",
        "insufficient",
        "moving away",
    ]


def test_noise_makes_a_class_uncertain():
    assert sure_arrow(EXAMPLE, 70, 2030, 1, 0.0) == ("MOD", 1.0)
    name, share = sure_arrow(EXAMPLE, 70, 2030, 1, 10.0)
    assert name == "uncertain"
    assert share < 0.6
    assert sure_arrow(EXAMPLE, 70, 2030, 1, 10.0) == (name, share)


def test_trends_of_observations(tmp_path):
    framework = make_framework(tmp_path)
    rows = [("P", "B1", year, value) for year, value in zip(EXAMPLE.years, EXAMPLE.values, strict=True)]
    rows += [("P", "A1", 2019, 5.0), ("P", "A1", 2020, 6.0)]
    rows += [("P", "B2", 2016, 1.0), ("P", "B2", 2017, 2.0), ("P", "B2", 2020, 90.0, "B"), ("P", "B2", 2021, 91.0)]
    found = trends(observed(rows), framework, Outlook(targets={"B1": 70.0}))
    assert found["indicator"].to_list() == ["A1", "B1", "B2"]
    one = found.row(1, named=True)
    assert (one["arrow"], one["growth"], round(one["rho"], 2)) == ("MOD", "moderate", 0.53)
    assert found.filter(pl.col("indicator") != "B1")["arrow"].to_list() == [None, None]
    assert found.row(2, named=True)["base_year"] == 2020
    nodes = node_trends(found, framework)
    points = {(row["area"], row["node"]): row["points"] for row in nodes.iter_rows(named=True)}
    assert points["P", "B"] is None  # B1 has a quarter of the weight of B
    assert trends(observed(rows), framework, last_year=2019)["last_year"].max() == 2019


def test_a_nodes_trend_is_the_mean_of_its_arrows(tmp_path):
    framework = make_framework(tmp_path)
    found = pl.DataFrame({"area": ["P"] * 2, "indicator": ["B1", "B2"], "arrow": ["ACH", "DEC"]})
    nodes = dict(node_trends(found, framework).select("node", "points").rows())
    assert nodes["B"] == pytest.approx(1.0)
    assert nodes["A"] is None
    assert nodes["T"] == pytest.approx(1.0)


def test_where_the_target_was_met_from_the_first_there_is_no_way_to_go(tmp_path):
    rows = [("P", "A1", year, value) for year, value in ((2018, 8), (2019, 8.5), (2021, 9))]
    rows += [("Q", "A1", year, value) for year, value in ((2018, 8), (2019, 7.5), (2021, 6))]
    found = trends(observed(rows), make_framework(tmp_path), Outlook(targets={"A1": 7.0}))
    for area, mark in (("P", "ACH"), ("Q", "DEC")):
        row = found.row(by_predicate=pl.col("area") == area, named=True)
        assert row["arrow"] == mark
        assert {row[name] for name in ("rho", "growth_ratio", "growth", "gap", "gap_closed")} == {None}
        assert row["cagr"] is not None
