"""The HTML of a report as a row of tokens: tags, texts, and whole drawings.

The reports' own templates write the HTML that is read here, and every text in it is escaped: a `<` begins a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import unescape

_TOKEN = re.compile(
    r"<!--.*?-->|<svg\b.*?</svg>|</?[a-z](?:[^>\"']|\"[^\"]*\"|'[^']*')*>|[^<]+|<", re.DOTALL | re.IGNORECASE
)
_NAME = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*)")
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)


def body_of(html: str) -> str:
    """Return what stands in the body of a page. Errors: ValueError if the page has none."""
    found = _BODY.search(html)
    if found is None:
        raise ValueError("the page has no body")
    return found.group(1)


def tokens_of(html: str) -> list[str]:
    """Return the tokens of a piece of HTML; joined they are the piece again, without its comments.

    >>> tokens_of("<p>a <b>b</b></p>")
    ['<p>', 'a ', '<b>', 'b', '</b>', '</p>']
    """
    return [token for token in _TOKEN.findall(html) if not token.startswith("<!--")]


def name_of(token: str) -> str:
    """Return the name of a tag in lower case, a closing one with its stroke; empty for a text.

    >>> name_of('<TD class="n">'), name_of("</td>"), name_of("text"), name_of("<")
    ('td', '/td', '', '')
    """
    found = _NAME.match(token)
    return found.group(1).lower() if found else ""


def attribute(token: str, name: str) -> str:
    """Return the value of an attribute as it is written; empty where the tag has none.

    >>> attribute('<td class="n strong">', "class")
    'n strong'
    """
    found = re.search(rf'\s{name}="([^"]*)"', token)
    return found.group(1) if found else ""


def without(token: str, name: str) -> str:
    """Return a tag without one of its attributes.

    >>> without('<col style="width: 2mm" class="a">', "style")
    '<col class="a">'
    """
    return re.sub(rf'\s{name}="[^"]*"', "", token, count=1)


def with_class(token: str, more: str) -> str:
    """Return a tag with one more class.

    >>> with_class('<p class="a">', "b"), with_class("<p>", "b")
    ('<p class="a b">', '<p class="b">')
    """
    known = attribute(token, "class")
    if known:
        return token.replace(f'class="{known}"', f'class="{known} {more}"', 1)
    return with_attribute(token, "class", more)


def with_attribute(token: str, name: str, value: str) -> str:
    """Return a tag with one more attribute, whose value is already escaped.

    >>> with_attribute("<br/>", "id", "x")
    '<br id="x"/>'
    """
    end = "/>" if token.endswith("/>") else ">"
    return f'{token[: -len(end)].rstrip()} {name}="{value}"{end}'


def text_of(tokens: Iterable[str]) -> str:
    """Return the text of some tokens as a reader sees it, drawings left out.

    >>> text_of(["<p>", "a &amp;  b", "</p>"])
    'a & b'
    """
    return " ".join(unescape(" ".join(token for token in tokens if not token.startswith("<"))).split())


def until(tokens: Sequence[str], start: int, name: str) -> int:
    """Return the place behind the tag that closes the one at `start`, others of its name inside it included."""
    depth = 0
    for place in range(start, len(tokens)):
        found = name_of(tokens[place])
        depth += (found == name) - (found == f"/{name}")
        if depth == 0:
            return place + 1
    return len(tokens)
