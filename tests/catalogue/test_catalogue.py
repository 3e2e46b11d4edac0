"""Every kind of the catalogue of malformed submissions, in many forms: the right code at the right place, and nothing beside it."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import kinds_codes
import kinds_files
import kinds_hostile
import kinds_relations
import kinds_structure
import kinds_values
import pytest
from catalogue_drafts import CATALOGUE, Draft, Expected, drafts, place_of, written
from catalogue_forms import FRAMEWORK

from ssemon import validate
from ssemon.checking import Checked
from ssemon.codes import problem_codes

HERE = Path(__file__).parent
MODULES = (kinds_files, kinds_structure, kinds_values, kinds_codes, kinds_relations, kinds_hostile)
with (HERE / "kinds.csv").open(encoding="utf-8", newline="") as file:
    TABLE = {int(row["number"]): row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def profile(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("catalogue")
    for name, text in FRAMEWORK.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "edition.toml"


# A workbook takes twice the time of a text: those run, each time, in their first variants only where texts say the same.
WORKBOOKS = 100 if os.environ.get("SSEMON_EXAMPLES") == "long" else 2
CASES = [
    pytest.param(*case, marks=[pytest.mark.slow] if case[1] == "xlsx" else [], id="-".join(map(str, case)))
    for case in sorted(CATALOGUE.found)
]


@pytest.mark.parametrize(("number", "form"), CASES)
def test_every_variant_of_a_kind_has_its_code_and_place(tmp_path, profile, number, form):
    if TABLE[number]["pending"]:
        pytest.skip(f"no rule yet: {TABLE[number]['kind']}")
    generate, count = CATALOGUE.found[number, form]
    both = form == "xlsx" and (number, "csv") in CATALOGUE.found
    made = drafts(form, count, seed=number)[: WORKBOOKS if both else count]
    wanted = [generate(one) for one in made]
    answers = validate([written(one, tmp_path) for one in made], profile)
    wrong = [text for told in zip(made, wanted, answers, strict=True) for text in differences(number, *told)]
    assert wrong == [], "\n".join(["", *wrong])


def test_no_kind_waits_for_a_rule_that_is_there():
    known = set(problem_codes())
    waiting = [row for row in TABLE.values() if row["pending"]]
    assert [row["kind"] for row in waiting if set(row["code"].split()) & known] == []


def test_the_table_has_every_kind_once_and_every_kind_is_made_in_five_variants():
    assert sorted(TABLE) == list(range(1, 77))
    elsewhere = {number for number, row in TABLE.items() if row["by"] != "catalogue"}
    assert {number for number, _ in CATALOGUE.found} | elsewhere == set(TABLE)
    assert all(count >= 5 for _, count in CATALOGUE.found.values())


def differences(number: int, one: Draft, wanted: Expected, answer: Checked) -> list[str]:
    """What is not as it should be, in words."""
    told = [f"{p.code} {p.severity} {p.where} · {p.what} · {p.found[:80]} · {p.fix[:200]}" for p in answer.problems]
    label = f"{number} {generate_name(number, one)} {one.form.country} {one.number}: "
    kinds, severity = TABLE[number]["code"].split(), TABLE[number]["severity"]
    others = [p for p in answer.problems if p.code != wanted.code and p.code not in wanted.beside]
    faults = [f"{label}follow-on fault {p.code} · {told}" for p in others if wanted.code or p.severity != "info"][:1]
    if wanted.log and wanted.log not in {done.code for done in answer.log}:
        faults.append(f"{label}the log has no {wanted.log} but {[done.code for done in answer.log]}")
    if not wanted.code:
        return faults
    if wanted.code not in kinds:
        return [f"{label}{wanted.code} is not among {kinds} of kinds.csv"]
    found = [p for p in answer.problems if p.code == wanted.code]
    if len(found) != 1:
        return [f"{label}{len(found)} problems {wanted.code} · {told}"]
    [problem] = found
    place = {
        "file": problem.where.file,
        "sheet": problem.where.sheet,
        "rows": problem.where.rows,
        "column": problem.where.column,
    }
    if place != place_of(one, wanted):
        faults.append(f"{label}place {place} and not {place_of(one, wanted)} · {told}")
    if problem.severity not in severity.split():
        faults.append(f"{label}severity {problem.severity} and not {severity}")
    if wanted.found and wanted.found not in f"{problem.what} {problem.found} {problem.fix}":
        faults.append(f"{label}{wanted.found} is not quoted · {told}")
    if not (problem.what and problem.fix):
        faults.append(f"{label}no repair")
    return faults


def generate_name(number: int, one: Draft) -> str:
    return CATALOGUE.found[number, one.kind][0].__name__
