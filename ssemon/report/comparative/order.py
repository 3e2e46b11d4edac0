"""How sure the order of the countries is: their places draw by draw, and every pair of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ssemon.model import CountryOutcome
from ssemon.report.charts import frequency
from ssemon.report.context import Figure
from ssemon.report.material import Material

# A pair is in order where one is above the other in this share of the draws (methods, section 10).
ORDERED = 0.90
# More countries than these make a matrix that nobody can read; the ranks' intervals say it then.
_MOST = 36
# Pairs that are named in words; the others are counted.
_MOST_PAIRS = 12


@dataclass(frozen=True, slots=True)
class Order:
    """The section."""

    lead: str
    places: Figure | None
    pairs: Figure | None
    unsure: tuple[str, ...]
    more: str


def order(material: Material) -> Order | None:
    """Return what the draws say of the order. Missing: None without draws of the countries' places."""
    told = material.results.robustness
    if told is None or "places" not in told.tables or "pairs" not in told.tables:
        return None
    places = {
        (area, place): share for area, place, share in told.tables["places"].select("area", "place", "share").rows()
    }
    pairs = {
        (one, other): share for one, other, share in told.tables["pairs"].select("area", "other", "probability").rows()
    }
    drawn = {area for area, _ in places}
    ranked = [outcome for outcome in material.ordered if outcome.code in drawn]
    if len(ranked) < 2:
        return None
    unsure = _unsure(material, ranked, pairs)
    most = len(ranked) <= _MOST
    return Order(
        lead=_lead(material, ranked, len(unsure)),
        places=_places(material, ranked, places) if most else None,
        pairs=_pairs(material, ranked, pairs) if most else None,
        unsure=tuple(unsure[:_MOST_PAIRS]),
        more=_more(material, len(unsure) - _MOST_PAIRS),
    )


def _lead(material: Material, ranked: Sequence[CountryOutcome], unsure: int) -> str:
    count = len(ranked) * (len(ranked) - 1) // 2
    return material.words.ngettext(
        "The order of {sure} of {count} pair of countries is sure: one is above the other in at least {least} of the draws.",
        "The order of {sure} of {count} pairs of countries is sure: one is above the other in at least {least} of the draws.",
        count, sure=material.words.numbers.whole(count - unsure), least=material.words.numbers.share(ORDERED),
    )  # fmt: skip


def _more(material: Material, left: int) -> str:
    if left <= 0:
        return ""
    return material.words.ngettext("{count} more pair is not sure.", "{count} more pairs are not sure.", left)


def _unsure(
    material: Material, ranked: Sequence[CountryOutcome], pairs: Mapping[tuple[str, str], float | None]
) -> list[str]:
    """Say of each pair whose order is not sure how often it is as printed, the least sure first."""
    words = material.words
    found = []
    for place, upper in enumerate(ranked):
        for lower in ranked[place + 1 :]:
            share = pairs.get((upper.code, lower.code))
            if share is not None and share < ORDERED:
                found.append((share, upper, lower))
    text = words._("{upper} is above {lower} in {share} of the draws.")
    return [
        text.format(upper=words.country(upper), lower=words.country(lower), share=words.numbers.share(share))
        for share, upper, lower in sorted(found, key=lambda pair: pair[0])
    ]


def _places(material: Material, ranked: Sequence[CountryOutcome], places: Mapping[tuple[str, int], float]) -> Figure:
    words, results = material.words, material.results
    count = len(ranked)
    shares = [[places.get((outcome.code, place), 0.0) for place in range(1, count + 1)] for outcome in ranked]
    firm = sum(max(row) >= ORDERED for row in shares)
    title = words.ngettext(
        "{firm} of {count} country keeps one place in nearly all draws",
        "{firm} of {count} countries keep one place in nearly all draws",
        count, firm=words.numbers.whole(firm),
    )  # fmt: skip
    chart = frequency.frequency(
        [words.country(outcome) for outcome in ranked], [words.numbers.whole(n) for n in range(1, count + 1)], shares,
        title=title, heading=words._("Place among the countries of this edition"), never=words._("in no draw"),
        point=words._("place of the printed score"), fmt=_rounded(material), marked={(n, n) for n in range(count)},
        words=material.figures.chart_words,
    )  # fmt: skip
    note = words._(
        "How many of 100 draws put a country in each place, {year}; 1 is the highest score. Source: {draws} draws of this run."
    )
    return Figure(title, material.figures.turned(chart), note.format(year=results.year, draws=_draws(material)))


def _pairs(
    material: Material, ranked: Sequence[CountryOutcome], pairs: Mapping[tuple[str, str], float | None]
) -> Figure:
    words = material.words
    shares = [[pairs.get((row.code, column.code)) for column in ranked] for row in ranked]
    title = words._("How often one country is above another")
    chart = frequency.frequency(
        [words.country(outcome) for outcome in ranked], [outcome.code for outcome in ranked], shares, title=title,
        heading=words._("In how many of 100 draws the country of the row is above that of the column"),
        never=words._("in no draw"), fmt=_rounded(material), blocked={(n, n) for n in range(len(ranked))},
        words=material.figures.chart_words,
    )  # fmt: skip
    note = words._("Overall score, {year}; a tie counts half. Source: {draws} draws of this run.")
    return Figure(
        title, material.figures.turned(chart), note.format(year=material.results.year, draws=_draws(material))
    )


def _draws(material: Material) -> str:
    told = material.results.robustness
    return material.words.numbers.whole(told.draws if told else None)


def _rounded(material: Material) -> Callable[[float], str]:
    """Write a share in hundredths; what is less than one is not a zero, what is not all is not a hundred."""
    whole = material.words.numbers.whole

    def written(share: float) -> str:
        if 0 < share < 0.005:
            return "<" + whole(1)
        if 0.995 <= share < 1:
            return ">" + whole(99)
        return whole(share * 100)

    return written
