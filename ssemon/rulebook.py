"""Rules beyond single cells: content in `schemas/rules/*.csv`, and a `rules.csv` of a framework for its own indicators.

A line is a rule. What judges it is named by its `kind`; the kinds are functions of ssemon.validation, and what a line of
each kind may say stands here, so that a framework's rules are checked when the framework is read. A framework's rule that
bears the name of one of ours takes its place; with the severity `off` it is not asked at all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Literal

from ssemon import resources
from ssemon.codes import problem_codes
from ssemon.comparison import Comparison, parse_comparison
from ssemon.errors import EditionFault, Problem, Where
from ssemon.expressions import check_expressions
from ssemon.rulekinds import KINDS, Form, Grain
from ssemon.tables import unit_flags, units
from ssemon.text import did_you_mean, listed, quoted, table_rows

RULES_FILE = "rules.csv"
COLUMNS = (
    "rule", "code", "severity", "level", "kind", "dimension", "units", "expression", "condition", "parameters",
    "missing", "what", "found", "fix", "reason",
)  # fmt: skip
OFF = "off"
SEVERITIES = ("error", "warning", "info", OFF)
LEVELS = range(6)  # of the European Statistical System: 0 the file's form, 1 within a file, … 5 against other bodies
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PLACE = re.compile(r"\{(\w*)(?::([^{}]*))?\}")
# What every message of a rule may name besides what its kind gives.
COMMON = frozenset({"count", "rule"})


@dataclass(frozen=True, slots=True)
class CheckRule:
    """One rule: what it is told as, what judges it, and the words it is told in.

    Units:   `level` is that of ESS validation, 0 to 5; `parameters` are in the units that the kind states.
    Missing: `missing` is "passes" where a case with a missing value is not judged, "fails" where that is the fault.
    """

    name: str
    code: str
    severity: Literal["error", "warning", "info", "off"]
    level: int
    kind: str
    what: str
    found: str
    fix: str
    dimension: str = ""
    units: tuple[str, ...] = ()
    expression: Comparison | None = None
    condition: Comparison | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)
    missing: str = "passes"
    reason: str = ""
    where: Where = field(default_factory=Where)


def placeholders(text: str) -> list[str]:
    """Return the names that stand in braces in a message."""
    return [match[1] for match in _PLACE.finditer(text)]


def filled(text: str, words: Mapping[str, str], counts: Mapping[str, str] | None = None) -> str:
    """Return a message with what it names written in; `{count:row}` is the count with its noun."""

    def word(match: re.Match[str]) -> str:
        if match[2] and counts is not None and match[1] in counts:
            return counts[match[1]].replace("\0", match[2])
        return words.get(match[1], match[0])

    return _PLACE.sub(word, text)


@cache
def shipped_rules() -> tuple[CheckRule, ...]:
    """Return the rules of schemas/rules, file by file, in their order.

    Errors: EditionFault with what is wrong in them.
    """
    paths = sorted((resources.folder("schemas") / "rules").glob("*.csv"))
    problems: list[Problem] = []
    rules = [rule for path in paths for rule in read_rules(path, (), problems)]
    problems += _repeated(rules)
    if problems:
        raise EditionFault(problems)
    return tuple(rules)


def rules_of_grain(own: Sequence[CheckRule], grain: Grain) -> tuple[CheckRule, ...]:
    """Return the rules of one grain that a framework's data are held to, in their order."""
    return tuple(rule for rule in rules_for(own) if KINDS[rule.kind].grain == grain)


def rules_for(own: Sequence[CheckRule]) -> tuple[CheckRule, ...]:
    """Return the rules that a framework's data are held to: ours, its own in their place, then its further ones."""
    by_name = {rule.name: rule for rule in own}
    ours = shipped_rules()
    kept = [by_name.pop(rule.name, rule) for rule in ours]
    return tuple(rule for rule in (*kept, *by_name.values()) if rule.severity != OFF)


def read_rules(path: Path, known: Collection[str], problems: list[Problem]) -> tuple[CheckRule, ...]:
    """Read a file of rules; what is wrong in it is added to the problems, and such a line is left out.

    Shape:   `known` are the words that an expression may name: indicators and series.
    Missing: a file that is not there has no rules.
    Errors:  noted: F05, B02 (a column), B06 and B07 (an expression), B09 (any other cell).
    """
    if not path.is_file():
        return ()
    try:
        columns, rows = table_rows(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        problems.append(
            _problem("F05", f"{path.name} is not UTF-8", "save it as CSV UTF-8", Where(str(path)), str(error))
        )
        return ()
    absent = [name for name in COLUMNS if name not in columns]
    if absent:
        what = f"columns are not there: {listed(map(quoted, absent), most=len(absent))}"
        problems.append(
            _problem("B02", what, did_you_mean(absent[0], columns), Where(str(path), rows=(1,), row_count=1))
        )
        return ()
    found = [_Line(path, number, row, known).read(problems) for number, row in rows]
    rules = [rule for rule in found if rule is not None]
    problems += _repeated(rules)
    return tuple(rules)


def _repeated(rules: Iterable[CheckRule]) -> list[Problem]:
    seen: dict[str, CheckRule] = {}
    return [
        _problem("B09", "two rules have the same name", "give each its own", rule.where, quoted(rule.name))
        for rule in rules
        if seen.setdefault(rule.name, rule) is not rule and seen[rule.name].where != rule.where
    ]


def _problem(code: str, what: str, fix: str, where: Where, found: str = "") -> Problem:
    return Problem(code=code, stage="framework", what=what, where=where, found=found, fix=fix)


class _Line:
    """Reads one line of a file of rules."""

    def __init__(self, path: Path, number: int, row: Mapping[str, str], known: Collection[str]) -> None:
        self.path, self.number, self.row, self.known = path, number, row, known
        self.problems: list[Problem] = []

    def place(self, column: str) -> Where:
        return Where(file=str(self.path), rows=(self.number,), row_count=1, column=column)

    def wrong(self, column: str, what: str, fix: str) -> None:
        found = quoted(self.row[column]) if self.row[column] else "an empty cell"
        self.problems.append(_problem("B09", what, fix, self.place(column), found))

    def one_of(self, column: str, words: Iterable[str]) -> str:
        given, known = self.row[column], list(words)
        if given not in known:
            self.wrong(column, f"{column} is not a word we know", did_you_mean(given, known))
        return given

    def read(self, problems: list[Problem]) -> CheckRule | None:
        row = self.row
        if not _NAME.fullmatch(row["rule"]):
            self.wrong("rule", "a rule needs a name", "small letters, digits and hyphens: women-above-members")
        self.one_of("code", problem_codes())
        self.one_of("severity", SEVERITIES)
        self.one_of("level", map(str, LEVELS))
        kind = self.one_of("kind", KINDS)
        rule = self._judged(KINDS[kind]) if kind in KINDS else None
        problems += self.problems
        return None if self.problems else rule

    def _judged(self, form: Form) -> CheckRule | None:
        """What depends on the kind: which columns it uses, its parameters, what its words may name."""
        row = self.row
        for column in ("dimension", "units", "expression", "condition"):
            if row[column] and column not in form.uses:
                self.wrong(column, f"a rule of the kind {row['kind']} has no {column}", "leave the cell empty")
            if not row[column] and column in form.needs:
                self.wrong(column, f"a rule of the kind {row['kind']} needs its {column}", "fill the cell")
        self.one_of("missing", form.missing)
        if row["dimension"] and form.dimensions:
            self.one_of("dimension", form.dimensions)
        self._texts(form)
        parameters, expression, condition = (
            self._parameters(form),
            self._comparison("expression"),
            self._comparison("condition"),
        )
        if self.problems:
            return None
        return CheckRule(
            name=row["rule"], code=row["code"], severity=row["severity"],  # type: ignore[arg-type]
            level=int(row["level"]), kind=row["kind"], what=row["what"], found=row["found"], fix=row["fix"],
            dimension=row["dimension"], units=self._units(), expression=expression, condition=condition,
            parameters=parameters, missing=row["missing"], reason=row["reason"], where=self.place("rule"),
        )  # fmt: skip

    def _units(self) -> tuple[str, ...]:
        known = {*unit_flags(), *units()}
        given = tuple(part.strip() for part in self.row["units"].split(";") if part.strip())
        for one in given:
            if one not in known:
                self.wrong("units", f"{quoted(one)} is no unit and no property of units", did_you_mean(one, known))
        return given

    def _texts(self, form: Form) -> None:
        for column, names in (
            ("what", COMMON | form.words),
            ("found", COMMON | form.names),
            ("fix", COMMON | form.words),
        ):
            if not self.row[column]:
                self.wrong(column, f"a rule says {column}", "write it in words")
            for name in placeholders(self.row[column]):
                if name not in names:
                    self.wrong(
                        column,
                        f"{quoted('{' + name + '}')} is nothing that this rule can name",
                        did_you_mean(name, sorted(names)),
                    )
        if not self.row["reason"]:
            self.wrong("reason", "a rule gives its reason", "say why it holds, and where its thresholds come from")

    def _parameters(self, form: Form) -> dict[str, float]:
        found = dict(form.parameters)
        for part in filter(None, map(str.strip, self.row["parameters"].split(";"))):
            name, _, text = (piece.strip() for piece in part.partition("="))
            if name not in found:
                self.wrong("parameters", f"there is no parameter {quoted(name)}", did_you_mean(name, sorted(found)))
                continue
            try:
                found[name] = _positive(text)
            except ValueError:
                self.wrong(
                    "parameters", f"{name} is no number of 0 or more", f"write {name} = {form.parameters[name]:g}"
                )
        return found

    def _comparison(self, column: str) -> Comparison | None:
        if not self.row[column] or column not in KINDS[self.row["kind"]].uses:
            return None
        place = self.place(column)
        try:
            comparison = parse_comparison(self.row[column], place)
        except EditionFault as fault:
            self.problems += fault.problems
            return None
        for side in (comparison.left, comparison.right):
            self.problems += check_expressions({self.row["rule"]: side}, self.known, {self.row["rule"]: place})
        return comparison


def _positive(text: str) -> float:
    number = float(text)
    if not isfinite(number) or number < 0:
        raise ValueError(text)
    return number
