"""Every fault of an edition profile and of a framework's folder: its place, its word, its repair."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ssemon import SsemonError, read_edition
from ssemon.engine import read_profile, run

PROFILE = '[edition]\nid = "tiny"\nframework = "."\nyears = [2018, 2020]\n'


@pytest.fixture
def faults(tiny_framework: Callable[..., Path]) -> Callable[..., list]:
    """The problems of a framework's folder and its profile."""

    def read(files: dict) -> list:
        folder = tiny_framework(files)
        try:
            edition, _ = read_profile(folder / "edition.toml")
            from ssemon.engine import scoring_methods
            from ssemon.plugins import Manager
            from ssemon.scoring import check_methods

            check_methods(edition, scoring_methods(Manager()))
        except SsemonError as fault:
            return list(fault.problems)
        return []

    return read


def profile(text: str, edition: str = PROFILE) -> dict[str, str]:
    return {"edition.toml": edition + text}


PROFILES = [
    ("E01", {"edition.toml": "[edition\n"}, "cannot be read as TOML", "mend the line named"),
    ("E01", {"edition.toml": b'[edition]\nid = "\xc7"\n'}, "cannot be read as TOML", "mend"),
    ("E02", profile('contry = "x"\n'), "contry", 'did you mean "countries"?'),
    ("E02", profile('[method]\nnormalization = "goalposts"\n'), "normalization", 'did you mean "normalisation"?'),
    ("E02", profile("[methods]\n"), "methods", 'did you mean "method"?'),
    ("E02", profile("[method.coverage]\n0 = { wheight = 0.5 }\n"), "wheight", 'did you mean "weight"?'),
    ("E02", profile("[method.bands]\ncut = [3]\n"), "cut", 'did you mean "cuts"?'),
    ("E02", profile("[method.reference_period]\nage = 3\n"), "age", "max_age"),
    ("E02", profile("[method.indicator.a1]\nweight = 2\n"), "weight", "normalisation"),
    ("E03", {"edition.toml": PROFILE.replace("[2018, 2020]", "[2020, 2018]")}, "years", "years = [2005, 2020]"),
    ("E03", {"edition.toml": PROFILE.replace("[2018, 2020]", '"2018"')}, "years", "years = [2005, 2020]"),
    ("E03", profile("report_year = 2021\n"), "report_year", "between 2018 and 2020"),
    ("E03", profile('date = "2022-12-10"\n'), "date must be a day", "date = 2022-12-10"),
    ("E03", profile("countries = [1]\n"), "countries", '["KOR", "JPN"]'),
    ("E03", profile("seed = true\n"), "seed must be of type int", "correct"),
    ("E03", profile("[method]\nnormalisation_range = [100, 0]\n"), "normalisation_range", "[0, 100]"),
    ("E03", profile("[method]\nnormalisation_range = [0, inf]\n"), "normalisation_range", "[0, 100]"),
    ("E03", profile("[method]\nnormalisation_range = [false, true]\n"), "normalisation_range", "[0, 100]"),
    ("E04", profile('[method]\nrank_among = "editon"\n'), "rank_among", 'did you mean "edition"?'),
    ("E03", profile("[trend]\ntarget_year = 2010\n"), "trend.target_year must be after", "a year after 2015"),
    ("E03", profile("[trend]\ndecay = 0\n"), "trend.decay", "for example 0.9"),
    ("E03", profile('[trend]\nbase_year = "2015"\n'), "trend.base_year must be a whole number", "2015"),
    ("E03", profile('[trend.targets]\na1 = "ten"\n'), 'trend.targets."a1" must be a number', "own unit"),
    ("E04", profile("[trend.targets]\na9 = 3\n"), "trend.targets", "known: a1"),
    ("E02", profile("[trend]\ntarget_yaer = 2030\n"), "[trend] has a key we do not know", "target_year"),
    ("E03", profile("[method]\nuniverse = 3\n"), "universe", "column's name"),
    ("E03", profile("[method]\naggregation = 3\n"), "method.aggregation must be a table", "write [method.aggregation]"),
    ("E03", profile('[method.aggregation]\n1 = "geometric"\n[method.level.1]\naggregation = "arithmetic"\n'), "say two things", "take one"),
    ("E03", profile("[method.aggregation]\n0 = 3\n"), "must name a method", "method ="),
    ("E03", profile("[method.reference_period]\nmax_age = -1\n"), "max_age", '"indicator"'),
    ("E03", profile("[method.coverage]\n0 = 0.5\n"), "coverage.0 must be a table", "{ weight = 0.5 }"),
    ("E03", profile("[method.coverage]\n0 = { weight = 50 }\n"), "must be a share", "from 0 to 1"),
    ("E03", profile("[method.coverage]\n0 = { weight = nan }\n"), "must be a share", "from 0 to 1"),
    ("E03", profile('[method.coverage]\n0 = { children = "al" }\n'), "children", '"all"'),
    ("E03", profile('[method.coverage]\n0 = { count = "cores" }\n'), "count", 'did you mean "core"?'),
    ("E03", profile("[method.bands]\ncuts = [50, 30]\n"), "rising numbers", "[30, 50, 70]"),
    ("E03", profile('[method.bands]\ncuts = [50]\ncodes = ["a"]\n'), "one more than the cuts", "name 2 bands"),
    ("E03", profile("[method.bands]\ncuts = [50]\ncodes = [1, 2]\n"), "must be texts", "name 2 bands"),
    ("E03", profile("[method.bands]\ncuts = [50]\ncodes = 4\n"), "must be texts", "name 2 bands"),
    ("E03", profile('[method.bands]\ncuts = [50]\ncodes = "AB"\n'), "must be texts", "name 2 bands"),
    ("E03", profile("[method.indicator]\na1 = 3\n"), 'method.indicator."a1" must be a table', "[method.indicator"),
    ("E04", profile('[method.aggregation]\n2 = "arithmetic"\n'), "aggregation.2 is no level or node", "0, 1, A, B, R"),
    ("E04", profile("[method.coverage]\nAA = { weight = 1 }\n"), "coverage.AA", 'did you mean "A"?'),
    ("E04", profile('[method.indicator.a9]\nnormalisation = "goalposts"\n'), "method.indicator.a9", "known: a1, a2, b1, b2, b3"),
    ("E04", profile('[method]\nuniverse = "un193"\n'), "method.universe", ""),
    ("E06", profile('[method]\nnormalisation = "goalpost"\n'), "no normalisation of that name", 'did you mean "goalposts"?'),
    ("E06", profile('[method.aggregation]\n0 = "arithmetik"\n'), "no aggregation of that name", 'did you mean "arithmetic"?'),
    ("E06", profile('[method]\nweighting = "declaredd"\n'), "no weighting of that name", "declared,"),
    ("E06", profile('[method.aggregation]\n0 = { method = "ampi", scale = 3 }\n'), "does not take these parameters", "remove them"),
    ("E06", profile('[method.aggregation]\n0 = { method = "ampi", power = 3 }\n'), "does not take these parameters", "remove them"),
    ("E03", profile("[method]\ndenominate = 3\n"), "method.denominate", "true, false, or a table"),
    ("E06", profile('[method]\nimputation = "meen"\n'), "no imputation of that name", 'did you mean "mean"?'),
    ("E06", profile('[method]\ntreatment = "logg"\n'), "no treatment of that name", 'did you mean "log"?'),
    ("E06", profile('[uncertainty]\nimputation = ["mean"]\n'), "varies a step that the profile does not take", "take it out of [uncertainty]"),
    ("E07", {"edition.toml": PROFILE.replace('"."', '"basline"')}, "no framework", 'did you mean "baseline"?'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "files", "what", "fix"), PROFILES, ids=[f"{case[0]}-{n}" for n, case in enumerate(PROFILES)]
)
def test_a_fault_of_a_profile_is_named(faults, the, code, files, what, fix):
    problem = the(faults(files), code)
    assert what in problem.what
    assert fix in problem.fix
    assert problem.where.file.endswith("edition.toml") or code == "E07"


def test_a_profile_that_is_not_there_is_named(tmp_path, the):
    with pytest.raises(SsemonError) as fault:
        read_profile(tmp_path / "edition.toml")
    assert the(fault.value.problems, "E01").where.file == str(tmp_path / "edition.toml")


def test_all_faults_of_a_profile_are_said_at_once(faults):
    text = '[edition]\nidd = "x"\nyears = [2020]\n[method]\nuniverze = "x"\ndenominate = 3\n[method.coverage]\n0 = 1\n'
    assert sorted(problem.code for problem in faults({"edition.toml": text})) == ["E02", "E02", "E03", "E03", "E03"]


def test_a_profile_without_choices_takes_the_defaults(tiny_framework):
    edition, _ = read_profile(tiny_framework(profile("")) / "edition.toml")
    method = edition.method
    assert (method.normalisation.method, method.normalisation_range, method.weighting.method) == (
        "goalposts",
        (0.0, 100.0),
        "declared",
    )
    assert (method.universe, method.rank_among, method.max_age, method.band_cuts) == (None, "universe", None, ())
    assert (method.aggregation_of("R", 0).method, method.coverage_of("R", 0).weight) == ("arithmetic", 0.0)
    assert (edition.report_year, edition.languages, edition.countries, edition.date) == (2020, ("en",), (), None)


def test_a_node_s_code_beats_its_level(tiny_framework):
    text = '[method.aggregation]\n1 = "geometric"\nA = "ampi"\n[method.coverage]\n1 = { weight = 0.5 }\nB = { weight = 0.9 }\n'
    edition, _ = read_profile(tiny_framework(profile(text)) / "edition.toml")
    assert [edition.method.aggregation_of(code, 1).method for code in "AB"] == ["ampi", "geometric"]
    assert [edition.method.coverage_of(code, 1).weight for code in "AB"] == [0.5, 0.9]


def test_the_hash_is_of_what_a_profile_says_and_not_of_how_it_is_spelt(tiny_framework):
    one, _ = read_profile(tiny_framework(profile("seed = 3\n")) / "edition.toml")
    two, _ = read_profile(tiny_framework(profile("seed   =   3   # the same\r\n")) / "edition.toml")
    three, _ = read_profile(tiny_framework(profile("seed = 4\n")) / "edition.toml")
    assert one.hash == two.hash != three.hash


def test_a_country_that_no_plugin_brings_is_not_available_and_named(plugin_folder, tiny_framework, the):
    edition = tiny_framework(profile('countries = ["KOR", "JPM"]\n')) / "edition.toml"
    result = run(edition, [plugin_folder()])
    problem = the(result.problems, "E08")
    assert (problem.country, problem.where.file) == ("JPM", str(edition))
    assert "did you mean" in problem.fix
    assert [(one.code, one.available) for one in result.reported] == [("KOR", True), ("JPM", False)]


NODES = "code,level,parent,name_en,weight\n"
HEAD = "code,parent,name_en,definition,unit,direction,type,lower_goalpost,upper_goalpost,weight,core,transform,derivation,source_code\n"
TREE = NODES + "R,0,,All,1\nA,1,R,Alpha,1\n"


def leaf(
    direction="1",
    lower="0",
    upper="10",
    weight="1",
    core="1",
    transform="",
    derivation="",
    series="",
    parent="A",
    code="a1",
) -> dict[str, str]:
    row = f"{code},{parent},One,,PT,{direction},quantitative,{lower},{upper},{weight},{core},{transform},{derivation},{series}\n"
    return {"structure.csv": TREE, "indicators.csv": HEAD + row}


FRAMEWORKS = [
    ("B01", {"framework.toml": None}, {"file": "framework.toml", "fix": "write"}),
    ("B01", {"framework.toml": "id = tiny\n"}, {"file": "framework.toml", "fix": "mend the line named"}),
    ("B01", {"structure.csv": None}, {"file": "structure.csv"}),
    ("B02", {"structure.csv": "code,level,parnt,name_en,weight\nR,0,,All,1\n"}, {"file": "structure.csv", "what": '"parent"', "fix": 'did you mean "parnt"?'}),
    ("B02", {"indicators.csv": "code,parent\n"}, {"file": "indicators.csv", "many": 9}),
    ("B03", {"structure.csv": TREE + "A,1,R,Again,1\n", "indicators.csv": leaf()["indicators.csv"]}, {"file": "structure.csv", "found": "A"}),
    ("B03", {**leaf(parent="AA")}, {"file": "indicators.csv", "column": "parent", "what": '"AA"', "fix": 'did you mean "A"?'}),
    ("B03", {**leaf(), "structure.csv": TREE + "C,2,R,Deep,1\n"}, {"what": "C is at level 2, its parent R at 0"}),
    ("B03", {**leaf(), "structure.csv": TREE + "S,0,,Second,1\n"}, {"what": "one root", "found": "R, S"}),
    ("B03", {**leaf(), "structure.csv": TREE + "C,1,Q,Lost,1\n"}, {"what": '"Q"'}),
    ("B03", {**leaf(), "rubrics.csv": "indicator,level,text_en\na2,0,none\n"}, {"file": "rubrics.csv", "rows": (2,), "fix": "known: a1"}),
    ("B03", {**leaf(), "areas.csv": "area,name_en\nKOR,Korea\nKOR,Corea\n"}, {"file": "areas.csv", "rows": (3,), "found": '"KOR"'}),
    ("B04", leaf(direction="up"), {"rows": (2,), "column": "direction", "found": '"up"'}),
    ("B04", leaf(direction=""), {"rows": (2,), "column": "direction", "what": "1 or -1"}),
    ("B04", leaf(weight="-1"), {"column": "weight", "found": '"-1"'}),
    ("B04", leaf(weight="inf"), {"column": "weight", "found": '"inf"'}),
    ("B04", leaf(weight=""), {"column": "weight"}),
    ("B04", leaf(core="yes"), {"column": "core", "found": '"yes"'}),
    ("B04", leaf(lower="nan"), {"column": "lower_goalpost", "found": '"nan"'}),
    ("B04", leaf(transform="log"), {"column": "transform", "fix": 'did you mean "log10"?'}),
    ("B04", leaf(transform="log10"), {"column": "lower_goalpost", "what": "a logarithm needs a lower goalpost above 0", "found": '"0"'}),
    ("B04", leaf(derivation="ration", series="x+y"), {"column": "derivation", "fix": 'did you mean "ratio"?'}),
    ("B04", leaf(derivation="ratio", series="x"), {"column": "source_code", "what": "from 2 series, not from 1", "found": '"x"'}),
    ("B04", leaf(derivation="share", series="x+y"), {"column": "source_code", "what": "from 1 series, not from 2"}),
    ("B04", {**leaf(), "structure.csv": NODES + "R,top,,All,1\nA,1,R,Alpha,1\n"}, {"file": "structure.csv", "rows": (2,), "column": "level", "found": '"top"'}),
    ("B04", {**leaf(), "indicators.csv": HEAD.rstrip("\n") + ",minimum,maximum\n" + leaf()["indicators.csv"].splitlines()[1] + ",5,5\n"}, {"rows": (2,), "column": "minimum", "what": "minimum is not below maximum", "found": "5 and 5"}),
    ("B05", leaf(lower="10", upper="0"), {"rows": (2,), "column": "lower_goalpost", "found": "10.0 and 0.0", "fix": "lower below upper"}),
    ("F05", {**leaf(), "structure.csv": TREE.encode() + b"B,1,R,\xc7\xd1,1\n"}, {"file": "structure.csv", "fix": "CSV UTF-8"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "files", "expected"), FRAMEWORKS, ids=[f"{case[0]}-{n}" for n, case in enumerate(FRAMEWORKS)]
)
def test_a_fault_of_a_framework_is_named_with_file_row_and_column(faults, the, code, files, expected):
    found = [problem for problem in faults(files) if problem.code == code]
    if "many" in expected:
        assert len(found) == expected["many"]
        return
    problem = the(found, code)
    told = {"rows": problem.where.rows, "column": problem.where.column, "found": problem.found}
    for name, value in expected.items():
        if name == "file":
            assert problem.where.file.endswith(value)
        elif name in ("what", "fix"):
            assert value in getattr(problem, name)
        else:
            assert told[name] == value


def test_a_row_of_a_framework_is_counted_as_a_spreadsheet_counts_it(faults, the):
    rows = (
        '"a1",A,"One\nof two lines",,PT,1,quantitative,0,10,1,1,,,\n\na2,A,Two,,PT,sideways,quantitative,0,10,1,1,,,\n'
    )
    problem = the(faults({"structure.csv": TREE, "indicators.csv": HEAD + rows}), "B04")
    assert problem.where.rows == (4,)


def test_the_hash_of_a_framework_does_not_depend_on_line_ends(tiny_framework):
    from ssemon import read_framework

    folder = tiny_framework(name="one")
    windows = {
        path.name: path.read_bytes().replace(b"\n", b"\r\n") for path in folder.iterdir() if path.suffix == ".csv"
    }
    other = tiny_framework(windows, name="two")
    assert read_framework(folder).hash == read_framework(other).hash


def test_leaf_weights_are_products_down_the_tree_and_sum_to_one(tiny_framework):
    from ssemon import read_framework

    framework = read_framework(tiny_framework())
    assert framework.leaf_weights("R") == pytest.approx({"a1": 0.25, "a2": 0.25, "b1": 0.25, "b2": 0.25})
    assert [one.code for one in framework.leaves("R")] == ["a1", "a2", "b1", "b2", "b3"]
    assert framework.series == {"b2_f", "b2_m"}


@pytest.mark.parametrize(
    ("setting", "found"),
    [
        ('imputation = { method = "locf", max_age = "x" }', 'imputation "locf" of a1: max_age = "x"'),
        ('treatment = { method = "winsorise", winmax = "many" }', 'treatment "winsorise" of a1: winmax = "many"'),
        ('treatment = { method = "winsorise", winmax = -1 }', 'treatment "winsorise" of a1'),
        ('imputation = { method = "knn", k = 0 }', 'imputation "knn" of a1'),
        ('normalisation = { method = "zscore", sd = "some" }', 'normalisation "zscore" of a1'),
        ('weighting = { method = "budget", points = { a1 = [60] } }', 'weighting "budget" of A'),
        ('aggregation = { A = { method = "mpi", penalty = "plusminus" } }', 'aggregation "mpi" of A'),
        ('aggregation = { A = { method = "owa", order = [1] } }', 'aggregation "owa" of A'),
    ],
)
def test_what_a_method_cannot_use_is_named_with_the_profile_and_the_place(
    tmp_path, tiny_framework, the, setting, found
):
    from ssemon import score_file

    folder = tiny_framework({}, edition=f"[method]\n{setting}\n")
    data = tmp_path / "data.csv"
    rows = (f"{area},{code},2019,{at}" for at, area in enumerate("XYZWV") for code in ("a1", "a2", "b1", "b2"))
    data.write_text("\n".join(["area,indicator,year,value", *rows, ""]), encoding="utf-8")
    with pytest.raises(SsemonError) as fault:
        score_file(data, folder)
    problem = the(fault.value.problems, "E06")
    assert problem.found.startswith(found)
    assert problem.where.file.endswith("edition.toml")


@pytest.mark.parametrize(
    ("section", "line", "code"),
    [
        ("aggregation", 'LEG.B1 = "geometric"', "LEG.B1"),
        ("coverage", "LEG.B1 = { weight = 0.5 }", "LEG.B1"),
        ("node", 'LEG.B1 = { weighting = "equal" }', "LEG.B1"),
        ("indicator", 'LEG.B1.1 = { normalisation = "rank" }', "LEG.B1.1"),
        ("denominate", 'SCL.B1.1 = "GDP"', "SCL.B1.1"),
    ],
)
def test_a_code_with_a_point_that_stands_without_quotation_marks_is_named(tmp_path, section, line, code):
    text = f'[edition]\nid = "x"\nyears = [2010, 2020]\n[method.{section}]\n'
    path = tmp_path / "edition.toml"
    path.write_text(text + line + "\n", encoding="utf-8")
    with pytest.raises(SsemonError) as fault:
        read_edition(path)
    [problem] = fault.value.problems
    assert (problem.code, problem.found) == ("E03", code)
    assert problem.fix.startswith(f'write "{code}" = …')
    path.write_text(text + line.replace(code, f'"{code}"') + "\n", encoding="utf-8")
    read_edition(path)


def test_a_misspelt_key_is_not_taken_for_a_part_of_a_code(tmp_path):
    path = tmp_path / "edition.toml"
    path.write_text("[edition]\nyears = [2010, 2020]\n[method.coverage]\nLEG = { wieght = 0.5 }\n", encoding="utf-8")
    with pytest.raises(SsemonError) as fault:
        read_edition(path)
    assert [problem.code for problem in fault.value.problems] == ["E02"]
