"""What the sections of a report are built from: the run, the words, and who says, draws and explains."""

from __future__ import annotations

from functools import cached_property

from ssemon.framework import Node
from ssemon.model import CountryOutcome
from ssemon.report.figures import Figures
from ssemon.report.findings import Findings
from ssemon.report.intervals import Intervals
from ssemon.report.methodology import Methodology
from ssemon.report.results import Results
from ssemon.report.sources import SourceKeys
from ssemon.report.words import Words


class Material:
    """What every section may use, made once a report."""

    def __init__(self, results: Results, words: Words) -> None:
        self.results = results
        self.words = words
        self.findings = Findings(results, words)
        self.figures = Figures(results, words, self.findings)
        self.methodology = Methodology(results, words)
        self.intervals = Intervals(results, words)

    @property
    def root(self) -> Node:
        """The node of the overall score."""
        return self.results.framework.root

    @cached_property
    def ordered(self) -> list[CountryOutcome]:
        """The countries by falling score."""
        return self.results.in_score_order()

    @property
    def edition(self) -> str:
        """The title of the edition, or of its framework where it has none."""
        return self.results.edition.title or self.results.framework.title


class CountryMaterial(Material):
    """What a section about one country may use."""

    def __init__(self, results: Results, words: Words, outcome: CountryOutcome) -> None:
        super().__init__(results, words)
        self.outcome = outcome

    @cached_property
    def source_keys(self) -> SourceKeys:
        """What the country's tables point to its sources by."""
        return SourceKeys(self.outcome.sources)

    @property
    def name(self) -> str:
        """The country's name in the language of the report."""
        return self.words.country(self.outcome)
