"""Quoted key figures beside each other: the regions they name, what stands twice, and the regions against their country."""

from __future__ import annotations

import pytest

FILE, FIGURES = "data/values.csv", "data/figures.csv"
ABOUT = '[plugin]\ncountry = "KOR"\napi = 1\n'
HEAD = "region,year,as_of,entity_type,measure,value,unit,scope,evidence_grade,statistic_owner\n"
PLACE = {"file": FIGURES, "stage": "validate"}


def entry(table: str, file: str) -> str:
    return f'[[tables]]\ntable = "{table}"\nfile = "{file}"\nsource = "x"\nlicence = "x"\n'


def row(region: str, value: object = 5, **changes: str) -> str:
    plain = {
        "region": region, "year": "2022", "as_of": "", "entity": "cooperative", "measure": "number", "value": str(value),
        "unit": "organisations", "scope": "", "grade": "A", "owner": "Office",
    }  # fmt: skip
    return ",".join((plain | changes).values())


def figures(*rows: str) -> dict[str, str]:
    about = ABOUT + entry("observations", FILE) + entry("key_figures", FIGURES)
    values = "area,indicator,year,value\nKOR,a1,2019,4\n"
    return {"plugin.toml": about, FILE: values, FIGURES: HEAD + "\n".join(rows) + "\n"}


def test_a_region_by_its_code_and_one_of_the_country_s_own_statistics_are_sound(check_plugin, plugin_folder):
    assert check_plugin(figures(row("KR-11"), row("KR-26"), row("", 12))) == []
    assert check_plugin(figures(row("", 12))) == []


@pytest.mark.parametrize(
    ("code", "region", "fix"),
    [("K01", "KR-99", "region,KR-99,OUR CODE"), ("K02", "JP-13", "take the rows out")],
)
def test_a_code_that_is_no_region_of_the_country_is_an_error(provoke, code, region, fix):
    expected = {**PLACE, "rows": (3,), "column": '"region"', "found": f'"{region}"', "severity": "error", "fix": fix}
    provoke(code, figures(row("KR-11"), row(region)), expected, figures(row("KR-11"), row("KR-26")))


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("Jeju-teukbyeoljachido", "add to mapping.csv:  region,Jeju-teukbyeoljachido,KR-49"),
        ("서울", "add to mapping.csv:  region,서울,KR-11"),
        ("Gangwon", 'did you mean "Gangwon-'),
        ("The far side of the moon", "it is printed as it stands; else add to mapping.csv"),
    ],
)
def test_a_name_that_our_list_does_not_have_is_told_and_stops_nothing(provoke, name, fix):
    expected = {**PLACE, "rows": (2,), "column": '"region"', "severity": "warning", "fix": fix}
    provoke("K01", figures(row(name)), expected, {"mapping.csv": f"column,theirs,ours\nregion,{name},KR-49\n"})


def test_regions_of_national_statistics_without_a_code_are_known_by_name(plugin_folder, tiny_framework):
    from ssemon import validate

    files = {name: text.replace("KOR", "VNM") for name, text in figures(row("Red River Delta"), row("Ha Noi")).items()}
    [checked] = validate([plugin_folder(files, "vnm")], tiny_framework() / "edition.toml")
    assert [(one.code, one.found) for one in checked.problems if one.where.file == FIGURES] == [("K01", '"Ha Noi"')]
    assert "region,Ha Noi,VN-HN" in next(one.fix for one in checked.problems if one.where.file == FIGURES)


@pytest.mark.parametrize(("code", "again"), [("K05", 5), ("K06", 6)])
def test_a_region_stands_once_for_a_measure_and_date(provoke, code, again):
    broken = figures(row("KR-11"), row("KR-26"), row("KR-11", again))
    found = f"KR-11, 2022, .., cooperative, number, organisations, Office, ..: {FIGURES} row 2, {FIGURES} row 4"
    expected = {**PLACE, "rows": (2, 4), "found": found, "severity": "error"}
    provoke(code, broken, expected, figures(row("KR-11"), row("KR-26"), row("KR-11", again, scope="active only")))


def test_the_same_number_of_two_dates_or_owners_is_no_repetition(check_plugin):
    rows = (row("KR-11"), row("KR-11", as_of="2022-06-30"), row("KR-11", owner="Bureau"), row("KR-11", year="2021"))
    assert check_plugin(figures(*rows)) == []


def test_regions_are_not_more_than_their_country(provoke):
    broken = figures(row("", 9), row("KR-11"), row("KR-26"))
    expected = {
        **PLACE, "rows": (3, 4), "column": '"value"', "severity": "warning",
        "found": "cooperative number 2022: 2 regions together 10, all 9",
    }  # fmt: skip
    provoke("R05", broken, expected, figures(row("", 10), row("KR-11"), row("KR-26")))


@pytest.mark.parametrize(
    "whole",
    [
        row("", 9, owner="Bureau"), row("", 9, year="2021"), row("", 9, as_of="2022-06-30"), row("", 9, unit="persons"),
        row("", 9.95), "",
    ],
)  # fmt: skip
def test_regions_are_held_to_no_figure_of_another_kind_owner_or_date_and_rounding_is_left(check_plugin, whole):
    assert check_plugin(figures(*filter(None, (whole, row("KR-11"), row("KR-26"))))) == []


def test_what_does_not_add_up_has_no_sum(check_plugin):
    shares = [row(region, value, unit="per cent") for region, value in (("", 50), ("KR-11", 48), ("KR-26", 60))]
    assert check_plugin(figures(*shares)) == []


def test_provinces_are_not_added_to_the_islands_they_are_part_of(plugin_folder, tiny_framework):
    from ssemon import validate

    texts = figures(row("", 10), row("ID-JW", 9), row("ID-JI", 5), row("ID-JB", 4))
    files = {name: text.replace("KOR", "IDN") for name, text in texts.items()}
    [checked] = validate([plugin_folder(files, "idn")], tiny_framework() / "edition.toml")
    assert [one for one in checked.problems if one.where.file == FIGURES] == []
