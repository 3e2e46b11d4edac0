"""What authors are told, in their language: every code and every word, and nothing lost on the way."""

from __future__ import annotations

import csv
import re

import openpyxl
import pytest

from ssemon.authoring import plan_form, write_answers, write_form
from ssemon.authoring.answer_page import answer_page
from ssemon.authoring.form import Speech
from ssemon.codes import problem_codes
from ssemon.errors import UsageFault
from ssemon.wording import Wording, answering_language, answering_languages, translated_rows

LANGUAGES = [language for language in answering_languages() if language != "en"]
# What a translation must keep as it is: names of files and options, settings, and what is written in for a brace.
KEPT = re.compile(r"--[a-z]+\b|\b[\w/]+\.(?:toml|csv|py|xlsx|parquet)\b|\{\w+\}|\b[a-z]+_[a-z_]+\b|\[\w+\]|@\w+")


def test_these_languages_are_spoken():
    assert set(LANGUAGES) >= {"ko", "fr", "id", "vi"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_title_and_a_repair(language):
    rows = {row["code"]: row for row in translated_rows("problems", language)}
    assert [code for code in problem_codes() if code not in rows] == []
    assert [code for code, row in rows.items() if not row["title"] or not row["repair"]] == []
    assert len(rows) == len(translated_rows("problems", language)), "a code stands twice"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_names_of_files_options_and_settings(language):
    lost = []
    english, own = problem_codes(), problem_codes(language)
    for code in english:
        for part in ("title", "repair"):
            wanted = set(KEPT.findall(getattr(english[code], part)))
            lost += [(code, word) for word in wanted if word not in getattr(own[code], part)]
    for row in translated_rows("words", language):
        lost += [(row["text"], word) for word in KEPT.findall(row["text"]) if word not in row["translation"]]
    assert lost == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_is_another_text_than_the_english_one(language):
    english, own = problem_codes(), problem_codes(language)
    same = [code for code in english if english[code].repair == own[code].repair]
    assert same == []
    assert [code for code in english if english[code].title == own[code].title and code != "V05"] == []


def test_all_languages_have_the_same_words():
    texts = {language: [row["text"] for row in translated_rows("words", language)] for language in LANGUAGES}
    assert len({tuple(sorted(words)) for words in texts.values()}) == 1
    assert all(len(words) == len(set(words)) for words in texts.values())


@pytest.fixture
def missed(monkeypatch):
    """The texts that were asked for and are in none of the catalogues."""
    unknown: set[str] = set()
    plain, spoken = Wording.say, Speech.say

    def say(self, text, **named):
        if self.language != "en" and text and text not in self.texts:
            unknown.add(text)
        return plain(self, text, **named)

    def speak(self, text, **named):
        if text and text not in self.wording.texts and text not in self.words.translations._texts:
            unknown.add(text)
        return spoken(self, text, **named)

    monkeypatch.setattr(Wording, "say", say)
    monkeypatch.setattr(Speech, "say", speak)
    return unknown


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_a_workbook_a_page_or_an_answer_stays_english(
    language, missed, ssemon, plugin_folder, tiny_framework, tmp_path
):
    from ssemon import validate

    edition = tiny_framework() / "edition.toml"
    write_form(plan_form("KOR", edition=edition, language=language), tmp_path / "form.xlsx")
    values = "indicator,year,value\na1,2019,x\na1,2018,140\nzz,2018,1\n"
    checked = validate([plugin_folder({"data/values.csv": values})], edition)
    answer_page(checked, language)
    write_answers(checked, tmp_path / "answer.xlsx", language)
    ssemon("explain", "V04", "--language", language)
    assert missed == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_explain_speaks_the_language(ssemon, language):
    answer = ssemon("explain", "s05", "--language", language)
    assert answer.code == 0
    own = problem_codes(language)["S05"]
    assert own.title in answer.out
    assert own.repair in answer.out
    assert own.means in answer.out
    assert "country team" not in answer.out


def test_explain_without_a_code_lists_all_in_the_language(ssemon):
    lines = ssemon("explain", "--language", "fr").out.splitlines()
    assert len(lines) == len(problem_codes())
    assert "V05  NaN" in lines


def test_a_language_that_nobody_speaks_is_named_with_those_that_are_there(ssemon, plugin_folder):
    for command in (("explain", "V04"), ("validate", plugin_folder())):
        answer = ssemon(*command, "--language", "xx")
        assert (answer.code, "U08" in answer.err, "en, fr, id, ko, vi" in answer.err) == (2, True, True)


def test_the_language_of_an_answer_is_the_one_asked_for_then_the_plugin_s_first_that_is_known():
    assert answering_language(None, ["mn", "ko", "en"]) == "ko"
    assert answering_language(None, ["en", "ko"]) == "en"
    assert answering_language(None, ["mn"]) == "en"
    assert answering_language(None) == "en"
    assert answering_language("fr", ["ko"]) == "fr"
    assert answering_language("ko-KR") == "ko"
    with pytest.raises(UsageFault):
        answering_language("xx", ["ko"])


def test_validate_says_the_kind_and_the_repair_in_the_language_and_the_exact_english_line_below(
    ssemon, plugin_folder, tiny_framework
):
    manifest = '[plugin]\ncountry = "KOR"\napi = 1\nlanguages = ["ko", "en"]\n[[tables]]\ntable = "observations"\n'
    manifest += 'file = "data/values.csv"\nsource = "x"\nlicence = "x"\n'
    folder = plugin_folder({"plugin.toml": manifest, "data/values.csv": "indicator,year,value\na1,2019,x\n"})
    edition = tiny_framework() / "edition.toml"
    lines = ssemon("validate", folder, "--edition", edition).out.splitlines()
    assert lines[0] == "오류 · V04 · 숫자 열에 글자가 있음"
    assert lines[1].startswith("  고치는 방법: 비워 두고")
    assert lines[2] == "error · KOR · convert · V04 · the cell is no number in 1 row"
    english = ssemon("validate", folder, "--edition", edition, "--language", "en").out.splitlines()
    assert english == lines[2:]


def test_json_is_the_same_in_every_language(ssemon, plugin_folder, tiny_framework):
    folder = plugin_folder({"data/values.csv": "indicator,year,value\na1,2019,x\n"})
    given = ("validate", folder, "--edition", tiny_framework() / "edition.toml", "--format", "json", "--language")
    assert ssemon(*given, "ko").out == ssemon(*given, "en").out


def test_a_text_without_a_translation_stays_english():
    assert Wording("ko", {}).say("and {count} more", count=3) == "and 3 more"
    assert problem_codes("mn")["V04"] == problem_codes()["V04"]


def test_a_file_of_translations_is_a_table_with_its_columns(repository):
    for path in (repository / "schemas" / "translations").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            head = csv.DictReader(file).fieldnames
        assert head == (
            ["code", "title", "means", "repair"] if path.name.startswith("problems") else ["text", "translation"]
        )


def test_the_comments_of_a_workbook_are_in_the_language(tmp_path, plugin_folder, tiny_framework, ssemon):
    folder = plugin_folder({"data/values.csv": "indicator,year,value\na1,2019,x\n"})
    out, edition = tmp_path / "a.xlsx", tiny_framework() / "edition.toml"
    ssemon("validate", folder, "--edition", edition, "--workbook", out, "--language", "vi")
    book = openpyxl.load_workbook(out)
    assert book.worksheets[0].title == "Kết quả kiểm tra"
    assert book.worksheets[1]["C2"].comment.text.startswith("V04 · Chữ trong cột số")
