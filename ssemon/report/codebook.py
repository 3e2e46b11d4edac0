"""What is measured and with what weight: the annex of the comparative report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ssemon.choices import NONE
from ssemon.framework import Indicator, Node
from ssemon.report.numbers import MISSING
from ssemon.report.results import Results
from ssemon.report.rows import sentence, short_source
from ssemon.report.universe import Universe
from ssemon.report.words import Words

# Columns of indicators.csv that a framework may have; where it has not, nothing is printed.
_STRENGTH, _CAVEAT = "proxy_strength", "caveat"
# A transformation that is told in words.
_LOGARITHM = "log10"
# So many sources of an indicator are named; of more the first ones, and how many others there are.
_MOST_SOURCES = 2
# What makes a fact's text, beside its name.
Facts = Sequence[tuple[str, Callable[[], str]]]


@dataclass(frozen=True, slots=True)
class WeightRow:
    """A node's or indicator's declared weight, its share of the whole, and what it counts for. Missing: `..`."""

    name: str
    depth: int
    weight: str
    share: str
    effective: str


@dataclass(frozen=True, slots=True)
class WeightTable:
    """The weights of one dimension."""

    name: str
    rows: tuple[WeightRow, ...]


@dataclass(frozen=True, slots=True)
class CodebookRow:
    """An indicator in full, as a line of a sheet. `explained`: the goalposts, and where they come from."""

    code: str
    name: str
    definition: str
    unit: str
    goalposts: str
    explained: str
    better: str
    source: str
    strength: str
    caveat: str
    scored: bool


@dataclass(frozen=True, slots=True)
class CodebookEntry:
    """An indicator in full. `facts` are what is known of it, each with its name; `long_facts` need a whole line."""

    code: str
    name: str
    definition: str
    facts: tuple[tuple[str, str], ...]
    long_facts: tuple[tuple[str, str], ...]
    caveat: str
    scored: bool


@dataclass(frozen=True, slots=True)
class CodebookPart:
    """The indicators of one dimension."""

    name: str
    entries: tuple[CodebookEntry, ...]


def weight_tables(results: Results, words: Words) -> tuple[WeightTable, ...]:
    """Return a table of weights for each dimension."""
    effective = _effective(results)
    return tuple(
        WeightTable(node.name, tuple(_weight_rows(results, words, effective, node, 0)))
        for node in results.dimensions
        if results.leaves(node)
    )


def _effective(results: Results) -> Mapping[str, float]:
    """Each node's and indicator's effective weight, its share within its parent. Missing: empty without an audit."""
    told = results.robustness
    if told is None or "weights" not in told.tables:
        return {}
    rows = told.tables["weights"].select("child", "importance_share").rows()
    return {child: share for child, share in rows if share is not None}


def _weight_rows(
    results: Results, words: Words, effective: Mapping[str, float], member: Node | Indicator, depth: int
) -> list[WeightRow]:
    if isinstance(member, Indicator):
        share = results.shares.get(member.code, 0.0)
        return [_weight_row(words, effective, member, depth, share)]
    leaves = results.leaves(member) if depth == 0 else results.framework.leaves(member.code)
    share = sum(results.shares.get(leaf.code, 0.0) for leaf in leaves)
    rows = [_weight_row(words, effective, member, depth, share)]
    children = leaves if not member.parent else results.framework.children[member.code]
    for child in children:
        rows += _weight_rows(results, words, effective, child, depth + 1)
    return rows


def _weight_row(
    words: Words, effective: Mapping[str, float], member: Node | Indicator, depth: int, share: float
) -> WeightRow:
    shown = words.numbers.share_exact(share) if share else words._("not counted")
    counts = words.numbers.share(effective.get(member.code)) if share else MISSING
    return WeightRow(member.name, depth, words.numbers.value(member.weight), shown, counts)


def codebook(results: Results, words: Words) -> tuple[CodebookPart, ...]:
    """Return the indicators in full, in a part for each dimension."""
    universe, effective = Universe(results), _effective(results)
    return tuple(
        CodebookPart(
            node.name, tuple(_entry(results, words, universe, effective, leaf) for leaf in results.leaves(node))
        )
        for node in results.dimensions
        if results.leaves(node)
    )


def _entry(
    results: Results, words: Words, universe: Universe, effective: Mapping[str, float], leaf: Indicator
) -> CodebookEntry:
    scored = results.is_scored(leaf)
    _ = words._
    short: Facts = [
        (_("Unit"), lambda: words.unit(leaf.unit)),
        (_("Direction"), lambda: _better(leaf, words)),
        (_("Transformation"), lambda: _transformation(leaf, words)),
        (_("Gaps"), lambda: _imputation(results, words, leaf)),
        (_("Oldest value that counts"), lambda: oldest_that_counts(results, words, leaf)),
        (_("Proxy strength"), lambda: words.spelt(leaf.metadata.get(_STRENGTH, ""))),
    ]
    long: Facts = [
        (_("Goalposts"), lambda: _goalposts(leaf, words)),
        (_("Normalisation"), lambda: _own_normalisation(results, words, leaf)),
        (_("Weight"), lambda: _weight(results, words, effective, leaf)),
        (_("Coverage"), lambda: _coverage(results, words, universe, leaf)),
        (_("Source"), lambda: _source(results, words, leaf)),
    ]
    return CodebookEntry(
        code=leaf.code,
        name=leaf.name,
        definition=sentence(leaf.definition, words),
        facts=_there(short),
        long_facts=_there(long),
        caveat=sentence(results.named(leaf.metadata.get(_CAVEAT, "")), words),
        scored=scored,
    )


def _there(facts: Facts) -> tuple[tuple[str, str], ...]:
    """What there is of some facts, each with its name."""
    return tuple((name, text) for name, make in facts if (text := make()))


def codebook_row(results: Results, words: Words, leaf: Indicator) -> CodebookRow:
    """Return an indicator in full, as a line of a sheet."""
    more = leaf.metadata
    return CodebookRow(
        code=leaf.code,
        name=leaf.name,
        definition=sentence(leaf.definition, words),
        unit=words.unit(leaf.unit) or MISSING,
        goalposts=_bounds(leaf, words),
        explained=_goalposts(leaf, words),
        better=_better(leaf, words),
        source=_source(results, words, leaf),
        strength=words.spelt(more.get(_STRENGTH, "")) or MISSING,
        caveat=sentence(results.named(more.get(_CAVEAT, "")), words),
        scored=results.is_scored(leaf),
    )


def _better(leaf: Indicator, words: Words) -> str:
    return words._("more is better") if leaf.direction > 0 else words._("less is better")


def _bounds(leaf: Indicator, words: Words) -> str:
    if leaf.lower is None or leaf.upper is None:
        return MISSING
    return words._("{lower} to {upper}").format(
        lower=words.numbers.value(leaf.lower), upper=words.numbers.value(leaf.upper)
    )


def _goalposts(leaf: Indicator, words: Words) -> str:
    """The goalposts, and where they come from."""
    shown, basis = _bounds(leaf, words), _basis(leaf.metadata.get("goalpost_basis", ""), words)
    return words._("{text} ({aside})").format(text=shown, aside=basis) if basis and shown != MISSING else shown


def _transformation(leaf: Indicator, words: Words) -> str:
    """What is done to a value before it is put between its goalposts."""
    if leaf.transform == NONE:
        return words._("none")
    if leaf.transform == _LOGARITHM:
        return words._("logarithm to the base of ten, of value and goalposts")
    return words.spelt(leaf.transform)


def _own_normalisation(results: Results, words: Words, leaf: Indicator) -> str:
    """The method of an indicator that has one of its own; the general one stands in the methods."""
    own = results.edition.method.indicator_normalisation.get(leaf.code)
    return words._("by the method “{name}”.").format(name=own.method) if own else ""


def _weight(results: Results, words: Words, effective: Mapping[str, float], leaf: Indicator) -> str:
    if not results.is_scored(leaf):
        return words._("shown, not scored")
    share = words.numbers.share_exact(results.shares.get(leaf.code, 0.0))
    text = words._("{share} of the overall score; {weight} among its siblings").format(
        share=share, weight=words.numbers.value(leaf.weight)
    )
    counts = effective.get(leaf.code)
    if counts is None:
        return text
    return words._("{text}; effective share within its parent {effective}").format(
        text=text, effective=words.numbers.share(counts)
    )


def oldest_that_counts(results: Results, words: Words, leaf: Indicator) -> str:
    """Say how old a value may be."""
    age = results.max_age(leaf.code)
    if not age:
        return words._("of the year itself only")
    return words.ngettext("{count} year", "{count} years", age)


def _coverage(results: Results, words: Words, universe: Universe, leaf: Indicator) -> str:
    """How many countries have a value, and from which years."""
    readings = [results.reading(area, leaf.code) for area in results.codes]
    years = [reading.year for reading in readings if reading.value is not None and reading.year is not None]
    text = words.ngettext(
        "{some} of {count} country", "{some} of {count} countries", len(readings), some=words.numbers.whole(len(years))
    )
    if years:
        span = str(min(years)) if min(years) == max(years) else f"{min(years)}–{max(years)}"
        text = words._("{text} ({aside})").format(text=text, aside=span)
    everyone = universe.observed(leaf.code)
    if not everyone:
        return text
    areas = words.ngettext("{count} area in all", "{count} areas in all", everyone)
    return words._("{one}; {other}").format(one=text, other=areas)


def _imputation(results: Results, words: Words, leaf: Indicator) -> str:
    """How a gap of this indicator is filled."""
    choice = results.edition.method.imputation_of(leaf.code)
    if choice.method == NONE:
        return words._("not filled")
    return words._("filled by the method “{name}”").format(name=choice.method)


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
