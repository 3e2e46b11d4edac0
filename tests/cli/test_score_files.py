"""`ssemon score`: files that state their types, and wide ones; what is wrong in them is told as in any other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssemon.datafile import collect_observations
from ssemon.framework import read_framework
from ssemon.plugins import Manager

ROWS = [("X", "a1", 2018, 5.125), ("X", "b1", 2019, None), ("Y", "a2", 2018, 0.1), ("Y", "b1", 2019, 1e-7)]
LONG = pl.DataFrame(ROWS, schema=["area", "indicator", "year", "value"], orient="row")


@pytest.fixture
def collected(tiny_framework: Callable[..., Path], tmp_path: Path) -> Callable:
    """What a frame gives when it is written to a file of this kind and read: observations, problems."""
    framework = read_framework(tiny_framework())

    def read(frame: pl.DataFrame, kind: str = "parquet"):
        path = tmp_path / f"data.{kind}"
        frame.write_parquet(path) if kind == "parquet" else frame.write_csv(path)
        return collect_observations(path, framework, Manager())[:2]

    return read


def codes(problems) -> list[str]:
    return [problem.code for problem in problems]


@pytest.mark.parametrize(
    "types",
    [
        {},
        {"year": pl.Int16, "area": pl.Categorical},
        {"year": pl.UInt64, "indicator": pl.Enum(["a1", "a2", "b1"])},
        {"year": pl.String, "value": pl.String},
        {"year": pl.String},
    ],
)
def test_the_types_that_a_parquet_file_states_change_nothing(collected, types):
    frame, problems = collected(LONG.cast(types))
    text, _ = collected(LONG, "csv")
    assert problems == ()
    assert frame.drop("source_row").equals(text.drop("source_row"))
    assert frame["value"].to_list() == [5.125, None, 0.1, 1e-7]
    assert frame["obs_status"].to_list() == ["A", "O", "A", "A"]
    assert frame["source_row"].to_list() == [1, 2, 3, 4]


def test_whole_numbers_are_values_and_a_value_that_is_not_a_number_is_missing(collected):
    frame, problems = collected(LONG.with_columns(value=pl.Series([3, 2**40, None, -1])))
    assert frame["value"].to_list() == [3.0, 2.0**40, None, -1.0]
    assert {problem.severity for problem in problems} <= {"warning"}
    frame, problems = collected(LONG.with_columns(value=pl.Series([float("nan"), 1.0, 2.0, None])))
    assert (frame["value"].to_list(), problems) == ([None, 1.0, 2.0, None], ())
    frame, problems = collected(LONG.with_columns(value=pl.lit(None)))
    assert (frame["value"].null_count(), problems) == (4, ())


@pytest.mark.parametrize(
    ("change", "code", "found", "rows"),
    [
        ({"value": [1.0, float("inf"), 2.0, float("-inf")]}, "V06", '"inf", "-inf"', (2, 4)),
        ({"value": [True, False, None, None]}, "V04", '"true", "false"', (1, 2)),
        ({"value": ["1", "1,5", "2", "3"]}, "V01", '"1,5"', (2,)),
        ({"year": [2019.0, 2019.5, 2018.0, 2018.0]}, "V09", '"2018.0" (2 times), "2019.0", "2019.5"', (1, 2, 3, 4)),
        ({"year": [2019, 2**40, 2018, 2018]}, "V09", '"1099511627776"', (2,)),
        ({"year": [2019, 2562, 2018, 2018]}, "V11", '"2562"', (2,)),
        ({"area": ["X", "", "Y", "Y"]}, "V00", "", (2,)),
    ],
)
def test_a_fault_in_a_typed_file_is_named_like_one_in_a_text(collected, the, change, code, found, rows):
    problem = the(collected(LONG.with_columns(pl.Series(name, cells) for name, cells in change.items()))[1], code)
    assert (problem.found, problem.where.rows) == (found, rows)


def test_repeated_keys_and_unknown_codes_of_a_typed_file_are_named(collected, the):
    twice = pl.concat([LONG, LONG.head(1)]).with_columns(obs_status=pl.lit("Z"))
    problems = collected(twice)[1]
    assert the(problems, "K05").found.endswith("row 1, " + the(problems, "K05").where.file + " row 5")
    assert (the(problems, "K04").severity, the(problems, "K04").where.row_count) == ("warning", 5)
    other = pl.concat([LONG, LONG.head(1).with_columns(value=pl.lit(6.0))])
    assert codes(collected(other)[1]) == ["K06"]


def test_codes_that_are_stated_as_numbers_are_texts(collected):
    frame, problems = collected(LONG.with_columns(area=pl.Series([4, 4, 8, 8]), note=pl.Series([1.5, None, None, 2])))
    assert problems == ()
    assert frame["area"].to_list() == ["4", "4", "8", "8"]
    assert frame["note"].to_list() == ["1.5", None, None, "2.0"]


WIDE = pl.DataFrame(
    {"area": ["X", "X", "Y"], "year": [2018, 2019, 2019], "a1": [5.125, None, 3.0], "b1": [20, 30, None]}
)


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_wide_file_is_the_long_one_with_its_cells_side_by_side(ssemon, tiny_framework, tmp_path, kind):
    folder, long = tiny_framework(), tmp_path / "long.parquet"
    wide = tmp_path / f"wide.{kind}"
    WIDE.write_parquet(wide) if kind == "parquet" else WIDE.write_csv(wide)
    WIDE.cast({"b1": pl.Float64}).unpivot(index=["area", "year"], variable_name="indicator").write_parquet(long)
    for data in (wide, long):
        answer = ssemon("score", "--framework", folder, "--data", data, "--out", tmp_path / f"scores-{data.stem}.csv")
        assert (answer.code, "warning" in answer.err, "N14" in answer.err) == (0, False, True), answer.err
    scores = {name: (tmp_path / f"scores-{name}.csv").read_text(encoding="utf-8") for name in ("wide", "long")}
    assert scores["wide"] == scores["long"]


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_an_empty_cell_of_a_wide_file_is_missing_and_every_other_is_normal(collected, kind):
    frame, problems = collected(WIDE, kind)
    assert problems == ()
    cells = frame.sort("area", "indicator", "year").select("area", "indicator", "year", "value", "obs_status").rows()
    assert cells == [
        ("X", "a1", 2018, 5.125, "A"), ("X", "a1", 2019, None, "O"), ("X", "b1", 2018, 20.0, "A"),
        ("X", "b1", 2019, 30.0, "A"), ("Y", "a1", 2019, 3.0, "A"), ("Y", "b1", 2019, None, "O"),
    ]  # fmt: skip


def test_what_a_wide_row_says_of_itself_holds_for_its_cells(collected):
    frame, problems = collected(WIDE.with_columns(sex=pl.lit("F"), Source=pl.lit("office")))
    assert [problem.code for problem in problems] == ["K08"]  # what is scored are the values of all together
    assert frame.select("sex", "source").unique().rows() == [("F", "office")]


def test_a_heading_of_a_wide_file_that_nobody_knows_is_named_and_not_scored(collected, the):
    frame, problems = collected(WIDE.with_columns(pl.lit(1.0).alias("a11"), pl.lit("x").alias("Name of the area")))
    problem = the(problems, "K03")
    assert (problem.severity, problem.found) == ("warning", '"a11", "Name of the area"')
    assert problem.what == "2 columns that the framework tiny does not have: not scored"
    assert problem.fix == 'did you mean "a1"?'
    assert sorted(frame["indicator"].unique()) == ["a1", "b1"]


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_cell_of_a_wide_file_that_is_no_number_is_named_with_its_row(collected, the, kind):
    problem = the(collected(WIDE.with_columns(b1=pl.Series(["20", "n/a", None])), kind)[1], "V04")
    assert (problem.found, problem.where.rows) == ('"n/a"', (2 if kind == "parquet" else 3,))
    assert problem.where.column == '"(the cells below the indicators)"'


def test_an_area_and_year_that_stand_twice_in_a_wide_file_are_named(collected):
    problems = collected(pl.concat([WIDE, WIDE.head(1)]))[1]
    assert codes(problems) == ["K05"]
    assert "(2 keys, 4 rows)" in problems[0].what


def test_an_indicator_without_any_cell_in_a_wide_file_does_not_turn_the_others_to_text(collected):
    frame, problems = collected(WIDE.with_columns(a2=pl.lit(None), b2=pl.lit(None, dtype=pl.String)))
    assert problems == ()
    assert frame.group_by("indicator").agg(pl.col("value").count()).sort("indicator").rows() == [
        ("a1", 2), ("a2", 0), ("b1", 2), ("b2", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "columns", [{"a1": "A-1", "b1": "B-1"}, {"b1": "value"}, {"b1": "Indicator"}, {"area": "place"}]
)
def test_a_file_that_is_neither_long_nor_wide_is_told_what_a_long_one_needs(collected, columns):
    assert "S02" in codes(collected(WIDE.rename(columns))[1])


_VALUES = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False, width=64))


@settings(max_examples=settings.default.max_examples // 4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(_VALUES, _VALUES), min_size=1, max_size=6))
def test_long_and_wide_text_and_types_all_keep_every_digit(collected, cells):
    years = list(range(2000, 2000 + len(cells)))
    schema = {"a1": pl.Float64, "b1": pl.Float64}
    values = pl.DataFrame(cells, schema=schema, orient="row")
    wide = values.with_columns(area=pl.lit("X"), year=pl.Series(years))
    long = wide.unpivot(index=["area", "year"], variable_name="indicator")
    found = [
        collected(frame, kind)[0].sort("indicator", "year").select("indicator", "year", "value", "obs_status")
        for frame in (wide, long)
        for kind in ("parquet", "csv")
    ]
    assert all(one.equals(found[0]) for one in found)
    assert found[0]["value"].to_list() == [row[at] for at in (0, 1) for row in cells]
