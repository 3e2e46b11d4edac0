"""The gallery's samples of the charts that compare units over years, places and choices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from ssemon.report.charts import distribution, frequency, multiples, slope, sobol, stacked, tokens
from ssemon.report.charts.mirror import mirrored
from ssemon.report.charts.sampling import CUTS, LONG, SCRIPTS, fmt, per_cent

_HEADS, _MOVES = ("2005", "2019"), ("better", "worse", "within the interval")
_STATES = ("of the year", "1 or 2 years older", "older", "missing")
_EFFECTS = ("by itself", "with all others")

Sample = tuple[str, Sequence[Markup]]


def samples() -> Iterator[Sample]:
    """Yield every sample: what it shows, and its charts."""
    yield from _slopes()
    yield from _distributions()
    yield from _multiples()
    yield from _frequencies()
    yield from _influences()
    yield from _stacked()


def _slopes() -> Iterator[Sample]:
    starts = (4, 1, 3, 2, 9, 6, 7, 8, 5, 10)
    rows = [
        slope.Slope(
            name, starts[place], place + 1, max(place - 1, 1), min(place + 3, 12), abs(starts[place] - place) > 2
        )
        for place, name in enumerate(SCRIPTS)
    ]
    rows += [slope.Slope(LONG, 12, 11, 10, 12, False), slope.Slope("Joined later", None, 12, 11, 12)]
    drawn = slope.slopes(rows, title="Places", heads=_HEADS, legend=_MOVES, scale=(12, 1), fmt=fmt)
    yield "Slope: places with intervals, and from right to left", [drawn, mirrored(drawn)]
    change = [slope.Slope("Up", 41.5, 55.0), slope.Slope("Down", 71.0, 38.5), slope.Slope(LONG, 50.0, 49.8, sure=False)]
    yield (
        "Slope: scores, a negative change, 60 letters",
        [slope.slopes(change, title="Scores", heads=_HEADS, legend=_MOVES, scale=(0, 100), fmt=fmt)],
    )
    many = [slope.Slope(f"Unit {n}", (n * 53) % 193 + 1, n + 1, max(n - 8, 1), min(n + 9, 193)) for n in range(193)]
    yield "Slope: 193 units", [slope.slopes(many, title="Many", heads=_HEADS, legend=_MOVES, scale=(193, 1), fmt=fmt)]
    yield (
        "Slope: one, none",
        [
            slope.slopes(rows, title="Few", heads=_HEADS, legend=_MOVES, scale=(3, 1), fmt=fmt, width=tokens.HALF_WIDTH)
            for rows in ([slope.Slope("Only", 1, 1)], [slope.Slope("Nobody", None, None), slope.Slope(LONG, 3, None)])
        ],
    )


def _distributions() -> Iterator[Sample]:
    values = [(n * 37 % 97) * 0.6 + (n * n % 41) for n in range(193)]
    codes = {f"U{n:02d}": values[n * 5] for n in range(11)} | {"NONE": None}
    drawn = distribution.distribution(values, codes, title="All", everyone="193 areas", fmt=fmt, cuts=CUTS)
    yield "Distribution: 193 units and twelve marked, and from right to left", [drawn, mirrored(drawn)]
    close = {name: 50.0 + place / 4 for place, name in enumerate([*SCRIPTS, LONG])}
    yield (
        "Distribution: labels that would touch, 60 letters",
        [distribution.distribution(values, close, title="Close", everyone=LONG, fmt=fmt)],
    )
    everyone = {f"U{n}": value for n, value in enumerate(values)}
    yield (
        "Distribution: 193 marked",
        [distribution.distribution(values, everyone, title="Everyone", everyone="193 areas", fmt=fmt)],
    )
    yield "Distribution: one, none, negative values", [
        distribution.distribution(values, codes, title="Few", everyone="areas", fmt=fmt, scale=span, width=tokens.HALF_WIDTH)
        for values, codes, span in (
            ([50.0], {"ONE": 50.0}, (0, 100)), ([], {"ONE": None}, (0, 100)), ([-4.0, 2.0, 3.5], {"ONE": -4.0}, (-5, 5)),
        )
    ]  # fmt: skip


def _multiples() -> Iterator[Sample]:
    years = range(2008, 2021)
    series = [
        {year: None if year % 11 == place else 92 - 7.0 * place + (year - 2012) * (place % 3 - 1) for year in years}
        for place in range(len(SCRIPTS))
    ]
    middle = dict.fromkeys(years, 60.0)
    panels = [multiples.Panel(name, its, LONG) for name, its in zip(SCRIPTS, series, strict=True)]
    panels += [multiples.Panel(LONG, {2019: 40.0}, "one year"), multiples.Panel("Nobody", {2019: None})]
    drawn = multiples.multiples(panels, reference=middle, others=series, years=years, title="All", fmt=fmt, cuts=CUTS)
    yield "Small multiples: gaps, one year, none", [drawn]
    yield "Small multiples from right to left", [mirrored(drawn)]
    tiny = [multiples.Panel(f"Unit {n}", {year: float(n % 100) for year in years}) for n in range(60)]
    yield "Small multiples: sixty of 193, no lines behind", [
        multiples.multiples(tiny, reference=middle, others=[panel.values for panel in tiny], years=years, title="Many",
                            fmt=fmt, columns=6, height=40)
    ]  # fmt: skip
    yield "Small multiples: one, negative values", [
        multiples.multiples([multiples.Panel("Only", {2019: -3.0, 2020: -8.5})], reference={}, years=(2019, 2020),
                            title="One", fmt=fmt, scale=(-10, 10), columns=1, width=tokens.HALF_WIDTH)
    ]  # fmt: skip


def _frequencies() -> Iterator[Sample]:
    def shares(rows: int, columns: int) -> list[list[float | None]]:
        return [[max(1 - abs(r * columns / rows - c) / 3, 0.0) / 3 for c in range(columns)] for r in range(rows)]

    def draw(rows: Sequence[str], columns: int, width: float = tokens.WIDTH, **more: object) -> Markup:
        return frequency.frequency(
            rows, [str(c + 1) for c in range(columns)], shares(len(rows), columns), title="Places", heading="Place",
            never="never", point="printed place", fmt=per_cent, width=width, marked={(n, n) for n in range(min(len(rows), columns))},
            **more,  # type: ignore[arg-type]
        )  # fmt: skip

    drawn = draw([*SCRIPTS, LONG], 11, blocked={(n, 10 - n) for n in range(3)})
    yield "Frequency matrix, and from right to left", [drawn, mirrored(drawn)]
    yield "Frequency matrix: 39 rows, 39 columns", [draw([f"Unit {n}" for n in range(39)], 39)]
    yield "Frequency matrix: one, all missing", [
        draw(["Only"], 1, tokens.HALF_WIDTH),
        frequency.frequency(
            [LONG], ["1", "2"], [[None, None]], title="None", heading="Place", never="never", fmt=per_cent,
            width=tokens.HALF_WIDTH,
        ),
    ]  # fmt: skip


def _influences() -> Iterator[Sample]:
    rows = [
        sobol.Influence("Weights", sobol.Index(0.86, 0.75, 0.98), sobol.Index(1.02, 0.94, 1.1)),
        sobol.Influence(LONG, sobol.Index(0.04, -0.02, 0.09), sobol.Index(0.1, 0.05, 0.16)),
        sobol.Influence("Not known", sobol.Index(None), sobol.Index(None)),
    ]
    drawn = sobol.influences(rows, title="Shares", names=_EFFECTS, fmt=per_cent)
    yield "Sensitivity: beyond one, below zero, missing, and from right to left", [drawn, mirrored(drawn)]
    few = [[sobol.Influence("Only", sobol.Index(0.5), sobol.Index(0.5))], []]
    yield (
        "Sensitivity: one, none",
        [sobol.influences(rows, title="Few", names=_EFFECTS, fmt=per_cent, width=tokens.HALF_WIDTH) for rows in few],
    )


def _stacked() -> Iterator[Sample]:
    rows = [stacked.Whole(name, (30.0 - place, 2.0 * place, place, 4.0), "84%") for place, name in enumerate(SCRIPTS)]
    rows += [stacked.Whole(LONG, (0.0, 0.0, 0.0, 39.0), "0%"), stacked.Whole("Nobody", (0.0, 0.0, 0.0, 0.0), "..")]
    drawn = stacked.stacked(rows, _STATES, title="Inputs", fmt=fmt)
    yield "Stacked bars: all missing, not available, and from right to left", [drawn, mirrored(drawn)]
    yield (
        "Stacked bars: one, none",
        [
            stacked.stacked(rows, _STATES, title="Few", fmt=fmt, width=tokens.HALF_WIDTH)
            for rows in ([stacked.Whole("Only", (1.0, 0.0, 0.0, 0.0))], [])
        ],
    )
