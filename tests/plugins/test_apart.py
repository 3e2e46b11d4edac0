"""Country code that ends, hangs or breaks its process stops its own country, and says where."""

from __future__ import annotations

import subprocess
import sys

import polars as pl
import pytest

from ssemon import run
from ssemon.apart import HOOK_SECONDS, hook_seconds
from ssemon.errors import UsageFault

_HOOK = "import os, sys, threading, time\nimport polars as pl\nfrom ssemon import hookimpl\n\n\n@hookimpl\n"
_SCORES = ["area", "year", "node", "score", "coverage", "band"]

# What hooks.py does, the code of the problem, what it says and the row that it names.
ENDINGS = {
    "os._exit() in a hook": (_HOOK + "def read_table(country, table):\n    os._exit(7)\n", "X14", "exit code 7", ()),
    "os._exit() while it is imported": ("import os\nos._exit(0)\n", "X14", "exit code 0", ()),
    "a crash of the interpreter": (_HOOK + "def harmonise_table(country, table, frame):\n    os.abort()\n", "X14", "SIGABRT", (8,)),
    "a loop without an end": (_HOOK + "def read_table(country, table):\n    while True:\n        pass\n", "X15", "read_table", (8,)),
    "a loop while it is imported": ("import time\nwhile True:\n    time.sleep(1)\n", "X15", "its import", (3,)),
    "a wait that nobody ends": (_HOOK + "def country_notes(country, language):\n    threading.Event().wait()\n", "X15", "country_notes", (8,)),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDINGS)
def test_a_country_whose_code_ends_or_hangs_is_stopped_alone(world, the, monkeypatch, name):
    monkeypatch.setenv("SSEMON_HOOK_SECONDS", "3")
    hooks, code, words, rows = ENDINGS[name]
    without, result = run(*world(countries=("CHN", "KOR", "MNG"))), run(*world({"JPN": {"hooks.py": hooks}}))
    assert [one.code for one in result.reported if not one.available] == ["JPN"]
    problem = the(result.country("JPN").problems, code)
    assert words in f"{problem.what} {problem.found}"
    assert (problem.country, problem.where.file) == ("JPN", "hooks.py")
    assert set(problem.where.rows) <= set(range(1, 10))
    if rows:
        assert problem.where.rows[0] in range(rows[0] - 1, rows[0] + 2)  # a loop is caught at any of its lines
    assert result.scores.select(_SCORES).equals(without.scores.select(_SCORES))


def test_two_countries_that_end_their_process_do_not_keep_the_third(world):
    hooks = {"hooks.py": ENDINGS["os._exit() in a hook"][0]}
    result = run(*world({"JPN": hooks, "KOR": hooks}))
    assert [one.code for one in result.reported if one.available] == ["CHN", "MNG"]
    assert [p.code for one in ("JPN", "KOR") for p in result.country(one).problems] == ["X14", "X14"]


def test_a_hook_keeps_what_it_knows_from_call_to_call_and_gets_the_tables_each_time(world):
    hooks = _HOOK + (
        "def compute_indicator(country, indicator, tables):\n"
        "    seen.append(tables['observations'].height)\n"
        "    if indicator.code == 'b1':\n"
        "        return pl.LazyFrame({'area': [country.code], 'year': [2020], 'value': [float(sum(seen))]})\n\n\n"
        "seen = []\n"
    )
    result = run(*world({"JPN": {"hooks.py": hooks}}))
    value = result.observations.filter(pl.col("area") == "JPN", pl.col("indicator") == "b1")["value"].to_list()
    assert value == [30.0]  # ten rows, and the third of the framework's indicators


def test_a_hook_that_gives_what_no_other_process_can_read_is_told_so(world, the):
    hooks = _HOOK + "def read_table(country, table):\n    return lambda: None\n"
    problem = the(run(*world({"JPN": {"hooks.py": hooks}})).country("JPN").problems, "P27")
    assert "read_table gives what cannot be passed on" in problem.what


def test_a_hook_cannot_read_or_write_what_is_meant_for_ssemon(world, capfd):
    hooks = _HOOK + (
        "def country_notes(country, language):\n"
        "    os.write(1, b'noise')\n    os.system('echo louder')\n"
        "    return f'read: {sys.stdin.read()!r}'\n"
    )
    result = run(*world({"JPN": {"hooks.py": hooks}}))
    assert result.country("JPN").notes == {"en": "read: ''"}
    assert capfd.readouterr().out == ""


def test_a_thread_that_a_hook_leaves_behind_does_not_keep_the_run(world):
    hooks = _HOOK + (
        "def country_notes(country, language):\n"
        "    threading.Thread(target=time.sleep, args=(600,)).start()\n    return 'started'\n"
    )
    assert run(*world({"JPN": {"hooks.py": hooks}})).country("JPN").notes == {"en": "started"}


def test_a_script_without_a_guard_runs_once(world, tmp_path):
    profile, plugins = world(
        {"JPN": {"hooks.py": _HOOK + "def country_notes(country, language):\n    return 'mine'\n"}}
    )
    script = tmp_path / "script.py"
    script.write_text(
        f"from pathlib import Path\nfrom ssemon import run\nprint('once')\n"
        f"print(run(Path({str(profile)!r}), [Path({str(plugins[0])!r})]).country('JPN').notes)\n"
    )
    answer = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert answer.stdout == "once\n{'en': 'mine'}\n"


@pytest.mark.parametrize("text", ["soon", "0", "-1", "inf", "nan"])
def test_a_time_limit_that_is_no_time_is_refused(world, monkeypatch, the, text):
    monkeypatch.setenv("SSEMON_HOOK_SECONDS", text)
    profile, plugins = world({"JPN": {"hooks.py": ENDINGS["a loop without an end"][0]}})
    with pytest.raises(UsageFault) as fault:
        run(profile, plugins)
    assert the(fault.value.problems, "U09").found == f'"{text}"'


def test_a_minute_is_the_limit_where_nobody_says_otherwise(monkeypatch):
    monkeypatch.delenv("SSEMON_HOOK_SECONDS", raising=False)
    assert hook_seconds() == HOOK_SECONDS == 60
    monkeypatch.setenv("SSEMON_HOOK_SECONDS", "0.5")
    assert hook_seconds() == 0.5
