"""The sections of the comparative report: what they say is what stands in the frames, and nothing where there is nothing."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import polars as pl
import pytest

from ssemon import Problem
from ssemon.errors import Settled, Where
from ssemon.model import Robustness
from ssemon.report import jobs
from ssemon.report.attached import attached, listed
from ssemon.report.comparative import comparative_report
from ssemon.report.comparative.moves import base_year, signed
from ssemon.report.results import Results
from ssemon.report.universe import Universe
from ssemon.report.words import Words

WORDS = Words()
# Area, score interval, rank interval, rank of the root in 2019.
DRAWN = {"AAA": (78.0, 84.5, 1, 2, 1), "BBB": (55.0, 66.0, 1, 3, 2), "CCC": (38.0, 45.0, 3, 3, 3)}
PLACES = [("AAA", 1, 0.8), ("AAA", 2, 0.2), ("BBB", 1, 0.2), ("BBB", 2, 0.797), ("BBB", 3, 0.003), ("CCC", 2, 0.003),
          ("CCC", 3, 0.997)]  # fmt: skip
PAIRS = [("AAA", "BBB", 0.8), ("BBB", "AAA", 0.2), ("AAA", "CCC", 1.0), ("CCC", "AAA", 0.0), ("BBB", "CCC", 0.997),
         ("CCC", "BBB", 0.003)]  # fmt: skip


def with_draws(run):
    columns = {name: [] for name in ("score_low", "score_high", "rank_low", "rank_high")}
    for area, when, node in run.scores.select("area", "year", "node").rows():
        told = DRAWN.get(area) if (when, node) == (2019, "R") else None
        for place, name in enumerate(columns):
            columns[name].append(told[place] if told else None)
    ranks = {area: told[4] for area, told in DRAWN.items()}
    root = (pl.col("node") == "R") & (pl.col("year") == 2019)
    scores = run.scores.with_columns(
        rank=pl.when(root).then(pl.col("area").replace_strict(ranks, default=None)).otherwise("rank"),
        **{name: pl.Series(name, values) for name, values in columns.items()},
    )
    bands = pl.DataFrame(
        [(area, "R", "ADV", "firm", 0.95) for area in DRAWN], orient="row",
        schema=["area", "node", "bands", "certainty", "probability"],
    )  # fmt: skip
    ties = pl.DataFrame(
        [("AAA", 1, 81.0), ("BBB", 1, 61.0), ("CCC", 2, 41.0)], orient="row", schema=["area", "group", "median"]
    )
    tables = {
        "places": pl.DataFrame(PLACES, orient="row", schema=["area", "place", "share"]),
        "pairs": pl.DataFrame(PAIRS, orient="row", schema=["area", "other", "probability"]),
        "weights": pl.DataFrame([("R", "L", 0.5, 0.62)], orient="row", schema=["node", "child", "declared", "importance_share"])
        .with_columns(ratio=pl.lit(1.24), in_index=0.5, importance=0.7),
    }  # fmt: skip
    return replace(run, scores=scores, robustness=Robustness(2019, 500, 0.9, bands, ties, (), tables))


def with_groups(run, **groups):
    areas = {area: {"area": area, "name_en": area, "all": "1", "half": "1" if area < "C" else "0", "side": side}
             for area, side in (("AAA", "east"), ("BBB", "west"), ("CCC", "east"), ("DDD", "west"), ("ZZZ", ""))}  # fmt: skip
    edition = replace(run.edition, groups=groups)
    return replace(run, framework=replace(run.framework, areas=areas), edition=edition)


def with_comparators(run, *scores):
    """Add areas that are only compared with, X0, X1, …, with these overall scores in 2019."""
    rows = run.scores.filter((pl.col("area") == "AAA") & (pl.col("year") == 2019) & (pl.col("node") == "R"))
    more = [rows.with_columns(area=pl.lit(f"X{place}"), score=pl.lit(score)) for place, score in enumerate(scores)]
    return replace(run, scores=pl.concat([run.scores, *more]))


def body(run, section):
    return comparative_report(Results(run), WORDS).body(section)


def html_of(run, language="en"):
    (job,) = jobs(run, countries=[], languages=[language], compare=True)
    assert not job.fault
    return job.html


@pytest.fixture
def drawn(run):
    return with_draws(run)


# All areas.


def test_the_universe_holds_areas_that_no_country_is_and_none_without_a_score(run):
    universe = Universe(Results(with_comparators(run, 10.0, None, float("nan"))))
    assert universe.scores("R") == {"AAA": 81.25, "BBB": 61.0, "CCC": 41.5, "X0": 10.0}
    assert (universe.median("R").value, universe.median("R").count) == (51.25, 4)
    assert universe.median("R", {"AAA", "BBB", "CCC"}).value is None, "fewer than four would show single areas"
    assert universe.observed("M1") == 4


# Moves.


def test_the_base_year_is_the_first_with_as_many_scores_as_any(run):
    assert base_year(Results(run)) == 2017
    late = (pl.col("area") == "CCC") & (pl.col("year") == 2017)
    without = run.scores.with_columns(score=pl.when(late).then(None).otherwise("score"))
    assert base_year(Results(replace(run, scores=without))) == 2018
    first = run.scores.filter(pl.col("year") == 2019)
    assert base_year(Results(replace(run, scores=first))) is None


@pytest.mark.parametrize(
    ("value", "said"), [(3.26, "+3.3"), (-3.26, "-3.3"), (0.0, "0.0"), (0.04, "0.0"), (None, "..")]
)
def test_a_change_bears_its_sign(value, said):
    assert signed(WORDS, value) == said


def test_who_moved_stands_with_both_scores_and_the_change(run):
    page = body(run, "movers")
    assert page.lead == "Since 2017 Country AAA rose most (+4.0); none fell by as much as 3 points."
    rows = {row.name: (row.start, row.end, row.change) for row in page.tables[0]}
    assert rows["Country AAA"] == ("77.2", "81.2", "+4.0")
    assert rows["Country DDD"] == ("..", "..", "..")
    assert "Country EEE" not in rows
    assert (page.places, page.has_places) == (None, False), "no place without draws"


def test_a_place_bears_its_interval_and_a_move_counts_only_outside_it(drawn):
    page = body(drawn, "movers")
    rows = {row.name: (row.place_start, row.place_end) for row in page.tables[0]}
    assert rows["Country AAA"] == ("1", "1 (1 to 2)")
    assert rows["Country CCC"] == ("3", "3 (3 to 3)")
    assert page.places.title == "Since 2017 no country has left the interval of its place"
    turned = drawn.scores.with_columns(
        score=pl.when((pl.col("node") == "R") & (pl.col("year") == 2017) & (pl.col("area") == "CCC")).then(99.0).otherwise("score")
    )  # fmt: skip
    page = body(replace(drawn, scores=turned), "movers")
    # C fell from the first place, B rose from the third; A may have been first before.
    assert page.places.title == "Since 2017 2 countries have left the interval of their place"
    assert "Country CCC: 2017 1, 2019 3 (90% interval 3 to 3)" in page.places.chart


def test_no_dimension_is_said_to_rise_more_than_one_that_rose_as_often(run):
    [alone] = body(run, "movers").heat
    assert "more than any other dimension" in alone.title
    first = (pl.col("year") == 2017) & (pl.col("level") == 1)
    lower = pl.when(first & (pl.col("area") == "AAA")).then(1.0).when(first).then(None).otherwise("score")
    low = replace(run, scores=run.scores.with_columns(score=lower))
    [shared] = body(low, "movers").heat
    assert shared.title == "Change since 2017"


def test_what_rules_ask_of_areas_that_are_only_compared_with_is_left_to_the_run_s_list(run):
    plain = Problem(code="T05", severity="warning", what="a jump", fix="look", country="world", rule="jump")
    ours, error = replace(plain, country="AAA"), replace(plain, severity="error", code="R02")
    told = body(replace(run, problems=(*run.problems, plain, ours, error)), "quality")
    before = body(run, "quality")
    assert len(told.problems) == len(before.problems) + 1
    assert "R02" in {row.code for row in told.problems}
    assert [question.code for question in told.questions] == ["T05"]
    alone = body(replace(run, problems=(*run.problems, plain)), "quality")
    assert (alone.problems, alone.questions) == (before.problems, before.questions)


def test_what_a_rule_asks_of_a_country_is_one_line_with_one_case(run):
    found = "AAA L1 2005: 13.0435, 2.23 times the 5.86081 of 2004; AAA L1 2009: 1.5, 3 times the 0.5 of 2008"
    asked = Problem(
        code="T05", severity="warning", what="2 jumps", fix="look", found=found, country="AAA", rule="jump", cases=2,
        years=(2005, 2009),
    )  # fmt: skip
    once = replace(asked, country="BBB", cases=1, years=(2010, 2010), found="BBB L1 2010: 7, 3 times the 2.333 of 2009")
    older = replace(asked, country="CCC", cases=0, years=(), found="")
    [question] = body(replace(run, problems=(asked, once, older)), "quality").questions
    assert question.title == "A jump against the year before"
    assert [(row.cases, row.years) for row in question.rows] == [("2", "2005–2009"), ("1", "2010"), ("..", "..")]
    # No name of the country twice, and no more digits than a table has.
    assert question.rows[0].example == "L1 2005: 13, 2.23 times the 5.86 of 2004"


def test_a_question_that_was_accepted_stands_among_the_problems_with_its_reason(run):
    settled = Settled("accepted", "2026-03-01T09:00:00Z", "Ann", "looked at")
    asked = Problem(
        code="T05", severity="warning", what="a jump", fix="look", country="AAA", rule="jump", settled=settled
    )
    page = body(replace(run, problems=(asked,)), "quality")
    assert page.questions == ()
    assert "looked at" in " ".join(row.settled for row in page.problems)


def test_all_problems_travel_in_the_report_with_file_and_row(run):
    place = Where(file="data/a.csv", rows=(3, 9), row_count=2, column='"value"')
    asked = Problem(
        code="T05", severity="warning", what="=2 jumps", fix="look", found="AAA L1", country="AAA", rule="jump", where=place,
        cases=2, years=(2005, 2009),
    )  # fmt: skip
    results = Results(replace(run, problems=(asked, replace(asked, severity="info"))))
    [file] = [one for one in attached(results, WORDS) if one.name == "problems.csv"]
    rows = [row for row in csv.DictReader(file.content.decode().splitlines()) if row["rule"]]
    assert [(row["country"], row["rows"], row["first_year"], row["last_year"]) for row in rows] == [
        ("AAA", "3; 9", "2005", "2009")
    ]
    # A spreadsheet must not take a text for a formula.
    assert rows[0]["what"] == "'=2 jumps"


def test_without_an_earlier_score_nobody_moved(run):
    now = replace(run, scores=run.scores.filter(pl.col("year") == 2019))
    assert body(now, "movers") is None
    assert 'id="movers"' not in html_of(now)


def figures_of(page):
    return [*page.league, *page.heat] if hasattr(page, "league") else page.figures


def test_scores_that_may_not_be_told_are_named_below_dots_maps_and_lines_and_only_there(run):
    assert not any(
        "onfidential" in figure.note for name in ("scores", "trends") for figure in figures_of(body(run, name))
    )
    of_a = (pl.col("area") == "AAA") & (pl.col("node") == "R")
    hidden = of_a & pl.col("year").is_in([2018, 2019])
    scores = run.scores.with_columns(
        score=pl.when(hidden).then(None).otherwise("score"),
        conf_status=pl.when(hidden).then(pl.lit("C")).otherwise(pl.lit("F")),
    )
    closed = replace(run, scores=scores)
    page, [lines] = body(closed, "scores"), body(closed, "trends").figures
    said = "Confidential (“c”), known and not shown: Country AAA."
    assert page.league[0].note.endswith(said)
    assert "Country AAA: c" in page.league[0].chart
    assert "Confidential (“c”), known and not shown: Country AAA 2018–2019." in lines.note


# The order.


def test_the_order_is_told_pair_by_pair(drawn):
    page = body(drawn, "order")
    assert (
        page.lead
        == "The order of 2 of 3 pairs of countries is sure: one is above the other in at least 90% of the draws."
    )
    assert page.unsure == ("Country AAA is above Country BBB in 80% of the draws.",)
    assert "Country BBB: 1 20, 2 80, 3 &lt;1" in page.places.chart
    assert "Country BBB: AAA 20, CCC &gt;99" in page.pairs.chart


def test_without_draws_there_is_no_order(run):
    assert body(run, "order") is None
    assert 'id="order"' not in html_of(run)


# The spreads.


def test_a_spread_shows_what_the_frames_hold(drawn):
    page = body(drawn, "dimensions")
    assert [one.name for one in page.dimensions] == ["Law and order", "Markets"]
    law, markets = page.dimensions
    rows = {row.name: row for (table,) in [law.tables] for row in table}
    assert (rows["Country AAA"].score, rows["Country AAA"].change, rows["Country AAA"].coverage) == (
        "75.0",
        "+4.0",
        "100%",
    )
    assert rows["Country DDD"].score == ".."
    assert rows["Country AAA"].beside == "..", "three scores have no median"
    assert {row.name: row.beside for row in markets.tables[0]}["Country AAA"] == "+22.5"
    assert law.trends[0].title.startswith("Since 2017 Country AAA rose most (+4.0)")
    statutes = law.indicators[0]
    assert (statutes.lowest, statutes.highest, statutes.count) == ("2.5 (CCC)", "7.5 (AAA)", "3 of 4")


def test_the_overview_names_weight_and_ends_of_each_dimension(run):
    law, markets = body(run, "dimensions").overview
    assert (law.share, law.indicators, law.median, law.lowest, law.highest) == (
        "50.0%",
        "2",
        "..",
        "25.0 (CCC)",
        "75.0 (AAA)",
    )
    assert (markets.median, markets.everyone) == ("65.0", "65.0")


# Groups.


def test_a_group_has_the_median_of_all_its_areas_the_comparators_among_them(run):
    told = with_groups(with_comparators(run, 10.0, 20.0), Many=("AAA", "BBB", "X0", "X1"), Few=("AAA", "BBB"))
    many, few = body(told, "peers").groups
    assert (many.median, many.scored, many.areas, many.span) == ("40.5", "4", "4", "10.0 to 81.2")
    assert many.countries == "Country AAA, Country BBB and 2 other areas"
    assert (few.median, few.span) == ("..", "..")


def test_each_country_stands_beside_its_own_groups(run):
    told = with_draws(with_groups(with_comparators(run, 10.0, 20.0), Many=("AAA", "BBB", "X0", "X1")))
    rows = {row.name: row.beside for row in body(told, "peers").tables[0]}
    assert rows["Country AAA"] == (("Many", "+40.8", "above"),)
    assert rows["Country CCC"] == ()
    near = with_draws(with_groups(with_comparators(run, 60.0, 61.0), Many=("AAA", "BBB", "X0", "X1")))
    assert {row.name: row.beside for row in body(near, "peers").tables[0]}["Country BBB"] == (("Many", "0.0", "close"),)


def test_a_column_of_words_is_a_group_for_each_of_them(run):
    told = with_groups(run, Side="side")
    assert [row.name for row in body(told, "peers").groups] == ["east", "west"]


def test_without_groups_the_columns_of_the_framework_stand_in(run):
    assert [row.name for row in body(with_groups(run), "peers").groups] == ["half"], "all areas are no group"
    assert body(run, "peers") is None, "a framework without areas has no groups"


# In brief, and the data.


def test_every_country_has_its_brief_in_alphabetical_order(drawn):
    page = body(drawn, "briefs")
    assert [brief.name for brief in page.countries] == [
        f"Country {code}" for code in ("AAA", "BBB", "CCC", "DDD", "EEE")
    ]
    first, *_, scoreless, absent = page.countries
    facts = dict(first.facts)
    assert (first.score, facts["90% interval"], facts["Rank"]) == (
        "81.2",
        "78.0 to 84.5",
        "1 (1 to 2) of 3 areas, tie group A",
    )
    assert facts["Change since 2017"] == "+4.0"
    assert dict(scoreless.facts)["Rank"] == ".."
    assert (absent.band, absent.problem.code) == ("not available", "K04")


def test_the_ages_of_the_inputs_add_up_to_the_scored_indicators(run):
    page = body(run, "gaps")
    # AAA has L1 of 2019 and M1, CCC its L1 of 2016, DDD none.
    assert (
        "Country AAA: of the year itself 2, 1 or 2 years older 0, 3 or more years older 0, no value 1"
        in page.ages[0].chart
    )
    assert (
        "Country CCC: of the year itself 1, 1 or 2 years older 0, 3 or more years older 1, no value 1"
        in page.ages[0].chart
    )
    assert page.ages[0].title == "71% of the inputs are of the year itself"


def test_an_indicator_is_told_in_full(drawn):
    parts = body(drawn, "codebook").parts
    facts = {entry.code: dict([*entry.facts, *entry.long_facts]) for part in parts for entry in part.entries}
    assert facts["L1"]["Coverage"] == "3 of 4 countries (2016–2019); 3 areas in all"
    assert facts["L1"]["Direction"] == "more is better"
    assert facts["L2"]["Direction"] == "less is better"
    assert facts["L1"]["Oldest value that counts"] == "4 years"
    assert facts["L1"]["Gaps"] == "not filled"
    assert facts["L1"]["Weight"] == "25.0% of the overall score; 1 among its siblings"
    assert facts["F1"]["Weight"] == "shown, not scored"


def test_effective_weights_stand_beside_the_declared_ones(drawn, run):
    rows = {row.name: row.effective for table in body(drawn, "methods").weights for row in table.rows}
    assert (rows["Law and order"], rows["Markets"]) == ("62%", "..")
    assert {row.effective for table in body(run, "methods").weights for row in table.rows} == {".."}


def test_the_tables_hold_every_node_and_every_indicator(run):
    scores, law, *_ = body(run, "tables").tables
    assert scores.codes == ("AAA", "BBB", "CCC", "DDD")
    assert [row.name for row in scores.rows] == ["Overall", "Law and order", "Statutes", "Courts", "Markets"]
    assert [cell.value for cell in scores.rows[0].cells] == ["81.2", "61.0", "41.5", ".."]
    statutes = law.rows[0]
    assert [(cell.value, cell.year, cell.marks) for cell in statutes.cells] == [
        ("7.5", "2019", ""), ("5.0", "2018", "E"), ("2.5", "2016", ""), ("..", "", ""),
    ]  # fmt: skip


def test_a_table_is_continued_where_countries_are_many(run):
    names = [f"A{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(30)]
    told = replace(run, countries=tuple(replace(run.countries[0], code=name, name=name) for name in names),
                   edition=replace(run.edition, countries=tuple(names)))  # fmt: skip
    assert [len(table.codes) for table in body(told, "tables").tables if table.scores] == [12, 12, 6]


def test_of_many_countries_what_grows_with_each_is_left_out(run):
    names = [f"A{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(60)]
    rows = run.scores.filter(pl.col("area") == "AAA")
    scores = pl.concat(
        [rows.with_columns(area=pl.lit(name), score=pl.col("score") - n) for n, name in enumerate(names)]
    )
    told = replace(run, scores=scores, countries=tuple(replace(run.countries[0], code=name, name=name) for name in names),
                   edition=replace(run.edition, countries=tuple(names)))  # fmt: skip
    page = comparative_report(Results(told), WORDS)
    assert page.body("briefs") is None
    assert page.body("tables").tables == ()
    assert len(page.body("tables").files) == 5
    law = page.body("dimensions").dimensions[0]
    assert [len(rows) for rows in law.tables] == [36, 24], "every country stands in the table of scores"
    assert law.scores == ()
    assert law.trends[0].note.startswith("The 24 countries that moved furthest.")


def test_the_key_messages_bear_their_numbers(drawn):
    told = {message.title: message for message in body(drawn, "messages").messages}
    assert told["Where the countries stand"].big == "39.8"
    assert told["How far the order can be trusted"].big == "2 of 3"
    assert told["Who moved"].big == "+4.0"
    assert told["Which bands hold"].big == "3 of 3"


def test_a_message_names_a_group_in_the_language_of_the_report(run):
    told = with_groups(with_comparators(run, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0),
                       **{"Eastern Asia": ("AAA", "X0", "X1", "X2"), "Central Asia": ("BBB", "X3", "X4", "X5")})  # fmt: skip
    page = comparative_report(Results(told), Words.of("id"))
    (text,) = (message.texts[0] for message in page.body("messages").messages if message.section == "peers")
    assert "“Asia Tengah”" in text
    assert "Eastern" not in text


def test_a_message_leads_only_to_a_section_that_is_printed(run):
    from ssemon.outline import Outline

    outlined = replace(run, edition=replace(run.edition, outline=Outline({"comparative": ("messages", "scores")})))
    html = html_of(outlined)
    assert set(re.findall('href="#([^"]+)"', html)) == {"scores"}


# Attached.


def table(files, name):
    (file,) = [file for file in files if file.name == name]
    return list(csv.DictReader(io.StringIO(file.content.decode())))


def test_the_attached_files_hold_the_countries_and_nobody_else(run):
    files = attached(Results(with_comparators(run, 10.0)), WORDS)
    scores = table(files, "scores.csv")
    assert {row["area"] for row in scores} == {"AAA", "BBB", "CCC", "DDD"}
    (overall,) = [row for row in scores if (row["area"], row["year"], row["node"]) == ("AAA", "2019", "R")]
    assert float(overall["score"]) == 81.25
    assert [row["code"] for row in table(files, "codebook.csv")] == ["L1", "L2", "M1", "F1"]
    assert {name: rows for name, _, rows in listed(Results(run), WORDS)} == {
        file.name: len(table(files, file.name)) for file in files
    }


def test_a_confidential_value_is_in_no_file(run):
    secret = (
        pl.when((pl.col("area") == "AAA") & (pl.col("indicator") == "L1")).then(pl.lit("C")).otherwise("conf_status")
    )
    told = replace(run, observations=run.observations.with_columns(conf_status=secret))
    files = attached(Results(told), WORDS)
    (value,) = [row for row in table(files, "observations.csv") if (row["area"], row["indicator"]) == ("AAA", "L1")]
    (score,) = [row for row in table(files, "indicators.csv") if (row["area"], row["indicator"]) == ("AAA", "L1")]
    assert (value["value"], value["obs_status"]) == ("", "Q")
    assert (score["value"], score["score"], score["unclipped"], score["obs_status"]) == ("", "", "", "Q")
    (other,) = [row for row in table(files, "indicators.csv") if (row["area"], row["indicator"]) == ("AAA", "M1")]
    assert float(other["value"]) == 8.75


def test_a_source_is_no_formula(run):
    evil = replace(run, observations=run.observations.with_columns(source=pl.lit('=HYPERLINK("http://x")')))
    rows = table(attached(Results(evil), WORDS), "observations.csv")
    assert {row["source"] for row in rows} == {'\'=HYPERLINK("http://x")'}


def test_a_comparative_report_takes_its_data_along_and_a_country_report_does_not(run):
    found = {job.name: job for job in jobs(run, countries=["AAA"], languages=["en"], compare=True)}
    assert [file.name for file in found["comparative.en"].attachments] == [
        "scores.csv", "indicators.csv", "observations.csv", "codebook.csv", "problems.csv",
    ]  # fmt: skip
    assert found["AAA.en"].attachments == ()


# What is sparse, empty, and very long.


def empty(run):
    return replace(
        run, scores=run.scores.with_columns(score=pl.lit(None, pl.Float64), coverage=0.0),
        indicator_scores=run.indicator_scores.clear(), observations=run.observations.clear(),
    )  # fmt: skip


def two(run):
    return replace(run, edition=replace(run.edition, countries=("AAA", "BBB")))


def alone(run):
    return replace(run, edition=replace(run.edition, countries=("AAA",)))


@pytest.mark.parametrize("change", [empty, two, alone, lambda run: run], ids=["empty", "two", "one", "all"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_section_can_be_written(run, change, language):
    for one in (change(run), with_draws(change(run))):
        html = html_of(one, language)
        assert re.findall(r"<t[dh][^>]*>\s*</t[dh]>", html) == []
        assert "None" not in re.sub(r"<[^>]+>", " ", html).split()
        assert html.count("<figure") == html.count("<figcaption")


def test_without_data_nothing_is_invented(run):
    page = comparative_report(Results(empty(run)), WORDS)
    assert page.body("messages").messages[-1].big == "0%"
    assert page.body("movers") is None
    assert page.body("trends").figures == ()
    assert page.body("gaps").ages[0].title == "No scored indicator has a value"


def test_every_figure_of_the_report_has_title_note_and_its_data_in_words(drawn):
    html = html_of(with_groups(drawn, All="all"))
    for figure in re.findall(r"<figure.*?</figure>", html, re.DOTALL):
        assert re.search(r"<figcaption[^>]*>[^<]+</figcaption>", figure)
        assert re.search(r"<desc>[^<]+</desc>", figure)
