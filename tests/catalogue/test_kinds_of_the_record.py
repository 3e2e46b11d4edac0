"""The kinds of the catalogue that only the record can see: a submission beside what is approved."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogue_drafts import drafts, written
from catalogue_forms import FRAMEWORK

from ssemon.store.record import open_store
from ssemon.submitting import submit_folder


@pytest.fixture
def profile(tmp_path) -> Path:
    for name, text in FRAMEWORK.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "edition.toml"


def revisions(number: int, form: str):
    """A sound submission and the same one again, to be changed, in the nth form."""
    first, second = (drafts(form, 5, seed=66)[number] for _ in range(2))
    return first, second


@pytest.fixture
def approved(tmp_path, profile):
    """Send drafts one after another, each approved before the next is sent; what came of the last."""

    def send(*states):
        with open_store(tmp_path / "store", create=True) as store:
            for at, one in enumerate(states):
                received = submit_folder(written(one, tmp_path / str(at)), store, "Kim", edition=profile)
                if at == len(states) - 1:
                    return received
                assert received.received is not None, [str(problem) for problem in received.problems]
                if at < len(states) - 1 and received.received.is_new:
                    number = received.received.submission.number
                    reasons = {one.code: "checked" for one in received.problems if one.severity == "warning"}
                    store.accept(number, "Ann", reasons)
                    store.approve(number, "Bob")
        return received

    return send


FORMS = [(number, form) for form in ("csv", "xlsx") for number in range(5)]


@pytest.mark.parametrize(("number", "form"), FORMS)
def test_a_changed_value_that_is_approved_is_told_and_waits_for_a_reason(approved, number, form):
    first, second = revisions(number, form)
    second.put(number, "value", "7")
    problem = approved(first, second).problems[0]
    assert (problem.code, problem.severity) == ("L20", "warning")
    assert "1 changed" in problem.what
    year = second.rows[number][second.at("year")]
    assert f"{second.form.country} " in problem.found
    assert problem.found.endswith(str(year))


@pytest.mark.parametrize(("number", "form"), FORMS)
def test_a_large_deletion_is_refused_with_its_count_and_its_years(approved, number, form):
    first, second = revisions(number, form)
    second.rows = second.rows[: 4 + number]
    refused = approved(first, second)
    assert refused.received is None
    told = {problem.code: problem for problem in refused.problems}
    assert told.keys() == {"L20", "T04"}
    assert (told["L20"].severity, told["T04"].severity) == ("warning", "error")
    assert f"{12 - 4 - number} removed" in told["L20"].what
    assert told["L20"].found.startswith(second.form.country)
    assert told["T04"].found.startswith(f"{12 - 4 - number} of 12 values")


@pytest.mark.parametrize(("number", "form"), FORMS)
def test_an_older_revision_sent_again_is_told_as_the_difference_that_it_is(approved, number, form):
    first, second = revisions(number, form)
    second.put(number, "value", "7")
    told = {problem.code: problem for problem in approved(first, second, first).problems}
    assert "1 changed" in told["L20"].what
    assert (told["W02"].severity, "submission 1" in told["W02"].found) == ("info", True)


@pytest.mark.parametrize(("number", "form"), FORMS)
def test_the_same_submission_sent_again_changes_nothing(approved, number, form):
    first, _ = revisions(number, form)
    again = approved(first, first)
    assert not again.received.is_new
    assert again.problems == ()
