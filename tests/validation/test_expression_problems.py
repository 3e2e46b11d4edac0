"""Every fault of the column `expression`: its place in indicators.csv, its position in the text, its repair."""

from __future__ import annotations

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ssemon import Expression, SsemonError, parse_expression, read_framework
from ssemon.errors import EditionFault, Where
from ssemon.expressions import check_expressions, in_order, rings
from ssemon.formula import DEEPEST, FUNCTIONS, LONGEST, MOST_PARTS

HEAD = "code,parent,name_en,definition,unit,direction,type,lower_goalpost,upper_goalpost,weight,core,expression\n"


def indicators(expressions: dict[str, str]) -> dict[str, str]:
    """A file of indicators with these expressions, the first in row 2."""
    cells = {code: text.replace('"', '""') for code, text in expressions.items()}
    rows = (f'"{code}",A,One,,PT,1,quantitative,0,10,1,1,"{text}"\n' for code, text in cells.items())
    return {"indicators.csv": HEAD + "".join(rows)}


@pytest.fixture
def faults(tiny_framework):
    def read(expressions: dict[str, str]) -> list:
        try:
            read_framework(tiny_framework(indicators(expressions)))
        except SsemonError as fault:
            return list(fault.problems)
        return []

    return read


UNREADABLE = [
    ("x +", "ends too early", '"x +" ends at character 3', "belongs here"),
    ("x + * 2", "cannot be read on", '"*" at character 5 of "x + * 2"', "belongs here"),
    ("(x", "ends too early", "ends at character 2", "close the bracket"),
    ("(x y)", "cannot be read on", '"y" at character 4', "close the bracket"),
    ("x)", "cannot be read on", '")" at character 2', "one too many"),
    ("x 2", "cannot be read on", '"2" at character 3', "an operator (+ - * / ^) is missing"),
    ("2x", "cannot be read on", '"x" at character 2', "an operator (+ - * / ^) is missing"),
    ("1.2.3 * x", "cannot be read on", '".3" at character 4', "an operator"),
    ("()", "cannot be read on", '")" at character 2', "belongs here"),
    ("[x", "cannot be read on", '"["', "close the square bracket"),
    ("[] + x", "cannot be read on", '"["', "close the square bracket"),
    ("x]", "cannot be read on", '"]"', "between [ and ]"),
    ('"x" + 1', "cannot be read on", '"""', "in square brackets"),
    ("'x' + 1", "cannot be read on", '"\'"', "in square brackets"),
    ("=x", "cannot be read on", '"=" at character 1', "leave the equals sign out"),
    ("x > 1", "cannot be read on", '">" at character 3', "an operator"),
    ("50% * x", "cannot be read on", '"%"', "divide by 100"),
    ("0,5 * x", "cannot be read on", '"," at character 2', "the decimal sign is a point"),
    ("min(x; 1)", "cannot be read on", '";"', "a comma stands between"),
    ("\u0665 * x", "cannot be read on", '"\u0665" at character 1', "belongs here"),
    ("1e999 * x", "too large", '"1e999" at character 1', "smaller"),
    ("1 + 2", "names no indicator", '"1 + 2"', "measures nothing"),
    ("log(x)", 'no function "log"', '"log" at character 1', 'did you mean "log10"? functions: ln, log10'),
    ("LN(x)", 'no function "LN"', '"LN"', 'did you mean "ln"?'),
    ("__import__('os')", 'no function "__import__"', '"__import__"', "functions: ln"),
    ("eval(x)", 'no function "eval"', '"eval"', "functions: ln"),
    ("x.__class__.__mro__()", "no function", '"x.__class__.__mro__"', "functions: ln"),
    ("lambda: x", "cannot be read on", '":" at character 7', "an operator"),
    ("ln()", "cannot be read on", '")" at character 4', "belongs here"),
    ("ln(x, 10)", "ln takes 1 argument, not 2", '"ln"', "one area and year"),
    ("mean(x)", "mean takes 2 or more arguments, not 1", '"mean"', "one area and year"),
    ("clip(x, 1)", "clip takes 3 arguments, not 2", '"clip"', "clip(A, 0, 100)"),
    ("clip(x, 0,5, 1)", "clip takes 3 arguments, not 4", '"clip"', "0.5 with a point"),
    ("first(x, 0)", "cannot stand for a missing value", '"first"', "names an indicator"),
    ("x" * (LONGEST + 1), "too long", '"xxxx', f"at most {LONGEST} characters"),
    ("(" * 900 + "x" + ")" * 90, "too deep", f'"(" at character {DEEPEST + 1}', f"at most {DEEPEST}"),
    ("-" * 900 + "x", "too deep", f'"-" at character {DEEPEST + 1}', f"at most {DEEPEST}"),
    ("2^" * 300 + "x", "too deep", f"at character {2 * DEEPEST + 1} of", f"at most {DEEPEST}"),
    ("abs(" * 150 + "x" + ")" * 150, "too deep", "at character", f"at most {DEEPEST}"),
    ("+".join("x" * (MOST_PARTS // 2 + 1)), "too many parts", '"x+x+', f"at most {MOST_PARTS}"),
]


@pytest.mark.parametrize(("text", "what", "found", "fix"), UNREADABLE, ids=[case[0][:20] for case in UNREADABLE])
def test_an_expression_that_cannot_be_read_is_named_with_its_place(faults, the, text, what, found, fix):
    problem = the(faults({"y": "", "x": text}), "B06")
    assert what in problem.what
    assert found in problem.found
    assert fix in problem.fix
    assert (problem.where.rows, problem.where.column, problem.stage) == ((3,), "expression", "framework")
    assert problem.where.file.endswith("indicators.csv")


def test_of_a_long_text_the_part_around_the_fault_is_shown(faults, the):
    problem = the(faults({"x": "x + " * 60 + "log(x) + x"}), "B06")
    assert '"log" at character 241 of "…x + x + x' in problem.found
    assert len(problem.found) < 100


def test_a_code_that_is_no_indicator_is_named_with_the_nearest(faults, the):
    problem = the(faults({"GDPX": "", "x": "ln(GDXP) / x"}), "B07")
    assert '"GDXP"' in problem.what
    assert problem.found == '"GDXP" at character 4 of "ln(GDXP) / x"'
    assert problem.fix == 'did you mean "GDPX"?'
    assert (problem.where.rows, problem.where.column) == ((3,), "expression")


def test_a_near_code_with_other_signs_is_proposed_in_square_brackets(faults, the):
    assert the(faults({"GDP-PC": "", "x": "ln(GDP_PC)"}), "B07").fix == "did you mean [GDP-PC], in square brackets?"


def test_every_code_that_is_no_indicator_is_said_once_and_at_once(faults):
    problems = faults({"x": "p + q + p", "y": "q"})
    assert [(one.code, one.found.split('"')[1], one.where.rows) for one in problems] == [
        ("B07", "p", (2,)), ("B07", "q", (2,)), ("B07", "q", (3,))
    ]  # fmt: skip


def test_a_raised_digit_is_no_power(faults, the):
    assert the(faults({"x": "x²"}), "B07").fix == 'did you mean "x"?'


def test_a_node_or_a_series_is_no_indicator(faults, the):
    assert '"A"' in the(faults({"x": "A / 2"}), "B07").what


@pytest.mark.parametrize(
    ("codes", "text", "found", "fix"),
    [
        (("GDP", "GDP-PC", "PC"), "GDP-PC / 2", '"GDP-PC" at character 1', "write [GDP-PC] for the indicator; else put spaces"),
        (("a", "b", "a+b"), "2 * a+b", '"a+b" at character 5', "write [a+b]"),
        (("1.1",), "1.1 * x", '"1.1" at character 1', "write [1.1] for the indicator, 01.1 for the number"),
        (("1.1.2",), "1.1.2", None, None),
        (("2 a",), "x + 2 a", None, None),
    ],
)  # fmt: skip
def test_a_text_that_is_also_a_code_is_doubtful_and_must_be_made_plain(faults, codes, text, found, fix):
    problems = faults({**dict.fromkeys(codes, ""), "x": text})
    assert {problem.code for problem in problems} == {"B06"}
    if found is not None:
        assert found in problems[0].found
        assert fix in problems[0].fix


@pytest.mark.parametrize(
    "text", ["GDP - PC", "[GDP-PC]", "[GDP]-[PC]", "GDP-PC2", "GDP -PC", "(GDP)-PC", "01.1 * GDP", "[1.1]"]
)
def test_a_text_that_can_be_read_in_one_way_only_is_sound(faults, text):
    assert faults({"GDP": "", "PC": "", "PC2": "", "GDP-PC": "", "1.1": "", "x": text}) == []


def test_a_ring_of_expressions_is_named_from_the_first_in_the_file(faults, the):
    problem = the(faults({"d": "a", "a": "b + a", "b": "2 * c", "c": "ln(a)"}), "B08")
    assert problem.what == "the expressions of a, b, c need each other"
    assert problem.found == '"a" needs "b", "b" needs "c", "c" needs "a"'
    assert (problem.where.rows, problem.where.column) == ((3,), "expression")


def test_every_ring_is_told(faults):
    problems = faults({"a": "b", "b": "a", "c": "d", "d": "c", "e": "a + c"})
    assert [(one.code, one.where.rows) for one in problems] == [("B08", (2,)), ("B08", (4,))]


def test_an_indicator_that_names_itself_is_no_ring(faults):
    assert faults({"a": "log10(a)", "b": "a + b"}) == []


def test_an_expression_that_cannot_be_read_makes_no_ring_and_no_other_problem(faults):
    assert [one.code for one in faults({"a": "b +", "b": "a"})] == ["B06"]


@given(
    st.dictionaries(
        st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdefxy"), min_size=1, max_size=3), max_size=6
    )
)
def test_each_indicator_comes_after_those_it_names_or_there_is_a_ring(named):
    expressions = {code: parse_expression(" + ".join(names)) for code, names in named.items()}
    found = rings(expressions)
    for ring in found:
        for code, then in zip(ring, (*ring[1:], ring[0]), strict=True):
            assert then in expressions[code].names
    if found:
        with pytest.raises(ValueError, match="cycle"):
            in_order(expressions)
        return
    order = in_order(expressions)
    assert sorted(order) == sorted(expressions)
    for code in order:
        before = order[: order.index(code)]
        assert all(name in before for name in expressions[code].names if name in expressions and name != code)


def test_a_framework_keeps_its_expressions_as_written_and_in_the_order_of_computing(tiny_framework):
    framework = read_framework(tiny_framework(indicators({"a": " b / 2 ", "b": "ln( c )", "c": ""})))
    assert [(code, str(one)) for code, one in framework.expressions.items()] == [("b", "ln( c )"), ("a", "b / 2")]
    assert framework.indicator_by_code["c"].expression is None
    assert framework.indicator_by_code["a"].as_row()["expression"] == "b / 2"
    assert framework.indicator_by_code["c"].as_row()["expression"] is None


def test_a_country_is_asked_for_what_goes_in_and_not_for_what_is_computed(tiny_framework):
    files = indicators(
        {"share": "part / whole", "part": "", "whole": "", "income": "ln(income)", "shown": "", "plain": ""}
    )
    text = files["indicators.csv"]
    for code in ("part", "whole", "shown"):
        text = text.replace(f'"{code}",A,One,,PT,1,quantitative,0,10,1,', f'"{code}",A,One,,PT,1,quantitative,0,10,0,')
    framework = read_framework(tiny_framework({"indicators.csv": text}))
    assert [leaf.code for leaf in framework.asked_for] == ["part", "whole", "income", "plain"]


def test_an_expression_lists_the_codes_that_it_names_once_in_their_order():
    assert parse_expression("b + min(a, 2, b) ^ [c-d]").names == ("b", "a", "c-d")


def test_an_indicator_with_an_expression_is_not_held_to_the_bounds_of_its_result(tiny_framework, plugin_folder):
    """What is sent for it is in another unit than its goalposts."""
    from ssemon import validate

    head = HEAD.replace("expression\n", "goalpost_basis,expression\n")
    files = {"data/values.csv": "area,indicator,year,value\nKOR,a1,2019,5000\n"}
    for expression, codes in (("", ["V12"]), ("log10(a1)", [])):
        row = f"a1,A,One,,PT,1,quantitative,0,10,1,1,natural,{expression}\n"
        edition = tiny_framework({"indicators.csv": head + row}) / "edition.toml"
        [checked] = validate([plugin_folder(files)], edition)
        assert [problem.code for problem in checked.problems if problem.severity == "error"] == codes


PIECES = st.sampled_from(
    [*FUNCTIONS, *"+-*/^(),[]. \n\t'\"=;%", "**", "×", "÷", "−", "x", "é", "GDP-PC", "1", "1e9", ".5", "1.", "\u0665", "\U0001d7d9",
     "\u202e", "\x00", "🙂", "__import__", "{}", "\\"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join), st.lists(PIECES, max_size=500).map("".join)))
@example("(" * 10_000)
@example("[" * 1000)
@example("]]" * 500)
@example("x" + "]" * 999)
@example("1" * 1000 + "*x")
@example("__import__('os').system('true')")
@example("()" * 500)
@example("first(" * 150 + "x")
def test_no_text_raises_anything_but_its_problem(text):
    try:
        expression = parse_expression(text, Where(column="expression"))
    except EditionFault as fault:
        [problem] = fault.problems
        assert (problem.code, problem.where.column) == ("B06", "expression")
        assert problem.fix
        assert len(str(problem)) < 600
    else:
        assert isinstance(expression, Expression)
        assert expression.names
        assert {one.code for one in check_expressions({"x": expression}, ["x"], {"x": Where()})} <= {"B06", "B07"}


def test_the_deepest_text_is_read_with_little_of_the_stack():
    """A caller may itself be deep inside other calls."""
    text = "(" * (DEEPEST - 1) + "x" + ")" * (DEEPEST - 1)
    before = sys.getrecursionlimit()
    depth = len(__import__("inspect").stack())
    sys.setrecursionlimit(depth + 6 * DEEPEST)
    try:
        assert parse_expression(text).names == ("x",)
    finally:
        sys.setrecursionlimit(before)
