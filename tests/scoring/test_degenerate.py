"""Inputs that leave little to score: each has a stated outcome and a named problem, and no file holds NaN or infinity."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from ssemon import SsemonError, score_file
from ssemon.scoring.audit import audit

NAMES = ("a1", "a2", "b1", "b2")
STRUCTURE = "code,level,parent,name_en,weight\nR,0,,All,1\nA,1,R,Alpha,1\nB,1,R,Beta,1\n"
HEAD = "code,parent,name_en,definition,unit,direction,type,lower_goalpost,upper_goalpost,weight,core\n"
INDICATORS = HEAD + (
    "a1,A,a1,,x,1,quantitative,0,10,1,1\na2,A,a2,,x,-1,quantitative,0,10,1,1\n"
    "b1,B,b1,,x,1,quantitative,0,100,1,1\nb2,B,b2,,x,1,quantitative,0,100,3,0\n"
)
AREAS = "area,name_en,region,g,nobody\nXA,A,N,1,0\nXB,B,N,1,0\nXC,C,S,0,0\nZZ,Z,S,0,1\n"
PLAIN = {"XA": (1, 2, 3, 4), "XB": (4, 5, 60, 20), "XC": (9, 1, 50, 80)}


@pytest.fixture
def run(tmp_path: Path):
    """Score a table {area: values} in files; look at everything that came out; say which problems there were."""

    def scored(table, method="", structure=STRUCTURE, indicators=INDICATORS, draws=0):
        files = {
            "framework.toml": 'id = "t"\n',
            "structure.csv": structure,
            "indicators.csv": indicators,
            "areas.csv": AREAS,
        }
        files["edition.toml"] = f'[edition]\nid = "t"\nframework = "."\nyears = [2019, 2020]\n{method}\n'
        rows = [
            f"{area},{code},2020,{value}\n"
            for area, values in table.items() for code, value in zip(NAMES, values, strict=False) if value is not None
        ]  # fmt: skip
        files["data.csv"] = "area,indicator,year,value\n" + "".join(rows)
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        found = score_file(tmp_path / "data.csv", tmp_path, uncertainty=draws)
        nothing_is_nan({"scores": found.scores, **found.steps})
        return found

    return scored


def nothing_is_nan(frames) -> None:
    for name, frame in frames.items():
        for column in frame.select(pl.selectors.float()).iter_columns():
            assert column.drop_nulls().is_finite().all(), (name, column.name, column.to_list())


def said(found, code: str) -> list[str]:
    return [f"{problem.what} | {problem.found}" for problem in found.problems if problem.code == code]


def of(found, node: str) -> dict[str, float | None]:
    rows = found.scores.filter(pl.col("node") == node, pl.col("year") == 2020)
    return dict(rows.select("area", "score").rows())


MINMAX = '[method]\nnormalisation = "minmax"\n'
STATISTICAL = ["minmax", "zscore", "rank", "percentile_rank", "borda", "dist2max"]
AGGREGATIONS = [
    '"arithmetic"', '"geometric"', '"harmonic"', "{ method = 'generalised', power = -1 }", '"median"', '"minimum"', '"mpi"',
    "{ method = 'owa', order = [1, 2] }", '"copeland"', '"ampi"',
]  # fmt: skip


@pytest.mark.parametrize("name", STATISTICAL)
def test_a_constant_column_is_named_and_not_counted(run, name):
    found = run({area: (3, *row[1:]) for area, row in PLAIN.items()}, f'[method]\nnormalisation = "{name}"\n')
    assert [text.split("| ")[1] for text in said(found, "N03")] == ["a1"]
    assert found.indicator_scores.filter(pl.col("indicator") == "a1")["score"].null_count() == 3
    assert found.scores.filter(pl.col("node") == "A", pl.col("year") == 2020)["coverage"].to_list() == [1.0] * 3


def test_what_is_constant_but_for_rounding_is_constant(run):
    table = {"XA": (0.3, 0.1, 5, 1), "XB": (3, 1, 6, 2), "XC": (0.9, 0.3, 7, 3)}  # 2.9999999999999996 and 3.0
    found = run(table, MINMAX + 'denominate = { a1 = "a2" }\n')
    assert said(found, "N03") == [
        "1 indicator that cannot be put on the scale: shown, never scored, never counted | a1"
    ]


def test_equal_scores_are_100_under_mpi_whatever_the_rounding_of_their_mean(run):
    table = {f"X{at}": (0.1, 9.9, 0.1 * at, 0.1 * at) for at in range(10)}
    assert set(of(run(table, '[method.aggregation]\n1 = "mpi"\n'), "A").values()) == {50.0}


@pytest.mark.parametrize("name", STATISTICAL)
def test_one_unit_is_scored_between_goalposts_only(run, name):
    alone = {"XA": PLAIN["XA"]}
    assert of(run(alone), "A") == {"XA": pytest.approx((10 + 80) / 2)}
    assert run(alone).scores.filter(pl.col("node") == "R", pl.col("year") == 2020).row(0, named=True)["ranked"] == 1
    found = run(alone, f'[method]\nnormalisation = "{name}"\n')
    assert len(said(found, "N03")) == 1
    assert said(found, "N09") == [
        "3 nodes without a score in any area and year | R (no weight), A (no weight), B (no weight)"
    ]


def test_one_indicator_is_its_parent(run):
    structure = "code,level,parent,name_en,weight\nR,0,,All,1\nA,1,R,Alpha,1\n"
    found = run({"XA": (1,), "XB": (4,)}, structure=structure, indicators=HEAD + INDICATORS.splitlines()[1] + "\n")
    assert of(found, "R") == of(found, "A") == {"XA": 10.0, "XB": 40.0}
    assert not found.problems


def test_a_node_without_data_is_named_and_leaves_the_others_alone(run):
    found = run({area: (*row[:2], None, None) for area, row in PLAIN.items()})
    assert said(found, "N09") == ["1 node without a score in any area and year | B (too little data)"]
    assert said(found, "N14") == ["2 indicators of 4 with no value in any area and year | b1, b2"]
    assert {problem.severity for problem in found.problems} == {"info"}
    assert set(of(found, "B").values()) == {None}
    assert of(found, "R") == of(found, "A")


def test_an_index_that_nobody_has_is_more_than_a_note(run):
    found = run(PLAIN, "[method.coverage]\n0 = { weight = 1.0, children = 3 }\n")
    [told] = [problem for problem in found.problems if problem.code == "N09"]
    assert (told.severity, told.found.split()[0]) == ("warning", "R")


def test_a_node_that_is_never_counted_needs_no_score(run):
    structure = STRUCTURE.replace("Alpha,1", "Alpha,0")
    found = run({area: (None, None, *row[2:]) for area, row in PLAIN.items()}, structure=structure)
    assert set(of(found, "A").values()) == {None}
    assert not found.problems


def test_weights_that_sum_to_zero_are_named(run):
    unweighted = INDICATORS.replace("0,10,1,1", "0,10,0,1")
    found = run(PLAIN, indicators=unweighted)
    assert said(found, "N09") == ["1 node without a score in any area and year | A (no weight)"]
    assert of(found, "R") == of(found, "B")
    none = run(PLAIN, structure=STRUCTURE.replace("Alpha,1", "Alpha,0").replace("Beta,1", "Beta,0"))
    assert said(none, "N09") == ["1 node without a score in any area and year | R (no weight)"]
    assert set(of(none, "R").values()) == {None}


@pytest.mark.parametrize("name", AGGREGATIONS)
def test_a_universe_without_data_is_an_empty_file_and_says_so(run, name):
    method = f'[method]\nuniverse = "nobody"\nnormalisation = "minmax"\nimputation = "median"\ntreatment = "winsorise_then_log"\nweighting = "pca"\n[method.aggregation]\n0 = {name}\n1 = {name}\n'
    found = run(PLAIN, method, draws=5)
    assert found.scores.height == 0
    assert said(found, "N11") == ["no area of nobody has a value: nothing is scored | "]


def test_a_file_without_values_says_that_nothing_is_scored(run):
    found = run({"XA": ("", "", "", "")})
    assert found.scores.is_empty()
    assert said(found, "N11") == ["no area has a value of an indicator: nothing is scored | "]


def test_a_file_without_rows_is_refused(run):
    with pytest.raises(SsemonError) as fault:
        run({})
    assert [problem.code for problem in fault.value.problems] == ["F02"]


@pytest.mark.parametrize(("again", "code"), [("1", "K05"), ("7", "K06")])
def test_a_key_that_stands_twice_is_refused(run, tmp_path, again, code):
    run(PLAIN)
    with (tmp_path / "data.csv").open("a") as file:
        file.write(f"XA,a1,2020,{again}\n")
    with pytest.raises(SsemonError) as fault:
        score_file(tmp_path / "data.csv", tmp_path)
    assert [(problem.code, problem.where.rows) for problem in fault.value.problems] == [(code, (2, 14))]


@pytest.mark.parametrize("infinite", ["inf", "-Infinity", "1e400"])
def test_an_infinite_value_in_a_file_is_refused_with_its_place(run, infinite):
    with pytest.raises(SsemonError) as fault:
        run({"XA": (1, 2, 3, 4), "XB": (1, infinite, 3, 4)})
    [problem] = fault.value.problems
    assert (problem.code, problem.where.rows, problem.where.column) == ("V06", (7,), '"value"')


def test_an_infinite_value_that_comes_from_code_is_missing_and_named(scored, tiny_framework, observations):
    from ssemon.basis import read_profile, scoring_methods
    from ssemon.plugins import Manager
    from ssemon.scoring import score

    edition, framework = read_profile(tiny_framework() / "edition.toml")
    data = observations([("XA", "a1", 2020, float("inf")), ("XA", "a2", 2020, 4.0), ("XB", "a1", 2020, float("-inf"))])
    found = score(data, framework, edition, scoring_methods(Manager()))
    assert said(found, "N08") == ["2 values that are no finite number: missing | XA a1 2020, XB a1 2020"]
    assert found.scores["area"].unique().to_list() == ["XA"]


def test_a_zero_in_a_geometric_mean_is_raised_and_named(run):
    found = run({"XA": (0, 0, 3, 4), "XB": (5, 5, 3, 4)}, '[method.aggregation]\n1 = "geometric"\n')
    assert of(found, "A")["XA"] == pytest.approx(10.0)  # 1 and 100
    assert said(found, "N01") == ["A: scores below 1 were raised to 1 before the mean in 1 area-year | XA 2020"]
    exact = run({"XA": (0, 0, 3, 4)}, "[method.aggregation]\n1 = { method = 'geometric', floor = 0 }\n")
    assert of(exact, "A") == {"XA": 0.0}


def test_negative_scores_in_a_geometric_mean_are_raised_and_named(run):
    z = "[method]\nnormalisation = { method = 'zscore', centre = 0, width = 1, clip = false }\nnormalisation_range = [-5, 5]\n"
    found = run(PLAIN, z + '[method.aggregation]\n1 = "geometric"\n')
    assert min(of(found, "A").values()) >= 0.05
    assert {text.split(" in ")[0] for text in said(found, "N01")} == {
        f"{node}: scores below 0.05 were raised to 0.05 before the mean" for node in "AB"
    }


def test_a_range_without_numbers_above_0_has_no_geometric_mean(run):
    with pytest.raises(SsemonError, match="ends above 0"):
        run(PLAIN, '[method]\nnormalisation_range = [-5, -1]\n[method.aggregation]\n1 = "geometric"\n')


@pytest.mark.parametrize("floor", ["-1", "100"])
def test_a_floor_outside_the_range_is_refused(run, floor):
    with pytest.raises(SsemonError, match="floor must be 0 or more"):
        run(PLAIN, f"[method.aggregation]\n1 = {{ method = 'harmonic', floor = {floor} }}\n")


def test_an_ordered_average_stands_though_an_indicator_leaves(run):
    found = run(
        {area: (3, *row[1:]) for area, row in PLAIN.items()},
        MINMAX + "[method.aggregation]\n1 = { method = 'owa', order = [1, 2] }\n",
    )
    assert of(found, "A") == {"XA": 75.0, "XB": 0.0, "XC": 100.0}


def test_values_without_a_place_on_the_scale_are_counted_and_named(run):
    found = run({"XA": (0, 1, 3, 4), "XB": (1, 2, 6, 7), "XC": (9, -5, 7, 8)}, '[method]\nnormalisation = "fracmax"\n')
    [text] = said(found, "N10")
    assert text.endswith("not scored | a2 (1: XC 2020)")  # the least over itself, which is not above 0


def test_children_whose_combination_has_no_number_are_named(run):
    found = run({"XA": PLAIN["XA"]}, '[method.aggregation]\n1 = "copeland"\n')
    assert said(found, "N10") == [
        f"{node}: the combination of the children has no number in 1 area-year | XA 2020" for node in "AB"
    ]


HUGE = {"XA": (1e300, -1e300, 1e308, -1e308), "XB": (1e299, 1e290, 1, 2), "XC": (5e307, None, -1e307, 3)}
SMALL = {"XA": (1e-300, 2e-300, 3e-310, 1e-320), "XB": (5e-300, 1e-301, 1e-308, 0), "XC": (0, None, 5e-324, 1e-321)}
CHAIN = ["minmax", "zscore", "rank", "dist2max", "fracmax", "parity", "goalposts", "categorical", "dist2targ"]


@pytest.mark.parametrize("table", [HUGE, SMALL], ids=["huge", "small"])
@pytest.mark.parametrize("name", CHAIN)
def test_numbers_of_any_size_leave_no_infinity(run, table, name):
    run(table, f'[method]\nnormalisation = "{name}"\nimputation = "mean"\n', draws=3)


@pytest.mark.parametrize("table", [HUGE, SMALL, PLAIN], ids=["huge", "small", "plain"])
@pytest.mark.parametrize("step", [
    'treatment = "winsorise"', 'treatment = { method = "log", always = true }', 'treatment = { method = "boxcox", always = true }',
    'imputation = "row_mean"', 'imputation = { method = "regression", covariates = ["b1"] }', 'imputation = "knn"',
    'denominate = { a1 = "a2", b1 = "b2" }', 'denominate = { a1 = { by = "b1", scale = 1e300 } }', 'weighting = "critic"',
    "normalisation = { method = 'zscore', clip = false }",
])  # fmt: skip
def test_every_step_takes_numbers_of_any_size(run, table, step):
    run(table, f"[method]\n{step}\n" if "normalisation" in step else MINMAX + step + "\n")


def test_the_spread_of_very_large_and_very_small_numbers_is_right(run):
    unit = run({"XA": (1, 2, 3, 4), "XB": (2, 2, 3, 5), "XC": (4, 3, 4, 7)}, '[method]\nnormalisation = "zscore"\n')
    for factor in (1e300, 1e-300):
        table = {"XA": (1, 2, 3, 4), "XB": (2, 2, 3, 5), "XC": (4, 3, 4, 7)}
        scaled = {area: tuple(f"{value * factor!r}" for value in row) for area, row in table.items()}
        assert of(run(scaled, '[method]\nnormalisation = "zscore"\n'), "R") == pytest.approx(of(unit, "R"))


@pytest.mark.parametrize("table", [{"XA": PLAIN["XA"]}, HUGE, dict.fromkeys(PLAIN, (3, 3, 3, 3)), PLAIN])
def test_an_audit_of_little_is_json_without_nan(run, table):
    found = audit(run(table, MINMAX))
    nothing_is_nan(found.tables)
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False, default=str))["verdicts"]


def test_the_command_writes_no_nan(run, ssemon, tmp_path):
    run(HUGE, MINMAX + 'imputation = "mean"\ntreatment = "winsorise"\n')
    answer = ssemon(
        "score", "--framework", tmp_path, "--data", tmp_path / "data.csv", "--out", tmp_path / "o.csv", "--steps",
        tmp_path / "steps",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    for path in [tmp_path / "o.csv", *(tmp_path / "steps").iterdir()]:
        assert not {"nan", "inf", "-inf"} & set(path.read_text().lower().replace("\n", ",").split(",")), path.name
