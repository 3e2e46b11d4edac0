"""What the fuzzer throws its inputs at: one function a kind of file, each with everything behind it.

An input is the bytes of the file; where a target takes several files, a line `==== NAME` stands above each. Whatever it
holds, it is accepted or it is named: with a code that is explained, words and a repair. Anything else is a crash.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from ssemon.codes import problem_codes
from ssemon.country import load_country
from ssemon.errors import Problem, SsemonError, errors_in
from ssemon.framework import Framework, read_framework
from ssemon.manifest import read_manifest
from ssemon.sheets import Finding, Limits, Refused, workbook
from ssemon.tables import shipped_tables

MARK = b"==== "
ABOUT = '[plugin]\ncountry = "KOR"\napi = 1\n[[tables]]\ntable = "observations"\nsource = "x"\nlicence = "x"\n'
# How a CSV file is said to be read; the first byte of an input chooses.
SETTINGS = (
    "", "header_row = 2\n", 'separator = ";"\ndecimal_comma = true\n', 'layout = "wide"\n', 'encoding = "cp949"\n',
    'encoding = "utf-16"\n', "heading_rows = 2\nnotes_below = true\n",
    'normalise = ["digits", "thousands", "footnotes", "percent", "years"]\nstatus_flags = { ".." = "O", "p" = "P" }\n',
    'unit_multiplier = 1000\ntotals_rows = ["Total"]\nconstants = { year = "2019" }\n',
)  # fmt: skip
HEAD = "code,parent,name_en,definition,unit,direction,type,lower_goalpost,upper_goalpost,weight,core\n"
FRAMEWORK = {
    "framework.toml": b'id = "tiny"\n',
    "structure.csv": b"code,level,parent,name_en,weight\nR,0,,All,1\n",
    "indicators.csv": (HEAD + "a1,R,,,PT,1,q,0,10,1,1\nb1,R,,,ENT,1,q,0,10,1,1\n").encode(),
}
MAPPING = b"column,theirs,ours\n,Serie,indicator\nindicator,eins,a1\n"


class Crash(AssertionError):
    """An answer that nobody can act on."""


@contextmanager
def folder_of(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Write files below a folder that is gone afterwards, in memory where the system has such a place."""
    shared = Path("/dev/shm")  # noqa: S108  a folder of its own is made in it
    home = Path(tempfile.mkdtemp(dir=shared if shared.is_dir() else None, prefix="fuzz-"))
    try:
        for name, content in files.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes(content)
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@cache
def measured() -> Framework:
    """The framework that plugins are checked against."""
    with folder_of(FRAMEWORK) as home:
        return read_framework(home)


def judged(problems: list[Problem] | tuple[Problem, ...]) -> None:
    """Hold every problem to what a person needs. Errors: Crash."""
    for problem in problems:
        if problem.code == "G01" or problem.code not in problem_codes():
            raise Crash(str(problem))
        if not (problem.what and problem.fix):
            raise Crash(f"no words: {problem}")
        if any(row < 1 for row in problem.where.rows):
            raise Crash(f"no such row: {problem}")
        problem.to_dict()


def plugin(files: Mapping[str, bytes]) -> None:
    """Load a plugin's folder, as `ssemon validate` does. Errors: Crash."""
    given = {
        "plugin.toml": (ABOUT + 'file = "data/values.csv"\n').encode(),
        "data/values.csv": b"indicator,year,value\na1,2019,1\n",
    }
    with folder_of({f"kor/{name}": content for name, content in {**given, **files}.items()}) as home:
        outcome = load_country(read_manifest(home / "kor", shipped_tables()), measured()).outcome
    judged(outcome.problems)
    judged(outcome.log)
    if outcome.available != (not errors_in(outcome.problems)):
        raise Crash("available with errors, or not without")


def csv(data: bytes) -> None:
    """A file of values; its first byte chooses the settings."""
    settings = SETTINGS[data[0] % len(SETTINGS)] if data else ""
    plugin({"plugin.toml": (ABOUT + 'file = "data/values.csv"\n' + settings).encode(), "data/values.csv": data[1:]})


def manifest(data: bytes) -> None:
    """A plugin.toml."""
    plugin({"plugin.toml": data})


def mapping(data: bytes) -> None:
    """A mapping.csv, beside values that need one."""
    plugin({"mapping.csv": data, "data/values.csv": b"Serie,year,value\neins,2019,1\nzwei,2019,2\n"})


def parts_of(data: bytes) -> dict[str, bytes]:
    """The named parts of an input; none where it has no line with a name."""
    found = {}
    for part in (b"\n" + data).split(b"\n" + MARK)[1:]:
        name, _, content = part.partition(b"\n")
        text = name.decode("ascii", "replace").strip()
        if text and len(text) < 60 and not {"..", "\0"} & {text[:2], *text} and not text.startswith("/"):
            found[text] = content
    return found


def framework(data: bytes) -> None:
    """The files of a framework's folder; those that are not given are sound."""
    known = (*FRAMEWORK, "areas.csv", "rubrics.csv", "series.csv", "rules.csv")
    files = {name: content for name, content in parts_of(data).items() if name in known}
    with folder_of({**FRAMEWORK, **files}) as home:
        try:
            read_framework(home)
        except SsemonError as fault:
            judged(fault.problems)


WORKBOOK = {
    "[Content_Types].xml": b"<Types/>",
    "xl/workbook.xml": b'<workbook xmlns:r="r"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": b'<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def xlsx(data: bytes) -> None:
    """The parts of a workbook, packed soundly: what is inside is the input, not how it is packed."""
    files = parts_of(data)
    ods = "content.xml" in files
    name = "data/b.ods" if ods else "data/b.xlsx"
    with reading_here():
        plugin(
            {
                "plugin.toml": (ABOUT + f'file = "{name}"\n').encode(),
                name: packed(files if ods else {**WORKBOOK, **files}),
            }
        )


def packed(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


def _here(function: Callable[..., Any], limits: Limits, *arguments: object) -> Any:
    """Read in this process, so that the fuzzer sees which lines are run; what is raised is told as the process for files tells it."""
    try:
        return function(limits, *arguments)
    except (Refused, MemoryError, RecursionError):
        raise
    except Exception as error:
        raise Refused(
            Finding("F11", "the file cannot be read", "save it again", f"{type(error).__name__}: {error}"[:200])
        ) from error


@contextmanager
def reading_here() -> Iterator[None]:
    """Read workbooks in this process while the block runs."""
    apart = workbook.read_apart
    workbook.read_apart = _here
    try:
        yield
    finally:
        workbook.read_apart = apart


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "csv": csv, "xlsx": xlsx, "manifest": manifest, "mapping": mapping, "framework": framework,
}  # fmt: skip
