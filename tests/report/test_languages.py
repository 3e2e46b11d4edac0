"""The languages of the reports: whole catalogues, whole pages, every number and name as the language writes it."""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
import subprocess
import sys
import unicodedata
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

sys.path.insert(0, str(Path(__file__).parent))
import page_layout as layout

from ssemon import report, resources
from ssemon.report import breaking, catalogues, collation, direction, fonts, jobs, translated
from ssemon.report.catalogues import PSEUDO_LANGUAGE, Catalogue, catalogue, catalogue_folder, lengthened
from ssemon.report.numbers import Numbers
from ssemon.report.results import Results
from ssemon.report.words import Words

ROOT = Path(__file__).resolve().parents[2]
TRANSLATED = [language for language in report.languages() if language not in ("en", PSEUDO_LANGUAGE)]
# Every language is drawn each time as a brief (test_brief.py). Of the full reports, each time one for each kind of script,
# and the comparison in the longest words, from right to left and without spaces; `make test-all` takes them all.
SCRIPTS = ("en", PSEUDO_LANGUAGE, "ar", "ja", "km")
COMPARED = (PSEUDO_LANGUAGE, "ar", "km")


def some_at_once(chosen):
    """All languages, of which only those that are chosen are drawn each time."""
    tags = dict.fromkeys(["en", PSEUDO_LANGUAGE, *TRANSLATED])
    return [tag if tag in chosen else pytest.param(tag, marks=pytest.mark.long) for tag in tags]


FRAMEWORKS = sorted((resources.folder("schemas") / "frameworks").glob("*/translations/*.csv"))
_PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\([^)]*\)s")
needs_icu = pytest.mark.skipif(not breaking.is_available(), reason="icu4py is not installed")
has_fonts = pytest.mark.skipif(bool(fonts.inspect().missing), reason="the Noto fonts are not installed")


def messages(language):
    with (catalogue_folder() / language / "LC_MESSAGES" / "ssemon.po").open("rb") as lines:
        return [message for message in read_po(lines) if message.id]


def forms(text):
    return [text] if isinstance(text, str) else list(text)


# Catalogues.


def test_the_template_and_every_catalogue_have_every_message():
    run = [sys.executable, str(ROOT / "scripts" / "messages.py"), "--check"]
    found = subprocess.run(run, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated(language):
    bare = [message.id for message in messages(language) if not all(forms(message.string)) or message.fuzzy]
    assert bare == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_placeholders_of_its_message(language):
    odd = []
    for message in messages(language):
        wanted = {place for text in forms(message.id) for place in _PLACEHOLDER.findall(text)}
        for text in forms(message.string):
            found = set(_PLACEHOLDER.findall(text))
            # A form for one thing alone may name it in words.
            if found - wanted or (wanted - found - ({"{count}"} if not isinstance(message.id, str) else set())):
                odd.append((message.id, text))
    assert odd == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_brings_markup_or_a_doubled_space(language):
    assert [m.string for m in messages(language) if re.search(r"[<>]|  ", " ".join(forms(m.string)))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_catalogue_says_who_reviewed_it(language):
    path = catalogue_folder() / language / "LC_MESSAGES" / "ssemon.po"
    assert "Reviewed-by: " in path.read_text(encoding="utf-8").partition("msgid")[0]


@pytest.mark.parametrize("language", ["en", PSEUDO_LANGUAGE, *TRANSLATED])
def test_the_words_around_a_pages_number_keep_their_order(language):
    text = Words.of(language)._("Page {page} of {pages}")
    assert text.index("{page}") < text.index("{pages}")


def test_a_message_without_a_translation_stays_english():
    korean = catalogue("ko").translations
    assert korean.gettext("Nobody ever wrote this.") == "Nobody ever wrote this."
    assert korean.ngettext("{count} odd", "{count} odds", 2) == "{count} odds"


def test_a_fuzzy_translation_is_not_printed(tmp_path, monkeypatch):
    path = tmp_path / "xx" / "LC_MESSAGES" / "ssemon.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr ""\n\n#, fuzzy\nmsgid "Year"\nmsgstr "Tahun"\n\nmsgid "Score"\nmsgstr "Skor"\n')
    monkeypatch.setattr(catalogues, "catalogue_folder", lambda: tmp_path)
    words = Words.of("xx")
    assert (words._("Year"), words._("Score")) == ("Year", "Skor")


def test_plural_forms_follow_the_rule_of_the_language(tmp_path, monkeypatch):
    path = tmp_path / "ru" / "LC_MESSAGES" / "ssemon.po"
    path.parent.mkdir(parents=True)
    rule = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)"
    path.write_text(
        f'msgid ""\nmsgstr ""\n"Language: ru\\n"\n"Plural-Forms: {rule};\\n"\n\nmsgid "{{count}} country"\n'
        'msgid_plural "{count} countries"\nmsgstr[0] "{count} страна"\nmsgstr[1] "{count} страны"\nmsgstr[2] "{count} стран"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(catalogues, "catalogue_folder", lambda: tmp_path)
    words = Words.of("ru")
    said = [words.ngettext("{count} country", "{count} countries", count) for count in (1, 2, 5, 11, 21)]
    assert said == ["1 страна", "2 страны", "5 стран", "11 стран", "21 страна"]


# Who stands for a translation.


def html(run, language, kind="country"):
    (job,) = jobs(run, countries=["AAA"] if kind == "country" else [], languages=[language], compare=kind != "country")
    assert job.fault == ""
    return job.html


@pytest.mark.parametrize("kind", ["country", "comparative"])
def test_an_unreviewed_translation_says_so(run, kind):
    said = catalogue("fr").translations.gettext(
        "The translation of this report has not been reviewed yet. Where it and the English report differ, the English one counts."
    )
    assert said in html(run, "fr", kind)
    assert 'id="translation"' not in html(run, "en", kind)


def test_a_reviewed_translation_names_its_reviewer(run, monkeypatch):
    known = catalogue("fr")
    reviewed = Catalogue("fr", known.translations, "Office of Words")
    monkeypatch.setattr("ssemon.report.words.catalogue", lambda language: reviewed)
    assert "Office of Words" in html(run, "fr")


# The made-up language.


def test_the_made_up_language_is_longer_by_three_fifths_and_keeps_its_placeholders():
    for message in ("Oldest input %(year)s", "{country} scores {score} out of {top} in {year}.", "Year"):
        assert len(lengthened(message)) >= 1.6 * len(message)
        assert _PLACEHOLDER.findall(lengthened(message)) == _PLACEHOLDER.findall(message)


@pytest.mark.parametrize("kind", ["country", "comparative"])
def test_every_text_of_a_page_goes_through_the_catalogue(run, kind):
    page = html(run, PSEUDO_LANGUAGE, kind)
    page = re.sub(r"<svg.*?</svg>|<head>.*?</head>|<div class=\"notes\".*?</div>", "", page, flags=re.DOTALL)
    texts = re.findall(r"<(?:h1|h2|h3|caption|figcaption|th scope=\"col\"|li|p)\b[^>]*>\s*([^<]*[A-Za-z][^<]*)<", page)
    data = re.compile(r"(Country )?[A-E]{3}\b|CC BY|Act|one Act|A newspaper")
    assert [text for text in texts if "[" not in text and not data.search(text)] == []


def test_the_framework_is_in_the_made_up_language_too(run):
    changed = translated.in_language(run.framework, PSEUDO_LANGUAGE)
    assert all(node.name.startswith("[") for node in changed.nodes)
    assert all(leaf.name.startswith("[") and leaf.metadata["caveat"].startswith("[") for leaf in changed.indicators)
    assert [leaf.code for leaf in changed.indicators] == [leaf.code for leaf in run.framework.indicators]


# What a page looks like.


@pytest.mark.slow
@has_fonts
@needs_icu
@pytest.mark.parametrize("language", some_at_once(COMPARED))
def test_nothing_of_the_comparison_is_cut_runs_over_or_lies_on_top_of_something_else(run, language):
    (job,) = jobs(run, countries=[], languages=[language], compare=True)
    assert layout.faults(job) == []


@pytest.mark.slow
@has_fonts
@needs_icu
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler's pdftotext is not installed")
@pytest.mark.parametrize("language", some_at_once(SCRIPTS))
def test_a_country_report_is_laid_out_whole_and_its_text_comes_back_out_of_the_pdf(run, language, tmp_path):
    (job,) = jobs(run, countries=["AAA"], languages=[language], compare=False)
    seen = layout.look(job)
    assert seen.faults == []
    (tmp_path / "report.pdf").write_bytes(seen.content)
    assert headings_not_given_back(job.html, tmp_path / "report.pdf", language) == []
    if language != PSEUDO_LANGUAGE:  # its letters bear marks that a PDF may store apart
        assert shingles_given_back(job.html, poppler_text(tmp_path / "report.pdf", language)) >= GIVEN_BACK.get(
            language, 0.99
        )


@has_fonts
def test_the_cover_of_the_comparison_has_room_for_eight_messages(run):
    from ssemon.report import pdf

    (job,) = jobs(run, countries=[], languages=["vi"], compare=True)
    messages = "".join(f"<li>{'Ghi ' * (24 + 12 * (number % 3))}</li>" for number in range(8))  # two to four lines
    html = re.sub(r'(<ul class="messages">).*?</ul>', rf"\1{messages}</ul>", job.html, flags=re.DOTALL)
    page = pdf.laid_out(html, job.base, job.stylesheets, archival=False, complaints=[]).pages[0]._page_box
    pieces = [layout._piece(box) for box, _ in layout._texts(page, None)]
    last = max(piece.bottom for piece in pieces if piece.text.startswith("Ghi "))
    number = Words.of("vi")._("Report %(hash)s").partition("%")[0].strip()
    assert last < max(piece.top for piece in pieces if number in piece.text)


@has_fonts
def test_the_look_at_a_page_finds_what_is_wrong(run):
    (job,) = jobs(run, countries=["AAA"], languages=["en"], compare=False)
    wide = '<p style="width: 10mm">Incomprehensibilities</p>'
    on_top = '<p style="height: 0; margin: 0">One text</p><p style="margin: 0">Another one</p>'
    unknown = "<p>\U0001fae8</p>"
    chart = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text x="0" y="5" font-size="9">Cut…</text></svg>'
    )
    page = f'<!DOCTYPE html><html lang="en"><head><title>t</title></head><body>{wide}{on_top}{unknown}{chart}</body></html>'
    found = " ".join(layout.faults(replace(job, html=page)))
    for fault in ("runs over its column", "on top of", "no glyph", "cut in a chart", "outside its chart"):
        assert fault in found


# From right to left.


def test_a_page_from_right_to_left_says_so_and_has_its_own_style_sheet(run):
    (job,) = jobs(run, countries=["AAA"], languages=["ar"], compare=False)
    assert '<html lang="ar" dir="rtl">' in job.html
    assert job.stylesheets[-1].name == "rtl.css"
    assert all(
        path.name != "rtl.css" for path in jobs(run, countries=["AAA"], languages=["en"], compare=False)[0].stylesheets
    )


def test_charts_are_turned_over_and_maps_are_not(run):
    (job,) = jobs(run, countries=[], languages=["ar"], compare=True)
    charts = re.findall(r"<svg.*?</svg>", job.html, flags=re.DOTALL)
    turned = [chart for chart in charts if "scale(-1 1)" in chart]
    assert turned
    assert all('direction="rtl"' in chart for chart in turned if "<text" in chart)
    assert len(turned) == len(charts)  # no boundaries have these countries, so there is no map


@has_fonts
def test_headings_and_names_stand_on_the_right(run):
    from ssemon.report import pdf

    (job,) = jobs(run, countries=["AAA"], languages=["ar"], compare=False)
    document = pdf.laid_out(job.html, job.base, job.stylesheets, archival=False, complaints=[])
    page = document.pages[1]._page_box
    heading = Words.of("ar")._("At a glance")
    pieces = [layout._piece(box) for box, _ in layout._texts(page, None) if heading in box.text]
    right = page.content_box_x() + page.width
    assert any(abs(piece.right - right) < 2 for piece in pieces)


@pytest.mark.parametrize(
    ("text", "own"),
    [("A (2024).", True), ("الف A.", False), ("58.9 (12)", False), ("\u200e-0.5", False), ("https://x.org/a.", True)],
)
def test_a_text_without_any_letter_of_the_page_reads_its_own_way(text, own):
    from xml.etree import ElementTree as ET

    root = ET.fromstring(f'<html dir="rtl"><body><div><p>{text}</p></div></body></html>')
    direction.mark_up(root)
    assert (root.find(".//p").get("dir") == "ltr") is own


@pytest.mark.parametrize(("kind", "own"), [("what", "ltr"), ("caveat", "ltr"), ("unit", None)])
def test_a_fact_in_another_script_reads_its_own_way(kind, own):
    from xml.etree import ElementTree as ET

    root = ET.fromstring(f'<html dir="rtl"><div><span class="{kind}">Cooperative: Number</span></div></html>')
    direction.mark_up(root)
    assert root.find(".//span").get("dir") == own


def test_an_entry_of_the_contents_keeps_its_number_on_the_pages_side():
    from xml.etree import ElementTree as ET

    root = ET.fromstring('<html dir="rtl"><ul><li><a href="#x">Trends</a></li></ul></html>')
    direction.mark_up(root)
    assert root.find(".//li").get("dir") is None


def test_a_page_from_left_to_right_is_left_alone():
    from xml.etree import ElementTree as ET

    root = ET.fromstring('<html dir="ltr"><p>A</p></html>')
    direction.mark_up(root)
    assert root.find("p").get("dir") is None


# Numbers, dates, lists, names.


def test_dates_are_written_as_the_language_writes_them():
    day = dt.date(2022, 12, 10)
    written = {language: Numbers(language).date(day) for language in ("en", "en-XA", "fr", "id", "ja")}
    assert written == {
        "en": "10 December 2022", "en-XA": "10 December 2022", "fr": "10 décembre 2022", "id": "10 Desember 2022",
        "ja": "2022年12月10日",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["country", "comparative"])
def test_a_date_that_ends_in_a_full_stop_gets_no_second_one(run, kind):
    citation = re.search(r'<p class="citation">(.*?)</p>', html(run, "ru", kind)).group(1)
    date = Numbers("ru").date(dt.date(2022, 12, 10))
    assert date.endswith(".")
    assert f"{date} " in citation
    assert f"{date}." not in citation


def test_per_cent_stands_where_the_language_puts_it():
    assert (Numbers("fr").share(0.5), Numbers("en").share(0.5), Numbers("id").share_exact(0.0123)) == (
        "50\xa0%", "50%", "1,2%",
    )  # fmt: skip


def test_numbers_run_from_left_to_right_and_keep_their_sign_before_them():
    assert Numbers("ar").value(-0.5) == "\u200e-0.5"
    assert Numbers("ar").value(1234.0) == "1,234"
    assert Numbers("en").value(-0.5) == "-0.5"


def test_lists_are_joined_as_the_language_joins_them():
    assert [Numbers(language).listed("abc") for language in ("en", "fr", "ja")] == [
        "a, b and c",
        "a, b et c",
        "a、b、c",
    ]


@pytest.mark.parametrize(
    ("language", "headed", "apart", "in_a_row"),
    [
        ("en", "a: b", "a; b; c", "a, b"),
        ("fr", "a\u00a0: b", "a\u202f; b\u202f; c", "a, b"),
        ("ar", "a: b", "a؛ b؛ c", "a، b"),
        ("ja", "a：b", "a；b；c", "a、b"),
    ],
)
def test_what_stands_between_texts_is_the_languages_own(language, headed, apart, in_a_row):
    words = Words.of(language)
    assert words.headed("a", "", "b") == headed
    assert words.apart(["a", "b", "", "c"]) == apart
    assert words.in_a_row(["a", "b"]) == in_a_row
    assert (words.headed("", "b"), words.apart([]), words.in_a_row(["", "b"])) == ("b", "", "b")


def test_what_stands_between_texts_is_among_the_messages_that_are_collected():
    from ssemon.report import words

    collected = {message.id for message in messages(TRANSLATED[0])}
    assert {words._HEADED, words._APART, words._IN_ROW} <= collected


def test_countries_have_their_names_in_the_language(run):
    korea = replace(run.country("AAA"), code="KOR", name="Korea")
    assert [Words.of(language).country(korea) for language in ("en", "ko", "fr", "id")] == [
        "Korea", "대한민국", "Corée du Sud", "Korea Selatan",
    ]  # fmt: skip
    assert Words.of("fr").country(run.country("AAA")) == "Country AAA"


def test_a_heading_becomes_a_sentence_once():
    words = Words()
    assert [words.sentence(text) for text in ("It rose", "It rose.", "它上升了。", "")] == [
        "It rose.", "It rose.", "它上升了。", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "ordered"),
    [
        ("fr", ["Équateur", "Érythrée", "Estonie", "Ukraine"]),
        ("es", ["nube", "nz", "ñu", "oso"]),
        ("vi", ["An", "Ăn", "Ân", "Ấn", "Dân", "Đan"]),
        ("fil", ["Nb", "Nz", "Ñandu", "Ngayon"]),
        ("ky", ["нан", "ңан", "оку", "өмүр", "пар"]),
        ("lo", ["ຈີນ", "ສະເປນ", "ຊາມົວ", "ໄທ"]),
        ("mn", ["оод", "өөд", "пад", "уул", "үүл"]),
        ("ru", ["еда", "ёлка", "ель", "игра", "йод"]),
        ("th", ["กัมพูชา", "เกาหลี", "ไทย", "มาเลเซีย", "เวียดนาม"]),
        ("ko", ["가나", "대한민국", "일본", "캄보디아"]),
        ("zh-Hans", ["阿富汗", "韩国", "老挝", "日本", "越南", "中国"]),
    ],
)
def test_names_are_sorted_as_the_language_sorts_them(language, ordered):
    assert collation.in_order(sorted(ordered, reverse=True), language) == ordered


# Frameworks.


@pytest.mark.parametrize("path", FRAMEWORKS, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_a_translated_framework_names_everything_once(path):
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    folder = path.parents[1]
    known = []
    for name in ("structure.csv", "indicators.csv"):
        with (folder / name).open(encoding="utf-8-sig", newline="") as lines:
            known += [row["code"] for row in csv.DictReader(lines)]
    codes = [row["code"] for row in rows]
    assert len(codes) == len(set(codes))
    assert set(codes) - set(translated.ABOUT) == set(known)
    assert all(row["name"] for row in rows)


def test_a_framework_speaks_the_language_where_it_can(tmp_path, run):
    (tmp_path / "translations").mkdir()
    (tmp_path / "translations" / "fr.csv").write_text(
        "code,name,definition,caveat\n:title,Cadre,,\nL,Loi,,\nL1,Lois en vigueur,combien,à peu près\nM1,,,\n",
        encoding="utf-8",
    )
    changed = translated.in_language(replace(run.framework, folder=tmp_path), "fr")
    law, market = (changed.indicator_by_code[code] for code in ("L1", "M1"))
    assert (changed.title, changed.statement) == ("Cadre", run.framework.statement)
    assert changed.node_by_code["L"].name == "Loi"
    assert (law.name, law.definition, law.metadata["caveat"]) == ("Lois en vigueur", "combien", "à peu près")
    assert market == run.framework.indicator_by_code["M1"]
    assert translated.in_language(run.framework, "de") is run.framework


def test_a_code_in_a_remark_gives_way_to_its_name_though_no_space_follows_it(run):
    name = run.framework.node_by_code["L.A"].name
    said = Results(run).named("L.Aおよびกับ L.Aและ L.A.9")
    assert said == f"“{name}”およびกับ “{name}”และ L.A.9"


# Line breaks.


@needs_icu
def test_lines_of_khmer_and_lao_may_break_between_words():
    page = "<html><head><title>ກະຊວງແຮງງານ</title></head><body data-foot='ກະຊວງແຮງງານ'><p class='ກະຊວງແຮງງານ'>ກະຊວງແຮງງານ</p></body></html>"
    assert breaking.breakable(page) == (
        "<html><head><title>ກະຊວງແຮງງານ</title></head><body data-foot='ກະຊວງ\u200bແຮງງານ'>"
        "<p class='ກະຊວງແຮງງານ'>ກະຊວງ\u200bແຮງງານ</p></body></html>"
    )


@needs_icu
def test_no_line_breaks_within_a_letter_or_before_a_sign_that_repeats_the_word():
    page = "<body><p>បរិយាប័ន្ន នីមួយៗ ອື່ນໆ</p></body>"
    assert breaking.breakable(page).split("\u200b") == ["<body><p>បរិ", "យា", "ប័ន្ន នី", "មួយៗ ອື່ນໆ</p></body>"]
    assert breaking.places("ប័ន្ន") == {len("ប័ន្ន")}


@needs_icu
def test_charts_and_other_scripts_are_left_alone():
    page = "<body><p>Cooperative สหกรณ์ 협동조합</p><svg><text>ກະຊວງແຮງງານ</text></svg></body>"
    assert breaking.breakable(page) == page


@needs_icu
def test_a_chart_breaks_a_line_without_spaces_between_words():
    from ssemon.report.charts import measure

    first, *rest = measure.wrapped("ກະຊວງແຮງງານແລະສະຫວັດດີການສັງຄົມ", 100, 10, lines=4)
    assert first == "ກະຊວງແຮງງານແລະ"
    assert "".join([first, *rest]) == "ກະຊວງແຮງງານແລະສະຫວັດດີການສັງຄົມ"


def test_without_icu_a_page_stays_as_it_is(monkeypatch):
    monkeypatch.setattr(breaking, "_icu", lambda: None)
    assert breaking.breakable("<body>ກະຊວງແຮງງານ</body>") == "<body>ກະຊວງແຮງງານ</body>"
    assert breaking.places("ກະຊວງແຮງງານ") == frozenset()


def written_beside(page):
    """Return what a page says its glyphs stand for, where their order is not that of the letters."""
    from pypdf.generic import ContentStream

    marks = [operands for operands, name in ContentStream(page.get_contents(), page.pdf).operations if name == b"BDC"]
    return "".join(mark[1].get("/ActualText", "") for mark in marks if isinstance(mark[1], dict))


# Spaces, the places where a line of Khmer or Lao may break, and poppler's marks of what runs to the left are no text.
BLANK = re.compile(r"[\s\u200b\u202a-\u202e]")


def headings_not_given_back(html, path, language):
    """The headings of a page that neither of two programs takes out of its PDF; the second, slow one is asked last."""
    body = re.sub(r"<svg.*?</svg>|<head>.*?</head>", "", html, flags=re.DOTALL)
    headings = [BLANK.sub("", text) for text in re.findall(r"<h[12][^>]*>([^<]+)<", body)]
    assert len(headings) > 10
    quick = BLANK.sub("", poppler_text(path, language))
    left = [heading for heading in headings if heading not in quick]
    if not left:
        return []
    pages = pytest.importorskip("pypdf").PdfReader(path).pages
    taken = BLANK.sub("", "".join(page.extract_text() for page in pages) + "".join(map(written_beside, pages)))
    return [heading for heading in left if heading not in taken]


SHINGLE = 8
# Letters that join are stored as they are drawn, and poppler turns them round line by line: a number or a name in Latin
# letters, and a per cent sign that stands left of its number, end up on the other side. Measured 0.84; 0.67 where the
# letters of one glyph are named in the order of writing. What is said aloud is not touched by it.
GIVEN_BACK = {"ar": 0.8}


def shingles_given_back(html, text):
    """The share of a page's text, eight letters at a time, that stands in the text taken out of its PDF."""
    blank = re.compile(r"[\s\u200b\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069]")
    body = re.sub(r"<svg.*?</svg>|<head>.*?</head>", "", html, flags=re.DOTALL)
    taken = blank.sub("", unicodedata.normalize("NFC", text))
    found = total = 0
    for part in re.findall(
        r"<(?:p|h1|h2|h3|td|th|li|caption)\b[^>]*>(.*?)</(?:p|h1|h2|h3|td|th|li|caption)>", body, re.DOTALL
    ):
        words = blank.sub("", unicodedata.normalize("NFC", unescape(re.sub(r"<[^>]+>", "", part))))
        for start in range(len(words) - SHINGLE + 1):
            total += 1
            found += words[start : start + SHINGLE] in taken
    assert total > 2000
    return found / total


def poppler_text(path, language):
    """The text of a PDF in the order of the file, which is the order of reading, but where letters join."""
    order = [] if language in GIVEN_BACK else ["-raw"]
    command = ["pdftotext", *order, "-enc", "UTF-8", str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()
