"""How much one report may cost: its time on the clock, its time of a processor, its memory."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass

from ssemon.errors import Problem, UsageFault
from ssemon.text import quoted

SECONDS_VARIABLE, MEGABYTES_VARIABLE = "SSEMON_RENDER_SECONDS", "SSEMON_RENDER_MEGABYTES"
# No report takes a tenth of this time; a page that does is caught in a loop. A country report takes 0.42 GB of
# addresses (less than half of it is memory: the rest are files that are mapped), a table of 4 600 rows 0.8 GB more.
_SECONDS, _MEGABYTES = 300.0, 2048


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use for one report. Units: seconds, both on the clock and of a processor; MB of addresses."""

    seconds: float = _SECONDS
    megabytes: int = _MEGABYTES


def limits() -> Limits:
    """Return the limits, as the environment sets them.

    Errors: UsageFault U09 where a variable is no number above 0.
    """
    return Limits(_number(SECONDS_VARIABLE, _SECONDS), int(_number(MEGABYTES_VARIABLE, _MEGABYTES)))


def _number(variable: str, otherwise: float) -> float:
    text = os.environ.get(variable, "")
    if not text:
        return otherwise
    with suppress(ValueError):
        if 0 < float(text) < float("inf"):
            return float(text)
    what, fix = f"{variable} is no number above 0", f"for example {variable}={otherwise:g}"
    raise UsageFault(Problem(code="U09", what=what, found=quoted(text), fix=fix))


def hold_to_memory(megabytes: int) -> None:
    """Let this process take no more addresses than that. Where the system knows no such limit, nothing happens."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = megabytes * 2**20
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def hold_to_time(seconds: float) -> None:
    """Let this process use so much more time of a processor: the system ends it then, whatever it is doing."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        # Whole seconds, and never the one that is running.
        until = int(used.ru_utime + used.ru_stime + seconds) + 2
        most = until if hard == resource.RLIM_INFINITY else min(until, hard)
        resource.setrlimit(resource.RLIMIT_CPU, (most, hard))
