"""A submission while it is made: a sound table in a country's form, and what a kind of the catalogue does to it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import xlsxwriter
from catalogue_forms import COLUMNS, FORMS, Form

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,10})?")
_LEVELS = {"coops": 400, "members": 12_000, "women": 5_000, "share": 12.5, "index": 0.41, "worth": 80_500.5}


@dataclass
class Cell:
    """A cell of a workbook that is more than a text or a number: a formula and what is stored for it, or a format."""

    text: str = ""
    formula: str = ""
    number: float | None = None
    form: str = ""


@dataclass(frozen=True)
class Expected:
    """What the answer has to say. `column` is one of ours, or the text as the place prints it; empty: no column.

    `code` is empty where the submission is to be accepted; `log` is the code that the intake log then holds.
    `beside` are codes that may stand beside it; `found` is part of what the message quotes.
    """

    code: str = ""
    rows: tuple[int, ...] = ()
    column: str = ""
    log: str = ""
    beside: frozenset[str] = frozenset()
    found: str = ""
    file: str = ""


def as_it_is(content):
    return content


@dataclass
class Draft:
    """A sound submission in one form. A kind changes it and says what is to be found."""

    form: Form
    kind: str  # csv or xlsx
    number: int  # which variant of its kind
    rng: random.Random
    headings: list[str] = field(default_factory=list)
    rows: list[list[object]] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    above: list[list[str]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    data: bytes | None = None
    change: Callable[[bytes], bytes] = as_it_is
    drawn: Callable[[xlsxwriter.Workbook, object], None] | None = None
    sheets: dict[str, list[list[object]]] = field(default_factory=dict)
    mapping: str | None = None
    manifest: Callable[[str], str] = as_it_is
    name: str = ""
    length: int = 0

    @property
    def suffix(self) -> str:
        return "xlsx" if self.kind == "xlsx" else "csv"

    @property
    def file(self) -> str:
        return self.name or f"data/values.{self.suffix}"

    @property
    def header_row(self) -> int:
        return len(self.above) + 1

    def row(self, index: int) -> int:
        """The row of the table's nth row as a spreadsheet shows it."""
        return self.header_row + 1 + index

    def heading(self, ours: str) -> str:
        return self.form.heading(ours)

    def at(self, ours: str) -> int:
        return self.headings.index(self.heading(ours))

    def put(self, index: int, ours: str, cell: object) -> int:
        """Write a cell, in a column that is made where it is not there; its row as the author sees it."""
        self.add(ours)
        self.rows[index][self.at(ours)] = cell
        return self.row(index)

    def add(self, ours: str, cell: object = "") -> None:
        if self.heading(ours) not in self.headings:
            self.headings.append(self.heading(ours))
            for row in self.rows:
                row.append(cell)

    def some(self, count: int = 1) -> list[int]:
        """Places of rows, in order, the same for the same seed."""
        return sorted(self.rng.sample(range(len(self.rows)), count))

    def of(self, indicator: str) -> list[int]:
        """The places of the rows of an indicator."""
        return [at for at, row in enumerate(self.rows) if row[self.at("indicator")] == self.form.word(indicator)]


def draft(form: Form, kind: str, number: int, seed: int) -> Draft:
    """A sound submission: four indicators, three years, quiet values."""
    rng = random.Random(seed)
    one = Draft(form, kind, number, rng, settings={})
    shown = ("indicator", "year", "value", *(("note",) if number % 2 else ()))
    one.headings = [form.heading(name) for name in shown]
    for code in ("coops", "members", "share", "worth"):
        for year in (2018, 2019, 2020):
            value = round(
                _LEVELS[code] * (1 + 0.01 * (year - 2018) + 0.003 * rng.random()),
                2 if code in ("share", "worth") else 0,
            )
            text = f"{value:.2f}" if code in ("share", "worth") else str(int(value))
            one.rows.append([form.word(code), str(year), text, *(["x"] if number % 2 else [])])
    if form.title:
        one.above = [[form.title], []]
    if kind == "xlsx" and number % 2 == 0:
        one.settings["sheet"] = f'"{form.sheet}"'
    return one


def drafts(kind: str, count: int, seed: int) -> list[Draft]:
    """Sound submissions in different forms; a seed gives the same ones again."""
    return [draft(FORMS[(seed + at) % len(FORMS)], kind, at, 1000 * seed + at) for at in range(count)]


def csv_bytes(one: Draft) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=one.form.separator, lineterminator="\n")
    writer.writerows([*one.above, one.headings, *one.rows])
    return target.getvalue().encode(one.form.encoding)


def xlsx_bytes(one: Draft) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2026, 1, 1)})  # the same bytes whenever it is made
        for name, lines in {one.form.sheet: [*one.above, one.headings, *one.rows], **one.sheets}.items():
            sheet = book.add_worksheet(name)
            for at, line in enumerate(lines):
                for column, cell in enumerate(line):
                    _write(book, sheet, at, column, cell)
            if one.drawn is not None and name == one.form.sheet:
                one.drawn(book, sheet)
    return target.getvalue()


def _write(book: xlsxwriter.Workbook, sheet: object, at: int, column: int, cell: object) -> None:
    if isinstance(cell, Cell):
        style = book.add_format({"num_format": cell.form}) if cell.form else None
        if cell.formula:
            sheet.write_formula(at, column, cell.formula, style, cell.text if cell.number is None else cell.number)
        elif cell.number is not None:
            sheet.write_number(at, column, cell.number, style)
        else:
            sheet.write_string(at, column, cell.text, style)
    elif isinstance(cell, str) and _NUMBER.fullmatch(cell):
        sheet.write_number(at, column, float(cell))
    elif cell != "":
        sheet.write_string(at, column, str(cell))


def written(one: Draft, home: Path) -> Path:
    """Write the submission's folder; its path."""
    folder = home / f"{one.number}" / one.form.country.lower()
    data = one.data if one.data is not None else (xlsx_bytes if one.kind == "xlsx" else csv_bytes)(one)
    settings: dict[str, str] = {**(one.form.settings if one.kind == "csv" else {}), **one.settings}
    if one.above and "header_row" not in settings:
        settings["header_row"] = str(one.header_row)
    lines = [f"{key} = {value}" for key, value in settings.items() if value]
    manifest = (
        f'[plugin]\ncountry = "{one.form.country}"\napi = 1\nname = "{one.form.country}"\n\n[[tables]]\ntable = "observations"\n'
        f'file = "{one.file}"\nsource = "Register"\nlicence = "CC BY 4.0"\n' + "\n".join(lines) + "\n"
    )
    mapping = one.form.mapping if one.mapping is None else one.mapping
    files = {"plugin.toml": one.manifest(manifest).encode(), one.file: one.change(data), **one.files}
    if mapping:
        files["mapping.csv"] = mapping.encode()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if one.length:
        os.truncate(folder / one.file, one.length)
    return folder


Kind = Callable[[Draft], Expected | None]


@dataclass
class Registry:
    """The generators by number and form of file."""

    found: dict[tuple[int, str], tuple[Kind, int]] = field(default_factory=dict)

    def kind(self, number: int, *forms: str, variants: int = 5) -> Callable[[Kind], Kind]:
        def note(function: Kind) -> Kind:
            for form in forms or ("csv", "xlsx"):
                self.found[number, form] = (function, variants)
            return function

        return note


CATALOGUE = Registry()
kind = CATALOGUE.kind


def cells(one: Draft, column: str, texts: Sequence[object], code: str, **told: object) -> Expected:
    """Write the variant's text into two rows of a column, and expect its code at these rows under that heading."""
    places = one.some(2)
    text = texts[one.number % len(texts)]
    rows = tuple(one.put(at, column, text) for at in places)
    return Expected(code, rows, column, **told)


def place_of(one: Draft, wanted: Expected) -> Mapping[str, object]:
    """The place that the answer has to name."""
    column = f'"{one.heading(wanted.column)}"' if wanted.column in (*COLUMNS, "area") else wanted.column
    sheet = "" if wanted.file else one.settings.get("sheet", "").strip('"')
    return {"file": wanted.file or one.file, "sheet": sheet, "rows": wanted.rows, "column": column}
