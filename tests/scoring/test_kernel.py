"""The kernel gives what the Polars path gives."""

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from panels import make_edition, make_framework, observed, scored, wide

from ssemon.errors import EditionFault
from ssemon.scoring.kernel import baseline, check_agreement, evaluate, make_plan, make_tile, node_table

AREAS = ("P", "Q", "R")
AGGREGATIONS = ("arithmetic", "geometric", "ampi")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("framework")


@pytest.fixture(scope="module")
def framework(folder):
    return make_framework(folder)


def both(rows, framework, edition, year=2020):
    found, weighted = scored(rows, framework, edition)
    plan = make_plan(weighted, edition)
    areas = found.scores["area"].unique().sort().to_list()
    tile = make_tile(found.indicator_scores, plan, year, areas)
    return baseline(plan, tile), node_table(found.scores, plan, tile), plan, tile, found


def test_by_hand(folder, framework):
    edition = make_edition(folder)
    found, _, plan, _, _ = both(wide({"P": (6, 2, 40, 80)}), framework, edition)
    # A: (60 + 80) / 2 = 70; B: (40 + 3 · 80) / 4 = 70; with A = 70, B = 70 the total is 70.
    assert dict(zip(plan.nodes, found[:, 0], strict=True)) == pytest.approx({"T": 70, "A": 70, "B": 70})


def test_ampi_by_hand(tmp_path):
    three = "code,level,parent,name_en,weight\nT,0,,Total,1\n"
    head = "code,parent,name_en,definition,unit,direction,type,lower_goalpost,upper_goalpost,weight,core\n"
    leaves = "".join(f"{code},T,{code},,x,1,quantitative,0,100,1,1\n" for code in "XYZ")
    framework = make_framework(tmp_path, three, head + leaves)
    rows = [("P", "X", 2020, 60.0), ("P", "Y", 2020, 40.0), ("P", "Z", 2020, 80.0)]
    for method, expected in (("ampi", 58.49), ("geometric", 57.69), ("arithmetic", 60.0)):
        edition = make_edition(tmp_path, root=method).path
        edition.write_text(edition.read_text().replace('1 = "arithmetic"', ""))
        from ssemon.edition import read_edition

        found, polars, *_ = both(rows, framework, read_edition(edition))
        assert found[0, 0] == pytest.approx(expected, abs=0.005)
        assert found[0, 0] == pytest.approx(polars[0, 0], abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    cells=st.lists(st.one_of(st.none(), st.floats(-2, 12)), min_size=12, max_size=12),
    root=st.sampled_from(AGGREGATIONS),
    level=st.sampled_from(AGGREGATIONS),
    rule=st.sampled_from(["", '[method.coverage]\n1 = { weight = 0.5 }\n0 = { weight = 0.7, children = "all" }']),
)
def test_equals_the_polars_path(folder, framework, cells, root, level, rule):
    table = {area: cells[4 * place : 4 * place + 4] for place, area in enumerate(AREAS)}
    if all(cell is None for cell in cells):
        return
    edition = make_edition(folder, root, level, rule)
    found, expected, *_ = both(wide(table), framework, edition)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    np.testing.assert_allclose(found, expected, atol=1e-9, rtol=0)


def test_suppressed_counts_and_cannot_exist_leaves_the_denominator(folder, framework):
    edition = make_edition(folder, more="[method.coverage]\n1 = { weight = 0.6 }")
    rows = [
        ("P", "B1", 2020, 40.0),
        ("P", "B2", 2020, None, "Q"),
        ("R", "B1", 2020, 40.0),
        ("R", "B2", 2020, None, "M"),
    ]
    found, expected, plan, *_ = both(rows, framework, edition)
    node = plan.nodes.index("B")
    assert found[node].tolist() == [40.0, 40.0]
    np.testing.assert_allclose(found, expected)


def test_many_draws_are_the_draws_one_by_one(folder, framework):
    edition = make_edition(folder, root="ampi")
    table = {"P": (6, 2, 40, 80), "Q": (1, None, 10, None), "R": (None, 3, 90, 20)}
    _, _, plan, tile, _ = both(wide(table), framework, edition)
    random = np.random.default_rng(3)
    leaves = random.uniform(0, 100, (4, 5, 3))
    leaves[np.isnan(tile.score)[:, None, :].repeat(5, axis=1)] = np.nan
    weights = [random.uniform(0.1, 1, (5, len(branch.members))) for branch in plan.branches]
    methods = [["ampi", "geometric", "arithmetic", "ampi", "geometric"], ["arithmetic"], ["geometric"]]
    everyone = np.ones((3, 3), dtype=bool)
    together = evaluate(plan, leaves, everyone, weights, methods)
    for draw in range(5):
        own = [[names[draw] if len(names) > 1 else names[0]] for names in methods]
        alone = evaluate(plan, leaves[:, [draw]], everyone, [table[[draw]] for table in weights], own)
        np.testing.assert_allclose(together[:, draw], alone[:, 0], atol=1e-12)


def test_scores_that_the_kernel_does_not_repeat_are_refused(folder, framework):
    edition = make_edition(folder)
    point, _, plan, tile, found = both(wide({"P": (6, 2, 40, 80)}), framework, edition)
    other = found.scores.with_columns(score=pl.col("score") + 1)
    with pytest.raises(EditionFault, match="cannot repeat the score"):
        check_agreement(point, plan, tile, other, edition)


def test_an_aggregation_without_a_kernel_is_refused(folder, framework):
    edition = make_edition(folder, root="copeland")
    with pytest.raises(EditionFault, match="cannot be repeated draw by draw"):
        make_plan(framework, edition)


def test_observed_builds_the_contract():
    assert observed([("P", "A1", 2020, 1.0)])["sex"].to_list() == ["_T"]
