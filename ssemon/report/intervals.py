"""How sure a result is, in words: intervals, ranks that never stand without one, bands, ties, incomplete coverage."""

from __future__ import annotations

from collections.abc import Iterable

from ssemon.model import CountryOutcome
from ssemon.report import told
from ssemon.report.numbers import MISSING
from ssemon.report.results import NodeScore, Results
from ssemon.report.words import Words

# Beside a score that rests on less than all of its inputs.
PARTIAL = "†"
_FIRM, _LIKELY = "firm", "likely"


class Intervals:
    """Says how sure the scores of the report's year are, in one language.

    Missing: without draws of that year every text that needs them is empty, and `reading` says so.
    """

    def __init__(self, results: Results, words: Words) -> None:
        self.results = results
        self.words = words
        self.root = results.framework.root.code

    @property
    def exist(self) -> bool:
        """Whether the run drew the report's year."""
        return self.results.robustness is not None

    @property
    def share(self) -> str:
        """The share of draws that an interval holds."""
        told = self.results.robustness
        return self.words.numbers.share(told.interval) if told else ""

    def of(self, found: NodeScore) -> str:
        """Write a score's interval.

        Missing: empty.
        """
        if found.low is None or found.high is None:
            return ""
        return self._ends(self.words.numbers.score(found.low), self.words.numbers.score(found.high))

    def scored(self, found: NodeScore) -> str:
        """Write a score with its mark and its interval."""
        shown = told.score(found, self.words.numbers) + self.mark(found)
        interval = self.of(found)
        return self.words._("{score} ({interval})").format(score=shown, interval=interval) if interval else shown

    def mark(self, found: NodeScore) -> str:
        """The mark of a score on incomplete coverage; empty for any other."""
        return PARTIAL if found.is_partial else ""

    def footnote(self, scores: Iterable[NodeScore]) -> str:
        """Explain the mark where one of the scores bears it."""
        return self.legend() if any(found.is_partial for found in scores) else ""

    def legend(self) -> str:
        """Say what the mark means."""
        text = self.words._("{mark} Rests on less than all of its inputs; the coverage says on how many.")
        return text.format(mark=PARTIAL)

    def rank(self, found: NodeScore) -> str:
        """Write a rank with its interval.

        Missing: `..` without an interval: no rank stands alone.
        """
        if found.rank is None or found.rank_low is None or found.rank_high is None:
            return MISSING
        return self.words._("{rank} ({interval})").format(
            rank=self.words.numbers.whole(found.rank), interval=self.rank_interval(found)
        )

    def rank_interval(self, found: NodeScore) -> str:
        """Write the interval of a rank."""
        if found.rank_low is None or found.rank_high is None:
            return ""
        return self._ends(self.words.numbers.whole(found.rank_low), self.words.numbers.whole(found.rank_high))

    def rank_sentence(self, found: NodeScore) -> str:
        """Say where a country ranks; nothing where the rank has no interval."""
        if found.rank is None or found.ranked is None or not self.rank_interval(found):
            return ""
        return self.words.ngettext(
            "Rank {rank} of {count} country; {share} interval {interval}.",
            "Rank {rank} of {count} countries; {share} interval {interval}.",
            found.ranked, rank=self.words.numbers.whole(found.rank), share=self.share,
            interval=self.rank_interval(found),
        )  # fmt: skip

    def band(self, area: str, node: str) -> str:
        """Write a band as sure as it is: alone, or two where it is open between them."""
        sure = self.results.certainty(area, node)
        found = self.results.score(area, node)
        if found.score is None:
            return ""
        if sure is None:
            return self.words.band(found.band)
        return "/".join(self.words.band(code) for code in sure.bands)

    def certainty(self, area: str, node: str) -> str:
        """Write how sure a band is, in brackets' length."""
        sure = self.results.certainty(area, node)
        if sure is None or self.results.score(area, node).score is None:
            return ""
        share = self.words.numbers.share(sure.probability)
        if sure.certainty == _FIRM:
            return self.words._("firm, {share}").format(share=share)
        if sure.certainty == _LIKELY:
            return self.words._("likely, {share}").format(share=share)
        return self.words._("open")

    def band_sentence(self, area: str) -> str:
        """Say a country's band, and how many of the draws put it there."""
        sure = self.results.certainty(area, self.root)
        found = self.results.score(area, self.root)
        if found.score is None or not self.results.edition.method.band_codes:
            return ""
        if sure is None:
            return self.words._("Band: “{band}”.").format(band=self.words.band(found.band))
        text = {
            _FIRM: self.words._("The band “{band}” is firm: {share} of the draws fall into it."),
            _LIKELY: self.words._("The band “{band}” is likely: {share} of the draws fall into it."),
        }.get(
            sure.certainty,
            self.words._("The band is open: “{band}”, with at most {share} of the draws in one of the two."),
        )
        return text.format(band=self.band(area, self.root), share=self.words.numbers.share(sure.probability))

    def ties(self, outcome: CountryOutcome) -> str:
        """Say with which countries of the edition a country shares its rank."""
        group = next((group for group in self.results.ties if outcome.code in group), ())
        others = [self._name(area) for area in group if area != outcome.code]
        if not others:
            return ""
        text = self.words._("Not to be told apart by rank from: {countries}.")
        return text.format(countries=self.words.numbers.listed(self.words.in_order(others)))

    def tie_sentence(self) -> str:
        """Say which countries of the edition share a rank."""
        groups = [group for group in self.results.ties if len(group) > 1]
        if not self.results.ties:
            return ""
        if not groups:
            return self.words._("No two countries of the edition are in one tie group.")
        named = [self.words.numbers.listed([self._name(area) for area in group]) for group in groups]
        text = self.words._("Ranks within a tie group are equal: {groups}.")
        return text.format(groups=self.words.apart(named))

    def band_count(self) -> str:
        """Say for how many countries the band is firm, and name the others."""
        codes = [area for area in self.results.codes if self.results.certainty(area, self.root) is not None]
        scored = [area for area in codes if self.results.score(area, self.root).score is not None]
        if not scored or not self.results.edition.method.band_codes:
            return ""
        unsure = [
            area for area in scored if (sure := self.results.certainty(area, self.root)) and sure.certainty != _FIRM
        ]
        firm = self.words.numbers.whole(len(scored) - len(unsure))
        if not unsure:
            return self.words.ngettext(
                "The band of {count} country is firm.", "The bands of all {count} countries are firm.", len(scored)
            )
        names = self.words.numbers.listed(self.words.in_order(self._name(area) for area in unsure))
        return self.words.ngettext(
            "The band is firm for {firm} of {count} country; it is less sure for {countries}.",
            "The band is firm for {firm} of {count} countries; it is less sure for {countries}.",
            len(scored), firm=firm, countries=names,
        )  # fmt: skip

    def reading(self) -> tuple[str, ...]:
        """Return how intervals, ranks and tie groups are read."""
        _ = self.words._
        if self.results.robustness is None:
            return (
                _("This run varied nothing, so the report has no intervals. It prints no rank, because a rank without its interval says too much."),
                _("Countries are listed by score; a small difference between neighbours may mean nothing."),
            )  # fmt: skip
        draws = self.words.numbers.whole(self.results.robustness.draws)
        texts = (
            _("An interval holds {share} of {draws} scorings in which weights, goalposts, the values within their error and the way of combining them were varied. It does not cover what the indicators leave out."),
            _("Countries are listed by score. Where intervals overlap, the order may be the other way round: ranks within a tie group are equal."),
            _("A tie group holds countries that its first one is above in fewer than 90 of 100 draws; it is formed among all ranked countries."),
        )  # fmt: skip
        return tuple(text.format(share=self.share, draws=draws) for text in texts)

    def _name(self, area: str) -> str:
        return self.words.country(self.results.run.country(area))

    def _ends(self, low: str, high: str) -> str:
        return self.words._("{low} to {high}").format(low=low, high=high)
