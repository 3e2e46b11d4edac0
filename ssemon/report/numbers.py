"""Numbers and dates as a language writes them. What is missing is written `..`, never blank and never zero."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import floor, isfinite, log10

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

MISSING = ".."
# Significant digits of a raw value: what the sources bear, and short enough for a table.
_DIGITS = 3
_MOST_DECIMALS = 6


@dataclass(frozen=True)
class Numbers:
    """Writes numbers for one language.

    Missing: None, and a number that is not finite, become `..`.
    """

    language: str = "en"

    @cached_property
    def locale(self) -> Locale:
        """The Babel locale; English where Babel does not know the language."""
        try:
            return Locale.parse(self.language.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            return Locale("en")

    def score(self, value: float | None) -> str:
        """Write a score with one decimal.

        >>> Numbers().score(64.447), Numbers().score(None)
        ('64.4', '..')
        """
        return self._decimal(value, 1)

    def tick(self, value: float) -> str:
        """Write a score in a chart, where the whole numbers of its axis need no decimal.

        >>> Numbers().tick(30.0), Numbers().tick(64.447)
        ('30', '64.4')
        """
        return self._decimal(value, 0 if value == int(value) else 1)

    def whole(self, value: float | None) -> str:
        """Write a whole number with its grouping.

        >>> Numbers().whole(23892)
        '23,892'
        """
        return self._decimal(value, 0)

    def value(self, value: float | None) -> str:
        """Write a raw value as short as it can be told apart, whole numbers and thousands in full.

        >>> [Numbers().value(v) for v in (94.85101, 0.0333, 0.00742, 3.0, 123934.4, 0)]
        ['94.9', '0.033', '0.0074', '3', '123,934', '0']
        """
        if value is None or not isfinite(value):
            return MISSING
        return self._decimal(value, 0 if value == int(value) else _decimals(value))

    def exact(self, text: str) -> str:
        """Write a decimal number with all the digits it was given with."""
        number = Decimal(text)
        return self._decimal(float(number), max(-int(number.as_tuple().exponent), 0))

    def share(self, value: float | None) -> str:
        """Write a share as per cent; only what is complete is written as 100%.

        >>> Numbers().share(0.998), Numbers().share(1)
        ('99%', '100%')
        """
        if value is None or not isfinite(value):
            return MISSING
        shown = value if value >= 1 or round(value, 2) < 1 else 0.99
        return str(format_percent(shown, format="#,##0%", locale=self.locale))

    def share_exact(self, value: float | None) -> str:
        """Write a share as per cent with one decimal."""
        if value is None or not isfinite(value):
            return MISSING
        return str(format_percent(value, format="#,##0.0%", locale=self.locale))

    def year(self, value: int | None) -> str:
        """Write a year: no grouping."""
        return MISSING if value is None else str(value)

    def date(self, value: dt.date | None) -> str:
        """Write a date in full."""
        return MISSING if value is None else str(format_date(value, format="long", locale=self.locale))

    def listed(self, texts: Iterable[str]) -> str:
        """Join texts as the language does.

        >>> Numbers().listed(["a", "b", "c"])
        'a, b, and c'
        """
        return str(format_list(list(texts), locale=self.locale))

    def _decimal(self, value: float | None, decimals: int) -> str:
        if value is None or not isfinite(value):
            return MISSING
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return str(format_decimal(value, format=pattern, locale=self.locale))


def _decimals(value: float) -> int:
    """How many decimals: three significant digits down to thousandths, two below."""
    magnitude = floor(log10(abs(value)))
    if magnitude >= -2:
        return min(max(_DIGITS - 1 - magnitude, 0), _DIGITS)
    return min(1 - magnitude, _MOST_DECIMALS)
