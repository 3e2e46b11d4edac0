"""The cover of a country's report: name, score as sure as it is, messages, contents."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.report.context import Place, place
from ssemon.report.material import CountryMaterial
from ssemon.report.numbers import MISSING


@dataclass(frozen=True, slots=True)
class Sure:
    """How sure the overall score is. Missing: an empty text is not printed; `absent` says why there is no score."""

    mark: str
    interval: str
    band: str
    certainty: str
    rank: str
    rank_label: str
    absent: str


@dataclass(frozen=True, slots=True)
class Cover:
    """What the cover says."""

    place: Place
    sure: Sure
    coverage: str
    messages: tuple[str, ...]


def cover(material: CountryMaterial) -> Cover:
    """Return what the cover says."""
    results, area, root = material.results, material.outcome.code, material.root.code
    return Cover(
        place=place(results, material.words, area, root),
        sure=sure(material),
        coverage=material.words.numbers.share(results.score(area, root).coverage),
        messages=material.findings.country_messages(material.outcome),
    )


def sure(material: CountryMaterial) -> Sure:
    """Return how sure the overall score is."""
    words, intervals, area, root = material.words, material.intervals, material.outcome.code, material.root.code
    found = material.results.score(area, root)
    interval, rank = intervals.of(found), intervals.rank(found)
    texts = words._("{share} interval {interval}"), words._("rank of {count} ({share} interval)")
    has_rank = rank != MISSING and found.ranked is not None
    return Sure(
        mark=intervals.mark(found),
        interval=texts[0].format(share=intervals.share, interval=interval) if interval else "",
        band=intervals.band(area, root) if material.figures.cuts else "",
        certainty=intervals.certainty(area, root) if material.figures.cuts else "",
        rank=rank if has_rank else "",
        rank_label=texts[1].format(count=words.numbers.whole(found.ranked), share=intervals.share),
        absent="" if found.score is not None else material.findings.overall(material.outcome),
    )
