"""The regions of a country: scored beside the countries, never among them, and shown on a map. All numbers are made up."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from ssemon import compare_runs
from ssemon import run as run_engine
from ssemon.report import jobs
from ssemon.store import load_run, save_run

HEAD = "area,indicator,year,value,conf_status\n"
COUNTRY = "KOR,a1,2020,5,\nKOR,a2,2019,2,\nKOR,b1,2019,40,\n"
UNIVERSE = '[method]\nuniverse = "some"\n'
OTHER = "JPN,a1,2020,1,\nJPN,a2,2020,9,\nJPN,b1,2020,1,\n"
# a1 and a2 make A, b1 is half of B: A 90 and 30, B 80 and 20 where b1 is 80 and 20.
REGIONS = (
    "KR-11,a1,2020,9,\nKR-11,a2,2020,1,\nKR-11,b1,2020,80,\nKR-26,a1,2020,3,\nKR-26,a2,2019,7,\nKR-26,b1,2020,20,\n"
)
_TAG = re.compile(r"<[^>]+>")


@pytest.fixture
def made(plugin_folder: Callable[..., Path], tiny_framework: Callable[..., Path]):
    def make(
        values: str = COUNTRY + REGIONS, profile: str = "", files: dict[str, str] | None = None, name: str = "tiny"
    ):
        universe = {"areas.csv": "area,name_en,some\nKOR,Korea,1\nJPN,Japan,1\n"}
        framework = tiny_framework({**universe, **(files or {})}, name=name, edition=UNIVERSE + profile)
        own = plugin_folder({"data/values.csv": HEAD + values})
        manifest = (own / "plugin.toml").read_text().replace("KOR", "JPN")
        plugin_folder({"data/values.csv": HEAD + OTHER, "plugin.toml": manifest}, name="jpn")
        return run_engine(framework / "edition.toml", [own.parent])

    return make


def section(run) -> str:
    [job] = jobs(run, countries=["KOR"], languages=["en"], compare=False)
    assert not job.fault
    _, mark, text = job.html.partition('<section class="chapter regions"')
    return mark + text[: text.index("</section>")] if mark else ""


def said(run) -> str:
    return html.unescape(" ".join(_TAG.sub(" ", section(run)).split()))


def scores(run, node="R"):
    rows = run.regions.scores.filter(pl.col("node") == node)
    return dict(rows.select("area", "score").rows())


def test_regions_are_scored_by_the_same_goalposts_and_weights(made):
    run = made()
    assert scores(run, "A") == {"KR-11": pytest.approx(90), "KR-26": pytest.approx(30)}
    assert scores(run) == {"KR-11": pytest.approx(85), "KR-26": pytest.approx(25)}
    assert set(run.regions.scores["country"]) == {"KOR"}
    assert "rank" not in run.regions.scores.columns


@pytest.mark.parametrize("profile", ["", 'normalisation = "minmax"\n'])
def test_regions_move_nothing_for_the_countries(made, profile):
    with_regions, without = made(profile=profile), made(COUNTRY, profile=profile, name="other")
    assert with_regions.scores.equals(without.scores)
    assert with_regions.indicator_scores.equals(without.indicator_scores)
    assert without.regions is None
    assert with_regions.scores["score"].n_unique() > 2


def test_on_a_relative_scale_a_region_has_values_and_no_scores(made):
    run = made(profile='normalisation = "minmax"\n')
    assert run.regions.scores.is_empty()
    assert run.regions.indicators["score"].null_count() == run.regions.indicators.height
    assert "Alpha one: from 3 in Busan-gwangyeoksi to 9 in Seoul-teukbyeolsi." in said(run)


def test_a_confidential_value_is_told_neither_by_itself_nor_by_the_scores(made):
    run = made(COUNTRY + REGIONS.replace("KR-11,b1,2020,80,", "KR-11,b1,2020,80,C"))
    assert set(run.regions.scores["area"]) == {"KR-26"}
    hidden = run.regions.indicators.filter((pl.col("area") == "KR-11") & (pl.col("indicator") == "b1"))
    assert hidden.select("value", "score", "obs_status").rows() == [(None, None, "Q")]
    assert "80" not in re.findall(r"\b80\b", said(run))


def test_the_page_says_who_is_best_how_far_they_lie_apart_and_lists_regions_without_data(made):
    told = said(made(profile="[method.bands]\ncuts = [30, 50, 70]\n"))
    assert "Overall score: from 25.0 in Busan-gwangyeoksi to 85.0 in Seoul-teukbyeolsi." in told
    assert "Best: Seoul-teukbyeolsi 85.0 Median of the regions 55.0 Lowest: Busan-gwangyeoksi 25.0 Range 60.0" in told
    assert "Whole country 52.5" in told
    assert "Mean by population" not in told
    assert "11 Seoul-teukbyeolsi 85.0 Advanced" in told
    assert "50 Sejong .. .." in told
    assert (
        told.index("11 Seoul-teukbyeolsi 85.0") < told.index("26 Busan-gwangyeoksi 25.0") < told.index("50 Sejong ..")
    )


def test_the_map_says_what_it_shows_and_that_boundaries_imply_nothing(made):
    page = section(made())
    chart = page[page.index("<svg") : page.index("</svg>")]
    assert "Seoul-teukbyeolsi: 85" in chart
    assert "Sejong: no data" in chart
    assert "Statistics Korea (SGIS), provinces 2018" in said(made(name="again"))
    assert "imply no opinion on the legal status" in page


def test_the_mean_is_by_population_where_every_region_s_is_known(made, tiny_framework):
    head, *rows = (tiny_framework(name="plain") / "indicators.csv").read_text().splitlines()
    lines = [
        f"{head},role",
        *(f"{row}," for row in rows),
        "pop,B,People,,PS,1,quantitative,,,0,0,none,,,,4,,population",
    ]
    people = "KR-11,pop,2020,3000,\nKR-26,pop,2020,1000,\n"
    files = {"indicators.csv": "\n".join(lines) + "\n"}
    told = said(made(COUNTRY + REGIONS + people, files=files))
    assert "Mean by population 70.0" in told
    assert "Mean by population" not in said(
        made(COUNTRY + REGIONS + people.splitlines()[0] + "\n", files=files, name="b")
    )


def test_where_less_is_better_the_lowest_value_is_the_best(made):
    told = said(made(COUNTRY + "KR-11,a2,2020,1,\nKR-26,a2,2020,7,\n", profile="[method.coverage]\n0 = { weight = 0.9 }\n1 = { weight = 0.9 }\n"))  # fmt: skip
    assert "Alpha two: from 7 in Busan-gwangyeoksi to 1 in Seoul-teukbyeolsi." in told


def test_values_of_one_region_alone_make_a_table_and_no_map(made):
    told = said(made(COUNTRY + "KR-11,a1,2020,9,\n", profile="[method.coverage]\n0 = { weight = 0.9 }\n1 = { weight = 0.9 }\n"))  # fmt: skip
    assert "too few of any one indicator for a map" in told
    assert "11 Seoul-teukbyeolsi 9" in told
    assert "Figure" not in told


def test_without_a_universe_regions_are_scored_as_every_area_is(made, monkeypatch):
    monkeypatch.setitem(globals(), "UNIVERSE", "[method]\n")
    for profile in ("", 'normalisation = "minmax"\n'):
        run = made(profile=profile, name=f"none{len(profile)}")
        among = run.scores.filter(
            pl.col("area").str.starts_with("KR-") & (pl.col("node") == "R") & (pl.col("year") == 2020)
        )
        assert scores(run) == dict(among.select("area", "score").rows())
        assert len(scores(run)) == 2


def test_without_regions_there_is_no_such_section(made):
    assert section(made(COUNTRY)) == ""


def test_a_run_with_regions_is_kept_and_compared(made, tmp_path):
    run = made()
    save_run(run, tmp_path / "one")
    again = load_run(tmp_path / "one")
    assert again.regions.scores.equals(run.regions.scores)
    assert again.regions.indicators.equals(run.regions.indicators)
    save_run(made(COUNTRY.replace("a1,2020,5", "a1,2020,7") + REGIONS), tmp_path / "two")
    found = compare_runs(tmp_path / "one", tmp_path / "two")
    assert dict(found.parts.select("cause", "part").rows()) == {"own_data": pytest.approx(5)}
