"""Why a cell is no number, and what its author can do: the kinds of fault of a single cell, in the order they are tried."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ssemon.intake.normalise import has_unclear_mark, is_plain, off_mark, plain_number, plain_year, without_thousands
from ssemon.manifest import MANIFEST, STEPS, TableSource
from ssemon.text import folded, quoted, sentences


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell is no number, and what to do about it.

    `further` gives more to do for one cell: the setting under which it would be read, and as what; `together` for all.
    """

    code: str
    matches: Callable[[str], bool]
    what: str
    fix: str
    further: Callable[[str, TableSource], str] | None = None
    together: Callable[[Sequence[str], TableSource], Sequence[str]] | None = None

    def mending(self, cells: Sequence[str], table: TableSource) -> str:
        """Return what to do about these cells, by the first of them that can be read with a setting."""
        if self.together is not None:
            return sentences(self.fix, *self.together(cells, table))
        found = (
            "" if self.further is None else next(filter(None, (self.further(cell, table) for cell in cells[:50])), "")
        )
        return sentences(self.fix, found)


def _like(pattern: str) -> Callable[[str], bool]:
    return lambda cell: re.search(pattern, cell) is not None


def _setting(cell: str, table: TableSource) -> str:
    """The steps under which a cell would be read, and as what; empty where no step makes it a number."""
    for steps in [[step] for step in STEPS if step != "years"] + [[step for step in STEPS if step != "years"]]:
        plain = plain_number(cell, [*table.normalise, *steps], comma=table.decimal_comma)
        if plain is not None:
            wanted = [step for step in STEPS if step in plain.steps or step in table.normalise]
            names = ", ".join(f'"{step}"' for step in wanted)
            return f"Or write normalise = [{names}] in {MANIFEST}: {quoted(cell)} is then read as {plain.text}"
    return ""


def _readings(cell: str, table: TableSource) -> str:
    """Both readings of a comma: as the decimal sign, and as a mark between thousands."""
    whole = without_thousands(cell, comma=False)
    if whole == cell or table.normalise:
        return ""
    return f'{quoted(cell)} is {cell.replace(",", ".")} or {whole}: for the second write normalise = ["thousands"]'


def _point(cell: str, table: TableSource) -> str:
    """Both readings of a point where the comma is the decimal sign."""
    whole = without_thousands(cell, comma=table.decimal_comma)
    if not (table.decimal_comma and re.fullmatch(r"[+-]?\d{1,3}\.\d{3}", cell)):
        return _setting(cell, table)
    return f'{quoted(cell)} is {cell} or {whole}: for the second write normalise = ["thousands"] in {MANIFEST}'


def _mark(cell: str, table: TableSource) -> str:
    """What a mark behind a number may be."""
    if has_unclear_mark(cell):
        bare = cell[:-1]
        return f"{quoted(cell)} is {bare} with a bracket behind it, or {bare[:-1] or '?'} with the note {bare[-1]}): write one of them"
    _, mark = off_mark(cell)
    status = (
        f'where the mark tells a status, status_flags = {{ {quoted(mark)} = "P" }} (P provisional, E estimated, B break)'
        if mark
        else ""
    )
    return sentences(*(part for part in (_setting(cell, table), status) if part)) if mark else ""


def _year(cell: str, table: TableSource) -> str:
    plain = plain_year(cell)
    if plain is None or "years" in table.normalise:
        return ""
    return f'Or write normalise = ["years"] in {MANIFEST}: {quoted(cell)} is then read as {plain.text}'


def _texts(cells: Sequence[str], table: TableSource) -> Sequence[str]:
    """What texts may be: answers, numbers among words, signs that there is no value."""
    distinct = list(dict.fromkeys(cells))
    answers = [cell for cell in distinct if folded(cell) in _ANSWERS]
    numbers = [cell for cell in distinct if re.search(r"\d", cell) and not cell.startswith(_BOUNDS)]
    signs = [cell for cell in distinct if cell not in {*answers, *numbers} and len(cell) <= _LONGEST_SIGN][:_MOST_SIGNS]
    flags = {**table.status_flags, **{cell: "Q" if cell.startswith(_BOUNDS) else "O" for cell in signs}}
    named = ", ".join(f"{quoted(text)} = {quoted(status)}" for text, status in flags.items())
    return (
        f"Where {quoted(answers[0])} answers a question, write 1 for yes and 0 for no" if answers else "",
        f"Where a number is meant by {quoted(numbers[0])}, write it alone, and the words in the column note" if numbers else "",
        f"Or name the text in {MANIFEST}: status_flags = {{ {named} }}" if signs else "",
    )  # fmt: skip


def _is_marked(cell: str) -> bool:
    bare, mark = off_mark(cell)
    number = without_thousands(bare, comma=False)
    return has_unclear_mark(cell) or (
        bool(mark) and any(is_plain(one, comma=comma) for one in (number, bare) for comma in (False, True))
    )


# Texts that answer a question, in the languages of the teams; any other may be a sign that there is no value.
_ANSWERS = frozenset(map(folded, ["yes", "no", "y", "true", "false", "oui", "non", "ya", "tidak", "예", "아니오", "네", "có", "không", "да", "нет", "ооба", "жок", "тийм", "үгүй", "是", "否", "はい", "いいえ", "ใช่", "ไม่ใช่"]))  # fmt: skip
_BOUNDS = ("<", ">", "\u2264", "\u2265")
_LONGEST_SIGN, _MOST_SIGNS = 12, 4

# Tried in this order: the first that matches names the fault.
NUMBER_FAULTS = (
    Fault("V05", _like(r"(?i)^[+-]?nan$"), "the text NaN is no number", "leave the cell empty"),
    Fault("V06", _like(r"(?i)^[+-]?inf(inity)?$|[eE]\+?\d{3,}$"), "the number is not finite", "leave the cell empty, or correct it"),
    Fault("V13", _like(r"^\d{4}-\d\d-\d\d( |$)|^\d\d:\d\d:\d\d$"), "the cell holds a date or a time, not a number", "format the cell as a number in the spreadsheet and write the value again: 9.2 may have become a date"),
    Fault("V03", _like(r"[%\uff05\u066a]\s*$|^\s*[%\uff05\u066a]\s*[\d+-]"), "a percent sign stands in the cell", "write the number alone: 12 % is 12", _setting),
    Fault("V15", _like(r"^#(REF|DIV/0|N/A|VALUE|NAME|NULL|NUM)"), "the cell holds a spreadsheet error", "mend the formula, or leave the cell empty"),
    Fault("V01", _like(r"^[+-]?\d+,\d+$"), "a comma stands in the number", "is it the decimal sign? Then write decimal_comma = true in plugin.toml; else take it out", _readings),
    Fault("V02", _like(r"^[+-]?\d{1,3}([,.'\u2019\u00a0\u202f\u2009\u2007 ]\d{2,3})+([.,]\d+)?$"), "thousands are marked", "write the number without marks: 1204567", _point),
    Fault("V07", _like(r"^\D*[\u2212\u2013\uff0b\uff0d]|(?![0-9])\d|[\u066b\u066c\uff0c\uff0e]"), "digits or a minus sign of another script", "write them as 0-9 and -", _setting),
    Fault("V22", _is_marked, "a footnote mark stands behind the number", "write the number alone and the note in the column note", _mark),
    Fault("V08", _like(r"\d[\s\u200b-\u200f\u2060\ufeff]+\d|^[\s\u200b-\u200f\u2060\ufeff]|[\s\u200b-\u200f\u2060\ufeff]$|^[+-]\s"), "a space or an invisible mark stands in the number", "take it out", _setting),
    Fault("V04", _like(r"."), "the cell is no number", "leave it empty and say why in obs_status", together=_texts),
)  # fmt: skip
WHOLE_FAULT = Fault("V09", _like(r"."), "the cell is no whole number", "write a year as four digits, 2019", _year)
