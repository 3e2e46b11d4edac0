"""Which function judges the rules of each kind; their forms stand in ssemon.rulekinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ssemon.rulebook import CheckRule
from ssemon.validation.ground import Cases, Ground
from ssemon.validation.parts import part_above_total, parts_sum, total_missing
from ssemon.validation.relations import comparison, derived, half_of_two
from ssemon.validation.rows import (
    own_unit,
    plain_text,
    precise_number,
    same_attribute,
    share_for_percentage,
    whole_number,
    year_to_come,
)
from ssemon.validation.series import factor, interpolated, jump, level_shift, same_year

# A pure function of the rows and the rule; None where it has nothing to judge.
Judge = Callable[[Ground, CheckRule], Cases | None]

JUDGES: Mapping[str, Judge] = {
    "whole-number": whole_number,
    "share-for-percentage": share_for_percentage,
    "precise-number": precise_number,
    "year-to-come": year_to_come,
    "plain-text": plain_text,
    "own-unit": own_unit,
    "same-attribute": same_attribute,
    "part-above-total": part_above_total,
    "parts-sum": parts_sum,
    "total-missing": total_missing,
    "comparison": comparison,
    "derived": derived,
    "half-of-two": half_of_two,
    "factor": factor,
    "level-shift": level_shift,
    "jump": jump,
    "same-year": same_year,
    "interpolated": interpolated,
}
