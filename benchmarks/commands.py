"""Measure whole commands as a user runs them: wall time, processor time, greatest memory of all processes together.

`make bench` prints the figures beside what they are held against. Nothing here fails a build: time on a shared
machine is a figure to read, not a test.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SSEMON = Path(sys.executable).with_name("ssemon")
SAMPLE_SECONDS = 0.02
LOOK_SHARE = 20
# A series that moves, lies on no line and has no two years alike.
WAVE = (0, 3, 1, 5, 2, 6, 4)


@dataclass(frozen=True)
class Case:
    """A command, how often it is run, and the figure it is held against."""

    name: str
    command: tuple[str, ...]
    repeats: int
    target: str


@dataclass(frozen=True)
class Measure:
    """What one run took. Units: seconds; MiB, summed over the process and its children."""

    wall: float
    cpu: float
    memory: float
    exit_code: int


def cases(out: Path) -> list[Case]:
    """Return the commands that the targets are about; `python -c pass` is the floor that nothing can beat."""
    baseline = ROOT / "schemas" / "frameworks" / "baseline"
    data, scores = baseline / "observations.csv.gz", out / "scores.csv"
    sent = sent_workbook(out)
    return [
        Case("python -c pass (the floor)", (sys.executable, "-c", "pass"), 5, ""),
        Case("ssemon --help", (str(SSEMON), "--help"), 5, "< 0.25 s"),
        Case("ssemon plugin list", (str(SSEMON), "plugin", "list"), 5, "< 0.25 s"),
        Case(
            "import polars (what a list must not pay)", (sys.executable, "-c", "import polars, pandera.polars"), 3, ""
        ),
        Case("ssemon validate plugins/kor", (str(SSEMON), "validate", str(ROOT / "plugins" / "kor")), 3, ""),
        Case("ssemon validate, 10⁴ rows, 200 faults, HTML", (*sent, "--format", "html"), 5, "< 2 s"),
        Case("ssemon validate, the same, marked workbook", (*sent, "--workbook", str(out / "answer.xlsx")), 5, "< 2 s"),
        Case(
            "ssemon score, 193 areas x 16 years",
            (str(SSEMON), "score", "--framework", str(baseline), "--data", str(data), "--out", str(scores)),
            3,
            "",
        ),
        Case("ssemon run --no-reports", (str(SSEMON), "run", "--no-reports", "--out", str(out / "run")), 2, ""),
        Case("ssemon demo, 13 PDFs", (str(SSEMON), "demo", "--out", str(out / "demo")), 1, "< 60 s, < 1536 MiB"),
    ]


def sent_workbook(out: Path, rows: int = 10_000, faults: int = 200) -> tuple[str, ...]:
    """Write a plugin with a workbook of so many rows and cells that are no numbers; return the command that checks it."""
    import csv

    import xlsxwriter

    core = ROOT / "schemas" / "frameworks" / "core"
    with (core / "indicators.csv").open(encoding="utf-8", newline="") as lines:
        codes = [row["code"] for row in csv.DictReader(lines) if row["unit"] == "PT"]
    folder = out / "kor"
    (folder / "data").mkdir(parents=True)
    table = 'table = "observations"\nfile = "data/KOR.xlsx"\nsource = "made up"\nlicence = "CC0 1.0"\n'
    (folder / "plugin.toml").write_text(f'[plugin]\ncountry = "KOR"\napi = 1\n[[tables]]\n{table}', encoding="utf-8")
    keys = [
        (c, y, s, o) for o in ("_T", "COOP", "MUT") for s in ("_T", "F", "M") for c in codes for y in range(1950, 2025)
    ]
    step = rows // faults
    with xlsxwriter.Workbook(str(folder / "data" / "KOR.xlsx")) as book:
        sheet = book.add_worksheet("data")
        sheet.write_row(0, 0, ("indicator", "year", "sex", "org_type", "value", "note"))
        for number, key in enumerate(keys[:rows], 1):
            wrong = ("n/a", "12 %", "1 204", "4,5")[number // step % 4]
            sheet.write_row(number, 0, (*key, wrong if number % step == 0 else sound_share(*key[1:]), "register"))
    return (str(SSEMON), "validate", str(folder), "--edition", str(core / "edition.toml"))


def sound_share(year: int, sex: str, kind: str) -> float:
    """A percentage that fits the others: the parts of a breakdown add up to no more than the whole."""
    return (2 if sex == "_T" else 1) * (3 if kind == "_T" else 1) * (5 + WAVE[year % 7] / 10)


def measured(command: tuple[str, ...]) -> Measure:
    """Run a command and sample the memory of its process tree until it ends."""
    start, before = time.perf_counter(), os.times()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        looked = time.perf_counter()
        peak = max(peak, tree_memory(process.pid))
        # Looking holds the process up while its memory is counted: the more there is, the more rarely.
        time.sleep(max(SAMPLE_SECONDS, LOOK_SHARE * (time.perf_counter() - looked)))
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Measure(time.perf_counter() - start, cpu, peak, process.returncode)


def tree_memory(pid: int) -> float:
    """Proportional memory of a process and everything below it, in MiB; 0 where /proc has none."""
    total, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            total += _proportional(one)
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except (OSError, ValueError):
            continue
    return total


def _proportional(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> None:
    """Print a line a command: the best of its runs."""
    print(f"{'command':<44} {'wall s':>8} {'cpu s':>8} {'MiB':>7} {'x floor':>8}  held against")
    with tempfile.TemporaryDirectory() as folder:
        floor = None
        for case in cases(Path(folder)):
            runs = [measured(case.command) for _ in range(case.repeats)]
            best = min(runs, key=lambda run: run.wall)
            floor = floor or best.wall
            failed = "" if best.exit_code == 0 else f"  (exit code {best.exit_code})"
            line = f"{best.wall:8.2f} {best.cpu:8.2f} {best.memory:7.0f} {best.wall / floor:8.1f}"
            print(f"{case.name:<44} {line}  {case.target}{failed}")


if __name__ == "__main__":
    main()
