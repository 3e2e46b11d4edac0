"""Plain CSV is split by Polars at once; what it gives is what the parser gives, cell by cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssemon import CountryFault, TableSource
from ssemon.builtin import readers
from ssemon.builtin.framing import framed
from ssemon.builtin.plain_csv import plain_table

TABLE = TableSource("observations", "values.csv", Path("values.csv"))


def parsed(text: str, separator: str = ","):
    """The same text cell by cell."""
    rows = (
        readers._parsed(text, separator, TABLE) if '"' in text else [row.split(separator) for row in text.split("\n")]
    )
    return framed(rows, TABLE, across=None)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n3,4", [("1", "2", 2), ("3", "4", 3)]),
        ("a,b\n1,\n,\n ,4", [("1", None, 2), (None, "4", 4)]),
        (' a ,b\n 1 ,"2"\n"",x y ', [("1", "2", 2), (None, "x y", 3)]),
        ('"a","b"\n" 1 ",\u00a0', [("1", None, 2)]),
        ("a;b\n1,5;2", [("1,5", "2", 2)]),
        ("a,b\n#1,007\nNA,-", [("#1", "007", 2), ("NA", "-", 3)]),
    ],
)
def test_a_plain_text_is_split_at_once(text, rows):
    separator = ";" if ";" in text else ","
    frame = plain_table(text, separator)
    assert frame is not None
    assert (frame.columns, frame.rows()) == (["a", "b", "source_row"], rows)
    assert frame.equals(parsed(text, separator))


@pytest.mark.parametrize(
    "text",
    [
        "a,b",  # no rows
        "a,b\n,\n,",  # no cell
        "a\n1",  # one column: an empty line is a row of it, or none
        "a,b\n1,2\n\n3,4",  # a blank line
        "a,b\n1\n1,2,3",  # fewer and more, and the sum is right
        "a,b\n1\n1,2,",  # and where the cell too many is empty
        "a,\n1,2",  # a heading is empty
        "a,a\n1,2",  # twice the same
        "a,source_row\n1,2",  # a name of ours
        'a,b\n"1,5",2',  # a separator inside quotation marks
        'a,b\n"1\n5",2',  # a line's end inside quotation marks
        'a,b\n"1""5",2',  # a quotation mark inside quotation marks
        'a,b\n1"5,2',
        'a,b\n ",2',
        '"a,b"\n1,2',
        "a,b\n\x1c1,2",
        "a,b\n\ufeff1,2",
    ],
)
def test_what_is_not_plain_is_left_to_the_parser(text):
    assert plain_table(text, ",") is None


def test_a_separator_that_is_not_one_byte_is_left_to_the_parser():
    assert plain_table("a§b\n1§2", "§") is None
    assert plain_table("a||b\n1||2", "||") is None


_CELLS = st.sampled_from(["", "x", '"q"', '" q "', '""', " ", "1.5", "\u00a0z", '"', "\x85", "#1", '""x"', "é", "\u2028", "\x0b"])  # fmt: skip
_LINES = st.one_of(st.lists(_CELLS, min_size=2, max_size=2), st.lists(_CELLS, max_size=4)).map(",".join)


@given(
    head=st.sampled_from(["a,b", '"a",b', " a , b "]),
    body=st.one_of(st.lists(_LINES, max_size=5).map("\n".join), st.text('ab1 ,,\n"\u00a0\x1c', max_size=12)),
)
def test_where_a_text_is_split_at_once_the_parser_gives_the_same(head, body):
    text = f"{head}\n{body}".rstrip("\n")
    at_once = plain_table(text, ",")
    try:
        expected = parsed(text)
    except CountryFault:
        assert at_once is None
    else:
        assert at_once is None or at_once.equals(expected)


def test_a_long_file_is_split_at_once_with_its_rows_in_order(tmp_path):
    rows = [f"KOR,a{n % 7},{1900 + n % 150},{n / 8}" for n in range(30_000)]
    path = tmp_path / "values.csv"
    path.write_text("area,indicator,year,value\r\n" + "\r\n".join(rows) + "\r\n", encoding="utf-8-sig")
    frame = readers.read_csv(path, TABLE).frame
    assert frame.height == 30_000
    assert frame.row(29_999) == ("KOR", "a4", "2049", "3749.875", 30_001)
    assert frame["source_row"].to_list() == list(range(2, 30_002))
