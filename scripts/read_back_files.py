"""The files of a finished run, read without ssemon (see `read_back.py`)."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl
from babel import Locale

# A median of fewer countries is not printed.
_FEWEST_OF_A_MEDIAN = 4
# The columns that tables are asked by.
_COLUMNS = {
    **dict.fromkeys(("area", "node", "child", "indicator", "target"), pl.String),
    **dict.fromkeys(("share", "probability", "gain"), pl.Float64),
    **dict.fromkeys(("year", "place"), pl.Int32),
}
_LISTS = Path(__file__).resolve().parents[1] / "schemas" / "codelists"


@dataclass
class Files:
    """The files of a finished run, as anyone may read them."""

    told: dict[str, Any]
    frames: Mapping[str, pl.DataFrame]
    nodes: list[dict[str, str]]
    leaves: list[dict[str, str]]
    translations: Mapping[str, Mapping[str, str]]
    groups: Mapping[str, list[str]]
    texts: tuple[str, ...]
    scores: dict[tuple[str, int, str], dict[str, Any]] = field(default_factory=dict)
    values: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Files:
        """Read what a run left in its folder."""
        told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        frames = {
            path.stem: pl.read_parquet(path)
            for place in (folder, folder / "robustness")
            for path in sorted(place.glob("*.parquet"))
        }
        framework = folder / "inputs" / "framework"
        translations = {
            path.stem: {row["code"]: row["name"] for row in _rows(path)}
            for path in framework.glob("translations/*.csv")
        }
        edition = tomllib.loads((folder / "inputs" / "edition.toml").read_text(encoding="utf-8"))
        areas = _rows(framework / "areas.csv") if (framework / "areas.csv").is_file() else []
        groups = {
            name: list(given) if isinstance(given, list) else [row["area"] for row in areas if row[given] == "1"]
            for name, given in edition.get("report", {}).get("groups", {}).items()
        }
        texts = (
            *(path.read_text(encoding="utf-8-sig") for path in framework.rglob("*.*")),
            (folder / "inputs" / "edition.toml").read_text(encoding="utf-8"),
        )
        files = cls(
            told,
            frames,
            _rows(framework / "structure.csv"),
            _rows(framework / "indicators.csv"),
            translations,
            groups,
            texts,
        )
        files.scores = {(row["area"], row["year"], row["node"]): row for row in frames["scores"].iter_rows(named=True)}
        secret = frames["observations"].filter(~pl.col("conf_status").fill_null("F").is_in(["F", ""]))
        standing = frames["indicators"].filter(pl.col("year") == files.year)
        standing = standing.join(
            secret, left_on=["area", "indicator", "observed_year"], right_on=["area", "indicator", "year"], how="anti"
        )
        files.values = {(row["area"], row["indicator"]): row for row in standing.iter_rows(named=True)}
        return files

    def frame(self, name: str) -> pl.DataFrame:
        """A table of the run; one without rows where it has none."""
        return self.frames.get(name, pl.DataFrame(schema=_COLUMNS))

    @property
    def year(self) -> int:
        """The year that the reports are about."""
        return int(self.told["edition"]["report_year"])

    @property
    def first(self) -> int:
        """The first year of the edition."""
        return int(self.told["edition"]["years"][0])

    @property
    def codes(self) -> list[str]:
        """The countries of the edition that have data."""
        return [one["code"] for one in self.told["countries"] if one["kind"] == "country" and one["available"]]

    @property
    def scored(self) -> set[str]:
        """The indicators that count."""
        return {leaf["code"] for leaf in self.leaves if self.is_scored(leaf)}

    @property
    def root(self) -> str:
        """The node of the overall score."""
        return next(node["code"] for node in self.nodes if node["level"] == "0")

    def under(self, parent: str) -> list[str]:
        """The nodes below a node."""
        return [node["code"] for node in self.nodes if node["parent"] == parent]

    def dimensions(self) -> list[str]:
        """The parts of the overall score that carry weight."""
        carried = {node["code"] for node in self.nodes if float(node["weight"] or 1) > 0}
        return [code for code in self.under(self.root) if code in carried]

    def leaves_under(self, node: str) -> list[dict[str, str]]:
        """The indicators anywhere below a node."""
        below = {node}
        for _ in self.nodes:
            below |= {code for parent in below for code in self.under(parent)}
        return [leaf for leaf in self.leaves if leaf["parent"] in below]

    def is_scored(self, leaf: Mapping[str, str]) -> bool:
        """Whether an indicator has weight and goalposts."""
        return all(leaf[key] for key in ("lower_goalpost", "upper_goalpost")) and float(leaf["weight"] or 0) > 0

    def score(self, area: str, node: str, year: int = 0) -> dict[str, Any]:
        """A row of scores; one of nothing where there is none."""
        return self.scores.get((area, year or self.year, node), {"score": None})

    def median(self, node: str) -> tuple[float | None, int]:
        """The middle score of the countries, and of how many."""
        return _middle(self.score(area, node)["score"] for area in self.codes)

    def median_of(self, indicator: str) -> tuple[float | None, int]:
        """The middle score of an indicator, and of how many countries."""
        return _middle(self.values.get((area, indicator), {}).get("score") for area in self.codes)

    def middle(self, values: Sequence[float]) -> tuple[float, ...]:
        """The middle of values; nothing of too few."""
        return (median(values),) if len(values) >= _FEWEST_OF_A_MEDIAN else ()

    def change(self, area: str, node: str) -> float | None:
        """How far a score moved since the first year."""
        then, now = self.score(area, node, self.first)["score"], self.score(area, node)["score"]
        return None if then is None or now is None else now - then

    def told_of(self, areas: Sequence[str]) -> Iterator[str]:
        """Yield the texts that a report of these areas may quote: what the framework says, and what the run says of them."""
        yield from self.texts
        for key, told in self.told.items():
            if key not in ("countries", "problems"):
                yield json.dumps(told, ensure_ascii=False)
        for one in (*self.told["countries"], *self.told["problems"]):
            if one.get("code") in areas or one.get("country") in areas:
                yield json.dumps(one, ensure_ascii=False)

    def named(self, code: str, language: str) -> str:
        """The name of a node or an indicator."""
        english = next((row["name_en"] for row in (*self.nodes, *self.leaves) if row["code"] == code), code)
        return self.translations.get(language, {}).get(code) or english

    def country(self, code: str, language: str) -> str:
        """The name of a country: its own in English, else the list's, else that of the CLDR."""
        if language == "en":
            return next(str(one["name"]) for one in self.told["countries"] if one["code"] == code)
        listed = {(row["code"], row["language"]): row["name"] for row in _rows(_LISTS / "area_names.csv")}
        short = {row["code"]: row["iso2"] for row in _rows(_LISTS / "areas.csv")}
        return listed.get((code, language)) or str(Locale.parse(language, sep="-").territories.get(short[code], ""))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def _middle(values: Iterable[float | None]) -> tuple[float | None, int]:
    given = [value for value in values if value is not None]
    return (median(given) if len(given) >= _FEWEST_OF_A_MEDIAN else None), len(given)
