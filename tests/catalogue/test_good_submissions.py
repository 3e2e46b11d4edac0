"""False alarms: what is right, in whatever form, is accepted without an error."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from catalogue_drafts import written
from catalogue_forms import FRAMEWORK
from good_submissions import GOOD, SOUND_DRAFTS

from ssemon import validate
from ssemon.authoring import plan_form, write_form

ABOUT = '[plugin]\ncountry = "{country}"\napi = 1\n\n[[tables]]\ntable = "observations"\nfile = "{file}"\nsource = "x"\nlicence = "x"\n'


@pytest.fixture(scope="module")
def profile(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("catalogue")
    for name, text in FRAMEWORK.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "edition.toml"


def folder_of(name: str, home: Path) -> Path:
    good = GOOD[name]
    data = good.data() if callable(good.data) else good.data
    lines = "".join(f"{key} = {value}\n" for key, value in good.settings.items())
    files = {
        "plugin.toml": (ABOUT.format(country=good.country, file=good.file) + lines).encode(),
        good.file: data.encode() if isinstance(data, str) else data,
        **({"mapping.csv": good.mapping.encode()} if good.mapping else {}),
    }
    folder = home / good.country.lower()
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@pytest.mark.parametrize("name", GOOD)
def test_a_good_submission_is_accepted_with_all_its_values(tmp_path, profile, name):
    [answer] = validate([folder_of(name, tmp_path)], profile)
    told = [f"{one.code} {one.where} · {one.what} · {one.found}" for one in answer.problems if one.severity != "info"]
    assert len(told) <= GOOD[name].warned, told
    assert not [one for one in answer.problems if one.severity == "error"]
    assert answer.values == GOOD[name].values


def test_the_sound_drafts_that_the_kinds_are_made_from_are_accepted(tmp_path, profile):
    folders = [written(one, tmp_path / name.replace(" ", "-")) for name, one in SOUND_DRAFTS.items()]
    answers = validate(folders, profile)
    assert [one.problems for one in answers] == [()] * len(folders)
    assert {one.values for one in answers} == {12}


def test_there_are_fifty_forms_and_more():
    assert len(GOOD) + len(SOUND_DRAFTS) >= 90


@pytest.mark.parametrize("language", ["en", "ko", "fr"])
def test_the_workbook_of_ours_filled_in_is_accepted(tmp_path, profile, language):
    """Filled in the program that the office has, which writes the whole file anew."""
    import openpyxl

    folder = tmp_path / "kor"
    (folder / "data").mkdir(parents=True)
    (folder / "plugin.toml").write_text(
        ABOUT.format(country="KOR", file="data/form.xlsx") + 'sheet = "Data"\n', encoding="utf-8"
    )
    write_form(plan_form("KOR", edition=profile, language=language, years=(2018, 2020)), tmp_path / "form.xlsx")
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    (folder / "plugin.toml").write_text(ABOUT.format(country="KOR", file="data/form.xlsx"), encoding="utf-8")
    filled = 0
    for sheet in book.worksheets:
        heads = {
            cell.value: cell.column
            for row in sheet.iter_rows(max_row=8)
            for cell in row
            if cell.value in ("indicator", "year", "value")
        }
        if len(heads) == 3:
            name = sheet.title
            top = next(row[0].row for row in sheet.iter_rows(max_row=8) if "indicator" in [cell.value for cell in row])
            for row in range(top + 1, sheet.max_row + 1):
                code = sheet.cell(row, heads["indicator"]).value
                if code in ("coops", "members"):
                    sheet.cell(row, heads["value"]).value = 400 + sheet.cell(row, heads["year"]).value
                    filled += 1
            lines = f'sheet = "{name}"\nheader_row = {top}\n'
    target = io.BytesIO()
    book.save(target)
    (folder / "data" / "form.xlsx").write_bytes(target.getvalue())
    (folder / "plugin.toml").write_text(ABOUT.format(country="KOR", file="data/form.xlsx") + lines, encoding="utf-8")
    [answer] = validate([folder], profile)
    assert [one for one in answer.problems if one.severity != "info"] == []
    assert answer.values == filled == 6
