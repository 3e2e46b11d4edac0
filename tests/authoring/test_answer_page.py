"""The page that answers what was sent: read by a person, printed, walked through by keyboard, heard from a screen reader."""

from __future__ import annotations

import os
import re
import shutil
from html.parser import HTMLParser
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest

from ssemon.authoring.answer_page import MOST_IN_A_GROUP, answer_page
from ssemon.checking import Checked
from ssemon.errors import Problem, Where

TAGS_WITHOUT_END = {"meta", "link", "br", "hr", "img", "input"}
PROBLEMS = (
    Problem(code="V04", what="the cell is no number in 3 rows", fix="leave it empty", found='"n/a" (3 times)', country="KOR",
            where=Where("data/a.xlsx", "Daten", (2, 5, 9), 3, '"Wert"')),
    Problem(code="V21", what="the value is unusual in 1 row", fix="look at it", severity="warning", country="KOR",
            where=Where("data/a.xlsx", "Daten", (7,), 1, '"Wert"')),
    Problem(code="K03", what="no such indicator", fix="map it", found="<b>x</b>", where=Where("data/b.csv", "", (3,), 1)),
    Problem(code="I01", what="left out 2 rows", fix="nothing", severity="info", where=Where("data/b.csv")),
    Problem(code="P09", what="the plugin has no observations", fix="add one"),
)  # fmt: skip
LANGUAGES = ("en", "ko", "fr", "id", "vi")


def page(language: str = "en", problems=PROBLEMS, values: int = 0) -> str:
    return answer_page([Checked(Path("plugins/kor"), "KOR", tuple(problems), values)], language)


class Outline(HTMLParser):
    """What a screen reader walks along: elements in their order, with attributes and whether each is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.faults: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in TAGS_WITHOUT_END:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def all(self, *tags: str) -> list[tuple[str, dict[str, str | None]]]:
        return [(tag, given) for tag, given in self.found if tag in tags]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_well_formed_and_says_its_language(language):
    outline = Outline(page(language))
    assert outline.faults == []
    assert outline.open == []
    assert outline.all("html")[0][1] == {"lang": language, "dir": "ltr"}


def test_it_has_its_landmarks_and_one_heading_of_the_first_level_and_leaves_none_out():
    outline = Outline(page())
    assert [tag for tag, _ in outline.all("header", "nav", "main", "footer")] == ["header", "nav", "main", "footer"]
    levels = [int(tag[1]) for tag, _ in outline.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    named = {given.get("id") for _, given in outline.found}
    assert all(given["aria-labelledby"] in named for _, given in outline.all("section"))


def test_every_link_leads_somewhere_on_the_page_and_the_first_past_the_contents():
    outline = Outline(page())
    ids = [given["id"] for _, given in outline.found if given.get("id")]
    assert len(ids) == len(set(ids))
    links = [str(given["href"]) for _, given in outline.all("a")]
    assert links[0] == "#found"
    assert all(link.startswith("#") and link[1:] in ids for link in links)


def test_tables_name_what_their_cells_are():
    outline = Outline(page())
    assert {given["scope"] for _, given in outline.all("th")} == {"col", "row"}
    assert len(outline.all("caption")) == len(outline.all("table")) == 1


def test_it_needs_no_script_no_network_and_no_other_file():
    text = page()
    assert not re.search(r"<script|\son\w+=|https?:|src=|url\(|@import", text)
    assert "@media print" in text


def test_its_colours_can_be_read():
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", page()))
    for ink in ("ink", "soft", "error", "warning", "info", "good"):
        for ground in ("#ffffff", colours["shade"]):
            light, dark = luminance(ground) + 0.05, luminance(colours[ink]) + 0.05
            assert light / dark >= 4.5, (ink, ground)


def test_faults_stand_by_file_and_sheet_errors_first_with_their_counts():
    text = page()
    assert re.findall(r"<h3[^>]*><bdi>(.*?)</bdi>", text) == [
        "data/a.xlsx, sheet “Daten”",
        "data/b.csv",
        "Of the whole",
    ]
    assert re.findall(r'<article class="(\w+)">', text) == ["error", "warning", "error", "info", "error"]
    assert "errors: 3, warnings: 1, notes: 1" in text
    assert "(errors: 1, warnings: 1)" in text
    assert '<td>A text in a number column</td><td>Error</td><td class="count">3</td>' in text


def test_a_place_names_column_and_rows_and_counts_the_rest():
    assert "column &#34;Wert&#34;, row 2, 5, 9" in page()
    many = Problem(code="V04", what="x", fix="y", where=Where("a.csv", "", tuple(range(2, 502)), 9_999))
    assert "row 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21 and 9979 more" in page(
        problems=[many]
    )


def test_what_the_author_wrote_is_text_and_never_markup():
    assert "&lt;b&gt;x&lt;/b&gt;" in page()
    assert "<b>x" not in page()


def test_a_long_list_is_bounded_and_counted():
    problems = [Problem(code="V04", what=f"n{n}", fix="x", where=Where("a.csv")) for n in range(MOST_IN_A_GROUP + 7)]
    text = page(problems=problems)
    assert text.count("<article") == MOST_IN_A_GROUP
    assert "and 7 more; --format json gives all of them" in text
    assert f"errors: {MOST_IN_A_GROUP + 7}" in text


def test_in_another_language_the_kind_and_its_repair_come_first_and_the_english_below():
    text = page("ko")
    assert "<h1>점검 결과</h1>" in text
    assert "숫자 열에 글자가 있음" in text
    assert "<dt>고치는 방법</dt>" in text
    assert '<dd lang="en" dir="ltr">the cell is no number in 3 rows. leave it empty</dd>' in text


def test_a_sound_plugin_is_told_so():
    text = page(problems=(), values=12)
    assert "accepted</span>" in text or "accepted · values: 12" in text
    assert "Nothing to mend." in text


def test_a_code_of_an_extension_stands_with_its_own_sentences():
    text = page("fr", [Problem(code="Z99", what="an own check fails", fix="do this")])
    assert "an own check fails" in text


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("language", ["en", "ko"])
def test_axe_finds_nothing_on_a_desk_or_a_phone(tmp_path, language):
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        assert not os.environ.get("CI"), "chromium is not installed"
        pytest.skip("chromium is not installed: apt install chromium, or scripts/setup.sh test")
    package = find_spec("axe_playwright_python")
    axe = (Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    (tmp_path / "answer.html").write_text(page(language), encoding="utf-8")
    with driver.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for width in (360, 1280):
            tab = browser.new_page(viewport={"width": width, "height": 800})
            tab.goto((tmp_path / "answer.html").as_uri())
            tab.evaluate(axe)
            found = tab.evaluate(
                "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => v.id))"
            )
            assert found == [], width
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
            tab.keyboard.press("Tab")
            assert tab.evaluate("document.activeElement.getAttribute('href')") == "#found"
        browser.close()
