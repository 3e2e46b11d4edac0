"""A country's own words: Markdown to HTML, with nothing in it that could leave the page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

# On the page the notes stand below a heading of the first level.
_TOP, _DEEPEST = 2, 6


@cache
def _parser() -> MarkdownIt:
    # Images are off: a note is words, and an image is a path into somebody's disk.
    return MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table").disable("image")


def render_notes(text: str) -> Markup:
    r"""Return Markdown as HTML: raw HTML is shown as text, headings stand below the page's own.

    >>> render_notes("# Institutions")
    Markup('<h2>Institutions</h2>\n')
    """
    tokens = _parser().parse(text)
    _move_headings(tokens)
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
    return Markup(_parser().renderer.render(tokens, _parser().options, {}))  # noqa: S704  raw HTML is off


def _move_headings(tokens: Sequence[Token]) -> None:
    """Put the highest heading just below the page's, and let no level be skipped: a reader's software counts them."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=_TOP)
    before = _TOP - 1
    for opening, closing in zip(headings[::2], headings[1::2], strict=True):
        before = min(int(opening.tag[1]) - highest + _TOP, before + 1, _DEEPEST)
        opening.tag = closing.tag = f"h{before}"
