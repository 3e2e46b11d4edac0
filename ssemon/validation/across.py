"""All countries of an edition beside each other: a value far from those of the others is worth a question.

The median and the MAD of each side of it are those of all countries with a value in that year, comparators among them.
Two sides, because most indicators are skew, and much is piled up where a share reaches 100.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import polars as pl

from ssemon.errors import SHOWN, Problem
from ssemon.framework import Framework
from ssemon.rulebook import CheckRule, filled, rules_of_grain
from ssemon.tables import WHOLE, area_codes, unit_flags
from ssemon.text import listed, plural
from ssemon.validation.beyond import failing_cases, shown, years_of
from ssemon.validation.ground import Cases
from ssemon.validation.scales import LOG, mad, scales


def check_countries(
    observations: pl.DataFrame, framework: Framework, countries: Collection[str]
) -> tuple[Problem, ...]:
    """Hold the values of these countries to the rules between countries: one problem for each rule and indicator.

    Shape:   the observations of an edition as they are published, comparators among them; the problems bear no country: they are the secretariat's.
    Missing: a value that is missing, or is not published, is not judged, nor counted among the countries.
    """
    totals = observations.filter(
        (pl.col("sex") == WHOLE) & (pl.col("org_type") == WHOLE) & pl.col("area").is_in(list(area_codes()))
    )
    problems = []
    for rule in rules_of_grain(framework.rules, "countries"):
        cases = COUNTRY_JUDGES[rule.kind](totals, framework, countries, rule)
        if not cases.frame.is_empty():
            failed = failing_cases(cases, rule)
            problems += [
                _told(rule, framework, str(code), of)
                for (code,), of in failed.group_by("indicator", maintain_order=True)
            ]
    return tuple(problems)


def _told(rule: CheckRule, framework: Framework, code: str, failed: pl.DataFrame) -> Problem:
    """One problem for an indicator; of each country the value that is farthest away, and in which years there is one."""
    years = failed.group_by("area").agg(years=pl.col("year").sort().cast(pl.String))
    worst = failed.sort("score", "area", descending=[True, False], maintain_order=True).unique(
        "area", keep="first", maintain_order=True
    )
    cases = worst.join(years, on="area", maintain_order="left").to_dicts()
    found = [
        filled(rule.found, {**{name: shown(value) for name, value in case.items()}, "years": listed(case["years"])})
        for case in cases[:SHOWN]
    ]
    more = f" and {plural(len(cases) - SHOWN, 'more country', 'more countries')}" if len(cases) > SHOWN else ""
    words = {"rule": rule.name, "indicator": code, "name": framework.indicator_by_code[code].name}
    counts = {"count": plural(failed.height, "\0")}
    return Problem(
        code=rule.code, severity=rule.severity, rule=rule.name, stage="validate",  # type: ignore[arg-type]  # off is never asked
        what=filled(rule.what, words, counts), found="; ".join(found) + more, fix=filled(rule.fix, words, counts),
        cases=failed.height, years=years_of(failed.select("year").iter_rows(named=True)),
    )  # fmt: skip


def _far(totals: pl.DataFrame, framework: Framework, countries: Collection[str], rule: CheckRule) -> Cases:
    """Judge each value against those of all countries in its year.

    Missing: an indicator and year with few countries is not judged, nor a side whose values are all one; on a log scale a
             value of 0 or below is left out, and so are sums, which are large in large countries.
    """
    sums = [leaf.code for leaf in framework.indicators if leaf.unit in unit_flags()["additive"]]
    rows = totals.filter(pl.col("value").is_not_null() & ~pl.col("indicator").is_in(sums))
    rows = rows.join(scales(framework), on="indicator", maintain_order="left")
    is_log = pl.col("scale") == LOG
    positive = pl.when(pl.col("value") > 0).then(pl.col("value").log())
    rows = rows.with_columns(x=pl.when(is_log).then(positive).otherwise("value")).filter(pl.col("x").is_not_null())
    year = ["indicator", "year"]
    rows = rows.with_columns(
        countries=pl.len().over(year),
        centre=pl.col("x").median().over(year),
        median=pl.col("value").median().over(year),
    ).filter(pl.col("countries") >= rule.parameters["least"])
    rows = rows.with_columns(distance=(pl.col("x") - pl.col("centre")).abs(), above=pl.col("x") > pl.col("centre"))
    away = pl.col("distance")
    rows = rows.with_columns(spread=mad(away.filter(away > 0)).over([*year, "above"]))
    limit = (
        pl.when(pl.col("countries") < rule.parameters["few"])
        .then(rule.parameters["few_limit"])
        .otherwise(rule.parameters["limit"])
    )
    own = rows.filter(pl.col("area").is_in(list(countries)) & (pl.col("spread") > 0)).sort("indicator", "area", "year")
    judged = own.with_columns(
        score=pl.col("distance") / pl.col("spread"),
        holds=pl.col("distance") <= limit * pl.col("spread"),
    )
    return Cases(judged.with_row_index("at"), pl.col("holds"))


# A pure function of the totals of all countries, the framework, the countries that are judged, and the rule.
CountryJudge = Callable[[pl.DataFrame, Framework, Collection[str], CheckRule], Cases]

COUNTRY_JUDGES: Mapping[str, CountryJudge] = {"far-from-countries": _far}
