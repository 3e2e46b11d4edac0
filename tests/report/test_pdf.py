"""The PDF engine: what it writes, what it refuses, and what it leaves behind."""

from __future__ import annotations

import gc
import hashlib
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import page as page_validation
import pypdf
import pytest

from ssemon.report import fonts, pdf, svgtext, tags
from ssemon.report.charts import bars, gallery

pytestmark = pytest.mark.slow

HEAD = '<meta charset="utf-8"><title>Report</title><meta name="dcterms.created" content="2022-12-10">'
STYLE = """@page { size: A5; margin: 15mm; @top-left { content: "Running head" } @bottom-right { content: counter(page) } }
body { font-family: "Noto Sans" }"""
TABLE = """<table><caption>Table</caption><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>
<tbody><tr><th scope="row">one</th><td>1</td></tr><tr><th scope="colgroup">two</th><td>2</td></tr></tbody></table>"""
CHART = bars.bars([bars.Bar(word, 10.0 * n, 50) for n, word in enumerate(gallery.SCRIPTS)], title="Chart", fmt=str)

has_noto = pytest.mark.skipif(fonts.inspect().config is None, reason="Noto Sans is not installed")
has_han = pytest.mark.skipif(bool(fonts.inspect().missing), reason="the Noto CJK fonts are not installed")


def html(body: str = "<h1>Report</h1><p>Text</p>", *, head: str = "", lang: str = ' lang="en"') -> str:
    return f"<!doctype html><html{lang}><head>{HEAD}<style>{STYLE}</style>{head}</head><body>{body}</body></html>"


FULL = html(f"<h1>Report</h1><p>{' '.join(gallery.SCRIPTS)}</p>{TABLE}{CHART}")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "base"
    folder.mkdir()
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out" / "report.pdf"


@pytest.fixture
def full(base: Path, target: Path) -> pypdf.PdfReader:
    pdf.write_pdf(FULL, target, base=base)
    return pypdf.PdfReader(target)


def elements(reader: pypdf.PdfReader, kind: str) -> Iterator[dict[str, Any]]:
    """Yield the elements of a kind in the structure tree."""
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if not isinstance(element, dict):
            continue
        if element.get("/S") == kind:
            yield element
        kids = element.get("/K", [])
        waiting += list(kids) if isinstance(kids, list) else [kids]


def marked(element: dict[str, Any]) -> int:
    """Count the pieces of content that belong to an element."""
    kids = element.get("/K", [])
    inner = [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]
    return sum(1 if isinstance(kid, int) else marked(kid) for kid in inner)


# What is written.


def test_a_page_becomes_a_file_with_its_facts(base: Path, target: Path) -> None:
    facts = pdf.write_pdf(html(), target, base=base)
    assert facts == pdf.PdfFacts(1, target.stat().st_size)
    assert target.read_bytes().startswith(b"%PDF-1.7")


def test_the_title_the_language_and_the_date_come_from_the_page(full: pypdf.PdfReader) -> None:
    assert full.metadata is not None
    assert full.metadata.title == "Report"
    assert full.metadata.creation_date_raw == "D:20221210"
    assert full.trailer["/Root"]["/Lang"] == "en"


@has_noto
def test_a_file_without_the_archival_part_is_valid_pdf_ua_1(base: Path, target: Path) -> None:
    # The checker knows no PDF/A and turns down every file that claims it.
    facts = pdf.write_pdf(FULL, target, base=base, archival=False)
    assert facts.complaints == ()
    assert page_validation.is_pdf_compliant(str(target), profile="ua1")


def test_a_file_claims_pdf_a_3a_and_pdf_ua_1_at_once(full: pypdf.PdfReader) -> None:
    metadata = full.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="3"' in metadata
    assert 'pdfaid:conformance="A"' in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert metadata.count("</rdf:RDF>") == 1


def test_header_cells_say_what_they_head(full: pypdf.PdfReader) -> None:
    scopes = sorted(str(cell["/A"]["/Scope"]) for cell in elements(full, "/TH"))
    assert scopes == ["/Column", "/Column", "/Column", "/Row"]


def test_a_header_cell_without_a_scope_is_judged_by_its_place(base: Path, target: Path) -> None:
    table = TABLE.replace(' scope="col"', "").replace(' scope="row"', "").replace(' scope="colgroup"', "")
    pdf.write_pdf(html(table), target, base=base)
    scopes = sorted(str(cell["/A"]["/Scope"]) for cell in elements(pypdf.PdfReader(target), "/TH"))
    assert scopes == ["/Column", "/Column", "/Row", "/Row"]


def test_running_heads_are_artifacts_and_not_read_aloud(full: pypdf.PdfReader) -> None:
    content = full.pages[0].get_contents().get_data()
    assert content.count(b"/Type /Pagination") == 2
    root = full.trailer["/Root"]["/StructTreeRoot"]
    owners = root["/ParentTree"]["/Nums"][1].get_object()
    spoken = sum(marked(element.get_object()) for element in root["/K"])
    assert spoken == sum(owner is not None and not isinstance(owner, pypdf.generic.NullObject) for owner in owners)


def test_a_figure_lies_on_its_page(full: pypdf.PdfReader) -> None:
    (figure,) = elements(full, "/Figure")
    left, bottom, right, top = (float(side) for side in figure["/A"]["/BBox"])
    _, _, width, height = (float(side) for side in full.pages[0].mediabox)
    assert 0 <= left < right
    assert 0 <= bottom < top <= height
    # The page's margin of 15 mm and the body's of 8 pixels.
    assert left == pytest.approx(42.52 + 6, abs=0.1)
    assert width == pytest.approx(419.5, abs=0.1)


def test_a_figure_is_heard_with_its_title_and_its_data(full: pypdf.PdfReader) -> None:
    (figure,) = elements(full, "/Figure")
    assert str(figure["/Alt"]).startswith("Chart Cooperative: 0.0")


def test_a_figure_without_a_text_alternative_is_a_complaint(base: Path, target: Path) -> None:
    facts = pdf.write_pdf(html('<svg width="9" height="9"><rect width="9" height="9"/></svg>'), target, base=base)
    assert facts.complaints == ("page 1: a figure has no text alternative",)


def test_a_heading_that_skips_a_level_is_a_complaint(base: Path, target: Path) -> None:
    body = "<h1>1</h1><h2>2</h2><h3>3</h3><h1>1</h1><h3>3</h3>"
    facts = pdf.write_pdf(html(body), target, base=base)
    assert facts.complaints == ("page 1: a heading of level 3 stands below one of level 1",)


def test_a_page_without_a_language_is_a_complaint(base: Path, target: Path) -> None:
    facts = pdf.write_pdf(html(lang=""), target, base=base)
    assert any("lang" in complaint for complaint in facts.complaints)


def test_a_link_to_nowhere_is_a_complaint(base: Path, target: Path) -> None:
    facts = pdf.write_pdf(html('<a href="#nowhere">there</a>'), target, base=base)
    assert any("nowhere" in complaint for complaint in facts.complaints)


@has_noto
def test_a_character_that_no_font_has_is_named(base: Path, target: Path) -> None:
    facts = pdf.write_pdf(html("<p>\ue123 \ue124 \ue123</p>"), target, base=base)
    assert facts.missing_glyphs == ("\ue123", "\ue124")


def test_what_other_threads_log_is_not_this_pages_complaint(base: Path, target: Path) -> None:
    listener = pdf.Heard()
    record = logging.LogRecord("weasyprint", logging.ERROR, "", 0, "elsewhere", (), None)
    record.thread = -1
    listener.emit(record)
    assert listener.complaints == []


# Scripts.


@has_han
def test_every_script_is_printed_with_a_glyph(full: pypdf.PdfReader, base: Path, target: Path) -> None:
    assert pdf.write_pdf(FULL, target, base=base).missing_glyphs == ()
    text = "".join(full.pages[0].extract_text().split())
    assert all("".join(word.split()) in text for word in gallery.SCRIPTS[:7])


@has_noto
def test_scripts_that_are_drawn_in_another_order_carry_what_they_say(full: pypdf.PdfReader) -> None:
    assert b"/ActualText" in full.pages[0].get_contents().get_data()


@has_noto
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler's pdftotext is not installed")
@pytest.mark.parametrize("word", ["الاقتصاد", "إلى", "שלום"])
def test_letters_that_share_a_glyph_come_back_in_their_order(base: Path, target: Path, word: str) -> None:
    pdf.write_pdf(html(f'<p dir="rtl">{word} abc</p>', lang=' lang="ar"'), target, base=base)
    text = subprocess.run(["pdftotext", "-enc", "UTF-8", target, "-"], check=True, capture_output=True).stdout.decode()
    assert word in text
    assert "abc" in text


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (b"<0012> <06440627>", b"<0012> <06270644>"),
        (b"<0012> <0644>", b"<0012> <0644>"),
        (b"<0013> <00660069>", b"<0013> <00660069>"),  # fi, from left to right
        (b"<0014> <>", b"<0014> <200b>"),
        (b"2 beginbfchar", b"2 beginbfchar"),
    ],
)
def test_a_glyph_of_several_letters_is_named_as_its_line_runs(line: bytes, named: bytes) -> None:
    assert tags._named(line) == named


def test_plain_text_says_nothing_twice(base: Path, target: Path) -> None:
    pdf.write_pdf(html("<p>Cooperative Кооператив 協同組合</p>"), target, base=base)
    assert b"/ActualText" not in pypdf.PdfReader(target).pages[0].get_contents().get_data()


@has_noto
def test_charts_draw_whole_runs_without_transparency_groups(full: pypdf.PdfReader) -> None:
    # The stock drawing opens a group for each text that is anchored at its middle or end.
    assert not full.pages[0]["/Resources"].get("/XObject")


@has_han
@pytest.mark.parametrize(
    ("language", "face", "word"),
    [
        ("en", "JP", "直骨令"),
        ("ja", "JP", "直骨令"),
        ("ko", "KR", "협동조합"),
        ("ko-KR", "KR", "협동조합"),
        ("zh", "SC", "直骨令"),
        ("zh-Hans", "SC", "直骨令"),
        ("zh-Hant", "TC", "直骨令"),
    ],
)
def test_han_letters_have_the_forms_of_their_language(
    base: Path, target: Path, language: str, face: str, word: str
) -> None:
    chart = bars.bars([bars.Bar(word, 1.0)], title="t", fmt=str)
    pdf.write_pdf(html(f"<p>{word}</p>{chart}", lang=f' lang="{language}"'), target, base=base)
    resources = pypdf.PdfReader(target).pages[0]["/Resources"]["/Font"]
    names = {str(font.get_object()["/BaseFont"]) for font in resources.values()}
    assert {name.rsplit("-", 1)[1] for name in names if "CJK" in name} == {face}


def test_another_version_keeps_its_own_drawing_and_marking(monkeypatch: pytest.MonkeyPatch) -> None:
    import weasyprint

    monkeypatch.setattr(weasyprint, "VERSION", "71.0")
    assert svgtext.install() is False
    assert tags.install() is False


def test_the_patches_are_put_in_once(base: Path, target: Path) -> None:
    from weasyprint import svg

    pdf.write_pdf(html(), target, base=base)
    before = svg.TAGS["text"]
    assert svgtext.install() is True
    assert svg.TAGS["text"] is before


@pytest.mark.parametrize("attribute", ['letter-spacing="2"', 'x="1 2 3"', 'rotate="10"', 'dx="1"'])
def test_texts_that_are_not_one_plain_run_are_left_to_the_stock_drawing(
    base: Path, target: Path, attribute: str
) -> None:
    place = "" if attribute.startswith("x=") else 'x="5"'
    chart = f'<svg width="90" height="20"><title>t</title><text {place} y="12" text-anchor="end" {attribute}>abc</text></svg>'
    assert pdf.write_pdf(html(chart), target, base=base).complaints == ()


# The same bytes.


def test_two_processes_write_the_same_bytes(tmp_path: Path, base: Path) -> None:
    (tmp_path / "page.html").write_text(FULL, encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from ssemon.report.pdf import Attachment, write_pdf\n"
        "page, target, base = map(Path, sys.argv[1:])\n"
        "data = Attachment('data.csv', b'a,b', 'Data')\n"
        "write_pdf(page.read_text(encoding='utf-8'), target, base=base, attachments=[data])\n"
    )
    written = []
    for seed, locale, languages in (("1", "C", "en"), ("4242", "C.UTF-8", "ko")):
        target = tmp_path / f"{seed}.pdf"
        # Another cache folder too: it is named in the font configuration, and must not be seen in the file.
        # Nor the languages of whoever is logged in, which choose between the forms of Han letters.
        env = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "XDG_CACHE_HOME": str(tmp_path / seed)}
        env = {name: value for name, value in env.items() if name not in ("FONTCONFIG_FILE", "PANGO_LANGUAGE")}
        env["LANGUAGE"] = env["FC_LANG"] = languages
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "page.html"), str(target), str(base)], env=env, check=True
        )
        written.append(hashlib.sha256(target.read_bytes()).hexdigest())
    assert written[0] == written[1]


def test_one_process_writes_the_same_bytes_again(base: Path, tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        pdf.write_pdf(FULL, tmp_path / name, base=base)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


# Attachments.


def test_an_attachment_bears_the_reports_date_and_its_relationship(base: Path, target: Path) -> None:
    file = pdf.Attachment("data.csv", b"a,b\n1,2\n", "The data")
    pdf.write_pdf(html(), target, base=base, attachments=[file])
    reader = pypdf.PdfReader(target)
    assert reader.attachments["data.csv"] == [b"a,b\n1,2\n"]
    specification = reader.trailer["/Root"]["/AF"][0].get_object()
    assert specification["/AFRelationship"] == "/Data"
    assert specification["/EF"]["/F"]["/Params"]["/ModDate"] == "D:20221210000000Z"


def test_an_attachment_of_an_undated_report_bears_a_fixed_date(base: Path, target: Path) -> None:
    undated = html().replace('<meta name="dcterms.created" content="2022-12-10">', "")
    pdf.write_pdf(undated, target, base=base, attachments=[pdf.Attachment("d.csv", b"", "d")])
    specification = pypdf.PdfReader(target).trailer["/Root"]["/AF"][0].get_object()
    assert specification["/EF"]["/F"]["/Params"]["/ModDate"] == "D:19800101000000Z"


def test_files_that_the_page_attaches_by_itself_are_left_out(base: Path, target: Path) -> None:
    (base / "secret.txt").write_text("secret")
    page = html('<a rel="attachment" href="secret.txt">x</a>', head='<link rel="attachment" href="secret.txt">')
    facts = pdf.write_pdf(page, target, base=base)
    assert any("attachments" in complaint for complaint in facts.complaints)
    assert not pypdf.PdfReader(target).attachments


# What may be read.


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/a.png",
        "https://example.org/",
        "ftp://example.org/a",
        "file://example.org/etc/passwd",
        "chart:1",
    ],
)
def test_nothing_is_read_from_elsewhere(url: str, base: Path) -> None:
    with pytest.raises(pdf.Refused):
        pdf.read_allowed(url, base)


def test_nothing_is_read_outside_the_base_folder(base: Path) -> None:
    outside = base.parent / "secret.txt"
    outside.write_text("secret")
    (base / "link.txt").symlink_to(outside)
    for url in (
        outside.as_uri(),
        f"{base.as_uri()}/../secret.txt",
        f"{base.as_uri()}/link.txt",
        f"{base.as_uri()}/%2e%2e/secret.txt",
    ):
        with pytest.raises(pdf.Refused, match="outside"):
            pdf.read_allowed(url, base)


def test_a_device_or_a_folder_is_not_a_file(base: Path) -> None:
    os.mkfifo(base / "pipe")
    for name in ("pipe", ""):
        with pytest.raises(pdf.Refused, match="plain file"):
            pdf.read_allowed(f"{base.as_uri()}/{name}", base)


def test_a_file_that_is_too_large_is_refused(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "LARGEST_FILE", 10)
    (base / "large.css").write_text("a" * 11)
    with pytest.raises(pdf.Refused, match="more than"):
        pdf.read_allowed(f"{base.as_uri()}/large.css", base)


def test_a_file_under_the_base_folder_is_read_with_its_type(base: Path) -> None:
    (base / "a b.css").write_text("p{}")
    assert pdf.read_allowed(f"{base.as_uri()}/a%20b.css?v=1", base) == (b"p{}", "text/css")


@pytest.mark.parametrize(
    "body",
    [
        '<img alt="a" src="{url}">',
        '<p style="background: url({url})">x</p>',
        '<style>@import "{url}";</style>',
        "<style>@font-face {{ font-family: F; src: url({url}) }} p {{ font-family: F }}</style><p>x</p>",
        '<object data="{url}">x</object>',
        '<svg width="9" height="9"><title>t</title><image width="9" height="9" href="{url}"/></svg>',
        '<link rel="stylesheet" href="{url}">',
    ],
)
@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "file:///etc/passwd"])
def test_a_page_that_asks_for_more_is_printed_without_it_and_told(
    base: Path, target: Path, body: str, url: str
) -> None:
    facts = pdf.write_pdf(html(body.format(url=url)), target, base=base)
    assert any(complaint.startswith("refused:") for complaint in facts.complaints)
    assert b"root:" not in target.read_bytes()


def test_a_data_address_is_read(base: Path, target: Path) -> None:
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    assert pdf.write_pdf(html(f'<img alt="a" src="data:image/png;base64,{pixel}">'), target, base=base).complaints == ()


def test_a_picture_that_is_not_there_is_a_complaint_with_its_name(base: Path, target: Path) -> None:
    facts = pdf.write_pdf(html('<img alt="a" src="gone.png">'), target, base=base)
    assert any("gone.png" in complaint for complaint in facts.complaints)


# Style sheets.


def test_a_style_sheet_is_read_once_for_each_content(base: Path, target: Path) -> None:
    sheet = base / "report.css"
    sheet.write_text("p { break-before: page }")
    assert pdf.write_pdf(html(), target, base=base, stylesheets=[sheet]).pages == 2
    assert pdf.write_pdf(html(), target, base=base, stylesheets=[sheet]).pages == 2
    sheet.write_text("p { color: black }")
    assert pdf.write_pdf(html(), target, base=base, stylesheets=[sheet]).pages == 1
    kept = [folder for folder, _ in pdf._engine()._sheets if folder == base.resolve()]
    assert len(kept) == 2


# Whole or not at all.


def test_a_failure_leaves_nothing_behind(base: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(_: int) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="no space"):
        pdf.write_pdf(html(), target, base=base)
    assert list(target.parent.iterdir()) == []


def test_a_failure_keeps_the_file_of_last_time(base: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf.write_pdf(html(), target, base=base)
    before = target.read_bytes()
    monkeypatch.setattr(tags, "_claim_both", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        pdf.write_pdf(html("<p>new</p>"), target, base=base)
    assert target.read_bytes() == before
    assert list(target.parent.iterdir()) == [target]


def test_a_failure_leaves_no_listener_and_no_stopped_collector(base: Path, target: Path) -> None:
    pdf.warm_up()  # WeasyPrint gives its logger a handler of its own when it is loaded
    handlers = len(logging.getLogger("weasyprint").handlers)
    with pytest.raises(TypeError):
        pdf.write_pdf(None, target, base=base)  # type: ignore[arg-type]
    assert len(logging.getLogger("weasyprint").handlers) == handlers
    assert gc.isenabled()


def test_a_file_has_the_permissions_of_any_new_file(base: Path, target: Path) -> None:
    pdf.write_pdf(html(), target, base=base)
    plain = target.with_name("plain")
    plain.touch()
    assert target.stat().st_mode == plain.stat().st_mode


# Fonts.


def test_a_host_without_noto_keeps_its_own_fonts_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "untouched")
    state = fonts.prepare([tmp_path], tmp_path / "cache")
    assert state.config is None
    assert [package.package for package in state.missing] == ["fonts-noto-core", "fonts-noto-cjk"]
    assert os.environ["FONTCONFIG_FILE"] == "untouched"


def test_a_host_without_the_han_fonts_is_told_what_it_costs(tmp_path: Path) -> None:
    (tmp_path / "NotoSans-Regular.ttf").touch()
    missing = fonts.inspect([tmp_path], tmp_path / "cache").missing[0]
    assert missing.package == "fonts-noto-cjk"
    assert "empty boxes" in missing.cost


def test_a_host_without_the_fonts_of_one_script_is_told_which(tmp_path: Path) -> None:
    for name in ("NotoSans", "NotoSansCJK", "NotoSansThai", "NotoSansLao", "NotoSansArabic"):
        (tmp_path / f"{name}-Regular.ttf").touch()
    (missing,) = fonts.inspect([tmp_path], tmp_path / "cache").missing
    assert missing.package == "fonts-noto-core"
    assert "Khmer prints as empty boxes" in missing.cost


def test_the_configuration_names_the_reports_fonts_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    for name in ("NotoSans-Regular.ttf", "NotoSansThai-Bold.ttf", "NotoSansDisplay-Regular.ttf", "Other.ttf"):
        (tmp_path / name).touch()
    state = fonts.prepare([tmp_path], tmp_path / "cache")
    assert [path.name for path in state.files] == ["NotoSans-Regular.ttf", "NotoSansThai-Bold.ttf"]
    assert state.config is not None
    configuration = state.config.read_text()
    assert "Other" not in configuration
    assert "Display" not in configuration
    assert os.environ["FONTCONFIG_FILE"] == str(state.config)


def test_the_configuration_is_written_once_and_whole(tmp_path: Path) -> None:
    (tmp_path / "NotoSans-Regular.ttf").touch()
    first = fonts.inspect([tmp_path], tmp_path / "cache")
    second = fonts.inspect([tmp_path], tmp_path / "cache")
    assert first == second
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [first.config.name if first.config else ""]


def test_other_font_files_are_another_configuration(tmp_path: Path) -> None:
    (tmp_path / "NotoSans-Regular.ttf").touch()
    before = fonts.inspect([tmp_path], tmp_path / "cache")
    (tmp_path / "NotoSansLao-Regular.ttf").write_text("x")
    after = fonts.inspect([tmp_path], tmp_path / "cache")
    assert before.config != after.config
    assert before.fingerprint != after.fingerprint


def test_a_cache_that_cannot_be_written_is_replaced_by_a_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "taken"))
    fonts._cache_folder.cache_clear()
    try:
        folder = fonts._cache_folder()
    finally:
        fonts._cache_folder.cache_clear()
    assert folder.is_dir()
    assert not folder.is_relative_to(tmp_path)
