"""Errata: a list beside the edition, printed in both reports."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ssemon import SsemonError
from ssemon import run as run_engine
from ssemon.errata import read_errata
from ssemon.report import jobs
from ssemon.store import load_run, save_run

HEAD = "date,country,place,was,is,why\n"
LINES = "2026-01-10,KOR,a1,4.0,<b>5.0</b>,typed wrongly\n2026-02-01,,page 3,x,y,a <script> of ours\n2026-03-01,JPN,b1,1,2,z\n"
_TAG = re.compile(r"<[^>]+>")


@pytest.fixture
def made(plugin_folder: Callable[..., Path], tiny_framework: Callable[..., Path]):
    def make(errata: str | None):
        framework = tiny_framework({"errata.csv": errata}, name="tiny" if errata is not None else "bare")
        return run_engine(framework / "edition.toml", [plugin_folder().parent]), framework

    return make


def pages(run):
    found = {}
    for job in jobs(run, countries=["KOR"], languages=["en"], compare=True):
        assert not job.fault
        _, mark, text = job.html.partition('<section class="flow errata"')
        found[job.country] = " ".join(_TAG.sub(" ", text[: text.index("</section>")]).split()) if mark else ""
        assert "<script>" not in text
    return {country: html.unescape(text) for country, text in found.items()}


def test_a_country_s_report_prints_its_own_errata_and_those_of_all_the_newest_first(made):
    run, _ = made(HEAD + LINES)
    told = pages(run)["KOR"]
    assert "10 January 2026 Alpha one 4.0 <b>5.0</b> typed wrongly" in told
    assert told.index("page 3") < told.index("Alpha one")
    assert "1 March 2026" not in told


def test_the_comparative_report_names_the_country_or_all(made):
    told = pages(made(HEAD + LINES)[0])[""]
    assert "Republic of Korea Alpha one" in told
    assert "1 February 2026 all page 3" in told
    assert "1 March 2026" not in told  # no country of this edition


def test_an_empty_list_says_that_nothing_was_found_and_no_list_says_nothing(made):
    assert "No error has been found in what was published" in pages(made(HEAD)[0])["KOR"]
    assert pages(made(None)[0]) == {"KOR": "", "": ""}


def test_the_list_makes_other_pages_and_not_other_scores(made, tmp_path):
    run, _ = made(HEAD + LINES)
    bare, _ = made(None)
    assert bare.hash == bare.id == run.hash
    save_run(run, tmp_path / "out")
    again = load_run(tmp_path / "out")
    assert (again.errata, again.id) == (run.errata, run.id)
    assert run.id != run.hash


def test_a_finished_run_takes_the_errata_beside_the_profile_that_is_named(ssemon, made, tmp_path):
    run, framework = made(None)
    save_run(run, tmp_path / "out")
    (framework / "errata.csv").write_text(HEAD + LINES)
    plain = ssemon("run", "--from", tmp_path / "out", "--out", tmp_path / "same", "--no-reports")
    named = ssemon("run", "--from", tmp_path / "out", "--edition", framework / "edition.toml", "--out", tmp_path / "new", "--no-reports")  # fmt: skip
    assert plain.code == named.code
    assert load_run(tmp_path / "same").errata is None
    assert len(load_run(tmp_path / "new").errata) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,country,place,was,is,reason\n", "must be date,country,place,was,is,why"),
        ("date,country,place,was,is\n", "no column why"),
        ("date,country,place,was,is,why,more\n", "column that is not known"),
        (HEAD + "2026-13-01,KOR,a,1,2,x\n", "no day"),
        (HEAD + "10.1.2026,KOR,a,1,2,x\n", "no day"),
        (HEAD + "2026-01-01,KRO,a,1,2,x\n", "country of an erratum is not known"),
        (HEAD + "2026-01-01,KOR,,1,,x\n", "an erratum has no place"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_what_is_not_understood_is_named_with_its_row(tmp_path, text, said):
    path = tmp_path / "errata.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SsemonError) as fault:
        read_errata(path)
    assert said in "\n".join(map(str, fault.value.problems))
    assert {problem.code for problem in fault.value.problems} == {"D07"}
