"""One definition of each rule, used in two ways: all at once, and by Pandera, which names the rows. They must agree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssemon import TableSource
from ssemon.tables import TableDefinition, read_definition, shipped_tables
from ssemon.validation import Context, Part, check_table
from ssemon.validation.rules import TYPES, Rule, is_sound, rules_of
from ssemon.validation.schema import failures

OBSERVATIONS = shipped_tables()["observations"]
CONTEXT = Context(
    "KOR",
    areas=["KOR", "KR-11", "JPN"],
    own_areas=["KOR", "KR-11"],
    indicators=["a1", "b1", "b2"],
    limits={"b1": (0.0, 100.0)},
    usual={"b2": (0.0, 1.0)},
)
SOUND = {
    "area": "KOR", "indicator": "a1", "year": 2019, "sex": "_T", "org_type": "_T", "value": 4.0, "obs_status": "A",
    "conf_status": "F", "source": "x", "note": None, "source_row": 2, "source_part": 0,
}  # fmt: skip
# For each rule of the observations, a row that breaks it and no other rule.
BREAKS = {
    ("K01", "area"): {"area": "XXX"},
    ("K02", "area"): {"area": "JPN"},
    ("V00", "area"): {"area": None},
    ("K03", "indicator"): {"indicator": "zz"},
    ("V00", "indicator"): {"indicator": None},
    ("V11", "year"): {"year": 2562},
    ("V00", "year"): {"year": None},
    ("K04", "sex"): {"sex": "?"},
    ("V00", "sex"): {"sex": None},
    ("K04", "org_type"): {"org_type": "?"},
    ("V00", "org_type"): {"org_type": None},
    ("K04", "obs_status"): {"obs_status": "?"},
    ("V00", "obs_status"): {"obs_status": None},
    ("K04", "conf_status"): {"conf_status": "?"},
    ("K04", "quality"): {"quality": "?"},
    ("K04", "unit"): {"unit": "?"},
    ("K04", "perimeter"): {"perimeter": "?"},
    ("K04", "member_unit"): {"member_unit": "?"},
    ("V11", "contributors"): {"contributors": -1},
    ("V11", "largest"): {"largest": -1.0},
    ("V11", "second_largest"): {"second_largest": -1.0},
    ("V11", "std_error"): {"std_error": -0.5},
    ("V00", "conf_status"): {"conf_status": None},
    ("M02", ""): {"value": None},
    ("V12", ""): {"indicator": "b1", "value": 100.5},
    ("V21", ""): {"indicator": "b2", "value": -1.0},
}


def frame_of(rows: list[dict[str, object]], definition: TableDefinition = OBSERVATIONS) -> pl.DataFrame:
    schema = {field.name: TYPES[field.type] for field in definition.fields}
    return pl.DataFrame(rows, schema={**schema, "source_row": pl.Int64, "source_part": pl.Int32}, orient="row")


def broken(frame: pl.DataFrame, rules: tuple[Rule, ...], definition: TableDefinition = OBSERVATIONS) -> set[tuple]:
    """What Pandera names: code, column and row."""
    cases = failures(frame, definition, rules)
    if cases is None:
        return set()
    by_column = {(rule.code, rule.column): (rule.code, rule.column) for rule in rules}
    return {
        (*by_column.get((row["check"], row["column"]), (row["check"], "")), row["index"])
        for row in cases.iter_rows(named=True)
    }


def alone(frame: pl.DataFrame, rules: tuple[Rule, ...]) -> set[tuple]:
    """What each rule says by itself, in plain Polars."""
    return {
        (rule.code, rule.column, row) for rule in rules for row in frame.select((~rule.holds).arg_true()).to_series()
    }


def test_every_rule_of_the_observations_has_a_row_here_that_breaks_it():
    assert {(rule.code, rule.column) for rule in rules_of(OBSERVATIONS, CONTEXT)} == BREAKS.keys()


@pytest.mark.parametrize(("rule", "change"), BREAKS.items(), ids=["-".join(rule) for rule in BREAKS])
def test_a_row_that_breaks_one_rule_is_seen_at_once_and_named_by_pandera(rule, change):
    rules = rules_of(OBSERVATIONS, CONTEXT)
    frame = frame_of([SOUND, SOUND | change, SOUND])
    assert not is_sound(frame, OBSERVATIONS, rules)
    assert broken(frame, rules) == {(*rule, 1)}
    [problem] = check_table(frame, OBSERVATIONS, [Part(TableSource("observations", "f", Path("f")), {})], CONTEXT)
    assert problem.code == rule[0]


_NUMBERS = st.sampled_from([None, 0.0, 0.5, 4.0, 100.0, 100.0001, -1.0, float("nan"), float("inf")])
_ROWS = st.fixed_dictionaries(
    {
        "area": st.sampled_from([None, "", "KOR", "KR-11", "JPN", "XXX"]),
        "indicator": st.sampled_from([None, "a1", "b1", "b2", "zz"]),
        "year": st.sampled_from([None, 1899, 1900, 2019, 2100, 2101]),
        "sex": st.sampled_from([None, "_T", "F", "?"]),
        "org_type": st.sampled_from([None, "_T", "COOP", "?"]),
        "value": _NUMBERS,
        "obs_status": st.sampled_from([None, "A", "O", "M", "?"]),
        "conf_status": st.sampled_from([None, "F", "?"]),
        "source": st.none(),
        "note": st.none(),
    }
)
_CONTEXTS = st.sampled_from([CONTEXT, Context("", [], [], []), Context("KOR", ["KOR"], ["KOR"], ["a1", "b1", "b2"])])


@given(rows=st.lists(st.one_of(_ROWS, st.just(SOUND)), max_size=6), context=_CONTEXTS)
def test_both_ways_say_the_same_of_any_frame(rows, context):
    rules, frame = rules_of(OBSERVATIONS, context), frame_of(rows)
    named = broken(frame, rules)
    assert is_sound(frame, OBSERVATIONS, rules) == (not named)
    assert named == alone(frame, rules)


@pytest.mark.parametrize("definition", shipped_tables().values(), ids=lambda one: one.name)
@settings(max_examples=settings.default.max_examples // 3)
@given(data=st.data())
def test_both_ways_say_the_same_of_any_frame_of_every_table_that_ships(definition, data):
    cells = {"string": st.sampled_from([None, "KOR", "_T", "COOP", "2012-12-01", "1 Dec", "x"]), "number": _NUMBERS,
             "integer": st.sampled_from([None, -1, 0, 5, 2019, 9999])}  # fmt: skip
    row = st.fixed_dictionaries({field.name: cells[field.type] for field in definition.fields})
    rules, frame = rules_of(definition, CONTEXT), frame_of(data.draw(st.lists(row, max_size=4)), definition)
    named = broken(frame, rules, definition)
    assert is_sound(frame, definition, rules) == (not named)
    assert named == alone(frame, rules)


def test_the_form_of_a_whole_cell_is_asked_for(tmp_path):
    path = tmp_path / "t.json"
    path.write_text(
        '{"name": "t", "fields": [{"name": "d", "type": "string", "constraints": {"pattern": "a|b"}}]}', "utf-8"
    )
    definition = read_definition(path)
    rules = rules_of(definition, CONTEXT)
    for cell, sound in (("a", True), ("b", True), ("ab", False), ("", False), (None, True)):
        assert is_sound(frame_of([{"d": cell}], definition), definition, rules) is sound


@pytest.mark.parametrize("change", [pl.col("year").cast(pl.Int64), pl.col("value").cast(pl.String)])
def test_a_column_of_another_type_is_never_sound(change):
    frame = frame_of([SOUND])
    assert is_sound(frame, OBSERVATIONS, rules_of(OBSERVATIONS, CONTEXT))
    assert not is_sound(frame.with_columns(change), OBSERVATIONS, rules_of(OBSERVATIONS, CONTEXT))
    assert not is_sound(frame.drop("note"), OBSERVATIONS, rules_of(OBSERVATIONS, CONTEXT))
    with pytest.raises(RuntimeError, match="failed to run"):
        check_table(frame.with_columns(change), OBSERVATIONS, [], CONTEXT)


@pytest.mark.slow
@pytest.mark.parametrize(("value", "imported"), [("5", False), ("500", True)])
def test_pandera_is_imported_only_where_a_rule_does_not_hold(tmp_path, tiny_framework, value, imported):
    """The file's year breaks a rule; the command then says so and ends with 3."""
    year = "2019" if not imported else "1492"
    (tmp_path / "data.csv").write_text(f"area,indicator,year,value\nX,a1,{year},{value}\n", encoding="utf-8")
    code = (
        "import sys\nfrom ssemon.cli import main\ntry:\n    main(sys.argv[1:])\nexcept SystemExit as stop:\n"
        "    names = ('pandera', 'jinja2', 'weasyprint', 'rich', 'scipy', 'ssemon.report', 'ssemon.scoring.montecarlo')\n"
        "    print('IMPORTED', [name for name in names if name in sys.modules], stop.code)\n"
    )
    command = ["score", "--framework", tiny_framework(), "--data", tmp_path / "data.csv", "--out", tmp_path / "s.csv"]
    answer = subprocess.run(
        [sys.executable, "-c", code, *map(str, command)], capture_output=True, text=True, check=True
    )
    assert ("IMPORTED ['pandera'] 3" if imported else "IMPORTED [] 0") in answer.stdout
