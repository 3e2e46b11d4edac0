"""`ssemon compare`: two runs beside each other, in words, as files and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest

from ssemon import Comparison, SsemonError, compare_runs
from ssemon import run as run_engine
from ssemon.choices import Choice, Denominator, FrozenBounds, Method
from ssemon.differences import InputChange, settings
from ssemon.store import save_run

VALUES = (
    "area,indicator,year,value\nKOR,a1,2018,3\nKOR,a1,2019,4\nKOR,a1,2020,5\nKOR,a2,2019,2\nKOR,b1,2019,40\n"
    "KOR,b2_f,2019,40\nKOR,b2_m,2019,60\nKOR,b2_f,2020,50\nKOR,b2_m,2020,60\n"
)
# a1 50, a2 80 (carried on), b1 40, b2 55: A 65, B 47.5, the index 56.25 in 2020.


@pytest.fixture
def make_run(plugin_folder: Callable[..., Path], tiny_framework: Callable[..., Path], tmp_path: Path):
    """Write a plugin, a framework and a profile, run them, keep the run; its folder."""

    def make(name: str, values: str = VALUES, method: str = "", files: dict[str, str] | None = None) -> Path:
        framework = tiny_framework(files, name=f"framework-{name}", edition=method)
        plugins = plugin_folder({"data/values.csv": values}, into=f"plugins-{name}").parent
        save_run(run_engine(framework / "edition.toml", [plugins]), tmp_path / name)
        return tmp_path / name

    return make


def parts(found: Comparison) -> dict[str, float]:
    return dict(found.parts.select("cause", "part").rows())


def test_a_run_compared_with_itself_or_made_twice_differs_in_nothing(ssemon, make_run):
    one, two = make_run("one"), make_run("two")
    for after in (one, two):
        found = compare_runs(one, after)
        assert found.same
        assert found.parts.is_empty() or found.parts["part"].abs().max() == 0
        assert found.problems == ()
    answer = ssemon("compare", one, two)
    assert answer.code == 0
    assert answer.out.splitlines()[-1] == "nothing differs"


def test_a_changed_value_is_told_from_the_index_to_the_observation(ssemon, make_run):
    one, two = make_run("one"), make_run("two", VALUES.replace("a1,2020,5", "a1,2020,7"))
    found = compare_runs(one, two)
    assert parts(found) == {"own_data": pytest.approx(5.0)}
    answer = ssemon("compare", one, two).out
    assert "56.25   61.25    +5.00" in answer
    assert "KOR R +5.00 = own data +5.00\n  through a1 Alpha one +5.00" in answer
    assert "KOR A Alpha: 65.00 → 75.00 (+10.00)" in answer
    assert "1 observation not the same: 1 changed\n  KOR a1 2020: 5 (A) → 7 (A)" in answer
    assert "data      KOR · data/values.csv: " in answer


def test_a_changed_framework_and_profile_are_named_by_column_and_key(ssemon, make_run):
    one = make_run("one")
    indicators = (one / "inputs" / "framework" / "indicators.csv").read_text("utf-8").replace("0,100,1,1,none,,,,4,natural", "0,50,1,1,none,,,,4,natural")  # fmt: skip
    structure = (one / "inputs" / "framework" / "structure.csv").read_text("utf-8").replace("Beta,1", "Beta,3")
    two = make_run("two", method='[method.aggregation]\n0 = "geometric"\n', files={"indicators.csv": indicators, "structure.csv": structure})  # fmt: skip
    found = compare_runs(one, two)
    assert set(parts(found)) == {"weights", "goalposts", "aggregation"}
    # A 65 and B (80 + 55) / 2 with weights 1 and 3, geometric, less 56.25
    assert sum(parts(found).values()) == pytest.approx((65 * 67.5**3) ** 0.25 - 56.25, abs=1e-9)
    answer = ssemon("compare", one, two).out
    for line in ("framework B · weight: 1 → 3", "framework b1 · upper_goalpost: 100 → 50", "profile   method.aggregation.0: new (geometric)"):  # fmt: skip
        assert line in answer


def test_a_tree_with_another_node(ssemon, make_run):
    one = make_run("one")
    folder = one / "inputs" / "framework"
    structure = (folder / "structure.csv").read_text("utf-8").replace("B,1,R,Beta", "C,1,R,Gamma")
    indicators = (folder / "indicators.csv").read_text("utf-8").replace(",B,", ",C,")
    two = make_run("two", files={"structure.csv": structure, "indicators.csv": indicators})
    found = compare_runs(one, two)
    kinds = dict(found.scores.select("node", "kind").rows())
    assert kinds == {"R": "both", "A": "both", "B": "left", "C": "entered"}
    assert parts(found) == {"structure": pytest.approx(0.0)}
    answer = ssemon("compare", one, two).out
    assert "framework B: no longer there (Beta)" in answer
    assert "framework C: new (Gamma)" in answer


def test_two_years_of_one_run(ssemon, make_run):
    one = make_run("one")
    found = compare_runs(one, year=2019, to_year=2020)
    # a1 40 to 50, b2 50 to 55: the index by 10 / 4 + 5 / 4.
    assert parts(found) == {"own_data": pytest.approx(3.75), "year": pytest.approx(0.0)}
    assert found.inputs == ()
    answer = ssemon("compare", one, "--year", 2019, "--to-year", 2020).out
    assert "KOR R +3.75 = own data (of the year) +3.75\n  through a1 Alpha one +2.50; b2 Beta two +1.25" in answer
    assert "the inputs are the same" in answer


def test_two_runs_in_two_years_are_first_revised_and_then_moved_on(make_run):
    one, two = make_run("one"), make_run("two", VALUES.replace("a1,2019,4", "a1,2019,6"))
    found = compare_runs(one, two, year=2019, to_year=2020)
    assert found.parts.select("stage", "cause", "part").rows() == [
        ("inputs", "own_data", pytest.approx(5.0)), ("years", "own_data", pytest.approx(-1.25)),
        ("years", "year", pytest.approx(0.0)),
    ]  # fmt: skip


def test_where_only_the_first_run_scores_both_years_it_is_moved_on_first(make_run):
    one = make_run("one")
    later = {"edition.toml": '[edition]\nid = "later"\nframework = "."\nyears = [2020, 2020]\ncountries = ["KOR"]\n'}
    two = make_run("two", VALUES.replace("a1,2020,5", "a1,2020,7"), files=later)
    found = compare_runs(one, two, year=2019, to_year=2020)
    assert found.parts["stage"].unique(maintain_order=True).to_list() == ["years", "inputs"]
    assert found.parts["part"].sum() == pytest.approx(found.scores.filter(pl.col("node") == "R")["score_change"].item(), abs=1e-9)  # fmt: skip


def test_runs_without_a_common_year_are_compared_without_causes(ssemon, make_run, the):
    years = [{"edition.toml": f'[edition]\nid = "one"\nframework = "."\nyears = [{y}, {y}]\ncountries = ["KOR"]\n'} for y in (2019, 2020)]  # fmt: skip
    one, two = make_run("one", files=years[0]), make_run("two", files=years[1])
    found = compare_runs(one, two)
    assert the(found.problems, "U13").found == "neither run scores the other's year (2019, 2020)"
    assert found.parts.is_empty()
    assert not found.changed.is_empty()


def test_an_area_that_left(ssemon, make_run):
    two = make_run("two", "area,indicator,year,value\nKOR,a1,2010,3\n")
    found = compare_runs(make_run("one"), two)
    answer = ssemon("compare", found.before.path, two).out
    assert "1 area that had an index and have none now: KOR" in answer
    assert "KOR a1 2018: 3 (A, Register) → not there" in answer
    assert found.parts.is_empty()


def test_what_is_not_in_the_runs_is_refused_with_the_closest(make_run):
    one = make_run("one")
    for options, fix in (({"year": 2017}, "scored are 2018 to 2020"), ({"areas": ["KOT"]}, 'did you mean "KOR"?'), ({"nodes": ["X"]}, "known: R, A, B")):  # fmt: skip
        with pytest.raises(SsemonError) as caught:
            compare_runs(one, one, **options)
        assert [(problem.code, problem.fix) for problem in caught.value.problems] == [("U12", fix)]


def test_nodes_and_areas_may_be_asked_for(ssemon, make_run):
    one, two = make_run("one"), make_run("two", VALUES.replace("a1,2020,5", "a1,2020,7"))
    found = compare_runs(one, two, nodes=["all"], areas=["all"])
    assert found.parts.select("node", "part").rows() == [
        ("R", pytest.approx(5.0)),
        ("A", pytest.approx(10.0)),
        ("B", 0.0),
    ]
    assert (
        "  KOR A Alpha: 65.00 → 75.00 (+10.00)\n    = own data +10.00\n     through a1 Alpha one +10.00"
        in ssemon("compare", one, two, "--node", "all").out
    )
    assert compare_runs(one, two, nodes=["B"]).parts["node"].to_list() == ["B"]
    assert compare_runs(one, two, why=False).parts.is_empty()


def test_scores_of_files_are_compared_too(ssemon, make_run, tmp_path):
    one, two = make_run("one"), make_run("two", VALUES.replace("a1,2020,5", "a1,2020,7"))
    for after in (two / "scores.csv", two / "scores.parquet", two):
        found = compare_runs(one / "scores.csv", after)
        assert found.scores.equals(compare_runs(one, two).scores)
        assert list(found.tables) == ["inputs", "scores", "parts", "indicator_parts"]
    assert "+5.00" in ssemon("compare", one / "scores.csv", two / "scores.csv").out
    small = tmp_path / "small.csv"
    small.write_text("area,year,node,score,colour\nKOR,2020,R,50,red\n", encoding="utf-8")
    assert compare_runs(small, one / "scores.csv").scores.filter(pl.col("node") == "R")["score_change"].item() == pytest.approx(6.25)  # fmt: skip


def test_files_of_scores_are_not_said_to_rest_on_the_same_inputs(ssemon, make_run):
    one, two = make_run("one"), make_run("two", VALUES.replace("a1,2020,5", "a1,2020,7"))
    answer = ssemon("compare", one / "scores.csv", two / "scores.csv").out
    assert "hold no inputs" in answer
    assert "inputs are the same" not in answer


def test_of_files_of_scores_the_areas_and_nodes_that_are_asked_for_are_shown(make_run, the):
    one, two = make_run("one"), make_run("two", VALUES.replace("a1,2020,5", "a1,2020,7"))
    files = (one / "scores.csv", two / "scores.csv")
    assert compare_runs(*files, nodes=["A"]).scores["node"].to_list() == ["A"]
    with pytest.raises(SsemonError) as refused:
        compare_runs(*files, areas=["KRO"])
    assert "KOR" in the(refused.value.problems, "U12").fix


def test_only_the_area_that_is_asked_for_is_among_the_movers(ssemon, make_run):
    both = VALUES + VALUES.replace("KOR", "KR-11").split("\n", 1)[1]
    runs = make_run("one", both), make_run("two", both.replace("a1,2020,5", "a1,2020,7"))
    lines = ssemon("compare", *runs, "--area", "KR-11").out.split("moved most below the index\n")[1].splitlines()
    movers = [line for line in lines[: lines.index("")] if "→" in line]
    assert [line.split()[0] for line in movers] == ["KR-11"]
    assert "  KOR A" in ssemon("compare", *runs, "--area", "all").out


@pytest.mark.parametrize(
    ("text", "found"),
    [("area,year,node\nKOR,2020,R\n", "no column score"), ("area,year,node,score\nKOR,2020,R,1\nKOR,2020,R,2\n", "stand twice"),
     ("area,year,node,score\nKOR,2020,R,high\n", "could not parse")],
)  # fmt: skip
def test_a_file_without_scores_is_refused(tmp_path, text, found):
    path = tmp_path / "scores.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SsemonError, match=found) as caught:
        compare_runs(path, path)
    assert caught.value.problems[0].code == "U11"


def test_a_folder_without_a_run_is_refused(ssemon, tmp_path):
    answer = ssemon("compare", tmp_path, tmp_path)
    assert answer.code == 2
    assert "U03" in answer.err


def test_one_result_needs_two_years(ssemon, make_run):
    answer = ssemon("compare", make_run("one"))
    assert answer.code == 2
    assert "--to-year" in answer.err


def test_the_files_hold_every_table_and_are_the_same_bytes_twice(ssemon, make_run, tmp_path):
    one, two = make_run("one"), make_run("two", VALUES.replace("a1,2020,5", "a1,2020,7"))
    for out in ("first", "second"):
        assert ssemon("compare", one, two, "--out", tmp_path / out).code == 0
    names = {path.name for path in (tmp_path / "first").iterdir()}
    tables = ("inputs", "scores", "indicators", "observations", "parts", "indicator_parts")
    assert names == {"compare.json", "compare.xlsx", *(f"compare-{name}.csv" for name in tables)}
    for name in names:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
    with ZipFile(tmp_path / "first" / "compare.xlsx") as book:
        assert all(f'name="{name}"' in book.read("xl/workbook.xml").decode() for name in tables)
    assert pl.read_csv(tmp_path / "first" / "compare-parts.csv")["part"].to_list() == [pytest.approx(5.0)]


def test_json_is_what_the_file_holds(ssemon, make_run, tmp_path):
    one, two = make_run("one"), make_run("two", VALUES.replace("a1,2020,5", "a1,2020,7"))
    answer = ssemon("compare", one, two, "--json", "--out", tmp_path / "out")
    printed = json.loads(answer.out)
    assert printed == json.loads((tmp_path / "out" / "compare.json").read_text("utf-8"))
    assert (printed["same"], printed["before"]["year"]) == (False, 2020)
    assert printed["indicator_parts"][0] | {"part": 5} == {
        "area": "KOR", "node": "R", "stage": "inputs", "cause": "own_data", "indicator": "a1", "part": 5,
    }  # fmt: skip


def test_settings_are_named_as_a_profile_names_them(make_run):
    from ssemon.store import load_run

    edition = load_run(make_run("one", method="[method.bands]\ncuts = [30, 50, 70]\n")).edition
    method = replace(
        edition.method, max_age=3, indicator_treatment={"a1": Choice("log", {"shift": 1})}, node_weighting={"B": Choice("equal")},
        frozen=(FrozenBounds("b1", 2019, {"minimum": 1.0}),), frozen_file="bounds.csv",
        denominators={"a1": Denominator(None, 2.0, "people.csv", {("KOR", 2019): 51.0, ("KOR", None): 50.0})},
    )  # fmt: skip
    found = settings(replace(edition, method=method))
    assert found["method.bands.cuts"] == "30, 50, 70"
    assert found["method.reference_period.max_age"] == "3"
    assert found["method.indicator.a1.treatment"] == "log (shift = 1)"
    assert found["method.node.B.weighting"] == "equal"
    assert found["method.frozen.b1.2019"] == "minimum 1"
    assert found["method.frozen"] == "bounds.csv"
    assert (found["method.denominate.a1.file"], found["method.denominate.a1.table.KOR.2019"]) == ("people.csv", "51")
    assert found["trend.target_year"] == "2030"
    assert found["method.denominate"] == "false"
    assert found["edition.years"] == "2018, 2020"
    assert (
        settings(replace(edition, method=Method()))
        .keys()
        .isdisjoint({"method.bands.cuts", "edition.hash", "edition.path"})
    )


def test_an_input_change_in_words():
    assert str(InputChange("framework", "b1", "weight", "1", "2")) == "b1 · weight: 1 → 2"
    assert str(InputChange("data", "KOR", "data/x.csv", "", "abc")) == "KOR · data/x.csv: new (abc)"
    assert str(InputChange("program", "", "polars", "1.0", "")) == "polars: no longer there (1.0)"
