"""How large a file may be and how long it may take: limits that somebody may raise for a file that needs it."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, fields, replace

from ssemon.errors import Problem, UsageFault
from ssemon.text import did_you_mean, listed, quoted

LIMITS_VARIABLE = "SSEMON_FILE_LIMITS"


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one spreadsheet or archive may take.

    Units: `seconds` of the processor (the clock may take four times that); `memory`, `size` (of the file) and `expanded` (of all that is
           packed in it) in MB of 10^6 bytes; `ratio` expanded to packed, looked at above 10 MB; `entries` of the
           archive; `cells` in the rectangle from the first to the last filled cell.
    """

    seconds: float = 30
    memory: float = 1000
    size: float = 200
    expanded: float = 400
    ratio: float = 100
    entries: float = 5000
    cells: float = 2_000_000


def file_limits() -> Limits:
    """Return the limits: the defaults, and what the environment variable SSEMON_FILE_LIMITS says otherwise.

    Errors: UsageFault U09 where it cannot be read.
    """
    limits, known = Limits(), [field.name for field in fields(Limits)]
    for part in os.environ.get(LIMITS_VARIABLE, "").replace(",", " ").split():
        name, _, text = part.partition("=")
        number = 0.0
        with contextlib.suppress(ValueError):
            number = float(text)
        if name not in known or not 0 < number < float("inf"):
            fix = f'for example {LIMITS_VARIABLE}="seconds=60 memory=2000"'
            if name not in known:
                fix = f"{did_you_mean(name, known)} It takes {listed(known, most=9)}"
            what = f"{LIMITS_VARIABLE} cannot be read"
            raise UsageFault(Problem(code="U09", what=what, found=quoted(part), fix=fix))
        limits = replace(limits, **{name: number})
    return limits


def raised(name: str, limits: Limits) -> str:
    """Return how somebody raises one limit."""
    return f'{LIMITS_VARIABLE}="{name}={5 * getattr(limits, name):.10g}"'
