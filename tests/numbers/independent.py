"""The whole scoring again, from the design's text, in plain Python and NumPy: the second opinion.

Nothing here comes from the package. Rows are dictionaries, the tree is a dictionary of children, and every rule stands
where the text has it: reference period, transform, goalposts, clipping, coverage, aggregation, ranks, bands.
"""

from __future__ import annotations

import csv
import gzip
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SLACK = 1e-12
TIE = 1e-9


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


class Frame:
    """A framework's folder, read with the standard library."""

    def __init__(self, folder: Path) -> None:
        self.nodes = _rows(folder / "structure.csv")
        self.level = {row["code"]: int(row["level"]) for row in self.nodes}
        self.leaves = {
            row["code"]: Leaf(
                row["code"], row["parent"], int(row["direction"]), _float(row["lower_goalpost"]), _float(row["upper_goalpost"]),
                float(row["weight"]), row["core"] == "1", row.get("transform") or "none", int(row.get("max_age_years") or 0),
            )
            for row in _rows(folder / "indicators.csv")
        }  # fmt: skip
        self.areas = (
            {row["area"]: row for row in _rows(folder / "areas.csv")} if (folder / "areas.csv").is_file() else {}
        )
        self.weight = {row["code"]: float(row["weight"]) for row in self.nodes}
        self.weight |= {code: leaf.weight for code, leaf in self.leaves.items()}
        self.children: dict[str, list[str]] = {code: [] for code in self.level}
        for code, parent in [(row["code"], row["parent"]) for row in self.nodes] + [
            (leaf.code, leaf.parent) for leaf in self.leaves.values()
        ]:
            if parent:
                self.children[parent].append(code)


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
    return _Scorer(Frame(folder), tomllib.loads(profile.read_text(encoding="utf-8")), read_values(data)).run()


class _Scorer:
    def __init__(self, frame: Frame, profile: dict, values: dict) -> None:
        self.frame, self.values = frame, values
        self.edition, self.method = profile["edition"], profile.get("method", {})
        self.low, self.high = map(float, self.method.get("normalisation_range", [0, 100]))
        if self.method.get("weighting", "declared") == "equal":
            self.weight = {code: float(weight > 0) for code, weight in frame.weight.items()}
        else:
            self.weight = dict(frame.weight)
        for leaf in frame.leaves.values():  # weight but no goalposts: shown, never scored
            if leaf.lower is None or leaf.upper is None:
                self.weight[leaf.code] = 0.0

    def run(self) -> dict[tuple[str, int, str], dict[str, object]]:
        first, last = self.edition["years"]
        results: dict[tuple[str, int, str], dict[str, object]] = {}
        for area in self.areas():
            for year in range(first, last + 1):
                for code, (score, covered) in self.area_year(area, year).items():
                    results[area, year, code] = {"score": score, "coverage": covered, "band": self.band(score)}
        self.rank(results)
        return results

    def areas(self) -> list[str]:
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

    def leaf_score(self, leaf: Leaf, value: float | None) -> float | None:
        if value is None or leaf.lower is None or leaf.upper is None:
            return None
        lower, upper = leaf.lower, leaf.upper
        if leaf.transform == "log10":
            value, lower, upper = math.log10(max(value, lower)), math.log10(lower), math.log10(upper)
        share = (value - lower) / (upper - lower) if leaf.direction > 0 else (upper - value) / (upper - lower)
        return float(np.clip(self.low + (self.high - self.low) * share, self.low, self.high))

    def area_year(self, area: str, year: int) -> dict[str, tuple[float | None, float | None]]:
        said = {code: self.chosen(area, leaf, year) for code, leaf in self.frame.leaves.items()}
        scores = {code: self.leaf_score(self.frame.leaves[code], value) for code, (value, _) in said.items()}
        found: dict[str, tuple[float | None, float | None]] = {}
        for row in sorted(self.frame.nodes, key=lambda row: -int(row["level"])):
            code = row["code"]
            covered = self.coverage(code, said)
            scores[code] = self.node_score(code, covered, scores)
            found[code] = scores[code], covered
        return found

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

    def coverage(self, code: str, said: dict[str, tuple[float | None, str]]) -> float | None:
        shares = self.shares(code)
        rule = self.setting("coverage", code) or {}
        if rule.get("count") == "core":
            shares = {leaf: 1.0 for leaf in shares if self.frame.leaves[leaf].core}
        possible = math.fsum(share for leaf, share in shares.items() if said[leaf][1] != "M")
        present = math.fsum(
            share for leaf, share in shares.items() if said[leaf][0] is not None or said[leaf][1] == "Q"
        )
        return present / possible if possible > 0 else None

    def node_score(self, code: str, covered: float | None, scores: dict[str, float | None]) -> float | None:
        children = [child for child in self.frame.children[code] if self.weight[child] > 0]
        present = [child for child in children if scores[child] is not None]
        rule = self.setting("coverage", code) or {}
        needed = rule.get("children", 0)
        enough = len(children) if needed == "all" else needed
        if not present or len(present) < enough or (covered or 0.0) < rule.get("weight", 0.0) - SLACK:
            return None
        y = np.array([scores[child] for child in present])
        w = np.array([self.weight[child] for child in present])
        return self.combine(self.setting("aggregation", code) or "arithmetic", y, w / w.sum())

    def combine(self, name: object, y: np.ndarray, w: np.ndarray) -> float:
        if name == "arithmetic":
            return float(w @ y)
        if name == "geometric":
            return float(np.prod(np.maximum(y, 0.01 * self.high) ** w))
        if name == "ampi":
            r = 70 + 60 * (y - self.low) / (self.high - self.low)
            mean = w @ r
            spread = np.sqrt(w @ (r - mean) ** 2)
            return float(self.low + (self.high - self.low) * (mean - spread * (spread / mean) - 70) / 60)
        raise NotImplementedError(name)

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
