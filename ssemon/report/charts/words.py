"""The few words that a chart says by itself. The caller gives them in the language of the page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChartWords:
    """What a chart prints or says beside its data.

    Missing: `missing` stands where a number would; `no_data` says the same aloud.
    """

    missing: str = ".."
    no_data: str = "no data"
    not_available: str = "not available"
    median: str = "median"
    outside: str = "not in this comparison"
    interval: str = "interval"
    below: str = "below {high}"
    between: str = "{low} to {high}"
    from_up: str = "{low} and above"
    partial: str = "†"
    closed: str = "c"

    def span(self, low: str, high: str) -> str:
        """Return a range of two printed numbers; open where one is empty."""
        if not low:
            return self.below.format(high=high)
        return self.between.format(low=low, high=high) if high else self.from_up.format(low=low)


ENGLISH = ChartWords()
