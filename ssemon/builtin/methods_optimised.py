"""Weights found by optimisation: each child is to matter as much in effect as it is meant to.

SciPy is imported where it is used: a run that optimises nothing does not load it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ssemon import Method, Siblings, Weighed, hookimpl, refused

Floats = npt.NDArray[np.float64]

# A sum of correlations that is not above this can be no one's share.
_NOTHING = 1e-9
# Where the search starts beside the declared weights: most of the weight on one child, what is left on the others.
_HEAVY = 0.6


def optimised(
    declared: Sequence[float],
    siblings: Siblings,
    *,
    targets: Mapping[str, float] | None = None,
    importance: str = "squared",
    objective: str = "balance",
) -> Sequence[float] | Weighed:
    """Weights under which each child's importance in the arithmetic mean comes nearest to its target.

    Units:   importance r_q is the "squared" correlation of a child with the weighted arithmetic mean, or the plain
             "correlation". "balance" minimises mean((t_q - r_q / sum(r))^2), the targets t scaled to sum to 1, by
             default the declared weights; "infomax" maximises sum(r_q). Weights are 0 or more and sum to 1. What was
             reached is written with the steps.
    Missing: rows with a missing child are left out; with fewer than 3, or a child that is the same everywhere, the
             declared weights stay.
    Errors:  SsemonError E06 for targets below 0, or that name some of a parent's children and not all; a parent none of
             whose children are named takes its declared weights for targets.
    Source:  Becker, Saisana, Paruolo and Vandecasteele (2017); COINr get_opt_weights, which takes the plain correlation.
    """
    if importance not in ("squared", "correlation") or objective not in ("balance", "infomax"):
        raise refused('optimised: importance is "squared" or "correlation", objective "balance" or "infomax"')
    counting = np.flatnonzero(np.asarray(declared, dtype=np.float64) > 0)
    codes = [siblings.codes[int(at)] for at in counting]
    start = np.array([declared[int(at)] for at in counting], dtype=np.float64)
    wanted = _targets(codes, start, targets or {})
    table = siblings.table(codes)
    table = table[~np.isnan(table).any(axis=1)]
    if len(codes) < 2 or len(table) < 3 or (np.ptp(table, axis=0) == 0).any():
        return declared
    spread = np.cov(table, rowvar=False)
    power = 2 if importance == "squared" else 1

    def cost(weights: Floats) -> float:
        return _distance(importances(weights, spread) ** power, wanted if objective == "balance" else None)

    found = _search(cost, start / start.sum())
    placed = np.zeros(len(declared))
    placed[counting] = found
    value = cost(found) if objective == "balance" else -cost(found)
    named = "mean squared distance from the targets" if objective == "balance" else "sum of the importances"
    shown = ", ".join(
        f"{code} {share:.4f}" for code, share in zip(codes, importances(found, spread) ** power, strict=True)
    )
    return Weighed(placed.tolist(), f"{named} {value:.6g}; importances {shown}")


def importances(weights: Floats, spread: Floats) -> Floats:
    """Return each child's correlation with the weighted mean. Shape: `spread` is the children's covariance matrix."""
    with_mean = spread @ weights
    return np.asarray(with_mean / np.sqrt(np.diag(spread) * max(float(weights @ with_mean), np.finfo(float).tiny)))


def _distance(found: Floats, wanted: Floats | None) -> float:
    """How far the shares of importance are from those wanted; without any, how little is known in all."""
    total = float(found.sum())
    if wanted is None:
        return -total
    return float(((wanted - found / max(total, _NOTHING)) ** 2).mean())


def _targets(codes: Sequence[str], declared: Floats, targets: Mapping[str, float]) -> Floats:
    named = [code for code in codes if code in targets]
    if not named:
        return np.asarray(declared / declared.sum())
    if len(named) < len(codes):
        raise refused(f"optimised: no target for {', '.join(code for code in codes if code not in targets)}")
    wanted = np.array([float(targets[code]) for code in codes])
    if (wanted < 0).any() or not wanted.sum() > 0:
        raise refused("optimised: targets are numbers of 0 or more, not all 0")
    return np.asarray(wanted / wanted.sum())


def _search(cost: Callable[[Floats], float], declared: Floats) -> Floats:
    """The best of several searches over the simplex, the first from the declared weights; always the same."""
    from scipy.optimize import minimize

    count = len(declared)
    starts = [declared, np.full(count, 1 / count)]
    starts += [_HEAVY * np.eye(count)[at] + (1 - _HEAVY) / count for at in range(count)]
    simplex = {"type": "eq", "fun": lambda weights: weights.sum() - 1}
    best = declared
    for start in starts:
        found = minimize(
            cost, start, method="SLSQP", bounds=[(0, 1)] * count, constraints=[simplex],
            options={"ftol": 1e-15, "maxiter": 500},
        )  # fmt: skip
        weights = np.clip(np.asarray(found.x, dtype=np.float64), 0, None)
        if not np.isfinite(weights).all() or not weights.sum() > 0:
            continue
        weights /= weights.sum()
        # A later start wins only where it is clearly better, so that rounding decides nothing.
        if cost(weights) < cost(best) - 1e-12:
            best = weights
    return best


@hookimpl
def register_methods() -> Iterable[Method]:
    """Give the optimised weights."""
    return [Method("weighting", "optimised", optimised, "weights whose effect comes nearest to what is meant")]
