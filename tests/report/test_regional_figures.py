"""The key figures of a country's regions: what is put together, and what its page says. All numbers are made up."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from ssemon.model import SourceFile
from ssemon.outline import Outline
from ssemon.report import jobs
from ssemon.report.charts.ranked import Ranked, ranked
from ssemon.report.country.counted import counted
from ssemon.report.country.facts import facts
from ssemon.report.material import CountryMaterial
from ssemon.report.regional import region_series
from ssemon.report.results import Results
from ssemon.report.words import Words

WORDS = Words()
_TAG = re.compile(r"<[^>]+>")
THREE = {"KR-11": "600", "KR-26": "300", "KR-50": "40"}


def figure(region: str = "", value: str = "1000", **changes: str) -> dict[str, str]:
    plain = {
        "region": region, "year": "2022", "as_of": "", "entity_type": "cooperative", "measure": "number", "value": value,
        "unit": "organisations", "scope": "", "evidence_grade": "A", "statistic_owner": "Office", "page": "Yearbook",
        "page_kind": "official table", "address": "https://example.org/a",
    }  # fmt: skip
    return plain | changes


def figures(numbers: dict[str, str] = THREE, **changes: str) -> list[dict[str, str]]:
    return [figure(region, value, **changes) for region, value in numbers.items()]


def material(run, rows, code: str = "KOR", words: Words = WORDS) -> CountryMaterial:
    first = run.countries[0]
    file = SourceFile(code, "key_figures", "data/k.csv", "", "Office yearbook", "facts", "", "", "ab" * 32, len(rows))
    own = replace(first, code=code, name="Korea", facts={"key_figures": tuple(rows)}, sources=(*first.sources, file))
    return CountryMaterial(Results(replace(run, countries=(own, *run.countries[1:]))), words, own)


def page(run, rows) -> str:
    about = material(run, rows, "AAA").results.run
    [job] = jobs(about, countries=["AAA"], languages=["en"], compare=False)
    assert not job.fault
    _, mark, text = job.html.partition('<section class="flow regions"')
    return mark + text[: text.index("</section>")] if mark else ""


def said(text: str) -> str:
    return html.unescape(" ".join(_TAG.sub(" ", text).split()))


def test_three_regions_of_one_measure_owner_and_date_make_a_series():
    [series] = region_series([figure(), *figures(), figure("KR-27", measure="members")])
    assert (series.numbers, series.total, series.places) == (
        {"KR-11": 600, "KR-26": 300, "KR-50": 40}, 1000, (1, 2, 3),
    )  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [{"year": "2021"}, {"statistic_owner": "Bureau"}, {"measure": "members"}, {"evidence_grade": "D"}, {"value": "n"}],
)
def test_two_regions_and_one_of_something_else_make_none(other):
    assert region_series([*figures()[:2], figure("KR-50", "40") | other]) == ()


def test_undated_figures_are_in_no_series():
    assert region_series(figures(year="")) == ()


@pytest.mark.parametrize(
    "national",
    [[], [figure(year="2021")], [figure(statistic_owner="Bureau")], [figure(), figure(value="990")], [figure(value="900")],
     [figure(evidence_grade="D")]],
)  # fmt: skip
def test_a_total_is_of_the_same_owner_and_date_alone_and_never_below_its_regions(national):
    [series] = region_series([*national, *figures()])
    assert series.total is None


def test_shares_of_what_does_not_add_up_are_not_made():
    [series] = region_series([figure(unit="per cent"), *figures(unit="per cent")])
    assert series.total is None


def test_a_region_that_stands_twice_is_told_apart_by_scope_or_left_out():
    told_apart = [*figures(scope="agricultural"), *figures(scope="other")]
    assert [series.facts["KR-11"]["scope"] for series in region_series(told_apart)] == ["agricultural", "other"]
    assert region_series([*figures(), *figures()]) == ()


def test_provinces_and_the_islands_they_are_part_of_are_two_levels():
    provinces = figures({"ID-JI": "5", "ID-JB": "4", "ID-JT": "3"})
    [series] = region_series([figure("ID-JW", "12"), *provinces])
    assert set(series.facts) == {"ID-JI", "ID-JB", "ID-JT"}


def test_the_title_says_what_the_highest_hold_and_the_lead_what_the_sum_is(run):
    found = counted(material(run, [figure(as_of="2022-12-31"), *figures(as_of="2022-12-31")]))
    assert found.bars.title == "Cooperative, number: 60% of the country's total in Seoul-teukbyeolsi"
    assert found.lead == "Cooperative, number, 31 December 2022: 940 in 3 regions, 94% of all 1,000."
    assert "Busan-gwangyeoksi: 300 (30.0%)" in found.bars.chart
    assert found.bars.note.startswith("Organisations, and the share of the country's total, 1,000")


def test_without_a_national_figure_there_are_no_shares(run):
    found = counted(material(run, figures()))
    assert found.bars.title == "Cooperative, number in 3 regions"
    assert found.lead == "Cooperative, number, 2022: from 40 in Sejong to 600 in Seoul-teukbyeolsi."
    assert "%" not in found.bars.chart + found.bars.note


def test_a_region_without_a_number_is_named_and_is_no_zero(run):
    rows = [*figures(), *figures({"KR-11": "1", "KR-26": "2", "KR-27": "3"}, year="2021")]
    found = counted(material(run, rows))
    [part] = found.parts
    assert [(row.name, *(cell.text for cell in row.cells)) for row in part.rows] == [
        ("Seoul-teukbyeolsi", "600", "1"), ("Busan-gwangyeoksi", "300", "2"), ("Sejong", "40", ".."),
        ("Daegu-gwangyeoksi", "..", "3"),
    ]  # fmt: skip
    assert found.heads == (("Number", "2022"), ("Number", "2021"))
    assert found.missing.startswith(".. no data: Chungcheongbuk-do, ")
    assert "Sejong" not in found.missing


def test_many_regions_stand_in_columns_by_code_and_all_are_in_the_table(run):
    codes = [f"JP-{number:02}" for number in range(1, 48)]
    rows = [
        figure(code, str(100 + place), measure=measure)
        for measure in ("number", "dissolved", "more")
        for place, code in enumerate(codes)
    ]
    found = counted(material(run, rows, "JPN"))
    assert [len(part.rows) for part in found.parts] == [16, 16, 15]
    assert [part.caption for part in found.parts][:2] == ["Hokkaido to Toyama", "Ishikawa to Shimane"]
    assert found.heads == (("Number", ""), ("Dissolved", ""))
    assert found.missing == ""


def test_more_regions_than_bars_have_room_are_in_the_table_alone(run):
    provinces = {f"TH-{number}": str(number) for number in (*range(10, 28), *range(30, 50), *range(50, 68))}
    found = counted(material(run, figures(provinces), "THA"))
    assert found.bars.chart.count("<rect") == 24
    assert sum(len(part.rows) for part in found.parts) == len(provinces)


def test_a_map_is_drawn_where_most_regions_on_it_have_the_number(run):
    codes = [f"KR-{number}" for number in (11, 26, 27, 28, 29, 30, 31, 41, 43)]
    numbers = {code: str(number) for number, code in enumerate(codes, start=1)}
    most = counted(material(run, figures(numbers)))
    assert "Seoul-teukbyeolsi: 1;" in most.map.chart
    assert "Sejong: no data" in most.map.chart
    assert "imply no opinion" in most.map.note
    assert most.parts[0].rows[0].name == "43 Chungcheongbuk-do"
    assert counted(material(run, figures(dict(list(numbers.items())[:8])))).map is None


def test_every_page_that_numbers_were_read_on_is_named_with_its_grade_and_source(run):
    rows = [*figures()[:2], figure("KR-50", "40", page="Newspaper", page_kind="news", evidence_grade="B", scope="city")]
    found = counted(material(run, rows))
    assert [(one.key, one.owner, one.text, one.grade, one.number) for one in found.pages] == [
        ("p1", "Office", "Yearbook (official table)", "A", "2"), ("p2", "Office", "Newspaper (news)", "B", "2"),
    ]  # fmt: skip
    assert [row.cells[0].page for row in found.parts[0].rows] == ["p1", "p1", "p2"]
    assert found.scopes == ("Sejong: city",)
    assert [grade for grade, _ in found.grades] == ["A", "B"]
    [alone] = counted(material(run, figures(scope="active"))).pages
    assert alone.key == ""


def test_names_are_in_the_country_s_language_where_they_are_known(run):
    found = counted(material(run, [figure(), *figures()], words=Words.of("ko")))
    assert "서울: 600" in found.bars.chart
    assert Words.of("vi").region("Red River Delta") == "Đồng bằng sông Hồng"
    assert WORDS.region("Red River Delta") == "Red River Delta"


def test_the_facts_leave_out_what_the_regions_show_and_only_that(run):
    rows = [figure(), *figures(), figure("KR-11", measure="members")]
    captions = [table.caption for table in facts(material(run, rows)).key_figures.tables]
    assert captions == ["National figures", "Figures for regions"]
    assert len(facts(material(run, rows)).key_figures.tables[1].rows) == 1
    edition = replace(run.edition, outline=Outline(chosen={"country": ("glance", "facts")}))
    without = facts(material(replace(run, edition=edition), rows)).key_figures
    assert len(without.tables[1].rows) == 4


def test_a_country_with_neither_scores_nor_figures_of_regions_has_no_such_section(run):
    assert page(run, [figure()]) == ""
    assert page(run, figures()[:2]) == ""


def test_the_page_says_that_figures_are_never_scored(run):
    told = said(page(run, [figure(), *figures(year="2022")]))
    assert "they are not scored and move no score" in told
    assert "Sources of the values Office 2 , Yearbook (official table), https://example.org/a" in told


def test_ranked_bars_have_one_scale_and_stand_in_columns():
    rows = [Ranked(f"Unit {place}", 100.0 / place) for place in range(1, 8)]
    chart = ranked(rows, title="T", fmt=lambda value: f"{value:.0f}", columns=3)
    widths = [float(width) for width in re.findall(r'<rect [^>]*?width="([\d.]+)"', chart)]
    assert widths[0] / widths[1] == pytest.approx(2, rel=0.01)
    assert chart.count("<rect") == 7
    assert "Unit 1: 100; Unit 2: 50" in chart
    assert len(set(re.findall(r'<text x="([\d.]+)"[^>]*>Unit', chart))) == 3


def test_a_bar_of_nothing_is_not_drawn_and_says_zero():
    chart = ranked([Ranked("None", 0.0)], title="T", fmt=lambda value: f"{value:.0f}")
    assert "<rect" not in chart
    assert "None: 0" in chart
