"""What a run leaves behind: whole or not at all, the same bytes twice, and read again as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import polars as pl
import pytest

from ssemon import Run, SsemonError
from ssemon import run as run_engine
from ssemon.store import atomic, changed_copies, load_run, save_run, save_timings


@pytest.fixture
def finished(plugin_folder: Callable[..., Path], tiny_framework: Callable[..., Path]) -> Run:
    files = {
        "data/values.csv": "area,indicator,year,value,obs_status,note\nKOR,a1,2019,4,,=1+1\nKOR,b1,2019,,Q,\n",
        "hooks.py": "from ssemon import hookimpl\nimport polars as pl\n\n\n@hookimpl\ndef compute_indicator(country, indicator, tables):\n"
        "    if indicator.code == 'a2':\n        return pl.DataFrame({'area': ['KOR'], 'year': [2020], 'value': [1.5]})\n",
        "notes/en.md": "## Institutions\n",
    }
    edition = (
        tiny_framework(
            {"areas.csv": "area,name_en,some\nKOR,Korea,1\n"}, edition="[method.bands]\ncuts = [30, 50, 70]\n"
        )
        / "edition.toml"
    )
    return run_engine(edition, [plugin_folder(files)])


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_a_run_saved_twice_is_the_same_bytes(finished, tmp_path):
    for name in ("one", "two"):
        save_run(finished, tmp_path / name)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_the_same_input_run_twice_is_the_same_bytes(finished, tmp_path):
    again = run_engine(finished.edition.path, [tmp_path / "plugins"])
    save_run(finished, tmp_path / "one")
    save_run(again, tmp_path / "two")
    assert again.hash == finished.hash
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_a_change_of_any_input_changes_the_run_s_hash(finished, tmp_path):
    (tmp_path / "plugins/kor/notes/en.md").write_text("## Other\n", encoding="utf-8")
    assert run_engine(finished.edition.path, [tmp_path / "plugins"]).hash != finished.hash


def test_a_run_is_read_again_as_it_was(finished, tmp_path):
    save_run(finished, tmp_path / "out")
    again = load_run(tmp_path / "out")
    for field in fields(Run):
        ours, theirs = getattr(finished, field.name), getattr(again, field.name)
        if isinstance(ours, pl.DataFrame):
            assert ours.equals(theirs), field.name
        elif field.name == "edition":
            assert replace(ours, path=None) == replace(theirs, path=None)
        elif field.name == "framework":
            assert (ours.hash, ours.nodes, ours.indicators) == (theirs.hash, theirs.nodes, theirs.indicators)
        else:
            assert ours == theirs, field.name
    save_run(again, tmp_path / "third")
    assert files_of(tmp_path / "third") == files_of(tmp_path / "out")


@pytest.mark.parametrize(
    "name", ["scores.parquet", "observations.parquet", "inputs/edition.toml", "inputs/framework/indicators.csv"]
)
def test_a_file_that_was_changed_since_is_named(finished, tmp_path, the, name):
    save_run(finished, tmp_path / "out")
    path = tmp_path / "out" / name
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(SsemonError) as fault:
        load_run(tmp_path / "out")
    problem = the(fault.value.problems, "U03")
    assert problem.found == f"changed since the run: {name}"
    path.unlink()
    with pytest.raises(SsemonError):
        load_run(tmp_path / "out")


@pytest.mark.parametrize("name", ["scores.csv", "scores.xlsx", "problems.json"])
def test_a_copy_for_people_that_was_changed_is_told_of_and_the_run_is_read_all_the_same(finished, tmp_path, name):
    out = tmp_path / "out"
    save_run(finished, out)
    assert changed_copies(out) == []
    path = out / name
    path.write_bytes(path.read_bytes() + b"\n")
    [problem] = changed_copies(out)
    assert (problem.code, problem.severity, problem.where.file) == ("U10", "warning", str(path))
    assert load_run(out).hash == finished.hash
    path.unlink()  # somebody took it away
    assert changed_copies(out) == []


def test_a_run_json_that_was_changed_is_refused(finished, tmp_path, the):
    save_run(finished, tmp_path / "out")
    path = tmp_path / "out/run.json"
    path.write_text(path.read_text(encoding="utf-8").replace(finished.hash, "0" * 64), encoding="utf-8")
    for read in (load_run, changed_copies):
        with pytest.raises(SsemonError) as fault:
            read(tmp_path / "out")
        assert the(fault.value.problems, "U03").found == "changed since the run: run.json"


@pytest.mark.parametrize("content", [None, "{", "[]", '{"format": 0}'])
def test_a_folder_without_a_finished_run_is_named(tmp_path, the, content):
    if content is not None:
        (tmp_path / "run.json").write_text(content, encoding="utf-8")
    with pytest.raises(SsemonError) as fault:
        load_run(tmp_path)
    assert the(fault.value.problems, "U03").where.file == str(tmp_path)


def test_a_run_of_another_framework_leaves_nothing_of_the_earlier_one(finished, tmp_path):
    save_run(finished, tmp_path / "out")
    assert (tmp_path / "out/inputs/framework/areas.csv").is_file()
    (finished.framework.folder / "areas.csv").unlink()
    save_run(run_engine(finished.edition.path, [tmp_path / "plugins"]), tmp_path / "out")
    assert not (tmp_path / "out/inputs/framework/areas.csv").exists()
    assert load_run(tmp_path / "out").framework.areas == {}


def test_run_json_is_written_last_so_that_a_run_with_it_is_complete(finished, tmp_path, monkeypatch):
    from ssemon.store import results

    save_run(finished, tmp_path / "out")
    monkeypatch.setattr(results, "write_workbook", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        save_run(finished, tmp_path / "out")
    assert not (tmp_path / "out/run.json").exists()
    assert not [path for path in (tmp_path / "out").rglob("*") if path.suffix == ".part"]


def test_the_workbook_holds_the_edition_s_countries_and_texts_stay_texts(finished, tmp_path):
    import fastexcel

    save_run(finished, tmp_path / "out")
    book = fastexcel.read_excel(tmp_path / "out/scores.xlsx")
    assert book.sheet_names == ["about", "scores", "indicators"]
    scores = book.load_sheet("scores").to_polars()
    assert scores.columns[:5] == ["area", "country", "year", "node", "name"]
    assert set(scores["area"]) == {"KOR"}
    assert "rank" not in scores.columns


def test_timings_stand_apart_from_the_run(finished, tmp_path):
    save_run(finished, tmp_path)
    before = (tmp_path / "run.json").read_bytes()
    save_timings({"score": 1.23456}, tmp_path)
    assert (tmp_path / "timings.json").read_text(encoding="utf-8") == '{\n "score": 1.235\n}\n'
    assert (tmp_path / "run.json").read_bytes() == before


def test_atomic_puts_a_whole_file_in_place(tmp_path):
    with atomic(tmp_path / "deep" / "a.txt") as part:
        part.write_text("new", encoding="utf-8")
        assert not (tmp_path / "deep" / "a.txt").exists()
    assert files_of(tmp_path) == {"deep/a.txt": b"new"}


def test_atomic_keeps_the_old_file_and_leaves_no_part_when_the_block_raises(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old", encoding="utf-8")

    def write() -> None:
        with atomic(target) as part:
            part.write_text("half", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert files_of(tmp_path) == {"a.txt": b"old"}


def test_atomic_gives_the_file_the_usual_rights(tmp_path):
    import os

    mask = os.umask(0o022)
    try:
        with atomic(tmp_path / "a.txt") as part:
            part.write_text("x", encoding="utf-8")
    finally:
        os.umask(mask)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644


def test_a_run_with_draws_keeps_its_intervals_and_its_audit(tiny_framework, plugin_folder, tmp_path):
    edition = tiny_framework({}, edition="[uncertainty]\ndraws = 200\n") / "edition.toml"
    finished = run_engine(edition, [plugin_folder()])
    told = finished.robustness
    assert told is not None
    assert (told.draws, told.interval, told.year) == (200, 0.9, finished.edition.report_year)
    report_year = finished.scores.filter(finished.scores["year"] == told.year).drop_nulls("score")
    assert (report_year["score_low"] <= report_year["score_high"]).all()
    assert report_year["score_low"].null_count() == 0
    others = finished.scores.filter(finished.scores["year"] != told.year)
    assert others["score_low"].null_count() == others.height
    save_run(finished, tmp_path / "out")
    again = load_run(tmp_path / "out")
    assert again.robustness is not None
    assert again.robustness.verdicts == told.verdicts
    assert again.scores.equals(finished.scores)
    assert set(again.robustness.tables) == set(told.tables)
    assert all(again.robustness.tables[name].equals(frame) for name, frame in told.tables.items())


def test_a_run_without_draws_leaves_no_tables_of_an_earlier_one(tiny_framework, plugin_folder, tmp_path):
    folder = tmp_path / "out" / "robustness"
    folder.mkdir(parents=True)
    (folder / "bands.parquet").write_text("old")
    save_run(run_engine(tiny_framework() / "edition.toml", [plugin_folder()]), tmp_path / "out")
    assert not folder.exists()
    assert load_run(tmp_path / "out").robustness is None


def test_the_file_of_frozen_bounds_is_kept_with_the_run(tiny_framework, plugin_folder, tmp_path):
    bounds = {"bounds.csv": "indicator,minimum,maximum\na1,0,20\n"}
    folder = tiny_framework(bounds, edition='[method]\nfrozen = "bounds.csv"\nnormalisation = "minmax"\n')
    finished = run_engine(folder / "edition.toml", [plugin_folder()])
    save_run(finished, tmp_path / "out")
    again = load_run(tmp_path / "out")
    assert again.edition.method.frozen == finished.edition.method.frozen
    assert again.edition.hash == finished.edition.hash
    assert load_json(tmp_path / "out" / "run.json")["files"]["inputs/bounds.csv"]


def load_json(path):
    return json.loads(path.read_text(encoding="utf-8"))
