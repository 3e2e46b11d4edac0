"""Every hook: what it may give, who may give it, and who wins."""

from __future__ import annotations

import inspect
import subprocess
import sys

import polars as pl
import pytest

from ssemon import run, score_file, validate
from ssemon.errors import EditionFault, ExtensionFault
from ssemon.hooks import COUNTRY_HOOKS, HookCalls, Hooks, hook_names

_HOOK = "import polars as pl\nfrom ssemon import hookimpl\n\n\n@hookimpl\n"


def value(result, area: str, indicator: str, year: int = 2020) -> float | None:
    rows = result.observations.filter(pl.col("area") == area, pl.col("indicator") == indicator, pl.col("year") == year)
    return rows["value"].item()


# The country's own hooks


def test_read_table_gives_the_country_s_own_reading_and_its_rows(world, the):
    hook = (
        _HOOK
        + "def read_table(country, table):\n    return pl.DataFrame({'indicator': ['a1', 'a2'], 'year': ['2020', '2020'], 'value': ['7', 'x']})\n"
    )
    problem = the(run(*world({"JPN": {"hooks.py": hook}})).problems, "V04")
    assert (problem.where.rows, problem.found) == ((3,), '"x"')
    mended = hook.replace("'x'", "'3'")
    assert value(run(*world({"JPN": {"hooks.py": mended}})), "JPN", "a1") == 7.0


def test_harmonise_table_cleans_after_the_mapping_and_before_the_checks(world):
    hook = _HOOK + (
        "def harmonise_table(country, table, frame):\n"
        "    return frame.with_columns(pl.col('value').str.replace(' won', ''), year=pl.col('Jahr') if 'Jahr' in frame.columns else pl.col('year'))\n"
    )
    files = {
        "hooks.py": hook,
        "data/values.csv": "Indikator,year,value\na1,2020,7 won\n",
        "mapping.csv": "column,theirs,ours\n,Indikator,indicator\n",
    }
    assert value(run(*world({"JPN": files})), "JPN", "a1") == 7.0


def test_compute_indicator_leaves_a_deviation_where_it_changes_a_number(world):
    hook = _HOOK + (
        "def compute_indicator(country, indicator, tables):\n"
        "    if indicator.code == 'a1':\n"
        "        return pl.DataFrame({'area': [country.code], 'year': [2020], 'value': [8.0]})\n"
    )
    result = run(*world({"JPN": {"hooks.py": hook}}))
    assert value(result, "JPN", "a1") == 8.0
    [deviation] = result.country("JPN").deviations
    assert (deviation.country, deviation.indicator) == ("JPN", "a1")
    assert "as sent" in deviation.reason
    assert result.country("KOR").deviations == ()


_OVERWRITES = (
    "def compute_indicator(country, indicator, tables):\n"
    "    if indicator.code == 'a1':\n"
    "        return pl.DataFrame({'area': [country.code] * 2, 'year': [2019, 2020], 'value': [8.0, 7.5]})\n"
)


def test_a_computed_value_without_a_source_says_that_hooks_py_computed_it(world):
    result = run(*world({"JPN": {"hooks.py": _HOOK + _OVERWRITES}}))
    japan = result.observations.filter(pl.col("area") == "JPN")
    computed = japan.filter(pl.col("indicator") == "a1")
    assert computed["source"].to_list() == ["computed by hooks.py (JPN)"] * 2
    assert set(japan.filter(pl.col("indicator") != "a1")["source"]) == {"Register"}


def test_a_computed_value_keeps_the_source_that_the_hook_names(world):
    hook = _HOOK + _OVERWRITES.replace("7.5]", "7.5], 'source': ['Census', None]")
    result = run(*world({"JPN": {"hooks.py": hook}}))
    rows = result.observations.filter(pl.col("area") == "JPN", pl.col("indicator") == "a1").sort("year")
    assert rows["source"].to_list() == ["Census", "computed by hooks.py (JPN)"]


def test_a_deviation_names_the_computed_and_the_delivered_value(world):
    delivered = run(*world())
    first, last = (value(delivered, "JPN", "a1", year) for year in (2018, 2020))
    [deviation] = run(*world({"JPN": {"hooks.py": _HOOK + _OVERWRITES}})).country("JPN").deviations
    assert f"JPN 2018: none instead of {first:g}" in deviation.reason
    assert "JPN 2019: 8 instead of none" in deviation.reason
    assert f"JPN 2020: 7.5 instead of {last:g}" in deviation.reason


def test_a_deviation_that_changes_no_value_says_so(world):
    hook = _HOOK + (
        "def compute_indicator(country, indicator, tables):\n"
        "    if indicator.code == 'a1':\n"
        "        rows = tables['observations'].filter(pl.col('indicator') == 'a1')\n"
        "        return rows.select('area', 'year', 'value')\n"
    )
    [deviation] = run(*world({"JPN": {"hooks.py": hook}})).country("JPN").deviations
    assert deviation.reason.endswith("(no value differs)")


def test_what_an_extension_computes_is_no_deviation_of_the_country(world, extension):
    code = "@hookimpl\n" + _OVERWRITES
    hook = _HOOK + "def compute_indicator(country, indicator, tables):\n    return None\n"
    result = run(*world({"JPN": {"hooks.py": hook}}), extensions=[extension(code)])
    assert value(result, "JPN", "a1") == 7.5
    assert result.country("JPN").deviations == ()
    assert set(result.observations["source"].to_list()) == {"Register", None}


def test_compute_indicator_that_gives_what_ssemon_gives_leaves_no_deviation(world):
    hook = _HOOK + "def compute_indicator(country, indicator, tables):\n    return None\n"
    assert run(*world({"JPN": {"hooks.py": hook}})).country("JPN").deviations == ()


def test_country_notes_come_from_the_hook_or_from_the_folder(world):
    hook = _HOOK + "def country_notes(country, language):\n    return f'## {country.code} in {language}'\n"
    result = run(*world({"JPN": {"hooks.py": hook}, "KOR": {"notes/en.md": "## Institutions\n"}}))
    assert result.country("JPN").notes == {"en": "## JPN in en"}
    assert result.country("KOR").notes == {"en": "## Institutions\n"}
    assert result.country("MNG").notes == {}


def test_two_countries_hooks_do_not_see_each_other(world):
    hook = (
        _HOOK
        + "def country_notes(country, language):\n    return __name__\n\n\nfrom .helpers import word\n\nassert word == '{0}'\n"
    )
    files = {code: {"hooks.py": hook.format(code), "helpers.py": f"word = '{code}'\n"} for code in ("JPN", "KOR")}
    result = run(*world(files))
    assert result.country("JPN").notes == {"en": "ssemon_country_jpn.hooks"}
    assert result.country("KOR").notes == {"en": "ssemon_country_kor.hooks"}
    assert result.country("MNG").notes == {}


# Extensions


def test_an_extension_registers_a_method_that_a_profile_names(world, extension):
    code = (
        "def doubled(value, bounds, scale, factor=2.0):\n    return value * factor\n\n\n@hookimpl\ndef register_methods():\n"
        "    return [ssemon.Method('normalisation', 'doubled', doubled, 'twice the value')]\n"
    )
    profile, plugins = world(edition='[method]\nnormalisation = { method = "doubled", factor = 3.0 }\n')
    result = run(profile, plugins, extensions=[extension(code)])
    row = result.indicator_scores.filter(pl.col("area") == "JPN", pl.col("year") == 2020, pl.col("indicator") == "a1")
    assert row["score"].item() == pytest.approx(3 * row["value"].item())


def test_an_extension_registers_a_reader_of_another_kind_of_file(world, extension):
    code = (
        "def read(path, table):\n    year, value = path.read_text().split('=')\n"
        "    return pl.DataFrame({'indicator': ['a1'], 'year': [year], 'value': [value], 'source_row': [1]})\n\n\n"
        "@hookimpl\ndef register_readers():\n    return [ssemon.Reader(('.kv',), read)]\n"
    )
    about = '[plugin]\ncountry = "JPN"\napi = 1\n[[tables]]\ntable = "observations"\nfile = "data/a.kv"\nsource = "x"\nlicence = "x"\n'
    world_ = world({"JPN": {"plugin.toml": about, "data/a.kv": "2020=6.5"}})
    assert value(run(*world_, extensions=[extension(code)]), "JPN", "a1") == 6.5
    assert not run(*world_).country("JPN").available


_TABLE = """{"name": "visits", "title": "Visits", "description": "", "primaryKey": ["place"],
"fields": [{"name": "place", "type": "string", "constraints": {"required": true}}, {"name": "number", "type": "integer"}]}"""


def test_an_extension_registers_a_table_that_a_country_fills_and_an_indicator_that_it_computes(
    world, extension, tmp_path, the
):
    (tmp_path / "visits.json").write_text(_TABLE, encoding="utf-8")
    code = (
        f"from pathlib import Path\n\n\n@hookimpl\ndef register_tables():\n    return [Path({str(tmp_path / 'visits.json')!r})]\n\n\n"
        "@hookimpl\ndef register_indicators(framework):\n"
        "    return [ssemon.Indicator('v1', 'A', 'Visits', '', 'NUM', 1, 'quantitative', 0.0, 100.0, 1.0, False)] if framework == 'tiny' else []\n\n\n"
        "@hookimpl\ndef compute_indicator(country, indicator, tables):\n"
        "    if indicator.code == 'v1' and 'visits' in tables:\n"
        "        return pl.DataFrame({'area': [country.code], 'year': [2020], 'value': [float(tables['visits']['number'].sum())]})\n"
    )
    name = extension(code)
    about = '[plugin]\ncountry = "JPN"\napi = 1\n'
    about += "".join(
        f'[[tables]]\ntable = "{table}"\nfile = "data/{file}.csv"\nsource = "x"\nlicence = "x"\n'
        for table, file in (("observations", "values"), ("visits", "visits"))
    )
    files = {"plugin.toml": about, "data/visits.csv": "place,number\nTokyo,30\nOsaka,12\n"}
    result = run(*world({"JPN": files}), extensions=[name])
    assert value(result, "JPN", "v1") == 42.0
    node = result.scores.filter(pl.col("area") == "KOR", pl.col("year") == 2020, pl.col("node") == "A")
    assert node["coverage"].item() == pytest.approx(2 / 3)  # the new indicator counts for everyone
    repeated = {**files, "data/visits.csv": "place,number\nTokyo,30\nTokyo,12\n"}
    assert (
        the(run(*world({"JPN": repeated}), extensions=[name]).problems, "K06").found
        == "Tokyo: data/visits.csv row 2, data/visits.csv row 3"
    )


def test_an_indicator_that_does_not_fit_the_tree_is_a_problem(world, extension):
    code = (
        "@hookimpl\ndef register_indicators(framework):\n"
        "    return [ssemon.Indicator('v1', 'ZZ', 'Visits', '', 'NUM', 1, 'quantitative', 0.0, 100.0, 1.0, False)]\n"
    )
    from ssemon import SsemonError

    with pytest.raises(SsemonError) as fault:
        run(*world(), extensions=[extension(code)])
    assert [problem.code for problem in fault.value.problems] == ["X11"]


def _computed(*expressions: str) -> str:
    """An extension with an indicator for each expression: v0, v1, …"""
    leaves = ", ".join(
        f"ssemon.Indicator('v{at}', 'A', 'Added', '', 'NUM', 1, 'quantitative', 0.0, 100.0, 1.0, False,"
        f" expression=ssemon.parse_expression({text!r}))"
        for at, text in enumerate(expressions)
    )
    return f"@hookimpl\ndef register_indicators(framework):\n    return [{leaves}]\n"


def test_an_indicator_of_an_extension_may_be_computed_from_others(world, extension, tmp_path):
    from ssemon import read_framework
    from ssemon.store.results import save_run

    plain = run(*world(), extensions=[extension(_computed("a1 / 2"))])
    leaf = plain.framework.indicator_by_code["v0"]
    assert (str(leaf.expression), list(plain.framework.expressions)) == ("a1 / 2", ["v0"])
    other = run(*world(), extensions=[extension(_computed("a1 / 3"))])
    assert plain.framework.hash != other.framework.hash
    save_run(plain, tmp_path / "out")
    saved = read_framework(tmp_path / "out" / "inputs" / "framework")
    assert saved.indicator_by_code["v0"].expression == leaf.expression


@pytest.mark.parametrize(
    ("expressions", "what", "fix"),
    [
        (("a11 / 2",), '"a11", which is no indicator', 'did you mean "a1"?'),
        (("v1", "v0"), "v0, v1 need each other", "take one"),
    ],
)
def test_an_added_indicator_that_cannot_be_computed_is_a_problem(world, extension, the, expressions, what, fix):
    from ssemon import SsemonError

    with pytest.raises(SsemonError) as fault:
        run(*world(), extensions=[extension(_computed(*expressions))])
    problem = the(fault.value.problems, "X11")
    assert what in problem.what
    assert fix in problem.fix


def test_an_extension_registers_a_check_that_sees_a_country_s_observations(world, extension, the):
    code = (
        "def jumps(country, observations):\n    if country.code == 'JPN':\n"
        "        return [ssemon.Problem(code='Z01', severity='warning', what=f'{observations.height} values', fix='look')]\n    return []\n\n\n"
        "@hookimpl\ndef register_checks():\n    return [ssemon.Check('Z01', jumps)]\n"
    )
    result = run(*world(), extensions=[extension(code)])
    problem = the(result.problems, "Z01")
    assert (problem.country, problem.stage, problem.what) == ("JPN", "validate", "8 values")
    assert result.country("JPN").available


def test_an_extension_registers_a_section_and_its_context(extension):
    from ssemon.plugins import Manager, load_extensions

    code = (
        "@hookimpl\ndef register_sections():\n    return [ssemon.Section('visits', 'Visits', 'country', '<p>{{ visits }}</p>')]\n\n\n"
        "@hookimpl\ndef extend_report_context(country, results):\n    return {'visits': 42}\n"
    )
    [loaded] = load_extensions([extension(code)])
    manager = Manager([loaded])
    [[section]] = manager.calls.register_sections()
    assert (section.id, section.report) == ("visits", "country")
    assert manager.calls.extend_report_context(country=None, results=None) == [{"visits": 42}]  # type: ignore[arg-type]


def test_observers_are_told_of_every_country_and_of_failures(world, extension):
    code = (
        "SEEN = []\n\n\n@hookimpl\ndef after_country_run(country, outcome):\n    SEEN.append((country.code, outcome.available))\n\n\n"
        "@hookimpl\ndef on_country_failed(country, problem):\n    SEEN.append((country.code, problem.code))\n"
    )
    name = extension(code)
    run(*world({"JPN": {"data/values.csv": "indicator,year,value\na1,2019,x\n"}}), extensions=[name])
    assert sys.modules[name].SEEN == [("CHN", True), ("JPN", False), ("JPN", "V04"), ("KOR", True), ("MNG", True)]


def test_an_observer_that_raises_is_noted_and_changes_nothing_else(world, extension):
    code = "@hookimpl\ndef after_country_run(country, outcome):\n    raise ValueError('observer')\n"
    before, after = run(*world()), run(*world(), extensions=[extension(code)])
    assert after.scores.equals(before.scores)
    assert all(one.available for one in after.reported)
    noted = [problem for problem in after.problems if problem.code == "X12"]
    assert [(problem.country, problem.severity, problem.found) for problem in noted] == [
        (code, "warning", '"observer"') for code in ("CHN", "JPN", "KOR", "MNG")
    ]


_FAILS = (
    "def fails(value, bounds, scale):\n    return value / 0 if isinstance(value, int) else {}['nothing']\n\n\n"
    "@hookimpl\ndef register_methods():\n    return [ssemon.Method('normalisation', 'fails', fails, 'stops')]\n"
)


def test_a_method_that_raises_is_called_its_extension_s_fault(world, extension, the):
    profile, plugins = world(edition='[method]\nnormalisation = "fails"\n')
    with pytest.raises(ExtensionFault) as fault:
        run(profile, plugins, extensions=[extension(_FAILS)])
    problem = the(fault.value.problems, "X12")
    assert 'the extension "house_extension" stopped with KeyError' in problem.what
    assert "the run goes on" not in problem.fix


def test_a_method_in_a_module_of_an_extension_s_package_is_its_fault_too(world, tmp_path, monkeypatch, the):
    package = tmp_path / "place" / "house_package"
    package.mkdir(parents=True)
    head = "import ssemon\nfrom ssemon import hookimpl\n\n"
    (package / "__init__.py").write_text(head + "from house_package.methods import fails\n" + _FAILS.split("\n\n\n")[1])
    (package / "methods.py").write_text(_FAILS.split("\n\n\n", maxsplit=1)[0])
    monkeypatch.syspath_prepend(tmp_path / "place")
    profile, plugins = world(edition='[method]\nnormalisation = "fails"\n')
    with pytest.raises(ExtensionFault) as fault:
        run(profile, plugins, extensions=["house_package"])
    assert '"house_package"' in the(fault.value.problems, "X12").what


def test_a_method_that_is_missed_because_its_extension_cannot_be_loaded_names_the_extension(world, extension):
    profile, plugins = world(edition='[method]\nnormalisation = "doubled"\n')
    name = extension("raise RuntimeError('at import')")
    with pytest.raises(EditionFault) as fault:
        run(profile, plugins, extensions=[name])
    assert [problem.code for problem in fault.value.problems] == ["X10", "E06"]
    assert name in fault.value.problems[0].what


def test_an_extension_is_found_in_the_current_folder(world, tmp_path, monkeypatch):
    (tmp_path / "beside_me.py").write_text("import ssemon\n", encoding="utf-8")
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    result = run(*world(), extensions=["beside_me"])
    assert (result.extensions, [problem.code for problem in result.problems]) == (("beside_me",), [])


def test_an_extension_that_is_nowhere_is_told_with_where_it_was_looked_for(world, the, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    problem = the(run(*world(), extensions=["no_such_extension"]).problems, "X10")
    assert str(tmp_path) in problem.fix


def test_the_run_names_its_extensions_and_keeps_them_when_it_is_read_again(world, extension, tmp_path):
    from ssemon.store import load_run, save_run

    result = run(*world(), extensions=[extension(_SECTIONS), extension("", "more"), "no_such_extension"])
    assert result.extensions == ("house_extension", "more")
    save_run(result, tmp_path / "out")
    assert load_run(tmp_path / "out").extensions == result.extensions


@pytest.mark.parametrize(
    "code",
    [
        "raise RuntimeError('at import')",
        "import sys\nsys.exit(1)",
        "@hookimpl\ndef register_method():\n    return []",
        "@hookimpl\ndef register_methods(framework):\n    return []",
        "@hookimpl\ndef register_methods():\n    raise RuntimeError('at import')",
        "@hookimpl\ndef register_tables():\n    return ['not/there.json']",
        "def broken(:",
    ],
)
def test_an_extension_that_cannot_be_loaded_is_a_problem_and_the_run_goes_on(world, extension, the, code):
    name = extension(code)
    before, after = run(*world()), run(*world(), extensions=[name])
    problem = the(after.problems, "X10")
    assert name in problem.what
    assert "the run goes on without it" in problem.fix
    assert after.scores.equals(before.scores)


def test_an_extension_that_is_not_there_is_a_problem_and_the_run_goes_on(world, the):
    assert "no_such_extension" in the(run(*world(), extensions=["no_such_extension"]).problems, "X10").what


def test_an_extension_that_fails_at_work_is_not_called_a_fault_of_ours(world, extension):
    code = "@hookimpl\ndef harmonise_table(country, table, frame):\n    if country.code == 'JPN':\n        raise ValueError('clean')\n"
    result = run(*world(), extensions=[extension(code)])
    assert [one.code for one in result.reported if not one.available] == ["JPN"]
    assert [problem.code for problem in result.country("JPN").problems if problem.severity == "error"] == ["X12"]


def test_a_country_wins_over_an_extension_and_an_extension_over_what_ships(world, extension):
    notes = "@hookimpl\ndef country_notes(country, language):\n    return 'extension'\n"
    own = {"hooks.py": _HOOK + "def country_notes(country, language):\n    return 'country'\n", "notes/en.md": "file"}
    result = run(*world({"JPN": own, "KOR": {"notes/en.md": "file"}}), extensions=[extension(notes)])
    assert [result.country(code).notes["en"] for code in ("JPN", "KOR", "MNG")] == ["country", "extension", "extension"]
    assert run(*world({"KOR": {"notes/en.md": "file"}})).country("KOR").notes["en"] == "file"


def test_an_extension_s_method_of_the_same_name_wins_over_what_ships(world, extension):
    code = "def half(scores, weights, scale):\n    return scores[0] * 0 + 50.0\n\n\n@hookimpl\ndef register_methods():\n    return [ssemon.Method('aggregation', 'arithmetic', half, 'x')]\n"
    result = run(*world(), extensions=[extension(code)])
    assert set(result.scores["score"]) == {50.0, None} or set(result.scores["score"]) == {50.0}


def test_an_extension_serves_score_and_validate_too(world, extension, tmp_path):
    code = "def half(scores, weights, scale):\n    return scores[0] * 0 + 50.0\n\n\n@hookimpl\ndef register_methods():\n    return [ssemon.Method('aggregation', 'half', half, 'x')]\n"
    profile, plugins = world(edition='[method.aggregation]\n0 = "half"\n')
    data = tmp_path / "data.csv"
    data.write_text("area,indicator,year,value\nXA,a1,2020,1\n", encoding="utf-8")
    name = extension(code)
    scored = score_file(data, profile.parent, profile, extensions=[name])
    assert scored.scores.filter(pl.col("year") == 2020, pl.col("node") == "R")["score"].item() == 50.0
    [checked] = validate([plugins[0] / "kor"], profile, extensions=[name])
    assert checked.problems == ()


def test_an_installed_extension_is_found_by_its_entry_point(world, extension, monkeypatch, tmp_path, the):
    from importlib.metadata import EntryPoint

    from ssemon import plugins, registers

    name = extension(
        "@hookimpl\ndef register_checks():\n    return [ssemon.Check('Z02', lambda country, observations: [])]\n",
        "installed_one",
    )
    points = (EntryPoint("one", name, registers.EXTENSIONS), EntryPoint("two", "not_installed", registers.EXTENSIONS))
    monkeypatch.setattr(registers, "entry_points", lambda group: points)
    monkeypatch.syspath_prepend(str(tmp_path))  # as when a package is installed
    assert 'the extension "two"' in the(run(*world()).problems, "X10").what
    assert [one.name for one in plugins.load_extensions()] == ["one", "two"]


# The contract itself


def test_every_hook_is_typed_in_the_protocol_with_the_same_arguments():
    calls = [name for name in vars(HookCalls) if not name.startswith("_")]
    assert calls == list(hook_names())
    for name in calls:
        spec = inspect.signature(getattr(Hooks, name)).parameters
        call = inspect.signature(getattr(HookCalls, name)).parameters
        assert list(call) == list(spec), name
        assert {n: p.annotation for n, p in call.items()} == {n: p.annotation for n, p in spec.items()}, name


def test_the_protocol_returns_one_answer_or_a_list_as_the_specification_says():
    for name in hook_names():
        spec = inspect.signature(getattr(Hooks, name)).return_annotation
        call = inspect.signature(getattr(HookCalls, name)).return_annotation
        first = getattr(Hooks, name).ssemon_spec["firstresult"]
        assert call == (spec if first else f"list[{spec}]"), name


def test_every_hook_has_a_docstring_and_at_most_three_arguments():
    for name in hook_names():
        function = getattr(Hooks, name)
        assert (function.__doc__ or "").strip(), name
        assert len(inspect.signature(function).parameters) - 1 <= 3, name


def test_a_country_may_implement_neither_scoring_nor_validation():
    assert set(COUNTRY_HOOKS) == {"read_table", "harmonise_table", "compute_indicator", "country_notes"}
    assert set(COUNTRY_HOOKS) < set(hook_names())


def test_every_hook_is_tested_in_this_file():
    text = inspect.getsource(sys.modules[__name__])
    assert [name for name in hook_names() if f"def {name}(" not in text] == []


@pytest.mark.slow
def test_listing_plugins_imports_no_data_library_and_runs_no_country_code(tmp_path):
    folder = tmp_path / "plugins" / "kor"
    folder.mkdir(parents=True)
    (folder / "plugin.toml").write_text('[plugin]\ncountry = "KOR"\napi = 1\n', encoding="utf-8")
    (folder / "hooks.py").write_text(
        "from pathlib import Path\nPath(__file__).with_name('ran').touch()\n", encoding="utf-8"
    )
    code = (
        "import sys\nfrom ssemon.cli import main\ntry:\n    main(['plugin', 'list', '--plugins', sys.argv[1]])\nexcept SystemExit as stop:\n"
        "    heavy = [name for name in ('polars', 'pandera', 'numpy', 'weasyprint', 'jinja2') if name in sys.modules]\n"
        "    print('HEAVY', heavy, stop.code)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "plugins")], capture_output=True, text=True, check=True
    )
    assert "HEAVY [] 0" in answer.stdout
    assert "runs hooks.py" in answer.stdout
    assert not (folder / "ran").exists()


_SECTIONS = (
    "@hookimpl\ndef register_sections():\n"
    "    return [ssemon.Section('visits', 'Visits', 'country', '<p>{{ country.code }}: {{ word }}</p>'),\n"
    "            ssemon.Section('all', 'All', 'comparative', '<p>{{ results.edition.id }}</p>')]\n\n\n"
    "@hookimpl\ndef extend_report_context(country, results):\n    return {'word': '<b>'}\n"
)


def test_a_section_of_an_extension_is_written_for_each_country_with_its_context_escaped(world, extension):
    result = run(*world(), extensions=[extension(_SECTIONS)])
    written = {(section.country, section.id): section.html for section in result.sections}
    assert written["JPN", "visits"] == "<p>JPN: &lt;b&gt;</p>"
    assert set(written) == {("", "all"), *((code, "visits") for code in ("CHN", "JPN", "KOR", "MNG"))}
    assert result.problems == ()


def test_a_section_that_reaches_out_of_its_sandbox_is_left_out_and_named(world, extension):
    code = (
        "@hookimpl\ndef register_sections():\n"
        "    return [ssemon.Section('bad', 'Bad', 'country', '{{ country.__class__.__mro__ }}')]\n"
    )
    result = run(*world(), extensions=[extension(code)])
    assert result.sections == ()
    assert {(problem.code, problem.severity) for problem in result.problems} == {("X13", "warning")}
    assert 'the section "bad" of the extension "house_extension" cannot be written' in result.problems[0].what


def test_a_section_says_after_which_other_it_stands(world, extension):
    code = (
        "@hookimpl\ndef register_sections():\n"
        "    return [ssemon.Section('here', 'Here', 'comparative', '<p>.</p>', after='trends'),\n"
        "            ssemon.Section('nowhere', 'Nowhere', 'comparative', '<p>.</p>', after='trend')]\n"
    )
    result = run(*world(), extensions=[extension(code)])
    assert [(section.id, section.after) for section in result.sections] == [("here", "trends"), ("nowhere", "trend")]
    (problem,) = result.problems
    assert (problem.code, problem.severity, problem.found) == ("X13", "warning", '"trend"')
    assert problem.fix == 'did you mean "trends"?'


def test_two_extensions_that_give_the_same_key_are_named(world, extension):
    more = "@hookimpl\ndef extend_report_context(country, results):\n    return {'word': 'again'}\n"
    result = run(*world(), extensions=[extension(_SECTIONS), extension(more, "more")])
    assert [section.id for section in result.sections] == ["all"]
    assert {problem.code for problem in result.problems} == {"X13"}
    assert "word" in result.problems[0].found


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ("{'area': ['KOR'], 'year': [2020], 'value': [5.0]}", "KOR"),
        ("{'area': ['JPN'], 'year': [2020.5], 'value': [5.0]}", "year"),
        ("{'area': ['JPN'], 'year': [2020], 'value': [float('nan')]}", "not finite"),
        ("{'area': ['JPN'], 'year': [2020], 'value': [float('inf')]}", "not finite"),
        ("{'area': ['JPN'], 'year': [2020], 'value': ['12,5']}", "value"),
        ("{'area': ['JPN', 'JPN'], 'year': [2020, 2020], 'value': [1.0, 2.0]}", "more than once"),
    ],
)
def test_what_a_country_computes_is_held_to_the_same_and_stops_it_alone(world, columns, found):
    code = (
        "import polars as pl\nfrom ssemon import hookimpl\n\n\n@hookimpl\n"
        "def compute_indicator(country, indicator, tables):\n"
        f"    return pl.DataFrame({columns}) if indicator.code == 'a1' else None\n"
    )
    before, after = run(*world()), run(*world({"JPN": {"hooks.py": code}}))
    [problem] = [problem for problem in after.country("JPN").problems if problem.severity == "error"]
    assert problem.code == "P27"
    assert found in problem.what
    assert not after.country("JPN").available
    others = pl.col("area").is_in(["CHN", "KOR", "MNG"])
    columns_ = ["area", "year", "node", "score"]
    assert after.scores.filter(others).select(columns_).equals(before.scores.filter(others).select(columns_))
