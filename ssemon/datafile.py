"""A file of observations without a plugin, as `ssemon score` and `ssemon validate` take it: any area code, our columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from ssemon.country import read_text_table
from ssemon.errors import Problem, Where, errors_in
from ssemon.framework import Framework
from ssemon.intake import converted, map_table
from ssemon.manifest import IGNORE, TableSource, Words
from ssemon.plugins import Manager
from ssemon.tables import OBSERVATIONS, shipped_tables
from ssemon.text import did_you_mean, folded, listed, plural, quoted
from ssemon.validation import Context, Part, check_key, check_table


def collect_observations(data: Path, manager: Manager) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """Read a file of observations into typed columns, with what is wrong in it.

    Shape: the fields of the observations table; further columns of the file are left out.
    """
    table = TableSource(table=OBSERVATIONS, file=str(data), path=data)
    definition = shipped_tables()[OBSERVATIONS]
    text = read_text_table(table, manager)
    extra = {folded(name): IGNORE for name in text.columns if folded(name) not in map(folded, definition.columns)}
    mapped = map_table(text, definition, table, Words(headers=extra))
    area_needed = _area_needed(mapped.frame.columns, table)
    if errors_in(mapped.problems) or area_needed:
        return pl.DataFrame(), (*mapped.problems, *area_needed)
    typed = converted(mapped, definition, table, {"country": "", "source": ""})
    frame = typed.frame.with_columns(pl.col("area").replace("", None), source_part=pl.lit(0))
    parts = [Part(table, typed.headings)]
    seen = {name: frozenset(frame[name].drop_nulls()) for name in ("area", "indicator")}
    context = Context("", seen["area"], seen["area"], seen["indicator"])
    checked = check_table(frame, definition, parts, context)
    lenient = tuple(replace(p, severity="warning") if p.code in _WARNED_IN_A_FILE else p for p in checked)
    return frame, (*typed.problems, *lenient, *check_key(frame, definition.key, parts))


# In a file that is only scored these change no score; in a plugin they are errors.
_WARNED_IN_A_FILE = ("K04", "M02")


def _area_needed(columns: Sequence[str], table: TableSource) -> tuple[Problem, ...]:
    """A file outside a plugin has no country of its own: its area must stand in it."""
    if "area" in columns:
        return ()
    what = 'no column for "area"'
    return (
        Problem(code="S02", stage="map", what=what, fix="add a column area", where=table.where(rows=(1,), row_count=1)),
    )


def unknown_indicators(observations: pl.DataFrame, framework: Framework, data: Path) -> tuple[Problem, ...]:
    """Return a warning for indicators that the framework does not have: set aside, and said."""
    if "indicator" not in observations.columns:
        return ()
    unknown = sorted(set(observations["indicator"].drop_nulls()) - framework.indicator_by_code.keys())
    if not unknown:
        return ()
    return (
        Problem(
            code="K03",
            severity="warning",
            stage="validate",
            what=f"{plural(len(unknown), 'indicator')} that the framework {framework.id} does not have: not scored",
            found=listed(map(quoted, unknown)),
            fix=did_you_mean(unknown[0], framework.indicator_by_code),
            where=Where(file=str(data), column="indicator"),
        ),
    )
