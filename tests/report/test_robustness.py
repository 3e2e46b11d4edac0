"""Intervals, ranks, ties and the audit on the pages: from a run made of literals, with draws and without."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from ssemon.model import Message, Robustness, Verdict
from ssemon.report import robustness
from ssemon.report.build import build_plans
from ssemon.report.comparative import comparative_report
from ssemon.report.country import country_report
from ssemon.report.figures import letter
from ssemon.report.findings import Findings
from ssemon.report.intervals import PARTIAL, Intervals
from ssemon.report.results import Certainty, Results
from ssemon.report.words import Words
from ssemon.scoring import audit_words

WORDS = Words()
# Area, score interval, rank interval, rank of the root in 2019.
DRAWN = {"AAA": (78.0, 84.5, 1, 2, 1), "BBB": (55.0, 66.0, 1, 3, 2), "CCC": (38.0, 45.0, 3, 3, 3)}


def verdicts():
    good = Message("Every group has one main dimension.")
    bad = Message("Groups with little in common, {bad} of {count}: {examples}.", {"bad": "2", "count": "9"},
                  ("L.A (KMO 0.55)", "AAA"), 3)  # fmt: skip
    rule = Message("at least {share} observed", {"share": "65%"})
    return (
        Verdict("dimensions", "good", str(good), str(rule), good, rule),
        Verdict("sampling adequacy", "attention", str(bad), str(rule), bad, rule),
        Verdict("something new", "not assessed", "There is <nothing>.", "a rule of its own"),
    )


def tables():
    weights = pl.DataFrame(
        [("R", "L", 0.5, 0.5, 0.8, 0.6, 1.2), ("R", "M", 0.5, 0.5, 0.5, 0.4, 0.8), ("L", "L.A", 0.5, 0.25, None, None, None),
         ("M", "M1", 1.0, 0.5, 1.0, 1.0, 1.0)],
        orient="row",
        schema=["node", "child", "declared", "in_index", "importance", "importance_share", "ratio"],
    )  # fmt: skip
    robustness = pl.DataFrame(
        [(area, 60.0, low, high, rank, float(rank), first, last, 0.0, last - first)
         for area, (low, high, first, last, rank) in DRAWN.items()],
        orient="row",
        schema=["area", "score", "score_low", "score_high", "rank", "rank_median", "rank_low", "rank_high", "shift", "width"],
    )  # fmt: skip
    sobol = pl.DataFrame(
        [("weights", "mean_rank_shift", None, 0.2, 0.3), ("aggregation", "mean_rank_shift", None, 0.6, 1.02),
         ("weights", "score", "AAA", 0.9, 0.9), ("imputation", "mean_rank_shift", None, None, None)],
        orient="row", schema=["choice", "output", "area", "first", "total"],
    )  # fmt: skip
    left = pl.DataFrame(
        [("L", 1.5, "AAA"), ("M1", 0.25, None), ("M", None, None)],
        orient="row",
        schema=["code", "mean_rank_shift", "area"],
    )
    return {"weights": weights, "robustness": robustness, "sobol": sobol, "left_out": left}


def with_draws(run, *, year=2019, more=None):
    columns = {name: [] for name in ("score_low", "score_high", "rank_low", "rank_high")}
    for area, when, node in run.scores.select("area", "year", "node").rows():
        told = DRAWN.get(area) if (when, node) == (2019, "R") else None
        for place, name in enumerate(columns):
            columns[name].append(told[place] if told else None)
    scores = run.scores.with_columns(**{name: pl.Series(name, values) for name, values in columns.items()})
    ranks = {area: told[4] for area, told in DRAWN.items()}
    root = (pl.col("node") == "R") & (pl.col("year") == 2019)
    scores = scores.with_columns(
        rank=pl.when(root).then(pl.col("area").replace_strict(ranks, default=None)).otherwise("rank")
    )
    bands = pl.DataFrame(
        [("AAA", "R", "ADV", "firm", 0.95), ("BBB", "R", "EST", "likely", 0.7), ("CCC", "R", "EMG/DEV", "open", 0.55)],
        orient="row", schema=["area", "node", "bands", "certainty", "probability"],
    )  # fmt: skip
    ties = pl.DataFrame(
        [("AAA", 3, 81.0), ("BBB", 3, 61.0), ("CCC", 7, 41.0), ("XXX", 8, 1.0)],
        orient="row",
        schema=["area", "group", "median"],
    )
    found = tables() if more is None else more
    return replace(run, scores=scores, robustness=Robustness(year, 500, 0.9, bands, ties, verdicts(), found))


@pytest.fixture
def drawn(run):
    return with_draws(run)


def partial(run, area="AAA"):
    own = (pl.col("area") == area) & pl.col("score").is_not_null()
    return replace(run, scores=run.scores.with_columns(coverage=pl.when(own).then(0.67).otherwise("coverage")))


def test_a_score_bears_its_interval_and_its_rank(drawn):
    found = Results(drawn).score("AAA", "R")
    assert (found.low, found.high, found.rank, found.rank_low, found.rank_high) == (78.0, 84.5, 1, 1, 2)
    assert Results(drawn).score("AAA", "R", 2018).low is None


def test_draws_of_another_year_are_not_those_of_the_report(run):
    results = Results(with_draws(run, year=2018))
    assert results.robustness is None
    assert results.score("AAA", "R").low is None
    assert results.ties == ()
    assert results.certainty("AAA", "R") is None


def test_ties_are_of_the_editions_countries_the_highest_first(drawn):
    assert Results(drawn).ties == (("AAA", "BBB"), ("CCC",))


def test_an_open_band_is_printed_as_a_pair(drawn):
    said = Intervals(Results(drawn), WORDS)
    assert Results(drawn).certainty("CCC", "R") == Certainty(("EMG", "DEV"), "open", 0.55)
    assert said.band("CCC", "R") == "Emerging/Developing"
    assert [said.certainty(area, "R") for area in ("AAA", "BBB", "CCC", "DDD")] == [
        "firm, 95%",
        "likely, 70%",
        "open",
        "",
    ]
    assert "at most 55% of the draws" in said.band_sentence("CCC")


def test_no_rank_stands_without_its_interval(run, drawn):
    there, bare = (Intervals(Results(one), WORDS) for one in (drawn, run))
    assert there.rank(Results(drawn).score("BBB", "R")) == "2 (1 to 3)"
    assert bare.rank(Results(run).score("BBB", "R")) == ".."
    assert bare.rank_sentence(Results(run).score("BBB", "R")) == ""
    assert there.rank_sentence(Results(drawn).score("BBB", "R")) == "Rank 2 of 3 countries; 90% interval 1 to 3."


def test_the_cover_says_how_sure_the_score_is(drawn):
    sure = country_report(Results(drawn), WORDS, drawn.country("AAA")).body("cover").sure
    assert (sure.interval, sure.band, sure.certainty) == ("90% interval 78.0 to 84.5", "Advanced", "firm, 95%")
    assert (sure.rank, sure.rank_label, sure.absent) == ("1 (1 to 2)", "rank of 3 (90% interval)", "")


def test_a_cover_without_a_score_says_why(drawn):
    report = country_report(Results(drawn), WORDS, drawn.country("DDD")).body("cover")
    assert "no overall score for 2019" in report.sure.absent
    assert (report.sure.interval, report.sure.rank, report.sure.certainty) == ("", "", "")
    assert not any("no overall score" in message for message in report.messages)


def test_a_country_is_told_with_whom_it_shares_its_rank(drawn):
    said = Intervals(Results(drawn), WORDS)
    assert said.ties(drawn.country("AAA")) == "Not to be told apart by rank from: Country BBB."
    assert said.ties(drawn.country("CCC")) == ""
    assert said.tie_sentence() == "Ranks within a tie group are equal: Country AAA and Country BBB."


def test_the_key_messages_use_ties_and_bands(drawn):
    messages = comparative_report(Results(drawn), WORDS).body("cover").messages
    assert "Ranks within a tie group are equal: Country AAA and Country BBB." in messages
    assert "The band is firm for 1 of 3 countries; it is less sure for Country BBB and Country CCC." in messages


def test_a_score_on_incomplete_coverage_says_so_in_every_headline(run):
    results = Results(partial(run))
    findings = Findings(results, WORDS)
    assert findings.extremes(run.country("AAA")).count("on 67% of its inputs") == 2
    assert f"81.2{PARTIAL} (Country AAA)" in findings.spread()
    assert any(f"marked {PARTIAL}: Country AAA." in text for text in findings.comparative_messages())
    assert "The score rests on 67% of its inputs by weight." in findings.overall(run.country("AAA"))
    assert PARTIAL not in findings.spread().replace(f"81.2{PARTIAL}", "")


def test_full_coverage_bears_no_mark_though_weights_are_rounded(run):
    full = run.scores.with_columns(coverage=pl.lit(1 - 1e-12))
    results = Results(replace(run, scores=full))
    assert not results.score("AAA", "R").is_partial


def test_the_mark_is_explained_where_it_stands(run):
    league = comparative_report(Results(partial(run)), WORDS).body("reading")
    assert league.league[0].score == f"81.2{PARTIAL}"
    assert league.league_note.startswith(PARTIAL)
    assert comparative_report(Results(run), WORDS).body("reading").league_note == ""


def test_the_median_is_near_where_it_lies_within_the_interval(run):
    # M of BBB is 72, 7 points above the median of four (65).
    findings = Findings(Results(run), WORDS)
    node = next(node for node in run.framework.nodes if node.code == "M")
    assert "above the median" in findings.dimension(run.country("BBB"), node)
    at = (pl.col("area") == "BBB") & (pl.col("node") == "M") & (pl.col("year") == 2019)
    drawn = with_draws(run)
    wide = drawn.scores.with_columns(
        score_low=pl.when(at).then(60.0).otherwise("score_low"),
        score_high=pl.when(at).then(80.0).otherwise("score_high"),
    )
    said = Findings(Results(replace(drawn, scores=wide)), WORDS).dimension(run.country("BBB"), node)
    assert said == "Score 72.0 (60.0 to 80.0), close to the median of 4 countries (65.0)."


def test_the_league_has_rank_group_and_certainty(drawn):
    rows = {row.code: row for row in comparative_report(Results(drawn), WORDS).body("reading").league}
    assert (rows["BBB"].interval, rows["BBB"].rank, rows["BBB"].group) == ("55.0 to 66.0", "2 (1 to 3)", "A")
    assert (rows["CCC"].band, rows["CCC"].certainty, rows["CCC"].group) == ("Emerging/Developing", "open", "B")
    assert (rows["DDD"].rank, rows["DDD"].group, rows["DDD"].band) == ("..", "..", "..")


def test_the_rank_figure_is_there_with_draws_only(run, drawn):
    (figure,) = comparative_report(Results(drawn), WORDS).body("scores").ranks
    assert "Country BBB: 2 (90% interval 1 to 3, A)" in figure.chart
    assert "Country DDD: not available (coverage 25%)" in figure.chart
    assert comparative_report(Results(run), WORDS).body("scores").ranks == ()


def test_without_draws_the_pages_say_so(run):
    report = comparative_report(Results(run), WORDS)
    page, reading = report.body("robustness"), report.body("reading")
    assert page.lead.startswith("This run made no draws")
    assert (page.verdicts, page.effective, page.weights) == ((), (), None)
    assert any("no intervals" in text for text in reading.reading)
    assert not reading.has_intervals


def test_verdicts_have_shape_words_and_names_for_codes(drawn):
    rows = comparative_report(Results(drawn), WORDS).body("robustness").verdicts
    assert [row.outcome for row in rows] == ["good", "look at", "not assessed"]
    assert ["<circle" in rows[0].mark, "<polygon" in rows[1].mark, 'fill="none"' in rows[2].mark] == [True] * 3
    assert rows[1].sentence == "Groups with little in common, 2 of 9: “Statutes” (KMO 0.55), AAA and 3 more."
    assert (rows[2].topic, rows[2].sentence) == ("something new", "There is <nothing>.")


def test_verdicts_are_said_in_the_reports_language(drawn):
    rows = comparative_report(Results(drawn), Words.of("fr")).body("robustness").verdicts
    assert rows[0].sentence == "Chaque groupe a une seule dimension principale."
    assert rows[1].sentence.startswith("Groupes ayant peu en commun, 2 sur 9")
    assert rows[1].sentence.endswith("AAA et 3 autres.")
    assert rows[2].sentence == "There is <nothing>."


def test_effective_weights_stand_beside_the_declared(drawn):
    page = comparative_report(Results(drawn), WORDS).body("robustness")
    assert [(row.name, row.depth, row.declared, row.effective, row.ratio) for row in page.effective] == [
        ("Law and order", 0, "50.0%", "60.0%", "1.20"),
        ("Statutes", 1, "50.0%", "..", ".."),
        ("Markets", 0, "50.0%", "40.0%", "0.80"),
    ]
    assert page.weights is not None
    assert page.weights.title == "“Law and order” counts for most: 60% of the index, 50% declared"
    assert "Law and order: 60.0% (declared weight 50.0%)" in page.weights.chart


def test_the_widest_intervals_come_first(drawn):
    rows = comparative_report(Results(drawn), WORDS).body("robustness").wide
    assert [(row.rank, row.width) for row in rows] == [("2 (1 to 3)", "2"), ("1 (1 to 2)", "1"), ("3 (3 to 3)", "0")]


def test_the_most_influential_are_named_where_the_audit_looked(drawn):
    page = comparative_report(Results(drawn), WORDS).body("robustness")
    assert page.sobol.title == "“Aggregation” moves the ranks most: 60% of the variance by itself"
    # The total of 1.02 is an estimate: it is cut off at 1.
    assert (
        "Aggregation: by itself 60%, with all others 100%; Weights: by itself 20%, with all others 30%"
        in page.sobol.chart
    )
    (parts,) = page.influence
    assert [(row.name, row.effect, row.most) for row in parts.rows] == [
        ("Law and order", "1.5", "AAA"), ("Access to markets", "0.2", ".."),
    ]  # fmt: skip


def test_an_audit_without_tables_leaves_its_parts_out(run):
    page = comparative_report(Results(with_draws(run, more={})), WORDS).body("robustness")
    assert (page.weights, page.effective, page.wide, page.sobol, page.influence) == (None, (), (), None, ())
    assert len(page.verdicts) == 3


def test_every_page_is_filled_with_draws_and_without(run, drawn):
    for one in (run, drawn):
        made = [
            plan.written() for plan in build_plans(one, countries=None, languages=["en", "ar", "en-XA"], compare=True)
        ]
        assert [job.fault for job in made if job.fault] == []
    assert "&lt;nothing&gt;" in build_plans(drawn, countries=[], languages=["en"], compare=True)[0].written().html


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ")])
def test_groups_are_lettered_like_columns(place, name):
    assert letter(place) == name


def test_every_noun_of_the_audit_is_known_to_the_page():
    assert set(audit_words.NOUNS.items()) <= {(code, noun) for noun, code in robustness._NOUNS.items()}
    assert {noun for noun, code in robustness._NOUNS.items() if noun == code} == {
        name for name in ("aggregation", "normalisation", "imputation") if audit_words.noun(name) == name
    }


def test_the_audit_names_choices_in_the_language_of_the_page(drawn):
    share = Message("{text} ({aside})", {"text": "the place of the goalposts", "aside": "8%"})
    said = Message("{choice}: {examples}", {"choice": "Weighting"}, (share,))
    verdict = Verdict("which choice matters most", "good", str(said), "", said, said)
    told = replace(drawn, robustness=replace(drawn.robustness, verdicts=(verdict,)))
    page = comparative_report(Results(told, "ko"), Words.of("ko")).body("robustness")
    assert page.verdicts[0].sentence == "“가중치”: “목표 기준값”(8%)"
