"""A file without a plugin: its repairs speak of the file, and following them repairs it."""

from __future__ import annotations

import pytest
from intake_files import HEAD, ROW, packed, sound, workbook

from ssemon import validate
from ssemon.encodings import encoding_previews
from ssemon.plain_repairs import for_plain_file

HEADINGS = "area,indicator,year,value\n"
SOUND = HEADINGS + "KOR,a1,2019,4\n"


@pytest.fixture
def check_file(tmp_path, tiny_framework):
    def check(name: str, data: bytes | str) -> list:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        [checked] = validate([path], tiny_framework() / "edition.toml")
        return list(checked.problems)

    return check


CASES = [
    ("F01", "v.csv", "", "put the data in: a row of headings (area, indicator, year, value)", SOUND),
    ("F02", "v.csv", HEADINGS, "a row a value below it", SOUND),
    ("F05", "v.csv", (SOUND + "KOR,a2,2019,\u00e9\n").encode("cp1252"), "save it as CSV UTF-8 (in Excel: Save As, CSV UTF-8). It looks like windows-1252", SOUND),
    ("S02", "v.csv", SOUND.replace("value", "wert"), 'headings found: "area", "indicator", "year", "wert". Write "value" above the column', SOUND),
    ("S02", "v.csv", SOUND.replace("area,", "land,", 1), 'headings found: "land", "indicator", "year", "value". Write "area" above the column that holds it, or add one', SOUND),
    ("S03", "v.csv", "area,,indicator,year,value\nKOR,x,a1,2019,4\n", "write a heading above it, or empty the column", SOUND),
    ("S04", "v.csv", SOUND.replace("year", "year,Year ").replace("2019", "2019,2019"), "keep one of the two columns", SOUND),
    ("S05", "v.csv", ",,,\n" + SOUND, "write the headings in row 1", SOUND),
    ("S13", "v.csv", SOUND + "\nSource: x\n", "take the rows out", SOUND),
    ("V01", "v.csv", SOUND.replace(",", ";").replace("4\n", "4,5\n"), "write a point, 4.5 for 4,5", SOUND.replace(",", ";").replace("4\n", "4.5\n")),
    ("V02", "v.csv", SOUND.replace("4\n", "1 204\n"), "1204567", SOUND),
    ("V03", "v.csv", SOUND.replace("4\n", "4 %\n"), "12 % is 12", SOUND),
    ("V04", "v.csv", SOUND.replace("4\n", "n/a\n"), "obs_status: O missing", SOUND.replace("4\n", "\n")),
    ("V07", "v.csv", SOUND.replace("4\n", "\u0664\n"), "write them as 0-9", SOUND),
    ("V09", "v.csv", SOUND.replace("2019", "\u4ee4\u548c2"), "four digits", SOUND),
    ("V12", "v.csv", SOUND.replace("a1,2019,4", "b1,2019,400"), "correct the unit or the value", SOUND),
    ("V22", "v.csv", SOUND.replace("4\n", "4*\n"), "write the number alone", SOUND),
    ("V23", "v.csv", SOUND.replace("4\n", "1.204\n"), "nothing if the point is the decimal sign", SOUND),
    ("K04", "v.csv", "area,indicator,year,value,sex\nKOR,a1,2019,4,femme\n", "", SOUND),
    ("S12", "b.xlsx", workbook(HEAD, ROW, More=[HEAD]), "save the sheet that is meant as a file of its own", sound()),
    ("V24", "b.xlsx", workbook(HEAD, ROW, formats={(1, 3): "0%"}), "format the cells as numbers", sound()),
    ("S16", "v.zip", packed({"a.csv": SOUND, "b.csv": SOUND}), "give it unpacked", packed({"a.csv": SOUND})),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "name", "broken", "fix", "mended"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)]
)
def test_a_repair_of_a_plain_file_fits_a_plain_file_and_repairs_it(check_file, code, name, broken, fix, mended):
    problems = [one for one in check_file(name, broken) if one.code == code]
    assert problems
    for one in problems:
        assert "plugin.toml" not in str(one)
        assert "mapping.csv" not in str(one)
    assert fix in problems[0].fix
    assert problems[0].fix
    assert code not in {one.code for one in check_file(name, mended)}


def test_a_line_for_a_mapping_becomes_the_word_that_is_to_be_written():
    from ssemon import Problem

    one = Problem(code="K04", what="x", fix='did you mean "F"? add to mapping.csv:  sex,femme,F')
    assert for_plain_file([one])[0].fix == 'did you mean "F"? write "F" for "femme"'
    other = Problem(code="K99", what="x", fix="say so in plugin.toml")
    assert for_plain_file([other])[0].fix.startswith("correct the cells")


def test_score_says_the_same_of_a_plain_file(ssemon, tmp_path, tiny_framework):
    path = tmp_path / "v.csv"
    path.write_text(SOUND.replace(",", ";").replace("4\n", "4,5\n"), encoding="utf-8")
    answer = ssemon("score", "--framework", tiny_framework(), "--data", path, "--out", tmp_path / "s.csv")
    assert answer.code == 3
    assert "write a point" in answer.err
    assert "plugin.toml" not in answer.err


@pytest.mark.parametrize(
    ("text", "encoding", "second"),
    [
        ("\ud55c\uad6d,1", "cp949", "windows-1252"),
        ("r\u00e9gion,1", "windows-1252", "windows-1251"),
        ("\u0420\u0435\u0433\u0438\u043e\u043d,1", "windows-1251", "windows-1252"),
    ],
)
def test_a_guess_shows_the_same_line_in_two_encodings(text, encoding, second):
    data = f"a,b\r\n{text}\r\nx".encode(encoding)
    (first, shown), (other, wrong) = encoding_previews(data, 7)
    assert (first, shown) == (encoding, text)
    assert other == second or wrong != text


def test_previews_of_long_lines_are_cut_around_the_byte_and_utf_16_has_one():
    data = b"x" * 500 + "\u00e9".encode("cp1252") + b"y" * 500
    assert all("x\u00e9y" in shown or len(shown) <= 40 for _, shown in encoding_previews(data, 500))
    assert encoding_previews(data, 500)[0][1].count("\u00e9") == 1
    assert encoding_previews("area,year\n".encode("utf-16"), 0) == (("utf-16", "area,year"),)


def test_the_two_previews_stand_in_the_message_and_none_is_applied(check_plugin):
    data = (SOUND + "KOR,a2,2019,\ud55c\n").encode("cp949")
    [problem] = check_plugin({"data/values.csv": data})
    assert problem.code == "F05"
    assert 'as cp949 "KOR,a2,2019,\ud55c" and as ' in problem.found
