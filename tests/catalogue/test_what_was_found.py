"""What the catalogue found wrong once: one test for each."""

from __future__ import annotations

import pytest
from intake_files import about, workbook

from ssemon.authoring import new_plugin


def test_a_heading_with_a_slip_is_told_with_the_heading_that_is_meant_and_once(check_plugin):
    mapping = "column,theirs,ours\n,Показатель,indicator\n,Год,year\n,Значение,value\n"
    content = "Показатель,Год,Знчаение\na1,2019,4\n"
    [problem] = check_plugin({"data/values.csv": content, "mapping.csv": mapping})
    assert (problem.code, problem.where.column) == ("S03", '"Знчаение"')
    assert problem.fix.startswith('did you mean "Значение"?')


def test_a_first_row_of_values_is_told_as_such_and_once(check_plugin):
    [problem] = check_plugin({"data/values.csv": "KOR,a1,2018,4\nKOR,a1,2019,5\n"})
    assert (problem.code, problem.where.rows, problem.found) == ("S05", (1,), '"KOR", "a1", "2018", "4"')


@pytest.mark.parametrize(
    "data", [b"<html><body><table>", b"\xef\xbb\xbf<?xml version='1.0'?>", b"{\\rtf1 x}", b"PAR1xx"]
)
def test_a_page_or_document_called_csv_is_told_as_such(check_plugin, data):
    assert [problem.code for problem in check_plugin({"data/values.csv": data})] == ["F03"]


def test_a_sheet_without_any_cell_is_empty(check_plugin):
    [problem] = check_plugin({"plugin.toml": about("data/b.xlsx"), "data/b.xlsx": workbook()})
    assert (problem.code, problem.what) == ("F01", "the sheet is empty")


def test_a_percent_sign_before_a_number_is_one_too(check_plugin):
    content = "indicator,year,value\nb3,2019,%12\n"
    [problem] = check_plugin({"data/values.csv": content})
    assert (problem.code, 'normalise = ["percent"]' in problem.fix) == ("V03", True)
    assert (
        check_plugin({"data/values.csv": content, "plugin.toml": about("data/values.csv", normalise='["percent"]')})
        == []
    )


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["indicator,year,value\na1,2019,4\n", "\uc9c0\ud45c,\uc5f0\ub3c4,\uac12\n\ud611\ub3d9,2019,4\n"]
)
def test_two_bytes_a_letter_are_told_as_what_they_are_and_read_when_declared(check_plugin, the, codec, text):
    mapping = (
        "column,theirs,ours\n,\uc9c0\ud45c,indicator\n,\uc5f0\ub3c4,year\n,\uac12,value\nindicator,\ud611\ub3d9,a1\n"
    )
    files = {"data/values.csv": text.encode(codec), "mapping.csv": mapping}
    problem = the(check_plugin(files), "F05")
    named = f'encoding = "{codec}"'
    assert named in problem.fix
    assert text.split("\n")[0] in problem.found
    assert check_plugin({**files, "plugin.toml": about("data/values.csv", encoding=f'"{codec}"')}) == []


def test_a_nul_in_one_row_is_damage_and_its_row_is_named(check_plugin, the):
    problem = the(check_plugin({"data/values.csv": b"indicator,year,value\na1,2019,4\na2,20\x0019,4\n"}), "F06")
    assert problem.where.rows == (3,)


def test_a_key_that_is_wrong_itself_is_told_of_once_and_not_as_a_repetition(check_plugin):
    """Two rows with a year that cannot be have the same key only until the years are mended."""
    rows = "KOR,a1,2563,4\nKOR,a1,2563,5\nKOR,a9,2019,1\nKOR,a9,2019,2\n"
    problems = check_plugin({"data/values.csv": "area,indicator,year,value\n" + rows})
    assert [(one.code, one.where.rows) for one in problems] == [("K03", (4, 5)), ("V11", (2, 3))]


def test_lines_of_the_mapping_that_wait_for_a_word_are_one_fault_and_their_headings_none(check_plugin):
    words = "column,theirs,ours\n,Serie,indicator\n,Jahr,year\n,Wert,value\n,Amt,?\n,Kreis,?\nindicator,drei,\n"
    content = "Serie,Jahr,Wert,Amt,Kreis\na1,2019,4,x,y\n"
    [problem] = check_plugin({"mapping.csv": words, "data/values.csv": content})
    assert (problem.code, problem.where.rows, problem.where.row_count) == ("P12", (5, 6, 7), 3)
    assert problem.found == '",Amt,?", ",Kreis,?", "indicator,drei,"'


def test_rows_of_others_can_be_left_out_by_the_line_that_is_proposed(check_plugin, the):
    content = "area,indicator,year,value\nKOR,a1,2019,4\nJPN,a1,2019,4\nWLD,a1,2019,4\n"
    problems = check_plugin({"data/values.csv": content})
    assert the(problems, "K02").fix.endswith("or add to mapping.csv:  area,JPN,ignore")
    assert 'area,WLD,OUR CODE  (or "ignore" for our code)' in the(problems, "K01").fix
    mapping = "column,theirs,ours\narea,JPN,ignore\narea,WLD,ignore\n"
    assert [one.code for one in check_plugin({"data/values.csv": content, "mapping.csv": mapping})] == ["I01"]


REGISTER = "id,name,town,sector\n" + "".join(f"C{n:05},Cooperative {n},Town {n % 7},credit\n" for n in range(120))
SERIES = "code,year,count\n" + "".join(f"c{n % 4},{1990 + n // 4},{n}\n" for n in range(120))


@pytest.mark.parametrize(("content", "told"), [(REGISTER, True), (SERIES, False), (REGISTER[:500], False)])
def test_a_register_with_a_row_a_unit_is_told_as_one_when_a_plugin_is_begun(tmp_path, content, told):
    data = tmp_path / "data.csv"
    data.write_text(content, encoding="utf-8")
    steps = new_plugin("FJI", [data], tmp_path / "plugins")
    assert any("row for each organisation" in step for step in steps) == told
