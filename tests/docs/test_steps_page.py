"""The page on the steps and the audit names every file and every column that they have."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from ssemon.cli import cli

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "steps.md"
# What stands in every file and is explained once, and what a heading is made of.
EVERYWHERE = {
    "area",
    "year",
    "indicator",
    "node",
    "obs_status",
    "level",
    "score",
    "coverage",
    "imputed_share",
    "band",
    "ranked",
    "rank",
    "status",
    "imputed",
}
METHOD = """[method]
imputation = { method = "linear", ends = true }
treatment = "winsorise"
normalisation = "minmax"
weighting = "pca"

[method.node.B]
aggregation = "copeland"

[method.bands]
cuts = [30, 70]

[trend]
least_values = 2
least_years = 1
"""


def named() -> dict[str, set[str]]:
    """What the page says of each file or table: the words in its row, and those of the section below a "see below"."""
    text = PAGE.read_text(encoding="utf-8")
    rows = {
        row.group(1): set(re.findall(r"`([\w:-]+)`", row.group(0)))
        for row in re.finditer(r"^\| `([\w-]+)` .*$", text, re.MULTILINE)
    }
    rows["9-trends"] = set(re.findall(r"`(\w+)`", text.split("A trend is measured")[1].split("## The tables")[0]))
    robust = rows["6-intervals"] | rows["robustness"]
    return {**rows, "robustness": robust, "left_out": rows["left_out"] | rows["one_at_a_time"]}


@pytest.fixture
def written(tiny_framework, tmp_path) -> Path:
    """The steps and the audit of a small file."""
    profile = tiny_framework(edition=METHOD) / "edition.toml"
    folder = profile.parent
    rows = [
        f"X{area},{code},{year},{(area * 3 + place * 5 + year) % 11}"
        for area in range(9)
        for place, code in enumerate(("a1", "a2", "b1", "b2"))
        for year in (2018, 2020)
    ]
    (folder / "data.csv").write_text("area,indicator,year,value\n" + "\n".join(rows) + "\n", encoding="utf-8")
    common = ["--framework", str(folder), "--data", str(folder / "data.csv"), "--out"]
    runner = CliRunner()
    scored = runner.invoke(
        cli, ["score", *common, str(folder / "scores.csv"), "--steps", str(folder / "steps"), "--uncertainty", "50"]
    )
    assert scored.exit_code == 0, scored.output
    audited = runner.invoke(cli, ["audit", *common, str(folder / "audit"), "--draws", "50", "--base", "64"])
    assert audited.exit_code == 0, audited.output
    return folder


def test_every_step_and_its_columns_are_on_the_page(written):
    said, files = named(), sorted((written / "steps").glob("*.csv"))
    assert len(files) > 15
    for file in files:
        columns = {column.split(":")[0] for column in pl.read_csv(file).columns}
        known = {word.split(":")[0] for word in said[file.stem]} | EVERYWHERE
        assert columns <= known, (file.stem, columns - known)


def test_every_table_of_the_audit_and_its_columns_are_on_the_page(written):
    said = named()
    tables = json.loads((written / "audit" / "audit.json").read_text(encoding="utf-8"))["tables"]
    assert len(tables) > 10
    for name, rows in tables.items():
        columns = {column for row in rows for column in row}
        assert columns <= said[name] | EVERYWHERE, (name, columns - said[name] - EVERYWHERE)


def test_the_page_names_every_step_that_the_reference_lists():
    listed = re.findall(r"^(\d\w?-[\w-]+)\.csv$", (PAGE.parent / "frames.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(listed) > 20
    assert set(listed) <= named().keys()
