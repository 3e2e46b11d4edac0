"""Rules of one row that need to know its indicator, or the day: whole numbers, units, years to come, texts that are none."""

from __future__ import annotations

import polars as pl

from ssemon.rulebook import CheckRule
from ssemon.tables import units_of_members
from ssemon.validation.ground import Cases, Ground

# Statuses of values that nobody counted one by one.
_NOT_COUNTED = ("E", "I", "F")
_FORECAST, _BREAK = "F", "B"
_MEMBER_UNIT = "member_unit"
# Signs that no text has: control characters but for tab and line ends, and those that turn the reading direction.
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"


def whole_number(ground: Ground, rule: CheckRule) -> Cases | None:
    """Judge whether a count is a whole number. Missing: no fault. Estimates, imputations and forecasts pass."""
    rows = ground.of_rule(rule)
    if rows.is_empty():
        return None
    rows = rows.filter(~pl.col("obs_status").is_in(list(_NOT_COUNTED)))
    return Cases(rows, (pl.col("value") - pl.col("value").round()).abs() <= rule.parameters["within"])


def share_for_percentage(ground: Ground, rule: CheckRule) -> Cases | None:
    """Judge whether all percentages of a source are shares of 1. Missing: no fault; a zero says nothing."""
    rows = ground.of_rule(rule)
    if rows.height < rule.parameters["least"]:
        return None
    rows = rows.filter(pl.col("value") != 0)
    sources = rows.group_by("source", maintain_order=True).agg(
        pl.col("at").min(), also=pl.col("at"), values=pl.len(), most=pl.col("value").abs().max(),
        indicators=pl.col("indicator").n_unique(),
    )  # fmt: skip
    known = [
        pl.col(name) >= rule.parameters[least] for name, least in (("values", "least"), ("indicators", "indicators"))
    ]
    return Cases(sources.filter(pl.all_horizontal(known)), pl.col("most") > 1)


def precise_number(ground: Ground, rule: CheckRule) -> Cases | None:
    """Judge whether a number has more digits than are kept. Missing: no fault."""
    return Cases(ground.of_rule(rule), pl.col("value").abs() <= rule.parameters["most"])


def year_to_come(ground: Ground, rule: CheckRule) -> Cases | None:  # noqa: ARG001  one signature a kind
    """Judge whether a value is of a year that has begun. Missing: no fault; nor is a forecast."""
    if ground.subject.year is None or not (ground.present["year"] > ground.subject.year).any():
        return None
    rows = ground.present.filter(pl.col("obs_status") != _FORECAST)
    return Cases(rows, pl.col("year") <= ground.subject.year, column="year")


def plain_text(ground: Ground, rule: CheckRule) -> Cases | None:
    """Judge whether a text is of a length that can be printed, and has no control characters. Missing: no fault."""
    name = rule.dimension
    if not _is_stated(ground.rows, name):
        return None
    rows = ground.rows.filter(pl.col(name).is_not_null() & ~pl.col("told"))
    rows = rows.with_columns(characters=pl.col(name).str.len_chars())
    sound = (pl.col("characters") <= rule.parameters["longest"]) & ~pl.col(name).str.contains(_CONTROL)
    return Cases(rows, sound, column=name)


def own_unit(ground: Ground, rule: CheckRule) -> Cases | None:
    """Judge whether the unit that a row states is its indicator's. Missing: a row that states none passes."""
    name = rule.dimension
    if not _is_stated(ground.rows, name):
        return None
    rows = ground.of_rule(rule).filter(pl.col(name).is_not_null())
    if rows.is_empty():
        return None
    wanted = pl.col("indicator").replace_strict(ground.units, default="", return_dtype=pl.String)
    stated = pl.col(name)
    if name == _MEMBER_UNIT:
        stated = stated.replace_strict(units_of_members(), default="", return_dtype=pl.String)
    rows = rows.with_columns(wanted=wanted, stated=pl.col(name))
    return Cases(rows, (pl.col("wanted") == "") | (pl.col("wanted") == stated), column=name)


def same_attribute(ground: Ground, rule: CheckRule) -> Cases | None:
    """Judge whether a series keeps what it counts (its perimeter, its members' unit) from value to value, or says that it breaks.

    Missing: a row that does not state it is passed over.
    """
    name = rule.dimension
    if not _is_stated(ground.rows, name):
        return None
    stated = ground.of_rule(rule).filter(pl.col(name).is_not_null())
    if stated.is_empty():
        return None
    rows = stated
    here = pl.col("series") == pl.col("series").shift()
    rows = rows.with_columns(
        stated=pl.col(name),
        before=pl.col(name).shift(),
        year_before=pl.col("year").shift(),
        at_before=pl.col("at").shift(),
    ).filter(here)
    rows = rows.with_columns(also=pl.concat_list("at_before"))
    return Cases(rows, (pl.col("stated") == pl.col("before")) | (pl.col("obs_status") == _BREAK), column=name)


def _is_stated(rows: pl.DataFrame, name: str) -> bool:
    """Whether there is such a column, and something in it."""
    return name in rows.columns and rows[name].null_count() < rows.height
