"""Hostile pages and hostile texts: nothing is fetched, nothing is read that may not be, nothing leaks, nothing hangs."""

from __future__ import annotations

import base64
import socket
import struct
import threading
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from itertools import zip_longest

import pypdf
import pytest

from ssemon.model import AddedSection, Deviation, SourceFile
from ssemon.report import Job, jobs, limits, pdf, render, worker
from ssemon.report.notes import render_notes
from ssemon.report.pages import template_folder

pytestmark = pytest.mark.slow

SECRET = "Topsecret"
SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="300" height="30"'
DRAWN_SECRET = f'<svg {SVG}><title>{SECRET}</title><text y="20">{SECRET}</text></svg>'


def encoded(content, kind="image/svg+xml"):
    raw = content if isinstance(content, bytes) else content.encode()
    return f"data:{kind};base64,{base64.b64encode(raw).decode()}"


def picture(width, height):
    """A PNG that says it is large and holds next to nothing."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


# {web} is an address that tells us when it is asked, {file} the address of a secret outside the folder, {name} its name.
DOCUMENTS = {
    "a picture by its file": '<img alt="a" src="{file}">',
    "a picture above the folder": '<img alt="a" src="../{name}">',
    "a picture above the folder, spelt otherwise": '<img alt="a" src="%2e%2e/{name}">',
    "a link that leads out": '<img alt="a" src="link.svg">',
    "a folder's link that leads out": '<img alt="a" src="up/{name}">',
    "another spelling of the scheme": '<img alt="a" src="FILE:{path}"><img alt="a" src="file:{path}">',
    "a file of this host by name": '<img alt="a" src="file://localhost{path}">',
    "another base": '<base href="{parent}/"><img alt="a" src="{name}">',
    "a picture of the web": '<img alt="a" src="{web}/a.png"><img alt="a" srcset="{web}/b.png 2x" src="">',
    "an address without a scheme": '<img alt="a" src="//{host}/a.png">',
    "a style's picture": '<p style="background: url({file}); border-image: url({web}/b); mask: url({web}/c)">x</p>',
    "a list's picture": '<ul style="list-style-image: url({web}/d)"><li style="cursor: url({web}/e)">x</li></ul>',
    "generated content": "<style>p::before {{ content: url({file}) url({web}/f) }}</style><p>x</p>",
    "an imported style": '<style>@import "{file}"; @import url({web}/g.css);</style>',
    "a style sheet": '<link rel="stylesheet" href="{web}/h.css"><link rel="stylesheet" href="{file}">',
    "a font": "<style>@font-face {{ font-family: F; src: url({web}/i.woff2), url({file}) }} p {{ font-family: F }}</style><p>x</p>",
    "a colour profile": "<style>@color-profile --x {{ src: url({web}/j.icc) }} p {{ color: color(--x 1 0 0) }}</style><p>x</p>",
    "an object": '<object data="{file}">x</object><embed src="{file}"><embed src="{web}/k">',
    "a frame": '<iframe src="{file}"></iframe><iframe src="{web}/l"></iframe><frame src="{web}/m">',
    "sound and film": '<video poster="{web}/n" src="{web}/o"></video><audio src="{web}/p"></audio>',
    "an attachment": '<link rel="attachment" href="{file}"><a rel="attachment" href="{file}">x</a>',
    "a chart's picture": '<svg {svg}><title>t</title><image href="{file}" width="9" height="9"/><image xlink:href="{web}/q"/></svg>',
    "a chart's reuse": '<svg {svg}><title>t</title><use href="{file}#a"/><rect fill="url({web}/r#g)" width="9" height="9"/></svg>',
    "a chart's style": '<svg {svg}><title>t</title><style>@import url({web}/s);</style><rect style="fill:url({file}#a)"/></svg>',
    "a chart's script": '<svg {svg} onload="x()"><title>t</title><script href="{web}/t">fetch("{web}/u")</script></svg>',
    "a chart with an entity": '<img alt="a" src="{entity}">',
    "a chart inside an address": '<img alt="a" src="{inside}">',
    "a script and a form": '<script src="{web}/v">1</script><form action="{web}/w"><input type="image" src="{web}/x"></form>',
    "a page that asks to be left": '<meta http-equiv="refresh" content="0;url={web}/y"><link rel="preload" href="{web}/z">',
    "an endless device": '<img alt="a" src="zero"><img alt="a" src="file:///dev/zero"><img alt="a" src="pipe">',
    "a large picture that is small": '<img alt="a" src="{bomb}">',
    "entities of entities": '<img alt="a" src="{laughs}">',
    "a pattern of itself": '<svg {svg}><title>t</title><pattern id="a" width="1" height="1"><rect width="9" height="9" fill="url(#a)"/>'
    '</pattern><rect width="9" height="9" fill="url(#a)"/></svg>',
    "a wide cell": '<table><tr><td colspan="65534" rowspan="65534">x</td></tr><tr><td>y</td></tr></table>',
    "lengths out of all measure": '<p style="width: 1e30px; margin: -1e30px; font-size: 1e9px">x</p>',
}  # fmt: skip
# WeasyPrint gives these up, and the report is named as not written.
REFUSED = {"a colour profile", "lengths out of all measure"}
LAUGHS = '<!DOCTYPE svg [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
) + f']><svg {SVG}><title>t</title><text y="9">&j;</text></svg>'  # fmt: skip


@pytest.fixture(scope="module")
def ear():
    """A port that counts who knocks."""
    heard, server = [], socket.create_server(("127.0.0.1", 0))

    def listen():
        while True:
            try:
                found, _ = server.accept()
            except OSError:
                return
            heard.append(found.recv(200))
            found.close()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.getsockname()[1]}", heard
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


@pytest.fixture
def base(tmp_path):
    import os

    folder = tmp_path / "base"
    folder.mkdir()
    (tmp_path / "secret.svg").write_text(DRAWN_SECRET)
    (folder / "link.svg").symlink_to(tmp_path / "secret.svg")
    (folder / "up").symlink_to(tmp_path)
    (folder / "zero").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe")
    return folder


def document(body, base, host):
    """A whole page with a hostile piece in it."""
    secret = base.parent / "secret.svg"
    entity = f'<!DOCTYPE svg [<!ENTITY e SYSTEM "{secret.as_uri()}">]><svg {SVG}><title>t</title><text y="9">&e;</text></svg>'
    inside = f'<svg {SVG}><title>t</title><image href="{secret.as_uri()}" width="9" height="9"/></svg>'
    filled = body.format(
        web=f"http://{host}", host=host, file=secret.as_uri(), path=secret, name=secret.name, parent=base.parent.as_uri(),
        svg=SVG, entity=encoded(entity), inside=encoded(inside), laughs=encoded(LAUGHS),
        bomb=encoded(picture(30000, 30000), "image/png"),
    )  # fmt: skip
    head = '<meta charset="utf-8"><title>t</title><meta name="dcterms.created" content="2022-12-10">'
    return f'<!DOCTYPE html><html lang="en"><head>{head}</head><body><p>Before</p>{filled}<p>After</p></body></html>'


def holds(path, word):
    """Whether a PDF holds a word: in its bytes, in a stream, on a page or as an attachment."""
    reader, raw = pypdf.PdfReader(path), path.read_bytes()
    streams = [raw]
    for number in range(1, len(reader.xref[0]) + 1 if reader.xref else 1):
        found = pypdf.generic.IndirectObject(number, 0, reader).get_object()
        if isinstance(found, pypdf.generic.StreamObject):
            streams.append(found.get_data())
        streams.append(str(found).encode())
    streams += [page.extract_text().encode() for page in reader.pages]
    streams += [content for contents in reader.attachments.values() for content in contents]
    return any(word.encode() in one or word.encode("utf-16-be") in one for one in streams)


def test_the_search_for_a_leak_finds_one(tmp_path):
    page = document(f"<p>x</p>{DRAWN_SECRET}".replace("{", "{{"), tmp_path / "base", "")
    pdf.write_pdf(page, tmp_path / "a.pdf", base=template_folder())
    assert holds(tmp_path / "a.pdf", SECRET)


def test_there_are_enough_documents_and_payloads():
    assert len(DOCUMENTS) >= 25
    assert len(set(PAYLOADS)) >= 40


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_hostile_page_leaks_and_fetches_nothing(base, tmp_path, ear, name):
    host, heard = ear
    answer = worker.draw(Job("AAA.en", "en", base, html=document(DOCUMENTS[name], base, host)), tmp_path)
    assert heard == []
    assert (answer.fault != "") == (name in REFUSED), answer.fault
    if answer.fault:
        assert not (tmp_path / "AAA.en.pdf").exists()
        return
    assert not holds(tmp_path / "AAA.en.pdf", SECRET)
    assert [path for path, told in answer.reads if told] == []
    text = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "AAA.en.pdf").pages)
    assert "Before" in text
    assert "After" in text


TOO_MUCH = {
    "deep nesting": "<div>" * 20_000,
    "pages without an end": "<style>@page {{ size: 1px 1px; margin: 0 }}</style>" + "<p>word </p>" * 20_000,
    "a text without an end": "<p style='columns: 3'>" + "word " * 400_000,
}


# A text without an end meets the limit that pages without an end meet.
@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.long) if one.startswith("a text") else one for one in TOO_MUCH]
)
def test_a_page_that_asks_for_too_much_is_given_up_and_the_others_are_written(base, tmp_path, monkeypatch, name):
    monkeypatch.setenv(limits.SECONDS_VARIABLE, "4")
    monkeypatch.setenv(limits.MEGABYTES_VARIABLE, "900")
    bad, good = (
        Job(code, "en", base, country=code[:3], html=document(body, base, ""))
        for code, body in (("AAA.en", TOO_MUCH[name]), ("BBB.en", ""))
    )
    told = [one for one in render([bad, good], tmp_path / "out", workers=1) if one.severity == "error"]
    assert [(one.country, one.code in ("G02", "G06")) for one in told] == [("AAA", True)]
    assert [path.name for path in (tmp_path / "out" / "reports").glob("[A-Z]*")] == ["BBB.en.pdf"]


PAYLOADS = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg onload=alert(1)>", "</title><script>1</script>",
    "</body></html><p>after", "<!-- comment", "]]>", "<![CDATA[x]]>", "<style>@import 'http://x'</style>", "<base href=//x>",
    "<iframe src=file:///etc/passwd>", "<link rel=attachment href=/etc/passwd>", "<meta http-equiv=refresh content=0>",
    "<object data=/etc/passwd>", "<table><tr><td colspan=65534>", "</td></tr></table>", "<svg data-chart='0'></svg>",
    "</svg><script>1</script><svg>", "&lt;b&gt;&amp;&quot;", "&#60;script&#62;", "{{ 7*7 }}", "{% for x in 1 %}", "{# x #}",
    "{{ config.__class__.__mro__ }}", "${7*7}", "%s%n%d", "%(name)s", "{0.__class__}", "{name}", "\\u003cscript\\u003e",
    "javascript:alert(1)", "data:text/html,<b>x</b>", "url(http://x)", "expression(alert(1))", "'; DROP TABLE x; --",
    "=1+1", "@SUM(A1)", "../../../../etc/passwd", "file:///etc/passwd", "http://127.0.0.1:9/", "\u202eoverride", "\u200b\u2066\u2069",
    "a\tb", "x" * 400, "\ue000number\ue001", "![x](file:///etc/passwd)", "[x](javascript:1)", "`code`", "# head", "| a | b |",
    "الاقتصاد", "경제", "𝒳 e\u0301 \ufeff",
)  # fmt: skip


# Two at a time in each field, because every pair takes all pages.
TWO_BY_TWO = list(zip_longest(PAYLOADS[::2], PAYLOADS[1::2], fillvalue="x"))


def poisoned(run, text):
    """The run with a text in every field that somebody else writes."""
    first, *others = run.countries
    fields = dict.fromkeys(("source", "licence", "citation", "file", "sheet"), text)
    source = SourceFile("AAA", "observations", url="https://example.org", sha256="ab" * 32, rows=7, **fields)
    facts = {
        table: tuple({key: text if isinstance(value, str) and key not in CODES else value for key, value in row.items()} for row in rows)
        for table, rows in first.facts.items()
    }  # fmt: skip
    problems = tuple(replace(one, what=text, found=text, fix=text) for one in first.problems)
    first = replace(
        first, name=text, name_local=text, contact=text, sources=(source,), facts=facts, notes={"en": text}, problems=problems,
        deviations=(Deviation("AAA", "L1", text),), confirmed_by=text,
    )  # fmt: skip
    framework = replace(
        run.framework, title=text, description=text, licence=text, statement=text,
        nodes=tuple(replace(node, name=text) for node in run.framework.nodes),
        indicators=tuple(
            replace(one, name=text, definition=text, metadata=dict.fromkeys(one.metadata, text)) for one in run.framework.indicators
        ),
    )  # fmt: skip
    import polars as pl

    noted = run.observations.with_columns(source=pl.lit(text), note=pl.lit(text))
    return replace(
        run, countries=(first, *others), framework=framework, observations=noted, licence=text,
        edition=replace(run.edition, title=text, publisher=text), sections=(AddedSection("added", text, "<p>x</p>", "AAA"),),
        problems=tuple(replace(one, what=text, found=text, fix=text) for one in run.problems),
    )  # fmt: skip


CODES = ("org_type", "region", "year", "law_year", "in_force_from", "value", "evidence_grade", "entity_type", "measure", "address",
         "status", "page_kind", "as_of")  # fmt: skip


class Marks(HTMLParser):
    """Collects the kinds of tags and attributes of a page, where its links lead, and its text."""

    def __init__(self, html):
        super().__init__()
        self.kinds, self.links, self.words = set(), [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.kinds |= {tag, *((tag, name) for name, _ in attrs)}
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "data", "action", "style")]

    def handle_data(self, data):
        self.words.append(data)

    def handle_comment(self, data):
        self.kinds.add("comment")


def pages(run):
    found = jobs(run, countries=["AAA"], languages=["en"], compare=True)
    assert [one.fault for one in found] == [""] * len(found)
    return [one.html for one in found]


# What a country's notes may become, and nothing else.
NOTES = {
    "h1",
    "h2",
    "code",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "p",
    "a",
    "em",
    ("a", "href"),
    ("th", "scope"),
    "pre",
    "ol",
    "li",
}


def test_a_hostile_text_stays_a_text_in_every_field(run):
    plain = [Marks(html) for html in pages(poisoned(run, "Plain words"))]
    # Long names turn the labels of a chart.
    long = [Marks(html) for html in pages(poisoned(run, "Plain words " * 30))]
    local = ("#", "https://example.org", "data:image/svg+xml", "")
    for one, other in TWO_BY_TWO:
        for known, more, html in zip(plain, long, pages(poisoned(run, f"{one} {other}")), strict=True):
            found = Marks(html)
            assert found.kinds - known.kinds - more.kinds - NOTES == set(), (one, other)
            assert [link for link in set(found.links) - set(known.links) if not link.startswith(local)] == [], (
                one,
                other,
            )
            said = "".join(found.words)
            assert [text for text in (one, other) if text not in said and not text.startswith("\ue000")] == []


def test_hostile_texts_are_printed_and_leak_nothing(run, base, tmp_path, ear):
    host, heard = ear
    secret = (base.parent / "secret.svg").as_uri()
    text = f'"><img src="{secret}"><img src="http://{host}/a"></svg><style>@import url({secret});</style>{{{{ 7*7 }}}}'
    found = jobs(poisoned(run, text), countries=["AAA"], languages=["en"], compare=False)
    problems = render(found, tmp_path, workers=1)
    assert [one.code for one in problems if one.code not in ("G03", "G04")] == []
    assert heard == []
    path = tmp_path / "reports" / "AAA.en.pdf"
    assert not holds(path, SECRET)
    assert "7*7" in "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_notes_give_words_and_links_alone(payload):
    found = Marks(str(render_notes(f"{payload}\n\n- a {payload}\n\n> {payload}\n\n<{payload}>")))
    assert found.kinds <= NOTES | {"ul", "blockquote", "strong", "br", "hr", "h3", "h4", "h5", "h6"}
    assert all(link.startswith(("http", "mailto:", "#", "..")) or ":" not in link for link in found.links), found.links
