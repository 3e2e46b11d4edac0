"""Spreadsheets and packed files as offices have them: headings, merged and hidden cells, totals, notes, codes."""

from __future__ import annotations

import io

import polars as pl
import pytest
from intake_files import HEAD, ROW, SHEET, about, ods, ods_cell, ods_table, packed, patched, sound, workbook

from ssemon import TableSource, open_sheet
from ssemon.country import load_country
from ssemon.framework import read_framework
from ssemon.manifest import read_manifest
from ssemon.sheets.records import letters, place_of
from ssemon.tables import shipped_tables

CSV = "area,indicator,year,value\nKOR,a1,2019,4.5\n"


@pytest.fixture
def loaded(plugin_folder, tiny_framework):
    def load(files):
        folder = plugin_folder(files)
        return load_country(read_manifest(folder, shipped_tables()), read_framework(tiny_framework()))

    return load


def values(one) -> list[tuple]:
    assert one.outcome.available, [str(problem) for problem in one.outcome.problems]
    return one.observations.sort("indicator", "year").select("indicator", "year", "value").rows()


def of_book(data: bytes, **settings: str) -> dict:
    return {"plugin.toml": about("data/b.xlsx", **settings), "data/b.xlsx": data}


ONE = [("a1", 2019, 4.5)]


def test_cells_of_every_kind_are_read_as_their_author_sees_them(tmp_path):
    from datetime import datetime

    path = tmp_path / "b.xlsx"
    kinds = [0.1, 1e-12, 12345678901, 123456789.1234568, -3, True, "007", "x_x0041_y", 44000, 0.5, 7, 44000.75, datetime(2020, 1, 2)]  # fmt: skip
    formats = {(0, 8): "yyyy-mm-dd", (0, 9): "hh:mm", (0, 10): "000", (0, 11): "d/m/yy h:mm", (0, 12): "dd.mm.yyyy"}
    path.write_bytes(workbook(kinds, formats=formats))
    [row] = open_sheet(TableSource("observations", "b.xlsx", path)).rows
    assert row == [
        "0.1", "1e-12", "12345678901", "123456789.1234568", "-3", "true", "007", "x_x0041_y", "2020-06-18",
        "12:00:00", "007", "2020-06-18 18:00:00", "2020-01-02",
    ]  # fmt: skip


@pytest.mark.parametrize("dates", [{}, {"date_1904": True}])
def test_the_cells_are_those_that_another_reader_gives(tmp_path, dates):
    import fastexcel
    import xlsxwriter

    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(str(path), dates) as book:
        sheet = book.add_worksheet("Data")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row in range(60):
            sheet.write_row(row + 2, 1, [f"t\u00e9xt {row}", row * 1.5, row**5, row % 2 == 0, f" {row} "])
            sheet.write_number(row + 2, 6, 40000 + row, day)
            sheet.write_rich_string(row + 2, 7, "a", book.add_format({"bold": True}), f"b{row}", "c")
    ours = open_sheet(TableSource("observations", "b.xlsx", path)).rows
    theirs = fastexcel.read_excel(path).load_sheet(0, header_row=None, skip_rows=0, dtypes="string").to_polars()
    given = [
        [None if cell is None else str(cell).removesuffix(" 00:00:00") for cell in line]
        for line in theirs.iter_rows()
        if any(line)
    ]
    assert [[cell or None for cell in line[1:]] for line in ours if line] == given


def test_references_are_read_and_written():
    assert [place_of(text) for text in ("A1", "XFD1048576", "$C$7", "7", "A", "ABCD1", "\u00c91", "")] == [
        (1, 1), (1048576, 16384), (7, 3), None, None, None, None, None,
    ]  # fmt: skip
    assert all(place_of(f"{letters(number)}1") == (1, number) for number in (1, 26, 27, 702, 703, 16384))


def test_headings_of_two_rows_are_joined(loaded, check_plugin):
    def merge(book, sheet):
        sheet.merge_range("C2:D2", "2019")
        sheet.merge_range("A2:A3", "Serie")

    rows = [("Title",), ("Serie", "Unit", "2019", None), (None, None, "value", "note"), ("a1", "PT", 4.5, "x")]
    data = workbook(*rows, change=merge)
    words = "column,theirs,ours\n,Serie,indicator\n,Unit,ignore\n,2019 value,value\n,2019 note,note\n"
    settings = {"header_row": "2", "heading_rows": "2", "constants": '{ year = "2019" }'}
    assert values(loaded({**of_book(data, **settings), "mapping.csv": words})) == ONE
    [problem] = [one for one in check_plugin(of_book(data, header_row="2")) if one.code == "S11"]
    assert (problem.found, "heading_rows = 2" in problem.fix) == (
        "C2:D2, A2:A3",
        True,
    ) or problem.found == "A2:A3, C2:D2"
    text = "Serie,2019,,Unit\n,value,note,\na1,4.5,x,PT\n"
    files = {
        "plugin.toml": about("data/values.csv", heading_rows="2", constants='{ year = "2019" }'),
        "data/values.csv": text,
    }
    assert values(loaded({**files, "mapping.csv": words})) == ONE


def merged_down(book, sheet):
    sheet.merge_range("A2:A3", "KOR")


def test_merged_cells_of_the_table_are_refused_or_filled_and_counted(loaded, check_plugin, the):
    data = workbook(HEAD, ("KOR", "a1", 2018, 1), (None, "a1", 2019, 4.5), change=merged_down)
    problem = the(check_plugin(of_book(data)), "S11")
    assert (problem.found, problem.where.rows) == ("A2:A3", (2,))
    one = loaded(of_book(data, merged_cells='"repeat"'))
    assert values(one) == [("a1", 2018, 1.0), ("a1", 2019, 4.5)]
    [done] = one.outcome.log
    assert (done.code, done.found) == ("I05", "A2:A3")
    assert done.what.startswith("filled 1 cell of 1 group")


def test_a_merged_title_or_note_harms_nobody(check_plugin):
    def change(book, sheet):
        sheet.merge_range("A1:D1", "A title")
        sheet.merge_range("A5:D6", "Source: the register")

    data = workbook(("A title",), HEAD, ROW, (), ("Source: the register",), change=change)
    assert check_plugin(of_book(data, header_row="2", notes_below="true")) == []


def test_hidden_rows_and_columns_are_read_and_warned_of(check_plugin, the):
    def hide(book, sheet):
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
        sheet.set_column(9, 12, None, None, {"hidden": True})

    data = workbook(HEAD, ROW, ("KOR", "a2", 2019, 1), change=hide)
    problem = the(check_plugin(of_book(data)), "S15")
    assert (problem.severity, problem.where.rows, problem.where.column, problem.found) == (
        "warning",
        (3,),
        "B",
        '"indicator"',
    )
    assert problem.what.startswith("1 row and 1 column")


def test_a_hidden_sheet_is_not_taken_unless_it_is_named(loaded, check_plugin, the):
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, hidden in (("Lists", True), ("Data", False), ("Old", True)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEAD)
            sheet.write_row(1, 0, ROW)
            if hidden:
                sheet.very_hidden() if name == "Old" else sheet.hide()
            else:
                sheet.activate()
                sheet.set_first_sheet()
    one = loaded(of_book(target.getvalue()))
    assert values(one) == ONE
    assert [(done.code, done.found) for done in one.outcome.log] == [("I03", '"Lists", "Old"')]
    named = loaded(of_book(target.getvalue(), sheet='"Old"'))
    assert [done.code for done in named.outcome.log] == ["I03"]
    assert "hidden" in the(check_plugin(of_book(target.getvalue(), sheet='"None"')), "S12").fix


def test_totals_are_left_out_by_their_names_and_counted(loaded):
    content = CSV + "KOR,Total,2019,9\nKOR, TOTAL ,2018,9\nKOR,Ensemble,2018,9\nKOR,a2,2019,1\n"
    files = {"plugin.toml": about("data/values.csv", totals_rows='["Total", "Ensemble"]'), "data/values.csv": content}
    one = loaded(files)
    assert values(one) == [("a1", 2019, 4.5), ("a2", 2019, 1.0)]
    [done] = one.outcome.log
    assert (done.code, done.where.rows, done.what.startswith("left out 3 rows")) == ("I02", (3, 4, 5), True)


def test_notes_below_are_left_out_where_the_manifest_says_so(loaded, check_plugin):
    content = CSV + "\nSource: the register\n* provisional\n"
    [problem] = check_plugin({"data/values.csv": content})
    assert (problem.code, "notes_below = true" in problem.fix) == ("S13", True)
    one = loaded({"plugin.toml": about("data/values.csv", notes_below="true"), "data/values.csv": content})
    assert values(one) == ONE
    assert [(done.code, done.where.rows) for done in one.outcome.log] == [("I04", (4, 5))]


def test_years_across_may_be_years_of_an_era(loaded):
    content = "indicator,\u4ee4\u548c\u5143\u5e74,\u5e73\u621030,2017\u5e74\na1,4.5,1,2\n"
    settings = {"layout": '"wide"', "normalise": '["years"]'}
    one = loaded({"plugin.toml": about("data/values.csv", **settings), "data/values.csv": content})
    assert values(one) == [("a1", 2017, 2.0), ("a1", 2018, 1.0), ("a1", 2019, 4.5)]
    assert [(done.code, done.what.endswith("3 headings")) for done in one.outcome.log] == [("I06", True)]


def test_codes_that_look_like_numbers_stay_as_they_are_shown(loaded):
    rows = [("Nr", "year", "value"), (7, 2019, 4.5)]
    words = "column,theirs,ours\n,Nr,indicator\nindicator,007,a1\n"
    data = workbook(*rows, formats={(1, 0): "000"})
    assert values(loaded({**of_book(data), "mapping.csv": words})) == ONE
    assert values(loaded({"data/values.csv": "Nr,year,value\n007,2019,4.5\n", "mapping.csv": words})) == ONE


def test_an_ods_workbook_is_read_with_the_rows_that_its_author_sees(loaded, check_plugin, the):
    blank = '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    tail = '<table:table-row table:number-rows-repeated="1048500"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    share = (
        '<table:table-cell office:value-type="percentage" office:value="0.07"><text:p>7%</text:p></table:table-cell>'
    )
    noted = '<table:table-cell office:value-type="string"><office:annotation><text:p>remark</text:p></office:annotation><text:p>a<text:s text:c="2"/>b</text:p><text:p>c</text:p></table:table-cell>'
    sheet = ods_table([["indicator", "year", "value", "note"], ["a1", 2019, share, noted], ["a2", 2019, 4.5, None]])
    sheet = sheet.replace(
        "</table:table-row><table:table-row>", f"</table:table-row>{blank}<table:table-row>", 1
    ).replace("</table:table>", tail + "</table:table>")
    secret = ods_table([HEAD, ROW], name="Secret", style="off")
    files = {"plugin.toml": about("data/b.ods", normalise='["percent"]'), "data/b.ods": ods(sheet, secret)}
    one = loaded(files)
    assert values(one) == [("a1", 2019, 7.0), ("a2", 2019, 4.5)]
    assert one.observations.sort("indicator")["note"].to_list() == ["a  b\nc", None]
    assert {done.code for done in one.outcome.log} == {"I03", "I06"}
    files["data/b.ods"] = ods(
        sheet.replace('office:value-type="float" office:value="4.5"', 'office:value-type="string"').replace(
            ">4.5<", ">n/a<"
        )
    )
    assert the(check_plugin(files), "V04").where.rows == (5,)
    merged = ods_table(
        [
            HEAD,
            [ods_cell("KOR", 'table:number-rows-spanned="2"'), "a1", 2018, 1],
            ["<table:covered-table-cell/>", "a1", 2019, 2],
        ]
    )
    found = the(check_plugin({"plugin.toml": about("data/b.ods"), "data/b.ods": ods(merged)}), "S11")
    assert found.found == "A2:A3"


def parquet() -> bytes:
    target = io.BytesIO()
    pl.DataFrame([("KOR", "a1", 2019, 4.5)], schema=list(HEAD), orient="row").write_parquet(target)
    return target.getvalue()


MEMBERS = [("v.csv", CSV.encode()), ("tables/v.CSV", CSV.encode()), ("b.xlsx", sound()), ("b.ods", ods(ods_table([HEAD, ROW]))), ("v.parquet", parquet())]  # fmt: skip


@pytest.mark.parametrize(("name", "data"), MEMBERS, ids=[name for name, _ in MEMBERS])
def test_a_zip_holds_any_kind_of_file(loaded, name, data):
    aside = {"__MACOSX/._v.csv": b"x", "d/.DS_Store": b"x"}
    one = loaded({"plugin.toml": about("data/v.zip"), "data/v.zip": packed({name: data, **aside})})
    assert values(one) == ONE
    [source] = one.outcome.sources
    assert source.file == "data/v.zip"
    others = packed({name: data, "readme.txt": b"x"})
    assert values(loaded({"plugin.toml": about("data/v.zip", member=f'"{name}"'), "data/v.zip": others})) == ONE


def test_a_zip_of_several_files_asks_which_is_meant_and_names_rows_inside(provoke, check_plugin, the):
    data = packed({"v.csv": CSV, "w.csv": CSV.replace("4.5", "n/a")})
    mended = {"plugin.toml": about("data/v.zip", member='"v.csv"')}
    provoke(
        "S16",
        {"plugin.toml": about("data/v.zip"), "data/v.zip": data},
        {"file": "data/v.zip", "fix": "v.csv, w.csv"},
        mended,
    )
    problem = the(check_plugin({"plugin.toml": about("data/v.zip", member='"w.csv"'), "data/v.zip": data}), "V04")
    assert (problem.where.file, problem.where.rows) == ("data/v.zip/w.csv", (2,))
    wrong = the(check_plugin({"plugin.toml": about("data/v.zip", member='"V.csv"'), "data/v.zip": data}), "S16")
    assert 'did you mean "v.csv"?' in wrong.fix
    assert (
        the(check_plugin({"plugin.toml": about("data/v.zip"), "data/v.zip": packed({})}), "S16").fix
        == "put the data in"
    )


def test_a_damaged_member_of_a_zip_is_named(check_plugin, the):
    data = bytearray(packed({"v.csv": CSV * 40}))
    data[60] ^= 0xFF
    assert "v.csv" in the(check_plugin({"plugin.toml": about("data/v.zip"), "data/v.zip": bytes(data)}), "F11").found


GOOD = {
    "plain": ({}, CSV),
    "semicolons and decimal commas": ({"decimal_comma": "true"}, "area;indicator;year;value\nKOR;a1;2019;4,5\n"),
    "tabs": ({}, CSV.replace(",", "\t")),
    "no last line end": ({}, CSV.rstrip()),
    "Windows line ends": ({}, CSV.replace("\n", "\r\n")),
    "blank rows": ({}, CSV + "\n\n,,,\n"),
    "quotation marks": ({}, '"area","indicator","year","value"\n"KOR","a1","2019","4.5"\n'),
    "title rows": ({"header_row": "3"}, "A title\n\n" + CSV),
    "notes below": ({"notes_below": "true"}, CSV + "\nSource: x\n"),
    "columns in another order": ({}, "value,year,indicator\n4.5,2019,a1\n"),
    "zero": ({}, CSV + "KOR,a2,2019,0\n"),
    "empty cells": ({}, CSV + "KOR,a2,2019,\n"),
    "thousands and raised marks": ({"normalise": '["thousands", "footnotes"]'}, CSV + 'KOR,b3,2019,"1 204 \u1d56"\n'),
    "Arabic digits": ({"normalise": '["digits"]'}, CSV + "KOR,b3,2019,\u0661\u0662\n"),
    "Khmer digits": ({"normalise": '["digits"]'}, CSV + "KOR,b3,2019,\u17e1\u17e2\n"),
    "full-width": ({"normalise": '["digits", "years"]'}, CSV + "KOR,b3,\uff12\uff10\uff11\uff19,\uff11\uff12\n"),
    "eras": ({"normalise": '["years"]'}, CSV + "KOR,b3,\u4ee4\u548c2,5\n"),
    "Buddhist years": ({"normalise": '["years"]'}, CSV + "KOR,b3,\u0e1e.\u0e28. 2563,5\n"),
    "percent": ({"normalise": '["percent"]'}, CSV + "KOR,b3,2019,12 %\n"),
    "texts for missing": ({"status_flags": '{ ".." = "O", "-" = "M", "<5" = "Q", "(b)" = "L" }'}, CSV + "KOR,a1,2018,..\nKOR,a2,2018,-\nKOR,b1,2018,<5\nKOR,b2,2018,(b)\n"),
    "flags on numbers": ({"status_flags": '{ "p" = "P", "*" = "E" }'}, CSV + "KOR,b1,2018,4 p\nKOR,b2,2018,7*\n"),
    "totals": ({"totals_rows": '["Total"]'}, CSV + "KOR,Total,2019,9\n"),
    "exponents": ({}, CSV + "KOR,b3,2019,1.2e1\n"),
    "three decimals": ({}, CSV + "KOR,b3,2019,1.204\nKOR,b3,2018,0.593\n"),
    "years across": ({"layout": '"wide"', "constants": "{}"}, "indicator,2018,2019\na1,1,4.5\n"),
}  # fmt: skip


@pytest.mark.parametrize("form", GOOD)
def test_a_good_submission_in_any_form_gives_no_problem(loaded, form):
    settings, content = GOOD[form]
    one = loaded({"plugin.toml": about("data/values.csv", **settings), "data/values.csv": content})
    assert ("a1", 2019, 4.5) in values(one)
    # That 1 204 is much for a percentage is said of the value, not of its form.
    assert [problem for problem in one.outcome.problems if problem.code != "V21"] == []


def _commented(book, sheet):
    sheet.write_comment("A1", "a remark")
    sheet.write_url("A2", "https://example.org", string="KOR")


BOOKS = {
    "plain": ({}, sound),
    "formulas with values": ({}, lambda: workbook(HEAD, ("KOR", "a1", 2019, ("=9/2", 4.5)))),
    "a formula that gives an empty text": ({}, lambda: patched(sound(), {SHEET: lambda data: data.replace(b"</row></sheetData>", b'<c r="E2" t="str"><f>""</f><v></v></c></row></sheetData>')})),
    "formatted cells far away": ({}, lambda: patched(sound(), {SHEET: lambda data: data.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')})),
    "a table away from the corner": ({"header_row": "5"}, lambda: workbook((), (), (), (), (None, None, *HEAD), (None, None, *ROW))),
    "an error cell above the headings": ({"header_row": "2"}, lambda: workbook((("=1/0", "#DIV/0!"),), HEAD, ROW)),
    "a comment and a link": ({}, lambda: workbook(HEAD, ROW, change=_commented)),
    "numbers as text": ({}, lambda: workbook(HEAD, ("KOR", "a1", "2019", "4.5"))),
    "single quotation marks and prefixes": ({}, lambda: patched(sound(), {SHEET: lambda data: data.replace(b"<v>4.5</v>", b"<v><![CDATA[4.5]]></v>").replace(b'r="D2"', b"r='D2'")})),
}  # fmt: skip


@pytest.mark.parametrize("form", BOOKS)
def test_a_good_workbook_in_any_form_gives_no_problem(loaded, form):
    settings, data = BOOKS[form]
    one = loaded(of_book(data(), **settings))
    assert values(one) == ONE
    assert one.outcome.problems == ()
