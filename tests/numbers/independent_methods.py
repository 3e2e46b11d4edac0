"""Every method again, from its formula in the handbook, a cell at a time: the second opinion on the methods.

Nothing here comes from the package. A missing value is None; lists and loops stand where the package has arrays. Two
numbers nearer than TIE are equal: random tests draw values that are either equal or further apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

TIE = 1e-9
Values = Sequence[float | None]


class Unclear(Exception):
    """The example lies where rounding alone decides: a tie of eigenvalues, a shape at its threshold."""


def known(values: Values) -> list[float]:
    return [value for value in values if value is not None]


def mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def median(values: Sequence[float]) -> float | None:
    ordered, n = sorted(values), len(values)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2 if n else None


def spread(values: Sequence[float], freedom: int = 0) -> float:
    middle = mean(values)
    return math.sqrt(math.fsum((value - middle) ** 2 for value in values) / (len(values) - freedom))


# Normalisation: the share of the range, from 0 to 1 and beyond; `members` is the reference set, present values only.


def goalposts(x, way, members, lower, upper):
    return (x - lower) / (upper - lower) if way > 0 else (upper - x) / (upper - lower)


def scaled(x, way, members, low, high, *, lower=None, upper=None):
    return goalposts(x, way, members, low if lower is None else lower, high if upper is None else upper)


def minmax(x, way, members, lower, upper):
    if not members or max(members) == min(members):
        return None
    return goalposts(x, way, members, min(members), max(members))


def zscore(x, way, members, lower, upper, *, sd="population"):
    if not members or max(members) == min(members):
        return None
    return 0.5 + way * (x - mean(members)) / spread(members, 1 if sd == "sample" else 0) / 10


def rank(x, way, members, lower, upper, *, ties="average"):
    if not members or max(members) == min(members):
        return None
    worse = sum(way * other < way * x for other in members)
    as_good = sum(other == x for other in members)
    place = {"min": worse, "max": worse + as_good - 1, "average": worse + (as_good - 1) / 2}[ties]
    return place / (len(members) - 1)


def dist2max(x, way, members, lower, upper):
    if not members or max(members) == min(members):
        return None
    best = max(way * other for other in members)
    return 1 - (best - way * x) / (max(members) - min(members))


def dist2ref(x, way, members, lower, upper, *, ref):
    if ref is None or not members:
        return None
    worst = min(way * other for other in members)
    return 1 - (way * ref - way * x) / (way * ref - worst) if way * ref > worst else None


def dist2targ(x, way, members, lower, upper, *, target=None):
    aim = target if target is not None else upper if way > 0 else lower
    if not members:
        return None
    worst = min(way * other for other in members)
    return (way * x - worst) / (way * aim - worst) if aim is not None and way * aim > worst else None


def fracmax(x, way, members, lower, upper):
    if not members:
        return None
    part, whole = (x, max(members)) if way > 0 else (min(members), x)
    return part / whole if whole > 0 else None


def categorical(x, way, members, lower, upper, *, top=None, points=None):
    if points is not None:
        share = points[int(x)] / 100 if x == int(x) and 0 <= x < len(points) else None
    else:
        share = x / (top or (upper if upper is not None and upper > 0 else 4))
    return None if share is None else share if way > 0 else 1 - share


def parity(x, way, members, lower, upper, *, target=50, two_sided=False):
    return 1 - abs(x - target) / target if two_sided else min(x, target) / target


NORMALISATIONS: dict[str, Callable[..., float | None]] = {
    "goalposts": goalposts, "minmax": minmax, "zscore": zscore, "scaled": scaled, "rank": rank, "percentile_rank": rank,
    "borda": rank, "dist2max": dist2max, "dist2ref": dist2ref, "dist2targ": dist2targ, "fracmax": fracmax,
    "categorical": categorical, "parity": parity,
}  # fmt: skip


# Treatment: a column of values with gaps in, the treated column and what moves the goalposts out


def skewness(x: Sequence[float]) -> float | None:
    n, m = len(x), mean(x)
    second = math.fsum((v - m) ** 2 for v in x)
    if n < 3 or max(x) - min(x) < TIE:
        return None
    return math.sqrt(n) * math.fsum((v - m) ** 3 for v in x) / second**1.5 * math.sqrt(n * (n - 1)) / (n - 2)


def kurtosis(x: Sequence[float]) -> float | None:
    n, m = len(x), mean(x)
    if n < 4 or max(x) - min(x) < TIE:
        return None
    r = n * math.fsum((v - m) ** 4 for v in x) / math.fsum((v - m) ** 2 for v in x) ** 2
    return ((n + 1) * (r - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))


def passes(column: Values, skew: float, kurt: float) -> bool:
    third, fourth = skewness(known(column)), kurtosis(known(column))
    if third is None or fourth is None:
        return True
    if min(abs(abs(third) - skew), abs(fourth - kurt)) < TIE:
        raise Unclear
    return abs(third) < skew or fourth < kurt


def winsorise(column: Values, *, winmax=5, skew=2.0, kurt=3.5, strict=False):
    found, top, bottom = list(column), 0, 0
    while top + bottom < winmax and not passes(found, skew, kurt):
        third = skewness(known(found))
        if abs(third) < TIE:
            raise Unclear
        high = third > 0
        end = (max if high else min)(known(found))
        inner = (max if high else min)(value for value in known(found) if value != end)
        moved = [place for place, value in enumerate(found) if value == end]
        if strict and len(moved) + (bottom if high else top) > winmax:
            break
        for place in moved:
            found[place] = inner
        top, bottom = (len(moved), bottom) if high else (top, len(moved))
    return found, None


def moved_by(column: Values, transform: Callable[[float], float]):
    return [None if value is None else transform(value) for value in column], transform


def shift_of(column: Values) -> float:
    low, high = min(known(column)), max(known(column))
    return 0.01 * (high - low) - low if high > low else 1 - low


def shifted_logarithm(added: float) -> Callable[[float], float | None]:
    return lambda x: math.log(x + added) if x + added > 0 else None


def log(column: Values, *, shift=None, skew=2.0, kurt=3.5, always=False):
    if not known(column) or (not always and passes(column, skew, kurt)):
        return list(column), None
    return moved_by(column, shifted_logarithm(shift_of(column) if shift is None else shift))


def boxcox(column: Values, *, power, skew=2.0, kurt=3.5, always=False):
    if not known(column) or (not always and passes(column, skew, kurt)):
        return list(column), None
    added = 0.0 if min(known(column)) > 0 else shift_of(column)

    def transform(x: float) -> float | None:
        if x + added <= 0:
            return None
        return math.log(x + added) if power == 0 else ((x + added) ** power - 1) / power

    return moved_by(column, transform)


def winsorise_then_log(column: Values, *, winmax=5, skew=2.0, kurt=3.5, combine=False, strict=False):
    if passes(column, skew, kurt):
        return list(column), None
    won, _ = winsorise(column, winmax=winmax, skew=skew, kurt=kurt, strict=strict)
    if passes(won, skew, kurt):
        return won, None
    base = won if combine else column
    return moved_by(base, shifted_logarithm(shift_of(base)))


TREATMENTS = {"winsorise": winsorise, "log": log, "boxcox": boxcox, "winsorise_then_log": winsorise_then_log}


# Weighting: `rows` are the areas and years in which all children have a score


def correlation(one: Sequence[float], other: Sequence[float]) -> float:
    m, n = mean(one), mean(other)
    products = math.fsum((x - m) * (y - n) for x, y in zip(one, other, strict=True))
    return products / math.sqrt(math.fsum((x - m) ** 2 for x in one) * math.fsum((y - n) ** 2 for y in other))


def unit_columns(rows: Sequence[Sequence[float]]) -> list[list[float]]:
    return [[(x - min(column)) / (max(column) - min(column)) for x in column] for column in zip(*rows, strict=True)]


def normed(weights: Sequence[float]) -> list[float] | None:
    return [weight / math.fsum(weights) for weight in weights] if math.fsum(weights) > 0 else None


def entropy(rows):
    diverse = []
    for column in unit_columns(rows):
        shares = [x / math.fsum(column) for x in column]
        diverse.append(1 + math.fsum(p * math.log(p) for p in shares if p > 0) / math.log(len(column)))
    return normed(diverse)


def critic(rows):
    columns = unit_columns(rows)
    unlike = [math.fsum(1 - correlation(one, other) for other in columns) for one in columns]
    return normed([spread(column, 1) * apart for column, apart in zip(columns, unlike, strict=True)])


def pca(rows, loadings="squared"):
    columns = list(zip(*rows, strict=True))
    matrix = np.array([[correlation(one, other) for other in columns] for one in columns])
    first, greatest = principal(matrix)
    rest = matrix - greatest * np.outer(first, first)
    if greatest - np.abs(np.linalg.eigvalsh(rest)).max() < 1e-3 or abs(first.sum()) < 1e-6:
        raise Unclear
    if loadings == "squared":
        return normed((first**2).tolist())
    return normed(np.maximum(first if first.sum() > 0 else -first, 0).tolist())


def principal(matrix: np.ndarray) -> tuple[np.ndarray, float]:
    """The eigenvector of the greatest eigenvalue, by squaring the matrix until it is one direction."""
    power = matrix.copy()
    for _ in range(60):
        power = power @ power
        power /= np.abs(power).max()
    first = power[:, np.argmax(np.abs(power).max(axis=0))]
    first = first / math.sqrt(float(first @ first))
    return first, float(first @ matrix @ first)


def ahp(matrix: Sequence[Sequence[float]], most: float = 0.1) -> list[float]:
    first, _ = principal(np.array(matrix, dtype=float))
    return normed(np.abs(first).tolist())


def budget(codes: Sequence[str], points: dict[str, Sequence[float]]) -> list[float] | None:
    if not any(code in points for code in codes):
        return None
    return [math.fsum(points[code]) / len(points[code]) / 100 for code in codes]


# Aggregation: `children` maps a child to its score in this area and year, present ones only; `weight` to its weight


def raised(y: float, high: float, floor: float | None = None) -> float:
    return max(y, 0.01 * high if floor is None else floor)


def arithmetic(y, w, low, high):
    return math.fsum(wi * yi for wi, yi in zip(w, y, strict=True))


def geometric(y, w, low, high, floor=None):
    return math.prod(raised(yi, high, floor) ** wi for wi, yi in zip(w, y, strict=True))


def harmonic(y, w, low, high, floor=None):
    up = [raised(yi, high, floor) for yi in y]
    return 0.0 if 0.0 in up else 1 / math.fsum(wi / yi for wi, yi in zip(w, up, strict=True))


def generalised(y, w, low, high, *, power, floor=None):
    if power == 0:
        return geometric(y, w, low, high, floor)
    up = [raised(yi, high, floor) for yi in y]
    return math.fsum(wi * yi**power for wi, yi in zip(w, up, strict=True)) ** (1 / power)


def ampi(y, w, low, high):
    r = [70 + 60 * (yi - low) / (high - low) for yi in y]
    m = arithmetic(r, w, low, high)
    s = math.sqrt(math.fsum(wi * (ri - m) ** 2 for wi, ri in zip(w, r, strict=True)))
    return low + (high - low) * (m - s * (s / m) - 70) / 60


def owa(y, w, low, high, *, order):
    """The i-th best of m children takes the part of the order's weight between (i - 1) / m and i / m."""
    total, n, m = math.fsum(order), len(order), len(y)

    def up_to(share: float) -> float:
        place = share * n
        whole = min(int(place + TIE), n)
        rest = (place - whole) * order[whole] if whole < n else 0.0
        return (math.fsum(order[:whole]) + rest) / total

    best_first = sorted(y, reverse=True)
    return math.fsum((up_to((i + 1) / m) - up_to(i / m)) * best_first[i] for i in range(m))


ROW_AGGREGATIONS = {
    "arithmetic": arithmetic, "geometric": geometric, "harmonic": harmonic, "generalised": generalised, "ampi": ampi,
    "owa": owa, "median": lambda y, w, low, high: median(y), "minimum": lambda y, w, low, high: min(y),
}  # fmt: skip


def mpi(table: Sequence[Values], weights: Sequence[float], low: float, high: float, penalty="minus") -> Values:
    """One year: a row an area, a column a child."""
    columns = [known(column) for column in zip(*table, strict=True)]
    found = []
    for row in table:
        z, w = [], []
        for value, weight, column in zip(row, weights, columns, strict=True):
            if value is not None:
                flat = max(column) - min(column) < TIE
                z.append(100.0 if flat else 100 + 10 * (value - mean(column)) / spread(column))
                w.append(weight)
        if not z:
            found.append(None)
            continue
        w = normed(w)
        m = arithmetic(z, w, low, high)
        variance = math.fsum(wi * (zi - m) ** 2 for wi, zi in zip(w, z, strict=True))
        index = m + (-1 if penalty == "minus" else 1) * variance / m
        found.append((low + high) / 2 + (high - low) * (index - 100) / 100)
    return found


def copeland(table: Sequence[Values], weights: Sequence[float], low: float, high: float, points=False) -> Values:
    """One year: wins less losses over the other areas, compared in the children that both have."""
    rows = [row for row in table if known(row)]
    if len(rows) < 2:
        return [None] * len(table)
    found = []
    for one in table:
        if not known(one):
            found.append(None)
            continue
        balance = 0
        for other in rows:
            if other is one:
                continue
            both = [(x, y, w) for x, y, w in zip(one, other, weights, strict=True) if x is not None and y is not None]
            if both:
                above = math.fsum(w * (1.0 if x > y + TIE else 0.5 if x > y - TIE else 0.0) for x, y, w in both)
                share = above / math.fsum(w for _, _, w in both)
                balance += (share > 0.5 + TIE) - (share < 0.5 - TIE)
        share = (1 + balance / (len(rows) - 1)) / 2
        found.append(balance if points else low + (high - low) * share)
    return found


# Trend: years and values of one series, the first and the last of each given by their places


def weighted_line(years: Sequence[int], values: Sequence[float], decay: float) -> tuple[float, float]:
    """Intercept and slope of weighted least squares, by the two normal equations."""
    w = [decay ** (years[-1] - year) for year in years]
    t = [year - years[0] for year in years]
    s0, s1, s2 = (math.fsum(wi * ti**k for wi, ti in zip(w, t, strict=True)) for k in (0, 1, 2))
    y0, y1 = (math.fsum(wi * ti**k * v for wi, ti, v in zip(w, t, values, strict=True)) for k in (0, 1))
    slope = (s0 * y1 - s1 * y0) / (s0 * s2 - s1 * s1)
    return (y0 - slope * s1) / s0, slope


def growth(first: float, last: float, years: int) -> float | None:
    return math.exp(math.log(last / first) / years) - 1 if first > 0 and last > 0 else None


def trend(years: Sequence[int], values: Sequence[float], target: float, until: int) -> dict[str, float | None]:
    (first, last), span, ahead = (values[0], values[-1]), years[-1] - years[0], until - years[0]
    _base, slope = weighted_line(years, values, 1.0)
    level, recent = weighted_line(years, values, 0.9)
    predicted = level + recent * ahead
    seen, needed = growth(first, last, span), growth(first, target, ahead)
    way = target - first if target > first else None  # higher is better; a target that is met asks for nothing
    return {
        "cagr": seen,
        "slope": slope,
        "rho": ((last - first) / span) / (way / ahead) if way else None,
        "growth_ratio": seen / needed if way and seen is not None and needed else None,
        "predicted": predicted,
        "gap": (target - predicted) / way if way else None,
        "gap_closed": (last - first) / way if way else None,
    }


# Decomposition: what each child brings to the score of its parent, from the sums in the module's text


def parts_of(name: str, y: Sequence[float], w: Sequence[float], low: float, high: float) -> list[float]:
    score = ROW_AGGREGATIONS[name](y, w, low, high)
    if name == "arithmetic":
        return [wi * yi for wi, yi in zip(w, y, strict=True)]
    if name == "ampi":
        r = [70 + 60 * (yi - low) / (high - low) for yi in y]
        m = arithmetic(r, w, low, high)
        return [wi * (yi - (ri - m) ** 2 / m * (high - low) / 60) for wi, yi, ri in zip(w, y, r, strict=True)]
    up = [raised(yi, high) for yi in y]
    if name == "geometric":
        return [wi * (score + score * math.log(yi / score)) for wi, yi in zip(w, up, strict=True)]
    return [wi * (score + (1 - score / yi) * score) for wi, yi in zip(w, up, strict=True)]  # harmonic
