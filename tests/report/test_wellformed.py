"""A page that is read as XML is the page that a reader of HTML sees; where it would not be, it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssemon.report import jobs, pdf, shells, variables, wellformed

SVG = '<svg width="9" height="9" viewBox="0 0 9 9" data-chart="0"><title>T</title><desc>d</desc></svg>'


def page(body: str, head: str = '<meta charset="utf-8"><title>t</title>') -> str:
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>{head}</head>\n<body class="a">{body}</body>\n</html>'


def as_html(html: str):
    pdf.warm_up()
    import weasyprint

    return weasyprint.HTML(string=html).etree_element


def told(element, root=True):
    """An element as far as a page shows it: its white space at the very ends is nobody's."""
    attributes = {key: value for key, value in element.attrib.items() if "xmlns" not in key}
    children = [told(child, root=False) for child in element]
    text = (element.text or "").strip() if root else element.text or ""
    return element.tag, attributes, text, children, [(child.tail or "") for child in element if child.tag != "body"]


def assert_same(html: str) -> None:
    read = wellformed.read(html)
    assert read is not None
    other = as_html(html)
    body, other_body = read.find("body"), other.find("body")
    # What follows the body in the file, a reader of HTML puts at its end.
    if len(body):
        for one in (body, other_body):
            one[-1].tail = (one[-1].tail or "").rstrip()
    else:
        body.text, other_body.text = (body.text or "").rstrip(), (other_body.text or "").rstrip()
    assert told(read) == told(other)


@pytest.mark.parametrize(
    "body",
    [
        "", "text", "<p>one<br>two</p>", "<p>a &amp; b &lt; c &#34;&#39;&#160;&#8239;&gt;</p>", '<img src="a" alt="b > c">'.replace(" > ", " &gt; "),
        "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "<dl><dt>a</dt><dd>b<dl><dt>c</dt></dl></dd></dl>",
        "<table><caption>c</caption><colgroup><col><col></colgroup><thead><tr><th>a</th></tr></thead>\n<tbody><tr><td><p>b</p></td></tr></tbody></table>",
        f"<p>{SVG} and {SVG}</p>", f"<figure>{SVG}<figcaption>c</figcaption></figure>", "<div><p>a</p>b<p>c</p></div>",
        '<a href="#x"><span>a</span></a><a href="#y">b</a>', "<p><b>a<i>b</i></b></p>", "<h1>a<span>b</span></h1><h2>c</h2>",
        '<div title="a&#10;b" data-x="&amp;lt;">\n \n</div>', "<section><hr><blockquote><p>a</p></blockquote></section>",
    ],
)  # fmt: skip
def test_the_tree_is_that_of_a_reader_of_html(body):
    assert_same(page(body))


@pytest.mark.parametrize(
    "body",
    [
        "<p><div>a</div></p>", "<p>a<p>b", "<table><tr><td>a</td></tr></table>", "<table>a<tbody></tbody></table>",
        "<table><tbody><tr>a<td>b</td></tr></tbody></table>", "<table><tbody>a</tbody></table>", "<ul><li><li>a</li></li></ul>",
        "<ul><li><div><li>a</li></div></li></ul>", '<a href="#"><a href="#">a</a></a>', '<a href="#"><b><a href="#">a</a></b></a>',
        "<h1><h2>a</h2></h1>", "<dl><dt><dd>a</dd></dt></dl>", "<pre>\na</pre>", "<style>a > b</style>", "<script>1 < 2</script>",
        "<!-- c -->", "<b><p>a</b></p>", "&nbsp;", "&apos;", "&copy;", "&#128;", "&#x41;", "<td>a</td>", "<tbody><tr></tr></tbody>",
        "<unknown>a</unknown>", "<DIV>a</DIV>", '<div CLASS="a">b</div>', "<div class=a>b</div>", "<div hidden>b</div>", "<button>a</button>",
        '<p xml:lang="ko">a</p>', '<svg><p xmlns="">a</p></svg>', "<svg><text>a</text></svg>", "a & b", "<p>a", "a</p>", "\x01",
        f"<table><tbody><tr>{SVG}</tr></tbody></table>", "<p><table><tbody></tbody></table></p>", "<math></math>", "<ruby>a<rt>b</rt></ruby>",
        "<![CDATA[a]]>", "<?a b?>", '<p xmlns="http://www.w3.org/2000/svg">a</p>', "<select><option>a</option></select>",
    ],
)  # fmt: skip
def test_what_html_has_rules_of_its_own_for_is_left_to_its_reader(body):
    assert wellformed.read(page(body)) is None


@pytest.mark.parametrize(
    "html",
    [
        "<html><head></head><body></body></html>", "<!DOCTYPE html><p>a</p>", "<!DOCTYPE html><html><body></body></html>",
        page("", "<style>a</style>"), page("", "text"), "", page("").replace("</html>", "</html>after"),
        page("").replace("<body", "text<body"),
    ],
)  # fmt: skip
def test_a_page_without_its_parts_is_left_to_the_reader_of_html(html):
    assert wellformed.read(html) is None


TAGS = (
    "div",
    "p",
    "span",
    "b",
    "a",
    "ul",
    "li",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "table",
    "tbody",
    "tr",
    "td",
    "caption",
    "section",
    "br",
)
TREES = st.recursive(
    st.sampled_from(["", "x", " ", "&amp;", "\n", SVG]),
    lambda inner: st.builds(
        lambda tag, inside, after: f"<{tag}>{after}" if tag == "br" else f"<{tag}>{''.join(inside)}</{tag}>{after}",
        st.sampled_from(TAGS), st.lists(inner, max_size=3), st.sampled_from(["", "y", " "]),
    ),
    max_leaves=12,
)  # fmt: skip


@given(TREES)
def test_whatever_is_read_as_xml_is_what_html_says(body):
    if wellformed.read(page(body)) is not None:
        assert_same(page(body))


def test_the_reports_are_read_so(run):
    for job in jobs(run, countries=["AAA"], languages=["en"], compare=True):
        html, _ = shells.taken_out(job.html)
        assert_same(html)


SHEET = ":root { --ink: #111; --a: 1mm; --b: calc(1mm + 2mm) } /* --c: 1 */ p { color: var(--ink); margin: var( --a ) var(--b) var(--c) }"


def test_a_property_with_one_value_is_written_out():
    values = variables.constant((SHEET,))
    assert values == {"--ink": "#111", "--a": "1mm"}
    assert "color: #111; margin: 1mm var(--b) var(--c)" in variables.written_out(SHEET, values)


@pytest.mark.parametrize(
    "other",
    [
        ".dark { --ink: #fff }",
        ":root { --ink: #fff }",
        "@media print { :root { --ink: #fff } }",
        ".a :root { --ink: #fff }",
    ],
)
def test_a_property_that_is_set_twice_is_left_to_the_page(other):
    assert "--ink" not in variables.constant((SHEET, other))


def test_a_property_that_is_not_the_root_s_is_left_to_the_page():
    assert variables.constant((".short { --ink: #111 }", "p:root { --x: 1 }")) == {}


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<p style="--ink: red">', True), ("<style>p { }</style>", True), ("<p>a -- b: c</p>", False), ("<p>a</p>", False),
        ("<p>--colour: red</p>", True),
    ],
)  # fmt: skip
def test_a_page_that_may_set_a_property_is_noticed(html, found):
    assert variables.are_set(html) is found
