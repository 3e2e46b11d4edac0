"""Scores, indicators and observations of two results beside each other."""

import sys
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from panels import INDICATORS, STRUCTURE, make_edition, make_framework, observed, scored, wide

from ssemon.scoring.compare import changed_scores, compare_indicators, compare_observations, compare_scores

DATA = {"P": (6, 2, 40, 80), "Q": (1, 1, 10, 10)}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("framework")
    return make_framework(folder), make_edition(folder)


def beside(base, before, after):
    first, last = (scored(wide(table), *base) for table in (before, after))
    return compare_scores(first.scores, last.scores, (2020, 2020))


def row(table, area, node="T"):
    [found] = table.filter((pl.col("area") == area) & (pl.col("node") == node)).to_dicts()
    return found


def test_the_same_scores_differ_in_nothing(base):
    found = beside(base, DATA, DATA)
    assert found.height == 6
    assert changed_scores(found).is_empty()
    assert set(found["kind"]) == {"both"}


def test_a_change_is_after_less_before(base):
    # Q: A1 from 10 to 100 and all B to 100: the index (100 + 90) / 2 / 3 + 200 / 3, above P.
    found = beside(base, DATA, {**DATA, "Q": (10, 1, 100, 100)})
    moved = row(found, "Q")
    assert moved["score_change"] == pytest.approx(95 / 3 + 200 / 3 - (50 / 3 + 20 / 3))
    assert (moved["rank_before"], moved["rank_after"], moved["rank_change"]) == (2, 1, -1)
    assert (moved["band_before"], moved["band_after"]) == ("EMG", "ADV")
    overtaken = row(changed_scores(found), "P")
    assert (overtaken["score_change"], overtaken["rank_change"]) == (0.0, 1)


def test_areas_that_entered_and_left(base):
    found = beside(base, DATA, {"P": DATA["P"], "R": (5, 5, 5, 5)})
    assert {area: row(found, area)["kind"] for area in "PQR"} == {"P": "both", "Q": "left", "R": "entered"}
    assert row(found, "R")["score_change"] is None
    assert row(found, "Q")["score_after"] is None
    assert row(beside(base, {**DATA, "Q": (1, 1, None, None)}, DATA), "Q", "B")["kind"] == "entered"


def test_nodes_of_another_tree(base, tmp_path):
    framework = make_framework(
        tmp_path, STRUCTURE.replace("B,1,T,Second,2", "C,1,T,Third,2"), INDICATORS.replace(",B,", ",C,")
    )
    last = scored(wide(DATA), framework, make_edition(tmp_path))
    found = compare_scores(scored(wide(DATA), *base).scores, last.scores, (2020, 2020))
    assert found.filter(pl.col("area") == "P")["node"].to_list() == ["T", "A", "C", "B"]
    assert [row(found, "P", node)["kind"] for node in "TABC"] == ["both", "both", "left", "entered"]
    assert row(found, "P", "B")["level"] == 1


def test_indicators_that_differ(base):
    rows = wide({**DATA, "P": (7, 2, 40, None)})
    first, last = scored(wide(DATA), *base), scored(rows, *base)
    found = compare_indicators(first.indicator_scores, last.indicator_scores, (2020, 2020))
    assert found.select("area", "indicator", "value_before", "value_after", "kind").rows() == [
        ("P", "A1", 6.0, 7.0, "both"), ("P", "B2", 80.0, None, "left"),
    ]  # fmt: skip
    assert found["score_change"].to_list() == [pytest.approx(10.0), None]


def test_an_indicator_that_stands_for_two_years_is_the_same_in_both(base, tmp_path):
    both = scored(wide(DATA, 2019) + wide(DATA, 2020), *base).indicator_scores
    assert compare_indicators(both, both, (2019, 2020)).is_empty()


def test_observations_that_changed_were_added_or_removed():
    before = observed([("P", "A1", 2020, 1.0), ("P", "A2", 2020, None, "O"), ("Q", "A1", 2020, 3.0)])
    after = observed([("P", "A1", 2020, 1.5), ("P", "A2", 2020, None, "M"), ("R", "A1", 2020, None, "O")])
    found = compare_observations(before, after)
    assert found.select("area", "indicator", "kind", "value_before", "value_after", "obs_status_after").rows() == [
        ("P", "A1", "changed", 1.0, 1.5, "A"), ("P", "A2", "changed", None, None, "M"),
        ("Q", "A1", "removed", 3.0, None, None), ("R", "A1", "added", None, None, "O"),
    ]  # fmt: skip
    assert compare_observations(before, before).is_empty()


def test_another_source_is_a_change():
    before = observed([("P", "A1", 2020, 1.0)])
    found = compare_observations(before, before.with_columns(source=pl.lit("Census")))
    assert found.select("source_before", "source_after").rows() == [("", "Census")]
