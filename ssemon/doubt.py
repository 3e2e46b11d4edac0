"""The section [uncertainty] of an edition profile: what may vary between the draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ssemon.choices import GRADE_ERROR, NONE, WEIGHTS, Choice, Method, Uncertainty
from ssemon.faults import Faults, strings, table_of, typed
from ssemon.profile import read_choice
from ssemon.text import quoted

# More would not fit into the memory of a small machine.
MOST_DRAWS = 100_000
_KEYS = (
    "weights", "weight_spread", "aggregation", "imputation", "treatment", "normalisation", "goalpost_bases",
    "goalpost_share", "observations", "default_grade", "leave_out", "interval", "draws",
)  # fmt: skip


def read_uncertainty(faults: Faults, table: Mapping[str, Any], method: Method) -> Uncertainty:
    """Read the section; what is wrong with it goes to `faults`.

    Missing: a key that is absent keeps its default. A step that the profile does not take cannot vary: an error.
    """
    default = Uncertainty()
    faults.keys(table, _KEYS, "uncertainty")
    given = table_of(faults, table, "aggregation") if "aggregation" in table else None
    for step, general, single in (
        ("imputation", method.imputation, method.indicator_imputation),
        ("treatment", method.treatment, method.indicator_treatment),
    ):
        taken = [general, *single.values()]
        if table.get(step) and all(choice.method == NONE for choice in taken):
            fix = f"name a {step} in [method], or take it out of [uncertainty]"
            faults.add("E06", f"uncertainty.{step} varies a step that the profile does not take", fix)
    weights = typed(faults, table, "weights", str, default.weights)
    faults.unless(weights in WEIGHTS, "E03", "uncertainty.weights", "is not known", weights, WEIGHTS)
    grade = typed(faults, table, "default_grade", str, default.default_grade)
    faults.unless(grade in GRADE_ERROR, "E03", "uncertainty.default_grade", "is not known", grade, GRADE_ERROR)
    return Uncertainty(
        weights=weights,
        weight_spread=_share(faults, table, "weight_spread", default.weight_spread, 1.0),
        aggregation=default.aggregation
        if given is None
        else {str(key): _choices(faults, value, f"aggregation.{key}") for key, value in given.items()},
        **{
            step: _choices(faults, table.get(step, []), step) for step in ("imputation", "treatment", "normalisation")
        },
        goalpost_bases=strings(faults, table, "goalpost_bases") if "goalpost_bases" in table else default.goalpost_bases,
        goalpost_share=_share(faults, table, "goalpost_share", default.goalpost_share, 0.5),
        observations=typed(faults, table, "observations", bool, default.observations),
        default_grade=grade,
        leave_out=typed(faults, table, "leave_out", bool, default.leave_out),
        interval=_share(faults, table, "interval", default.interval, 1.0),
        draws=_draws(faults, table.get("draws", default.draws)),
    )  # fmt: skip


def _choices(faults: Faults, value: object, key: str) -> tuple[Choice, ...]:
    """A list of alternatives: names, or tables with `method` and its parameters."""
    if isinstance(value, list):
        return tuple(read_choice(faults, one, f"uncertainty.{key}") for one in value)
    fix = f'{key.rsplit(".", 1)[-1]} = ["…", {{ method = "…", … }}]'
    faults.add("E03", f"uncertainty.{key} must be a list of methods", fix, quoted(value))
    return ()


def _draws(faults: Faults, value: object) -> int:
    if type(value) is int and 0 <= value <= MOST_DRAWS:
        return value
    fix = f"a whole number up to {MOST_DRAWS}, for example 2000; 0 for none"
    faults.add("E03", "uncertainty.draws must be a number of draws", fix, quoted(value))
    return 0


def _share(faults: Faults, table: Mapping[str, Any], key: str, default: float, below: float) -> float:
    """A number from 0, or above it, to less than `below`."""
    value = table.get(key, default)
    if type(value) in (int, float) and (value >= 0 if key == "goalpost_share" else value > 0) and value < below:
        return float(value)
    faults.add("E03", f"uncertainty.{key} must be between 0 and {below:g}", f"for example {default:g}", quoted(value))
    return default
