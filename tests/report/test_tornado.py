"""The tornado chart: gains to the right, losses to the left, nothing where nothing is known."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

from ssemon.report.charts import tokens, tornado

SVG = "{http://www.w3.org/2000/svg}"
LEGEND = tornado.Legend("next band", "good end", "lost at the median", "won at the median", "now 64.4")


def drawn(*rows, **options):
    chart = tornado.tornado(rows, LEGEND, title="T", fmt=lambda value: f"{value:+.1f}", **options)
    return fromstring(str(chart))


def bars(figure, fill):
    """The rectangles of a colour in the rows: that of the legend is the last."""
    found = [node for node in figure.findall(f"{SVG}rect") if node.get("fill") == fill]
    return found[:-1]


def texts(figure):
    return ["".join(node.itertext()) for node in figure.iter(f"{SVG}text")]


def zero(figure):
    [line] = [node for node in figure.findall(f"{SVG}line") if node.get("stroke") == tokens.INK]
    return float(line.get("x1"))


def test_gains_begin_at_the_line_of_today_and_go_right_the_nearer_over_the_further():
    figure = drawn(tornado.Swing("A", 1.0, 4.0), tornado.Swing("B", None, 2.0))
    near, far = bars(figure, tokens.MAIN), bars(figure, tokens.SOFT)
    assert {float(bar.get("x")) for bar in (*near, *far)} == {zero(figure)}
    assert float(far[0].get("width")) == pytest.approx(4 * float(near[0].get("width")), abs=0.1)
    assert float(far[0].get("width")) == pytest.approx(2 * float(far[1].get("width")), abs=0.1)


def test_a_loss_goes_left_and_ends_at_the_line_of_today():
    figure = drawn(tornado.Swing("A", None, 2.0, -4.0))
    [loss] = bars(figure, tokens.ACCENT_SOFT)
    assert float(loss.get("x")) + float(loss.get("width")) == pytest.approx(zero(figure), abs=0.02)
    [gain] = bars(figure, tokens.SOFT)
    assert float(loss.get("width")) == pytest.approx(2 * float(gain.get("width")), abs=0.1)
    assert {"-4.0", "+2.0", "now 64.4", "lost at the median", "good end"} <= set(texts(figure))
    assert "next band" not in texts(figure)


def test_a_reference_that_is_a_gain_is_a_tick_and_is_explained():
    figure = drawn(tornado.Swing("A", 1.0, 4.0, 2.0))
    assert bars(figure, tokens.ACCENT_SOFT) == []
    assert "won at the median" in texts(figure)


def test_what_is_missing_keeps_its_row_and_is_said():
    figure = drawn(tornado.Swing("A", 1.0, 4.0, 2.0), tornado.Swing("B", None, None), no_data="no data")
    assert "B" in texts(figure)
    said = figure.findtext(f"{SVG}desc")
    assert said == "A: next band +1.0, good end +4.0, won at the median +2.0; B: no data"


@pytest.mark.parametrize("rows", [(), (tornado.Swing("A", None, None),), (tornado.Swing("A", 0.0, float("nan"), 0.0),)])
def test_with_nothing_to_draw_there_is_a_chart_all_the_same(rows):
    figure = drawn(*rows)
    assert float(figure.get("height")) > 0
    assert bars(figure, tokens.MAIN) == []


def test_everything_stays_inside_the_chart():
    figure = drawn(
        tornado.Swing("A long name of an indicator that has many words in it", 9.9, 12.5, -31.4), width=300.0
    )
    for node in figure.findall(f"{SVG}rect"):
        assert float(node.get("x")) >= 0
        assert float(node.get("x")) + float(node.get("width")) <= 300
