"""Parts and wholes, comparisons and derivations, over any data: what must never be told, and what always."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssemon.comparison import parse_comparison
from ssemon.errors import EditionFault, Where
from ssemon.formula import parse_expression
from ssemon.scoring.formulas import evaluate
from ssemon.tables import parts_of_countries
from ssemon.validation.parts import _above, _leaves
from ssemon.validation.rounding import rounding, step
from ssemon.validation.terms import column, term_as_polars

_SOME = st.sampled_from([None, -2.0, 0.0, 0.5, 1.0, 3.0, 700.0])
_FORMULAS = (
    "A + B * C", "A / B", "-A ^ 2", "A ^ B", "ln(A)", "log10(A) - exp(B)", "sqrt(A)", "abs(A - B)", "clip(A, B, C)",
    "min(A, B)", "max(A, B, C)", "mean(A, B)", "first(A, B)", "first(A / B, C)", "100 * A / (A + B)",
)  # fmt: skip


@pytest.mark.parametrize("text", _FORMULAS)
@settings(max_examples=20)
@given(rows=st.lists(st.tuples(_SOME, _SOME, _SOME), min_size=1, max_size=8))
def test_rules_and_scores_read_a_formula_alike(text, rows):
    expression = parse_expression(text)
    arrays = {
        code: np.array([math.nan if row[at] is None else row[at] for row in rows]) for at, code in enumerate("ABC")
    }
    frame = pl.DataFrame(
        {column(code): [row[at] for row in rows] for at, code in enumerate("ABC")},
        schema={column(code): pl.Float64 for code in "ABC"},
    )
    found = frame.select(term_as_polars(expression.term)).to_series().cast(pl.Float64)
    wanted = evaluate(expression, arrays)
    assert found.is_null().to_list() == np.isnan(wanted).tolist()
    assert found.drop_nulls().to_list() == pytest.approx(wanted[~np.isnan(wanted)].tolist(), rel=1e-12)


@given(parts=st.lists(st.integers(0, 10**7), min_size=2, max_size=9), decimals=st.sampled_from([0, 1, 2, 3]))
def test_parts_that_were_rounded_each_by_itself_are_never_told_apart_from_their_sum(parts, decimals):
    exact = [part / 997 for part in parts]
    printed, total = [round(one, decimals) for one in exact], round(sum(exact), decimals)
    frame = pl.DataFrame({"value": [*printed, total]}, schema={"value": pl.Float64})
    finest = frame.select(step(pl.col("value")).min()).item()
    room = pl.select(rounding(pl.lit(finest), pl.lit(len(parts) + 1), pl.lit(float(total)))).item()
    slack = 0.0 if finest <= 10.0**-decimals + 1e-12 else 10.0**-decimals * (len(parts) + 1)
    assert abs(sum(printed) - total) <= room + slack + 1e-6


@pytest.mark.parametrize(
    ("value", "place"),
    [(2.3, 0.1), (12000.0, 1000.0), (120.0, 1.0), (7.0, 1.0), (0.25, 0.01), (1 / 3, 0.0), (-4.5, 0.1)],
)
def test_the_last_digit_of_a_number_is_found(value, place):
    assert pl.select(step(pl.lit(value))).item() == place


@given(data=st.data())
def test_a_total_that_is_the_sum_of_its_parts_is_never_told(data, hold_once):
    women, men, unknown = (data.draw(st.integers(0, 10**9)) for _ in range(3))
    lines = [("_T", women + men + unknown), ("F", women), ("M", men), *([("_U", unknown)] if unknown else [])]
    assert hold_once([("KOR", "members", 2020, sex, "_T", value) for sex, value in lines]) == ()


@given(women=st.integers(0, 1000), men=st.integers(0, 1000), off=st.integers(-900, 900))
def test_a_total_is_told_exactly_where_it_is_off_by_more_than_a_hundredth_and_the_rounding(hold_once, women, men, off):
    total = women + men + off
    told = hold_once([("KOR", "members", 2020, sex, "_T", v) for sex, v in (("_T", total), ("F", women), ("M", men))])
    part = max(women, men) > total + 0.005 * abs(total)
    apart = abs(off) > 0.01 * abs(total) + 1.5 * (1000 if _thousands(total, women, men) else 1)
    assert [one.code for one in told] == (["R02"] if part else ["R01"] if apart else [])


def _thousands(*values: int) -> bool:
    return all(value % 1000 == 0 for value in values) and abs(values[0]) >= 20_000


def test_regions_of_two_levels_add_up_whichever_level_is_sent(hold_once):
    parents = parts_of_countries()
    country = next(parents[parents[area]] for area in parents if parents[area] in parents)
    leaves = [area for area in parents if _leaves(parents)[area] == 1 and _top(area, parents) == country]
    rows = [(country, "orgs", 2020, "_T", "_T", 10 * len(leaves)), *((a, "orgs", 2020, "_T", "_T", 10) for a in leaves)]
    assert hold_once(rows) == ()
    [problem] = hold_once([(country, "orgs", 2020, "_T", "_T", 11 * len(leaves)), *rows[1:]])
    assert (problem.code, problem.where.row_count) == ("R05", len(rows))
    assert hold_once([(country, "orgs", 2020, "_T", "_T", 11 * len(leaves)), *rows[2:]]) == ()  # a region is missing


def _top(area: str, parents: dict[str, str]) -> str:
    return _top(parents[area], parents) if area in parents else area


def test_a_region_is_part_of_the_next_area_above_that_is_there():
    parents = {"a1": "a", "a2": "a", "a": "X", "b": "X"}
    assert _above(parents, frozenset({"a1", "b", "X"})) == {"a1": "X", "b": "X"}
    assert _above(parents, frozenset({"a1", "a"})) == {"a1": "a", "a": "X"}
    assert _leaves(parents) == {"a1": 1, "a2": 1, "a": 2, "b": 1, "X": 3}


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("A + B", "write one of the signs"),
        ("A < B < C", "write one of the signs"),
        ("A = = B", "write one of the signs"),
        ("1 < 2", "name an indicator"),
        ("A <= ", "a number, the code"),
        ("A =< B", "write one of the signs"),
    ],
)
def test_a_text_that_compares_nothing_is_named(text, fix):
    with pytest.raises(EditionFault) as stopped:
        parse_comparison(text, Where(column="expression"))
    assert (stopped.value.problems[0].code, fix in stopped.value.problems[0].fix) == ("B06", True)


def test_a_comparison_is_read_with_its_sign_and_its_names():
    read = parse_comparison("[a<b] + C >= 2*C", Where())
    assert (str(read), read.sign, read.names) == ("[a<b] + C >= 2*C", ">=", ("a<b", "C"))
    assert [parse_comparison(f"A{sign}B", Where()).sign for sign in ("<", "<=", "=", ">=", ">")] == [
        "<",
        "<=",
        "=",
        ">=",
        ">",
    ]


def test_a_rule_that_names_what_is_no_indicator_is_refused(counts):
    from ssemon.framework import read_framework

    head = "rule,code,severity,level,kind,dimension,units,expression,condition,parameters,missing,what,found,fix,reason"
    line = "own,R03,warning,1,comparison,,,orgs > 0,member > 0,,passes,a,{values},c,because"
    with pytest.raises(EditionFault) as stopped:
        read_framework(counts({"rules.csv": f"{head}\n{line}\n"}))
    [problem] = stopped.value.problems
    assert (problem.code, problem.where.column, problem.fix) == ("B07", "condition", 'did you mean "members"?')


@pytest.mark.parametrize(("missing", "told"), [("passes", 0), ("fails", 1)])
def test_a_companion_that_is_missing_is_a_fault_where_the_rule_says_so(hold, missing, told):
    head = "rule,code,severity,level,kind,dimension,units,expression,condition,parameters,missing,what,found,fix,reason"
    line = f"own,R03,warning,1,comparison,,,orgs > 0,members > 0,,{missing},a,{{values}},c,because"
    problems = hold("indicator,year,value", ["members,2020,5"], rules_csv=f"{head}\n{line}\n")
    assert [one.found for one in problems] == ["members 5"] * told
