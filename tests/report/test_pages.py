"""The HTML of the reports: what every page must say, and what none may."""

from __future__ import annotations

import re
from dataclasses import replace
from gettext import NullTranslations

import pytest

from ssemon.report import jobs
from ssemon.report.comparative import comparative_report
from ssemon.report.country import country_report
from ssemon.report.pages import environment, fill, stylesheets, template_folder
from ssemon.report.results import Results
from ssemon.report.words import Words

STATEMENT = "A test of pages; not a rating of anything."
_TAG = re.compile(r"<[^>]+>")


@pytest.fixture
def country(run):
    return jobs(run, countries=["AAA"], languages=["en"], compare=False)[0].html


@pytest.fixture
def comparative(run):
    return jobs(run, countries=[], languages=["en"], compare=True)[0].html


def text_of(html: str) -> str:
    return " ".join(_TAG.sub(" ", html).split())


def test_there_is_a_job_a_country_and_language_and_one_to_compare(run):
    found = jobs(run, countries=None, languages=["en", "ko"], compare=True)
    names = [job.name for job in found]
    assert names[:5] == ["AAA.en", "BBB.en", "CCC.en", "DDD.en", "comparative.en"]
    assert names[5:] == ["AAA.ko", "BBB.ko", "CCC.ko", "DDD.ko", "comparative.ko"]
    assert not any(job.fault for job in found)


def test_a_country_that_is_not_available_has_no_report_of_its_own(run):
    assert jobs(run, countries=["EEE"], languages=["en"], compare=False) == []


def test_an_unavailable_country_stands_in_the_comparative_report_with_its_problem(comparative):
    said = text_of(comparative)
    assert "Country EEE" in said
    assert "not available" in said
    assert "K04" in said
    assert "add it to mapping.csv" in said


def test_every_page_bears_statement_oldest_input_and_the_report_s_number(country, comparative):
    for html, oldest in ((country, "2019"), (comparative, "2016")):
        foot = re.search('data-foot="([^"]*)"', html).group(1)
        assert STATEMENT in foot
        assert f"Oldest input {oldest}" in foot
        assert re.search(r"Report [0-9a-f]{10}$", foot)


def test_the_cover_says_statement_and_oldest_input_too(country):
    cover = text_of(country.split('id="glance"')[0])
    assert STATEMENT in cover
    assert "Oldest input 2019" in cover


def test_a_framework_without_a_statement_prints_none(run):
    silent = replace(run, framework=replace(run.framework, statement=""))
    html = jobs(silent, countries=["AAA"], languages=["en"], compare=False)[0].html
    assert 'data-foot="Oldest input 2019' in html


def test_no_rank_is_printed_without_draws(country, comparative):
    for html in (country, comparative):
        said = text_of(html)
        assert "It prints no rank, because a rank without its interval says too much." in said
        assert not re.search(r"\brank \d|\d+ \(\d+ to \d+\)", said, re.IGNORECASE)


def test_small_differences_are_said_to_mean_nothing(country, comparative):
    for html in (country, comparative):
        assert "a small difference between neighbours may mean nothing" in html


def test_missing_values_are_two_dots_and_no_cell_is_empty(run):
    for job in jobs(run, countries=None, languages=["en"], compare=True):
        assert re.findall(r"<t[dh][^>]*>\s*</t[dh]>", job.html) == [], job.name
        assert '<td class="n">..</td>' in job.html


def test_plugin_texts_are_escaped(country, comparative):
    assert "<script>" not in country
    assert "<i>raw</i>" not in country
    assert "Act &lt;1&gt;" in country
    assert "counts &lt;b&gt;all&lt;/b&gt; cooperatives" in country.replace("Counts", "counts")
    assert "<type>" not in comparative


def test_language_title_and_dates_stand_in_the_head(country):
    assert '<html lang="en" dir="ltr">' in country
    assert "<title>Country AAA: Tiny framework 2019</title>" in country
    assert '<meta name="dcterms.created" content="2022-12-10">' in country


def test_an_edition_without_a_date_bears_none(run):
    undated = replace(run, edition=replace(run.edition, date=None))
    assert "dcterms" not in jobs(undated, countries=["AAA"], languages=["en"], compare=False)[0].html


def test_an_edition_without_bands_speaks_of_none(run):
    method = replace(run.edition.method, band_cuts=(), band_codes=())
    plain = replace(run, edition=replace(run.edition, method=method))
    for job in jobs(plain, countries=["AAA"], languages=["en"], compare=True):
        assert not job.fault
        assert "band" not in text_of(job.html).lower()


def test_every_table_has_a_caption_and_every_head_a_scope(country, comparative):
    for html in (country, comparative):
        own = html.split('class="notes"')[0]
        assert own.count("<table") == own.count("<caption")
        assert re.findall(r"<th(?![a-z])(?![^>]*scope=)[^>]*>", html) == []


def test_every_link_of_the_contents_leads_somewhere(run):
    for job in jobs(run, countries=None, languages=["en"], compare=True):
        for target in re.findall('href="#([^"]+)"', job.html):
            assert f'id="{target}"' in job.html, (job.name, target)


def test_the_licence_sentence_is_printed(country, comparative):
    assert "Shared under CC BY-SA 4.0." in country
    assert "Shared under CC BY-SA 4.0." in comparative


def test_facts_show_grade_scope_owner_and_address(country):
    said = text_of(country)
    for part in (
        "Worker cooperative",
        "23,892",
        "one Act only",
        "Ministry",
        "https://example.org/1",
        "Grades of evidence",
    ):
        assert part in said


def test_deviations_and_warnings_are_printed(country):
    said = text_of(country)
    assert "counts decrees too" in said
    assert "V07" in said


def test_a_country_name_of_sixty_characters_fits_a_smaller_size(run):
    long = replace(run.countries[0], name="A country whose name is very long, sixty characters or even more")
    html = jobs(replace(run, countries=(long, *run.countries[1:])), countries=["AAA"], languages=["en"], compare=False)[
        0
    ].html
    assert '<h1 class="longest">' in html


def test_one_country_alone_can_be_compared(run):
    alone = replace(run, countries=run.countries[:1])
    (job,) = jobs(alone, countries=[], languages=["en"], compare=True)
    assert not job.fault


def test_a_fault_in_one_country_leaves_the_others(run, monkeypatch):
    from ssemon.report import build

    def failing(results, words, outcome):
        if outcome.code == "BBB":
            raise ValueError("odd data")
        return country_report(results, words, outcome)

    monkeypatch.setattr(build, "country_report", failing)
    faults = {job.name: job.fault for job in jobs(run, countries=None, languages=["en"], compare=False)}
    assert faults == {"AAA.en": "", "BBB.en": "ValueError: odd data", "CCC.en": "", "DDD.en": ""}


def test_all_style_sheets_are_there():
    assert all(path.is_file() for path in stylesheets())


class Shouting(NullTranslations):
    """A catalogue that has every message: it marks each with «»."""

    def gettext(self, message: str) -> str:
        return f"«{message}»"

    def ngettext(self, one: str, many: str, n: int) -> str:
        return f"«{one if n == 1 else many}»"


@pytest.mark.parametrize("kind", ["country", "comparative"])
def test_a_catalogue_reaches_every_heading(run, kind):
    words = Words("en", Shouting())
    results = Results(run)
    report = (
        country_report(results, words, run.country("AAA")) if kind == "country" else comparative_report(results, words)
    )
    html = fill(environment(words), kind, report)
    heads = re.findall(r"<(?:h1|th scope=\"col\")[^>]*>([^<]+)<", html)
    plain = [
        head for head in heads if "«" not in head and head not in {"AAA", "BBB", "CCC", "DDD", "Country AAA", "a", "b"}
    ]
    assert plain == ["Tiny framework"] * (kind == "comparative")


def templates():
    """Those of the two reports; other rooms keep theirs in the same folder."""
    folder = template_folder()
    return [
        folder / "base.html.j2",
        *(
            p
            for part in ("country", "brief", "comparative", "dimension", "indicator", "partials")
            for p in (folder / part).glob("*.j2")
        ),
    ]


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_templates_hold_no_words_outside_gettext(path):
    source = path.read_text(encoding="utf-8")
    bare = re.sub(r"{#.*?#}", "", source, flags=re.DOTALL)
    bare = re.sub(r"{%-?\s*trans\b.*?endtrans\s*-?%}", "", bare, flags=re.DOTALL)
    bare = re.sub(r"{%.*?%}|{{.*?}}", "", bare, flags=re.DOTALL)
    bare = re.sub(r"<[^>]+>", " ", bare)
    assert re.findall(r"[A-Za-z]{2,}", bare) == []
