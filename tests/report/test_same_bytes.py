"""The same run gives the same PDFs, whoever renders them, wherever and whenever."""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

RENDER = """
import pickle, sys
from pathlib import Path
from ssemon.report import plans, render
if __name__ == "__main__":
    run = pickle.loads(Path(sys.argv[1]).read_bytes())
    asked, languages = sys.argv[3].split(), [sys.argv[4]]
    kinds = [kind for kind in asked if kind != "comparative"]
    told = plans(run, countries=["AAA"] if kinds else [], languages=languages, compare="comparative" in asked, kinds=kinds)
    faults = [one for one in render(told, Path(sys.argv[2]), workers=2) if one.severity == "error"]
    assert not faults, faults
"""
NOBODY = 65534
# Our own packages, and not the library of the Python that runs the tests: another may run the reports.
STANDARD = Path(os.__file__).parent
PATH = os.pathsep.join(
    one for one in sys.path if one and ("site-packages" in one or not Path(one).is_relative_to(STANDARD))
)
HERE = {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C", "LANG": "C", "USER": "anna", "LANGUAGE": "en"}
ELSEWHERE = [
    {"PYTHONHASHSEED": "4242", "TZ": "Pacific/Kiritimati", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8", "USER": "berta",
     "LANGUAGE": "ko:zh_TW", "SOURCE_DATE_EPOCH": "86400", "FC_LANG": "zh-tw"},
    {"PYTHONHASHSEED": "random", "TZ": "America/St_Johns", "LC_ALL": "ar_EG.UTF-8", "LANG": "ar", "USER": "cyrus",
     "LANGUAGE": "ar", "PANGO_LANGUAGE": "ar", "LC_NUMERIC": "ar_EG.UTF-8", "PYTHONUTF8": "0"},
]  # fmt: skip


ALL = "country brief comparative"


def rendered(pickled, folder, changes, language, asked, user=None):
    """Render in a process of its own, in a folder, a home and with settings of its own; the hash of each PDF."""
    for name in ("home", "here", "out"):
        (folder / name).mkdir(parents=True)
        if user is not None:
            os.chown(folder / name, user, user)
    clean = {"FONTCONFIG_FILE", "FC_LANG", "PANGO_LANGUAGE", "XDG_CACHE_HOME", "LC_NUMERIC"}
    env = {name: value for name, value in os.environ.items() if name not in clean}
    env |= {"HOME": str(folder / "home"), "PYTHONPATH": PATH, **changes}
    command = [sys.executable, "-c", RENDER, str(pickled), str(folder / "out"), asked, language]
    subprocess.run(command, check=True, env=env, cwd=folder / "here", user=user, timeout=200)
    files = sorted((folder / "out" / "reports").glob("[A-Za-z]*.pdf"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def pickled(run, tmp_path):
    path = tmp_path / "run.pickle"
    path.write_bytes(pickle.dumps(run))
    return path


# Each time every kind of report is drawn in one other place; by `make test-all` all kinds in all of them.
SOMEWHERE = pytest.param(("comparative", "country brief"), id="each-once")
EVERYWHERE = pytest.param((ALL, ALL), id="all", marks=pytest.mark.long)


@pytest.mark.parametrize("asked", [SOMEWHERE, EVERYWHERE])
def test_hash_seed_clock_locale_home_and_folder_do_not_show(pickled, tmp_path, asked):
    first = rendered(pickled, tmp_path / "0", HERE, "ko", ALL)
    assert sorted(first) == ["AAA.brief.ko.pdf", "AAA.ko.pdf", "comparative.ko.pdf"]
    seen = set()
    for number, (kinds, changes) in enumerate(zip(asked, ELSEWHERE, strict=True), start=1):
        found = rendered(pickled, tmp_path / f"{number} – ö" / "deeper", changes, "ko", kinds)
        assert len(found) == len(kinds.split())
        assert found == {name: first[name] for name in found}
        seen |= set(found)
    assert seen == set(first)


def python_of_another_user():
    """A Python of this version that somebody else may use, where we may become them; else None."""
    if getattr(os, "geteuid", lambda: 1)() != 0:
        return None
    system = f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}"
    env = {**os.environ, "PYTHONPATH": PATH}
    for python in (sys.executable, system):
        try:
            command = [python, "-c", "import ssemon.report, weasyprint"]
            if subprocess.run(command, user=NOBODY, env=env, check=False, capture_output=True).returncode == 0:
                return python
        except OSError:
            continue
    return None


@pytest.fixture
def open_folder():
    """A folder that everybody may look into; pytest's own are ours alone."""
    with tempfile.TemporaryDirectory(prefix="ssemon-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("asked", ["brief", pytest.param(ALL, marks=pytest.mark.long)])
def test_another_user_makes_the_same_file(run, open_folder, monkeypatch, asked):
    python = python_of_another_user()
    if python is None:
        pytest.skip("another user cannot be tried here")
    monkeypatch.setattr(sys, "executable", python)
    pickled = open_folder / "run.pickle"
    pickled.write_bytes(pickle.dumps(run))
    ours = rendered(pickled, open_folder / "0", HERE, "en", asked)
    assert len(ours) == len(asked.split())
    assert rendered(pickled, open_folder / "1", ELSEWHERE[0], "en", asked, user=NOBODY) == ours
