"""Numbers and years in the forms of many offices: made plain where the manifest says so, counted, and never guessed."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_files import HEAD, about, packed, workbook

from ssemon.country import load_country
from ssemon.framework import read_framework
from ssemon.intake import normalise
from ssemon.intake.normalise import is_plain, plain_number, plain_year, without_thousands
from ssemon.manifest import STEPS, read_manifest
from ssemon.sheets import records
from ssemon.tables import shipped_tables

ALL = tuple(step for step in STEPS if step != "years")


@pytest.fixture
def loaded(plugin_folder, tiny_framework):
    """A country of these files: its observations and its outcome, which must be available."""

    def load(files, name="kor"):
        folder = plugin_folder(files, name)
        one = load_country(read_manifest(folder, shipped_tables()), read_framework(tiny_framework()))
        assert one.outcome.available, [str(problem) for problem in one.outcome.problems]
        return one

    return load


def column(*cells: str) -> str:
    return "area,indicator,year,value\n" + "".join(f'KOR,a1,{2000 + n},"{cell}"\n' for n, cell in enumerate(cells))


def values(one) -> list:
    return one.observations.sort("indicator", "year")["value"].to_list()


POINT = {
    "12.3*": 12.3, "1 204 \u1d56": 1204, "1\u202f204\u202f567.5": 1204567.5, "1\u00a0204": 1204, "1'204": 1204, "1\u2019204.25": 1204.25,
    "1,204,567": 1204567, "12,34,567": 1234567, "\uff11\uff12\uff0e\uff15": 12.5, "\u0663\u066b\u0665": 3.5, "\u0661\u066c\u0662\u0660\u0664": 1204,
    "\u17e1\u17e2": 12, "\u0ed1\u0ed2.\u0ed5": 12.5, "\u0e51\u0e52": 12, "\u06f1\u06f2": 12, "\u1041\u1042": 12, "\u0967\u0968": 12,
    "\u22124.5": -4.5, "\uff0d5": -5, "12 %": 12, "12.5\uff05": 12.5, "12 (a)": 12, "12 1)": 12, "12[2]": 12, "12.3 p": 12.3,
    "12\u00b9": 12, "4\u200b5": 45, "\u200f\u0661\u0662": 12, "+1 204*": 1204, "12 %*": 12,
}  # fmt: skip
COMMA = {
    "4,5*": 4.5, "1.204": 1204, "1.204.567,5": 1204567.5, "1 204,5": 1204.5, "1'204,5": 1204.5, "\u0663\u066b\u0665": 3.5,
    "12,5 %": 12.5, "\uff11\uff12\uff0c\uff15": 12.5, "-1.204,5 \u1d49": -1204.5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "number", "comma"), [(t, n, False) for t, n in POINT.items()] + [(t, n, True) for t, n in COMMA.items()]
)
def test_a_number_in_any_office_s_form_is_made_plain(text, number, comma):
    plain = plain_number(text, ALL, comma=comma)
    assert plain is not None
    assert plain.steps
    assert float(plain.text.replace(",", ".")) == number


@pytest.mark.parametrize("text", [
    "12)", "1,2,3", "1 20", "1 2045", "12 k", "12k", "12m", "12 bn", "n/a", "..", "-", "<5", "(b)", "5-6", "1.204,5", "0 123", "1'204 567",
    "\u0661\u0e52", "12e", "*", "", "%", "twelve", "1/2", "#REF!", "12.3.4", "1_000", "0x10", "~12", "ca. 12", "12+", "\u00bd",
])  # fmt: skip
def test_what_is_no_number_or_has_two_readings_is_left_as_it_is(text):
    assert plain_number(text, ALL, comma=False) is None


@given(st.text("0123456789.,' \u00a0*%+-)(ab\u0661\u0662\uff11\u2212", max_size=12), st.booleans())
def test_what_is_made_plain_is_a_number_and_stays_what_it_is(text, comma):
    plain = plain_number(text, ALL, comma=comma)
    assert plain is None or (
        is_plain(plain.text, comma=comma)
        and plain_number(plain.text, ("digits", "footnotes", "percent"), comma=comma) is None
    )


@given(st.integers(1000, 10**12), st.sampled_from([" ", "\u00a0", "\u202f", "\u2009", "'", "\u2019", ","]))
def test_marks_between_thousands_are_taken_out_whatever_they_are(number, mark):
    assert without_thousands(f"{number:,}".replace(",", mark), comma=False) == str(number)


@pytest.mark.parametrize(
    ("step", "text"), [("digits", "\uff11\uff12"), ("footnotes", "12*"), ("percent", "12 %"), ("thousands", "1 204")]
)
def test_a_step_is_taken_only_where_it_is_named(step, text):
    assert plain_number(text, (step,), comma=False) is not None
    assert plain_number(text, [other for other in ALL if other != step], comma=False) is None


@pytest.mark.parametrize(("text", "year"), [
    ("\u4ee4\u548c5", 2023), ("\u4ee4\u548c\u5143\u5e74", 2019), ("\u5e73\u621030", 2018), ("\u662d\u548c64\u5e74", 1989), ("\u5927\u6b6315", 1926), ("\u660e\u6cbb45", 1912),
    ("\u0e1e.\u0e28. 2563", 2020), ("\u0e1e.\u0e28.\u0e52\u0e55\u0e56\u0e53", 2020), ("B.E. 2563", 2020), ("BE 2563", 2020), ("\u6c11\u570b109\u5e74", 2020),
    ("2019\u5e74", 2019), ("2019\ub144", 2019), ("2019 \u0433.", 2019), ("2019 \u043e\u043d", 2019), ("\uff12\uff10\uff11\uff19", 2019), ("\u17e2\u17e0\u17e1\u17e9", 2019),
])  # fmt: skip
def test_a_year_of_an_era_with_a_rule_is_a_calendar_year(text, year):
    plain = plain_year(text)
    assert plain is not None
    assert plain.text == str(year)


@pytest.mark.parametrize("text", ["2019\u5e74\u5ea6", "2018/19", "FY2019", "1441 AH", "1398", "\u662d\u548c65", "\u5e73\u621032", "\u660e\u6cbb5", "\u0e1e.\u0e28. 2400", "R5", "2019p", "\u4ee4\u548c0"])  # fmt: skip
def test_a_year_without_a_clear_rule_is_left_as_it_is(text):
    assert plain_year(text) is None


def test_the_examples_in_the_docstrings_are_true():
    for module in (normalise, records):
        answer = doctest.testmod(module)
        assert (answer.failed, answer.attempted > 1) == (0, True)


def test_everything_that_was_done_stands_in_the_log_with_its_count(loaded):
    settings = {
        "normalise": '["digits", "thousands", "footnotes", "percent"]',
        "status_flags": '{ "n/a" = "L", "\u1d56" = "P" }',
        "unit_multiplier": "2",
    }
    content = column("1 204", "1'204", "\uff11\uff12", "12 %", "n/a", "n/a", "7 \u1d56", "5*", "")
    one = loaded({"plugin.toml": about("data/values.csv", **settings), "data/values.csv": content})
    assert values(one) == [2408, 2408, 24, 24, None, None, 14, 10, None]
    statuses = one.observations.sort("year")["obs_status"].to_list()
    assert statuses == ["A", "A", "A", "A", "L", "L", "P", "A", "O"]
    told = {(done.code, done.what.split(":")[0]) for done in one.outcome.log}
    assert told == {
        ("I06", "took marks between thousands out of numbers in 2 cells"),
        ("I06", "wrote digits and signs of another script or width as 0-9 in 1 cell"),
        ("I06", "took percent signs off numbers in 1 cell"),
        ("I06", "took footnote marks off numbers in 2 cells"),
        ("I07", "read 2 texts as missing values, with the status that status_flags gives"),
        ("I08", "multiplied 6 values by 2"),
    }
    assert all(
        done.severity == "info" and done.country == "KOR" and done.where.column == '"value"' for done in one.outcome.log
    )
    assert {problem.code for problem in one.outcome.problems} == {"V21", "T01"}


def test_a_decimal_comma_is_counted_and_years_of_an_era_are_read(loaded):
    content = "area;indicator;year;value\nKOR;a1;\u4ee4\u548c\u5143\u5e74;4,5\nKOR;a1;\u0e1e.\u0e28. 2563;1.204,5\n"
    settings = {"decimal_comma": "true", "normalise": '["years", "thousands"]'}
    one = loaded({"plugin.toml": about("data/values.csv", **settings), "data/values.csv": content})
    assert one.observations.sort("year").select("year", "value").rows() == [(2019, 4.5), (2020, 1204.5)]
    assert sorted(done.code for done in one.outcome.log) == ["I06", "I06", "I06", "I09"]
    found = {done.what: done.found for done in one.outcome.log}
    assert found["read a comma as the decimal sign in 2 cells"] == '"4,5" as 4.5, "1.204,5" as 1204.5'


def test_the_log_is_kept_in_the_run(tmp_path, loaded, tiny_framework):
    from ssemon.store.results import country_in, country_out

    one = loaded(
        {"plugin.toml": about("data/values.csv", normalise='["thousands"]'), "data/values.csv": column("1 204")}
    )
    import json

    assert country_in(json.loads(json.dumps(country_out(one.outcome)))) == one.outcome
    assert [done.code for done in one.outcome.log] == ["I06"]


def test_validate_shows_the_log_where_it_is_asked_for(ssemon, plugin_folder, tiny_framework):
    folder = plugin_folder(
        {"plugin.toml": about("data/values.csv", normalise='["thousands"]'), "data/values.csv": column("1 204")}
    )
    edition = tiny_framework() / "edition.toml"
    plain = ssemon("validate", folder, "--edition", edition)
    assert "intake log: 1 line (--log shows it)" in plain.out
    assert "I06" not in plain.out
    told = ssemon("validate", folder, "--edition", edition, "--log")
    assert "log · I06 · took marks between thousands out of numbers in 1 cell" in told.out
    assert '"1 204" as 1204' in told.out
    assert '"I06"' in ssemon("validate", folder, "--edition", edition, "--format", "json").out


UNDECLARED = [
    ("V01", "1,204", '"1,204" is 1.204 or 1204'),
    ("V02", "1 204", 'normalise = ["thousands"] in plugin.toml: "1 204" is then read as 1204'),
    ("V03", "12 %", 'normalise = ["percent"]'),
    ("V07", "\uff11\uff12", 'normalise = ["digits"]'),
    ("V22", "12.3*", 'normalise = ["footnotes"]'),
    ("V22", "12.3 p", 'status_flags = { "p" = "P" }'),
    ("V22", "12)", '"12)" is 12 with a bracket behind it, or 1 with the note 2)'),
    ("V13", "2019-01-02", "format the cell as a number"),
    ("V02", "1 204*", 'normalise = ["thousands", "footnotes"]'),
]


@pytest.mark.parametrize(("code", "cell", "fix"), UNDECLARED)
def test_an_undeclared_form_is_named_with_the_setting_and_its_reading(check_plugin, code, cell, fix):
    problems = check_plugin({"data/values.csv": column(cell)})
    assert [one.code for one in problems] == [code] if cell != "1 204*" else problems
    assert fix in problems[0].fix


@pytest.mark.parametrize("cell", ["1 204", "12 %", "\uff11\uff12", "12.3*"])
def test_the_setting_that_a_message_proposes_repairs(check_plugin, cell):
    import re

    [problem] = check_plugin({"data/values.csv": column(cell)})
    line = re.search(r"normalise = \[.*?\]", problem.fix)[0]
    assert (
        check_plugin({"plugin.toml": f"{about('data/values.csv')}{line}\n", "data/values.csv": column(cell)}) == []
        or cell == "1 204"
    )


def test_a_point_that_may_mark_thousands_is_a_warning_with_both_readings(check_plugin, the):
    problem = the(check_plugin({"data/values.csv": column("1.204", "7", "2.318")}), "V23")
    assert (problem.severity, problem.where.rows, problem.found) == ("warning", (2, 4), '"1.204", "2.318"')
    assert '"1.204" was read as 1.204. If it is 1204, write decimal_comma = true' in problem.fix
    for other in ("0.593", "12.5", "1.2040", "1204.123"):
        assert "V23" not in {one.code for one in check_plugin({"data/values.csv": column("1.204", other)})}


def test_a_number_of_a_workbook_has_one_reading(check_plugin):
    data = workbook(HEAD, ("KOR", "a1", 2019, 1.204), ("KOR", "a1", 2020, 2.318))
    for settings in ({}, {"decimal_comma": "true"}, {"decimal_comma": "true", "normalise": '["thousands"]'}):
        assert check_plugin({"plugin.toml": about("data/b.xlsx", **settings), "data/b.xlsx": data}) == []


def test_percentages_of_a_workbook_are_told_of_or_read_as_they_are_shown(check_plugin, loaded, the):
    data = workbook(HEAD, ("KOR", "a1", 2019, 0.07), formats={(1, 3): "0%"})
    problem = the(check_plugin({"plugin.toml": about("data/b.xlsx"), "data/b.xlsx": data}), "V24")
    assert (problem.severity, problem.where.rows, problem.where.column) == ("warning", (2,), "D")
    assert values(loaded({"plugin.toml": about("data/b.xlsx", normalise='["percent"]'), "data/b.xlsx": data})) == [7.0]
    scaled = loaded({"plugin.toml": about("data/b.xlsx", unit_multiplier="100"), "data/b.xlsx": data})
    assert (scaled.outcome.problems, values(scaled)) == ((), [7.000000000000001])


@pytest.mark.parametrize(("line", "found"), [('normalise = ["digit"]', '"digit"'), ("normalise = [1]", '"[1]"'), ('merged_cells = "fill"', '"fill"'), ("heading_rows = 0", "")])  # fmt: skip
def test_a_setting_that_is_not_known_is_named(check_plugin, the, line, found):
    problem = the(check_plugin({"plugin.toml": f"{about('data/values.csv')}{line}\n"}), "P04")
    assert problem.found == found


def test_a_status_of_a_missing_value_on_a_number_is_a_contradiction(check_plugin):
    files = {"plugin.toml": about("data/values.csv", status_flags='{ "*" = "O" }'), "data/values.csv": column("12*")}
    assert {one.code for one in check_plugin(files)} == {"M02"}


def test_a_zip_of_a_csv_is_normalised_and_warned_of_like_the_csv(check_plugin, the):
    files = {"plugin.toml": about("data/v.zip"), "data/v.zip": packed({"values.csv": column("1.204")})}
    assert the(check_plugin(files), "V23").where.file == "data/v.zip/values.csv"
