"""`ssemon score --uncertainty`: what a file says of how sure its values are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

EDITION = '[uncertainty]\nweights = "fixed"\naggregation = {}\ngoalpost_bases = []\n'
AREAS = [(area, code, value) for area, value in (("X", 3), ("Y", 6)) for code in ("a1", "a2", "b1", "b2")]


@pytest.fixture
def scoring(ssemon: Callable, tiny_framework: Callable[..., Path], tmp_path: Path) -> Callable:
    """Score a file's text with 400 draws of the observations alone; the answer, and each area's width of interval."""

    def run(text: str, more: str = ""):
        folder = tiny_framework(edition=more + EDITION)
        (tmp_path / "data.csv").write_text(text, encoding="utf-8")
        out = tmp_path / "scores.csv"
        out.unlink(missing_ok=True)
        answer = ssemon(
            "score", "--framework", folder, "--data", tmp_path / "data.csv", "--out", out, "--uncertainty", "400"
        )
        if answer.code:
            return answer, {}
        rows = pl.read_csv(out).filter(pl.col("level") == 0).drop_nulls("score_low").sort("year")
        return answer, dict(rows.select("area", pl.col("score_high") - pl.col("score_low")).rows())

    return run


def test_a_grade_in_the_file_widens_or_narrows_the_intervals(scoring):
    def graded(grade):
        rows = "".join(f"{a},{c},2019,{v},{grade if a == 'Y' else 'A'}\n" for a, c, v in AREAS)
        return scoring("area,indicator,year,value,quality\n" + rows)

    good, weak, worst = (graded(grade)[1] for grade in "ADE")
    assert good["X"] == weak["X"]
    assert weak["Y"] > 5 * good["Y"]
    assert worst == weak
    answer, unknown = graded("Z")
    assert "K04" in answer.err
    assert good["Y"] < unknown["Y"] < weak["Y"]  # the default grade


def test_a_standard_error_beats_the_grade_and_an_error_of_0_is_no_doubt(scoring):
    rows = "".join(f"{a},{c},2019,{v},D,{0 if a == 'X' else ''}\n" for a, c, v in AREAS)
    _, widths = scoring("area,indicator,year,value,quality,std_error\n" + rows)
    assert widths["X"] == pytest.approx(0, abs=1e-9)
    assert widths["Y"] > 1


def test_where_goalposts_do_not_score_an_error_is_worth_what_its_unit_is_worth(scoring):
    def widths(error):
        rows = "".join(f"{a},{c},2019,{v},{error}\n" for a, c, v in AREAS)
        return scoring("area,indicator,year,value,std_error\n" + rows, '[method]\nnormalisation = "minmax"\n')[1]

    # The values lie 3 apart, which is the whole range: an error of 0.03 is 1 % of it, before it is cut off.
    small, large = widths(0.03), widths(0.06)
    assert 0.5 < small["X"] < 3
    assert large["X"] == pytest.approx(2 * small["X"])


@pytest.mark.parametrize(("cell", "code"), [("-1", "V11"), ("wide", "V04")])
def test_a_standard_error_that_is_none_is_named(scoring, cell, code):
    answer, _ = scoring(f"area,indicator,year,value,std_error\nX,a1,2019,5,{cell}\n")
    assert (answer.code, code in answer.err) == (3, True)


def test_a_wide_row_may_have_a_grade_and_no_standard_error(scoring):
    answer, _ = scoring("area,year,a1,a2,b1,b2,quality,std_error\nX,2019,3,3,3,3,C,1\nY,2019,4,4,4,4,C,1\n")
    assert answer.code == 0, answer.err
    assert "std_error" in answer.err
    assert '"quality"' not in answer.err


def test_a_value_that_cannot_exist_is_told_of_and_scored_as_it_is(scoring, tiny_framework):
    rows = "".join(f"{area},{code},2019,{value}\n" for area, code, value in AREAS)
    plain, _ = scoring("area,indicator,year,value\n" + rows)
    assert "V12" not in plain.err
    answer, _ = scoring("area,indicator,year,value\n" + rows + "Z,b1,2019,140\n")
    assert answer.code == 0
    assert "V12" in answer.err, answer.err
