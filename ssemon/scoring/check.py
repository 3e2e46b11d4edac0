"""Whether the methods and parameters that a profile names are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from inspect import Parameter, signature
from typing import Any

import numpy as np

from ssemon.edition import Choice, Edition
from ssemon.errors import EditionFault, Problem, Where
from ssemon.hooks import Method
from ssemon.scoring.kinds import Methods, Reference
from ssemon.scoring.panel import Floats
from ssemon.text import closest, quoted

NONE = "none"
# How many arguments of a method the engine gives itself; a profile may give the further ones.
_GIVEN = {"normalisation": 3, "treatment": 1, "imputation": 3, "weighting": 2, "aggregation": 3}
# Steps that an edition may leave out.
_MAY_BE_NONE = ("treatment", "imputation")
# A treatment may be told to look at each year by itself; the engine sees to it.
YEARS = "years"
# Whether the scores of a normalisation are cut off at the ends of the range; the engine does it.
CLIP = "clip"


# Parameters that the engine sees to itself, whatever the method.
_ENGINES = {"treatment": (YEARS,), "normalisation": (CLIP,)}


def check_methods(edition: Edition, methods: Methods) -> None:
    """Check that every method the profile names is there and takes the parameters given.

    Errors: EditionFault E06, all at once.
    """
    check_named(_chosen(edition), edition, methods)


def check_named(chosen: Iterable[tuple[str, Choice]], edition: Edition, methods: Methods) -> None:
    """Check methods by kind and choice.

    Errors: EditionFault E06, all at once.
    """
    faults: list[Problem] = []
    for kind, choice in chosen:
        if choice.method == NONE and kind in _MAY_BE_NONE and not choice.parameters:
            continue
        if choice.method not in methods.names(kind):
            faults.append(_no_method(edition, kind, choice.method, methods))
        else:
            faults += _parameter_faults(edition, kind, choice, methods)
    if faults:
        raise EditionFault(list(dict.fromkeys(faults)))


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
    known = (*known, *_ENGINES.get(kind, ()))
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
        first, last = edition.years
        fix = f'reference = {{ years = "all", "each" or a year from {first} to {last}, areas = "all" or "edition" }}'
        faults.append(_fault(edition, what, written(choice.parameters["reference"]), fix))
    if kind == "normalisation" and type(choice.parameters.get(CLIP, True)) is not bool:
        what = f"clip of the normalisation {quoted(choice.method)} is true or false"
        faults.append(_fault(edition, what, quoted(choice.parameters[CLIP]), "clip = false"))
    if choice.parameters.get(YEARS, "all") not in ("all", "each") and kind == "treatment":
        what = f"the years of the treatment {quoted(choice.method)} are not understood"
        faults.append(_fault(edition, what, quoted(choice.parameters[YEARS]), 'years = "all" or "each"'))
    return faults


def _needed(methods: Methods, kind: str, name: str) -> list[str]:
    """The parameters that a method cannot do without."""
    known = own_parameters(methods.get(kind, name).function, kind)
    return [one.name for one in known if one.default is one.empty and one.kind is not one.VAR_KEYWORD]


def parameters_of(methods: Methods, kind: str, name: str) -> tuple[str, ...]:
    """Return the names of the parameters that a profile may give a method."""
    return tuple(one.name for one in own_parameters(methods.get(kind, name).function, kind))


@lru_cache(maxsize=256)
def own_parameters(function: Callable[..., Any], kind: str) -> tuple[Parameter, ...]:
    """Return the parameters of a method that the engine does not give itself."""
    return tuple(signature(function).parameters.values())[_GIVEN[kind] :]


def written(value: object) -> str:
    """Return a value as a profile writes it."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {written(one)}" for key, one in value.items()) + " }"
    return f'"{value}"' if isinstance(value, str) else str(value)


def reference_of(parameters: Mapping[str, Any], edition: Edition, areas: Sequence[str] = ()) -> Reference | None:
    """Return the reference set that a profile's table asks for; None where it says what we do not know.

    Shape: `areas` are those of the panel, in its order.
    """
    given = parameters.get("reference", {})
    if not isinstance(given, dict) or not set(given) <= {"years", "areas"}:
        return None
    years, among = given.get("years", "all"), given.get("areas", "all")
    base = type(years) is int and edition.years[0] <= years <= edition.years[1]
    if not (base or years in ("all", "each")) or among not in ("all", "edition"):
        return None
    chosen = among == "edition" and edition.countries
    flags = np.array([area in edition.countries for area in areas], dtype=np.bool_) if chosen else None
    return Reference(years == "each", years - edition.years[0] if base else None, flags, tuple(areas))


def given(methods: Methods, kind: str, choice: Choice, edition: Edition, areas: Sequence[str] = ()) -> dict[str, Any]:
    """Return the parameters that a method is called with: the profile's, and the reference set as a record."""
    parameters = dict(choice.parameters)
    if "reference" in parameters or "reference" in parameters_of(methods, kind, choice.method):
        # A key that the profile leaves away keeps its own default.
        own = {**_DEFAULT_REFERENCE[kind], **parameters.get("reference", {})}
        parameters["reference"] = reference_of({"reference": own}, edition, areas)
    return parameters


# What a statistic is taken from where the profile does not say: the whole panel; an estimate looks at its own year.
_DEFAULT_REFERENCE = {"normalisation": {}, "imputation": {"years": "each"}}


def called(method: Method, shape: tuple[int, ...], edition: Edition, *arguments: Any, **parameters: Any) -> Floats:
    """Call a method and check what it gives: numbers of the shape asked for.

    Missing: what is not a finite number is missing.
    Errors:  EditionFault E06 naming the method, where it gives something else.
    """
    with np.errstate(all="ignore"):
        found = np.asarray(method.function(*arguments, **parameters))
    if found.shape != shape or found.dtype.kind not in "fiu":
        what = f"the {method.kind} {quoted(method.name)} gives numbers of another shape"
        fix = f"its author: give an array of {' x '.join(map(str, shape))}; see how a method looks in the reference"
        raise EditionFault(_fault(edition, what, f"{' x '.join(map(str, found.shape))} of {found.dtype}", fix))
    known = np.isfinite(found)
    return np.asarray(found if known.all() else np.where(known, found, np.nan), dtype=np.float64)
