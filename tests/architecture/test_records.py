"""The records that everything is told in: problems, places, words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssemon import CountryFault, Problem, SsemonError, Where, did_you_mean, listed, plural, quoted
from ssemon.errors import EditionFault, ExtensionFault, UsageFault, errors_in
from ssemon.text import closest, counted_values, folded, table_rows


def test_a_problem_is_printed_in_four_lines():
    place = Where("data/units.xlsx", sheet="2023", rows=(14, 15, 90), row_count=3, column='"유형"')
    problem = Problem(
        code="K04",
        what="3 rows",
        fix="add to mapping.csv",
        found='"농업조합"',
        country="KOR",
        stage="validate",
        where=place,
    )
    assert str(problem).splitlines() == [
        "KOR · validate · K04 · 3 rows",
        '  where  data/units.xlsx, sheet "2023", column "유형", rows 14, 15, 90',
        '  found  "농업조합"',
        "  fix    add to mapping.csv",
    ]


@given(
    st.builds(
        Problem, code=st.text(), what=st.text(), fix=st.text(), found=st.text(), severity=st.sampled_from(["error", "warning", "info"]),
        where=st.builds(Where, file=st.text(), rows=st.lists(st.integers(1, 99)).map(tuple), row_count=st.integers(0, 99)),
    )
)  # fmt: skip
def test_a_problem_is_the_same_after_a_journey_through_json(problem):
    assert Problem.from_dict(json.loads(json.dumps(problem.to_dict()))) == problem


@pytest.mark.parametrize(
    ("rows", "count", "text"),
    [
        ((2,), 1, "row 2"),
        ((2, 3), 2, "rows 2, 3"),
        ((1, 2, 3, 4, 5), 9, "rows 1, 2, 3, 4, 5 and 4 more"),
        (tuple(range(1, 8)), 0, "rows 1, 2, 3, 4, 5 and 2 more"),
    ],
)
def test_rows_are_listed_up_to_five(rows, count, text):
    assert str(Where(rows=rows, row_count=count)) == text


def test_who_can_act_decides_how_a_command_ends():
    assert [fault.exit_code for fault in (CountryFault, EditionFault, ExtensionFault, UsageFault)] == [3, 2, 1, 2]
    assert issubclass(CountryFault, SsemonError)


def test_only_errors_stop():
    problems = [Problem(code=level, what="", fix="", severity=level) for level in ("error", "warning", "info")]
    assert [one.code for one in errors_in(problems)] == ["error"]


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert folded(folded(text)) == folded(text)


def test_the_closest_word_is_found_whatever_its_case_or_composition():
    assert closest("ANNE\u0301", ["année", "valeur"]) == "année"
    assert closest("xyz", ["année"]) is None
    assert did_you_mean("x", []) == "none is known"
    assert did_you_mean("x", map(str, range(100, 130))).endswith("and 18 more")


def test_lists_and_values_in_messages_are_bounded():
    assert listed(range(7)) == "0, 1, 2, 3, 4 and 2 more"
    assert quoted("a\tb") == '"a\\u0009b"'
    assert len(quoted("x" * 1000)) == 43
    assert counted_values(list("aabbbcdefgh")) == '"b" (3 times), "a" (2 times), "c", "d", "e" and 3 more'
    assert plural(1200, "row") == "1\u202f200 rows"


def test_rows_of_a_small_table_are_numbered_as_a_spreadsheet_numbers_them():
    head, rows = table_rows('a,b\n"x\ny",1\n\nz\n')
    assert (head, rows) == (["a", "b"], [(2, {"a": "x\ny", "b": "1"}), (4, {"a": "z", "b": ""})])
    assert table_rows("") == ([], [])
