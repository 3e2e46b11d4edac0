"""Draws go through the same methods as the scores: without doubt they are the scores."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from panels import METHODS, make_edition, observed, scored, wide

from ssemon.choices import Choice
from ssemon.errors import EditionFault
from ssemon.scoring.kernel import evaluate, make_plan, make_tile

AREAS = ("P", "Q", "R")
AGGREGATIONS = sorted(set(METHODS.names("aggregation")) - {"owa", "generalised"})


def laid_out(rows, framework, edition, year=2020):
    found = scored(rows, framework, edition)
    plan = make_plan(found)
    return plan, make_tile(found, plan, year)


def once(plan, tile):
    """One draw that changes nothing."""
    weights = [branch.weights[None, :] for branch in plan.branches]
    return evaluate(plan, tile, tile.score[:, None, :], weights, [(branch.choice,) for branch in plan.branches])[:, 0]


def test_by_hand(folder, framework):
    plan, tile = laid_out(wide({"P": (6, 2, 40, 80)}), framework, make_edition(folder))
    # A: (60 + 80) / 2 = 70; B: (40 + 3 · 80) / 4 = 70; with A = 70, B = 70 the total is 70.
    assert dict(zip(plan.nodes, once(plan, tile)[:, 0], strict=True)) == pytest.approx({"T": 70, "A": 70, "B": 70})


@settings(max_examples=80, deadline=None)
@given(
    cells=st.lists(st.one_of(st.none(), st.floats(-2, 12)), min_size=12, max_size=12),
    root=st.sampled_from(AGGREGATIONS),
    level=st.sampled_from(AGGREGATIONS),
    rule=st.sampled_from(["", '[method.coverage]\n1 = { weight = 0.5 }\n0 = { weight = 0.7, children = "all" }']),
)
def test_a_draw_without_doubt_is_the_score(folder, framework, cells, root, level, rule):
    table = {area: cells[4 * place : 4 * place + 4] for place, area in enumerate(AREAS)}
    if all(cell is None for cell in cells):
        return
    plan, tile = laid_out(wide(table), framework, make_edition(folder, root, level, rule))
    np.testing.assert_allclose(once(plan, tile), tile.point, atol=1e-9, rtol=0)


def test_suppressed_counts_and_cannot_exist_leaves_the_denominator(folder, framework):
    edition = make_edition(folder, more="[method.coverage]\n1 = { weight = 0.6 }")
    rows = [
        ("P", "B1", 2020, 40.0),
        ("P", "B2", 2020, None, "Q"),
        ("R", "B1", 2020, 40.0),
        ("R", "B2", 2020, None, "M"),
    ]
    plan, tile = laid_out(rows, framework, edition)
    assert once(plan, tile)[plan.nodes.index("B")].tolist() == [40.0, 40.0]


def test_many_draws_are_the_draws_one_by_one(folder, framework):
    edition = make_edition(folder, root="ampi")
    table = {"P": (6, 2, 40, 80), "Q": (1, 2, 10, None), "R": (None, 3, 90, 20)}
    plan, tile = laid_out(wide(table), framework, edition)
    random = np.random.default_rng(3)
    leaves = random.uniform(0, 100, (4, 5, 3))
    leaves[np.isnan(tile.score)[:, None, :].repeat(5, axis=1)] = np.nan
    weights = [random.uniform(0.1, 1, (5, len(branch.members))) for branch in plan.branches]
    names = [["ampi", "geometric", "arithmetic", "mpi", "copeland"], ["median"], ["geometric"]]
    choices = [[Choice(name) for name in own] for own in names]
    together = evaluate(plan, tile, leaves, weights, choices)
    for draw in range(5):
        own = [[several[draw] if len(several) > 1 else several[0]] for several in choices]
        alone = evaluate(plan, tile, leaves[:, [draw]], [table[[draw]] for table in weights], own)
        np.testing.assert_allclose(together[:, draw], alone[:, 0], atol=1e-12)


def test_a_year_that_is_not_scored_is_refused(folder, framework):
    with pytest.raises(EditionFault, match="does not score this year"):
        laid_out(wide({"P": (6, 2, 40, 80)}), framework, make_edition(folder), 2031)


def test_observed_builds_the_contract():
    assert observed([("P", "A1", 2020, 1.0)])["sex"].to_list() == ["_T"]
