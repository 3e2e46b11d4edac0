"""Random small frameworks, profiles and observations, as the package's records and as rows for the second opinion."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import polars as pl
from hypothesis import strategies as st

from ssemon import Framework, Indicator, Node, read_edition
from ssemon.basis import scoring_methods
from ssemon.edition import check_against
from ssemon.plugins import Manager
from ssemon.scoring import score

AREAS = ("XA", "XB", "XC", "XD", "XE", "XF")
YEARS = (2017, 2018, 2019, 2020)
GROUPS = {"XA": "N", "XB": "N", "XC": "N", "XD": "S", "XE": "S", "XF": ""}
# What one byte of an example says of a cell: nothing, a reason, or a value; the plainest first, so that examples shrink.
CELLS = (
    [None] * 36 + [(5.0, "A")] * 4 + [(None, "O")] * 8 + [(None, "M")] * 8 + [(None, "Q")] * 8 + [(9.5, "F")] * 4
    + [(300.0, "A")] * 6 + [(-80.0, "A")] * 3 + [(0.0, "A")] * 12 + [(10.0, "E")] * 8 + [(4.0, "I")] * 4
)  # fmt: skip
CELLS += [(n / 4, "A") for n in range(-20, 256 - len(CELLS) - 20)]
_WEIGHTS = st.sampled_from([1, 1, 1, 2, 0.5, 3, 0])
_POSTS = st.sampled_from([(0, 10), (0, 10), (-2, 3), (0.5, 8), ("", "")])
_KINDS = st.sampled_from(["quantitative"] * 5 + ["rubric"])


@cache
def methods():
    return scoring_methods(Manager())


def toml(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(value)


@st.composite
def trees(draw, most=3, posts=_POSTS, weights=_WEIGHTS):
    """Nodes (code, level, parent, weight) and leaves of two or three levels."""
    nodes, leaves = [("R", 0, "", 1)], []
    for dimension in "ABC"[: draw(st.integers(1, 2))]:
        nodes.append((dimension, 1, "R", draw(weights)))
        below = [dimension]
        if draw(st.booleans()):
            below = [f"{dimension}{n}" for n in range(draw(st.integers(1, 2)))]
            nodes += [(code, 2, dimension, draw(weights)) for code in below]
        for parent in below:
            for n in range(draw(st.integers(1, most))):
                lower, upper = draw(posts)
                log = "log10" if lower == 0.5 and draw(st.booleans()) else "none"
                leaves.append({
                    "code": f"{parent}.{n}", "parent": parent, "direction": draw(st.sampled_from([1, -1])),
                    "type": draw(_KINDS), "lower_goalpost": lower, "upper_goalpost": upper, "weight": draw(weights),
                    "core": draw(st.integers(0, 1)), "transform": log, "max_age_years": draw(st.integers(0, 2)),
                })  # fmt: skip
    return nodes, leaves


@st.composite
def cells(draw, leaves):
    """Statements (area, indicator, year, value, status) with gaps."""
    keys = [(area, leaf["code"], year) for area in AREAS for leaf in leaves for year in YEARS]
    said = draw(st.binary(min_size=len(keys), max_size=len(keys)))
    found = [(*key, *CELLS[byte]) for key, byte in zip(keys, said, strict=True) if CELLS[byte] is not None]
    return found if any(row[3] is not None for row in found) else [*found, ("XA", leaves[0]["code"], 2016, 1.0, "A")]


def structure_rows(nodes):
    return [{"code": c, "level": str(n), "parent": p, "name_en": c, "weight": str(w)} for c, n, p, w in nodes]


def leaf_rows(leaves):
    return [
        {"name_en": leaf["code"], "definition": "", "unit": "", **{k: str(v) for k, v in leaf.items()}}
        for leaf in leaves
    ]


def area_rows():
    return [{"area": area, "name_en": area, "region": group} for area, group in GROUPS.items()]


def framework(nodes, leaves) -> Framework:
    def post(value):
        return None if value == "" else float(value)

    return Framework(
        "small", "1", "Small", "", "", "", Path(), "hash",
        tuple(Node(c, n, p, c, float(w)) for c, n, p, w in nodes),
        tuple(
            Indicator(
                leaf["code"], leaf["parent"], leaf["code"], "", "", leaf["direction"], leaf["type"],
                lower=post(leaf["lower_goalpost"]), upper=post(leaf["upper_goalpost"]), weight=float(leaf["weight"]),
                core=leaf["core"] == 1, transform=leaf["transform"], max_age_years=leaf["max_age_years"],
                metadata={"denominator": leaf.get("denominator", "")},
            )
            for leaf in leaves
        ),
        areas={row["area"]: row for row in area_rows()},
    )  # fmt: skip


def profile(settings: dict, countries=()) -> str:
    head = f'[edition]\nid = "small"\nframework = "."\nyears = [2018, 2020]\ncountries = {toml(list(countries))}\n[method]\n'
    return head + "\n".join(f"{json.dumps(key)} = {toml(value)}" for key, value in settings.items())


_SCHEMA = {"area": pl.String, "indicator": pl.String, "year": pl.Int32, "value": pl.Float64, "obs_status": pl.String}


def frame(rows) -> pl.DataFrame:
    found = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    return found.with_columns(sex=pl.lit("_T"), org_type=pl.lit("_T"))


def scored(path: Path, nodes, leaves, text: str, rows):
    """What the package makes of it."""
    path.write_text(text, encoding="utf-8")
    edition, what = read_edition(path), framework(nodes, leaves)
    check_against(edition, what)
    return score(frame(rows), what, edition, methods())
