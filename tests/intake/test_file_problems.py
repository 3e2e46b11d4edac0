"""Every fault of a file and of its cells: file, row as the spreadsheet shows it, heading as the author wrote it, value, repair."""

from __future__ import annotations

import gzip

import pytest

HEAD = "area,indicator,year,value\n"
SOUND = {"data/values.csv": HEAD + "KOR,a1,2019,4\n"}
FILE = "data/values.csv"


def csv(*lines: str, head: str = "area,indicator,year,value") -> dict[str, str]:
    return {FILE: "\n".join((head, *lines)) + "\n"}


def cell(value: str) -> dict[str, str]:
    return csv("KOR,a1,2018,1", "", f'KOR,a1,2019,"{value}"')


CELL = {"file": FILE, "rows": (4,), "count": 1, "column": '"value"', "stage": "convert", "severity": "error"}

CASES = [
    ("F01", {FILE: ""}, {"file": FILE, "fix": "put the data in", "stage": "read"}, SOUND),
    ("F01", {FILE: "\n \n"}, {"file": FILE}, SOUND),
    ("F02", {FILE: HEAD}, {"file": FILE, "fix": "take the entry out of plugin.toml"}, SOUND),
    ("F03", {FILE: b"%PDF-1.7 ..."}, {"file": FILE, "found": "a PDF", "fix": "save it as CSV"}, SOUND),
    ("F03", {FILE: b"PK\x03\x04....."}, {"found": "a ZIP or an Excel workbook"}, SOUND),
    ("F05", {FILE: (HEAD + "KOR,a1,2019,1\nKOR,a2,2019,\ud55c\n").encode("cp949")}, {"file": FILE, "rows": (3,), "fix": 'encoding = "cp949"'}, SOUND),
    ("F06", {FILE: b"area,indicator\x00,year,value\nKOR,a1,2019,1\n"}, {"file": FILE, "fix": "CSV UTF-8"}, SOUND),
    ("F10", {FILE: HEAD + 'KOR,a1,2019,1\nKOR,"a2,2019,1\n'}, {"file": FILE, "rows": (3,), "fix": "close the quotation mark"}, SOUND),
    ("F11", {FILE: gzip.compress(b"area,indicator")[:-9]}, {"file": FILE, "fix": "compress it again"}, SOUND),
    ("S02", {FILE: "area,indicator,year\nKOR,a1,2019\n"}, {"file": FILE, "rows": (1,), "what": 'no column for "value"', "fix": ",YOUR HEADING,value"}, SOUND),
    ("S02", {FILE: "area,indicator,value\nKOR,a1,4\n"}, {"what": 'no column for "year"', "fix": '"area", "indicator", "value"'}, SOUND),
    ("S03", {FILE: "area,indicator,yeer,value\nKOR,a1,2019,4\n"}, {"file": FILE, "rows": (1,), "column": '"yeer"', "found": '"yeer"', "fix": 'did you mean "year"?'}, {"mapping.csv": "column,theirs,ours\n,yeer,year\n"}),
    ("S03", {FILE: "area,indicator,year,value,Bemerkung\nKOR,a1,2019,4,x\n"}, {"found": '"Bemerkung"', "fix": "Add to mapping.csv"}, {"mapping.csv": "column,theirs,ours\n,Bemerkung,ignore\n"}),
    ("S03", {FILE: "area,indicator,year,value,x\nKOR,a1,2019,4,x\n", "mapping.csv": "column,theirs,ours\n,x,notes\n"}, {"what": 'maps a heading to "notes"', "fix": 'did you mean "note"?'}, {"mapping.csv": "column,theirs,ours\n,x,note\n"}),
    ("S03", {FILE: "area,,indicator,year,value\nKOR,,a1,2018,4\nKOR,x,a1,2019,4\n"}, {"rows": (3,), "what": "column 2", "fix": "write a heading above it"}, {FILE: "area,,indicator,year,value\nKOR,,a1,2018,4\nKOR,,a1,2019,4\n"}),
    ("S04", {FILE: "area,indicator,year,value,value\nKOR,a1,2019,4,4\n"}, {"file": FILE, "rows": (1,), "found": '"value"'}, SOUND),
    ("S04", {FILE: "area,indicator,year,value,Wert\nKOR,a1,2019,4,4\n", "mapping.csv": "column,theirs,ours\n,Wert,value\n"}, {"rows": (1,), "found": '"value" and "Wert"', "fix": 'map the other to "ignore"'}, {"mapping.csv": "column,theirs,ours\n,Wert,ignore\n"}),
    ("S07", csv("KOR,a1,2018,1", "KOR,a1,2019"), {"file": FILE, "rows": (3,), "fix": "put the separator in"}, SOUND),
    ("S08", csv("KOR,a1,2018,1", "KOR,a1,2019,1,5"), {"file": FILE, "rows": (3,), "fix": "in quotation marks"}, SOUND),
    ("V01", cell("4,5"), {**CELL, "found": '"4,5"', "fix": "decimal_comma = true"}, {"plugin.toml": "decimal_comma"}),
    ("V02", cell("1 204 567"), {**CELL, "found": '"1 204 567"', "fix": "1204567"}, cell("1204567")),
    ("V02", cell("1,204,567.5"), CELL, cell("1204567.5")),
    ("V02", cell("1'204"), CELL, cell("1204")),
    ("V03", cell("12 %"), {**CELL, "found": '"12 %"', "fix": "12 % is 12"}, cell("12")),
    ("V04", cell("n/a"), {**CELL, "found": '"n/a"', "fix": 'status_flags = { "n/a" = "O" }'}, {"plugin.toml": "status_flags"}),
    ("V04", cell("<5"), {**CELL, "found": '"<5"', "fix": 'status_flags = { "<5" = "Q" }'}, {"plugin.toml": "suppressed"}),
    ("V04", cell("Yes"), {**CELL, "found": '"Yes"', "fix": "write 1 for yes and 0 for no"}, cell("1")),
    ("V04", cell("about 80"), {**CELL, "found": '"about 80"', "fix": "write it alone"}, cell("80")),
    ("V05", cell("NaN"), {**CELL, "found": '"NaN"', "fix": "leave the cell empty"}, cell("")),
    ("V06", cell("inf"), {**CELL, "found": '"inf"'}, cell("")),
    ("V06", cell("1e999"), {**CELL, "found": '"1e999"'}, cell("1e9")),
    ("V07", cell("\u22124"), {**CELL, "found": '"\u22124"', "fix": "0-9 and -"}, cell("-4")),
    ("V07", cell("\uff11\uff12"), CELL, cell("12")),
    ("V07", cell("\u0661\u0662"), CELL, cell("12")),
    ("V08", cell("4\u200b5"), {**CELL, "found": '"4\\u200b5"'}, cell("45")),
    ("V08", cell("4 5"), CELL, cell("45")),
    ("V15", cell("#DIV/0!"), {**CELL, "found": '"#DIV/0!"', "fix": "mend the formula"}, cell("")),
    ("V09", csv("KOR,a1,2018/19,1"), {"rows": (2,), "column": '"year"', "found": '"2018/19"', "fix": "four digits"}, SOUND),
    ("V09", csv("KOR,a1,2019.0,1"), {"rows": (2,), "found": '"2019.0"'}, SOUND),
    ("V09", csv("KOR,a1,\uff12\uff10\uff11\uff19,1"), {"rows": (2,)}, SOUND),
]  # fmt: skip

MENDED_MANIFEST = {"decimal_comma": {"decimal_comma": "true"}, "status_flags": {"status_flags": '{ "n/a" = "O" }'}, "suppressed": {"status_flags": '{ "<5" = "Q" }'}}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "broken", "expected", "mended"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)]
)
def test_a_fault_of_a_file_is_named_with_its_place_and_its_repair(
    provoke, manifest_with, code, broken, expected, mended
):
    if mended and mended.get("plugin.toml") in MENDED_MANIFEST:
        mended = {"plugin.toml": manifest_with(**MENDED_MANIFEST[mended["plugin.toml"]])}
    provoke(code, broken, expected, mended)


def test_a_file_of_a_kind_that_nobody_reads_is_named(provoke):
    from textwrap import dedent

    about = dedent("""\
        [plugin]
        country = "KOR"
        api = 1
        [[tables]]
        table = "observations"
        file = "data/values.docx"
        source = "x"
        licence = "x"
    """)
    expected = {"file": "data/values.docx", "found": '".docx"', "fix": "save it as CSV UTF-8 or .xlsx"}
    provoke(
        "F03", {"plugin.toml": about, "data/values.docx": "x"}, expected, {"plugin.toml": about.replace("docx", "csv")}
    )


def test_a_file_larger_than_the_limit_is_named_and_not_read(provoke, monkeypatch):
    from ssemon.builtin import readers

    monkeypatch.setattr(readers, "LARGEST_FILE", 20)
    provoke("F08", {FILE: HEAD + "KOR,a1,2019,4\n"}, {"file": FILE, "fix": "split it"}, {FILE: "x"})


def test_a_compressed_file_that_grows_beyond_the_limit_is_named(provoke, monkeypatch):
    from ssemon.builtin import readers

    monkeypatch.setattr(readers, "LARGEST_FILE", 1000)
    provoke("F08", {FILE: gzip.compress(b"area," * 10_000)}, {"file": FILE, "what": "the file inside"}, None)


def test_a_file_that_may_not_be_read_is_named(check_plugin, the, monkeypatch):
    from pathlib import Path

    whole = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "values.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    problem = the(check_plugin(), "F09")
    assert (problem.where.file, problem.country) == (FILE, "KOR")
    assert "Permission denied" in problem.found


def test_the_header_row_that_is_not_there_is_named(provoke, manifest_with):
    broken = {"plugin.toml": manifest_with(header_row="9")}
    provoke("S05", broken, {"file": FILE, "fix": "correct header_row"}, {"plugin.toml": manifest_with(header_row="1")})


def test_a_header_row_without_headings_is_named(provoke, manifest_with):
    broken = {"plugin.toml": manifest_with(header_row="1"), FILE: "\n,,,\n" + HEAD + "KOR,a1,2019,4\n"}
    provoke("S05", broken, {"fix": "header_row = 3"}, {"plugin.toml": manifest_with(header_row="3")})


def test_a_column_of_faults_is_one_problem_with_its_rows_of_which_five_are_named_and_the_count(check_plugin, the):
    lines = [f"KOR,a1,{year},n/a" for year in range(2000, 2012)] + ["KOR,a2,2019,.."]
    problem = the(check_plugin(csv(*lines)), "V04")
    assert (problem.where.rows, problem.where.row_count) == (tuple(range(2, 15)), 13)
    assert problem.found == '"n/a" (12 times), ".."'
    assert str(problem.where) == 'data/values.csv, column "value", rows 2, 3, 4, 5, 6 and 8 more'


def test_the_repair_of_texts_names_them_as_they_stand(check_plugin, manifest_with, the):
    """What is proposed for plugin.toml is copied there: it must be the office's own text, with those that are there."""
    lines = csv(
        *(f"KOR,a1,{2000 + n},{text}" for n, text in enumerate(["n.a.", "yes", "about 80", "see the note below", "-"]))
    )
    fix = the(check_plugin({**lines, "plugin.toml": manifest_with(status_flags='{ ".." = "M" }')}), "V04").fix
    assert fix.endswith('status_flags = { ".." = "M", "n.a." = "O", "-" = "O" }')
    assert '"yes" answers' in fix
    assert '"about 80", write it alone' in fix


def test_a_file_of_one_indicator_can_say_so_in_the_manifest(check_plugin, manifest_with, the):
    files = {FILE: "year,value\n2019,4\n"}
    assert 'write in plugin.toml: constants = { indicator = "…" }' in the(check_plugin(files), "S02").fix
    assert check_plugin({**files, "plugin.toml": manifest_with(constants='{ indicator = "a1" }')}) == []


def test_the_heading_is_shown_as_the_author_wrote_it(check_plugin, the):
    files = {
        **csv("KOR,a1,2019,n/a", head="area,indicator,year,Valeur \u00e9t\u00e9"),
        "mapping.csv": "column,theirs,ours\n,VALEUR E\u0301TE\u0301,value\n",
    }
    assert the(check_plugin(files), "V04").where.column == '"Valeur \u00e9t\u00e9"'


def test_a_long_or_unprintable_cell_is_cut_and_spelt_out(check_plugin, the):
    problem = the(check_plugin(csv("KOR,a1,2019," + "x" * 500)), "V04")
    assert len(problem.found) < 60
    assert problem.found.endswith('…"')


def test_all_kinds_of_fault_of_one_column_are_said_at_once(check_plugin):
    lines = [
        f'KOR,a1,{2000 + n},"{value}"'
        for n, value in enumerate(["NaN", "1e999", "4 %", "#N/A", "4,5", "1,204,567", "\u22124", "4 5", "x"])
    ]
    found = {problem.code for problem in check_plugin(csv(*lines))}
    assert found == {"V01", "V02", "V03", "V04", "V05", "V06", "V07", "V08", "V15"}


def test_a_problem_carries_so_many_rows_and_no_more_and_counts_them_all(check_plugin, the):
    from ssemon.errors import EXAMPLES, SHOWN

    lines = [f"KOR,a1,{1900 + n % 100},n/a,n{n}" for n in range(EXAMPLES + 50)]
    problem = the(check_plugin(csv(*lines, head="area,indicator,year,value,note")), "V04")
    assert (len(problem.where.rows), problem.where.row_count) == (EXAMPLES, EXAMPLES + 50)
    assert str(problem.where).endswith(f"and {EXAMPLES + 50 - SHOWN} more")
