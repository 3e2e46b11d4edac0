"""The numbers behind a comparative report as files inside it: what is printed, and what is printed from it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

import polars as pl

from ssemon.model import FREE, SUPPRESSED
from ssemon.report.context import printed_problems
from ssemon.report.pdf import Attachment
from ssemon.report.results import Results
from ssemon.report.words import Words

# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = "^[=+@\t\r-]"
_BOOK, _PROBLEMS = "codebook.csv", "problems.csv"
_OBSERVATIONS = (
    "area", "indicator", "year", "sex", "org_type", "value", "obs_status", "conf_status", "source",
)  # fmt: skip
_CODEBOOK = (
    "code", "parent", "name", "unit", "direction", "lower_goalpost", "upper_goalpost", "weight", "share", "core",
    "transform", "max_age_years",
)  # fmt: skip
_OF_PROBLEMS = (
    "code", "severity", "country", "rule", "cases", "first_year", "last_year", "what", "file", "sheet", "column", "rows",
    "found", "fix",
)  # fmt: skip


def attached(results: Results, words: Words) -> tuple[Attachment, ...]:
    """Return the files: scores, indicator scores and observations of the countries that are printed, codebook and problems.

    Missing: an empty cell; what is confidential has no value, no score, and the status Q.
    """
    texts = _texts(words)
    files = [Attachment(name, frame.write_csv().encode(), texts[name]) for name, frame in _frames(results).items()]
    return (
        *files,
        Attachment(_BOOK, _codebook(results), texts[_BOOK], "Supplement"),
        Attachment(_PROBLEMS, _problems(results), texts[_PROBLEMS], "Supplement"),
    )


def listed(results: Results, words: Words) -> tuple[tuple[str, str, int], ...]:
    """Return the name of each file, what is in it, and how many rows."""
    rows = {name: frame.height for name, frame in _frames(results).items()}
    rows[_BOOK] = len(results.framework.indicators)
    rows[_PROBLEMS] = len(printed_problems(results))
    texts = _texts(words)
    return tuple((name, texts[name], count) for name, count in rows.items())


def _texts(words: Words) -> dict[str, str]:
    _ = words._
    return {
        "scores.csv": _("Scores of every country, year and node"),
        "indicators.csv": _("What stands for each indicator in each year, and its score"),
        "observations.csv": _("The values as the countries delivered them"),
        _BOOK: _("The indicators: unit, direction, goalposts, weight"),
        _PROBLEMS: _("Errors, warnings and questions of the run, each with its place"),
    }


def _frames(results: Results) -> dict[str, pl.DataFrame]:
    return {
        "scores.csv": _scores(results),
        "indicators.csv": _indicators(results),
        "observations.csv": _observations(results),
    }


def _of_countries(frame: pl.DataFrame, results: Results, key: Sequence[str]) -> pl.DataFrame:
    return frame.filter(pl.col("area").is_in(list(results.codes))).sort(key)


def _scores(results: Results) -> pl.DataFrame:
    return _of_countries(results.run.scores, results, ("area", "year", "level", "node"))


def _indicators(results: Results) -> pl.DataFrame:
    """The indicator scores; those that rest on a confidential value are left empty, for the value could be told from them."""
    frame = _of_countries(results.run.indicator_scores, results, ("area", "year", "indicator"))
    secret = results.run.observations.filter(~_is_free()).select(
        "area", "indicator", pl.col("year").alias("observed_year"), pl.lit(value=True).alias("secret")
    )
    marked = frame.join(secret.unique(), on=["area", "indicator", "observed_year"], how="left", maintain_order="left")
    hidden = pl.col("secret").fill_null(value=False)
    numbers = [name for name in ("value", "score", "unclipped") if name in frame.columns]
    return marked.with_columns(
        *(pl.when(hidden).then(None).otherwise(pl.col(name)).alias(name) for name in numbers),
        pl.when(hidden).then(pl.lit(SUPPRESSED)).otherwise("obs_status").alias("obs_status"),
    ).drop("secret")


def _observations(results: Results) -> pl.DataFrame:
    frame = _of_countries(results.run.observations, results, ("area", "indicator", "year", "sex", "org_type"))
    source = pl.col("source")
    return frame.select(_OBSERVATIONS).with_columns(
        pl.when(_is_free()).then("value").otherwise(None).alias("value"),
        pl.when(_is_free()).then("obs_status").otherwise(pl.lit(SUPPRESSED)).alias("obs_status"),
        pl.when(source.str.contains(_FORMULA)).then(pl.lit("'") + source).otherwise(source).alias("source"),
    )


def _is_free() -> pl.Expr:
    return pl.col("conf_status").fill_null("").is_in(sorted(FREE))


def _codebook(results: Results) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_CODEBOOK)
    for leaf in results.framework.indicators:
        share = results.shares.get(leaf.code)
        writer.writerow(
            [leaf.code, leaf.parent, leaf.name, leaf.unit, leaf.direction, _plain(leaf.lower), _plain(leaf.upper),
             _plain(leaf.weight), _plain(share), int(leaf.core), leaf.transform, leaf.max_age_years]
        )  # fmt: skip
    return out.getvalue().encode()


def _problems(results: Results) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_OF_PROBLEMS)
    for one in printed_problems(results):
        place, rows = one.where, "; ".join(map(str, one.where.rows))
        row = [one.code, one.severity, one.country, one.rule, one.cases or "", *(one.years or ("", "")), one.what,
               place.file, place.sheet, place.column, rows, one.found, one.fix]  # fmt: skip
        writer.writerow([_no_formula(cell) for cell in row])
    return out.getvalue().encode()


def _no_formula(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if re.match(_FORMULA, text) else text


def _plain(value: float | None) -> str:
    return "" if value is None else repr(float(value))
