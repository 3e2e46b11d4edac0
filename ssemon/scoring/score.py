"""From observations to scores: reference period, transform, normalise, aggregate, rank, band.

The work is done on a wide panel: a row an area and year, a column an indicator. Every step is a list of
expressions in the order of the framework's files, so that sums do not depend on the order of the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log10

import polars as pl

from ssemon.edition import Choice, Edition
from ssemon.errors import EditionFault, Problem, Where
from ssemon.framework import Framework, Indicator, Node
from ssemon.model import INDICATOR_SCORE_COLUMNS, NOT_ASSESSED, SCORE_COLUMNS
from ssemon.scoring.coverage import SLACK, coverage, enough, leaf_shares
from ssemon.scoring.kinds import Bounds, Methods, Scale
from ssemon.scoring.reference_period import CANNOT_EXIST, SUPPRESSED, collect_reference
from ssemon.text import did_you_mean, plural, quoted

_IMPUTED = "I"
# How many arguments of a method the engine gives itself; a profile may give the further ones.
_GIVEN = {"normalisation": 3, "weighting": 1, "aggregation": 3}
_KEY = ["area", "year"]


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of an edition, how each step looked, and what the reader must be told."""

    scores: pl.DataFrame
    indicator_scores: pl.DataFrame
    steps: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def score(
    observations: pl.DataFrame,
    framework: Framework,
    edition: Edition,
    methods: Methods,
) -> Scored:
    """Score every area, year and node of an edition.

    Shape:   observations in; a row for each area with data, year of the edition and node out.
    Units:   scores on the edition's range; cut off at the indicator only; ranks from unrounded scores.
    Missing: stays missing; a node below its coverage has no score, no rank and the band NAS.
    Errors:  EditionFault E06 if the profile names a method that is not there.
    """
    check_methods(edition, methods)
    notices = _unbounded(framework, edition)
    framework = weighted(framework, edition, methods)
    areas = scored_areas(observations, framework, edition)
    reference = collect_reference(observations, framework, edition.method, edition.years, areas)
    indicators = _indicator_scores(reference, framework, edition, methods)
    panel = _panel(indicators, framework, areas, edition.years)
    tree = _Tree(framework, edition, methods)
    nodes, raised = tree.collect_nodes(panel)
    scores = _finish(nodes, framework, edition)
    steps = {
        "1-reference": reference,
        "2-indicators": indicators,
        "3-panel": panel,
        "4-nodes": nodes,
        "5-scores": scores,
    }
    return Scored(scores, indicators, steps, (*notices, *raised))


def weighted(framework: Framework, edition: Edition, methods: Methods) -> Framework:
    """Return the framework with the weights that the edition scores with.

    Units:   relative to the siblings'; an indicator that cannot be normalised gets 0: it is shown, never counted.
    """
    choice = edition.method.weighting
    weigh = methods.get("weighting", choice.method).function
    unbounded = set(_without_goalposts(framework, edition))
    weights: dict[str, float] = {framework.root.code: framework.root.weight}
    for members in framework.children.values():
        declared = [0.0 if child.code in unbounded else child.weight for child in members]
        given = weigh(declared, **choice.parameters)
        weights |= {child.code: weight for child, weight in zip(members, given, strict=True)}
    return replace(
        framework,
        nodes=tuple(replace(node, weight=weights[node.code]) for node in framework.nodes),
        indicators=tuple(replace(leaf, weight=weights[leaf.code]) for leaf in framework.indicators),
    )


def scored_areas(observations: pl.DataFrame, framework: Framework, edition: Edition) -> tuple[str, ...]:
    """Return the areas with data that the edition scores: all, or those of its universe."""
    with_data = observations.filter(
        pl.col("value").is_not_null() & pl.col("indicator").is_in(list(framework.indicator_by_code))
    )["area"].unique()
    if edition.method.universe is None:
        return tuple(sorted(with_data))
    return tuple(sorted(framework.group(edition.method.universe).intersection(with_data)))


def check_methods(edition: Edition, methods: Methods) -> None:
    """Check that every method the profile names is there and takes the parameters given.

    Errors: EditionFault E06, all at once.
    """
    method = edition.method
    chosen: list[tuple[str, Choice]] = [("normalisation", method.normalisation), ("weighting", method.weighting)]
    chosen += [("aggregation", choice) for choice in method.aggregation.values()]
    chosen += [("normalisation", choice) for choice in method.indicator_normalisation.values()]
    faults = []
    for kind, choice in chosen:
        if choice.method not in methods.names(kind):
            faults.append(_no_method(edition, kind, choice.method, methods))
        elif choice.parameters and not _takes(methods, kind, choice):
            what = f"the {kind} {quoted(choice.method)} does not take these parameters"
            faults.append(_method_fault(edition, what, ", ".join(choice.parameters), "remove them"))
    if faults:
        raise EditionFault(faults)


def _no_method(edition: Edition, kind: str, name: str, methods: Methods) -> Problem:
    known = methods.names(kind)
    fix = did_you_mean(name, known) if name else f"name one of: {', '.join(known)}"
    return _method_fault(
        edition, f"there is no {kind} of that name", quoted(name), f"{fix} (there are: {', '.join(known)})"
    )


def _method_fault(edition: Edition, what: str, found: str, fix: str) -> Problem:
    place = Where(file=str(edition.path or ""))
    return Problem(code="E06", stage="edition", what=what, found=found, fix=fix, where=place)


def _takes(methods: Methods, kind: str, choice: Choice) -> bool:
    """Whether a method's function has the parameters that the profile gives it."""
    from inspect import signature

    known = list(signature(methods.get(kind, choice.method).function).parameters)[_GIVEN[kind] :]
    return all(name in known for name in choice.parameters)


def _unbounded(framework: Framework, edition: Edition) -> list[Problem]:
    """Tell of indicators that carry weight and have no goalposts: they are shown, not scored."""
    found = _without_goalposts(framework, edition)
    if not found:
        return []
    return [
        Problem(
            code="N02",
            severity="warning",
            stage="scoring",
            what=f"{plural(len(found), 'indicator')} without goalposts: shown, never scored, never counted",
            found=", ".join(found[:5]) + (" …" if len(found) > 5 else ""),
            fix="give lower_goalpost and upper_goalpost in indicators.csv, or weight 0",
            where=Where(file=str(framework.folder / "indicators.csv")),
        )
    ]


def _without_goalposts(framework: Framework, edition: Edition) -> list[str]:
    """The indicators that carry weight and cannot be normalised between goalposts."""
    return [
        indicator.code
        for indicator in framework.indicators
        if indicator.weight > 0
        and (indicator.lower is None or indicator.upper is None)
        and edition.method.normalisation_of(indicator.code).method == "goalposts"
    ]


def _indicator_scores(
    reference: pl.DataFrame, framework: Framework, edition: Edition, methods: Methods
) -> pl.DataFrame:
    """Score each chosen observation: transform, normalise, cut off at the range.

    Shape: one row an area, year and indicator that has an observation.
    """
    scale = Scale(*edition.method.normalisation_range)
    parts = []
    for indicator in framework.indicators:
        rows = reference.filter(pl.col("indicator") == indicator.code)
        choice = edition.method.normalisation_of(indicator.code)
        normalise = methods.get("normalisation", choice.method).function
        value, bounds = transformed(indicator)
        unclipped = normalise(value, bounds, scale, **choice.parameters).cast(pl.Float64).alias("unclipped")
        parts.append(rows.with_columns(unclipped))
    frame = pl.concat(parts).with_columns(score=pl.col("unclipped").clip(scale.low, scale.high))
    return frame.select(INDICATOR_SCORE_COLUMNS).sort("area", "year", "indicator")


def transformed(indicator: Indicator) -> tuple[pl.Expr, Bounds]:
    """Return an indicator's value and goalposts after its transform.

    Units: log10 of the value, first raised to the lower goalpost, and of both goalposts.
    """
    value = pl.col("value")
    if indicator.transform != "log10" or indicator.lower is None or indicator.upper is None:
        return value, Bounds(indicator.lower, indicator.upper, indicator.direction)
    bounds = Bounds(log10(indicator.lower), log10(indicator.upper), indicator.direction)
    return value.clip(lower_bound=indicator.lower).log10(), bounds


def _panel(
    indicators: pl.DataFrame, framework: Framework, areas: Sequence[str], years: tuple[int, int]
) -> pl.DataFrame:
    """Put the indicator scores wide: `score:CODE` and `status:CODE` columns, a row an area and year, sorted."""
    span = pl.DataFrame({"year": range(years[0], years[1] + 1)}, schema={"year": pl.Int32})
    grid = pl.DataFrame({"area": list(areas)}, schema={"area": pl.String}).join(span, how="cross")
    columns = [grid]
    for indicator in framework.indicators:
        rows = indicators.filter(pl.col("indicator") == indicator.code)
        rows = rows.select(*_KEY, pl.col("score").alias(_of("score", indicator)), _status(indicator))
        columns.append(grid.join(rows, on=_KEY, how="left", maintain_order="left").drop(_KEY))
    return pl.concat(columns, how="horizontal")


def _of(what: str, member: Node | Indicator) -> str:
    return f"{what}:{member.code}"


def _always(_: str) -> pl.Expr:
    """Counts whatever its status."""
    return pl.lit(value=True)


def _status(indicator: Indicator) -> pl.Expr:
    return pl.col("obs_status").alias(_of("status", indicator))


class _Tree:
    """Scores the nodes of a framework from its leaves up."""

    def __init__(self, framework: Framework, edition: Edition, methods: Methods) -> None:
        self.framework = framework
        self.method = edition.method
        self.methods = methods
        self.scale = Scale(*edition.method.normalisation_range)

    def collect_nodes(self, panel: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
        """Return the panel with `score:`, `coverage:` and `imputed:` columns for every node, and the notices."""
        notices: list[Problem] = []
        for node in sorted(self.framework.nodes, key=lambda node: -node.level):
            panel = panel.with_columns(self._covered(node).alias(_of("coverage", node)), self._imputed(node))
            notices += self._notices(panel, node)
            panel = panel.with_columns(self._score(node).alias(_of("score", node)))
        return panel, notices

    def _covered(self, node: Node) -> pl.Expr:
        shares = leaf_shares(self.framework, node.code, self.method.coverage_of(node.code, node.level))
        return coverage(shares, self._observed, self._applicable)

    def _observed(self, leaf: str) -> pl.Expr:
        """A suppressed value counts as observed: it exists, it is only not shown."""
        return pl.col(f"score:{leaf}").is_not_null() | pl.col(f"status:{leaf}").eq(SUPPRESSED).fill_null(False)

    def _applicable(self, leaf: str) -> pl.Expr:
        return pl.col(f"status:{leaf}").ne(CANNOT_EXIST).fill_null(True)

    def _imputed(self, node: Node) -> pl.Expr:
        """Share of the observed leaf weight that was imputed."""
        shares = self.framework.leaf_weights(node.code)
        observed = coverage(shares, self._observed, _always)
        imputed = coverage(shares, lambda leaf: pl.col(f"status:{leaf}").eq(_IMPUTED).fill_null(False), _always)
        return (imputed / pl.when(observed > 0).then(observed)).alias(_of("imputed", node))

    def _members(self, node: Node) -> tuple[list[pl.Expr], list[float]]:
        """The scores and weights of the children that count."""
        children = [child for child in self.framework.children[node.code] if child.weight > 0]
        return [pl.col(_of("score", child)) for child in children], [child.weight for child in children]

    def _score(self, node: Node) -> pl.Expr:
        scores, weights = self._members(node)
        if not scores:
            return pl.lit(None, dtype=pl.Float64)
        choice = self.method.aggregation_of(node.code, node.level)
        combined = self.methods.get("aggregation", choice.method).function(
            scores, weights, self.scale, **choice.parameters
        )
        rule = self.method.coverage_of(node.code, node.level)
        return pl.when(enough(rule, pl.col(_of("coverage", node)), scores)).then(combined)

    def _notices(self, panel: pl.DataFrame, node: Node) -> list[Problem]:
        choice = self.method.aggregation_of(node.code, node.level)
        notice = self.methods.get("aggregation", choice.method).notice
        scores, weights = self._members(node)
        if notice is None or not scores:
            return []
        holds, sentence = notice(scores, weights, self.scale, **choice.parameters)
        count = panel.select(holds.fill_null(False).sum()).item()
        if not count:
            return []
        what = f"{node.code}: {sentence} in {plural(count, 'area-year')}"
        fix = "read these scores with care, or choose another aggregation in the profile"
        return [Problem(code="N01", severity="warning", stage="scoring", what=what, fix=fix)]


def _finish(nodes: pl.DataFrame, framework: Framework, edition: Edition) -> pl.DataFrame:
    """Put the node scores long, with rank and band.

    Shape: the scores contract; sorted by area and year, nodes in the order of the tree.
    """
    order = {node.code: (position, node.level) for position, node in enumerate(framework.nodes)}
    parts = [
        nodes.select(
            *_KEY,
            node=pl.lit(code),
            level=pl.lit(level, dtype=pl.Int32),
            score=pl.col(f"score:{code}"),
            coverage=pl.col(f"coverage:{code}"),
            imputed_share=pl.col(f"imputed:{code}"),
            position=pl.lit(position),
        )
        for code, (position, level) in order.items()
    ]
    frame = pl.concat(parts).with_columns(_ranked_score(edition))
    frame = frame.with_columns(*_ranks(), band=_band(edition))
    return frame.sort("area", "year", "position").select(SCORE_COLUMNS)


def _ranked_score(edition: Edition) -> pl.Expr:
    """The scores that take part in the ranking."""
    score_column = pl.col("score")
    if edition.method.rank_among == "edition" and edition.countries:
        score_column = pl.when(pl.col("area").is_in(list(edition.countries))).then(score_column)
    return score_column.alias("ranked_score")


def _ranks() -> tuple[pl.Expr, pl.Expr]:
    """Rank 1 is the highest unrounded score; ties share the better rank."""
    ranked = pl.col("ranked_score")
    group = ["year", "node"]
    rank = ranked.rank("min", descending=True).over(group).cast(pl.Int32).alias("rank")
    count = ranked.count().over(group)
    return rank, pl.when(ranked.is_not_null()).then(count).cast(pl.Int32).alias("ranked")


def _band(edition: Edition) -> pl.Expr:
    """The band of a score: a score on a cut belongs to the higher band."""
    method = edition.method
    if not method.band_cuts:
        return pl.lit(None, dtype=pl.String)
    band = pl.lit(method.band_codes[0])
    for cut, code in zip(method.band_cuts, method.band_codes[1:], strict=True):
        band = pl.when(pl.col("score") >= cut - SLACK).then(pl.lit(code)).otherwise(band)
    return pl.when(pl.col("score").is_null()).then(pl.lit(NOT_ASSESSED)).otherwise(band)
