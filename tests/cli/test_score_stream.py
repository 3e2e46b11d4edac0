"""`ssemon score --stream`: what the command takes, what it writes, and what it says of a file it cannot take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from ssemon.scorefile import score_stream

WIDE = pl.DataFrame(
    {"area": ["Y", "X", "X"], "year": [2019, 2018, 2019], "a1": [3.0, 5.0, None], "b1": [None, 20, 30], "a2": [1, 2, 3]}
)

NOW = "[method]\nreference_period = { max_age = 0 }\n"


@pytest.fixture
def streaming(ssemon: Callable, tiny_framework: Callable[..., Path], tmp_path: Path) -> Callable:
    """Score a frame, or a file's bytes, as a stream with the tiny framework."""

    def run(wide: pl.DataFrame | bytes, *more: object, out: str = "scores.parquet", method: str = ""):
        folder = tiny_framework(edition=NOW + method)
        data = tmp_path / "wide.parquet"
        data.write_bytes(wide) if isinstance(wide, bytes) else wide.write_parquet(data)
        return ssemon("score", "--stream", "--framework", folder, "--data", data, "--out", tmp_path / out, *more)

    return run


def test_the_scores_are_those_of_the_ordinary_command_put_wide(streaming, ssemon, tmp_path):
    answer = streaming(WIDE)
    assert (answer.code, answer.err) == (0, f"3 rows in {tmp_path / 'scores.parquet'}\n")
    found = pl.read_parquet(tmp_path / "scores.parquet")
    assert found.select("area", "year").rows() == WIDE.select("area", "year").rows()
    data, out = tmp_path / "wide.parquet", tmp_path / "long.parquet"
    assert ssemon("score", "--framework", tmp_path / "tiny", "--data", data, "--out", out).code == 0
    long = pl.read_parquet(out)
    for name in ("score", "coverage"):
        expected = long.pivot("node", index=["area", "year"], values=name)
        put = found.select("area", "year", *(pl.col(f"{name}:{node}").alias(node) for node in expected.columns[2:]))
        both = put.join(expected, on=["area", "year"], how="left", suffix="=")
        for node in expected.columns[2:]:
            one, two = (both[column].fill_null(-1.0).to_list() for column in (node, f"{node}="))
            assert one == pytest.approx(two, rel=1e-12), node


def test_an_unknown_column_is_told_of_and_an_old_file_is_replaced_whole(streaming, tmp_path, the):
    (tmp_path / "scores.parquet").write_text("old")
    answer = streaming(WIDE.with_columns(pl.lit(1.0).alias("a11"), pl.lit("office").alias("source")))
    assert answer.code == 0
    assert "K03" in answer.err
    assert '"a11"' in answer.err
    assert "source" not in answer.err
    assert pl.read_parquet(tmp_path / "scores.parquet").height == 3
    assert [path.name for path in tmp_path.glob(".*")] == []


@pytest.mark.parametrize(
    ("more", "out", "found"),
    [
        ((), "scores.csv", "scores.csv"),
        (("--uncertainty", 10), "scores.parquet", "--uncertainty"),
        (("--steps", "steps"), "scores.parquet", "--steps"),
    ],
)
def test_a_stream_writes_one_parquet_file_and_nothing_else(streaming, tmp_path, more, out, found):
    answer = streaming(WIDE, *more, out=out)
    assert answer.code == 2
    assert "U14" in answer.err
    assert found in answer.err
    assert not (tmp_path / out).exists()


def test_a_profile_that_needs_the_whole_panel_leaves_no_file(streaming, tmp_path):
    answer = streaming(WIDE, method='treatment = "winsorise"\n')
    assert answer.code == 2
    assert "E09" in answer.err
    assert "the treatment of outliers" in answer.err
    assert [path.name for path in tmp_path.glob("*scores*")] == []


TEXT = WIDE.with_columns(b1=pl.Series(["20", "n/a", None]))


@pytest.mark.parametrize(
    ("wide", "code", "what", "found"),
    [
        (b"area,year,a1\n", "F12", "the file cannot be read as Parquet", None),
        (WIDE.drop("year"), "F12", "the file is not wide", "area, a1, b1, a2"),
        (WIDE.select("area", "year", z=pl.lit(1.0)), "F12", "the file is not wide", "area, year, z"),
        (WIDE.with_columns(value=pl.lit(1.0)), "F12", "the file is not wide", "area, year, a1, b1, a2 and 1 more"),
        (TEXT, "F12", 'column "b1" is of another type', "String, not numbers"),
        (WIDE.cast({"year": pl.Float64}), "F12", 'column "year" is of another type', "Float64, not whole numbers"),
        (WIDE.with_columns(area=pl.lit(1)), "F12", 'column "area" is of another type', "Int32, not text"),
        (WIDE.with_columns(sex=pl.lit("F")), "F12", "the rows of a stream are totals and normal values", '"sex"'),
        (WIDE.with_columns(area=pl.Series(["X", None, ""])), "V00", "2 rows without area", ""),
        (WIDE.with_columns(year=pl.Series([None, 2018, 2019])), "V00", "1 row without year", ""),
        (pl.concat([WIDE, WIDE]), "K06", "3 areas and years that stand in several rows", "X 2018, X 2019, Y 2019"),
        (pl.concat([WIDE, WIDE[:1]]), "K06", "1 area and year that stand in several rows", "Y 2019"),
    ],
)
def test_a_file_that_cannot_be_scored_as_a_stream_is_refused(tiny_framework, tmp_path, wide, code, what, found):
    from ssemon import CountryFault

    data, out = tmp_path / "wide.parquet", tmp_path / "scores.parquet"
    data.write_bytes(wide) if isinstance(wide, bytes) else wide.write_parquet(data)
    with pytest.raises(CountryFault) as caught:
        score_stream(data, out, tiny_framework(edition=NOW))
    [problem] = caught.value.problems
    assert (problem.code, problem.what) == (code, what)
    assert found is None or problem.found == found
    assert not out.exists()


@pytest.mark.parametrize("kind", [pl.Categorical, pl.Enum(["X", "Y"])])
def test_an_area_may_be_a_category_and_rows_in_order_are_seen_to_be_no_repetition(tiny_framework, tmp_path, kind):
    data, out = tmp_path / "wide.parquet", tmp_path / "scores.parquet"
    for wide in (WIDE, WIDE.sort("area", "year")):
        wide.cast({"area": kind}).write_parquet(data)
        assert score_stream(data, out, tiny_framework(edition=NOW)) == (3, ())
        assert pl.read_parquet(out)["area"].to_list() == wide["area"].to_list()


def test_values_of_earlier_years_are_refused_with_the_line_that_mends_it(ssemon, tiny_framework, tmp_path):
    data = tmp_path / "wide.parquet"
    WIDE.write_parquet(data)
    answer = ssemon(
        "score", "--stream", "--framework", tiny_framework(), "--data", data, "--out", tmp_path / "s.parquet"
    )
    assert (answer.code, "reference_period = { max_age = 0 }" in answer.err) == (2, True)
