"""A series over the years: factors of ten, jumps, breaks that nobody flags, years that repeat, values on a ruler's edge.

Changes are differences of natural logarithms, so that a doubling and a halving weigh alike; their spread is the median
absolute deviation (times 1.4826, so that it is a standard deviation where changes are normal).
"""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from math import log
from operator import and_, or_

import polars as pl

from ssemon.rulebook import CheckRule
from ssemon.validation.ground import Cases, Ground

_NORMAL, _BREAK = "A", "B"
_AS_A_STANDARD_DEVIATION = 1.4826
# The factors that a wrong multiple makes: hundreds, thousands, millions.
_FACTORS = (2, 3, 6)
# A level is known by so many years on either side.
_SIDE = 3
# A change takes two values.
_TWO = 2


def factor(ground: Ground, rule: CheckRule) -> Cases | None:
    """Judge whether a value is about 100, 1,000 or 1,000,000 times the value before it, or that part of it.

    Missing: years without a value are passed over: the value before may be older. The return from such a value is none.
    """
    rows = _positive(ground, rule, _TWO)
    if rows.is_empty():
        return None
    rows = rows.with_columns(ratio=(_log() - _before(_log())) / log(10))
    near = [(pl.col("ratio").abs() - power).abs() <= rule.parameters["within"] for power in _FACTORS]
    rows = rows.with_columns(near=reduce(or_, near).fill_null(value=False))
    back = _before(pl.col("near")).fill_null(value=False) & (
        (_before(pl.col("ratio")) + pl.col("ratio")).abs() <= 2 * rule.parameters["within"]
    )
    cases = _with_before(rows).with_columns(times=(pl.col("value") / pl.col("before")).round_sig_figs(2))
    cases = cases.filter(pl.col("before").is_not_null() & ~back.fill_null(value=False))
    return Cases(cases, ~pl.col("near") | (pl.col("obs_status") == _BREAK))


def jump(ground: Ground, rule: CheckRule) -> Cases | None:
    """Judge a change against the year before by the changes of the series itself; of a short one, by all of its unit.

    Missing: a value without one the year before is not judged, nor one that the author flags as a break.
    """
    rows = _positive(ground, rule, _TWO)
    if rows.is_empty():
        return None
    last_year = pl.col("year") - _before(pl.col("year")) == 1
    rows = _with_before(rows).with_columns(change=pl.when(last_year).then(_log() - _before(_log())))
    # Few changes are as large as this; what it takes to judge them is computed for their series alone.
    large = rows.filter(pl.col("change").abs() > rule.parameters["change"])
    if large.is_empty():
        return None
    of_unit = pl.col("indicator").replace_strict(ground.units, default="", return_dtype=pl.String).alias("of_unit")
    rows = rows.with_columns(of_unit)
    own = _robust(rows.filter(pl.col("series").is_in(large["series"].unique().implode())), "series", "own")
    pooled = _robust(rows, "of_unit", "pooled")
    levels = rows.group_by("series").agg(level=pl.col("value").median())
    large = large.with_columns(of_unit).join(own, on="series", maintain_order="left")
    large = large.join(pooled, on="of_unit", maintain_order="left").join(levels, on="series", maintain_order="left")
    long = pl.col("count of own") >= rule.parameters["least"]
    middle, spread = (
        pl.when(long).then(f"{name} of own").otherwise(f"{name} of pooled") for name in ("middle", "spread")
    )
    told = reduce(
        and_,
        (
            pl.col("count of pooled") >= rule.parameters["least"],
            (pl.col("change") - middle).abs()
            > rule.parameters["deviations"] * pl.max_horizontal(spread, pl.lit(rule.parameters["floor"])),
            (pl.col("value") - pl.col("before")).abs() > rule.parameters["share"] * pl.col("level"),
            pl.col("obs_status") != _BREAK,
        ),
    )
    cases = large.with_columns(times=(pl.col("value") / pl.col("before")).round_sig_figs(3))
    return Cases(cases, ~told.fill_null(value=False))


def _robust(rows: pl.DataFrame, by: str, name: str) -> pl.DataFrame:
    """The middle change of each series or unit, its robust spread, and how many changes there are."""
    changes = pl.col("change")
    return rows.group_by(by).agg(
        changes.median().alias(f"middle of {name}"),
        (_AS_A_STANDARD_DEVIATION * (changes - changes.median()).abs().median()).alias(f"spread of {name}"),
        changes.count().alias(f"count of {name}"),
    )


def level_shift(ground: Ground, rule: CheckRule) -> Cases | None:
    """Judge whether a series moves to another level and stays there, without the flag of a break.

    Missing: a year without a value is passed over; a level is known by three values on either side.
    """
    rows = _positive(ground, rule, 2 * _SIDE)
    if rows.is_empty():
        return None
    logs, most = _log(), 1 - 1 / rule.parameters["times"]
    steps = rows.filter((logs - _before(logs)).abs() > most * rule.parameters["change"])["series"].unique()
    if steps.is_empty():
        return None
    rows = rows.filter(pl.col("series").is_in(steps.implode()))
    before = [_before(logs, back) for back in range(1, _SIDE + 1)]
    after = [logs, *(_before(logs, -on) for on in range(1, _SIDE))]
    rows = _with_before(rows).with_columns(
        move=_median(after) - _median(before),
        step=logs - before[0],
        unrest=pl.max_horizontal(_range(before), _range(after)),
        whole=pl.all_horizontal(*(one.is_not_null() for one in (*before, *after))),
        # A series that stands still between its steps (seats between elections) has no break in it.
        moves=reduce(and_, (one != two for side in (before, after) for one, two in pairwise(side))),
    )
    told = reduce(
        and_,
        (
            pl.col("whole") & pl.col("moves"),
            pl.col("move").abs() > rule.parameters["change"],
            pl.col("move").abs() > rule.parameters["times"] * pl.col("unrest"),
            pl.col("step") / pl.col("move") > most,
            pl.col("obs_status") != _BREAK,
        ),
    )
    return Cases(rows.filter("whole"), ~told.fill_null(value=False))


def same_year(ground: Ground, rule: CheckRule) -> Cases | None:
    """Judge whether all that otherwise moves stands in a year exactly as in the year before.

    Missing: a value without one the year before is not counted.
    """
    if ground.longest < _TWO:
        return None
    rows = ground.of_rule(rule)
    last_year = pl.col("year") - _before(pl.col("year")) == 1
    rows = rows.with_columns(same=pl.when(last_year).then(pl.col("value") == _before(pl.col("value"))))
    # Only years in which so many values stand still can be such a year: all else is computed for their areas alone.
    still = rows.filter("same").group_by("area", "year").len().filter(pl.col("len") >= rule.parameters["least"])
    if still.is_empty():
        return None
    rows = rows.filter(pl.col("area").is_in(still["area"].unique().implode()))
    others = pl.col("same").count().over("series") - 1
    moved = (~pl.col("same")).sum().over("series")
    rows = rows.filter(pl.col("same").is_not_null() & (moved > 0) & (moved >= rule.parameters["moving"] * others))
    years = rows.group_by("area", "year", maintain_order=True).agg(
        at=pl.col("at").first(), also=pl.col("at").slice(1), count=pl.len(), same=pl.col("same").sum()
    )
    return Cases(years, (pl.col("same") < pl.col("count")) | (pl.col("count") < rule.parameters["least"]))


def interpolated(ground: Ground, rule: CheckRule) -> Cases | None:
    """Judge whether values that are said to be normal lie on one straight line between two others.

    Missing: only runs of years that follow one another are judged; a run that goes nowhere is no line.
    """
    if ground.longest < rule.parameters["least"] + 2:  # a line of so many equal changes, and one more
        return None
    rows = ground.of_rule(rule)
    follows = (pl.col("year") - _before(pl.col("year")) == 1).fill_null(value=False)
    rows = rows.with_columns(change=pl.when(follows).then(pl.col("value") - _before(pl.col("value"))))
    close = rule.parameters["within"] * pl.col("change").abs()
    bent = (pl.col("change") - _before(pl.col("change"))).abs() > close
    rows = rows.with_columns(begins=bent.fill_null(value=True) | pl.col("change").is_null())
    straight = reduce(and_, (~pl.col("begins").shift(back) for back in range(int(rule.parameters["least"]))))
    found = rows.filter(straight.fill_null(value=False) & (pl.col("change") != 0))["series"].unique()
    if found.is_empty():
        return None
    rows = rows.filter(pl.col("series").is_in(found.implode())).with_columns(run=pl.col("begins").cum_sum())
    runs = rows.filter(pl.col("change").is_not_null() & (pl.col("change") != 0)).group_by("run", maintain_order=True)
    lines = runs.agg(
        pl.col("area", "indicator", "series").first(), begin=pl.col("year").min() - 1, end=pl.col("year").max(),
        at=pl.col("at").first(), also=pl.col("at").slice(1, pl.len() - 2), changes=pl.len(),
        normal=(pl.col("obs_status") == _NORMAL).all(),
    )  # fmt: skip
    # A series that has no bend at all may be a plan or a constant growth: it is not between two others.
    bends = rows.group_by("series").agg(bends=pl.col("run").n_unique())
    lines = lines.join(bends, on="series", maintain_order="left")
    straight = (pl.col("changes") > rule.parameters["least"]) & pl.col("normal") & (pl.col("bends") > 1)
    return Cases(lines, ~straight)


def _positive(ground: Ground, rule: CheckRule, least: int) -> pl.DataFrame:
    """The rows of a rule whose value has a logarithm, in the order of their series; none where no series has so many values."""
    rows = ground.of_rule(rule)
    return rows.clear() if ground.longest < least else rows.filter(pl.col("value") > 0)


def _log() -> pl.Expr:
    return pl.col("value").log()


def _before(what: pl.Expr, back: int = 1) -> pl.Expr:
    """What stood so many values before in the same series; missing where there is none."""
    return pl.when(pl.col("series") == pl.col("series").shift(back)).then(what.shift(back))


def _with_before(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(before=_before(pl.col("value")), year_before=_before(pl.col("year")))


def _median(three: list[pl.Expr]) -> pl.Expr:
    """The middle of three."""
    first, second, third = three
    return first + second + third - pl.max_horizontal(three) - pl.min_horizontal(three)


def _range(values: list[pl.Expr]) -> pl.Expr:
    return pl.max_horizontal(values) - pl.min_horizontal(values)
