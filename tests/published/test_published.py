"""Indices that others publish come out of their published inputs, by a framework's files alone."""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ssemon import score_file

HERE = Path(__file__).parent
# The decimals that each publisher prints.
PRINTED = {"asem": 2, "cpia": 4, "hdi": 3, "ihdi": 3, "sdg2019": 1}
# What the run has to say of the inputs.
NOTICES = {"asem": ["N04"]}
TOLERANCE = 1e-9
# The SDG Index's workbook was computed in single precision: seven digits.
SINGLE_PRECISION = 2e-6
FRAMEWORK_FILES = {"framework.toml", "structure.csv", "indicators.csv", "areas.csv", "edition.toml"}
TEST_FILES = {"data.csv.gz", "published.csv", "README.md"}


@cache
def scores(index: str) -> pl.DataFrame:
    scored = score_file(HERE / index / "data.csv.gz", HERE / index)
    assert [problem.code for problem in scored.problems] == NOTICES.get(index, [])
    return scored.scores


def score_of(index: str) -> dict[tuple[str, int, str], float | None]:
    return {
        (area, year, node): score for area, year, node, score in scores(index)["area", "year", "node", "score"].rows()
    }


def rows(index: str, name: str) -> list[dict[str, str]]:
    content = (HERE / index / name).read_bytes()
    text = (gzip.decompress(content) if name.endswith(".gz") else content).decode()
    return list(csv.DictReader(text.splitlines()))


def inputs(index: str) -> dict[tuple[str, int, str], float]:
    """The shipped inputs, read without the package."""
    return {(r["area"], int(r["year"]), r["indicator"]): float(r["value"]) for r in rows(index, "data.csv.gz")}


def root_scores(index: str) -> dict[tuple[str, int], float]:
    top = scores(index).filter((pl.col("level") == 0) & pl.col("score").is_not_null())
    return {(area, year): score for area, year, score in top["area", "year", "score"].rows()}


def same(ours: dict, theirs: dict) -> None:
    """The same areas and years have a score, and it is the same."""
    assert ours.keys() == theirs.keys()
    keys = sorted(ours)
    np.testing.assert_allclose([ours[k] for k in keys], [theirs[k] for k in keys], rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("index", PRINTED)
def test_every_published_number_comes_out_as_printed(index):
    ours, decimals = score_of(index), PRINTED[index]
    wrong = [
        (row, score)
        for row in rows(index, "published.csv")
        for score in [ours[row["area"], int(row["year"]), row["node"]]]
        if score is None or f"{score:.{decimals}f}" != f"{float(row['value']):.{decimals}f}"
    ]
    assert not wrong


@pytest.mark.parametrize("index, numbers", [("asem", 66), ("cpia", 45), ("hdi", 24), ("ihdi", 12), ("sdg2019", 12)])
def test_the_published_numbers_are_all_there(index, numbers):
    assert len(rows(index, "published.csv")) == numbers
    assert numbers == len({(row["area"], row["year"], row["node"]) for row in rows(index, "published.csv")})


@pytest.mark.parametrize("index", PRINTED)
def test_the_command_gives_the_same_scores(index, ssemon: Callable, tmp_path):
    ours, out = scores(index), tmp_path / "scores.parquet"
    answer = ssemon("score", "--framework", HERE / index, "--data", HERE / index / "data.csv.gz", "--out", out)
    assert answer.code == 0, answer.err
    written = pl.read_parquet(out)
    assert written.equals(ours.select(written.columns))


@pytest.mark.parametrize("index", PRINTED)
def test_a_framework_of_files_is_enough(index):
    found = {path.name for path in (HERE / index).iterdir()}
    assert found >= TEST_FILES | (FRAMEWORK_FILES - {"areas.csv"})
    assert found <= TEST_FILES | FRAMEWORK_FILES


@pytest.mark.parametrize("index", PRINTED)
def test_every_input_says_where_it_comes_from(index):
    card = (HERE / index / "README.md").read_text(encoding="utf-8")
    for word in ("Source", "icence", "ttribution", "How it was cut"):
        assert word in card
    assert "CC BY" in card or "Permission is hereby granted" in card


# CPIA


def test_cpia_in_plain_python():
    value = inputs("cpia")
    cluster = {row["code"]: row["parent"] for row in rows("cpia", "indicators.csv")}
    theirs = {}
    for area, year in {key[:2] for key in value}:
        means = [
            np.mean([value[area, year, code] for code in cluster if cluster[code] == parent])
            for parent in dict.fromkeys(cluster.values())
        ]
        theirs[area, year] = float(np.mean(means))
    assert len(theirs) == 151
    same(root_scores("cpia"), theirs)


def test_a_country_that_was_not_rated_has_no_score():
    ours = score_of("cpia")
    assert ours["VNM", 2010, "IQ.CPA.IRAI.XQ"] is not None
    assert ours["VNM", 2019, "IQ.CPA.IRAI.XQ"] is None


# HDI and IHDI


def dimensions(value: dict[tuple[str, int, str], float], area: str, year: int) -> np.ndarray | None:
    """Health, education and income index by UNDP's technical note 1; None where a component is missing."""
    found = [value.get((area, year, code), math.nan) for code in ("le", "eys", "mys", "gnipc")]
    if np.isnan(found).any():
        return None
    life, expected, mean, income = found
    ratios = np.clip(
        [
            (life - 20) / (85 - 20),
            expected / 18,
            mean / 15,
            (np.log(income) - np.log(100)) / (np.log(75000) - np.log(100)),
        ],
        0,
        1,
    )
    return np.array([ratios[0], (ratios[1] + ratios[2]) / 2, ratios[3]])


def test_hdi_of_every_country_in_plain_numpy():
    value = inputs("hdi")
    found = {key: dimensions(value, *key) for key in {key[:2] for key in value}}
    theirs = {key: float(np.prod(index) ** (1 / 3)) for key, index in found.items() if index is not None}
    assert sum(year == 2022 for _, year in theirs) == 193
    same(root_scores("hdi"), theirs)


def test_no_dimension_is_so_low_that_the_geometric_mean_s_floor_is_felt():
    lowest = scores("hdi").filter(pl.col("level") == 1)["score"].min()
    assert lowest > 0.1


def test_hdi_is_missing_where_a_component_is():
    value, ours = inputs("hdi"), score_of("hdi")
    assert ("PRK", 2022, "gnipc") not in value
    assert ("PRK", 2022, "le") in value
    assert ours["PRK", 2022, "HEALTH"] is not None
    assert ours["PRK", 2022, "HDI"] is None
    assert ours["MCO", 2022, "HDI"] is None


def test_the_cut_at_the_goalposts_is_in_use():
    value, ours = inputs("hdi"), score_of("hdi")
    assert value["LIE", 2022, "gnipc"] > 75000
    assert ours["LIE", 2022, "INCOME"] == 1
    assert value["AUS", 2022, "eys"] > 18
    assert ours["AUS", 2022, "EDUCATION"] == pytest.approx((1 + value["AUS", 2022, "mys"] / 15) / 2, abs=TOLERANCE)


def test_ihdi_of_every_country_in_plain_numpy():
    value, theirs = inputs("ihdi"), {}
    for area in {key[0] for key in value}:
        index = dimensions(value, area, 2022)
        lost = [value.get((area, 2022, code), math.nan) for code in ("ineq_le", "ineq_edu", "ineq_inc")]
        if index is not None and not np.isnan(lost).any():
            theirs[area, 2022] = float(np.prod(index * (1 - np.array(lost) / 100)) ** (1 / 3))
    assert len(theirs) == 165
    same(root_scores("ihdi"), theirs)


def test_inequality_only_takes_away():
    with_it, without = root_scores("ihdi"), root_scores("hdi")
    assert with_it
    assert all(score < without[key] for key, score in with_it.items())


# SDG Index 2019


def goal_means() -> dict[tuple[str, str], float]:
    """The mean of each country's indicators in each goal; a goal without any is left out."""
    value, found = inputs("sdg2019"), {}
    for row in rows("sdg2019", "indicators.csv"):
        low, high = float(row["lower_goalpost"]), float(row["upper_goalpost"])
        best, worst = (high, low) if row["direction"] == "1" else (low, high)
        for area in {key[0] for key in value}:
            if (area, 2019, row["code"]) in value:
                score = 100 * (value[area, 2019, row["code"]] - worst) / (best - worst)
                found.setdefault((area, row["parent"]), []).append(min(max(score, 0), 100))
    return {key: float(np.mean(those)) for key, those in found.items()}


def test_sdg_index_of_every_country_in_plain_python():
    means = goal_means()
    region = {row["area"]: row["region"] for row in rows("sdg2019", "areas.csv") if row["in_index"] == "1"}
    theirs = {}
    for area, own in region.items():
        goals = []
        for goal in (f"SDG{number}" for number in range(1, 18)):
            neighbours = [means[other, goal] for other in region if region[other] == own and (other, goal) in means]
            goals.append(means.get((area, goal), float(np.mean(neighbours))))
        theirs[area, 2019] = float(np.mean(goals))
    assert len(theirs) == 162
    same(root_scores("sdg2019"), theirs)


def test_sdg_index_to_the_precision_of_the_workbook():
    ours = score_of("sdg2019")
    for row in rows("sdg2019", "published.csv"):
        assert ours[row["area"], 2019, "SDGI"] == pytest.approx(float(row["value"]), abs=SINGLE_PRECISION)


def test_sdg_ranks_are_the_published_ones():
    top = scores("sdg2019").filter(pl.col("node") == "SDGI")
    ours = {area: (rank, ranked) for area, rank, ranked in top["area", "rank", "ranked"].rows()}
    theirs = {row["area"]: (int(row["rank"]), 162) for row in rows("sdg2019", "published.csv")}
    assert {area: ours[area] for area in theirs} == theirs


def test_a_goal_is_filled_from_its_region_only_where_it_has_no_indicator():
    means, frame = goal_means(), scores("sdg2019").filter(pl.col("level") == 1)
    filled = {}
    for area, goal, score, imputed in frame["area", "node", "score", "imputed_share"].rows():
        if (area, goal) in means:
            assert score == pytest.approx(means[area, goal], abs=TOLERANCE)
        else:
            assert imputed == 1
            filled.setdefault(goal, set()).add(area)
    assert {goal: len(areas) for goal, areas in filled.items()} == {"SDG1": 11, "SDG10": 14, "SDG14": 36}
    assert {"KGZ", "LAO", "MNG"} < filled["SDG14"]


def test_what_the_publisher_imputed_counts_as_imputed():
    share = {(area, node): part for area, node, part in scores("sdg2019")["area", "node", "imputed_share"].rows()}
    assert share["KGZ", "SDG9"] == pytest.approx(1 / 5)  # the universities, of five indicators with a value
    assert share["KOR", "SDG3"] == pytest.approx(1 / 14)
    assert share["KOR", "SDG9"] == 0
