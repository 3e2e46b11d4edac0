"""The kind of the catalogue that a run sees: values that are sound and may not be published."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogue_drafts import drafts, written
from catalogue_forms import FRAMEWORK

from ssemon import run

# Contributors, the largest and the second largest as shares of the value; and the code that says why it is withheld.
CASES = [
    ("C01", {"contributors": "3"}),
    ("C02", {"contributors": "30", "largest": 0.95}),
    ("C01", {"contributors": "1"}),
    ("C02", {"largest": 0.5, "second_largest": 0.45}),
    ("C09", {"largest": 1.5}),
]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("number", range(5))
def test_a_value_of_few_or_of_one_is_accepted_and_never_published(tmp_path, number, form):
    one = drafts(form, 5, seed=71)[number]
    code, told = CASES[number]
    at = one.of("worth")[2]
    value = float(one.rows[at][one.at("value")])
    for column, share in told.items():
        one.put(at, column, share if isinstance(share, str) else str(round(share * value, 2)))
    profile = tmp_path / "edition.toml"
    for name, text in FRAMEWORK.items():
        (tmp_path / name).write_text(text.replace('"KOR"', f'"{one.form.country}"'), encoding="utf-8")
    found = run(profile, [written(one, tmp_path / "plugins").parent])
    [country] = found.countries
    assert country.available
    assert code in {problem.code for problem in found.problems if problem.country == one.form.country}
    assert value not in found.observations["value"].to_list()
    assert str(value) not in "".join(str(problem) for problem in found.problems)


def test_the_same_without_contributors_is_published(tmp_path):
    one = drafts("csv", 1, seed=71)[0]
    for name, text in FRAMEWORK.items():
        (tmp_path / name).write_text(text.replace('"KOR"', f'"{one.form.country}"'), encoding="utf-8")
    found = run(tmp_path / "edition.toml", [Path(written(one, tmp_path / "plugins")).parent])
    assert float(one.rows[one.of("worth")[2]][one.at("value")]) in found.observations["value"].to_list()
