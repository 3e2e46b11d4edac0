"""The site in a real browser: by keyboard, on a phone, in the dark, without scripts, and read by axe."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import sync_playwright

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PAGES = ("index", "countries", "comparison", "indicators", "method", "downloads", "country/KOR", "indicator/ECO.B1.1")
SMALL_PAGES = (*PAGES[:6], "country/AAA", "indicator/L1")
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
# Rules that look at colours: the only ones that the other theme can break.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
AXE = """async (rules) => {
  const options = rules.length ? { runOnly: { type: "rule", values: rules } } : {};
  const found = await axe.run(document, { ...options, preload: false, resultTypes: ["violations"] });
  return found.violations.map((one) => [one.id, one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + " " +
    (node.any[0] ? node.any[0].message : ""))]);
}"""


@pytest.fixture(scope="module")
def axe_source():
    package = find_spec("axe_playwright_python")
    assert package
    return (Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        assert not os.environ.get("CI"), "chromium is not installed"
        pytest.skip("chromium is not installed: apt install chromium, or scripts/setup.sh test")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--force-color-profile=srgb"])
        yield started
        started.close()


@pytest.fixture
def visit(browser, shipped_site):
    """Open a page of the site, and see at the end that nothing was complained of and nothing asked of a network."""
    contexts, faults = [], []

    def open_page(address="en/index.html", folder=shipped_site, **options):
        context = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce", **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: faults.append(f"{address}: {said.text}"))
        page.on("pageerror", lambda error: faults.append(f"{address}: {error}"))
        page.on("dialog", lambda dialog: faults.append(f"{address}: a dialog, {dialog.message}"))
        page.on("request", lambda asked: None if asked.url.startswith("file:") else faults.append(asked.url))
        page.goto((folder / address).as_uri() if "#" not in address else folder.as_uri() + "/" + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def focused(page):
    return page.evaluate(
        "[document.activeElement.tagName, document.activeElement.className, document.activeElement.innerText]"
    )


@pytest.mark.parametrize("name", SMALL_PAGES)
def test_axe_finds_no_fault_by_day_and_none_in_the_dark(visit, site, axe_source, name):
    """On the site of literals, which has every kind of page and section: axe looks at each element of a page."""
    page = visit(f"en/{name}.html", folder=site(), color_scheme="light")
    page.evaluate(axe_source)
    assert page.evaluate(AXE, []) == []
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(AXE, COLOUR_RULES) == []


def test_axe_finds_no_fault_on_the_maps_and_shades_of_the_shipped_plugins_nor_on_a_phone_from_right_to_left(
    visit, site, axe_source
):
    page = visit("en/index.html", color_scheme="dark")
    page.evaluate(axe_source)
    assert page.evaluate(AXE, []) == []
    page = visit("ar/country/AAA.html", folder=site(languages=("ar",)), viewport=PHONE, color_scheme="dark")
    page.evaluate(axe_source)
    assert page.evaluate(AXE, []) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_is_wider_than_a_phone_but_its_tables_are(visit, language):
    page = visit(f"{language}/index.html", viewport=PHONE)
    wide = 0
    for name in PAGES:
        page.goto(page.url.rsplit(f"/{language}/", 1)[0] + f"/{language}/{name}.html")
        widths = page.evaluate("[document.documentElement.scrollWidth, document.body.scrollWidth]")
        assert max(widths) <= PHONE["width"], (name, widths)
        wide += page.locator(".scroll.overflows[tabindex='0']").count()
    assert wide > 10


def test_letters_of_charts_can_be_read_on_a_phone(visit):
    page = visit("en/country/KOR.html", viewport=PHONE)
    sizes = page.evaluate(
        "[...document.querySelectorAll('figure svg text')].map((one) => one.getBoundingClientRect().height)"
    )
    assert min(size for size in sizes if size) >= 8


def test_the_keyboard_leads_past_the_head_to_the_content(visit):
    page = visit()
    page.keyboard.press("Tab")
    assert focused(page)[1] == "skip"
    box = page.locator(".skip").bounding_box()
    assert box["y"] >= 0  # it comes into sight
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_whatever_has_the_focus_shows_it(visit):
    page = visit("en/country/KOR.html")
    for _ in range(40):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, parseFloat(s.outlineWidth)] })()"
        )
        assert style[0] == "solid", focused(page)
        assert style[1] >= 2


def test_the_search_finds_by_keyboard_whatever_the_case_and_the_accents(visit):
    page = visit("en/country/KOR.html")
    page.keyboard.press("/")
    page.keyboard.type("REPUBLÍC of kor")
    page.wait_for_selector(".found-list a")
    assert page.locator(".found-count").inner_text().startswith("Found: ")
    page.keyboard.press("ArrowDown")
    assert "Republic of Korea" in focused(page)[2]
    page.keyboard.press("Escape")
    assert page.locator("#found").is_hidden()
    assert focused(page)[0] == "INPUT"
    page.keyboard.press("Control+a")
    page.keyboard.type("adults with an account")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/indicator/ECO.B1.1.html")


def test_the_search_says_where_nothing_is_found_and_takes_a_text_for_a_text(visit):
    page = visit()
    page.locator("#search").fill("<img src=x onerror=alert(1)>")
    page.wait_for_selector("#found:not([hidden])")
    assert page.locator(".found-count").inner_text() == "Nothing found"
    assert page.locator("#found img").count() == 0


def test_the_colours_follow_the_system_and_then_the_reader_who_is_remembered(visit):
    page = visit(color_scheme="light")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    day = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(ground)
    assert day != dark
    button = page.get_by_role("button", name="Dark colours")
    assert button.get_attribute("aria-pressed") == "true"
    button.focus()
    page.keyboard.press("Enter")
    assert (page.evaluate(ground), button.get_attribute("aria-pressed")) == (day, "false")
    page.goto(page.url.replace("index", "method"))
    assert page.evaluate(ground) == day


def test_charts_follow_the_colours_and_shades_stand_on_paper(visit):
    page = visit("en/index.html", color_scheme="dark")
    read = "(what) => getComputedStyle(document.querySelector(what))"
    assert page.evaluate(f"({read})('svg.adapts text').fill") != "rgb(27, 39, 51)"
    assert page.evaluate(f"({read})('svg.on-paper').backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(f"({read})('svg.on-paper text').fill") in {"rgb(85, 97, 109)", "rgb(27, 39, 51)"}


def test_another_language_keeps_the_page_and_the_place(visit):
    page = visit("en/country/KOR.html#sources")
    page.get_by_role("link", name="العربية").click()
    page.wait_for_url("**/ar/country/KOR.html#sources")
    assert page.evaluate("document.documentElement.dir") == "rtl"


def test_a_table_is_sorted_by_its_headings_with_what_is_missing_last(visit):
    page = visit()
    table = page.locator("table[data-sortable]").first
    names = lambda: [name.strip() for name in table.locator("tbody th").all_inner_texts()]  # noqa: E731
    before = names()
    assert before[-1] == "XKX"  # no plugin brings it
    head = table.locator("th", has_text="Score").first
    head.locator("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert names() == before
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert names() == [*reversed(before[:-1]), "XKX"]
    table.get_by_role("button", name="Country").click()
    assert names() == [*sorted(before[:-1]), "XKX"]
    assert head.get_attribute("aria-sort") is None


def test_numbers_are_sorted_as_the_language_writes_them(visit):
    page = visit("en/downloads.html")
    page.evaluate(
        """() => { document.documentElement.dataset.decimal = ","; document.documentElement.dataset.group = "\\u202f";
        document.querySelector(".content").innerHTML = '<table data-sortable><thead><tr><th class="n">N</th></tr></thead><tbody>' +
        ["1\\u202f234,5", "-3,5", "..", "900", "\\u200e-12,0"].map((t) => `<tr><td>${t}</td></tr>`).join("") + "</tbody></table>" }"""
    )
    page.evaluate(
        (Path(__file__).parents[3] / "templates" / "site" / "assets" / "tables.js").read_text(encoding="utf-8")
    )
    page.locator("button.sort").click()
    cells = [text.replace("\u200e", "") for text in page.locator("tbody td").all_inner_texts()]
    assert cells == ["1\u202f234,5", "900", "-3,5", "-12,0", ".."]


def test_without_scripts_everything_is_there_but_what_needs_them(visit):
    page = visit("en/country/KOR.html", java_script_enabled=False)
    assert page.locator("form.search").is_hidden()
    assert page.locator("button.theme").is_hidden()
    assert page.locator("button.sort").count() == 0
    assert page.locator("main h1").inner_text() == "Republic of Korea"
    page.get_by_role("link", name="Methods", exact=True).click()
    page.wait_for_url("**/en/method.html")


def test_the_gate_leads_on_by_itself(visit):
    page = visit("index.html")
    page.wait_for_url("**/en/index.html")


def test_on_paper_the_head_is_left_out_nothing_scrolls_and_it_is_day(visit):
    page = visit("en/country/KOR.html", color_scheme="dark")
    page.get_by_role("button", name="Dark colours").click(click_count=2)  # the system's dark, then the reader's own
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".masthead").is_hidden()
    assert page.locator(".beside").is_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflowX") == "visible"


def test_hostile_texts_do_nothing_in_a_browser(visit, drawn, tmp_path):
    from test_safe import poisoned

    from ssemon.report.site import write_site

    run, _ = poisoned(drawn)
    assert write_site(run, tmp_path, languages=["en"]) == []
    for name in ("index", "country/AAA", "indicator/L1", "method"):
        page = visit(f"en/{name}.html", folder=tmp_path / "site")
        page.locator("#search").fill("pwned")
        page.wait_for_selector(".found-list a")
        assert page.evaluate("typeof window.pwned") == "undefined"
        assert "evil.example" not in page.url
