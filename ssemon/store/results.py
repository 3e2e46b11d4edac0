"""A finished run as files, and back again: `--from` renders a run again without scoring it again.

    run.json              what was run: edition, hashes, versions, countries, sources, problems
    scores.parquet        and scores.csv, scores.xlsx: the scores contract
    indicators.parquet    one row an area, year and indicator
    observations.parquet  the observations contract
    problems.json         the problems alone
    levers.parquet        what each indicator could add to its country's score
    robustness/           where the profile asks for draws: bands, ties and the tables of the statistical audit
    changes/              where an earlier run was given: what is otherwise
    regions/              where plugins bring regions: their scores
    inputs/               the profile and the framework that the run used
    timings.json          how long it took; the only file that differs between two runs of the same input

All but timings.json are the same bytes for the same input.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from ssemon.edition import read_edition
from ssemon.errors import Problem, UsageFault, Where
from ssemon.framework import read_framework
from ssemon.model import AddedSection, CountryOutcome, Deviation, Message, Robustness, Run, SourceFile, Verdict
from ssemon.store.files import atomic, sha256_of
from ssemon.store.further import PATTERNS, further_out, load_further, save_further
from ssemon.store.kept import retire_reports
from ssemon.store.workbook import write_workbook

FORMAT = 3
_ROBUSTNESS, _SITE = "robustness", "site"
_FRAMES = ("scores", "indicators", "observations")
# What people take away and a run is not read from again.
_COPIES = ("scores.csv", "scores.xlsx", "problems.json")
# The framework's texts in other languages, which reports that are rendered again need too.
_TRANSLATIONS = "translations"
_FRAMEWORK_FILES = ("framework.toml", "structure.csv", "indicators.csv", "rubrics.csv", "areas.csv")


def save_run(run: Run, out: Path) -> None:
    """Write a run's files, each whole or not at all; run.json last, so that a run with it is complete."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "run.json").unlink(missing_ok=True)
    retire_reports(out)
    if (out / _SITE / "assets").is_dir():
        shutil.rmtree(out / _SITE)
    frames = {"scores": run.scores, "indicators": run.indicator_scores, "observations": run.observations}
    for name, frame in frames.items():
        with atomic(out / f"{name}.parquet") as part:
            frame.write_parquet(part, compression="zstd", statistics=True)
    _save_robustness(run, out / _ROBUSTNESS)
    save_further(run, out)
    with atomic(out / "scores.csv") as part:
        run.scores.write_csv(part)
    with atomic(out / "scores.xlsx") as part:
        write_workbook(run, part)
    _save_inputs(run, out / "inputs")
    _write_json(out / "problems.json", [problem.to_dict() for problem in run.problems])
    about = _about(run, out)
    _write_json(out / "run.json", {**about, "sha256": _own_hash(about)})


def _save_robustness(run: Run, folder: Path) -> None:
    """Write the tables of the draws and the audit; those of an earlier run go."""
    shutil.rmtree(folder, ignore_errors=True)
    if run.robustness is None:
        return
    told = run.robustness
    for name, frame in {
        "bands": told.bands,
        "ties": told.ties,
        **{f"audit-{n}": f for n, f in told.tables.items()},
    }.items():
        with atomic(folder / f"{name}.parquet") as part:
            frame.write_parquet(part, compression="zstd", statistics=True)


def _robustness_in(about: Mapping[str, Any] | None, folder: Path) -> Robustness | None:
    if about is None:
        return None
    tables = {path.stem.removeprefix("audit-"): path for path in sorted(folder.glob("audit-*.parquet"))}
    return Robustness(
        year=about["year"],
        draws=about["draws"],
        interval=about["interval"],
        bands=pl.read_parquet(folder / "bands.parquet"),
        ties=pl.read_parquet(folder / "ties.parquet"),
        verdicts=tuple(_verdict_in(verdict) for verdict in about["verdicts"]),
        tables={name: pl.read_parquet(path) for name, path in tables.items()},
    )


def _verdict_in(about: Mapping[str, Any]) -> Verdict:
    messages = {name: about.get(name) for name in ("said", "by")}
    read = {name: None if told is None else _message_in(told) for name, told in messages.items()}
    return Verdict(**{**about, **read})


def _message_in(told: Mapping[str, Any]) -> Message:
    examples = tuple(one if isinstance(one, str) else _message_in(one) for one in told["examples"])
    return Message(**{**told, "examples": examples})


def save_timings(seconds: Mapping[str, float], out: Path) -> None:
    """Write how long each stage took."""
    _write_json(out / "timings.json", {name: round(value, 3) for name, value in seconds.items()})


def _write_json(path: Path, data: object) -> None:
    with atomic(path) as part:
        part.write_text(json.dumps(data, indent=1, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


def _save_inputs(run: Run, folder: Path) -> None:
    home, kept = run.framework.folder, folder / "framework"
    copies = {home / name: kept / name for name in _FRAMEWORK_FILES}
    # Those that an earlier run left are listed too, so that they go where the framework has none.
    known = {path.name for place in (home, kept) for path in (place / _TRANSLATIONS).glob("*.csv")}
    copies |= {home / _TRANSLATIONS / name: kept / _TRANSLATIONS / name for name in sorted(known)}
    if run.edition.path is not None:
        copies[run.edition.path] = folder / "edition.toml"
        for name in run.edition.method.files:
            copies[run.edition.path.parent / name] = folder / name
    for source, target in copies.items():
        if not source.is_file():
            target.unlink(missing_ok=True)  # left by an earlier run of another framework
        elif source.resolve() != target.resolve():
            with atomic(target) as part:
                shutil.copyfile(source, part)
    _save_added_indicators(run, folder / "framework" / "indicators.csv")


def _save_added_indicators(run: Run, path: Path) -> None:
    """Add the indicators that extensions brought to the saved framework, so that it stands alone."""
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        columns, rows = list(table.fieldnames or []), list(table)
    added = [leaf for leaf in run.framework.indicators if leaf.code not in {row["code"] for row in rows}]
    if not added:
        return
    with atomic(path) as part, part.open("w", encoding="utf-8", newline="") as target:
        if any(leaf.expression for leaf in added) and "expression" not in columns:
            columns.append("expression")
        writer = csv.DictWriter(target, columns, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows([*rows, *(leaf.as_row() for leaf in added)])


def _about(run: Run, out: Path) -> dict[str, Any]:
    edition, framework = run.edition, run.framework
    return {
        "format": FORMAT,
        "run": run.hash,
        "edition": {
            "id": edition.id, "date": edition.date, "years": edition.years, "report_year": edition.report_year,
            "countries": edition.countries, "languages": edition.languages, "seed": edition.seed, "sha256": edition.hash,
        },
        "framework": {"id": framework.id, "version": framework.version, "sha256": framework.hash},
        "licence": run.licence,
        "versions": dict(run.versions),
        "extensions": run.extensions,
        "files": {name: sha256_of(out / name) for name in _files(out)},
        "copies": {name: sha256_of(out / name) for name in _COPIES},
        "countries": [country_out(outcome) for outcome in run.countries],
        "problems": [problem.to_dict() for problem in run.problems],
        "sections": [asdict(section) for section in run.sections],
        "robustness": _robustness_out(run.robustness),
        **further_out(run),
        "timings": "timings.json",
    }  # fmt: skip


def _robustness_out(told: Robustness | None) -> dict[str, Any] | None:
    if told is None:
        return None
    verdicts = [asdict(verdict) for verdict in told.verdicts]
    return {"year": told.year, "draws": told.draws, "interval": told.interval, "verdicts": verdicts}


def _files(out: Path) -> list[str]:
    """What a run is read from again."""
    inputs = ["inputs/edition.toml", *(f"inputs/framework/{name}" for name in _FRAMEWORK_FILES)]
    inputs += sorted(
        str(path.relative_to(out).as_posix())
        for pattern in (
            f"inputs/framework/{_TRANSLATIONS}/*.csv",
            "inputs/*.csv",
            f"{_ROBUSTNESS}/*.parquet",
            *PATTERNS,
        )
        for path in out.glob(pattern)
        if path.is_file()
    )
    return [name for name in (*(f"{frame}.parquet" for frame in _FRAMES), *inputs) if (out / name).is_file()]


def _own_hash(about: Mapping[str, Any]) -> str:
    """The hash of what run.json says, but for the hash itself."""
    told = {name: value for name, value in about.items() if name != "sha256"}
    return sha256(json.dumps(told, ensure_ascii=False, default=str).encode()).hexdigest()


def run_files(out: Path) -> list[str]:
    """Return the files that a finished run is read from. Errors: UsageFault U03 where the folder holds none."""
    return ["run.json", *_about_of(out)["files"]]


def changed_copies(out: Path) -> list[Problem]:
    """Return a warning for each file of a finished run that people take away and that is not as the run wrote it.

    Missing: the PDFs are not among them: they are drawn again from the run. A file that was taken away is not told of.
    Errors:  UsageFault U03 where the folder holds no finished run of this format.
    """
    return [
        Problem(
            code="U10",
            severity="warning",
            what=f"{name} is not as the run wrote it",
            where=Where(file=str(out / name)),
            fix=f"do not pass it on as the run's; to have it again: ssemon run --from {out} --out FOLDER",
        )
        for name, written in copies_of(out).items()
        if (out / name).is_file() and sha256_of(out / name) != written
    ]


def copies_of(out: Path) -> Mapping[str, str]:
    """Return the hashes of the files of a finished run that people take away. Errors: as for `changed_copies`."""
    copies: Mapping[str, str] = _about_of(out)["copies"]
    return copies


def run_identity(out: Path) -> str:
    """Return the hash of all that a finished run says. Errors: UsageFault U03 where there is none."""
    return str(_about_of(out)["sha256"])


def country_out(outcome: CountryOutcome) -> dict[str, Any]:
    """Return a country's outcome as plain data."""
    return {**asdict(replace(outcome, problems=())), "problems": [problem.to_dict() for problem in outcome.problems]}


def load_run(out: Path) -> Run:
    """Read a finished run.

    Errors: UsageFault U03 where the folder holds no finished run of this format.
    """
    about = _about_of(out)
    try:
        return _run_from(about, out)
    except (KeyError, TypeError, OSError, pl.exceptions.PolarsError) as error:
        raise UsageFault(_no_run(out, f"not complete, or made by another version ({error})")) from error


def _run_from(about: Mapping[str, Any], out: Path) -> Run:
    edition = read_edition(out / "inputs" / "edition.toml")
    edition = edition.with_countries(about["edition"]["countries"])
    frames = {name: pl.read_parquet(out / f"{name}.parquet") for name in _FRAMES}
    return Run(
        edition=edition,
        framework=read_framework(out / "inputs" / "framework"),
        countries=tuple(country_in(data) for data in about["countries"]),
        observations=frames["observations"],
        scores=frames["scores"],
        indicator_scores=frames["indicators"],
        problems=tuple(Problem.from_dict(data) for data in about["problems"]),
        hash=about["run"],
        licence=about["licence"],
        versions=about["versions"],
        sections=tuple(AddedSection(**section) for section in about["sections"]),
        extensions=tuple(about["extensions"]),
        robustness=_robustness_in(about["robustness"], out / _ROBUSTNESS),
        **load_further(about, out),
    )


def _about_of(out: Path) -> dict[str, Any]:
    path = out / "run.json"
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageFault(_no_run(out, "there is no run.json")) from error
    except (OSError, ValueError) as error:
        raise UsageFault(_no_run(out, str(error))) from error
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise UsageFault(_no_run(out, "another format: run it again with this version"))
    if about.get("sha256") != _own_hash(about):
        raise UsageFault(_no_run(out, "changed since the run: run.json"))
    changed = [name for name, expected in about["files"].items() if _hash_or_none(out / name) != expected]
    if changed:
        raise UsageFault(_no_run(out, f"changed since the run: {', '.join(changed)}"))
    return about


def _hash_or_none(path: Path) -> str | None:
    return sha256_of(path) if path.is_file() else None


def _no_run(out: Path, found: str) -> Problem:
    return Problem(
        code="U03",
        what="there is no finished run in this folder",
        where=Where(file=str(out)),
        found=found,
        fix="run it first: ssemon run --out FOLDER",
    )


def country_in(data: Mapping[str, Any]) -> CountryOutcome:
    """Return a country's outcome from plain data. Errors: KeyError or TypeError where it is of another form."""
    fields = dict(data)
    for name in ("problems", "log"):
        fields[name] = tuple(Problem.from_dict(problem) for problem in fields.get(name, ()))
    fields["deviations"] = tuple(Deviation(**deviation) for deviation in fields["deviations"])
    fields["sources"] = tuple(SourceFile(**source) for source in fields["sources"])
    fields["languages"] = tuple(fields["languages"])
    fields["facts"] = {name: tuple(rows) for name, rows in fields["facts"].items()}
    return CountryOutcome(**fields)
