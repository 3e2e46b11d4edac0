"""The package's scores and those of a second implementation, which shares no line with it."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

TOLERANCE = 1e-9
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


@pytest.fixture(scope="session")
def second() -> object:
    path = Path(__file__).with_name("independent.py")
    spec = importlib.util.spec_from_file_location("ssemon_second_opinion", path)
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def differences(scores: pl.DataFrame, expected: dict) -> list[tuple[object, ...]]:
    """Every cell in which the two disagree."""
    found: list[tuple[object, ...]] = []
    ours = {(row["area"], row["year"], row["node"]): row for row in scores.iter_rows(named=True)}
    found += [("only in one", key) for key in ours.keys() ^ expected.keys()]
    for key in ours.keys() & expected.keys():
        for name in ("score", "coverage"):
            one, other = ours[key][name], expected[key][name]
            if (one is None) != (other is None) or (one is not None and abs(one - other) > TOLERANCE):
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
def test_the_baseline_is_scored_as_the_second_implementation_scores_it(second, repository, tmp_path, ssemon, name):
    folder = repository / _BASELINE
    data, profile = folder / "observations.csv.gz", folder / "edition.toml"
    if PROFILES[name] is not None:
        profile = tmp_path / "edition.toml"
        profile.write_text(PROFILES[name], encoding="utf-8")
    out = tmp_path / "scores.parquet"
    answer = ssemon("score", "--framework", folder, "--edition", profile, "--data", data, "--out", out)
    assert answer.code == 0, answer.err
    expected = second.score(folder, profile, data)
    assert differences(pl.read_parquet(out), expected)[:5] == []
    assert len(expected) > 300


_HEAD = [
    "code",
    "parent",
    "name_en",
    "definition",
    "unit",
    "direction",
    "type",
    "lower_goalpost",
    "upper_goalpost",
    "weight",
    "core",
    "transform",
    "max_age_years",
]
_VALUES = st.one_of(st.none(), st.integers(-5, 25).map(lambda n: n / 2))
_WEIGHTS = st.sampled_from([0, 1, 1, 2, 0.5, 3])
_METHODS = st.sampled_from(["arithmetic", "geometric", "ampi"])


@st.composite
def small_worlds(draw):
    """A framework of two or three levels, a profile, and observations with gaps."""
    nodes, leaves = [("R", 0, "", 1)], []
    for dimension in "ABC"[: draw(st.integers(1, 3))]:
        nodes.append((dimension, 1, "R", draw(_WEIGHTS)))
        below = [dimension]
        if draw(st.booleans()):
            below = [f"{dimension}{n}" for n in range(draw(st.integers(1, 2)))]
            nodes += [(code, 2, dimension, draw(_WEIGHTS)) for code in below]
        for parent in below:
            for n in range(draw(st.integers(1, 3))):
                lower, upper = draw(st.sampled_from([(0, 10), (-2, 3), (0.5, 8), ("", "")]))
                log = "log10" if lower == 0.5 and draw(st.booleans()) else "none"
                leaves.append(
                    (f"{parent}.{n}", parent, "x", "", "PT", draw(st.sampled_from([1, -1])), "quantitative", lower, upper,
                     draw(_WEIGHTS), draw(st.integers(0, 1)), log, draw(st.integers(0, 3)))
                )  # fmt: skip
    deepest = max(level for _, level, _, _ in nodes) + 1
    profile = ['[edition]\nid = "small"\nframework = "."\nyears = [2018, 2020]']
    profile.append(f"[method]\nnormalisation_range = {draw(st.sampled_from(['[0, 100]', '[0, 1]', '[10, 20]']))}")
    profile.append(f'weighting = "{draw(st.sampled_from(["declared", "equal"]))}"')
    profile.append("[method.aggregation]\n" + "\n".join(f'{level} = "{draw(_METHODS)}"' for level in range(deepest)))
    profile.append(
        f"[method.reference_period]\nmax_age = {draw(st.sampled_from([0, 1, 2]))}" if draw(st.booleans()) else ""
    )
    rules = [
        f"{level} = {{ weight = {draw(st.sampled_from([0, 0.3, 0.5, 1]))}, children = {draw(st.sampled_from(['0', '1', '2', chr(34) + 'all' + chr(34)]))}"
        f', count = "{draw(st.sampled_from(["core", "weight"]))}" }}'
        for level in range(deepest)
    ]
    profile.append("[method.coverage]\n" + "\n".join(rules))
    profile.append("[method.bands]\ncuts = [0.5, 15, 50]")
    rows = []
    for area in ("XA", "XB", "XC"):
        for leaf in leaves:
            for year in (2016, 2018, 2019, 2020):
                value = draw(_VALUES)
                status = draw(st.sampled_from("AEIF" if value is not None else "OMQL"))
                if draw(st.booleans()):
                    rows.append((area, leaf[0], year, "" if value is None else value, status))
    return nodes, leaves, "\n".join(profile), rows


def _write(path: Path, head: list[str], rows: list) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


@given(world=small_worlds())
def test_any_small_framework_is_scored_as_the_second_implementation_scores_it(second, tmp_path_factory, world):
    from ssemon import score_file

    nodes, leaves, profile, rows = world
    folder = tmp_path_factory.mktemp("world")
    _write(
        folder / "structure.csv",
        ["code", "level", "parent", "name_en", "weight"],
        [(c, n, p, c, w) for c, n, p, w in nodes],
    )
    _write(folder / "indicators.csv", _HEAD, leaves)
    (folder / "framework.toml").write_text('id = "small"\n', encoding="utf-8")
    (folder / "edition.toml").write_text(profile, encoding="utf-8")
    rows = rows or [("XA", leaves[0][0], 2019, 1, "A")]
    _write(folder / "data.csv", ["area", "indicator", "year", "value", "obs_status"], rows)
    scored = score_file(folder / "data.csv", folder, folder / "edition.toml")
    expected = second.score(folder, folder / "edition.toml", folder / "data.csv")
    assert differences(scored.scores, expected) == []
