"""Measure the scoring of a file as a stream: 10^8 cells of wide Parquet, beside the time that reading alone takes.

`benchmarks/scoring.py` runs this last (`--quick` leaves it out). Each piece of work has a process of its own, so that
its peak memory is its own; the least of several repeats counts. Reading alone is measured in two ways: `decode` sums up
every column, in the same blocks as the score, and keeps nothing; `load` is pl.read_parquet, the whole file in memory.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

ROWS, INDICATORS, YEARS = 1_000_000, 100, 20
REPEATS = 5
MISSING = 0.05
NAMES = ("decode", "load", "score")


def write(path: Path, rows: int = ROWS) -> None:
    """Write the file, drawn with a fixed seed: a row an area and year, a twentieth of the cells missing."""
    random = np.random.default_rng(1)
    areas = rows // YEARS
    names = pl.Series("area", [f"U{at:06d}" for at in range(areas)])
    columns = [
        names.gather(pl.Series(np.repeat(np.arange(areas, dtype=np.uint32), YEARS))),
        pl.Series("year", np.tile(np.arange(2001, 2001 + YEARS, dtype=np.int32), areas)),
    ]
    for at in range(INDICATORS):
        values = random.standard_normal(areas * YEARS)
        values[random.random(len(values)) < MISSING] = np.nan
        columns.append(pl.Series(f"x{at}", values, nan_to_null=True))
    pl.DataFrame(columns).write_parquet(path)


def decode(path: Path) -> None:
    """Read every cell and keep nothing."""
    pl.scan_parquet(path).select(pl.col("area").len(), pl.all().exclude("area").sum()).collect(engine="streaming")


def load(path: Path) -> None:
    """Read the file into memory."""
    pl.read_parquet(path)


def score(path: Path) -> None:
    """Score the file: three levels, goalposts, a geometric mean on top."""
    from scoring import METHODS, tree

    from ssemon.choices import Choice, Method
    from ssemon.edition import Edition
    from ssemon.scoring.stream import score_wide

    method = Method(aggregation={"0": Choice("geometric")})
    edition = Edition("bench", "bench", (2001, 2000 + YEARS), 2000 + YEARS, method=method)
    score_wide(path, tree(INDICATORS, goalposts=True), edition, METHODS, path.with_name("scores.parquet"))


def measured(work: Callable[[Path], None], path: Path) -> Mapping[str, float]:
    """Return wall and processor seconds, and the peak memory of this process in MB (Linux)."""
    if work is score:
        import scoring  # noqa: F401  what is loaded first is not measured
    wall, cpu = time.perf_counter(), time.process_time()
    work(path)
    found = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    status = Path("/proc/self/status")
    peak = re.search(r"VmHWM:\s+(\d+)", status.read_text(encoding="utf-8")) if status.is_file() else None
    return {**found, "peak": int(peak[1]) / 1e3 if peak else float("nan")}


def report() -> None:
    """Write the file, measure each piece of work and print."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "wide.parquet")
        write(path)
        size = path.stat().st_size / 1e6
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in NAMES}
        for _ in range(REPEATS):  # in turn, so that a busy moment meets all of them
            for name in NAMES:
                command = [sys.executable, __file__, name, str(path)]
                runs[name].append(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))
    least = {name: {key: min(run[key] for run in some) for key in some[0]} for name, some in runs.items()}
    print(f"\n{ROWS * INDICATORS:.0e} cells of wide Parquet, {size:.0f} MB: to reach <= 1.5 x reading and < 1000 MB")
    for name in NAMES:
        print(f"{name:60} {least[name]['wall']:8.4f} {least[name]['cpu']:8.4f}  peak {least[name]['peak']:5.0f} MB")
    for other in NAMES[:2]:
        ratios = [f"{least['score'][key] / least[other][key]:.2f} ({key})" for key in ("wall", "cpu")]
        print(f"{f'score / {other}':60} {'  '.join(ratios)}")


if __name__ == "__main__":
    json.dump(measured({"decode": decode, "load": load, "score": score}[sys.argv[1]], Path(sys.argv[2])), sys.stdout)
