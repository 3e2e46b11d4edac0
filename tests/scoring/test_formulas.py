"""The column `expression`: what a formula makes of the observed values, cell by cell."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssemon import read_framework
from ssemon.formula import FUNCTIONS, LONGEST, MOST_PARTS, Binary, Call, Name, Number, Term, Unary, parse_expression
from ssemon.scoring.formulas import Applied, apply, evaluate, notices

NAN = math.nan
HEAD = "code,parent,name_en,definition,unit,direction,type,lower_goalpost,upper_goalpost,weight,core,expression\n"
LETTERS = ("A", "E", "I", "M", "Q")
A, E, M, Q = 1, 2, 4, 5


def value(text: str, **values: float) -> float:
    """An expression of one cell."""
    return float(evaluate(parse_expression(text), {code: np.array(number) for code, number in values.items()}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X + 2 * 3", 16.0),
        ("(X + 2) * 3", 36.0),
        ("X - 3 - 2", 5.0),
        ("X / 5 / 2", 1.0),
        ("X - -2", 12.0),
        ("+X", 10.0),
        ("-X^2", -100.0),
        ("(-X)^2", 100.0),
        ("2^3^2 + 0 * X", 512.0),
        ("X ^ -1", 0.1),
        ("X ** 2", 100.0),
        ("X × 3 ÷ 2 − 1", 14.0),
        ("1.5e1 * X + .5", 150.5),
        ("log10(X)", 1.0),
        ("ln(exp(1) + 0 * X)", 1.0),
        ("sqrt(X - 1)", 3.0),
        ("abs(-X)", 10.0),
        ("clip(X, 0, 8)", 8.0),
        ("clip(X, 12, 20)", 12.0),
        ("min(X, 7, 12)", 7.0),
        ("max(X, 7, 12)", 12.0),
        ("mean(X, 2, 3)", 5.0),
        ("first(X, Y)", 10.0),
        ("100 * X / (X + Y)", 20.0),
    ],
)
def test_what_a_formula_gives_for_ten_and_forty(text, expected):
    assert value(text, X=10.0, Y=40.0) == expected


def test_a_code_with_other_signs_stands_in_square_brackets():
    cells = {"GDP-PC": np.array([8.0]), "1.1": np.array([2.0]), "a]b [c": np.array([3.0])}
    assert evaluate(parse_expression("[GDP-PC] / [1.1] * [a]]b [c]"), cells).tolist() == [12.0]


@pytest.mark.parametrize(
    "text",
    ["X + 1", "-X", "1 / X", "X ^ 0", "0 * X", "ln(X)", "abs(X)", "clip(X, 0, 1)", "clip(1, 0, X)", "min(X, 1)", "max(1, X)",
     "mean(1, X, 3)", "first(X, X)"],
)  # fmt: skip
def test_what_is_missing_stays_missing_and_is_never_zero(text):
    assert math.isnan(value(text, X=NAN))


@pytest.mark.parametrize(
    "text",
    ["X / 0", "0 / (X - X)", "ln(X - X)", "ln(-X)", "log10(0 * X)", "sqrt(-X)", "(-X) ^ 0.5", "(X - X) ^ -1", "exp(1000 * X)",
     "X * 1e308 * 10", "1e308 * X + 1e308 * X", "(10 * X) ^ 400", "clip(X, 3, 2)", "clip(1, X, 0)"],
)  # fmt: skip
def test_arithmetic_without_an_answer_is_missing_and_not_infinite(text):
    assert math.isnan(value(text, X=10.0))


def test_an_array_of_any_shape_keeps_its_shape_and_what_came_in_is_not_changed():
    cube = np.array([[[1.0, NAN], [100.0, math.inf]]])
    before = cube.copy()
    found = evaluate(parse_expression("log10(X) + 1"), {"X": cube})
    np.testing.assert_array_equal(found, [[[1.0, NAN], [3.0, NAN]]])
    np.testing.assert_array_equal(cube, before)
    same = evaluate(parse_expression("X"), {"X": before})
    same[:] = 0
    np.testing.assert_array_equal(before, cube)


def test_the_result_does_not_depend_on_how_an_array_lies_in_memory():
    values = np.random.default_rng(3).lognormal(sigma=4, size=(40, 50))
    for text in ("ln(X)", "log10(X)", "X ^ 0.7", "exp(X / 1e9)", "sqrt(X)"):
        expression = parse_expression(text)
        whole = evaluate(expression, {"X": values})
        np.testing.assert_array_equal(evaluate(expression, {"X": np.asfortranarray(values)}), whole)
        np.testing.assert_array_equal(evaluate(expression, {"X": values[::3, 1::2]}), whole[::3, 1::2])


# A random tree, printed with as few brackets as the grammar needs, must give what Python's own floats give.
NAMES = ("X", "LEG.2.1", "GDP-PC", "été", "1.1", "a]b")
_NUMBERS = st.one_of(st.integers(0, 20).map(float), st.floats(0, 1e6, allow_nan=False))
_OPERATORS = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}


def _branches(terms: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    def calls(name: str) -> st.SearchStrategy[Term]:
        least, most = FUNCTIONS[name]
        inside = st.lists(terms, min_size=least, max_size=most or least + 2).map(tuple)
        if name == "first":
            inside = inside.map(lambda parts: tuple(Binary("+", Name("X"), part) for part in parts))
        return st.builds(Call, st.just(name), inside)

    return st.one_of(
        st.builds(Unary, st.just("-"), terms),
        st.builds(Binary, st.sampled_from(sorted(_OPERATORS)), terms, terms),
        st.sampled_from(sorted(FUNCTIONS)).flatmap(calls),
    )


TREES = st.recursive(st.one_of(_NUMBERS.map(Number), st.sampled_from(NAMES).map(Name)), _branches, max_leaves=12)


def binding(term: Term) -> int:
    if isinstance(term, Binary):
        return _OPERATORS[term.operator]
    return 3 if isinstance(term, Unary) else 5


def bracketed(term: Term, least: int) -> str:
    return printed(term) if binding(term) >= least else f"({printed(term)})"


def printed(term: Term) -> str:
    if isinstance(term, Number):
        return repr(term.value)
    if isinstance(term, Name):
        plain = term.code in ("X", "LEG.2.1", "été")
        return term.code if plain else "[" + term.code.replace("]", "]]") + "]"
    if isinstance(term, Unary):
        return "-" + bracketed(term.operand, 3)
    if isinstance(term, Call):
        return f"{term.function}({', '.join(printed(one) for one in term.arguments)})"
    own = binding(term)
    if term.operator == "^":
        return f"{bracketed(term.left, 5)}^{bracketed(term.right, 3)}"
    return f"{bracketed(term.left, own)} {term.operator} {bracketed(term.right, own + 1)}"


def direct(term: Term, values: Mapping[str, float]) -> float | None:
    """The same with Python's floats, None where there is no value."""
    if isinstance(term, Number):
        return term.value
    if isinstance(term, Name):
        return values[term.code]
    parts = [direct(part, values) for part in _below(term)]
    if isinstance(term, Call) and term.function == "first":
        return next((part for part in parts if part is not None), None)
    if None in parts:
        return None
    try:
        found = _PYTHON[term.function if isinstance(term, Call) else f"{term.operator}{len(parts)}"](*parts)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return found if found is not None and math.isfinite(found) else None


def _below(term: Term) -> tuple[Term, ...]:
    if isinstance(term, Unary):
        return (term.operand,)
    return (term.left, term.right) if isinstance(term, Binary) else term.arguments


_PYTHON: Mapping[str, Callable[..., float | None]] = {
    "-1": lambda one: -one, "+2": lambda one, two: one + two, "-2": lambda one, two: one - two, "*2": lambda one, two: one * two,
    "/2": lambda one, two: one / two, "^2": math.pow, "ln": math.log, "log10": math.log10, "exp": math.exp, "sqrt": math.sqrt,
    "abs": abs, "min": min, "max": max, "mean": lambda *all_: reduce(add, all_) / len(all_),
    "clip": lambda one, low, high: min(max(one, low), high) if low <= high else None,
}  # fmt: skip


@given(TREES, st.lists(st.one_of(st.none(), st.floats(-1e3, 1e3, width=32)), min_size=6, max_size=6))
def test_a_random_tree_survives_its_text_and_gives_what_plain_floats_give(tree, numbers):
    tree = Binary("+", Name("X"), tree)
    text = printed(tree)
    if len(text) > LONGEST:
        return
    expression = parse_expression(text)
    assert expression.term == tree
    values = dict(zip(NAMES, numbers, strict=True))
    expected = direct(tree, values)
    found = evaluate(expression, {code: np.array(NAN if n is None else n) for code, n in values.items()})
    np.testing.assert_array_equal(found, NAN if expected is None else expected)


# From here on: a framework's expressions together.
@pytest.fixture
def applied(tiny_framework) -> Callable[..., Applied]:
    """Apply expressions to one row of cells an indicator; statuses and years in the same form."""

    def run(
        expressions: Mapping[str, str], values: Mapping[str, list[float]], status: Mapping[str, list[int]] | None = None,
        years: Mapping[str, list[int]] | None = None,
    ) -> Applied:  # fmt: skip
        codes = list(values)
        rows = "".join(f'{code},A,One,,PT,1,quantitative,0,10,1,1,"{expressions.get(code, "")}"\n' for code in codes)
        run.framework = read_framework(tiny_framework({"indicators.csv": HEAD + rows}))
        cells = np.array([values[code] for code in codes])
        present = ~np.isnan(cells)
        marks = np.where(present, A, 0).astype(np.uint8)
        seen = np.where(present, 2019, 0).astype(np.int32)
        for array, given_ in ((marks, status or {}), (seen, years or {})):
            for code, row in given_.items():
                array[codes.index(code)] = row
        run.codes = codes
        return apply(cells, marks, seen, codes, LETTERS, run.framework)

    return run


def test_without_expressions_nothing_is_copied(applied):
    applied({}, {"a": [1.0]})
    framework = applied.framework
    cells, marks, years = np.zeros((1, 1)), np.zeros((1, 1), dtype=np.uint8), np.zeros((1, 1), dtype=np.int32)
    found = apply(cells, marks, years, ["a"], LETTERS, framework)
    assert found.values is cells
    assert found.status is marks
    assert found.observed_year is years
    assert notices(found, framework) == ()


def test_its_own_code_means_what_was_observed_and_another_code_that_indicator_s_result(applied):
    # In the file c comes first and is computed last; b takes the logarithm of a, which is itself a logarithm.
    found = applied(
        {"c": "b + a", "b": "10 * a + b", "a": "log10(a)"}, {"c": [NAN, NAN], "b": [1.0, 2.0], "a": [100.0, 1000.0]}
    )
    np.testing.assert_array_equal(found.values, [[23.0, 35.0], [21.0, 32.0], [2.0, 3.0]])
    assert (found.lost, found.unused) == ({}, {})


def test_the_file_s_order_does_not_change_a_result(applied):
    expressions = {"c": "b + a", "b": "10 * a + b", "a": "log10(a)"}
    one = applied(expressions, {"c": [NAN], "b": [1.0], "a": [100.0]}).values[:, 0]
    two = applied(expressions, {"a": [100.0], "b": [1.0], "c": [NAN]}).values[::-1, 0]
    np.testing.assert_array_equal(one, two)


def test_cells_without_an_answer_are_counted_where_they_arise_and_told(applied):
    found = applied(
        {"r": "x / y", "s": "ln(r) + z"},
        {
            "x": [1.0, 1.0, NAN, 4.0],
            "y": [0.0, 2.0, 0.0, 2.0],
            "z": [1.0, NAN, 1.0, 1.0],
            "r": [NAN] * 4,
            "s": [NAN] * 4,
        },
    )
    np.testing.assert_array_equal(found.values[3], [NAN, 0.5, NAN, 2.0])
    np.testing.assert_array_equal(found.values[4], [NAN, NAN, NAN, math.log(2) + 1])
    assert found.lost == {"r": 1}  # not the cell whose x is missing, and not again in s
    [problem] = notices(found, applied.framework)
    assert (problem.code, problem.severity, problem.found) == ("N06", "warning", "r (1)")
    assert problem.what == "1 cell where an expression has no value though all it needs is there: missing"
    assert problem.where.column == "expression"


def test_a_failure_inside_is_counted_only_where_everything_else_is_there(applied):
    found = applied(
        {"r": "ln(x) + y", "f": "first(x / 0, y)"}, {"x": [0.0, 0.0], "y": [1.0, NAN], "r": [NAN] * 2, "f": [NAN] * 2}
    )
    np.testing.assert_array_equal(found.values[2:], [[NAN, NAN], [1.0, NAN]])
    assert found.lost == {"r": 1, "f": 1}


def test_a_delivered_value_that_the_expression_does_not_name_is_left_out_and_told(applied):
    found = applied({"d": "x / 2", "e": "first(e, x / 2)"}, {"x": [8.0, 8.0], "d": [1.0, NAN], "e": [1.0, NAN]})
    np.testing.assert_array_equal(found.values[1:], [[4.0, 4.0], [1.0, 4.0]])
    assert found.unused == {"d": 1}
    [problem] = notices(found, applied.framework)
    assert (problem.code, problem.severity, problem.found) == ("N07", "warning", "d (1)")
    assert problem.what == "1 delivered value that the indicator's expression does not use: left out"
    assert "first(X, …)" in problem.fix


def test_what_came_in_is_not_changed(applied):
    values = np.array([[100.0], [NAN]])
    applied({"a": "log10(a)", "b": "a"}, {"a": [1.0], "b": [NAN]})
    marks, years = np.array([[A], [0]], dtype=np.uint8), np.array([[2019], [0]], dtype=np.int32)
    found = apply(values, marks, years, ["a", "b"], LETTERS, applied.framework)
    assert found.values.tolist() == [[2.0], [2.0]]
    np.testing.assert_array_equal(values, [[100.0], [NAN]])
    assert (marks.tolist(), years.tolist()) == ([[A], [0]], [[2019], [0]])


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        ((1.0, A), (2.0, A), (3.0, A)),
        ((1.0, E), (2.0, A), (3.0, E)),
        ((1.0, A), (2.0, E), (3.0, E)),
        ((1.0, 3), (2.0, E), (3.0, 3)),
        ((1.0, 0), (2.0, 0), (3.0, A)),
        ((NAN, M), (2.0, E), (NAN, M)),
        ((1.0, E), (NAN, Q), (NAN, Q)),
        ((NAN, M), (NAN, Q), (NAN, Q)),
        ((NAN, Q), (NAN, M), (NAN, Q)),
        ((NAN, 0), (NAN, M), (NAN, M)),
        ((NAN, 0), (2.0, E), (NAN, 0)),
    ],
)
def test_the_status_of_a_result_comes_from_its_inputs(applied, x, y, expected):
    found = applied({"d": "x + y"}, {"x": [x[0]], "y": [y[0]], "d": [NAN]}, {"x": [x[1]], "y": [y[1]]})
    np.testing.assert_array_equal(found.values[2], [expected[0]])
    assert found.status[2].tolist() == [expected[1]]
    assert found.status.dtype == np.uint8


def test_a_result_that_could_not_be_computed_says_nothing_of_its_cell(applied):
    found = applied({"d": "1 / x"}, {"x": [0.0], "d": [NAN]}, {"x": [E]})
    assert (found.status[1].tolist(), found.observed_year[1].tolist()) == ([0], [0])


def test_the_year_of_a_result_is_the_oldest_of_its_inputs(applied):
    found = applied(
        {"d": "2 * x + y"},
        {"x": [1.0, NAN], "y": [1.0, 1.0], "d": [NAN] * 2},
        years={"x": [2016, 0], "y": [2018, 2018]},
    )
    assert found.observed_year[2].tolist() == [2016, 0]
    assert found.observed_year.dtype == np.int32


def test_first_takes_status_and_year_with_the_value(applied):
    found = applied(
        {"d": "first(x, y)"}, {"x": [1.0, NAN, NAN], "y": [2.0, 2.0, NAN], "d": [NAN] * 3},
        {"x": [A, M, M], "y": [E, E, Q]}, {"x": [2019, 0, 0], "y": [2015, 2015, 0]},
    )  # fmt: skip
    np.testing.assert_array_equal(found.values[2], [1.0, 2.0, NAN])
    assert found.status[2].tolist() == [A, E, Q]
    assert found.observed_year[2].tolist() == [2019, 2015, 0]


def test_cells_of_years_and_areas_are_computed_alike(applied):
    applied({"d": "x / y"}, {"x": [1.0], "y": [1.0], "d": [NAN]})
    cube = np.array([[[1.0, 2.0], [3.0, NAN]], [[4.0, 4.0], [4.0, 4.0]], np.full((2, 2), NAN)])
    marks, years = np.ones(cube.shape, dtype=np.uint8), np.full(cube.shape, 2019, dtype=np.int32)
    found = apply(cube, marks, years, ["x", "y", "d"], LETTERS, applied.framework)
    np.testing.assert_array_equal(found.values[2], [[0.25, 0.5], [0.75, NAN]])


def test_a_chain_of_many_indicators_does_not_exhaust_the_stack(applied):
    count = 1500  # well above the depth of Python's stack
    expressions = {f"i{n}": f"i{n + 1} + 1" for n in range(count)}
    found = applied(expressions, {**{f"i{n}": [NAN] for n in range(count)}, f"i{count}": [5.0]})
    assert found.values[0].tolist() == [count + 5.0]


def test_the_longest_sum_that_may_be_written_can_be_computed():
    terms = MOST_PARTS // 2
    assert value(" + ".join(["X"] * terms), X=1.0) == terms
