"""What is measured and with what weight: the annex of the comparative report."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.framework import Indicator, Node
from ssemon.report.numbers import MISSING
from ssemon.report.results import Results
from ssemon.report.rows import sentence, short_source
from ssemon.report.words import Words

# Columns of indicators.csv that a framework may have; where it has not, nothing is printed.
_STRENGTH, _CAVEAT = "proxy_strength", "caveat"
# So many sources of an indicator are named; of more the first ones, and how many others there are.
_MOST_SOURCES = 2


@dataclass(frozen=True, slots=True)
class WeightRow:
    """A node's or indicator's declared weight and its share of the whole."""

    name: str
    depth: int
    weight: str
    share: str


@dataclass(frozen=True, slots=True)
class WeightTable:
    """The weights of one dimension."""

    name: str
    rows: tuple[WeightRow, ...]


@dataclass(frozen=True, slots=True)
class CodebookRow:
    """An indicator in full."""

    code: str
    name: str
    definition: str
    unit: str
    goalposts: str
    better: str
    basis: str
    source: str
    strength: str
    caveat: str
    scored: bool


@dataclass(frozen=True, slots=True)
class CodebookTable:
    """The indicators of one dimension."""

    name: str
    rows: tuple[CodebookRow, ...]


def weight_tables(results: Results, words: Words) -> tuple[WeightTable, ...]:
    """Return a table of weights for each dimension."""
    return tuple(
        WeightTable(node.name, tuple(_weight_rows(results, words, node, 0)))
        for node in results.dimensions
        if results.leaves(node)
    )


def _weight_rows(results: Results, words: Words, member: Node | Indicator, depth: int) -> list[WeightRow]:
    if isinstance(member, Indicator):
        share = results.shares.get(member.code, 0.0)
        return [_weight_row(words, member, depth, share)]
    leaves = results.leaves(member) if depth == 0 else results.framework.leaves(member.code)
    share = sum(results.shares.get(leaf.code, 0.0) for leaf in leaves)
    rows = [_weight_row(words, member, depth, share)]
    children = leaves if not member.parent else results.framework.children[member.code]
    for child in children:
        rows += _weight_rows(results, words, child, depth + 1)
    return rows


def _weight_row(words: Words, member: Node | Indicator, depth: int, share: float) -> WeightRow:
    shown = words.numbers.share_exact(share) if share else words._("not counted")
    return WeightRow(member.name, depth, words.numbers.value(member.weight), shown)


def codebook(results: Results, words: Words) -> tuple[CodebookTable, ...]:
    """Return the indicators in full, a table for each dimension."""
    return tuple(
        CodebookTable(node.name, tuple(codebook_row(results, words, leaf) for leaf in results.leaves(node)))
        for node in results.dimensions
        if results.leaves(node)
    )


def codebook_row(results: Results, words: Words, leaf: Indicator) -> CodebookRow:
    """Return an indicator in full."""
    more = leaf.metadata
    bounded = leaf.lower is not None and leaf.upper is not None
    goalposts = words._("{lower} to {upper}").format(
        lower=words.numbers.value(leaf.lower), upper=words.numbers.value(leaf.upper)
    )
    return CodebookRow(
        code=leaf.code,
        name=leaf.name,
        definition=sentence(leaf.definition, words),
        unit=words.unit(leaf.unit) or MISSING,
        goalposts=goalposts if bounded else MISSING,
        better=words._("more is better") if leaf.direction > 0 else words._("less is better"),
        basis=_basis(more.get("goalpost_basis", ""), words) if bounded else "",
        source=_source(results, words, leaf),
        strength=words.spelt(more.get(_STRENGTH, "")) or MISSING,
        caveat=sentence(results.named(more.get(_CAVEAT, "")), words),
        scored=results.is_scored(leaf),
    )


def _basis(code: str, words: Words) -> str:
    """Say where an indicator's goalposts come from."""
    _ = words._
    known = {
        "natural": _("natural limits"),
        "normative": _("set as a norm"),
        "published": _("as the source publishes them"),
        "empirical_frozen": _("taken from the data once, then kept"),
        "provisional": _("provisional"),
        "none": "",
    }
    return known[code] if code in known else words.spelt(code)


def _source(results: Results, words: Words, leaf: Indicator) -> str:
    """Name the sources of an indicator's values, as the countries name them.

    Missing: `..` where no country of the edition has a value.
    """
    names = list(dict.fromkeys(short_source(name) for name in results.sources(leaf.code)))
    more = len(names) - _MOST_SOURCES
    if more > 0:
        others = words.ngettext("{count} other", "{count} others", more + 1)
        names = [*names[: _MOST_SOURCES - 1], others]
    return words.numbers.listed(names) if names else MISSING
