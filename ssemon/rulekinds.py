"""What a rule of each kind may say: the columns it uses, its parameters, and what its words may name.

The functions that judge stand in ssemon.validation.kinds, one for each name here; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PASSES, FAILS = "passes", "fails"


@dataclass(frozen=True, slots=True)
class Form:
    """The form of the rules of one kind.

    `judges` says in a sentence what is judged. `uses` are the columns that a line may fill and `needs` those that it must;
    `parameters` have these values where a line does not give them. `found` may name `names`, columns of a case; `what` and
    `fix` may name `words`, the same for the whole rule.
    Missing: `missing` are the words that the column of that name may hold.
    """

    judges: str
    uses: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    dimensions: tuple[str, ...] = ()
    parameters: Mapping[str, float] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset({"dimension"})
    missing: tuple[str, ...] = (PASSES,)


# What names a value in a message.
_VALUE = frozenset({"area", "indicator", "year", "sex", "org_type", "value"})
_BROKEN_DOWN = ("sex", "org_type")

KINDS: Mapping[str, Form] = {
    "part-above-total": Form(
        judges="A value of a part of a breakdown is not above the value of the whole (code _T) beside it, where parts add up.",
        uses=frozenset({"dimension", "units"}), needs=frozenset({"dimension"}), dimensions=_BROKEN_DOWN,
        parameters={"absolute": 0.0, "relative": 0.0}, names=_VALUE | {"part", "total"},
    ),
}  # fmt: skip
