"""Title rows above a table and notes below it: what is proposed, and that nothing is guessed where it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from ssemon.manifest import TableSource
from ssemon.titles import first_rows, known_header_row, likely_header_row, sheet_names

KNOWN = ("area", "indicator", "year", "value")
HEAD = ("area", "indicator", "year", "value")
ROW = ("KOR", "a1", "2019", "4")


def about(file: str, **settings: str) -> str:
    lines = "".join(f"{key} = {value}\n" for key, value in settings.items())
    return (
        '[plugin]\ncountry = "KOR"\napi = 1\n[[tables]]\ntable = "observations"\n'
        f'file = "{file}"\nsource = "x"\nlicence = "x"\n{lines}'
    )


def book(path: Path, **sheets: list[tuple]) -> Path:
    with xlsxwriter.Workbook(str(path)) as written:
        for name, rows in sheets.items():
            sheet = written.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


TITLED = {
    "S08": "Members of cooperatives\n\narea,indicator,year,value\nKOR,a1,2019,4\n",
    "S02": "Members,of,cooperatives,2019\n,,,\narea,indicator,year,value\nKOR,a1,2019,4\n",
    "S05": ",,,\nMembers,,,\narea,indicator,year,value\nKOR,a1,2019,4\n",
}


@pytest.mark.parametrize("code", TITLED)
def test_title_rows_without_header_row_are_told_with_the_row_of_the_headings(check_plugin, code):
    [problem] = check_plugin({"data/values.csv": TITLED[code]})
    assert (problem.code, problem.where.rows) == ("S05", (1,))
    assert problem.fix.startswith("The headings seem to stand in row 3: write header_row = 3")
    assert (
        check_plugin({"plugin.toml": about("data/values.csv", header_row="3"), "data/values.csv": TITLED[code]}) == []
    )


def test_the_headings_are_found_by_the_words_of_the_mapping_too(check_plugin):
    files = {
        "data/values.csv": "Umfrage\nReihe,Jahr,Wert\na1,2019,4\n",
        "mapping.csv": "column,theirs,ours\n,Reihe,indicator\n,Jahr,year\n,Wert,value\n",
    }
    [problem] = check_plugin(files)
    assert "header_row = 2" in problem.fix


def test_a_title_filled_up_with_separators_is_told_so_too(check_plugin):
    content = "Members of cooperatives,,,\n,,,\narea,indicator,year,value\nKOR,a1,2019,4\n"
    [problem] = check_plugin({"data/values.csv": content})
    assert (problem.code, "header_row = 3" in problem.fix) == ("S05", True)


def test_a_sheet_with_title_rows_is_told_so_too(check_plugin, tmp_path):
    content = book(tmp_path / "b.xlsx", Data=[("Members",), (), HEAD, ROW]).read_bytes()
    problems = check_plugin({"plugin.toml": about("data/b.xlsx"), "data/b.xlsx": content})
    assert problems
    assert "header_row = 3" in problems[0].fix


def test_nothing_is_proposed_where_no_row_has_more_of_our_words(check_plugin):
    for content in ("area,indicator,year,value\nKOR,a1,2019,4,5\n", "x,y\nKOR,a1,2019\n", "area,year\nKOR,2019\n"):
        assert all("header_row" not in one.fix for one in check_plugin({"data/values.csv": content}))


@pytest.mark.parametrize("text", ["", ",,"])
def test_a_note_below_the_table_is_told_of_once_and_can_be_left_out(check_plugin, text):
    """In a CSV file the note may stand alone in its line or be filled up with separators."""
    content = f"indicator,year,value\na1,2019,4\n\nSource: the register{text}\n"
    [problem] = check_plugin({"data/values.csv": content})
    assert (problem.code, problem.where.rows, problem.found) == ("S13", (4,), '"Source: the register"')
    assert "add to mapping.csv:  indicator,Source: the register,ignore" in problem.fix
    mapping = "column,theirs,ours\nindicator,Source: the register,ignore\n"
    left = check_plugin({"data/values.csv": content, "mapping.csv": mapping})
    assert [one.code for one in left] == ["I01"]


def test_a_note_below_the_table_hides_nothing_that_is_above_it(check_plugin):
    content = "indicator,year,value\na1,2019,4 %\na2,2090,4\nSource: the register,,\n"
    assert sorted(one.code for one in check_plugin({"data/values.csv": content})) == ["S13", "T06", "V03"]


def test_a_note_with_a_comma_is_proposed_as_a_line_that_can_be_read(check_plugin):
    content = 'indicator,year,value\na1,2019,4\n"Source: register, 2020",,\n'
    [problem] = check_plugin({"data/values.csv": content})
    line = problem.fix.split("mapping.csv:  ")[1].split(". Else")[0]
    left = check_plugin({"data/values.csv": content, "mapping.csv": f"column,theirs,ours\n{line}\n"})
    assert [one.code for one in left] == ["I01"]


def test_a_row_of_a_wide_table_without_any_value_is_no_note(check_plugin):
    files = {"plugin.toml": about("data/values.csv", layout='"wide"')}
    assert check_plugin({**files, "data/values.csv": "indicator,2018,2019\na1,4,5\na2,,\n"}) == []
    [problem] = check_plugin({**files, "data/values.csv": "indicator,2018,2019\na1,4,5\nSource: the register,,\n"})
    assert problem.code == "S13"


def test_a_row_whose_other_columns_are_constants_is_no_note(check_plugin):
    settings = {"constants": '{ year = "2019" }'}
    files = {"plugin.toml": about("data/values.csv", **settings), "data/values.csv": "indicator,value\na1,4\na2,\n"}
    assert check_plugin(files) == []


def test_an_empty_cell_inside_the_table_is_still_told_as_one(check_plugin, the):
    problems = check_plugin({"data/values.csv": "indicator,year,value\na1,,\na1,2019,4\n"})
    assert the(problems, "V00").where.rows == (2,)


def test_the_likely_row_of_the_headings_is_found_by_its_form_where_no_word_is_known():
    rows = [["Umfrage", "", ""], ["", "", ""], ["Reihe", "2018", "2019"], ["eins", "4,5", "12"], ["zwei", "1", "2"]]
    assert (known_header_row(rows, KNOWN), likely_header_row(rows, KNOWN)) == (None, 3)
    assert likely_header_row([["1", "2"], ["3", "4"]], KNOWN) is None
    assert likely_header_row([], KNOWN) is None
    assert known_header_row([["area", "year"], [*HEAD]], KNOWN, beside=1) == 2
    assert known_header_row([[*HEAD], ["area", "year"]], KNOWN, beside=1) is None


def test_what_cannot_be_looked_at_gives_no_rows_and_no_sheets(tmp_path):
    broken, other = tmp_path / "b.xlsx", tmp_path / "b.pdf"
    broken.write_bytes(b"PK")
    for path in (broken, other, tmp_path / "none.csv"):
        assert first_rows(TableSource("observations", path.name, path)) == []
    assert (sheet_names(broken), sheet_names(other)) == ([], [])
