"""What is withheld beside a confidential indicator: enough that nobody can work it out from the scores, and no more."""

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.optimize import brentq, linprog

sys.path.insert(0, str(Path(__file__).parent))
from panels import METHODS, make_edition, make_framework, observed, scored

from ssemon.publication import publish
from ssemon.scoring import score
from ssemon.scoring.withhold import closed_cells, stands_alone, withhold

HEAD = "code,parent,name_en,definition,unit,direction,type,lower_goalpost,upper_goalpost,weight,core,max_age_years\n"
TREE = "code,level,parent,name_en,weight\nT,0,,Total,1\nA,1,T,First,1\nB,1,T,Second,2\nC,1,T,Third,1\n"
LEAVES = HEAD + "".join(
    f"{parent}{n},{parent},x,,x,{-1 if n == 2 else 1},quantitative,0,10,{n},1,2\n"
    for parent in "ABC"
    for n in (1, 2, 3)
)
CODES = [f"{parent}{n}" for parent in "ABC" for n in (1, 2, 3)]
WEIGHT = {**{code: float(code[1]) for code in CODES}, "A": 1.0, "B": 2.0, "C": 1.0}
CHILDREN = {"T": ("A", "B", "C"), **{p: tuple(f"{p}{n}" for n in (1, 2, 3)) for p in "ABC"}}
FULL = [(area, code, 2020, 1.0 + at + n / 2) for n, area in enumerate("PQRS") for at, code in enumerate(CODES)]


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree")
    framework = make_framework(folder, TREE, LEAVES)

    def make(**aggregation):
        return framework, make_edition(folder, **aggregation)

    return make


def secret(rows, *hidden):
    """Observations in which some (area, indicator, year) are confidential."""
    frame = observed(rows)
    named = pl.any_horizontal(
        (pl.col("area") == a) & (pl.col("indicator") == i) & (pl.col("year") == y)
        for a, i, y in hidden or [("", "", 0)]
    )
    return frame.with_columns(conf_status=pl.when(named).then(pl.lit("C")).otherwise("conf_status"))


def printed(rows, framework, edition, *hidden):
    return publish(secret(rows, *hidden), framework, edition, METHODS)


def withheld(published):
    if "conf_status" not in published.scored.scores.columns:
        return set()
    rows = published.scored.scores.filter(pl.col("conf_status") == "D")
    return set(rows.select("area", "year", "node").rows())


def closed(published, area="P"):
    rows = published.scored.indicator_scores.filter((pl.col("obs_status") == "Q") & (pl.col("area") == area))
    return set(rows["indicator"])


def test_without_anything_confidential_nothing_is_touched(ground):
    framework, edition = ground()
    published = printed(FULL, framework, edition)
    assert published.scored is published.whole
    assert published.problems == ()


def test_a_partner_beside_the_indicator_lets_every_score_stay(ground):
    framework, edition = ground()
    published = printed(FULL, framework, edition, ("P", "A2", 2020))
    assert closed(published) == {"A2", "A1"}  # A1 bears least weight beside it
    assert withheld(published) == set()
    whole = scored(FULL, framework, edition).scores
    assert published.scored.scores.equals(whole)
    assert [(p.code, p.found) for p in published.problems] == [("C07", "A1 P 2020")]


def test_the_observations_bear_c_for_the_confidential_and_d_for_the_partner(ground):
    published = printed(FULL, *ground(), ("P", "A2", 2020))
    hidden = published.observations.filter(pl.col("conf_status") != "F")
    assert hidden.select("indicator", "value", "obs_status", "conf_status").rows() == [
        ("A1", None, "Q", "D"), ("A2", None, "Q", "C")
    ]  # fmt: skip


def test_an_only_child_takes_its_parent_along_and_finds_a_partner_elsewhere(ground):
    framework, edition = ground()
    rows = [row for row in FULL if row[:2] not in {("P", "A1"), ("P", "A3")}]
    published = printed(rows, framework, edition, ("P", "A2", 2020))
    assert withheld(published) == {("P", 2020, "A"), ("P", 2020, "C")}
    assert closed(published) == {"A2", "C1"}
    told = published.scored.scores.filter((pl.col("area") == "P") & (pl.col("year") == 2020))
    by_node = {
        node: (score, band, rank) for node, score, band, rank in told.select("node", "score", "band", "rank").rows()
    }
    assert by_node["A"] == (None, "NAS", None)
    assert by_node["T"][0] is not None
    assert "C06" in {problem.code for problem in published.problems}


def test_where_nothing_else_is_known_every_score_above_is_withheld(ground):
    framework, edition = ground()
    rows = [row for row in FULL if row[0] != "P" or row[1] == "A2"]
    published = printed(rows, framework, edition, ("P", "A2", 2020))
    assert withheld(published) == {("P", 2020, "A"), ("P", 2020, "T")}


def test_others_are_ranked_as_if_the_area_had_no_score(ground):
    framework, edition = ground()
    rows = [row for row in FULL if row[0] != "Q" or row[1] == "A2"]
    told = printed(rows, framework, edition, ("Q", "A2", 2020)).scored.scores
    root = told.filter((pl.col("node") == "T") & (pl.col("year") == 2020) & pl.col("rank").is_not_null())
    assert sorted(root["rank"]) == [1, 2, 3]
    assert set(root["ranked"]) == {3}


def test_a_partner_that_cannot_move_far_enough_is_not_taken(ground):
    framework, edition = ground()
    # A1 is worth a sixth of A: it cannot make up for A3, which is worth a half and stands at its middle.
    rows = [*(row for row in FULL if row[:2] not in {("P", "A1"), ("P", "A2"), ("P", "A3")})]
    rows += [("P", "A1", 2020, 9.9), ("P", "A2", 2020, 5.0), ("P", "A3", 2020, 9.0)]
    assert closed(printed(rows, framework, edition, ("P", "A3", 2020))) == {"A3", "A2"}


@pytest.mark.parametrize("level", ["arithmetic", "geometric", "harmonic", "ampi"])
def test_another_world_agrees_with_every_printed_score(ground, level):
    """The claim itself, by scoring again: a value 15 % off, and another one for the partner, give the same scores."""
    framework, edition = ground(level=level)
    published = printed(FULL, framework, edition, ("P", "B2", 2020))
    [partner] = closed(published) - {"B2"}
    before = {(area, code): value for area, code, _, value in FULL}
    wanted = published.scored.scores.filter(pl.col("area") == "P")

    def again(value, other):
        moved = {("P", "B2"): value, ("P", partner): other}
        rows = [(area, code, year, moved.get((area, code), value)) for area, code, year, value in FULL]
        return score(observed(rows), framework, edition, METHODS).scores.filter(pl.col("area") == "P")

    for factor in (0.85, 1.15):
        value = before["P", "B2"] * factor

        def off(other, value=value):
            found = again(value, other)
            pair = wanted.join(found, on=["area", "year", "node"], suffix="_again").filter(pl.col("node") == "B")
            return (pair["score_again"] - pair["score"]).drop_nulls().item()

        other = brentq(off, 0.0, 10.0, xtol=1e-13)
        assert abs(other - before["P", partner]) > 0.01
        both = wanted.drop_nulls("score").join(again(value, other), on=["area", "year", "node"], suffix="_again")
        assert (both["score"] - both["score_again"]).abs().max() < 1e-9


def bounds(published, area, code, observed_year):
    """What an attacker knows of a hidden score from all printed ones, in all years: weighted means, solved together."""
    cells = published.scored.indicator_scores.filter(pl.col("area") == area)
    nodes = published.scored.scores.filter(pl.col("area") == area)
    known, unknown = {}, {}

    def variable(name):
        return unknown.setdefault(name, len(unknown))

    for year, leaf, stands, value, status in cells.select(
        "year", "indicator", "observed_year", "score", "obs_status"
    ).rows():
        known[year, leaf] = value if status != "Q" else ("leaf", leaf, stands)
    conf = nodes["conf_status"] if "conf_status" in nodes.columns else ["F"] * nodes.height
    for (year, node, value), status in zip(nodes.select("year", "node", "score").rows(), conf, strict=True):
        if value is not None or status == "D":
            known[year, node] = value if status != "D" else ("node", node, year)
    equations = []
    for year in sorted(set(nodes["year"])):
        for node, children in CHILDREN.items():
            there = [child for child in children if (year, child) in known]
            if (year, node) not in known or not there:
                continue
            total = sum(WEIGHT[child] for child in there)
            terms = [(known[year, child], WEIGHT[child] / total) for child in there] + [(known[year, node], -1.0)]
            equations.append(([(variable(t), w) for t, w in terms if isinstance(t, tuple)],
                              -sum(t * w for t, w in terms if not isinstance(t, tuple))))  # fmt: skip
    matrix = np.zeros((len(equations), len(unknown)))
    for row, (terms, _) in enumerate(equations):
        for at, weight in terms:
            matrix[row, at] += weight
    at = unknown[("leaf", code, observed_year)]
    cost = np.eye(len(unknown))[at]
    return [
        linprog(sign * cost, A_eq=matrix, b_eq=[right for _, right in equations], bounds=(0, 100)).fun * sign
        for sign in (1.0, -1.0)
    ]


def random_rows(seed):
    """Three years with gaps, so that values stand for later years and weights change from year to year."""
    random = np.random.default_rng(seed)
    return [
        ("P", code, year, float(random.uniform(1, 9)))
        for code in CODES for year in (2018, 2019, 2020)
        if random.random() < 0.6
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(25))
def test_no_score_of_three_years_together_gives_a_value_away(ground, seed):
    framework, edition = ground()
    random, rows = np.random.default_rng(seed + 1000), random_rows(seed)
    chosen = [rows[at] for at in random.choice(len(rows), size=2, replace=False)]
    published = printed(rows, framework, edition, *((a, i, y) for a, i, y, _ in chosen))
    told = published.scored.indicator_scores
    for area, code, year, value in chosen:
        stands = told.filter((pl.col("indicator") == code) & (pl.col("observed_year") == year))
        if stands.is_empty():
            continue
        assert stands["score"].null_count() == stands.height
        low, high = bounds(published, area, code, year)
        ends = sorted(10 * v if code[1] != "2" else 100 - 10 * v for v in (0.85 * value, 1.15 * value))
        assert low <= max(ends[0], 0) + 1e-3
        assert high >= min(ends[1], 100) - 1e-3


def test_relative_scales_leave_a_confidential_value_out(ground):
    framework, edition = ground()
    relative = make_edition(framework.folder, more='[method.level.1]\nweighting = "pca"\n')
    published = printed(FULL, framework, relative, ("P", "A2", 2020))
    assert [problem.code for problem in published.problems] == ["C08"]
    missing = [(*row[:3], None, "Q") if row[:2] == ("P", "A2") else row for row in FULL]
    assert published.scored.scores.equals(scored(missing, framework, relative).scores)
    assert stands_alone(scored(FULL, framework, edition))
    assert not stands_alone(scored(FULL, framework, relative))


def test_what_a_formula_makes_of_a_confidential_value_is_confidential(tmp_path):
    text = LEAVES.replace("max_age_years\n", "max_age_years,expression\n").replace(
        "C1,C,x,,x,1,quantitative,0,10,1,1,2\n", "C1,C,x,,x,1,quantitative,0,10,1,1,2,A1 + 1\n"
    )
    framework = make_framework(tmp_path, TREE, text)
    edition = make_edition(tmp_path)
    whole = scored([row for row in FULL if row[1] != "C1"], framework, edition)
    where = closed_cells(whole, [("P", "A1", 2020)])
    panel = whole.planes.panel
    assert {(panel.codes[i], panel.areas[a]) for i, _, a in np.argwhere(where)} == {("A1", "P"), ("C1", "P")}
    kept = withhold(whole, [("P", "A1", 2020)], [("P", "A1", 2020)], 15.0)
    told = kept.scored.indicator_scores.filter((pl.col("area") == "P") & pl.col("score").is_null())
    assert {"A1", "C1"} <= set(told["indicator"])
