"""What is done to the values before they are put on the scale: denominate, impute, treat, in this order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import polars as pl

from ssemon.edition import Choice, Denominator, Edition
from ssemon.errors import Problem
from ssemon.framework import Framework
from ssemon.scoring.check import NONE, YEARS, given
from ssemon.scoring.impute import impute
from ssemon.scoring.kinds import Methods, Treated, divided
from ssemon.scoring.panel import Floats, Panel
from ssemon.scoring.shape import kurtosis, skewness
from ssemon.scoring.side_by_side import each, workers_for
from ssemon.scoring.usable import placed
from ssemon.text import listed, plural

Rescale = Callable[[float], float | None]

_CELL = {"area": pl.String, "year": pl.Int32, "indicator": pl.String, "before": pl.Float64, "after": pl.Float64}


@dataclass(frozen=True)
class Prepared:
    """The values that are put on the scale.

    Shape: `panel` is denominated and imputed; `values` is its matrix after treatment; `rescale` takes the goalposts
           of an indicator to its treated scale; `why` says what was done, by indicator.
    """

    panel: Panel
    values: Floats
    rescale: Mapping[str, Rescale] = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def cells(self) -> pl.DataFrame:
        """Return a record for each treated cell.

        Shape: `area`, `year`, `indicator`, `before`, `after`, `why`; sorted by area, year and indicator.
        """
        changed = ~np.isnan(self.values) & (self.values != self.panel.values)
        order = ("area", "year", "indicator")
        frame = self.panel.long(changed, order, before=self.panel.values, after=self.values).select(*_CELL)
        return frame.with_columns(
            why=pl.col("indicator").replace_strict(dict(self.why), default="", return_dtype=pl.String)
        )

    def statistics(self) -> pl.DataFrame:
        """Return what the treatment changed in each treated indicator.

        Shape: `indicator`, `n`, `cells`, `skewness_before`, `skewness_after`, `kurtosis_before`, `kurtosis_after`, `why`.
        """
        rows = []
        for at, code in enumerate(self.panel.codes):
            if code in self.why:
                before, after = self.panel.values[at].reshape(-1), self.values[at].reshape(-1)
                shapes = (skewness(before), skewness(after), kurtosis(before), kurtosis(after))
                present = ~np.isnan(before)
                rows.append(
                    (code, int(present.sum()), int((before[present] != after[present]).sum()), *shapes, self.why[code])
                )
        names = (
            "indicator",
            "n",
            "cells",
            "skewness_before",
            "skewness_after",
            "kurtosis_before",
            "kurtosis_after",
            "why",
        )
        kinds = (pl.String, pl.Int64, pl.Int64, *[pl.Float64] * 4, pl.String)
        frame = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")
        return frame.fill_nan(None)


def prepare(panel: Panel, framework: Framework, edition: Edition, methods: Methods) -> Prepared:
    """Denominate, impute and treat, as the edition says.

    Missing: a value without a denominator above 0, or with one that makes it too large, is left out, with a notice.
    """
    panel, problems = _denominated(panel, framework, edition)
    panel = impute(panel, framework, edition, methods)
    chosen = treated_indicators(framework, edition)
    if not chosen:
        return Prepared(panel, panel.values, problems=tuple(problems))
    ways = {id(choice): choice for choice in chosen.values()}  # most indicators share one
    treats = {key: _treatment(choice, edition, methods) for key, choice in ways.items()}
    values, found = panel.values.copy(), dict.fromkeys(chosen, Treated(_NOTHING))

    def work(number: int) -> None:
        code, choice = order[number]
        plane = values[panel.place[code]]
        with np.errstate(all="ignore"), placed(edition, "treatment", choice, [code]):
            found[code] = _treated(panel.years, plane, *treats[id(choice)])
        plane[:] = found[code].values.reshape(plane.shape)

    order = list(chosen.items())
    each(work, len(order), workers_for(values.size))
    rescale = {code: treated.rescale for code, treated in found.items() if treated.rescale is not None}
    why = {code: treated.why for code, treated in found.items() if treated.why}
    if not np.isfinite(values).all():
        values[~np.isfinite(values)] = np.nan
    return Prepared(panel, values, rescale, why, tuple(problems))


_NOTHING = np.zeros(0)


def _treatment(choice: Choice, edition: Edition, methods: Methods) -> tuple[Callable[[Floats], Treated], str]:
    """A treatment with its parameters, and whether it looks at "all" years or "each"."""
    parameters = given(methods, "treatment", choice, edition)
    years = parameters.pop(YEARS, "all")
    return partial(methods.get("treatment", choice.method).function, **parameters), years


def treated_indicators(framework: Framework, edition: Edition) -> dict[str, Choice]:
    """Return how each indicator's outliers are treated; those that are not are left out."""
    method = edition.method
    return {
        leaf.code: method.treatment_of(leaf.code)
        for leaf in framework.indicators
        if method.treatment_of(leaf.code).method != NONE
        and (leaf.weight > 0 or leaf.code in method.indicator_treatment)
    }


def _treated(all_years: Sequence[int], plane: Floats, treat: Callable[[Floats], Treated], years: str) -> Treated:
    """Treat one indicator, or each year of it by itself."""
    if years == "all":
        return treat(plane.reshape(-1).copy())
    found, moved = plane.copy(), False
    why: list[str] = []
    for year, own in zip(all_years, found, strict=True):
        one = treat(own.copy())
        own[:] = one.values
        why += [f"{year}: {one.why}"] if one.why else []
        moved = moved or one.rescale is not None
    # A scale of each year's own has no goalposts.
    return Treated(found, "; ".join(why), (lambda _: None) if moved else None)


def denominators(framework: Framework, edition: Edition) -> dict[str, Denominator]:
    """Return what each indicator is divided by: its own setting, else the framework's column `denominator`."""
    method, known = edition.method, framework.indicator_by_code
    general: dict[str, Denominator] = {}
    if method.denominate:
        named = {leaf.code: leaf.metadata.get("denominator", "") for leaf in framework.indicators}
        general = {code: Denominator(by) for code, by in named.items() if by in known and by != code}
    found = {**general, **method.denominators}
    return {code: one for code, one in found.items() if one != Denominator(None)}


def _denominated(panel: Panel, framework: Framework, edition: Edition) -> tuple[Panel, list[Problem]]:
    found = denominators(framework, edition)
    if not found:
        return panel, []
    values = panel.values.copy()
    lost: list[str] = []
    for code, denominator in found.items():
        before = panel.values[panel.place[code]]
        by = _divisor(panel, denominator)
        with np.errstate(over="ignore"):
            quotient = divided(before, by) * denominator.scale
        values[panel.place[code]] = np.where(np.isfinite(quotient), quotient, np.nan)
        gone = ~np.isfinite(quotient) & ~np.isnan(before)
        by_what = f"{code} by {denominator.by or denominator.file}"
        lost += [f"{by_what} ({int(gone.sum())}: {panel.cells(gone)})"] if gone.any() else []
    return replace(panel, values=values), _lost_notice(lost)


def _divisor(panel: Panel, denominator: Denominator) -> Floats:
    """What an indicator is divided by, cell by cell. Shape: year by area. Missing: NaN."""
    if denominator.by is not None:
        return np.asarray(panel.values[panel.place[denominator.by]])
    if not denominator.file:
        return np.ones((len(panel.years), len(panel.areas)))
    table = denominator.table
    found = np.full((len(panel.years), len(panel.areas)), np.nan)
    for at, year in enumerate(panel.years):
        found[at] = [table.get((area, year), table.get((area, None), np.nan)) for area in panel.areas]
    return found


def _lost_notice(lost: list[str]) -> list[Problem]:
    if not lost:
        return []
    what = f"{plural(len(lost), 'indicator')} with values that have no denominator above 0: these are left out"
    fix = "deliver the denominator for these areas and years"
    return [Problem(code="N04", severity="warning", stage="scoring", what=what, found=listed(lost), fix=fix)]
