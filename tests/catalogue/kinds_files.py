"""Kinds 1 to 12: the file itself."""

from __future__ import annotations

import gzip
import io

import polars as pl
from catalogue_drafts import Draft, Expected, csv_bytes, kind, xlsx_bytes


@kind(1)
def empty_file(one: Draft) -> Expected:
    blank = (b"", b" \n\t\n", b"\xef\xbb\xbf", b"\n\n\n", b"\r\n") if one.kind == "csv" else (b"",)
    one.data = blank[one.number % len(blank)]
    if one.kind == "xlsx" and one.number % 2:  # a sheet without any cell
        one.data, one.headings, one.rows, one.above = None, [], [], []
        one.settings["header_row"] = "1"
    return Expected("F01")


@kind(2)
def headings_only(one: Draft) -> Expected:
    one.rows = [[], [["", "", ""]], [[""] * 3, [""] * 3], [], [["", " ", ""]]][one.number]
    return Expected("F02")


@kind(3)
def another_kind_of_file(one: Draft) -> Expected:
    book = xlsx_bytes(one)
    csv = [
        b"%PDF-1.7\n1 0 obj",
        book,
        b"\xd0\xcf\x11\xe0" + bytes(508),
        b"<html><table><tr><td>1</td></tr></table></html>",
        b"{\\rtf1\\ansi x}",
    ]
    xlsx = [
        b"%PDF-1.7\n1 0 obj",
        b"indicator,year,value\na,2019,1\n",
        b"<html><table></table></html>",
        b"{\\rtf1 x}",
        b"PAR1abcdPAR1",
    ]
    one.data = (csv if one.kind == "csv" else xlsx)[one.number]
    return Expected("F03")


@kind(4, "csv")
def utf_16(one: Draft) -> Expected:
    text = csv_bytes(one).decode(one.form.encoding)
    one.data = text.encode(("utf-16", "utf-16-le", "utf-16-be", "utf-16", "utf-16-le")[one.number])
    one.settings["encoding"] = ""
    return Expected("F05", rows=(1,), found="utf-16")


@kind(5, "csv", variants=8)
def another_encoding(one: Draft) -> Expected | None:
    codec = ("cp949", "shift_jis", "gb18030", "windows-1251", "cp874", "latin-1", "windows-1252", "cp1258")[one.number]
    words = (
        "협동조합",
        "協同組合の数",
        "合作社数量统计",
        "Кооперативы",
        "สหกรณ์",
        "Coopératives",
        "Sociétés coopératives",
        "Giá tr",
    )[one.number]
    one.form = type(one.form)("PHL", "Data")
    one.headings, one.mapping = ["indicator", "year", "value", "note"], ""
    one.above = []
    one.settings = {}
    one.rows = [["coops", "2018", "400", "-"], ["coops", "2019", "401", words], ["coops", "2020", "402", words]]
    text = csv_bytes(one).decode()
    one.data = text.encode(codec)
    return Expected("F05", rows=(3,), found=codec if one.number < 5 else "")


@kind(6, "csv")
def byte_order_mark(one: Draft) -> Expected:
    if one.form.encoding != "utf-8":
        one.settings["encoding"] = ""
    one.data = b"\xef\xbb\xbf" + csv_bytes(one).decode(one.form.encoding).encode()
    return Expected()


@kind(7, "csv")
def nul_byte(one: Draft) -> Expected:
    def put(data: bytes) -> bytes:
        lines = data.split(b"\n")
        at = one.header_row + one.number
        lines[at] = lines[at][:3] + b"\0" + lines[at][3:]
        return b"\n".join(lines)

    one.change = put
    return Expected("F06", rows=(one.row(one.number),))


@kind(8, "csv")
def lone_carriage_returns(one: Draft) -> Expected:
    one.change = lambda data: data.replace(b"\n", b"\r")
    return Expected()


@kind(9, "csv")
def mixed_line_ends(one: Draft) -> Expected:
    def mix(data: bytes) -> bytes:
        ends = [b"\n", b"\r\n", b"\r"][: 2 + one.number % 2]
        lines = data.split(b"\n")[:-1]
        return b"".join(line + one.rng.choice(ends) for line in lines)

    one.change = mix
    return Expected()


@kind(11)
def cut_off_on_the_way(one: Draft) -> Expected:
    """The end is not there: of a packed file always, of a CSV file in the middle of a row."""
    share = (0.3, 0.5, 0.7, 0.9, 0.97)[one.number]
    if one.kind == "xlsx":
        one.change = lambda data: data[: int(len(data) * share)]
        return Expected("F11")
    if one.number % 2:
        one.name = "data/values.csv.gz"
        one.data = gzip.compress(csv_bytes(one))
        one.change = lambda data: data[: int(len(data) * share)]
        return Expected("F11")
    one.headings, one.rows = one.headings[:3], [row[:3] for row in one.rows]
    last = csv_bytes(one).rstrip(b"\n").rfind(one.form.separator.encode())
    one.change = lambda data: data[: last - 2]
    return Expected("S07", rows=(one.row(len(one.rows) - 1),))


@kind(12, "csv")
def quotation_mark_not_closed(one: Draft) -> Expected:
    at = 1 + one.number

    def put(data: bytes) -> bytes:
        lines = data.split(b"\n")
        line = one.header_row + at
        cells = lines[line].split(one.form.separator.encode())
        if one.number < 3:
            cells[-1] = b'"' + cells[-1]
        elif one.number == 3:
            cells[0] = b'"' + cells[0] + b'" x'
        else:
            cells[0] = b'"' + cells[0]
            lines[line + 2] = lines[line + 2] + one.form.separator.encode() + b'"x"'
        lines[line] = one.form.separator.encode().join(cells)
        return b"\n".join(lines)

    one.change = put
    return Expected("F10", rows=(one.row(at),))


def parquet_of(one: Draft) -> bytes:
    target = io.BytesIO()
    pl.DataFrame(one.rows, schema=one.headings, orient="row").write_parquet(target)
    return target.getvalue()
