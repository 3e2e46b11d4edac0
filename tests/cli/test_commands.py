"""The commands: what they print, how they end."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib

import pytest

from ssemon.codes import problem_codes

BROKEN = {"data/values.csv": "area,indicator,year,value\nKOR,a1,2019,x\n"}


def test_help_names_every_command(ssemon):
    answer = ssemon("--help")
    assert answer.code == 0
    for name in ("demo", "run", "validate", "score", "report", "plugin", "framework", "explain"):
        assert f"  {name} " in answer.out


@pytest.mark.parametrize(
    "command",
    [("demo",), ("run",), ("validate",), ("score",), ("report",), ("report", "country"), ("report", "brief"), ("report", "indicator"),
     ("report", "dimension"),
     ("report", "compare"), ("report", "site"), ("plugin",),
     ("plugin", "list"), ("plugin", "new"), ("plugin", "check"), ("framework",), ("framework", "list"), ("framework", "show"),
     ("framework", "check"), ("explain",)],
)  # fmt: skip
def test_every_command_helps(ssemon, command):
    answer = ssemon(*command, "--help")
    assert answer.code == 0
    assert "Usage: ssemon" in answer.out
    assert ssemon(*command, "-h").out == answer.out


@pytest.mark.parametrize(
    ("word", "meant"),
    [("vaildate", "validate"), ("plugins", "plugin"), ("frameworks", "framework"), ("scores", "score")],
)
def test_a_misspelt_command_is_answered_with_the_closest(ssemon, word, meant):
    answer = ssemon(word)
    assert answer.code == 2
    assert f'did you mean "{meant}"?' in answer.err


def test_wrong_usage_is_2_and_never_a_traceback(ssemon, tmp_path):
    for arguments in (
        ("score",),
        ("validate",),
        ("plugin", "new"),
        ("run", "--workers", "none"),
        ("validate", tmp_path / "not_there"),
    ):
        answer = ssemon(*arguments)
        assert answer.code == 2, arguments
        assert "Traceback" not in answer.err


def test_the_version_is_the_package_s(ssemon):
    from ssemon import __version__

    assert ssemon("--version").out.split()[-1] == __version__


def test_the_module_runs_like_the_command():
    answer = subprocess.run(
        [sys.executable, "-m", "ssemon", "explain", "K04"], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0
    assert answer.stdout.startswith("K04")


def test_a_fault_of_ours_is_1_and_says_so(ssemon, monkeypatch):
    from ssemon import codes

    def trip() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(codes, "problem_codes", trip)
    answer = ssemon("explain", "K04")
    assert answer.code == 1
    assert "This is a fault of ssemon, not yours" in answer.err


# explain


def test_explain_says_what_a_code_means_and_how_to_mend_it(ssemon):
    answer = ssemon("explain", "k04")
    assert answer.code == 0
    assert "A code that is not in the list" in answer.out
    assert "mend it" in answer.out


def test_explain_lists_all_codes(ssemon):
    assert [line[:3] for line in ssemon("explain").out.splitlines()] == list(problem_codes())


def test_explain_of_an_unknown_code_is_wrong_usage(ssemon):
    answer = ssemon("explain", "K044")
    assert answer.code == 2
    assert "did you mean" in answer.err


# validate


def test_validate_accepts_a_sound_plugin(ssemon, plugin_folder, tiny_framework):
    answer = ssemon("validate", plugin_folder(), "--edition", tiny_framework() / "edition.toml")
    assert (answer.code, answer.err) == (0, "")
    assert "accepted · 2 values · no problems" in answer.out


def test_validate_says_four_lines_and_ends_with_3(ssemon, plugin_folder, tiny_framework):
    answer = ssemon("validate", plugin_folder(BROKEN), "--edition", tiny_framework() / "edition.toml")
    assert answer.code == 3
    lines = answer.out.splitlines()
    assert lines[0] == "error · KOR · convert · V04 · the cell is no number in 1 row"
    assert [line.split()[0] for line in lines[1:5]] == ["where", "found", "fix", "more"]
    assert "not accepted · 1 error" in lines[-1]


def test_validate_answers_a_program_in_json(ssemon, plugin_folder, tiny_framework):
    hooks = "print('noise')\n"
    answer = ssemon(
        "validate",
        plugin_folder({**BROKEN, "hooks.py": hooks}),
        "--edition",
        tiny_framework() / "edition.toml",
        "--format",
        "json",
    )
    assert answer.code == 3
    [one] = json.loads(answer.out)
    assert (one["country"], one["accepted"], one["values"]) == ("KOR", False, 0)
    [problem] = one["problems"]
    assert (problem["code"], problem["where"]["rows"], problem["where"]["column"]) == ("V04", [2], '"value"')


def test_validate_answers_a_browser_in_html_with_everything_escaped(ssemon, plugin_folder, tiny_framework):
    files = {"data/values.csv": "area,indicator,year,value\nKOR,a1,2019,<script>alert(1)</script>\n"}
    answer = ssemon(
        "validate", plugin_folder(files), "--edition", tiny_framework() / "edition.toml", "--format", "html"
    )
    assert answer.code == 3
    assert "<html" in answer.out
    assert "<script>alert" not in answer.out
    assert "&lt;script&gt;" in answer.out


def test_validate_writes_nothing(ssemon, plugin_folder, tiny_framework, tmp_path):
    folder, edition = plugin_folder({"hooks.py": "import json\n"}), tiny_framework() / "edition.toml"
    before = sorted(tmp_path.rglob("*"))
    ssemon("validate", folder, "--edition", edition)
    assert sorted(tmp_path.rglob("*")) == before


def test_validate_checks_a_data_file_and_several_paths(ssemon, plugin_folder, tiny_framework, tmp_path):
    (tmp_path / "data.csv").write_text("area,indicator,year,value\nXX,a1,2019,1\n", encoding="utf-8")
    edition = tiny_framework() / "edition.toml"
    answer = ssemon("validate", tmp_path / "data.csv", plugin_folder(), "--edition", edition)
    assert answer.code == 0
    assert answer.out.count("accepted") == 2
    (tmp_path / "data.csv").write_text("area,indicator,year,value\nXX,a1,2019,x\n", encoding="utf-8")
    assert ssemon("validate", tmp_path / "data.csv", "--edition", edition).code == 3


# plugin


def test_plugin_list_shows_plugins_and_ends_with_3_where_one_has_an_error(ssemon, plugin_folder):
    folder = plugin_folder()
    answer = ssemon("plugin", "list", "--plugins", folder.parent)
    assert answer.code == 0
    assert "KOR  Republic of Korea" in answer.out
    assert "Register · CC BY 4.0" in answer.out
    plugin_folder({"plugin.toml": "[plugin"}, "jpn")
    assert ssemon("plugin", "list", "--plugins", folder.parent).code == 3


def test_plugin_list_answers_in_json(ssemon, plugin_folder):
    folder = plugin_folder({"hooks.py": "from ssemon import hookimpl\n@hookimpl\ndef read_tabel(): ...\n"})
    answer = ssemon("plugin", "list", "--plugins", folder.parent, "--json")
    [one] = json.loads(answer.out)
    assert (one["code"], one["hooks"], one["tables"][0]["file"]) == ("KOR", True, "data/values.csv")
    assert [problem["code"] for problem in one["problems"]] == ["P22"]


def test_plugin_list_takes_the_plugins_here(ssemon, plugin_folder, monkeypatch):
    monkeypatch.chdir(plugin_folder().parent.parent)
    assert "KOR  Republic of Korea" in ssemon("plugin", "list").out


def test_plugin_check_says_what_of_the_framework_is_filled(ssemon, plugin_folder, tiny_framework):
    edition = tiny_framework() / "edition.toml"
    answer = ssemon("plugin", "check", plugin_folder(), "--edition", edition)
    assert answer.code == 0
    assert "KOR: accepted · 2 values from 1 file" in answer.out
    assert "fills 2 of 5 indicators of tiny" in answer.out
    assert "no value: b1 Beta one" in answer.out
    answer = ssemon("plugin", "check", plugin_folder(BROKEN), "--edition", edition)
    assert answer.code == 3
    assert "not accepted until the errors are mended" in answer.out
    assert ssemon("plugin", "check", edition.parent / "none").code == 2


def test_a_new_plugin_is_checked_mended_and_accepted(ssemon, tmp_path, tiny_framework):
    data = tmp_path / "zahlen.csv"
    data.write_text("iso3;Reihe;Jahr;obs_value\nFJI;eins;2019;4\n", encoding="utf-8")
    edition = tiny_framework() / "edition.toml"
    answer = ssemon("plugin", "new", "fji", "--data", data, "--into", tmp_path / "plugins")
    assert answer.code == 0
    assert "ssemon plugin check" in answer.out
    folder = tmp_path / "plugins" / "fji"
    assert (folder / "data/zahlen.csv").read_bytes() == data.read_bytes()
    mapping = (folder / "mapping.csv").read_text(encoding="utf-8")
    assert mapping.splitlines()[:2] == ["column,theirs,ours", ",iso3,area"]
    answer = ssemon("plugin", "check", folder, "--edition", edition)
    assert answer.code == 3
    assert "P12" in answer.out  # the question marks
    assert "M01" in answer.out  # source and licence
    (folder / "mapping.csv").write_text(
        "column,theirs,ours\n,iso3,area\n,Reihe,indicator\n,Jahr,year\n,obs_value,value\nindicator,eins,a1\n",
        encoding="utf-8",
    )
    manifest = (
        (folder / "plugin.toml")
        .read_text(encoding="utf-8")
        .replace('source = "" ', 'source = "x" ')
        .replace('licence = "" ', 'licence = "x" ')
    )
    (folder / "plugin.toml").write_text(manifest, encoding="utf-8")
    answer = ssemon("plugin", "check", folder, "--edition", edition)
    assert answer.code == 0, answer.out
    assert "FJI: accepted · 1 value" in answer.out


def _book(path, **sheets):
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def test_codes_of_ours_need_no_line_in_the_mapping_of_a_new_plugin(ssemon, tmp_path):
    data = tmp_path / "ours.csv"
    data.write_text("indicator,year,value\ncooperatives,2019,4\nLEG.1.1,2019,2\nOwn series,2019,1\n", encoding="utf-8")
    answer = ssemon("plugin", "new", "FJI", "--data", data, "--into", tmp_path / "p")
    assert "replace 1 question mark" in answer.out
    mapping = (tmp_path / "p/fji/mapping.csv").read_text(encoding="utf-8").splitlines()
    assert mapping == ["column,theirs,ours", "indicator,Own series,?"]


def test_a_new_plugin_of_a_workbook_proposes_its_sheets_and_where_their_headings_stand(ssemon, tmp_path):
    table = [("Survey",), (), ("Series", "Year", "Result"), ("Women", "2020", "4")]
    data = _book(tmp_path / "b.xlsx", Cover=[("Ministry",)], Women=table, Men=table[2:], Notes=[])
    answer = ssemon("plugin", "new", "FJI", "--data", data, "--into", tmp_path / "p")
    assert answer.code == 0
    entries = tomllib.loads((tmp_path / "p/fji/plugin.toml").read_text(encoding="utf-8"))["tables"]
    assert [(one["sheet"], one.get("header_row", 1)) for one in entries] == [("Women", 3), ("Men", 1)]
    assert 'sheet "Women": the headings seem to stand in row 3' in answer.out
    assert 'sheet "Cover": no table is seen there' in answer.out
    mapping = (tmp_path / "p/fji/mapping.csv").read_text(encoding="utf-8").splitlines()
    assert mapping == ["column,theirs,ours", ",Series,indicator", ",Result,value", "indicator,Women,?"]


def test_a_new_plugin_of_a_file_that_nobody_reads_says_so(ssemon, tmp_path):
    data = tmp_path / "README.md"
    data.write_text("# Data", encoding="utf-8")
    answer = ssemon("plugin", "new", "FJI", "--data", data, "--into", tmp_path / "p")
    assert (
        "data/README.md: nothing can be proposed, because there is no reader for this kind of file (F03)" in answer.out
    )
    assert "README.md" not in (tmp_path / "p/fji/plugin.toml").read_text(encoding="utf-8")


def test_a_new_plugin_of_a_file_with_a_fault_says_what_it_is_and_names_it_all_the_same(ssemon, tmp_path):
    data = tmp_path / "a.csv"
    data.write_bytes("indicator,year,value\né,2020,1\n".encode("latin-1"))
    answer = ssemon("plugin", "new", "FJI", "--data", data, "--into", tmp_path / "p")
    assert "data/a.csv: nothing can be proposed, because the file is not utf-8 (F05)" in answer.out
    assert 'file = "data/a.csv"' in (tmp_path / "p/fji/plugin.toml").read_text(encoding="utf-8")


def test_a_new_plugin_without_data_says_what_to_do_next(ssemon, tmp_path):
    answer = ssemon("plugin", "new", "FJI", "--into", tmp_path)
    assert answer.code == 0
    assert "put your data into" in answer.out
    assert (tmp_path / "fji/plugin.toml").is_file()


def test_a_plugin_is_not_written_over_or_made_for_no_country(ssemon, tmp_path):
    assert ssemon("plugin", "new", "FJI", "--into", tmp_path).code == 0
    answer = ssemon("plugin", "new", "FJI", "--into", tmp_path)
    assert (answer.code, "U06" in answer.err) == (2, True)
    answer = ssemon("plugin", "new", "FJJ", "--into", tmp_path)
    assert (answer.code, "K01" in answer.err, "did you mean" in answer.err) == (2, True, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fji"]


# framework


def test_framework_list_and_show(ssemon, tiny_framework):
    assert "39 indicators, 31 with a weight" in ssemon("framework", "list").out
    answer = ssemon("framework", "show", tiny_framework())
    assert answer.code == 0
    assert "a2        Alpha two · PT · 0 to 10, lower is better" in answer.out
    assert "b3        Beta shown · PT · 0 to 100, higher is better  (shown, not scored)" in answer.out


def test_framework_show_answers_in_json(ssemon, tiny_framework):
    told = json.loads(ssemon("framework", "show", tiny_framework(), "--json").out)
    assert [node["code"] for node in told["nodes"]] == ["R", "A", "B"]
    assert [leaf["code"] for leaf in told["indicators"]] == ["a1", "a2", "b1", "b2", "b3"]


def test_framework_check_ends_with_2_where_something_is_wrong(ssemon, tiny_framework):
    assert ssemon("framework", "check", tiny_framework()).code == 0
    assert "fits" in ssemon("framework", "check", "baseline").out
    answer = ssemon("framework", "check", tiny_framework({"structure.csv": "code\n"}))
    assert (answer.code, "B02" in answer.err) == (2, True)
    answer = ssemon("framework", "check", "basline")
    assert (answer.code, 'did you mean "baseline"?' in answer.err) == (2, True)


# run and report


def test_a_run_leaves_every_file_and_ends_with_0(ssemon, plugin_folder, tiny_framework, tmp_path):
    edition, out = tiny_framework() / "edition.toml", tmp_path / "out"
    answer = ssemon("run", "--edition", edition, "--plugins", plugin_folder().parent, "--out", out, "--no-reports")
    assert answer.code == 0, answer.err
    assert "1 of 1 country available · 2 notes" in answer.out
    assert sorted(path.name for path in out.iterdir()) == [
        ".cache", "indicators.parquet", "inputs", "levers.parquet", "observations.parquet", "problems.json", "run.json", "scores.csv",
        "scores.parquet", "scores.xlsx", "timings.json",
    ]  # fmt: skip
    told = json.loads((out / "problems.json").read_text(encoding="utf-8"))
    assert [(one["code"], one["severity"]) for one in told] == [("N14", "info"), ("N09", "info")]  # no value for B


def test_a_run_with_a_broken_country_ends_with_3_and_names_it(ssemon, plugin_folder, tiny_framework, tmp_path):
    edition, out = tiny_framework() / "edition.toml", tmp_path / "out"
    answer = ssemon(
        "run", "--edition", edition, "--plugins", plugin_folder(BROKEN).parent, "--out", out, "--no-reports"
    )
    assert answer.code == 3
    assert "0 of 1 country available · 1 error" in answer.out
    assert "error · KOR · convert · V04" in answer.err
    told = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert [(one["code"], one["available"]) for one in told["countries"]] == [("KOR", False)]


def test_a_workspace_is_run_where_it_stands(ssemon, plugin_folder, tiny_framework, tmp_path, monkeypatch):
    profile = tiny_framework() / "edition.toml"
    (tmp_path / "edition.toml").write_text(
        profile.read_text(encoding="utf-8").replace('"."', '"tiny"'), encoding="utf-8"
    )
    plugin_folder()
    monkeypatch.chdir(tmp_path)
    answer = ssemon("run", "--no-reports")
    assert answer.code == 0, answer.err
    assert (tmp_path / "out" / "scores.csv").is_file()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("--country", "JPN"), "U04"), (("--plugins", "nowhere"), "U01"), (("--edition", "none.toml"), "E01")],
)
def test_a_run_of_what_is_not_there_is_wrong_usage(ssemon, plugin_folder, tiny_framework, tmp_path, arguments, code):
    base = {
        "--edition": tiny_framework() / "edition.toml",
        "--plugins": plugin_folder().parent,
        "--out": tmp_path / "out",
    }
    base[arguments[0]] = arguments[1]
    answer = ssemon("run", "--no-reports", *(part for pair in base.items() for part in pair))
    assert (answer.code, code in answer.err) == (2, True)
    assert not (tmp_path / "out" / "run.json").exists()


def test_a_place_without_plugins_is_wrong_usage(ssemon, tiny_framework, tmp_path):
    (tmp_path / "empty").mkdir()
    answer = ssemon(
        "run",
        "--edition",
        tiny_framework() / "edition.toml",
        "--plugins",
        tmp_path / "empty",
        "--out",
        tmp_path / "out",
        "--no-reports",
    )
    assert (answer.code, "U02" in answer.err) == (2, True)


def test_a_run_that_cannot_be_written_is_told_in_words(ssemon, plugin_folder, tiny_framework, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    answer = ssemon(
        "run",
        "--edition",
        tiny_framework() / "edition.toml",
        "--plugins",
        plugin_folder().parent,
        "--out",
        tmp_path / "file" / "out",
        "--no-reports",
    )
    assert (answer.code, "U07" in answer.err, "Traceback" in answer.err) == (2, True, False)


@pytest.mark.parametrize("command", [("report", "country", "KOR"), ("report", "brief", "KOR"), ("report", "compare")])
def test_a_report_needs_a_finished_run(ssemon, tmp_path, command):
    answer = ssemon(*command, "--from", tmp_path)
    assert (answer.code, "U03" in answer.err) == (2, True)


@pytest.fixture
def finished_run(ssemon, plugin_folder, tiny_framework, tmp_path):
    """The folder of a finished run."""
    short = '\n[report]\ncountry = ["cover", "glance", "sources"]\n'
    out, edition = tmp_path / "out", tiny_framework(edition=short) / "edition.toml"
    ssemon("run", "--edition", edition, "--plugins", plugin_folder().parent, "--out", out, "--no-reports")
    return out


def test_a_report_of_a_country_that_is_not_in_the_run_is_wrong_usage(ssemon, finished_run):
    answer = ssemon("report", "country", "KOE", "--from", finished_run)
    assert (answer.code, 'did you mean "KOR"?' in answer.err) == (2, True)


def test_a_brief_alone_is_printed_from_a_finished_run(ssemon, finished_run, tmp_path):
    answer = ssemon("report", "brief", "kor", "--from", finished_run, "--out", tmp_path / "print")
    assert answer.code == 0, answer.err
    assert [path.name for path in (tmp_path / "print" / "reports").glob("[!.]*")] == ["KOR.brief.en.pdf"]


@pytest.mark.parametrize(
    ("kind", "code", "name"),
    [("indicator", "A1", "indicator.a1.en.pdf"), ("dimension", "a", "dimension.A.en.pdf")],
)
def test_a_sheet_alone_is_printed_from_a_finished_run(ssemon, finished_run, tmp_path, kind, code, name):
    answer = ssemon("report", kind, code, "--from", finished_run, "--out", tmp_path / "print")
    assert answer.code == 0, answer.err
    assert [path.name for path in (tmp_path / "print" / "reports").glob("[!.]*")] == [name]


@pytest.mark.parametrize("kind", ["indicator", "dimension"])
def test_a_sheet_of_what_is_not_measured_is_wrong_usage(ssemon, finished_run, kind):
    answer = ssemon("report", kind, "ZZ.1", "--from", finished_run)
    assert (answer.code, "U15" in answer.err, f"has no {kind}" in answer.err) == (2, True, True)


def test_a_report_takes_up_an_extension_that_the_run_did_not_have(ssemon, finished_run, tmp_path, monkeypatch):
    pypdf = pytest.importorskip("pypdf")
    (tmp_path / "later_visits.py").write_text(
        "import ssemon\nfrom ssemon import hookimpl\n\n\n@hookimpl\ndef register_sections():\n"
        "    return [ssemon.Section('visits', 'Visits', 'country', '<p>{{ country.code }} was seen</p>', after='glance')]\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    answer = ssemon(
        "report", "country", "KOR", "--from", finished_run, "--out", tmp_path, "--extension", "later_visits"
    )
    assert answer.code == 0, answer.err
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "reports" / "KOR.en.pdf").pages)
    assert "KOR was seen" in text
    answer = ssemon("report", "country", "KOR", "--from", finished_run, "--out", tmp_path, "--extension", "not_there")
    assert "X10" in answer.err


def test_a_finished_run_is_taken_up_again_without_scoring(ssemon, finished_run, tmp_path, monkeypatch):
    out, again = finished_run, tmp_path / "again"
    from ssemon import engine

    monkeypatch.setattr(engine, "publish", lambda *_: pytest.fail("scored again"))
    answer = ssemon("run", "--from", out, "--out", again, "--no-reports")
    assert answer.code == 0
    assert (again / "run.json").read_bytes() == (out / "run.json").read_bytes()
    (out / "scores.csv").write_text("area,score\nKOR,100\n", encoding="utf-8")
    for command in (
        ("run", "--from", out, "--out", again, "--no-reports"),
        ("run", "--from", out, "--out", out, "--no-reports"),
    ):
        answer = ssemon(*command)
        assert (answer.code, "U10" in answer.err, "scores.csv is not as the run wrote it" in answer.err) == (
            0,
            True,
            True,
        )


def test_long_lists_of_problems_are_cut_and_counted(ssemon, plugin_folder, tiny_framework):
    words = "column,theirs,ours\n" + "".join(f",w{n},year\n,w{n},value\n" for n in range(40))
    answer = ssemon("validate", plugin_folder({"mapping.csv": words}), "--edition", tiny_framework() / "edition.toml")
    assert answer.out.count("ssemon explain P13") == 30
    assert "and 10 more problems" in answer.out


def test_a_language_without_a_catalogue_is_refused_before_anything_is_run(ssemon, tmp_path):
    answer = ssemon("run", "--language", "xx", "--out", tmp_path / "out")
    assert (answer.code, "U08" in answer.err, (tmp_path / "out").exists()) == (2, True, False)
    assert "can be printed in: en, ar, " in answer.err


def test_a_run_puts_the_reports_of_the_run_before_aside_and_says_so(ssemon, plugin_folder, tiny_framework, tmp_path):
    old = tmp_path / "out" / "reports" / "OLD.en.pdf"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"%PDF of other numbers")
    edition = tiny_framework() / "edition.toml"
    answer = ssemon(
        "run", "--no-reports", "--edition", edition, "--plugins", plugin_folder(), "--out", tmp_path / "out"
    )
    aside = old.parent / ".before" / old.name
    assert (answer.code, old.exists(), aside.read_bytes()) == (0, False, b"%PDF of other numbers")
    assert f"aside    1 PDF of an earlier run, not asked for in this one: {aside.parent}" in answer.out
    assert "PDF in" not in answer.out


def test_a_language_of_the_edition_without_a_catalogue_is_told_without_reports_too(
    ssemon, plugin_folder, tiny_framework, tmp_path
):
    text = (tiny_framework() / "edition.toml").read_text(encoding="utf-8")
    edition = tiny_framework({"edition.toml": text + 'languages = ["en", "xx"]\n'}) / "edition.toml"
    command = (
        "run",
        "--edition",
        edition,
        "--plugins",
        plugin_folder().parent,
        "--out",
        tmp_path / "out",
        "--no-reports",
    )
    answer = ssemon(*command)
    assert (answer.code, "U08" in answer.err) == (0, True)
    assert "U08" not in ssemon(*command, "--language", "en").err


def test_values_are_counted_from_the_files_that_gave_them(ssemon, plugin_folder, tiny_framework):
    about = '[plugin]\ncountry = "KOR"\napi = 1\n' + "".join(
        f'[[tables]]\ntable = "{table}"\nfile = "data/{file}"\nsource = "x"\nlicence = "x"\n'
        for table, file in (("observations", "values.csv"), ("legal_forms", "forms.csv"))
    )
    files = {"plugin.toml": about, "data/forms.csv": "org_type,form_en,status\nCOOP,General,in force\n"}
    answer = ssemon("plugin", "check", plugin_folder(files), "--edition", tiny_framework() / "edition.toml")
    assert "KOR: accepted · 2 values from 1 file, and 1 file of facts that are printed" in answer.out


def test_a_year_that_cannot_be_read_is_one_fault_in_a_data_file_too(ssemon, tiny_framework, tmp_path):
    data = tmp_path / "values.csv"
    data.write_text("area,indicator,year,value\nKOR,a1,2019/20,4\nKOR,a2,2019,4\n", encoding="utf-8")
    answer = ssemon("validate", data, "--edition", tiny_framework() / "edition.toml", "--format", "json")
    assert [one["code"] for one in json.loads(answer.out)[0]["problems"]] == ["V09"]
