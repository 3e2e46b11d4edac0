"""What a plugin says of how sure its values are reaches the intervals, and nothing else."""

from __future__ import annotations

import polars as pl

import ssemon
from ssemon.model import OBSERVATION_COLUMNS

DRAWS = '[uncertainty]\ndraws = 400\nweights = "fixed"\n'
ROWS = "a1,2020,5{}\na2,2020,5{}\nb1,2020,5{}\nb2_f,2020,4{}\nb2_m,2020,6{}\n"


def data(extra: str = "", cells: str = "") -> dict[str, str]:
    return {"data/values.csv": f"indicator,year,value{extra}\n" + ROWS.format(*[cells] * 5)}


def width(run: ssemon.Run, area: str) -> float:
    row = run.scores.filter(pl.col("area") == area, pl.col("year") == 2020, pl.col("level") == 0).row(0, named=True)
    return row["score_high"] - row["score_low"]


def test_a_grade_in_a_plugins_table_widens_the_interval_and_moves_no_score(world):
    plain = ssemon.run(*world({code: data() for code in ("KOR", "JPN")}, edition=DRAWS))
    graded = ssemon.run(*world({"KOR": data(",quality", ",D"), "JPN": data()}, edition=DRAWS))
    assert graded.scores["score"].equals(plain.scores["score"])
    assert width(graded, "KOR") > 1.5 * width(plain, "KOR")
    assert width(graded, "JPN") == width(plain, "JPN")


def test_a_standard_error_of_zero_leaves_no_width(world):
    sure = ssemon.run(*world({"KOR": data(",std_error", ",0")}, countries=("KOR", "JPN"), edition=DRAWS))
    assert width(sure, "JPN") > 0
    own = sure.observations.filter(pl.col("area") == "KOR")
    derived = own.filter(pl.col("indicator") == "b2")
    assert own.filter(pl.col("indicator") != "b2")["std_error"].to_list() == [0.0] * 3
    assert derived["std_error"].to_list() == [None]  # its two series may err together


def test_what_is_derived_has_the_worse_of_the_grades(world):
    rows = "b2_f,2020,4,A\nb2_m,2020,6,C\na1,2020,5,\n"
    run = ssemon.run(*world({"KOR": {"data/values.csv": "indicator,year,value,quality\n" + rows}}))
    own = run.observations.filter(pl.col("area") == "KOR")
    assert dict(own.select("indicator", "quality").iter_rows()) == {"a1": None, "b2": "C"}


def test_a_run_in_which_nobody_says_anything_has_the_contracts_columns_alone(world):
    assert tuple(ssemon.run(*world()).observations.columns) == OBSERVATION_COLUMNS


def test_a_grade_that_nobody_knows_and_an_error_below_zero_are_named(check_plugin, the):
    files = {"data/values.csv": "indicator,year,value,quality,std_error\na1,2019,4.5,good,0.1\na1,2018,4.5,A,-1\n"}
    problems = check_plugin(files)
    assert the(problems, "K04").where.rows == (2,)
    assert the(problems, "V11").where.rows == (3,)
