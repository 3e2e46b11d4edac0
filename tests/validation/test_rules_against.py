"""The rules against approved values and between countries, by their three fixtures; and what they owe whoever reads them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from ssemon.framework import read_framework
from ssemon.rulebook import shipped_rules
from ssemon.rulekinds import KINDS
from ssemon.scoring.compare import compare_observations
from ssemon.validation import Revision, check_countries, check_revision

FIXTURES = tomllib.loads((Path(__file__).parent / "against_fixtures.toml").read_text(encoding="utf-8"))
RULES = {rule.name: rule for rule in shipped_rules()}
FAR = "far-from-other-countries"


def rows(lines: Sequence[str], approved: Sequence[str] = ()) -> dict[tuple, tuple]:
    """Lines of a fixture as key → value and status."""
    found: dict[tuple, tuple] = {}
    for line in lines:
        if line == "=":
            found |= rows(approved)
            continue
        indicator, years, *more = line.removeprefix("-").split(",")
        sex = more[1] if len(more) > 1 else "_T"
        first, _, last = years.partition("-")
        for year in range(int(first), int(last or first) + 1):
            if line.startswith("-"):
                found.pop((indicator, year, sex))
                continue
            value, _, status = more[0].partition(":")
            found[indicator, year, sex] = (float(value) if value else None, status or ("A" if value else "O"))
    return found


@pytest.fixture
def held(counts, observations):
    """Hold what is given now to the rules, beside what is approved; the problems."""

    def frame(lines, approved=()) -> pl.DataFrame:
        told = rows(lines, approved)
        return observations(
            [("KOR", code, year, value, status, sex) for (code, year, sex), (value, status) in told.items()]
        )

    def check(approved, now, earlier=(), only="", parameters=None, hidden=False):
        framework = read_framework(counts())
        if only:
            chosen = [replace(rule, severity="off") if name != only else rule for name, rule in RULES.items()]
            if parameters:
                chosen = [replace(rule, parameters=parameters) if rule.name == only else rule for rule in chosen]
            framework = replace(framework, rules=tuple(chosen))
        before, after = frame(approved), frame(now, approved)
        if hidden:
            before = before.with_columns(conf_status=pl.lit("C"))
        vintages = {1: frame(earlier)} if earlier else {}
        return check_revision(
            Revision("KOR", framework, before, after, compare_observations(before, after), vintages)
        )  # fmt: skip

    return check


def test_every_rule_against_approved_values_has_its_three_fixtures():
    assert FIXTURES.keys() == {name for name, rule in RULES.items() if KINDS[rule.kind].grain == "revision"}


@pytest.mark.parametrize("name", FIXTURES)
def test_a_rule_passes_what_is_sound_names_what_is_not_and_lets_missing_pass(name, held):
    fixture, rule = FIXTURES[name], RULES[name]
    given = dict(part.split(" = ") for part in fixture["parameters"].split("; ")) if "parameters" in fixture else {}
    of_test = {key: float(value) for key, value in given.items()}

    def told(part):
        return held(fixture["approved"], fixture[part], fixture.get("earlier", ()), name, of_test)

    assert told("passes") == ()
    [problem] = told("fails")
    assert (problem.rule, problem.code, problem.severity, problem.country) == (name, rule.code, rule.severity, "KOR")
    assert fixture["found"] in problem.found
    assert "{" not in problem.what + problem.found + problem.fix
    if "{count" in rule.what:
        assert problem.what.startswith(f"{fixture.get('count', 1)} ")
    assert told("missing") == ()


@pytest.mark.parametrize(
    "name", ["indicator-deletion", "revision-by-thousands", "revision-unlike-others", "older-revision-again"]
)
def test_what_breaks_one_rule_breaks_no_other(name, held):
    fixture = FIXTURES[name]
    assert [one.rule for one in held(fixture["approved"], fixture["fails"], fixture.get("earlier", ()))] == [name]


def test_what_is_gone_as_a_large_deletion_is_not_told_of_by_indicator_as_well(held):
    approved = ["orgs,2000-2019,10"]
    now = ["=", *(f"-orgs,{year}" for year in range(2000, 2015))]
    assert [(one.code, one.severity) for one in held(approved, now)] == [("T04", "error")]


def test_a_revision_that_all_values_share_is_none_that_is_unlike_the_others(held):
    approved = ["orgs,2000-2009,1000"]
    rebased = ["=", *(f"orgs,{year},{2000 + year % 7}" for year in range(2000, 2010))]
    assert held(approved, rebased) == ()
    [problem] = held(approved, [*rebased, "orgs,2005,9000"])
    assert (problem.code, problem.what) == ("W03", "1 approved value revised far more than the others of its indicator")


def test_counts_are_exact_and_lists_are_short(held):
    approved = ["orgs,1900-1999,1"]
    [problem] = held(approved, ["orgs,1900-1999,1000"])
    assert problem.what.startswith("100 approved values")
    assert problem.found.endswith("KOR orgs 1904: 1 → 1000 and 95 more")


def test_a_confidential_value_is_not_told(held):
    [problem] = held(["orgs,2000,10"], ["orgs,2000,10000"], hidden=True)
    assert problem.found == "KOR orgs 2000: a confidential value → a confidential value"


# --- between countries ---------------------------------------------------------------------------------------------------

AREAS = [
    "AUT",
    "BEL",
    "BGR",
    "CHE",
    "CZE",
    "DEU",
    "DNK",
    "ESP",
    "EST",
    "FIN",
    "FRA",
    "GBR",
    "GRC",
    "HRV",
    "HUN",
    "IRL",
    "ISL",
    "ITA",
    "LTU",
    "LUX",
    "LVA",
    "MLT",
    "NLD",
    "NOR",
    "POL",
    "PRT",
    "ROU",
    "SRB",
    "SVK",
    "SVN",
    "SWE",
]


@pytest.fixture
def beside(counts, observations):
    """Hold KOR's values to those of other countries: `values` one for each, in their order."""

    def check(indicator, own, values, year=2020):
        told = [(area, indicator, year, value) for area, value in zip(AREAS, values, strict=False)]
        frame = observations([*told, ("KOR", indicator, year, own)])
        return check_countries(frame, read_framework(counts()), ["KOR"])

    return check


RATES = [40 + place for place in range(31)]
DENSITIES = [1.5**place for place in range(31)]


def test_a_value_far_from_all_others_is_a_note_to_the_secretariat(beside):
    [problem] = beside("rate", 100, RATES)
    assert (problem.code, problem.severity, problem.country, problem.rule) == ("W05", "info", "", FAR)
    assert problem.what == "1 value of rate (Rate) far from those of the other countries"
    assert problem.found == "KOR 2020: 100, median of 32 countries 55.5 (so in 2020)"
    assert "{" not in problem.fix


@pytest.mark.parametrize(
    ("indicator", "own", "values"),
    [
        ("rate", 84, RATES),  # within the spread of its side
        ("rate", None, RATES),  # missing
        ("rate", 100, [None] * 31),  # nobody beside it
        ("rate", 100, [40] * 31),  # no spread: all of one value
        ("rate", 100, RATES[:9:1][:8]),  # nine countries are too few
        ("rate", 90, RATES[:20]),  # twenty are few: only a slip of units passes
        ("orgs", 1e9, DENSITIES),  # a sum: large in large countries
    ],
)
def test_nothing_is_told_of_what_is_no_question(beside, indicator, own, values):
    assert beside(indicator, own, values) == ()


def test_among_few_countries_a_slip_of_units_is_told_of(beside):
    assert [one.code for one in beside("rate", 5000, RATES[:20])] == ["W05"]


def test_a_positive_unbounded_unit_is_compared_by_ratios(counts, observations):
    framework = read_framework(counts())

    def told(own):
        frame = [(area, "density", 2020, value) for area, value in zip(AREAS, DENSITIES, strict=True)]
        return check_countries(observations([*frame, ("KOR", "density", 2020, own)]), framework, ["KOR"])

    assert told(max(DENSITIES) * 100) == ()
    assert [one.code for one in told(max(DENSITIES) * 1e6)] == ["W05"]
    assert told(0.0) == ()  # it has no logarithm


def test_a_skew_distribution_is_judged_by_its_own_side(beside):
    piled = [99 + place / 100 for place in range(20)] + [10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 97]
    assert beside("rate", 15, piled) == ()


def test_one_note_an_indicator_however_many_values(counts, observations):
    frame = [
        (area, "rate", year, value) for year in range(2000, 2020) for area, value in zip(AREAS, RATES, strict=True)
    ]
    frame += [(area, "rate", year, 110) for year in range(2000, 2020) for area in ("KOR", "JPN")]
    [problem] = check_countries(observations(frame), read_framework(counts()), ["KOR", "JPN"])
    assert problem.what.startswith("40 values of rate")
    cases = problem.found.split("; ")
    assert len(cases) == 2
    assert cases[0].startswith(
        "JPN 2000: 110, median of 33 countries 56 (so in 2000, 2001, 2002, 2003, 2004 and 15 more)"
    )
