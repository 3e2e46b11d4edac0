"""The parts of the site apart from its pages: tokens, drawings, styles, addresses, folders, search."""

from __future__ import annotations

import doctest
import json
import re
from importlib import import_module

import pytest

from ssemon.report.charts import tokens
from ssemon.report.charts.bars import Bar, bars
from ssemon.report.charts.heat import heat
from ssemon.report.numbers import Numbers
from ssemon.report.pages import template_folder
from ssemon.report.site import drawing, folder, search, styles
from ssemon.report.site.addresses import addresses, file_names, relative
from ssemon.report.site.downloads import size
from ssemon.report.site.frame import own_name
from ssemon.report.site.markup import body_of, text_of, tokens_of, until, with_attribute
from ssemon.report.site.screen import Screen
from ssemon.report.site.sections import COVER, Section, take_apart
from ssemon.report.site.styles import StyleBook, policy, shared_css
from ssemon.report.words import Words

PAGE = """<html><body data-x="1"><section class="cover"><h1>C</h1><div><h2>Contents</h2><ul class="toc">
<li><a href="#a">A</a></li><li class="deep"><a href="#a-1">A one</a></li></ul></div></section>
<section id="a"><h1>A &amp; a</h1><section id="a-1"><h2>A one</h2><table><caption data-word="Table">T</caption></table>
<figure><figcaption data-word="Figure">F</figcaption></figure></section></section>
<section id="b"><h1>B</h1><table><caption data-word="Table">U</caption></table></section></body></html>"""


def screen(section, links=None, language="en", book=None):
    written = Screen(Words(language), links or {}, book or StyleBook()).written(section)
    return str(written)


def section(html, name="s"):
    return Section(name, "", tuple(tokens_of(html)))


@pytest.mark.parametrize("name", ["addresses", "downloads", "frame", "markup"])
def test_the_examples_in_docstrings_are_true(name):
    answer = doctest.testmod(import_module(f"ssemon.report.site.{name}"))
    assert (answer.failed, answer.attempted > 0) == (0, True)


def test_a_report_is_taken_apart_at_its_sections_and_numbered_as_the_pdf_numbers_it():
    body = take_apart(PAGE)
    assert [(one.id, one.title) for one in body.sections] == [(COVER, "C"), ("a", "A & a"), ("b", "B")]
    assert [(one.anchor, one.title, one.deep) for one in body.contents] == [("a", "A", False), ("a-1", "A one", True)]
    assert [re.findall(r"(?:Table|Figure) \d", "".join(one.tokens)) for one in body.sections] == [
        [], ["Table 1", "Figure 1"], ["Table 2"],
    ]  # fmt: skip
    assert body.section("c") is None


def test_a_page_without_a_body_is_refused():
    with pytest.raises(ValueError, match="no body"):
        body_of("<html></html>")


def test_tokens_are_the_page_again_without_its_comments():
    html = '<p class="a>b">x < y</p><svg><text>1</text></svg><!-- <script> -->z'
    assert tokens_of(html) == ['<p class="a>b">', "x ", "<", " y", "</p>", "<svg><text>1</text></svg>", "z"]
    assert until(["<p>"], 0, "p") == 1  # never closed: to the end


def test_headings_stand_one_level_lower_and_can_be_reached():
    html = screen(section('<section id="s"><h1>A</h1><h2>B</h2><h6>C</h6></section>'))
    assert html == '<section id="s"><h2>A</h2><h3 id="h-1">B</h3><h6 id="h-2">C</h6></section>'
    cover = screen(section("<section><h1>A</h1></section>", COVER))
    assert cover == '<section><h1 id="h-1">A</h1></section>'


def test_a_table_scrolls_in_a_box_that_bears_its_caption_s_name():
    html = screen(
        section('<table><colgroup><col style="width: 2mm"></colgroup><caption data-word="T">C</caption></table>')
    )
    assert html == (
        '<div class="scroll" role="group" tabindex="0" aria-labelledby="t-1"><table>'
        '<caption id="t-1"><span class="stay">C</span></caption></table></div>'
    )
    assert 'aria-label="Table"' in screen(section("<table></table>"))


ROWS = "<tr><td>1</td></tr>" * 3


@pytest.mark.parametrize(
    ("table", "sortable"),
    [
        (f"<table><thead><tr><th>a</th></tr></thead><tbody>{ROWS}</tbody></table>", True),
        ("<table><thead></thead><tbody><tr></tr></tbody></table>", False),
        (f"<table><tbody>{ROWS}</tbody></table>", False),
        (f'<table><thead></thead><tbody>{ROWS}<tr class="caveat-row"><td>x</td></tr></tbody></table>', False),
        (f'<table><thead></thead><tbody>{ROWS}<tr><th class="depth-1">x</th></tr></tbody></table>', False),
        (f'<table><thead></thead><tbody>{ROWS}<tr><td rowspan="2">x</td></tr></tbody></table>', False),
    ],
)
def test_only_a_table_whose_rows_stand_for_themselves_can_be_sorted(table, sortable):
    assert ("data-sortable" in screen(section(table))) is sortable


def test_the_name_of_a_row_leads_to_its_page_and_no_other_text_does():
    row = '<tr><th scope="row"><span class="eyebrow">Group</span><span>A &amp; B</span></th><td>A &amp; B</td></tr>'
    html = screen(section(row), {"A & B": "x.html?a=1&b=2"})
    assert html.count("<a ") == 1
    assert '<a href="x.html?a=1&amp;b=2">A &amp; B</a></span></th>' in html
    assert "<a " not in screen(section('<th scope="col">A</th>'), {"A": "x"})


def test_an_address_in_a_text_becomes_a_link_without_its_full_stop_and_a_script_never_does():
    html = screen(section("<p>Read at: https://a.org/b?c=1&amp;d=2. javascript:alert(1)</p>"))
    assert '<a href="https://a.org/b?c=1&amp;d=2" rel="noopener noreferrer">https://a.org/b?c=1&amp;d=2</a>. ' in html
    assert html.count("<a ") == 1
    linked = screen(section('<a href="https://a.org">https://a.org</a>'))
    assert linked == '<a href="https://a.org" rel="noopener noreferrer">https://a.org</a>'


def test_what_no_section_needs_is_dropped():
    html = screen(
        section('<script>alert("</p>")</script><style>p{}</style><iframe src="x"></iframe><p>y</p><base href="/">')
    )
    assert html == "<p>y</p>"


def test_a_place_on_a_scale_becomes_a_class_of_the_page():
    book = StyleBook()
    html = screen(section('<div class="part" style="width: 3%"></div><div style="width: 3%"></div>'), book=book)
    assert html == '<div class="part at-1"></div><div class="at-1"></div>'
    assert book.css == ".at-1{width: 3%}"
    assert "'sha256-" in policy(book.css)
    assert "unsafe" not in policy(book.css) + policy("")


def test_a_long_remark_and_a_caption_stay_in_sight():
    html = screen(section('<tr class="caveat-row"><td colspan="7">x</td></tr><tr><td>y</td></tr>'))
    assert html == '<tr class="caveat-row"><td colspan="7"><span class="stay">x</span></td></tr><tr><td>y</td></tr>'


def test_a_text_of_another_script_reads_its_own_way_in_a_page_from_right_to_left():
    html = screen(section('<p>V-Dem (2024).</p><p>نص V-Dem</p><td>12</td><p dir="rtl">x</p>'), language="ar")
    assert html == '<p dir="ltr">V-Dem (2024).</p><p>نص V-Dem</p><td>12</td><p dir="rtl">x</p>'
    assert "dir=" not in screen(section("<p>V-Dem</p>"))


def figure(chart):
    return screen(section(f"<figure>{chart}</figure>"))


def test_a_chart_takes_the_colours_of_the_page_and_is_there_as_text():
    chart = bars([Bar("Law <1>", 40.0), Bar("b", None)], title="T", fmt=str)
    html = figure(chart)
    assert 'class="chart adapts"' in html
    assert not re.search(r'(fill|stroke)="#', html)
    assert 'fill="var(--chart-main)"' in html
    assert "<li>Law &lt;1&gt;: 40.0</li>" in html
    assert "<title>T</title>" in html


def test_a_chart_with_shades_that_mean_a_number_stands_on_paper_and_keeps_them():
    chart = heat(["a"], ["b"], [[70.0]], title="T", fmt=str)
    html = figure(chart)
    assert 'class="chart on-paper"' in html
    shades = [colour for colour in re.findall(r'fill="(#\w+)"', html) if colour not in drawing.NAMES]
    assert shades
    assert set(shades) <= set(re.findall(r'fill="(#\w+)"', chart))


def test_every_named_colour_of_the_charts_is_in_the_style_sheet_for_day_dark_and_paper():
    css = (template_folder() / "site" / "assets" / "site.css").read_text(encoding="utf-8")
    for colour, name in drawing.NAMES.items():
        values = re.findall(rf"--chart-{name}: (#[0-9a-f]+)", css)
        assert len(values) == 4, name  # day, dark as the system's, dark as chosen, paper
        assert values[1] == values[2]
        full = {
            value if len(value) == 7 else "#" + "".join(c * 2 for c in value[1:]) for value in (values[0], values[3])
        }
        assert full == {colour}


def test_letters_of_charts_stand_out_in_the_dark():
    css = (template_folder() / "site" / "assets" / "site.css").read_text(encoding="utf-8")
    dark = css.split(':root[data-theme="dark"]')[1].partition("}")[0]
    value = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", dark))
    for name in ("ink", "muted", "main", "accent", "second", "third"):
        assert tokens.contrast(value[f"chart-{name}"], value["chart-paper"]) >= tokens.LEAST_CONTRAST, name
    for name in ("ink", "soft", "faint", "accent", "accent-deep", "signal", "link"):
        for ground in ("paper", "panel", "bar"):
            assert tokens.contrast(value[name], value[ground]) >= tokens.LEAST_CONTRAST, (name, ground)


def test_both_ways_to_the_dark_give_the_same_colours():
    css = (template_folder() / "site" / "assets" / "site.css").read_text(encoding="utf-8")
    system = css.split(':root:not([data-theme="light"]) {')[1].partition("}")[0]
    chosen = css.split(':root[data-theme="dark"] {')[1].partition("}")[0]
    assert re.findall(r"--[^;]+", system) == re.findall(r"--[^;]+", chosen)


def test_the_style_sheets_of_the_pdf_follow_the_reader_s_size_of_text():
    css = shared_css()
    assert not re.search(r"\d(pt|mm)\b", css)
    assert "--size-text: 1rem" in css
    assert "@page" not in css
    assert styles._LENGTH.sub(styles._in_rem, "a1pt 2.2pt -1mm") == "a1pt 0.25rem -0.322rem"


def test_files_are_named_so_that_every_system_can_keep_them():
    names = file_names(["../../etc/passwd", "a b", ".hidden", "CON", "con", "é" * 99, ""])
    assert all(re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,80}", name) for name in names.values())
    assert len({name.casefold() for name in names.values()}) == len(names)
    places = addresses("en", ["KOR"], ["../x"])
    assert places.indicators["../x"].startswith("en/indicator/")
    assert "/../" not in places.indicators["../x"]


def test_an_address_is_written_from_where_it_is_read():
    assert relative("en/index.html", "index.html") == "en/index.html"
    assert relative("data/a b.pdf", "en/country/KOR.html") == "../../data/a%20b.pdf"


def test_a_folder_takes_its_place_whole(tmp_path):
    target = tmp_path / "site"
    folder.replace_folder(target, {"a/b.html": b"1", "old.html": b"2"}.items())
    folder.replace_folder(target, {"a/b.html": b"3"}.items())
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert [path.name for path in target.rglob("*")] == ["a", "b.html"]
    assert (target / "a" / "b.html").read_bytes() == b"3"


def test_a_folder_that_cannot_be_written_leaves_the_old_one_and_nothing_else(tmp_path):
    target = tmp_path / "site"
    folder.replace_folder(target, {"index.html": b"old"}.items())
    with pytest.raises((FileExistsError, NotADirectoryError)):
        folder.replace_folder(target, {"index.html": b"new", "index.html/x": b"a file is no folder"}.items())
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert (target / "index.html").read_bytes() == b"old"


def test_where_the_new_folder_cannot_move_in_the_old_one_moves_back(tmp_path, monkeypatch):
    target = tmp_path / "site"
    folder.replace_folder(target, {"index.html": b"old"}.items())
    rename = type(target).rename

    def refuse(path, to):
        if path.name.endswith(".part"):
            raise OSError("full")
        return rename(path, to)

    monkeypatch.setattr(type(target), "rename", refuse)
    with pytest.raises(OSError, match="full"):
        folder.replace_folder(target, {"index.html": b"new"}.items())
    assert (target / "index.html").read_bytes() == b"old"


def test_the_search_knows_each_heading_with_the_words_below_it_and_no_table():
    written = tokens_of(
        '<section id="a"><h2>A</h2><p>one</p><table><td>9</td></table><h3 id="h-1">B</h3><p>two</p></section>'
    )
    found = list(search.passages(written, "Section", "en/x.html", "Korea"))
    assert [(one.title, one.address, one.text) for one in found] == [
        ("A · Korea", "en/x.html#a", "one"), ("B · Korea", "en/x.html#h-1", "two"),
    ]  # fmt: skip


def test_the_index_of_the_search_is_a_script_that_no_text_can_leave():
    text = '</script><script>alert(1)</script>"\\\u2028'
    said = search.script([search.Found("k", text, "a", text)])
    assert "<" not in said
    assert "\u2028" not in said
    rows = json.loads(said.split("=", 1)[1].strip().rstrip(";"))
    assert rows == [["k", text, "a", text]]


def test_sizes_and_languages_are_named_as_people_name_them():
    assert [size(count, Numbers()) for count in (0, 1500, 2_345_678, 5 * 10**9)] == ["0 B", "2 kB", "2.3 MB", "5.0 GB"]
    assert own_name("ar") == "العربية"
    assert own_name("en-XA") == "en-XA"


def test_an_attribute_goes_into_its_tag():
    assert with_attribute("<p>", "id", "a") == '<p id="a">'
    assert text_of(["<p>", "a", "<svg><text>no</text></svg>", "</p>"]) == "a"
