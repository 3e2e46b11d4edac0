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
_BROKEN_DOWN = ("sex", "org_type", "region")
_BOUNDS = {"absolute": 0.0, "relative": 0.0}
_BESIDE = frozenset({"area", "year", "sex", "org_type", "values"})

KINDS: Mapping[str, Form] = {
    "part-above-total": Form(
        judges="A value of a part (women, a type of organisation, a region) is not above the value of its whole, where parts add up. "
        "The whole is the row with the code _T; of a region the area that it is part of.",
        uses=frozenset({"dimension", "units"}), needs=frozenset({"dimension"}), dimensions=_BROKEN_DOWN,
        parameters=_BOUNDS, names=_VALUE | {"part", "total"},
    ),
    "parts-sum": Form(
        judges="Where all parts of a breakdown are there, their sum is the whole; where some are missing, the sum of the others "
        "is not above it. A part whose status is M (cannot exist) is nothing. What rounding of the printed numbers can "
        "make is allowed for beside the bounds.",
        uses=frozenset({"dimension", "units"}), needs=frozenset({"dimension"}), dimensions=_BROKEN_DOWN,
        parameters=_BOUNDS, names=_VALUE - {"value"} | {"sum", "total", "parts"},
    ),
    "total-missing": Form(
        judges="What is broken down by sex or type of organisation has a row of all together (_T) too.",
        names=frozenset({"area", "indicator", "year"}), missing=(FAILS,),
    ),
    "comparison": Form(
        judges="A comparison of indicators and series of the same area, year, sex and type of organisation. Where the left side is "
        "one indicator, half a step of its last printed digit is allowed for beside the bounds; < and > are exact.",
        uses=frozenset({"expression", "condition"}), needs=frozenset({"expression"}),
        parameters=_BOUNDS, names=_BESIDE, missing=(PASSES, FAILS),
    ),
    "derived": Form(
        judges="A value that is sent for an indicator is the one that the framework derives from the series sent with it.",
        parameters=_BOUNDS, names=_BESIDE | {"indicator", "left", "right"},
    ),
}  # fmt: skip
