"""Charts on a page that may be dark: colours become names that the style sheet fills, all else stays as it is drawn."""

from __future__ import annotations

import re
from html import unescape

from ssemon.report.charts import tokens

# The colours of the charts and the style sheet's names for them (templates/site/assets/site.css).
NAMES = {
    tokens.INK: "ink",
    tokens.MUTED: "muted",
    tokens.GREY: "grey",
    tokens.RULE: "rule",
    tokens.GRID: "grid",
    tokens.PANEL: "panel",
    tokens.PAPER: "paper",
    tokens.SEA: "sea",
    tokens.LAND: "land",
    tokens.MAIN: "main",
    tokens.SOFT: "soft",
    tokens.ACCENT: "accent",
    tokens.ACCENT_SOFT: "accent-soft",
    tokens.LINES["second"][0]: "second",
    tokens.LINES["third"][0]: "third",
}
_COLOUR = re.compile(r'\b(fill|stroke)="(#[0-9a-fA-F]{6})"')
_DESCRIPTION = re.compile(r"<desc>(.*?)</desc>", re.DOTALL)
_OPENING = re.compile(r"<svg\b[^>]*>")


def adaptable(chart: str) -> str:
    """Return a chart whose colours the style sheet chooses.

    Shades of a scale mean a number, and letters on them are chosen to be read on them: a chart with any colour that
    has no name is therefore marked to stand on paper, in a dark page too.
    """
    opening = _OPENING.match(chart)
    if opening is None:
        return chart
    known = all(colour.lower() in NAMES for _, colour in _COLOUR.findall(chart))
    head = opening.group().replace('class="chart"', f'class="chart {"adapts" if known else "on-paper"}"', 1)
    return head + _COLOUR.sub(_named, chart[opening.end() :])


def _named(found: re.Match[str]) -> str:
    attribute, colour = found.groups()
    name = NAMES.get(colour.lower())
    return f'{attribute}="var(--chart-{name})"' if name else found.group()


def said(chart: str) -> list[str]:
    """Return what a chart says aloud, a line for each of its parts. Missing: empty without a description."""
    found = _DESCRIPTION.search(chart)
    text = unescape(found.group(1)) if found else ""
    return [part.strip() for part in text.split("; ") if part.strip()]


def width_of(chart: str) -> float:
    """Return the width that a chart was drawn for, in CSS pixels; 0 where it says none."""
    found = re.match(r'<svg\b[^>]*?\swidth="([0-9.]+)"', chart)
    return float(found.group(1)) if found else 0.0
