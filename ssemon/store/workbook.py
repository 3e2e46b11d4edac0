"""The scores of a finished run as a workbook for people."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl

from ssemon.model import FREE, SUPPRESSED, Run

# A workbook bears a creation time; ours bears the edition's date, or this.
_NO_DATE = dt.datetime(2000, 1, 1)
# What stands for a number that may not be told, and the columns that it can stand in.
CONFIDENTIAL, _NUMBERS = "c", frozenset({"value", "score", "unclipped"})


def write_workbook(run: Run, path: Path) -> None:
    """Write the edition's countries as a workbook for people; the machine files hold all areas."""
    import xlsxwriter

    # Text stays text: a cell that begins with "=" is not a formula.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    date = run.edition.date
    created = dt.datetime(date.year, date.month, date.day) if date else _NO_DATE
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties(
            {"title": f"{run.framework.title}: {run.edition.id}", "comments": run.licence, "created": created}
        )
        countries = list(run.edition.countries)
        named = pl.DataFrame([(o.code, o.name) for o in run.countries], schema=["area", "country"], orient="row")
        names = {node.code: node.name for node in run.framework.nodes} | {
            i.code: i.name for i in run.framework.indicators
        }
        _about_sheet(book, run)
        for title, frame, code in (("scores", run.scores, "node"), ("indicators", run.indicator_scores, "indicator")):
            rows = frame.filter(pl.col("area").is_in(countries)).join(
                named, on="area", how="left", maintain_order="left"
            )
            label = pl.col(code).replace_strict(names, default=None, return_dtype=pl.String).alias("name")
            rest = [column for column in frame.columns if column not in ("area", "rank", "ranked")]
            _sheet(book, title, rows.select("area", "country", *rest[:2], label, *rest[2:]), _closed(frame, rows))


def _about_sheet(book: Any, run: Run) -> None:
    sheet = book.add_worksheet("about")
    bold = book.add_format({"bold": True})
    lines: tuple[tuple[str, str], ...] = (
        ("Framework", f"{run.framework.title} ({run.framework.id} {run.framework.version})"),
        ("", run.framework.statement),
        ("Edition", run.edition.id),
        ("Run", run.hash),
        ("Licence", run.licence or run.framework.licence),
        ("Missing", "An empty score means: not assessed. Missing is never zero."),
        (
            "Reading",
            "Differences of a few points mean nothing: read a score or a rank with its interval, where it has one.",
        ),
    )
    if not run.observations.filter(~pl.col("conf_status").fill_null("").is_in(sorted(FREE))).is_empty():
        told = f"{CONFIDENTIAL} means: confidential. The number is known and not shown; it is neither missing nor zero."
        lines = (*lines, ("Confidential", told))
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 110)
    for row, (name, text) in enumerate(lines):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, text)


def _closed(frame: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    """Which rows hold a number that is known and may not be told."""
    if "conf_status" in frame.columns:
        return rows.select(~pl.col("conf_status").is_in(sorted(FREE))).to_series()
    if "obs_status" in frame.columns:
        return rows.select((pl.col("obs_status") == SUPPRESSED).fill_null(value=False)).to_series()
    return pl.repeat(value=False, n=rows.height, eager=True)


def _sheet(book: Any, title: str, frame: pl.DataFrame, closed: pl.Series) -> None:
    sheet = book.add_worksheet(title)
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, frame.height, frame.width - 1)
    for column, name in enumerate(frame.columns):
        sheet.write_string(0, column, name, bold)
        width = 44 if name == "name" else 24 if name == "country" else 12
        sheet.set_column(column, column, width)
        for row, cell in enumerate(frame[name], 1):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell)
            elif cell is not None:
                sheet.write_number(row, column, cell)
            elif closed[row - 1] and name in _NUMBERS:
                sheet.write_string(row, column, CONFIDENTIAL)
