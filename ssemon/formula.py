"""The language of the column `expression`: formulas over indicators, parsed into records, never run as code.

    sum      product { ("+" | "-") product }
    product  signed { ("*" | "/") signed }
    signed   "-" signed | "+" signed | power
    power    part [ "^" signed ]
    part     number | code | "[" any code "]" | function "(" sum { "," sum } ")" | "(" sum ")"

A power binds more tightly than a sign and is read from the right, as in mathematics: -2^2 is -4, 2^3^2 is 2^9.
Texts are bounded in length, depth and parts, so that no text can exhaust the machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import NoReturn, TypeAlias

from ssemon.errors import EditionFault, Problem, Where
from ssemon.text import LONGEST_VALUE, closest, listed, quoted, sentences

# Bounds of a text: characters, brackets within brackets, and numbers, codes, operators and functions together.
LONGEST, DEEPEST, MOST_PARTS = 1000, 50, 200
# The functions, and how many arguments each takes: the least and the most.
FUNCTIONS: Mapping[str, tuple[int, int | None]] = {
    "ln": (1, 1), "log10": (1, 1), "exp": (1, 1), "sqrt": (1, 1), "abs": (1, 1), "clip": (3, 3),
    "min": (2, None), "max": (2, None), "mean": (2, None), "first": (2, None),
}  # fmt: skip
FIRST = "first"  # the one function that passes over missing values
# The operators as they may be written, and as they are kept.
OPERATORS: Mapping[str, str] = {
    "+": "+", "-": "-", "−": "-", "*": "*", "×": "*", "/": "/", "÷": "/", "^": "^", "**": "^",
}  # fmt: skip
_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2}
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[^\W\d][\w.]*)"
    r"|(?P<bracketed>\[(?:[^\]]|\]\])+\])"
    r"|(?P<mark>\*\*|[-−+*×/÷^(),])"
)
BARE = re.compile(r"[^\W\d][\w.]*")
# What somebody meant who wrote a sign that the language does not have.
_MEANT = {
    "[": "close the square bracket: [CODE]",
    "]": "a code stands between [ and ]",
    '"': "a code with other signs stands in square brackets: [CODE-1]",
    "'": "a code with other signs stands in square brackets: [CODE-1]",
    ";": "a comma stands between the arguments of a function",
    "=": "leave the equals sign out: the column holds what stands on its right",
    "%": "divide by 100",
    ",": "the decimal sign is a point; commas stand between the arguments of a function",
}
_ARGUMENTS = "a function works on the indicators of one area and year: min(A, B), clip(A, 0, 100); 0.5 with a point"


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """An indicator's code; `at` is where it stands in the text, from 0."""

    code: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign before a term: -."""

    operator: str
    operand: Term


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two terms: + - * / ^."""

    operator: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Call:
    """A function of FUNCTIONS and its arguments."""

    function: str
    arguments: tuple[Term, ...]


Term: TypeAlias = Number | Name | Unary | Binary | Call


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula over indicators: its text as it was written, and what it says."""

    text: str
    term: Term

    @property
    def names(self) -> tuple[str, ...]:
        """The codes that it names, each once, in the order in which they stand."""
        return tuple(dict.fromkeys(name.code for name in names_in(self.term)))

    def __str__(self) -> str:
        return self.text


def parse_expression(text: str, where: Where | None = None, *, constant: bool = False) -> Expression:
    """Read a formula such as `100 * COOP / (COOP + OTHER)`; with `constant` it need not name an indicator.

    Errors: EditionFault B06 with what stands where, and how to mend it.
    """
    return _Parser(text, where or Where(column="expression")).read(constant=constant)


def names_in(term: Term) -> Iterator[Name]:
    """Yield the codes of a term, from left to right."""
    if isinstance(term, Name):
        yield term
    for part in _parts(term):
        yield from names_in(part)


def _parts(term: Term) -> tuple[Term, ...]:
    if isinstance(term, Unary):
        return (term.operand,)
    if isinstance(term, Binary):
        return (term.left, term.right)
    return term.arguments if isinstance(term, Call) else ()


def fault(code: str, what: str, fix: str, where: Where, found: str) -> Problem:
    """Return a problem of the framework."""
    return Problem(code=code, stage="framework", what=what, where=where, found=found, fix=fix)


def at_character(word: str, at: int, text: str) -> str:
    """Return where a word stands; of a long text, the part around it."""
    start = max(0, at - LONGEST_VALUE // 2) if len(text) > LONGEST_VALUE else 0
    return f"{quoted(word)} at character {at + 1} of {quoted(('…' if start else '') + text[start:])}"


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: a number, name, bracketed code, mark, unknown sign or the end; `at` counts from 0."""

    kind: str
    text: str
    at: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of a text; what is no word comes as one sign of the kind `unknown`; an `end` comes last."""
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            yield Token("unknown", text[at], at)
            at += 1
            continue
        if match.lastgroup != "space":
            yield Token(str(match.lastgroup), match[0], at)
        at = match.end()
    yield Token("end", "", at)


class _Parser:
    """Reads one text from left to right."""

    def __init__(self, text: str, where: Where) -> None:
        self.text, self.where = text, where
        self.depth = self.parts = 0
        if len(text) > LONGEST:
            self.stop("an expression is too long", f"at most {LONGEST} characters; give a part an indicator of its own")
        self.tokens = list(tokens(text))
        self.next = 0

    def stop(self, what: str, fix: str, token: Token | None = None) -> NoReturn:
        if token is None:
            found = quoted(self.text)
        elif token.kind == "end":
            found = f"{quoted(self.text)} ends at character {token.at}"
        else:
            found = at_character(token.text, token.at, self.text)
        raise EditionFault(fault("B06", what, fix, self.where, found))

    def read(self, *, constant: bool = False) -> Expression:
        term = self.sum()
        token = self.tokens[self.next]
        if token.kind != "end":
            self.unexpected(token, "an operator (+ - * / ^) is missing before it, or a bracket is one too many")
        if not constant and next(names_in(term), None) is None:
            self.stop(
                "an expression names no indicator", "the same number everywhere measures nothing: name an indicator"
            )
        return Expression(self.text, term)

    def unexpected(self, token: Token, fix: str) -> NoReturn:
        what = "an expression ends too early" if token.kind == "end" else "an expression cannot be read on"
        self.stop(what, _MEANT.get(token.text, fix), token)

    def take(self, *marks: str) -> str:
        """Take the next mark if it is one of these; else empty."""
        token = self.tokens[self.next]
        kept = OPERATORS.get(token.text, token.text) if token.kind == "mark" else ""
        if kept not in marks:
            return ""
        self.next += 1
        return kept

    def counted(self, term: Term) -> Term:
        self.parts += 1
        if self.parts > MOST_PARTS:
            self.stop("an expression has too many parts", f"at most {MOST_PARTS}; give a part an indicator of its own")
        return term

    def sum(self, least: int = 1) -> Term:
        """A chain of operators that bind at least so tightly, from the left."""
        left = self.signed()
        while (token := self.tokens[self.next]).kind == "mark":
            operator = OPERATORS.get(token.text, "")
            if _BINDING.get(operator, 0) < least:
                break
            self.next += 1
            left = self.counted(Binary(operator, left, self.sum(_BINDING[operator] + 1)))
        return left

    def signed(self) -> Term:
        # Whatever goes deeper (a bracket, a sign, a power's right side) comes through here.
        self.depth += 1
        if self.depth > DEEPEST:
            self.stop(
                "an expression is too deep", f"at most {DEEPEST} brackets, signs and powers within each other",
                self.tokens[self.next],
            )  # fmt: skip
        sign = self.take("+", "-")
        term = self.signed() if sign else self.power()
        self.depth -= 1
        return self.counted(Unary("-", term)) if sign == "-" else term

    def power(self) -> Term:
        base = self.part()
        return self.counted(Binary("^", base, self.signed())) if self.take("^") else base

    def part(self) -> Term:
        token = self.tokens[self.next]
        if self.take("("):
            term = self.sum()
            self.close()
            return term
        if token.kind not in ("number", "name", "bracketed"):
            self.unexpected(token, "a number, the code of an indicator or a function belongs here")
        self.next += 1
        if token.kind == "number":
            return self.counted(self.number(token))
        if token.kind == "bracketed":
            return self.counted(Name(token.text[1:-1].replace("]]", "]").strip(), token.at))
        if self.take("("):
            return self.counted(self.call(token))
        return self.counted(Name(token.text, token.at))

    def number(self, token: Token) -> Number:
        value = float(token.text)
        if not isfinite(value):
            self.stop("a number in an expression is too large", "write a smaller number", token)
        return Number(value)

    def call(self, token: Token) -> Call:
        if token.text not in FUNCTIONS:
            near = closest(token.text, FUNCTIONS)
            known = f"functions: {listed(FUNCTIONS, most=len(FUNCTIONS))}"
            fix = sentences(f'did you mean "{near}"?' if near else "", known)
            self.stop(f"there is no function {quoted(token.text)}", fix, token)
        arguments = [self.sum()]
        while self.take(","):
            arguments.append(self.sum())
        self.close()
        least, most = FUNCTIONS[token.text]
        if not least <= len(arguments) <= (most or len(arguments)):
            wanted = f"{least}" if most else f"{least} or more"
            what = f"{token.text} takes {wanted} argument{'' if wanted == '1' else 's'}, not {len(arguments)}"
            self.stop(what, _ARGUMENTS, token)
        if token.text == FIRST and not all(any(names_in(argument)) for argument in arguments):
            self.stop("a number cannot stand for a missing value", "each argument of first names an indicator", token)
        return Call(token.text, tuple(arguments))

    def close(self) -> None:
        if not self.take(")"):
            self.unexpected(self.tokens[self.next], "close the bracket, or write an operator (+ - * / ^)")
