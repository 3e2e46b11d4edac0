"""The method of an edition in words, made from its profile."""

from __future__ import annotations

from collections.abc import Mapping

from ssemon.choices import NONE, Choice, CoverageRule
from ssemon.framework import Node
from ssemon.report import told
from ssemon.report.context import Paragraph
from ssemon.report.intervals import Intervals
from ssemon.report.results import LEAST_FOR_MEDIAN, Results
from ssemon.report.words import Words


class Methodology:
    """Says how the scores came about and how to read them."""

    def __init__(self, results: Results, words: Words) -> None:
        self.results = results
        self.words = words
        self.method = results.edition.method
        self.low, self.high = (words.numbers.whole(end) for end in self.method.normalisation_range)

    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Return the method's text, step by step."""
        _ = self.words._
        steps = (
            Paragraph(_("Which value stands for a year"), (self._period(),)),
            Paragraph(_("Before the values are scored"), self._preparation()),
            Paragraph(_("From values to indicator scores"), (self._normalisation(), *self._own_normalisation())),
            Paragraph(_("Weights"), (self._weighting(), *self._own_weighting(), self._informational())),
            Paragraph(_("From indicators to the overall score"), self._aggregation()),
            Paragraph(_("Coverage: when there is no score"), self._coverage()),
            Paragraph(_("Bands"), (self._bands(),)),
        )
        return tuple(
            Paragraph(step.title, tuple(text for text in step.texts if text)) for step in steps if any(step.texts)
        )

    def reading(self) -> tuple[str, ...]:
        """Return how a result is read, and how it is not."""
        _ = self.words._
        texts = [
            *Intervals(self.results, self.words).reading(),
            _("{low} and {high} are the goalposts of the indicators. A score half-way is neither an average nor a norm."),
            _("“..” means not available. A missing value is never a zero, and never a low value."),
        ]  # fmt: skip
        if self.results.has_confidential:
            texts.append(told.legend(self.words))
        if self._penalised():
            texts.append(_("The overall score is lower than the plain mean where the dimensions are uneven."))
        return tuple(text.format(low=self.low, high=self.high) for text in texts)

    def not_a(self) -> tuple[str, ...]:
        """Return what the score is not."""
        _ = self.words._
        statement = self.results.framework.statement
        texts = [statement] if statement else []
        texts.append(
            _(
                "The score summarises the indicators named here and nothing else; it does not judge a policy or a government."
            )
        )
        texts.append(
            _(
                "It is not made for allocating funds, and not for comparison with scores of another framework or edition."
            )
        )
        return tuple(texts)

    def _period(self) -> str:
        if self.method.max_age is None:
            return self.words._(
                "For each indicator the newest own value counts that is not older than the age the framework allows for it. "
                "The value keeps its own year, which is printed beside it, and is not changed."
            )
        if self.method.max_age == 0:
            return self.words._("Only values of the year itself count.")
        return self.words.ngettext(
            "For each indicator the newest own value of the year or the {count} year before counts, with its own year.",
            "For each indicator the newest own value of the year or the {count} years before counts, with its own year.",
            self.method.max_age,
        )

    def _preparation(self) -> tuple[str, ...]:
        """What is done to the values; what is not done is said too, because it is what a reader fears."""
        _ = self.words._
        method, texts = self.method, []
        if method.denominate or method.denominators:
            texts.append(_("Some indicators are divided by another one first, as the edition profile says."))
        imputed = self._named(
            method.imputation, method.indicator_imputation, _("Gaps are filled by the method “{name}”.")
        )
        texts += imputed or [_("No gap is filled.")]
        if imputed:
            texts.append(_("Filled values bear a mark and are counted in the imputed share."))
        treated = self._named(
            method.treatment, method.indicator_treatment, _("Outliers are treated by the method “{name}”.")
        )
        return (*texts, *(treated or [_("No outlier is treated.")]))

    def _named(self, general: Choice, own: Mapping[str, Choice], text: str) -> list[str]:
        """A sentence for the general method, and one for each indicator with its own; none where nothing is done."""
        texts = [text.format(name=general.method)] if general.method != NONE else []
        for code, choice in own.items():
            name = self.results.framework.indicator_by_code[code].name
            texts.append(self.words._("“{member}”: method “{name}”.").format(member=name, name=choice.method))
        return texts

    def _own_normalisation(self) -> list[str]:
        return self._named(Choice(NONE), self.method.indicator_normalisation, "")

    def _own_weighting(self) -> list[str]:
        nodes = self.results.framework.node_by_code
        text = self.words._("Weights below “{node}”: method “{name}”.")
        return [
            text.format(node=nodes[key].name if key in nodes else key, name=choice.method)
            for key, choice in self.method.node_weighting.items()
        ]

    def _normalisation(self) -> str:
        name = self.method.normalisation.method
        if name == "goalposts":
            text = self.words._(
                "Each value is placed between two fixed goalposts, in its own unit, on a scale from {low} to {high}; beyond them it "
                "is cut off. Where less is better the scale is turned round. The goalposts stand in the framework."
            )
        else:
            text = self.words._("Values are put on a scale from {low} to {high} by the method “{name}”.")
        return text.format(low=self.low, high=self.high, name=name)

    def _weighting(self) -> str:
        name = self.method.weighting.method
        if name == "declared":
            return self.words._(
                "The weights are those that the framework declares, relative to the siblings under one parent; where a sibling "
                "has no score, the others share its weight."
            )
        if name == "equal":
            return self.words._("All children of one parent weigh the same.")
        return self.words._("The weights come from the method “{name}”.").format(name=name)

    def _informational(self) -> str:
        shown = [leaf for leaf in self.results.framework.indicators if not self.results.is_scored(leaf)]
        if not shown:
            return ""
        return self.words.ngettext(
            "{count} indicator is shown for information: it is not scored and not counted.",
            "{count} indicators are shown for information: they are not scored and not counted.",
            len(shown),
        )

    def _aggregation(self) -> tuple[str, ...]:
        texts = []
        for level, nodes in self._levels():
            if level:
                text = self.words._("Scores of level {level} ({example}, …): {method}")
            else:
                text = self.words._("Overall score: {method}")
            method = self._aggregate(self.method.aggregation_of("", level).method)
            texts.append(text.format(level=level, example=nodes[0].name, method=method))
        for node in self.results.framework.nodes:
            if node.code in self.method.aggregation:
                method = self._aggregate(self.method.aggregation[node.code].method)
                texts.append(self.words._("“{node}”: {method}").format(node=node.name, method=method))
        return tuple(texts)

    def _aggregate(self, name: str) -> str:
        _ = self.words._
        known = {
            "arithmetic": _("weighted mean; a low score can be made up for by a high one."),
            "geometric": _("weighted geometric mean; a low score can be made up for only in part."),
            "harmonic": _("weighted harmonic mean; a low score can hardly be made up for."),
            "median": _("median."),
            "ampi": _("mean less a penalty for unevenness (adjusted Mazziotta-Pareto index); balance counts."),
            "mpi": _("mean less a penalty for unevenness (Mazziotta-Pareto index); balance counts."),
        }
        return known.get(name) or _("by the method “{name}”.").format(name=name)

    def _penalised(self) -> bool:
        root = self.results.framework.root
        return self.method.aggregation_of(root.code, 0).method in ("ampi", "mpi", "geometric", "harmonic")

    def coverage_rule(self) -> str:
        """Say what each level needs for a score."""
        return self.words.joined(self._coverage())

    def _coverage(self) -> tuple[str, ...]:
        texts = []
        for level, nodes in self._levels():
            rule = self.method.coverage_of("", level)
            if said := self._rule(rule):
                text = (
                    self.words._("Level {level} ({example}, …): {rule}")
                    if level
                    else self.words._("Overall score: {rule}")
                )
                texts.append(text.format(level=level, example=nodes[0].name, rule=said))
        if not texts:
            return (self.words._("No rule: whatever has a value is scored."),)
        return (self.words._("Without the coverage asked for a score is not shown and not estimated:"), *texts)

    def _rule(self, rule: CoverageRule) -> str:
        _ = self.words._
        share = self.words.numbers.share(rule.weight)
        parts = []
        if rule.weight:
            by_core = _("at least {share} of the core indicators with a value")
            by_weight = _("at least {share} of the weight of its indicators with a value")
            parts.append((by_core if rule.count == "core" else by_weight).format(share=share))
        if rule.children == "all":
            parts.append(_("all parts that carry weight with a score"))
        elif rule.children:
            parts.append(
                self.words.ngettext("{count} part with a score", "{count} parts with a score", int(rule.children))
            )
        return self.words.sentence(self.words.numbers.listed(parts)) if parts else ""

    def _bands(self) -> str:
        cuts, codes = self.method.band_cuts, self.method.band_codes
        if not codes:
            return ""
        whole = self.words.numbers.value
        parts = [self.words._("“{band}” below {cut}").format(band=self.words.band(codes[0]), cut=whole(cuts[0]))]
        for code, cut in zip(codes[1:], cuts, strict=False):
            parts.append(self.words._("“{band}” from {cut}").format(band=self.words.band(code), cut=whole(cut)))
        text = self.words._("{bands}. The cuts are conventions: a score near one may belong on either side.")
        return text.format(bands=self.words.numbers.listed(parts))

    def median(self) -> str:
        """Say what the medians in the tables are."""
        return self.words._(
            "Median: of the countries of this edition that have a value (their number in brackets); “..” with fewer than {least}."
        ).format(least=LEAST_FOR_MEDIAN)

    def _levels(self) -> list[tuple[int, list[Node]]]:
        """The levels of the tree that carry weight, from the top."""
        found: dict[int, list[Node]] = {}
        for node in self.results.framework.nodes:
            if node.weight > 0:
                found.setdefault(node.level, []).append(node)
        return sorted(found.items())
