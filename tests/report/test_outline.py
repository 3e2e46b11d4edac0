"""Which sections a report has, and in which order: the edition's profile says it, and extensions find their place."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ssemon.edition import read_edition
from ssemon.errors import EditionFault
from ssemon.model import AddedSection
from ssemon.outline import Outline, known_sections
from ssemon.report import jobs
from ssemon.report.brief import BUILDERS as BRIEF
from ssemon.report.comparative import BUILDERS as COMPARATIVE
from ssemon.report.country import BUILDERS as COUNTRY
from ssemon.report.pages import template_folder
from ssemon.report.sheet import DIMENSION, INDICATOR

KINDS = {"country": COUNTRY, "comparative": COMPARATIVE}
ALL = {**KINDS, "brief": BRIEF, "indicator": INDICATOR, "dimension": DIMENSION}
# Sections of a comparative report that need draws or groups of areas: the run of these tests has neither.
NEEDING = frozenset({"order", "peers"})
ANCHOR = re.compile(r'<section class="(?:chapter|flow|cover)[^>]*?(?: id="([^"]+)")?>')


def page(run, kind="country", **chosen):
    outlined = replace(run, edition=replace(run.edition, outline=Outline(chosen)))
    countries = ["AAA"] if kind == "country" else []
    (job,) = jobs(outlined, countries=countries, languages=["en"], compare=kind == "comparative")
    assert not job.fault
    return job.html


def anchors(html):
    return [anchor or "cover" for anchor in ANCHOR.findall(html)]


def contents(html):
    return re.findall('<li><a href="#([^"]+)">', html)


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_choice_every_section_stands_in_the_order_of_the_file(whole_run, kind):
    default = [known.section for known in known_sections()[kind].values() if known.default]
    assert anchors(page(whole_run, kind)) == [name for name in default if name != "added" and name not in NEEDING]


@pytest.mark.parametrize("kind", KINDS)
def test_the_sections_chosen_stand_in_their_order_and_the_contents_follow(run, kind):
    html = page(run, kind, **{kind: ("quality", "cover", "methods")})
    assert anchors(html) == ["quality", "cover", "methods"]
    assert contents(html) == ["quality", "methods"]


@pytest.mark.parametrize("kind", KINDS)
def test_each_section_can_stand_alone(whole_run, kind):
    for name in KINDS[kind]:
        assert anchors(page(whole_run, kind, **{kind: (name,)})) == [name] * (name not in NEEDING)


def test_every_kind_of_report_is_known():
    assert set(known_sections()) == set(ALL)


@pytest.mark.parametrize("kind", ALL)
def test_every_section_has_a_template_and_a_builder(kind):
    known = known_sections()[kind]
    assert set(ALL[kind]) == set(known) - {"added", "page"}
    assert [row.template for row in known.values() if not (template_folder() / row.template).is_file()] == []


def test_a_section_that_is_not_chosen_is_not_computed(run, monkeypatch):
    def failing(material):
        raise AssertionError("computed")

    monkeypatch.setitem(COUNTRY, "glance", failing)
    assert anchors(page(run, country=("cover", "quality"))) == ["cover", "quality"]
    with pytest.raises(AssertionError, match="computed"):
        page(run, country=("glance",))


def test_a_section_with_nothing_to_say_is_left_out_of_pages_and_contents(run):
    bare = replace(run.countries[0], notes={}, facts={})
    html = page(replace(run, countries=(bare, *run.countries[1:])))
    assert not {"notes", "facts"} & {*anchors(html), *contents(html)}


def with_added(run):
    sections = (
        AddedSection("a", "First", "<p>one</p>", "AAA"),
        AddedSection("b", "Second", "<p>two</p>", "AAA", after="dimensions"),
        AddedSection("c", "Third", "<p>three</p>", "BBB"),
    )
    return replace(run, sections=sections)


def test_an_added_section_stands_after_the_one_it_names(run):
    html = page(with_added(run))
    order = contents(html)
    assert order[order.index("dimensions") + 1] == "added-2"
    assert order[order.index("notes") + 1] == "added-1"
    assert anchors(html)[1:] == order
    assert "three" not in html


def test_an_added_section_whose_neighbour_is_not_printed_stands_with_the_others(run):
    assert anchors(page(with_added(run), country=("added", "quality"))) == ["added-1", "added-2", "quality"]


def test_added_sections_that_the_profile_gives_no_place_are_not_printed(run):
    assert anchors(page(with_added(run), country=("quality",))) == ["quality"]


PROFILE = '[edition]\nframework = "baseline"\nyears = [2019, 2020]\n[report]\n'


def read(tmp_path, text):
    path = tmp_path / "edition.toml"
    path.write_text(PROFILE + text, encoding="utf-8")
    return read_edition(path)


def test_a_profile_chooses_sections(tmp_path):
    outline = read(tmp_path, 'country = ["cover", "quality"]\n').outline
    assert outline.of("country") == ("cover", "quality")
    assert outline.of("comparative") == Outline().of("comparative")


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ('country = ["glanse"]\n', "E10", "glance"),
        ('country = ["trends"]\n', "E10", "report.country"),
        ('contry = ["cover"]\n', "E02", "country"),
        ('country = ["cover", "cover"]\n', "E03", "twice"),
        ("country = []\n", "E03", "no section"),
        ('country = "cover"\n', "E03", "list of texts"),
    ],
)
def test_what_is_wrong_with_a_choice_is_named(tmp_path, text, code, said):
    with pytest.raises(EditionFault) as caught:
        read(tmp_path, text)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert said in str(problem)
