"""What keeps a country report short: notes said once, sources by number, a last page worth turning to."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from ssemon.report import fitting, jobs
from ssemon.report.context import Row
from ssemon.report.country import country_report
from ssemon.report.facts import key_figures
from ssemon.report.remarks import remarks_apart
from ssemon.report.results import Results
from ssemon.report.sources import SourceKeys
from ssemon.report.words import Words

WORDS = Words("en")


def row(caveat, *, scored=True):
    return Row(
        code="X", name="X", group="", value="1", unit="", year="2019", marks=(), source="S", score="1", median="",
        chart="", caveat=caveat, note="", status="", trend="", line="", scored=scored,
    )  # fmt: skip


def dimension(run, code="AAA", place=0):
    outcome = next(one for one in run.countries if one.code == code)
    return country_report(Results(run), WORDS, outcome).body("dimensions").dimensions[place]


def test_what_rows_share_is_said_once_and_pointed_to():
    rows, notes = remarks_apart([row("Old data; expert coded, few."), row("Expert coded, few."), row("Alone.")])
    assert [(one.caveat, one.remark_keys) for one in rows] == [("Old data.", ("a",)), ("", ("a",)), ("Alone.", ())]
    assert notes == (("a", "Expert coded, few"),)


def test_what_one_row_says_stays_with_it():
    given = [row("Old data; expert coded."), row("")]
    assert remarks_apart(given) == (tuple(given), ())


@pytest.mark.parametrize("mark", ["；", "؛"])
def test_remarks_are_cut_at_the_semicolons_of_their_script(mark):
    rows, _ = remarks_apart([row(f"One{mark}a shared remark"), row("A shared remark")])
    assert [one.caveat for one in rows] == ["One", ""]


@pytest.mark.parametrize(("start", "end"), ["()", "（）"])
def test_remarks_are_not_cut_within_brackets(start, end):
    shared = f"Scopes differ {start}all, few; active{end}: read on"
    rows, notes = remarks_apart([row(f"One; {shared}"), row(shared)])
    assert [one.caveat for one in rows] == ["One", ""]
    assert notes == (("a", shared),)


@pytest.mark.parametrize("mark", [" ; ", "； ", "؛ "])
def test_what_is_left_of_a_remark_keeps_its_semicolons(mark):
    rows, _ = remarks_apart([row(f"One{mark}a shared remark{mark}three."), row("A shared remark")])
    assert rows[0].caveat == f"One{mark}three."


def test_letters_stand_in_their_order():
    rows, _ = remarks_apart([row("First of them; second of them."), row("Second of them; first of them.")])
    assert [one.remark_keys for one in rows] == [("a", "b"), ("a", "b")]


def test_more_shared_remarks_than_letters_are_left_where_they_are():
    given = [row("; ".join(f"a remark of number {n}" for n in range(27)))] * 2
    assert remarks_apart(given) == (tuple(given), ())


def test_a_row_that_is_not_scored_does_not_say_so_twice():
    rows, notes = remarks_apart(
        [row("Few; shown, not scored.", scored=False), row("shown, not scored")], "Shown, not scored"
    )
    assert [one.caveat for one in rows] == ["Few.", "shown, not scored"]
    assert notes == ()


def test_sources_are_numbered_as_in_the_table_of_sources(run):
    files = run.countries[0].sources
    keys = SourceKeys([replace(files[0], source="A"), replace(files[0], source="B"), replace(files[0], source="A")])
    assert [keys.of(name) for name in ("B", "A", "unknown", "unknown", "")] == [2, 1, 3, 3, None]


def test_each_row_points_to_a_source_that_stands_under_its_table(run):
    found = dimension(run)
    numbers = {number for number, _ in found.sources}
    assert {one.source_key for one in found.rows if one.value != ".."} <= numbers
    assert [name for _, name in found.sources] == ["Office of Numbers, yearly (2020)"]


def test_a_value_that_is_missing_points_to_no_source(run):
    assert {one.source_key for one in dimension(run, "DDD").rows} == {""}


def test_the_parts_of_a_dimension_stand_over_their_indicators_with_their_own_scores(run):
    headings = [one.heading for one in dimension(run).rows]
    assert [heading.name for heading in headings] == ["Statutes", "Courts"]
    scored = Results(run).score("AAA", "L.A").score
    assert headings[0].score == WORDS.numbers.score(scored)
    assert [one.heading for one in dimension(run, place=1).rows] == [None]


def test_owners_are_named_once_under_the_figures():
    fact = {"measure": "number", "entity_type": "cooperative", "value": "1", "year": "2020"}
    found = key_figures([fact | {"statistic_owner": "B"}, fact | {"statistic_owner": "A"}, fact], WORDS)
    assert found.owners == (("1", "A"), ("2", "B"))
    assert [one.owner_key for one in found.tables[0].rows] == ["", "o1", "o2"]


class Paper:
    """A report of so many pages, the last filled to a share; each class of its body takes some off."""

    def __init__(self, body, lengths):
        pages, filled = lengths[min(body.get("class", "").count("tight-"), len(lengths) - 1)]
        flow = type("Flow", (), {"height": filled * 100})
        page = type("Page", (), {"_page_box": type("Box", (), {"children": [flow], "height": 100})})
        self.pages = [page] * pages


@pytest.mark.parametrize(
    ("lengths", "pages", "steps"),
    [
        ([(12, 0.4)], 12, 0),  # ends well as it is
        ([(12, 0.1), (11, 0.9)], 11, 1),  # a few lines on the last page
        ([(13, 0.9), (12, 0.6)], 12, 1),  # too long
        ([(15, 0.9), (14, 0.9)], 14, 1),  # never short enough: the shortest
    ],
)
def test_a_report_loses_air_until_it_ends_well(lengths, pages, steps):
    root = ET.fromstring('<html><body data-most-of-all="12"/></html>')
    document = fitting.fitted(root, lambda: Paper(root[0], lengths), [])
    assert (len(document.pages), root[0].get("class", "").count("tight-")) == (pages, steps)


def test_only_country_reports_have_a_number_of_pages_to_keep_to(run):
    for job in jobs(run, countries=["AAA"], languages=["en"], compare=True):
        assert ('data-most-of-all="12"' in job.html) == (job.name == "AAA.en")
