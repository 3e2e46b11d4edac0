"""What breaks in one country stays in that country: the others' scores do not change by a bit."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from ssemon import Run, run

_SCORES = ["area", "year", "node", "score", "coverage", "imputed_share", "band"]
_HOOK = "from ssemon import hookimpl\n\n\n@hookimpl\n"

# What is done to Japan's folder, the code of the problem, and the file and row that it names.
BREAKAGES = {
    "a syntax error in hooks.py": ({"hooks.py": _HOOK + "def read_table(country, table:\n    return None\n"}, "P21", "hooks.py", (5,)),
    "a file that is missing": ({"data/values.csv": None}, "P06", "plugin.toml", ()),
    "a column that is unknown": ({"data/values.csv": "indicatr,year,value\na1,2019,1\n"}, "S03", "data/values.csv", (1,)),
    "a hook of a wrong name": ({"hooks.py": _HOOK + "def read_tabel(country, table):\n    return None\n"}, "P22", "hooks.py", (5,)),
    "sys.exit() when it is imported": ({"hooks.py": "import sys\nsys.exit(0)\n"}, "P25", "hooks.py", (2,)),
    "sys.exit() inside a hook": ({"hooks.py": "import sys\n" + _HOOK + "def read_table(country, table):\n    sys.exit(3)\n"}, "P26", "hooks.py", (7,)),
    "an exception when it is imported": ({"hooks.py": "x = 1\ny = x / 0\n"}, "P25", "hooks.py", (2,)),
    "an exception inside a helper": (
        {"hooks.py": "from .helpers import clean\n" + _HOOK + "def harmonise_table(country, table, frame):\n    return clean(frame)\n", "helpers.py": "def clean(frame):\n    raise KeyError('x')\n"},
        "P26", "helpers.py", (2,),
    ),
    "a table that fails validation": ({"data/values.csv": "indicator,year,value\na1,2019,1\nzz,2019,1\n"}, "K03", "data/values.csv", (3,)),
    "a file that is not text": ({"data/values.csv": b"\x80\x81\x82"}, "F05", "data/values.csv", (1,)),
    "no plugin.toml": ({"plugin.toml": None}, "P01", "plugin.toml", ()),
    "a plugin.toml that is no TOML": ({"plugin.toml": "[plugin"}, "P01", "plugin.toml", ()),
    "a hook that a country may not have": ({"hooks.py": _HOOK + "def register_methods():\n    return []\n"}, "P24", "hooks.py", (5,)),
    "a forbidden hook behind an if": ({"hooks.py": "from ssemon import hookimpl\nif True:\n    @hookimpl\n    def register_checks():\n        return []\n"}, "P24", "hooks.py", ()),
    "a hook of a wrong name behind an if": ({"hooks.py": "from ssemon import hookimpl\nif True:\n    @hookimpl\n    def read_tabel():\n        return None\n"}, "P22", "hooks.py", ()),
    "a hook with a wrong argument made by hand": ({"hooks.py": "from ssemon import hookimpl\nread_table = hookimpl(lambda country, tabel: None)\n"}, "P23", "hooks.py", ()),
    "a hook that asks for another argument": ({"hooks.py": _HOOK + "def read_table(country, sheet):\n    return None\n"}, "P23", "hooks.py", (5,)),
    "a hook that is not marked": ({"hooks.py": "def read_table(country, table):\n    return None\n"}, "P28", "hooks.py", (1,)),
    "a hook that gives no table": ({"hooks.py": _HOOK + "def read_table(country, table):\n    return [1, 2]\n"}, "P27", "hooks.py", ()),
    "a hook that loses the rows' numbers": ({"hooks.py": _HOOK + "def harmonise_table(country, table, frame):\n    return frame.drop('source_row')\n"}, "P27", "hooks.py", ()),
    "a note that is not UTF-8": ({"notes/en.md": b"\xc7\xd1"}, "F05", "notes/en.md", ()),
}  # fmt: skip


def scores(result: Run, without: str = "JPN") -> pl.DataFrame:
    return result.scores.select(_SCORES).filter(pl.col("area") != without)


@pytest.fixture(scope="module")
def sound_runs() -> dict[str, Run]:
    """The run of the whole world, made by the first test that asks for it: no breakage changes it."""
    return {}


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_broken_country_is_not_available_and_the_others_are_scored_as_before(world, the, sound_runs, name):
    changes, code, file, rows = BREAKAGES[name]
    if not sound_runs:
        sound_runs["whole"] = run(*world())
    before, after = sound_runs["whole"], run(*world({"JPN": changes}))
    assert "JPN" in before.scores["area"]
    assert [one.code for one in after.reported] == ["CHN", "JPN", "KOR", "MNG"]
    assert [one.code for one in after.reported if not one.available] == ["JPN"]
    assert "JPN" not in after.scores["area"]
    assert scores(after).equals(scores(before))
    problem = the(after.country("JPN").problems, code)
    assert (problem.country, problem.where.file, problem.where.rows) == ("JPN", file, rows)
    assert problem.fix
    assert "G01" not in {one.code for one in after.problems}


def test_a_country_without_a_folder_is_printed_as_not_available(world, the):
    before, after = run(*world()), run(*world(countries=("CHN", "KOR", "MNG")))
    assert scores(after).equals(scores(before))
    assert not after.country("JPN").available
    assert the(after.problems, "E08").country == "JPN"


def test_a_repaired_hooks_file_is_loaded_anew(world):
    broken = {"hooks.py": "import sys\nsys.exit(0)\n"}
    assert not run(*world({"JPN": broken})).country("JPN").available
    assert run(*world({"JPN": {"hooks.py": "import sys\n# exit()\n"}})).country("JPN").available


def test_what_a_country_prints_is_kept_quiet_and_its_folder_is_left_as_it_was(world, capsys):
    hooks = "print('while importing')\n" + _HOOK + "def read_table(country, table):\n    print('in a hook')\n"
    profile, plugins = world({"JPN": {"hooks.py": hooks}})
    before = sorted(path.name for path in (plugins[0] / "jpn").rglob("*"))
    assert run(profile, plugins).country("JPN").available
    assert capsys.readouterr().out == ""
    assert sorted(path.name for path in (plugins[0] / "jpn").rglob("*")) == before


def test_a_keyboard_interrupt_stops_the_run(world):
    hooks = _HOOK + "def read_table(country, table):\n    raise KeyboardInterrupt\n"
    with pytest.raises(KeyboardInterrupt):
        run(*world({"JPN": {"hooks.py": hooks}}))


def test_a_fault_of_ours_is_called_ours_and_stops_only_that_country(world, monkeypatch, the):
    from ssemon import country

    whole = country.converted

    def trip(mapped, definition, table, defaults):
        if defaults["country"] == "JPN":
            raise ZeroDivisionError("ours")
        return whole(mapped, definition, table, defaults)

    monkeypatch.setattr(country, "converted", trip)
    result = run(*world())
    problem = the(result.country("JPN").problems, "G01")
    assert (problem.where.file, problem.found) == ("data/values.csv", "ours")
    assert [one.code for one in result.reported if not one.available] == ["JPN"]


def test_a_relative_place_names_the_country_s_own_line_too(world, monkeypatch, the):
    profile, plugins = world({"JPN": BREAKAGES["sys.exit() inside a hook"][0]})
    monkeypatch.chdir(plugins[0].parent)
    assert the(run(profile, [Path("plugins")]).country("JPN").problems, "P26").where.rows == (7,)


def test_a_country_s_own_plugin_wins_over_the_comparators_rows_even_if_it_failed(world, plugin_folder):
    head = '[plugin]\nkind = "comparators"\nid = "rest"\napi = 1\n[[tables]]\ntable = "observations"\nfile = "data/values.csv"\nsource = "x"\nlicence = "x"\n'
    rest = "area,indicator,year,value\nKOR,a1,2020,9\nJPN,a1,2020,9\nFRA,a1,2020,9\n"
    profile, plugins = world({"JPN": {"data/values.csv": "indicator,year,value\na1,2019,x\n"}})
    before = run(profile, plugins).observations
    plugin_folder({"plugin.toml": head, "data/values.csv": rest}, "rest")
    after = run(profile, plugins).observations
    assert after.filter(pl.col("area") != "FRA").equals(before)
    assert after.filter(pl.col("area") == "FRA").select("country", "value").rows() == [("FRA", 9.0)]


def test_two_comparators_plugins_may_not_give_the_same_value(world, plugin_folder, the):
    from ssemon import SsemonError

    head = '[plugin]\nkind = "comparators"\nid = "{}"\napi = 1\n[[tables]]\ntable = "observations"\nfile = "data/values.csv"\nsource = "x"\nlicence = "x"\n'
    profile, plugins = world()
    for name in ("one", "two"):
        plugin_folder(
            {"plugin.toml": head.format(name), "data/values.csv": "area,indicator,year,value\nFRA,a1,2020,9\n"}, name
        )
    with pytest.raises(SsemonError) as fault:
        run(profile, plugins)
    assert the(fault.value.problems, "K06").found == "FRA, a1, 2020, _T, _T"


_SHIPPED = {
    "kor": ("hooks.py", "def broken(:\n"),
    "jpn": ("data/wgi.csv", None),
    "chn": ("data/hdr.csv", "iso3,country,yr,indicator,value\nCHN,China,2019,eys,14\n"),
    "phl": ("hooks.py", _HOOK + "def read_tabel(country, table):\n    return None\n"),
    "mys": ("hooks.py", "import sys\nsys.exit(1)\n"),
    "idn": (
        "hooks.py",
        "import sys\n" + _HOOK + "def compute_indicator(country, indicator, tables):\n    sys.exit(1)\n",
    ),
    "tha": ("data/wgi.csv", "iso3,country,year,indicator,value\nTHA,Thailand,2562,RL.Estimate,0.1\n"),
    "vnm": ("plugin.toml", None),
    "mng": (".", None),
}
_CODES = {
    "kor": "P21",
    "jpn": "P06",
    "chn": "S03",
    "phl": "P22",
    "mys": "P25",
    "idn": "P26",
    "tha": "V11",
    "vnm": "P01",
    "mng": "E08",
}


@pytest.mark.slow
def test_nine_breakages_at_once_leave_the_rest_of_the_world_as_it_was(repository, tmp_path, baseline_without_draws):
    plugins = tmp_path / "plugins"
    shutil.copytree(repository / "plugins", plugins)
    before = run(baseline_without_draws, [plugins])
    for country, (file, content) in _SHIPPED.items():
        path = plugins / country / file
        if content is not None:
            path.write_text(content, encoding="utf-8")
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    after = run(baseline_without_draws, [plugins])
    broken = [country.upper() for country in _SHIPPED]
    assert [one.code for one in after.reported] == [one.code for one in before.reported]
    assert {one.code for one in after.reported if not one.available} == set(broken)
    for country, code in _CODES.items():
        assert code in {problem.code for problem in after.country(country.upper()).problems}, country
    whole = before.scores.filter(~pl.col("area").is_in(broken)).select(_SCORES)
    assert after.scores.select(_SCORES).equals(whole)
    assert before.scores["area"].n_unique() - after.scores["area"].n_unique() == len(broken)
