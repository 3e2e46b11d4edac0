"""The charts: what they draw, what they say aloud, and what they never do."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from math import isfinite
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from ssemon import resources
from ssemon.report.charts import (
    bars,
    callouts,
    dots,
    gallery,
    geometry,
    heat,
    marks,
    matrix,
    measure,
    mirror,
    ranks,
    scale,
    score,
    sparkline,
    strip,
    svg,
    tokens,
    trend,
)
from ssemon.report.charts import map as maps
from ssemon.report.charts.words import ChartWords

SVG = "{http://www.w3.org/2000/svg}"
LONG = "A name of an organisation that is long enough to need sixty-odd letters"
EVIL = '<script>alert("x")</script> & \x00 "quoted"'
LEGEND: dict[matrix.State, str] = {state: state for state in matrix.STATES}
# Four squares of ten degrees, side by side from the prime meridian eastwards, and a fifth across the date line.
SQUARES = tuple(
    maps.Shape(name, (([(west, 0.0), (west + 10, 0.0), (west + 10, 10.0), (west, 10.0), (west, 0.0)],),))
    for name, west in (("AAA", 0.0), ("BBB", 10.0), ("CCC", 20.0), ("DDD", 30.0), ("EEE", 175.0))
)


def fmt(value: float) -> str:
    return f"{value:.3g}"


def drawn(chart: Markup) -> Element:
    return fromstring(str(chart))


def texts(chart: Markup) -> list[str]:
    return ["".join(node.itertext()) for node in drawn(chart).iter(f"{SVG}text")]


def spoken(chart: Markup) -> str:
    return drawn(chart).findtext(f"{SVG}desc") or ""


def count(chart: Markup, tag: str, **attributes: str) -> int:
    return sum(
        all(node.get(key) == value for key, value in attributes.items()) for node in drawn(chart).iter(SVG + tag)
    )


def points(chart: Markup) -> Iterator[tuple[float, float]]:
    """Yield every point that a chart draws to, the turned labels left out."""
    for node in drawn(chart).iter():
        if node.get("transform"):
            continue
        for x, y in (("x", "y"), ("x1", "y1"), ("x2", "y2"), ("cx", "cy")):
            if node.get(x) is not None:
                yield float(node.attrib[x]), float(node.attrib[y])
        if node.tag == f"{SVG}rect":
            corner = float(node.attrib["x"]), float(node.attrib["y"])
            yield corner[0] + float(node.attrib["width"]), corner[1] + float(node.attrib["height"])
        for pair in node.get("points", "").split():
            x, y = pair.split(",")
            yield float(x), float(y)
        yield from path_points(node.get("d", ""))


def path_points(data: str) -> Iterator[tuple[float, float]]:
    x = y = 0.0
    for command, rest in re.findall(r"([MLlhvz])([^MLlhvz]*)", data):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", rest)]
        if command in "hv":
            x, y = (x + numbers[0], y) if command == "h" else (x, y + numbers[0])
            yield x, y
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=False) if command in "MLl" else ():
            x, y = (x + dx, y + dy) if command == "l" else (dx, dy)
            yield x, y


def inside(chart: Markup) -> bool:
    _, _, width, height = (float(part) for part in drawn(chart).attrib["viewBox"].split())
    slack = 0.6
    return all(
        isfinite(x) and isfinite(y) and -slack - 1 <= x <= width + slack and -slack <= y <= height + slack
        for x, y in points(chart)
    )


ALL_SAMPLES = [(f"{name} {place}", chart) for name, charts in gallery.samples() for place, chart in enumerate(charts)]


# What holds for every chart.


@pytest.mark.parametrize(("name", "chart"), ALL_SAMPLES, ids=[name for name, _ in ALL_SAMPLES])
class TestEveryChart:
    def test_is_well_formed_and_safe_to_put_into_a_page(self, name: str, chart: Markup) -> None:
        assert isinstance(chart, Markup)
        assert drawn(chart).tag == f"{SVG}svg"

    def test_has_a_role_a_title_and_its_data_in_words(self, name: str, chart: Markup) -> None:
        root = drawn(chart)
        assert root.get("role") == "img"
        assert root.findtext(f"{SVG}title")
        assert root.find(f"{SVG}desc") is not None

    def test_draws_only_inside_its_frame(self, name: str, chart: Markup) -> None:
        assert inside(chart)

    def test_sets_no_text_below_seven_points(self, name: str, chart: Markup) -> None:
        sizes = [float(node.attrib["font-size"]) for node in drawn(chart).iter(f"{SVG}text")]
        assert all(size >= tokens.SMALL for size in sizes)

    def test_stays_small(self, name: str, chart: Markup) -> None:
        assert len(chart) < 120_000

    def test_needs_no_opacity_gradient_clip_or_identifier(self, name: str, chart: Markup) -> None:
        # Each of them costs a group in the PDF, or collides with the next chart of the page.
        assert not re.search(r"opacity|gradient|clip-path|\bid=|url\(", str(chart))


def test_the_same_data_give_the_same_bytes_whatever_the_hash_seed() -> None:
    code = "from ssemon.report.charts.gallery import gallery; import hashlib; print(hashlib.sha256(gallery().encode()).hexdigest())"
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "77")
    }
    assert len(hashes) == 1


def test_the_charts_load_no_data_frames_and_no_pdf_engine() -> None:
    code = (
        "import sys, ssemon.report.charts.gallery; print(sorted({'polars', 'weasyprint', 'babel'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert found.strip() == "[]"


def evil_charts() -> dict[str, Callable[[], Markup]]:
    return {
        "bars": lambda: bars.bars([bars.Bar(EVIL, 1, 2, EVIL)], title=EVIL, fmt=fmt, reference_label=EVIL),
        "dots": lambda: dots.dots([dots.Dot(EVIL, None, note=EVIL), dots.Dot(EVIL, 5, note=EVIL)], title=EVIL, fmt=fmt),
        "trend": lambda: trend.trend([trend.Line(EVIL, {1: 1.0, 2: 2.0})], years=(1, 2), title=EVIL, fmt=fmt),
        "heat": lambda: heat.heat([EVIL], [EVIL], [[1]], title=EVIL, fmt=fmt),
        "strip": lambda: strip.strip({EVIL: 1}, emphasis=EVIL, title=EVIL, fmt=fmt),
        "strips": lambda: strip.strips(
            [strip.Strip(EVIL, {"a": 1})], emphasis="a", emphasis_label=EVIL, title=EVIL, fmt=fmt
        ),
        "sparkline": lambda: sparkline.sparkline({1: 1.0}, title=EVIL, fmt=fmt),
        "matrix": lambda: matrix.matrix([EVIL], [EVIL], [["same"]], title=EVIL, legend={"same": EVIL}),
        "score": lambda: score.score_dial(5, EVIL, (), fmt, title=EVIL, reference=5, reference_label=EVIL),
        "mark": lambda: marks.mark("up", title=EVIL),
        "map": lambda: maps.choropleth(SQUARES, {"AAA": 1}, title=EVIL, cuts=(), fmt=fmt, names={"AAA": EVIL}),
        "numbers": lambda: bars.bars([bars.Bar("a", 1)], title="t", fmt=lambda value: EVIL),
    }


@pytest.mark.parametrize("name", evil_charts())
def test_a_label_cannot_bring_markup_into_the_page(name: str) -> None:
    chart = evil_charts()[name]()
    assert "<script" not in chart
    assert "\x00" not in chart
    assert not list(drawn(chart).iter(f"{SVG}script"))


# Missing is never zero.


def test_a_bar_without_a_value_is_hatched_and_not_a_bar_of_zero() -> None:
    chart = bars.bars([bars.Bar("a", None)], title="t", fmt=fmt)
    assert ".." in texts(chart)
    assert count(chart, "rect", fill=tokens.MAIN) == 0
    assert "a: no data" in spoken(chart)


def test_a_bar_of_zero_is_drawn_and_says_zero() -> None:
    chart = bars.bars([bars.Bar("a", 0.0)], title="t", fmt=fmt)
    assert count(chart, "rect", fill=tokens.MAIN) == 1
    assert ".." not in texts(chart)
    assert "a: 0" in spoken(chart)


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), float("-inf"), 1e300])
def test_what_is_not_a_number_counts_as_missing(value: float | None) -> None:
    chart = dots.dots([dots.Dot("a", value)], title="t", fmt=fmt)
    assert count(chart, "circle") == 0
    assert "not available" in texts(chart)


def test_a_unit_that_is_not_available_keeps_its_row_and_says_why() -> None:
    chart = dots.dots([dots.Dot("a", 5), dots.Dot("b", None, note="no file")], title="t", fmt=fmt)
    assert "b" in texts(chart)
    assert "not available: no file" in texts(chart)
    assert "b: not available (no file)" in spoken(chart)


def test_a_gap_in_a_trend_is_not_drawn_across() -> None:
    values = {1: 10.0, 2: 20.0, 3: None, 4: 30.0, 5: 40.0}
    chart = trend.trend([trend.Line("a", values)], years=range(1, 6), title="t", fmt=fmt)
    assert count(chart, "polyline") == 2
    assert "3 " not in spoken(chart)


def test_a_year_between_two_gaps_is_a_point() -> None:
    chart = trend.trend([trend.Line("a", {1: None, 2: 5.0, 3: None, 4: 6.0})], years=range(1, 5), title="t", fmt=fmt)
    assert count(chart, "polyline", fill="none") == 0
    assert count(chart, "circle") == 3  # two points and the mark of the last


def test_a_trend_without_any_value_says_so() -> None:
    chart = trend.trend([trend.Line("a", {1: None})], years=(1, 2), title="t", fmt=fmt)
    assert "no data" in texts(chart)
    assert spoken(chart) == "a: no data"


def test_a_trend_that_ends_early_names_the_year_of_its_last_value() -> None:
    chart = trend.trend([trend.Line("a", {1: 3.0, 2: 4.0, 3: None})], years=(1, 2, 3), title="t", fmt=fmt)
    assert "4 (2)" in texts(chart)


def test_an_empty_cell_of_a_heat_table_is_hatched_with_two_points() -> None:
    chart = heat.heat(["a"], ["b", "c"], [[None, 0.0]], title="t", fmt=fmt)
    assert texts(chart).count("..") == 1
    assert spoken(chart) == "a: b no data, c 0"


def test_a_heat_table_without_any_value_shows_no_scale() -> None:
    chart = heat.heat(["a"], ["b"], [[None]], title="t", fmt=fmt)
    assert "100" not in texts(chart)


def test_a_strip_without_the_marked_unit_shows_only_the_others() -> None:
    chart = strip.strip({"a": None, "b": 5.0}, emphasis="a", title="t", fmt=fmt)
    assert count(chart, "circle", fill=tokens.ACCENT) == 0
    assert count(chart, "circle") == 1
    assert spoken(chart).startswith("no data (median 5")


def test_a_sparkline_without_a_value_is_two_points() -> None:
    assert texts(sparkline.sparkline({2000: None}, title="t", fmt=fmt)) == [".."]


def test_a_missing_score_has_no_mark_on_its_scale() -> None:
    chart = score.score_dial(None, "not assessed", (50,), fmt, title="t")
    assert count(chart, "polygon") == 0
    assert ".." in texts(chart)


def test_an_area_of_the_group_without_a_value_is_hatched() -> None:
    chart = maps.choropleth(SQUARES, {"AAA": 1.0, "BBB": None}, title="t", cuts=(5,), fmt=fmt, names={"BBB": "Bee"})
    assert count(chart, "path", stroke=tokens.GREY) == 2  # the slanting lines and the border
    assert "Bee: no data" in spoken(chart)
    assert "no data" in texts(chart)


def test_an_area_whose_value_may_not_be_told_has_a_hatch_and_a_legend_of_its_own() -> None:
    known = {"title": "t", "cuts": (5,), "fmt": fmt, "names": {"BBB": "Bee"}}
    chart = maps.choropleth(SQUARES, {"AAA": 1.0, "BBB": None}, closed=["BBB"], **known)
    assert "Bee: c" in spoken(chart)
    assert "c" in texts(chart)
    assert "no data" not in texts(chart)
    assert "c" not in texts(maps.choropleth(SQUARES, {"AAA": 1.0, "BBB": None}, **known))


def test_a_heat_table_explains_the_hatch_only_where_something_is_missing() -> None:
    def drawn(values, **more):
        return heat.heat(["A"], ["x", "y"], [values], title="t", fmt=fmt, **more)

    assert "no data" in texts(drawn([1.0, None]))
    assert "no data" not in texts(drawn([1.0, 2.0]))
    assert "no data" not in texts(drawn([1.0, None], closed={(0, 1)}))
    assert "y c" in spoken(drawn([1.0, None], closed={(0, 1)}))


# Names.


def test_a_long_name_is_cut_with_an_ellipsis_and_spoken_in_full() -> None:
    chart = dots.dots([dots.Dot(LONG, 5)], title="t", fmt=fmt)
    assert any(text.endswith("…") for text in texts(chart))
    assert LONG in spoken(chart)


def test_a_long_name_of_a_bar_takes_the_lines_it_needs() -> None:
    shown = texts(bars.bars([bars.Bar(LONG, 5)], title="t", fmt=fmt, width=420))
    names = shown[-4:-1]
    assert " ".join(names) == LONG


def test_a_name_that_needs_more_lines_than_a_row_has_makes_the_row_taller() -> None:
    tall, flat = (
        float(re.search(r'height="([\d.]+)"', bars.bars([bars.Bar(name, 5)], title="t", fmt=fmt, width=420))[1])
        for name in (LONG, "short")
    )
    assert tall > flat


@pytest.mark.parametrize("word", [*gallery.SCRIPTS, "กำลัง", "ស្ត្រី", "é" * 5])
def test_a_cut_never_parts_a_letter_from_its_marks(word: str) -> None:
    for room in range(8, 90, 3):
        cut = measure.fitted(word, room, 10)
        if cut != word:
            kept = cut.removesuffix("…")
            assert word.startswith(kept)
            assert not measure._is_inside(word, len(kept)) or not kept


@given(st.text(max_size=80), st.floats(10, 400), st.integers(1, 4))
def test_wrapped_lines_fit_their_room_and_lose_nothing_but_the_end(text: str, room: float, lines: int) -> None:
    rows = measure.wrapped(text, room, 10, lines=lines)
    assert len(rows) <= lines
    assert all(measure.width_of(row, 10) <= room + 1e-6 or row == "…" for row in rows)
    whole = "".join("".join(rows).split())
    assert whole.endswith("…") or whole == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "room", "rows"),
    [
        ("結社の実、自律性", 45, ("結社の", "実、自律", "性")),
        ("結社（実践）", 35, ("結社", "（実", "践）")),
        ("データベース", 45, ("データ", "ベース")),
        ("SSE、組織", 20, ("SSE", "、組", "織")),
    ],
)
def test_no_line_begins_with_a_mark_that_closes_nor_ends_with_one_that_opens(
    text: str, room: float, rows: tuple[str, ...]
) -> None:
    assert measure.wrapped(text, room, 10, lines=3) == rows


def test_a_script_without_spaces_is_wrapped_between_its_letters() -> None:
    assert measure.wrapped("協同組合協同組合", 50, 10) == ("協同組合協", "同組合")


# Trend: labels.


def test_names_at_line_ends_keep_apart() -> None:
    lines = [trend.Line(f"line {n}", {1: 50.0, 2: 50.0 + n / 10}) for n in range(12)]
    chart = trend.trend(lines, years=(1, 2), title="t", fmt=fmt)
    heights = sorted(
        float(node.attrib["y"]) for node in drawn(chart).iter(f"{SVG}text") if (node.text or "").startswith("line")
    )
    assert len(heights) == 12
    assert all(later - earlier >= 13.9 for earlier, later in pairwise(heights))


def test_year_labels_keep_apart_and_hold_the_first_the_last_and_the_report_year() -> None:
    chart = trend.trend(
        [trend.Line("a", {1990: 5.0})], years=range(1990, 2021), title="t", fmt=fmt, report_year=2015, width=300
    )
    shown = [text for text in texts(chart) if re.fullmatch(r"\d{4}", text)]
    assert {"1990", "2015", "2020"} <= set(shown)
    assert len(shown) < 12


def test_the_emphasised_line_is_drawn_last() -> None:
    lines = [trend.Line("a", {1: 5.0, 2: 6.0}, True), trend.Line("b", {1: 5.0, 2: 6.0})]
    strokes = [
        node.get("stroke-width")
        for node in drawn(trend.trend(lines, years=(1, 2), title="t", fmt=fmt)).iter(f"{SVG}polyline")
    ]
    assert strokes[:2] == ["1.4", "2.4"]


# Scales and colours.


@pytest.mark.parametrize("value", [-40, 0, 50, 100, 400, 1e300])
def test_a_value_outside_the_scale_is_drawn_at_its_end(value: float) -> None:
    assert 0 <= scale.Scale(0, 100, 10, 90)(value) - 10 <= 80


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True) | st.none(), max_size=8))
def test_a_scale_fitted_to_values_holds_them_all(values: list[float | None]) -> None:
    low, high = scale.span_of(values, None)
    assert low < high
    assert isfinite(high - low)
    assert all(low <= value <= high for value in values if svg.is_known(value))


def test_a_scale_that_makes_no_sense_is_fitted_instead() -> None:
    assert scale.span_of([1, 2], (5, 5)) == (1.0, 2.0)


def test_cuts_outside_the_scale_are_not_labelled() -> None:
    assert scale.marks_of((0, 100), (30, 30, 200, 0)) == (0, 30, 100)


@pytest.mark.parametrize("colour", [tokens.INK, tokens.MUTED, tokens.MAIN, tokens.ACCENT])
def test_text_colours_can_be_read_on_paper(colour: str) -> None:
    assert tokens.contrast(colour, tokens.PAPER) >= tokens.LEAST_CONTRAST


@given(st.floats(0, 1))
def test_numbers_can_be_read_on_every_shade(share: float) -> None:
    ground = tokens.shade(share)
    assert tokens.contrast(tokens.readable_on(ground), ground) >= tokens.LEAST_CONTRAST


@pytest.mark.parametrize("count", range(2, 8))
def test_classes_grow_darker_so_that_a_grey_print_keeps_their_order(count: int) -> None:
    darkness = [tokens.contrast(shade, tokens.PAPER) for shade in tokens.classes(count)]
    assert darkness == sorted(darkness)
    assert len(set(darkness)) == count


# Matrix, marks.


def test_the_states_of_a_matrix_differ_in_more_than_colour() -> None:
    grey = {}
    for state in matrix.STATES:
        chart = matrix.matrix(["r"], ["c"], [[state]], title="t", legend={})
        grey[state] = tuple((node.tag, node.get("d")) for node in drawn(chart).iter(f"{SVG}path"))
    assert len(set(grey.values())) == len(matrix.STATES)


def test_an_unknown_state_is_a_fault_of_the_caller() -> None:
    with pytest.raises(KeyError):
        matrix.matrix(["r"], ["c"], [["elsewhere"]], title="t", legend=LEGEND)  # type: ignore[list-item]


def test_the_matrix_says_which_columns_are_in_which_state() -> None:
    chart = matrix.matrix(["r"], ["c", "d"], [["same", "missing"]], title="t", legend=LEGEND)
    assert spoken(chart) == "r: same: c; missing: d"


def test_each_mark_has_its_own_shape() -> None:
    shapes = {str(marks.mark(kind, title="t")) for kind in marks.KINDS}
    assert len(shapes) == len(marks.KINDS)


# Maps.


def test_a_value_on_a_cut_belongs_to_the_upper_class() -> None:
    chart = maps.choropleth(SQUARES, {"AAA": 5.0}, title="t", cuts=(5,), fmt=fmt, names={})
    upper = tokens.classes(2)[1]
    assert count(chart, "path", fill=upper) == 1
    assert count(chart, "path", fill=tokens.classes(2)[0]) == 0


def test_areas_outside_the_group_are_pale_and_without_a_label() -> None:
    chart = maps.choropleth(SQUARES, {"AAA": 5.0, "CCC": 6.0}, title="t", cuts=(5,), fmt=fmt, names={})
    assert count(chart, "path", fill=tokens.LAND) == 1
    assert {"AAA", "CCC"} <= set(texts(chart))
    assert "BBB" not in texts(chart)


def test_a_map_across_the_date_line_is_not_as_wide_as_the_world() -> None:
    far = maps.Shape("FFF", (([(-178.0, 0.0), (-170.0, 0.0), (-170.0, 8.0), (-178.0, 0.0)],),))
    view = maps._view([*SQUARES, far], {"EEE": 1.0, "FFF": 2.0}, None, 640)
    assert view.box[2] - view.box[0] < 1.0


def test_the_window_may_be_given_in_degrees() -> None:
    narrow = maps._view(SQUARES, {"AAA": 1.0}, (0, 0, 40, 20), 640)
    assert narrow.box[2] - narrow.box[0] > 0.6
    assert narrow.middle == 20


def test_an_area_that_is_not_in_the_boundaries_is_still_spoken_of() -> None:
    chart = maps.choropleth(SQUARES, {"AAA": 1.0, "ZZZ": 2.0}, title="t", cuts=(5,), fmt=fmt, names={"ZZZ": "Zed"})
    assert "Zed: 2" in spoken(chart)


def test_a_group_without_any_shape_still_gives_a_map() -> None:
    assert inside(maps.choropleth(SQUARES, {"ZZZ": None}, title="t", cuts=(), fmt=fmt, names={}))


def test_labels_of_a_map_never_lie_on_each_other() -> None:
    window = (0.0, 0.0, 640.0, 400.0)
    crowd = {f"A{n:02d}": [[(300.0 + 4 * n, 200.0), (303.0 + 4 * n, 200.0), (303.0 + 4 * n, 203.0)]] for n in range(14)}
    places = callouts.placed(crowd, window)
    assert len(places) == 14
    assert not any(
        geometry.meet(one.box, other.box) for place, one in enumerate(places) for other in places[place + 1 :]
    )


def test_the_shipped_boundaries_make_a_map_of_a_fair_size() -> None:
    shapes = maps.read_shapes(resources.folder("schemas") / "boundaries" / "world.json")
    values = {shape.area: 50.0 for shape in shapes if shape.area}
    chart = maps.choropleth(shapes, values, title="t", cuts=(20, 40, 60, 80), fmt=fmt, names={})
    assert len(chart) < 120_000 + 12 * len(values) + 400 * len(values)
    assert inside(chart)


RING = st.lists(st.tuples(st.floats(-50, 150), st.floats(-50, 150)), min_size=3, max_size=12)


@given(RING)
def test_a_clipped_ring_lies_in_the_box(ring: list[geometry.Point]) -> None:
    box = (0.0, 0.0, 100.0, 100.0)
    assert all(-1e-6 <= x <= 100 + 1e-6 and -1e-6 <= y <= 100 + 1e-6 for x, y in geometry.clipped(ring, box))


@given(RING, st.floats(0.1, 20))
def test_a_simplified_ring_keeps_its_ends_and_adds_no_point(ring: list[geometry.Point], tolerance: float) -> None:
    fewer = geometry.simplified(ring, tolerance)
    assert set(fewer) <= set(ring)
    assert (fewer[0], fewer[-1]) == (ring[0], ring[-1])


def test_hatching_stays_inside_its_ring() -> None:
    ring = [(10.0, 10.0), (60.0, 10.0), (60.0, 40.0), (10.0, 40.0)]
    for line in geometry.hatching([ring], 5):
        assert all(10 - 1e-9 <= x <= 60 + 1e-9 and 10 - 1e-9 <= y <= 40 + 1e-9 for x, y in line)


def test_equal_earth_keeps_areas() -> None:
    def area(latitude: float) -> float:
        corners = [(0.0, latitude), (1.0, latitude), (1.0, latitude + 1), (0.0, latitude + 1)]
        return geometry.extent([geometry.equal_earth(*corner) for corner in corners])

    # A cell of one degree at 60 degrees is half as large as one at the equator: cos 60.5 / cos 0.5.
    assert area(60) / area(0) == pytest.approx(0.4925, abs=0.001)


# Words.


def test_the_few_words_of_a_chart_are_the_callers() -> None:
    words = ChartWords(missing="–", no_data="rien", not_available="indisponible", median="médiane")
    assert "indisponible" in texts(dots.dots([dots.Dot("a", None)], title="t", fmt=fmt, words=words))
    assert "–" in texts(bars.bars([bars.Bar("a", None)], title="t", fmt=fmt, words=words))
    assert "rien" in spoken(sparkline.sparkline({}, title="t", fmt=fmt, words=words))
    assert "médiane" in spoken(strip.strip({"a": 1}, emphasis="a", title="t", fmt=fmt, words=words))


def test_numbers_are_written_by_the_caller() -> None:
    chart = bars.bars([bars.Bar("a", 12.5, 3.25)], title="t", fmt=lambda v: f"{v:.2f}".replace(".", ","))
    assert "12,50" in texts(chart)
    assert "12,50" in spoken(chart)


# For any values at all.

VALUE = st.none() | st.floats(allow_nan=True, allow_infinity=True) | st.floats(-20, 120)
NAME = st.text(max_size=70)
CUTS = st.lists(st.floats(-10, 110), max_size=5)
any_values = settings(max_examples=60, deadline=None)


@any_values
@given(st.lists(st.builds(bars.Bar, NAME, VALUE, VALUE, NAME), max_size=8), CUTS)
def test_bars_are_drawn_inside_their_frame(rows: list[bars.Bar], cuts: list[float]) -> None:
    assert inside(bars.bars(rows, title="t", fmt=fmt, cuts=cuts, reference_label="m"))


@any_values
@given(st.lists(st.builds(dots.Dot, NAME, VALUE, VALUE, VALUE, NAME, st.booleans()), max_size=8), CUTS)
def test_dots_are_drawn_inside_their_frame(rows: list[dots.Dot], cuts: list[float]) -> None:
    assert inside(dots.dots(rows, title="t", fmt=fmt, cuts=cuts))


SERIES = st.dictionaries(st.integers(1990, 2030), VALUE, max_size=12)


@any_values
@given(
    st.lists(st.builds(trend.Line, NAME, SERIES, st.booleans()), max_size=6),
    st.sets(st.integers(1990, 2030), max_size=20),
    st.sampled_from([None, (0, 100)]),
)
def test_trends_are_drawn_inside_their_frame(
    lines: list[trend.Line], years: set[int], given_scale: scale.Range | None
) -> None:
    assert inside(trend.trend(lines, years=sorted(years), title="t", fmt=fmt, scale=given_scale, report_year=2010))


@any_values
@given(st.lists(st.lists(VALUE, min_size=3, max_size=3), max_size=6), st.sampled_from([None, (0, 100)]))
def test_heat_tables_are_drawn_inside_their_frame(
    values: list[list[float | None]], given_scale: scale.Range | None
) -> None:
    rows = [f"row {place}" for place in range(len(values))]
    assert inside(heat.heat(rows, ["a", LONG, "c"], values, title="t", fmt=fmt, scale=given_scale))


@any_values
@given(st.dictionaries(st.sampled_from("abcdefgh"), VALUE), SERIES, VALUE, VALUE, CUTS)
def test_small_charts_are_drawn_inside_their_frame(
    values: dict[str, float | None],
    series: dict[int, float | None],
    value: float | None,
    reference: float | None,
    cuts: list[float],
) -> None:
    assert inside(strip.strip(values, emphasis="a", title="t", fmt=fmt))
    row = strip.Strip(LONG, values)
    assert inside(strip.strips([row], emphasis="a", emphasis_label="A", title="t", fmt=fmt, cuts=cuts))
    assert inside(sparkline.sparkline(series, title="t", fmt=fmt))
    dial = score.score_dial(value, "band", cuts, fmt, title="t", reference=reference, reference_label="median")
    assert inside(dial)


@any_values
@given(st.dictionaries(st.sampled_from([shape.area for shape in SQUARES]), VALUE), CUTS)
def test_maps_are_drawn_inside_their_frame(values: dict[str, float | None], cuts: list[float]) -> None:
    assert inside(maps.choropleth(SQUARES, values, title="t", cuts=cuts, fmt=fmt, names={}))


@any_values
@given(st.lists(st.lists(st.sampled_from(matrix.STATES), min_size=2, max_size=2), max_size=6))
def test_matrices_are_drawn_inside_their_frame(cells: list[list[matrix.State]]) -> None:
    rows = [LONG] * len(cells)
    assert inside(matrix.matrix(rows, ["a", LONG], cells, title="t", legend=LEGEND))


def test_a_rank_is_never_drawn_without_its_interval() -> None:
    rows = [ranks.Ranked("Bare", 4), ranks.Ranked("Half", 5, 3), ranks.Ranked("Whole", 6, 3, 9, "B")]
    chart = ranks.ranks(rows, title="t", last=9, fmt=fmt)
    assert chart.count("<circle") == 1
    assert "Bare: not available; Half: not available; Whole: 6 (interval 3 to 9, B)" in chart


def test_a_tie_group_stands_on_one_ground_with_its_name() -> None:
    rows = [
        ranks.Ranked(name, place, place, place + 1, group)
        for place, (name, group) in enumerate(zip("abcd", "AABC", strict=True), 1)
    ]
    drawn = list(fromstring(ranks.ranks(rows, title="t", last=4, fmt=fmt)))
    grounds = [part for part in drawn if part.tag == f"{SVG}rect" and part.get("fill") == tokens.PANEL]
    assert [float(part.get("height", 0)) for part in grounds] == [38.0, 19.0]  # A of two rows, C of one
    assert [part.text for part in drawn if part.get("text-anchor") == "end" and part.text in "ABC"] == ["A", "B", "C"]


RANK = st.none() | st.integers(1, 193)


@any_values
@given(st.lists(st.tuples(RANK, RANK, RANK, st.sampled_from(["", "A", "AA"])), max_size=6), st.integers(1, 193))
def test_ranks_are_drawn_inside_their_frame(
    values: list[tuple[int | None, int | None, int | None, str]], last: int
) -> None:
    rows = [ranks.Ranked(LONG, rank, low, high, group, LONG) for rank, low, high, group in values]
    chart = ranks.ranks(rows, title="t", last=last, fmt=fmt)
    assert inside(chart)
    assert fromstring(mirror.mirrored(chart)) is not None


@any_values
@given(st.lists(st.tuples(VALUE, VALUE, VALUE), max_size=5), CUTS)
def test_bars_with_intervals_are_drawn_inside_their_frame(
    values: list[tuple[float | None, float | None, float | None]], cuts: list[float]
) -> None:
    rows = [bars.Bar(LONG, value, 50, "note", low, high) for value, low, high in values]
    assert inside(bars.bars(rows, title="t", fmt=fmt, reference_label="median", cuts=cuts))


def test_an_interval_needs_a_value_and_both_ends() -> None:
    rows = [bars.Bar("a", 5.0, low=1.0), bars.Bar("b", None, low=1.0, high=9.0), bars.Bar("c", 5.0, low=1.0, high=9.0)]
    chart = bars.bars(rows, title="t", fmt=fmt, words=ChartWords(interval="90% interval"))
    assert "a: 5; b: no data; c: 5 (90% interval 1 to 9)" in chart
    assert chart.count("90% interval</text>") == 1  # the legend


def test_names_of_two_lines_keep_apart() -> None:
    name = "Knowledge and statistics of the sector"
    drawn = list(fromstring(bars.bars([bars.Bar(name, 1.0), bars.Bar(name, 2.0)], title="t", fmt=fmt, width=310)))
    lines = [float(part.get("y", 0)) for part in drawn if part.tag == f"{SVG}text" and part.text and part.text in name]
    gaps = [after - before for before, after in pairwise(lines)]
    assert len(lines) >= 4
    assert max(gaps) >= min(gaps) + 6


def test_an_axis_may_be_written_otherwise_than_the_values() -> None:
    for draw, row in ((bars.bars, bars.Bar("a", 40.0)), (dots.dots, dots.Dot("a", 40.0))):
        chart = draw([row], title="t", fmt="{:.1f}".format, axis="{:.0f}".format)  # type: ignore[operator]
        assert ">40.0<" in chart
        assert ">100<" in chart
        assert ">100.0<" not in chart


def test_no_heading_of_a_heat_table_is_cut() -> None:
    heads = ["Representation", "Statistics", "Administration of cooperatives"]
    across = heat.heat(["a"], heads, [[1.0, 2.0, 3.0]], title="t", fmt=fmt)
    upwards = heat.heat([LONG], heads, [[1.0, 2.0, 3.0]], title="t", fmt=fmt, width=tokens.HALF_WIDTH)
    assert "rotate(-90)" not in across
    assert "rotate(-90)" in upwards
    texts = [part.text or "" for part in fromstring(upwards).iter(f"{SVG}text")]
    assert {"Representation", "Statistics"} <= set(texts)
    assert sum("…" in text for text in texts) <= 1  # the long name of the row


def test_a_heat_table_marks_the_numbers_it_is_told_to() -> None:
    chart = heat.heat(["a", "b"], ["x", "y"], [[1.0, 2.0], [3.0, None]], title="t", fmt=fmt, marked={(1, 0), (1, 1)})
    assert ">3†<" in chart
    assert chart.count("†") == 1


def test_what_may_not_be_told_is_no_missing_number_in_a_chart():
    heated = heat.heat(["A"], ["x", "y"], [[None, None]], title="t", fmt=str, closed={(0, 1)})
    assert (heated.count(">c</text>"), heated.count(">..</text>")) == (1, 1)
    row = bars.bars([bars.Bar("A", None, absent="c"), bars.Bar("B", None)], title="t", fmt=str)
    assert (row.count(">c</text>"), row.count(">..</text>")) == (1, 1)
    assert "A: c" in row
    dotted = dots.dots([dots.Dot("A", None, note="97%", absent="c"), dots.Dot("B", None)], title="t", fmt=str)
    assert (dotted.count(">c</text>"), dotted.count(">not available</text>")) == (1, 1)
    assert "A: c" in dotted


@pytest.mark.parametrize("space", ["\u00a0", "\u202f"])
def test_a_line_of_a_chart_does_not_end_at_a_no_break_space(space):
    text = f"from 49.0 in 2005 to 57.5 in 2019{space}yr"
    lines = measure.wrapped(text, measure.width_of("from 49.0 in 2005 to 57.5 in 2019", 10) + 1, 10)
    assert lines == ("from 49.0 in 2005 to 57.5 in", f"2019{space}yr")
    assert measure.width_of(space, 10) == measure.width_of(" ", 10)
