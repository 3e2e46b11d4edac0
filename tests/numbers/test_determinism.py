"""The same bytes from the same observations: whatever the order of rows and columns, the threads and the hash seed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

AREAS, CODES, YEARS = 24, 30, (2018, 2019, 2020)
METHOD = """
normalisation = "minmax"
imputation = "row_mean"
treatment = "winsorise_then_log"
[method.indicator.I1]
imputation = { method = "regression", covariates = ["I0", "I2"] }
[method.indicator.I5]
imputation = "knn"
normalisation = "zscore"
[method.indicator.I6]
imputation = { method = "group_mean", group = "region" }
normalisation = "rank"
[method.level.1]
weighting = "pca"
[method.level.0]
weighting = "entropy"
[method.aggregation]
0 = "ampi"
1 = "geometric"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    draw = random.Random(8)
    head = "code,parent,name_en,definition,unit,direction,type,lower_goalpost,upper_goalpost,weight,core\n"
    leaves = [f"I{n},D{n % 3},x,,x,{-1 if n % 4 == 0 else 1},quantitative,0,9,{1 + n % 3},1\n" for n in range(CODES)]
    files = {
        "framework.toml": 'id = "d"\n',
        "structure.csv": "code,level,parent,name_en,weight\nR,0,,R,1\n" + "".join(f"D{d},1,R,D,1\n" for d in range(3)),
        "indicators.csv": head + "".join(leaves),
        "areas.csv": "area,name_en,region\n" + "".join(f"X{a:02},x,{'NSE'[a % 3]}\n" for a in range(AREAS)),
        "edition.toml": '[edition]\nid = "d"\nframework = "."\nyears = [2018, 2020]\n[method]' + METHOD,
    }
    rows = [
        f"X{a:02},I{n},{year},{draw.lognormvariate(0, 1)!r}\n"
        for a in range(AREAS) for n in range(CODES) for year in YEARS if draw.random() > 0.1
    ]  # fmt: skip
    files["a.csv"] = "area,indicator,year,value\n" + "".join(rows)
    draw.shuffle(rows)
    turned = [",".join(reversed(row.strip().split(","))) + "\n" for row in rows]
    files["b.csv"] = "value,year,indicator,area\n" + "".join(turned)
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_the_scores_are_the_same_bytes(folder):
    found = []
    for data, threads, seed in (("a.csv", "2", "0"), ("b.csv", "1", "1"), ("b.csv", "8", "77")):
        out = folder / f"{data}-{threads}.csv"
        known = {
            "POLARS_MAX_THREADS": threads, "OPENBLAS_NUM_THREADS": "1" if threads == "1" else "2", "PYTHONHASHSEED": seed,
        }  # fmt: skip
        subprocess.run(
            [sys.executable, "-m", "ssemon", "score", "--framework", folder, "--data", folder / data, "--out", out],
            env={**os.environ, **known}, check=True, capture_output=True,
        )  # fmt: skip
        found.append(out.read_bytes())
    assert found[0] == found[1] == found[2]
    assert found[0].count(b"\n") == 1 + AREAS * len(YEARS) * 4
