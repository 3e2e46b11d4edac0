"""The same report drawn by ssemon, by a browser and by typst.

    python benchmarks/reports.py peers        the table
    python benchmarks/peers.py FOLDER         the same from a finished run, keeping the PDFs in FOLDER

Each drawer gets finished pages (Korea's report and brief): ssemon and Chromium the same HTML, typst a document made
of it by `typst_page.py`, with the same charts. Making the pages is not counted. Each is measured in a process of its
own, alone and then with the same page drawn five times over, so that what one more report costs is told apart from
what the start costs; twice, and the one that took less of a processor counts.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import page as page_validation
import pypdf
from commands import ROOT, Measure, measured
from typst_page import document

from ssemon.model import Run
from ssemon.report import jobs

DRAWERS = ("ssemon", "chromium", "typst")
MORE, REPEATS = 5, 2
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Drawn:
    """One report by one drawer. Units: seconds of processor and clock for one, and for one more; MiB; KB."""

    report: str
    drawer: str
    one: Measure
    more_cpu: float
    pages: int
    size: float
    tagged: bool
    rules: str

    def __str__(self) -> str:
        said = f"{self.one.cpu:6.2f} {self.one.wall:7.2f} {self.more_cpu:9.2f} {self.one.memory:6.0f}"
        tags = ("tagged" if self.tagged else "no tags") + f", {self.rules} rules of PDF/UA-1"
        return f"{self.report:<14} {self.drawer:<9} {said} {self.pages:>6} {self.size:>6.0f}  {tags}"


def compare(run: Run, folder: Path) -> list[Drawn]:
    """Draw a country's report and brief by each drawer that is installed."""
    drawn = []
    for kind in ("country", "brief"):
        (job,) = jobs(run, countries=run.edition.countries[:1], languages=["en"], compare=False, kinds=(kind,))
        home = folder / kind
        home.mkdir(parents=True, exist_ok=True)
        styles = "".join(f"<style>{path.read_text(encoding='utf-8')}</style>" for path in job.stylesheets)
        (home / "page.html").write_text(job.html, encoding="utf-8")
        (home / "styled.html").write_text(job.html.replace("</head>", f"{styles}</head>"), encoding="utf-8")
        (home / "styles.txt").write_text("\n".join(map(str, job.stylesheets)), encoding="utf-8")
        (home / "page.typ").write_text(document(job.html, home), encoding="utf-8")
        drawn += [_measured(kind, drawer, home) for drawer in DRAWERS if _is_there(drawer)]
    return drawn


def _is_there(drawer: str) -> bool:
    if drawer == "chromium":
        return _browser() is not None
    if drawer == "typst":
        from importlib.util import find_spec

        return find_spec("typst") is not None
    return True


def _browser() -> str | None:
    return next((found for name in _CHROMIUM if (found := shutil.which(name))), None)


def _measured(report: str, drawer: str, home: Path) -> Drawn:
    once, often = (
        min((_drawn_in_a_process(drawer, home, times) for _ in range(REPEATS)), key=lambda one: one.cpu)
        for times in (1, 1 + MORE)
    )
    path = home / f"{drawer}.pdf"
    reader = pypdf.PdfReader(path)
    rules = page_validation.validate_pdf(str(path), profile="ua1").rules
    return Drawn(
        report, drawer, once, (often.cpu - once.cpu) / MORE, len(reader.pages), path.stat().st_size / 1024,
        "/StructTreeRoot" in reader.trailer["/Root"], f"{rules.passed} of {rules.total}",
    )  # fmt: skip


def _drawn_in_a_process(drawer: str, home: Path, times: int) -> Measure:
    measure = measured((sys.executable, str(ROOT / "benchmarks" / "peers.py"), "--draw", drawer, str(home), str(times)))
    if measure.exit_code:
        raise subprocess.CalledProcessError(measure.exit_code, drawer)
    return measure


def draw(drawer: str, home: Path, times: int) -> None:
    """Draw a page so many times in this process; the text differs each time, so that nothing can be remembered."""
    {"ssemon": _ssemon, "chromium": _chromium, "typst": _typst}[drawer](home, times)


def _ssemon(home: Path, times: int) -> None:
    from ssemon.report import pdf
    from ssemon.report.pages import template_folder

    styles = [Path(line) for line in (home / "styles.txt").read_text(encoding="utf-8").splitlines()]
    html = (home / "page.html").read_text(encoding="utf-8")
    for number in range(times):
        pdf.write_pdf(_changed(html, number), home / "ssemon.pdf", base=template_folder(), stylesheets=styles)


def _chromium(home: Path, times: int) -> None:
    from playwright.sync_api import sync_playwright

    html = (home / "styled.html").read_text(encoding="utf-8")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=_browser(), args=["--no-sandbox"])
        for number in range(times):
            (home / "now.html").write_text(_changed(html, number), encoding="utf-8")
            view = browser.new_page()
            view.goto((home / "now.html").as_uri())
            view.pdf(
                path=home / "chromium.pdf", prefer_css_page_size=True, print_background=True, tagged=True, outline=True
            )
            view.close()
        browser.close()


def _typst(home: Path, times: int) -> None:
    import typst

    from ssemon.report.fonts import FONT_FOLDERS

    fonts = [str(folder) for folder in FONT_FOLDERS if folder.is_dir()]
    source = (home / "page.typ").read_text(encoding="utf-8")
    for number in range(times):
        (home / "now.typ").write_text(_changed(source, number), encoding="utf-8")
        typst.compile(str(home / "now.typ"), str(home / "typst.pdf"), root=str(home), font_paths=fonts,
                      ignore_system_fonts=True, pdf_standards=["ua-1"])  # fmt: skip


def _changed(text: str, number: int) -> str:
    return text.replace("2019", str(2019 + number)) if number else text


def told(drawn: list[Drawn]) -> None:
    """Print the table."""
    print(
        f"{'report':<14} {'drawn by':<9} {'cpu s':>6} {'wall s':>7} {'one more':>9} {'MiB':>6} {'pages':>6} {'KB':>6}"
    )
    for one in drawn:
        print(one)


def main() -> None:
    """Draw in this process, or measure and keep the PDFs."""
    if sys.argv[1] == "--draw":
        draw(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
        return
    from reports import finished

    folder, start = Path(sys.argv[1]), time.perf_counter()
    told(compare(finished(folder / "run"), folder))
    print(f"{time.perf_counter() - start:.0f} s in all")


if __name__ == "__main__":
    main()
