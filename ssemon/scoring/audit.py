"""The statistical audit of an edition, in one call: tables, and a verdict sentence for each with the rule it used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
import polars as pl

from ssemon.choices import Uncertainty
from ssemon.errors import SHOWN
from ssemon.framework import Framework
from ssemon.model import Message, Verdict
from ssemon.scoring import audit_tables as tables
from ssemon.scoring.audit_words import N_, adequacy, noun, probability, ranging, share_of
from ssemon.scoring.montecarlo import DRAWS, Simulated, simulate, summarise
from ssemon.scoring.score import Scored
from ssemon.scoring.sensitivity import BASE, left_out, one_at_a_time, sobol_table

Outcome = Literal["good", "attention", "not assessed"]


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


def _told(topic: str, outcome: Outcome, said: Message, rule: Message) -> Verdict:
    return Verdict(topic, outcome, str(said), str(rule), said, rule)


def _said(
    topic: str, bad: Sequence[str | Message], good: Message, attention: Message, rule: Message, *, assessed: bool = True
) -> Verdict:
    """A verdict that names what fails the rule: five examples, then the count."""
    if not assessed:
        return _told(topic, "not assessed", N_("There are too few values for this."), rule)
    if not bad:
        return _told(topic, "good", good, rule)
    named = replace(attention, examples=tuple(bad[:SHOWN]), more=max(len(bad) - SHOWN, 0))
    return _told(topic, "attention", named, rule)


def _availability(table: pl.DataFrame, rules: Rules, year: int) -> tuple[Verdict, ...]:
    now = table.filter(pl.col("year") == year)
    share = f"{rules.available:.0%}"
    said = []
    rule = N_("at least {share} observed", share=share)
    for by in ("indicator", "area"):
        own = now.filter(pl.col("by") == by)
        bad = own.filter(pl.col("share") < rules.available)["code"].to_list()
        named = {"share": share, "year": year, "bad": len(bad), "count": own.height}
        good = N_("Every indicator has at least {share} of its data in {year}.", **named)
        told = N_("Indicators with less than {share} of their data in {year}, {bad} of {count}: {examples}.", **named)
        if by == "area":
            good = N_("Every area has at least {share} of its data in {year}.", **named)
            told = N_("Areas with less than {share} of their data in {year}, {bad} of {count}: {examples}.", **named)
        said.append(_said(f"availability by {by}", bad, good, told, rule, assessed=own.height > 0))
    return tuple(said)


def _outliers(table: pl.DataFrame, framework: Framework) -> Verdict:
    counted = tables.counted_leaves(framework)
    bad = table.filter(pl.col("outliers") & pl.col("indicator").is_in(counted))["indicator"].to_list()
    rule = N_(
        "outliers where |skewness| > {skewness} and excess kurtosis > {kurtosis}",
        skewness=f"{tables.SKEWED:g}", kurtosis=f"{tables.PEAKED:g}",
    )  # fmt: skip
    good = N_("No indicator is so skewed and peaked that outliers drive it.")
    told = N_("Indicators with outliers ({bad}): {examples}.", bad=len(bad))
    return _said("distributions", bad, good, told, rule)


def _correlations(table: pl.DataFrame) -> Verdict:
    rows = table.filter((pl.col("kind") != "across") & pl.col("flag").is_not_null())
    bad = [
        N_(
            "{one} and {other} ({flag}, r = {r})",
            one=r["one"],
            other=r["other"],
            flag=r["flag"],
            r=f"{r['pearson']:.2f}",
        )
        for r in rows.iter_rows(named=True)
    ]
    good = N_("What is aggregated together points the same way, and nothing is measured twice.")
    rule = N_(
        "within a node and with the parent: no correlation below 0; between siblings none above {most}",
        most=tables.REDUNDANT,
    )
    told = N_("Correlations that should be looked at ({bad}): {examples}.", bad=len(bad))
    return _said("correlations", bad, good, told, rule, assessed=table["pearson"].count() > 0)


def _reliability(table: pl.DataFrame, rules: Rules) -> Verdict:
    rows = table.filter(pl.col("members") == "children").drop_nulls("alpha")
    low = rows.filter(pl.col("alpha") < rules.alpha)
    bad = [f"{row['node']} ({row['alpha']:.2f})" for row in low.iter_rows(named=True)]
    named = {"alpha": f"{rules.alpha:g}", "bad": len(bad), "count": rows.height}
    good = N_("Cronbach's alpha is at least {alpha} in every group.", **named)
    told = N_("Cronbach's alpha is below {alpha} in {bad} of {count} groups: {examples}.", **named)
    rule = N_("Cronbach's alpha at least {alpha}; low values are usual for groups of two or three", **named)
    return _said("reliability", bad, good, told, rule, assessed=rows.height > 0)


def _items(table: pl.DataFrame, rules: Rules) -> Verdict:
    rows = table.drop_nulls()
    raising = rows.filter((pl.col("alpha_without") > pl.col("alpha")) & (pl.col("alpha_without") >= rules.alpha))
    bad = [ranging(r["item"], f"{r['alpha']:.2f}", f"{r['alpha_without']:.2f}") for r in raising.iter_rows(named=True)]
    good = N_("No item holds its group back.")
    told = N_("Items without which alpha would rise ({bad}): {examples}.", bad=len(bad))
    rule = N_("an item is named where alpha without it is higher and at least {alpha}", alpha=f"{rules.alpha:g}")
    return _said("items", bad, good, told, rule, assessed=rows.height > 0)


def _adequacy(table: pl.DataFrame, rules: Rules) -> Verdict:
    rows = table.drop_nulls(["kmo", "p"]).filter(pl.col("count") > 2)
    low = rows.filter((pl.col("kmo") < rules.kmo) | (pl.col("p") >= rules.bartlett))
    bad = [
        adequacy(r["node"], f"{r['kmo']:.2f}", probability(r["p"]), whole=r["members"] != "children")
        for r in low.iter_rows(named=True)
    ]
    good = N_("Every group of three or more has enough in common for one score.")
    told = N_("Groups with little in common, {bad} of {count}: {examples}.", bad=len(bad), count=rows.height)
    rule = N_(
        "KMO at least {kmo} and Bartlett's test below {bartlett}, for groups of three or more",
        kmo=f"{rules.kmo:g}", bartlett=f"{rules.bartlett:g}",
    )  # fmt: skip
    return _said("sampling adequacy", bad, good, told, rule, assessed=rows.height > 0)


def _components(table: pl.DataFrame) -> Verdict:
    large = table.group_by("node", maintain_order=True).agg(large=(pl.col("eigenvalue") > 1).sum())
    several = large.filter(pl.col("large") > 1)
    bad = [f"{row['node']} ({row['large']})" for row in several.iter_rows(named=True)]
    good = N_("Every group has one main dimension.")
    told = N_(
        "Groups with more than one main dimension, {bad} of {count}: {examples}.", bad=len(bad), count=large.height
    )
    rule = N_("one eigenvalue above 1 a group (Kaiser)")
    return _said("dimensions", bad, good, told, rule, assessed=large.height > 0)


def _weights(table: pl.DataFrame, rules: Rules, framework: Framework) -> Verdict:
    rows = table.filter(pl.col("node") == framework.root.code).drop_nulls("ratio")
    off = rows.filter((pl.col("ratio") > rules.importance) | (pl.col("ratio") < 1 / rules.importance))
    bad = [
        N_("{part} ({declared} declared, {effective} in effect)",
           part=r["child"], declared=f"{r['declared']:.0%}", effective=f"{r['importance_share']:.0%}")
        for r in off.iter_rows(named=True)
    ]  # fmt: skip
    good = N_("The index is balanced: no part counts for far more or far less than declared.")
    told = N_(
        "Parts that count for more or less than declared, {bad} of {count}: {examples}.",
        bad=len(bad),
        count=rows.height,
    )
    rule = N_(
        "importance (squared correlation) within a factor of {factor} of the declared weight",
        factor=f"{rules.importance:g}",
    )
    return _said("effective weights", bad, good, told, rule, assessed=rows.height > 0)


def _added(table: pl.DataFrame, rules: Rules) -> Verdict:
    low = table.filter(pl.col("share") < rules.added)
    bad = [f"{row['part']} ({row['share']:.0%})" for row in low.iter_rows(named=True)]
    named = {"places": rules.places, "share": f"{rules.added:.0%}", "bad": len(bad), "count": table.height}
    good = N_(
        "The index says more than each part: ranks differ by {places} places or more for at least {share} of areas.",
        **named,
    )
    told = N_("The index ranks much like {bad} of its {count} parts: {examples}.", **named)
    rule = N_("ranks differ by {places} places or more for at least {share} of areas, for each part", **named)
    return _said("added value", bad, good, told, rule, assessed=_can_differ(table["areas"].max(), rules))


def _can_differ(areas: object, rules: Rules) -> bool:
    """Whether ranks that have nothing to do with each other would pass: in a short ranking none can."""
    if not isinstance(areas, int) or areas <= rules.places:
        return False
    apart = areas - rules.places
    return apart * (apart + 1) / areas**2 >= rules.added


def _stability(table: pl.DataFrame | None, rules: Rules) -> Verdict:
    rule = N_(
        "the median rank is within {places} places of the published one for at least {share} of areas, and half of the "
        "rank intervals are no wider than half of the ranking",
        places=rules.shift, share=f"{rules.stable:.0%}",
    )  # fmt: skip
    if table is None or table.is_empty():
        return _told("robustness", "not assessed", N_("No draws were made."), rule)
    if not _can_move(table.height, rules):
        return _said("robustness", [], rule, rule, rule, assessed=False)
    near = float((table["shift"] <= rules.shift).sum()) / table.height
    half = float(np.median(table["width"].to_numpy()))
    widest = table.sort("width", "area", descending=[True, False]).head(3)
    said = N_(
        "The median rank is within {places} places of the published one for {near} of {count} areas; half of the rank "
        "intervals are no wider than {half} places; the widest: {examples}.",
        places=rules.shift, near=f"{near:.0%}", count=table.height, half=f"{half:g}",
    )  # fmt: skip
    named = tuple(ranging(r["area"], r["rank_low"], r["rank_high"]) for r in widest.iter_rows(named=True))
    good = near >= rules.stable and half <= table.height / 2
    return _told("robustness", "good" if good else "attention", replace(said, examples=named), rule)


def _can_move(areas: object, rules: Rules) -> bool:
    """Whether an area can move by more than the places that are allowed: among two or three none can."""
    return isinstance(areas, int) and areas > rules.shift + 1


def _influence(table: pl.DataFrame | None, rules: Rules) -> Verdict:
    topic = "which choice matters most"
    rule = N_(
        "no choice by itself brings more than {share} of the variance of the mean rank shift",
        share=f"{rules.influence:.0%}",
    )
    rows = None if table is None else table.filter(pl.col("output") == "mean_rank_shift").drop_nulls("total")
    if rows is None or rows.is_empty():
        return _told(topic, "not assessed", N_("No choice that is varied moves a rank."), rule)
    ordered = rows.sort("total", "choice", descending=[True, False]).to_dicts()
    first, others = ordered[0], ordered[1:]
    said = N_(
        "{choice} matters most: by itself it brings {alone} of the variance of the mean rank shift, with what it does "
        "together with others {total} ({low} to {high}). Each choice, with what it does together with others: {examples}. "
        "Choices acting together bring {together}.",
        choice=noun(first["choice"]).capitalize(), alone=share_of(first["first"]), total=share_of(first["total"]),
        low=share_of(first["total_low"]), high=share_of(first["total_high"]),
        together=share_of(1 - sum(max(row["first"], 0.0) for row in ordered)),
    )  # fmt: skip
    named = tuple(N_("{text} ({aside})", text=noun(r["choice"]), aside=share_of(r["total"])) for r in ordered)
    alone = first["first"] > rules.influence and bool(others)
    return _told(topic, "attention" if alone else "good", replace(said, examples=named), rule)


def _alternatives(table: pl.DataFrame | None, rules: Rules) -> Verdict:
    rows = None if table is None else table.drop_nulls("mean_rank_shift")
    rule = N_("no alternative by itself moves the areas by more than {places} places on average", places=rules.shift)
    if rows is None:
        return _told("alternatives", "not assessed", N_("No alternatives were tried."), rule)
    bad = [
        N_("{choice}: {alternative} ({shift}, {area})", choice=noun(r["choice"]), alternative=r["alternative"],
           shift=f"{r['mean_rank_shift']:.1f}", area=r["area"])
        for r in rows.filter(pl.col("mean_rank_shift") > rules.shift).iter_rows(named=True)
    ]  # fmt: skip
    told = N_(
        "Alternatives that change the order much (places on average, the area moved most), {bad} of {count}: {examples}.",
        bad=len(bad), count=rows.height,
    )  # fmt: skip
    good = N_("None of the {count} alternatives changes the order much by itself.", count=rows.height)
    return _said("alternatives", bad, good, told, rule, assessed=_can_move(rows["areas"].max(), rules))


def _removals(table: pl.DataFrame | None, rules: Rules) -> Verdict:
    rule = N_("no part, left out, moves the areas by more than {places} places on average", places=rules.shift)
    rows = None if table is None else table.drop_nulls("mean_rank_shift").sort("mean_rank_shift", descending=True)
    if rows is None:
        return _told("leaving one out", "not assessed", N_("Nothing was left out."), rule)
    bad = [
        f"{r['code']} ({r['mean_rank_shift']:.1f}, {r['area']})"
        for r in rows.filter(pl.col("mean_rank_shift") > rules.shift).iter_rows(named=True)
    ]
    told = N_(
        "Parts without which the order changes much (places on average, the area moved most), {bad} of {count}: "
        "{examples}.",
        bad=len(bad), count=rows.height,
    )  # fmt: skip
    good = N_("None of the {count} indicators and nodes changes the order much when it is left out.", count=rows.height)
    return _said("leaving one out", bad, good, told, rule, assessed=_can_move(rows["areas"].max(), rules))
