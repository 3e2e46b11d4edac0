"""What a run keeps for the next one: used where nothing has changed, and never where anything has."""

from __future__ import annotations

import json
import shutil

import pytest

from ssemon.store import kept

EDITION = '[method]\nfrozen = "bounds.csv"\nnormalisation = "minmax"\n[method.bands]\ncuts = [30, 50, 70]\n'
BESIDE = {
    "bounds.csv": "indicator,minimum,maximum\na1,0,20\na2,0,20\nb1,0,20\n",
    "branding/branding.toml": '[organisation]\nname = "The house"\n',
    "errata.csv": "date,country,place,was,is,why\n2026-03-01,KOR,a1,1,2,a digit was lost\n",
}


@pytest.fixture
def workspace(tmp_path, plugin_folder, tiny_framework, monkeypatch):
    """A folder with a profile, two plugins and what they bring."""
    plugin_folder()
    other = "area,indicator,year,value\nJPN,a1,2019,3\nJPN,b1,2019,30\n"
    manifest = (
        (tmp_path / "plugins/kor/plugin.toml").read_text().replace("KOR", "JPN").replace("Republic of Korea", "Japan")
    )
    plugin_folder({"plugin.toml": manifest, "data/values.csv": other}, "jpn")
    framework = tiny_framework(BESIDE, edition=EDITION)
    monkeypatch.chdir(tmp_path)
    return framework


@pytest.fixture
def run(workspace, ssemon):
    def again(*options):
        return ssemon("run", "--edition", workspace / "edition.toml", "--no-reports", *options)

    return again


SAME = "nothing has changed since the run in out"


def test_a_run_from_the_same_input_is_not_scored_again(run, tmp_path):
    assert SAME not in run().err
    before = (tmp_path / "out/run.json").read_bytes()
    assert SAME in run().err
    assert (tmp_path / "out/run.json").read_bytes() == before
    assert SAME not in run("--fresh").err


CHANGES = {
    "a value": ("plugins/kor/data/values.csv", "KOR,a1,2019,4", "KOR,a1,2019,5"),
    "a name": ("plugins/kor/plugin.toml", "Republic of Korea", "Korea"),
    "the profile": ("tiny/edition.toml", "cuts = [30, 50, 70]", "cuts = [30, 50, 71]"),
    "a weight": ("tiny/structure.csv", "A,1,R,Alpha,1", "A,1,R,Alpha,2"),
    "a text of the framework": ("tiny/framework.toml", 'title = "Tiny"', 'title = "Small"'),
    "a bound beside the profile": ("tiny/bounds.csv", "a1,0,20", "a1,0,21"),
    "the branding": ("tiny/branding/branding.toml", "The house", "The other house"),
    "an erratum": ("tiny/errata.csv", "a digit was lost", "a digit was doubled"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_any_input_is_scored_again(run, tmp_path, change):
    name, old, new = CHANGES[change]
    run()
    path = tmp_path / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    assert SAME not in run().err
    assert SAME in run().err


ADDED = ["plugins/kor/notes/en.md", "plugins/kor/data/more.csv", "tiny/translations/ko.csv", "tiny/rubrics.csv"]


@pytest.mark.parametrize("file", ADDED)
def test_a_file_that_is_added_is_scored_again(run, tmp_path, file):
    run()
    (tmp_path / file).parent.mkdir(exist_ok=True)
    rubrics = "indicator,level,text_en\n"
    (tmp_path / file).write_text(rubrics if "rubrics" in file else "code,name,definition\n")
    assert SAME not in run().err


def test_another_program_scores_again(run, monkeypatch):
    from ssemon import fingerprint

    run()
    monkeypatch.setattr(fingerprint, "of_program", lambda: "another")
    assert SAME not in run().err


@pytest.mark.parametrize("file", ["run.json", "scores.parquet", "scores.csv", "scores.xlsx", ".cache/run.json"])
@pytest.mark.parametrize("harm", ["cut short", "taken away"])
def test_a_run_that_is_not_whole_is_made_again(run, tmp_path, file, harm):
    run()
    path = tmp_path / "out" / file
    before = path.read_bytes()
    path.unlink() if harm == "taken away" else path.write_bytes(before[: len(before) // 2])
    assert SAME not in run().err
    assert path.read_bytes() == before


def test_only_the_plugin_that_changed_is_loaded_again(run, tmp_path):
    run()
    path = tmp_path / "plugins/kor/data/values.csv"
    path.write_text(path.read_text().replace("KOR,a1,2019,4", "KOR,a1,2019,5"))
    told = run().err
    assert "KOR: 2 values\n" in told
    assert "JPN: 2 values, as in the run before" in told


def test_what_was_kept_gives_the_same_run(run, tmp_path):
    path = tmp_path / "plugins/kor/data/values.csv"
    run()
    path.write_text(path.read_text().replace("KOR,a1,2019,4", "KOR,a1,2019,5"))
    run()
    run("--out", "other", "--fresh")
    for name in ("run.json", "scores.csv", "observations.parquet"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


@pytest.mark.parametrize("file", ["JPN.json", "JPN.parquet"])
@pytest.mark.parametrize("harm", [b"", b"{}", b'{"format": 1, "key": ""}', None])
def test_a_plugin_whose_copy_is_not_whole_is_loaded_again(run, tmp_path, file, harm):
    run()
    copy = tmp_path / "out/.cache/plugins" / file
    copy.write_bytes(harm if harm is not None else copy.read_bytes()[:-1])
    (tmp_path / "plugins/kor/notes").mkdir()
    (tmp_path / "plugins/kor/notes/en.md").write_text("# New\n")
    assert "JPN: 2 values\n" in run().err


def test_a_copy_of_another_form_is_none(tmp_path):
    (tmp_path / "KOR.parquet").write_bytes(b"x")
    told = {"format": 1, "key": "k", "sha256": kept.sha256_of(tmp_path / "KOR.parquet"), "outcome": {"code": "KOR"}}
    (tmp_path / "KOR.json").write_text(json.dumps(told))
    assert kept.kept_country(tmp_path, "KOR", "k") is None


def test_code_of_a_country_is_run_each_time(run, tmp_path):
    hooks = "from ssemon import hookimpl\n\n\n@hookimpl\ndef country_notes(country, language):\n    return None\n"
    (tmp_path / "plugins/kor/hooks.py").write_text(hooks)
    run()
    told = run().err
    assert SAME not in told
    assert "KOR: 2 values\n" in told
    assert "JPN: 2 values, as in the run before" in told


EXTENSION = """\
from pathlib import Path

from ssemon import hookimpl


@hookimpl
def after_country_run(country, outcome):
    with Path("told.txt").open("a") as file:
        file.write(country.code)
"""


def test_an_extension_is_run_and_told_of_every_country_each_time(run, tmp_path):
    (tmp_path / "observing_again.py").write_text(EXTENSION)
    for _ in range(2):
        assert SAME not in run("--extension", "observing_again").err
    assert (tmp_path / "told.txt").read_text() == "JPNKORJPNKOR"
    assert not (tmp_path / "out/.cache/plugins").exists()


def test_changes_since_another_run_are_told_again_when_that_is_another(run, tmp_path):
    path = tmp_path / "plugins/kor/data/values.csv"
    before = path.read_text()
    run("--out", "earlier")
    run("--previous", "earlier")
    assert SAME in run("--previous", "earlier").err
    path.write_text(before.replace("KOR,a1,2019,4", "KOR,a1,2019,5"))
    run("--out", "earlier")
    path.write_text(before)
    assert SAME not in run("--previous", "earlier").err


def test_a_plugin_that_is_taken_away_is_gone_from_the_next_run(run, tmp_path):
    run()
    shutil.rmtree(tmp_path / "plugins/jpn")
    assert SAME not in run().err
    assert "JPN" not in (tmp_path / "out/scores.csv").read_text()


def test_a_country_with_an_error_is_looked_at_each_time(run, tmp_path):
    path = tmp_path / "plugins/kor/data/values.csv"
    path.write_text(path.read_text().replace("KOR,a1", "KOR,zz"))
    assert run().code == 3
    assert not (tmp_path / "out/.cache/plugins/KOR.json").exists()


def test_a_long_command_can_be_quiet(run):
    assert run("--quiet").err == ""
