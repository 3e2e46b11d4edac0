"""The whole scoring again, from the design's text, in plain Python: the second opinion on the chain.

Nothing here comes from the package. The tree is a dictionary of children, a cell is found by its code, area and year,
and every rule stands where the text has it: reference period, denominators, gaps, outliers, scale, weights, coverage,
combination, ranks, bands. The formulas are in independent_methods.py.
"""

from __future__ import annotations

import csv
import gzip
import math
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import independent_methods as formula

SLACK = 1e-12
TIE = 1e-9
JUDGEMENTS = ("rubric", "binary", "ordinal", "categorical", "qualitative", "qualitative-ordinal")
Cell = tuple[str, str, int]


@dataclass
class Leaf:
    code: str
    parent: str
    direction: int
    lower: float | None
    upper: float | None
    weight: float
    core: bool
    transform: str
    max_age: int
    denominator: str
    judged: bool


class Frame:
    """A framework's tables, as rows of text."""

    def __init__(self, nodes: list[dict[str, str]], leaves: list[dict[str, str]], areas: list[dict[str, str]]) -> None:
        self.nodes = nodes
        self.level = {row["code"]: int(row["level"]) for row in nodes}
        self.leaves = {
            row["code"]: Leaf(
                row["code"], row["parent"], int(row["direction"]), _float(row["lower_goalpost"]), _float(row["upper_goalpost"]),
                float(row["weight"]), row["core"] == "1", row.get("transform") or "none", int(row.get("max_age_years") or 0),
                row.get("denominator") or "", row["type"] in JUDGEMENTS,
            )
            for row in leaves
        }  # fmt: skip
        self.areas = {row["area"]: row for row in areas}
        self.weight = {row["code"]: float(row["weight"]) for row in nodes}
        self.weight |= {code: leaf.weight for code, leaf in self.leaves.items()}
        self.children: dict[str, list[str]] = {code: [] for code in self.level}
        for row in [*nodes, *leaves]:
            if row["parent"]:
                self.children[row["parent"]].append(row["code"])

    @classmethod
    def read(cls, folder: Path) -> Frame:
        areas = folder / "areas.csv"
        return cls(
            _rows(folder / "structure.csv"), _rows(folder / "indicators.csv"), _rows(areas) if areas.is_file() else []
        )


def _rows(path: Path) -> list[dict[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _float(text: str) -> float | None:
    return float(text) if text else None


def read_values(path: Path) -> dict[tuple[str, str], list[tuple[int, float | None, str]]]:
    """All statements by area and indicator: (year, value, status)."""
    found: dict[tuple[str, str], list[tuple[int, float | None, str]]] = {}
    for row in _rows(path):
        value = _float(row["value"])
        status = row.get("obs_status") or ("O" if value is None else "A")
        found.setdefault((row["area"], row["indicator"]), []).append((int(row["year"]), value, status))
    return found


def score(folder: Path, profile: Path, data: Path) -> dict[tuple[str, int, str], dict[str, object]]:
    """Score every area with data, year and node."""
    return Scorer(Frame.read(folder), tomllib.loads(profile.read_text(encoding="utf-8")), read_values(data)).run()


class Scorer:
    """One edition."""

    def __init__(self, frame: Frame, profile: dict, values: dict) -> None:
        self.frame, self.values = frame, values
        self.edition, self.method = profile["edition"], profile.get("method", {})
        self.low, self.high = map(float, self.method.get("normalisation_range", [0, 100]))
        self.weight = dict(frame.weight)
        for leaf in frame.leaves.values():  # weight but no goalposts: shown, never scored
            scale, _ = self.choice("normalisation", leaf.code)
            if scale == "goalposts" and (leaf.lower is None or leaf.upper is None):
                self.weight[leaf.code] = 0.0
        first, last = self.edition["years"]
        self.areas, self.years = self.scored_areas(), list(range(first, last + 1))
        self.value: dict[Cell, float | None] = {}
        self.status: dict[Cell, str] = {}
        self.scores: dict[Cell, float | None] = {}
        self.leaf_shares: dict[str, dict[str, float]] = {}

    def run(self) -> dict[tuple[str, int, str], dict[str, object]]:
        for code, leaf in self.frame.leaves.items():
            for area in self.areas:
                for year in self.years:
                    self.value[code, area, year], self.status[code, area, year] = self.chosen(area, leaf, year)
        self.denominate()
        self.impute()
        for leaf in self.frame.leaves.values():
            self.score_leaf(leaf)
        results: dict[tuple[str, int, str], dict[str, object]] = {}
        for row in sorted(self.frame.nodes, key=lambda row: -int(row["level"])):
            self.weigh(row["code"])
            for area in self.areas:
                for year in self.years:
                    covered, imputed = self.coverage(row["code"], area, year)
                    results[area, year, row["code"]] = {"coverage": covered, "imputed_share": imputed}
            self.score_node(row["code"], results)
        for (area, year, code), found in results.items():
            found["score"] = self.scores[code, area, year]
            found["band"] = self.band(found["score"])
        self.rank(results)
        return results

    def choice(self, kind: str, code: str) -> tuple[str, dict]:
        """The method of a step and its parameters: the code's own, else its level's, else the general one."""
        default = {"normalisation": "goalposts", "weighting": "declared", "aggregation": "arithmetic"}.get(kind, "none")
        tables = [self.method.get("indicator", {}).get(code, {}), self.method.get("node", {}).get(code, {})]
        if code in self.frame.level:
            tables.append(self.method.get("level", {}).get(str(self.frame.level[code]), {}))
        if kind == "aggregation":
            given = self.setting("aggregation", code) or default
        else:
            given = self.method.get(kind, default)
        for table in reversed(tables):
            given = table.get(kind, given)
        given = {"method": given} if isinstance(given, str) else dict(given)
        return given.pop("method"), given

    def scored_areas(self) -> list[str]:
        known = {
            area
            for (area, indicator), rows in self.values.items()
            if indicator in self.frame.leaves and any(value is not None for _, value, _ in rows)
        }
        universe = self.method.get("universe")
        return sorted(area for area in known if not universe or self.frame.areas.get(area, {}).get(universe) == "1")

    def chosen(self, area: str, leaf: Leaf, year: int) -> tuple[float | None, str]:
        """The newest own value in [year - max_age, year]; forecasts are not used; else what is said of the gap."""
        max_age = self.method.get("reference_period", {}).get("max_age", "indicator")
        oldest = year - (leaf.max_age if max_age == "indicator" else max_age)
        rows = sorted(row for row in self.values.get((area, leaf.code), []) if oldest <= row[0] <= year)
        values = [row for row in rows if row[1] is not None and row[2] != "F"]
        if values:
            return values[-1][1], values[-1][2]
        said = [row for row in rows if row[1] is None and row[2] in ("M", "Q")]
        return (None, said[-1][2]) if said else (None, "")

    def denominate(self) -> None:
        asked = self.method.get("denominate", False)
        if asked is True:
            asked = {
                c: leaf.denominator for c, leaf in self.frame.leaves.items() if leaf.denominator in self.frame.leaves
            }
        raw = dict(self.value)
        for code, given in (asked or {}).items():
            by, scale = (given["by"], given.get("scale", 1.0)) if isinstance(given, dict) else (given, 1.0)
            for area in self.areas:
                for year in self.years:
                    value, whole = raw[code, area, year], raw[by, area, year]
                    fine = value is not None and whole is not None and whole > 0
                    self.value[code, area, year] = value / whole * scale if fine else None

    # Gaps. Values come multiplied by their direction, so that more is better.

    def impute(self) -> None:
        raw = dict(self.value)
        for code, leaf in self.frame.leaves.items():
            name, given = self.choice("imputation", code)
            own = "imputation" in self.method.get("indicator", {}).get(code, {})
            if name == "none" or not (own or (self.weight[code] > 0 and not leaf.judged)):
                continue
            method = getattr(self, f"impute_by_{name}")
            for area in self.areas:
                for year in self.years:
                    if raw[code, area, year] is None and self.status[code, area, year] not in ("M", "Q"):
                        found = method(raw, leaf, area, year, **given)
                        if found is not None:
                            self.value[code, area, year] = found * leaf.direction
                            self.status[code, area, year] = "I"

    def turned(self, raw: Mapping, leaf: Leaf, areas: Sequence[str], years: Sequence[int]) -> list[float]:
        cells = (raw[leaf.code, area, year] for area in areas for year in years)
        return [value * leaf.direction for value in cells if value is not None]

    def members(self, reference: dict, year: int) -> tuple[list[str], list[int]]:
        asked = reference.get("years", "all")
        years = self.years if asked == "all" else [year] if asked == "each" else [asked]
        chosen = self.edition.get("countries") if reference.get("areas") == "edition" else None
        return [area for area in self.areas if not chosen or area in chosen], years

    def impute_by_mean(self, raw, leaf, area, year, reference=None, statistic=formula.mean):
        return statistic(self.turned(raw, leaf, *self.members({"years": "each", **(reference or {})}, year)))

    def impute_by_median(self, raw, leaf, area, year, reference=None):
        return self.impute_by_mean(raw, leaf, area, year, reference, formula.median)

    def impute_by_group_mean(self, raw, leaf, area, year, group, years="each", statistic=formula.mean):
        word = self.frame.areas.get(area, {}).get(group)
        peers = [other for other in self.areas if word and self.frame.areas.get(other, {}).get(group) == word]
        return statistic(self.turned(raw, leaf, peers, [year] if years == "each" else self.years))

    def impute_by_group_median(self, raw, leaf, area, year, group, years="each"):
        return self.impute_by_group_mean(raw, leaf, area, year, group, years, formula.median)

    def siblings(self, leaf: Leaf) -> list[Leaf]:
        beside = [self.frame.leaves.get(code) for code in self.frame.children[leaf.parent] if code != leaf.code]
        return [other for other in beside if other is not None and self.weight[other.code] > 0]

    def impute_by_row_mean(self, raw, leaf, area, year, years="each", statistic=formula.mean):
        when, shares = [year] if years == "each" else self.years, []
        for other in self.siblings(leaf):
            column, value = self.turned(raw, other, self.areas, when), raw[other.code, area, year]
            if value is not None and max(column) > min(column):
                shares.append((value * other.direction - min(column)) / (max(column) - min(column)))
        own = self.turned(raw, leaf, self.areas, when)
        return min(own) + (max(own) - min(own)) * statistic(shares) if own and shares else None

    def impute_by_row_median(self, raw, leaf, area, year, years="each"):
        return self.impute_by_row_mean(raw, leaf, area, year, years, formula.median)

    def own_years(self, raw: Mapping, leaf: Leaf, area: str, year: int) -> tuple[list[int], list[int]]:
        there = [other for other in self.years if raw[leaf.code, area, other] is not None]
        return [other for other in there if other < year], [other for other in there if other > year]

    def impute_by_locf(self, raw, leaf, area, year, max_age=3):
        before, _ = self.own_years(raw, leaf, area, year)
        fine = before and year - before[-1] <= max_age
        return raw[leaf.code, area, before[-1]] * leaf.direction if fine else None

    def impute_by_linear(self, raw, leaf, area, year, max_gap=5, ends=False):
        before, after = self.own_years(raw, leaf, area, year)
        at = lambda other: raw[leaf.code, area, other] * leaf.direction  # noqa: E731
        if before and after:
            one, two = before[-1], after[0]
            return at(one) + (at(two) - at(one)) * (year - one) / (two - one) if two - one <= max_gap else None
        return at(([*before, *after])[-1 if before else 0]) if ends and (before or after) else None

    def impute_by_nearest(self, raw, leaf, area, year, max_age=3):
        before, after = self.own_years(raw, leaf, area, year)
        near = sorted((abs(year - other), other) for other in [*before[-1:], *after[:1]])
        return raw[leaf.code, area, near[0][1]] * leaf.direction if near and near[0][0] <= max_age else None

    def impute_by_regression(self, raw, leaf, area, year, covariates):
        """Least squares by the normal equations over all areas and years that are complete."""
        rows = [
            ([1.0, *(raw[code, a, y] for code in covariates)], raw[leaf.code, a, y])
            for a in self.areas for y in self.years
        ]  # fmt: skip
        fit = [(x, y * leaf.direction) for x, y in rows if y is not None and None not in x]
        here = [1.0, *(raw[code, area, year] for code in covariates)]
        if len(fit) <= len(here) or None in here:
            return None
        x, y = np.array([one for one, _ in fit]), np.array([two for _, two in fit])
        if np.linalg.cond(x.T @ x) > 1e6:
            raise formula.Unclear
        return float(np.array(here) @ np.linalg.solve(x.T @ x, x.T @ y))

    def impute_by_knn(self, raw, leaf, area, year, k=5):
        distances = []
        for other in self.areas:
            if raw[leaf.code, other, year] is None:
                continue
            squares = []
            for beside in self.siblings(leaf):
                one, two = raw[beside.code, area, year], raw[beside.code, other, year]
                if one is not None and two is not None:
                    column = self.turned(raw, beside, self.areas, self.years)
                    unit = formula.spread(column) if max(column) > min(column) else 1.0
                    squares.append(((one - two) / unit) ** 2)
            if squares:
                distances.append((formula.mean(squares), raw[leaf.code, other, year] * leaf.direction))
        distances.sort(key=lambda pair: pair[0])  # of equally near ones, the first in the alphabet
        if len(distances) > k and distances[k][0] - distances[k - 1][0] < TIE:
            raise formula.Unclear
        return formula.mean([value for _, value in distances[:k]])

    # Outliers and the common scale

    def score_leaf(self, leaf: Leaf) -> None:
        places = [(area, year) for year in self.years for area in self.areas]
        column = {place: self.value[leaf.code, *place] for place in places}
        lower, upper = leaf.lower, leaf.upper
        name, given = self.choice("treatment", leaf.code)
        if name != "none" and (leaf.weight > 0 or "treatment" in self.method.get("indicator", {}).get(leaf.code, {})):
            column, lower, upper = self.treated(name, given, column, lower, upper)
        if leaf.transform == "log10":
            floor = lower if lower is not None and lower > 0 else -math.inf
            column = {
                place: None if value is None or max(value, floor) <= 0 else math.log10(max(value, floor))
                for place, value in column.items()
            }
            lower, upper = (None if post is None or post <= 0 else math.log10(post) for post in (lower, upper))
        self.put_on_scale(leaf, column, lower, upper)

    def treated(self, name, given, column, lower, upper):
        years = given.pop("years", "all")
        method = formula.TREATMENTS[name]
        if years == "all":
            found, rescale = method(list(column.values()), **given)
            posts = [None if post is None else rescale(post) if rescale else post for post in (lower, upper)]
            return dict(zip(column, found, strict=True)), *posts
        moved = {}
        for year in self.years:
            own = {place: value for place, value in column.items() if place[1] == year}
            found, rescale = method(list(own.values()), **given)
            moved |= dict(zip(own, found, strict=True))
            if rescale:
                lower = upper = None
        return moved, lower, upper

    def put_on_scale(self, leaf: Leaf, column: dict, lower: float | None, upper: float | None) -> None:
        name, given = self.choice("normalisation", leaf.code)
        reference, clip, area_of = given.pop("reference", {}), given.pop("clip", True), given.pop("area", None)
        found: dict[tuple[str, int], float | None] = {}
        members_of = {
            year: formula.known([column[a, y] for a in areas for y in years])
            for year in self.years for areas, years in [self.members(reference, year)]
        } if name not in ("goalposts", "scaled") else {}  # fmt: skip
        for (area, year), value in column.items():
            members = members_of.get(year, [])
            if value is None or (name in ("goalposts", "scaled") and (lower is None or upper is None) and not given):
                found[area, year] = None
                continue
            if name == "dist2ref":
                base = reference.get("years")
                given["ref"] = column.get((area_of, base if isinstance(base, int) else year))
            share = formula.NORMALISATIONS[name](value, leaf.direction, members, lower, upper, **given)
            found[area, year] = None if share is None else self.low + (self.high - self.low) * share
        nowhere = any(v is not None for v in column.values()) and all(y is None for y in found.values())
        if nowhere:
            self.weight[leaf.code] = 0.0  # it cannot tell the areas apart: shown, never scored
        for (area, year), score in found.items():
            cut = None if score is None else min(max(score, self.low), self.high) if clip else score
            self.scores[leaf.code, area, year] = cut

    # The tree

    def weigh(self, code: str) -> None:
        """Give the children of a node their weights."""
        codes = [child for child in self.frame.children[code] if self.weight[child] > 0]
        name, given = self.choice("weighting", code)
        if name == "equal":
            found = [1.0] * len(codes)
        elif name == "budget":
            found = formula.budget(codes, **given)
        elif name == "ahp":
            found = formula.ahp(**given)
        elif name in ("pca", "entropy", "critic"):
            found = self.from_scores(getattr(formula, name), codes, given)
        else:
            found = None
        self.weight |= dict(zip(codes, found, strict=True)) if found else {}

    def from_scores(self, method, codes, given):
        rows = [[self.scores[code, a, y] for code in codes] for a in self.areas for y in self.years]
        rows = [row for row in rows if None not in row]
        columns = list(zip(*rows, strict=True))
        if len(codes) < 2 or len(rows) < 3 * len(codes) or any(max(c) - min(c) < TIE for c in columns):
            return None
        return method(rows, **given)

    def setting(self, section: str, code: str) -> object:
        table = self.method.get(section, {})
        return table.get(code, table.get(str(self.frame.level[code])))

    def shares(self, code: str) -> dict[str, float]:
        """Leaf weights: products of the weights normalised among siblings."""
        counted = [child for child in self.frame.children[code] if self.weight[child] > 0]
        total = sum(self.weight[child] for child in counted)
        found: dict[str, float] = {}
        for child in counted:
            if child in self.frame.leaves:
                found[child] = self.weight[child] / total
            else:
                for leaf, share in self.shares(child).items():
                    found[leaf] = share * self.weight[child] / total
        return found

    def coverage(self, code: str, area: str, year: int) -> tuple[float | None, float | None]:
        """The share of the weight that is there, and the share of that which is an estimate."""
        if code not in self.leaf_shares:
            self.leaf_shares[code] = self.shares(code)
        shares = self.leaf_shares[code]
        rule = self.setting("coverage", code) or {}
        status = {leaf: self.status[leaf, area, year] for leaf in shares}
        there = {leaf: self.scores[leaf, area, year] is not None or status[leaf] == "Q" for leaf in shares}
        present = math.fsum(share for leaf, share in shares.items() if there[leaf])
        estimated = math.fsum(share for leaf, share in shares.items() if status[leaf] == "I")
        imputed = estimated / present if present > 0 else None
        if rule.get("count") == "core":
            shares = {leaf: 1.0 for leaf in shares if self.frame.leaves[leaf].core}
        possible = math.fsum(share for leaf, share in shares.items() if status[leaf] != "M")
        present = math.fsum(share for leaf, share in shares.items() if there[leaf])
        return (present / possible if possible > 0 else None), imputed

    def score_node(self, code: str, results: dict) -> None:
        """Combine the children, where enough of them is there."""
        codes = [child for child in self.frame.children[code] if self.weight[child] > 0]
        rule = self.setting("coverage", code) or {}
        needed = rule.get("children", 0)
        enough = len(codes) if needed == "all" else needed
        for year in self.years:
            table = [[self.scores[child, area, year] for child in codes] for area in self.areas]
            for area, row, found in zip(self.areas, table, self.combine(code, codes, table), strict=True):
                covered = results[area, year, code]["coverage"] or 0.0
                fine = len(formula.known(row)) >= enough and covered >= rule.get("weight", 0.0) - SLACK
                self.scores[code, area, year] = found if fine else None

    def combine(self, code: str, codes: Sequence[str], table: list[list[float | None]]) -> Sequence[float | None]:
        name, given = self.choice("aggregation", code)
        weights = [self.weight[child] for child in codes]
        if not codes:
            return [None] * len(table)
        if name in ("mpi", "copeland"):
            return getattr(formula, name)(table, weights, self.low, self.high, **given)
        found: list[float | None] = []
        for row in table:
            kept = [(y, w) for y, w in zip(row, weights, strict=True) if y is not None]
            total = math.fsum(w for _, w in kept)
            y, w = [y for y, _ in kept], [w / total for _, w in kept]
            found.append(formula.ROW_AGGREGATIONS[name](y, w, self.low, self.high, **given) if kept else None)
        return found

    def band(self, score: float | None) -> str | None:
        bands = self.method.get("bands", {})
        cuts = bands.get("cuts", [])
        if not cuts:
            return None
        if score is None:
            return "NAS"
        default = ["EMG", "DEV", "EST", "ADV"] if len(cuts) == 3 else [f"B{n + 1}" for n in range(len(cuts) + 1)]
        return bands.get("codes", default)[sum(score >= cut - SLACK for cut in cuts)]

    def rank(self, results: dict[tuple[str, int, str], dict[str, object]]) -> None:
        among = set(self.edition.get("countries", [])) if self.method.get("rank_among") == "edition" else set()
        groups: dict[tuple[int, str], list[float]] = {}
        for (area, year, code), row in results.items():
            row["in"] = row["score"] is not None and (not among or area in among)
            if row["in"]:
                groups.setdefault((year, code), []).append(row["score"])  # type: ignore[arg-type]
        for (_, year, code), row in results.items():
            others = groups.get((year, code), [])
            # Two scores nearer than the tolerance may stand in either order, or share a rank.
            row["rank"] = range(0)
            if row["in"]:
                best = 1 + sum(other > row["score"] + TIE for other in others)  # type: ignore[operator]
                worst = sum(other >= row["score"] - TIE for other in others)  # type: ignore[operator]
                row["rank"] = range(best, worst + 1)
            row["ranked"] = len(others) if row.pop("in") else None
