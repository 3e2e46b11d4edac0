"""The sources of a report: the numbers that tables point to them by, and those of all countries, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ssemon.model import SourceFile
from ssemon.report.results import Results
from ssemon.report.words import Words


class SourceKeys:
    """The numbers that the tables of one country point to its sources by: those of its table of sources.

    Missing: a source that no data file names gets the next number when it is first asked for; no source has none.
    """

    def __init__(self, files: Sequence[SourceFile]) -> None:
        names = dict.fromkeys(file.source or file.file for file in files)
        self._numbers = {name: number for number, name in enumerate(names, start=1)}

    def of(self, name: str) -> int | None:
        """Return a source's number."""
        return self._numbers.setdefault(name, len(self._numbers) + 1) if name else None


@dataclass(frozen=True, slots=True)
class CommonSource:
    """A source that one or more countries use."""

    source: str
    citation: str
    url: str
    licence: str
    files: str
    countries: str


def common_sources(results: Results, words: Words) -> tuple[CommonSource, ...]:
    """Return each source once, in the order in which the run read them; the comparators' included."""
    found: dict[tuple[str, str, str, str], list[SourceFile]] = {}
    for outcome in results.run.countries:
        for file in outcome.sources:
            found.setdefault((file.source or file.file, file.citation, file.url, file.licence), []).append(file)
    return tuple(
        CommonSource(
            source=source,
            citation=citation,
            url=url,
            licence=licence,
            files=words.ngettext("{count} file", "{count} files", len(files)),
            countries=_countries(results, words, [file.country for file in files]),
        )
        for (source, citation, url, licence), files in found.items()
    )


def _countries(results: Results, words: Words, codes: Sequence[str]) -> str:
    """Who uses a source, by code; in words where all do."""
    if results.codes and set(results.codes) <= set(codes):
        return words._("all countries")
    return ", ".join(dict.fromkeys(codes))
