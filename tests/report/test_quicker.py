"""What makes drawing quicker changes no byte, and steps aside where it does not apply."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from xml.etree.ElementTree import Element, fromstring

import pytest

from ssemon.report import jobs, pdf, quicker, shells
from ssemon.report.charts import bars, gallery

pytestmark = pytest.mark.slow

# What a page may hold: every kind of length, sizing, float, position, column, list, link and script.
STYLE = """@page { size: A5; margin: 12mm; @bottom-right { content: counter(page) " / " counter(pages) } }
body { font-family: "Noto Sans"; font-variant-numeric: tabular-nums } .box { box-sizing: border-box; width: 40%;
padding: 2mm; border: 1px solid } .grid { display: grid; grid-template-columns: 1fr 2fr; gap: 3mm } .flex { display: flex }
.wide { letter-spacing: .1em; text-decoration: underline } .left { float: left; width: calc(50% - 3mm); min-width: 10mm }
.abs { position: absolute; top: 2mm; right: 0 } .rel { position: relative; left: 1mm; margin-inline-start: 4mm }
.just { text-align: justify; hyphens: auto; max-width: 60mm } table { border-collapse: collapse; width: 100% }
td, th { border: .5px solid; padding: 1mm } p::first-line { font-weight: 700 } h2::before { content: "§ " }
.thick { border: 2px double red } .hid { border: hidden } .up { text-transform: uppercase; word-spacing: .2em; font-feature-settings: "sups" }
.foot { float: footnote } li::marker { color: red } .note::first-letter { font-size: 2em } sup { font-size: 60% }
.cut { height: 8mm; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; width: 30mm }"""
CHART = bars.bars([bars.Bar(word, 10.0 * n, 50) for n, word in enumerate(gallery.SCRIPTS)], title="Chart", fmt=str)
WORDS = " ".join(gallery.SCRIPTS)
PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>t</title><style>{STYLE}</style></head><body>
<h1>One</h1><p class="just">{WORDS} {WORDS}</p><div class="grid"><div class="box">{WORDS}</div><div>{CHART}</div></div>
<h2>Two</h2><div class="flex"><p class="left">{WORDS}</p><p class="wide">wide</p></div><p class="abs">a</p>
<table><tr><th scope="col">A</th><th scope="col">B</th></tr><tr><td class="rel">1</td><td>{CHART}</td></tr></table>
<table><thead><tr><th colspan="2" class="left">w</th><th rowspan="2">x</th></tr><tr><td>1</td><td class="thick">2</td></tr></thead>
<tbody><tr><td rowspan="2" colspan="2">3</td><td class="hid">4</td></tr><tr class="thick"><td>5</td></tr></tbody></table>
<table dir="rtl"><tr><td class="thick">1</td><td>2</td></tr></table><p class="cut">{WORDS}</p><p class="up">{WORDS}</p><p class="note">n<span class="foot">foot</span></p>
<ul lang="ko"><li>협동조합 직骨令</li><li class="cut">{WORDS}</li></ul><p lang="ja">直骨令</p><p dir="rtl" lang="ar">تعاونية</p>
</body></html>"""

STOCK = """
import sys
from pathlib import Path
from ssemon.report import pdf, quicker, shells, variables, wellformed
from ssemon.report.pages import stylesheets
if sys.argv[3] == "stock":
    quicker.install = shells.install = lambda: False
    wellformed.read = lambda html: None
    variables.constant = lambda sheets: {}
# Twice: the second time, what was learnt the first time is used.
for turn in (1, 2):
    for page in sorted(Path(sys.argv[1]).glob("*.html")):
        sheets = stylesheets() if page.stem.startswith("report") else ()
        target = Path(sys.argv[2]) / f"{page.stem}.{turn}.pdf"
        pdf.write_pdf(page.read_text(encoding="utf-8"), target, base=Path(sys.argv[1]), stylesheets=sheets)
"""


def test_the_bytes_are_those_of_the_stock_functions(run, tmp_path):
    (report,) = jobs(run, countries=["AAA"], languages=["en"], compare=False)
    (arabic,) = jobs(run, countries=["AAA"], languages=["ar"], compare=False)
    for name, html in (("page", PAGE), ("report", report.html), ("report-ar", arabic.html)):
        (tmp_path / f"{name}.html").write_text(html, encoding="utf-8")
    found = []
    for way in ("stock", "quicker"):
        (tmp_path / way).mkdir()
        command = [sys.executable, "-c", STOCK, str(tmp_path), str(tmp_path / way), way]
        subprocess.run(command, check=True, timeout=400)
        found.append({p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in (tmp_path / way).iterdir()})
    assert len(found[0]) == 6
    assert found[0] == found[1]


def test_another_version_keeps_its_own_functions(monkeypatch):
    import weasyprint

    monkeypatch.setattr(weasyprint, "VERSION", "71.0")
    assert quicker.install() is False
    assert shells.install() is False


def test_what_is_installed_is_installed_once():
    from weasyprint import css, html

    pdf.warm_up()
    before = css.ComputedStyle.__missing__, dict(html.HTML_HANDLERS)
    assert quicker.install() is True
    assert shells.install() is True
    assert (css.ComputedStyle.__missing__, dict(html.HTML_HANDLERS)) == before


SVG = '<svg xmlns="http://www.w3.org/2000/svg" class="c" width="9" height="9" viewBox="0 0 9 9">'


def test_a_chart_leaves_a_shell_with_its_words():
    html, (chart,) = shells.taken_out(f"<p>a{SVG}<title>T &amp; t</title><desc>d</desc><text>x</text></svg>b</p>")
    assert html == f'<p>a{SVG[:-1]} data-chart="0"><title>T &amp; t</title><desc>d</desc></svg>b</p>'
    assert chart.find("{http://www.w3.org/2000/svg}text").text == "x"


@pytest.mark.parametrize(
    "kept",
    [
        f"{SVG}<g>{SVG}</svg></g></svg>", f"{SVG}<text>&nbsp;</text></svg>", f"{SVG}<g></svg>",
        f'{SVG}<use xlink:href="#a"/></svg>', "<svg/><p></p></svg>", f"{SVG}<foreignObject><p>x</p></foreignObject></svg>",
        f'{SVG[:-1]} width="8"></svg>', "<p>no chart</p>",
    ],
)  # fmt: skip
def test_what_cannot_be_read_as_xml_stays_in_the_page(kept):
    assert shells.taken_out(kept) == (kept, [])


def test_a_chart_without_its_namespace_is_given_it():
    _, (chart,) = shells.taken_out('<svg width="9"><text>x</text></svg>')
    assert chart.tag == "{http://www.w3.org/2000/svg}svg"


def test_a_chart_hears_the_language_of_the_page_around_it():
    told = []
    html, charts = shells.taken_out(f'<div lang="ko"><p lang="ja">{SVG}</svg></p>{SVG}</svg></div>')
    html = html.replace(' xmlns="http://www.w3.org/2000/svg"', "").replace(
        "<svg", '<s:svg xmlns:s="http://www.w3.org/2000/svg"'
    )
    root = fromstring(html.replace("</svg>", "</s:svg>"))
    shells.put_back(root, charts, lambda chart, language: told.append((charts.index(chart), language)))
    assert told == [(0, "ja"), (1, "ko")]
    assert "data-chart" not in "".join(str(one.attrib) for one in root.iter())


def test_a_number_that_names_no_chart_is_an_attribute_like_any_other():
    root = Element("{http://www.w3.org/2000/svg}svg", {"data-chart": "7"})
    shells.put_back(root, [Element("x")], lambda *_: 1 / 0)


@pytest.mark.parametrize("piece", [b"a", "a", 1, -2, True, None, 1.0, 1.5, -0.000001, 1e-9, 123456.789, 10.0**20, "é"])
def test_pieces_of_a_file_are_written_as_the_stock_function_does(piece):
    import pydyf

    def stock(item):
        if isinstance(item, bytes):
            return item
        if isinstance(item, float):
            return str(int(item)).encode() if item.is_integer() else f"{item:f}".rstrip("0").encode("ascii")
        return str(item).encode("ascii")

    pdf.warm_up()
    if piece == "é":
        with pytest.raises(UnicodeEncodeError):
            pydyf._to_bytes(piece)
    else:
        assert pydyf._to_bytes(piece) == stock(piece)
