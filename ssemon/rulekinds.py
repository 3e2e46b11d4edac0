"""What a rule of each kind may say: the columns it uses, its parameters, and what its words may name.

The functions that judge stand in ssemon.validation, one for each name here; a test holds the two together. A kind is of one
grain, which says over what it is asked and when: the rows of a delivery, a delivery beside what is approved of the same
plugin, or all countries of an edition beside each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

PASSES, FAILS = "passes", "fails"
Grain = Literal["delivery", "revision", "countries"]


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
    grain: Grain = "delivery"


_NO_WORDS: frozenset[str] = frozenset()
# What names a value in a message.
_VALUE = frozenset({"area", "indicator", "year", "sex", "org_type", "value"})
_REVISED = (_VALUE - {"value"}) | {"before", "after", "of"}
_BROKEN_DOWN = ("sex", "org_type", "region")
_BOUNDS = {"absolute": 0.0, "relative": 0.0}
_BESIDE = frozenset({"area", "year", "sex", "org_type", "values"})

KINDS: Mapping[str, Form] = {
    "whole-number": Form(
        judges="A value is a whole number, but for `within`. Values with the status E, I or F pass.",
        uses=frozenset({"units"}), parameters={"within": 1e-6}, names=_VALUE,
    ),
    "share-for-percentage": Form(
        judges="Of one source, not all percentages other than 0 are at most 1. A source counts that has `least` such values, of "
        "`indicators` indicators.",
        uses=frozenset({"units"}), needs=frozenset({"units"}), parameters={"least": 5.0, "indicators": 2.0},
        names=frozenset({"source", "values", "most"}),
    ),
    "precise-number": Form(
        judges="A number is not beyond `most`, where whole numbers begin to lose their last digit.",
        uses=frozenset({"units"}), parameters={"most": 9007199254740992.0}, names=_VALUE,
    ),
    "year-to-come": Form(
        judges="A value is of no year that is yet to come by this computer's clock. Values with the status F pass.", names=_VALUE,
    ),
    "plain-text": Form(
        judges="A text has no control characters and not more than `longest` characters.",
        uses=frozenset({"dimension"}), needs=frozenset({"dimension"}), dimensions=("source", "note"),
        parameters={"longest": 2000.0}, names=_VALUE | {"characters"},
    ),
    "own-unit": Form(
        judges="The unit that a row states is that of its indicator or series; the unit of members, where it states that.",
        uses=frozenset({"dimension", "units"}), needs=frozenset({"dimension"}), dimensions=("unit", "member_unit"),
        names=_VALUE | {"stated", "wanted"},
    ),
    "same-attribute": Form(
        judges="A series states the same from value to value. Values with the status B pass.",
        uses=frozenset({"dimension", "units"}), needs=frozenset({"dimension"}), dimensions=("perimeter", "member_unit"),
        names=_VALUE | {"stated", "before", "year_before"},
    ),
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
    "half-of-two": Form(
        judges="Beside the first series of a ratio stands the second, and beside either of a mean the other, of the same area, "
        "year, sex and type of organisation, or the indicator itself. The second series of a ratio may stand alone.",
        names=frozenset({"area", "year", "sex", "org_type", "indicator", "series", "other"}), missing=(FAILS,),
    ),
    "factor": Form(
        judges="A value is not about 100, 1,000 or 1,000,000 times the value before it in its series, nor that part of it. "
        "`within` is how far the decimal logarithm of the ratio may be from 2, 3 or 6. A value with the status B passes.",
        uses=frozenset({"units"}), parameters={"within": 0.15}, names=_VALUE | {"before", "year_before", "times"},
    ),
    "level-shift": Form(
        judges="A series does not move to another level and stay there without the status B. The middle one of three values before "
        "and of three from the value on are `change` apart (natural logarithm) and `times` as far as either three spread. A series that stands still on one side passes.",
        uses=frozenset({"units"}), parameters={"change": 0.4, "times": 5.0}, names=_VALUE | {"before", "year_before"},
    ),
    "jump": Form(
        judges="A change against the year before (difference of natural logarithms) is not `deviations` median absolute deviations "
        "(times 1.4826, at least `floor`) from the middle change of its series, or of all series of its unit where its own has "
        "fewer than `least` changes; and more than `change`, and more than `share` of the series' median. The status B passes.",
        uses=frozenset({"units"}),
        parameters={"deviations": 8.0, "floor": 0.05, "least": 8.0, "change": 0.7, "share": 0.25},
        names=_VALUE | {"before", "year_before", "times"},
    ),
    "same-year": Form(
        judges="Not every series of an area that otherwise moves has in a year exactly the value of the year before. A series counts "
        "that changed in `moving` of its other years; `least` such series are needed.",
        uses=frozenset({"units"}), parameters={"moving": 0.5, "least": 5.0}, names=frozenset({"area", "year", "same"}),
    ),
    "interpolated": Form(
        judges="No more than `least` changes in following years are the same, nor within `within` of it: such values lie on a straight "
        "line between two others. Values with another status than A pass, and series without a bend.",
        uses=frozenset({"units"}), parameters={"least": 4.0, "within": 1e-9},
        names=frozenset({"area", "indicator", "begin", "end"}),
    ),
    "deletion": Form(
        judges="Of the values that are approved not many are gone, without a word that they are suppressed: of the whole plugin, "
        "or of an indicator.",
        uses=frozenset({"dimension"}), dimensions=("indicator",), parameters={"share": 0.1, "least": 10.0},
        names=frozenset({"group", "deleted", "approved", "years"}), words=_NO_WORDS, grain="revision",
    ),
    "revision-factor": Form(
        judges="A value that is approved was not multiplied or divided by a power of a thousand.",
        parameters={"tolerance": 0.1}, names=_REVISED, words=_NO_WORDS, grain="revision",
    ),
    "revision-jump": Form(
        judges="The revision of a value is not far from the median of the indicator's revisions, measured in their MAD: on a log "
        "scale where the unit is positive and unbounded, else as a share of the unit's range.",
        parameters={"limit": 5.0, "log_floor": 0.1, "share_floor": 0.03},
        names=_REVISED, words=_NO_WORDS, grain="revision",
    ),
    "older-revision": Form(
        judges="Of the values that are not those approved not many are those of an earlier submission that counted once.",
        parameters={"share": 0.5, "least": 1.0}, names=frozenset({"submission", "same", "changed", "example"}),
        words=_NO_WORDS, grain="revision",
    ),
    "far-from-countries": Form(
        judges="A value is not far from the median of all countries of the year, measured in the MAD of its own side: on a log "
        "scale where the unit is positive and unbounded, else in the unit's own. Sums, which grow with the country, are not "
        "judged.",
        parameters={"limit": 3.5, "least": 10.0, "few": 30.0, "few_limit": 10.0},
        names=_VALUE | {"median", "countries", "years"}, words=frozenset({"indicator", "name"}), grain="countries",
    ),
}  # fmt: skip
