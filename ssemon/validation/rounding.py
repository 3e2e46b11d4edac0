"""How far apart two values may be: a rule's bounds, and what rounding alone can make of printed numbers."""

from __future__ import annotations

import polars as pl

from ssemon.rulebook import CheckRule

# The last printed digit that is looked for: thousands, units, decimals. Zeros at the end of a whole number are mostly
# chance; only three of them are taken for rounding, and only where that leaves the sum two digits.
_STEPS = (1e3, 1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
_COARSEST = 0.05
_NEAR = 1e-6


def step(value: pl.Expr) -> pl.Expr:
    """Return the place of a number's last digit that is not 0: 0.1 for 2.3, 1 for 120, 1000 for 12000, 0 for 1/3."""
    found = pl.lit(0.0)
    for size in reversed(_STEPS):
        found = pl.when(((value / size) - (value / size).round()).abs() < _NEAR).then(size).otherwise(found)
    return found


def rounding(finest: pl.Expr, numbers: pl.Expr, size: pl.Expr) -> pl.Expr:
    """Return how far a sum of so many numbers, all printed to the same finest step, may be off by rounding alone.

    Units: of the values; `size` is the sum.
    """
    plausible = pl.when((finest > 1.0) & (finest > _COARSEST * size.abs())).then(1.0).otherwise(finest)
    return 0.5 * plausible * numbers


def tolerance(rule: CheckRule, of: pl.Expr) -> pl.Expr:
    """Return how far apart two values may be: the rule's absolute bound, or its share of this value where that is more."""
    return pl.max_horizontal(pl.lit(rule.parameters["absolute"]), rule.parameters["relative"] * of.abs())
