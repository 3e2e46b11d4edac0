"""The key messages: what the report found, each with its number and where it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ssemon.groups import group_members
from ssemon.outline import known_sections
from ssemon.report.comparative.moves import base_year, moved_most, moves, signed
from ssemon.report.comparative.order import ORDERED
from ssemon.report.material import Material
from ssemon.report.universe import Universe


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `big` is its number, `unit` says what that counts; `section` is where it is shown, `at` its title."""

    big: str
    unit: str
    title: str
    texts: tuple[str, ...]
    section: str
    at: str


@dataclass(frozen=True, slots=True)
class Messages:
    """The page."""

    messages: tuple[Message, ...]


def messages(material: Material) -> Messages:
    """Return what can be said; a message without data is left out."""
    makers: tuple[Callable[[Material], Iterator[Message]], ...] = (
        _level, _order, _bands, _dimensions, _change, _groups, _data, _audit,
    )  # fmt: skip
    printed = set(material.results.edition.outline.of("comparative"))
    found = [message for make in makers for message in make(material)]
    return Messages(tuple(m if m.section in printed else _nowhere(m) for m in found))


def _nowhere(message: Message) -> Message:
    return Message(message.big, message.unit, message.title, message.texts, "", "")


def _message(material: Material, big: str, unit: str, said: str, texts: tuple[str, ...], section: str) -> Message:
    title = known_sections()["comparative"][section].title
    at = material.words._(title)
    return Message(big, unit, said, tuple(filter(None, texts)), section, at)


def _level(material: Material) -> Iterator[Message]:
    words, results, root = material.words, material.results, material.root.code
    scores = sorted(s for area in results.codes if (s := results.score(area, root).score) is not None)
    if not scores:
        return
    if len(scores) == 1:
        big, unit = words.numbers.score(scores[0]), words._("the one overall score")
    else:
        big = words.numbers.score(scores[-1] - scores[0])
        unit = words._("points between the lowest and the highest overall score")
    yield _message(material, big, unit, words._("Where the countries stand"), (material.findings.spread(),), "scores")


def _order(material: Material) -> Iterator[Message]:
    words, told = material.words, material.results.robustness
    if told is None or "pairs" not in told.tables:
        return
    shares = [share for share in told.tables["pairs"]["probability"].to_list() if share is not None]
    sure, count = sum(share >= ORDERED for share in shares), len(shares) // 2
    if not count:
        return
    unit = words._("pairs of countries whose order is sure")
    big = words._("{some} of {count}").format(some=words.numbers.whole(sure), count=words.numbers.whole(count))
    texts = (material.intervals.tie_sentence(), words._("Where intervals overlap, a difference may mean nothing."))
    yield _message(material, big, unit, words._("How far the order can be trusted"), texts, "order")


def _bands(material: Material) -> Iterator[Message]:
    words, results, root = material.words, material.results, material.root.code
    sure = [found for area in results.codes if (found := results.certainty(area, root)) is not None]
    said = material.intervals.band_count()
    if not sure or not said:
        return
    firm = sum(found.certainty == "firm" for found in sure)
    big = words._("{some} of {count}").format(some=words.numbers.whole(firm), count=words.numbers.whole(len(sure)))
    yield _message(
        material, big, words._("countries whose band is firm"), words._("Which bands hold"), (said,), "reading"
    )


def _dimensions(material: Material) -> Iterator[Message]:
    words, results = material.words, material.results
    known = [
        (found, node.name)
        for node in results.scored_dimensions
        if (found := results.median(node.code).value) is not None
    ]
    if len(known) < 2:
        return
    (top, high), (bottom, low) = max(known), min(known)
    score = words.numbers.score
    text = words._(
        "The median of the countries is highest in “{high}” ({top}) and lowest in “{low}” ({bottom})."
    ).format(high=high, top=score(top), low=low, bottom=score(bottom))
    yield _message(
        material, score(bottom), words._("lowest median of a dimension"), words._("Strong and weak dimensions"),
        (text, material.findings.widest()), "dimensions",
    )  # fmt: skip


def _change(material: Material) -> Iterator[Message]:
    words, results = material.words, material.results
    year = base_year(results)
    found = moves(results, material.root, year)
    changes = [move.change for move in found if move.change is not None]
    if year is None or not changes:
        return
    furthest = max(changes, key=abs)
    unit = words._("points, the greatest change since {year}").format(year=year)
    texts = (words.sentence(moved_most(material, found, year)), material.findings.moved())
    yield _message(material, signed(words, furthest), unit, words._("Who moved"), texts, "movers")


def _groups(material: Material) -> Iterator[Message]:
    words, root = material.words, material.root.code
    universe, ours = Universe(material.results), set(material.results.codes)
    groups = group_members(material.results.edition.groups, material.results.framework)
    known = [
        (found.value, words.group(name))
        for name, areas in groups.items()
        if areas & ours and (found := universe.median(root, areas)).value is not None
    ]
    if len(known) < 2:
        return
    (top, high), (bottom, low) = max(known), min(known)
    score = words.numbers.score
    text = words._("The median overall score is highest in “{high}” ({top}) and lowest in “{low}” ({bottom}).")
    yield _message(
        material, score(top - bottom), words._("points between the medians of two groups"), words._("Groups and regions"),
        (text.format(high=high, top=score(top), low=low, bottom=score(bottom)),), "peers",
    )  # fmt: skip


def _data(material: Material) -> Iterator[Message]:
    words, results = material.words, material.results
    scored = [leaf.code for leaf in results.framework.indicators if results.is_scored(leaf)]
    cells = [results.reading(area, code).score is not None for area in results.codes for code in scored]
    if not cells:
        return
    findings = material.findings
    texts = (findings.incomplete(), findings.absent(), findings.inputs())
    big = words.numbers.share(sum(cells) / len(cells))
    yield _message(
        material, big, words._("of all pairs of country and scored indicator have a value"),
        words._("What the scores rest on"), texts, "gaps",
    )  # fmt: skip


def _audit(material: Material) -> Iterator[Message]:
    words, told = material.words, material.results.robustness
    if told is None or not told.verdicts:
        return
    good = sum(verdict.outcome == "good" for verdict in told.verdicts)
    rest = [verdict for verdict in told.verdicts if verdict.outcome == "attention"]
    count = words.numbers.whole(len(told.verdicts))
    big = words._("{some} of {count}").format(some=words.numbers.whole(good), count=count)
    text = words.ngettext(
        "{count} topic of the statistical audit should be looked at; what was found stands beside its rule.",
        "{count} topics of the statistical audit should be looked at; what was found stands beside its rule.", len(rest),
    ) if rest else words._("No topic of the statistical audit needs to be looked at.")  # fmt: skip
    yield _message(
        material, big, words._("topics of the audit without a remark"), words._("How the index itself holds"), (text,),
        "robustness",
    )  # fmt: skip
