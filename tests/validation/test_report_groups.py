"""The groups that a profile compares: read, checked with the closest known word, and turned into areas."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ssemon.edition import check_against, read_edition
from ssemon.errors import EditionFault
from ssemon.framework import read_framework, shipped_frameworks
from ssemon.groups import group_members
from ssemon.resources import folder

PROFILE = '[edition]\nid = "x"\nframework = "x"\nyears = [2018, 2019]\ncountries = ["KHM", "LAO"]\n'


@pytest.fixture
def framework():
    shipped = read_framework(folder("schemas") / "frameworks" / shipped_frameworks()[0])
    areas = {area: {"area": area, "name_en": area, "asia": "1", "income": income}
             for area, income in (("KHM", "low"), ("LAO", "low"), ("KOR", "high"), ("ABW", ""))}  # fmt: skip
    return replace(shipped, areas=areas)


def read(tmp_path, text):
    path = tmp_path / "edition.toml"
    path.write_text(PROFILE + text, encoding="utf-8")
    return read_edition(path)


def test_a_group_is_a_list_of_areas_or_a_column(tmp_path, framework):
    edition = read(
        tmp_path, '[report.groups]\n"Mekong" = ["KHM", "LAO", "KHM"]\n"Income" = "income"\n"Asia" = "asia"\n'
    )
    check_against(edition, framework)
    assert edition.groups == {"Mekong": ("KHM", "LAO"), "Income": "income", "Asia": "asia"}
    assert group_members(edition.groups, framework) == {
        "Mekong": {"KHM", "LAO"}, "low": {"KHM", "LAO"}, "high": {"KOR"}, "Asia": set(framework.areas),
    }  # fmt: skip


def test_without_groups_those_of_the_framework_that_do_not_hold_everything(framework):
    assert group_members({}, framework) == {}
    some = {
        area: {**row, "asia": "0" if area == "ABW" else "1", "half_of_it": "1"} for area, row in framework.areas.items()
    }
    assert group_members({}, replace(framework, areas=some)) == {"asia": {"KHM", "LAO", "KOR"}}


@pytest.mark.parametrize(
    ("text", "found", "fix"),
    [
        ('"Mekong" = ["KHN"]', "KHN", "KHM"),
        ('"Income" = "incom"', "incom", "income"),
        ('"All" = "area"', "area", "asia"),
    ],
)
def test_a_word_that_is_not_there_names_the_closest(tmp_path, framework, text, found, fix):
    edition = read(tmp_path, f"[report.groups]\n{text}\n")
    with pytest.raises(EditionFault) as raised:
        check_against(edition, framework)
    (problem,) = raised.value.problems
    assert problem.code == "E04"
    assert found in problem.found
    assert fix in problem.fix


@pytest.mark.parametrize("value", ["[]", "3", '""', '["KHM", 3]'])
def test_a_group_of_another_kind_is_an_error(tmp_path, value):
    with pytest.raises(EditionFault) as raised:
        read(tmp_path, f'[report.groups]\n"Mekong" = {value}\n')
    (problem,) = raised.value.problems
    assert problem.code == "E03"
    assert "Mekong" in problem.what


def test_the_shipped_profiles_name_groups_that_are_there():
    for name in shipped_frameworks():
        path = folder("schemas") / "frameworks" / name / "edition.toml"
        if path.is_file():
            check_against(read_edition(path), read_framework(path.parent))
