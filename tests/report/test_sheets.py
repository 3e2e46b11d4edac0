"""Single sheets: an indicator, or a node of the tree, across the countries."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import page_layout as layout
from test_robustness import with_draws

from ssemon.report import breaking, fonts, pdf, sheets
from ssemon.report.material import Material
from ssemon.report.results import Results
from ssemon.report.sheet import dimension_sheet, indicator_sheet
from ssemon.report.sheet.drawn import score_map
from ssemon.report.site.indicators import IndicatorPages
from ssemon.report.words import Words

WORDS = Words()
_TAG = re.compile(r"<[^>]+>")
needs_icu = pytest.mark.skipif(not breaking.is_available(), reason="icu4py is not installed")
has_fonts = pytest.mark.skipif(bool(fonts.inspect().missing), reason="the Noto fonts are not installed")


def text_of(html: str) -> str:
    return " ".join(_TAG.sub(" ", html).split())


def job(run, kind, code, language="en"):
    (found,) = sheets(run, [(kind, code)], languages=[language])
    assert not found.fault
    return found


def empty(run):
    frames = {name: getattr(run, name).clear() for name in ("scores", "indicator_scores", "observations")}
    return replace(run, **frames)


@pytest.fixture
def measured(run):
    """The indicator L1 with a value of its own in each year for AAA and BBB."""
    rows = [
        (area, area, "L1", year, "_T", "_T", value + year - 2019, "A", "F", "Office of Numbers, yearly (2020)", "")
        for area, value in (("AAA", 7.5), ("BBB", 5.0))
        for year in (2017, 2018)
    ]
    more = pl.DataFrame(rows, orient="row", schema=run.observations.schema)
    scores = pl.DataFrame(
        [(area, year, "L1", year, value + year - 2019, 10.0, 10.0, "A") for area, value in (("AAA", 7.5), ("BBB", 5.0)) for year in (2017, 2018)],
        orient="row", schema=run.indicator_scores.schema,
    )  # fmt: skip
    return replace(
        run,
        observations=pl.concat([run.observations, more]),
        indicator_scores=pl.concat([run.indicator_scores, scores]),
    )


def test_an_indicator_s_sheet_says_what_it_is(run):
    said = text_of(job(run, "indicator", "L1").html)
    for part in (
        "Statutes in force", "Law and order › Statutes", "How much of L1.", "0 to 10", "more is better", "Office of Numbers",
        "25.0% of the overall score", "4 years", "Only a proxy of L1", "Oldest value that counts",
    ):  # fmt: skip
        assert part in said, part


@pytest.mark.parametrize(("given", "said"), [(None, "4 years"), (1, "1 year"), (0, "of the year itself only")])
def test_the_age_of_a_value_that_counts_is_the_profile_s_before_the_framework_s(run, given, said):
    method = replace(run.edition.method, max_age=given)
    results = Results(replace(run, edition=replace(run.edition, method=method)))
    leaf = run.framework.indicator_by_code["L1"]
    assert indicator_sheet(results, WORDS, "L1").body("head").maximum_age == said
    page = IndicatorPages(results, WORDS).page(leaf, run.framework.root)
    assert dict(page.facts)["Oldest value that counts"] == said


def test_values_stand_in_their_order_with_year_mark_score_and_source(run):
    rows = indicator_sheet(Results(run), WORDS, "L1").body("values").rows
    assert [(row.name, row.value, row.mark, row.year, row.score) for row in rows] == [
        ("Country AAA", "7.5", "", "2019", "75.0"),
        ("Country BBB", "5.0", "E", "2018", "50.0"),
        ("Country CCC", "2.5", "", "2016", "25.0"),
        ("Country DDD", "..", "", "..", ".."),
        ("Country EEE", "..", "", "..", ".."),
    ]
    assert rows[0].source == "Office of Numbers"


def test_where_less_is_better_the_lowest_value_comes_first(run):
    less = tuple(replace(leaf, direction=-1) if leaf.code == "L1" else leaf for leaf in run.framework.indicators)
    turned = replace(run, framework=replace(run.framework, indicators=less))
    rows = indicator_sheet(Results(turned), WORDS, "L1").body("values").rows
    assert [row.value for row in rows] == ["2.5", "5.0", "7.5", "..", ".."]


def test_no_rank_stands_on_an_indicator_s_sheet(run):
    said = text_of(job(with_draws(run), "indicator", "L1").html)
    assert "No rank is printed, because a value has no interval." in said


def test_the_dots_say_how_far_the_values_lie_apart(run):
    page = indicator_sheet(Results(run), WORDS, "L1").body("countries")
    (figure,) = page.figures
    assert page.lead == "3 countries have a value."
    assert figure.title == "From 2.5 in Country CCC to 7.5 in Country AAA"
    assert "Country BBB: 5.0 (2018 E)" in figure.chart
    four = indicator_sheet(Results(run), WORDS, "M1").body("countries")
    assert four.lead == "4 countries have a value. The median is 6.50."


def test_a_shown_indicator_has_no_score_and_no_map(run):
    sheet = indicator_sheet(Results(run), WORDS, "F1")
    assert not sheet.body("values").scored
    assert sheet.body("map") is None
    assert sheet.body("head").share == "not counted"
    assert sheet.body("countries").figures[0].title == "Only Country AAA has a value: 1,234"


def test_a_trend_repeats_no_value_that_stands_in_for_a_later_year(measured):
    sheet = indicator_sheet(Results(measured), WORDS, "L1")
    assert [(panel.name, panel.note) for panel in sheet.body("trends").panels] == [
        ("Country AAA", "5.5 in 2017, 7.5 in 2019"),
        ("Country BBB", "3.0 in 2017, 4.0 in 2018"),
    ]


def test_without_two_values_there_is_no_trend(run):
    assert indicator_sheet(Results(run), WORDS, "L1").body("trends") is None


def test_sources_are_those_of_the_values(run):
    page = indicator_sheet(Results(run), WORDS, "L1").body("sources")
    assert [(row.source, row.licence, row.countries) for row in page.sources] == [
        ("Office of Numbers, yearly (2020)", "", "AAA, BBB, CCC"),
    ]
    files = replace(run.countries[0].sources[0], source="Office of Numbers, yearly (2020)")
    known = replace(run, countries=(replace(run.countries[0], sources=(files,)), *run.countries[1:]))
    (row,) = indicator_sheet(Results(known), WORDS, "L1").body("sources").sources
    assert (row.licence, row.citation) == ("CC BY 4.0", "Office (2020).")


def test_a_dimension_s_sheet_has_scores_with_rank_and_interval(run):
    drawn = with_draws(run)
    sheet = dimension_sheet(Results(drawn), WORDS, "R")
    rows = {row.name: row for row in sheet.body("scores").rows}
    first = rows["Country AAA"]
    assert (first.score, first.interval, first.rank) == ("81.2", "78.0 to 84.5", "1 (1 to 2)")
    assert rows["Country DDD"].rank == ".."
    plain = dimension_sheet(Results(run), WORDS, "M").body("scores")
    assert not plain.has_intervals
    assert [(row.name, row.beside) for row in plain.rows[:2]] == [("Country AAA", "+22.5"), ("Country BBB", "+7.0")]


def test_a_dimension_s_sheet_lists_its_indicators(run):
    rows = dimension_sheet(Results(run), WORDS, "L").body("indicators").rows
    assert [(row.code, row.share, row.count, row.median) for row in rows] == [
        ("L1", "25.0%", "3", ".."), ("L2", "25.0%", "0", ".."),
    ]  # fmt: skip


def test_a_part_of_a_dimension_has_a_sheet_too(run):
    said = text_of(job(run, "dimension", "L.A").html)
    assert "Statutes" in said
    assert "Law and order" in said


def test_a_dimension_that_is_not_scored_shows_its_indicators_only(run):
    sheet = dimension_sheet(Results(run), WORDS, "F")
    assert [part.id for part in sheet.sections] == ["head", "indicators", "sources"]


def test_a_map_needs_two_countries_of_the_boundaries_with_a_score(run):
    material = Material(Results(run), WORDS)
    assert score_map(material, {"AAA": 5.0}, "Title") is None
    assert score_map(material, {"FRA": 5.0, "DEU": None}, "Title") is None
    assert "FRA" in score_map(material, {"FRA": 5.0, "DEU": 80.0}, "Title").figure.chart


def test_a_code_that_is_no_file_name_is_written_as_one(run):
    (leaf, *others) = run.framework.indicators
    odd = replace(run, framework=replace(run.framework, indicators=(replace(leaf, code="L/1"), *others)))
    assert job(odd, "indicator", "L/1").name == "indicator.L_1.en"


@pytest.mark.parametrize(("kind", "code"), [("indicator", "L1"), ("dimension", "L")])
def test_a_sheet_without_any_data_is_still_a_sheet(run, kind, code):
    found = job(empty(run), kind, code)
    assert re.findall(r"<t[dh][^>]*>\s*</t[dh]>", found.html) == []


@has_fonts
@pytest.mark.parametrize("data", [with_draws, empty], ids=["full", "empty"])
@pytest.mark.parametrize(("kind", "code"), [("indicator", "L1"), ("indicator", "F1"), ("dimension", "L")])
def test_a_sheet_is_valid_pdf_ua_1(run, kind, code, data, tmp_path):
    page_validation = pytest.importorskip("page")
    found = job(data(run), kind, code)
    facts = pdf.write_pdf(
        found.html, tmp_path / "sheet.pdf", base=found.base, stylesheets=found.stylesheets, archival=False
    )
    assert facts.complaints == ()
    assert page_validation.is_pdf_compliant(str(tmp_path / "sheet.pdf"), profile="ua1")


@pytest.mark.slow
@has_fonts
@needs_icu
@pytest.mark.parametrize("language", ["en", "ko", "ar", "km", "en-XA"])
@pytest.mark.parametrize(("kind", "code"), [("indicator", "L1"), ("dimension", "L")])
def test_nothing_in_a_sheet_is_cut_or_lies_on_top_of_something_else(measured, kind, code, language):
    assert layout.faults(job(with_draws(measured), kind, code, language)) == []
