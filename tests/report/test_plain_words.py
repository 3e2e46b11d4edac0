"""What a reader should not stumble over: decimals, codes, sources, marks of thousands, who confirmed the notes."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from ssemon.report.codebook import codebook
from ssemon.report.country import country_report
from ssemon.report.facts import legal_forms
from ssemon.report.numbers import Numbers, common_decimals
from ssemon.report.results import Results
from ssemon.report.words import Words

WORDS = Words()


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        ([], 0),
        ([None, float("nan")], 0),
        ([0.0], 0),
        ([12.0, 3.0], 0),
        ([7.5, 5.0, 2.5], 1),
        ([94.851, 3.0, None], 1),
        ([0.948, 0.00742], 3),
        ([-2.191, 1.5], 2),
        ([1234567.8, 0.3], 1),
        ([3e-6], 6),
    ],
)
def test_a_column_has_one_number_of_decimals(values, decimals):
    assert common_decimals(values) == decimals


def test_no_value_but_zero_is_written_as_zero():
    values = [120.0, 3.25, 0.004]
    shown = [Numbers().value(value, common_decimals(values)) for value in values]
    assert shown == ["120.000", "3.250", "0.004"]


def test_an_indicators_values_have_the_same_decimals_in_every_report(run):
    shown = [
        country_report(Results(run), WORDS, run.country(code)).body("dimensions").dimensions[0].rows[0].value
        for code in ("AAA", "BBB")
    ]
    assert shown == ["7.5", "5.0"]


@pytest.mark.parametrize("language", ["en", "fr", "sv", "fi", "ar"])
def test_a_minus_is_a_sign_that_the_font_has(language):
    assert "\u2212" not in Numbers(language).score(-1.5)
    assert "-" in Numbers(language).score(-1.5)


def test_a_caveat_names_indicators_by_name(run):
    leaf = run.framework.indicators[0]
    told = replace(leaf, metadata={"caveat": "overlaps with L.A and M1; see LEG.9 and A.B.C"})
    framework = replace(run.framework, indicators=(told, *run.framework.indicators[1:]))
    results = Results(replace(run, framework=framework))
    row = country_report(results, WORDS, run.country("AAA")).body("dimensions").dimensions[0].rows[0]
    assert row.caveat == "Overlaps with “Statutes” and M1; see LEG.9 and A.B.C."


def test_the_codebook_names_sources_as_the_countries_do(run):
    assert facts_of(run, "L1")["Source"] == "Office of Numbers"
    assert facts_of(run, "L2")["Source"] == ".."


def facts_of(run, code):
    entries = {entry.code: entry for part in codebook(Results(run), WORDS) for entry in part.entries}
    return dict([*entries[code].facts, *entries[code].long_facts])


def test_the_codebook_names_two_sources_at_most(run):
    named = {"AAA": "First", "BBB": "Second (2020)", "CCC": "Third"}
    source = pl.col("area").replace_strict(named, default="Fourth")
    told = replace(run, observations=run.observations.with_columns(source=source))
    assert facts_of(told, "L1")["Source"] == "First and 2 others"


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("empirical_frozen", "0 to 10 (taken from the data once, then kept)"),
        ("none", "0 to 10"),
        ("agreed_upon", "0 to 10 (agreed upon)"),
        ("", "0 to 10"),
    ],
)
def test_the_basis_of_goalposts_is_said_in_words(run, basis, said):
    told = replace(run.framework.indicators[0], metadata={"goalpost_basis": basis})
    framework = replace(run.framework, indicators=(told, *run.framework.indicators[1:]))
    assert facts_of(replace(run, framework=framework), "L1")["Goalposts"] == said


@pytest.mark.parametrize(
    ("law", "year", "said"), [("Act", "2012", "Act · 2012"), ("Act", "", "Act"), ("", "2012", "2012"), ("", "", "..")]
)
def test_a_law_without_its_year_has_no_stray_mark(law, year, said):
    (form,) = legal_forms([{"form_en": "Cooperative", "law_en": law, "law_year": year}], WORDS)
    assert form.law == said


def test_notes_say_who_confirmed_them(run):
    outcome = run.country("AAA")
    status = country_report(Results(run), WORDS, outcome).body("notes").status
    assert status.startswith("Compiled for this report; not yet confirmed by the country.")
    by = replace(outcome, confirmed_by="Office of <SSE>")
    confirmed = country_report(Results(run), WORDS, by).body("notes").status
    assert confirmed.startswith("Confirmed by Office of <SSE>. ")
