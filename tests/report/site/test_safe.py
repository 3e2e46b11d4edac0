"""Hostile texts: forty payloads in every text field that a plugin, a framework or a profile brings."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ssemon.errors import Problem, Where
from ssemon.framework import Indicator
from ssemon.model import CountryOutcome, Deviation, SourceFile

PAYLOADS = (
    "<script>pwned=1</script>", "</script><script>pwned=1</script>", "<img src=x onerror=pwned=1>",
    "<svg onload=pwned=1>", "<svg><script>pwned=1</script></svg>", '"><script>pwned=1</script>', "'><img src=x onerror=pwned=1>",
    '" onmouseover="pwned=1', "' onfocus='pwned=1' autofocus='", "javascript:pwned=1", "<a href=javascript:pwned=1>x</a>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'>", "<object data=javascript:pwned=1>", "<embed src=javascript:pwned=1>",
    "<base href=https://evil.example/>", "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example/a.css>", "<style>*{display:none}</style>", "</style><script>pwned=1</script>",
    "<form action=https://evil.example><input name=q>", "</title><script>pwned=1</script>", "</desc></svg><script>pwned=1</script>",
    "</td></tr></table><script>pwned=1</script>", "</section></main></body><script>pwned=1</script>", "<!--", "--><script>pwned=1</script>",
    "<![CDATA[<script>pwned=1</script>]]>", "<?xml version='1.0'?><x/>", "{{ 7*7 }}{% for x in y %}", "${7*7} #{7*7} <%= 7*7 %>",
    "&lt;script&gt;pwned=1&lt;/script&gt;", "&#60;script&#62;pwned=1&#60;/script&#62;", "&amp;lt;b&amp;gt;", "\u2028pwned=1//\u2029",
    "\u202eevil\u202c\u200f", "<scr\x00ipt>pwned=1</scr\x00ipt>", "<math><mtext><table><mglyph><style><img src=x onerror=pwned=1>",
    "<details open ontoggle=pwned=1>", "<p style=background:url(https://evil.example/x)>", "`-pwned=1-`\\';pwned=1//",
)  # fmt: skip
# Elements that our own templates and charts write.
OURS = frozenset(
    re.findall(
        r"\w+",
        "html head meta title link style script body a header div span form label input p ol ul li button svg circle path nav "
        "main footer section h1 h2 h3 h4 h5 h6 table caption thead tbody tr th td figure figcaption details summary aside dl dt dd strong em sup "
        "br code desc text line rect polyline polygon g",
    )
)


# So many payloads stand in a field at a time, as far apart as they can.
AT_ONCE = 5
STEP = len(PAYLOADS) // AT_ONCE


class Poison:
    """Gives other payloads for each field, with a mark by which they can be found again."""

    def __init__(self, start: int) -> None:
        self.place = start
        self.given: list[str] = []

    def __call__(self) -> str:
        chosen = (PAYLOADS[(self.place + STEP * n) % len(PAYLOADS)] for n in range(AT_ONCE))
        text = f"§{len(self.given)}§" + " ".join(chosen)
        self.place += 1
        self.given.append(text)
        return text


def poisoned(run, start=0):
    """Return a run whose every text field holds a payload, and the payloads."""
    bad = Poison(start)
    leaves = tuple(poisoned_leaf(leaf, bad) for leaf in run.framework.indicators)
    nodes = tuple(replace(node, name=bad()) for node in run.framework.nodes)
    framework = replace(
        run.framework, title=bad(), version=bad(), description=bad(), statement=bad(), nodes=nodes, indicators=leaves
    )
    edition = replace(run.edition, title=bad(), publisher=bad())
    countries = tuple(poisoned_country(outcome, bad) for outcome in run.countries)
    texts = {column: [bad() for _ in range(run.observations.height)] for column in ("source", "note")}
    import polars as pl

    observations = run.observations.with_columns(**{name: pl.Series(name, values) for name, values in texts.items()})
    return replace(
        run, framework=framework, edition=edition, countries=countries, observations=observations, licence=bad(),
        versions={bad(): bad()},
    ), bad.given  # fmt: skip


def poisoned_leaf(leaf: Indicator, bad) -> Indicator:
    metadata = dict.fromkeys(("caveat", "proxy_strength", "goalpost_basis"), "")
    return replace(leaf, name=bad(), definition=bad(), unit=bad(), metadata={name: bad() for name in metadata})


def poisoned_country(outcome: CountryOutcome, bad) -> CountryOutcome:
    source = SourceFile(outcome.code, bad(), bad(), bad(), bad(), bad(), bad(), bad(), "ab" * 32, 7)
    problem = Problem(
        code="K04",
        country=outcome.code,
        stage="x",
        what=bad(),
        where=Where(file=bad(), sheet=bad()),
        found=bad(),
        fix=bad(),
    )
    form = {name: bad() for name in ("org_type", "form_en", "form_national", "law_en", "law_year", "status", "register_holder", "evidence", "note")}  # fmt: skip
    figure = {name: bad() for name in ("as_of", "entity_type", "measure", "unit", "scope", "evidence_grade", "statistic_owner", "page", "page_kind", "address")}  # fmt: skip
    facts = {
        "legal_forms": ({**form, "in_force_from": ""},),
        "key_figures": ({**figure, "region": "", "year": "2022", "value": "12"},),
    }
    return replace(
        outcome, name=bad(), name_local=bad(), contact=bad(), confirmed_by=bad(), sources=(source,), problems=(problem,),
        deviations=(Deviation(outcome.code, "L1", bad()),), facts=facts, notes={"en": f"# {bad()}\n\n{bad()}\n\n- {bad()}\n"},
    )  # fmt: skip


@pytest.mark.parametrize("start", range(STEP))
def test_a_payload_in_any_field_stays_a_text(drawn, site, page_class, start):
    run, given = poisoned(drawn, start)
    said = ""
    for path in sorted(site(run, languages=("en",)).rglob("*.html")):
        page = page_class(path.read_text(encoding="utf-8"))
        assert page.faults == []
        assert {name for name, _ in page.elements} <= OURS
        for _, attributes in page.elements:
            assert not [name for name in attributes if name.startswith("on") or name == "srcdoc"]
            assert not re.match(r"\s*(javascript|data|vbscript):", attributes.get("href", ""), re.IGNORECASE)
            assert "evil.example" not in attributes.get("src", "") + attributes.get("action", "")
        assert [one for one in page.all("script") if not one.get("src", "").startswith("../")] == []
        said += page.text
    absent = [number for number in range(len(given)) if f"§{number}§" not in said]
    assert len(absent) < len(given) / 4  # not printed: fields of what is not available, and of what is only read
    assert "<script>pwned=1</script>" in said


def test_a_code_that_would_leave_the_folder_stays_in_it(drawn, site):
    leaves = tuple(replace(leaf, code=leaf.code) for leaf in drawn.framework.indicators)
    odd = replace(leaves[-1], code="../../../F")
    root = site(replace(drawn, framework=replace(drawn.framework, indicators=(*leaves[:-1], odd))))
    assert len(list((root / "en" / "indicator").iterdir())) == len(leaves)
    assert [path.name for path in root.parent.iterdir()] == ["site"]


def test_an_extension_s_section_is_shown_without_what_could_act(drawn, site, page_class):
    from ssemon.model import AddedSection

    html = "<p>Kept</p><script>pwned=1</script><iframe src='https://evil.example'></iframe><base href='/'>"
    root = site(replace(drawn, sections=(AddedSection("x", "Added <b>", html, "AAA"),)))
    page = page_class((root / "en" / "country" / "AAA.html").read_text(encoding="utf-8"))
    assert "Kept" in page.texts
    assert "Added <b>" in page.text
    assert "pwned" not in page.html
    assert page.all("iframe") == page.all("base") == []
