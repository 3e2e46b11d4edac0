"""The section [disclosure] of a profile: its defaults, what it takes, and what it refuses."""

import pytest

from ssemon import SsemonError
from ssemon.choices import Disclosure
from ssemon.engine import read_profile


@pytest.fixture
def section(tiny_framework):
    def read(text: str):
        return read_profile(tiny_framework(edition="\n[disclosure]\n" + text) / "edition.toml")[0].disclosure

    return read


def test_without_a_section_the_defaults_hold(tiny_framework):
    default = Disclosure(threshold=5, dominance=(2, 85.0), p_percent=15.0, protection=15.0, counts=())
    assert read_profile(tiny_framework() / "edition.toml")[0].disclosure == default


def test_every_key_is_taken(section):
    text = 'threshold = 3\ndominance = { n = 1, share = 70 }\np_percent = 10\nprotection = 20.5\ncounts = ["a1"]\n'
    assert section(text) == Disclosure(3, (1, 70.0), 10.0, 20.5, ("a1",))


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("threshold = 2", "E03", "3 or more"),
        ("threshold = true", "E03", "threshold"),
        ("treshold = 5", "E02", "treshold"),
        ("dominance = { n = 3 }", "E03", "1 or 2"),
        ("dominance = { k = 85 }", "E02", "k"),
        ("dominance = { share = 100 }", "E03", "between 0 and 100"),
        ("dominance = 85", "E03", "table"),
        ("p_percent = 0", "E03", "between 0 and 100"),
        ('protection = "15"', "E03", "protection"),
        ('counts = "a1"', "E03", "counts"),
        ('counts = ["a7"]', "E04", "disclosure.counts"),
    ],
)
def test_what_cannot_be_is_named(section, text, code, word):
    with pytest.raises(SsemonError) as fault:
        section(text)
    [problem] = fault.value.problems
    assert problem.code == code
    assert word in problem.what
