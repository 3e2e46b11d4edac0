"""`ssemon audit`: how sound an edition's scores are, as tables and sentences."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ssemon.cli.show import as_json, show_problems
from ssemon.errors import EXIT_OK, Problem, UsageFault

if TYPE_CHECKING:
    from ssemon.edition import Edition
    from ssemon.scoring import Scored
    from ssemon.scoring.audit import Audit

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_MARKS = {"good": ("good", "green"), "attention": ("look at", "yellow"), "not assessed": ("not assessed", "blue")}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--from", "source", type=_FOLDER, help="A finished run.")
@click.option("--framework", type=click.Path(path_type=Path), help="A framework's folder or id; beats the profile's.")
@click.option("--edition", type=_FILE, help="Edition profile (default: the framework's own edition.toml).")
@click.option("--data", type=_FILE, help="Observations, CSV or Parquet, instead of a finished run.")
@click.option("--out", type=_FOLDER, help="Where audit.json and audit.xlsx go (default: the run's folder, or out).")
@click.option("--draws", type=click.IntRange(0), default=2000, show_default=True, help="Monte Carlo draws; 0: none.")
@click.option(
    "--base",
    type=click.IntRange(0),
    default=512,
    show_default=True,
    help="Points of the sensitivity study, rounded up to a power of 2; 0: none.",
)
@click.option("--json", "json_", is_flag=True, help="Print the audit as JSON too.")
def audit(
    source: Path | None, framework: Path | None, edition: Path | None, data: Path | None, out: Path | None,
    draws: int, base: int, json_: bool,
) -> int:  # fmt: skip
    """Audit the report year: availability, correlations, reliability, dimensions, effective weights, robustness, sensitivity."""
    from ssemon.scoring.audit import audit as make_audit
    from ssemon.store import atomic

    if (source is None) == (data is None):
        fix = "give --from RUN, or --data FILE with --framework or --edition"
        raise UsageFault(Problem(code="U05", what="an audit needs a finished run or a file of observations", fix=fix))
    scored = _of_run(source) if source else _of_file(data, framework, edition)
    found = make_audit(scored, draws=draws, base=base)
    folder = out or source or Path("out")
    folder.mkdir(parents=True, exist_ok=True)
    with atomic(folder / "audit.json") as part:
        part.write_text(as_json(found.to_dict()) + "\n", encoding="utf-8")
    with atomic(folder / "audit.xlsx") as part:
        _write_workbook(found, scored.edition, part)
    _show(found, json_=json_)
    click.echo(f"audit    {folder / 'audit.json'} (also .xlsx)", err=True)
    return EXIT_OK


def _of_run(source: Path) -> Scored:
    """Score a finished run's observations again: the run keeps no weights."""
    from ssemon.basis import scoring_methods
    from ssemon.plugins import Manager
    from ssemon.publication import open_observations
    from ssemon.scoring import score
    from ssemon.store import load_run

    run = load_run(source)
    observations, told = open_observations(run.observations)
    show_problems(told)
    return score(observations, run.framework, run.edition, scoring_methods(Manager()))


def _of_file(data: Path | None, framework: Path | None, edition: Path | None) -> Scored:
    from ssemon.framework import find_framework
    from ssemon.scorefile import score_file

    if data is None or not data.is_file():
        raise UsageFault(Problem(code="U01", what="there is no such file", found=str(data), fix="check the path"))
    folder = find_framework(str(framework)) if framework else None
    scored = score_file(data, folder, edition)
    show_problems(scored.problems)
    return scored


def _show(found: Audit, *, json_: bool) -> None:
    if json_:
        click.echo(as_json(found.to_dict()))
        return
    for verdict in found.verdicts:
        word, colour = _MARKS[verdict.outcome]
        click.echo(f"{click.style(word, fg=colour, bold=True)} · {verdict.topic} · {verdict.sentence}")
        click.echo(f"  rule   {verdict.rule}")


def _write_workbook(found: Audit, edition: Edition, path: Path) -> None:
    """Write the verdicts and every table, a sheet each."""
    import polars as pl

    from ssemon.cli.workbook import write_workbook

    verdicts = pl.DataFrame([(v.topic, v.outcome, v.sentence, v.rule) for v in found.verdicts],
        schema=["topic", "outcome", "sentence", "rule"], orient="row")  # fmt: skip
    title = f"Statistical audit: {found.edition}, {found.year}"
    write_workbook(path, title, edition.date, {"verdicts": verdicts, **found.tables})
