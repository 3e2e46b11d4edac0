"""The forms that offices write numbers and years in, made plain: each step only where the manifest names it, and counted.

Nothing here decides what an unclear cell means. A cell that has two readings is left as it is, and named as a fault.

| step | does | leaves |
| --- | --- | --- |
| digits | full-width and local digits, signs and marks as 0-9, -, + . , and invisible marks away | digits of two scripts in one cell |
| footnotes | marks behind a number away: 12.3*, 1 204 ᵖ, 12 (a), 12 1), 12 p | 12), which may be 12 or 1 with the note 2) |
| percent | a percent sign behind or before a number away: 12 % and %12 are 12 | a share: 0.12 |
| thousands | marks between thousands away: spaces, apostrophes, and the point or comma that is not the decimal sign | groups that are not of three digits |
| years | eras with a rule in calendar years, and words for "year", away | fiscal years, lunar and solar Hijri years |
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff"))
# Signs that are a minus, a plus, a comma, a point, a percent sign or an apostrophe in another width or script.
_SIGNS = str.maketrans(
    {
        "\u2212": "-", "\u2013": "-", "\u2010": "-", "\u2011": "-", "\ufe63": "-", "\uff0d": "-", "\uff0b": "+",
        "\uff0c": ",", "\uff0e": ".", "\uff05": "%", "\u066a": "%", "\uff07": "'", "\u3000": " ",
    }
)  # fmt: skip
_ARABIC_POINT, _ARABIC_THOUSANDS = "\u066b", "\u066c"
_SPACES = " \u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_APOSTROPHES = "'\u2019\u2018\u02bc\u00b4`"
_PLAIN = {".": r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", ",": r"[+-]?(\d+(,\d*)?|,\d+)([eE][+-]?\d+)?"}
# A mark behind a number: stars and daggers, raised signs, or what stands in brackets; a letter only behind a space.
_MARK = re.compile(
    r"(?P<number>.*?[\d%])(?P<mark>\s*[*\u2020\u2021\u00a7#\u00b0]+|\s*[\u00aa\u00b2\u00b3\u00b9\u00ba\u02b0-\u02b8\u02e0-\u02e4\u1d2c-\u1d6a"
    r"\u1d9b-\u1dbf\u2070-\u209c]+|\s*\([a-z0-9]{1,2}\)|\s*\[[a-z0-9]{1,2}\]|\s+[a-z0-9]{1,2}\)|[a-z]\)|\s+[bcdefinprsuz])"
)
# 12) is 12 with a bracket, or 1 with the note 2).
_UNCLEAR_MARK = re.compile(r"[+-]?[\d.,]*\d\)")
# Eras of calendar years: what is added to the year of the era, and which of its years there were. Japan took the
# Gregorian calendar in Meiji 6; Thailand's year begins on 1 January since 2484; the Republic of China counts from 1912.
_ERAS: Mapping[str, tuple[int, int, int]] = {
    "\u660e\u6cbb": (1867, 6, 45), "\u5927\u6b63": (1911, 1, 15), "\u662d\u548c": (1925, 1, 64),
    "\u5e73\u6210": (1988, 1, 31), "\u4ee4\u548c": (2018, 1, 99),
    "\u6c11\u570b": (1911, 1, 200), "\u6c11\u56fd": (1911, 1, 200), "\u4e2d\u83ef\u6c11\u570b": (1911, 1, 200),
    "\u0e1e.\u0e28.": (-543, 2484, 2700), "\u0e1e.\u0e28": (-543, 2484, 2700), "\u0e1e\u0e28": (-543, 2484, 2700),
    "b.e.": (-543, 2484, 2700),
}  # fmt: skip
_FIRST_YEAR = "\u5143"
_YEAR_WORDS = re.compile(
    r"^(?:\u0e1b\u0e35|\u0e04\.\u0e28\.|year)?\s*(\d{4})\s*(?:\u5e74|\ub144|\u0433\.|\u0433\u043e\u0434|\u043e\u043d)?$"
)
_ERA = re.compile(r"^(?:\u0e1b\u0e35\s*)?(\D+?)\s*(\d{1,4}|\u5143)\s*\u5e74?$")

WHAT = {
    "digits": "wrote digits and signs of another script or width as 0-9",
    "footnotes": "took footnote marks off numbers",
    "percent": "took percent signs off numbers",
    "thousands": "took marks between thousands out of numbers",
    "years": "wrote years of an era, or with a word beside them, as calendar years",
    "decimal_comma": "read a comma as the decimal sign",
}


@dataclass(frozen=True, slots=True)
class Plain:
    """A cell made plain: its text, the steps that it took, and the mark that stood behind it."""

    text: str
    steps: tuple[str, ...] = ()
    mark: str = ""


@dataclass(slots=True)
class Steps:
    """Counts what the steps did in one column."""

    cells: dict[str, int] = field(default_factory=dict)
    examples: dict[str, dict[str, str]] = field(default_factory=dict)

    def count(self, cell: str, plain: Plain, times: int) -> None:
        """Count a cell that stands so many times."""
        for step in plain.steps:
            self.cells[step] = self.cells.get(step, 0) + times
            self.examples.setdefault(step, {})[cell] = plain.text


def is_plain(text: str, *, comma: bool) -> bool:
    """Whether a text spells a number with this decimal sign, and nothing else."""
    return re.fullmatch(_PLAIN["," if comma else "."], text, re.ASCII) is not None


def plain_number(text: str, steps: Sequence[str], *, comma: bool, marks: Sequence[str] = ()) -> Plain | None:
    """Return a number written plainly, by the steps that are allowed; None where they do not make it one.

    Units:  the decimal sign stays the one that is declared. `marks` are those that may be taken off in any case.

    >>> plain_number("1 204 ᵖ", ("thousands", "footnotes"), comma=False)
    Plain(text='1204', steps=('footnotes', 'thousands'), mark='ᵖ')
    >>> plain_number("1 204", (), comma=False) is None, plain_number("12)", ("footnotes",), comma=False) is None
    (True, True)
    """
    taken, mark, found = [], "", text.strip()
    if "digits" in steps:
        local = local_digits(found, comma=comma)
        taken += ["digits"] * (local != found)
        found = local
    bare, noted = off_mark(found)
    if noted and ("footnotes" in steps or noted in marks):
        found, mark = bare, noted
        taken.append("footnotes")
    if "percent" in steps and (found.endswith("%") or found.startswith("%")):
        found = (found[:-1] if found.endswith("%") else found[1:]).strip(_SPACES)
        taken.append("percent")
    if "thousands" in steps:
        without = without_thousands(found, comma=comma)
        taken += ["thousands"] * (without != found)
        found = without
    return Plain(found, tuple(taken), mark) if taken and is_plain(found, comma=comma) else None


def local_digits(text: str, *, comma: bool) -> str:
    """Return a text with digits and signs of one other script or width as ASCII; as it is where two scripts meet."""
    scripts = {ord(sign) - value for sign in text if (value := unicodedata.decimal(sign, -1)) >= 0}
    if len(scripts) > 1:
        return text
    text = text.translate(_INVISIBLE).translate(_SIGNS)
    decimal, other = (",", ".") if comma else (".", ",")
    text = text.replace(_ARABIC_POINT, decimal).replace(
        _ARABIC_THOUSANDS, other if re.search(r"\d\u066c\d{3}(?!\d)", text) else _ARABIC_THOUSANDS
    )
    digits = ((unicodedata.decimal(sign, -1), sign) for sign in text)
    return "".join(sign if value < 0 else str(value) for value, sign in digits)


def off_mark(text: str) -> tuple[str, str]:
    """Return a number without the mark behind it, and the mark; no mark where there is none or it is unclear."""
    found = _MARK.fullmatch(text)
    if found is None or has_unclear_mark(text):
        return text, ""
    return found["number"].rstrip(), found["mark"].strip()


def has_unclear_mark(text: str) -> bool:
    """Whether a bracket behind a number may be a note of one digit: 12) is 12, or 1 with the note 2)."""
    return _UNCLEAR_MARK.fullmatch(text) is not None


def without_thousands(text: str, *, comma: bool) -> str:
    """Return a number without marks between thousands, as it is where they are not between groups of three.

    >>> [without_thousands(text, comma=False) for text in ("1 204 567.5", "12,34,567", "1,2,3", "1'204")]
    ['1204567.5', '1234567', '1,2,3', '1204']
    """
    decimal, other = (",", ".") if comma else (".", ",")
    rest = rf"(?:{re.escape(decimal)}\d+)?"
    for marks in (_SPACES, _APOSTROPHES, other):
        mark = f"[{re.escape(marks)}]"
        indian = rf"|[1-9]\d?(?:{mark}\d\d)+{mark}\d{{3}}" if other in marks else ""
        if re.fullmatch(rf"[+-]?(?:[1-9]\d{{0,2}}(?:{mark}\d{{3}})+{indian}){rest}", text, re.ASCII):
            return re.sub(mark, "", text)
    return text


def plain_year(text: str) -> Plain | None:
    """Return a year of an era, or with a word beside it, as a calendar year; None where there is no rule.

    >>> [plain_year(text).text for text in ("令和元年", "平成30", "พ.ศ. 2563", "民國 109 年", "2019년", "２０１９")]
    ['2019', '2018', '2020', '2020', '2019', '2019']
    >>> [plain_year(text) for text in ("2019年度", "1441 AH", "昭和65", "2018/19")]
    [None, None, None, None]
    """
    bare = local_digits(text.strip(), comma=False)
    word = _YEAR_WORDS.fullmatch(bare)
    if word is not None:
        return Plain(word[1], ("years",)) if word[1] != text else None
    era = _ERA.fullmatch(bare)
    name = "".join(era[1].split()).casefold().replace("be", "b.e.") if era else ""
    if era is None or name not in _ERAS:
        return None
    added, first, last = _ERAS[name]
    year = 1 if era[2] == _FIRST_YEAR else int(era[2])
    return Plain(str(year + added), ("years",)) if first <= year <= last else None
