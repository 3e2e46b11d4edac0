"""The steps in the chain: denominate, impute, treat, normalise, weight, aggregate, as a profile names them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ssemon import Edition, Framework, Indicator, Node, SsemonError, read_edition
from ssemon.edition import Choice, Denominator, Method, check_against
from ssemon.engine import scoring_methods
from ssemon.plugins import Manager
from ssemon.scoring import score

AREAS = {"XA": {"area": "XA", "region": "N"}, "XB": {"area": "XB", "region": "N"}, "XC": {"area": "XC", "region": "S"}}


def leaf(code, parent="A", direction=1, **more):
    known = {"lower": 0.0, "upper": 10.0, "weight": 1.0, "core": True, **more}
    kind = known.pop("type", "quantitative")
    return Indicator(code, parent, code, "", "PT", direction, kind, **known)


def framework(*leaves):
    nodes = (Node("R", 0, "", "R", 1.0), Node("A", 1, "R", "A", 1.0), Node("B", 1, "R", "B", 1.0))
    return Framework("t", "1", "T", "", "", "", Path(), "hash", nodes, leaves, areas=AREAS)


TINY = framework(leaf("a1"), leaf("a2", direction=-1), leaf("b1", "B"), leaf("pop", "B", weight=0.0))


def run(rows, what=TINY, years=(2020, 2020), methods=None, **method):
    columns = ("area", "indicator", "year", "value", "obs_status")
    rows = [(*row, "A") if len(row) == 4 else row for row in rows]
    frame = pl.DataFrame(
        rows,
        schema=dict(zip(columns, (pl.String, pl.String, pl.Int32, pl.Float64, pl.String), strict=True)),
        orient="row",
    )
    frame = frame.with_columns(country=pl.col("area"), sex=pl.lit("_T"), org_type=pl.lit("_T"))
    edition = Edition("t", "t", years, years[1], method=Method(**method))
    return score(frame, what, edition, methods or scoring_methods(Manager()))


def indicator(result, code, column="value", year=2020):
    rows = result.indicator_scores.filter(pl.col("indicator") == code, pl.col("year") == year)
    return dict(zip(rows["area"], rows[column], strict=True))


def node(result, code, column="score", year=2020):
    rows = result.scores.filter(pl.col("node") == code, pl.col("year") == year)
    return dict(zip(rows["area"], rows[column], strict=True))


def test_an_indicator_is_divided_by_another_times_a_scale():
    rows = [
        ("XA", "a1", 2020, 6.0),
        ("XA", "pop", 2020, 2.0),
        ("XB", "a1", 2020, 6.0),
        ("XC", "a1", 2020, 1.0),
        ("XC", "pop", 2020, 0.0),
    ]
    result = run(rows, denominators={"a1": Denominator("pop", 2.0)})
    assert indicator(result, "a1") == {"XA": 6.0}
    assert [problem.found for problem in result.problems if problem.code == "N04"] == [
        "a1 by pop (2: XB 2020, XC 2020)"
    ]


def test_denominate_true_follows_the_column_where_it_names_an_indicator():
    what = framework(
        leaf("a1", metadata={"denominator": "pop"}),
        leaf("a2", metadata={"denominator": "people"}),
        leaf("pop", weight=0.0),
    )
    result = run([("XA", "a1", 2020, 6.0), ("XA", "a2", 2020, 6.0), ("XA", "pop", 2020, 2.0)], what, denominate=True)
    assert (indicator(result, "a1"), indicator(result, "a2")) == ({"XA": 3.0}, {"XA": 6.0})


ROWS = [("XA", "a1", 2020, 2.0), ("XB", "a1", 2020, 4.0), ("XC", "b1", 2020, 5.0), ("XA", "b1", 2020, 1.0)]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice("mean"), {"XA": 2.0, "XB": 4.0, "XC": 3.0}),
        (Choice("median"), {"XA": 2.0, "XB": 4.0, "XC": 3.0}),
        (Choice("group_mean", {"group": "region"}), {"XA": 2.0, "XB": 4.0}),
    ],
)
def test_a_gap_takes_the_mean_of_the_others_or_of_its_group(choice, expected):
    result = run(ROWS, indicator_imputation={"a1": choice})
    assert indicator(result, "a1") == expected


def test_an_imputed_cell_is_flagged_and_counted():
    result = run(ROWS, indicator_imputation={"a1": Choice("mean")})
    assert indicator(result, "a1", "obs_status")["XC"] == "I"
    assert indicator(result, "a1", "observed_year")["XC"] is None
    assert node(result, "A", "imputed_share") == {"XA": 0.0, "XB": 0.0, "XC": 1.0}
    assert node(result, "R", "imputed_share")["XC"] == pytest.approx(0.25 / 0.75)
    assert result.steps["1b-imputed"].rows() == [("XC", 2020, "a1", 3.0, "mean")]
    assert result.steps["1c-imputation-error"].rows()[0][:3] == ("a1", "mean", 2)


@pytest.mark.parametrize("status", ["M", "Q"])
def test_what_cannot_exist_or_is_suppressed_is_never_imputed(status):
    result = run([*ROWS, ("XC", "a1", 2020, None, status)], imputation=Choice("mean"))
    assert indicator(result, "a1")["XC"] is None
    assert indicator(result, "a1", "obs_status")["XC"] == status


@pytest.mark.parametrize("kind", ["binary", "qualitative-ordinal"])
def test_a_judgement_is_imputed_only_where_it_is_named(kind):
    what = framework(leaf("a1", type=kind), leaf("b1", "B"))
    assert "XC" not in indicator(run(ROWS, what, imputation=Choice("mean")), "a1")
    assert indicator(run(ROWS, what, indicator_imputation={"a1": Choice("mean")}), "a1")["XC"] == 3.0


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice("locf"), [1, 1, 1, 1, None, 9]),
        (Choice("locf", {"max_age": 1}), [1, 1, None, None, None, 9]),
        (Choice("linear"), [1, 2.6, 4.2, 5.8, 7.4, 9]),
        (Choice("linear", {"max_gap": 4}), [1, None, None, None, None, 9]),
        (Choice("nearest", {"max_age": 2}), [1, 1, 1, 9, 9, 9]),
        (Choice("nearest", {"max_age": 1}), [1, 1, None, None, 9, 9]),
    ],
)  # fmt: skip
def test_gaps_between_own_years(choice, expected):
    rows = [("XA", "a1", 2015, 1.0), ("XA", "a1", 2020, 9.0), ("XB", "b1", 2017, 1.0)]
    result = run(rows, years=(2015, 2020), indicator_imputation={"a1": choice})
    assert [indicator(result, "a1", year=year).get("XA") for year in range(2015, 2021)] == pytest.approx(expected)
    assert "XB" not in indicator(result, "a1", year=2018)


def test_a_row_mean_is_taken_between_least_and_greatest_values_turned_by_direction():
    what = framework(leaf("a1"), leaf("a2", direction=-1), leaf("b1", "B"))
    rows = [
        ("XA", "a1", 2020, 0.0),
        ("XB", "a1", 2020, 10.0),
        ("XA", "a2", 2020, 8.0),
        ("XB", "a2", 2020, 4.0),
        ("XC", "a2", 2020, 5.0),
    ]
    # a2 turned: -8, -4, -5: 0, 1, 0.75 of the way; so a1 is 7.5.
    assert indicator(run(rows, what, imputation=Choice("row_mean")), "a1")["XC"] == pytest.approx(7.5)


def test_regression_and_neighbours_use_other_indicators():
    areas = [f"X{letter}" for letter in "ABCDEF"]
    rows = [(area, "b1", 2020, float(at)) for at, area in enumerate(areas)]
    rows += [(area, "a1", 2020, 1.0 + 2 * at) for at, area in enumerate(areas[:5])]
    rows += [(area, "a2", 2020, float(at)) for at, area in enumerate(areas)]
    fitted = run(rows, indicator_imputation={"a1": Choice("regression", {"covariates": ["b1"]})})
    assert indicator(fitted, "a1")["XF"] == pytest.approx(11.0)
    alike = run(rows, indicator_imputation={"a1": Choice("knn", {"k": 2})})
    assert indicator(alike, "a1")["XF"] == pytest.approx((9 + 7) / 2)


def test_a_treated_cell_leaves_a_record_and_the_raw_value_stays():
    areas = [f"X{at:02d}" for at in range(12)]
    what = framework(leaf("a1"), leaf("b1", "B"))
    rows = [(area, "a1", 2020, float(at)) for at, area in enumerate(areas[:-1])] + [(areas[-1], "a1", 2020, 500.0)]
    result = run(rows, what, treatment=Choice("winsorise"), normalisation=Choice("minmax"))
    assert result.steps["1d-treated"].rows() == [("X11", 2020, "a1", 500.0, 10.0, "winsorised: 1 points")]
    statistics = result.steps["1e-treatment"].row(0, named=True)
    assert (statistics["indicator"], statistics["n"], statistics["cells"]) == ("a1", 12, 1)
    assert statistics["skewness_before"] > 2 > statistics["skewness_after"]
    assert indicator(result, "a1")["X11"] == 500.0
    assert indicator(result, "a1", "score")["X11"] == 100.0


def test_goalposts_follow_a_logarithm():
    rows = [("XA", "a1", 2020, 1.0), ("XB", "a1", 2020, 9.0), ("XC", "a1", 2020, 3.0)]
    result = run(rows, treatment=Choice("log", {"shift": 1.0, "always": True}))
    from math import log

    assert indicator(result, "a1", "score") == pytest.approx(
        {a: 100 * log(v + 1) / log(11) for a, v in (("XA", 1), ("XB", 9), ("XC", 3))}
    )


def test_a_constant_indicator_leaves_the_edition_with_a_warning():
    rows = [("XA", "a1", 2020, 3.0), ("XB", "a1", 2020, 3.0), ("XA", "a2", 2020, 1.0), ("XB", "a2", 2020, 2.0)]
    result = run(rows, normalisation=Choice("minmax"))
    assert [problem.found for problem in result.problems if problem.code == "N03"] == ["a1"]
    assert node(result, "A") == {"XA": 100.0, "XB": 0.0}
    assert node(result, "A", "coverage") == {"XA": 1.0, "XB": 1.0}


def test_a_node_may_be_weighted_and_combined_in_its_own_way():
    rows = [("XA", "a1", 2020, 3.0), ("XA", "a2", 2020, 1.0), ("XA", "b1", 2020, 5.0)]
    heavy = {"A": Choice("budget", {"points": {"a1": [75], "a2": [25]}})}
    assert node(run(rows, node_weighting=heavy), "A")["XA"] == pytest.approx(0.75 * 30 + 0.25 * 90)
    assert node(run(rows, aggregation={"A": Choice("minimum")}), "A")["XA"] == pytest.approx(30)


def test_the_weights_that_were_used_stand_beside_what_came_of_them():
    rows = [
        (f"X{at}", code, 2020, float(at * step % 7))
        for at in range(7)
        for code, step in (("a1", 1), ("a2", 3), ("b1", 2))
    ]
    weights = run(rows).steps["4a-weights"]
    assert weights.group_by("parent").agg(pl.col("share", "effective").sum()).sort("parent").rows() == [
        ("A", pytest.approx(1), pytest.approx(1)), ("B", 1, pytest.approx(1)), ("R", pytest.approx(1), pytest.approx(1)),
    ]  # fmt: skip


EDITION = '[edition]\nid = "t"\nframework = "t"\nyears = [2018, 2020]\n'
PROFILE = """
[method]
denominate = { a1 = { by = "pop", scale = 0.001 }, a2 = "pop" }
imputation = { method = "group_mean", group = "region" }
treatment = { method = "winsorise", winmax = 3 }
normalisation = { method = "minmax", reference = { years = "each", areas = "edition" } }
[method.indicator.a1]
normalisation = "zscore"
treatment = "none"
imputation = { method = "locf", max_age = 2 }
[method.indicator.b1]
denominate = "pop"
[method.node.A]
aggregation = "harmonic"
weighting = "pca"
[method.level.0]
aggregation = { method = "owa", order = [1, 2] }
"""


def profile(tmp_path, text):
    path = tmp_path / "edition.toml"
    path.write_text(EDITION + text, encoding="utf-8")
    return read_edition(path)


def test_a_profile_names_methods_for_all_a_level_a_node_an_indicator(tmp_path):
    method = profile(tmp_path, PROFILE).method
    assert method.denominators == {"a1": Denominator("pop", 0.001), "a2": Denominator("pop"), "b1": Denominator("pop")}
    assert (method.imputation_of("a2").method, method.imputation_of("a1").method) == ("group_mean", "locf")
    assert (method.treatment_of("a2").parameters, method.treatment_of("a1").method) == ({"winmax": 3}, "none")
    assert (method.aggregation_of("A", 1).method, method.aggregation_of("R", 0).method) == ("harmonic", "owa")
    assert (method.weighting_of("A", 1).method, method.weighting_of("B", 1).method) == ("pca", "declared")


def checked(edition):
    check_against(edition, TINY)
    return edition


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ('[method]\nnormalisation = "zscor"\n', "E06", 'did you mean "zscore"?'),
        ('[method]\nnormalisation = { method = "zscore", sdd = "sample" }\n', "E06", 'did you mean "sd"?'),
        ('[method]\nnormalisation = "dist2ref"\n', "E06", "area = …"),
        ('[method]\nnormalisation = { method = "minmax", reference = { year = 2018 } }\n', "E06", "reference ="),
        ('[method]\nnormalisation = { method = "minmax", reference = { years = 1990 } }\n', "E06", "reference ="),
        ('[method]\ntreatment = "winsorize"\n', "E06", 'did you mean "winsorise"?'),
        ('[method]\ntreatment = { method = "log", years = "some" }\n', "E06", "each"),
        ('[method]\nimputation = "group_means"\n', "E06", 'did you mean "group_mean"?'),
        ('[method]\nimputation = { method = "group_mean", group = "regio" }\n', "E04", 'did you mean "region"?'),
        ('[method]\nimputation = { method = "regression", covariates = ["a3"] }\n', "E04", "known: "),
        ('[method]\ndenominate = { a1 = "popu" }\n', "E04", 'did you mean "pop"?'),
        ('[method]\ndenominate = { a1 = { by = "pop", scale = 0 } }\n', "E03", "true, false, or a table"),
        ("[method]\ndenominate = 3\n", "E03", "true, false, or a table"),
        ('[method.node.C]\nweighting = "equal"\n', "E04", "known: "),
        ('[method.node.A]\nweights = "equal"\n', "E02", 'did you mean "weighting"?'),
        ('[method.level.0]\nweighting = "citric"\n', "E06", 'did you mean "critic"?'),
        ('[method.indicator.a1]\ntreatment = "squeeze"\n', "E06", "there are: none, boxcox"),
    ],
)  # fmt: skip
def test_what_a_profile_gets_wrong_is_named_with_the_closest_word(tmp_path, text, code, said):
    def read_check_and_score():
        method = checked(profile(tmp_path, text)).method
        run(ROWS, **{name: getattr(method, name) for name in Method.__dataclass_fields__})

    with pytest.raises(SsemonError) as fault:
        read_check_and_score()
    assert code in {problem.code for problem in fault.value.problems}
    assert any(said in problem.fix for problem in fault.value.problems)


@pytest.mark.parametrize(
    "name", ["minmax", "zscore", "rank", "fracmax", "dist2max", "dist2targ", "scaled", "categorical", "parity"]
)
@pytest.mark.parametrize("aggregation", ["harmonic", "median", "mpi", "copeland", "minimum"])
def test_nothing_is_nan_or_infinite_whatever_the_method(name, aggregation):
    rows = [*ROWS, ("XA", "a2", 2020, 0.0), ("XB", "a2", 2020, 0.0), ("XC", "a1", 2020, float("inf"))]
    both = {"0": Choice(aggregation), "1": Choice(aggregation)}
    result = run(
        rows, normalisation=Choice(name), aggregation=both, imputation=Choice("mean"), treatment=Choice("boxcox")
    )
    for frame in (result.scores, result.indicator_scores, *result.steps.values()):
        for column in frame.select(pl.selectors.float()).iter_columns():
            assert column.drop_nulls().is_finite().all(), column.name


def three(values):
    """Three areas: b1 for all, a1 where it is given."""
    rows = [(area, "b1", 2020, 5.0) for area in AREAS]
    return rows + [(area, "a1", 2020, value) for area, value in values.items()]


def test_a_nodes_missing_score_is_the_mean_of_its_group():
    filled = run(three({"XA": 8.0}), node_imputation={"A": Choice("group_mean", {"group": "region"})})
    # XB is of XA's group; XC is alone in its own and stays without.
    assert node(filled, "A") == {"XA": 80.0, "XB": 80.0, "XC": None}
    assert node(filled, "A", "imputed_share") == {"XA": 0.0, "XB": 1.0, "XC": None}
    assert node(filled, "A", "coverage")["XB"] == 0.0
    assert node(filled, "R")["XB"] == pytest.approx((80 + 50) / 2)
    assert node(filled, "R", "coverage") == pytest.approx({"XA": 0.75, "XB": 1.0, "XC": 0.5})
    assert node(filled, "R", "imputed_share")["XB"] == pytest.approx(0.5)
    assert filled.steps["4b-imputed-nodes"].rows() == [("XB", 2020, "A", 80.0)]


def test_a_node_that_cannot_exist_or_is_suppressed_is_never_filled():
    rows = three({"XA": 8.0})
    rows += [("XB", "a1", 2020, None, "M"), ("XB", "a2", 2020, None, "M"), ("XC", "a1", 2020, None, "Q")]
    filled = run(rows, node_imputation={"A": Choice("mean")})
    assert node(filled, "A") == {"XA": 80.0, "XB": None, "XC": None}


def test_a_filled_node_is_filled_anew_in_each_draw():
    from dataclasses import replace

    from ssemon.choices import CERTAIN
    from ssemon.scoring.montecarlo import simulate

    filled = run(three({"XA": 8.0}), node_imputation={"A": Choice("group_mean", {"group": "region"})})
    doubt = replace(CERTAIN, observations=True)
    drawn = simulate(filled, 200, doubt=doubt)
    at = drawn.node("A")
    assert drawn.scores[at, :, 0].std() > 1
    assert (drawn.scores[at, :, 1] == drawn.scores[at, :, 0]).all()


def test_frozen_bounds_keep_the_scores_when_a_country_stays_away(tmp_path):
    rows = [(area, "a1", 2020, value) for area, value in (("XA", 2.0), ("XB", 6.0), ("XC", 10.0))]
    how = Choice("minmax")
    whole = run(rows, normalisation=how)
    bounds = whole.bounds.filter(pl.col("indicator") == "a1").row(0, named=True)
    assert (bounds["minimum"], bounds["maximum"], bounds["mean"], bounds["count"]) == (2.0, 10.0, 6.0, 3.0)
    path = tmp_path / "edition.toml"
    whole.bounds.write_csv(tmp_path / "bounds.csv")
    path.write_text('[edition]\nid = "t"\nyears = [2020, 2020]\n[method]\nfrozen = "bounds.csv"\n')
    frozen = read_edition(path)
    assert frozen.hash != read_edition_without(path).hash
    alone = run(rows[:2], normalisation=how, frozen=frozen.method.frozen)
    assert indicator(alone, "a1", "score") == {"XA": 0.0, "XB": 50.0}
    assert indicator(run(rows[:2], normalisation=how), "a1", "score") == {"XA": 0.0, "XB": 100.0}


def read_edition_without(path):
    plain = path.with_name("plain.toml")
    plain.write_text(path.read_text().replace('frozen = "bounds.csv"', ""))
    return read_edition(plain)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ('frozen = "none.csv"', "E03"),
        ("frozen = 3", "E03"),
        ('frozen = "wrong.csv"', "E03"),
        ('frozen = "text.csv"', "E03"),
        ('frozen = "turned.csv"', "E03"),
        ('frozen = "other.csv"', "E04"),
    ],
)
def test_a_file_of_frozen_bounds_that_is_wrong_is_named(tmp_path, written, code):
    (tmp_path / "wrong.csv").write_text("indicator,value\na1,3\n")
    (tmp_path / "text.csv").write_text("indicator,minimum,maximum\na1,low,9\n")
    (tmp_path / "turned.csv").write_text("indicator,minimum,maximum\na1,9,1\n")
    (tmp_path / "other.csv").write_text("indicator,minimum,maximum\nzz,1,9\n")
    path = tmp_path / "edition.toml"
    path.write_text(f'[edition]\nid = "t"\nyears = [2020, 2020]\n[method]\n{written}\n')
    with pytest.raises(SsemonError) as fault:
        check_against(read_edition(path), TINY)
    assert [problem.code for problem in fault.value.problems] == [code]
    assert "frozen" in fault.value.problems[0].what


def test_ranks_have_no_bounds_to_freeze(tmp_path):
    (tmp_path / "bounds.csv").write_text("indicator,minimum,maximum\na1,1,9\n")
    path = tmp_path / "edition.toml"
    path.write_text('[edition]\nid = "t"\nyears = [2020, 2020]\n[method]\nfrozen = "bounds.csv"\n')
    with pytest.raises(SsemonError, match="no bounds to freeze"):
        run(three({}), normalisation=Choice("rank"), frozen=read_edition(path).method.frozen)


@pytest.mark.parametrize(
    ("section", "found"),
    [
        ('weights = "dirichlett"', "uncertainty.weights"),
        ('default_grade = "E"', "uncertainty.default_grade"),
        ("interval = 1.0", "uncertainty.interval"),
        ("weight_spread = 0", "uncertainty.weight_spread"),
        ("goalpost_share = 0.5", "uncertainty.goalpost_share"),
        ('imputation = ["mean"]', "uncertainty.imputation varies a step that the profile does not take"),
        ('treatment = ["log"]', "uncertainty.treatment varies a step that the profile does not take"),
        ('normalisation = "minmax"', "uncertainty.normalisation"),
        ("draw = 3", "draw"),
    ],
)
def test_what_the_section_uncertainty_gets_wrong_is_named(tmp_path, section, found):
    path = tmp_path / "edition.toml"
    path.write_text(f'[edition]\nid = "t"\nyears = [2020, 2020]\n[uncertainty]\n{section}\n')
    with pytest.raises(SsemonError) as fault:
        read_edition(path)
    assert found in fault.value.problems[0].what


def test_alternatives_of_the_steps_before_are_drawn_whole(tmp_path):
    from dataclasses import replace

    from ssemon.choices import CERTAIN
    from ssemon.scoring.montecarlo import simulate

    rows = [(area, "a1", 2020, value) for area, value in (("XA", 2.0), ("XB", 6.0), ("XC", 8.0))]
    one = run(rows)
    doubt = replace(CERTAIN, normalisation=(Choice("goalposts"), Choice("minmax")))
    drawn = simulate(one, 300, doubt=doubt)
    found = {tuple(row) for row in drawn.scores[drawn.node("A")].round(6).tolist()}
    assert found == {(20.0, 60.0, 80.0), (0.0, 66.666667, 100.0)}


class Odd:
    """Methods that give what they should not."""

    short = staticmethod(lambda scores, weights, scale: np.zeros(3))
    words = staticmethod(lambda scores, weights, scale: np.full(scores.shape[1:], "a"))
    endless = staticmethod(lambda scores, weights, scale: np.full(scores.shape[1:], np.inf))


def test_a_method_that_gives_something_else_is_named():
    from ssemon import Method

    for name in ("short", "words"):
        known = scoring_methods(Manager())
        known.by_kind["aggregation"]["odd"] = Method("aggregation", "odd", getattr(Odd, name), "odd")
        with pytest.raises(SsemonError, match="gives numbers of another shape"):
            run(three({}), aggregation={"0": Choice("odd")}, methods=known)
    known.by_kind["aggregation"]["odd"] = Method("aggregation", "odd", Odd.endless, "odd")
    assert set(node(run(three({}), aggregation={"0": Choice("odd")}, methods=known), "R").values()) == {None}


def profile_with(tmp_path, text, **files):
    for name, content in files.items():
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    path = tmp_path / "edition.toml"
    path.write_text(f'[edition]\nid = "t"\nyears = [2019, 2020]\n{text}\n', encoding="utf-8")
    return read_edition(path)


def test_an_indicator_is_divided_by_a_file_of_areas(tmp_path):
    written = '[method.denominate]\na1 = { table = "people.csv", scale = 10 }\n'
    edition = profile_with(tmp_path, written, people="area,year,value\nXA,2020,2\nXA,2019,4\nXB,,5\nXC,,0\n")
    rows = [(area, "a1", year, 8.0) for area in AREAS for year in (2019, 2020)]
    found = run(rows, years=(2019, 2020), denominators=edition.method.denominators)
    assert indicator(found, "a1") == {"XA": 40.0, "XB": 16.0}
    assert indicator(found, "a1", year=2019)["XA"] == 20.0
    assert [problem.found for problem in found.problems if problem.code == "N04"] == [
        "a1 by people.csv (2: XC 2020, XC 2019)"
    ]
    other = profile_with(tmp_path, written, people="area,year,value\nXA,2020,3\n")
    assert other.hash != edition.hash


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ("name\nXA\n", "has no column area"),
        ("area,value\nXA,few\n", "row 2: value is not a number"),
        ("area,value\nXA,inf\n", "row 2: value is not a number"),
        ("area,value\nXA,1\nXA,2\n", "row 3: the area and year stand there twice"),
        (None, "cannot be read"),
    ],
)
def test_a_file_of_divisors_that_is_wrong_is_named(tmp_path, table, what):
    files = {} if table is None else {"people": table}
    with pytest.raises(SsemonError) as fault:
        profile_with(tmp_path, '[method.denominate]\na1 = { table = "people.csv" }\n', **files)
    assert what in fault.value.problems[0].what


def test_a_file_outside_the_profile_s_folder_is_refused(tmp_path):
    with pytest.raises(SsemonError, match="beside the profile"):
        profile_with(tmp_path, '[method.denominate]\na1 = { table = "../people.csv" }\n')


def test_areas_are_ranked_among_a_group():
    from dataclasses import replace

    grouped = replace(TINY, areas={code: {**row, "near": str(int(code != "XB"))} for code, row in AREAS.items()})
    rows = [(area, "a1", 2020, value) for area, value in (("XA", 2.0), ("XB", 6.0), ("XC", 8.0))]
    found = run(rows, what=grouped, rank_among="near")
    assert node(found, "A", "rank") == {"XA": 2, "XB": None, "XC": 1}
    assert node(found, "A", "ranked") == {"XA": 2, "XB": None, "XC": 2}


def test_the_steps_tell_of_contributions_strengths_trends_and_pairs(tmp_path, tiny_framework):
    from ssemon import score_file

    data = tmp_path / "data.csv"
    lines = [
        f"X{at},{code},{year},{at + year - 2017 + len(code)}"
        for at in range(6)
        for code in ("a1", "a2", "b1")
        for year in (2018, 2019, 2020)
    ]
    data.write_text("area,indicator,year,value\n" + "\n".join(lines) + "\n", encoding="utf-8")
    text = '[method.aggregation]\nA = "copeland"\n[trend]\nbase_year = 2017\nleast_years = 2\n'
    steps = score_file(data, tiny_framework({}, edition=text)).steps
    assert list(steps) == sorted(steps)
    assert "7-contributions" not in steps  # what counts pairs cannot be taken apart
    pairs = steps["4d-outranking"]
    both = pairs.join(pairs, left_on=["node", "area", "other"], right_on=["node", "other", "area"])
    assert set(pairs["node"]) == {"A"}
    assert pairs.height == 30
    assert (both["share"] + both["share_right"]).to_list() == pytest.approx([1.0] * 30)
    trends = steps["9-trends"].filter(pl.col("indicator") == "a1")
    assert trends["slope"].to_list() == pytest.approx([1.0] * 6)
    assert set(steps["9a-node-trends"].columns) == {"area", "node", "points", "weight"}
    plain = score_file(data, tiny_framework({}, edition='[method]\nweighting = "equal"\n')).steps
    sums = plain["7-contributions"].group_by("area").agg(pl.col("contribution").sum()).sort("area")
    scores = plain["5-scores"].filter(pl.col("level") == 0, pl.col("year") == 2020).sort("area")
    assert sums["contribution"].to_list() == pytest.approx(scores["score"].to_list())
    assert set(plain["8-strengths"]["kind"]) <= {"strength", "weakness"}
    assert "4d-outranking" not in plain
