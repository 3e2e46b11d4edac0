"""A report is drawn again when anything that it was drawn from has changed, and only then."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ssemon import fingerprint
from ssemon.report import Plan, jobs, keys, plans, render
from ssemon.report.pdf import Attachment
from ssemon.report.pool import Job

# That workers are asked, and only for what must be drawn, is seen where commands are (tests/cli, tests/docs).
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("drawn_alone")]

PAGE = '<!DOCTYPE html><html lang="en"><head><title>t</title></head><body><p>Hello</p>{}</body></html>'


@pytest.fixture
def base(tmp_path):
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "page.css").write_text("p { color: black }")
    (folder / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    return folder


@pytest.fixture
def job(base):
    html = PAGE.format('<img alt="a" src="logo.svg">')
    return Job("AAA.en", "en", base, country="AAA", html=html, stylesheets=(base / "page.css",))


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def drawn(jobs, out, **options):
    """Render; the names of the reports that were drawn, and the problems but those of this machine's fonts."""
    told = []
    problems = render(jobs, out, workers=1, on_done=told.append, **options)
    return [one.name for one in told if one.drawn], [one for one in problems if one.code not in ("G03", "G04")]


def test_a_report_that_has_not_changed_is_not_drawn_again(job, out):
    assert drawn([job], out) == (["AAA.en"], [])
    before = (out / "reports" / "AAA.en.pdf").stat()
    assert drawn([job], out) == ([], [])
    assert (out / "reports" / "AAA.en.pdf").stat().st_mtime_ns == before.st_mtime_ns


def test_everything_is_drawn_again_where_that_is_asked_for(job, out):
    drawn([job], out)
    assert drawn([job], out, fresh=True) == (["AAA.en"], [])


@pytest.mark.parametrize("changed", ["page", "style", "picture", "attachment", "attachment's name"])
def test_a_change_of_what_it_is_made_from_draws_it_again(job, base, out, changed):
    data = Attachment("data.csv", b"1", "Data")
    job = replace(job, attachments=(data,))
    drawn([job], out)
    if changed == "page":
        job = replace(job, html=job.html.replace("Hello", "Good day"))
    elif changed == "style":
        (base / "page.css").write_text("p { color: blue }")
    elif changed == "picture":
        (base / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="9"/>')
    elif changed == "attachment":
        job = replace(job, attachments=(replace(data, content=b"2"),))
    else:
        job = replace(job, attachments=(replace(data, name="other.csv"),))
    assert drawn([job], out)[0] == ["AAA.en"]
    assert drawn([job], out)[0] == []


def test_a_picture_that_was_not_there_and_is_now_draws_it_again(job, base, out):
    picture = (base / "logo.svg").read_text()
    (base / "logo.svg").unlink()
    drawn([job], out)
    assert drawn([job], out)[0] == []
    (base / "logo.svg").write_text(picture)
    assert drawn([job], out)[0] == ["AAA.en"]


@pytest.mark.parametrize("what", ["fonts", "program"])
def test_other_fonts_or_another_program_draw_it_again(job, out, monkeypatch, what):
    drawn([job], out)
    if what == "fonts":
        monkeypatch.setattr(keys.fonts, "inspect", lambda: keys.fonts.FontState(None, (), ()))
    else:
        monkeypatch.setattr(fingerprint, "of_program", lambda: "another")
    keys.drawn_by.cache_clear()
    try:
        assert drawn([job], out)[0] == ["AAA.en"]
    finally:
        keys.drawn_by.cache_clear()


def test_the_libraries_that_draw_are_known_by_their_versions():
    assert all("b'" in keys._native_version(library) or library[1] == "FcGetVersion" for library in keys._NATIVE)


@pytest.mark.parametrize("harm", ["cut short", "changed", "taken away"])
def test_a_pdf_that_is_not_as_it_was_written_is_drawn_again(job, out, harm):
    drawn([job], out)
    path = out / "reports" / "AAA.en.pdf"
    whole = path.read_bytes()
    if harm == "taken away":
        path.unlink()
    else:
        path.write_bytes(whole[:-10] if harm == "cut short" else whole.replace(b"%PDF-1.7", b"%PDF-1.6"))
    assert drawn([job], out)[0] == ["AAA.en"]
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    "content", ["", "[1]", "{", '{"format": 1}', '{"format": 1, "reports": {"AAA.en": {"page": 1}}}', "\x00\xff"]
)
def test_keys_that_cannot_be_read_are_told_and_everything_is_drawn_again(job, out, content):
    drawn([job], out)
    (out / "reports" / keys.KEYS).write_text(content, encoding="latin-1")
    names, problems = drawn([job], out)
    assert (names, [(one.code, one.severity) for one in problems]) == (["AAA.en"], [("G05", "warning")])
    assert drawn([job], out) == ([], [])


def test_keys_of_another_form_are_passed_over_in_silence(job, out):
    drawn([job], out)
    path = out / "reports" / keys.KEYS
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    assert drawn([job], out) == (["AAA.en"], [])


def test_what_was_wrong_with_a_report_is_told_again_when_it_is_not_drawn(job, out):
    job = replace(job, html=PAGE.format('<img alt="a" src="http://127.0.0.1:9/x.png">'))
    first, second = drawn([job], out), drawn([job], out)
    assert (first[0], second[0]) == (["AAA.en"], [])
    assert [one.code for one in first[1]] == ["G02"]
    assert second[1] == first[1]


def test_a_report_that_failed_is_drawn_the_next_time(job, out):
    drawn([job], out)
    assert drawn([replace(job, html="", fault="ValueError: odd")], out)[1][0].code == "G02"
    assert drawn([job], out)[0] == ["AAA.en"]


def test_a_report_that_was_put_aside_comes_back_if_it_would_be_the_same(job, out):
    from ssemon.store.kept import retire_reports

    drawn([job], out)
    retire_reports(out)
    path = out / "reports" / "AAA.en.pdf"
    assert not path.exists()
    assert drawn([job], out)[0] == []
    assert path.is_file()
    retire_reports(out)
    assert drawn([replace(job, html=PAGE.format("new"))], out)[0] == ["AAA.en"]
    assert sorted(one.name for one in (out / "reports").iterdir()) == [keys.KEYS, "AAA.en.pdf"]


def test_a_page_is_not_even_written_where_its_source_has_not_changed(job, out):
    written = []

    def plan(source):
        return Plan("AAA.en", "AAA", lambda: written.append(source) or job, source)

    for source, expected in (("one", ["one"]), ("one", ["one"]), ("two", ["one", "two"]), ("two", ["one", "two"])):
        drawn([plan(source)], out)
        assert written == expected
    assert drawn([plan("")], out)[0] == []
    assert written == ["one", "two", ""]


def test_a_changed_template_or_another_run_is_another_source(run, monkeypatch):
    def source(identity="a"):
        (plan,) = plans(run, countries=["AAA"], languages=["en"], compare=False, identity=identity)
        return plan.source

    first = source()
    assert first == source() != source("b")
    assert source("") == ""
    monkeypatch.setattr(fingerprint, "of_pages", lambda: "other templates")
    assert source() != first


def test_a_report_s_number_is_that_of_its_page_and_not_of_its_run(run):
    def page(run):
        (found,) = jobs(run, countries=["BBB"], languages=["en"], compare=False)
        return found.html

    assert page(run) == page(replace(run, hash="0" * 64))
    other = replace(run, edition=replace(run.edition, publisher="Another office"))
    number = r"Report [0-9a-f]{10}"
    import re

    assert re.search(number, page(run)).group() != re.search(number, page(other)).group()
    assert len(set(re.findall(number, page(run)))) == 1


def test_the_program_s_hash_sees_its_files_and_not_python_s_caches(tmp_path):
    (tmp_path / "a.py").write_text("1")
    first = fingerprint.of_folder(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("x")
    (tmp_path / ".hidden").write_text("x")
    assert fingerprint.of_folder(tmp_path) == first
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert fingerprint.of_folder(tmp_path) != first
    assert fingerprint.of_file(tmp_path / "gone") == ""


def test_what_lies_behind_a_link_to_a_folder_counts_and_a_link_back_ends(tmp_path):
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    (tmp_path / "there" / "en.md").write_text("1")
    (tmp_path / "here" / "notes").symlink_to(tmp_path / "there")
    (tmp_path / "there" / "back").symlink_to(tmp_path)
    (tmp_path / "there" / "again").symlink_to(tmp_path / "here")
    first = fingerprint.of_folder(tmp_path / "here")
    (tmp_path / "there" / "en.md").write_text("2")
    assert fingerprint.of_folder(tmp_path / "here") != first
