"""COINr's definitions, in plain NumPy, beside the engine's options, on the data that COINr ships.

Nothing in the first part comes from the package that is tested. Where COINr and the handbook of methods differ, the
profile says which is meant; what it has to say stands in VARIANTS.
"""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ssemon import score_file

FOLDER = Path(__file__).parent / "asem"
TOLERANCE = 1e-9
GAP = math.nan
Column = dict[str, float]  # by country
Columns = dict[str, Column]  # by indicator


def rows(name: str) -> list[dict[str, str]]:
    content = (FOLDER / name).read_bytes()
    return list(csv.DictReader((gzip.decompress(content) if name.endswith(".gz") else content).decode().splitlines()))


@cache
def tree() -> tuple[dict[str, dict[str, str]], dict[str, list[str]], list[str]]:
    """The indicators that count, the children of each node, and the nodes from the deepest up."""
    leaves = {row["code"]: row for row in rows("indicators.csv") if float(row["weight"]) > 0}
    nodes = rows("structure.csv")
    children: dict[str, list[str]] = {row["code"]: [] for row in nodes}
    for row in [*nodes, *leaves.values()]:
        if row["parent"]:
            children[row["parent"]].append(row["code"])
    return leaves, children, [row["code"] for row in sorted(nodes, key=lambda row: -int(row["level"]))]


def raw() -> Columns:
    countries = sorted(row["area"] for row in rows("areas.csv"))
    found: Columns = {row["code"]: dict.fromkeys(countries, GAP) for row in rows("indicators.csv")}
    for row in rows("data.csv.gz"):
        found[row["indicator"]][row["area"]] = float(row["value"])
    return found


def there(column: Column) -> list[float]:
    return [value for value in column.values() if not math.isnan(value)]


def each(column: Column, function: Callable[[float], float]) -> Column:
    return {country: GAP if math.isnan(value) else function(value) for country, value in column.items()}


def denominate(columns: Columns) -> Columns:
    leaves = tree()[0]
    found = {}
    for code, row in leaves.items():
        by = columns[row["denominator"]] if row["denominator"] else None
        found[code] = {c: value / by[c] if by else value for c, value in columns[code].items()}
    return found


def only_leaves(columns: Columns) -> Columns:
    return {code: columns[code] for code in tree()[0]}


# Imputation


def by_group(column: Column, statistic: Callable[[list[float]], float], group: str) -> Column:
    words = {row["area"]: row[group] for row in rows("areas.csv")}
    found = {}
    for country, value in column.items():
        members = [v for c, v in column.items() if words[c] == words[country] and not math.isnan(v)]
        found[country] = (statistic(members) if members else GAP) if math.isnan(value) else value
    return found


def by_column(column: Column, statistic: Callable[[list[float]], float]) -> Column:
    return {country: statistic(there(column)) if math.isnan(value) else value for country, value in column.items()}


def by_row(columns: Columns, statistic: Callable[[list[float]], float]) -> Columns:
    leaves, children, _ = tree()
    found = {code: dict(column) for code, column in columns.items()}
    turned = {code: each(columns[code], lambda x, d=float(leaves[code]["direction"]): x * d) for code in leaves}
    for siblings in children.values():
        codes = [code for code in siblings if code in leaves]
        low = {code: min(there(turned[code])) for code in codes}
        width = {code: max(there(turned[code])) - low[code] for code in codes}
        for code in codes:
            for country, value in columns[code].items():
                if math.isnan(value):
                    row = [(turned[other][country] - low[other]) / width[other] for other in codes]
                    known = [share for share in row if not math.isnan(share)]
                    share = statistic(known) if known else GAP
                    found[code][country] = (share * width[code] + low[code]) * float(leaves[code]["direction"])
    return found


# Treatment


def skewness(x: list[float]) -> float:
    n, m = len(x), sum(x) / len(x)
    third, second = sum((v - m) ** 3 for v in x), sum((v - m) ** 2 for v in x)
    return math.sqrt(n) * third / second**1.5 * math.sqrt(n * (n - 1)) / (n - 2)


def kurtosis(x: list[float]) -> float:
    n, m = len(x), sum(x) / len(x)
    r = n * sum((v - m) ** 4 for v in x) / sum((v - m) ** 2 for v in x) ** 2
    return ((n + 1) * (r - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))


def passes(x: list[float]) -> bool:
    return abs(skewness(x)) < 2 or kurtosis(x) < 3.5


def winsorise(column: Column, most: int = 5) -> Column:
    found, top, bottom = dict(column), 0, 0
    while not passes(there(found)) and top + bottom < most:
        high = skewness(there(found)) >= 0
        end = max(there(found)) if high else min(there(found))
        moved = [country for country, value in found.items() if value == end]
        others = [value for value in there(found) if value != end]
        for country in moved:
            found[country] = max(others) if high else min(others)
        top, bottom = (len(moved), bottom) if high else (top, len(moved))
    return found


def logarithm(column: Column, shift: Callable[[float, float], float] = lambda low, high: 0.01 * (high - low)) -> Column:
    low, high = min(there(column)), max(there(column))
    return each(column, lambda x: math.log(x - low + shift(low, high)))


def two_stage(column: Column, most: int = 5) -> Column:
    if passes(there(column)):
        return column
    won = winsorise(column, most)
    return won if passes(there(won)) else logarithm(column)


def treated(columns: Columns, how: Callable[[Column], Column]) -> Columns:
    return {code: how(column) for code, column in columns.items()}


# Normalisation: each takes a column that was multiplied by its direction


def minmax(x: Column, low: float = 0, high: float = 100) -> Column:
    least, most = min(there(x)), max(there(x))
    return each(x, lambda v: (v - least) / (most - least) * (high - low) + low)


def zscore(x: Column, mean: float = 0, sd: float = 1) -> Column:
    known = there(x)
    m = sum(known) / len(known)
    spread = math.sqrt(sum((v - m) ** 2 for v in known) / (len(known) - 1))
    return each(x, lambda v: (v - m) / spread * sd + mean)


def rank(x: Column) -> Column:
    known = there(x)
    return each(x, lambda v: 1.0 + sum(other < v for other in known))


def borda(x: Column) -> Column:
    return each(rank(x), lambda r: r - 1)


def prank(x: Column) -> Column:
    return each(rank(x), lambda r: (r - 1) / (len(there(x)) - 1))


def fracmax(x: Column) -> Column:
    return each(x, lambda v: v / max(there(x)))


def dist2max(x: Column) -> Column:
    least, most = min(there(x)), max(there(x))
    return each(x, lambda v: 1 - (most - v) / (most - least))


def dist2ref(x: Column, country: str, *, cap: bool) -> Column:
    least, ref = min(there(x)), x[country]
    found = each(x, lambda v: 1 - (ref - v) / (ref - least))
    return each(found, lambda v: min(v, 1.0)) if cap else found


def dist2targ(x: Column, target: float, *, cap: bool) -> Column:
    least = min(there(x))
    found = each(x, lambda v: 1 - (target - v) / (target - least))
    return each(found, lambda v: min(v, 1.0)) if cap else found


def normalised(columns: Columns, how: Callable[..., Column], *, target: bool = False) -> Columns:
    leaves, found = tree()[0], {}
    for code, column in columns.items():
        way = float(leaves[code]["direction"])
        turned = each(column, lambda v, way=way: v * way)
        goal = leaves[code]["upper_goalpost"] or leaves[code]["lower_goalpost"]
        found[code] = how(turned, float(goal) * way) if target else how(turned)
    return found


# Aggregation: of one country's children, gaps dropped, equal weights


def mean(x: list[float]) -> float:
    return sum(x) / len(x)


def median(x: list[float]) -> float:
    ordered, n = sorted(x), len(x)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2


def geometric(x: list[float]) -> float:
    return math.exp(sum(math.log(v) for v in x) / len(x))


def harmonic(x: list[float]) -> float:
    return len(x) / sum(1 / v for v in x)


def generalised(x: list[float], power: float) -> float:
    return (sum(v**power for v in x) / len(x)) ** (1 / power)


def aggregated(columns: Columns, how: Callable[[list[float]], float]) -> Columns:
    _, children, nodes = tree()
    found = dict(columns)
    for node in nodes:
        found[node] = {}
        for country in next(iter(columns.values())):
            known = [found[child][country] for child in children[node] if not math.isnan(found[child][country])]
            found[node][country] = how(known) if known else GAP
    return {node: found[node] for node in nodes}


def copeland(columns: Columns) -> Columns:
    _, children, nodes = tree()
    found, countries = dict(columns), list(next(iter(columns.values())))
    for node in nodes:
        codes = children[node]
        beats = {}
        for one in countries:
            for other in countries:
                above = [found[c][one] > found[c][other] for c in codes]
                equal = [found[c][one] == found[c][other] for c in codes]
                beats[one, other] = sum(above) / len(codes) + 0.5 * sum(equal) / len(codes)
        found[node] = {
            one: float(sum(beats[one, c] > 0.5 for c in countries if c != one)
                       - sum(beats[one, c] < 0.5 for c in countries if c != one))
            for one in countries
        }  # fmt: skip
    return {node: found[node] for node in nodes}


EVEN = "denominate = true\nimputation = { method = 'group_mean', group = 'EurAsia_group' }\n"
MINMAX = "normalisation = 'minmax'\n"
MEANS = partial(aggregated, how=mean)


def filled() -> Columns:
    return {code: by_group(x, mean, "EurAsia_group") for code, x in denominate(raw()).items()}


def scored_by(how: Callable[..., Column], *, target: bool = False) -> Callable[[], Columns]:
    return lambda: MEANS(normalised(only_leaves(raw()), how, target=target))


def through(step: Callable[[], Columns], how: Callable[[list[float]], float] = mean) -> Callable[[], Columns]:
    return lambda: aggregated(normalised(step(), minmax), how)


def aggregation(choice: str, levels: int = 3) -> str:
    return "[method.aggregation]\n" + "".join(f"{level} = {choice}\n" for level in range(levels))


# What the profile says, and what COINr's definitions give; the range is 0 to 100 where not said.
VARIANTS: dict[str, tuple[str, Callable[[], Columns]]] = {
    "the chain of the example": (
        EVEN + MINMAX + "treatment = 'winsorise_then_log'\n", through(lambda: treated(filled(), two_stage))
    ),
    "winsorised only": (EVEN + MINMAX + "treatment = 'winsorise'\n", through(lambda: treated(filled(), winsorise))),
    "one point, then the logarithm of the original": (
        EVEN + MINMAX + "treatment = { method = 'winsorise_then_log', winmax = 1 }\n",
        through(lambda: treated(filled(), partial(two_stage, most=1))),
    ),
    "logarithm where the shape fails": (
        EVEN + MINMAX + "treatment = 'log'\n",
        through(lambda: treated(filled(), lambda x: x if passes(there(x)) else logarithm(x))),
    ),
    "raw, min-max onto another range": (
        MINMAX + "normalisation_range = [1, 7]\n", scored_by(partial(minmax, low=1, high=7))
    ),
    "z-scores": (
        "normalisation = { method = 'zscore', sd = 'sample', centre = 0, width = 1, clip = false }\n", scored_by(zscore)
    ),
    "z-scores of 50 and 10": (
        "normalisation = { method = 'zscore', sd = 'sample', centre = 50, width = 10, clip = false }\n",
        scored_by(partial(zscore, mean=50, sd=10)),
    ),
    "ranks": ("normalisation = { method = 'rank', ties = 'min', points = true, clip = false }\n", scored_by(rank)),
    "Borda": ("normalisation = { method = 'borda', ties = 'min', points = true, clip = false }\n", scored_by(borda)),
    "percentile ranks": (
        "normalisation_range = [0, 1]\nnormalisation = { method = 'percentile_rank', ties = 'min' }\n", scored_by(prank)
    ),
    "distance to the maximum": ("normalisation_range = [0, 1]\nnormalisation = 'dist2max'\n", scored_by(dist2max)),
    "distance to one country": (
        "normalisation_range = [0, 1]\nnormalisation = { method = 'dist2ref', area = 'SWE', clip = false }\n",
        scored_by(partial(dist2ref, country="SWE", cap=False)),
    ),
    "distance to one country, capped": (
        "normalisation_range = [0, 1]\nnormalisation = { method = 'dist2ref', area = 'SWE' }\n",
        scored_by(partial(dist2ref, country="SWE", cap=True)),
    ),
    "distance to the targets": (
        "normalisation_range = [0, 1]\nnormalisation = { method = 'dist2targ', clip = false }\n",
        scored_by(partial(dist2targ, cap=False), target=True),
    ),
    "distance to the targets, capped": (
        "normalisation_range = [0, 1]\nnormalisation = { method = 'dist2targ' }\n",
        scored_by(partial(dist2targ, cap=True), target=True),
    ),
    "geometric means": (
        MINMAX + "normalisation_range = [1, 100]\n" + aggregation("'geometric'"),
        lambda: aggregated(normalised(only_leaves(raw()), partial(minmax, low=1)), geometric),
    ),
    "harmonic means": (
        MINMAX + "normalisation_range = [0.001, 1]\n" + aggregation("{ method = 'harmonic', floor = 0 }"),
        lambda: aggregated(normalised(only_leaves(raw()), partial(minmax, low=0.001, high=1)), harmonic),
    ),
    "generalised means": (
        MINMAX + "normalisation_range = [1, 100]\n" + aggregation("{ method = 'generalised', power = -0.5 }"),
        lambda: aggregated(normalised(only_leaves(raw()), partial(minmax, low=1)), partial(generalised, power=-0.5)),
    ),
    "medians": (MINMAX + aggregation("'median'"), through(lambda: only_leaves(raw()), median)),
    "Copeland": (
        EVEN + MINMAX + aggregation("{ method = 'copeland', points = true }"),
        lambda: copeland(normalised(filled(), minmax)),
    ),
    "the mean of all": (
        MINMAX + "imputation = 'mean'\n",
        through(lambda: {code: by_column(x, mean) for code, x in only_leaves(raw()).items()}),
    ),
    "the median of all": (
        MINMAX + "imputation = 'median'\n",
        through(lambda: {code: by_column(x, median) for code, x in only_leaves(raw()).items()}),
    ),
    "the median of the group": (
        MINMAX + "imputation = { method = 'group_median', group = 'Pop_group' }\n",
        through(lambda: {code: by_group(x, median, "Pop_group") for code, x in only_leaves(raw()).items()}),
    ),
    "the mean of the row": (MINMAX + "imputation = 'row_mean'\n", through(lambda: by_row(only_leaves(raw()), mean))),
    "the median of the row": (
        MINMAX + "imputation = 'row_median'\n", through(lambda: by_row(only_leaves(raw()), median))
    ),
}  # fmt: skip


def profile(path: Path, method: str) -> Path:
    path.write_text(
        f'[edition]\nid = "asem"\nframework = "."\nyears = [2018, 2018]\n[method]\n{method}', encoding="utf-8"
    )
    return path


def wide(scores: pl.DataFrame) -> Columns:
    found: Columns = {}
    for area, node, score in scores.select("area", "node", "score").rows():
        found.setdefault(node, {})[area] = GAP if score is None else score
    return found


def compare(ours: Columns, theirs: Columns) -> None:
    assert ours.keys() == theirs.keys()
    for node, column in theirs.items():
        countries = list(column)
        assert ours[node].keys() == column.keys()
        np.testing.assert_allclose(
            [ours[node][c] for c in countries], [column[c] for c in countries], rtol=0, atol=TOLERANCE, err_msg=node
        )


@pytest.mark.parametrize("name", VARIANTS)
def test_coinr_s_definitions_can_be_had_through_a_profile(name, tmp_path):
    method, theirs = VARIANTS[name]
    scored = score_file(FOLDER / "data.csv.gz", FOLDER, profile(tmp_path / "edition.toml", method))
    compare(wide(scored.scores), theirs())
    assert not {problem.code for problem in scored.problems} - {"N01", "N04"}


def test_the_command_gives_coinr_s_z_scores_and_their_ranks(ssemon, tmp_path):
    method, theirs = VARIANTS["z-scores"]
    edition, out = profile(tmp_path / "edition.toml", method), tmp_path / "scores.csv"
    answer = ssemon(
        "score", "--framework", FOLDER, "--edition", edition, "--data", FOLDER / "data.csv.gz", "--out", out
    )
    assert answer.code == 0, answer.err
    scores, expected = pl.read_csv(out), theirs()
    compare(wide(scores), expected)
    for node, country, place in scores.select("node", "area", "rank").rows():
        assert place == 1 + sum(other > expected[node][country] for other in expected[node].values())


def test_a_fraction_of_the_maximum_is_coinr_s_where_more_is_better(tmp_path):
    scored = score_file(
        FOLDER / "data.csv.gz", FOLDER,
        profile(tmp_path / "edition.toml", "normalisation_range = [0, 1]\nnormalisation = 'fracmax'\n"),
    )  # fmt: skip
    leaves, values = tree()[0], raw()
    rising = [code for code, row in leaves.items() if row["direction"] == "1" and min(there(values[code])) >= 0]
    found = scored.indicator_scores.filter(pl.col("indicator").is_in(rising), pl.col("score").is_not_null())
    assert found.height == sum(len(there(values[code])) for code in rising) > 1000
    for area, code, score in found.select("area", "indicator", "score").rows():
        assert score == pytest.approx(fracmax(values[code])[area], abs=TOLERANCE)


def test_what_was_winsorised_is_told_cell_by_cell(tmp_path):
    method, _ = VARIANTS["the chain of the example"]
    steps = score_file(FOLDER / "data.csv.gz", FOLDER, profile(tmp_path / "edition.toml", method)).steps
    before, after = filled(), treated(filled(), two_stage)
    expected = {
        (country, code) for code in before for country in before[code] if before[code][country] != after[code][country]
    }
    assert set(steps["1d-treated"].select("area", "indicator").rows()) == expected
    assert len(expected) > 20
    for code, one, two in steps["1e-treatment"].select("indicator", "skewness_before", "kurtosis_after").rows():
        assert one == pytest.approx(skewness(there(before[code])))
        assert two == pytest.approx(kurtosis(there(after[code])))
