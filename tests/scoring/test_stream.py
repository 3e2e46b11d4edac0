"""Scoring as a stream: the numbers of the ordinary way, row by row; what looks at other rows is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssemon import Framework, Indicator, Node, SsemonError, parse_expression
from ssemon.basis import scoring_methods
from ssemon.choices import Choice, CoverageRule, Denominator, Method
from ssemon.edition import Edition
from ssemon.errors import EditionFault
from ssemon.plugins import Manager
from ssemon.scoring import score
from ssemon.scoring.kinds import Methods
from ssemon.scoring.stream import score_wide

METHODS = scoring_methods(Manager())
NODES = (
    Node("R", 0, "", "Root", 1.0), Node("A", 1, "R", "A", 1.0), Node("B", 1, "R", "B", 2.0), Node("C", 1, "R", "C", 0.0),
    Node("B1", 2, "B", "B1", 1.0), Node("B2", 2, "B", "B2", 0.3), Node("E", 2, "B", "Empty", 1.0),
)  # fmt: skip


def leaf(code: str, parent: str, weight: float = 1.0, direction: int = 1, **more: object) -> Indicator:
    known = {"lower": 0.0, "upper": 10.0, "core": True, **more}
    return Indicator(code, parent, code, "", "IX", direction, "number", weight=weight, **known)


LEAVES = (
    leaf("a1", "A"), leaf("a2", "A", 2.0, -1, core=False), leaf("a3", "A", 0.0), leaf("x1", "B1", lower=-3.0),
    leaf("x2", "B1", 1.0, -1, transform="log10", lower=0.1, upper=20.0), leaf("x3", "B1", 0.7, core=False),
    leaf("y1", "B2"), leaf("y2", "B2", lower=None), leaf("c1", "C"), leaf("b1", "B", 0.5, core=False),
)  # fmt: skip
TREE = Framework(
    "t",
    "1",
    "T",
    "",
    "",
    "",
    Path(),
    "hash",
    NODES,
    LEAVES,
    areas={"X": {"in": "1"}, "Y": {"in": "0"}, "Z": {"in": "1"}},
)
CODES = tuple(one.code for one in LEAVES)
EXPRESSED = ("ampi", "arithmetic", "geometric", "harmonic", "minimum")


def edition(**method: object) -> Edition:
    return Edition("t", "t", (2019, 2020), 2020, method=Method(**method))


def streamed(wide: pl.DataFrame, how: Edition, what: Framework = TREE, methods: Methods = METHODS):
    with TemporaryDirectory() as folder:
        place, out = Path(folder, "wide.parquet"), Path(folder, "scores.parquet")
        wide.write_parquet(place)
        rows, problems = score_wide(place, what, how, methods, out)
        found = pl.read_parquet(out)
    assert found.height == rows
    return found, problems


def ordinary(wide: pl.DataFrame, how: Edition, what: Framework = TREE):
    """The ordinary scores put wide, a row for each row of the stream; an area without any data has none."""
    long = wide.with_columns(pl.selectors.numeric().exclude("year").cast(pl.Float64)).unpivot(
        [code for code in CODES if code in wide.columns], index=["area", "year"], variable_name="indicator"
    )
    stated = long.with_columns(sex=pl.lit("_T"), org_type=pl.lit("_T"), obs_status=pl.lit("A"), country=pl.col("area"))
    return score(stated.with_columns(pl.col("value").fill_nan(None)), what, how, METHODS)


def agree(wide: pl.DataFrame, how: Edition, what: Framework = TREE) -> pl.DataFrame:
    found, problems = streamed(wide, how, what)
    same = ordinary(wide, how, what)
    assert [one.code for one in problems] == [one.code for one in same.problems if one.code == "N02"]
    expected = {(row["area"], row["year"], row["node"]): row for row in same.scores.iter_rows(named=True)}
    seen = 0
    for row in found.iter_rows(named=True):
        for node in what.nodes:
            other = expected.get((row["area"], row["year"], node.code))
            if other is None:
                assert row[f"score:{node.code}"] is None
                continue
            seen += 1
            for name in ("score", "coverage"):
                one, two = row[f"{name}:{node.code}"], other[name]
                assert (one is None) == (two is None), (name, node.code, one, two)
                assert one is None or one == pytest.approx(two, rel=1e-12, abs=1e-12), (name, node.code)
            assert row.get(f"band:{node.code}", other["band"]) == other["band"]
    areas_with_data = {area for area, _, _ in expected}
    keys = wide.filter(pl.col("year").is_between(*how.years), pl.col("area").is_in(list(areas_with_data)))
    assert seen == keys.height * len(what.nodes)
    for column in found.select(pl.selectors.float()).iter_columns():
        assert column.drop_nulls().is_finite().all(), column.name
    return found


_CELLS = st.one_of(
    st.none(), st.floats(-20, 30, allow_nan=False), st.sampled_from([0.0, 10.0, 0.05, float("nan"), 1e-9])
)


@st.composite
def wide_files(draw, least: int = 0) -> pl.DataFrame:
    keys = [(area, year) for area in ("X", "Y", "Z") for year in (2018, 2019, 2020)]
    kept = draw(st.lists(st.sampled_from(keys), unique=True, min_size=max(1, least)))
    columns = {code: [draw(_CELLS) for _ in kept] for code in CODES if least or draw(st.integers(0, 9))}
    columns = columns or {"a1": [1.0] * len(kept)}
    frame = {"area": [area for area, _ in kept], "year": [year for _, year in kept], **columns}
    return pl.DataFrame(frame, schema_overrides={"year": pl.Int32, **dict.fromkeys(columns, pl.Float64)})


_RULES = st.builds(
    CoverageRule,
    weight=st.sampled_from([0.0, 0.2, 1 / 3, 0.5, 2 / 3, 1.0]),
    children=st.sampled_from([0, 1, 2, 3, "all"]),
    count=st.sampled_from(["weight", "core"]),
)


@given(
    wide=wide_files(), names=st.lists(st.sampled_from(EXPRESSED), min_size=3, max_size=3),
    weighting=st.sampled_from(["declared", "equal"]), scale=st.sampled_from([(0.0, 100.0), (0.0, 1.0), (-10.0, 40.0)]),
    rules=st.dictionaries(st.sampled_from(["0", "1", "2", "B1"]), _RULES), bands=st.booleans(),
)  # fmt: skip
def test_the_numbers_are_those_of_the_ordinary_way(wide, names, weighting, scale, rules, bands):
    cuts = {"band_cuts": (scale[0] + 3, scale[1] - 2), "band_codes": ("L", "M", "H")} if bands else {}
    how = edition(
        aggregation={str(level): Choice(name) for level, name in enumerate(names)}, weighting=Choice(weighting),
        normalisation_range=scale, coverage=rules, **cuts,
    )  # fmt: skip
    found = agree(wide, how)
    assert ("band:R" in found.columns) == bands


ROWS = pl.DataFrame(
    {
        "area": ["X", "X", "Y", "Z"],
        "year": [2019, 2020, 2020, 2018],
        "a1": [2.5, None, 4.0, 1.0],
        "a2": [4, 12, None, 1],
    }
)


def test_a_row_of_the_file_is_a_row_of_the_scores_in_its_order():
    shuffled = ROWS.select(ROWS.columns).reverse()
    found = agree(shuffled, edition())
    assert found.select("area", "year").rows() == [("Y", 2020), ("X", 2020), ("X", 2019)]
    assert found.columns == ["area", "year", *(f"{of}:{node.code}" for node in NODES for of in ("score", "coverage"))]
    by_hand = {(area, year): (score, share) for area, year, score, share in found.select(
        "area", "year", "score:A", "coverage:A").iter_rows()}  # fmt: skip
    # 25 of weight 1 and 60 of weight 2; 12 is cut off at 10, the bad end; Y has only the first.
    assert by_hand["X", 2019] == (pytest.approx((25 + 2 * 60) / 3), 1.0)
    assert by_hand["X", 2020] == (0.0, pytest.approx(2 / 3))
    assert by_hand["Y", 2020] == (pytest.approx(40.0), pytest.approx(1 / 3))


@pytest.mark.parametrize("kind", [pl.Float32, pl.Int64, pl.UInt8, pl.Null])
def test_numbers_of_any_type_are_values(kind):
    cells = [None, None, None, None] if kind == pl.Null else [3, None, 7, 1]
    agree(ROWS.with_columns(a1=pl.Series(cells, dtype=kind)), edition())


def test_what_is_not_a_finite_number_is_missing():
    odd = [float("inf"), float("-inf"), float("nan"), 1.0]
    found, _ = streamed(ROWS.with_columns(a1=pl.Series(odd), a2=pl.Series(odd), x2=pl.Series(odd)), edition())
    assert found["score:R"].to_list() == [None] * 3
    assert found["coverage:R"].to_list() == [0.0] * 3


def test_only_the_universe_is_scored():
    found = agree(ROWS, edition(universe="in"))
    assert found["area"].to_list() == ["X", "X"]


def test_a_short_block_changes_nothing(monkeypatch):
    whole, _ = streamed(ROWS, edition())
    monkeypatch.setattr("ssemon.scoring.stream.BLOCK", 1)
    assert streamed(ROWS, edition())[0].equals(whole)


NAMED = Choice("minmax")


@pytest.mark.parametrize(
    ("method", "what", "found"),
    [
        ({"normalisation": NAMED}, 'the normalisation "minmax"', ""),
        ({"indicator_normalisation": {"a1": NAMED}}, 'the normalisation "minmax"', ""),
        ({"weighting": Choice("pca")}, 'the weighting "pca"', ""),
        ({"node_weighting": {"B": Choice("pca")}}, 'the weighting "pca"', ""),
        ({"aggregation": {"1": Choice("copeland")}}, 'the aggregation "copeland"', ""),
        ({"treatment": Choice("winsorise")}, "the treatment of outliers", "a1, a2"),
        ({"imputation": Choice("mean")}, "imputation", "a1, a2"),
        ({"node_imputation": {"B1": Choice("mean")}}, "imputation", "B1"),
        ({"denominators": {"a1": Denominator("a2")}}, "denomination", "a1"),
        ({"max_age": 3}, "a value of an earlier year", "a1, a2"),
    ],
)
def test_what_looks_at_other_rows_is_refused(method, what, found):
    with pytest.raises(EditionFault) as caught:
        streamed(ROWS, edition(**method))
    [problem] = caught.value.problems
    assert problem.code == "E09"
    assert problem.what == f"{what} needs the whole panel and cannot be scored as a stream"
    assert problem.found.startswith(found)
    assert problem.fix.endswith("or score without --stream")


def test_all_that_is_refused_is_told_at_once_with_what_may_stand_in_its_place():
    with pytest.raises(EditionFault) as caught:
        streamed(ROWS, edition(aggregation={"0": Choice("copeland"), "1": Choice("median")}, max_age=1))
    assert [one.code for one in caught.value.problems] == ["E09"] * 3
    assert caught.value.problems[0].fix.startswith(f"take one of: {', '.join(EXPRESSED)},")


@pytest.mark.parametrize("more", [{"max_age_years": 2}, {"expression": parse_expression("a2 * 2")}])
def test_an_indicator_that_needs_other_values_is_refused(more):
    odd = replace(TREE, indicators=(replace(LEAVES[0], **more), *LEAVES[1:]))
    with pytest.raises(EditionFault) as caught:
        streamed(ROWS, edition(), odd)
    assert [(one.code, one.found) for one in caught.value.problems] == [("E09", "a1")]


def test_what_is_set_only_for_an_indicator_without_weight_is_no_reason_to_refuse():
    shown = replace(TREE, indicators=(*LEAVES[:2], replace(LEAVES[2], max_age_years=4), *LEAVES[3:]))
    agree(ROWS, edition(indicator_normalisation={"a3": NAMED}), shown)


def test_a_method_that_is_not_there_is_told_first():
    with pytest.raises(EditionFault) as caught:
        streamed(ROWS, edition(aggregation={"0": Choice("arithmetik")}))
    assert [one.code for one in caught.value.problems] == ["E06"]


@pytest.mark.parametrize("name", ["geometric", "harmonic"])
def test_a_range_without_numbers_above_0_is_refused_as_in_the_ordinary_way(name):
    how = edition(aggregation={"0": Choice(name)}, normalisation_range=(-100.0, 0.0))
    for way in (streamed, ordinary):
        with pytest.raises(SsemonError, match="ends above 0"):
            way(ROWS, how)


def test_an_extension_s_method_brings_its_own_columns_and_parameters():
    def half(scores, weights, scale, *, part=0.5):
        return scores[0] * part

    given = {kind: dict(table) for kind, table in METHODS.by_kind.items()}
    given["aggregation"]["half"] = replace(
        METHODS.get("aggregation", "minimum"), name="half", function=half, expression=half
    )
    how = edition(aggregation={"A": Choice("half", {"part": 0.1})})
    found, _ = streamed(ROWS, how, methods=Methods(given))
    assert found["score:A"].to_list()[0] == pytest.approx(2.5)
