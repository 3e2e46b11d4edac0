"""The expressions of a framework together: what they name, in which order they are computed, and what forbids it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter

from ssemon.errors import Problem, Where
from ssemon.formula import BARE, Expression, Token, at_character, fault, names_in, tokens
from ssemon.text import closest, did_you_mean, listed, quoted


def check_expressions(
    expressions: Mapping[str, Expression], known: Collection[str], places: Mapping[str, Where]
) -> list[Problem]:
    """Return what keeps the expressions of a framework from being computed.

    Shape:  expressions and their places by the indicator they belong to; `known` are the indicators' codes.
    Errors: B06 where a code can be read in two ways, B07 where it is no indicator, B08 where expressions form a ring.
    """
    problems = []
    for code, expression in expressions.items():
        problems += _doubtful(expression, known, places[code])
        problems += _unknown(expression, known, places[code])
    return problems + [_ringfault(ring, places[ring[0]]) for ring in rings(expressions)]


def in_order(expressions: Mapping[str, Expression]) -> tuple[str, ...]:
    """Return the indicators with an expression so that each comes after those that its expression names.

    Errors: ValueError where expressions form a ring; `check_expressions` tells of it before.
    """
    return tuple(TopologicalSorter(_needs(expressions)).static_order())


def rings(expressions: Mapping[str, Expression]) -> list[tuple[str, ...]]:
    """Return the rings: each expression names the next one's indicator, the last one's names the first.

    An expression that names its own indicator means what was observed there: that is no ring.
    """
    needs, found = _needs(expressions), []
    place = {code: at for at, code in enumerate(expressions)}
    while True:
        try:
            TopologicalSorter(needs).prepare()
        except CycleError as error:
            ring = list(reversed(error.args[1][1:]))
            start = min(range(len(ring)), key=lambda at: place[ring[at]])
            found.append((*ring[start:], *ring[:start]))
            needs = {
                code: [one for one in named if one not in ring] for code, named in needs.items() if code not in ring
            }
        else:
            return found


def _needs(expressions: Mapping[str, Expression]) -> dict[str, list[str]]:
    """The other expressions that each expression waits for."""
    return {
        code: [name for name in expression.names if name in expressions and name != code]
        for code, expression in expressions.items()
    }


def _in_brackets(code: str) -> str:
    """A code as an expression may always write it."""
    return f"[{code.replace(']', ']]')}]"


def _unknown(expression: Expression, known: Collection[str], where: Where) -> list[Problem]:
    found: dict[str, int] = {}
    for name in names_in(expression.term):
        if name.code not in known:
            found.setdefault(name.code, name.at)
    return [
        fault("B07", f"an expression names {quoted(code)}, which is no indicator of the framework",
              _known_name(code, known), where, at_character(code, at, expression.text))
        for code, at in found.items()
    ]  # fmt: skip


def _known_name(code: str, known: Collection[str]) -> str:
    near = closest(code, known)
    if near is None or BARE.fullmatch(near):
        return did_you_mean(code, sorted(known))
    return f"did you mean {_in_brackets(near)}, in square brackets?"


def _doubtful(expression: Expression, known: Collection[str], where: Where) -> list[Problem]:
    """Texts that are also a code: `A-B` where that is an indicator, `1.1` where that is one."""
    text, problems = expression.text, []
    other = sorted((code for code in known if not BARE.fullmatch(code)), key=len, reverse=True)
    for token in tokens(text):
        if token.kind not in ("name", "number"):
            continue
        match = next((code for code in other if text.startswith(code, token.at) and _ends(text, token, code)), None)
        if match is not None:
            fix = f"write {_in_brackets(match)} for the indicator; else put spaces round the signs"
            if token.kind == "number" and match == token.text:
                fix = f"write {_in_brackets(match)} for the indicator, 0{token.text} for the number"
            what = f"{quoted(match)} in an expression is also the code of an indicator"
            problems.append(fault("B06", what, fix, where, at_character(match, token.at, text)))
    return problems


def _ends(text: str, token: Token, code: str) -> bool:
    """Whether a code that begins with a token ends where a code may end."""
    after = text[token.at + len(code) : token.at + len(code) + 1]
    return len(code) >= len(token.text) and not (after.isalnum() or after in ("_", "."))


def _ringfault(ring: tuple[str, ...], where: Where) -> Problem:
    return fault(
        "B08", f"the expressions of {listed(ring)} need each other", "take one of these codes out of its expression",
        where, listed([*(f"{quoted(code)} needs {quoted(then)}" for code, then in zip(ring, (*ring[1:], ring[0]), strict=True))]),
    )  # fmt: skip
