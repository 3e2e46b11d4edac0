"""What changed since an earlier run: from its folder to the page, down to the observation."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from ssemon import SsemonError
from ssemon import run as run_engine
from ssemon.model import Run
from ssemon.report import jobs
from ssemon.store import load_run, save_run

VALUES = (
    "area,indicator,year,value,conf_status,source\nKOR,a1,2018,3,,S\nKOR,a1,2020,5,,S\nKOR,a2,2019,2,,S\n"
    "KOR,b1,2019,40,,S\nKOR,b2_f,2020,50,,S\nKOR,b2_m,2020,60,,S\n"
)
# a1 50, a2 80, b1 40, b2 55: A 65, B 47.5, the index 56.25.
_TAG = re.compile(r"<[^>]+>")


@pytest.fixture
def made(plugin_folder: Callable[..., Path], tiny_framework: Callable[..., Path], tmp_path: Path):
    """Run a profile on these values, after an earlier run where one is named; keep it. The run and its folder."""

    def make(name: str, values: str = VALUES, profile: str = "", previous: Path | None = None) -> tuple[Run, Path]:
        framework = tiny_framework(name=f"framework-{name}", edition=profile)
        plugins = plugin_folder({"data/values.csv": values}, into=f"plugins-{name}").parent
        run = run_engine(framework / "edition.toml", [plugins], previous=previous)
        save_run(run, tmp_path / name)
        return run, tmp_path / name

    return make


def page(run: Run) -> str:
    [job] = jobs(run, countries=["KOR"], languages=["en"], compare=False)
    assert not job.fault
    text = job.html[job.html.index('id="changes"') :]
    return html.unescape(" ".join(_TAG.sub(" ", text[: text.index("</section>")]).split()))


def test_a_revised_a_new_and_a_withdrawn_value_are_told_with_what_they_moved(made):
    _, before = made("one")
    values = VALUES.replace("a1,2020,5", "a1,2020,7").replace("KOR,b1,2019,40,,S\n", "") + "KOR,b1,2020,60,,S\n"
    run, _ = made("two", values, previous=before)
    told = page(run)
    assert "The overall score was 56.2 in “Tiny” and is 66.2 now: +10.0 points." in told
    assert "Most of it comes from: the country's own data (+10.0)." in told
    assert "Values: 1 value revised, 1 new value and 1 value withdrawn." in told
    assert "Alpha one 2020 5 7 revised +5.0 S" in told
    assert "Beta one 2020 .. 60 new +5.0 S" in told
    assert "Beta one 2019 40 .. withdrawn +5.0 S" in told
    assert "Overall score 56.2 66.2 +10.0" in told
    assert "Alpha 65.0 75.0 +10.0" in told


def test_a_change_of_method_is_told_apart_from_one_of_data(made):
    _, before = made("one")
    run, _ = made("two", profile='[method.aggregation]\n0 = "geometric"\n', previous=before)
    told = page(run)
    assert "how parts are combined" in told
    assert "No value of the country is otherwise than it was then." in told
    assert "method.aggregation.0: .. → geometric" in told


def test_a_change_that_rounds_to_nothing_is_none(made):
    run, before = made("one")
    again, _ = made("two", previous=before)
    assert "The overall score is as it was in “Tiny”: 56.2." in page(again)
    assert run.changes is None
    assert 'id="changes"' not in jobs(run, countries=["KOR"], languages=["en"], compare=False)[0].html


@pytest.mark.parametrize(
    ("one", "two", "said"),
    [
        ("", "[method.coverage]\n0 = { weight = 1.0 }\n", "overall score of 65.0; this edition gives none"),
        ("[method.coverage]\n0 = { weight = 1.0 }\n", "", "gave Republic of Korea no overall score; now it is 65.0"),
        ("[method.coverage]\n0 = { weight = 1.0 }\n", "[method.coverage]\n0 = { weight = 1.0 }\n", "Neither"),
    ],
)
def test_a_score_that_came_or_went_is_said(made, one, two, said):
    values = "area,indicator,year,value\nKOR,a1,2020,5\nKOR,a2,2019,2\n"
    _, before = made("one", values, profile=one)
    run, _ = made("two", values, profile=two, previous=before)
    assert said in page(run)


def test_a_value_that_is_confidential_on_either_side_is_never_printed(made):
    _, before = made("one")
    run, _ = made(
        "two", VALUES.replace("a1,2020,5,", "a1,2020,7,C").replace("a2,2019,2,", "a2,2019,3,"), previous=before
    )
    rows = run.changes.observations.sort("indicator")
    assert rows.select("indicator", "value_before", "value_after", "obs_status_after").rows() == [
        ("a1", None, None, "Q"), ("a2", 2.0, 3.0, "A"), ("b2", None, None, "Q"),  # b2 is withheld beside a1
    ]  # fmt: skip
    assert "Alpha one 2020 .. .." in page(run)


def test_many_values_are_bounded_and_counted(made):
    rows = "".join(f"KOR,b3,{year},{year % 7},,S\n" for year in range(1990, 2021))
    _, before = made("one", VALUES + rows)
    run, _ = made("two", VALUES + rows.replace(",,S", ",,T"), previous=before)
    told = page(run)
    assert "31 with another source or status" in told
    assert "Shown are 20 of 31 values" in told
    assert told.count("source or status") == 21


def test_the_profile_may_name_the_earlier_run_and_the_command_s_beats_it(made, tmp_path):
    first, _ = made("one")
    second, other = made("other", VALUES.replace("a1,2020,5", "a1,2020,6"))
    run, _ = made("two", profile='[report]\nprevious = "../one"\n')
    assert run.changes.run == first.hash
    run, _ = made("three", profile='[report]\nprevious = "../one"\n', previous=other)
    assert run.changes.run == second.hash


def test_an_earlier_run_that_is_not_there_is_a_fault(made, tmp_path, the):
    with pytest.raises(SsemonError) as fault:
        made("two", profile='[report]\nprevious = "../nowhere"\n')
    assert the(fault.value.problems, "U03")


def test_the_changes_are_kept_with_the_run_and_make_its_pages_others(made, tmp_path):
    _, before = made("one")
    run, folder = made("two", VALUES.replace("a1,2020,5", "a1,2020,7"), previous=before)
    again = load_run(folder)
    for field in ("scores", "parts", "indicator_parts", "observations", "inputs"):
        assert getattr(run.changes, field).equals(getattr(again.changes, field)), field
    assert (again.id, again.hash) == (run.id, run.hash)
    assert run.id != replace(run, changes=None).id
    save_run(replace(run, changes=None), folder)
    assert not (folder / "changes").exists()


def test_a_finished_run_is_given_changes_without_scoring_again(ssemon, made, tmp_path):
    _, before = made("one")
    _, after = made("two", VALUES.replace("a1,2020,5", "a1,2020,7"))
    answer = ssemon("run", "--from", after, "--previous", before, "--out", tmp_path / "out", "--no-reports")
    assert answer.code == 0
    assert load_run(tmp_path / "out").changes.parts.select(pl.col("part").sum()).item() == pytest.approx(5)
