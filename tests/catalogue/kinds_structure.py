"""Kinds 13 to 28: how the table stands in its file."""

from __future__ import annotations

from catalogue_drafts import Draft, Expected, kind
from catalogue_forms import FORMS


def _form(one: Draft, country: str) -> None:
    """Write the submission in another form of the same columns."""
    old, new = one.form, next(form for form in FORMS if form.country == country)
    names = {old.heading(name): new.heading(name) for name in ("indicator", "year", "value", "note")}
    words = {old.word(code): new.word(code) for code in ("coops", "members", "share", "worth")}
    one.form, one.headings = new, [names[name] for name in one.headings]
    one.rows = [[words.get(cell, cell) for cell in row] for row in one.rows]
    one.above = [[new.title], []] if new.title else []


@kind(13, "csv")
def semicolons(one: Draft) -> Expected:
    _form(one, ("MAR", "KGZ", "FRA", "MAR", "KGZ")[one.number])
    return Expected(log="I09")


@kind(14, "csv")
def tabs(one: Draft) -> Expected:
    _form(one, ("THA", "KHM", "THA", "KHM", "THA")[one.number])
    if one.number == 4:
        one.name = "data/values.tsv"
    return Expected(log="I09")


def _without(one: Draft, ours: str) -> None:
    at = one.at(ours)
    one.headings.pop(at)
    for row in one.rows:
        row.pop(at)


@kind(15)
def column_absent(one: Draft) -> Expected:
    ours = ("indicator", "year", "value", "indicator", "year")[one.number]
    _without(one, ours)
    return Expected("S02", (one.header_row,), found=f'"{ours}"')


@kind(16)
def column_more(one: Draft) -> Expected:
    heading = ("Erläuterung", "담당자", "電話", "x1", "ผู้รับผิดชอบ")[one.number]
    if one.form.encoding != "utf-8" and one.kind == "csv":
        heading = "x2"
    one.headings.append(heading)
    for row in one.rows:
        row.append("a")
    return Expected("S03", (one.header_row,), f'"{heading}"')


@kind(17)
def heading_twice(one: Draft) -> Expected:
    at = one.number % 3
    one.headings.append(one.headings[at])
    for row in one.rows:
        row.append(row[at])
    return Expected("S04", (one.header_row,), found=one.headings[at])


@kind(18)
def no_headings(one: Draft) -> Expected:
    """The first row is a row of values."""
    one.above, one.settings = [], {**one.settings, "header_row": ""}
    one.headings, *one.rows = one.rows
    one.settings["header_row"] = "1"
    return Expected("S05", (1,))


@kind(19, variants=8)
def heading_written_otherwise(one: Draft) -> Expected:
    """Case, spaces, composition and invisible marks do not matter; a slip is told with the nearest word."""
    if one.number < 4 or one.form.country in ("KOR", "JPN", "LAO", "KHM", "THA"):
        name = one.headings[2]
        in_bytes = one.kind == "csv" and one.form.encoding != "utf-8"
        changed = (f" {name.upper()} ", f"{name}  ", name.title(), f"\t{name.lower()}")
        one.headings[2] = (*changed, name + ("" if in_bytes else "\u200b"))[one.number % 5]
        if one.form.separator == "\t" and one.kind == "csv":
            one.headings[2] = f" {name.upper()} "
        return Expected()
    name = one.headings[2]
    one.headings[2] = name[:2] + name[3] + name[2] + name[4:]
    return Expected("S03", (one.header_row,), f'"{one.headings[2]}"')


@kind(20)
def columns_in_another_order(one: Draft) -> Expected:
    order = list(range(len(one.headings)))
    one.rng.shuffle(order)
    one.headings = [one.headings[at] for at in order]
    one.rows = [[row[at] for at in order] for row in one.rows]
    return Expected()


@kind(21, "csv")
def rows_too_short(one: Draft) -> Expected:
    places = one.some(1 + one.number % 3)
    for at in places:
        one.rows[at] = one.rows[at][:2]
    return Expected("S07", tuple(map(one.row, places)))


@kind(22)
def rows_too_long(one: Draft) -> Expected:
    places = one.some(1 + one.number % 3)
    for at in places:
        one.rows[at] = [*one.rows[at], "7"]
    return Expected("S08", tuple(map(one.row, places)))


@kind(23)
def blank_rows_inside(one: Draft) -> Expected:
    """They are left out, and the rows below keep their numbers: a fault below them is named where it stands."""
    for at in sorted(one.some(3), reverse=True):
        one.rows.insert(at, [""] * len(one.headings))
    if one.number % 2:
        return Expected()
    last = len(one.rows) - 1
    return Expected("V04", (one.put(last, "value", "n/a"),), "value")


@kind(24)
def notes_above(one: Draft) -> Expected:
    """Title rows and nothing said of them."""
    titles = [
        [["Statistics of the year"]],
        [["A title"], []],
        [[], ["Table 3"], ["in persons"]],
        [["Table", "3", "x"], []],
        [["a"], ["b"], ["c"], []],
    ]
    one.above = titles[one.number]
    one.settings["header_row"] = "1"
    return Expected("S05", (1,), found=str(len(one.above) + 1))


@kind(25, "xlsx")
def merged_cells(one: Draft) -> Expected:
    """Merged across headings, or down the rows of the table."""
    top = one.header_row
    if one.number % 2:
        names = one.headings
        one.rows.insert(0, names)
        one.headings = [names[0], "2019", *[""] * (len(names) - 2)]
        one.drawn = lambda book, sheet: sheet.merge_range(top - 1, 1, top - 1, 2, "2019")
        return Expected("S11", (top,), found="B")
    first = one.row(3)
    text = str(one.rows[3][0])
    one.rows[4][0] = ""
    one.drawn = lambda book, sheet: sheet.merge_range(first - 1, 0, first, 0, text)
    return Expected("S11", (first,), found=f"A{first}:A{first + 1}")


@kind(26, "xlsx")
def sheet_not_there_or_several(one: Draft) -> Expected:
    if one.number % 2:
        one.sheets = {"Notes": [["x"]], "2019": [["y"]]}
        return Expected("S12", found=one.form.sheet)
    one.settings["sheet"] = ('"Daten"', "", '"data 2019"', "", '"Sheet1"')[one.number]
    return Expected("S12", found=one.form.sheet)


@kind(27, "xlsx")
def hidden_rows_and_columns(one: Draft) -> Expected:
    if one.number % 2:
        at = one.at("value")
        one.drawn = lambda book, sheet: sheet.set_column(at, at, None, None, {"hidden": True})
        return Expected("S15", (), "C", found=one.headings[at])
    places = one.some(2)

    def hide(book: object, sheet: object) -> None:
        for at in places:
            sheet.set_row(one.row(at) - 1, None, None, {"hidden": True})

    one.drawn = hide
    return Expected("S15", tuple(map(one.row, places)))


@kind(28)
def table_of_another_year(one: Draft) -> Expected:
    """A template of another edition: its indicators are not those that are asked for."""
    for row in one.rows:
        row[one.at("indicator")] = f"{row[one.at('indicator')]} 2015"
    return Expected("K03", tuple(map(one.row, range(len(one.rows)))), "indicator")
