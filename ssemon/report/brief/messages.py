"""Three messages for a desk: where the country stands, what is strong and weak, how it moved."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.framework import Node
from ssemon.report.findings import LEAST_DIFFERENCE
from ssemon.report.material import CountryMaterial


@dataclass(frozen=True, slots=True)
class Message:
    """What is said, under a heading."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Messages:
    """The messages, in their order."""

    messages: tuple[Message, ...]


def messages(material: CountryMaterial) -> Messages:
    """Return the messages. Missing: each says why it can say nothing else."""
    _, findings = material.words._, material.findings
    series = material.results.series(material.outcome.code, material.root.code)
    moved = [
        material.words.sentence(findings.movement(series, _("Overall score"))),
        findings.coverage_change(material.outcome.code, material.root.code),
    ]
    strong = [material.words.sentence(findings.extremes(material.outcome)), _beside_median(material)]
    return Messages(
        (
            Message(_("Where the country stands"), _standing(material)),
            Message(_("What is strong, what is weak"), material.words.joined(strong)),
            Message(_("How it moved"), material.words.joined(moved)),
        )
    )


def _standing(material: CountryMaterial) -> str:
    """Band, rank and those it shares it with; without a score, why there is none."""
    area, intervals = material.outcome.code, material.intervals
    found = material.results.score(area, material.root.code)
    if found.score is None:
        return material.findings.overall(material.outcome)
    said = [intervals.band_sentence(area), intervals.rank_sentence(found), intervals.ties(material.outcome)]
    return material.words.joined(said) or material.findings.overall(material.outcome)


def _beside_median(material: CountryMaterial) -> str:
    """Say in how many dimensions the country is above, and in how many below the median of the countries.

    Missing: nothing where fewer than two dimensions have a score and a median.
    """
    sides = [_side(material, node) for node in material.results.scored_dimensions]
    known = [side for side in sides if side is not None]
    words, count = material.words, len(known)
    if count < 2:
        return ""
    if len(set(sides)) == 1:
        return {
            1: words.ngettext("The dimension is above the median of the countries.", "All {count} dimensions are above the median of the countries.", count),
            -1: words.ngettext("The dimension is below the median of the countries.", "All {count} dimensions are below the median of the countries.", count),
            0: words.ngettext("The dimension is close to the median of the countries.", "All {count} dimensions are close to the median of the countries.", count),
        }[known[0]]  # fmt: skip
    whole = words.numbers.whole
    return words.ngettext(
        "Beside the median of the countries: of {count} dimension that has one, {above} above, {below} below, {near} close to it.",
        "Beside the median of the countries: of {count} dimensions that have one, {above} above, {below} below, {near} close to it.",
        count, above=whole(known.count(1)), below=whole(known.count(-1)), near=whole(known.count(0)),
    )  # fmt: skip


def _side(material: CountryMaterial, node: Node) -> int | None:
    """1 above the median, -1 below, 0 where they cannot be told apart; None where one of them is missing."""
    found, middle = material.results.score(material.outcome.code, node.code), material.results.median(node.code).value
    if found.score is None or middle is None:
        return None
    if found.low is not None and found.high is not None:
        near = found.low <= middle <= found.high
    else:
        near = abs(found.score - middle) < LEAST_DIFFERENCE
    return 0 if near else 1 if found.score > middle else -1
