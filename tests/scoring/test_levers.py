"""Levers: what one indicator would add, equal to scoring the changed data again."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from panels import INDICATORS, METHODS, make_edition, make_framework, observed, scored, wide

from ssemon.errors import EditionFault
from ssemon.scoring import score
from ssemon.scoring.levers import LEVER_SCHEMA, levers

# Aggregations that are means, one that punishes uneven children, and one that counts who beats whom.
AGGREGATIONS = ["arithmetic", "geometric", "harmonic", "ampi", "median", "copeland"]
FOUR = {"P": (6, 2, 40, 80), "Q": (5, 5, 50, 50), "R": (1, 9, 10, 20), "S": (9, 1, 90, 95)}


def found_for(table, framework, edition, areas=("P",)):
    rows = wide(table)
    return levers(scored(rows, framework, edition), observed(rows), areas)


def rows_of(frame, area="P"):
    own = frame.filter(pl.col("area") == area)
    return {(row["indicator"], row["target"]): row for row in own.to_dicts()}


def test_an_arithmetic_mean_by_hand(folder, framework):
    # A: 60 and 80, a sixth of the weight each; B1 40 a sixth, B2 80 half. The overall score is 70.
    found = rows_of(found_for({"P": (6, 2, 40, 80)}, framework, make_edition(folder)))
    assert found["A1", "top"]["gain"] == pytest.approx(40 / 6)
    assert found["A1", "band"] | {"year": 0} == pytest.approx(
        {"area": "P", "year": 0, "indicator": "A1", "target": "band", "score": 60, "target_score": 70, "target_value": 7,
         "overall": 70, "reached": 70 + 10 / 6, "gain": 10 / 6}
    )  # fmt: skip
    # Falling is better: a value of 3 is a score of 70, but 80 is past the last cut.
    assert (found["A2", "top"]["target_value"], found["A2", "top"]["gain"]) == pytest.approx((0, 20 / 6))
    assert ("A2", "band") not in found
    assert found[None, "top"]["reached"] == pytest.approx(100)


@settings(max_examples=15, deadline=None)
@given(
    cells=st.lists(st.integers(1, 9), min_size=16, max_size=16),
    root=st.sampled_from(AGGREGATIONS), level=st.sampled_from(AGGREGATIONS[:4]),
)  # fmt: skip
def test_a_gain_is_what_the_score_is_when_the_changed_data_are_scored(folder, framework, cells, root, level):
    table = {area: [cells[n], cells[n + 1], 10 * cells[n + 2], 10 * cells[n + 3]] for n, area in zip((0, 4, 8, 12), "PQRS", strict=True)}  # fmt: skip
    edition = make_edition(folder, root, level)
    for row in found_for(table, framework, edition, ("P", "Q", "R", "S")).drop_nulls("indicator").to_dicts():
        moved = {area: list(values) for area, values in table.items()}
        moved[row["area"]][("A1", "A2", "B1", "B2").index(row["indicator"])] = row["target_value"]
        again = scored(wide(moved), framework, edition).scores
        [overall] = again.filter((pl.col("area") == row["area"]) & (pl.col("node") == "T") & (pl.col("year") == 2020))[
            "score"
        ]
        assert row["reached"] == pytest.approx(overall, abs=1e-9)
        assert row["gain"] == pytest.approx(overall - row["overall"], abs=1e-9)


def test_the_median_is_of_the_areas_asked_for_and_tells_what_a_strength_holds(folder, framework):
    found = rows_of(found_for(FOUR, framework, make_edition(folder), ("P", "Q", "R", "S")))
    assert found["A1", "median"]["target_score"] == pytest.approx(55)
    assert found["A1", "median"]["gain"] == pytest.approx(-5 / 6)
    assert (
        rows_of(found_for(FOUR, framework, make_edition(folder), ("P", "Q", "R"))).keys().isdisjoint({("A1", "median")})
    )


def test_together_only_what_is_below_its_target_moves(folder, framework):
    found = rows_of(found_for(FOUR, framework, make_edition(folder), ("P", "Q", "R", "S")))
    # Of P only B1 (40) is below the median (45).
    assert found[None, "median"]["gain"] == pytest.approx(5 / 6)


def test_what_is_missing_estimated_or_confidential_has_no_lever(folder, framework):
    edition = make_edition(folder, more='[method.indicator.A2]\nimputation = "mean"\n')
    rows = wide({"P": (6, None, 40, 80), "Q": (5, 5, 50, None)})
    frame = observed(rows).with_columns(
        conf_status=pl.when((pl.col("area") == "P") & (pl.col("indicator") == "B2")).then(pl.lit("C")).otherwise("conf_status")
    )  # fmt: skip
    found = levers(score(frame, framework, edition, METHODS), frame, ("P", "Q"))
    assert set(rows_of(found)) == {(code, "top") for code in ("A1", "B1", None)} | {
        (code, "band") for code in ("A1", "B1", None)
    }
    assert {code for code, _ in rows_of(found, "Q")} == {"A1", "A2", "B1", None}


def test_a_country_without_a_score_and_one_that_is_not_there_have_no_rows(folder, framework):
    edition = make_edition(folder, more='[method.coverage]\n0 = { children = "all" }\n')
    found = found_for({"P": (6, 2, None, None), "Q": (5, 5, 50, 50)}, framework, edition, ("P", "X"))
    assert found.is_empty()
    assert found.schema == pl.Schema(LEVER_SCHEMA)


def test_an_indicator_in_whole_levels_reaches_a_whole_level(tmp_path):
    rubric = INDICATORS.replace("a1,,x,1,quantitative,0,10", "a1,,x,1,qualitative-ordinal,0,4")
    rubric = rubric.replace("a2,,x,-1,quantitative,0,10", "a2,,x,-1,qualitative-ordinal,0,4")
    found = rows_of(
        found_for({"P": (1, 3, 40, 80)}, make_framework(tmp_path, indicators=rubric), make_edition(tmp_path))
    )
    # A1 scores 25; the cut at 30 lies between levels 1 and 2. A2 scores 25 too; its next level down is 2.
    for code in ("A1", "A2"):
        assert (found[code, "band"]["target_value"], found[code, "band"]["target_score"]) == pytest.approx((2, 50))


def test_a_logarithm_is_turned_back(tmp_path):
    head, *lines = INDICATORS.splitlines()
    lines = [f"{line},{'log10' if line.startswith('B1') else 'none'}" for line in lines]
    text = "\n".join([head + ",transform", *lines]).replace(
        "B1,B,b1,,x,1,quantitative,0,100", "B1,B,b1,,x,1,quantitative,1,100"
    )
    found = rows_of(found_for({"P": (6, 2, 2, 80)}, make_framework(tmp_path, indicators=text), make_edition(tmp_path)))
    assert found["B1", "top"]["target_value"] == pytest.approx(100)
    assert found["B1", "band"]["target_value"] == pytest.approx(10 ** (2 * 0.3))


@pytest.mark.parametrize(
    "more", ['[method.indicator.A1]\nnormalisation = "minmax"\n', '[method.indicator.A1]\ntreatment = "winsorise"\n']
)
def test_a_value_that_cannot_be_told_from_the_score_is_not_told(folder, framework, more):
    found = rows_of(found_for(FOUR, framework, make_edition(folder, more=more)))
    assert found["A1", "top"]["target_value"] is None
    assert found["B1", "top"]["target_value"] == pytest.approx(100)


def test_weights_of_each_area_s_own_are_refused(folder, framework):
    edition = make_edition(folder, more='[method.node.A]\nweighting = "bod"\n')
    edition = replace(edition, method=replace(edition.method, aggregation={}))
    with pytest.raises(EditionFault):
        found_for(FOUR, framework, edition)


def test_an_area_alone_scores_as_it_does_among_all(folder, framework):
    among = found_for(FOUR, framework, make_edition(folder, "ampi", "geometric"), tuple(FOUR))
    for area, values in FOUR.items():
        alone = found_for({area: values}, framework, make_edition(folder, "ampi", "geometric"), (area,))
        both = among.filter((pl.col("area") == area) & (pl.col("target") == "top"))["gain"].to_numpy()
        assert np.allclose(both, alone.filter(pl.col("target") == "top")["gain"].to_numpy(), atol=1e-12)
