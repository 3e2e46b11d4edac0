"""Which of two borders that meet is drawn: as WeasyPrint says, whatever the table."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ssemon.report import pdf
from ssemon.report.quicker import tables

STYLES = ("none", "hidden", "solid", "dashed", "double", "inset", "outset", "ridge", "groove", "dotted")
border = st.builds(
    lambda side, width, style, colour: f"border-{side}:{width}px {style} {colour}",
    st.sampled_from(("top", "right", "bottom", "left")), st.integers(0, 3), st.sampled_from(STYLES), st.sampled_from(("red", "currentcolor")),
)  # fmt: skip
look = st.lists(border, max_size=3).map(";".join)
cell = st.tuples(look, st.integers(1, 3), st.integers(1, 3))
row = st.tuples(look, st.lists(cell, min_size=1, max_size=4))
group = st.tuples(look, st.lists(row, min_size=1, max_size=3))
table = st.tuples(look, look, look, st.lists(group, min_size=1, max_size=2))


def written(drawn) -> str:
    own, columns, column, groups = drawn
    inside = "".join(f'<tbody style="{look}">{"".join(_row(one) for one in rows)}</tbody>' for look, rows in groups)
    head = f'<colgroup style="{columns}"><col style="{column}"><col></colgroup>'
    return f'<table style="border-collapse:collapse;{own}">{head}{inside}</table>'


def _row(drawn) -> str:
    look, cells = drawn
    inside = "".join(f'<td style="{own}" colspan="{wide}" rowspan="{high}">x</td>' for own, wide, high in cells)
    return f'<tr style="{look}">{inside}</tr>'


def settled(made, stock):
    """What both say of a table, and the widths that its boxes then have."""
    found = []
    for settle in (stock, made[0]):
        said = settle(*made[1:])
        boxes = [one for one in made[1].descendants() if hasattr(one, "border_top_width")]
        found.append((said, [[getattr(one, f"border_{side}_width") for side in tables._SIDES] for one in boxes]))
    return found


@settings(deadline=None, max_examples=60)
@given(table)
def test_borders_that_meet_are_settled_as_the_stock_function_does(drawn):
    pdf.warm_up()
    import weasyprint
    from weasyprint.formatting_structure import build
    from weasyprint.layout import table as stock_table

    ours, seen = stock_table.collapse_table_borders, []
    stock = ours.__closure__[ours.__code__.co_freevars.index("stock")].cell_contents

    def both(*arguments):
        seen.append(settled((ours, *arguments), stock))
        return seen[-1][1][0]

    build.collapse_table_borders = both
    try:
        weasyprint.HTML(string=written(drawn)).render()
    finally:
        build.collapse_table_borders = ours
    assert seen
    for stock_said, ours_said in seen:
        assert stock_said == ours_said
