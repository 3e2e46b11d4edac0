"""The statistical audit of an edition, in one call: tables, and a verdict sentence for each with the rule it used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from ssemon.choices import Uncertainty
from ssemon.framework import Framework
from ssemon.model import Verdict
from ssemon.scoring import audit_tables as tables
from ssemon.scoring.montecarlo import DRAWS, Simulated, simulate, summarise
from ssemon.scoring.score import Scored
from ssemon.scoring.sensitivity import BASE, left_out, one_at_a_time, sobol_table
from ssemon.text import listed, plural


@dataclass(frozen=True, slots=True)
class Rules:
    """The thresholds of the verdicts.

    Source: the habits of JRC audits: 65 % of the data for every indicator and area, alpha 0.7, KMO 0.6 (0.5 at the
            least), Bartlett p 0.05, one main component, an index that says more than its parts for a third of the
            areas (10 places), and shifts of at most 2 places for most areas. Ours: no choice alone brings more than
            half of the variance (`influence`).
    """

    available: float = 0.65
    alpha: float = 0.7
    kmo: float = 0.6
    bartlett: float = 0.05
    importance: float = 1.5
    places: int = 10
    added: float = 1 / 3
    shift: int = 2
    stable: float = 0.8
    influence: float = 0.5


@dataclass(frozen=True, slots=True)
class Audit:
    """A finished audit.

    Shape: `tables` by name: availability, descriptives, correlations, reliability, items, eigenvalues, loadings,
           weights, added_value, robustness, sobol, one_at_a_time, left_out.
    """

    edition: str
    year: int
    verdicts: tuple[Verdict, ...]
    tables: Mapping[str, pl.DataFrame]

    def to_dict(self) -> dict[str, Any]:
        """Return the audit as plain data, for JSON."""
        return {
            "edition": self.edition,
            "year": self.year,
            "verdicts": [asdict(verdict) for verdict in self.verdicts],
            "tables": {name: frame.to_dicts() for name, frame in self.tables.items()},
        }


def audit(
    scored: Scored,
    *,
    draws: int = DRAWS,
    base: int = BASE,
    doubt: Uncertainty | None = None,
    rules: Rules | None = None,
    simulated: Simulated | None = None,
    workers: int = 2,
) -> Audit:
    """Audit the report year of an edition; `simulated` are draws of it that are already made.

    Missing: what cannot be computed is null in its table and "not assessed" in words; without draws there is no
             robustness table, without a `base` of the sensitivity study none of its tables.
    Errors:  EditionFault where draws are asked for and a method cannot be repeated.
    """
    scores, indicator_scores, framework = scored.scores, scored.indicator_scores, scored.framework
    rules, year = rules or Rules(), scored.edition.report_year
    sheet = tables.make_sheet(scores, indicator_scores, year)
    eigenvalues, loadings = tables.principal(sheet, framework)
    found = {
        "availability": tables.availability(indicator_scores, scores, framework),
        "descriptives": tables.descriptives(indicator_scores, framework, year),
        **{name: make(sheet, framework) for name, make in tables.TABLES.items()},
        "eigenvalues": eigenvalues,
        "loadings": loadings,
        "added_value": tables.added_value(scores, framework, year, rules.places),
    }
    if draws > 0 and simulated is None:
        simulated = simulate(scored, draws, doubt=doubt, workers=workers)
    if simulated is not None:
        found["robustness"] = _robustness(summarise(simulated, workers), framework)
    if base > 0:
        found["sobol"] = sobol_table(scored, base, doubt=doubt, workers=workers)
        found["one_at_a_time"] = one_at_a_time(scored, doubt=doubt)
        found["left_out"] = left_out(scored)
    return Audit(scored.edition.id, year, _verdicts(found, rules, framework, year), found)


def _robustness(summary: pl.DataFrame, framework: Framework) -> pl.DataFrame:
    """The index's ranks: point, median, interval, shift and width. Shape: a row a ranked area, by rank."""
    ranked = summary.filter((pl.col("node") == framework.root.code) & pl.col("rank").is_not_null())
    return ranked.with_columns(
        shift=(pl.col("rank_median") - pl.col("rank")).abs(), width=pl.col("rank_high") - pl.col("rank_low")
    ).select(
        "area", "score", "score_low", "score_high", "rank", "rank_median", "rank_low", "rank_high", "shift", "width"
    ).sort("rank", "area")  # fmt: skip


def _verdicts(found: Mapping[str, pl.DataFrame], rules: Rules, framework: Framework, year: int) -> tuple[Verdict, ...]:
    return (
        *_availability(found["availability"], rules, year),
        _outliers(found["descriptives"], framework),
        _correlations(found["correlations"]),
        _reliability(found["reliability"], rules),
        _items(found["items"], rules),
        _adequacy(found["reliability"], rules),
        _components(found["eigenvalues"]),
        _weights(found["weights"], rules, framework),
        _added(found["added_value"], rules),
        _stability(found.get("robustness"), rules),
        _influence(found.get("sobol"), rules),
        _alternatives(found.get("one_at_a_time"), rules),
        _removals(found.get("left_out"), rules),
    )


def _said(topic: str, bad: list[str], good: str, attention: str, rule: str, *, assessed: bool = True) -> Verdict:
    """A verdict that names what fails the rule: five examples, then the count."""
    if not assessed:
        return Verdict(topic, "not assessed", "There are too few values for this.", rule)
    return (
        Verdict(topic, "attention", f"{attention}: {listed(bad)}.", rule) if bad else Verdict(topic, "good", good, rule)
    )


def _availability(table: pl.DataFrame, rules: Rules, year: int) -> tuple[Verdict, ...]:
    now = table.filter(pl.col("year") == year)
    share = f"{rules.available:.0%}"
    said = []
    for by, many in (("indicator", "indicators"), ("area", "areas")):
        own = now.filter(pl.col("by") == by)
        bad = own.filter(pl.col("share") < rules.available)["code"].to_list()
        good = f"Every {by} has at least {share} of its data in {year}."
        told = f"{len(bad)} of {own.height} {many} have less than {share} of their data in {year}"
        said.append(
            _said(f"availability by {by}", bad, good, told, f"at least {share} observed", assessed=own.height > 0)
        )
    return tuple(said)


def _outliers(table: pl.DataFrame, framework: Framework) -> Verdict:
    counted = tables.counted_leaves(framework)
    bad = table.filter(pl.col("outliers") & pl.col("indicator").is_in(counted))["indicator"].to_list()
    rule = f"outliers where |skewness| > {tables.SKEWED:g} and excess kurtosis > {tables.PEAKED:g}"
    told = f"{plural(len(bad), 'indicator')} with outliers"
    return _said("distributions", bad, "No indicator is so skewed and peaked that outliers drive it.", told, rule)


def _correlations(table: pl.DataFrame) -> Verdict:
    rows = table.filter((pl.col("kind") != "across") & pl.col("flag").is_not_null())
    bad = [f"{r['one']} and {r['other']} ({r['flag']}, r = {r['pearson']:.2f})" for r in rows.iter_rows(named=True)]
    good = "What is aggregated together points the same way, and nothing is measured twice."
    rule = f"within a node and with the parent: no correlation below 0; between siblings none above {tables.REDUNDANT}"
    told = f"{plural(len(bad), 'correlation')} that should be looked at"
    return _said("correlations", bad, good, told, rule, assessed=table["pearson"].count() > 0)


def _reliability(table: pl.DataFrame, rules: Rules) -> Verdict:
    rows = table.filter(pl.col("members") == "children").drop_nulls("alpha")
    low = rows.filter(pl.col("alpha") < rules.alpha)
    bad = [f"{row['node']} ({row['alpha']:.2f})" for row in low.iter_rows(named=True)]
    good = f"Cronbach's alpha is at least {rules.alpha:g} in every group."
    told = f"Cronbach's alpha is below {rules.alpha:g} in {len(bad)} of {rows.height} groups"
    rule = f"Cronbach's alpha at least {rules.alpha:g}; low values are usual for groups of two or three"
    return _said("reliability", bad, good, told, rule, assessed=rows.height > 0)


def _items(table: pl.DataFrame, rules: Rules) -> Verdict:
    rows = table.drop_nulls()
    raising = rows.filter((pl.col("alpha_without") > pl.col("alpha")) & (pl.col("alpha_without") >= rules.alpha))
    bad = [f"{r['item']} ({r['alpha']:.2f} to {r['alpha_without']:.2f})" for r in raising.iter_rows(named=True)]
    good = "No item holds its group back."
    told = f"Alpha would rise without {plural(len(bad), 'item')}"
    rule = f"an item is named where alpha without it is higher and at least {rules.alpha:g}"
    return _said("items", bad, good, told, rule, assessed=rows.height > 0)


def _adequacy(table: pl.DataFrame, rules: Rules) -> Verdict:
    rows = table.drop_nulls(["kmo", "p"]).filter(pl.col("count") > 2)
    low = rows.filter((pl.col("kmo") < rules.kmo) | (pl.col("p") >= rules.bartlett))
    bad = [f"{r['node']} {r['members']} (KMO {r['kmo']:.2f}, p {r['p']:.3f})" for r in low.iter_rows(named=True)]
    good = "Every group of three or more has enough in common for one score."
    told = f"{len(bad)} of {rows.height} groups have little in common"
    rule = f"KMO at least {rules.kmo:g} and Bartlett's test below {rules.bartlett:g}, for groups of three or more"
    return _said("sampling adequacy", bad, good, told, rule, assessed=rows.height > 0)


def _components(table: pl.DataFrame) -> Verdict:
    large = table.group_by("node", maintain_order=True).agg(large=(pl.col("eigenvalue") > 1).sum())
    several = large.filter(pl.col("large") > 1)
    bad = [f"{row['node']} ({row['large']})" for row in several.iter_rows(named=True)]
    good = "Every group has one main dimension."
    told = f"{len(bad)} of {large.height} groups have more than one main dimension"
    return _said("dimensions", bad, good, told, "one eigenvalue above 1 a group (Kaiser)", assessed=large.height > 0)


def _weights(table: pl.DataFrame, rules: Rules, framework: Framework) -> Verdict:
    rows = table.filter(pl.col("node") == framework.root.code).drop_nulls("ratio")
    off = rows.filter((pl.col("ratio") > rules.importance) | (pl.col("ratio") < 1 / rules.importance))
    bad = [
        f"{r['child']} ({r['declared']:.0%} declared, {r['importance_share']:.0%} in effect)"
        for r in off.iter_rows(named=True)
    ]
    good = "The index is balanced: no part counts for far more or far less than declared."
    told = f"{len(bad)} of {rows.height} parts count for more or less than declared"
    rule = f"importance (squared correlation) within a factor of {rules.importance:g} of the declared weight"
    return _said("effective weights", bad, good, told, rule, assessed=rows.height > 0)


def _added(table: pl.DataFrame, rules: Rules) -> Verdict:
    low = table.filter(pl.col("share") < rules.added)
    bad = [f"{row['part']} ({row['share']:.0%})" for row in low.iter_rows(named=True)]
    good = f"The index says more than each part: ranks differ by {rules.places} places or more for at least a third."
    told = f"The index ranks much like {len(bad)} of its {table.height} parts"
    rule = f"ranks differ by {rules.places} places or more for at least {rules.added:.0%} of areas, for each part"
    return _said("added value", bad, good, told, rule, assessed=table.height > 0)


def _stability(table: pl.DataFrame | None, rules: Rules) -> Verdict:
    rule = (
        f"the median rank is within {rules.shift} places of the published one for at least {rules.stable:.0%} of areas"
    )
    if table is None or table.is_empty():
        return Verdict("robustness", "not assessed", "No draws were made.", rule)
    near = float((table["shift"] <= rules.shift).sum()) / table.height
    half = float(np.median(table["width"].to_numpy()))
    widest = table.sort("width", "area", descending=[True, False]).head(3)
    named = listed(f"{r['area']} ({r['rank_low']} to {r['rank_high']})" for r in widest.iter_rows(named=True))
    sentence = (
        f"The median rank is within {rules.shift} places of the published one for {near:.0%} of {table.height} areas; "
        f"half of the rank intervals are no wider than {half:g} places; the widest: {named}."
    )
    return Verdict("robustness", "good" if near >= rules.stable else "attention", sentence, rule)


def _influence(table: pl.DataFrame | None, rules: Rules) -> Verdict:
    rule = f"no choice by itself brings more than {rules.influence:.0%} of the variance of the mean rank shift"
    rows = None if table is None else table.filter(pl.col("output") == "mean_rank_shift").drop_nulls("total")
    if rows is None or rows.is_empty():
        return Verdict("which choice matters most", "not assessed", "No choice that is varied moves a rank.", rule)
    ordered = rows.sort("total", "choice", descending=[True, False]).to_dicts()
    first, others = ordered[0], ordered[1:]
    together = max(0.0, 1 - sum(max(row["first"], 0.0) for row in ordered))
    sentence = (
        f"{_word(first['choice']).capitalize()} matters most: by itself it brings {max(first['first'], 0):.0%} of the "
        f"variance of the mean rank shift, with what it does together with others {first['total']:.0%} "
        f"({first['total_low']:.0%} to {first['total_high']:.0%})"
    )
    if others:
        named = listed(f"{_word(row['choice'])} ({row['total']:.0%})" for row in others)
        sentence += f"; then {named}; {together:.0%} comes from choices acting together"
    alone = first["first"] > rules.influence and bool(others)
    return Verdict("which choice matters most", "attention" if alone else "good", f"{sentence}.", rule)


def _word(choice: str) -> str:
    """A choice as a noun in the singular."""
    words = {
        "weights": "weighting",
        "left_out": "leaving an indicator out",
        "goalposts": "the place of the goalposts",
        "observations": "observation error",
        "treatment": "outlier treatment",
    }
    return words.get(choice, choice)


def _alternatives(table: pl.DataFrame | None, rules: Rules) -> Verdict:
    rows = None if table is None else table.drop_nulls("mean_rank_shift")
    rule = f"no alternative by itself moves the areas by more than {rules.shift} places on average"
    if rows is None:
        return Verdict("alternatives", "not assessed", "No alternatives were tried.", rule)
    bad = [
        f"{_word(r['choice'])} {r['alternative']} ({r['mean_rank_shift']:.1f} places on average, {r['area']} most)"
        for r in rows.filter(pl.col("mean_rank_shift") > rules.shift).iter_rows(named=True)
    ]
    told = f"{len(bad)} of {rows.height} alternatives change the order much"
    good = f"None of the {rows.height} alternatives changes the order much by itself."
    return _said("alternatives", bad, good, told, rule, assessed=rows.height > 0)


def _removals(table: pl.DataFrame | None, rules: Rules) -> Verdict:
    rule = f"no part, left out, moves the areas by more than {rules.shift} places on average"
    rows = None if table is None else table.drop_nulls("mean_rank_shift").sort("mean_rank_shift", descending=True)
    if rows is None:
        return Verdict("leaving one out", "not assessed", "Nothing was left out.", rule)
    bad = [
        f"{r['code']} ({r['mean_rank_shift']:.1f} places on average, {r['area']} most)"
        for r in rows.filter(pl.col("mean_rank_shift") > rules.shift).iter_rows(named=True)
    ]
    told = f"{len(bad)} of {rows.height} parts change the order much when they are left out"
    good = f"None of the {rows.height} indicators and nodes changes the order much when it is left out."
    return _said("leaving one out", bad, good, told, rule, assessed=rows.height > 0)
