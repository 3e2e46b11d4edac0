"""What a country computes itself: whether it can be used, what it changes, and its form in the observations contract."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from ssemon.model import DISCLOSURE_COLUMNS, DOUBT_COLUMNS, OBSERVATION_COLUMNS
from ssemon.text import listed, quoted

OBSERVATION_TYPES = {
    "country": pl.String, "area": pl.String, "indicator": pl.String, "year": pl.Int32, "sex": pl.String,
    "org_type": pl.String, "value": pl.Float64, "obs_status": pl.String, "conf_status": pl.String,
    "source": pl.String, "note": pl.String, "std_error": pl.Float64, "quality": pl.String,
    "contributors": pl.Int64, "largest": pl.Float64, "second_largest": pl.Float64,
}  # fmt: skip
_DEFAULTS = {
    "sex": "_T", "org_type": "_T", "obs_status": "A", "conf_status": "F", "source": None, "note": None,
    "std_error": None, "quality": None, "contributors": None, "largest": None, "second_largest": None,
}  # fmt: skip
_KEY = ("area", "year", "sex", "org_type")


def no_observations() -> pl.DataFrame:
    """Return an empty frame in the observations contract, with the columns on doubt and on disclosure."""
    return pl.DataFrame(schema=OBSERVATION_TYPES)


def contract(frame: pl.DataFrame, indicator: str, country: pl.Expr) -> pl.DataFrame:
    """Put a computed table into the observations contract, with the columns on doubt and disclosure; what is absent takes its default."""
    frame = _complete(frame).with_columns(indicator=pl.lit(indicator), country=country)
    columns = (*OBSERVATION_COLUMNS, *DOUBT_COLUMNS, *DISCLOSURE_COLUMNS)
    return frame.select(pl.col(name).cast(OBSERVATION_TYPES[name]) for name in columns)


def unfit(frame: pl.DataFrame, own_areas: Collection[str]) -> str:
    """Return why a computed table cannot be used; empty where it can."""
    years, values = frame["year"], frame["value"]
    if not years.dtype.is_integer():
        return f"a year of type {years.dtype}"
    if not (values.dtype.is_numeric() or values.dtype == pl.Null):
        return f"a value of type {values.dtype}"
    if not values.cast(pl.Float64).drop_nulls().is_finite().all():
        return "a value that is not finite"
    foreign = sorted({str(area) for area in frame["area"]} - set(own_areas))
    if foreign:
        return f"the area {quoted(foreign[0])}"
    key = [name for name in _KEY if name in frame.columns]
    return "a key that stands more than once" if frame.select(key).is_duplicated().any() else ""


def with_source(frame: pl.DataFrame, source: str) -> pl.DataFrame:
    """Return a computed table with this source wherever it names none of its own."""
    own = pl.col("source") if "source" in frame.columns else pl.lit(None, dtype=pl.String)
    return frame.with_columns(own.cast(pl.String).fill_null(source).alias("source"))


def changes(computed: pl.DataFrame, delivered: pl.DataFrame | None) -> str:
    """Say which values a computation changed: the computed and the delivered one of each; empty where none differs.

    Missing: "none" stands for a value that one of the two does not have.
    """
    before = _keyed(delivered) if delivered is not None else _keyed(no_observations())
    both = _keyed(computed).join(before, on=_KEY, how="full", suffix="_before", coalesce=True).sort(*_KEY)
    changed = both.filter(~pl.col("value").eq_missing(pl.col("value_before")))
    return listed(_change(row) for row in changed.iter_rows(named=True))


def _complete(frame: pl.DataFrame) -> pl.DataFrame:
    absent = [
        pl.lit(value, dtype=pl.String).alias(name) for name, value in _DEFAULTS.items() if name not in frame.columns
    ]
    return frame.with_columns(absent)


def _keyed(frame: pl.DataFrame) -> pl.DataFrame:
    return _complete(frame).select(pl.col(name).cast(OBSERVATION_TYPES[name]) for name in (*_KEY, "value"))


def _change(row: dict[str, object]) -> str:
    parts = [str(row[name]) for name in _KEY if row[name] != _DEFAULTS.get(name)]
    return f"{' '.join(parts)}: {_shown(row['value'])} instead of {_shown(row['value_before'])}"


def _shown(value: object) -> str:
    return "none" if value is None else f"{value:.10g}"
