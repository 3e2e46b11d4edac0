"""From observations to scores: reference period, prepare, normalise, aggregate, rank, band.

The work is done on a panel: a plane of years by areas for each indicator. Every step runs in the order of the
framework's files, so that sums do not depend on the order of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import polars as pl

from ssemon.edition import Edition
from ssemon.errors import Problem
from ssemon.framework import Framework, Indicator, Node
from ssemon.model import INDICATOR_SCORE_COLUMNS, TOTAL
from ssemon.scoring.check import check_methods
from ssemon.scoring.formulas import apply
from ssemon.scoring.formulas import notices as formula_notices
from ssemon.scoring.impute import cells, held_out, imputed_indicators
from ssemon.scoring.kinds import Methods
from ssemon.scoring.nodes import Nodes, Tree
from ssemon.scoring.normalise import (
    Normalised,
    constant_notice,
    lost_notice,
    normalise,
    unbounded_notice,
    without_goalposts,
)
from ssemon.scoring.panel import Flags, Floats, Panel, rowwise
from ssemon.scoring.prepare import Prepared, prepare
from ssemon.scoring.ranks import finish
from ssemon.scoring.reference_period import (
    CANNOT_EXIST,
    SUPPRESSED,
    build_panel,
    empty_notice,
    nobody_notice,
    not_finite_notice,
)

Member = TypeVar("Member", Node, Indicator)

# Steps that the engine itself asks for.
INDICATORS, BOUNDS = "2-indicators", "1f-bounds"


class Steps(Mapping[str, pl.DataFrame]):
    """The frame after each step, made when it is first asked for."""

    def __init__(self, makers: Mapping[str, Callable[[], pl.DataFrame]]) -> None:
        self._makers = dict(makers)
        self._made: dict[str, pl.DataFrame] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        """Return the frame of that name. Errors: KeyError."""
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def plus(self, makers: Mapping[str, Callable[[], pl.DataFrame]]) -> Steps:
        """Return these frames and further ones, in the order of their names."""
        return Steps({name: self._maker(name, makers) for name in sorted({*self._makers, *makers})})

    def _maker(self, name: str, further: Mapping[str, Callable[[], pl.DataFrame]]) -> Callable[[], pl.DataFrame]:
        return further[name] if name in further else lambda: self[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names, in the order of the steps."""
        return iter(self._makers)

    def __len__(self) -> int:
        """Count the steps."""
        return len(self._makers)


@dataclass(frozen=True, slots=True)
class Planes:
    """The scores as planes of year by area: of the indicators in the order of the panel, of the nodes by code."""

    panel: Panel
    scores: Floats
    unclipped: Floats
    nodes: Nodes


@dataclass(frozen=True)
class Scored:
    """The scores of an edition, how each step looked, and what the reader must be told.

    `framework` bears the weights that were used, an indicator that could not be scored with 0; `observed` are the
    values after the framework's expressions and before the profile's steps; `planes` the scores as arrays; `edition` and `methods` made them;
    `errors` what the observations say of how sure they are (`std_error` in the raw unit, `grade`), where they do.
    """

    scores: pl.DataFrame
    steps: Steps
    problems: tuple[Problem, ...]
    framework: Framework
    edition: Edition
    methods: Methods = field(repr=False)
    observed: Panel = field(repr=False)
    planes: Planes = field(repr=False)
    errors: pl.DataFrame | None = field(default=None, repr=False)

    @property
    def indicator_scores(self) -> pl.DataFrame:
        """The indicators' scores, made when they are first asked for."""
        return self.steps[INDICATORS]

    @property
    def bounds(self) -> pl.DataFrame:
        """The statistics that the scale rests on; no rows where it rests on goalposts alone."""
        return self.steps[BOUNDS]


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
    Errors:  EditionFault E06 if the profile names a method that is not there, or gives it what it cannot use.
    """
    check_methods(edition, methods)
    scored = score_panel(build_panel(observations, framework, edition), framework, edition, methods)
    told = not_finite_notice(observations, framework)
    return replace(scored, errors=_errors(observations), problems=(*told, *scored.problems))


def score_panel(observed: Panel, framework: Framework, edition: Edition, methods: Methods) -> Scored:
    """Score a panel whose methods are checked, for a caller that changes what stands for a year.

    Errors: EditionFault E06 where a method cannot use what the profile gives it.
    """
    notices = unbounded_notice(framework, edition)
    framework = _without(framework, without_goalposts(framework, edition))
    computed = apply(
        observed.values, observed.status, observed.observed_year, observed.codes, observed.letters, framework
    )
    panel = replace(observed, values=computed.values, status=computed.status, observed_year=computed.observed_year)
    found = _from_panel(panel, framework, edition, methods)
    problems = (
        *notices, *nobody_notice(observed, edition), *empty_notice(panel, framework),
        *formula_notices(computed, framework), *found.problems,
    )  # fmt: skip
    return replace(found, problems=problems)


def shown(scored: Scored, panel: Panel, nodes: Nodes) -> Scored:
    """Return what was scored as if the indicators were known no further than a panel says, and the nodes than `nodes`.

    Shape:   `panel` in place of `scored.observed`; weights, and what was said, stay as they are.
    Missing: scores that are missing in `nodes` get no rank and no band, and nobody is ranked against them.
    """
    found = _from_panel(panel, scored.framework, scored.edition, scored.methods, nodes)
    return replace(found, framework=scored.framework, problems=scored.problems, errors=scored.errors)


def _from_panel(
    panel: Panel, framework: Framework, edition: Edition, methods: Methods, known: Nodes | None = None
) -> Scored:
    """Score a panel whose formulas are computed; `known` are scores of its nodes that stand already."""
    prepared = prepare(panel, framework, edition, methods)
    normalised = normalise(prepared, framework, edition, methods, edition.method.frozen)
    counted = _without(framework, normalised.constant)
    nodes = known or Tree(prepared.panel, normalised.scores, counted, edition, methods).score()
    used = with_weights(counted, nodes.weights)
    scores = finish(prepared.panel, nodes, used, edition)
    steps = _steps(panel, prepared, normalised, nodes, edition, methods, used, scores)
    problems = (
        *prepared.problems,
        *constant_notice(normalised.constant),
        *lost_notice(normalised.lost),
        *nodes.problems,
    )
    planes = Planes(prepared.panel, normalised.scores, normalised.unclipped, nodes)
    return Scored(scores, steps, problems, used, edition, methods, panel, planes)


def _errors(observations: pl.DataFrame) -> pl.DataFrame | None:
    """How sure the observations are. Shape: area, indicator, year, `std_error`, `grade`; None where nothing is said."""
    named = {"std_error": "std_error", "quality": "grade"}
    given = [pl.col(name).alias(ours) for name, ours in named.items() if name in observations.columns]
    if not given:
        return None
    total = (pl.col("sex") == TOTAL) & (pl.col("org_type") == TOTAL)
    rows = observations.filter(total).select("area", "indicator", pl.col("year").cast(pl.Int32), *given)
    stated = rows.filter(pl.any_horizontal(pl.exclude("area", "indicator", "year").is_not_null()))
    return stated if stated.height else None


def with_weights(framework: Framework, weights: Mapping[str, float]) -> Framework:
    """Return the framework with other weights, relative to the siblings'; one that is not named keeps its own."""
    return replace(
        framework,
        nodes=tuple(_weighted(node, weights) for node in framework.nodes),
        indicators=tuple(_weighted(leaf, weights) for leaf in framework.indicators),
    )


def _weighted(member: Member, weights: Mapping[str, float]) -> Member:
    weight = weights.get(member.code, member.weight)
    return member if weight == member.weight else replace(member, weight=weight)


def _without(framework: Framework, codes: Sequence[str]) -> Framework:
    """The framework with some indicators at weight 0: shown, never scored, never counted."""
    return with_weights(framework, dict.fromkeys(codes, 0.0)) if codes else framework


def _indicator_scores(panel: Panel, normalised: Normalised) -> pl.DataFrame:
    """The indicators put long: a row an area, year and indicator that has a statement."""
    columns = {"value": panel.values, "score": normalised.scores, "unclipped": normalised.unclipped}
    return panel.long(_stated(panel), ("area", "year", "indicator"), **columns).select(INDICATOR_SCORE_COLUMNS)


def _stated(panel: Panel) -> Flags:
    return ~np.isnan(panel.values) | panel.is_status(CANNOT_EXIST) | panel.is_status(SUPPRESSED)


def _steps(
    panel: Panel, prepared: Prepared, normalised: Normalised, nodes: Nodes, edition: Edition, methods: Methods,
    used: Framework, scores: pl.DataFrame,
) -> Steps:  # fmt: skip
    """The frames that `--steps` writes; those of steps that were not taken are left out."""
    order = ("area", "indicator", "year")
    after = prepared.panel
    makers: dict[str, Callable[[], pl.DataFrame]] = {
        "1-reference": lambda: panel.long(_stated(panel), order, value=panel.values)
    }
    if after.values is not panel.values:
        makers["1a-prepared"] = lambda: after.long(_stated(after), order, value=after.values)
    if imputed_indicators(used, edition):
        makers["1b-imputed"] = lambda: cells(after, used, edition)
        makers["1c-imputation-error"] = lambda: held_out(panel, used, edition, methods)
    if prepared.values is not after.values:
        makers["1d-treated"] = prepared.cells
        makers["1e-treatment"] = prepared.statistics
    makers |= {
        BOUNDS: normalised.bounds,
        INDICATORS: lambda: _indicator_scores(after, normalised),
        "3-panel": lambda: _wide(after, normalised),
        "4-nodes": lambda: _wide(after, normalised).hstack(_node_columns(used, nodes)),
        "4a-weights": lambda: weight_frame(used, nodes),
    }
    if nodes.filled:
        makers["4b-imputed-nodes"] = lambda: filled_nodes(after, nodes)
    if nodes.own_weights:
        makers["4c-own-weights"] = lambda: own_weights(after, used, nodes)
    if nodes.said:
        makers["4e-weightings"] = lambda: weightings(nodes)
    return Steps(makers | {"5-scores": lambda: scores})


def _wide(panel: Panel, normalised: Normalised) -> pl.DataFrame:
    """The indicator scores wide: `score:CODE` and `status:CODE` columns, a row an area and year, sorted."""
    scores = panel.frame(normalised.scores, "score")
    columns = []
    for at, code in enumerate(panel.codes):
        columns += [scores[:, at], panel.letters_of(panel.status[at], f"status:{code}")]
    return panel.keys.hstack(columns)


def _node_columns(framework: Framework, nodes: Nodes) -> pl.DataFrame:
    """`coverage:`, `imputed:` and `score:` columns for every node, the deepest first."""
    columns = []
    for node in sorted(framework.nodes, key=lambda node: -node.level):
        for name, found in (("coverage", nodes.coverage), ("imputed", nodes.imputed), ("score", nodes.scores)):
            columns.append(pl.Series(f"{name}:{node.code}", rowwise(found[node.code]), nan_to_null=True))
    return pl.DataFrame(columns)


def filled_nodes(panel: Panel, nodes: Nodes) -> pl.DataFrame:
    """Return the scores of nodes that are estimates. Shape: `area`, `year`, `node`, `score`; sorted."""
    parts = [
        panel.keys.with_columns(pl.lit(code).alias("node"), pl.Series("score", rowwise(nodes.scores[code])))
        .filter(pl.Series(rowwise(where)))
        for code, where in nodes.filled.items()
    ]  # fmt: skip
    return pl.concat(parts).sort("area", "year", maintain_order=True)


def own_weights(panel: Panel, framework: Framework, nodes: Nodes) -> pl.DataFrame:
    """Return the weights that are each area's own.

    Shape: `area`, `year`, `node`, `child`, `weight`; sorted.
    Missing: an area that is not scored has none.
    """
    parts = []
    for code, weights in nodes.own_weights.items():
        for child, plane in zip(framework.children[code], weights, strict=True):
            named = panel.keys.with_columns(
                pl.lit(code).alias("node"), pl.lit(child.code).alias("child"),
                pl.Series("weight", rowwise(plane), nan_to_null=True),
            )  # fmt: skip
            parts.append(named.drop_nulls("weight"))
    return pl.concat(parts).sort("area", "year", maintain_order=True)


def weightings(nodes: Nodes) -> pl.DataFrame:
    """Return what the weightings say of the weights they found. Shape: `node`, `weighting`, `said`."""
    rows = [(code, *said) for code, said in nodes.said.items()]
    return pl.DataFrame(rows, schema=dict.fromkeys(("node", "weighting", "said"), pl.String), orient="row")


def weight_frame(framework: Framework, nodes: Nodes) -> pl.DataFrame:
    """Return the weights that were used and what came of them.

    Shape: a row a node or indicator below the root: `parent`, `code`, `weight`, `share`, `effective`.
    Units: `share` among the siblings; `effective` the squared correlation with the parent's score, as a share of the
           siblings' sum.
    Missing: `effective` where there are fewer than 3 pairs or no spread.
    Source: methods.md section 3.
    """
    rows = []
    for parent, children in framework.children.items():
        counting = [child for child in children if child.weight > 0]
        total = sum(child.weight for child in counting)
        squares = [_squared_correlation(nodes.scores[child.code], nodes.scores[parent]) for child in counting]
        known = float(np.nansum(squares)) if squares else 0.0
        for child, square in zip(counting, squares, strict=True):
            effective = square / known if known > 0 and not np.isnan(square) else None
            rows.append((parent, child.code, child.weight, child.weight / total, effective))
    names = ("weight", "share", "effective")
    schema = {"parent": pl.String, "code": pl.String, **dict.fromkeys(names, pl.Float64)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _squared_correlation(one: Floats, other: Floats) -> float:
    both = ~np.isnan(one) & ~np.isnan(other)
    if both.sum() < 3:
        return float("nan")
    x, y = one[both] - one[both].mean(), other[both] - other[both].mean()
    spread = float(x @ x) * float(y @ y)
    return float(x @ y) ** 2 / spread if spread > 0 else float("nan")
