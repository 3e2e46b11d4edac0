"""Every rule of a table: the rows, the heading and the value that break it, and that the repair repairs it."""

from __future__ import annotations

import pytest

FILE = "data/values.csv"
HEAD = "area,indicator,year,value\n"
ABOUT = '[plugin]\ncountry = "KOR"\napi = 1\n'
SOUND = {FILE: HEAD + "KOR,a1,2019,4\n"}


def csv(*lines: str, head: str = "area,indicator,year,value") -> dict[str, str]:
    return {FILE: "\n".join((head, *lines)) + "\n"}


def entry(table: str, file: str) -> str:
    return f'[[tables]]\ntable = "{table}"\nfile = "{file}"\nsource = "x"\nlicence = "x"\n'


FORMS = "org_type,form_en,law_year,in_force_from,status\n"
WITH_FORMS = {"plugin.toml": ABOUT + entry("observations", FILE) + entry("legal_forms", "data/forms.csv"), **SOUND}
PLACE = {"file": FILE, "stage": "validate", "severity": "error"}

CASES = [
    ("V00", csv("KOR,a1,2019,4", "KOR,,2019,4"), {**PLACE, "rows": (3,), "column": '"indicator"', "fix": "fill the cells"}, SOUND),
    ("V11", csv("KOR,a1,2562,4"), {**PLACE, "rows": (2,), "column": '"year"', "found": '"2562"', "fix": "less 543"}, csv("KOR,a1,2019,4")),
    ("V12", csv("KOR,b1,2018,99", "KOR,b1,2019,140"), {**PLACE, "rows": (3,), "column": '"value"', "found": '"140"', "fix": "0 to 100"}, csv("KOR,b1,2019,14")),
    ("V20", {**WITH_FORMS, "data/forms.csv": FORMS + "COOP,General,2012,1 Dec 2012,in force\n"}, {"file": "data/forms.csv", "rows": (2,), "column": '"in_force_from"', "found": '"1 Dec 2012"', "fix": "YYYY-MM-DD"}, {"data/forms.csv": FORMS + "COOP,General,2012,2012-12-01,in force\n"}),
    ("K03", csv("KOR,\u04301,2019,4"), {**PLACE, "rows": (2,), "column": '"indicator"', "fix": 'did you mean "a1"? It looks the same'}, SOUND),
    ("K03", {**csv("KOR,7,2019,4"), "mapping.csv": "column,theirs,ours\nindicator,007,a1\n"}, {**PLACE, "rows": (2,), "fix": 'did you mean "007"? The spreadsheet'}, csv("KOR,007,2019,4")),
    ("K01", csv("KOR,a1,2018,4", "KOREA,a1,2019,4"), {**PLACE, "rows": (3,), "column": '"area"', "found": '"KOREA"', "fix": "area,KOREA,"}, {"mapping.csv": "column,theirs,ours\narea,KOREA,KOR\n"}),
    ("K02", csv("KOR,a1,2018,4", "JPN,a1,2019,4"), {**PLACE, "rows": (3,), "found": '"JPN"', "fix": "take the rows out"}, csv("KOR,a1,2018,4")),
    ("K03", csv("KOR,a1,2018,4", "KOR,A-1,2019,4"), {**PLACE, "rows": (3,), "column": '"indicator"', "found": '"A-1"', "fix": "indicator,A-1,"}, {"mapping.csv": "column,theirs,ours\nindicator,A-1,a1\n"}),
    ("K04", csv("KOR,a1,2019,4,COOPS", head="area,indicator,year,value,Typ") | {"mapping.csv": "column,theirs,ours\n,Typ,org_type\n"}, {**PLACE, "rows": (2,), "column": '"Typ"', "found": '"COOPS"', "fix": 'did you mean "COOP"?'}, {"mapping.csv": "column,theirs,ours\n,Typ,org_type\norg_type,COOPS,COOP\n"}),
    ("K05", csv("KOR,a1,2019,4", "KOR,a2,2019,4", "KOR,a1,2019,4"), {**PLACE, "rows": (2, 4), "found": "KOR, a1, 2019, _T, _T: data/values.csv row 2, data/values.csv row 4", "fix": "take the repetition out"}, SOUND),
    ("K06", csv("KOR,a1,2019,4", "KOR,a1,2019,5"), {**PLACE, "rows": (2, 3), "fix": "keep the right one"}, SOUND),
    ("M02", csv("KOR,a1,2018,,A", "KOR,a1,2019,4,M", head="area,indicator,year,value,obs_status"), {**PLACE, "rows": (2, 3), "fix": "leave the status empty"}, csv("KOR,a1,2018,,", "KOR,a1,2019,4,", head="area,indicator,year,value,obs_status")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "broken", "expected", "mended"), CASES, ids=[case[0] for case in CASES])
def test_a_fault_of_a_table_is_named_with_its_place_and_its_repair(provoke, code, broken, expected, mended):
    provoke(code, broken, expected, mended)


def test_the_same_key_in_two_files_names_both(check_plugin, the):
    about = ABOUT + entry("observations", FILE) + entry("observations", "data/more.csv")
    problem = the(check_plugin({"plugin.toml": about, **SOUND, "data/more.csv": HEAD + "KOR,a1,2019,5\n"}), "K06")
    assert problem.found == "KOR, a1, 2019, _T, _T: data/values.csv row 2, data/more.csv row 2"


def test_a_key_with_a_missing_part_is_not_called_a_repetition(check_plugin):
    codes = {problem.code for problem in check_plugin(csv("KOR,a1,x,4", "KOR,a1,y,5"))}
    assert codes == {"V09"}


def test_an_empty_year_and_an_unreadable_one_are_two_faults(check_plugin, the):
    problems = check_plugin(csv("KOR,a1,x,4", "KOR,a1,,5"))
    assert the(problems, "V09").where.rows == (2,)
    assert 3 in the(problems, "V00").where.rows


def test_a_part_of_the_country_is_its_own_area(check_plugin):
    assert check_plugin(csv("KOR,a1,2019,4", "KR-11,a1,2019,5")) == []


def test_a_series_that_an_indicator_is_derived_from_is_a_known_word(check_plugin):
    assert check_plugin(csv("KOR,b2_f,2019,4", "KOR,b2_m,2019,5")) == []


def test_every_fault_of_a_file_is_said_at_once(check_plugin):
    lines = [
        "XXX,a1,2019,4",
        "JPN,a1,2019,4",
        "KOR,zz,2019,4",
        "KOR,a1,1492,4",
        "KOR,b1,2019,400",
        "KOR,a2,2019,x",
        "KOR,a1,2018,1",
        "KOR,a1,2018,2",
    ]
    codes = {problem.code for problem in check_plugin(csv(*lines))}
    assert codes == {"K01", "K02", "K03", "V11", "V12", "V04", "K06"}


def test_a_country_with_an_error_gives_no_observations(plugin_folder, tiny_framework):
    from ssemon import validate

    [checked] = validate([plugin_folder(csv("KOR,a1,2019,4", "KOR,a1,2018,x"))], tiny_framework() / "edition.toml")
    assert checked.values == 0


def test_a_table_of_facts_reaches_the_outcome_as_rows_of_texts(plugin_folder, tiny_framework):
    from ssemon import run

    files = {**WITH_FORMS, "data/forms.csv": FORMS + "COOP,General,2012,2012-12-01,in force\n"}
    edition = tiny_framework() / "edition.toml"
    result = run(edition, [plugin_folder(files)])
    [row] = result.country("KOR").facts["legal_forms"]
    assert (row["org_type"], row["law_year"], row["register_holder"]) == ("COOP", "2012", None)
    assert [(source.table, source.rows) for source in result.country("KOR").sources] == [
        ("observations", 1),
        ("legal_forms", 1),
    ]


@pytest.mark.parametrize("value", ["NaN", "inf", "1e999"])
def test_pandera_is_given_collected_frames_so_that_bad_values_are_seen(check_plugin, value):
    """Its own trap: on a LazyFrame only names and types are checked. A canary for the day that changes."""
    assert check_plugin(csv(f"KOR,a1,2019,{value}")) != []
    import polars as pl

    from ssemon.tables import shipped_tables
    from ssemon.validation.rules import Context, rules_of
    from ssemon.validation.schema import compiled

    definition = shipped_tables()["observations"]
    schema = compiled(definition, rules_of(definition, Context("KOR", ["KOR"], ["KOR"], ["a1"])))
    columns = {
        "area": "XXX",
        "indicator": "zz",
        "sex": "?",
        "org_type": "?",
        "obs_status": "?",
        "conf_status": "?",
        "source": "",
        "note": "",
    }
    frame = pl.DataFrame(
        {**{name: [text] for name, text in columns.items()}, "year": [1492], "value": [1.0]},
        schema_overrides={"year": pl.Int32},
    )
    with pytest.raises(Exception, match="K01"):
        schema.validate(frame, lazy=True)


def test_a_value_that_its_unit_does_not_usually_take_is_told_and_stops_nothing(check_plugin, the):
    """The unit of b2 is a percentage, and its goalposts are not the bounds of what can exist."""
    problem = the(check_plugin(csv("KOR,b2,2018,50", "KOR,b2,2019,143")), "V21")
    assert (problem.severity, problem.where.rows, problem.found) == ("warning", (3,), '"143"')


def test_what_an_indicator_can_be_is_said_of_that_indicator(check_with_limits, the):
    """A count is no share: who sends a negative one is not told that shares run to 100."""
    assert the(check_with_limits("KOR,b1,2019,-1"), "V12").fix.startswith("values of b1 are 0 or more: correct")
    fix = the(check_with_limits("KOR,a1,2019,101", "KOR,b1,2018,-1", "KOR,b2,2019,101"), "V12").fix
    assert fix.startswith("values of a1 run from 0 to 100, values of b1 are 0 or more, values of b2 are 100 or less:")
    assert the(check_with_limits("KOR,a2,2019,-3"), "V21").fix.startswith(
        "values of a2 usually run from 0 to 100: check"
    )


def test_the_name_of_a_code_is_mended_by_the_code(check_plugin, the):
    lines = csv("KOR,a1,2019,4,Female", "KOR,a1,2019,9,total", head="area,indicator,year,value,sex")
    assert the(check_plugin(lines), "K04").fix == "add to mapping.csv:  sex,Female,F  and  sex,total,_T"


@pytest.mark.parametrize(
    ("area", "what", "fix"),
    [("KR-99", "not on our list", "known: KR-11, "), ("KO-R", "not on our list", "known: KR-11"), ("Koreea", "no ISO 3166 code", 'did you mean "KOR"?')],
)  # fmt: skip
def test_a_part_of_a_country_is_not_called_a_country_that_does_not_exist(check_plugin, area, what, fix, the):
    problem = the(check_plugin(csv("KOR,a1,2018,4", f"{area},a1,2019,4")), "K01")
    assert what in problem.what
    assert problem.fix.startswith(fix)


def test_each_other_country_gets_its_line_of_the_mapping(check_plugin, the):
    problem = the(check_plugin(csv("KOR,a1,2018,4", "JPN,a1,2019,4", "THA,a1,2019,4", "JPN,a1,2018,4")), "K02")
    assert problem.fix.endswith("add to mapping.csv:  area,JPN,ignore  and  area,THA,ignore")


LIMITS = (
    "code,parent,name_en,definition,unit,direction,type,lower_goalpost,upper_goalpost,weight,core,minimum,maximum\n"
    "a1,A,A share of a whole,,PT,1,quantitative,0,10,1,1,0,100\n"
    "a2,A,A change in per cent,,PT,1,quantitative,0,10,1,1,,\n"
    "b1,B,A count,,ENT,1,quantitative,0,100,1,1,,\n"
    "b2,B,A gap in per cent,,PT,-1,quantitative,0,40,1,1,,100\n"
)


@pytest.fixture
def check_with_limits(plugin_folder, tiny_framework):
    from ssemon import validate

    def check(*lines: str):
        edition = tiny_framework({"indicators.csv": LIMITS}) / "edition.toml"
        [checked] = validate([plugin_folder(csv(*lines))], edition)
        return list(checked.problems)

    return check


@pytest.mark.parametrize("cell", ["KOR,a1,2019,100.5", "KOR,a1,2019,-1", "KOR,b1,2019,-1", "KOR,b2,2019,101"])
def test_what_cannot_exist_is_an_error_whatever_the_goalposts(check_with_limits, cell, the):
    problems = check_with_limits("KOR,a1,2018,50", cell)
    assert [problem.code for problem in problems] == ["V12"]
    assert (problems[0].severity, problems[0].where.rows) == ("error", (3,))


@pytest.mark.parametrize("cell", ["KOR,a2,2019,250", "KOR,a2,2019,-3", "KOR,b2,2019,-4"])
def test_a_percentage_that_may_pass_its_usual_range_is_only_told_of(check_with_limits, cell):
    assert [(problem.code, problem.severity) for problem in check_with_limits(cell)] == [("V21", "warning")]


def test_the_bounds_themselves_and_what_is_missing_can_exist(check_with_limits):
    assert check_with_limits("KOR,a1,2018,100", "KOR,a1,2019,0", "KOR,a1,2020,", "KOR,b1,2019,9e9") == []


def test_limits_come_from_the_framework_then_from_natural_goalposts_then_from_the_unit():
    from dataclasses import replace

    from ssemon import Indicator
    from ssemon.bounds import limits, usual_range

    inf = float("inf")
    share = Indicator("x", "A", "X", "", "PT", 1, "quantitative", 5.0, 10.0, 1.0, core=True)
    natural = replace(share, metadata={"goalpost_basis": "natural"})
    assert (limits(share), usual_range(share)) == ((-inf, inf), (0, 100))
    assert (limits(natural), usual_range(natural)) == ((5, 10), (-inf, inf))
    assert limits(replace(natural, minimum=1.0)) == (1, 10)
    assert limits(replace(share, unit="SCORE_1_6")) == (1, 6)
    assert usual_range(replace(share, maximum=100.0)) == (0, inf)


def test_a_slip_in_the_mapping_is_told_there_and_not_in_the_rows_that_it_maps(check_plugin, the):
    files = csv("KOR,Mitglieder,2019,4") | {"mapping.csv": "column,theirs,ours\nindicator,Mitglieder,a11\n"}
    problems = check_plugin(files)
    assert [problem.code for problem in problems] == ["P15"]
    assert (problems[0].where.file, problems[0].where.rows) == ("mapping.csv", (2,))
    assert 'did you mean "a1"?' in problems[0].fix


def test_many_unknown_indicators_point_to_another_framework(check_plugin, the):
    lines = [f"KOR,X.{number},2019,1" for number in range(9)]
    assert "--edition FILE" in the(check_plugin(csv(*lines)), "K03").fix


def test_a_constant_status_is_for_values_only(check_plugin):
    about = ABOUT + entry("observations", FILE) + 'constants = { obs_status = "E" }\n'
    assert check_plugin({"plugin.toml": about, **csv("KOR,a1,2018,", "KOR,a1,2019,4")}) == []
