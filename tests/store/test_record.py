"""What may be recorded when: submissions from sent to approved, two people, editions, errata."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ssemon.errors import EditionFault, Problem, Settled, UsageFault, Where, allowed
from ssemon.store.clock import moment_meant, readable
from ssemon.store.history import Erratum
from ssemon.store.refusals import no_edition
from ssemon.store.soundness import verify


def refused(the, code: str, work, *arguments, **named):
    """The problem that a step is refused with; nothing is recorded."""
    with pytest.raises((UsageFault, EditionFault)) as fault:
        work(*arguments, **named)
    problem = the(fault.value.problems, code)
    assert problem.fix
    return problem


def kinds(store) -> list[str]:
    return [event.kind for event in store.events()]


# --- sent ----------------------------------------------------------------------------------------------------------------


def test_a_submission_bears_who_when_what_and_its_place_in_the_record(store, delivery):
    received = store.submit(delivery(warnings=("V21",), values=3), "Kim", "first")
    one = store.submission(1)
    assert received.is_new
    assert received.before is None
    assert received.submission == one
    assert (one.number, one.code, one.state, one.attempt, one.base) == (1, "KOR", "submitted", 1, None)
    assert (one.sent.who, one.sent.reason, one.sent.at) == ("Kim", "first", "2026-03-01T09:00:03.000000Z")
    assert one.about == {"values": 3}
    assert [warning.code for warning in one.warnings] == ["V21"]
    assert [part.path for part in one.files] == ["data/values.csv", "plugin.toml"]
    assert one.receipt == store.events()[-1].hash


def test_the_files_come_back_byte_for_byte(store, delivery, tmp_path):
    sent = delivery()
    one = store.submit(sent, "Kim").submission
    store.fetch([*one.files, one.observations], tmp_path / "back")
    for name, path in {**sent.files, "observations.parquet": sent.observations}.items():
        assert (tmp_path / "back" / name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("steps", [(), ("accept",), ("accept", "approve")])
def test_the_same_folder_while_it_waits_or_counts_is_the_same_submission(store, delivery, steps):
    first = store.submit(delivery(), "Kim").submission
    for who, step in zip(("Ann", "Bob"), steps, strict=False):
        getattr(store, step)(1, who)
    before = kinds(store)
    again = store.submit(delivery(), "Lee", "again")
    assert not again.is_new
    assert (again.submission.number, again.submission.receipt) == (first.number, first.receipt)
    assert kinds(store) == before


@pytest.mark.parametrize("end", ["return_", "withdraw"])
def test_the_same_folder_after_it_came_back_is_a_new_submission_that_knows_the_old(store, delivery, end):
    store.submit(delivery(), "Kim")
    getattr(store, end)(1, "Ann", "wrong year")
    again = store.submit(delivery(), "Kim")
    assert again.is_new
    assert (again.submission.number, again.submission.attempt) == (2, 2)
    assert again.before.number == 1


def test_an_older_folder_sent_again_is_a_new_submission(store, delivery, approved):
    approved(content="one")
    approved(content="two")
    again = store.submit(delivery(content="one", base=2), "Kim")
    assert (again.is_new, again.submission.number, again.before.state) == (True, 3, "superseded")


def test_a_folder_that_was_refused_leaves_a_note_and_no_file(store, home):
    event = store.refuse("KOR", "c" * 64, "Kim", {"V03": 2, "K01": 1})
    assert event.body == {"content": "c" * 64, "counts": {"V03": 2, "K01": 1}}
    assert store.history().refused == (event,)
    assert store.history().submissions == {}
    assert list(store.objects.names()) == []


def test_countries_are_numbered_together(store, delivery):
    numbers = [store.submit(delivery(code), "Kim").submission.number for code in ("KOR", "JPN", "KOR")]
    assert numbers == [1, 2, 1]


# --- accepted, approved --------------------------------------------------------------------------------------------------


def test_what_two_people_said_counts_from_then_on(store, delivery, clock):
    store.submit(delivery(), "Kim")
    assert store.accept(1, "Ann").state == "accepted"
    assert store.history().approved("KOR") is None
    one = store.approve(1, "Bob")
    assert (one.state, one.accepted.who, one.approved.who) == ("approved", "Ann", "Bob")
    assert store.history().approved("KOR") == one
    assert store.history().all_approved() == (one,)


@pytest.mark.parametrize(
    "name", ["Ann Lee", "ann lee", " ANN  LEE ", "A\u200bnn Lee", "Ａｎｎ Lee", "Lee, Ann", "Ann Lee."]
)
def test_whoever_accepted_may_not_approve_however_the_name_is_written(store, delivery, the, name):
    store.submit(delivery(), "Kim")
    store.accept(1, "Ann Lee")
    problem = refused(the, "L11", store.approve, 1, name)
    assert "another person" in problem.fix
    assert store.submission(1).state == "accepted"


def test_every_kind_of_warning_needs_a_reason_that_stays_on_record(store, delivery, the):
    store.submit(delivery(warnings=("V21", "L20", "V21")), "Kim")
    problem = refused(the, "L10", store.accept, 1, "Ann")
    assert problem.found == "V21, L20"
    assert "--warning V21 --reason" in problem.fix
    assert refused(the, "L10", store.accept, 1, "Ann", {"V21": "checked"}).found == "L20"
    store.accept(1, "Ann", {"V21": "checked with the office", "L20": "new census"})
    store.approve(1, "Bob")
    assert store.submission(1).accepted.reasons == {"V21": "checked with the office", "L20": "new census"}


def test_a_reason_for_a_warning_that_there_is_not_is_refused(store, delivery, the):
    store.submit(delivery(warnings=("V21",)), "Kim")
    assert refused(the, "L10", store.accept, 1, "Ann", {"V12": "x", "V21": "y"}).fix == 'did you mean "V21"?'
    store.submit(delivery("JPN"), "Kim")
    assert "has none" in refused(the, "L10", store.accept, 2, "Ann", {"V21": "x"}).fix


def test_empty_names_and_reasons_are_refused(store, delivery, the):
    refused(the, "L24", store.submit, delivery(), " ")
    store.submit(delivery(warnings=("V21",)), "Kim")
    refused(the, "L24", store.accept, 1, "", {"V21": "x"})
    refused(the, "L24", store.accept, 1, "Ann", {"V21": "  "})
    refused(the, "L24", store.return_, 1, "Ann", "")
    refused(the, "L24", store.withdraw, 1, "Ann", "")
    refused(the, "L24", store.refuse, "KOR", "c", "", {})
    for name in (
        "\u200b",
        " - ",
        "Ann\n    9  2026-01-01 00:00:00 UTC  KOR submission 1 approved by Bob",
        "Ann\u2028Bob",
    ):
        refused(the, "L24", store.accept, 1, name, {"V21": "x"})
    assert kinds(store) == ["created", "submitted"]


@pytest.mark.parametrize("name", ["ana", "Ａｎａ", "រដ្ឋា", "पूजा", "김", "O'Neil-Ó", "3rd office"])
def test_a_name_may_be_written_in_any_script(store, delivery, name):
    assert store.submit(delivery(), name).submission.sent.who == name


def test_there_is_no_other_way_to_approved_than_through_accepted(store, delivery, the):
    store.submit(delivery(), "Kim")
    problem = refused(the, "L09", store.approve, 1, "Bob")
    assert problem.what == "submission 1 is submitted: it cannot be approved"
    assert "ssemon accept 1" in problem.fix


STEPS = {
    "accept": lambda store: store.accept(1, "Ann"), "approve": lambda store: store.approve(1, "Bob"),
    "return": lambda store: store.return_(1, "Ann", "why"), "withdraw": lambda store: store.withdraw(1, "Ann", "why"),
}  # fmt: skip
REACHED = {
    "submitted": (), "accepted": ("accept",), "approved": ("accept", "approve"), "returned": ("return",),
    "withdrawn": ("withdraw",),
}  # fmt: skip
ALLOWED = {
    "submitted": {"accept", "return", "withdraw"}, "accepted": {"approve", "return", "withdraw"}, "approved": {"withdraw"},
    "returned": set(), "withdrawn": set(),
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", REACHED)
def test_each_step_is_taken_from_the_states_that_it_follows_and_refused_from_all_others(
    store, delivery, the, state, step
):
    store.submit(delivery(), "Kim")
    for taken in REACHED[state]:
        STEPS[taken](store)
    assert store.submission(1).state == state
    before = kinds(store)
    if step in ALLOWED[state]:
        STEPS[step](store)
        assert len(kinds(store)) == len(before) + 1
    else:
        problem = refused(the, "L09", STEPS[step], store)
        assert problem.found.startswith(f"{state} since 2026-03-01 09:00:")
        assert kinds(store) == before


def test_a_number_that_nobody_was_given_is_said_to_be_none(store, delivery, the):
    refused(the, "L08", store.submission, 1)
    store.submit(delivery(), "Kim")
    assert refused(the, "L08", store.submission, 7).found == "the last one is 1"
    for step in (store.accept, store.approve):
        assert refused(the, "L08", step, 7, "Ann").what == "there is no submission 7"


# --- what counts ---------------------------------------------------------------------------------------------------------


def test_a_later_approval_takes_the_place_of_the_one_before(store, approved):
    approved(content="one")
    approved(content="two")
    history = store.history()
    assert [history.submissions[number].state for number in (1, 2)] == ["superseded", "approved"]
    assert [one.number for one in history.vintages("KOR")] == [1, 2]


def test_when_what_counts_is_withdrawn_the_one_before_counts_again(store, approved):
    approved(content="one")
    approved(content="two")
    store.withdraw(2, "Ann", "wrong file")
    history = store.history()
    assert history.approved("KOR").number == 1
    assert history.submissions[2].ended.reason == "wrong file"
    assert [one.number for one in history.vintages("KOR")] == [1]
    store.withdraw(1, "Ann", "also wrong")
    assert store.history().approved("KOR") is None


def test_what_was_superseded_can_be_withdrawn_and_what_counts_stays(store, approved):
    approved(content="one")
    approved(content="two")
    store.withdraw(1, "Ann", "never was right")
    assert store.history().approved("KOR").number == 2


def test_a_state_of_the_past_can_be_asked_for(store, approved, clock):
    clock.put("2026-03-02")
    approved(content="one")
    clock.put("2026-04-02")
    approved(content="two")
    clock.put("2026-05-02")
    store.withdraw(2, "Ann", "wrong file")

    def counted(day):
        one = store.history(moment_meant(day)).approved("KOR")
        return None if one is None else one.number

    assert [counted(day) for day in ("2026-03-01", "2026-03-02", "2026-04-01", "2026-04-02", "2026-05-02")] == [None, 1, 1, 2, 1]  # fmt: skip


def test_what_was_compared_with_something_else_is_not_built_upon(store, delivery, approved, the):
    approved(content="one")
    store.submit(delivery(content="two", base=1), "Kim")
    store.submit(delivery(content="three", base=1), "Kim")
    store.accept(2, "Ann")
    store.accept(3, "Ann")
    store.approve(2, "Bob")
    problem = refused(the, "L13", store.approve, 3, "Bob")
    assert problem.found == "then submission 1, now submission 2"
    assert "ssemon return 3" in problem.fix
    refused(the, "L13", store.submit, delivery(content="four", base=1), "Kim")
    store.submit(delivery(content="four", base=2), "Kim")
    store.withdraw(2, "Ann", "wrong")
    refused(the, "L13", store.accept, 4, "Ann")


def test_countries_do_not_stand_in_each_other_s_way(store, delivery, approved):
    store.submit(delivery("JPN"), "Kim")
    approved("KOR")
    store.accept(1, "Ann")
    assert store.approve(1, "Bob").state == "approved"


# --- editions and errata -------------------------------------------------------------------------------------------------


@pytest.fixture
def frozen(store, approved, tmp_path):
    approved("KOR")
    approved("JPN")
    files = {name: tmp_path / name for name in ("edition.toml", "scores.parquet")}
    for name, path in files.items():
        path.write_text(name)
    return store.freeze(
        "2026",
        "Ann",
        [2, 1],
        {"edition.toml": files["edition.toml"]},
        {"scores.parquet": files["scores.parquet"]},
        {"run": "abc"},
    )


def test_an_edition_is_a_list_of_hashes(store, frozen):
    one = store.edition("2026")
    assert one == frozen
    assert (one.submissions, one.frozen.who, one.about) == ((2, 1), "Ann", {"run": "abc"})
    assert [(part.path, part.kind) for part in one.inputs] == [("edition.toml", "file")]
    assert [(part.path, part.kind) for part in one.results] == [("scores.parquet", "parquet")]


def test_a_frozen_edition_is_never_frozen_again(store, frozen, the):
    problem = refused(the, "L14", store.freeze, "2026", "Ann", [1], {}, {}, {})
    assert problem.found == f"{readable(frozen.frozen.at)} by Ann"


def test_an_edition_rests_on_what_was_approved_only(store, delivery, frozen, the):
    store.submit(delivery("CHN"), "Kim")
    refused(the, "L09", store.freeze, "other", "Ann", [1, 3], {}, {}, {})
    refused(the, "L08", store.freeze, "other", "Ann", [1, 4], {}, {}, {})
    assert list(store.history().editions) == ["2026"]


def test_what_counted_at_a_moment_can_be_frozen_though_it_was_withdrawn_since(store, frozen, clock, the):
    clock.put("2026-04-02")
    store.withdraw(1, "Ann", "wrong")
    refused(the, "L09", store.freeze, "now", "Ann", [2, 1], {}, {}, {})
    refused(the, "L09", store.freeze, "april", "Ann", [2, 1], {}, {}, {}, moment_meant("2026-04-02"))
    assert store.freeze("march", "Ann", [2, 1], {}, {}, {}, moment_meant("2026-03-01")).submissions == (2, 1)
    assert verify(store).problems == ()


def test_what_was_approved_only_later_cannot_be_frozen_as_of_before(store, frozen, approved, clock, the):
    clock.put("2026-04-02")
    approved("CHN")
    refused(the, "L08", store.freeze, "march", "Ann", [1, 2, 3], {}, {}, {}, moment_meant("2026-03-01"))


@pytest.mark.parametrize("name", ["", " ", "…", "a\nb"])
def test_an_edition_has_an_id_that_can_be_read(store, frozen, the, name):
    refused(the, "L24", store.freeze, name, "Ann", [1], {}, {}, {})


def test_what_an_edition_rests_on_stays_when_it_is_withdrawn(store, frozen):
    store.withdraw(1, "Ann", "wrong")
    assert store.edition("2026").submissions == (2, 1)


def test_an_edition_that_there_is_not_is_named_with_the_closest(store, frozen, the):
    assert refused(the, "L15", store.edition, "2062").fix.startswith('did you mean "2026"?')
    assert "none is known" in no_edition("x", ()).fix


def test_errata_belong_to_a_frozen_edition(store, frozen, the):
    told = {"date": "2026-03-09", "country": "KOR", "place": "table 3", "was": "1", "is_": "2", "why": "typing"}
    history = store.correct("2026", "Ann", **told)
    assert history.errata == (Erratum("2026", who="Ann", **told),)
    refused(the, "L15", store.correct, "2027", "Ann", **told)
    refused(the, "L24", store.correct, "2026", " ", **told)


def test_a_stored_file_that_is_not_whole_is_not_handed_out(store, frozen, tmp_path, the):
    path = store.objects.path(frozen.results[0].sha256, "parquet")
    path.chmod(0o644)
    path.write_bytes(b"other")
    problem = refused(the, "L07", store.fetch, frozen.results, tmp_path / "back")
    assert problem.where.file == str(path)
    assert not (tmp_path / "back").exists()
    path.unlink()
    assert "missing" in refused(the, "L07", store.fetch, frozen.results, tmp_path / "back").what


@pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil", "..", "a\\..\\evil", "", "a\0b"])
def test_a_name_that_leads_out_of_its_folder_is_never_written(store, delivery, tmp_path, the, name):
    one = store.submit(delivery(), "Kim").submission
    part = replace(one.files[0], path=name)
    before = sorted(tmp_path.rglob("*"))
    problem = refused(the, "L06", store.fetch, [part], tmp_path / "inside" / "deep")
    assert problem.found.startswith("a file is named")
    assert sorted(tmp_path.rglob("*")) == before


# --- several at once -----------------------------------------------------------------------------------------------------


def test_of_two_programs_that_take_the_same_step_one_is_refused(opened, delivery, the):
    one, other = opened(), opened()
    one.submit(delivery(), "Kim")
    assert not other.submit(delivery(), "Lee").is_new
    one.accept(1, "Ann")
    refused(the, "L09", other.accept, 1, "Ben")
    other.approve(1, "Bob")
    refused(the, "L09", one.approve, 1, "Cid")
    assert kinds(one) == ["created", "submitted", "accepted", "approved"]


def test_many_writers_at_once_lose_nothing_and_each_key_has_one_winner(opened, delivery, home):
    from concurrent.futures import ThreadPoolExecutor

    writers, folders = 4, [delivery(f"C{number:02}") for number in range(6)]
    stores = [opened() for _ in range(writers)]

    def write(place: int) -> list[tuple[str, str, bool]]:
        order = folders[place:] + folders[:place]
        received = [stores[place].submit(folder, f"writer {place}") for folder in order]
        return [(one.submission.code, one.submission.receipt, one.is_new) for one in received]

    with ThreadPoolExecutor(writers) as pool:
        answers = [answer for given in pool.map(write, range(writers)) for answer in given]
    recorded = {(one.code, one.receipt) for one in stores[0].history().submissions.values()}
    assert len(answers) == writers * len(folders)
    assert {(code, receipt) for code, receipt, _ in answers} == recorded
    assert len(recorded) == len(folders)
    assert sorted(code for code, _, is_new in answers if is_new) == [folder.code for folder in folders]


# --- errors that are allowed ---------------------------------------------------------------------------------------------


def error(code: str = "R02", rule: str = "sex-part-above-total") -> Problem:
    return Problem(
        code=code, what="a part above its total", fix="correct it", rule=rule, where=Where("v.csv", rows=(3,))
    )


def test_an_allowance_is_bound_to_code_country_and_content_and_stays_on_record(store):
    event = store.allow("KOR", "one", "R02", "Ann", "counted twice by law", [error(), error("V12", "")])
    history = store.history()
    [settled] = history.allowed("KOR", "one").values()
    assert (settled.how, settled.who, settled.reason) == ("allowed", "Ann", "counted twice by law")
    assert settled.at == readable(event.at)
    assert history.allowed("KOR", "two") == history.allowed("JPN", "one") == {}
    assert [Problem.from_dict(one) for one in event.body["problems"]] == [error()]
    assert verify(store).problems == ()


def test_what_may_not_be_allowed_is_refused_and_nothing_is_recorded(store, the):
    before = kinds(store)
    assert "K03" in refused(the, "L29", store.allow, "KOR", "one", "K03", "Ann", "x", [error("K03", "")]).what
    assert "R02" in refused(the, "L30", store.allow, "KOR", "one", "R03", "Ann", "x", [error()]).fix
    refused(the, "L30", store.allow, "KOR", "one", "R02", "Ann", "x", [])
    refused(the, "L24", store.allow, "KOR", "one", "R02", "Ann", " ", [error()])
    refused(the, "L24", store.allow, "KOR", "one", "R02", "", "x", [error()])
    assert kinds(store) == before
    store.allow("KOR", "one", "R02", "Ann", "x", [error()])
    refused(the, "L30", store.allow, "KOR", "one", "R02", "Bob", "y", [error()])


def test_an_allowed_error_needs_no_second_reason_and_another_sender(store, delivery, the):
    store.allow("KOR", "one", "R02", "López, Ana", "x", [error()])
    stands = store.history().allowed("KOR", "one")
    warnings = (*allowed([error()], stands), *delivery(warnings=("V21",)).warnings)
    sent = replace(delivery(), warnings=warnings)
    problem = refused(the, "L31", store.submit, sent, "Ana López")
    assert "allowed" in problem.found
    store.submit(sent, "Kim")
    assert store.submission(1).allowed == stands
    refused(the, "L10", store.accept, 1, "Ann", {"V21": "x", "R02": "y"})
    assert store.accept(1, "López, Ana", {"V21": "x"}).state == "accepted"


def test_only_errors_of_rules_and_values_become_warnings_when_they_are_allowed():
    by = {code: Settled("allowed", "2026-03-01 09:00:00 UTC", "Ann", "x") for code in ("R02", "K03", "V12")}
    found = allowed([error(), error("K03", ""), error("V12", ""), error("R01")], by)
    assert [one.severity for one in found] == ["warning", "error", "warning", "error"]
    assert [one.settled is not None for one in found] == [True, False, True, False]
    assert [Problem.from_dict(one.to_dict()) for one in found] == list(found)
    assert str(found[0]).splitlines()[-1] == "  allowed 2026-03-01 09:00:00 UTC by Ann: x"
