"""What `ssemon compare` prints: the index first, then what moved most, then what changed in the inputs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click
import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table

from ssemon.compare import ALL
from ssemon.text import listed, plural

if TYPE_CHECKING:
    from ssemon.compare import Comparison, Side
    from ssemon.differences import InputChange

# So many rows are printed of each; the tables of --out and --json hold all.
MOST_AREAS, MOST_NODES, MOST_INPUTS, MOST_INDICATORS = 12, 5, 8, 3
# A part that is smaller is not printed: less than the last printed digit.
LEAST_SHOWN = 0.005

_CAUSES = {
    "own_data": "own data",
    "other_data": "other areas' data",
    "structure": "tree and indicators",
    "weights": "weights",
    "goalposts": "goalposts",
    "framework_and_method": "framework and profile",
    "method": "profile",
    "scope": "scope (years, areas, ages)",
    "year": "the year's own rules",
    "program": "program",
    "together": "not to be told apart",
}


def show(found: Comparison) -> None:
    """Print a comparison."""
    for word, side in (("before", found.before), ("after", found.after)):
        click.echo(f"{word:<7} {_about(side)}")
    if found.same:
        click.echo("nothing differs")
        return
    _index(found)
    _movers(found)
    _came_and_went(found)
    if found.with_inputs:
        _inputs(found.inputs)
    else:
        click.echo("\nfiles of scores hold no inputs: to see why, compare the folders of two runs")
    _observations(found)


def _about(side: Side) -> str:
    said = (side.edition, side.framework, str(side.year), f"run {side.run[:12]}" if side.run else "")
    return " · ".join([side.path, *filter(None, said)])


def _index(found: Comparison) -> None:
    """The nodes at level 0, the greatest changes first: those that are explained, or else all."""
    index = found.changed.filter((pl.col("level") == 0) & (pl.col("kind") == "both"))
    rows = index.filter(pl.col("area").is_in(found.parts["area"].unique().to_list()))
    rows = index if rows.is_empty() else rows
    if index.is_empty():
        click.echo("\nno change in the index of an area that has one before and after")
        return
    ordered = _greatest_first(rows).head(MOST_AREAS)
    click.echo()
    Console(highlight=False, markup=False, emoji=False).print(_table(ordered), end="")
    _more(rows.height, MOST_AREAS, "area")
    for row in ordered.iter_rows(named=True):
        _why(found, row["area"], row["node"], f"{row['area']} {row['node']} {_signed(row['score_change'])}")
    others = index.join(rows, on=["area", "node"], how="anti")
    if not others.is_empty():
        moved = [
            f"{row['area']} {_signed(row['score_change'])}" for row in _greatest_first(others).iter_rows(named=True)
        ]
        click.echo(f"of the other areas moved most: {listed(moved)}")


def _greatest_first(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.sort(pl.col("score_change").abs(), "area", "node", descending=[True, False, False])


def _table(rows: pl.DataFrame) -> Table:
    table = Table("area", "index", box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("before", "after", "change"):
        table.add_column(heading, justify="right")
    for heading in ("rank", "band"):
        table.add_column(heading)
    for row in rows.iter_rows(named=True):
        table.add_row(row["area"], row["node"], _number(row["score_before"]), _number(row["score_after"]),
            _signed(row["score_change"]), _moved(row, "rank"), _moved(row, "band"))  # fmt: skip
    return table


def _why(found: Comparison, area: str, node: str, lead: str) -> None:
    """One line a change: its causes, the greatest first; a second one: the indicators that it came through."""
    own = (pl.col("area") == area) & (pl.col("node") == node)
    causes = _summed(found.parts.filter(own), "cause", "stage")
    if not causes:
        return
    click.echo(f"{lead} = " + "; ".join(f"{_cause(row)} {_signed(row['part'])}" for row in causes))
    through = _summed(found.indicator_parts.filter(own), "indicator")[:MOST_INDICATORS]
    if through:
        said = (f"{_named(found, row['indicator'])} {_signed(row['part'])}" for row in through)
        click.echo(f"{' ' * (len(lead) - len(lead.lstrip()))}  through {'; '.join(said)}")


def _named(found: Comparison, code: str) -> str:
    return f"{code} {found.names.get(code, '')}".rstrip()


def _summed(rows: pl.DataFrame, *by: str) -> list[dict[str, Any]]:
    """Sums of parts, the greatest first; those too small to print are left out."""
    sums = rows.group_by(by, maintain_order=True).agg(pl.col("part").sum())
    shown = sums.filter(pl.col("part").abs() >= LEAST_SHOWN)
    return shown.sort(pl.col("part").abs(), descending=True, maintain_order=True).to_dicts()


def _cause(row: dict[str, Any]) -> str:
    name = _CAUSES.get(row["cause"], row["cause"])
    return f"{name} (of the year)" if row["stage"] == "years" and row["cause"] != "year" else name


def _movers(found: Comparison) -> None:
    """The nodes below the index that moved most, those that are explained first."""
    below = (pl.col("level") > 0) & (pl.col("kind") == "both") & (pl.col("score_change").abs() >= LEAST_SHOWN)
    asked = pl.col("area").is_in(found.asked) if found.asked and ALL not in found.asked else True
    rows = _greatest_first(found.changed.filter(below & asked))
    if rows.is_empty():
        return
    explained = found.parts.select("area", "node").unique()
    first = rows.join(explained, on=["area", "node"], how="semi", maintain_order="left")
    others = rows.join(explained, on=["area", "node"], how="anti", maintain_order="left")
    click.echo("\nmoved most below the index")
    for row in pl.concat([first, others]).head(MOST_NODES).iter_rows(named=True):
        scores = f"{_number(row['score_before'])} → {_number(row['score_after'])}"
        click.echo(f"  {row['area']} {_named(found, row['node'])}: {scores} ({_signed(row['score_change'])})")
        _why(found, row["area"], row["node"], "   ")
    _more(rows.height, MOST_NODES, "change")


def _came_and_went(found: Comparison) -> None:
    """Areas whose index is there on one side only, and areas and nodes that are on one side only."""
    index = found.scores.filter(pl.col("level") == 0)
    for kind, said in (("entered", "have an index now and had none"), ("left", "had an index and have none now")):
        areas = index.filter(pl.col("kind") == kind)["area"].to_list()
        if areas:
            click.echo(f"\n{plural(len(areas), 'area')} that {said}: {listed(areas, MOST_AREAS)}")


def _inputs(inputs: Sequence[InputChange]) -> None:
    if not inputs:
        click.echo("\nthe inputs are the same")
        return
    click.echo("\nwhat changed in the inputs")
    for topic, changes in groupby(inputs, key=lambda change: change.topic):
        lines = list(changes)
        for change in lines[:MOST_INPUTS]:
            click.echo(f"  {topic:<10}{change}")
        _more(len(lines), MOST_INPUTS, "change")


def _observations(found: Comparison) -> None:
    rows = found.observations
    if rows.is_empty():
        return
    by_kind = rows.group_by("kind").len().sort("kind").rows()
    counts = ", ".join(f"{count} {kind}" for kind, count in by_kind)
    click.echo(f"\n{plural(rows.height, 'observation')} not the same: {counts}")
    for row in rows.head(MOST_INPUTS).iter_rows(named=True):
        name = " ".join(str(row[key]) for key in ("area", "indicator", "year"))
        groups = "".join(f" {row[key]}" for key in ("sex", "org_type") if row[key] != "_T")
        click.echo(f"  {name}{groups}: {_observed(row, 'before')} → {_observed(row, 'after')}")
    _more(rows.height, MOST_INPUTS, "observation")


def _observed(row: dict[str, Any], side: str) -> str:
    if row["kind"] == ("added" if side == "before" else "removed"):
        return "not there"
    value, status = row[f"value_{side}"], row[f"obs_status_{side}"]
    moved = row["kind"] != "changed" or row["source_before"] != row["source_after"]
    source = f", {row[f'source_{side}']}" if moved else ""
    return f"{'no value' if value is None else f'{value:g}'} ({status}{source})"


def _more(count: int, shown: int, word: str) -> None:
    if count > shown:
        click.echo(f"  and {plural(count - shown, f'more {word}')}")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _signed(value: float | None) -> str:
    return "" if value is None else f"{value:+.2f}".replace("-", "−")


def _moved(row: dict[str, Any], name: str) -> str:
    one, other = (row[f"{name}_{side}"] for side in ("before", "after"))
    if one == other:
        return "" if one is None else str(one)
    return f"{'–' if one is None else one} → {'–' if other is None else other}"
