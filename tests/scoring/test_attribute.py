"""Why a score changed: each cause alone by hand, causes together, and parts that always sum to the change."""

import sys
from dataclasses import fields, replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from panels import INDICATORS, METHODS, STRUCTURE, make_edition, make_framework, observed, wide

from ssemon.choices import Choice, Method
from ssemon.scoring import score
from ssemon.scoring.attribute import OTHERS, OWN, PROGRAM, TOGETHER, YEAR, attribute, inputs_stage, years_stage
from ssemon.scoring.compare import compare_scores
from ssemon.scoring.inputs import METHOD, RULES, STEPS, WITHOUT_EFFECT, Inputs, differing_parts

DATA = {"P": (6, 2, 40, 80), "Q": (1, 1, 10, 10)}
# By hand: A of P is (60 + 80) / 2 = 70, B (40 + 3 · 80) / 4 = 70, the index 70 / 3 + 2 · 70 / 3 = 70.


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("framework")


@pytest.fixture(scope="module")
def framework(folder):
    return make_framework(folder / "base")


@pytest.fixture(scope="module")
def edition(folder, framework):
    return make_edition(framework.folder)


@pytest.fixture(scope="module")
def start(framework, edition):
    return Inputs(observed(wide(DATA)), framework, edition)


def changed(before, after, areas=("P",), nodes=("T",), year=2020, *, whole=()):
    """The causes of a change, the sums checked: {(area, node): {cause: part}}, and the parts by indicator.

    `whole` are the nodes whose score cannot be taken apart: their causes have no parts by indicator.
    """
    tables = [score(one.observations, one.framework, one.edition, METHODS).scores for one in (before, after)]
    scores = compare_scores(*tables, (year, year)).filter(pl.col("kind") == "both")
    wanted = {
        (a, n): c for a, n, c in scores.select("area", "node", "score_change").rows() if a in areas and n in nodes
    }
    parts, by_indicator = attribute([inputs_stage(before, after, year, list(wanted), METHODS)], wanted)
    return checked(wanted, parts, by_indicator, whole)


def checked(wanted, parts, by_indicator, whole=()):
    assert by_indicator.filter(pl.col("node").is_in(list(whole))).is_empty()
    found = {key: {} for key in wanted}
    for area, node, _, cause, part, _ in parts.rows():
        found[area, node][cause] = part
        own = by_indicator.filter((pl.col("area") == area) & (pl.col("node") == node) & (pl.col("cause") == cause))
        if cause not in (TOGETHER, PROGRAM) and node not in whole:
            assert own["part"].sum() == pytest.approx(part, abs=1e-9)
    for key, change in wanted.items():
        assert sum(found[key].values()) == pytest.approx(change, abs=1e-9)
        assert PROGRAM not in found[key]
    return found, by_indicator


def of_p(before, after):
    return changed(before, after)[0]["P", "T"]


def with_indicators(folder, name, *exchanged):
    text = INDICATORS
    for old, new in exchanged:
        assert old in text
        text = text.replace(old, new)
    return make_framework(folder / name, indicators=text)


def test_own_data_alone(start):
    # A1 from 60 to 90: A 85, the index 75.
    after = replace(start, observations=observed(wide({**DATA, "P": (9, 2, 40, 80)})))
    found, by_indicator = changed(start, after)
    assert found["P", "T"] == pytest.approx({OWN: 5.0})
    assert by_indicator.select("indicator", "part").rows() == [("A1", pytest.approx(5.0))]


def test_others_data_alone_move_a_relative_scale(start, framework, folder):
    relative = make_edition(framework.folder, more='[method.indicator.B1]\nnormalisation = "minmax"\n')
    make_edition(framework.folder)
    before = replace(start, edition=relative)
    # B1 of P is the highest of (40, 10): 100. With 70 for Q it is the lowest: 0. B1 weighs 1/4 · 2/3 in the index.
    after = replace(before, observations=observed(wide({**DATA, "Q": (1, 1, 70, 10)})))
    assert of_p(before, after) == pytest.approx({OTHERS: -100 / 6})
    # On goalposts nothing of the others matters.
    assert of_p(start, replace(after, edition=start.edition)) == pytest.approx({OTHERS: 0.0})


def test_weights_alone(start, folder):
    after = replace(start, framework=with_indicators(folder, "weights", ("0,100,3,0", "0,100,1,0")))
    # B is (40 + 80) / 2 = 60: the index falls by 2/3 · 10.
    assert of_p(start, after) == pytest.approx({"weights": -20 / 3})


def test_the_weight_of_a_node_alone(start, folder):
    after = replace(
        start, framework=make_framework(folder / "nodes", structure=STRUCTURE.replace("Second,2", "Second,5"))
    )
    assert set(of_p(start, after)) == {"weights"}


def test_goalposts_alone(start, folder):
    after = replace(start, framework=with_indicators(folder, "posts", ("A1,A,a1,,x,1,quantitative,0,10", "A1,A,a1,,x,1,quantitative,0,12")))  # fmt: skip
    # A1 from 60 to 50: A 65, the index by 5/3.
    assert of_p(start, after) == pytest.approx({"goalposts": -5 / 3})


def test_the_tree_alone(start, folder):
    after = replace(start, framework=with_indicators(folder, "tree", ("A2,A,", "A2,B,")))
    # A is A1 60; B (80 + 40 + 3 · 80) / 5 = 72: 60 / 3 + 144 / 3 = 68.
    assert of_p(start, after) == pytest.approx({"structure": -2.0})


def test_a_name_is_no_cause(start, folder):
    after = replace(start, framework=with_indicators(folder, "names", (",a1,", ",another name,")))
    assert of_p(start, after) == {}


def test_a_step_of_the_profile_alone(start):
    method = replace(start.edition.method, aggregation={"0": Choice("arithmetic"), "1": Choice("geometric")})
    after = replace(start, edition=replace(start.edition, method=method))
    # A = sqrt(60 · 80), B = (40 · 80³)^(1/4)
    expected = (4800**0.5 + 2 * (40 * 80**3) ** 0.25) / 3 - 70
    assert of_p(start, after) == pytest.approx({"aggregation": expected})


def test_two_causes_that_need_each_other_by_hand(start, folder):
    # Own data: A1 6 to 9. Goalposts: 0 to 10 becomes 0 to 20. A1: 60, 90 (data), 30 (posts), 45 (both); 1/6 of the index.
    posts = with_indicators(folder, "both", ("A1,A,a1,,x,1,quantitative,0,10", "A1,A,a1,,x,1,quantitative,0,20"))
    after = Inputs(observed(wide({**DATA, "P": (9, 2, 40, 80)})), posts, start.edition)
    data, moved = ((90 - 60) + (45 - 30)) / 2 / 6, ((30 - 60) + (45 - 90)) / 2 / 6
    assert of_p(start, after) == pytest.approx({OWN: data, "goalposts": moved})


def test_everything_at_once_for_every_area_and_node(start, folder):
    framework = make_framework(
        folder / "all", structure=STRUCTURE.replace("Second,2", "Second,1"),
        indicators=INDICATORS.replace("A1,A,a1,,x,1,quantitative,0,10", "A1,A,a1,,x,1,quantitative,0,12")
        + "B3,B,b3,,x,1,quantitative,0,10,1,0,natural\n",
    )  # fmt: skip
    edition = make_edition(framework.folder, root="geometric", more='[method.indicator.B2]\nnormalisation = "minmax"\n')
    rows = [*wide({"P": (7, 3, 45, 60), "Q": (1, 1, 20, 10), "R": (5, 5, 5, 5)}), ("P", "B3", 2020, 4.0)]
    found, _ = changed(start, Inputs(observed(rows), framework, edition), areas=("P", "Q", "R"), nodes=("T", "A", "B"))
    assert {key for key, parts in found.items() if parts} == {(a, n) for a in "PQ" for n in "TAB"}  # R has entered
    assert {cause for parts in found.values() for cause in parts} >= {OWN, OTHERS, "structure", "weights", "goalposts"}


def test_many_steps_count_as_one(start):
    method = replace(start.edition.method, normalisation=Choice("minmax"), treatment=Choice("log"), coverage={},
        aggregation={"0": Choice("geometric")}, weighting=Choice("equal"), max_age=3)  # fmt: skip
    after = replace(start, edition=replace(start.edition, method=method))
    assert differing_parts(start, after) == (METHOD,)


def test_a_profile_that_needs_the_new_tree_comes_after_it(start, folder):
    structure = STRUCTURE + "C,1,T,Third,1\n"
    framework = make_framework(folder / "third", structure, INDICATORS + "C1,C,c1,,x,1,quantitative,0,10,1,0,natural\n")
    method = replace(start.edition.method, aggregation={**start.edition.method.aggregation, "C": Choice("geometric")})
    after = Inputs(observed([*wide(DATA), ("P", "C1", 2020, 5.0)]), framework, replace(start.edition, method=method))
    wanted = {("P", "T"): 65.0 - 70}  # (70 + 2 · 70 + 50) / 4
    parts, _ = attribute([inputs_stage(start, after, 2020, list(wanted), METHODS)], wanted)
    assert parts["part"].sum() == pytest.approx(-5.0, abs=1e-9)
    assert parts["orders"].unique().to_list() == [0.5]  # own data, structure, aggregation: structure before the last


def test_what_moves_no_score_may_name_what_is_no_longer_there(start, folder):
    # Alternatives of the draws and targets of the trend name a node and an indicator that the other tree does not have.
    doubt = replace(start.edition.uncertainty, aggregation={"B": (Choice("geometric"),)})
    edition = replace(start.edition, uncertainty=doubt, outlook=replace(start.edition.outlook, targets={"B2": 90.0}))
    structure = STRUCTURE.replace("B,1,T", "D,1,T")
    indicators = INDICATORS.replace(",B,", ",D,").replace("B2,D", "D2,D")
    framework = make_framework(folder / "renamed", structure, indicators)
    after = Inputs(observed([*wide(DATA), ("P", "D2", 2020, 80.0)]), framework, start.edition)
    found = of_p(replace(start, edition=edition), after)
    assert set(found) == {OWN, "structure"}


def test_rules_that_fit_only_together_are_one_cause(start, folder):
    structure = "code,level,parent,name_en,weight\nT,0,,Total,1\nC,1,T,First,1\nD,1,T,Second,2\n"
    framework = make_framework(folder / "other", structure, INDICATORS.replace(",A,", ",C,").replace(",B,", ",D,"))
    plain = start.edition.method
    before, after = (
        replace(start.edition, method=replace(plain, aggregation={code: Choice("geometric")})) for code in ("A", "D")
    )
    first, last = replace(start, edition=before), replace(start, framework=framework, edition=after)
    assert differing_parts(first, last) == (RULES,)
    assert set(of_p(first, last)) == {RULES}


def test_a_score_that_is_missing_on_the_way_is_no_zero(start, folder):
    # P delivers A1 only from now on, and A2 no longer; the tree gives up A2 at the same time; A needs both of its own.
    needs = '[method.coverage]\n1 = { weight = 1.0 }\n0 = { children = "all" }\n'
    edition = make_edition(folder / "base", more=needs)
    make_edition(folder / "base")
    framework = with_indicators(
        folder, "gone", ("A2,A,a2,,x,-1,quantitative,0,10,1", "A2,A,a2,,x,-1,quantitative,0,10,0")
    )
    after = Inputs(observed(wide({**DATA, "P": (6, None, 40, 80)})), framework, edition)
    before = replace(start, edition=edition)
    wanted = {("P", "T"): (60 - 70) / 3}
    parts, _ = attribute([inputs_stage(before, after, 2020, list(wanted), METHODS)], wanted)
    # Own data first would leave A without a score: only the other order counts, and gives all to the weights.
    assert {cause: part for _, _, _, cause, part, _ in parts.rows()} == pytest.approx({OWN: 0.0, "weights": -10 / 3})
    assert parts["orders"].unique().to_list() == [0.5]


def test_an_aggregation_that_cannot_be_taken_apart_has_causes_and_no_indicators(start):
    method = replace(start.edition.method, aggregation={"0": Choice("median")})
    before = replace(start, edition=replace(start.edition, method=method))
    after = replace(before, observations=observed(wide({**DATA, "P": (9, 2, 40, 80)})))
    found, by_indicator = changed(before, after, nodes=("T", "A"), whole=("T",))
    assert set(found["P", "T"]) == set(found["P", "A"]) == {OWN}
    # The node below is a mean: its parts by indicator stand, whatever is above it.
    assert by_indicator.select("node", "indicator", "part").rows() == [("A", "A1", pytest.approx(15.0))]


def test_a_published_score_that_this_program_does_not_give_is_told(start):
    wanted = {("P", "T"): 3.0}
    parts, _ = attribute([inputs_stage(start, start, 2020, list(wanted), METHODS)], wanted)
    assert parts.select("cause", "part").rows() == [(PROGRAM, 3.0)]


def test_an_area_that_is_not_scored_again_has_its_change_whole(start):
    parts, _ = attribute([inputs_stage(start, start, 2020, [("X", "T")], METHODS)], {("X", "T"): 1.0})
    assert parts.select("cause", "part").rows() == [(TOGETHER, 1.0)]


def years(inputs, wanted_areas=("P", "Q")):
    scores = score(inputs.observations, inputs.framework, inputs.edition, METHODS).scores
    table = compare_scores(scores, scores, (2019, 2020))
    wanted = {(a, n): c for a, n, c in table.select("area", "node", "score_change").rows() if n == "T" and a in wanted_areas and c is not None}  # fmt: skip
    return checked(wanted, *attribute([years_stage(inputs, 2019, 2020, list(wanted), METHODS)], wanted))


def test_between_two_years_own_data_by_hand(start):
    rows = wide(DATA, 2019) + wide({**DATA, "P": (9, 2, 40, 80)}, 2020)
    found, by_indicator = years(replace(start, observations=observed(rows)))
    assert found["P", "T"] == pytest.approx({OWN: 5.0, YEAR: 0.0})
    assert found["Q", "T"] == pytest.approx({OTHERS: 0.0, YEAR: 0.0})
    assert set(by_indicator["indicator"]) == {"A1"}


def test_between_two_years_the_others_move_a_scale_of_each_year(start):
    choice = Choice("minmax", {"reference": {"years": "each"}})
    method = replace(start.edition.method, indicator_normalisation={"B1": choice})
    rows = wide(DATA, 2019) + wide({**DATA, "Q": (1, 1, 70, 10)}, 2020)
    found, _ = years(Inputs(observed(rows), start.framework, replace(start.edition, method=method)), ("P",))
    assert found["P", "T"] == pytest.approx({OTHERS: -100 / 6, YEAR: 0.0})


def test_between_two_years_an_estimate_that_looks_back_is_the_year_s_own_rule(start):
    # A1 is 60 in 2019 and carried forward to 2020: no change. With the gap in 2019 there is nothing to carry: A is A2
    # alone, 80, and the index 220 / 3. So the gap moves 10/3 in one year and 0 in the other, and the year the rest.
    method = replace(start.edition.method, imputation=Choice("locf"))
    rows = wide(DATA, 2019) + wide({"P": (None, 2, 40, 80), "Q": DATA["Q"]}, 2020)
    found, _ = years(Inputs(observed(rows), start.framework, replace(start.edition, method=method)), ("P",))
    assert found["P", "T"] == pytest.approx({OWN: 10 / 6, YEAR: -10 / 6})


CELLS = st.lists(st.one_of(st.none(), st.floats(0, 10)), min_size=8, max_size=8)


@settings(max_examples=settings.default.max_examples // 4)  # each is a dozen scorings
@given(before=CELLS, after=CELLS, root=st.sampled_from(["arithmetic", "geometric", "ampi", "harmonic", "median"]),
       scale=st.sampled_from(["goalposts", "minmax", "zscore", "rank"]), coverage=st.booleans(), weight=st.floats(0.1, 3))  # fmt: skip
def test_parts_sum_to_the_change_whatever_changes(start, before, after, root, scale, coverage, weight):
    if all(cell is None for cell in before) or all(cell is None for cell in after):
        return
    rows = [observed(wide({"P": cells[:4], "Q": cells[4:]})) for cells in (before, after)]
    plain = start.edition.method
    rule = {"1": replace(plain.coverage_of("", 9), weight=0.6)} if coverage else {}
    method = replace(plain, aggregation={"0": Choice(root)}, normalisation=Choice(scale), coverage=rule)
    leaves = start.framework.indicators
    framework = replace(start.framework, indicators=(replace(leaves[0], weight=weight), *leaves[1:]))
    last = Inputs(rows[1], framework, replace(start.edition, method=method))
    whole = ("T",) if root == "median" else ()
    changed(replace(start, observations=rows[0]), last, areas=("P", "Q"), nodes=("T", "A", "B"), whole=whole)


def test_every_setting_of_the_method_belongs_to_one_step_or_moves_no_score():
    named = [name for names in STEPS.values() for name in names] + list(WITHOUT_EFFECT)
    assert sorted(named) == sorted(field.name for field in fields(Method))
