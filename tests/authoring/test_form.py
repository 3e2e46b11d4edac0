"""The workbook that a country fills in: filled, it is read without a mapping, and nothing is read that nobody wrote."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from ssemon.authoring import plan_form, write_form
from ssemon.authoring.form_book import COLUMNS, SPARE_ROWS
from ssemon.authoring.form_styles import shown_behind
from ssemon.errors import UsageFault
from ssemon.tables import codelist, shipped_tables


@pytest.fixture
def edition(tiny_framework):
    return tiny_framework() / "edition.toml"


@pytest.fixture
def form(edition, tmp_path):
    """A workbook for Korea of the tiny framework, as a path."""

    def write(name: str = "KOR.xlsx", **options: object) -> Path:
        path = tmp_path / name
        write_form(plan_form("KOR", edition=edition, **options), path)
        return path

    return write


def rows(path: Path) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path)["observations"].iter_rows(values_only=True))


def fill(path: Path, cells: dict[str, object]) -> Path:
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book["observations"][place] = value
    book.save(path)
    return path


def plugin_of(path: Path, ssemon, tmp_path: Path) -> Path:
    """The plugin that `plugin new` writes for a filled workbook, with the two lines that it asks for."""
    assert ssemon("plugin", "new", "KOR", "--data", path, "--into", tmp_path / "new").code == 0
    manifest = tmp_path / "new/kor/plugin.toml"
    text = re.sub(r'(source|licence) = ""', r'\1 = "Register"', manifest.read_text(encoding="utf-8"))
    manifest.write_text(text, encoding="utf-8")
    return manifest.parent


def loaded(folder: Path, edition: Path):
    from ssemon.basis import read_profile
    from ssemon.country import load_country
    from ssemon.manifest import read_manifest

    _, framework = read_profile(edition)
    return load_country(read_manifest(folder, shipped_tables()), framework)


def test_the_sheet_of_data_has_our_headings_and_a_row_for_each_indicator_and_year(form):
    head, *body = rows(form(years=(2018, 2019)))
    assert head == COLUMNS
    assert set(head) <= set(shipped_tables()["observations"].columns)
    assert [row[:3] for row in body[:3]] == [("a1", 2018, None), ("a1", 2019, None), ("a2", 2018, None)]
    assert len([row for row in body if row[0]]) == 4 * 2  # the fifth indicator has no weight: nobody is asked for it


def test_without_years_the_five_up_to_the_report_are_asked_for_within_those_of_the_edition(form):
    assert sorted({row[1] for row in rows(form())[1:] if row[1]}) == [2018, 2019, 2020]


def test_a_filled_workbook_arrives_whole_without_a_mapping(form, ssemon, tmp_path, edition):
    path = form(years=(2018, 2019))
    fill(path, {"C2": 4, "C4": 2.5, "D4": "P", "I4": 0.25, "H4": "B", "J4": "Census", "K4": "first results", "C6": 0})
    found = loaded(plugin_of(path, ssemon, tmp_path), edition)
    assert [str(problem) for problem in found.outcome.problems] == []
    values = {
        (row["indicator"], row["year"]): row
        for row in found.observations.iter_rows(named=True)
        if row["value"] is not None
    }
    assert {key: row["value"] for key, row in values.items()} == {
        ("a1", 2018): 4.0,
        ("a2", 2018): 2.5,
        ("b1", 2018): 0.0,
    }
    row = values["a2", 2018]
    assert (row["obs_status"], row["quality"], row["std_error"], row["source"]) == ("P", "B", 0.25, "Census")
    assert values["a1", 2018]["source"] == "Register"
    empty = found.observations.filter(found.observations["value"].is_null())
    assert set(empty["obs_status"]) == {"O"}


def test_every_number_that_can_be_written_comes_back_as_it_was(form, ssemon, tmp_path, edition):
    numbers = [0.1, 1 / 3, 1234567.891, 1e-9, 99.99999999999, 7]
    path = fill(form(years=(2015, 2020)), {f"C{row}": number for row, number in enumerate(numbers, 2)})
    found = loaded(plugin_of(path, ssemon, tmp_path), edition).observations
    assert found.filter(found["indicator"] == "a1").sort("year")["value"].to_list() == numbers


def test_rows_below_are_ready_for_breakdowns(form, ssemon, tmp_path, edition):
    path = form(years=(2019, 2019))
    last = len(rows(path))
    cells = zip("ABCFG", ("a1", 2019, 3, "F", "COOP"), strict=True)
    fill(path, {"C2": 5, **{f"{column}{last + 1}": value for column, value in cells}})
    found = loaded(plugin_of(path, ssemon, tmp_path), edition).observations.drop_nulls("value")
    assert found.select("sex", "org_type", "value").sort("value").rows() == [("F", "COOP", 3.0), ("_T", "_T", 5.0)]


def test_an_untouched_workbook_gives_no_value_and_a_friendly_sentence(form, ssemon, tmp_path, edition):
    folder = plugin_of(form(), ssemon, tmp_path)
    checked = ssemon("plugin", "check", folder, "--edition", edition)
    assert checked.code == 0
    assert (
        checked.out == "KOR: nothing is wrong, and no value is filled in yet in 1 file: write into the column value\n"
    )
    validated = ssemon("validate", folder, "--edition", edition)
    assert "accepted · 0 values" in validated.out
    assert "no value is filled in yet" in validated.out


SECRET = "indicator,year,value,conf_status,contributors\na1,2018,3,F,40\na2,2019,61237,{},{}\n"


@pytest.mark.parametrize(("status", "units"), [("C", 40), ("F", 2)])
def test_no_value_of_a_plugin_with_confidential_ones_stands_beside(
    ssemon, tmp_path, plugin_folder, edition, status, units
):
    """A finished run has been through the gate of confidentiality; a plugin has not."""
    import zipfile

    folder = plugin_folder({"data/values.csv": SECRET.format(status, units)})
    form = plan_form("KOR", edition=edition, plugins=[folder.parent])
    assert (form.withheld, form.last) == (True, {})
    arguments = ("KOR", "--edition", edition, "--plugins", folder.parent, "--out", tmp_path / "w.xlsx")
    answer = ssemon("plugin", "workbook", *arguments)
    assert "some are confidential: --from takes those of a finished run" in answer.out
    with zipfile.ZipFile(tmp_path / "w.xlsx") as book:
        assert not [name for name in book.namelist() if b"61237" in book.read(name)]


def test_without_a_confidential_value_the_plugin_s_stand_beside(plugin_folder, edition):
    folder = plugin_folder({"data/values.csv": SECRET.format("F", 40)})
    form = plan_form("KOR", edition=edition, plugins=[folder.parent])
    assert (form.withheld, form.last["a2"].value) == (False, 61237)


def test_the_other_sheets_are_not_proposed_as_tables(form, ssemon, tmp_path):
    import tomllib

    folder = plugin_of(form(), ssemon, tmp_path)
    entries = tomllib.loads((folder / "plugin.toml").read_text(encoding="utf-8"))["tables"]
    assert [(one["file"], one["sheet"]) for one in entries] == [("data/KOR.xlsx", "observations")]
    assert (folder / "mapping.csv").read_text(encoding="utf-8") == "column,theirs,ours\n"


def test_a_sheet_of_our_name_with_other_headings_is_looked_at_as_any_other(ssemon, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "observations"
    for row in (("Series", "Year", "Result"), ("Women", "2020", "4")):
        book.active.append(row)
    book.create_sheet("Notes")
    book.save(tmp_path / "own.xlsx")
    assert ssemon("plugin", "new", "FJI", "--data", tmp_path / "own.xlsx", "--into", tmp_path / "p").code == 0
    assert ",Series,indicator" in (tmp_path / "p/fji/mapping.csv").read_text(encoding="utf-8")


def test_the_same_form_gives_the_same_bytes(form):
    first, second = form("same.xlsx").read_bytes(), form("same.xlsx").read_bytes()
    assert first == second


def test_the_workbook_bears_the_date_of_the_edition_and_not_today_s(form):
    assert openpyxl.load_workbook(form()).properties.created == datetime(2000, 1, 1)


def test_code_columns_have_drop_down_lists_of_exactly_their_codes(form):
    book = openpyxl.load_workbook(form())
    sheet, codes = book["observations"], book.worksheets[-1]
    lists = {str(one.sqref)[0]: one for one in sheet.data_validations.dataValidation if one.type == "list"}
    fields = {name: shipped_tables()["observations"].field(name).codelist for name in COLUMNS}
    wanted = {name: codelist(given) for name, given in fields.items() if given}
    assert len(lists) == len(wanted) == 5
    for name, known in wanted.items():
        rule = lists["ABCDEFGHIJK"[COLUMNS.index(name)]]
        sheet_name, cells = rule.formula1.lstrip("=").replace("$", "").split("!")
        assert sheet_name.strip("'") == codes.title
        assert [cell.value for (cell,) in codes[cells]] == list(known)
        assert rule.errorStyle in (None, "stop")


def test_numbers_outside_the_unit_are_warned_of_and_not_refused(form):
    sheet = openpyxl.load_workbook(form(years=(2018, 2019)))["observations"]
    numbers = {str(one.sqref): one for one in sheet.data_validations.dataValidation if one.type == "decimal"}
    rule = numbers["C2:C3"]
    assert (float(rule.formula1), float(rule.formula2), rule.errorStyle) == (0.0, 100.0, "warning")
    assert len(numbers) == 4


def test_headings_are_locked_and_cells_are_not(form):
    sheet = openpyxl.load_workbook(form())["observations"]
    assert sheet.protection.sheet
    assert all(sheet.cell(1, at).protection.locked for at in range(1, len(COLUMNS) + 1))
    assert not any(sheet.cell(row, at).protection.locked for row in (2, 5) for at in range(1, len(COLUMNS) + 1))
    assert not sheet.column_dimensions["C"].protection.locked  # rows below, which hold nothing yet
    assert sheet.freeze_panes == "C2"
    assert sheet.print_title_rows == "$1:$1"
    assert SPARE_ROWS >= 100


def test_an_indicator_s_name_and_unit_are_shown_behind_its_code_and_are_not_in_the_cell(form):
    cell = openpyxl.load_workbook(form())["observations"]["A2"]
    assert cell.value == "a1"
    assert "Alpha one (%)" in cell.number_format
    assert "Unit" in cell.comment.text or "단위" in cell.comment.text


@pytest.mark.parametrize("name", ["x" * 400, 'with "quotes"', "back\\slash", "two\nlines", ""])
def test_any_name_can_be_shown_behind_a_code(name):
    made = shown_behind(name)
    assert len(made) <= 255
    assert made.startswith("@")
    assert made.count('"') in (0, 2)
    assert "\\" not in made


def test_the_example_is_on_the_guide_and_none_of_its_codes_is_asked_for(form):
    book = openpyxl.load_workbook(form())
    guide = [str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell is not None]
    assert "XXX.0.0" in guide
    assert "XXX.0.0" not in {row[0] for row in rows(form())}
    assert book.active.title == book.worksheets[0].title != "observations"


def test_it_is_in_the_country_s_language_without_being_asked(edition):
    assert plan_form("KOR", edition=edition).language == "ko"
    assert plan_form("CHN", edition=edition).language == "zh-Hans"
    assert plan_form("KGZ", edition=edition).language == "ky"
    assert plan_form("FJI", edition=edition).language == "en"
    assert plan_form("KOR", edition=edition, language="fr").language == "fr"


def test_the_korean_workbook_is_korean(tmp_path):
    write_form(plan_form("kor", framework="core"), tmp_path / "k.xlsx")
    book = openpyxl.load_workbook(tmp_path / "k.xlsx")
    assert book.sheetnames == ["안내", "observations", "지표", "코드표"]
    assert "사회연대경제의 공식 정의" in book["observations"]["A2"].number_format
    assert "관측 상태" in book["observations"]["D1"].number_format
    assert book["observations"]["D1"].value == "obs_status"


def test_a_framework_without_a_translation_stays_english_in_a_workbook_that_does_not(edition):
    form = plan_form("KOR", edition=edition)
    assert form.framework.indicator_by_code["a1"].name == "Alpha one"


def test_the_last_values_of_the_country_s_plugin_stand_beside(edition, plugin_folder, tmp_path):
    values = "indicator,year,value,sex\na1,2017,4,_T\na1,2019,5,_T\na1,2020,9,F\na2,2018,,_T\n"
    folder = plugin_folder({"data/values.csv": values})
    form = plan_form("KOR", edition=edition, plugins=[tmp_path / "nothing", folder.parent])
    assert {code: (last.year, last.value) for code, last in form.last.items()} == {"a1": (2019, 5.0)}
    write_form(form, tmp_path / "last.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "last.xlsx").worksheets[2]
    cells = {row[0]: row[11:15] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert cells["a1"][:2] == (2019, 5)
    assert cells["a1"][3] == "Register"
    assert cells["a2"][:2] == (None, None)


def test_the_values_of_a_finished_run_stand_beside(edition, plugin_folder, ssemon, tmp_path):
    plugin_folder()
    arguments = ("--edition", edition, "--plugins", tmp_path / "plugins", "--out", tmp_path / "out", "--no-reports")
    assert ssemon("run", *arguments).code == 0
    form = plan_form("KOR", edition=edition, finished=tmp_path / "out")
    assert {code: last.value for code, last in form.last.items()} == {"a1": 4.0, "a2": 2.5}
    assert plan_form("KOR", framework="core", finished=tmp_path / "out").last == {}  # a run of another framework


def test_a_place_that_is_not_there_is_named_and_nothing_is_left(edition, ssemon, tmp_path):
    (tmp_path / "file").write_text("x")
    answer = ssemon("plugin", "workbook", "KOR", "--edition", edition, "--out", tmp_path / "file" / "k.xlsx")
    assert (answer.code, "U07" in answer.err) == (2, True)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["file"]


def test_what_cannot_be_written_is_said(edition, ssemon, tmp_path):
    for arguments, code in (
        (("KOR", "--out", tmp_path / "a.csv"), "U05"), (("KOX", "--out", tmp_path / "a.xlsx"), "K01"),
        (("KOR", "--language", "xx", "--out", tmp_path / "a.xlsx"), "U08"),
        (("KOR", "--framework", "cor", "--out", tmp_path / "a.xlsx"), "E07"),
    ):  # fmt: skip
        answer = ssemon("plugin", "workbook", *arguments)
        assert (answer.code, code in answer.err) == (2, True), arguments
    answer = ssemon("plugin", "workbook", "KOR", "--years", "2024-2020", "--edition", edition)
    assert (answer.code, "are no years" in answer.err) == (2, True)
    assert not list(tmp_path.glob("a.*"))
    with pytest.raises(UsageFault):
        plan_form("KOR", edition=edition, language="xx")


def test_a_workbook_that_somebody_may_have_filled_in_is_not_written_over(edition, ssemon, tmp_path):
    (tmp_path / "k.xlsx").write_bytes(b"filled in")
    answer = ssemon("plugin", "workbook", "KOR", "--edition", edition, "--out", tmp_path / "k.xlsx")
    assert (answer.code, "U06" in answer.err) == (2, True)
    assert (tmp_path / "k.xlsx").read_bytes() == b"filled in"


def test_the_command_says_what_it_wrote_and_what_comes_next(edition, ssemon, tmp_path):
    answer = ssemon("plugin", "workbook", "kor", "--edition", edition, "--years", "2019", "--out", tmp_path / "k.xlsx")
    assert answer.code == 0
    assert "4 indicators of tiny, 1 year, in ko" in answer.out
    assert f"ssemon plugin new KOR --data {tmp_path / 'k.xlsx'}" in answer.out
    assert len([row for row in rows(tmp_path / "k.xlsx")[1:] if row[0]]) == 4
