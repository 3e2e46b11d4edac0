"""What can go wrong, split by who can act on it.

    SsemonError                 carries problems; never shown as a traceback
    ├── CountryFault            the country team can mend it: manifest, mapping, data, notes
    ├── EditionFault            the secretariat can mend it: profile, framework, workspace
    ├── ExtensionFault          a developer can mend it: a hook, a method, a reader
    └── UsageFault              whoever typed the command can mend it

Anything else that is raised is a fault of ours and is shown as one.

A `Problem` is one fault in four parts, always in this order: what, where, found, fix. Its code is stable:
`ssemon explain CODE` and the reference page say more about it (schemas/problems.csv).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Literal

Severity = Literal["error", "warning", "info"]

# Exit codes of every command (design, section 4).
EXIT_OK, EXIT_OURS, EXIT_USAGE, EXIT_COUNTRY = 0, 1, 2, 3

# How many rows a problem carries, so that an answer can mark each of them; `row_count` is the exact count.
EXAMPLES = 1_000
# How many rows or values a message names before it counts the rest.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Where:
    """A place in somebody's file, as its author sees it.

    Missing: empty text or no rows where the fault has no such place.
    """

    file: str = ""
    sheet: str = ""
    rows: tuple[int, ...] = ()
    row_count: int = 0
    column: str = ""

    def __str__(self) -> str:
        parts = [self.file]
        if self.sheet:
            parts.append(f'sheet "{self.sheet}"')
        if self.column:
            parts.append(f"column {self.column}")
        if self.rows:
            parts.append(self._rows())
        return ", ".join(part for part in parts if part)

    def _rows(self) -> str:
        shown = ", ".join(str(row) for row in self.rows[:SHOWN])
        more = max(self.row_count, len(self.rows)) - min(len(self.rows), SHOWN)
        word = "row" if len(self.rows) == 1 and not more else "rows"
        return f"{word} {shown}" + (f" and {more} more" if more else "")


@dataclass(frozen=True, slots=True)
class Settled:
    """Somebody let a fault stand: a warning that was accepted, an error of a rule that was allowed. `at` is UTC."""

    how: Literal["accepted", "allowed"]
    at: str
    who: str
    reason: str

    def __str__(self) -> str:
        return f"{self.how} {self.at} by {self.who}: {self.reason}"


# Errors of a cell that was read and understood; like those of a rule, the secretariat may let them stand.
_OF_VALUES = frozenset({"V12"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault that somebody can mend.

    Shape:   `rule` names the rule beyond single cells that it breaks, if it is one's; of such a one, `cases` is how often
             it does, and `years` are the first and the last year in which it does.
    Missing: `settled` is None where nobody let it stand; 0 cases and no years where they are not counted.
    """

    code: str
    what: str
    fix: str
    found: str = ""
    severity: Severity = "error"
    country: str = ""
    stage: str = ""
    where: Where = field(default_factory=Where)
    rule: str = ""
    settled: Settled | None = None
    cases: int = 0
    years: tuple[int, ...] = ()

    @property
    def is_question(self) -> bool:
        """Whether a rule asks and does not refuse: the value may well be right."""
        return bool(self.rule) and self.severity != "error"

    @property
    def may_be_allowed(self) -> bool:
        """Whether it is an error that the secretariat may let stand: of a rule, or of a value outside its unit."""
        return self.severity == "error" and (bool(self.rule) or self.code in _OF_VALUES)

    def in_country(self, country: str, stage: str = "") -> Problem:
        """Return the same problem with its country, and its stage where it had none."""
        return replace(self, country=country, stage=self.stage or stage)

    def to_dict(self) -> dict[str, object]:
        """Return the problem as plain data, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Problem:
        """Return the problem that `to_dict` wrote."""
        fields = dict(data)
        place = dict(fields.pop("where", {}) or {})  # type: ignore[call-overload]
        place["rows"] = tuple(place.get("rows", ()))
        settled = fields.pop("settled", None)
        years: tuple[int, ...] = tuple(fields.pop("years", ()))  # type: ignore[arg-type]
        stands = Settled(**settled) if isinstance(settled, Mapping) else None
        return cls(where=Where(**place), settled=stands, years=years, **fields)  # type: ignore[arg-type]

    def __str__(self) -> str:
        head = " · ".join(part for part in (self.country, self.stage, self.code, self.what) if part)
        lines = [head]
        for name, text in (("where", str(self.where)), ("found", self.found), ("fix", self.fix), ("rule", self.rule)):
            if text:
                lines.append(f"  {name:<6} {text}")
        if self.settled is not None:
            lines.append(f"  {self.settled}")
        return "\n".join(lines)


class SsemonError(Exception):
    """A fault that a user can mend: printed as problems, never as a traceback."""

    exit_code = EXIT_USAGE

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class CountryFault(SsemonError):
    """The country team can mend it."""

    exit_code = EXIT_COUNTRY


class EditionFault(SsemonError):
    """The secretariat can mend it: an edition profile, a framework, a workspace."""


class ExtensionFault(SsemonError):
    """A developer can mend it: an extension's hook, method or reader."""

    exit_code = EXIT_OURS


class UsageFault(SsemonError):
    """Whoever typed the command can mend it."""


def told_apart(problems: Iterable[Problem]) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Return what somebody must read, and what stands in the intake log: infos."""
    found = tuple(problems)
    told = tuple(problem for problem in found if problem.severity != "info")
    return told, tuple(problem for problem in found if problem.severity == "info")


def allowed(problems: Iterable[Problem], by: Mapping[str, Settled]) -> tuple[Problem, ...]:
    """Return the problems; an error that was allowed by its code is a warning that says by whom and why.

    Missing: an error that may not be allowed stays one, whatever was said.
    """
    return tuple(
        replace(problem, severity="warning", settled=by[problem.code])
        if problem.code in by and problem.may_be_allowed
        else problem
        for problem in problems
    )


def errors_in(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems that stop what they stand in."""
    return tuple(problem for problem in problems if problem.severity == "error")
