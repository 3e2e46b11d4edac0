"""Kinds 49 to 58 and 68 to 70: areas, indicators, categories, keys, sources and flags."""

from __future__ import annotations

from catalogue_drafts import Draft, Expected, cells, kind
from kinds_values import _plainly


@kind(49)
def unknown_country(one: Draft) -> Expected:
    return (
        cells(one, "area", ("KRO", "대한민국", "UK", "Osterreich", "ZZZ"), "K01")
        if one.form.encoding == "utf-8" or one.kind == "xlsx"
        else cells(one, "area", ("KRO", "XX", "UK", "Austria", "ZZZ"), "K01")
    )


@kind(50)
def rows_of_another_country(one: Draft) -> Expected:
    return cells(one, "area", ("DEU", "USA", "BRA", "ITA", "CAN"), "K02")


@kind(51)
def unknown_indicator(one: Draft) -> Expected:
    """Not in the framework, withdrawn, or a slip."""
    return cells(one, "indicator", ("coop", "members.old", "LEG.9.9", "XX1", "shares"), "K03")


@kind(52)
def unknown_category(one: Draft) -> Expected:
    column = ("sex", "org_type", "sex", "org_type", "sex")[one.number]
    text = ("W", "COOPS", "female", "NGO", "X")[one.number]
    return cells(one, column, [text], "K04")


@kind(53)
def same_key_same_value(one: Draft) -> Expected:
    at = one.some()[0]
    one.rows.append(list(one.rows[at]))
    return Expected("K05", (one.row(at), one.row(len(one.rows) - 1)))


@kind(54)
def same_key_other_value(one: Draft) -> Expected:
    at = one.some()[0]
    one.rows.insert(at + 1 if one.number % 2 else len(one.rows), list(one.rows[at]))
    again = at + 1 if one.number % 2 else len(one.rows) - 1
    one.put(again, "value", "7")
    return Expected("K06", (one.row(at), one.row(again)))


@kind(55)
def composed_otherwise_or_homoglyph(one: Draft) -> Expected:
    """Decomposed accents, width and invisible marks are read as what they look like where that is safe; a letter of another script is told."""
    text = ("c\u043eops", "m\u0435mbers", "sh\u0430re", "\u0441oops", "w\u043erth")[one.number]
    _plainly(one, text)
    return cells(one, "indicator", [text], "K03", found=text)


@kind(57)
def region_not_of_the_country(one: Draft) -> Expected:
    own = one.form.country
    two = {
        "PHL": "PH",
        "KOR": "KR",
        "JPN": "JP",
        "THA": "TH",
        "MAR": "MA",
        "VNM": "VN",
        "KGZ": "KG",
        "FRA": "FR",
        "LAO": "LA",
        "KHM": "KH",
    }[own]
    return cells(one, "area", [f"{two}-{('ZZ9', '9Q9', 'XYZ', 'Q0Q', 'WWW')[one.number]}"], "K01")


@kind(58)
def code_read_as_a_number(one: Draft) -> Expected:
    """A spreadsheet made 7 of 007; the mapping knows the code with its zeros."""
    full = ("007", "012", "0001", "045", "09")[one.number]
    one.mapping = (one.form.mapping or "column,theirs,ours\n") + f"indicator,{full},coops\n"
    places = one.of("coops")
    for at in places:
        one.put(at, "indicator", full.lstrip("0"))
    return Expected("K03", tuple(map(one.row, places)), "indicator", found=full.lstrip("0"))


@kind(68)
def no_source_or_licence(one: Draft) -> Expected:
    gone = ('source = "Register"', 'licence = "CC BY 4.0"')
    line = gone[one.number % 2]
    one.manifest = lambda text: text.replace(line, line.split('"')[0] + '""' if one.number > 2 else "")
    return Expected("M01", file="plugin.toml")


@kind(69, variants=6)
def flag_unknown_or_without_value(one: Draft) -> Expected:
    if one.number % 2:
        at = one.some()[0]
        one.put(at, "obs_status", ("A", "O", "E", "M", "P", "Q")[one.number])
        return Expected("M02", (one.row(at),), "value")
    if one.number == 4:
        at = one.some()[0]
        one.put(at, "obs_status", "P")
        return Expected("M02", (one.put(at, "value", ""),), "value")
    return cells(one, "obs_status", ("X9", "", "provisional"), "K04")
