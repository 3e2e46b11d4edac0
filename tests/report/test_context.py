"""What the pages are filled with, from a run made of literals."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ssemon.edition import Choice
from ssemon.errors import Problem, Settled
from ssemon.report.comparative import comparative_report
from ssemon.report.context import found_text, problem_rows
from ssemon.report.country import country_report
from ssemon.report.facts import key_figures
from ssemon.report.methodology import Methodology
from ssemon.report.notes import render_notes
from ssemon.report.numbers import Numbers
from ssemon.report.results import Results
from ssemon.report.rows import short_source
from ssemon.report.words import Words

WORDS = Words()
FIGURE = {"entity_type": "cooperative", "measure": "number", "value": "23892", "year": "2022", "page": "A page"}


def country(run, code="AAA"):
    return country_report(Results(run), WORDS, run.country(code))


def test_the_oldest_input_is_the_oldest_that_entered_a_score(run):
    assert Results(run).oldest() == 2016
    assert country(run).head.oldest == "2019"


def test_informational_inputs_do_not_count_as_oldest(run):
    # F1 of AAA dates from 2018 and is shown, not scored.
    assert Results(run).reading("AAA", "F1").year == 2018
    assert Results(run).oldest(["AAA"]) == 2019


def test_countries_stand_in_score_order_with_the_missing_last(run):
    assert [outcome.code for outcome in Results(run).in_score_order()] == ["AAA", "BBB", "CCC", "DDD", "EEE"]


def test_a_median_needs_four_countries(run):
    results = Results(run)
    assert results.median("R").value is None
    assert results.median("R").count == 3
    assert results.median("M").value == 65.0


def test_a_missing_reading_says_why_it_is_missing(run):
    assert Results(run).reading("CCC", "L2").status == "Q"
    assert Results(run).reading("AAA", "L2").status == ""


def test_a_confidential_value_takes_its_score_with_it(run):
    closed = run.observations.with_columns(conf_status=pl.lit("C"))
    reading = Results(replace(run, observations=closed)).reading("AAA", "L1")
    assert (reading.value, reading.score, reading.status) == (None, None, "Q")


def test_an_observation_older_than_its_age_does_not_stand_for_the_year(run):
    old = replace(run.framework, indicators=tuple(replace(i, max_age_years=0) for i in run.framework.indicators))
    assert Results(replace(run, framework=old)).reading("AAA", "F1").value is None


def test_informational_indicators_stand_apart_from_scored_ones(run):
    sections = {section.code: section for section in country(run).body("dimensions").dimensions}
    assert [row.code for row in sections["L"].rows] == ["L1", "L2"]
    assert sections["F"].rows == ()
    assert [row.code for row in sections["F"].shown] == ["F1"]
    assert sections["F"].shown[0].score == ""


def test_a_row_has_value_year_source_score_and_mark(run):
    row = country(run, "BBB").body("dimensions").dimensions[0].rows[0]
    assert (row.value, row.unit, row.year, row.source, row.score) == ("5.0", "%", "2018", "Office of Numbers", "50.0")
    assert row.marks == (("E", "estimated value"),)
    assert row.caveat == "Only a proxy of L1 <i>raw</i>."


def test_what_is_missing_is_two_dots_in_every_cell(run):
    row = country(run, "DDD").body("dimensions").dimensions[0].rows[0]
    assert (row.value, row.year, row.score) == ("..", "..", "..")
    assert not row.source  # no cell of its own: nothing stands below the name
    assert country(run, "DDD").body("cover").place.score == ".."


def test_a_country_without_a_score_is_told_why(run):
    assert "no overall score" in country(run, "DDD").body("glance").lead


def test_strongest_and_weakest_share_no_indicator(run):
    report = country(run).body("glance")
    strongest, weakest = ({row.name for row in rows} for rows in (report.strongest, report.weakest))
    assert strongest == {"Access to markets"}
    assert weakest == {"Statutes in force"}


def test_titles_say_what_the_data_say(run):
    report = country(run).body("glance")
    assert report.dimensions.title == "“Markets” scores highest (87.5), “Law and order” lowest (75.0)"
    assert report.trend.title == "Overall score: up from 77.2 in 2017 to 81.2 in 2019"


def test_small_differences_are_not_put_into_words(run):
    level = run.scores.with_columns(score=pl.when(pl.col("node") == "R").then(60.0).otherwise(pl.col("score")))
    assert "about the same" in country(replace(run, scores=level)).body("glance").trend.title


def test_key_figures_put_the_nation_before_its_regions():
    figures = key_figures([FIGURE | {"region": "KR-11"}, FIGURE], WORDS)
    assert [table.caption for table in figures.tables] == ["National figures", "Figures for regions"]


def test_key_figures_of_one_owner_and_scope_share_a_row_newest_first():
    figures = key_figures([FIGURE, FIGURE | {"year": "2023", "value": "1.50"}], WORDS)
    (row,) = figures.tables[0].rows
    assert [(quoted.period, quoted.value) for quoted in row.values] == [("2023", "1.50"), ("2022", "23,892")]


def test_long_lists_of_key_figures_are_cut_into_tables():
    figures = key_figures([FIGURE | {"measure": f"m{n}"} for n in range(70)], WORDS)
    assert [len(table.rows) for table in figures.tables] == [30, 30, 10]
    assert figures.tables[1].caption == "National figures (2 of 3)"


def test_key_figures_point_to_their_page_by_number():
    figures = key_figures([FIGURE, FIGURE | {"year": "2021"}, FIGURE | {"page": "Another"}], WORDS)
    assert [page.text for page in figures.pages] == ["A page", "Another"]


def test_notes_move_headings_down_and_keep_html_out():
    html = render_notes("## Institutions\n\n<script>x</script> ![p](file:///etc/passwd) [l](javascript:x)")
    assert "<h2>Institutions</h2>" in html
    assert "<script" not in html
    assert "<img" not in html
    assert "href" not in html


def test_headings_of_notes_start_below_the_page_and_skip_no_level():
    html = render_notes("# One\n\n#### Deep\n\n## Two\n\n### Three")
    assert [line[:4] for line in html.splitlines()] == ["<h2>", "<h3>", "<h3>", "<h4>"]


def test_method_texts_come_from_the_profile(run):
    texts = " ".join(text for part in Methodology(Results(run), WORDS).paragraphs() for text in part.texts)
    assert "Mazziotta-Pareto" in texts
    assert "at least 70% of the core indicators" in texts
    assert "“Advanced” from 70" in texts
    assert "1 indicator is shown for information" in texts


def test_an_unknown_method_is_named_not_guessed(run):
    method = replace(run.edition.method, aggregation={"0": Choice("owa")})
    changed = replace(run, edition=replace(run.edition, method=method))
    texts = " ".join(text for part in Methodology(Results(changed), WORDS).paragraphs() for text in part.texts)
    assert "by the method “owa”" in texts


def test_the_comparative_report_names_the_country_that_is_not_available(run):
    row = comparative_report(Results(run), WORDS).body("reading").league[-1]
    assert (row.code, row.available, row.problem.code) == ("EEE", False, "K04")
    assert row.problem.fix == "add it to mapping.csv"


def test_a_problem_of_several_countries_is_printed_once(run):
    odd = run.problems[1]
    twice = replace(run, problems=(*run.problems, replace(odd, country="BBB")))
    rows = comparative_report(Results(twice), WORDS).body("quality").problems
    assert [row.country for row in rows if row.code == "V07"] == ["AAA, BBB"]


def test_gaps_name_the_countries_without_a_value(run):
    gaps = {gap.name: gap.countries for gap in comparative_report(Results(run), WORDS).body("gaps").gaps}
    assert gaps["Statutes in force"] == "Country DDD"
    assert gaps["Speed of courts"] == "all countries"


def test_weights_give_the_declared_weight_and_the_share_of_the_whole(run):
    table = comparative_report(Results(run), WORDS).body("methods").weights[0]
    assert [(row.name, row.weight, row.share) for row in table.rows[:3]] == [
        ("Law and order", "1", "50.0%"), ("Statutes", "1", "25.0%"), ("Statutes in force", "1", "25.0%"),
    ]  # fmt: skip


def test_numbers_follow_the_language():
    assert Numbers("de").score(1234.56) == "1.234,6"
    assert Numbers("xx-nonsense").score(0.5) == "0.5"
    assert Numbers("en").score(float("nan")) == ".."


def test_a_share_is_complete_only_where_nothing_is_missing():
    assert Numbers().share(0.9999) == "99%"
    assert Numbers().share(1.0) == "100%"


def test_a_source_is_shortened_at_its_first_break():
    assert short_source("Office of Numbers, yearly (2020)") == "Office of Numbers"


def test_a_tree_of_one_level_is_its_own_dimension(run):
    flat = replace(
        run.framework, nodes=run.framework.nodes[:1],
        indicators=tuple(replace(leaf, parent="R") for leaf in run.framework.indicators),
    )  # fmt: skip
    dimensions = country(replace(run, framework=flat)).body("dimensions").dimensions
    assert [dimension.code for dimension in dimensions] == ["R"]
    assert len(dimensions[0].rows) == 3


def test_a_run_without_any_row_still_has_its_pages(run):
    empty = replace(
        run, scores=run.scores.clear(), indicator_scores=run.indicator_scores.clear(),
        observations=run.observations.clear(),
    )  # fmt: skip
    assert country(empty).head.oldest == ".."
    assert comparative_report(Results(empty), WORDS).body("cover").messages


def test_the_methods_say_what_was_done_to_the_values_before_they_were_scored(run):
    plain = " ".join(text for step in Methodology(Results(run), WORDS).paragraphs() for text in step.texts)
    assert "No gap is filled" in plain
    assert "No outlier is treated" in plain
    method = replace(
        run.edition.method,
        imputation=Choice("locf"),
        indicator_treatment={run.framework.indicators[0].code: Choice("winsorise")},
    )
    changed = replace(run, edition=replace(run.edition, method=method))
    told = " ".join(text for step in Methodology(Results(changed), WORDS).paragraphs() for text in step.texts)
    assert "Gaps are filled by the method “locf”" in told
    assert f"“{run.framework.indicators[0].name}”: method “winsorise”" in told
    assert "No gap is filled" not in told


def test_what_was_accepted_or_allowed_is_printed_with_name_day_and_reason(run):
    plain = Problem(code="L20", severity="warning", what="values changed", fix="look at them", country="AAA")
    at = "2026-03-01 09:00:03 UTC"
    accepted = replace(plain, settled=Settled("accepted", at, "Ann", "register cleaned"))
    allowed = replace(plain, code="R02", settled=Settled("allowed", at, "Bob", "counted twice by law"))
    rows = {row.code: row for row in problem_rows([accepted, allowed, replace(plain, code="V21")], WORDS)}
    assert (rows["L20"].severity, rows["L20"].fix) == ("warning", "")
    assert rows["L20"].settled == "Accepted (Ann, 1 March 2026): register cleaned"
    assert rows["R02"].severity == "error, allowed"
    assert rows["R02"].settled == "Allowed by the secretariat (Bob, 1 March 2026): counted twice by law"
    assert (rows["V21"].fix, rows["V21"].settled) == ("look at them", "")


def test_numbers_of_a_rule_are_written_as_the_language_does_and_codes_are_left_alone():
    asked = Problem(code="T05", what="a jump", fix="look", rule="jump", severity="warning",
                    found="KGZ INC.B1.3 2005: 0.0015 times the 1234.56 of data-1.5.csv")  # fmt: skip
    assert found_text(asked, Words("fr")) == "KGZ INC.B1.3 2005: 0,0015 times the 1\u202f234,56 of data-1.5.csv"
    assert found_text(asked, Words("en"), rounded=True) == "KGZ INC.B1.3 2005: 0.0015 times the 1,235 of data-1.5.csv"
    # What stands in somebody's cell is quoted as it is.
    assert found_text(replace(asked, rule=""), Words("fr")) == asked.found


def test_texts_stand_beside_each_other_with_the_marks_of_the_language():
    japanese = Words.of("ja")
    assert japanese.in_a_row(("甲", "", "乙")) == "甲、乙"
    assert japanese.apart(("甲", "乙", "丙")) == "甲；乙；丙"
    assert [japanese.headed("甲", "乙"), japanese.headed("", "乙")] == ["甲：乙", "乙"]


def test_groups_and_counted_units_speak_the_language_of_the_report():
    assert Words.of("ja").group("Eastern Asia") == "東アジア"
    assert Words.of("fr").group("South-eastern Asia") == "Asie du Sud-Est"
    # English stays as the profile has it, and so does what nobody knows.
    assert Words().group("South-eastern Asia") == "South-eastern Asia"
    assert Words.of("fr").group("Our neighbours") == "Our neighbours"
    assert Words.of("fr").counted("persons") == "personnes"
    assert [Words.of("fr").counted(unit) for unit in ("CNY", "")] == ["CNY", ""]
