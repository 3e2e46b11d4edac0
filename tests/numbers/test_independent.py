"""The package's scores and those of a second implementation, which shares no line with it."""

from __future__ import annotations

import csv
import sys
import tomllib
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import independent
import independent_methods as formula
import worlds

# Of the greater of a score and the range.
TOLERANCE = 1e-12
_BASELINE = "schemas/frameworks/baseline"

PROFILES = {
    "the default": None,
    "geometric at the dimensions, a node by its code": """
[edition]
id = "p1"
framework = "baseline"
years = [2012, 2014]
[method.aggregation]
0 = "arithmetic"
1 = "geometric"
LEG = "ampi"
"INC.B1" = "geometric"
[method.coverage]
2 = { weight = 0.4 }
[method.bands]
cuts = [20, 40, 60, 80]
""",
    "core counted everywhere, range 0 to 1, no carrying forward": """
[edition]
id = "p2"
framework = "baseline"
years = [2018, 2019]
countries = ["KOR", "JPN", "MNG"]
[method]
normalisation_range = [0, 1]
rank_among = "edition"
universe = "asia12"
[method.aggregation]
0 = "geometric"
1 = "ampi"
[method.reference_period]
max_age = 0
[method.coverage]
2 = { weight = 1.0, count = "core" }
1 = { weight = 0.5, children = "all", count = "core" }
KNO = { weight = 0.3 }
[method.bands]
cuts = [0.5]
codes = ["lower", "upper"]
""",
    "equal weights, two years of age, a range that is not symmetric": """
[edition]
id = "p3"
framework = "baseline"
years = [2001, 2005]
[method]
normalisation_range = [-10, 40]
weighting = "equal"
[method.aggregation]
0 = "ampi"
1 = "ampi"
2 = "ampi"
[method.reference_period]
max_age = 2
[method.coverage]
0 = { children = 3 }
1 = { weight = 0.25 }
[method.bands]
cuts = [0, 10, 20]
""",
}


def differences(scores: pl.DataFrame, expected: dict, width: float = 100.0) -> list[tuple[object, ...]]:
    """Every cell in which the two disagree."""
    found: list[tuple[object, ...]] = []
    ours = {(row["area"], row["year"], row["node"]): row for row in scores.iter_rows(named=True)}
    found += [("only in one", key) for key in ours.keys() ^ expected.keys()]
    for key in ours.keys() & expected.keys():
        for name in ("score", "coverage", "imputed_share"):
            one, other = ours[key][name], expected[key][name]
            room = TOLERANCE * max(width, abs(other or 0.0)) if name == "score" else TOLERANCE
            if (one is None) != (other is None) or (one is not None and abs(one - other) > room):
                found.append((key, name, one, other))
        rank, possible = ours[key]["rank"], expected[key]["rank"]
        if rank not in possible and not (rank is None and not possible):
            found.append((key, "rank", rank, possible))
        found += [
            (key, n, ours[key][n], expected[key][n]) for n in ("ranked", "band") if ours[key][n] != expected[key][n]
        ]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", PROFILES)
def test_the_baseline_is_scored_as_the_second_implementation_scores_it(repository, tmp_path, ssemon, name):
    folder = repository / _BASELINE
    data, profile = folder / "observations.csv.gz", folder / "edition.toml"
    if PROFILES[name] is not None:
        profile = tmp_path / "edition.toml"
        profile.write_text(PROFILES[name], encoding="utf-8")
    out = tmp_path / "scores.parquet"
    answer = ssemon("score", "--framework", folder, "--edition", profile, "--data", data, "--out", out)
    assert answer.code == 0, answer.err
    expected = independent.score(folder, profile, data)
    assert differences(pl.read_parquet(out), expected)[:5] == []
    assert len(expected) > 300


def second_opinion(nodes, leaves, text, rows) -> dict:
    values: dict = {}
    for area, code, year, value, status in rows:
        values.setdefault((area, code), []).append((year, value, status))
    tables = (worlds.structure_rows(nodes), worlds.leaf_rows(leaves), worlds.area_rows())
    return independent.Scorer(independent.Frame(*tables), tomllib.loads(text), values).run()


def agree(path: Path, nodes, leaves, text, rows) -> None:
    try:
        expected = second_opinion(nodes, leaves, text, rows)
    except formula.Unclear:
        assume(condition=False)
    found = worlds.scored(path, nodes, leaves, text, rows)
    low, high = tomllib.loads(text)["method"].get("normalisation_range", [0, 100])
    assert differences(found.scores, expected, max(high - low, abs(low), abs(high))) == []


@pytest.fixture(scope="session")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("profiles") / "edition.toml"


# A part of the usual number: many methods, each tried by itself.
SOME = settings(max_examples=settings.default.max_examples // 3)
_RANGES = st.sampled_from([[0, 100], [0, 100], [0, 1], [10, 20]])
_TIES = st.sampled_from(["average", "min", "max"])
_REFERENCES = st.fixed_dictionaries(
    {}, optional={"years": st.sampled_from(["all", "each", 2019]), "areas": st.sampled_from(["all", "edition"])}
)


def choice(name: str, **options: st.SearchStrategy) -> st.SearchStrategy:
    """A method, with any of its parameters."""
    return st.fixed_dictionaries({"method": st.just(name)}, optional=options)


NORMALISATIONS = {
    "goalposts": choice("goalposts", clip=st.booleans()),
    "minmax": choice("minmax", reference=_REFERENCES, clip=st.booleans()),
    "zscore": choice("zscore", sd=st.sampled_from(["population", "sample"]), reference=_REFERENCES, clip=st.booleans()),
    "scaled": st.just({"method": "scaled", "lower": -5.0, "upper": 30.0}) | st.just({"method": "scaled"}),
    "rank": choice("rank", ties=_TIES, reference=_REFERENCES),
    "percentile_rank": choice("percentile_rank", ties=_TIES, reference=_REFERENCES),
    "borda": choice("borda", ties=_TIES, reference=_REFERENCES),
    "dist2max": choice("dist2max", reference=_REFERENCES, clip=st.booleans()),
    "dist2ref": choice("dist2ref", reference=_REFERENCES, clip=st.booleans()).map(lambda c: {**c, "area": "XC"}),
    "dist2targ": choice("dist2targ", target=st.sampled_from([8.0, -3.5]), reference=_REFERENCES, clip=st.booleans()),
    "fracmax": choice("fracmax", reference=_REFERENCES, clip=st.booleans()),
    "categorical": choice("categorical", top=st.just(20.0))
    | choice("categorical", points=st.just([0, 10, 40, 80, 100])),
    "parity": choice("parity", target=st.sampled_from([50, 5.0]), two_sided=st.booleans(), clip=st.booleans()),
}
IMPUTATIONS = {
    "mean": choice("mean", reference=_REFERENCES),
    "median": choice("median", reference=_REFERENCES),
    **{
        name: choice(name, years=st.sampled_from(["each", "all"])).map(lambda c: {**c, "group": "region"})
        for name in ("group_mean", "group_median")
    },
    "row_mean": choice("row_mean", years=st.sampled_from(["each", "all"])),
    "row_median": choice("row_median", years=st.sampled_from(["each", "all"])),
    "locf": choice("locf", max_age=st.integers(0, 3)),
    "linear": choice("linear", max_gap=st.integers(1, 3), ends=st.booleans()),
    "nearest": choice("nearest", max_age=st.integers(1, 3)),
    "regression": st.just({"method": "regression", "covariates": ["A.0"]}),
    "knn": choice("knn", k=st.integers(1, 4)),
}  # fmt: skip
_SHAPE = {
    "skew": st.sampled_from([2, 1, 0.5]),
    "kurt": st.sampled_from([3.5, 0.5, -1.0]),
    "years": st.sampled_from(["all", "each"]),
}
_WIN = {**_SHAPE, "winmax": st.integers(0, 6), "strict": st.booleans()}
TREATMENTS = {
    "winsorise": choice("winsorise", **_WIN),
    "log": choice("log", shift=st.sampled_from([100.0, 3.0]), always=st.booleans(), **_SHAPE),
    "boxcox": choice("boxcox", always=st.booleans(), **_SHAPE).flatmap(
        lambda c: st.sampled_from([0, 0.5, -0.7, 2]).map(lambda power: {**c, "power": power})
    ),
    "winsorise_then_log": choice("winsorise_then_log", combine=st.booleans(), **_WIN),
}
AGGREGATIONS = {
    "arithmetic": st.just({"method": "arithmetic"}),
    "geometric": choice("geometric", floor=st.sampled_from([0, 0.3])),
    "harmonic": choice("harmonic", floor=st.sampled_from([0, 0.3])),
    "generalised": st.sampled_from([-1, 0, 0.5, 2, 3]).map(lambda power: {"method": "generalised", "power": power}),
    "median": st.just({"method": "median"}),
    "minimum": st.just({"method": "minimum"}),
    "ampi": st.just({"method": "ampi"}),
    "mpi": choice("mpi", penalty=st.sampled_from(["minus", "plus"])),
    "owa": st.sampled_from([[3, 2, 1], [0, 0, 1], [1, 5, 1]]).map(lambda order: {"method": "owa", "order": order}),
    "copeland": choice("copeland", points=st.booleans()),
}
_RULES = st.fixed_dictionaries({}, optional={
    "weight": st.sampled_from([0, 0.3, 0.5, 1]), "children": st.sampled_from([0, 1, 2, "all"]), "count": st.sampled_from(["core", "weight"]),
})  # fmt: skip


@pytest.mark.parametrize("name", NORMALISATIONS)
@SOME
@given(data=st.data(), tree=worlds.trees(most=2), span=_RANGES)
def test_each_normalisation_is_its_formula(path, name, data, tree, span):
    posts = {"normalisation": data.draw(NORMALISATIONS[name]), "normalisation_range": span}
    text = worlds.profile(posts, countries=["XA", "XC", "XD"])
    agree(path, *tree, text, data.draw(worlds.cells(tree[1])))


@pytest.mark.parametrize("name", IMPUTATIONS)
@SOME
@given(data=st.data(), tree=worlds.trees())
def test_each_imputation_is_its_formula(path, name, data, tree):
    tree[1][0]["code"] = "A.0"  # what the regression looks at
    tree[1][0]["parent"] = next(code for code, *_ in reversed(tree[0]) if code.startswith("A"))
    chosen = data.draw(IMPUTATIONS[name])
    where = data.draw(st.sampled_from(["all", "one"]))
    leaf = tree[1][-1]["code"]
    how = (
        {"imputation": chosen}
        if where == "all" and name != "regression"
        else {"indicator": {leaf: {"imputation": chosen}}}
    )
    agree(path, *tree, worlds.profile(how, countries=["XA", "XC"]), data.draw(worlds.cells(tree[1])))


@pytest.mark.parametrize("name", TREATMENTS)
@SOME
@given(data=st.data(), tree=worlds.trees(most=2), scale=st.sampled_from(["goalposts", "minmax", "zscore"]))
def test_each_treatment_is_its_formula(path, name, data, tree, scale):
    how = {"treatment": data.draw(TREATMENTS[name]), "normalisation": scale}
    agree(path, *tree, worlds.profile(how), data.draw(worlds.cells(tree[1])))


_EVEN = st.sampled_from([1, 2, 0])


@pytest.mark.parametrize("name", ["declared", "equal", "entropy", "critic", "pca"])
@SOME
@given(data=st.data(), tree=worlds.trees(most=3, posts=st.just((-5, 60)), weights=_EVEN))
def test_each_weighting_is_its_formula(path, name, data, tree):
    options = {"loadings": st.sampled_from(["squared", "plain"])} if name == "pca" else {}
    how = {"weighting": data.draw(choice(name, **options)), "imputation": "mean", "reference_period": {"max_age": 1}}
    agree(path, *tree, worlds.profile(how), data.draw(worlds.cells(tree[1])))


@SOME
@given(data=st.data(), tree=worlds.trees(weights=_EVEN), kind=st.sampled_from(["budget", "ahp"]))
def test_the_weights_of_experts_are_their_formula(path, data, tree, kind):
    nodes, leaves = tree
    parent = leaves[0]["parent"]
    codes = [
        leaf["code"]
        for leaf in leaves
        if leaf["parent"] == parent and leaf["weight"] > 0 and leaf["lower_goalpost"] != ""
    ]
    assume(codes)
    numbers = data.draw(st.lists(st.sampled_from([1, 2, 3, 5]), min_size=len(codes), max_size=len(codes)))
    if kind == "budget":
        points = {c: [100 * n / sum(numbers), 100 / len(codes)] for c, n in zip(codes, numbers, strict=True)}
        chosen = {"method": "budget", "points": points}
    else:
        bend = data.draw(st.sampled_from([1, 1.5]))
        table = [
            [a / b * (bend if i < j else 1 / bend if i > j else 1) for j, b in enumerate(numbers)]
            for i, a in enumerate(numbers)
        ]
        chosen = {"method": "ahp", "matrix": table, "most": 9}
    agree(
        path, nodes, leaves, worlds.profile({"node": {parent: {"weighting": chosen}}}), data.draw(worlds.cells(leaves))
    )


@pytest.mark.parametrize("name", AGGREGATIONS)
@SOME
@given(data=st.data(), tree=worlds.trees(), span=_RANGES)
def test_each_aggregation_is_its_formula(path, name, data, tree, span):
    chosen = data.draw(AGGREGATIONS[name])
    if name in ("geometric", "harmonic") and chosen.get("floor", 0) > span[1]:
        chosen.pop("floor")
    levels = {str(level): "arithmetic" if level == 1 else chosen for _, level, *_ in tree[0]}
    how = {"normalisation_range": span, "aggregation": levels}
    agree(path, *tree, worlds.profile(how), data.draw(worlds.cells(tree[1])))


@given(data=st.data(), tree=worlds.trees())
def test_a_chain_of_all_steps_is_its_formulas(path, data, tree):
    nodes, leaves = tree
    codes = [leaf["code"] for leaf in leaves]
    free = ["declared", "equal", "critic"]
    how: dict = {
        "normalisation_range": data.draw(_RANGES),
        "imputation": data.draw(
            st.one_of(*(IMPUTATIONS[n] for n in ("mean", "row_mean", "locf", "linear", "group_median")))
        ),
        "treatment": data.draw(TREATMENTS["winsorise_then_log"]),
        "normalisation": data.draw(st.one_of(*(NORMALISATIONS[n] for n in ("minmax", "zscore", "rank", "dist2max")))),
        "weighting": data.draw(st.sampled_from(free)),
        "aggregation": {
            str(n): data.draw(st.one_of(*AGGREGATIONS.values()).filter(lambda c: "floor" not in c)) for n in range(3)
        },
        "coverage": {str(n): data.draw(_RULES) for n in range(3)},
        "bands": {"cuts": [0.5, 15, 50]},
        "rank_among": data.draw(st.sampled_from(["universe", "edition"])),
    }
    levels = {level for _, level, *_ in nodes}
    for table in (how["aggregation"], how["coverage"]):
        for level in {"0", "1", "2"} - {str(level) for level in levels}:
            del table[level]
    if len(codes) > 1 and data.draw(st.booleans()):
        how["denominate"] = {codes[0]: {"by": codes[1], "scale": 2.5}}
    if data.draw(st.booleans()):
        how["reference_period"] = {"max_age": data.draw(st.integers(0, 2))}
    agree(path, nodes, leaves, worlds.profile(how, countries=["XB", "XE", "XF"]), data.draw(worlds.cells(leaves)))


def _write(path: Path, rows: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


@pytest.mark.parametrize("method", [
    '[method]\nnormalisation = "minmax"\nimputation = "mean"\ntreatment = "winsorise"\n[method.aggregation]\n0 = "ampi"\n1 = "geometric"\n',
    '[method]\nnormalisation = { method = "zscore", clip = false }\nweighting = "critic"\n[method.aggregation]\n0 = "copeland"\n',
    "[method]\nnormalisation_range = [0, 1]\n[method.coverage]\n1 = { weight = 0.6 }\n[method.bands]\ncuts = [0.3, 0.6]\n",
])  # fmt: skip
def test_files_are_scored_by_the_command_as_by_the_second_implementation(tmp_path, ssemon, method):
    nodes = [("R", 0, "", 1), ("A", 1, "R", 1), ("B", 1, "R", 2)]
    leaves = [
        {"code": f"{parent}.{n}", "parent": parent, "direction": (-1) ** n, "type": "quantitative", "lower_goalpost": 0,
         "upper_goalpost": 50, "weight": 1 + n, "core": n % 2, "transform": "none", "max_age_years": n}
        for parent in "AB" for n in range(3)
    ]  # fmt: skip
    said = np.random.default_rng(3).integers(0, 256, 6 * 6 * 4)
    keys = [(area, leaf["code"], year) for area in worlds.AREAS for leaf in leaves for year in worlds.YEARS]
    names = ("area", "indicator", "year", "value", "obs_status")
    rows = [
        dict(zip(names, (*key, *worlds.CELLS[byte]), strict=True))
        for key, byte in zip(keys, said, strict=True) if worlds.CELLS[byte] is not None
    ]  # fmt: skip
    _write(tmp_path / "structure.csv", worlds.structure_rows(nodes))
    _write(tmp_path / "indicators.csv", worlds.leaf_rows(leaves))
    (tmp_path / "framework.toml").write_text('id = "small"\n', encoding="utf-8")
    edition, data, out = tmp_path / "edition.toml", tmp_path / "data.csv", tmp_path / "scores.csv"
    edition.write_text('[edition]\nid = "small"\nframework = "."\nyears = [2018, 2020]\n' + method, encoding="utf-8")
    _write(data, rows)
    answer = ssemon("score", "--framework", tmp_path, "--edition", edition, "--data", data, "--out", out)
    assert answer.code == 0, answer.err
    found = pl.read_csv(out, schema_overrides={"band": pl.String})
    assert differences(found, independent.score(tmp_path, edition, data)) == []
