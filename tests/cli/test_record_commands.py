"""The record from the command line: sent, compared, accepted, approved, frozen, run again as of a day."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from pathlib import Path

import polars as pl
import pytest

from ssemon.store import clock as clocks

MANIFEST = """\
[plugin]
country = "{code}"
api = 1
name = "{name}"

[[tables]]
table = "observations"
file = "data/values.csv"
source = "{source}"
licence = "CC BY 4.0"
"""
FIRST = {("a1", 2019): 4, ("a2", 2019): 2.5, ("a1", 2020): 5, ("b1", 2020): 60}


class Days:
    """A calendar that a test turns; within a day time goes on."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(seconds=1)
        return self.now

    def turn(self, day: str) -> None:
        self.now = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(9), dt.UTC)


@pytest.fixture
def days(monkeypatch) -> Days:
    calendar = Days()
    monkeypatch.setattr(clocks, "utc_now", calendar)
    return calendar


@pytest.fixture
def workspace(tmp_path, tiny_framework, monkeypatch, days) -> Path:
    tiny_framework()
    profile = (tmp_path / "tiny" / "edition.toml").read_text(encoding="utf-8")
    (tmp_path / "edition.toml").write_text(profile.replace('framework = "."', 'framework = "tiny"'), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def send(workspace):
    """Write a country's folder as it is now."""

    def write(values=None, *, code="KOR", source="Register", broken="") -> Path:
        folder = workspace / "plugins" / code.lower()
        (folder / "data").mkdir(parents=True, exist_ok=True)
        (folder / "plugin.toml").write_text(
            MANIFEST.format(code=code, name=code.title(), source=source), encoding="utf-8"
        )
        rows = [f"{code},{indicator},{year},{value}" for (indicator, year), value in (values or FIRST).items()]
        (folder / "data" / "values.csv").write_text(
            "\n".join(["area,indicator,year,value", *rows, broken]).rstrip() + "\n"
        )
        return folder

    return write


@pytest.fixture
def approve(ssemon, send):
    """Send, accept and approve what a country's folder holds; the number."""

    def run(values=None, code="KOR", **more) -> int:
        folder = send(values, code=code, **more)
        told = json.loads(ssemon("submit", folder, "--by", "Kim", "--json").out)
        number = told["submission"]["number"]
        reasons = [word for code in {one["code"] for one in told["submission"]["warnings"]} for word in ("--warning", code, "--reason", "looked at")]  # fmt: skip
        assert ssemon("accept", number, "--by", "Ann", *reasons).code == 0
        assert ssemon("approve", number, "--by", "Bob").code == 0
        return number

    return run


def scores(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "scores.parquet")


def value(folder: Path, indicator: str, year: int) -> float | None:
    rows = pl.read_parquet(folder / "observations.parquet").filter(area="KOR", indicator=indicator, year=year)
    return rows["value"].item() if rows.height else None


# --- submit --------------------------------------------------------------------------------------------------------------


def test_a_receipt_has_number_hashes_counts_who_and_when(ssemon, send):
    folder = send()
    (folder / "data" / "한글 notes.txt").write_bytes(b"\xff\x00 as it was\r\n")
    answer = ssemon("submit", folder, "--by", "Kim", "--note", "first try")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0] == "receipt   submission 1 · KOR · Kor"
    assert lines[1].startswith("sent      2026-03-01 09:00:")
    assert lines[1].endswith(" UTC by Kim: first try")
    assert lines[2] == "holds     4 values · 3 files · no problems"
    assert lines[-1] == "next      ssemon accept 1 --by NAME"
    stored = {path.read_bytes() for path in Path("store/objects").glob("*/*.file")}
    assert stored == {path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_with_an_error_is_refused_whole_and_the_record_says_that_it_came(ssemon, send):
    answer = ssemon("submit", send(broken="KOR,a1,2018,x"), "--by", "Kim")
    assert answer.code == 3
    assert "V04" in answer.out
    assert answer.out.splitlines()[-1] == "KOR: refused whole · 1 error · nothing of it was kept"
    assert list(Path("store/objects").glob("*/*")) == []
    assert list(Path("store/incoming").iterdir()) == []
    assert "KOR refused by Kim: V04" in ssemon("ledger").out
    assert ssemon("verify").code == 0


def test_what_is_checked_is_what_is_kept_though_the_folder_changes_meanwhile(ssemon, send, monkeypatch):
    from ssemon import submitting

    folder, load = send(), submitting.load_country

    def changing(*arguments):
        (folder / "data" / "values.csv").write_text("no values at all")
        return load(*arguments)

    monkeypatch.setattr(submitting, "load_country", changing)
    before = (folder / "data" / "values.csv").read_bytes()
    assert ssemon("submit", folder, "--by", "Kim").code == 0
    assert before in {path.read_bytes() for path in Path("store/objects").glob("*/*.file")}


def test_the_same_folder_again_is_the_same_submission(ssemon, send):
    first = json.loads(ssemon("submit", send(), "--by", "Kim", "--json").out)
    again = ssemon("submit", send(), "--by", "Lee")
    assert again.out.startswith("KOR: this folder is submission 1 already (submitted); nothing new was recorded")
    assert first["submission"]["receipt"] in again.out
    assert ssemon("ledger").out.count("\n") == 2


def test_a_link_is_not_what_was_sent(ssemon, send):
    folder = send()
    (folder / "data" / "more.csv").symlink_to(folder / "plugin.toml")
    answer = ssemon("submit", folder, "--by", "Kim")
    assert answer.code == 3
    assert "L23" in answer.err
    assert "data/more.csv" in answer.err


def test_hidden_files_and_caches_are_no_part_of_a_folder(ssemon, send):
    folder = send()
    (folder / ".DS_Store").write_text("x")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "hooks.pyc").write_text("x")
    assert "2 files" in ssemon("submit", folder, "--by", "Kim").out


def test_a_folder_that_is_not_there_begins_no_store(ssemon, workspace):
    answer = ssemon("submit", "plugins/none", "--by", "Kim")
    assert (answer.code, "U01" in answer.err) == (2, True)
    assert not Path("store").exists()


def test_without_a_name_it_is_the_one_of_the_computer(ssemon, send, monkeypatch):
    monkeypatch.setenv("LOGNAME", "kimjh")
    assert " by kimjh" in ssemon("submit", send()).out


def test_where_the_computer_has_no_name_for_the_user_one_is_asked_for(ssemon, send, monkeypatch):
    import getpass

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr(getpass, "getuser", nobody)
    answer = ssemon("submit", send())
    assert (answer.code, "L24" in answer.err, "--by NAME" in answer.err) == (2, True, True)


def test_a_reason_of_two_lines_is_one_line_of_the_record(ssemon, send):
    ssemon("submit", send(), "--by", "Kim", "--note", "first\n    9  2026-01-01  KOR submission 1 approved by Bob")
    ssemon("return", 1, "--by", "Ann", "--reason", "wrong\nyear")
    assert "returned by Ann: wrong year  " in ssemon("ledger").out
    assert ssemon("ledger").out.count("\n") == 3
    assert ssemon("ledger", "--status").out.count("\n") == 1


def test_commands_without_a_store_say_how_to_begin_one(ssemon, workspace):
    for command in (
        ("ledger",),
        ("verify",),
        ("accept", "1", "--by", "Ann"),
        ("diff",),
        ("edition", "list"),
        ("revisions",),
    ):
        answer = ssemon(*command)
        assert (answer.code, "L01" in answer.err) == (2, True), command


# --- approved values -----------------------------------------------------------------------------------------------------


def test_approved_values_that_change_are_a_warning_that_needs_a_reason(ssemon, send, approve):
    approve()
    changed = {**FIRST, ("a1", 2019): 9, ("b1", 2018): 1}
    del changed["a2", 2019]
    answer = ssemon("submit", send(changed), "--by", "Kim")
    assert "L20 · values that are approved (submission 1) are not the same: 1 changed, 1 removed" in answer.out
    assert "changes   1 new, 1 withdrawn, 1 changed, against what is approved: ssemon diff 2" in answer.out
    assert "next      ssemon accept 2 --by NAME --warning L20 --reason TEXT" in answer.out
    assert "L10" in ssemon("accept", 2, "--by", "Ann").err
    assert ssemon("accept", 2, "--by", "Ann", "--warning", "l20", "--reason", "new census").code == 0
    status = ssemon("ledger", "--status").out
    assert "submission 2 · accepted" in status
    assert "L20 accepted: new census" in status
    assert "what counts for KOR: submission 2" in ssemon("approve", 2, "--by", "Bob").out


def test_new_values_change_nothing_that_is_approved(ssemon, send, approve):
    approve()
    answer = ssemon("submit", send({**FIRST, ("b1", 2018): 1}), "--by", "Kim")
    assert "L20" not in answer.out
    assert "changes   1 new" in answer.out


def test_what_changed_since_it_was_approved_is_one_command(ssemon, send, approve):
    approve()
    approve(code="JPN")
    send({**FIRST, ("a1", 2019): 9, ("b1", 2018): 1, ("a2", 2019): 2.5}, code="KOR")
    answer = ssemon("diff")
    assert answer.code == 0
    assert answer.out == (
        "JPN: submission 2 (approved) → plugins/jpn\n  nothing differs\n"
        "KOR: submission 1 (approved) → plugins/kor\n  observations  1 new, 1 changed\n"
        "    + KOR b1 2018: 1 (A)\n    ~ KOR a1 2019: 4 (A) → 9 (A)\n  files         data/values.csv (changed)\n"
    )


def test_two_submissions_a_folder_and_a_code_can_be_compared(ssemon, send, approve):
    approve()
    approve({**FIRST, ("a1", 2019): 9})
    told = ssemon("diff", 1, 2, "--json")
    [found] = json.loads(told.out)
    assert (found["changed"], found["new"], found["withdrawn"], found["same"]) == (1, 0, 0, False)
    assert found["observations"][0]["value_after"] == 9
    assert "submission 1 (superseded) → submission 2 (approved)" in ssemon("diff", 2).out
    assert ssemon("diff", "kor").out == ssemon("diff", 2).out
    assert "nothing approved → submission 1" in ssemon("diff", 1).out
    assert "submission 1 (superseded) → plugins/kor" in ssemon("diff", 1, "plugins/kor").out


def test_a_source_that_changes_is_shown_as_such(ssemon, send, approve):
    approve()
    send(source="Survey")
    answer = ssemon("diff", "plugins/kor")
    assert "observations  4 source only" in answer.out
    assert "~ KOR a1 2019: 4 (A); source Register → Survey" in answer.out


def test_states_that_cannot_be_compared_are_refused(ssemon, send, approve):
    approve()
    approve(code="JPN")
    assert "L27" in ssemon("diff", 1, 2).err
    assert "L08" in ssemon("diff", "CHN").err
    assert "L08" in ssemon("diff", 9).err
    send(broken="KOR,a1,2018,x")
    broken = ssemon("diff", "plugins/kor")
    assert (broken.code, "V04" in broken.err) == (3, True)
    assert "L27" in ssemon("diff", 1, "plugins/kor").err
    assert ssemon("diff", 1, 2, 3).code == 2
    shutil.rmtree("plugins")
    assert "U01" in ssemon("diff").err


def test_each_warning_wants_a_reason_of_its_own(ssemon, send):
    ssemon("submit", send(), "--by", "Kim")
    answer = ssemon("accept", 1, "--by", "Ann", "--warning", "V21")
    assert (answer.code, "--reason after each --warning" in answer.err) == (2, True)


def test_what_comes_back_and_what_is_withdrawn_bears_its_reason(ssemon, approve, send):
    approve()
    ssemon("submit", send({**FIRST, ("b1", 2018): 1}), "--by", "Kim")
    assert "returned 2026-03-01" in ssemon("return", 2, "--by", "Ann", "--reason", "wrong year").out
    answer = ssemon("withdraw", 1, "--by", "Ann", "--reason", "another country's file", "--json")
    assert json.loads(answer.out)["state"] == "withdrawn"
    assert "what counts for KOR" not in answer.out
    log = ssemon("ledger", "--country", "KOR").out
    assert "KOR submission 2 returned by Ann: wrong year" in log
    assert "KOR submission 1 withdrawn by Ann: another country's file" in log
    assert len(json.loads(ssemon("ledger", "--json").out)) == 7


# --- the record itself ---------------------------------------------------------------------------------------------------


def test_verify_says_that_it_is_sound_and_what_to_write_down(ssemon, approve):
    approve()
    answer = ssemon("verify")
    assert answer.code == 0
    assert answer.out.splitlines()[:2] == [
        "4 events · 1 submission · 0 editions · 3 files, " + _bytes() + " bytes",
        "sound",
    ]
    head = answer.out.split("sha256 ")[1].strip()
    assert ssemon("verify", "--head", head[:16].upper()).code == 0
    short = ssemon("verify", "--head", head[:11])
    assert (short.code, "12 characters" in short.err) == (2, True)
    wrong = ssemon("verify", "--head", "0" * 12, "--json")
    assert (wrong.code, json.loads(wrong.out)["sound"]) == (2, False)


def _bytes() -> str:
    total = sum(path.stat().st_size for path in Path("store/objects").glob("*/*"))
    return f"{total:,}".replace(",", "\u202f")


def test_a_damaged_file_is_found_and_sending_the_folder_again_mends_it(ssemon, approve, send):
    approve()
    [path] = [path for path in Path("store/objects").glob("*/*.file") if b"area,indicator" in path.read_bytes()]
    path.chmod(0o644)
    path.write_bytes(b"other")
    answer = ssemon("verify")
    assert (answer.code, "L07" in answer.out, "not sound: 1 error" in answer.out) == (2, True, True)
    assert ssemon("submit", send(), "--by", "Kim").code == 0
    assert ssemon("verify").code == 0


def test_a_backup_comes_back_elsewhere_and_is_the_same_record(ssemon, approve):
    approve()
    log = ssemon("ledger").out
    assert "backup    b.tar" in ssemon("backup", "b.tar").out
    shutil.rmtree("store")
    assert ssemon("restore", "b.tar", "--store", "moved/store").code == 0
    assert ssemon("ledger", "--store", "moved/store").out == log
    assert "L19" in ssemon("restore", "b.tar", "--store", "moved/store").err


# --- as of a day ---------------------------------------------------------------------------------------------------------


def test_a_run_as_of_a_day_knows_what_was_approved_by_then(ssemon, approve, days):
    days.turn("2026-03-02")
    approve()
    days.turn("2026-04-02")
    approve({**FIRST, ("a1", 2019): 9})
    days.turn("2026-05-02")
    ssemon("withdraw", 2, "--by", "Ann", "--reason", "wrong")
    found = {}
    for day in ("2026-03-02", "2026-04-01", "2026-04-02", "2026-05-02"):
        answer = ssemon("run", "--as-of", day, "--no-reports", "--out", day)
        assert answer.code == 0, answer.err
        found[day] = value(Path(day), "a1", 2019)
    assert found == {"2026-03-02": 4, "2026-04-01": 4, "2026-04-02": 9, "2026-05-02": 4}
    runs = [(Path(day) / "run.json").read_bytes() for day in ("2026-03-02", "2026-04-01")]
    assert runs[0] == runs[1]


def test_what_is_in_the_folders_now_does_not_reach_a_run_as_of_a_day(ssemon, approve, send, days):
    approve()
    plain = ssemon("run", "--no-reports", "--out", "plain")
    send({**FIRST, ("a1", 2019): 9})
    assert ssemon("run", "--as-of", "2026-03-01", "--no-reports", "--out", "then").code == plain.code == 0
    for name in ("scores.parquet", "observations.parquet", "run.json"):
        assert (Path("then") / name).read_bytes() == (Path("plain") / name).read_bytes()


def test_a_day_on_which_nothing_was_approved_a_day_to_come_and_no_day_are_refused(ssemon, approve, days):
    approve()
    days.turn("2026-03-05")
    assert "L16" in ssemon("run", "--as-of", "2026-02-01").err
    assert "L17" in ssemon("run", "--as-of", "2026-03-06").err
    assert "L17" in ssemon("run", "--as-of", "March").err
    assert ssemon("run", "--as-of", "2026-03-05", "--plugins", "plugins").code == 2


# --- editions ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def frozen(ssemon, approve):
    approve()
    approve(code="JPN")
    answer = ssemon("edition", "freeze", "2026", "--by", "Ann")
    assert answer.code == 0, answer.err
    return answer


def test_a_frozen_edition_is_rebuilt_bit_for_bit_whatever_happened_since(ssemon, frozen, approve, send, workspace):
    approve({**FIRST, ("a1", 2019): 9})
    ssemon("withdraw", 1, "--by", "Ann", "--reason", "wrong")
    shutil.rmtree("plugins")
    shutil.rmtree("tiny")
    Path("edition.toml").unlink()
    answer = ssemon("edition", "rebuild", "2026", "--out", "again")
    assert answer.code == 0, answer.err
    assert "the same, bit for bit" in answer.out
    assert value(Path("again"), "a1", 2019) == 4
    told = json.loads(ssemon("edition", "rebuild", "2026", "--json").out)
    assert (told["identical"], told["different"], told["environment"]) == (True, [], [])
    assert "run.json" in told["same"]


def test_an_edition_is_rebuilt_on_another_machine_from_a_backup(ssemon, frozen, workspace):
    ssemon("backup", "b.tar")
    ssemon("restore", "b.tar", "--store", "elsewhere/store")
    assert "the same, bit for bit" in ssemon("edition", "rebuild", "2026", "--store", "elsewhere/store").out


def test_where_a_file_differs_the_part_of_the_environment_that_differs_is_named(ssemon, frozen, monkeypatch):
    from ssemon import editions, engine

    version = engine.version
    monkeypatch.setattr(engine, "version", lambda name: "9.9.9" if name == "polars" else version(name))
    real = editions.environment()
    monkeypatch.setattr(editions, "environment", lambda: {**real, "package polars": "9.9.9", "fonts": "other"})
    answer = ssemon("edition", "rebuild", "2026")
    assert answer.code == 2
    assert "L18 · store" not in answer.out
    assert "L18" in answer.err
    assert "comes out the same" not in answer.err
    assert "run.json" in answer.err
    assert "→ 9.9.9" in answer.err
    assert f"otherwise than then: fonts: {real['fonts']} → other" in answer.out


def test_where_nothing_that_is_recorded_differs_that_is_said(ssemon, frozen, monkeypatch):
    from ssemon import engine

    version = engine.version
    monkeypatch.setattr(engine, "version", lambda name: "9.9.9" if name == "polars" else version(name))
    answer = ssemon("edition", "rebuild", "2026")
    assert (answer.code, "nothing that is recorded" in answer.err) == (2, True)


def test_an_edition_shows_what_it_is_made_of_and_gives_its_run_back(ssemon, frozen):
    assert ssemon("edition", "list").out.startswith("2026 · frozen 2026-03-01 09:")
    answer = ssemon("edition", "show", "2026", "--out", "run")
    assert "submissions  JPN 2, KOR 1" in answer.out
    assert ssemon("run", "--from", "run", "--out", "copy", "--no-reports").code == 0
    assert scores(Path("copy")).equals(scores(Path("run")))
    assert json.loads(ssemon("edition", "list", "--json").out)[0]["submissions"] == [2, 1]
    assert json.loads(ssemon("edition", "show", "2026", "--json").out)["id"] == "2026"


def test_an_edition_is_frozen_once_and_its_id_is_looked_at_before_the_work(ssemon, frozen, monkeypatch):
    from ssemon import editions

    monkeypatch.setattr(editions, "run_engine", lambda *_, **__: pytest.fail("it was run"))
    answer = ssemon("edition", "freeze", "2026", "--by", "Ann")
    assert (answer.code, "L14" in answer.err) == (2, True)
    assert "L24" in ssemon("edition", "freeze", "", "--by", "Ann").err
    assert "L24" in ssemon("edition", "freeze", "2027", "--by", " ").err
    assert "L15" in ssemon("edition", "show", "2027").err


def test_an_edition_can_be_frozen_as_of_a_day(ssemon, approve, days):
    approve()
    days.turn("2026-04-01")
    approve({**FIRST, ("a1", 2019): 9})
    assert ssemon("edition", "freeze", "march", "--by", "Ann", "--as-of", "2026-03-31").code == 0
    ssemon("edition", "show", "march", "--out", "run")
    assert value(Path("run"), "a1", 2019) == 4
    assert ssemon("edition", "rebuild", "march").code == 0
    ssemon("withdraw", 1, "--by", "Ann", "--reason", "wrong")
    assert ssemon("edition", "freeze", "march.1", "--by", "Ann", "--as-of", "2026-03-31").code == 0
    assert ssemon("edition", "rebuild", "march.1").code == 0


def test_a_country_that_did_not_deliver_is_in_the_edition_as_not_available(ssemon, approve, workspace):
    profile = Path("edition.toml").read_text().replace('countries = ["KOR"]', 'countries = ["KOR", "MNG"]')
    Path("edition.toml").write_text(profile)
    approve()
    answer = ssemon("edition", "freeze", "2026", "--by", "Ann")
    assert answer.code == 3
    assert "1 of 2 countries available" in answer.out
    assert ssemon("edition", "rebuild", "2026").code == 0


def test_what_stands_beside_the_profile_is_frozen_with_it(ssemon, approve, workspace):
    with Path("edition.toml").open("a") as profile:
        profile.write('[method]\nfrozen = "bounds.csv"\nnormalisation = "minmax"\n')
    Path("bounds.csv").write_text("indicator,minimum,maximum\na1,0,20\n")
    Path("branding").mkdir()
    Path("branding/branding.toml").write_text('[organisation]\nnme = "The house"\n')
    approve()
    misspelt = ssemon("edition", "freeze", "2026", "--by", "Ann")
    assert (misspelt.code, "where  branding/branding.toml" in misspelt.err) == (2, True)
    Path("branding/branding.toml").write_text('[organisation]\nname = "The house"\n')
    assert ssemon("edition", "freeze", "2026", "--by", "Ann").code == 0
    inputs = {part["path"] for part in json.loads(ssemon("edition", "show", "2026", "--json").out)["inputs"]}
    assert {
        "edition.toml",
        "bounds.csv",
        "branding/branding.toml",
        "framework/indicators.csv",
        "framework/structure.csv",
    } <= inputs
    for name in ("bounds.csv", "edition.toml"):
        Path(name).unlink()
    shutil.rmtree("branding")
    assert ssemon("edition", "rebuild", "2026").code == 0


def test_two_editions_are_compared_as_two_runs_are(ssemon, frozen, approve):
    approve({**FIRST, ("a1", 2020): 9})
    ssemon("edition", "freeze", "2027", "--by", "Ann")
    answer = ssemon("edition", "diff", "2026", "2027")
    assert answer.code == 0
    assert answer.out.startswith("before  2026 · tiny-2020")
    assert "KOR a1 2020: 5 (A) → 9 (A)" in answer.out
    told = json.loads(ssemon("edition", "diff", "2026", "2027", "--json").out)
    assert (told["before"]["path"], told["after"]["path"], told["same"]) == ("2026", "2027", False)


# What is on every page, a chart and a table of each report: the bytes of the other sections are tested in tests/report.
SHORT = '\n[report]\ncountry = ["cover", "glance", "quality", "sources"]\ncomparative = ["cover", "scores", "trends", "sources"]\n'


@pytest.mark.slow
def test_the_pdfs_are_frozen_and_rebuilt_too(ssemon, approve, workspace):
    profile = workspace / "edition.toml"
    profile.write_text(profile.read_text(encoding="utf-8") + SHORT, encoding="utf-8")
    approve()
    assert ssemon("edition", "freeze", "2026", "--by", "Ann", "--reports", "--language", "en").code == 0
    told = json.loads(ssemon("edition", "rebuild", "2026", "--json").out)
    assert told["identical"]
    assert {"reports/KOR.en.pdf", "reports/comparative.en.pdf"} <= set(told["same"])


def test_errata_are_kept_with_the_edition_and_written_for_the_reports(ssemon, frozen):
    told = (
        "--add",
        "--place",
        "table 3",
        "--was",
        "4.1",
        "--is",
        "4.7",
        "--why",
        "a digit was lost",
        "--country",
        "KOR",
    )
    answer = ssemon("edition", "errata", "2026", *told, "--by", "Ann", "--csv", "errata.csv")
    assert answer.code == 0
    assert "2026-03-01 KOR · table 3: 4.1 → 4.7 (a digit was lost)" in answer.out
    ssemon("edition", "errata", "2026", "--add", "--place", "p. 2", "--was", "a", "--is", "b", "--why", "c", "--by", "Ann", "--date", "2026-03-09")  # fmt: skip
    assert (
        Path("errata.csv").read_text()
        == "date,country,place,was,is,why\n2026-03-01,KOR,table 3,4.1,4.7,a digit was lost\n"
    )
    listed = json.loads(ssemon("edition", "errata", "2026", "--json").out)
    assert [(one["date"], one["country"], one["by"]) for one in listed] == [("2026-03-01", "KOR", "Ann"), ("2026-03-09", "", "Ann")]  # fmt: skip
    incomplete = ssemon("edition", "errata", "2026", "--add", "--place", "p. 2", "--by", "Ann")
    assert "L24" in incomplete.err
    assert ssemon("edition", "errata", "2026", "--place", "p. 2", "--by", "Ann").code == 2
    assert "--was, --is, --why" in incomplete.err
    assert "L15" in ssemon("edition", "errata", "2031").err
    assert ssemon("verify").code == 0


def test_an_erratum_s_country_is_one_that_there_is_and_the_list_can_be_read(ssemon, frozen, workspace):
    from ssemon.errata import read_errata

    told = ("--add", "--place", "p. 2", "--was", "a, b", "--is", "c", "--why", "d", "--by", "Ann")
    assert "U04" in ssemon("edition", "errata", "2026", *told, "--country", "KRO").err
    assert ssemon("edition", "errata", "2026", *told, "--csv", "errata.csv").code == 0
    [one] = read_errata(Path("errata.csv"))
    assert (str(one.date), one.country, one.place, one.was) == ("2026-03-01", "", "p. 2", "a, b")


def test_an_edition_that_tells_changes_keeps_the_run_that_it_tells_them_from(ssemon, approve, workspace):
    approve()
    ssemon("run", "--as-of", "2026-03-01", "--no-reports", "--out", "before")
    approve({**FIRST, ("a1", 2020): 9})
    assert ssemon("edition", "freeze", "2026", "--by", "Ann", "--previous", "before").code == 0
    shutil.rmtree("before")
    assert ssemon("edition", "rebuild", "2026", "--out", "again").code == 0
    with Path("edition.toml").open("a") as profile:
        profile.write('[report]\nprevious = "gone"\n')
    assert "U03" in ssemon("edition", "freeze", "2027", "--by", "Ann").err
    ssemon("edition", "show", "2026", "--out", "gone")
    assert ssemon("edition", "freeze", "2027", "--by", "Ann").code == 0
    assert ssemon("edition", "rebuild", "2027").code == 0


def test_the_reason_that_a_warning_was_accepted_for_stands_in_the_run(ssemon, approve, workspace):
    approve()
    approve({**FIRST, ("a1", 2020): 9})
    ssemon("run", "--as-of", "2026-03-01", "--no-reports", "--out", "then")
    problems = json.loads((Path("then") / "problems.json").read_text(encoding="utf-8"))
    [told] = [problem for problem in problems if problem["code"] == "L20"]
    assert told["settled"].pop("at").startswith("2026-03-01 09:")
    assert told["settled"] == {"how": "accepted", "who": "Ann", "reason": "looked at"}
    assert told["country"] == "KOR"


# --- revisions -----------------------------------------------------------------------------------------------------------


def test_revisions_are_told_by_indicator(ssemon, approve):
    assert "L01" in ssemon("revisions").err
    approve()
    assert "no indicator has values in two approved submissions yet" in ssemon("revisions").out
    approve({**FIRST, ("a1", 2019): 5, ("a1", 2020): 5})
    approve({**FIRST, ("a1", 2019): 6, ("a1", 2020): 5})
    [found] = json.loads(ssemon("revisions", "--indicator", "a1", "--json").out)
    assert (found["values"], found["revised"], found["mean_revision"], found["largest_revision"]) == (2, 1, 1.0, 2.0)
    answer = ssemon("revisions", "--country", "KOR", "--out", "revisions.csv")
    assert answer.out.splitlines()[1].split() == ["a1", "2", "1", "0", "+1", "1", "18.18", "%"]
    assert pl.read_csv("revisions.csv")["indicator"].to_list() == ["a1", "a2", "b1"]


def test_the_store_can_stand_elsewhere(ssemon, send, tmp_path):
    assert ssemon("submit", send(), "--by", "Kim", "--store", "records/2026").code == 0
    assert ssemon("ledger", "--store", "records/2026").code == 0
    assert not Path("store").exists()


def test_a_store_of_a_newer_program_is_refused_by_every_command(ssemon, approve, monkeypatch):
    from ssemon.store import schema

    approve()
    monkeypatch.setattr(schema, "MIGRATIONS", {0: ((), {})})
    for command in (("ledger",), ("verify",), ("backup", "b.tar"), ("submit", "plugins/kor", "--by", "Kim")):
        answer = ssemon(*command)
        assert (answer.code, "L02" in answer.err) == (2, True), command


def test_a_full_disk_is_told_in_four_lines(ssemon, send):
    from ssemon.store.fault_points import listening

    def fail(name: str) -> None:
        if name == "object: written":
            raise OSError(28, os.strerror(28), "store/incoming/x")

    with listening(fail):
        answer = ssemon("submit", send(), "--by", "Kim")
    assert answer.code == 2
    assert "L04 · the store cannot be written: nothing was recorded" in answer.err
    assert ssemon("submit", send(), "--by", "Kim").code == 0


# --- what the rules say of a revision ------------------------------------------------------------------------------------

LONG = {("a1", year): 4 + year % 3 for year in range(2000, 2021)} | {("b1", 2020): 60}


def codes_of(answer) -> list[tuple[str, str]]:
    return [(problem["code"], problem["severity"]) for problem in json.loads(answer.out)["problems"]]


def test_a_large_deletion_refuses_a_folder_until_it_is_confirmed(ssemon, send, approve):
    approve(LONG)
    folder = send({key: value for key, value in LONG.items() if key[1] > 2010})
    assert ssemon("diff").code == 3
    refused = ssemon("submit", folder, "--by", "Kim", "--json")
    assert refused.code == 3
    assert codes_of(refused) == [("L20", "warning"), ("T04", "error")]
    assert ssemon("ledger").out.splitlines()[-1].split("Kim: ")[1].startswith("L20, T04")
    assert ssemon("allow", folder, "t04", "--by", "Ann", "--reason", "the old series was another register").code == 0
    sent = ssemon("submit", folder, "--by", "Kim")
    assert sent.code == 0
    assert "UTC by Ann: the old series was another register" in sent.out
    assert sent.out.splitlines()[-1] == "next      ssemon accept 2 --by NAME --warning L20 --reason TEXT"
    assert ssemon("diff", "2").code == 0


def test_examples_of_changed_values_are_few_and_their_count_is_exact(ssemon, send, approve):
    approve(LONG)
    send({key: value + 0.1 for key, value in LONG.items()})
    [first] = [one for one in ssemon("submit", "plugins/kor", "--by", "Kim").out.splitlines() if "found" in one]
    assert first == "  found  KOR a1 2000, KOR a1 2001, KOR a1 2002, KOR a1 2003, KOR a1 2004 and 17 more"


def test_a_revision_unlike_the_others_is_a_warning_and_shown_by_diff(ssemon, send, approve):
    approve()
    send({**FIRST, ("b1", 2020): 90, ("a1", 2019): 0.004})
    shown = ssemon("diff")
    assert shown.code == 0
    assert "W03 · 1 approved value revised far more" in shown.out
    assert "KOR b1 2020: 60 → 90" in shown.out
    assert "W04" in shown.out
    [data] = json.loads(ssemon("diff", "--json").out)
    assert [problem["code"] for problem in data["problems"]] == ["W04", "W03"]


def test_an_older_state_sent_again_is_noted_and_changes_nothing(ssemon, send, approve):
    approve()
    approve({**FIRST, ("a1", 2020): 6})
    told = ssemon("submit", send(), "--by", "Kim", "--json")
    assert told.code == 0
    assert codes_of(told) == [("L20", "warning"), ("W02", "info")]
    assert "W02" in ssemon("submit", "plugins/kor", "--by", "Kim").out


# --- an error that the secretariat allows --------------------------------------------------------------------------------

WRONG = {**FIRST, ("b1", 2020): 130}
ALLOW = ("--by", "Ann", "--reason", "counted twice by law;\nsee the note")


def test_an_allowed_error_is_sent_accepted_approved_and_stays_on_record(ssemon, send, days):
    folder = send(WRONG)
    assert ssemon("submit", folder, "--by", "Kim").code == 3
    given = ssemon("allow", folder, "V12", *ALLOW)
    assert given.code == 0
    assert "130" in given.out
    assert given.out.splitlines()[-1] == f"next      ssemon submit {folder} --by NAME (another person)"
    sent = ssemon("submit", folder, "--by", "Kim")
    assert sent.code == 0
    assert "allowed 2026-03-01 09:00" in sent.out
    assert sent.out.splitlines()[-1] == "next      ssemon accept 1 --by NAME"
    assert ssemon("accept", 1, "--by", "Ann").code == 0
    done = ssemon("approve", 1, "--by", "Bob")
    assert "V12 allowed 2026-03-01 09:" in done.out
    for command in (("ledger",), ("ledger", "--status")):
        assert "by Ann: counted twice by law; see the note" in ssemon(*command).out
    assert "KOR V12 allowed by Ann" in ssemon("ledger").out
    assert ssemon("verify").code == 0


def test_an_edition_with_an_allowed_error_is_frozen_rebuilt_and_says_so(ssemon, send):
    folder = send(WRONG)
    ssemon("allow", folder, "V12", *ALLOW)
    for command in (("submit", folder, "--by", "Kim"), ("accept", 1, "--by", "Ann"), ("approve", 1, "--by", "Bob")):
        assert ssemon(*command).code == 0
    assert ssemon("edition", "freeze", "2026", "--by", "Ann").code == 0
    assert ssemon("edition", "rebuild", "2026", "--out", "again").code == 0
    assert value(Path("again"), "b1", 2020) == 130
    problems = json.loads((Path("again") / "problems.json").read_text(encoding="utf-8"))
    [told] = [problem for problem in problems if problem["code"] == "V12"]
    assert (told["severity"], told["settled"]["how"], told["settled"]["who"]) == ("warning", "allowed", "Ann")
    assert ssemon("run", "--no-reports", "--out", "now").code == 3  # the folders here know nothing of the record


def test_what_is_allowed_holds_for_that_folder_byte_for_byte(ssemon, send):
    ssemon("allow", send(WRONG), "V12", *ALLOW)
    folder = send({**WRONG, ("b1", 2020): 131})
    assert ssemon("submit", folder, "--by", "Kim").code == 3


def test_who_allows_an_error_does_not_send_it(ssemon, send):
    folder = send(WRONG)
    ssemon("allow", folder, "V12", *ALLOW)
    refused = ssemon("submit", folder, "--by", "ANN")
    assert (refused.code, "L31" in refused.err) == (2, True)
    assert "submitted" not in ssemon("ledger").out


@pytest.mark.parametrize(
    ("broken", "code", "refusal"),
    [
        ("KOR,zz,2020,1", "K03", "L29"),  # an unknown code
        ("KOR,a1,2020,5", "K05", "L29"),  # a key that stands twice
        ("KOR,a1,2018,x", "V04", "L29"),  # a text for a number
        ("", "R02", "L30"),
        ("", "V13", "L30"),
    ],
)
def test_only_errors_of_rules_that_are_there_can_be_allowed(ssemon, send, broken, code, refusal):
    folder = send(WRONG, broken=broken)
    answer = ssemon("allow", folder, code, *ALLOW)
    assert (answer.code, refusal in answer.err) == (2, True), answer.err
    assert "allowed" not in ssemon("ledger").out


def test_an_error_is_allowed_once_with_a_name_and_a_reason(ssemon, send):
    folder = send(WRONG)
    assert "L24" in ssemon("allow", folder, "V12", "--by", "Ann", "--reason", " ").err
    assert "L24" in ssemon("allow", folder, "V12", "--by", " ", "--reason", "x").err
    told = json.loads(ssemon("allow", folder, "V12", *ALLOW, "--json").out)
    assert (told["code"], told["allowed"], told["left"]) == ("KOR", "V12", [])
    again = ssemon("allow", folder, "V12", *ALLOW)
    assert (again.code, "L30" in again.err) == (2, True)


def test_the_errors_that_are_left_are_counted(ssemon, send):
    folder = send(WRONG, broken="KOR,zz,2020,1")
    assert "left      1 error: ssemon plugin check" in ssemon("allow", folder, "V12", *ALLOW).out
    assert ssemon("submit", folder, "--by", "Kim").code == 3


def test_a_store_of_the_version_before_still_opens(ssemon, approve, monkeypatch, send):
    from ssemon.store import schema

    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", {1: schema.MIGRATIONS[1]})
        approve()
    assert ssemon("allow", send(WRONG), "V12", *ALLOW).code == 0
    assert ssemon("submit", "plugins/kor", "--by", "Kim").code == 0
    assert ssemon("verify").code == 0
