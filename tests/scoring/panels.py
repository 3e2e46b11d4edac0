"""Tiny frameworks, editions and observations, built from literals."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from ssemon.edition import read_edition
from ssemon.engine import scoring_methods
from ssemon.framework import read_framework
from ssemon.plugins import Manager
from ssemon.scoring import score

METHODS = scoring_methods(Manager())
STRUCTURE = """code,level,parent,name_en,weight
T,0,,Total,1
A,1,T,First,1
B,1,T,Second,2
"""
INDICATORS = (
    "code,parent,name_en,definition,unit,direction,type,lower_goalpost,upper_goalpost,weight,core,goalpost_basis\n"
    "A1,A,a1,,x,1,quantitative,0,10,1,1,natural\n"
    "A2,A,a2,,x,-1,quantitative,0,10,1,1,provisional\n"
    "B1,B,b1,,x,1,quantitative,0,100,1,1,natural\n"
    "B2,B,b2,,x,1,quantitative,0,100,3,0,natural\n"
)
EDITION = """[edition]
id = "tiny"
framework = "."
years = [2019, 2020]
report_year = 2020
seed = 7

[method.aggregation]
0 = "{root}"
1 = "{level}"

[method.bands]
cuts = [30, 50, 70]

{more}
"""


def make_framework(folder: Path, structure: str = STRUCTURE, indicators: str = INDICATORS):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "framework.toml").write_text('id = "tiny"\nversion = "1"\ntitle = "Tiny"\n')
    (folder / "structure.csv").write_text(structure)
    (folder / "indicators.csv").write_text(indicators)
    return read_framework(folder)


def make_edition(folder: Path, root: str = "arithmetic", level: str = "arithmetic", more: str = ""):
    path = folder / "edition.toml"
    path.write_text(EDITION.format(root=root, level=level, more=more))
    return read_edition(path)


def observed(rows) -> pl.DataFrame:
    """Observations from (area, indicator, year, value) or (…, status)."""
    full = [(*row, "A") if len(row) == 4 else row for row in rows]
    kinds = {"area": pl.String, "indicator": pl.String, "year": pl.Int32, "value": pl.Float64, "obs_status": pl.String}
    frame = pl.DataFrame(full, schema=kinds, orient="row")
    return frame.with_columns(
        country=pl.col("area"), sex=pl.lit("_T"), org_type=pl.lit("_T"), conf_status=pl.lit("F"), source=pl.lit(""),
        note=pl.lit(""),
    )  # fmt: skip


def scored(rows, framework, edition):
    return score(observed(rows), framework, edition, METHODS)


def wide(table: dict, year: int = 2020):
    """Rows from {area: (A1, A2, B1, B2)}; None is missing."""
    return [
        (area, code, year, value)
        for area, values in table.items()
        for code, value in zip(("A1", "A2", "B1", "B2"), values, strict=True)
        if value is not None
    ]


def with_rank_among(edition, countries):
    return replace(edition, countries=countries, method=replace(edition.method, rank_among="edition"))
