"""Numbers and dates as a language writes them. What is missing is written `..`, never blank and never zero."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from math import floor, isfinite, log10

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

MISSING = ".."
# What stands in a cell whose number is known and may not be told.
CONFIDENTIAL = "c"
# English is written as the international organisations write it: 10 December 2022, "a, b and c".
_ENGLISH = "en_GB"
# A mark of no width: what follows reads from left to right.
_LEFT_TO_RIGHT = "\u200e"
# The last digit of a number pattern, where decimals go.
_LAST_DIGIT = re.compile(r"0(?![0.,#])")
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
        return locale_of(self.language)

    def score(self, value: float | None) -> str:
        """Write a score with one decimal.

        >>> Numbers().score(64.447), Numbers().score(None)
        ('64.4', '..')
        """
        return self._decimal(value, 1)

    def change(self, value: float | None) -> str:
        """Write a change of a score with its sign; one that rounds to nothing has none.

        >>> Numbers().change(1.26), Numbers().change(-0.5), Numbers().change(-0.04)
        ('+1.3', '-0.5', '0.0')
        """
        if value is None or not isfinite(value):
            return MISSING
        shown = 0.0 if abs(value) < 0.05 else value
        return self._kept_together(("+" if shown > 0 else "") + self._decimal(shown, 1))

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

    def value(self, value: float | None, decimals: int | None = None) -> str:
        """Write a raw value as short as it can be told apart, or with as many decimals as its column has.

        >>> [Numbers().value(v) for v in (94.85101, 0.0333, 0.00742, 3.0, 123934.4, 0)]
        ['94.9', '0.033', '0.0074', '3', '123,934', '0']
        >>> Numbers().value(3.0, 1)
        '3.0'
        """
        if value is None or not isfinite(value):
            return MISSING
        return self._decimal(value, common_decimals([value]) if decimals is None else decimals)

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
        return self._percent(shown, 0)

    def share_exact(self, value: float | None) -> str:
        """Write a share as per cent with one decimal."""
        if value is None or not isfinite(value):
            return MISSING
        return self._percent(value, 1)

    def year(self, value: int | None) -> str:
        """Write a year: no grouping."""
        return MISSING if value is None else str(value)

    def date(self, value: dt.date | None) -> str:
        """Write a date in full.

        >>> Numbers().date(dt.date(2022, 12, 10)), Numbers("ko").date(dt.date(2022, 12, 10))
        ('10 December 2022', '2022년 12월 10일')
        """
        return MISSING if value is None else str(format_date(value, format="long", locale=self.locale))

    def listed(self, texts: Iterable[str]) -> str:
        """Join texts as the language does.

        >>> Numbers().listed(["a", "b", "c"])
        'a, b and c'
        """
        return str(format_list(list(texts), locale=self.locale))

    def _percent(self, value: float, decimals: int) -> str:
        """Write per cent where the language puts its sign."""
        pattern = _LAST_DIGIT.sub(
            "0" + ("." + "0" * decimals if decimals else ""), self.locale.percent_formats[None].pattern
        )
        return self._kept_together(str(format_percent(value, format=pattern, locale=self.locale)))

    def _decimal(self, value: float | None, decimals: int) -> str:
        if value is None or not isfinite(value):
            return MISSING
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return self._kept_together(str(format_decimal(value, format=pattern, locale=self.locale)))

    def _kept_together(self, number: str) -> str:
        """Keep the sign before its number where the words around it run to the left."""
        # Noto Sans has no minus sign (U+2212): one from another font would differ in weight and width.
        number = number.replace("\u2212", "-")
        signed = number[:1] in ("-", "+") and self.locale.text_direction == "rtl"
        return _LEFT_TO_RIGHT + number if signed else number


@cache
def locale_of(language: str) -> Locale:
    """Return the CLDR locale of a language; English where CLDR does not know it."""
    try:
        found = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_ENGLISH)
    return Locale.parse(_ENGLISH) if found.language == "en" else found


def common_decimals(values: Iterable[float | None]) -> int:
    """Return how many decimals a column of raw values is printed with: enough that its smallest is not a zero.

    >>> common_decimals([94.85, 3.0, None]), common_decimals([0.948, 0.00742]), common_decimals([12.0, 3.0])
    (1, 3, 0)
    """
    sizes = [abs(value) for value in values if value is not None and isfinite(value) and value]
    if all(size == int(size) for size in sizes):
        return 0
    least = next((n for n in range(_MOST_DECIMALS) if min(sizes) >= 10.0**-n / 2), _MOST_DECIMALS)
    most = max(_decimals(max(sizes)), least)
    # No more than the values have themselves.
    needed = (n for n in range(most) if all(round(size, n) == round(size, most) for size in sizes))
    return next(needed, most)


def _decimals(value: float) -> int:
    """How many decimals: three significant digits down to thousandths, two below."""
    magnitude = floor(log10(abs(value)))
    if magnitude >= -2:
        return min(max(_DIGITS - 1 - magnitude, 0), _DIGITS)
    return min(1 - magnitude, _MOST_DECIMALS)
