"""What a plugin gives now, beside what is approved of it: deletions, revisions unlike the others, an older state sent again.

The rules are asked over computed observations, so no row of a file is named: area, indicator and year are. A value that
one rule has told of, no later one judges; a note leaves them to the rules after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import log

import polars as pl

from ssemon.errors import SHOWN, Problem
from ssemon.framework import Framework
from ssemon.rulebook import CheckRule, filled, rules_of_grain
from ssemon.text import listed, plural
from ssemon.validation.beyond import concerned, failing_cases, shown, years_of
from ssemon.validation.ground import HIDDEN, KEY, Cases, as_text, is_free
from ssemon.validation.scales import LOG, mad, scales

# SDMX: there is a value and it is not published. It was not forgotten.
_SUPPRESSED = "Q"
# With fewer revisions of an indicator their median says nothing: they are measured from no revision at all.
_ENOUGH = 5
_STAGE = "store"


@dataclass(frozen=True, slots=True)
class Revision:
    """A plugin's observations now, beside those that are approved.

    Shape: `changes` in the columns of a comparison of observations: the key, `value` and `obs_status` before and after, and
           `kind` (changed, added, removed); `approved`, `now` and each of `earlier` (by the number of its submission, the
           newest first) are observations.
    """

    country: str
    framework: Framework
    approved: pl.DataFrame
    now: pl.DataFrame
    changes: pl.DataFrame
    earlier: Mapping[int, pl.DataFrame]

    @property
    def rows(self) -> pl.DataFrame:
        """The changes, each with its place `at`."""
        return self.changes if "at" in self.changes.columns else self.changes.with_row_index("at")

    @property
    def revised(self) -> pl.DataFrame:
        """The values that were and are there, and are not the same."""
        return self.rows.filter(pl.col("value_before") != pl.col("value_after"))

    def without(self, told: set[int]) -> Revision:
        """Return the revision without these changes."""
        return replace(self, changes=self.rows.filter(~pl.col("at").is_in(list(told))))


def check_revision(revision: Revision) -> tuple[Problem, ...]:
    """Hold a delivery to the rules against what is approved.

    Missing: a value that was missing and is there, or is missing in both, is no revision.
    """
    problems = []
    for rule in rules_of_grain(revision.framework.rules, "revision"):
        cases = REVISION_JUDGES[rule.kind](revision, rule)
        if cases is None or cases.frame.is_empty():
            continue
        failed = failing_cases(cases, rule)
        if not failed.is_empty():
            problems.append(_told(rule, failed, revision.country))
            if rule.severity != "info":
                revision = revision.without(concerned(failed))
    return tuple(problems)


def _told(rule: CheckRule, failed: pl.DataFrame, country: str) -> Problem:
    cases = failed.head(SHOWN).iter_rows(named=True)
    found = [filled(rule.found, {name: shown(value) for name, value in case.items()}) for case in cases]
    more = f" and {failed.height - SHOWN} more" if failed.height > SHOWN else ""
    words, counts = {"rule": rule.name}, {"count": plural(failed.height, "\0")}
    return Problem(
        code=rule.code, severity=rule.severity, rule=rule.name, country=country, stage=_STAGE,  # type: ignore[arg-type]  # off is never asked
        what=filled(rule.what, words, counts), found="; ".join(found) + more, fix=filled(rule.fix, words, counts),
        cases=failed.height, years=years_of(failed.iter_rows(named=True)),
    )  # fmt: skip


def _deletion(revision: Revision, rule: CheckRule) -> Cases | None:
    """Judge how many approved values are gone: of all, or of each indicator.

    Missing: a value that is suppressed now (Q) is not gone.
    """
    group = pl.col("indicator") if rule.dimension else pl.lit("all indicators")
    there = revision.approved.filter(pl.col("value").is_not_null()).group_by(group=group).agg(approved=pl.len())
    suppressed = (pl.col("obs_status_after") == _SUPPRESSED).fill_null(value=False)
    gone = revision.rows.filter(
        pl.col("value_before").is_not_null() & pl.col("value_after").is_null() & ~suppressed
    )  # fmt: skip
    deleted = gone.group_by(group=group).agg(
        deleted=pl.len(), also=pl.col("at"), at=pl.col("at").min(), years=pl.col("year").unique().sort()
    )
    cases = deleted.join(there, on="group", how="left").with_columns(
        pl.col("years").map_elements(listed, return_dtype=pl.String)
    )
    few = (pl.col("deleted") < rule.parameters["least"]) | (
        pl.col("deleted") <= rule.parameters["share"] * pl.col("approved")
    )
    return Cases(cases, few)


def _named(rows: pl.DataFrame, revision: Revision) -> pl.DataFrame:
    """Revised values in the words of a message; `of` names the breakdown where there is one."""
    hidden = pl.concat([frame.filter(~is_free()).select(KEY) for frame in (revision.approved, revision.now)]).unique()
    rows = rows.join(hidden.with_columns(hidden=pl.lit(value=True)), on=list(KEY), how="left", maintain_order="left")
    parts = [
        pl.when(pl.col(name) != "_T").then(" " + pl.col(name)).otherwise(pl.lit("")) for name in ("sex", "org_type")
    ]
    values = [
        pl.when(pl.col("hidden")).then(pl.lit(HIDDEN))
        .otherwise(as_text(f"value_{side}")).alias(side)
        for side in ("before", "after")
    ]  # fmt: skip
    return rows.with_columns(*values, of=pl.concat_str(parts))


def _factor(revision: Revision, rule: CheckRule) -> Cases | None:
    """Judge whether a revision is a slip of units: a factor of a thousand, of a million, or one by these.

    Missing: a value of 0 before or after has no ratio.
    """
    rows = revision.revised.with_columns(ratio=pl.col("value_after") / pl.col("value_before"))
    power = pl.col("ratio").log() / log(1000)
    away = (power - power.round()).abs() * 3  # in powers of ten
    cases = _named(rows.filter((pl.col("ratio") > 0) & pl.col("ratio").is_finite()), revision)
    return Cases(cases, (power.round() == 0) | (away > rule.parameters["tolerance"]))


def _jump(revision: Revision, rule: CheckRule) -> Cases | None:
    """Judge each revision against the others of its indicator.

    Missing: on a log scale a value of 0 or below is not judged; nor is an indicator that has no scale.
    """
    before, after = pl.col("value_before"), pl.col("value_after")
    ratio = pl.when((before > 0) & (after > 0)).then((after / before).log())
    by = pl.when(pl.col("scale") == LOG).then(ratio).otherwise((after - before) / pl.col("span"))
    rows = revision.revised.join(scales(revision.framework), on="indicator", maintain_order="left")
    rows = rows.with_columns(by=by).filter(pl.col("by").is_not_null())
    usual = pl.when(pl.len().over("indicator") >= _ENOUGH).then(pl.col("by").median().over("indicator")).otherwise(0.0)
    rows = rows.with_columns(usual=usual)
    rows = rows.with_columns(distance=(pl.col("by") - pl.col("usual")).abs())
    floor = pl.when(pl.col("scale") == LOG).then(rule.parameters["log_floor"]).otherwise(rule.parameters["share_floor"])
    spread = pl.when(pl.len().over("indicator") >= _ENOUGH).then(mad(pl.col("distance")).over("indicator"))
    rows = rows.with_columns(spread=pl.max_horizontal(floor, spread))
    return Cases(_named(rows, revision), pl.col("distance") <= rule.parameters["limit"] * pl.col("spread"))


def _older(revision: Revision, rule: CheckRule) -> Cases | None:
    """Judge whether values went back to what an earlier submission had; the newest of these counts.

    Missing: a value that is not there any more went nowhere.
    """
    revised = revision.revised
    for number, frame in revision.earlier.items():
        then = frame.select(*KEY, then="value")
        same = revised.join(then, on=list(KEY), maintain_order="left").filter(pl.col("value_after") == pl.col("then"))
        if same.is_empty():
            continue
        first = same.row(0, named=True)
        case = {
            "at": first["at"], "submission": number, "same": same.height, "changed": revised.height,
            "example": f"{first['area']} {first['indicator']} {first['year']}",
        }  # fmt: skip
        least = max(rule.parameters["least"], rule.parameters["share"] * revised.height)
        return Cases(pl.DataFrame([case]), pl.col("same") < least)
    return None


# A pure function of the revision and the rule; None where it has nothing to judge.
RevisionJudge = Callable[[Revision, CheckRule], Cases | None]

REVISION_JUDGES: Mapping[str, RevisionJudge] = {
    "deletion": _deletion, "revision-factor": _factor, "revision-jump": _jump, "older-revision": _older,
}  # fmt: skip
