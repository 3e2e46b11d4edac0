"""`ssemon score`: observations in, scores out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from ssemon.cli.show import show_problems
from ssemon.errors import EXIT_OK, Problem, UsageFault

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--framework", type=click.Path(path_type=Path), help="A framework's folder or id; beats the profile's.")
@click.option("--edition", type=_FILE, help="Edition profile (default: the framework's own edition.toml).")
@click.option("--data", type=_FILE, required=True, help="Observations, CSV or Parquet, long or wide.")
@click.option("--out", type=_FILE, required=True, help="Scores, CSV or Parquet by suffix.")
@click.option(
    "--steps",
    type=click.Path(path_type=Path, file_okay=False),
    help="Also write the frame after each step here; with --uncertainty also bands, ties, ranks and pairs.",
)
@click.option(
    "--uncertainty",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Add 90 % intervals of scores and ranks from N draws (2000 is a good number).",
)
@click.option(
    "--stream", is_flag=True, help="Score a wide Parquet file row by row, for files larger than memory; see below."
)
@click.option(
    "--extension",
    multiple=True,
    metavar="MODULE",
    help="Load this extension beside the installed ones; the current folder counts.",
)
def score(
    framework: Path | None,
    edition: Path | None,
    data: Path,
    out: Path,
    steps: Path | None,
    uncertainty: int,
    stream: bool,
    extension: tuple[str, ...],
) -> int:
    """Score a file of observations: a row for each area with data, year of the edition and node of the tree.

    The file is long or wide. A long file has a row a value: area, indicator, year, value, and where they are known
    sex, org_type, obs_status, conf_status, source and note; further columns are left out. With --uncertainty two more
    are read: std_error, the value's standard error in its own unit, and quality, its grade from A to E.

    A wide file has a row an area and year: area, year, and a column for each indicator, headed by its code. An empty
    cell is a missing value (obs_status O), every other cell a normal one (A). Where columns sex, org_type or the
    like stand in it, they hold for the whole row. A heading that is no indicator of the framework is named and not
    scored.

    With --stream a wide Parquet file of any length is scored in little memory, and the scores are written wide: a row
    for each row of the file, with score:NODE and coverage:NODE (and band:NODE) for each node. Steps that look at other
    rows (treatment, imputation, values of earlier years, ranks, intervals) are not to be had, nor are the checks of
    units.
    """
    from ssemon.framework import find_framework
    from ssemon.scorefile import score_file
    from ssemon.store import atomic

    if out.suffix not in (".csv", ".parquet"):
        fix = "end the name with .csv or .parquet"
        raise UsageFault(Problem(code="U05", what="--out is neither CSV nor Parquet", found=str(out), fix=fix))
    if not data.is_file():
        raise UsageFault(Problem(code="U01", what="there is no such file", found=str(data), fix="check the path"))
    folder = find_framework(str(framework)) if framework else None
    if stream:
        return _streamed(folder, edition, data, out, extension, asked={"--steps": steps, "--uncertainty": uncertainty})
    scored = score_file(data, folder, edition, uncertainty=uncertainty, extensions=extension)
    frames = {out: scored.scores}
    if steps is not None:
        frames |= {steps / f"{name}.csv": frame for name, frame in scored.steps.items()}
    for path, frame in frames.items():
        with atomic(path) as part:
            frame.write_parquet(part) if path.suffix == ".parquet" else frame.write_csv(part)
    show_problems(scored.problems)
    click.echo(f"{scored.scores.height} rows in {out}", err=True)
    return EXIT_OK


def _streamed(
    framework: Path | None, edition: Path | None, data: Path, out: Path, extensions: Sequence[str],
    asked: Mapping[str, object],
) -> int:  # fmt: skip
    from ssemon.scorefile import score_stream
    from ssemon.store import atomic

    beside = [option for option, value in asked.items() if value]
    if beside or out.suffix != ".parquet":
        what = "--stream writes one Parquet file of scores and nothing else"
        fix = "end the name with .parquet and leave --steps and --uncertainty out, or score without --stream"
        raise UsageFault(Problem(code="U14", what=what, found=", ".join(beside) or str(out), fix=fix))
    with atomic(out) as part:
        rows, problems = score_stream(data, part, framework, edition, extensions=extensions)
    show_problems(problems)
    click.echo(f"{rows} rows in {out}", err=True)
    return EXIT_OK
