"""All areas that were scored, the comparators among them: for distributions and medians, never for one of them alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from math import isfinite
from statistics import median

from ssemon.report.results import LEAST_FOR_MEDIAN, Median, Results


class Universe:
    """The scores of the report's year of every area."""

    def __init__(self, results: Results) -> None:
        self.results = results

    def scores(self, node: str) -> Mapping[str, float]:
        """Return the score by area. Missing: an area without one is left out."""
        return self._scores.get(node, {})

    def median(self, node: str, areas: Collection[str] | None = None) -> Median:
        """Return the median of some areas, of all where none are named.

        Missing: None where fewer than four of them have a score: it would show single areas.
        """
        found = self.scores(node)
        known = [score for area, score in found.items() if areas is None or area in areas]
        return Median(median(known) if len(known) >= LEAST_FOR_MEDIAN else None, len(known))

    def observed(self, indicator: str) -> int:
        """Return how many areas have a scored value of an indicator."""
        return self._observed.get(indicator, 0)

    @cached_property
    def _observed(self) -> dict[str, int]:
        frame = self.results.run.indicator_scores
        there = frame.filter((frame["year"] == self.results.year) & frame["score"].is_not_null())
        return dict(there.group_by("indicator").len().rows())

    @cached_property
    def _scores(self) -> dict[str, dict[str, float]]:
        frame = self.results.run.scores
        rows = frame.filter(frame["year"] == self.results.year).select("node", "area", "score").drop_nulls().rows()
        found: dict[str, dict[str, float]] = {}
        for node, area, score in sorted(rows):
            if isfinite(score):
                found.setdefault(node, {})[area] = score
        return found
