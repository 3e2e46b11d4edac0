"""Every rule beyond single cells, by its three fixtures; and what the engine owes them all."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ssemon.errors import EditionFault
from ssemon.framework import find_framework, read_framework, shipped_frameworks
from ssemon.rulebook import rules_for, shipped_rules
from ssemon.rulekinds import KINDS
from ssemon.validation.across import COUNTRY_JUDGES
from ssemon.validation.beyond import shown, years_of
from ssemon.validation.kinds import JUDGES
from ssemon.validation.revised import REVISION_JUDGES

FIXTURES = tomllib.loads((Path(__file__).parent / "rule_fixtures.toml").read_text(encoding="utf-8"))
OWN = {rule.name: (name, rule) for name in shipped_frameworks() for rule in read_framework(find_framework(name)).rules}
ALL = {rule.name: rule for rule in shipped_rules()} | {name: rule for name, (_, rule) in OWN.items()}
# Those of the other grains: test_rules_against.py.
RULES = {name: rule for name, rule in ALL.items() if KINDS[rule.kind].grain == "delivery"}


def test_every_rule_has_its_three_fixtures_and_every_fixture_its_rule():
    assert FIXTURES.keys() == RULES.keys()
    for name, fixture in FIXTURES.items():
        assert all(fixture[part] for part in ("passes", "fails", "rows", "found", "missing")), name
        assert fixture.get("framework", "") == (OWN[name][0] if name in OWN else ""), name


@pytest.mark.parametrize("name", FIXTURES)
def test_a_rule_passes_what_is_sound_names_what_is_not_and_treats_missing_as_it_says(name, hold):
    fixture, rule = FIXTURES[name], RULES[name]
    framework = fixture.get("framework", "")
    assert hold(fixture["head"], fixture["passes"], framework) == []
    told = hold(fixture["head"], fixture["fails"], framework)
    assert [(one.rule, one.code, one.severity) for one in told] == [(name, rule.code, rule.severity)]
    [problem] = told
    assert (problem.where.file, problem.where.rows) == ("data/values.csv", tuple(fixture["rows"]))
    assert problem.where.row_count == len(fixture["rows"])
    assert fixture["found"] in problem.found
    assert "{" not in problem.what + problem.found + problem.fix
    silent = [one for one in hold(fixture["head"], fixture["missing"], framework) if one.rule == name]
    assert bool(silent) is (rule.missing == "fails")


def test_each_kind_has_a_function_and_a_rule():
    by_grain = {"delivery": JUDGES, "revision": REVISION_JUDGES, "countries": COUNTRY_JUDGES}
    for grain, judges in by_grain.items():
        assert {name for name, form in KINDS.items() if form.grain == grain} == judges.keys()
    assert KINDS.keys() == {rule.kind for rule in ALL.values()}


@pytest.mark.parametrize("name", shipped_frameworks())
def test_the_rules_of_a_shipped_framework_give_their_reasons(name):
    for rule in rules_for(read_framework(find_framework(name)).rules):
        assert len(rule.reason) > 30, rule.name
        assert len(rule.fix) > 10, rule.name


def test_a_value_that_is_in_error_already_does_not_break_a_rule_as_well(hold):
    told = hold(
        "area,indicator,year,sex,value", ["KOR,members,2020,_T,-5", "KOR,members,2020,F,5", "JPN,members,2020,F,5"]
    )
    assert [problem.code for problem in told] == ["K02", "V12"]
    twice = hold("indicator,year,sex,value", ["members,2020,_T,5", "members,2020,F,9", "members,2020,F,9"])
    assert [problem.code for problem in twice] == ["K05"]


def test_what_fails_is_counted_exactly_and_listed_in_bounds(hold):
    lines = [f"members,{year},{sex},{value}" for year in range(1900, 2000) for sex, value in (("_T", 1), ("F", 2))]
    [problem] = hold("indicator,year,sex,value", lines)
    assert (problem.where.row_count, problem.what[:10]) == (200, "100 values")
    assert problem.found.endswith("KOR members 1904: F 2 above _T 1 and 95 more")


def test_a_message_names_no_more_digits_than_it_takes_to_find_a_value():
    told = {13.04347826: "13.0435", 581.0: "581", 1234567.0: "1234567", 1234567.891: "1234567.89", 0.00893: "0.00893"}
    assert {value: shown(value) for value in told} == told
    # What is no whole number must not look like one: the rule on whole numbers asks of just that.
    assert shown(2.00000001) == "2.00000001"


def test_the_years_of_cases_are_the_first_and_the_last():
    assert years_of([{"year": 2010}, {"year": 2004}, {"year": None}]) == (2004, 2010)
    assert years_of([{"begin": 2001, "end": 2006}]) == (2001, 2006)
    assert years_of([{"source": "a"}]) == ()


def test_a_total_in_another_file_is_named_with_its_place(counts, plugin_folder):
    from ssemon import validate

    more = '\n[[tables]]\ntable = "observations"\nfile = "data/women.csv"\nsource = "x"\nlicence = "x"\n'
    folder = plugin_folder({"data/values.csv": "indicator,year,value\nmembers,2020,5\n"})
    (folder / "data" / "women.csv").write_text("indicator,year,sex,value\n\nmembers,2020,F,9\n", encoding="utf-8")
    with (folder / "plugin.toml").open("a", encoding="utf-8") as file:
        file.write(more)
    [checked] = validate([folder], counts() / "edition.toml")
    [problem] = [one for one in checked.problems if one.rule]
    assert (problem.where.file, problem.where.rows) == ("data/women.csv", (3,))
    assert problem.found == "KOR members 2020: F 9 above _T 5 (data/values.csv row 2)"


def test_a_framework_s_rule_takes_the_place_of_ours_or_turns_it_off(hold):
    head = (
        "rule,code,severity,level,kind,dimension,units,expression,condition,parameters,missing,what,found,fix,reason\n"
    )
    line = "sex-part-above-total,R02,{},1,part-above-total,sex,additive,,,{},passes,{{count:value}} too many,{{part}},mend,because the test says so\n"
    lines = ["members,2020,_T,100", "members,2020,F,108"]
    own = head + line.format("warning", "relative = 0.05")
    [problem] = hold("indicator,year,sex,value", lines, rules_csv=own)
    assert (problem.severity, problem.what, problem.found) == ("warning", "1 value too many", "F")
    for severity, parameters in (("warning", "relative = 0.1"), ("off", "")):
        told = hold("indicator,year,sex,value", lines, rules_csv=head + line.format(severity, parameters))
        assert [one.rule for one in told] == ["sex-parts-and-total"]  # which the first rule else spares its rows


def test_a_file_without_a_plugin_is_told_and_not_stopped(counts, tmp_path):
    from ssemon import validate

    data = tmp_path / "values.csv"
    data.write_text("area,indicator,year,sex,value\nX,members,2020,_T,5\nX,members,2020,F,9\n", encoding="utf-8")
    [checked] = validate([data], counts() / "edition.toml")
    assert [(one.code, one.severity, one.where.rows) for one in checked.problems] == [("R02", "warning", (2, 3))]


HEAD = "rule,code,severity,level,kind,dimension,units,expression,condition,parameters,missing,what,found,fix,reason"
GOOD = {
    "rule": "own", "code": "R02", "severity": "error", "level": "1", "kind": "part-above-total", "dimension": "sex",
    "units": "additive", "expression": "", "condition": "", "parameters": "relative = 0.1", "missing": "passes",
    "what": "a", "found": "b", "fix": "c", "reason": "a reason",
}  # fmt: skip


@pytest.mark.parametrize(
    ("column", "cell", "found", "fix"),
    [
        ("rule", "Own Rule", '"Own Rule"', "women-above-members"),
        ("code", "R002", '"R002"', 'did you mean "R02"?'),
        ("severity", "fatal", '"fatal"', "known: error, warning, info, off"),
        ("level", "6", '"6"', "known: 0, 1, 2"),
        ("kind", "part-over-total", '"part-over-total"', "part-above-total"),
        ("dimension", "gender", '"gender"', "known: sex, org_type"),
        ("dimension", "", "an empty cell", "fill the cell"),
        ("units", "additiv", '"additiv"', 'did you mean "additive"?'),
        ("expression", "orgs > 0", '"orgs > 0"', "leave the cell empty"),
        ("parameters", "relativ = 1", '"relativ = 1"', 'did you mean "relative"?'),
        ("parameters", "relative = -1", '"relative = -1"', "write relative = "),
        ("missing", "fails", '"fails"', "passes"),
        ("found", "{parts}", '"{parts}"', 'did you mean "part"?'),
        ("what", "", "an empty cell", "write it in words"),
        ("reason", "", "an empty cell", "say why"),
    ],
)
def test_a_rule_of_a_framework_that_is_not_understood_is_named_with_its_cell(counts, column, cell, found, fix):
    line = ",".join(f'"{text}"' for text in (GOOD | {column: cell}).values())
    with pytest.raises(EditionFault) as stopped:
        read_framework(counts({"rules.csv": f"{HEAD}\n{line}\n"}))
    [problem] = stopped.value.problems
    assert (problem.code, problem.where.rows, problem.where.column) == ("B09", (2,), column)
    assert problem.found == found
    assert fix in problem.fix


def test_a_file_of_rules_without_a_column_in_another_encoding_or_with_a_name_twice(counts):
    line = ",".join(GOOD.values())
    for code, text in (
        ("B02", HEAD.replace(",reason", "") + "\n"),
        ("F05", "rule,\xe9".encode("latin-1")),
        ("B09", f"{HEAD}\n{line}\n{line}\n"),
    ):
        with pytest.raises(EditionFault) as stopped:
            read_framework(counts({"rules.csv": text}))
        assert [problem.code for problem in stopped.value.problems] == [code]


@pytest.mark.parametrize(
    ("series", "column"), [("n_orgs,x,ENTS,0", "unit"), ("orgs,x,ENT,0", "code"), ("n_orgs,x,ENT,a", "unit_mult")]
)
def test_a_series_that_the_framework_does_not_derive_from_is_named(counts, series, column):
    with pytest.raises(EditionFault) as stopped:
        read_framework(counts({"series.csv": f"code,name_en,unit,unit_mult\n{series}\n"}))
    assert [(one.code, one.where.column) for one in stopped.value.problems] == [("B04", column)]
