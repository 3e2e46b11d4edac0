"""Whose parameter it is that a method cannot use: the step, the method, and the nodes or indicators it works on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import polars as pl

from ssemon.edition import Choice, Edition
from ssemon.errors import EditionFault, Problem, SsemonError, Where
from ssemon.scoring.check import written
from ssemon.text import listed, quoted

# What Python and Polars raise where a number, a text or a list is of another kind than a formula needs.
_UNFIT = (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError)


@contextmanager
def placed(edition: Edition, kind: str, choice: Choice, codes: Sequence[str]) -> Iterator[None]:
    """Run a method, and say of what it refuses where in the profile it stands and which nodes or indicators it is for.

    Errors: EditionFault E06. What a method raises without parameters is its author's, and passes.
    """
    where = Where(file=str(edition.path or ""))
    of = f"{kind} {quoted(choice.method)} of {listed(codes)}"
    try:
        yield
    except SsemonError as fault:
        if any(problem.found or problem.where.file for problem in fault.problems):
            raise
        raise EditionFault([replace(problem, found=of, where=where) for problem in fault.problems]) from fault
    except _UNFIT as error:
        if not choice.parameters:
            raise
        values = ", ".join(f"{name} = {written(value)}" for name, value in choice.parameters.items())
        what, fix = (
            "a method cannot use what the profile gives it",
            "check the kind of each value: a number, a list, a text",
        )
        raise EditionFault(
            Problem(code="E06", stage="edition", what=what, found=f"{of}: {values}", fix=fix, where=where)
        ) from error
