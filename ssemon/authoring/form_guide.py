"""The sheets around the data: the guide with an example, the indicators with their last values, the codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ssemon.authoring.form import Form, Speech
from ssemon.authoring.form_styles import Styles
from ssemon.bounds import limits
from ssemon.manifest import MANIFEST
from ssemon.tables import OBSERVATIONS, Field, codelist, shipped_tables

# A line as it may be filled in. Neither the code nor the year is one that a framework asks for.
_EXAMPLE = {"indicator": "XXX.0.0", "year": "1999", "value": "12.3", "obs_status": "P", "conf_status": "F", "sex": "F",
            "org_type": "COOP", "quality": "B", "std_error": "0.4"}  # fmt: skip
_WIDE = 6


def draw_guide(sheet: Any, form: Form, speech: Speech, styles: Styles, file: str, columns: Sequence[str]) -> None:
    """Write the sheet that says how the workbook is filled in and what is done with it."""
    say, country = speech.say, speech.words.area(form.country)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, 18)
    sheet.set_column(2, len(columns), 19)
    sheet.write_string(0, 0, say("Data of {country}", country=country), styles.title)
    about = f"{form.framework.title} · {form.framework.id} {form.framework.version}".strip()
    sheet.write_string(1, 0, about, styles.of())
    row = _numbered(sheet, 3, say("How it is filled in"), _filling(form, speech), styles)
    row = _numbered(sheet, row + 1, say("How it is handed in"), _handing_in(speech, file, form.country), styles)
    for command in (
        f"ssemon plugin new {form.country} --data {file}",
        f"ssemon plugin check plugins/{form.country.lower()}",
        f"ssemon validate plugins/{form.country.lower()} --workbook answer.xlsx",
    ):
        sheet.merge_range(row, 1, row, _WIDE, command, styles.command)
        row += 1
    row = _example(sheet, row + 1, speech, styles, columns)
    _columns(sheet, row + 1, speech, styles, columns)


def _filling(form: Form, speech: Speech) -> list[str]:
    say = speech.say
    years = f"{form.years[0]}\u2013{form.years[-1]}" if form.years else ""
    return [
        say("Fill in the sheet “{sheet}”. A row waits for each indicator and year ({years}): write the value.", sheet=OBSERVATIONS, years=years),
        say("Write the number alone, in the unit that stands in brackets behind the indicator: 12.3 and not “12.3 %”."),
        say("Leave the cell empty where there is no value: empty means missing and is never read as 0. The column obs_status can say why: M cannot exist, L was not collected, Q is suppressed."),
        say("To break a value down, add rows below the last one: the same indicator and year, another sex or org_type."),
        say("Codes are chosen from the list of the cell; what they mean stands in the sheet “{sheet}”.", sheet=say("Codes")),
        say("Leave the headings in row 1 as they are. Rows may be added, deleted and sorted."),
        say("Definitions, units and the last known values stand in the sheet “{sheet}”, and in the notes of the cells.", sheet=say("Indicators")),
    ]  # fmt: skip


def _handing_in(speech: Speech, file: str, country: str) -> list[str]:
    say, folder = speech.say, f"plugins/{country.lower()}"
    return [
        say("Make a plugin of it, or put it into the folder {folder} in place of the last one. It needs no mapping.", folder=f"{folder}/data/{file}"),
        say("Write the source and the licence into {file}, and have it checked. What is wrong comes back marked in a copy of this workbook.", file=MANIFEST),
    ]  # fmt: skip


def _numbered(sheet: Any, row: int, heading: str, lines: Sequence[str], styles: Styles) -> int:
    sheet.merge_range(row, 0, row, _WIDE, heading, styles.section)
    for number, line in enumerate(lines, 1):
        sheet.write_number(row + number, 0, number, styles.of(align="right"))
        sheet.merge_range(row + number, 1, row + number, _WIDE, line, styles.text)
        sheet.set_row(row + number, 15 * (1 + _width(line) // 115))
    return row + len(lines) + 1


def _width(text: str) -> int:
    """How wide a text is, in Latin letters: those of East Asia take the room of two."""
    return sum(2 if ord(letter) > 0x1100 else 1 for letter in text)


def _example(sheet: Any, row: int, speech: Speech, styles: Styles, columns: Sequence[str]) -> int:
    say = speech.say
    heading = say("An example of a line (this indicator does not exist; nothing is read from this sheet)")
    sheet.merge_range(row, 0, row, _WIDE, heading, styles.section)
    words = {**_EXAMPLE, "source": say("Business register"), "note": say("Example: women in cooperatives, provisional")}
    for at, name in enumerate(columns, 1):
        sheet.write_string(row + 1, at, name, styles.heading())
        sheet.write_string(row + 2, at, words.get(name, ""), styles.example)
    return row + 3


def _columns(sheet: Any, row: int, speech: Speech, styles: Styles, columns: Sequence[str]) -> None:
    say, definition = speech.say, shipped_tables()[OBSERVATIONS]
    sheet.merge_range(row, 0, row, _WIDE, say("What the columns hold"), styles.section)
    for number, name in enumerate(columns, row + 1):
        field = definition.field(name)
        sheet.write_string(number, 1, name, styles.of(bold=True))
        sheet.write_string(number, 2, say(field.title), styles.text)
        sheet.merge_range(number, 3, number, _WIDE, say(field.description), styles.text)
        sheet.set_row(number, 15 * (1 + _width(say(field.description)) // 75))


def draw_indicators(sheet: Any, form: Form, speech: Speech, styles: Styles) -> None:
    """Write the sheet of the indicators: what each is, and the last value that is known of it."""
    say, numbers = speech.say, speech.words.numbers
    headings = ("Code", "Name", "Unit", "Definition", "Direction", "Lower goalpost", "Upper goalpost", "Least possible",
                "Greatest possible", "Core", "Where it comes from", "Last year", "Last value", "Status", "Source")  # fmt: skip
    widths = (12, 36, 16, 60, 15, 11, 11, 11, 11, 8, 24, 10, 12, 12, 30)
    for at, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, say(heading), styles.heading())
    for row, leaf in enumerate(form.framework.asked_for, 1):
        last, (least, most) = form.last.get(leaf.code), limits(leaf)
        cells: list[str | float | None] = [
            leaf.code, leaf.name, speech.words.unit(leaf.unit), leaf.definition,
            say("more is better") if leaf.direction > 0 else say("less is better"),
            leaf.lower, leaf.upper, least, most, say("yes") if leaf.core else say("no"),
            say(leaf.metadata.get("source_type", "")),
            *((last.year, last.value, speech.words.status(last.status), last.source) if last else ("", "", "", "")),
        ]  # fmt: skip
        for at, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(row, at, cell, styles.text)
            elif cell is not None and abs(cell) != float("inf"):
                sheet.write_number(row, at, cell, styles.of(num_format="General", align="right"))
        tallest = max(_width(leaf.definition) / widths[3], _width(leaf.name) / widths[1])
        sheet.set_row(row, 15 * (1 + int(tallest)))
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(form.framework.asked_for), len(headings) - 1)
    sheet.repeat_rows(0)
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
    sheet.set_header(f"&L{say('Indicators')}&R{numbers.language}")


def draw_codes(sheet: Any, fields: Sequence[Field], speech: Speech, styles: Styles) -> dict[str, str]:
    """Write the sheet of the codes, and return where each column's codes stand, as a drop-down list names them."""
    ranges: dict[str, str] = {}
    name = sheet.get_name().replace("'", "''")
    for at, width in enumerate((16, 10, 60)):
        sheet.set_column(at, at, width)
    for at, heading in enumerate(("Column", "Code", "Name")):
        sheet.write_string(0, at, speech.say(heading), styles.heading())
    row = 1
    for field in fields:
        codes = codelist(field.codelist)
        ranges[field.name] = f"='{name}'!$B${row + 1}:$B${row + len(codes)}"
        for code, text in codes.items():
            sheet.write_string(row, 0, field.name, styles.of())
            sheet.write_string(row, 1, code, styles.of(bold=True))
            sheet.write_string(row, 2, speech.say(text), styles.text)
            row += 1
    sheet.freeze_panes(1, 0)
    sheet.protect("", {"format_columns": True})
    sheet.repeat_rows(0)
    return ranges
