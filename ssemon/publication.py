"""From what was delivered to what may be published: the one gate between the observations and every output.

Behind it there is no confidential value any more: files, reports, the site and extensions are made from what it lets
through. The record (submissions) stands before it and keeps every value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from ssemon.disclosure import Protected, protect
from ssemon.edition import Edition
from ssemon.errors import Problem
from ssemon.framework import Framework
from ssemon.model import DISCLOSURE_COLUMNS, FREE, SUPPRESSED, TOTAL, CountryOutcome, Deviation, Robustness
from ssemon.scoring import Methods, Scored, score
from ssemon.scoring.withhold import Observed, stands_alone, withhold
from ssemon.text import listed, plural

# Files and messages of a country with confidential values may quote them.
_NOT_QUOTED = "not printed: the country has confidential values"
_INTERVALS = ("score_low", "score_high", "rank_low", "rank_high")


@dataclass(frozen=True, slots=True)
class Published:
    """An edition as it may be printed, and as it was scored.

    Shape:   `observations` and `scored` hold nothing that is confidential; `protected` and `whole` do, and are not to
             be printed; `touched` are the areas and years of which nothing may be told that is worked out from `whole`.
    """

    observations: pl.DataFrame
    scored: Scored
    protected: Protected
    whole: Scored
    touched: pl.DataFrame
    problems: tuple[Problem, ...] = ()

    @property
    def countries(self) -> frozenset[str]:
        """The countries with confidential values."""
        hidden = self.protected.hidden
        return frozenset(hidden["country"].drop_nulls()) if "country" in hidden.columns else frozenset()

    def without_touched(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return a frame without the rows of areas whose confidential values it could give away."""
        if self.touched.is_empty():
            return frame
        areas = self.touched["area"].unique().to_list()
        named = [name for name in ("area", "other") if name in frame.columns]
        return frame.filter(~pl.any_horizontal(pl.col(name).is_in(areas) for name in named)) if named else frame


def publish(observations: pl.DataFrame, framework: Framework, edition: Edition, methods: Methods) -> Published:
    """Judge, protect and score observations, and take out what may not be told.

    Shape:   observations with the columns on contributors where somebody gives them.
    Missing: without a confidential value everything is as `score` gives it.
    Errors:  EditionFault as for `score`.
    """
    rules = edition.disclosure
    protected = protect(observations, framework, rules)
    whole = score(protected.observations, framework, edition, methods)
    nobody = pl.DataFrame(schema={"area": pl.String, "year": pl.Int32})
    if protected.hidden.is_empty():
        return Published(covered(protected.observations), whole, protected, whole, nobody)
    if not stands_alone(whole):
        shown = covered(protected.observations)
        scored = score(shown, framework, edition, methods)
        return Published(shown, scored, protected, scored, nobody, (*protected.problems, *_left_out(protected)))
    partners: frozenset[Observed] = frozenset()
    while True:
        hidden = _totals(protected.hidden)
        kept = withhold(whole, hidden, hidden - partners, rules.protection)
        more = kept.partners - hidden
        if not more:
            break
        partners |= more
        protected = protect(observations, framework, rules, partners)
        if not more & _totals(protected.hidden):  # computed from what is hidden already: nothing was delivered of it
            break
    problems = (*protected.problems, *_withheld(kept.nodes))
    return Published(covered(protected.observations), kept.scored, protected, whole, kept.touched, problems)


def covered(observations: pl.DataFrame) -> pl.DataFrame:
    """Return observations as they may be printed.

    Shape:   the same rows, without the columns on contributors.
    Missing: what is confidential has no value, no standard error and no note, and the status Q.
    """
    hidden = ~pl.col("conf_status").fill_null("").is_in(sorted(FREE))
    emptied = [name for name in ("value", "note", "std_error") if name in observations.columns]
    shown = observations.drop(name for name in DISCLOSURE_COLUMNS if name in observations.columns)
    return shown.with_columns(
        *(pl.when(~hidden).then(name).alias(name) for name in emptied),
        pl.when(hidden).then(pl.lit(SUPPRESSED)).otherwise("obs_status").alias("obs_status"),
    )


def _totals(hidden: pl.DataFrame) -> frozenset[Observed]:
    rows = hidden.filter((pl.col("sex") == TOTAL) & (pl.col("org_type") == TOTAL))
    return frozenset(rows.select("area", "indicator", "year").iter_rows())


def _left_out(protected: Protected) -> tuple[Problem, ...]:
    """What is said where a scale rests on all areas: a confidential value would be told by the others' scores."""
    named = sorted(_totals(protected.hidden))
    if not named:
        return ()
    return (
        Problem(
            code="C08", severity="warning", stage="protect",
            what=f"{plural(len(named), 'confidential value')} not scored: what others score would give them away",
            found=listed(f"{area} {indicator} {year}" for area, indicator, year in named),
            fix="score on fixed goalposts and without estimates, or leave the values out of the edition",
        ),
    )  # fmt: skip


def _withheld(nodes: pl.DataFrame) -> tuple[Problem, ...]:
    """What is said of scores that are not printed."""
    found = []
    for (area,), rows in nodes.group_by("area", maintain_order=True):
        named = rows.select("node", "year").iter_rows()
        found.append(
            Problem(
                code="C06", severity="warning", stage="protect", country=str(area),
                what=f"{plural(rows.height, 'score')} not published: a confidential value could be worked out from them",
                found=listed(f"{node} {year}" for node, year in named),
                fix="nothing need be done; with a second indicator that may be withheld beside it the score could stay",
            )
        )  # fmt: skip
    return tuple(found)


def told_of(robustness: Robustness | None, published: Published) -> Robustness | None:
    """Return what the draws say of the areas of which it may be told."""
    if robustness is None or published.touched.is_empty():
        return robustness
    keep = published.without_touched
    return replace(
        robustness, bands=keep(robustness.bands), ties=keep(robustness.ties),
        tables={name: keep(frame) for name, frame in robustness.tables.items()},
    )  # fmt: skip


def with_intervals_of(published: Published, drawn: pl.DataFrame) -> pl.DataFrame:
    """Return the scores as they may be printed with the intervals of others, which were drawn around the true ones.

    Missing: no interval where a confidential value enters: it would be one more equation for it.
    """
    scores = published.scored.scores
    names = [name for name in _INTERVALS if name in drawn.columns]
    if not names or scores is drawn:
        return drawn
    key = ["area", "year", "node"]
    told = scores.join(drawn.select(*key, *names), on=key, how="left", maintain_order="left")
    touched = published.touched.with_columns(touched=pl.lit(value=True))
    told = told.join(touched, on=["area", "year"], how="left", maintain_order="left")
    empty = pl.col("touched").fill_null(value=False) | pl.col("score").is_null()
    order = [*(name for name in scores.columns if name != "conf_status"), *names]
    order += [name for name in scores.columns if name == "conf_status"]
    return told.with_columns(pl.when(~empty).then(name).alias(name) for name in names).select(order)


def with_drawn(published: Published, draws: Callable[[Scored], Scored]) -> Scored:
    """Return the edition as it may be printed with the draws of the whole one, and the frames that came of them."""
    whole, scored = published.whole, published.scored
    drawn = draws(whole)
    if scored is whole:
        return drawn
    made = [name for name in drawn.steps if name not in whole.steps]
    makers = {name: (lambda name=name: published.without_touched(drawn.steps[name])) for name in made}
    scores = with_intervals_of(published, drawn.scores)
    more = drawn.problems[len(whole.problems) :]
    steps = scored.steps.plus({**makers, "5-scores": lambda: scores})
    return replace(scored, scores=scores, steps=steps, problems=(*scored.problems, *more))


def with_further(
    published: Published, make: Callable[[Scored, pl.DataFrame], Mapping[str, Callable[[], pl.DataFrame]]]
) -> Published:
    """Return the edition with further frames; none has a row of an area whose confidential values it could give away."""
    scored = published.scored
    made = make(scored, published.observations)
    quiet_ones = {name: (lambda one=one: published.without_touched(one())) for name, one in made.items()}
    further = replace(scored, steps=scored.steps.plus(quiet_ones))
    return replace(published, scored=further, whole=further if published.whole is scored else published.whole)


def open_observations(observations: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """Return what a finished run's scores can be made again from: the areas that have nothing confidential.

    Shape:   the observations of these areas, and a warning that names the others.
    """
    hidden = observations.filter(
        ~pl.col("conf_status").fill_null("").is_in(sorted(FREE))
        & (pl.col("sex") == TOTAL) & (pl.col("org_type") == TOTAL)
    )  # fmt: skip
    areas = hidden["area"].unique().sort().to_list()
    if not areas:
        return observations, ()
    problem = Problem(
        code="C10", severity="warning", stage="protect",
        what=f"{plural(len(areas), 'area')} cannot be scored again from what is published: some values are confidential",
        found=listed(areas), fix="nothing need be done; what rests on their scores is told of the other areas",
    )  # fmt: skip
    return observations.filter(~pl.col("area").is_in(areas)), (problem,)


def quiet(outcomes: Iterable[CountryOutcome], countries: frozenset[str]) -> tuple[CountryOutcome, ...]:
    """Return the outcomes without the places where messages quote values, for countries with confidential ones."""
    return tuple(_quiet(outcome) if outcome.code in countries else outcome for outcome in outcomes)


def _quiet(outcome: CountryOutcome) -> CountryOutcome:
    return replace(
        outcome,
        problems=tuple(map(_unquoted, outcome.problems)),
        log=tuple(map(_unquoted, outcome.log)),
        deviations=tuple(_short(deviation) for deviation in outcome.deviations),
    )


def _unquoted(problem: Problem) -> Problem:
    return replace(problem, found=_NOT_QUOTED) if problem.found else problem


def _short(deviation: Deviation) -> Deviation:
    """A deviation without the values that it changed."""
    return replace(deviation, reason=f"{deviation.reason.partition(' (')[0]} ({_NOT_QUOTED})")
