"""Treatment of outliers, one indicator at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import log

import numpy as np
import numpy.typing as npt

from ssemon import Method, Treated, hookimpl, refused, shape

Floats = npt.NDArray[np.float64]

# An indicator is treated where |skewness| and kurtosis both reach these (JRC practice; methods, section 2.1).
SKEWNESS, KURTOSIS = 2.0, 3.5
# The most points that winsorising pulls in.
WINMAX = 5
# The share of the range that the least value lies above 0 before its logarithm is taken (COINr log_CT).
SHIFT = 0.01
# Where an estimated Box-Cox exponent is looked for, and how finely.
LAMBDA_LOW, LAMBDA_HIGH, LAMBDA_STEPS = -5.0, 5.0, 60


def winsorise(
    values: Floats, *, winmax: int = WINMAX, skew: float = SKEWNESS, kurt: float = KURTOSIS, strict: bool = False
) -> Treated:
    """Pull the outermost values in to the next one, until the shape passes or `winmax` points are done.

    Shape:   while |skewness| >= skew and kurtosis >= kurt: all values equal to the greatest (the least where the
             skewness is negative) take the next one's value. Points tied at an end are moved, and counted, together,
             so that ties may carry the count past `winmax`; with `strict` such a step is not taken.
    Missing: stays missing.
    Source:  OECD/JRC handbook (2008), step 3; COINr winsorise.
    """
    column = values
    treated, points = _winsorised(column, winmax, skew, kurt, strict=strict)
    return _treated(treated, f"winsorised: {points} points" if points else "")


def log_transform(
    values: Floats,
    *,
    shift: float | None = None,
    skew: float = SKEWNESS,
    kurt: float = KURTOSIS,
    always: bool = False,
) -> Treated:
    """Take the logarithm where the shape does not pass, or `always`.

    Units:   ln(x + shift); by default x - min + 1 % of the range, so that the least value has one too.
    Missing: stays missing; where x + shift is not above 0 there is no value.
    Source:  COINr log_CT.
    """
    column = values
    if _empty(column) or not (always or not _passes(column, skew, kurt)):
        return _treated(column, "")
    added = _shift(column) if shift is None else float(shift)
    return _rescaled(column, lambda x: log(x + added) if x + added > 0 else None, f"ln(x + {added:g})")


def boxcox(
    values: Floats,
    *,
    power: float | None = None,
    shift: float | None = None,
    skew: float = SKEWNESS,
    kurt: float = KURTOSIS,
    always: bool = False,
) -> Treated:
    """Take a Box-Cox power where the shape does not pass, or `always`.

    Units:   (x^power - 1) / power, ln x for power 0; by default the power with the greatest likelihood, -5 to 5.
             `shift` is added to x first; by default 0, and where values reach down to 0 that of the logarithm.
             COINr boxcox takes 1 - min.
    Missing: stays missing; a power that is too large to be a number is none.
    Source:  Box and Cox (1964).
    """
    column = values
    if _empty(column) or not (always or not _passes(column, skew, kurt)):
        return _treated(column, "")
    added = (0.0 if float(np.nanmin(column)) > 0 else _shift(column)) if shift is None else float(shift)
    if power is None and float(np.nanmin(column)) + added <= 0:
        raise refused("boxcox: with this shift values reach down to 0; give a greater one, or a power")
    exponent = _likeliest(column[~np.isnan(column)] + added) if power is None else float(power)
    transform = _boxcox_of(exponent, added)
    return _rescaled(column, transform, f"Box-Cox, power {exponent:g}" + (f", shift {added:g}" if added else ""))


def winsorise_then_log(
    values: Floats,
    *,
    winmax: int = WINMAX,
    skew: float = SKEWNESS,
    kurt: float = KURTOSIS,
    combine: bool = False,
    strict: bool = False,
) -> Treated:
    """Winsorise; where the shape still fails, take the logarithm instead.

    Shape:  the logarithm is of the values as they came in, or of the winsorised ones with `combine`; `strict` as in
            `winsorise`.
    Source: COINr Treat.
    """
    column = values
    won, points = _winsorised(column, winmax, skew, kurt, strict=strict)
    if not points and _passes(column, skew, kurt):
        return _treated(column, "")
    if _passes(won, skew, kurt):
        return _treated(won, f"winsorised: {points} points")
    base = won if combine else column
    added = _shift(base)
    said = f"winsorised: {points} points, then " if combine else ""
    return _rescaled(base, lambda x: log(x + added) if x + added > 0 else None, f"{said}ln(x + {added:g})")


def _winsorised(column: Floats, winmax: int, skew: float, kurt: float, *, strict: bool) -> tuple[Floats, int]:
    """The winsorised column, and how many points were moved."""
    if winmax < 0:
        raise refused("winmax must be 0 or more")
    there = ~np.isnan(column)
    present = column[there]
    third, fourth = shape(present)
    if winmax == 0 or _fine(third, fourth, skew, kurt):
        return column, 0
    treated, high, low = present.copy(), 0, 0
    while high + low < winmax and not _fine(third, fourth, skew, kurt):
        end = treated.max() if third >= 0 else treated.min()
        if strict and int((treated == end).sum()) + (low if third >= 0 else high) > winmax:
            break
        if third >= 0:
            bound = treated[treated < end].max()
            treated[treated == end] = bound
            high = int((treated == bound).sum()) - int((present == bound).sum())
        else:
            bound = treated[treated > end].min()
            treated[treated == end] = bound
            low = int((treated == bound).sum()) - int((present == bound).sum())
        third, fourth = shape(treated)
    found = column.copy()
    found[there] = treated
    return found, high + low


def _passes(column: Floats, skew: float, kurt: float) -> bool:
    """Whether a shape needs no treatment."""
    return _fine(*shape(column), skew, kurt)


def _fine(third: float, fourth: float, skew: float, kurt: float) -> bool:
    """Whether skewness and kurtosis need no treatment; too few values, or all the same, need none."""
    return not abs(third) >= skew or not fourth >= kurt


def _shift(column: Floats) -> float:
    low, high = float(np.nanmin(column)), float(np.nanmax(column))
    return SHIFT * (high - low) - low if high > low else 1.0 - low


def _boxcox_of(exponent: float, added: float) -> Callable[[float], float | None]:
    def transform(x: float) -> float | None:
        if x + added <= 0:
            return None
        try:
            return log(x + added) if exponent == 0 else ((x + added) ** exponent - 1) / exponent
        except OverflowError:
            return None

    return transform


def _likeliest(positive: Floats) -> float:
    """The Box-Cox exponent with the greatest profile likelihood, by golden section."""
    logs = np.log(positive)
    if np.ptp(logs) == 0:
        return 1.0
    centred = logs - logs.mean()  # a factor of the values changes no likelihood, and the powers stay small

    def minus_likelihood(exponent: float) -> float:
        with np.errstate(all="ignore"):  # what overflows is least likely of all
            powers = centred if abs(exponent) < 1e-8 else np.expm1(exponent * centred) / exponent
            return float(len(centred) / 2 * np.log(np.var(powers)))

    low, high, ratio = LAMBDA_LOW, LAMBDA_HIGH, (5**0.5 - 1) / 2
    for _ in range(LAMBDA_STEPS):
        first, second = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, second) if minus_likelihood(first) < minus_likelihood(second) else (first, high)
    return (low + high) / 2


def _empty(column: Floats) -> bool:
    return bool(np.isnan(column).all())


def _treated(column: Floats, why: str) -> Treated:
    return Treated(column, why)


def _rescaled(column: Floats, transform: Callable[[float], float | None], why: str) -> Treated:
    """A whole column on another scale, to which goalposts can follow it."""
    moved = [np.nan if np.isnan(x) else transform(float(x)) for x in column]
    return Treated(np.array(moved, dtype=np.float64), why, transform)


@hookimpl
def register_methods() -> Iterable[Method]:
    """Give the treatments."""
    return [
        Method("treatment", "winsorise", winsorise, "the outermost values are pulled in to the next one"),
        Method("treatment", "log", log_transform, "the logarithm of a skewed indicator, with a shift"),
        Method("treatment", "boxcox", boxcox, "a Box-Cox power of a skewed indicator, given or estimated"),
        Method(
            "treatment", "winsorise_then_log", winsorise_then_log, "winsorised; where that is not enough, the logarithm"
        ),
    ]
