"""Robustness and statistical audit: what the draws and the audit of the report's year say, made ready for a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ssemon.model import Verdict
from ssemon.report.charts import bars, marks, sobol, tokens
from ssemon.report.context import Figure
from ssemon.report.figures import Figures
from ssemon.report.intervals import Intervals
from ssemon.report.numbers import MISSING
from ssemon.report.results import Results
from ssemon.report.spoken import Spoken
from ssemon.report.words import Words

if TYPE_CHECKING:
    import polars as pl

# How many of the widest intervals and of the most influential parts are named.
_MOST_WIDE, _MOST = 5, 8
# What the audit calls a choice that was drawn at random, not made another way.
_DRAWN = "drawn"
# The audit's nouns for the choices that are varied (ssemon/scoring/audit_words.py), with their codes.
_NOUNS = {
    "weighting": "weights",
    "aggregation": "aggregation",
    "normalisation": "normalisation",
    "imputation": "imputation",
    "outlier treatment": "treatment",
    "the place of the goalposts": "goalposts",
    "observation error": "observations",
    "leaving an indicator out": "left_out",
}
_MARKS: dict[str, tuple[marks.Kind, str]] = {
    "good": ("circle", tokens.MAIN),
    "attention": ("triangle", tokens.ACCENT),
    "not assessed": ("ring", tokens.MUTED),
}


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """What the audit says on one topic. `mark` shows the outcome by shape and colour, `outcome` in words."""

    topic: str
    mark: Markup
    outcome: str
    sentence: str
    rule: str


@dataclass(frozen=True, slots=True)
class EffectiveRow:
    """A part's declared weight and what it counts for. `depth`: 0 is a dimension."""

    name: str
    depth: int
    declared: str
    effective: str
    ratio: str


@dataclass(frozen=True, slots=True)
class WideRow:
    """One of the widest rank intervals."""

    name: str
    rank: str
    width: str
    score: str


@dataclass(frozen=True, slots=True)
class InfluenceRow:
    """A choice or a part, and how far it moves the ranks."""

    name: str
    effect: str
    most: str


@dataclass(frozen=True, slots=True)
class InfluenceTable:
    """The most influential of one kind. `head` is what stands over its numbers."""

    caption: str
    heads: tuple[str, str, str]
    rows: tuple[InfluenceRow, ...]


@dataclass(frozen=True, slots=True)
class RobustnessPage:
    """The section. Missing: without draws all is empty but `lead`, which says so."""

    lead: str
    verdicts: tuple[VerdictRow, ...] = ()
    counts: str = ""
    weights: Figure | None = None
    effective: tuple[EffectiveRow, ...] = ()
    wide: tuple[WideRow, ...] = ()
    wide_caption: str = ""
    sobol: Figure | None = None
    influence: tuple[InfluenceTable, ...] = ()


def robustness_page(results: Results, words: Words, figures: Figures) -> RobustnessPage:
    """Return the section on robustness and the statistical audit."""
    told = results.robustness
    if told is None:
        return RobustnessPage(lead=words._("This run made no draws, so it has no intervals, no ranks and no audit."))
    return _Builder(results, words, figures).build()


def _index(row: Mapping[str, Any], name: str) -> sobol.Index:
    """An index within 0 to 1, where an estimate may lie a little outside."""
    value, low, high = (row.get(key) for key in (name, f"{name}_low", f"{name}_high"))
    cut = (None if end is None else min(max(end, 0.0), 1.0) for end in (value, low, high))
    return sobol.Index(*cut)


class _Builder:
    """Builds the section from the tables of the audit."""

    def __init__(self, results: Results, words: Words, figures: Figures) -> None:
        self.results = results
        self.words = words
        self.figures = figures
        self.intervals = Intervals(results, words)
        self.spoken = Spoken(results, words, self._known())
        self.root = results.framework.root.code
        told = results.robustness
        self.tables = told.tables if told else {}
        self.verdicts = told.verdicts if told else ()
        self.draws = told.draws if told else 0
        self.names = {node.code: node.name for node in results.framework.nodes}
        self.names |= {leaf.code: leaf.name for leaf in results.framework.indicators}

    def build(self) -> RobustnessPage:
        wide = self._rows("robustness")
        return RobustnessPage(
            lead=self._lead(),
            verdicts=tuple(self._verdict(verdict) for verdict in self.verdicts),
            counts=self._counts(),
            weights=self._weights(),
            effective=tuple(self._effective()),
            wide=tuple(self._wide(wide)),
            wide_caption=self.words.ngettext(
                "The widest rank intervals of the {count} ranked area", "The widest rank intervals of the {count} ranked areas",
                len(wide),
            ),
            sobol=self._sobol(),
            influence=tuple(self._influence()),
        )  # fmt: skip

    def _rows(self, table: str) -> list[dict[str, Any]]:
        frame: pl.DataFrame | None = self.tables.get(table)
        return [] if frame is None else frame.to_dicts()

    def _lead(self) -> str:
        text = self.words._(
            "The scores of {year} were made {draws} times, each time with other weights, goalposts, values within their error "
            "and ways of combining them. The audit says where the index holds and where it should be looked at; it is about all "
            "areas that are scored, not about one country."
        )
        return text.format(year=self.results.year, draws=self.words.numbers.whole(self.draws))

    def _counts(self) -> str:
        outcomes = [verdict.outcome for verdict in self.verdicts]
        if not outcomes:
            return ""
        text = self.words._("Good: {good}. Look at: {attention}. Not assessed: {rest}.")
        whole = self.words.numbers.whole
        good, attention = outcomes.count("good"), outcomes.count("attention")
        return text.format(good=whole(good), attention=whole(attention), rest=whole(len(outcomes) - good - attention))

    def _verdict(self, verdict: Verdict) -> VerdictRow:
        kind, colour = _MARKS[verdict.outcome]
        outcome = self._outcomes()[verdict.outcome]
        return VerdictRow(
            topic=self._topics().get(verdict.topic, verdict.topic),
            mark=marks.mark(kind, title=outcome, colour=colour),
            outcome=outcome,
            sentence=self.spoken.message(verdict.said, verdict.sentence),
            rule=self.spoken.message(verdict.by, verdict.rule),
        )

    def _outcomes(self) -> dict[str, str]:
        _ = self.words._
        return {"good": _("good"), "attention": _("look at"), "not assessed": _("not assessed")}

    def _topics(self) -> dict[str, str]:
        _ = self.words._
        return {
            "availability by indicator": _("Data for each indicator"),
            "availability by area": _("Data for each area"),
            "distributions": _("Skew and outliers"),
            "correlations": _("Correlations"),
            "reliability": _("Internal consistency"),
            "items": _("Parts that do not fit"),
            "sampling adequacy": _("Sampling adequacy"),
            "dimensions": _("One main dimension a group"),
            "effective weights": _("Effective weights"),
            "added value": _("What the index adds"),
            "robustness": _("Stability of the ranks"),
            "which choice matters most": _("Which choice matters most"),
            "alternatives": _("Other methods"),
            "leaving one out": _("Leaving one part out"),
        }

    def _weights(self) -> Figure | None:
        """Draw what each dimension counts for beside its declared weight."""
        rows = [row for row in self._rows("weights") if row["node"] == self.root]
        known = [row for row in rows if row["importance_share"] is not None]
        if not known:
            return None
        numbers = self.words.numbers
        highest = max(max(row["importance_share"], row["declared"]) for row in known)
        top = max(-(-highest // 0.1) * 0.1, 0.1)
        most = max(known, key=lambda row: row["importance_share"])
        title = self.words._("“{node}” counts for most: {effective} of the index, {declared} declared").format(
            node=self.names.get(most["child"], most["child"]), effective=numbers.share(most["importance_share"]),
            declared=numbers.share(most["declared"]),
        )  # fmt: skip
        chart = bars.bars(
            [bars.Bar(self.names.get(r["child"], r["child"]), r["importance_share"], r["declared"]) for r in rows],
            title=title, fmt=numbers.share_exact, axis=numbers.share, reference_label=self.words._("declared weight"),
            scale=(0.0, top), words=self.figures.chart_words,
        )  # fmt: skip
        note = self.words._(
            "Bars: effective weight, each dimension's share of the squared correlations with the overall score, {year}, all scored "
            "areas. Source: this run."
        )
        return Figure(title, self.figures.turned(chart), note.format(year=self.results.year))

    def _effective(self) -> Iterator[EffectiveRow]:
        """The dimensions and their parts, in the order of the tree."""
        by_parent: dict[str, list[dict[str, Any]]] = {}
        for row in self._rows("weights"):
            by_parent.setdefault(row["node"], []).append(row)
        nodes = {node.code for node in self.results.framework.nodes}
        for row in by_parent.get(self.root, []):
            yield self._effective_row(row, 0)
            for child in by_parent.get(row["child"], []):
                if child["child"] in nodes:
                    yield self._effective_row(child, 1)

    def _effective_row(self, row: dict[str, Any], depth: int) -> EffectiveRow:
        numbers = self.words.numbers
        ratio = row["ratio"]
        return EffectiveRow(
            name=self.names.get(row["child"], row["child"]),
            depth=depth,
            declared=numbers.share_exact(row["declared"]),
            effective=numbers.share_exact(row["importance_share"]),
            ratio=MISSING if ratio is None else numbers.value(ratio, 2),
        )

    def _wide(self, rows: Sequence[dict[str, Any]]) -> Iterator[WideRow]:
        known = [row for row in rows if row["width"] is not None]
        for row in sorted(known, key=lambda row: (-row["width"], row["area"]))[:_MOST_WIDE]:
            whole, score = self.words.numbers.whole, self.words.numbers.score
            ends = self.words._("{low} to {high}")
            low, high = row["rank_low"], row["rank_high"]
            yield WideRow(
                name=self.words.area(row["area"]),
                rank=f"{whole(row['rank'])} ({ends.format(low=whole(low), high=whole(high))})",
                width=whole(row["width"]),
                score=f"{score(row['score'])} ({ends.format(low=score(row['score_low']), high=score(row['score_high']))})",
            )

    def _sobol(self) -> Figure | None:
        """Draw how much of the ranks' movement each choice brings about."""
        found = [row for row in self._rows("sobol") if row["output"] == "mean_rank_shift" and row["total"] is not None]
        varied = sorted(found, key=lambda row: (-row["total"], row["choice"]))[:_MOST]
        if not varied:
            return None
        words, share = self.words, self.words.numbers.share
        title = words._("“{choice}” moves the ranks most: {alone} of the variance by itself").format(
            choice=self._choice(varied[0]["choice"]), alone=share(max(varied[0]["first"] or 0.0, 0.0))
        )
        rows = [
            sobol.Influence(self._choice(row["choice"]), _index(row, "first"), _index(row, "total")) for row in varied
        ]
        chart = sobol.influences(
            rows, title=title, names=(words._("by itself"), words._("with all others")), fmt=share,
            words=self.figures.chart_words,
        )  # fmt: skip
        note = words._("Sobol indices: shares of the variance of the mean rank shift, {year}; estimates, cut off at 0 and 1. Source: this run.")  # fmt: skip
        return Figure(title, self.figures.turned(chart), note.format(year=self.results.year))

    def _influence(self) -> Iterator[InfluenceTable]:
        """What moves the ranks most, where the audit looked into it."""
        _ = self.words._
        left = [row for row in self._rows("left_out") if row["mean_rank_shift"] is not None]
        if left:
            moved = sorted(left, key=lambda row: (-row["mean_rank_shift"], row["code"]))[:_MOST]
            rows = tuple(
                InfluenceRow(
                    self.names.get(row["code"], row["code"]), self.words.numbers.score(row["mean_rank_shift"]),
                    self.words.area(row["area"]) if row["area"] else MISSING,
                )
                for row in moved
            )  # fmt: skip
            heads = _("Left out"), _("Mean shift, places"), _("Most moved")
            yield InfluenceTable(_("The parts without which the ranks move most"), heads, rows)
        other = [row for row in self._rows("one_at_a_time") if row["mean_rank_shift"]]
        if other:
            moved = sorted(other, key=lambda row: (-row["mean_rank_shift"], row["choice"], row["alternative"]))[:_MOST]
            rows = tuple(self._alternative(row) for row in moved)
            heads = _("Varied alone"), _("Mean shift, places"), _("Most moved")
            yield InfluenceTable(_("One choice at a time: what another one would move"), heads, rows)

    def _alternative(self, row: dict[str, Any]) -> InfluenceRow:
        """One choice that is made another way while all others stay."""
        words, node = self.words, row["key"] or ""
        name = self._choice(row["choice"])
        if row["alternative"] != _DRAWN:
            name = words._("{choice}: {name}").format(choice=name, name=words.spelt(row["alternative"]))
        if node in self.names:
            name = words._("{text} ({aside})").format(text=name, aside=self.names[node])
        most = words.area(row["area"]) if row["area"] else MISSING
        return InfluenceRow(name, words.numbers.score(row["mean_rank_shift"]), most)

    def _known(self) -> dict[str, str]:
        """What the audit calls the choices, and says of them, in the words of the page."""
        _, choices = self.words._, self._choices()
        names = {noun: self.results.quoted(choices[code]) for noun, code in _NOUNS.items()}
        return {**names, _DRAWN: _("drawn"), "negative": _("negative"), "redundant": _("redundant")}

    def _choice(self, code: str) -> str:
        return self._choices().get(code, code)

    def _choices(self) -> dict[str, str]:
        _ = self.words._
        return {
            "weights": _("Weights"),
            "aggregation": _("Aggregation"),
            "normalisation": _("Normalisation"),
            "imputation": _("Imputation"),
            "treatment": _("Treatment of outliers"),
            "goalposts": _("Goalposts"),
            "observations": _("Error of the values"),
            "left_out": _("Leaving an indicator out"),
        }
