"""A confidential value from the plugin's folder to every file that a run leaves: it is in none of them."""

from __future__ import annotations

import contextlib
import io
import json
import re
import zipfile
from pathlib import Path

import polars as pl
import pytest

import ssemon
from ssemon.cli import main
from ssemon.engine import render_site
from ssemon.report import jobs
from ssemon.report.results import Results
from ssemon.store import load_run, save_run

HEAD = "indicator,year,value,conf_status,contributors,largest,second_largest,note\n"
# A value that nothing else can look like, its score (goalposts 0 to 10), and its short forms in print.
SECRET, NOTE = "3.713379", "it is 3.713379"
TRACES = ("3.713379", "3.71", "37.13379", "37.1")
ROWS = "a1,2020,{value},{conf},{units},,,{note}\na2,2020,5,,,,,\nb1,2020,5,,,,,\nb2_f,2020,4,,,,,\nb2_m,2020,6,,,,,\n"
DRAWS = "[uncertainty]\ndraws = 50\n"


def delivered(value: str = SECRET, conf: str = "C", units: str = "", note: str = NOTE) -> dict[str, dict[str, str]]:
    return {"KOR": {"data/values.csv": HEAD + ROWS.format(value=value, conf=conf, units=units, note=note)}}


def said(arguments: list[str]) -> str:
    """What a command writes; it must end well."""
    words = io.StringIO()
    with contextlib.redirect_stdout(words), contextlib.redirect_stderr(words), pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0, words.getvalue()
    return words.getvalue()


def own(frame: pl.DataFrame, code: str = "a1") -> dict[str, object]:
    return frame.filter((pl.col("area") == "KOR") & (pl.col("indicator") == code) & (pl.col("year") == 2020)).row(
        0, named=True
    )


def texts_of(folder: Path) -> dict[str, str]:
    """Every file of a folder as text: frames as CSV, workbooks as their XML."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        if path.suffix == ".parquet":
            found[str(path)] = pl.read_parquet(path).write_csv()
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                found[str(path)] = "\n".join(book.read(name).decode() for name in book.namelist())
        else:
            found[str(path)] = path.read_bytes().decode("utf-8", "replace")
    return found


@pytest.mark.slow
def test_the_value_is_in_no_file_of_a_run_nor_on_a_page_nor_on_the_site(world, tmp_path):
    profile, plugins = world(delivered(), edition=DRAWS)
    out = tmp_path / "out"
    answer = said(["run", "--edition", str(profile), "--plugins", str(plugins[0]), "--out", str(out), "--no-reports"])
    run = load_run(out)
    render_site(run, out, languages=["en"])
    files = texts_of(out)
    assert any(name.endswith("observations.parquet") for name in files)
    pages = {job.name: job.html for job in jobs(run, languages=["en"], compare=True)}
    attached = {
        f"{job.name} {file.name}": file.content.decode()
        for job in jobs(run, languages=["en"], compare=True)
        for file in job.attachments
    }
    told = {**files, **pages, **attached, "the terminal": answer}
    assert [
        name for name, text in told.items() for trace in TRACES if re.search(rf"(?<![\d.]){re.escape(trace)}", text)
    ] == []


def test_the_value_counts_in_the_scores_above_it_and_is_not_told(world):
    free = ssemon.run(*world(delivered(conf="F")))
    run = ssemon.run(*world(delivered()))
    root = (pl.col("node") == "R") & (pl.col("year") == 2020)
    assert run.scores.filter(root)["score"].equals(free.scores.filter(root)["score"])
    hidden = own(run.observations)
    assert (hidden["value"], hidden["note"], hidden["obs_status"], hidden["conf_status"]) == (None, None, "Q", "C")
    partner = own(run.observations, "a2")
    assert (partner["value"], partner["obs_status"], partner["conf_status"]) == (None, "Q", "D")
    for code in ("a1", "a2"):
        row = own(run.indicator_scores, code)
        assert (row["value"], row["score"], row["unclipped"], row["obs_status"]) == (None, None, None, "Q")
        assert row["observed_year"] == 2020
    assert [(p.code, p.country) for p in run.problems if p.code.startswith("C")] == [("C07", "KOR")]


def test_few_contributors_make_a_value_confidential_and_their_number_is_not_told(world):
    run = ssemon.run(*world(delivered(conf="F", units="4")))
    assert own(run.observations)["conf_status"] == "C"
    assert "contributors" not in run.observations.columns
    assert {p.code for p in run.problems if p.country == "KOR"} >= {"C01", "C07"}
    assert (
        ssemon.run(*world(delivered(conf="F", units="5"))).observations.filter(pl.col("conf_status") != "F").is_empty()
    )


def test_nothing_is_told_that_is_worked_out_from_the_true_scores(world):
    run = ssemon.run(*world(delivered(), edition=DRAWS))
    scores = run.scores.filter((pl.col("area") == "KOR") & (pl.col("year") == 2020))
    assert scores["score"].null_count() == 0
    assert scores["score_low"].null_count() == scores.height
    assert (
        run.scores.filter((pl.col("area") == "JPN") & (pl.col("year") == 2020) & (pl.col("level") == 0))[
            "score_low"
        ].null_count()
        == 0
    )
    assert run.levers is not None
    assert set(run.levers["area"]) == {"CHN", "JPN", "MNG"}
    assert run.robustness is not None
    assert "KOR" not in set(run.robustness.ties["area"]) | set(run.robustness.bands["area"])


def test_a_page_writes_c_and_says_what_it_means(world):
    run = ssemon.run(*world(delivered()))
    reading = Results(run).reading("KOR", "a1")
    assert (reading.is_confidential, reading.value, reading.score, reading.year) == (True, None, None, 2020)
    [page] = [job.html for job in jobs(run, countries=["KOR"], languages=["en"], compare=False, kinds=["country"])]
    assert '<span class="strong">c</span>' in page
    assert "confidential: known and not shown; neither missing nor zero" in page
    assert "“c” is confidential" in page
    [other] = [job.html for job in jobs(run, countries=["JPN"], languages=["en"], compare=False, kinds=["country"])]
    assert '<span class="strong">c</span>' not in other


def test_a_withheld_score_is_written_c_in_the_workbook_and_on_the_page(world, tmp_path):
    lone = {"KOR": {"data/values.csv": HEAD + f"a1,2020,{SECRET},C,,,,\n"}}
    run = ssemon.run(*world(lone))
    told = run.scores.filter((pl.col("area") == "KOR") & (pl.col("year") == 2020))
    assert told.select("node", "score", "rank", "band", "conf_status").rows() == [
        ("R", None, None, told["band"][0], "D"), ("A", None, None, told["band"][1], "D"), ("B", None, None, told["band"][2], "F"),
    ]  # fmt: skip
    assert "C06" in {problem.code for problem in run.problems}
    save_run(run, tmp_path / "out")
    sheets = texts_of(tmp_path / "out")[str(tmp_path / "out" / "scores.xlsx")]
    assert "<t>c</t>" in sheets
    assert "c means: confidential" in sheets
    score = Results(run).score("KOR", "R")
    assert (score.score, score.band, score.is_confidential) == (None, "c", True)
    [page] = [job.html for job in jobs(run, countries=[], languages=["en"], compare=True)]
    assert "Confidential (“c”), known and not shown: Kor" in page
    [own_page] = [job.html for job in jobs(run, countries=["KOR"], languages=["en"], compare=False, kinds=["country"])]
    assert "The score is confidential: a confidential value could be worked out from it." in own_page
    assert re.search(r"<text[^>]*>c</text>", own_page)
    assert re.search(r"<text[^>]*>c</text>", page)


def test_messages_of_a_country_with_confidential_values_quote_nothing(world):
    files = delivered()
    files["KOR"]["data/values.csv"] = (
        files["KOR"]["data/values.csv"].replace("b1,2020,5", "b1,2020,5") + "a1,2018,1e9,,,,,\n"
    )
    run = ssemon.run(*world(files))
    assert all("1e9" not in problem.found and "1000000000" not in problem.found for problem in run.problems)


def test_what_is_kept_for_the_next_run_holds_no_confidential_value(world, tmp_path):
    profile, plugins = world(delivered(conf="F", units="4"))
    out = tmp_path / "out"
    for _ in range(2):
        said(["run", "--edition", str(profile), "--plugins", str(plugins[0]), "--out", str(out), "--no-reports"])
    kept = {path.stem for path in (out / ".cache" / "plugins").glob("*.parquet")}
    assert kept == {"CHN", "JPN", "MNG"}


def test_a_published_run_is_compared_and_audited_without_the_areas_it_cannot_score_again(world, tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    for folder, value in ((before, SECRET), (after, "4.5")):
        files = delivered(value) | {
            "JPN": {"data/values.csv": HEAD + ROWS.format(value=value, conf="", units="", note="")}
        }
        save_run(ssemon.run(*world(files)), folder)
    found = ssemon.compare_runs(before, after)
    assert {problem.code for problem in found.problems} == {"C10"}
    assert set(found.parts["area"]) == {"CHN", "JPN", "MNG"}
    answer = said(["audit", "--from", str(after), "--draws", "0", "--base", "0", "--out", str(tmp_path / "audit")])
    assert "C10" in answer
    assert json.loads((tmp_path / "audit" / "audit.json").read_text())["year"] == 2020


SCORED = "area,indicator,year,value,conf_status\nKOR,a1,2020,3.713379,C\nKOR,a2,2020,5,\nKOR,b1,2020,50,\nJPN,a1,2020,7,\nJPN,a2,2020,4,\nJPN,b1,2020,40,\n"


def test_a_file_that_is_scored_leaves_the_value_in_no_step(tiny_framework, tmp_path):
    folder, data, out = tiny_framework(), tmp_path / "data.csv", tmp_path / "steps"
    data.write_text(SCORED)
    scores = tmp_path / "scores.csv"
    for more in ([], ["--uncertainty", "20"]):
        command = ["score", "--framework", str(folder), "--edition", str(folder / "edition.toml"), "--data", str(data)]
        answer = said([*command, "--out", str(scores), "--steps", str(out), *more])
        told = {**texts_of(out), "scores": scores.read_text()}
        assert len(told) > 8
        assert [
            name for name, text in told.items() for trace in TRACES if re.search(rf"(?<![\d.]){re.escape(trace)}", text)
        ] == []
    assert "C07" in answer


def test_a_scale_that_rests_on_everybody_leaves_the_value_out(world):
    run = ssemon.run(*world(delivered(), edition='[method]\nnormalisation = "minmax"\n'))
    assert {p.code for p in run.problems if p.code.startswith("C")} == {"C08"}
    row = own(run.observations, "a2")
    assert row["value"] == 5.0
    assert (
        run.scores.filter((pl.col("area") == "KOR") & (pl.col("year") == 2020) & (pl.col("node") == "R"))[
            "score"
        ].null_count()
        == 0
    )


@pytest.mark.parametrize(("marks", "quoted"), [("C,", False), ("F,2", False), ("F,", True)])
def test_messages_of_a_refused_country_with_confidential_values_quote_nothing(plugin_folder, tiny_framework, marks, quoted):  # fmt: skip
    """With an error it gives no observations, and its secret stood in the message about the error."""
    from ssemon import run

    cells = (
        f"indicator,year,value,conf_status,contributors\na1,2019,61237 %,F,\na2,2019,48211,{marks}\na2,2019,48212,F,\n"
    )
    folder = plugin_folder({"data/values.csv": cells})
    finished = run(tiny_framework() / "edition.toml", [folder.parent])
    [outcome] = [one for one in finished.countries if one.code == "KOR"]
    assert {one.code for one in outcome.problems} >= {"V03", "K06"}
    assert any("61237" in one.found for one in finished.problems) is quoted
    assert any("61237" in one.found for one in outcome.problems) is quoted
