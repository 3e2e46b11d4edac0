"""Contributions sum to the score, changes to the change."""

import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from panels import make_edition, scored, wide

from ssemon.errors import EditionFault
from ssemon.scoring.decompose import changes, contributions, strengths

AGGREGATIONS = ["arithmetic", "geometric", "ampi", "harmonic"]


def parts(rows, framework, edition, **options):
    found = scored(rows, framework, edition)
    return contributions(found, **options), found.scores


def test_an_arithmetic_mean_by_hand(folder, framework):
    found, _ = parts(wide({"P": (6, 2, 40, None)}), framework, make_edition(folder))
    # A 1/3 with two halves; B 2/3, all of it B1.
    assert found["weight"].to_list() == pytest.approx([1 / 6, 1 / 6, 2 / 3])
    assert found["contribution"].to_list() == pytest.approx([10, 80 / 6, 80 / 3])


def test_an_ampi_by_hand(folder, framework):
    # A 90, B 10, weights 1/3 and 2/3; r = 124 and 76, M = 92; penalties 1/3 · 32² / 92 and 2/3 · 16² / 92, over 0.6.
    found, _ = parts(wide({"P": (9, 1, 10, 10)}), framework, make_edition(folder, root="ampi"))
    first = 30 - 1024 / 3 / 92 / 0.6
    second = 20 / 3 - 512 / 3 / 92 / 0.6
    assert found["contribution"].to_list() == pytest.approx([first / 2, first / 2, second / 4, second * 3 / 4])


@settings(max_examples=50, deadline=None)
@given(
    cells=st.lists(st.one_of(st.none(), st.floats(0, 10)), min_size=8, max_size=8),
    root=st.sampled_from(AGGREGATIONS),
    level=st.sampled_from(AGGREGATIONS),
)
def test_contributions_sum_to_the_score(folder, framework, cells, root, level):
    if all(cell is None for cell in cells):
        return
    found, scores = parts(wide({"P": cells[:4], "Q": cells[4:]}), framework, make_edition(folder, root, level))
    sums = dict(found.group_by("area").agg(pl.col("contribution").sum()).rows())
    expected = scores.filter((pl.col("year") == 2020) & (pl.col("node") == "T")).drop_nulls("score")
    assert sums == pytest.approx(dict(expected.select("area", "score").rows()), abs=1e-9)
    weights = found.group_by("area").agg(pl.col("weight").sum())["weight"]
    assert weights.to_list() == pytest.approx([1.0] * len(weights))


def test_a_node_below_the_root(folder, framework):
    found, _ = parts(wide({"P": (6, 2, 40, 80)}), framework, make_edition(folder), node="B")
    assert found["indicator"].to_list() == ["B1", "B2"]
    assert found["contribution"].to_list() == pytest.approx([10, 60])


def test_an_unknown_node_is_refused(folder, framework):
    with pytest.raises(EditionFault, match="no such node"):
        parts(wide({"P": (6, 2, 40, 80)}), framework, make_edition(folder), node="C")


def test_changes_sum_to_the_change(folder, framework):
    edition = make_edition(folder, root="ampi")
    rows = wide({"P": (6, 2, 40, 80), "Q": (1, 1, 1, 1)}, 2019) + wide({"P": (7, None, 30, 80)}, 2020)
    before, scores = parts(rows, framework, edition, year=2019)
    after, _ = parts(rows, framework, edition, year=2020)
    found = changes(before, after)
    total = scores.filter((pl.col("area") == "P") & (pl.col("node") == "T")).sort("year")["score"]
    assert set(found["area"]) == {"P"}
    assert found["change"].sum() == pytest.approx(total[1] - total[0])
    assert dict(found.select("indicator", "kind").rows())["A2"] == "left"
    assert changes(after, after)["change"].abs().max() == 0


def test_strengths_and_weaknesses(folder, framework):
    table = {area: (place, 5, 10 * (5 - place), 50 + place) for place, area in enumerate("PQRSU")}
    found = scored(wide(table), framework, make_edition(folder))
    named = strengths(found.indicator_scores, found.framework, 2020, most=1)
    last = named.filter(pl.col("area") == "U")
    assert last.select("indicator", "kind", "rank", "percentile").rows() == [
        ("A1", "strength", 1, 1.0), ("B2", "strength", 1, 1.0), ("B1", "weakness", 5, 0.0),
    ]  # fmt: skip
    assert "A2" not in named["indicator"].to_list()  # the same for all
    assert named.filter(pl.col("area") == "R").is_empty()  # in the middle of everything
    assert strengths(found.indicator_scores, found.framework, 2020, least_areas=6).is_empty()
