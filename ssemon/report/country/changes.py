"""What changed since an earlier edition: the scores, their causes, and the values behind them, one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from ssemon.model import Changes
from ssemon.report.material import CountryMaterial
from ssemon.report.numbers import MISSING
from ssemon.report.rows import short_source

# How many values and settings are printed: a page's worth. All stand in the run's folder.
_MOST, _MOST_SETTINGS = 20, 6
# A part of a change that is printed as nothing.
_LEAST = 0.05
_YEARS, _OWN, _OTHERS = "years", "own_data", "other_data"
_TOPICS = ("framework", "profile")
# What the lead says already.
_SAID = ("edition.id", "edition.date", "edition.title")


@dataclass(frozen=True, slots=True)
class Moved:
    """A score then and now. `strong`: the overall one."""

    name: str
    before: str
    after: str
    change: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A value that is not the same. `kind` says how in words; `stands`: it stands for the year of the scores."""

    name: str
    year: str
    before: str
    after: str
    kind: str
    effect: str
    source: str
    stands: bool


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """The section."""

    lead: str
    moved: tuple[Moved, ...]
    causes: tuple[tuple[str, str], ...]
    heads: tuple[str, str]
    counts: str
    values: tuple[Value, ...]
    legend: str
    settings: tuple[str, ...]
    note: str


def changes(material: CountryMaterial) -> ChangesPage | None:
    """Return the section. Missing: None where the run was not compared with an earlier one."""
    told = material.results.run.changes
    return None if told is None else _Builder(material, told).build()


class _Builder:
    """Builds the section of one country."""

    def __init__(self, material: CountryMaterial, told: Changes) -> None:
        self.material, self.told = material, told
        self.results, self.words, self.numbers = material.results, material.words, material.words.numbers
        area = material.outcome.code
        self.scores = {row["node"]: row for row in _own(told.scores, area)}
        self.parts = sorted(_own(told.parts, area), key=lambda row: -abs(row["part"]))
        self.values = _own(told.observations, area)
        self.effects = self._by_indicator(_own(told.indicator_parts, area))

    def build(self) -> ChangesPage:
        root = self.scores.get(self.material.root.code, {})
        counted = _counted(self.values)
        return ChangesPage(
            lead=self.words.joined([self._overall(root), self._largest()]),
            moved=tuple(self._moved()),
            causes=tuple(self._causes()),
            heads=(self._side(self.told.year), self._side(self.told.to_year, now=True)),
            counts=self._counts(counted),
            values=tuple(self._value(row) for row in self._shown()),
            legend=self._legend(),
            settings=self._settings(),
            note=self._note(),
        )

    @property
    def _edition(self) -> str:
        """The earlier edition as a sentence names it."""
        day = self.numbers.date(dt.date.fromisoformat(self.told.date)) if self.told.date else ""
        if day:
            return self.words._("“{edition}” of {date}").format(edition=self.told.title, date=day)
        return self.words._("“{edition}”").format(edition=self.told.title)

    def _side(self, year: int, *, now: bool = False) -> str:
        text = self.words._("Now: {year}") if now else self.words._("Then: {year}")
        return text.format(year=self.numbers.year(year))

    def _overall(self, root: Mapping[str, Any]) -> str:
        before, after = root.get("score_before"), root.get("score_after")
        _, score = self.words._, self.numbers.score
        named = {
            "edition": self._edition,
            "before": score(before),
            "after": score(after),
            "country": self.material.name,
        }
        if before is None and after is None:
            return _("Neither {edition} nor this edition gives {country} an overall score.").format(**named)
        if before is None:
            return _("{edition} gave {country} no overall score; now it is {after}.").format(**named)
        if after is None:
            return _("{edition} gave {country} an overall score of {before}; this edition gives none.").format(**named)
        if abs(after - before) < _LEAST:
            return _("The overall score is as it was in {edition}: {after}.").format(**named)
        text = _("The overall score was {before} in {edition} and is {after} now: {change} points.")
        return text.format(**named, change=self.numbers.change(after - before))

    def _largest(self) -> str:
        told = [row for row in self.parts if abs(row["part"]) >= _LEAST]
        if not told:
            return ""
        text = self.words._("Most of it comes from: {cause} ({points}).")
        return text.format(cause=self._cause(told[0]), points=self.numbers.change(told[0]["part"]))

    def _moved(self) -> Iterator[Moved]:
        root = self.material.root
        nodes = (root, *(node for node in self.results.scored_dimensions if node.code != root.code))
        for node in nodes:
            row = self.scores.get(node.code)
            if row is None:
                continue
            strong = node.code == root.code
            yield Moved(
                name=self.words._("Overall score") if strong else node.name,
                before=self.numbers.score(row["score_before"]),
                after=self.numbers.score(row["score_after"]),
                change=self.numbers.change(row["score_change"]),
                strong=strong,
            )

    def _causes(self) -> Iterator[tuple[str, str]]:
        """The causes, the largest first; those that are printed as nothing in one line."""
        small = [row["part"] for row in self.parts if abs(row["part"]) < _LEAST]
        for row in self.parts:
            if abs(row["part"]) >= _LEAST:
                yield self._cause(row), self.numbers.change(row["part"])
        if len(small) < len(self.parts) and abs(sum(small)) >= _LEAST:
            yield self.words._("all others together"), self.numbers.change(sum(small))

    def _cause(self, row: Mapping[str, Any]) -> str:
        _ = self.words._
        if row["stage"] == _YEARS and row["cause"] in (_OWN, _OTHERS):
            text = {
                _OWN: _("the country's own data, from {first} to {last}"),
                _OTHERS: _("the data of others, from {first} to {last}"),
            }[row["cause"]]
            return text.format(first=self.numbers.year(self.told.year), last=self.numbers.year(self.told.to_year))
        cause: str = row["cause"]
        return self._named_causes().get(cause, cause)

    def _named_causes(self) -> dict[str, str]:
        _ = self.words._
        return {
            _OWN: _("the country's own data"), _OTHERS: _("the data of others"),
            "structure": _("other indicators in the framework"), "weights": _("other weights in the framework"),
            "goalposts": _("other goalposts"), "framework_and_method": _("framework and method"),
            "method": _("the method"), "scope": _("which years, areas and ages of values count"),
            "denomination": _("what values are divided by"), "imputation": _("how gaps are filled"),
            "treatment": _("how outliers are treated"), "normalisation": _("how values are put on the scale"),
            "weighting": _("how parts are weighted"), "aggregation": _("how parts are combined"),
            "coverage": _("how much data a score needs"), "year": _("the rules of the year"),
            "program": _("the program"), "together": _("causes that cannot be told apart"),
        }  # fmt: skip

    def _counts(self, counted: Mapping[str, int]) -> str:
        if not self.values:
            return self.words._("No value of the country is otherwise than it was then.")
        ngettext = self.words.ngettext
        said = [
            ngettext("{count} value revised", "{count} values revised", counted["revised"]) if counted["revised"] else "",
            ngettext("{count} new value", "{count} new values", counted["new"]) if counted["new"] else "",
            ngettext("{count} value withdrawn", "{count} values withdrawn", counted["withdrawn"]) if counted["withdrawn"] else "",
            ngettext("{count} with another source or status", "{count} with another source or status", counted["restated"]) if counted["restated"] else "",
        ]  # fmt: skip
        return self.words.sentence(
            self.words._("Values: {counts}").format(counts=self.numbers.listed(filter(None, said)))
        )

    def _shown(self) -> list[dict[str, Any]]:
        """The values to print: those that stand for the scores' year first, then the newest."""
        order = {leaf.code: place for place, leaf in enumerate(self.results.framework.indicators)}

        def key(row: Mapping[str, Any]) -> tuple[bool, bool, int, int]:
            return not row["stands"], _kind(row) == "restated", -row["year"], order.get(row["indicator"], len(order))

        return sorted(self.values, key=key)[:_MOST]

    def _value(self, row: Mapping[str, Any]) -> Value:
        code = row["indicator"]
        leaf = self.results.framework.indicator_by_code.get(code)
        return Value(
            name=leaf.name if leaf else code,
            year=self.numbers.year(row["year"]),
            before=self._printed(row, "before"),
            after=self._printed(row, "after"),
            kind=self._kinds()[_kind(row)],
            effect=self.numbers.change(self.effects.get(code)) if row["stands"] and code in self.effects else "",
            source=short_source(row["source_after"] or row["source_before"] or "") or MISSING,
            stands=row["stands"],
        )

    def _printed(self, row: Mapping[str, Any], side: str) -> str:
        value, code = row[f"value_{side}"], row["indicator"]
        if value is None:
            return MISSING
        # As in the tables of this report, but with enough decimals that a revision shows.
        least = self.results.decimals(code)
        both = [row[f"value_{one}"] for one in ("before", "after") if row[f"value_{one}"] is not None]
        places = next(
            (n for n in range(least, least + 4) if len({round(v, n) for v in both}) == len(set(both))), least + 4
        )
        return self.numbers.value(value, places)

    def _kinds(self) -> dict[str, str]:
        _ = self.words._
        return {
            "revised": _("revised"),
            "new": _("new"),
            "withdrawn": _("withdrawn"),
            "restated": _("source or status"),
        }

    @staticmethod
    def _by_indicator(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
        """What the country's own data moved, by indicator."""
        found: dict[str, float] = {}
        for row in rows:
            if row["cause"] == _OWN:
                found[row["indicator"]] = found.get(row["indicator"], 0.0) + row["part"]
        return found

    def _legend(self) -> str:
        _ = self.words._
        shown = min(_MOST, len(self.values))
        said = _(
            "Bold: values that stand for the year of the scores, then or now; beside them what the indicator moved the overall score by, in points."
        )
        if shown == len(self.values):
            return said
        rest = _("Shown are {shown} of {count} values; all stand in the files of the run, in the folder changes.")
        return self.words.joined([said, rest.format(shown=self.numbers.whole(shown), count=self.numbers.whole(len(self.values)))])  # fmt: skip

    def _settings(self) -> tuple[str, ...]:
        """What differs in framework and profile, as their files say it, and how much more."""
        rows = [row for row in self.told.inputs.to_dicts() if row["topic"] in _TOPICS and row["key"] not in _SAID]
        said = [_setting(row) for row in rows[:_MOST_SETTINGS]]
        more = len(rows) - len(said)
        return (*said, self.words.ngettext("and {count} more", "and {count} more", more)) if more else tuple(said)

    def _note(self) -> str:
        return self.words._(
            "Scores of two editions are the same thing only as far as their methods are. The causes are found by scoring again with one of them after the other as then and as now; their points sum to the change."
        )


def _own(frame: pl.DataFrame, area: str) -> list[dict[str, Any]]:
    return frame.filter(frame["area"] == area).to_dicts()


def _kind(row: Mapping[str, Any]) -> str:
    """How a value is otherwise; where only its status or its source is, it is restated."""
    if row["kind"] in ("added", "removed"):
        return {"added": "new", "removed": "withdrawn"}[row["kind"]]
    before, after = row["value_before"], row["value_after"]
    if before is None and after is not None:
        return "new"
    if after is None and before is not None:
        return "withdrawn"
    return "restated" if before == after else "revised"


def _counted(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    kinds = [_kind(row) for row in rows]
    return {kind: kinds.count(kind) for kind in ("revised", "new", "withdrawn", "restated")}


def _setting(row: Mapping[str, str]) -> str:
    """A setting as its file names it."""
    name = " · ".join(part for part in (row["subject"], row["key"]) if part)
    return f"{name}: {row['before'] or MISSING} → {row['after'] or MISSING}"
