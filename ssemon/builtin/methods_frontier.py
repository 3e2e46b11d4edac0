"""Benefit of the doubt: each area is weighed as it suits it best, as far as no area passes the top by these weights.

SciPy is imported where a linear programme is solved: a run that has none does not load it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ssemon import Method, OwnWeights, Siblings, Weighed, hookimpl, plural, refused

Floats = npt.NDArray[np.float64]

# The tightest tolerances that HiGHS takes.
_EXACT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


def bod(
    declared: Sequence[float],
    siblings: Siblings,
    *,
    shares: bool = True,
    lower: float = 0.5,
    upper: float = 1.5,
    years: str = "each",
) -> OwnWeights:
    """Benefit of the doubt: the weights under which each area scores highest while no area passes the top.

    Shape:   a linear programme for each area c: maximise CI = sum(w_q y_cq), where sum(w_q y_kq) <= 1 for every area
             k of the year (of `years` = "all" years), w_q >= 0, and each child's share w_q y_cq / CI lies between
             `lower` and `upper` times the equal share. `shares` = false takes these bounds away.
    Units:   y moved to 0..1, below 0 is 0; the score is CI put on the range; sum(w y) is CI. With a lower bound above
             0, an area that has a child at the bottom of the range scores the bottom. The score is unique, the
             weights may not be.
    Missing: a child that the area lacks gets no weight, and the equal share is that of the children it has; another
             area's missing score is left out of that area's sum, so that it still bounds the weights by what it has.
    Errors:  SsemonError E06 unless lower is from 0 to 1 and upper 1 or more.
    Source:  Melyn and Moesen (1991); Cherchye and others (2007); OECD/JRC handbook (2008), step 6.
    """
    if not (0 <= lower <= 1 <= upper):
        raise refused("bod: lower must be from 0 to 1, upper 1 or more (multiples of the equal share)")
    if years not in ("each", "all"):
        raise refused('bod: years is "each" or "all"')
    counting = _counting(declared)
    unit = _unit(siblings, counting)
    weights, found = np.full(siblings.scores.shape, np.nan), np.full(siblings.scores.shape[1:], np.nan)
    for at in range(len(found)):
        peers = unit if years == "all" else unit[:, [at]]
        frontier = _frontier(peers.reshape(len(counting), -1).T)
        for area in np.flatnonzero(~np.isnan(unit[:, at]).all(axis=0)):
            own = np.flatnonzero(~np.isnan(unit[:, at, area]))
            bounds = (lower, upper) if shares else None
            chosen = _best(unit[own, at, area], frontier[:, own], bounds)
            if chosen is not None:
                weights[counting[own], at, area] = chosen
                found[at, area] = min(float(chosen @ unit[own, at, area]), 1.0)
    return OwnWeights(weights, siblings.scale.onto(found), _zeros(found))


def bod_common(
    declared: Sequence[float],
    siblings: Siblings,
    *,
    shares: bool = True,
    lower: float = 0.5,
    upper: float = 1.5,
    objective: str = "sum",
) -> Sequence[float] | Weighed:
    """Benefit of the doubt with the same weights for all: the areas together score highest, none passes the top.

    Shape:   one linear programme over all areas and years: maximise sum(CI_c) (`objective` "sum") or make the
             greatest distance 1 - CI_c as small as it can be ("minmax"), where CI_c = sum(w_q y_cq) <= 1 and w_q >= 0.
             Bounds on the shares of every area would leave no common weights: `lower` and `upper` times the equal
             share bound the shares at the mean of all areas.
    Units:   y moved to 0..1, below 0 is 0. Plain weights that sum to 1: the mean under them ranks as CI does.
    Missing: rows with a missing child are left out; without complete rows the declared weights stay.
    Errors:  SsemonError E06 unless lower is from 0 to 1 and upper 1 or more.
    Source:  the common-weight model of data envelopment analysis; methods.md section 3.
    """
    if not (0 <= lower <= 1 <= upper):
        raise refused("bod_common: lower must be from 0 to 1, upper 1 or more (multiples of the equal share)")
    if objective not in ("sum", "minmax"):
        raise refused('bod_common: objective is "sum" or "minmax"')
    counting = _counting(declared)
    table = _unit(siblings, counting).reshape(len(counting), -1).T
    table = table[~np.isnan(table).any(axis=1)]
    if not len(table) or not table.any():
        return declared
    bounds = (lower, upper) if shares else None
    chosen = _common(table, objective, bounds)
    if chosen is None or not chosen.sum() > 0:
        return declared
    reached = table @ chosen
    value = reached.mean() if objective == "sum" else 1 - reached.min()
    named = "mean CI" if objective == "sum" else "greatest distance 1 - CI"
    weights = np.zeros(len(declared))
    weights[counting] = chosen / chosen.sum()
    return Weighed(weights.tolist(), f"{named} {value:.6f} over {plural(len(table), 'complete area-year')}")


def _counting(declared: Sequence[float]) -> npt.NDArray[np.intp]:
    """The places of the children that count."""
    return np.flatnonzero(np.asarray(declared, dtype=np.float64) > 0)


def _unit(siblings: Siblings, counting: npt.NDArray[np.intp]) -> Floats:
    """The scores of the children that count, moved to 0..1; what lies below the range is 0."""
    scale = siblings.scale
    return np.asarray(np.maximum((siblings.scores[counting] - scale.low) / (scale.high - scale.low), 0.0))


def _frontier(rows: Floats) -> Floats:
    """The rows that bound the weights: those that no other row equals or beats everywhere.

    Missing: left out of a row's sum.
    """
    sums = np.where(np.isnan(rows), 0.0, rows)
    sums = sums[np.argsort(-sums.sum(axis=1), kind="stable")]
    kept = sums[:1]
    for row in sums[1:]:
        if not (kept >= row).all(axis=1).any():
            kept = np.vstack([kept, row])
    return kept


def _share_rows(own: Floats, bounds: tuple[float, float]) -> Floats:
    """The bounds of the shares as rows that must not be above 0."""
    count = len(own)
    share, total = np.diag(own), np.tile(own, (count, 1))
    least, most = bounds[0] / count, min(bounds[1] / count, 1.0)
    return np.vstack([least * total - share, share - most * total])


def _best(own: Floats, frontier: Floats, bounds: tuple[float, float] | None) -> Floats | None:
    """The weights of one area; None where the solver finds none."""
    rows, limits = frontier, np.ones(len(frontier))
    if bounds is not None:
        more = _share_rows(own, bounds)
        rows, limits = np.vstack([rows, more]), np.concatenate([limits, np.zeros(len(more))])
    return _solved(-own, rows, limits)


def _common(table: Floats, objective: str, bounds: tuple[float, float] | None) -> Floats | None:
    """The weights of all areas; None where the solver finds none."""
    frontier, count = _frontier(table), table.shape[1]
    rows, limits = frontier, np.ones(len(frontier))
    if bounds is not None:
        more = _share_rows(table.mean(axis=0), bounds)
        rows, limits = np.vstack([rows, more]), np.concatenate([limits, np.zeros(len(more))])
    if objective == "sum":
        return _solved(-table.sum(axis=0), rows, limits)
    # One more unknown, the greatest distance d: 1 - CI_c <= d for every area.
    rows = np.vstack([np.hstack([rows, np.zeros((len(rows), 1))]), np.hstack([-table, -np.ones((len(table), 1))])])
    limits = np.concatenate([limits, -np.ones(len(table))])
    found = _solved(np.concatenate([np.zeros(count), [1.0]]), rows, limits)
    return None if found is None else found[:count]


def _solved(cost: Floats, rows: Floats, limits: Floats) -> Floats | None:
    """The least cost x >= 0 with rows x <= limits, at a corner; None where there is none."""
    from scipy.optimize import linprog

    found = linprog(cost, A_ub=rows, b_ub=limits, bounds=(0, None), method="highs-ds", options=_EXACT)
    if found.status != 0 or not np.isfinite(found.x).all():
        return None
    return np.maximum(np.asarray(found.x, dtype=np.float64), 0.0)


def _zeros(found: Floats) -> str:
    """What the reader should know of scores at the bottom."""
    count = int((found <= 0).sum())
    return f"{plural(count, 'area-year')} at the bottom: a child at the bottom, or all of them" if count else ""


@hookimpl
def register_methods() -> Iterable[Method]:
    """Give the two forms of benefit of the doubt."""
    return [
        Method("weighting", "bod", bod, "benefit of the doubt: each area's own best weights"),
        Method("weighting", "bod_common", bod_common, "benefit of the doubt: one set of best weights for all"),
    ]
