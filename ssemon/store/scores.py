"""Reading a table of scores that `ssemon score` or a run wrote."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ssemon.errors import Problem, UsageFault, Where
from ssemon.model import SCORE_COLUMNS

_KINDS = {
    "area": pl.String, "year": pl.Int32, "node": pl.String, "level": pl.Int32, "score": pl.Float64, "rank": pl.Int32,
    "ranked": pl.Int32, "coverage": pl.Float64, "imputed_share": pl.Float64, "band": pl.String,
}  # fmt: skip
_NEEDED = ("area", "year", "node", "score")


def load_scores(path: Path) -> pl.DataFrame:
    """Read scores from CSV or Parquet.

    Shape:   the scores contract; further columns are left out.
    Missing: a column that is absent and not needed is empty.
    Errors:  UsageFault U01 where there is no such file, U11 where it holds no scores.
    """
    if not path.is_file():
        raise UsageFault(Problem(code="U01", what="there is no such file", found=str(path), fix="check the path"))
    try:
        frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, schema_overrides=_KINDS)
        absent = [name for name in _NEEDED if name not in frame.columns]
        if absent:
            raise UsageFault(_no_scores(path, f"no column {', '.join(absent)}"))
        given = [pl.col(name).cast(_KINDS[name]) for name in SCORE_COLUMNS if name in frame.columns]
        empty = [pl.lit(None, _KINDS[name]).alias(name) for name in SCORE_COLUMNS if name not in frame.columns]
        found = frame.select(*given, *empty).select(SCORE_COLUMNS)
    except pl.exceptions.PolarsError as error:
        raise UsageFault(_no_scores(path, str(error).splitlines()[0])) from error
    if found.select("area", "year", "node").is_duplicated().any():
        raise UsageFault(_no_scores(path, "an area, year and node stand twice"))
    return found


def _no_scores(path: Path, found: str) -> Problem:
    fix = "give a finished run's folder, or scores as `ssemon score --out` writes them"
    return Problem(code="U11", what="this file holds no scores", where=Where(file=str(path)), found=found, fix=fix)
