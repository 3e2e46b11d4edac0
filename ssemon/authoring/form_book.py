"""Drawing the workbook that a national team fills in: the guide, the data, the indicators, the codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ssemon.authoring.form import Form, Speech
from ssemon.authoring.form_guide import draw_codes, draw_guide, draw_indicators
from ssemon.authoring.form_styles import Styles, shown_behind
from ssemon.bounds import limits, usual_range
from ssemon.framework import Indicator
from ssemon.store import atomic
from ssemon.tables import OBSERVATIONS, Field, codelist, shipped_tables

# The columns of the sheet of data, in this order: headings that are read without a mapping.
COLUMNS = ("indicator", "year", "value", "obs_status", "conf_status", "sex", "org_type", "quality", "std_error", "source",
           "note")  # fmt: skip
# Rows below the last one that are ready for breakdowns and further years.
SPARE_ROWS = 300
# What a spreadsheet takes at most: the title and the text of an input message, a comment that is still read.
_TITLE, _MESSAGE, _COMMENT = 32, 255, 900
_WIDTHS: Mapping[str, float] = {"indicator": 58, "year": 13, "source": 30, "note": 44}
_WIDTH = 21.0
# A workbook bears a creation time; ours bears the edition's date, or this.
_NO_DATE = dt.date(2000, 1, 1)
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_form(form: Form, path: Path) -> None:
    """Write the workbook. The same form gives the same bytes."""
    import xlsxwriter

    speech = Speech.of(form.language)
    day = form.edition.date or _NO_DATE
    with atomic(path) as part, xlsxwriter.Workbook(str(part), _OPTIONS) as book:
        title = f"{form.country} · {form.framework.title}"
        book.set_properties({"title": title, "created": dt.datetime(day.year, day.month, day.day)})
        styles = Styles(book)
        guide = book.add_worksheet(speech.say("Guide")[:31])
        data = book.add_worksheet(OBSERVATIONS)
        indicators = book.add_worksheet(speech.say("Indicators")[:31])
        codes = book.add_worksheet(speech.say("Codes")[:31])
        draw_guide(guide, form, speech, styles, path.name, COLUMNS)
        ranges = draw_codes(codes, _code_fields(), speech, styles)
        draw_indicators(indicators, form, speech, styles)
        _draw_data(data, form, speech, styles, ranges)
        guide.activate()
        _print_setup((guide, data, indicators, codes), speech, form)


def _code_fields() -> Sequence[Field]:
    """The columns whose cells hold a code of a list."""
    definition = shipped_tables()[OBSERVATIONS]
    return [definition.field(name) for name in COLUMNS if definition.field(name).codelist]


def _draw_data(sheet: Any, form: Form, speech: Speech, styles: Styles, ranges: Mapping[str, str]) -> None:
    definition = shipped_tables()[OBSERVATIONS]
    for at, name in enumerate(COLUMNS):
        field = definition.field(name)
        sheet.set_column(at, at, _WIDTHS.get(name, _WIDTH), styles.open_cell)
        sheet.write_string(0, at, name, styles.heading(shown_behind(speech.say(field.title))))
        sheet.write_comment(0, at, _comment(speech.say(field.description)), {"author": "ssemon", "x_scale": 2})
    last_row = len(form.rows) + SPARE_ROWS
    _draw_rows(sheet, form, speech, styles)
    for name, cells in ranges.items():
        at = COLUMNS.index(name)
        sheet.data_validation(1, at, last_row, at, _choice(name, cells, speech))
    year = COLUMNS.index("year")
    sheet.data_validation(1, year, last_row, year, _whole_years(definition.field("year"), speech))
    sheet.freeze_panes(1, COLUMNS.index("value"))
    sheet.autofilter(0, 0, len(form.rows), len(COLUMNS) - 1)
    allowed = ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter",
               "insert_hyperlinks")  # fmt: skip
    sheet.protect("", {**dict.fromkeys(allowed, True), "select_locked_cells": True})
    sheet.repeat_rows(0)


def _draw_rows(sheet: Any, form: Form, speech: Speech, styles: Styles) -> None:
    """A row an indicator and year, banded an indicator at a time; what the indicator is stands beside its code."""
    value, row = COLUMNS.index("value"), 1
    for number, leaf in enumerate(form.framework.asked_for):
        unit = speech.words.unit(leaf.unit)
        code = styles.code(shown_behind(f"{leaf.name} ({unit})" if unit else leaf.name), shaded=number % 2 == 1)
        plain = styles.row(shaded=number % 2 == 1)
        for year in form.years:
            sheet.write_string(row, 0, leaf.code, code)
            sheet.write_number(row, 1, year, styles.year(shaded=number % 2 == 1))
            for at in range(value, len(COLUMNS)):
                sheet.write_blank(row, at, None, plain)
            row += 1
        first = row - len(form.years)
        comment = _comment(described(leaf, form, speech))
        sheet.write_comment(first, 0, comment, {"author": "ssemon", "x_scale": 3, "y_scale": 2.5})
        sheet.data_validation(first, value, row - 1, value, _bounds(leaf, form, speech))


def described(leaf: Indicator, form: Form, speech: Speech) -> str:
    """Return what an author should know of an indicator: definition, unit, direction, goalposts, sources, last value."""
    numbers = speech.words.numbers
    better = speech.say("more is better") if leaf.direction > 0 else speech.say("less is better")
    lines = [
        leaf.definition,
        speech.say("Unit: {unit}", unit=speech.words.unit(leaf.unit)),
        speech.say("Direction: {better}", better=better),
    ]
    if leaf.lower is not None and leaf.upper is not None:
        low, high = numbers.value(leaf.lower), numbers.value(leaf.upper)
        lines.append(speech.say("Scored from {low} to {high}", low=low, high=high))
    lines += [speech.say(leaf.metadata.get(column, "") or "") for column in ("source_type", "scoring_note", "caveat")]
    return "\n".join([line for line in lines if line] + last_value(leaf.code, form, speech))


def last_value(code: str, form: Form, speech: Speech) -> list[str]:
    """Return the line that names the newest value that is known; none where nothing is."""
    last = form.last.get(code)
    if last is None:
        return []
    value = speech.words.numbers.value(last.value)
    return [speech.say("Last value: {value} ({year})", value=value, year=last.year)]


def _comment(text: str) -> str:
    return text if len(text) <= _COMMENT else text[: _COMMENT - 1] + "…"


def _bounds(leaf: Indicator, form: Form, speech: Speech) -> dict[str, Any]:
    """A number within what can be or is usual, as a warning: a strange value may be true, and is then explained."""
    least, most = limits(leaf)
    usual_least, usual_most = usual_range(leaf)
    low, high = max(least, usual_least), min(most, usual_most)
    low, high = max(low, -1e300), min(high, 1e300)
    told = [leaf.definition or leaf.name, speech.say("Unit: {unit}", unit=speech.words.unit(leaf.unit))]
    last = last_value(leaf.code, form, speech)
    room = _MESSAGE - sum(len(line) + 1 for line in (*told[1:], *last))
    message = "\n".join([_cut(told[0], room), *told[1:], *last])
    return {
        "validate": "decimal", "criteria": "between", "minimum": low, "maximum": high, "ignore_blank": True,
        "input_title": _cut(leaf.name, _TITLE), "input_message": _cut(message, _MESSAGE),
        "error_type": "warning", "error_title": _cut(leaf.code, _TITLE),
        "error_message": _cut(speech.say("This is no number, or it is outside what the unit allows. Is it right? Then say so in the column note."), _MESSAGE),
    }  # fmt: skip


def _choice(name: str, cells: str, speech: Speech) -> dict[str, Any]:
    field = shipped_tables()[OBSERVATIONS].field(name)
    names = [f"{code} {speech.say(text)}" for code, text in codelist(field.codelist).items()]
    return {
        "validate": "list", "source": cells, "ignore_blank": True, "input_title": _cut(speech.say(field.title), _TITLE),
        "input_message": _cut("; ".join(names), _MESSAGE), "error_type": "stop",
        "error_title": _cut(speech.say(field.title), _TITLE),
        "error_message": _cut(speech.say("Choose one of the codes; what they mean stands in the last sheet."), _MESSAGE),
    }  # fmt: skip


def _whole_years(field: Field, speech: Speech) -> dict[str, Any]:
    return {
        "validate": "integer", "criteria": "between", "minimum": int(field.minimum or 0), "maximum": int(field.maximum or 0),
        "error_type": "stop", "error_title": _cut(speech.say(field.title), _TITLE),
        "error_message": _cut(speech.say("Write the year as four digits of the Gregorian calendar."), _MESSAGE),
    }  # fmt: skip


def _cut(text: str, most: int) -> str:
    """A text that a spreadsheet takes: Excel counts in units of UTF-16."""
    units = len(text.encode("utf-16-le")) // 2
    return text if units <= most else text[: max(most - (units - len(text)) - 1, 0)] + "…"


def _print_setup(sheets: Sequence[Any], speech: Speech, form: Form) -> None:
    country = speech.words.area(form.country)
    for sheet in sheets:
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.set_footer(f"&L{country.replace('&', '&&')}&C&A&R&P / &N")
        if speech.words.direction == "rtl":
            sheet.right_to_left()
