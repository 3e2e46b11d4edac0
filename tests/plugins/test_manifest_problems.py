"""Every fault of plugin.toml and mapping.csv: its place, the value found, and that the repair repairs it."""

from __future__ import annotations

import pytest

HEAD = '[plugin]\ncountry = "KOR"\napi = 1\n'
TABLE = '[[tables]]\ntable = "observations"\nfile = "data/values.csv"\nsource = "Register"\nlicence = "CC BY 4.0"\n'
SOUND = {"plugin.toml": HEAD + TABLE}

CASES = [
    ("P01", {"plugin.toml": '[plugin\ncountry = "KOR"\n'}, {"file": "plugin.toml", "what": "cannot be read as TOML", "fix": "mend the line named"}, SOUND),
    ("P01", {"plugin.toml": '[plugin]\nname = "\uc138\uacc4"\n'.encode("cp949")}, {"file": "plugin.toml", "what": "not UTF-8", "fix": "save it as UTF-8"}, SOUND),
    ("P01", {"plugin.toml": None}, {"file": "plugin.toml", "what": "there is no plugin.toml"}, None),
    ("P02", {"plugin.toml": HEAD + 'contakt = "x"\n' + TABLE}, {"file": "plugin.toml", "found": '"contakt"', "fix": 'did you mean "contact"?'}, {"plugin.toml": HEAD + 'contact = "x"\n' + TABLE}),
    ("P02", {"plugin.toml": HEAD + TABLE + "header_rows = 1\n"}, {"found": '"header_rows"', "what": "[[tables]] entry 1", "fix": '"header_row"'}, {"plugin.toml": HEAD + TABLE + "header_row = 1\n"}),
    ("P02", {"plugin.toml": HEAD + TABLE + 'constants = { obs_statuss = "E" }\n'}, {"file": "plugin.toml", "found": '"obs_statuss"', "fix": '"obs_status"'}, {"plugin.toml": HEAD + TABLE + 'constants = { obs_status = "E" }\n'}),
    ("P03", {"plugin.toml": "[plugin]\napi = 1\n" + TABLE}, {"what": "no country", "fix": 'write country = "KOR"'}, SOUND),
    ("P03", {"plugin.toml": '[plugin]\ncountry = "KOR"\n' + TABLE}, {"what": "no api", "fix": "write api = 1"}, SOUND),
    ("P03", {"plugin.toml": HEAD + TABLE.replace('file = "data/values.csv"\n', "")}, {"what": "[[tables]] entry 1 has no file", "fix": "write file ="}, SOUND),
    ("P04", {"plugin.toml": '[plugin]\ncountry = "kor"\napi = 1\n' + TABLE}, {"found": '"kor"', "what": "alpha-3 code in capitals"}, SOUND),
    ("P04", {"plugin.toml": '[plugin]\ncountry = "JPN"\napi = 1\n' + TABLE}, {"country": "JPN", "found": '"kor"', "fix": 'name the folder "jpn"'}, SOUND),
    ("P04", {"plugin.toml": HEAD + "name = 7\n" + TABLE}, {"found": '"7"', "fix": 'name = "…"'}, SOUND),
    ("P04", {"plugin.toml": HEAD + 'languages = "en"\n' + TABLE}, {"found": '"en"', "fix": 'languages = ["ko", "en"]'}, SOUND),
    ("P04", {"plugin.toml": HEAD + 'kind = "contry"\n' + TABLE}, {"found": '"contry"', "fix": 'did you mean "country"?'}, SOUND),
    ("P04", {"plugin.toml": HEAD + TABLE + 'header_row = "1"\n'}, {"found": '"1"', "what": "header_row must be of type int"}, SOUND),
    ("P04", {"plugin.toml": HEAD + TABLE + "header_row = 0\n"}, {"what": "header_row counts from 1"}, SOUND),
    ("P04", {"plugin.toml": HEAD + TABLE + "decimal_comma = 1\n"}, {"what": "decimal_comma must be of type bool"}, SOUND),
    ("P04", {"plugin.toml": HEAD + TABLE + "unit_multiplier = nan\n"}, {"found": '"nan"', "what": "unit_multiplier"}, SOUND),
    ("P04", {"plugin.toml": HEAD + TABLE + "unit_multiplier = 0\n"}, {"found": '"0"', "what": "unit_multiplier"}, SOUND),
    ("P04", {"plugin.toml": HEAD + TABLE + 'separator = ";;"\n'}, {"found": '";;"', "what": "separator must be one character"}, SOUND),
    ("P04", {"plugin.toml": HEAD + TABLE + 'layout = "broad"\n'}, {"found": '"broad"', "fix": "long, wide"}, SOUND),
    ("P04", {"plugin.toml": HEAD + TABLE + 'encoding = "cp99999"\n'}, {"file": "data/values.csv", "found": '"cp99999"', "fix": 'encoding = "cp949"'}, SOUND),
    ("P04", {"plugin.toml": 'plugin = "KOR"\n'}, {"what": "[plugin] must be a table"}, SOUND),
    ("P04", {"plugin.toml": HEAD + "[tables]\n"}, {"fix": "[[tables]] in double brackets"}, SOUND),
    ("P05", {"plugin.toml": '[plugin]\ncountry = "KOR"\napi = 2\n' + TABLE}, {"found": '"2"', "fix": "upgrade ssemon"}, SOUND),
    ("P05", {"plugin.toml": '[plugin]\ncountry = "KOR"\napi = "1"\n' + TABLE}, {"found": '"1"', "fix": "write api = 1"}, SOUND),
    ("P06", {"plugin.toml": HEAD + TABLE.replace("values.csv", "value.csv")}, {"found": '"data/value.csv"', "fix": 'did you mean "data/values.csv"?'}, SOUND),
    ("P07", {"plugin.toml": HEAD + TABLE.replace("observations", "observation")}, {"found": '"observation"', "fix": 'did you mean "observations"?'}, SOUND),
    ("P09", {"plugin.toml": HEAD}, {"file": "plugin.toml", "fix": 'table = "observations"'}, SOUND),
    ("X04", {"plugin.toml": HEAD + TABLE.replace("data/values.csv", "../../values.csv")}, {"fix": "put it into data/"}, SOUND),
    ("X04", {"plugin.toml": HEAD + TABLE.replace("data/values.csv", "/etc/passwd")}, {"what": "outside the plugin's folder"}, SOUND),
    ("X04", {"plugin.toml": HEAD + TABLE.replace("data/values.csv", "data/.values.csv")}, {"what": "hidden in the plugin's folder"}, SOUND),
    ("X04", {"plugin.toml": HEAD + TABLE.replace("data/values.csv", "data/../.work/values.csv")}, {"what": "hidden in the plugin's folder"}, SOUND),
    ("M01", {"plugin.toml": HEAD + TABLE.replace('licence = "CC BY 4.0"\n', "")}, {"what": "has no licence", "fix": "write licence ="}, SOUND),
    ("M01", {"plugin.toml": HEAD + TABLE.replace("Register", "")}, {"what": "has no source", "fix": "write source ="}, SOUND),
    ("P11", {"mapping.csv": "theirs;ours\nWert;value\n"}, {"file": "mapping.csv", "rows": (1,), "found": '"theirs,ours"'}, {"mapping.csv": "column;theirs;ours\n;Wert;value\n"}),
    ("P12", {"mapping.csv": "column,theirs,ours\n,Wert,value\n\n,Jahr,?\n"}, {"file": "mapping.csv", "rows": (4,), "found": '",Jahr,?"', "fix": '"ignore"'}, {"mapping.csv": "column,theirs,ours\n,Wert,value\n,Jahr,year\n"}),
    ("P13", {"mapping.csv": "column,theirs,ours\n,Wert,value\n, WERT ,year\n"}, {"rows": (3,), "what": '"WERT" is mapped twice, to "value" and to "year"'}, {"mapping.csv": "column,theirs,ours\n,Wert,value\n"}),
    ("P14", {"mapping.csv": "column,theirs,ours\nindicatr,x,a1\n"}, {"file": "mapping.csv", "found": '"indicatr"', "fix": 'did you mean "indicator"?'}, {"mapping.csv": "column,theirs,ours\nindicator,x,a1\n"}),
    ("F05", {"mapping.csv": "column,theirs,ours\n,\uc5f0\ub3c4,year\n".encode("cp949")}, {"file": "mapping.csv", "fix": "save it as CSV UTF-8"}, {"mapping.csv": "column,theirs,ours\n,\uc5f0\ub3c4,year\n"}),
    ("F05", {"notes/en.md": "\uc5f0\ub3c4".encode("cp949")}, {"file": "notes/en.md", "fix": "save it as UTF-8", "stage": "notes"}, {"notes/en.md": "\uc5f0\ub3c4"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "broken", "expected", "mended"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)]
)
def test_a_fault_of_the_manifest_is_named_with_its_place_and_its_repair(provoke, code, broken, expected, mended):
    provoke(code, broken, expected, mended)


def test_a_sound_plugin_has_no_problem(check_plugin):
    assert check_plugin() == []


def test_all_faults_of_a_manifest_are_said_at_once(check_plugin):
    broken = '[plugin]\ncountry = "KOR"\napi = 3\nnam = "x"\n\n[[tables]]\ntable = "observatons"\nfile = "data/x.csv"\nsourc = "x"\n'
    codes = [problem.code for problem in check_plugin({"plugin.toml": broken})]
    assert sorted(codes) == ["M01", "M01", "P02", "P02", "P05", "P07"]


def test_two_plugins_of_one_country_are_named_and_the_first_is_kept(plugin_folder, tiny_framework, the):
    from ssemon import run

    plugin_folder()
    plugin_folder(into="others")
    edition = tiny_framework() / "edition.toml"
    result = run(edition, [edition.parent.parent / "plugins", edition.parent.parent / "others"])
    problem = the(result.problems, "P08")
    assert "keep one of the two folders" in problem.fix
    assert "plugins" in problem.found
    assert "others" in problem.found
    assert [(one.code, one.available) for one in result.countries] == [("KOR", True)]
    assert result.observations.height == 2


def test_a_country_that_is_no_country_is_named(tmp_path, plugin_folder, tiny_framework, the):
    from ssemon import validate

    folder = plugin_folder(
        {"plugin.toml": HEAD.replace("KOR", "KOX") + TABLE, "data/values.csv": "indicator,year,value\na1,2019,1\n"},
        name="kox",
    )
    [checked] = validate([folder], tiny_framework() / "edition.toml")
    problem = the([one for one in checked.problems if one.stage == "manifest"], "K01")
    assert problem.found == '"KOX"'
    assert "KOR" in problem.fix or "did you mean" in problem.fix


def test_a_manifest_with_byte_order_mark_and_windows_line_ends_is_read(check_plugin):
    assert check_plugin({"plugin.toml": b"\xef\xbb\xbf" + (HEAD + TABLE).replace("\n", "\r\n").encode()}) == []


def test_a_comparators_plugin_has_an_id_and_brings_any_area(plugin_folder, tiny_framework):
    from ssemon import validate

    head = '[plugin]\nkind = "comparators"\nid = "rest"\napi = 1\n'
    values = "area,indicator,year,value\nJPN,a1,2019,4\nFRA,a1,2019,5\n"
    folder = plugin_folder({"plugin.toml": head + TABLE, "data/values.csv": values}, name="rest")
    [checked] = validate([folder], tiny_framework() / "edition.toml")
    assert (checked.problems, checked.values, checked.country) == ((), 2, "rest")


def test_reading_a_manifest_runs_no_code_of_the_country(plugin_folder):
    from ssemon import read_manifest
    from ssemon.tables import shipped_tables

    folder = plugin_folder({"hooks.py": "raise RuntimeError('ran')\n"})
    assert read_manifest(folder, shipped_tables()).problems == ()


@pytest.mark.parametrize(
    ("word", "meant"),
    [("FJ", '"FJI"? It is Fiji'), ("FIJ", '"FJI"'), ("mongolia", '"MNG"'), ("Mongolai", '"MNG"'), ("kor", '"KOR"'), ("Korea", "one of these: KOR ("), ("XXX", "three capital letters"), ("", "three capital letters")],
)  # fmt: skip
def test_the_country_code_that_was_meant_is_proposed(word, meant):
    from ssemon.tables import code_meant

    assert meant in code_meant(word)


def test_a_country_that_does_not_exist_is_one_fault_and_not_one_in_each_row(plugin_folder, tiny_framework):
    from ssemon import validate

    about = '[plugin]\ncountry = "FIJ"\napi = 1\n[[tables]]\ntable = "observations"\nfile = "data/values.csv"\nsource = "x"\nlicence = "x"\n'
    folder = plugin_folder(
        {"plugin.toml": about, "data/values.csv": "area,indicator,year,value\nFJI,a1,2019,4\n"}, "fij"
    )
    [checked] = validate([folder], tiny_framework() / "edition.toml")
    assert [problem.code for problem in checked.problems] == ["K01"]
    assert 'did you mean "FJI"?' in checked.problems[0].fix


def test_a_file_that_is_not_there_in_a_folder_without_files_is_told_so(plugin_folder, tiny_framework):
    from ssemon import validate

    [checked] = validate([plugin_folder({"data/values.csv": None})], tiny_framework() / "edition.toml")
    [problem] = [one for one in checked.problems if one.code == "P06"]
    assert "data/ holds no file yet" in problem.fix
