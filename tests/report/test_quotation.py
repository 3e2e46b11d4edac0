"""Quotation marks are those of the language of the page: in its sentences, and around the names that the code puts in."""

from __future__ import annotations

import re

import pytest

from ssemon.report.catalogues import catalogue, languages
from ssemon.report.quotation import Quotation, quotation
from ssemon.report.results import Results

QUOTED = "“{high}” scores highest ({top}), “{low}” lowest ({bottom})"
NARROW = "\u202f"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "“a”"),
        ("fr", f"«{NARROW}a{NARROW}»"),
        ("fr-CA", f"«{NARROW}a{NARROW}»"),
        ("ja", "「a」"),
        ("zh-Hant", "「a」"),
        ("zh-Hans", "“a”"),
        ("ar", "«a»"),
        ("km", "“a”"),
        ("xx", "“a”"),
    ],
)
def test_a_name_stands_in_the_marks_of_its_language(language, said):
    assert quotation(language).around("a") == said


@pytest.mark.parametrize("text", ["“a” and “b”", "«a» and «b»", "«\u00a0a\u00a0» and « b »", "「a」 and 「b」"])
def test_a_sentence_has_one_kind_of_marks(text):
    assert Quotation("‹", "›").within(text) == "‹a› and ‹b›"


def test_a_text_without_marks_and_an_apostrophe_stay_as_they_are():
    assert quotation("fr").within("l’indice n’a pas de “") == "l’indice n’a pas de “"


@pytest.mark.parametrize("language", languages()[:-1])
def test_sentences_and_names_of_a_page_have_the_same_marks(language, run):
    marks, said = quotation(language), catalogue(language).translations.gettext(QUOTED)
    for name in ("{high}", "{low}"):
        assert marks.around(name) in said
    assert Results(run, language).named("see L.A.") == f"see {marks.around('Statutes')}."
    forms = catalogue(language).translations.ngettext(
        "{count} indicator alone would lift the country into the band “{band}”.",
        "{count} indicators would each lift the country into the band “{band}”.",
        2,
    )
    assert re.search(re.escape(marks.around("{band}")), forms)
