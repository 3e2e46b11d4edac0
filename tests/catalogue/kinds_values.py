"""Kinds 29 to 48: what stands in the cells of numbers, years and texts."""

from __future__ import annotations

from catalogue_drafts import Cell, Draft, Expected, cells, kind
from intake_files import SHEET, patched


def _fits(one: Draft, text: str) -> bool:
    """Whether the form's encoding has the text."""
    try:
        text.encode(one.form.encoding if one.kind == "csv" else "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _plainly(one: Draft, *texts: str) -> None:
    """Take UTF-8 where the form's encoding has no such sign."""
    if not all(_fits(one, text) for text in texts):
        one.form = type(one.form)(
            one.form.country,
            one.form.sheet,
            one.form.headings,
            one.form.words,
            one.form.separator,
            "utf-8",
            one.form.title,
        )


def _texts(one: Draft, column: str, texts: tuple[str, ...], code: str, **told: object) -> Expected:
    _plainly(one, *texts)
    wanted = texts[one.number % len(texts)]
    return cells(one, column, [Cell(text=wanted) if one.kind == "xlsx" else wanted], code, **told)


@kind(29)
def decimal_comma(one: Draft) -> Expected:
    return _texts(one, "value", ("12,5", "0,25", "-3,1", "12,345", "1204,75"), "V01")


@kind(30, variants=8)
def thousands(one: Draft) -> Expected:
    return _texts(
        one,
        "value",
        ("1,204,567", "1 204 567", "1'204", "1\u00a0204", "1\u202f204.5", "12,34,567", "1.204.567", "1\u2019204"),
        "V02",
    )


@kind(31, variants=6)
def percent_sign(one: Draft) -> Expected:
    return _texts(one, "value", ("12 %", "12%", "12.5\u00a0%", "٪12", "12\uff05", "12 ٪"), "V03")


@kind(32, variants=10)
def text_for_a_number(one: Draft) -> Expected:
    texts = ("<5", "n/a", "-", "..", "…", "없음", "不明", "ไม่มี", "غير متوفر", "нет данных")
    return _texts(one, "value", texts, "V04")


@kind(33)
def nan(one: Draft) -> Expected:
    return _texts(one, "value", ("NaN", "nan", "NAN", "-nan", "+NaN"), "V05")


@kind(34, variants=6)
def infinite(one: Draft) -> Expected:
    return _texts(one, "value", ("inf", "-inf", "Infinity", "1e400", "1E+999", "-1e309"), "V06")


@kind(35, variants=8)
def digits_of_another_script(one: Draft) -> Expected:
    texts = ("١٢٣", "\u221212", "１２３", "១២៣", "໑໒໓", "๑๒๓", "၁၂၃", "१२३")
    return _texts(one, "value", texts, "V07")


@kind(36, variants=6)
def space_or_invisible_mark_inside(one: Draft) -> Expected:
    texts = ("12\u200b3", "1 2", "- 12", "\u200e123", "12\u2060", "12\ufeff3")
    return _texts(one, "value", texts, "V08")


@kind(37, variants=11)
def no_year(one: Draft) -> Expected:
    texts = ("2019.0", "FY24", "24", "2019/20", "2563", "1441", "2119", "令和元年", "2019년", "2018-2019")
    code = "V11" if texts[one.number % 10] in ("24", "2563", "1441", "2119") else "V09"
    if one.number == 10:  # a year that is yet to come, far enough for the test to stay true for a while
        at = one.of("coops")[2]
        one.put(at, "year", "2089")
        return Expected("T06", (one.row(at),), "year")
    if one.kind == "xlsx" and one.number % 10 == 0:
        return cells(one, "year", [Cell(number=2019.5)], "V09")
    return _texts(one, "year", texts, code)


@kind(38)
def fraction_of_a_count(one: Draft) -> Expected:
    at = one.of(("coops", "members", "coops", "members", "coops")[one.number])[one.number % 3]
    return Expected(
        "V10", (one.put(at, "value", ("401.5", "12000.25", "0.5", "12010.9", "400.1")[one.number]),), "value"
    )


@kind(39)
def negative_count(one: Draft) -> Expected:
    at = one.of(("coops", "members", "coops", "members", "coops")[one.number])[one.number % 3]
    return Expected("V12", (one.put(at, "value", ("-1", "-12000", "-400", "-0.5", "-7")[one.number]),), "value")


@kind(40)
def share_above_the_whole(one: Draft) -> Expected:
    at = one.of("share")[one.number % 3]
    return Expected("V12", (one.put(at, "value", ("100.5", "1250", "-3", "112", "999")[one.number]),), "value")


@kind(42, "xlsx")
def date_instead_of_a_number(one: Draft) -> Expected:
    form = ("yyyy-mm-dd", "d mmm", "mm/dd/yyyy", "dd.mm.yyyy", "hh:mm")[one.number]
    number = 0.5 if form == "hh:mm" else 43831 + one.number
    return cells(one, "value", [Cell(number=number, form=form)], "V13")


@kind(43, "xlsx")
def formula_without_value(one: Draft) -> Expected:
    places = one.some(1 + one.number % 2)
    for at in places:
        one.put(at, "value", Cell(formula="=B2*2", number=7))
    one.change = lambda data: patched(
        data, {SHEET: lambda xml: xml.replace(b"</f><v>7</v>", b"</f>" + (b"<v></v>" if one.number % 2 else b""))}
    )
    return Expected("V14", tuple(map(one.row, places)), chr(65 + one.at("value")))


@kind(44)
def spreadsheet_error(one: Draft) -> Expected:
    text = ("#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?")[one.number]
    if one.kind == "csv":
        return cells(one, "value", [text], "V15", found=text)
    places = one.some(2)
    for at in places:
        one.put(at, "value", Cell(formula="=1/0", text=text))
    return Expected("V15", tuple(map(one.row, places)), chr(65 + one.at("value")), found=text)


@kind(45, "xlsx")
def number_stored_as_text(one: Draft) -> Expected:
    for at in one.some(4):
        one.put(at, "value", Cell(text=str(one.rows[at][one.at("value")])))
    return Expected()


@kind(46)
def digits_beyond_precision(one: Draft) -> Expected:
    """More digits than a number holds; in a workbook they are kept only in a cell of text."""
    at = one.of("worth")[one.number % 3]
    for place in one.of("worth"):
        if place != at:
            one.put(place, "value", "")
    text = ("12345678901234567", "123456789012345678.9", "-12345678901234567", "98765432109876543", "9007199254740994")[
        one.number
    ]
    return Expected("V17", (one.put(at, "value", Cell(text=text) if one.kind == "xlsx" else text),), "value")


@kind(47)
def another_unit(one: Draft) -> Expected:
    """A column says the unit, and it is not the indicator's."""
    at = one.of("share")[one.number % 3]
    return Expected("V18", (one.put(at, "unit", ("PS", "ENT", "10P3HB", "XDC", "IX")[one.number]),), '"unit"')


@kind(48, variants=6)
def control_characters_or_long_text(one: Draft) -> Expected:
    text = ("a\x07b", "x" * 5001, "\x1b[31mred", "y\u202ez", "z" * 40_000, "a\x0bb")[one.number]
    if one.kind == "xlsx":
        text = {0: "x" * 5001, 2: "é" * 6000, 4: "z" * 32_000, 5: "n" * 10_001}.get(one.number, text)
        if one.number in (1, 3):
            text = "y\u202ez" if one.number == 3 else text
    _plainly(one, text)
    at = one.some()[0]
    return Expected("V19", (one.put(at, "note", Cell(text=text) if one.kind == "xlsx" else text),), "note")
