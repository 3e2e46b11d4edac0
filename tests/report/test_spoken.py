"""The audit's sentences in the language of the page."""

from __future__ import annotations

import pytest

from ssemon.model import Message
from ssemon.report.results import Results
from ssemon.report.spoken import Spoken
from ssemon.report.words import Words


@pytest.fixture
def spoken(run):
    return lambda language="en": Spoken(Results(run), Words(language))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("65%", "65%"),
        ("12.5 %", "12.5%"),
        ("2000", "2,000"),
        ("KOR (3.2, JPN)", "Republic of Korea (3.2, Japan)"),
        ("L.A (KMO 0.55)", "“Statutes” (KMO 0.55)"),
        ("L1 and L2 (redundant, r = 0.97)", "“Statutes in force” and “Speed of courts” (redundant, r = 0.97)"),
        ("KR-11", "Seoul-teukbyeolsi"),
        ("weighting equal", "weighting equal"),
        ("AAA.", "AAA."),
        ("L1.", "“Statutes in force”."),
    ],
)
def test_codes_areas_and_numbers_are_said_in_words(spoken, text, said):
    assert spoken().text(text) == said


def test_numbers_and_areas_are_those_of_the_language(spoken):
    french = spoken("fr").text("KOR 12.5% 0.97 2000")
    assert french.endswith("12,5\xa0% 0,97 2\u202f000")
    assert spoken("ko").text("65%") == "65%"


def test_a_node_with_the_letters_of_an_area_is_the_node(run):
    names = Results(run)
    names.__dict__["_names"] = {"KOR": "“A node”"}
    assert Spoken(names, Words()).text("KOR, JPN") == "“A node”, Japan"


def test_a_name_is_not_read_again(run):
    names = Results(run)
    names.__dict__["_names"] = {"L1": "“Adults aged 2000+, JPN”"}
    assert Spoken(names, Words()).text("L1") == "“Adults aged 2000+, JPN”"


def test_a_message_is_said_with_its_values_and_examples_and_a_year_is_a_year(spoken):
    message = Message("{bad} of {count} below {share} in {year}: {examples}.",
                      {"bad": "1", "count": "6000", "share": "65%", "year": "2019"}, ("KOR",), 2)  # fmt: skip
    assert spoken().message(message, "") == "1 of 6,000 below 65% in 2019: Republic of Korea and 2 more."
    assert spoken().message(None, "L.A is low") == "“Statutes” is low"


def test_an_example_with_words_of_its_own_is_said_like_a_sentence(run):
    spoken = Spoken(Results(run, "fr"), Words.of("fr"), {"the place of the goalposts": "« Bornes »", "drawn": "tiré"})
    shares = (Message("{text} ({aside})", {"text": "the place of the goalposts", "aside": "8%"}), "L1 (0.40)")
    assert spoken.message(Message("{examples}", {}, shares), "") == (
        "« Bornes » (8\xa0%), «\u202fStatutes in force\u202f» (0,40)"
    )


def test_a_word_of_the_audit_is_said_as_a_whole_and_a_method_as_it_is_spelt(run):
    spoken = Spoken(Results(run), Words(), {"weighting": "“Weights”", "drawn": "drawn at random"})
    text = "{choice}: {alternative} ({shift}, {area})"
    said = [
        spoken.message(Message(text, {"choice": "Weighting", "alternative": name, "shift": "2.9", "area": "KOR"}), "")
        for name in ("drawn", "min_max")
    ]
    assert said == [
        "“Weights”: drawn at random (2.9, Republic of Korea)",
        "“Weights”: min max (2.9, Republic of Korea)",
    ]
