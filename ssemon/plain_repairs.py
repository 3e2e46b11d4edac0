"""Repairs for a file without a plugin: what a message says about plugin.toml or mapping.csv, said for a file alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ssemon.errors import Problem
from ssemon.manifest import MANIFEST, MAPPING
from ssemon.text import sentences

_FILL = "put the data in: a row of headings (area, indicator, year, value) and a row a value below it"
# What to do where there is no plugin, by code. {found} is the list that the message's own repair gives.
_FIXES: Mapping[str, str] = {
    "F01": _FILL,
    "F02": _FILL,
    "F05": "save it as CSV UTF-8 (in Excel: Save As, CSV UTF-8)",
    "S03": "write a heading above it, or empty the column",
    "S04": "keep one of the two columns",
    "S05": "write the headings in row 1, and take out what stands above them",
    "S11": "unmerge them and write the text into each cell, and a heading of one row above each column",
    "S12": "save the sheet that is meant as a file of its own",
    "S13": "take the rows out",
    "S16": "pack the file that is meant alone, or give it unpacked",
    "V01": "is it the decimal sign? Then write a point, 4.5 for 4,5; if it marks thousands, take it out. In Excel: "
    "File, Options, Advanced, Use system separators",
    "V02": "write the number without marks, 1204567; in Excel give the cells the number format General",
    "V03": "write the number alone: 12 % is 12",
    "V04": "leave the cell empty, and say why in a column obs_status: O missing, M cannot exist, Q suppressed",
    "V07": "write them as 0-9 and -",
    "V08": "take it out",
    "V09": "write a year as four digits, 2019",
    "V22": "write the number alone, and what the mark means in a column note",
    "V23": "nothing if the point is the decimal sign; else write the numbers without it",
    "V24": "format the cells as numbers, and look whether the values are in the unit of the indicator",
}
_COLUMN, _FOUND = re.compile(r'no column for "(\w+)"'), re.compile(r"headings found: (.*?)\. Add")
# The line that checks of codes propose for a mapping.
_LINE = re.compile(rf"[Aa]dd to {re.escape(MAPPING)}:  \w+,(.*),(\S+)$")
_OF_A_PLUGIN = (MANIFEST, MAPPING)


def for_plain_file(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems of a file that stands alone, with repairs that need no plugin."""
    return tuple(map(_mended, problems))


def _mended(problem: Problem) -> Problem:
    if not any(name in problem.fix or name in problem.what for name in _OF_A_PLUGIN) and problem.code != "F05":
        return problem
    what = re.sub(r": plugin\.toml .*$", "", problem.what)
    fix = _column_fix(problem) if problem.code == "S02" else _FIXES.get(problem.code, "")
    if problem.code == "F05":
        likely = re.search(r'encoding = "(.+?)"', problem.fix)
        fix = sentences(fix, f"It looks like {likely[1]}") if likely else fix
    return replace(problem, what=what, fix=fix or _without_plugin(problem.fix))


def _column_fix(problem: Problem) -> str:
    """Which heading is to be written, and which are there."""
    column, found = _COLUMN.search(problem.what), _FOUND.search(problem.fix)
    name = column[1] if column else "value"
    there = f"headings found: {found[1]}" if found else ""
    return sentences(there, f'Write "{name}" above the column that holds it')


def _without_plugin(fix: str) -> str:
    """What is left of a repair without the sentences about a plugin's files."""
    fix = _LINE.sub(r'write "\2" for "\1"', fix)
    parts = re.split(r"(?<=[.;?]) ", fix)
    left = " ".join(part for part in parts if not any(name in part for name in _OF_A_PLUGIN)).rstrip(";")
    return left or "correct the cells that are named, and give the file again"
