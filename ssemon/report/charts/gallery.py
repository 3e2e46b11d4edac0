"""Every chart in its normal and its awkward cases, on one page: `python -m ssemon.report.charts.gallery OUT.html`.

For eyes: whoever changes a chart looks here first. All names and numbers are made up; the map takes whichever
areas lie in its part of the boundaries file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup, escape

from ssemon import resources
from ssemon.report.charts import (
    bars,
    comparing,
    dots,
    heat,
    marks,
    matrix,
    ranked,
    ranks,
    score,
    sparkline,
    strip,
    tokens,
    tornado,
    trend,
)
from ssemon.report.charts import map as maps
from ssemon.report.charts.mirror import mirrored
from ssemon.report.charts.sampling import CUTS, LONG, SCRIPTS, fmt

# West, south, east and north of the part of the world that the sample map shows.
_PART = (65.0, -12.0, 150.0, 52.0)
_STYLE = f"""@page {{ size: A4; margin: 18mm; @bottom-center {{ content: counter(page); font: 7pt {tokens.FONT} }} }}
body {{ font: 9pt/1.4 {tokens.FONT}; color: {tokens.INK}; margin: 0 }}
h1 {{ font-size: 16pt; margin: 0 0 4mm }} h2 {{ font-size: 11pt; margin: 6mm 0 2mm; break-after: avoid }}
section {{ break-inside: avoid }} p {{ margin: 0 0 2mm; color: {tokens.MUTED} }} svg {{ vertical-align: middle }}"""


def gallery() -> str:
    """Return the page."""
    shown = "\n".join(
        f"<section><h2>{escape(name)}</h2><div>{Markup(' ').join(charts)}</div></section>" for name, charts in samples()
    )
    head = '<meta charset="utf-8"><meta name="dcterms.created" content="2000-01-01"><title>Charts</title>'
    return f'<!doctype html><html lang="en"><head>{head}<style>{_STYLE}</style></head><body><h1>Charts</h1>{shown}</body></html>'


def samples() -> Iterator[tuple[str, Sequence[Markup]]]:
    """Yield every sample: what it shows, and its charts."""
    yield from _scores()
    yield from _bars()
    yield from _trends()
    yield from _dots()
    yield from _ranks()
    yield from _ranked()
    yield from _heats()
    yield from _strips()
    yield from _matrices()
    yield from comparing.samples()
    yield from _maps()
    yield from _tornados()
    yield from _marks()


def _scores() -> Iterator[tuple[str, Sequence[Markup]]]:
    def dial(value: float | None, band: str, reference: float | None = None) -> Markup:
        return score.score_dial(
            value, band, CUTS, fmt, title="Score", reference=reference, reference_label="median 52.3"
        )

    yield "Score", [dial(64.4, "Established", 52.3)]
    yield "Score: at the ends, and missing", [dial(0, "Emerging"), dial(100, "Advanced"), dial(None, "not assessed")]


def _bars() -> Iterator[tuple[str, Sequence[Markup]]]:
    names = ["Legal framework", "Access to finance", "Capacity and education", "Statistics", LONG]
    values = [68.7, 87.0, None, 0.0, 100.0]
    rows = [
        bars.Bar(name, value, reference, note)
        for name, value, reference, note in zip(
            names, values, [50.2, 64, 48.1, None, 51], ["3 of 12", "1 of 12", "", "12 of 12", "1 of 12"], strict=True
        )
    ]
    yield "Bars", [bars.bars(rows, title="Scores by dimension", fmt=fmt, reference_label="median", cuts=CUTS)]
    yield (
        "Bars: one, all missing",
        [
            bars.bars([bars.Bar("Only", 42.5)], title="One", fmt=fmt),
            bars.bars([bars.Bar("First", None), bars.Bar("Second", None)], title="None", fmt=fmt),
        ],
    )
    sure = [
        bars.Bar("Inside", 60.0, 52, low=51.0, high=68.5), bars.Bar(LONG, 97.0, 52, "67%†", low=88.0, high=100.0),
        bars.Bar("At the ends", 0.0, low=0.0, high=100.0), bars.Bar("No value", None, low=10.0, high=20.0),
    ]  # fmt: skip
    whiskers = bars.bars(sure, title="Intervals", fmt=fmt, reference_label="median", cuts=CUTS)
    yield "Bars: intervals, and from right to left", [whiskers, mirrored(whiskers)]
    many = [bars.Bar(word, 10.0 * place, 55, "") for place, word in enumerate(SCRIPTS)]
    yield "Bars: scripts", [bars.bars(many, title="Scripts", fmt=fmt, reference_label="median")]


def _trends() -> Iterator[tuple[str, Sequence[Markup]]]:
    years = range(2008, 2021)
    rising = {year: 48 + 1.4 * (year - 2008) + (3 if year % 3 else 0) for year in years}
    gaps = {year: None if year in (2011, 2012, 2014) else 35 + (year - 2008) * 0.8 for year in years}
    ended = {year: (60.0 - year % 4) if year < 2016 else None for year in years}
    lines = [
        trend.Line("This unit", rising, True),
        trend.Line("median of 12", gaps),
        trend.Line("another that ends early", ended, False, "grey"),
    ]
    yield "Trend", [trend.trend(lines, years=years, title="Score", fmt=fmt, cuts=CUTS, report_year=2019)]
    close = [
        trend.Line(word, {2018: 50.0 + place, 2020: 50 + place / 5}, False, colour)
        for place, (word, colour) in enumerate(zip(SCRIPTS, [*tokens.LINES, *tokens.LINES], strict=False))
    ]
    yield (
        "Trend: crowded ends, few years, own scale",
        [trend.trend(close, years=(2018, 2020), title="Close", fmt=fmt, scale=None)],
    )
    yield (
        "Trend: one value, none",
        [
            trend.trend(
                [trend.Line("One", {2019: 40.0}, True)], years=years, title="One", fmt=fmt, width=tokens.HALF_WIDTH
            ),
            trend.trend(
                [trend.Line("None", {2019: None}, True)], years=years, title="None", fmt=fmt, width=tokens.HALF_WIDTH
            ),
        ],
    )


def _dots() -> Iterator[tuple[str, Sequence[Markup]]]:
    rows = [
        dots.Dot(word, 84 - 7 * place, 79 - 7 * place, 92 - 7 * place, f"{place + 1}", place == 2)
        for place, word in enumerate(SCRIPTS)
    ]
    rows += [
        dots.Dot("Failed", None, note="the data file could not be read"),
        dots.Dot(LONG, 0.0),
        dots.Dot("Full", 100.0),
    ]
    yield "Dots", [dots.dots(rows, title="Scores with intervals", fmt=fmt, cuts=CUTS)]
    many = [dots.Dot(f"Unit {place}", 97 - place * 3.1) for place in range(30)]
    yield "Dots: thirty", [dots.dots(many, title="Thirty", fmt=fmt)]


def _ranks() -> Iterator[tuple[str, Sequence[Markup]]]:
    groups = "AABBBCDEEF"
    rows = [
        ranks.Ranked(word, 3 + 15 * place, max(3 + 15 * place - 7, 1), 3 + 15 * place + 9, groups[place])
        for place, word in enumerate(SCRIPTS)
    ]
    rows += [ranks.Ranked(LONG, 163, 160, 163, "F"), ranks.Ranked("No score", None, note="coverage 40%")]
    drawn = ranks.ranks(rows, title="Ranks", last=163, fmt=fmt)
    yield "Ranks: tie groups, and from right to left", [drawn, mirrored(drawn)]
    many = [
        ranks.Ranked(f"Unit {n}", n, max(n - n % 17, 1), min(n + n % 23, 193), f"{n // 6 + 1}") for n in range(1, 194)
    ]
    yield "Ranks: 193 units", [ranks.ranks(many, title="All", last=193, fmt=fmt)]
    yield (
        "Ranks: one, none",
        [
            ranks.ranks([ranks.Ranked("Only", 1, 1, 1, "A")], title="One", last=1, fmt=fmt, width=tokens.HALF_WIDTH),
            ranks.ranks([ranks.Ranked("Bare", 4), ranks.Ranked(LONG, None)], title="None", last=9, fmt=fmt,
                        width=tokens.HALF_WIDTH),
        ],
    )  # fmt: skip


def _ranked() -> Iterator[tuple[str, Sequence[Markup]]]:
    rows = [ranked.Ranked(word, 900.0 / (place + 1), f"{place}.5%") for place, word in enumerate((*SCRIPTS, LONG))]
    drawn = ranked.ranked(rows, title="Regions", fmt=fmt, columns=2)
    yield "Ranked bars: two columns, and from right to left", [drawn, mirrored(drawn)]
    few = [ranked.Ranked("Most", 7.0), ranked.Ranked("None", 0.0)]
    beside = ranked.ranked(few, title="Two", fmt=fmt, width=tokens.HALF_WIDTH)
    yield "Ranked bars: two, none", [beside, ranked.ranked([], title="None", fmt=fmt, width=tokens.HALF_WIDTH)]


def _heats() -> Iterator[tuple[str, Sequence[Markup]]]:
    columns = ["Overall", "Legal and policy framework", "Finance", "Capacity", "Statistics and visibility", LONG]
    values = [
        [None if (row * column) % 7 == 5 else (row * 37 + column * 29) % 101 for column in range(6)]
        for row in range(10)
    ]
    yield "Heat table", [heat.heat(SCRIPTS, columns, values, title="By dimension", fmt=fmt, emphasis=(SCRIPTS[4],))]
    narrow = ["Representation", "Statistics and visibility", LONG]
    some: list[list[float | None]] = [[10.0, 55.0, None], [99.0, 1.0, 50.0]]
    yield (
        "Heat table: headings that read upwards, marked numbers",
        [
            heat.heat([LONG, "B"], narrow, some, title="Narrow", fmt=fmt, marked={(0, 0), (1, 1)},
                      width=tokens.HALF_WIDTH),
        ],
    )  # fmt: skip
    yield (
        "Heat table: one cell, all missing",
        [
            heat.heat(["One"], ["Only"], [[50]], title="One", fmt=fmt, width=tokens.HALF_WIDTH),
            heat.heat([LONG], ["A", "B"], [[None, None]], title="None", fmt=fmt, scale=None, width=tokens.HALF_WIDTH),
        ],
    )


def _strips() -> Iterator[tuple[str, Sequence[Markup]]]:
    points = {f"u{place}": (place * 53 % 97) * 1.0 for place in range(40)}
    yield (
        "Strip and sparkline, for a row of a table",
        [
            strip.strip(points, emphasis="u7", title="Among forty", fmt=fmt),
            strip.strip({"u1": 100.0}, emphasis="u1", title="Alone", fmt=fmt),
            strip.strip({"u1": None}, emphasis="u1", title="Nobody", fmt=fmt),
            sparkline.sparkline({2010 + n: 40 + (n * 7 % 5) for n in range(10)}, title="Ten years", fmt=fmt),
            sparkline.sparkline(
                {2010 + n: None if n in (3, 4) else 40.0 + n for n in range(10)}, title="A gap", fmt=fmt
            ),
            sparkline.sparkline({2010: 3.0}, title="One", fmt=fmt),
            sparkline.sparkline({2010: None}, title="None", fmt=fmt),
        ],
    )
    rows = [
        strip.Strip("Legal framework", points),
        strip.Strip(LONG, points | {"u7": None}),
        strip.Strip("None", {}),
    ]
    yield "Strips", [strip.strips(rows, emphasis="u7", emphasis_label="This unit", title="Rows", fmt=fmt, cuts=CUTS)]


def _matrices() -> Iterator[tuple[str, Sequence[Markup]]]:
    legend: dict[matrix.State, str] = {
        "same": "same year",
        "near": "1–2 years older",
        "old": "3–4 years older",
        "missing": "missing",
        "not_applicable": "not applicable",
    }

    def cells(rows: int, columns: int) -> list[list[matrix.State]]:
        return [[matrix.STATES[(r * r + 3 * c + r * c) % 7 % 5] for c in range(columns)] for r in range(rows)]

    names = [f"Indicator {place}" for place in range(10)] + [LONG]
    areas = [f"U{place:02d}" for place in range(12)]
    yield "Coverage and age", [matrix.matrix(names, areas, cells(11, 12), title="Coverage", legend=legend)]
    yield (
        "Coverage and age: turned heads",
        [
            matrix.matrix(
                SCRIPTS, [f"Indicator {n}" for n in range(28)], cells(10, 28), title="Many columns", legend=legend
            )
        ],
    )


def _maps() -> Iterator[tuple[str, Sequence[Markup]]]:
    shapes = maps.read_shapes(resources.folder("schemas") / "boundaries" / "world.json")
    west, south, east, north = _PART
    inside = [
        shape.area
        for shape in shapes
        if shape.area
        and shape.polygons
        and west < shape.polygons[0][0][0][0] < east
        and south < shape.polygons[0][0][0][1] < north
    ]
    group = {area: None if place % 9 == 4 else (place * 31 % 100) * 1.0 for place, area in enumerate(inside[::2])}
    yield (
        "Map",
        [maps.choropleth(shapes, group, title="A group", cuts=(20, 40, 60, 80), fmt=fmt, names={}, emphasis=inside[0])],
    )
    everyone = {
        shape.area: (place * 31 % 100) * 1.0 for place, shape in enumerate(shapes) if shape.area and place % 12 == 0
    }
    yield (
        "Map: the world, three cuts",
        [maps.choropleth(shapes, everyone, title="The world", cuts=CUTS, fmt=fmt, names={})],
    )
    yield "Map: one area", [maps.choropleth(shapes, {inside[3]: 55.0}, title="One", cuts=CUTS, fmt=fmt, names={})]


def _tornados() -> Iterator[tuple[str, Sequence[Markup]]]:
    def signed(value: float) -> str:
        return f"{value:+.1f}"

    legend = tornado.Legend(
        "at the next band", "at the good end", "lost at the median", "won at the median", "now 64.4"
    )
    rows = [
        tornado.Swing("Access to finance", 1.4, 5.0, 1.6), tornado.Swing(LONG, None, 4.1, -2.3),
        tornado.Swing("Statistics", 0.1, 0.1, None), tornado.Swing("Nothing to win or lose", None, None, None),
    ]  # fmt: skip
    chart = tornado.tornado(rows, legend, title="What would change the score", fmt=signed)
    yield "Tornado, and from right to left", [chart, mirrored(chart)]
    lost = [tornado.Swing(word, None, None, -1.0 * place) for place, word in enumerate(SCRIPTS)]
    yield (
        "Tornado: only losses, none",
        [
            tornado.tornado(lost, legend, title="Only losses", fmt=signed),
            tornado.tornado([], legend, title="None", fmt=signed),
        ],
    )


def _marks() -> Iterator[tuple[str, Sequence[Markup]]]:
    yield "Marks", [marks.mark(kind, title=kind, colour=tokens.MAIN) for kind in marks.KINDS]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(gallery(), encoding="utf-8")
