"""The record's clock: UTC, to the microsecond, written so that texts sort as times do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from ssemon.errors import Problem, UsageFault
from ssemon.text import quoted

Clock = Callable[[], dt.datetime]
# Two machines that share a ledger may differ by this much; what is further back than the record is refused.
SKEW = dt.timedelta(minutes=5)
_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


def utc_now() -> dt.datetime:
    """Return the time of this computer, in UTC."""
    return dt.datetime.now(dt.UTC)


def written(moment: dt.datetime) -> str:
    """Return a moment as the ledger writes it."""
    return moment.astimezone(dt.UTC).strftime(_FORM)


def moment_meant(text: str) -> str:
    """Return the moment that a person means, as the ledger writes it: a day or a second means its last moment, in UTC.

    The ledger shows seconds: who copies the one in which something was approved means what counted after it.

    Errors: UsageFault L17 where it is no day and no time of ISO 8601.
    """
    try:
        if len(text) == len("2026-01-31"):
            return written(dt.datetime.combine(dt.date.fromisoformat(text), dt.time.max, dt.UTC))
        moment = dt.datetime.fromisoformat(text.removesuffix(" UTC"))
    except ValueError:
        fix = "write a day, 2026-01-31 (its end is meant), or a time, 2026-01-31T14:00:00Z"
        raise UsageFault(Problem(code="L17", what="this is no date", found=quoted(text), fix=fix)) from None
    if "." not in text:
        moment = moment.replace(microsecond=999_999)
    return written(moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC))


def readable(at: str) -> str:
    """Return a moment of the ledger as people read it: to the second."""
    return f"{at[:10]} {at[11:19]} UTC"


def next_moment(now: dt.datetime, last: str) -> str:
    """Return when an event is recorded: now, or with the last event where this clock is a little behind it.

    Errors: UsageFault L22 where the clock is further behind than `SKEW`: what is recorded later must not look earlier.
    """
    moment = written(now)
    if moment >= last:
        return moment
    if written(now + SKEW) >= last:
        return last
    what, fix = "this computer's clock is behind the record", "set the clock, then do it again; nothing was recorded"
    raise UsageFault(
        Problem(code="L22", what=what, found=f"now {readable(moment)}, last recorded {readable(last)}", fix=fix)
    )
