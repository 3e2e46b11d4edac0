"""What ships: plugins, frameworks, code lists, licences."""

from __future__ import annotations

import csv
import re
import subprocess
import tomllib
from pathlib import Path

import polars as pl
import pytest

from ssemon import Run, find_framework, read_framework
from ssemon import run as run_all
from ssemon.bounds import limits
from ssemon.engine import read_profile
from ssemon.framework import shipped_frameworks
from ssemon.report.numbers import locale_of
from ssemon.tables import area_codes, codelist, shipped_tables

TWELVE = ("KOR", "JPN", "CHN", "PHL", "MYS", "IDN", "THA", "VNM", "MNG", "KGZ", "LAO", "KHM")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def finished(baseline_without_draws: Path) -> Run:
    return run_all(baseline_without_draws)


@pytest.mark.slow
def test_all_thirteen_plugins_load_without_an_error_and_rules_ask_of_few_values(finished):
    assert [(one.code, one.available) for one in finished.reported] == [(code, True) for code in TWELVE]
    assert [one.code for one in finished.countries if one.kind == "comparators"] == ["world"]
    told = [problem for problem in finished.problems if problem.severity != "info"]
    assert {(one.severity, one.rule != "") for one in told} == {("warning", True)}
    # Looked at one by one: school years that the source interpolates, seats after an election, a leap of the internet.
    assert {one.code for one in told if one.country in TWELVE} == {"M03", "T05"}
    assert sum(one.where.row_count for one in told if one.country in TWELVE) < 130


@pytest.mark.slow
def test_plugins_and_derivation_give_the_framework_s_observations(finished, repository):
    stored = pl.read_csv(repository / "schemas/frameworks/baseline/observations.csv.gz", infer_schema_length=None)
    key = ["area", "indicator", "year"]
    expected = stored.select(*key, pl.col("value").cast(pl.Float64), "obs_status").with_columns(
        pl.col("year").cast(pl.Int32)
    )
    given = finished.observations.filter(
        pl.col("sex") == "_T", pl.col("org_type") == "_T", pl.col("value").is_not_null()
    )
    both = expected.join(given.select(*key, "value", "obs_status"), on=key, how="full", suffix="_given", coalesce=True)
    assert both.filter(pl.col("value").is_null() | pl.col("value_given").is_null()).rows()[:5] == []
    assert both.filter((pl.col("value") - pl.col("value_given")).abs() > 1e-9).rows()[:5] == []
    assert both.filter(pl.col("obs_status") != pl.col("obs_status_given")).rows()[:5] == []
    assert both.height == stored.height > 100_000


@pytest.mark.slow
def test_every_observation_names_its_source_and_a_country_s_are_its_own(finished):
    assert finished.observations["source"].null_count() == 0
    own = finished.observations.filter(pl.col("country").is_in(list(TWELVE)))
    assert own.filter(pl.col("country") != pl.col("area")).is_empty()
    assert finished.observations.select("area", "indicator", "year", "sex", "org_type").is_duplicated().sum() == 0


@pytest.mark.slow
def test_the_baseline_is_published_under_the_share_alike_licence_of_its_data(finished):
    assert "CC BY-SA 4.0" in finished.licence
    assert "V-Dem v14" in finished.licence


@pytest.mark.parametrize("name", shipped_frameworks())
def test_a_framework_is_well_formed_and_its_profile_fits(name):
    folder = find_framework(name)
    edition, framework = read_profile(folder / "edition.toml")
    assert framework.id == name == edition.framework
    assert framework.title
    assert framework.licence
    assert sum(framework.leaf_weights(framework.root.code).values()) == pytest.approx(1)
    units = codelist("UNIT_MEASURE")
    for leaf in framework.indicators:
        assert leaf.unit in units, leaf.code
        assert leaf.definition, leaf.code
        assert leaf.max_age_years is not None, leaf.code
        assert (leaf.lower is None) == (leaf.upper is None), leaf.code


@pytest.mark.parametrize("name", shipped_frameworks())
def test_a_framework_says_of_every_percentage_what_can_exist(name):
    for leaf in read_framework(find_framework(name)).indicators:
        if leaf.unit == "PT":
            assert limits(leaf) != (float("-inf"), float("inf")), leaf.code
        if leaf.lower is not None:
            assert limits(leaf)[0] <= leaf.lower < leaf.upper <= limits(leaf)[1], leaf.code


def test_two_frameworks_ship():
    assert shipped_frameworks() == ("baseline", "core")
    assert [len(read_framework(find_framework(name)).indicators) for name in shipped_frameworks()] == [39, 68]


def test_every_unit_has_a_row_that_says_how_it_is_printed(repository):
    table = rows(repository / "schemas/codelists/UNIT_MEASURE.csv")
    assert all(row["symbol_en"] for row in table if row["code"] not in ("RT", "BOOL"))


def test_the_core_s_rubrics_are_21_by_5(repository):
    framework = read_framework(find_framework("core"))
    assert len(framework.rubrics) == 21
    assert all(sorted(levels) == [0, 1, 2, 3, 4] for levels in framework.rubrics.values())
    assert all(all(levels.values()) for levels in framework.rubrics.values())


def test_the_twelve_and_the_universe_are_groups_of_the_baseline():
    framework = read_framework(find_framework("baseline"))
    assert framework.group("asia12") == set(TWELVE)
    assert len(framework.group("un193")) == 193
    assert framework.areas.keys() <= area_codes().keys()


def test_the_codes_of_a_list_stand_once_and_their_parents_are_there(repository):
    for path in sorted((repository / "schemas/codelists").glob("*.csv")):
        table = rows(path)
        if "code" not in table[0] or path.stem == "area_names":
            continue
        codes = [row["code"] for row in table]
        assert len(codes) == len(set(codes)), path.name
        assert all(codes), path.name
        assert {row["parent"] for row in table if row.get("parent")} <= set(codes), path.name
        assert all(row["name_en"] for row in table), path.name


def test_every_region_of_the_united_nations_has_a_name_in_every_language(repository):
    codes = [row["code"] for row in rows(repository / "schemas/codelists/M49_REGION.csv")]
    folder = repository / "templates/translations"
    languages = [path.name for path in folder.iterdir() if path.is_dir()]
    for language in languages:
        assert set(codes) <= set(locale_of(language).territories), language


def test_area_names_and_subdivisions_stand_once_and_belong_to_an_area(repository):
    folder = repository / "schemas/codelists"
    names = [(row["code"], row["language"]) for row in rows(folder / "area_names.csv")]
    assert len(names) == len(set(names))
    parts = [row["area"] for row in rows(folder / "subdivisions.csv")]
    assert len(parts) == len(set(parts))
    assert {row["country"] for row in rows(folder / "subdivisions.csv")} <= area_codes().keys()


def test_every_field_of_a_table_says_what_it_is_and_names_a_list_that_is_there():
    for definition in shipped_tables().values():
        assert set(definition.key) <= set(definition.columns)
        for field in definition.fields:
            assert field.title, (definition.name, field.name)
            assert field.type in ("string", "number", "integer")
            assert not field.codelist or codelist(field.codelist)


def test_no_table_has_a_column_for_texts_copied_from_pages(repository):
    for definition in shipped_tables().values():
        assert not any("quote" in column for column in definition.columns)
    for path in (repository / "plugins").glob("*/data/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            assert not any("quote" in column.casefold() for column in next(csv.reader(file))), path


def test_every_file_of_a_plugin_has_a_source_and_a_licence_that_the_licence_page_lists(repository):
    page = (repository / "plugins/DATA-LICENCES.md").read_text(encoding="utf-8")
    for path in sorted((repository / "plugins").glob("*/plugin.toml")):
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["tables"]:
            assert table["source"], path
            assert table["licence"].split(" (")[0] in page, (path, table)
            assert Path(table["file"]).name in page, (path, table)


def test_every_file_of_a_plugin_s_data_is_used(repository):
    for path in sorted((repository / "plugins").glob("*/plugin.toml")):
        named = {table["file"] for table in tomllib.loads(path.read_text(encoding="utf-8"))["tables"]}
        there = {
            file.relative_to(path.parent).as_posix() for file in (path.parent / "data").rglob("*") if file.is_file()
        }
        assert there == named, path.parent.name


def test_every_country_has_notes_in_its_languages(repository):
    for path in sorted((repository / "plugins").glob("*/plugin.toml")):
        about = tomllib.loads(path.read_text(encoding="utf-8"))["plugin"]
        if about.get("kind") != "comparators":
            assert all((path.parent / "notes" / f"{language}.md").is_file() for language in about["languages"]), path


def test_the_plugins_that_ship_run_no_code(repository):
    assert sorted(path.parent.name for path in (repository / "plugins").glob("*/hooks.py")) == []


# The places of whoever wrote the program, in pieces, so that this file does not hold them itself.
_FORBIDDEN = ("/wo" + "rk/", "/ho" + "me/", "../sha" + "red")


def test_no_file_names_a_place_of_somebody_s_machine(repository):
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=repository, capture_output=True, text=True, check=False
    )
    if tracked.returncode:
        pytest.skip("not a git checkout")
    found = []
    for name in tracked.stdout.splitlines():
        path = repository / name
        if path.is_file() and path.suffix in (
            ".py",
            ".md",
            ".toml",
            ".csv",
            ".json",
            ".j2",
            ".css",
            ".sh",
            ".txt",
            ".html",
            ".lock",
            "",
        ):
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [(name, word) for word in _FORBIDDEN if word in text]
    assert found == []


# Kinds of page that quote somebody else's statistic.
_QUOTING = ("news", "press", "media", "book", "report", "repost", "abstract", "slides", "study", "shared sheet")


def files_of_figures(repository: Path) -> list[Path]:
    """Every file that fills the table of key figures."""
    manifests = sorted((repository / "plugins").glob("*/plugin.toml"))
    tables = [(path, table) for path in manifests for table in tomllib.loads(path.read_text("utf-8"))["tables"]]
    return [path.parent / table["file"] for path, table in tables if table["table"] == "key_figures"]


def test_regional_figures_are_graded_a_or_b_and_named_by_code_where_there_is_one(repository):
    parts = {row["area"]: row["country"] for row in rows(repository / "schemas/codelists/subdivisions.csv")}
    named = {row["name"] for row in rows(repository / "schemas/codelists/statistical_regions.csv")}
    regional = [(path, row) for path in files_of_figures(repository) for row in rows(path) if row["region"]]
    assert {row["evidence_grade"] for _, row in regional} == {"A", "B"}
    for path, row in regional:
        assert row["region"] in named or parts[row["region"]].lower() == path.parent.parent.name, row
        assert row["address"], row


def test_the_prefectures_sum_to_the_totals_of_the_page_that_they_were_read_on(repository):
    figures = rows(repository / "plugins/jpn/data/npo-by-prefecture.csv")
    sums = {"number": 0, "dissolved_cumulative": 0}
    for row in figures:
        sums[row["measure"]] += int(row["value"])
    assert sums == {"number": 38908, "dissolved_cumulative": 21112}  # subtotal of the prefectures, Cabinet Office
    assert {row["region"] for row in figures} == {f"JP-{number:02}" for number in range(1, 48)}
    assert len(figures) == 94


def test_names_of_regions_are_of_regions_that_are_on_the_list(repository):
    folder = repository / "schemas/codelists"
    names = rows(folder / "subdivision_names.csv")
    assert {row["area"] for row in names} <= {row["area"] for row in rows(folder / "subdivisions.csv")}
    assert len({(row["area"], row["language"]) for row in names}) == len(names)
    assert all(row["name"] for row in names)


def test_a_figure_of_grade_a_was_read_at_its_owner_s_page_or_in_an_official_table(repository):
    graded = [(path.parent.parent.name, row) for path in files_of_figures(repository) for row in rows(path)]
    wrong = [
        (country, row["page"], row["page_kind"])
        for country, row in graded
        if row["evidence_grade"] == "A"
        and row["page_kind"] not in ("official press release", "official yearbook")
        and any(word in row["page_kind"] for word in _QUOTING)
    ]
    assert wrong == []
    undated = {row["evidence_grade"] for _, row in graded if "undated" in row["page_kind"]}
    assert undated == {"C"}
    assert all(", via " not in row["statistic_owner"] or row["evidence_grade"] != "A" for _, row in graded)


def test_the_cooperative_series_names_the_grade_of_the_figure_that_it_takes(repository):
    for path in sorted((repository / "plugins").glob("*/data/cooperatives.csv")):
        figures = rows(path.with_name("key_figures.csv"))
        grade = {(row["statistic_owner"], row["year"], row["value"]): row["evidence_grade"] for row in figures}
        for row in rows(path):
            quoted = grade.get((row["source"], row["year"], row["value"]))
            assert quoted is None or row["note"].endswith(f"evidence grade {quoted}"), (path, row)
            assert not row["note"].endswith(("grade C", "grade D")), (path, row)


def test_the_baseline_s_date_is_after_every_source_that_its_plugins_name(repository):
    edition, _ = read_profile(find_framework("baseline") / "edition.toml")
    named = [path.read_text(encoding="utf-8") for path in sorted((repository / "plugins").glob("*/plugin.toml"))]
    for path in files_of_figures(repository):
        named += [" ".join((row["page"], row["as_of"], row["year"])) for row in rows(path)]
    days = {day for text in named for day in re.findall(r"\b20\d\d(?:-[01]\d(?:-[0-3]\d)?)?\b", text)}
    assert max(days) >= "2025-10"  # the newest page that key figures were read on
    assert max(days) < edition.date.isoformat()
