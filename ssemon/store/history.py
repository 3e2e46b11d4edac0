"""Events read as what they are about: submissions, where each stands, editions, errata."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from ssemon.errors import Problem, Settled
from ssemon.store.clock import readable
from ssemon.store.ledger import Event, Part

State = Literal["submitted", "accepted", "approved", "superseded", "returned", "withdrawn"]
# The kinds of events; whatever else stands in a ledger was written by a newer program.
CREATED, MIGRATED, REFUSED, SUBMITTED = "created", "migrated", "refused", "submitted"
ACCEPTED, RETURNED, APPROVED, WITHDRAWN = "accepted", "returned", "approved", "withdrawn"
FROZEN, ERRATUM, ALLOWED = "frozen", "erratum", "allowed"
# What a part of an event is there for.
SENT, OBSERVATIONS, INPUT, RESULT = "sent", "observations", "input", "result"


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody moved a submission on. `reasons` holds, for an acceptance, the reason for each warning by its code."""

    who: str
    at: str
    event: int
    reason: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submission:
    """A plugin's folder as it was sent, and what became of it.

    Shape:   `content` is the hash of the folder, `files` its files; `about` holds counts, versions and the framework
             that it was checked with.
    Missing: `base` is None where nothing of that code was approved when it was sent; a step that was not taken is None.
    """

    number: int
    code: str
    kind: str
    content: str
    attempt: int
    base: int | None
    sent: Step
    receipt: str
    files: tuple[Part, ...]
    observations: Part
    warnings: tuple[Problem, ...]
    about: Mapping[str, Any]
    accepted: Step | None = None
    approved: Step | None = None
    ended: Step | None = None
    state: State = "submitted"

    @property
    def open_warnings(self) -> tuple[Problem, ...]:
        """Return the warnings that a reason is needed for before it is accepted: all but the errors that were allowed."""
        return tuple(warning for warning in self.warnings if warning.settled is None)

    @property
    def allowed(self) -> Mapping[str, Settled]:
        """Return the errors that the secretariat let stand in it, by their code."""
        return {warning.code: warning.settled for warning in self.warnings if warning.settled is not None}


@dataclass(frozen=True, slots=True)
class FrozenEdition:
    """An edition as a list of hashes: which submissions, which profile and framework, what came out, on what."""

    id: str
    frozen: Step
    receipt: str
    submissions: tuple[int, ...]
    inputs: tuple[Part, ...]
    results: tuple[Part, ...]
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Erratum:
    """A correction of a published edition. Missing: `country` is empty where it concerns all."""

    edition: str
    date: str
    country: str
    place: str
    was: str
    is_: str
    why: str
    who: str


@dataclass(frozen=True, slots=True)
class Allowance:
    """An error of a rule that the secretariat lets stand: of one plugin's folder, as it was, byte for byte."""

    subject: str
    content: str
    code: str
    settled: Settled
    event: int


@dataclass(frozen=True, slots=True)
class History:
    """What a ledger tells, up to one moment."""

    submissions: Mapping[int, Submission] = field(default_factory=dict)
    editions: Mapping[str, FrozenEdition] = field(default_factory=dict)
    errata: tuple[Erratum, ...] = ()
    refused: tuple[Event, ...] = ()
    allowances: tuple[Allowance, ...] = ()

    def approved(self, code: str) -> Submission | None:
        """Return the submission of a code that counts: the one approved last and not withdrawn."""
        return next((one for one in self.submissions.values() if one.code == code and one.state == "approved"), None)

    def all_approved(self) -> tuple[Submission, ...]:
        """Return the submission that counts of each code, by code."""
        counting = (one for one in self.submissions.values() if one.state == "approved")
        return tuple(sorted(counting, key=lambda one: one.code))

    def vintages(self, code: str) -> tuple[Submission, ...]:
        """Return what was ever approved of a code and not withdrawn, in the order of approval."""
        own = (one for one in self.submissions.values() if one.code == code and one.state in ("approved", "superseded"))
        return tuple(sorted(own, key=_approval))

    def allowed(self, code: str, content: str) -> Mapping[str, Settled]:
        """Return which errors of a folder the secretariat lets stand, by their code."""
        return {one.code: one.settled for one in self.allowances if (one.subject, one.content) == (code, content)}

    def latest(self, code: str, content: str) -> Submission | None:
        """Return the last submission of a folder that is the same, byte for byte."""
        same = [one for one in self.submissions.values() if (one.code, one.content) == (code, content)]
        return max(same, key=lambda one: one.attempt, default=None)


def _approval(one: Submission) -> int:
    return one.approved.event if one.approved else 0


def read_history(events: Iterable[Event]) -> History:
    """Fold events into what they are about."""
    submissions: dict[int, Submission] = {}
    editions: dict[str, FrozenEdition] = {}
    of_code: dict[str, list[int]] = {}
    errata, refused, allowances = [], [], []
    for event in events:
        if event.kind == SUBMITTED:
            one = _submission(event)
            submissions[one.number] = one
            of_code.setdefault(one.code, []).append(one.number)
        elif event.kind in _STEPS:
            _step(submissions, of_code[event.subject], event)
        elif event.kind == FROZEN:
            editions[event.subject] = _edition(event)
        elif event.kind == ERRATUM:
            errata.append(Erratum(event.subject, who=event.who, **event.body))
        elif event.kind == REFUSED:
            refused.append(event)
        elif event.kind == ALLOWED:
            settled = Settled("allowed", readable(event.at), event.who, event.body["reason"])
            allowances.append(
                Allowance(event.subject, event.body["content"], event.body["code"], settled, event.number)
            )
    return History(
        MappingProxyType(submissions), MappingProxyType(editions), tuple(errata), tuple(refused), tuple(allowances)
    )


def _submission(event: Event) -> Submission:
    body = event.body
    [observations] = [part for part in event.parts if part.role == OBSERVATIONS]
    return Submission(
        number=body["submission"], code=event.subject, kind=body["plugin_kind"], content=body["content"],
        attempt=body["attempt"], base=body["base"], sent=_taken(event, body["note"]), receipt=event.hash,
        files=tuple(part for part in event.parts if part.role == SENT), observations=observations,
        warnings=tuple(Problem.from_dict(problem) for problem in body["warnings"]), about=body["about"],
    )  # fmt: skip


def _edition(event: Event) -> FrozenEdition:
    return FrozenEdition(
        id=event.subject, frozen=_taken(event), receipt=event.hash, submissions=tuple(event.body["submissions"]),
        inputs=tuple(part for part in event.parts if part.role == INPUT),
        results=tuple(part for part in event.parts if part.role == RESULT), about=event.body["about"],
    )  # fmt: skip


def _taken(event: Event, reason: str = "", reasons: Mapping[str, str] | None = None) -> Step:
    return Step(event.who, event.at, event.number, reason, reasons or {})


def _accepted(one: Submission, event: Event) -> Submission:
    return replace(one, accepted=_taken(event, reasons=event.body["reasons"]), state="accepted")


def _approved(one: Submission, event: Event) -> Submission:
    return replace(one, approved=_taken(event), state="approved")


def _returned(one: Submission, event: Event) -> Submission:
    return replace(one, ended=_taken(event, event.body["reason"]), state="returned")


def _withdrawn(one: Submission, event: Event) -> Submission:
    return replace(one, ended=_taken(event, event.body["reason"]), state="withdrawn")


_STEPS: Mapping[str, Callable[[Submission, Event], Submission]] = {
    ACCEPTED: _accepted, APPROVED: _approved, RETURNED: _returned, WITHDRAWN: _withdrawn,
}  # fmt: skip


def _step(submissions: dict[int, Submission], of_code: Sequence[int], event: Event) -> None:
    """Move a submission on; of what is approved of a code, the last counts, and the one before it again when that is withdrawn."""
    number = event.body["submission"]
    submissions[number] = _STEPS[event.kind](submissions[number], event)
    if event.kind not in (APPROVED, WITHDRAWN):
        return
    standing = [submissions[own] for own in of_code if submissions[own].state in ("approved", "superseded")]
    last = max(standing, key=_approval, default=None)
    for one in standing:
        state: State = "approved" if one is last else "superseded"
        submissions[one.number] = replace(one, state=state)
