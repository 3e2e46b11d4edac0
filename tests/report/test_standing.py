"""An indicator's mark, arrow and line: shape and colour together, and nothing where nothing is known."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pytest

from ssemon.report import jobs
from ssemon.report.figures import Figures
from ssemon.report.findings import Findings
from ssemon.report.results import Results
from ssemon.report.standing import Standing
from ssemon.report.words import Words


def standing(run):
    results, words = Results(run), Words()
    return Standing(results, words, Figures(results, words, Findings(results, words)))


def with_history(run, scores):
    """The run with the indicator L1 of the first country scored in several years, each by a value of its own."""
    [row] = run.indicator_scores.filter((pl.col("area") == "AAA") & (pl.col("indicator") == "L1")).to_dicts()
    rows = [{**row, "year": year, "observed_year": year, "score": score} for year, score in scores.items()]
    rest = run.indicator_scores.filter((pl.col("area") != "AAA") | (pl.col("indicator") != "L1"))
    return replace(run, indicator_scores=pl.concat([rest, pl.DataFrame(rows, schema=rest.schema)]))


def subject(run):
    return run.countries[0], run.framework.indicator_by_code["L1"]


def test_each_band_has_a_shape_of_its_own_and_says_its_name(run):
    marks = [str(standing(run).status(score)) for score in (10.0, 30.0, 50.0, 70.0)]
    shapes = [re.sub(r"<title>.*?</title>", "", mark) for mark in marks]
    assert len(set(shapes)) == 4
    assert [re.search("<title>(.*?)</title>", m)[1] for m in marks] == [
        "Emerging",
        "Developing",
        "Established",
        "Advanced",
    ]
    assert [name for _, name in standing(run).legend()] == ["Advanced", "Established", "Developing", "Emerging"]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8])
def test_any_number_of_bands_has_marks_and_the_ends_differ(run, count):
    cuts, codes = tuple(10.0 * n for n in range(1, count)), tuple(f"B{n}" for n in range(count))
    banded = replace(
        run, edition=replace(run.edition, method=replace(run.edition.method, band_cuts=cuts, band_codes=codes))
    )
    legend = standing(banded).legend()
    assert [name for _, name in legend] == list(reversed(codes))
    assert count == 1 or str(legend[0][0]).replace(codes[-1], "") != str(legend[-1][0]).replace(codes[0], "")


def test_without_bands_or_without_a_score_there_is_no_mark(run):
    method = replace(run.edition.method, band_cuts=(), band_codes=())
    bare = standing(replace(run, edition=replace(run.edition, method=method)))
    assert bare.status(50.0) == ""
    assert bare.legend() == ()
    assert standing(run).status(None) == ""


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ({2017: 70.0, 2019: 73.0}, "higher than in 2017"), ({2017: 75.0, 2019: 72.0}, "lower than in 2017"),
        ({2017: 74.0, 2018: 10.0, 2019: 76.0}, "much as in 2017"),
    ],
)  # fmt: skip
def test_the_arrow_says_which_way_the_score_went_since_its_first_year(run, scores, said):
    moved = with_history(run, scores)
    assert f"<title>{said}</title>" in standing(moved).arrow(*subject(moved))
    assert "2019" in standing(moved).line(*subject(moved))


def test_one_value_that_is_carried_on_is_no_movement(run):
    carried = with_history(run, {2019: 75.0})
    twice = carried.indicator_scores.filter((pl.col("area") == "AAA") & (pl.col("indicator") == "L1"))
    again = twice.with_columns(year=pl.lit(2018, dtype=pl.Int32), observed_year=pl.lit(2019, dtype=pl.Int32))
    carried = replace(carried, indicator_scores=pl.concat([carried.indicator_scores, again]))
    assert standing(carried).arrow(*subject(carried)) == ""
    assert standing(carried).line(*subject(carried)) == ""


def test_the_table_shows_them_and_says_what_they_mean(run):
    moved = with_history(run, {2017: 60.0, 2019: 75.0})
    [job] = jobs(moved, countries=["AAA"], languages=["en"], compare=False)
    assert "<title>higher than in 2017</title>" in job.html
    assert "Marks of the bands:" in job.html
    assert "rose or fell by 3 points or more" in job.html
    assert "Since 2017" in job.html
