"""The author's own workbook given back: every fault is in its cell, and nothing else of the workbook is another."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path
from xml.parsers import expat

import openpyxl
import pytest
import xlsxwriter
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from ssemon.authoring.marks import MOST_LISTED, MOST_NOTES
from ssemon.authoring.ooxml import Package, Unpatchable, attribute, xml_text

HEAD = ("area", "indicator", "year", "value", "obs_status")
MANIFEST = """\
[plugin]
country = "KOR"
api = 1
languages = ["ko"]
[[tables]]
table = "observations"
file = "data/own.xlsx"
source = "x"
licence = "x"
"""
RED, YELLOW, BLUE = "FFFFC7CE", "FFFFEB9C", "FFDDEBF7"


@pytest.fixture
def sent(tmp_path, tiny_framework, ssemon):
    """Send a workbook as a plugin's file and return what comes back: the exit code, the path of the answer, its text."""

    def send(book, manifest: str = MANIFEST, file: str = "own.xlsx", language: str = "en"):
        folder = tmp_path / "kor"
        (folder / "data").mkdir(parents=True, exist_ok=True)
        (folder / "plugin.toml").write_text(manifest, encoding="utf-8")
        if isinstance(book, bytes):
            (folder / "data" / file).write_bytes(book)
        else:
            book.save(folder / "data" / file)
        out = tmp_path / "answer.xlsx"
        edition = tiny_framework() / "edition.toml"
        answer = ssemon("validate", folder, "--edition", edition, "--workbook", out, "--language", language)
        return answer, folder / "data" / file, out

    return send


def book_of(*rows, title: str = "Daten", above: int = 0) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for _ in range(above):
        sheet.append(["Survey"])
    for row in rows:
        sheet.append(row)
    return book


def marked(path: Path, sheet: str = "Daten") -> dict[str, tuple[str, str]]:
    """The cells that are coloured: their colour and their comment."""
    found = {}
    for row in openpyxl.load_workbook(path)[sheet].iter_rows():
        for cell in row:
            if cell.fill.fgColor.rgb in (RED, YELLOW, BLUE):
                found[cell.coordinate] = (cell.fill.fgColor.rgb, cell.comment.text if cell.comment else "")
    return found


def sound(path: Path) -> None:
    """Every part is XML, every part that is spoken of is there, and each has a kind."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names))
        types = archive.read("[Content_Types].xml").decode()
        for name in names:
            if name.endswith((".xml", ".rels", ".vml")):
                expat.ParserCreate().Parse(archive.read(name), True)
            assert f'PartName="/{name}"' in types or f'Extension="{name.rpartition(".")[2]}"' in types, name
            if name.endswith(".rels"):
                owner = name.replace("_rels/", "").removesuffix(".rels")
                for line in re.findall(rb"<Relationship\b[^>]*>", archive.read(name)):
                    if attribute(line, "TargetMode") == "External":
                        continue
                    target = attribute(line, "Target")
                    place = target[1:] if target.startswith("/") else str(Path(owner).parent / target)
                    assert str(Path("/" + place).resolve())[1:] in names, (name, target)
        declared = re.findall(r'PartName="/([^"]+)"', types)
        assert set(declared) <= set(names)


def test_each_fault_is_coloured_and_commented_in_its_cell(sent):
    book = book_of(
        HEAD, ("KOR", "a1", 2019, "n/a"), ("KOR", "a1", 2018, 4), ("KOR", "b1", 2019, 140), ("KOR", "zz", 2019, 1)
    )
    answer, _, out = sent(book)
    assert answer.code == 3
    assert f"{out} is there for KOR data/own.xlsx: 3 cells marked" in answer.err
    cells = marked(out)
    assert set(cells) == {"D2", "D4", "B5"}
    colour, text = cells["D2"]
    assert colour == RED
    assert text.startswith("V04 · A text in a number column\n")
    assert "status_flags" in text
    assert "K03" in cells["B5"][1]
    sound(out)


def test_the_file_itself_is_not_touched(sent):
    book = book_of(HEAD, ("KOR", "a1", 2019, "n/a"))
    stream = io.BytesIO()
    book.save(stream)
    _, path, out = sent(stream.getvalue())
    assert path.read_bytes() == stream.getvalue()
    assert out.is_file()


def test_the_first_sheet_lists_all_faults_with_a_link_to_each_cell(sent):
    book = book_of(HEAD, ("KOR", "a1", 2019, "n/a"), ("KOR", "b1", 2018, "x"), ("KOR", "zz", 2019, 1))
    _, _, out = sent(book)
    front = openpyxl.load_workbook(out).worksheets[0]
    assert openpyxl.load_workbook(out).active.title == front.title == "What was found"
    lines = [row for row in front.iter_rows(min_row=6) if row[0].value]
    links = {(row[0].value, row[2].value, row[2].hyperlink.location) for row in lines}
    assert links == {
        ("V04", "Daten!D2", "'Daten'!D2"), ("V04", "Daten!D3", "'Daten'!D3"), ("K03", "Daten!B4", "'Daten'!B4"),
    }  # fmt: skip
    assert front["A1"].value == "KOR kor: not accepted"
    assert front["A2"].value == "errors: 2"


def test_what_the_author_s_workbook_holds_stays_as_it_was(sent):
    book = book_of(HEAD, ("KOR", "a1", 2019, "n/a"), ("KOR", "a2", 2019, 3.5))
    sheet = book.active
    sheet["D2"].font, sheet["D3"].number_format = Font(bold=True, color="FF00AA00"), "0.000"
    sheet["A2"].fill = PatternFill("solid", fgColor="FF123456")
    sheet.column_dimensions["A"].width, sheet.freeze_panes = 33, "B2"
    sheet.conditional_formatting.add("D2:D9", CellIsRule(operator="greaterThan", formula=["3"], font=Font(italic=True)))
    choice = DataValidation(type="list", formula1='"A,B"')
    choice.add("E2:E9")
    sheet.add_data_validation(choice)
    sheet["B2"].hyperlink = "https://example.org/"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=4, min_row=2, max_row=3))
    sheet.add_chart(chart, "G2")
    sheet.print_title_rows = "1:1"
    book.defined_names["mine"] = DefinedName("mine", attr_text="Daten!$A$1")
    _, path, out = sent(book)
    before, after = openpyxl.load_workbook(path)["Daten"], openpyxl.load_workbook(out)["Daten"]
    assert [[cell.value for cell in row] for row in after.iter_rows()] == [
        [c.value for c in row] for row in before.iter_rows()
    ]
    assert (after["D2"].font.b, after["D2"].font.color.rgb, after["D2"].fill.fgColor.rgb) == (True, "FF00AA00", RED)
    assert (after["D3"].number_format, after["D3"].fill.fill_type) == ("0.000", None)
    assert after["A2"].fill.fgColor.rgb == "FF123456"
    assert (after.column_dimensions["A"].width, after.freeze_panes) == (33, "B2")
    assert len(after.conditional_formatting) == 1
    assert after.data_validations.dataValidation[0].formula1 == '"A,B"'
    assert after["B2"].hyperlink.target == "https://example.org/"
    assert after.print_title_rows == "$1:$1"
    assert openpyxl.load_workbook(out).defined_names["mine"].attr_text == "Daten!$A$1"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out) as new:
        kept = [name for name in old.namelist() if "chart" in name or "drawing" in name.lower() or "theme" in name]
        assert any("chart" in name for name in kept)
        assert all(old.read(name) == new.read(name) for name in kept)
    sound(out)


def test_names_that_hold_in_one_sheet_still_hold_in_it(sent):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("Daten")
        for number, row in enumerate([HEAD, ("KOR", "a1", 2019, "n/a")]):
            sheet.write_row(number, 0, row)
        sheet.autofilter("A1:E2")
        sheet.repeat_rows(0)
        book.define_name("Daten!here", "=Daten!$D$2")
    _, _, out = sent(stream.getvalue())
    after = openpyxl.load_workbook(out)["Daten"]
    assert after.auto_filter.ref == "A1:E2"
    assert after.print_title_rows == "$1:$1"
    assert after.defined_names["here"].attr_text == "Daten!$D$2"
    sound(out)


def test_a_comment_that_is_there_is_kept_and_ours_follows(sent):
    book = book_of(HEAD, ("KOR", "a1", 2019, "n/a"), ("KOR", "a2", 2019, "x"), ("KOR", "b1", 2019, 3))
    book.active["D2"].comment = Comment("ask Kim", "author")
    book.active["A4"].comment = Comment("sound", "author")
    _, _, out = sent(book)
    after = openpyxl.load_workbook(out)["Daten"]
    assert after["D2"].comment.text.startswith("ask Kim")
    assert "V04" in after["D2"].comment.text
    assert after["A4"].comment.text == "sound"
    assert after["D3"].comment.text.startswith("V04")
    sound(out)


def test_an_empty_cell_that_is_needed_is_coloured_where_it_should_be_filled(sent):
    _, _, out = sent(book_of(HEAD, ("KOR", None, 2019, 4), ("KOR", "a1", 2019, 4)))
    assert set(marked(out)) == {"B2"}
    sound(out)


def test_a_row_that_stands_twice_is_marked_in_both_places(sent):
    _, _, out = sent(book_of(HEAD, ("KOR", "a1", 2019, 4), ("KOR", "a2", 2019, 4), ("KOR", "a1", 2019, 5)))
    assert {place: text[:3] for place, (_, text) in marked(out).items()} == {"A2": "K06", "A4": "K06"}


def test_two_faults_of_one_cell_share_its_comment(sent):
    _, _, out = sent(book_of(HEAD, ("XXX", "a1", 2019, 4), ("KOR", "a2", 2019, 5)))
    assert list(marked(out)) == ["A2"]
    book = book_of(HEAD, ("KOR", "a1", 2019, 4, "M"), ("KOR", "b1", 2019, 400, "M"))
    _, _, out = sent(book)
    text = marked(out)["D3"][1]
    assert "M02" in text
    assert "V12" in text


def test_a_heading_that_is_not_known_is_marked_in_the_row_of_the_headings(sent):
    rows = (("area", "indicator", "year", "valeu"), ("KOR", "a1", 2019, 4))
    manifest = MANIFEST + "header_row = 3\n"
    _, _, out = sent(book_of(*rows, above=2), manifest)
    assert "S03" in marked(out)["D3"][1]


def test_years_across_are_marked_below_their_year(sent):
    rows = (("area", "indicator", "2018", "2019"), ("KOR", "a1", 4, "n/a"), ("KOR", "b1", "x", 12))
    _, _, out = sent(book_of(*rows), MANIFEST + 'layout = "wide"\n')
    assert set(marked(out)) == {"D2", "C3"}


def test_a_sheet_among_others_is_the_one_that_is_marked(sent):
    book = book_of(("nothing",), title="Cover")
    sheet = book.create_sheet("Daten & 'mehr'")
    for row in (HEAD, ("KOR", "a1", 2019, "n/a")):
        sheet.append(row)
    manifest = MANIFEST + "sheet = \"Daten & 'mehr'\"\n"
    _, _, out = sent(book, manifest)
    assert set(marked(out, "Daten & 'mehr'")) == {"D2"}
    front = openpyxl.load_workbook(out).worksheets[0]
    assert front["C6"].hyperlink.location == "'Daten & ''mehr'''!D2"


def test_warnings_and_errors_have_their_own_colours(sent):
    _, _, out = sent(book_of(HEAD, ("KOR", "a1", 2019, 140), ("KOR", "a2", 2019, "x")))
    assert {place: colour for place, (colour, _) in marked(out).items()} == {"D2": YELLOW, "D3": RED}


def test_a_workbook_without_faults_comes_back_and_says_so(sent):
    answer, _, out = sent(book_of(HEAD, ("KOR", "a1", 2019, 4)))
    assert answer.code == 0
    front = openpyxl.load_workbook(out).worksheets[0]
    assert (front["A1"].value, front["A2"].value) == ("KOR kor: accepted", "Nothing to mend.")
    assert marked(out) == {}
    sound(out)


def test_the_answer_is_in_the_language_asked_for_with_the_english_sentence_below(sent):
    _, _, out = sent(book_of(HEAD, ("KOR", "a1", 2019, "n/a")), language="ko")
    text = marked(out)["D2"][1]
    assert text.startswith("V04 · 숫자 열에 글자가 있음\n→ 비워 두고")
    assert "The cell is no number in 1 row." in text
    assert openpyxl.load_workbook(out).worksheets[0].title == "점검 결과"


def test_all_rows_of_a_fault_are_marked_and_what_is_too_many_is_counted(sent):
    rows = [("KOR", "a1", 1900 + n, "n/a") for n in range(150)] + [("KOR", "b1", 1900 + n, "x") for n in range(150)]
    _, _, out = sent(book_of(HEAD, *rows))
    cells = marked(out)
    assert len(cells) == 300
    assert all(text for _, text in cells.values())
    assert MOST_NOTES < MOST_LISTED


def test_the_same_workbook_gives_the_same_bytes(sent, tmp_path):
    book = io.BytesIO()
    book_of(HEAD, ("KOR", "a1", 2019, "n/a")).save(book)
    _, _, out = sent(book.getvalue())
    first = out.read_bytes()
    sent(book.getvalue())
    assert out.read_bytes() == first


@pytest.mark.parametrize(
    "producer", ["macros", "no numbers of rows", "no names of cells", "another encoding", "another prefix"]
)
def test_a_workbook_built_in_another_way_is_written_anew_and_that_is_said(sent, producer):
    stream, changed = io.BytesIO(), io.BytesIO()
    book_of(HEAD, ("KOR", "a1", 2019, "n/a")).save(stream)
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "[Content_Types].xml" and producer == "macros":
                data = data.replace(b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main")
            if name.startswith("xl/worksheets/sheet") and producer == "no numbers of rows":
                data = re.sub(rb'<row r="\d+"', b"<row", data)
            if name.startswith("xl/worksheets/sheet") and producer == "no names of cells":
                data = re.sub(rb' r="[A-Z]+\d+"', b"", data)
            if name.startswith("xl/worksheets/sheet") and producer == "another encoding":
                data = b"<?xml version='1.0' encoding='ISO-8859-1'?>" + data
            if name.startswith("xl/worksheets/sheet") and producer == "another prefix":
                data = re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", data).replace(b" xmlns=", b" xmlns:x=")
            new.writestr(name, data)
    answer, _, out = sent(changed.getvalue())
    assert answer.code == 3
    assert out.is_file()
    titles = openpyxl.load_workbook(out).sheetnames
    assert titles[0] == "What was found"
    if "without their formats" in answer.err:
        assert set(marked(out, titles[1])) == {"D2"}


def test_a_damaged_workbook_is_in_the_list_and_is_not_opened_again(sent):
    answer, _, out = sent(b"PK\x03\x04 not a workbook")
    assert answer.code == 3
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["What was found"]
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=5) if row[0].value][1:2] in (["F11"], ["F03"])


def test_a_csv_file_becomes_a_workbook_with_its_rows_as_they_are(tmp_path, plugin_folder, tiny_framework, ssemon):
    lines = "area;indicator;year;value\nKOR;a1;2019;=1+1\n\nKOR;007;2019;4\n"
    folder = plugin_folder({"data/values.csv": lines})
    out = tmp_path / "answer.xlsx"
    answer = ssemon("validate", folder, "--edition", tiny_framework() / "edition.toml", "--workbook", out)
    assert answer.code == 3
    cells = marked(out, "values.csv")
    assert set(cells) == {"D2", "B4"}
    sheet = openpyxl.load_workbook(out)["values.csv"]
    assert [cell.value for cell in sheet[2]] == ["KOR", "a1", "2019", "=1+1"]
    assert sheet["D2"].data_type == "s"  # a text that begins with = is no formula
    assert sheet["B4"].value == "007"
    front = openpyxl.load_workbook(out).worksheets[0]
    assert front["C6"].hyperlink.location.endswith(("!D2", "!B4"))


def test_several_workbooks_come_back_each_by_itself_and_all_csv_files_together(tmp_path, tiny_framework, ssemon):
    folder = tmp_path / "kor"
    (folder / "data").mkdir(parents=True)
    entries = [MANIFEST.partition("[[tables]]")[0]]
    names = ("one.xlsx", "two.xlsx", "three.csv", "four.csv")
    entries += [
        f'[[tables]]\ntable = "observations"\nfile = "data/{name}"\nsource = "x"\nlicence = "x"\n' for name in names
    ]
    (folder / "plugin.toml").write_text("\n".join(entries), encoding="utf-8")
    for year, name in ((2017, "one"), (2018, "two")):
        book_of(HEAD, ("KOR", "a1", year, "x")).save(folder / f"data/{name}.xlsx")
    for year, name in ((2019, "three"), (2020, "four")):
        (folder / f"data/{name}.csv").write_text(f"indicator,year,value\na1,{year},x\n", encoding="utf-8")
    out = tmp_path / "answer.xlsx"
    answer = ssemon("validate", folder, "--edition", tiny_framework() / "edition.toml", "--workbook", out)
    assert answer.code == 3
    assert sorted(path.name for path in tmp_path.glob("answer*")) == [
        "answer.csv.xlsx",
        "answer.two.xlsx",
        "answer.xlsx",
    ]
    assert openpyxl.load_workbook(tmp_path / "answer.csv.xlsx").sheetnames[1:] == ["three.csv", "four.csv"]
    assert set(marked(tmp_path / "answer.two.xlsx")) == {"D2"}


def test_two_workbooks_of_one_name_come_back_beside_each_other(tmp_path, tiny_framework, ssemon):
    folder, entries = tmp_path / "kor", [MANIFEST.partition("[[tables]]")[0]]
    for year, place in ((2017, "a"), (2018, "b"), (2019, "c")):
        (folder / "data" / place).mkdir(parents=True)
        book_of(HEAD, ("KOR", "a1", year, f"wrong in {place}")).save(folder / f"data/{place}/one.xlsx")
        entries.append(
            f'[[tables]]\ntable = "observations"\nfile = "data/{place}/one.xlsx"\nsource = "x"\nlicence = "x"\n'
        )
    (folder / "plugin.toml").write_text("\n".join(entries), encoding="utf-8")
    out = tmp_path / "answer.xlsx"
    ssemon("validate", folder, "--edition", tiny_framework() / "edition.toml", "--workbook", out)
    said = {path.name: openpyxl.load_workbook(path)["Daten"]["D2"].value for path in tmp_path.glob("answer*")}
    assert said == {
        "answer.xlsx": "wrong in a",
        "answer.one.xlsx": "wrong in b",
        "answer.one-2.xlsx": "wrong in c",
    }


@pytest.mark.parametrize("out", ["first.xlsx", "new.xlsx"])
def test_an_answer_never_takes_the_place_of_what_was_sent(tmp_path, tiny_framework, ssemon, out):
    sent = [tmp_path / "first.xlsx", tmp_path / "new.second.xlsx"]
    book_of(HEAD, ("KOR", "a1", 2019, "x")).save(sent[0])
    shutil.copy(sent[0], tmp_path / "second.xlsx")
    shutil.copy(sent[0], sent[1])
    before = [path.read_bytes() for path in sent]
    answer = ssemon(
        "validate", sent[0], tmp_path / "second.xlsx", sent[1],
        "--edition", tiny_framework() / "edition.toml", "--workbook", tmp_path / out,
    )  # fmt: skip
    assert (answer.code, "U06" in answer.err) == (2, True)
    assert [path.read_bytes() for path in sent] == before
    assert not (tmp_path / "new.xlsx").exists()


def test_a_link_to_another_workbook_is_marked_in_its_cell(sent):
    answer, _, out = sent(book_of(HEAD, ("KOR", "a1", 2019, "=[1]Other!A1")))
    assert "X06" in answer.out
    assert set(marked(out)) == {"D2"}


def test_a_fault_of_the_manifest_stands_in_the_list_without_a_cell(sent):
    _, _, out = sent(book_of(HEAD, ("KOR", "a1", 2019, 4)), MANIFEST.replace('licence = "x"\n', ""))
    front = openpyxl.load_workbook(out).worksheets[0]
    assert [cell.value for cell in front[6]][:3] == ["M01", "No source or no licence", "plugin.toml"]
    assert front["C6"].hyperlink is None


def test_a_data_file_alone_is_answered_too(tmp_path, tiny_framework, ssemon):
    book_of(HEAD, ("KOR", "a1", 2019, "x")).save(tmp_path / "alone.xlsx")
    out = tmp_path / "answer.xlsx"
    answer = ssemon(
        "validate", tmp_path / "alone.xlsx", "--edition", tiny_framework() / "edition.toml", "--workbook", out
    )
    assert answer.code == 3
    assert set(marked(out)) == {"D2"}


def test_an_answer_that_is_no_workbook_by_its_name_is_refused_before_the_work(plugin_folder, ssemon, tmp_path):
    answer = ssemon("validate", plugin_folder(), "--workbook", tmp_path / "answer.csv")
    assert (answer.code, "U05" in answer.err) == (2, True)


def test_json_stays_json_beside_a_workbook(tmp_path, plugin_folder, tiny_framework, ssemon):
    import json

    edition = tiny_framework() / "edition.toml"
    answer = ssemon(
        "validate", plugin_folder(), "--edition", edition, "--format", "json", "--workbook", tmp_path / "a.xlsx"
    )
    assert json.loads(answer.out)[0]["accepted"] is True
    assert (tmp_path / "a.xlsx").is_file()


def test_texts_that_xml_cannot_hold_are_left_out_of_it():
    assert xml_text('a\x00b\ud800\ufffe<"&\n') == "ab&lt;&quot;&amp;\n"


def test_what_is_no_workbook_cannot_be_patched(tmp_path):
    stream = io.BytesIO()
    book_of(HEAD).save(stream)
    with zipfile.ZipFile(stream) as archive:
        sheet = archive.getinfo("xl/worksheets/sheet1.xml")
    at = sheet.header_offset + 30 + len(sheet.filename)
    for data in (b"nothing", stream.getvalue()[:at] + b"\xff" * 20 + stream.getvalue()[at + 20 :]):
        (tmp_path / "a.xlsx").write_bytes(data)
        with pytest.raises(Unpatchable):
            Package.read(tmp_path / "a.xlsx")
