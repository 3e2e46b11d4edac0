"""From jobs to files: one page that fails, or kills its worker, costs its own report and no other."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ssemon.report import Job, jobs, pool, render
from ssemon.report.pages import template_folder

PAGE = '<!DOCTYPE html><html lang="en"><head><title>t</title></head><body><p>Hello</p></body></html>'


def job(name, html=PAGE):
    return Job(name=name, language="en", base=template_folder(), country=name[:3], html=html)


def test_a_report_is_written_with_its_text_and_bookmarks(run, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    faults = render(jobs(run, countries=["AAA"], languages=["en"], compare=False), tmp_path, workers=1)
    assert [fault for fault in faults if fault.severity == "error"] == []
    outline = pypdf.PdfReader(tmp_path / "reports" / "AAA.en.pdf").outline
    titles = [entry.title for entry in outline if not isinstance(entry, list)]
    assert titles[0] == "At a glance"
    assert "Sources and licences" in titles
    pages = pypdf.PdfReader(tmp_path / "reports" / "AAA.en.pdf").pages
    texts = [" ".join(page.extract_text().split()) for page in pages]
    assert len(pages) >= 4
    assert "Country AAA" in texts[0]
    for number, text in enumerate(texts[1:], start=2):
        assert "A test of pages; not a rating of anything." in text
        assert "Oldest input 2019" in text
        assert f"Page {number} of {len(pages)}" in text


@pytest.mark.usefixtures("drawn_alone")
def test_the_same_run_gives_the_same_bytes(run, tmp_path):
    for folder in ("a", "b"):
        render(jobs(run, countries=["BBB"], languages=["en"], compare=False), tmp_path / folder, workers=1)
    first, second = ((tmp_path / folder / "reports" / "BBB.en.pdf").read_bytes() for folder in ("a", "b"))
    assert first == second


def test_a_job_without_html_becomes_a_problem(tmp_path):
    told = []
    bad = Job(name="AAA.en", language="en", base=template_folder(), country="AAA", fault="ValueError: odd")
    problems = render([bad, job("BBB.en")], tmp_path, workers=1, on_done=told.append)
    errors = [problem for problem in problems if problem.severity == "error"]
    assert [(p.code, p.country, p.stage, p.found) for p in errors] == [("G02", "AAA", "render", "ValueError: odd")]
    assert (tmp_path / "reports" / "BBB.en.pdf").is_file()
    assert [(done.name, done.place, done.total, done.problem is None) for done in told] == [
        ("AAA.en", 1, 2, False), ("BBB.en", 2, 2, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "fault", [ValueError("x"), SystemExit(3), MemoryError()], ids=lambda fault: type(fault).__name__
)
def test_whatever_a_page_raises_is_the_answer_and_no_file(tmp_path, monkeypatch, fault):
    from ssemon.report import pdf, worker

    def fails(*_, **__):
        raise fault

    monkeypatch.setattr(pdf, "made", fails)
    answer = worker.draw(job("AAA.en"), tmp_path)
    assert (answer.fault != "", answer.spent) == (True, isinstance(fault, MemoryError))
    assert list(tmp_path.iterdir()) == []


class Killer(str):
    """HTML that ends the process that unpacks it, as a crash in a library would."""

    __slots__ = ()

    def __reduce__(self):
        return os._exit, (9,)


def test_a_killed_worker_costs_one_report(tmp_path):
    found = [job("AAA.en"), job("BBB.en", Killer("x")), job("CCC.en"), job("DDD.en")]
    problems = render(found, tmp_path, workers=2)
    errors = [problem for problem in problems if problem.severity == "error"]
    assert [problem.country for problem in errors] == ["BBB"]
    assert "ended with exit code 9" in errors[0].found
    names = sorted(path.name for path in (tmp_path / "reports").glob("[A-Z]*"))
    assert names == ["AAA.en.pdf", "CCC.en.pdf", "DDD.en.pdf"]


def test_missing_fonts_are_a_warning(tmp_path, monkeypatch):
    from ssemon.report import fonts

    package = fonts.FontPackage("fonts-noto-cjk", "x", "names print as empty boxes")
    monkeypatch.setattr(fonts, "inspect", lambda: fonts.FontState(None, (), (package,)))
    problem = pool.render_jobs([], tmp_path, workers=1)[0]
    assert (problem.code, problem.severity, problem.fix) == ("G03", "warning", "apt install fonts-noto-cjk")


def test_lines_that_cannot_be_broken_are_a_warning(tmp_path, monkeypatch):
    from ssemon.report import breaking

    monkeypatch.setattr(breaking, "_icu", lambda: None)
    (problem,) = (p for p in pool.render_jobs([], tmp_path, workers=1) if p.code != "G03")
    assert (problem.code, problem.severity) == ("G04", "warning")
    assert "icu4py" in problem.fix


def test_what_a_worker_imports_has_no_polars():
    code = "import sys, ssemon.report, ssemon.report.pdf; sys.exit('polars' in sys.modules or 'babel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_door_is_light():
    code = "import sys, ssemon.report; sys.exit(any(m in sys.modules for m in ('weasyprint', 'jinja2', 'polars')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
