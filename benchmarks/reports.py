"""Measure the reports as a user makes them: whole commands, processor seconds a page, memory of a worker.

    python benchmarks/reports.py                 the figures of the table below, one after another
    python benchmarks/reports.py page unchanged  only these

Wall time on a shared machine is a figure to read, not a test; processor time is steadier, and still grows by half
where the other processor is busy. Beside each figure stands how long a fixed loop took at the time: divide by it to
compare two machines, or two hours.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
from commands import SSEMON, Measure, measured

from ssemon.model import CountryOutcome, Run
from ssemon.report import jobs, pdf, plans, render
from ssemon.store import load_run

WARM_RUNS, LOOP, COUNTRIES = 4, 2_000_000, 193
LANGUAGES = ("en", "ko", "fr")


def loop() -> float:
    """How long a fixed piece of work takes now. Units: seconds of a processor."""
    start, total = time.process_time(), 0
    for number in range(LOOP):
        total += number * number
    return time.process_time() - start


def told(name: str, figure: str, target: str) -> None:
    """Print one line of the table."""
    print(f"{name:<58} {figure:<44} {target:<24} loop {loop():.2f} s", flush=True)


def finished(out: Path) -> Run:
    """Return the shipped plugins' run, scored once."""
    if not (out / "run.json").is_file():
        measured((str(SSEMON), "run", "--out", str(out), "--no-reports", "--quiet"))
    return load_run(out)


def page(folder: Path) -> None:
    """Processor seconds a page of a country report in a warm process, and its memory."""
    run = finished(folder / "run")
    for language in LANGUAGES:
        (job,) = jobs(run, countries=run.edition.countries[:1], languages=[language], compare=False)
        spent, facts = [], pdf.PdfFacts(0, 0)
        for _ in range(WARM_RUNS):
            start = time.process_time()
            facts = pdf.write_pdf(job.html, folder / "page.pdf", base=job.base, stylesheets=job.stylesheets)
            spent.append(time.process_time() - start)
        figure = f"{min(spent) / facts.pages:.3f} s a page, {facts.pages} pages, {facts.bytes / 1024:.0f} KB"
        told(f"country report, warm, {job.name}", figure, "<= 0.15 s a page")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told("memory of this process (with the run's frames)", f"{peak:.0f} MB", "")


def many(folder: Path) -> None:
    """A report for each of 193 countries, and the memory of the workers that draw them."""
    _for_each_country(folder, "country", "full reports", "<= 240 s wall, 200 MB")


def briefs(folder: Path) -> None:
    """A brief of two pages for each of 193 countries."""
    _for_each_country(folder, "brief", "briefs", "<= 60 s wall, 200 MB")


def _for_each_country(folder: Path, kind: str, name: str, target: str) -> None:
    run = copied(finished(folder / "run"), COUNTRIES)
    peak = [0.0]
    start, before = time.perf_counter(), os.times()
    problems = render(
        plans(run, languages=["en"], compare=False, kinds=(kind,)), folder / kind, workers=os.cpu_count() or 1,
        on_done=lambda _: peak.append(max(map(own_peak, children()), default=0.0)),
    )  # fmt: skip
    after, failed, worker = os.times(), sum(one.severity == "error" for one in problems), max(peak)
    cpu = sum(after[:4]) - sum(before[:4])
    figure = f"{time.perf_counter() - start:.0f} s wall, {cpu:.0f} s cpu, worker {worker:.0f} MB, {failed} failed"
    told(f"{COUNTRIES} {name}", figure, target)


def children() -> list[int]:
    """The processes that this one has started and that still run."""
    return [int(one) for task in Path("/proc/self/task").iterdir() for one in (task / "children").read_text().split()]


def own_peak(process: int) -> float:
    """The most memory that a process ever had. Units: MB; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def copied(run: Run, count: int) -> Run:
    """Return the run with as many countries: each further one has the data of one of the first, under its own code."""
    ours = [outcome for outcome in run.reported if outcome.available]
    codes = sorted(set(run.scores["area"].unique()) - {outcome.code for outcome in ours})[: count - len(ours)]
    pairs = [(code, ours[place % len(ours)]) for place, code in enumerate(codes)]
    frames = {name: _copied(getattr(run, name), pairs) for name in ("scores", "indicator_scores", "observations")}
    more = tuple(replace(like, code=code, name=f"{like.name} {code}") for code, like in pairs)
    edition = replace(run.edition, countries=(*(outcome.code for outcome in ours), *codes))
    others = tuple(outcome for outcome in run.countries if outcome not in ours)
    return replace(run, edition=edition, countries=(*ours, *more, *others), robustness=None, **frames)


def _copied(frame: pl.DataFrame, pairs: list[tuple[str, CountryOutcome]]) -> pl.DataFrame:
    codes = [code for code, _ in pairs]
    like = [frame.filter(pl.col("area") == outcome.code).with_columns(area=pl.lit(code)) for code, outcome in pairs]
    return pl.concat([frame.filter(~pl.col("area").is_in(codes)), *like])


def peers(folder: Path) -> None:
    """The same report and brief drawn by a browser and by typst (see `peers.py`)."""
    import peers as others

    others.told(others.compare(finished(folder / "run"), folder / "peers"))
    told("the same report and brief by others, see above", "", "")


def cold(folder: Path) -> None:
    """Twelve countries in three languages and the comparative reports, from nothing."""
    languages = [word for language in LANGUAGES for word in ("--language", language)]
    told("12 countries x 3 languages + comparative, cold", _figure(_run(folder / "cold", *languages)), "<= 90 s wall")


def unchanged(folder: Path) -> None:
    """The same command again, where nothing has changed; and again after one country's words have."""
    workspace = folder / "workspace"
    shutil.copytree(Path(__file__).resolve().parents[1] / "plugins", workspace / "plugins")
    out, plugins = workspace / "out", ("--plugins", str(workspace / "plugins"))
    told("12 countries + comparative, cold", _figure(_run(out, *plugins)), "")
    told("nothing changed", _figure(_run(out, *plugins)), "<= 3 s wall")
    note = next((workspace / "plugins").glob("*/notes/en.md"))
    note.write_text(note.read_text(encoding="utf-8") + "\n\nOne sentence more.\n", encoding="utf-8")
    told("one country's notes changed", _figure(_run(out, *plugins)), "its report alone")


def _run(out: Path, *options: str) -> Measure:
    return measured((str(SSEMON), "run", "--out", str(out), "--quiet", *options))


def _figure(measure: Measure) -> str:
    return f"{measure.wall:.1f} s wall, {measure.cpu:.1f} s cpu, {measure.memory:.0f} MiB in all"


CASES: dict[str, Callable[[Path], None]] = {
    "page": page,
    "unchanged": unchanged,
    "cold": cold,
    "briefs": briefs,
    "many": many,
    "peers": peers,
}


def main() -> None:
    """Measure what the command line names."""
    with tempfile.TemporaryDirectory(prefix="ssemon-bench-") as folder:
        for name in sys.argv[1:] or CASES:
            CASES[name](Path(folder))


if __name__ == "__main__":
    main()
