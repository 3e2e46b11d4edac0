"""Start a plugin: a folder with a manifest, a mapping and a note, and a proposal where data files are given."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from ssemon.errors import Problem, SsemonError, UsageFault
from ssemon.hooks import API
from ssemon.manifest import IGNORE, MANIFEST, MAPPING, TableSource
from ssemon.plugins import Manager
from ssemon.reading import read_text_table
from ssemon.tables import OBSERVATIONS, area_codes, shipped_tables
from ssemon.text import did_you_mean, folded, plural, quoted

# Headings that many sources use, and the column of ours that they usually mean.
_COMMON = {
    "iso3": "area", "iso3c": "area", "country code": "area", "ref_area": "area", "time_period": "year", "time": "year",
    "obs_value": "value", "series": "indicator", "series code": "indicator", "indicator code": "indicator", "code": "indicator",
    "measure": "indicator", "series name": "indicator", "obs": "value", "result": "value", "remark": "note", "comment": "note",
    "unit": IGNORE, "country": IGNORE, "country name": IGNORE, "indicator name": IGNORE,
}  # fmt: skip
_NOTE_HEADINGS = ("Institutions", "Data sources", "Reading the figures", "To be verified")


def new_plugin(code: str, data: Sequence[Path], into: Path) -> list[str]:
    """Write a new plugin's folder and return what was written and what to do next.

    Errors: UsageFault where the country is not known or its folder is already there; nothing is then written.
    """
    code = code.upper()
    if code not in area_codes():
        raise UsageFault(
            Problem(code="K01", what=f"{quoted(code)} is no country code", fix=did_you_mean(code, area_codes()))
        )
    folder = into / code.lower()
    if folder.exists():
        what = f"{folder} is already there"
        raise UsageFault(Problem(code="U06", what=what, fix="work on it, or choose another place with --into"))
    (folder / "data").mkdir(parents=True)
    (folder / "notes").mkdir()
    for path in data:
        shutil.copyfile(path, folder / "data" / path.name)
    proposals = [line for path in data for line in _proposal(folder / "data" / path.name)]
    (folder / MANIFEST).write_text(_manifest(code, [path.name for path in data]), encoding="utf-8")
    (folder / MAPPING).write_text(_mapping(proposals), encoding="utf-8")
    (folder / "notes" / "en.md").write_text("\n".join(f"## {name}\n" for name in _NOTE_HEADINGS), encoding="utf-8")
    return _next_steps(folder, data, proposals)


def _manifest(code: str, files: Iterable[str]) -> str:
    lines = [
        "[plugin]",
        f'country = "{code}"',
        f"api = {API}",
        f'name = "{area_codes()[code]}"',
        'contact = ""                   # who answers for these data',
        'languages = ["en"]',
    ]
    for name in files or ("observations.csv",):
        lines += [
            "",
            "[[tables]]",
            f'table = "{OBSERVATIONS}"',
            f'file = "data/{name}"',
            'source = ""                    # who publishes it, and which edition',
            'licence = ""                   # for example CC BY 4.0',
        ]
    return "\n".join(lines) + "\n"


def _proposal(path: Path) -> list[tuple[str, str, str]]:
    """The lines of mapping.csv that a file needs, a question mark where nobody can guess."""
    table = TableSource(table=OBSERVATIONS, file=path.name, path=path)
    try:
        frame = read_text_table(table, Manager())
    except SsemonError:
        return []  # `ssemon plugin check` says what is wrong with the file
    ours = shipped_tables()[OBSERVATIONS].columns
    lines = []
    for heading in (name for name in frame.columns if name != "source_row"):
        if folded(heading) in ours:
            continue
        lines.append(("", heading, _COMMON.get(folded(heading), "?")))
    indicator = next((theirs for _, theirs, mapped in lines if mapped == "indicator"), "indicator")
    return lines + _codes(frame, indicator)


def _codes(frame: pl.DataFrame, heading: str) -> list[tuple[str, str, str]]:
    if heading not in frame.columns:
        return []
    return [("indicator", word, "?") for word in frame[heading].drop_nulls().unique(maintain_order=True)]


def _mapping(lines: Iterable[tuple[str, str, str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("column", "theirs", "ours"))
    writer.writerows(dict.fromkeys(lines))
    return text.getvalue()


def _next_steps(folder: Path, data: Sequence[Path], proposals: Sequence[tuple[str, str, str]]) -> list[str]:
    open_lines = sum(ours == "?" for *_, ours in proposals)
    steps = [f"{folder} is there: {MANIFEST}, {MAPPING}, notes/en.md, data/"]
    if not data:
        steps.append(f"1. put your data into {folder / 'data'} and name the file in {MANIFEST}")
    steps.append(f"{len(steps)}. fill in source, licence and contact in {MANIFEST}")
    if open_lines:
        steps.append(
            f'{len(steps)}. replace {plural(open_lines, "question mark")} in {MAPPING} by our words, or "{IGNORE}"'
        )
    return [*steps, f"{len(steps)}. see what is wrong:  ssemon plugin check {folder}"]
