"""A secretariat's branding: what it changes on the pages, and what it may never do."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ssemon.branding import read_branding
from ssemon.colours import LEAST_CONTRAST, WHITE, contrast, difference, mixed
from ssemon.errors import EditionFault
from ssemon.logo import LARGEST, read_logo
from ssemon.report import jobs
from ssemon.report.brand import style_of
from ssemon.report.charts import tokens
from ssemon.report.pdf import write_pdf

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'
LOGO = SVG.format('<path d="M0 0h9v9z" fill="#14224f"/>')
PNG = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + b"IHDR" + (40).to_bytes(4) + (20).to_bytes(4) + bytes(9)
SETTINGS = """\
[organisation]
name = { en = "House of Tests", fr = "Maison des essais" }
short = "HT"
address = "1 Test Street"
url = "https://example.org"
[colours]
main = "#1f3c88"
dark = "#14224f"
accent = "#b04a12"
[logo]
file = "logo.svg"
alt = "A triangle"
[foreword]
name = "A. Tester"
function = "Director"
"""
FILES = {
    "branding.toml": SETTINGS, "logo.svg": LOGO,
    "foreword.en.md": "Welcome to the <b>tests</b>.\n\n## Why\n\nBecause.", "imprint.en.md": "All rights *shared*.",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    def write(**changed):
        for name, content in {**FILES, **{key.replace("__", "/"): value for key, value in changed.items()}}.items():
            path = tmp_path / "branding" / name
            if content is None:
                path.unlink(missing_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / "branding"

    return write


def faults(path):
    with pytest.raises(EditionFault) as fault:
        read_branding(path)
    return [(problem.code, problem.what, problem.fix) for problem in fault.value.problems]


def html(run, path, *, compare=False, language="en"):
    branded = replace(run, branding=read_branding(path))
    [job] = jobs(branded, countries=[] if compare else ["AAA"], languages=[language], compare=compare)
    assert not job.fault
    return job.html


def test_the_pages_bear_the_house_s_name_words_logo_and_colours(run, folder):
    page = html(run, folder())
    assert 'alt="A triangle"' in page
    assert "data:image/svg+xml;base64," in page
    assert "--accent-deep:#14224f" in page
    for words in (
        "Welcome to the &lt;b&gt;tests",
        "A. Tester",
        "Director",
        "All rights <em>shared</em>",
        "House of Tests: ",
    ):
        assert words in page
    assert f'fill="{tokens.MAIN}"' not in page
    assert 'fill="#1f3c88"' in page


def test_words_are_those_of_the_language_else_the_english_ones_and_marked_so(run, folder):
    page = html(run, folder(**{"imprint.fr.md": "Tous droits partagés."}), language="fr")
    assert "Maison des essais" in page
    assert "Tous droits partagés" in page
    assert re.search(r'<div class="words" lang="en">\s*<p>Welcome', page)


def test_without_a_branding_nothing_of_it_stands_there(run):
    page = jobs(run, countries=["AAA"], languages=["en"], compare=False)[0].html
    for trace in ("foreword", "imprint", "<style>", 'class="plate"'):
        assert trace not in page
    assert f'fill="{tokens.MAIN}"' in page


def test_both_reports_say_whose_they_are(run, folder):
    page = html(run, folder(), compare=True)
    assert 'class="plate"' in page
    assert "All rights <em>shared</em>" in page


def test_the_id_of_the_pages_changes_with_any_file_of_the_branding_and_the_run_s_hash_does_not(run, folder):
    before = replace(run, branding=read_branding(folder()))
    after = replace(run, branding=read_branding(folder(**{"imprint.en.md": "Other."})))
    assert len({run.id, before.id, after.id}) == 3
    assert (run.id, before.hash) == (run.hash, run.hash)
    pages = [html(run, folder(**{"imprint.en.md": text})) for text in (FILES["imprint.en.md"], "Other.")]
    numbers = [set(re.findall(r"Report ([0-9a-f]{10})", page)) for page in pages]
    assert (len(numbers[0]), len(numbers[1]), numbers[0] & numbers[1]) == (1, 1, set())


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"branding.toml": None}, "D01", "no branding.toml"),
        ({"branding.toml": "[organisation"}, "D01", "as TOML"),
        ({"branding.toml": b'[organisation]\nname = "\xff"'}, "D01", "not UTF-8"),
        ({"foreword.en.md": "x" * (2**20 + 1)}, "D01", "more than 1 MB"),
        ({"branding.toml": SETTINGS.replace("[colours]", "[colors]")}, "D02", "[colors]"),
        ({"branding.toml": SETTINGS.replace("address", "adress")}, "D02", "adress"),
        ({"foreward.en.md": "x"}, "D02", "not used"),
        ({"foreword.md": "x"}, "D02", "not used"),
        ({"notes.txt": "x"}, "D02", "not used"),
        ({"branding.toml": SETTINGS.replace('"HT"', "3")}, "D03", "organisation.short"),
        ({"branding.toml": SETTINGS.replace('"HT"', '{ "en US" = "x" }')}, "D03", "organisation.short"),
        ({"branding.toml": SETTINGS.replace("https://example.org", "javascript:alert(1)")}, "D03", "address of the web"),
        ({"branding.toml": SETTINGS.replace("https://example.org", 'https://e.org/\\">')}, "D03", "address of the web"),
        ({"branding.toml": SETTINGS.replace("#1f3c88", "red;} body{")}, "D03", "colours.main"),
        ({"branding.toml": SETTINGS.replace('dark = "#14224f"\n', "")}, "D03", "colours.dark"),
        ({"branding.toml": 'colours = "red"\n'}, "D03", "must be a table"),
        ({"branding.toml": SETTINGS.replace("#1f3c88", "#009edb")}, "D04", "too pale"),
        ({"branding.toml": SETTINGS.replace("#b04a12", "#1f3c80")}, "D04", "hard to tell apart"),
        ({"logo.svg": None}, "D05", "names no file"),
        ({"branding.toml": SETTINGS.replace('alt = "A triangle"\n', "")}, "D05", "text alternative"),
        ({"branding.toml": SETTINGS.replace("logo.svg", "../logo.svg")}, "D05", "names no file"),
        ({"templates__country__covr.html.j2": "x"}, "D06", "to replace"),
        ({"templates__styles__cover.css": "x"}, "D06", "to replace"),
        ({"templates__country__cover.html.j2": "{% if %}"}, "D06", "cannot be read"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_code(folder, change, code, said):
    found = faults(folder(**change))
    assert [code] == [given for given, what, _ in found if said in what]


def test_a_misspelt_word_is_answered_with_the_one_that_was_meant(folder):
    found = faults(
        folder(**{"branding.toml": SETTINGS.replace("short", "shrot"), "templates__country__covr.html.j2": "x"})
    )
    assert {fix for _, _, fix in found} == {'did you mean "short"?', 'did you mean "country/cover.html.j2"?'}


def test_a_folder_that_is_not_there_and_links_that_lead_out_are_refused(folder, tmp_path):
    assert faults(tmp_path / "nowhere")[0][0] == "D01"
    (tmp_path / "secret.md").write_text("secret")
    path = folder(**{"imprint.en.md": None})
    (path / "imprint.en.md").symlink_to(tmp_path / "secret.md")
    assert [code for code, _, _ in faults(path)] == ["D01"]


HOSTILE = [
    "<script>alert(1)</script>",
    '<path d="M0 0" onload="alert(1)"/>',
    '<image href="file:///etc/passwd"/>',
    '<image xlink:href="https://example.org/x.png"/>',
    "<foreignObject><p/></foreignObject>",
    '<use href="https://example.org/x.svg#a"/>',
    '<use xlink:href="../other.svg#a"/>',
    '<a href="https://example.org"><path d="M0 0"/></a>',
    "<style>@import url(https://example.org/x.css);</style>",
    "<style>path{fill:url(file:///etc/passwd)}</style>",
    '<path d="M0 0" style="fill:URL( \'https://example.org/x\' )"/>',
    '<path d="M0 0" fill="url(https://example.org/x#a)"/>',
    '<animate attributeName="x"/>',
    '<filter id="f"><feImage href="x"/></filter>',
    '<set attributeName="href" to="javascript:alert(1)"/>',
    '<g id="a"><path d="M0 0"/></g><g id="b"><use href="#a"/><use href="#a"/></g><use href="#b"/>',
    "<g>" * 5 + "<path/>" * 3001 + "</g>" * 5,
    "<path",
]


@pytest.mark.parametrize("inside", HOSTILE)
def test_a_logo_that_is_more_than_a_drawing_is_refused(folder, inside):
    assert [code for code, _, _ in faults(folder(**{"logo.svg": SVG.format(inside)}))] == ["D05"]


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + LOGO.encode(),
        b'<?xml-stylesheet href="x.css"?>' + LOGO.encode(),
        b"<html/>",
        b"GIF89a",
        LOGO.encode("utf-16"),
        PNG[:16] + (9000).to_bytes(4) + PNG[20:],
        PNG[:12],
        b"x" * (LARGEST + 1),
    ],
)
def test_a_file_that_is_no_logo_is_refused(content):
    with pytest.raises(ValueError, match="it"):
        read_logo(content)


@pytest.mark.parametrize(
    "inside",
    [
        '<path d="M0 0"/>',
        "<style>.a{fill:url(#g)}</style>",
        '<defs><g id="a"/></defs><use href="#a"/>',
        "<title>x</title>",
    ],
)
def test_a_drawing_is_taken(inside):
    assert read_logo(SVG.format(inside).encode()).kind == "image/svg+xml"
    assert read_logo(PNG).kind == "image/png"


def test_a_template_is_replaced_and_may_build_on_ours(run, folder):
    own = '{% include "shipped/country/glance.html.j2" %}<p>From {{ report.name }}</p>'
    page = html(run, folder(templates__country__glance__html__j2=None, **{"templates/country/glance.html.j2": own}))
    assert 'id="glance"' in page
    assert "<p>From Country AAA</p>" in page


@pytest.mark.parametrize(
    "template",
    [
        "{{ report.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ '{0.__class__}'.format(report) }}",
        "{{ _.__globals__ }}",
        "{% include '/etc/passwd' %}",
        "{% include '../../pyproject.toml' %}",
        "{% include 'shipped/../../pyproject.toml' %}",
        "{% include 'branding.toml' %}",
        "{{ report.messages.append('x') }}",
        "{% for n in range(10000000) %}x{% endfor %}",
        "{{ report.nothing }}",
    ],
)
def test_a_template_that_reaches_out_fails_its_report_and_says_so(run, folder, template):
    branded = replace(run, branding=read_branding(folder(**{"templates/country/glance.html.j2": template})))
    [job] = jobs(branded, countries=["AAA"], languages=["en"], compare=False)
    assert re.match("SecurityError|UndefinedError|TemplateNotFound|OverflowError", job.fault)
    assert not job.html


def test_a_template_cannot_make_the_page_read_a_file(run, folder, tmp_path):
    (tmp_path / "secret.svg").write_text(LOGO)
    own = f'<section><img src="{(tmp_path / "secret.svg").as_uri()}" alt="x"></section>'
    branded = replace(run, branding=read_branding(folder(**{"templates/country/glance.html.j2": own})))
    [job] = jobs(branded, countries=["AAA"], languages=["en"], compare=False)
    facts = write_pdf(job.html, tmp_path / "x.pdf", base=job.base, stylesheets=job.stylesheets)
    assert any("outside the report's folder" in said for said in facts.complaints)


def test_every_colour_that_is_mixed_can_be_read_where_it_stands(folder):
    style = style_of(read_branding(folder()).colours)
    colours = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", style))
    for name in ("on-deep", "on-deep-soft"):
        assert contrast(colours[name], colours["accent-deep"]) >= LEAST_CONTRAST
    for ground in ("accent-pale", "signal-pale"):
        assert contrast(tokens.INK, colours[ground]) >= LEAST_CONTRAST


def test_our_own_colours_pass_what_is_asked_of_others():
    assert min(contrast(colour, WHITE) for colour in (tokens.MAIN, tokens.ACCENT)) >= LEAST_CONTRAST
    assert difference(tokens.MAIN, tokens.ACCENT) >= 20


def test_colours_are_mixed_and_told_apart():
    assert mixed("#102030", WHITE, 0) == "#102030"
    assert mixed("#102030", WHITE, 1) == WHITE
    assert difference("#000000", WHITE) == pytest.approx(100, abs=0.1)
    # Red and green of the same lightness are far apart, but not to every eye.
    assert difference("#b02020", "#4a6a00") < 30
