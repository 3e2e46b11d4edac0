"""Tables of literals: an additive indicator of a country by region, sex and organisation type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path

import polars as pl

from ssemon.framework import Framework, Indicator, Node

REGIONS = ("KR-11", "KR-26", "KR-27", "KR-28", "KR-29", "KR-30")
SEXES, FAMILIES = ("F", "M"), ("COOP", "MUT", "ASS", "FND")
COLUMNS = {
    "country": pl.String, "area": pl.String, "indicator": pl.String, "year": pl.Int32, "sex": pl.String,
    "org_type": pl.String, "value": pl.Float64, "obs_status": pl.String, "conf_status": pl.String,
    "source": pl.String, "note": pl.String,
}  # fmt: skip
CONTRIBUTORS = {"contributors": pl.Int64, "largest": pl.Float64, "second_largest": pl.Float64}


def leaf(code: str, unit: str = "PS", **more: object) -> Indicator:
    return Indicator(
        code=code, parent="R", name=code, definition="", unit=unit, direction=1, type="quantitative", lower=0.0,
        upper=10.0, weight=1.0, core=False, **more,
    )  # fmt: skip


def framework(*leaves: Indicator) -> Framework:
    return Framework(
        id="t", version="1", title="", description="", licence="", statement="", folder=Path(), hash="",
        nodes=(Node("R", 0, "", "All", 1.0),), indicators=leaves or (leaf("n"),),
    )  # fmt: skip


def row(
    value,
    area="KOR",
    sex="_T",
    family="_T",
    *,
    code="n",
    year=2020,
    conf="F",
    status="A",
    units=None,
    first=None,
    second=None,
):
    about = ("KOR", area, code, year, sex, family, value, status, conf, "Register", "")
    return (*about, units, first, second)


def frame(rows: Iterable[Sequence[object]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema={**COLUMNS, **CONTRIBUTORS}, orient="row")


def statuses(observations: pl.DataFrame, code: str = "n") -> dict[tuple[str, str, str], str]:
    """The confidentiality status of each cell of an indicator."""
    rows = observations.filter(pl.col("indicator") == code).select("area", "sex", "org_type", "conf_status").rows()
    return {(area, sex, family): status for area, sex, family, status in rows}


def with_totals(inner: dict[tuple[str, str, str], float]) -> dict[tuple[str, str, str], float]:
    """The cells of a table with every total over every axis."""
    found = dict(inner)
    for axis, total in enumerate(("KOR", "_T", "_T")):
        if len({cell[axis] for cell in inner}) == 1:
            continue
        sums: dict[tuple[str, str, str], float] = {}
        for cell, value in found.items():
            above = (*cell[:axis], total, *cell[axis + 1 :])
            sums[above] = sums.get(above, 0.0) + value
        found |= sums
    return found


def all_cells(areas: Sequence[str], sexes: Sequence[str], families: Sequence[str]) -> list[tuple[str, str, str]]:
    return list(product(areas, sexes, families))
