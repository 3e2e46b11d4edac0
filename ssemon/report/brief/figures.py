"""The two figures of a brief: the dimensions beside the medians, and the line over the years."""

from __future__ import annotations

from dataclasses import dataclass

from ssemon.report.charts import tokens
from ssemon.report.context import Figure
from ssemon.report.country.glance import dimension_bars
from ssemon.report.country.trend import node_trend
from ssemon.report.material import CountryMaterial

# Half as high as in the report: it shares its page with everything else.
_HEIGHT = 118.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A section that is a figure."""

    figure: Figure


def dimensions(material: CountryMaterial) -> Drawn | None:
    """Return the dimensions beside the medians. Missing: None where no dimension has weight."""
    figure = dimension_bars(material, tokens.WIDTH)
    return Drawn(figure) if figure else None


def trend(material: CountryMaterial) -> Drawn | None:
    """Return the overall score over the years. Missing: None where fewer than two years have a score."""
    figure = node_trend(material, material.root, material.words._("Overall score"), _HEIGHT)
    return Drawn(figure) if figure else None
