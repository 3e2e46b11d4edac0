"""Scoring a file that is too large for memory: rows in, rows out, a few thousand at a time.

What is scored here looks at one row, an area in a year, and at nothing else. The methods are those of the ordinary
way in their second form (`Method.expression`); what needs the whole panel is refused, never left out in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from math import inf, isfinite, log10
from operator import add
from pathlib import Path
from typing import Any

import polars as pl

from ssemon.edition import Choice, CoverageRule, Edition
from ssemon.errors import EditionFault, Problem, Where
from ssemon.framework import Framework, Indicator, Node
from ssemon.scoring.check import NONE, check_methods
from ssemon.scoring.columns import present_columns
from ssemon.scoring.kinds import SLACK, Methods, Scale, refused
from ssemon.scoring.normalise import unbounded_notice, without_goalposts
from ssemon.scoring.prepare import denominators, treated_indicators
from ssemon.scoring.ranks import band
from ssemon.text import listed, quoted

# Cells that go through the chain together: few enough to stay near the processor.
BLOCK = 2**22
Weighted = Mapping[str, float]  # codes and their weights


def score_wide(
    path: Path, framework: Framework, edition: Edition, methods: Methods, out: Path
) -> tuple[int, tuple[Problem, ...]]:
    """Score a wide Parquet file row by row and write the scores of the nodes, wide as well: how many, and warnings.

    Shape:   in: `area`, `year`, a column of numbers for each indicator, an area and year once. Out, a row for each row
             of the edition's years and universe, in their order: `area`, `year` and for each node `score:CODE`,
             `coverage:CODE` and, where the edition has bands, `band:CODE`. There are no ranks: they need all rows.
    Units:   scores on the edition's range, as those of `score` up to the last bits.
    Missing: null; a value that is not a finite number is missing, an indicator without a column wholly so.
    Errors:  EditionFault E09 with everything that needs the whole panel.
    """
    check_methods(edition, methods)
    faults = [*needs_the_panel(framework, edition, methods)]
    if faults:
        raise EditionFault(faults)
    rows = pl.scan_parquet(path)
    columns = frozenset(rows.collect_schema().names())
    tree = _Tree(framework, edition, methods)
    with pl.Config(streaming_chunk_size=max(1, BLOCK // max(1, len(framework.indicators)))):
        # Scores hardly shrink, and lz4 is the fastest to write.
        tree.query(rows, columns).sink_parquet(out, compression="lz4", engine="streaming")
    written = pl.scan_parquet(out).select(pl.len()).collect().item()
    return written, tuple(unbounded_notice(framework, edition))


def needs_the_panel(framework: Framework, edition: Edition, methods: Methods) -> Iterator[Problem]:
    """Tell what of a profile looks at more than one row, and so cannot be scored as a stream."""
    method = edition.method
    leaves = _counting(framework, edition)
    chosen: list[tuple[str, Choice]] = [("normalisation", method.normalisation_of(leaf.code)) for leaf in leaves]
    for node in framework.nodes:
        chosen.append(("weighting", method.weighting_of(node.code, node.level)))
        chosen.append(("aggregation", method.aggregation_of(node.code, node.level)))
    for kind, name in dict.fromkeys((kind, choice.method) for kind, choice in chosen):
        if methods.get(kind, name).expression is None:
            having = [one for one in methods.names(kind) if methods.get(kind, one).expression is not None]
            yield _fault(edition, f"the {kind} {quoted(name)}", f"take one of: {', '.join(having)}")
    filled = [leaf.code for leaf in leaves if method.imputation_of(leaf.code).method != NONE]
    filled += [node.code for node in framework.nodes if method.node_imputation_of(node.code, node.level).method != NONE]
    old = [leaf.code for leaf in leaves if (leaf.max_age_years if method.max_age is None else method.max_age)]
    leave = "leave this step out of the profile"
    steps = {
        "the treatment of outliers": ([*treated_indicators(framework, edition)], leave),
        "imputation": (filled, leave),
        "denomination": ([*denominators(framework, edition)], leave),
        "a value of an earlier year": (old, "write reference_period = { max_age = 0 } below [method] in the profile"),
        "the expression of an indicator": (
            [*framework.expressions],
            "write the result into the file, and take the expression out",
        ),
    }
    for step, (codes, fix) in steps.items():
        if codes:
            yield _fault(edition, step, fix, listed(codes))


def _fault(edition: Edition, what: str, fix: str, found: str = "") -> Problem:
    return Problem(
        code="E09",
        stage="edition",
        what=f"{what} needs the whole panel and cannot be scored as a stream",
        found=found,
        fix=f"{fix}, or score without --stream",
        where=Where(file=str(edition.path or "")),
    )


def _counting(framework: Framework, edition: Edition) -> list[Indicator]:
    """The indicators that take part in a score."""
    unbounded = frozenset(without_goalposts(framework, edition))
    return [leaf for leaf in framework.indicators if leaf.weight > 0 and leaf.code not in unbounded]


@dataclass
class _Tree:
    """The scores of a framework as a query.

    Shape: `shares` and `cores` hold what the columns `observed:CODE` (a share of leaf weight) and `cores:CODE` (a count
           of core indicators) of a node can come to.
    """

    framework: Framework
    edition: Edition
    methods: Methods
    shares: dict[str, float] = field(default_factory=dict)
    cores: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.scale = Scale(*self.edition.method.normalisation_range)
        self.leaves = {leaf.code: leaf for leaf in _counting(self.framework, self.edition)}
        self.by_core = any(rule.count == "core" for rule in self.edition.method.coverage.values())

    def query(self, rows: pl.LazyFrame, columns: frozenset[str]) -> pl.LazyFrame:
        """Return the scores of all nodes. Shape: as score_wide."""
        rows = self._rows(rows).select(
            "area", "year", *(self._unclipped(leaf, leaf.code in columns) for leaf in self.leaves.values())
        )
        rows = rows.with_columns(_clipped(pl.col(_score(code)), self.scale).alias(_score(code)) for code in self.leaves)
        for level in sorted({node.level for node in self.framework.nodes}, reverse=True):
            members = [node for node in self.framework.nodes if node.level == level]
            rows = rows.with_columns(column for node in members for column in self._columns(node))
        return rows.select("area", "year", *(column for node in self.framework.nodes for column in self._shown(node)))

    def _rows(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """The rows that the edition scores."""
        universe = self.edition.method.universe
        rows = rows.with_columns(pl.col("area").cast(pl.String), pl.col("year").cast(pl.Int32))
        rows = rows.filter(pl.col("year").is_between(*self.edition.years))
        return rows if universe is None else rows.filter(pl.col("area").is_in(list(self.framework.group(universe))))

    def _unclipped(self, leaf: Indicator, there: bool) -> pl.Expr:
        """An indicator on the edition's range, not cut off."""
        name = _score(leaf.code)
        if not there:
            return pl.lit(None, dtype=pl.Float64).alias(name)
        value = pl.col(leaf.code).cast(pl.Float64)
        posts = [post if post is not None and isfinite(post) else None for post in (leaf.lower, leaf.upper)]
        if leaf.transform == "log10":
            if posts[0] is not None and posts[0] > 0:
                raised = pl.when(value > -inf).then(pl.lit(posts[0]))
                value = pl.when(value < posts[0]).then(raised).otherwise(value)
            value = value.log10()
            posts = [log10(post) if post is not None and post > 0 else None for post in posts]
        choice = self.edition.method.normalisation_of(leaf.code)
        put = self._expression("normalisation", choice)
        found: pl.Expr = put(value, *posts, leaf.direction, self.scale, **choice.parameters)
        return found.alias(name)

    def _children(self, node: Node) -> Weighted:
        """The children that count, and their weights."""
        unscored = self.framework.indicator_by_code.keys() - self.leaves.keys()
        children = self.framework.children[node.code]
        declared = [0.0 if child.code in unscored else child.weight for child in children]
        choice = self.edition.method.weighting_of(node.code, node.level)
        given = self._expression("weighting", choice)(declared, **choice.parameters)
        return {child.code: float(weight) for child, weight in zip(children, given, strict=True) if weight > 0}

    def _expression(self, kind: str, choice: Choice) -> Callable[..., Any]:
        expression = self.methods.get(kind, choice.method).expression
        if expression is None:
            raise refused(f"the {kind} {quoted(choice.method)} has no expression")
        return expression

    def _columns(self, node: Node) -> Iterator[pl.Expr]:
        """What is known of a node: what is observed below it, and its score."""
        children = self._children(node)
        observed = self._observed(node, children)
        yield observed.alias(_observed(node.code))
        present = observed
        if self.by_core:
            present = self._core(node, children)
            yield present.alias(_cores(node.code))
            present = present if self._rule(node).count == "core" else observed
        yield self._scored(node, children, present * self._share(node)).alias(_score(node.code))

    def _observed(self, node: Node, children: Weighted) -> pl.Expr:
        """How much of a node's leaf weight is observed."""
        total = sum(children.values())
        self.shares[node.code] = sum(weight / total * self.shares.get(code, 1.0) for code, weight in children.items())
        leaves = {code: weight for code, weight in children.items() if code in self.leaves}
        parts = [pl.col(_observed(code)) * (weight / total) for code, weight in children.items() if code not in leaves]
        if leaves:
            present = present_columns([pl.col(_score(code)) for code in leaves], list(leaves.values()))
            parts.append(present.fill_null(0.0) * (1 / total))
        return reduce(add, parts) if parts else pl.lit(0.0)

    def _core(self, node: Node, children: Weighted) -> pl.Expr:
        """How many core indicators below a node are observed."""
        core = [code for code in children if code in self.leaves and self.leaves[code].core]
        nodes = [code for code in children if code in self.cores]
        self.cores[node.code] = len(core) + sum(self.cores[code] for code in nodes)
        flags = [pl.col(_score(code)).is_not_null().cast(pl.Float64) for code in core]
        return pl.sum_horizontal(pl.lit(0.0), *flags, *(pl.col(_cores(code)) for code in nodes))

    def _share(self, node: Node) -> pl.Expr:
        """What takes what is observed below a node to its coverage, as its rule counts; missing where nothing can be.

        Units: a factor, not a divisor: Polars divides one row and many rows by a number with other last bits.
        """
        possible = self.cores[node.code] if self._rule(node).count == "core" else self.shares[node.code]
        return pl.lit(1 / possible if possible > 0 else None, dtype=pl.Float64)

    def _rule(self, node: Node) -> CoverageRule:
        return self.edition.method.coverage_of(node.code, node.level)

    def _scored(self, node: Node, children: Weighted, coverage: pl.Expr) -> pl.Expr:
        """The children of a node combined, where enough of them is there."""
        if not children:
            return pl.lit(None, dtype=pl.Float64)
        choice = self.edition.method.aggregation_of(node.code, node.level)
        combine = self._expression("aggregation", choice)
        scores = [pl.col(_score(code)) for code in children]
        found: pl.Expr = combine(scores, list(children.values()), self.scale, **choice.parameters)
        holds, rule = found.is_finite(), self._rule(node)
        if rule.weight > 0:
            holds &= coverage >= rule.weight - SLACK
        needed = len(children) if rule.children == "all" else int(rule.children)
        if needed > 1:
            holds &= pl.sum_horizontal(*(score.is_not_null() for score in scores)) >= needed
        return pl.when(holds).then(found)

    def _shown(self, node: Node) -> Iterator[pl.Expr]:
        score = pl.col(_score(node.code))
        present = _cores(node.code) if self._rule(node).count == "core" else _observed(node.code)
        yield score
        yield (pl.col(present) * self._share(node)).alias(f"coverage:{node.code}")
        if self.edition.method.band_cuts:
            yield band(score, self.edition).alias(f"band:{node.code}")


def _score(code: str) -> str:
    return f"score:{code}"


def _observed(code: str) -> str:
    return f"observed:{code}"


def _cores(code: str) -> str:
    return f"cores:{code}"


def _clipped(found: pl.Expr, scale: Scale) -> pl.Expr:
    """Cut off at the range; what is not a finite number is missing (NaN counts as above all numbers)."""
    low = pl.when(found > -inf).then(pl.lit(scale.low))
    high = pl.when(found < inf).then(pl.lit(scale.high))
    return pl.when(found > scale.high).then(high).when(found < scale.low).then(low).otherwise(found)
