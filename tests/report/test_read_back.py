"""The numbers of the pages, read back out of their PDFs and compared with the files of the run."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import read_back
from read_back_facts import Fact, Number, facts_of
from read_back_files import Files

from ssemon import resources
from ssemon.engine import run as run_of
from ssemon.report import plans, render
from ssemon.store import save_run

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler's pdftotext is not installed")
slow = pytest.mark.slow
# Other separators, and another direction: each time in briefs, by `make test-all` in whole reports too.
ALL = [f"{name}.{language}" for language in ("en", "fr", "ar") for name in ("KOR", "KOR.brief")]
REPORTS = ALL if os.environ.get("SSEMON_EXAMPLES") == "long" else ["KOR.en", "KOR.brief.fr", "KOR.brief.ar"]
COMPARISON = "comparative.fr"


def drawn(home):
    """Write four countries of the shipped plugins with draws, their files and some of their reports."""
    profile = (resources.folder("schemas") / "frameworks" / "baseline" / "edition.toml").read_text(encoding="utf-8")
    for line, ours in (("countries", '["KOR", "JPN", "MNG", "KHM"]'), ("draws", "100")):
        profile = re.sub(rf"^{line} = .*$", f"{line} = {ours}", profile, flags=re.MULTILINE)
    (home / "edition.toml").write_text(profile, encoding="utf-8")
    (home / "plugins").mkdir()
    for code in ("kor", "jpn", "mng", "khm"):
        (home / "plugins" / code).symlink_to(resources.folder("plugins") / code)
    found = run_of(home / "edition.toml", [home / "plugins"])
    save_run(found, home / "out")
    told = plans(found, countries=["KOR"], languages=["en", "fr", "ar"], compare=False, kinds=("country", "brief"))
    told = [one for one in told if one.name in REPORTS]
    assert len(told) == len(REPORTS)
    told += plans(found, countries=[], languages=["fr"], compare=True)
    assert [one for one in render(told, home / "out", workers=2) if one.severity == "error"] == []


@pytest.fixture(scope="module")
def folder(once):
    return once("read-back", drawn) / "out"


@pytest.fixture(scope="module")
def files(folder):
    return Files.read(folder)


def answer(files, folder, name):
    return read_back.answer(files, folder / "reports" / f"{name}.pdf")


@slow
@needs_poppler
@pytest.mark.parametrize("name", [*REPORTS, COMPARISON])
def test_every_number_of_a_report_is_that_of_the_files(files, folder, name):
    told = answer(files, folder, name)
    assert (told.missing, told.unknown) == ((), ())
    least = 30 if "brief" in name else 400
    assert told.asked >= least
    assert told.printed > told.asked


@slow
@needs_poppler
@pytest.mark.parametrize(
    ("frame", "column", "names", "told"),
    [
        ("scores", "score", ("KOR.en", "KOR.fr", "KOR.ar", "KOR.brief.en", "comparative.fr"), "KOR LEG"),
        ("scores", "score_low", ("KOR.en", "KOR.fr", "comparative.fr"), "KOR LEG"),
        ("scores", "coverage", ("KOR.en", "comparative.fr"), "KOR LEG"),
        ("scores", "rank_high", ("comparative.fr",), "KOR LEG"),
        ("indicators", "value", ("KOR.en", "KOR.fr", "KOR.ar"), "KOR LEG.B1.1"),
        ("indicators", "value", ("comparative.fr",), "values of LEG.B1.1"),
        ("indicators", "observed_year", ("KOR.en", "KOR.ar"), "KOR LEG.B1.1"),
    ],
)
def test_a_page_that_says_otherwise_than_the_files_is_found(folder, frame, column, names, told):
    changed = Files.read(folder)
    rows = changed.scores if frame == "scores" else changed.values
    row = rows["KOR", changed.year, "LEG"] if frame == "scores" else rows["KOR", "LEG.B1.1"]
    row[column] += 0.4 if column in ("score", "score_low", "value") else -0.03 if column == "coverage" else 1
    here = [name for name in names if name in (*REPORTS, COMPARISON)]
    assert here
    for name in here:
        language = name.rpartition(".")[2]
        read = read_back.page(folder / "reports" / f"{name}.pdf", language)
        asked = [fact for fact in facts_of(changed, name, language) if fact.what.startswith(told)]
        assert not all(read.has(fact) for fact in asked), name


@slow
@needs_poppler
def test_an_attached_table_that_says_otherwise_is_found(folder):
    changed = Files.read(folder)
    scores = changed.frames["scores"]
    moved = (
        pl.when((pl.col("area") == "KOR") & (pl.col("node") == "LEG")).then(pl.col("score") + 1e-9).otherwise("score")
    )
    changed.frames = {**changed.frames, "scores": scores.with_columns(moved.alias("score"))}
    pdf = folder / "reports" / f"{COMPARISON}.pdf"
    assert [line.split(":")[0] for line in read_back.attached(changed, pdf)] == ["scores.csv"] * 3
    changed.frames = {**changed.frames, "scores": scores.filter(pl.col("area") != "KHM")}
    assert "rows in the run" in next(read_back.attached(changed, pdf))


def page(*lines, language="en"):
    return read_back.Page(language, list(lines))


def test_a_number_that_no_file_has_is_named_with_its_line():
    read = page("Score 83.9 (81.1 to 86.0)", "Rank 24 of 163")
    assert read.has(Fact("score", (Number(83.94), Number(81.06), Number(86.0))))
    assert read.unknown([]) == []  # asked for, and too small to tell
    assert page("Score 83.9", "more: 77.7").unknown([83.94]) == ["line 2: 77.7 in “more: 77.7”"]


@pytest.mark.parametrize(
    ("language", "line", "values"),
    [
        ("en", "2022 23,892 B p1, rows 52, 53 and 1 index 0-1; -0.27 +1.9 97%†", [2022, 23892, 52, 53, 1, 0, -0.27, 1.9, 97]),
        ("fr", "83,9 sur 100 en 2019 (90 % : -0,5 à 86,0)", [83.9, 100, 2019, 90, -0.5, 86]),
        ("es", "23.892 y 0,5", [23892, 0.5]),
        ("en", "INC.B1.3 o1 16c76b2c babel 2.18.0 2013-11", [2013]),
    ],
)  # fmt: skip
def test_numbers_are_read_as_a_language_writes_them(language, line, values):
    assert [token.value for token in page(line, language=language).numbers[0]] == values


def test_large_numbers_are_found_where_a_space_stands_between_their_thousands():
    assert page("2022 23 892 B", language="fr").has(Fact("count", (Number(2022, 0), Number(23892, None))))
    assert not page("2022 23 893 B", language="fr").has(Fact("count", (Number(2022, 0), Number(23892, None))))


def test_numbers_count_only_beside_their_name_in_their_order_and_as_often_as_they_must():
    lines = ("Legal environment for 79.5 72.9", "organising")
    named = Fact("score", (Number(79.5), Number(72.9)), "Legal environment for organising")
    assert page(*lines).has(named)
    assert not page("Public institutions 79.5 72.9").has(named)
    assert not page("Legal environment for 72.9 79.5", "organising").has(named)
    assert not page(*lines).has(Fact("score", named.numbers, named.name, times=2))
    assert page(*lines, *lines).has(Fact("score", named.numbers, named.name, times=2))


def test_a_rounded_value_must_keep_its_size():
    assert page("0.0074").has(Fact("value", (Number(0.00742, None),)))
    assert not page("0").has(Fact("value", (Number(0.4, None),)))
    assert not page("79").has(Fact("score", (Number(79.0),)))


@slow
def test_what_is_confidential_is_not_asked_for(folder, files):
    home = folder.parent / "secret"
    shutil.copytree(folder, home, ignore=shutil.ignore_patterns("reports"))
    observations = files.frames["observations"]
    ours = (pl.col("area") == "KOR") & (pl.col("indicator") == "LEG.B1.1")
    observations.with_columns(conf_status=pl.when(ours).then(pl.lit("C")).otherwise("conf_status")).write_parquet(
        home / "observations.parquet"
    )
    asked = [fact.what for fact in facts_of(Files.read(home), "KOR.en", "en")]
    assert "KOR LEG.B1.1" not in asked
    assert "KOR LEG.B1.1" in [fact.what for fact in facts_of(files, "KOR.en", "en")]
