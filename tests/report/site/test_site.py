"""The pages of the site: what is there, where it leads, and that it says what the PDF says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import polars as pl
import pytest

from ssemon.engine import render_site
from ssemon.errors import UsageFault
from ssemon.report import jobs, render
from ssemon.report.site import language as languages_of
from ssemon.report.site import write_site
from ssemon.report.site.downloads import VALUES
from ssemon.store import load_run, save_run

_NUMBER = re.compile(r"\d+(?:[.,\u202f\u00a0]\d+)*")


def pages_of(folder):
    return sorted(folder.rglob("*.html"))


def tree(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_every_page_of_every_language_is_there(site):
    root = site()
    names = {str(path.relative_to(root)) for path in pages_of(root)}
    one = ["index", "countries", "comparison", "indicators", "method", "downloads"]
    one += [f"country/{code}" for code in ("AAA", "BBB", "CCC", "DDD")]
    one += [f"indicator/{code}" for code in ("L1", "L2", "M1", "F1")]
    assert names == {"index.html", *(f"{language}/{page}.html" for language in ("en", "fr") for page in one)}


def test_every_page_is_sound_html_with_one_main_heading_and_no_name_twice(site, page_class):
    for path in pages_of(site()):
        page = page_class(path.read_text(encoding="utf-8"))
        assert page.faults == [], path
        assert page.open == [], path
        assert len(page.all("h1")) == 1, path
        assert [name for name, count in Counter(page.ids).items() if count > 1] == [], path


def test_headings_never_skip_a_level(site, page_class):
    for path in pages_of(site()):
        levels = [int(name[1]) for name, _ in page_class(path.read_text()).elements if re.fullmatch(r"h[1-6]", name)]
        # The contents stand before the page's own sections, as a heading of the second level.
        assert all(after <= before + 1 for before, after in pairwise(levels)), (path, levels)


def test_every_address_leads_somewhere_and_none_leaves_the_site_but_those_of_sources(site, page_class):
    root = site()
    pages = {path: page_class(path.read_text(encoding="utf-8")) for path in pages_of(root)}
    for path, page in pages.items():
        for tag, attributes in page.elements:
            for name in ("href", "src", "data-index"):
                address = attributes.get(name)
                if address is None:
                    continue
                parts = urlsplit(address)
                if parts.scheme:
                    assert (tag, parts.scheme) in {("a", "https"), ("a", "http")}, (path, address)
                    assert "noopener" in attributes["rel"]
                    continue
                target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
                assert target.is_file(), (path, address)
                assert target.is_relative_to(root.resolve())
                if parts.fragment:
                    assert parts.fragment in pages[target].ids, (path, address)


def test_the_policy_of_every_page_allows_its_own_files_alone(site, page_class):
    for path in pages_of(site()):
        html = path.read_text(encoding="utf-8")
        [policy] = [
            m["content"] for m in page_class(html).all("meta") if m.get("http-equiv") == "Content-Security-Policy"
        ]
        assert policy.startswith("default-src 'none'; style-src 'self'")
        assert "unsafe" not in policy
        assert "http:" not in policy
        assert " style=" not in html
        assert not re.search(r"<[^>]+\son\w+=", html)
        assert re.findall(r"<script[^>]*>([^<]+)", html) == []


def numbers(text):
    return _NUMBER.findall(text)


def without_contents(html):
    return re.sub(r'<ul class="toc">.*?</ul>', "", html, flags=re.DOTALL)


def shown(html):
    """The text of a report's page without what only one of the two has: the contents, and what a chart says aloud."""
    html = re.sub(
        r"<desc>.*?</desc>|<details.*?</details>|<title>.*?</title>", " ", without_contents(html), flags=re.DOTALL
    )
    html = re.sub(r'<(figcaption|caption)[^>]*data-word="[^"]*"', r"<\1", html)
    html = re.sub(r'<span class="count">.*?</span>', " ", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def main_of(html):
    main = html.partition("<main")[2].partition("</main>")[0]
    main = re.sub(r"<aside.*?</aside>|<nav.*?</nav>", " ", main, flags=re.DOTALL)
    return main.partition(">")[2]


@pytest.mark.parametrize("language", ["en", "fr", "ko", "ar"])
def test_a_country_s_page_has_every_number_and_every_word_of_its_pdf_and_no_other(drawn, site, language):
    root = site(languages=(language,))
    for job in jobs(drawn, countries=None, languages=[language], compare=False):
        page = (root / language / "country" / f"{job.country}.html").read_text(encoding="utf-8")
        paper = shown(re.search(r"<body[^>]*>(.*)</body>", job.html, re.DOTALL).group(1))
        words = re.sub(r"\u200b", "", paper)
        heading = "Contents"
        screen = shown(main_of(page))
        assert numbers(screen) == numbers(words), job.name
        if language == "en":
            assert screen.split() == words.replace(f" {heading} ", " ", 1).split()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_three_pages_of_the_comparison_have_every_number_of_the_comparative_pdf(drawn, site, language):
    root = site(languages=(language,))
    [job] = jobs(drawn, countries=[], languages=[language], compare=True)
    paper = shown(re.search(r"<body[^>]*>(.*)</body>", job.html, re.DOTALL).group(1))
    screens = [main_of((root / language / f"{name}.html").read_text()) for name in ("index", "comparison", "method")]
    assert Counter(numbers(" ".join(map(shown, screens)))) == Counter(numbers(paper))


@pytest.mark.slow
def test_the_numbers_of_a_country_s_page_stand_in_the_pdf_itself(drawn, site, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    render(jobs(drawn, countries=["AAA"], languages=["en"], compare=False), tmp_path / "pdf", workers=1)
    pages = pypdf.PdfReader(tmp_path / "pdf" / "reports" / "AAA.en.pdf").pages
    text = " ".join(page.extract_text() for page in pages)
    printed = set(numbers(re.sub(r"Page \d+ of \d+", "", text)))
    main = main_of((site() / "en" / "country" / "AAA.html").read_text(encoding="utf-8"))
    main = re.sub(r"<desc>.*?</desc>|<details.*?</details>|<title>.*?</title>", " ", main, flags=re.DOTALL)
    read = set(numbers(unescape(re.sub(r"<[^>]+>", " ", main))))
    assert len(read) > 40
    assert read - printed == set()
    # The contents of the paper name pages; where two texts touch, their numbers are read as one.
    known = "|".join(map(re.escape, read | set(map(str, range(1, len(pages) + 1)))))
    assert [number for number in printed if not re.fullmatch(f"(?:{known})+", number)] == []


def test_figures_and_tables_bear_the_number_that_they_have_on_paper(site):
    page = (site() / "en" / "country" / "AAA.html").read_text(encoding="utf-8")
    for word in ("Figure", "Table"):
        found = [int(number) for number in re.findall(rf'<span class="count">{word} (\d+)\.', page)]
        assert found == list(range(1, len(found) + 1))
        assert len(found) > 2


def test_the_name_of_a_country_and_of_an_indicator_leads_to_its_page(site):
    index = (site() / "en" / "index.html").read_text(encoding="utf-8")
    assert '<th scope="row"><a href="country/AAA.html">Country AAA</a></th>' in index
    country = (site() / "en" / "country" / "AAA.html").read_text(encoding="utf-8")
    assert '<a href="../indicator/L1.html">Statutes in force</a>' in country


def test_a_name_that_two_indicators_bear_leads_nowhere(drawn, site):
    twins = tuple(
        replace(leaf, name="Twin") if leaf.code in ("L1", "M1") else leaf for leaf in drawn.framework.indicators
    )
    root = site(replace(drawn, framework=replace(drawn.framework, indicators=twins)))
    country = (root / "en" / "country" / "AAA.html").read_text(encoding="utf-8")
    assert "Twin" in country
    assert ">Twin</a>" not in country
    listed = (root / "en" / "indicators.html").read_text(encoding="utf-8")
    assert listed.count(">Twin</a>") == 2


def test_an_unavailable_country_has_no_page_and_says_so(site):
    root = site()
    assert not (root / "en" / "country" / "EEE.html").exists()
    for name in ("index", "countries"):
        html = (root / "en" / f"{name}.html").read_text(encoding="utf-8")
        assert "Country EEE" in html
        assert "not available" in html
        assert "EEE.html" not in html


def test_only_the_countries_that_are_asked_for_have_a_page(site):
    root = site(countries=["BBB"])
    assert [path.stem for path in (root / "en" / "country").iterdir()] == ["BBB"]
    assert "country/AAA.html" not in (root / "en" / "index.html").read_text(encoding="utf-8")


def test_an_indicator_s_page_says_what_it_is_and_what_every_country_has(site, page_class):
    page = page_class((site() / "en" / "indicator" / "L1.html").read_text(encoding="utf-8"))
    for said in (
        "How much of L1.", "Only a proxy of L1 <i>raw</i>.", "Law and order", "more is better", "0 to 10", "25.0%", "weak",
        "4 years", "Country AAA scores highest (75.0), Country CCC lowest (25.0)", "Office of Numbers, yearly (2020)",
    ):  # fmt: skip
        assert said in page.text, said
    assert page.text.count("Country DDD") >= 2  # without a value, in the table and in the chart
    assert "E estimated value" in page.text


def test_an_indicator_that_is_not_scored_has_neither_score_nor_goalposts(site, page_class):
    page = page_class((site() / "en" / "indicator" / "F1.html").read_text(encoding="utf-8"))
    assert "not counted" in page.text
    assert "1,234" in page.text
    assert [one["id"] for one in page.all("section") if "id" in one] == ["values", "years"]
    assert "Score" not in [text.strip() for text in page.texts]


def test_values_by_year_are_those_of_the_year_itself(site):
    html = (site() / "en" / "indicator" / "L1.html").read_text(encoding="utf-8")
    rows = dict(re.findall(r'<tr><th scope="row">([^<]+)</th>((?:<td class="n">[^<]*</td>)+)</tr>', html))
    cells = {name: re.findall(r">([^<]*)</td>", row) for name, row in rows.items()}
    assert cells["Country AAA"] == ["..", "..", "7.5"]
    assert cells["Country CCC"] == ["..", "..", ".."]  # of 2016, before the first year of the edition


def test_the_languages_lead_to_the_same_page(site, page_class):
    for path in pages_of(site() / "en"):
        page = page_class(path.read_text(encoding="utf-8"))
        others = [one for one in page.all("a") if one.get("hreflang") == "fr"]
        rest = path.relative_to(site() / "en")
        assert [(path.parent / one["href"]).resolve() for one in others] == [(site() / "fr" / rest).resolve()]


def test_a_site_of_one_language_offers_no_other(site, page_class):
    page = page_class((site(languages=("en",)) / "en" / "index.html").read_text(encoding="utf-8"))
    assert not [one for one in page.all("nav") if "languages" in one.get("class", "")]


def test_many_languages_stand_in_a_box_that_opens(site, page_class):
    names = ("en", "fr", "ko", "id", "ar")
    page = page_class((site(languages=names) / "ar" / "index.html").read_text(encoding="utf-8"))
    assert "العربية" in page.texts
    assert len([one for one in page.all("a") if "hreflang" in one]) == len(names)
    assert page.all("html")[0]["dir"] == "rtl"


def test_the_gate_leads_to_the_first_language(site, page_class):
    page = page_class((site(languages=("fr", "en")) / "index.html").read_text(encoding="utf-8"))
    [refresh] = [one["content"] for one in page.all("meta") if one.get("http-equiv") == "refresh"]
    assert refresh == "0; url=fr/index.html"
    assert [one["href"] for one in page.all("a")] == ["fr/index.html", "en/index.html"]


def test_the_files_of_the_run_can_be_taken_away_with_their_sizes_and_hashes(drawn, site, tmp_path, page_class):
    source = tmp_path / "run"
    (source / "reports").mkdir(parents=True)
    contents = {"scores.csv": b"a" * 1500, "reports/AAA.en.pdf": b"%PDF", "reports/comparative.fr.pdf": b"%PDF!"}
    for name, content in contents.items():
        (source / name).write_bytes(content)
    root = site(source=source)
    page = page_class((root / "en" / "downloads.html").read_text(encoding="utf-8"))
    for name, content in contents.items():
        copy = root / "data" / Path(name).name
        assert copy.read_bytes() == content
        assert sha256(content).hexdigest() in page.texts
    assert "2 kB" in page.texts
    assert "scores.xlsx" not in page.text  # the run's folder has none
    assert "Shared under CC BY-SA 4.0." in page.texts
    assert "../../data/AAA.en.pdf" in (root / "en" / "country" / "AAA.html").read_text(encoding="utf-8")
    assert "AAA.en.pdf" not in (root / "fr" / "country" / "AAA.html").read_text(encoding="utf-8")
    assert "../data/comparative.fr.pdf" in (root / "fr" / "index.html").read_text(encoding="utf-8")


def test_each_report_among_the_files_is_called_what_it_is(site, tmp_path):
    names = ("AAA.en", "AAA.brief.en", "comparative.en", "indicator.L1.en", "indicator.gone.en", "dimension.D.A.en")
    (tmp_path / "reports").mkdir()
    for name in names:
        (tmp_path / "reports" / f"{name}.pdf").write_bytes(b"%PDF")
    root = site(source=tmp_path)
    html = (root / "en" / "downloads.html").read_text(encoding="utf-8")
    rows = dict(re.findall(r"download>([^<]+)\.pdf</a></th><td>([^<]+)</td>", html))
    assert rows == {
        "AAA.en": "Country report: Country AAA", "AAA.brief.en": "Country brief · Country AAA",
        "comparative.en": "Comparative report", "indicator.L1.en": "Indicator sheet · Statutes in force",
        "indicator.gone.en": "Indicator sheet · gone", "dimension.D.A.en": "Dimension sheet · D.A",
    }  # fmt: skip
    country = (root / "en" / "country" / "AAA.html").read_text(encoding="utf-8")
    assert re.findall(r"data/([\w.]+)\.pdf", country) == ["AAA.en"]
    assert "data/indicator" not in (root / "en" / "index.html").read_text(encoding="utf-8")


def test_a_confidential_value_is_in_no_file_of_the_site(drawn, site):
    secret = pl.when(pl.col("indicator") == "F1").then(pl.lit("C")).otherwise("conf_status")
    hidden = replace(drawn, observations=drawn.observations.with_columns(conf_status=secret))
    root = site(hidden)
    values = pl.read_csv(root / "data" / VALUES)
    [row] = values.filter(indicator="F1").select("value", "note", "obs_status").rows()
    assert row == (None, None, "Q")
    assert values.filter(indicator="L1")["value"].null_count() == 0
    assert not [name for name, content in tree(root).items() if b"1,234" in content or b"1234.0" in content]


def test_the_search_knows_countries_indicators_and_what_only_one_page_says(site):
    index = (site() / "assets" / "search.en.js").read_text(encoding="utf-8")
    for said in (
        '["Country","Country AAA","en/country/AAA.html"', '["Indicator","Statutes in force","en/indicator/L1.html"',
        '"en/country/AAA.html#notes"', '"en/method.html#codebook"', '"en/index.html#scores"', "A ministry.",
    ):  # fmt: skip
        assert said in index, said


def test_a_page_that_fails_says_so_and_the_others_are_written(drawn, tmp_path, monkeypatch):
    whole = languages_of.country_report

    def broken(results, words, outcome):
        if outcome.code == "BBB":
            raise ZeroDivisionError("odd <b>")
        return whole(results, words, outcome)

    monkeypatch.setattr(languages_of, "country_report", broken)
    [problem] = write_site(drawn, tmp_path, languages=["en"])
    assert (problem.code, problem.country, problem.severity) == ("G07", "BBB", "error")
    assert problem.found == "ZeroDivisionError: odd <b>"
    assert "could not be written" in (tmp_path / "site" / "en" / "country" / "BBB.html").read_text(encoding="utf-8")
    assert "Country CCC" in (tmp_path / "site" / "en" / "country" / "CCC.html").read_text(encoding="utf-8")


def test_where_the_comparative_report_fails_its_three_pages_say_so(drawn, tmp_path, monkeypatch):
    def broken(*_):
        raise ValueError("odd")

    monkeypatch.setattr(languages_of, "comparative_report", broken)
    problems = write_site(drawn, tmp_path, languages=["en"])
    assert {problem.code for problem in problems} == {"G07"}
    assert len(problems) == 3
    assert "could not be written" in (tmp_path / "site" / "en" / "index.html").read_text(encoding="utf-8")


def test_an_edition_that_prints_fewer_sections_has_a_site_without_them(drawn, site, page_class):
    outline = replace(drawn.edition.outline, chosen={"comparative": ("scores",), "country": ("glance",)})
    root = site(replace(drawn, edition=replace(drawn.edition, outline=outline)))
    for name in ("index", "method", "country/AAA", "downloads"):
        page = page_class((root / "en" / f"{name}.html").read_text(encoding="utf-8"))
        assert len(page.all("h1")) == 1
        assert "#sources" not in page.html


def test_the_same_run_gives_the_same_bytes(drawn, tmp_path):
    for name in ("a", "b"):
        write_site(drawn, tmp_path / name, languages=["en", "fr"])
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_a_new_run_takes_the_old_site_away_and_no_other_folder_of_that_name(shipped, tmp_path):
    write_site(shipped, tmp_path, languages=["en"], countries=[])
    save_run(shipped, tmp_path)
    assert not (tmp_path / "site").exists()
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "mine.txt").write_text("x")
    save_run(shipped, tmp_path)
    assert (tmp_path / "site" / "mine.txt").read_text() == "x"


def test_a_site_is_written_in_the_edition_s_languages_and_none_that_has_no_catalogue(shipped, tmp_path):
    wanted = replace(shipped, edition=replace(shipped.edition, languages=("fr", "xx")))
    told = []
    assert render_site(wanted, tmp_path, countries=[], on_step=told.append) == []
    assert [path.name for path in sorted((tmp_path / "site").iterdir())] == ["assets", "data", "fr", "index.html"]
    assert [line.partition(":")[0] for line in told] == ["site/fr"]
    with pytest.raises(UsageFault) as fault:
        render_site(wanted, tmp_path, languages=["xx"])
    assert [problem.code for problem in fault.value.problems] == ["U08"]


@pytest.mark.slow
def test_another_process_with_another_clock_and_hash_seed_gives_the_same_bytes(shipped, tmp_path):
    save_run(shipped, tmp_path / "run")
    write_site(load_run(tmp_path / "run"), tmp_path / "here", source=tmp_path / "run", languages=["en"])
    elsewhere = {
        **os.environ,
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Seoul",
        "LC_ALL": "C",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-m", "ssemon", "report", "site", "--from", str(tmp_path / "run"), "--language", "en"]
    answer = subprocess.run(command, env=elsewhere, cwd="/", capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert "site/en: " in answer.stderr
    assert tree(tmp_path / "run" / "site") == tree(tmp_path / "here" / "site")
