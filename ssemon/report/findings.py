"""Sentences that say what the numbers say: the titles of figures, the leads of sections, the key messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ssemon.framework import Node
from ssemon.model import CountryOutcome
from ssemon.report.intervals import PARTIAL, Intervals
from ssemon.report.results import NodeScore, Results
from ssemon.report.words import Words

# Differences of fewer points are not put into words as a difference.
LEAST_DIFFERENCE = 3.0


class Findings:
    """Says what a run found, in one language."""

    def __init__(self, results: Results, words: Words) -> None:
        self.results = results
        self.words = words
        self.intervals = Intervals(results, words)
        self.root = results.framework.root.code

    def overall(self, outcome: CountryOutcome) -> str:
        """Say the overall score of a country, or why there is none."""
        found = self.results.score(outcome.code, self.root)
        if found.is_confidential:
            return self.words._("The score is confidential: a confidential value could be worked out from it.")
        if found.score is None:
            return self._not_scored(outcome, found.coverage)
        top = self.words.numbers.whole(self.results.edition.method.normalisation_range[1])
        interval = self.intervals.of(found)
        text = (
            self.words._("{country} scores {score} out of {top} in {year} ({share} interval {interval}).")
            if interval
            else self.words._("{country} scores {score} out of {top} in {year}.")
        )
        said = text.format(
            country=self.words.country(outcome), score=self.words.numbers.score(found.score), top=top,
            year=self.words.numbers.year(self.results.year), share=self.intervals.share, interval=interval,
        )  # fmt: skip
        return self.words.joined([said, self.partial(found), self.intervals.band_sentence(outcome.code)])

    def partial(self, found: NodeScore) -> str:
        """Say on how much of its inputs a score rests, where it is not on all."""
        if not found.is_partial:
            return ""
        text = self.words._("The score rests on {share} of its inputs by weight.")
        return text.format(share=self.words.numbers.share(found.coverage))

    def _not_scored(self, outcome: CountryOutcome, coverage: float | None) -> str:
        text = self.words._(
            "{country} has no overall score for {year}: {coverage} of what is needed was observed, less than the rule asks for."
        )
        if not coverage:
            text = self.words._("{country} has no overall score for {year}: there are no values to score.")
        return text.format(
            country=self.words.country(outcome),
            year=self.words.numbers.year(self.results.year),
            coverage=self.words.numbers.share(coverage),
        )

    def coverage(self, outcome: CountryOutcome) -> str:
        """Say how much of the framework the country's data cover."""
        results, words = self.results, self.words
        scored = [leaf for leaf in results.framework.indicators if results.is_scored(leaf)]
        observed = [leaf for leaf in scored if results.reading(outcome.code, leaf.code).score is not None]
        years = results.observed_years(outcome.code)
        if not observed:
            return words.ngettext(
                "The only scored indicator has no value.",
                "None of the {count} scored indicators has a value.",
                len(scored),
            )
        some, first, last = words.numbers.whole(len(observed)), str(years[0]), str(years[-1])
        if first == last:
            return words.ngettext(
                "{some} of {count} scored indicator has a value; all inputs date from {last}.",
                "{some} of {count} scored indicators have a value; all inputs date from {last}.",
                len(scored), some=some, last=last,
            )  # fmt: skip
        return words.ngettext(
            "{some} of {count} scored indicator has a value; the inputs date from {first} to {last}.",
            "{some} of {count} scored indicators have a value; the inputs date from {first} to {last}.",
            len(scored), some=some, first=first, last=last,
        )  # fmt: skip

    def extremes(self, outcome: CountryOutcome) -> str:
        """Say which dimension scores highest and which lowest."""
        ranked = self._scored_nodes(outcome, self.results.scored_dimensions)
        if not ranked:
            return self.words._("No dimension has a score")
        (high, top), (low, bottom) = ranked[0], ranked[-1]
        score = self.words.numbers.score
        if len(ranked) == 1:
            return self.words._("{node} scores {score}").format(node=high.name, score=self._told(outcome, high))
        if top - bottom < LEAST_DIFFERENCE:
            return self.words._("The dimensions lie close together: {low} to {high}").format(
                low=score(bottom), high=score(top)
            )
        return self.words._("“{high}” scores highest ({top}), “{low}” lowest ({bottom})").format(
            high=high.name, top=self._told(outcome, high), low=low.name, bottom=self._told(outcome, low)
        )

    def _told(self, outcome: CountryOutcome, node: Node) -> str:
        """Write a score for a headline: one on incomplete coverage never stands there without saying so."""
        found = self.results.score(outcome.code, node.code)
        score = self.words.numbers.score(found.score)
        if not found.is_partial:
            return score
        text = self.words._("{score}, on {share} of its inputs")
        return text.format(score=score, share=self.words.numbers.share(found.coverage))

    def movement(self, series: Mapping[int, float | None], subject: str) -> str:
        """Say how a named series moved."""
        return self.words._("{subject}: {change}").format(subject=subject, change=self.change(series))

    def change(self, series: Mapping[int, float | None]) -> str:
        """Say how a series moved from its first value to that of the report's year."""
        known = [
            (year, score) for year, score in sorted(series.items()) if score is not None and year <= self.results.year
        ]
        if len(known) < 2:
            return self.words._("too few years with a score for a trend")
        (first, start), (last, end) = known[0], known[-1]
        if abs(end - start) < LEAST_DIFFERENCE:
            text = self.words._("about the same in {last} ({end}) as in {first} ({start})")
        elif end > start:
            text = self.words._("up from {start} in {first} to {end} in {last}")
        else:
            text = self.words._("down from {start} in {first} to {end} in {last}")
        score = self.words.numbers.score
        return text.format(first=first, last=last, start=score(start), end=score(end))

    def coverage_change(self, area: str, node: str) -> str:
        """Warn where the first and the report's year do not rest on the same inputs."""
        years = [year for year in self.results.years if self.results.score(area, node, year).score is not None]
        if not years:
            return ""
        first = self.results.score(area, node, years[0]).coverage
        now = self.results.score(area, node).coverage
        if first is None or now is None or abs(first - now) < 0.005:
            return ""
        share = self.words.numbers.share
        return self.words._(
            "Not all years rest on the same inputs: {first} of the indicators by weight in {year}, {now} in {last}."
        ).format(first=share(first), year=years[0], now=share(now), last=self.results.year)

    def dimension(self, outcome: CountryOutcome, node: Node) -> str:
        """Say how a dimension stands beside the median of the edition's countries."""
        found = self.results.score(outcome.code, node.code)
        words = self.words
        if found.is_confidential:
            return words._("The score is confidential: a confidential value could be worked out from it.")
        if found.score is None:
            text = words._("No score: {coverage} of the indicators by weight have a value.")
            return text.format(coverage=words.numbers.share(found.coverage or 0.0))
        middle = self.results.median(node.code)
        score = self.intervals.scored(found)
        if middle.value is None:
            said = words._("Score {score}.").format(score=score)
        else:
            gap = found.score - middle.value
            if found.low is None or found.high is None:
                near = abs(gap) < LEAST_DIFFERENCE
            else:
                near = found.low <= middle.value <= found.high
            said = self._beside(score, gap, near, middle.count, words.numbers.score(middle.value))
        return words.joined([said, self.partial(found)])

    def _beside(self, score: str, gap: float, near: bool, count: int, median: str) -> str:
        """Say on which side of the median a score lies, where they can be told apart."""
        ngettext = self.words.ngettext
        if near:
            return ngettext(
                "Score {score}, close to the median of {count} country ({median}).",
                "Score {score}, close to the median of {count} countries ({median}).",
                count, score=score, median=median,
            )  # fmt: skip
        if gap > 0:
            return ngettext(
                "Score {score}, above the median of {count} country ({median}).",
                "Score {score}, above the median of {count} countries ({median}).",
                count, score=score, median=median,
            )  # fmt: skip
        return ngettext(
            "Score {score}, below the median of {count} country ({median}).",
            "Score {score}, below the median of {count} countries ({median}).",
            count, score=score, median=median,
        )  # fmt: skip

    def balance(self, outcome: CountryOutcome) -> str:
        """Say how far the dimensions lie apart, where the overall score depends on it."""
        ranked = self._scored_nodes(outcome, self.results.scored_dimensions)
        if len(ranked) < 2:
            return ""
        spread = ranked[0][1] - ranked[-1][1]
        return self.words.ngettext(
            "The score of {count} dimension has a range of {points} points.",
            "The scores of {count} dimensions have a range of {points} points.",
            len(ranked), points=self.words.numbers.score(spread),
        )  # fmt: skip

    def country_messages(self, outcome: CountryOutcome) -> tuple[str, ...]:
        """Return the messages of a country's cover."""
        series = self.results.series(outcome.code, self.root)
        found = self.results.score(outcome.code, self.root)
        overall = ""  # the cover says why there is no score
        if found.score is not None:
            overall = self.words.joined([self.intervals.band_sentence(outcome.code), self.intervals.ties(outcome)])
        messages = [
            overall,
            self.words.sentence(self.extremes(outcome)),
            self.words.sentence(self.movement(series, self.words._("Overall score"))),
            self.coverage(outcome),
        ]
        return tuple(message for message in messages if message)

    def comparative_messages(self) -> tuple[str, ...]:
        """Return the messages of the comparative report's cover."""
        return tuple(
            text
            for text in (
                self.spread(),
                self.intervals.tie_sentence(),
                self.intervals.band_count(),
                self.widest(),
                self.moved(),
                self.incomplete(),
                self.absent(),
                self.inputs(),
            )
            if text
        )

    def incomplete(self) -> str:
        """Name the countries whose overall score rests on less than all of its inputs."""
        partial = [
            outcome for outcome in self.results.countries if self.results.score(outcome.code, self.root).is_partial
        ]
        if not partial:
            return ""
        named = [self.words.country(outcome) for outcome in partial]
        text = self.words._("On incomplete coverage, marked {mark}: {countries}.")
        return text.format(mark=PARTIAL, countries=self.words.numbers.listed(self.words.in_order(named)))

    def spread(self) -> str:
        """Say how far the overall scores lie apart."""
        scored = self._countries_with_scores(self.root)
        if len(scored) < 2:
            return self.overall(scored[0][0]) if scored else ""
        middle = self.results.median(self.root)
        (first, top), (last, bottom) = scored[0], scored[-1]
        score = self.words.numbers.score
        named = {
            "bottom": self._scored(last, bottom), "last": self.words.country(last),
            "top": self._scored(first, top), "first": self.words.country(first),
        }  # fmt: skip
        if middle.value is None:
            return self.words._("Overall scores run from {bottom} ({last}) to {top} ({first}).").format(**named)
        return self.words.ngettext(
            "Overall scores run from {bottom} ({last}) to {top} ({first}); the median of {count} country is {median}.",
            "Overall scores run from {bottom} ({last}) to {top} ({first}); the median of {count} countries is {median}.",
            middle.count, median=score(middle.value), **named,
        )  # fmt: skip

    def _scored(self, outcome: CountryOutcome, score: float) -> str:
        """Write an overall score with the mark that it may bear."""
        return self.words.numbers.score(score) + self.intervals.mark(self.results.score(outcome.code, self.root))

    def widest(self) -> str:
        """Say in which dimension countries lie furthest apart, and in which closest together."""
        spreads = []
        for node in self.results.scored_dimensions:
            scored = self._countries_with_scores(node.code)
            if len(scored) >= 2:
                spreads.append((scored[0][1] - scored[-1][1], node))
        if len(spreads) < 2:
            return ""
        widest, narrowest = max(spreads, key=lambda pair: pair[0]), min(spreads, key=lambda pair: pair[0])
        return self.words._(
            "Countries lie furthest apart in “{wide}” (range of the scores: {most}) and closest together in “{narrow}” ({least})."
        ).format(
            wide=widest[1].name, most=self.words.numbers.whole(widest[0]),
            narrow=narrowest[1].name, least=self.words.numbers.whole(narrowest[0]),
        )  # fmt: skip

    def moved(self) -> str:
        """Say how many scores rose and fell since the first year."""
        up = down = known = 0
        first = self.results.years[0]
        for area in self.results.codes:
            start, end = self.results.score(area, self.root, first).score, self.results.score(area, self.root).score
            if start is not None and end is not None:
                up += end - start >= LEAST_DIFFERENCE
                down += start - end >= LEAST_DIFFERENCE
            known += start is not None and end is not None
        if not known:
            return ""
        whole = self.words.numbers.whole
        return self.words.ngettext(
            "Scores at least {points} points higher than in {first}: {up} of {count} country; at least as much lower: {down}.",
            "Scores at least {points} points higher than in {first}: {up} of {count} countries; at least as much lower: {down}.",
            known, points=whole(LEAST_DIFFERENCE), first=str(first), up=whole(up), down=whole(down),
        )  # fmt: skip

    def absent(self) -> str:
        """Name the countries that are not available."""
        absent = [self.words.country(outcome) for outcome in self.results.countries if not outcome.available]
        if not absent:
            return ""
        text = self.words._(
            "Not available in this edition: {countries}. Their problems are listed with the way to mend them."
        )
        return text.format(countries=self.words.numbers.listed(self.words.in_order(absent)))

    def inputs(self) -> str:
        """Say from which years the inputs are."""
        years = [year for area in self.results.codes for year in self.results.observed_years(area)]
        if not years:
            return ""
        text = self.words._("Inputs of the {year} scores date from {first} to {last}.")
        if min(years) == max(years):
            text = self.words._("All inputs of the {year} scores date from {last}.")
        return text.format(year=self.results.year, first=min(years), last=max(years))

    def league(self) -> str:
        """Say the title of the figure with all overall scores."""
        scored = self._countries_with_scores(self.root)
        if len(scored) < 2:
            return self.words._("Overall scores")
        cuts, codes = self.results.edition.method.band_cuts, self.results.edition.method.band_codes
        if cuts:
            highest = [outcome for outcome, _ in scored if self._is_highest(outcome, codes[-1])]
            if highest:
                return self.words.ngettext(
                    "The highest band is reached by {count} country",
                    "The highest band is reached by {count} countries",
                    len(highest),
                )
        return self.words.ngettext(
            "{count} point lies between the highest and the lowest overall score",
            "{count} points lie between the highest and the lowest overall score",
            round(scored[0][1] - scored[-1][1]),
        )

    def _is_highest(self, outcome: CountryOutcome, code: str) -> bool:
        """Whether a country is in the highest band; where there are draws, firmly."""
        sure = self.results.certainty(outcome.code, self.root)
        if sure is None:
            return self.results.score(outcome.code, self.root).band == code
        return sure.bands == (code,) and sure.certainty == "firm"

    def ranks(self) -> str:
        """Say the title of the figure with all ranks."""
        groups = self.results.ties
        several = sum(len(group) > 1 for group in groups)
        if not several:
            return self.words._("Ranks and their intervals")
        return self.words.ngettext(
            "{count} tie group holds more than one country: ranks within it are equal",
            "{count} tie groups hold more than one country: ranks within one are equal",
            several,
        )

    def middle(self, node: Node) -> str:
        """Say how many countries have a score in a dimension, and the median."""
        found = self.results.median(node.code)
        text = self.words.ngettext("{count} country has a score.", "{count} countries have a score.", found.count)
        if found.value is not None:
            median = self.words._("The median is {median}.").format(median=self.words.numbers.score(found.value))
            return self.words.joined([text, median])
        return text

    def spread_of(self, node: Node) -> str:
        """Say how far the countries lie apart in a dimension."""
        scored = self._countries_with_scores(node.code)
        if not scored:
            return self.words._("No country has a score")
        first, last = scored[0][0], scored[-1][0]
        if len(scored) == 1:
            return self.words._("Only {country} has a score: {score}").format(
                country=self.words.country(first), score=self._told(first, node)
            )
        return self.words._("From {bottom} in {last} to {top} in {first}").format(
            bottom=self._told(last, node), last=self.words.country(last), top=self._told(first, node),
            first=self.words.country(first),
        )  # fmt: skip

    def _countries_with_scores(self, node: str) -> Sequence[tuple[CountryOutcome, float]]:
        pairs = ((one, self.results.score(one.code, node).score) for one in self.results.in_score_order(node))
        return [(outcome, score) for outcome, score in pairs if score is not None]

    def _scored_nodes(self, outcome: CountryOutcome, nodes: Sequence[Node]) -> list[tuple[Node, float]]:
        found = [(node, self.results.score(outcome.code, node.code).score) for node in nodes]
        scored = [(node, score) for node, score in found if score is not None]
        return sorted(scored, key=lambda pair: -pair[1])
