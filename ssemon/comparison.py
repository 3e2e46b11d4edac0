"""Two formulas and the sign between them: what a rule says must hold, such as `WOMEN <= MEMBERS` or `RATE = 100 * A / B`."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.errors import EditionFault, Where
from ssemon.formula import Expression, fault, parse_expression, tokens
from ssemon.text import quoted

SIGNS = ("<=", ">=", "=", "<", ">")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What must hold between two formulas: its text as it was written, and its two sides."""

    text: str
    left: Expression
    sign: str
    right: Expression

    @property
    def names(self) -> tuple[str, ...]:
        """The codes that it names, each once, in the order in which they stand."""
        return tuple(dict.fromkeys((*self.left.names, *self.right.names)))

    def __str__(self) -> str:
        return self.text


def parse_comparison(text: str, where: Where) -> Comparison:
    """Read two formulas with one of the signs <= >= = < > between them; one side may be a number.

    Errors: EditionFault B06 with what stands where, and how to mend it.
    """
    found = _signs(text)
    if len(found) != 1:
        what = "a rule compares nothing" if not found else "a rule compares more than once"
        fix = "write one of the signs <= >= = < > between two formulas, for example A <= B"
        raise EditionFault(fault("B06", what, fix, where, quoted(text)))
    [(at, sign)] = found
    left, right = (parse_expression(side, where, constant=True) for side in (text[:at], text[at + len(sign) :]))
    if not (left.names or right.names):
        what, fix = "a rule compares two numbers", "name an indicator or a series"
        raise EditionFault(fault("B06", what, fix, where, quoted(text)))
    return Comparison(text, left, sign, right)


def _signs(text: str) -> list[tuple[int, str]]:
    """The signs of a comparison and where they begin; one that stands within a bracketed code is none."""
    marks = [token for token in tokens(text) if token.kind == "unknown" and token.text in "<>="]
    found: list[tuple[int, str]] = []
    for token in marks:
        if found and found[-1][0] + len(found[-1][1]) == token.at and found[-1][1] + token.text in SIGNS:
            found[-1] = (found[-1][0], found[-1][1] + token.text)
        else:
            found.append((token.at, token.text))
    return found
