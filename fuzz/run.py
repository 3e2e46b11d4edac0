"""Fuzz the intake: `make fuzz MINUTES=30`, or `python fuzz/run.py --minutes 30 [csv xlsx manifest mapping framework]`.

Each target runs in a process of its own with 10 seconds and 1 GB for an input (libFuzzer by atheris: the group `fuzz` of
pyproject.toml). An input that breaks it is kept in fuzz/crashes/ and ends the run with code 1: put it into
fuzz/corpus/TARGET/NAME.broke with the repair, and tests/fuzz/ runs it for ever. New inputs that reach new lines are kept in
fuzz/.grown/; --keep brings the corpus up to them, as few and as small as reach the same lines.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = ("csv", "xlsx", "manifest", "mapping", "framework")
SECONDS, MEGABYTES, LONGEST = 10, 1024, 6000
_STATISTIC = re.compile(r"^stat::(\w+):\s+(\d+)", re.MULTILINE)


def main() -> int:
    """Run the targets one after another, and say what came of each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", default=list(NAMES), help=", ".join(NAMES))
    parser.add_argument("--minutes", type=float, default=5, help="for all targets together")
    parser.add_argument(
        "--keep", action="store_true", help="write the smallest inputs that reach all lines into the corpus"
    )
    given = parser.parse_args()
    if unknown := set(given.targets) - set(NAMES):
        parser.error(f"no target: {', '.join(sorted(unknown))}")
    seconds = int(60 * given.minutes / len(given.targets))
    broken = [name for name in given.targets if not run(name, seconds)]
    for name in given.targets if given.keep and not broken else ():
        keep(name)
    return 1 if broken else 0


def run(name: str, seconds: int) -> bool:
    """Fuzz one target and print a line about it; whether it stood."""
    grown, crashes = HERE / ".grown" / name, HERE / "crashes"
    grown.mkdir(parents=True, exist_ok=True)
    crashes.mkdir(exist_ok=True)
    options = [
        str(grown), str(HERE / "corpus" / name), f"-max_total_time={seconds}", f"-timeout={SECONDS}", f"-rss_limit_mb={MEGABYTES}",
        f"-max_len={LONGEST}", f"-dict={HERE / 'words.dict'}", f"-artifact_prefix={crashes}/{name}-", "-print_final_stats=1", "-verbosity=1",
        "-report_slow_units=5",
    ]  # fmt: skip
    done = subprocess.run(
        [sys.executable, __file__, "--one", name, *options],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    told = {key: int(value) for key, value in _STATISTIC.findall(done.stderr)}
    runs, slowest = told.get("number_of_executed_units", 0), told.get("slowest_unit_time_sec", 0)
    print(
        f"{name}: {runs} inputs, slowest {slowest} s, {told.get('peak_rss_mb', 0)} MB at most, {'stands' if not done.returncode else 'BROKEN'}",
        flush=True,
    )
    if done.returncode:
        print(done.stderr[-4000:], file=sys.stderr, flush=True)
    return not done.returncode


def keep(name: str) -> None:
    """Replace the corpus by the smallest inputs, old and new, that reach the same lines."""
    corpus, fresh = HERE / "corpus" / name, HERE / ".grown" / f"{name}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    options = ["-merge=1", str(fresh), str(corpus), str(HERE / ".grown" / name), f"-max_len={LONGEST}"]
    subprocess.run([sys.executable, __file__, "--one", name, *options], capture_output=True, check=True)
    named = [path for path in corpus.iterdir() if path.suffix]  # seeds, and what once broke a target
    for path in corpus.iterdir():
        if path not in named:
            path.unlink()
    known = {path.read_bytes() for path in named}
    for path in sorted(fresh.iterdir()):
        if path.read_bytes() not in known:
            shutil.copyfile(path, corpus / path.name[:12])


def fuzz_here(name: str, options: list[str]) -> int:
    """Fuzz in this process, with every line of ssemon watched."""
    import atheris

    with atheris.instrument_imports(include=["ssemon"]):
        from targets import TARGETS
    target = TARGETS[name]
    atheris.Setup([sys.argv[0], *options], target)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    # A process that this one starts is told one target and libFuzzer's own options.
    sys.exit(fuzz_here(sys.argv[2], sys.argv[3:]) if sys.argv[1:2] == ["--one"] else main())
