"""A secretariat's branding as the pages show it: its name and logo, its words, its colours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from ssemon.branding import FOREWORD, IMPRINT, Branding, Colours, said
from ssemon.colours import WHITE, mixed
from ssemon.report.charts import tokens
from ssemon.report.notes import render_notes
from ssemon.report.words import Words

# A colour that a chart draws with, where it stands as one.
_DRAWN = re.compile(r'(?P<key>fill|stroke)="(?P<colour>#[0-9a-f]{6})"')


@dataclass(frozen=True, slots=True)
class Brand:
    """What the pages of one language show. Missing: an empty text is not printed."""

    name: str
    short: str
    address: str
    url: str
    logo: str
    alt: str
    style: Markup
    foreword: Markup
    foreword_language: str
    signed: str
    function: str
    imprint: Markup
    imprint_language: str


def brand_of(branding: Branding | None, words: Words) -> Brand | None:
    """Return the branding in one language. Missing: None where the run has none."""
    if branding is None:
        return None
    foreword, foreword_language = branding.text(FOREWORD, words.language)
    imprint, imprint_language = branding.text(IMPRINT, words.language)
    return Brand(
        name=said(branding.name, words.language),
        short=said(branding.short, words.language),
        address=said(branding.address, words.language),
        url=branding.url,
        logo=branding.logo.address if branding.logo else "",
        alt=said(branding.alt, words.language),
        style=Markup(style_of(branding.colours)) if branding.colours else Markup(""),  # noqa: S704  six hexadecimal digits each
        foreword=render_notes(foreword),
        foreword_language=foreword_language,
        signed=said(branding.signed, words.language),
        function=said(branding.function, words.language),
        imprint=render_notes(imprint),
        imprint_language=imprint_language,
    )


def style_of(colours: Colours) -> str:
    """Return the style that puts a house's colours in the place of ours.

    The paler ones are mixed from the three; on the cover's panel they stay light enough for white to read beside.
    """
    properties = {
        "accent": colours.main,
        "accent-deep": colours.dark,
        "accent-pale": mixed(colours.main, WHITE, 0.88),
        "signal": colours.accent,
        "signal-pale": mixed(colours.accent, WHITE, 0.9),
        "on-deep": mixed(colours.dark, WHITE, 0.9),
        "on-deep-soft": mixed(colours.dark, WHITE, 0.76),
        "deep-part": mixed(colours.dark, WHITE, 0.22),
        "deep-here": mixed(colours.dark, WHITE, 0.62),
        "deep-rule": mixed(colours.dark, WHITE, 0.3),
        "deep-interval": mixed(colours.dark, WHITE, 0.85),
    }
    listed = ";".join(f"--{name}:{colour}" for name, colour in properties.items())
    # Margin boxes know nothing of the variables.
    return f":root{{{listed}}}@page{{@top-left{{color:{colours.main}}}}}"


def recoloured(html: str, branding: Branding | None) -> str:
    """Return a page whose charts are drawn in the house's colours.

    The scales of maps and heat tables stay as they are: their order is read off their lightness.
    """
    if branding is None or branding.colours is None:
        return html
    ours = _replaced(branding.colours)

    def turned(found: re.Match[str]) -> str:
        return f'{found["key"]}="{ours.get(found["colour"], found["colour"])}"'

    return _DRAWN.sub(turned, html)


def _replaced(colours: Colours) -> Mapping[str, str]:
    return {
        tokens.MAIN: colours.main,
        tokens.SOFT: mixed(colours.main, WHITE, 0.55),
        tokens.ACCENT: colours.accent,
        tokens.ACCENT_SOFT: mixed(colours.accent, WHITE, 0.9),
    }
