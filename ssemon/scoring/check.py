"""Whether the methods and parameters that a profile names are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from inspect import Parameter, signature
from typing import Any

from ssemon.edition import Choice, Edition
from ssemon.errors import EditionFault, Problem, Where
from ssemon.scoring.kinds import Methods, Reference
from ssemon.text import closest, quoted

NONE = "none"
# How many arguments of a method the engine gives itself; a profile may give the further ones.
_GIVEN = {"normalisation": 3, "treatment": 1, "imputation": 2, "weighting": 2, "aggregation": 3}
# Steps that an edition may leave out.
_MAY_BE_NONE = ("treatment", "imputation")
# A treatment may be told to look at each year by itself; the engine sees to it.
YEARS = "years"


def check_methods(edition: Edition, methods: Methods) -> None:
    """Check that every method the profile names is there and takes the parameters given.

    Errors: EditionFault E06, all at once.
    """
    faults = _not_yet(edition)
    for kind, choice in _chosen(edition):
        if choice.method == NONE and kind in _MAY_BE_NONE and not choice.parameters:
            continue
        if choice.method not in methods.names(kind):
            faults.append(_no_method(edition, kind, choice.method, methods))
        else:
            faults += _parameter_faults(edition, kind, choice, methods)
    if faults:
        raise EditionFault(list(dict.fromkeys(faults)))


def _not_yet(edition: Edition) -> list[Problem]:
    """Refuse, in words, what this version does not do: silence would change what a score means."""
    named = [code for code, choice in edition.method.node_imputation.items() if choice.method != NONE]
    fix = 'name the imputation for all, or in [method.indicator."…"]'
    what = "method.node: this version does not impute the score of a node"
    return [_fault(edition, what, ", ".join(named), fix)] if named else []


def _chosen(edition: Edition) -> Iterator[tuple[str, Choice]]:
    method = edition.method
    general = {"normalisation": method.normalisation, "weighting": method.weighting}
    yield from {**general, "treatment": method.treatment, "imputation": method.imputation}.items()
    single = {
        "aggregation": (method.aggregation,),
        "normalisation": (method.indicator_normalisation,),
        "treatment": (method.indicator_treatment,),
        "imputation": (method.indicator_imputation, method.node_imputation),
        "weighting": (method.node_weighting,),
    }
    for kind, tables in single.items():
        for table in tables:
            yield from ((kind, choice) for choice in table.values())


def unusable_parameters(edition: Edition, error: Exception) -> Problem | None:
    """Return the fault of a method that cannot use what the profile gives it; None where it gives nothing."""
    given_ones = [
        f"{choice.method} ({', '.join(choice.parameters)})" for _, choice in _chosen(edition) if choice.parameters
    ]
    if not given_ones:
        return None
    what = "a method cannot use a parameter that the profile gives it"
    fix = f"check the kind of each value: {'; '.join(dict.fromkeys(given_ones))}"
    return _fault(edition, what, str(error).splitlines()[0], fix)


def _no_method(edition: Edition, kind: str, name: str, methods: Methods) -> Problem:
    known = methods.names(kind)
    match = closest(name, known)
    fix = f'did you mean "{match}"? ' if match else ""
    listed = ", ".join((NONE, *known) if kind in _MAY_BE_NONE else known)
    return _fault(edition, f"there is no {kind} of that name", quoted(name), f"{fix}(there are: {listed})")


def _fault(edition: Edition, what: str, found: str, fix: str) -> Problem:
    place = Where(file=str(edition.path or ""))
    return Problem(code="E06", stage="edition", what=what, found=found, fix=fix, where=place)


def _parameter_faults(edition: Edition, kind: str, choice: Choice, methods: Methods) -> list[Problem]:
    known = parameters_of(methods, kind, choice.method)
    if kind == "treatment":
        known = (*known, YEARS)
    unknown = [name for name in choice.parameters if name not in known]
    faults = [
        _fault(edition, f"the {kind} {quoted(choice.method)} needs the parameter {name}", "", f"{name} = …")
        for name in _needed(methods, kind, choice.method)
        if name not in choice.parameters
    ]
    if unknown:
        what = f"the {kind} {quoted(choice.method)} does not take these parameters"
        meant = [match for match in (closest(name, known) for name in unknown) if match]
        takes = f" (it takes: {', '.join(known)})" if known else ""
        fix = f'did you mean "{meant[0]}"?' if meant else "remove them"
        faults.append(_fault(edition, what, ", ".join(unknown), fix + takes))
    if "reference" in choice.parameters and "reference" in known and reference_of(choice.parameters, edition) is None:
        what = f"the reference of the {kind} {quoted(choice.method)} is not understood"
        fix = 'reference = { years = "all", "each" or a year, areas = "all" or "edition" }'
        faults.append(_fault(edition, what, quoted(choice.parameters["reference"]), fix))
    if choice.parameters.get(YEARS, "all") not in ("all", "each") and kind == "treatment":
        what = f"the years of the treatment {quoted(choice.method)} are not understood"
        faults.append(_fault(edition, what, quoted(choice.parameters[YEARS]), 'years = "all" or "each"'))
    return faults


def _needed(methods: Methods, kind: str, name: str) -> list[str]:
    """The parameters that a method cannot do without."""
    known = _own_parameters(methods.get(kind, name).function, _GIVEN[kind])
    return [one.name for one in known if one.default is one.empty and one.kind is not one.VAR_KEYWORD]


def parameters_of(methods: Methods, kind: str, name: str) -> tuple[str, ...]:
    """Return the names of the parameters that a profile may give a method."""
    return tuple(one.name for one in _own_parameters(methods.get(kind, name).function, _GIVEN[kind]))


@lru_cache(maxsize=256)
def _own_parameters(function: Callable[..., Any], given_by_engine: int) -> tuple[Parameter, ...]:
    return tuple(signature(function).parameters.values())[given_by_engine:]


def reference_of(parameters: Mapping[str, Any], edition: Edition) -> Reference | None:
    """Return the reference set that a profile's table asks for; None where it says what we do not know."""
    given = parameters.get("reference", {})
    if not isinstance(given, dict) or not set(given) <= {"years", "areas"}:
        return None
    years, areas = given.get("years", "all"), given.get("areas", "all")
    base = type(years) is int and edition.years[0] <= years <= edition.years[1]
    if not (base or years in ("all", "each")) or areas not in ("all", "edition"):
        return None
    return Reference(years, edition.countries if areas == "edition" and edition.countries else None)


def given(methods: Methods, kind: str, choice: Choice, edition: Edition) -> dict[str, Any]:
    """Return the parameters that a method is called with: the profile's, and the reference set as a record."""
    parameters = dict(choice.parameters)
    if "reference" in parameters_of(methods, kind, choice.method):
        parameters["reference"] = reference_of(parameters, edition)
    return parameters
