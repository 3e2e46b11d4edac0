"""The brief: two pages for a desk, in every language and with whatever data, and the same numbers as the report's."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import page_layout as layout
from conftest import LEGAL_FORM, key_figure
from test_robustness import with_draws

from ssemon import report
from ssemon.edition import read_edition
from ssemon.engine import render_reports
from ssemon.errors import EditionFault
from ssemon.report import breaking, fitting, fonts, jobs, pdf
from ssemon.report.brief.facts import facts
from ssemon.report.brief.levers import levers
from ssemon.report.brief.messages import messages
from ssemon.report.brief.quality import missing
from ssemon.report.material import CountryMaterial
from ssemon.report.results import Results
from ssemon.report.words import Words

WORDS = Words()
_TAG = re.compile(r"<[^>]+>")
needs_icu = pytest.mark.skipif(not breaking.is_available(), reason="icu4py is not installed")
has_fonts = pytest.mark.skipif(bool(fonts.inspect().missing), reason="the Noto fonts are not installed")
LONG = " and what else stands in a name of some sixty characters"


def text_of(html: str) -> str:
    return " ".join(_TAG.sub(" ", html).split())


def brief(run, country="AAA", language="en"):
    (job,) = jobs(run, countries=[country], languages=[language], compare=False, kinds=("brief",))
    assert not job.fault
    return job


def material(run, country="AAA"):
    return CountryMaterial(Results(run), WORDS, run.country(country))


def with_facts(run, **changed):
    first = replace(run.countries[0], **changed)
    return replace(run, countries=(first, *run.countries[1:]))


def lengthy(run):
    """Everything there is, and every name of sixty characters, but the country's, which charts cut at forty."""
    framework = replace(
        run.framework,
        nodes=tuple(replace(node, name=node.name + LONG) for node in run.framework.nodes),
        indicators=tuple(replace(leaf, name=leaf.name + LONG) for leaf in run.framework.indicators),
    )
    figures = tuple(
        key_figure(entity_type=f"kind_{kind}{LONG}", measure=measure, statistic_owner="Ministry" + LONG)
        for kind in range(6)
        for measure in ("number", "members")
    )
    forms = tuple(LEGAL_FORM | {"law_en": f"Act {place}{LONG}"} for place in range(12))
    facts = {"legal_forms": forms, "key_figures": figures}
    named = with_facts(run, facts=facts, name="Country AAA and what it is called")
    return with_draws(replace(named, framework=framework))


def sparse(run):
    """No overall score, no facts, no draws: what the country DDD has."""
    return run


def empty(run):
    frames = {name: getattr(run, name).clear() for name in ("scores", "indicator_scores", "observations")}
    return replace(with_facts(run, facts={}, sources=()), **frames)


DATA = {"full": (with_draws, "AAA"), "long": (lengthy, "AAA"), "sparse": (sparse, "DDD"), "empty": (empty, "AAA")}


# With everything that a brief may hold in every language there is; with little or too much in the scripts that differ most.
LOOKED_AT = [
    (data, language)
    for data in DATA
    for language in (report.languages() if data == "full" else ("en", "fr", "ar", "km", "en-XA"))
]


@has_fonts
@needs_icu
@pytest.mark.parametrize(
    "language", ["en", "en-XA", *(pytest.param(one, marks=pytest.mark.slow) for one in ("ko", "fr", "ar"))]
)
@pytest.mark.parametrize("data", DATA)
def test_a_brief_has_two_pages(run, data, language):
    made, country = DATA[data]
    facts = layout.look(brief(made(run), country, language)).facts
    assert (facts.pages, facts.complaints) == (2, ())


@pytest.mark.slow
@has_fonts
@needs_icu
@pytest.mark.parametrize(("data", "language"), LOOKED_AT)
def test_nothing_in_a_brief_is_cut_or_lies_on_top_of_something_else(run, data, language):
    made, country = DATA[data]
    assert layout.faults(brief(made(run), country, language)) == []


@has_fonts
@pytest.mark.parametrize("data", DATA)
def test_a_brief_is_valid_pdf_ua_1(run, data, tmp_path):
    page_validation = pytest.importorskip("page")
    made, country = DATA[data]
    job = brief(made(run), country)
    found = pdf.write_pdf(job.html, tmp_path / "brief.pdf", base=job.base, stylesheets=job.stylesheets, archival=False)
    assert (found.pages, found.complaints) == (2, ())
    assert page_validation.is_pdf_compliant(str(tmp_path / "brief.pdf"), profile="ua1")


def test_a_brief_says_how_sure_the_score_is_and_where_the_full_report_is(run):
    said = text_of(brief(with_draws(run)).html)
    for part in (
        "81.2", "90% interval 78.0 to 84.5", "Advanced", "firm, 95%", "1 (1 to 2)", "rank of 3 (90% interval)",
        "Not to be told apart by rank from: Country BBB.", "of the inputs covered", "AAA.en.pdf", "Shared under CC BY-SA 4.0.",
        "Country AAA", "대한", "Overall score: up from 77.2 in 2017 to 81.2 in 2019",
    ):  # fmt: skip
        assert part in said, part


def test_every_number_of_a_brief_stands_in_the_report_too(run):
    drawn = with_draws(run)
    (whole,) = jobs(drawn, countries=["AAA"], languages=["en"], compare=False)
    numbers = [set(re.findall(r"\d+\.\d", text_of(job.html))) for job in (brief(drawn), whole)]
    assert len(numbers[0]) > 5
    assert numbers[0] <= numbers[1]


def test_the_messages_are_three_and_made_from_the_data(run):
    found = messages(material(with_draws(run))).messages
    assert [message.heading for message in found] == [
        "Where the country stands", "What is strong, what is weak", "How it moved",
    ]  # fmt: skip
    assert found[0].text.startswith("The band “Advanced” is firm: 95% of the draws fall into it. Rank 1 of 3 countries")
    assert found[1].text.startswith("“Markets” scores highest (87.5), “Law and order” lowest (75.0).")


def beside(run, law, markets):
    """The run with these scores of the two dimensions, a country each."""
    scores = run.scores
    for node, values in (("L", law), ("M", markets)):
        for area, value in zip(("AAA", "BBB", "CCC", "DDD"), values, strict=True):
            at = (pl.col("area") == area) & (pl.col("node") == node)
            scores = scores.with_columns(score=pl.when(at).then(value).otherwise("score"))
    return replace(run, scores=scores)


@pytest.mark.parametrize(
    ("markets", "country", "said"),
    [
        ((90, 60, 40, 20), "AAA", " All 2 dimensions are above the median of the countries."),
        ((90, 60, 40, 20), "DDD", " All 2 dimensions are below the median of the countries."),
        ((50, 50, 50, 50), "AAA", " of 2 dimensions that have one, 1 above, 0 below, 1 close to it."),
        ((20, 40, 60, 90), "AAA", " of 2 dimensions that have one, 1 above, 1 below, 0 close to it."),
    ],
)
def test_a_country_stands_beside_the_median(run, markets, country, said):
    assert messages(material(beside(run, (90, 60, 40, 20), markets), country)).messages[1].text.endswith(said)


def test_one_dimension_with_a_median_is_not_counted(run):
    assert messages(material(run)).messages[1].text.endswith("lowest (75.0).")


def test_without_a_score_the_first_message_says_why(run):
    assert "no overall score for 2019" in messages(material(run, "DDD")).messages[0].text


def test_what_is_missing_for_a_score_is_listed_where_there_is_none(run):
    assert missing(material(run)) is None
    found = missing(material(run, "DDD"))
    assert found.rule.startswith(
        "Without the coverage asked for a score is not shown and not estimated: Overall score:"
    )
    assert [(row.name, row.indicators, row.observed) for row in found.rows] == [
        ("Law and order", "2", "0"), ("Markets", "1", "1"),
    ]  # fmt: skip
    assert "What is missing for a score" in brief(run, "DDD").html


class WithLevers:
    """A run that worked out levers."""

    def __init__(self, run, rows):
        self._run = run
        schema = ["area", "indicator", "target", "gain", "target_value"]
        self.levers = pl.DataFrame(rows, orient="row", schema=schema)

    def __getattr__(self, name):
        return getattr(self._run, name)


def test_the_largest_levers_come_first_with_what_they_could_reach(run):
    rows = [
        ("AAA", "L1", "band", 0.5, 8.0), ("AAA", "L1", "top", 2.26, 10.0), ("AAA", "M1", "top", 3.0, None),
        ("AAA", "M1", "median", -4.0, 6.5), ("AAA", "L2", "top", 0.01, 9.0), ("AAA", None, "band", 9.0, None),
        ("BBB", "L2", "top", 9.0, 1.0),
    ]  # fmt: skip
    found = levers(material(WithLevers(run, rows)))
    assert [(row.name, row.value, row.band.gain, row.top.value, row.top.gain) for row in found.rows] == [
        ("Access to markets", "8.75", "..", "..", "+3.0"),
        ("Statutes in force", "7.5", "+0.5", "10.0", "+2.3"),
    ]
    assert levers(material(WithLevers(run, rows[4:6]))) is None
    assert levers(material(run)) is None


def test_facts_are_national_newest_and_one_of_each_kind_first(run):
    figures = (
        key_figure(entity_type="mutual", measure="members", value="5", year="2020"),
        key_figure(entity_type="mutual", measure="number", value="2", year="2019"),
        key_figure(entity_type="mutual", measure="number", value="3", year="2021"),
        key_figure(entity_type="cooperative", measure="number", value="9"),
        key_figure("KR-11", entity_type="association", value="7"),
    )
    found = facts(material(with_facts(run, facts={"key_figures": figures})))
    assert [(fact.what, fact.value) for fact in found.figures] == [
        ("Mutual: Members", "5"), ("Cooperative: Number", "9"), ("Mutual: Number", "3"),
    ]  # fmt: skip
    assert found.laws == ""
    assert [grade for grade, _ in found.grades] == ["B"]


def test_laws_are_named_once_and_counted(run):
    forms = [LEGAL_FORM | {"law_en": f"Act {place // 2}", "law_year": ""} for place in range(12)]
    found = facts(material(with_facts(run, facts={"legal_forms": forms})))
    assert found.laws == "12 legal forms are recorded. Laws on them: Act 0, Act 1, Act 2 and Act 3, and 2 more."
    one = facts(material(with_facts(run, facts={"legal_forms": [LEGAL_FORM]})))
    assert one.laws == "1 legal form is recorded. Laws on them: Act <1> (2012)."
    none = facts(material(with_facts(run, facts={"legal_forms": [LEGAL_FORM | {"law_en": "", "law_year": ""}]})))
    assert none.laws == "1 legal form is recorded."


def test_a_country_without_facts_has_no_empty_part(run):
    assert facts(material(with_facts(run, facts={}))) is None
    assert 'id="facts"' not in brief(with_facts(run, facts={})).html


def test_a_profile_chooses_the_sections_of_a_brief(run):
    chosen = replace(run.edition.outline, chosen={"brief": ("head", "quality")})
    html = brief(replace(run, edition=replace(run.edition, outline=chosen))).html
    assert re.findall(r'id="(head|messages|quality|sheet-\d)"', html) == ["sheet-1", "head", "quality"]


def test_briefs_are_printed_where_the_profile_says_so(run, tmp_path, monkeypatch):
    from ssemon.report import pool

    written = []
    monkeypatch.setattr(pool, "render_jobs", lambda jobs, *_, **__: written.extend(job.name for job in jobs) or [])
    for briefs in (False, True):
        outline = replace(run.edition.outline, briefs=briefs)
        render_reports(
            replace(run, edition=replace(run.edition, outline=outline)), tmp_path, countries=["AAA"], compare=False
        )
    assert written == ["AAA.en", "AAA.en", "AAA.brief.en"]


def test_briefs_are_asked_for_with_true(tmp_path):
    path = tmp_path / "edition.toml"
    path.write_text(
        '[edition]\nframework = "baseline"\nyears = [2019, 2020]\n[report]\nbriefs = "yes"\n', encoding="utf-8"
    )
    with pytest.raises(EditionFault, match="briefs"):
        read_edition(path)
    path.write_text(path.read_text(encoding="utf-8").replace('"yes"', "true"), encoding="utf-8")
    assert read_edition(path).outline.briefs


# Fitting.


class Laid:
    """A document whose sheets get shorter with every step."""

    def __init__(self, root, lengths):
        self.pages = []
        for sheet, length in zip(root, lengths, strict=True):
            steps = sheet.get("class", "").count("fit-")
            for number in range(max(1, length - steps)):
                self.pages.append(type("Page", (), {"anchors": {sheet.get("id"): ()} if not number else {}}))


@pytest.mark.parametrize(
    ("lengths", "classes"),
    [((1, 1), ["sheet", "sheet"]), ((1, 3), ["sheet", "sheet fit-1 fit-2"]), ((2, 1), ["sheet fit-1", "sheet"])],
)
def test_only_the_sheet_that_is_too_long_is_set_tighter(lengths, classes):
    root = ET.fromstring(
        "<body>" + "".join(f'<div id="s{n}" class="sheet" data-most-pages="1"/>' for n in (1, 2)) + "</body>"
    )
    complaints: list[str] = []
    document = fitting.fitted(root, lambda: Laid(root, lengths), complaints)
    assert [sheet.get("class") for sheet in root] == classes
    assert (len(document.pages), complaints) == (2, [])


def test_a_sheet_that_never_fits_is_a_complaint():
    root = ET.fromstring('<body><div id="s1" class="sheet" data-most-pages="1"/></body>')
    complaints: list[str] = []
    fitting.fitted(root, lambda: Laid(root, (99,)), complaints)
    assert complaints == ["s1 does not fit its page"]
    assert root[0].get("class").count("fit-") == fitting.STEPS


def test_a_page_without_sheets_is_laid_out_once():
    calls: list[int] = []
    fitting.fitted(ET.fromstring("<body/>"), lambda: calls.append(1), [])
    assert calls == [1]


def test_the_style_sheets_know_every_step():
    from ssemon.report.pages import template_folder

    style = (template_folder() / "styles" / "brief.css").read_text(encoding="utf-8")
    assert {int(step) for step in re.findall(r"\.fit-(\d)", style)} == set(range(1, fitting.STEPS + 1))
