"""The audit: statistics by hand, verdicts with their rules, and the command."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from panels import make_edition, scored, wide

from ssemon.choices import CERTAIN, Choice
from ssemon.cli.audit import audit as command
from ssemon.errors import EditionFault
from ssemon.model import Message
from ssemon.scoring import multivariate as mv
from ssemon.scoring.audit import Rules, audit
from ssemon.scoring.audit_words import adequacy, probability, ranging

NUMBERS = st.lists(st.floats(-100, 100).map(lambda v: round(v, 2)), min_size=8, max_size=30)


def table(seed=1, areas=30):
    random = np.random.default_rng(seed)
    common = random.uniform(2, 8, areas)
    return {
        f"X{place:02}": (
            float(np.clip(common[place] + random.normal(0, 1), 0, 10)),
            float(np.clip(10 - common[place] + random.normal(0, 1), 0, 10)),
            float(np.clip(10 * common[place] + random.normal(0, 8), 0, 100)),
            float(np.clip(10 * common[place] + random.normal(0, 8), 0, 100)),
        )
        for place in range(areas)
    }


def audited(folder, framework, cells, **options):
    edition = make_edition(folder)
    found = scored(wide(cells), framework, edition)
    return audit(found, **options)


def test_correlations_by_hand():
    one, other = np.array([1.0, 2, 3, 4, np.nan]), np.array([1.0, 3, 2, 4, 9])
    assert mv.pearson(one, other) == pytest.approx(0.8)
    assert mv.spearman(one, other) == pytest.approx(0.8)
    assert mv.kendall(one, other) == pytest.approx(4 / 6)
    assert mv.kendall(np.array([1.0, 1, 2]), np.array([1.0, 2, 3])) == pytest.approx(2 / np.sqrt(6))
    assert mv.pearson(one, np.ones(5)) is None
    assert mv.mean_ranks(np.array([3.0, 1, 3, 2])).tolist() == [3.5, 1, 3.5, 2]


def test_skewness_and_kurtosis_by_hand():
    # d = -1, 0, 1, 4 less the mean 1 … of 0, 1, 2, 5: mean 2, d = -2, -1, 0, 3; sums of squares 14, cubes 18, fourths 98.
    x = np.array([0.0, 1, 2, 5, np.nan])
    assert mv.skewness(x) == pytest.approx(2 * 18 / 14**1.5 * np.sqrt(12) / 2)
    r = 4 * 98 / 14**2
    assert mv.kurtosis(x) == pytest.approx((5 * (r - 3) + 6) * 3 / (2 * 1))
    assert mv.skewness(np.ones(5)) is None


def test_cronbach_by_hand():
    # Two items: alpha = 4 · cov / var of the sum. Items 1 2 3 and 1 3 2: cov 0.5, var 1 and 1, sum 3: 2 / 3.
    assert mv.cronbach(np.array([[1.0, 1], [2, 3], [3, 2]])) == pytest.approx(2 / 3)
    assert mv.cronbach(np.array([[1.0, 1], [2, 2], [3, 3]])) == pytest.approx(1.0)
    assert mv.cronbach(np.array([[1.0], [2]])) is None
    assert mv.alpha_without(np.array([[1.0, 1, 1], [2, 3, 2], [3, 2, 3]]))[1] == pytest.approx(1.0)


@given(NUMBERS)
def test_alpha_is_that_of_the_variances(values):
    items = np.array(values[: len(values) // 4 * 4]).reshape(-1, 4)
    total = items.sum(axis=1).var(ddof=1)
    if len(items) < 2 or total < 1e-6:
        return
    expected = 4 / 3 * (1 - items.var(axis=0, ddof=1).sum() / total)
    assert mv.cronbach(items) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_covariances_of_pairs():
    random = np.random.default_rng(5)
    table = random.normal(size=(20, 3))
    table[3, 0] = table[7, 2] = np.nan
    found = mv.covariances(table)
    pair = ~np.isnan(table[:, [0, 2]]).any(axis=1)
    assert found[0, 2] == pytest.approx(np.cov(table[pair, 0], table[pair, 2])[0, 1])


def test_chi_squared_tail_of_the_tables():
    assert mv.chi2_tail(3.841458820694124, 1) == pytest.approx(0.05, abs=1e-12)
    assert mv.chi2_tail(18.307038053275146, 10) == pytest.approx(0.05, abs=1e-12)
    assert mv.chi2_tail(2.0, 2) == pytest.approx(np.exp(-1), abs=1e-14)
    assert mv.chi2_tail(0.0, 3) == 1.0


def with_correlation(r):
    """Four rows and two columns whose correlation is exactly r."""
    one, two = np.array([1.0, -1, 1, -1]), np.array([1.0, 1, -1, -1])
    return np.column_stack([one, r * one + np.sqrt(1 - r**2) * two])


def test_bartlett_and_kmo_by_hand():
    rows = np.tile(with_correlation(0.6), (5, 1))
    test = mv.bartlett(rows)
    assert test.chi2 == pytest.approx(-(20 - 1 - 9 / 6) * np.log(1 - 0.36))
    assert test.df == 1
    # Two columns: the partial correlation is the correlation.
    assert mv.kmo(rows)[0] == pytest.approx(0.5)
    assert mv.kmo(np.column_stack([rows, rows[:, 0]])) is None
    assert mv.bartlett(np.ones((5, 2))) is None


def test_components_by_hand():
    found = mv.components(with_correlation(0.6))
    assert found.eigenvalues.tolist() == pytest.approx([1.6, 0.4])
    assert found.explained.tolist() == pytest.approx([0.8, 0.2])
    assert found.loadings[:, 0].tolist() == pytest.approx([np.sqrt(0.8)] * 2)


def test_the_whole_audit(folder, framework):
    found = audited(folder, framework, table(), draws=400)
    assert {verdict.topic for verdict in found.verdicts} >= {
        "reliability",
        "added value",
        "robustness",
        "effective weights",
    }
    assert all(verdict.sentence.endswith(".") and verdict.rule for verdict in found.verdicts)
    weights = found.tables["weights"]
    assert weights.group_by("node").agg(pl.col("declared").sum())["declared"].to_list() == pytest.approx([1.0] * 3)
    assert dict(weights.select("child", "in_index").rows())["B2"] == pytest.approx(0.5)
    assert found.tables["robustness"].height == 30
    pairs = found.tables["correlations"]
    assert pairs.filter(pl.col("kind") == "across").height == 4
    for frame in found.tables.values():
        for column in frame.select(pl.col(pl.Float64)).get_columns():
            assert column.drop_nulls().is_finite().all()
    json.dumps(found.to_dict())


def verdict(found, topic):
    return next(one for one in found.verdicts if one.topic == topic)


def test_a_conflict_is_named(folder, framework):
    cells = {area: (values[0], 10 - values[1], *values[2:]) for area, values in table().items()}
    said = verdict(audited(folder, framework, cells, draws=0), "correlations")
    assert said.outcome == "attention"
    assert "A1 and A2 (negative" in said.sentence


def test_availability_is_counted(folder, framework):
    cells = {area: (values[0], None, *values[2:]) if area < "X12" else values for area, values in table().items()}
    found = audited(folder, framework, cells, draws=0)
    row = found.tables["availability"].filter((pl.col("code") == "A2") & (pl.col("year") == 2020)).row(0, named=True)
    assert (row["observed"], row["possible"], row["share"]) == (18, 30, 0.6)
    assert "A2" in verdict(found, "availability by indicator").sentence
    assert verdict(found, "robustness").outcome == "not assessed"


def test_one_area_is_not_assessed(folder, framework):
    found = audited(folder, framework, {"P": (6, 2, 40, 80)}, draws=50)
    assert verdict(found, "reliability").outcome == "not assessed"
    assert verdict(found, "dimensions").outcome == "not assessed"


@pytest.mark.parametrize(
    ("areas", "topics"),
    [(3, ["added value", "alternatives", "leaving one out", "robustness"]), (12, ["added value"]), (30, [])],
)
def test_a_ranking_in_which_a_rule_cannot_fail_or_cannot_be_met_is_not_assessed(folder, framework, areas, topics):
    found = audited(folder, framework, table(areas=areas), draws=100, base=64)
    told = {"added value", "alternatives", "leaving one out", "robustness"}
    silent = [one.topic for one in found.verdicts if one.outcome == "not assessed" and one.topic in told]
    assert sorted(silent) == topics


def test_wide_intervals_are_not_called_robust(folder, framework):
    cells = {f"X{place}": (5 + place / 50, 5, 50, 50) for place in range(10)}
    edition = make_edition(folder)
    found = audit(scored(wide(cells), framework, edition), draws=400, base=0, doubt=replace(CERTAIN, observations=True))
    robust = next(one for one in found.verdicts if one.topic == "robustness")
    assert found.tables["robustness"]["width"].median() > 5
    assert robust.outcome == "attention"


def test_rules_are_parameters(folder, framework):
    edition = make_edition(folder)
    found = scored(wide(table()), framework, edition)
    strict = audit(found, draws=0, rules=Rules(alpha=0.999))
    assert verdict(strict, "reliability").outcome == "attention"


def test_what_matters_most_is_said_with_its_rule(folder, framework):
    found = audited(folder, framework, table(), draws=0)
    said = verdict(found, "which choice matters most")
    overall = found.tables["sobol"].filter(pl.col("output") == "mean_rank_shift").sort("total", descending=True)
    words = {"weights": "Weighting", "observations": "Observation error", "aggregation": "Aggregation"}
    assert said.sentence.startswith(f"{words[overall['choice'][0]]} matters most: by itself it brings ")
    assert "50% of the variance" in said.rule
    assert said.outcome == ("attention" if overall["first"][0] > 0.5 else "good")
    moved = found.tables["left_out"].filter(pl.col("mean_rank_shift") > 2)
    removal = verdict(found, "leaving one out")
    assert removal.outcome == ("attention" if moved.height else "good")
    assert all(code in removal.sentence for code in moved["code"][:5])


def test_verdicts_of_sensitivity_follow_their_rules(folder, framework):
    calm = {area: (5, 5, place, place) for place, area in enumerate("PQRSTUVWXY")}
    found = audited(
        folder, framework, calm, draws=0, base=64, doubt=replace(CERTAIN, aggregation={"0": (Choice("ampi"),)})
    )
    assert verdict(found, "which choice matters most").outcome == "not assessed"
    assert verdict(found, "alternatives").sentence == "None of the 1 alternatives changes the order much by itself."
    assert verdict(found, "leaving one out").outcome == "attention"  # without B all are equal
    assert "B (" in verdict(found, "leaving one out").sentence
    one = audited(folder, framework, table(), draws=0, base=64, doubt=replace(CERTAIN, weights="dirichlet"))
    said = verdict(one, "which choice matters most")
    assert said.sentence.startswith("Weighting matters most: by itself it brings ")
    assert said.outcome == "good"  # it is the only one that varies
    table_of = one.tables["sobol"].filter(pl.col("output") == "mean_rank_shift")
    assert table_of["total_high"].max() > 1  # an estimate
    assert max(map(float, re.findall(r"(\d+)%", said.sentence))) == 100
    strict = audited(folder, framework, table(), draws=0, base=64, rules=Rules(shift=0))
    assert verdict(strict, "alternatives").outcome == "attention"


def test_without_a_base_there_is_no_sensitivity(folder, framework):
    found = audited(folder, framework, table(), draws=0, base=0)
    assert not {"sobol", "one_at_a_time", "left_out"} & found.tables.keys()
    for topic in ("which choice matters most", "alternatives", "leaving one out"):
        assert verdict(found, topic).outcome == "not assessed"


def test_weights_of_an_areas_own_can_be_audited_without_draws(folder, framework):
    edition = make_edition(folder, more='[method.node.A]\nweighting = "bod"')
    found = scored(wide(table()), framework, edition)
    with pytest.raises(EditionFault, match="each area's own"):
        audit(found, draws=0)
    assert "reliability" in {one.topic for one in audit(found, draws=0, base=0).verdicts}


def test_the_command_writes_both_files(folder, framework, tmp_path):
    edition = make_edition(folder)
    lines = ["area,indicator,year,value", *(f"{a},{i},{y},{v}" for a, i, y, v in wide(table()))]
    data = tmp_path / "data.csv"
    data.write_text("\n".join(lines) + "\n")
    options = ["--framework", str(folder), "--edition", str(edition.path), "--data", str(data), "--draws", "100"]
    done = CliRunner().invoke(
        command, [*options, "--out", str(tmp_path / "one")], catch_exceptions=False, standalone_mode=False
    )
    again = CliRunner().invoke(
        command, [*options, "--out", str(tmp_path / "two")], catch_exceptions=False, standalone_mode=False
    )
    assert (done.return_value, again.return_value) == (0, 0)
    assert "reliability" in done.output
    told = json.loads((tmp_path / "one" / "audit.json").read_text())
    assert told["year"] == 2020
    for name in ("audit.json", "audit.xlsx"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_an_audit_of_nothing_is_refused():
    from ssemon.errors import UsageFault

    with pytest.raises(UsageFault, match="finished run or a file"):
        CliRunner().invoke(command, [], catch_exceptions=False, standalone_mode=False)


def test_a_probability_is_never_printed_as_nothing():
    assert [probability(value) for value in (0.2, 0.001, 0.0004, 0.0)] == ["0.200", "0.001", "< 0.001", "< 0.001"]


def test_examples_read_in_english_as_they_do_in_a_sentence():
    said = [
        ranging("E.1", "0.78", "0.88"),
        adequacy("E", "0.55", "0.04", whole=True),
        adequacy("E", "0.55", "0.04", whole=False),
    ]
    message = Message("Look at {examples}.", {}, tuple(said), 2)
    assert str(message) == (
        "Look at E.1 (0.78 to 0.88), E with all its indicators (KMO 0.55, p 0.04), E (KMO 0.55, p 0.04) and 2 more."
    )
