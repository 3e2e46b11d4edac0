"""`ssemon score`: the contract that other tools are written against."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

COLUMNS = ["area", "year", "node", "level", "score", "rank", "ranked", "coverage", "imputed_share", "band"]
HEAD = "area,indicator,year,value\n"


@pytest.fixture
def scoring(ssemon: Callable, tiny_framework: Callable[..., Path], tmp_path: Path) -> Callable:
    """Score a file's text with the tiny framework."""

    def run(text: str | bytes, *more: object, out: str = "scores.csv", data: str = "data.csv", edition: str = ""):
        folder = tiny_framework(edition=edition)
        content = text if isinstance(text, bytes) else text.encode()
        (tmp_path / data).write_bytes(content)
        return ssemon("score", "--framework", folder, "--data", tmp_path / data, "--out", tmp_path / out, *more)

    return run


def table(path: Path) -> pl.DataFrame:
    return (
        pl.read_csv(path, schema_overrides={"score": pl.Float64, "band": pl.String})
        if path.suffix == ".csv"
        else pl.read_parquet(path)
    )


def test_any_area_code_is_taken_and_every_area_year_and_node_has_a_row(scoring, tmp_path):
    answer = scoring(HEAD + "Some town,a1,2019,5\nX-1,b1,2018,20\n")
    assert answer.code == 0, answer.err
    scores = table(tmp_path / "scores.csv")
    assert scores.columns == COLUMNS
    assert scores.height == 2 * 3 * 3
    assert scores["area"].unique().sort().to_list() == ["Some town", "X-1"]


def test_a_profile_may_be_given_and_the_framework_beats_the_profile_s(scoring, tmp_path):
    profile = tmp_path / "other.toml"
    profile.write_text('[edition]\nid = "o"\nframework = "core"\nyears = [2019, 2019]\n', encoding="utf-8")
    assert scoring(HEAD + "X,a1,2019,5\n", "--edition", profile).code == 0
    assert table(tmp_path / "scores.csv").filter(pl.col("node") == "A")["score"].to_list() == [50.0]


def test_a_profile_alone_names_its_framework(ssemon, tiny_framework, tmp_path):
    (tmp_path / "data.csv").write_text(HEAD + "X,a1,2019,5\n", encoding="utf-8")
    answer = ssemon(
        "score",
        "--edition",
        tiny_framework() / "edition.toml",
        "--data",
        tmp_path / "data.csv",
        "--out",
        tmp_path / "s.csv",
    )
    assert answer.code == 0
    assert table(tmp_path / "s.csv").height == 9


def test_only_totals_are_scored(scoring, tmp_path):
    rows = "area,indicator,year,value,sex,org_type\nX,a1,2019,5,_T,_T\nX,a1,2019,9,F,_T\nX,a2,2019,9,_T,COOP\nX,b1,2019,20,,\n"
    assert scoring(rows).code == 0
    scores = table(tmp_path / "scores.csv").filter(pl.col("year") == 2019)
    assert dict(scores.select("node", "score").rows()) == {"R": 35.0, "A": 50.0, "B": 20.0}
    assert dict(scores.select("node", "coverage").rows()) == {"R": 0.5, "A": 0.5, "B": 0.5}


def test_columns_beyond_the_contract_are_left_out_and_their_order_does_not_matter(scoring, tmp_path):
    assert scoring("licence,value,year,std_error,indicator,area\nx,5,2019,0.1,a1,X\n").code == 0
    assert table(tmp_path / "scores.csv").height == 9


@pytest.mark.parametrize("out", ["scores.csv", "scores.parquet"])
@pytest.mark.parametrize("data", ["data.csv", "data.parquet", "data.csv.gz"])
def test_csv_and_parquet_go_in_and_out_and_say_the_same(scoring, tmp_path, out, data):
    import gzip

    text = HEAD + "X,a1,2019,5.125\nX,b1,2019,\nY,a2,2018,0.1\n"
    (tmp_path / "source.csv").write_text(text, encoding="utf-8")
    pl.read_csv(tmp_path / "source.csv").write_parquet(tmp_path / "source.parquet")
    content = {
        "data.csv": text.encode(),
        "data.csv.gz": gzip.compress(text.encode()),
        "data.parquet": (tmp_path / "source.parquet").read_bytes(),
    }
    assert scoring(content[data], out=out, data=data).code == 0
    assert scoring(text, out="plain.parquet", data="plain.csv").code == 0
    assert table(tmp_path / out).select("area", "year", "node", "score").equals(table(tmp_path / "plain.parquet").select("area", "year", "node", "score").cast({"year": table(tmp_path / out)["year"].dtype}))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD + "X,a1,2019,5\nX,a1,2019,5\n", "K05"),
        (HEAD + "X,a1,2019,5\nX,a1,2019,6\n", "K06"),
        (HEAD + "X,a1,2019,five\n", "V04"),
        (HEAD + "X,a1,19,5\n", "V11"),
        (HEAD + ",a1,2019,5\n", "V00"),
        ("indicator,year,value\na1,2019,5\n", "S02"),
        ("area,indicator,year\nX,a1,2019\n", "S02"),
        (HEAD, "F02"),
        ("", "F01"),
    ],
)
def test_a_fault_in_the_file_ends_with_3_and_leaves_nothing_half_written(scoring, tmp_path, text, code):
    (tmp_path / "scores.csv").write_text("as it was", encoding="utf-8")
    answer = scoring(text, "--steps", tmp_path / "steps")
    assert answer.code == 3
    assert f" · {code} · " in answer.err
    assert (tmp_path / "scores.csv").read_text(encoding="utf-8") == "as it was"
    assert not (tmp_path / "steps").exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD + "X,a1,2019,5\nX,zz,2019,5\n", "K03"),
        ("area,indicator,year,value,obs_status\nX,a1,2019,5,Z\n", "K04"),
        ("area,indicator,year,value,obs_status\nX,a1,2019,5,A\nX,a2,2019,,A\n", "M02"),
    ],
)
def test_a_warning_is_said_and_does_not_change_the_exit_code(scoring, text, code):
    answer = scoring(text)
    assert answer.code == 0
    assert "warning · " in answer.err
    assert f"{code} · " in answer.err


def test_the_notice_of_a_geometric_mean_does_not_change_the_exit_code(scoring):
    answer = scoring(HEAD + "X,a1,2019,0\n", edition='[method.aggregation]\n1 = "geometric"\n')
    assert (answer.code, "N01" in answer.err) == (0, True)


def test_steps_writes_the_frame_after_each_step(scoring, tmp_path):
    assert scoring(HEAD + "X,a1,2019,5\n", "--steps", tmp_path / "steps").code == 0
    names = sorted(path.stem for path in (tmp_path / "steps").iterdir())
    assert {"1-reference", "2-indicators", "3-panel", "4-nodes", "4a-weights", "5-scores"} <= set(names)
    assert (tmp_path / "steps/5-scores.csv").read_bytes() == (tmp_path / "scores.csv").read_bytes()


def test_uncertainty_adds_intervals_that_hold_the_score(scoring, tmp_path):
    data = HEAD + "".join(
        f"{area},{code},2019,{value}\n" for area, value in (("X", 3), ("Y", 6)) for code in ("a1", "a2", "b1", "b2")
    )
    assert scoring(data, "--uncertainty", "200").code == 0
    frame = pl.read_csv(tmp_path / "scores.csv")
    assert frame.columns[-4:] == ["score_low", "score_high", "rank_low", "rank_high"]
    scored = frame.filter(pl.col("score").is_not_null())
    assert scored.height > 0
    assert scored.select(
        ((pl.col("rank_low") <= pl.col("rank")) & (pl.col("rank") <= pl.col("rank_high"))).all()
    ).item()
    assert scored.select((pl.col("score_low") <= pl.col("score_high")).all()).item()


def test_steps_of_the_draws_say_bands_ties_ranks_and_pairs(scoring, tmp_path):
    rows = (("X", 1), ("Y", 6), ("Z", 6))
    data = HEAD + "".join(f"{area},{code},2019,{value}\n" for area, value in rows for code in ("a1", "a2", "b1", "b2"))
    assert scoring(data, "--uncertainty", "300", "--steps", tmp_path / "steps").code == 0

    def step(name):
        return pl.read_csv(tmp_path / "steps" / f"{name}.csv")

    root = step("5-scores").filter(pl.col("level") == 0)["node"][0]
    intervals = step("6-intervals").filter(pl.col("node") == root)
    published = table(tmp_path / "scores.csv").filter(pl.col("node") == root)
    both = intervals.join(published, on=["area", "year"], suffix="_published")
    assert both.height == 3
    assert both["score_low"].to_list() == both["score_low_published"].to_list()
    ties = step("6b-ties").filter(pl.col("node") == root)
    pairs = {row[:2]: row[2] for row in step("6d-pairs").filter(pl.col("node") == root).drop("node").rows()}
    first, *others = ties["area"].to_list()
    assert {first, *others} == {"X", "Y", "Z"}
    for place, other in enumerate(others, 1):
        assert pairs[first, other] == pytest.approx(1 - pairs[other, first])
        assert (ties["group"][place] == 1) == (pairs[first, other] < 0.9)
    ranks = step("6c-rank-frequencies").filter(pl.col("node") == root)
    assert ranks.group_by("area").agg(pl.col("share").sum().round(9))["share"].to_list() == [1.0] * 3
    bands = step("6a-bands")
    assert set(bands.columns) == {"area", "year", "node", "band", "probability", "bands", "certainty"}


def test_without_draws_there_are_no_steps_of_them(scoring, tmp_path):
    assert scoring(HEAD + "X,a1,2019,5\n", "--steps", tmp_path / "steps").code == 0
    assert not list((tmp_path / "steps").glob("6*"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"--out": "scores.xlsx"}, "U05"),
        ({"--data": "none.csv"}, "U01"),
        ({"--framework": "basline"}, "E07"),
        ({"--edition": "none.toml"}, "E01"),
        ({"--out": "data.csv/scores.csv"}, "U07"),
    ],
)
def test_what_is_not_there_is_wrong_usage(ssemon, tiny_framework, tmp_path, monkeypatch, changes, code):
    tiny_framework()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.csv").write_text(HEAD + "X,a1,2019,5\n", encoding="utf-8")
    arguments = {"--framework": "tiny", "--data": "data.csv", "--out": "scores.csv", **changes}
    answer = ssemon("score", *(part for pair in arguments.items() for part in pair))
    assert (answer.code, code in answer.err, "Traceback" in answer.err) == (2, True, False)
    assert not (tmp_path / "scores.csv").exists()


def test_the_same_file_gives_the_same_bytes(scoring, tmp_path):
    text = HEAD + "".join(f"A{n},a{1 + n % 2},2019,{n % 7}\n" for n in range(40))
    for out in ("one.parquet", "two.parquet"):
        assert scoring(text, out=out).code == 0
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_an_area_outside_the_universe_is_not_scored(ssemon, tiny_framework, tmp_path):
    folder = tiny_framework({"areas.csv": "area,name_en,some\nX,X,1\nY,Y,0\n"}, edition='[method]\nuniverse = "some"\n')
    (tmp_path / "data.csv").write_text(HEAD + "X,a1,2019,5\nY,a1,2019,5\n", encoding="utf-8")
    assert (
        ssemon("score", "--framework", folder, "--data", tmp_path / "data.csv", "--out", tmp_path / "s.csv").code == 0
    )
    assert table(tmp_path / "s.csv")["area"].unique().to_list() == ["X"]
