"""Measure scoring in process: the chain, panels, draws and a file too large for memory, beside the figures of COINr.

`make bench` prints the table; `--quick` leaves the large file out. The peer's figures are processor seconds of COINr 1.1.14 on a like machine (2 cores);
they stand here to be read beside ours and are not measured anew. Inputs are drawn with a fixed seed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import large_file
import numpy as np
import polars as pl

from ssemon.basis import scoring_methods
from ssemon.choices import Choice, Uncertainty
from ssemon.edition import Edition, Method
from ssemon.framework import Framework, Indicator, Node
from ssemon.plugins import Manager
from ssemon.scoring import score
from ssemon.scoring.montecarlo import simulate, summarise
from ssemon.scoring.score import Scored

METHODS = scoring_methods(Manager())
GROUPS, PILLARS = 2, 10


@dataclass(frozen=True)
class Case:
    """A piece of work, what it is to take, and what the peer takes."""

    name: str
    work: Callable[[], object]
    target: str
    peer: str
    repeats: int = 5


def tree(indicators: int, *, goalposts: bool = False) -> Framework:
    """Return a framework of three levels: an index of two groups, ten pillars in all, and the indicators."""
    nodes = [Node("I", 0, "", "Index", 1.0)]
    nodes += [Node(f"G{at}", 1, "I", f"Group {at}", 1.0) for at in range(GROUPS)]
    nodes += [Node(f"P{at}", 2, f"G{at % GROUPS}", f"Pillar {at}", 1.0) for at in range(PILLARS)]
    posts = (-4.0, 4.0) if goalposts else (None, None)
    leaves = [
        Indicator(f"x{at}", f"P{at % PILLARS}", f"x{at}", "", "IX", -1 if at % 4 == 0 else 1, "number", *posts, 1.0, False)
        for at in range(indicators)
    ]  # fmt: skip
    return Framework("bench", "1", "Bench", "", "", "", Path(), "", tuple(nodes), tuple(leaves))


def observations(units: int, indicators: int, years: int = 1) -> pl.DataFrame:
    """Return skewed values with a twentieth missing, a row a value."""
    random = np.random.default_rng(1)
    count = units * indicators * years
    values = np.exp(random.standard_normal(count))
    kept = random.random(count) > 0.05
    area = np.repeat(np.arange(units), indicators * years)[kept]
    code = np.tile(np.repeat(np.arange(indicators), years), units)[kept]
    year = np.tile(np.arange(2001, 2001 + years), units * indicators)[kept]
    names = pl.Series([f"U{at:05d}" for at in range(units)])
    codes = pl.Series([f"x{at}" for at in range(indicators)])
    area_names = names.gather(pl.Series(area.astype(np.uint32)))
    return pl.DataFrame(
        {
            "country": area_names, "area": area_names, "indicator": codes.gather(pl.Series(code.astype(np.uint32))),
            "year": pl.Series(year.astype(np.int32)), "value": values[kept],
        }
    ).with_columns(sex=pl.lit("_T"), org_type=pl.lit("_T"), obs_status=pl.lit("A"))  # fmt: skip


def profile(years: int = 1, **method: object) -> Edition:
    """Return an edition that winsorises and rescales between the least and the greatest value."""
    chosen = {"treatment": Choice("winsorise"), "normalisation": Choice("minmax"), **method}
    return Edition("bench", "bench", (2001, 2000 + years), 2000 + years, method=Method(**chosen), seed=1)  # type: ignore[arg-type]


def chain(units: int, indicators: int, years: int = 1) -> Callable[[], Scored]:
    """Return the whole chain as one call."""
    data, framework, edition = observations(units, indicators, years), tree(indicators), profile(years)
    return lambda: score(data, framework, edition, METHODS)


def draws(units: int, indicators: int, count: int, **doubt: object) -> Callable[[], object]:
    """Return draws of a scored edition, summed up, as one call."""
    scored = chain(units, indicators)()
    unsure = Uncertainty(goalpost_bases=(), observations=False, **doubt)  # type: ignore[arg-type]
    return lambda: summarise(simulate(scored, count, doubt=unsure))


def cases() -> list[Case]:
    """Return what is measured."""
    alternatives = tuple(Choice(name) for name in ("minmax", "rank", "zscore"))
    means = {"0": (Choice("arithmetic"), Choice("geometric"))}
    return [
        Case("chain, 51 x 49", chain(51, 49), "<= 0.010 s", "0.103 s", 30),
        Case("chain, 200 x 150 x 20 years", chain(200, 150, 20), "<= 0.25 s", "9.65 s"),
        Case("chain, 50 000 x 100", chain(50_000, 100), "<= 1 s", "61 s", 3),
        Case(
            "1 000 draws: normalisation, weights, aggregation, 51 x 49",
            draws(51, 49, 1000, normalisation=alternatives, aggregation=means), "<= 0.3 s", "146 s",
        ),
        Case("10 000 draws: weights, aggregation, 200 x 100", draws(200, 100, 10_000, aggregation=means), "<= 1 s", "", 3),
    ]  # fmt: skip


def measured(case: Case) -> tuple[float, float]:
    """Return the least wall and processor time of several repeats. Units: seconds."""
    walls, cpus = [], []
    for _ in range(case.repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        case.work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return min(walls), min(cpus)


def main() -> int:
    """Measure and print."""
    print(f"{'work':60} {'wall s':>8} {'cpu s':>8}  {'to reach':>11}  COINr, cpu")
    for case in cases():
        wall, cpu = measured(case)
        print(f"{case.name:60} {wall:8.4f} {cpu:8.4f}  {case.target:>11}  {case.peer}")
    if "--quick" not in sys.argv[1:]:
        large_file.report()
    return 0


if __name__ == "__main__":
    sys.exit(main())
