"""Start a plugin: a folder with a manifest, a mapping and a note, and a proposal where data files are given."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from ssemon.authoring.propose import Proposal, propose
from ssemon.errors import Problem, UsageFault
from ssemon.hooks import API
from ssemon.manifest import IGNORE, MANIFEST, MAPPING, TableSource
from ssemon.tables import OBSERVATIONS, area_codes, code_meant
from ssemon.text import plural, quoted

_NOTE_HEADINGS = ("Institutions", "Data sources", "Reading the figures", "To be verified")


def new_plugin(code: str, data: Sequence[Path], into: Path) -> list[str]:
    """Write a new plugin's folder and return what was written and what to do next.

    Errors: UsageFault where the country is not known or its folder is already there; nothing is then written.
    """
    code = code.upper()
    if code not in area_codes():
        raise UsageFault(Problem(code="K01", what=f"{quoted(code)} is no country code", fix=code_meant(code)))
    folder = into / code.lower()
    if folder.exists():
        what = f"{folder} is already there"
        raise UsageFault(Problem(code="U06", what=what, fix="work on it, or choose another place with --into"))
    (folder / "data").mkdir(parents=True)
    (folder / "notes").mkdir()
    for path in data:
        shutil.copyfile(path, folder / "data" / path.name)
    proposals = [propose(folder / "data" / path.name) for path in data]
    entries = [entry for one in proposals for entry in one.entries]
    (folder / MANIFEST).write_text(_manifest(code, entries), encoding="utf-8")
    (folder / MAPPING).write_text(_mapping(line for one in proposals for line in one.lines), encoding="utf-8")
    (folder / "notes" / "en.md").write_text("\n".join(f"## {name}\n" for name in _NOTE_HEADINGS), encoding="utf-8")
    return _next_steps(folder, data, proposals)


def _manifest(code: str, entries: Sequence[TableSource]) -> str:
    lines = [
        "[plugin]",
        f'country = "{code}"',
        f"api = {API}",
        f'name = "{area_codes()[code]}"',
        'contact = ""                   # who answers for these data',
        'languages = ["en"]',
    ]
    for entry in entries or (TableSource(OBSERVATIONS, "data/observations.csv", Path()),):
        lines += ["", "[[tables]]", f'table = "{entry.table}"', f"file = {json.dumps(entry.file, ensure_ascii=False)}"]
        lines += [f"sheet = {json.dumps(entry.sheet, ensure_ascii=False)}"] if entry.sheet else []
        lines += [f"header_row = {entry.header_row}"] if entry.header_row > 1 else []
        lines += [
            'source = ""                    # who publishes it, and which edition',
            'licence = ""                   # for example CC BY 4.0',
        ]
    return "\n".join(lines) + "\n"


def _mapping(lines: Iterable[tuple[str, str, str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("column", "theirs", "ours"))
    writer.writerows(dict.fromkeys(lines))
    return text.getvalue()


def _next_steps(folder: Path, data: Sequence[Path], proposals: Sequence[Proposal]) -> list[str]:
    open_lines = sum(ours == "?" for *_, ours in dict.fromkeys(line for one in proposals for line in one.lines))
    remarks = [remark for one in proposals for remark in one.remarks]
    steps = [f"{folder} is there: {MANIFEST}, {MAPPING}, notes/en.md, data/"]
    if not data:
        steps.append(f"1. put your data into {folder / 'data'} and name the file in {MANIFEST}")
    steps.append(f"{len(steps)}. fill in source, licence and contact in {MANIFEST}")
    if open_lines:
        steps.append(
            f'{len(steps)}. replace {plural(open_lines, "question mark")} in {MAPPING} by our words, or "{IGNORE}"'
        )
    return [*steps[:1], *remarks, *steps[1:], f"{len(steps)}. see what is wrong:  ssemon plugin check {folder}"]
