"""What the reports of a run must say, computed from the run's files alone (see `read_back.py`).

Nothing of ssemon is imported: the rules that are written down in the documentation are written here a second time.
Where they differ, one of the two is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

import polars as pl
from read_back_files import Files
from read_back_regions import of_regions

# As many rows of these tables are asked for as every report has.
_LEVERS, _BRIEF_LEVERS, _EXTREMES = 6, 2, 3
_DRAWN = 0.005
_BY_YEAR = ("scores", "indicators")
_TEXT_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a page must print. `decimals` None: as many as the page thinks fit."""

    value: float
    decimals: int | None = 1


@dataclass(frozen=True, slots=True)
class Fact:
    """Numbers that stand together on a page, beside a name.

    `lines`: over how many lines they may go; `reach`: how many lines away the name may begin or end;
    `times`: how often a report says it at least.
    """

    what: str
    numbers: tuple[Number, ...]
    name: str = ""
    lines: int = 1
    ordered: bool = True
    reach: int = 3
    times: int = 1

    def __str__(self) -> str:
        told = ", ".join(f"{one.value:.{3 if one.decimals is None else one.decimals}f}" for one in self.numbers)
        return f"{self.what}: {told}" + (f" beside “{self.name}”" if self.name else "")


def one(*values: float | None) -> tuple[Number, ...]:
    """Scores, as they are printed: with one decimal."""
    return tuple(Number(value) for value in values if value is not None)


def whole(*values: float | None) -> tuple[Number, ...]:
    """Ranks, years and counts."""
    return tuple(Number(value, 0) for value in values if value is not None)


def share(*values: float) -> tuple[Number, ...]:
    """Shares, in whole per cent; only what is complete is 100."""
    return tuple(Number(99 if value < 1 and round(value, 2) >= 1 else value * 100, 0) for value in values)


def raw(*values: float | None) -> tuple[Number, ...]:
    """Values in their own unit."""
    return tuple(Number(value, None) for value in values if value is not None)


def facts_of(files: Files, report: str, language: str) -> list[Fact]:
    """What the report of this name (`KOR.en`, `KOR.brief.en`, `comparative.en`) must say."""
    area, *kind = report.split(".")
    if area == "comparative":
        facts = _comparison(files, language)
    elif "brief" in kind:
        facts = _brief(files, area, language)
    else:
        facts = _country(files, area, language)
    return [fact for fact in facts if fact.numbers]


def _country(files: Files, area: str, language: str) -> Iterator[Fact]:
    yield from _overall(files, area)
    for node in files.dimensions():
        yield from _dimension(files, area, node, language)
    for leaf in files.leaves:
        yield from _indicator(files, area, leaf, language)
    yield from _levers(files, area, language, ("band", "median", "top"))
    yield from _extremes(files, area, language, dated=True)
    yield from _figures(files, area)
    spread = [
        files.score(area, node)["score"] for node in files.dimensions() if files.score(area, node)["score"] is not None
    ]
    if len(spread) > 1:
        yield Fact(
            "range of the dimensions", (*whole(len(spread)), *one(max(spread) - min(spread))), lines=3, ordered=False
        )


def _brief(files: Files, area: str, language: str) -> Iterator[Fact]:
    yield from _overall(files, area)
    for node in files.dimensions():
        score = files.score(area, node)["score"]
        if score is not None:
            yield Fact(f"{area} {node}", one(score), files.named(node, language))
    yield from _levers(files, area, language, ("band", "top"), _BRIEF_LEVERS)
    yield from _extremes(files, area, language, dated=False)


def _overall(files: Files, area: str) -> Iterator[Fact]:
    found = files.score(area, files.root)
    if found["score"] is None:
        return
    yield Fact(f"{area} overall score", (*one(found["score"]), *whole(100)), lines=3, ordered=False)
    yield Fact(f"{area} interval", one(found["score_low"], found["score_high"]))
    yield Fact(f"{area} coverage", share(found["coverage"]))
    if found["rank"] is not None and found["rank_low"] is not None:
        yield Fact(f"{area} rank", whole(found["rank"], found["rank_low"], found["rank_high"]))
        yield Fact(f"{area} rank of", whole(found["rank"], found["ranked"]), lines=3, ordered=False)
    before = files.score(area, files.root, files.first)["score"]
    if before is not None:
        ends = (*one(before), *whole(files.first), *one(found["score"]), *whole(files.year))
        yield Fact(f"{area} trend", ends, lines=2, ordered=False)
    observed = [
        row["observed_year"] for (code, _), row in files.values.items() if code == area and row["observed_year"]
    ]
    yield Fact(f"{area} oldest input", whole(min(observed)))


def _dimension(files: Files, area: str, node: str, language: str) -> Iterator[Fact]:
    found, (middle, count) = files.score(area, node), files.median(node)
    name = files.named(node, language)
    if found["score"] is not None:
        yield Fact(f"{area} {node} in the chart", one(found["score"]), name)
        yield Fact(f"{area} {node}", one(found["score"], found["score_low"], found["score_high"]), lines=2, times=2)
        before = files.score(area, node, files.first)["score"]
        ends = (*whole(files.first, files.year), *one(before, found["score"]))
        yield Fact(f"{area} {node} trend", ends, lines=3, ordered=False)
        if middle is not None:
            yield Fact(
                f"{area} {node} beside the median",
                (*one(found["score"], middle), *whole(count)),
                lines=3,
                ordered=False,
            )
    leaves = [leaf for leaf in files.leaves_under(node) if files.is_scored(leaf)]
    years = [row["observed_year"] for leaf in leaves if (row := files.values.get((area, leaf["code"])))]
    if years:
        age = sum(files.year - year for year in years) / len(years)
        counts = (*whole(len(leaves), len(years)), *share(found["coverage"]), *whole(max(years), min(years)), *one(age))
        yield Fact(f"{area} {node} coverage and age", counts, name)
    for part in files.under(node):
        below, (middle, count) = files.score(area, part), files.median(part)
        if below["score"] is not None:
            row = one(below["score_low"], below["score_high"], below["score"], middle) + whole(
                count if middle is not None else None
            )
            yield Fact(f"{area} {part}", row, files.named(part, language), lines=2)


def _indicator(files: Files, area: str, leaf: dict[str, str], language: str) -> Iterator[Fact]:
    row = files.values.get((area, leaf["code"]))
    if row is None or row["value"] is None:
        return
    numbers = raw(row["value"]) + whole(row["observed_year"])
    middle, count = files.median_of(leaf["code"])
    if files.is_scored(leaf):
        numbers += one(row["score"], middle) + whole(count if middle is not None else None)
    yield Fact(f"{area} {leaf['code']}", numbers, files.named(leaf["code"], language))


def _levers(files: Files, area: str, language: str, targets: tuple[str, ...], count: int = _LEVERS) -> Iterator[Fact]:
    """The rows that gain most at the good end."""
    ours = files.frame("levers").filter(pl.col("area") == area, pl.col("year") == files.year)
    for row in ours.filter(pl.col("indicator").is_null(), pl.col("target") != "top").iter_rows(named=True):
        if "median" in targets:
            yield Fact(f"{area} all levers: {row['target']}", one(row["reached"], row["gain"]), lines=2)
    ours = ours.filter(pl.col("indicator").is_not_null())
    most = ours.filter(pl.col("target") == "top").sort("gain", descending=True)["indicator"].to_list()
    most = [code for code in most if (area, code) in files.values][:count]
    for code in most:
        rows = {row["target"]: row for row in ours.filter(pl.col("indicator") == code).iter_rows(named=True)}
        numbers = raw(files.values[area, code]["value"]) + (one(rows["top"]["score"]) if "median" in targets else ())
        for target in targets:
            if target in rows:
                numbers += raw(rows[target]["target_value"]) + one(rows[target]["gain"])
        yield Fact(f"{area} lever {code}", numbers, files.named(code, language))
        # A gain at the median is part of the bar of the gain at the good end.
        drawn = [
            rows[target]["gain"]
            for target in ("median", "top")
            if target in rows and (target == "top" or rows[target]["gain"] < 0)
        ]
        if "median" in targets:
            yield Fact(
                f"{area} lever {code} in the chart", one(*drawn), files.named(code, language), times=2, ordered=False
            )


def _extremes(files: Files, area: str, language: str, *, dated: bool) -> Iterator[Fact]:
    """The indicators with the highest and the lowest scores; those of one score may stand in any order."""
    codes = [leaf["code"] for leaf in files.leaves if files.is_scored(leaf)]
    rows = [row for code in codes if (row := files.values.get((area, code))) and row["score"] is not None]
    for order in (1, -1):
        for row in sorted(rows, key=lambda row: order * row["score"])[:_EXTREMES]:
            numbers = (whole(row["observed_year"]) if dated else ()) + one(row["score"])
            yield Fact(f"{area} extreme {row['indicator']}", numbers, files.named(row["indicator"], language))


def _figures(files: Files, area: str) -> Iterator[Fact]:
    """The quoted figures of the whole country."""
    told = next(one for one in files.told["countries"] if one["code"] == area)["facts"]
    for row in told.get("key_figures", ()):
        value = float(row["value"]) if row["value"] else None
        if value is not None and not row["region"]:
            yield Fact(
                f"{area} quoted {row['entity_type']} {row['measure']}",
                (*whole(int(row["year"][:4])), *raw(value)),
                lines=2,
            )


def _comparison(files: Files, language: str) -> Iterator[Fact]:
    for area in files.codes:
        name = files.country(area, language)
        yield from _placed(files, area, name)
        yield from _moved(files, area, name)
        for node in files.dimensions():
            yield from _in_dimension(files, area, node, name)
    for node in files.dimensions():
        yield from _about_dimension(files, node, language)
    order = sorted(files.codes, key=lambda area: -(files.score(area, files.root)["score"] or -1))
    for node in files.nodes:
        scores = one(*(files.score(area, node["code"])["score"] for area in order))
        if scores:
            yield Fact(f"all countries {node['code']}", scores, files.named(node["code"], language), lines=2)
    for leaf in files.leaves:
        yield from _in_tables(files, leaf, order, language)
    yield from _order(files, language)
    yield from _groups(files)


def _placed(files: Files, area: str, name: str) -> Iterator[Fact]:
    found = files.score(area, files.root)
    if found["score"] is None:
        return
    observed = [
        row["observed_year"] for (code, leaf), row in files.values.items() if code == area and leaf in files.scored
    ]
    ranks = whole(found["rank"], found["rank_low"], found["rank_high"]) if found["rank_low"] is not None else ()
    row = one(found["score"], found["score_low"], found["score_high"]) + ranks
    yield Fact(f"{area} in the order of the scores", row, name)
    yield Fact(
        f"{area} coverage and age", row + share(found["coverage"]) + whole(min(observed)), name, lines=2, ordered=False
    )
    for sure in files.frame("bands").filter(pl.col("area") == area, pl.col("node") == files.root).iter_rows(named=True):
        yield Fact(f"{area} band", row + share(sure["probability"]), name, lines=3, ordered=False)
    yield Fact(f"{area} rank in the chart", ranks, name)
    yield Fact(f"{area} dimensions", whole(*(files.score(area, node)["score"] for node in files.dimensions())), name)
    yield Fact(
        f"{area} coverage",
        share(*(files.score(area, node)["coverage"] for node in (files.root, *files.dimensions()))),
        name,
    )


def _moved(files: Files, area: str, name: str) -> Iterator[Fact]:
    """The places are among the countries with a score in both years."""
    both = [code for code in files.codes if files.change(code, files.root) is not None]
    if area not in both:
        return
    now, then = files.score(area, files.root), files.score(area, files.root, files.first)
    place = {year: 1 + sum(files.score(code, files.root, year)["score"] > files.score(area, files.root, year)["score"] for code in both)
             for year in (files.first, files.year)}  # fmt: skip
    row = one(then["score"], now["score"], now["score"] - then["score"]) + whole(place[files.first], place[files.year])
    yield Fact(f"{area} who moved", row, name)
    yield Fact(f"{area} coverage of both years", row[:3] + share(then["coverage"], now["coverage"]), name)
    yield Fact(f"{area} changes", one(*(files.change(area, node) for node in files.dimensions())), name)


def _in_dimension(files: Files, area: str, node: str, name: str) -> Iterator[Fact]:
    found, (middle, _) = files.score(area, node), files.median(node)
    if found["score"] is None:
        return
    beside = None if middle is None else found["score"] - middle
    row = one(found["score"], found["score_low"], found["score_high"]) + whole(
        found["rank"], found["rank_low"], found["rank_high"]
    )
    yield Fact(f"{area} {node}", row + one(beside, files.change(area, node)) + share(found["coverage"]), name)
    parts = whole(*(files.score(area, part)["score"] for part in files.under(node)))
    yield Fact(f"{area} {node} parts", parts, name)


def _about_dimension(files: Files, node: str, language: str) -> Iterator[Fact]:
    scores = [row["score"] for (_, year, code), row in files.scores.items() if (year, code) == (files.year, node)]
    everywhere = [score for score in scores if score is not None]
    ours = [score for area in files.codes if (score := files.score(area, node)["score"]) is not None]
    weights = {row["code"]: float(row["weight"]) for row in files.nodes if row["parent"] == files.root}
    leaves = sum(files.is_scored(leaf) for leaf in files.leaves_under(node))
    row = one(100 * weights[node] / sum(weights.values())) + whole(leaves)
    row += one(median(ours), median(everywhere), min(ours), max(ours))
    yield Fact(f"{node} weight and medians", row, files.named(node, language), lines=2)
    effective = files.frame("audit-weights").filter(pl.col("child") == node)
    for part in effective.iter_rows(named=True):
        numbers = (*one(100 * part["declared"], 100 * part["importance_share"]), Number(part["ratio"], 2))
        yield Fact(f"{node} effective weight", numbers, files.named(node, language), lines=2)


def _in_tables(files: Files, leaf: dict[str, str], order: list[str], language: str) -> Iterator[Fact]:
    """The values of an indicator, country by country; and their middle, smallest and largest."""
    name = files.named(leaf["code"], language)
    row = [value for area in order if (value := files.values.get((area, leaf["code"]), {}).get("value")) is not None]
    if row and leaf in [leaf for node in files.dimensions() for leaf in files.leaves_under(node)]:
        yield Fact(f"values of {leaf['code']}", raw(*row), name, lines=2)
        yield Fact(
            f"middle of {leaf['code']}", raw(*files.middle(row), min(row), max(row)) + whole(len(row), len(order)), name
        )
    # The codebook has the name above its definition.
    goalposts = raw(*(float(leaf[key]) for key in ("lower_goalpost", "upper_goalpost") if leaf[key]))
    yield Fact(f"goalposts of {leaf['code']}", goalposts, name, reach=9)


def _order(files: Files, language: str) -> Iterator[Fact]:
    """How often the draws gave a country each place, and put it above another."""
    places = files.frame("audit-places").filter(pl.col("share") >= _DRAWN).sort("place")
    pairs = files.frame("audit-pairs").filter(pl.col("probability") >= _DRAWN, pl.col("probability") <= 1 - _DRAWN)
    for area in files.codes:
        name = files.country(area, language)
        shares = places.filter(pl.col("area") == area)["share"].to_list()
        yield Fact(f"{area} places", whole(*(100 * part for part in shares)), name)
        above = pairs.filter(pl.col("area") == area)["probability"].to_list()
        yield Fact(f"{area} above others", whole(*(100 * part for part in above)), name, ordered=False)


def _groups(files: Files) -> Iterator[Fact]:
    for group, areas in files.groups.items():
        scores = [score for area in areas if (score := files.score(area, files.root)["score"]) is not None]
        if scores:
            middle = files.middle(scores)
            row = whole(len(areas), len(scores)) + (one(*middle, min(scores), max(scores)) if middle else ())
            yield Fact(f"group {group}", row)


def known_to(files: Files, report: str) -> set[float]:
    """Every number that the files give a report: of its areas, of the texts, and the differences between them."""
    area = report.partition(".")[0]
    areas = files.codes if area == "comparative" else [area]
    numbers = {float(number) for text in files.told_of(areas) for number in _numbers_in(text)}
    told = (one for one in files.told["countries"] if one["code"] in areas)
    numbers |= {number for one in told for number in of_regions(one["facts"].get("key_figures", ()))}
    for name, frame in files.frames.items():
        ours = (
            frame.filter(pl.col("area").is_in(areas))
            if "area" in frame.columns and name != "audit-robustness"
            else frame
        )
        numbers.add(float(ours.height))
        # Of the years between nothing is printed but lines.
        ours = ours.filter(pl.col("year").is_in([files.first, files.year])) if name in _BY_YEAR else ours
        if name.startswith("audit") and area != "comparative":
            continue
        for column in ours.columns:
            if ours[column].dtype.is_numeric():
                numbers |= {float(value) for value in ours[column].drop_nulls().unique()}
    for node in (row["code"] for row in files.nodes):
        numbers |= set(_derived(files, node, areas))
    for leaf in files.leaves:
        middle, _ = files.median_of(leaf["code"])
        values = [
            row["value"] for code in files.codes if (row := files.values.get((code, leaf["code"]))) and row["value"]
        ]
        numbers |= {number for number in (middle, median(values) if values else None) if number is not None}
    return numbers


def _numbers_in(text: str) -> Iterator[str]:
    """The numbers of a text in any of the languages' ways to write them."""
    for found in _TEXT_NUMBER.findall(text):
        if found.count(".") < 2:
            yield found.replace(",", "")
        if found.count(",") == 1 and "." not in found:
            yield found.replace(",", ".")


def _derived(files: Files, node: str, areas: list[str]) -> Iterator[float]:
    """Medians, and how far the countries are from them, from each other's and from their first year."""
    everywhere = [row["score"] for (_, year, code), row in files.scores.items() if (year, code) == (files.year, node)]
    given = [score for score in everywhere if score is not None]
    middle, _ = files.median(node)
    yield from (median(given), max(given), min(given)) if given and len(areas) > 1 else ()
    ours = [score for area in areas if (score := files.score(area, node)["score"]) is not None]
    yield from (max(ours) - min(ours),) if ours else ()
    if middle is not None:
        yield middle
        yield from (score - middle for score in ours)
    yield from (change for area in areas if (change := files.change(area, node)) is not None)
