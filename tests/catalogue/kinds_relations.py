"""Kinds 41, 56 and 59 to 64, 70: values beside each other, over the years, and beside what is said of them."""

from __future__ import annotations

from catalogue_drafts import Draft, Expected, kind


def _at(one: Draft, indicator: str, year: int) -> int:
    return one.of(indicator)[year - 2018]


def _split(
    one: Draft, column: str, indicator: str, year: int, parts: dict[str, str], total: bool = True
) -> tuple[int, ...]:
    """Break a value down; the rows of its parts as the author sees them."""
    one.add(column, "_T" if one.number % 2 else "")
    at = _at(one, indicator, year)
    whole = list(one.rows[at])
    if not total:
        one.rows.pop(at)
    rows = []
    for code, value in parts.items():
        one.rows.append(list(whole))
        rows.append(len(one.rows) - 1)
        one.put(rows[-1], column, code)
        one.put(rows[-1], "value", value)
    return tuple(map(one.row, rows))


def _series(one: Draft, indicator: str, values: dict[int, str]) -> dict[int, int]:
    """Replace the values of an indicator; the rows of the years as the author sees them."""
    like = list(one.rows[one.of(indicator)[0]]) if one.of(indicator) else list(one.rows[0])
    one.rows = [row for row in one.rows if row[one.at("indicator")] != one.form.word(indicator)]
    for year, value in values.items():
        one.rows.append(list(like))
        last = len(one.rows) - 1
        one.put(last, "indicator", one.form.word(indicator))
        one.put(last, "year", str(year))
        one.put(last, "value", value)
    return dict(zip(values, range(one.row(len(one.rows) - len(values)), one.row(len(one.rows))), strict=True))


@kind(41)
def factor_of_a_thousand(one: Draft) -> Expected:
    """One year in thousands, the others not; or the other way round."""
    indicator = ("members", "coops", "members", "coops", "members")[one.number]
    at = _at(one, indicator, 2020)
    value = int(one.rows[at][one.at("value")])
    one.put(at, "value", str(value * 1000) if one.number % 2 else str(value // 1000))
    return Expected("T01", (one.row(at),), "value")


@kind(56)
def total_missing_for_a_breakdown(one: Draft) -> Expected:
    column, parts = (("sex", {"F": "5000", "M": "7000"}), ("org_type", {"COOP": "300", "MUT": "90", "ASS": "10"}))[
        one.number % 2
    ]
    indicator = ("members", "coops")[one.number % 2]
    rows = _split(one, column, indicator, 2019, parts, total=False)
    return Expected("K08", rows, "value")


@kind(59)
def parts_do_not_sum(one: Draft) -> Expected:
    column, parts = (
        ("sex", {"F": "5000", "M": "5100"}),
        ("org_type", {"COOP": "100", "MUT": "90", "ASS": "10", "FND": "1", "SE": "2", "SHG": "3", "OTH": "4"}),
    )[one.number % 2]
    indicator = ("members", "coops")[one.number % 2]
    at = _at(one, indicator, 2019)
    rows = _split(one, column, indicator, 2019, parts)
    return Expected("R01", (one.row(at), *rows), "value")


@kind(60)
def women_above_the_total(one: Draft) -> Expected:
    year = (2018, 2019, 2020, 2019, 2018)[one.number]
    rows = _split(one, "sex", "members", year, {"F": ("13000", "99999", "12600", "20000", "14000")[one.number]})
    return Expected("R02", (one.row(_at(one, "members", year)), *rows), "value")


@kind(63)
def break_not_flagged(one: Draft) -> Expected:
    """From one year on the series is at another level, and stays there."""
    indicator = ("coops", "members", "coops", "members", "coops")[one.number]
    level, factor = {"coops": 400, "members": 12_000}[indicator], (1.8, 0.5, 2.5, 1.7, 0.4)[one.number]
    years, breaks = range(2012, 2021), 2016 + one.number % 2
    steps = (0, 3, 2, 5, 4, 6, 5, 8, 7)
    values = {
        year: str(round(level * (1 + step / 200) * (factor if year >= breaks else 1)))
        for year, step in zip(years, steps, strict=True)
    }
    return Expected("T02", (_series(one, indicator, values)[breaks],), "value")


@kind(64)
def same_as_last_year(one: Draft) -> Expected:
    """Every value of the newest year is that of the year before."""
    _series(one, "women", {2018: "5000", 2019: "5100", 2020: "5200"})
    _series(one, "index", {2018: "0.41", 2019: "0.42", 2020: "0.43"})
    rows = []
    for indicator in ("coops", "members", "share", "worth", "women", "index"):
        before, after = _at(one, indicator, 2019), _at(one, indicator, 2020)
        rows.append(one.put(after, "value", one.rows[before][one.at("value")]))
    return Expected("T03", tuple(rows), "value")


@kind(70)
def estimate_not_flagged(one: Draft) -> Expected:
    """Interpolated values that are said to be normal: the same change year after year."""
    indicator, step = (("coops", 7), ("members", 110), ("coops", 3), ("members", -90), ("coops", 11))[one.number]
    level = {"coops": 400, "members": 12_000}[indicator]
    rows = _series(one, indicator, {year: str(level + step * (year - 2012)) for year in range(2012, 2021)})
    return Expected("M03", tuple(rows.values())[1:-1], "value")  # the ends may have been observed


@kind(61)
def workers_without_organisations(one: Draft) -> Expected:
    """Members are counted and no cooperative is."""
    year = (2018, 2019, 2020, 2018, 2020)[one.number]
    members, none = _at(one, "members", year), _at(one, "coops", year)
    one.put(none, "value", "0")
    return Expected("R03", tuple(sorted((one.row(none), one.row(members)))), "value")


@kind(62)
def ratio_differs_from_its_parts(one: Draft) -> Expected:
    """The share of women that is sent is not what the women and the members that are sent with it give."""
    year = (2018, 2019, 2020, 2018, 2020)[one.number]
    rows = []
    for code, value in (
        ("n_women", "6000"),
        ("n_members", "12000"),
        ("women_share", ("61", "5", "44", "99.5", "0.5")[one.number]),
    ):
        one.rows.append(list(one.rows[_at(one, "members", year)]))
        rows.append(one.put(len(one.rows) - 1, "indicator", one.form.word(code)))
        one.put(len(one.rows) - 1, "value", value)
    return Expected("R04", tuple(rows), "value", found="50")
