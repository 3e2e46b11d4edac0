"""What the record refuses, and why: each a problem that says what to do instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category, normalize

from ssemon.errors import Problem, Settled, UsageFault, Where
from ssemon.store.clock import readable
from ssemon.text import did_you_mean, folded, listed, plural, quoted

if TYPE_CHECKING:
    from ssemon.store.history import History, State, Submission
    from ssemon.store.ledger import Part
    from ssemon.store.record import Store


# Control characters and line ends, as Unicode names their kinds.
_BREAKS = ("Cc", "Zl", "Zp")


def _problem(code: str, what: str, fix: str, found: str = "", *, country: str = "", file: str = "") -> Problem:
    return Problem(code=code, stage="store", what=what, fix=fix, found=found, country=country, where=Where(file=file))


def no_store(home: Path) -> Problem:
    """There is no record in this folder."""
    fix = "go to the workspace, name its store with --store, or begin one: ssemon submit PLUGIN_FOLDER"
    return _problem("L01", "there is no store here", fix, file=str(home))


def no_submission(number: int, history: History) -> Problem:
    """Nobody ever sent it."""
    last = max(history.submissions, default=0)
    found = f"the last one is {last}" if last else ""
    return _problem("L08", f"there is no submission {number}", "ssemon ledger --status lists them", found)


def check_name(who: str) -> None:
    """Refuse what nobody stands behind. Errors: UsageFault L24."""
    if not _is_said(who):
        fix = "write who does it, in one line: --by NAME"
        raise UsageFault(_problem("L24", "nobody's name is given", fix, quoted(who) if who.strip() else ""))


def _is_said(name: str) -> bool:
    """Whether a name can be read, and in one line: in a list of events a second one would look like another event."""
    return any(map(str.isalnum, name)) and not any(category(char) in _BREAKS for char in name)


def check_reason(reason: str) -> None:
    """Refuse what has no reason. Errors: UsageFault L24."""
    if not reason.strip():
        raise UsageFault(_problem("L24", "no reason is given", "write why: --reason TEXT; it stays on record"))


def check_state(one: Submission, states: Sequence[State], verb: str) -> None:
    """Refuse a step that does not follow the one before. Errors: UsageFault L09."""
    if one.state in states:
        return
    step = one.ended or one.approved or one.accepted or one.sent
    fixes = {
        "submitted": f"accept it first: ssemon accept {one.number} --by NAME",
        "accepted": f"approve it: ssemon approve {one.number} --by NAME (another person)",
        "approved": "what counts stays as it is; send the folder again, or withdraw it",
        "superseded": "a later submission counts; send the folder again if this one shall",
        "returned": "have it mended and sent again",
        "withdrawn": "send the folder again",
    }
    what = f"submission {one.number} is {one.state}: it cannot be {_PAST[verb]}"
    found = f"{one.state} since {readable(step.at)} ({step.who})"
    raise UsageFault(_problem("L09", what, fixes[one.state], found, country=one.code))


_PAST = {
    "accept": "accepted", "approve": "approved", "return": "returned", "withdraw": "withdrawn", "freeze": "frozen",
}  # fmt: skip


def check_reasons(one: Submission, reasons: Mapping[str, str]) -> None:
    """Refuse an acceptance that passes over a warning, or speaks of one that there is not. Errors: UsageFault L10, L24."""
    borne = list(dict.fromkeys(warning.code for warning in one.open_warnings))
    for code, reason in reasons.items():
        if code not in borne:
            what = f"submission {one.number} has no warning {quoted(code)}"
            fix = did_you_mean(code, borne) if borne else "leave --warning out: it has none"
            raise UsageFault(_problem("L10", what, fix, country=one.code))
        check_reason(reason)
    left = [code for code in borne if code not in reasons]
    if left:
        what = (
            f"{plural(len(left), 'warning')} of submission {one.number} {'has' if len(left) == 1 else 'have'} no reason"
        )
        fix = (
            f"say for each why it may stand: --warning {left[0]} --reason TEXT; what it means: ssemon explain {left[0]}"
        )
        raise UsageFault(_problem("L10", what, fix, listed(left, most=12), country=one.code))


def check_allowance(code: str, found: Sequence[Problem], given: Mapping[str, Settled]) -> None:
    """Refuse to let stand what is not there, what stands already, and what no rule is about. Errors: UsageFault L29, L30."""
    if code in given:
        what, fix = f"{code} is allowed already in this folder", "submit it: ssemon submit FOLDER"
        raise UsageFault(_problem("L30", what, fix, str(given[code])))
    errors = [problem for problem in found if problem.code == code and problem.severity == "error"]
    if not errors:
        others = dict.fromkeys(problem.code for problem in found if problem.severity == "error")
        what = f"the folder has no error {quoted(code)}"
        fix = did_you_mean(code, others) if others else "submit it: it has no error"
        raise UsageFault(_problem("L30", what, fix, listed(others, most=12)))
    strange = next((problem for problem in errors if not problem.may_be_allowed), None)
    if strange is not None:
        what = f"{code} is no error of a rule and cannot be allowed"
        raise UsageFault(_problem("L29", what, "have it mended and sent again", strange.what, country=strange.country))


def check_other_person(code: str, warnings: Sequence[Problem], who: str) -> None:
    """Refuse that who lets an error stand sends it too. Errors: UsageFault L31."""
    for warning in warnings:
        if warning.settled is not None and _spoken(warning.settled.who) == _spoken(who):
            what = f"{who} allowed {warning.code} in this folder and cannot send it too"
            fix = "have another person submit it: ssemon submit FOLDER --by NAME"
            raise UsageFault(_problem("L31", what, fix, str(warning.settled), country=code))


def check_two_people(one: Submission, who: str) -> None:
    """Refuse that one person does both. Errors: UsageFault L11."""
    if one.accepted is not None and _spoken(one.accepted.who) == _spoken(who):
        what = f"{who} accepted submission {one.number} and cannot approve it too"
        fix = "have another person approve it: two pairs of eyes"
        raise UsageFault(_problem("L11", what, fix, f"accepted {readable(one.accepted.at)}", country=one.code))


def _spoken(who: str) -> list[str]:
    """The words of a name, however they are written and in whichever order: "López, Ana" is Ana López."""
    plain = normalize("NFKC", who)  # wide letters, ligatures
    return sorted(folded("".join(" " if category(char).startswith("P") else char for char in plain)).split())


def check_base(code: str, base: int | None, now: Submission | None, number: int | None = None) -> None:
    """Refuse to build on what counts no more. Errors: UsageFault L13."""
    counts = now.number if now is not None else None
    if counts == base:
        return
    one = f"submission {number}" if number else "the folder"
    what = f"what counts for {code} changed after {one} was compared with it"
    found = f"then {_named(base)}, now {_named(counts)}"
    again = f"return it (ssemon return {number}) and send the folder again" if number else "submit it again"
    raise UsageFault(_problem("L13", what, f"{again}: the differences are then those from what counts now", found, country=code))  # fmt: skip


def _named(number: int | None) -> str:
    return "nothing" if number is None else f"submission {number}"


def check_new_edition(edition: str, who: str, history: History) -> None:
    """Refuse an id that is none or is taken: a frozen edition is never frozen again. Errors: UsageFault L14, L24."""
    check_name(who)
    if not _is_said(edition):
        raise UsageFault(_problem("L24", "the edition has no id", "write one, for example 2026", quoted(edition)))
    frozen = history.editions.get(edition)
    if frozen is not None:
        fix, found = (
            "give the new one another id, for example with .1 behind",
            f"{readable(frozen.frozen.at)} by {frozen.frozen.who}",
        )
        raise UsageFault(_problem("L14", f"the edition {quoted(edition)} is frozen", fix, found))


def no_edition(name: str, known: Iterable[str]) -> Problem:
    """No edition of that name is frozen."""
    fix = f"{did_you_mean(name, known)}; ssemon edition list shows all"
    return _problem("L15", f"no edition {quoted(name)} is frozen", fix)


def bad_object(store: Store, part: Part) -> Problem:
    """A file of the record is not as it was stored."""
    return damaged_object(store.objects.path(part.sha256, part.kind), store.objects.state(part.sha256, part.kind), part.path)  # fmt: skip


def damaged_object(path: Path, state: str, name: str) -> Problem:
    """A file of the record is missing or is not what it was."""
    fix = "put the file back from a backup (ssemon restore FILE --store OTHER), or have the same folder sent again"
    return _problem("L07", f"a file of the record is {state}", fix, quoted(name) if name else "", file=str(path))
