"""Files that mean harm, or do it: each is named with its own code, and nothing beside it is touched."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest
from breaking import calling, commanding, dying, forever, greedy, refusing, whole, writing
from hypothesis import example, given, settings
from hypothesis import strategies as st
from intake_files import HEAD, ROW, SHEET, about, ods, ods_cell, ods_table, packed, patched, sound, workbook

from ssemon.sheets import Finding, Limits, Refused, read_apart
from ssemon.sheets import child as reading
from ssemon.sheets.cells import Asked
from ssemon.sheets.limits import file_limits
from ssemon.sheets.workbook import read_sheet

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><sst>&c;</sst>'
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>'


def far(reference: bytes):
    row = b"".join(sign for sign in [reference] if sign).lstrip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    cell = b'<row r="%s"><c r="%s"><v>1</v></c></row></sheetData>' % (row, reference)
    return lambda data: data.replace(b"</sheetData>", cell)


def into_cell(old: bytes, new: bytes):
    return lambda data: data.replace(old, new)


def encrypted(data: bytes) -> bytes:
    """A ZIP whose entries say that they are encrypted."""
    changed = bytearray(data)
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        found = changed.find(mark)
        while found >= 0:
            changed[found + at] |= 1
            found = changed.find(mark, found + 4)
    return bytes(changed)


def named(name: str, content: bytes = b"x") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        entry = zipfile.ZipInfo("n")
        entry.filename = name
        archive.writestr(entry, content)
    return target.getvalue()


def linked() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        entry = zipfile.ZipInfo("values.csv")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return target.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
STORED = b"<v>4.5</v>"
FORMULA = b"<f>B2*2</f>"
CASES = [
    ("X02", "b.xlsx", patched(sound(), {SHEET: far(b"XFD1048576")}), {"what": "too far apart", "found": "cells from A1 to XFD1048576"}),
    ("X02", "b.xlsx", patched(sound(), {SHEET: far(b"D1048576")}), {"found": "cells from A1 to D1048576", "fix": "cells=10"}),
    ("X02", "b.ods", ods(ods_table([HEAD, [ods_cell("KOR", 'table:number-columns-repeated="16384"')] * 130])), {"what": "too far apart"}),
    ("X02", "b.ods", ods(ods_table([HEAD, ROW]).replace("<table:table-row>", '<table:table-row table:number-rows-repeated="1000000">')), {"what": "too far apart"}),
    ("X03", "b.xlsx", patched(sound(), {"xl/media/a.bin": bytes(15_000_000)}), {"what": "100 times its size"}),
    ("X03", "v.zip", packed({"values.csv": bytes(15_000_000)}), {"what": "100 times its size", "fix": "ratio=500"}),
    ("X03", "b.xlsx", patched(sound(), {f"p/{n}": b"" for n in range(5001)}), {"what": "parts"}),
    ("X04", "v.zip", named("../../etc/values.csv"), {"found": '"../../etc/values.csv"'}),
    ("X04", "v.zip", named("/etc/values.csv"), {"what": "lead out of it"}),
    ("X04", "v.zip", named("C:\\values.csv"), {"what": "lead out of it"}),
    ("X04", "v.zip", named("..\\values.csv"), {"what": "lead out of it"}),
    ("X04", "v.zip", linked(), {"what": "lead out of it"}),
    ("X04", "v.zip", packed({"inner.zip": packed({"values.csv": "x"})}), {"what": "a packed file stands inside"}),
    ("X04", "b.xlsx", patched(sound(), {"../evil.xml": b"x"}), {"what": "lead out of it"}),
    ("X05", "b.xlsx", patched(sound(), {"xl/sharedStrings.xml": LAUGHS}), {"what": "document type"}),
    ("X05", "b.xlsx", patched(sound(), {"xl/sharedStrings.xml": OUTSIDE}), {"what": "document type"}),
    ("X05", "b.xlsx", patched(sound(), {"docProps/custom.xml": LAUGHS}), {"found": "docProps/custom.xml"}),
    ("X05", "b.xlsx", patched(sound(), {"docProps/custom.xml": LAUGHS.decode().encode("utf-16")}), {}),
    ("X05", "b.ods", ods(**{"content.xml": LAUGHS.decode()}), {}),
    ("X06", "b.xlsx", patched(workbook(HEAD, ("KOR", "a1", 2019, ("=[1]Other!A1", 4.5)))
                              , {"xl/externalLinks/externalLink1.xml": b"<x/>"}), {"rows": (2,), "column": "D", "found": '"=[1]Other!A1"'}),
    ("X06", "b.ods", ods(ods_table([HEAD, ["KOR", "a1", 2019, ods_cell(4.5, "table:formula=\"of:='file:///x.ods'#$A.A1\"")]])), {"rows": (2,)}),
    ("X07", "b.xlsm", patched(sound(), {"xl/vbaProject.bin": b"x"}), {"fix": "without macros"}),
    ("X07", "b.ods", ods(ods_table([HEAD, ROW]), **{"Basic/Standard/script-lc.xml": "x"}), {"fix": "without macros"}),
    ("V14", "b.xlsx", patched(sound(), {SHEET: into_cell(STORED, FORMULA)}), {"rows": (2,), "column": "D", "found": '"=B2*2"'}),
    ("V14", "b.xlsx", patched(sound(), {SHEET: into_cell(STORED, FORMULA + b"<v></v>")}), {"rows": (2,), "fix": "save it again"}),
    ("V14", "b.ods", ods(ods_table([HEAD, ["KOR", "a1", 2019, '<table:table-cell table:formula="of:=1+1"/>']])), {"rows": (2,), "column": "D"}),
    ("V15", "b.xlsx", workbook(HEAD, ("KOR", "a1", 2019, ("=1/0", "#REF!"))), {"rows": (2,), "column": "D", "found": '"#REF!"'}),
    ("V15", "b.ods", ods(ods_table([HEAD, ["KOR", "a1", 2019, '<table:table-cell table:formula="of:=1/0" office:value-type="string" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>']])), {"rows": (2,), "found": '"#DIV/0!"'}),
    ("F13", "b.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), {"what": "password"}),
    ("F13", "b.ods", ods(ods_table([HEAD]), **{"META-INF/manifest.xml": "<m><encryption-data/></m>"}), {"fix": "without a password"}),
    ("F13", "v.zip", encrypted(packed({"values.csv": "x"})), {"found": '"values.csv"'}),
    ("F14", "b.xls", OLE + "Workbook".encode("utf-16-le"), {"found": "an old Excel workbook (.xls)", "fix": "save it as .xlsx"}),
    ("F14", "b.xlsx", OLE, {"fix": "save it as .xlsx"}),
    ("F14", "b.xlsb", packed({"xl/workbook.bin": b"x"}), {"found": "a binary Excel workbook (.xlsb)"}),
    ("F11", "b.xlsx", sound()[:1500], {"what": "cut off"}),
    ("F11", "b.xlsx", patched(sound(), {SHEET: b"<worksheet><sheetData>"}), {"fix": "save it again"}),
    ("F11", "b.xlsx", patched(sound(), {SHEET: into_cell(b' t="s"><v>0', b' t="s"><v>99999')}), {"what": "damaged"}),
    ("F11", "v.zip", packed({"values.csv": "area,year\n" * 50})[:100], {"what": "cut off", "fix": "pack it again"}),
    ("F03", "b.xlsx", b"area,indicator\n", {"found": "a text file", "fix": "name it b.csv"}),
    ("F03", "b.xlsx", b"<html><table></table></html>", {"found": "a web page or XML: many systems call that .xls or .xlsx"}),
    ("F03", "b.xlsx", b"%PDF-1.7", {"found": "a PDF"}),
    ("F03", "b.xlsx", packed({"values.csv": "x"}), {"found": "a ZIP of other files"}),
    ("F03", "b.xlsx", ods(ods_table([HEAD])), {"found": "an OpenDocument file"}),
    ("F03", "b.ods", sound(), {"found": "an Excel workbook"}),
    ("F03", "v.zip", b"area,indicator\n", {"found": "no ZIP"}),
    ("F03", "values.csv", sound(), {"found": "a ZIP or an Excel workbook"}),
    ("F01", "b.xlsx", b"", {"what": "empty"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "file", "data", "expected"), CASES, ids=[f"{case[0]}-{case[1]}-{n}" for n, case in enumerate(CASES)]
)
def test_a_hostile_or_broken_file_is_named_and_refused(check_plugin, code, file, data, expected):
    started = time.monotonic()
    problems = check_plugin({"plugin.toml": about(f"data/{file}"), f"data/{file}": data})
    assert time.monotonic() - started < 10
    assert [one.code for one in problems if one.severity == "error"] == [code]
    problem = next(one for one in problems if one.code == code)
    told = {"rows": problem.where.rows, "column": problem.where.column, "found": problem.found}
    assert problem.where.file.startswith(f"data/{file}")
    assert problem.fix
    for name, value in expected.items():
        assert value in getattr(problem, name) if name in ("what", "fix") else told[name] == value, (name, problem)


def test_a_workbook_with_links_that_no_cell_uses_is_read_and_told_of(check_plugin):
    data = patched(sound(), {"xl/externalLinks/externalLink1.xml": b"<x/>"})
    [problem] = check_plugin({"plugin.toml": about("data/b.xlsx"), "data/b.xlsx": data})
    assert (problem.code, problem.severity) == ("X06", "warning")


def test_a_real_bomb_is_stopped_by_its_table_of_contents_without_being_unpacked(check_plugin):
    data = patched(sound(), {SHEET: b"<worksheet><sheetData>" + b"<row/>" * 8_000_000})
    started = time.monotonic()
    [problem] = check_plugin({"plugin.toml": about("data/b.xlsx"), "data/b.xlsx": data})
    assert problem.code == "X03"
    assert time.monotonic() - started < 2


@pytest.fixture
def tests_importable(monkeypatch):
    """The process for files finds the module of what breaks it, as it finds the program's own."""
    reading.end_reading()
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    yield
    reading.end_reading()


@pytest.mark.parametrize(
    ("function", "code"), [(forever, "X18"), (greedy, "X19"), (dying, "X19"), (refusing, "F11"), (calling, "F11")]
)
def test_what_breaks_the_process_for_files_breaks_nothing_else(tests_importable, function, code):
    limits = Limits(seconds=1.0, memory=400)
    with pytest.raises(Refused) as refused:
        read_apart(function, limits)
    assert [finding.code for finding in refused.value.findings] == [code]
    assert read_apart(whole, limits, "still here") == "still here"


def test_what_the_process_for_files_says_is_data_and_nothing_that_could_be_run(tests_importable):
    with pytest.raises(Refused) as refused:
        read_apart(commanding, Limits())
    assert [finding.code for finding in refused.value.findings] == ["F11"]
    with pytest.raises(Refused) as refused:
        read_apart(refusing, Limits())
    assert refused.value.findings == (Finding("F11", "a", "b", rows=(2, 3), severity="warning"),)
    assert read_apart(whole, Limits(), "a\ud800\0\U0001f600") == "a\ud800\0\U0001f600"


def test_the_process_for_files_writes_no_file(tests_importable, tmp_path):
    with pytest.raises(Refused) as refused:
        read_apart(writing, Limits(), str(tmp_path / "x"))
    assert "PermissionError" in refused.value.findings[0].found
    assert list(tmp_path.iterdir()) == []


def test_one_process_serves_many_files(tmp_path):
    path = tmp_path / "b.xlsx"
    path.write_bytes(sound())
    assert read_sheet(path, Asked()).rows == [list(HEAD), ["KOR", "a1", "2019", "4.5"]]
    first = reading._SERVING[0].child.pid
    assert read_sheet(path, Asked()).rows[1][3] == "4.5"
    assert reading._SERVING[0].child.pid == first


def test_nothing_is_written_beside_a_hostile_zip(check_plugin, tmp_path):
    check_plugin({"plugin.toml": about("data/v.zip"), "data/v.zip": named("../../../escaped.csv")})
    assert not list(tmp_path.rglob("escaped.csv"))


def test_limits_are_raised_by_the_variable_that_the_message_names(check_plugin, monkeypatch, the):
    files = {"plugin.toml": about("data/b.xlsx"), "data/b.xlsx": patched(sound(), {SHEET: far(b"D5000")})}
    monkeypatch.setenv("SSEMON_FILE_LIMITS", "cells=1000")
    problem = the(check_plugin(files), "X02")
    assert 'SSEMON_FILE_LIMITS="cells=5000"' in problem.fix
    monkeypatch.setenv("SSEMON_FILE_LIMITS", "cells=50000, seconds=5")
    assert "X02" not in {one.code for one in check_plugin(files)}
    assert (file_limits().cells, file_limits().seconds, file_limits().memory) == (50_000, 5, Limits().memory)


@pytest.mark.parametrize("text", ["cells", "cells=x", "cells=-1", "cell=5", "seconds=inf"])
def test_limits_that_cannot_be_read_are_named(check_plugin, monkeypatch, the, text):
    monkeypatch.setenv("SSEMON_FILE_LIMITS", text)
    problem = the(check_plugin({"plugin.toml": about("data/b.xlsx"), "data/b.xlsx": sound()}), "U09")
    assert problem.found == f'"{text}"'


def test_a_file_larger_than_a_limit_is_named(check_plugin, monkeypatch, the):
    monkeypatch.setenv("SSEMON_FILE_LIMITS", "size=0.001")
    assert the(check_plugin({"plugin.toml": about("data/b.xlsx"), "data/b.xlsx": sound()}), "F08")


BOOKS = {"b.xlsx": sound(), "b.ods": ods(ods_table([HEAD, ROW]))}


@settings(max_examples=60)
@given(
    name=st.sampled_from(list(BOOKS)),
    changes=st.lists(
        st.tuples(st.integers(0, 10**6), st.binary(max_size=4), st.integers(0, 30)), min_size=1, max_size=6
    ),
    in_part=st.booleans(),
)
@example(name="b.ods", changes=[(0, b"", 4)], in_part=False)
def test_a_workbook_with_any_bytes_changed_is_read_or_named(tmp_path_factory, name, changes, in_part):
    def changed(data: bytes) -> bytes:
        for at, new, gone in changes:
            place = at % (len(data) + 1)
            data = data[:place] + new + data[place + gone :]
        return data

    part = SHEET if name == "b.xlsx" else "content.xml"
    path = tmp_path_factory.mktemp("b") / name
    path.write_bytes(patched(BOOKS[name], {part: changed}) if in_part else changed(BOOKS[name]))
    found: list[object] = []
    try:
        found += [cell for row in read_sheet(path, Asked()).rows for cell in row]
    except Refused as refused:
        found += [text for finding in refused.findings for text in (finding.code, finding.what, finding.fix) if text]
    assert all(isinstance(text, str) for text in found)
