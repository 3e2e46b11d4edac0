"""What the search finds: a list in a script file, so that it works without a server and from a folder on a disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ssemon.report.site.markup import attribute, name_of, text_of, until

# So much of a passage is searched and shown.
_LONGEST = 400
_LEVELS = ("h2", "h3")


@dataclass(frozen=True, slots=True)
class Found:
    """Something that can be found: what it is, its title, where it stands, and the words around it."""

    kind: str
    title: str
    address: str
    text: str = ""


def passages(tokens: Sequence[str], kind: str, address: str, where: str) -> Iterator[Found]:
    """Yield each heading of a page's section with the words that follow it. Shape: `where` is the page's own title."""
    anchor, place = "", 0
    starts: list[tuple[str, str, int]] = []
    while place < len(tokens):
        name = name_of(tokens[place])
        if name == "section" and attribute(tokens[place], "id"):
            anchor = attribute(tokens[place], "id")
        if name in _LEVELS:
            end = until(tokens, place, name)
            starts.append((attribute(tokens[place], "id") or anchor, text_of(tokens[place:end]), end))
            place = end
        place += 1
    for number, (mark, title, start) in enumerate(starts):
        stop = starts[number + 1][2] if number + 1 < len(starts) else len(tokens)
        text = text_of(_running(tokens[start:stop]))[:_LONGEST]
        yield Found(kind, f"{title} · {where}" if where else title, f"{address}#{mark}", text)


def _running(tokens: Sequence[str]) -> Iterator[str]:
    """The running text: no headings, no tables, no figures in words."""
    place = 0
    while place < len(tokens):
        name = name_of(tokens[place])
        if name in ("table", "details", *_LEVELS):
            place = until(tokens, place, name)
            continue
        yield tokens[place]
        place += 1


def script(entries: Iterable[Found]) -> str:
    """Return the index as a script that a page can load from a folder, which may not fetch."""
    rows = [[entry.kind, entry.title, entry.address, entry.text] for entry in entries]
    listed = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    # A line separator ends a line of a script in old browsers; a tag has no business in one.
    safe = listed.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'"use strict";\nwindow.ssemonIndex = [\n{safe}\n];\n'
