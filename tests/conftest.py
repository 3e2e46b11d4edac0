"""Builders that the tests share: small folders and frames from literals."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, settings

from ssemon import Problem

# The machine decides how long an example takes: deadlines would make the suite flicker. Derandomised: the same run twice.
# Which search is made says the environment: SSEMON_EXAMPLES=long looks for longer, and elsewhere each time.
settings.register_profile(
    "house", max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("SSEMON_EXAMPLES", "house"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `make test-all` alone runs."""
    if os.environ.get("SSEMON_EXAMPLES") == "long":
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("long")]


REPOSITORY = Path(__file__).resolve().parent.parent

MANIFEST = """\
[plugin]
country = "KOR"
api = 1
name = "Republic of Korea"

[[tables]]
table = "observations"
file = "data/values.csv"
source = "Register"
licence = "CC BY 4.0"
"""
VALUES = "area,indicator,year,value\nKOR,a1,2019,4\nKOR,a2,2019,2.5\n"

STRUCTURE = """\
code,level,parent,name_en,weight
R,0,,All,1
A,1,R,Alpha,1
B,1,R,Beta,1
"""
INDICATOR_COLUMNS = (
    "code,parent,name_en,definition,unit,direction,type,lower_goalpost,upper_goalpost,weight,core,"
    "transform,derivation,source_code,derivation_scale,max_age_years,goalpost_basis\n"
)
INDICATORS = (
    INDICATOR_COLUMNS
    + """\
a1,A,Alpha one,,PT,1,quantitative,0,10,1,1,none,,,,4,
a2,A,Alpha two,,PT,-1,quantitative,0,10,1,1,none,,,,4,
b1,B,Beta one,,PT,1,quantitative,0,100,1,1,none,,,,4,natural
b2,B,Beta two,,PT,1,quantitative,0,100,1,0,none,mean_of_two,b2_f+b2_m,,2,
b3,B,Beta shown,,PT,1,quantitative,0,100,0,0,none,,,,4,
"""
)
EDITION = """\
[edition]
id = "tiny-2020"
framework = "."
years = [2018, 2020]
report_year = 2020
countries = ["KOR"]
"""

Files = Mapping[str, str | bytes | None]


def write_files(folder: Path, files: Files) -> Path:
    """Write files below a folder, making the folders on the way; None leaves a file out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        if content is None:
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.fixture
def plugin_folder(tmp_path: Path) -> Callable[..., Path]:
    """Write a plugin's folder: the files given, and a sound manifest and data where they are not."""

    def write(files: Files | None = None, name: str = "kor", into: str = "plugins") -> Path:
        return write_files(
            tmp_path / into / name, {"plugin.toml": MANIFEST, "data/values.csv": VALUES, **(files or {})}
        )

    return write


@pytest.fixture
def tiny_framework(tmp_path: Path) -> Callable[..., Path]:
    """Write a framework of two dimensions and five indicators, with a profile, and any file in another form."""

    def write(files: Files | None = None, name: str = "tiny", edition: str = "") -> Path:
        about = 'id = "tiny"\nversion = "1"\ntitle = "Tiny"\n'
        sound = {"framework.toml": about, "structure.csv": STRUCTURE, "indicators.csv": INDICATORS}
        return write_files(tmp_path / name, {**sound, "edition.toml": EDITION + edition, **(files or {})})

    return write


@pytest.fixture
def check_plugin(
    plugin_folder: Callable[..., Path], tiny_framework: Callable[..., Path]
) -> Callable[..., list[Problem]]:
    """Validate a plugin of these files against the tiny framework, as `ssemon validate` does; its problems."""
    from ssemon import validate

    def check(files: Files | None = None, name: str = "kor") -> list[Problem]:
        [checked] = validate([plugin_folder(files, name)], tiny_framework() / "edition.toml")
        return list(checked.problems)

    return check


def manifest(**settings: str) -> str:
    """A manifest with further settings of its one table, each given as TOML."""
    return MANIFEST + "".join(f"{key} = {value}\n" for key, value in settings.items())


@pytest.fixture
def manifest_with() -> Callable[..., str]:
    return manifest


def observations_frame(rows: Iterable[Sequence[object]]) -> pl.DataFrame:
    """Rows of (area, indicator, year, value[, status[, sex]]) as a frame in the observations contract."""
    from ssemon.country import no_observations
    from ssemon.model import OBSERVATION_COLUMNS

    records = []
    for area, indicator, year, value, *more in rows:
        status = more[0] if more else ("O" if value is None else "A")
        sex = more[1] if len(more) > 1 else "_T"
        records.append((area, area, indicator, year, sex, "_T", value, status, "F", "test", None))
    types = no_observations().schema  # asked once: thousands of frames are built in the tests of properties
    schema = {name: types[name] for name in OBSERVATION_COLUMNS}
    return pl.DataFrame(records, schema=schema, orient="row")


@pytest.fixture(scope="session")
def observations() -> Callable[[Iterable[Sequence[object]]], pl.DataFrame]:
    return observations_frame


def only(problems: Iterable[Problem], code: str) -> Problem:
    """The one problem of that code."""
    found = [problem for problem in problems if problem.code == code]
    assert len(found) == 1, [str(problem) for problem in problems]
    return found[0]


@pytest.fixture
def the() -> Callable[[Iterable[Problem], str], Problem]:
    return only


@dataclass(frozen=True)
class Answer:
    """What a command gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def ssemon(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Run a command in this process."""
    from ssemon.cli import main

    def run(*arguments: object) -> Answer:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main([str(argument) for argument in arguments])
        answer = capsys.readouterr()
        return Answer(int(stopped.value.code or 0), answer.out, answer.err)

    return run


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """Fill a folder of this name once, whichever of pytest's processes comes first; the others wait, and all look at it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base

    def folder(name: str, fill: Callable[[Path], object]) -> Path:
        path, done = shared / name, shared / f"{name}.done"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                shutil.rmtree(path, ignore_errors=True)
                path.mkdir()
                fill(path)
                done.touch()
        return path

    return folder


@pytest.fixture(scope="session")
def baseline_without_draws(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The baseline's profile, but that no draws say how sure a score is: they take most of a run's time."""
    import re

    profile = (REPOSITORY / "schemas" / "frameworks" / "baseline" / "edition.toml").read_text(encoding="utf-8")
    text, changed = re.subn(r"^draws = .*$", "draws = 0", profile, flags=re.MULTILINE)
    assert changed == 1
    path = tmp_path_factory.mktemp("baseline") / "edition.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def provoke(check_plugin: Callable[..., list[Problem]]) -> Callable[..., Problem]:
    """Break a plugin, look at the one problem of that code, mend the plugin and see that the code is gone.

    Expected may say: file, sheet, rows, column, found, severity, count; `fix` and `what` say what the texts hold.
    """

    def run(code: str, broken: Files, expected: Mapping[str, object], mended: Files | None) -> Problem:
        problem = only(check_plugin(broken), code)
        place = problem.where
        told: dict[str, object] = {
            "file": place.file, "sheet": place.sheet, "rows": place.rows, "column": place.column, "count": place.row_count,
            "found": problem.found, "severity": problem.severity, "country": problem.country, "stage": problem.stage,
        }  # fmt: skip
        for name, value in expected.items():
            if name in ("fix", "what"):
                assert str(value) in getattr(problem, name)
            else:
                assert told[name] == value, (name, told[name], value)
        assert problem.fix
        assert problem.stage
        assert problem.country == expected.get("country", "KOR")
        if mended is not None:
            assert [found.code for found in check_plugin({**broken, **mended}) if found.code == code] == []
        return problem

    return run


@pytest.fixture
def scored(
    tiny_framework: Callable[..., Path], observations: Callable[..., pl.DataFrame]
) -> Callable[..., pl.DataFrame]:
    """Score rows of (area, indicator, year, value[, status]) with the tiny framework and a profile's further lines."""
    from ssemon.engine import read_profile, scoring_methods
    from ssemon.plugins import Manager
    from ssemon.scoring import score

    def run(rows: Iterable[Sequence[object]], method: str = "", **files: str) -> pl.DataFrame:
        folder = tiny_framework({f"{name}.csv": text for name, text in files.items()}, edition=method)
        edition, framework = read_profile(folder / "edition.toml")
        return score(observations(rows), framework, edition, scoring_methods(Manager())).scores

    return run


@pytest.fixture
def value_of() -> Callable[..., object]:
    """One cell of the scores."""

    def find(scores: pl.DataFrame, node: str, column: str = "score", area: str = "KOR", year: int = 2019) -> object:
        row = scores.filter(pl.col("area") == area, pl.col("year") == year, pl.col("node") == node)
        return row[column].item()

    return find
