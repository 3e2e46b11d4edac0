"""Files as national offices have them: what is read, and that nothing is changed on the way."""

from __future__ import annotations

import gzip
import unicodedata
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from ssemon import CountryFault, TableSource, open_sheet
from ssemon.country import load_country
from ssemon.framework import read_framework
from ssemon.manifest import read_manifest
from ssemon.tables import shipped_tables

HEAD = "area,indicator,year,value\n"
MANIFEST = '[plugin]\ncountry = "KOR"\napi = 1\n[[tables]]\ntable = "observations"\nsource = "x"\nlicence = "x"\n'


def table(file: str, **settings: str) -> str:
    return MANIFEST + f'file = "{file}"\n' + "".join(f"{key} = {value}\n" for key, value in settings.items())


@pytest.fixture
def loaded(plugin_folder: Callable[..., Path], tiny_framework: Callable[..., Path]) -> Callable[..., pl.DataFrame]:
    """The observations that a plugin of these files gives; it must have no error."""

    def load(files: dict, name: str = "kor") -> pl.DataFrame:
        folder = plugin_folder(files, name)
        one = load_country(read_manifest(folder, shipped_tables()), read_framework(tiny_framework()))
        assert one.outcome.available, [str(problem) for problem in one.outcome.problems]
        return one.observations.sort("indicator", "year")

    return load


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., bytes]:
    """The bytes of a workbook: sheets of (row, column) → cell."""

    def write(**sheets: dict) -> bytes:
        path = tmp_path / "book.xlsx"
        book = xlsxwriter.Workbook(str(path))
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for (row, column), cell in cells.items():
                if isinstance(cell, tuple):
                    sheet.write_formula(row, column, cell[0], None, cell[1])
                else:
                    sheet.write(row, column, cell)
        book.close()
        return path.read_bytes()

    return write


def grid(*rows: tuple, at: tuple[int, int] = (0, 0)) -> dict:
    return {
        (at[0] + r, at[1] + c): cell for r, row in enumerate(rows) for c, cell in enumerate(row) if cell is not None
    }


def values(frame: pl.DataFrame) -> list[tuple]:
    return frame.select("indicator", "year", "value").rows()


ONE = [("a1", 2019, 4.5)]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + (HEAD + "KOR,a1,2019,4.5\n").encode(),
        (HEAD + "KOR,a1,2019,4.5\n").replace("\n", "\r\n").encode(),
        (HEAD + "KOR,a1,2019,4.5\n").replace("\n", "\r").encode(),
        (HEAD + "KOR,a1,2019,4.5").encode(),
        (HEAD + "KOR,a1,2019,4.5\n\n\n,,,\n").encode(),
        b'"area","indicator","year","value"\r\n"KOR","a1","2019","4.5"\r\n',
        b"area;indicator;year;value\nKOR;a1;2019;4.5\n",
        b"area\tindicator\tyear\tvalue\nKOR\ta1\t2019\t4.5\n",
        b"area|indicator|year|value\nKOR|a1|2019|4.5\n",
        b" Area , INDICATOR,Year ,value\n KOR ,a1, 2019 , 4.5 \n",
        b"value,year,indicator\n4.5,2019,a1\n",
        b"value,year,indicator,area,,\n4.5,2019,a1,KOR,,\n",
    ],
    ids=[
        "BOM",
        "CRLF",
        "CR",
        "no last line end",
        "blank rows",
        "quotes",
        "semicolons",
        "tabs",
        "bars",
        "spaces",
        "no area",
        "empty columns",
    ],
)
def test_a_csv_in_any_common_form_is_read(loaded, content):
    assert values(loaded({"data/values.csv": content})) == ONE


def test_a_compressed_csv_is_read(loaded):
    files = {
        "plugin.toml": table("data/values.csv.gz"),
        "data/values.csv.gz": gzip.compress((HEAD + "KOR,a1,2019,4.5\n").encode()),
    }
    assert values(loaded(files)) == ONE


def test_a_declared_encoding_is_read(loaded):
    content = (
        "\uc9c0\uc5ed,\uc9c0\ud45c,\uc5f0\ub3c4,\uac12,\ube44\uace0\nKOR,a1,2019,4.5,\ud611\ub3d9\uc870\ud569\n".encode(
            "cp949"
        )
    )
    words = "column,theirs,ours\n,\uc9c0\uc5ed,area\n,\uc9c0\ud45c,indicator\n,\uc5f0\ub3c4,year\n,\uac12,value\n,\ube44\uace0,note\n"
    files = {
        "plugin.toml": table("data/values.csv", encoding='"cp949"'),
        "data/values.csv": content,
        "mapping.csv": words,
    }
    frame = loaded(files)
    assert values(frame) == ONE
    assert frame["note"].to_list() == ["\ud611\ub3d9\uc870\ud569"]


def test_utf_16_is_read_where_it_is_declared(loaded):
    files = {
        "plugin.toml": table("data/values.csv", encoding='"utf-16"'),
        "data/values.csv": (HEAD + "KOR,a1,2019,4.5\n").encode("utf-16"),
    }
    assert values(loaded(files)) == ONE


def test_title_rows_above_the_headings_do_not_mislead_the_separator(loaded):
    content = "Cooperatives, members, workers, 2019\n\narea;indicator;year;value\nKOR;a1;2019;4.5\n"
    assert values(loaded({"plugin.toml": table("data/values.csv", header_row="3"), "data/values.csv": content})) == ONE


def test_a_decimal_comma_is_read_where_it_is_declared(loaded):
    content = "area;indicator;year;value\nKOR;a1;2018;4,5\nKOR;a1;2019;12\nKOR;a2;2019;0,125\n"
    frame = loaded({"plugin.toml": table("data/values.csv", decimal_comma="true"), "data/values.csv": content})
    assert values(frame) == [("a1", 2018, 4.5), ("a1", 2019, 12.0), ("a2", 2019, 0.125)]


def test_a_point_that_may_mark_thousands_is_not_guessed_at(check_plugin, the):
    content = "area;indicator;year;value\nKOR;a1;2018;1.204\n"
    problem = the(
        check_plugin({"plugin.toml": table("data/values.csv", decimal_comma="true"), "data/values.csv": content}), "V02"
    )
    assert (problem.found, problem.where.rows) == ('"1.204"', (2,))


def test_a_unit_multiplier_is_applied_to_values_only(loaded):
    content = HEAD + "KOR,a1,2019,4.5\nKOR,a2,2019,\n"
    frame = loaded({"plugin.toml": table("data/values.csv", unit_multiplier="1000"), "data/values.csv": content})
    assert values(frame) == [("a1", 2019, 4500.0), ("a2", 2019, None)]


def test_a_value_that_the_multiplier_makes_infinite_is_named(check_plugin):
    files = {
        "plugin.toml": table("data/values.csv", unit_multiplier="1e300"),
        "data/values.csv": HEAD + "KOR,a1,2019,1e300\n",
    }
    [problem] = check_plugin(files)
    assert (problem.where.rows, problem.found) == ((2,), '"1e300"')


def test_a_status_flag_is_a_missing_value_of_that_status(loaded):
    content = HEAD + "KOR,a1,2018,n/a\nKOR,a1,2019,x\nKOR,a2,2019,4\n"
    flags = '{ "n/a" = "O", "x" = "Q" }'
    frame = loaded({"plugin.toml": table("data/values.csv", status_flags=flags), "data/values.csv": content})
    assert frame.select("value", "obs_status").rows() == [(None, "O"), (None, "Q"), (4.0, "A")]


def test_constants_fill_what_the_file_does_not_say_and_a_cell_wins(loaded):
    content = "indicator,year,value,obs_status\na1,2018,4,\na1,2019,4,P\n"
    constants = '{ obs_status = "E", note = "modelled" }'
    frame = loaded({"plugin.toml": table("data/values.csv", constants=constants), "data/values.csv": content})
    assert frame.select("obs_status", "note").rows() == [("E", "modelled"), ("P", "modelled")]


def test_a_wide_table_is_read_with_the_rows_of_its_cells(loaded, check_plugin, the):
    files = {
        "plugin.toml": table("data/values.csv", layout='"wide"'),
        "data/values.csv": "indicator,2018,2019\na1,4,5\na2,,2.5\n",
    }
    assert values(loaded(files)) == [("a1", 2018, 4.0), ("a1", 2019, 5.0), ("a2", 2018, None), ("a2", 2019, 2.5)]
    files["data/values.csv"] = "indicator,2018,2019\na1,4,5\na2,,n/a\n"
    assert the(check_plugin(files), "V04").where.rows == (3,)


def test_a_wide_table_without_years_is_named_and_not_empty_in_silence(check_plugin):
    files = {"plugin.toml": table("data/values.csv", layout='"wide"'), "data/values.csv": "indicator,value\na1,4\n"}
    assert "S02" in {problem.code for problem in check_plugin(files)}


def test_headings_and_codes_are_compared_after_nfc_trimming_and_folding(loaded):
    heading = unicodedata.normalize("NFD", "Ann\u00e9e")
    words = f"column;theirs;ours\r\n;{unicodedata.normalize('NFC', heading).upper()} ;year\r\n;Wert;value\r\nindicator;CAF\u00c9;a1\r\n"
    code = unicodedata.normalize("NFD", "caf\u00e9")
    content = f"indicator;{heading};Wert\n{code};2019;4.5\n"
    assert values(loaded({"mapping.csv": words, "data/values.csv": content})) == ONE


def test_our_own_codes_are_read_in_any_case(loaded):
    content = "indicator,year,value,sex,obs_status\na1,2019,4.5,f ,a\n"
    assert loaded({"data/values.csv": content}).select("sex", "obs_status").rows() == [("F", "A")]


def test_codes_that_are_deliberately_not_used_are_left_out_and_counted(loaded, check_plugin, the):
    files = {
        "mapping.csv": "column,theirs,ours\n,Serie,indicator\nindicator,old,ignore\n",
        "data/values.csv": "Serie,year,value\nold,2018,1\na1,2019,4.5\nOLD,2019,1\n",
    }
    assert values(loaded(files)) == ONE
    note = the(check_plugin(files), "I01")
    assert (note.severity, note.where.file, note.where.column) == ("info", "data/values.csv", '"Serie"')
    assert note.what.startswith("left out 2 rows")


def test_an_empty_cell_is_missing_and_never_zero(loaded):
    frame = loaded({"data/values.csv": HEAD + "KOR,a1,2018,\nKOR,a1,2019,0\n"})
    assert frame.select("value", "obs_status").rows() == [(None, "O"), (0.0, "A")]


def test_columns_that_are_absent_take_their_defaults(loaded):
    row = loaded({"data/values.csv": "indicator,year,value\na1,2019,4.5\n"}).row(0, named=True)
    assert row == {
        "country": "KOR", "area": "KOR", "indicator": "a1", "year": 2019, "sex": "_T", "org_type": "_T", "value": 4.5,
        "obs_status": "A", "conf_status": "F", "source": "Register", "note": None,
        "std_error": None, "quality": None, "contributors": None, "largest": None, "second_largest": None,
    }  # fmt: skip


def test_paths_with_spaces_and_other_scripts_are_read(loaded):
    file = "data/\uc790\ub8cc 2019 (\u00e9t\u00e9).csv"
    assert values(loaded({"plugin.toml": table(file), file: HEAD + "KOR,a1,2019,4.5\n"})) == ONE


def test_a_quoted_text_may_hold_separators_line_ends_and_quotation_marks(loaded, check_plugin, the):
    content = 'indicator,year,value,note\na1,2018,1,"one, ""two""\nthree"\na1,2019,4.5,\n'
    assert loaded({"data/values.csv": content})["note"].to_list() == ['one, "two"\nthree', None]
    # A line end inside a cell is one row of the spreadsheet.
    assert the(check_plugin({"data/values.csv": content.replace("4.5", "x")}), "V04").where.rows == (3,)


BOOK = {"plugin.toml": table("data/values.xlsx")}


def test_a_number_of_a_workbook_keeps_every_digit(loaded, workbook):
    cells = grid(
        ("indicator", "year", "value"),
        ("a1", 2018, 0.123456789012345),
        ("a1", 2019, 1e-12),
        ("a2", 2019, 123456789.1234568),
    )
    frame = loaded({**BOOK, "data/values.xlsx": workbook(Sheet=cells)})
    assert frame["value"].to_list() == [0.123456789012345, 1e-12, 123456789.1234568]


def test_blank_rows_of_a_workbook_keep_their_numbers(check_plugin, workbook, the):
    cells = grid(("indicator", "year", "value"), ("a1", 2018, 1), (), ("a1", 2019, "n/a"), at=(3, 2))
    files = {"plugin.toml": table("data/values.xlsx", header_row="4"), "data/values.xlsx": workbook(Data=cells)}
    problem = the(check_plugin(files), "V04")
    assert (problem.where.rows, problem.where.column, problem.where.file) == ((7,), '"value"', "data/values.xlsx")


def test_a_sheet_is_named_and_shown_in_the_problem(check_plugin, workbook, the):
    bad = grid(("indicator", "year", "value"), ("a1", 2019, "n/a"))
    book = workbook(Notes=grid(("read me",)), Data=bad)
    files = {"plugin.toml": table("data/values.xlsx", sheet='"Data"'), "data/values.xlsx": book}
    problem = the(check_plugin(files), "V04")
    assert str(problem.where) == 'data/values.xlsx, sheet "Data", column "value", row 2'


@pytest.mark.parametrize(("settings", "fix"), [({}, "Notes, Data"), ({"sheet": '"data"'}, "Notes, Data")])
def test_a_sheet_that_is_not_named_or_not_there_is_a_problem_that_lists_them(
    check_plugin, workbook, the, settings, fix
):
    book = workbook(Notes=grid(("read me",)), Data=grid(("indicator", "year", "value"), ("a1", 2019, 4.5)))
    problem = the(check_plugin({"plugin.toml": table("data/values.xlsx", **settings), "data/values.xlsx": book}), "S12")
    assert fix in problem.fix
    mended = {"plugin.toml": table("data/values.xlsx", sheet='"Data"'), "data/values.xlsx": book}
    assert check_plugin(mended) == []


def test_several_sheets_of_one_workbook_fill_one_table(loaded, workbook):
    head = ("indicator", "year", "value")
    book = workbook(One=grid(head, ("a1", 2018, 1)), Two=grid(head, ("a1", 2019, 2)))
    second = (
        '[[tables]]\ntable = "observations"\nsource = "x"\nlicence = "x"\nfile = "data/values.xlsx"\nsheet = "Two"\n'
    )
    files = {"plugin.toml": table("data/values.xlsx", sheet='"One"') + second, "data/values.xlsx": book}
    assert values(loaded(files)) == [("a1", 2018, 1.0), ("a1", 2019, 2.0)]


def test_a_formula_gives_its_value(loaded, workbook):
    cells = grid(("indicator", "year", "value"), ("a1", 2019, ("=9/2", 4.5)))
    assert values(loaded({**BOOK, "data/values.xlsx": workbook(Sheet=cells)})) == ONE


def test_an_error_cell_of_a_workbook_is_named_and_not_read_as_missing(check_plugin, workbook, the):
    cells = grid(("indicator", "year", "value"), ("a1", 2018, 1), ("a1", 2019, ("=1/0", "#DIV/0!")), at=(0, 1))
    problem = the(check_plugin({**BOOK, "data/values.xlsx": workbook(Sheet=cells)}), "V15")
    assert (problem.where.rows, problem.where.column, problem.found) == ((3,), "D", '"#DIV/0!"')
    assert "mend the formula" in problem.fix


def test_a_cell_without_a_value_of_its_own_hides_nothing_beside_it(check_plugin, workbook):
    """The country is refused all the same; but whoever mends the formula learns of the other faults at once."""
    cells = grid(
        ("indicator", "year", "value"), ("a1", 2018, ("=1/0", "#REF!")), ("a1", 2019, "4 %"), ("nobody", 2019, 1)
    )
    told = check_plugin({**BOOK, "data/values.xlsx": workbook(Sheet=cells)})
    assert [(one.code, one.severity) for one in told] == [("V15", "error"), ("V03", "error"), ("K03", "error")]


def test_the_public_door_gives_no_sheet_with_an_error_in_a_cell_unless_asked(tmp_path, workbook):
    """A reader that does not hand the findings on would take the cell for a missing value."""
    path = tmp_path / "b.xlsx"
    path.write_bytes(workbook(Sheet=grid(("indicator", "value"), ("a1", ("=1/0", "#REF!")))))
    asked = TableSource("observations", "b.xlsx", path)
    with pytest.raises(CountryFault) as fault:
        open_sheet(asked)
    assert [one.code for one in fault.value.problems] == ["V15"]
    sheet = open_sheet(asked, tell_errors=True)
    assert (sheet.rows, [one.code for one in sheet.findings]) == ([["indicator", "value"], ["a1"]], ["V15"])


def test_text_cells_of_a_workbook_are_not_turned_into_numbers(check_plugin, workbook):
    cells = grid(("indicator", "year", "value"), ("a1", 2018, "4,5"), ("a1", 2019, "1 204"))
    assert {problem.code for problem in check_plugin({**BOOK, "data/values.xlsx": workbook(Sheet=cells)})} == {
        "V01",
        "V02",
    }


def test_a_damaged_workbook_is_named(provoke, workbook):
    whole = workbook(Sheet=grid(("indicator", "year", "value"), ("a1", 2019, 4.5)))
    expected = {"file": "data/values.xlsx", "fix": "save it again as .xlsx"}
    provoke("F11", {**BOOK, "data/values.xlsx": whole[: len(whole) // 2]}, expected, {"data/values.xlsx": whole})


ODS_CONTENT = """<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="Data">
<table:table-row>%s</table:table-row><table:table-row>%s</table:table-row></table:table></office:spreadsheet></office:body>
</office:document-content>"""


def test_an_ods_workbook_is_read(loaded):
    import io
    import zipfile

    text = '<table:table-cell office:value-type="string"><text:p>{0}</text:p></table:table-cell>'
    number = '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'
    head = "".join(map(text.format, ("indicator", "year", "value")))
    row = text.format("a1") + number.format("2019") + number.format("4.5")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        book.writestr("content.xml", ODS_CONTENT % (head, row))
    assert values(loaded({"plugin.toml": table("data/values.ods"), "data/values.ods": target.getvalue()})) == ONE


def test_a_parquet_file_is_read_with_all_its_digits(loaded, tmp_path):
    frame = pl.DataFrame(
        {"indicator": ["a1", "a2", "b1"], "year": [2019, 2019, 2019], "value": [0.1234567890123456, None, float("nan")]}
    )
    frame.write_parquet(tmp_path / "v.parquet")
    found = loaded({"plugin.toml": table("data/v.parquet"), "data/v.parquet": (tmp_path / "v.parquet").read_bytes()})
    # NaN is how other programs write a missing number into Parquet: missing, with the status that says so, never 0.
    assert found.select("value", "obs_status").rows() == [(0.1234567890123456, "A"), (None, "O"), (None, "O")]


def test_infinity_in_a_parquet_file_is_refused_like_anywhere_else(check_plugin, tmp_path, the):
    pl.DataFrame({"indicator": ["a1"], "year": [2019], "value": [float("inf")]}).write_parquet(tmp_path / "v.parquet")
    files = {"plugin.toml": table("data/v.parquet"), "data/v.parquet": (tmp_path / "v.parquet").read_bytes()}
    assert the(check_plugin(files), "V06").found == '"inf"'


def test_a_file_that_only_claims_to_be_parquet_is_named(provoke):
    files = {"plugin.toml": table("data/v.parquet"), "data/v.parquet": "area,indicator"}
    provoke("F03", files, {"file": "data/v.parquet", "what": "not a Parquet file"}, None)


@pytest.mark.parametrize("file", ["values.csv", "values.csv.gz", "values.xlsx", "values.parquet"])
def test_a_bad_value_is_refused_whatever_kind_of_file_brings_it(check_plugin, workbook, tmp_path, the, file):
    rows = [("a1", "2018", "4"), ("a1", "2019", "n/a")]
    text = "indicator,year,value\n" + "".join(",".join(row) + "\n" for row in rows)
    pl.DataFrame(rows, schema=["indicator", "year", "value"], orient="row").write_parquet(tmp_path / "v.parquet")
    content = {
        "values.csv": text,
        "values.csv.gz": gzip.compress(text.encode()),
        "values.xlsx": workbook(Sheet=grid(("indicator", "year", "value"), *rows)),
        "values.parquet": (tmp_path / "v.parquet").read_bytes(),
    }[file]
    problem = the(check_plugin({"plugin.toml": table(f"data/{file}"), f"data/{file}": content}), "V04")
    assert problem.found == '"n/a"'


def test_a_lazy_frame_is_not_let_through_unchecked(check_plugin, the):
    """The validator looks at names and types alone on a LazyFrame: whatever a hook gives is collected first."""
    hooks = (
        "import polars as pl\nfrom ssemon import hookimpl\n\n@hookimpl\ndef read_table(country, table):\n"
        "    return pl.LazyFrame({'indicator': ['a1', 'zz'], 'year': ['2019', '1492'], 'value': ['n/a', '1']})\n"
    )
    codes = {problem.code for problem in check_plugin({"hooks.py": hooks})}
    assert codes == {"V04", "V11", "K03"}


def test_a_text_table_has_only_text_and_the_row_that_the_author_sees(tmp_path):
    from ssemon.country import read_text_table
    from ssemon.plugins import Manager

    path = tmp_path / "values.csv"
    path.write_text("a,b\n1,2\n\n3,\n", encoding="utf-8")
    frame = read_text_table(TableSource("observations", "values.csv", path), Manager()).frame
    assert frame.to_dicts() == [{"a": "1", "b": "2", "source_row": 2}, {"a": "3", "b": None, "source_row": 4}]
